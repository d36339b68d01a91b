/* sy-design-draw.c: what lies over the graph while a document is edited
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-design-layer-private.h"

#include <glib/gi18n.h>
#include <math.h>

#define MOST_BADGES 2000
#define BADGE_RADIUS 8.0

static void
set_colour (cairo_t *cr, const SyColour *c, double alpha)
{
  cairo_set_source_rgba (cr, c->r, c->g, c->b, alpha);
}

/* From an out port to an in port, as the edges of the graph bend */
static void
add_curve (cairo_t *cr, SyPoint from, SyPoint to)
{
  double reach = MAX (fabs (to.x - from.x) / 2, 24);

  cairo_move_to (cr, from.x, from.y);
  cairo_curve_to (cr, from.x + reach, from.y, to.x - reach, to.y, to.x, to.y);
}

static void
draw_curve (SyDesignLayer *self, cairo_t *cr, SyPoint from, SyPoint to, const SyColour *colour, gboolean dashed)
{
  cairo_save (cr);
  set_colour (cr, colour, 1);
  cairo_set_line_width (cr, 2.2);
  if (dashed)
    cairo_set_dash (cr, (double[]){ 6, 4 }, 2, 0);
  add_curve (cr, from, to);
  cairo_stroke (cr);
  cairo_restore (cr);
}

static void
draw_port (SyDesignLayer *self, cairo_t *cr, SyPoint at, gboolean strong)
{
  const SyStyle *style = self->canvas->style;

  cairo_arc (cr, at.x, at.y, strong ? SY_PORT_RADIUS + 1.5 : SY_PORT_RADIUS, 0, 2 * G_PI);
  set_colour (cr, strong ? &style->accent : &style->card, 1);
  cairo_fill_preserve (cr);
  set_colour (cr, &style->accent, 1);
  cairo_set_line_width (cr, 2);
  cairo_stroke (cr);
}

/* --- words --- */

static void
draw_words (SyDesignLayer *self, cairo_t *cr, double x, double y, const char *text, const SyColour *colour)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self->canvas), text);
  const SyStyle *style = self->canvas->style;
  int width, height;

  pango_layout_set_width (layout, 340 * PANGO_SCALE);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_get_pixel_size (layout, &width, &height);
  x = CLAMP (x, 8, MAX (self->canvas->view.width - width - 20, 8));
  y = CLAMP (y, 8, MAX (self->canvas->view.height - height - 14, 8));
  cairo_rectangle (cr, x, y, width + 16, height + 10);
  set_colour (cr, &style->card, 0.96);
  cairo_fill_preserve (cr);
  set_colour (cr, colour, 1);
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
  cairo_move_to (cr, x + 8, y + 5);
  set_colour (cr, &style->text, 1);
  pango_cairo_show_layout (cr, layout);
}

/* What to do first */
static void
draw_hint (SyDesignLayer *self, cairo_t *cr)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self->canvas), NULL);
  g_autofree char *markup = g_markup_printf_escaped ("<span size='large' weight='bold'>%s</span>\n\n%s\n%s\n%s", _("No Tasks Yet"),
                                                     _("Double-click to add a task, or press A"),
                                                     _("Drag from a task's right port to add the one that comes after it"),
                                                     _("Paste shell lines: each becomes a task"));
  int width, height;

  pango_layout_set_markup (layout, markup, -1);
  pango_layout_set_width (layout, (int) MAX (self->canvas->view.width - 40, 100) * PANGO_SCALE);
  pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);
  pango_layout_set_spacing (layout, 4 * PANGO_SCALE);
  pango_layout_get_pixel_size (layout, &width, &height);
  cairo_move_to (cr, (self->canvas->view.width - pango_layout_get_width (layout) / (double) PANGO_SCALE) / 2, (self->canvas->view.height - height) / 2);
  set_colour (cr, &self->canvas->style->dim_text, 1);
  pango_cairo_show_layout (cr, layout);
}

/* --- what is wrong --- */

typedef struct
{
  SyDesignLayer *self;
  cairo_t *cr;
  guint n;
} Drawing;

