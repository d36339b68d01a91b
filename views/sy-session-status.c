/* sy-session-status.c: the status line: what happened last, until something else is looked at
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-session-private.h"

#include "core/model/sy-words.h"
#include "views/sy-state-icon.h"

#include <glib/gi18n.h>

const char *
sy_session_get_status (SySession *self)
{
  g_return_val_if_fail (SY_IS_SESSION (self), "");
  return self->status;
}

static void
set_status (SySession *self, const char *text)
{
  if (g_str_equal (self->status, text))
    return;
  g_free (self->status);
  self->status = g_strdup (text);
  g_object_notify (G_OBJECT (self), "status");
}

void
sy_session_set_status (SySession *self, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  g_return_if_fail (SY_IS_SESSION (self));
  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  self->status_is_where = FALSE;
  set_status (self, text);
}

/* Of the run or the document as a whole */
static char *
whole_words (SySession *self)
{
  const SyRunState *state = sy_run_model_get_state (self->model);

  if (sy_run_model_get_run_id (self->model) == NULL)
    return sy_words_counted (state->workflow->n_tasks, "%s task", "%s tasks");
  return g_strdup_printf ("%s: %s", state->workflow->name,
                          sy_run_model_is_interrupted (self->model) ? _("Interrupted") : sy_run_status_words (state->status));
}

/* "entities: exit 3 · 2 attempts" */
static char *
task_words (SySession *self)
{
  const SyRunState *state = sy_run_model_get_state (self->model);
  const SyTask *task = &state->workflow->tasks[self->focus];
  const char *name = task->label != NULL ? task->label : task->id;
  g_autofree char *brief = NULL;

  if (sy_run_model_get_run_id (self->model) == NULL)
    return g_strdup (name);
  brief = sy_words_dup_brief (state, task->number, sy_run_model_get_now (self->model));
  return g_strdup_printf ("%s: %s", name, brief);
}

void
sy_session_say_where (SySession *self)
{
  g_autofree char *text = NULL;

  g_return_if_fail (SY_IS_SESSION (self));
  if (self->model == NULL || self->plan != NULL)
    return;
  if (self->n_selected > 1)
    text = sy_words_counted (self->n_selected, "%s selected", "%s selected");
  else
    text = self->focus == SY_NO_TASK ? whole_words (self) : task_words (self);
  self->status_is_where = TRUE;
  set_status (self, text);
}

void
sy_session_where_changed (SySession *self)
{
  if (self->status_is_where)
    sy_session_say_where (self);
}
