/* sy-time-view.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/scene/sy-time-view.h"

#include <glib/gi18n.h>
#include <math.h>

#define MILLISECOND 1000.0
#define SECOND 1e6
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

#define NEAREST 20.0            /* µs a pixel */
#define SHORTEST (SECOND / 5)   /* a run is drawn at least so long */
#define MARGIN 0.03             /* of the plot's width beside the run */
#define TICK_PIXELS 96.0

void
sy_time_view_init (SyTimeView *view)
{
  *view = (SyTimeView){ .us_per_pixel = SECOND / 100, .row_height = SY_TIME_ROW };
}

double
sy_time_view_plot_width (const SyTimeView *view)
{
  return MAX (view->width - view->left, 1);
}

double
sy_time_view_rows_height (const SyTimeView *view)
{
  return MAX (view->height - SY_TIME_AXIS - view->n_lanes * SY_TIME_LANE, 1);
}

static double
span_of (const SyTimeView *view)
{
  return MAX ((double) (view->end_us - view->begin_us), SHORTEST);
}

static double
fit_scale (const SyTimeView *view)
{
  return span_of (view) / (sy_time_view_plot_width (view) * (1 - 2 * MARGIN));
}

static void
clamp (SyTimeView *view)
{
  double farthest = MAX (fit_scale (view), NEAREST), width = sy_time_view_plot_width (view), margin, most;

  view->us_per_pixel = CLAMP (view->us_per_pixel, NEAREST, farthest);
  margin = width * MARGIN * view->us_per_pixel;
  most = (double) view->begin_us + span_of (view) + margin - width * view->us_per_pixel;
  view->start_us = MAX (MIN (view->start_us, most), (double) view->begin_us - margin);
  view->scroll = MAX (MIN (view->scroll, view->n_rows * view->row_height - sy_time_view_rows_height (view)), 0);
}

void
sy_time_view_set_extent (SyTimeView *view, gint64 begin_us, gint64 end_us, guint32 n_rows, guint n_lanes)
{
  gboolean all = view->row_height < SY_TIME_ROW;

  view->begin_us = begin_us;
  view->end_us = MAX (begin_us, end_us);
  view->n_rows = n_rows;
  view->n_lanes = n_lanes;
  sy_time_view_set_all_rows (view, all);
}

void
sy_time_view_resize (SyTimeView *view, double width, double height, double left)
{
  gboolean all = view->row_height < SY_TIME_ROW;

  view->width = width;
  view->height = height;
  view->left = left;
  sy_time_view_set_all_rows (view, all);
}

void
sy_time_view_fit (SyTimeView *view)
{
  view->us_per_pixel = fit_scale (view);
  view->start_us = (double) view->begin_us - sy_time_view_plot_width (view) * MARGIN * view->us_per_pixel;
  clamp (view);
}

void
sy_time_view_zoom_at (SyTimeView *view, double factor, double x)
{
  double plot_x = CLAMP (x - view->left, 0, sy_time_view_plot_width (view)), under = view->start_us + plot_x * view->us_per_pixel;

  view->us_per_pixel = CLAMP (view->us_per_pixel / factor, NEAREST, MAX (fit_scale (view), NEAREST));
  view->start_us = under - plot_x * view->us_per_pixel;
  clamp (view);
}

void
sy_time_view_pan (SyTimeView *view, double dx, double dy)
{
  view->start_us += dx * view->us_per_pixel;
  view->scroll += dy;
  clamp (view);
}

void
sy_time_view_set_all_rows (SyTimeView *view, gboolean all)
{
  double fitting = sy_time_view_rows_height (view) / MAX (view->n_rows, 1);

  view->row_height = all ? MIN (fitting, SY_TIME_ROW) : SY_TIME_ROW;
  clamp (view);
}

gboolean
sy_time_view_reveal (SyTimeView *view, guint32 row, gint64 start_us, gint64 end_us)
{
  SyTimeView before = *view;
  double y = row * view->row_height, height = sy_time_view_rows_height (view), pixels = sy_time_view_plot_width (view) * view->us_per_pixel;

  view->scroll = CLAMP (view->scroll, y + view->row_height - height, y);
  if (start_us > 0 && (double) end_us > view->start_us + pixels)
    view->start_us = (double) end_us - pixels * 0.9;
  if (start_us > 0 && (double) start_us < view->start_us)
    view->start_us = (double) start_us - pixels * 0.1;
  clamp (view);
  return before.scroll != view->scroll || before.start_us != view->start_us;
}

gboolean
sy_time_view_at_end (const SyTimeView *view)
{
  return view->start_us + sy_time_view_plot_width (view) * view->us_per_pixel >= (double) view->end_us;
}

double
sy_time_view_x (const SyTimeView *view, gint64 wall_us)
{
  return view->left + ((double) wall_us - view->start_us) / view->us_per_pixel;
}

gint64
sy_time_view_time (const SyTimeView *view, double x)
{
  return (gint64) (view->start_us + (x - view->left) * view->us_per_pixel);
}

double
sy_time_view_row_y (const SyTimeView *view, guint32 row)
{
  return SY_TIME_AXIS + row * view->row_height - view->scroll;
}

