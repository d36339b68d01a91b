/* test-runner.c: the runner over a fake executor, a log in memory and a clock that stands still
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/base/sy-error.h"
#include "core/engine/sy-control.h"
#include "tests/core/engine/runner-fixture.h"

#define EXIT(n) ((n) << 8)

static void
on_reply (gpointer data, const char *json)
{
  g_async_queue_push (data, g_strdup (json));
}

/* Asks, and waits for the answer. (transfer full) */
static char *
ask (RunnerFixture *f, const char *json)
{
  char *reply;

  sy_runner_request (f->runner, json, on_reply, f->replies);
  reply = g_async_queue_timeout_pop (f->replies, 60 * G_USEC_PER_SEC);
  g_assert_nonnull (reply);
  return reply;
}

/* --- decisions go out only after COMMIT --- */

static void
test_commit_first (void)
{
  RunnerFixture f;

  runner_fixture_set_up (&f, "a;b:a", NULL);
  fake_sink_gate (f.sink, TRUE);
  sy_runner_start (f.runner);
  fake_sink_await_queued (f.sink);
  g_assert_cmpuint (fake_executor_count (f.executor), ==, 0);
  fake_sink_gate (f.sink, FALSE);
  fake_executor_await (f.executor, 1);
  g_assert_cmpuint (fake_sink_count (f.sink, SY_EVENT_INTENT), ==, 1);
  fake_executor_start (f.executor, 0);
  fake_executor_end (f.executor, 0, 0);
  fake_executor_await (f.executor, 2);
  fake_executor_end (f.executor, 1, 0);
  runner_fixture_join (&f);
  runner_fixture_assert_settled (&f, SY_RUN_SUCCEEDED);
  g_assert_false (f.executor->left_running);
  g_assert_cmpuint (f.executor->committed->len, ==, 2);
  runner_fixture_tear_down (&f);
}

/* An exit and the intents that follow from it are one transaction. */
static void
test_one_transaction (void)
{
  RunnerFixture f;
  guint before;

  runner_fixture_set_up (&f, "a;b:a;c:b", NULL);
  sy_runner_start (f.runner);
  fake_executor_await (f.executor, 1);
  before = f.sink->n_commits;
  fake_executor_end (f.executor, 0, 0);
  fake_executor_await (f.executor, 2);
  g_assert_cmpuint (f.sink->n_commits, ==, before + 1);
  fake_executor_end (f.executor, 1, 0);
  fake_executor_await (f.executor, 3);
  g_assert_cmpuint (f.sink->n_commits, ==, before + 2);
  fake_executor_end (f.executor, 2, 0);
  runner_fixture_end (&f, SY_RUN_SUCCEEDED);
}

static void
test_observer (void)
{
  RunnerFixture f;

  runner_fixture_set_up (&f, "a;b;c", NULL);
  sy_runner_start (f.runner);
  for (guint i = 0; i < 3; i++)
    {
      fake_executor_await (f.executor, i + 1);
      fake_executor_end (f.executor, i, i == 1 ? EXIT (1) : 0);
    }
  runner_fixture_join (&f);
  runner_fixture_assert_settled (&f, SY_RUN_FAILED);
  g_assert_cmpuint (f.seqs->len, ==, f.sink->events->len - 1); /* all but RUN_CREATED */
  for (guint i = 0; i < f.seqs->len; i++)
    g_assert_cmpint (g_array_index (f.seqs, gint64, i), ==, (gint64) i + 2);
  runner_fixture_tear_down (&f);
}

/* --- outputs --- */

