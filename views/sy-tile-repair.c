/* sy-tile-repair.c: what a change of state touches, mended on the main thread
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-tile-cache-private.h"

#include <math.h>

#define MOST_REPAIRS 12         /* of one near tile in one frame: more, and it is painted anew by the worker */
#define MOST_EDGES 48           /* under one repair that has no ground: more, and the worker does it */
#define FAR_ROOM 8              /* pixels around a far task: what is loud is larger than it is */
#define MOST_NEAR_PATCHES 16    /* over one near tile: more, and all of it is drawn again */
#define MOST_PATCHES 4         /* over one far tile: more, and it is composed anew */

static void
add_repair (SyTileEntry *tile, guint32 index)
{
  if (tile->far && (tile->edges == NULL || tile->dirty))
    {
      tile->dirty = TRUE;
      return;
    }
  if (tile->repairs == NULL)
    tile->repairs = g_array_new (FALSE, FALSE, sizeof (guint32));
  if (tile->far && tile->repairs->len >= MOST_PATCHES)
    tile->dirty = TRUE;
  else if (!tile->far && tile->repairs->len >= MOST_REPAIRS)
    tile->stale = TRUE;
  else
    g_array_append_val (tile->repairs, index);
}

typedef struct
{
  SyTileCache *cache;
  SyTileEntry *tile;
} Check;

static void
check_task (guint32 index, gpointer data)
{
  Check *check = data;

  if (check->cache->changed[index] > check->tile->serial)
    add_repair (check->tile, index);
}

void
sy_tile_cache_check (SyTileCache *cache, SyTileEntry *tile)
{
  Check check = { cache, tile };
  SyRect area = sy_tile_cache_area (cache, &tile->key);

  if (tile->serial >= cache->serial)
    return;
  if (cache->all_serial > tile->serial || (tile->far && tile->edges == NULL))
    {
      tile->dirty = tile->far;
      tile->stale = tile->stale || !tile->far;
    }
  else
    sy_geometry_foreach_node (cache->scene->geometry, &area, check_task, &check);
}

static void
tiles_of_box (const SyRect *box, int *x0, int *y0, int *x1, int *y1)
{
  *x0 = (int) floor (box->x / SY_TILE);
  *y0 = (int) floor (box->y / SY_TILE);
  *x1 = (int) floor ((box->x + box->width) / SY_TILE);
  *y1 = (int) floor ((box->y + box->height) / SY_TILE);
}

/* What a task may cover of the picture */
static SyRect
ink_of (SyTileCache *cache, double zoom, guint32 index)
{
  SyRect box = sy_scene_box (cache->scene, zoom, index);

  if (!sy_scene_is_far (cache->scene, zoom))
    return sy_paint_node_ink (&box, zoom * cache->scene->font_scale);
  return (SyRect){ box.x - FAR_ROOM, box.y - FAR_ROOM, box.width + 2 * FAR_ROOM, box.height + 2 * FAR_ROOM };
}

void
sy_tile_cache_spread_touches (SyTileCache *cache)
{
  double zoom = cache->wanted_zoom;

  for (guint i = 0; i < cache->touched->len && zoom > 0; i++)
    {
      guint32 index = g_array_index (cache->touched, guint32, i);
      SyRect ink = ink_of (cache, zoom, index);
      int x0, y0, x1, y1;

      tiles_of_box (&ink, &x0, &y0, &x1, &y1);
      for (int ty = y0; ty <= y1; ty++)
        for (int tx = x0; tx <= x1; tx++)
          {
            SyTileEntry *tile = sy_tile_cache_find (cache, zoom, tx, ty);

            if (tile != NULL && tile->surface != NULL && tile->used == cache->frame)
              add_repair (tile, index);
          }
    }
  g_array_set_size (cache->touched, 0);
}

static SyPainter *
get_painter (SyTileCache *cache, double zoom)
{
  if (!cache->painter_set)
    sy_scene_init_painter (cache->scene, &cache->painter, zoom);
  else if (cache->painter.zoom != zoom * cache->scene->font_scale)
    sy_painter_set_zoom (&cache->painter, zoom * cache->scene->font_scale);
  cache->painter_set = TRUE;
  return &cache->painter;
}

void
sy_tile_cache_drop_painter (SyTileCache *cache)
{
  if (cache->painter_set)
    sy_painter_clear (&cache->painter);
  cache->painter_set = FALSE;
}

