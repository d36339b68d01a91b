/* sy-runner-disk.c: nothing new starts on a disk that is nearly full
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <sys/statvfs.h>

#include "core/engine/sy-runner-private.h"

#define CHECK_US (1 * G_USEC_PER_SEC)
#define FLOOR_BYTES (G_GUINT64_CONSTANT (500) * 1000 * 1000)
#define FLOOR_PART 20 /* 5 % */

/* The smaller of 5 % and 500 MB: either alone would stop a small or a huge disk for nothing. */
static guint64
floor_of (const SyRunner *self, const struct statvfs *fs)
{
  guint64 size = (guint64) fs->f_blocks * fs->f_frsize;

  return self->options.free_floor != 0 ? self->options.free_floor : MIN (size / FLOOR_PART, FLOOR_BYTES);
}

void
sy_runner_check_disk (SyRunner *self, SyTime now)
{
  struct statvfs fs;
  guint64 free_bytes, needed;
  gboolean notice;
  gboolean low;
  g_autofree char *text = NULL;

  if (now.boot_us < self->next_disk_check || fstatvfs (self->options.run_fd, &fs) != 0)
    return;
  self->next_disk_check = now.boot_us + CHECK_US;
  g_mutex_lock (&self->perform_mutex);
  notice = self->disk_full;
  self->disk_full = FALSE;
  g_mutex_unlock (&self->perform_mutex);
  free_bytes = (guint64) fs.f_bavail * fs.f_frsize;
  needed = floor_of (self, &fs);
  if (self->disk_low)
    needed += needed / 10; /* not to flicker */
  low = notice || free_bytes < needed;
  if (low == self->disk_low)
    return;
  self->disk_low = low;
  text = g_strdup_printf ("%" G_GUINT64_FORMAT " MB free, %" G_GUINT64_FORMAT " MB needed to start tasks",
                          free_bytes / 1000000, needed / 1000000);
  sy_scheduler_disk (self->scheduler, now, low, text);
  sy_runner_flush (self);
}
