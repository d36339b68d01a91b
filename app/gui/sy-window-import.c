/* sy-window-import.c: another tool's file is saved as a workflow, after what is lost was told
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-window-private.h"

#include "core/format/sy-import.h"
#include "views/sy-reading.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  char *path;
  GBytes *native;       /* (owned) (nullable) */
  GString *losses;      /* a line each */
  guint n_losses;
  char *trouble;        /* (nullable) */
  SyFileFormat format;
} Import;

static void
import_free (gpointer data)
{
  Import *import = data;

  g_clear_pointer (&import->native, g_bytes_unref);
  g_string_free (import->losses, TRUE);
  g_free (import->path);
  g_free (import->trouble);
  g_free (import);
}

static void
read_import (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Import *import = data;
  g_autoptr (SyProblems) problems = sy_problems_new ();
  g_autoptr (SyWorkflow) workflow = sy_open_workflow_file (import->path, problems, &import->native, &import->format);
  g_autoptr (GError) error = workflow == NULL ? sy_problems_to_error (problems) : NULL;

  if (error != NULL)
    import->trouble = g_strdup (error->message);
  for (guint i = 0; i < sy_problems_get_n (problems); i++)
    {
      const SyProblem *problem = sy_problems_get (problems, i);
      const char *loss = sy_import_get_loss (problem);

      if (loss == NULL)
        continue;
      import->n_losses++;
      if (problem->line > 0)
        g_string_append_printf (import->losses, _("line %u: "), problem->line);
      g_string_append_printf (import->losses, "%s\n", loss);
    }
  g_task_return_boolean (task, TRUE);
}

/* --- writing --- */

static void
on_written (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SyWindow) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_file_get_path (G_FILE (source));

  if (!g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    sy_window_toast (self, "%s", error->message);
  else
    {
      sy_window_open_file (self, path);
      sy_window_toast (self, _("Saved %s"), path);
    }
}

static void
on_place (GtkNativeDialog *dialog, int response, SyWindow *self)
{
  GBytes *native = g_object_get_data (G_OBJECT (dialog), "native");
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));

  if (response == GTK_RESPONSE_ACCEPT && file != NULL)
    g_file_replace_contents_bytes_async (file, native, NULL, FALSE, G_FILE_CREATE_NONE, NULL, on_written, g_object_ref (self));
  gtk_native_dialog_destroy (dialog);
  g_object_unref (dialog);
}

/* In the same folder: the commands' names of files mean the same there. */
static void
ask_place (SyWindow *self, const Import *import)
{
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (_("Save as Workflow"), GTK_WINDOW (self), GTK_FILE_CHOOSER_ACTION_SAVE,
                                                              _("_Save"), _("_Cancel"));
  g_autofree char *dir = g_path_get_dirname (import->path), *base = g_path_get_basename (import->path);
  g_autoptr (GFile) folder = g_file_new_for_path (dir);
  g_autofree char *name = NULL;
  char *dot = strrchr (base, '.');

  if (dot != NULL && dot != base)
    *dot = '\0';
  name = g_strconcat (base, ".yard.yaml", NULL);
  gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (dialog), folder, NULL);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  g_object_set_data_full (G_OBJECT (dialog), "native", g_bytes_ref (import->native), (GDestroyNotify) g_bytes_unref);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_place), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

/* --- what is lost --- */

static void
on_losses_answer (AdwMessageDialog *dialog, const char *response, SyWindow *self)
{
  if (g_str_equal (response, "save"))
    ask_place (self, g_object_get_data (G_OBJECT (dialog), "import"));
}

static GtkWidget *
make_losses (const Import *import)
{
  g_autofree char *text = g_strndup (import->losses->str, import->losses->len - 1);
  GtkWidget *scroll = sy_reading_new (text, _("Not Carried Over"), SY_READING_WORDS);

  gtk_widget_set_size_request (scroll, 460, 180);
  gtk_widget_add_css_class (scroll, "card");
  gtk_widget_set_overflow (scroll, GTK_OVERFLOW_HIDDEN);
  return scroll;
}

static void
on_import (GObject *source, GAsyncResult *result, gpointer data)
{
  SyWindow *self = SY_WINDOW (source);
  Import *import = g_task_get_task_data (G_TASK (result));
  GtkWidget *dialog;

  if (import->native == NULL || import->format == SY_FORMAT_NATIVE)
    {
      sy_window_toast (self, "%s", import->trouble != NULL ? import->trouble : _("This is a workflow file already"));
      return;
    }
  dialog = adw_message_dialog_new (GTK_WINDOW (self), _("Save as Workflow"),
                                   import->n_losses > 0 ? _("What the new file will not have:") : _("Everything is carried over."));
  if (import->n_losses > 0)
    adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), make_losses (import));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("Cancel"), "save", _("Save…"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "save", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "save");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_object_set_data_full (G_OBJECT (dialog), "import", g_steal_pointer (&import), NULL);
  g_object_set_data_full (G_OBJECT (dialog), "task", g_object_ref (result), g_object_unref); /* it owns the import */
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_losses_answer), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

void
sy_window_save_as_workflow (SyWindow *self)
{
  Import *import;
  g_autoptr (GTask) task = NULL;

  if (!sy_window_is_import (self))
    return;
  import = g_new0 (Import, 1);
  import->path = g_strdup (self->path);
  import->losses = g_string_new (NULL);
  task = g_task_new (self, NULL, on_import, NULL);
  g_task_set_task_data (task, import, import_free);
  g_task_run_in_thread (task, read_import);
}

gboolean
sy_window_is_import (SyWindow *self)
{
  return self->path != NULL && !g_str_has_suffix (self->path, ".yaml") && !g_str_has_suffix (self->path, ".yml");
}

void
sy_window_say_import (SyWindow *self)
{
  AdwToast *toast;

  if (!sy_window_is_import (self))
    return;
  toast = adw_toast_new (_("Another tool’s file: it is shown and run as it is"));
  adw_toast_set_button_label (toast, _("Save as Workflow…"));
  adw_toast_set_action_name (toast, "win.save-as-workflow");
  adw_toast_set_timeout (toast, 8);
  adw_toast_overlay_add_toast (self->toasts, toast);
}
