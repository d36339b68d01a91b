/* sy-task-inputs.c: the content of $SWITCHYARD_INPUTS
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-task-values.h"

#include <sys/wait.h>

#include "core/model/sy-expr-private.h"

/* What append_task() looks at */
typedef struct
{
  const SyRunState *state;
  guint64 presumed;
  SyArtifactsFunc artifacts;
  gpointer data;
} Inputs;

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

static void
append_exit (GString *out, const SyTaskState *at)
{
  if (at->attempt > 0 && at->exit_status == 0)
    g_string_append (out, ",\"exit\":0");
  else if (at->attempt > 0 && at->exit_status >= 0 && WIFEXITED (at->exit_status))
    g_string_append_printf (out, ",\"exit\":%d", WEXITSTATUS (at->exit_status));
  else
    g_string_append (out, ",\"exit\":null");
}

/* Outputs are logged as compact JSON and go on as they are. */
static void
append_task (GString *out, const Inputs *in, guint32 index)
{
  const SyTask *task = &in->state->workflow->tasks[index];
  const SyTaskState *at = sy_run_state_at (in->state, index);
  gboolean ahead = in->presumed != 0 && at->standby == in->presumed;
  gboolean presumed = ahead || (in->presumed != 0 && at->nonce == in->presumed);
  guint32 attempt = at->attempt + (ahead ? 1 : 0);
  g_autofree char *path = in->artifacts != NULL && attempt > 0 ? in->artifacts (task->number, attempt, in->data) : NULL;

  g_string_append (out, "{\"id\":");
  sy_json_append_string (out, task->id);
  append_member (out, ",\"state\":", sy_state_to_string (presumed ? SY_STATE_SUCCEEDED : (SyState) at->state));
  append_member (out, ",\"reason\":", sy_name_to_string (presumed ? SY_NAME_SUCCEEDED : (SyName) at->name));
  if (presumed)
    g_string_append (out, ",\"exit\":0");
  else
    append_exit (out, at);
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
append_needs (GString *out, const Inputs *in, guint32 index)
{
  const SyWorkflow *workflow = in->state->workflow;
  const SyTask *task = index != SY_NO_TASK ? &workflow->tasks[index] : NULL;
  guint32 n = task ? task->n_needs : workflow->n_tasks;
  g_autofree guint32 *indices = g_new (guint32, MAX (n, 1));

  for (guint32 i = 0; i < n; i++)
    indices[i] = task ? task->needs[i].task : i;
  g_qsort_with_data (indices, (gint) n, sizeof (guint32), compare_completion, (gpointer) in->state);
  g_string_append_c (out, '[');
  for (guint32 i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      append_task (out, in, indices[i]);
    }
  g_string_append_c (out, ']');
}

char *
sy_task_inputs_json (const SyRunState *state, guint32 index, const char *run_id, const SyExprContext *context,
                     guint64 presumed, SyArtifactsFunc artifacts, gpointer data)
{
  const Inputs in = { state, presumed, artifacts, data };
  GString *out = g_string_sized_new (512);

  g_string_append (out, "{\"v\":1,\"run\":");
  append_run (out, state, run_id, context);
  g_string_append (out, ",\"needs\":");
  append_needs (out, &in, index);
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}
