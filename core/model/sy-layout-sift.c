/* sy-layout-sift.c: fewer crossings by moving single nodes
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-layout-order-private.h"

#include <string.h>

#define FEW 24 /* pairs of ends: up to here all are compared, above they are merged */
#define QUEUE 256

void
sy_ordering_init (SyOrdering *o, SyNet *net, const gint *cancel)
{
  *o = (SyOrdering){ .net = net, .cancel = cancel, .clock = 1, .window = SY_SIFT_WINDOW };
  o->up_pos = g_new (guint32, (gsize) net->n_links + 1);
  o->down_pos = g_new (guint32, (gsize) net->n_links + 1);
  o->up_fresh = g_malloc0 (net->n_layers + 1);
  o->down_fresh = g_malloc0 (net->n_layers + 1);
  o->filled = g_new (guint32, net->n + 1);
  o->changed = g_new0 (guint32, net->n + 1);
  o->layer_changed = g_new0 (guint32, net->n_layers + 1);
  o->layer_seen = g_new0 (guint32, net->n_layers + 1);
  o->tree = g_new (guint32, net->n + 2);
}

void
sy_ordering_clear (SyOrdering *o)
{
  g_free (o->up_pos);
  g_free (o->down_pos);
  g_free (o->up_fresh);
  g_free (o->down_fresh);
  g_free (o->filled);
  g_free (o->changed);
  g_free (o->layer_changed);
  g_free (o->layer_seen);
  g_free (o->tree);
}

/* In linear time: by walking the next layer in its order. */
static void
fill_positions (SyOrdering *o, guint32 l, gboolean by_up)
{
  const SyNet *net = o->net;
  const guint32 *start = by_up ? net->up_start : net->down_start;
  const guint32 *back_start = by_up ? net->down_start : net->up_start, *back = by_up ? net->down : net->up;
  guint32 *out = by_up ? o->up_pos : o->down_pos, other = by_up ? l - 1 : l + 1;

  if (by_up ? l == 0 : l + 1 >= net->n_layers)
    return;
  for (guint32 i = net->layer_start[l]; i < net->layer_start[l + 1]; i++)
    o->filled[net->order[i]] = start[net->order[i]];
  for (guint32 i = net->layer_start[other]; i < net->layer_start[other + 1]; i++)
    for (guint32 k = back_start[net->order[i]]; k < back_start[net->order[i] + 1]; k++)
      out[o->filled[back[k]]++] = i - net->layer_start[other];
}

void
sy_ordering_freshen (SyOrdering *o, guint32 l, gboolean up, gboolean down)
{
  if (up && !o->up_fresh[l])
    {
      fill_positions (o, l, TRUE);
      o->up_fresh[l] = 1;
    }
  if (down && !o->down_fresh[l])
    {
      fill_positions (o, l, FALSE);
      o->down_fresh[l] = 1;
    }
}

static void
make_stale (SyOrdering *o, guint32 l)
{
  if (l > 0)
    o->down_fresh[l - 1] = 0;
  if (l + 1 < o->net->n_layers)
    o->up_fresh[l + 1] = 0;
}

static void
touch (SyOrdering *o, guint32 v)
{
  o->changed[v] = o->clock;
  o->layer_changed[o->net->layer[v]] = o->clock;
}

static void
touch_neighbours (SyOrdering *o, guint32 v)
{
  const SyNet *net = o->net;

  for (guint32 k = net->up_start[v]; k < net->up_start[v + 1]; k++)
    touch (o, net->up[k]);
  for (guint32 k = net->down_start[v]; k < net->down_start[v + 1]; k++)
    touch (o, net->down[k]);
}

void
sy_ordering_layer_changed (SyOrdering *o, guint32 l)
{
  const SyNet *net = o->net;
  guint32 first = l > 0 ? l - 1 : 0, last = MIN (l + 2, net->n_layers);

  o->clock++;
  make_stale (o, l);
  for (guint32 i = net->layer_start[first]; i < net->layer_start[last]; i++)
    touch (o, net->order[i]);
}

/* Crossings between layer l and l + 1: inversions, by a Fenwick tree (Barth, Mutzel, Jünger, JGAA 8(2),
 * 2004). */
static guint64
count_layer (SyOrdering *o, guint32 l)
{
  const SyNet *net = o->net;
  guint32 width = net->layer_start[l + 2] - net->layer_start[l + 1], seen = 0;
  guint64 crossings = 0;

  sy_ordering_freshen (o, l, FALSE, TRUE);
  memset (o->tree, 0, (width + 1) * sizeof *o->tree);
  for (guint32 i = net->layer_start[l]; i < net->layer_start[l + 1]; i++)
    {
      guint32 v = net->order[i], begin = net->down_start[v], end = net->down_start[v + 1];

      for (guint32 k = begin; k < end; k++)
        {
          guint32 not_after = 0;

          for (guint32 at = o->down_pos[k] + 1; at > 0; at &= at - 1)
            not_after += o->tree[at];
          crossings += seen - not_after;
        }
      for (guint32 k = begin; k < end; k++)
        for (guint32 at = o->down_pos[k] + 1; at <= width; at += at & -at)
          o->tree[at]++;
      seen += end - begin;
    }
  return crossings;
}

