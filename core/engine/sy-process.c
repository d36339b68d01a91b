/* sy-process.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/engine/sy-process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/sy-error.h"
#include "core/engine/sy-keeper-proto.h"

#define KEEPER_NAME "switchyard-keeper"
#define MAX_SCANS 50

/* Path of KEEPER_NAME under a folder relative to the running program's; NULL if it is not there. */
static char *
beside_program (const char *relative)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *dir = self != NULL ? g_path_get_dirname (self) : NULL;
  g_autofree char *path = dir != NULL ? g_build_filename (dir, relative, KEEPER_NAME, NULL) : NULL;

  return path != NULL && access (path, X_OK) == 0 ? g_steal_pointer (&path) : NULL;
}

char *
sy_process_find_keeper (GError **error)
{
  static const char *const folders[] = { ".", "../core/engine/keeper", "../libexec/switchyard" };
  const char *given = g_getenv ("SWITCHYARD_KEEPER");

  if (given != NULL && *given != '\0')
    return g_strdup (given);
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      char *path = beside_program (folders[i]);

      if (path != NULL)
        return path;
    }
  if (access (SY_LIBEXECDIR "/" KEEPER_NAME, X_OK) == 0)
    return g_strdup (SY_LIBEXECDIR "/" KEEPER_NAME);
  g_set_error (error, SY_ERROR, SY_ERROR_NOT_FOUND,
               "The program “" KEEPER_NAME "” is neither beside the running program nor in " SY_LIBEXECDIR
               ": install it, or name it in SWITCHYARD_KEEPER");
  return NULL;
}

