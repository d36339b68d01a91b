/* test-timeline.c: the timeline on a display: keys, selection, wheel, quiet when nothing happens
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/lib/flow.h"
#include "tests/views/display.h"
#include "views/sy-timeline-pane.h"


typedef struct
{
  SyWorkflow *flow;
  SyRunModel *model;
  SySession *session;
  GtkWidget *window;
  SyTimelineChart *chart;
} Fixture;

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
  pane = sy_timeline_pane_new (f->session);
  f->chart = SY_TIMELINE_CHART (display_find (pane, SY_TYPE_TIMELINE_CHART));
  f->window = display_show (pane, 1000, 600);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  display_close (f->window);
  g_assert_finalize_object (f->session);
  g_assert_finalize_object (f->model);
  sy_workflow_unref (f->flow);
}

static void
press (Fixture *f, guint key)
{
  g_assert_true (display_press (GTK_WIDGET (f->chart), key, 0));
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

/* A run that is over draws nothing by itself. */
static void
test_idle (Fixture *f, gconstpointer data)
{
  display_assert_rest (f->window, 300);
}

int
main (int argc, char **argv)
{
  display_test_init (&argc, &argv);
  g_test_add ("/timeline/walk", Fixture, NULL, set_up, test_walk, tear_down);
  g_test_add ("/timeline/zoom", Fixture, NULL, set_up, test_zoom, tear_down);
  g_test_add ("/timeline/grows", Fixture, NULL, set_up, test_grows, tear_down);
  g_test_add ("/timeline/all-rows", Fixture, NULL, set_up, test_all_rows, tear_down);
  g_test_add ("/timeline/idle", Fixture, NULL, set_up, test_idle, tear_down);
  return g_test_run ();
}
