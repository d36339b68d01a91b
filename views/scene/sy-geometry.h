/* sy-geometry.h: where everything is: an immutable snapshot that any thread may read
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-layout.h"
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
  /* Uniform grid, cells of SY_GRID world units (Bentley, Friedman, ACM Comp. Surveys 11(4), 1979) */
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

/* Node under a point, SY_NO_TASK = none. */
guint32 sy_geometry_node_at (const SyGeometry *geometry, float x, float y);
/* Edge within @slack of a point: index, or G_MAXUINT32. */
guint32 sy_geometry_edge_at (const SyGeometry *geometry, float x, float y, float slack);
/* Calls @each once for every node (then every edge) that touches @area. */
typedef void (*SyGeometryEach) (guint32 index, gpointer data);
void sy_geometry_foreach_node (const SyGeometry *geometry, const SyRect *area, SyGeometryEach each, gpointer data);
void sy_geometry_foreach_edge (const SyGeometry *geometry, const SyRect *area, SyGeometryEach each, gpointer data);

G_END_DECLS
