/* sy-manuscript-disk.c: the manuscript and the file that others write too
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-manuscript-private.h"

#include "core/base/sy-error.h"
#include "core/format/sy-loader.h"

#include <string.h>

static void
note_disk (SyManuscript *self, GBytes *disk)
{
  if (disk != NULL)
    g_bytes_ref (disk);
  g_clear_pointer (&self->disk, g_bytes_unref);
  self->disk = disk;
}

/* --- two changes of one text --- */

/* What was done here since the file was read, done to what it is now. NULL without error: bytes were replaced by hand. */
static GBytes *
merge_edits (SyManuscript *self, GBytes *disk, GError **error)
{
  g_autoptr (SyDocument) mine = NULL, theirs = NULL;

  if (self->saved < 0 || self->saved > (gint) self->done)
    return NULL;
  for (guint i = (guint) self->saved; i < self->done; i++)
    if (((SyManuscriptStep *) g_ptr_array_index (self->steps, i))->edit == NULL)
      return NULL;
  mine = sy_edit_parse (self->disk, self->path, error);
  theirs = mine != NULL ? sy_edit_parse (disk, self->path, error) : NULL;
  for (guint i = (guint) self->saved; i < self->done && theirs != NULL; i++)
    {
      const SyEdit *edit = ((SyManuscriptStep *) g_ptr_array_index (self->steps, i))->edit;
      SyDocument *next = sy_edit_reapply (edit, mine, theirs, error), *own;

      sy_document_unref (theirs);
      theirs = next;
      own = next != NULL ? sy_edit_apply_to (edit, mine, error) : NULL;
      sy_document_unref (mine);
      mine = own;
      if (own == NULL)
        g_clear_pointer (&theirs, sy_document_unref);
      if (own == NULL)
        return NULL;
    }
  return theirs != NULL ? g_bytes_ref (sy_source_get_bytes (sy_document_get_source (theirs))) : NULL;
}

typedef struct { gsize start, end, length; } Changed; /* [start, end) became `length` bytes; whole lines */

static Changed
changed_lines (GBytes *before, GBytes *after)
{
  gsize n, m, head = 0, tail = 0;
  const char *a = g_bytes_get_data (before, &n), *b = g_bytes_get_data (after, &m);

  while (head < MIN (n, m) && a[head] == b[head])
    head++;
  while (head > 0 && a[head - 1] != '\n')
    head--;
  while (tail < MIN (n, m) - head && a[n - 1 - tail] == b[m - 1 - tail])
    tail++;
  while (tail > 0 && a[n - tail - 1] != '\n')
    tail--;
  return (Changed){ head, n - tail, m - head - tail };
}

/* Both changed other lines of it, with some in between: both changes. NULL: they meet. */
static GBytes *
merge_lines (GBytes *base, GBytes *mine, GBytes *theirs)
{
  Changed a = changed_lines (base, mine), b = changed_lines (base, theirs);
  GBytes *one = mine, *two = theirs;
  GString *out;

  if (a.start > b.start)
    {
      Changed other = a;

      a = b;
      b = other;
      one = theirs;
      two = mine;
    }
  if (a.end >= b.start)
    return NULL;
  out = g_string_new_len (g_bytes_get_data (one, NULL), (gssize) (a.start + a.length));
  g_string_append_len (out, (const char *) g_bytes_get_data (base, NULL) + a.end, (gssize) (b.start - a.end));
  g_string_append_len (out, (const char *) g_bytes_get_data (two, NULL) + b.start, (gssize) (g_bytes_get_size (two) - b.start));
  return g_string_free_to_bytes (out);
}

SyDiskNews
sy_manuscript_take_disk (SyManuscript *self, GBytes *disk, GError **error)
{
  g_autoptr (GBytes) both = NULL;
  g_autoptr (GError) conflict = NULL;

  if (disk == NULL)
    {
      gboolean gone = self->disk != NULL;

      note_disk (self, NULL);
      return gone ? SY_DISK_GONE : SY_DISK_SAME;
    }
  if (self->disk != NULL && g_bytes_equal (disk, self->disk))
    return SY_DISK_SAME;
  if (g_bytes_equal (disk, self->text))
    {
      note_disk (self, disk);
      self->saved = (gint) self->done;
      return SY_DISK_SAME;
    }
  if (sy_manuscript_is_saved (self))
    {
      sy_manuscript_reload (self, disk);
      return SY_DISK_MERGED;
    }
  if (self->disk != NULL && (both = merge_edits (self, disk, &conflict)) == NULL && conflict == NULL)
    both = merge_lines (self->disk, self->text, disk);
  if (both == NULL)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_REFUSED, "%s",
                   conflict != NULL ? conflict->message : "the file was changed on disk where it was changed here too");
      return SY_DISK_CONFLICT;
    }
  sy_manuscript_add_step (self, "Take Over Changes on Disk", FALSE, both, NULL, NULL, NULL);
  note_disk (self, disk);
  self->saved = -1;
  return SY_DISK_MERGED;
}

void
sy_manuscript_reload (SyManuscript *self, GBytes *disk)
{
  sy_manuscript_add_step (self, "Read Again from Disk", FALSE, disk, NULL, NULL, NULL);
  note_disk (self, disk);
  self->saved = (gint) self->done;
}

/* --- saving --- */

/* FALSE: it cannot be read, or says something else where this text does */
static gboolean
meet_disk (SyManuscript *self, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GBytes) disk = sy_loader_read (self->path, &local);

  if (disk == NULL && !g_error_matches (local, SY_ERROR, SY_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return disk == NULL || sy_manuscript_take_disk (self, disk, error) != SY_DISK_CONFLICT;
}

gboolean
sy_manuscript_save (SyManuscript *self, const char *path, gboolean overwrite, GError **error)
{
  g_autofree char *copy = g_strdup (path != NULL ? path : self->path);
  gboolean elsewhere = g_strcmp0 (copy, self->path) != 0;

  if (copy == NULL)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "this workflow has no file yet: choose a name");
      return FALSE;
    }
  if (!overwrite && !elsewhere && !meet_disk (self, error))
    return FALSE;
  if (!sy_edit_write_file (copy, self->text, error))
    return FALSE;
  g_free (self->path);
  self->path = g_steal_pointer (&copy);
  note_disk (self, self->text);
  self->saved = (gint) self->done;
  return TRUE;
}
