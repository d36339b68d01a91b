/* sy-paint-timeline.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/scene/sy-paint-timeline.h"

#include "core/model/sy-words.h"
#include "views/scene/sy-raster.h"

#include <math.h>

#define DISC 14.0
#define BAR_INSET 4.0
#define TEXT_LEAST 44.0 /* a bar has words from this width on */
#define DIMMED 0.3
#define LANE_PAD 5.0

typedef struct
{
  const SyTimelinePicture *picture;
  const SyTimeView *view;
  const SyStyle *style;
  cairo_t *cr;
} Brush;

static void
set_colour (cairo_t *cr, const SyColour *c, double alpha)
{
  cairo_set_source_rgba (cr, c->r, c->g, c->b, alpha);
}

static gint64
end_of (const Brush *b, const SySpan *span)
{
  return span->end_us > 0 ? span->end_us : MAX (b->picture->now_us, span->start_us);
}

static gboolean
is_loud (const SySpan *span)
{
  return span->kind == SY_SPAN_ATTEMPT && (span->state == SY_STATE_FAILED || span->state == SY_STATE_LOST);
}

static SyRowFlags
flags_of (const Brush *b, guint32 index)
{
  return b->picture->flags_of != NULL ? b->picture->flags_of (index, b->picture->data) : 0;
}

static void
paint_words (const Brush *b, PangoLayout *layout, const char *text, double x, double middle, double width)
{
  int height;

  pango_layout_set_text (layout, text, -1);
  pango_layout_set_width (layout, width > 0 ? (int) (width * PANGO_SCALE) : -1);
  pango_layout_get_pixel_size (layout, NULL, &height);
  cairo_move_to (b->cr, x, round (middle - height / 2.0));
  pango_cairo_show_layout (b->cr, layout);
}

static void
clip_plot (const Brush *b, double y, double height)
{
  cairo_rectangle (b->cr, b->view->left, y, sy_time_view_plot_width (b->view), height);
  cairo_clip (b->cr);
}

/* --- axis --- */

static void
paint_grid (const Brush *b, const GArray *ticks)
{
  double bottom = b->view->height;

  set_colour (b->cr, &b->style->edge, 0.22);
  cairo_set_line_width (b->cr, 1);
  for (guint i = 0; i < ticks->len; i++)
    {
      double x = floor (g_array_index (ticks, SyTick, i).x) + 0.5;

      cairo_move_to (b->cr, x, SY_TIME_AXIS);
      cairo_line_to (b->cr, x, bottom);
    }
  cairo_stroke (b->cr);
}

static void
paint_axis (const Brush *b, const GArray *ticks)
{
  cairo_save (b->cr);
  clip_plot (b, 0, SY_TIME_AXIS);
  set_colour (b->cr, &b->style->dim_text, 1);
  for (guint i = 0; i < ticks->len; i++)
    {
      const SyTick *tick = &g_array_index (ticks, SyTick, i);

      paint_words (b, b->picture->painter->line_layout, tick->label, round (tick->x) + 4, SY_TIME_AXIS / 2, 0);
    }
  cairo_restore (b->cr);
  set_colour (b->cr, &b->style->edge, 0.5);
  cairo_rectangle (b->cr, 0, SY_TIME_AXIS - 1, b->view->width, 1);
  cairo_fill (b->cr);
}

/* --- spans --- */

static void
paint_wait (const Brush *b, const SySpan *span, double x, double width, double middle)
{
  static const double dots[] = { 2, 3 };
  gboolean plain = span->name == SY_NAME_QUEUED;
  const SyColour *colour = plain ? &b->style->edge : &b->style->state[span->state];

  set_colour (b->cr, colour, plain ? 0.7 : 1);
  cairo_set_line_width (b->cr, plain ? 1 : 3);
  if (span->name == SY_NAME_AWAITING_RETRY || span->name == SY_NAME_HELD_PAUSE)
    cairo_set_dash (b->cr, dots, 2, 0);
  cairo_move_to (b->cr, x, middle);
  cairo_line_to (b->cr, x + MAX (width, 1), middle);
  cairo_stroke (b->cr);
  cairo_set_dash (b->cr, NULL, 0, 0);
}

static void
attempt_words (GString *out, const Brush *b, const SySpan *span)
{
  if (span->attempt > 1)
    g_string_append_printf (out, "%u× · ", span->attempt);
  sy_words_duration (out, end_of (b, span) - span->start_us);
}

