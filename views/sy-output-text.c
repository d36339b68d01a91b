/* sy-output-text.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-output-text.h"

#include "core/model/sy-words.h"
#include "views/sy-last-error.h"

#include <glib/gi18n.h>
#include <string.h>

void
sy_output_text_init (SyOutputText *text)
{
  *text = (SyOutputText){ .bytes = g_byte_array_new (),
                          .starts = g_array_new (FALSE, FALSE, sizeof (guint32)),
                          .times = g_array_new (FALSE, FALSE, sizeof (SyOutputTime)),
                          .error_line = G_MAXUINT };
}

void
sy_output_text_clear (SyOutputText *text)
{
  g_clear_pointer (&text->bytes, g_byte_array_unref);
  g_clear_pointer (&text->starts, g_array_unref);
  g_clear_pointer (&text->times, g_array_unref);
}

void
sy_output_text_reset (SyOutputText *text)
{
  sy_output_text_clear (text);
  sy_output_text_init (text);
}

static gboolean
at_line_start (const SyOutputText *text)
{
  return text->bytes->len == 0 || text->bytes->data[text->bytes->len - 1] == '\n';
}

static void
append (SyOutputText *text, const char *bytes, gsize size)
{
  const char *p = bytes, *end = bytes + size;

  while (p < end)
    {
      const char *newline = memchr (p, '\n', (gsize) (end - p));
      const char *stop = newline != NULL ? newline + 1 : end;

      if (at_line_start (text))
        g_array_append_val (text->starts, text->bytes->len);
      g_byte_array_append (text->bytes, (const guint8 *) p, (guint) (stop - p));
      p = stop;
    }
}

static void
append_gap (SyOutputText *text, guint64 missing)
{
  g_autoptr (GString) line = g_string_new (at_line_start (text) ? "" : "\n");
  g_autofree char *size = sy_words_dup_size (missing);

  g_string_append_printf (line, _("… %s not kept …"), size);
  g_string_append_c (line, '\n');
  append (text, line->str, line->len);
}

void
sy_output_text_add (SyOutputText *text, const SyOutputChunk *chunk)
{
  gsize size = 0;
  const char *bytes = chunk->bytes != NULL ? g_bytes_get_data (chunk->bytes, &size) : NULL;
  gint64 shift;

  text->total = chunk->total;
  if (size > 0 && chunk->offset > text->next)
    append_gap (text, chunk->offset - text->next);
  if (size == 0 || text->bytes->len + size > G_MAXUINT32 / 2)
    return;
  shift = (gint64) text->bytes->len - (gint64) chunk->offset;
  for (guint i = 0; chunk->times != NULL && i < chunk->times->len; i++)
    {
      SyOutputTime time = g_array_index (chunk->times, SyOutputTime, i);

      time.offset = (guint64) ((gint64) time.offset + shift);
      g_array_append_val (text->times, time);
    }
  append (text, bytes, size);
  text->next = chunk->offset + size;
}

guint
sy_output_text_get_n_lines (const SyOutputText *text)
{
  return text->starts->len;
}

const char *
sy_output_text_get_line (const SyOutputText *text, guint line, gsize *length)
{
  guint32 start = g_array_index (text->starts, guint32, line);
  guint32 end = line + 1 < text->starts->len ? g_array_index (text->starts, guint32, line + 1) : text->bytes->len;

  while (end > start && (text->bytes->data[end - 1] == '\n' || text->bytes->data[end - 1] == '\r'))
    end--;
  *length = end - start;
  return (const char *) text->bytes->data + start;
}

gint64
sy_output_text_get_time (const SyOutputText *text, guint line)
{
  guint64 offset = g_array_index (text->starts, guint32, line);
  guint low = 0, high = text->times->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (g_array_index (text->times, SyOutputTime, middle).offset <= offset)
        low = middle + 1;
      else
        high = middle;
    }
  return low > 0 ? g_array_index (text->times, SyOutputTime, low - 1).wall_us : 0;
}

static gboolean
contains (const char *line, gsize length, const char *needle, gsize n)
{
  char first = g_ascii_tolower (*needle), second = g_ascii_toupper (*needle);

  for (gsize i = 0; i + n <= length; i++)
    if ((line[i] == first || line[i] == second) && g_ascii_strncasecmp (line + i, needle, n) == 0)
      return TRUE;
  return FALSE;
}

guint
sy_output_text_find (const SyOutputText *text, const char *needle, guint line, gboolean backward)
{
  guint n = text->starts->len;
  gsize size = strlen (needle), length;

  for (guint i = 1; i <= n && size > 0; i++)
    {
      guint at = backward ? (line + 2 * n - i) % n : (line + i) % n;
      const char *p = sy_output_text_get_line (text, at, &length);

      if (contains (p, length, needle, size))
        return at;
    }
  return G_MAXUINT;
}

/* Each line is judged once; the last one again while it has no end. */
guint
sy_output_text_find_error (SyOutputText *text)
{
  guint n = text->starts->len;
  gsize length;

  while (text->error_line == G_MAXUINT && text->n_judged < n)
    {
      const char *p = sy_output_text_get_line (text, text->n_judged, &length);

      if (sy_line_classify (p, length) == SY_LINE_ERROR)
        text->error_line = text->n_judged;
      else if (text->n_judged + 1 == n && !at_line_start (text))
        break;
      text->n_judged++;
    }
  return text->error_line;
}
