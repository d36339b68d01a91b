/* sy-log-writer.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/store/sy-log-writer-private.h"

#include "core/base/sy-error.h"
#include "core/store/sy-log-verify-private.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define WAL_LIMIT_BYTES "8388608"
#define SAMPLES_KEPT 2048 /* of one attempt; then every second one goes */

typedef enum
{
  STMT_BEGIN,
  STMT_COMMIT,
  STMT_ROLLBACK,
  STMT_EVENT,
  STMT_STATE,
  STMT_ATTEMPT,
  STMT_ATTEMPT_GET,
  STMT_SAMPLE,
  STMT_SAMPLES_COUNT,
  STMT_SAMPLES_THIN,
  STMT_DEFINITION,
  N_STMTS
} StatementId;

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
  [STMT_SAMPLES_THIN]
  = "DELETE FROM sample WHERE key = ?1 AND mono_us IN (SELECT mono_us FROM (SELECT mono_us, row_number() OVER"
    " (ORDER BY mono_us) AS r FROM sample WHERE key = ?1) WHERE r % 2 = 0)",
  [STMT_DEFINITION] = SY_DEFINITION_INSERT,
};

/* An attempt that has not ended, so that its row need not be read back at each event */
typedef struct
{
  gint64 key;
  SyAttempt attempt;
  gboolean dirty;
  guint n_samples;
} LiveAttempt;

struct _SyLogWriter
{
  SyRunDir *run;
  GThread *thread;
  sqlite3 *db;
  sqlite3_stmt *statements[N_STMTS];
  GArray *boots;
  guint32 boot, n_definitions;
  SyChain chain;
  GHashTable *attempts;    /* LiveAttempt by key */
  GPtrArray *dirty;        /* LiveAttempt, borrowed */
  GHashTable *states_seen; /* keys of states written in this group */
  GString *data, *rare;
  int mark_fd, bell_fd;
  int wal_pages;
  guint64 wal_inode;
  gint64 wal_checked_us;
};

static void
live_attempt_free (gpointer data)
{
  LiveAttempt *live = data;

  sy_attempt_clear (&live->attempt);
  g_free (live);
}

static void
assert_thread (SyLogWriter *writer)
{
  g_assert (writer->thread == g_thread_self ());
}

static int
wal_hook (gpointer data, sqlite3 *db, const char *name, int pages)
{
  ((SyLogWriter *) data)->wal_pages = pages;
  return SQLITE_OK;
}

/* --- opening --- */

