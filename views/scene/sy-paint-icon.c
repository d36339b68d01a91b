/* sy-paint-icon.c: the glyphs of the states
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/scene/sy-paint.h"

#include <math.h>

static void
set_colour (cairo_t *cr, const SyColour *c)
{
  cairo_set_source_rgb (cr, c->r, c->g, c->b);
}

/* Glyphs in a square of −1…1; strokes are set by the caller. */
static void
glyph_check (cairo_t *cr)
{
  cairo_move_to (cr, -0.45, 0.02);
  cairo_line_to (cr, -0.1, 0.36);
  cairo_line_to (cr, 0.46, -0.32);
  cairo_stroke (cr);
}

static void
glyph_cross (cairo_t *cr)
{
  cairo_move_to (cr, -0.34, -0.34);
  cairo_line_to (cr, 0.34, 0.34);
  cairo_move_to (cr, 0.34, -0.34);
  cairo_line_to (cr, -0.34, 0.34);
  cairo_stroke (cr);
}

static void
glyph_play (cairo_t *cr)
{
  cairo_move_to (cr, -0.26, -0.42);
  cairo_line_to (cr, 0.46, 0);
  cairo_line_to (cr, -0.26, 0.42);
  cairo_close_path (cr);
  cairo_fill (cr);
}

static void
glyph_pause (cairo_t *cr)
{
  cairo_rectangle (cr, -0.34, -0.4, 0.22, 0.8);
  cairo_rectangle (cr, 0.12, -0.4, 0.22, 0.8);
  cairo_fill (cr);
}

static void
glyph_question (cairo_t *cr)
{
  cairo_new_sub_path (cr);
  cairo_arc (cr, 0, -0.18, 0.26, -G_PI, G_PI * 0.42);
  cairo_line_to (cr, 0, 0.2);
  cairo_stroke (cr);
  cairo_arc (cr, 0, 0.46, 0.11, 0, 2 * G_PI);
  cairo_fill (cr);
}

static void
glyph_exclamation (cairo_t *cr)
{
  cairo_move_to (cr, 0, -0.5);
  cairo_line_to (cr, 0, 0.14);
  cairo_stroke (cr);
  cairo_arc (cr, 0, 0.46, 0.12, 0, 2 * G_PI);
  cairo_fill (cr);
}

static void
glyph_bar (cairo_t *cr)
{
  cairo_move_to (cr, -0.4, 0);
  cairo_line_to (cr, 0.4, 0);
  cairo_stroke (cr);
}

static void
glyph_square (cairo_t *cr)
{
  cairo_rectangle (cr, -0.3, -0.3, 0.6, 0.6);
  cairo_fill (cr);
}

/* An arrow that jumps past */
static void
glyph_past (cairo_t *cr)
{
  cairo_move_to (cr, -0.36, -0.34);
  cairo_line_to (cr, 0, 0);
  cairo_line_to (cr, -0.36, 0.34);
  cairo_move_to (cr, 0.06, -0.34);
  cairo_line_to (cr, 0.42, 0);
  cairo_line_to (cr, 0.06, 0.34);
  cairo_stroke (cr);
}

static void (*const glyphs[SY_N_STATES]) (cairo_t *) = {
  [SY_STATE_READY] = glyph_pause,        [SY_STATE_WAITING] = glyph_question, [SY_STATE_RUNNING] = glyph_play,
  [SY_STATE_SUCCEEDED] = glyph_check,    [SY_STATE_FAILED] = glyph_cross,     [SY_STATE_LOST] = glyph_exclamation,
  [SY_STATE_SKIPPED] = glyph_past,       [SY_STATE_UPSTREAM_FAILED] = glyph_bar,
  [SY_STATE_CANCELLED] = glyph_square,
};

static void
paint_icon (const SyStyle *style, cairo_t *cr, SyState state, gboolean ring, double x, double y, double size)
{
  double r = size / 2;

  cairo_save (cr);
  cairo_translate (cr, x + r, y + r);
  cairo_scale (cr, r, r);
  set_colour (cr, &style->state[state]);
  cairo_new_path (cr);
  cairo_arc (cr, 0, 0, ring ? 0.9 : 1, 0, 2 * G_PI);
  cairo_set_line_width (cr, 0.17);
  if (ring)
    cairo_stroke (cr);
  else
    cairo_fill (cr);
  if (glyphs[state])
    {
      if (!ring)
        set_colour (cr, &style->glyph);
      cairo_set_line_width (cr, 0.22);
      cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
      cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
      glyphs[state](cr);
    }
  cairo_restore (cr);
}

/* pending and skipped are rings, the rest discs with a glyph in the scheme's glyph colour */
void
sy_paint_state_icon (const SyStyle *style, cairo_t *cr, SyState state, double x, double y, double size)
{
  paint_icon (style, cr, state, state == SY_STATE_PENDING || state == SY_STATE_SKIPPED, x, y, size);
}

void
sy_paint_hollow_icon (const SyStyle *style, cairo_t *cr, SyState state, double x, double y, double size)
{
  paint_icon (style, cr, state, TRUE, x, y, size);
}
