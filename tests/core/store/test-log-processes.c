/* test-log-processes.c: the log between processes: waking readers (N1), killing writers, refusing seconds
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-fixture.h"

#include "core/base/sy-error.h"
#include "core/store/sy-database-private.h"
#include "core/store/sy-latency-private.h"
#include "core/store/sy-log-schema-private.h"

#include "tests/lib/soak.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_MS 60000

/* --- a child and its lines --- */

typedef struct
{
  pid_t pid;
  FILE *lines;
} Child;

static void
spawn_child (Child *child, const char *mode, StoreDir *store, const char *uuid, const char *argument)
{
  g_autofree char *program = g_test_build_filename (G_TEST_BUILT, "core", "store", "store-child", NULL);
  const char *argv[] = { program, mode, sy_state_dir_get_path (store->dir), uuid, argument, NULL };
  g_autoptr (GError) error = NULL;
  int out;

  g_spawn_async_with_pipes (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &child->pid,
                            NULL, &out, NULL, &error);
  g_assert_no_error (error);
  child->lines = fdopen (out, "r");
  setvbuf (child->lines, NULL, _IONBF, 0); /* so that poll(2) tells the truth */
}

static void
kill_child (Child *child)
{
  int status;

  kill (child->pid, SIGKILL);
  waitpid (child->pid, &status, 0);
  g_assert_true (WIFSIGNALED (status)); /* it did not end by itself */
}

