/* sy-layout-order.c: orders within layers with few crossings
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-layout-order-private.h"

#include <stdlib.h>
#include <string.h>

#define ROW_ORDER 1e-6 /* of x beside y: orders the tasks of one row, and never two rows */
#define AFTER_ROW 2    /* what is new comes behind the row that lies there */
#define SWEEPS 24
#define SPECTRAL_ROUNDS 100
#define SIFT_ROUNDS 8
#define QUICK_EXCHANGES 1000000 /* that are weighed in one round for the first picture */
#define LEAST_WINDOW 8
#define LARGE 60000   /* links: above, fewer rounds */
#define REFINE_EACH 2 /* steps a node, of a thorough search */
#define REFINE_MOST 6000
#define REFINE_SMALL 300 /* steps from every start, where that takes no time */
#define SMALL 600        /* links */

typedef struct
{
  double value;
  guint32 node;
  guint32 pos;
} Key;

typedef struct
{
  SyNet *net;
  SyOrdering o;
  Key *keys;
  guint32 *best; /* the best order so far */
  guint64 best_crossings;
  const gint *cancel;
  gboolean quick; /* a picture is waited for */
} Search;

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  const Key *x = a, *y = b;

  if (x->value != y->value)
    return x->value < y->value ? -1 : 1;
  return x->pos < y->pos ? -1 : x->pos > y->pos;
}

guint64
sy_net_count_crossings (SyNet *net)
{
  SyOrdering o;
  guint64 crossings;

  sy_ordering_init (&o, net, NULL);
  crossings = sy_ordering_count (&o);
  sy_ordering_clear (&o);
  return crossings;
}

/* Weighted median (Gansner et al., 1993, 3.2) or barycentre of the neighbours' positions; -1 without
 * neighbours. */
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

/* Insertion where the keys are nearly sorted already, as they mostly are; else a merge sort. */
static void
sort_keys (Key *keys, guint32 n)
{
  guint64 moves = 0;

  for (guint32 i = 1; i < n; i++)
    {
      Key key = keys[i];
      guint32 at = i;

      for (; at > 0 && (keys[at - 1].value > key.value ||
                        (keys[at - 1].value == key.value && keys[at - 1].pos > key.pos));
           at--)
        keys[at] = keys[at - 1];
      keys[at] = key;
      if ((moves += i - at) > 8 * (guint64) n + 32)
        {
          qsort (keys, n, sizeof *keys, compare_keys);
          return;
        }
    }
}

/* Sorts a layer by its neighbours; nodes without neighbours keep their places. */
static void
sort_layer (Search *s, guint32 l, gboolean by_up, gboolean median)
{
  SyNet *net = s->net;
  const guint32 *start = by_up ? net->up_start : net->down_start, *ends = by_up ? s->o.up_pos : s->o.down_pos;
  guint32 begin = net->layer_start[l], n = net->layer_start[l + 1] - begin, placed = 0, at = 0;
  Key *loose = s->keys + n;
  gboolean changed = FALSE;

  sy_ordering_freshen (&s->o, l, by_up, !by_up);
  for (guint32 i = 0; i < n; i++)
    {
      guint32 v = net->order[begin + i];
      double value = weigh (ends + start[v], start[v + 1] - start[v], median);

      if (value >= 0)
        loose[placed++] = (Key){ value, v, i };
    }
  sort_keys (loose, placed);
  for (guint32 i = 0; i < n; i++)
    {
      guint32 v = net->order[begin + i];

      s->keys[i] = start[v + 1] == start[v] ? (Key){ 0, v, i } : loose[at++];
      changed |= s->keys[i].node != v;
    }
  if (!changed)
    return;
  set_order (net, l, s->keys);
  sy_ordering_layer_changed (&s->o, l);
}

static void
all_changed (Search *s)
{
  for (guint32 l = 0; l < s->net->n_layers; l++)
    sy_ordering_layer_changed (&s->o, l);
}

static void
restore_best (Search *s)
{
  SyNet *net = s->net;

  memcpy (net->order, s->best, net->n * sizeof *net->order);
  for (guint32 l = 0; l < net->n_layers; l++)
    for (guint32 i = net->layer_start[l]; i < net->layer_start[l + 1]; i++)
      net->pos[net->order[i]] = i - net->layer_start[l];
  all_changed (s);
}

