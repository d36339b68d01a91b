/* sy-text-diff.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/sy-text-diff.h"

#include <string.h>

#define MOST_CHANGES 400 /* lines that came and went; memory and time are its square */

typedef struct { const char *start; gsize length; } Line;

/* A place between two characters that are shown: not inside a character, not between CR and LF */
static gboolean
is_place (const char *text, gsize length, gsize at)
{
  if (at == 0 || at >= length)
    return TRUE;
  return ((guchar) text[at] & 0xc0) != 0x80 && !(text[at] == '\n' && text[at - 1] == '\r');
}

gboolean
sy_text_difference (const char *a, gsize n_a, const char *b, gsize n_b, SyTextHunk *hunk)
{
  gsize head = 0, tail = 0, most = MIN (n_a, n_b);

  if (n_a == n_b && memcmp (a, b, n_a) == 0)
    return FALSE;
  while (head < most && a[head] == b[head])
    head++;
  while (head > 0 && (!is_place (a, n_a, head) || !is_place (b, n_b, head) || a[head - 1] == '\r'))
    head--;
  while (tail < most - head && a[n_a - 1 - tail] == b[n_b - 1 - tail])
    tail++;
  while (tail > 0 && (!is_place (a, n_a, n_a - tail) || !is_place (b, n_b, n_b - tail)))
    tail--;
  *hunk = (SyTextHunk) { head, n_a - tail, head, n_b - tail };
  return TRUE;
}

/* Widened to whole lines */
static GArray *
lines_of (const char *text, gsize start, gsize end)
{
  GArray *lines = g_array_new (FALSE, FALSE, sizeof (Line));

  for (const char *p = text + start; p < text + end;)
    {
      const char *next = memchr (p, '\n', (gsize) (text + end - p));
      Line line = { p, next != NULL ? (gsize) (next + 1 - p) : (gsize) (text + end - p) };

      g_array_append_val (lines, line);
      p += line.length;
    }
  return lines;
}

static gboolean
same_line (const GArray *a, gsize i, const GArray *b, gsize k)
{
  const Line *one = &g_array_index (a, Line, i), *other = &g_array_index (b, Line, k);

  return one->length == other->length && memcmp (one->start, other->start, one->length) == 0;
}

typedef struct
{
  const char *a, *b;
  GArray *lines_a, *lines_b;
  GArray *hunks;        /* result */
} Diff;

static gsize
place_of (const GArray *lines, gsize index, const char *text)
{
  const Line *line;

  if (lines->len == 0)
    return 0;
  if (index < lines->len)
    return (gsize) (g_array_index (lines, Line, index).start - text);
  line = &g_array_index (lines, Line, lines->len - 1);
  return (gsize) (line->start - text) + line->length;
}

/* Lines [i, i_end) against [k, k_end) */
static void
add_hunk (Diff *diff, SyTextHunk whole, gsize i, gsize i_end, gsize k, gsize k_end)
{
  gsize start = diff->lines_a->len > 0 ? place_of (diff->lines_a, i, diff->a) : whole.start;
  gsize end = diff->lines_a->len > 0 ? place_of (diff->lines_a, i_end, diff->a) : whole.start;
  gsize new_start = diff->lines_b->len > 0 ? place_of (diff->lines_b, k, diff->b) : whole.new_start;
  gsize new_end = diff->lines_b->len > 0 ? place_of (diff->lines_b, k_end, diff->b) : whole.new_start;
  SyTextHunk hunk;

  if (!sy_text_difference (diff->a + start, end - start, diff->b + new_start, new_end - new_start, &hunk))
    return;
  hunk = (SyTextHunk) { hunk.start + start, hunk.end + start, hunk.new_start + new_start, hunk.new_end + new_start };
  g_array_append_val (diff->hunks, hunk);
}

/* As many lines as before: each became the one in its place. */
static void
add_lines (Diff *diff, SyTextHunk whole, gsize i, gsize i_end, gsize k, gsize k_end)
{
  if (i_end - i != k_end - k)
    add_hunk (diff, whole, i, i_end, k, k_end);
  else
    for (; i < i_end; i++, k++)
      add_hunk (diff, whole, i, i + 1, k, k + 1);
}

