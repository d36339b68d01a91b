/* sy-log-wake-private.h: one descriptor for the bell and a tick a second
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/store/sy-run-dir.h"

G_BEGIN_DECLS

typedef struct
{
  int wake_fd;  /* epoll over the two below; -1: not open */
  int bell_fd;  /* inotify */
  int timer_fd;
} SyLogWake;

void sy_log_wake_init (SyLogWake *wake);
void sy_log_wake_clear (SyLogWake *wake);
/* The descriptor to poll, made at the first call; -1 + error. */
int sy_log_wake_open (SyLogWake *wake, SyRunDir *run, GError **error);
/* Only the bell wakes from now on: for the test that it does. */
void sy_log_wake_stop_ticking (SyLogWake *wake);
void sy_log_wake_drain (SyLogWake *wake, gboolean *rung, gboolean *tick);

G_END_DECLS
