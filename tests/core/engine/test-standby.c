/* test-standby.c: what goes out ahead of its COMMIT, and what does not
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/core/engine/runner-fixture.h"

/* A chain: when b has begun, c stands by; when c has, d. */
#define FLOW "a;b:a;c:b;d:c"

static void
set_up (RunnerFixture *f, gconstpointer flow)
{
  runner_fixture_set_up (f, flow, NULL);
  f->executor->took_us = 1000;
  sy_runner_start (f->runner);
  fake_executor_await (f->executor, 1);
  fake_executor_end (f->executor, 0, 0);
  fake_executor_await (f->executor, 2); /* b has begun, and that c stands by is committed */
}

static void
tear_down (RunnerFixture *f, gconstpointer flow G_GNUC_UNUSED)
{
  runner_fixture_join (f);
  runner_fixture_assert_settled (f, SY_RUN_SUCCEEDED);
  g_assert_cmpuint (fake_executor_count (f->executor), ==, f->workflow->n_tasks);
  runner_fixture_tear_down (f);
}

/* Reports the ends from number @from on, each as soon as its order is there. */
static void
end_rest (RunnerFixture *f, guint from)
{
  for (; from < f->workflow->n_tasks; from++)
    {
      fake_executor_await (f->executor, from + 1);
      fake_executor_end (f->executor, from, 0);
    }
}

/* The order is out when the report has been taken, whatever the disk does; the next one's nonce is not on it yet. */
static void
test_ahead_of_commit (RunnerFixture *f, gconstpointer flow G_GNUC_UNUSED)
{
  fake_sink_gate (f->sink, TRUE);
  fake_executor_end (f->executor, 1, 0);
  g_assert_cmpuint (fake_executor_count (f->executor), ==, 3);
  g_assert_cmpuint (fake_sink_count (f->sink, SY_EVENT_EXITED), ==, 1);
  fake_executor_end (f->executor, 2, 0);
  g_assert_cmpuint (fake_executor_count (f->executor), ==, 3);
  fake_sink_gate (f->sink, FALSE);
  end_rest (f, 3);
}

/* What a user decides is in the log before anything rests upon it. */
static void
test_after_a_decision (RunnerFixture *f, gconstpointer flow G_GNUC_UNUSED)
{
  fake_sink_gate (f->sink, TRUE);
  sy_runner_request (f->runner, "{\"command\":\"set-slots\",\"slots\":3}", NULL, NULL);
  fake_sink_await_queued (f->sink);
  fake_executor_end (f->executor, 1, 0);
  g_assert_cmpuint (fake_executor_count (f->executor), ==, 2);
  fake_sink_gate (f->sink, FALSE);
  end_rest (f, 2);
}

/* An end that no journal has is known to the log alone. */
static void
test_after_an_unrecorded_end (RunnerFixture *f, gconstpointer flow G_GNUC_UNUSED)
{
  fake_sink_gate (f->sink, TRUE);
  f->executor->unrecorded = TRUE;
  fake_executor_end (f->executor, 1, 0);
  g_assert_cmpuint (fake_executor_count (f->executor), ==, 2);
  fake_sink_gate (f->sink, FALSE);
  end_rest (f, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/engine/standby/ahead-of-commit", RunnerFixture, FLOW, set_up, test_ahead_of_commit, tear_down);
  g_test_add ("/engine/standby/after-a-decision", RunnerFixture, FLOW, set_up, test_after_a_decision, tear_down);
  g_test_add ("/engine/standby/after-an-unrecorded-end", RunnerFixture, FLOW, set_up, test_after_an_unrecorded_end, tear_down);
  return g_test_run ();
}
