/* fault-vfs.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fault-vfs.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#define SECTOR 512

/* A file of ours: the real one lies behind it. */
typedef struct
{
  sqlite3_file base;
  struct Recorded *recorded; /* (nullable) */
  sqlite3_file *real;
} FaultFile;

/* A write (data) or a truncate (data NULL) that is not yet durable */
typedef struct
{
  gint64 offset;
  GBytes *data;
} Change;

typedef struct Recorded
{
  char *path;
  GByteArray *durable;
  GArray *changes; /* Change */
} Recorded;

static struct
{
  GMutex mutex;
  sqlite3_vfs vfs, *real;
  sqlite3_io_methods methods;
  FaultCalls calls;
  guint until; /* calls before the one that fails; 0 = none */
  gboolean persistent, full, failing, has_failed;
  int errnum;
  GHashTable *recorded; /* (nullable) Recorded by path */
  guint until_cut;
  gboolean cut;
} fault;

static sqlite3_file *
real_of (sqlite3_file *file)
{
  return ((FaultFile *) file)->real;
}

static gboolean
fails (FaultCalls call)
{
  gboolean now;

  g_mutex_lock (&fault.mutex);
  now = fault.failing && fault.persistent && (fault.calls & call);
  if (fault.until > 0 && (fault.calls & call) && --fault.until == 0)
    {
      now = TRUE;
      fault.failing = TRUE;
    }
  fault.has_failed = fault.has_failed || now;
  g_mutex_unlock (&fault.mutex);
  return now;
}

/* TRUE: the power is gone */
static gboolean
count_towards_cut (void)
{
  gboolean cut;

  g_mutex_lock (&fault.mutex);
  if (fault.until_cut > 0 && --fault.until_cut == 0)
    fault.cut = TRUE;
  cut = fault.cut;
  g_mutex_unlock (&fault.mutex);
  return cut;
}

/* --- recording --- */

static void
change_clear (gpointer data)
{
  g_clear_pointer (&((Change *) data)->data, g_bytes_unref);
}

static void
recorded_free (gpointer data)
{
  Recorded *recorded = data;

  g_byte_array_unref (recorded->durable);
  g_array_unref (recorded->changes);
  g_free (recorded->path);
  g_free (recorded);
}

static Recorded *
record (const char *path)
{
  Recorded *recorded;
  char *contents;
  gsize size;

  if (fault.recorded == NULL || path == NULL)
    return NULL;
  recorded = g_hash_table_lookup (fault.recorded, path);
  if (recorded != NULL)
    return recorded;
  recorded = g_new0 (Recorded, 1);
  recorded->path = g_strdup (path);
  recorded->durable = g_byte_array_new ();
  recorded->changes = g_array_new (FALSE, FALSE, sizeof (Change));
  g_array_set_clear_func (recorded->changes, change_clear);
  if (g_file_get_contents (path, &contents, &size, NULL))
    {
      g_byte_array_append (recorded->durable, (guint8 *) contents, (guint) size);
      g_free (contents);
    }
  g_hash_table_insert (fault.recorded, recorded->path, recorded);
  return recorded;
}

static void
add_change (sqlite3_file *file, gint64 offset, const void *data, int size)
{
  Recorded *recorded = ((FaultFile *) file)->recorded;
  Change change = { offset, data != NULL ? g_bytes_new (data, (gsize) size) : NULL };

  if (recorded != NULL)
    g_array_append_val (recorded->changes, change);
  else
    change_clear (&change);
}

static void
write_part (GByteArray *bytes, gint64 offset, const guint8 *data, gsize size)
{
  guint old = bytes->len;

  if (bytes->len < offset + (gint64) size)
    {
      g_byte_array_set_size (bytes, (guint) (offset + (gint64) size));
      memset (bytes->data + old, 0, bytes->len - old);
    }
  memcpy (bytes->data + offset, data, size);
}

static void
apply_change (GByteArray *bytes, const Change *change)
{
  gsize size;
  const guint8 *data;

  if (change->data == NULL)
    {
      if (bytes->len > change->offset)
        g_byte_array_set_size (bytes, (guint) change->offset);
      return;
    }
  data = g_bytes_get_data (change->data, &size);
  write_part (bytes, change->offset, data, size);
}

