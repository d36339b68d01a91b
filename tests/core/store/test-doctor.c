/* test-doctor.c: damage is found, what can be saved is saved, and gc takes only what it may
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-fixture.h"

#include "core/base/sy-error.h"
#include "core/store/sy-database-private.h"
#include "core/store/sy-log-schema-private.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#define N_TASKS 30

/* A finished run, closed */
static SyRunDir *
make_run (StoreDir *store)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *uuid = NULL;
  SyRunDir *dir;
  StoreRun run;

  store_run_init (&run, store, N_TASKS, NULL);
  for (guint32 task = 1; task <= N_TASKS; task++)
    store_run_task (&run, task);
  store_run_finish (&run);
  uuid = g_strdup (sy_run_dir_get_uuid (run.run));
  store_run_clear (&run);
  dir = sy_run_dir_open (store->dir, uuid, &error);
  g_assert_no_error (error);
  return dir;
}

static void
execute (SyRunDir *run, const char *sql)
{
  g_autofree char *path = sy_log_path (run);
  g_autoptr (GError) error = NULL;
  sqlite3 *db = sy_database_open (path, SY_DATABASE_WRITE, NULL, NULL, &error);

  g_assert_no_error (error);
  sy_database_exec (db, sql, &error);
  g_assert_no_error (error);
  sy_database_close (db);
}

static SyDoctorReport *
verify (SyRunDir *run)
{
  g_autoptr (GError) error = NULL;
  SyDoctorReport *report = sy_doctor_verify (run, store_load, GUINT_TO_POINTER (N_TASKS), &error);

  g_assert_no_error (error);
  return report;
}

static gboolean
has_finding (const SyDoctorReport *report, SyFindingKind kind)
{
  for (guint i = 0; i < report->findings->len; i++)
    {
      const SyFinding *finding = &g_array_index (report->findings, SyFinding, i);

      g_test_message ("%d: %s", finding->kind, finding->text);
      if (finding->kind == kind)
        return TRUE;
    }
  return FALSE;
}

static void
test_sound (void)
{
  g_autoptr (SyDoctorReport) report = NULL;
  g_autoptr (SyRunDir) run = NULL;
  StoreDir store;

  store_dir_init (&store);
  run = make_run (&store);
  report = verify (run);
  g_assert_cmpuint (report->findings->len, ==, 0);
  g_assert_cmpint (report->n_events, ==, 3 + 4 * N_TASKS);
  g_assert_true (report->fold_checked);
  store_dir_clear (&store);
}

/* What an edit of each table is found as; SQLite itself is content with every one of them. */
static void
test_edits (void)
{
  static const struct
  {
    const char *sql;
    SyFindingKind kind;
  } cases[] = {
    { "UPDATE event SET data = replace(data, '\"u\":4', '\"u\":5') WHERE seq = 30", SY_FINDING_CHAIN },
    { "UPDATE event SET at_us = at_us + 1 WHERE seq = 31", SY_FINDING_CHAIN },
    { "UPDATE event SET skew_us = skew_us + 1 WHERE seq = 31", SY_FINDING_CHAIN },
    { "UPDATE event SET task = task + 1 WHERE seq = 31", SY_FINDING_CHAIN },
    { "UPDATE event SET attempt = 2 WHERE seq = 31", SY_FINDING_CHAIN },
    { "UPDATE event SET item = 1 WHERE seq = 31", SY_FINDING_CHAIN },
    { "UPDATE event SET kind = 25 WHERE seq = 31", SY_FINDING_CHAIN },
    { "UPDATE event SET \"by\" = 1 WHERE seq = 31", SY_FINDING_CHAIN },
    { "UPDATE event SET h = zeroblob(16) WHERE seq = 31", SY_FINDING_CHAIN },
    { "DELETE FROM event WHERE seq = 31", SY_FINDING_CHAIN },
    { "DELETE FROM event WHERE seq >= 100", SY_FINDING_TAIL_LOST },
    { "DELETE FROM event", SY_FINDING_TAIL_LOST },
    { "UPDATE state SET state = 5 WHERE key = 7", SY_FINDING_STATE },
    { "UPDATE state SET last_seq = last_seq - 1 WHERE key = 7", SY_FINDING_STATE },
    { "UPDATE state SET id = 'other' WHERE key = 7", SY_FINDING_STATE },
    { "DELETE FROM state WHERE key = 7", SY_FINDING_STATE },
    { "UPDATE attempt SET status = 256 WHERE key = 7", SY_FINDING_ATTEMPT },
    { "UPDATE attempt SET rss = rss + 1 WHERE key = 7", SY_FINDING_ATTEMPT },
    { "DELETE FROM attempt WHERE key = 7", SY_FINDING_ATTEMPT },
    { "UPDATE meta SET value = '2' WHERE key = 'number'", SY_FINDING_ROW },
    { "DELETE FROM meta WHERE key = 'name'", SY_FINDING_ROW },
    { "UPDATE definition SET bytes = zeroblob(9)", SY_FINDING_ROW },
    { "UPDATE definition SET path = '/elsewhere'", SY_FINDING_ROW },
    { "UPDATE boot SET wall_us = wall_us + 1", SY_FINDING_ROW },
    { "CREATE TABLE more(x)", SY_FINDING_INTEGRITY },
    { "DROP VIEW events", SY_FINDING_INTEGRITY },
  };
  StoreDir store;

  store_dir_init (&store);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SyRunDir) run = make_run (&store);
      g_autoptr (SyDoctorReport) report = NULL;

      g_test_message ("%s", cases[i].sql);
      execute (run, cases[i].sql);
      report = verify (run);
      g_assert_true (has_finding (report, cases[i].kind));
    }
  store_dir_clear (&store);
}