static void
paint_attempt (const Brush *b, const SySpan *span, double x, double y, double width, double height, SyRowFlags flags)
{
  gboolean icon = width >= DISC + 6 && height >= DISC && span->state != SY_STATE_RUNNING && span->state != SY_STATE_SUCCEEDED;
  double tint = span->state == SY_STATE_SUCCEEDED ? 0.45 : span->state == SY_STATE_RUNNING ? 0.6 : 0.75;
  double text_x = MAX (x, b->view->left) + (icon ? DISC + 6 : 5), right = MIN (x + width, b->view->width);

  set_colour (b->cr, &b->style->fill[span->state], tint);
  cairo_rectangle (b->cr, x, y, width, height);
  cairo_fill (b->cr);
  set_colour (b->cr, flags & SY_ROW_CRITICAL ? &b->style->critical : &b->style->state[span->state], 1);
  cairo_set_line_width (b->cr, flags & SY_ROW_CRITICAL ? 2 : 1);
  if (width >= 3)
    cairo_rectangle (b->cr, x + 0.5, y + 0.5, width - 1, height - 1);
  else
    cairo_rectangle (b->cr, x + width / 2, y, 0.01, height);
  cairo_stroke (b->cr);
  if (icon)
    sy_paint_state_icon (b->style, b->cr, (SyState) span->state, MAX (x, b->view->left) + 3, y + (height - DISC) / 2, DISC);
  if (right - text_x >= TEXT_LEAST && height >= SY_TIME_ROW_NAME)
    {
      g_autoptr (GString) text = g_string_new (NULL);

      attempt_words (text, b, span);
      set_colour (b->cr, &b->style->text, 1);
      paint_words (b, b->picture->painter->line_layout, text->str, text_x, y + height / 2, right - text_x - 3);
    }
}

/* All that the task did lies to the left or right of what is shown: where to look */
static void
paint_elsewhere (const Brush *b, gboolean before, double y)
{
  double height = b->view->row_height, middle = y + height / 2, tip = before ? b->view->left + 5 : b->view->width - 5, size = before ? 5 : -5;

  set_colour (b->cr, &b->style->dim_text, 1);
  cairo_move_to (b->cr, tip, middle);
  cairo_line_to (b->cr, tip + size, middle - 4);
  cairo_line_to (b->cr, tip + size, middle + 4);
  cairo_close_path (b->cr);
  cairo_fill (b->cr);
}

static void
paint_spans (const Brush *b, guint32 index, double y, SyRowFlags flags)
{
  double height = b->view->row_height, inset = MIN (BAR_INSET, height / 6), right = b->view->width;
  int side = 0; /* −1, 1: all so far lies before, after; 2: something is in sight */

  for (const SySpan *span = sy_timeline_first (b->picture->timeline, index); span != NULL;
       span = sy_timeline_next (b->picture->timeline, span))
    {
      double x = sy_time_view_x (b->view, span->start_us), end = sy_time_view_x (b->view, end_of (b, span));
      double from = MAX (x, b->view->left - 8), width = MIN (end, right + 8) - from;

      if (end < b->view->left - 1 || x > right)
        {
          side = side == 2 ? 2 : x > right ? 1 : -1;
          continue;
        }
      side = 2;
      if (span->kind == SY_SPAN_WAIT && end - x >= 1)
        paint_wait (b, span, from, width, floor (y + height / 2) + 0.5);
      else if (span->kind == SY_SPAN_ATTEMPT)
        paint_attempt (b, span, from, y + inset, MAX (width, is_loud (span) ? 4 : 2), height - 2 * inset, flags);
      else if (span->kind == SY_SPAN_POINT && height >= SY_TIME_ROW_NAME)
        sy_paint_state_icon (b->style, b->cr, SY_STATE_SUCCEEDED, x - DISC / 2, y + (height - DISC) / 2, DISC);
    }
  if ((side == 1 || side == -1) && height >= SY_TIME_ROW_NAME)
    paint_elsewhere (b, side < 0, y);
}

/* --- rows --- */

static void
paint_ground (const Brush *b, double y, SyRowFlags flags)
{
  static const double dashes[] = { 4, 3 };
  double height = b->view->row_height;

  if (flags & SY_ROW_SELECTED)
    {
      set_colour (b->cr, &b->style->accent, 0.2);
      cairo_rectangle (b->cr, 0, y, b->view->width, MAX (height, 2));
      cairo_fill (b->cr);
    }
  if ((flags & SY_ROW_FOCUS) && height >= SY_TIME_ROW_FLAT)
    {
      set_colour (b->cr, &b->style->accent, 1);
      cairo_set_line_width (b->cr, 1.5);
      cairo_set_dash (b->cr, dashes, 2, 0);
      cairo_rectangle (b->cr, 1, y + 1, b->view->width - 2, height - 2);
      cairo_stroke (b->cr);
      cairo_set_dash (b->cr, NULL, 0, 0);
    }
}