static void
test_outputs (gconstpointer data)
{
  gboolean good = GPOINTER_TO_INT (data);
  RunnerFixture f;
  int fd;

  runner_fixture_begin (&f, "a outputs=x");
  fd = openat (f.run_fd, "v/t1.i0.a1", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  g_assert_cmpint (write (fd, good ? "x=7\n" : "nonsense\n", good ? 4 : 9), >, 0);
  close (fd);
  fake_executor_end (f.executor, 0, 0);
  runner_fixture_join (&f);
  runner_fixture_assert_settled (&f, good ? SY_RUN_SUCCEEDED : SY_RUN_FAILED);
  g_assert_cmpuint (fake_sink_count (f.sink, SY_EVENT_OUTPUT_SET), ==, good ? 1 : 0);
  runner_fixture_tear_down (&f);
}

/* --- a full disk --- */

/* The runner looks around at least once at the time that it is now. */
static void
look_around (RunnerFixture *f)
{
  sy_fake_clock_advance (&f->clock, 2 * G_USEC_PER_SEC);
  g_free (ask (f, "{\"command\":\"ping\"}"));
}

/* What the log says holds, whatever the file system says is free, until the log has its reserve again. */
static void
test_disk_notice (void)
{
  RunnerFixture f;

  runner_fixture_set_up (&f, "a;b:a", NULL);
  g_atomic_int_set (&f.sink->refuse_restore, TRUE);
  sy_runner_start (f.runner);
  fake_executor_await (f.executor, 1);
  sy_runner_disk_is_full (f.runner);
  fake_sink_await (f.sink, SY_EVENT_DISK_FULL, 1);
  g_assert_cmpint (g_atomic_int_get (&f.sink->restores), ==, 0);
  fake_executor_end (f.executor, 0, 0);
  fake_sink_await (f.sink, SY_EVENT_EXITED, 1);
  look_around (&f);
  look_around (&f);
  g_assert_cmpint (g_atomic_int_get (&f.sink->restores), >=, 2);
  g_assert_cmpuint (fake_sink_count (f.sink, SY_EVENT_DISK_OK), ==, 0);
  g_assert_cmpuint (fake_executor_count (f.executor), ==, 1);
  g_atomic_int_set (&f.sink->refuse_restore, FALSE);
  look_around (&f);
  fake_sink_await (f.sink, SY_EVENT_DISK_OK, 1);
  fake_executor_await (f.executor, 2);
  fake_executor_end (f.executor, 1, 0);
  runner_fixture_join (&f);
  runner_fixture_assert_settled (&f, SY_RUN_SUCCEEDED);
  g_assert_cmpuint (fake_sink_count (f.sink, SY_EVENT_DISK_FULL), ==, 1);
  runner_fixture_tear_down (&f);
}

/* The runner before ours left at a full disk; now there is space. */
static void
test_disk_was_full (void)
{
  RunnerFixture f;

  runner_fixture_set_up (&f, "a", NULL);
  runner_fixture_remember (&f, 2, SY_EVENT_DISK_FULL);
  sy_runner_start (f.runner);
  fake_executor_await (f.executor, 1);
  g_assert_cmpuint (fake_sink_count (f.sink, SY_EVENT_DISK_OK), ==, 1);
  fake_executor_end (f.executor, 0, 0);
  runner_fixture_end (&f, SY_RUN_SUCCEEDED);
}

/* --- nothing can be executed --- */

/* The runner leaves and says why, in the log too; the run is there to be resumed. Trouble that may pass is only said. */
static void
test_no_keeper (void)
{
  RunnerFixture f;
  g_autoptr (SyRunState) state = NULL;

  runner_fixture_begin (&f, "a");
  fake_executor_trouble (f.executor, "once", FALSE);
  fake_executor_trouble (f.executor, "no keeper", TRUE);
  runner_fixture_join (&f);
  g_assert_error (f.error, SY_ERROR, SY_ERROR_IO);
  g_assert_cmpstr (f.error->message, ==, "no keeper");
  g_assert_cmpint (f.end.kind, ==, SY_RUNNER_FAILED);
  g_assert_true (f.executor->left_running);
  g_assert_cmpuint (fake_sink_count (f.sink, SY_EVENT_RUNNER_LEFT), ==, 1);
  state = fake_sink_fold (f.sink, f.workflow);
  g_assert_cmpint (state->status, ==, SY_RUN_RUNNING);
  runner_fixture_tear_down (&f);
}

/* On a full disk keepers cannot start: that is waited for. */
static void
test_no_keeper_disk_full (void)
{
  RunnerFixture f;

  runner_fixture_begin (&f, "a");
  g_atomic_int_set (&f.sink->refuse_restore, TRUE);
  sy_runner_disk_is_full (f.runner);
  fake_sink_await (f.sink, SY_EVENT_DISK_FULL, 1);
  fake_executor_trouble (f.executor, "no keeper", TRUE);
  fake_executor_end (f.executor, 0, 0);
  runner_fixture_end (&f, SY_RUN_SUCCEEDED);
}

/* --- a COMMIT that fails --- */

static void
test_commit_fails (void)
{
  RunnerFixture f;
  g_autoptr (SyRunState) state = NULL;

  runner_fixture_set_up (&f, "a;b:a", NULL);
  sy_runner_start (f.runner);
  fake_executor_await (f.executor, 1);
  fake_executor_start (f.executor, 0);
  fake_sink_await (f.sink, SY_EVENT_STARTED, 1);
  fake_sink_fail_next (f.sink);
  fake_executor_end (f.executor, 0, 0); /* never gets into the log; the intent of b neither */
  runner_fixture_await_opened (&f, 2);
  g_assert_cmpuint (fake_executor_count (f.executor), ==, 1);
  fake_executor_end (f.executor, 0, 0); /* as the journal of a keeper would say it again */
  fake_executor_await (f.executor, 2);
  fake_executor_end (f.executor, 1, 0);
  runner_fixture_join (&f);
  runner_fixture_assert_settled (&f, SY_RUN_SUCCEEDED);
  g_assert_cmpuint (fake_executor_count (f.executor), ==, 2);
  g_assert_cmpuint (((SyOrder *) f.executor->orders->pdata[0])->nonce, !=, ((SyOrder *) f.executor->orders->pdata[1])->nonce);
  state = fake_sink_fold (f.sink, f.workflow);
  g_assert_cmpuint (state->tasks[0].attempt, ==, 1);
  runner_fixture_tear_down (&f);
}

/* A command that could not be logged is refused, visibly. */
static void
test_command_not_logged (void)
{
  RunnerFixture f;
  g_autofree char *reply = NULL;
  g_autofree char *again = NULL;

  runner_fixture_begin (&f, "a");
  fake_sink_fail_next (f.sink);
  reply = ask (&f, "{\"command\":\"pause\"}");
  g_assert_nonnull (strstr (reply, "\"ok\":false"));
  runner_fixture_await_opened (&f, 2);
  again = ask (&f, "{\"command\":\"status\"}");
  g_assert_nonnull (strstr (again, "\"running\""));
  fake_executor_end (f.executor, 0, 0);
  runner_fixture_end (&f, SY_RUN_SUCCEEDED);
}

/* --- time --- */

static void
test_retry_on_the_clock (void)
{
  RunnerFixture f;

  runner_fixture_begin (&f, "a retry=1 delay=10000000 jitter=0");
  fake_executor_end (f.executor, 0, EXIT (1));
  fake_sink_await (f.sink, SY_EVENT_EXITED, 1);
  g_free (ask (&f, "{\"command\":\"ping\"}"));
  g_assert_cmpuint (fake_executor_count (f.executor), ==, 1);
  sy_fake_clock_advance (&f.clock, 10 * G_USEC_PER_SEC);
  g_free (ask (&f, "{\"command\":\"ping\"}"));
  fake_executor_await (f.executor, 2);
  fake_executor_end (f.executor, 1, 0);
  runner_fixture_end (&f, SY_RUN_SUCCEEDED);
}

/* --- commands --- */

/* As deep as a request may be long: refused before a parser that recurses sees it */
static void
test_deep_request (void)
{
  g_autofree char *deep = g_strnfill (4 * 1024 * 1024 - 1, '[');
  g_autofree char *reply = NULL;
  RunnerFixture f;

  runner_fixture_begin (&f, "a");
  reply = ask (&f, deep);
  g_assert_nonnull (strstr (reply, "nested too deeply"));
  fake_executor_end (f.executor, 0, 0);
  runner_fixture_end (&f, SY_RUN_SUCCEEDED);
}

static const struct
{
  const char *request;
  const char *in_reply;
} requests[] = {
  { "{\"command\":\"ping\"}", "\"ok\":true" },
  { "{\"command\":\"status\"}", "\"state\":\"running\"" },
  { "{\"command\":\"set-slots\",\"slots\":5}", "\"slots\":5" },
  { "{\"command\":\"set-slots\",\"slots\":0}", "\"code\":\"invalid\"" },
  { "{\"command\":\"skip\",\"task\":\"nobody\"}", "no task" },
  { "{\"command\":\"skip\"}", "names no task" },
  { "{\"command\":\"mark\",\"task\":\"a\"}", "succeeded or failed" },
  { "{\"command\":\"retry-now\",\"task\":\"a\"}", "\"ok\":false" },
  { "{\"command\":\"rerun\",\"scope\":\"all\"}", "\"code\":\"invalid\"" },
  { "{\"command\":\"edit\",\"task\":\"b\"}", "\"code\":\"invalid\"" },
  { "{\"command\":\"edit\",\"task\":\"b\",\"json\":{\"run\":5}}", "\"code\":\"invalid\"" },
  { "{\"command\":\"edit\",\"task\":\"b\",\"json\":{\"command\":[]}}", "\"code\":\"invalid\"" },
  { "{\"command\":\"edit\",\"task\":\"b\",\"json\":{\"command\":[\"rm\",7,\"x\"]}}", "\"code\":\"invalid\"" },
  { "{\"command\":\"edit\",\"task\":\"b\",\"json\":{\"run\":\"x\",\"command\":[\"y\"]}}", "\"code\":\"invalid\"" },
  { "{\"command\":\"edit\",\"task\":\"b\",\"json\":{\"command\":[\"x\",\"y\"]}}", "\"ok\":true" },
  { "{\"command\":\"dance\"}", "\"code\":\"unsupported\"" },
  { "{\"command\":", "\"code\":\"invalid\"" },
  { "[1]", "\"code\":\"invalid\"" },
  { "{\"command\":\"skip\",\"task\":\"b\"}", "\"ok\":true" },
};

static void
test_commands (void)
{
  RunnerFixture f;

  runner_fixture_set_up (&f, "a;b:a", NULL);
  sy_runner_start (f.runner);
  fake_executor_await (f.executor, 1);
  fake_executor_start (f.executor, 0);
  fake_sink_await (f.sink, SY_EVENT_STARTED, 1);
  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      g_autofree char *in_process = ask (&f, requests[i].request);

      if (strstr (in_process, requests[i].in_reply) == NULL)
        g_error ("%s: %s", requests[i].request, in_process);
    }
  g_assert_cmpuint (f.executor->slots, ==, 5);
  fake_executor_end (f.executor, 0, 0);
  runner_fixture_end (&f, SY_RUN_SUCCEEDED);
}

