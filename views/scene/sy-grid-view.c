/* sy-grid-view.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/scene/sy-grid-view.h"

#include <math.h>

double
sy_grid_view_plot_width (const SyGridView *view)
{
  return MAX (view->width - view->left, 0);
}

double
sy_grid_view_plot_height (const SyGridView *view)
{
  return MAX (view->height - SY_GRID_TOP, 0);
}

static double
most_x (const SyGridView *view)
{
  return MAX (view->n_columns * view->column_width - sy_grid_view_plot_width (view), 0);
}

static double
most_y (const SyGridView *view)
{
  return MAX (view->n_rows * SY_GRID_ROW - sy_grid_view_plot_height (view), 0);
}

static void
settle (SyGridView *view)
{
  view->scroll_x = CLAMP (view->scroll_x, 0, most_x (view));
  view->scroll_y = CLAMP (view->scroll_y, 0, most_y (view));
}

/* Room is shared among the columns, within what can be read. */
static void
fit_columns (SyGridView *view)
{
  gboolean at_end = view->scroll_x >= most_x (view) - 1;
  double share = view->n_columns > 0 ? sy_grid_view_plot_width (view) / view->n_columns : SY_GRID_COLUMN_MOST;

  view->column_width = floor (CLAMP (share, SY_GRID_COLUMN_LEAST, SY_GRID_COLUMN_MOST));
  if (at_end)
    view->scroll_x = most_x (view);
  settle (view);
}

void
sy_grid_view_set_extent (SyGridView *view, guint32 n_rows, guint n_columns)
{
  gboolean at_end = view->scroll_x >= most_x (view) - 1;

  view->n_rows = n_rows;
  view->n_columns = n_columns;
  fit_columns (view);
  if (at_end)
    view->scroll_x = most_x (view);
}

void
sy_grid_view_resize (SyGridView *view, double width, double height, double left)
{
  gboolean at_end = view->scroll_x >= most_x (view) - 1;

  view->width = width;
  view->height = height;
  view->left = left;
  fit_columns (view);
  if (at_end)
    view->scroll_x = most_x (view);
}

void
sy_grid_view_pan (SyGridView *view, double dx, double dy)
{
  view->scroll_x += dx;
  view->scroll_y += dy;
  settle (view);
}

double
sy_grid_view_x (const SyGridView *view, guint column)
{
  return view->left + column * view->column_width - view->scroll_x;
}

double
sy_grid_view_y (const SyGridView *view, guint32 row)
{
  return SY_GRID_TOP + row * SY_GRID_ROW - view->scroll_y;
}

guint32
sy_grid_view_row_at (const SyGridView *view, double y)
{
  double row = floor ((y - SY_GRID_TOP + view->scroll_y) / SY_GRID_ROW);

  return y >= SY_GRID_TOP && row >= 0 && row < view->n_rows ? (guint32) row : G_MAXUINT32;
}

guint
sy_grid_view_column_at (const SyGridView *view, double x)
{
  double column = view->column_width > 0 ? floor ((x - view->left + view->scroll_x) / view->column_width) : -1;

  return x >= view->left && column >= 0 && column < view->n_columns ? (guint) column : G_MAXUINT32;
}

void
sy_grid_view_visible_rows (const SyGridView *view, guint32 *first, guint32 *end)
{
  *first = MIN ((guint32) (view->scroll_y / SY_GRID_ROW), view->n_rows);
  *end = MIN ((guint32) ceil ((view->scroll_y + sy_grid_view_plot_height (view)) / SY_GRID_ROW), view->n_rows);
}

void
sy_grid_view_visible_columns (const SyGridView *view, guint *first, guint *end)
{
  double width = MAX (view->column_width, 1);

  *first = MIN ((guint) (view->scroll_x / width), view->n_columns);
  *end = MIN ((guint) ceil ((view->scroll_x + sy_grid_view_plot_width (view)) / width), view->n_columns);
}

static double
reveal_one (double scroll, double at, double size, double room)
{
  if (at < scroll)
    return at;
  return at + size > scroll + room ? at + size - room : scroll;
}

gboolean
sy_grid_view_reveal (SyGridView *view, guint32 row, guint column)
{
  double x = view->scroll_x, y = view->scroll_y;

  if (row < view->n_rows)
    view->scroll_y = reveal_one (y, row * SY_GRID_ROW, SY_GRID_ROW, sy_grid_view_plot_height (view));
  if (column < view->n_columns)
    view->scroll_x = reveal_one (x, column * view->column_width, view->column_width, sy_grid_view_plot_width (view));
  settle (view);
  return view->scroll_x != x || view->scroll_y != y;
}
