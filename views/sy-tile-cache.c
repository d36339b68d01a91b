/* sy-tile-cache.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-tile-cache-private.h"

#include <malloc.h>

#define KEPT_MEMORY (32 << 20)  /* bytes that malloc does not give back at once */

/* --- tiles --- */

static guint
key_hash (gconstpointer data)
{
  const SyTileKey *key = data;

  return g_double_hash (&key->zoom) ^ (guint) key->tx * 73856093u ^ (guint) key->ty * 19349663u;
}

static gboolean
key_equal (gconstpointer a, gconstpointer b)
{
  const SyTileKey *x = a, *y = b;

  return x->zoom == y->zoom && x->tx == y->tx && x->ty == y->ty;
}

static gsize
surface_bytes (cairo_surface_t *surface)
{
  return surface == NULL ? 0 : (gsize) cairo_image_surface_get_stride (surface) * (gsize) cairo_image_surface_get_height (surface);
}

void
sy_tile_drop_patches (SyTileEntry *tile)
{
  g_clear_pointer (&tile->patches, g_ptr_array_unref);
  g_clear_pointer (&tile->patched, gsk_render_node_unref);
}

void
sy_tile_drop_node (SyTileEntry *tile)
{
  sy_tile_drop_patches (tile);
  g_clear_pointer (&tile->node, gsk_render_node_unref);
  g_clear_object (&tile->texture);
}

static void
tile_free (gpointer data)
{
  SyTileEntry *tile = data;

  sy_tile_drop_node (tile);
  g_clear_pointer (&tile->edges, cairo_surface_destroy);
  g_clear_pointer (&tile->surface, cairo_surface_destroy);
  g_clear_pointer (&tile->repairs, g_array_unref);
  g_free (tile);
}

SyTileEntry *
sy_tile_cache_find (SyTileCache *cache, double zoom, int tx, int ty)
{
  SyTileKey key = { zoom, tx, ty };

  return g_hash_table_lookup (cache->tiles, &key);
}

SyTileEntry *
sy_tile_cache_need (SyTileCache *cache, double zoom, int tx, int ty)
{
  SyTileEntry *tile = sy_tile_cache_find (cache, zoom, tx, ty);

  if (tile == NULL)
    {
      tile = g_new0 (SyTileEntry, 1);
      tile->key = (SyTileKey){ zoom, tx, ty };
      tile->far = sy_scene_is_far (cache->scene, zoom);
      tile->stale = TRUE;
      g_hash_table_add (cache->tiles, tile);
    }
  return tile;
}

static void
drop_tile (SyTileCache *cache, SyTileEntry *tile)
{
  cache->bytes -= surface_bytes (tile->edges) + surface_bytes (tile->surface);
  g_hash_table_remove (cache->tiles, &tile->key);
}

static void
drop_all (SyTileCache *cache)
{
  g_clear_pointer (&cache->fading, gsk_render_node_unref);
  if (cache->scene == NULL)
    g_clear_pointer (&cache->last, gsk_render_node_unref);
  g_hash_table_remove_all (cache->tiles);
  cache->bytes = 0;
  cache->shown_zoom = 0;
}

void
sy_tile_cache_shrink (SyTileCache *cache)
{
  while (cache->bytes > (cache->scale == 1 ? SY_TILE_BYTES_1 : SY_TILE_BYTES))
    {
      GHashTableIter iter;
      SyTileEntry *tile, *oldest = NULL;

      g_hash_table_iter_init (&iter, cache->tiles);
      while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &tile))
        if (tile->surface != NULL && tile->used < cache->frame && (oldest == NULL || tile->used < oldest->used))
          oldest = tile;
      if (oldest == NULL)
        return;
      drop_tile (cache, oldest);
    }
}

/* --- painting by the worker --- */

static GBytes *
copy_flat (SyTileCache *cache)
{
  if (cache->flat_copy == NULL || cache->flat_serial != cache->serial)
    {
      g_clear_pointer (&cache->flat_copy, g_bytes_unref);
      cache->flat_copy = g_bytes_new (cache->flat, cache->scene->geometry->n_nodes);
      cache->flat_serial = cache->serial;
    }
  return g_bytes_ref (cache->flat_copy);
}