static void
test_no_log (void)
{
  g_autoptr (SyRunDir) run = NULL;
  g_autoptr (GError) error = NULL;
  StoreDir store;

  store_dir_init (&store);
  run = sy_run_dir_create (store.dir, NULL, &error);
  g_assert_null (sy_doctor_verify (run, NULL, NULL, &error));
  g_assert_error (error, SY_ERROR, SY_ERROR_NOT_FOUND);
  store_dir_clear (&store);
}

static gboolean
open_for_writing (StoreDir *store, const char *uuid, GError **error)
{
  StoreRun run;
  gboolean ok = store_run_open (&run, store, uuid, N_TASKS, NULL, error);

  store_run_clear (&run);
  return ok;
}

static void
salvage (SyRunDir *run, gint64 expected)
{
  g_autoptr (GError) error = NULL;
  gint64 n = 0;

  g_assert_true (sy_run_dir_own (run, 0, NULL));
  g_assert_true (sy_doctor_salvage (run, store_load, GUINT_TO_POINTER (N_TASKS), &n, &error));
  g_assert_no_error (error);
  g_assert_cmpint (n, ==, expected);
  sy_run_dir_disown (run);
}

static void
test_salvage (void)
{
  g_autoptr (SyDoctorReport) report = NULL;
  g_autoptr (SyLogReader) reader = NULL;
  g_auto (SyRunMeta) meta = { 0 };
  g_autoptr (SyRunDir) run = NULL;
  g_autoptr (GError) error = NULL;
  const char *name;
  guint aside = 0;
  StoreDir store;
  GDir *dir;

  store_dir_init (&store);
  run = make_run (&store);
  execute (run, "UPDATE event SET task = 2 WHERE seq = 60");
  g_assert_false (open_for_writing (&store, sy_run_dir_get_uuid (run), &error));
  g_assert_error (error, SY_ERROR, SY_ERROR_CORRUPT);
  g_clear_error (&error);

  salvage (run, 59);
  report = verify (run);
  g_assert_cmpuint (report->findings->len, ==, 0);
  g_assert_true (report->fold_checked);
  g_assert_cmpint (report->n_events, ==, 60);
  reader = sy_log_reader_open (run, &error);
  g_assert_no_error (error);
  g_assert_true (sy_log_reader_get_meta (reader, &meta, &error));
  g_assert_no_error (error);
  g_assert_true (meta.unconfirmed);
  g_assert_cmpstr (meta.workflow_path, ==, "/work/sample.yard.yaml");
  g_assert_cmpuint (meta.number, ==, 1);
  dir = g_dir_open (sy_run_dir_get_path (run), 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    aside += g_str_has_prefix (name, "log.db.corrupt-");
  g_dir_close (dir);
  g_assert_cmpuint (aside, >=, 1);

  /* Read-only until the user has looked at it */
  g_assert_false (open_for_writing (&store, sy_run_dir_get_uuid (run), &error));
  g_assert_error (error, SY_ERROR, SY_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_true (sy_run_dir_own (run, 0, NULL));
  g_assert_true (sy_doctor_confirm (run, &error));
  sy_run_dir_disown (run);
  g_assert_true (open_for_writing (&store, sy_run_dir_get_uuid (run), &error));
  g_assert_no_error (error);
  store_dir_clear (&store);
}

/* Killed between the renames: the next call finishes them. */
static void
test_salvage_again (void)
{
  g_autoptr (SyRunDir) run = NULL;
  g_autoptr (SyDoctorReport) report = NULL;
  StoreDir store;
  int fd;

  store_dir_init (&store);
  run = make_run (&store);
  execute (run, "UPDATE event SET task = 2 WHERE seq = 60");
  salvage (run, 59);
  fd = sy_run_dir_get_fd (run);
  g_assert_cmpint (renameat (fd, "log.db", fd, "log.db.new"), ==, 0);
  salvage (run, 59);
  report = verify (run);
  g_assert_cmpuint (report->findings->len, ==, 0);
  store_dir_clear (&store);
}

static void
test_salvage_nothing (void)
{
  g_autofree char *path = NULL, *before = NULL, *after = NULL;
  g_autoptr (SyRunDir) run = NULL;
  g_autoptr (GError) error = NULL;
  StoreDir store;

  store_dir_init (&store);
  run = make_run (&store);
  path = g_build_filename (sy_run_dir_get_path (run), "log.db", NULL);
  g_assert_true (g_file_set_contents (path, "nothing that SQLite knows", -1, NULL));
  g_assert_true (sy_run_dir_own (run, 0, NULL));
  g_assert_false (sy_doctor_salvage (run, store_load, GUINT_TO_POINTER (N_TASKS), NULL, &error));
  g_assert_error (error, SY_ERROR, SY_ERROR_CORRUPT);
  g_assert_nonnull (strstr (error->message, "log.db is damaged: “switchyard doctor” looks at it"));
  g_assert_true (g_file_get_contents (path, &after, NULL, NULL));
  g_assert_cmpstr (after, ==, "nothing that SQLite knows");
  store_dir_clear (&store);
}

/* --- gc --- */

#define DAY G_TIME_SPAN_DAY
#define NOW (1000 * DAY)

typedef struct
{
  const char *workflow;
  gint64 age; /* since its end */
  SyRunStatus status;
  gboolean pinned;
  gboolean goes;
} GcCase;

/* keep_runs 3, keep_us 30 days */
static const GcCase gc_cases[] = {
  { "/w/many", 1 * DAY, SY_RUN_SUCCEEDED, FALSE, FALSE },
  { "/w/many", 2 * DAY, SY_RUN_SUCCEEDED, FALSE, FALSE },
  { "/w/many", 3 * DAY, SY_RUN_FAILED, FALSE, FALSE },
  { "/w/many", 4 * DAY, SY_RUN_SUCCEEDED, FALSE, TRUE },
  { "/w/many", 5 * DAY, SY_RUN_SUCCEEDED, TRUE, FALSE },
  { "/w/many", 6 * DAY, SY_RUN_FAILED, FALSE, TRUE },
  { "/w/many", 7 * DAY, SY_RUN_RUNNING, FALSE, FALSE },
  { "/w/old", 40 * DAY, SY_RUN_SUCCEEDED, FALSE, FALSE },
  { "/w/old", 50 * DAY, SY_RUN_CANCELLED, FALSE, TRUE },
  { "/w/old", 60 * DAY, SY_RUN_FAILED, FALSE, FALSE },
  { "/w/old", 70 * DAY, SY_RUN_FAILED, FALSE, TRUE },
  { "/w/old", 80 * DAY, SY_RUN_PAUSED, FALSE, FALSE },
};

static char *
make_gc_run (StoreDir *store, const GcCase *test)
{
  gint64 ended = NOW - test->age;
  SyRunLogInfo info = {
    .workflow_path = test->workflow, .name = "w", .number = 1, .created_us = ended - 1000
  };
  g_autoptr (SyRunDir) run = sy_run_dir_create (store->dir, NULL, NULL);
  SyEvent events[2] = { { .seq = 1, .kind = SY_EVENT_RUN_STATE, .value = SY_RUN_RUNNING },
                        { .seq = 2, .kind = SY_EVENT_RUN_STATE, .value = test->status } };
  SyLogBatch batch = { .events = sy_event_array_new () };
  SyRunLog *log;

  g_assert_true (sy_run_dir_own (run, 0, NULL));
  log = sy_run_log_create (run, &info, NULL, NULL);
  g_assert_nonnull (log);
  events[0].time.wall_us = events[1].time.wall_us = ended;
  g_array_append_vals (batch.events, events, 2);
  sy_run_log_get_sink (log)->submit (sy_run_log_get_sink (log), &batch, NULL, NULL);
  g_assert_true (sy_run_log_close (log, NULL));
  g_assert_true (sy_run_dir_set_pinned (run, test->pinned, NULL));
  return g_strdup (sy_run_dir_get_uuid (run));
}

static void
test_gc (void)
{
  SyGcPolicy policy = { .keep_runs = 3, .keep_us = 30 * DAY };
  char *uuids[G_N_ELEMENTS (gc_cases)];
  g_autofree char *trash = NULL;
  g_autoptr (GError) error = NULL;
  StoreDir store;
  guint expected = 0;

  store_dir_init (&store);
  for (gsize i = 0; i < G_N_ELEMENTS (gc_cases); i++)
    {
      uuids[i] = make_gc_run (&store, &gc_cases[i]);
      expected += gc_cases[i].goes;
    }
  trash = g_build_filename (sy_state_dir_get_path (store.dir), "runs", ".trash-left", "out", NULL);
  g_assert_cmpint (g_mkdir_with_parents (trash, 0700), ==, 0);
  for (policy.dry_run = TRUE;; policy.dry_run = FALSE)
    {
      g_autoptr (GPtrArray) items = sy_gc_run (store.dir, &policy, NOW, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (items->len, ==, expected);
      for (gsize i = 0; i < G_N_ELEMENTS (gc_cases); i++)
        {
          g_autoptr (SyRunDir) run = sy_run_dir_open (store.dir, uuids[i], NULL);

          g_test_message ("run %d", (int) i);
          g_assert_cmpint (run == NULL, ==, !policy.dry_run && gc_cases[i].goes);
        }
      g_assert_cmpint (g_file_test (trash, G_FILE_TEST_EXISTS), ==, policy.dry_run);
      g_assert_cmpint (((SyGcItem *) items->pdata[0])->bytes, >, 0);
      if (!policy.dry_run)
        break;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (gc_cases); i++)
    g_free (uuids[i]);
  store_dir_clear (&store);
}

/* What a person asks to be deleted goes, but for what is pinned, has not ended, or somebody runs. */
static void
test_delete (void)
{
  static const struct { GcCase run; gboolean owned; int refused; } cases[] = {
    { { "/w/a", DAY, SY_RUN_SUCCEEDED, FALSE, FALSE }, FALSE, -1 },
    { { "/w/a", DAY, SY_RUN_FAILED, FALSE, FALSE }, FALSE, -1 },
    { { "/w/a", DAY, SY_RUN_SUCCEEDED, TRUE, FALSE }, FALSE, SY_ERROR_REFUSED },
    { { "/w/a", DAY, SY_RUN_RUNNING, FALSE, FALSE }, FALSE, SY_ERROR_REFUSED },
    { { "/w/a", DAY, SY_RUN_PAUSED, FALSE, FALSE }, FALSE, SY_ERROR_REFUSED },
    { { "/w/a", DAY, SY_RUN_SUCCEEDED, FALSE, FALSE }, TRUE, SY_ERROR_OWNED },
  };
  StoreDir store;

  store_dir_init (&store);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *uuid = make_gc_run (&store, &cases[i].run);
      g_autoptr (SyRunDir) owner = sy_run_dir_open (store.dir, uuid, NULL), after = NULL;
      g_autoptr (SyIndex) index = sy_index_open (store.dir, SY_INDEX_WRITE, NULL);
      g_autoptr (SyRunInfo) known = sy_index_lookup (index, uuid, NULL), info = NULL;
      g_autoptr (GError) error = NULL;
      gboolean done;

      g_test_message ("run %d", (int) i);
      g_assert_nonnull (known);
      g_assert_true (!cases[i].owned || sy_run_dir_own (owner, 0, NULL));
      done = sy_gc_delete (store.dir, uuid, &error);
      g_assert_cmpint (done, ==, cases[i].refused < 0);
      g_assert_cmpint (error != NULL ? error->code : -1, ==, cases[i].refused);
      after = sy_run_dir_open (store.dir, uuid, NULL);
      g_assert_cmpint (after == NULL, ==, done);
      info = sy_index_lookup (index, uuid, NULL);
      g_assert_cmpint (info == NULL, ==, done);
    }
  store_dir_clear (&store);
}

/* Runs whose making was cut short are no runs; they go after a day, but never what a keeper has worked for. */
typedef struct
{
  gboolean log, keeper, mark, old;
  gboolean goes;
} HalfCase;

static const HalfCase half_cases[] = {
  { FALSE, FALSE, FALSE, TRUE, TRUE }, { TRUE, FALSE, FALSE, TRUE, TRUE }, { TRUE, FALSE, FALSE, FALSE, FALSE },
  { FALSE, TRUE, FALSE, TRUE, TRUE },  { TRUE, TRUE, FALSE, TRUE, TRUE },  { TRUE, TRUE, FALSE, FALSE, FALSE },
  { FALSE, TRUE, TRUE, TRUE, FALSE },  { TRUE, TRUE, TRUE, TRUE, FALSE },
};

static void
make_half_run (StoreDir *store, const char *uuid, const HalfCase *test)
{
  SyRunLogInfo info = { .workflow_path = "/w", .name = "w", .number = 1, .created_us = NOW };
  g_autoptr (SyRunDir) run = sy_run_dir_create (store->dir, uuid, NULL);
  const struct timespec day_before[2] = { { .tv_sec = g_get_real_time () / G_USEC_PER_SEC - 2 * 86400 },
                                          { .tv_sec = g_get_real_time () / G_USEC_PER_SEC - 2 * 86400 } };

  g_assert_true (sy_run_dir_own (run, 0, NULL));
  if (test->log)
    {
      SyRunLog *log = sy_run_log_create (run, &info, NULL, NULL);

      g_assert_nonnull (log);
      g_assert_true (sy_run_log_close (log, NULL));
    }
  if (test->keeper)
    g_assert_cmpint (mkdirat (sy_run_dir_get_fd (run), "k/1", 0700), ==, 0);
  if (test->mark)
    g_assert_true (sy_run_dir_replace_file (run, "mark", "x", 1, NULL));
  if (test->old)
    g_assert_cmpint (futimens (sy_run_dir_get_fd (run), day_before), ==, 0);
}

/* A making that was killed has left a folder of another name. */
static void
test_gc_making (void)
{
  static const char *const names[] = { "runs/.new-old", "runs/.new-young" };
  const struct utimbuf day_before = { .actime = g_get_real_time () / G_USEC_PER_SEC - 2 * 86400,
                                      .modtime = g_get_real_time () / G_USEC_PER_SEC - 2 * 86400 };
  SyGcPolicy policy = { 0 };
  StoreDir store;

  store_dir_init (&store);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (sy_state_dir_get_path (store.dir), names[i], NULL);

      g_assert_cmpint (mkdir (path, 0700), ==, 0);
      if (i == 0)
        g_assert_cmpint (utime (path, &day_before), ==, 0);
    }
  g_ptr_array_unref (sy_gc_run (store.dir, &policy, NOW, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (sy_state_dir_get_path (store.dir), names[i], NULL);

      g_assert_cmpint (g_file_test (path, G_FILE_TEST_EXISTS), ==, i == 1);
    }
  store_dir_clear (&store);
}

static void
test_gc_half_made (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (half_cases); i++)
    {
      static const char uuid[] = "5afe0000-0000-4000-8000-000000000002";
      const HalfCase *test = &half_cases[i];
      SyGcPolicy policy = { 0 };
      StoreDir store;

      g_test_message ("case %d", (int) i);
      store_dir_init (&store);
      make_half_run (&store, uuid, test);
      if (!test->keeper)
        {
          g_autoptr (SyIndex) index = sy_index_open (store.dir, SY_INDEX_READ, NULL);
          g_autoptr (GPtrArray) runs = sy_index_list (index, NULL, NULL);

          g_assert_cmpuint (runs->len, ==, 0);
        }
      g_ptr_array_unref (sy_gc_run (store.dir, &policy, NOW, NULL));
      {
        g_autoptr (SyRunDir) run = sy_run_dir_open (store.dir, uuid, NULL);

        g_assert_cmpint (run == NULL, ==, test->goes);
      }
      store_dir_clear (&store);
    }
}

/* What a runner leaves that is killed in the moment of its end, and what a run that goes on needs */
static void
test_gc_tidy (void)
{
  static const GcCase over = { "/w", DAY, SY_RUN_SUCCEEDED, FALSE, FALSE }, open = { "/w", DAY, SY_RUN_RUNNING, FALSE, FALSE };
  SyGcPolicy policy = { 0 };
  SyRunDir *runs[2];
  StoreDir store;

  store_dir_init (&store);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *uuid = make_gc_run (&store, i == 0 ? &over : &open);
      g_autoptr (SyRunDir) run = sy_run_dir_open (store.dir, uuid, NULL);

      g_assert_true (sy_run_dir_replace_file (run, "env", "A=1", 4, NULL));
      g_assert_true (sy_run_dir_replace_file (run, "reserve", "x", 1, NULL));
      runs[i] = g_steal_pointer (&run);
    }
  g_ptr_array_unref (sy_gc_run (store.dir, &policy, NOW, NULL));
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpint (faccessat (sy_run_dir_get_fd (runs[i]), "env", F_OK, 0), ==, i == 0 ? -1 : 0);
      g_assert_cmpint (faccessat (sy_run_dir_get_fd (runs[i]), "reserve", F_OK, 0), ==, i == 0 ? -1 : 0);
    }
  sy_run_dir_free (runs[0]);
  sy_run_dir_free (runs[1]);
  store_dir_clear (&store);
}

