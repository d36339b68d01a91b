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

/* TRUE: since the last call a COMMIT needed the log's reserve. */
static gboolean
take_notice (SyRunner *self)
{
  gboolean notice;

  g_mutex_lock (&self->perform_mutex);
  notice = self->disk_full;
  self->disk_full = FALSE;
  g_mutex_unlock (&self->perform_mutex);
  return notice;
}

/* Only this thread opens and closes the sink, so it needs no lock here. */
static gboolean
restore_reserve (SyRunner *self)
{
  return self->sink == NULL || self->sink->restore_reserve == NULL || self->sink->restore_reserve (self->sink);
}

static void
say_disk (SyRunner *self, SyTime now, gboolean full, const char *text)
{
  g_mutex_lock (&self->mutex);
  if (self->scheduler != NULL)
    {
      sy_scheduler_disk (self->scheduler, now, full, text);
      sy_runner_flush (self);
    }
  g_mutex_unlock (&self->mutex);
}

/*
 * What is free does not tell of a quota: after a COMMIT that needed the reserve, the disk is full until the reserve
 * could be made again, and the run knows from its log whether it is held for that, also after a restart.
 */
void
sy_runner_check_disk (SyRunner *self, SyTime now)
{
  gboolean notice = take_notice (self);
  g_autofree char *text = NULL;
  struct statvfs fs;
  guint64 free_bytes, needed;
  gboolean enough;

  if ((!notice && now.boot_us < self->next_disk_check) || fstatvfs (self->options.run_fd, &fs) != 0)
    return;
  self->next_disk_check = now.boot_us + CHECK_US;
  free_bytes = (guint64) fs.f_bavail * fs.f_frsize;
  needed = floor_of (self, &fs);
  if (self->disk_low)
    needed += needed / 10; /* not to flicker */
  enough = free_bytes >= needed;
  self->reserve_gone |= notice;
  if (self->reserve_gone && !notice && enough)
    self->reserve_gone = !restore_reserve (self);
  self->disk_low = self->reserve_gone || !enough;
  text = g_strdup_printf (self->reserve_gone && enough
                            ? "the log could not grow: a quota? %" G_GUINT64_FORMAT " MB free, %" G_GUINT64_FORMAT
                              " MB needed to start tasks"
                            : "%" G_GUINT64_FORMAT " MB free, %" G_GUINT64_FORMAT " MB needed to start tasks",
                          free_bytes / 1000000, needed / 1000000);
  say_disk (self, now, self->disk_low, text);
}
