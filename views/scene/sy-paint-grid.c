/* sy-paint-grid.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/scene/sy-paint-grid.h"

#include "views/scene/sy-look.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#define DISC 16.0
#define SPARK 62.0              /* width of the little chart beside a name */
#define USUAL 58.0              /* of what it usually takes */
#define LEAST_WITH_USUAL 230.0  /* of the names' column */
#define LEAST_WITH_SPARK 300.0
#define LABEL 50.0              /* what a time of day or a date takes */
#define NUMBER_Y (SY_GRID_BARS + 9)
#define WHEN_Y (SY_GRID_BARS + 24)
#define STATE_Y (SY_GRID_BARS + 42)

typedef struct
{
  const SyGridPicture *picture;
  const SyGridView *view;
  const SyStyle *style;
  SyRunGrid *grid;
  cairo_t *cr;
} Brush;

typedef enum { ALIGN_START, ALIGN_CENTRE, ALIGN_END } Align;

static void
set_colour (const Brush *b, const SyColour *c, double alpha)
{
  cairo_set_source_rgba (b->cr, c->r, c->g, c->b, alpha);
}

static void
fill_box (const Brush *b, const SyColour *c, double alpha, double x, double y, double width, double height)
{
  set_colour (b, c, alpha);
  cairo_rectangle (b->cr, x, y, width, height);
  cairo_fill (b->cr);
}

/* @x: the edge or the middle that @align means; @room: ellipsized beyond, 0 = as long as it is. Returns the width. */
static double
paint_words (const Brush *b, PangoLayout *layout, const char *text, double x, double middle, double room, Align align)
{
  int width, height;

  pango_layout_set_text (layout, text, -1);
  pango_layout_set_width (layout, room > 0 ? (int) (room * PANGO_SCALE) : -1);
  pango_layout_get_pixel_size (layout, &width, &height);
  cairo_move_to (b->cr, round (align == ALIGN_START ? x : align == ALIGN_END ? x - width : x - width / 2.0), round (middle - height / 2.0));
  pango_cairo_show_layout (b->cr, layout);
  return width;
}

/* --- discs --- */

void
sy_discs_clear (SyDiscs *discs)
{
  for (guint i = 0; i < SY_N_STATES; i++)
    g_clear_pointer (&discs->discs[i], cairo_surface_destroy);
  discs->style = NULL;
}

static cairo_surface_t *
get_disc (const Brush *b, SyState state)
{
  SyDiscs *discs = b->picture->discs;
  double scale = 1, scale_y;
  cairo_t *cr;

  cairo_surface_get_device_scale (cairo_get_target (b->cr), &scale, &scale_y);
  if (discs->style != b->style || discs->scale != scale)
    sy_discs_clear (discs);
  discs->style = b->style;
  discs->scale = scale;
  if (discs->discs[state] == NULL)
    {
      discs->discs[state] = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int) ceil (DISC * scale), (int) ceil (DISC * scale));
      cairo_surface_set_device_scale (discs->discs[state], scale, scale);
      cr = cairo_create (discs->discs[state]);
      sy_paint_state_icon (b->style, cr, state, 0, 0, DISC);
      cairo_destroy (cr);
    }
  return discs->discs[state];
}

static void
paint_disc (const Brush *b, SyState state, double x, double y)
{
  cairo_set_source_surface (b->cr, get_disc (b, state), round (x), round (y));
  cairo_paint (b->cr);
}

static SyState
state_of_run (const SyGridRun *run)
{
  return run->error != NULL || sy_grid_run_is_interrupted (run) ? SY_STATE_LOST : sy_state_of_run (run->status);
}

/* --- cells --- */

/* Slower than usual: a small triangle that points up; tried again: a small bar below. Shapes, not colours, tell them. */
static void
paint_marks (const Brush *b, guint32 row, guint column, const SyGridCell *cell, double x, double y)
{
  double right = x + b->view->column_width / 2 + DISC / 2 + 4;

  if (sy_run_grid_get_slower (b->grid, row, column) > 0)
    {
      cairo_move_to (b->cr, right - 9, y + 9);
      cairo_line_to (b->cr, right - 4.5, y + 1.5);
      cairo_line_to (b->cr, right, y + 9);
      cairo_close_path (b->cr);
      set_colour (b, &b->style->canvas, 1);
      cairo_set_line_width (b->cr, 3);
      cairo_stroke_preserve (b->cr);
      set_colour (b, &b->style->state[SY_STATE_READY], 1);
      cairo_fill (b->cr);
    }
  if (cell->retried)
    {
      fill_box (b, &b->style->canvas, 1, right - 11, y + SY_GRID_ROW - 9, 10, 6);
      fill_box (b, &b->style->state[SY_STATE_FAILED], 1, right - 10, y + SY_GRID_ROW - 8, 3.5, 4);
      fill_box (b, &b->style->state[cell->state], 1, right - 5.5, y + SY_GRID_ROW - 8, 3.5, 4);
    }
}

