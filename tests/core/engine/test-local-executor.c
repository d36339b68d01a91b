/* test-local-executor.c: orders bound to real keepers
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/sy-error.h"
#include "core/engine/sy-process.h"
#include "core/engine/sy-recovery.h"
#include "tests/core/engine/executor-fixture.h"

static void
test_many (void)
{
  ExecutorFixture f;

  executor_fixture_set_up (&f, 3);
  for (guint32 task = 1; task <= 60; task++)
    executor_fixture_dispatch (&f, executor_fixture_order (&f, task, "exit", task % 7 == 0 ? "5" : "0"));
  for (guint32 task = 1; task <= 60; task++)
    {
      SyReport report = executor_fixture_await (&f, SY_REPORT_EXITED, task);

      g_assert_cmpint (WEXITSTATUS (report.exit.status), ==, task % 7 == 0 ? 5 : 0);
      g_assert_cmpuint (report.nonce, ==, 1000 + task);
      g_assert_cmpuint (executor_fixture_count (&f, SY_REPORT_STARTED, task), ==, 1);
      g_assert_cmpuint (executor_fixture_count (&f, SY_REPORT_EXITED, task), ==, 1);
    }
  g_assert_cmpuint (sy_recovery_last_keeper (f.run_fd), <=, 3);
  executor_fixture_tear_down (&f);
}

/* More attempts through one keeper than its journal has records: only with acks does it go on. */
static void
test_acks (void)
{
  ExecutorFixture f;

  executor_fixture_set_up (&f, 1);
  for (guint32 task = 1; task <= 300; task++)
    {
      executor_fixture_dispatch (&f, executor_fixture_order (&f, task, "exit", "0"));
      executor_fixture_await (&f, SY_REPORT_EXITED, task);
    }
  g_assert_cmpuint (sy_recovery_last_keeper (f.run_fd), ==, 1);
  executor_fixture_tear_down (&f);
}

/* Orders ahead of a long task are fetched back when another keeper is idle. */
static void
test_nothing_waits_behind_a_long_task (void)
{
  ExecutorFixture f;

  executor_fixture_set_up (&f, 2);
  executor_fixture_dispatch (&f, executor_fixture_order (&f, 1, "sleep", "600"));
  for (guint32 task = 2; task <= 12; task++)
    executor_fixture_dispatch (&f, executor_fixture_order (&f, task, "sleep", "0.01"));
  for (guint32 task = 2; task <= 12; task++)
    executor_fixture_await (&f, SY_REPORT_EXITED, task);
  g_assert_cmpuint (executor_fixture_count (&f, SY_REPORT_EXITED, 1), ==, 0);
  f.executor->stop (f.executor, 1, 1, TRUE, SY_NAME_USER);
  executor_fixture_await (&f, SY_REPORT_EXITED, 1);
  executor_fixture_tear_down (&f);
}

/* An order of two slots waits until both are free; nothing passes it. */
static void
test_slots (void)
{
  ExecutorFixture f;
  SyOrder *wide;
  SyReport a, b, c;

  executor_fixture_set_up (&f, 2);
  wide = executor_fixture_order (&f, 2, "sleep", "0.1");
  wide->slots = 2;
  executor_fixture_dispatch (&f, executor_fixture_order (&f, 1, "sleep", "0.2"));
  executor_fixture_await (&f, SY_REPORT_STARTED, 1);
  executor_fixture_dispatch (&f, wide);
  executor_fixture_dispatch (&f, executor_fixture_order (&f, 3, "exit", "0"));
  c = executor_fixture_await (&f, SY_REPORT_EXITED, 3);
  a = executor_fixture_await (&f, SY_REPORT_EXITED, 1);
  b = executor_fixture_await (&f, SY_REPORT_EXITED, 2);
  g_assert_cmpint (b.exit.started_us, >=, a.exit.ended_us);
  g_assert_cmpint (c.exit.started_us, >=, b.exit.ended_us);
  executor_fixture_tear_down (&f);
}

static void
test_fence (void)
{
  ExecutorFixture f;

  executor_fixture_set_up (&f, 1);
  executor_fixture_dispatch (&f, executor_fixture_order (&f, 1, "sleep", "600"));
  executor_fixture_await (&f, SY_REPORT_STARTED, 1);
  for (guint32 task = 2; task <= 6; task++)
    executor_fixture_dispatch (&f, executor_fixture_order (&f, task, "exit", "0"));
  f.executor->fence (f.executor, 1001);
  executor_fixture_await (&f, SY_REPORT_CLAIMED, 1);
  for (guint32 task = 2; task <= 6; task++)
    f.executor->fence (f.executor, 1000 + task);
  for (guint32 task = 2; task <= 6; task++)
    {
      executor_fixture_await (&f, SY_REPORT_FENCED, task);
      g_assert_false (f.executor->holds (f.executor, 1000 + task));
    }
  g_assert_true (f.executor->holds (f.executor, 1001));
  f.executor->stop (f.executor, 1, 1, FALSE, SY_NAME_USER);
  executor_fixture_await (&f, SY_REPORT_EXITED, 1);
  for (guint32 task = 2; task <= 6; task++)
    g_assert_cmpuint (executor_fixture_count (&f, SY_REPORT_EXITED, task), ==, 0);
  executor_fixture_tear_down (&f);
}

