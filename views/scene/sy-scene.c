/* sy-scene.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/scene/sy-scene.h"

#include "views/scene/sy-raster.h"

#include <math.h>
#include <string.h>

#define MOST_POINTS 64
#define LOUD_LEAST 6 /* pixels: failed, lost and waiting are never smaller */
#define DIMMED 0.35
#define CROWD 6000      /* corners of edges: above, far edges are paler */
#define LEAST_INK 0.25

SyScene *
sy_scene_new (SyGeometry *geometry, const SyStyle *style, const char *font, double font_scale, gboolean all_edges, gboolean quiet_edges,
              const guint8 *critical)
{
  SyScene *scene = g_new0 (SyScene, 1);

  g_atomic_ref_count_init (&scene->ref_count);
  scene->geometry = sy_geometry_ref (geometry);
  scene->style = style;
  scene->font = g_strdup (font);
  scene->font_scale = font_scale;
  scene->all_edges = all_edges;
  scene->quiet_edges = quiet_edges;
  if (critical != NULL)
    scene->critical = g_memdup2 (critical, MAX (geometry->n_nodes, 1));
  return scene;
}

void
sy_scene_hide (SyScene *scene, const guint8 *hidden)
{
  g_free (scene->hidden);
  scene->hidden = hidden != NULL ? g_memdup2 (hidden, MAX (scene->geometry->n_nodes, 1)) : NULL;
}

SyScene *
sy_scene_ref (SyScene *scene)
{
  g_atomic_ref_count_inc (&scene->ref_count);
  return scene;
}

void
sy_scene_unref (SyScene *scene)
{
  if (!g_atomic_ref_count_dec (&scene->ref_count))
    return;
  sy_geometry_unref (scene->geometry);
  g_free (scene->critical);
  g_free (scene->hidden);
  g_free (scene->font);
  g_free (scene);
}

gboolean
sy_scene_is_far (const SyScene *scene, double zoom)
{
  return zoom * scene->font_scale < SY_ZOOM_FLAT;
}

SyRect
sy_scene_box (const SyScene *scene, double zoom, guint32 index)
{
  const SyRect *node = &scene->geometry->nodes[index];

  return (SyRect){ (float) round (node->x * zoom), (float) round (node->y * zoom), (float) round (node->width * zoom),
                   (float) round (node->height * zoom) };
}

static gboolean
edge_is_shown (const SyScene *scene, const SyEdgeShape *edge)
{
  return (scene->all_edges || !edge->implied) && (scene->hidden == NULL || (!scene->hidden[edge->from] && !scene->hidden[edge->to]));
}

static gboolean
is_hidden (const SyScene *scene, guint32 index)
{
  return scene->hidden != NULL && scene->hidden[index];
}

static gboolean
edge_is_critical (const SyScene *scene, const SyEdgeShape *edge)
{
  return scene->critical != NULL && scene->critical[edge->from] && scene->critical[edge->to];
}

/* --- far --- */

static guint32
pixel_of (const SyColour *c)
{
  return sy_raster_pixel (c->r, c->g, c->b);
}

typedef struct
{
  const SyScenePart *part;
  SyRaster raster;
  float zoom, x, y;     /* device pixels a world unit; of the tile's corner */
  guint alpha;
  gboolean critical;    /* which edges this pass draws */
  GArray *loud;         /* (nullable) tasks that are painted last are gathered here */
  guint32 edge, accent, text;
  guint32 colours[2][SY_N_STATES];      /* [dimmed] */
} Far;

static void
far_init (Far *far, const SyScenePart *part, int tx, int ty, cairo_surface_t *surface)
{
  *far = (Far){ .part = part, .raster = sy_raster_of (surface), .zoom = (float) (part->zoom * part->scale) };
  far->x = (float) tx * SY_TILE * (float) part->scale;
  far->y = (float) ty * SY_TILE * (float) part->scale;
}

/* World: the tile and @room device pixels around it */
static SyRect
far_area (const Far *far, float room)
{
  return (SyRect){ (far->x - room) / far->zoom, (far->y - room) / far->zoom, ((float) far->raster.width + 2 * room) / far->zoom,
                   ((float) far->raster.height + 2 * room) / far->zoom };
}