static void
draw_badge (guint32 index, gpointer data)
{
  Drawing *drawing = data;
  SyCanvas *canvas = drawing->self->canvas;
  const SyDesignProblem *problem = sy_design_find_problem (drawing->self->design, canvas->geometry->workflow->tasks[index].id);
  double size = BADGE_RADIUS * CLAMP (canvas->view.zoom * canvas->font_scale, 0.4, 1.2);
  SyRect box;
  cairo_t *cr = drawing->cr;

  if (problem == NULL || drawing->n++ > MOST_BADGES)
    return;
  box = sy_canvas_screen_box (canvas, index);
  cairo_arc (cr, box.x + 2, box.y + 2, size, 0, 2 * G_PI);
  set_colour (cr, &canvas->style->state[problem->is_error ? SY_STATE_FAILED : SY_STATE_READY], 1);
  cairo_fill (cr);
  set_colour (cr, &canvas->style->glyph, 1);
  cairo_set_line_width (cr, size / 4);
  cairo_move_to (cr, box.x + 2, box.y + 2 - size * 0.55);
  cairo_line_to (cr, box.x + 2, box.y + 2 + size * 0.12);
  cairo_stroke (cr);
  cairo_arc (cr, box.x + 2, box.y + 2 + size * 0.5, size / 7, 0, 2 * G_PI);
  cairo_fill (cr);
}

static void
draw_badges (SyDesignLayer *self, cairo_t *cr)
{
  Drawing drawing = { self, cr, 0 };
  SyRect visible = sy_viewport_visible (&self->canvas->view);

  if (sy_design_get_revision (self->design)->problems->len > 0)
    sy_geometry_foreach_node (self->canvas->geometry, &visible, draw_badge, &drawing);
}

/* --- connecting --- */

static void
draw_target_port (guint32 index, gpointer data)
{
  Drawing *drawing = data;
  SyDesignLayer *self = drawing->self;

  if (!self->closed[index] && drawing->n++ < MOST_BADGES)
    draw_port (self, drawing->cr, sy_design_layer_port (self, index, !self->outwards), index == self->target && self->refusal == NULL);
}

static void
draw_connecting (SyDesignLayer *self, cairo_t *cr)
{
  Drawing drawing = { self, cr, 0 };
  SyRect visible = sy_viewport_visible (&self->canvas->view);
  SyPoint start = sy_design_layer_port (self, self->from, self->outwards), end = { (float) self->x, (float) self->y };
  const SyStyle *style = self->canvas->style;
  const SyColour *colour = self->refusal != NULL ? &style->state[SY_STATE_FAILED] : &style->accent;

  sy_geometry_foreach_node (self->canvas->geometry, &visible, draw_target_port, &drawing);
  if (self->target != SY_NO_TASK && self->target != self->from && self->refusal == NULL)
    end = sy_design_layer_port (self, self->target, !self->outwards);
  draw_curve (self, cr, self->outwards ? start : end, self->outwards ? end : start, colour, self->target == SY_NO_TASK || self->refusal != NULL);
  draw_port (self, cr, start, TRUE);
  if (self->refusal != NULL)
    draw_words (self, cr, self->x + 16, self->y + 16, self->refusal, colour);
}

/* --- what is chosen --- */

static gboolean
find_chosen (SyDesignLayer *self, const SyEdgeShape **edge)
{
  const SyGeometry *geometry = self->canvas->geometry;
  guint32 from, to;

  if (!sy_design_layer_chosen_edge (self, &from, &to))
    return FALSE;
  for (guint32 e = geometry->edge_start[from]; e < geometry->edge_start[from + 1]; e++)
    if (geometry->edges[e].to == to)
      {
        *edge = &geometry->edges[e];
        return TRUE;
      }
  return FALSE;
}

static void
draw_chosen (SyDesignLayer *self, cairo_t *cr, const SyEdgeShape *edge)
{
  const SyViewport *view = &self->canvas->view;
  SyPainter painter = { .style = self->canvas->style, .zoom = view->zoom * self->canvas->font_scale };
  g_autofree SyPoint *points = g_new (SyPoint, edge->n_points);

  for (guint32 i = 0; i < edge->n_points; i++)
    {
      const SyPoint *world = &self->canvas->geometry->points[edge->first_point + i];

      points[i] = sy_viewport_to_screen (view, world->x, world->y);
    }
  sy_paint_edge (&painter, cr, points, edge->n_points, SY_EDGE_SELECTED);
}

/* --- what is asked for --- */

static gboolean
find_box (SyDesignLayer *self, const char *id, SyRect *box)
{
  guint32 index = id != NULL ? sy_workflow_find (self->canvas->geometry->workflow, id) : SY_NO_TASK;

  if (index == SY_NO_TASK)
    return FALSE;
  *box = sy_canvas_screen_box (self->canvas, index);
  return TRUE;
}

/* Beside the task in front of it, or in the middle */
static SyRect
ghost_box (SyDesignLayer *self, const SyPending *pending)
{
  double zoom = self->canvas->view.zoom * self->canvas->font_scale;
  SyRect box = { (float) (self->canvas->view.width - SY_NODE_WIDTH * zoom) / 2, (float) (self->canvas->view.height - SY_NODE_HEIGHT * zoom) / 2,
                 (float) (SY_NODE_WIDTH * zoom), (float) (SY_NODE_HEIGHT * zoom) };
  SyRect front;

  if (find_box (self, pending->other, &front))
    {
      box.x = front.x + front.width + (float) (SY_GAP_X * zoom);
      box.y = front.y;
    }
  return box;
}

