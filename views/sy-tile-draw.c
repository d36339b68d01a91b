/* sy-tile-draw.c: tiles on the screen, at their own size or at another
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-tile-cache-private.h"

#include <math.h>

#define MOST_REPAIRS_A_FRAME 8 /* by Cairo, on the main thread; the worker paints the others' tiles */
#define MOST_PIECES_A_FRAME 6  /* of tiles that are drawn by themselves */
#define MOST_REQUESTS 8         /* in one frame: the others follow when these come */
#define FADE_US 200000
#define MOST_HOLES 40           /* where tiles are missing: more, and the background is painted in one piece */
#define MOST_FLATTENED 4        /* in one frame of a moving picture */
#define FAR_BUDGET 20           /* of a frame: five tiles, so that all of a window's are new within a few frames */

static cairo_surface_t *
acquire (cairo_pattern_t *pattern, void *surface, cairo_surface_t *target, const cairo_rectangle_int_t *extents)
{
  return cairo_surface_reference (surface);
}

static void
release (cairo_pattern_t *pattern, void *data, cairo_surface_t *surface)
{
  cairo_surface_destroy (surface);
}

static cairo_status_t
copy (cairo_pattern_t *pattern, void *surface, const cairo_pattern_t *other)
{
  cairo_surface_reference (surface);
  return CAIRO_STATUS_SUCCESS;
}

static void
finish (cairo_pattern_t *pattern, void *surface)
{
  cairo_surface_destroy (surface);
}

void
sy_tile_set_source (cairo_t *cr, cairo_surface_t *surface, double x, double y)
{
  cairo_pattern_t *pattern = cairo_pattern_create_raster_source (cairo_surface_reference (surface), cairo_surface_get_content (surface),
                                                                 cairo_image_surface_get_width (surface),
                                                                 cairo_image_surface_get_height (surface));
  cairo_matrix_t matrix;

  cairo_raster_source_pattern_set_acquire (pattern, acquire, release);
  cairo_raster_source_pattern_set_copy (pattern, copy);
  cairo_raster_source_pattern_set_finish (pattern, finish);
  cairo_pattern_set_filter (pattern, CAIRO_FILTER_NEAREST);
  cairo_matrix_init_translate (&matrix, -x, -y);
  cairo_pattern_set_matrix (pattern, &matrix);
  cairo_set_source (cr, pattern);
  cairo_pattern_destroy (pattern);
}

GdkTexture *
sy_tile_make_texture (cairo_surface_t *surface)
{
  int width = cairo_image_surface_get_width (surface), height = cairo_image_surface_get_height (surface);
  gsize stride = (gsize) cairo_image_surface_get_stride (surface), n = stride * (gsize) height;
  guint32 *pixels = g_malloc (n);
  const guint32 *from;
  g_autoptr (GBytes) bytes = g_bytes_new_take (pixels, n);

  cairo_surface_flush (surface);
  from = (const guint32 *) (const void *) cairo_image_surface_get_data (surface);
  for (gsize i = 0; i < n / sizeof *pixels; i++)
    pixels[i] = from[i] | 0xff000000;
  return gdk_memory_texture_new (width, height, GDK_MEMORY_DEFAULT, bytes, stride);
}

/* At another scale than 1 Cairo looks a pixel beyond the picture, where there is nothing, and then knows no quick way: it is not let. */
static GskRenderNode *
clip_node (GskRenderNode *node, const graphene_rect_t *bounds)
{
  GskRenderNode *clip = gsk_clip_node_new (node, bounds);

  gsk_render_node_unref (node);
  return clip;
}

static void
make_node (SyTileCache *cache, SyTileEntry *tile)
{
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, SY_TILE, SY_TILE);

  if (cache->textures)
    {
      tile->texture = sy_tile_make_texture (tile->surface);
      tile->node = gsk_texture_node_new (tile->texture, &bounds);
    }
  else
    {
      cairo_t *cr;

      tile->node = gsk_cairo_node_new (&bounds);
      cr = gsk_cairo_node_get_draw_context (tile->node);
      cairo_scale (cr, 1.0 / cache->scale, 1.0 / cache->scale);
      sy_tile_set_source (cr, tile->surface, 0, 0);
      cairo_paint (cr);
      cairo_destroy (cr);
      if (cache->scale != 1)
        tile->node = clip_node (tile->node, &bounds);
    }
}

