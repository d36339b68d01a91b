/* sy-sample-tree.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/engine/sy-sample-tree-private.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/engine/sy-journal.h"

#define MAX_PROCESSES 4096     /* of one tree */
#define THREADS_EVERY 8        /* looks between two looks at the children of threads other than the first */

typedef enum { FILE_STAT, FILE_IO, FILE_CHILDREN, N_FILES } File;

typedef struct
{
  pid_t pid;
  int fds[N_FILES];     /* -1 = not open */
  guint look;           /* of the last sighting */
  gboolean sticky;      /* child of a thread: looked at again without being found again */
} Process;

typedef struct
{
  gint64 ticks, rss_pages, threads;
  guint64 start_time;
} Stat;

struct _SySampleTree
{
  SySamplerTarget target;
  char *cgroup_procs;   /* (nullable) path */
  Process keeper;       /* only its children */
  GArray *processes;    /* Process; those seen at the last look */
  GArray *turn;         /* guint: indices of those sighted at this look, in order */
  guint look;
  gint64 tick_us, page_size;
  SySamplerTotals sums;
};

static gint fd_budget;

void
sy_sample_tree_set_fd_budget (gint fds)
{
  g_atomic_int_set (&fd_budget, fds);
}

static void
forget_process (gpointer data)
{
  Process *process = data;

  for (guint i = 0; i < N_FILES; i++)
    if (process->fds[i] >= 0)
      {
        close (process->fds[i]);
        g_atomic_int_inc (&fd_budget);
      }
}

SySampleTree *
sy_sample_tree_new (const SySamplerTarget *target)
{
  SySampleTree *tree = g_new0 (SySampleTree, 1);

  tree->target = *target;
  tree->target.cgroup = NULL;
  if (target->cgroup != NULL)
    tree->cgroup_procs = g_strconcat (target->cgroup, "/cgroup.procs", NULL);
  tree->keeper = (Process){ .pid = target->keeper_pid, .fds = { -1, -1, -1 } };
  tree->tick_us = G_USEC_PER_SEC / sysconf (_SC_CLK_TCK);
  tree->page_size = sysconf (_SC_PAGESIZE);
  tree->sums = (SySamplerTotals){ 0, 0, -1, -1, 0 };
  return tree;
}

void
sy_sample_tree_free (SySampleTree *tree)
{
  forget_process (&tree->keeper);
  g_clear_pointer (&tree->processes, g_array_unref);
  g_clear_pointer (&tree->turn, g_array_unref);
  g_free (tree->cgroup_procs);
  g_free (tree);
}

/* --- files --- */

static int
open_file (const Process *process, File file)
{
  char path[64];

  if (file == FILE_CHILDREN)
    g_snprintf (path, sizeof path, "/proc/%d/task/%d/children", (int) process->pid, (int) process->pid);
  else
    g_snprintf (path, sizeof path, "/proc/%d/%s", (int) process->pid, file == FILE_STAT ? "stat" : "io");
  return open (path, O_RDONLY | O_CLOEXEC);
}

/* Reads a file of a process as a string; a kept descriptor belongs to that very process, even when its pid is used again. */
static gssize
read_file (Process *process, File file, char *buffer, gsize size)
{
  int fd = process->fds[file];
  gboolean keep = fd >= 0;
  gssize n;

  if (!keep)
    {
      fd = open_file (process, file);
      if (fd < 0)
        return -1;
      keep = g_atomic_int_add (&fd_budget, -1) > 0;
      if (!keep)
        g_atomic_int_inc (&fd_budget);
    }
  n = pread (fd, buffer, size - 1, 0);
  if (keep)
    process->fds[file] = fd;
  else
    close (fd);
  buffer[MAX (n, 0)] = '\0';
  return n;
}

/* --- one process --- */

static gboolean
parse_stat (const char *text, Stat *out)
{
  const char *p = strrchr (text, ')'); /* the name may hold anything */
  gint64 fields[25] = { 0 };

  if (p == NULL || p[1] == '\0')
    return FALSE;
  p += 3; /* field 4 begins behind ") S" */
  for (guint i = 4; i < G_N_ELEMENTS (fields); i++)
    {
      char *end;

      fields[i] = strtoll (p, &end, 10);
      if (end == p)
        return FALSE;
      p = end;
    }
  out->ticks = fields[14] + fields[15] + fields[16] + fields[17]; /* own and waited for, user and system */
  out->threads = fields[20];
  out->start_time = (guint64) fields[22];
  out->rss_pages = fields[24];
  return TRUE;
}

static gint64
parse_counter (const char *text, const char *name)
{
  const char *at = strstr (text, name);

  return at == NULL ? -1 : strtoll (at + strlen (name), NULL, 10);
}

static void
add_io (Process *process, SySamplerTotals *totals)
{
  char text[512];
  gint64 read_bytes, written;

  if (read_file (process, FILE_IO, text, sizeof text) <= 0)
    return; /* another user's: unknown */
  read_bytes = parse_counter (text, "\nread_bytes: ");
  written = parse_counter (text, "\nwrite_bytes: ");
  if (read_bytes >= 0)
    totals->read = MAX (totals->read, 0) + read_bytes;
  if (written >= 0)
    totals->written = MAX (totals->written, 0) + written;
}