typedef struct
{
  SyTileCache *cache;
  GArray *looks;
} GatherLooks;

static void
gather_look (guint32 index, gpointer data)
{
  GatherLooks *gather = data;
  SyTileLook look = { index, *gather->cache->look_of (index, gather->cache->data) };

  g_array_append_val (gather->looks, look);
}

static int
compare_looks (gconstpointer a, gconstpointer b)
{
  guint32 x = ((const SyTileLook *) a)->index, y = ((const SyTileLook *) b)->index;

  return x < y ? -1 : x > y;
}

SyRect
sy_tile_cache_area (const SyTileCache *cache, const SyTileKey *key)
{
  float side = (float) (SY_TILE / key->zoom), room = (float) (SY_PAINT_MARGIN * cache->scene->font_scale);

  return (SyRect){ (float) key->tx * side - room, (float) key->ty * side - room, side + 2 * room, side + 2 * room };
}

void
sy_tile_cache_request (SyTileCache *cache, SyTileEntry *tile)
{
  SyTileJob *job = g_new0 (SyTileJob, 1);

  *job = (SyTileJob){ .scene = sy_scene_ref (cache->scene), .zoom = tile->key.zoom, .tx = tile->key.tx, .ty = tile->key.ty,
                      .scale = cache->scale, .flat = copy_flat (cache), .keep_edges = cache->scale == 1,
                      .generation = cache->generation, .serial = cache->serial };
  if (!tile->far)
    {
      GatherLooks gather = { cache, g_array_new (FALSE, FALSE, sizeof (SyTileLook)) };
      SyRect area = sy_tile_cache_area (cache, &tile->key);

      sy_geometry_foreach_node (cache->scene->geometry, &area, gather_look, &gather);
      g_array_sort (gather.looks, compare_looks);
      job->looks = gather.looks;
    }
  tile->requested = TRUE;
  tile->stale = FALSE;
  cache->n_outstanding++;
  sy_tile_worker_push (cache->worker, job);
}

static void
take_tile (SyTileJob *job, gpointer data)
{
  SyTileCache *cache = data;
  SyTileEntry *tile = sy_tile_cache_find (cache, job->zoom, job->tx, job->ty);

  cache->n_outstanding--;
  if (tile != NULL && job->generation == cache->generation)
    {
      cache->bytes -= surface_bytes (tile->edges) + surface_bytes (tile->surface);
      g_clear_pointer (&tile->edges, cairo_surface_destroy);
      g_clear_pointer (&tile->surface, cairo_surface_destroy);
      tile->surface = g_steal_pointer (&job->surface);
      tile->edges = g_steal_pointer (&job->edges);
      tile->dirty = FALSE;
      tile->serial = job->serial;
      tile->used = 0;
      tile->requested = FALSE;
      sy_tile_drop_node (tile);
      cache->bytes += surface_bytes (tile->edges) + surface_bytes (tile->surface);
    }
  else if (tile != NULL)
    {
      tile->requested = FALSE;
      tile->stale = TRUE;
    }
  sy_tile_job_free (job);
  cache->ready (cache->data);
}

void
sy_tile_cache_forget_requests (SyTileCache *cache)
{
  GQueue *taken = sy_tile_worker_take_back (cache->worker);
  SyTileJob *job;

  while ((job = g_queue_pop_head (taken)) != NULL)
    {
      SyTileEntry *tile = sy_tile_cache_find (cache, job->zoom, job->tx, job->ty);

      if (tile != NULL && tile->used >= cache->frame && job->generation == cache->generation)
        {
          sy_tile_worker_push (cache->worker, job);
          continue;
        }
      if (tile != NULL)
        {
          tile->requested = FALSE;
          tile->stale = TRUE;
        }
      if (tile != NULL && tile->surface == NULL && tile->used < cache->frame)
        drop_tile (cache, tile);
      cache->n_outstanding--;
      sy_tile_job_free (job);
    }
  g_queue_free (taken);
}

/* --- what changes --- */