static void
paint_cell (const Brush *b, guint32 row, guint column, double y)
{
  SyGridCell cell = sy_run_grid_get_cell (b->grid, row, column);
  double x = sy_grid_view_x (b->view, column), middle = x + b->view->column_width / 2;

  if (cell.state >= SY_N_STATES)
    {
      fill_box (b, &b->style->edge, 0.6, floor (middle) - 2, floor (y + SY_GRID_ROW / 2), 5, 1);
      return;
    }
  paint_disc (b, (SyState) cell.state, middle - DISC / 2, y + (SY_GRID_ROW - DISC) / 2);
  paint_marks (b, row, column, &cell, x, y);
}

/* --- names --- */

/* The last durations, a bar each, as high as the longest of them */
static void
paint_spark (const Brush *b, guint32 row, double x, double y)
{
  guint n = sy_run_grid_get_n_runs (b->grid), shown = MIN (n, (guint) (SPARK / 4));
  guint64 most = 1;

  for (guint i = n - shown; i < n; i++)
    most = MAX (most, sy_run_grid_get_cell (b->grid, row, i).duration_us);
  for (guint i = n - shown; i < n; i++)
    {
      SyGridCell cell = sy_run_grid_get_cell (b->grid, row, i);
      double height = cell.duration_us > 0 ? MAX ((double) cell.duration_us / (double) most * (SY_GRID_ROW - 10), 1.5) : 0;

      if (height > 0)
        fill_box (b, &b->style->state[MIN (cell.state, SY_N_STATES - 1)], 0.75, x + (SPARK - shown * 4) + (i - (n - shown)) * 4,
                  y + SY_GRID_ROW - 5 - height, 3, height);
    }
}

static double
paint_chip (const Brush *b, const char *text, double right, double middle)
{
  PangoLayout *layout = b->picture->painter->line_layout;
  int width, height;

  pango_layout_set_text (layout, text, -1);
  pango_layout_set_width (layout, -1);
  pango_layout_get_pixel_size (layout, &width, &height);
  set_colour (b, &b->style->state[SY_STATE_READY], 1);
  cairo_set_line_width (b->cr, 1);
  cairo_rectangle (b->cr, round (right - width - 9) + 0.5, round (middle - height / 2.0) - 0.5, width + 8, height + 1);
  cairo_stroke (b->cr);
  paint_words (b, layout, text, right - 5, middle, 0, ALIGN_END);
  return width + 16;
}

static void
paint_name (const Brush *b, guint32 row, double y)
{
  const SyGridRow *facts = sy_run_grid_get_row (b->grid, row);
  double right = b->view->left - 10, middle = y + SY_GRID_ROW / 2;
  SyPainter *painter = b->picture->painter;

  if (b->view->left >= LEAST_WITH_USUAL)
    {
      g_autoptr (GString) usual = g_string_new (NULL);

      if (facts->usual.n > 0)
        sy_grid_short_duration (usual, facts->usual.median_us);
      set_colour (b, &b->style->dim_text, 1);
      paint_words (b, painter->line_layout, usual->str, right, middle, 0, ALIGN_END);
      right -= USUAL;
    }
  if (b->view->left >= LEAST_WITH_SPARK)
    {
      paint_spark (b, row, right - SPARK, y);
      right -= SPARK + 8;
    }
  if (facts->flaky)
    right -= paint_chip (b, _("flaky"), right, middle);
  set_colour (b, facts->gone ? &b->style->dim_text : &b->style->text, 1);
  paint_words (b, painter->name_layout, sy_run_grid_get_id (b->grid, row), 14, middle, MAX (right - 14, 20), ALIGN_START);
}

/* --- grounds --- */

static gboolean
is_chosen (const Brush *b, guint column)
{
  for (guint i = 0; i < b->picture->n_chosen; i++)
    if (b->picture->chosen[i] == column)
      return TRUE;
  return FALSE;
}

static void
paint_columns_ground (const Brush *b, guint first, guint end)
{
  for (guint i = first; i < end; i++)
    {
      double x = sy_grid_view_x (b->view, i);

      if (is_chosen (b, i))
        fill_box (b, &b->style->accent, 0.22, x, 0, b->view->column_width, b->view->height);
      else if (i == b->picture->shown_column)
        fill_box (b, &b->style->edge, 0.16, x, 0, b->view->column_width, b->view->height);
      else if (i == b->picture->hover_column)
        fill_box (b, &b->style->edge, 0.08, x, 0, b->view->column_width, b->view->height);
    }
}