static void
far_edge (guint32 index, gpointer data)
{
  Far *far = data;
  const SyGeometry *g = far->part->scene->geometry;
  const SyEdgeShape *edge = &g->edges[index];
  const SyPoint *p = g->points + edge->first_point;

  if (!edge_is_shown (far->part->scene, edge) || edge_is_critical (far->part->scene, edge) != far->critical)
    return;
  for (guint32 k = 0; k + 1 < edge->n_points; k++)
    {
      float x0 = p[k].x * far->zoom - far->x, y0 = p[k].y * far->zoom - far->y;
      float x1 = p[k + 1].x * far->zoom - far->x, y1 = p[k + 1].y * far->zoom - far->y;

      sy_raster_line (&far->raster, x0, y0, x1, y1, far->critical ? far->accent : far->edge, far->alpha);
      if (far->critical)
        sy_raster_line (&far->raster, x0, y0 + 1, x1, y1 + 1, far->accent, far->alpha);
    }
}

/* Groups lie below everything: a tint, an outline */
static void
far_frames (Far *far)
{
  const SyScene *scene = far->part->scene;
  guint32 canvas = pixel_of (&scene->style->canvas), line = sy_raster_mix (canvas, pixel_of (&scene->style->edge), 0.55);
  guint32 tint = sy_raster_mix (canvas, pixel_of (&scene->style->edge), 0.1);

  for (guint32 i = 0; i < scene->geometry->n_frames; i++)
    {
      const SyRect *box = &scene->geometry->frames[i].box;
      int x = (int) floorf (box->x * far->zoom - far->x), y = (int) floorf (box->y * far->zoom - far->y);
      int width = (int) ceilf (box->width * far->zoom), height = (int) ceilf (box->height * far->zoom);

      if (x > far->raster.width || y > far->raster.height || x + width < 0 || y + height < 0)
        continue;
      sy_raster_fill (&far->raster, x, y, width, height, tint);
      sy_raster_frame (&far->raster, x, y, width, height, line);
    }
}

/* Below 1: there are more lines than pixels for them */
static double
far_crowd (const SyScenePart *part)
{
  double crowd = CLAMP (sqrt ((double) CROWD / MAX (part->scene->geometry->n_points, 1)), LEAST_INK, 1);
  double near = CLAMP (part->zoom * part->scene->font_scale / SY_ZOOM_FLAT, 0, 1);

  return crowd + (1 - crowd) * near;
}

/*
 * Many lines on few pixels: the further away and the more there are, the paler each, so that the tasks stand out. Where hundreds lie
 * upon each other they do not add up to the full colour either: it is mixed with the ground, and each line keeps its ink.
 */
static void
far_ink (Far *far)
{
  const SyScenePart *part = far->part;
  const SyStyle *style = part->scene->style;
  double crowd = far_crowd (part), most = pow (crowd, 0.8);
  double alpha = CLAMP (0.22 + part->zoom * part->scene->font_scale * 2, 0.22, 0.75) * crowd / most;

  far->edge = sy_raster_mix (pixel_of (&style->canvas), pixel_of (&style->edge), most);
  far->alpha = (guint) (256 * alpha * (part->scene->quiet_edges ? DIMMED : 1));
}

void
sy_scene_paint_far_edges (const SyScenePart *part, int tx, int ty, cairo_surface_t *surface)
{
  const SyStyle *style = part->scene->style;
  Far far;
  SyRect area;

  cairo_surface_flush (surface);
  far_init (&far, part, tx, ty, surface);
  sy_raster_fill (&far.raster, 0, 0, far.raster.width, far.raster.height, pixel_of (&style->canvas));
  far_frames (&far);
  far_ink (&far);
  far.accent = pixel_of (&style->critical);
  area = far_area (&far, 2);
  sy_geometry_foreach_edge (part->scene->geometry, &area, far_edge, &far);
  if (part->scene->critical != NULL)
    {
      far.critical = TRUE;
      far.alpha = 256;
      sy_geometry_foreach_edge (part->scene->geometry, &area, far_edge, &far);
    }
  cairo_surface_mark_dirty (surface);
}

