/* sy-layout-private.h: the net that the steps of a layout work on
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-layout.h"

G_BEGIN_DECLS

#define SY_LAYOUT_LINE 0.3  /* distance of two lines (dummies) in a layer, of a task's */
#define SY_LAYOUT_LINES 0.5 /* height that the lines of a layer may take, of the highest layer's tasks */

/*
 * One component with its dummies: nodes 0…n_real-1 are real, the rest dummies; every edge joins neighbouring layers.
 * `order` holds the nodes layer by layer (layer l: layer_start[l]…layer_start[l+1]), `pos` is its inverse within a layer.
 */
typedef struct
{
  guint32 n, n_real, n_layers, n_links;
  guint32 *layer;
  guint32 *up_start, *up;       /* neighbours one layer to the left */
  guint32 *down_start, *down;   /* neighbours one layer to the right */
  guint32 *layer_start, *order, *pos;
  double *y;                    /* centre of each node */
} SyNet;

static inline gboolean
sy_layout_is_cancelled (const gint *cancel)
{
  return cancel != NULL && g_atomic_int_get (cancel) != 0;
}

/* Longest path, then tightening: layer of each node (0…); edges by from/to. */
void sy_layout_assign_layers (guint32 n, guint32 n_edges, const guint32 *from, const guint32 *to, guint32 *layer);

/* Network simplex on feasible layers of one connected component (n >= 2): the least sum of edge lengths, within a work budget. */
void sy_layout_shorten_edges (guint32 n, guint32 n_edges, const guint32 *from, const guint32 *to, guint32 *layer);

/* Builds a net out of layered edges. @chain_start/@chain: for each edge the dummies it passes (empty where too long or short). */
SyNet *sy_net_new (guint32 n, guint32 n_edges, const guint32 *from, const guint32 *to, const guint32 *layer, guint32 **chain_start,
                   guint32 **chain);
void sy_net_free (SyNet *net);

/* Orders the layers; at most @starts starts. Returns the crossings of the order that stays. */
guint64 sy_net_minimise_crossings (SyNet *net, guint starts, const gint *cancel);
/* Orders the layers by @former_y, within a row by @former_x (NAN: at the mean of its neighbours). */
void sy_net_order_by_former (SyNet *net, const float *former_x, const float *former_y);
guint64 sy_net_count_crossings (SyNet *net);

/* Gives a net its links between neighbouring layers. */
void sy_net_set_links (SyNet *net, guint32 n_links, const guint32 *from, const guint32 *to);

/* A net whose wide layers are grids. A row is a node of `rows`, whose y are the rows' centres; lines (dummies) are rows of their own. */
typedef struct
{
  SyNet *rows;          /* (owned) */
  guint32 n_layers;
  guint32 *columns;     /* by layer, >= 1 */
  double *x, *width;    /* of each layer, without the gap behind it */
  guint32 *row;         /* by node of the net */
  guint32 *slot;        /* by node: its column */
  double total_width;
  gboolean folded;      /* some layer has more than one column */
} SyFold;

/* @aspect: width : height of the picture that folding aims at, before the rows are placed (which takes more height). */
SyFold *sy_fold_new (const SyNet *net, const SyLayoutInput *input, const float *former_y, double aspect);
void sy_fold_free (SyFold *fold);
/* Appends the corners (SyLayoutPoint) of the edge from @from to @to, which passes the dummies @chain. */
void sy_fold_route (const SyFold *fold, const SyNet *net, const SyLayoutInput *input, guint32 from, guint32 to, const guint32 *chain,
                    guint32 length, GArray *corners);

/* Sets y: @room = distance of centres in a layer (a dummy takes half of it). Smallest y of a node's centre is room / 2. */
void sy_net_place (SyNet *net, double room, const gint *cancel);

G_END_DECLS
