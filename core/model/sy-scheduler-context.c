/* sy-scheduler-context.c: what names mean in the expressions of a run
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/sy-error.h"
#include "core/model/sy-expr-private.h"
#include "core/model/sy-scheduler-private.h"

#include <glib/gi18n.h>

static gboolean
lookup_param (gpointer data, const char *name, SyValue *out)
{
  const SyExprContext *outer = &((SyScheduler *) data)->outer;

  return outer->param != NULL && outer->param (outer->data, name, out);
}

static const char *
lookup_env (gpointer data, const char *name)
{
  const SyExprContext *outer = &((SyScheduler *) data)->outer;

  return outer->env != NULL ? outer->env (outer->data, name) : NULL;
}

static gboolean
lookup_run (gpointer data, const char *field, SyValue *out)
{
  const SyExprContext *outer = &((SyScheduler *) data)->outer;

  return outer->run != NULL && outer->run (outer->data, field, out);
}

static gboolean
lookup_output (const SyTaskState *state, const char *key, SyValue *out, GError **error)
{
  g_autoptr (SyJsonNode) outputs = NULL;

  out->type = SY_VALUE_NULL;
  if (state->outputs == NULL) /* it has not succeeded, or not yet */
    return TRUE;
  if (!(outputs = sy_json_parse (state->outputs, error)))
    return FALSE;
  sy_value_from_json (out, key == NULL ? outputs : sy_json_get (outputs, key));
  return TRUE;
}

static void
set_count (SyValue *out, gboolean one)
{
  out->type = SY_VALUE_INT;
  out->integer = one ? 1 : 0;
}

/* The folder of its newest attempt; null before the first */
static gboolean
lookup_artifacts (SyScheduler *s, guint32 index, SyValue *out, GError **error)
{
  const SyTaskState *state = sy_scheduler_state (s, index);
  g_auto (SyValue) folder = { 0 };

  out->type = SY_VALUE_NULL;
  if (state->attempt == 0)
    return TRUE;
  if (!lookup_run (s, "artifacts", &folder))
    {
      g_set_error (error, SY_ERROR, SY_ERROR_INVALID, _("tasks.%s.artifacts is not known here"), s->workflow->tasks[index].id);
      return FALSE;
    }
  out->type = SY_VALUE_STRING;
  out->string = g_strdup_printf ("%s/t%u.i0.a%u", folder.string, s->workflow->tasks[index].number, state->attempt);
  return TRUE;
}

/* A task without a map counts as one item. */
static gboolean
lookup_task (gpointer data, const char *id, const char *field, const char *key, SyValue *out, GError **error)
{
  SyScheduler *s = data;
  guint32 index = sy_workflow_find (s->workflow, id);
  const SyTaskState *state;

  if (index == SY_NO_TASK)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_INVALID, _("there is no task “%s”"), id);
      return FALSE;
    }
  state = sy_scheduler_state (s, index);
  if (g_str_equal (field, "outputs"))
    return lookup_output (state, key, out, error);
  if (g_str_equal (field, "state"))
    {
      out->type = SY_VALUE_STRING;
      out->string = g_strdup (sy_state_to_string ((SyState) state->state));
      return TRUE;
    }
  if (g_str_equal (field, "failed") || g_str_equal (field, "succeeded"))
    {
      set_count (out, s->tasks[index].outcome == (field[0] == 'f' ? SY_OUTCOME_FAILURE : SY_OUTCOME_SUCCESS));
      return TRUE;
    }
  if (g_str_equal (field, "artifacts"))
    return lookup_artifacts (s, index, out, error);
  if (s->outer.task != NULL)
    return s->outer.task (s->outer.data, id, field, key, out, error);
  g_set_error (error, SY_ERROR, SY_ERROR_INVALID, _("tasks.%s.%s is not known here"), id, field);
  return FALSE;
}

void
sy_scheduler_context_init (SyScheduler *s, const SyExprContext *context)
{
  if (context != NULL)
    s->outer = *context;
  s->context = (SyExprContext){ lookup_param, lookup_env, lookup_task, lookup_run, s };
}
