/* sy-layout-net.c: layers, dummies and the net of neighbouring layers
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-layout-private.h"

/* Adjacency in compressed rows: start[i]…start[i+1] of list are the far ends of i's edges. */
static void
build_rows (guint32 n, guint32 n_edges, const guint32 *near, const guint32 *far, guint32 **start_out, guint32 **list_out)
{
  guint32 *start = g_new0 (guint32, n + 2);
  guint32 *list = g_new (guint32, MAX (n_edges, 1));

  for (guint32 e = 0; e < n_edges; e++)
    start[near[e] + 2]++;
  for (guint32 i = 2; i < n + 2; i++)
    start[i] += start[i - 1];
  for (guint32 e = 0; e < n_edges; e++)
    list[start[near[e] + 1]++] = far[e];
  *start_out = start;
  *list_out = list;
}

static guint32 *
topological_order (guint32 n, const guint32 *down_start, const guint32 *down, guint32 n_edges, const guint32 *to)
{
  guint32 *order = g_new (guint32, MAX (n, 1));
  guint32 *missing = g_new0 (guint32, MAX (n, 1));
  guint32 done = 0;

  for (guint32 e = 0; e < n_edges; e++)
    missing[to[e]]++;
  for (guint32 i = 0; i < n; i++)
    if (missing[i] == 0)
      order[done++] = i;
  for (guint32 at = 0; at < done; at++)
    for (guint32 k = down_start[order[at]]; k < down_start[order[at] + 1]; k++)
      if (--missing[down[k]] == 0)
        order[done++] = down[k];
  g_assert (done == n);
  g_free (missing);
  return order;
}

/* Moves a node towards its heavier side, as far as its edges allow; shortens the sum of edge lengths. */
static gboolean
tighten_node (guint32 v, const guint32 *up_start, const guint32 *up, const guint32 *down_start, const guint32 *down, guint32 *layer)
{
  guint32 n_up = up_start[v + 1] - up_start[v], n_down = down_start[v + 1] - down_start[v];
  guint32 low = 0, high = G_MAXUINT32, want;

  if (n_up == n_down || n_up + n_down == 0)
    return FALSE;
  for (guint32 k = up_start[v]; k < up_start[v + 1]; k++)
    low = MAX (low, layer[up[k]] + 1);
  for (guint32 k = down_start[v]; k < down_start[v + 1]; k++)
    high = MIN (high, layer[down[k]] - 1);
  want = n_down > n_up ? high : low;
  if (want == layer[v] || want == G_MAXUINT32)
    return FALSE;
  layer[v] = want;
  return TRUE;
}

void
sy_layout_assign_layers (guint32 n, guint32 n_edges, const guint32 *from, const guint32 *to, guint32 *layer)
{
  g_autofree guint32 *down_start = NULL, *down = NULL, *up_start = NULL, *up = NULL, *order = NULL;
  gboolean moved = TRUE;

  build_rows (n, n_edges, from, to, &down_start, &down);
  build_rows (n, n_edges, to, from, &up_start, &up);
  order = topological_order (n, down_start, down, n_edges, to);
  for (guint32 i = 0; i < n; i++)
    layer[i] = 0;
  for (guint32 i = 0; i < n; i++)
    for (guint32 k = down_start[order[i]]; k < down_start[order[i] + 1]; k++)
      layer[down[k]] = MAX (layer[down[k]], layer[order[i]] + 1);
  for (guint pass = 0; pass < 8 && moved; pass++)
    {
      moved = FALSE;
      for (guint32 i = n; i-- > 0;)
        moved |= tighten_node (order[i], up_start, up, down_start, down, layer);
      for (guint32 i = 0; i < n; i++)
        moved |= tighten_node (order[i], up_start, up, down_start, down, layer);
    }
}

/* Edges in the order of their source, longest first, so that the chain of a source is made once and shared. */
static guint32 *
edges_by_source (guint32 n, guint32 n_edges, const guint32 *from)
{
  g_autofree guint32 *start = g_new0 (guint32, n + 2);
  guint32 *edges = g_new (guint32, MAX (n_edges, 1));

  for (guint32 e = 0; e < n_edges; e++)
    start[from[e] + 2]++;
  for (guint32 i = 2; i < n + 2; i++)
    start[i] += start[i - 1];
  for (guint32 e = 0; e < n_edges; e++)
    edges[start[from[e] + 1]++] = e;
  return edges;
}

typedef struct
{
  GArray *a, *b;        /* links between neighbouring layers */
  GArray *dummy_layer;
  guint32 n;            /* next node */
} Links;

static void
add_link (Links *links, guint32 a, guint32 b)
{
  g_array_append_val (links->a, a);
  g_array_append_val (links->b, b);
}

/* Lengthens the chain of source @s to @length dummies. */
static void
grow_chain (Links *links, GArray *chain, guint32 s, guint32 s_layer, guint32 length)
{
  while (chain->len < length)
    {
      guint32 before = chain->len ? g_array_index (chain, guint32, chain->len - 1) : s;
      guint32 dummy = links->n++, at = s_layer + chain->len + 1;

      g_array_append_val (links->dummy_layer, at);
      g_array_append_val (chain, dummy);
      add_link (links, before, dummy);
    }
}