static char *
rerun_from_a (gint64 seq, const char *digest)
{
  return g_strdup_printf ("{\"command\":\"rerun\",\"scope\":\"from\",\"tasks\":[\"a\"],\"running\":\"then_again\","
                          "\"seq\":%" G_GINT64_FORMAT ",\"digest\":\"%s\"}",
                          seq, digest);
}

/* What a preview of another set showed is not done; of the same set it is, though events came since. */
static void
test_stale_preview (void)
{
  RunnerFixture f;
  const guint32 first = 1;
  const SyRerunRequest request = { .scope = SY_RERUN_FROM, .tasks = &first, .n_tasks = 1, .running = SY_RUNNING_THEN_AGAIN };
  g_autoptr (SyRunState) state = NULL;
  g_autoptr (SyRerunPlan) plan = NULL;
  g_autofree char *digest = NULL, *stale = NULL, *good = NULL, *refused = NULL, *done = NULL;

  runner_fixture_set_up (&f, "a;b:a", NULL);
  sy_runner_start (f.runner);
  fake_executor_await (f.executor, 1);
  fake_executor_start (f.executor, 0);
  fake_sink_await (f.sink, SY_EVENT_STARTED, 1);
  state = fake_sink_fold (f.sink, f.workflow);
  plan = sy_rerun_preview (state, &request, NULL, NULL);
  digest = sy_rerun_digest (state, plan);
  stale = rerun_from_a (1, "of another set");
  good = rerun_from_a (1, digest);
  refused = ask (&f, stale);
  g_assert_nonnull (strstr (refused, "changed since the preview"));
  done = ask (&f, good);
  g_assert_nonnull (strstr (done, "\"ok\":true"));
  fake_executor_end (f.executor, 0, 0);
  fake_executor_await (f.executor, 2);
  fake_executor_end (f.executor, 1, 0);
  fake_executor_await (f.executor, 3);
  fake_executor_end (f.executor, 2, 0);
  runner_fixture_end (&f, SY_RUN_SUCCEEDED);
}

