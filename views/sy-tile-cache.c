/* sy-tile-cache.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-tile-cache.h"

#include "views/sy-tile-worker.h"

#include <math.h>
#include <string.h>

#define MOST_REPAIRS 12         /* of one near tile in one frame: more, and it is painted anew by the worker */
#define MOST_REPAIRS_A_FRAME 40
#define MOST_REQUESTS 8          /* in one frame: the others follow when these come */
#define MOST_EDGES 48           /* under one repair: more, and the worker does it */

typedef struct
{
  double zoom;
  int tx, ty;
} TileKey;

typedef struct
{
  TileKey key;
  gboolean far;
  gboolean stale;       /* to be painted anew */
  gboolean requested;
  gboolean dirty;       /* far: tasks to be painted over the edges again */
  guint64 serial;       /* of the states it shows */
  guint64 used;         /* frame */
  cairo_surface_t *edges;       /* (owned) (nullable) far */
  cairo_surface_t *surface;     /* (owned) (nullable): not there yet */
  GskRenderNode *node;          /* (owned) (nullable) at the tile's own origin */
  GdkTexture *texture;          /* (owned) (nullable) */
  GArray *repairs;              /* (owned) (nullable) near: task indices */
} Tile;

struct _SyTileCache
{
  SyTileWorker *worker;
  SyLookOf look_of;
  void (*ready) (gpointer data);
  gpointer data;
  SyScene *scene;       /* (owned) (nullable) */
  const guint8 *flat;   /* borrowed */
  GBytes *flat_copy;    /* (owned) (nullable) of flat at flat_serial */
  guint64 flat_serial;
  guint64 *changed;     /* (owned) by index: serial of the last touch */
  guint64 serial, all_serial;   /* of all touches; of the last touch of all */
  GArray *touched;      /* guint32, since the last frame */
  guint generation;
  guint64 frame;
  int scale;
  gboolean textures, frozen;
  GskRenderNode *last;  /* (owned) (nullable) the last whole picture */
  GHashTable *tiles;    /* Tile by its key */
  gsize bytes;
  guint n_outstanding;
  double shown_zoom;    /* the last zoom of which everything was there; 0 = none */
  double wanted_zoom;
  SyPainter painter;    /* for repairs */
  gboolean painter_set;
};

/* --- tiles --- */

static guint
key_hash (gconstpointer data)
{
  const TileKey *key = data;

  return g_double_hash (&key->zoom) ^ (guint) key->tx * 73856093u ^ (guint) key->ty * 19349663u;
}

static gboolean
key_equal (gconstpointer a, gconstpointer b)
{
  const TileKey *x = a, *y = b;

  return x->zoom == y->zoom && x->tx == y->tx && x->ty == y->ty;
}

static gsize
surface_bytes (cairo_surface_t *surface)
{
  return surface == NULL ? 0 : (gsize) cairo_image_surface_get_stride (surface) * (gsize) cairo_image_surface_get_height (surface);
}

static void
tile_free (gpointer data)
{
  Tile *tile = data;

  g_clear_pointer (&tile->node, gsk_render_node_unref);
  g_clear_object (&tile->texture);
  g_clear_pointer (&tile->edges, cairo_surface_destroy);
  g_clear_pointer (&tile->surface, cairo_surface_destroy);
  g_clear_pointer (&tile->repairs, g_array_unref);
  g_free (tile);
}

static Tile *
find_tile (SyTileCache *cache, double zoom, int tx, int ty)
{
  TileKey key = { zoom, tx, ty };

  return g_hash_table_lookup (cache->tiles, &key);
}

static void
drop_node (Tile *tile)
{
  g_clear_pointer (&tile->node, gsk_render_node_unref);
  g_clear_object (&tile->texture);
}

static void
drop_tile (SyTileCache *cache, Tile *tile)
{
  cache->bytes -= surface_bytes (tile->edges) + surface_bytes (tile->surface);
  g_hash_table_remove (cache->tiles, &tile->key);
}