/* The picture, with what changed since over it */
static GskRenderNode *
node_of (SyTileCache *cache, SyTileEntry *tile)
{
  if (tile->node == NULL)
    make_node (cache, tile);
  if (tile->patches == NULL)
    return tile->node;
  if (tile->patched == NULL)
    tile->patched = gsk_container_node_new ((GskRenderNode **) tile->patches->pdata, tile->patches->len);
  return tile->patched;
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

static gboolean
again (gpointer data)
{
  SyTileCache *cache = data;

  cache->again_source = 0;
  cache->ready (cache->data);
  return G_SOURCE_REMOVE;
}

/*
 * Mends what is in sight, as far as the budget goes: where thousands of tasks change in a second not every tile is painted in
 * every frame, but each within a few. FALSE: something waits.
 */
static gboolean
mend (SyTileCache *cache, const Sight *s, guint64 last)
{
  SyTileBudget budget = { MOST_REPAIRS_A_FRAME, MOST_PIECES_A_FRAME, FAR_BUDGET };
  guint columns = (guint) (s->x1 - s->x0 + 1), n = columns * (guint) (s->y1 - s->y0 + 1), first = n > 0 ? cache->first % n : 0;
  gboolean moved = s->origin_x != cache->origin_x || s->origin_y != cache->origin_y || s->factor != 1, all = TRUE;
  guint flattened = moved ? MOST_FLATTENED : 0;

  for (guint i = 0; i < n; i++)
    {
      guint at = (first + i) % n;
      SyTileEntry *tile = sy_tile_cache_need (cache, s->zoom, s->x0 + (int) (at % columns), s->y0 + (int) (at / columns));

      if (tile->surface == NULL)
        continue;
      if (tile->used != last)
        sy_tile_cache_check (cache, tile);
      if (!sy_tile_cache_repair (cache, tile, &budget))
        {
          cache->first = all ? at : cache->first;
          all = FALSE;
        }
      if (tile->patches != NULL && flattened > 0)
        {
          sy_tile_cache_flatten (cache, tile);
          flattened--;
        }
    }
  return all;
}

/* Asks for what is missing. TRUE if all is there. */
static gboolean
ask (SyTileCache *cache, const Sight *s)
{
  guint requests = MOST_REQUESTS;
  gboolean complete = TRUE;

  for (int ty = s->y0; ty <= s->y1; ty++)
    for (int tx = s->x0; tx <= s->x1; tx++)
      {
        SyTileEntry *tile = sy_tile_cache_need (cache, s->zoom, tx, ty);

        complete = complete && tile->surface != NULL;
        tile->used = cache->frame;
      }
  sy_tile_cache_forget_requests (cache);
  for (int ty = s->y0; ty <= s->y1; ty++)
    for (int tx = s->x0; tx <= s->x1; tx++)
      {
        SyTileEntry *tile = sy_tile_cache_need (cache, s->zoom, tx, ty);

        if (tile->stale && !tile->requested && !cache->frozen && requests > 0)
          {
            sy_tile_cache_request (cache, tile);
            requests--;
          }
      }
  return complete;
}

/* Brings what is in sight up to date and asks for what is missing. TRUE if all is there. @waits: some of it is of yesterday. */
static gboolean
prepare (SyTileCache *cache, const Sight *s, gboolean *waits)
{
  guint64 last = cache->frame++;

  *waits = !cache->frozen && s->x1 >= s->x0 && s->y1 >= s->y0 && !mend (cache, s, last);
  cache->origin_x = s->origin_x;
  cache->origin_y = s->origin_y;
  if (*waits && cache->again_source == 0)
    cache->again_source = g_idle_add (again, cache);
  return ask (cache, s);
}

static void
draw_exact (SyTileCache *cache, GtkSnapshot *snapshot, const Sight *s)
{
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) s->origin_x, (float) s->origin_y));
  for (int ty = s->y0; ty <= s->y1; ty++)
    for (int tx = s->x0; tx <= s->x1; tx++)
      {
        SyTileEntry *tile = sy_tile_cache_find (cache, s->zoom, tx, ty);

        if (tile == NULL || tile->surface == NULL)
          continue;
        gtk_snapshot_save (snapshot);
        gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) tx * SY_TILE, (float) ty * SY_TILE));
        gtk_snapshot_append_node (snapshot, node_of (cache, tile));
        gtk_snapshot_restore (snapshot);
      }
  gtk_snapshot_restore (snapshot);
}

static gboolean
is_there (SyTileCache *cache, const Sight *s, int tx, int ty)
{
  const SyTileEntry *tile = sy_tile_cache_find (cache, s->zoom, tx, ty);

  return tile != NULL && tile->surface != NULL;
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
      if (!is_there (cache, over, tx, ty))
        return FALSE;
  return TRUE;
}

