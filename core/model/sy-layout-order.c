/* sy-layout-order.c: orders within layers with few crossings
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-layout-private.h"

#include <string.h>

#define SWEEPS 24
#define SPECTRAL_ROUNDS 100
#define SIFT_WINDOW 40
#define SIFT_ROUNDS 8
#define LARGE 60000 /* links: above, fewer rounds */

typedef struct
{
  double value;
  guint32 node;
  guint32 pos;
} Key;

/* Buffers that all sweeps use */
typedef struct
{
  SyNet *net;
  Key *keys;
  guint32 *tree;        /* Fenwick tree over a layer */
  guint32 *ends;        /* far positions of one node */
  guint32 *up_pos;      /* as net->up, net->down, but positions, ascending; right for the layer last filled */
  guint32 *down_pos;
  guint32 *filled;      /* by node */
  guint32 *best;        /* the best order so far */
  guint64 best_crossings;
  const gint *cancel;
} Search;

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  const Key *x = a, *y = b;

  if (x->value != y->value)
    return x->value < y->value ? -1 : 1;
  return x->pos < y->pos ? -1 : x->pos > y->pos;
}

static guint32
gather (const SyNet *net, const guint32 *start, const guint32 *list, guint32 v, guint32 *out)
{
  guint32 n = start[v + 1] - start[v];

  for (guint32 k = 0; k < n; k++)
    out[k] = net->pos[list[start[v] + k]];
  return n;
}

/* Crossings between layer l and l + 1: inversions, by a Fenwick tree (Barth, Mutzel, Jünger, JGAA 8(2), 2004). */
static guint64
count_layer (const SyNet *net, guint32 l, guint32 *tree, guint32 *ends)
{
  guint32 width = net->layer_start[l + 2] - net->layer_start[l + 1];
  guint64 crossings = 0;
  guint32 seen = 0;

  memset (tree, 0, (width + 1) * sizeof *tree);
  for (guint32 i = net->layer_start[l]; i < net->layer_start[l + 1]; i++)
    {
      guint32 n = gather (net, net->down_start, net->down, net->order[i], ends);

      for (guint32 k = 0; k < n; k++)
        {
          guint32 not_after = 0;

          for (guint32 at = ends[k] + 1; at > 0; at &= at - 1)
            not_after += tree[at];
          crossings += seen - not_after;
        }
      for (guint32 k = 0; k < n; k++)
        for (guint32 at = ends[k] + 1; at <= width; at += at & -at)
          tree[at]++;
      seen += n;
    }
  return crossings;
}

static guint64
count_all (const SyNet *net, guint32 *tree, guint32 *ends)
{
  guint64 crossings = 0;

  for (guint32 l = 0; l + 1 < net->n_layers; l++)
    crossings += count_layer (net, l, tree, ends);
  return crossings;
}

guint64
sy_net_count_crossings (const SyNet *net)
{
  g_autofree guint32 *tree = g_new (guint32, net->n + 2);
  g_autofree guint32 *ends = g_new (guint32, net->n_links + 1);

  return count_all (net, tree, ends);
}

/* Weighted median (Gansner et al., 1993, 3.2) or barycentre of the neighbours' positions; -1 without neighbours. */
static double
weigh (const guint32 *p, guint32 n, gboolean median)
{
  double sum = 0;

  if (n == 0)
    return -1;
  if (!median)
    {
      for (guint32 k = 0; k < n; k++)
        sum += p[k];
      return sum / n;
    }
  if (n % 2 == 1)
    return p[n / 2];
  if (n == 2)
    return (p[0] + p[1]) / 2.0;
  {
    double left = (double) p[n / 2 - 1] - p[0], right = (double) p[n - 1] - p[n / 2];

    if (left + right == 0)
      return (p[n / 2 - 1] + p[n / 2]) / 2.0;
    return (p[n / 2 - 1] * right + p[n / 2] * left) / (left + right);
  }
}

