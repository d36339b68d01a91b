/* test-sampler.c: what attempts cost, read from /proc
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/engine/sy-pressure.h"
#include "core/engine/sy-sampler.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/engine/sy-cgroup.h"
#include "core/engine/sy-journal.h"

/* A sink that remembers, and wakes who waits */
typedef struct
{
  SyLogSink base;
  GMutex lock;
  GCond cond;
  guint n;              /* samples of task 1 */
  guint n_other;
  SySamplerTotals last; /* of task 1 */
  gint64 mono_us;
} Sink;

static void
take_sample (SyLogSink *base, guint32 task, guint32 item, guint32 attempt, gint64 mono_us, gint64 cpu_us, gint64 rss,
             gint64 read_bytes, gint64 written, guint processes)
{
  Sink *sink = (Sink *) base;

  g_mutex_lock (&sink->lock);
  if (task == 1)
    {
      sink->n++;
      sink->last = (SySamplerTotals){ cpu_us, rss, read_bytes, written, processes };
      g_assert_cmpint (mono_us, >, sink->mono_us);
      sink->mono_us = mono_us;
    }
  else if (task == 0)
    {
      g_assert_cmpuint (attempt, ==, 1);
      g_assert_true (cpu_us >= 0 || rss >= 0 || read_bytes >= 0);
    }
  else
    sink->n_other++;
  g_cond_signal (&sink->cond);
  g_mutex_unlock (&sink->lock);
}

typedef gboolean (*Condition) (const Sink *sink);

/* Waits for a sample that fulfils something. */
static SySamplerTotals
wait_for (Sink *sink, Condition condition)
{
  gint64 until = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  SySamplerTotals last;

  g_mutex_lock (&sink->lock);
  while (sink->n == 0 || !condition (sink))
    g_assert_true (g_cond_wait_until (&sink->cond, &sink->lock, until));
  last = sink->last;
  g_mutex_unlock (&sink->lock);
  return last;
}

static gboolean
any (const Sink *sink)
{
  return TRUE;
}

static gboolean
three_processes (const Sink *sink)
{
  return sink->last.processes == 3;
}

static gboolean
two_processes (const Sink *sink)
{
  return sink->last.processes == 2;
}

#define WORK_FOLDER "/var/tmp"

/* What is written into memory is written to no disk, and not counted. */
static gboolean
is_memory (const char *folder)
{
  struct statfs fs;

  return statfs (folder, &fs) == 0 && (fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC);
}

static gboolean
burnt_and_written (const Sink *sink)
{
  return sink->last.cpu_us >= 200000 && (is_memory (WORK_FOLDER) || sink->last.written >= 1 << 20);
}

static void
sink_init (Sink *sink)
{
  *sink = (Sink){ .base = { .sample = take_sample } };
  g_mutex_init (&sink->lock);
  g_cond_init (&sink->cond);
}

/* What the child does; it never returns. */
typedef void (*Work) (void);

static pid_t
start (Work work)
{
  pid_t pid = fork ();

  if (pid == 0)
    {
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      work ();
      for (;;)
        pause ();
    }
  return pid;
}

static void
finish (pid_t pid)
{
  kill (-pid, SIGKILL);
  kill (pid, SIGKILL);
  waitpid (pid, NULL, 0);
}

static SySamplerTarget
target_of (pid_t pid)
{
  return (SySamplerTarget){ .task = 1, .attempt = 2, .pid = pid, .start_time = sy_journal_start_time (pid) };
}

static void
fork_two (void)
{
  setpgid (0, 0);
  if (fork () == 0 && fork () == 0)
    pause ();
}

static void
burn_and_write (void)
{
  char path[] = WORK_FOLDER "/sy-sampler-XXXXXX";
  static char block[1 << 20];
  int fd = mkstemp (path);

  unlink (path);
  /* A child does it and is waited for: its cost is its parent's from then on. */
  if (fork () == 0)
    {
      struct timespec ts;

      if (write (fd, block, sizeof block) != sizeof block || fsync (fd) < 0)
        _exit (1);
      do
        clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &ts);
      while (ts.tv_sec == 0 && ts.tv_nsec < 250000000);
      _exit (0);
    }
  wait (NULL);
}

