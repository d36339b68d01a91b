/* sy-tile-worker.h: the thread that paints tiles
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/scene/sy-scene.h"

G_BEGIN_DECLS

/* A task and how it looked when the tile was asked for */
typedef struct
{
  guint32 index;
  SyLook look;
} SyTileLook;

/* Everything a tile is painted from, and the result. Owned by one thread at a time. */
typedef struct
{
  SyScene *scene;       /* (owned) */
  double zoom;
  int tx, ty, scale;
  GBytes *flat;         /* (owned) */
  GArray *looks;        /* (owned) (nullable) near: SyTileLook, ascending */
  gboolean keep_edges;  /* the picture without the tasks is wanted too */
  guint generation;     /* of the scene */
  guint64 serial;       /* of the states */
  gint64 paint_us;      /* CPU time it took */
  cairo_surface_t *surface;     /* (owned) (nullable) the result */
  cairo_surface_t *edges;       /* (owned) (nullable) that */
} SyTileJob;

void sy_tile_job_free (SyTileJob *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyTileJob, sy_tile_job_free)
/* Paints it here and now. */
void sy_tile_job_paint (SyTileJob *job);

/* @done: on the main context that made the worker; takes the job */
typedef void (*SyTileDone) (SyTileJob *job, gpointer data);
typedef struct _SyTileWorker SyTileWorker;
SyTileWorker *sy_tile_worker_new (SyTileDone done, gpointer data);
/* Waits for the tile under the brush. */
void sy_tile_worker_free (SyTileWorker *worker);
void sy_tile_worker_push (SyTileWorker *worker, SyTileJob *job);
/* Takes back what was not begun; the caller frees or pushes it again. */
GQueue *sy_tile_worker_take_back (SyTileWorker *worker);

G_END_DECLS
