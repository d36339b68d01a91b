/* bench-log.c: what the run log costs: size, CPU, commit latency, and how soon a reader has the row
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *   bench-log [--smoke] [--tasks N]
 */
#include "tests/core/store/store-fixture.h"

#include "core/store/sy-latency-private.h"

#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int n_tasks = 10000;
static int n_wakes = 1000;
static gboolean smoke;

static const GOptionEntry entries[] = {
  { "tasks", 0, 0, G_OPTION_ARG_INT, &n_tasks, "Tasks of the run", "N" },
  { "smoke", 0, 0, G_OPTION_ARG_NONE, &smoke, "A short run, to see that it works", NULL },
  { NULL },
};

/* Where the log lies: as the user's state dir would, not on a tmpfs. */
static void
open_store (StoreDir *store)
{
  const char *base = g_getenv ("BENCH_DIR");

  if (base != NULL)
    g_setenv ("TMPDIR", base, TRUE);
  store_dir_init (store);
}

static gint64
file_size (SyRunDir *run)
{
  g_autofree char *path = g_build_filename (sy_run_dir_get_path (run), "log.db", NULL);
  struct stat st;

  return stat (path, &st) == 0 ? st.st_size : -1;
}

/* As a runner with @slots slots does it: the exit of one task and the intent of another share a batch, and so
 * do the joins at the start; STARTED may wait. @pace_us: how long a slot takes for one task; 0 = as fast as
 * it goes. */
static void
bench_run (guint slots, gint64 pace_us)
{
  g_autoptr (GError) error = NULL;
  SyRunLogStats stats;
  StoreDir store;
  StoreRun run;
  gint64 start, size;

  open_store (&store);
  store_run_init (&run, &store, (guint) n_tasks, NULL);
  for (guint32 task = 1; task <= (guint32) n_tasks; task++)
    store_run_join (&run, task);
  for (guint32 task = 1; task <= MIN (slots, (guint32) n_tasks); task++)
    store_run_intent (&run, task);
  store_run_submit (&run, FALSE);
  store_run_flush (&run, NULL);
  start = g_get_monotonic_time ();
  for (guint32 task = 1; task <= (guint32) n_tasks; task++)
    {
      store_run_start (&run, task);
      store_run_submit (&run, TRUE);
      store_run_exit (&run, task, 0);
      if (task + slots <= (guint32) n_tasks)
        store_run_intent (&run, task + slots);
      store_run_submit (&run, TRUE);
      while (pace_us > 0 && g_get_monotonic_time () < start + (gint64) task * pace_us)
        g_usleep ((gulong) MAX (1, start + (gint64) task * pace_us - g_get_monotonic_time ()));
    }
  store_run_finish (&run);
  store_run_flush (&run, &error);
  g_assert_no_error (error);
  sy_run_log_get_stats (run.log, &stats);
  sy_run_log_close (run.log, NULL);
  run.log = NULL;
  size = file_size (run.run);
  printf ("%6d tasks, %5" G_GINT64_FORMAT " µs a task: %.2f MB (%.0f B a task), %" G_GINT64_FORMAT
          " events in %" G_GINT64_FORMAT " commits, p50 %" G_GINT64_FORMAT " p99 %" G_GINT64_FORMAT
          " max %" G_GINT64_FORMAT " µs; CPU of the log's thread %.1f µs a task, %.2f µs an event\n",
          n_tasks, pace_us, (double) size / 1e6, (double) size / n_tasks, stats.n_events, stats.n_commits,
          stats.commit_p50_us, stats.commit_p99_us, stats.commit_max_us, (double) stats.cpu_us / n_tasks,
          (double) stats.cpu_us / (double) stats.n_events);
  store_run_clear (&run);
  store_dir_clear (&store);
}

/* --- one event to a commit, alone --- */