static void
test_stop (void)
{
  ExecutorFixture f;
  SyReport report;

  executor_fixture_set_up (&f, 1);
  executor_fixture_dispatch (&f, executor_fixture_order (&f, 1, "sleep", "600"));
  executor_fixture_await (&f, SY_REPORT_STARTED, 1);
  f.executor->stop (f.executor, 1, 1, FALSE, SY_NAME_USER);
  report = executor_fixture_await (&f, SY_REPORT_EXITED, 1);
  g_assert_true (WIFSIGNALED (report.exit.status));
  g_assert_cmpint (WTERMSIG (report.exit.status), ==, SIGTERM);
  g_assert_true (report.exit.stop_sent);
  executor_fixture_tear_down (&f);
}

static void
test_too_long (void)
{
  ExecutorFixture f;
  SyOrder *order;
  SyReport report;

  executor_fixture_set_up (&f, 1);
  order = executor_fixture_order (&f, 1, "exit", "0");
  g_free (order->argv[2]);
  order->argv[2] = g_strnfill (SY_KEEPER_FRAME_MAX, 'x');
  executor_fixture_dispatch (&f, order);
  report = executor_fixture_await (&f, SY_REPORT_EXITED, 1);
  g_assert_cmpint (report.exit.spawn_errno, ==, E2BIG);
  executor_fixture_dispatch (&f, executor_fixture_order (&f, 2, "exit", "0"));
  executor_fixture_await (&f, SY_REPORT_EXITED, 2);
  executor_fixture_tear_down (&f);
}

/* Each task sees its own inputs, also after a longer text lay in the same file. */
static void
test_inputs (void)
{
  static const char *const texts[] = { "{\"a\":\"long long long\"}", "{\"b\":1}", "{\"c\":\"middle\"}", "{}", "{\"d\":[1,2,3]}" };
  ExecutorFixture f;

  executor_fixture_set_up (&f, 1);
  for (guint32 task = 1; task <= 20; task++)
    {
      SyOrder *order = executor_fixture_order (&f, task, "env", "SWITCHYARD_INPUTS");

      g_strfreev (order->argv);
      order->argv = g_strsplit ("sh|-c|cat \"$SWITCHYARD_INPUTS\"", "|", -1);
      order->inputs = g_strdup (texts[task % G_N_ELEMENTS (texts)]);
      executor_fixture_dispatch (&f, order);
    }
  for (guint32 task = 1; task <= 20; task++)
    {
      g_autofree char *path = g_strdup_printf ("%s/out/t%u.i0.a1.0", f.folder, task);
      g_autofree char *text = NULL;

      executor_fixture_await (&f, SY_REPORT_EXITED, task);
      g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
      g_assert_cmpstr (g_strchomp (text), ==, texts[task % G_N_ELEMENTS (texts)]);
    }
  executor_fixture_tear_down (&f);
}

/* Which of them start is not said, only how many. */
static void
test_slots_change (void)
{
  ExecutorFixture f;

  executor_fixture_set_up (&f, 1);
  for (guint32 task = 1; task <= 4; task++)
    executor_fixture_dispatch (&f, executor_fixture_order (&f, task, "sleep", "600"));
  executor_fixture_await (&f, SY_REPORT_STARTED, 1);
  f.executor->set_slots (f.executor, 3);
  executor_fixture_await_all (&f, SY_REPORT_STARTED, 3);
  f.executor->set_slots (f.executor, 1);
  for (guint32 task = 1; task <= 4; task++)
    if (executor_fixture_count (&f, SY_REPORT_STARTED, task) > 0)
      f.executor->stop (f.executor, task, 1, TRUE, SY_NAME_USER);
  executor_fixture_await_all (&f, SY_REPORT_EXITED, 3);
  executor_fixture_await_all (&f, SY_REPORT_STARTED, 4);
  for (guint32 task = 1; task <= 4; task++)
    f.executor->stop (f.executor, task, 1, TRUE, SY_NAME_USER);
  executor_fixture_await_all (&f, SY_REPORT_EXITED, 4);
  executor_fixture_tear_down (&f);
}

