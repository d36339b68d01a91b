/* bench-canvas.c: what a frame of the canvas costs, in CPU time; and layouts
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-import.h"
#include "views/sy-canvas.h"
#include "views/sy-display.h"

#include <adwaita.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static gboolean opt_smoke, opt_dark, opt_critical, opt_done;
static int opt_tasks, opt_edges = 3, opt_width = 1280, opt_height = 800;
static double opt_zoom;
static char *opt_file, *opt_save, *opt_find, *opt_select, *opt_only;

static const GOptionEntry entries[] = {
  { "smoke", 0, 0, G_OPTION_ARG_NONE, &opt_smoke, "A few frames of each", NULL },
  { "tasks", 0, 0, G_OPTION_ARG_INT, &opt_tasks, "Only this many tasks", "N" },
  { "only", 0, 0, G_OPTION_ARG_STRING, &opt_only, "Only scenes that begin so", "SCENE" },
  { "edges", 0, 0, G_OPTION_ARG_INT, &opt_edges, "Edges a task", "N" },
  { "file", 0, 0, G_OPTION_ARG_FILENAME, &opt_file, "A workflow file of any format instead", "FILE" },
  { "save", 0, 0, G_OPTION_ARG_FILENAME, &opt_save, "Save a picture of the canvas and end", "PNG" },
  { "zoom", 0, 0, G_OPTION_ARG_DOUBLE, &opt_zoom, "Zoom of the picture", "Z" },
  { "done", 0, 0, G_OPTION_ARG_NONE, &opt_done, "The picture of a run half done", NULL },
  { "dark", 0, 0, G_OPTION_ARG_NONE, &opt_dark, "Dark", NULL },
  { "critical", 0, 0, G_OPTION_ARG_NONE, &opt_critical, "With the critical path", NULL },
  { "find", 0, 0, G_OPTION_ARG_STRING, &opt_find, "Seek this", "TEXT" },
  { "select", 0, 0, G_OPTION_ARG_STRING, &opt_select, "Select this task", "ID" },
  { "width", 0, 0, G_OPTION_ARG_INT, &opt_width, "Of the window", "PX" },
  { "height", 0, 0, G_OPTION_ARG_INT, &opt_height, "Of the window", "PX" },
  { NULL }
};

/* --- workflows --- */

/* Layers of tasks with edges to near rows of the layer before */
static SyWorkflow *
make_workflow (guint n, guint edges_a_task)
{
  SyWorkflow *workflow = sy_workflow_new ();
  guint rows = MAX ((guint) (sqrt (n) * 1.2), 2);
  g_autoptr (GRand) rand = g_rand_new_with_seed (n);
  g_autoptr (GError) error = NULL;

  workflow->name = "bench";
  workflow->n_tasks = n;
  workflow->tasks = sy_workflow_alloc (workflow, n * sizeof (SyTask));
  for (guint i = 0; i < n; i++)
    {
      SyTask *task = &workflow->tasks[i];
      guint layer = i / rows, row = i % rows, count = 0;
      SyNeed *needs = sy_workflow_alloc (workflow, edges_a_task * sizeof *needs);
      g_autofree char *id = g_strdup_printf ("compile-%u-%u", layer, row);

      task->id = sy_workflow_intern (workflow, id);
      task->kind = SY_TASK_RUN;
      task->run = sy_workflow_text (workflow, "true");
      task->enabled = TRUE;
      for (guint k = 0; k < edges_a_task && layer > 0; k++)
        {
          int other = (int) row + g_rand_int_range (rand, -4, 5);
          guint up = (layer - 1) * rows + (guint) CLAMP (other, 0, (int) rows - 1);
          gboolean known = FALSE;

          for (guint j = 0; j < count; j++)
            known = known || needs[j].task == up;
          if (!known)
            needs[count++].task = up;
        }
      task->needs = needs;
      task->n_needs = count;
      workflow->n_edges += count;
    }
  if (!sy_workflow_finish (workflow, NULL, &error))
    g_error ("%s", error->message);
  return workflow;
}

/* --- runs --- */

