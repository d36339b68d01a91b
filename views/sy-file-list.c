/* sy-file-list.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-file-list.h"

#include "core/model/sy-words.h"
#include "views/sy-artifact-window.h"
#include "views/sy-row-list.h"

#include <glib/gi18n.h>

#define SHOWN 24

struct _SyFileList
{
  GtkWidget parent;
  SySession *session;   /* (owned) */
  GtkWidget *rows;      /* child */
  GArray *files;        /* (owned) SyArtifact */
  guint32 task, attempt;
  guint8 state;
  guint serial;         /* answers to older questions are dropped */
};

G_DEFINE_FINAL_TYPE (SyFileList, sy_file_list, GTK_TYPE_WIDGET)

/* --- words --- */

/* "1.2 GB · 12:04", "folder", "not there" */
static char *
file_words (const SyArtifact *file)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (file->changed_us / G_USEC_PER_SEC);
  g_autofree char *clock = g_date_time_format (time, "%H:%M");
  g_autofree char *size = sy_words_dup_size (file->size);

  switch (file->kind)
    {
    case SY_ARTIFACT_MISSING: return g_strdup (_("not there"));
    case SY_ARTIFACT_FOLDER: return g_strdup (_("folder"));
    case SY_ARTIFACT_FILE: return g_strdup_printf ("%s · %s", size, clock);
    default: return g_strdup (_("no regular file"));
    }
}

static const char *
icon_of (const SyArtifact *file)
{
  if (file->kind == SY_ARTIFACT_FOLDER)
    return "folder-symbolic";
  if (file->kind != SY_ARTIFACT_FILE)
    return "dialog-question-symbolic";
  return file->show == SY_ARTIFACT_PICTURE ? "image-x-generic-symbolic" : "text-x-generic-symbolic";
}

static void
show_rows (SyFileList *self)
{
  SyRow rows[SHOWN];
  guint n = self->files != NULL ? MIN (self->files->len, SHOWN) : 0;

  for (guint i = 0; i < n; i++)
    {
      const SyArtifact *file = &g_array_index (self->files, SyArtifact, i);

      rows[i] = (SyRow){ gtk_image_new_from_icon_name (icon_of (file)), file->name, file_words (file), file->path, i };
    }
  sy_row_list_set_rows (SY_ROW_LIST (self->rows), rows, n);
  for (guint i = 0; i < n; i++)
    g_free ((char *) rows[i].detail);
}

/* --- opening --- */

static GtkWindow *
get_window (SyFileList *self)
{
  return GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
}

static void
show_uri (SyFileList *self, const char *path)
{
  g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);

  if (uri != NULL)
    gtk_show_uri (get_window (self), uri, GDK_CURRENT_TIME);
}

static void open_file (SyFileList *self, guint i);

static void
on_reload (SyFileList *self, GtkWidget *window)
{
  open_file (self, GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (window), "number")));
}

static void
open_file (SyFileList *self, guint i)
{
  SyController *controller = sy_session_get_controller (self->session);
  const SyArtifact *file = self->files != NULL && i < self->files->len ? &g_array_index (self->files, SyArtifact, i) : NULL;

  GtkWidget *window;

  if (file == NULL)
    return;
  if (file->kind == SY_ARTIFACT_MISSING)
    sy_session_set_status (self->session, _("%s is not there: it was not written, or it was deleted or moved since"), file->name);
  else if (file->kind == SY_ARTIFACT_FOLDER)
    show_uri (self, file->path);
  else if (file->kind == SY_ARTIFACT_OTHER)
    sy_session_set_status (self->session, _("%s is no regular file: it is not shown"), file->name);
  else if (file->show == SY_ARTIFACT_FOREIGN)
    sy_artifact_open_with (get_window (self), file->path);
  else
    {
      window = sy_artifact_window_open (get_window (self), file,
                                        file->show == SY_ARTIFACT_TEXT ? controller->open_text (controller, 0, 0, file->path) : NULL);
      g_object_set_data (G_OBJECT (window), "number", GUINT_TO_POINTER (i));
      g_signal_connect_object (window, "reload", G_CALLBACK (on_reload), self, G_CONNECT_SWAPPED);
    }
}