static void
drop_all (SyTileCache *cache)
{
  if (cache->scene == NULL)
    g_clear_pointer (&cache->last, gsk_render_node_unref);
  g_hash_table_remove_all (cache->tiles);
  cache->bytes = 0;
  cache->shown_zoom = 0;
}

/* The least recently drawn go first; what is on the screen stays. */
static void
shrink (SyTileCache *cache)
{
  while (cache->bytes > SY_TILE_BYTES)
    {
      GHashTableIter iter;
      Tile *tile, *oldest = NULL;

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

/* World: what a tile shows, with room for what sticks into it */
static SyRect
tile_area (const SyTileCache *cache, const TileKey *key)
{
  float side = (float) (SY_TILE / key->zoom), room = (float) (SY_PAINT_MARGIN * cache->scene->font_scale);

  return (SyRect){ (float) key->tx * side - room, (float) key->ty * side - room, side + 2 * room, side + 2 * room };
}

static void
request_tile (SyTileCache *cache, Tile *tile)
{
  SyTileJob *job = g_new0 (SyTileJob, 1);

  *job = (SyTileJob){ .scene = sy_scene_ref (cache->scene), .zoom = tile->key.zoom, .tx = tile->key.tx, .ty = tile->key.ty,
                      .scale = cache->scale, .flat = copy_flat (cache), .keep_edges = tile->far && cache->scale == 1,
                      .generation = cache->generation, .serial = cache->serial };
  if (!tile->far)
    {
      GatherLooks gather = { cache, g_array_new (FALSE, FALSE, sizeof (SyTileLook)) };
      SyRect area = tile_area (cache, &tile->key);

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
  Tile *tile = find_tile (cache, job->zoom, job->tx, job->ty);

  cache->n_outstanding--;
  if (tile != NULL && job->generation == cache->generation)
    {
      cache->bytes -= surface_bytes (tile->edges) + surface_bytes (tile->surface);
      g_clear_pointer (&tile->edges, cairo_surface_destroy);
      g_clear_pointer (&tile->surface, cairo_surface_destroy);
      tile->surface = g_steal_pointer (&job->surface);
      if (job->keep_edges)
        {
          tile->edges = g_steal_pointer (&tile->surface);
          tile->surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, SY_TILE, SY_TILE);
        }
      tile->dirty = job->keep_edges;
      tile->serial = job->serial;
      tile->used = 0;
      tile->requested = FALSE;
      drop_node (tile);
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

/* What was asked for and is not in sight any more is not painted. */
static void
forget_requests (SyTileCache *cache)
{
  GQueue *taken = sy_tile_worker_take_back (cache->worker);
  SyTileJob *job;

  while ((job = g_queue_pop_head (taken)) != NULL)
    {
      Tile *tile = find_tile (cache, job->zoom, job->tx, job->ty);

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

/* --- repairs on the main thread --- */

static void
add_repair (Tile *tile, guint32 index)
{
  if (tile->far)
    {
      tile->dirty = TRUE;
      return;
    }
  if (tile->repairs == NULL)
    tile->repairs = g_array_new (FALSE, FALSE, sizeof (guint32));
  if (tile->repairs->len >= MOST_REPAIRS)
    tile->stale = TRUE;
  else
    g_array_append_val (tile->repairs, index);
}

typedef struct
{
  SyTileCache *cache;
  Tile *tile;
} Check;

static void
check_task (guint32 index, gpointer data)
{
  Check *check = data;

  if (check->cache->changed[index] > check->tile->serial)
    add_repair (check->tile, index);
}

/* A tile that was not on the screen: what changed meanwhile? */
static void
check_tile (SyTileCache *cache, Tile *tile)
{
  Check check = { cache, tile };
  SyRect area = tile_area (cache, &tile->key);

  if (tile->serial >= cache->serial)
    return;
  if (cache->all_serial > tile->serial || tile->far)
    {
      tile->dirty = tile->far;
      tile->stale = tile->stale || !tile->far;
    }
  else
    sy_geometry_foreach_node (cache->scene->geometry, &area, check_task, &check);
}

static void
tiles_of_box (const SyRect *box, double room, int *x0, int *y0, int *x1, int *y1)
{
  *x0 = (int) floor ((box->x - room) / SY_TILE);
  *y0 = (int) floor ((box->y - room) / SY_TILE);
  *x1 = (int) floor ((box->x + box->width + room) / SY_TILE);
  *y1 = (int) floor ((box->y + box->height + room) / SY_TILE);
}

/* Tiles that were in the last frame are told of each task touched since. */
static void
spread_touches (SyTileCache *cache)
{
  double zoom = cache->wanted_zoom;

  for (guint i = 0; i < cache->touched->len && zoom > 0; i++)
    {
      guint32 index = g_array_index (cache->touched, guint32, i);
      SyRect box = sy_scene_box (cache->scene, zoom, index);
      int x0, y0, x1, y1;

      tiles_of_box (&box, MAX (SY_PAINT_MARGIN * zoom * cache->scene->font_scale, 8), &x0, &y0, &x1, &y1);
      for (int ty = y0; ty <= y1; ty++)
        for (int tx = x0; tx <= x1; tx++)
          {
            Tile *tile = find_tile (cache, zoom, tx, ty);

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

static void
drop_painter (SyTileCache *cache)
{
  if (cache->painter_set)
    sy_painter_clear (&cache->painter);
  cache->painter_set = FALSE;
}

static void
repair_task (SyTileCache *cache, Tile *tile, cairo_t *cr, guint32 index)
{
  SyScenePart part = { cache->scene, tile->key.zoom, cache->scale, cache->flat };
  SyRect box = sy_scene_box (cache->scene, tile->key.zoom, index);
  float room = (float) ceil (SY_PAINT_MARGIN * tile->key.zoom * cache->scene->font_scale);

  box = (SyRect){ box.x - room, box.y - room, box.width + 2 * room, box.height + 2 * room };
  if (sy_scene_count_edges (&part, &box) > MOST_EDGES)
    tile->stale = TRUE;
  else
    sy_scene_paint_near (&part, get_painter (cache, tile->key.zoom), cr, &box, cache->look_of, cache->data);
}

static void
repair_near (SyTileCache *cache, Tile *tile, guint *budget)
{
  cairo_t *cr;

  if (tile->repairs->len > *budget)
    tile->stale = TRUE;
  else
    {
      *budget -= tile->repairs->len;
      cr = cairo_create (tile->surface);
      cairo_scale (cr, cache->scale, cache->scale);
      cairo_translate (cr, -(double) tile->key.tx * SY_TILE, -(double) tile->key.ty * SY_TILE);
      for (guint i = 0; i < tile->repairs->len; i++)
        repair_task (cache, tile, cr, g_array_index (tile->repairs, guint32, i));
      cairo_destroy (cr);
    }
  g_array_set_size (tile->repairs, 0);
  drop_node (tile);
}

static void
repair_tile (SyTileCache *cache, Tile *tile, guint *budget)
{
  if (tile->dirty && tile->edges != NULL)
    {
      SyScenePart part = { cache->scene, tile->key.zoom, cache->scale, cache->flat };

      sy_scene_compose_far (&part, tile->key.tx, tile->key.ty, tile->edges, tile->surface);
      drop_node (tile);
    }
  else if (tile->dirty)
    tile->stale = TRUE;
  tile->dirty = FALSE;
  if (tile->repairs != NULL && tile->repairs->len > 0)
    repair_near (cache, tile, budget);
  tile->serial = cache->serial;
}

/* --- drawing --- */

static void
make_node (SyTileCache *cache, Tile *tile)
{
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, SY_TILE, SY_TILE);

  if (cache->textures)
    {
      gsize stride = (gsize) cairo_image_surface_get_stride (tile->surface);
      g_autoptr (GBytes) pixels = NULL;

      cairo_surface_flush (tile->surface);
      pixels = g_bytes_new (cairo_image_surface_get_data (tile->surface), surface_bytes (tile->surface));
      tile->texture = gdk_memory_texture_new (SY_TILE * cache->scale, SY_TILE * cache->scale, GDK_MEMORY_B8G8R8A8_PREMULTIPLIED, pixels,
                                              stride);
      tile->node = gsk_texture_node_new (tile->texture, &bounds);
    }
  else
    {
      cairo_t *cr;

      tile->node = gsk_cairo_node_new (&bounds);
      cr = gsk_cairo_node_get_draw_context (tile->node);
      cairo_scale (cr, 1.0 / cache->scale, 1.0 / cache->scale);
      cairo_set_source_surface (cr, tile->surface, 0, 0);
      cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_NEAREST);
      cairo_paint (cr);
      cairo_destroy (cr);
    }
}

/* A tile of one zoom on the screen of another; @cr: NULL = textures */
static void
append_scaled (SyTileCache *cache, GtkSnapshot *snapshot, cairo_t *cr, Tile *tile, const SyRect *to)
{
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (to->x, to->y, to->width, to->height);
  double side = SY_TILE * cache->scale;

  if (cr == NULL)
    {
      if (tile->node == NULL)
        make_node (cache, tile);
      gtk_snapshot_append_texture (snapshot, tile->texture, &bounds);
      return;
    }
  cairo_save (cr);
  cairo_translate (cr, to->x, to->y);
  cairo_scale (cr, to->width / side, to->height / side);
  cairo_set_source_surface (cr, tile->surface, 0, 0);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_FAST);
  cairo_pattern_set_extend (cairo_get_source (cr), CAIRO_EXTEND_PAD);
  cairo_set_antialias (cr, CAIRO_ANTIALIAS_NONE);
  cairo_rectangle (cr, 0, 0, side, side);
  cairo_fill (cr);
  cairo_restore (cr);
}

typedef struct
{
  double zoom;          /* of the tiles */
  double origin_x, origin_y;    /* screen: of the picture, whole pixels */
  double factor;        /* screen pixels a pixel of the tiles */
  int x0, y0, x1, y1;   /* tiles in sight, both included; none where x1 < x0 */
} Sight;

static Sight
look_at (const SyTileCache *cache, const SyViewport *v, double zoom)
{
  const SyRect *b = &cache->scene->geometry->bounds;
  double factor = v->zoom / zoom, room = SY_PAINT_MARGIN * cache->scene->font_scale;
  Sight s = { zoom, -round (v->x * v->zoom), -round (v->y * v->zoom), factor, 0, 0, 0, 0 };
  double side = SY_TILE * factor, most = SY_TILE / zoom;

  s.x0 = (int) floor (MAX (-s.origin_x / side, (b->x - room) / most));
  s.y0 = (int) floor (MAX (-s.origin_y / side, (b->y - room) / most));
  s.x1 = (int) floor (MIN ((v->width - 1 - s.origin_x) / side, (b->x + b->width + room) / most));
  s.y1 = (int) floor (MIN ((v->height - 1 - s.origin_y) / side, (b->y + b->height + room) / most));
  return s;
}

static SyRect
place_of (const Sight *s, int tx, int ty)
{
  double side = SY_TILE * s->factor;
  double x0 = round (s->origin_x + tx * side), y0 = round (s->origin_y + ty * side);
  double x1 = round (s->origin_x + (tx + 1) * side), y1 = round (s->origin_y + (ty + 1) * side);

  return (SyRect){ (float) x0, (float) y0, (float) (x1 - x0), (float) (y1 - y0) };
}

static Tile *
need_tile (SyTileCache *cache, const Sight *s, int tx, int ty)
{
  Tile *tile = find_tile (cache, s->zoom, tx, ty);

  if (tile == NULL)
    {
      tile = g_new0 (Tile, 1);
      tile->key = (TileKey){ s->zoom, tx, ty };
      tile->far = sy_scene_is_far (cache->scene, s->zoom);
      tile->stale = TRUE;
      g_hash_table_add (cache->tiles, tile);
    }
  return tile;
}

/* Brings what is in sight up to date and asks for what is missing. TRUE if all is there. */
static gboolean
prepare (SyTileCache *cache, const Sight *s)
{
  gboolean complete = TRUE;
  guint budget = MOST_REPAIRS_A_FRAME, requests = MOST_REQUESTS;
  guint64 last = cache->frame++;

  for (int ty = s->y0; ty <= s->y1; ty++)
    for (int tx = s->x0; tx <= s->x1; tx++)
      {
        Tile *tile = need_tile (cache, s, tx, ty);

        if (tile->surface != NULL && !cache->frozen)
          {
            if (tile->used != last)
              check_tile (cache, tile);
            repair_tile (cache, tile, &budget);
          }
        complete = complete && tile->surface != NULL;
        tile->used = cache->frame;
      }
  forget_requests (cache);
  for (int ty = s->y0; ty <= s->y1; ty++)
    for (int tx = s->x0; tx <= s->x1; tx++)
      {
        Tile *tile = need_tile (cache, s, tx, ty);

        if (tile->stale && !tile->requested && !cache->frozen && requests > 0)
          {
            request_tile (cache, tile);
            requests--;
          }
      }
  return complete;
}

static void
draw_exact (SyTileCache *cache, GtkSnapshot *snapshot, const Sight *s)
{
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) s->origin_x, (float) s->origin_y));
  for (int ty = s->y0; ty <= s->y1; ty++)
    for (int tx = s->x0; tx <= s->x1; tx++)
      {
        Tile *tile = find_tile (cache, s->zoom, tx, ty);

        if (tile == NULL || tile->surface == NULL)
          continue;
        if (tile->node == NULL)
          make_node (cache, tile);
        gtk_snapshot_save (snapshot);
        gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) tx * SY_TILE, (float) ty * SY_TILE));
        gtk_snapshot_append_node (snapshot, tile->node);
        gtk_snapshot_restore (snapshot);
      }
  gtk_snapshot_restore (snapshot);
}