static void
bench_lone (void)
{
  SyRunLogStats stats;
  StoreDir store;
  StoreRun run;
  int n = smoke ? 50 : 2000;

  open_store (&store);
  store_run_init (&run, &store, 1, NULL);
  for (int i = 0; i < n; i++)
    {
      store_run_event (&run, SY_EVENT_NOTE, 0);
      store_run_submit (&run, FALSE);
      store_run_flush (&run, NULL);
    }
  sy_run_log_get_stats (run.log, &stats);
  printf ("%6d lone commits: p50 %" G_GINT64_FORMAT " p99 %" G_GINT64_FORMAT " max %" G_GINT64_FORMAT
          " µs; CPU of the log's thread %.1f µs a commit\n",
          n, stats.commit_p50_us, stats.commit_p99_us, stats.commit_max_us, (double) stats.cpu_us / n);
  store_run_clear (&run);
  store_dir_clear (&store);
}

/* --- COMMIT's return -> the other process has the row --- */

static gint64 committed_us;

static void
note_commit (const GError *error, gpointer data)
{
  committed_us = g_get_monotonic_time ();
}

/* The other process: says when it has seen an event. */
G_NORETURN static void
watch_log (StoreDir *store, const char *uuid, int out)
{
  g_autoptr (SyRunDir) run = sy_run_dir_open (store->dir, uuid, NULL);
  SyLogReader *reader = sy_log_reader_open (run, NULL);
  gint64 seen[2] = { 0 }, seq;

  for (;;)
    {
      seq = sy_log_reader_get_last_seq (reader, NULL);
      if (seq != seen[0])
        {
          seen[0] = seq;
          seen[1] = g_get_monotonic_time ();
          if (write (out, seen, sizeof seen) != sizeof seen)
            _exit (1);
        }
      sy_log_reader_wait (reader, -1);
    }
}

static void
bench_wake (void)
{
  SyLatency latency = { 0 };
  gint64 seen[2];
  int ends[2], status;
  StoreDir store;
  StoreRun run;
  char *uuid;
  pid_t child;

  open_store (&store);
  store_run_init (&run, &store, 1, NULL);
  store_run_submit (&run, FALSE);
  uuid = g_strdup (sy_run_dir_get_uuid (run.run));
  store_run_clear (&run); /* no thread lives while we fork */
  if (pipe (ends) != 0)
    return;
  child = fork ();
  if (child == 0)
    watch_log (&store, uuid, ends[1]);
  g_assert_true (read (ends[0], seen, sizeof seen) == sizeof seen);
  g_assert_true (store_run_open (&run, &store, uuid, 1, NULL, NULL));
  for (int i = 0; i < n_wakes; i++)
    {
      SyLogSink *sink = sy_run_log_get_sink (run.log);

      store_run_event (&run, SY_EVENT_NOTE, 0);
      store_run_settle (&run);
      sink->submit (sink, &run.batch, note_commit, NULL);
      run.batch.events = sy_event_array_new ();
      run.batch.states = g_array_new (FALSE, FALSE, sizeof (SyStateRow));
      store_run_flush (&run, NULL);
      do
        g_assert_true (read (ends[0], seen, sizeof seen) == sizeof seen);
      while (seen[0] < run.state->seq);
      sy_latency_add (&latency, seen[1] - committed_us);
    }
  kill (child, SIGKILL);
  waitpid (child, &status, 0);
  printf ("%6d lone commits: COMMIT's return to the other process's row p50 %" G_GINT64_FORMAT
          " p99 %" G_GINT64_FORMAT " max %" G_GINT64_FORMAT " µs\n",
          n_wakes, sy_latency_quantile (&latency, 0.5), sy_latency_quantile (&latency, 0.99), latency.max_us);
  close (ends[0]);
  close (ends[1]);
  g_free (uuid);
  store_run_clear (&run);
  store_dir_clear (&store);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      fprintf (stderr, "bench-log: %s\n", error->message);
      return 2;
    }
  if (smoke)
    {
      n_tasks = 200;
      n_wakes = 20;
    }
  bench_run (2, 0);
  bench_run (2, 420);
  bench_run (8, 420);
  bench_lone ();
  bench_wake ();
  return 0;
}