static void
draw_ghost (SyDesignLayer *self, cairo_t *cr, const SyRect *box, const char *name, double cover)
{
  const SyStyle *style = self->canvas->style;
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self->canvas), name);
  int width, height;

  cairo_rectangle (cr, box->x, box->y, box->width, box->height);
  set_colour (cr, &style->card, cover);
  cairo_fill_preserve (cr);
  set_colour (cr, &style->accent, 1);
  cairo_set_line_width (cr, 1.6);
  cairo_set_dash (cr, (double[]){ 5, 4 }, 2, 0);
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);
  pango_layout_set_width (layout, (int) MAX (box->width - 20, 10) * PANGO_SCALE);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_MIDDLE);
  pango_layout_get_pixel_size (layout, &width, &height);
  cairo_move_to (cr, box->x + 10, box->y + (box->height - height) / 2);
  set_colour (cr, &style->text, 1);
  pango_cairo_show_layout (cr, layout);
}

static void
draw_pending_edge (SyDesignLayer *self, cairo_t *cr, const SyPending *pending)
{
  const SyStyle *style = self->canvas->style;
  SyRect from, to;

  if (!find_box (self, pending->other, &from) || !find_box (self, pending->task, &to))
    return;
  draw_curve (self, cr, (SyPoint){ from.x + from.width, from.y + from.height / 2 }, (SyPoint){ to.x, to.y + to.height / 2 },
              pending->kind == SY_PENDING_CONNECT ? &style->accent : &style->canvas, FALSE);
}

static void
draw_pending (SyDesignLayer *self, cairo_t *cr, const SyPending *pending)
{
  SyRect box;

  switch (pending->kind)
    {
    case SY_PENDING_ADD:
      if (!find_box (self, pending->task, &box))
        box = ghost_box (self, pending);
      draw_ghost (self, cr, &box, pending->task, 0.9);
      break;
    case SY_PENDING_RENAME:
      if (find_box (self, pending->task, &box))
        draw_ghost (self, cr, &box, pending->other, 0.95);
      break;
    case SY_PENDING_REMOVE:
      if (!find_box (self, pending->task, &box))
        break;
      cairo_rectangle (cr, box.x - 3, box.y - 3, box.width + 6, box.height + 6);
      set_colour (cr, &self->canvas->style->canvas, 0.8);
      cairo_fill (cr);
      break;
    default:
      draw_pending_edge (self, cr, pending);
      break;
    }
}

/* Of the task under the pointer: by far the most frequent thing to draw, and alone mostly */
static void
draw_ports (SyDesignLayer *self, GtkSnapshot *snapshot)
{
  SyRect box = sy_canvas_screen_box (self->canvas, self->hover);
  float r = SY_PORT_RADIUS + 2;
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (box.x - r, box.y + box.height / 2 - r, box.width + 2 * r, 2 * r));

  for (guint side = 0; side < 2; side++)
    draw_port (self, cr, sy_design_layer_port (self, self->hover, side == 0), FALSE);
  cairo_destroy (cr);
}

void
sy_design_layer_draw (SyDesignLayer *self, GtkSnapshot *snapshot)
{
  const SyViewport *view = &self->canvas->view;
  GPtrArray *pending = sy_design_get_pending (self->design);
  gboolean ready = sy_canvas_is_ready (self->canvas), near = !sy_scene_is_far (self->canvas->scene, view->zoom);
  gboolean empty = self->canvas->geometry->n_nodes == 0;
  const SyEdgeShape *chosen = NULL;
  cairo_t *cr;

  if (ready && near && !self->dragging && !sy_design_layer_is_moving (self))
    sy_design_layer_draw_last (self, snapshot);
  sy_design_layer_draw_move (self, snapshot);
  if (ready && near && !self->dragging && !sy_design_layer_is_moving (self) && self->hover < self->canvas->geometry->n_nodes)
    draw_ports (self, snapshot);
  if (!(ready && find_chosen (self, &chosen)) && !empty && pending->len == 0 && !self->dragging && sy_design_get_revision (self->design)->problems->len == 0)
    return;
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) view->width, (float) view->height));
  if (empty && pending->len == 0)
    draw_hint (self, cr);
  if (chosen != NULL)
    draw_chosen (self, cr, chosen);
  if (ready)
    draw_badges (self, cr);
  for (guint i = 0; i < MIN (pending->len, MOST_BADGES); i++)
    draw_pending (self, cr, g_ptr_array_index (pending, i));
  if (ready && self->dragging)
    draw_connecting (self, cr);
  cairo_destroy (cr);
}
