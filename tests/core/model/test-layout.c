/* test-layout.c: what must hold of every layout, on many graphs
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-layout-private.h"

#include <math.h>
#include <string.h>

#define WIDTH 100.0f
#define HEIGHT 30.0f

typedef struct
{
  guint n, n_edges;
  guint32 *from, *to;
} Net;

static void
net_clear (Net *net)
{
  g_free (net->from);
  g_free (net->to);
}

static Net
random_net (guint n, guint n_edges, guint seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  Net net = { n, n_edges, g_new (guint32, n_edges + 1), g_new (guint32, n_edges + 1) };

  for (guint e = 0; e < n_edges; e++)
    {
      guint32 a = (guint32) g_rand_int_range (rand, 0, (int) n - 1);
      guint32 b = (guint32) g_rand_int_range (rand, (int) a + 1, (int) MIN (n, a + 1 + MAX (n / 8, 4)));

      net.from[e] = a;
      net.to[e] = b;
    }
  return net;
}

static SyLayoutInput
input_of (const Net *net, guint starts)
{
  return (SyLayoutInput){ .n_nodes = net->n, .n_edges = net->n_edges, .from = net->from, .to = net->to, .width = WIDTH, .height = HEIGHT,
                          .gap_x = 40, .gap_y = 10, .starts = starts };
}

static void
check_layout (const Net *net, const SyLayout *layout)
{
  for (guint e = 0; e < net->n_edges; e++)
    g_assert_cmpfloat (layout->x[net->from[e]] + WIDTH, <=, layout->x[net->to[e]]);
  for (guint a = 0; a < net->n; a++)
    {
      g_assert_true (layout->x[a] >= 0 && layout->y[a] >= -0.01f);
      g_assert_true (layout->x[a] + WIDTH <= layout->total_width + 40.01f && layout->y[a] + HEIGHT <= layout->total_height + 10.01f);
      for (guint b = a + 1; b < net->n; b++)
        if (fabsf (layout->x[a] - layout->x[b]) < WIDTH - 0.01f && fabsf (layout->y[a] - layout->y[b]) < HEIGHT - 0.01f)
          g_error ("%u and %u lie upon each other: %g,%g %g,%g", a, b, layout->x[a], layout->y[a], layout->x[b], layout->y[b]);
    }
}

static const struct { guint n, edges; } sizes[] = { { 1, 0 }, { 2, 1 }, { 5, 0 }, { 12, 14 }, { 40, 60 }, { 200, 300 }, { 200, 900 }, { 600, 800 } };

static void
test_holds (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (guint seed = 1; seed < 6; seed++)
      {
        Net net = random_net (sizes[i].n, sizes[i].edges, seed);
        SyLayoutInput input = input_of (&net, 1 + seed % 4);
        g_autoptr (SyLayout) layout = sy_layout_compute (&input, NULL);

        check_layout (&net, layout);
        net_clear (&net);
      }
}

static void
test_same_again (void)
{
  Net net = random_net (300, 500, 3);
  SyLayoutInput input = input_of (&net, 4);
  g_autoptr (SyLayout) a = sy_layout_compute (&input, NULL), b = sy_layout_compute (&input, NULL);

  g_assert_cmpmem (a->x, net.n * sizeof *a->x, b->x, net.n * sizeof *b->x);
  g_assert_cmpmem (a->y, net.n * sizeof *a->y, b->y, net.n * sizeof *b->y);
  net_clear (&net);
}

/* More starts never cross more. */
static void
test_more_starts (void)
{
  for (guint seed = 1; seed < 6; seed++)
    {
      Net net = random_net (300, 450, seed);
      SyLayoutInput one = input_of (&net, 1), four = input_of (&net, 4);
      g_autoptr (SyLayout) a = sy_layout_compute (&one, NULL), b = sy_layout_compute (&four, NULL);

      g_assert_cmpuint (b->crossings, <=, a->crossings);
      net_clear (&net);
    }
}

/* What the search for few crossings believes to have is what is there; and it is far less than in the order given. */
static void
test_search (void)
{
  for (guint seed = 1; seed < 8; seed++)
    {
      Net net = random_net (seed % 2 ? 400 : 60, seed % 2 ? 900 : 80, seed);
      g_autofree guint32 *layer = g_new0 (guint32, net.n), *chain_start = NULL, *chain = NULL;
      guint64 before, found;
      SyNet *it;

      sy_layout_assign_layers (net.n, net.n_edges, net.from, net.to, layer);
      it = sy_net_new (net.n, net.n_edges, net.from, net.to, layer, &chain_start, &chain);
      before = sy_net_count_crossings (it);
      found = sy_net_minimise_crossings (it, 1 + seed % 3, NULL);
      g_assert_cmpuint (found, ==, sy_net_count_crossings (it));
      g_assert_cmpuint (found * 2, <, before);
      for (guint32 l = 0; l < it->n_layers; l++)
        for (guint32 i = it->layer_start[l]; i < it->layer_start[l + 1]; i++)
          g_assert_true (it->layer[it->order[i]] == l && it->pos[it->order[i]] == i - it->layer_start[l]);
      sy_net_free (it);
      net_clear (&net);
    }
}