void
sy_tile_cache_set_scene (SyTileCache *cache, SyScene *scene, const guint8 *flat)
{
  gboolean same = scene != NULL && cache->scene != NULL && scene->geometry == cache->scene->geometry;
  GHashTableIter iter;
  SyTileEntry *tile;

  cache->generation++;
  if (scene != NULL)
    sy_scene_ref (scene);
  g_clear_pointer (&cache->scene, sy_scene_unref);
  cache->scene = scene;
  cache->flat = flat;
  sy_tile_cache_drop_painter (cache);
  g_clear_pointer (&cache->flat_copy, g_bytes_unref);
  if (!same)
    {
      drop_all (cache);
      g_array_set_size (cache->touched, 0);
      g_free (cache->changed);
      cache->changed = scene != NULL ? g_new0 (guint64, MAX (scene->geometry->n_nodes, 1)) : NULL;
      return;
    }
  g_hash_table_iter_init (&iter, cache->tiles);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &tile))
    tile->stale = TRUE;
}

#define MOST_AREAS 2000 /* more are all of it */

static gboolean
is_altered (const SyTileCache *cache, const SyTileEntry *tile, const SyRect *areas, guint n_areas)
{
  SyRect box = sy_tile_cache_area (cache, &tile->key);

  for (guint i = 0; i < n_areas && n_areas <= MOST_AREAS; i++)
    if (sy_rects_touch (&box, &areas[i]))
      return TRUE;
  return n_areas > MOST_AREAS;
}

void
sy_tile_cache_alter_scene (SyTileCache *cache, SyScene *scene, const SyRect *areas, guint n_areas)
{
  GHashTableIter iter;
  SyTileEntry *tile;

  g_return_if_fail (cache->scene != NULL && scene->geometry->n_nodes == cache->scene->geometry->n_nodes);
  cache->generation++;
  sy_scene_ref (scene);
  sy_scene_unref (cache->scene);
  cache->scene = scene;
  sy_tile_cache_drop_painter (cache);
  g_hash_table_iter_init (&iter, cache->tiles);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &tile))
    tile->stale = tile->stale || is_altered (cache, tile, areas, n_areas);
}

void
sy_tile_cache_set_output (SyTileCache *cache, int scale, gboolean textures)
{
  if (cache->scale == scale && cache->textures == textures)
    return;
  cache->scale = scale;
  cache->textures = textures;
  cache->generation++;
  drop_all (cache);
}

void
sy_tile_cache_set_animated (SyTileCache *cache, gboolean animated)
{
  cache->animated = animated;
}

void
sy_tile_cache_freeze (SyTileCache *cache, gboolean frozen)
{
  cache->frozen = frozen;
}

gsize
sy_tile_cache_get_bytes (SyTileCache *cache)
{
  return cache->bytes;
}

gboolean
sy_tile_cache_is_busy (SyTileCache *cache)
{
  return cache->n_outstanding > 0;
}

void
sy_tile_keep_memory (void)
{
#ifdef __GLIBC__
  mallopt (M_MMAP_THRESHOLD, KEPT_MEMORY);
  mallopt (M_TRIM_THRESHOLD, KEPT_MEMORY);
#endif
}

SyTileCache *
sy_tile_cache_new (SyLookOf look_of, void (*ready) (gpointer data), gpointer data)
{
  SyTileCache *cache = g_new0 (SyTileCache, 1);

  sy_tile_keep_memory ();
  cache->look_of = look_of;
  cache->ready = ready;
  cache->data = data;
  cache->scale = 1;
  cache->tiles = g_hash_table_new_full (key_hash, key_equal, tile_free, NULL);
  cache->touched = g_array_new (FALSE, FALSE, sizeof (guint32));
  cache->worker = sy_tile_worker_new (take_tile, cache);
  return cache;
}

void
sy_tile_cache_free (SyTileCache *cache)
{
  if (cache == NULL)
    return;
  g_clear_handle_id (&cache->again_source, g_source_remove);
  sy_tile_worker_free (cache->worker);
  g_hash_table_unref (cache->tiles);
  g_array_unref (cache->touched);
  sy_tile_cache_drop_painter (cache);
  g_clear_pointer (&cache->last, gsk_render_node_unref);
  g_clear_pointer (&cache->fading, gsk_render_node_unref);
  g_clear_pointer (&cache->flat_copy, g_bytes_unref);
  g_clear_pointer (&cache->scene, sy_scene_unref);
  g_free (cache->changed);
  g_free (cache);
}
