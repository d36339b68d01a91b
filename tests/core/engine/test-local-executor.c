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
#include "core/engine/sy-local-executor.h"
#include "core/engine/sy-process.h"
#include "core/engine/sy-recovery.h"

#define RUN_ID "0e0e0e0e-0000-4000-8000-00000000aaaa"
#define PATIENCE_US (60 * G_USEC_PER_SEC)

/* A run folder, an executor, and the reports that came. */
typedef struct
{
  char *folder, *child, *keeper;
  int run_fd;
  SyExecutor *executor;
  GMutex mutex;
  GCond cond;
  GArray *reports; /* SyReport */
  guint prestart;
} Fixture;

/* What has ended counts as logged at once: a keeper whose ends are not in the log stops when its journal is full. */
static void
on_reports (SyExecutor *executor, SyReport *reports, guint n, gpointer data)
{
  Fixture *f = data;

  for (guint i = 0; i < n; i++)
    if (reports[i].kind == SY_REPORT_EXITED)
      executor->committed (executor, &reports[i].nonce, 1);
  g_mutex_lock (&f->mutex);
  g_array_append_vals (f->reports, reports, n);
  g_cond_broadcast (&f->cond);
  g_mutex_unlock (&f->mutex);
}

static SyExecutor *
make_executor (Fixture *f, guint slots)
{
  const char *environment[] = { "PATH=/usr/bin:/bin", "SWITCHYARD_RUN_ID=" RUN_ID, "SWITCHYARD_INPUTS=/none", NULL };
  SyLocalExecutorOptions options = {
    .run_fd = f->run_fd,
    .run_path = f->folder,
    .run_id = RUN_ID,
    .keeper = f->keeper,
    .first_keeper = sy_recovery_last_keeper (f->run_fd) + 1,
    .slots = slots,
    .prestart = f->prestart,
    .environment = environment,
  };
  g_autoptr (GError) error = NULL;
  SyExecutor *executor = sy_local_executor_new (&options, &error);

  g_assert_no_error (error);
  return executor;
}

static void
set_up (Fixture *f, guint slots)
{
  static const char *const folders[] = { "k", "out", "v", "in" };
  g_autoptr (GError) error = NULL;

  memset (f, 0, sizeof *f);
  f->folder = g_dir_make_tmp ("switchyard-executor-XXXXXX", &error);
  g_assert_no_error (error);
  f->run_fd = open (f->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    g_assert_cmpint (mkdirat (f->run_fd, folders[i], 0700), ==, 0);
  f->child = g_build_filename (g_getenv ("SWITCHYARD_BUILD_ROOT"), "tests", "lib", "test-child", NULL);
  f->keeper = sy_process_find_keeper (&error);
  g_assert_no_error (error);
  f->reports = g_array_new (FALSE, TRUE, sizeof (SyReport));
  g_array_set_clear_func (f->reports, (GDestroyNotify) sy_report_clear);
  f->executor = make_executor (f, slots);
  sy_local_executor_start (f->executor, on_reports, f);
}

static void
tear_down (Fixture *f)
{
  const char *argv[] = { "rm", "-rf", f->folder, NULL };

  f->executor->shutdown (f->executor, FALSE);
  f->executor->free (f->executor);
  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  close (f->run_fd);
  g_array_unref (f->reports);
  g_free (f->folder);
  g_free (f->child);
  g_free (f->keeper);
}

static SyOrder *
make_order (Fixture *f, guint32 task, const char *mode, const char *argument)
{
  SyOrder *order = g_new0 (SyOrder, 1);
  const char *argv[] = { f->child, mode, argument, NULL };

  order->nonce = 1000 + task;
  order->task = task;
  order->attempt = 1;
  order->argv = g_strdupv ((char **) argv);
  order->env = g_new0 (char *, 3);
  order->env[0] = g_strdup_printf ("SWITCHYARD_TASK=t%u", task);
  order->env[1] = g_strdup ("SWITCHYARD_ATTEMPT=1");
  order->dir = g_strdup (f->folder);
  order->stop_signal = SIGTERM;
  order->grace_us = G_USEC_PER_SEC;
  order->slots = 1;
  return order;
}

static void
dispatch (Fixture *f, SyOrder *order)
{
  f->executor->dispatch (f->executor, &order, 1);
}

static gboolean
find (Fixture *f, SyReportKind kind, guint32 task, SyReport *out)
{
  for (guint i = 0; i < f->reports->len; i++)
    {
      const SyReport *report = &g_array_index (f->reports, SyReport, i);

      if (report->kind == kind && report->task == task)
        {
          *out = *report;
          return TRUE;
        }
    }
  return FALSE;
}

/* Waits for a report of @kind about @task. */
static SyReport
await (Fixture *f, SyReportKind kind, guint32 task)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE_US;
  SyReport report = { 0 };
  gboolean found;

  g_mutex_lock (&f->mutex);
  while (!(found = find (f, kind, task, &report)))
    if (!g_cond_wait_until (&f->cond, &f->mutex, deadline))
      break;
  g_mutex_unlock (&f->mutex);
  if (!found)
    g_error ("no report %u about task %u", kind, task);
  return report;
}

