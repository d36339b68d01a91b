/* test-fold.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/sy-error.h"
#include "tests/core/model/model-util.h"

#include <string.h>

/*
 * One line a case: events of tasks a, b, … as `task.kind[:name][@attempt]`, what
 * they end in as `task=state(name)`; `!` before the last event = it is refused.
 * Intents take nonce 5; an exit's name decides its state.
 */
static const struct { const char *graph, *events, *end;
} cases[] = {
  { "a", "", "a=pending(needs)" },
  { "a", "a.join_met a.intent@1 a.started@1 a.exited:succeeded@1", "a=succeeded(succeeded) settled" },
  { "a", "a.join_met a.intent@1 a.exited:succeeded@1", "a=succeeded(succeeded) settled" },
  { "a", "a.join_met:succeeded", "a=succeeded(succeeded) settled" },
  { "a", "a.join_met a.held:held_pool a.intent@1", "a=ready(queued)" },
  { "a", "a.join_met !a.intent@2", "a=ready(queued)" },
  { "a", "!a.intent@1", "a=pending(needs)" },
  { "a", "a.join_met a.intent@1 !a.intent@2", "a=ready(queued)" },
  { "a", "a.join_met a.intent@1 a.voided a.intent@1 a.started@1", "a=running(running)" },
  { "a", "a.join_met a.intent@1 !a.cancelled:user", "a=ready(queued)" },
  { "a", "a.join_met a.intent@1 !a.reset", "a=ready(queued)" },
  { "a", "a.join_met a.intent@1 a.revoking:user a.voided a.cancelled:user", "a=cancelled(user) settled" },
  { "a", "a.join_met a.intent@1 a.revoking:user a.started@1 a.stop_requested:user a.exited:user@1",
    "a=cancelled(user) settled" },
  { "a", "a.join_met a.intent@1 a.revoking:user a.held:held_keeper a.released", "a=ready(revoking)" },
  { "a", "a.join_met a.intent@1 a.started@1 !a.cancelled:user", "a=running(running)" },
  { "a", "a.join_met a.intent@1 a.started@1 !a.exited:user@1", "a=running(running)" },
  { "a", "a.join_met a.intent@1 a.started@1 !a.reset", "a=running(running)" },
  { "a", "a.join_met a.intent@1 a.started@1 !a.exited:succeeded@2", "a=running(running)" },
  { "a", "a.join_met a.intent@1 a.started@1 a.exited:awaiting_retry@1 !a.intent@2", "a=ready(awaiting_retry)" },
  { "a", "a.join_met a.intent@1 a.started@1 a.exited:awaiting_retry@1 a.retry_due a.intent@2", "a=ready(queued)" },
  { "a", "a.join_met a.intent@1 a.started@1 a.exited:awaiting_retry@1 a.give_up", "a=failed(exit) settled" },
  { "a", "a.join_met a.intent@1 a.started@1 a.exited:awaiting_retry@1 a.cancelled:user", "a=cancelled(user) settled" },
  { "a", "a.join_met a.intent@1 a.started@1 a.lost:keeper_died@1", "a=lost(keeper_died)" },
  { "a", "a.join_met a.intent@1 a.lost:reboot@1", "a=lost(reboot)" },
  { "a", "a.join_met a.intent@1 a.started@1 a.lost:reboot@1 !a.lost_rerun", "a=lost(reboot)" },
  { "a", "a.join_met a.intent@1 a.started@1 a.lost:reboot@1 a.marked:succeeded", "a=succeeded(marked) settled" },
  { "a", "a.join_met a.intent@1 a.started@1 a.lost:reboot@1 a.reset a.join_met a.intent@2", "a=ready(queued)" },
  { "a", "a.join_met:succeeded !a.marked:failed", "a=succeeded(succeeded) settled" },
  { "a", "a.skipped:condition_false !a.marked:failed", "a=skipped(condition_false) settled" },
  { "a b:a", "b.join_met:succeeded", "a=pending(needs) b=succeeded(succeeded)" },
  { "a b:a", "b.join_met:succeeded a.join_met:succeeded",
    "a=succeeded(succeeded) settled b=succeeded(succeeded) settled" },
  { "a b:a", "b.join_met:succeeded a.join_met:succeeded a.reset", "a=pending(needs) b=succeeded(succeeded)" },
  { "a b:a", "a.join_met:succeeded b.announced:upstream_failed b.unannounced",
    "a=succeeded(succeeded) settled b=pending(needs)" },
  { "a b:a", "b.announced:upstream_skipped a.join_met:succeeded b.unannounced",
    "a=succeeded(succeeded) settled b=pending(needs)" },
  { "a b:a c:b", "c.announced:upstream_failed b.announced:upstream_failed a.failed:expression",
    "a=failed(expression) settled b=upstream_failed(upstream_failed) settled c=upstream_failed(upstream_failed) "
    "settled" },
  { "a b:a c:b", "c.announced:upstream_failed b.announced:upstream_failed a.failed:expression a.reset",
    "a=pending(needs) b=upstream_failed(upstream_failed) c=upstream_failed(upstream_failed)" },
  { "a", "a.skipped:upstream_skipped !a.held:held_pool", "a=skipped(upstream_skipped) settled" },
  { "a", "a.held:upstream_lost a.released", "a=pending(needs)" },
  { "a", "!a.stale", "a=pending(needs)" },
  { "a", "!a.run_again", "a=pending(needs)" },
};

