/* sy-text-stream.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-text-stream.h"

#include "app/sy-run-view.h"
#include "core/base/sy-error.h"
#include "core/model/sy-attempt.h"
#include "core/store/sy-output-reader.h"

#include <glib/gi18n.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct _SyTextStream
{
  /* a file */
  char *path;           /* (nullable) */
  int fd;
  struct stat opened, newest;

  /* an output */
  SyStateDir *dir;
  SyRunDir *run;
  SyOutputReader *output;
  gint64 boot_to_wall;  /* G_MININT64 = unknown */
  gint64 ended_us;      /* wall, of the attempt; 0 = not yet */
};

/* --- opening --- */

static gboolean
open_file (SyTextStream *self, GError **error)
{
  self->fd = open (self->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (self->fd < 0 || fstat (self->fd, &self->opened) != 0)
    {
      if (errno == ENOENT)
        g_set_error (error, SY_ERROR, SY_ERROR_NOT_FOUND, _("%s is not there: it was not written, or it was deleted or moved since"), self->path);
      else
        sy_error_set_errno (error, errno, "Opening %s", self->path);
      return FALSE;
    }
  self->newest = self->opened;
  if (S_ISREG (self->opened.st_mode))
    return TRUE;
  g_set_error (error, SY_ERROR, SY_ERROR_INVALID, _("%s is no regular file: it is not shown"), self->path);
  return FALSE;
}

static void
find_times (SyTextStream *self, guint32 task, guint32 attempt)
{
  g_autoptr (SyLogReader) log = sy_log_reader_open (self->run, NULL);
  g_autoptr (GArray) attempts = log != NULL ? sy_log_reader_get_attempts (log, task, 0, NULL) : NULL;
  g_autoptr (GArray) boots = log != NULL ? sy_log_reader_get_boots (log, NULL) : NULL;

  for (guint i = 0; attempts != NULL && boots != NULL && i < attempts->len; i++)
    {
      const SyAttempt *row = &g_array_index (attempts, SyAttempt, i);

      if (row->n == attempt)
        self->ended_us = row->ended_us;
      for (guint k = 0; row->n == attempt && k < boots->len; k++)
        if (g_array_index (boots, SyBoot, k).n == row->boot)
          self->boot_to_wall = g_array_index (boots, SyBoot, k).wall_us - g_array_index (boots, SyBoot, k).boot_us;
    }
}

static gboolean
open_output (SyTextStream *self, const char *uuid, guint32 task, guint32 attempt, GError **error)
{
  g_autoptr (GError) problem = NULL;

  self->dir = sy_open_state_dir (SY_STATE_DIR_READ, error);
  self->run = self->dir != NULL ? sy_run_dir_open (self->dir, uuid, &problem) : NULL;
  if (g_error_matches (problem, SY_ERROR, SY_ERROR_NOT_FOUND))
    g_set_error (error, SY_ERROR, SY_ERROR_NOT_FOUND, _("%s is not there: it was not written, or it was deleted or moved since"), _("Output"));
  else if (problem != NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  self->output = self->run != NULL ? sy_output_reader_open (self->run, task, 0, attempt, 0, error) : NULL;
  if (self->output != NULL)
    find_times (self, task, attempt);
  return self->output != NULL;
}

SyTextStream *
sy_text_stream_open (const char *uuid, guint32 task, guint32 attempt, const char *path, GError **error)
{
  g_autoptr (SyTextStream) self = g_new0 (SyTextStream, 1);

  self->fd = -1;
  self->boot_to_wall = G_MININT64;
  self->path = g_strdup (path);
  if (path != NULL ? open_file (self, error) : open_output (self, uuid, task, attempt, error))
    return g_steal_pointer (&self);
  return NULL;
}

void
sy_text_stream_free (SyTextStream *self)
{
  if (self == NULL)
    return;
  if (self->fd >= 0)
    close (self->fd);
  g_clear_pointer (&self->output, sy_output_reader_free);
  g_clear_pointer (&self->run, sy_run_dir_free);
  g_clear_pointer (&self->dir, sy_state_dir_free);
  g_free (self->path);
  g_free (self);
}

/* --- what is there --- */

/* Another file of that name, a shorter one, or one of the same length that was written again */
static gboolean
is_another (const struct stat *before, const struct stat *now)
{
  return before->st_ino != now->st_ino || before->st_dev != now->st_dev || now->st_size < before->st_size
         || (now->st_size == before->st_size
             && (now->st_mtim.tv_sec != before->st_mtim.tv_sec || now->st_mtim.tv_nsec != before->st_mtim.tv_nsec));
}

gboolean
sy_text_stream_refresh (SyTextStream *self, gboolean *changed, GError **error)
{
  struct stat now;

  *changed = FALSE;
  if (self->path == NULL)
    {
      sy_output_reader_refresh (self->output);
      return TRUE;
    }
  if (stat (self->path, &now) != 0)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_NOT_FOUND, _("%s was deleted or moved"), self->path);
      return FALSE;
    }
  *changed = is_another (&self->newest, &now);
  if (!*changed)
    self->newest = now;
  return TRUE;
}

guint64
sy_text_stream_get_total (SyTextStream *self)
{
  SyOutputExtent extent;

  if (self->path != NULL)
    return (guint64) self->newest.st_size;
  sy_output_reader_get_extent (self->output, &extent);
  return (guint64) extent.size;
}

guint64
sy_text_stream_get_missing (SyTextStream *self)
{
  SyOutputExtent extent;

  if (self->path != NULL)
    return 0;
  sy_output_reader_get_extent (self->output, &extent);
  return (guint64) extent.missing;
}

gssize
sy_text_stream_read (SyTextStream *self, guint64 *offset, void *buffer, gsize size, GError **error)
{
  gint64 at = (gint64) *offset;
  gssize n;

  if (self->path == NULL)
    {
      n = sy_output_reader_read (self->output, &at, buffer, size, error);
      *offset = (guint64) at;
      return n;
    }
  n = pread (self->fd, buffer, size, at);
  if (n < 0)
    sy_error_set_errno (error, errno, "Reading %s", self->path);
  return n;
}

GArray *
sy_text_stream_get_times (SyTextStream *self, guint64 offset, const char *bytes, gsize size)
{
  GArray *times;
  gint64 last = -1;

  if (self->path != NULL || self->boot_to_wall == G_MININT64)
    return NULL;
  times = g_array_new (FALSE, FALSE, sizeof (SyOutputTime));
  for (const char *p = bytes, *end = bytes + size; p < end;)
    {
      const char *newline = memchr (p, '\n', (gsize) (end - p));
      SyOutputTime time = { offset + (guint64) (p - bytes), 0 };
      gint64 boot_us = sy_output_reader_time_at (self->output, (gint64) time.offset);

      if (boot_us < 0)
        break;
      time.wall_us = boot_us + self->boot_to_wall;
      if (boot_us != last)
        g_array_append_val (times, time);
      last = boot_us;
      p = newline != NULL ? newline + 1 : end;
    }
  return times;
}

guint64
sy_text_stream_find_offset (SyTextStream *self, gint64 wall_us)
{
  guint64 total = sy_text_stream_get_total (self);

  if (self->path != NULL || self->boot_to_wall == G_MININT64 || (self->ended_us > 0 && wall_us >= self->ended_us))
    return total;
  /* All came in one burst, of which the end of the attempt alone is known. */
  if (total > 0 && sy_output_reader_time_at (self->output, (gint64) total - 1) < 0)
    return self->ended_us > 0 ? 0 : total;
  return (guint64) sy_output_reader_offset_at (self->output, wall_us - self->boot_to_wall + 1);
}