static void
nothing (void)
{
}

static void
test_tree (void)
{
  Sink sink;
  g_autoptr (SySampler) sampler = NULL;
  SySamplerTotals totals;
  SySamplerTarget target;
  pid_t pid;

  sink_init (&sink);
  pid = start (fork_two);
  target = target_of (pid);
  sampler = sy_sampler_new (&sink.base, 20000, 0);
  sy_sampler_add (sampler, &target);
  totals = wait_for (&sink, three_processes);
  g_assert_cmpint (totals.rss, >, 0);
  g_assert_cmpint (totals.cpu_us, >=, 0);
  sy_sampler_remove (sampler, 1, 0, 2, &totals);
  g_assert_cmpuint (totals.processes, ==, 3);
  sy_sampler_remove (sampler, 1, 0, 2, &totals);
  g_assert_cmpint (totals.cpu_us, ==, -1);
  finish (pid);
}

static void
test_cost (void)
{
  Sink sink;
  g_autoptr (SySampler) sampler = NULL;
  SySamplerTarget target;
  pid_t pid;

  sink_init (&sink);
  pid = start (burn_and_write);
  target = target_of (pid);
  sampler = sy_sampler_new (&sink.base, 20000, 0);
  sy_sampler_add (sampler, &target);
  wait_for (&sink, burnt_and_written);
  finish (pid);
}

/* What has left the main process is the keeper's child: it counts. (Here we are the keeper.) */
static void
leave_daemon (void)
{
  if (fork () == 0 && fork () > 0)
    _exit (0);
  wait (NULL);
}

static void
test_daemon (void)
{
  Sink sink;
  g_autoptr (SySampler) sampler = NULL;
  SySamplerTarget target;
  pid_t pid;

  g_assert_cmpint (prctl (PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), ==, 0);
  sink_init (&sink);
  pid = start (leave_daemon);
  target = target_of (pid);
  target.keeper_pid = getpid ();
  sampler = sy_sampler_new (&sink.base, 20000, 0);
  sy_sampler_add (sampler, &target);
  wait_for (&sink, two_processes);
  finish (pid);
  /* Who forks the daemon may have been the second of the two processes, and end after that: until there is no child. */
  while (waitpid (-1, NULL, WNOHANG) >= 0)
    {
      g_autofree char *path = g_strdup_printf ("/proc/self/task/%d/children", (int) getpid ());
      g_autofree char *text = NULL;

      if (g_file_get_contents (path, &text, NULL, NULL) && atoi (text) > 0)
        kill (atoi (text), SIGKILL);
    }
}

static void
test_cgroup (void)
{
  g_autofree char *id = g_strdup_printf ("%08x-sampler", (guint) getpid ());
  g_autofree char *base = sy_cgroup_base (id);
  g_autofree char *leaf = base != NULL ? sy_cgroup_leaf (base, 1) : NULL;
  g_autofree char *procs = leaf != NULL ? g_build_filename (leaf, "cgroup.procs", NULL) : NULL;
  Sink sink;
  g_autoptr (SySampler) sampler = NULL;
  SySamplerTarget target;
  char text[16];
  pid_t pid;
  int fd;

  if (leaf == NULL)
    {
      g_test_skip ("no writable cgroup v2 here");
      return;
    }
  sink_init (&sink);
  pid = start (nothing);
  fd = open (procs, O_WRONLY | O_CLOEXEC);
  g_snprintf (text, sizeof text, "%d", (int) pid);
  g_assert_cmpint (write (fd, text, strlen (text)), >, 0);
  close (fd);
  target = target_of (pid);
  target.cgroup = leaf;
  sampler = sy_sampler_new (&sink.base, 20000, 0);
  sy_sampler_add (sampler, &target);
  g_assert_cmpuint (wait_for (&sink, any).processes, ==, 1);
  finish (pid);
  sy_cgroup_remove_all (base);
}

