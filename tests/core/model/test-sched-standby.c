/* test-sched-standby.c: who stands by to start when its needs end, and under which nonce it starts
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/lib/flow.h"
#include "tests/lib/play.h"

/* Which of the tasks are made to stand by in what @scheduler has decided */
static char *
take_standbys (SyScheduler *scheduler, const SyWorkflow *workflow)
{
  GString *ids = g_string_new (NULL);
  SyBatch batch;

  if (!sy_scheduler_take (scheduler, &batch))
    return g_string_free (ids, FALSE);
  for (guint i = 0; i < batch.events->len; i++)
    {
      const SyEvent *event = &g_array_index (batch.events, SyEvent, i);

      if (event->kind == SY_EVENT_STANDBY)
        g_string_append (ids, workflow->tasks[sy_workflow_find_number (workflow, event->task)].id);
    }
  sy_batch_clear (&batch);
  return g_string_free (ids, FALSE);
}

/* The first task ends after @took_us; then those of @then stand by. */
static void
test_standby (void)
{
  static const struct { const char *flow; gint64 took_us; guint standby; const char *then; } cases[] = {
    { "a;b:a;c:b", 1000, 6, "c" },
    { "a;b:a;c:b", 1000, 0, "" },
    { "a;b:a;c:b", 1000000, 6, "" },
    { "a;b:a;c:a,b", 1000, 6, "c" },
    { "a;x;b:a;c:b,x", 1000, 6, "c" },
    { "a;b:a;c:b;d:c", 1000, 6, "c" },
    { "a;b:a;c:b;d:b;e:b", 1000, 6, "cde" },
    { "a;b:a;c:b;d:b;e:b", 1000, 2, "cd" },
    { "a;b:a;c:b join=all_done", 1000, 6, "" },
    { "a;b:a;c:b join=one_done", 1000, 6, "" },
    { "a;b:a;c:b?f", 1000, 6, "" },
    { "a;b:a;c:b if=tasks.b.failed==0", 1000, 6, "" },
    { "a;b:a;c:b off=1", 1000, 6, "" },
    { "a;b:a;c:b point=1", 1000, 6, "" },
    { "a;b:a;c:b;w;x;y", 1000, 6, "" }, /* one waits for a slot */
    /* what joins those that stand by does so with them, and nothing behind it */
    { "a;b:a;c:b;d:c;e:c,b", 1000, 6, "ce" },
    { "a;b:a;c:b;d:b;e:c,d;f:e", 1000, 6, "cde" },
    { "a;b:a;c:b;d:b;e:c,d", 1000, 2, "cd" },
    { "a;x;b:a;c:b;d:b;e:c,d,x", 1000, 6, "cde" },
    { "a;b:a;c:b;d:b;w:d;e:c,d,w", 1000, 6, "cd" },
    { "a;b:a;c:b;d:b join=all_done;e:c,d", 1000, 6, "c" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SySchedulerOptions options = play_options (2);
      SyWorkflow *workflow = flow_parse (cases[i].flow);
      g_autoptr (SyRunState) state = sy_run_state_new (workflow);
      g_autoptr (SyScheduler) scheduler = NULL;
      SyExit exit = { .started_us = 1000000, .ended_us = 1000000 + cases[i].took_us };
      g_autofree char *ids = NULL;

      options.standby = cases[i].standby;
      options.ahead_short = 1;
      scheduler = sy_scheduler_new (state, &options);
      sy_scheduler_begin (scheduler, (SyTime){ 1, 1 });
      ids = take_standbys (scheduler, workflow);
      g_assert_cmpstr (ids, ==, ""); /* the pace is not known yet */
      sy_scheduler_exited (scheduler, (SyTime){ 2, 2 }, SY_BY_RUNNER, 1, 1, state->tasks[0].nonce, &exit, NULL, NULL);
      g_free (ids);
      ids = take_standbys (scheduler, workflow);
      g_assert_cmpstr (ids, ==, cases[i].then);
      sy_workflow_unref (workflow);
    }
}

/* The intent takes the nonce, and its action names the event that reserved it; unless it is another runner's. */
static void
test_standby_starts (gconstpointer data)
{
  gboolean restarted = GPOINTER_TO_INT (data);
  SySchedulerOptions options = play_options (2);
  SyWorkflow *workflow = flow_parse ("a;b:a;c:b");
  g_autoptr (SyRunState) state = sy_run_state_new (workflow);
  SyScheduler *scheduler;
  SyExit exit = { .started_us = 1000000, .ended_us = 1001000 };
  SyBatch batch = { 0 };
  gint64 seq;
  guint64 nonce;

  options.standby = 6;
  options.ahead_short = 1;
  scheduler = sy_scheduler_new (state, &options);
  sy_scheduler_begin (scheduler, (SyTime){ 1, 1 });
  sy_scheduler_exited (scheduler, (SyTime){ 2, 2 }, SY_BY_RUNNER, 1, 1, state->tasks[0].nonce, &exit, NULL, NULL);
  seq = state->seq; /* it is the last thing that is decided */
  nonce = state->tasks[2].standby;
  g_assert_cmpuint (nonce, !=, 0);
  if (restarted)
    {
      sy_scheduler_free (scheduler);
      options.seed++;
      scheduler = sy_scheduler_new (state, &options);
      sy_scheduler_begin (scheduler, (SyTime){ 3, 3 });
    }
  sy_scheduler_take (scheduler, &batch);
  sy_batch_clear (&batch);
  sy_scheduler_exited (scheduler, (SyTime){ 4, 4 }, SY_BY_RUNNER, 2, 1, state->tasks[1].nonce, &exit, NULL, NULL);
  g_assert_true (sy_scheduler_take (scheduler, &batch));
  g_assert_cmpuint (batch.actions->len, ==, 1);
  g_assert_cmpint (g_array_index (batch.actions, SyAction, 0).value, ==, restarted ? 0 : seq);
  g_assert_cmpint (state->tasks[2].nonce == nonce, ==, !restarted);
  g_assert_cmpuint (state->tasks[2].standby, ==, 0);
  sy_batch_clear (&batch);
  sy_scheduler_free (scheduler);
  sy_workflow_unref (workflow);
}

/* What is held when its needs have ended stands by no longer. */
static void
test_standby_held (void)
{
  SySchedulerOptions options = play_options (2);
  SyWorkflow *workflow = flow_parse ("a;b:a;c:b");
  g_autoptr (SyRunState) state = sy_run_state_new (workflow);
  g_autoptr (SyScheduler) scheduler = NULL;
  SyExit exit = { .started_us = 1000000, .ended_us = 1001000 };

  options.standby = 6;
  options.ahead_short = 1;
  scheduler = sy_scheduler_new (state, &options);
  sy_scheduler_begin (scheduler, (SyTime){ 1, 1 });
  sy_scheduler_exited (scheduler, (SyTime){ 2, 2 }, SY_BY_RUNNER, 1, 1, state->tasks[0].nonce, &exit, NULL, NULL);
  g_assert_cmpuint (state->tasks[2].standby, !=, 0);
  g_assert_true (sy_scheduler_pause (scheduler, (SyTime){ 3, 3 }, NULL, NULL));
  sy_scheduler_exited (scheduler, (SyTime){ 4, 4 }, SY_BY_RUNNER, 2, 1, state->tasks[1].nonce, &exit, NULL, NULL);
  g_assert_cmpint (state->tasks[2].state, ==, SY_STATE_READY);
  g_assert_cmpuint (state->tasks[2].standby, ==, 0);
  g_assert_cmpuint (state->tasks[2].nonce, ==, 0);
  sy_workflow_unref (workflow);
}

/* Patient is what ends without that anything could begin by it alone. */
static void
test_patient (void)
{
  static const struct { const char *flow; const char *patient; } cases[] = {
    { "a;b", "ab" },
    { "a;b;c:a", "b" },
    { "a;b;c:a,b", "ab" },
    { "a;b;c:a,b join=all_done", "ab" },
    { "a;b;c:a,b join=one_done", "" },
    { "a;b;c:a,b join=quorum(1)", "" },
    { "a;b;c:a,b;d:b", "a" },
    { "a;b;x point=1;c:a,x", "b" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SySchedulerOptions options = play_options (2);
      SyWorkflow *workflow = flow_parse (cases[i].flow);
      g_autoptr (SyRunState) state = sy_run_state_new (workflow);
      g_autoptr (SyScheduler) scheduler = sy_scheduler_new (state, &options);
      g_autoptr (GString) patient = g_string_new (NULL);
      SyBatch batch;

      sy_scheduler_begin (scheduler, (SyTime){ 1, 1 });
      g_assert_true (sy_scheduler_take (scheduler, &batch));
      for (guint k = 0; k < batch.actions->len; k++)
        {
          const SyAction *action = &g_array_index (batch.actions, SyAction, k);

          if (action->kind == SY_ACTION_DISPATCH && action->patient)
            g_string_append (patient, workflow->tasks[sy_workflow_find_number (workflow, action->task)].id);
        }
      g_assert_cmpstr (patient->str, ==, cases[i].patient);
      sy_batch_clear (&batch);
      sy_workflow_unref (workflow);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sched/standby/who", test_standby);
  g_test_add_data_func ("/sched/standby/starts", GINT_TO_POINTER (FALSE), test_standby_starts);
  g_test_add_data_func ("/sched/standby/after-a-restart", GINT_TO_POINTER (TRUE), test_standby_starts);
  g_test_add_func ("/sched/standby/held", test_standby_held);
  g_test_add_func ("/sched/patient", test_patient);
  return g_test_run ();
}
