/* sy-load-task.c: the tasks
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-hints.h"
#include "core/format/sy-lint-private.h"
#include "core/format/sy-load-private.h"

#include <string.h>

static gboolean
is_task_key (const SyNode *key)
{
  return !(key->flags & (SY_NODE_DUPLICATE | SY_NODE_REFUSED));
}

static const SyField *
task_field (void)
{
  return sy_table_file.fields[SY_FILE_TASKS].item;
}

static void
check_id (SyLoad *load, const SyNode *key)
{
  const char *colon = strchr (key->text, ':');
  SyProblem *problem;

  if (sy_check_name (key->text, SY_NAMES_ID))
    return;
  problem = sy_check_add (&load->check, SY_SEVERITY_ERROR, key, "bad-name", "“%.40s” is no id for a task", key->text);
  if (colon != NULL && colon > key->text && (colon[1] == '{' || colon[1] == '['))
    sy_problem_set_hint (problem, "a blank is missing behind the colon: write %.*s: %c…", (int) (colon - key->text), key->text, colon[1]);
  else
    sy_problem_set_hint (problem, "an id has up to 128 letters, digits, - and _, and begins with a letter or _; "
                       "any other name can be its `label`");
}

/* `run` or `command`, not both */
static void
load_kind (SyLoad *load, const SyNode *const *values, const SyNode *map, SyTask *task, guint32 index)
{
  const SyNode *run = values[SY_TF_RUN], *command = values[SY_TF_COMMAND];

  task->kind = SY_TASK_JOIN;
  if (run != NULL && command != NULL)
    sy_problem_set_hint (sy_check_add (&load->check, SY_SEVERITY_ERROR, sy_node_get_key (map, "command"), "two-kinds",
                                       "a task has either `run` or `command`, not both"),
                         "make two tasks of it");
  if (run != NULL)
    {
      task->kind = SY_TASK_RUN;
      task->run = (SyText) { sy_workflow_intern (load->workflow, run->text), FALSE };
      sy_lint_run (&load->check, run);
    }
  else if (command != NULL)
    {
      task->kind = SY_TASK_COMMAND;
      sy_lint_command (&load->check, command);
      task->argv = sy_load_texts (load, command, index, &task->n_argv);
    }
}

/* What an importer has recorded of a task that has no command: `--time-scale` sleeps it */
static gint64
read_runtime (const SyNode *map)
{
  const SyNode *runtime = sy_node_get (map, "x-runtime");

  return runtime != NULL ? MAX (sy_read_duration (runtime), 0) : 0;
}

static void
load_condition (SyLoad *load, const SyNode *node, SyTask *task, guint32 index)
{
  SyLoadText pending = { node, index, TRUE };

  task->condition = sy_workflow_intern (load->workflow, node->text);
  g_array_append_val (load->texts, pending);
}

/* `{quorum: 3}` over one need that is mapped */
static void
check_quorum_over_map (SyLoad *load, const SyNode *map)
{
  const SyNode *join = sy_node_get (map, "join"), *needs = sy_node_get (map, "needs");
  const SyNode *quorum = sy_node_get (join, "quorum"), *need, *upstream;

  if (quorum == NULL || quorum->kind != SY_NODE_SCALAR || needs == NULL || sy_read_int (quorum) < 2)
    return;
  need = needs->kind == SY_NODE_SEQUENCE ? (needs->n == 1 ? needs->first : NULL) : needs;
  need = need != NULL && need->kind == SY_NODE_MAPPING ? sy_node_get (need, "task") : need;
  if (need == NULL || need->kind != SY_NODE_SCALAR)
    return;
  upstream = sy_node_get (load->file[SY_FILE_TASKS], need->text);
  if (sy_node_get (upstream, "map") == NULL)
    return;
  sy_problem_set_hint (sy_check_add (&load->check, SY_SEVERITY_WARNING, quorum, "quorum-over-map",
                                     "the quorum counts needs, and there is one: the items of “%s” are not counted here",
                                     need->text),
                       "items are counted by `map: {quorum: %s}` of “%s”", quorum->text, need->text);
}

/* `tolerate: 10%` of a map whose items are written out */
static void
check_map_tolerance (SyLoad *load, const SyNode *map)
{
  const SyNode *options = sy_node_get (map, "map"), *tolerate = sy_node_get (options, "tolerate"),
               *over = sy_node_get (options, "over");

  if (tolerate == NULL || tolerate->kind != SY_NODE_SCALAR || !g_str_has_suffix (tolerate->text, "%") ||
      over == NULL || over->kind != SY_NODE_SEQUENCE)
    return;
  if (sy_read_int (tolerate) > 0 && over->n * (guint64) sy_read_int (tolerate) < 100)
    sy_problem_set_hint (sy_check_add (&load->check, SY_SEVERITY_WARNING, tolerate, "tolerates-nothing",
                                       "%s of %u items is 0: no failure is tolerated", tolerate->text, over->n),
                         "percentages are rounded down: write a number of items");
}