/* The mutex is held. @task 0: any */
static guint
count_locked (Fixture *f, SyReportKind kind, guint32 task)
{
  guint n = 0;

  for (guint i = 0; i < f->reports->len; i++)
    {
      const SyReport *report = &g_array_index (f->reports, SyReport, i);

      n += report->kind == kind && (task == 0 || report->task == task);
    }
  return n;
}

static guint
count (Fixture *f, SyReportKind kind, guint32 task)
{
  guint n;

  g_mutex_lock (&f->mutex);
  n = count_locked (f, kind, task);
  g_mutex_unlock (&f->mutex);
  return n;
}

static void
test_many (void)
{
  Fixture f;

  set_up (&f, 3);
  for (guint32 task = 1; task <= 60; task++)
    dispatch (&f, make_order (&f, task, "exit", task % 7 == 0 ? "5" : "0"));
  for (guint32 task = 1; task <= 60; task++)
    {
      SyReport report = await (&f, SY_REPORT_EXITED, task);

      g_assert_cmpint (WEXITSTATUS (report.exit.status), ==, task % 7 == 0 ? 5 : 0);
      g_assert_cmpuint (report.nonce, ==, 1000 + task);
      g_assert_cmpuint (count (&f, SY_REPORT_STARTED, task), ==, 1);
      g_assert_cmpuint (count (&f, SY_REPORT_EXITED, task), ==, 1);
    }
  g_assert_cmpuint (sy_recovery_last_keeper (f.run_fd), <=, 3);
  tear_down (&f);
}

/* More attempts through one keeper than its journal has records: only with acks does it go on. */
static void
test_acks (void)
{
  Fixture f;

  set_up (&f, 1);
  for (guint32 task = 1; task <= 300; task++)
    {
      dispatch (&f, make_order (&f, task, "exit", "0"));
      await (&f, SY_REPORT_EXITED, task);
    }
  g_assert_cmpuint (sy_recovery_last_keeper (f.run_fd), ==, 1);
  tear_down (&f);
}

/* Orders ahead of a long task are fetched back when another keeper is idle. */
static void
test_nothing_waits_behind_a_long_task (void)
{
  Fixture f;

  set_up (&f, 2);
  dispatch (&f, make_order (&f, 1, "sleep", "600"));
  for (guint32 task = 2; task <= 12; task++)
    dispatch (&f, make_order (&f, task, "sleep", "0.01"));
  for (guint32 task = 2; task <= 12; task++)
    await (&f, SY_REPORT_EXITED, task);
  g_assert_cmpuint (count (&f, SY_REPORT_EXITED, 1), ==, 0);
  f.executor->stop (f.executor, 1, 1, TRUE, SY_NAME_USER);
  await (&f, SY_REPORT_EXITED, 1);
  tear_down (&f);
}

