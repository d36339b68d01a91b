/* sy-output-reader.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/store/sy-output-reader-private.h"

#include "core/base/sy-error.h"
#include "core/model/sy-output-format.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK 65536
#define WAIT_STEP_MS 50

/* Bytes [start, end) of the stream that are there, in segment @segment */
typedef struct
{
  gint64 start, end;
  guint64 segment;
} Range;

struct _SyOutputReader
{
  int out_fd;
  guint32 task, item, attempt;
  int stream;
  guint64 head, segment; /* sizes of segments */
  GArray *segments;      /* guint64: numbers of those that exist, ascending */
  GArray *ranges;        /* Range, ascending */
  GArray *index;         /* SyOutputIndex, ascending */
  gint64 index_bytes;    /* read of the index file so far */
  int open_fd;           /* a segment kept open between reads */
  guint64 open_segment;
  SyOutputExtent extent;
};

SyOutputReader *
sy_output_reader_open_sized (SyRunDir *run,
                             guint32 task,
                             guint32 item,
                             guint32 attempt,
                             guint stream,
                             gint64 head,
                             gint64 segment,
                             GError **error)
{
  SyOutputReader *reader;
  int fd = openat (sy_run_dir_get_fd (run), "out", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

  if (fd < 0)
    {
      sy_error_set_errno (error, errno, "Opening %s/out", sy_run_dir_get_path (run));
      return NULL;
    }
  reader = g_new0 (SyOutputReader, 1);
  *reader = (SyOutputReader){ .out_fd = fd,
                              .task = task,
                              .item = item,
                              .attempt = attempt,
                              .stream = stream == 2 ? SY_OUTPUT_STDERR : SY_OUTPUT_STDOUT,
                              .head = (guint64) head,
                              .segment = (guint64) segment,
                              .segments = g_array_new (FALSE, FALSE, sizeof (guint64)),
                              .ranges = g_array_new (FALSE, FALSE, sizeof (Range)),
                              .index = g_array_new (FALSE, FALSE, sizeof (SyOutputIndex)),
                              .open_fd = -1 };
  sy_output_reader_refresh (reader);
  return reader;
}

SyOutputReader *
sy_output_reader_open (
    SyRunDir *run, guint32 task, guint32 item, guint32 attempt, guint stream, GError **error)
{
  return sy_output_reader_open_sized (run, task, item, attempt, stream, SY_OUTPUT_HEAD, SY_OUTPUT_SEGMENT,
                                      error);
}

void
sy_output_reader_free (SyOutputReader *reader)
{
  if (reader == NULL)
    return;
  close (reader->out_fd);
  if (reader->open_fd >= 0)
    close (reader->open_fd);
  g_array_unref (reader->segments);
  g_array_unref (reader->ranges);
  g_array_unref (reader->index);
  g_free (reader);
}

/* --- what is there --- */

static gint64
segment_size (SyOutputReader *reader, guint64 n)
{
  char name[SY_OUTPUT_NAME_MAX];
  struct stat st;

  sy_output_segment_name (name, reader->task, reader->item, reader->attempt, reader->stream, n);
  if (fstatat (reader->out_fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG (st.st_mode))
    return -1;
  return st.st_size;
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  guint64 x = *(const guint64 *) a, y = *(const guint64 *) b;

  return (x > y) - (x < y);
}

/* Looks through the folder: only for a stream that is longer than its head. */
static void
scan_folder (SyOutputReader *reader)
{
  int fd = openat (reader->out_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  char prefix[SY_OUTPUT_NAME_MAX];
  struct dirent *entry;
  gsize length;

  g_array_set_size (reader->segments, 0);
  if (dir == NULL)
    return;
  sy_output_segment_name (prefix, reader->task, reader->item, reader->attempt, reader->stream, 0);
  length = strlen (prefix) - 1;
  while ((entry = readdir (dir)) != NULL)
    if (strncmp (entry->d_name, prefix, length) == 0 && g_ascii_isdigit (entry->d_name[length]))
      {
        char *end;
        guint64 n = g_ascii_strtoull (entry->d_name + length, &end, 10);

        if (*end == '\0')
          g_array_append_val (reader->segments, n);
      }
  closedir (dir);
  g_array_sort (reader->segments, compare_numbers);
}

static void
find_segments (SyOutputReader *reader)
{
  gint64 first = segment_size (reader, 0);
  guint64 zero = 0, next;

  if (first < 0 || (reader->segments->len <= 1 && (guint64) first < reader->head))
    {
      g_array_set_size (reader->segments, 0);
      if (first >= 0)
        g_array_append_val (reader->segments, zero);
      /* A full disk may have cut the head short of its room. */
      if (first < 0 || segment_size (reader, 1) < 0)
        return;
    }
  if (reader->segments->len > 1 &&
      segment_size (reader, g_array_index (reader->segments, guint64, reader->segments->len - 1)) >= 0)
    {
      next = g_array_index (reader->segments, guint64, reader->segments->len - 1) + 1;
      for (; segment_size (reader, next) >= 0; next++)
        g_array_append_val (reader->segments, next);
      while (reader->segments->len > 1 &&
             segment_size (reader, g_array_index (reader->segments, guint64, 1)) < 0)
        g_array_remove_index (reader->segments, 1);
    }
  else
    scan_folder (reader);
}

/* What came since; a torn last entry is read again later. */
static void
read_index (SyOutputReader *reader)
{
  char name[SY_OUTPUT_NAME_MAX];
  SyOutputIndex entry;
  int fd;

  sy_output_index_name (name, reader->task, reader->item, reader->attempt, reader->stream);
  fd = openat (reader->out_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    return;
  while (pread (fd, &entry, sizeof entry, reader->index_bytes) == sizeof entry &&
         entry.check == sy_output_index_check (&entry) && entry.offset <= G_MAXINT64 / 2 &&
         entry.length <= G_MAXINT64 / 2)
    {
      g_array_append_val (reader->index, entry);
      reader->index_bytes += sizeof entry;
    }
  close (fd);
}

static void
add_range (SyOutputReader *reader, gint64 start, gint64 end, guint64 segment)
{
  Range range = { start, end, segment };

  if (start < end)
    g_array_append_val (reader->ranges, range);
}

/* The bytes of one segment, less the holes that the index names */
static gint64
add_segment (SyOutputReader *reader, guint64 n)
{
  gint64 size = segment_size (reader, n);
  gint64 start = (gint64) sy_output_segment_start (n, reader->head, reader->segment);
  gint64 room = (gint64) (n == 0 ? reader->head : reader->segment);
  gint64 end = start + CLAMP (size, 0, room), at = start;

  for (guint i = 0; i < reader->index->len; i++)
    {
      const SyOutputIndex *entry = &g_array_index (reader->index, SyOutputIndex, i);
      gint64 from = (gint64) entry->offset, to = from + (gint64) entry->length;

      if (entry->kind != SY_OUTPUT_GAP || to <= at || from >= end)
        continue;
      add_range (reader, at, from, n);
      at = MAX (at, to);
    }
  add_range (reader, at, end, n);
  return end;
}

static void
measure (SyOutputReader *reader, gint64 size)
{
  SyOutputExtent extent = { .size = size };
  gint64 at = 0;

  for (guint i = 0; i <= reader->ranges->len; i++)
    {
      const Range *range = i < reader->ranges->len ? &g_array_index (reader->ranges, Range, i) : NULL;
      gint64 start = range != NULL ? range->start : size;

      if (start > at)
        {
          if (extent.missing == 0)
            {
              extent.gap_start = at;
              extent.gap_end = start;
            }
          extent.missing += start - at;
        }
      at = range != NULL ? range->end : at;
    }
  reader->extent = extent;
}

gboolean
sy_output_reader_refresh (SyOutputReader *reader)
{
  SyOutputExtent before = reader->extent;
  gint64 size = 0;

  find_segments (reader);
  read_index (reader);
  g_array_set_size (reader->ranges, 0);
  for (guint i = 0; i < reader->segments->len; i++)
    {
      gint64 end = add_segment (reader, g_array_index (reader->segments, guint64, i));

      size = MAX (size, end);
    }
  for (guint i = 0; i < reader->index->len; i++)
    {
      const SyOutputIndex *entry = &g_array_index (reader->index, SyOutputIndex, i);

      if (entry->kind == SY_OUTPUT_GAP) /* the newest bytes may be missing */
        size = MAX (size, (gint64) (entry->offset + entry->length));
    }
  measure (reader, size);
  return memcmp (&before, &reader->extent, sizeof before) != 0;
}

void
sy_output_reader_get_extent (SyOutputReader *reader, SyOutputExtent *extent)
{
  *extent = reader->extent;
}

gboolean
sy_output_reader_wait (SyOutputReader *reader, gint64 timeout_us)
{
  gint64 until = g_get_monotonic_time () + timeout_us;

  for (;;)
    {
      gint64 left = until - g_get_monotonic_time ();

      if (sy_output_reader_refresh (reader))
        return TRUE;
      if (left <= 0)
        return FALSE;
      poll (NULL, 0, (int) MIN (left / 1000 + 1, WAIT_STEP_MS));
    }
}

/* --- reading --- */

/* Index of the first range that ends behind @offset; ranges->len if none */
static guint
range_after (SyOutputReader *reader, gint64 offset)
{
  guint low = 0, high = reader->ranges->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (g_array_index (reader->ranges, Range, middle).end > offset)
        high = middle;
      else
        low = middle + 1;
    }
  return low;
}

static int
open_segment (SyOutputReader *reader, guint64 n)
{
  char name[SY_OUTPUT_NAME_MAX];

  if (reader->open_fd >= 0 && reader->open_segment == n)
    return reader->open_fd;
  if (reader->open_fd >= 0)
    close (reader->open_fd);
  sy_output_segment_name (name, reader->task, reader->item, reader->attempt, reader->stream, n);
  reader->open_fd = openat (reader->out_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  reader->open_segment = n;
  return reader->open_fd;
}

static gssize
read_range (
    SyOutputReader *reader, const Range *range, gint64 offset, void *buffer, gsize size, GError **error)
{
  gint64 start = (gint64) sy_output_segment_start (range->segment, reader->head, reader->segment);
  int fd = open_segment (reader, range->segment);
  gssize n;

  n = fd >= 0 ? pread (fd, buffer, MIN (size, (gsize) (range->end - offset)), offset - start) : -1;
  if (n < 0)
    sy_error_set_errno (error, errno, "Reading the output of task %u, attempt %u", reader->task,
                        reader->attempt);
  return n;
}

gssize
sy_output_reader_read (SyOutputReader *reader, gint64 *offset, void *buffer, gsize size, GError **error)
{
  for (guint attempt = 0; attempt < 2; attempt++)
    {
      guint i = range_after (reader, *offset);
      g_autoptr (GError) problem = NULL;
      const Range *range;
      gssize n;

      if (i == reader->ranges->len)
        return 0;
      range = &g_array_index (reader->ranges, Range, i);
      *offset = MAX (*offset, range->start);
      n = read_range (reader, range, *offset, buffer, size, &problem);
      if (n > 0)
        return n;
      /* The oldest segment of the tail has gone meanwhile, or it was cut short: look again. */
      if (attempt > 0 && n < 0)
        g_propagate_error (error, g_steal_pointer (&problem));
      if (attempt > 0)
        return n;
      sy_output_reader_refresh (reader);
    }
  return 0;
}

/* Reads up to @size bytes that end at *@end or at the next range before it; *@end is moved to where they
 * begin. */
static gssize
read_backwards (SyOutputReader *reader, gint64 *end, char *buffer, gsize size, GError **error)
{
  guint i = range_after (reader, *end - 1);
  const Range *range;
  gint64 from, to;
  gssize n;

  if (i == reader->ranges->len || g_array_index (reader->ranges, Range, i).start >= *end)
    {
      if (i == 0)
        return 0;
      i--;
    }
  range = &g_array_index (reader->ranges, Range, i);
  to = MIN (*end, range->end);
  from = MAX (range->start, to - (gint64) size);
  n = read_range (reader, range, from, buffer, (gsize) (to - from), error);
  *end = from;
  return n;
}

gint64
sy_output_reader_tail_offset (SyOutputReader *reader, guint lines, GError **error)
{
  g_autofree char *buffer = g_malloc (CHUNK);
  gint64 at = reader->extent.size;
  gssize n;

  if (lines == 0)
    return at;
  while ((n = read_backwards (reader, &at, buffer, CHUNK, error)) > 0)
    for (gssize i = n; i-- > 0;)
      {
        /* The newline that ends the last line begins none. */
        if (buffer[i] == '\n' && at + i + 1 < reader->extent.size && --lines == 0)
          return at + i + 1;
      }
  return n < 0 ? -1 : 0;
}

/* --- searching --- */

static gint64
find_forward (SyOutputReader *reader, gint64 from, const char *needle, gsize length, GError **error)
{
  g_autofree char *buffer = g_malloc (CHUNK + length);
  gsize kept = 0;
  gint64 at = MAX (from, 0), expected = at;
  gssize n;

  while ((n = sy_output_reader_read (reader, &at, buffer + kept, CHUNK, error)) > 0)
    {
      const char *found;
      gsize have;

      if (at != expected) /* behind a hole: nothing runs across it */
        {
          memmove (buffer, buffer + kept, (gsize) n);
          kept = 0;
        }
      have = kept + (gsize) n;
      found = memmem (buffer, have, needle, length);
      if (found != NULL)
        return at - (gint64) kept + (found - buffer);
      at += n;
      expected = at;
      kept = MIN (have, length - 1);
      memmove (buffer, buffer + have - kept, kept);
    }
  return -1;
}

static const char *
last_in (const char *buffer, gsize size, const char *needle, gsize length)
{
  for (gsize i = size >= length ? size - length + 1 : 0; i-- > 0;)
    if (buffer[i] == needle[0] && memcmp (buffer + i, needle, length) == 0)
      return buffer + i;
  return NULL;
}

static gint64
find_backward (SyOutputReader *reader, gint64 from, const char *needle, gsize length, GError **error)
{
  g_autofree char *buffer = g_malloc (CHUNK + length);
  g_autofree char *carry = g_malloc (length);
  gsize carried = 0;
  gint64 at = MIN (from, reader->extent.size), expected;
  gssize n;

  for (expected = at; at > 0; expected = at)
    {
      const char *found;

      n = read_backwards (reader, &at, buffer, CHUNK, error);
      if (n <= 0)
        break;
      if (at + n != expected)
        carried = 0;
      memcpy (buffer + n, carry, carried); /* the beginning of what was looked through before */
      found = last_in (buffer, (gsize) n + carried, needle, length);
      if (found != NULL)
        return at + (found - buffer);
      carried = MIN ((gsize) n + carried, length - 1);
      memcpy (carry, buffer, carried);
    }
  return -1;
}

gint64
sy_output_reader_find (
    SyOutputReader *reader, gint64 from, gboolean backward, const char *needle, GError **error)
{
  gsize length = strlen (needle);

  g_return_val_if_fail (length > 0 && length <= CHUNK, -1);

  return backward ? find_backward (reader, from, needle, length, error)
                  : find_forward (reader, from, needle, length, error);
}

/* --- time --- */

gint64
sy_output_reader_time_at (SyOutputReader *reader, gint64 offset)
{
  guint low = 0, high = reader->index->len;

  /* The first entry behind @offset */
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if ((gint64) g_array_index (reader->index, SyOutputIndex, middle).offset > offset)
        high = middle;
      else
        low = middle + 1;
    }
  while (low-- > 0)
    if (g_array_index (reader->index, SyOutputIndex, low).kind == SY_OUTPUT_TIME)
      return g_array_index (reader->index, SyOutputIndex, low).boot_us;
  return -1;
}

gint64
sy_output_reader_offset_at (SyOutputReader *reader, gint64 boot_us)
{
  for (guint i = 0; i < reader->index->len; i++)
    {
      const SyOutputIndex *entry = &g_array_index (reader->index, SyOutputIndex, i);

      if (entry->kind == SY_OUTPUT_TIME && entry->boot_us >= boot_us)
        return (gint64) entry->offset;
    }
  return reader->extent.size;
}

/* --- attempts --- */

guint32
sy_output_find_newest (SyRunDir *run, guint32 task, guint32 item)
{
  g_autofree char *prefix = g_strdup_printf ("t%u.i%u.a", task, item);
  int fd = openat (sy_run_dir_get_fd (run), "out", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  guint32 newest = 0;
  struct dirent *entry;

  if (dir == NULL)
    {
      if (fd >= 0)
        close (fd);
      return 0;
    }
  while ((entry = readdir (dir)) != NULL)
    if (g_str_has_prefix (entry->d_name, prefix))
      newest = MAX (newest, (guint32) g_ascii_strtoull (entry->d_name + strlen (prefix), NULL, 10));
  closedir (dir);
  return newest;
}