/* --- keepers that die or fall silent --- */

static pid_t
keeper_of (ExecutorFixture *f, const SyReport *report)
{
  g_autofree char *cgroup = NULL;

  return sy_local_executor_describe (f->executor, report->keeper, &cgroup);
}

static void
await_gone (pid_t pid)
{
  struct pollfd fd = { .fd = (int) syscall (SYS_pidfd_open, pid, 0), .events = POLLIN };

  if (fd.fd < 0)
    {
      g_assert_cmpint (errno, ==, ESRCH);
      return;
    }
  g_assert_cmpint (poll (&fd, 1, PATIENCE_US / 1000), ==, 1); /* a zombie, at least */
  close (fd.fd);
}

/* What it ran is lost, and killed; what it had not begun runs elsewhere. */
static void
test_keeper_killed (void)
{
  ExecutorFixture f;
  SyReport started, lost;

  executor_fixture_set_up (&f, 1);
  executor_fixture_dispatch (&f, executor_fixture_order (&f, 1, "sleep", "600"));
  for (guint32 task = 2; task <= 5; task++)
    executor_fixture_dispatch (&f, executor_fixture_order (&f, task, "exit", "0"));
  started = executor_fixture_await (&f, SY_REPORT_STARTED, 1);
  kill (keeper_of (&f, &started), SIGKILL);
  lost = executor_fixture_await (&f, SY_REPORT_LOST, 1);
  g_assert_cmpint (lost.name, ==, SY_NAME_KEEPER_DIED);
  await_gone (started.pid);
  for (guint32 task = 2; task <= 5; task++)
    {
      executor_fixture_await (&f, SY_REPORT_EXITED, task);
      g_assert_cmpuint (executor_fixture_count (&f, SY_REPORT_EXITED, task), ==, 1);
    }
  executor_fixture_tear_down (&f);
}

static void
test_keeper_stopped (void)
{
  ExecutorFixture f;
  SyReport started;
  pid_t pid;

  executor_fixture_set_up (&f, 1);
  executor_fixture_dispatch (&f, executor_fixture_order (&f, 1, "sleep", "600"));
  started = executor_fixture_await (&f, SY_REPORT_STARTED, 1);
  executor_fixture_dispatch (&f, executor_fixture_order (&f, 2, "exit", "0"));
  pid = keeper_of (&f, &started);
  kill (pid, SIGSTOP);
  g_assert_cmpint (executor_fixture_await (&f, SY_REPORT_DEAF, 2).value, ==, 1);
  g_assert_cmpuint (executor_fixture_count (&f, SY_REPORT_DEAF, 1), ==, 0);
  kill (pid, SIGCONT);
  f.executor->stop (f.executor, 1, 1, TRUE, SY_NAME_USER);
  executor_fixture_await (&f, SY_REPORT_EXITED, 2);
  g_assert_cmpuint (executor_fixture_count (&f, SY_REPORT_DEAF, 2) % 2, ==, 0); /* each time it fell silent it was heard again */
  executor_fixture_tear_down (&f);
}

/* Breaks every connection of this process: there is one, to the keeper. */
static void
break_connections (void)
{
  guint n = 0;

  for (int fd = 3; fd < 256; fd++)
    {
      int type;
      socklen_t length = sizeof type;

      if (getsockopt (fd, SOL_SOCKET, SO_TYPE, &type, &length) == 0 && shutdown (fd, SHUT_RDWR) == 0)
        n++;
    }
  g_assert_cmpuint (n, >, 0);
}

/* The keeper lives on without its connection; its task can be stopped all the same, and its end is known. */
static void
test_connection_broken (void)
{
  ExecutorFixture f;
  SyReport report;

  executor_fixture_set_up (&f, 1);
  executor_fixture_dispatch (&f, executor_fixture_order (&f, 1, "sleep", "600"));
  executor_fixture_await (&f, SY_REPORT_STARTED, 1);
  break_connections ();
  f.executor->stop (f.executor, 1, 1, FALSE, SY_NAME_USER);
  report = executor_fixture_await (&f, SY_REPORT_EXITED, 1);
  g_assert_cmpint (report.exit.status, ==, SIGTERM);
  g_assert_true (report.exit.stop_sent);
  g_assert_cmpuint (executor_fixture_count (&f, SY_REPORT_LOST, 1), ==, 0);
  /* Another keeper serves what comes next. */
  executor_fixture_dispatch (&f, executor_fixture_order (&f, 2, "exit", "0"));
  executor_fixture_await (&f, SY_REPORT_EXITED, 2);
  executor_fixture_tear_down (&f);
}

