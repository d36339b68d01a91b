/* sy-minimap.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-minimap.h"

#include "views/scene/sy-minimap-place.h"
#include "views/scene/sy-raster.h"

#define REDRAW_MS 500

struct _SyMinimap
{
  GtkWidget parent;

  SyCanvas *canvas;     /* borrowed (nullable) */
  SyScene *scene;       /* (owned) (nullable) */
  const guint8 *flat;   /* borrowed */
  SyViewport view;
  GskRenderNode *picture; /* (owned) (nullable) */
  guint redraw_source;
};

G_DEFINE_FINAL_TYPE (SyMinimap, sy_minimap, GTK_TYPE_WIDGET)

static SyMinimapPlace
placement (SyMinimap *self)
{
  return sy_minimap_place (&self->scene->geometry->bounds, gtk_widget_get_width (GTK_WIDGET (self)), gtk_widget_get_height (GTK_WIDGET (self)));
}

static guint32
pixel_of (const SyColour *c)
{
  return (guint32) (c->r * 255) << 16 | (guint32) (c->g * 255) << 8 | (guint32) (c->b * 255);
}

/* The later is painted over the earlier: of what shares a pixel, it is what has the most to say that is seen. */
typedef enum { QUIET, RUNNING, LOUD, N_LAYERS } Layer;

static Layer
layer_of (guint state)
{
  if (state == SY_STATE_FAILED || state == SY_STATE_LOST || state == SY_STATE_WAITING)
    return LOUD;
  return state == SY_STATE_RUNNING ? RUNNING : QUIET;
}

static void
paint_task (SyMinimap *self, SyRaster *raster, const SyMinimapPlace *place, double scale, guint32 index)
{
  static const int least[N_LAYERS] = { 1, 2, 3 };
  const SyStyle *style = self->scene->style;
  const SyRect *node = &self->scene->geometry->nodes[index];
  guint state = self->flat[index] & SY_FLAT_STATE;
  double share = state == SY_STATE_PENDING ? 0.5 : state == SY_STATE_SUCCEEDED ? 0.55 : 1;
  Layer layer = layer_of (state);

  sy_raster_fill (raster, (int) ((place->x + node->x * place->zoom_x) * scale), (int) ((place->y + node->y * place->zoom_y) * scale),
                  MAX ((int) (node->width * place->zoom_x * scale), least[layer]), MAX ((int) (node->height * place->zoom_y * scale), least[layer]),
                  sy_raster_mix (pixel_of (&style->card), pixel_of (&style->fill[state]), self->flat[index] & SY_FLAT_DIMMED ? share * 0.35 : share));
}

static void
paint_tasks (SyMinimap *self, SyRaster *raster, double scale)
{
  const SyGeometry *g = self->scene->geometry;
  SyMinimapPlace place = placement (self);

  sy_raster_fill (raster, 0, 0, raster->width, raster->height, pixel_of (&self->scene->style->card));
  for (Layer layer = QUIET; layer < N_LAYERS; layer++)
    for (guint32 i = 0; i < g->n_nodes; i++)
      if (layer_of (self->flat[i] & SY_FLAT_STATE) == layer && sy_geometry_shown (g, i) == i)
        paint_task (self, raster, &place, scale, i);
}

static GskRenderNode *
make_picture (SyMinimap *self)
{
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  int width = gtk_widget_get_width (GTK_WIDGET (self)), height = gtk_widget_get_height (GTK_WIDGET (self));
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, width * scale, height * scale);
  SyRaster raster = { (guint32 *) (void *) cairo_image_surface_get_data (surface), width * scale, height * scale,
                      cairo_image_surface_get_stride (surface) / 4 };
  GskRenderNode *node = gsk_cairo_node_new (&GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  cairo_t *cr = gsk_cairo_node_get_draw_context (node);

  cairo_surface_flush (surface);
  paint_tasks (self, &raster, scale);
  cairo_surface_mark_dirty (surface);
  cairo_scale (cr, 1.0 / scale, 1.0 / scale);
  cairo_set_source_surface (cr, surface, 0, 0);
  cairo_paint (cr);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
  return node;
}

static void
append_colour (GtkSnapshot *snapshot, const SyColour *c, double alpha, const graphene_rect_t *bounds)
{
  GdkRGBA rgba = { (float) c->r, (float) c->g, (float) c->b, (float) alpha };

  gtk_snapshot_append_color (snapshot, &rgba, bounds);
}