static void
paint_name (const Brush *b, guint32 index, double y)
{
  const SyTask *task = &b->picture->state->workflow->tasks[index];
  double height = b->view->row_height, x = 8 + DISC + 7;

  if (height < SY_TIME_ROW_NAME)
    return;
  sy_paint_state_icon (b->style, b->cr, (SyState) sy_run_state_at (b->picture->state, index)->state, 8, y + (height - DISC) / 2,
                       MIN (DISC, height));
  set_colour (b->cr, &b->style->text, 1);
  paint_words (b, b->picture->painter->name_layout, task->label != NULL ? task->label : task->id, x, y + height / 2,
               b->view->left - x - 8);
}

static void
paint_row (const Brush *b, guint32 row)
{
  guint32 index = sy_timeline_task_at (b->picture->timeline, row);
  SyRowFlags flags = flags_of (b, index);
  double y = sy_time_view_row_y (b->view, row);

  paint_ground (b, y, flags);
  if (flags & SY_ROW_DIMMED)
    cairo_push_group (b->cr);
  paint_name (b, index, y);
  cairo_save (b->cr);
  clip_plot (b, y, b->view->row_height);
  paint_spans (b, index, y, flags);
  cairo_restore (b->cr);
  if (flags & SY_ROW_DIMMED)
    {
      cairo_pop_group_to_source (b->cr);
      cairo_paint_with_alpha (b->cr, DIMMED);
    }
}

/* From the end of each task of the path to the start of the next */
static void
paint_critical (const Brush *b)
{
  const GArray *path = b->picture->critical;
  double height = b->view->row_height;

  set_colour (b->cr, &b->style->critical, 0.9);
  cairo_set_line_width (b->cr, height >= SY_TIME_ROW_FLAT ? 1.6 : 1);
  for (guint i = 1; path != NULL && i < path->len; i++)
    {
      guint32 from = g_array_index (path, guint32, i - 1), to = g_array_index (path, guint32, i);
      const SySpan *last = NULL, *span = sy_timeline_first (b->picture->timeline, from);
      double y = sy_time_view_row_y (b->view, sy_timeline_row_of (b->picture->timeline, from)) + height / 2;
      double y2 = sy_time_view_row_y (b->view, sy_timeline_row_of (b->picture->timeline, to)) + height / 2, x;

      for (; span != NULL; span = sy_timeline_next (b->picture->timeline, span))
        last = span;
      if (last == NULL || MAX (y, y2) < 0 || MIN (y, y2) > b->view->height)
        continue;
      x = sy_time_view_x (b->view, end_of (b, last));
      cairo_move_to (b->cr, x, y);
      cairo_line_to (b->cr, x, y2);
    }
  cairo_stroke (b->cr);
}

/* --- far out: pixels --- */

static guint32
pixel_of (const SyColour *c)
{
  return (guint32) (c->r * 255 + 0.5) << 16 | (guint32) (c->g * 255 + 0.5) << 8 | (guint32) (c->b * 255 + 0.5);
}

typedef struct
{
  SyRaster raster;
  guint32 ground, colours[SY_N_STATES], waits;
  double scale;         /* device pixels */
} Far;

static guint32
far_colour (const Far *far, const SySpan *span, gboolean dimmed)
{
  guint32 colour = span->kind == SY_SPAN_WAIT ? far->waits : far->colours[span->state];
  double share = dimmed ? DIMMED : span->kind == SY_SPAN_WAIT ? 0.5 : span->state == SY_STATE_SUCCEEDED ? 0.7 : 1;

  return share < 1 ? sy_raster_mix (far->ground, colour, share) : colour;
}

static void
paint_far_row (const Brush *b, Far *far, guint32 row, gboolean loud)
{
  guint32 index = sy_timeline_task_at (b->picture->timeline, row);
  gboolean dimmed = (flags_of (b, index) & SY_ROW_DIMMED) != 0;
  double top = (sy_time_view_row_y (b->view, row) - SY_TIME_AXIS) * far->scale;
  int y = (int) top, height = MAX ((int) (top + b->view->row_height * far->scale) - y, 1);

  for (const SySpan *span = sy_timeline_first (b->picture->timeline, index); span != NULL;
       span = sy_timeline_next (b->picture->timeline, span))
    {
      double x = (sy_time_view_x (b->view, span->start_us) - b->view->left) * far->scale;
      double end = (sy_time_view_x (b->view, end_of (b, span)) - b->view->left) * far->scale;

      if (is_loud (span) != loud || end < -1 || x > far->raster.width || (span->kind == SY_SPAN_WAIT && end - x < 1))
        continue;
      x = MAX (x, -1);
      sy_raster_fill (&far->raster, (int) x, y, MAX ((int) (MIN (end, far->raster.width + 1) - x), loud ? 4 : 2),
                      loud ? MAX (height, 3) : height, far_colour (far, span, dimmed));
    }
}