/* The next line's first two numbers; FALSE: none within @timeout_ms, or at its end */
static gboolean
next_line (Child *child, int timeout_ms, gint64 *first, gint64 *second)
{
  struct pollfd poll_fd = { .fd = fileno (child->lines), .events = POLLIN };
  char line[128];

  if (poll (&poll_fd, 1, timeout_ms) <= 0 || fgets (line, sizeof line, child->lines) == NULL)
    return FALSE;
  *second = 0;
  return sscanf (line, "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT, first, second) >= 1;
}

/* --- N1 --- */

static gint64 committed_us;

static void
note_commit (const GError *error, gpointer data)
{
  g_assert_no_error (error);
  committed_us = g_get_monotonic_time ();
}

static void
commit_one (StoreRun *run)
{
  SyLogSink *sink = sy_run_log_get_sink (run->log);

  store_run_event (run, SY_EVENT_NOTE, 0);
  store_run_settle (run);
  sink->submit (sink, &run->batch, note_commit, NULL);
  run->batch.events = sy_event_array_new ();
  run->batch.states = g_array_new (FALSE, FALSE, sizeof (SyStateRow));
  g_assert_true (store_run_flush (run, NULL));
}

/* A lone commit, then silence: whoever watches the bell has the row at once, every time. */
static void
test_wake (void)
{
  int n = (int) soak_or (1000, 10000);
  SyLatency latency = { 0 };
  gint64 seq = 0, when = 0;
  Child child;
  StoreDir store;
  StoreRun run;

  store_dir_init (&store);
  store_run_init (&run, &store, 1, NULL);
  store_run_submit (&run, FALSE);
  store_run_flush (&run, NULL);
  spawn_child (&child, "reader", &store, sy_run_dir_get_uuid (run.run), NULL);
  while (seq < run.state->seq)
    g_assert_true (next_line (&child, PATIENCE_MS, &seq, &when));
  for (int i = 0; i < n; i++)
    {
      commit_one (&run);
      /* The child does without the look once a second: what the bell does not tell never comes. */
      g_assert_true (next_line (&child, PATIENCE_MS, &seq, &when));
      g_assert_cmpint (seq, ==, run.state->seq);
      sy_latency_add (&latency, when - committed_us);
    }
  kill_child (&child);
  fclose (child.lines);
  g_test_message ("%d lone commits, none missed; COMMIT to the other process's row: p50 %d, p99 %d, max %d µs",
                  n, (int) sy_latency_quantile (&latency, 0.5),
                  (int) sy_latency_quantile (&latency, 0.99), (int) latency.max_us);
  store_run_clear (&run);
  store_dir_clear (&store);
}

/* --- kill -9 of the writer --- */

#define KILL_TASKS 1000
#define KILL_LINES 80 /* a writer is killed after so many at most */

/* One writer is killed; all that it had said must be there. FALSE: the run has not enough left for another. */
static gboolean
kill_one_writer (StoreDir *store, const char *uuid, gint64 *acknowledged)
{
  guint lines = (guint) g_test_rand_int_range (1, KILL_LINES);
  g_autoptr (GError) error = NULL;
  gint64 seq, nothing;
  gboolean more;
  Child child;
  StoreRun run;

  spawn_child (&child, "writer", store, uuid, G_STRINGIFY (KILL_TASKS));
  for (guint n = 0; n < lines && next_line (&child, PATIENCE_MS, &seq, &nothing); n++)
    *acknowledged = MAX (*acknowledged, seq);
  kill_child (&child);
  while (next_line (&child, 0, &seq, &nothing)) /* what it had said before it died */
    *acknowledged = MAX (*acknowledged, seq);
  fclose (child.lines);
  g_assert_true (store_run_open (&run, store, uuid, KILL_TASKS, NULL, &error)); /* verifies chain and mark */
  g_assert_no_error (error);
  g_assert_cmpint (run.state->seq, >=, *acknowledged);
  store_assert_log (run.run, KILL_TASKS, run.state);
  more = run.state->seq + KILL_LINES < 4 * KILL_TASKS; /* four events a task, a line each */
  store_run_clear (&run);
  return more;
}

static guint
kill_writers_of_one_run (guint most)
{
  g_autofree char *uuid = NULL;
  gint64 acknowledged = 0;
  guint kills = 0;
  StoreDir store;
  StoreRun run;

  store_dir_init (&store);
  store_run_init (&run, &store, KILL_TASKS, NULL);
  store_run_submit (&run, FALSE);
  uuid = g_strdup (sy_run_dir_get_uuid (run.run));
  store_run_clear (&run);
  while (kills++ < most && kill_one_writer (&store, uuid, &acknowledged))
    ;
  g_assert_cmpint (acknowledged, >, MIN (kills, most));
  store_dir_clear (&store);
  return MIN (kills, most);
}

static void
test_kill_writer (void)
{
  guint wanted = soak_or (40, 2000), kills = 0, runs = 0;

  for (; kills < wanted; runs++)
    {
      kills += kill_writers_of_one_run (wanted - kills);
      soak_progress ("kills of a writer", kills, wanted);
    }
  g_test_message ("%u kills in %u runs, nothing lost", kills, runs);
}

/* After a kill, with the -wal as it was left: readers see all of it and change nothing. */
static void
test_read_after_kill (void)
{
  g_autoptr (SyRunDir) dir = NULL;
  g_autoptr (SyLogReader) reader = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *uuid = NULL, *path = NULL, *before = NULL, *after = NULL;
  gint64 acknowledged = 0, seq, nothing;
  gsize size_before, size_after;
  struct stat wal;
  StoreDir store;
  StoreRun run;
  Child child;

  store_dir_init (&store);
  store_run_init (&run, &store, KILL_TASKS, NULL);
  store_run_submit (&run, FALSE);
  uuid = g_strdup (sy_run_dir_get_uuid (run.run));
  store_run_clear (&run);
  spawn_child (&child, "writer", &store, uuid, G_STRINGIFY (KILL_TASKS));
  for (guint n = 0; n < 200 && next_line (&child, PATIENCE_MS, &seq, &nothing); n++)
    acknowledged = MAX (acknowledged, seq);
  kill_child (&child);
  fclose (child.lines);
  dir = sy_run_dir_open (store.dir, uuid, &error);
  g_assert_no_error (error);
  g_assert_true (sy_log_file_stat (dir, "-wal", &wal));
  g_assert_cmpint (wal.st_size, >, 0);
  path = sy_log_path (dir);
  g_assert_true (g_file_get_contents (path, &before, &size_before, NULL));
  reader = sy_log_reader_open (dir, &error);
  g_assert_no_error (error);
  g_assert_cmpint (sy_log_reader_get_last_seq (reader, &error), >=, acknowledged);
  store_assert_log (dir, KILL_TASKS, NULL);
  g_clear_pointer (&reader, sy_log_reader_free);
  g_assert_true (g_file_get_contents (path, &after, &size_after, NULL));
  g_assert_cmpmem (before, size_before, after, size_after);
  g_assert_true (sy_log_file_stat (dir, "-wal", &wal));
  g_assert_cmpint (wal.st_size, >, 0);
  store_dir_clear (&store);
}

/* A cleanly closed log is read without leaving a trace, and a reader that was open before a runner came sees
 * what it writes. */
static void
test_reader_across_runners (void)
{
  g_autoptr (SyLogReader) reader = NULL;
  g_autoptr (SyRunDir) dir = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *uuid = NULL;
  struct stat st;
  StoreDir store;
  StoreRun run;

  store_dir_init (&store);
  store_run_init (&run, &store, 20, NULL);
  store_run_task (&run, 1);
  store_run_submit (&run, FALSE);
  uuid = g_strdup (sy_run_dir_get_uuid (run.run));
  store_run_clear (&run);
  dir = sy_run_dir_open (store.dir, uuid, &error);
  reader = sy_log_reader_open (dir, &error);
  g_assert_no_error (error);
  g_assert_cmpint (sy_log_reader_get_last_seq (reader, &error), ==, 6);
  g_assert_false (sy_log_file_stat (dir, "-wal", &st));
  g_assert_false (sy_log_file_stat (dir, "-shm", &st));
  for (guint32 task = 2; task <= 20; task++)
    {
      g_assert_true (store_run_open (&run, &store, uuid, 20, NULL, &error));
      g_assert_no_error (error);
      store_run_task (&run, task);
      store_run_submit (&run, FALSE);
      g_assert_true (store_run_flush (&run, NULL));
      sy_log_reader_wait (reader, 0);
      g_assert_cmpint (sy_log_reader_get_last_seq (reader, &error), ==, 2 + 4 * task);
      g_assert_no_error (error);
      store_run_clear (&run);
      g_assert_cmpint (sy_log_reader_get_last_seq (reader, &error), ==, 2 + 4 * task);
      g_assert_no_error (error);
    }
  store_dir_clear (&store);
}

static void
test_two_writers (void)
{
  g_autoptr (GError) error = NULL;
  StoreDir store;
  StoreRun first, second;

  store_dir_init (&store);
  store_run_init (&first, &store, 1, NULL);
  g_assert_false (store_run_open (&second, &store, sy_run_dir_get_uuid (first.run), 1, NULL, &error));
  g_assert_error (error, SY_ERROR, SY_ERROR_OWNED);
  store_run_clear (&second);
  store_run_clear (&first);
  store_dir_clear (&store);
}

static void
test_newer_version (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SyLogReader) reader = NULL;
  g_autoptr (SyRunDir) dir = NULL;
  g_autofree char *uuid = NULL, *path = NULL;
  sqlite3 *db;
  StoreDir store;
  StoreRun run;

  store_dir_init (&store);
  store_run_init (&run, &store, 1, NULL);
  store_run_submit (&run, FALSE);
  uuid = g_strdup (sy_run_dir_get_uuid (run.run));
  store_run_clear (&run);
  dir = sy_run_dir_open (store.dir, uuid, &error);
  path = sy_log_path (dir);
  db = sy_database_open (path, SY_DATABASE_WRITE, NULL, NULL, &error);
  g_assert_true (sy_database_exec (db, "PRAGMA user_version=99", &error));
  sy_database_close (db);
  reader = sy_log_reader_open (dir, &error);
  g_assert_null (reader);
  g_assert_error (error, SY_ERROR, SY_ERROR_VERSION);
  g_clear_error (&error);
  g_assert_false (store_run_open (&run, &store, uuid, 1, NULL, &error));
  g_assert_error (error, SY_ERROR, SY_ERROR_VERSION);
  store_run_clear (&run);
  store_dir_clear (&store);
}