/* Another process under the same pid is not the attempt. */
static void
test_recycled (void)
{
  Sink sink;
  g_autoptr (SySampler) sampler = NULL;
  SySamplerTarget target, other;
  SySamplerTotals totals;
  pid_t pid, second;

  sink_init (&sink);
  pid = start (nothing);
  second = start (nothing);
  other = target_of (pid);
  other.task = 2;
  other.start_time -= 5;
  target = target_of (second);
  sampler = sy_sampler_new (&sink.base, 20000, 0);
  sy_sampler_add (sampler, &other);
  sy_sampler_add (sampler, &target);
  wait_for (&sink, any);
  sink.n = 0;
  wait_for (&sink, any);
  sy_sampler_remove (sampler, 2, 0, 2, &totals);
  g_assert_cmpint (totals.cpu_us, ==, -1);
  g_assert_cmpuint (sink.n_other, ==, 0);
  finish (pid);
  finish (second);
}

/* Young attempts are not looked at: one that is old gets its samples, the young beside it none. */
static void
test_short (void)
{
  Sink sink;
  Sink none;
  g_autoptr (SySampler) sampler = NULL;
  g_autoptr (SySampler) patient = NULL;
  SySamplerTarget target;
  SySamplerTotals totals;
  pid_t pid;

  sink_init (&sink);
  sink_init (&none);
  pid = start (nothing);
  target = target_of (pid);
  sampler = sy_sampler_new (&sink.base, 20000, 0);
  patient = sy_sampler_new (&none.base, 20000, 60 * G_USEC_PER_SEC);
  sy_sampler_add (patient, &target);
  sy_sampler_add (sampler, &target);
  for (guint i = 0; i < 3; i++)
    {
      wait_for (&sink, any);
      sink.n = 0;
    }
  sy_sampler_remove (patient, 1, 0, 2, &totals);
  g_assert_cmpint (totals.cpu_us, ==, -1);
  g_assert_cmpuint (none.n, ==, 0);
  finish (pid);
}

/* Attempts come and go from several threads while it looks. */
static gpointer
come_and_go (gpointer data)
{
  static gint number;
  SySampler *sampler = data;

  for (guint i = 0; i < 2000; i++)
    {
      SySamplerTarget target = { .task = 100 + (guint32) g_atomic_int_add (&number, 1), .attempt = 1, .pid = getpid () };

      target.start_time = 1;
      sy_sampler_add (sampler, &target);
      if (i % 3 != 0)
        sy_sampler_remove (sampler, target.task, 0, 1, NULL);
    }
  return NULL;
}

static void
test_threads (void)
{
  Sink sink;
  SySampler *sampler;
  GThread *threads[4];

  sink_init (&sink);
  sampler = sy_sampler_new (&sink.base, 1000, 0);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("come-and-go", come_and_go, sampler);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  sy_sampler_free (sampler);
  g_assert_cmpuint (sink.n, ==, 0);
}

static void
test_pressure (void)
{
  static const struct { const char *text; gint64 total; } cases[] = {
    { "some avg10=34.22 avg60=35.31 avg300=30.69 total=22046627629\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=7\n", 22046627629 },
    { "full avg10=0.00 avg60=0.00 avg300=0.00 total=7\nsome avg10=0.00 avg60=0.00 avg300=0.00 total=0\n", 0 },
    { "full avg10=0.00 total=7\n", -1 },
    { "some avg10=0.00\nfull total=7\n", -1 },
    { "some total=\n", -1 },
    { "", -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (sy_pressure_parse (cases[i].text), ==, cases[i].total);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/sampler/tree", test_tree);
  g_test_add_func ("/engine/sampler/cost", test_cost);
  g_test_add_func ("/engine/sampler/daemon", test_daemon);
  g_test_add_func ("/engine/sampler/cgroup", test_cgroup);
  g_test_add_func ("/engine/sampler/recycled", test_recycled);
  g_test_add_func ("/engine/sampler/short", test_short);
  g_test_add_func ("/engine/sampler/threads", test_threads);
  g_test_add_func ("/engine/sampler/pressure", test_pressure);
  return g_test_run ();
}