static void
set_order (SyNet *net, guint32 l, const Key *keys)
{
  guint32 begin = net->layer_start[l], n = net->layer_start[l + 1] - begin;

  for (guint32 i = 0; i < n; i++)
    {
      net->order[begin + i] = keys[i].node;
      net->pos[keys[i].node] = i;
    }
}

/* The positions of the neighbours of layer l's nodes, sorted, in linear time: by walking the next layer in its order. */
static void
fill_positions (Search *s, guint32 l, gboolean by_up)
{
  const SyNet *net = s->net;
  const guint32 *start = by_up ? net->up_start : net->down_start;
  const guint32 *back_start = by_up ? net->down_start : net->up_start, *back = by_up ? net->down : net->up;
  guint32 *out = by_up ? s->up_pos : s->down_pos;
  guint32 other = by_up ? l - 1 : l + 1;

  if (by_up ? l == 0 : l + 1 >= net->n_layers)
    return;
  for (guint32 i = net->layer_start[l]; i < net->layer_start[l + 1]; i++)
    s->filled[net->order[i]] = start[net->order[i]];
  for (guint32 i = net->layer_start[other]; i < net->layer_start[other + 1]; i++)
    for (guint32 k = back_start[net->order[i]]; k < back_start[net->order[i] + 1]; k++)
      out[s->filled[back[k]]++] = i - net->layer_start[other];
}

/* Sorts a layer by its neighbours; nodes without neighbours keep their places. */
static void
sort_layer (Search *s, guint32 l, gboolean by_up, gboolean median)
{
  SyNet *net = s->net;
  const guint32 *start = by_up ? net->up_start : net->down_start, *ends = by_up ? s->up_pos : s->down_pos;
  guint32 begin = net->layer_start[l], n = net->layer_start[l + 1] - begin, placed = 0, at = 0;
  Key *loose = s->keys + n;

  fill_positions (s, l, by_up);
  for (guint32 i = 0; i < n; i++)
    {
      guint32 v = net->order[begin + i];
      double value = weigh (ends + start[v], start[v + 1] - start[v], median);

      if (value >= 0)
        loose[placed++] = (Key){ value, v, i };
    }
  qsort (loose, placed, sizeof *loose, compare_keys);
  for (guint32 i = 0; i < n; i++)
    {
      guint32 v = net->order[begin + i];

      s->keys[i] = start[v + 1] == start[v] ? (Key){ 0, v, i } : loose[at++];
    }
  set_order (net, l, s->keys);
}

/* Crossings of the edges of a before b, both sorted: pairs (x of a, y of b) with x > y; and the other way round. */
static void
count_pair (const guint32 *a, guint32 n_a, const guint32 *b, guint32 n_b, gint64 *as_is, gint64 *swapped)
{
  for (guint32 i = 0, less = 0, not_more = 0; i < n_a; i++)
    {
      while (less < n_b && b[less] < a[i])
        less++;
      while (not_more < n_b && b[not_more] <= a[i])
        not_more++;
      *as_is += less;
      *swapped += n_b - not_more;
    }
}

/* What exchanging neighbours a and b of the layer filled saves: crossings as they are less those after. */
static gint64
gain_of_exchange (const Search *s, guint32 a, guint32 b)
{
  const SyNet *net = s->net;
  gint64 as_is = 0, swapped = 0;

  count_pair (s->up_pos + net->up_start[a], net->up_start[a + 1] - net->up_start[a], s->up_pos + net->up_start[b],
              net->up_start[b + 1] - net->up_start[b], &as_is, &swapped);
  count_pair (s->down_pos + net->down_start[a], net->down_start[a + 1] - net->down_start[a], s->down_pos + net->down_start[b],
              net->down_start[b + 1] - net->down_start[b], &as_is, &swapped);
  return as_is - swapped;
}

