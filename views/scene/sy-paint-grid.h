/* sy-paint-grid.h: tasks × runs painted: state icons, marks, names, the chart of durations; no GTK
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-run-grid.h"
#include "views/scene/sy-grid-view.h"
#include "views/scene/sy-paint.h"

G_BEGIN_DECLS

/* Pictures of the states, kept from frame to frame: a grid shows a thousand of them. */
typedef struct
{
  const SyStyle *style;
  double scale;
  cairo_surface_t *discs[SY_N_STATES]; /* (owned) */
} SyDiscs;
void sy_discs_clear (SyDiscs *discs);

/* All that a picture is painted from; borrowed */
typedef struct
{
  const SyGridView *view;
  SyRunGrid *grid;
  SyPainter *painter;           /* at zoom 1 */
  SyDiscs *discs;
  gint64 now_us;
  guint shown_column;           /* the run that the window shows; G_MAXUINT = none */
  guint32 cursor_row;           /* position among the shown rows; G_MAXUINT32 = the heads of the columns */
  guint cursor_column;
  gboolean focused;
  const guint *chosen;          /* columns chosen to be compared */
  guint n_chosen;
  guint32 hover_row;            /* position; G_MAXUINT32 = none */
  guint hover_column;
} SyGridPicture;

/* Cost: what is in sight. */
void sy_paint_grid (const SyGridPicture *picture, cairo_t *cr);

G_END_DECLS
