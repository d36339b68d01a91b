/* sy-load-options.c: values of a task's fields
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-load-private.h"
#include "core/format/sy-lint-private.h"

#include "core/base/sy-text.h"
#include "core/model/sy-expr.h"

#include <signal.h>
#include <string.h>

/* Scalars */

gint64
sy_read_int (const SyNode *node)
{
  return node->kind == SY_NODE_SCALAR ? g_ascii_strtoll (node->text, NULL, 10) : 0;
}

double
sy_read_number (const SyNode *node)
{
  return node->kind == SY_NODE_SCALAR ? g_ascii_strtod (node->text, NULL) : 0;
}

gint64
sy_read_duration (const SyNode *node)
{
  gint64 us = 0;

  if (node->kind == SY_NODE_SCALAR)
    sy_parse_duration (node->text, &us, NULL);
  return us;
}

gboolean
sy_read_bool (const SyNode *node)
{
  return node->kind == SY_NODE_SCALAR && strcmp (node->text, "true") == 0;
}

guint
sy_read_word (const SyNode *node, const char *const *words)
{
  for (guint i = 0; node->kind == SY_NODE_SCALAR && words[i] != NULL; i++)
    if (strcmp (words[i], node->text) == 0)
      return i;
  return 0;
}

/* Texts */

SyText
sy_load_text (SyLoad *load, const SyNode *node, guint32 task)
{
  SyText text = sy_workflow_text (load->workflow, node->text);
  SyLoadText pending = { node, task, FALSE };

  if (text.dynamic)
    g_array_append_val (load->texts, pending);
  return text;
}

const SyText *
sy_load_texts (SyLoad *load, const SyNode *list, guint32 task, guint *n)
{
  const SyNode *item = list->kind == SY_NODE_SEQUENCE ? list->first : list;
  SyText *texts;

  *n = 0;
  if (sy_node_is_empty (list))
    return NULL;
  texts = sy_workflow_alloc (load->workflow, sizeof (SyText) * (list->kind == SY_NODE_SEQUENCE ? list->n : 1));
  for (; item != NULL && item->kind == SY_NODE_SCALAR; item = list->kind == SY_NODE_SEQUENCE ? item->next : NULL)
    texts[(*n)++] = sy_load_text (load, item, task);
  return texts;
}

const SyText *
sy_load_shell (SyLoad *load, const SyNode *list, guint32 task, guint *n)
{
  const SyText *words = sy_load_texts (load, list, task, n);

  if (*n > 0 && words[0].dynamic)
    sy_check_add (&load->check, SY_SEVERITY_ERROR, list->first, "dynamic-program",
                  "the shell itself cannot be an expression: what runs must be in the file");
  if (list->kind == SY_NODE_SEQUENCE && (list->n == 0 || (*n > 0 && words[0].text[0] == '\0')))
    sy_problem_set_hint (sy_check_add (&load->check, SY_SEVERITY_ERROR, list, "empty-command",
                                       "`shell` names no program"),
                         "shell: [bash, -euo, pipefail, -c], or leave it out");
  return *n > 0 ? words : NULL;
}

static SyText
load_path (SyLoad *load, const char *key, const SyNode *node, guint32 task)
{
  sy_lint_path (&load->check, key, node, load->file[SY_FILE_PARAMS]);
  return sy_load_text (load, node, task);
}

static SyStrings
load_strings (SyLoad *load, const SyNode *list, guint32 task)
{
  SyStrings strings = { 0 };
  guint n;
  const SyText *texts = sy_load_texts (load, list, task, &n);
  const char **items = sy_workflow_alloc (load->workflow, sizeof (char *) * MAX (n, 1));

  for (; strings.n < n; strings.n++)
    items[strings.n] = texts[strings.n].text;
  strings.items = items;
  return strings;
}

