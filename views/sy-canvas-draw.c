/* sy-canvas-draw.c: one frame: tiles, then what lies over them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-canvas-private.h"
#include "views/sy-design-layer.h"

#include <math.h>

#define RING_DISTANCE 4.0f
#define RING_WIDTH 2.5f
#define FOCUS_DISTANCE 8.0f
#define MOST_RINGS 2000

static GdkRGBA
rgba_of (const SyColour *c, double alpha)
{
  return (GdkRGBA){ (float) c->r, (float) c->g, (float) c->b, (float) alpha };
}

SyRect
sy_canvas_screen_box (SyCanvas *self, guint32 index)
{
  SyRect box;
  float dx, dy;

  if (sy_design_layer_offset (self->design, index, &dx, &dy))
    {
      box = self->geometry->nodes[index];
      box.x += dx;
      box.y += dy;
      return sy_viewport_rect_to_screen (&self->view, &box);
    }
  if (self->moving)
    return sy_viewport_rect_to_screen (&self->view, &self->geometry->nodes[index]);
  box = sy_scene_box (self->scene, self->view.zoom, index);
  box.x += (float) -round (self->view.x * self->view.zoom);
  box.y += (float) -round (self->view.y * self->view.zoom);
  return box;
}

static graphene_rect_t
inflated (const SyRect *box, float by)
{
  return GRAPHENE_RECT_INIT (box->x - by, box->y - by, box->width + 2 * by, box->height + 2 * by);
}

static void
append_ring (GtkSnapshot *snapshot, const graphene_rect_t *bounds, float width, float radius, const GdkRGBA *rgba)
{
  GskRoundedRect outline;

  gsk_rounded_rect_init_from_rect (&outline, bounds, radius);
  gtk_snapshot_append_border (snapshot, &outline, (float[4]){ width, width, width, width },
                              (GdkRGBA[4]){ *rgba, *rgba, *rgba, *rgba });
}

typedef struct
{
  SyCanvas *self;
  GtkSnapshot *snapshot;
  guint n_rings;
} Rings;

static void
ring_task (guint32 index, gpointer data)
{
  Rings *rings = data;
  SyCanvas *self = rings->self;
  double ez = self->view.zoom * self->font_scale;
  float distance = ez < SY_ZOOM_FLAT ? 1.5f : RING_DISTANCE, width = ez < SY_ZOOM_FLAT ? 1.5f : RING_WIDTH;
  GdkRGBA accent = rgba_of (&self->style->accent, 1);
  SyRect box;
  graphene_rect_t bounds;

  if (!sy_canvas_is_any_selected (self, index) || rings->n_rings++ > MOST_RINGS)
    return;
  box = sy_canvas_screen_box (self, index);
  bounds = inflated (&box, distance);
  append_ring (rings->snapshot, &bounds, width, (float) (SY_NODE_RADIUS * ez) + distance, &accent);
}

static void
draw_selection (SyCanvas *self, GtkSnapshot *snapshot)
{
  Rings rings = { self, snapshot, 0 };
  SyRect visible = sy_viewport_visible (&self->view);

  if (sy_session_get_n_selected (self->session) > 0)
    sy_geometry_foreach_node (self->geometry, &visible, ring_task, &rings);
}

static void
draw_focus (SyCanvas *self, GtkSnapshot *snapshot)
{
  guint32 focus = sy_session_get_focus (self->session);
  SyRect box;
  graphene_rect_t bounds;
  SyPainter painter = { .style = self->style, .zoom = self->view.zoom * self->font_scale };
  cairo_t *cr;

  if (focus == SY_NO_TASK || focus >= self->geometry->n_nodes || !gtk_widget_has_visible_focus (GTK_WIDGET (self)))
    return;
  box = sy_canvas_screen_box (self, focus);
  bounds = inflated (&box, FOCUS_DISTANCE + 2);
  cr = gtk_snapshot_append_cairo (snapshot, &bounds);
  sy_paint_rings (&painter, cr, &box, FALSE, TRUE);
  cairo_destroy (cr);
}

static void
draw_hover (SyCanvas *self, GtkSnapshot *snapshot)
{
  double ez = self->view.zoom * self->font_scale;
  GdkRGBA accent = rgba_of (&self->style->accent, 0.6);
  SyRect box;
  graphene_rect_t bounds;

  if (self->hover == SY_NO_TASK || self->hover >= self->geometry->n_nodes || sy_session_is_selected (self->session, self->hover))
    return;
  box = sy_canvas_screen_box (self, self->hover);
  bounds = inflated (&box, 2);
  append_ring (snapshot, &bounds, 2, (float) (SY_NODE_RADIUS * ez) + 2, &accent);
}

static void
draw_marquee (SyCanvas *self, GtkSnapshot *snapshot)
{
  SyPoint from = sy_viewport_to_screen (&self->view, self->from_x, self->from_y);
  GdkRGBA fill = rgba_of (&self->style->accent, 0.14), line = rgba_of (&self->style->accent, 1);
  graphene_rect_t bounds;

  if (self->drag != SY_DRAG_MARQUEE)
    return;
  bounds = GRAPHENE_RECT_INIT ((float) MIN (from.x, self->drag_x), (float) MIN (from.y, self->drag_y),
                               (float) fabs (from.x - self->drag_x), (float) fabs (from.y - self->drag_y));
  gtk_snapshot_append_color (snapshot, &fill, &bounds);
  append_ring (snapshot, &bounds, 1, 0, &line);
}

static void
draw_caption (SyCanvas *self, GtkSnapshot *snapshot)
{
  g_autoptr (PangoLayout) layout = NULL;
  GdkRGBA dim = rgba_of (&self->style->dim_text, 1), ground = rgba_of (&self->style->canvas, 0.85);
  GtkAllocation minimap = sy_canvas_place_minimap (self);
  double room = (gtk_widget_get_child_visible (self->minimap) ? minimap.x : self->view.width - 12) - 28;
  int width, height;

  if (self->caption == NULL)
    return;
  layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), self->caption);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_width (layout, (int) (MAX (room, 40) * PANGO_SCALE));
  pango_layout_get_pixel_size (layout, &width, &height);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (16, (float) (self->view.height - height - 10)));
  gtk_snapshot_append_color (snapshot, &ground, &GRAPHENE_RECT_INIT (-6, -4, (float) width + 12, (float) height + 8));
  gtk_snapshot_append_layout (snapshot, layout, &dim);
  gtk_snapshot_restore (snapshot);
}

void
sy_canvas_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  SyCanvas *self = SY_CANVAS (widget);
  GtkNative *native = gtk_widget_get_native (widget);
  GdkRGBA ground = rgba_of (&self->style->canvas, 1);
  gboolean animated = FALSE;

  self->drawn = TRUE;
  if (self->scene == NULL)
    {
      gtk_snapshot_append_color (snapshot, &ground, &GRAPHENE_RECT_INIT (0, 0, (float) self->view.width, (float) self->view.height));
      return;
    }
  sy_tile_cache_set_output (self->tiles, gtk_widget_get_scale_factor (widget),
                            native != NULL && !GSK_IS_CAIRO_RENDERER (gtk_native_get_renderer (native)));
  g_object_get (gtk_widget_get_settings (widget), "gtk-enable-animations", &animated, NULL);
  sy_tile_cache_set_animated (self->tiles, animated);
  sy_tile_cache_freeze (self->tiles, !sy_canvas_is_ready (self));
  self->drawn = sy_tile_cache_snapshot (self->tiles, snapshot, &self->view, self->moving);
  if (sy_canvas_is_ready (self))
    {
      draw_hover (self, snapshot);
      draw_selection (self, snapshot);
      draw_focus (self, snapshot);
      sy_canvas_draw_chips (self, snapshot);
    }
  sy_design_layer_snapshot (self->design, snapshot);
  draw_marquee (self, snapshot);
  draw_caption (self, snapshot);
  gtk_widget_snapshot_child (widget, self->minimap, snapshot);
  if (self->drawn && sy_canvas_is_ready (self))
    sy_canvas_improve_layout (self);
}
