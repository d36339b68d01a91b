/* keeper-kill.c: reaching every process of a task
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/engine/keeper/keeper.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * We are the subreaper: what loses its parent becomes our child, whatever session,
 * group or environment it has made for itself. So the task's tree is our descendants,
 * and it is gone when we have no child. A cgroup, where there is one, kills the tree
 * in one step; the walk is what remains elsewhere and what sends the stop signal.
 */
#define MAX_TREE 8192
#define MOST_BUDGETS 10

typedef struct
{
  pid_t pid, parent;
  uint64_t start_time; /* in ticks of 10 ms: not enough to tell a process from the next one of its number */
} Process;

static struct
{
  Process found[MAX_TREE];
  int n_found;
  int n_alive;
  int n_leaving; /* of them in exit(2), with closed files: nothing of theirs runs any more */
  int signal;
} walk;

static int
pidfd_of (pid_t pid)
{
  return (int) syscall (SYS_pidfd_open, pid, 0);
}

static int
pidfd_kill (int fd, int number)
{
  return (int) syscall (SYS_pidfd_send_signal, fd, number, NULL, 0);
}

typedef struct
{
  char state;
  pid_t parent;
  unsigned long flags;
  uint64_t start_time;
} Stat;

#define FLAG_EXITING 0x4 /* the kernel's PF_EXITING */

/* 0 = there is no such process. */
static int
read_stat (pid_t pid, Stat *stat)
{
  char path[40], text[1024], *p;
  ssize_t n;
  int fd;

  snprintf (path, sizeof path, "/proc/%d/stat", (int) pid);
  fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return 0;
  n = read (fd, text, sizeof text - 1);
  close (fd);
  if (n <= 0)
    return 0;
  text[n] = 0;
  p = strrchr (text, ')');
  if (p == NULL || p[1] != ' ')
    return 0;
  stat->state = p[2];
  p += 4;
  stat->parent = (pid_t) strtol (p, &p, 10);
  /* @p is at the blank before field 5. */
  for (int field = 5; field < 22 && p != NULL; field++)
    {
      if (field == 9)
        stat->flags = strtoul (p, NULL, 10);
      p = strchr (p + 1, ' ');
    }
  stat->start_time = p == NULL ? 0 : strtoull (p, NULL, 10);
  return p != NULL;
}

/*
 * A pid can be recycled between listing and signal. The pidfd names the process; that it
 * is ours is proven by its parent: ourselves, or one of ours that still holds its number.
 */
static void
visit (pid_t pid, pid_t parent, int parent_fd)
{
  int fd = pidfd_of (pid);
  Process process = { .pid = pid };
  Stat stat = { 0 };

  if (fd < 0)
    return;
  if (read_stat (pid, &stat)
      && (stat.parent == getpid () || (stat.parent == parent && parent_fd >= 0 && pidfd_kill (parent_fd, 0) == 0)))
    {
      int alive = stat.state != 'Z' && stat.state != 'X';

      process.parent = stat.parent;
      process.start_time = stat.start_time;
      walk.n_alive += alive;
      walk.n_leaving += alive && (stat.flags & FLAG_EXITING) != 0;
      if (walk.signal != 0 && pidfd_kill (fd, walk.signal) == 0 && walk.signal != SIGKILL)
        pidfd_kill (fd, SIGCONT); /* a stopped process cannot act on it */
      if (walk.n_found < MAX_TREE)
        walk.found[walk.n_found++] = process;
    }
  close (fd);
}

/* Visits the children of one thread; 0 = the kernel has no such list. */
static int
visit_children (const char *path, pid_t parent, int parent_fd)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  char text[4096];
  pid_t pid = 0;
  ssize_t n;

  if (fd < 0)
    return 0;
  while ((n = read (fd, text, sizeof text)) > 0)
    for (ssize_t i = 0; i < n; i++)
      {
        if (text[i] >= '0' && text[i] <= '9')
          pid = pid * 10 + (text[i] - '0');
        else if (pid > 0)
          {
            visit (pid, parent, parent_fd);
            pid = 0;
          }
      }
  close (fd);
  return 1;
}

static void
visit_threads (pid_t pid, int parent_fd)
{
  /* of the kernel's making: struct linux_dirent64 */
  struct Entry { uint64_t ino; int64_t off; unsigned short length; unsigned char type; char name[]; };
  static char entries[8192] __attribute__ ((aligned (8)));
  char path[64];
  long n;
  int fd;

  snprintf (path, sizeof path, "/proc/%d/task", (int) pid);
  fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return;
  while ((n = syscall (SYS_getdents64, fd, entries, sizeof entries)) > 0)
    for (long at = 0; at < n;)
      {
        const struct Entry *entry = (const struct Entry *) (entries + at);

        if (entry->name[0] != '.')
          {
            snprintf (path, sizeof path, "/proc/%d/task/%.10s/children", (int) pid, entry->name);
            visit_children (path, pid, parent_fd);
          }
        at += entry->length;
      }
  close (fd);
}

/* Who has the number now is who had it: a task's process that lost its parent is our child. */
static int
is_still (const Process *process)
{
  Stat stat;

  return read_stat (process->pid, &stat) && stat.start_time == process->start_time
         && (stat.parent == process->parent || stat.parent == getpid ());
}