const SyEnv *
sy_load_env (SyLoad *load, const SyNode *map, const SyEnv *base, guint32 task)
{
  guint n_base = base != NULL ? base->n : 0;
  SyEnv *env;
  SyEnvVar *vars;

  if (map->kind != SY_NODE_MAPPING)
    return base;
  env = sy_workflow_alloc (load->workflow, sizeof *env);
  vars = sy_workflow_alloc (load->workflow, sizeof *vars * (n_base + map->n));
  for (guint i = 0; i < n_base; i++)
    if (sy_node_get (map, base->vars[i].name) == NULL)
      vars[env->n++] = base->vars[i];
  for (const SyNode *key = map->first; key != NULL; key = key->next->next)
    if (key->next->kind == SY_NODE_SCALAR && !(key->flags & (SY_NODE_DUPLICATE | SY_NODE_REFUSED)))
      {
        sy_lint_env (&load->check, key, key->next, load->file[SY_FILE_PARAMS]);
        vars[env->n].name = sy_workflow_intern (load->workflow, key->text);
        vars[env->n++].value = sy_load_text (load, key->next, task);
      }
  env->vars = vars;
  return env;
}

/* Blocks */

const SyTimeout *
sy_load_timeout (SyLoad *load, const SyNode *node)
{
  SyTimeout *timeout = sy_workflow_alloc (load->workflow, sizeof *timeout);
  struct { const char *key; gint64 *us; } parts[] = {
    { "attempt", &timeout->attempt_us }, { "total", &timeout->total_us }, { "no_output", &timeout->no_output_us },
  };

  if (node->kind == SY_NODE_SCALAR)
    timeout->attempt_us = sy_read_duration (node);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      const SyNode *value = sy_node_get (node, parts[i].key);

      if (value != NULL)
        *parts[i].us = sy_read_duration (value);
    }
  return timeout;
}

static const SyJoin *
load_join (SyLoad *load, const SyNode *node)
{
  SyJoin *join = sy_workflow_alloc (load->workflow, sizeof *join);
  const SyNode *quorum = sy_node_get (node, "quorum"), *of = sy_node_get (node, "of"),
               *rest = sy_node_get (node, "rest");

  if (node->kind == SY_NODE_SCALAR)
    {
      sy_join_rule_from_string (node->text, &join->rule);
      return join;
    }
  join->rule = SY_JOIN_QUORUM;
  join->quorum = quorum != NULL ? (guint) sy_read_int (quorum) : 1;
  join->percent = quorum != NULL && quorum->kind == SY_NODE_SCALAR && g_str_has_suffix (quorum->text, "%");
  join->of_done = of != NULL && sy_read_word (of, (const char *const[]) { "success", "done", NULL }) == 1;
  join->rest_cancel = rest != NULL && sy_read_word (rest, (const char *const[]) { "run", "cancel", NULL }) == 1;
  return join;
}

static const SyStop *
load_stop (SyLoad *load, const SyNode *node)
{
  SyStop *stop = sy_workflow_alloc (load->workflow, sizeof *stop);
  const SyNode *name = sy_node_get (node, "signal"), *grace = sy_node_get (node, "grace");

  stop->signal = name != NULL && name->kind == SY_NODE_SCALAR ? sy_signal_from_string (name->text) : 0;
  if (stop->signal == 0) /* reported, or not given */
    stop->signal = SIGTERM;
  stop->grace_us = grace != NULL ? sy_read_duration (grace) : 5 * G_USEC_PER_SEC;
  return stop;
}

static void
load_causes (SyRetry *retry, const SyNode *list)
{
  static const char *const words[] = { "", "exit", "signal", "timeout", "out_of_memory", "spawn", "output", NULL };
  static const guint bits[] = { 0, SY_RETRY_EXIT, SY_RETRY_SIGNAL, SY_RETRY_TIMED_OUT, SY_RETRY_OUT_OF_MEMORY,
                                SY_RETRY_SPAWN, SY_RETRY_OUTPUT };

  retry->on = 0;
  for (const SyNode *item = list->kind == SY_NODE_SEQUENCE ? list->first : NULL; item != NULL; item = item->next)
    {
      guint word = sy_read_word (item, words);

      if (sy_node_is_empty (item)) /* reported, or not known */
        continue;
      if (word > 0)
        retry->on |= bits[word];
      else
        sy_code_set_add (&retry->codes, (int) sy_read_int (item));
    }
}

