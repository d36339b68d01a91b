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

typedef enum { WRITE, TRUNCATE, SYNC } CallKind;

/* A file of a tape: as it was when it was first opened, as it is on the disk at the place of the tape, and what the disk may lack */
typedef struct Recorded
{
  char *path;
  GByteArray *first, *durable;
  GArray *pending; /* indices of calls */
} Recorded;

typedef struct
{
  Recorded *file;
  CallKind kind;
  gint64 offset;
  GBytes *data; /* WRITE */
} Call;

struct _FaultTape
{
  GPtrArray *files; /* Recorded, in the order of their first opening */
  GArray *calls;     /* Call */
  guint at;          /* calls that `durable` and `pending` know */
};

static struct
{
  GMutex mutex;
  sqlite3_vfs vfs, *real;
  sqlite3_io_methods methods;
  FaultCalls calls;
  guint until; /* calls before the one that fails; 0 = none */
  gboolean persistent, full, failing, has_failed;
  int errnum;
  FaultTape *tape; /* (nullable) what is being recorded */
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
call_clear (gpointer data)
{
  g_clear_pointer (&((Call *) data)->data, g_bytes_unref);
}

static void
recorded_free (gpointer data)
{
  Recorded *recorded = data;

  g_byte_array_unref (recorded->first);
  g_byte_array_unref (recorded->durable);
  g_array_unref (recorded->pending);
  g_free (recorded->path);
  g_free (recorded);
}

static FaultTape *
tape_new (void)
{
  FaultTape *tape = g_new0 (FaultTape, 1);

  tape->files = g_ptr_array_new_with_free_func (recorded_free);
  tape->calls = g_array_new (FALSE, FALSE, sizeof (Call));
  g_array_set_clear_func (tape->calls, call_clear);
  return tape;
}

static Recorded *
record (const char *path)
{
  Recorded *recorded;
  char *contents;
  gsize size;