/* The next event in the life of a task: ready, running, done (one in ten fails), and again */
static void
add_event (GArray *events, const SyRunState *state, guint32 number)
{
  const SyTaskState *task = &state->tasks[number - 1];
  SyEvent event = { .task = number, .attempt = task->attempt, .nonce = task->nonce };

  event.time.wall_us = g_get_real_time ();
  switch (task->state)
    {
    case SY_STATE_PENDING:
      event.kind = SY_EVENT_JOIN_MET;
      event.state = SY_STATE_READY;
      event.name = SY_NAME_QUEUED;
      break;
    case SY_STATE_READY:
      event.kind = task->nonce == 0 ? SY_EVENT_INTENT : SY_EVENT_STARTED;
      event.attempt = task->nonce == 0 ? task->attempt + 1 : task->attempt;
      event.nonce = number;
      break;
    case SY_STATE_RUNNING:
      event.kind = SY_EVENT_EXITED;
      event.exit = g_new0 (SyExit, 1);
      event.exit->started_us = event.time.wall_us - 2100000;
      event.exit->ended_us = event.time.wall_us;
      event.exit->status = number % 10 == 7 ? 3 << 8 : 0;
      event.state = number % 10 == 7 ? SY_STATE_FAILED : SY_STATE_SUCCEEDED;
      event.name = number % 10 == 7 ? SY_NAME_EXIT : SY_NAME_SUCCEEDED;
      break;
    default:
      event.kind = SY_EVENT_RESET;
    }
  g_array_append_val (events, event);
}

static void
push_changes (SyRunModel *model, GRand *rand, guint count)
{
  g_autoptr (GArray) events = sy_event_array_new ();
  g_autoptr (GHashTable) taken = g_hash_table_new (NULL, NULL);
  const SyRunState *state = sy_run_model_get_state (model);

  for (guint i = 0; i < count; i++)
    {
      guint32 number = 1 + (guint32) g_rand_int_range (rand, 0, (int) state->n_numbers);

      if (g_hash_table_add (taken, GUINT_TO_POINTER (number)))
        add_event (events, state, number);
    }
  sy_run_model_push (model, events);
  sy_run_model_flush (model);
  if (sy_run_model_get_error (model) != NULL)
    g_error ("%s", sy_run_model_get_error (model)->message);
}

/* The first half of the tasks has run: what a picture of a run looks like */
static void
run_half (SyRunModel *model)
{
  const SyWorkflow *workflow = sy_run_model_get_workflow (model);
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);

  for (guint step = 0; step < 4; step++)
    for (guint32 i = 0; i < workflow->n_tasks; i++)
      {
        g_autoptr (GArray) events = sy_event_array_new ();
        guint32 index = workflow->topo[i];
        double at = (double) i / workflow->n_tasks;

        if (step < (at < 0.5 ? 4u : at < 0.58 ? 3u : at < 0.62 ? 1u : 0u))
          add_event (events, sy_run_model_get_state (model), workflow->tasks[index].number);
        sy_run_model_push (model, events);
        sy_run_model_flush (model);
      }
}

/* --- frames --- */

typedef struct
{
  SyCanvas *canvas;
  SyRunModel *model;
  GRand *rand;
  GArray *costs;        /* double: ms of the main thread */
  double before, process_before, process;
  guint frames;
} Bench;

static double
cpu_ms (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);
  return (double) now.tv_sec * 1000 + (double) now.tv_nsec / 1e6;
}

static void
wait_idle (SyCanvas *canvas)
{
  gint64 end = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;
  gint64 quiet = g_get_monotonic_time () + 100000;

  while (g_get_monotonic_time () < end && (sy_canvas_is_busy (canvas) || g_get_monotonic_time () < quiet))
    {
      if (sy_canvas_is_busy (canvas))
        quiet = g_get_monotonic_time () + 100000;
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (2000);
    }
}

static void
after_paint (GdkFrameClock *clock, gpointer data)
{
  *(gboolean *) data = TRUE;
}

static void
run_frames (Bench *bench, guint n, void (*step) (Bench *bench, guint frame))
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (bench->canvas));
  gboolean painted = FALSE;
  gulong handler = g_signal_connect (clock, "after-paint", G_CALLBACK (after_paint), &painted);

  g_array_set_size (bench->costs, 0);
  bench->process = 0;
  for (guint i = 0; i < n; i++)
    {
      double process = cpu_ms (CLOCK_PROCESS_CPUTIME_ID), main_thread = cpu_ms (CLOCK_THREAD_CPUTIME_ID), cost;

      step (bench, i);
      gtk_widget_queue_draw (GTK_WIDGET (bench->canvas));
      painted = FALSE;
      while (!painted)
        g_main_context_iteration (NULL, TRUE);
      cost = cpu_ms (CLOCK_THREAD_CPUTIME_ID) - main_thread;
      bench->process += cpu_ms (CLOCK_PROCESS_CPUTIME_ID) - process;
      g_array_append_val (bench->costs, cost);
    }
  g_signal_handler_disconnect (clock, handler);
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

