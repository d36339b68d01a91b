/* test-local-chain.c: orders that follow upon others, bound to real keepers
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/engine/sy-local-executor-private.h"
#include "core/engine/sy-recovery.h"
#include "tests/core/engine/executor-fixture.h"

/* Follows upon the order of task @after */
static SyOrder *
order_after (ExecutorFixture *f, guint32 task, guint32 after, const char *mode, const char *argument)
{
  SyOrder *order = executor_fixture_order (f, task, mode, argument);

  order->after = 1000 + after;
  return order;
}

/* Task 1 runs until the gate is opened: all that is to follow upon it is there by then. */
static SyReport
start_gated (ExecutorFixture *f)
{
  SyOrder *order = executor_fixture_order (f, 1, "exit", "0");

  g_strfreev (order->argv);
  order->argv = g_strsplit ("sh|-c|until test -e go; do sleep 0.01; done", "|", -1);
  executor_fixture_dispatch (f, order);
  return executor_fixture_await (f, SY_REPORT_STARTED, 1);
}

static void
open_gate (ExecutorFixture *f)
{
  g_autofree char *gate = g_build_filename (f->folder, "go", NULL);

  g_assert_true (g_file_set_contents (gate, "", -1, NULL));
}

/* Where in the reports the first of @kind about @task is */
static guint
place_of (ExecutorFixture *f, SyReportKind kind, guint32 task)
{
  guint place = G_MAXUINT;

  g_mutex_lock (&f->mutex);
  for (guint i = f->reports->len; i-- > 0;)
    {
      const SyReport *report = &g_array_index (f->reports, SyReport, i);

      if (report->kind == kind && report->task == task)
        place = i;
    }
  g_mutex_unlock (&f->mutex);
  return place;
}

/* All run at one keeper although another is idle, each after the end of the one before, and are told of in that order. */
static void
test_one_keeper (void)
{
  ExecutorFixture f;
  SyReport before, this;

  executor_fixture_set_up (&f, 2);
  start_gated (&f);
  for (guint32 task = 2; task <= 8; task++)
    executor_fixture_dispatch (&f, order_after (&f, task, task - 1, "exit", "0"));
  executor_fixture_dispatch (&f, executor_fixture_order (&f, 9, "exit", "0"));
  executor_fixture_await (&f, SY_REPORT_EXITED, 9);
  open_gate (&f);
  before = executor_fixture_await (&f, SY_REPORT_EXITED, 1);
  for (guint32 task = 2; task <= 8; task++)
    {
      this = executor_fixture_await (&f, SY_REPORT_EXITED, task);
      g_assert_cmpuint (this.keeper, ==, before.keeper);
      g_assert_cmpint (this.exit.started_us, >=, before.exit.ended_us);
      g_assert_cmpuint (place_of (&f, SY_REPORT_STARTED, task), >, place_of (&f, SY_REPORT_EXITED, task - 1));
      before = this;
    }
  executor_fixture_tear_down (&f);
}

/* What the one before does not let begin is given back, once, without having been asked for, and not to another keeper. */
static void
test_dropped (void)
{
  ExecutorFixture f;

  executor_fixture_set_up (&f, 2);
  start_gated (&f);
  for (guint32 task = 2; task <= 4; task++)
    executor_fixture_dispatch (&f, order_after (&f, task, task - 1, "exit", task == 2 ? "5" : "0"));
  executor_fixture_dispatch (&f, order_after (&f, 5, 77, "exit", "0")); /* nobody has that */
  open_gate (&f);
  for (guint32 task = 3; task <= 5; task++)
    {
      executor_fixture_await (&f, SY_REPORT_FENCED, task);
      g_assert_false (f.executor->holds (f.executor, 1000 + task));
    }
  g_assert_cmpuint (place_of (&f, SY_REPORT_FENCED, 3), >, place_of (&f, SY_REPORT_EXITED, 2));
  executor_fixture_dispatch (&f, executor_fixture_order (&f, 3, "exit", "0")); /* the same nonce, by itself */
  executor_fixture_await (&f, SY_REPORT_EXITED, 3);
  for (guint32 task = 3; task <= 5; task++)
    {
      g_assert_cmpuint (executor_fixture_count (&f, SY_REPORT_FENCED, task), ==, 1);
      g_assert_cmpuint (executor_fixture_count (&f, SY_REPORT_EXITED, task), ==, task == 3);
    }
  executor_fixture_tear_down (&f);
}

