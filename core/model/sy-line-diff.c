/* sy-line-diff.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-line-diff.h"

#include <string.h>

#define MOST_EDITS 1000

typedef struct
{
  const char *start;
  gsize length;         /* without the newline */
  guint32 word;         /* equal lines have equal words */
} Line;

static GArray *
split (const char *text, gssize size)
{
  GArray *lines = g_array_new (FALSE, FALSE, sizeof (Line));
  const char *end = text + (size < 0 ? (gssize) strlen (text) : size);

  for (const char *p = text; p < end;)
    {
      const char *newline = memchr (p, '\n', (gsize) (end - p));
      Line line = { p, (gsize) ((newline != NULL ? newline : end) - p), 0 };

      g_array_append_val (lines, line);
      p = newline != NULL ? newline + 1 : end;
    }
  return lines;
}

static guint
hash_line (gconstpointer data)
{
  const Line *line = data;
  guint hash = 5381;

  for (gsize i = 0; i < line->length; i++)
    hash = hash * 33 + (guchar) line->start[i];
  return hash;
}

static gboolean
equal_lines (gconstpointer a, gconstpointer b)
{
  const Line *x = a, *y = b;

  return x->length == y->length && memcmp (x->start, y->start, x->length) == 0;
}

static void
number_lines (GHashTable *words, GArray *lines)
{
  for (guint i = 0; i < lines->len; i++)
    {
      Line *line = &g_array_index (lines, Line, i);
      guint32 word = GPOINTER_TO_UINT (g_hash_table_lookup (words, line));

      if (word == 0)
        g_hash_table_insert (words, line, GUINT_TO_POINTER (word = g_hash_table_size (words) + 1));
      line->word = word;
    }
}

static void
add_part (GArray *parts, SyDiffKind kind, guint32 a, guint32 b, guint32 n)
{
  SyDiffPart *last = parts->len > 0 ? &g_array_index (parts, SyDiffPart, parts->len - 1) : NULL;

  if (n == 0)
    return;
  if (last != NULL && last->kind == kind)
    last->n += n;
  else
    g_array_append_val (parts, ((SyDiffPart){ kind, a, b, n }));
}

/* --- the middle: what is left between equal ends --- */

typedef struct
{
  const Line *a, *b;
  int n, m;
  guint32 first;        /* lines before it */
  GPtrArray *trace;     /* (owned) int[2 d + 1] of each d: the furthest x of each diagonal */
} Middle;

static int
walk_diagonal (const Middle *s, int x, int y)
{
  while (x < s->n && y < s->m && s->a[x].word == s->b[y].word)
    x++, y++;
  return x;
}

/* Furthest x on diagonal @k after @d edits, from the row before; @down: (out): the last edit is an addition */
static int
step (const int *before, int d, int k, gboolean *down)
{
  *down = k == -d || (k != d && before[k - 1 + d - 1] < before[k + 1 + d - 1]);
  return *down ? before[k + 1 + d - 1] : before[k - 1 + d - 1] + 1;
}

/* The number of edits, or −1 if they are too many */
static int
find_edits (Middle *s)
{
  for (int d = 0; d <= MIN (s->n + s->m, MOST_EDITS); d++)
    {
      int *row = g_new (int, 2 * d + 1);
      const int *before = d > 0 ? s->trace->pdata[d - 1] : NULL;

      g_ptr_array_add (s->trace, row);
      for (int i = 0; i < 2 * d + 1; i++)
        row[i] = -1;
      for (int k = -d; k <= d; k += 2)
        {
          gboolean down;
          int x = d == 0 ? 0 : step (before, d, k, &down);

          row[k + d] = x - k >= 0 ? walk_diagonal (s, x, x - k) : x;
          if (row[k + d] >= s->n && row[k + d] - k >= s->m)
            return d;
        }
    }
  return -1;
}

