/* sy-arrange.h: where boxes snap to while they are dragged, and lines that several are brought into
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/scene/sy-geometry.h"

G_BEGIN_DECLS

/* A line that shows what something has snapped to, world */
typedef struct
{
  gboolean upright;     /* x = at; else y = at */
  float at, from, to;
} SyGuide;

typedef struct
{
  float dx, dy;         /* by how much the box is to move on */
  SyGuide guides[2];
  guint n_guides;
} SySnap;

/**
 * sy_snap:
 * @reach: world units within which edges and middles attract each other
 * @grid: what has no neighbour near snaps to multiples of this; 0 = to nothing
 *
 * Each axis by itself: to the nearest edge or middle of the others, of equally near ones to that of the nearest box.
 */
SySnap sy_snap (const SyRect *box, const SyRect *others, guint n_others, float reach, float grid);

typedef enum
{
  SY_ARRANGE_LEFT, SY_ARRANGE_CENTRE, SY_ARRANGE_RIGHT, SY_ARRANGE_TOP, SY_ARRANGE_MIDDLE, SY_ARRANGE_BOTTOM,
  SY_ARRANGE_ACROSS,    /* equal gaps from the leftmost to the rightmost */
  SY_ARRANGE_DOWN,
  SY_N_ARRANGE
} SyArrange;

/* Fewer than two (ACROSS, DOWN: three) stay as they are. */
void sy_arrange (SyRect *boxes, guint n, SyArrange how);

G_END_DECLS
