/* test-run-log.c: what is written is what is read
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-fixture.h"

#include "core/base/sy-error.h"
#include "core/store/sy-log-queue-private.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
test_round_trip (void)
{
  StoreDir store;
  StoreRun run;

  store_dir_init (&store);
  store_run_init (&run, &store, 20, NULL);
  store_run_submit (&run, FALSE);
  for (guint32 task = 1; task <= 20; task++)
    {
      store_run_task (&run, task);
      store_run_submit (&run, task % 3 == 0);
    }
  store_run_finish (&run);
  g_assert_true (store_run_flush (&run, NULL));
  g_assert_cmpint (run.acknowledged, ==, run.state->seq);
  store_assert_log (run.run, 20, run.state); /* beside the writer */
  g_assert_true (sy_run_log_close (run.log, NULL));
  run.log = NULL;
  store_assert_log (run.run, 20, run.state); /* after it */
  store_run_clear (&run);
  store_dir_clear (&store);
}

/* Nobody waits for the log: what is submitted meanwhile is in it, in order. */
static void
test_begin (void)
{
  g_autoptr (SyLogReader) reader = NULL;
  g_autoptr (SyDefinition) definition = NULL;
  g_autoptr (GError) error = NULL;
  StoreDir store;
  StoreRun run;

  store_dir_init (&store);
  store_run_begin (&run, &store, 5, NULL);
  store_run_submit (&run, FALSE);
  for (guint32 task = 1; task <= 5; task++)
    {
      store_run_task (&run, task);
      store_run_submit (&run, FALSE);
    }
  g_assert_cmpint (sy_run_log_get_last_seq (run.log), ==, run.state->seq);
  g_assert_true (store_run_flush (&run, &error));
  g_assert_no_error (error);
  g_assert_cmpint (run.acknowledged, ==, run.state->seq);
  store_assert_log (run.run, 5, run.state);
  reader = sy_log_reader_open (run.run, &error);
  g_assert_no_error (error);
  definition = sy_log_reader_get_definition (reader, 1, &error);
  g_assert_no_error (error);
  g_assert_cmpint (definition->since_seq, ==, 1);
  store_run_clear (&run);
  store_dir_clear (&store);
}

