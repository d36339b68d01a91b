/* sy-edit-save.c: writing to a file that others write too
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-edit-private.h"
#include "core/format/sy-loader.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Conflicts */

static const SyNode *
find_in (SyDocument *document, const char *const *path)
{
  SyEditor e = { .root = document ? sy_document_get_root (document) : NULL };

  return sy_editor_find (&e, path);
}

/* The list whose item is meant: numbers shift when others add items, so the whole list counts. */
static guint
cut_at_list (SyDocument *document, char **path)
{
  guint n = g_strv_length (path);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *rest = path[i];
      const SyNode *node;

      path[i] = NULL;
      node = find_in (document, (const char *const *)path);
      path[i] = g_steal_pointer (&rest);
      if (node && node->kind == SY_NODE_SEQUENCE)
        return i;
    }
  return n;
}

/* What one operation touches, as a path; the others only ask that a task be there */
static GStrv
touched_path (const SyEditOp *op)
{
  const char *task[] = { "tasks", op->id, NULL };

  switch (op->kind)
    {
    case OP_SET:
    case OP_REMOVE:
    case OP_RENAME:
      return g_strdupv (op->path);
    case OP_REMOVE_TASK:
      return g_strdupv ((char **)task);
    default:
      return NULL;
    }
}

static gboolean
check_conflict (const SyEditOp *op, SyDocument *old, SyDocument *now, GError **error)
{
  const char *name = sy_source_get_name (sy_document_get_source (now));
  g_auto (GStrv) path = touched_path (op);
  const SyNode *was, *is;
  guint n, line = 0, column;

  if (!path)
    return TRUE;
  n = cut_at_list (old, path);
  for (guint i = n; path[i]; i++)
    g_clear_pointer (&path[i], g_free);
  was = find_in (old, (const char *const *)path);
  is = find_in (now, (const char *const *)path);
  if (sy_edit_nodes_equal (was, is))
    return TRUE;
  {
    g_autofree char *joined = g_strjoinv (".", path);

    if (is)
      sy_source_position (sy_document_get_source (now), is->start, &line, &column);
    g_set_error (error, SY_ERROR, SY_ERROR_REFUSED,
                 is ? "%s:%u: conflict: %s was changed on disk meanwhile"
                    : "%s%.0u: conflict: %s was removed on disk meanwhile",
                 name, line, joined);
  }
  return FALSE;
}

/* Both texts take the operations side by side, so that each one is compared with what its own predecessors
 * left. */
SyDocument *
sy_edit_reapply (const SyEdit *edit, SyDocument *base, SyDocument *disk, GError **error)
{
  g_autoptr (SyDocument) mine = sy_document_ref (base), theirs = sy_document_ref (disk);

  for (guint i = 0; i < edit->ops->len; i++)
    {
      const SyEditOp *op = g_ptr_array_index (edit->ops, i);
      SyDocument *next_mine, *next_theirs;

      if (!check_conflict (op, mine, theirs, error) || !(next_mine = sy_edit_op_apply (op, mine, error)))
        return NULL;
      sy_document_unref (mine);
      mine = next_mine;
      if (!(next_theirs = sy_edit_op_apply (op, theirs, error)))
        {
          g_prefix_error (error, "the file changed on disk meanwhile: ");
          return NULL;
        }
      sy_document_unref (theirs);
      theirs = next_theirs;
    }
  return g_steal_pointer (&theirs);
}

static GBytes *
reapply (const SyEdit *edit, GBytes *base, GBytes *disk, const char *name, GError **error)
{
  g_autoptr (SyDocument) mine = sy_edit_parse (base, name, error);
  g_autoptr (SyDocument) theirs = mine ? sy_edit_parse (disk, name, error) : NULL;
  g_autoptr (SyDocument) both = theirs ? sy_edit_reapply (edit, mine, theirs, error) : NULL;

  if (mine && !theirs)
    g_prefix_error (error, "the file changed on disk meanwhile: ");
  return both ? g_bytes_ref (sy_source_get_bytes (sy_document_get_source (both))) : NULL;
}

/* Writing */

static gboolean
write_all (int fd, GBytes *bytes)
{
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  while (length > 0)
    {
      gssize n = write (fd, data, length);

      if (n < 0 && errno != EINTR)
        return FALSE;
      if (n > 0)
        {
          data += n;
          length -= (gsize)n;
        }
    }
  return fsync (fd) == 0;
}

/* Mode and owner of the file that is replaced; of a new one the usual mode */
static gboolean
copy_mode (int fd, const char *path)
{
  struct stat st;
  mode_t mask;

  if (stat (path, &st) == 0)
    {
      if (fchown (fd, st.st_uid, st.st_gid) != 0 && fchown (fd, (uid_t)-1, st.st_gid) != 0)
        st.st_mode &= (mode_t) ~(S_ISUID | S_ISGID);
      return fchmod (fd, st.st_mode & 07777) == 0;
    }
  mask = umask (0);
  umask (mask);
  return fchmod (fd, 0666 & ~mask) == 0;
}

static void
sync_folder (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return;
  fsync (fd);
  close (fd);
}

gboolean
sy_edit_write_file (const char *path, GBytes *bytes, GError **error)
{
  char *resolved = realpath (path, NULL);
  g_autofree char *target = g_strdup (resolved ? resolved : path), *folder = g_path_get_dirname (target);
  g_autofree char *base = g_path_get_basename (target), *name = g_strdup_printf (".%s.XXXXXX", base),
                  *temp = NULL;
  int fd, saved = 0;

  free (resolved);
  temp = g_build_filename (folder, name, NULL);
  fd = g_mkstemp_full (temp, O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0)
    {
      sy_error_set_errno (error, errno, "write in “%s”", folder);
      return FALSE;
    }
  if (!write_all (fd, bytes) || !copy_mode (fd, target))
    saved = errno;
  if (close (fd) != 0 && saved == 0)
    saved = errno;
  if (saved == 0 && g_rename (temp, target) != 0)
    saved = errno;
  if (saved != 0)
    {
      g_unlink (temp);
      sy_error_set_errno (error, saved, "write “%s”", target);
      return FALSE;
    }
  sync_folder (target);
  return TRUE;
}

GBytes *
sy_edit_save (const SyEdit *edit, const char *path, GBytes *base, GError **error)
{
  for (guint tries = 0; tries < 5; tries++)
    {
      g_autoptr (GBytes) disk = sy_loader_read (path, error), again = NULL, result = NULL;

      if (!disk)
        return NULL;
      result = g_bytes_equal (disk, base) ? sy_edit_apply (edit, base, path, error)
                                          : reapply (edit, base, disk, path, error);
      if (!result || g_bytes_equal (result, disk))
        return g_steal_pointer (&result);
      if (!(again = sy_loader_read (path, error)))
        return NULL;
      if (g_bytes_equal (again, disk))
        return sy_edit_write_file (path, result, error) ? g_steal_pointer (&result) : NULL;
    }
  g_set_error (error, SY_ERROR, SY_ERROR_REFUSED, "%s: another program keeps writing this file; try again",
               path);
  return NULL;
}
