/* sy-index.c: the list of runs
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/store/sy-index-private.h"

#include "core/base/sy-error.h"
#include "core/store/sy-doctor.h"
#include "core/store/sy-log-reader.h"
#include "core/store/sy-log-schema-private.h"
#include "core/store/sy-state-dir-private.h"

#include <stdlib.h>
#include <string.h>

void
sy_run_info_free (SyRunInfo *info)
{
  if (info == NULL)
    return;
  g_free (info->uuid);
  g_free (info->workflow_path);
  g_free (info->name);
  g_free (info->rerun_of);
  g_free (info->error);
  g_free (info);
}

/* --- rows --- */

gboolean
sy_index_run_statement (SyIndex *index, guint id, GError **error)
{
  return sy_database_run (index->db, index->statements[id], "Writing the index of runs", error);
}

gint64
sy_index_get_workflow (SyIndex *index, const char *path, gboolean add, guint32 *last_number, GError **error)
{
  sqlite3_stmt *put = index->statements[SY_INDEX_WORKFLOW_ADD],
               *get = index->statements[SY_INDEX_WORKFLOW_GET];
  gint64 id = 0;

  if (add)
    {
      sqlite3_bind_text (put, 1, path, -1, SQLITE_TRANSIENT);
      if (!sy_index_run_statement (index, SY_INDEX_WORKFLOW_ADD, error))
        return 0;
    }
  sqlite3_bind_text (get, 1, path, -1, SQLITE_TRANSIENT);
  if (sqlite3_step (get) == SQLITE_ROW)
    {
      id = sqlite3_column_int64 (get, 0);
      if (last_number != NULL)
        *last_number = (guint32) sqlite3_column_int64 (get, 1);
    }
  sqlite3_reset (get);
  if (id == 0 && add)
    g_set_error (error, SY_ERROR, SY_ERROR_CORRUPT, "The index of runs does not keep what is written to it");
  return id;
}

static char *
join_counts (const guint32 *counts)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < SY_N_STATES; i++)
    g_string_append_printf (text, "%s%u", i > 0 ? " " : "", counts[i]);
  return g_string_free (text, FALSE);
}

static void
split_counts (const char *text, guint32 *counts)
{
  char *end;

  for (guint i = 0; i < SY_N_STATES; i++, text = end)
    counts[i] = (guint32) strtoul (text, &end, 10);
}

static gboolean
put_run (SyIndex *index, const SyRunInfo *info, gint64 stamp, GError **error)
{
  sqlite3_stmt *put = index->statements[SY_INDEX_RUN_PUT],
               *number = index->statements[SY_INDEX_WORKFLOW_NUMBER];
  g_autofree char *counts = join_counts (info->counts);
  gint64 workflow = sy_index_get_workflow (index, info->workflow_path, TRUE, NULL, error);

  if (workflow == 0)
    return FALSE;
  sqlite3_bind_int64 (number, 1, workflow);
  sqlite3_bind_int64 (number, 2, info->number);
  sqlite3_bind_text (put, 1, info->uuid, -1, SQLITE_TRANSIENT);
  sqlite3_bind_int64 (put, 2, workflow);
  sqlite3_bind_text (put, 3, info->name, -1, SQLITE_TRANSIENT);
  sqlite3_bind_int64 (put, 4, info->number);
  sqlite3_bind_int64 (put, 5, info->status);
  sqlite3_bind_int64 (put, 6, info->created_us);
  sqlite3_bind_int64 (put, 7, info->ended_us);
  sqlite3_bind_text (put, 8, info->rerun_of, -1, SQLITE_TRANSIENT);
  sqlite3_bind_text (put, 9, counts, -1, SQLITE_TRANSIENT);
  sqlite3_bind_int64 (put, 10, stamp);
  return sy_index_run_statement (index, SY_INDEX_WORKFLOW_NUMBER, error) &&
         sy_index_run_statement (index, SY_INDEX_RUN_PUT, error);
}