/* The schema of a log, as one number */
static char *
schema_digest (sqlite3 *db)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (sqlite3_stmt) get = sy_database_query (db, "SELECT sql FROM sqlite_schema ORDER BY name", NULL);

  while (sqlite3_step (get) == SQLITE_ROW)
    g_checksum_update (sum, (const guchar *) sy_database_text (get, 0), -1);
  return g_strdup (g_checksum_get_string (sum));
}

/* These are what logs out there have: whoever changes the schema must add a version instead. */
static const char *const schema_digests[SY_LOG_VERSION] = {
  "8426f854407db3219ce453ee5fc1e816b4504dbc60df37ce11ac4cc68783ddcc",
  "faa4e031d346b2bc7a1a1b28ad1ede5ca69e869848167a0979d6ce6187c04439",
};

static void
test_schema_is_frozen (void)
{
  g_autofree char *digest = NULL;
  g_autoptr (GError) error = NULL;
  sqlite3 *db = sy_database_open (":memory:", SY_DATABASE_WRITE, NULL, NULL, &error);

  g_assert_true (sy_log_schema_migrate (db, 0, &error));
  g_assert_no_error (error);
  digest = schema_digest (db);
  g_assert_cmpstr (digest, ==, schema_digests[SY_LOG_VERSION - 1]);
  sy_database_close (db);
}

/* --- a log of version 1 --- */

static sqlite3 *
open_log (SyRunDir *run)
{
  g_autofree char *path = sy_log_path (run);
  g_autoptr (GError) error = NULL;
  sqlite3 *db = sy_database_open (path, SY_DATABASE_WRITE, NULL, NULL, &error);

  g_assert_no_error (error);
  return db;
}

static void
make_version_1 (SyRunDir *run)
{
  sqlite3 *db = open_log (run);
  g_autofree char *digest = NULL;

  g_assert_true (sy_database_exec (db,
                                   "BEGIN; DROP VIEW attempts; CREATE VIEW attempts AS SELECT key & 16777215 AS task, key >> 40 AS item,"
                                   " (key >> 24 & 65535) + 1 AS n, started_us + ran_us AS ended_us, * FROM attempt;"
                                   "PRAGMA user_version=1; COMMIT",
                                   NULL));
  digest = schema_digest (db);
  g_assert_cmpstr (digest, ==, schema_digests[0]);
  sy_database_close (db);
}

