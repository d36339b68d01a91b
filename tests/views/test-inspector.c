/* test-inspector.c: one task beside the graph, on a display
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/lib/flow.h"
#include "tests/views/display.h"
#include "views/sy-inspector.h"

#define BEGUN (1700000000 * (gint64) G_USEC_PER_SEC)
#define PANE 344 /* as window.ui has it */

/* A controller that never answers */
static void
ignore_attempts (SyController *controller, guint32 task, SyControllerAttempts reply, gpointer data)
{
  reply (NULL, NULL, data);
}

static void
ignore_samples (SyController *controller, guint32 task, guint32 attempt, SyControllerSamples reply, gpointer data)
{
  reply (NULL, NULL, data);
}

static void
ignore_artifacts (SyController *controller, SyWorkflow *workflow, guint32 index, const SyTaskState *state, SyControllerArtifacts reply,
                  gpointer data)
{
  reply (NULL, NULL, data);
}

typedef struct
{
  SyWorkflow *flow;
  SyRunModel *model;
  SyController controller;
  SySession *session;
  GtkWidget *window, *inspector;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GArray) events = sy_event_array_new ();
  SyEvent created = { .kind = SY_EVENT_RUN_CREATED, .value = 2, .time.wall_us = BEGUN };

  f->flow = flow_parse ("a; b:a");
  f->flow->description = sy_workflow_intern (f->flow, "Sentiment, topics and entities of the same documents in parallel, merged into one "
                                                      "report, which is a page of text for people who want to read it.");
  f->flow->tasks[0].run.text = sy_workflow_intern (f->flow, "curl -fsS http://localhost/a-file-with-a-long-name-in-a-folder-with-another.log -o it");
  f->model = sy_run_model_new (f->flow, "r", 7);
  g_array_append_val (events, created);
  sy_run_model_push (f->model, events);
  sy_run_model_flush (f->model);
  f->controller.read_attempts = ignore_attempts;
  f->controller.read_samples = ignore_samples;
  f->controller.read_artifacts = ignore_artifacts;
  f->session = sy_session_new (&f->controller);
  sy_session_set_model (f->session, f->model);
  f->inspector = sy_inspector_new (f->session);
  f->window = display_show (f->inspector, PANE, 700);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  display_close (f->window);
  g_assert_finalize_object (f->session);
  g_assert_finalize_object (f->model);
  sy_workflow_unref (f->flow);
}

static int
least_width (GtkWidget *widget)
{
  int least;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  return least;
}

/* A pane that asked for more when a task is selected would fold away at that moment, whatever the run, hidden then, would say. */
static void
test_width (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (least_width (f->inspector), <=, PANE);
  for (guint i = 0; i < 2; i++)
    {
      sy_session_select (f->session, i, FALSE);
      AWAIT (sy_session_get_focus (f->session) == i);
      g_assert_cmpint (least_width (f->inspector), <=, PANE);
    }
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

/* What a task gave is there once it is known, and only with that task. */
static void
test_outputs (Fixture *f, gconstpointer data)
{
  g_autoptr (GArray) events = sy_event_array_new ();
  SyEvent steps[] = {
    { .kind = SY_EVENT_JOIN_MET, .task = 1, .state = SY_STATE_READY, .name = SY_NAME_QUEUED, .time.wall_us = BEGUN },
    { .kind = SY_EVENT_INTENT, .task = 1, .attempt = 1, .nonce = 1, .time.wall_us = BEGUN },
    { .kind = SY_EVENT_STARTED, .task = 1, .attempt = 1, .nonce = 1, .time.wall_us = BEGUN },
    { .kind = SY_EVENT_OUTPUT_SET, .task = 1, .attempt = 1, .text = g_strdup ("{\"page\":\"/tmp/p\",\"n\":7}"), .time.wall_us = BEGUN },
  };

  sy_session_select (f->session, 0, FALSE);
  g_assert_null (find_label (f->inspector, "Outputs"));
  g_array_append_vals (events, steps, G_N_ELEMENTS (steps));
  sy_run_model_push (f->model, events);
  sy_run_model_flush (f->model);
  g_assert_no_error (sy_run_model_get_error (f->model));
  g_assert_nonnull (find_label (f->inspector, "Outputs"));
  g_assert_nonnull (find_label (f->inspector, "page = /tmp/p\nn = 7"));
  sy_session_select (f->session, 1, FALSE);
  g_assert_null (find_label (f->inspector, "Outputs"));
}

int
main (int argc, char **argv)
{
  display_test_init (&argc, &argv);
  g_test_add ("/views/inspector/width", Fixture, NULL, set_up, test_width, tear_down);
  g_test_add ("/views/inspector/outputs", Fixture, NULL, set_up, test_outputs, tear_down);
  return g_test_run ();
}