/* Exchanges neighbours where that saves crossings. */
static gboolean
transpose_layer (Search *s, guint32 l)
{
  SyNet *net = s->net;
  gboolean better = FALSE;

  fill_positions (s, l, TRUE);
  fill_positions (s, l, FALSE);
  for (guint32 i = net->layer_start[l]; i + 1 < net->layer_start[l + 1]; i++)
    {
      guint32 a = net->order[i], b = net->order[i + 1];

      if (gain_of_exchange (s, a, b) <= 0)
        continue;
      net->order[i] = b;
      net->order[i + 1] = a;
      net->pos[a]++;
      net->pos[b]--;
      better = TRUE;
    }
  return better;
}

static void
transpose (Search *s, guint rounds)
{
  g_autofree guint8 *dirty = g_malloc (s->net->n_layers + 2);

  memset (dirty, 1, s->net->n_layers + 2);
  for (guint round = 0; round < rounds; round++)
    {
      gboolean better = FALSE;

      for (guint32 l = 0; l < s->net->n_layers; l++)
        {
          if (!dirty[l + 1])
            continue;
          dirty[l + 1] = 0;
          if (transpose_layer (s, l))
            {
              better = TRUE;
              dirty[l] = dirty[l + 1] = 1;
              if (l + 2 < s->net->n_layers + 2)
                dirty[l + 2] = 1;
            }
        }
      if (!better || sy_layout_is_cancelled (s->cancel))
        break;
    }
}

static void
move_node (SyNet *net, guint32 l, guint32 from, guint32 to)
{
  guint32 *order = net->order + net->layer_start[l], v = order[from];

  for (guint32 i = from; i < to; i++)
    order[i] = order[i + 1];
  for (guint32 i = from; i > to; i--)
    order[i] = order[i - 1];
  order[to] = v;
  for (guint32 i = MIN (from, to); i <= MAX (from, to); i++)
    net->pos[order[i]] = i;
}

/* Sifting: each node to the best of the places near it (Matuszewski, Schönfeld, Molitor, GD 1999). */
static gboolean
sift_node (Search *s, guint32 l, guint32 v)
{
  SyNet *net = s->net;
  const guint32 *order = net->order + net->layer_start[l];
  guint32 at = net->pos[v], best = at, width = net->layer_start[l + 1] - net->layer_start[l];
  gint64 gain = 0, most = 0;

  for (guint32 i = at; i + 1 < width && i < at + SIFT_WINDOW; i++)
    if ((gain += gain_of_exchange (s, v, order[i + 1])) > most)
      most = gain, best = i + 1;
  gain = 0;
  for (guint32 i = at; i > 0 && i + SIFT_WINDOW > at; i--)
    if ((gain += gain_of_exchange (s, order[i - 1], v)) > most)
      most = gain, best = i - 1;
  if (best == at)
    return FALSE;
  move_node (net, l, at, best);
  return TRUE;
}

static void
sift (Search *s, guint rounds)
{
  g_autofree guint32 *nodes = g_new (guint32, MAX (s->net->n, 1));

  for (guint round = 0; round < rounds; round++)
    {
      gboolean better = FALSE;

      for (guint32 l = 0; l < s->net->n_layers; l++)
        {
          guint32 begin = s->net->layer_start[l], n = s->net->layer_start[l + 1] - begin;

          fill_positions (s, l, TRUE);
          fill_positions (s, l, FALSE);
          memcpy (nodes, s->net->order + begin, n * sizeof *nodes);
          for (guint32 i = 0; i < n; i++)
            better |= sift_node (s, l, nodes[i]);
          if (sy_layout_is_cancelled (s->cancel))
            return;
        }
      if (!better)
        return;
    }
}

static void
restore_best (Search *s)
{
  SyNet *net = s->net;

  memcpy (net->order, s->best, net->n * sizeof *net->order);
  for (guint32 l = 0; l < net->n_layers; l++)
    for (guint32 i = net->layer_start[l]; i < net->layer_start[l + 1]; i++)
      net->pos[net->order[i]] = i - net->layer_start[l];
}