static void
test_gc_due (void)
{
  const struct timespec day_before[2] = { { .tv_sec = g_get_real_time () / G_USEC_PER_SEC - 2 * 86400 },
                                          { .tv_sec = g_get_real_time () / G_USEC_PER_SEC - 2 * 86400 } };
  StoreDir store;

  store_dir_init (&store);
  g_assert_true (sy_gc_is_due (store.dir));
  g_assert_false (sy_gc_is_due (store.dir));
  g_assert_cmpint (utimensat (sy_state_dir_get_fd (store.dir), "gc", day_before, 0), ==, 0);
  g_assert_true (sy_gc_is_due (store.dir));
  g_assert_false (sy_gc_is_due (store.dir));
  store_dir_clear (&store);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/doctor/sound", test_sound);
  g_test_add_func ("/store/doctor/edits", test_edits);
  g_test_add_func ("/store/doctor/no-log", test_no_log);
  g_test_add_func ("/store/doctor/salvage", test_salvage);
  g_test_add_func ("/store/doctor/salvage-again", test_salvage_again);
  g_test_add_func ("/store/doctor/salvage-nothing", test_salvage_nothing);
  g_test_add_func ("/store/gc", test_gc);
  g_test_add_func ("/store/delete", test_delete);
  g_test_add_func ("/store/gc/half-made", test_gc_half_made);
  g_test_add_func ("/store/gc/making", test_gc_making);
  g_test_add_func ("/store/gc/tidy", test_gc_tidy);
  g_test_add_func ("/store/gc/due", test_gc_due);
  return g_test_run ();
}