static SyOrder *
adopted_order (const SyKeeperStatus *status, gpointer data)
{
  SyOrder *order = executor_fixture_order (data, status->task, "", "");

  order->nonce = status->nonce;
  return order;
}

/* A runner leaves; the next one takes over what runs, and what had not begun is its to order again. */
static void
test_adoption (void)
{
  ExecutorFixture f;
  SyReport started;
  SyKeeperStatus status;
  g_autoptr (GError) error = NULL;

  executor_fixture_set_up (&f, 1);
  executor_fixture_dispatch (&f, executor_fixture_order (&f, 1, "sleep", "600"));
  executor_fixture_dispatch (&f, executor_fixture_order (&f, 2, "exit", "0"));
  started = executor_fixture_await (&f, SY_REPORT_STARTED, 1);
  f.executor->shutdown (f.executor, TRUE);
  f.executor->free (f.executor);
  g_array_set_size (f.reports, 0);

  f.executor = executor_fixture_make (&f, 1);
  g_assert_true (sy_local_executor_adopt (f.executor, started.keeper, PATIENCE_US, adopted_order, &f, &status, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (status.nonce, ==, 1001);
  g_assert_cmpuint (status.n_queued, ==, 0);
  g_assert_cmpint (status.pid, ==, started.pid);
  sy_local_executor_start (f.executor, executor_fixture_on_reports, &f);
  executor_fixture_dispatch (&f, executor_fixture_order (&f, 3, "exit", "0"));
  f.executor->stop (f.executor, 1, 1, FALSE, SY_NAME_USER);
  g_assert_true (WIFSIGNALED (executor_fixture_await (&f, SY_REPORT_EXITED, 1).exit.status));
  executor_fixture_await (&f, SY_REPORT_EXITED, 3);
  g_assert_cmpuint (executor_fixture_count (&f, SY_REPORT_EXITED, 2), ==, 0);
  executor_fixture_tear_down (&f);
}

static void
test_no_program (void)
{
  SyLocalExecutorOptions options = { .run_fd = -1, .run_path = "/", .run_id = "0e0e0e0e-0000-4000-8000-00000000aaaa", .keeper = "/nonexistent/keeper", .slots = 1 };
  g_autoptr (GError) error = NULL;

  g_assert_null (sy_local_executor_new (&options, &error));
  g_assert_error (error, SY_ERROR, SY_ERROR_NOT_FOUND);
}

/* Keepers that were started ahead have failed before the first order comes: for it they are tried again. */
static void
test_failed_ahead (void)
{
  ExecutorFixture f;

  executor_fixture_set_up (&f, 2);
  f.executor->shutdown (f.executor, FALSE);
  f.executor->free (f.executor);
  g_free (f.keeper);
  f.keeper = g_find_program_in_path ("false");
  f.prestart = 2;
  f.executor = executor_fixture_make (&f, 2);
  sy_local_executor_start (f.executor, executor_fixture_on_reports, &f);
  executor_fixture_await (&f, SY_REPORT_TROUBLE, 0);
  g_mutex_lock (&f.mutex);
  g_array_set_size (f.reports, 0);
  g_mutex_unlock (&f.mutex);
  executor_fixture_dispatch (&f, executor_fixture_order (&f, 1, "exit", "0"));
  executor_fixture_await (&f, SY_REPORT_TROUBLE, 0);
  executor_fixture_tear_down (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/local-executor/many", test_many);
  g_test_add_func ("/engine/local-executor/acks", test_acks);
  g_test_add_func ("/engine/local-executor/nothing-waits-behind-a-long-task", test_nothing_waits_behind_a_long_task);
  g_test_add_func ("/engine/local-executor/slots", test_slots);
  g_test_add_func ("/engine/local-executor/fence", test_fence);
  g_test_add_func ("/engine/local-executor/stop", test_stop);
  g_test_add_func ("/engine/local-executor/too-long", test_too_long);
  g_test_add_func ("/engine/local-executor/inputs", test_inputs);
  g_test_add_func ("/engine/local-executor/slots-change", test_slots_change);
  g_test_add_func ("/engine/local-executor/keeper-killed", test_keeper_killed);
  g_test_add_func ("/engine/local-executor/keeper-stopped", test_keeper_stopped);
  g_test_add_func ("/engine/local-executor/connection-broken", test_connection_broken);
  g_test_add_func ("/engine/local-executor/adoption", test_adoption);
  g_test_add_func ("/engine/local-executor/no-program", test_no_program);
  g_test_add_func ("/engine/local-executor/failed-ahead", test_failed_ahead);
  return g_test_run ();
}
