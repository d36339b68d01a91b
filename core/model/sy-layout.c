/* sy-layout.c: components laid out apart and packed
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-layout-private.h"

#include <math.h>
#include <stdlib.h>

#define ASPECT 1.6 /* width : height that packing aims at */

typedef struct
{
  guint32 n, n_edges;   /* of this component */
  guint32 first_node, first_edge; /* in Parts.nodes, Parts.edges */
  double width, height, x, y;
} Part;

typedef struct
{
  const SyLayoutInput *input;
  SyLayout *out;
  guint32 *part;        /* of a node */
  guint32 *local;       /* index of a node in its part */
  guint32 *nodes, *edges;
  Part *parts;
  guint32 n_parts;
  GArray *bends;        /* per edge in order of parts; see gather_bends() */
  guint32 *bend_first, *bend_count;
} Parts;

static guint32
find_root (guint32 *parent, guint32 v)
{
  while (parent[v] != v)
    {
      parent[v] = parent[parent[v]];
      v = parent[v];
    }
  return v;
}

/* Numbers the components in the order of their first node, and sorts nodes and edges by component. */
static void
find_parts (Parts *p)
{
  const SyLayoutInput *in = p->input;
  g_autofree guint32 *parent = g_new (guint32, MAX (in->n_nodes, 1));
  g_autofree guint32 *number = g_new (guint32, MAX (in->n_nodes, 1));
  guint32 at = 0;

  for (guint32 v = 0; v < in->n_nodes; v++)
    {
      parent[v] = v;
      number[v] = G_MAXUINT32;
    }
  for (guint32 e = 0; e < in->n_edges; e++)
    {
      guint32 a = find_root (parent, in->from[e]), b = find_root (parent, in->to[e]);

      parent[MAX (a, b)] = MIN (a, b);
    }
  for (guint32 v = 0; v < in->n_nodes; v++)
    {
      guint32 root = find_root (parent, v);

      if (number[root] == G_MAXUINT32)
        number[root] = p->n_parts++;
      p->part[v] = number[root];
    }
  p->parts = g_new0 (Part, MAX (p->n_parts, 1));
  for (guint32 v = 0; v < in->n_nodes; v++)
    p->local[v] = p->parts[p->part[v]].n++;
  for (guint32 e = 0; e < in->n_edges; e++)
    p->parts[p->part[in->from[e]]].n_edges++;
  for (guint32 i = 0, edge = 0; i < p->n_parts; i++)
    {
      p->parts[i].first_node = at;
      p->parts[i].first_edge = edge;
      at += p->parts[i].n;
      edge += p->parts[i].n_edges;
      p->parts[i].n_edges = 0;
    }
  for (guint32 v = 0; v < in->n_nodes; v++)
    p->nodes[p->parts[p->part[v]].first_node + p->local[v]] = v;
  for (guint32 e = 0; e < in->n_edges; e++)
    {
      Part *part = &p->parts[p->part[in->from[e]]];

      p->edges[part->first_edge + part->n_edges++] = e;
    }
}

static void
order_net (Parts *p, const Part *part, SyNet *net, const gint *cancel)
{
  const SyLayoutInput *in = p->input;
  g_autofree float *former = NULL;
  guint32 known = 0;

  if (in->former_y)
    {
      former = g_new (float, part->n);
      for (guint32 i = 0; i < part->n; i++)
        {
          former[i] = in->former_y[p->nodes[part->first_node + i]];
          known += !isnan (former[i]);
        }
    }
  if (known > 0)
    {
      sy_net_order_by_former (net, former);
      p->out->crossings += sy_net_count_crossings (net);
    }
  else
    p->out->crossings += sy_net_minimise_crossings (net, in->starts, cancel);
}

/* Centre lines of the dummies of each edge, from left to right */
static void
gather_bends (Parts *p, const Part *part, const SyNet *net, const guint32 *chain_start, const guint32 *chain)
{
  for (guint32 i = 0; i < part->n_edges; i++)
    {
      guint32 e = p->edges[part->first_edge + i];

      p->bend_first[e] = p->bends->len;
      p->bend_count[e] = chain_start[i + 1] - chain_start[i];
      for (guint32 k = chain_start[i]; k < chain_start[i + 1]; k++)
        {
          float y = (float) net->y[chain[k]];

          g_array_append_val (p->bends, y);
        }
    }
}

static void
lay_out_part (Parts *p, Part *part, const gint *cancel)
{
  const SyLayoutInput *in = p->input;
  g_autofree guint32 *from = g_new (guint32, part->n_edges + 1), *to = g_new (guint32, part->n_edges + 1);
  g_autofree guint32 *layer = g_new0 (guint32, part->n), *chain_start = NULL, *chain = NULL;
  double room = in->height + in->gap_y, most = 0;
  SyNet *net;

  for (guint32 i = 0; i < part->n_edges; i++)
    {
      from[i] = p->local[in->from[p->edges[part->first_edge + i]]];
      to[i] = p->local[in->to[p->edges[part->first_edge + i]]];
    }
  sy_layout_assign_layers (part->n, part->n_edges, from, to, layer);
  if (part->n > 1)
    sy_layout_shorten_edges (part->n, part->n_edges, from, to, layer);
  net = sy_net_new (part->n, part->n_edges, from, to, layer, &chain_start, &chain);
  order_net (p, part, net, cancel);
  sy_net_place (net, room, cancel);
  for (guint32 i = 0; i < part->n; i++)
    {
      guint32 v = p->nodes[part->first_node + i];

      p->out->layer[v] = layer[i];
      p->out->x[v] = (float) layer[i] * (in->width + in->gap_x);
      p->out->y[v] = (float) (net->y[i] - in->height / 2 - in->gap_y / 2);
      most = MAX (most, net->y[i] + room / 2);
    }
  gather_bends (p, part, net, chain_start, chain);
  part->width = net->n_layers * (in->width + in->gap_x);
  part->height = most;
  sy_net_free (net);
}