static void
append_frame (GtkSnapshot *snapshot, const SyColour *c, float width, const graphene_rect_t *bounds, float radius)
{
  GdkRGBA rgba = { (float) c->r, (float) c->g, (float) c->b, 1 };
  GskRoundedRect outline;

  gsk_rounded_rect_init_from_rect (&outline, bounds, radius);
  gtk_snapshot_append_border (snapshot, &outline, (float[4]){ width, width, width, width }, (GdkRGBA[4]){ rgba, rgba, rgba, rgba });
}

static void
sy_minimap_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  SyMinimap *self = SY_MINIMAP (widget);
  graphene_rect_t all = GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (widget), (float) gtk_widget_get_height (widget));
  SyRect visible = sy_viewport_visible (&self->view);
  SyMinimapPlace place;
  SyRect frame;
  graphene_rect_t window;
  GskRoundedRect clip;

  if (self->scene == NULL || all.size.width < 1)
    return;
  if (self->picture == NULL)
    self->picture = make_picture (self);
  place = placement (self);
  frame = sy_minimap_frame (&place, &visible, all.size.width, all.size.height);
  window = GRAPHENE_RECT_INIT (frame.x, frame.y, frame.width, frame.height);
  gsk_rounded_rect_init_from_rect (&clip, &all, 8);
  gtk_snapshot_push_rounded_clip (snapshot, &clip);
  gtk_snapshot_append_node (snapshot, self->picture);
  append_colour (snapshot, &self->scene->style->accent, 0.14, &window);
  append_frame (snapshot, &self->scene->style->accent, 1.5f, &window, 2);
  gtk_snapshot_pop (snapshot);
  append_frame (snapshot, &self->scene->style->edge, 1, &all, 8);
}

static void
on_drag (SyMinimap *self, double x, double y)
{
  SyMinimapPlace place;
  SyPoint world;

  if (self->scene == NULL || self->canvas == NULL)
    return;
  place = placement (self);
  world = sy_minimap_to_world (&place, x, y);
  sy_canvas_centre_on (self->canvas, world.x, world.y);
}

static void
on_drag_begin (GtkGestureDrag *gesture, double x, double y, SyMinimap *self)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  on_drag (self, x, y);
}

static void
on_drag_update (GtkGestureDrag *gesture, double dx, double dy, SyMinimap *self)
{
  double x, y;

  if (gtk_gesture_drag_get_start_point (gesture, &x, &y))
    on_drag (self, x + dx, y + dy);
}

static gboolean
redraw (gpointer data)
{
  SyMinimap *self = data;

  self->redraw_source = 0;
  sy_minimap_invalidate (self);
  return G_SOURCE_REMOVE;
}

void
sy_minimap_states_changed (SyMinimap *self)
{
  if (self->redraw_source == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->redraw_source = g_timeout_add (REDRAW_MS, redraw, self);
  else if (self->redraw_source == 0)
    g_clear_pointer (&self->picture, gsk_render_node_unref);
}

void
sy_minimap_invalidate (SyMinimap *self)
{
  g_clear_pointer (&self->picture, gsk_render_node_unref);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
sy_minimap_set_scene (SyMinimap *self, SyScene *scene, const guint8 *flat)
{
  if (scene != NULL)
    sy_scene_ref (scene);
  g_clear_pointer (&self->scene, sy_scene_unref);
  self->scene = scene;
  self->flat = flat;
  sy_minimap_invalidate (self);
}

void
sy_minimap_set_view (SyMinimap *self, const SyViewport *view)
{
  self->view = *view;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
sy_minimap_set_canvas (SyMinimap *self, SyCanvas *canvas)
{
  self->canvas = canvas;
}

static void
sy_minimap_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  g_clear_pointer (&SY_MINIMAP (widget)->picture, gsk_render_node_unref);
}

static void
sy_minimap_dispose (GObject *object)
{
  SyMinimap *self = SY_MINIMAP (object);

  g_clear_handle_id (&self->redraw_source, g_source_remove);
  g_clear_pointer (&self->picture, gsk_render_node_unref);
  g_clear_pointer (&self->scene, sy_scene_unref);
  G_OBJECT_CLASS (sy_minimap_parent_class)->dispose (object);
}

static void
sy_minimap_class_init (SyMinimapClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sy_minimap_dispose;
  GTK_WIDGET_CLASS (klass)->snapshot = sy_minimap_snapshot;
  GTK_WIDGET_CLASS (klass)->size_allocate = sy_minimap_size_allocate;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
sy_minimap_init (SyMinimap *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();

  sy_viewport_init (&self->view);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (on_drag_update), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
}

GtkWidget *
sy_minimap_new (void)
{
  return g_object_new (SY_TYPE_MINIMAP, NULL);
}