/* One that waits behind a long task is fetched to an idle keeper; what would follow upon it is not, and is given back. */
static void
test_stolen (void)
{
  ExecutorFixture f;
  SyReport started;

  executor_fixture_set_up (&f, 1);
  executor_fixture_dispatch (&f, executor_fixture_order (&f, 1, "sleep", "600"));
  started = executor_fixture_await (&f, SY_REPORT_STARTED, 1);
  executor_fixture_dispatch (&f, executor_fixture_order (&f, 2, "exit", "0"));
  executor_fixture_dispatch (&f, order_after (&f, 3, 2, "exit", "0"));
  executor_fixture_dispatch (&f, order_after (&f, 4, 3, "exit", "0"));
  f.executor->set_slots (f.executor, 2);
  g_assert_cmpuint (executor_fixture_await (&f, SY_REPORT_EXITED, 2).keeper, !=, started.keeper);
  for (guint32 task = 3; task <= 4; task++)
    {
      executor_fixture_await (&f, SY_REPORT_FENCED, task);
      g_assert_cmpuint (executor_fixture_count (&f, SY_REPORT_EXITED, task), ==, 0);
    }
  f.executor->stop (f.executor, 1, 1, TRUE, SY_NAME_USER);
  executor_fixture_await (&f, SY_REPORT_EXITED, 1);
  executor_fixture_tear_down (&f);
}

/* Whoever asks for one of a chain gets it back with all that follow. */
static void
test_fence (void)
{
  ExecutorFixture f;

  executor_fixture_set_up (&f, 1);
  executor_fixture_dispatch (&f, executor_fixture_order (&f, 1, "sleep", "600"));
  executor_fixture_await (&f, SY_REPORT_STARTED, 1);
  for (guint32 task = 2; task <= 5; task++)
    executor_fixture_dispatch (&f, order_after (&f, task, task - 1, "exit", "0"));
  f.executor->fence (f.executor, 1003);
  for (guint32 task = 3; task <= 5; task++)
    executor_fixture_await (&f, SY_REPORT_FENCED, task);
  g_assert_true (f.executor->holds (f.executor, 1002));
  f.executor->stop (f.executor, 1, 1, TRUE, SY_NAME_USER);
  executor_fixture_await (&f, SY_REPORT_EXITED, 1);
  executor_fixture_await (&f, SY_REPORT_FENCED, 2);
  for (guint32 task = 2; task <= 5; task++)
    g_assert_cmpuint (executor_fixture_count (&f, SY_REPORT_FENCED, task), ==, 1);
  executor_fixture_tear_down (&f);
}

/* The keeper dies: what it ran is lost, and what was ahead is given back after that, to nobody else. */
static void
test_keeper_killed (void)
{
  ExecutorFixture f;
  SyReport started;
  g_autofree char *cgroup = NULL;

  executor_fixture_set_up (&f, 1);
  executor_fixture_dispatch (&f, executor_fixture_order (&f, 1, "sleep", "600"));
  started = executor_fixture_await (&f, SY_REPORT_STARTED, 1);
  executor_fixture_dispatch (&f, order_after (&f, 2, 1, "exit", "0"));
  executor_fixture_dispatch (&f, order_after (&f, 3, 2, "exit", "0"));
  executor_fixture_dispatch (&f, executor_fixture_order (&f, 4, "exit", "0"));
  kill (sy_local_executor_describe (f.executor, started.keeper, &cgroup), SIGKILL);
  executor_fixture_await (&f, SY_REPORT_EXITED, 4);
  executor_fixture_await (&f, SY_REPORT_FENCED, 2);
  executor_fixture_await (&f, SY_REPORT_FENCED, 3);
  g_assert_cmpuint (place_of (&f, SY_REPORT_LOST, 1), <, place_of (&f, SY_REPORT_FENCED, 2));
  g_assert_cmpuint (executor_fixture_count (&f, SY_REPORT_EXITED, 2) + executor_fixture_count (&f, SY_REPORT_EXITED, 3), ==, 0);
  executor_fixture_tear_down (&f);
}

/* More than a keeper takes: those beyond it are given back, the others run. */
static void
test_too_many (void)
{
  ExecutorFixture f;
  guint n_fenced = 0;

  executor_fixture_set_up (&f, 1);
  start_gated (&f);
  for (guint32 task = 2; task <= 40; task++)
    executor_fixture_dispatch (&f, order_after (&f, task, task - 1, "exit", "0"));
  executor_fixture_await (&f, SY_REPORT_FENCED, 40);
  open_gate (&f);
  executor_fixture_await (&f, SY_REPORT_EXITED, 20);
  for (guint32 task = 20; task <= 40; task++)
    n_fenced += executor_fixture_count (&f, SY_REPORT_FENCED, task);
  g_assert_cmpuint (n_fenced, >, 5);
  executor_fixture_tear_down (&f);
}

/* --- a keeper that says what the test wants it to --- */

