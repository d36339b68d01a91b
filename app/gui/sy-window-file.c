/* sy-window-file.c: opening a workflow file, and what becomes of it meanwhile; whatever blocks is done by threads
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-window-private.h"

#include "app/sy-run-view.h"
#include "core/format/sy-import.h"
#include "core/format/sy-layout-file.h"
#include "core/format/sy-loader.h"
#include "core/format/sy-manuscript.h"

#include <glib/gi18n.h>

typedef struct
{
  char *path;
  guint opening;
  gboolean document;    /* the file itself, not its newest run */
  SyWorkflow *workflow; /* (owned) (nullable) */
  GBytes *bytes;        /* (owned) (nullable) */
  GBytes *seen;         /* (owned) (nullable) as it lay on the disk, valid or not */
  SyPlaces *places;     /* (owned) (nullable) what the user has pinned */
  char *problems;       /* (owned) */
  SyDesignRevision *broken; /* (owned) (nullable) of a file that cannot be read: text and problems */
  SyWorkflow *last;     /* (owned) (nullable) what can be shown in its stead */
  const char *note;     /* (nullable) what that is */
  char *run;            /* (owned) (nullable) uuid of the run to show */
  gboolean living;      /* it goes on */
} FileAsked;

static void
file_asked_free (gpointer data)
{
  FileAsked *asked = data;

  g_clear_pointer (&asked->workflow, sy_workflow_unref);
  g_clear_pointer (&asked->bytes, g_bytes_unref);
  g_clear_pointer (&asked->seen, g_bytes_unref);
  g_clear_pointer (&asked->broken, sy_design_revision_unref);
  g_clear_pointer (&asked->last, sy_workflow_unref);
  g_clear_pointer (&asked->places, sy_places_unref);
  g_free (asked->path);
  g_free (asked->problems);
  g_free (asked->run);
  g_free (asked);
}

/* The newest run that goes on, else the newest */
static void
find_run (FileAsked *asked)
{
  g_autoptr (SyStateDir) dir = sy_open_state_dir (SY_STATE_DIR_READ, NULL);
  g_autoptr (SyIndex) index = dir != NULL ? sy_index_open (dir, SY_INDEX_READ, NULL) : NULL;
  g_autoptr (GPtrArray) list = index != NULL ? sy_index_list (index, asked->path, NULL) : NULL;
  const char *newest = NULL;

  for (guint i = 0; list != NULL && i < list->len && !asked->living; i++)
    {
      const SyRunInfo *info = g_ptr_array_index (list, i);

      if (info->error != NULL)
        continue;
      asked->living = info->runner == SY_OWNER_ALIVE;
      if (newest == NULL || asked->living)
        newest = info->uuid;
    }
  asked->run = g_strdup (newest);
}

/* (transfer full) (nullable): the file as a run keeps it, valid or not */
static GBytes *
read_native (const char *path)
{
  g_autoptr (GBytes) bytes = NULL;
  char *text;
  gsize size;

  if (g_file_get_contents (path, &text, &size, NULL))
    bytes = g_bytes_new_take (text, size);
  if (bytes != NULL && sy_import_detect (path, bytes) != SY_FORMAT_NATIVE)
    {
      g_autoptr (SyProblems) problems = sy_problems_new ();

      g_clear_pointer (&bytes, g_bytes_unref);
      sy_workflow_unref (sy_open_workflow_file (path, problems, &bytes, NULL));
    }
  return g_steal_pointer (&bytes);
}

/* Its mistakes, and the graph that ran last, else what can be made out of the text */
static void
look_at_broken (FileAsked *asked)
{
  SyManuscript *manuscript = sy_manuscript_new (asked->path, asked->seen, NULL);
  g_autoptr (SyRunView) view = NULL;

  asked->broken = sy_manuscript_make_revision (manuscript);
  sy_manuscript_free (manuscript);
  if (asked->run == NULL)
    find_run (asked);
  view = asked->run != NULL ? sy_run_view_open_uuid (asked->run, NULL) : NULL;
  if (view != NULL)
    asked->last = sy_workflow_ref (view->state->workflow);
  else if (asked->broken->workflow != NULL)
    asked->last = sy_workflow_ref (asked->broken->workflow);
  asked->note = view != NULL ? _("Below is the graph that ran last.") : _("Below is what can be made out of it.");
}

static void
load_file (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  FileAsked *asked = data;
  g_autoptr (SyProblems) problems = sy_problems_new ();
  g_autoptr (GString) text = g_string_new (NULL);

  /* First: a change that comes in between is then seen as one. */
  asked->seen = read_native (asked->path);
  asked->workflow = sy_open_workflow_file (asked->path, problems, &asked->bytes, NULL);
  asked->places = sy_layout_file_of (asked->path);
  sy_problems_render (problems, text);
  asked->problems = g_string_free (g_steal_pointer (&text), FALSE);
  if (!asked->document)
    find_run (asked);
  if (asked->workflow == NULL && asked->seen != NULL)
    look_at_broken (asked);
  g_task_return_boolean (task, TRUE);
}

static void
show_problems (SyWindow *self, const FileAsked *asked)
{
  g_autofree char *base = g_path_get_basename (asked->path);
  g_autofree char *title = g_strdup_printf (_("“%s” Cannot Be Read"), base);

  sy_window_show_problem (self, title, asked->problems);
  sy_window_watch_file (self);
  sy_window_update_actions (self);
}