static void
repair_task (SyTileCache *cache, SyTileEntry *tile, cairo_t *cr, guint32 index)
{
  SyScenePart part = { cache->scene, tile->key.zoom, cache->scale, cache->flat };
  SyRect box = ink_of (cache, tile->key.zoom, index);

  if (tile->edges != NULL)
    sy_scene_compose_near (&part, get_painter (cache, tile->key.zoom), cr, tile->edges, (double) tile->key.tx * SY_TILE,
                           (double) tile->key.ty * SY_TILE, &box, cache->look_of, cache->data);
  else if (sy_scene_count_edges (&part, &box) > MOST_EDGES)
    tile->stale = TRUE;
  else
    sy_scene_paint_near (&part, get_painter (cache, tile->key.zoom), cr, &box, cache->look_of, cache->data);
}

/* The tile's picture, to which pieces are added that lie over it */
static void
begin_patches (SyTileEntry *tile)
{
  g_clear_pointer (&tile->patched, gsk_render_node_unref);
  if (tile->patches != NULL)
    return;
  tile->patches = g_ptr_array_new_with_free_func ((GDestroyNotify) gsk_render_node_unref);
  g_ptr_array_add (tile->patches, gsk_render_node_ref (tile->node));
}

/* A piece of the screen: @surface from @x, @y of the tile on */
static GskRenderNode *
make_patch (const SyTileCache *cache, cairo_surface_t *surface, double x, double y, const graphene_rect_t *bounds)
{
  GskRenderNode *node = gsk_cairo_node_new (bounds);
  cairo_t *cr = gsk_cairo_node_get_draw_context (node);

  cairo_scale (cr, 1.0 / cache->scale, 1.0 / cache->scale);
  sy_tile_set_source (cr, surface, x * cache->scale, y * cache->scale);
  cairo_paint (cr);
  cairo_destroy (cr);
  return node;
}

/*
 * A near tile is painted in place, and its node shows that. What must be drawn again is told by a node for each task, which
 * shows the same: not all of the tile is.
 */
static void
patch_near (SyTileCache *cache, SyTileEntry *tile)
{
  graphene_rect_t all = GRAPHENE_RECT_INIT (0, 0, SY_TILE, SY_TILE);

  begin_patches (tile);
  for (guint i = 0; i < tile->repairs->len; i++)
    {
      SyRect ink = ink_of (cache, tile->key.zoom, g_array_index (tile->repairs, guint32, i));
      graphene_rect_t bounds = GRAPHENE_RECT_INIT (ink.x - (float) tile->key.tx * SY_TILE, ink.y - (float) tile->key.ty * SY_TILE,
                                                   ink.width, ink.height);

      if (graphene_rect_intersection (&bounds, &all, &bounds))
        g_ptr_array_add (tile->patches, make_patch (cache, tile->surface, 0, 0, &bounds));
    }
}

static void
paint_repairs (SyTileCache *cache, SyTileEntry *tile)
{
  cairo_t *cr = cairo_create (tile->surface);

  cairo_scale (cr, cache->scale, cache->scale);
  cairo_translate (cr, -(double) tile->key.tx * SY_TILE, -(double) tile->key.ty * SY_TILE);
  for (guint i = 0; i < tile->repairs->len; i++)
    repair_task (cache, tile, cr, g_array_index (tile->repairs, guint32, i));
  cairo_destroy (cr);
}

/* GTK gives up above 30 rectangles and draws all of the window; what lies side by side is cut into several. */
static gboolean
can_patch_near (const SyTileCache *cache, const SyTileEntry *tile, const SyTileBudget *budget)
{
  guint there = tile->patches != NULL ? tile->patches->len - 1 : 0;

  return tile->node != NULL && !cache->textures && tile->repairs->len <= budget->pieces && there + tile->repairs->len <= MOST_NEAR_PATCHES;
}

static void
repair_near (SyTileCache *cache, SyTileEntry *tile, SyTileBudget *budget)
{
  if (tile->repairs->len > budget->near)
    tile->stale = TRUE;
  else
    {
      budget->near -= tile->repairs->len;
      paint_repairs (cache, tile);
      if (can_patch_near (cache, tile, budget))
        {
          budget->pieces -= tile->repairs->len;
          patch_near (cache, tile);
        }
      else
        sy_tile_drop_node (tile);
    }
  g_array_set_size (tile->repairs, 0);
}

static void
compose (SyTileCache *cache, SyTileEntry *tile)
{
  SyScenePart part = { cache->scene, tile->key.zoom, cache->scale, cache->flat };

  sy_scene_compose_far (&part, tile->key.tx, tile->key.ty, tile->edges, tile->surface);
  sy_tile_drop_node (tile);
}

static void
add_patch (SyTileCache *cache, SyTileEntry *tile, guint32 index)
{
  SyScenePart part = { cache->scene, tile->key.zoom, cache->scale, cache->flat };
  SyFarPatch patch = sy_scene_far_patch (&part, tile->key.tx, tile->key.ty, index);
  cairo_surface_t *surface;

  if (patch.width == 0)
    return;
  surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, patch.width, patch.height);
  sy_scene_paint_far_patch (&part, tile->key.tx, tile->key.ty, &patch, tile->edges, surface);
  g_ptr_array_add (tile->patches, make_patch (cache, surface, patch.x, patch.y,
                                              &GRAPHENE_RECT_INIT ((float) patch.x, (float) patch.y, (float) patch.width, (float) patch.height)));
  cairo_surface_destroy (surface);
}

