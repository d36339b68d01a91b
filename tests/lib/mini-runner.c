/* mini-runner.c: a runner in one page, for tests of the engine: mini-runner STATE UUID FILE SLOTS [REQUEST…]
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Makes the run where it does not exist, else goes on with it. Ends with the exit status of the design's table:
 * 0 succeeded, 1 failed, 3 cancelled, 4 lost, 5 left, 6 error, 7 owned by another. With MINI_RECOVER it starts nothing,
 * with MINI_STATS it prints figures. */
#include <glib-unix.h>
#include <stdio.h>
#include <sys/resource.h>

#include "core/base/sy-error.h"
#include "core/engine/sy-runner.h"
#include "core/format/sy-loader.h"
#include "core/store/sy-log-reader.h"
#include "core/store/sy-run-log.h"

typedef struct
{
  SyRunDir *dir;
  SyRunLog *log;
  SyWorkflow *workflow;
  SyRunner *runner;
  GMainLoop *loop;
  SyRunLogStats stats;
} Mini;

static gboolean
fold_one (const SyEvent *event, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!sy_run_state_apply (data, event, &error))
    g_error ("fold: seq %" G_GINT64_FORMAT " %s: %s", event->seq, sy_event_kind_to_string ((SyEventKind) event->kind),
             error->message);
  return TRUE;
}

static gboolean
mini_open (gpointer data, SyLogSink **sink, SyRunState **state, GError **error)
{
  Mini *mini = data;
  g_autoptr (SyLogReader) reader = NULL;
  g_autoptr (SyRunState) fold = sy_run_state_new (mini->workflow);

  if (mini->log == NULL)
    mini->log = sy_run_log_open (mini->dir, NULL, error);
  if (mini->log == NULL)
    return FALSE;
  reader = sy_log_reader_open (mini->dir, error);
  if (reader == NULL || !sy_log_reader_read (reader, 0, fold_one, fold, error))
    return FALSE;
  *state = g_steal_pointer (&fold);
  *sink = sy_run_log_get_sink (mini->log);
  return TRUE;
}

static void
mini_close (gpointer data, SyLogSink *sink G_GNUC_UNUSED)
{
  Mini *mini = data;
  g_autoptr (GError) error = NULL;

  sy_run_log_get_stats (mini->log, &mini->stats);
  if (!sy_run_log_close (g_steal_pointer (&mini->log), &error))
    g_printerr ("close: %s\n", error->message);
}

static void
mini_message (gpointer data G_GNUC_UNUSED, const char *text)
{
  g_printerr ("%s\n", text);
}

static gboolean
quit (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

/* On the runner's thread, and perhaps before the loop runs: then its end would be forgotten when it begins. */
static void
mini_ended (gpointer data, const SyRunnerEnd *end G_GNUC_UNUSED)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, quit, ((Mini *) data)->loop, NULL);
}