/* That the runner has left is in the COMMIT of the settling, and is said once. */
static void
test_left_with_the_end (void)
{
  RunnerFixture f;
  guint n_commits;

  runner_fixture_begin (&f, "a");
  fake_sink_gate (f.sink, TRUE);
  fake_executor_end (f.executor, 0, 0);
  fake_sink_await_queued (f.sink);
  n_commits = f.sink->n_commits;
  fake_sink_gate (f.sink, FALSE);
  runner_fixture_join (&f);
  g_assert_cmpuint (f.sink->n_commits, ==, n_commits + 1);
  g_assert_cmpuint (fake_sink_count (f.sink, SY_EVENT_RUNNER_LEFT), ==, 1);
  runner_fixture_assert_settled (&f, SY_RUN_SUCCEEDED);
  runner_fixture_tear_down (&f);
}

/* A request that comes while the settling is on its way to the disk: the runner stays, and the log says so. */
static void
test_new_life (void)
{
  RunnerFixture f;
  g_autoptr (SyRunState) state = NULL;
  g_autofree char *reply = NULL;

  runner_fixture_begin (&f, "a");
  fake_sink_gate (f.sink, TRUE);
  fake_executor_end (f.executor, 0, 0);
  fake_sink_await_batches (f.sink, 1);
  sy_runner_request (f.runner, "{\"command\":\"rerun\",\"scope\":\"from\",\"tasks\":[\"a\"]}", on_reply, f.replies);
  fake_sink_await_batches (f.sink, 2);
  fake_sink_gate (f.sink, FALSE);
  fake_executor_await (f.executor, 2);
  fake_sink_await (f.sink, SY_EVENT_RUNNER_STARTED, 2);
  state = fake_sink_fold (f.sink, f.workflow);
  g_assert_null (state->left_text);
  fake_executor_end (f.executor, 1, 0);
  runner_fixture_join (&f);
  reply = g_async_queue_try_pop (f.replies);
  g_assert_nonnull (strstr (reply, "\"ok\":true"));
  g_assert_cmpuint (fake_sink_count (f.sink, SY_EVENT_RUNNER_LEFT), ==, 2);
  runner_fixture_assert_settled (&f, SY_RUN_SUCCEEDED);
  runner_fixture_tear_down (&f);
}