/* Is all of a place on the screen covered by tiles of the wanted zoom? */
static gboolean
is_covered (SyTileCache *cache, const Sight *over, const SyRect *place)
{
  double side = SY_TILE * over->factor;
  int x0 = (int) floor ((place->x - over->origin_x) / side), x1 = (int) floor ((place->x + place->width - 1 - over->origin_x) / side);
  int y0 = (int) floor ((place->y - over->origin_y) / side), y1 = (int) floor ((place->y + place->height - 1 - over->origin_y) / side);

  for (int ty = MAX (y0, over->y0); ty <= MIN (y1, over->y1); ty++)
    for (int tx = MAX (x0, over->x0); tx <= MIN (x1, over->x1); tx++)
      {
        const Tile *tile = find_tile (cache, over->zoom, tx, ty);

        if (tile == NULL || tile->surface == NULL)
          return FALSE;
      }
  return TRUE;
}

/* @over: (nullable): what will be drawn over it, where it is there */
static void
draw_scaled (SyTileCache *cache, GtkSnapshot *snapshot, const SyViewport *v, const Sight *s, const Sight *over)
{
  cairo_t *cr = NULL;

  if (!cache->textures)
    cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) v->width, (float) v->height));
  for (int ty = s->y0; ty <= s->y1; ty++)
    for (int tx = s->x0; tx <= s->x1; tx++)
      {
        Tile *tile = find_tile (cache, s->zoom, tx, ty);
        SyRect to = place_of (s, tx, ty);

        if (tile == NULL || tile->surface == NULL || (over != NULL && is_covered (cache, over, &to)))
          continue;
        tile->used = MAX (tile->used, cache->frame);
        append_scaled (cache, snapshot, cr, tile, &to);
      }
  if (cr != NULL)
    cairo_destroy (cr);
}