/* Can what changed be shown by small pieces over the tile? Only these are drawn then, not all of the tile. */
static gboolean
can_patch (const SyTileCache *cache, const SyTileEntry *tile)
{
  guint there = tile->patches != NULL ? tile->patches->len - 1 : 0;

  return !tile->dirty && tile->node != NULL && !cache->textures && there + tile->repairs->len <= MOST_PATCHES;
}

static void
patch_far (SyTileCache *cache, SyTileEntry *tile)
{
  begin_patches (tile);
  for (guint i = 0; i < tile->repairs->len; i++)
    add_patch (cache, tile, g_array_index (tile->repairs, guint32, i));
}

static gboolean
repair_far (SyTileCache *cache, SyTileEntry *tile, guint *budget)
{
  guint n = tile->repairs != NULL ? tile->repairs->len : 0, cost;

  if (tile->edges == NULL)
    {
      tile->stale = tile->stale || tile->dirty || n > 0;
      cost = 0;
    }
  else
    cost = tile->dirty ? SY_TILE_COMPOSING : n == 0 ? 0 : can_patch (cache, tile) ? n : SY_TILE_COMPOSING;
  if (cost > *budget)
    return FALSE;
  *budget -= cost;
  if (cost > 0 && n > 0 && can_patch (cache, tile))
    patch_far (cache, tile);
  else if (cost > 0)
    compose (cache, tile);
  tile->dirty = FALSE;
  if (n > 0)
    g_array_set_size (tile->repairs, 0);
  return TRUE;
}

void
sy_tile_cache_flatten (SyTileCache *cache, SyTileEntry *tile)
{
  if (tile->patches != NULL && tile->far)
    compose (cache, tile);
  else
    sy_tile_drop_patches (tile);
}

gboolean
sy_tile_cache_repair (SyTileCache *cache, SyTileEntry *tile, SyTileBudget *budget)
{
  if (tile->far)
    {
      if (!repair_far (cache, tile, &budget->far))
        return FALSE;
    }
  else
    {
      tile->stale = tile->stale || tile->dirty;
      tile->dirty = FALSE;
      if (tile->repairs != NULL && tile->repairs->len > 0)
        repair_near (cache, tile, budget);
    }
  tile->serial = cache->serial;
  return TRUE;
}

/* --- what changes --- */

static void
mark_stale (SyTileCache *cache, const SyRect *area)
{
  GHashTableIter iter;
  SyTileEntry *tile;

  g_hash_table_iter_init (&iter, cache->tiles);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &tile))
    {
      SyRect own = sy_tile_cache_area (cache, &tile->key);

      if (!tile->far && own.x <= area->x + area->width && area->x <= own.x + own.width && own.y <= area->y + area->height
          && area->y <= own.y + own.height)
        tile->stale = TRUE;
    }
}

/* World: a box around the edges of a task */
static SyRect
edges_box (const SyGeometry *g, guint32 index)
{
  const SyTask *task = &g->workflow->tasks[index];
  SyRect box = g->nodes[index];

  for (guint32 k = 0; k < task->n_needs + (g->edge_start[index + 1] - g->edge_start[index]); k++)
    {
      guint32 other = k < task->n_needs ? task->needs[k].task : g->edges[g->edge_start[index] + k - task->n_needs].to;
      const SyRect *node = &g->nodes[other];
      float x1 = MAX (box.x + box.width, node->x + node->width), y1 = MAX (box.y + box.height, node->y + node->height);

      box.x = MIN (box.x, node->x);
      box.y = MIN (box.y, node->y);
      box.width = x1 - box.x;
      box.height = y1 - box.y;
    }
  return box;
}

void
sy_tile_cache_touch (SyTileCache *cache, guint32 index, gboolean edges)
{
  if (cache->scene == NULL)
    return;
  cache->changed[index] = ++cache->serial;
  g_array_append_val (cache->touched, index);
  if (edges && g_hash_table_size (cache->tiles) > 0)
    {
      SyRect box = edges_box (cache->scene->geometry, index);

      mark_stale (cache, &box);
    }
}

void
sy_tile_cache_touch_all (SyTileCache *cache)
{
  GHashTableIter iter;
  SyTileEntry *tile;

  cache->all_serial = ++cache->serial;
  g_array_set_size (cache->touched, 0);
  g_hash_table_iter_init (&iter, cache->tiles);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &tile))
    {
      tile->dirty = tile->far;
      tile->stale = tile->stale || !tile->far;
    }
}