static void
on_file_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  SyWindow *self = SY_WINDOW (source);
  FileAsked *asked = g_task_get_task_data (G_TASK (result));
  g_autoptr (SyRunModel) model = NULL;

  if (asked->opening != self->opening)
    return;
  g_clear_pointer (&self->file, g_bytes_unref);
  self->file = g_steal_pointer (&asked->seen);
  if (!asked->document && asked->run != NULL && (asked->living || asked->workflow != NULL))
    sy_window_show_run (self, asked->run);
  else if (asked->workflow == NULL && asked->broken != NULL && (asked->last != NULL || g_strcmp0 (self->shown_path, asked->path) == 0))
    sy_window_show_broken (self, asked->path, asked->last, asked->note, asked->broken);
  else if (asked->workflow == NULL)
    show_problems (self, asked);
  else
    {
      sy_gui_controller_set_run (self->controller, NULL, asked->path);
      model = sy_run_model_new (asked->workflow, NULL, 0);
      sy_run_model_set_places (model, asked->places);
      sy_window_set_model (self, model, asked->path, asked->bytes);
      sy_window_say_import (self);
    }
}

static void
open_file (SyWindow *self, const char *path, gboolean document)
{
  FileAsked *asked = g_new0 (FileAsked, 1);
  g_autoptr (GTask) task = g_task_new (self, NULL, on_file_loaded, NULL);

  asked->path = g_strdup (path);
  asked->document = document;
  asked->opening = ++self->opening;
  g_clear_pointer (&self->reader, sy_run_reader_free);
  g_free (self->path);
  self->path = g_strdup (path);
  g_task_set_task_data (task, asked, file_asked_free);
  g_task_run_in_thread (task, load_file);
}

static void
remember (const char *path)
{
  g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);
  GtkRecentData data = { .mime_type = (char *) "application/x-switchyard+yaml", .app_name = (char *) "Switchyard",
                         .app_exec = (char *) "switchyard-gui %f" };

  if (uri != NULL)
    gtk_recent_manager_add_full (gtk_recent_manager_get_default (), uri, &data);
}

void
sy_window_open_file (SyWindow *self, const char *path)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));

  remember (path);
  gtk_stack_set_visible_child_name (self->pages, "loading");
  open_file (self, path, FALSE);
  if (application != NULL)
    sy_application_note_files (SY_APPLICATION (application), NULL);
}

void
sy_window_show_file (SyWindow *self)
{
  g_autofree char *path = g_strdup (self->path);

  if (path != NULL)
    open_file (self, path, TRUE);
}

/* --- what becomes of it --- */

typedef struct
{
  char *path;
  guint opening;
} ReadAsked;

static void
read_asked_free (gpointer data)
{
  ReadAsked *asked = data;

  g_free (asked->path);
  g_free (asked);
}

static void
read_file (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  ReadAsked *asked = data;

  g_task_return_pointer (task, read_native (asked->path), (GDestroyNotify) g_bytes_unref);
}

static void
tell_news (SyWindow *self)
{
  SyFileNews news = SY_FILE_SAME;

  if (self->model == NULL || self->text == NULL)
    return;
  if (self->file == NULL)
    news = SY_FILE_GONE;
  else if (!g_bytes_equal (self->file, self->text))
    news = SY_FILE_CHANGED;
  sy_run_model_set_file_news (self->model, news);
}

/* A run stays what it ran; a document follows its file. */
static void
on_file_read (GObject *source, GAsyncResult *result, gpointer data)
{
  SyWindow *self = SY_WINDOW (source);
  ReadAsked *asked = g_task_get_task_data (G_TASK (result));
  g_autoptr (GBytes) bytes = g_task_propagate_pointer (G_TASK (result), NULL);
  gboolean run = g_strcmp0 (gtk_stack_get_visible_child_name (self->pages), "run") == 0 && sy_window_get_run_state (self) != NULL;

  if (asked->opening != self->opening)
    return;
  if (sy_session_get_design (self->session) != NULL)
    {
      sy_design_check_disk (sy_session_get_design (self->session));
      return;
    }
  if (!run && bytes != NULL && (self->file == NULL || !g_bytes_equal (bytes, self->file)))
    {
      sy_window_show_file (self);
      return;
    }
  g_clear_pointer (&self->file, g_bytes_unref);
  self->file = g_steal_pointer (&bytes);
  tell_news (self);
}

static void
read_again (SyWindow *self)
{
  ReadAsked *asked = g_new0 (ReadAsked, 1);
  g_autoptr (GTask) task = g_task_new (self, NULL, on_file_read, NULL);

  asked->path = g_strdup (self->path);
  asked->opening = self->opening;
  g_task_set_task_data (task, asked, read_asked_free);
  g_task_run_in_thread (task, read_file);
}

static void
on_file_event (GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event, SyWindow *self)
{
  if (event != G_FILE_MONITOR_EVENT_CHANGED && event != G_FILE_MONITOR_EVENT_ATTRIBUTE_CHANGED)
    read_again (self);
}

void
sy_window_watch_file (SyWindow *self)
{
  g_autoptr (GFile) file = NULL;

  g_clear_object (&self->file_monitor);
  if (self->path == NULL)
    return;
  file = g_file_new_for_path (self->path);
  self->file_monitor = g_file_monitor_file (file, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
  if (self->file_monitor != NULL)
    g_signal_connect_object (self->file_monitor, "changed", G_CALLBACK (on_file_event), self, 0);
  read_again (self);
}