static gboolean
keep_if_better (Search *s)
{
  guint64 crossings = count_all (s->net, s->tree, s->ends);

  if (crossings >= s->best_crossings)
    return FALSE;
  s->best_crossings = crossings;
  memcpy (s->best, s->net->order, s->net->n * sizeof *s->best);
  return TRUE;
}

static void
sweep (Search *s, guint sweeps)
{
  guint idle = 0;
  gboolean large = s->net->n_links > LARGE;

  keep_if_better (s);
  for (guint i = 0; i < sweeps && idle < (large ? 3u : 6u) && s->best_crossings > 0; i++)
    {
      gboolean median = i % 4 < 2;

      if (i % 2 == 0)
        for (guint32 l = 1; l < s->net->n_layers; l++)
          sort_layer (s, l, TRUE, median);
      else
        for (guint32 l = s->net->n_layers - 1; l-- > 0;)
          sort_layer (s, l, FALSE, median);
      transpose (s, large ? 2 : 4);
      idle = keep_if_better (s) ? 0 : idle + 1;
      if (sy_layout_is_cancelled (s->cancel))
        return;
    }
}

/* Start 1: depth first from the sources, so that what hangs together lies together. */
static void
start_depth_first (SyNet *net, gboolean from_right)
{
  const guint32 *start = from_right ? net->up_start : net->down_start, *list = from_right ? net->up : net->down;
  const guint32 *back = from_right ? net->down_start : net->up_start;
  g_autofree guint8 *seen = g_malloc0 (MAX (net->n, 1));
  g_autofree guint32 *stack = g_new (guint32, net->n_links + net->n + 1);
  g_autofree guint32 *used = g_new0 (guint32, net->n_layers);

  for (guint32 r = 0; r < net->n; r++)
    {
      guint32 depth = 0;

      if (back[r + 1] != back[r] || seen[r])
        continue;
      stack[depth++] = r;
      while (depth)
        {
          guint32 v = stack[--depth];

          if (seen[v])
            continue;
          seen[v] = 1;
          net->pos[v] = used[net->layer[v]]++;
          net->order[net->layer_start[net->layer[v]] + net->pos[v]] = v;
          for (guint32 k = start[v + 1]; k-- > start[v];)
            if (!seen[list[k]])
              stack[depth++] = list[k];
        }
    }
}

/* Start 2: spectral. x = 0.4 x + 0.6 mean of the neighbours, the mean of each layer taken off in every round. */
static void
spectral_round (const SyNet *net, const double *x, double *next)
{
  for (guint32 v = 0; v < net->n; v++)
    {
      guint32 n = net->up_start[v + 1] - net->up_start[v] + net->down_start[v + 1] - net->down_start[v];
      double sum = 0;

      for (guint32 k = net->up_start[v]; k < net->up_start[v + 1]; k++)
        sum += x[net->up[k]];
      for (guint32 k = net->down_start[v]; k < net->down_start[v + 1]; k++)
        sum += x[net->down[k]];
      next[v] = n ? 0.4 * x[v] + 0.6 * sum / n : x[v];
    }
  for (guint32 l = 0; l < net->n_layers; l++)
    {
      guint32 n = net->layer_start[l + 1] - net->layer_start[l];
      double mean = 0, most = 0;

      for (guint32 i = net->layer_start[l]; i < net->layer_start[l + 1]; i++)
        mean += next[net->order[i]] / n;
      for (guint32 i = net->layer_start[l]; i < net->layer_start[l + 1]; i++)
        {
          next[net->order[i]] -= mean;
          most = MAX (most, ABS (next[net->order[i]]));
        }
      if (most > 1e9 || (most > 0 && most < 1e-200))
        for (guint32 i = net->layer_start[l]; i < net->layer_start[l + 1]; i++)
          next[net->order[i]] /= most;
    }
}

static void
normalise (double *x, guint32 n)
{
  double most = 0;

  for (guint32 v = 0; v < n; v++)
    most = MAX (most, ABS (x[v]));
  for (guint32 v = 0; v < n && most > 0; v++)
    x[v] /= most;
}

