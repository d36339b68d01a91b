/* sy-scene.h: the picture of a workflow, painted in tiles
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/scene/sy-paint.h"

G_BEGIN_DECLS

#define SY_TILE 256 /* device-independent pixels */

/*
 * What a picture is painted from beside the states of the tasks. Atomic reference count; immutable after
 * construction, so that a worker paints from it while the main thread makes the next one.
 */
typedef struct
{
  gatomicrefcount ref_count;
  SyGeometry *geometry; /* (owned) */
  const SyStyle *style; /* static */
  char *font;           /* (owned) (nullable) family, as a Pango font description */
  double font_scale;
  gboolean all_edges;   /* also the transitively implied ones */
  gboolean quiet_edges; /* something is sought or previewed: edges step back */
  guint8 *critical;     /* (owned) (nullable) by task index: on the critical path */
  guint8 *hidden;       /* (owned) (nullable) by task index: not painted, nor are its edges: it is on its way elsewhere */
} SyScene;

/* @font, @critical: (nullable); @critical is copied */
SyScene *sy_scene_new (SyGeometry *geometry, const SyStyle *style, const char *font, double font_scale, gboolean all_edges,
                       gboolean quiet_edges, const guint8 *critical);
/* Before it is shared. @hidden: (nullable): copied */
void sy_scene_hide (SyScene *scene, const guint8 *hidden);
SyScene *sy_scene_ref (SyScene *scene);
void sy_scene_unref (SyScene *scene);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyScene, sy_scene_unref)

/* One byte a task is all that far zoom and edges need of its state. */
#define SY_FLAT_STATE 0x0f
#define SY_FLAT_PLANNED 0x10 /* will run, says the preview */
#define SY_FLAT_DIMMED 0x20

/* A part of the picture at one zoom. Pixels of the picture: world · zoom; @area is in them. */
typedef struct
{
  const SyScene *scene;
  double zoom;          /* device-independent pixels a world unit */
  int scale;            /* device pixels per device-independent pixel */
  const guint8 *flat;   /* by task index */
  gboolean bare;        /* near: without a background */
} SyScenePart;

/* Flat boxes and straight lines at this zoom? */
gboolean sy_scene_is_far (const SyScene *scene, double zoom);

/* --- far: pixels --- */
/* @surface: RGB24 of SY_TILE · scale pixels square; paints the edges of tile (tx, ty). Any thread. */
void sy_scene_paint_far_edges (const SyScenePart *part, int tx, int ty, cairo_surface_t *surface);
void sy_scene_paint_far_tasks (const SyScenePart *part, int tx, int ty, cairo_surface_t *surface);
/* Copies @edges, then paints the tasks over them. */
void sy_scene_compose_far (const SyScenePart *part, int tx, int ty, cairo_surface_t *edges, cairo_surface_t *surface);

/* What a change of one task's state may alter of a far tile: its pixels, from the tile's corner; width 0 = nothing */
typedef struct { int x, y, width, height; } SyFarPatch;
SyFarPatch sy_scene_far_patch (const SyScenePart *part, int tx, int ty, guint32 index);
/* Paints a part of a tile into @surface of the patch's size. Scale 1. */
void sy_scene_paint_far_patch (const SyScenePart *part, int tx, int ty, const SyFarPatch *patch, cairo_surface_t *edges,
                               cairo_surface_t *surface);

/* --- near: Cairo --- */
typedef const SyLook *(*SyLookOf) (guint32 index, gpointer data);
/* One for each thread. */
void sy_scene_init_painter (const SyScene *scene, SyPainter *painter, double zoom);
/* @cr: its origin is that of the picture's pixels; @area is filled with the background, then painted (and clipped to). */
void sy_scene_paint_near (const SyScenePart *part, SyPainter *painter, cairo_t *cr, const SyRect *area, SyLookOf look_of, gpointer data);
/* Only what lies below the tasks: background, groups, edges. */
void sy_scene_paint_near_ground (const SyScenePart *part, SyPainter *painter, cairo_t *cr, const SyRect *area);
/* The same picture as sy_scene_paint_near(), from its ground, whose corner is at @x, @y of the picture's pixels. Scale 1. */
void sy_scene_compose_near (const SyScenePart *part, SyPainter *painter, cairo_t *cr, cairo_surface_t *ground, double x, double y,
                            const SyRect *area, SyLookOf look_of, gpointer data);
/* Edges that touch @area: what a repair of it costs where the ground is not kept */
guint sy_scene_count_edges (const SyScenePart *part, const SyRect *area);

/* Where task @index stands: whole device-independent pixels, so that text is crisp */
SyRect sy_scene_box (const SyScene *scene, double zoom, guint32 index);

G_END_DECLS