/* From the end to the start, then the right way round */
static void
add_middle (Middle *s, int d, GArray *parts)
{
  g_autoptr (GArray) back = g_array_new (FALSE, FALSE, sizeof (SyDiffPart));
  int x = s->n, y = s->m;

  for (; d > 0; d--)
    {
      int k = x - y, from_x, from_y;
      gboolean down;
      int start = step (s->trace->pdata[d - 1], d, k, &down);

      if (x > start)
        g_array_append_val (back, ((SyDiffPart){ SY_DIFF_SAME, (guint32) start, (guint32) (start - k), (guint32) (x - start) }));
      from_x = down ? start : start - 1;
      from_y = down ? start - k - 1 : start - k;
      g_array_append_val (back, ((SyDiffPart){ down ? SY_DIFF_ADDED : SY_DIFF_REMOVED, (guint32) from_x, (guint32) from_y, 1 }));
      x = from_x;
      y = from_y;
    }
  if (x > 0)
    g_array_append_val (back, ((SyDiffPart){ SY_DIFF_SAME, 0, 0, (guint32) x }));
  for (guint i = back->len; i-- > 0;)
    {
      const SyDiffPart *part = &g_array_index (back, SyDiffPart, i);

      add_part (parts, part->kind, part->a + s->first, part->b + s->first, part->n);
    }
}

static GArray *
compare_lines (GArray *a, GArray *b)
{
  GArray *parts = g_array_new (FALSE, FALSE, sizeof (SyDiffPart));
  const Line *x = (const Line *) (gpointer) a->data, *y = (const Line *) (gpointer) b->data;
  guint32 first = 0, last = 0, least = MIN (a->len, b->len);
  g_autoptr (GPtrArray) trace = g_ptr_array_new_with_free_func (g_free);
  Middle middle;
  int d;

  while (first < least && x[first].word == y[first].word)
    first++;
  while (last < least - first && x[a->len - 1 - last].word == y[b->len - 1 - last].word)
    last++;
  middle = (Middle){ x + first, y + first, (int) (a->len - first - last), (int) (b->len - first - last), first, trace };
  add_part (parts, SY_DIFF_SAME, 0, 0, first);
  d = find_edits (&middle);
  if (d >= 0)
    add_middle (&middle, d, parts);
  else
    {
      add_part (parts, SY_DIFF_REMOVED, first, first, (guint32) middle.n);
      add_part (parts, SY_DIFF_ADDED, first + (guint32) middle.n, first, (guint32) middle.m);
    }
  add_part (parts, SY_DIFF_SAME, a->len - last, b->len - last, last);
  return parts;
}

GArray *
sy_line_diff (const char *a, gssize a_size, const char *b, gssize b_size)
{
  g_autoptr (GArray) x = split (a, a_size), y = split (b, b_size);
  g_autoptr (GHashTable) words = g_hash_table_new (hash_line, equal_lines);

  number_lines (words, x);
  number_lines (words, y);
  return compare_lines (x, y);
}

/* --- as text --- */

static void
add_lines (GString *out, const GArray *lines, guint32 from, guint32 n, const char *sign)
{
  for (guint32 i = from; i < from + n; i++)
    {
      const Line *line = &g_array_index (lines, Line, i);

      g_string_append (out, sign);
      g_string_append_len (out, line->start, (gssize) line->length);
      g_string_append_c (out, '\n');
    }
}

/* @head, @tail: nothing comes before, after */
static void
add_same (GString *out, const GArray *lines, const SyDiffPart *part, gboolean head, gboolean tail, guint context)
{
  guint32 before = head ? 0 : MIN (context, part->n), after = tail ? 0 : MIN (context, part->n);

  if (before + after >= part->n)
    {
      add_lines (out, lines, part->a, part->n, "  ");
      return;
    }
  add_lines (out, lines, part->a, before, "  ");
  g_string_append (out, "…\n");
  add_lines (out, lines, part->a + part->n - after, after, "  ");
}

void
sy_line_diff_text (GString *out, const char *a, gssize a_size, const char *b, gssize b_size, guint context)
{
  g_autoptr (GArray) x = split (a, a_size), y = split (b, b_size), parts = sy_line_diff (a, a_size, b, b_size);

  if (parts->len < 2 && (parts->len == 0 || g_array_index (parts, SyDiffPart, 0).kind == SY_DIFF_SAME))
    return;
  for (guint i = 0; i < parts->len; i++)
    {
      const SyDiffPart *part = &g_array_index (parts, SyDiffPart, i);

      if (part->kind == SY_DIFF_SAME)
        add_same (out, x, part, i == 0, i + 1 == parts->len, context);
      else
        add_lines (out, part->kind == SY_DIFF_REMOVED ? x : y, part->kind == SY_DIFF_REMOVED ? part->a : part->b, part->n,
                   part->kind == SY_DIFF_REMOVED ? "- " : "+ ");
    }
}