static void
paint_far_rows (const Brush *b, guint32 first, guint32 end)
{
  double scale, scale_y, height = sy_time_view_rows_height (b->view);
  cairo_surface_t *surface;
  Far far = { .ground = pixel_of (&b->style->canvas), .waits = pixel_of (&b->style->state[SY_STATE_READY]) };

  cairo_surface_get_device_scale (cairo_get_target (b->cr), &scale, &scale_y);
  far.scale = scale;
  surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) ceil (sy_time_view_plot_width (b->view) * scale),
                                        (int) ceil (height * scale));
  if (cairo_surface_status (surface) == CAIRO_STATUS_SUCCESS)
    {
      far.raster = (SyRaster){ (guint32 *) (gpointer) cairo_image_surface_get_data (surface), cairo_image_surface_get_width (surface),
                               cairo_image_surface_get_height (surface), cairo_image_surface_get_stride (surface) / 4 };
      for (guint i = 0; i < SY_N_STATES; i++)
        far.colours[i] = pixel_of (&b->style->fill[i]);
      sy_raster_fill (&far.raster, 0, 0, far.raster.width, far.raster.height, far.ground);
      for (guint pass = 0; pass < 2; pass++)
        for (guint32 row = first; row < end; row++)
          paint_far_row (b, &far, row, pass == 1);
      cairo_surface_mark_dirty (surface);
      cairo_surface_set_device_scale (surface, scale, scale);
      cairo_set_source_surface (b->cr, surface, b->view->left, SY_TIME_AXIS);
      cairo_paint (b->cr);
    }
  cairo_surface_destroy (surface);
  for (guint32 row = first; row < end; row++)
    paint_ground (b, sy_time_view_row_y (b->view, row), flags_of (b, sy_timeline_task_at (b->picture->timeline, row)));
}

static void
paint_rows (const Brush *b)
{
  guint32 first, end;

  sy_time_view_visible (b->view, &first, &end);
  cairo_save (b->cr);
  cairo_rectangle (b->cr, 0, SY_TIME_AXIS, b->view->width, sy_time_view_rows_height (b->view));
  cairo_clip (b->cr);
  if (b->view->row_height < SY_TIME_ROW_FLAT)
    paint_far_rows (b, first, end);
  else
    for (guint32 row = first; row < end; row++)
      paint_row (b, row);
  clip_plot (b, SY_TIME_AXIS, sy_time_view_rows_height (b->view));
  paint_critical (b);
  cairo_restore (b->cr);
}

/* --- figures --- */

double
sy_level_columns (const SyLevel *level, const SyTimeView *view, gint64 now_us, double *columns)
{
  guint n = (guint) sy_time_view_plot_width (view), i = sy_level_find (level, (gint64) view->start_us);
  double value = i > 0 ? (double) g_array_index (level->steps, SyStep, i - 1).level : 0, top = 0;

  for (guint x = 0; x < n; x++)
    {
      gint64 until = (gint64) (view->start_us + (x + 1) * view->us_per_pixel);
      double most = value;

      for (; i < level->steps->len && g_array_index (level->steps, SyStep, i).wall_us < until; i++)
        {
          value = (double) g_array_index (level->steps, SyStep, i).level;
          most = MAX (most, value);
        }
      columns[x] = until < view->begin_us || until - view->us_per_pixel > (double) now_us ? -1 : most;
      top = MAX (top, most);
    }
  return top;
}

static void
trace_lane (const Brush *b, const SyLane *lane, double bottom, double height)
{
  guint n = (guint) sy_time_view_plot_width (b->view);

  for (guint x = 0; x < n; x++)
    {
      double y = lane->columns[x] > 0 ? MAX (lane->columns[x] / MAX (lane->top, 1e-9) * height, 1) : 0;

      if (y > 0)
        cairo_rectangle (b->cr, b->view->left + x, bottom - y, 1, y);
    }
}