/* An order of two slots waits until both are free; nothing passes it. */
static void
test_slots (void)
{
  Fixture f;
  SyOrder *wide;
  SyReport a, b, c;

  set_up (&f, 2);
  wide = make_order (&f, 2, "sleep", "0.1");
  wide->slots = 2;
  dispatch (&f, make_order (&f, 1, "sleep", "0.2"));
  await (&f, SY_REPORT_STARTED, 1);
  dispatch (&f, wide);
  dispatch (&f, make_order (&f, 3, "exit", "0"));
  c = await (&f, SY_REPORT_EXITED, 3);
  a = await (&f, SY_REPORT_EXITED, 1);
  b = await (&f, SY_REPORT_EXITED, 2);
  g_assert_cmpint (b.exit.started_us, >=, a.exit.ended_us);
  g_assert_cmpint (c.exit.started_us, >=, b.exit.ended_us);
  tear_down (&f);
}

static void
test_fence (void)
{
  Fixture f;

  set_up (&f, 1);
  dispatch (&f, make_order (&f, 1, "sleep", "600"));
  await (&f, SY_REPORT_STARTED, 1);
  for (guint32 task = 2; task <= 6; task++)
    dispatch (&f, make_order (&f, task, "exit", "0"));
  f.executor->fence (f.executor, 1001);
  await (&f, SY_REPORT_CLAIMED, 1);
  for (guint32 task = 2; task <= 6; task++)
    f.executor->fence (f.executor, 1000 + task);
  for (guint32 task = 2; task <= 6; task++)
    {
      await (&f, SY_REPORT_FENCED, task);
      g_assert_false (f.executor->holds (f.executor, 1000 + task));
    }
  g_assert_true (f.executor->holds (f.executor, 1001));
  f.executor->stop (f.executor, 1, 1, FALSE, SY_NAME_USER);
  await (&f, SY_REPORT_EXITED, 1);
  for (guint32 task = 2; task <= 6; task++)
    g_assert_cmpuint (count (&f, SY_REPORT_EXITED, task), ==, 0);
  tear_down (&f);
}

static void
test_stop (void)
{
  Fixture f;
  SyReport report;

  set_up (&f, 1);
  dispatch (&f, make_order (&f, 1, "sleep", "600"));
  await (&f, SY_REPORT_STARTED, 1);
  f.executor->stop (f.executor, 1, 1, FALSE, SY_NAME_USER);
  report = await (&f, SY_REPORT_EXITED, 1);
  g_assert_true (WIFSIGNALED (report.exit.status));
  g_assert_cmpint (WTERMSIG (report.exit.status), ==, SIGTERM);
  g_assert_true (report.exit.stop_sent);
  tear_down (&f);
}

static void
test_too_long (void)
{
  Fixture f;
  SyOrder *order;
  SyReport report;

  set_up (&f, 1);
  order = make_order (&f, 1, "exit", "0");
  g_free (order->argv[2]);
  order->argv[2] = g_strnfill (SY_KEEPER_FRAME_MAX, 'x');
  dispatch (&f, order);
  report = await (&f, SY_REPORT_EXITED, 1);
  g_assert_cmpint (report.exit.spawn_errno, ==, E2BIG);
  dispatch (&f, make_order (&f, 2, "exit", "0"));
  await (&f, SY_REPORT_EXITED, 2);
  tear_down (&f);
}

