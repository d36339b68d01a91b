/* sy-state-dir.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/store/sy-state-dir-private.h"

#include "core/base/sy-error.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

struct _SyStateDir
{
  char *path;
  int fd;
  int runs_fd; /* -1: there is none */
};

static const struct
{
  guint32 magic;
  const char *name;
} network_file_systems[] = {
  { 0x6969, "NFS" },      { 0x517B, "SMB" },        { 0xFF534D42, "CIFS" },  { 0xFE534D42, "SMB2" },
  { 0x73757245, "Coda" }, { 0x5346414F, "AFS" },    { 0x00C36400, "Ceph" },  { 0x0BD00BD0, "Lustre" },
  { 0x47504653, "GPFS" }, { 0x19830326, "BeeGFS" }, { 0xAAD7AAEA, "PanFS" }, { 0x564C, "NCP" },
  { 0x01021997, "9P" },   { 0x7461636F, "OCFS2" },  { 0x01161970, "GFS2" },
};

gboolean
sy_state_dir_is_network_fs (guint64 f_type, const char **name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (network_file_systems); i++)
    if ((guint32) f_type == network_file_systems[i].magic)
      {
        *name = network_file_systems[i].name;
        return TRUE;
      }
  return FALSE;
}

static gboolean
check_file_system (int fd, const char *path, GError **error)
{
  struct statfs fs;
  const char *name = NULL;

  if (fstatfs (fd, &fs) != 0)
    {
      sy_error_set_errno (error, errno, "Looking at the file system of %s", path);
      return FALSE;
    }
  if (!sy_state_dir_is_network_fs ((guint64) fs.f_type, &name) ||
      g_strcmp0 (g_getenv ("SWITCHYARD_ALLOW_NFS"), "1") == 0)
    return TRUE;
  g_set_error (error, SY_ERROR, SY_ERROR_REFUSED,
               "%s lies on a network file system (%s), whose locks cannot be trusted with a run log: "
               "set XDG_STATE_HOME to a local folder (or SWITCHYARD_ALLOW_NFS=1, at your own risk)",
               path, name);
  return FALSE;
}

static gboolean
check_private (int fd, const char *path, GError **error)
{
  struct stat st;

  if (fstat (fd, &st) != 0)
    {
      sy_error_set_errno (error, errno, "Looking at %s", path);
      return FALSE;
    }
  if (st.st_uid != geteuid ())
    {
      g_set_error (
          error, SY_ERROR, SY_ERROR_REFUSED,
          "%s belongs to user %u, not to you (%u): remove it or set XDG_STATE_HOME to a folder of yours",
          path, (guint) st.st_uid, (guint) geteuid ());
      return FALSE;
    }
  if ((st.st_mode & 022) != 0)
    {
      g_set_error (
          error, SY_ERROR, SY_ERROR_REFUSED,
          "%s may be written by others (mode %04o): run `chmod go-w %s` once you trust what is in it", path,
          (guint) st.st_mode & 07777, path);
      return FALSE;
    }
  return TRUE;
}

int
sy_state_dir_open_folder (int parent_fd, const char *name, const char *path, GError **error)
{
  int nofollow = parent_fd == AT_FDCWD ? 0 : O_NOFOLLOW;
  int fd = openat (parent_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | nofollow);

  if (fd < 0)
    sy_error_set_errno (error, errno, "Opening folder %s", path);
  else if (!check_private (fd, path, error))
    {
      close (fd);
      fd = -1;
    }
  return fd;
}

static gboolean
open_runs (SyStateDir *dir, SyStateDirFlags flags, GError **error)
{
  g_autofree char *path = g_build_filename (dir->path, "runs", NULL);
  struct stat st;

  if ((flags & SY_STATE_DIR_CREATE) && mkdirat (dir->fd, "runs", 0700) != 0 && errno != EEXIST)
    {
      sy_error_set_errno (error, errno, "Making folder %s", path);
      return FALSE;
    }
  if (!(flags & SY_STATE_DIR_CREATE) && fstatat (dir->fd, "runs", &st, AT_SYMLINK_NOFOLLOW) != 0 &&
      errno == ENOENT)
    return TRUE;
  dir->runs_fd = sy_state_dir_open_folder (dir->fd, "runs", path, error);
  return dir->runs_fd >= 0;
}