/* (nullable): the row, with what only the folder knows not yet filled in */
static SyRunInfo *
get_run (SyIndex *index, const char *uuid, gint64 *stamp)
{
  sqlite3_stmt *get = index->statements[SY_INDEX_RUN_GET];
  SyRunInfo *info = NULL;

  sqlite3_bind_text (get, 1, uuid, -1, SQLITE_TRANSIENT);
  if (sqlite3_step (get) == SQLITE_ROW)
    {
      info = g_new0 (SyRunInfo, 1);
      info->uuid = g_strdup (uuid);
      info->workflow_path = g_strdup (sy_database_text (get, 1));
      info->name = g_strdup (sy_database_text (get, 2));
      info->number = (guint32) sqlite3_column_int64 (get, 3);
      info->status = (SyRunStatus) CLAMP (sqlite3_column_int64 (get, 4), 0, SY_N_RUN_STATUSES - 1);
      info->created_us = sqlite3_column_int64 (get, 5);
      info->ended_us = sqlite3_column_int64 (get, 6);
      info->rerun_of = g_strdup ((const char *) sqlite3_column_text (get, 7));
      split_counts (sy_database_text (get, 8), info->counts);
      *stamp = sqlite3_column_int64 (get, 9);
    }
  sqlite3_reset (get);
  return info;
}

/* --- from the logs --- */

static SyRunInfo *
info_from_meta (const char *uuid, const SyRunMeta *meta)
{
  SyRunInfo *info = g_new0 (SyRunInfo, 1);

  info->uuid = g_strdup (uuid);
  info->workflow_path = g_strdup (meta->workflow_path);
  info->name = g_strdup (meta->name);
  info->rerun_of = g_strdup (meta->rerun_of);
  info->number = meta->number;
  info->status = meta->status;
  info->created_us = meta->created_us;
  info->ended_us = meta->ended_us;
  memcpy (info->counts, meta->counts, sizeof info->counts);
  return info;
}

static SyRunInfo *
info_from_log (SyRunDir *run, GError **error)
{
  g_autoptr (SyLogReader) reader = sy_log_reader_open (run, error);
  g_auto (SyRunMeta) meta = { 0 };

  if (reader == NULL || !sy_log_reader_get_meta (reader, &meta, error))
    return NULL;
  if (meta.seq == 0 && sy_run_is_half_made (run))
    {
      g_set_error (error, SY_ERROR, SY_ERROR_NOT_FOUND, "Run %s has not begun", sy_run_dir_get_uuid (run));
      return NULL;
    }
  return info_from_meta (sy_run_dir_get_uuid (run), &meta);
}

/* @known: (nullable) (transfer full): the row from when it could be read */
static SyRunInfo *
info_of_unreadable (const char *uuid, SyRunInfo *known, const GError *problem)
{
  SyRunInfo *info = known != NULL ? known : g_new0 (SyRunInfo, 1);

  if (known == NULL)
    {
      info->uuid = g_strdup (uuid);
      info->workflow_path = g_strdup ("");
      info->name = g_strdup ("");
    }
  info->status = SY_RUN_LOST;
  memset (info->counts, 0, sizeof info->counts);
  info->error = g_strdup (problem->message);
  return info;
}

/* Changes with every commit and merge; 0: there is no log. */
static gint64
stamp_of (SyRunDir *run)
{
  struct stat db, wal;
  gint64 stamp;

  if (!sy_log_file_stat (run, "", &db))
    return 0;
  stamp = db.st_mtim.tv_sec * 1000000000 + db.st_mtim.tv_nsec + db.st_size;
  if (sy_log_file_stat (run, "-wal", &wal) && wal.st_size > 0)
    stamp += wal.st_mtim.tv_sec * 1000000000 + wal.st_mtim.tv_nsec + wal.st_size;
  return stamp;
}

/* The row where no runner lives and none has touched the log since it was made, else the log */
static SyRunInfo *
look_up (SyIndex *index, const char *uuid, gboolean fresh, GError **error)
{
  g_autoptr (SyRunDir) run = sy_run_dir_open (index->dir, uuid, error);
  g_autoptr (SyRunInfo) info = NULL;
  g_autoptr (GError) problem = NULL;
  gint64 stamp = 0, now;
  SyOwner owner;

  if (run == NULL)
    return NULL;
  owner = sy_run_dir_get_owner (run, NULL, NULL);
  now = owner == SY_OWNER_NONE ? stamp_of (run)
                               : 0; /* before the log is read: at worst it is read once too often */
  info = fresh ? NULL : get_run (index, uuid, &stamp);
  if (info == NULL || now == 0 || stamp != now)
    {
      g_autoptr (SyRunInfo) read = info_from_log (run, &problem);

      if (read != NULL)
        put_run (index, read, now, NULL); /* else it is read again next time */
      else if (g_error_matches (problem, SY_ERROR, SY_ERROR_NOT_FOUND) && owner == SY_OWNER_ALIVE &&
               info != NULL)
        read = g_steal_pointer (&info); /* its runner is about to make the log */
      else if (!g_error_matches (problem, SY_ERROR, SY_ERROR_NOT_FOUND))
        read = info_of_unreadable (uuid, g_steal_pointer (&info), problem);
      if (read == NULL)
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return NULL;
        }
      sy_run_info_free (info);
      info = g_steal_pointer (&read);
    }
  info->runner = owner;
  info->pinned = sy_run_dir_is_pinned (run);
  return g_steal_pointer (&info);
}

