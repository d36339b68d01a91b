/* test-timeline.c: the timeline on a display: keys, selection, wheel, quiet when nothing happens
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/lib/flow.h"
#include "views/sy-timeline-pane.h"

#include <adwaita.h>

typedef struct
{
  SyWorkflow *flow;
  SyRunModel *model;
  SySession *session;
  GtkWidget *window;
  SyTimelineChart *chart;
  guint frames;
} Fixture;

static gboolean
wake (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
spin (guint ms)
{
  gboolean over = FALSE;

  g_timeout_add (ms, wake, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

static SyTimelineChart *
find_chart (GtkWidget *widget)
{
  if (SY_IS_TIMELINE_CHART (widget))
    return SY_TIMELINE_CHART (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      SyTimelineChart *chart = find_chart (child);

      if (chart != NULL)
        return chart;
    }
  return NULL;
}

/* Each task runs for a second after the one before. */
static void
push_run (Fixture *f)
{
  g_autoptr (GArray) events = sy_event_array_new ();
  SyEvent created = { .kind = SY_EVENT_RUN_CREATED, .value = 2, .time.wall_us = 1700000000 * (gint64) G_USEC_PER_SEC };

  g_array_append_val (events, created);
  for (guint32 number = 1; number <= f->flow->n_tasks; number++)
    {
      static const SyEventKind kinds[] = { SY_EVENT_JOIN_MET, SY_EVENT_INTENT, SY_EVENT_STARTED, SY_EVENT_EXITED };

      for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
        {
          SyEvent event = { .kind = (guint16) kinds[i], .task = number, .attempt = i > 0, .nonce = i > 0 ? 5 : 0 };

          event.time.wall_us = created.time.wall_us + (number + (i == 3)) * (gint64) G_USEC_PER_SEC;
          if (kinds[i] == SY_EVENT_EXITED)
            {
              event.state = SY_STATE_SUCCEEDED;
              event.name = SY_NAME_SUCCEEDED;
              event.exit = g_new0 (SyExit, 1);
              event.exit->started_us = event.time.wall_us - G_USEC_PER_SEC;
              event.exit->ended_us = event.time.wall_us;
            }
          g_array_append_val (events, event);
        }
    }
  sy_run_model_push (f->model, events);
  sy_run_model_flush (f->model);
  g_assert_null (sy_run_model_get_error (f->model));
}

static void
set_up (Fixture *f, gconstpointer data)
{
  GtkWidget *pane;

  f->flow = flow_parse ("a; b:a; c:b; d:c; e:d; f:e");
  f->model = sy_run_model_new (f->flow, "r", 1);
  push_run (f);
  f->session = sy_session_new (NULL);
  sy_session_set_model (f->session, f->model);
  f->window = gtk_window_new ();
  pane = sy_timeline_pane_new (f->session);
  f->chart = find_chart (pane);
  gtk_window_set_default_size (GTK_WINDOW (f->window), 1000, 600);
  gtk_window_set_child (GTK_WINDOW (f->window), pane);
  gtk_window_present (GTK_WINDOW (f->window));
  while (sy_timeline_chart_get_view (f->chart)->width <= 0 || !gtk_widget_get_mapped (GTK_WIDGET (f->chart)))
    g_main_context_iteration (NULL, TRUE);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  GtkWidget *chart = GTK_WIDGET (f->chart);

  g_object_add_weak_pointer (G_OBJECT (chart), (gpointer *) &chart);
  gtk_window_destroy (GTK_WINDOW (f->window));
  while (chart != NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_finalize_object (f->session);
  g_assert_finalize_object (f->model);
  sy_workflow_unref (f->flow);
}

static GtkEventController *
find_controller (Fixture *f, GType type)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (f->chart));

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (G_TYPE_CHECK_INSTANCE_TYPE (controller, type))
        return controller;
    }
  g_assert_not_reached ();
}

static void
press (Fixture *f, guint key)
{
  gboolean done = FALSE;

  g_signal_emit_by_name (find_controller (f, GTK_TYPE_EVENT_CONTROLLER_KEY), "key-pressed", key, 0, 0, &done);
  g_assert_true (done);
}

