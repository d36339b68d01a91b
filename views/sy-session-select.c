/* sy-session-select.c: the selection by name: what is selected stays selected when a document changes
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-session-private.h"

#include "core/model/sy-words.h"

#include <string.h>

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
    sy_session_select_many (self, (const guint32 *) tasks->data, tasks->len);
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

void
sy_session_say_selected (SySession *self)
{
  g_autofree char *text = NULL;

  g_return_if_fail (SY_IS_SESSION (self));
  text = sy_words_counted (self->n_selected, "%s selected", "%s selected");
  sy_session_set_status (self, "%s", text);
}