static void
make_links (Links *links, guint32 n, guint32 n_edges, const guint32 *from, const guint32 *to, const guint32 *layer,
            guint32 *chain_start, GArray *chains)
{
  g_autofree guint32 *edges = edges_by_source (n, n_edges, from);
  g_autoptr (GArray) chain = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autofree guint32 *first = g_new0 (guint32, MAX (n_edges, 1));
  g_autofree guint32 *count = g_new0 (guint32, MAX (n_edges, 1));
  guint32 source = G_MAXUINT32;

  for (guint32 i = 0; i < n_edges; i++)
    {
      guint32 e = edges[i], s = from[e], length = layer[to[e]] - layer[s] - 1;

      if (s != source)
        g_array_set_size (chain, 0);
      source = s;
      first[e] = chains->len;
      if (length > SY_LAYOUT_LONG)
        continue;
      grow_chain (links, chain, s, layer[s], length);
      add_link (links, length ? g_array_index (chain, guint32, length - 1) : s, to[e]);
      count[e] = length;
      if (length)
        g_array_append_vals (chains, chain->data, length);
    }
  /* The chains lie in the order of `edges`; the caller wants them by edge. */
  for (guint32 e = 0; e < n_edges; e++)
    chain_start[e + 1] = chain_start[e] + count[e];
  {
    g_autofree guint32 *sorted = g_new (guint32, MAX (chains->len, 1));

    for (guint32 e = 0; e < n_edges; e++)
      for (guint32 k = 0; k < count[e]; k++)
        sorted[chain_start[e] + k] = g_array_index (chains, guint32, first[e] + k);
    for (guint32 k = 0; k < chains->len; k++)
      g_array_index (chains, guint32, k) = sorted[k];
  }
}

static void
fill_layers (SyNet *net)
{
  guint32 *next;

  net->n_layers = 0;
  for (guint32 i = 0; i < net->n; i++)
    net->n_layers = MAX (net->n_layers, net->layer[i] + 1);
  net->layer_start = g_new0 (guint32, net->n_layers + 1);
  for (guint32 i = 0; i < net->n; i++)
    net->layer_start[net->layer[i] + 1]++;
  for (guint32 l = 0; l < net->n_layers; l++)
    net->layer_start[l + 1] += net->layer_start[l];
  next = g_memdup2 (net->layer_start, (net->n_layers + 1) * sizeof *next);
  for (guint32 i = 0; i < net->n; i++)
    {
      net->pos[i] = next[net->layer[i]] - net->layer_start[net->layer[i]];
      net->order[next[net->layer[i]]++] = i;
    }
  g_free (next);
}

void
sy_net_set_links (SyNet *net, guint32 n_links, const guint32 *from, const guint32 *to)
{
  net->n_links = n_links;
  build_rows (net->n, n_links, from, to, &net->down_start, &net->down);
  build_rows (net->n, n_links, to, from, &net->up_start, &net->up);
}

SyNet *
sy_net_new (guint32 n, guint32 n_edges, const guint32 *from, const guint32 *to, const guint32 *layer, guint32 **chain_start,
            guint32 **chain)
{
  SyNet *net = g_new0 (SyNet, 1);
  Links links = { g_array_new (FALSE, FALSE, sizeof (guint32)), g_array_new (FALSE, FALSE, sizeof (guint32)),
                  g_array_new (FALSE, FALSE, sizeof (guint32)), n };
  GArray *chains = g_array_new (FALSE, FALSE, sizeof (guint32));

  *chain_start = g_new0 (guint32, n_edges + 1);
  make_links (&links, n, n_edges, from, to, layer, *chain_start, chains);
  net->n = links.n;
  net->n_real = n;
  net->layer = g_new (guint32, MAX (net->n, 1));
  net->order = g_new (guint32, MAX (net->n, 1));
  net->pos = g_new (guint32, MAX (net->n, 1));
  net->y = g_new0 (double, MAX (net->n, 1));
  for (guint32 i = 0; i < n; i++)
    net->layer[i] = layer[i];
  for (guint32 i = n; i < net->n; i++)
    net->layer[i] = g_array_index (links.dummy_layer, guint32, i - n);
  sy_net_set_links (net, links.a->len, (guint32 *) (void *) links.a->data, (guint32 *) (void *) links.b->data);
  fill_layers (net);
  *chain = (guint32 *) (void *) g_array_free (chains, FALSE);
  g_array_unref (links.a);
  g_array_unref (links.b);
  g_array_unref (links.dummy_layer);
  return net;
}

void
sy_net_free (SyNet *net)
{
  g_free (net->layer);
  g_free (net->up_start);
  g_free (net->up);
  g_free (net->down_start);
  g_free (net->down);
  g_free (net->layer_start);
  g_free (net->order);
  g_free (net->pos);
  g_free (net->y);
  g_free (net);
}
