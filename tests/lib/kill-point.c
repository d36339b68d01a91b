/* kill-point.c: preloaded into a runner, kills it before the N-th thing that it does to the world outside, or refuses that
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Between two of these calls nothing outside the process changes (but for shared memory of the log's index, which its
 * readers rebuild), so killing before each of them, and not at all, goes through every state that a kill can leave.
 * Counted over all threads, in SWITCHYARD_KILL_AT's process alone: what it starts finds the variable gone. With
 * SWITCHYARD_KILL_ERRNO the call fails with that number, once, and nothing is killed.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static long left;      /* 0 = never */
static int refusal;    /* errno, 0 = kill */
static long (*real_syscall) (long, ...); /* looked up early: a child of clone3() must not wait for the loader's lock */
static char note[4096]; /* path of the file that is told where it struck */

__attribute__ ((constructor)) static void
start (void)
{
  const char *at = getenv ("SWITCHYARD_KILL_AT");
  const char *path = getenv ("SWITCHYARD_KILL_NOTE");

  if (path != NULL && strlen (path) < sizeof note)
    strcpy (note, path);
  if (at != NULL)
    __atomic_store_n (&left, atol (at), __ATOMIC_SEQ_CST);
  if (getenv ("SWITCHYARD_KILL_ERRNO") != NULL)
    refusal = atoi (getenv ("SWITCHYARD_KILL_ERRNO"));
  unsetenv ("SWITCHYARD_KILL_ERRNO");
  unsetenv ("SWITCHYARD_KILL_AT");
  unsetenv ("SWITCHYARD_KILL_NOTE");
}

#define REAL(name) ((__typeof__ (&name)) real (#name))

static void *
real (const char *name)
{
  return dlsym (RTLD_NEXT, name);
}

static void
strike (const char *call)
{
  int fd = *note != 0 ? REAL (open64) (note, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;

  if (fd >= 0 && REAL (write) (fd, call, strlen (call)) < 0)
    _exit (99);
  if (fd >= 0)
    close (fd);
  if (refusal != 0)
    return;
  kill (getpid (), SIGKILL);
  for (;;)
    pause ();
}

/* TRUE: the call is refused. */
static int
point (const char *call)
{
  if (__atomic_load_n (&left, __ATOMIC_SEQ_CST) <= 0 || __atomic_sub_fetch (&left, 1, __ATOMIC_SEQ_CST) != 0)
    return 0;
  strike (call);
  errno = refusal;
  return 1;
}

/* A keeper is started by clone3(), where its control group can be made. */
long
syscall (long number, ...)
{
  va_list list;
  long a[6];

  va_start (list, number);
  for (int i = 0; i < 6; i++)
    a[i] = va_arg (list, long);
  va_end (list);
  if (real_syscall == NULL) /* another library's constructor is first */
    real_syscall = (long (*) (long, ...)) dlsym (RTLD_NEXT, "syscall");
  if (number == SYS_clone3 && point ("spawn"))
    return -1;
  return real_syscall (number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

/* Not the pipes and counters by which our own threads wake each other, not the terminal */
static int
is_file (int fd)
{
  struct stat st;

  return fstat (fd, &st) == 0 && S_ISREG (st.st_mode);
}

ssize_t
write (int fd, const void *data, size_t length)
{
  if (is_file (fd) && point ("write"))
    return -1;
  return REAL (write) (fd, data, length);
}

ssize_t
pwrite64 (int fd, const void *data, size_t length, off64_t at)
{
  if (point ("pwrite"))
    return -1;
  return REAL (pwrite64) (fd, data, length, at);
}

/* A kill leaves the same with and without: the kernel has what was written. It saves most of the time. */
int
fdatasync (int fd)
{
  return fcntl (fd, F_GETFD) < 0 ? -1 : 0;
}

int
fsync (int fd)
{
  return fdatasync (fd);
}

int
ftruncate64 (int fd, off64_t length)
{
  if (point ("ftruncate"))
    return -1;
  return REAL (ftruncate64) (fd, length);
}

int
fallocate64 (int fd, int mode, off64_t at, off64_t length)
{
  if (point ("fallocate"))
    return -1;
  return REAL (fallocate64) (fd, mode, at, length);
}

static int
makes (int flags)
{
  return (flags & (O_CREAT | O_TRUNC)) != 0;
}

static mode_t
mode_of (int flags, va_list list)
{
  return (flags & O_CREAT) != 0 ? va_arg (list, mode_t) : 0;
}

int
open64 (const char *path, int flags, ...)
{
  va_list list;
  mode_t mode;

  va_start (list, flags);
  mode = mode_of (flags, list);
  va_end (list);
  if (makes (flags) && point ("open"))
    return -1;
  return REAL (open64) (path, flags, mode);
}

int
openat64 (int folder, const char *path, int flags, ...)
{
  va_list list;
  mode_t mode;

  va_start (list, flags);
  mode = mode_of (flags, list);
  va_end (list);
  if (makes (flags) && point ("open"))
    return -1;
  return REAL (openat64) (folder, path, flags, mode);
}

int
mkdir (const char *path, mode_t mode)
{
  if (point ("mkdir"))
    return -1;
  return REAL (mkdir) (path, mode);
}

int
mkdirat (int folder, const char *path, mode_t mode)
{
  if (point ("mkdirat"))
    return -1;
  return REAL (mkdirat) (folder, path, mode);
}

int
unlink (const char *path)
{
  if (point ("unlink"))
    return -1;
  return REAL (unlink) (path);
}

int
unlinkat (int folder, const char *path, int flags)
{
  if (point ("unlinkat"))
    return -1;
  return REAL (unlinkat) (folder, path, flags);
}

int
renameat (int old_folder, const char *old, int folder, const char *path)
{
  if (point ("renameat"))
    return -1;
  return REAL (renameat) (old_folder, old, folder, path);
}

int
flock (int fd, int operation)
{
  if (point ("flock"))
    return -1;
  return REAL (flock) (fd, operation);
}

int
bind (int fd, const struct sockaddr *address, socklen_t length)
{
  if (point ("bind"))
    return -1;
  return REAL (bind) (fd, address, length);
}

int
listen (int fd, int backlog)
{
  if (point ("listen"))
    return -1;
  return REAL (listen) (fd, backlog);
}

int
connect (int fd, const struct sockaddr *address, socklen_t length)
{
  if (point ("connect"))
    return -1;
  return REAL (connect) (fd, address, length);
}

ssize_t
send (int fd, const void *data, size_t length, int flags)
{
  if (point ("send"))
    return -1;
  return REAL (send) (fd, data, length, flags);
}

int
posix_spawn (pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attributes,
             char *const argv[], char *const envp[])
{
  if (point ("spawn"))
    return refusal;
  return REAL (posix_spawn) (pid, path, actions, attributes, argv, envp);
}

int
kill (pid_t pid, int number)
{
  if (number != 0 && pid != getpid () && point ("kill"))
    return -1;
  return REAL (kill) (pid, number);
}
