/* bench-timeline.c: what a frame of the timeline costs, in CPU time of the main thread; and instants of a run
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-history.h"
#include "views/sy-timeline-chart.h"

#include <adwaita.h>
#include <math.h>
#include <time.h>

static gboolean opt_smoke;
static int opt_tasks = 10000;

static const GOptionEntry entries[] = {
  { "smoke", 0, 0, G_OPTION_ARG_NONE, &opt_smoke, "A few frames", NULL },
  { "tasks", 0, 0, G_OPTION_ARG_INT, &opt_tasks, "Tasks of the run", "N" },
  { NULL }
};

#define BEGIN (1700000000 * (gint64) G_USEC_PER_SEC)
#define LANES 8 /* tasks that run at once */

static SyWorkflow *
make_workflow (guint n)
{
  SyWorkflow *workflow = sy_workflow_new ();
  guint rows = MAX ((guint) sqrt (n), 2);
  g_autoptr (GError) error = NULL;

  workflow->name = "bench";
  workflow->n_tasks = n;
  workflow->tasks = sy_workflow_alloc (workflow, n * sizeof (SyTask));
  for (guint i = 0; i < n; i++)
    {
      SyTask *task = &workflow->tasks[i];
      g_autofree char *id = g_strdup_printf ("compile-%u", i);
      SyNeed *needs = sy_workflow_alloc (workflow, 2 * sizeof *needs);

      task->id = sy_workflow_intern (workflow, id);
      task->kind = SY_TASK_RUN;
      task->run = sy_workflow_text (workflow, "true");
      task->enabled = TRUE;
      task->needs = needs;
      task->n_needs = i < rows ? 0 : 2;
      needs[0].task = i < rows ? 0 : i - rows;
      needs[1].task = i < rows ? 0 : i - rows + 1;
      workflow->n_edges += task->n_needs;
    }
  if (!sy_workflow_finish (workflow, NULL, &error))
    g_error ("%s", error->message);
  return workflow;
}

/* One task's life: ready, intent, start, end; one in fifty fails. */
static void
add_task (GArray *events, guint32 number)
{
  static const SyEventKind kinds[] = { SY_EVENT_JOIN_MET, SY_EVENT_INTENT, SY_EVENT_STARTED, SY_EVENT_EXITED };
  gint64 at = BEGIN + number * (gint64) 100000 / LANES;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      SyEvent event = { .kind = (guint16) kinds[i], .task = number, .attempt = i > 0, .nonce = i > 0 ? number : 0 };

      event.time.wall_us = at + i * 30000;
      if (kinds[i] == SY_EVENT_EXITED)
        {
          event.state = number % 50 == 7 ? SY_STATE_FAILED : SY_STATE_SUCCEEDED;
          event.name = number % 50 == 7 ? SY_NAME_EXIT : SY_NAME_SUCCEEDED;
          event.exit = g_new0 (SyExit, 1);
          event.exit->status = number % 50 == 7 ? 3 << 8 : 0;
          event.exit->started_us = at + 60000;
          event.exit->ended_us = event.time.wall_us;
        }
      g_array_append_val (events, event);
    }
}

static double
cpu_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (double) now.tv_sec * 1000 + (double) now.tv_nsec / 1e6;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

static void
report (GArray *costs, const char *what, const char *unit)
{
  g_array_sort (costs, compare);
  g_print ("%6d tasks  timeline %-9s p50 %6.2f  p95 %6.2f  max %6.2f ms %s\n", opt_tasks, what,
           g_array_index (costs, double, costs->len / 2), g_array_index (costs, double, costs->len * 95 / 100),
           g_array_index (costs, double, costs->len - 1), unit);
  g_array_set_size (costs, 0);
}

typedef struct
{
  SyTimelineChart *chart;
  SyRunModel *model;
  guint32 next;         /* number of the next task to live */
} Bench;

static void
step_live (Bench *bench, guint frame)
{
  g_autoptr (GArray) events = sy_event_array_new ();

  if (bench->next <= sy_run_model_get_workflow (bench->model)->n_tasks)
    add_task (events, bench->next++);
  sy_run_model_push (bench->model, events);
  sy_run_model_flush (bench->model);
}

static void
step_scroll (Bench *bench, guint frame)
{
  sy_timeline_chart_scroll_to (bench->chart, frame * 37 % 20000);
}

