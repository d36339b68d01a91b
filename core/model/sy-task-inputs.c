/* sy-task-inputs.c: the content of $SWITCHYARD_INPUTS
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-task-values.h"

#include <sys/wait.h>

#include "core/model/sy-expr-private.h"

static void
append_value (GString *out, const SyValue *value)
{
  g_autofree char *text = NULL;

  if (value->type == SY_VALUE_STRING)
    {
      sy_json_append_string (out, value->string);
      return;
    }
  if (value->type != SY_VALUE_NULL)
    text = sy_value_render (value, NULL); /* numbers, booleans and compact json are JSON as they render */
  g_string_append (out, text ? text : "null");
}

/* @key: with all that stands before the value */
static void
append_member (GString *out, const char *key, const char *text)
{
  g_string_append (out, key);
  if (text != NULL)
    sy_json_append_string (out, text);
  else
    g_string_append (out, "null");
}

static void
append_run (GString *out, const SyRunState *state, const char *run_id, const SyExprContext *context)
{
  const SyWorkflow *workflow = state->workflow;
  gboolean any = FALSE;

  g_string_append (out, "{\"id\":");
  sy_json_append_string (out, run_id);
  append_member (out, ",\"state\":", sy_run_status_to_string (state->status));
  g_string_append (out, ",\"params\":{");
  for (guint i = 0; i < workflow->n_params; i++)
    {
      g_auto (SyValue) value = { .type = SY_VALUE_NULL };

      if (workflow->params[i].type == SY_TYPE_SECRET)
        continue;
      if (context != NULL && context->param != NULL)
        context->param (context->data, workflow->params[i].name, &value);
      if (any)
        g_string_append_c (out, ',');
      any = TRUE;
      sy_json_append_string (out, workflow->params[i].name);
      g_string_append_c (out, ':');
      append_value (out, &value);
    }
  g_string_append (out, "}}");
}

/* Outputs are logged as compact JSON and go on as they are. */
static void
append_task (GString *out, const SyRunState *state, guint32 index, SyArtifactsFunc artifacts, gpointer data)
{
  const SyTask *task = &state->workflow->tasks[index];
  const SyTaskState *at = sy_run_state_at (state, index);
  g_autofree char *path = artifacts != NULL && at->attempt > 0 ? artifacts (task->number, at->attempt, data) : NULL;

  g_string_append (out, "{\"id\":");
  sy_json_append_string (out, task->id);
  append_member (out, ",\"state\":", sy_state_to_string ((SyState) at->state));
  append_member (out, ",\"reason\":", sy_name_to_string ((SyName) at->name));
  if (at->attempt > 0 && at->exit_status == 0)
    g_string_append (out, ",\"exit\":0");
  else if (at->attempt > 0 && at->exit_status >= 0 && WIFEXITED (at->exit_status))
    g_string_append_printf (out, ",\"exit\":%d", WEXITSTATUS (at->exit_status));
  else
    g_string_append (out, ",\"exit\":null");
  g_string_append (out, ",\"outputs\":");
  g_string_append (out, at->outputs ? at->outputs : "null");
  append_member (out, ",\"artifacts\":", path);
  g_string_append (out, ",\"items\":null}");
}

/* Ended ones by their last event, then the open ones, each in file order. */
static int
compare_completion (gconstpointer a, gconstpointer b, gpointer data)
{
  const SyRunState *state = data;
  guint32 one = *(const guint32 *) a, two = *(const guint32 *) b;
  const SyTaskState *at_one = sy_run_state_at (state, one), *at_two = sy_run_state_at (state, two);
  gboolean over_one = sy_state_is_terminal ((SyState) at_one->state);
  gboolean over_two = sy_state_is_terminal ((SyState) at_two->state);

  if (over_one != over_two)
    return over_one ? -1 : 1;
  if (over_one && at_one->last_seq != at_two->last_seq)
    return at_one->last_seq < at_two->last_seq ? -1 : 1;
  return one < two ? -1 : one > two;
}

static void
append_needs (GString *out, const SyRunState *state, guint32 index, SyArtifactsFunc artifacts, gpointer data)
{
  const SyWorkflow *workflow = state->workflow;
  const SyTask *task = index != SY_NO_TASK ? &workflow->tasks[index] : NULL;
  guint32 n = task ? task->n_needs : workflow->n_tasks;
  g_autofree guint32 *indices = g_new (guint32, MAX (n, 1));

  for (guint32 i = 0; i < n; i++)
    indices[i] = task ? task->needs[i].task : i;
  g_qsort_with_data (indices, (gint) n, sizeof (guint32), compare_completion, (gpointer) state);
  g_string_append_c (out, '[');
  for (guint32 i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      append_task (out, state, indices[i], artifacts, data);
    }
  g_string_append_c (out, ']');
}

char *
sy_task_inputs_json (const SyRunState *state, guint32 index, const char *run_id, const SyExprContext *context,
                     SyArtifactsFunc artifacts, gpointer data)
{
  GString *out = g_string_sized_new (512);

  g_string_append (out, "{\"v\":1,\"run\":");
  append_run (out, state, run_id, context);
  g_string_append (out, ",\"needs\":");
  append_needs (out, state, index, artifacts, data);
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}
