/* executor-fixture.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/core/engine/executor-fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/engine/sy-process.h"
#include "core/engine/sy-recovery.h"

/* What has ended counts as logged at once: a keeper whose ends are not in the log stops when its journal is full. */
void
executor_fixture_on_reports (SyExecutor *executor, SyReport *reports, guint n, gpointer data)
{
  ExecutorFixture *f = data;

  for (guint i = 0; i < n; i++)
    if (reports[i].kind == SY_REPORT_EXITED)
      executor->committed (executor, &reports[i].nonce, 1);
  g_mutex_lock (&f->mutex);
  g_array_append_vals (f->reports, reports, n);
  g_cond_broadcast (&f->cond);
  g_mutex_unlock (&f->mutex);
}

SyExecutor *
executor_fixture_make (ExecutorFixture *f, guint slots)
{
  g_autofree char *variable = g_strconcat ("SWITCHYARD_RUN_ID=", f->run_id, NULL);
  const char *environment[] = { "PATH=/usr/bin:/bin", variable, "SWITCHYARD_INPUTS=/none", NULL };
  SyLocalExecutorOptions options = {
    .run_fd = f->run_fd,
    .run_path = f->folder,
    .run_id = f->run_id,
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

void
executor_fixture_set_up (ExecutorFixture *f, guint slots)
{
  static const char *const folders[] = { "k", "out", "v", "in" };
  g_autoptr (GError) error = NULL;

  memset (f, 0, sizeof *f);
  f->folder = g_dir_make_tmp ("switchyard-executor-XXXXXX", &error);
  g_assert_no_error (error);
  f->run_id = g_strdup_printf ("%08x-0000-4000-8000-00000000aaaa", (guint) getpid ());
  f->run_fd = open (f->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    g_assert_cmpint (mkdirat (f->run_fd, folders[i], 0700), ==, 0);
  f->child = g_build_filename (g_getenv ("SWITCHYARD_BUILD_ROOT"), "tests", "lib", "test-child", NULL);
  f->keeper = sy_process_find_keeper (&error);
  g_assert_no_error (error);
  f->reports = g_array_new (FALSE, TRUE, sizeof (SyReport));
  g_array_set_clear_func (f->reports, (GDestroyNotify) sy_report_clear);
  f->executor = executor_fixture_make (f, slots);
  sy_local_executor_start (f->executor, executor_fixture_on_reports, f);
}

void
executor_fixture_tear_down (ExecutorFixture *f)
{
  const char *argv[] = { "rm", "-rf", f->folder, NULL };

  f->executor->shutdown (f->executor, FALSE);
  f->executor->free (f->executor);
  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  close (f->run_fd);
  g_array_unref (f->reports);
  g_free (f->folder);
  g_free (f->run_id);
  g_free (f->child);
  g_free (f->keeper);
}

SyOrder *
executor_fixture_order (ExecutorFixture *f, guint32 task, const char *mode, const char *argument)
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

void
executor_fixture_dispatch (ExecutorFixture *f, SyOrder *order)
{
  f->executor->dispatch (f->executor, &order, 1);
}

static gboolean
find (ExecutorFixture *f, SyReportKind kind, guint32 task, SyReport *out)
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
SyReport
executor_fixture_await (ExecutorFixture *f, SyReportKind kind, guint32 task)
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

/* The mutex is held. */
static guint
count_locked (ExecutorFixture *f, SyReportKind kind, guint32 task)
{
  guint n = 0;

  for (guint i = 0; i < f->reports->len; i++)
    {
      const SyReport *report = &g_array_index (f->reports, SyReport, i);

      n += report->kind == kind && (task == 0 || report->task == task);
    }
  return n;
}

guint
executor_fixture_count (ExecutorFixture *f, SyReportKind kind, guint32 task)
{
  guint n;

  g_mutex_lock (&f->mutex);
  n = count_locked (f, kind, task);
  g_mutex_unlock (&f->mutex);
  return n;
}

void
executor_fixture_await_all (ExecutorFixture *f, SyReportKind kind, guint wanted)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE_US;

  g_mutex_lock (&f->mutex);
  while (count_locked (f, kind, 0) < wanted)
    if (!g_cond_wait_until (&f->cond, &f->mutex, deadline))
      break;
  g_assert_cmpuint (count_locked (f, kind, 0), ==, wanted);
  g_mutex_unlock (&f->mutex);
}
