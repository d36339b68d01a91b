/* sy-geometry.h: where everything is: an immutable snapshot that any thread may read
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-layout.h"
#include "core/model/sy-places.h"
#include "core/model/sy-workflow.h"

G_BEGIN_DECLS

/* Node size at font scale 1, world units */
#define SY_NODE_WIDTH 176.0f
#define SY_NODE_HEIGHT 56.0f
#define SY_NODE_RADIUS 9.0f
#define SY_GAP_X 72.0f
#define SY_GAP_Y 22.0f

typedef struct
{
  guint32 from, to;     /* task indices */
  guint32 first_point, n_points; /* in points: cubic spline through them, left to right: out of the source's right side, into the target's left side */
  gboolean implied;     /* transitively implied: hidden unless "Show All Edges" */
} SyEdgeShape;

typedef struct { float x, y; } SyPoint;
typedef struct { float x, y, width, height; } SyRect;

/* Around tasks of one group that lie together, with its name above them */
typedef struct
{
  const char *name;     /* the workflow's */
  SyRect box;
  guint32 first;        /* the first of its tasks in the file */
  guint32 n_tasks;      /* that are drawn in it */
} SyFrame;
#define SY_FRAME_LABEL 21.0f /* world units at scale 1: height of the name's line */

/* Atomic reference count; immutable after construction. Holds no state of a run. */
typedef struct _SyGeometry SyGeometry;
struct _SyGeometry
{
  gatomicrefcount ref_count;
  SyWorkflow *workflow; /* (owned) */
  guint32 n_nodes, n_edges, n_points;
  SyRect *nodes;        /* by task index */
  SyEdgeShape *edges;   /* sorted by from, then to */
  SyPoint *points;
  guint32 *edge_start;  /* n_nodes + 1: edges by source */
  SyRect bounds;
  guint32 *shown;       /* (nullable) by task index: the task in whose place it stands, itself unless it is in a collapsed branch */
  guint32 *n_within;    /* (nullable) how many stand there; 0 of those that stand elsewhere */
  float scale;
  guint8 *pinned;       /* (nullable) by task index: stands where the user has put it */
  SyFrame *frames;      /* those of one group follow each other */
  guint32 n_frames;
  SyGeometry *base;     /* (owned) (nullable) as the layout has it, without what is pinned */
  /* Uniform grid, cells of SY_GRID world units (Bentley, Friedman, ACM Comp. Surveys 11(4), 1979) */
  float cell;           /* SY_GRID; more where the picture is mostly empty */
  guint32 grid_columns, grid_rows;
  guint32 *cell_start;  /* columns * rows + 1 */
  guint32 *cell_items;  /* node index, or n_nodes + edge index */
};
#define SY_GRID 440.0f

SyGeometry *sy_geometry_ref (SyGeometry *geometry);
void sy_geometry_unref (SyGeometry *geometry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyGeometry, sy_geometry_unref)

/* Layout in one go, on any thread. @former: (nullable) keeps the places of tasks that stay. NULL if cancelled. */
SyGeometry *sy_geometry_compute (SyWorkflow *workflow, SyGeometry *former, guint starts, float scale, const gint *cancel);

/* The same with branches drawn as one node. @shown: (nullable): as in the struct; each branch closed: nothing leads out of it and in again */
SyGeometry *sy_geometry_compute_collapsed (SyWorkflow *workflow, SyGeometry *former, const guint32 *shown, guint starts, float scale,
                                           const gint *cancel);

/**
 * sy_geometry_pin:
 * @geometry: as a layout made it, or pinned otherwise before
 *
 * Puts tasks where @places has them. What the layout had put there makes room: it goes to the nearest free place above or
 * below. Edges to what has moved run straight.
 *
 * Returns: (transfer full): @geometry's base itself where nothing of it is pinned
 */
SyGeometry *sy_geometry_pin (SyGeometry *geometry, const SyPlaces *places);

static inline guint32
sy_geometry_shown (const SyGeometry *geometry, guint32 index)
{
  return geometry->shown != NULL ? geometry->shown[index] : index;
}

static inline gboolean
sy_geometry_is_collapsed (const SyGeometry *geometry, guint32 index)
{
  return geometry->n_within != NULL && geometry->n_within[index] > 1;
}

/* (nullable): the group that is drawn as the one node @index: all that stands there is of it */
const char *sy_geometry_collapsed_group (const SyGeometry *geometry, guint32 index);

/* World: between two layers of the layout */
static inline float
sy_geometry_gap (const SyGeometry *geometry)
{
  return SY_GAP_X * geometry->scale;
}

/*
 * Control points of the curve from @a to @b, level at both. Towards the right they are in the middle; where the user has put
 * things so that an edge has to turn back, it leaves and arrives on the same sides, in an arc around what is level with both.
 */
static inline void
sy_edge_bend (SyPoint a, SyPoint b, float gap, SyPoint *c, SyPoint *d)
{
  float dx = b.x - a.x, dy = b.y - a.y, reach = dx >= gap ? dx / 2 : MIN (gap / 2 + (gap - dx) / 4, 4 * gap);
  float lift = dx < 0 && ABS (dy) < gap ? gap : 0;

  *c = (SyPoint){ a.x + reach, a.y + lift };
  *d = (SyPoint){ b.x - reach, b.y + lift };
}

static inline SyRect
sy_rect_union (const SyRect *a, const SyRect *b)
{
  float x = MIN (a->x, b->x), y = MIN (a->y, b->y);

  return (SyRect){ x, y, MAX (a->x + a->width, b->x + b->width) - x, MAX (a->y + a->height, b->y + b->height) - y };
}

static inline gboolean
sy_rects_touch (const SyRect *a, const SyRect *b)
{
  return a->x <= b->x + b->width && b->x <= a->x + a->width && a->y <= b->y + b->height && b->y <= a->y + a->height;
}

/* All that the edge may touch */
SyRect sy_geometry_edge_box (const SyGeometry *geometry, guint32 edge);

/**
 * sy_geometry_rebind:
 *
 * The same picture for a workflow of the same tasks with the same needs, whose names, groups and other fields may differ.
 *
 * Returns: (transfer full) (nullable): %NULL where tasks or needs are others
 */
SyGeometry *sy_geometry_rebind (SyGeometry *geometry, SyWorkflow *workflow);

/* Whether everything of the same workflow stands in the same places and every edge runs the same way. FALSE where a branch is collapsed */
gboolean sy_geometry_same_picture (const SyGeometry *a, const SyGeometry *b);

/* (nullable): the frame whose name is there */
const SyFrame *sy_geometry_frame_at (const SyGeometry *geometry, float x, float y);
/* Node under a point, SY_NO_TASK = none. */
guint32 sy_geometry_node_at (const SyGeometry *geometry, float x, float y);
/* Edge within @slack of a point: index, or G_MAXUINT32. */
guint32 sy_geometry_edge_at (const SyGeometry *geometry, float x, float y, float slack);
/* Calls @each once for every node (then every edge) that touches @area. */
typedef void (*SyGeometryEach) (guint32 index, gpointer data);
void sy_geometry_foreach_node (const SyGeometry *geometry, const SyRect *area, SyGeometryEach each, gpointer data);
void sy_geometry_foreach_edge (const SyGeometry *geometry, const SyRect *area, SyGeometryEach each, gpointer data);

G_END_DECLS
