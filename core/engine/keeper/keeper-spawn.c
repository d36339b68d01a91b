/* keeper-spawn.c: vfork and execve of an attempt
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/engine/keeper/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The child of vfork shares our memory until execve: this is how it says what went wrong. */
static volatile struct
{
  int error;
  int stage;
  int missed;
} child;

static char candidate[PATH_MAX + 1];

static void __attribute__ ((noreturn))
child_fail (SySpawnStage stage)
{
  child.error = errno;
  child.stage = stage;
  _exit (127);
}

static void
say (const char *text)
{
  ssize_t ignored = write (STDERR_FILENO, text, strlen (text));

  (void) ignored;
}

/* Ends as `/bin/sh -c` ends when its only command cannot be executed. */
static void __attribute__ ((noreturn))
child_miss (const char *name)
{
  int missing = errno == ENOENT || errno == ENOTDIR || errno == ELOOP || errno == ENAMETOOLONG;
  int by_path = strchr (name, '/') == NULL;

  child.missed = 1;
  say ("/bin/sh: 1: ");
  say (name);
  say (missing ? ": not found\n" : ": Permission denied\n");
  _exit (missing || by_path ? 127 : 126);
}

static void
child_exec_file (Keeper *keeper, const KeeperOrder *order, const char *file)
{
  const char **argv = keeper->argv;

  execve (file, (char **) argv, (char **) keeper->envp);
  if (errno != ENOEXEC || !(order->head.frame.flags & SY_KEEPER_DIRECT))
    return;
  /* A script without #!: a shell would read it itself. */
  argv[-1] = "/bin/sh";
  argv[0] = file;
  execve ("/bin/sh", (char **) (argv - 1), (char **) keeper->envp);
}

/* Puts "DIR/NAME" into the buffer; 0 where it is too long. */
static int
join (const char *dir, size_t dir_length, const char *name)
{
  size_t length = strlen (name);

  if (dir_length + length + 2 > sizeof candidate)
    return 0;
  memcpy (candidate, dir, dir_length);
  if (dir_length > 0)
    candidate[dir_length++] = '/';
  memcpy (candidate + dir_length, name, length + 1);
  return 1;
}

/* Returns with errno where nothing could be executed: EACCES where something was there, else ENOENT, as execvpe(3). */
static void
child_exec (Keeper *keeper, const KeeperOrder *order)
{
  const char *name = keeper->argv[0];
  int denied = 0;

  if (strchr (name, '/') != NULL || *name == 0)
    {
      child_exec_file (keeper, order, name);
      return;
    }
  for (const char *p = keeper->path, *end; p != NULL; p = *end == 0 ? NULL : end + 1)
    {
      end = strchrnul (p, ':');
      if (!join (p, (size_t) (end - p), name))
        continue;
      /* To ask costs a fraction of an execve() in vain. */
      if (access (candidate, F_OK) < 0 && (errno == ENOENT || errno == ENOTDIR))
        continue;
      child_exec_file (keeper, order, candidate);
      if (errno == EACCES)
        denied = 1;
      else if (errno != ENOENT && errno != ENOTDIR && errno != ESTALE && errno != ENODEV && errno != ETIMEDOUT)
        return;
    }
  errno = denied ? EACCES : ENOENT;
}

static void
child_run (Keeper *keeper, const KeeperOrder *order)
{
  const KeeperOutput *output = &keeper->output;
  sigset_t none;

  /* A group of its own, in our session, which has no terminal. A session for each would cost the kernel a scheduling
   * group for each, made and given back. */
  setpgid (0, 0);
  if (chdir (keeper->dir) < 0)
    child_fail (SY_SPAWN_DIR);
  if (*keeper->stdin_file != 0) /* else our own /dev/null */
    {
      int fd = open (keeper->stdin_file, O_RDONLY | O_CLOEXEC | O_NOCTTY);

      if (fd < 0 || dup2 (fd, STDIN_FILENO) < 0)
        child_fail (SY_SPAWN_STDIN);
    }
  if (dup2 (output->streams[0].pipe_write, STDOUT_FILENO) < 0
      || dup2 (output->streams[output->n - 1].pipe_write, STDERR_FILENO) < 0)
    child_fail (SY_SPAWN_PIPE);
  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
  child_exec (keeper, order);
  if ((order->head.frame.flags & SY_KEEPER_DIRECT) && errno != ENOMEM && errno != EAGAIN && errno != E2BIG
      && errno != EMFILE && errno != ENFILE)
    child_miss (keeper->argv[0]);
  child_fail (SY_SPAWN_EXEC);
}

KeeperSpawn __attribute__ ((noinline))
keeper_spawn (Keeper *keeper, const KeeperOrder *order)
{
  KeeperSpawn result = { 0 };
  volatile pid_t pid;
  int error;

  child.error = 0;
  child.missed = 0;
  keeper_oom_adjust (keeper, 1);
  pid = vfork ();
  if (pid == 0)
    child_run (keeper, order);
  error = errno;
  keeper_oom_adjust (keeper, 0);
  result.pid = pid;
  if (pid < 0)
    {
      result.error = error;
      result.stage = SY_SPAWN_FORK;
    }
  else if (child.error != 0)
    {
      result.error = child.error;
      result.stage = (SySpawnStage) child.stage;
      while (waitpid (pid, NULL, 0) < 0 && errno == EINTR)
        ;
    }
  result.missed = child.missed;
  return result;
}
