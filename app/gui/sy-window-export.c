/* sy-window-export.c: the graph as a picture file, the run as a report
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-window-private.h"

#include "app/sy-report.h"
#include "core/base/sy-error.h"
#include "core/format/sy-layout-file.h"
#include "views/scene/sy-export-picture.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  GFile *file;          /* (owned) */
  SyWorkflow *workflow; /* (owned) */
  SyRunState *state;    /* (owned) (nullable) a fold of its own */
  SyPlaces *places;     /* (owned) */
  char *uuid, *path;    /* (nullable) the run; the file */
} Export;

static void
export_free (gpointer data)
{
  Export *export = data;

  sy_run_state_free (export->state);
  sy_workflow_unref (export->workflow);
  sy_places_unref (export->places);
  g_object_unref (export->file);
  g_free (export->uuid);
  g_free (export->path);
  g_free (export);
}

static GBytes *
draw_report (SyWorkflow *workflow, const SyRunState *state, const char *format, GError **error)
{
  g_autoptr (SyPlaces) places = workflow->path != NULL ? sy_layout_file_of (workflow->path) : NULL;

  return sy_scene_export (workflow, state, places, format, error);
}

/* Of the run as its log has it now, or of the file */
static GBytes *
make_report (const Export *export, GError **error)
{
  g_autoptr (SyRunView) view = export->uuid != NULL ? sy_run_view_open_uuid (export->uuid, error) : NULL;
  g_autoptr (GString) out = g_string_new (NULL);
  gboolean ok = view != NULL           ? sy_report_write (view, draw_report, out, error)
                : export->uuid == NULL && sy_report_write_file (export->workflow, export->path, draw_report, out, error);

  return ok ? g_string_free_to_bytes (g_steal_pointer (&out)) : NULL;
}

static GBytes *
make_file (const Export *export, const char *suffix, GError **error)
{
  if (g_str_equal (suffix, "html") || g_str_equal (suffix, "htm"))
    return make_report (export, error);
  return sy_scene_export (export->workflow, export->state, export->places, suffix, error);
}

static void
draw (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Export *export = data;
  g_autofree char *name = g_file_get_basename (export->file);
  const char *suffix = strrchr (name, '.');
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = make_file (export, suffix != NULL ? suffix + 1 : "svg", &error);
  gsize size;
  const char *text = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;

  if (text != NULL && g_file_replace_contents (export->file, text, size, NULL, FALSE, G_FILE_CREATE_NONE, NULL, NULL, &error))
    g_task_return_pointer (task, g_strdup (name), g_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
on_drawn (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_task_propagate_pointer (G_TASK (result), &error);

  if (name != NULL)
    sy_window_toast (SY_WINDOW (source), _("Saved %s"), name);
  else
    sy_window_toast (SY_WINDOW (source), _("It cannot be exported: %s"), error->message);
}

static void
start (SyWindow *self, Export *export)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, on_drawn, NULL);

  g_task_set_task_data (task, export, export_free);
  g_task_run_in_thread (task, draw);
}

typedef struct
{
  GWeakRef window;
  Export *export;
} Folding;

static void
on_state (SyRunState *state, const GError *error, gpointer data)
{
  Folding *folding = data;
  g_autoptr (SyWindow) self = g_weak_ref_get (&folding->window);

  folding->export->state = state;
  if (state != NULL)
    {
      sy_workflow_unref (folding->export->workflow);
      folding->export->workflow = sy_workflow_ref (state->workflow);
    }
  if (self != NULL)
    start (self, folding->export);
  else
    export_free (folding->export);
  g_weak_ref_clear (&folding->window);
  g_free (folding);
}

static void
export_to (SyWindow *self, GFile *file)
{
  SyController *controller = sy_gui_controller_get_base (self->controller);
  gint64 instant = sy_session_get_instant (self->session);
  Export *export = g_new0 (Export, 1);
  Folding *folding;

  export->file = g_object_ref (file);
  export->workflow = sy_workflow_ref (sy_run_model_get_workflow (self->model));
  export->uuid = g_strdup (sy_run_model_get_run_id (self->model));
  export->path = g_strdup (self->path);
  export->places = sy_places_ref (sy_run_model_get_places (self->model));
  if (sy_window_get_run_state (self) == NULL)
    {
      start (self, export);
      return;
    }
  folding = g_new0 (Folding, 1);
  g_weak_ref_init (&folding->window, self);
  folding->export = export;
  controller->state_at (controller, instant != 0 ? instant : G_MAXINT64, on_state, folding);
}

static void
on_answer (GtkNativeDialog *dialog, int response, SyWindow *self)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));

  if (response == GTK_RESPONSE_ACCEPT && file != NULL && self->model != NULL)
    export_to (self, file);
  gtk_native_dialog_destroy (dialog);
  g_object_unref (dialog);
}

void
sy_window_export_image (SyWindow *self)
{
  static const char *const formats[] = { "svg", "png", "pdf", "html" };
  GtkFileChooserNative *dialog;
  g_autofree char *name = NULL;

  if (self->model == NULL)
    return;
  dialog = gtk_file_chooser_native_new (_("Export"), GTK_WINDOW (self), GTK_FILE_CHOOSER_ACTION_SAVE, _("_Save"), _("_Cancel"));
  name = g_strconcat (sy_run_model_get_workflow (self->model)->name, ".svg", NULL);
  g_strdelimit (name, "/", '-');
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();
      g_autofree char *words = g_ascii_strup (formats[i], -1);

      gtk_file_filter_set_name (filter, words);
      gtk_file_filter_add_suffix (filter, formats[i]);
      gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), filter);
    }
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_answer), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}
