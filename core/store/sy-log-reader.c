/* sy-log-reader.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/store/sy-log-reader.h"

#include "core/base/sy-error.h"
#include "core/store/sy-log-reader-private.h"
#include "core/store/sy-log-rows-private.h"
#include "core/store/sy-log-wake-private.h"
#include "core/store/sy-state-dir-private.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

static const char *const statements_sql[N_STMTS] = {
  [STMT_EVENTS] = SY_EVENT_SELECT " WHERE seq > ?1 ORDER BY seq",
  [STMT_LAST_SEQ] = "SELECT max(seq) FROM event",
  [STMT_DATA_VERSION] = "PRAGMA data_version",
  [STMT_ATTEMPT] = SY_ATTEMPT_SELECT " WHERE key = ?1",
  [STMT_ATTEMPTS] = SY_ATTEMPT_SELECT " ORDER BY key & 16777215, key >> 40, key",
  [STMT_ATTEMPTS_BY_KEY] = SY_ATTEMPT_SELECT " ORDER BY key",
  [STMT_STATES] = SY_STATE_SELECT " ORDER BY key & 16777215, key >> 40",
  [STMT_COUNTS] = "SELECT state, count(*) FROM state GROUP BY state",
  [STMT_TASKS] = "SELECT json_extract(json_extract(data, '$.t'), '$.tasks') FROM event WHERE seq = 1",
  [STMT_SAMPLES] =
      "SELECT mono_us, cpu_us, rss, read, written, processes FROM sample WHERE key = ?1 ORDER BY mono_us",
  [STMT_ALL_SAMPLES] = "SELECT mono_us, cpu_us, rss, read, written, processes, key FROM sample ORDER BY key, mono_us",
  [STMT_DEFINITION] = SY_DEFINITION_SELECT " WHERE n = ?1 OR ?1 = 0 ORDER BY n DESC LIMIT 1",
  [STMT_DEFINITIONS] = SY_DEFINITION_SELECT " ORDER BY n",
};

static void
close_database (SyLogReader *reader)
{
  sy_database_finalize (reader->statements, N_STMTS);
  g_clear_pointer (&reader->boots, g_array_unref);
  g_clear_pointer (&reader->db, sy_database_close);
}

static gboolean
open_database (SyLogReader *reader, gboolean immutable, GError **error)
{
  g_autofree char *path = sy_log_path (reader->run);
  gint64 version;

  close_database (reader);
  if (!sy_log_file_stat (reader->run, "", &reader->file))
    {
      g_set_error (error, SY_ERROR, SY_ERROR_NOT_FOUND, "Run %s has no log",
                   sy_run_dir_get_uuid (reader->run));
      sy_log_explain_absence (reader->run, error);
      return FALSE;
    }
  reader->immutable = immutable;
  reader->db =
      sy_database_open (path, immutable ? SY_DATABASE_IMMUTABLE : SY_DATABASE_READ, NULL, NULL, error);
  if (reader->db != NULL && sy_log_schema_check (reader->db, path, &version, error) &&
      sy_database_prepare (reader->db, statements_sql, N_STMTS, reader->statements, error))
    return TRUE;
  sy_log_explain_absence (reader->run, error);
  close_database (reader);
  return FALSE;
}

static gboolean
file_is_the_same (SyLogReader *reader)
{
  const struct stat *was = &reader->file;
  struct stat is;

  return sy_log_file_stat (reader->run, "", &is) && is.st_size == was->st_size && is.st_ino == was->st_ino &&
         memcmp (&is.st_mtim, &was->st_mtim, sizeof is.st_mtim) == 0;
}

/* SQLite says no more than that it could not open it. */
static void
explain (SyLogReader *reader, GError **error)
{
  int fd = sy_run_dir_get_fd (reader->run);

  if (error == NULL || reader->immutable || faccessat (fd, ".", W_OK, AT_EACCESS) == 0 ||
      !g_error_matches (*error, SY_ERROR, SY_ERROR_IO))
    return;
  g_clear_error (error);
  g_set_error (error, SY_ERROR, SY_ERROR_IO,
               "The log of run %s was not closed by its runner, and its folder cannot be written to: copy %s to a "
               "folder that can be, below runs/ of another state folder, and look at it there",
               sy_run_dir_get_uuid (reader->run), sy_run_dir_get_path (reader->run));
}

/*
 * Before each call: with no runner and no -wal the file cannot change while we
 * hold the shared lock, else SQLite's own locks are what counts.
 */