/* Of a write all, none, or some of its sectors */
static void
apply_some (GByteArray *bytes, const Change *change, GRand *random)
{
  int kind = g_rand_int_range (random, 0, 3);
  const guint8 *data;
  gsize size;

  if (kind == 0)
    return;
  if (kind == 1 || change->data == NULL)
    {
      apply_change (bytes, change);
      return;
    }
  data = g_bytes_get_data (change->data, &size);
  for (gsize at = 0; at < size;)
    {
      gsize end = MIN (size, at + SECTOR - (gsize) ((change->offset + (gint64) at) % SECTOR));

      if (g_rand_boolean (random))
        write_part (bytes, change->offset + (gint64) at, data + at, end - at);
      at = end;
    }
}

/* --- methods of a file --- */

static int
error_of (int otherwise)
{
  errno = fault.errnum != 0 ? fault.errnum : EIO;
  return fault.full ? SQLITE_FULL : otherwise;
}

static int
file_close (sqlite3_file *file)
{
  int rc = real_of (file)->pMethods->xClose (real_of (file));

  g_free (real_of (file));
  return rc;
}

static int
file_read (sqlite3_file *file, void *to, int size, sqlite3_int64 offset)
{
  return real_of (file)->pMethods->xRead (real_of (file), to, size, offset);
}

static int
file_write (sqlite3_file *file, const void *data, int size, sqlite3_int64 offset)
{
  if (fails (FAULT_WRITE))
    return error_of (SQLITE_IOERR_WRITE);
  if (count_towards_cut ())
    return SQLITE_IOERR_WRITE;
  add_change (file, offset, data, size);
  return real_of (file)->pMethods->xWrite (real_of (file), data, size, offset);
}

static int
file_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  if (fails (FAULT_TRUNCATE))
    return error_of (SQLITE_IOERR_TRUNCATE);
  if (count_towards_cut ())
    return SQLITE_IOERR_TRUNCATE;
  add_change (file, size, NULL, 0);
  return real_of (file)->pMethods->xTruncate (real_of (file), size);
}

static int
file_sync (sqlite3_file *file, int flags)
{
  Recorded *recorded = ((FaultFile *) file)->recorded;

  if (fails (FAULT_SYNC))
    return SQLITE_IOERR_FSYNC;
  if (count_towards_cut ())
    return SQLITE_IOERR_FSYNC;
  for (guint i = 0; recorded != NULL && i < recorded->changes->len; i++)
    apply_change (recorded->durable, &g_array_index (recorded->changes, Change, i));
  if (recorded != NULL)
    g_array_set_size (recorded->changes, 0);
  return SQLITE_OK; /* no disk is waited for: what is durable we know ourselves */
}

static int
file_size (sqlite3_file *file, sqlite3_int64 *size)
{
  return real_of (file)->pMethods->xFileSize (real_of (file), size);
}

static int
file_lock (sqlite3_file *file, int level)
{
  return real_of (file)->pMethods->xLock (real_of (file), level);
}

static int
file_unlock (sqlite3_file *file, int level)
{
  return real_of (file)->pMethods->xUnlock (real_of (file), level);
}

static int
file_check_reserved (sqlite3_file *file, int *result)
{
  return real_of (file)->pMethods->xCheckReservedLock (real_of (file), result);
}

static int
file_control (sqlite3_file *file, int op, void *argument)
{
  return real_of (file)->pMethods->xFileControl (real_of (file), op, argument);
}

static int
file_sector_size (sqlite3_file *file)
{
  return real_of (file)->pMethods->xSectorSize (real_of (file));
}

static int
file_characteristics (sqlite3_file *file)
{
  return real_of (file)->pMethods->xDeviceCharacteristics (real_of (file));
}

static int
file_shm_map (sqlite3_file *file, int page, int size, int extend, void volatile **to)
{
  if (fails (FAULT_SHM_MAP))
    return SQLITE_IOERR_SHMMAP;
  return real_of (file)->pMethods->xShmMap (real_of (file), page, size, extend, to);
}

static int
file_shm_lock (sqlite3_file *file, int offset, int n, int flags)
{
  return real_of (file)->pMethods->xShmLock (real_of (file), offset, n, flags);
}

