/* test-pid-reuse.c: P2: a pid is recycled in the middle of a kill, and no foreign process is signalled
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In a pid namespace of our own a number can be given anew at once (clone3() with set_tid). We trace the killer, let it
 * come to its N-th system call, end one process of the task there, give its number to a stranger, and let the killer go
 * on. For N = 1, 2, … until it is done: every gap between seeing a number and signalling it has had a stranger in it.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/engine/sy-process.h"
#include "tests/core/engine/keeper-client.h"
#include "tests/lib/soak.h"

#define RUN_ID "p2"
#define MAX_POINTS 400
#define PATIENCE_US (60 * G_USEC_PER_SEC)

/* --- a place where numbers are ours to give --- */

static gboolean
write_to (const char *path, const char *text)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC);
  gboolean done = fd >= 0 && write (fd, text, strlen (text)) == (ssize_t) strlen (text);

  if (fd >= 0)
    close (fd);
  return done;
}

static gboolean
enter_namespace (void)
{
  g_autofree char *uids = g_strdup_printf ("0 %u 1", (guint) geteuid ());
  g_autofree char *gids = g_strdup_printf ("0 %u 1", (guint) getegid ());

  if (unshare (CLONE_NEWPID | CLONE_NEWNS) == 0)
    return TRUE;
  return unshare (CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS) == 0 && write_to ("/proc/self/setgroups", "deny")
         && write_to ("/proc/self/uid_map", uids) && write_to ("/proc/self/gid_map", gids);
}

/* As fork(), and the child has that number */
static pid_t
clone_as (pid_t number)
{
  struct clone_args args = { .exit_signal = SIGCHLD, .set_tid = (guint64) (gsize) &number, .set_tid_size = 1 };

  return (pid_t) syscall (SYS_clone3, &args, sizeof args);
}

static gboolean
can_give_numbers (void)
{
  pid_t pid = clone_as (4321);

  if (pid == 0)
    _exit (0);
  return pid == 4321 && waitpid (pid, NULL, 0) == pid;
}

static gboolean
can_trace (void)
{
  pid_t pid = fork ();
  gboolean can;

  if (pid == 0)
    for (;;)
      pause ();
  can = ptrace (PTRACE_SEIZE, pid, NULL, NULL) == 0;
  kill (pid, SIGKILL);
  waitpid (pid, NULL, 0);
  return can;
}

/* Runs @body as process 1 of a namespace: what it leaves dies with it. */
static void
run_once_apart (void (*body) (void))
{
  enum { CANNOT = 77 };
  int status = -1;
  pid_t pid = fork ();

  if (pid == 0)
    {
      if (!enter_namespace ())
        _exit (CANNOT);
      pid = fork ();
      if (pid != 0)
        {
          waitpid (pid, &status, 0);
          _exit (WIFEXITED (status) ? WEXITSTATUS (status) : 1);
        }
      if (mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 || mount ("proc", "/proc", "proc", 0, NULL) != 0
          || !can_give_numbers () || !can_trace ())
        _exit (CANNOT);
      body ();
      fflush (stdout);
      _exit (0);
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFEXITED (status));
  if (WEXITSTATUS (status) == CANNOT)
    g_test_skip ("no pid namespace here in which a number can be given");
  else
    g_assert_cmpint (WEXITSTATUS (status), ==, 0);
}

static void
run_apart (void (*body) (void))
{
  guint rounds = soak_or (1, 5);

  for (guint i = 0; i < rounds; i++)
    run_once_apart (body);
}

/* --- the stranger --- */

/* Waits for the first signal; 0 = it was the one that says that all is over. */
static int
first_signal (void)
{
  sigset_t all;
  int number;

  sigfillset (&all);
  sigdelset (&all, SIGCHLD);
  do
    number = sigwaitinfo (&all, NULL);
  while (number < 0);
  return number == SIGRTMIN ? 0 : number;
}

/* Has a child, which a walk over the children of that number would find. */
static void G_GNUC_NORETURN
be_stranger (int ready_fd)
{
  pid_t child;
  int own, status = 1;

  child = fork ();
  if (child == 0)
    _exit (first_signal ());
  if (write (ready_fd, "", 1) != 1)
    _exit (98);
  own = first_signal ();
  kill (child, SIGRTMIN);
  waitpid (child, &status, 0);
  _exit (own != 0 ? own : status == 0 ? 0 : 99);
}

