/* sy-layout-place.c: coordinates within layers
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-layout-private.h"

#define PASSES 10
#define LINES_FREE 8 /* tasks that a layer is taken to have at least when room for lines is given */

/* A block of neighbours that touch: isotonic regression by pool adjacent violators (Barlow et al., 1972). */
typedef struct
{
  double sum, weight;
  guint32 first;
} Block;

typedef struct
{
  SyNet *net;
  double room;
  double line;          /* distance of two neighbouring dummies */
  double *offset;       /* of a node's centre from the first of its layer when all touch */
  double *want;
  Block *blocks;
} Place;

static gboolean
is_dummy (const SyNet *net, guint32 v)
{
  return v >= net->n_real;
}

/* Distance of the centres of two neighbours: a dummy is a line, not a box. */
static double
distance (const Place *p, guint32 a, guint32 b)
{
  guint dummies = is_dummy (p->net, a) + is_dummy (p->net, b);

  return dummies == 2 ? p->line : dummies == 1 ? MIN (p->room * 0.7, p->room * 0.5 + p->line) : p->room;
}

/* Two lines lie apart by a third of a task; closer where lines would make the picture much higher than the tasks do. */
static double
line_distance (const SyNet *net, double room)
{
  guint32 most_real = LINES_FREE, most_lines = 0;

  for (guint32 l = 0; l < net->n_layers; l++)
    {
      guint32 n_real = 0, n = net->layer_start[l + 1] - net->layer_start[l];

      for (guint32 i = net->layer_start[l]; i < net->layer_start[l + 1]; i++)
        n_real += !is_dummy (net, net->order[i]);
      most_real = MAX (most_real, n_real);
      most_lines = MAX (most_lines, n - n_real);
    }
  return room * MIN (SY_LAYOUT_LINE, most_lines > 0 ? SY_LAYOUT_LINES * most_real / most_lines : 1);
}

static void
set_offsets (Place *p)
{
  const SyNet *net = p->net;

  for (guint32 l = 0; l < net->n_layers; l++)
    for (guint32 i = net->layer_start[l]; i < net->layer_start[l + 1]; i++)
      p->offset[net->order[i]] = i == net->layer_start[l]
                                     ? 0
                                     : p->offset[net->order[i - 1]] + distance (p, net->order[i - 1], net->order[i]);
}

/* Where the neighbours of the given sides would have a node, and how much that counts. */
static double
wish (const SyNet *net, guint32 v, gboolean left, gboolean right, double *weight)
{
  double sum = 0, total = 0;

  for (guint32 k = net->up_start[v]; left && k < net->up_start[v + 1]; k++)
    {
      double w = is_dummy (net, v) && is_dummy (net, net->up[k]) ? 8 : is_dummy (net, v) || is_dummy (net, net->up[k]) ? 2 : 1;

      sum += w * net->y[net->up[k]];
      total += w;
    }
  for (guint32 k = net->down_start[v]; right && k < net->down_start[v + 1]; k++)
    {
      double w = is_dummy (net, v) && is_dummy (net, net->down[k]) ? 8 : is_dummy (net, v) || is_dummy (net, net->down[k]) ? 2 : 1;

      sum += w * net->y[net->down[k]];
      total += w;
    }
  *weight = total;
  return total > 0 ? sum / total : net->y[v];
}

static void
place_layer (Place *p, guint32 l, gboolean left, gboolean right)
{
  SyNet *net = p->net;
  guint32 begin = net->layer_start[l], end = net->layer_start[l + 1], n_blocks = 0;

  for (guint32 i = begin; i < end; i++)
    {
      guint32 v = net->order[i];
      double weight, at = wish (net, v, left, right, &weight) - p->offset[v];

      weight = weight > 0 ? weight : 0.01;
      p->blocks[n_blocks++] = (Block){ at * weight, weight, i };
      while (n_blocks > 1 && p->blocks[n_blocks - 2].sum / p->blocks[n_blocks - 2].weight >=
                                 p->blocks[n_blocks - 1].sum / p->blocks[n_blocks - 1].weight)
        {
          p->blocks[n_blocks - 2].sum += p->blocks[n_blocks - 1].sum;
          p->blocks[n_blocks - 2].weight += p->blocks[n_blocks - 1].weight;
          n_blocks--;
        }
    }
  for (guint32 b = 0; b < n_blocks; b++)
    {
      guint32 last = b + 1 < n_blocks ? p->blocks[b + 1].first : end;

      for (guint32 i = p->blocks[b].first; i < last; i++)
        net->y[net->order[i]] = p->blocks[b].sum / p->blocks[b].weight + p->offset[net->order[i]];
    }
}

/* First coordinates: layers stacked and centred on one line. */
static void
stack_layers (Place *p)
{
  SyNet *net = p->net;

  for (guint32 l = 0; l < net->n_layers; l++)
    {
      guint32 last = net->order[net->layer_start[l + 1] - 1];

      for (guint32 i = net->layer_start[l]; i < net->layer_start[l + 1]; i++)
        net->y[net->order[i]] = p->offset[net->order[i]] - p->offset[last] / 2;
    }
}

void
sy_net_place (SyNet *net, double room, const gint *cancel)
{
  Place p = { .net = net, .room = room, .line = line_distance (net, room) };
  double least = G_MAXDOUBLE;

  p.offset = g_new0 (double, MAX (net->n, 1));
  p.blocks = g_new (Block, net->n + 1);
  set_offsets (&p);
  stack_layers (&p);
  for (guint pass = 0; pass < PASSES && !sy_layout_is_cancelled (cancel); pass++)
    {
      gboolean both = pass >= PASSES / 2;

      for (guint32 l = 0; l < net->n_layers; l++)
        place_layer (&p, l, TRUE, both);
      for (guint32 l = net->n_layers; l-- > 0;)
        place_layer (&p, l, both, TRUE);
    }
  for (guint32 v = 0; v < net->n_real; v++)
    least = MIN (least, net->y[v]);
  for (guint32 v = 0; v < net->n; v++)
    net->y[v] += room / 2 - least;
  g_free (p.offset);
  g_free (p.blocks);
}