static gboolean
keep_if_better (Search *s)
{
  guint64 crossings = sy_ordering_count (&s->o);

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
      idle = keep_if_better (s) ? 0 : idle + 1;
      if (sy_layout_is_cancelled (s->cancel))
        return;
    }
}

/* Start 1: depth first from the sources, so that what hangs together lies together. */
static void
start_depth_first (SyNet *net, gboolean from_right)
{
  const guint32 *start = from_right ? net->up_start : net->down_start,
                *list = from_right ? net->up : net->down;
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

/* Start 2: spectral. x = 0.4 x + 0.6 mean of the neighbours, the mean of each layer taken off in every round.
 */
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

static void
begin (Search *s, guint start)
{
  if (start == 0)
    start_depth_first (s->net, FALSE);
  else if (start == 1)
    start_spectral (s, SPECTRAL_ROUNDS);
  else if (start == 2)
    start_depth_first (s->net, TRUE);
  else
    start_spectral (s, 3 * SPECTRAL_ROUNDS);
  all_changed (s);
}

/* Of a large graph the first picture has nodes moved only a little: the thorough search follows. */
static void
sift (Search *s)
{
  guint32 affordable = QUICK_EXCHANGES / (2 * MAX (s->net->n, 1));
  gboolean large = s->net->n_links > LARGE || (s->quick && affordable < SY_SIFT_WINDOW);

  s->o.window = s->quick ? CLAMP (affordable, LEAST_WINDOW, SY_SIFT_WINDOW) : SY_SIFT_WINDOW;
  sy_ordering_sift (&s->o, large ? 1 : SIFT_ROUNDS);
  s->o.window = SY_SIFT_WINDOW;
}

/* From one start: sweeps, then single nodes. Leaves the order found, and it in `best` if nothing before
 * crossed less. */
static void
search_from (Search *s, guint start)
{
  guint64 before = s->best_crossings;
  g_autofree guint32 *kept = g_memdup2 (s->best, MAX (s->net->n, 1) * sizeof *kept);

  s->best_crossings = G_MAXUINT64;
  begin (s, start);
  sweep (s, SWEEPS);
  restore_best (s);
  if (s->best_crossings > 0)
    {
      sift (s);
      if (s->net->n_links <= SMALL)
        sy_ordering_refine (&s->o, REFINE_SMALL, 1);
    }
  s->best_crossings = before;
  memcpy (s->best, kept, s->net->n * sizeof *kept);
  keep_if_better (s);
}

guint64
sy_net_minimise_crossings (SyNet *net, guint starts, const gint *cancel)
{
  Search s = { .net = net, .best_crossings = G_MAXUINT64, .cancel = cancel, .quick = starts <= 1 };

  sy_ordering_init (&s.o, net, cancel);
  s.keys = g_new (Key, 2 * net->n + 2);
  s.best = g_memdup2 (net->order, MAX (net->n, 1) * sizeof *net->order);
  for (guint start = 0; start < MAX (starts, 1) && s.best_crossings > 0 && !sy_layout_is_cancelled (cancel);
       start++)
    search_from (&s, start);
  restore_best (&s);
  if (s.best_crossings > 0 && starts > 1)
    s.best_crossings -= sy_ordering_refine (&s.o, MIN (REFINE_EACH * net->n, REFINE_MOST), 2);
  sy_ordering_clear (&s.o);
  g_free (s.keys);
  g_free (s.best);
  return s.best_crossings;
}

void
sy_net_order_by_former (SyNet *net, const float *former_x, const float *former_y)
{
  g_autofree Key *keys = g_new (Key, net->n + 1);
  g_autofree double *y = g_new (double, MAX (net->n, 1));

  for (guint32 v = 0; v < net->n; v++)
    y[v] = v < net->n_real && former_y[v] == former_y[v] ? former_y[v] + former_x[v] * ROW_ORDER : -1;
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
            y[v] = (known ? sum / known : 0) + AFTER_ROW;
          keys[i] = (Key){ y[v], v, i };
        }
      qsort (keys, n, sizeof *keys, compare_keys);
      set_order (net, l, keys);
    }
}
