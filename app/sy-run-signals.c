/* sy-run-signals.c: INT, TERM and HUP while a run is made and while it goes on
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-run-signals.h"

#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <unistd.h>

/* GLib's own sources of signals would take a thread and 0.1 ms, and know nothing of what came before there was a loop. */
static struct
{
  int signum;
  gint n_came;          /* atomic */
  gint n_told;
} caught[] = { { .signum = SIGINT }, { .signum = SIGTERM } };

static int wake_fd = -1;
static SyRunSignalFunc watch_func;

static void
handle (int signum)
{
  int saved = errno;
  guint64 one = 1;

  for (guint i = 0; i < G_N_ELEMENTS (caught); i++)
    if (caught[i].signum == signum)
      g_atomic_int_inc (&caught[i].n_came);
  if (write (wake_fd, &one, sizeof one) < 0)
    one = 0; /* full: awake already */
  errno = saved;
}

static void
set_handlers (void (*handler) (int), int flags)
{
  struct sigaction action = { .sa_handler = handler, .sa_flags = flags };

  sigemptyset (&action.sa_mask);
  for (guint i = 0; i < G_N_ELEMENTS (caught); i++)
    sigaction (caught[i].signum, &action, NULL);
}

void
sy_run_signals_catch (void)
{
  if (wake_fd < 0)
    wake_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  set_handlers (handle, SA_RESTART);
  signal (SIGHUP, SIG_IGN);
}

gboolean
sy_run_signals_came (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (caught); i++)
    if (g_atomic_int_get (&caught[i].n_came) > 0)
      return TRUE;
  return FALSE;
}

int
sy_run_signals_lock (int fd)
{
  int r;

  set_handlers (handle, 0);
  do
    r = flock (fd, LOCK_EX) == 0 ? 0 : errno;
  while (r == EINTR && !sy_run_signals_came ());
  set_handlers (handle, SA_RESTART);
  return r == 0 && sy_run_signals_came () ? EINTR : r;
}

static gboolean
tell (int fd, GIOCondition condition, gpointer data)
{
  guint64 count;

  if (read (fd, &count, sizeof count) < 0)
    return G_SOURCE_CONTINUE;
  for (guint i = 0; i < G_N_ELEMENTS (caught); i++)
    for (; caught[i].n_told < g_atomic_int_get (&caught[i].n_came); caught[i].n_told++)
      watch_func (caught[i].signum, data);
  return G_SOURCE_CONTINUE;
}

guint
sy_run_signals_watch (SyRunSignalFunc func, gpointer data)
{
  g_return_val_if_fail (wake_fd >= 0, 0);

  watch_func = func;
  return g_unix_fd_add (wake_fd, G_IO_IN, tell, data);
}

void
sy_run_signals_release (void)
{
  set_handlers (SIG_DFL, 0);
  signal (SIGHUP, SIG_DFL);
}