/* The keeper starts with nothing blocked and every signal at its default. */
static int
init_attributes (posix_spawnattr_t *attributes)
{
  sigset_t none, all;
  int r = posix_spawnattr_init (attributes);

  if (r != 0)
    return r;
  sigemptyset (&none);
  sigfillset (&all);
  posix_spawnattr_setsigmask (attributes, &none);
  posix_spawnattr_setsigdefault (attributes, &all);
  return posix_spawnattr_setflags (attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

/* @socket_fd and @run_fd must be above 4: each dup2 would overwrite the other's source. */
static int
spawn_with (const char *program, char **argv, int run_fd, int socket_fd, pid_t *pid)
{
  char *environment[] = { NULL };
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int r = init_attributes (&attributes);

  if (r != 0)
    return r;
  r = posix_spawn_file_actions_init (&actions);
  if (r == 0)
    {
      posix_spawn_file_actions_adddup2 (&actions, socket_fd, SY_KEEPER_FD_SOCKET);
      posix_spawn_file_actions_adddup2 (&actions, run_fd, SY_KEEPER_FD_RUN);
      r = posix_spawn (pid, program, &actions, &attributes, argv, environment);
      posix_spawn_file_actions_destroy (&actions);
    }
  posix_spawnattr_destroy (&attributes);
  return r;
}

/* The child between clone3() and execve(): it has a copy of our memory and none of our threads, so bare system calls alone. */
static void G_GNUC_NORETURN
exec_keeper (const char *program, char **argv, int run_fd, int socket_fd, int error_fd)
{
  /* The kernel's struct sigaction and sigset_t: zeros are SIG_DFL and the empty set. */
  static const char zeros[64];
  char *environment[] = { NULL };
  int error = 0;

  if (syscall (SYS_write, error_fd, &error, sizeof error) < 0) /* alive */
    error = errno;
  for (int i = 1; i < NSIG; i++)
    syscall (SYS_rt_sigaction, i, zeros, NULL, NSIG / 8);
  syscall (SYS_rt_sigprocmask, SIG_SETMASK, zeros, NULL, NSIG / 8);
  if (syscall (SYS_dup3, socket_fd, SY_KEEPER_FD_SOCKET, 0) >= 0 && syscall (SYS_dup3, run_fd, SY_KEEPER_FD_RUN, 0) >= 0)
    syscall (SYS_execve, program, argv, environment);
  error = errno;
  if (syscall (SYS_write, error_fd, &error, sizeof error) < 0)
    error = errno;
  for (;;)
    syscall (SYS_exit_group, 127);
}

/*
 * Starts the keeper inside its control group: to move it there afterwards takes a grace period of the kernel, 10 ms and
 * more. Gives an errno; ENOSYS where clone3() is not for us: unknown, forbidden, the group takes no process, or the kernel
 * kills the child unborn. Linux 6.14 and later do that where our own group has ever been killed by cgroup.kill and goes
 * on being used: they compare the count of kills of our group with that of the child's.
 */
static int
spawn_into_group (const char *program, char **argv, int run_fd, int socket_fd, int cgroup_fd, pid_t *pid)
{
  struct clone_args args = { .flags = CLONE_INTO_CGROUP | CLONE_VFORK, .exit_signal = SIGCHLD, .cgroup = (guint64) cgroup_fd };
  int pipe_fds[2], said[2] = { 0 };
  gsize length = 0;
  ssize_t n = 0;
  long r;

  if (pipe2 (pipe_fds, O_CLOEXEC) < 0)
    return errno;
  r = syscall (SYS_clone3, &args, sizeof args);
  if (r == 0)
    exec_keeper (program, argv, run_fd, socket_fd, pipe_fds[1]);
  close (pipe_fds[1]);
  /* The child says that it lives, then why execve() failed; execve() and death close its end. */
  do
    {
      n = r > 0 ? read (pipe_fds[0], (char *) said + length, sizeof said - length) : 0;
      length += n > 0 ? (gsize) n : 0;
    }
  while (n > 0 || (n < 0 && errno == EINTR));
  close (pipe_fds[0]);
  *pid = (pid_t) r;
  if (length == sizeof said[0])
    return 0;
  if (r > 0)
    waitpid ((pid_t) r, NULL, 0);
  return length == sizeof said ? said[1] : ENOSYS;
}

pid_t
sy_process_spawn_keeper (const char *program, guint32 number, const char *run_id, int run_fd, int socket_fd,
                         int cgroup_fd, GError **error)
{
  g_autofree char *n = g_strdup_printf ("%u", number);
  char *argv[] = { (char *) KEEPER_NAME, n, (char *) run_id, NULL };
  int high_run = fcntl (run_fd, F_DUPFD_CLOEXEC, 16);
  int high_socket = fcntl (socket_fd, F_DUPFD_CLOEXEC, 16);
  int r = high_run < 0 || high_socket < 0 ? errno : 0;
  pid_t pid = -1;

  if (r == 0)
    r = cgroup_fd >= 0 ? spawn_into_group (program, argv, high_run, high_socket, cgroup_fd, &pid) : ENOSYS;
  if (r == ENOSYS)
    r = spawn_with (program, argv, high_run, high_socket, &pid);
  if (high_run >= 0)
    close (high_run);
  if (high_socket >= 0)
    close (high_socket);
  if (r == 0)
    return pid;
  sy_error_set_errno (error, r, "Cannot start the keeper “%s”", program);
  return -1;
}

static int
spawn_session (const char *program, char **argv, int pass_fd, int error_fd, pid_t *pid)
{
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int r = init_attributes (&attributes);

  if (r != 0)
    return r;
  r = posix_spawnattr_setflags (&attributes,
                                POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
  if (r == 0)
    r = posix_spawn_file_actions_init (&actions);
  if (r == 0)
    {
      posix_spawn_file_actions_adddup2 (&actions, pass_fd, 3);
      if (error_fd >= 0)
        posix_spawn_file_actions_adddup2 (&actions, error_fd, STDERR_FILENO);
      r = posix_spawn (pid, program, &actions, &attributes, argv, environ);
      posix_spawn_file_actions_destroy (&actions);
    }
  posix_spawnattr_destroy (&attributes);
  return r;
}

pid_t
sy_process_spawn_session (const char *program, const char *const *argv, int pass_fd, int error_fd, GError **error)
{
  int high = fcntl (pass_fd, F_DUPFD_CLOEXEC, 16);
  int high_error = high >= 0 && error_fd >= 0 ? fcntl (error_fd, F_DUPFD_CLOEXEC, 16) : -1; /* 3 is the other's there */
  pid_t pid = -1;
  int r = high < 0 || (error_fd >= 0 && high_error < 0) ? errno : spawn_session (program, (char **) argv, high, high_error, &pid);

  if (high >= 0)
    close (high);
  if (high_error >= 0)
    close (high_error);
  if (r == 0)
    return pid;
  sy_error_set_errno (error, r, "Cannot start “%s”", program);
  return -1;
}

void
sy_process_become (const char *program, const char *const *argv, GError **error)
{
  execv (program, (char *const *) argv);
  sy_error_set_errno (error, errno, "Cannot start “%s”", program);
}

gboolean
sy_process_reap (pid_t pid)
{
  pid_t r;

  do
    r = waitpid (pid, NULL, WNOHANG);
  while (r < 0 && errno == EINTR);
  return r == pid || (r < 0 && errno == ECHILD);
}

/* Whether the NUL-separated block has exactly this NAME=value. */
static gboolean
has_variable (const char *block, gsize length, const char *wanted)
{
  gsize n = strlen (wanted) + 1;

  for (const char *p = block; p < block + length;)
    {
      gsize left = (gsize) (block + length - p);
      gsize size = strnlen (p, left) + 1;

      if (size == n && left >= n && memcmp (p, wanted, n) == 0)
        return TRUE;
      p += size;
    }
  return FALSE;
}

static gboolean
is_of_attempt (const char *pid, char *const *wanted)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/environ", pid);
  g_autofree char *block = NULL;
  gsize length;

  if (!g_file_get_contents (path, &block, &length, NULL) || length == 0)
    return FALSE;
  for (guint i = 0; wanted[i] != NULL; i++)
    if (!has_variable (block, length + 1, wanted[i]))
      return FALSE;
  return TRUE;
}

/*
 * The number may have another process by now: the pidfd names one process, and what is read while it can be signalled is
 * that one's. FALSE: it was another's, or is gone.
 */
static gboolean
kill_one (pid_t pid, const char *name, char *const *wanted)
{
  int fd = (int) syscall (SYS_pidfd_open, pid, 0);
  gboolean killed =
    fd >= 0 && is_of_attempt (name, wanted) && syscall (SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0) == 0;

  if (fd >= 0)
    close (fd);
  return killed;
}

/* One scan. A zombie has no environment, so what was killed is not found again. */
static guint
kill_matching (char *const *wanted)
{
  DIR *proc = opendir ("/proc");
  struct dirent *entry;
  guint n = 0;

  if (proc == NULL)
    return 0;
  while ((entry = readdir (proc)) != NULL)
    {
      pid_t pid = g_ascii_isdigit (entry->d_name[0]) ? (pid_t) atoi (entry->d_name) : 0;

      if (pid > 1 && pid != getpid () && is_of_attempt (entry->d_name, wanted) && kill_one (pid, entry->d_name, wanted))
        n++;
    }
  closedir (proc);
  return n;
}

guint
sy_process_kill_attempt (const char *run_id, const char *task_id, guint32 attempt)
{
  g_autoptr (GPtrArray) wanted = g_ptr_array_new_with_free_func (g_free);
  guint total = 0;
  guint n;

  g_ptr_array_add (wanted, g_strdup_printf ("SWITCHYARD_RUN_ID=%s", run_id));
  if (task_id != NULL)
    g_ptr_array_add (wanted, g_strdup_printf ("SWITCHYARD_TASK=%s", task_id));
  if (attempt != 0)
    g_ptr_array_add (wanted, g_strdup_printf ("SWITCHYARD_ATTEMPT=%u", attempt));
  g_ptr_array_add (wanted, NULL);
  for (guint scan = 0; scan < MAX_SCANS; scan++)
    {
      n = kill_matching ((char **) wanted->pdata);
      total += n;
      if (n == 0)
        break;
    }
  return total;
}

mode_t
sy_process_get_umask (void)
{
  g_autofree char *text = NULL;
  const char *line;

  /* umask(2) can only be read by setting it, which other threads would see */
  if (!g_file_get_contents ("/proc/self/status", &text, NULL, NULL) || (line = strstr (text, "\nUmask:")) == NULL)
    return 022;
  return (mode_t) g_ascii_strtoull (line + strlen ("\nUmask:"), NULL, 8);
}