static gboolean
on_terminate (gpointer data)
{
  sy_runner_leave (((Mini *) data)->runner);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_interrupt (gpointer data)
{
  sy_runner_cancel (((Mini *) data)->runner, FALSE);
  return G_SOURCE_CONTINUE;
}

/* A log that was made and got no RUN_CREATED before a kill is begun again. */
static gboolean
make_log (Mini *mini, const char *path, guint slots, GError **error)
{
  SyRunLogInfo info = { .workflow_path = path, .name = mini->workflow->name, .number = 1, .created_us = g_get_real_time () };
  SyLogBatch batch = { .events = sy_event_array_new (), .states = g_array_new (FALSE, TRUE, sizeof (SyStateRow)) };
  SyEvent created = { .seq = 1, .kind = SY_EVENT_RUN_CREATED, .value = slots };
  SyLogSink *sink;

  mini->log = sy_run_log_open (mini->dir, NULL, NULL);
  if (mini->log == NULL)
    mini->log = sy_run_log_create (mini->dir, &info, NULL, error);
  if (mini->log == NULL)
    {
      sy_log_batch_clear (&batch);
      return FALSE;
    }
  sink = sy_run_log_get_sink (mini->log);
  created.time = sy_clock_now (sy_clock_real ());
  created.boot = sink->boot;
  g_array_append_val (batch.events, created);
  sink->submit (sink, &batch, NULL, NULL);
  return sink->flush (sink, error);
}

static gboolean
has_log (Mini *mini)
{
  g_autoptr (SyLogReader) reader = sy_log_reader_open (mini->dir, NULL);

  return reader != NULL && sy_log_reader_get_last_seq (reader, NULL) > 0;
}

static int
fail (const GError *error)
{
  g_printerr ("mini-runner: %s\n", error->message);
  return error->domain == SY_ERROR && error->code == SY_ERROR_OWNED ? 7 : 6;
}

static int
exit_status (const SyRunnerEnd *end)
{
  if (end->kind == SY_RUNNER_IDLE)
    return 0;
  if (end->kind != SY_RUNNER_SETTLED)
    return end->kind == SY_RUNNER_FAILED ? 6 : 5;
  switch (end->status)
    {
    case SY_RUN_SUCCEEDED:
    case SY_RUN_PARTIALLY_SUCCEEDED:
      return 0;
    case SY_RUN_CANCELLED:
      return 3;
    case SY_RUN_LOST:
      return 4;
    default:
      return 1;
    }
}

static void
print_stats (const Mini *mini)
{
  struct rusage self, children;
  double own, keepers;

  getrusage (RUSAGE_SELF, &self);
  getrusage (RUSAGE_CHILDREN, &children);
  own = (double) (self.ru_utime.tv_sec + self.ru_stime.tv_sec) + (double) (self.ru_utime.tv_usec + self.ru_stime.tv_usec) / 1e6;
  keepers = (double) (children.ru_utime.tv_sec + children.ru_stime.tv_sec) +
            (double) (children.ru_utime.tv_usec + children.ru_stime.tv_usec) / 1e6;
  g_printerr ("self %.3f s, keepers and tasks %.3f s, writer %.3f s, %" G_GINT64_FORMAT " events, %" G_GINT64_FORMAT
              " commits, p50 %" G_GINT64_FORMAT " us, p99 %" G_GINT64_FORMAT " us, rss %ld KiB, switches %ld + %ld\n",
              own, keepers, (double) mini->stats.cpu_us / 1e6, mini->stats.n_events, mini->stats.n_commits,
              mini->stats.commit_p50_us, mini->stats.commit_p99_us, self.ru_maxrss, self.ru_nvcsw, self.ru_nivcsw);
}

static int
run (Mini *mini, const char *uuid, guint slots, char **requests)
{
  static const SyExprContext context = { 0 };
  g_auto (GStrv) environment = g_get_environ ();
  SyRunnerHost host = { mini_open, mini_close, NULL, mini_message, mini_ended, mini };
  SyRunnerOptions options = {
    .run_fd = sy_run_dir_get_fd (mini->dir),
    .run_path = sy_run_dir_get_path (mini->dir),
    .run_id = uuid,
    .environment = (const char *const *) environment,
    .scheduler = { .slots = slots, .on_failure = -1, .context = &context },
    .start_tasks = g_getenv ("MINI_RECOVER") == NULL,
    .commands = (const char *const *) requests,
    .free_floor = 1,
    .serve = TRUE,
  };
  g_autoptr (GError) error = NULL;
  SyRunnerEnd end = { 0 };
  int status;

  mini->runner = sy_runner_new (&options, &host);
  mini->loop = g_main_loop_new (NULL, FALSE);
  g_unix_signal_add (SIGTERM, on_terminate, mini);
  g_unix_signal_add (SIGINT, on_interrupt, mini);
  sy_runner_start (mini->runner);
  g_main_loop_run (mini->loop);
  status = sy_runner_join (mini->runner, &end, &error) ? exit_status (&end) : fail (error);
  sy_runner_end_clear (&end);
  sy_runner_free (mini->runner);
  g_main_loop_unref (mini->loop);
  if (g_getenv ("MINI_STATS") != NULL)
    print_stats (mini);
  return status;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SyProblems) problems = sy_problems_new ();
  g_autoptr (SyStateDir) state = NULL;
  g_autoptr (SyRunDir) dir = NULL;
  g_autoptr (SyWorkflow) workflow = NULL;
  Mini mini = { 0 };
  guint slots;

  if (argc < 5)
    return 2;
  signal (SIGPIPE, SIG_IGN);
  slots = (guint) g_ascii_strtoull (argv[4], NULL, 10);
  mini.workflow = workflow = sy_loader_load_path (argv[3], problems);
  if (mini.workflow == NULL)
    return 2;
  state = sy_state_dir_open (argv[1], SY_STATE_DIR_CREATE, &error);
  dir = state != NULL ? sy_run_dir_open (state, argv[2], NULL) : NULL;
  if (state != NULL && dir == NULL)
    dir = sy_run_dir_create (state, argv[2], &error);
  if (dir == NULL || !sy_run_dir_own (dir, SY_RUN_DIR_OWN_WAIT_US, &error))
    return fail (error);
  mini.dir = dir;
  if (!has_log (&mini) && !make_log (&mini, argv[3], slots, &error))
    return fail (error);
  return run (&mini, argv[2], slots, argc > 5 ? argv + 5 : NULL);
}