static void
far_colours (Far *far)
{
  const SyStyle *style = far->part->scene->style;
  guint32 canvas = pixel_of (&style->canvas);

  for (guint s = 0; s < SY_N_STATES; s++)
    {
      double share = s == SY_STATE_SUCCEEDED ? 0.45 : s == SY_STATE_PENDING || s == SY_STATE_SKIPPED ? 0.7 : 1;
      guint32 fill = pixel_of (&style->fill[s]);

      far->colours[0][s] = sy_raster_mix (canvas, fill, share);
      far->colours[1][s] = sy_raster_mix (canvas, fill, share * DIMMED);
    }
  far->accent = pixel_of (&style->accent);
  far->text = pixel_of (&style->text);
}

static gboolean
is_loud (guint8 flat)
{
  guint state = flat & SY_FLAT_STATE;

  return (state == SY_STATE_FAILED || state == SY_STATE_LOST || state == SY_STATE_WAITING) && !(flat & SY_FLAT_DIMMED);
}

static void
far_node (guint32 index, gpointer data)
{
  Far *far = data;
  guint8 flat = far->part->flat[index];
  const SyRect *node = &far->part->scene->geometry->nodes[index];
  int x = (int) floorf (node->x * far->zoom - far->x + 0.5f), y = (int) floorf (node->y * far->zoom - far->y + 0.5f);
  int width = MAX ((int) (node->width * far->zoom + 0.5f), 1), height = MAX ((int) (node->height * far->zoom + 0.5f), 1);
  guint32 colour = flat & SY_FLAT_PLANNED ? far->accent : far->colours[(flat & SY_FLAT_DIMMED) != 0][MIN (flat & SY_FLAT_STATE, SY_N_STATES - 1)];

  if (is_hidden (far->part->scene, index))
    return;
  if (is_loud (flat) && far->loud != NULL)
    {
      g_array_append_val (far->loud, index);
      return;
    }
  if (is_loud (flat))
    {
      int least = LOUD_LEAST * far->part->scale;

      width = MAX (width, least);
      height = MAX (height, least);
      sy_raster_frame (&far->raster, x - 1, y - 1, width + 2, height + 2, far->text);
    }
  sy_raster_fill (&far->raster, x, y, width, height, colour);
}

static void
far_tasks (Far *far)
{
  g_autoptr (GArray) loud = g_array_new (FALSE, FALSE, sizeof (guint32));
  SyRect area = far_area (far, (float) ((LOUD_LEAST + 1) * far->part->scale));

  far_colours (far);
  far->loud = loud;
  sy_geometry_foreach_node (far->part->scene->geometry, &area, far_node, far);
  far->loud = NULL;
  for (guint i = 0; i < loud->len; i++)
    far_node (g_array_index (loud, guint32, i), far);
}

void
sy_scene_paint_far_tasks (const SyScenePart *part, int tx, int ty, cairo_surface_t *surface)
{
  Far far;

  cairo_surface_flush (surface);
  far_init (&far, part, tx, ty, surface);
  far_tasks (&far);
  cairo_surface_mark_dirty (surface);
}

void
sy_scene_compose_far (const SyScenePart *part, int tx, int ty, cairo_surface_t *edges, cairo_surface_t *surface)
{
  cairo_surface_flush (surface);
  memcpy (cairo_image_surface_get_data (surface), cairo_image_surface_get_data (edges),
          (gsize) cairo_image_surface_get_stride (surface) * (gsize) cairo_image_surface_get_height (surface));
  sy_scene_paint_far_tasks (part, tx, ty, surface);
}

SyFarPatch
sy_scene_far_patch (const SyScenePart *part, int tx, int ty, guint32 index)
{
  const SyRect *node = &part->scene->geometry->nodes[index];
  float zoom = (float) part->zoom;
  int x0 = (int) floorf (node->x * zoom + 0.5f) - tx * SY_TILE - 1, y0 = (int) floorf (node->y * zoom + 0.5f) - ty * SY_TILE - 1;
  int x1 = x0 + MAX ((int) (node->width * zoom + 0.5f), LOUD_LEAST) + 2, y1 = y0 + MAX ((int) (node->height * zoom + 0.5f), LOUD_LEAST) + 2;

  x0 = MAX (x0, 0);
  y0 = MAX (y0, 0);
  x1 = MIN (x1, SY_TILE);
  y1 = MIN (y1, SY_TILE);
  return (SyFarPatch){ x0, y0, x1 > x0 && y1 > y0 ? x1 - x0 : 0, y1 - y0 };
}

