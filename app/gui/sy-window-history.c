/* sy-window-history.c: from the history to a run, and what is done to runs as such
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-window-private.h"

#include "views/sy-history-pane.h"

#include <glib/gi18n.h>

/* --- a run at a task --- */

void
sy_window_reveal_wanted (SyWindow *self)
{
  g_autofree char *id = g_steal_pointer (&self->wanted_task);
  guint32 index = id != NULL ? sy_workflow_find (sy_run_model_get_workflow (self->model), id) : SY_NO_TASK;

  if (index == SY_NO_TASK)
    return;
  sy_session_select (self->session, index, FALSE);
  sy_session_reveal (self->session, index);
}

void
sy_window_show_run_at (SyWindow *self, const char *uuid, const char *task)
{
  g_free (self->wanted_task);
  self->wanted_task = g_strdup (task);
  g_action_group_change_action_state (G_ACTION_GROUP (self), "view", g_variant_new_string ("graph"));
  gtk_widget_grab_focus (self->canvas);
  if (self->model != NULL && g_strcmp0 (sy_run_model_get_run_id (self->model), uuid) == 0)
    sy_window_reveal_wanted (self);
  else
    sy_window_show_run (self, uuid);
}

void
sy_window_add_history (SyWindow *self)
{
  self->history = sy_history_pane_new (self->session);
  adw_bin_set_child (ADW_BIN (self->history_slot), self->history);
  g_signal_connect_object (self->history, "open-run", G_CALLBACK (sy_window_show_run_at), self, G_CONNECT_SWAPPED);
}