static char *
describe (const SyRunState *state)
{
  GString *text = g_string_new (NULL);

  for (guint32 i = 0; i < state->workflow->n_tasks; i++)
    {
      const SyTaskState *task = sy_run_state_at (state, i);

      g_string_append_printf (text, "%s%s=%s(%s)%s", i ? " " : "", state->workflow->tasks[i].id,
                              sy_state_to_string ((SyState) task->state), sy_name_to_string ((SyName) task->name),
                              task->settled ? " settled" : "");
    }
  return g_string_free (text, FALSE);
}

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SyWorkflow) workflow = model_workflow (cases[i].graph);
      g_autoptr (SyRunState) state = sy_run_state_new (workflow);
      g_auto (GStrv) words = g_strsplit (cases[i].events, " ", -1);
      g_autofree char *end = NULL;

      for (guint k = 0; words[k] != NULL; k++)
        {
          SyEvent event = { 0 };
          g_autoptr (GError) error = NULL;
          gboolean ok = words[k][0] != '!';

          model_parse_event (words[k] + !ok, &event);
          g_assert_cmpint (sy_run_state_apply (state, &event, &error), ==, ok);
          if (!ok)
            g_assert_error (error, SY_ERROR, SY_ERROR_CORRUPT);
        }
      end = describe (state);
      g_assert_cmpstr (end, ==, cases[i].end);
      model_assert_invariants (state);
    }
}

static gboolean
apply (SyRunState *state, SyEvent event)
{
  return sy_run_state_apply (state, &event, NULL);
}

