/* test-text-model.c: a text that is read in stretches: its lines, what it takes up, searches, instants, growth
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-text-model.h"
#include "views/sy-text-private.h"

#include <string.h>

/* Answers at once. Stream offsets from gap_at on lie gap bytes further than the bytes. */
typedef struct
{
  SyTextSource base;
  GString *bytes;
  guint64 gap_at, gap, instant;
  guint reads;
  gboolean closed;
} Fake;

static guint64
total_of (const Fake *fake)
{
  return fake->bytes->len + fake->gap;
}

/* The bytes at @offset, or behind the gap in which it lies; how many in one piece */
static gsize
look (Fake *fake, guint64 *offset, const char **bytes)
{
  if (fake->gap > 0 && *offset >= fake->gap_at && *offset < fake->gap_at + fake->gap)
    *offset = fake->gap_at + fake->gap;
  if (*offset >= total_of (fake))
    return 0;
  *bytes = fake->bytes->str + (*offset < fake->gap_at ? *offset : *offset - fake->gap);
  return (gsize) ((fake->gap > 0 && *offset < fake->gap_at ? fake->gap_at : total_of (fake)) - *offset);
}

static void
fake_read (SyTextSource *source, guint64 offset, gsize length, SyTextRead reply, gpointer data)
{
  Fake *fake = (Fake *) source;
  const char *bytes = "";
  gsize n = look (fake, &offset, &bytes);
  g_autoptr (GBytes) block = g_bytes_new (bytes, MIN (n, length));

  fake->reads++;
  reply (offset, block, NULL, NULL, data);
}

static void
fake_scan (SyTextSource *source, SyTextPlace from, SyTextQuery *query, gboolean first, SyTextScanned each, gpointer data)
{
  Fake *fake = (Fake *) source;
  SyTextFound found = { .total = total_of (fake), .missing = fake->gap, .done = TRUE };
  SyTextIndex index;
  SyTextSearch search;
  guint64 offset = from.offset;
  const char *bytes;
  gsize n;

  sy_text_index_init (&index);
  index.last = index.end = from;
  if (query != NULL)
    sy_text_search_init (&search, query, from);
  for (; (n = look (fake, &offset, &bytes)) > 0; offset += n)
    if (query != NULL)
      sy_text_search_add (&search, offset, bytes, n);
    else
      sy_text_index_add (&index, offset, bytes, n);
  found.place = query != NULL ? sy_text_search_end (&search) : index.end;
  found.index = query == NULL ? &index : NULL;
  found.lines = query != NULL ? (const guint64 *) search.lines->data : NULL;
  found.n_lines = query != NULL ? (first ? MIN (1, search.lines->len) : search.lines->len) : 0;
  each (&found, NULL, data);
  if (query != NULL)
    sy_text_search_clear (&search);
  sy_text_index_clear (&index);
}

static void
fake_stop (SyTextSource *source)
{
}

static void
fake_find_offset (SyTextSource *source, gint64 wall_us, SyTextOffset reply, gpointer data)
{
  reply (((Fake *) source)->instant, data);
}

static void
fake_save (SyTextSource *source, const char *path, guint64 until, SyTextSaved reply, gpointer data)
{
}

static void
fake_close (SyTextSource *source)
{
  ((Fake *) source)->closed = TRUE;
}

static void
fake_init (Fake *fake, const char *text)
{
  *fake = (Fake){ { fake_read, fake_scan, fake_stop, fake_find_offset, fake_save, fake_close }, .bytes = g_string_new (text) };
}

/* The line as it can be shown once it was read */
static char *
line_of (SyTextModel *model, guint64 n)
{
  g_autoptr (GString) text = g_string_new (NULL);
  SyTextLine line = { .text = text };

  for (guint i = 0; i < 4; i++)
    if (sy_text_model_get_line (model, n, 4000, &line))
      return g_strdup (text->str);
  return g_strdup ("(not read)");
}