static const SyRetry *
load_retry (SyLoad *load, const SyNode *node)
{
  SyRetry *retry = sy_workflow_alloc (load->workflow, sizeof *retry);
  const SyNode *value;

  *retry = (SyRetry) { .delay_us = G_USEC_PER_SEC, .backoff = 2, .max_delay_us = 300 * G_USEC_PER_SEC, .jitter = 0.2,
                       .on = SY_RETRY_DEFAULT };
  if ((value = sy_node_get (node, "limit")) != NULL)
    retry->limit = (guint) sy_read_int (value);
  if ((value = sy_node_get (node, "delay")) != NULL)
    retry->delay_us = sy_read_duration (value);
  if ((value = sy_node_get (node, "backoff")) != NULL)
    retry->backoff = sy_read_number (value);
  if ((value = sy_node_get (node, "max_delay")) != NULL)
    retry->max_delay_us = sy_read_duration (value);
  else
    retry->max_delay_us = MAX (retry->max_delay_us, retry->delay_us);
  if ((value = sy_node_get (node, "jitter")) != NULL)
    retry->jitter = sy_read_number (value);
  if ((value = sy_node_get (node, "on")) != NULL && !sy_node_is_empty (value))
    load_causes (retry, value);
  value = sy_node_get (node, "max_delay");
  if (retry->delay_us > retry->max_delay_us && value != NULL && !sy_bind_is_open (&load->check, value) &&
      !(sy_node_get (node, "delay") != NULL && sy_bind_is_open (&load->check, sy_node_get (node, "delay"))))
    {
      sy_check_add (&load->check, SY_SEVERITY_ERROR, value, "out-of-range",
                    "“max_delay” is shorter than the first “delay”");
    }
  return retry;
}

/* Exit codes: `any` is what nobody names */

static void
add_codes (SyLoad *load, const SyNode *item, SyCodeSet *set, SyCodeSet *named, const SyNode **any)
{
  char *end;
  guint64 from, to;

  if (item->kind != SY_NODE_SCALAR)
    return;
  if (strcmp (item->text, "any") == 0)
    {
      if (*any != NULL)
        sy_check_add (&load->check, SY_SEVERITY_ERROR, item, "exit-overlap", "“any” can stand once only");
      *any = item;
      return;
    }
  if (!g_ascii_isdigit (item->text[0]))
    return;
  from = to = g_ascii_strtoull (item->text, &end, 10);
  if (*end == '-')
    to = g_ascii_strtoull (end + 1, NULL, 10);
  for (guint64 code = from; code <= MIN (to, 255); code++)
    {
      if (sy_code_set_has (named, (int) code) && !sy_code_set_has (set, (int) code))
        {
          sy_check_add (&load->check, SY_SEVERITY_ERROR, item, "exit-overlap",
                        "exit code %d stands in two of succeeded, warned and skipped", (int) code);
          return;
        }
      sy_code_set_add (named, (int) code);
      sy_code_set_add (set, (int) code);
    }
}

static const SyExitCodes *
load_exit (SyLoad *load, const SyNode *node)
{
  SyExitCodes *codes = sy_workflow_alloc (load->workflow, sizeof *codes);
  struct { const char *key; SyCodeSet *set; } sets[] = {
    { "succeeded", &codes->succeeded }, { "warned", &codes->warned }, { "skipped", &codes->skipped },
  };
  SyCodeSet named = { 0 }, *any_set = NULL;
  const SyNode *any = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (sets); i++)
    {
      const SyNode *value = sy_node_get (node, sets[i].key), *before = any;
      const SyNode *item = value == NULL || value->kind != SY_NODE_SEQUENCE ? value : value->first;

      for (; item != NULL; item = value->kind == SY_NODE_SEQUENCE ? item->next : NULL)
        if (!sy_node_is_empty (item))
          add_codes (load, item, sets[i].set, &named, &any);
      if (any != before)
        any_set = sets[i].set;
    }
  if (sy_node_get (node, "succeeded") == NULL && !sy_code_set_has (&named, 0))
    {
      sy_code_set_add (&codes->succeeded, 0);
      sy_code_set_add (&named, 0);
    }
  for (int code = 0; any_set != NULL && code < 256; code++)
    if (!sy_code_set_has (&named, code))
      sy_code_set_add (any_set, code);
  return codes;
}

/* Resources */

static guint
find_pool (const SyWorkflow *workflow, const char *name)
{
  guint i;

  for (i = 0; i < workflow->n_pools; i++)
    if (strcmp (workflow->pools[i].name, name) == 0)
      break;
  return i;
}

