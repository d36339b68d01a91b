/* sy-paint.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/scene/sy-paint.h"

#include <math.h>

#define OUTLINE 1.6
#define DISC 20.0
#define PADDING 11.0
#define TEXT_X 39.0
#define BAR_HEIGHT 3.0
#define DIMMED 0.35
#define NAME_POINTS 10.5
#define LINE_POINTS 9.0
#define SMALLEST_NAME_PX 11.0
#define STICKS_OUT_LINE 0.5     /* the outline, on all sides */
#define STICKS_OUT_BADGE 10.0   /* the badge and the cards below, above and to the right */

static void
set_colour (cairo_t *cr, const SyColour *c)
{
  cairo_set_source_rgb (cr, c->r, c->g, c->b);
}

static void
rounded (cairo_t *cr, double x, double y, double width, double height, double radius)
{
  double r = MIN (radius, MIN (width, height) / 2);

  cairo_new_sub_path (cr);
  cairo_arc (cr, x + width - r, y + r, r, -G_PI_2, 0);
  cairo_arc (cr, x + width - r, y + height - r, r, 0, G_PI_2);
  cairo_arc (cr, x + r, y + height - r, r, G_PI_2, G_PI);
  cairo_arc (cr, x + r, y + r, r, G_PI, 1.5 * G_PI);
  cairo_close_path (cr);
}

static PangoLayout *
make_layout (PangoContext *context)
{
  PangoLayout *layout = pango_layout_new (context);

  pango_layout_set_single_paragraph_mode (layout, TRUE);
  pango_layout_set_height (layout, -1);
  return layout;
}

void
sy_painter_init (SyPainter *painter, const SyStyle *style, PangoContext *context, double font_scale)
{
  PangoContext *own = context ? g_object_ref (context) : pango_font_map_create_context (pango_cairo_font_map_get_default ());

  *painter = (SyPainter){ .style = style, .font_scale = font_scale };
  painter->name_layout = make_layout (own);
  painter->line_layout = make_layout (own);
  pango_layout_set_ellipsize (painter->name_layout, PANGO_ELLIPSIZE_MIDDLE);
  pango_layout_set_ellipsize (painter->line_layout, PANGO_ELLIPSIZE_END);
  g_object_unref (own);
  sy_painter_set_zoom (painter, 1);
}

void
sy_painter_clear (SyPainter *painter)
{
  g_clear_object (&painter->name_layout);
  g_clear_object (&painter->line_layout);
}

static void
set_font (PangoLayout *layout, double points, PangoWeight weight)
{
  const PangoFontDescription *base = pango_context_get_font_description (pango_layout_get_context (layout));
  PangoFontDescription *font = base ? pango_font_description_copy (base) : pango_font_description_from_string ("Sans");

  pango_font_description_set_size (font, (int) (points * PANGO_SCALE));
  pango_font_description_set_weight (font, weight);
  pango_layout_set_font_description (layout, font);
  pango_font_description_free (font);
}

void
sy_painter_set_zoom (SyPainter *painter, double zoom)
{
  double points = NAME_POINTS * painter->font_scale * zoom, smallest = SMALLEST_NAME_PX * 0.75;

  painter->zoom = zoom;
  set_font (painter->name_layout, MAX (points, smallest), PANGO_WEIGHT_SEMIBOLD);
  set_font (painter->line_layout, LINE_POINTS * painter->font_scale * zoom, PANGO_WEIGHT_NORMAL);
}

/* Text in one line, its middle at @middle */
static void
paint_text (PangoLayout *layout, cairo_t *cr, const char *text, double x, double middle, double width)
{
  int height;

  pango_layout_set_text (layout, text, -1);
  pango_layout_set_width (layout, (int) (MAX (width, 0) * PANGO_SCALE));
  pango_layout_get_pixel_size (layout, NULL, &height);
  cairo_move_to (cr, x, round (middle - height / 2.0));
  pango_cairo_show_layout (cr, layout);
}

static gboolean
is_dashed (const SyLook *look)
{
  return look->state == SY_STATE_PENDING || look->state == SY_STATE_SKIPPED || sy_look_is_stale (look);
}

