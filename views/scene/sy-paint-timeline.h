/* sy-paint-timeline.h: a timeline painted: rows of attempts and waits, axis, rows of figures; no GTK
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-run-state.h"
#include "core/model/sy-timeline.h"
#include "views/scene/sy-paint.h"
#include "views/scene/sy-time-view.h"

G_BEGIN_DECLS

typedef enum { SY_ROW_SELECTED = 1 << 0, SY_ROW_FOCUS = 1 << 1, SY_ROW_DIMMED = 1 << 2, SY_ROW_CRITICAL = 1 << 3 } SyRowFlags;

/* Figures on the same axis: one value for each column of pixels of the plot */
typedef struct
{
  const char *title;
  char value[48];       /* at the pointer, the instant or the end */
  char top_label[48];
  double top;           /* what the lane's height stands for */
  double limit;         /* a dashed line; 0 = none */
  const double *columns;/* as many as the plot is wide; < 0 = nothing known */
  const SyColour *colour;
} SyLane;

/* All that a picture is painted from; borrowed */
typedef struct
{
  const SyTimeView *view;
  SyTimeline *timeline;
  const SyRunState *state;      /* for the discs beside the names */
  SyPainter *painter;           /* at zoom 1 */
  SyRowFlags (*flags_of) (guint32 index, gpointer data);
  gpointer data;
  const GArray *critical;       /* (nullable) guint32 indices, root to leaf */
  const SyLane *lanes;          /* view->n_lanes */
  gint64 now_us;                /* until when what goes on is drawn */
  gint64 instant_us;            /* a line; 0 = none */
  double hover_x;               /* a faint line; < 0 = none */
  gboolean relative;
} SyTimelinePicture;

/* Cost: rows in sight, not tasks of the run; far out, pixels. */
void sy_paint_timeline (const SyTimelinePicture *picture, cairo_t *cr);

/* The highest level in each column of the plot; −1 outside of the run. Returns the highest of all. */
double sy_level_columns (const SyLevel *level, const SyTimeView *view, gint64 now_us, double *columns);

G_END_DECLS
