/* sy-window-open.c: opening runs, and the list of runs; whatever blocks is done by threads
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-window-private.h"

#include "app/sy-run-view.h"
#include "core/base/sy-error.h"
#include "views/sy-history-pane.h"
#include "views/sy-sidebar.h"
#include "views/sy-space-bar.h"

#include <glib/gi18n.h>

#define LIST_MAX 300
#define LIST_DELAY_MS 300
#define LIST_LIVE_S 2

/* --- a run --- */

static void
on_run_opened (SyRunModel *model, const SyRunOpened *run, const GError *error, gpointer data)
{
  SyWindow *self = data;

  if (model == NULL)
    {
      sy_window_show_problem (self, _("The Run Cannot Be Read"), error->message);
      return;
    }
  sy_gui_controller_set_run (self->controller, sy_run_model_get_run_id (model), run->workflow_path);
  sy_window_set_model (self, model, run->workflow_path, run->text);
}

static void
show_reader (SyWindow *self, SyRunReader *reader)
{
  self->opening++;
  g_clear_pointer (&self->reader, sy_run_reader_free);
  if (self->model == NULL)
    gtk_stack_set_visible_child_name (self->pages, "loading");
  self->reader = reader;
  sy_run_reader_attach (reader, on_run_opened, self);
}

void
sy_window_show_run (SyWindow *self, const char *uuid)
{
  show_reader (self, sy_run_reader_new (uuid));
}

void
sy_window_open_run (SyWindow *self, const char *run)
{
  SyRunReader *ahead = sy_application_take_reader (SY_APPLICATION (gtk_window_get_application (GTK_WINDOW (self))), run);

  gtk_stack_set_visible_child_name (self->pages, "loading");
  show_reader (self, ahead != NULL ? ahead : sy_run_reader_new (run));
}

/* --- the list of runs --- */

static void
list_runs (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (SyStateDir) dir = sy_open_state_dir (SY_STATE_DIR_READ, NULL);
  gint64 *free_bytes = data;
  g_autoptr (SyIndex) index = dir != NULL ? sy_index_open (dir, SY_INDEX_READ, NULL) : NULL;
  g_autoptr (GPtrArray) list = index != NULL ? sy_index_list (index, NULL, NULL) : NULL;

  for (guint i = 0; list != NULL && i < list->len && items->len < LIST_MAX; i++)
    {
      const SyRunInfo *info = g_ptr_array_index (list, i);
      SyRunItemFacts facts = { .uuid = info->uuid, .path = info->workflow_path, .name = info->name,
                               .number = info->number, .status = info->status,
                               .live = info->runner == SY_OWNER_ALIVE, .created_us = info->created_us,
                               .pinned = info->pinned, .ended_us = info->ended_us, .counts = info->counts };

      if (info->error == NULL)
        g_ptr_array_add (items, sy_run_item_new (&facts));
    }
  *free_bytes = dir != NULL ? sy_state_dir_get_free_bytes (dir) : -1;
  g_task_return_pointer (task, items, (GDestroyNotify) g_ptr_array_unref);
}

static gboolean
on_list_timer (gpointer data)
{
  SyWindow *self = data;

  self->list_timer = 0;
  sy_window_start_listing (self);
  return G_SOURCE_REMOVE;
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer data)
{
  SyWindow *self = SY_WINDOW (source);
  g_autoptr (GPtrArray) items = g_task_propagate_pointer (G_TASK (result), NULL);
  gboolean live = FALSE;

  if (items == NULL || self->sidebar == NULL)
    return;
  g_clear_object (&self->list_cancel);
  for (guint i = 0; i < items->len && !live; i++)
    live = sy_run_item_is_live (g_ptr_array_index (items, i));
  sy_sidebar_set_runs (SY_SIDEBAR (self->sidebar), items);
  sy_space_bar_set_free (SY_SPACE_BAR (self->space), *(const gint64 *) g_task_get_task_data (G_TASK (result)));
  sy_history_pane_refresh (SY_HISTORY_PANE (self->history));
  sy_sidebar_set_current (SY_SIDEBAR (self->sidebar), sy_gui_controller_get_run (self->controller), self->path);
  if (live && self->list_timer == 0)
    self->list_timer = g_timeout_add_seconds (LIST_LIVE_S, on_list_timer, self);
}

static void
on_index_changed (SyWindow *self)
{
  sy_window_refresh_runs (self);
}

static void
watch_index (SyWindow *self)
{
  g_autofree char *path = g_build_filename (g_get_user_state_dir (), "switchyard", "runs", NULL);
  g_autoptr (GFile) folder = g_file_new_for_path (path);

  self->list_monitor = g_file_monitor_directory (folder, G_FILE_MONITOR_NONE, NULL, NULL);
  if (self->list_monitor != NULL)
    g_signal_connect_object (self->list_monitor, "changed", G_CALLBACK (on_index_changed), self, G_CONNECT_SWAPPED);
}

void
sy_window_start_listing (SyWindow *self)
{
  g_autoptr (GTask) task = NULL;

  if (self->list_cancel != NULL)
    return;
  if (self->list_monitor == NULL)
    watch_index (self);
  self->list_cancel = g_cancellable_new ();
  task = g_task_new (self, self->list_cancel, on_listed, NULL);
  g_task_set_task_data (task, g_new0 (gint64, 1), g_free);
  g_task_run_in_thread (task, list_runs);
}

void
sy_window_refresh_runs (SyWindow *self)
{
  g_clear_handle_id (&self->list_timer, g_source_remove);
  self->list_timer = g_timeout_add (LIST_DELAY_MS, on_list_timer, self);
}

void
sy_window_stop_listing (SyWindow *self)
{
  g_clear_handle_id (&self->list_timer, g_source_remove);
  g_cancellable_cancel (self->list_cancel);
  g_clear_object (&self->list_cancel);
  g_clear_object (&self->list_monitor);
}
