/* sy-window-broken.c: a file that cannot be read: its mistakes, over the last graph there was of it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-window-private.h"

#include "views/sy-broken-bar.h"
#include "views/sy-file-pane.h"

#include <glib/gi18n.h>

#define DIMMED 0.4

static void
on_place (SyWindow *self, guint line, guint column)
{
  adw_view_stack_set_visible_child_name (self->views, "file");
  sy_file_pane_show_place (SY_FILE_PANE (self->file_pane), line, column);
}

GtkWidget *
sy_window_make_broken_bar (SyWindow *self)
{
  self->broken_bar = sy_broken_bar_new ();
  g_signal_connect_object (self->broken_bar, "show-place", G_CALLBACK (on_place), self, G_CONNECT_SWAPPED);
  return self->broken_bar;
}

/* What this window shows of the file already, if that is no run */
static gboolean
has_graph_of (SyWindow *self, const char *path)
{
  return self->model != NULL && sy_run_model_get_run_id (self->model) == NULL && g_strcmp0 (self->shown_path, path) == 0
         && !self->broken;
}

void
sy_window_show_broken (SyWindow *self, const char *path, SyWorkflow *last, const char *note, const SyDesignRevision *revision)
{
  g_autofree char *base = g_path_get_basename (path), *title = g_strdup_printf (_("“%s” Cannot Be Read"), base);
  gboolean kept = has_graph_of (self, path);

  if (!kept)
    {
      g_autoptr (SyRunModel) model = sy_run_model_new (last, NULL, 0);

      sy_gui_controller_set_run (self->controller, NULL, path);
      sy_window_set_model (self, model, path, revision->text);
    }
  else
    {
      sy_window_show_text (self, revision->text);
      gtk_stack_set_visible_child_name (self->pages, "run");
      sy_window_watch_file (self);
    }
  self->broken = TRUE;
  gtk_widget_set_opacity (self->canvas, DIMMED);
  sy_broken_bar_show (SY_BROKEN_BAR (self->broken_bar), title, kept ? _("Below is the last graph that could be read.") : note, revision->problems);
  sy_session_set_status (self->session, "%s", title);
  sy_window_update_actions (self);
}

void
sy_window_forget_broken (SyWindow *self)
{
  if (!self->broken)
    return;
  self->broken = FALSE;
  gtk_widget_set_opacity (self->canvas, 1);
  sy_broken_bar_show (SY_BROKEN_BAR (self->broken_bar), NULL, NULL, NULL);
}