static void
assert_sound (SyRunDir *run, guint n_tasks)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SyDoctorReport) report = sy_doctor_verify (run, store_load, GUINT_TO_POINTER (n_tasks), &error);

  g_assert_no_error (error);
  for (guint i = 0; i < report->findings->len; i++)
    g_error ("%s", g_array_index (report->findings, SyFinding, i).text);
}

/* What somebody with the sqlite3 shell reads of attempt 1 of task 1 */
static char *
read_attempt (SyRunDir *run)
{
  sqlite3 *db = open_log (run);
  g_autoptr (GError) error = NULL;
  g_autoptr (sqlite3_stmt) get =
      sy_database_query (db, "SELECT coalesce(command_digest, '-') || ' ' || stragglers || ' ' || escaped FROM attempts WHERE task = 1", &error);
  char *text;

  g_assert_no_error (error);
  g_assert_cmpint (sqlite3_step (get), ==, SQLITE_ROW);
  text = g_strdup (sy_database_text (get, 0));
  g_clear_pointer (&get, sqlite3_finalize);
  sy_database_close (db);
  return text;
}

static void
set_rare (SyRunDir *run, const char *rare)
{
  sqlite3 *db = open_log (run);
  g_autofree char *sql = g_strdup_printf ("UPDATE attempt SET rare = %s WHERE key = 1", rare);

  g_assert_true (sy_database_exec (db, sql, NULL));
  sy_database_close (db);
}

/* It is read and checked as it is; a runner that goes on with it brings it up to date. */
static void
test_version_1 (void)
{
  g_autoptr (SyRunDir) dir = NULL;
  g_autofree char *uuid = NULL, *plain = NULL;
  g_autoptr (GError) error = NULL;
  sqlite3 *db;
  gint64 version;
  StoreDir store;
  StoreRun run;

  store_dir_init (&store);
  store_run_init (&run, &store, 3, NULL);
  store_run_task (&run, 1);
  store_run_submit (&run, FALSE);
  uuid = g_strdup (sy_run_dir_get_uuid (run.run));
  store_run_clear (&run);
  dir = sy_run_dir_open (store.dir, uuid, &error);
  make_version_1 (dir);
  store_assert_log (dir, 3, NULL);
  assert_sound (dir, 3);
  g_assert_true (store_run_open (&run, &store, uuid, 3, NULL, &error));
  g_assert_no_error (error);
  store_run_task (&run, 2);
  store_run_submit (&run, FALSE);
  store_run_clear (&run);
  assert_sound (dir, 3);
  db = open_log (dir);
  g_assert_true (sy_database_get_int (db, "PRAGMA user_version", &version, NULL));
  g_assert_cmpint (version, ==, SY_LOG_VERSION);
  sy_database_close (db);
  plain = read_attempt (dir);
  g_assert_cmpstr (plain, ==, "- 0 0");
  store_dir_clear (&store);
}

/* What is rare lies in one text; the view takes it apart. */
static void
test_attempts_view (void)
{
  static const struct { const char *rare, *read; } cases[] = {
    { "NULL", "- 0 0" },
    { "'stragglers=3'", "- 3 0" },
    { "'timed_out=1 escaped=2'", "- 0 2" },
    { "'command=00112233445566778899aabbccddeeff'", "00112233445566778899aabbccddeeff 0 0" },
    { "'oom=1 stragglers=12 escaped=34 command=00112233445566778899aabbccddeeff'", "00112233445566778899aabbccddeeff 12 34" },
  };
  StoreDir store;
  StoreRun run;

  store_dir_init (&store);
  store_run_init (&run, &store, 1, NULL);
  store_run_task (&run, 1);
  store_run_submit (&run, FALSE);
  g_assert_true (store_run_flush (&run, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *read = NULL;

      set_rare (run.run, cases[i].rare);
      read = read_attempt (run.run);
      g_assert_cmpstr (read, ==, cases[i].read);
    }
  store_run_clear (&run);
  store_dir_clear (&store);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/processes/wake", test_wake);
  g_test_add_func ("/store/processes/kill-writer", test_kill_writer);
  g_test_add_func ("/store/processes/read-after-kill", test_read_after_kill);
  g_test_add_func ("/store/processes/reader-across-runners", test_reader_across_runners);
  g_test_add_func ("/store/processes/two-writers", test_two_writers);
  g_test_add_func ("/store/processes/newer-version", test_newer_version);
  g_test_add_func ("/store/processes/schema-is-frozen", test_schema_is_frozen);
  g_test_add_func ("/store/processes/version-1", test_version_1);
  g_test_add_func ("/store/processes/attempts-view", test_attempts_view);
  return g_test_run ();
}