static char *
all_lines (SyTextModel *model)
{
  GString *all = g_string_new (NULL);

  for (guint64 i = 0; i < sy_text_model_get_n_lines (model); i++)
    {
      g_autofree char *line = line_of (model, i);

      g_string_append_printf (all, "%s|", line);
    }
  return g_string_free (all, FALSE);
}

#define ASSERT_LINES(model, expected)                                                                                  \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    g_autofree char *lines_ = all_lines (model);                                                                       \
    g_assert_cmpstr (lines_, ==, expected);                                                                            \
  }                                                                                                                    \
  G_STMT_END

static void
finish (SyTextModel *model, Fake *fake)
{
  g_assert_finalize_object (model);
  g_assert_true (fake->closed);
  g_string_free (fake->bytes, TRUE);
}

static void
test_grows (void)
{
  Fake fake;
  SyTextModel *model;

  fake_init (&fake, "one\r\ntw");
  model = sy_text_model_new (&fake.base);
  ASSERT_LINES (model, "one|tw|");
  g_string_append (fake.bytes, "o\n\nthree");
  sy_text_model_refresh (model);
  ASSERT_LINES (model, "one|two||three|");
  g_assert_cmpuint (sy_text_model_get_total (model), ==, 15);
  finish (model, &fake);
}

/* What was given up meanwhile changes the numbers: all is counted anew. */
static void
test_gap_comes (void)
{
  Fake fake;
  SyTextModel *model;

  fake_init (&fake, "head\naaa\nbbb\nend\n");
  model = sy_text_model_new (&fake.base);
  ASSERT_LINES (model, "head|aaa|bbb|end|");
  g_string_erase (fake.bytes, 5, 8);
  fake.gap_at = 5;
  fake.gap = 8;
  sy_text_model_refresh (model);
  sy_text_model_refresh (model);
  ASSERT_LINES (model, "head|… 8 B not kept …|end|");
  finish (model, &fake);
}

/* Lines longer than a block, and not more in memory than is meant to be */
static void
test_large (void)
{
  Fake fake;
  SyTextModel *model;
  g_autofree char *line = g_strnfill (3 * SY_TEXT_BLOCK / 2, 'x'), *read = NULL, *last = NULL;

  fake_init (&fake, "");
  for (guint i = 0; i < 400; i++)
    g_string_append_printf (fake.bytes, "%04u%s\n", i, line);
  model = sy_text_model_new (&fake.base);
  g_assert_cmpuint (sy_text_model_get_n_lines (model), ==, 400);
  for (guint i = 0; i < 400; i++)
    {
      g_autofree char *expected = g_strdup_printf ("%04ux", i);

      g_free (read);
      read = line_of (model, i);
      g_assert_true (g_str_has_prefix (read, expected));
      g_assert_cmpuint (strlen (read), ==, 4000);
      g_assert_cmpuint (g_hash_table_size (model->cache), <=, SY_TEXT_KEPT);
    }
  g_assert_cmpuint (sy_text_model_get_tail (model, 4 * SY_TEXT_BLOCK), ==, 398);
  g_assert_cmpuint (sy_text_model_get_tail (model, 1000 * SY_TEXT_BLOCK), ==, 0);
  last = line_of (model, 3);
  g_assert_true (g_str_has_prefix (last, "0003x"));
  finish (model, &fake);
}

static void
test_search (void)
{
  Fake fake;
  SyTextModel *model;
  g_autoptr (SyTextQuery) query = sy_text_query_new (SY_TEXT_LITERAL, "a", FALSE, NULL);

  fake_init (&fake, "a\nb\nA\nb\nab");
  model = sy_text_model_new (&fake.base);
  sy_text_model_search (model, query);
  g_assert_cmpuint (sy_text_model_get_n_matches (model), ==, 3);
  g_assert_cmpuint (sy_text_model_find_match (model, SY_NO_LINE, FALSE), ==, 0);
  g_assert_cmpuint (sy_text_model_find_match (model, 0, FALSE), ==, 2);
  g_assert_cmpuint (sy_text_model_find_match (model, 4, FALSE), ==, 0);
  g_assert_cmpuint (sy_text_model_find_match (model, 0, TRUE), ==, 4);
  g_assert_cmpuint (sy_text_model_find_match (model, 3, TRUE), ==, 2);
  g_assert_cmpuint (sy_text_model_get_match_number (model, 4), ==, 3);
  g_assert_cmpuint (sy_text_model_get_match_number (model, 1), ==, 0);
  /* What comes is looked through, too; the line that grew counts once. */
  g_string_append (fake.bytes, "c\nxa\n");
  sy_text_model_refresh (model);
  g_assert_cmpuint (sy_text_model_get_n_matches (model), ==, 4);
  sy_text_model_search (model, NULL);
  g_assert_cmpuint (sy_text_model_get_n_matches (model), ==, 0);
  g_assert_cmpuint (sy_text_model_find_match (model, 0, FALSE), ==, SY_NO_LINE);
  finish (model, &fake);
}