SyRunInfo *
sy_index_lookup (SyIndex *index, const char *uuid, GError **error)
{
  return look_up (index, uuid, FALSE, error);
}

static gboolean
begin (SyIndex *index, GError **error)
{
  return sy_database_exec (index->db, "BEGIN IMMEDIATE", error);
}

static gboolean
end (SyIndex *index, gboolean ok, GError **error)
{
  if (ok && sy_database_exec (index->db, "COMMIT", error))
    return TRUE;
  if (!sqlite3_get_autocommit (index->db))
    sqlite3_exec (index->db, "ROLLBACK", NULL, NULL, NULL);
  return FALSE;
}

gboolean
sy_index_transact (SyIndex *index, SyIndexWork work, gpointer data, GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (begin (index, &problem) && end (index, work (index, data, &problem), &problem))
    return TRUE;
  if (index->write && !index->replacing && g_error_matches (problem, SY_ERROR, SY_ERROR_CORRUPT))
    {
      gboolean ok;

      index->replacing = TRUE;
      ok = sy_index_replace_file (index, error) && sy_index_transact (index, work, data, error);
      index->replacing = FALSE;
      return ok;
    }
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* --- changes --- */

typedef struct
{
  SyRunInfo info;
  guint32 *number;
} NewRun;

static gboolean
add_run (SyIndex *index, gpointer data, GError **error)
{
  NewRun *new_run = data;
  guint32 last = 0;

  if (sy_index_get_workflow (index, new_run->info.workflow_path, TRUE, &last, error) == 0)
    return FALSE;
  new_run->info.number = *new_run->number = last + 1;
  return put_run (index, &new_run->info, 0, error);
}

gboolean
sy_index_add_run (SyIndex *index,
                  const char *uuid,
                  const char *workflow_path,
                  const char *name,
                  gint64 created_us,
                  const char *rerun_of,
                  guint32 *number,
                  GError **error)
{
  NewRun new_run = { .number = number };

  g_return_val_if_fail (index->write, FALSE);

  new_run.info.uuid = (char *) uuid;
  new_run.info.workflow_path = (char *) workflow_path;
  new_run.info.name = (char *) name;
  new_run.info.rerun_of = (char *) rerun_of;
  new_run.info.created_us = created_us;
  return sy_index_transact (index, add_run, &new_run, error);
}

typedef struct
{
  const SyRunInfo *info;
  gint64 stamp;
} Row;

static gboolean
put_row (SyIndex *index, gpointer data, GError **error)
{
  const Row *row = data;

  return put_run (index, row->info, row->stamp, error);
}

gboolean
sy_index_update_run (SyIndex *index, const char *uuid, GError **error)
{
  g_autoptr (SyRunDir) run = sy_run_dir_open (index->dir, uuid, error);
  gint64 stamp = run != NULL ? stamp_of (run) : 0;
  g_autoptr (SyRunInfo) info = run != NULL ? info_from_log (run, error) : NULL;
  Row row = { info, stamp };

  return info != NULL && sy_index_transact (index, put_row, &row, error);
}

gboolean
sy_index_note_run (SyIndex *index, SyRunDir *run, const SyRunInfo *info, GError **error)
{
  Row row = { info, stamp_of (run) };

  g_return_val_if_fail (index->write && g_str_equal (info->uuid, sy_run_dir_get_uuid (run)), FALSE);

  return sy_index_transact (index, put_row, &row, error);
}

gboolean
sy_index_remove_run (SyIndex *index, const char *uuid, GError **error)
{
  sqlite3_bind_text (index->statements[SY_INDEX_RUN_REMOVE], 1, uuid, -1, SQLITE_TRANSIENT);
  return sy_index_run_statement (index, SY_INDEX_RUN_REMOVE, error);
}

static gboolean
rebuild (SyIndex *index, gpointer data, GError **error)
{
  g_auto (GStrv) uuids = sy_state_dir_list_runs (index->dir, error);

  if (uuids == NULL || !sy_database_exec (index->db, "DELETE FROM run", error))
    return FALSE;
  for (guint i = 0; uuids[i] != NULL; i++)
    {
      /* A run that cannot be read hinders no other. */
      SyRunInfo *info = look_up (index, uuids[i], TRUE, NULL);

      sy_run_info_free (info);
    }
  return TRUE;
}

gboolean
sy_index_rebuild (SyIndex *index, GError **error)
{
  return sy_index_transact (index, rebuild, NULL, error);
}

/* --- lists --- */

static int
compare_runs (gconstpointer a, gconstpointer b)
{
  const SyRunInfo *x = *(SyRunInfo *const *) a, *y = *(SyRunInfo *const *) b;

  if (x->created_us != y->created_us)
    return x->created_us < y->created_us ? 1 : -1;
  return strcmp (y->uuid, x->uuid);
}

/* Rows whose folder is gone */
static void
drop_vanished (SyIndex *index, const char *const *uuids)
{
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func (g_free);
  sqlite3_stmt *get = index->statements[SY_INDEX_RUN_UUIDS];

  while (sqlite3_step (get) == SQLITE_ROW)
    if (!g_strv_contains (uuids, sy_database_text (get, 0)))
      g_ptr_array_add (gone, g_strdup (sy_database_text (get, 0)));
  sqlite3_reset (get);
  for (guint i = 0; i < gone->len; i++)
    sy_index_remove_run (index, gone->pdata[i], NULL);
}

GPtrArray *
sy_index_list (SyIndex *index, const char *workflow_path, GError **error)
{
  g_auto (GStrv) uuids = sy_state_dir_list_runs (index->dir, error);
  g_autoptr (GPtrArray) runs = g_ptr_array_new_with_free_func ((GDestroyNotify) sy_run_info_free);

  if (uuids == NULL || !begin (index, error))
    return NULL;
  drop_vanished (index, (const char *const *) uuids);
  for (guint i = 0; uuids[i] != NULL; i++)
    {
      SyRunInfo *info = look_up (index, uuids[i], FALSE, NULL);

      if (info != NULL &&
          (workflow_path == NULL || (info->error != NULL && *info->workflow_path == '\0') ||
           g_str_equal (info->workflow_path, workflow_path)))
        g_ptr_array_add (runs, info);
      else
        sy_run_info_free (info);
    }
  if (!end (index, TRUE, error))
    return NULL;
  g_ptr_array_sort (runs, compare_runs);
  return g_steal_pointer (&runs);
}

gboolean
sy_index_find_left (SyIndex *index, const char *workflow_path, char uuid[37], SyRunStatus *status)
{
  sqlite3_stmt *get = index->statements[SY_INDEX_RUNS_OF];
  g_autoptr (SyRunInfo) info = NULL;
  g_autoptr (SyRunDir) run = NULL;
  gint64 stamp;

  sqlite3_bind_text (get, 1, workflow_path, -1, SQLITE_TRANSIENT);
  if (sqlite3_step (get) == SQLITE_ROW)
    info = get_run (index, sy_database_text (get, 0), &stamp);
  sqlite3_reset (get);
  if (info == NULL || sy_run_status_is_final (info->status))
    return FALSE;
  run = sy_run_dir_open (index->dir, info->uuid, NULL); /* it may have been deleted by hand */
  if (run == NULL || sy_run_dir_get_owner (run, NULL, NULL) != SY_OWNER_NONE)
    return FALSE;
  g_strlcpy (uuid, info->uuid, 37);
  *status = info->status;
  return TRUE;
}

gboolean
sy_index_find_living (SyIndex *index, const char *workflow_path, guint32 before, char uuid[37], guint32 *number)
{
  sqlite3_stmt *get = index->statements[SY_INDEX_RUNS_OF];
  gboolean found = FALSE;

  sqlite3_bind_text (get, 1, workflow_path, -1, SQLITE_TRANSIENT);
  while (!found && sqlite3_step (get) == SQLITE_ROW)
    {
      *number = (guint32) sqlite3_column_int64 (get, 1);
      g_strlcpy (uuid, sy_database_text (get, 0), 37);
      found = (before == 0 || *number < before) && sy_run_dir_has_owner (index->dir, uuid);
    }
  sqlite3_reset (get);
  return found;
}
