/* test-sched-units.c: delays, intents ahead, previews, options, simulation: what the tables cannot say
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/sy-error.h"
#include "core/model/sy-scheduler-private.h"
#include "core/model/sy-simulate.h"
#include "core/model/sy-task-values.h"
#include "tests/lib/flow.h"
#include "tests/lib/play.h"

#include <string.h>

/* --- retry delays --- */

static void
test_delay (void)
{
  static const struct { const char *flow; guint32 used; gint64 low, high; } cases[] = {
    { "a retry=9 delay=1000000 backoff=2", 0, 1000000, 1000000 },
    { "a retry=9 delay=1000000 backoff=2", 3, 8000000, 8000000 },
    { "a retry=9 delay=1000000 backoff=2 max=5000000", 8, 5000000, 5000000 },
    { "a retry=9 delay=1000000 jitter=0.5", 0, 500000, 1500000 },
    /* capped before the draw: the widest lands on max, not above */
    { "a retry=9 delay=1000000 backoff=10 jitter=0.25 max=5000000", 8, 3000000, 5000000 },
    { "a retry=9 delay=0", 5, 0, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SySchedulerOptions options = play_options (1);
      g_autoptr (Play) play = play_new (cases[i].flow, &options);
      SyExit exit = { .status = 256 };
      gint64 low = G_MAXINT64, high = G_MININT64, delay = -1;

      sy_run_state_at (play_state (play), 0)->budget_used = cases[i].used;
      for (guint k = 0; k < 4000; k++)
        {
          g_assert_true (sy_scheduler_retry_delay (play_scheduler (play), 0, SY_NAME_EXIT, &exit, 1, &delay));
          low = MIN (low, delay);
          high = MAX (high, delay);
        }
      g_assert_cmpint (low, >=, cases[i].low);
      g_assert_cmpint (high, <=, cases[i].high);
      /* the whole range is drawn from */
      g_assert_cmpint (low, <=, cases[i].low + (cases[i].high - cases[i].low) / 100);
      g_assert_cmpint (high, >=, cases[i].high - (cases[i].high - cases[i].low) / 100);
    }
}

static void
test_causes (void)
{
  static const struct { SyRetryOn on; SyName failure; guint8 timed_out; gboolean retried; } cases[] = {
    { SY_RETRY_DEFAULT, SY_NAME_EXIT, 0, TRUE },          { SY_RETRY_DEFAULT, SY_NAME_SIGNAL, 0, TRUE },
    { SY_RETRY_DEFAULT, SY_NAME_TIMED_OUT, 1, TRUE },     { SY_RETRY_DEFAULT, SY_NAME_TIMED_OUT, 2, TRUE },
    { SY_RETRY_DEFAULT, SY_NAME_TIMED_OUT, 3, FALSE },    { SY_RETRY_DEFAULT, SY_NAME_OUT_OF_MEMORY, 0, TRUE },
    { SY_RETRY_DEFAULT, SY_NAME_OUTPUT, 0, TRUE },        { SY_RETRY_DEFAULT, SY_NAME_SPAWN, 0, FALSE },
    { SY_RETRY_SPAWN, SY_NAME_SPAWN, 0, TRUE },           { SY_RETRY_SPAWN, SY_NAME_EXIT, 0, FALSE },
    { SY_RETRY_DEFAULT, SY_NAME_EXPRESSION, 0, FALSE },   { SY_RETRY_SIGNAL, SY_NAME_OUTPUT, 0, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SySchedulerOptions options = play_options (1);
      g_autoptr (Play) play = play_new ("a retry=1", &options);
      SyExit exit = { .status = 256, .timed_out = cases[i].timed_out };
      gint64 delay;

      ((SyRetry *) play_workflow (play)->tasks[0].retry)->on = cases[i].on;
      g_assert_cmpint (
          sy_scheduler_retry_delay (play_scheduler (play), 0, cases[i].failure, &exit, 1, &delay), ==, cases[i].retried);
    }
}

/* --- after another boot, due times count by the wall clock, never longer than the original delay --- */

static void
test_other_boot (void)
{
  static const struct { gint64 away_us, left_us; } cases[] = {
    { 4000000, 6000000 }, { 60000000, 0 }, { -100000000, 10000000 }, /* the wall clock went back */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SySchedulerOptions options = play_options (1);
      g_autoptr (Play) play = play_new ("a retry=1 delay=10000000", &options);
      g_autoptr (SyScheduler) scheduler = NULL;
      SyTime later = { 1000 * G_USEC_PER_SEC + cases[i].away_us, 3 };

      play_script (play, "a-");
      options.other_boot = TRUE;
      scheduler = sy_scheduler_new (play_state (play), &options);
      sy_scheduler_begin (scheduler, later);
      if (cases[i].left_us > 0)
        g_assert_cmpint (sy_scheduler_next_due (scheduler), ==, later.boot_us + cases[i].left_us);
      else
        g_assert_cmpint (sy_run_state_at (play_state (play), 0)->name, ==, SY_NAME_QUEUED);
    }
}

/* --- intents ahead --- */

static guint
count_actions (SyScheduler *scheduler, SyActionKind kind, guint32 *last)
{
  SyBatch batch;
  guint n = 0;

  if (!sy_scheduler_take (scheduler, &batch))
    return 0;
  for (guint i = 0; i < batch.actions->len; i++)
    if (g_array_index (batch.actions, SyAction, i).kind == kind)
      {
        n++;
        *last = g_array_index (batch.actions, SyAction, i).task;
      }
  sy_batch_clear (&batch);
  return n;
}

static void
test_ahead (void)
{
  static const struct { const char *flow; guint slots, ahead, dispatched; } cases[] = {
    { "a;b;c;d;e;f;g;h;i;j", 2, 0, 2 },
    { "a;b;c;d;e;f;g;h;i;j", 2, 4, 6 },
    { "a;b;c;d;e", 2, 4, 3 },               /* ahead only while more than the slots are ready */
    { "a cpu=2;b;c;d;e;f;g;h;i;j", 2, 4, 1 }, /* an idle keeper would start it at once */
    { "a;b;x cpu=2 prio=-1;d;e;f;g", 2, 4, 4 },
    { "a prio=9;b prio=9;x cpu=2 prio=5;d;e;f;g", 2, 4, 2 }, /* never past one that waits for slots */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SySchedulerOptions options = play_options (cases[i].slots);
      SyWorkflow *workflow = flow_parse (cases[i].flow);
      g_autoptr (SyRunState) state = sy_run_state_new (workflow);
      g_autoptr (SyScheduler) scheduler = NULL;
      guint32 last;

      options.ahead = cases[i].ahead;
      scheduler = sy_scheduler_new (state, &options);
      sy_scheduler_begin (scheduler, (SyTime){ 1, 1 });
      g_assert_cmpuint (count_actions (scheduler, SY_ACTION_DISPATCH, &last), ==, cases[i].dispatched);
      sy_workflow_unref (workflow);
    }
}

/* Two slots, at least 4 and at most 20 ahead: as many as last 40 ms at the pace of the attempt that has just ended. */
static void
test_ahead_short (void)
{
  static const struct { gint64 took_us; guint in_flight; } cases[] = {
    { 1000, 2 + 20 }, { 8000, 2 + 10 }, { 10000, 2 + 8 }, { 1000000, 2 + 4 }, { 0, 2 + 20 }, { -5, 2 + 20 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SySchedulerOptions options = play_options (2);
      g_autoptr (SyRunState) state = NULL;
      g_autoptr (SyScheduler) scheduler = NULL;
      g_autoptr (GString) flow = g_string_new ("t0");
      SyWorkflow *workflow;
      SyExit exit = { .started_us = 1000000, .ended_us = 1000000 + cases[i].took_us };
      const SyTaskState *ended;
      guint dispatched;
      guint32 last = 0;

      for (guint t = 1; t < 60; t++)
        g_string_append_printf (flow, ";t%u", t);
      workflow = flow_parse (flow->str);
      state = sy_run_state_new (workflow);
      options.ahead = 4;
      options.ahead_short = 20;
      scheduler = sy_scheduler_new (state, &options);
      sy_scheduler_begin (scheduler, (SyTime){ 1, 1 });
      dispatched = count_actions (scheduler, SY_ACTION_DISPATCH, &last);
      g_assert_cmpuint (dispatched, ==, 2 + 4);
      ended = sy_run_state_task (state, last);
      if (ended == NULL)
        g_assert_not_reached ();
      sy_scheduler_exited (scheduler, (SyTime){ 2, 2 }, SY_BY_RUNNER, last, 1, ended->nonce, &exit, NULL, NULL);
      dispatched += count_actions (scheduler, SY_ACTION_DISPATCH, &last);
      g_assert_cmpuint (dispatched - 1, ==, cases[i].in_flight);
      sy_workflow_unref (workflow);
    }
}

/* A large workflow begins in slices: the first in order starts with the first of them, and each tick opens one more. */
static void
test_slices (void)
{
  enum { N = 2000, OFF = 700 };
  SySchedulerOptions options = play_options (2);
  g_autoptr (SyRunState) state = NULL;
  g_autoptr (SyScheduler) scheduler = NULL;
  g_autoptr (GString) flow = g_string_new ("t0 off=1");
  SyWorkflow *workflow;
  guint32 last = 0, n_ready, before;

  for (guint t = 1; t < N; t++)
    g_string_append_printf (flow, ";t%u%s", t, t < OFF ? " off=1" : t == N - 1 ? " prio=9" : "");
  workflow = flow_parse (flow->str);
  state = sy_run_state_new (workflow);
  scheduler = sy_scheduler_new (state, &options);
  sy_scheduler_begin (scheduler, (SyTime){ 1, 1 });
  g_assert_cmpuint (count_actions (scheduler, SY_ACTION_DISPATCH, &last), >, 0);
  g_assert_cmpint (sy_run_state_at (state, N - 1)->nonce, !=, 0);
  g_assert_cmpint (state->status, ==, SY_RUN_RUNNING);
  before = n_ready = state->counts[SY_STATE_READY];
  g_assert_cmpuint (n_ready, <, (N - OFF) / 2);
  for (gint64 now = 2; sy_scheduler_is_opening (scheduler); now++)
    {
      g_assert_cmpint (sy_scheduler_next_due (scheduler), <=, now);
      sy_scheduler_tick (scheduler, (SyTime){ now, now });
      g_assert_cmpuint (state->counts[SY_STATE_READY], >=, n_ready);
      n_ready = state->counts[SY_STATE_READY];
    }
  g_assert_cmpuint (n_ready, >, before);
  g_assert_cmpuint (n_ready, ==, N - OFF);
  g_assert_cmpuint (state->counts[SY_STATE_SKIPPED], ==, OFF);
  g_assert_cmpint (sy_scheduler_next_due (scheduler), ==, G_MAXINT64);
  sy_workflow_unref (workflow);
}

/* What the first slices do not bring is looked for at once: no run rests before all has been looked at. */
static void
test_slices_in_vain (void)
{
  SySchedulerOptions options = play_options (2);
  g_autoptr (SyRunState) state = NULL;
  g_autoptr (SyScheduler) scheduler = NULL;
  g_autoptr (GString) flow = g_string_new ("t0 off=1");
  SyWorkflow *workflow;
  guint32 last = 0;

  for (guint t = 1; t < 1500; t++)
    g_string_append_printf (flow, ";t%u%s", t, t < 1499 ? " off=1 prio=1" : "");
  workflow = flow_parse (flow->str);
  state = sy_run_state_new (workflow);
  scheduler = sy_scheduler_new (state, &options);
  sy_scheduler_begin (scheduler, (SyTime){ 1, 1 });
  g_assert_cmpuint (count_actions (scheduler, SY_ACTION_DISPATCH, &last), ==, 1);
  g_assert_cmpuint (last, ==, 1500);
  g_assert_false (sy_scheduler_is_opening (scheduler));
  sy_workflow_unref (workflow);
}

/* A stop that was logged is said again by the next runner: it may never have reached the keeper. */
static void
test_stop_said_again (void)
{
  SySchedulerOptions options = play_options (1);
  g_autoptr (Play) play = play_new ("a", &options);
  g_autoptr (SyScheduler) scheduler = NULL;
  guint32 last = 0;

  play_script (play, "stop:a");
  scheduler = sy_scheduler_new (play_state (play), &options);
  sy_scheduler_begin (scheduler, (SyTime){ 1, 1 });
  g_assert_cmpuint (count_actions (scheduler, SY_ACTION_STOP, &last), ==, 1);
  g_assert_cmpuint (last, ==, 1);
}

/* --- previews --- */

static char *
numbers (const GArray *array, const SyWorkflow *workflow)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < array->len; i++)
    g_string_append (text, workflow->tasks[g_array_index (array, guint32, i) - 1].id);
  return g_string_free (text, FALSE);
}

static char *
items (const SyRerunPlan *plan, const SyWorkflow *workflow)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < plan->will_run->len; i++)
    {
      const SyRerunItem *item = &g_array_index (plan->will_run, SyRerunItem, i);

      g_assert_cmpuint (item->order, ==, i + 1);
      g_string_append_printf (text, "%s%s", workflow->tasks[item->task - 1].id, item->again ? "!" : "");
      if (item->because != 0)
        g_string_append_printf (text, "<%s", workflow->tasks[item->because - 1].id);
      g_string_append_c (text, ' ');
    }
  return g_strchomp (g_string_free (text, FALSE));
}

