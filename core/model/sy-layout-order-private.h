/* sy-layout-order-private.h: what the steps of the search for few crossings share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-layout-private.h"

G_BEGIN_DECLS

/*
 * The order being searched, with the positions of every node's neighbours kept sorted and side by side, so
 * that the worth of an exchange is a walk over two short arrays. Stamps say since when something changed, so
 * that only that is looked at again.
 */
#define SY_SIFT_WINDOW 60

typedef struct
{
  SyNet *net;
  guint32 *up_pos; /* as net->up, net->down, but positions, ascending; right where the layer is fresh */
  guint32 *down_pos;
  guint8 *up_fresh; /* by layer */
  guint8 *down_fresh;
  guint32 *filled; /* by node, while filling */
  guint32 clock;
  guint32 *changed; /* by node: stamp of the last change near it */
  guint32 *layer_changed, *layer_seen;
  guint32 *tree; /* Fenwick tree over a layer */
  guint32 window; /* places to either side that a node is tried at */
  const gint *cancel;
} SyOrdering;

void sy_ordering_init (SyOrdering *o, SyNet *net, const gint *cancel);
void sy_ordering_clear (SyOrdering *o);

/* The positions of the neighbours of layer l's nodes are right after this. */
void sy_ordering_freshen (SyOrdering *o, guint32 l, gboolean up, gboolean down);
/* Layer l has another order: everything around it is stale. */
void sy_ordering_layer_changed (SyOrdering *o, guint32 l);
/* Crossings of all layers */
guint64 sy_ordering_count (SyOrdering *o);

/* Moves each node to the best place near it; at most @rounds rounds over what changed. */
void sy_ordering_sift (SyOrdering *o, guint rounds);
/* Disturbs the order here and there and mends it, keeping what crosses no more; @steps times. Returns the
 * crossings saved. */
guint64 sy_ordering_refine (SyOrdering *o, guint steps, guint32 seed);

G_END_DECLS