static void
test_walk (Fixture *f, gconstpointer data)
{
  static const struct { guint key; guint32 focus; } walk[] = {
    { GDK_KEY_Down, 0 }, { GDK_KEY_Down, 1 }, { GDK_KEY_End, 5 }, { GDK_KEY_Down, 5 }, { GDK_KEY_Up, 4 }, { GDK_KEY_Home, 0 }, { GDK_KEY_Up, 0 },
    { GDK_KEY_Page_Down, 5 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (walk); i++)
    {
      press (f, walk[i].key);
      g_assert_cmpuint (sy_session_get_focus (f->session), ==, walk[i].focus);
      g_assert_true (sy_session_is_selected (f->session, walk[i].focus));
    }
}

/* Nearer, then to a task that is out of sight: it comes into sight. All of it again with F. */
static void
test_zoom (Fixture *f, gconstpointer data)
{
  const SyTimeView *view = sy_timeline_chart_get_view (f->chart);
  double fitted = view->us_per_pixel;
  gint64 last;

  press (f, GDK_KEY_Home);
  for (guint i = 0; i < 8; i++)
    press (f, GDK_KEY_plus);
  g_assert_cmpfloat (view->us_per_pixel, <, fitted / 3);
  last = sy_timeline_first (sy_run_model_get_timeline (f->model), 5)->start_us;
  g_assert_cmpfloat (sy_time_view_x (view, last), >, view->width);
  sy_session_select (f->session, 5, FALSE);
  g_assert_cmpfloat (sy_time_view_x (view, last), <, view->width);
  g_assert_cmpfloat (sy_time_view_x (view, last), >, view->left);
  press (f, GDK_KEY_f);
  g_assert_cmpfloat_with_epsilon (view->us_per_pixel, fitted, 1e-6);
}

/* The run grows: what shows all of it goes on to do so. */
static void
test_grows (Fixture *f, gconstpointer data)
{
  const SyTimeView *view = sy_timeline_chart_get_view (f->chart);
  g_autoptr (GArray) events = sy_event_array_new ();
  SyEvent event = { .kind = SY_EVENT_RESET, .task = 1, .time.wall_us = view->end_us + 60 * (gint64) G_USEC_PER_SEC };
  gint64 before = view->end_us;

  g_array_append_val (events, event);
  sy_run_model_push (f->model, events);
  sy_run_model_flush (f->model);
  g_assert_cmpint (view->end_us, ==, before + 60 * (gint64) G_USEC_PER_SEC);
  g_assert_true (sy_time_view_at_end (view));
}

static void
test_all_rows (Fixture *f, gconstpointer data)
{
  const SyTimeView *view = sy_timeline_chart_get_view (f->chart);

  gtk_window_set_default_size (GTK_WINDOW (f->window), 1000, 300);
  g_assert_cmpfloat (view->row_height, ==, SY_TIME_ROW);
  sy_timeline_chart_set_all_rows (f->chart, TRUE);
  g_assert_cmpfloat (view->row_height * view->n_rows, <=, sy_time_view_rows_height (view) + 1e-6);
  sy_timeline_chart_set_all_rows (f->chart, FALSE);
  g_assert_cmpfloat (view->row_height, ==, SY_TIME_ROW);
}

static void
count_frame (GdkFrameClock *clock, guint *frames)
{
  ++*frames;
}

/* A run that is over draws nothing by itself. */
static void
test_idle (Fixture *f, gconstpointer data)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (f->window));
  guint before, tries = 0;

  g_signal_connect (clock, "after-paint", G_CALLBACK (count_frame), &f->frames);
  do
    {
      before = f->frames;
      spin (300);
    }
  while (f->frames != before && ++tries < 40);
  g_assert_cmpuint (f->frames, ==, before);
  g_signal_handlers_disconnect_by_data (clock, &f->frames);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (!gtk_init_check ())
    return 77;
  adw_init ();
  g_test_add ("/timeline/walk", Fixture, NULL, set_up, test_walk, tear_down);
  g_test_add ("/timeline/zoom", Fixture, NULL, set_up, test_zoom, tear_down);
  g_test_add ("/timeline/grows", Fixture, NULL, set_up, test_grows, tear_down);
  g_test_add ("/timeline/all-rows", Fixture, NULL, set_up, test_all_rows, tear_down);
  g_test_add ("/timeline/idle", Fixture, NULL, set_up, test_idle, tear_down);
  return g_test_run ();
}
