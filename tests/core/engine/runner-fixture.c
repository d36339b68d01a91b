/* runner-fixture.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/core/engine/runner-fixture.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/lib/flow.h"

static gboolean
host_open (gpointer data, SyLogSink **sink, SyRunState **state, GError **error G_GNUC_UNUSED)
{
  RunnerFixture *f = data;

  g_mutex_lock (&f->mutex);
  if (f->n_opened++ > 0)
    fake_sink_reopen (f->sink);
  *sink = &f->sink->base;
  *state = fake_sink_fold (f->sink, f->workflow);
  g_cond_broadcast (&f->opened);
  g_mutex_unlock (&f->mutex);
  return TRUE;
}

static void
host_close (gpointer data, SyLogSink *sink G_GNUC_UNUSED)
{
  RunnerFixture *f = data;

  g_mutex_lock (&f->mutex);
  f->n_closed++;
  g_mutex_unlock (&f->mutex);
}

static void
host_events (gpointer data, SyEvent *events, guint n)
{
  for (guint i = 0; i < n; i++)
    g_array_append_val (((RunnerFixture *) data)->seqs, events[i].seq);
}

void
runner_fixture_remember (RunnerFixture *f, gint64 seq, SyEventKind kind)
{
  SyLogBatch batch = { .events = sy_event_array_new (), .states = g_array_new (FALSE, TRUE, sizeof (SyStateRow)) };
  SyEvent event = { .seq = seq, .kind = kind, .value = 2, .boot = 1 };

  g_array_append_val (batch.events, event);
  f->sink->base.submit (&f->sink->base, &batch, NULL, NULL);
  fake_sink_await (f->sink, kind, 1);
}

void
runner_fixture_set_up (RunnerFixture *f, const char *flow, const char *requests)
{
  runner_fixture_set_up_chains (f, flow, requests, 0);
}

void
runner_fixture_set_up_chains (RunnerFixture *f, const char *flow, const char *requests, guint chain)
{
  g_auto (GStrv) commands = requests != NULL ? g_strsplit (requests, "\n", -1) : NULL;
  const char *environment[] = { "PATH=/usr/bin:/bin", NULL };
  SyRunnerHost host = { host_open, host_close, host_events, NULL, NULL, f };
  SyRunnerOptions options = { 0 };

  memset (f, 0, sizeof *f);
  g_mutex_init (&f->mutex);
  g_cond_init (&f->opened);
  f->folder = g_dir_make_tmp ("switchyard-runner-XXXXXX", NULL);
  f->run_fd = open (f->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  mkdirat (f->run_fd, "v", 0700);
  f->workflow = flow_parse (flow);
  f->sink = fake_sink_new ();
  f->executor = fake_executor_new ();
  f->executor->sink = f->sink;
  f->seqs = g_array_new (FALSE, FALSE, sizeof (gint64));
  f->replies = g_async_queue_new_full (g_free);
  sy_fake_clock_init (&f->clock, 1000000, 1000000);
  runner_fixture_remember (f, 1, SY_EVENT_RUN_CREATED);
  options = (SyRunnerOptions){
    .run_fd = f->run_fd,
    .run_path = f->folder,
    .run_id = "0e0e0e0e-0000-4000-8000-00000000bbbb",
    .environment = environment,
    .scheduler = { .slots = 2, .seed = 7, .on_failure = -1, .context = &f->context, .milli_cpu = 8000, .chain = chain },
    .start_tasks = TRUE,
    .commands = (const char *const *) commands,
    .free_floor = 1,
    .serve = TRUE,
    .executor = &f->executor->base,
    .clock = &f->clock.base,
  };
  f->runner = sy_runner_new (&options, &host);
}

void
runner_fixture_await_opened (RunnerFixture *f, int n)
{
  gint64 until = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  g_mutex_lock (&f->mutex);
  while (f->n_opened < n)
    g_assert_true (g_cond_wait_until (&f->opened, &f->mutex, until));
  g_mutex_unlock (&f->mutex);
}

void
runner_fixture_join (RunnerFixture *f)
{
  sy_runner_join (f->runner, &f->end, &f->error);
}

void
runner_fixture_assert_settled (const RunnerFixture *f, SyRunStatus status)
{
  g_assert_no_error (f->error);
  g_assert_cmpint (f->end.kind, ==, SY_RUNNER_SETTLED);
  g_assert_cmpint (f->end.status, ==, status);
}

void
runner_fixture_tear_down (RunnerFixture *f)
{
  const char *argv[] = { "rm", "-rf", f->folder, NULL };

  g_assert_cmpint (f->n_opened, ==, f->n_closed);
  g_assert_true (f->executor->is_shut);
  sy_runner_free (f->runner);
  f->executor->base.free (&f->executor->base);
  fake_sink_free (f->sink);
  sy_workflow_unref (f->workflow);
  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  close (f->run_fd);
  g_array_unref (f->seqs);
  g_async_queue_unref (f->replies);
  g_clear_error (&f->error);
  sy_runner_end_clear (&f->end);
  g_free (f->folder);
  g_cond_clear (&f->opened);
  g_mutex_clear (&f->mutex);
}

void
runner_fixture_begin (RunnerFixture *f, const char *flow)
{
  runner_fixture_set_up (f, flow, NULL);
  sy_runner_start (f->runner);
  fake_executor_await (f->executor, 1);
}

void
runner_fixture_end (RunnerFixture *f, SyRunStatus status)
{
  runner_fixture_join (f);
  runner_fixture_assert_settled (f, status);
  runner_fixture_tear_down (f);
}