gboolean
sy_log_reader_begin (SyLogReader *reader, GError **error)
{
  gboolean absent, immutable;
  struct stat wal = { 0 };

  if (reader->depth++ > 0)
    return TRUE;
  reader->hold_fd = sy_run_dir_hold_off_runner (reader->run, &absent);
  if (!sy_log_file_stat (reader->run, "-wal", &wal))
    wal.st_size = 0;
  immutable = reader->hold_fd >= 0 && wal.st_size == 0;
  if (!immutable && reader->hold_fd >= 0)
    {
      close (reader->hold_fd);
      reader->hold_fd = -1;
    }
  if (reader->db != NULL && reader->immutable == immutable && (!immutable || file_is_the_same (reader)))
    return TRUE;
  if (open_database (reader, immutable, error))
    return TRUE;
  explain (reader, error);
  sy_log_reader_end (reader);
  return FALSE;
}

void
sy_log_reader_end (SyLogReader *reader)
{
  if (--reader->depth > 0)
    return;
  if (reader->hold_fd >= 0)
    close (reader->hold_fd);
  reader->hold_fd = -1;
}

sqlite3 *
sy_log_reader_get_database (SyLogReader *reader)
{
  return reader->db;
}

gboolean
sy_log_reader_finish (SyLogReader *reader, sqlite3_stmt *statement, int rc, GError **error)
{
  if (rc != SQLITE_DONE && rc != SQLITE_ROW)
    sy_database_set_error (error, reader->db, rc, "Reading the log of run %s",
                           sy_run_dir_get_uuid (reader->run));
  sqlite3_reset (statement);
  return rc == SQLITE_DONE || rc == SQLITE_ROW;
}

static GArray *
get_boots (SyLogReader *reader, guint32 need, GError **error)
{
  if (reader->boots != NULL && (need == 0 || sy_boots_find (reader->boots, need) != NULL))
    return reader->boots;
  g_clear_pointer (&reader->boots, g_array_unref);
  reader->boots = sy_boots_load (reader->db, FALSE, error);
  return reader->boots;
}

static gboolean
read_events (SyLogReader *reader, gint64 after, SyLogEach each, gpointer data, GError **error)
{
  sqlite3_stmt *get = reader->statements[STMT_EVENTS];
  gboolean ok = TRUE, more = TRUE;
  int rc = SQLITE_DONE;

  sqlite3_bind_int64 (get, 1, after);
  while (ok && more && (rc = sqlite3_step (get)) == SQLITE_ROW)
    {
      GArray *boots = get_boots (reader, (guint32) sqlite3_column_int64 (get, 3), error);
      SyEvent event = { 0 };

      ok = boots != NULL && sy_event_row_read (get, boots, &event, NULL, NULL, NULL, error);
      more = ok && each (&event, data);
      sy_event_clear (&event);
    }
  if (ok)
    return sy_log_reader_finish (reader, get, rc, error);
  sqlite3_reset (get);
  return FALSE;
}

gboolean
sy_log_reader_read (SyLogReader *reader, gint64 after, SyLogEach each, gpointer data, GError **error)
{
  gboolean ok;

  if (!sy_log_reader_begin (reader, error))
    return FALSE;
  ok = read_events (reader, after, each, data, error);
  sy_log_reader_end (reader);
  return ok;
}

static gboolean
source_read (SyLogSource *source, gint64 after, SyLogEach each, gpointer data, GError **error)
{
  return sy_log_reader_read ((SyLogReader *) source, after, each, data, error);
}

SyLogReader *
sy_log_reader_open (SyRunDir *run, GError **error)
{
  g_autoptr (SyLogReader) reader = g_new0 (SyLogReader, 1);

  reader->source.read = source_read;
  reader->run = run;
  reader->hold_fd = -1;
  sy_log_wake_init (&reader->wake);
  if (!sy_log_reader_begin (reader, error))
    return NULL;
  sy_log_reader_end (reader);
  return g_steal_pointer (&reader);
}

void
sy_log_reader_free (SyLogReader *reader)
{
  if (reader == NULL)
    return;
  close_database (reader);
  sy_log_wake_clear (&reader->wake);
  g_free (reader);
}

SyLogSource *
sy_log_reader_get_source (SyLogReader *reader)
{
  return &reader->source;
}

gint64
sy_log_reader_get_last_seq (SyLogReader *reader, GError **error)
{
  gint64 seq = -1;
  int rc;

  if (!sy_log_reader_begin (reader, error))
    return -1;
  rc = sqlite3_step (reader->statements[STMT_LAST_SEQ]);
  if (rc == SQLITE_ROW)
    seq = sqlite3_column_int64 (reader->statements[STMT_LAST_SEQ], 0);
  if (!sy_log_reader_finish (reader, reader->statements[STMT_LAST_SEQ], rc, error))
    seq = -1;
  sy_log_reader_end (reader);
  return seq;
}

