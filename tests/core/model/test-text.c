/* test-text.c: lines of a large text: the index, what reads like an error, searches that stream
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/sy-error.h"
#include "core/model/sy-line-kind.h"
#include "core/model/sy-text-query.h"

#include <string.h>

static const struct { const char *line; SyLineKind kind; } lines[] = {
  { "error: cannot open it", SY_LINE_ERROR },
  { "main.c:3:1: Error: expected ;", SY_LINE_ERROR },
  { "sh: 1: nope: not found", SY_LINE_ERROR },
  { "Permission denied", SY_LINE_ERROR },
  { "cannot", SY_LINE_PLAIN },
  { "no such fil", SY_LINE_PLAIN },
  { "0 terrors", SY_LINE_PLAIN },
  { "gcc -Werror -c main.c", SY_LINE_PLAIN },
  { "warning: this may be an error", SY_LINE_WARNING },
  { "an error after a Warning", SY_LINE_WARNING },
  { "8999999", SY_LINE_PLAIN },
  { "", SY_LINE_PLAIN },
};

static void
test_classify (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    g_assert_cmpint (sy_line_classify (lines[i].line, strlen (lines[i].line)), ==, lines[i].kind);
}

/* --- the index --- */

/* A text of @size bytes with lines of many lengths, some longer than blocks */
static char *
make_text (GRand *rand, gsize size)
{
  char *text = g_malloc (size + 1);
  gsize left = 0;

  for (gsize i = 0; i < size; i++)
    {
      if (left == 0)
        left = (gsize) g_rand_int_range (rand, 1, g_rand_int_range (rand, 0, 50) == 0 ? 200000 : 60);
      text[i] = --left == 0 ? '\n' : (char) ('a' + i % 26);
    }
  text[size] = '\0';
  return text;
}

/* Each line begins where its block and the line ends in it say. */
static void
check_lines (const SyTextIndex *index, const char *text, gsize size)
{
  guint64 line = 0;
  gsize start = 0;

  while (start < size)
    {
      const char *newline = memchr (text + start, '\n', size - start);
      guint i = sy_text_index_find_line (index, line);
      const SyTextBlock *block;
      const char *p;

      g_assert_cmpuint (i, !=, G_MAXUINT);
      block = &g_array_index (index->blocks, SyTextBlock, i);
      p = text + block->offset;
      for (guint64 k = block->line; k < line; k++)
        p = (const char *) memchr (p, '\n', size) + 1;
      g_assert_cmpuint ((gsize) (p - text), ==, start);
      g_assert_cmpuint (start, <, block->offset + block->length);
      line++;
      start = newline != NULL ? (gsize) (newline - text) + 1 : size;
    }
  g_assert_cmpuint (sy_text_index_get_n_lines (index), ==, line);
  g_assert_cmpuint (sy_text_index_find_line (index, line), ==, G_MAXUINT);
}

/* In stretches of any size, and told on in parts as a scan does when the text grows */
static void
test_index (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (guint round = 0; round < 20; round++)
    {
      gsize size = (gsize) g_rand_int_range (rand, 0, 700000), at = 0;
      g_autofree char *text = make_text (rand, size);
      SyTextIndex index;

      sy_text_index_init (&index);
      while (at < size)
        {
          gsize n = (gsize) g_rand_int_range (rand, 1, 200000);
          SyTextPlace from = sy_text_index_get_reopening (&index);
          SyTextIndex part;

          sy_text_index_init (&part);
          part.last = part.end = from;
          at += MIN (n, size - at);
          sy_text_index_add (&part, from.offset, text + from.offset, at - from.offset);
          sy_text_index_reopen (&index);
          sy_text_index_append (&index, (const SyTextBlock *) part.blocks->data, part.blocks->len, part.last, part.end);
          sy_text_index_clear (&part);
        }
      check_lines (&index, text, size);
      sy_text_index_clear (&index);
    }
}

static void
test_gaps (void)
{
  SyTextIndex index;

  sy_text_index_init (&index);
  sy_text_index_add (&index, 0, "one\ntw", 6);
  sy_text_index_add (&index, 100, "x\nlast\n", 7);
  sy_text_index_add_gap (&index, 200);
  /* one, tw, the gap, x, last, the gap at the end */
  g_assert_cmpuint (sy_text_index_get_n_lines (&index), ==, 6);
  g_assert_cmpuint (index.missing, ==, 94 + 93);
  g_assert_cmpuint (g_array_index (index.blocks, SyTextBlock, sy_text_index_find_line (&index, 2)).missing, ==, 94);
  g_assert_cmpuint (g_array_index (index.blocks, SyTextBlock, sy_text_index_find_line (&index, 3)).offset, ==, 100);
  g_assert_cmpuint (g_array_index (index.blocks, SyTextBlock, sy_text_index_find_line (&index, 5)).missing, ==, 93);
  /* What was missing at the end has come after all. */
  g_assert_cmpuint (sy_text_index_get_reopening (&index).offset, ==, 107);
  sy_text_index_reopen (&index);
  g_assert_cmpuint (index.missing, ==, 94);
  g_assert_cmpuint (sy_text_index_get_n_lines (&index), ==, 5);
  g_assert_cmpuint (sy_text_index_find_offset (&index, 50), ==, 1);
  g_assert_cmpuint (sy_text_index_find_offset (&index, 107), ==, G_MAXUINT);
  sy_text_index_clear (&index);
}

/* --- searches --- */