static void
paint_cursor (const Brush *b)
{
  static const double dashes[] = { 4, 3 };
  guint column = b->picture->cursor_column;
  gboolean head = b->picture->cursor_row == G_MAXUINT32;
  double x = sy_grid_view_x (b->view, column), y = head ? 1 : sy_grid_view_y (b->view, b->picture->cursor_row);

  if (!b->picture->focused || column >= b->view->n_columns || (!head && b->picture->cursor_row >= b->view->n_rows))
    return;
  cairo_save (b->cr);
  cairo_rectangle (b->cr, b->view->left, head ? 0 : SY_GRID_TOP, sy_grid_view_plot_width (b->view), b->view->height);
  cairo_clip (b->cr);
  set_colour (b, &b->style->accent, 1);
  cairo_set_line_width (b->cr, 2);
  cairo_set_dash (b->cr, dashes, 2, 0);
  cairo_rectangle (b->cr, x + 1, y + 1, b->view->column_width - 2, (head ? SY_GRID_TOP : SY_GRID_ROW) - 2);
  cairo_stroke (b->cr);
  cairo_set_dash (b->cr, NULL, 0, 0);
  cairo_restore (b->cr);
}

/* --- heads of the columns --- */

static gboolean
same_day (gint64 a_us, gint64 b_us)
{
  g_autoptr (GDateTime) a = g_date_time_new_from_unix_local (a_us / G_USEC_PER_SEC), b = g_date_time_new_from_unix_local (b_us / G_USEC_PER_SEC);

  return g_date_time_get_day_of_year (a) == g_date_time_get_day_of_year (b) && g_date_time_get_year (a) == g_date_time_get_year (b);
}

/* The date where a new day begins, else the time of day */
static char *
when_words (const Brush *b, guint column)
{
  const SyGridRun *run = sy_run_grid_get_run (b->grid, column);
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (run->created_us / G_USEC_PER_SEC);
  gboolean today = same_day (run->created_us, b->picture->now_us);
  gboolean new_day = column == 0 || !same_day (run->created_us, sy_run_grid_get_run (b->grid, column - 1)->created_us);

  return g_date_time_format (then, new_day && !today ? _("%e %b") : _("%H:%M"));
}

/* The words of the newest run stay within the widget. */
static double
place_label (const Brush *b, guint column)
{
  double middle = sy_grid_view_x (b->view, column) + b->view->column_width / 2;

  return column + 1 == b->view->n_columns ? MIN (middle, b->view->width - LABEL / 2) : middle;
}

static void
paint_bar (const Brush *b, const SyGridRun *run, double x, gint64 longest, gboolean labelled, double label_x)
{
  double width = MIN (b->view->column_width - 8, 22), middle = x + b->view->column_width / 2;
  gint64 took = sy_grid_run_duration (run, b->picture->now_us);
  double height = took > 0 ? MAX ((double) took / (double) MAX (longest, 1) * (SY_GRID_BARS - 20), 2) : 0;
  SyState state = state_of_run (run);

  if (height <= 0)
    return;
  fill_box (b, &b->style->fill[state], state == SY_STATE_SUCCEEDED ? 0.55 : 0.85, middle - width / 2, SY_GRID_BARS - height, width, height);
  set_colour (b, &b->style->state[state], 1);
  cairo_set_line_width (b->cr, 1);
  cairo_rectangle (b->cr, floor (middle - width / 2) + 0.5, floor (SY_GRID_BARS - height) + 0.5, width - 1, height);
  cairo_stroke (b->cr);
  if (labelled)
    {
      g_autoptr (GString) text = g_string_new (NULL);

      sy_grid_short_duration (text, took);
      set_colour (b, &b->style->dim_text, 1);
      paint_words (b, b->picture->painter->line_layout, text->str, label_x, SY_GRID_BARS - height - 9, 0, ALIGN_CENTRE);
    }
}

static void
paint_pin (const Brush *b, double x)
{
  set_colour (b, &b->style->dim_text, 1);
  cairo_arc (b->cr, x, NUMBER_Y - 4, 2.5, 0, 2 * G_PI);
  cairo_fill (b->cr);
  cairo_rectangle (b->cr, x - 0.5, NUMBER_Y - 3, 1, 8);
  cairo_fill (b->cr);
}

