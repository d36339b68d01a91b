/* test-standby.c: what goes out ahead of its COMMIT, and what does not
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/engine/sy-runner.h"
#include "tests/core/engine/fake-executor.h"
#include "tests/lib/flow.h"

/* A chain: when b has begun, c stands by; when c has, d. */
#define FLOW "a;b:a;c:b;d:c"

typedef struct
{
  char *folder;
  int run_fd;
  SyWorkflow *workflow;
  FakeSink *sink;
  FakeExecutor *executor;
  SyFakeClock clock;
  SyExprContext context;
  SyRunner *runner;
} Fixture;

static gboolean
host_open (gpointer data, SyLogSink **sink, SyRunState **state, GError **error G_GNUC_UNUSED)
{
  Fixture *f = data;

  fake_sink_reopen (f->sink);
  *sink = &f->sink->base;
  *state = fake_sink_fold (f->sink, f->workflow);
  return TRUE;
}

static void
host_close (gpointer data G_GNUC_UNUSED, SyLogSink *sink G_GNUC_UNUSED)
{
}

static void
create_run (Fixture *f)
{
  SyLogBatch batch = { .events = sy_event_array_new (), .states = g_array_new (FALSE, TRUE, sizeof (SyStateRow)) };
  SyEvent event = { .seq = 1, .kind = SY_EVENT_RUN_CREATED, .value = 2, .boot = 1 };

  g_array_append_val (batch.events, event);
  f->sink->base.submit (&f->sink->base, &batch, NULL, NULL);
  fake_sink_await (f->sink, SY_EVENT_RUN_CREATED, 1);
}

static void
set_up (Fixture *f, gconstpointer flow)
{
  static const char *const environment[] = { "PATH=/usr/bin:/bin", NULL };
  SyRunnerHost host = { host_open, host_close, NULL, NULL, NULL, f };
  SyRunnerOptions options = { 0 };

  f->folder = g_dir_make_tmp ("switchyard-standby-XXXXXX", NULL);
  f->run_fd = open (f->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  mkdirat (f->run_fd, "v", 0700);
  f->workflow = flow_parse (flow);
  f->sink = fake_sink_new ();
  f->executor = fake_executor_new ();
  f->executor->sink = f->sink;
  f->executor->took_us = 1000;
  sy_fake_clock_init (&f->clock, 1000000, 1000000);
  create_run (f);
  options = (SyRunnerOptions){
    .run_fd = f->run_fd,
    .run_path = f->folder,
    .run_id = "0e0e0e0e-0000-4000-8000-00000000cccc",
    .environment = environment,
    .scheduler = { .slots = 2, .seed = 7, .on_failure = -1, .context = &f->context, .milli_cpu = 8000 },
    .start_tasks = TRUE,
    .free_floor = 1,
    .executor = &f->executor->base,
    .clock = &f->clock.base,
  };
  f->runner = sy_runner_new (&options, &host);
  sy_runner_start (f->runner);
  fake_executor_await (f->executor, 1);
  fake_executor_end (f->executor, 0, 0);
  fake_executor_await (f->executor, 2); /* b has begun, and that c stands by is committed */
}

static void
tear_down (Fixture *f, gconstpointer flow G_GNUC_UNUSED)
{
  const char *argv[] = { "rm", "-rf", f->folder, NULL };
  g_autoptr (GError) error = NULL;
  SyRunnerEnd end = { 0 };

  sy_runner_join (f->runner, &end, &error);
  g_assert_no_error (error);
  g_assert_cmpint (end.kind, ==, SY_RUNNER_SETTLED);
  g_assert_cmpint (end.status, ==, SY_RUN_SUCCEEDED);
  g_assert_cmpuint (fake_executor_count (f->executor), ==, f->workflow->n_tasks);
  sy_runner_end_clear (&end);
  sy_runner_free (f->runner);
  f->executor->base.free (&f->executor->base);
  fake_sink_free (f->sink);
  sy_workflow_unref (f->workflow);
  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  close (f->run_fd);
  g_free (f->folder);
}

/* Reports the ends from number @from on, each as soon as its order is there. */
static void
end_rest (Fixture *f, guint from)
{
  for (; from < f->workflow->n_tasks; from++)
    {
      fake_executor_await (f->executor, from + 1);
      fake_executor_end (f->executor, from, 0);
    }
}

/* The order is out when the report has been taken, whatever the disk does; the next one's nonce is not on it yet. */
static void
test_ahead_of_commit (Fixture *f, gconstpointer flow G_GNUC_UNUSED)
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
test_after_a_decision (Fixture *f, gconstpointer flow G_GNUC_UNUSED)
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
test_after_an_unrecorded_end (Fixture *f, gconstpointer flow G_GNUC_UNUSED)
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
  g_test_add ("/engine/standby/ahead-of-commit", Fixture, FLOW, set_up, test_ahead_of_commit, tear_down);
  g_test_add ("/engine/standby/after-a-decision", Fixture, FLOW, set_up, test_after_a_decision, tear_down);
  g_test_add ("/engine/standby/after-an-unrecorded-end", Fixture, FLOW, set_up, test_after_an_unrecorded_end, tear_down);
  return g_test_run ();
}
