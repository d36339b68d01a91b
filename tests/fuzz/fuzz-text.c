/* fuzz-text.c: two texts compared and edited into each other; a text searched in pieces
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/base/sy-text-diff.h"
#include "core/base/sy-text-map.h"
#include "core/model/sy-text-query.h"
#include "tests/fuzz/fuzz.h"

/* The hunks, from the last to the first, make the one text the other; a map that follows them knows as many characters as a new one. */
static void
check_diff (const char *a, gsize n_a, const char *b, gsize n_b)
{
  g_autoptr (GArray) hunks = sy_text_diff (a, n_a, b, n_b);
  g_autoptr (SyTextMap) map = sy_text_map_new (a, n_a), fresh = sy_text_map_new (b, n_b);
  gsize length;

  sy_text_map_get_n_chars (map);
  for (guint i = hunks->len; i > 0; i--)
    {
      const SyTextHunk *hunk = &g_array_index (hunks, SyTextHunk, i - 1);

      g_assert_cmpuint (hunk->start, <=, hunk->end);
      g_assert_cmpuint (hunk->end, <=, i < hunks->len ? hunk[1].start : n_a);
      sy_text_map_replace (map, hunk->start, hunk->end, b + hunk->new_start, hunk->new_end - hunk->new_start);
    }
  sy_text_map_get_text (map, &length);
  g_assert_cmpmem (sy_text_map_get_text (map, NULL), length, b, n_b);
  g_assert_cmpuint (sy_text_map_get_n_chars (map), ==, sy_text_map_get_n_chars (fresh));
  for (gsize at = 0; at <= n_b; at += 1 + n_b / 16)
    g_assert_cmpuint (sy_text_map_to_chars (map, at), ==, sy_text_map_to_chars (fresh, at));
}

static GArray *
search (SyTextQuery *query, const char *text, gsize size, gsize piece)
{
  SyTextSearch found;
  GArray *lines;

  sy_text_search_init (&found, query, SY_TEXT_BEGIN);
  for (gsize at = 0; at < size; at += piece)
    sy_text_search_add (&found, at, text + at, MIN (piece, size - at));
  sy_text_search_end (&found);
  lines = g_array_ref (found.lines);
  sy_text_search_clear (&found);
  return lines;
}

/* The same lines, however the text came */
static void
check_search (const char *needle, const char *text, gsize size, gsize piece)
{
  static const SyTextQueryKind kinds[] = { SY_TEXT_LITERAL, SY_TEXT_ERROR_LINE };

  for (guint i = 0; i < 2 * G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (SyTextQuery) query = sy_text_query_new (kinds[i / 2], needle, i % 2 == 0, NULL);
      g_autoptr (GArray) whole = search (query, text, size, MAX (size, 1)), parts = search (query, text, size, piece);

      g_assert_cmpmem (whole->data, whole->len * sizeof (guint64), parts->data, parts->len * sizeof (guint64));
    }
}

static void
check_index (const char *text, gsize size, gsize piece)
{
  SyTextIndex index;
  guint64 lines = 0;

  sy_text_index_init (&index);
  for (gsize at = 0; at < size; at += piece)
    sy_text_index_add (&index, at, text + at, MIN (piece, size - at));
  for (gsize at = 0; at < size; at++)
    lines += text[at] == '\n' || at + 1 == size;
  g_assert_cmpuint (sy_text_index_get_n_lines (&index), ==, lines);
  sy_text_index_clear (&index);
}

/* The first byte is the size of the pieces; a line that is "----" parts the two texts. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = size >= 1 ? g_strndup ((const char *) data + 1, size - 1) : NULL;
  g_auto (GStrv) parts = text != NULL ? g_strsplit (text, "\n----\n", 2) : NULL;
  g_autofree char *needle = NULL;

  if (text == NULL)
    return 0;
  needle = g_strndup (text, 3);
  g_strdelimit (needle, "\n\r", '.');
  if (*needle != '\0')
    check_search (needle, (const char *) data + 1, size - 1, 1 + data[0] % 32);
  check_index ((const char *) data + 1, size - 1, 1 + data[0] % 32);
  if (parts[0] != NULL && parts[1] != NULL && g_utf8_validate (text, -1, NULL))
    check_diff (parts[0], strlen (parts[0]), parts[1], strlen (parts[1]));
  return 0;
}
