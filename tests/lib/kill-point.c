/* kill-point.c: preloaded into a runner, kills it before the N-th thing that it does to the world outside
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Between two of these calls nothing outside the process changes (but for shared memory of the log's index, which its
 * readers rebuild), so killing before each of them, and not at all, goes through every state that a kill can leave.
 * Counted over all threads, in SWITCHYARD_KILL_AT's process alone: what it starts finds the variable gone.
 */
#include <dlfcn.h>
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
#include <unistd.h>

static long left;      /* 0 = never */
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
  kill (getpid (), SIGKILL);
  for (;;)
    pause ();
}

static void
point (const char *call)
{
  if (__atomic_load_n (&left, __ATOMIC_SEQ_CST) > 0 && __atomic_sub_fetch (&left, 1, __ATOMIC_SEQ_CST) == 0)
    strike (call);
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
  if (is_file (fd))
    point ("write");
  return REAL (write) (fd, data, length);
}

ssize_t
pwrite64 (int fd, const void *data, size_t length, off64_t at)
{
  point ("pwrite");
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
  point ("ftruncate");
  return REAL (ftruncate64) (fd, length);
}

int
fallocate64 (int fd, int mode, off64_t at, off64_t length)
{
  point ("fallocate");
  return REAL (fallocate64) (fd, mode, at, length);
}

static mode_t
mode_of (int flags, va_list list)
{
  if ((flags & (O_CREAT | O_TRUNC)) != 0)
    point ("open");
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
  return REAL (openat64) (folder, path, flags, mode);
}

int
mkdir (const char *path, mode_t mode)
{
  point ("mkdir");
  return REAL (mkdir) (path, mode);
}

int
mkdirat (int folder, const char *path, mode_t mode)
{
  point ("mkdirat");
  return REAL (mkdirat) (folder, path, mode);
}

int
unlink (const char *path)
{
  point ("unlink");
  return REAL (unlink) (path);
}

int
unlinkat (int folder, const char *path, int flags)
{
  point ("unlinkat");
  return REAL (unlinkat) (folder, path, flags);
}

int
renameat (int old_folder, const char *old, int folder, const char *path)
{
  point ("renameat");
  return REAL (renameat) (old_folder, old, folder, path);
}

int
flock (int fd, int operation)
{
  point ("flock");
  return REAL (flock) (fd, operation);
}

int
bind (int fd, const struct sockaddr *address, socklen_t length)
{
  point ("bind");
  return REAL (bind) (fd, address, length);
}

int
listen (int fd, int backlog)
{
  point ("listen");
  return REAL (listen) (fd, backlog);
}

int
connect (int fd, const struct sockaddr *address, socklen_t length)
{
  point ("connect");
  return REAL (connect) (fd, address, length);
}

ssize_t
send (int fd, const void *data, size_t length, int flags)
{
  point ("send");
  return REAL (send) (fd, data, length, flags);
}

int
posix_spawn (pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attributes,
             char *const argv[], char *const envp[])
{
  point ("posix_spawn");
  return REAL (posix_spawn) (pid, path, actions, attributes, argv, envp);
}

int
kill (pid_t pid, int number)
{
  if (number != 0 && pid != getpid ())
    point ("kill");
  return REAL (kill) (pid, number);
}