/* --- meta --- */

void
sy_run_meta_clear (SyRunMeta *meta)
{
  g_free (meta->uuid);
  g_free (meta->workflow_path);
  g_free (meta->name);
  g_free (meta->app_version);
  g_free (meta->rerun_of);
  memset (meta, 0, sizeof *meta);
}

static gboolean
get_meta_int (sqlite3 *db, const char *key, gint64 *value, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *text = sy_log_meta_get (db, key, &problem);

  *value = text != NULL ? strtoll (text, NULL, 10) : 0;
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

static gboolean
read_meta (SyLogReader *reader, SyRunMeta *meta, GError **error)
{
  static const struct
  {
    const char *key;
    gsize offset;
    gboolean optional;
  } texts[] = {
    { "uuid", G_STRUCT_OFFSET (SyRunMeta, uuid), FALSE },
    { "workflow", G_STRUCT_OFFSET (SyRunMeta, workflow_path), FALSE },
    { "name", G_STRUCT_OFFSET (SyRunMeta, name), FALSE },
    { "app", G_STRUCT_OFFSET (SyRunMeta, app_version), FALSE },
    { "rerun_of", G_STRUCT_OFFSET (SyRunMeta, rerun_of), TRUE },
  };
  gint64 number, status, slots, unconfirmed;

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) problem = NULL;
      char *text = sy_log_meta_get (reader->db, texts[i].key, &problem);

      if (problem == NULL && text == NULL && !texts[i].optional)
        g_set_error (&problem, SY_ERROR, SY_ERROR_CORRUPT, "Meta “%s” is missing: the log is damaged; `switchyard doctor %.8s` looks at it",
                     texts[i].key, sy_run_dir_get_uuid (reader->run));
      if (problem != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return FALSE;
        }
      G_STRUCT_MEMBER (char *, meta, texts[i].offset) = text;
    }
  if (!get_meta_int (reader->db, "number", &number, error) ||
      !get_meta_int (reader->db, "status", &status, error) ||
      !get_meta_int (reader->db, "slots", &slots, error) ||
      !get_meta_int (reader->db, "created_us", &meta->created_us, error) ||
      !get_meta_int (reader->db, "ended_us", &meta->ended_us, error) ||
      !get_meta_int (reader->db, "unconfirmed", &unconfirmed, error))
    return FALSE;
  meta->number = (guint32) number;
  meta->status = (SyRunStatus) CLAMP (status, 0, SY_N_RUN_STATUSES - 1);
  meta->slots = (guint32) slots;
  meta->unconfirmed = unconfirmed != 0;
  return TRUE;
}

/* Tasks that nothing has happened to yet have no row: they are pending. */
static void
count_untouched (SyLogReader *reader, SyRunMeta *meta)
{
  sqlite3_stmt *get = reader->statements[STMT_TASKS];
  gint64 left = sqlite3_step (get) == SQLITE_ROW ? sqlite3_column_int64 (get, 0) : 0;

  sqlite3_reset (get);
  for (guint i = 0; i < SY_N_STATES; i++)
    left -= meta->counts[i];
  if (left > 0)
    meta->counts[SY_STATE_PENDING] += (guint32) MIN (left, G_MAXINT32);
}

static gboolean
read_counts (SyLogReader *reader, SyRunMeta *meta, GError **error)
{
  sqlite3_stmt *get = reader->statements[STMT_COUNTS];
  int rc;

  while ((rc = sqlite3_step (get)) == SQLITE_ROW)
    {
      gint64 state = sqlite3_column_int64 (get, 0);

      if (state >= 0 && state < SY_N_STATES)
        meta->counts[state] = (guint32) sqlite3_column_int64 (get, 1);
    }
  if (!sy_log_reader_finish (reader, get, rc, error))
    return FALSE;
  count_untouched (reader, meta);
  return TRUE;
}

/* One snapshot for all of it */
static gboolean
read_meta_snapshot (SyLogReader *reader, SyRunMeta *meta, GError **error)
{
  gboolean ok;

  if (!sy_database_exec (reader->db, "BEGIN", error))
    return FALSE;
  ok = read_meta (reader, meta, error) && read_counts (reader, meta, error);
  if (ok)
    {
      meta->seq = sy_log_reader_get_last_seq (reader, error);
      ok = meta->seq >= 0;
    }
  sqlite3_exec (reader->db, "COMMIT", NULL, NULL, NULL);
  return ok;
}

