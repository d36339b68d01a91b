/* flow.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/lib/flow.h"

#include <string.h>

#define MAX_POOLS 8

typedef struct
{
  SyWorkflow *workflow;
  SyPool pools[MAX_POOLS];
} Flow;

static gint64
number (const char *text)
{
  char *end;
  gint64 value = g_ascii_strtoll (text, &end, 10);

  if (*end != '\0' || end == text)
    g_error ("no number: %s", text);
  return value;
}

static guint32
find_id (const SyWorkflow *workflow, const char *id, gsize length)
{
  for (guint32 i = 0; i < workflow->n_tasks; i++)
    if (strlen (workflow->tasks[i].id) == length && strncmp (workflow->tasks[i].id, id, length) == 0)
      return i;
  g_error ("no task %.*s", (int) length, id);
}

static void
parse_needs (SyWorkflow *workflow, SyTask *task, const char *list)
{
  g_auto (GStrv) ids = g_strsplit (list, ",", -1);
  guint n = g_strv_length (ids);
  SyNeed *needs = sy_workflow_alloc (workflow, n * sizeof (SyNeed));

  for (guint i = 0; i < n; i++)
    {
      const char *mark = strchr (ids[i], '?');

      needs[i].task = find_id (workflow, ids[i], mark ? (gsize) (mark - ids[i]) : strlen (ids[i]));
      if (mark != NULL && strchr (mark, 'f') != NULL)
        needs[i].tolerate |= SY_TOLERATE_FAILED;
      if (mark != NULL && strchr (mark, 's') != NULL)
        needs[i].tolerate |= SY_TOLERATE_SKIPPED;
    }
  task->needs = needs;
  task->n_needs = n;
}

/* The task's own copy of an option block, made at first use. */
#define OWN(task, field, Type, ...)                                                                                    \
  ((Type *) ((task)->field ? (gpointer) (task)->field                                                                  \
                           : (gpointer) ((task)->field                                                                 \
                                         = memcpy (sy_workflow_alloc (workflow, sizeof (Type)), &(Type){ __VA_ARGS__ }, \
                                                   sizeof (Type)))))

static void
parse_join (SyJoin *join, const char *value)
{
  const char *open = strchr (value, '(');

  if (open == NULL)
    {
      if (!sy_join_rule_from_string (value, &join->rule))
        g_error ("no join rule: %s", value);
      return;
    }
  join->rule = SY_JOIN_QUORUM;
  join->of_done = g_str_has_prefix (value, "done");
  join->quorum = (guint) g_ascii_strtoull (open + 1, NULL, 10);
  join->percent = strchr (open, '%') != NULL;
}

static void
set_pool (Flow *flow, SyTask *task, const char *name, const char *value)
{
  SyWorkflow *workflow = flow->workflow;
  SyResources *resources = OWN (task, resources, SyResources, 0);
  SyPoolRequest *pools = sy_workflow_alloc (workflow, (resources->n_pools + 1) * sizeof (SyPoolRequest));

  for (guint i = 0; i < workflow->n_pools; i++)
    if (g_str_equal (workflow->pools[i].name, name))
      {
        if (resources->n_pools > 0)
          memcpy (pools, resources->pools, resources->n_pools * sizeof (SyPoolRequest));
        pools[resources->n_pools++] = (SyPoolRequest){ i, (guint32) number (value) };
        resources->pools = pools;
        return;
      }
  g_error ("unknown key or pool: %s", name);
}