/* A task is added at the end: no two former tasks of one layer change their order. */
static void
test_stable (void)
{
  for (guint seed = 1; seed < 6; seed++)
    {
      Net net = random_net (120, 160, seed), more;
      SyLayoutInput input = input_of (&net, 2), next;
      g_autoptr (SyLayout) before = sy_layout_compute (&input, NULL), after = NULL;
      g_autofree float *former = g_new (float, net.n + 1), *former_x = g_new (float, net.n + 1);

      more = (Net){ net.n + 1, net.n_edges + 1, g_memdup2 (net.from, (net.n_edges + 1) * 4), g_memdup2 (net.to, (net.n_edges + 1) * 4) };
      more.from[net.n_edges] = seed * 7;
      more.to[net.n_edges] = net.n;
      memcpy (former, before->y, net.n * sizeof *former);
      memcpy (former_x, before->x, net.n * sizeof *former);
      former[net.n] = former_x[net.n] = NAN;
      next = input_of (&more, 2);
      next.former_x = former_x;
      next.former_y = former;
      after = sy_layout_compute (&next, NULL);
      check_layout (&more, after);
      for (guint a = 0; a < net.n; a++)
        for (guint b = 0; b < net.n; b++)
          if (before->layer[a] == before->layer[b] && after->x[a] == after->x[b] && before->x[a] == before->x[b] && before->y[a] < before->y[b])
            g_assert_cmpfloat (after->y[a], <=, after->y[b]);
      net_clear (&net);
      net_clear (&more);
    }
}

/* One task, many that need it, one that needs all of these */
static Net
fan_net (guint width)
{
  Net net = { width + 2, 2 * width, g_new (guint32, 2 * width + 1), g_new (guint32, 2 * width + 1) };

  for (guint i = 0; i < width; i++)
    {
      net.from[2 * i] = 0;
      net.to[2 * i] = net.from[2 * i + 1] = i + 1;
      net.to[2 * i + 1] = width + 1;
    }
  return net;
}

/* A wide layer becomes a grid about as wide as high; a small one stays a column. Edges run around the boxes. */
static void
test_fold (void)
{
  static const struct { guint width; gboolean folded; } cases[] = { { 5, FALSE }, { 16, FALSE }, { 200, TRUE }, { 1000, TRUE } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Net net = fan_net (cases[i].width);
      SyLayoutInput input = input_of (&net, 1);
      g_autoptr (SyLayout) layout = sy_layout_compute (&input, NULL);
      gboolean folded = FALSE;

      check_layout (&net, layout);
      for (guint v = 2; v <= cases[i].width; v++)
        folded |= layout->x[v] != layout->x[1];
      g_assert_cmpint (folded, ==, cases[i].folded);
      if (folded)
        g_assert_cmpfloat (layout->total_height, <, layout->total_width);
      for (guint e = 0; e < net.n_edges; e++)
        for (guint k = layout->route_start[e]; k < layout->route_start[e + 1]; k++)
          for (guint v = 0; v < net.n; v++)
            if (layout->corners[k].y > layout->y[v] && layout->corners[k].y < layout->y[v] + HEIGHT)
              g_assert_false (layout->corners[k].x > layout->x[v] && layout->corners[k].x < layout->x[v] + WIDTH);
      net_clear (&net);
    }
}

/* A task more in a grid: the former tasks stay in their columns, and none passes another. */
static void
test_fold_stable (void)
{
  Net net = fan_net (300), more = fan_net (301);
  SyLayoutInput input = input_of (&net, 1), next = input_of (&more, 1);
  g_autoptr (SyLayout) before = sy_layout_compute (&input, NULL), after = NULL;
  g_autofree float *x = g_new (float, more.n), *y = g_new (float, more.n);

  /* The join has the last number in both. */
  for (guint v = 0; v < more.n; v++)
    {
      x[v] = v == 301 ? NAN : before->x[MIN (v, 301u)];
      y[v] = v == 301 ? NAN : before->y[MIN (v, 301u)];
    }
  next.former_x = x;
  next.former_y = y;
  after = sy_layout_compute (&next, NULL);
  check_layout (&more, after);
  for (guint a = 1; a <= 300; a++)
    {
      g_assert_cmpfloat (after->x[a], ==, before->x[a]);
      for (guint b = 1; b <= 300; b++)
        if (before->y[a] < before->y[b])
          g_assert_cmpfloat (after->y[a], <, after->y[b]);
    }
  net_clear (&net);
  net_clear (&more);
}

static void
test_cancel (void)
{
  Net net = random_net (2000, 3000, 1);
  SyLayoutInput input = input_of (&net, 4);
  gint cancel = 1;

  g_assert_null (sy_layout_compute (&input, &cancel));
  net_clear (&net);
}

/* Two edges that cross, and the same turned round */
static void
test_counts (void)
{
  guint32 from[] = { 0, 1 }, to[] = { 3, 2 };
  SyLayoutInput input = { .n_nodes = 4, .n_edges = 2, .from = from, .to = to, .width = 10, .height = 10 };
  const float x[] = { 0, 0, 100, 100 }, crossed[] = { 0, 50, 0, 50 }, plain[] = { 0, 50, 50, 0 };

  g_assert_cmpuint (sy_layout_count_crossings (&input, x, crossed), ==, 1);
  g_assert_cmpuint (sy_layout_count_crossings (&input, x, plain), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/layout/holds", test_holds);
  g_test_add_func ("/layout/same-again", test_same_again);
  g_test_add_func ("/layout/more-starts", test_more_starts);
  g_test_add_func ("/layout/search", test_search);
  g_test_add_func ("/layout/stable", test_stable);
  g_test_add_func ("/layout/fold", test_fold);
  g_test_add_func ("/layout/fold-stable", test_fold_stable);
  g_test_add_func ("/layout/cancel", test_cancel);
  g_test_add_func ("/layout/counts", test_counts);
  return g_test_run ();
}
