/* test-run-log.c: what is written is what is read
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-fixture.h"

#include "core/base/sy-error.h"

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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/run-log/round-trip", test_round_trip);
  g_test_add_func ("/store/run-log/meta", test_meta);
  return g_test_run ();
}
