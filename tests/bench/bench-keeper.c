/* bench-keeper.c: what the keepers cost: N tasks through 2 keepers beside a bare vfork + exec + wait4 of the same command
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * usage: bench-keeper [N] [ROUNDS] [COMMAND [ARG…]]     default 4000 5 sh -c true
 * Rounds are interleaved; own CPU from the scheduler's nanosecond clock of each process, without its children.
 */
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/core/engine/keeper-client.h"

#define KEEPERS 2

static guint n_tasks = 4000;
static char **command;
static const char *program;

/* CPU of one process in µs */
static double
cpu_of (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/schedstat", (int) pid);
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  return g_ascii_strtod (text, NULL) / 1000;
}

static double
cpu_of_self (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6
         + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

/* --- bare --- */

static gint to_do;
extern char **environ;

static void *
spawn_bare (void *data)
{
  while (g_atomic_int_add (&to_do, -1) > 0)
    {
      int status;
      pid_t pid = vfork ();

      if (pid == 0)
        {
          execve (program, command, environ);
          _exit (127);
        }
      if (wait4 (pid, &status, 0, NULL) < 0 || status != 0)
        g_error ("the command failed");
    }
  return NULL;
}

typedef struct { double wall, cpu, driver; } Result;

static Result
run_bare (void)
{
  Result result;
  pthread_t threads[KEEPERS];
  double cpu = cpu_of_self ();
  gint64 begun = g_get_monotonic_time ();

  to_do = (gint) n_tasks;
  for (guint i = 0; i < KEEPERS; i++)
    pthread_create (&threads[i], NULL, spawn_bare, NULL);
  for (guint i = 0; i < KEEPERS; i++)
    pthread_join (threads[i], NULL);
  result.wall = (double) (g_get_monotonic_time () - begun) / 1e6;
  result.cpu = (cpu_of_self () - cpu) / n_tasks;
  result.driver = 0;
  return result;
}

/* --- keepers --- */

typedef struct { KeeperClient *client; guint held; } Slot;

static SyOrder *
make_order (KeeperClient *client)
{
  SyOrder *order = keeper_client_order (client, "x", NULL);

  g_strfreev (order->argv);
  order->argv = g_strdupv (command);
  /* As many variables as a real task gets */
  order->env = g_new0 (char *, 9);
  for (guint i = 0; i < 8; i++)
    order->env[i] = g_strdup_printf ("SWITCHYARD_VARIABLE_%u=some value of a usual length", i);
  return order;
}

/* Hands out up to two orders beside the running one; one write for all. */
static void
feed (Slot *slot, guint *left)
{
  while (slot->held < 3 && *left > 0)
    {
      SyOrder *order = make_order (slot->client);

      sy_keeper_link_order (slot->client->link, slot->client->acked, order, NULL);
      sy_order_free (order);
      slot->held++;
      (*left)--;
    }
  sy_keeper_link_flush (slot->client->link);
}

static void
take (Slot *slot, guint *done)
{
  const SyKeeperFrame *frame;

  sy_keeper_link_fill (slot->client->link);
  while ((frame = sy_keeper_link_next (slot->client->link)) != NULL)
    if (frame->kind == SY_KEEPER_EXITED)
      {
        const SyKeeperExited *exited = (const SyKeeperExited *) frame;

        if (exited->exit.status != 0)
          g_error ("the command failed: %d", exited->exit.status);
        slot->client->acked = exited->record;
        slot->held--;
        (*done)++;
      }
}

static Result
run_keepers (Slot *slots)
{
  Result result = { 0 };
  guint left = n_tasks, done = 0;
  double cpu = 0, own = cpu_of_self ();
  gint64 begun = g_get_monotonic_time ();

  for (guint i = 0; i < KEEPERS; i++)
    cpu -= cpu_of (slots[i].client->pid);
  while (done < n_tasks)
    {
      struct pollfd fds[KEEPERS];

      for (guint i = 0; i < KEEPERS; i++)
        {
          feed (&slots[i], &left);
          fds[i] = (struct pollfd){ .fd = sy_keeper_link_get_fd (slots[i].client->link), .events = POLLIN };
        }
      poll (fds, KEEPERS, -1);
      for (guint i = 0; i < KEEPERS; i++)
        if (fds[i].revents != 0)
          take (&slots[i], &done);
    }
  result.wall = (double) (g_get_monotonic_time () - begun) / 1e6;
  for (guint i = 0; i < KEEPERS; i++)
    cpu += cpu_of (slots[i].client->pid);
  result.cpu = cpu / n_tasks;
  result.driver = (cpu_of_self () - own) / n_tasks;
  return result;
}

static int
compare (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
median (double *values, guint n)
{
  qsort (values, n, sizeof *values, compare);
  return values[n / 2];
}

int
main (int argc, char **argv)
{
  static const char *const usual[] = { "sh", "-c", "true", NULL };
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = g_path_get_dirname (self);
  g_autofree char *root = g_build_filename (folder, "..", "..", NULL);
  guint rounds = argc > 2 ? (guint) atoi (argv[2]) : 5;
  g_autofree double *bare_cpu = g_new (double, rounds), *cpu = g_new (double, rounds), *driver = g_new (double, rounds);
  g_autofree double *bare_wall = g_new (double, rounds), *wall = g_new (double, rounds);
  Slot slots[KEEPERS] = { 0 };

  if (argc > 1)
    n_tasks = (guint) atoi (argv[1]);
  command = argc > 3 ? argv + 3 : (char **) usual;
  program = g_find_program_in_path (command[0]);
  if (program == NULL || rounds == 0 || n_tasks == 0)
    return 2;
  g_setenv ("SWITCHYARD_BUILD_ROOT", root, FALSE);
  slots[0].client = keeper_client_new (FALSE);
  for (guint i = 1; i < KEEPERS; i++)
    slots[i].client = keeper_client_new_in (slots[0].client->dir, i + 1);
  for (guint i = 0; i < rounds; i++)
    {
      Result bare = run_bare (), kept = run_keepers (slots);

      bare_cpu[i] = bare.cpu;
      bare_wall[i] = bare.wall;
      cpu[i] = kept.cpu;
      wall[i] = kept.wall;
      driver[i] = kept.driver;
      printf ("round %u: bare %.3f s, %.1f µs a task; keepers %.3f s, %.1f µs a task (driver %.1f)\n", i + 1, bare.wall,
               bare.cpu, kept.wall, kept.cpu, kept.driver);
    }
  printf ("median: keepers cost %.1f µs a task beyond the bare spawner (%.1f); wall x %.3f; driver %.1f µs\n",
           median (cpu, rounds) - median (bare_cpu, rounds), median (bare_cpu, rounds),
           median (wall, rounds) / median (bare_wall, rounds), median (driver, rounds));
  for (guint i = KEEPERS; i-- > 0;)
    keeper_client_free (slots[i].client);
  return 0;
}