static gboolean
set_retry (SyWorkflow *workflow, SyTask *task, const char *key, const char *value)
{
  SyRetry *retry;

  if (!g_str_equal (key, "retry") && task->retry == NULL)
    return FALSE;
  retry = OWN (task, retry, SyRetry, .delay_us = G_USEC_PER_SEC, .backoff = 2, .max_delay_us = 300 * G_USEC_PER_SEC,
               .jitter = 0, .on = SY_RETRY_DEFAULT);
  if (g_str_equal (key, "retry"))
    retry->limit = (guint) number (value);
  else if (g_str_equal (key, "delay"))
    retry->delay_us = number (value);
  else if (g_str_equal (key, "backoff"))
    retry->backoff = g_ascii_strtod (value, NULL);
  else if (g_str_equal (key, "max"))
    retry->max_delay_us = number (value);
  else if (g_str_equal (key, "jitter"))
    retry->jitter = g_ascii_strtod (value, NULL);
  else if (g_str_equal (key, "on"))
    {
      retry->on = 0;
      sy_code_set_add (&retry->codes, (int) number (value));
    }
  else
    return FALSE;
  return TRUE;
}

static gboolean
set_exit (SyWorkflow *workflow, SyTask *task, const char *key, const char *value)
{
  SyExitCodes *codes;

  if (!g_str_equal (key, "warned") && !g_str_equal (key, "skipped"))
    return FALSE;
  codes = OWN (task, exit, SyExitCodes, .succeeded = { { 1 } });
  sy_code_set_add (key[0] == 'w' ? &codes->warned : &codes->skipped, (int) number (value));
  return TRUE;
}

static void
set_env (SyWorkflow *workflow, SyTask *task, const char *value)
{
  SyEnvVar *var = sy_workflow_alloc (workflow, sizeof *var);

  *var = (SyEnvVar){ "X", sy_workflow_text (workflow, value) };
  OWN (task, env, SyEnv, 1, var);
}

static void
set_outputs (SyWorkflow *workflow, SyTask *task, const char *value)
{
  SyOutput *output = sy_workflow_alloc (workflow, sizeof *output);
  SyTaskExtra *extra = OWN (task, extra, SyTaskExtra, .writes_durable = TRUE);

  *output = (SyOutput){ sy_workflow_intern (workflow, value), SY_TYPE_STRING };
  extra->outputs = output;
  extra->n_outputs = 1;
}

/* A word, or an expression that is evaluated with the join */
static void
set_on_lost (SyWorkflow *workflow, SyTask *task, const char *value)
{
  static const char *const words[] = { "hold", "fail", "rerun", NULL };
  static const SyField rule = { .key = "on_lost", .accept = SY_ACCEPT_WORD, .words = words };
  SyTaskExtra *extra;
  SyLate *late;

  task->on_lost = g_str_equal (value, "fail") ? SY_ON_LOST_FAIL
                  : g_str_equal (value, "rerun") ? SY_ON_LOST_RERUN : SY_ON_LOST_HOLD;
  if (strstr (value, "${{") == NULL)
    return;
  extra = OWN (task, extra, SyTaskExtra, .writes_durable = TRUE);
  late = sy_workflow_alloc (workflow, sizeof *late);
  *late = (SyLate){ .field = SY_LATE_ON_LOST, .text = sy_workflow_intern (workflow, value), .rule = &rule };
  extra->late = late;
  extra->n_late = 1;
}

static void
set_key (Flow *flow, SyTask *task, const char *key, const char *value)
{
  SyWorkflow *workflow = flow->workflow;

  if (g_str_equal (key, "join"))
    parse_join (OWN (task, join, SyJoin, 0), value);
  else if (g_str_equal (key, "rest"))
    OWN (task, join, SyJoin, 0)->rest_cancel = TRUE;
  else if (g_str_equal (key, "lost"))
    set_on_lost (workflow, task, value);
  else if (g_str_equal (key, "total"))
    OWN (task, timeout, SyTimeout, 0)->total_us = number (value);
  else if (g_str_equal (key, "cpu"))
    OWN (task, resources, SyResources, 0)->milli_cpu = (guint32) number (value) * 1000;
  else if (g_str_equal (key, "mem"))
    OWN (task, resources, SyResources, 0)->memory = (guint64) number (value);
  else if (g_str_equal (key, "prio"))
    task->priority = (gint32) number (value);
  else if (g_str_equal (key, "if"))
    task->condition = sy_workflow_intern (workflow, value);
  else if (g_str_equal (key, "env"))
    set_env (workflow, task, value);
  else if (g_str_equal (key, "outputs"))
    set_outputs (workflow, task, value);
  else if (g_str_equal (key, "off"))
    task->enabled = FALSE;
  else if (g_str_equal (key, "point"))
    task->kind = SY_TASK_JOIN;
  else if (!set_retry (workflow, task, key, value) && !set_exit (workflow, task, key, value))
    set_pool (flow, task, key, value);
}

