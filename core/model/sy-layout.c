/* sy-layout.c: components laid out apart and packed
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-layout-private.h"

#include <math.h>
#include <stdlib.h>

#define ASPECT 1.6 /* width : height that folding and packing aim at */
#define FOLD_ROUNDS 3

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
  GArray *corners;      /* SyLayoutPoint, per edge in order of parts */
  guint32 *first_corner, *n_corners;
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

/* What was known of the part's nodes, or NULL if nothing was */
static float *
former_of (const Parts *p, const Part *part, const float *former)
{
  g_autofree float *out = former != NULL ? g_new (float, part->n) : NULL;
  guint32 known = 0;

  for (guint32 i = 0; former != NULL && i < part->n; i++)
    {
      out[i] = former[p->nodes[part->first_node + i]];
      known += !isnan (out[i]);
    }
  return known > 0 ? g_steal_pointer (&out) : NULL;
}

static void
gather_corners (Parts *p, const Part *part, const SyFold *fold, const SyNet *net, const guint32 *chain_start, const guint32 *chain)
{
  for (guint32 i = 0; i < part->n_edges; i++)
    {
      guint32 e = p->edges[part->first_edge + i];

      p->first_corner[e] = p->corners->len;
      sy_fold_route (fold, net, p->input, p->local[p->input->from[e]], p->local[p->input->to[e]], chain + chain_start[i],
                     chain_start[i + 1] - chain_start[i], p->corners);
      p->n_corners[e] = p->corners->len - p->first_corner[e];
    }
}

static void
place_nodes (Parts *p, Part *part, const SyNet *net, const SyFold *fold)
{
  const SyLayoutInput *in = p->input;
  double room = in->height + in->gap_y;

  for (guint32 i = 0; i < part->n; i++)
    {
      guint32 v = p->nodes[part->first_node + i], l = net->layer[i];
      double centre = fold->rows->y[fold->row[i]];

      p->out->layer[v] = l;
      p->out->x[v] = (float) (fold->x[l] + fold->slot[i] * (in->width + in->gap_x / 2));
      p->out->y[v] = (float) (centre - in->height / 2 - in->gap_y / 2);
      part->height = MAX (part->height, centre + room / 2);
    }
  part->width = fold->total_width;
}

static double
height_of (const SyNet *net)
{
  double most = 0;

  for (guint32 v = 0; v < net->n_real; v++)
    most = MAX (most, net->y[v]);
  return most;
}

/* Folds once more where the rows, placed by their neighbours, spread over more height than they need. */
static SyFold *
fold_and_place (const SyNet *net, const SyLayoutInput *in, const float *former_y, const gint *cancel)
{
  double aspect = ASPECT;
  SyFold *fold = NULL;

  for (guint round = 0; round < FOLD_ROUNDS; round++)
    {
      g_clear_pointer (&fold, sy_fold_free);
      fold = sy_fold_new (net, in, former_y, aspect);
      sy_net_place (fold->rows, in->height + in->gap_y, cancel);
      if (!fold->folded || former_y != NULL || height_of (fold->rows) < fold->total_width)
        break;
      aspect *= MIN (height_of (fold->rows) * ASPECT / fold->total_width, 3);
    }
  return fold;
}

static void
lay_out_part (Parts *p, Part *part, const gint *cancel)
{
  const SyLayoutInput *in = p->input;
  g_autofree guint32 *from = g_new (guint32, part->n_edges + 1), *to = g_new (guint32, part->n_edges + 1);
  g_autofree guint32 *layer = g_new0 (guint32, part->n), *chain_start = NULL, *chain = NULL;
  g_autofree float *former_x = former_of (p, part, in->former_x), *former_y = former_of (p, part, in->former_y);
  SyNet *net;
  SyFold *fold;

  for (guint32 i = 0; i < part->n_edges; i++)
    {
      from[i] = p->local[in->from[p->edges[part->first_edge + i]]];
      to[i] = p->local[in->to[p->edges[part->first_edge + i]]];
    }
  sy_layout_assign_layers (part->n, part->n_edges, from, to, layer);
  if (part->n > 1)
    sy_layout_shorten_edges (part->n, part->n_edges, from, to, layer);
  net = sy_net_new (part->n, part->n_edges, from, to, layer, &chain_start, &chain);
  if (former_x != NULL && former_y != NULL)
    {
      sy_net_order_by_former (net, former_x, former_y);
      p->out->crossings += sy_net_count_crossings (net);
    }
  else
    p->out->crossings += sy_net_minimise_crossings (net, in->starts, cancel);
  fold = fold_and_place (net, in, former_y, cancel);
  place_nodes (p, part, net, fold);
  gather_corners (p, part, fold, net, chain_start, chain);
  sy_fold_free (fold);
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
  out->corners = g_new (SyLayoutPoint, MAX (p->corners->len, 1));
  for (guint32 e = 0; e < in->n_edges; e++)
    {
      const Part *part = &p->parts[p->part[in->from[e]]];
      guint32 at = out->route_start[e];

      for (guint32 k = 0; k < p->n_corners[e]; k++)
        {
          SyLayoutPoint corner = g_array_index (p->corners, SyLayoutPoint, p->first_corner[e] + k);

          corner.x += (float) part->x;
          corner.y += (float) part->y - in->gap_y / 2;
          out->corners[at++] = corner;
        }
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
  p.first_corner = g_new0 (guint32, n_edges);
  p.n_corners = g_new0 (guint32, n_edges);
  p.corners = g_array_new (FALSE, FALSE, sizeof (SyLayoutPoint));
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
  g_free (p.first_corner);
  g_free (p.n_corners);
  g_array_unref (p.corners);
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
  g_free (layout->corners);
  g_free (layout);
}