static void
test_preview (void)
{
  static const struct
  {
    const char *flow, *script;
    SyRerunScope scope;
    guint32 tasks[2];
    guint n;
    const char *will_run, *running, *reused, *stays;
    guint refused;
    gint64 expected;
  } cases[] = {
    { "a;b:a;c:b;d:a", "a+ b- d+", SY_RERUN_FAILED, { 0 }, 0, "b c<b", "", "a", "d", 0, 50 },
    { "a;b:a;c:b;d:a", "a+ b- d+", SY_RERUN_FROM, { 1 }, 1, "a! b<a c<b d!<a", "", "", "", 0, 60 },
    { "a;b:a;c:b;d:a", "a+ b+ c+ d+", SY_RERUN_TASK, { 2 }, 1, "b!", "", "a", "cd", 0, 20 },
    { "a;b:a;c:b;d:a", "a+ b+ c+ d+", SY_RERUN_BRANCH, { 1, 2 }, 2, "b! c!", "", "a", "d", 0, 50 },
    { "a;b:a;c:b;d:a", "a+", SY_RERUN_FROM, { 1 }, 1, "a! c<b", "bd", "", "", 2, 40 },
    { "a;b;c:a,b", "a- b-", SY_RERUN_FAILED, { 1 }, 1, "a", "", "", "bc", 0, 10 },
    { "a;b;c:a,b", "a- b-", SY_RERUN_FAILED, { 3 }, 1, "", "", "", "abc", 1, -1 },
    { "a off=1;b", "b+", SY_RERUN_TASK, { 1 }, 1, "", "", "", "ab", 1, -1 },
    { "a;b:a;c:b;d:a", "a- ", SY_RERUN_CURRENT_FILE, { 4 }, 1, "a b<a c<b d", "", "", "", 0, 60 },
  };
  static const gint64 expected[] = { 10, 20, 30, 40 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SySchedulerOptions options = play_options (9);
      g_autoptr (Play) play = play_new (cases[i].flow, &options);
      const SyWorkflow *workflow = play_workflow (play);
      SyRerunRequest request = { cases[i].scope, cases[i].tasks, cases[i].n, SY_RUNNING_REFUSE };
      g_autoptr (SyRerunPlan) plan = NULL;
      g_autofree char *will_run = NULL, *running = NULL, *reused = NULL, *stays = NULL;

      play_script (play, cases[i].script);
      plan = sy_rerun_preview (play_state (play), &request, expected, NULL);
      will_run = items (plan, workflow);
      running = numbers (plan->running_now, workflow);
      reused = numbers (plan->reused, workflow);
      stays = numbers (plan->stays, workflow);
      g_test_message ("%s | %s", cases[i].flow, cases[i].script);
      g_assert_cmpstr (will_run, ==, cases[i].will_run);
      g_assert_cmpstr (running, ==, cases[i].running);
      g_assert_cmpstr (reused, ==, cases[i].reused);
      g_assert_cmpstr (stays, ==, cases[i].stays);
      g_assert_cmpuint (plan->refused->len, ==, cases[i].refused);
      if (cases[i].refused != 2)
        g_assert_cmpint (plan->expected_us, ==, cases[i].expected);
    }
}

