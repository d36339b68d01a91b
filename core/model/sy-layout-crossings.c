/* sy-layout-crossings.c: the counter that compares drawings of different tools
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-layout.h"

#include <stdlib.h>

typedef struct
{
  guint32 from, to;
  float x0, y0, x1, y1; /* centres, x0 <= x1 */
} Line;

static int
compare_lines (gconstpointer a, gconstpointer b)
{
  const Line *p = a, *q = b;

  return p->x0 < q->x0 ? -1 : p->x0 > q->x0;
}

static Line
line_of (const SyLayoutInput *input, const float *x, const float *y, guint32 edge)
{
  guint32 a = input->from[edge], b = input->to[edge];

  if (x[a] > x[b])
    {
      guint32 swap = a;

      a = b;
      b = swap;
    }
  return (Line){ a, b, x[a], y[a], x[b], y[b] };
}

/* On which side of @p the point lies */
static double
side (const Line *p, float x, float y)
{
  return ((double) p->x1 - p->x0) * ((double) y - p->y0) - ((double) p->y1 - p->y0) * ((double) x - p->x0);
}

static gboolean
cross (const Line *p, const Line *q)
{
  if (p->from == q->from || p->to == q->to || p->from == q->to || p->to == q->from)
    return FALSE;
  return side (p, q->x0, q->y0) * side (p, q->x1, q->y1) < 0 && side (q, p->x0, p->y0) * side (q, p->x1, p->y1) < 0;
}

guint64
sy_layout_count_crossings (const SyLayoutInput *input, const float *x, const float *y)
{
  g_autofree Line *lines = g_new (Line, MAX (input->n_edges, 1));
  guint64 crossings = 0;

  for (guint32 e = 0; e < input->n_edges; e++)
    lines[e] = line_of (input, x, y, e);
  qsort (lines, input->n_edges, sizeof *lines, compare_lines);
  for (guint32 a = 0; a < input->n_edges; a++)
    for (guint32 b = a + 1; b < input->n_edges && lines[b].x0 < lines[a].x1; b++)
      crossings += cross (&lines[a], &lines[b]);
  return crossings;
}