SyStateDir *
sy_state_dir_open (const char *path, SyStateDirFlags flags, GError **error)
{
  g_autoptr (SyStateDir) dir = g_new0 (SyStateDir, 1);

  g_return_val_if_fail (path == NULL || g_path_is_absolute (path), NULL);

  dir->path = path != NULL ? g_strdup (path) : g_build_filename (g_get_user_state_dir (), "switchyard", NULL);
  dir->fd = dir->runs_fd = -1;
  if ((flags & SY_STATE_DIR_CREATE) && g_mkdir_with_parents (dir->path, 0700) != 0)
    {
      gboolean absent = errno == ENOENT; /* a folder above; no run that was not found */

      sy_error_set_errno (error, errno, "Runs cannot be kept: making folder %s (XDG_STATE_HOME or SWITCHYARD_STATE_DIR name another place)",
                          dir->path);
      if (absent && error != NULL)
        (*error)->code = SY_ERROR_IO;
      return NULL;
    }
  dir->fd = sy_state_dir_open_folder (AT_FDCWD, dir->path, dir->path, error);
  if (dir->fd < 0 || !check_file_system (dir->fd, dir->path, error) || !open_runs (dir, flags, error))
    return NULL;
  return g_steal_pointer (&dir);
}

void
sy_state_dir_free (SyStateDir *dir)
{
  if (dir == NULL)
    return;
  if (dir->fd >= 0)
    close (dir->fd);
  if (dir->runs_fd >= 0)
    close (dir->runs_fd);
  g_free (dir->path);
  g_free (dir);
}

const char *
sy_state_dir_get_path (SyStateDir *dir)
{
  return dir->path;
}

int
sy_state_dir_get_fd (SyStateDir *dir)
{
  return dir->fd;
}

int
sy_state_dir_get_runs_fd (SyStateDir *dir)
{
  return dir->runs_fd;
}

gboolean
sy_state_dir_is_uuid (const char *text)
{
  for (guint i = 0; i < 36; i++)
    {
      gboolean dash = i == 8 || i == 13 || i == 18 || i == 23;

      if (dash ? text[i] != '-' : !g_ascii_isxdigit (text[i]) || g_ascii_isupper (text[i]))
        return FALSE;
    }
  return text[36] == '\0';
}

/* A DIR of its own descriptor, so that the position of @fd is nobody's */
static DIR *
open_dir (int parent_fd, const char *name)
{
  int fd = openat (parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR *d = fd >= 0 ? fdopendir (fd) : NULL;

  if (d == NULL && fd >= 0)
    close (fd);
  return d;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

gint64
sy_state_dir_get_free_bytes (SyStateDir *dir)
{
  struct statvfs fs;

  return fstatvfs (dir->fd, &fs) == 0 ? (gint64) fs.f_bavail * (gint64) fs.f_frsize : -1;
}

GStrv
sy_state_dir_list_runs (SyStateDir *dir, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  struct dirent *entry;
  DIR *d;

  if (dir->runs_fd >= 0)
    {
      d = open_dir (dir->runs_fd, ".");
      if (d == NULL)
        {
          sy_error_set_errno (error, errno, "Reading folder %s/runs", dir->path);
          return NULL;
        }
      while ((entry = readdir (d)) != NULL)
        if (sy_state_dir_is_uuid (entry->d_name))
          g_ptr_array_add (names, g_strdup (entry->d_name));
      closedir (d);
    }
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&names), FALSE);
}

typedef gboolean (*TreeVisit) (int parent_fd, const char *name, const struct stat *st, gpointer data);

/* Depth first, contents before their folder */
static gboolean
visit_tree (int parent_fd, const char *name, guint depth, TreeVisit visit, gpointer data)
{
  struct stat st;
  struct dirent *entry;
  gboolean ok = TRUE;
  DIR *d;

  if (fstatat (parent_fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
    return errno == ENOENT;
  if (S_ISDIR (st.st_mode) && depth < 64)
    {
      d = open_dir (parent_fd, name);
      if (d == NULL)
        return FALSE;
      while ((entry = readdir (d)) != NULL)
        if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0)
          ok = visit_tree (dirfd (d), entry->d_name, depth + 1, visit, data) && ok;
      closedir (d);
    }
  return visit (parent_fd, name, &st, data) && ok;
}

static gboolean
add_blocks (int parent_fd, const char *name, const struct stat *st, gpointer data)
{
  *(gint64 *) data += (gint64) st->st_blocks * 512;
  return TRUE;
}

static gboolean
remove_entry (int parent_fd, const char *name, const struct stat *st, gpointer data)
{
  return unlinkat (parent_fd, name, S_ISDIR (st->st_mode) ? AT_REMOVEDIR : 0) == 0 || errno == ENOENT;
}

gboolean
sy_state_dir_measure_tree (int parent_fd, const char *name, gint64 *bytes)
{
  return visit_tree (parent_fd, name, 0, add_blocks, bytes);
}

gboolean
sy_state_dir_remove_tree (int parent_fd, const char *name)
{
  return visit_tree (parent_fd, name, 0, remove_entry, NULL);
}
