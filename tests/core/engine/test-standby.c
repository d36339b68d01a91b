/* test-standby.c: what goes out ahead of its COMMIT, and what does not
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

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

/* A fork and its join: when b has begun, all of them stand by. */
#define FORK "a;b:a;c:b;d:b;e:c,d"

/* All of it begins, each upon the ends of its needs, while the disk takes nothing. */
static void
test_fork_and_join (RunnerFixture *f, gconstpointer flow G_GNUC_UNUSED)
{
  fake_sink_gate (f->sink, TRUE);
  fake_executor_end (f->executor, 1, 0);
  g_assert_cmpuint (fake_executor_count (f->executor), ==, 4);
  fake_executor_end (f->executor, 2, 0);
  g_assert_cmpuint (fake_executor_count (f->executor), ==, 4);
  fake_executor_end (f->executor, 3, 0);
  g_assert_cmpuint (fake_executor_count (f->executor), ==, 5);
  fake_sink_gate (f->sink, FALSE);
  end_rest (f, 4);
}

/* --- chains --- */

/* b is out by itself, and c and d lie ahead behind it. */
static void
set_up_chain (RunnerFixture *f, gconstpointer flow)
{
  runner_fixture_set_up_chains (f, flow, NULL, 6);
  f->executor->took_us = 1000;
  sy_runner_start (f->runner);
  fake_executor_await (f->executor, 1);
  fake_executor_end (f->executor, 0, 0);
  fake_executor_await (f->executor, 4);
}

static const SyOrder *
order_at (RunnerFixture *f, guint at)
{
  return g_ptr_array_index (f->executor->orders, at);
}

static void
on_reply (gpointer data, const char *json)
{
  g_async_queue_push (data, g_strdup (json));
}

static gboolean
is_agreed (RunnerFixture *f)
{
  g_autofree char *json = g_async_queue_timeout_pop (f->replies, 60 * G_USEC_PER_SEC);

  g_assert_nonnull (json);
  return strstr (json, "\"ok\":true") != NULL;
}

/* Nothing more is ordered, however long the disk takes: they begin and end, and the log has all of it in the end. */
static void
test_chain_ahead (RunnerFixture *f, gconstpointer flow G_GNUC_UNUSED)
{
  g_assert_cmpuint (order_at (f, 1)->after, ==, 0);
  g_assert_cmpuint (order_at (f, 2)->after, ==, order_at (f, 1)->nonce);
  g_assert_cmpuint (order_at (f, 3)->after, ==, order_at (f, 2)->nonce);
  fake_sink_gate (f->sink, TRUE);
  fake_executor_end (f->executor, 1, 0);
  fake_executor_start (f->executor, 2);
  fake_executor_end (f->executor, 2, 0);
  fake_executor_end (f->executor, 3, 0);
  g_assert_cmpuint (fake_executor_count (f->executor), ==, 4);
  fake_sink_gate (f->sink, FALSE);
}

/* A request that would touch what lies ahead waits until it was given back. */
static void
test_chain_skip (RunnerFixture *f, gconstpointer flow G_GNUC_UNUSED)
{
  sy_runner_request (f->runner, "{\"command\":\"skip\",\"task\":\"c\"}", on_reply, f->replies);
  fake_executor_await_fences (f->executor, 2);
  g_assert_null (g_async_queue_try_pop (f->replies));
  fake_executor_fenced (f->executor, 2);
  g_assert_null (g_async_queue_try_pop (f->replies));
  fake_executor_fenced (f->executor, 3);
  g_assert_true (is_agreed (f));
  g_assert_cmpuint (fake_sink_count (f->sink, SY_EVENT_SKIPPED), ==, 1);
  fake_executor_end (f->executor, 1, 0);
}

/* Or until it has begun: then it is too late. */
static void
test_chain_begun (RunnerFixture *f, gconstpointer flow G_GNUC_UNUSED)
{
  sy_runner_request (f->runner, "{\"command\":\"skip\",\"task\":\"c\"}", on_reply, f->replies);
  fake_executor_await_fences (f->executor, 2);
  fake_executor_end (f->executor, 1, 0);
  fake_executor_start (f->executor, 2);
  g_assert_null (g_async_queue_try_pop (f->replies));
  fake_executor_fenced (f->executor, 3);
  g_assert_false (is_agreed (f));
  fake_executor_end (f->executor, 2, 0);
  fake_executor_await (f->executor, 5); /* d, by itself */
  fake_executor_end (f->executor, 4, 0);
  sy_runner_leave (f->runner);
}

/* A keeper that does not answer holds up nobody for ever: the user is told. */
static void
test_chain_deaf (RunnerFixture *f, gconstpointer flow G_GNUC_UNUSED)
{
  sy_runner_request (f->runner, "{\"command\":\"skip\",\"task\":\"c\"}", on_reply, f->replies);
  fake_executor_await_fences (f->executor, 2);
  sy_fake_clock_advance (&f->clock, 2 * G_USEC_PER_SEC);
  sy_runner_request (f->runner, "{\"command\":\"ping\"}", NULL, NULL); /* wakes it */
  g_assert_false (is_agreed (f));
  fake_executor_end (f->executor, 1, 0);
  fake_executor_end (f->executor, 2, 0);
  fake_executor_end (f->executor, 3, 0);
}

static void
tear_down_any (RunnerFixture *f, gconstpointer flow G_GNUC_UNUSED)
{
  runner_fixture_join (f);
  g_assert_no_error (f->error);
  runner_fixture_tear_down (f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/engine/standby/ahead-of-commit", RunnerFixture, FLOW, set_up, test_ahead_of_commit, tear_down);
  g_test_add ("/engine/standby/after-a-decision", RunnerFixture, FLOW, set_up, test_after_a_decision, tear_down);
  g_test_add ("/engine/standby/after-an-unrecorded-end", RunnerFixture, FLOW, set_up, test_after_an_unrecorded_end, tear_down);
  g_test_add ("/engine/standby/fork-and-join", RunnerFixture, FORK, set_up, test_fork_and_join, tear_down);
  g_test_add ("/engine/chain/ahead", RunnerFixture, FLOW, set_up_chain, test_chain_ahead, tear_down);
  g_test_add ("/engine/chain/skip", RunnerFixture, FLOW, set_up_chain, test_chain_skip, tear_down);
  g_test_add ("/engine/chain/begun", RunnerFixture, FLOW, set_up_chain, test_chain_begun, tear_down_any);
  g_test_add ("/engine/chain/deaf", RunnerFixture, FLOW, set_up_chain, test_chain_deaf, tear_down);
  return g_test_run ();
}
