/* sy-source.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-source.h"

#include <string.h>

struct _SySource
{
  gatomicrefcount ref_count;
  char *name;
  GBytes *bytes;
  char *data;       /* a copy with a NUL behind it */
  gsize length;
  gsize bom;
  GArray *lines;    /* guint32: offset of the start of each line; at least one */
};

static void
index_lines (SySource *source)
{
  const char *p = source->data, *end = p + source->length;
  guint32 start = (guint32) source->bom;

  g_array_append_val (source->lines, start);
  for (p += source->bom; p < end; p++)
    {
      if (*p != '\n' && *p != '\r')
        continue;
      if (*p == '\r' && p + 1 < end && p[1] == '\n')
        p++;
      start = (guint32) (p + 1 - source->data);
      g_array_append_val (source->lines, start);
    }
}

SySource *
sy_source_new (const char *name, GBytes *bytes)
{
  SySource *source;
  const char *data;

  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (bytes != NULL, NULL);

  source = g_new0 (SySource, 1);
  g_atomic_ref_count_init (&source->ref_count);
  source->name = g_strdup (name);
  source->bytes = g_bytes_ref (bytes);
  data = g_bytes_get_data (bytes, &source->length);
  source->data = g_malloc (source->length + 1);
  if (source->length > 0)
    memcpy (source->data, data, source->length);
  source->data[source->length] = '\0';
  source->bom = source->length >= 3 && memcmp (source->data, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
  source->lines = g_array_new (FALSE, FALSE, sizeof (guint32));
  index_lines (source);

  return source;
}

SySource *
sy_source_ref (SySource *source)
{
  g_atomic_ref_count_inc (&source->ref_count);
  return source;
}

void
sy_source_unref (SySource *source)
{
  if (!g_atomic_ref_count_dec (&source->ref_count))
    return;
  g_free (source->name);
  g_free (source->data);
  g_bytes_unref (source->bytes);
  g_array_unref (source->lines);
  g_free (source);
}

const char *
sy_source_get_name (const SySource *source)
{
  return source->name;
}

GBytes *
sy_source_get_bytes (const SySource *source)
{
  return source->bytes;
}

const char *
sy_source_get_data (const SySource *source, gsize *length)
{
  if (length != NULL)
    *length = source->length;
  return source->data;
}

guint
sy_source_get_n_lines (const SySource *source)
{
  return source->lines->len;
}

gsize
sy_source_bom (const SySource *source)
{
  return source->bom;
}

static gsize
line_start (const SySource *source, guint index)
{
  return g_array_index (source->lines, guint32, index);
}

/* Bytes of the character at @p: 1 where it is no UTF-8 */
static gsize
char_length (const char *p, const char *end)
{
  gunichar c;

  if ((guchar) *p < 0x80)
    return 1;
  c = g_utf8_get_char_validated (p, end - p);
  return c == (gunichar) -1 || c == (gunichar) -2 ? 1 : (gsize) g_unichar_to_utf8 (c, NULL);
}

/* Index of the line that holds @offset */
static guint
find_line (const SySource *source, gsize offset)
{
  guint low = 0, high = source->lines->len;

  while (high - low > 1)
    {
      guint middle = low + (high - low) / 2;

      if (line_start (source, middle) <= offset)
        low = middle;
      else
        high = middle;
    }
  return low;
}

void
sy_source_position (const SySource *source, gsize offset, guint *line, guint *column)
{
  const char *p, *at;
  guint index, n = 1;

  offset = MIN (offset, source->length);
  index = find_line (source, offset);
  at = source->data + offset;
  for (p = source->data + line_start (source, index); p < at; p += char_length (p, source->data + source->length))
    n++;
  *line = index + 1;
  *column = n;
}

gboolean
sy_source_line (const SySource *source, guint line, gsize *start, gsize *end)
{
  gsize stop;

  if (line < 1 || line > source->lines->len)
    return FALSE;
  *start = line_start (source, line - 1);
  stop = line < source->lines->len ? line_start (source, line) : source->length;
  if (line < source->lines->len)
    {
      stop--;
      if (stop > *start && source->data[stop] == '\n' && source->data[stop - 1] == '\r')
        stop--;
    }
  *end = MAX (stop, *start);
  return TRUE;
}

gsize
sy_source_offset (const SySource *source, guint line, guint column)
{
  gsize start, end;
  const char *p, *stop;

  if (!sy_source_line (source, line, &start, &end))
    return source->length;
  p = source->data + start;
  stop = source->data + end;
  while (column > 1 && p < stop)
    {
      p += char_length (p, stop);
      column--;
    }
  return (gsize) (MIN (p, stop) - source->data);
}
