/* keeper-main.c: start and loop of switchyard-keeper
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/engine/keeper/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

static Keeper the_keeper;

/* --- start --- */

static void
socket_path (const Keeper *keeper, struct sockaddr_un *address)
{
  memset (address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  /* Short whatever the run folder is called: 107 bytes are all there is. */
  snprintf (address->sun_path, sizeof address->sun_path, "/proc/self/fd/%d/k/%u.s", keeper->run_fd, keeper->number);
}

static int
start_files (Keeper *keeper)
{
  int null_fd;

  if (fcntl (SY_KEEPER_FD_SOCKET, F_SETFD, FD_CLOEXEC) < 0 || fcntl (SY_KEEPER_FD_RUN, F_SETFD, FD_CLOEXEC) < 0)
    return 0;
  syscall (SYS_close_range, SY_KEEPER_FD_RUN + 1, ~0u, 0u);
  null_fd = open ("/dev/null", O_RDWR | O_CLOEXEC);
  if (null_fd < 0)
    return 0;
  /* Tasks get our 0 as their stdin. */
  for (int fd = 0; fd <= 2; fd++)
    if (null_fd != fd && dup2 (null_fd, fd) < 0)
      return 0;
  if (null_fd > 2)
    close (null_fd);
  keeper->socket_fd = SY_KEEPER_FD_SOCKET;
  keeper->run_fd = SY_KEEPER_FD_RUN;
  return chdir ("/") == 0;
}

/* Handlers back to default for the tasks, everything blocked for us; SIGCHLD comes by a descriptor. */
static int
start_signals (Keeper *keeper)
{
  /* The kernel's struct sigaction: zeros are SIG_DFL. The raw call also reaches 32 and 33, which posix_spawn ignores. */
  static const char action_default[64];
  sigset_t all, child;

  for (int i = 1; i < NSIG; i++)
    syscall (SYS_rt_sigaction, i, action_default, NULL, NSIG / 8);
  sigfillset (&all);
  sigprocmask (SIG_SETMASK, &all, NULL);
  sigemptyset (&child);
  sigaddset (&child, SIGCHLD);
  keeper->signal_fd = signalfd (-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
  return keeper->signal_fd >= 0;
}

static int
start_journal (Keeper *keeper)
{
  SyJournalRecord head = { .keeper_pid = getpid (), .start_time = sy_journal_start_time (getpid ()) };

  keeper->pidns = head.pidns = sy_journal_pidns ();
  sy_journal_boot_id (head.boot_id);
  return sy_journal_create (&keeper->journal, keeper->run_fd, keeper->number, &head) == 0;
}

static int
start_socket (Keeper *keeper)
{
  struct sockaddr_un address;

  socket_path (keeper, &address);
  keeper->listen_fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (keeper->listen_fd < 0)
    return 0;
  unlink (address.sun_path);
  return bind (keeper->listen_fd, (struct sockaddr *) &address, sizeof address) == 0
         && listen (keeper->listen_fd, 4) == 0;
}

static SyKeeperExitCode
start (Keeper *keeper, int argc, char **argv)
{
  char *end;

  if (argc < 2 || argv[1][0] < '0' || argv[1][0] > '9')
    return SY_KEEPER_EXIT_USAGE;
  keeper->number = (uint32_t) strtoul (argv[1], &end, 10);
  if (*end != 0 || !start_files (keeper))
    return SY_KEEPER_EXIT_USAGE;
  setsid ();
  keeper->oom_fd = open ("/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC);
  if (!start_signals (keeper) || prctl (PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
    return SY_KEEPER_EXIT_SYSTEM;
  /* Secrets pass through our memory on their way to a task. */
  prctl (PR_SET_DUMPABLE, 0, 0, 0, 0);
  if (!start_journal (keeper))
    return SY_KEEPER_EXIT_JOURNAL;
  if (!start_socket (keeper))
    return SY_KEEPER_EXIT_SOCKET;
  keeper->kill_method = (uint8_t) keeper_kill_method (keeper);
  return SY_KEEPER_EXIT_LEFT;
}

/* --- loop --- */

static void
accept_runner (Keeper *keeper)
{
  int fd = accept4 (keeper->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  struct ucred peer;
  socklen_t length = sizeof peer;

  if (fd < 0)
    return;
  if (getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 && peer.uid == geteuid ())
    keeper_wire_adopt (keeper, fd);
  else
    close (fd);
}

static void
take_signal (Keeper *keeper)
{
  struct signalfd_siginfo info;
  ssize_t ignored = read (keeper->signal_fd, &info, sizeof info);

  (void) ignored;
  keeper_task_children (keeper);
}

enum { AT_SIGNAL, AT_SOCKET, AT_LISTEN, AT_PIPES, N_FDS = AT_PIPES + 2 };

static int
pipe_of (const Keeper *keeper, int i)
{
  return i < keeper->output.n ? keeper->output.streams[i].pipe_read : -1;
}

/*
 * A task in its first 2 ms is not disturbed by what the runner says: most short tasks are over
 * before, and the wake-up that is saved is a tenth of all that a task costs us.
 */
static int
is_listening (const Keeper *keeper)
{
  return !(keeper->task.state == SY_KEEPER_RUNNING && keeper->task.started_unsent);
}

/* Sleeps until something happens; fills @fds. */
static void
sleep_until (const Keeper *keeper, struct pollfd *fds)
{
  int64_t deadline = keeper_task_deadline (keeper);
  int waits = keeper_wire_may_wait (keeper);
  int listening = is_listening (keeper);
  struct timespec wait = { 0 };

  fds[AT_SIGNAL] = (struct pollfd){ .fd = keeper->signal_fd, .events = POLLIN };
  fds[AT_SOCKET] = (struct pollfd){ .fd = listening ? keeper->socket_fd : -1, .events = POLLIN };
  if (keeper->out_used > 0 && !waits)
    fds[AT_SOCKET].events |= POLLOUT;
  if (waits && (deadline == 0 || keeper->out_due < deadline))
    deadline = keeper->out_due;
  fds[AT_LISTEN] = (struct pollfd){ .fd = listening ? keeper->listen_fd : -1, .events = POLLIN };
  for (int i = 0; i < 2; i++)
    fds[AT_PIPES + i] = (struct pollfd){ .fd = pipe_of (keeper, i), .events = POLLIN };
  if (deadline != 0)
    {
      int64_t left = deadline - keeper_clock (CLOCK_MONOTONIC);

      if (left > 0)
        wait = (struct timespec){ .tv_sec = left / 1000000, .tv_nsec = left % 1000000 * 1000 };
    }
  if (ppoll (fds, N_FDS, deadline != 0 ? &wait : NULL, NULL) < 0)
    for (int i = 0; i < N_FDS; i++)
      fds[i].revents = 0;
}

static void
turn (Keeper *keeper)
{
  struct pollfd fds[N_FDS];
  int was_listening = is_listening (keeper);

  sleep_until (keeper, fds);
  if ((fds[AT_PIPES].revents | fds[AT_PIPES + 1].revents) != 0)
    keeper_task_output (keeper);
  if (fds[AT_SIGNAL].revents != 0)
    take_signal (keeper);
  keeper_task_timers (keeper, keeper_clock (CLOCK_MONOTONIC));
  if (fds[AT_LISTEN].revents != 0)
    accept_runner (keeper);
  else if (fds[AT_SOCKET].revents & ~POLLOUT)
    keeper_wire_receive (keeper);
  else if (!was_listening && is_listening (keeper) && keeper->socket_fd >= 0)
    {
      /* What came meanwhile: the end first, then its fences and orders before the next claim. */
      if (!keeper_wire_may_wait (keeper))
        keeper_wire_flush (keeper);
      if (keeper->socket_fd >= 0)
        keeper_wire_receive (keeper);
    }
}

static int
is_over (const Keeper *keeper)
{
  return keeper->task.state == SY_KEEPER_IDLE && (keeper->retiring || keeper->socket_fd < 0);
}

static void
run (Keeper *keeper)
{
  while (!is_over (keeper))
    {
      /* The end of the last task goes out before the next one starts: the runner works while we wait in vfork. */
      if (!keeper_wire_may_wait (keeper))
        keeper_wire_flush (keeper);
      if (keeper_task_start_next (keeper))
        continue;
      if (is_over (keeper))
        break;
      turn (keeper);
    }
  keeper_wire_flush (keeper);
}

int
main (int argc, char **argv)
{
  Keeper *keeper = &the_keeper;
  struct sockaddr_un address;
  SyKeeperExitCode code = start (keeper, argc, argv);

  if (code != SY_KEEPER_EXIT_LEFT)
    return code;
  run (keeper);
  keeper_budget_settle (keeper, 1);
  socket_path (keeper, &address);
  unlink (address.sun_path);
  return SY_KEEPER_EXIT_LEFT;
}
