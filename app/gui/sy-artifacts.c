/* sy-artifacts.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-artifacts.h"

#include "app/sy-run-view.h"
#include "core/model/sy-task-values.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST 200        /* files of one task */
#define LOOKED_AT 4096  /* bytes */

/* --- what a file is --- */

static gboolean
is_picture (const char *name)
{
  static const char *const endings[] = { ".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".bmp", ".tif", ".tiff" };
  g_autofree char *lower = g_ascii_strdown (name, -1);

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (lower, endings[i]))
      return TRUE;
  return FALSE;
}

/* A NUL near its beginning: no text */
static gboolean
is_binary (const char *path)
{
  char bytes[LOOKED_AT];
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  gssize n = fd >= 0 ? read (fd, bytes, sizeof bytes) : -1;

  if (fd >= 0)
    close (fd);
  return n > 0 && memchr (bytes, '\0', (gsize) n) != NULL;
}

static void
add_file (GArray *artifacts, const char *name, const char *path)
{
  SyArtifact artifact = { .name = g_utf8_make_valid (name, -1), .path = g_strdup (path), .kind = SY_ARTIFACT_MISSING };
  struct stat st;

  if (stat (path, &st) == 0)
    {
      artifact.kind = S_ISREG (st.st_mode) ? SY_ARTIFACT_FILE : S_ISDIR (st.st_mode) ? SY_ARTIFACT_FOLDER : SY_ARTIFACT_OTHER;
      artifact.size = (guint64) st.st_size;
      artifact.changed_us = (gint64) st.st_mtim.tv_sec * G_USEC_PER_SEC + st.st_mtim.tv_nsec / 1000;
    }
  if (artifact.kind == SY_ARTIFACT_FILE)
    artifact.show = is_picture (path) ? SY_ARTIFACT_PICTURE : is_binary (path) ? SY_ARTIFACT_FOREIGN : SY_ARTIFACT_TEXT;
  g_array_append_val (artifacts, artifact);
}

/* --- which --- */

static gboolean
take_first_event (const SyEvent *event, gpointer data)
{
  if (event->kind == SY_EVENT_RUN_CREATED)
    *(char **) data = g_strdup (event->text);
  return FALSE;
}

typedef struct
{
  SyStateDir *dir;
  SyRunDir *run;
  SyLogReader *reader;
  SyRunMeta meta;
  SyRunSettings *settings;
} Opened;

static void
opened_clear (Opened *opened)
{
  g_clear_pointer (&opened->settings, sy_run_settings_free);
  sy_run_meta_clear (&opened->meta);
  g_clear_pointer (&opened->reader, sy_log_reader_free);
  g_clear_pointer (&opened->run, sy_run_dir_free);
  g_clear_pointer (&opened->dir, sy_state_dir_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Opened, opened_clear)

static gboolean
open_run (Opened *opened, const char *uuid, GError **error)
{
  g_autofree char *created = NULL;

  opened->dir = sy_open_state_dir (SY_STATE_DIR_READ, error);
  opened->run = opened->dir != NULL ? sy_run_dir_open (opened->dir, uuid, error) : NULL;
  opened->reader = opened->run != NULL ? sy_log_reader_open (opened->run, error) : NULL;
  if (opened->reader == NULL || !sy_log_reader_get_meta (opened->reader, &opened->meta, error)
      || !sy_log_reader_read (opened->reader, 0, take_first_event, &created, error))
    return FALSE;
  opened->settings = sy_run_settings_from_json (created, error);
  return opened->settings != NULL;
}

static void
add_written (GArray *artifacts, const SyTaskValues *values)
{
  for (guint i = 0; values->writes[i] != NULL && artifacts->len < MOST; i++)
    {
      g_autofree char *path = g_canonicalize_filename (values->writes[i], values->dir);

      add_file (artifacts, values->writes[i], path);
    }
}

/* What lies in $SWITCHYARD_ARTIFACTS, not below */
static void
add_kept (GArray *artifacts, SyRunDir *run, guint32 task, guint32 attempt)
{
  g_autofree char *folder = g_strdup_printf ("%s/artifacts/t%u.i0.a%u", sy_run_dir_get_path (run), task, attempt);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL && artifacts->len < MOST)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      add_file (artifacts, name, path);
    }
}

GArray *
sy_artifacts_list (const char *uuid, SyWorkflow *workflow, guint32 index, guint32 attempt, const char *values, const char *command,
                   GError **error)
{
  g_auto (Opened) opened = { NULL };
  g_autoptr (GArray) artifacts = g_array_new (FALSE, TRUE, sizeof (SyArtifact));
  g_auto (SyTaskValues) resolved = { NULL };
  g_auto (GStrv) kept = NULL;
  g_auto (GStrv) own = g_get_environ ();
  g_autofree char *fresh = NULL, *folder = NULL;
  SyRunContext context;
  gboolean ok;

  g_array_set_clear_func (artifacts, sy_artifact_clear);
  if (!open_run (&opened, uuid, error))
    return NULL;
  fresh = g_build_filename (sy_run_dir_get_path (opened.run), "dir", NULL);
  folder = g_path_get_dirname (opened.meta.workflow_path);
  kept = sy_run_dir_read_env (opened.run, NULL);
  ok = sy_run_context_init (&context, workflow, opened.settings, (const char *const *) (kept != NULL ? kept : own), uuid, fresh,
                            opened.meta.created_us, error)
       && sy_task_values_resolve (workflow, index, values, command, &context.context, folder, &resolved, error);
  sy_run_context_clear (&context);
  if (!ok)
    return NULL;
  add_written (artifacts, &resolved);
  add_kept (artifacts, opened.run, workflow->tasks[index].number, attempt);
  return g_steal_pointer (&artifacts);
}
