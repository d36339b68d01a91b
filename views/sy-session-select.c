/* sy-session-select.c: what is selected and in focus; it stays so, by name, when a document changes
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-session-private.h"

#include <string.h>

static guint32
n_tasks (SySession *self)
{
  return self->model != NULL ? sy_run_model_get_workflow (self->model)->n_tasks : 0;
}

void
sy_session_drop_selection (SySession *self)
{
  g_clear_pointer (&self->selected, g_free);
  self->n_selected = 0;
}

static gboolean
mark_selected (SySession *self, guint32 task, gboolean on)
{
  if (task >= n_tasks (self) || sy_session_is_selected (self, task) == on)
    return FALSE;
  if (self->selected == NULL)
    self->selected = g_malloc0 (n_tasks (self));
  self->selected[task] = on;
  self->n_selected += on ? 1 : -1;
  return TRUE;
}

gboolean
sy_session_is_selected (SySession *self, guint32 task)
{
  g_return_val_if_fail (SY_IS_SESSION (self), FALSE);
  return self->selected != NULL && task < n_tasks (self) && self->selected[task];
}

guint
sy_session_get_n_selected (SySession *self)
{
  g_return_val_if_fail (SY_IS_SESSION (self), 0);
  return self->n_selected;
}

GArray *
sy_session_get_selection (SySession *self)
{
  GArray *tasks = g_array_new (FALSE, FALSE, sizeof (guint32));

  g_return_val_if_fail (SY_IS_SESSION (self), tasks);
  for (guint32 i = 0; i < n_tasks (self) && tasks->len < self->n_selected; i++)
    if (self->selected[i])
      g_array_append_val (tasks, i);
  return tasks;
}

void
sy_session_select (SySession *self, guint32 task, gboolean extend)
{
  gboolean changed = FALSE;

  g_return_if_fail (SY_IS_SESSION (self));
  if (task >= n_tasks (self))
    return;
  if (!extend && (self->n_selected > 1 || (self->n_selected == 1 && !sy_session_is_selected (self, task))))
    {
      sy_session_drop_selection (self);
      changed = TRUE;
    }
  changed = mark_selected (self, task, TRUE) || changed;
  sy_session_set_focus (self, task);
  if (changed)
    g_signal_emit_by_name (self, "selection-changed");
  sy_session_say_where (self);
}

void
sy_session_toggle (SySession *self, guint32 task)
{
  g_return_if_fail (SY_IS_SESSION (self));
  if (!mark_selected (self, task, !sy_session_is_selected (self, task)))
    return;
  sy_session_set_focus (self, task);
  g_signal_emit_by_name (self, "selection-changed");
  sy_session_say_where (self);
}

static void
select_set (SySession *self, const guint32 *tasks, guint count)
{
  sy_session_drop_selection (self);
  for (guint i = 0; i < count; i++)
    mark_selected (self, tasks[i], TRUE);
  if (count > 0 && !sy_session_is_selected (self, self->focus))
    sy_session_set_focus (self, tasks[0]);
  g_signal_emit_by_name (self, "selection-changed");
}

void
sy_session_select_many (SySession *self, const guint32 *tasks, guint count)
{
  g_return_if_fail (SY_IS_SESSION (self));
  select_set (self, tasks, count);
  sy_session_say_where (self);
}

void
sy_session_clear_selection (SySession *self)
{
  g_return_if_fail (SY_IS_SESSION (self));
  sy_session_set_focus (self, SY_NO_TASK);
  if (self->n_selected > 0)
    {
      sy_session_drop_selection (self);
      g_signal_emit_by_name (self, "selection-changed");
    }
  sy_session_say_where (self);
}

guint32
sy_session_get_focus (SySession *self)
{
  g_return_val_if_fail (SY_IS_SESSION (self), SY_NO_TASK);
  return self->focus;
}

void
sy_session_set_focus (SySession *self, guint32 task)
{
  g_return_if_fail (SY_IS_SESSION (self));
  if (task != SY_NO_TASK && task >= n_tasks (self))
    return;
  if (self->focus == task)
    return;
  self->focus = task;
  g_object_notify (G_OBJECT (self), "focus");
}

/* --- by name --- */

