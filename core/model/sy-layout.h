/* sy-layout.h: layered layout of a DAG
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * The method is Sugiyama's (Sugiyama, Tagawa, Toda, IEEE SMC 11(2), 1981) in the form of Gansner, Koutsofios,
 * North, Vo, "A Technique for Drawing Directed Graphs" (IEEE TSE 19(3), 1993): layers by longest path and tightening,
 * chains of dummy nodes for long edges (shared by the edges of one source), orders by weighted median and
 * barycentre sweeps and sifting from several starts, of which the one with the fewest crossings stays and is refined by
 * small disturbances (iterated local search; Lourenço, Martin, Stützle, 2003),
 * coordinates by isotonic regression (pool adjacent violators) towards the neighbours' mean. Layers run from left to right;
 * where layers are so wide that the picture would be a tall strip they are folded into several columns.
 * Components are laid out apart and packed.
 *
 * Pure and deterministic: same input, same picture. No limit on size; memory O(nodes + edges + dummies), and dummies are
 * bounded because edges longer than SY_LAYOUT_LONG layers have none and are drawn as they come.
 */
#define SY_LAYOUT_LONG 24

typedef struct
{
  guint32 n_nodes;
  guint32 n_edges;
  const guint32 *from;  /* n_edges; indices < n_nodes; must be acyclic */
  const guint32 *to;
  float width, height;  /* of every node, world units */
  float gap_x, gap_y;   /* between layers, between neighbours in a layer */
  guint starts;         /* 1…4: how many starts; 1 = the quick first picture */
  const float *former_x;/* (nullable) n_nodes, with former_y */
  const float *former_y;/* (nullable) n_nodes; NAN = new. Keeps the order of former nodes (a task was added): no crossing search */
} SyLayoutInput;

typedef struct { float x, y; } SyLayoutPoint;

typedef struct
{
  guint32 n_nodes;
  float *x, *y;             /* top left corner of each node */
  guint32 *layer;           /* by node */
  guint32 *route_start;     /* n_edges + 1: where the corners of an edge begin in corners */
  SyLayoutPoint *corners;   /* between the source's right side and the target's left side; none for straight and very long edges */
  guint32 n_layers;
  float total_width, total_height;
  guint64 crossings;        /* of edges between neighbouring layers, dummies included */
} SyLayout;

/**
 * sy_layout_compute:
 * @cancel: (nullable): becomes TRUE (any thread) when the result is not wanted any more
 *
 * Returns: (transfer full) (nullable): %NULL only if cancelled
 */
SyLayout *sy_layout_compute (const SyLayoutInput *input, const gint *cancel);
void sy_layout_free (SyLayout *layout);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyLayout, sy_layout_free)

/**
 * sy_layout_count_crossings:
 *
 * Crossings of straight lines between node centres in any drawing: the counter that compares layouts of different tools.
 * O(pairs of edges that overlap in x).
 */
guint64 sy_layout_count_crossings (const SyLayoutInput *input, const float *x, const float *y);

G_END_DECLS
