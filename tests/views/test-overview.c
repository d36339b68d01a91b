/* test-overview.c: the run as a whole on a display: what it says, where its rows lead, quiet when nothing happens
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/lib/flow.h"
#include "tests/views/display.h"
#include "views/sy-run-overview.h"


#define BEGUN (1700000000 * (gint64) G_USEC_PER_SEC)

typedef struct
{
  SyWorkflow *flow;
  SyRunModel *model;
  SySession *session;
  GtkWidget *window, *overview;
  guint shown; /* the task whose output was asked for */
} Fixture;

static void
on_output (SySession *session, guint task, Fixture *f)
{
  f->shown = task;
}

static void
push (GArray *events, SyEventKind kind, guint32 task, SyState state, SyName name)
{
  SyEvent event = { .kind = (guint16) kind, .task = task, .attempt = kind != SY_EVENT_JOIN_MET, .state = state, .name = name,
                    .nonce = kind != SY_EVENT_JOIN_MET ? task : 0, .time.wall_us = BEGUN + events->len * (gint64) 100000 };

  if (kind == SY_EVENT_EXITED)
    {
      event.exit = g_new0 (SyExit, 1);
      event.exit->status = state == SY_STATE_FAILED ? 3 << 8 : 0;
      event.exit->ended_us = event.time.wall_us;
      event.exit->started_us = event.time.wall_us - 100000;
    }
  g_array_append_val (events, event);
}

/* a succeeds, b fails, c is blocked. */
static void
push_run (SyRunModel *model)
{
  g_autoptr (GArray) events = sy_event_array_new ();
  SyEvent created = { .kind = SY_EVENT_RUN_CREATED, .value = 2, .time.wall_us = BEGUN };
  SyEvent over = { .kind = SY_EVENT_RUN_STATE, .value = SY_RUN_FAILED, .time.wall_us = BEGUN + 3 * (gint64) G_USEC_PER_SEC };
  SyEvent blocked = { .kind = SY_EVENT_ANNOUNCED, .task = 3, .name = SY_NAME_UPSTREAM_FAILED, .cause = 2, .time.wall_us = BEGUN + G_USEC_PER_SEC };

  g_array_append_val (events, created);
  for (guint32 task = 1; task <= 2; task++)
    {
      push (events, SY_EVENT_JOIN_MET, task, SY_STATE_READY, SY_NAME_QUEUED);
      push (events, SY_EVENT_INTENT, task, 0, 0);
      push (events, SY_EVENT_STARTED, task, 0, 0);
      push (events, SY_EVENT_EXITED, task, task == 1 ? SY_STATE_SUCCEEDED : SY_STATE_FAILED, task == 1 ? SY_NAME_SUCCEEDED : SY_NAME_EXIT);
    }
  g_array_append_val (events, blocked);
  g_array_append_val (events, over);
  sy_run_model_push (model, events);
  sy_run_model_flush (model);
  g_assert_no_error (sy_run_model_get_error (model));
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->flow = flow_parse ("a; b:a; c:b");
  f->model = sy_run_model_new (f->flow, "r", 7);
  push_run (f->model);
  f->session = sy_session_new (NULL);
  sy_session_set_model (f->session, f->model);
  f->shown = SY_NO_TASK;
  g_signal_connect (f->session, "show-output", G_CALLBACK (on_output), f);
  f->overview = sy_run_overview_new (f->session);
  f->window = display_show (f->overview, 344, 700);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  display_close (f->window);
  g_assert_finalize_object (f->session);
  g_assert_finalize_object (f->model);
  sy_workflow_unref (f->flow);
}

/* The label that says it, in what is shown */
static GtkWidget *
find_label (GtkWidget *within, const char *text)
{
  if (!gtk_widget_get_visible (within))
    return NULL;
  if (GTK_IS_LABEL (within) && g_strcmp0 (gtk_label_get_text (GTK_LABEL (within)), text) == 0)
    return within;
  for (GtkWidget *child = gtk_widget_get_first_child (within); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_label (child, text);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
activate (Fixture *f, const char *text)
{
  GtkWidget *label = find_label (f->overview, text);

  g_assert_nonnull (label);
  g_assert_true (gtk_widget_activate (gtk_widget_get_ancestor (label, GTK_TYPE_LIST_BOX_ROW)));
}

static void
test_says (Fixture *f, gconstpointer data)
{
  static const char *const texts[] = { "Failed", "7", "3.0 s", "3", "2", "Failures", "b", "exit 3", "Blocked", "Succeeded", "Critical Path", "a" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_test_message ("%s", texts[i]);
      g_assert_nonnull (find_label (f->overview, texts[i]));
    }
  g_assert_null (find_label (f->overview, "So Far"));
}

/* A failure leads to its output, a state to all tasks in it. */
static void
test_rows (Fixture *f, gconstpointer data)
{
  activate (f, "exit 3");
  g_assert_cmpuint (sy_session_get_focus (f->session), ==, 1);
  g_assert_cmpuint (f->shown, ==, 1);
  activate (f, "Blocked");
  g_assert_cmpuint (sy_session_get_n_selected (f->session), ==, 1);
  g_assert_true (sy_session_is_selected (f->session, 2));
}

static void
test_follows (Fixture *f, gconstpointer data)
{
  g_autoptr (GArray) events = sy_event_array_new ();

  push (events, SY_EVENT_MARKED, 2, SY_STATE_SUCCEEDED, SY_NAME_MARKED);
  sy_run_model_push (f->model, events);
  sy_run_model_flush (f->model);
  AWAIT (find_label (f->overview, "Failures") == NULL);
}

/* Nothing in the states tells of a task that was done from results older than what there is now. */
static void
test_stale (Fixture *f, gconstpointer data)
{
  g_autoptr (GArray) events = sy_event_array_new ();

  g_assert_null (find_label (f->overview, "Stale"));
  push (events, SY_EVENT_STALE, 1, SY_STATE_SUCCEEDED, SY_NAME_SUCCEEDED);
  sy_run_model_push (f->model, events);
  sy_run_model_flush (f->model);
  AWAIT (find_label (f->overview, "Stale") != NULL);
  activate (f, "Stale");
  g_assert_cmpuint (sy_session_get_n_selected (f->session), ==, 1);
  g_assert_true (sy_session_is_selected (f->session, 0));
}

static void
test_idle (Fixture *f, gconstpointer data)
{
  display_assert_rest (f->window, 1500);
}

int
main (int argc, char **argv)
{
  display_test_init (&argc, &argv);
  g_test_add ("/overview/says", Fixture, NULL, set_up, test_says, tear_down);
  g_test_add ("/overview/rows", Fixture, NULL, set_up, test_rows, tear_down);
  g_test_add ("/overview/follows", Fixture, NULL, set_up, test_follows, tear_down);
  g_test_add ("/overview/stale", Fixture, NULL, set_up, test_stale, tear_down);
  g_test_add ("/overview/idle", Fixture, NULL, set_up, test_idle, tear_down);
  return g_test_run ();
}