static gboolean
set_up_wal (SyLogWriter *writer, GError **error)
{
  static const char pragmas[] = "PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-8000;"
                                "PRAGMA journal_size_limit=" WAL_LIMIT_BYTES ";";
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

/* Finds the row of this boot, or adds one. */
static gboolean
enter_boot (SyLogWriter *writer, const SyRunLogOptions *options, GError **error)
{
  SyTime now = sy_clock_now (options->clock);
  SyBoot boot = { .n = writer->boots->len + 1, .wall_us = now.wall_us, .boot_us = now.boot_us };

  g_strlcpy (boot.boot_id, options->boot_id, sizeof boot.boot_id);
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
      g_set_error (error, SY_ERROR, SY_ERROR_REFUSED, "Run %s has a log already", sy_run_dir_get_uuid (writer->run));
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
  g_set_error (error, SY_ERROR, SY_ERROR_REFUSED,
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
  g_prefix_error (error, "The log of run %.8s is damaged (`switchyard doctor %.8s` looks further and saves the rest): ",
                  sy_run_dir_get_uuid (writer->run), sy_run_dir_get_uuid (writer->run));
  return FALSE;
}

static gboolean
take_over_log (SyLogWriter *writer, gint64 version, const SyRunLogOptions *options, GError **error)
{
  gint64 n = 0;

  if (!sy_log_schema_migrate (writer->db, version, error) || !check_confirmed (writer, error) ||
      !verify (writer, error) || !sy_database_get_int (writer->db, "SELECT max(n) FROM definition", &n, error))
    return FALSE;
  writer->n_definitions = (guint32) n;
  return enter_boot (writer, options, error);
}

static gboolean
run_statement (SyLogWriter *writer, StatementId id, GError **error)
{
  return sy_database_run (writer->db, writer->statements[id], "Writing the run log", error);
}

static void
roll_back (SyLogWriter *writer)
{
  for (guint i = 0; i < N_STMTS; i++)
    if (writer->statements[i] != NULL)
      sqlite3_reset (writer->statements[i]);
  if (!sqlite3_get_autocommit (writer->db))
    sqlite3_exec (writer->db, "ROLLBACK", NULL, NULL, NULL);
}

static gboolean
set_up_contents (SyLogWriter *writer, const SyLogSeed *seed, const SyRunLogOptions *options, GError **error)
{
  g_autofree char *path = sy_log_path (writer->run);
  gint64 version = 0;
  gboolean ok;

  if (seed == NULL && !sy_log_schema_check (writer->db, path, &version, error))
    return FALSE;
  if (!set_up_wal (writer, error) || !sy_database_exec (writer->db, "BEGIN IMMEDIATE", error))
    return FALSE;
  ok = seed != NULL ? fill_new_log (writer, seed, options, error) : take_over_log (writer, version, options, error);
  ok = ok && sy_database_exec (writer->db, "COMMIT", error) &&
       sy_database_prepare (writer->db, statements_sql, N_STMTS, writer->statements, error);
  if (!ok)
    roll_back (writer);
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
  writer->attempts = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, live_attempt_free);
  writer->dirty = g_ptr_array_new ();
  writer->states_seen = g_hash_table_new (g_int64_hash, g_int64_equal);
  writer->data = g_string_new (NULL);
  writer->rare = g_string_new (NULL);
  sy_chain_init (&writer->chain);
  if (seed == NULL && !sy_log_file_stat (run, "", &st))
    g_set_error (error, SY_ERROR, SY_ERROR_NOT_FOUND, "Run %s has no log", sy_run_dir_get_uuid (run));
  else if ((writer->db = sy_database_open (path, flags, mode_of, options->vfs, error)) != NULL &&
           set_up_contents (writer, seed, options, error) && open_files (writer, error))
    return writer;
  sy_log_writer_free (writer);
  return NULL;
}

void
sy_log_writer_free (SyLogWriter *writer)
{
  if (writer == NULL)
    return;
  assert_thread (writer);
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
  g_ptr_array_unref (writer->dirty);
  g_string_free (writer->data, TRUE);
  g_string_free (writer->rare, TRUE);
  sy_chain_clear (&writer->chain);
  g_free (writer);
}

/* --- one group --- */

static LiveAttempt *
find_attempt (SyLogWriter *writer, guint32 task, guint32 item, guint32 n)
{
  sqlite3_stmt *get = writer->statements[STMT_ATTEMPT_GET];
  gint64 key = sy_log_attempt_key (task, item, n);
  LiveAttempt *live = g_hash_table_lookup (writer->attempts, &key);

  if (live != NULL)
    return live;
  live = g_new0 (LiveAttempt, 1);
  live->key = key;
  live->attempt = (SyAttempt){ .task = task, .item = item, .n = n };
  sqlite3_bind_int64 (get, 1, key);
  if (sqlite3_step (get) == SQLITE_ROW)
    sy_attempt_row_read (get, &live->attempt);
  sqlite3_reset (get);
  g_hash_table_insert (writer->attempts, &live->key, live);
  return live;
}

static void
apply_to_attempt (SyLogWriter *writer, const SyEvent *event)
{
  LiveAttempt *live;

  if (!sy_attempt_row_concerns (event))
    return;
  live = find_attempt (writer, event->task, event->item, event->attempt);
  sy_attempt_apply (&live->attempt, event);
  if (!live->dirty)
    g_ptr_array_add (writer->dirty, live);
  live->dirty = TRUE;
}

/* What a list of runs shows lies in meta, so that it need not fold each log. */
static gboolean
apply_to_meta (SyLogWriter *writer, const SyEvent *event, GError **error)
{
  sqlite3 *db = writer->db;
  gint64 ended;

  switch ((SyEventKind) event->kind)
    {
    case SY_EVENT_RUN_STATE:
      ended = sy_run_status_is_final ((SyRunStatus) event->value) ? event->time.wall_us : 0;
      return sy_log_meta_set_int (db, "status", event->value, error) &&
             sy_log_meta_set_int (db, "ended_us", ended, error);
    case SY_EVENT_RUN_CREATED:
    case SY_EVENT_SLOTS_CHANGED:
      return sy_log_meta_set_int (db, "slots", event->value, error);
    default:
      return TRUE;
    }
}

static gboolean
check_event (SyLogWriter *writer, const SyEvent *event, GError **error)
{
  if (event->seq != writer->chain.seq + 1)
    g_set_error (error, SY_ERROR, SY_ERROR_INTERNAL,
                 "Event %" G_GINT64_FORMAT " (%s) came to the log after event %" G_GINT64_FORMAT, event->seq,
                 sy_event_kind_to_string ((SyEventKind) event->kind), writer->chain.seq);
  else if (!sy_log_numbers_fit (event->task, event->item, event->attempt))
    g_set_error (error, SY_ERROR, SY_ERROR_LIMIT, "Task %u, item %u, attempt %u is beyond what a log can hold",
                 event->task, event->item, event->attempt);
  else if (sy_boots_find (writer->boots, event->boot) == NULL)
    g_set_error (error, SY_ERROR, SY_ERROR_INTERNAL, "Event %" G_GINT64_FORMAT " names boot %u, which the log has not",
                 event->seq, event->boot);
  else
    return TRUE;
  return FALSE;
}

static gboolean
write_event (SyLogWriter *writer, SyEvent *event, GError **error)
{
  sqlite3_stmt *put = writer->statements[STMT_EVENT];
  GString *data = writer->data;

  if (event->boot == 0)
    event->boot = writer->boot;
  if (!check_event (writer, event, error))
    return FALSE;
  g_string_truncate (data, 0);
  sy_event_encode (event, data);
  sy_chain_add (&writer->chain, event, data->str, data->len);
  sy_event_row_bind (put, event, sy_boots_find (writer->boots, event->boot), data->str, data->len,
                     &writer->chain.hash);
  if (!run_statement (writer, STMT_EVENT, error))
    return FALSE;
  apply_to_attempt (writer, event);
  return apply_to_meta (writer, event, error);
}

static gboolean
write_definition (SyLogWriter *writer, SyDefinition *definition, GError **error)
{
  definition->n = writer->n_definitions + 1;
  definition->since_seq = writer->chain.seq + 1;
  sy_definition_row_bind (writer->statements[STMT_DEFINITION], definition);
  if (!run_statement (writer, STMT_DEFINITION, error))
    return FALSE;
  sqlite3_clear_bindings (writer->statements[STMT_DEFINITION]);
  writer->n_definitions++;
  return TRUE;
}

/* Of several rows of one task only the last is written: walks backwards. */
static gboolean
write_states (SyLogWriter *writer, GPtrArray *items, GError **error)
{
  GHashTable *seen = writer->states_seen;
  g_autoptr (GArray) keys = NULL;
  guint n_rows = 0, n_keys = 0;

  for (guint i = 0; i < items->len; i++)
    {
      SyLogItem *item = items->pdata[i];

      n_rows += item->batch.states != NULL ? item->batch.states->len : 0;
    }
  keys = g_array_sized_new (FALSE, FALSE, sizeof (gint64), MAX (n_rows, 1));
  for (guint i = items->len; i-- > 0;)
    {
      GArray *rows = ((SyLogItem *) items->pdata[i])->batch.states;

      for (guint j = rows != NULL ? rows->len : 0; j-- > 0;)
        {
          const SyStateRow *row = &g_array_index (rows, SyStateRow, j);
          gint64 *key = &((gint64 *) (gpointer) keys->data)[n_keys++];

          *key = sy_log_state_key (row->task, row->item);
          if (n_rows > 1 && !g_hash_table_add (seen, key))
            continue;
          sy_state_row_bind (writer->statements[STMT_STATE], row);
          if (!run_statement (writer, STMT_STATE, error))
            return FALSE;
        }
    }
  return TRUE;
}

static gboolean
write_attempts (SyLogWriter *writer, GError **error)
{
  for (guint i = 0; i < writer->dirty->len; i++)
    {
      LiveAttempt *live = writer->dirty->pdata[i];

      sy_attempt_row_bind (writer->statements[STMT_ATTEMPT], &live->attempt, writer->rare);
      if (!run_statement (writer, STMT_ATTEMPT, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
thin_samples (SyLogWriter *writer, LiveAttempt *live, GError **error)
{
  sqlite3_stmt *count = writer->statements[STMT_SAMPLES_COUNT];

  if (live->n_samples < SAMPLES_KEPT)
    return TRUE;
  sqlite3_bind_int64 (writer->statements[STMT_SAMPLES_THIN], 1, live->key);
  if (!run_statement (writer, STMT_SAMPLES_THIN, error))
    return FALSE;
  sqlite3_bind_int64 (count, 1, live->key);
  live->n_samples = sqlite3_step (count) == SQLITE_ROW ? (guint) sqlite3_column_int (count, 0) : 0;
  sqlite3_reset (count);
  return TRUE;
}

static gboolean
write_samples (SyLogWriter *writer, GArray *samples, GError **error)
{
  sqlite3_stmt *put = writer->statements[STMT_SAMPLE];

  for (guint i = 0; i < samples->len; i++)
    {
      const SySampleRow *row = &g_array_index (samples, SySampleRow, i);
      LiveAttempt *live = find_attempt (writer, row->task, row->item, row->attempt);
      const SySample *s = &row->sample;
      const gint64 values[] = { live->key, s->mono_us, s->cpu_us, s->rss, s->read, s->written, s->processes };

      for (int c = 0; c < (int) G_N_ELEMENTS (values); c++)
        sqlite3_bind_int64 (put, c + 1, values[c]);
      live->n_samples++;
      if (!run_statement (writer, STMT_SAMPLE, error) || !thin_samples (writer, live, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_items (SyLogWriter *writer, GPtrArray *items, GError **error)
{
  for (guint i = 0; i < items->len; i++)
    {
      SyLogItem *item = items->pdata[i];
      GArray *events = item->batch.events;

      for (guint j = 0; item->definitions != NULL && j < item->definitions->len; j++)
        if (!write_definition (writer, item->definitions->pdata[j], error))
          return FALSE;
      for (guint j = 0; events != NULL && j < events->len; j++)
        if (!write_event (writer, &g_array_index (events, SyEvent, j), error))
          return FALSE;
    }
  return TRUE;
}

static gboolean
attempt_has_ended (gpointer key, gpointer value, gpointer data)
{
  return ((LiveAttempt *) value)->attempt.ended_us != 0;
}

static void
end_group (SyLogWriter *writer)
{
  for (guint i = 0; i < writer->dirty->len; i++)
    {
      LiveAttempt *live = writer->dirty->pdata[i];

      live->dirty = FALSE;
      if (attempt_has_ended (NULL, live, NULL))
        g_hash_table_remove (writer->attempts, &live->key);
    }
  g_ptr_array_set_size (writer->dirty, 0);
}

static void
ring (SyLogWriter *writer)
{
  SyMark mark = { .seq = writer->chain.seq, .hash = writer->chain.hash };

  if (!sy_mark_write (writer->mark_fd, &mark))
    g_debug ("mark: %s", g_strerror (errno));
  /* After COMMIT: a reader that this wakes finds the rows. */
  if (pwrite (writer->bell_fd, "\n", 1, 0) != 1)
    g_debug ("bell: %s", g_strerror (errno));
}

gboolean
sy_log_writer_commit (SyLogWriter *writer, GPtrArray *items, GArray *samples, GError **error)
{
  guint32 n_definitions = writer->n_definitions;
  gint64 seq = writer->chain.seq;
  SyHash hash = writer->chain.hash;
  gboolean ok;

  assert_thread (writer);
  ok = run_statement (writer, STMT_BEGIN, error) && write_items (writer, items, error) &&
       write_states (writer, items, error) && write_attempts (writer, error) &&
       write_samples (writer, samples, error) && run_statement (writer, STMT_COMMIT, error);
  g_hash_table_remove_all (writer->states_seen);
  if (ok)
    {
      end_group (writer);
      ring (writer);
      return TRUE;
    }
  roll_back (writer);
  writer->chain.seq = seq;
  writer->chain.hash = hash;
  writer->n_definitions = n_definitions;
  g_ptr_array_set_size (writer->dirty, 0);
  g_hash_table_remove_all (writer->attempts);
  return FALSE;
}

/* --- the -wal --- */

gboolean
sy_log_writer_checkpoint (SyLogWriter *writer, gboolean truncate, GError **error)
{
  int mode = truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
  int left = 0, done = 0, rc;

  assert_thread (writer);
  fdatasync (writer->mark_fd);
  /* A reader that sits in a read must not make commits wait: what it holds back is merged next time. */
  sqlite3_busy_timeout (writer->db, 0);
  rc = sqlite3_wal_checkpoint_v2 (writer->db, NULL, mode, &left, &done);
  sqlite3_busy_timeout (writer->db, 2000);
  if (rc == SQLITE_OK || rc == SQLITE_BUSY)
    writer->wal_pages = left > done ? left - done : 0;
  if (rc == SQLITE_OK || rc == SQLITE_BUSY || rc == SQLITE_LOCKED)
    return TRUE;
  sy_database_set_error (error, writer->db, rc, "Merging the write-ahead log of %s",
                         sy_run_dir_get_path (writer->run));
  return FALSE;
}

#define WAL_CHECK_US 100000

gboolean
sy_log_writer_check_wal (SyLogWriter *writer, GError **error)
{
  gint64 now = g_get_monotonic_time ();
  struct stat st;

  assert_thread (writer);
  if (now - writer->wal_checked_us < WAL_CHECK_US)
    return TRUE;
  writer->wal_checked_us = now;
  if (sy_log_file_stat (writer->run, "-wal", &st) && (writer->wal_inode == 0 || writer->wal_inode == st.st_ino))
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