/* The way back through the rounds gives the lines that stayed; what lies between two of them is a hunk. */
static void
trace_back (Diff *diff, SyTextHunk whole, const GPtrArray *rounds, int offset)
{
  int x = (int) diff->lines_a->len, y = (int) diff->lines_b->len;
  int to_x = x, to_y = y;
  g_autoptr (GArray) ends = g_array_new (FALSE, FALSE, 4 * sizeof (int));

  for (int d = (int) rounds->len - 1; d >= 0; d--)
    {
      const int *v = g_ptr_array_index (rounds, d);
      int k = x - y, before_k, before_x, before_y;

      before_k = d > 0 && (k == -d || (k != d && v[offset + k - 1] < v[offset + k + 1])) ? k + 1 : k - 1;
      before_x = d > 0 ? v[offset + before_k] : 0;
      before_y = d > 0 ? before_x - before_k : 0;
      if (x > before_x && y > before_y)
        {
          int stayed = MIN (x - before_x, y - before_y);

          if (to_x > x || to_y > y)
            {
              int range[4] = { x, to_x, y, to_y };

              g_array_append_val (ends, range);
            }
          to_x = x - stayed;
          to_y = y - stayed;
        }
      x = before_x;
      y = before_y;
    }
  if (to_x > 0 || to_y > 0)
    {
      int range[4] = { 0, to_x, 0, to_y };

      g_array_append_val (ends, range);
    }
  for (guint i = ends->len; i > 0; i--)
    {
      const int *range = (const int *) (gconstpointer) (ends->data + (i - 1) * 4 * sizeof (int));

      add_lines (diff, whole, (gsize) range[0], (gsize) range[1], (gsize) range[2], (gsize) range[3]);
    }
}

/* FALSE: too much differs */
static gboolean
compare_lines (Diff *diff, SyTextHunk whole)
{
  int n = (int) diff->lines_a->len, m = (int) diff->lines_b->len, most = MIN (n + m, MOST_CHANGES), offset = most + 1;
  g_autofree int *v = g_new0 (int, 2 * (gsize) offset + 1);
  g_autoptr (GPtrArray) rounds = g_ptr_array_new_with_free_func (g_free);

  for (int d = 0; d <= most; d++)
    {
      g_ptr_array_add (rounds, g_memdup2 (v, (2 * (gsize) offset + 1) * sizeof (int)));
      for (int k = -d; k <= d; k += 2)
        {
          int x = k == -d || (k != d && v[offset + k - 1] < v[offset + k + 1]) ? v[offset + k + 1] : v[offset + k - 1] + 1;

          while (x < n && x - k < m && x - k >= 0 && same_line (diff->lines_a, (gsize) x, diff->lines_b, (gsize) (x - k)))
            x++;
          v[offset + k] = x;
          if (x < n || x - k < m)
            continue;
          trace_back (diff, whole, rounds, offset);
          return TRUE;
        }
    }
  return FALSE;
}

/* From the start of its line to the end of it */
static void
widen (const char *text, gsize length, gsize *start, gsize *end)
{
  const char *next;

  while (*start > 0 && text[*start - 1] != '\n')
    (*start)--;
  if (*end > *start && text[*end - 1] == '\n')
    return;
  next = *end < length ? memchr (text + *end, '\n', length - *end) : NULL;
  *end = next != NULL ? (gsize) (next + 1 - text) : length;
}

GArray *
sy_text_diff (const char *a, gsize n_a, const char *b, gsize n_b)
{
  GArray *hunks = g_array_new (FALSE, FALSE, sizeof (SyTextHunk));
  g_autoptr (GArray) lines_a = NULL, lines_b = NULL;
  SyTextHunk narrow, whole;
  Diff diff;

  if (!sy_text_difference (a, n_a, b, n_b, &narrow))
    return hunks;
  whole = narrow;
  widen (a, n_a, &whole.start, &whole.end);
  widen (b, n_b, &whole.new_start, &whole.new_end);
  /* both as far: what follows is the same in both */
  if (n_a - whole.end != n_b - whole.new_end)
    {
      gsize rest = MIN (n_a - whole.end, n_b - whole.new_end);

      whole.end = n_a - rest;
      whole.new_end = n_b - rest;
    }
  lines_a = lines_of (a, whole.start, whole.end);
  lines_b = lines_of (b, whole.new_start, whole.new_end);
  diff = (Diff) { a, b, lines_a, lines_b, hunks };
  if (compare_lines (&diff, whole))
    return hunks;
  if (lines_a->len == lines_b->len)
    add_lines (&diff, whole, 0, lines_a->len, 0, lines_b->len);
  else
    g_array_append_val (hunks, narrow);
  return hunks;
}