static void
test_run (void)
{
  g_autoptr (SyWorkflow) workflow = model_workflow ("a b:a");
  g_autoptr (SyRunState) state = sy_run_state_new (workflow);

  g_assert_true (
      apply (state, (SyEvent){ .kind = SY_EVENT_RUN_CREATED, .value = 4, .text = (char *) "{}", .time.wall_us = 10 }));
  g_assert_false (apply (state, (SyEvent){ .kind = SY_EVENT_RUN_CREATED, .value = 4 }));
  g_assert_cmpuint (state->slots, ==, 4);
  g_assert_cmpint (state->created_us, ==, 10);
  g_assert_cmpstr (state->created_text, ==, "{}");
  g_assert_true (apply (state, (SyEvent){ .kind = SY_EVENT_RUN_STATE, .value = SY_RUN_RUNNING }));
  g_assert_false (apply (state, (SyEvent){ .kind = SY_EVENT_RUN_STATE, .value = SY_N_RUN_STATUSES }));
  g_assert_false (apply (state, (SyEvent){ .kind = SY_EVENT_RUN_STATE, .value = -1 }));
  g_assert_false (apply (state, (SyEvent){ .kind = SY_EVENT_RUN_STATE, .value = SY_RUN_RUNNING, .task = 1 }));
  g_assert_false (apply (state, (SyEvent){ .kind = SY_EVENT_JOIN_MET }));
  g_assert_false (apply (state, (SyEvent){ .kind = SY_EVENT_JOIN_MET, .task = 3 }));
  g_assert_false (apply (state, (SyEvent){ .kind = SY_EVENT_JOIN_MET, .task = 1, .item = 1 }));
  g_assert_false (apply (state, (SyEvent){ .kind = SY_EVENT_SLOTS_CHANGED, .value = -1 }));
  g_assert_true (apply (state, (SyEvent){ .kind = SY_EVENT_PAUSED, .text = (char *) "a/b" }));
  g_assert_true (apply (state, (SyEvent){ .kind = SY_EVENT_PAUSED, .text = (char *) "a/b" }));
  g_assert_cmpuint (state->paused_branches->len, ==, 1);
  g_assert_false (state->paused);
  g_assert_true (apply (state, (SyEvent){ .kind = SY_EVENT_RESUMED, .text = (char *) "a/b" }));
  g_assert_cmpuint (state->paused_branches->len, ==, 0);
  g_assert_true (apply (state, (SyEvent){ .kind = SY_EVENT_DRAINED }));
  g_assert_true (state->paused && state->draining);
  g_assert_true (apply (state, (SyEvent){ .kind = SY_EVENT_RESUMED }));
  g_assert_false (state->paused || state->draining);
  g_assert_true (apply (state, (SyEvent){ .kind = SY_EVENT_CANCEL_REQUESTED, .value = 1 }));
  g_assert_true (state->cancelled && state->cancel_kill);
  g_assert_true (apply (state, (SyEvent){ .kind = SY_EVENT_RUN_STATE, .value = SY_RUN_STOPPING }));
  g_assert_true (state->stopping);
  g_assert_true (apply (state, (SyEvent){ .kind = SY_EVENT_SETTLED }));
  g_assert_true (apply (state, (SyEvent){ .kind = SY_EVENT_HANDLER, .value = SY_HANDLER_EXIT, .value2 = -1 }));
  g_assert_false (apply (state, (SyEvent){ .kind = SY_EVENT_HANDLER, .value = SY_N_HANDLERS }));
  g_assert_cmpuint (state->handlers_started, ==, 1 << SY_HANDLER_EXIT);
  g_assert_cmpuint (state->handlers_done, ==, 0);
  g_assert_true (apply (state, (SyEvent){ .kind = SY_EVENT_RUN_STATE, .value = SY_RUN_CANCELLED, .time.wall_us = 99 }));
  g_assert_cmpint (state->ended_us, ==, 99);
  g_assert_false (apply (state, (SyEvent){ .kind = SY_EVENT_RUN_STATE, .value = SY_RUN_SUCCEEDED }));
  g_assert_true (apply (state, (SyEvent){ .kind = SY_EVENT_RUN_STATE, .value = SY_RUN_RUNNING }));
  g_assert_false (state->settled || state->cancelled || state->cancel_kill || state->stopping);
  g_assert_cmpint (state->ended_us, ==, 0);
  g_assert_cmpint (state->seq, ==, 13);
  g_assert_true (apply (state, (SyEvent){ .kind = SY_EVENT_RUNNER_LEFT, .text = (char *) "asked to leave" }));
  g_assert_cmpstr (state->left_text, ==, "asked to leave");
  g_assert_true (apply (state, (SyEvent){ .kind = SY_EVENT_RUNNER_STARTED }));
  g_assert_null (state->left_text);
  g_assert_false (apply (state, (SyEvent){ .kind = SY_EVENT_NOTE, .seq = 15 }));
  g_assert_true (apply (state, (SyEvent){ .kind = SY_EVENT_NOTE, .seq = G_MAXINT64 }));
  g_assert_false (apply (state, (SyEvent){ .kind = SY_EVENT_NOTE }));
}

static void
test_refusal_names_the_task (void)
{
  g_autoptr (SyWorkflow) workflow = model_workflow ("fetch");
  g_autoptr (SyRunState) state = sy_run_state_new (workflow);
  SyEvent event = { .kind = SY_EVENT_STARTED, .task = 1, .seq = 12 };
  g_autoptr (GError) error = NULL;

  g_assert_false (sy_run_state_apply (state, &event, &error));
  g_assert_cmpstr (error->message, ==,
                   "event 12 (started) does not fit task “fetch”, which is pending(needs): no such intent is out");
}

