/* bench-history.c: what a frame of the grid of tasks and runs costs, in CPU time; and its order and its rows
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/scene/sy-paint-grid.h"

#include <stdlib.h>
#include <time.h>

static gboolean opt_smoke;
static int opt_tasks = 10000, opt_runs = 50;

static const GOptionEntry entries[] = {
  { "smoke", 0, 0, G_OPTION_ARG_NONE, &opt_smoke, "A few frames", NULL },
  { "tasks", 0, 0, G_OPTION_ARG_INT, &opt_tasks, "Tasks", "N" },
  { "runs", 0, 0, G_OPTION_ARG_INT, &opt_runs, "Runs", "N" },
  { NULL }
};

static gint64
cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static SyGridRun *
make_run (guint number)
{
  g_autofree char *uuid = g_strdup_printf ("run-%u", number);
  SyGridRun *run = sy_grid_run_new (uuid);

  run->number = number;
  run->status = number % 5 == 0 ? SY_RUN_FAILED : SY_RUN_SUCCEEDED;
  run->created_us = (1700000000 + number * 3600) * (gint64) G_USEC_PER_SEC;
  run->ended_us = run->created_us + (60 + number) * (gint64) G_USEC_PER_SEC;
  run->n_cells = (guint32) opt_tasks;
  run->cells = g_new0 (SyGridCell, run->n_cells);
  for (guint i = 0; i < run->n_cells; i++)
    {
      guint dice = (i * 31 + number * 17) % 100;

      run->cells[i] = (SyGridCell){ .state = dice < 3 ? SY_STATE_FAILED : dice < 6 ? SY_STATE_UPSTREAM_FAILED : SY_STATE_SUCCEEDED,
                                    .attempts = dice < 10 ? 2 : 1,
                                    .retried = dice < 10,
                                    .duration_us = 1000000 + dice * 20000 + (dice == 50 ? 5000000 : 0) };
    }
  return run;
}

static SyRunGrid *
make_grid (void)
{
  SyRunGrid *grid = sy_run_grid_new ();

  for (int i = 0; i < opt_tasks; i++)
    {
      g_autofree char *id = g_strdup_printf ("compile-%d", i);

      sy_run_grid_add_row (grid, id);
    }
  for (int i = 1; i <= opt_runs; i++)
    sy_run_grid_put_run (grid, make_run ((guint) i));
  return grid;
}

static int
compare_us (const void *a, const void *b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

/* @dx, @dy: what each frame moves by */
static void
run_frames (SyRunGrid *grid, const char *name, double dx, double dy)
{
  guint n = opt_smoke ? 3 : 300;
  g_autofree gint64 *took = g_new (gint64, n);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, 1280, 800);
  SyGridView view = { 0 };
  SyDiscs discs = { 0 };

  sy_grid_view_resize (&view, 1280, 800, 340);
  sy_grid_view_set_extent (&view, sy_run_grid_get_n_shown (grid), sy_run_grid_get_n_runs (grid));
  for (guint i = 0; i < n; i++)
    {
      gint64 begin = cpu_us ();
      SyPainter painter;
      SyGridPicture picture = { .view = &view, .grid = grid, .painter = &painter, .discs = &discs, .shown_column = 3, .cursor_row = 5,
                                .focused = TRUE, .hover_row = G_MAXUINT32, .hover_column = G_MAXUINT };
      cairo_t *cr = cairo_create (surface);

      sy_grid_view_pan (&view, dx, dy);
      sy_painter_init (&painter, sy_style_get (SY_SCHEME_LIGHT, SY_PALETTE_STANDARD), NULL, 1);
      sy_paint_grid (&picture, cr);
      sy_painter_clear (&painter);
      cairo_destroy (cr);
      cairo_surface_flush (surface);
      took[i] = cpu_us () - begin;
    }
  qsort (took, n, sizeof *took, compare_us);
  printf ("%-10s median %5.2f ms  p95 %5.2f ms  max %5.2f ms\n", name, (double) took[n / 2] / 1000, (double) took[n * 95 / 100] / 1000,
          (double) took[n - 1] / 1000);
  sy_discs_clear (&discs);
  cairo_surface_destroy (surface);
}

static void
time_order (SyRunGrid *grid, const char *name, SyGridOrder order)
{
  gint64 begin = cpu_us ();

  sy_run_grid_set_order (grid, order);
  sy_run_grid_get_n_shown (grid);
  printf ("%-10s %5.2f ms\n", name, (double) (cpu_us () - begin) / 1000);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("- what a frame of the history costs");
  g_autoptr (GError) error = NULL;
  g_autoptr (SyRunGrid) grid = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);
  if (opt_smoke)
    opt_tasks = 300;
  grid = make_grid ();
  run_frames (grid, "still", 0, 0);
  run_frames (grid, "scroll", 0, 52);
  run_frames (grid, "sideways", -52, 0);
  run_frames (grid, "pages", 0, 700);
  time_order (grid, "failures", SY_GRID_BY_FAILURES);
  time_order (grid, "slowest", SY_GRID_BY_DURATION);
  return 0;
}