guint64
sy_ordering_count (SyOrdering *o)
{
  guint64 crossings = 0;

  for (guint32 l = 0; l + 1 < o->net->n_layers; l++)
    crossings += count_layer (o, l);
  return crossings;
}

/* Pairs (x of a, y of b) with x > y less those with x < y; a and b ascend. */
static gint64
ends_gain (const guint32 *a, guint32 n_a, const guint32 *b, guint32 n_b)
{
  gint64 gain = 0;

  if (n_a == 0 || n_b == 0)
    return 0;
  if (a[n_a - 1] < b[0])
    return -(gint64) n_a * n_b;
  if (a[0] > b[n_b - 1])
    return (gint64) n_a * n_b;
  if (n_a * n_b <= FEW)
    {
      gint32 few = 0;

      for (guint32 i = 0; i < n_a; i++)
        for (guint32 k = 0; k < n_b; k++)
          few += (a[i] > b[k]) - (a[i] < b[k]);
      return few;
    }
  for (guint32 i = 0, less = 0, not_more = 0; i < n_a; i++)
    {
      while (less < n_b && b[less] < a[i])
        less++;
      while (not_more < n_b && b[not_more] <= a[i])
        not_more++;
      gain += (gint64) less - (n_b - not_more);
    }
  return gain;
}

/* What exchanging neighbours a and b of a fresh layer saves: crossings as they are less those after. */
static inline gint64
gain_of_exchange (const SyOrdering *o, guint32 a, guint32 b)
{
  const SyNet *net = o->net;

  return ends_gain (o->up_pos + net->up_start[a], net->up_start[a + 1] - net->up_start[a],
                    o->up_pos + net->up_start[b], net->up_start[b + 1] - net->up_start[b]) +
         ends_gain (o->down_pos + net->down_start[a], net->down_start[a + 1] - net->down_start[a],
                    o->down_pos + net->down_start[b], net->down_start[b + 1] - net->down_start[b]);
}

static void
move_node (SyOrdering *o, guint32 l, guint32 from, guint32 to)
{
  SyNet *net = o->net;
  guint32 *order = net->order + net->layer_start[l], v = order[from];

  for (guint32 i = from; i < to; i++)
    order[i] = order[i + 1];
  for (guint32 i = from; i > to; i--)
    order[i] = order[i - 1];
  order[to] = v;
  for (guint32 i = MIN (from, to); i <= MAX (from, to); i++)
    net->pos[order[i]] = i;
  make_stale (o, l);
}

/* The best of the places near a node (Matuszewski, Schönfeld, Molitor, GD 1999), and what it saves. */
static gint64
best_place (SyOrdering *o, guint32 v, guint32 *place)
{
  const SyNet *net = o->net;
  guint32 l = net->layer[v], at = net->pos[v], width = net->layer_start[l + 1] - net->layer_start[l];
  const guint32 *order = net->order + net->layer_start[l];
  gint64 gain = 0, most = 0;

  sy_ordering_freshen (o, l, TRUE, TRUE);
  *place = at;
  for (guint32 i = at; i + 1 < width && i < at + o->window; i++)
    if ((gain += gain_of_exchange (o, v, order[i + 1])) > most)
      most = gain, *place = i + 1;
  gain = 0;
  for (guint32 i = at; i > 0 && i + o->window > at; i--)
    if ((gain += gain_of_exchange (o, order[i - 1], v)) > most)
      most = gain, *place = i - 1;
  return most;
}

/* Everything that a node's move from one place to another may bear on is stamped. */
static void
touch_range (SyOrdering *o, guint32 l, guint32 from, guint32 to)
{
  const guint32 *order = o->net->order + o->net->layer_start[l];

  for (guint32 i = MIN (from, to); i <= MAX (from, to); i++)
    touch (o, order[i]);
  touch_neighbours (o, order[to]);
}

static gboolean
sift_layer (SyOrdering *o, guint32 l, guint32 *nodes)
{
  const SyNet *net = o->net;
  guint32 begin = net->layer_start[l], n = net->layer_start[l + 1] - begin, since = o->layer_seen[l], to;
  gboolean better = FALSE;

  o->layer_seen[l] = ++o->clock;
  memcpy (nodes, net->order + begin, n * sizeof *nodes);
  for (guint32 i = 0; i < n; i++)
    {
      guint32 from = net->pos[nodes[i]];

      if (o->changed[nodes[i]] < since || best_place (o, nodes[i], &to) <= 0)
        continue;
      move_node (o, l, from, to);
      touch_range (o, l, from, to);
      better = TRUE;
    }
  return better;
}