void
sy_scene_paint_far_patch (const SyScenePart *part, int tx, int ty, const SyFarPatch *patch, cairo_surface_t *edges, cairo_surface_t *surface)
{
  SyRaster from = sy_raster_of (edges);
  Far far;

  cairo_surface_flush (surface);
  far_init (&far, part, tx, ty, surface);
  far.x += (float) patch->x;
  far.y += (float) patch->y;
  for (int y = 0; y < patch->height; y++)
    memcpy (far.raster.pixels + (gsize) y * (gsize) far.raster.stride,
            from.pixels + (gsize) (patch->y + y) * (gsize) from.stride + patch->x, (gsize) patch->width * sizeof (guint32));
  far_tasks (&far);
  cairo_surface_mark_dirty (surface);
}

/* --- near --- */

void
sy_scene_init_painter (const SyScene *scene, SyPainter *painter, double zoom)
{
  PangoContext *context = pango_font_map_create_context (pango_cairo_font_map_get_default ());
  PangoFontDescription *font = scene->font != NULL ? pango_font_description_from_string (scene->font) : NULL;

  if (font != NULL)
    {
      pango_context_set_font_description (context, font);
      pango_font_description_free (font);
    }
  pango_cairo_context_set_resolution (context, 96);
  sy_painter_init (painter, scene->style, context, 1);
  g_object_unref (context);
  sy_painter_set_zoom (painter, zoom * scene->font_scale);
}

typedef struct
{
  const SyScenePart *part;
  SyPainter *painter;
  cairo_t *cr;
  const SyRect *area;
  gboolean critical;
  SyLookOf look_of;
  gpointer data;
  guint count;
} Near;

static gboolean
is_dead (guint8 flat)
{
  guint state = flat & SY_FLAT_STATE;

  return state == SY_STATE_UPSTREAM_FAILED || state == SY_STATE_SKIPPED;
}

static SyEdgeLook
edge_look (const SyScenePart *part, const SyEdgeShape *edge)
{
  if (edge_is_critical (part->scene, edge))
    return SY_EDGE_CRITICAL;
  if (part->scene->quiet_edges)
    return SY_EDGE_DIMMED;
  if (is_dead (part->flat[edge->from]) || is_dead (part->flat[edge->to]))
    return SY_EDGE_NOT_TAKEN;
  return SY_EDGE_PLAIN;
}

static void
near_edge (guint32 index, gpointer data)
{
  Near *near = data;
  const SyGeometry *g = near->part->scene->geometry;
  const SyEdgeShape *edge = &g->edges[index];
  guint32 n = MIN (edge->n_points, MOST_POINTS);
  SyPoint points[MOST_POINTS];
  SyEdgeLook look = edge_look (near->part, edge);

  if (!edge_is_shown (near->part->scene, edge) || (look == SY_EDGE_CRITICAL) != near->critical)
    return;
  for (guint32 k = 0; k < n; k++)
    points[k] = (SyPoint){ (float) (g->points[edge->first_point + k].x * near->part->zoom),
                           (float) (g->points[edge->first_point + k].y * near->part->zoom) };
  sy_paint_edge (near->painter, near->cr, points, n, look);
}

static void
near_node (guint32 index, gpointer data)
{
  Near *near = data;
  const SyScene *scene = near->part->scene;
  const SyTask *task = &scene->geometry->workflow->tasks[index];
  SyRect box = sy_scene_box (scene, near->part->zoom, index), ink = sy_paint_node_ink (&box, near->painter->zoom);
  const SyLook *look = is_hidden (scene, index) || !sy_rects_touch (&ink, near->area) ? NULL : near->look_of (index, near->data);

  if (look != NULL && look->is_stack)
    {
      const char *group = sy_geometry_collapsed_group (scene->geometry, index);
      g_autofree char *label = group != NULL ? g_strdup_printf ("%s · %u", group, scene->geometry->n_within[index])
                                             : g_strdup_printf ("%s +%u", task->label != NULL ? task->label : task->id,
                                                                scene->geometry->n_within[index] - 1);

      sy_paint_node (near->painter, near->cr, &box, label, look);
    }
  else if (look != NULL)
    sy_paint_node (near->painter, near->cr, &box, task->label != NULL ? task->label : task->id, look);
}