static void
paint_head (const Brush *b, guint column, gint64 longest)
{
  const SyGridRun *run = sy_run_grid_get_run (b->grid, column);
  double x = sy_grid_view_x (b->view, column), middle = x + b->view->column_width / 2;
  guint every = (guint) ceil (LABEL / b->view->column_width);
  gboolean labelled = (b->view->n_columns - 1 - column) % every == 0;
  g_autofree char *number = g_strdup_printf ("%u", run->number);

  paint_bar (b, run, x, longest, labelled, place_label (b, column));
  set_colour (b, &b->style->text, 1);
  paint_words (b, b->picture->painter->name_layout, number, middle, NUMBER_Y, 0, ALIGN_CENTRE);
  if (run->pinned)
    paint_pin (b, x + b->view->column_width - 5);
  if (labelled)
    {
      g_autofree char *when = when_words (b, column);

      set_colour (b, &b->style->dim_text, 1);
      paint_words (b, b->picture->painter->line_layout, g_strstrip (when), place_label (b, column), WHEN_Y, 0, ALIGN_CENTRE);
    }
  paint_disc (b, state_of_run (run), middle - DISC / 2, STATE_Y - DISC / 2);
}

static void
paint_heads (const Brush *b, guint first, guint end)
{
  gint64 longest = sy_run_grid_get_longest (b->grid, b->picture->now_us);

  cairo_save (b->cr);
  cairo_rectangle (b->cr, b->view->left, 0, sy_grid_view_plot_width (b->view), SY_GRID_TOP);
  cairo_clip (b->cr);
  for (guint i = first; i < end; i++)
    paint_head (b, i, longest);
  cairo_restore (b->cr);
  fill_box (b, &b->style->edge, 0.5, 0, SY_GRID_BARS, b->view->width, 1);
  fill_box (b, &b->style->edge, 0.5, 0, SY_GRID_TOP - 1, b->view->width, 1);
}

static void
paint_corner (const Brush *b)
{
  PangoLayout *line = b->picture->painter->line_layout;
  double right = b->view->left - 10;

  set_colour (b, &b->style->dim_text, 1);
  paint_words (b, line, _("Duration"), 14, SY_GRID_BARS - 10, right - 14, ALIGN_START);
  paint_words (b, line, C_("a run, not to run", "Run"), 14, NUMBER_Y, right - 14, ALIGN_START);
  paint_words (b, line, _("Task"), 14, STATE_Y, right - 14, ALIGN_START);
  if (b->view->left >= LEAST_WITH_USUAL)
    paint_words (b, line, _("Usual"), right, STATE_Y, 0, ALIGN_END);
}

/* --- rows --- */

static void
paint_row (const Brush *b, guint32 position, guint first, guint end)
{
  guint32 row = sy_run_grid_shown_row (b->grid, position);
  double y = sy_grid_view_y (b->view, position);

  if (position == b->picture->hover_row || (b->picture->focused && position == b->picture->cursor_row))
    fill_box (b, &b->style->edge, 0.1, 0, y, b->view->width, SY_GRID_ROW);
  cairo_save (b->cr);
  cairo_rectangle (b->cr, 0, y, b->view->left, SY_GRID_ROW);
  cairo_clip (b->cr);
  paint_name (b, row, y);
  cairo_restore (b->cr);
  cairo_save (b->cr);
  cairo_rectangle (b->cr, b->view->left, y, sy_grid_view_plot_width (b->view), SY_GRID_ROW);
  cairo_clip (b->cr);
  for (guint i = first; i < end; i++)
    paint_cell (b, row, i, y);
  cairo_restore (b->cr);
  fill_box (b, &b->style->edge, 0.16, 0, y + SY_GRID_ROW - 1, b->view->width, 1);
}

static void
paint_rows (const Brush *b, guint first_column, guint end_column)
{
  guint32 first, end;

  sy_grid_view_visible_rows (b->view, &first, &end);
  cairo_save (b->cr);
  cairo_rectangle (b->cr, 0, SY_GRID_TOP, b->view->width, sy_grid_view_plot_height (b->view));
  cairo_clip (b->cr);
  for (guint32 i = first; i < end; i++)
    paint_row (b, i, first_column, end_column);
  cairo_restore (b->cr);
}

void
sy_paint_grid (const SyGridPicture *picture, cairo_t *cr)
{
  Brush b = { picture, picture->view, picture->painter->style, picture->grid, cr };
  guint first, end;

  sy_grid_view_visible_columns (b.view, &first, &end);
  set_colour (&b, &b.style->canvas, 1);
  cairo_paint (cr);
  cairo_save (cr);
  cairo_rectangle (cr, b.view->left, 0, sy_grid_view_plot_width (b.view), b.view->height);
  cairo_clip (cr);
  paint_columns_ground (&b, first, end);
  cairo_restore (cr);
  paint_rows (&b, first, end);
  paint_heads (&b, first, end);
  paint_corner (&b);
  fill_box (&b, &b.style->edge, 0.5, b.view->left - 1, 0, 1, b.view->height);
  paint_cursor (&b);
}