static void
load_task (SyLoad *load, guint32 index)
{
  const SyNode *key = load->keys[index], *map = key->next, *values[SY_N_TASK_FIELDS];
  SyTask *task = &load->workflow->tasks[index];
  guint n_texts = load->texts->len, n_bounds = load->binding.bounds->len;

  load->check.task = key->text;
  *task = load->base;
  task->id = sy_workflow_intern (load->workflow, key->text);
  sy_source_position (load->check.source, key->start, &task->line, &task->column);
  check_id (load, key);
  if (map->kind != SY_NODE_MAPPING && !sy_node_is_empty (map))
    {
      sy_check_value (&load->check, map, task_field (), key->text);
      return;
    }
  sy_check_table (&load->check, map, &sy_table_task, FALSE, values);
  load_kind (load, values, map, task, index);
  if (values[SY_TF_IF] != NULL)
    load_condition (load, values[SY_TF_IF], task, index);
  if (task->kind == SY_TASK_JOIN)
    task->sleep_us = read_runtime (map);
  sy_load_options (load, values, task, index);
  sy_load_late (load, task, n_bounds);
  load->needs[index] = values[SY_TF_NEEDS];
  load->reads[index] = values[SY_TF_READS];
  load->writes[index] = values[SY_TF_WRITES];
  load->explicit_join[index] = values[SY_TF_JOIN] != NULL || load->defaults[SY_TF_JOIN] != NULL;
  if (sy_node_get (map, "map") != NULL) /* not built yet, and its variable means nothing without it */
    g_array_set_size (load->texts, n_texts);
  check_quorum_over_map (load, map);
  check_map_tolerance (load, map);
}

static void
load_defaults (SyLoad *load)
{
  const SyNode *defaults = load->file[SY_FILE_DEFAULTS];

  load->check.task = NULL;
  load->base.enabled = TRUE;
  load->base.kind = SY_TASK_JOIN;
  if (defaults == NULL)
    return;
  sy_check_table (&load->check, defaults, &sy_table_task, TRUE, load->defaults);
  sy_load_options (load, load->defaults, &load->base, SY_NO_TASK);
}

static void
report_no_needs (SyLoad *load)
{
  const SyNode *tasks = sy_check_key_of (load->file[SY_FILE_TASKS]);

  for (guint i = 0; i < load->workflow->n_tasks; i++)
    if (sy_node_get (load->keys[i]->next, "needs") != NULL)
      return;
  if (load->workflow->n_tasks < 2 || sy_hints_are_quiet (sy_document_get_root (load->check.document), "no-needs"))
    return;
  sy_problem_set_hint (sy_check_add (&load->check, SY_SEVERITY_WARNING, tasks, "no-needs",
                                     "no task has `needs`: all %u may start at once", load->workflow->n_tasks),
                       "tasks that must wait say for which: needs: [%s]; where all may: x-quiet: [no-needs]", load->keys[0]->text);
}

/* Ids first: a need may name a task further down. FALSE: too many */
static gboolean
collect_keys (SyLoad *load, const SyNode *tasks)
{
  guint32 n = 0;

  if (tasks->n > SY_LIMIT_TASKS)
    {
      sy_check_add (&load->check, SY_SEVERITY_ERROR, sy_check_key_of (tasks), "too-many-tasks",
                    "%u tasks: the limit is %d", tasks->n, SY_LIMIT_TASKS);
      return FALSE;
    }
  load->keys = g_new0 (const SyNode *, tasks->n);
  load->needs = g_new0 (const SyNode *, tasks->n);
  load->reads = g_new0 (const SyNode *, tasks->n);
  load->writes = g_new0 (const SyNode *, tasks->n);
  load->explicit_join = g_new0 (guint8, tasks->n);
  for (const SyNode *key = tasks->first; key != NULL; key = key->next->next)
    if (is_task_key (key))
      {
        load->keys[n++] = key;
        g_hash_table_insert (load->ids, (gpointer) key->text, GUINT_TO_POINTER (n));
      }
  load->workflow->n_tasks = n;
  load->workflow->tasks = sy_workflow_alloc (load->workflow, sizeof (SyTask) * n);
  return TRUE;
}

void
sy_load_tasks (SyLoad *load)
{
  const SyNode *tasks = load->file[SY_FILE_TASKS];

  load_defaults (load);
  if (tasks == NULL)
    return;
  if (tasks->kind != SY_NODE_MAPPING || tasks->n == 0)
    {
      sy_problem_set_hint (sy_check_add (&load->check, SY_SEVERITY_ERROR, sy_check_key_of (tasks), "no-tasks",
                                         "there are no tasks"),
                           "tasks: {hello: {run: echo hello}}");
      return;
    }
  if (!collect_keys (load, tasks))
    return;
  for (guint32 i = 0; i < load->workflow->n_tasks; i++)
    load_task (load, i);
  for (guint32 i = 0; i < load->workflow->n_tasks; i++)
    sy_load_needs (load, i);
  load->check.task = NULL;
  report_no_needs (load);
}