static void
paint_top_label (const Brush *b, const char *text, double middle)
{
  PangoLayout *layout = b->picture->painter->line_layout;
  int width, height;

  pango_layout_set_text (layout, text, -1);
  pango_layout_set_width (layout, -1);
  pango_layout_get_pixel_size (layout, &width, &height);
  set_colour (b->cr, &b->style->card, 0.8);
  cairo_rectangle (b->cr, b->view->left + 2, middle - height / 2.0, width + 4, height);
  cairo_fill (b->cr);
  set_colour (b->cr, &b->style->dim_text, 1);
  paint_words (b, layout, text, b->view->left + 4, middle, 0);
}

static void
paint_lane (const Brush *b, const SyLane *lane, double y)
{
  static const double dashes[] = { 5, 4 };
  double bottom = y + SY_TIME_LANE - LANE_PAD, height = SY_TIME_LANE - 2 * LANE_PAD, limit = bottom - lane->limit / MAX (lane->top, 1e-9) * height;
  SyPainter *painter = b->picture->painter;

  set_colour (b->cr, &b->style->card, 1);
  cairo_rectangle (b->cr, 0, y, b->view->width, SY_TIME_LANE);
  cairo_fill (b->cr);
  set_colour (b->cr, &b->style->edge, 0.4);
  cairo_rectangle (b->cr, 0, y, b->view->width, 1);
  cairo_fill (b->cr);
  set_colour (b->cr, &b->style->text, 1);
  paint_words (b, painter->name_layout, lane->title, 10, y + SY_TIME_LANE * 0.32, b->view->left - 18);
  set_colour (b->cr, &b->style->dim_text, 1);
  paint_words (b, painter->line_layout, lane->value, 10, y + SY_TIME_LANE * 0.7, b->view->left - 18);
  cairo_save (b->cr);
  clip_plot (b, y, SY_TIME_LANE);
  set_colour (b->cr, lane->colour, 0.75);
  trace_lane (b, lane, bottom, height);
  cairo_fill (b->cr);
  if (lane->limit > 0 && lane->limit <= lane->top)
    {
      set_colour (b->cr, &b->style->dim_text, 0.8);
      cairo_set_line_width (b->cr, 1);
      cairo_set_dash (b->cr, dashes, 2, 0);
      cairo_move_to (b->cr, b->view->left, floor (limit) + 0.5);
      cairo_line_to (b->cr, b->view->width, floor (limit) + 0.5);
      cairo_stroke (b->cr);
      cairo_set_dash (b->cr, NULL, 0, 0);
    }
  paint_top_label (b, lane->top_label, y + 10);
  cairo_restore (b->cr);
}

/* --- the whole --- */

static void
paint_line (const Brush *b, double x, const SyColour *colour, double alpha, double width)
{
  if (x < b->view->left || x > b->view->width)
    return;
  set_colour (b->cr, colour, alpha);
  cairo_rectangle (b->cr, floor (x - width / 2), 0, width, b->view->height);
  cairo_fill (b->cr);
}

void
sy_paint_timeline (const SyTimelinePicture *picture, cairo_t *cr)
{
  const SyTimeView *view = picture->view;
  Brush brush = { picture, view, picture->painter->style, cr };
  g_autoptr (GArray) ticks = sy_time_view_ticks (view, picture->relative);
  double lanes_y = SY_TIME_AXIS + sy_time_view_rows_height (view);

  set_colour (cr, &brush.style->canvas, 1);
  cairo_paint (cr);
  if (view->row_height >= SY_TIME_ROW_FLAT)
    paint_grid (&brush, ticks);
  paint_rows (&brush);
  for (guint i = 0; i < view->n_lanes; i++)
    paint_lane (&brush, &picture->lanes[i], lanes_y + i * SY_TIME_LANE);
  paint_axis (&brush, ticks);
  set_colour (cr, &brush.style->edge, 0.5);
  cairo_rectangle (cr, view->left - 1, 0, 1, view->height);
  cairo_fill (cr);
  if (picture->hover_x >= 0)
    paint_line (&brush, picture->hover_x, &brush.style->dim_text, 0.5, 1);
  if (picture->instant_us > 0)
    {
      double x = MAX (sy_time_view_x (view, picture->instant_us), view->left);

      /* what had not happened yet */
      set_colour (cr, &brush.style->canvas, 0.55);
      cairo_rectangle (cr, x, SY_TIME_AXIS, MAX (view->width - x, 0), view->height - SY_TIME_AXIS);
      cairo_fill (cr);
    }
  if (picture->instant_us > 0)
    paint_line (&brush, sy_time_view_x (view, picture->instant_us), &brush.style->accent, 1, 2);
}
