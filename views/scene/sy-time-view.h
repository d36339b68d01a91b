/* sy-time-view.h: which stretch of time and which rows a timeline shows, and how large
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SY_TIME_ROW 24.0        /* height of a row with its name, device-independent pixels */
#define SY_TIME_ROW_NAME 13.0   /* smaller rows have no name */
#define SY_TIME_ROW_FLAT 7.0    /* smaller rows are pixels */
#define SY_TIME_AXIS 28.0       /* height of the axis at the top */
#define SY_TIME_LANE 46.0       /* height of a row of figures at the bottom */

/* Plain data. Screen: device-independent pixels from the widget's corner. Times: wall µs */
typedef struct
{
  double width, height;         /* of the widget */
  double left;                  /* width of the names; the plot begins there */
  double us_per_pixel;
  double start_us;              /* at the plot's left edge */
  gint64 begin_us, end_us;      /* of the run */
  double scroll;                /* pixels of rows above the plot */
  double row_height;
  guint32 n_rows;
  guint n_lanes;
} SyTimeView;

void sy_time_view_init (SyTimeView *view);
/* @begin_us 0: nothing to show yet. What is in sight stays, but for what must move. */
void sy_time_view_set_extent (SyTimeView *view, gint64 begin_us, gint64 end_us, guint32 n_rows, guint n_lanes);
void sy_time_view_resize (SyTimeView *view, double width, double height, double left);
/* All of the run's time */
void sy_time_view_fit (SyTimeView *view);
/* @factor above 1: nearer; what is under @x stays there. */
void sy_time_view_zoom_at (SyTimeView *view, double factor, double x);
/* @dx, @dy: pixels; positive: later and further down */
void sy_time_view_pan (SyTimeView *view, double dx, double dy);
/* Rows as high as with a name, or so that all are in sight */
void sy_time_view_set_all_rows (SyTimeView *view, gboolean all);
/* Moves as little as needed to have the row in sight, and of the time @start_us – @end_us what fits. TRUE if it moved. */
gboolean sy_time_view_reveal (SyTimeView *view, guint32 row, gint64 start_us, gint64 end_us);
/* The end of the run is in sight */
gboolean sy_time_view_at_end (const SyTimeView *view);

double sy_time_view_x (const SyTimeView *view, gint64 wall_us);
gint64 sy_time_view_time (const SyTimeView *view, double x);
double sy_time_view_row_y (const SyTimeView *view, guint32 row);
/* G_MAXUINT32: none there */
guint32 sy_time_view_row_at (const SyTimeView *view, double y);
double sy_time_view_plot_width (const SyTimeView *view);
double sy_time_view_rows_height (const SyTimeView *view);   /* of the area for rows */
/* Rows in sight: first, and one past the last */
void sy_time_view_visible (const SyTimeView *view, guint32 *first, guint32 *end);

typedef struct
{
  gint64 wall_us;
  double x;
  char label[32];       /* UTF-8 */
} SyTick;
/* @relative: counted from the run's begin, else the time of day here; (element-type SyTick) (transfer full) */
GArray *sy_time_view_ticks (const SyTimeView *view, gboolean relative);
/* "12:04:31" and as many decimals as @step_us needs; or "2:04" from the begin */
void sy_time_view_label (const SyTimeView *view, gint64 wall_us, gint64 step_us, gboolean relative, char *label, gsize size);

G_END_DECLS
