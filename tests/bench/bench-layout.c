/* bench-layout.c: what layouts cost in CPU time, and crossings beside dot's
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-layout.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef struct
{
  guint n, n_edges;
  guint32 *from, *to;
} Net;

/* Layers of tasks, edges to near rows of the next layers, numbers shuffled */
static Net
make_net (guint n, guint n_edges, guint seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  guint rows = MAX ((guint) sqrt (n), 2);
  Net net = { n, 0, g_new (guint32, n_edges), g_new (guint32, n_edges) };
  g_autofree guint32 *name = g_new (guint32, n);

  for (guint i = 0; i < n; i++)
    name[i] = i;
  for (guint i = n; i-- > 1;)
    {
      guint j = (guint) g_rand_int_range (rand, 0, (int) i + 1);
      guint32 swap = name[i];

      name[i] = name[j];
      name[j] = swap;
    }
  while (net.n_edges < n_edges)
    {
      guint a = (guint) g_rand_int_range (rand, 0, (int) (n - rows)), layers = 1 + (guint) (g_rand_double (rand) < 0.15);
      int row = (int) (a % rows) + g_rand_int_range (rand, -4, 5);
      guint b = (a / rows + layers) * rows + (guint) CLAMP (row, 0, (int) rows - 1);

      if (b >= n)
        continue;
      net.from[net.n_edges] = name[a];
      net.to[net.n_edges++] = name[b];
    }
  return net;
}

static void
net_clear (Net *net)
{
  g_free (net->from);
  g_free (net->to);
}

static double
cpu_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (double) now.tv_sec * 1000 + (double) now.tv_nsec / 1e6;
}

static SyLayoutInput
input_of (const Net *net, guint starts)
{
  return (SyLayoutInput){ .n_nodes = net->n, .n_edges = net->n_edges, .from = net->from, .to = net->to, .width = 176, .height = 56,
                          .gap_x = 72, .gap_y = 22, .starts = starts };
}

/* Crossings of straight lines in dot's drawing; −1 = there is no dot */
static gint64
crossings_of_dot (const Net *net)
{
  g_autoptr (GString) text = g_string_new ("digraph { rankdir=LR; splines=line; node [shape=box fixedsize=true width=2.44 height=0.78];\n");
  g_autofree char *program = g_find_program_in_path ("dot"), *out = NULL, *file = NULL;
  g_autofree float *x = g_new0 (float, net->n), *y = g_new0 (float, net->n);
  const char *argv[] = { program, "-Tplain", NULL, NULL };
  SyLayoutInput input = input_of (net, 1);
  int fd = program != NULL ? g_file_open_tmp (NULL, &file, NULL) : -1;

  if (fd < 0)
    return -1;
  close (fd);
  for (guint e = 0; e < net->n_edges; e++)
    g_string_append_printf (text, "%u -> %u;\n", net->from[e], net->to[e]);
  g_string_append (text, "}\n");
  argv[2] = file;
  if (!g_file_set_contents (file, text->str, -1, NULL) || !g_spawn_sync (NULL, (char **) argv, NULL, 0, NULL, NULL, &out, NULL, NULL, NULL))
    return -1;
  remove (file);
  for (const char *line = out; line != NULL && *line != '\0'; line = strchr (line, '\n') != NULL ? strchr (line, '\n') + 1 : NULL)
    {
      unsigned node;
      float at_x, at_y;

      if (sscanf (line, "node %u %f %f", &node, &at_x, &at_y) == 3 && node < net->n)
        {
          x[node] = at_x;
          y[node] = at_y;
        }
    }
  return (gint64) sy_layout_count_crossings (&input, x, y);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

static void
bench (guint n, guint n_edges, guint seeds, gboolean against_dot)
{
  double first[5], best[5], own[5], dot[5];

  for (guint i = 0; i < seeds; i++)
    {
      Net net = make_net (n, n_edges, i + 1);
      SyLayoutInput quick = input_of (&net, 1), thorough = input_of (&net, 4);
      double begin = cpu_ms ();

      sy_layout_free (sy_layout_compute (&quick, NULL));
      first[i] = cpu_ms () - begin;
      begin = cpu_ms ();
      {
        g_autoptr (SyLayout) layout = sy_layout_compute (&thorough, NULL);

        best[i] = cpu_ms () - begin;
        own[i] = against_dot ? (double) sy_layout_count_crossings (&thorough, layout->x, layout->y) : 0;
      }
      dot[i] = against_dot ? (double) crossings_of_dot (&net) : -1;
      net_clear (&net);
    }
  qsort (first, seeds, sizeof *first, compare);
  qsort (best, seeds, sizeof *best, compare);
  qsort (own, seeds, sizeof *own, compare);
  qsort (dot, seeds, sizeof *dot, compare);
  printf ("%6u tasks %6u edges: first %7.1f ms, four starts %7.1f ms of CPU (median of %u)", n, n_edges, first[seeds / 2], best[seeds / 2], seeds);
  if (dot[seeds / 2] >= 0)
    printf ("; crossings %.0f, dot %.0f", own[seeds / 2], dot[seeds / 2]);
  printf ("\n");
  fflush (stdout);
}

int
main (int argc, char **argv)
{
  if (argc > 1 && strcmp (argv[1], "--smoke") == 0)
    {
      bench (100, 150, 2, FALSE);
      return 0;
    }
  bench (1000, 1500, 5, TRUE);
  bench (1000, 3000, 5, TRUE);
  bench (10000, 15000, 3, FALSE);
  bench (10000, 30000, 3, FALSE);
  bench (50000, 75000, 3, FALSE);
  return 0;
}