/* Each task sees its own inputs, also after a longer text lay in the same file. */
static void
test_inputs (void)
{
  static const char *const texts[] = { "{\"a\":\"long long long\"}", "{\"b\":1}", "{\"c\":\"middle\"}", "{}", "{\"d\":[1,2,3]}" };
  Fixture f;

  set_up (&f, 1);
  for (guint32 task = 1; task <= 20; task++)
    {
      SyOrder *order = make_order (&f, task, "env", "SWITCHYARD_INPUTS");

      g_strfreev (order->argv);
      order->argv = g_strsplit ("sh|-c|cat \"$SWITCHYARD_INPUTS\"", "|", -1);
      order->inputs = g_strdup (texts[task % G_N_ELEMENTS (texts)]);
      dispatch (&f, order);
    }
  for (guint32 task = 1; task <= 20; task++)
    {
      g_autofree char *path = g_strdup_printf ("%s/out/t%u.i0.a1.0", f.folder, task);
      g_autofree char *text = NULL;

      await (&f, SY_REPORT_EXITED, task);
      g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
      g_assert_cmpstr (g_strchomp (text), ==, texts[task % G_N_ELEMENTS (texts)]);
    }
  tear_down (&f);
}

static void
await_all (Fixture *f, SyReportKind kind, guint wanted)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE_US;

  g_mutex_lock (&f->mutex);
  while (count_locked (f, kind, 0) < wanted)
    if (!g_cond_wait_until (&f->cond, &f->mutex, deadline))
      break;
  g_assert_cmpuint (count_locked (f, kind, 0), ==, wanted);
  g_mutex_unlock (&f->mutex);
}

/* Which of them start is not said, only how many. */
static void
test_slots_change (void)
{
  Fixture f;

  set_up (&f, 1);
  for (guint32 task = 1; task <= 4; task++)
    dispatch (&f, make_order (&f, task, "sleep", "600"));
  await (&f, SY_REPORT_STARTED, 1);
  f.executor->set_slots (f.executor, 3);
  await_all (&f, SY_REPORT_STARTED, 3);
  f.executor->set_slots (f.executor, 1);
  for (guint32 task = 1; task <= 4; task++)
    if (count (&f, SY_REPORT_STARTED, task) > 0)
      f.executor->stop (f.executor, task, 1, TRUE, SY_NAME_USER);
  await_all (&f, SY_REPORT_EXITED, 3);
  await_all (&f, SY_REPORT_STARTED, 4);
  for (guint32 task = 1; task <= 4; task++)
    f.executor->stop (f.executor, task, 1, TRUE, SY_NAME_USER);
  await_all (&f, SY_REPORT_EXITED, 4);
  tear_down (&f);
}

/* --- keepers that die or fall silent --- */

static pid_t
keeper_of (Fixture *f, const SyReport *report)
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
  Fixture f;
  SyReport started, lost;

  set_up (&f, 1);
  dispatch (&f, make_order (&f, 1, "sleep", "600"));
  for (guint32 task = 2; task <= 5; task++)
    dispatch (&f, make_order (&f, task, "exit", "0"));
  started = await (&f, SY_REPORT_STARTED, 1);
  kill (keeper_of (&f, &started), SIGKILL);
  lost = await (&f, SY_REPORT_LOST, 1);
  g_assert_cmpint (lost.name, ==, SY_NAME_KEEPER_DIED);
  await_gone (started.pid);
  for (guint32 task = 2; task <= 5; task++)
    {
      await (&f, SY_REPORT_EXITED, task);
      g_assert_cmpuint (count (&f, SY_REPORT_EXITED, task), ==, 1);
    }
  tear_down (&f);
}