/* The same over the socket, from other threads at once. */
static gpointer
call_status (gpointer data)
{
  g_autoptr (GError) error = NULL;
  char *reply = sy_control_call (((RunnerFixture *) data)->run_fd, "{\"v\":1,\"command\":\"status\"}", 20000, &error);

  g_assert_no_error (error);
  return reply;
}

static void
test_socket (void)
{
  RunnerFixture f;
  GThread *threads[8];
  g_autoptr (GError) error = NULL;
  g_autofree char *filler = g_strnfill (2 * 1024 * 1024, 'x');
  g_autofree char *large = g_strdup_printf ("{\"command\":\"%s\"}", filler);
  g_autofree char *reply = NULL;
  g_autofree char *huge = g_strnfill (SY_CONTROL_MAX + 1, ' ');

  runner_fixture_set_up (&f, "a", NULL);
  g_assert_null (sy_control_call (f.run_fd, "{}", 1000, &error));
  g_assert_error (error, SY_ERROR, SY_ERROR_NOT_FOUND);
  g_clear_error (&error);
  sy_runner_start (f.runner);
  fake_executor_await (f.executor, 1);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("call", call_status, &f);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      g_autofree char *status = g_thread_join (threads[i]);

      g_assert_nonnull (strstr (status, "\"counts\":{\"ready\":1}"));
    }
  reply = sy_control_call (f.run_fd, large, 20000, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (reply, "unsupported"));
  g_assert_null (sy_control_call (f.run_fd, huge, 20000, &error));
  g_assert_error (error, SY_ERROR, SY_ERROR_LIMIT);
  fake_executor_end (f.executor, 0, 0);
  runner_fixture_join (&f);
  runner_fixture_assert_settled (&f, SY_RUN_SUCCEEDED);
  g_assert_cmpint (faccessat (f.run_fd, "ctl", F_OK, 0), ==, -1);
  runner_fixture_tear_down (&f);
}

