/* sy-grid-view.h: which part of a grid of tasks × runs is in sight
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SY_GRID_ROW 26.0
#define SY_GRID_BARS 58.0       /* the chart of durations over the columns */
#define SY_GRID_TOP 112.0       /* chart, number, time and state of each run */
#define SY_GRID_COLUMN_LEAST 26.0
#define SY_GRID_COLUMN_MOST 50.0

/* Plain data; device-independent pixels from the widget's corner */
typedef struct
{
  double width, height;
  double left;                  /* width of the names; the columns begin there */
  double column_width;
  double scroll_x, scroll_y;    /* pixels to the left of, and above what is in sight */
  guint32 n_rows;
  guint n_columns;
} SyGridView;

/* The newest column, at the right, stays in sight if it was. */
void sy_grid_view_set_extent (SyGridView *view, guint32 n_rows, guint n_columns);
void sy_grid_view_resize (SyGridView *view, double width, double height, double left);
/* Positive: further right and down */
void sy_grid_view_pan (SyGridView *view, double dx, double dy);
double sy_grid_view_plot_width (const SyGridView *view);
double sy_grid_view_plot_height (const SyGridView *view);
double sy_grid_view_x (const SyGridView *view, guint column);
double sy_grid_view_y (const SyGridView *view, guint32 row);
/* G_MAXUINT32: none there; rows only below the heads, columns only right of the names */
guint32 sy_grid_view_row_at (const SyGridView *view, double y);
guint sy_grid_view_column_at (const SyGridView *view, double x);
/* First, and one past the last */
void sy_grid_view_visible_rows (const SyGridView *view, guint32 *first, guint32 *end);
void sy_grid_view_visible_columns (const SyGridView *view, guint *first, guint *end);
/* Moves as little as needed; G_MAXUINT32: that direction stays. TRUE if it moved */
gboolean sy_grid_view_reveal (SyGridView *view, guint32 row, guint column);

G_END_DECLS
