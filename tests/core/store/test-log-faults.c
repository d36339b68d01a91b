/* test-log-faults.c: D1 (every call of the disk fails) and D2 (the power goes) of the log
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-fixture.h"

#include "core/base/sy-error.h"
#include "core/store/sy-database-private.h"
#include "core/store/sy-log-schema-private.h"
#include "fault-vfs.h"
#include "tests/lib/soak.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define N_TASKS 12

/* What is in the log now: all that was acknowledged, sound in every respect. */
static void
check_log (StoreDir *store, const char *uuid, gint64 acknowledged)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SyRunDir) run = sy_run_dir_open (store->dir, uuid, &error);
  g_autoptr (SyDoctorReport) report = NULL;

  g_assert_no_error (error);
  report = sy_doctor_verify (run, store_load, GUINT_TO_POINTER (N_TASKS), &error);
  g_assert_no_error (error);
  for (guint i = 0; i < report->findings->len; i++)
    g_error ("%s", g_array_index (report->findings, SyFinding, i).text);
  g_assert_cmpint (report->n_events, >=, acknowledged);
  g_assert_true (report->fold_checked);
  store_assert_log (run, N_TASKS, NULL);
}

/* The runner after a failed commit: reopen, fold again, go on with what is missing. FALSE: it cannot. */
static gboolean
recover (StoreRun *run)
{
  if (!sy_run_log_reopen (run->log, NULL))
    return FALSE;
  sy_run_state_free (run->state);
  run->state = store_fold (run->run, N_TASKS, NULL);
  if (run->state == NULL)
    return FALSE;
  sy_run_state_track (run->state);
  g_assert_cmpint (run->state->seq, >=, run->acknowledged);
  g_assert_cmpint (run->state->seq, ==, sy_run_log_get_last_seq (run->log));
  run->acknowledged = run->state->seq;
  return TRUE;
}

static void
drop_batch (StoreRun *run)
{
  g_array_set_size (run->batch.events, 0);
  g_array_set_size (run->batch.states, 0);
}

/* What was known when the disk had been called so many times */
typedef struct
{
  guint n_calls;
  gint64 acknowledged;
  char *mark; /* the file */
  gsize mark_length;
} Moment;

static void
moment_clear (gpointer data)
{
  g_free (((Moment *) data)->mark);
}

static char *
mark_path (StoreRun *run)
{
  return g_build_filename (sy_run_dir_get_path (run->run), "mark", NULL);
}

static void
note_moment (StoreRun *run, GArray *moments)
{
  g_autofree char *path = mark_path (run);
  Moment moment = { .n_calls = fault_vfs_count_calls (), .acknowledged = run->acknowledged };

  g_assert_true (g_file_get_contents (path, &moment.mark, &moment.mark_length, NULL));
  g_array_append_val (moments, moment);
}

/* All tasks to their end, two at a time, each event a commit; gives up where even a reopened log fails.
 * @moments: (nullable): gets one for every commit */
static gboolean
drive (StoreRun *run, GArray *moments)
{
  for (guint32 task = 1; task <= N_TASKS; task += 2)
    {
      guint tries = 0;

      for (;;)
        {
          gboolean first = store_run_advance (run, task), second = store_run_advance (run, task + 1);

          if (!first && !second)
            break;
          store_run_submit (run, FALSE);
          if (store_run_flush (run, NULL))
            {
              if (moments != NULL)
                note_moment (run, moments);
              continue;
            }
          drop_batch (run);
          if (++tries > 2 || !recover (run))
            return FALSE;
        }
    }
  return TRUE;
}

/* Without faults this VFS differs by not waiting for the disk. */
static const SyRunLogOptions quick = { .vfs = FAULT_VFS };

static void
start (StoreRun *run, StoreDir *store)
{
  store_run_init (run, store, N_TASKS, &quick);
  store_run_submit (run, FALSE);
  g_assert_true (store_run_flush (run, NULL));
}

