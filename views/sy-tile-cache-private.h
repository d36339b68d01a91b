/* sy-tile-cache-private.h: what the tile cache's files share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-tile-cache.h"
#include "views/sy-tile-worker.h"

G_BEGIN_DECLS

typedef struct
{
  double zoom;
  int tx, ty;
} SyTileKey;

typedef struct
{
  SyTileKey key;
  gboolean far;
  gboolean stale;       /* to be painted anew */
  gboolean requested;
  gboolean dirty;       /* far: tasks to be painted over the edges again */
  guint64 serial;       /* of the states it shows */
  guint64 used;         /* frame */
  cairo_surface_t *edges;       /* (owned) (nullable) the picture without the tasks, at scale 1 */
  cairo_surface_t *surface;     /* (owned) (nullable): not there yet */
  GskRenderNode *node;          /* (owned) (nullable) the picture, at the tile's own origin */
  GPtrArray *patches;           /* (owned) (nullable) GskRenderNode: the picture, and what changed since over it */
  GskRenderNode *patched;       /* (owned) (nullable) all of these */
  GdkTexture *texture;          /* (owned) (nullable) */
  GArray *repairs;              /* (owned) (nullable) task indices */
} SyTileEntry;

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
  GskRenderNode *fading;/* (owned) (nullable) the picture of a former layout, on its way out */
  gint64 fade_begin;
  gboolean animated;
  GHashTable *tiles;    /* SyTileEntry by its key */
  gsize bytes;
  guint n_outstanding;
  double shown_zoom;    /* the last zoom of which everything was there; 0 = none */
  double wanted_zoom;
  double origin_x, origin_y;    /* of the last frame */
  guint first;          /* which tile in sight comes first where not all can be mended in one frame */
  guint again_source;   /* some tile waits */
  SyPainter painter;    /* for repairs */
  gboolean painter_set;
};


/* --- sy-tile-cache.c --- */
SyTileEntry *sy_tile_cache_find (SyTileCache *cache, double zoom, int tx, int ty);
/* The same, made if it is not there */
SyTileEntry *sy_tile_cache_need (SyTileCache *cache, double zoom, int tx, int ty);
void sy_tile_cache_request (SyTileCache *cache, SyTileEntry *tile);
/* What was asked for and is not in sight any more is not painted. */
void sy_tile_cache_forget_requests (SyTileCache *cache);
/* The least recently drawn go first; what is on the screen stays. */
void sy_tile_cache_shrink (SyTileCache *cache);
/* The tile's picture has changed: what is on the screen is made from it anew. */
void sy_tile_drop_node (SyTileEntry *tile);
void sy_tile_drop_patches (SyTileEntry *tile);
/* World: what a tile shows, with room for what sticks into it */
SyRect sy_tile_cache_area (const SyTileCache *cache, const SyTileKey *key);

/* --- sy-tile-repair.c --- */
/* A tile that was not on the screen: what changed meanwhile? */
void sy_tile_cache_check (SyTileCache *cache, SyTileEntry *tile);
/* Tiles that were in the last frame are told of each task touched since. */
void sy_tile_cache_spread_touches (SyTileCache *cache);
/* What may be spent in one frame */
typedef struct
{
  guint near;           /* tasks painted by Cairo */
  guint pieces;         /* of these, drawn by themselves and not with all of their tile */
  guint far;            /* SY_TILE_COMPOSING for a whole tile, 1 for a patch */
} SyTileBudget;
#define SY_TILE_COMPOSING 4
/* Brings a tile up to date. FALSE: the budget did not allow it, the tile waits for the next frame. */
gboolean sy_tile_cache_repair (SyTileCache *cache, SyTileEntry *tile, SyTileBudget *budget);
/* Paints what patches show into the tile itself: many small pieces are slow to move. */
void sy_tile_cache_flatten (SyTileCache *cache, SyTileEntry *tile);
void sy_tile_cache_drop_painter (SyTileCache *cache);

/* --- sy-tile-draw.c --- */
/* Of an RGB24 surface, in whose pixels nobody says that they are opaque. (transfer full) */
GdkTexture *sy_tile_make_texture (cairo_surface_t *surface);
/* As cairo_set_source_surface(), without the copy that Cairo makes of a surface which changes after it was recorded. */
void sy_tile_set_source (cairo_t *cr, cairo_surface_t *surface, double x, double y);

G_END_DECLS
