/* sy-run-dir.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/store/sy-state-dir-private.h"

#include "core/base/sy-error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define OWNER_BYTES 64 /* written at creation, so that a full disk cannot hinder an owner */
#define OWN_RETRY_US 10000

struct _SyRunDir
{
  char uuid[37];
  char *path;
  int fd;
  int owner_fd; /* -1: not ours */
};

static const char *const folders[] = { "k", "out", "v", "artifacts" };

static SyRunDir *
run_dir_new (SyStateDir *dir, const char *uuid)
{
  SyRunDir *run = g_new0 (SyRunDir, 1);

  g_strlcpy (run->uuid, uuid, sizeof run->uuid);
  run->path = g_build_filename (sy_state_dir_get_path (dir), "runs", uuid, NULL);
  run->fd = run->owner_fd = -1;
  return run;
}

static gboolean
write_all (int fd, const void *data, gsize size)
{
  const char *p = data;

  while (size > 0)
    {
      gssize n = write (fd, p, size);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      p += n;
      size -= (gsize) n;
    }
  return TRUE;
}

static gboolean
make_file (SyRunDir *run, const char *name, gsize size, GError **error)
{
  char zeros[OWNER_BYTES] = { 0 };
  int fd = sy_run_dir_open_file (run, name, O_WRONLY | O_CREAT | O_EXCL, error);
  gboolean ok;

  if (fd < 0)
    return FALSE;
  ok = write_all (fd, zeros, size);
  if (!ok)
    sy_error_set_errno (error, errno, "Writing %s/%s", run->path, name);
  close (fd);
  return ok;
}

static gboolean
fill (SyRunDir *run, int runs_fd, const char *name, GError **error)
{
  run->fd = sy_state_dir_open_folder (runs_fd, name, run->path, error);
  if (run->fd < 0)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    if (mkdirat (run->fd, folders[i], 0700) != 0)
      {
        sy_error_set_errno (error, errno, "Making folder %s/%s", run->path, folders[i]);
        return FALSE;
      }
  return make_file (run, "owner", OWNER_BYTES, error) && make_file (run, "bell", 1, error) && make_file (run, "mark", 0, error);
}

/* Under another name until it is whole: whoever looks for runs, and who goes on after a kill, finds all of it or nothing. */
static gboolean
make_whole (SyRunDir *run, int runs_fd, const char *making, GError **error)
{
  if (mkdirat (runs_fd, making, 0700) != 0)
    {
      sy_error_set_errno (error, errno, "Making folder %s", run->path);
      return FALSE;
    }
  if (!fill (run, runs_fd, making, error))
    return FALSE;
  if (renameat (runs_fd, making, runs_fd, run->uuid) == 0)
    return TRUE;
  sy_error_set_errno (error, errno, "Making folder %s", run->path);
  return FALSE;
}

SyRunDir *
sy_run_dir_create (SyStateDir *dir, const char *uuid, GError **error)
{
  g_autofree char *random = uuid == NULL ? g_uuid_string_random () : NULL;
  g_autofree char *making = NULL;
  g_autoptr (SyRunDir) run = NULL;
  int runs_fd = sy_state_dir_get_runs_fd (dir);

  g_return_val_if_fail (runs_fd >= 0, NULL);
  g_return_val_if_fail (uuid == NULL || sy_state_dir_is_uuid (uuid), NULL);

  run = run_dir_new (dir, uuid != NULL ? uuid : random);
  making = g_strdup_printf (SY_STATE_DIR_MAKING_PREFIX "%s-%d", run->uuid, (int) getpid ());
  if (!make_whole (run, runs_fd, making, error))
    {
      sy_state_dir_remove_tree (runs_fd, making);
      return NULL;
    }
  return g_steal_pointer (&run);
}

SyRunDir *
sy_run_dir_open (SyStateDir *dir, const char *uuid, GError **error)
{
  g_autoptr (SyRunDir) run = NULL;

  if (!sy_state_dir_is_uuid (uuid) || sy_state_dir_get_runs_fd (dir) < 0)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_NOT_FOUND, "There is no run %s in %s", uuid,
                   sy_state_dir_get_path (dir));
      return NULL;
    }
  run = run_dir_new (dir, uuid);
  run->fd = sy_state_dir_open_folder (sy_state_dir_get_runs_fd (dir), uuid, run->path, error);
  return run->fd >= 0 ? g_steal_pointer (&run) : NULL;
}

void
sy_run_dir_free (SyRunDir *run)
{
  if (run == NULL)
    return;
  sy_run_dir_disown (run);
  if (run->fd >= 0)
    close (run->fd);
  g_free (run->path);
  g_free (run);
}