static void
test_keeper_stopped (void)
{
  Fixture f;
  SyReport started;
  pid_t pid;

  set_up (&f, 1);
  dispatch (&f, make_order (&f, 1, "sleep", "600"));
  started = await (&f, SY_REPORT_STARTED, 1);
  dispatch (&f, make_order (&f, 2, "exit", "0"));
  pid = keeper_of (&f, &started);
  kill (pid, SIGSTOP);
  g_assert_cmpint (await (&f, SY_REPORT_DEAF, 2).value, ==, 1);
  g_assert_cmpuint (count (&f, SY_REPORT_DEAF, 1), ==, 0);
  kill (pid, SIGCONT);
  f.executor->stop (f.executor, 1, 1, TRUE, SY_NAME_USER);
  await (&f, SY_REPORT_EXITED, 2);
  g_assert_cmpuint (count (&f, SY_REPORT_DEAF, 2) % 2, ==, 0); /* each time it fell silent it was heard again */
  tear_down (&f);
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
  Fixture f;
  SyReport report;

  set_up (&f, 1);
  dispatch (&f, make_order (&f, 1, "sleep", "600"));
  await (&f, SY_REPORT_STARTED, 1);
  break_connections ();
  f.executor->stop (f.executor, 1, 1, FALSE, SY_NAME_USER);
  report = await (&f, SY_REPORT_EXITED, 1);
  g_assert_cmpint (report.exit.status, ==, SIGTERM);
  g_assert_true (report.exit.stop_sent);
  g_assert_cmpuint (count (&f, SY_REPORT_LOST, 1), ==, 0);
  /* Another keeper serves what comes next. */
  dispatch (&f, make_order (&f, 2, "exit", "0"));
  await (&f, SY_REPORT_EXITED, 2);
  tear_down (&f);
}

static SyOrder *
adopted_order (const SyKeeperStatus *status, gpointer data)
{
  SyOrder *order = make_order (data, status->task, "", "");

  order->nonce = status->nonce;
  return order;
}

/* A runner leaves; the next one takes over what runs, and what had not begun is its to order again. */
static void
test_adoption (void)
{
  Fixture f;
  SyReport started;
  SyKeeperStatus status;
  g_autoptr (GError) error = NULL;

  set_up (&f, 1);
  dispatch (&f, make_order (&f, 1, "sleep", "600"));
  dispatch (&f, make_order (&f, 2, "exit", "0"));
  started = await (&f, SY_REPORT_STARTED, 1);
  f.executor->shutdown (f.executor, TRUE);
  f.executor->free (f.executor);
  g_array_set_size (f.reports, 0);

  f.executor = make_executor (&f, 1);
  g_assert_true (sy_local_executor_adopt (f.executor, started.keeper, PATIENCE_US, adopted_order, &f, &status, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (status.nonce, ==, 1001);
  g_assert_cmpuint (status.n_queued, ==, 0);
  g_assert_cmpint (status.pid, ==, started.pid);
  sy_local_executor_start (f.executor, on_reports, &f);
  dispatch (&f, make_order (&f, 3, "exit", "0"));
  f.executor->stop (f.executor, 1, 1, FALSE, SY_NAME_USER);
  g_assert_true (WIFSIGNALED (await (&f, SY_REPORT_EXITED, 1).exit.status));
  await (&f, SY_REPORT_EXITED, 3);
  g_assert_cmpuint (count (&f, SY_REPORT_EXITED, 2), ==, 0);
  tear_down (&f);
}

static void
test_no_program (void)
{
  SyLocalExecutorOptions options = { .run_fd = -1, .run_path = "/", .run_id = RUN_ID, .keeper = "/nonexistent/keeper", .slots = 1 };
  g_autoptr (GError) error = NULL;

  g_assert_null (sy_local_executor_new (&options, &error));
  g_assert_error (error, SY_ERROR, SY_ERROR_NOT_FOUND);
}

/* Keepers that were started ahead have failed before the first order comes: for it they are tried again. */
static void
test_failed_ahead (void)
{
  Fixture f;

  set_up (&f, 2);
  f.executor->shutdown (f.executor, FALSE);
  f.executor->free (f.executor);
  g_free (f.keeper);
  f.keeper = g_find_program_in_path ("false");
  f.prestart = 2;
  f.executor = make_executor (&f, 2);
  sy_local_executor_start (f.executor, on_reports, &f);
  await (&f, SY_REPORT_TROUBLE, 0);
  g_mutex_lock (&f.mutex);
  g_array_set_size (f.reports, 0);
  g_mutex_unlock (&f.mutex);
  dispatch (&f, make_order (&f, 1, "exit", "0"));
  await (&f, SY_REPORT_TROUBLE, 0);
  tear_down (&f);
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