static void
test_first_command_refused (void)
{
  RunnerFixture f;

  runner_fixture_set_up (&f, "a", "{\"command\":\"skip\",\"task\":\"nobody\"}");
  sy_runner_start (f.runner);
  runner_fixture_join (&f);
  g_assert_error (f.error, SY_ERROR, SY_ERROR_NOT_FOUND);
  g_assert_cmpuint (fake_executor_count (f.executor), ==, 0);
  runner_fixture_tear_down (&f);
}

static void
test_cancel (void)
{
  RunnerFixture f;

  runner_fixture_set_up (&f, "a;b:a", NULL);
  sy_runner_start (f.runner);
  fake_executor_await (f.executor, 1);
  fake_executor_start (f.executor, 0);
  fake_sink_await (f.sink, SY_EVENT_STARTED, 1);
  sy_runner_cancel (f.runner, FALSE);
  fake_sink_await (f.sink, SY_EVENT_STOP_REQUESTED, 1);
  fake_executor_await_stop (f.executor);
  fake_executor_end (f.executor, 0, 15);
  runner_fixture_end (&f, SY_RUN_CANCELLED);
}

static void
test_leave (void)
{
  RunnerFixture f;
  g_autoptr (SyRunState) state = NULL;

  runner_fixture_set_up (&f, "a;b:a", NULL);
  sy_runner_start (f.runner);
  fake_executor_await (f.executor, 1);
  fake_executor_start (f.executor, 0);
  fake_sink_await (f.sink, SY_EVENT_STARTED, 1);
  sy_runner_leave (f.runner);
  runner_fixture_join (&f);
  g_assert_no_error (f.error);
  g_assert_cmpint (f.end.kind, ==, SY_RUNNER_LEFT);
  g_assert_true (f.executor->left_running);
  g_assert_cmpuint (fake_sink_count (f.sink, SY_EVENT_RUNNER_LEFT), ==, 1);
  state = fake_sink_fold (f.sink, f.workflow);
  g_assert_cmpint (state->tasks[0].state, ==, SY_STATE_RUNNING);
  runner_fixture_tear_down (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/runner/commit-first", test_commit_first);
  g_test_add_func ("/engine/runner/one-transaction", test_one_transaction);
  g_test_add_func ("/engine/runner/observer", test_observer);
  g_test_add_data_func ("/engine/runner/outputs/good", GINT_TO_POINTER (TRUE), test_outputs);
  g_test_add_data_func ("/engine/runner/outputs/wrong", GINT_TO_POINTER (FALSE), test_outputs);
  g_test_add_func ("/engine/runner/disk-notice", test_disk_notice);
  g_test_add_func ("/engine/runner/disk-was-full", test_disk_was_full);
  g_test_add_func ("/engine/runner/no-keeper", test_no_keeper);
  g_test_add_func ("/engine/runner/no-keeper-disk-full", test_no_keeper_disk_full);
  g_test_add_func ("/engine/runner/commit-fails", test_commit_fails);
  g_test_add_func ("/engine/runner/command-not-logged", test_command_not_logged);
  g_test_add_func ("/engine/runner/retry-on-the-clock", test_retry_on_the_clock);
  g_test_add_func ("/engine/runner/commands", test_commands);
  g_test_add_func ("/engine/runner/deep-request", test_deep_request);
  g_test_add_func ("/engine/runner/stale-preview", test_stale_preview);
  g_test_add_func ("/engine/runner/left-with-the-end", test_left_with_the_end);
  g_test_add_func ("/engine/runner/new-life", test_new_life);
  g_test_add_func ("/engine/runner/socket", test_socket);
  g_test_add_func ("/engine/runner/first-command-refused", test_first_command_refused);
  g_test_add_func ("/engine/runner/cancel", test_cancel);
  g_test_add_func ("/engine/runner/leave", test_leave);
  return g_test_run ();
}