static void
report (Bench *bench, guint n_tasks, const char *what, double target)
{
  GArray *c = bench->costs;
  double p95;

  g_array_sort (c, compare_doubles);
  p95 = g_array_index (c, double, c->len * 95 / 100);
  g_print ("%6u tasks  %-9s p50 %6.2f  p95 %6.2f (≤ %2.0f: %s)  max %6.2f ms a frame on the main thread · %6.2f ms mean of all threads\n",
           n_tasks, what, g_array_index (c, double, c->len / 2), p95, target, p95 <= target ? "ok" : "SHORT",
           g_array_index (c, double, c->len - 1), bench->process / c->len);
}

static void
step_live (Bench *bench, guint frame)
{
  push_changes (bench->model, bench->rand, frame % 3 == 0 ? 4 : 3);
}

static void
step_flood (Bench *bench, guint frame)
{
  push_changes (bench->model, bench->rand, 83);
}

static void
step_pan (Bench *bench, guint frame)
{
  sy_canvas_pan (bench->canvas, frame / 60 % 2 ? -18 : 18, frame / 90 % 2 ? -7 : 7);
}

/* From all of it to 1:1 and back */
static void
step_zoom (Bench *bench, guint frame)
{
  double factor = frame / 40 % 2 ? 1 / 1.06 : 1.06;

  sy_canvas_zoom_to (bench->canvas, sy_canvas_get_viewport (bench->canvas)->zoom * factor);
}

static void
at_fit (SyCanvas *canvas)
{
  sy_canvas_fit (canvas);
}

static void
at_quarter (SyCanvas *canvas)
{
  sy_canvas_zoom_to (canvas, 0.25);
}

static void
at_full (SyCanvas *canvas)
{
  sy_canvas_zoom_to (canvas, 1);
}

#define TARGET_SCALE_2 20

/* Targets: ms of the main thread, p95, up to 10,000 tasks and above */
static const struct
{
  const char *name;
  void (*begin) (SyCanvas *canvas);
  void (*step) (Bench *bench, guint frame);
  double target, target_large;
} scenes[] = {
  { "live", at_fit, step_live, 4, 16 },       { "live 5000", at_fit, step_flood, 8, 8 }, { "zoom", at_fit, step_zoom, 12, 16 },
  { "pan 0.25", at_quarter, step_pan, 12, 16 }, { "pan 1:1", at_full, step_pan, 12, 16 },  { "live 1:1", at_full, step_live, 4, 16 },
};

static void
bench_size (Bench *bench, guint n_tasks)
{
  guint frames = opt_smoke ? 8 : 180;

  for (guint i = 0; i < G_N_ELEMENTS (scenes); i++)
    {
      if (opt_only != NULL && !g_str_has_prefix (scenes[i].name, opt_only))
        continue;
      scenes[i].begin (bench->canvas);
      wait_idle (bench->canvas);
      run_frames (bench, frames, scenes[i].step);
      report (bench, n_tasks, scenes[i].name,
              gtk_widget_get_scale_factor (GTK_WIDGET (bench->canvas)) > 1 ? TARGET_SCALE_2
              : n_tasks > 10000                                           ? scenes[i].target_large
                                                                            : scenes[i].target);
    }
  g_print ("%6u tasks  tiles %.1f MiB\n", n_tasks, (double) sy_canvas_get_tile_bytes (bench->canvas) / (1 << 20));
}

/* --- at rest --- */

static void
count_paint (GdkFrameClock *clock, gpointer count)
{
  ++*(guint *) count;
}

static gboolean
end_rest (gpointer rested)
{
  *(gboolean *) rested = TRUE;
  return G_SOURCE_REMOVE;
}

/* What a window costs that nobody touches and in which nothing runs */
static void
bench_rest (Bench *bench, guint n_tasks)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (bench->canvas));
  guint seconds = opt_smoke ? 1 : 5, redraws = 0;
  gboolean rested = FALSE;
  gulong handler;
  double process;

  sy_canvas_fit (bench->canvas);
  wait_idle (bench->canvas);
  handler = g_signal_connect (clock, "after-paint", G_CALLBACK (count_paint), &redraws);
  process = cpu_ms (CLOCK_PROCESS_CPUTIME_ID);
  g_timeout_add_seconds (seconds, end_rest, &rested);
  while (!rested)
    g_main_context_iteration (NULL, TRUE);
  g_signal_handler_disconnect (clock, handler);
  g_print ("%6u tasks  at rest   %u redraws (0), %.2f %% CPU (≤ 0.2)\n", n_tasks, redraws,
           (cpu_ms (CLOCK_PROCESS_CPUTIME_ID) - process) / (seconds * 10));
}