/* The step of √2 nearest to a zoom: what is painted while it changes */
static double
step_of (double zoom)
{
  return exp2 (round (log2 (zoom) * 2) / 2);
}

static void
keep_last (SyTileCache *cache, GskRenderNode *node)
{
  g_clear_pointer (&cache->last, gsk_render_node_unref);
  cache->last = gsk_render_node_ref (node);
}

gboolean
sy_tile_cache_snapshot (SyTileCache *cache, GtkSnapshot *snapshot, const SyViewport *v, gboolean moving)
{
  g_autoptr (GtkSnapshot) tiles = NULL;
  g_autoptr (GskRenderNode) node = NULL;
  gboolean complete;
  Sight wanted;

  if (cache->scene == NULL || cache->scene->geometry->n_nodes == 0 || v->width < 1)
    return TRUE;
  tiles = gtk_snapshot_new ();
  spread_touches (cache);
  cache->wanted_zoom = moving ? step_of (v->zoom) : v->zoom;
  wanted = look_at (cache, v, cache->wanted_zoom);
  complete = prepare (cache, &wanted);
  if (!complete && cache->shown_zoom > 0 && cache->shown_zoom != cache->wanted_zoom)
    {
      Sight shown = look_at (cache, v, cache->shown_zoom);

      draw_scaled (cache, tiles, v, &shown, &wanted);
    }
  if (wanted.factor == 1)
    draw_exact (cache, tiles, &wanted);
  else
    draw_scaled (cache, tiles, v, &wanted, NULL);
  if (complete)
    cache->shown_zoom = cache->wanted_zoom;
  node = gtk_snapshot_to_node (tiles);
  if (complete && node != NULL)
    keep_last (cache, node);
  if (!complete && cache->shown_zoom == 0 && cache->last != NULL)
    gtk_snapshot_append_node (snapshot, cache->last);
  else if (node != NULL)
    gtk_snapshot_append_node (snapshot, node);
  shrink (cache);
  return complete;
}

