/* sy-log-writer.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/store/sy-log-group-private.h"

#include "core/base/sy-error.h"
#include "core/store/sy-log-verify-private.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define WAL_LIMIT_BYTES "8388608"
#define WAL_CHECK_US 100000

static const char *const statements_sql[N_STMTS] = {
  [STMT_BEGIN] = "BEGIN IMMEDIATE",
  [STMT_COMMIT] = "COMMIT",
  [STMT_ROLLBACK] = "ROLLBACK",
  [STMT_EVENT] = SY_EVENT_INSERT,
  [STMT_STATE] = SY_STATE_INSERT,
  [STMT_ATTEMPT] = SY_ATTEMPT_INSERT,
  [STMT_ATTEMPT_GET] = SY_ATTEMPT_SELECT " WHERE key = ?1",
  [STMT_SAMPLE] = "INSERT OR REPLACE INTO sample VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
  [STMT_SAMPLES_COUNT] = "SELECT count(*) FROM sample WHERE key = ?1",
  [STMT_SAMPLES_THIN] = "DELETE FROM sample WHERE key = ?1 AND mono_us IN (SELECT mono_us FROM (SELECT "
                        "mono_us, row_number() OVER"
                        " (ORDER BY mono_us) AS r FROM sample WHERE key = ?1) WHERE r % 2 = 0)",
  [STMT_DEFINITION] = SY_DEFINITION_INSERT,
};

static int
wal_hook (gpointer data, sqlite3 *db, const char *name, int pages)
{
  ((SyLogWriter *) data)->wal_pages = pages;
  return SQLITE_OK;
}

/* --- opening --- */

static int
sync_file (SyLogWriter *writer, int which)
{
  sqlite3_file *file = NULL;
  int rc = sqlite3_file_control (writer->db, "main", which, &file);

  if (rc == SQLITE_OK && file != NULL && file->pMethods != NULL)
    rc = file->pMethods->xSync (file, SQLITE_SYNC_NORMAL);
  return rc;
}

gboolean
sy_log_writer_begin_durability (SyLogWriter *writer, GError **error)
{
  int rc = sync_file (writer, SQLITE_FCNTL_JOURNAL_POINTER);

  if (rc == SQLITE_OK)
    rc = sync_file (writer, SQLITE_FCNTL_FILE_POINTER);
  if (rc != SQLITE_OK)
    {
      sy_database_set_error (error, writer->db, rc, "Writing %s/log.db to the disk", sy_run_dir_get_path (writer->run));
      return FALSE;
    }
  sy_run_dir_sync (writer->run);
  writer->unsynced = FALSE;
  return sy_database_exec (writer->db, "PRAGMA synchronous=FULL", error);
}

static gboolean
set_up_wal (SyLogWriter *writer, GError **error)
{
  static const char pragmas[] =
      "PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-8000; PRAGMA journal_size_limit=" WAL_LIMIT_BYTES ";";
  g_autoptr (sqlite3_stmt) mode = NULL;
  int rc;

  mode = sy_database_query (writer->db, "PRAGMA journal_mode=WAL", error);
  if (mode == NULL)
    return FALSE;
  rc = sqlite3_step (mode);
  if (rc != SQLITE_ROW || g_strcmp0 (sy_database_text (mode, 0), "wal") != 0)
    {
      sy_database_set_error (error, writer->db, rc == SQLITE_ROW ? SQLITE_IOERR : rc,
                             "Switching %s/log.db to a write-ahead log", sy_run_dir_get_path (writer->run));
      return FALSE;
    }
  sqlite3_reset (mode);
  if (!sy_database_exec (writer->db, pragmas, error))
    return FALSE;
  sqlite3_wal_hook (writer->db, wal_hook, writer);
  return TRUE;
}