static void
paint_card (SyPainter *p, cairo_t *cr, const SyRect *box, const SyLook *look)
{
  double z = p->zoom, line = MAX (OUTLINE * z, 1);
  const double dashes[] = { 4 * z, 3 * z };
  gboolean planned = look->mark == SY_MARK_WILL_RUN || look->mark == SY_MARK_WILL_RUN_AGAIN;

  rounded (cr, box->x + line / 2, box->y + line / 2, box->width - line, box->height - line, SY_NODE_RADIUS * z);
  set_colour (cr, &p->style->card);
  cairo_fill_preserve (cr);
  set_colour (cr, planned ? &p->style->accent : &p->style->state[look->state]);
  cairo_set_line_width (cr, planned ? line * 1.5 : line);
  if (is_dashed (look) && !planned)
    cairo_set_dash (cr, dashes, 2, 0);
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);
}

/* The edges of two cards below: a collapsed branch */
static void
paint_stack (SyPainter *p, cairo_t *cr, const SyRect *box, const SyLook *look)
{
  double z = p->zoom;

  for (guint i = 2; i > 0; i--)
    {
      double off = 4.5 * i * z;

      rounded (cr, box->x + off, box->y - off, box->width - 1, box->height, SY_NODE_RADIUS * z);
      set_colour (cr, &p->style->card);
      cairo_fill_preserve (cr);
      cairo_set_line_width (cr, MAX (OUTLINE * z * 0.7, 0.5));
      cairo_set_source_rgba (cr, p->style->state[look->state].r, p->style->state[look->state].g, p->style->state[look->state].b, 0.7);
      cairo_stroke (cr);
    }
}

static void
paint_progress (SyPainter *p, cairo_t *cr, const SyRect *box, const SyLook *look)
{
  double z = p->zoom, x = box->x + PADDING * z, width = box->width - 2 * PADDING * z;
  double y = box->y + box->height - (BAR_HEIGHT + 4.5) * z;
  SyColour track = p->style->edge;

  if (look->progress < 0 || look->state != SY_STATE_RUNNING)
    return;
  cairo_set_source_rgba (cr, track.r, track.g, track.b, 0.28);
  rounded (cr, x, y, width, BAR_HEIGHT * z, BAR_HEIGHT * z / 2);
  cairo_fill (cr);
  set_colour (cr, &p->style->fill[SY_STATE_RUNNING]);
  rounded (cr, x, y, MAX (width * look->progress / 1000.0, BAR_HEIGHT * z), BAR_HEIGHT * z, BAR_HEIGHT * z / 2);
  cairo_fill (cr);
}

/* "2×" at the upper right: attempts */
static void
paint_attempts (SyPainter *p, cairo_t *cr, const SyRect *box, const SyLook *look)
{
  double z = p->zoom, width = 36 * z, height = 18 * z, x = box->x + box->width - width + 6 * z, y = box->y - 7 * z;
  g_autofree char *text = NULL;
  int w, h;

  if (look->attempt < 2)
    return;
  text = g_strdup_printf ("%u×", look->attempt);
  set_colour (cr, &p->style->state[SY_STATE_READY]);
  rounded (cr, x, y, width, height, height / 2);
  cairo_fill (cr);
  set_colour (cr, &p->style->glyph);
  pango_layout_set_width (p->line_layout, -1);
  pango_layout_set_text (p->line_layout, text, -1);
  pango_layout_get_pixel_size (p->line_layout, &w, &h);
  cairo_move_to (cr, x + (width - w) / 2, y + (height - h) / 2);
  pango_cairo_show_layout (cr, p->line_layout);
}

/* A small pin at the lower right: the user has put it there */
static void
paint_pin (SyPainter *p, cairo_t *cr, const SyRect *box, const SyLook *look)
{
  double z = p->zoom, x = box->x + box->width - 10 * z, y = box->y + box->height - 13 * z;

  if (!look->pinned)
    return;
  set_colour (cr, &p->style->dim_text);
  cairo_arc (cr, x, y, 2.8 * z, 0, 2 * G_PI);
  cairo_fill (cr);
  cairo_set_line_width (cr, MAX (1.3 * z, 0.8));
  cairo_move_to (cr, x, y);
  cairo_line_to (cr, x - 3.2 * z, y + 6 * z);
  cairo_stroke (cr);
}