/* An instant cuts lines, matches, and the line that was being written. */
static void
test_instant (void)
{
  Fake fake;
  SyTextModel *model;
  g_autoptr (SyTextQuery) query = sy_text_query_new (SY_TEXT_LITERAL, "a", FALSE, NULL);

  fake_init (&fake, "a1\na22\na3\n");
  model = sy_text_model_new (&fake.base);
  sy_text_model_search (model, query);
  fake.instant = 5;
  sy_text_model_set_instant (model, 1000);
  ASSERT_LINES (model, "a1|a2|");
  g_assert_cmpuint (sy_text_model_get_n_matches (model), ==, 2);
  g_assert_cmpuint (sy_text_model_find_match (model, 1, FALSE), ==, 0);
  fake.instant = 0;
  sy_text_model_set_instant (model, 999);
  ASSERT_LINES (model, "");
  sy_text_model_set_instant (model, 0);
  ASSERT_LINES (model, "a1|a22|a3|");
  finish (model, &fake);
}

static void
on_taken (const GString *text, gboolean truncated, const GError *error, gpointer data)
{
  g_string_printf (data, "%s%s", text->str, truncated ? "(cut)" : "");
}

static void
test_take (void)
{
  Fake fake;
  SyTextModel *model;
  g_autoptr (GString) taken = g_string_new (NULL);

  fake_init (&fake, "one\ntwo\nthree\nfour\n");
  fake.gap_at = 8;
  fake.gap = 100;
  model = sy_text_model_new (&fake.base);
  ASSERT_LINES (model, "one|two|… 100 B not kept …|three|four|");
  sy_text_model_take (model, 1, 3, 1000, on_taken, taken);
  g_assert_cmpstr (taken->str, ==, "two\n… 100 B not kept …\nthree\n");
  sy_text_model_take (model, 4, 4, 1000, on_taken, taken);
  g_assert_cmpstr (taken->str, ==, "four\n");
  sy_text_model_take (model, 3, 4, 7, on_taken, taken);
  g_assert_cmpstr (taken->str, ==, "three\nf(cut)");
  finish (model, &fake);
}

static void
on_error_found (SyTextModel *model, guint64 line, guint64 *found)
{
  *found = line;
}

static void
test_first_error (void)
{
  Fake fake;
  SyTextModel *model;
  guint64 found = 77;

  fake_init (&fake, "fine\nfat");
  model = sy_text_model_new (&fake.base);
  g_signal_connect (model, "error-found", G_CALLBACK (on_error_found), &found);
  sy_text_model_find_error (model);
  g_assert_cmpuint (found, ==, SY_NO_LINE);
  g_string_append (fake.bytes, "al: no\nfailed\n");
  sy_text_model_refresh (model);
  sy_text_model_find_error (model);
  g_assert_cmpuint (found, ==, 1);
  finish (model, &fake);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text-model/grows", test_grows);
  g_test_add_func ("/text-model/gap-comes", test_gap_comes);
  g_test_add_func ("/text-model/large", test_large);
  g_test_add_func ("/text-model/search", test_search);
  g_test_add_func ("/text-model/instant", test_instant);
  g_test_add_func ("/text-model/take", test_take);
  g_test_add_func ("/text-model/first-error", test_first_error);
  return g_test_run ();
}
