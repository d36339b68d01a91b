/* sy-log-wake.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/store/sy-log-wake-private.h"

#include "core/base/sy-error.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/timerfd.h>
#include <unistd.h>

void
sy_log_wake_init (SyLogWake *wake)
{
  wake->wake_fd = wake->bell_fd = wake->timer_fd = -1;
}

void
sy_log_wake_clear (SyLogWake *wake)
{
  if (wake->wake_fd >= 0)
    close (wake->wake_fd);
  if (wake->bell_fd >= 0)
    close (wake->bell_fd);
  if (wake->timer_fd >= 0)
    close (wake->timer_fd);
  sy_log_wake_init (wake);
}

static gboolean
watch (int epoll_fd, int fd)
{
  struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

  return fd >= 0 && epoll_ctl (epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

int
sy_log_wake_open (SyLogWake *wake, SyRunDir *run, GError **error)
{
  const struct itimerspec second = { { 1, 0 }, { 1, 0 } };
  g_autofree char *bell = NULL;

  if (wake->wake_fd >= 0)
    return wake->wake_fd;
  bell = sy_run_dir_short_path (run, "bell");
  wake->wake_fd = epoll_create1 (EPOLL_CLOEXEC);
  wake->bell_fd = inotify_init1 (IN_CLOEXEC | IN_NONBLOCK);
  wake->timer_fd = timerfd_create (CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  /* Out of inotify watches there still is the timer. */
  if (wake->bell_fd >= 0 && inotify_add_watch (wake->bell_fd, bell, IN_MODIFY) < 0)
    g_debug ("bell of %s: %s", sy_run_dir_get_uuid (run), g_strerror (errno));
  if (wake->wake_fd >= 0 && watch (wake->wake_fd, wake->timer_fd) &&
      timerfd_settime (wake->timer_fd, 0, &second, NULL) == 0 &&
      (wake->bell_fd < 0 || watch (wake->wake_fd, wake->bell_fd)))
    return wake->wake_fd;
  sy_error_set_errno (error, errno, "Watching %s/bell", sy_run_dir_get_path (run));
  sy_log_wake_clear (wake);
  return -1;
}

void
sy_log_wake_stop_ticking (SyLogWake *wake)
{
  const struct itimerspec never = { { 0, 0 }, { 0, 0 } };

  timerfd_settime (wake->timer_fd, 0, &never, NULL);
}

static gboolean
drain (int fd)
{
  char buffer[4096];
  gboolean any = FALSE;

  while (fd >= 0 && read (fd, buffer, sizeof buffer) > 0)
    any = TRUE;
  return any;
}

void
sy_log_wake_drain (SyLogWake *wake, gboolean *rung, gboolean *tick)
{
  *rung = drain (wake->bell_fd);
  *tick = drain (wake->timer_fd);
}