static gboolean
add_process (const SySampleTree *tree, Process *process, SySamplerTotals *totals, Stat *stat)
{
  char text[1024];

  if (read_file (process, FILE_STAT, text, sizeof text) <= 0 || !parse_stat (text, stat))
    return FALSE;
  if (process->pid == tree->target.pid && !sy_journal_start_matches (tree->target.start_time, stat->start_time))
    return FALSE; /* the main process is gone and its pid is another's */
  totals->cpu_us += stat->ticks * tree->tick_us;
  totals->rss += stat->rss_pages * tree->page_size;
  totals->processes++;
  add_io (process, totals);
  return TRUE;
}

/* --- the tree --- */

/* The process was seen at this look: its turn comes. */
static void
sight (SySampleTree *tree, pid_t pid, gboolean sticky)
{
  Process fresh = { .pid = pid, .fds = { -1, -1, -1 }, .look = tree->look, .sticky = sticky };
  guint i;

  for (i = 0; i < tree->processes->len; i++)
    if (g_array_index (tree->processes, Process, i).pid == pid)
      break;
  if (i == tree->processes->len)
    {
      if (i >= MAX_PROCESSES)
        return;
      g_array_append_val (tree->processes, fresh);
    }
  else if (g_array_index (tree->processes, Process, i).look == tree->look)
    return;
  g_array_index (tree->processes, Process, i).look = tree->look;
  g_array_append_val (tree->turn, i);
}

/* Sights each pid of a text that lists them. */
static void
sight_all (SySampleTree *tree, const char *text, gboolean sticky)
{
  char *end;

  for (const char *p = text;; p = end)
    {
      long pid = strtol (p, &end, 10);

      if (end == p)
        return;
      if (pid > 0 && pid != tree->target.keeper_pid)
        sight (tree, (pid_t) pid, sticky);
    }
}

/* The kernel has no list of all children of a process, only one of each thread's. */
static void
sight_children_of_threads (SySampleTree *tree, pid_t pid)
{
  g_autofree char *folder = g_strdup_printf ("/proc/%d/task", (int) pid);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, "children", NULL);
      g_autofree char *text = NULL;

      if (g_file_get_contents (path, &text, NULL, NULL))
        sight_all (tree, text, TRUE);
    }
}

static void
sight_roots (SySampleTree *tree)
{
  char text[8192];

  for (guint i = 0; i < tree->processes->len; i++)
    if (g_array_index (tree->processes, Process, i).sticky)
      sight (tree, g_array_index (tree->processes, Process, i).pid, TRUE);
  if (tree->cgroup_procs != NULL)
    {
      g_autofree char *members = NULL;

      if (g_file_get_contents (tree->cgroup_procs, &members, NULL, NULL))
        sight_all (tree, members, FALSE);
    }
  else if (tree->target.keeper_pid > 0 && read_file (&tree->keeper, FILE_CHILDREN, text, sizeof text) > 0)
    sight_all (tree, text, FALSE); /* whatever the task leaves behind becomes the keeper's child */
  else
    sight (tree, tree->target.pid, FALSE);
}

static void
look_at (SySampleTree *tree, guint i, SySamplerTotals *totals)
{
  Process *process = &g_array_index (tree->processes, Process, i);
  pid_t pid = process->pid;
  char children[8192];
  Stat stat;

  if (!add_process (tree, process, totals, &stat))
    {
      process->look = 0;
      return;
    }
  if (tree->cgroup_procs != NULL)
    return;
  /* From here on the array may grow and move. */
  if (read_file (process, FILE_CHILDREN, children, sizeof children) > 0)
    sight_all (tree, children, FALSE);
  if (stat.threads > 1 && tree->look % THREADS_EVERY == 1)
    sight_children_of_threads (tree, pid);
}

gboolean
sy_sample_tree_read (SySampleTree *tree, SySamplerTotals *totals)
{
  SySamplerTotals now = { 0, 0, -1, -1, 0 };

  if (tree->processes == NULL) /* most attempts are over before their first look */
    {
      tree->processes = g_array_new (FALSE, FALSE, sizeof (Process));
      g_array_set_clear_func (tree->processes, forget_process);
      tree->turn = g_array_new (FALSE, FALSE, sizeof (guint));
    }
  tree->look++;
  g_array_set_size (tree->turn, 0);
  sight_roots (tree);
  for (guint i = 0; i < tree->turn->len; i++)
    look_at (tree, g_array_index (tree->turn, guint, i), &now);
  for (guint i = tree->processes->len; i-- > 0;)
    if (g_array_index (tree->processes, Process, i).look != tree->look)
      g_array_remove_index (tree->processes, i);
  if (now.processes == 0)
    return FALSE;
  /* What a process used that has ended unwaited for is gone from the sums of the living. */
  tree->sums.cpu_us = MAX (tree->sums.cpu_us, now.cpu_us);
  tree->sums.read = MAX (tree->sums.read, now.read);
  tree->sums.written = MAX (tree->sums.written, now.written);
  tree->sums.rss = now.rss;
  tree->sums.processes = now.processes;
  *totals = tree->sums;
  return TRUE;
}
