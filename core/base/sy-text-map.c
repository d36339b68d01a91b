/* sy-text-map.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/sy-text-map.h"

#include <string.h>

#define MARK_BYTES 4096
#define BOM "\xef\xbb\xbf"

typedef struct { gsize byte, chars; } Mark;

struct _SyTextMap
{
  GString *text;
  GArray *marks;        /* of Mark, ascending, at starts of characters; complete up to the last */
};

static gsize
bom_of (const SyTextMap *map)
{
  return g_str_has_prefix (map->text->str, BOM) ? strlen (BOM) : 0;
}

/* Bytes of the character (or line end) shown at @p */
static gsize
step (const char *p)
{
  return p[0] == '\r' && p[1] == '\n' ? 2 : (gsize) g_utf8_skip[(guchar) *p];
}

SyTextMap *
sy_text_map_new (const char *text, gsize length)
{
  SyTextMap *map = g_new0 (SyTextMap, 1);
  Mark first = { 0, 0 };

  map->text = g_string_new_len (text, (gssize) length);
  map->marks = g_array_new (FALSE, FALSE, sizeof (Mark));
  first.byte = bom_of (map);
  g_array_append_val (map->marks, first);
  return map;
}

void
sy_text_map_free (SyTextMap *map)
{
  if (map == NULL)
    return;
  g_string_free (map->text, TRUE);
  g_array_unref (map->marks);
  g_free (map);
}

const char *
sy_text_map_get_text (const SyTextMap *map, gsize *length)
{
  if (length != NULL)
    *length = map->text->len;
  return map->text->str;
}

/* From @from on to the last place that is neither behind @byte nor behind @chars; leaves marks on the way into new ground. */
static Mark
walk (SyTextMap *map, Mark from, gsize byte, gsize chars)
{
  const char *text = map->text->str;
  gsize known = g_array_index (map->marks, Mark, map->marks->len - 1).byte;

  while (from.byte < map->text->len && from.chars < chars)
    {
      gsize next = from.byte + step (text + from.byte);

      if (next > byte)
        break;
      from.byte = next;
      from.chars++;
      if (next >= known + MARK_BYTES)
        {
          g_array_append_val (map->marks, from);
          known = next;
        }
    }
  return from;
}

/* The last mark that is not behind either */
static Mark
mark_before (const SyTextMap *map, gsize byte, gsize chars)
{
  guint low = 0, high = map->marks->len;

  while (high - low > 1)
    {
      guint middle = (low + high) / 2;
      const Mark *mark = &g_array_index (map->marks, Mark, middle);

      if (mark->byte <= byte && mark->chars <= chars)
        low = middle;
      else
        high = middle;
    }
  return g_array_index (map->marks, Mark, low);
}

gsize
sy_text_map_to_chars (SyTextMap *map, gsize byte)
{
  return walk (map, mark_before (map, byte, G_MAXSIZE), byte, G_MAXSIZE).chars;
}

gsize
sy_text_map_to_bytes (SyTextMap *map, gsize chars)
{
  return walk (map, mark_before (map, G_MAXSIZE, chars), G_MAXSIZE, chars).byte;
}

gsize
sy_text_map_get_n_chars (SyTextMap *map)
{
  return sy_text_map_to_chars (map, map->text->len);
}

static gsize
count_chars (const char *text, gsize length)
{
  gsize n = 0;

  for (const char *p = text; p < text + length; p += step (p))
    n++;
  return n;
}

/* Marks inside of what goes go with it; those behind it move. */
static void
move_marks (SyTextMap *map, gsize start, gsize end, gsize length, gssize chars)
{
  guint kept = 1;

  for (guint i = 1; i < map->marks->len; i++)
    {
      Mark mark = g_array_index (map->marks, Mark, i);

      if (mark.byte > start && (mark.byte < end || length > 4 * MARK_BYTES))
        continue;
      if (mark.byte > start || (mark.byte == start && end == start))
        {
          mark.byte = mark.byte - (end - start) + length;
          mark.chars = (gsize) ((gssize) mark.chars + chars);
        }
      g_array_index (map->marks, Mark, kept++) = mark;
    }
  g_array_set_size (map->marks, kept);
}

/* A lone CR in front of what is replaced, or at its new end, may become half of a line end: the characters are counted anew. */
static gboolean
may_join (const SyTextMap *map, gsize start, const char *text, gsize length)
{
  return map->text->str[start - 1] == '\r' || (length > 0 && text[length - 1] == '\r');
}

static void
forget_marks (SyTextMap *map, gsize start)
{
  guint kept = map->marks->len;

  while (kept > 1 && g_array_index (map->marks, Mark, kept - 1).byte >= start)
    kept--;
  g_array_set_size (map->marks, kept);
}

void
sy_text_map_replace (SyTextMap *map, gsize start, gsize end, const char *text, gsize length)
{
  gssize chars;

  g_return_if_fail (start <= end && end <= map->text->len);
  if (start == 0 || start < bom_of (map))
    {
      Mark first = { 0, 0 };

      g_string_erase (map->text, (gssize) start, (gssize) (end - start));
      g_string_insert_len (map->text, (gssize) start, text, (gssize) length);
      first.byte = bom_of (map);
      g_array_set_size (map->marks, 0);
      g_array_append_val (map->marks, first);
      return;
    }
  if (may_join (map, start, text, length))
    forget_marks (map, start);
  chars = (gssize) count_chars (text, length) - (gssize) count_chars (map->text->str + start, end - start);
  move_marks (map, start, end, length, chars);
  g_string_erase (map->text, (gssize) start, (gssize) (end - start));
  g_string_insert_len (map->text, (gssize) start, text, (gssize) length);
}

static gboolean
has_crlf (const SyTextMap *map)
{
  const char *end = strchr (map->text->str, '\n');

  return end != NULL && end > map->text->str && end[-1] == '\r';
}

void
sy_text_map_type (SyTextMap *map, gsize start, gsize end, const char *text, gsize length)
{
  gsize from = sy_text_map_to_bytes (map, start), to = sy_text_map_to_bytes (map, end);
  g_autoptr (GString) typed = g_string_new_len (text, (gssize) length);

  if (has_crlf (map))
    g_string_replace (typed, "\n", "\r\n", 0);
  sy_text_map_replace (map, from, to, typed->str, typed->len);
}

char *
sy_text_map_visible (const char *text, gsize length, gsize offset)
{
  GString *shown = g_string_sized_new (length);
  const char *end = text + length;

  if (offset == 0 && length >= strlen (BOM) && memcmp (text, BOM, strlen (BOM)) == 0)
    text += strlen (BOM);
  for (; text < end; text++)
    if (!(*text == '\r' && text + 1 < end && text[1] == '\n'))
      g_string_append_c (shown, *text);
  return g_string_free (shown, FALSE);
}