static void
step_zoom (Bench *bench, guint frame)
{
  sy_timeline_chart_zoom (bench->chart, frame / 30 % 2 ? 1 / 1.2 : 1.2);
}

static void
after_paint (GdkFrameClock *clock, gpointer data)
{
  *(gboolean *) data = TRUE;
}

static void
run_frames (Bench *bench, const char *what, void (*step) (Bench *bench, guint frame))
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (bench->chart));
  g_autoptr (GArray) costs = g_array_new (FALSE, FALSE, sizeof (double));
  gboolean painted = FALSE;
  gulong handler = g_signal_connect (clock, "after-paint", G_CALLBACK (after_paint), &painted);

  for (guint i = 0; i < (opt_smoke ? 8u : 180u); i++)
    {
      double before = cpu_ms (), cost;

      step (bench, i);
      gtk_widget_queue_draw (GTK_WIDGET (bench->chart));
      painted = FALSE;
      while (!painted)
        g_main_context_iteration (NULL, TRUE);
      cost = cpu_ms () - before;
      g_array_append_val (costs, cost);
    }
  g_signal_handler_disconnect (clock, handler);
  report (costs, what, "a frame on the main thread");
}

/* What the time slider asks for, on its own thread: back and forth by chance, then forward in small steps */
static void
bench_history (SyWorkflow *workflow)
{
  g_autoptr (SyHistory) history = sy_history_new (workflow);
  g_autoptr (GArray) events = sy_event_array_new (), costs = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  gint64 length;

  for (guint32 number = 1; number <= workflow->n_tasks; number++)
    add_task (events, number);
  for (guint i = 0; i < events->len; i++)
    sy_history_add (history, &g_array_index (events, SyEvent, i), NULL);
  length = g_array_index (events, SyEvent, events->len - 1).time.wall_us - BEGIN;
  sy_run_state_free (sy_history_state_at (history, BEGIN + length, NULL));
  for (guint i = 0; i < (opt_smoke ? 8u : 200u); i++)
    {
      double before = cpu_ms (), cost;
      gint64 at = i < (opt_smoke ? 4u : 100u) ? (gint64) (g_rand_double (rand) * (double) length) : length / 2 + i * 20000;

      sy_run_state_free (sy_history_state_at (history, BEGIN + at, NULL));
      cost = cpu_ms () - before;
      g_array_append_val (costs, cost);
    }
  report (costs, "instant", "beside the main thread");
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SyWorkflow) workflow = NULL;
  g_autoptr (SyRunModel) model = NULL;
  g_autoptr (SySession) session = NULL;
  g_autoptr (GArray) events = sy_event_array_new ();
  SyEvent created = { .kind = SY_EVENT_RUN_CREATED, .value = LANES, .time.wall_us = BEGIN };
  Bench bench = { 0 };
  GtkWidget *window;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);
  if (!gtk_init_check ())
    return 77;
  adw_init ();
  if (opt_smoke)
    opt_tasks = 500;
  workflow = make_workflow ((guint) opt_tasks);
  model = sy_run_model_new (workflow, "bench", 1);
  session = sy_session_new (NULL);
  g_array_append_val (events, created);
  for (bench.next = 1; bench.next <= workflow->n_tasks * 9 / 10; bench.next++)
    add_task (events, bench.next);
  sy_run_model_push (model, events);
  sy_run_model_flush (model);
  if (sy_run_model_get_error (model) != NULL)
    g_error ("%s", sy_run_model_get_error (model)->message);
  sy_session_set_model (session, model);
  bench.model = model;
  bench.chart = sy_timeline_chart_new (session);
  window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (window), 1280, 800);
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (bench.chart));
  gtk_window_present (GTK_WINDOW (window));
  while (!gtk_widget_get_mapped (GTK_WIDGET (bench.chart)))
    g_main_context_iteration (NULL, TRUE);
  run_frames (&bench, "live", step_live);
  run_frames (&bench, "scroll", step_scroll);
  run_frames (&bench, "zoom", step_zoom);
  sy_timeline_chart_set_all_rows (bench.chart, TRUE);
  run_frames (&bench, "all rows", step_zoom);
  gtk_window_destroy (GTK_WINDOW (window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  bench_history (workflow);
  return 0;
}