/* What an attempt leaves behind. */
static void
test_attempt_facts (void)
{
  g_autoptr (SyWorkflow) workflow = model_workflow ("a");
  g_autoptr (SyRunState) state = sy_run_state_new (workflow);
  const SyTaskState *a = &state->tasks[0];
  SyExit exit = { .status = 3 << 8, .started_us = 102, .ended_us = 140, .stragglers = 1 };

  apply (state, (SyEvent){ .kind = SY_EVENT_JOIN_MET, .task = 1 });
  apply (state,
         (SyEvent){ .kind = SY_EVENT_INTENT, .task = 1, .attempt = 1, .nonce = 7, .text = (char *) "{\"e\":1}" });
  g_assert_cmpstr (a->values, ==, "{\"e\":1}");
  apply (state, (SyEvent){ .kind = SY_EVENT_STARTED, .task = 1, .attempt = 1, .nonce = 7, .time.wall_us = 100 });
  g_assert_cmpint (a->started_us, ==, 100);
  apply (state, (SyEvent){ .kind = SY_EVENT_OUTPUT_SET, .task = 1, .attempt = 1, .text = (char *) "{\"x\":2}" });
  apply (state, (SyEvent){ .kind = SY_EVENT_EXITED,
                           .task = 1,
                           .attempt = 1,
                           .state = SY_STATE_READY,
                           .name = SY_NAME_AWAITING_RETRY,
                           .due = { 500, 400 },
                           .exit = &exit });
  g_assert_cmpint (a->started_us, ==, 102);
  g_assert_cmpint (a->ended_us, ==, 140);
  g_assert_cmpint (a->due.wall_us, ==, 500);
  g_assert_cmpint (a->last_failure, ==, SY_NAME_EXIT);
  g_assert_cmpuint (a->budget_used, ==, 1);
  g_assert_cmpint (a->exit_status, ==, 3 << 8);
  g_assert_cmpuint (a->badges, ==, SY_BADGE_STRAGGLERS);
  apply (state, (SyEvent){ .kind = SY_EVENT_GIVE_UP, .task = 1 });
  apply (state, (SyEvent){ .kind = SY_EVENT_MARKED,
                           .task = 1,
                           .state = SY_STATE_SUCCEEDED,
                           .name = SY_NAME_MARKED,
                           .text = (char *) "checked" });
  g_assert_cmpstr (a->text, ==, "checked");
  apply (state, (SyEvent){ .kind = SY_EVENT_RESET, .task = 1 });
  g_assert_cmpuint (a->round, ==, 1);
  g_assert_cmpuint (a->budget_used, ==, 0);
  g_assert_cmpuint (a->attempt, ==, 1);
  g_assert_cmpuint (a->badges, ==, 0);
  g_assert_null (a->outputs);
}

static const struct { const char *graph; SyJoinRule rule; const char *events; gboolean tolerated; } tolerances[] = {
  { "a", SY_JOIN_ALL_SUCCESS, "a.failed:expression", FALSE },
  { "a b:a", SY_JOIN_ALL_DONE, "a.failed:expression b.join_met", FALSE },
  { "a b:a", SY_JOIN_ONE_FAILED, "a.failed:expression b.join_met", TRUE },
  { "a b:a", SY_JOIN_ONE_FAILED, "a.failed:expression", FALSE },
  { "a b:a", SY_JOIN_ONE_FAILED, "a.failed:expression b.skipped:condition_false", TRUE },
  { "a b:a", SY_JOIN_QUORUM, "a.failed:expression b.join_met b.intent@1 b.started@1 b.exited:exit@1", TRUE },
  { "a b:?a", SY_JOIN_ALL_SUCCESS, "a.failed:expression b.join_met", TRUE },
  { "a b:?a c:a", SY_JOIN_ALL_SUCCESS, "a.failed:expression b.join_met", FALSE },
};

static void
test_tolerated (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (tolerances); i++)
    {
      g_autoptr (SyWorkflow) workflow = model_workflow (tolerances[i].graph);
      g_autoptr (SyRunState) state = sy_run_state_new (workflow);
      g_auto (GStrv) words = g_strsplit (tolerances[i].events, " ", -1);
      SyJoin join = { .rule = tolerances[i].rule };

      for (guint32 k = 0; k < workflow->n_tasks; k++)
        workflow->tasks[k].join = &join;
      for (guint k = 0; words[k] != NULL; k++)
        {
          SyEvent event = { 0 };

          model_parse_event (words[k], &event);
          g_assert_true (sy_run_state_apply (state, &event, NULL));
        }
      g_assert_cmpint (sy_run_state_tolerated (state, 0), ==, tolerances[i].tolerated);
    }
}

/* Encoded, decoded and folded again, a run is the same run. */
static void
assert_replays (const SyRunState *state, GArray *events)
{
  g_autoptr (SyRunState) again = sy_run_state_new (state->workflow);
  g_autofree char *why = NULL;

  for (guint i = 0; i < events->len; i++)
    {
      const SyEvent *event = &g_array_index (events, SyEvent, i);
      g_autoptr (GString) data = g_string_new (NULL);
      SyEvent back = { .kind = event->kind, .time = event->time, .task = event->task, .attempt = event->attempt };
      g_autoptr (GError) error = NULL;

      sy_event_encode (event, data);
      sy_event_decode (&back, data->str, -1, &error);
      g_assert_no_error (error);
      sy_run_state_apply (again, &back, &error);
      g_assert_no_error (error);
      sy_event_clear (&back);
    }
  sy_run_state_equal (state, again, &why);
  g_assert_cmpstr (why, ==, NULL);
}