/* One log made in peace, then opened and written through the VFS that fails. */
static gboolean
run_with_fault (FaultCalls calls, guint nth, gboolean persistent, gboolean full)
{
  g_autofree char *uuid = NULL;
  gboolean done = FALSE, has_failed;
  gint64 acknowledged;
  StoreDir store;
  StoreRun run;

  store_dir_init (&store);
  start (&run, &store);
  uuid = g_strdup (sy_run_dir_get_uuid (run.run));
  acknowledged = run.acknowledged;
  store_run_clear (&run);
  fault_vfs_fail (calls, nth, persistent, full);
  if (store_run_open (&run, &store, uuid, N_TASKS, &quick, NULL))
    {
      done = drive (&run, NULL);
      acknowledged = MAX (acknowledged, run.acknowledged);
    }
  store_run_clear (&run);
  has_failed = fault_vfs_has_failed ();
  fault_vfs_fail (0, 0, FALSE, FALSE);
  if (!persistent && !has_failed)
    g_assert_true (done);
  check_log (&store, uuid, acknowledged);
  /* With a sound disk it goes on to its end. */
  g_assert_true (store_run_open (&run, &store, uuid, N_TASKS, &quick, NULL));
  g_assert_true (drive (&run, NULL));
  store_run_clear (&run);
  check_log (&store, uuid, acknowledged);
  store_dir_clear (&store);
  return has_failed;
}

typedef struct
{
  const char *name;
  FaultCalls calls;
  gboolean persistent, full;
  guint step; /* of CI; soak takes every call */
} D1Case;

static const D1Case d1_cases[] = {
  { "open-once", FAULT_OPEN, FALSE, FALSE, 1 },
  { "open-persistent", FAULT_OPEN, TRUE, FALSE, 1 },
  { "write-once", FAULT_WRITE, FALSE, FALSE, 5 },
  { "write-persistent", FAULT_WRITE, TRUE, FALSE, 5 },
  { "full-once", FAULT_WRITE, FALSE, TRUE, 5 },
  { "full-persistent", FAULT_WRITE, TRUE, TRUE, 5 },
  { "sync-once", FAULT_SYNC, FALSE, FALSE, 1 },
  { "sync-persistent", FAULT_SYNC, TRUE, FALSE, 1 },
  { "truncate-once", FAULT_TRUNCATE, FALSE, FALSE, 1 },
  { "truncate-persistent", FAULT_TRUNCATE, TRUE, FALSE, 1 },
  { "shm-once", FAULT_SHM_MAP, FALSE, FALSE, 1 },
  { "shm-persistent", FAULT_SHM_MAP, TRUE, FALSE, 1 },
};

static void
test_d1 (gconstpointer data)
{
  const D1Case *test = data;
  guint n = 0, failed = 0;

  /* Until a run meets no fault any more: then every call has had its turn. */
  for (guint nth = 1;; nth += soak_or (test->step, 1), n++)
    {
      if (!run_with_fault (test->calls, nth, test->persistent, test->full))
        break;
      failed++;
    }
  g_test_message ("%u faults", failed);
  g_assert_cmpuint (failed, >, 0);
}

/* A full quota: the disk has space, our writes are refused all the same. The reserve holds the commit. */
static void
count_full (SyRunLog *log, SyRunLogNotice notice, const GError *error, gpointer data)
{
  if (notice == SY_RUN_LOG_DISK_FULL)
    g_assert_error (error, SY_ERROR, SY_ERROR_NO_SPACE);
  else
    g_assert_not_reached ();
  g_atomic_int_inc ((int *) data);
}

static void
test_quota (void)
{
  int n_full = 0;
  StoreDir store;
  StoreRun run;

  store_dir_init (&store);
  start (&run, &store);
  sy_run_log_set_notify (run.log, count_full, &n_full);
  fault_vfs_set_errno (EDQUOT);
  fault_vfs_fail (FAULT_WRITE, 1, FALSE, FALSE);
  store_run_task (&run, 1);
  store_run_submit (&run, FALSE);
  g_assert_true (store_run_flush (&run, NULL));
  g_assert_cmpint (g_atomic_int_get (&n_full), ==, 1);
  g_assert_cmpint (run.acknowledged, ==, run.state->seq);
  g_assert_cmpint (faccessat (sy_run_dir_get_fd (run.run), "reserve", F_OK, 0), ==, -1);
  fault_vfs_fail (0, 0, FALSE, FALSE);
  fault_vfs_set_errno (0);
  g_assert_true (sy_run_log_get_sink (run.log)->restore_reserve (sy_run_log_get_sink (run.log)));
  g_assert_cmpint (faccessat (sy_run_dir_get_fd (run.run), "reserve", F_OK, 0), ==, 0);
  store_run_clear (&run);
  store_dir_clear (&store);
}