static gboolean
write_info (SyLogWriter *writer, const SyRunLogInfo *info, GError **error)
{
  sqlite3 *db = writer->db;

  return sy_log_meta_set_int (db, "format", SY_LOG_VERSION, error) &&
         sy_log_meta_set (db, "app", SY_VERSION, error) &&
         sy_log_meta_set (db, "uuid", sy_run_dir_get_uuid (writer->run), error) &&
         sy_log_meta_set_int (db, "number", info->number, error) &&
         sy_log_meta_set (db, "workflow", info->workflow_path, error) &&
         sy_log_meta_set (db, "name", info->name, error) &&
         sy_log_meta_set_int (db, "created_us", info->created_us, error) &&
         (info->rerun_of == NULL || sy_log_meta_set (db, "rerun_of", info->rerun_of, error));
}

static void
get_boot_id (const SyRunLogOptions *options, SyBoot *boot)
{
  g_autofree char *id = g_strdup (options->boot_id);

  if (id == NULL && !g_file_get_contents ("/proc/sys/kernel/random/boot_id", &id, NULL, NULL))
    id = g_strdup ("00000000-0000-0000-0000-000000000000");
  g_strlcpy (boot->boot_id, g_strstrip (id), sizeof boot->boot_id);
}

/* Finds the row of this boot, or adds one. */
static gboolean
enter_boot (SyLogWriter *writer, const SyRunLogOptions *options, GError **error)
{
  SyTime now = sy_clock_now (options->clock);
  SyBoot boot = { .n = writer->boots->len + 1, .wall_us = now.wall_us, .boot_us = now.boot_us };

  get_boot_id (options, &boot);
  for (guint i = 0; i < writer->boots->len; i++)
    if (g_str_equal (g_array_index (writer->boots, SyBoot, i).boot_id, boot.boot_id))
      {
        writer->boot = i + 1;
        return TRUE;
      }
  if (!sy_boot_insert (writer->db, &boot, error))
    return FALSE;
  g_array_append_val (writer->boots, boot);
  writer->boot = boot.n;
  return TRUE;
}

static gboolean
fill_new_log (SyLogWriter *writer, const SyLogSeed *seed, const SyRunLogOptions *options, GError **error)
{
  gint64 version = 0;
  gboolean ok;

  if (!sy_database_get_int (writer->db, "PRAGMA user_version", &version, error))
    return FALSE;
  if (version != 0)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_REFUSED, "Run %s has a log already",
                   sy_run_dir_get_uuid (writer->run));
      return FALSE;
    }
  writer->boots = g_array_new (FALSE, TRUE, sizeof (SyBoot));
  ok = sy_log_schema_migrate (writer->db, 0, error) && write_info (writer, seed->info, error);
  for (guint i = 0; ok && seed->boots != NULL && i < seed->boots->len; i++)
    {
      ok = sy_boot_insert (writer->db, &g_array_index (seed->boots, SyBoot, i), error);
      g_array_append_val (writer->boots, g_array_index (seed->boots, SyBoot, i));
    }
  return ok && enter_boot (writer, options, error);
}

static gboolean
check_confirmed (SyLogWriter *writer, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *unconfirmed = sy_log_meta_get (writer->db, "unconfirmed", &problem);

  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (g_strcmp0 (unconfirmed, "1") != 0)
    return TRUE;
  g_set_error (
      error, SY_ERROR, SY_ERROR_REFUSED,
      "Run %.8s was salvaged from a damaged log and is read-only: look at it, then `switchyard doctor "
      "--confirm %.8s`",
      sy_run_dir_get_uuid (writer->run), sy_run_dir_get_uuid (writer->run));
  return FALSE;
}

static gboolean
verify (SyLogWriter *writer, GError **error)
{
  writer->boots = sy_boots_load (writer->db, FALSE, error);
  if (writer->boots != NULL &&
      sy_log_verify_chain (writer->db, writer->run, writer->boots, &writer->chain, NULL, NULL, NULL, error))
    return TRUE;
  g_prefix_error (
      error, "The log of run %.8s is damaged (`switchyard doctor %.8s` looks further and saves the rest): ",
      sy_run_dir_get_uuid (writer->run), sy_run_dir_get_uuid (writer->run));
  return FALSE;
}