int
keeper_tree_signal (Keeper *keeper, int number)
{
  char path[64];

  walk.n_found = walk.n_alive = walk.n_leaving = 0;
  walk.signal = number;
  snprintf (path, sizeof path, "/proc/self/task/%d/children", (int) getpid ());
  if (!visit_children (path, getpid (), -1))
    {
      /* A kernel without child lists: the group is all that can be reached, while its leader holds the number. */
      if (number != 0 && keeper->task.pid > 0 && !keeper->task.main_ended)
        kill (-keeper->task.pid, number);
      return 1;
    }
  for (int i = 0; i < walk.n_found; i++)
    {
      int fd = pidfd_of (walk.found[i].pid);

      if (fd < 0)
        continue;
      if (is_still (&walk.found[i]))
        visit_threads (walk.found[i].pid, fd);
      close (fd);
    }
  return walk.n_alive;
}

int
keeper_tree_count_stragglers (Keeper *keeper)
{
  int alive = keeper_tree_signal (keeper, 0);

  return alive - walk.n_leaving;
}

/* --- cgroup --- */

static int
write_file (const char *folder, const char *name, const char *text)
{
  char path[600];
  int fd, done;

  snprintf (path, sizeof path, "%s/%s", folder, name);
  fd = open (path, O_WRONLY | O_CLOEXEC);
  if (fd < 0)
    return 0;
  done = write (fd, text, strlen (text)) == (ssize_t) strlen (text);
  close (fd);
  return done;
}

static ssize_t
read_group (const char *folder, const char *name, char *text, size_t size)
{
  char path[600];
  ssize_t n;
  int fd;

  snprintf (path, sizeof path, "%s/%s", folder, name);
  fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return -1;
  n = read (fd, text, size - 1);
  close (fd);
  text[n > 0 ? n : 0] = 0;
  return n;
}

/* We were started in @leaf, and may leave it: a group without controllers for its children takes processes. */
static int
is_inside (const char *leaf, const char *refuge)
{
  char text[64], path[600];

  if (read_group (leaf, "cgroup.procs", text, sizeof text) <= 0 || strtol (text, NULL, 10) != getpid ())
    return 0;
  snprintf (path, sizeof path, "%s/cgroup.procs", refuge);
  return access (path, W_OK) == 0 && read_group (refuge, "cgroup.subtree_control", text, sizeof text) >= 0
         && strspn (text, "\n") == strlen (text);
}

void
keeper_cgroup_enter (Keeper *keeper, const char *leaf, const char *refuge)
{
  KeeperCgroup *cgroup = &keeper->cgroup;
  char path[sizeof cgroup->leaf + 16];
  char *slash;

  memset (cgroup, 0, sizeof *cgroup);
  if (*leaf != '/' || strlen (leaf) >= sizeof cgroup->leaf || strlen (refuge) >= sizeof cgroup->refuge)
    return;
  memcpy (cgroup->leaf, leaf, strlen (leaf) + 1);
  memcpy (cgroup->refuge, *refuge ? refuge : leaf, strlen (*refuge ? refuge : leaf) + 1);
  slash = strrchr (cgroup->refuge, '/');
  if (*refuge == 0 && slash != NULL)
    *slash = 0;
  snprintf (path, sizeof path, "%s/cgroup.kill", leaf);
  /* Else out and in again: what cannot be done now cannot be done when it matters. */
  cgroup->ok = access (path, W_OK) == 0
               && (is_inside (leaf, cgroup->refuge)
                   || (write_file (cgroup->refuge, "cgroup.procs", "0") && write_file (leaf, "cgroup.procs", "0")));
}

SyJournalKillMethod
keeper_kill_method (const Keeper *keeper)
{
  char path[64];

  if (keeper->cgroup.ok)
    return SY_JOURNAL_KILL_CGROUP;
  snprintf (path, sizeof path, "/proc/self/task/%d/children", (int) getpid ());
  return access (path, R_OK) == 0 ? SY_JOURNAL_KILL_SUBREAPER : SY_JOURNAL_KILL_PGROUP;
}

static void
wait_child (const Keeper *keeper)
{
  struct pollfd fd = { .fd = keeper->signal_fd, .events = POLLIN };
  struct signalfd_siginfo info;
  ssize_t ignored;

  if (poll (&fd, 1, 1) > 0)
    {
      ignored = read (keeper->signal_fd, &info, sizeof info);
      (void) ignored;
    }
}

void
keeper_tree_kill (Keeper *keeper, int64_t budget_us)
{
  KeeperCgroup *cgroup = &keeper->cgroup;
  int64_t begun = keeper_clock (CLOCK_MONOTONIC), last_death = begun;
  uint64_t deaths = keeper->deaths;
  int by_cgroup;

  if (!keeper->task.main_ended)
    keeper->task.kill_sent = 1;
  /* Were we to stay inside, cgroup.kill would take us along. */
  by_cgroup = cgroup->ok && write_file (cgroup->refuge, "cgroup.procs", "0");
  if (by_cgroup)
    write_file (cgroup->leaf, "cgroup.kill", "1");
  keeper->task.exit.kill_method = by_cgroup ? SY_JOURNAL_KILL_CGROUP
                                  : keeper_kill_method (keeper) == SY_JOURNAL_KILL_PGROUP ? SY_JOURNAL_KILL_PGROUP
                                                                                          : SY_JOURNAL_KILL_SUBREAPER;
  while (keeper_task_reap (keeper))
    {
      int64_t now = keeper_clock (CLOCK_MONOTONIC);

      /* Who dies still must not count as escaped: on a busy machine a tree that forks takes its time. */
      if (keeper->deaths != deaths)
        last_death = now;
      deaths = keeper->deaths;
      if (now - last_death >= budget_us || now - begun >= MOST_BUDGETS * budget_us)
        break;
      if (!by_cgroup || now - begun > 50000) /* what has left the cgroup is a descendant still */
        keeper_tree_signal (keeper, SIGKILL);
      wait_child (keeper);
    }
  if (by_cgroup)
    cgroup->ok = write_file (cgroup->leaf, "cgroup.procs", "0");
}