const char *
sy_run_dir_get_uuid (SyRunDir *run)
{
  return run->uuid;
}

const char *
sy_run_dir_get_path (SyRunDir *run)
{
  return run->path;
}

int
sy_run_dir_get_fd (SyRunDir *run)
{
  return run->fd;
}

char *
sy_run_dir_short_path (SyRunDir *run, const char *name)
{
  return g_strdup_printf ("/proc/self/fd/%d/%s", run->fd, name);
}

/* --- ownership --- */

static guint64
own_start_time (void)
{
  g_autofree char *stat = NULL;
  guint64 start = 0;
  const char *p;

  if (!g_file_get_contents ("/proc/self/stat", &stat, NULL, NULL))
    return 0;
  p = strrchr (stat, ')');
  if (p != NULL)
    sscanf (
        p, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %" G_GUINT64_FORMAT,
        &start);
  return start;
}

static void
write_owner (int fd)
{
  char text[OWNER_BYTES + 1];
  int n = g_snprintf (text, sizeof text, "%d %" G_GUINT64_FORMAT "\n", (int) getpid (), own_start_time ());

  memset (text + n, ' ', sizeof text - (gsize) n);
  /* Only for the message to a second runner: the lock itself is what counts. */
  if (pwrite (fd, text, OWNER_BYTES, 0) < 0)
    g_debug ("owner file: %s", g_strerror (errno));
}

static void
read_owner (int fd, gint32 *pid, guint64 *start_time)
{
  char text[OWNER_BYTES + 1] = { 0 };
  int p = 0;
  guint64 start = 0;

  if (pread (fd, text, OWNER_BYTES, 0) > 0)
    sscanf (text, "%d %" G_GUINT64_FORMAT, &p, &start);
  if (pid != NULL)
    *pid = p;
  if (start_time != NULL)
    *start_time = start;
}

static void
set_owned_error (SyRunDir *run, int fd, GError **error)
{
  gint32 pid;

  read_owner (fd, &pid, NULL);
  g_set_error (error, SY_ERROR, SY_ERROR_OWNED,
               "Run %.8s has a runner already, process %d: `switchyard watch %.8s` follows it, `switchyard cancel %.8s` ends it",
               run->uuid, pid, run->uuid, run->uuid);
}

gboolean
sy_run_dir_own (SyRunDir *run, gint64 wait_us, GError **error)
{
  gint64 until = g_get_monotonic_time () + wait_us;
  int fd;

  g_return_val_if_fail (run->owner_fd < 0, FALSE);

  fd = sy_run_dir_open_file (run, "owner", O_RDWR | O_CREAT, error);
  if (fd < 0)
    return FALSE;
  while (flock (fd, LOCK_EX | LOCK_NB) != 0)
    {
      if (errno == EINTR)
        continue;
      if (errno != EWOULDBLOCK || g_get_monotonic_time () >= until)
        {
          if (errno == EWOULDBLOCK)
            set_owned_error (run, fd, error);
          else
            sy_error_set_errno (error, errno, "Locking %s/owner", run->path);
          close (fd);
          return FALSE;
        }
      g_usleep (OWN_RETRY_US);
    }
  write_owner (fd);
  run->owner_fd = fd;
  return TRUE;
}

void
sy_run_dir_disown (SyRunDir *run)
{
  if (run->owner_fd < 0)
    return;
  close (run->owner_fd);
  run->owner_fd = -1;
}

gboolean
sy_run_dir_is_own (SyRunDir *run)
{
  return run->owner_fd >= 0;
}