static void
test_preview_errors (void)
{
  SySchedulerOptions options = play_options (1);
  g_autoptr (Play) play = play_new ("a;b:a", &options);
  guint32 wrong[] = { 77, 1 }, no_fork[] = { 1, 2 };
  SyRerunRequest request = { SY_RERUN_TASK, wrong, 1, SY_RUNNING_REFUSE };
  g_autoptr (GError) error = NULL;

  g_assert_null (sy_rerun_preview (play_state (play), &request, NULL, &error));
  g_assert_error (error, SY_ERROR, SY_ERROR_NOT_FOUND);
  g_clear_error (&error);
  request = (SyRerunRequest){ SY_RERUN_BRANCH, no_fork, 2, SY_RUNNING_REFUSE };
  g_assert_null (sy_rerun_preview (play_state (play), &request, NULL, &error));
  g_assert_error (error, SY_ERROR, SY_ERROR_INVALID);
}

/* --- --only, --on-failure, start_nothing, sleeps --- */

static void
test_options (void)
{
  SySchedulerOptions options = play_options (2);
  const guint8 selected[] = { 0, 1, 1 };
  g_autoptr (Play) only = NULL, stop = NULL, nothing = NULL;

  options.selected = selected;
  only = play_new ("a;b:a;c:a,b", &options);
  play_script (only, "[a=skipped(user) b=running] b+ [c=running] c+ [run=succeeded] rerun:from:a [a=running b=pending] a+ b+ c+ [run=succeeded]");

  options = play_options (2);
  options.on_failure = SY_ON_FAILURE_STOP;
  stop = play_new ("a;b;c", &options);
  play_script (stop, "a- [c=cancelled(run_stopped) run=stopping] b+ [run=failed]");

  options = play_options (2);
  options.start_nothing = TRUE;
  nothing = play_new ("a;b:a;@handler=init", &options);
  play_script (nothing, "[a=ready(queued) handlers= run=queued] cancel [a=cancelled(run_stopped) run=cancelled]");
}

