/* test-text-sync.c: typing while others change the same document
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-text-sync.h"

#include <string.h>

/* A widget that shows characters, and a document of bytes */
typedef struct
{
  GString *shown;
  GString *document;
  SyTextSync *sync;
  guint serial;
} Pair;

static GBytes *
bytes_of (const GString *text)
{
  return g_bytes_new (text->str, text->len);
}

static void
pair_init (Pair *pair, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autofree char *shown = sy_text_map_visible (text, strlen (text), 0);

  pair->document = g_string_new (text);
  pair->shown = g_string_new (NULL);
  g_string_append (pair->shown, shown);
  pair->sync = sy_text_sync_new (bytes);
  pair->serial = 0;
}

static void
pair_clear (Pair *pair)
{
  sy_text_sync_free (pair->sync);
  g_string_free (pair->shown, TRUE);
  g_string_free (pair->document, TRUE);
}

static void
replace_shown (GString *text, gsize start, gsize end, const char *by)
{
  gsize from = (gsize) (g_utf8_offset_to_pointer (text->str, (glong) start) - text->str);
  gsize to = (gsize) (g_utf8_offset_to_pointer (text->str, (glong) end) - text->str);

  g_string_erase (text, (gssize) from, (gssize) (to - from));
  g_string_insert (text, (gssize) from, by);
}

static void
type (Pair *pair, gsize start, gsize end, const char *text)
{
  replace_shown (pair->shown, start, end, text);
  sy_text_sync_type (pair->sync, start, end, text, strlen (text));
}

static void
send (Pair *pair)
{
  g_autoptr (SyChange) change = sy_text_sync_take (pair->sync, "Edit");
  const SyChangeStep *step;

  if (change == NULL)
    return;
  g_assert_cmpuint (change->steps->len, ==, 1);
  step = g_ptr_array_index (change->steps, 0);
  g_assert_cmpint (step->kind, ==, SY_STEP_REPLACE_BYTES);
  g_string_erase (pair->document, (gssize) step->start, (gssize) (step->end - step->start));
  g_string_insert (pair->document, (gssize) step->start, step->other);
  sy_text_sync_sent (pair->sync, ++pair->serial);
}

static gboolean
answer (Pair *pair, guint serial)
{
  g_autoptr (GBytes) text = bytes_of (pair->document);
  g_autoptr (GPtrArray) patches = sy_text_sync_revise (pair->sync, serial, text);

  for (guint i = 0; patches != NULL && i < patches->len; i++)
    {
      const SyTextPatch *patch = g_ptr_array_index (patches, i);

      replace_shown (pair->shown, patch->start, patch->end, patch->text);
    }
  return patches != NULL;
}

static void
change_elsewhere (Pair *pair, const char *from, const char *to)
{
  pair->serial++;
  g_assert_cmpuint (g_string_replace (pair->document, from, to, 0), >, 0);
}

static void
check_same (Pair *pair)
{
  g_autofree char *visible = sy_text_map_visible (pair->document->str, pair->document->len, 0);

  g_assert_false (sy_text_sync_is_dirty (pair->sync));
  g_assert_cmpstr (pair->shown->str, ==, visible);
  g_assert_cmpstr (sy_text_map_get_text (sy_text_sync_get_map (pair->sync), NULL), ==, pair->document->str);
}

static void
test_typing (void)
{
  Pair pair;

  pair_init (&pair, "\xef\xbb\xbfä: 1\r\nb: 2\r\n");
  type (&pair, 4, 4, "0\nc: €");
  send (&pair);
  g_assert_null (sy_text_sync_take (pair.sync, "Edit"));
  type (&pair, 0, 1, "x");
  g_assert_null (sy_text_sync_take (pair.sync, "Edit"));   /* the one before is not answered */
  g_assert_false (answer (&pair, 0));
  g_assert_true (answer (&pair, pair.serial));
  g_assert_cmpstr (pair.document->str, ==, "\xef\xbb\xbfä: 10\r\nc: €\r\nb: 2\r\n");
  send (&pair);
  g_assert_true (answer (&pair, pair.serial));
  check_same (&pair);
  g_assert_cmpstr (pair.document->str, ==, "\xef\xbb\xbfx: 10\r\nc: €\r\nb: 2\r\n");
  pair_clear (&pair);
}