/* Order number of the preview, in place of the state's disc */
static void
paint_order (SyPainter *p, cairo_t *cr, double x, double y, double size, guint order)
{
  g_autofree char *text = g_strdup_printf ("%u", order);
  int w, h;

  set_colour (cr, &p->style->accent);
  cairo_arc (cr, x + size / 2, y + size / 2, size / 2, 0, 2 * G_PI);
  cairo_fill (cr);
  set_colour (cr, &p->style->glyph);
  pango_layout_set_width (p->line_layout, -1);
  pango_layout_set_text (p->line_layout, text, -1);
  pango_layout_get_pixel_size (p->line_layout, &w, &h);
  cairo_move_to (cr, x + (size - w) / 2, y + (size - h) / 2);
  pango_cairo_show_layout (cr, p->line_layout);
}

static void
paint_hatch (SyPainter *p, cairo_t *cr, const SyRect *box)
{
  SyColour c = p->style->fill[SY_STATE_UPSTREAM_FAILED];
  double step = 7 * p->zoom;

  cairo_save (cr);
  rounded (cr, box->x, box->y, box->width, box->height, SY_NODE_RADIUS * p->zoom);
  cairo_clip (cr);
  cairo_set_source_rgba (cr, c.r, c.g, c.b, 0.22);
  cairo_set_line_width (cr, 1.2 * p->zoom);
  for (double x = box->x - box->height; x < box->x + box->width; x += step)
    {
      cairo_move_to (cr, x, box->y + box->height);
      cairo_line_to (cr, x + box->height, box->y);
    }
  cairo_stroke (cr);
  cairo_restore (cr);
}

static void
paint_words (SyPainter *p, cairo_t *cr, const SyRect *box, const char *label, const SyLook *look)
{
  double z = p->zoom, x = box->x + TEXT_X * z, width = box->width - (TEXT_X + 9) * z;
  gboolean both = z >= SY_ZOOM_BOTH_LINES && look->line[0] != '\0';
  double lift = look->progress >= 0 && look->state == SY_STATE_RUNNING ? 2.5 * z : 0;

  if (z < SY_ZOOM_NAME)
    return;
  set_colour (cr, &p->style->text);
  paint_text (p->name_layout, cr, label, x, box->y + (both ? 19 * z : box->height / 2) - lift, width);
  if (!both)
    return;
  set_colour (cr, (look->state == SY_STATE_FAILED || look->state == SY_STATE_LOST) && look->mark == SY_MARK_NONE
                    ? &p->style->state[look->state]
                    : &p->style->dim_text);
  paint_text (p->line_layout, cr, look->line, x, box->y + 37.5 * z - lift, width);
}

static void
paint_flat (SyPainter *p, cairo_t *cr, const SyRect *box, const SyLook *look)
{
  SyColour c = p->style->fill[look->state];
  gboolean loud = look->state == SY_STATE_FAILED || look->state == SY_STATE_LOST || look->state == SY_STATE_WAITING;
  double width = loud ? MAX (box->width, 6) : box->width, height = loud ? MAX (box->height, 6) : box->height;

  cairo_set_source_rgba (cr, c.r, c.g, c.b, look->state == SY_STATE_SUCCEEDED ? 0.45 : is_dashed (look) ? 0.3 : 1);
  cairo_rectangle (cr, box->x, box->y, width, height);
  cairo_fill (cr);
  if (loud)
    {
      set_colour (cr, &p->style->text);
      cairo_set_line_width (cr, 1);
      cairo_rectangle (cr, box->x - 0.5, box->y - 0.5, width + 1, height + 1);
      cairo_stroke (cr);
    }
}

SyRect
sy_paint_node_ink (const SyRect *box, double zoom)
{
  float line = (float) ceil (STICKS_OUT_LINE * zoom + 1), badge = (float) ceil (STICKS_OUT_BADGE * zoom + 1);

  return (SyRect){ box->x - line, box->y - badge, box->width + line + badge, box->height + badge + line };
}