/* A task that was renamed just now goes by its new name. */
static const char *
name_now (SySession *self, guint32 index)
{
  const char *id = self->shown->tasks[index].id;
  GPtrArray *pending = sy_design_get_pending (self->design);

  for (guint i = 0; i < pending->len; i++)
    {
      const SyPending *asked = g_ptr_array_index (pending, i);

      if (asked->kind == SY_PENDING_RENAME && asked->done && strcmp (asked->task, id) == 0)
        return asked->other;
    }
  return id;
}

GPtrArray *
sy_session_name_selection (SySession *self)
{
  GPtrArray *names;

  if (self->design == NULL || self->shown == NULL)
    return NULL;
  names = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (names, self->focus < self->shown->n_tasks ? g_strdup (name_now (self, self->focus)) : NULL);
  for (guint32 i = 0; self->selected != NULL && i < self->shown->n_tasks; i++)
    if (self->selected[i])
      g_ptr_array_add (names, g_strdup (name_now (self, i)));
  return names;
}

void
sy_session_select_names (SySession *self, GPtrArray *names)
{
  SyWorkflow *workflow = self->model != NULL ? sy_run_model_get_workflow (self->model) : NULL;
  g_autoptr (GArray) tasks = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint32 focus;

  if (names == NULL)
    return;
  g_clear_pointer (&self->shown, sy_workflow_unref);
  self->shown = workflow != NULL ? sy_workflow_ref (workflow) : NULL;
  for (guint i = 1; i < names->len && workflow != NULL; i++)
    {
      guint32 index = sy_workflow_find (workflow, g_ptr_array_index (names, i));

      if (index != SY_NO_TASK)
        g_array_append_val (tasks, index);
    }
  focus = workflow != NULL && names->pdata[0] != NULL ? sy_workflow_find (workflow, names->pdata[0]) : SY_NO_TASK;
  if (tasks->len > 0)
    select_set (self, (const guint32 *) tasks->data, tasks->len);
  if (focus != SY_NO_TASK)
    sy_session_set_focus (self, focus);
  g_ptr_array_unref (names);
}

SyDesign *
sy_session_get_design (SySession *self)
{
  g_return_val_if_fail (SY_IS_SESSION (self), NULL);
  return self->design;
}

void
sy_session_set_design (SySession *self, SyDesign *design)
{
  g_return_if_fail (SY_IS_SESSION (self));
  if (!g_set_object (&self->design, design))
    return;
  g_clear_pointer (&self->shown, sy_workflow_unref);
  if (design != NULL)
    self->shown = sy_workflow_ref (sy_run_model_get_workflow (sy_design_get_model (design)));
  g_object_notify (G_OBJECT (self), "design");
}

/* --- the last runs --- */

void
sy_session_set_history (SySession *self, SyHistoryFind find, gpointer data)
{
  g_return_if_fail (SY_IS_SESSION (self));
  self->find_history = find;
  self->history = data;
  if (find != NULL)
    g_signal_emit_by_name (self, "history-changed");
}

const SyGridRow *
sy_session_get_history (SySession *self, guint32 task)
{
  const SyWorkflow *workflow;

  g_return_val_if_fail (SY_IS_SESSION (self), NULL);
  workflow = self->model != NULL ? sy_run_model_get_workflow (self->model) : NULL;
  return workflow != NULL && task < workflow->n_tasks && self->find_history != NULL ? self->find_history (self->history, workflow->tasks[task].id) : NULL;
}

gboolean
sy_session_is_flaky (SySession *self, guint32 task)
{
  const SyGridRow *row = sy_session_get_history (self, task);

  return row != NULL && row->flaky;
}