static void
parse_file_key (Flow *flow, const char *entry)
{
  SyWorkflow *workflow = flow->workflow;
  g_auto (GStrv) pair = g_strsplit (entry + 1, "=", 2);

  if (g_str_equal (pair[0], "fail"))
    workflow->on_failure = g_str_equal (pair[1], "stop") ? SY_ON_FAILURE_STOP : SY_ON_FAILURE_CANCEL;
  else if (g_str_equal (pair[0], "handler"))
    {
      SyHandlerKind kind;

      if (!sy_handler_kind_from_string (pair[1], &kind))
        g_error ("no handler: %s", pair[1]);
      workflow->handlers[kind].set = TRUE;
      workflow->handlers[kind].run = sy_workflow_text (workflow, "true");
    }
  else if (g_str_equal (pair[0], "pool"))
    {
      g_auto (GStrv) pool = g_strsplit (pair[1], "/", 2);

      g_assert (workflow->n_pools < MAX_POOLS);
      flow->pools[workflow->n_pools++] = (SyPool){ sy_workflow_intern (workflow, pool[0]), (guint) number (pool[1]) };
      workflow->pools = memcpy (sy_workflow_alloc (workflow, sizeof flow->pools), flow->pools, sizeof flow->pools);
    }
  else
    g_error ("unknown file key: %s", entry);
}

static void
parse_task (Flow *flow, SyTask *task, const char *entry)
{
  g_auto (GStrv) words = g_strsplit (entry, " ", -1);
  const char *colon = strchr (words[0], ':');

  if (colon != NULL)
    parse_needs (flow->workflow, task, colon + 1);
  for (guint i = 1; words[i] != NULL; i++)
    if (words[i][0] != '\0')
      {
        g_auto (GStrv) pair = g_strsplit (words[i], "=", 2);

        set_key (flow, task, pair[0], pair[1]);
      }
}

static void
name_task (SyWorkflow *workflow, SyTask *task, const char *entry)
{
  task->id = sy_workflow_intern_len (workflow, entry, strcspn (entry, ": "));
  task->enabled = TRUE;
  task->run = sy_workflow_text (workflow, "true");
}

SyWorkflow *
flow_parse (const char *text)
{
  Flow flow = { sy_workflow_new () };
  SyWorkflow *workflow = flow.workflow;
  g_auto (GStrv) entries = g_strsplit (text, ";", -1);
  g_autoptr (GError) error = NULL;

  workflow->tasks = sy_workflow_alloc (workflow, (g_strv_length (entries) + 1) * sizeof (SyTask));
  for (guint i = 0; entries[i] != NULL; i++)
    {
      g_strstrip (entries[i]);
      if (entries[i][0] == '@')
        parse_file_key (&flow, entries[i]);
      else if (entries[i][0] != '\0')
        name_task (workflow, &workflow->tasks[workflow->n_tasks++], entries[i]);
    }
  for (guint i = 0, n = 0; entries[i] != NULL; i++)
    if (entries[i][0] != '@' && entries[i][0] != '\0')
      parse_task (&flow, &workflow->tasks[n++], entries[i]);
  if (!sy_workflow_finish (workflow, NULL, &error))
    g_error ("%s", error->message);
  return workflow;
}