void
sy_paint_node (SyPainter *painter, cairo_t *cr, const SyRect *box, const char *label, const SyLook *look)
{
  double z = painter->zoom, disc = DISC * z;
  double icon_y = box->y + (box->height - disc) / 2;

  if (look->dimmed || look->mark == SY_MARK_STAYS)
    cairo_push_group (cr);
  if (z < SY_ZOOM_FLAT)
    paint_flat (painter, cr, box, look);
  else
    {
      if (look->is_stack)
        paint_stack (painter, cr, box, look);
      paint_card (painter, cr, box, look);
      if (look->state == SY_STATE_UPSTREAM_FAILED)
        paint_hatch (painter, cr, box);
      if (look->order > 0)
        paint_order (painter, cr, box->x + PADDING * z, icon_y, disc, look->order);
      else if (look->mark == SY_MARK_REUSED)
        sy_paint_hollow_icon (painter->style, cr, look->state, box->x + PADDING * z, icon_y, disc);
      else
        sy_paint_state_icon (painter->style, cr, look->state, box->x + PADDING * z, icon_y, disc);
      paint_words (painter, cr, box, label, look);
      paint_progress (painter, cr, box, look);
      if (z >= SY_ZOOM_NAME)
        {
          paint_attempts (painter, cr, box, look);
          paint_pin (painter, cr, box, look);
        }
    }
  if (look->dimmed || look->mark == SY_MARK_STAYS)
    {
      cairo_pop_group_to_source (cr);
      cairo_paint_with_alpha (cr, DIMMED);
    }
}

void
sy_paint_frame (SyPainter *p, cairo_t *cr, const SyRect *box, const char *name)
{
  double z = p->zoom;
  const SyColour *c = &p->style->edge;

  rounded (cr, box->x + 0.5, box->y + 0.5, box->width - 1, box->height - 1, SY_NODE_RADIUS * 1.4 * z);
  cairo_set_source_rgba (cr, c->r, c->g, c->b, 0.1);
  cairo_fill_preserve (cr);
  cairo_set_source_rgba (cr, c->r, c->g, c->b, 0.55);
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
  if (z < SY_ZOOM_NAME)
    return;
  set_colour (cr, &p->style->dim_text);
  paint_text (p->line_layout, cr, name, box->x + 10 * z, box->y + SY_FRAME_LABEL / 2 * z, box->width - 20 * z);
}

/* S-curves through the points: level at each of them */
static void
trace_edge (cairo_t *cr, const SyPoint *points, guint32 n_points, float gap)
{
  cairo_move_to (cr, points[0].x, points[0].y);
  for (guint32 i = 1; i < n_points; i++)
    {
      SyPoint c, d;

      sy_edge_bend (points[i - 1], points[i], gap, &c, &d);
      if (points[i - 1].y == points[i].y && points[i - 1].x <= points[i].x)
        cairo_line_to (cr, points[i].x, points[i].y);
      else
        cairo_curve_to (cr, c.x, c.y, d.x, d.y, points[i].x, points[i].y);
    }
}

void
sy_paint_edge (SyPainter *painter, cairo_t *cr, const SyPoint *points, guint32 n_points, SyEdgeLook look)
{
  double z = painter->zoom, width = (look == SY_EDGE_CRITICAL ? 2.6 : look == SY_EDGE_SELECTED ? 2.2 : 1.4) * z;
  const double dashes[] = { 5 * z, 4 * z };
  const SyColour *c = look == SY_EDGE_CRITICAL ? &painter->style->critical
                      : look == SY_EDGE_SELECTED ? &painter->style->accent
                                                 : &painter->style->edge;

  if (n_points < 2)
    return;
  cairo_set_source_rgba (cr, c->r, c->g, c->b, look == SY_EDGE_DIMMED ? DIMMED : 1);
  cairo_set_line_width (cr, MAX (width, 0.5));
  if (look == SY_EDGE_NOT_TAKEN)
    cairo_set_dash (cr, dashes, 2, 0);
  trace_edge (cr, points, n_points, (float) (SY_GAP_X * z));
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);
}

void
sy_paint_rings (SyPainter *painter, cairo_t *cr, const SyRect *box, gboolean selected, gboolean focus)
{
  double z = painter->zoom, radius = SY_NODE_RADIUS * z;
  const double dashes[] = { 4, 3 };

  set_colour (cr, &painter->style->accent);
  if (selected)
    {
      cairo_set_line_width (cr, 2.5);
      rounded (cr, box->x - 4, box->y - 4, box->width + 8, box->height + 8, radius + 4);
      cairo_stroke (cr);
    }
  if (focus)
    {
      cairo_set_line_width (cr, 1.5);
      cairo_set_dash (cr, dashes, 2, 0);
      rounded (cr, box->x - 8, box->y - 8, box->width + 16, box->height + 16, radius + 8);
      cairo_stroke (cr);
      cairo_set_dash (cr, NULL, 0, 0);
    }
}