void
sy_ordering_sift (SyOrdering *o, guint rounds)
{
  g_autofree guint32 *nodes = g_new (guint32, MAX (o->net->n, 1));
  gboolean better = TRUE;

  memset (o->layer_seen, 0, o->net->n_layers * sizeof *o->layer_seen);
  for (guint round = 0; round < rounds && better; round++)
    {
      better = FALSE;
      for (guint32 l = 0; l < o->net->n_layers && !sy_layout_is_cancelled (o->cancel); l++)
        if (o->layer_changed[l] >= o->layer_seen[l])
          better |= sift_layer (o, l, nodes);
    }
}

/* --- refining --- */

typedef struct
{
  guint32 layer, from, to;
} Move;

typedef struct
{
  SyOrdering *o;
  GArray *done; /* Move: to take back */
  guint32 queue[QUEUE];
  guint n_queue;
  guint8 *queued; /* by node */
  guint32 random;
} Refining;

static guint32
draw (Refining *r, guint32 below)
{
  r->random = r->random * 1664525u + 1013904223u;
  return (guint32) (((guint64) (r->random >> 4) * below) >> 28);
}

static void
enqueue (Refining *r, guint32 v)
{
  if (r->queued[v] || r->n_queue == QUEUE)
    return;
  r->queued[v] = 1;
  r->queue[r->n_queue++] = v;
}

static void
enqueue_around (Refining *r, guint32 v, guint32 l, guint32 from, guint32 to)
{
  const SyNet *net = r->o->net;
  const guint32 *order = net->order + net->layer_start[l];

  for (guint32 k = net->up_start[v]; k < net->up_start[v + 1]; k++)
    enqueue (r, net->up[k]);
  for (guint32 k = net->down_start[v]; k < net->down_start[v + 1]; k++)
    enqueue (r, net->down[k]);
  for (guint32 i = MIN (from, to); i <= MAX (from, to); i++)
    if (order[i] != v)
      enqueue (r, order[i]);
}

static void
do_move (Refining *r, guint32 v, guint32 to)
{
  SyNet *net = r->o->net;
  Move move = { net->layer[v], net->pos[v], to };

  move_node (r->o, move.layer, move.from, move.to);
  g_array_append_val (r->done, move);
  enqueue_around (r, v, move.layer, move.from, move.to);
}

/* Crossings that a move of @v to @to adds. */
static gint64
cost_of_move (SyOrdering *o, guint32 v, guint32 to)
{
  const SyNet *net = o->net;
  const guint32 *order = net->order + net->layer_start[net->layer[v]];
  gint64 cost = 0;

  sy_ordering_freshen (o, net->layer[v], TRUE, TRUE);
  for (guint32 i = net->pos[v]; i < to; i++)
    cost -= gain_of_exchange (o, v, order[i + 1]);
  for (guint32 i = net->pos[v]; i > to; i--)
    cost -= gain_of_exchange (o, order[i - 1], v);
  return cost;
}

static gint64
disturb_and_mend (Refining *r)
{
  SyNet *net = r->o->net;
  guint32 v = draw (r, net->n), l = net->layer[v], width = net->layer_start[l + 1] - net->layer_start[l], to;
  guint32 reach = MIN (width, 12), low = net->pos[v] > reach / 2 ? net->pos[v] - reach / 2 : 0;
  gint64 saved;

  low = MIN (low, width - reach);
  to = low + draw (r, reach);
  if (to == net->pos[v])
    return 0;
  saved = -cost_of_move (r->o, v, to);
  do_move (r, v, to);
  for (guint i = 0; i < r->n_queue; i++)
    {
      gint64 gain = best_place (r->o, r->queue[i], &to);

      r->queued[r->queue[i]] = 0;
      if (gain <= 0)
        continue;
      saved += gain;
      do_move (r, r->queue[i], to);
    }
  for (guint i = 0; i < r->n_queue; i++)
    r->queued[r->queue[i]] = 0;
  return saved;
}

static void
take_back (Refining *r)
{
  for (guint i = r->done->len; i-- > 0;)
    {
      Move *move = &g_array_index (r->done, Move, i);

      move_node (r->o, move->layer, move->to, move->from);
    }
}

guint64
sy_ordering_refine (SyOrdering *o, guint steps, guint32 seed)
{
  Refining r = { .o = o,
                 .done = g_array_new (FALSE, FALSE, sizeof (Move)),
                 .queued = g_malloc0 (o->net->n + 1),
                 .random = seed };
  gint64 saved = 0;

  for (guint i = 0; i < steps && !sy_layout_is_cancelled (o->cancel); i++)
    {
      gint64 gain;

      g_array_set_size (r.done, 0);
      r.n_queue = 0;
      gain = disturb_and_mend (&r);
      if (gain < 0)
        take_back (&r);
      else
        saved += gain;
    }
  g_array_unref (r.done);
  g_free (r.queued);
  return (guint64) saved;
}