/* What was typed and taken back is no change. */
static void
test_taken_back (void)
{
  Pair pair;

  pair_init (&pair, "abc");
  type (&pair, 1, 1, "x");
  type (&pair, 1, 2, "");
  g_assert_null (sy_text_sync_take (pair.sync, "Edit"));
  check_same (&pair);
  pair_clear (&pair);
}

static void
test_elsewhere (void)
{
  Pair pair;

  pair_init (&pair, "a: {run: x}\nb: {needs: [a]}\nc: {run: y}\nd: {needs: [a]}\n");
  type (&pair, 37, 38, "zz");
  change_elsewhere (&pair, "[a]", "[aa]");
  change_elsewhere (&pair, "a: {", "aa: {");
  g_assert_true (answer (&pair, pair.serial));
  g_assert_true (sy_text_sync_is_dirty (pair.sync));
  g_assert_cmpstr (pair.shown->str, ==, "aa: {run: x}\nb: {needs: [aa]}\nc: {run: zz}\nd: {needs: [aa]}\n");
  send (&pair);
  g_assert_true (answer (&pair, pair.serial));
  check_same (&pair);
  pair_clear (&pair);
}

/* Both in one place: what was typed stays. */
static void
test_same_place (void)
{
  Pair pair;

  pair_init (&pair, "a: one\nb: two\n");
  type (&pair, 3, 6, "typed");
  change_elsewhere (&pair, "one", "other");
  change_elsewhere (&pair, "two", "2");
  g_assert_true (answer (&pair, pair.serial));
  g_assert_cmpstr (pair.shown->str, ==, "a: typed\nb: 2\n");
  send (&pair);
  g_assert_true (answer (&pair, pair.serial));
  check_same (&pair);
  g_assert_cmpstr (pair.document->str, ==, "a: typed\nb: 2\n");
  pair_clear (&pair);
}

/* Whatever happens in whatever order, in the end both are the same. */
static void
test_random (void)
{
  static const char *const words[] = { "a", "ä", "\n", "key: ", "€ ", "" };
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);

  for (guint round = 0; round < 200; round++)
    {
      gboolean elsewhere = FALSE;
      Pair pair;

      pair_init (&pair, round % 2 ? "a: 1\r\nb: ä\r\nc: 3\r\n" : "a: 1\nb: €\nc: 3\n");
      for (guint k = 0; k < 30; k++)
        {
          gsize n = (gsize) g_utf8_strlen (pair.shown->str, -1);
          gsize start = (gsize) g_rand_int_range (rand, 0, (gint) n + 1);
          gsize end = (gsize) g_rand_int_range (rand, (gint) start, (gint) MIN (n, start + 3) + 1);

          switch (g_rand_int_range (rand, 0, 4))
            {
            case 0: type (&pair, start, end, words[g_rand_int_range (rand, 0, G_N_ELEMENTS (words))]); break;
            case 1:
              if (!elsewhere)   /* what is sent goes by the last answer */
                send (&pair);
              break;
            case 2:
              answer (&pair, pair.serial);
              elsewhere = FALSE;
              break;
            default:
              pair.serial++;
              elsewhere = TRUE;
              g_string_prepend (pair.document, "new: 1\n");
            }
        }
      answer (&pair, pair.serial);
      send (&pair);
      answer (&pair, pair.serial);
      check_same (&pair);
      pair_clear (&pair);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text-sync/typing", test_typing);
  g_test_add_func ("/text-sync/taken-back", test_taken_back);
  g_test_add_func ("/text-sync/elsewhere", test_elsewhere);
  g_test_add_func ("/text-sync/same-place", test_same_place);
  g_test_add_func ("/text-sync/random", test_random);
  return g_test_run ();
}