/* --- D2 --- */

/* The log is sound, has what was acknowledged, and the run goes on to its end. */
static void
check_and_go_on (StoreDir *store, const char *uuid, gint64 acknowledged)
{
  StoreRun run;

  check_log (store, uuid, acknowledged);
  g_assert_true (store_run_open (&run, store, uuid, N_TASKS, &quick, NULL));
  g_assert_true (drive (&run, NULL));
  store_run_clear (&run);
  check_log (store, uuid, acknowledged);
}

/* The power goes under a writer, which finds every call refused from then on. */
static void
cut_power (guint seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autofree char *uuid = NULL, *shm = NULL;
  g_autoptr (FaultTape) tape = NULL;
  gint64 acknowledged;
  StoreDir store;
  StoreRun run;

  store_dir_init (&store);
  start (&run, &store);
  uuid = g_strdup (sy_run_dir_get_uuid (run.run));
  shm = g_build_filename (sy_run_dir_get_path (run.run), "log.db-shm", NULL);
  store_run_clear (&run);
  fault_vfs_start_recording ();
  g_assert_true (store_run_open (&run, &store, uuid, N_TASKS, &quick, NULL));
  /* The whole takes about 165 calls, the checkpoint at its end among them. */
  fault_vfs_cut_after ((guint) g_rand_int_range (random, 1, 170));
  drive (&run, NULL);
  acknowledged = run.acknowledged;
  store_run_clear (&run);
  tape = fault_vfs_stop_recording ();
  fault_tape_crash (tape, fault_tape_get_n_calls (tape), random);
  g_remove (shm); /* memory of processes that are no more */
  check_and_go_on (&store, uuid, acknowledged);
  store_dir_clear (&store);
}

static void
test_d2 (void)
{
  guint n = soak_or (40, 2000);
  guint first = g_test_rand_int () & 0xffffff;

  for (guint i = 0; i < n; i++)
    {
      g_test_message ("seed %u", first + i);
      cut_power (first + i);
      soak_progress ("power cuts under a writer", i + 1, n);
    }
}

/* One run's calls of the disk, and what was acknowledged when */
typedef struct
{
  StoreDir store;
  char *uuid, *shm, *mark;
  FaultTape *tape;
  GArray *moments; /* Moment, ascending */
} Recording;

static void
recording_init (Recording *r)
{
  StoreRun run;

  store_dir_init (&r->store);
  start (&run, &r->store);
  r->uuid = g_strdup (sy_run_dir_get_uuid (run.run));
  r->shm = g_build_filename (sy_run_dir_get_path (run.run), "log.db-shm", NULL);
  r->mark = mark_path (&run);
  store_run_clear (&run);
  r->moments = g_array_new (FALSE, FALSE, sizeof (Moment));
  g_array_set_clear_func (r->moments, moment_clear);
  fault_vfs_start_recording ();
  g_assert_true (store_run_open (&run, &r->store, r->uuid, N_TASKS, &quick, NULL));
  note_moment (&run, r->moments);
  g_assert_true (drive (&run, r->moments));
  store_run_clear (&run);
  r->tape = fault_vfs_stop_recording ();
}

static void
recording_clear (Recording *r)
{
  store_dir_clear (&r->store);
  fault_tape_free (r->tape);
  g_array_unref (r->moments);
  g_free (r->uuid);
  g_free (r->shm);
  g_free (r->mark);
}

#define GO_ON_EVERY 8 /* cuts */

/* The mark is never synced: an older one may be what the disk has. @go_on: with the run, too, which takes several times as long */
static void
cut_tape (Recording *r, guint n_calls, gboolean go_on, GRand *random)
{
  gint64 acknowledged;
  guint last = 0;
  const Moment *moment;
  g_autoptr (GError) error = NULL;

  while (last + 1 < r->moments->len && g_array_index (r->moments, Moment, last + 1).n_calls <= n_calls)
    last++;
  moment = &g_array_index (r->moments, Moment, g_rand_boolean (random) ? last : (guint) g_rand_int_range (random, 0, (gint32) last + 1));
  fault_tape_crash (r->tape, n_calls, random);
  g_file_set_contents_full (r->mark, moment->mark, (gssize) moment->mark_length, G_FILE_SET_CONTENTS_NONE, 0600, &error);
  g_assert_no_error (error);
  g_remove (r->shm);
  acknowledged = g_array_index (r->moments, Moment, last).acknowledged;
  if (go_on)
    check_and_go_on (&r->store, r->uuid, acknowledged);
  else
    check_log (&r->store, r->uuid, acknowledged);
}

