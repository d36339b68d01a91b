/* sy-window-conflict.c: the file was changed elsewhere where it was changed here, too: which is to be?
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-window-private.h"

#include "core/model/sy-line-diff.h"
#include "views/sy-compare-window.h"

#include <glib/gi18n.h>

static void
settle (SyWindow *self, const char *answer)
{
  SyDesign *design = sy_session_get_design (self->session);

  if (design != NULL && g_str_equal (answer, "mine"))
    sy_design_save (design, NULL, TRUE);
  else if (design != NULL && g_str_equal (answer, "theirs"))
    sy_design_reload (design);
}

static void
on_compared (SyCompareWindow *window, const char *answer, SyWindow *self)
{
  settle (self, answer);
}

static void
on_disk_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SyWindow) self = data;
  SyDesign *design = sy_session_get_design (self->session);
  g_autoptr (GString) diff = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *disk = NULL;
  gsize n_disk, n_mine;
  const char *mine;
  GtkWidget *window;

  if (design == NULL)
    return;
  if (!g_file_load_contents_finish (G_FILE (source), result, &disk, &n_disk, NULL, &error))
    {
      sy_window_toast (self, "%s", error->message);
      return;
    }
  mine = g_bytes_get_data (sy_design_get_revision (design)->text, &n_mine);
  sy_line_diff_text (diff, disk, (gssize) n_disk, mine, (gssize) n_mine, 3);
  window = sy_compare_window_new_for_file (_("The File on the Disk (−) and Mine (+)"), self->path, diff->str);
  sy_compare_window_add_answer (SY_COMPARE_WINDOW (window), _("Keep Mine"), "mine");
  sy_compare_window_add_answer (SY_COMPARE_WINDOW (window), _("Reload"), "theirs");
  gtk_window_set_transient_for (GTK_WINDOW (window), GTK_WINDOW (self));
  g_signal_connect_object (window, "answer", G_CALLBACK (on_compared), self, 0);
  gtk_window_present (GTK_WINDOW (window));
}

static void
on_answer (AdwMessageDialog *dialog, const char *response, SyWindow *self)
{
  g_autoptr (GFile) file = NULL;

  if (!g_str_equal (response, "compare") || self->path == NULL)
    {
      settle (self, response);
      return;
    }
  file = g_file_new_for_path (self->path);
  g_file_load_contents_async (file, NULL, on_disk_read, g_object_ref (self));
}

void
sy_window_ask_conflict (SyWindow *self, const char *message)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), _("The File Was Changed Elsewhere"), message);

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("Go On Editing"), "compare", _("Compare"), "theirs", _("Reload"),
                                    "mine", _("Keep Mine"), NULL);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "compare");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_answer), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}