  if (fault.tape == NULL || path == NULL)
    return NULL;
  for (guint i = 0; i < fault.tape->files->len; i++)
    {
      recorded = g_ptr_array_index (fault.tape->files, i);
      if (g_str_equal (recorded->path, path))
        return recorded;
    }
  recorded = g_new0 (Recorded, 1);
  recorded->path = g_strdup (path);
  recorded->first = g_byte_array_new ();
  recorded->durable = g_byte_array_new ();
  recorded->pending = g_array_new (FALSE, FALSE, sizeof (guint));
  if (g_file_get_contents (path, &contents, &size, NULL))
    {
      g_byte_array_append (recorded->first, (guint8 *) contents, (guint) size);
      g_byte_array_append (recorded->durable, (guint8 *) contents, (guint) size);
      g_free (contents);
    }
  g_ptr_array_add (fault.tape->files, recorded);
  return recorded;
}

static void
add_call (sqlite3_file *file, CallKind kind, gint64 offset, const void *data, int size)
{
  Call call = { ((FaultFile *) file)->recorded, kind, offset, NULL };

  if (call.file == NULL || fault.tape == NULL)
    return;
  if (kind == WRITE)
    call.data = g_bytes_new (data, (gsize) size);
  g_mutex_lock (&fault.mutex);
  g_array_append_val (fault.tape->calls, call);
  g_mutex_unlock (&fault.mutex);
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
apply_call (GByteArray *bytes, const Call *call)
{
  gsize size;
  const guint8 *data;

  if (call->kind == TRUNCATE)
    {
      if (bytes->len > call->offset)
        g_byte_array_set_size (bytes, (guint) call->offset);
      return;
    }
  data = g_bytes_get_data (call->data, &size);
  write_part (bytes, call->offset, data, size);
}

/* Of a write all, none, or some of its sectors */
static void
apply_some (GByteArray *bytes, const Call *call, GRand *random)
{
  int kind = g_rand_int_range (random, 0, 3);
  const guint8 *data;
  gsize size;

  if (kind == 0)
    return;
  if (kind == 1 || call->kind == TRUNCATE)
    {
      apply_call (bytes, call);
      return;
    }
  data = g_bytes_get_data (call->data, &size);
  for (gsize at = 0; at < size;)
    {
      gsize end = MIN (size, at + SECTOR - (gsize) ((call->offset + (gint64) at) % SECTOR));

      if (g_rand_boolean (random))
        write_part (bytes, call->offset + (gint64) at, data + at, end - at);
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
  add_call (file, WRITE, offset, data, size);
  return real_of (file)->pMethods->xWrite (real_of (file), data, size, offset);
}

static int
file_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  if (fails (FAULT_TRUNCATE))
    return error_of (SQLITE_IOERR_TRUNCATE);
  if (count_towards_cut ())
    return SQLITE_IOERR_TRUNCATE;
  add_call (file, TRUNCATE, size, NULL, 0);
  return real_of (file)->pMethods->xTruncate (real_of (file), size);
}

static int
file_sync (sqlite3_file *file, int flags)
{
  if (fails (FAULT_SYNC))
    return SQLITE_IOERR_FSYNC;
  if (count_towards_cut ())
    return SQLITE_IOERR_FSYNC;
  add_call (file, SYNC, 0, NULL, 0);
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

/* --- tapes --- */

void
fault_vfs_start_recording (void)
{
  g_clear_pointer (&fault.tape, fault_tape_free);
  fault.tape = tape_new ();
  fault.cut = FALSE;
  fault.until_cut = 0;
}

FaultTape *
fault_vfs_stop_recording (void)
{
  fault.cut = FALSE;
  fault.until_cut = 0;
  return g_steal_pointer (&fault.tape);
}

guint
fault_vfs_count_calls (void)
{
  guint n;

  g_mutex_lock (&fault.mutex);
  n = fault.tape->calls->len;
  g_mutex_unlock (&fault.mutex);
  return n;
}

void
fault_vfs_cut_after (guint n)
{
  g_mutex_lock (&fault.mutex);
  fault.until_cut = n;
  g_mutex_unlock (&fault.mutex);
}

guint
fault_tape_get_n_calls (const FaultTape *tape)
{
  return tape->calls->len;
}

void
fault_tape_free (FaultTape *tape)
{
  g_ptr_array_unref (tape->files);
  g_array_unref (tape->calls);
  g_free (tape);
}

static void
rewind_tape (FaultTape *tape)
{
  for (guint i = 0; i < tape->files->len; i++)
    {
      Recorded *recorded = g_ptr_array_index (tape->files, i);

      g_byte_array_set_size (recorded->durable, 0);
      g_byte_array_append (recorded->durable, recorded->first->data, recorded->first->len);
      g_array_set_size (recorded->pending, 0);
    }
  tape->at = 0;
}

static void
sync_recorded (const FaultTape *tape, Recorded *recorded)
{
  for (guint i = 0; i < recorded->pending->len; i++)
    apply_call (recorded->durable, &g_array_index (tape->calls, Call, g_array_index (recorded->pending, guint, i)));
  g_array_set_size (recorded->pending, 0);
}

static void
wind_tape (FaultTape *tape, guint n)
{
  if (n < tape->at)
    rewind_tape (tape);
  for (; tape->at < n; tape->at++)
    {
      const Call *call = &g_array_index (tape->calls, Call, tape->at);

      if (call->kind == SYNC)
        sync_recorded (tape, call->file);
      else
        g_array_append_val (call->file->pending, tape->at);
    }
}

void
fault_tape_crash (FaultTape *tape, guint n, GRand *random)
{
  wind_tape (tape, n);
  for (guint f = 0; f < tape->files->len; f++)
    {
      const Recorded *recorded = g_ptr_array_index (tape->files, f);
      g_autoptr (GByteArray) left = g_byte_array_sized_new (recorded->durable->len);
      g_autoptr (GError) error = NULL;

      g_byte_array_append (left, recorded->durable->data, recorded->durable->len);
      for (guint i = 0; i < recorded->pending->len; i++)
        apply_some (left, &g_array_index (tape->calls, Call, g_array_index (recorded->pending, guint, i)), random);
      g_file_set_contents_full (recorded->path, (const char *) left->data, left->len, G_FILE_SET_CONTENTS_NONE, 0600, &error);
      g_assert_no_error (error);
    }
}
