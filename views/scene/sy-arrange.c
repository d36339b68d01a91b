/* sy-arrange.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/scene/sy-arrange.h"

#include <math.h>

/* --- snapping --- */

/* One axis: from where a box extends, and how far across it the other box is */
typedef struct
{
  float at, extent;
} Span;

static Span
span_of (const SyRect *box, gboolean x)
{
  return x ? (Span){ box->x, box->width } : (Span){ box->y, box->height };
}

typedef struct
{
  float by, line;       /* what to move, and where they then meet */
  float away;           /* of the box that attracts, on the other axis */
  guint other;
  gboolean found;
} Pull;

/* Beginnings, middles and ends attract their like. */
static void
pull_to (Pull *pull, Span box, Span other, float away, guint index, float reach)
{
  for (guint part = 0; part < 3; part++)
    {
      float line = other.at + other.extent * (float) part / 2, by = line - (box.at + box.extent * (float) part / 2);

      if (fabsf (by) > reach)
        continue;
      if (pull->found && (fabsf (by) > fabsf (pull->by) + 0.01f || (fabsf (by) > fabsf (pull->by) - 0.01f && away >= pull->away)))
        continue;
      *pull = (Pull){ by, line, away, index, TRUE };
    }
}

static float
to_grid (float at, float grid)
{
  return grid > 0 ? roundf (at / grid) * grid - at : 0;
}

static void
add_guide (SySnap *snap, const Pull *pull, const SyRect *moved, const SyRect *other, gboolean x)
{
  Span a = span_of (moved, !x), b = span_of (other, !x);

  snap->guides[snap->n_guides++] = (SyGuide){ x, pull->line, MIN (a.at, b.at), MAX (a.at + a.extent, b.at + b.extent) };
}

SySnap
sy_snap (const SyRect *box, const SyRect *others, guint n_others, float reach, float grid)
{
  SySnap snap = { 0 };
  Pull pulls[2] = { { 0 }, { 0 } };
  SyRect moved = *box;

  for (guint i = 0; i < n_others; i++)
    {
      float dx = fabsf (others[i].x - box->x), dy = fabsf (others[i].y - box->y);

      pull_to (&pulls[0], span_of (box, TRUE), span_of (&others[i], TRUE), dy, i, reach);
      pull_to (&pulls[1], span_of (box, FALSE), span_of (&others[i], FALSE), dx, i, reach);
    }
  snap.dx = pulls[0].found ? pulls[0].by : to_grid (box->x, grid);
  snap.dy = pulls[1].found ? pulls[1].by : to_grid (box->y, grid);
  moved.x += snap.dx;
  moved.y += snap.dy;
  for (guint axis = 0; axis < 2; axis++)
    if (pulls[axis].found)
      add_guide (&snap, &pulls[axis], &moved, &others[pulls[axis].other], axis == 0);
  return snap;
}

/* --- lines --- */

static SyRect
box_of_all (const SyRect *boxes, guint n)
{
  SyRect all = boxes[0];

  for (guint i = 1; i < n; i++)
    all = sy_rect_union (&all, &boxes[i]);
  return all;
}

static int
compare_across (gconstpointer a, gconstpointer b)
{
  const SyRect *x = *(const SyRect *const *) a, *y = *(const SyRect *const *) b;

  return x->x < y->x ? -1 : x->x > y->x;
}

static int
compare_down (gconstpointer a, gconstpointer b)
{
  const SyRect *x = *(const SyRect *const *) a, *y = *(const SyRect *const *) b;

  return x->y < y->y ? -1 : x->y > y->y;
}

static void
distribute (SyRect *boxes, guint n, const SyRect *all, gboolean across)
{
  g_autofree SyRect **sorted = g_new (SyRect *, n);
  float sum = 0, gap, at = across ? all->x : all->y;

  for (guint i = 0; i < n; i++)
    {
      sorted[i] = &boxes[i];
      sum += across ? boxes[i].width : boxes[i].height;
    }
  qsort (sorted, n, sizeof *sorted, across ? compare_across : compare_down);
  gap = ((across ? all->width : all->height) - sum) / (float) (n - 1);
  for (guint i = 0; i < n; i++)
    {
      if (across)
        sorted[i]->x = at;
      else
        sorted[i]->y = at;
      at += (across ? sorted[i]->width : sorted[i]->height) + gap;
    }
}

void
sy_arrange (SyRect *boxes, guint n, SyArrange how)
{
  SyRect all;

  if (n < 2 || (how >= SY_ARRANGE_ACROSS && n < 3))
    return;
  all = box_of_all (boxes, n);
  if (how >= SY_ARRANGE_ACROSS)
    distribute (boxes, n, &all, how == SY_ARRANGE_ACROSS);
  for (guint i = 0; i < n && how < SY_ARRANGE_ACROSS; i++)
    switch (how)
      {
      case SY_ARRANGE_LEFT: boxes[i].x = all.x; break;
      case SY_ARRANGE_CENTRE: boxes[i].x = all.x + (all.width - boxes[i].width) / 2; break;
      case SY_ARRANGE_RIGHT: boxes[i].x = all.x + all.width - boxes[i].width; break;
      case SY_ARRANGE_TOP: boxes[i].y = all.y; break;
      case SY_ARRANGE_MIDDLE: boxes[i].y = all.y + (all.height - boxes[i].height) / 2; break;
      default: boxes[i].y = all.y + all.height - boxes[i].height; break;
      }
}