/* A log that cannot be made fails all that was submitted, and what comes later. */
static void
test_begin_fails (void)
{
  const SyRunLogOptions options = { .vfs = "no such thing" };
  g_autoptr (GError) error = NULL;
  StoreDir store;
  StoreRun run;

  store_dir_init (&store);
  store_run_begin (&run, &store, 5, &options);
  store_run_submit (&run, FALSE);
  g_assert_false (store_run_flush (&run, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_cmpint (run.n_failed, ==, 1);
  store_run_task (&run, 1);
  store_run_submit (&run, FALSE);
  g_assert_false (store_run_flush (&run, NULL));
  g_assert_cmpint (run.n_failed, ==, 2);
  g_assert_cmpint (run.acknowledged, ==, 0);
  g_assert_true (sy_run_log_is_failed (run.log));
  g_assert_false (sy_run_log_close (run.log, &error));
  g_assert_nonnull (error);
  run.log = NULL;
  store_run_clear (&run);
  store_dir_clear (&store);
}

static void
test_meta (void)
{
  g_autoptr (SyLogReader) reader = NULL;
  g_auto (SyRunMeta) meta = { 0 };
  g_autoptr (SyDefinition) definition = NULL;
  g_autoptr (GArray) attempts = NULL;
  g_autoptr (GError) error = NULL;
  const SyAttempt *attempt;
  StoreDir store;
  StoreRun run;

  store_dir_init (&store);
  store_run_init (&run, &store, 3, NULL);
  store_run_task (&run, 1);
  store_run_join (&run, 2);
  store_run_intent (&run, 2);
  store_run_start (&run, 2);
  store_run_exit (&run, 2, 3 << 8);
  store_run_join (&run, 3);
  store_run_intent (&run, 3);
  store_run_start (&run, 3);
  store_run_submit (&run, FALSE);
  g_assert_true (store_run_flush (&run, NULL));

  reader = sy_log_reader_open (run.run, &error);
  g_assert_no_error (error);
  g_assert_true (sy_log_reader_get_meta (reader, &meta, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (meta.uuid, ==, sy_run_dir_get_uuid (run.run));
  g_assert_cmpstr (meta.workflow_path, ==, "/work/sample.yard.yaml");
  g_assert_cmpuint (meta.number, ==, 1);
  g_assert_cmpuint (meta.slots, ==, 4);
  g_assert_cmpint (meta.status, ==, SY_RUN_RUNNING);
  g_assert_cmpint (meta.ended_us, ==, 0);
  g_assert_cmpint (meta.seq, ==, run.state->seq);
  g_assert_cmpuint (meta.counts[SY_STATE_SUCCEEDED], ==, 1);
  g_assert_cmpuint (meta.counts[SY_STATE_FAILED], ==, 1);
  g_assert_cmpuint (meta.counts[SY_STATE_RUNNING], ==, 1);
  g_assert_null (meta.rerun_of);

  definition = sy_log_reader_get_definition (reader, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (definition->n, ==, 1);
  g_assert_cmpint (definition->since_seq, ==, 1);

  attempts = sy_log_reader_get_attempts (reader, 0, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (attempts->len, ==, 3);
  attempt = &g_array_index (attempts, SyAttempt, 1);
  g_assert_cmpuint (attempt->task, ==, 2);
  g_assert_cmpuint (attempt->n, ==, 1);
  g_assert_cmpint (sy_attempt_exit_code (attempt), ==, 3);
  g_assert_cmpint (attempt->read, ==, -1);
  g_assert_cmpuint (attempt->pidns, ==, 0xEFFFFFFC);
  g_assert_cmpint (attempt->ended_us, >, attempt->started_us);
  g_assert_cmpint (attempt->started_us, >, G_GINT64_CONSTANT (1767225600000000));
  attempt = &g_array_index (attempts, SyAttempt, 2);
  g_assert_cmpint (attempt->state, ==, SY_STATE_RUNNING);
  g_assert_cmpint (attempt->pid, ==, 100003);
  g_assert_cmpint (attempt->ended_us, ==, 0);
  store_run_clear (&run);
  store_dir_clear (&store);
}

/* The promise: 10,000 tasks in 5 MB, without samples and file texts. */
static void
test_size (void)
{
  const guint32 n = 10000, slots = 8;
  g_autofree char *path = NULL;
  struct stat st;
  StoreDir store;
  StoreRun run;

  store_dir_init (&store);
  store_run_init (&run, &store, n, NULL);
  for (guint32 task = 1; task <= n; task++)
    store_run_join (&run, task);
  store_run_submit (&run, FALSE);
  for (guint32 task = 1; task <= n + slots; task++)
    {
      if (task <= n)
        store_run_intent (&run, task);
      if (task > slots)
        {
          store_run_start (&run, task - slots);
          store_run_exit (&run, task - slots, 0);
        }
      store_run_submit (&run, TRUE);
      if (task % 4 == 0) /* small groups spread the pages most */
        store_run_flush (&run, NULL);
    }
  store_run_finish (&run);
  path = g_build_filename (sy_run_dir_get_path (run.run), "log.db", NULL);
  store_run_clear (&run);
  g_assert_cmpint (stat (path, &st), ==, 0);
  g_test_message ("%u tasks: %d bytes, %d a task", n, (int) st.st_size, (int) (st.st_size / n));
  g_assert_cmpint (st.st_size, <=, 5000000);
  store_dir_clear (&store);
}

/* Keeps the writer's thread in a batch's callback until it is let go. */
typedef struct
{
  GMutex mutex;
  GCond cond;
  gboolean held, free;
} Gate;

static void
wait_in_gate (const GError *error, gpointer data)
{
  Gate *gate = data;

  g_assert_no_error (error);
  g_mutex_lock (&gate->mutex);
  gate->held = TRUE;
  g_cond_broadcast (&gate->cond);
  while (!gate->free)
    g_cond_wait (&gate->cond, &gate->mutex);
  g_mutex_unlock (&gate->mutex);
}

static void
hold_writer (StoreRun *run, Gate *gate)
{
  SyLogSink *sink = sy_run_log_get_sink (run->log);

  g_mutex_init (&gate->mutex);
  g_cond_init (&gate->cond);
  store_run_event (run, SY_EVENT_NOTE, 0);
  store_run_settle (run);
  sink->submit (sink, &run->batch, wait_in_gate, gate);
  run->batch.events = sy_event_array_new ();
  run->batch.states = g_array_new (FALSE, FALSE, sizeof (SyStateRow));
  g_mutex_lock (&gate->mutex);
  while (!gate->held)
    g_cond_wait (&gate->cond, &gate->mutex);
  g_mutex_unlock (&gate->mutex);
}

static void
let_go (Gate *gate)
{
  g_mutex_lock (&gate->mutex);
  gate->free = TRUE;
  g_cond_broadcast (&gate->cond);
  g_mutex_unlock (&gate->mutex);
}

/* A batch that may wait is committed all the same, soon, and a flush does not wait for it to linger. */
static void
test_may_wait (void)
{
  g_autoptr (SyLogReader) reader = NULL;
  g_autoptr (GError) error = NULL;
  gint64 start, seq, before;
  SyRunLogStats stats;
  Gate gate = { 0 };
  StoreDir store;
  StoreRun run;

  store_dir_init (&store);
  store_run_init (&run, &store, 100, NULL);
  store_run_submit (&run, FALSE);
  g_assert_true (store_run_flush (&run, NULL));
  reader = sy_log_reader_open (run.run, &error);
  g_assert_no_error (error);
  store_run_task (&run, 1);
  store_run_submit (&run, TRUE);
  seq = run.state->seq;
  start = g_get_monotonic_time ();
  while (sy_log_reader_get_last_seq (reader, &error) < seq)
    {
      g_assert_cmpint (g_get_monotonic_time () - start, <, 60 * G_USEC_PER_SEC);
      sy_log_reader_wait (reader, 100000);
    }
  /* Those that come while it is busy share a commit. */
  hold_writer (&run, &gate);
  sy_run_log_get_stats (run.log, &stats);
  before = stats.n_commits;
  for (guint32 task = 2; task <= 100; task++)
    {
      store_run_task (&run, task);
      store_run_submit (&run, TRUE);
    }
  let_go (&gate);
  g_assert_true (store_run_flush (&run, NULL));
  sy_run_log_get_stats (run.log, &stats);
  g_assert_cmpint (stats.n_commits, ==, before + 1);
  g_assert_cmpint (run.acknowledged, ==, run.state->seq);
  store_run_clear (&run);
  store_dir_clear (&store);
}

/* How long it lingers, without a clock: only a batch that may wait does, and only until somebody is in a hurry. */
static void
test_linger (void)
{
  SyLogQueue queue;

  sy_log_queue_init (&queue);
  g_assert_cmpint (sy_log_queue_get_deadline (&queue), ==, -1);
  g_assert_true (sy_log_queue_push (&queue, g_new0 (SyLogItem, 1), TRUE)); /* the writer must set its alarm */
  g_assert_cmpint (sy_log_queue_get_deadline (&queue), ==, queue.items_since_us + 10000);
  g_assert_false (sy_log_queue_push (&queue, g_new0 (SyLogItem, 1), TRUE));
  g_assert_cmpint (sy_log_queue_get_deadline (&queue), ==, queue.items_since_us + 10000); /* counted from the first */
  g_assert_true (sy_log_queue_push (&queue, g_new0 (SyLogItem, 1), FALSE));
  g_assert_cmpint (sy_log_queue_get_deadline (&queue), ==, 0);
  for (guint i = 0; i < queue.items->len; i++)
    sy_log_item_free (queue.items->pdata[i]);
  sy_log_queue_clear (&queue);
}

static void
test_samples (void)
{
  g_autoptr (SyLogReader) reader = NULL;
  g_autoptr (GArray) samples = NULL;
  g_autoptr (GError) error = NULL;
  SyLogSink *sink;
  StoreDir store;
  StoreRun run;

  store_dir_init (&store);
  store_run_init (&run, &store, 2, NULL);
  store_run_join (&run, 1);
  store_run_intent (&run, 1);
  store_run_start (&run, 1);
  store_run_submit (&run, FALSE);
  sink = sy_run_log_get_sink (run.log);
  for (gint64 i = 0; i < 9000; i++)
    {
      sink->sample (sink, 1, 0, 1, i * 500000, i * 1000, i * 4096, i, i, 3);
      if (i % 1000 == 999)
        {
          store_run_event (&run, SY_EVENT_NOTE, 0);
          store_run_submit (&run, FALSE);
          g_assert_true (store_run_flush (&run, NULL));
        }
    }
  reader = sy_log_reader_open (run.run, &error);
  g_assert_no_error (error);
  samples = sy_log_reader_get_samples (reader, 1, 0, 1, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (samples->len, >, 500);
  g_assert_cmpuint (samples->len, <=, 2048);
  for (guint i = 1; i < samples->len; i++)
    {
      const SySample *a = &g_array_index (samples, SySample, i - 1), *b = a + 1;

      g_assert_cmpint (a->mono_us, <, b->mono_us);
      g_assert_cmpint (b->rss, ==, b->mono_us / 500000 * 4096);
    }
  /* Old ones are thin, the newest are all there. */
  g_assert_cmpint (g_array_index (samples, SySample, 0).mono_us, <, 100 * 500000);
  g_assert_cmpint (g_array_index (samples, SySample, samples->len - 1).mono_us, ==, 8999 * (gint64) 500000);
  store_run_clear (&run);
  store_dir_clear (&store);
}

/* What ends in the microsecond in which it began has ended all the same. */
static void
test_no_time (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SyLogReader) reader = NULL;
  g_autoptr (GArray) attempts = NULL;
  g_autoptr (SyDoctorReport) report = NULL;
  const SyAttempt *attempt;
  SyExit *exit;
  StoreDir store;
  StoreRun run;

  store_dir_init (&store);
  store_run_init (&run, &store, 1, NULL);
  store_run_task (&run, 1);
  exit = g_array_index (run.batch.events, SyEvent, run.batch.events->len - 1).exit;
  exit->started_us = exit->ended_us;
  store_run_submit (&run, FALSE);
  g_assert_true (store_run_flush (&run, &error));
  reader = sy_log_reader_open (run.run, &error);
  attempts = sy_log_reader_get_attempts (reader, 0, 0, &error);
  g_assert_no_error (error);
  attempt = &g_array_index (attempts, SyAttempt, 0);
  g_assert_cmpint (attempt->started_us, >, 0);
  g_assert_cmpint (attempt->ended_us, ==, attempt->started_us);
  report = sy_doctor_verify (run.run, store_load, GUINT_TO_POINTER (1), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (report->findings->len, ==, 0);
  g_clear_pointer (&reader, sy_log_reader_free);
  store_run_clear (&run);
  store_dir_clear (&store);
}

/* "#1" an attempt, "1" a sample of it, "m" one of the machine */
static void
tell_use (const SyAttempt *attempt, const SySample *sample, gpointer data)
{
  GString *told = data;

  if (attempt == NULL)
    g_string_append (told, " m");
  else
    g_string_append_printf (told, sample != NULL ? " %u" : " #%u", attempt->task);
}

/* Each attempt comes before its samples, one without any too; samples of what has no attempt are left out. */
static void
test_each_use (void)
{
  static const guint32 sampled[] = { 0, 3, 1, 1, 3, 0, 9 };
  g_autoptr (SyLogReader) reader = NULL;
  g_autoptr (GString) told = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  SyLogSink *sink;
  StoreDir store;
  StoreRun run;

  store_dir_init (&store);
  store_run_init (&run, &store, 3, NULL);
  for (guint32 task = 1; task <= 3; task++)
    {
      store_run_join (&run, task);
      store_run_intent (&run, task);
      store_run_start (&run, task);
    }
  store_run_submit (&run, FALSE);
  sink = sy_run_log_get_sink (run.log);
  for (guint i = 0; i < G_N_ELEMENTS (sampled); i++)
    sink->sample (sink, sampled[i], 0, 1, (i + 1) * 500000, i * 1000, 4096, 1, 1, 1);
  store_run_event (&run, SY_EVENT_NOTE, 0);
  store_run_submit (&run, FALSE);
  g_assert_true (store_run_flush (&run, NULL));
  reader = sy_log_reader_open (run.run, &error);
  g_assert_no_error (error);
  g_assert_true (sy_log_reader_each_use (reader, tell_use, told, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (told->str, ==, " #1 m m 1 1 #2 #3 3 3");
  store_run_clear (&run);
  store_dir_clear (&store);
}

/* Somebody deletes the -wal: it is noticed, nothing is acknowledged that is not there, and it goes on. */
static void
test_wal_removed (void)
{
  g_autofree char *wal = NULL;
  g_autoptr (GError) error = NULL;
  StoreDir store;
  StoreRun run;
  guint32 task = 1;

  store_dir_init (&store);
  store_run_init (&run, &store, 1000, NULL);
  for (; task <= 5; task++)
    store_run_task (&run, task);
  store_run_submit (&run, FALSE);
  g_assert_true (store_run_flush (&run, NULL));
  wal = g_build_filename (sy_run_dir_get_path (run.run), "log.db-wal", NULL);
  while (store_run_flush (&run, &error))
    {
      g_assert_cmpuint (task, <, 1000); /* 3 s at least */
      if (task == 8)
        g_assert_cmpint (unlink (wal), ==, 0);
      store_run_task (&run, task++);
      store_run_submit (&run, FALSE);
      store_run_flush (&run, NULL);
      g_usleep (3000); /* it is looked for ten times a second */
    }
  g_assert_error (error, SY_ERROR, SY_ERROR_IO);
  g_clear_error (&error);
  g_assert_true (sy_run_log_reopen (run.log, &error));
  g_assert_no_error (error);
  g_assert_cmpint (sy_run_log_get_last_seq (run.log), >=, run.acknowledged);
  store_assert_log (run.run, 1000, NULL);
  store_run_clear (&run);
  store_dir_clear (&store);
}

/* A defect of the caller must not become a hole in the log. */
static void
test_wrong_seq (void)
{
  g_autoptr (GError) error = NULL;
  StoreDir store;
  StoreRun run;
  gint64 good;

  store_dir_init (&store);
  store_run_init (&run, &store, 3, NULL);
  store_run_submit (&run, FALSE);
  g_assert_true (store_run_flush (&run, NULL));
  good = run.state->seq;
  store_run_event (&run, SY_EVENT_NOTE, 0)->seq += 1;
  store_run_submit (&run, FALSE);
  store_run_event (&run, SY_EVENT_NOTE, 0);
  store_run_submit (&run, FALSE); /* behind the failure: fails, too */
  g_assert_false (store_run_flush (&run, &error));
  g_assert_error (error, SY_ERROR, SY_ERROR_INTERNAL);
  g_assert_cmpint (run.n_failed, ==, 2);
  g_assert_true (sy_run_log_is_failed (run.log));
  g_clear_error (&error);
  g_assert_true (sy_run_log_reopen (run.log, &error));
  g_assert_no_error (error);
  g_assert_false (sy_run_log_is_failed (run.log));
  g_assert_cmpint (sy_run_log_get_last_seq (run.log), ==, good);
  store_run_clear (&run);
  store_dir_clear (&store);
}

static void
test_definitions (void)
{
  g_autoptr (SyLogReader) reader = NULL;
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new ("a\0b\r\n\xff", 7);
  g_autofree char *digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  g_autoptr (GError) error = NULL;
  StoreDir store;
  StoreRun run;
  guint32 n;

  store_dir_init (&store);
  store_run_init (&run, &store, 3, NULL);
  store_run_submit (&run, FALSE);
  store_run_task (&run, 1);
  n = sy_run_log_add_definition (run.log, "/work/other", digest, bytes);
  g_assert_cmpuint (n, ==, 2);
  store_run_event (&run, SY_EVENT_DEFINITION_ADDED, 0)->value = 1;
  store_run_submit (&run, FALSE);
  g_assert_true (store_run_flush (&run, NULL));
  reader = sy_log_reader_open (run.run, &error);
  g_assert_no_error (error);
  all = sy_log_reader_get_definitions (reader, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (all->len, ==, 2);
  g_assert_true (g_bytes_equal (((SyDefinition *) all->pdata[1])->bytes, bytes)); /* to the byte */
  g_assert_cmpint (((SyDefinition *) all->pdata[1])->since_seq, ==, 3);
  store_run_clear (&run);
  store_dir_clear (&store);
}

/* A second boot has its own row, and its events their own times. */
static void
test_boots (void)
{
  const SyRunLogOptions other = { .boot_id = "11111111-2222-3333-4444-555555555555" };
  g_autoptr (SyLogReader) reader = NULL;
  g_autoptr (GArray) boots = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *uuid = NULL;
  StoreDir store;
  StoreRun run;

  store_dir_init (&store);
  store_run_init (&run, &store, 3, NULL);
  g_assert_cmpuint (sy_run_log_get_sink (run.log)->boot, ==, 1);
  store_run_task (&run, 1);
  store_run_submit (&run, FALSE);
  uuid = g_strdup (sy_run_dir_get_uuid (run.run));
  store_run_clear (&run);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_true (store_run_open (&run, &store, uuid, 3, &other, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (sy_run_log_get_sink (run.log)->boot, ==, 2);
      run.clock.time.boot_us = 1000; /* a clock that began anew */
      store_run_task (&run, 2 + i);
      store_run_submit (&run, FALSE);
      g_assert_true (store_run_flush (&run, NULL));
      store_assert_log (run.run, 3, run.state);
      store_run_clear (&run);
    }
  {
    g_autoptr (SyRunDir) dir = sy_run_dir_open (store.dir, uuid, &error);

    reader = sy_log_reader_open (dir, &error);
    boots = sy_log_reader_get_boots (reader, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (boots->len, ==, 2);
    g_assert_cmpstr (g_array_index (boots, SyBoot, 1).boot_id, ==, other.boot_id);
    g_clear_pointer (&reader, sy_log_reader_free);
  }
  store_dir_clear (&store);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/run-log/no-time", test_no_time);
  g_test_add_func ("/store/run-log/round-trip", test_round_trip);
  g_test_add_func ("/store/run-log/begin", test_begin);
  g_test_add_func ("/store/run-log/begin-fails", test_begin_fails);
  g_test_add_func ("/store/run-log/meta", test_meta);
  g_test_add_func ("/store/run-log/size", test_size);
  g_test_add_func ("/store/run-log/may-wait", test_may_wait);
  g_test_add_func ("/store/run-log/linger", test_linger);
  g_test_add_func ("/store/run-log/samples", test_samples);
  g_test_add_func ("/store/run-log/each-use", test_each_use);
  g_test_add_func ("/store/run-log/wal-removed", test_wal_removed);
  g_test_add_func ("/store/run-log/wrong-seq", test_wrong_seq);
  g_test_add_func ("/store/run-log/definitions", test_definitions);
  g_test_add_func ("/store/run-log/boots", test_boots);
  return g_test_run ();
}
