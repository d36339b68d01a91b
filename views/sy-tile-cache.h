/* sy-tile-cache.h: tiles of the picture, painted by a worker, kept as render nodes
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/scene/sy-scene.h"
#include "views/scene/sy-viewport.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SY_TILE_BYTES (64u * 1024 * 1024)   /* never more pixels than this */
#define SY_TILE_BYTES_1 (40u * 1024 * 1024) /* at scale 1, where four windows full are enough */

/*
 * Main thread only. The worker paints whole tiles from an immutable scene and a copy of the states; the main thread
 * repairs what a change of state touches: far tiles by painting the boxes over the kept edges, near ones by painting
 * the task anew. A tile that is not there yet shows what another zoom has.
 */
typedef struct _SyTileCache SyTileCache;

/* @look_of: on the main thread; @ready: tiles have come, draw again */
SyTileCache *sy_tile_cache_new (SyLookOf look_of, void (*ready) (gpointer data), gpointer data);
void sy_tile_cache_free (SyTileCache *cache);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyTileCache, sy_tile_cache_free)

/* @scene: (nullable); @flat: (transfer none): the states, by task index; must live until the next call */
void sy_tile_cache_set_scene (SyTileCache *cache, SyScene *scene, const guint8 *flat);
/*
 * The same tasks, but some elsewhere or not painted for now: tiles that touch none of @areas (world) stay as they are, the others
 * until the worker has them anew.
 */
void sy_tile_cache_alter_scene (SyTileCache *cache, SyScene *scene, const SyRect *areas, guint n_areas);
/* Frozen: shows what it has, asks for nothing: the tasks are other ones already, their layout is not there yet. */
void sy_tile_cache_freeze (SyTileCache *cache, gboolean frozen);
/* A new layout takes the place of the former one within 200 ms, not at once. */
void sy_tile_cache_set_animated (SyTileCache *cache, gboolean animated);
/* @textures: for a renderer on the GPU; else image surfaces */
void sy_tile_cache_set_output (SyTileCache *cache, int scale, gboolean textures);
/* The task looks different now; @edges: so do its edges. */
void sy_tile_cache_touch (SyTileCache *cache, guint32 index, gboolean edges);
/* All tasks may look different. */
void sy_tile_cache_touch_all (SyTileCache *cache);

/* @moving: the zoom changes right now: steps of √2 are painted, the exact size when it rests. Covers all of the viewport. TRUE if everything in sight is there. */
gboolean sy_tile_cache_snapshot (SyTileCache *cache, GtkSnapshot *snapshot, const SyViewport *viewport, gboolean moving);

/*
 * Tiles, and pictures of the window's size, come and go many times a second. glibc would ask the kernel for each and give it back, and a
 * third of the time of a frame would be page faults (see mallopt(3)). Who draws such calls it once.
 */
void sy_tile_keep_memory (void);
gsize sy_tile_cache_get_bytes (SyTileCache *cache);
gboolean sy_tile_cache_is_busy (SyTileCache *cache);

G_END_DECLS