guint32
sy_time_view_row_at (const SyTimeView *view, double y)
{
  double row = (y - SY_TIME_AXIS + view->scroll) / view->row_height;

  if (y < SY_TIME_AXIS || y >= SY_TIME_AXIS + sy_time_view_rows_height (view) || row < 0 || row >= view->n_rows)
    return G_MAXUINT32;
  return (guint32) row;
}

void
sy_time_view_visible (const SyTimeView *view, guint32 *first, guint32 *end)
{
  *first = MIN ((guint32) (view->scroll / view->row_height), view->n_rows);
  *end = (guint32) MIN (ceil ((view->scroll + sy_time_view_rows_height (view)) / view->row_height), view->n_rows);
}

/* --- ticks --- */

static double
tick_step (double least_us)
{
  static const double steps[] = { 10 * SECOND, 15 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE,
                                  30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 28 * DAY };
  static const double decimals[] = { 1, 2, 5 };

  for (double tens = MILLISECOND; tens < 10 * SECOND; tens *= 10)
    for (guint i = 0; i < G_N_ELEMENTS (decimals); i++)
      if (tens * decimals[i] >= least_us)
        return tens * decimals[i];
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    if (steps[i] >= least_us)
      return steps[i];
  return ceil (least_us / (28 * DAY)) * 28 * DAY;
}

static int
decimals_of (gint64 step_us)
{
  return step_us >= SECOND ? 0 : step_us >= 100 * MILLISECOND ? 1 : step_us >= 10 * MILLISECOND ? 2 : 3;
}

static void
label_relative (gint64 us, gint64 step_us, char *label, gsize size)
{
  const char *sign = us < 0 ? "−" : "";
  gint64 away = ABS (us), s = away / G_USEC_PER_SEC;
  int decimals = decimals_of (step_us);

  if (decimals > 0 && s < 60)
    g_snprintf (label, size, "%s%.*f s", sign, decimals, (double) away / G_USEC_PER_SEC);
  else if (s < 60)
    g_snprintf (label, size, "%s%d s", sign, (int) s);
  else if (decimals > 0)
    g_snprintf (label, size, "%s%d:%0*.*f", sign, (int) (s / 60), decimals + 3, decimals, (double) (away % (gint64) MINUTE) / G_USEC_PER_SEC);
  else if (s < 3600)
    g_snprintf (label, size, "%s%d:%02d", sign, (int) (s / 60), (int) (s % 60));
  else if (s < 86400)
    g_snprintf (label, size, "%s%d:%02d:%02d", sign, (int) (s / 3600), (int) (s / 60 % 60), (int) (s % 60));
  else
    g_snprintf (label, size, "%s%d d %d h", sign, (int) (s / 86400), (int) (s / 3600 % 24));
}

void
sy_time_view_label (const SyTimeView *view, gint64 wall_us, gint64 step_us, gboolean relative, char *label, gsize size)
{
  g_autoptr (GDateTime) utc = NULL, local = NULL;
  g_autofree char *text = NULL;
  static const int units[] = { 1000000, 100000, 10000, 1000 };
  int decimals = decimals_of (step_us);
  char fraction[16];

  if (relative)
    {
      label_relative (wall_us - view->begin_us, step_us, label, size);
      return;
    }
  utc = g_date_time_new_from_unix_utc (wall_us / G_USEC_PER_SEC);
  local = utc != NULL ? g_date_time_to_local (utc) : NULL;
  text = local != NULL ? g_date_time_format (local, step_us >= DAY ? C_("a day, for strftime", "%e %b") : step_us >= MINUTE ? "%H:%M" : "%H:%M:%S") : g_strdup ("");
  g_strlcpy (label, text, size);
  if (decimals == 0)
    return;
  g_snprintf (fraction, sizeof fraction, ".%0*d", decimals, (int) (wall_us % G_USEC_PER_SEC) / units[decimals]);
  g_strlcat (label, fraction, size);
}

/* What is added to wall time so that whole steps are whole in the time of day here */
static gint64
offset_of (const SyTimeView *view)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  int interval = g_time_zone_find_interval (zone, G_TIME_TYPE_UNIVERSAL, (gint64) (view->start_us / SECOND));

  return interval >= 0 ? (gint64) g_time_zone_get_offset (zone, interval) * G_USEC_PER_SEC : 0;
}

GArray *
sy_time_view_ticks (const SyTimeView *view, gboolean relative)
{
  GArray *ticks = g_array_new (FALSE, TRUE, sizeof (SyTick));
  gint64 step = (gint64) tick_step (TICK_PIXELS * view->us_per_pixel);
  gint64 zero = relative ? view->begin_us : -offset_of (view);
  double end = view->start_us + sy_time_view_plot_width (view) * view->us_per_pixel;

  if (view->begin_us <= 0)
    return ticks;
  for (gint64 at = zero + (gint64) ceil ((view->start_us - (double) zero) / (double) step) * step; (double) at < end; at += step)
    {
      SyTick tick = { .wall_us = at, .x = sy_time_view_x (view, at) };

      if (relative && at < view->begin_us)
        continue;
      sy_time_view_label (view, at, step, relative, tick.label, sizeof tick.label);
      g_array_append_val (ticks, tick);
    }
  return ticks;
}