static gboolean
take_over_log (SyLogWriter *writer, gint64 version, const SyRunLogOptions *options, GError **error)
{
  gint64 n = 0;

  if (!sy_log_schema_migrate (writer->db, version, error) || !check_confirmed (writer, error) ||
      !verify (writer, error) ||
      !sy_database_get_int (writer->db, "SELECT max(n) FROM definition", &n, error))
    return FALSE;
  writer->n_definitions = (guint32) n;
  return enter_boot (writer, options, error);
}

gboolean
sy_log_writer_run (SyLogWriter *writer, StatementId id, GError **error)
{
  return sy_database_run (writer->db, writer->statements[id], "Writing the run log", error);
}

void
sy_log_writer_roll_back (SyLogWriter *writer)
{
  for (guint i = 0; i < N_STMTS; i++)
    if (writer->statements[i] != NULL)
      sqlite3_reset (writer->statements[i]);
  if (!sqlite3_get_autocommit (writer->db))
    sqlite3_exec (writer->db, "ROLLBACK", NULL, NULL, NULL);
}

static gboolean
prepare (SyLogWriter *writer, GError **error)
{
  return sy_log_feed_attach (&writer->event_feed, writer->db, "feed_event", SY_EVENT_COLUMNS, error) &&
         sy_log_feed_attach (&writer->state_feed, writer->db, "feed_state", SY_STATE_COLUMNS, error) &&
         sy_log_feed_attach (&writer->attempt_feed, writer->db, "feed_attempt", SY_ATTEMPT_COLUMNS, error) &&
         sy_database_prepare (writer->db, statements_sql, N_STMTS, writer->statements, error);
}

static gboolean
set_up_contents (SyLogWriter *writer, const SyLogSeed *seed, const SyRunLogOptions *options, GError **error)
{
  g_autofree char *path = sy_log_path (writer->run);
  gint64 version = 0;
  gboolean ok;

  if (seed == NULL && !sy_log_schema_check (writer->db, path, &version, error))
    return FALSE;
  /* A log in the making is nobody's yet: its files are synced once, with its first group. */
  if (seed != NULL && !sy_database_exec (writer->db, "PRAGMA synchronous=OFF; PRAGMA journal_mode=MEMORY", error))
    return FALSE;
  if (!set_up_wal (writer, error) || (seed == NULL && !sy_log_writer_begin_durability (writer, error)) ||
      !sy_database_exec (writer->db, "BEGIN IMMEDIATE", error))
    return FALSE;
  ok = seed != NULL ? fill_new_log (writer, seed, options, error)
                    : take_over_log (writer, version, options, error);
  writer->unsynced = seed != NULL;
  ok = ok && sy_database_exec (writer->db, "COMMIT", error) &&
       prepare (writer, error);
  if (!ok)
    sy_log_writer_roll_back (writer);
  return ok;
}

static gboolean
open_files (SyLogWriter *writer, GError **error)
{
  writer->bell_fd = sy_run_dir_open_file (writer->run, "bell", O_WRONLY | O_CREAT, error);
  writer->mark_fd = writer->bell_fd >= 0 ? sy_mark_open (writer->run, error) : -1;
  return writer->mark_fd >= 0;
}

SyLogWriter *
sy_log_writer_new (SyRunDir *run, const SyLogSeed *seed, const SyRunLogOptions *options, GError **error)
{
  SyLogWriter *writer = g_new0 (SyLogWriter, 1);
  struct stat st;
  g_autofree char *log_path = sy_log_path (run);
  g_autofree char *path = g_strconcat (log_path, seed != NULL ? seed->suffix : "", NULL);
  g_autofree char *mode_of = g_build_filename (sy_run_dir_get_path (run), "owner", NULL);
  SyDatabaseFlags flags = SY_DATABASE_WRITE | (seed != NULL ? SY_DATABASE_CREATE : 0);

  writer->run = run;
  writer->thread = g_thread_self ();
  writer->mark_fd = writer->bell_fd = -1;
  writer->attempts = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  writer->dirty = g_ptr_array_new ();
  writer->states_seen = g_hash_table_new (g_int64_hash, g_int64_equal);
  writer->state_keys = g_array_new (FALSE, FALSE, sizeof (gint64));
  writer->data = g_string_new (NULL);
  writer->rare = g_string_new (NULL);
  if (seed == NULL && !sy_log_file_stat (run, "", &st))
    g_set_error (error, SY_ERROR, SY_ERROR_NOT_FOUND, "Run %s has no log", sy_run_dir_get_uuid (run));
  else if ((writer->db = sy_database_open (path, flags, mode_of, options->vfs, error)) != NULL &&
           set_up_contents (writer, seed, options, error) && open_files (writer, error))
    return writer;
  if (seed == NULL)
    sy_log_explain_absence (run, error);
  sy_log_writer_free (writer);
  return NULL;
}