/* The executor takes it for one of its own; what it is told is read from the descriptor. */
static int
attach (ExecutorFixture *f)
{
  Local *local = (Local *) f->executor;
  Keeper *keeper;
  int pair[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
  g_mutex_lock (&local->mutex);
  keeper = sy_local_keeper_new (local, 77, 0, sy_keeper_link_new (pair[0]));
  keeper->answered = keeper->chains = TRUE;
  g_mutex_unlock (&local->mutex);
  return pair[1];
}

/* The next frame but signs of life must be of that kind. */
static void
expect_told (int fd, SyKeeperKind kind)
{
  SyKeeperFrame frame = { 0 };

  do
    {
      g_autofree char *rest = NULL;
      gsize length;

      g_assert_cmpint (recv (fd, &frame, sizeof frame, MSG_WAITALL), ==, sizeof frame);
      length = frame.length - sizeof frame;
      rest = g_malloc (length + 1);
      g_assert_cmpint (length == 0 ? 0 : recv (fd, rest, length, MSG_WAITALL), ==, length);
    }
  while (frame.kind == SY_KEEPER_HELLO);
  g_assert_cmpuint (frame.kind, ==, kind);
}

static void
tell (int fd, gpointer frame, gsize length, SyKeeperKind kind, guint flags)
{
  SyKeeperFrame *head = frame;

  *head = (SyKeeperFrame){ .length = (guint32) length, .kind = (guint16) kind, .flags = (guint16) flags };
  g_assert_cmpint (write (fd, frame, length), ==, length);
}

static void
tell_fenced (int fd, guint64 nonce, guint flags)
{
  SyKeeperNonce frame = { .nonce = nonce };

  tell (fd, &frame, sizeof frame, SY_KEEPER_FENCED, flags);
}

static void
tell_started (int fd, guint32 task)
{
  SyKeeperStarted frame = { .nonce = 1000 + task, .task = task, .attempt = 1, .pid = 1 };

  tell (fd, &frame, sizeof frame, SY_KEEPER_STARTED, 0);
}

static void
tell_exited (int fd, guint32 task)
{
  SyKeeperExited frame = { .nonce = 1000 + task, .task = task, .attempt = 1, .pid = 1, .record = task };

  tell (fd, &frame, sizeof frame, SY_KEEPER_EXITED, 0);
}

/*
 * An order that is asked back may be given back by itself at the same time: then an answer is under way still. It must not be
 * taken for one about the same nonce, ordered anew: that one would be given to somebody else, and run here, too.
 */
static void
test_one_answer (void)
{
  ExecutorFixture f;
  int fd;

  executor_fixture_set_up (&f, 1);
  fd = attach (&f);
  executor_fixture_dispatch (&f, executor_fixture_order (&f, 1, "exit", "0"));
  expect_told (fd, SY_KEEPER_ORDER);
  executor_fixture_dispatch (&f, order_after (&f, 2, 1, "exit", "0"));
  expect_told (fd, SY_KEEPER_ORDER);
  f.executor->fence (f.executor, 1002);
  f.executor->fence (f.executor, 1002); /* asking twice would give two answers */
  expect_told (fd, SY_KEEPER_FENCE);
  tell_fenced (fd, 1002, 0);
  tell_started (fd, 1);
  executor_fixture_await (&f, SY_REPORT_STARTED, 1);
  g_assert_true (f.executor->holds (f.executor, 1002));
  tell_fenced (fd, 1002, SY_KEEPER_ANSWER);
  executor_fixture_await (&f, SY_REPORT_FENCED, 2);
  g_assert_false (f.executor->holds (f.executor, 1002));

  executor_fixture_dispatch (&f, order_after (&f, 2, 1, "exit", "0"));
  expect_told (fd, SY_KEEPER_ORDER);
  tell_fenced (fd, 1002, SY_KEEPER_ANSWER); /* nobody has asked since */
  tell_exited (fd, 1);
  executor_fixture_await (&f, SY_REPORT_EXITED, 1);
  g_assert_true (f.executor->holds (f.executor, 1002));
  tell_started (fd, 2);
  tell_exited (fd, 2);
  executor_fixture_await (&f, SY_REPORT_EXITED, 2);
  g_assert_cmpuint (executor_fixture_count (&f, SY_REPORT_FENCED, 2), ==, 1);
  executor_fixture_tear_down (&f);
  close (fd);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/local-chain/one-keeper", test_one_keeper);
  g_test_add_func ("/engine/local-chain/dropped", test_dropped);
  g_test_add_func ("/engine/local-chain/stolen", test_stolen);
  g_test_add_func ("/engine/local-chain/fence", test_fence);
  g_test_add_func ("/engine/local-chain/keeper-killed", test_keeper_killed);
  g_test_add_func ("/engine/local-chain/too-many", test_too_many);
  g_test_add_func ("/engine/local-chain/one-answer", test_one_answer);
  return g_test_run ();
}