/* --- what changes --- */

static void
mark_stale (SyTileCache *cache, const SyRect *area)
{
  GHashTableIter iter;
  Tile *tile;

  g_hash_table_iter_init (&iter, cache->tiles);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &tile))
    {
      SyRect own = tile_area (cache, &tile->key);

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
  Tile *tile;

  cache->all_serial = ++cache->serial;
  g_array_set_size (cache->touched, 0);
  g_hash_table_iter_init (&iter, cache->tiles);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &tile))
    {
      tile->dirty = tile->far;
      tile->stale = tile->stale || !tile->far;
    }
}

void
sy_tile_cache_set_scene (SyTileCache *cache, SyScene *scene, const guint8 *flat)
{
  gboolean same = scene != NULL && cache->scene != NULL && scene->geometry == cache->scene->geometry;
  GHashTableIter iter;
  Tile *tile;

  cache->generation++;
  if (scene != NULL)
    sy_scene_ref (scene);
  g_clear_pointer (&cache->scene, sy_scene_unref);
  cache->scene = scene;
  cache->flat = flat;
  drop_painter (cache);
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

SyTileCache *
sy_tile_cache_new (SyLookOf look_of, void (*ready) (gpointer data), gpointer data)
{
  SyTileCache *cache = g_new0 (SyTileCache, 1);

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
  sy_tile_worker_free (cache->worker);
  g_hash_table_unref (cache->tiles);
  g_array_unref (cache->touched);
  drop_painter (cache);
  g_clear_pointer (&cache->last, gsk_render_node_unref);
  g_clear_pointer (&cache->flat_copy, g_bytes_unref);
  g_clear_pointer (&cache->scene, sy_scene_unref);
  g_free (cache->changed);
  g_free (cache);
}