static int
compare_parts (gconstpointer a, gconstpointer b)
{
  const Part *const *x = a, *const *y = b;

  if ((*x)->height != (*y)->height)
    return (*x)->height > (*y)->height ? -1 : 1;
  return (*x)->first_node < (*y)->first_node ? -1 : 1;
}

/* The shelf being filled: its place and height, and the column at its end */
typedef struct
{
  double y, height;
  double column_x, column_width, column_y;
} Shelf;

/* Below the last part if there is room, else beside it, else on a new shelf */
static void
place_part (Shelf *s, Part *part, double limit)
{
  gboolean fits_below = part->width <= s->column_width && s->column_y + part->height <= s->height;

  if (!fits_below)
    {
      s->column_x += s->column_width;
      s->column_y = 0;
      s->column_width = part->width;
    }
  if (!fits_below && s->column_x > 0 && s->column_x + part->width > limit)
    {
      s->y += s->height;
      s->height = s->column_x = 0;
    }
  part->x = s->column_x;
  part->y = s->y + s->column_y;
  s->column_y += part->height;
  s->height = MAX (s->height, s->column_y);
}

/*
 * Shelves of parts, highest first, towards ASPECT (next-fit decreasing height; Coffman et al., SIAM J. Comput. 9(4),
 * 1980), with columns of lower parts beside a high one.
 */
static void
pack_parts (Parts *p)
{
  g_autofree Part **sorted = g_new (Part *, MAX (p->n_parts, 1));
  double area = 0, widest = 0, limit;
  Shelf shelf = { 0 };

  for (guint32 i = 0; i < p->n_parts; i++)
    {
      sorted[i] = &p->parts[i];
      area += sorted[i]->width * sorted[i]->height;
      widest = MAX (widest, sorted[i]->width);
    }
  limit = MAX (widest, sqrt (area * ASPECT));
  qsort (sorted, p->n_parts, sizeof *sorted, compare_parts);
  for (guint32 i = 0; i < p->n_parts; i++)
    {
      place_part (&shelf, sorted[i], limit);
      p->out->total_width = MAX (p->out->total_width, (float) (sorted[i]->x + sorted[i]->width));
    }
  p->out->total_height = (float) (shelf.y + shelf.height);
}

static void
move_into_place (Parts *p)
{
  const SyLayoutInput *in = p->input;
  SyLayout *out = p->out;

  for (guint32 v = 0; v < in->n_nodes; v++)
    {
      out->x[v] += (float) p->parts[p->part[v]].x;
      out->y[v] += (float) p->parts[p->part[v]].y;
      out->n_layers = MAX (out->n_layers, out->layer[v] + 1);
    }
  out->route_start = g_new0 (guint32, in->n_edges + 1);
  out->bend_y = g_new (float, MAX (p->bends->len, 1));
  for (guint32 e = 0; e < in->n_edges; e++)
    {
      guint32 at = out->route_start[e];

      for (guint32 k = 0; k < p->bend_count[e]; k++)
        out->bend_y[at++] = g_array_index (p->bends, float, p->bend_first[e] + k) - in->gap_y / 2 + (float) p->parts[p->part[in->from[e]]].y;
      out->route_start[e + 1] = at;
    }
}

SyLayout *
sy_layout_compute (const SyLayoutInput *input, const gint *cancel)
{
  guint32 n = MAX (input->n_nodes, 1), n_edges = MAX (input->n_edges, 1);
  Parts p = { .input = input, .out = g_new0 (SyLayout, 1) };

  p.part = g_new (guint32, n);
  p.local = g_new (guint32, n);
  p.nodes = g_new (guint32, n);
  p.edges = g_new (guint32, n_edges);
  p.bend_first = g_new0 (guint32, n_edges);
  p.bend_count = g_new0 (guint32, n_edges);
  p.bends = g_array_new (FALSE, FALSE, sizeof (float));
  p.out->n_nodes = input->n_nodes;
  p.out->x = g_new0 (float, n);
  p.out->y = g_new0 (float, n);
  p.out->layer = g_new0 (guint32, n);
  find_parts (&p);
  for (guint32 i = 0; i < p.n_parts && !sy_layout_is_cancelled (cancel); i++)
    lay_out_part (&p, &p.parts[i], cancel);
  pack_parts (&p);
  move_into_place (&p);
  g_free (p.part);
  g_free (p.local);
  g_free (p.nodes);
  g_free (p.edges);
  g_free (p.parts);
  g_free (p.bend_first);
  g_free (p.bend_count);
  g_array_unref (p.bends);
  if (sy_layout_is_cancelled (cancel))
    g_clear_pointer (&p.out, sy_layout_free);
  return p.out;
}

void
sy_layout_free (SyLayout *layout)
{
  if (layout == NULL)
    return;
  g_free (layout->x);
  g_free (layout->y);
  g_free (layout->layer);
  g_free (layout->route_start);
  g_free (layout->bend_y);
  g_free (layout);
}