/* After each call of one run in turn: what it wrote is played again up to there, and the power goes. */
static void
test_d2_tape (void)
{
  guint seed = g_test_rand_int (), rounds = 1, n;
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  Recording r;

  recording_init (&r);
  n = fault_tape_get_n_calls (r.tape) + 1;
  rounds = soak_or (1, (50000 + n - 1) / n);
  g_test_message ("seed %u, %u calls, %u cuts after each", seed, n - 1, rounds);
  for (guint at = 0; at < n; at++)
    {
      for (guint i = 0; i < rounds; i++)
        cut_tape (&r, at, (at + i) % GO_ON_EVERY == 0, random);
      soak_progress ("calls after which the power was cut", at + 1, n);
    }
  g_test_message ("%u power cuts", n * rounds);
  recording_clear (&r);
}

/* --- N2: a reader that sits in a read, as one that was stopped there does --- */

typedef struct
{
  guint held, failed;
} Notices;

static void
note (SyRunLog *log, SyRunLogNotice notice, const GError *error, gpointer data)
{
  Notices *notices = data;

  notices->held += notice == SY_RUN_LOG_WAL_HELD;
  notices->failed += notice == SY_RUN_LOG_FAILED;
}

static void
test_n2 (void)
{
  Notices notices = { 0 };
  const SyRunLogOptions options = { .vfs = FAULT_VFS, .notify = note, .notify_data = &notices };
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autofree char *text = g_strnfill (3000, 'x');
  sqlite3_stmt *reading;
  sqlite3 *reader;
  SyRunLogStats stats;
  struct stat wal;
  StoreDir store;
  StoreRun run;

  store_dir_init (&store);
  store_run_init (&run, &store, N_TASKS, &options);
  store_run_submit (&run, FALSE);
  g_assert_true (store_run_flush (&run, NULL));
  path = sy_log_path (run.run);
  reader = sy_database_open (path, SY_DATABASE_READ, NULL, NULL, &error);
  g_assert_no_error (error);
  reading = sy_database_query (reader, "SELECT seq FROM event", &error);
  g_assert_cmpint (sqlite3_step (reading), ==, SQLITE_ROW);
  for (guint i = 0; i < 9000; i++)
    {
      store_run_event (&run, SY_EVENT_NOTE, 0)->text = g_strdup (text);
      store_run_submit (&run, FALSE);
      g_assert_true (store_run_flush (&run, NULL)); /* commits go on */
    }
  g_assert_cmpint (run.acknowledged, ==, run.state->seq);
  sy_run_log_get_stats (run.log, &stats);
  g_test_message ("%d commits, %d attempts to merge, %u notices", (int) stats.n_commits,
                  (int) stats.n_checkpoints, notices.held);
  g_assert_cmpuint (notices.held, ==, 1);
  g_assert_cmpuint (notices.failed, ==, 0);
  g_assert_cmpint (stats.n_checkpoints, <, 40);
  /* Once it goes on, the -wal goes back to its limit. */
  sqlite3_finalize (reading);
  sy_database_close (reader);
  for (guint i = 0; i < 2000; i++)
    {
      store_run_event (&run, SY_EVENT_NOTE, 0)->text = g_strdup (text);
      store_run_submit (&run, FALSE);
      g_assert_true (store_run_flush (&run, NULL));
    }
  g_assert_true (sy_log_file_stat (run.run, "-wal", &wal));
  g_assert_cmpint (wal.st_size, <, 16 * 1024 * 1024);
  store_run_clear (&run);
  store_dir_clear (&store);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fault_vfs_register ();
  for (gsize i = 0; i < G_N_ELEMENTS (d1_cases); i++)
    {
      g_autofree char *path = g_strconcat ("/store/faults/d1/", d1_cases[i].name, NULL);

      g_test_add_data_func (path, &d1_cases[i], test_d1);
    }
  g_test_add_func ("/store/faults/quota", test_quota);
  g_test_add_func ("/store/faults/d2", test_d2);
  g_test_add_func ("/store/faults/d2-tape", test_d2_tape);
  g_test_add_func ("/store/faults/n2", test_n2);
  return g_test_run ();
}