int
sy_run_dir_hold_off_runner (SyRunDir *run, gboolean *absent)
{
  int fd = openat (run->fd, "owner", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

  *absent = fd < 0;
  if (fd < 0)
    return -1;
  if (flock (fd, LOCK_SH | LOCK_NB) == 0)
    return fd;
  *absent = errno != EWOULDBLOCK;
  close (fd);
  return -1;
}

gboolean
sy_run_dir_has_owner (SyStateDir *dir, const char *uuid)
{
  g_autofree char *name = g_strconcat (uuid, "/owner", NULL);
  int fd = sy_state_dir_is_uuid (uuid)
             ? openat (sy_state_dir_get_runs_fd (dir), name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC) : -1;
  gboolean owned;

  if (fd < 0)
    return FALSE;
  owned = flock (fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  close (fd);
  return owned;
}

SyOwner
sy_run_dir_get_owner (SyRunDir *run, gint32 *pid, guint64 *start_time)
{
  SyOwner owner;
  int fd = openat (run->fd, "owner", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

  if (pid != NULL)
    *pid = 0;
  if (start_time != NULL)
    *start_time = 0;
  if (fd < 0)
    return errno == ENOENT ? SY_OWNER_NONE : SY_OWNER_UNKNOWN;
  if (flock (fd, LOCK_SH | LOCK_NB) == 0)
    owner = SY_OWNER_NONE;
  else
    owner = errno == EWOULDBLOCK ? SY_OWNER_ALIVE : SY_OWNER_UNKNOWN;
  if (owner == SY_OWNER_ALIVE)
    read_owner (fd, pid, start_time);
  close (fd);
  return owner;
}

const char *
sy_owner_to_string (SyOwner owner)
{
  static const char *const words[] = { "none", "alive", "unknown" };

  return (guint) owner < G_N_ELEMENTS (words) ? words[owner] : "unknown";
}

/* --- files --- */

int
sy_run_dir_open_file (SyRunDir *run, const char *name, int flags, GError **error)
{
  int fd;

  g_return_val_if_fail (name[0] != '/' && strstr (name, "..") == NULL, -1);
  /* A stray open and close of the log would drop SQLite's POSIX locks. */
  g_return_val_if_fail (!g_str_has_prefix (name, "log.db"), -1);

  fd = openat (run->fd, name, flags | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    sy_error_set_errno (error, errno, "Opening %s/%s", run->path, name);
  return fd;
}

static gboolean
replace_file (SyRunDir *run, const char *name, const void *data, gsize size, gboolean sync, GError **error)
{
  g_autofree char *temp = g_strconcat (name, ".new", NULL);
  gboolean ok;
  int fd;

  unlinkat (run->fd, temp, 0);
  fd = sy_run_dir_open_file (run, temp, O_WRONLY | O_CREAT | O_EXCL, error);
  if (fd < 0)
    return FALSE;
  ok = write_all (fd, data, size) && (!sync || fsync (fd) == 0) && renameat (run->fd, temp, run->fd, name) == 0;
  if (!ok)
    sy_error_set_errno (error, errno, "Writing %s/%s", run->path, name);
  close (fd);
  if (!ok)
    unlinkat (run->fd, temp, 0);
  return ok;
}

gboolean
sy_run_dir_replace_file (SyRunDir *run, const char *name, const void *data, gsize size, GError **error)
{
  if (!replace_file (run, name, data, size, TRUE, error))
    return FALSE;
  fsync (run->fd);
  return TRUE;
}

void
sy_run_dir_sync (SyRunDir *run)
{
  int parent = openat (run->fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  fsync (run->fd);
  if (parent < 0)
    return;
  fsync (parent);
  close (parent);
}

GBytes *
sy_run_dir_read_file (SyRunDir *run, const char *name, gsize max_size, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 buffer[16384];
  gssize n = 0;
  int fd = sy_run_dir_open_file (run, name, O_RDONLY, error);

  if (fd < 0)
    return NULL;
  while (bytes->len < max_size && (n = read (fd, buffer, MIN (sizeof buffer, max_size - bytes->len))) > 0)
    g_byte_array_append (bytes, buffer, (guint) n);
  if (n < 0)
    sy_error_set_errno (error, errno, "Reading %s/%s", run->path, name);
  close (fd);
  return n < 0 ? NULL : g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

gboolean
sy_run_dir_remove_file (SyRunDir *run, const char *name, GError **error)
{
  g_return_val_if_fail (!g_str_has_prefix (name, "log.db"), FALSE);

  if (unlinkat (run->fd, name, 0) == 0 || errno == ENOENT)
    return TRUE;
  sy_error_set_errno (error, errno, "Removing %s/%s", run->path, name);
  return FALSE;
}

/* Ends with an empty item, so that a file that a power cut has left empty is not taken for an empty environment. */
gboolean
sy_run_dir_write_env (SyRunDir *run, const char *const *env, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (; env != NULL && *env != NULL; env++)
    g_string_append_len (text, *env, (gssize) strlen (*env) + 1);
  g_string_append_c (text, '\0');
  return replace_file (run, "env", text->str, text->len, FALSE, error);
}

void
sy_run_dir_sync_env (SyRunDir *run)
{
  int fd = sy_run_dir_open_file (run, "env", O_RDONLY, NULL);

  if (fd < 0)
    return;
  fdatasync (fd);
  close (fd);
}

GStrv
sy_run_dir_read_env (SyRunDir *run, GError **error)
{
  g_autoptr (GBytes) bytes = sy_run_dir_read_file (run, "env", 16 * 1024 * 1024, error);
  g_autoptr (GPtrArray) env = NULL;
  const char *p, *end;
  gsize size = 0;

  if (bytes == NULL)
    return NULL;
  p = g_bytes_get_data (bytes, &size);
  if (size == 0)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_CORRUPT, "The start environment of run %s is lost", run->uuid);
      return NULL;
    }
  env = g_ptr_array_new ();
  for (end = p + size; p < end; p += strnlen (p, (gsize) (end - p)) + 1)
    if (*p != '\0')
      g_ptr_array_add (env, g_strndup (p, (gsize) (end - p)));
  g_ptr_array_add (env, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&env), FALSE);
}

/* --- reserve, pin --- */

static gboolean
fill_file (int fd, gsize size)
{
  char block[65536];
  int rc = fallocate (fd, 0, 0, (off_t) size);

  if (rc == 0 || errno == ENOSPC || errno == EDQUOT)
    return rc == 0;
  memset (block, 0x5a, sizeof block);
  for (gsize at = 0; at < size; at += sizeof block)
    if (!write_all (fd, block, sizeof block))
      return FALSE;
  return TRUE;
}

gboolean
sy_run_dir_make_reserve (SyRunDir *run, GError **error)
{
  struct stat st;
  gboolean ok;
  int fd = sy_run_dir_open_file (run, "reserve", O_WRONLY | O_CREAT, error);

  if (fd < 0)
    return FALSE;
  ok = fstat (fd, &st) == 0;
  if (ok && (gint64) st.st_blocks * 512 < SY_RUN_DIR_RESERVE_BYTES)
    ok = fill_file (fd, SY_RUN_DIR_RESERVE_BYTES);
  if (!ok)
    {
      sy_error_set_errno (error, errno, "Reserving %d MiB as %s/reserve", SY_RUN_DIR_RESERVE_BYTES >> 20,
                          run->path);
      unlinkat (run->fd, "reserve", 0);
    }
  close (fd);
  return ok;
}

gboolean
sy_run_dir_give_up_reserve (SyRunDir *run)
{
  return unlinkat (run->fd, "reserve", 0) == 0;
}

gboolean
sy_run_dir_is_pinned (SyRunDir *run)
{
  return faccessat (run->fd, "pin", F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

gboolean
sy_run_dir_set_pinned (SyRunDir *run, gboolean pinned, GError **error)
{
  return pinned ? sy_run_dir_replace_file (run, "pin", "", 0, error)
                : sy_run_dir_remove_file (run, "pin", error);
}

char *
sy_run_dir_get_note (SyRunDir *run)
{
  g_autoptr (GBytes) bytes = sy_run_dir_read_file (run, "note", SY_RUN_DIR_NOTE_MAX, NULL);
  gsize size = 0;
  const char *data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;

  return size > 0 ? g_utf8_make_valid (data, (gssize) size) : NULL;
}

gboolean
sy_run_dir_set_note (SyRunDir *run, const char *note, GError **error)
{
  gsize size = note != NULL ? strlen (note) : 0;

  if (size > SY_RUN_DIR_NOTE_MAX)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "A note has at most %d bytes, this one %" G_GSIZE_FORMAT,
                   SY_RUN_DIR_NOTE_MAX, size);
      return FALSE;
    }
  return size > 0 ? sy_run_dir_replace_file (run, "note", note, size, error)
                  : sy_run_dir_remove_file (run, "note", error);
}

gint64
sy_run_dir_measure (SyRunDir *run)
{
  gint64 bytes = 0;

  sy_state_dir_measure_tree (run->fd, ".", &bytes);
  return bytes;
}

gboolean
sy_run_dir_delete (SyStateDir *dir, const char *uuid, GError **error)
{
  g_autoptr (SyRunDir) run = sy_run_dir_open (dir, uuid, error);
  g_autofree char *trash = g_strconcat (SY_STATE_DIR_TRASH_PREFIX, uuid, NULL);
  int runs_fd = sy_state_dir_get_runs_fd (dir);

  if (run == NULL || !sy_run_dir_own (run, 0, error))
    return FALSE;
  /* Renamed first: a deletion that is cut short leaves no half run behind. */
  if (renameat (runs_fd, uuid, runs_fd, trash) != 0 || !sy_state_dir_remove_tree (runs_fd, trash))
    {
      sy_error_set_errno (error, errno, "Deleting %s", run->path);
      return FALSE;
    }
  return TRUE;
}