void
sy_log_writer_free (SyLogWriter *writer)
{
  if (writer == NULL)
    return;
  sy_log_writer_assert_thread (writer);
  sy_database_finalize (writer->statements, N_STMTS);
  if (writer->db != NULL)
    sy_database_close (writer->db);
  if (writer->mark_fd >= 0)
    close (writer->mark_fd);
  if (writer->bell_fd >= 0)
    close (writer->bell_fd);
  g_clear_pointer (&writer->boots, g_array_unref);
  g_hash_table_unref (writer->attempts);
  g_hash_table_unref (writer->states_seen);
  g_array_unref (writer->state_keys);
  g_ptr_array_unref (writer->dirty);
  g_string_free (writer->data, TRUE);
  g_string_free (writer->rare, TRUE);
  g_free (writer);
}

/* --- the -wal --- */

gboolean
sy_log_writer_checkpoint (SyLogWriter *writer, gboolean truncate, GError **error)
{
  int mode = truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
  int rc;

  sy_log_writer_assert_thread (writer);
  if (writer->unsynced && !sy_log_writer_begin_durability (writer, error))
    return FALSE;
  /* On its way: what is synced for the merging takes it along. A mark that a power cut leaves behind is an older one. */
  sync_file_range (writer->mark_fd, 0, 0, SYNC_FILE_RANGE_WRITE);
  /* A reader that sits in a read must not make commits wait: what it holds back is merged next time. */
  sqlite3_busy_timeout (writer->db, 0);
  rc = sqlite3_wal_checkpoint_v2 (writer->db, NULL, mode, NULL, NULL);
  sqlite3_busy_timeout (writer->db, 2000);
  if (rc == SQLITE_OK && truncate)
    writer->wal_pages = 0;
  if (rc == SQLITE_OK || rc == SQLITE_BUSY || rc == SQLITE_LOCKED)
    return TRUE;
  sy_database_set_error (error, writer->db, rc, "Merging the write-ahead log of %s",
                         sy_run_dir_get_path (writer->run));
  return FALSE;
}

gboolean
sy_log_writer_check_wal (SyLogWriter *writer, GError **error)
{
  gint64 now = g_get_monotonic_time ();
  struct stat st;

  sy_log_writer_assert_thread (writer);
  if (now - writer->wal_checked_us < WAL_CHECK_US)
    return TRUE;
  writer->wal_checked_us = now;
  if (sy_log_file_stat (writer->run, "-wal", &st) &&
      (writer->wal_inode == 0 || writer->wal_inode == st.st_ino))
    {
      writer->wal_inode = st.st_ino;
      return TRUE;
    }
  if (writer->wal_inode == 0)
    return TRUE; /* nothing was written yet */
  /* What went into the nameless file is still ours to merge. */
  sy_log_writer_checkpoint (writer, FALSE, NULL);
  g_set_error (error, SY_ERROR, SY_ERROR_IO,
               "The write-ahead log of %s was removed or replaced by another program: opening the log anew",
               sy_run_dir_get_path (writer->run));
  return FALSE;
}

gint64
sy_log_writer_get_last_seq (SyLogWriter *writer)
{
  return writer->chain.seq;
}

guint32
sy_log_writer_get_boot (SyLogWriter *writer)
{
  return writer->boot;
}

guint32
sy_log_writer_get_n_definitions (SyLogWriter *writer)
{
  return writer->n_definitions;
}

int
sy_log_writer_get_wal_pages (SyLogWriter *writer)
{
  return writer->wal_pages;
}
