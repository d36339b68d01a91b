/* bench-sampler.c: the sampler's CPU: N processes in N trees at 2 Hz, by the thread's own CPU clock
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * usage: bench-sampler [SECONDS] [N]     default 60 200
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/engine/sy-journal.h"
#include "core/engine/sy-sampler.h"

static gint n_samples;

static void
take_sample (SyLogSink *sink, guint32 task, guint32 item, guint32 attempt, gint64 mono_us, gint64 cpu_us, gint64 rss,
             gint64 read_bytes, gint64 written, guint processes)
{
  g_atomic_int_inc (&n_samples);
}

static void
sleep_for_ever (void)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  for (;;)
    pause ();
}

/* Stands for a keeper with its task. */
static pid_t
start_keeper (pid_t *task)
{
  int fds[2];
  pid_t pid;

  if (pipe (fds) < 0 || (pid = fork ()) < 0)
    g_error ("cannot start processes");
  if (pid == 0)
    {
      pid = fork ();
      if (pid == 0)
        sleep_for_ever ();
      if (write (fds[1], &pid, sizeof pid) == sizeof pid)
        sleep_for_ever ();
    }
  if (read (fds[0], task, sizeof *task) != sizeof *task)
    g_error ("cannot start processes");
  close (fds[0]);
  close (fds[1]);
  return pid;
}

int
main (int argc, char **argv)
{
  SyLogSink sink = { .sample = take_sample };
  guint seconds = argc > 1 ? (guint) atoi (argv[1]) : 60;
  guint n = argc > 2 ? (guint) atoi (argv[2]) : 200;
  g_autofree pid_t *pids = g_new (pid_t, n), *tasks = g_new (pid_t, n);
  SySampler *sampler;
  gint64 begun, before;
  double share;

  for (guint i = 0; i < n; i++)
    pids[i] = start_keeper (&tasks[i]);
  sampler = sy_sampler_new (&sink, SY_SAMPLER_INTERVAL_US, SY_SAMPLER_MIN_AGE_US);
  for (guint i = 0; i < n; i++)
    {
      SySamplerTarget target = { .task = i + 1, .attempt = 1, .pid = tasks[i], .keeper_pid = pids[i] };

      target.start_time = sy_journal_start_time (tasks[i]);
      sy_sampler_add (sampler, &target);
    }
  g_usleep (1800 * 1000); /* past the first look, which opens the files */
  before = sy_sampler_get_cpu_us (sampler);
  n_samples = 0;
  begun = g_get_monotonic_time ();
  g_usleep (seconds * G_USEC_PER_SEC);
  share = (double) (sy_sampler_get_cpu_us (sampler) - before) / (double) (g_get_monotonic_time () - begun);
  printf ("%u processes in %u trees at 2 Hz: %.3f %% of a core, %d samples in %u s\n", n, n, share * 100, n_samples, seconds);
  sy_sampler_free (sampler);
  for (guint i = 0; i < n; i++)
    {
      kill (pids[i], SIGKILL);
      waitpid (pids[i], NULL, 0);
    }
  return 0;
}