static void
scale_texture (SyTileCache *cache, GtkSnapshot *snapshot, SyTileEntry *tile, const SyRect *to)
{
  if (tile->node == NULL)
    make_node (cache, tile);
  gtk_snapshot_append_texture (snapshot, tile->texture, &GRAPHENE_RECT_INIT (to->x, to->y, to->width, to->height));
}

/* Each pixel is one of the tile's: Cairo's quick way, where the box is of whole pixels. */
static void
scale_surface (SyTileCache *cache, cairo_t *cr, SyTileEntry *tile, const SyRect *to)
{
  double side = SY_TILE * cache->scale;
  cairo_matrix_t matrix;

  cairo_matrix_init_scale (&matrix, side / to->width, side / to->height);
  cairo_matrix_translate (&matrix, -to->x, -to->y);
  sy_tile_set_source (cr, tile->surface, 0, 0);
  cairo_pattern_set_matrix (cairo_get_source (cr), &matrix);
  cairo_rectangle (cr, to->x, to->y, to->width, to->height);
  cairo_fill (cr);
}

/* @cr: NULL = textures; @over: (nullable): what will be drawn over it, where it is there */
static void
draw_scaled (SyTileCache *cache, GtkSnapshot *snapshot, cairo_t *cr, const Sight *s, const Sight *over)
{
  for (int ty = s->y0; ty <= s->y1; ty++)
    for (int tx = s->x0; tx <= s->x1; tx++)
      {
        SyTileEntry *tile = sy_tile_cache_find (cache, s->zoom, tx, ty);
        SyRect to = place_of (s, tx, ty);

        if (tile == NULL || tile->surface == NULL || (over != NULL && is_covered (cache, over, &to)))
          continue;
        tile->used = MAX (tile->used, cache->frame);
        if (cr != NULL)
          scale_surface (cache, cr, tile, &to);
        else
          scale_texture (cache, snapshot, tile, &to);
      }
}

static SyRect
box_of (const Sight *s)
{
  SyRect first = place_of (s, s->x0, s->y0), last = place_of (s, s->x1, s->y1);

  if (s->x1 < s->x0 || s->y1 < s->y0)
    return (SyRect){ 0, 0, 0, 0 };
  return (SyRect){ first.x, first.y, last.x + last.width - first.x, last.y + last.height - first.y };
}

/* @cr: NULL = nodes */
static void
fill_ground (SyTileCache *cache, GtkSnapshot *snapshot, cairo_t *cr, double x0, double y0, double x1, double y1)
{
  const SyColour *c = &cache->scene->style->canvas;
  GdkRGBA rgba = { (float) c->r, (float) c->g, (float) c->b, 1 };

  if (x1 <= x0 || y1 <= y0)
    return;
  if (cr == NULL)
    {
      gtk_snapshot_append_color (snapshot, &rgba, &GRAPHENE_RECT_INIT ((float) x0, (float) y0, (float) (x1 - x0), (float) (y1 - y0)));
      return;
    }
  cairo_set_source_rgb (cr, c->r, c->g, c->b);
  cairo_rectangle (cr, x0, y0, x1 - x0, y1 - y0);
  cairo_fill (cr);
}

static gboolean
has_many_holes (SyTileCache *cache, const Sight *s)
{
  guint n = 0;

  for (int ty = s->y0; ty <= s->y1 && n <= MOST_HOLES; ty++)
    for (int tx = s->x0; tx <= s->x1; tx++)
      n += !is_there (cache, s, tx, ty);
  return n > MOST_HOLES;
}

/* The background, where no tile of @s covers it: a pass over all of the screen costs as much as half of the tiles. @over: as of draw_scaled() */
static void
draw_ground (SyTileCache *cache, GtkSnapshot *snapshot, cairo_t *cr, const SyViewport *v, const Sight *s, const Sight *over)
{
  SyRect box = box_of (s), other = over != NULL ? box_of (over) : box;
  double x0 = CLAMP (MAX (box.x, other.x), 0, v->width), x1 = CLAMP (MIN (box.x + box.width, other.x + other.width), x0, v->width);
  double y0 = CLAMP (MAX (box.y, other.y), 0, v->height), y1 = CLAMP (MIN (box.y + box.height, other.y + other.height), y0, v->height);

  if (has_many_holes (cache, s))
    {
      fill_ground (cache, snapshot, cr, 0, 0, v->width, v->height);
      return;
    }
  fill_ground (cache, snapshot, cr, 0, 0, v->width, y0);
  fill_ground (cache, snapshot, cr, 0, y0, x0, y1);
  fill_ground (cache, snapshot, cr, x1, y0, v->width, y1);
  fill_ground (cache, snapshot, cr, 0, y1, v->width, v->height);
  for (int ty = s->y0; ty <= s->y1; ty++)
    for (int tx = s->x0; tx <= s->x1; tx++)
      if (!is_there (cache, s, tx, ty))
        {
          SyRect hole = place_of (s, tx, ty);

          fill_ground (cache, snapshot, cr, MAX (hole.x, x0), MAX (hole.y, y0), MIN (hole.x + hole.width, x1), MIN (hole.y + hole.height, y1));
        }
}