static void
act (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SyFileList *self = SY_FILE_LIST (widget);
  guint i = sy_row_list_get_current (SY_ROW_LIST (self->rows));
  const SyArtifact *file = self->files != NULL && i < self->files->len ? &g_array_index (self->files, SyArtifact, i) : NULL;
  g_autofree char *folder = file != NULL ? g_path_get_dirname (file->path) : NULL;

  if (file == NULL)
    return;
  if (g_str_equal (name, "file.open"))
    open_file (self, i);
  else if (g_str_equal (name, "file.open-with"))
    sy_artifact_open_with (get_window (self), file->path);
  else if (g_str_equal (name, "file.open-folder"))
    show_uri (self, folder);
  else
    {
      gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), file->path);
      sy_session_set_status (self->session, _("Copied"));
    }
}

/* --- which --- */

typedef struct { GWeakRef list; guint serial; } Asked;

static void
on_files (GArray *files, const GError *error, gpointer data)
{
  Asked *asked = data;
  g_autoptr (SyFileList) self = g_weak_ref_get (&asked->list);

  if (self != NULL && self->serial == asked->serial)
    {
      g_clear_pointer (&self->files, g_array_unref);
      self->files = files != NULL ? g_array_ref (files) : NULL;
      show_rows (self);
    }
  g_weak_ref_clear (&asked->list);
  g_free (asked);
}

/* Asked for again when the task has come further. */
void
sy_file_list_show (SyFileList *self, SyRunModel *model, guint32 task)
{
  SyController *controller = sy_session_get_controller (self->session);
  const SyTaskState *state = model != NULL ? sy_run_model_get_task (model, task) : NULL;
  Asked *asked;

  g_return_if_fail (SY_IS_FILE_LIST (self));
  if (state != NULL && self->task == task && self->attempt == state->attempt && self->state == state->state)
    return;
  if (self->task != task || state == NULL || state->attempt == 0)
    {
      g_clear_pointer (&self->files, g_array_unref);
      show_rows (self);
    }
  self->serial++;
  self->task = state != NULL ? task : SY_NO_TASK;
  self->attempt = state != NULL ? state->attempt : 0;
  self->state = state != NULL ? state->state : 0;
  if (self->attempt == 0)
    return;
  asked = g_new0 (Asked, 1);
  g_weak_ref_init (&asked->list, self);
  asked->serial = self->serial;
  controller->read_artifacts (controller, sy_run_model_get_workflow (model), task, state, on_files, asked);
}

/* --- life --- */

static void
sy_file_list_dispose (GObject *object)
{
  SyFileList *self = SY_FILE_LIST (object);

  g_clear_pointer (&self->rows, gtk_widget_unparent);
  g_clear_pointer (&self->files, g_array_unref);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sy_file_list_parent_class)->dispose (object);
}

static void
sy_file_list_class_init (SyFileListClass *klass)
{
  static const char *const actions[] = { "file.open", "file.open-with", "file.open-folder", "file.copy-path" };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sy_file_list_dispose;
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (widget_class, actions[i], NULL, act);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
sy_file_list_init (SyFileList *self)
{
  g_autoptr (GMenu) menu = g_menu_new ();

  g_menu_append (menu, _("Open"), "file.open");
  g_menu_append (menu, _("Open With…"), "file.open-with");
  g_menu_append (menu, _("Open Folder"), "file.open-folder");
  g_menu_append (menu, _("Copy Path"), "file.copy-path");
  self->task = SY_NO_TASK;
  self->rows = sy_row_list_new (_("Files"), G_MENU_MODEL (menu));
  g_signal_connect_swapped (self->rows, "activated", G_CALLBACK (open_file), self);
  gtk_widget_set_parent (self->rows, GTK_WIDGET (self));
}

GtkWidget *
sy_file_list_new (SySession *session)
{
  SyFileList *self = g_object_new (SY_TYPE_FILE_LIST, NULL);

  self->session = g_object_ref (session);
  return GTK_WIDGET (self);
}
