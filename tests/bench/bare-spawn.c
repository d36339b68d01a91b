/* bare-spawn.c: the spawn limit: vfork + exec + wait4 of one command, N times, by J threads; nothing else
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * usage: bare-spawn N J COMMAND [ARG…]
 * Prints: wall seconds, own CPU µs a task (user + system of this process), children's CPU µs a task.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static atomic_long left;
static char **command;
static char path[4096];

static double
seconds (const struct timeval *t)
{
  return (double) t->tv_sec + (double) t->tv_usec / 1e6;
}

static void *
worker (void *data)
{
  int null = open ("/dev/null", O_RDWR | O_CLOEXEC);

  (void) data;
  while (atomic_fetch_sub (&left, 1) > 0)
    {
      int status;
      pid_t pid = vfork ();

      if (pid == 0)
        {
          dup2 (null, 0);
          dup2 (null, 1);
          dup2 (null, 2);
          execve (path, command, environ);
          _exit (127);
        }
      if (pid < 0 || wait4 (pid, &status, 0, NULL) < 0 || status != 0)
        {
          fprintf (stderr, "bare-spawn: the command failed\n");
          exit (1);
        }
    }
  close (null);
  return NULL;
}

static void
find (const char *name)
{
  char *dirs = strdup (getenv ("PATH") ? getenv ("PATH") : "/usr/bin:/bin");

  if (strchr (name, '/'))
    snprintf (path, sizeof path, "%s", name);
  else
    for (char *dir = strtok (dirs, ":"); dir; dir = strtok (NULL, ":"))
      {
        snprintf (path, sizeof path, "%s/%s", dir, name);
        if (access (path, X_OK) == 0)
          break;
      }
  free (dirs);
}

int
main (int argc, char **argv)
{
  long n = argc > 3 ? atol (argv[1]) : 0, jobs = argc > 3 ? atol (argv[2]) : 0;
  struct timespec a, b;
  struct rusage self, children;
  pthread_t threads[64];

  if (n < 1 || jobs < 1 || jobs > 64)
    {
      fprintf (stderr, "usage: bare-spawn N J COMMAND [ARG...]\n");
      return 2;
    }
  command = argv + 3;
  find (command[0]);
  atomic_store (&left, n);
  clock_gettime (CLOCK_MONOTONIC, &a);
  for (long i = 0; i < jobs; i++)
    pthread_create (&threads[i], NULL, worker, NULL);
  for (long i = 0; i < jobs; i++)
    pthread_join (threads[i], NULL);
  clock_gettime (CLOCK_MONOTONIC, &b);
  getrusage (RUSAGE_SELF, &self);
  getrusage (RUSAGE_CHILDREN, &children);
  printf ("%.6f %.2f %.2f\n", (double) (b.tv_sec - a.tv_sec) + (double) (b.tv_nsec - a.tv_nsec) / 1e9,
          (seconds (&self.ru_utime) + seconds (&self.ru_stime)) * 1e6 / (double) n,
          (seconds (&children.ru_utime) + seconds (&children.ru_stime)) * 1e6 / (double) n);
  return 0;
}