static void
report_pool (SyLoad *load, const SyNode *key)
{
  SyProblem *problem = sy_check_add (&load->check, SY_SEVERITY_ERROR, key, "unknown-pool", "there is no pool “%s”",
                                     key->text);
  SyNearest nearest;

  if (strcmp (key->text, "mem") == 0 || strcmp (key->text, "ram") == 0)
    {
      sy_problem_set_hint (problem, "it is called `memory` here");
      sy_problem_set_fix (problem, key->start, key->end, "memory");
      return;
    }
  sy_nearest_init (&nearest, key->text);
  if (strcmp (key->text, "gpu") != 0) /* near cpu, and something else */
    sy_nearest_try (&nearest, "cpu");
  sy_nearest_try (&nearest, "memory");
  for (guint i = 0; i < load->workflow->n_pools; i++)
    sy_nearest_try (&nearest, load->workflow->pools[i].name);
  if (nearest.nearest != NULL)
    {
      sy_problem_set_hint (problem, "did you mean “%s”?", nearest.nearest);
      sy_problem_set_fix (problem, key->start, key->end, nearest.nearest);
    }
  else
    sy_problem_set_hint (problem, "declare it at the top: pools: {%s: 1}", key->text);
}

static void
add_pool (SyLoad *load, const SyNode *key, SyPoolRequest *pools, guint *n)
{
  guint pool = find_pool (load->workflow, key->text), i;
  gint64 count = sy_read_int (key->next);

  if (pool == load->workflow->n_pools)
    {
      report_pool (load, key);
      return;
    }
  if (strspn (key->next->text, "0123456789") != key->next->n) /* reported */
    return;
  if (count > load->workflow->pools[pool].capacity)
    sy_problem_set_hint (sy_check_add (&load->check, SY_SEVERITY_ERROR, key->next, "above-capacity",
                                       "the pool “%s” has %u, so %s can never be free at once", key->text,
                                       load->workflow->pools[pool].capacity, key->next->text),
                         "ask for less, or raise it in `pools`");
  for (i = 0; i < *n && pools[i].pool != pool; i++)
    ;
  pools[i] = (SyPoolRequest) { pool, (guint32) CLAMP (count, 1, G_MAXINT32) };
  *n = MAX (*n, i + 1);
}

static const SyResources *
load_resources (SyLoad *load, const SyNode *map, const SyResources *base)
{
  SyResources *resources;
  SyPoolRequest *pools;

  if (map->kind != SY_NODE_MAPPING)
    return base;
  resources = sy_workflow_alloc (load->workflow, sizeof *resources);
  if (base != NULL)
    *resources = *base;
  pools = sy_workflow_alloc (load->workflow, sizeof *pools * (resources->n_pools + map->n));
  if (resources->n_pools > 0)
    memcpy (pools, resources->pools, sizeof *pools * resources->n_pools);
  resources->pools = pools;
  for (const SyNode *key = map->first; key != NULL; key = key->next->next)
    {
      if (sy_check_skips_key (key) || key->next->kind != SY_NODE_SCALAR)
        continue;
      if (strcmp (key->text, "cpu") == 0)
        resources->milli_cpu = (guint32) CLAMP (sy_read_number (key->next) * 1000 + 0.5, 1, 65536000);
      else if (strcmp (key->text, "memory") == 0)
        sy_parse_size (key->next->text, &resources->memory, NULL);
      else
        add_pool (load, key, pools, &resources->n_pools);
    }
  return resources;
}

/* Extra */

static void
load_outputs (SyLoad *load, const SyNode *map, SyTaskExtra *extra)
{
  SyOutput *outputs = sy_workflow_alloc (load->workflow, sizeof *outputs * map->n);

  extra->n_outputs = 0;
  for (const SyNode *key = map->kind == SY_NODE_MAPPING ? map->first : NULL; key != NULL; key = key->next->next)
    if (key->next->kind == SY_NODE_SCALAR && !(key->flags & SY_NODE_DUPLICATE))
      {
        SyOutput *output = &outputs[extra->n_outputs++];

        output->name = sy_workflow_intern (load->workflow, key->text);
        if (sy_node_is_empty (key->next)) /* not known before a run: expressions may take it for anything */
          output->type = SY_TYPE_JSON;
        else
          sy_param_type_from_string (key->next->text, &output->type);
      }
  extra->outputs = outputs;
}