static void
assert_changes_told (SyRunState *state, const guint8 *settled_before, guint32 moved)
{
  g_autoptr (GArray) changed = sy_run_state_take_changed (state);
  guint at = 0;

  for (guint32 number = 1; number <= state->n_numbers; number++)
    {
      gboolean told = at < changed->len && g_array_index (changed, guint32, at) == number;

      at += told;
      g_assert_cmpint (told, ==, number == moved || state->tasks[number - 1].settled != settled_before[number - 1]);
    }
  g_assert_cmpuint (at, ==, changed->len);
}

static void
test_random_walks (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (3);

  for (guint round = 0; round < 60; round++)
    {
      guint n = (guint) g_rand_int_range (random, 1, 12);
      g_autoptr (SyWorkflow) workflow = model_random_workflow (random, n, 30);
      g_autoptr (SyRunState) state = NULL;
      g_autoptr (GArray) events = sy_event_array_new ();

      for (guint i = 0; i < n; i++)
        workflow->tasks[i].on_lost = (guint8) g_rand_int_range (random, 0, 3);
      state = sy_run_state_new (workflow);
      sy_run_state_track (state);
      for (guint step = 0; step < 1500; step++)
        {
          guint8 settled[12];
          SyEvent event;

          for (guint i = 0; i < n; i++)
            settled[i] = state->tasks[i].settled;
          model_likely_event (random, state, &event);
          if (!sy_run_state_apply (state, &event, NULL))
            {
              sy_event_clear (&event);
              continue;
            }
          g_array_append_val (events, event);
          model_assert_invariants (state);
          assert_changes_told (state, settled, event.kind == SY_EVENT_STANDBY ? 0 : event.task);
        }
      g_assert_cmpuint (events->len, >, 50);
      assert_replays (state, events);
    }
}

/* Anything at all: refused or applied, never a crash, and refused means untouched. */
static void
test_random_events (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (4);
  g_autoptr (SyWorkflow) workflow = model_random_workflow (random, 6, 40);
  g_autoptr (SyRunState) state = sy_run_state_new (workflow);

  for (guint i = 0; i < 100000; i++)
    {
      SyEvent event;

      model_random_event (random, &event);
      event.task = (guint32) g_rand_int_range (random, 0, 9);
      event.attempt = (guint32) g_rand_int_range (random, 0, 4);
      if (event.task >= 1 && event.task <= 6 && g_rand_boolean (random))
        event.nonce = state->tasks[event.task - 1].nonce;
      sy_run_state_apply (state, &event, NULL);
      if (i % 50 == 0)
        model_assert_invariants (state);
      sy_event_clear (&event);
    }
}

static void
test_new_definition (void)
{
  g_autoptr (SyWorkflow) old = model_workflow ("a b:a c:b"), new = model_workflow ("b d:b c:d");
  g_autoptr (SyRunState) state = sy_run_state_new (old);
  static const guint32 numbers[] = { 2, 4, 3 };

  apply (state, (SyEvent){ .kind = SY_EVENT_JOIN_MET, .task = 2, .name = SY_NAME_SUCCEEDED });
  apply (state, (SyEvent){ .kind = SY_EVENT_JOIN_MET, .task = 3, .name = SY_NAME_SUCCEEDED });
  g_assert_cmpuint (state->n_unsettled, ==, 3);
  g_assert_true (sy_workflow_renumber (new, numbers, NULL));
  sy_run_state_set_workflow (state, new);
  model_assert_invariants (state);
  g_assert_cmpuint (state->n_numbers, ==, 4);
  g_assert_cmpint (state->tasks[2 - 1].settled, ==, TRUE);
  g_assert_cmpint (state->tasks[3 - 1].settled, ==, FALSE);
  g_assert_cmpint (state->tasks[4 - 1].name, ==, SY_NAME_NEEDS);
  /* a task that is no longer in the file still has a history */
  g_assert_true (apply (state, (SyEvent){ .kind = SY_EVENT_CANCELLED, .task = 1, .name = SY_NAME_USER }));
  g_assert_true (apply (state, (SyEvent){ .kind = SY_EVENT_JOIN_MET, .task = 4, .name = SY_NAME_SUCCEEDED }));
  model_assert_invariants (state);
  g_assert_cmpuint (state->n_unsettled, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/fold/cases", test_cases);
  g_test_add_func ("/model/fold/run", test_run);
  g_test_add_func ("/model/fold/refusal", test_refusal_names_the_task);
  g_test_add_func ("/model/fold/attempt-facts", test_attempt_facts);
  g_test_add_func ("/model/fold/tolerated", test_tolerated);
  g_test_add_func ("/model/fold/random-walks", test_random_walks);
  g_test_add_func ("/model/fold/random-events", test_random_events);
  g_test_add_func ("/model/fold/new-definition", test_new_definition);
  return g_test_run ();
}