/* World: @area of the picture's pixels with room for what sticks out */
static SyRect
near_area (const SyScenePart *part, const SyRect *area, double room)
{
  float r = (float) (room * part->scene->font_scale), z = (float) part->zoom;

  return (SyRect){ area->x / z - r, area->y / z - r, area->width / z + 2 * r, area->height / z + 2 * r };
}

static void
near_frames (Near *near, const SyRect *area)
{
  const SyGeometry *g = near->part->scene->geometry;
  double zoom = near->part->zoom;

  for (guint32 i = 0; i < g->n_frames; i++)
    {
      const SyRect *world = &g->frames[i].box;
      double x0 = round (world->x * zoom), y0 = round (world->y * zoom);
      SyRect box = { (float) x0, (float) y0, (float) (round ((world->x + world->width) * zoom) - x0),
                     (float) (round ((world->y + world->height) * zoom) - y0) };

      if (sy_rects_touch (&box, area))
        sy_paint_frame (near->painter, near->cr, &box, g->frames[i].name);
    }
}

static void
clip_to (cairo_t *cr, const SyRect *area)
{
  cairo_rectangle (cr, area->x, area->y, area->width, area->height);
  cairo_clip (cr);
}

static void
near_ground (Near *near, const SyRect *area)
{
  const SyScenePart *part = near->part;
  const SyColour *canvas = &part->scene->style->canvas;
  SyRect touched = near_area (part, area, 3);

  if (!part->bare)
    {
      cairo_set_source_rgb (near->cr, canvas->r, canvas->g, canvas->b);
      cairo_paint (near->cr);
      near_frames (near, area);
    }
  sy_geometry_foreach_edge (part->scene->geometry, &touched, near_edge, near);
  if (part->scene->critical == NULL)
    return;
  near->critical = TRUE;
  sy_geometry_foreach_edge (part->scene->geometry, &touched, near_edge, near);
}

static void
near_tasks (Near *near, const SyRect *area)
{
  SyRect world = near_area (near->part, area, SY_PAINT_MARGIN);

  near->area = area;
  sy_geometry_foreach_node (near->part->scene->geometry, &world, near_node, near);
}

void
sy_scene_paint_near_ground (const SyScenePart *part, SyPainter *painter, cairo_t *cr, const SyRect *area)
{
  Near near = { .part = part, .painter = painter, .cr = cr };

  cairo_save (cr);
  clip_to (cr, area);
  near_ground (&near, area);
  cairo_restore (cr);
}

void
sy_scene_compose_near (const SyScenePart *part, SyPainter *painter, cairo_t *cr, cairo_surface_t *ground, double x, double y,
                       const SyRect *area, SyLookOf look_of, gpointer data)
{
  Near near = { .part = part, .painter = painter, .cr = cr, .look_of = look_of, .data = data };

  cairo_save (cr);
  clip_to (cr, area);
  cairo_set_source_surface (cr, ground, x, y);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_NEAREST);
  cairo_set_operator (cr, CAIRO_OPERATOR_SOURCE);
  cairo_paint (cr);
  cairo_set_operator (cr, CAIRO_OPERATOR_OVER);
  near_tasks (&near, area);
  cairo_restore (cr);
}

void
sy_scene_paint_near (const SyScenePart *part, SyPainter *painter, cairo_t *cr, const SyRect *area, SyLookOf look_of, gpointer data)
{
  Near near = { .part = part, .painter = painter, .cr = cr, .look_of = look_of, .data = data };

  cairo_save (cr);
  clip_to (cr, area);
  near_ground (&near, area);
  near_tasks (&near, area);
  cairo_restore (cr);
}

static void
count_edge (guint32 index, gpointer data)
{
  ((Near *) data)->count++;
}

guint
sy_scene_count_edges (const SyScenePart *part, const SyRect *area)
{
  Near near = { 0 };
  SyRect world = near_area (part, area, 0);

  sy_geometry_foreach_edge (part->scene->geometry, &world, count_edge, &near);
  return near.count;
}