static const struct
{
  SyTextQueryKind kind;
  const char *pattern;
  gboolean match_case;
  const char *text;
  const char *lines;    /* numbers of those that match */
} searches[] = {
  { SY_TEXT_LITERAL, "Err", FALSE, "an error\nnone\nERR err err\n\nterr", "0 2 4 " },
  { SY_TEXT_LITERAL, "Err", TRUE, "an error\nErr\n", "1 " },
  { SY_TEXT_LITERAL, "a", FALSE, "a\nb\na\nA", "0 2 3 " },
  { SY_TEXT_LITERAL, "aab", FALSE, "aaab\nabab\naaaaab", "0 2 " },
  { SY_TEXT_LITERAL, "\303\244", TRUE, "\303\244\n\244\n", "0 " },
  { SY_TEXT_LITERAL, "nowhere", FALSE, "no\nwhere\n", "" },
  { SY_TEXT_REGEX, "^b+$", TRUE, "a\nbb\nb b\nb", "1 3 " },
  { SY_TEXT_REGEX, "x*", TRUE, "a\n\nb", "0 1 2 " },
  { SY_TEXT_REGEX, "e(r){2}", FALSE, "ERROR\nere\n\377err\n", "0 2 " },
  { SY_TEXT_REGEX, "a\\s*b", TRUE, "a b\na\nb\n", "0 1 " },
  { SY_TEXT_ERROR_LINE, NULL, FALSE, "fine\nfatal: no\nwarning: error\nfailed", "1 3 " },
};

static char *
find_all (guint i, gsize step, gsize gap)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SyTextQuery) query = sy_text_query_new (searches[i].kind, searches[i].pattern, searches[i].match_case, &error);
  GString *found = g_string_new (NULL);
  gsize size = strlen (searches[i].text);
  SyTextSearch search;

  g_assert_no_error (error);
  sy_text_search_init (&search, query, SY_TEXT_BEGIN);
  for (gsize at = 0; at < size; at += step)
    sy_text_search_add (&search, at + gap, searches[i].text + at, MIN (step, size - at));
  sy_text_search_end (&search);
  for (guint k = 0; k < search.lines->len; k++)
    g_string_append_printf (found, "%u ", (guint) g_array_index (search.lines, guint64, k));
  sy_text_search_clear (&search);
  return g_string_free (found, FALSE);
}

/* However the text comes in parts. An empty match at the line end of "\s" is of the line in which it begins. */
static void
test_search (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (searches); i++)
    for (gsize step = 1; step < 40; step++)
      {
        g_autofree char *found = find_all (i, step, 0);

        /* Lines come whole: what runs over a line end is found only where both came at once. */
        if (searches[i].kind == SY_TEXT_REGEX && strstr (searches[i].pattern, "\\s") != NULL && step < 8)
          continue;
        g_assert_cmpstr (found, ==, searches[i].lines);
      }
}

/* A gap is a line of its own, and nothing matches across it. */
static void
test_search_gap (void)
{
  g_autoptr (SyTextQuery) query = sy_text_query_new (SY_TEXT_LITERAL, "ab", TRUE, NULL);
  SyTextSearch search;
  SyTextPlace end;

  sy_text_search_init (&search, query, SY_TEXT_BEGIN);
  sy_text_search_add (&search, 0, "ab\nxa", 5);
  sy_text_search_add (&search, 50, "b\nab", 4);
  end = sy_text_search_end (&search);
  g_assert_cmpuint (search.lines->len, ==, 2);
  g_assert_cmpuint (g_array_index (search.lines, guint64, 1), ==, 4);
  /* It goes on where the line without an end begins. */
  g_assert_cmpuint (end.offset, ==, 52);
  g_assert_cmpuint (end.line, ==, 4);
  sy_text_search_clear (&search);
}

/* A line above 1 MiB is looked through in parts that overlap. */
static void
test_long_line (void)
{
  g_autoptr (SyTextQuery) query = sy_text_query_new (SY_TEXT_LITERAL, "needle", FALSE, NULL);
  g_autofree char *hay = g_strnfill (300000, '.');
  SyTextSearch search;
  guint64 at = 0;

  sy_text_search_init (&search, query, SY_TEXT_BEGIN);
  sy_text_search_add (&search, at, "x\n", 2);
  at = 2;
  for (guint i = 0; i < 12; i++, at += 300000)
    sy_text_search_add (&search, at, hay, 300000);
  sy_text_search_add (&search, at, "nee", 3);
  sy_text_search_add (&search, at + 3, "dle\nneedle", 10);
  sy_text_search_end (&search);
  g_assert_cmpuint (search.lines->len, ==, 2);
  g_assert_cmpuint (g_array_index (search.lines, guint64, 0), ==, 1);
  g_assert_cmpuint (g_array_index (search.lines, guint64, 1), ==, 2);
  sy_text_search_clear (&search);
}

static void
test_bad_regex (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (sy_text_query_new (SY_TEXT_REGEX, "a(", TRUE, &error));
  g_assert_error (error, SY_ERROR, SY_ERROR_INVALID);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text/classify", test_classify);
  g_test_add_func ("/text/index", test_index);
  g_test_add_func ("/text/gaps", test_gaps);
  g_test_add_func ("/text/search", test_search);
  g_test_add_func ("/text/search-gap", test_search_gap);
  g_test_add_func ("/text/long-line", test_long_line);
  g_test_add_func ("/text/bad-regex", test_bad_regex);
  return g_test_run ();
}