static void
print_memory (guint n_tasks)
{
  g_autofree char *text = NULL;
  const char *pss;
  guint target = n_tasks <= 1000 ? 120 : n_tasks <= 10000 ? 160 : 300;

  if (!g_file_get_contents ("/proc/self/smaps_rollup", &text, NULL, NULL) || (pss = strstr (text, "\nPss:")) == NULL)
    return;
  g_print ("%6u tasks  memory    %.0f MB PSS (≤ %u)\n", n_tasks, g_ascii_strtod (pss + 5, NULL) / 1000, target);
}

/* --- pictures --- */

static void
save_picture (GtkWidget *window, const char *path)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (window);
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;

  gdk_paintable_snapshot (paintable, snapshot, gtk_widget_get_width (window), gtk_widget_get_height (window));
  node = gtk_snapshot_free_to_node (g_steal_pointer (&snapshot));
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (window)), node, NULL);
  gdk_texture_save_to_png (texture, path);
}

static void
take_picture (Bench *bench, SySession *session, GtkWidget *window)
{
  if (opt_done)
    run_half (bench->model);
  sy_session_set_critical (session, opt_critical);
  sy_session_set_find (session, opt_find);
  wait_idle (bench->canvas);
  if (opt_select != NULL)
    {
      guint32 task = sy_workflow_find (sy_run_model_get_workflow (bench->model), opt_select);

      sy_session_select (session, task, FALSE);
      sy_session_reveal (session, task);
    }
  if (opt_zoom > 0)
    sy_canvas_zoom_to (bench->canvas, opt_zoom);
  wait_idle (bench->canvas);
  save_picture (window, opt_save);
}

/* --- main --- */

static void
bench_workflow (SyWorkflow *workflow)
{
  g_autoptr (SyRunModel) model = sy_run_model_new (workflow, "bench", 1);
  g_autoptr (SySession) session = sy_session_new (NULL);
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  GtkWidget *window = gtk_window_new ();
  gint64 begin = g_get_monotonic_time ();
  SyEvent created = { .kind = SY_EVENT_RUN_CREATED, .value = 4 };
  g_autoptr (GArray) events = sy_event_array_new ();
  Bench bench = { .model = model, .rand = rand, .costs = g_array_new (FALSE, FALSE, sizeof (double)) };

  g_array_append_val (events, created);
  sy_run_model_push (model, events);
  sy_run_model_set_live (model, TRUE);
  sy_session_set_model (session, model);
  bench.canvas = sy_canvas_new (session);
  gtk_window_set_default_size (GTK_WINDOW (window), opt_width, opt_height);
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (bench.canvas));
  gtk_window_present (GTK_WINDOW (window));
  while (sy_canvas_get_geometry (bench.canvas) == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_print ("%6u tasks  %u edges: first layout after %.0f ms\n", workflow->n_tasks, workflow->n_edges,
           (double) (g_get_monotonic_time () - begin) / 1000);
  wait_idle (bench.canvas);
  if (opt_save != NULL)
    take_picture (&bench, session, window);
  else
    {
      /* Nothing runs yet: so it must be quiet. */
      if (opt_only == NULL || g_str_equal (opt_only, "rest"))
        bench_rest (&bench, workflow->n_tasks);
      bench_size (&bench, workflow->n_tasks);
      print_memory (workflow->n_tasks);
    }
  gtk_window_destroy (GTK_WINDOW (window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_array_unref (bench.costs);
}

static void
bench_sizes (void)
{
  static const guint sizes[] = { 100, 1000, 10000, 50000 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      guint n = opt_tasks > 0 ? (guint) opt_tasks : sizes[i];
      g_autoptr (SyWorkflow) workflow = NULL;

      if (opt_smoke && n > 1000)
        return;
      workflow = make_workflow (n, (guint) opt_edges);
      bench_workflow (workflow);
      if (opt_tasks > 0)
        return;
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);
  sy_display_open ();
  adw_init ();
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), opt_dark ? ADW_COLOR_SCHEME_FORCE_DARK : ADW_COLOR_SCHEME_FORCE_LIGHT);
  if (opt_file != NULL)
    {
      g_autoptr (SyProblems) problems = sy_problems_new ();
      g_autoptr (SyWorkflow) workflow = sy_open_workflow_file (opt_file, problems, NULL, NULL);

      if (workflow == NULL)
        g_error ("%s cannot be read", opt_file);
      bench_workflow (workflow);
    }
  else
    bench_sizes ();
  return 0;
}