gboolean
sy_log_reader_get_meta (SyLogReader *reader, SyRunMeta *meta, GError **error)
{
  gboolean ok;

  memset (meta, 0, sizeof *meta);
  if (!sy_log_reader_begin (reader, error))
    return FALSE;
  ok = read_meta_snapshot (reader, meta, error);
  sy_log_reader_end (reader);
  if (!ok)
    sy_run_meta_clear (meta);
  return ok;
}

/* --- definitions --- */

void
sy_definition_free (SyDefinition *definition)
{
  if (definition == NULL)
    return;
  g_free (definition->path);
  g_free (definition->sha256);
  g_clear_pointer (&definition->bytes, g_bytes_unref);
  g_free (definition);
}

SyDefinition *
sy_log_reader_get_definition (SyLogReader *reader, guint32 n, GError **error)
{
  SyDefinition *definition = NULL;
  sqlite3_stmt *get;
  int rc;

  if (!sy_log_reader_begin (reader, error))
    return NULL;
  get = reader->statements[STMT_DEFINITION];
  sqlite3_bind_int64 (get, 1, n);
  rc = sqlite3_step (get);
  if (rc == SQLITE_ROW)
    definition = sy_definition_row_read (get, error);
  else if (rc == SQLITE_DONE)
    g_set_error (error, SY_ERROR, SY_ERROR_NOT_FOUND, "Run %s has no file number %u",
                 sy_run_dir_get_uuid (reader->run), n);
  sy_log_reader_finish (reader, get, rc, error);
  sy_log_reader_end (reader);
  return definition;
}

GPtrArray *
sy_log_reader_get_definitions (SyLogReader *reader, GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) sy_definition_free);
  SyDefinition *definition = NULL;
  sqlite3_stmt *get;
  gboolean ok;
  int rc;

  if (!sy_log_reader_begin (reader, error))
    return NULL;
  get = reader->statements[STMT_DEFINITIONS];
  while ((rc = sqlite3_step (get)) == SQLITE_ROW &&
         (definition = sy_definition_row_read (get, error)) != NULL)
    g_ptr_array_add (all, definition);
  ok = rc != SQLITE_ROW; /* else a row was damaged and the error is set */
  ok = sy_log_reader_finish (reader, get, rc, ok ? error : NULL) && ok;
  sy_log_reader_end (reader);
  return ok ? g_steal_pointer (&all) : NULL;
}

/* --- being woken --- */

int
sy_log_reader_get_wake_fd (SyLogReader *reader, GError **error)
{
  return sy_log_wake_open (&reader->wake, reader->run, error);
}

void
sy_log_reader_stop_ticking (SyLogReader *reader)
{
  sy_log_wake_stop_ticking (&reader->wake);
}

/* Has another connection changed the database since the last call? */
static gboolean
data_has_changed (SyLogReader *reader)
{
  sqlite3_stmt *get;
  gint64 before = reader->data_version;
  SyOwner owner = sy_run_dir_get_owner (reader->run, NULL, NULL);
  gboolean moved = owner != reader->owner;

  reader->owner = owner;
  if (!sy_log_reader_begin (reader, NULL))
    return TRUE; /* the next read says what is wrong */
  get = reader->statements[STMT_DATA_VERSION];
  if (reader->immutable)
    reader->data_version =
        -reader->file.st_mtim.tv_sec * G_USEC_PER_SEC - reader->file.st_mtim.tv_nsec / 1000;
  else if (sqlite3_step (get) == SQLITE_ROW)
    reader->data_version = sqlite3_column_int64 (get, 0);
  sqlite3_reset (get);
  sy_log_reader_end (reader);
  return moved || reader->data_version != before;
}

gboolean
sy_log_reader_check_wake (SyLogReader *reader)
{
  gboolean rung, tick;

  sy_log_wake_drain (&reader->wake, &rung, &tick);
  return rung || (tick && data_has_changed (reader));
}

gboolean
sy_log_reader_wait (SyLogReader *reader, gint64 timeout_us)
{
  gint64 until = g_get_monotonic_time () + timeout_us;
  struct pollfd poll_fd = { .fd = sy_log_reader_get_wake_fd (reader, NULL), .events = POLLIN };

  for (;;)
    {
      gint64 left = timeout_us < 0 ? G_USEC_PER_SEC : until - g_get_monotonic_time ();

      if (left < 0)
        return FALSE;
      poll (&poll_fd, 1, (int) MIN (left / 1000 + 1, 1000));
      if (sy_log_reader_check_wake (reader))
        return TRUE;
    }
}