/*
 * Tiles of other zooms, for Cairo in one piece: each of them alone would have a picture of its own between. @shown: (nullable): the
 * last whole picture, under @wanted
 */
static void
draw_other_zooms (SyTileCache *cache, GtkSnapshot *snapshot, const SyViewport *v, const Sight *shown, const Sight *wanted)
{
  cairo_t *cr = cache->textures ? NULL : gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) v->width, (float) v->height));

  if (cr != NULL)
    {
      cairo_set_operator (cr, CAIRO_OPERATOR_SOURCE);
      cairo_set_antialias (cr, CAIRO_ANTIALIAS_NONE);
    }
  if (cr == NULL)
    fill_ground (cache, snapshot, NULL, 0, 0, v->width, v->height);
  else
    draw_ground (cache, snapshot, cr, v, shown != NULL ? shown : wanted, shown != NULL ? wanted : NULL);
  if (shown != NULL)
    draw_scaled (cache, snapshot, cr, shown, wanted);
  if (wanted->factor != 1)
    draw_scaled (cache, snapshot, cr, wanted, NULL);
  g_clear_pointer (&cr, cairo_destroy);
}

/* The step of √2 nearest to a zoom: what is painted while it changes */
static double
step_of (double zoom)
{
  return exp2 (round (log2 (zoom) * 2) / 2);
}

/* The picture of the former layout goes, that of the new one is there below it. TRUE: it is still going. */
static gboolean
append_fading (SyTileCache *cache, GtkSnapshot *snapshot)
{
  double left = cache->animated ? 1 - (double) (g_get_monotonic_time () - cache->fade_begin) / FADE_US : 0;

  if (cache->fading == NULL)
    return FALSE;
  if (left <= 0)
    {
      g_clear_pointer (&cache->fading, gsk_render_node_unref);
      return FALSE;
    }
  gtk_snapshot_push_opacity (snapshot, left);
  gtk_snapshot_append_node (snapshot, cache->fading);
  gtk_snapshot_pop (snapshot);
  if (cache->again_source == 0)
    cache->again_source = g_idle_add (again, cache);
  return TRUE;
}

static void
begin_fading (SyTileCache *cache)
{
  g_clear_pointer (&cache->fading, gsk_render_node_unref);
  cache->fading = g_steal_pointer (&cache->last);
  cache->fade_begin = g_get_monotonic_time ();
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
  gboolean complete, under, waits;
  Sight wanted, shown;

  if (cache->scene == NULL || v->width < 1)
    return TRUE;
  if (cache->scene->geometry->n_nodes == 0)
    {
      fill_ground (cache, snapshot, NULL, 0, 0, v->width, v->height);
      return TRUE;
    }
  tiles = gtk_snapshot_new ();
  sy_tile_cache_spread_touches (cache);
  cache->wanted_zoom = moving ? step_of (v->zoom) : v->zoom;
  wanted = look_at (cache, v, cache->wanted_zoom);
  complete = prepare (cache, &wanted, &waits);
  under = !complete && cache->shown_zoom > 0 && cache->shown_zoom != cache->wanted_zoom;
  if (under)
    shown = look_at (cache, v, cache->shown_zoom);
  if (under || wanted.factor != 1)
    draw_other_zooms (cache, tiles, v, under ? &shown : NULL, &wanted);
  else
    draw_ground (cache, tiles, NULL, v, &wanted, NULL);
  if (wanted.factor == 1)
    draw_exact (cache, tiles, &wanted);
  if (complete && cache->shown_zoom == 0 && cache->last != NULL)
    begin_fading (cache);
  if (complete)
    cache->shown_zoom = cache->wanted_zoom;
  node = gtk_snapshot_to_node (tiles);
  if (complete && node != NULL)
    keep_last (cache, node);
  if (!complete && cache->shown_zoom == 0 && cache->last != NULL)
    gtk_snapshot_append_node (snapshot, cache->last);
  else if (node != NULL)
    gtk_snapshot_append_node (snapshot, node);
  waits |= append_fading (cache, snapshot);
  sy_tile_cache_shrink (cache);
  return complete && !waits;
}