/* Gives @number to a stranger; 0 = somebody has it. */
static pid_t
give_number (pid_t number)
{
  sigset_t all, old;
  int fds[2];
  pid_t pid;
  char byte;

  g_assert_cmpint (pipe (fds), ==, 0);
  sigfillset (&all);
  sigprocmask (SIG_SETMASK, &all, &old);
  pid = clone_as (number);
  if (pid == 0)
    be_stranger (fds[1]);
  sigprocmask (SIG_SETMASK, &old, NULL);
  close (fds[1]);
  if (pid > 0)
    g_assert_cmpint (read (fds[0], &byte, 1), ==, 1);
  else
    g_assert_cmpint (errno, ==, EEXIST);
  close (fds[0]);
  return MAX (pid, 0);
}

static void
assert_unharmed (pid_t stranger)
{
  int status = -1;

  kill (stranger, SIGRTMIN);
  g_assert_cmpint (waitpid (stranger, &status, 0), ==, stranger);
  g_assert_cmpint (status, ==, 0);
}

/* --- the number --- */

/* A process that has ended, but whose number @holder has not let go yet */
static gboolean
is_held_by (pid_t pid, pid_t holder)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", (int) pid);
  g_autofree char *text = NULL;
  const char *p;

  if (!g_file_get_contents (path, &text, NULL, NULL) || (p = strrchr (text, ')')) == NULL)
    return FALSE;
  return p[2] == 'Z' && atoi (p + 4) == holder;
}

/* Ends @pid and has its number recycled; 0 = @holder (0: nobody) keeps it as a zombie, which is a protection, too. */
static pid_t
recycle (pid_t pid, pid_t holder)
{
  gint64 until = g_get_monotonic_time () + PATIENCE_US;
  pid_t stranger;

  if (kill (pid, SIGKILL) != 0)
    return 0;
  while ((stranger = give_number (pid)) == 0 && !is_held_by (pid, holder))
    {
      if (g_get_monotonic_time () > until)
        g_error ("process %d does not go", (int) pid);
      waitpid (pid, NULL, WNOHANG); /* where it is a child of ours */
      sched_yield ();
    }
  return stranger;
}

/* --- the killer --- */

static void
trace (pid_t pid)
{
  g_assert_cmpint (ptrace (PTRACE_SEIZE, pid, NULL, (void *) (gsize) PTRACE_O_TRACESYSGOOD), ==, 0);
  g_assert_cmpint (ptrace (PTRACE_INTERRUPT, pid, NULL, NULL), ==, 0);
  g_assert_cmpint (waitpid (pid, NULL, __WALL), ==, pid);
}

/* The number of the next system call, which is about to be made; -1 = it has ended. */
static long
next_call (pid_t pid)
{
  struct __ptrace_syscall_info info = { 0 };
  int status;

  for (;;)
    {
      g_assert_cmpint (ptrace (PTRACE_SYSCALL, pid, NULL, NULL), ==, 0);
      g_assert_cmpint (waitpid (pid, &status, __WALL), ==, pid);
      if (!WIFSTOPPED (status))
        return -1;
      if (WSTOPSIG (status) != (SIGTRAP | 0x80))
        continue;
      g_assert_cmpint (ptrace (PTRACE_GET_SYSCALL_INFO, pid, (void *) sizeof info, &info), >, 0);
      if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
        return (long) info.entry.nr;
    }
}

/* --- a keeper stops its task --- */

/* What the task of a trial is: three generations that TERM does not end, in a file their numbers */
static int
be_tree (const char *ledger)
{
  sigset_t term;
  int fd = open (ledger, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);

  sigemptyset (&term);
  sigaddset (&term, SIGTERM);
  sigprocmask (SIG_BLOCK, &term, NULL);
  signal (SIGCHLD, SIG_IGN); /* whose number is free at once */
  for (int generation = 0; generation < 3; generation++)
    {
      if (dprintf (fd, "%d\n", (int) getpid ()) < 0)
        return 1;
      if (generation == 2 && write (STDOUT_FILENO, "up", 2) != 2)
        return 1;
      if (generation == 2 || fork () != 0)
        break;
    }
  for (;;)
    pause ();
}

/* The number of the second generation */
static pid_t
middle_of (const char *ledger)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  g_assert_true (g_file_get_contents (ledger, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 4);
  return atoi (lines[1]);
}

/* The keeper comes to call @n after it has read that it is to stop its task; TRUE = it has not been through with that. */
static gboolean
come_to (pid_t keeper, guint n)
{
  gboolean begun = FALSE;

  while (n > 0)
    {
      long call = next_call (keeper);

      g_assert_cmpint (call, >=, 0);
      if (begun && call == SYS_ppoll)
        return FALSE;
      begun |= call == SYS_recvfrom;
      n -= begun;
    }
  return TRUE;
}