static void
test_sleeps (void)
{
  SyWorkflow *workflow = flow_parse ("a point=1;b:a");
  SySchedulerOptions options = play_options (1);
  g_autoptr (SyRunState) state = sy_run_state_new (workflow);
  g_autoptr (SyScheduler) scheduler = NULL;

  workflow->tasks[0].sleep_us = 5;
  options.sleeps = TRUE;
  scheduler = sy_scheduler_new (state, &options);
  sy_scheduler_begin (scheduler, (SyTime){ 1, 1 });
  g_assert_cmpint (sy_run_state_at (state, 0)->nonce, !=, 0);
  g_assert_cmpint (sy_run_state_at (state, 1)->state, ==, SY_STATE_PENDING);
  sy_workflow_unref (workflow);
}

/* Longer ones first; what differs by noise alone stays in file order. */
static void
test_expected_order (void)
{
  static const struct { gint64 a, b; const char *script; } cases[] = {
    { 1000000, 3000000, "[b=running]" }, { 1000, 30000, "[a=running]" }, { 1000000, 1040000, "[a=running]" },
    { 1000000, 1500000, "[b=running]" }, { 0, 0, "[a=running]" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const gint64 expected[] = { cases[i].a, cases[i].b };
      SySchedulerOptions options = play_options (1);
      g_autoptr (Play) play = NULL;

      options.expected_us = expected;
      play = play_new ("a;b", &options);
      play_script (play, cases[i].script);
    }
}

/* --- simulation --- */

static void
test_simulation (void)
{
  static const struct { const char *flow; guint slots; gint64 makespan; } cases[] = {
    { "a;b:a;c:b", 4, 6000000 }, { "a;b;c", 1, 6000000 }, { "a;b;c", 3, 3000000 }, { "a;b:a;c:a", 2, 4000000 },
    { "a;b;c", 2, 3000000 },
  };
  static const gint64 expected[] = { 1000000, 2000000, 3000000 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SyWorkflow *workflow = flow_parse (cases[i].flow);
      SySimOptions options = { .scheduler = play_options (cases[i].slots), .start = { 1000, 1000 } };
      g_autoptr (SySimulation) sim = NULL;

      options.scheduler.expected_us = expected;
      sim = sy_simulation_new (workflow, &options);
      sy_simulation_run (sim);
      g_assert_true (sy_simulation_has_left (sim));
      g_assert_cmpint (sy_simulation_state (sim)->status, ==, SY_RUN_SUCCEEDED);
      g_assert_cmpint (sy_simulation_now (sim).boot_us - 1000, ==, cases[i].makespan);
      sy_workflow_unref (workflow);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sched/retry/delay", test_delay);
  g_test_add_func ("/sched/retry/causes", test_causes);
  g_test_add_func ("/sched/retry/other-boot", test_other_boot);
  g_test_add_func ("/sched/ahead", test_ahead);
  g_test_add_func ("/sched/ahead-short", test_ahead_short);
  g_test_add_func ("/sched/slices", test_slices);
  g_test_add_func ("/sched/slices-in-vain", test_slices_in_vain);
  g_test_add_func ("/sched/stop-said-again", test_stop_said_again);
  g_test_add_func ("/sched/preview", test_preview);
  g_test_add_func ("/sched/preview/errors", test_preview_errors);
  g_test_add_func ("/sched/options", test_options);
  g_test_add_func ("/sched/sleeps", test_sleeps);
  g_test_add_func ("/sched/expected-order", test_expected_order);
  g_test_add_func ("/sched/simulation", test_simulation);
  return g_test_run ();
}
