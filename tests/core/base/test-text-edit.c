/* test-text-edit.c: offsets of a text that is edited, and what differs between two texts
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/sy-text-diff.h"
#include "core/base/sy-text-map.h"

#include <string.h>

#define BOM "\xef\xbb\xbf"

/* What the map has to say, found the slow way */
static void
check_offsets (SyTextMap *map)
{
  gsize length, chars = 0;
  const char *text = sy_text_map_get_text (map, &length);
  g_autofree char *shown = sy_text_map_visible (text, length, 0);
  gsize from = g_str_has_prefix (text, BOM) ? strlen (BOM) : 0;

  for (gsize at = from; at <= length; at++)
    {
      gboolean place = at == length || ((((guchar) text[at]) & 0xc0) != 0x80 && !(at > from && text[at] == '\n' && text[at - 1] == '\r'));

      if (place && at > from)
        chars++;
      g_assert_cmpuint (sy_text_map_to_chars (map, at), ==, chars);
      if (place)
        g_assert_cmpuint (sy_text_map_to_bytes (map, chars), ==, at);
    }
  g_assert_cmpuint (sy_text_map_get_n_chars (map), ==, (gsize) g_utf8_strlen (shown, -1));
  g_assert_cmpuint (sy_text_map_to_bytes (map, chars + 5), ==, length);
}

static void
test_offsets (void)
{
  static const char *const texts[] = { "", "a", "äöü€𝄞x", "a\r\nb\r\n", BOM "ä\r\n€\n", "\r\r\n\n\r", BOM };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (SyTextMap) map = sy_text_map_new (texts[i], strlen (texts[i]));

      check_offsets (map);
    }
}

static char *
random_text (GRand *rand, guint pieces)
{
  static const char *const parts[] = { "a", "b", " ", "\n", "\n", "\r\n", "ä", "€", "𝄞", "word", "\r" };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < pieces; i++)
    g_string_append (text, parts[g_rand_int_range (rand, 0, G_N_ELEMENTS (parts))]);
  return g_string_free (text, FALSE);
}

static void
test_random_edits (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (guint round = 0; round < 40; round++)
    {
      g_autofree char *text = random_text (rand, round % 4 == 0 ? 6000 : 60);
      g_autoptr (SyTextMap) map = sy_text_map_new (text, strlen (text));

      for (guint k = 0; k < 6; k++)
        {
          gsize n = sy_text_map_get_n_chars (map);
          gsize start = (gsize) g_rand_int_range (rand, 0, (gint) n + 1);
          gsize end = (gsize) g_rand_int_range (rand, (gint) start, (gint) MIN (n, start + 8) + 1);
          g_autofree char *typed = random_text (rand, k == 3 && round % 4 == 0 ? 9000 : 5);
          g_autofree char *plain = sy_text_map_visible (typed, strlen (typed), 1);

          sy_text_map_type (map, start, end, plain, strlen (plain));
        }
      check_offsets (map);
    }
}

static void
test_typed_line_ends (void)
{
  static const struct { const char *text; gsize at; const char *typed, *result; } cases[] = {
    { "a\r\nb", 1, "\n", "a\r\n\r\nb" },
    { "a\nb", 1, "\n", "a\n\nb" },
    { BOM "a\r\n", 0, "x\ny", BOM "x\r\nya\r\n" },
    { "a\r\n", 2, "b", "a\r\nb" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SyTextMap) map = sy_text_map_new (cases[i].text, strlen (cases[i].text));

      sy_text_map_type (map, cases[i].at, cases[i].at, cases[i].typed, strlen (cases[i].typed));
      g_assert_cmpstr (sy_text_map_get_text (map, NULL), ==, cases[i].result);
    }
}

/* --- differences --- */

static gboolean
is_place (const char *text, gsize length, gsize at)
{
  return at == 0 || at == length || ((((guchar) text[at]) & 0xc0) != 0x80 && !(text[at] == '\n' && text[at - 1] == '\r'));
}

static guint
check_diff (const char *a, const char *b)
{
  gsize n_a = strlen (a), n_b = strlen (b), at = 0;
  g_autoptr (GArray) hunks = sy_text_diff (a, n_a, b, n_b);
  g_autoptr (GString) made = g_string_new (NULL);

  for (guint i = 0; i < hunks->len; i++)
    {
      SyTextHunk hunk = g_array_index (hunks, SyTextHunk, i);

      g_assert_cmpuint (hunk.start, >=, at);
      g_assert_true (is_place (a, n_a, hunk.start) && is_place (a, n_a, hunk.end));
      g_assert_true (is_place (b, n_b, hunk.new_start) && is_place (b, n_b, hunk.new_end));
      g_string_append_len (made, a + at, (gssize) (hunk.start - at));
      g_assert_cmpuint (made->len, ==, hunk.new_start);
      g_string_append_len (made, b + hunk.new_start, (gssize) (hunk.new_end - hunk.new_start));
      at = hunk.end;
    }
  g_string_append (made, a + at);
  g_assert_cmpstr (made->str, ==, b);
  return hunks->len;
}

static void
test_diff_cases (void)
{
  static const struct { const char *a, *b; guint hunks; } cases[] = {
    { "", "", 0 },
    { "", "a\n", 1 },
    { "a\nb\nc\n", "a\nc\n", 1 },
    { "a\nb\nc\n", "x\nb\ny\n", 2 },
    { "a\nb\nc", "a\nb\nc\n", 1 },
    { "a\r\nb\r\n", "a\nb\n", 2 },
    { "ä\n", "ö\n", 1 },
    { "tasks:\n  a: {run: x}\n  b: {needs: [a]}\n  c: {needs: [b, a]}\n", "tasks:\n  z: {run: x}\n  b: {needs: [z]}\n  c: {needs: [b, z]}\n", 3 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpuint (check_diff (cases[i].a, cases[i].b), ==, cases[i].hunks);
}

static void
test_diff_random (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);

  for (guint round = 0; round < 300; round++)
    {
      g_autofree char *a = random_text (rand, (guint) g_rand_int_range (rand, 0, 60));
      g_autofree char *b = random_text (rand, (guint) g_rand_int_range (rand, 0, 60));
      g_autofree char *c = g_strconcat (a, b, NULL), *d = g_strconcat (a, "new\n", b, NULL);

      check_diff (a, b);
      check_diff (c, d);
      check_diff (c, b);
    }
}

/* A name that stands in 3,000 lines */
static void
test_diff_many (void)
{
  g_autoptr (GString) a = g_string_new (NULL), b = g_string_new (NULL);

  for (guint i = 0; i < 3000; i++)
    {
      g_string_append_printf (a, "  t%u: {needs: [fetch]}\n  # same\n", i);
      g_string_append_printf (b, "  t%u: {needs: [load]}\n  # same\n", i);
    }
  g_assert_cmpuint (check_diff (a->str, b->str), ==, 3000);
  g_string_append (b, "more\n");
  g_assert_cmpuint (check_diff (a->str, b->str), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text-map/offsets", test_offsets);
  g_test_add_func ("/text-map/random-edits", test_random_edits);
  g_test_add_func ("/text-map/typed-line-ends", test_typed_line_ends);
  g_test_add_func ("/text-diff/cases", test_diff_cases);
  g_test_add_func ("/text-diff/random", test_diff_random);
  g_test_add_func ("/text-diff/many", test_diff_many);
  return g_test_run ();
}