/* Stops a task politely or with KILL; at call @n its second generation goes. FALSE = there is no such call. */
static gboolean
try_stop (gboolean at_once, guint n, guint *n_given)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  g_autofree char *ledger = g_build_filename (client->dir, "ledger", NULL);
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  guint64 nonce = keeper_client_run (client, self, "tree", ledger, NULL);
  pid_t stranger = 0;
  SyJournalExit exit;
  gboolean there;

  keeper_client_wait_output (client, (guint32) nonce, "up");
  trace (client->pid);
  keeper_client_stop (client, nonce, at_once);
  there = come_to (client->pid, n);
  if (there)
    stranger = recycle (middle_of (ledger), client->pid);
  g_assert_cmpint (ptrace (PTRACE_DETACH, client->pid, NULL, NULL), ==, 0);
  keeper_client_stop (client, nonce, TRUE);
  exit = keeper_client_wait_exit (client, nonce);
  g_assert_cmpint (exit.status, ==, SIGKILL);
  g_assert_cmpint (exit.escaped, ==, 0);
  if (stranger > 0)
    assert_unharmed (stranger);
  *n_given += stranger > 0;
  return there;
}

static void
stop_everywhere (void)
{
  static const gboolean ways[] = { FALSE, TRUE };

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      guint n = 1, n_given = 0;

      while (n < MAX_POINTS && try_stop (ways[i], n, &n_given))
        n++;
      g_test_message ("%s: %u calls, %u strangers", ways[i] ? "KILL" : "TERM", n - 1, n_given);
      g_assert_cmpuint (n, <, MAX_POINTS);
      g_assert_cmpuint (n_given, >, ways[i] ? 5 : 20);
    }
}

static void
test_keeper (void)
{
  run_apart (stop_everywhere);
}

/* --- leftovers are found by their environment --- */

static pid_t
start_leftover (void)
{
  char *const argv[] = { (char *) "sleep", (char *) "600", NULL };
  char *const envp[] = { (char *) "SWITCHYARD_RUN_ID=" RUN_ID, (char *) "SWITCHYARD_TASK=t", NULL };
  int fds[2];
  pid_t pid;
  char byte;

  g_assert_cmpint (pipe2 (fds, O_CLOEXEC), ==, 0);
  pid = fork ();
  if (pid == 0)
    {
      execve ("/bin/sleep", argv, envp);
      _exit (127);
    }
  close (fds[1]);
  g_assert_cmpint (read (fds[0], &byte, 1), ==, 0); /* it has its environment */
  close (fds[0]);
  return pid;
}

/* Traced, and about to begin */
static pid_t
start_scan (void)
{
  int fds[2];
  pid_t pid;
  char byte;

  g_assert_cmpint (pipe2 (fds, O_CLOEXEC), ==, 0);
  pid = fork ();
  if (pid == 0)
    {
      if (read (fds[0], &byte, 1) != 1)
        _exit (98);
      _exit ((int) sy_process_kill_attempt (RUN_ID, "t", 0));
    }
  trace (pid);
  g_assert_cmpint (write (fds[1], "", 1), ==, 1);
  close (fds[0]);
  close (fds[1]);
  return pid;
}

static gboolean
try_scan (guint n, guint *n_given)
{
  pid_t leftover = start_leftover (), scan = start_scan (), stranger = 0;
  int status = -1;
  long call = 0;

  for (guint i = 0; i < n && call >= 0; i++)
    call = next_call (scan);
  if (call >= 0)
    {
      stranger = recycle (leftover, 0);
      g_assert_cmpint (ptrace (PTRACE_DETACH, scan, NULL, NULL), ==, 0);
      g_assert_cmpint (waitpid (scan, &status, 0), ==, scan);
      g_assert_true (WIFEXITED (status));
    }
  else
    waitpid (leftover, NULL, 0);
  if (stranger > 0)
    assert_unharmed (stranger);
  *n_given += stranger > 0;
  return call >= 0;
}

static void
scan_everywhere (void)
{
  guint n = 1, n_given = 0;

  while (n < MAX_POINTS && try_scan (n, &n_given))
    n++;
  g_test_message ("%u calls, %u strangers", n - 1, n_given);
  g_assert_cmpuint (n, <, MAX_POINTS);
  g_assert_cmpuint (n_given, >, 20);
}

static void
test_leftovers (void)
{
  run_apart (scan_everywhere);
}

int
main (int argc, char **argv)
{
  if (argc == 3 && g_str_equal (argv[1], "tree"))
    return be_tree (argv[2]);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/faults/pid-reuse/keeper", test_keeper);
  g_test_add_func ("/faults/pid-reuse/leftovers", test_leftovers);
  return g_test_run ();
}