static const SyTaskExtra *
load_extra (SyLoad *load, const SyNode *const *values, const SyTaskExtra *base, guint32 index)
{
  static const guint fields[] = { SY_TF_STDIN, SY_TF_OUTPUTS, SY_TF_READS, SY_TF_WRITES, SY_TF_DURABLE, SY_TF_STREAMS,
                                  SY_TF_STRAGGLERS };
  SyTaskExtra *extra = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (values[fields[i]] != NULL && extra == NULL)
      {
        extra = sy_workflow_alloc (load->workflow, sizeof *extra);
        *extra = base != NULL ? *base : (SyTaskExtra) { .writes_durable = TRUE };
      }
  if (extra == NULL)
    return base;
  if (values[SY_TF_STDIN] != NULL)
    extra->stdin_file = load_path (load, "stdin", values[SY_TF_STDIN], index);
  if (values[SY_TF_OUTPUTS] != NULL)
    load_outputs (load, values[SY_TF_OUTPUTS], extra);
  if (values[SY_TF_READS] != NULL)
    extra->reads = load_strings (load, values[SY_TF_READS], index);
  if (values[SY_TF_WRITES] != NULL)
    extra->writes = load_strings (load, values[SY_TF_WRITES], index);
  if (values[SY_TF_DURABLE] != NULL)
    extra->writes_durable = sy_read_bool (values[SY_TF_DURABLE]);
  if (values[SY_TF_STREAMS] != NULL)
    extra->streams_split = strcmp (values[SY_TF_STREAMS]->text, "split") == 0;
  if (values[SY_TF_STRAGGLERS] != NULL)
    extra->stragglers_keep = strcmp (values[SY_TF_STRAGGLERS]->text, "keep") == 0;
  return extra;
}

/* All of them */

static void
load_plain (SyLoad *load, const SyNode *const *values, SyTask *task, guint32 index)
{
  struct { SyTaskField field; const char **text; } texts[] = {
    { SY_TF_LABEL, &task->label }, { SY_TF_DESCRIPTION, &task->description }, { SY_TF_GROUP, &task->group },
  };
  const SyText *words;
  guint n;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (values[texts[i].field] != NULL)
      *texts[i].text = sy_workflow_intern (load->workflow, values[texts[i].field]->text);
  if (values[SY_TF_ENABLED] != NULL)
    task->enabled = (guint8) sy_read_bool (values[SY_TF_ENABLED]);
  if (values[SY_TF_PRIORITY] != NULL)
    task->priority = (gint32) sy_read_int (values[SY_TF_PRIORITY]);
  if (values[SY_TF_ON_LOST] != NULL)
    task->on_lost = (guint8) sy_read_word (values[SY_TF_ON_LOST],
                                           (const char *const[]) { "hold", "fail", "rerun", NULL });
  if (values[SY_TF_DIR] != NULL)
    task->dir = load_path (load, "dir", values[SY_TF_DIR], index);
  if (values[SY_TF_SHELL] != NULL && (words = sy_load_shell (load, values[SY_TF_SHELL], index, &n)) != NULL)
    {
      task->shell = words;
      task->n_shell = n;
    }
}

void
sy_load_options (SyLoad *load, const SyNode *const *values, SyTask *task, guint32 index)
{
  load_plain (load, values, task, index);
  if (values[SY_TF_ENV] != NULL)
    task->env = sy_load_env (load, values[SY_TF_ENV], task->env, index);
  if (values[SY_TF_JOIN] != NULL && !sy_node_is_empty (values[SY_TF_JOIN]))
    task->join = load_join (load, values[SY_TF_JOIN]);
  if (values[SY_TF_TIMEOUT] != NULL && !sy_node_is_empty (values[SY_TF_TIMEOUT]))
    task->timeout = sy_load_timeout (load, values[SY_TF_TIMEOUT]);
  if (values[SY_TF_STOP] != NULL && !sy_node_is_empty (values[SY_TF_STOP]))
    task->stop = load_stop (load, values[SY_TF_STOP]);
  if (values[SY_TF_RETRY] != NULL && !sy_node_is_empty (values[SY_TF_RETRY]))
    task->retry = load_retry (load, values[SY_TF_RETRY]);
  if (values[SY_TF_EXIT] != NULL && !sy_node_is_empty (values[SY_TF_EXIT]))
    task->exit = load_exit (load, values[SY_TF_EXIT]);
  if (values[SY_TF_RESOURCES] != NULL)
    task->resources = load_resources (load, values[SY_TF_RESOURCES], task->resources);
  task->extra = load_extra (load, values, task->extra, index);
}