static void
start_spectral (Search *s, guint rounds)
{
  SyNet *net = s->net;
  g_autofree double *x = g_new (double, MAX (net->n, 1));
  g_autofree double *next = g_new (double, MAX (net->n, 1));
  guint32 random = 12345;

  for (guint32 v = 0; v < net->n; v++)
    {
      random = random * 1664525u + 1013904223u;
      x[v] = (double) (random >> 8) / (1 << 24) - 0.5;
    }
  for (guint r = 0; r < rounds && !sy_layout_is_cancelled (s->cancel); r++)
    {
      double *t = x;

      spectral_round (net, x, next);
      x = next;
      next = t;
      if (r % 10 == 9)
        normalise (x, net->n);
    }
  for (guint32 l = 0; l < net->n_layers; l++)
    {
      guint32 begin = net->layer_start[l], n = net->layer_start[l + 1] - begin;

      for (guint32 i = 0; i < n; i++)
        s->keys[i] = (Key){ x[net->order[begin + i]], net->order[begin + i], i };
      qsort (s->keys, n, sizeof *s->keys, compare_keys);
      set_order (net, l, s->keys);
    }
}

guint64
sy_net_minimise_crossings (SyNet *net, guint starts, const gint *cancel)
{
  Search s = { .net = net, .best_crossings = G_MAXUINT64, .cancel = cancel };

  s.keys = g_new (Key, 2 * net->n + 2);
  s.tree = g_new (guint32, net->n + 2);
  s.ends = g_new (guint32, (gsize) net->n_links + 2);
  s.up_pos = g_new (guint32, (gsize) net->n_links + 1);
  s.down_pos = g_new (guint32, (gsize) net->n_links + 1);
  s.filled = g_new (guint32, net->n + 1);
  s.best = g_memdup2 (net->order, MAX (net->n, 1) * sizeof *net->order);
  for (guint start = 0; start < MAX (starts, 1) && s.best_crossings > 0 && !sy_layout_is_cancelled (cancel); start++)
    {
      if (start == 0)
        start_depth_first (net, FALSE);
      else if (start == 1)
        start_spectral (&s, SPECTRAL_ROUNDS);
      else if (start == 2)
        start_depth_first (net, TRUE);
      else
        start_spectral (&s, 3 * SPECTRAL_ROUNDS);
      sweep (&s, SWEEPS);
    }
  restore_best (&s);
  if (s.best_crossings > 0)
    {
      sift (&s, net->n_links > LARGE ? 1 : SIFT_ROUNDS);
      keep_if_better (&s);
    }
  g_free (s.keys);
  g_free (s.tree);
  g_free (s.ends);
  g_free (s.up_pos);
  g_free (s.down_pos);
  g_free (s.filled);
  g_free (s.best);
  return s.best_crossings;
}

void
sy_net_order_by_former (SyNet *net, const float *former_y)
{
  g_autofree Key *keys = g_new (Key, net->n + 1);
  g_autofree double *y = g_new (double, MAX (net->n, 1));

  for (guint32 v = 0; v < net->n; v++)
    y[v] = v < net->n_real && former_y[v] == former_y[v] ? former_y[v] : -1;
  for (guint32 l = 0; l < net->n_layers; l++)
    {
      guint32 begin = net->layer_start[l], n = net->layer_start[l + 1] - begin;

      for (guint32 i = 0; i < n; i++)
        {
          guint32 v = net->order[begin + i], known = 0;
          double sum = 0;

          for (guint32 k = net->up_start[v]; k < net->up_start[v + 1]; k++)
            sum += y[net->up[k]], known++;
          if (y[v] < 0)
            y[v] = known ? sum / known : 0;
          keys[i] = (Key){ y[v], v, i };
        }
      qsort (keys, n, sizeof *keys, compare_keys);
      set_order (net, l, keys);
    }
}