static void
file_shm_barrier (sqlite3_file *file)
{
  real_of (file)->pMethods->xShmBarrier (real_of (file));
}

static int
file_shm_unmap (sqlite3_file *file, int delete_it)
{
  return real_of (file)->pMethods->xShmUnmap (real_of (file), delete_it);
}

static int
vfs_open (sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out_flags)
{
  FaultFile *ours = (FaultFile *) file;
  int rc;

  ours->base.pMethods = NULL;
  if (fails (FAULT_OPEN))
    return error_of (SQLITE_CANTOPEN);
  if (fault.cut)
    return SQLITE_CANTOPEN;
  ours->real = g_malloc0 ((gsize) fault.real->szOsFile);
  ours->recorded = flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL) ? record (path) : NULL;
  rc = fault.real->xOpen (fault.real, path, ours->real, flags, out_flags);
  if (rc == SQLITE_OK)
    ours->base.pMethods = &fault.methods;
  else
    g_clear_pointer (&ours->real, g_free);
  return rc;
}

static int
vfs_delete (sqlite3_vfs *vfs, const char *path, int sync)
{
  return fault.cut ? SQLITE_IOERR_DELETE : fault.real->xDelete (fault.real, path, sync);
}

void
fault_vfs_register (void)
{
  if (fault.real != NULL)
    return;
  sqlite3_initialize ();
  fault.real = sqlite3_vfs_find (NULL);
  fault.methods = (sqlite3_io_methods){ 2,
                                        file_close,
                                        file_read,
                                        file_write,
                                        file_truncate,
                                        file_sync,
                                        file_size,
                                        file_lock,
                                        file_unlock,
                                        file_check_reserved,
                                        file_control,
                                        file_sector_size,
                                        file_characteristics,
                                        file_shm_map,
                                        file_shm_lock,
                                        file_shm_barrier,
                                        file_shm_unmap,
                                        NULL,
                                        NULL };
  fault.vfs = *fault.real;
  fault.vfs.pNext = NULL;
  fault.vfs.zName = FAULT_VFS;
  fault.vfs.szOsFile = sizeof (FaultFile);
  fault.vfs.xOpen = vfs_open;
  fault.vfs.xDelete = vfs_delete;
  sqlite3_vfs_register (&fault.vfs, 0);
}

void
fault_vfs_set_errno (int errnum)
{
  fault.errnum = errnum;
}

void
fault_vfs_fail (FaultCalls calls, guint nth, gboolean persistent, gboolean full)
{
  g_mutex_lock (&fault.mutex);
  fault.calls = calls;
  fault.until = nth;
  fault.persistent = persistent;
  fault.full = full;
  fault.failing = fault.has_failed = FALSE;
  g_mutex_unlock (&fault.mutex);
}

gboolean
fault_vfs_has_failed (void)
{
  gboolean has_failed;

  g_mutex_lock (&fault.mutex);
  has_failed = fault.has_failed;
  g_mutex_unlock (&fault.mutex);
  return has_failed;
}

void
fault_vfs_start_recording (void)
{
  g_clear_pointer (&fault.recorded, g_hash_table_unref);
  fault.recorded = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, recorded_free);
  fault.cut = FALSE;
  fault.until_cut = 0;
}

void
fault_vfs_cut_after (guint n)
{
  g_mutex_lock (&fault.mutex);
  fault.until_cut = n;
  g_mutex_unlock (&fault.mutex);
}

gboolean
fault_vfs_is_cut (void)
{
  gboolean cut;

  g_mutex_lock (&fault.mutex);
  cut = fault.cut;
  g_mutex_unlock (&fault.mutex);
  return cut;
}

void
fault_vfs_crash (GRand *random)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, fault.recorded);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Recorded *recorded = value;
      g_autoptr (GError) error = NULL;

      for (guint i = 0; i < recorded->changes->len; i++)
        apply_some (recorded->durable, &g_array_index (recorded->changes, Change, i), random);
      g_file_set_contents_full (recorded->path, (const char *) recorded->durable->data,
                                recorded->durable->len, G_FILE_SET_CONTENTS_NONE, 0600, &error);
      g_assert_no_error (error);
    }
  g_clear_pointer (&fault.recorded, g_hash_table_unref);
  fault.cut = FALSE;
  fault.until_cut = 0;
}
