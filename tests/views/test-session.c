/* test-session.c: the run on the main thread, selection, filter, preview
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/sy-error.h"
#include "tests/lib/flow.h"
#include "views/sy-session.h"

#include <string.h>

typedef struct
{
  SyController base;
  char *request;
  gboolean refuses;
  GArray *instants;     /* (nullable) asked for */
  SyControllerState state_reply;
  gpointer state_data;
  gboolean waits;       /* the reply comes later */
  SyControllerReply late;
  gpointer late_data;
} FakeController;

static void
fake_request (SyController *controller, const char *json, SyControllerReply reply, gpointer data)
{
  FakeController *fake = (FakeController *) controller;

  g_free (fake->request);
  fake->request = g_strdup (json);
  if (fake->refuses)
    {
      g_autoptr (GError) error = g_error_new_literal (SY_ERROR, SY_ERROR_REFUSED, "look again");

      reply (NULL, error, data);
      return;
    }
  if (fake->waits)
    {
      fake->late = reply;
      fake->late_data = data;
      return;
    }
  reply ("{\"ok\":true}", NULL, data);
}

static void
fake_state_at (SyController *controller, gint64 wall_us, SyControllerState reply, gpointer data)
{
  FakeController *fake = (FakeController *) controller;

  g_array_append_val (fake->instants, wall_us);
  if (wall_us == 0)
    return;
  g_assert_null (fake->state_reply);
  fake->state_reply = reply;
  fake->state_data = data;
}

typedef struct
{
  SyWorkflow *flow;
  SyRunModel *model;
  SySession *session;
  FakeController controller;
  GString *told;        /* what "changed" said */
  guint selections, plans;
  gboolean has_frame;   /* somebody draws */
} Fixture;

static void
on_changed (SyRunModel *model, GArray *tasks, Fixture *f)
{
  for (guint i = 0; i < tasks->len; i++)
    g_string_append_printf (f->told, "%s%u", i > 0 ? "," : "", g_array_index (tasks, guint32, i));
  g_string_append_c (f->told, ';');
}

static void
on_started (SySession *session, GArray *numbers, Fixture *f)
{
  g_string_append (f->told, "started ");
  for (guint i = 0; i < numbers->len; i++)
    g_string_append_printf (f->told, "%s%u", i > 0 ? "," : "", g_array_index (numbers, guint32, i));
  g_string_append_c (f->told, ';');
}

static void
count (GObject *object, guint *counter)
{
  ++*counter;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->flow = flow_parse ("a; b:a; c:b; d:a");
  f->model = sy_run_model_new (f->flow, "r", 1);
  f->controller = (FakeController){ .base.request = fake_request };
  f->session = sy_session_new (&f->controller.base);
  f->told = g_string_new (NULL);
  sy_session_set_model (f->session, f->model);
  g_signal_connect (f->model, "changed", G_CALLBACK (on_changed), f);
  g_signal_connect (f->session, "rerun-started", G_CALLBACK (on_started), f);
  g_signal_connect (f->session, "selection-changed", G_CALLBACK (count), &f->selections);
  g_signal_connect (f->session, "plan-changed", G_CALLBACK (count), &f->plans);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->session);
  g_assert_finalize_object (f->model);
  sy_workflow_unref (f->flow);
  g_string_free (f->told, TRUE);
  g_free (f->controller.request);
}

static void
push (Fixture *f, const SyEvent *event)
{
  g_autoptr (GArray) events = sy_event_array_new ();
  SyEvent copy;

  sy_event_copy (&copy, event);
  g_array_append_val (events, copy);
  sy_run_model_push (f->model, events);
  g_assert_cmpuint (events->len, ==, 0);
}

static void
run_task (Fixture *f, guint32 task, gboolean well)
{
  SyExit exit = { .status = well ? 0 : 3 << 8 };

  push (f, &(SyEvent){ .kind = SY_EVENT_JOIN_MET, .task = task, .state = SY_STATE_READY, .name = SY_NAME_QUEUED });
  push (f, &(SyEvent){ .kind = SY_EVENT_INTENT, .task = task, .attempt = 1, .nonce = task });
  push (f, &(SyEvent){ .kind = SY_EVENT_STARTED, .task = task, .attempt = 1, .nonce = task });
  push (f, &(SyEvent){ .kind = SY_EVENT_EXITED, .task = task, .attempt = 1, .nonce = task, .exit = &exit,
                       .state = well ? SY_STATE_SUCCEEDED : SY_STATE_FAILED, .name = well ? SY_NAME_SUCCEEDED : SY_NAME_EXIT });
}

static void
fail_b (Fixture *f)
{
  run_task (f, 1, TRUE);
  run_task (f, 2, FALSE);
  push (f, &(SyEvent){ .kind = SY_EVENT_ANNOUNCED, .task = 3, .name = SY_NAME_UPSTREAM_FAILED, .cause = 2 });
  run_task (f, 4, TRUE);
  sy_run_model_flush (f->model);
  g_assert_no_error (sy_run_model_get_error (f->model));
}

/* Many events, one signal; nothing new, no signal. */
static void
test_batches (Fixture *f, gconstpointer data)
{
  fail_b (f);
  g_assert_cmpstr (f->told->str, ==, "0,1,2,3;");
  sy_run_model_flush (f->model);
  g_assert_cmpstr (f->told->str, ==, "0,1,2,3;");
}

static void
push_more (SyRunModel *model, GArray *tasks, Fixture *f)
{
  if (f->told->len < 8)
    {
      push (f, &(SyEvent){ .kind = SY_EVENT_WARNING, .task = 4, .text = (char *) "x" });
      sy_run_model_flush (model);
    }
}

/* What comes during a signal is told in the next. */
static void
test_never_within_a_signal (Fixture *f, gconstpointer data)
{
  g_signal_connect (f->model, "changed", G_CALLBACK (push_more), f);
  run_task (f, 1, TRUE);
  sy_run_model_flush (f->model);
  g_assert_cmpstr (f->told->str, ==, "0;");
  while (f->told->len < 4)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (f->told->str, ==, "0;3;");
}

static gboolean
on_arrived (SyRunModel *model, Fixture *f)
{
  g_string_append (f->told, "frame ");
  return f->has_frame;
}

/* Who draws is told once for all that waits, and folds it in its own time. */
static void
test_arrived (Fixture *f, gconstpointer data)
{
  f->has_frame = TRUE;
  g_signal_connect (f->model, "arrived", G_CALLBACK (on_arrived), f);
  run_task (f, 1, TRUE);
  g_assert_cmpstr (f->told->str, ==, "frame ");
  sy_run_model_flush (f->model);
  g_assert_cmpstr (f->told->str, ==, "frame 0;");
  run_task (f, 2, TRUE);
  g_assert_cmpstr (f->told->str, ==, "frame 0;frame ");
}

/* A frame that nobody asks for, or that does not come, is not waited for. */
static void
test_no_frame (Fixture *f, gconstpointer has_frame)
{
  f->has_frame = has_frame != NULL;
  g_signal_connect (f->model, "arrived", G_CALLBACK (on_arrived), f);
  run_task (f, 1, TRUE);
  while (!g_str_has_suffix (f->told->str, ";"))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (f->told->str, ==, "frame 0;");
}

/* The log cannot be read past an event that the fold refuses. */
static void
test_refused (Fixture *f, gconstpointer data)
{
  push (f, &(SyEvent){ .kind = SY_EVENT_STARTED, .task = 1, .attempt = 1 });
  run_task (f, 4, TRUE);
  sy_run_model_flush (f->model);
  g_assert_nonnull (sy_run_model_get_error (f->model));
  g_assert_cmpint (sy_run_model_get_task (f->model, 3)->state, ==, SY_STATE_PENDING);
}

static void
test_time_travel (Fixture *f, gconstpointer data)
{
  fail_b (f);
  g_string_truncate (f->told, 0);
  sy_run_model_show_state (f->model, sy_run_state_new (f->flow), 5);
  g_assert_cmpstr (f->told->str, ==, "0,1,2,3;");
  g_assert_cmpint (sy_run_model_get_task (f->model, 0)->state, ==, SY_STATE_PENDING);
  sy_run_model_show_state (f->model, NULL, 0);
  g_assert_cmpint (sy_run_model_get_task (f->model, 0)->state, ==, SY_STATE_SUCCEEDED);
}

static void
test_usage_ends (Fixture *f, gconstpointer data)
{
  double cpu = 0;
  gint64 rss = 0;

  push (f, &(SyEvent){ .kind = SY_EVENT_JOIN_MET, .task = 1, .state = SY_STATE_READY, .name = SY_NAME_QUEUED });
  sy_run_model_flush (f->model);
  sy_run_model_set_usage (f->model, 1, 50, 1000);
  sy_run_model_set_progress (f->model, 1, 0.25);
  g_assert_true (sy_run_model_get_usage (f->model, 0, &cpu, &rss));
  g_assert_cmpfloat (sy_run_model_get_progress (f->model, 0), ==, 0.25);
  g_assert_false (sy_run_model_get_usage (f->model, 1, &cpu, &rss));
  push (f, &(SyEvent){ .kind = SY_EVENT_CANCELLED, .task = 1, .name = SY_NAME_USER });
  sy_run_model_flush (f->model);
  g_assert_false (sy_run_model_get_usage (f->model, 0, &cpu, &rss));
}

static void
test_selection (Fixture *f, gconstpointer data)
{
  g_autoptr (GArray) chosen = NULL;

  sy_session_select (f->session, 1, FALSE);
  sy_session_select (f->session, 1, FALSE);
  g_assert_cmpuint (f->selections, ==, 1);
  sy_session_select (f->session, 3, TRUE);
  sy_session_toggle (f->session, 1);
  sy_session_toggle (f->session, 0);
  chosen = sy_session_get_selection (f->session);
  g_assert_cmpuint (chosen->len, ==, 2);
  g_assert_cmpuint (g_array_index (chosen, guint32, 0), ==, 0);
  g_assert_cmpuint (g_array_index (chosen, guint32, 1), ==, 3);
  g_assert_cmpuint (sy_session_get_focus (f->session), ==, 0);
  sy_session_clear_selection (f->session);
  g_assert_cmpuint (sy_session_get_n_selected (f->session), ==, 0);
  g_assert_cmpuint (sy_session_get_focus (f->session), ==, SY_NO_TASK);
}

static void
test_filter (Fixture *f, gconstpointer data)
{
  fail_b (f);
  sy_session_set_find (f->session, "B");
  g_assert_true (sy_session_matches (f->session, 1) && !sy_session_matches (f->session, 0));
  sy_session_set_find (f->session, "");
  sy_session_set_states (f->session, 1u << SY_STATE_FAILED);
  g_assert_true (sy_session_matches (f->session, 1) && !sy_session_matches (f->session, 2));
}

/* What stays done, but from results that are older then, is told of before. */
static void
test_plan_stale (Fixture *f, gconstpointer data)
{
  static const guint32 a[] = { 1 };
  g_autofree char *sentence = NULL;

  fail_b (f);
  sy_session_begin_rerun (f->session, SY_RERUN_TASK, a, 1);
  sentence = sy_session_describe_plan (f->session);
  g_assert_cmpstr (sentence, ==, "1 will run (1 was done already), 0 reused, 3 stay (1 of them stale then)");
}

static void
test_plan (Fixture *f, gconstpointer data)
{
  g_autofree char *sentence = NULL, *digest = NULL, *wanted = NULL;
  guint order;

  fail_b (f);
  sy_session_begin_rerun (f->session, SY_RERUN_FAILED, NULL, 0);
  g_assert_cmpuint (f->plans, ==, 1);
  g_assert_cmpint (sy_session_get_mark (f->session, 1, &order), ==, SY_MARK_WILL_RUN);
  g_assert_cmpuint (order, ==, 1);
  g_assert_cmpint (sy_session_get_mark (f->session, 2, &order), ==, SY_MARK_WILL_RUN);
  g_assert_cmpint (sy_session_get_mark (f->session, 0, &order), ==, SY_MARK_REUSED);
  g_assert_cmpint (sy_session_get_mark (f->session, 3, &order), ==, SY_MARK_STAYS);
  sentence = sy_session_describe_plan (f->session);
  g_assert_cmpstr (sentence, ==, "2 will run, 1 reused, 1 stay");
  /* c needs b: b stays in the set */
  sy_session_toggle_in_plan (f->session, 1);
  g_assert_cmpint (sy_session_get_mark (f->session, 1, NULL), ==, SY_MARK_WILL_RUN);
  g_assert_cmpstr (sy_session_get_status (f->session), ==, "c needs b; exclude c first");
  sy_session_toggle_in_plan (f->session, 3);
  g_assert_cmpint (sy_session_get_mark (f->session, 3, NULL), ==, SY_MARK_WILL_RUN_AGAIN);
  g_assert_true (sy_session_plan_repeats (f->session));
  digest = sy_rerun_digest (sy_run_model_get_state (f->model), sy_session_get_plan (f->session));
  wanted = g_strdup_printf ("{\"v\":1,\"command\":\"rerun\",\"scope\":\"task\",\"tasks\":[\"b\",\"c\",\"d\"],"
                            "\"running\":\"then_again\",\"seq\":%" G_GINT64_FORMAT ",\"digest\":\"%s\"}",
                            sy_run_model_get_state (f->model)->seq, digest);
  sy_session_confirm_rerun (f->session);
  g_assert_null (sy_session_get_plan (f->session));
  g_assert_cmpstr (f->controller.request, ==, wanted);
  g_assert_cmpstr (f->told->str, ==, "0,1,2,3;started 2,3,4;");
}

/* What was refused is shown anew, and why. */
static void
test_plan_refused (Fixture *f, gconstpointer data)
{
  fail_b (f);
  f->controller.refuses = TRUE;
  sy_session_begin_rerun (f->session, SY_RERUN_FAILED, NULL, 0);
  sy_session_confirm_rerun (f->session);
  g_assert_nonnull (sy_session_get_plan (f->session));
  g_assert_cmpuint (sy_session_get_plan (f->session)->will_run->len, ==, 2);
  g_assert_cmpstr (sy_session_get_status (f->session), ==, "look again");
  g_assert_cmpstr (f->told->str, ==, "0,1,2,3;");
}

/* An answer that comes late takes nobody away from where they have gone meanwhile. */
static void
test_plan_answered_late (Fixture *f, gconstpointer moves)
{
  fail_b (f);
  f->controller.waits = TRUE;
  sy_session_begin_rerun (f->session, SY_RERUN_FAILED, NULL, 0);
  sy_session_confirm_rerun (f->session);
  if (moves != NULL)
    sy_session_select (f->session, 3, FALSE);
  f->controller.late ("{\"ok\":true}", NULL, f->controller.late_data);
  g_assert_cmpuint (sy_session_get_focus (f->session), ==, moves != NULL ? 3 : 1);
}

static const struct { SyPlanKind kind; guint n_will_run; } kinds[] = {
  { SY_PLAN_FROM, 2 }, { SY_PLAN_ONLY, 2 }, { SY_PLAN_WHOLE, 4 }, { SY_PLAN_BLOCKED, 2 },
};

static void
test_plan_kinds (Fixture *f, gconstpointer data)
{
  guint32 done = 1;

  fail_b (f);
  sy_session_begin_rerun (f->session, SY_RERUN_FAILED, NULL, 0);
  g_assert_cmpint (sy_session_get_plan_kind (f->session), ==, SY_PLAN_BLOCKED);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      sy_session_set_plan_kind (f->session, kinds[i].kind);
      g_assert_cmpint (sy_session_get_plan_kind (f->session), ==, kinds[i].kind);
      g_assert_cmpuint (sy_session_get_plan (f->session)->will_run->len, ==, kinds[i].n_will_run);
    }
  g_assert_false (sy_session_may_plan (f->session, SY_PLAN_BRANCH));
  sy_session_begin_rerun (f->session, SY_RERUN_FROM, &done, 1);
  g_assert_false (sy_session_may_plan (f->session, SY_PLAN_BLOCKED));
  sy_session_begin_rerun_whole (f->session);
  g_assert_cmpuint (sy_session_get_plan (f->session)->will_run->len, ==, 4);
}

static void
answer_state (Fixture *f)
{
  SyControllerState reply = f->controller.state_reply;

  g_assert_nonnull (reply);
  f->controller.state_reply = NULL;
  reply (sy_run_state_new (f->flow), NULL, f->controller.state_data);
}

/* The slider is dragged faster than the controller answers: each answer is shown, only the newest instant is asked for next. */
static void
test_instants (Fixture *f, gconstpointer data)
{
  static const gint64 asked[] = { 10, 13, 0 };
  g_autoptr (GArray) instants = g_array_new (FALSE, FALSE, sizeof (gint64));

  f->controller.base.state_at = fake_state_at;
  f->controller.instants = instants;
  sy_session_set_instant (f->session, 10);
  sy_session_set_instant (f->session, 11);
  sy_session_set_instant (f->session, 12);
  sy_session_set_instant (f->session, 13);
  g_assert_false (sy_run_model_is_past (f->model));
  answer_state (f);
  g_assert_true (sy_run_model_is_past (f->model));
  g_assert_cmpint (sy_run_model_get_now (f->model), ==, 10);
  answer_state (f);
  g_assert_cmpint (sy_run_model_get_now (f->model), ==, 13);
  g_assert_null (f->controller.state_reply);
  sy_session_set_instant (f->session, 0);
  g_assert_false (sy_run_model_is_past (f->model));
  g_assert_cmpuint (instants->len, ==, G_N_ELEMENTS (asked));
  for (guint i = 0; i < G_N_ELEMENTS (asked); i++)
    g_assert_cmpint (g_array_index (instants, gint64, i), ==, asked[i]);
}

/* Back to now before the answer came: it is not shown. */
static void
test_instant_left (Fixture *f, gconstpointer data)
{
  g_autoptr (GArray) instants = g_array_new (FALSE, FALSE, sizeof (gint64));

  f->controller.base.state_at = fake_state_at;
  f->controller.instants = instants;
  sy_session_set_instant (f->session, 10);
  sy_session_set_instant (f->session, 0);
  answer_state (f);
  g_assert_false (sy_run_model_is_past (f->model));
  g_assert_null (f->controller.state_reply);
}

/* The status line says what is looked at and follows it; what was said of something else goes when the selection moves. */
static void
test_status (Fixture *f, gconstpointer data)
{
  static const guint32 two[] = { 0, 1 };

  fail_b (f);
  sy_session_select (f->session, 1, FALSE);
  g_assert_cmpstr (sy_session_get_status (f->session), ==, "b: exit 3");
  sy_session_set_status (f->session, "Copied");
  sy_session_select (f->session, 2, FALSE);
  g_assert_cmpstr (sy_session_get_status (f->session), ==, "c: blocked by b");
  push (f, &(SyEvent){ .kind = SY_EVENT_MARKED, .task = 2, .state = SY_STATE_SUCCEEDED, .name = SY_NAME_MARKED });
  push (f, &(SyEvent){ .kind = SY_EVENT_UNANNOUNCED, .task = 3 });
  sy_run_model_flush (f->model);
  g_assert_cmpstr (sy_session_get_status (f->session), !=, "c: blocked by b");
  sy_session_select_many (f->session, two, 2);
  g_assert_cmpstr (sy_session_get_status (f->session), ==, "2 selected");
  sy_session_clear_selection (f->session);
  g_assert_true (g_str_has_suffix (sy_session_get_status (f->session), ": Interrupted"));
  sy_run_model_set_live (f->model, TRUE);
  sy_session_say_where (f->session);
  g_assert_true (g_str_has_suffix (sy_session_get_status (f->session), ": Queued") || g_str_has_suffix (sy_session_get_status (f->session), ": Running"));
}

int
main (int argc, char **argv)
{
  static const struct { const char *name; void (*test) (Fixture *, gconstpointer); } tests[] = {
    { "/model/batches", test_batches }, { "/model/never-within-a-signal", test_never_within_a_signal }, { "/model/refused", test_refused },
    { "/model/arrived", test_arrived },
    { "/model/time-travel", test_time_travel }, { "/model/usage-ends", test_usage_ends }, { "/session/selection", test_selection },
    { "/session/filter", test_filter }, { "/session/status", test_status }, { "/session/plan", test_plan },
    { "/session/plan-stale", test_plan_stale }, { "/session/plan-refused", test_plan_refused }, { "/session/plan-kinds", test_plan_kinds },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, NULL, set_up, tests[i].test, tear_down);
  g_test_add ("/model/no-frame", Fixture, NULL, set_up, test_no_frame, tear_down);
  g_test_add ("/model/frame-does-not-come", Fixture, "frame", set_up, test_no_frame, tear_down);
  g_test_add ("/session/plan-answered", Fixture, NULL, set_up, test_plan_answered_late, tear_down);
  g_test_add ("/session/plan-answered-late", Fixture, "moves", set_up, test_plan_answered_late, tear_down);
  g_test_add ("/session/instants", Fixture, NULL, set_up, test_instants, tear_down);
  g_test_add ("/session/instant-left", Fixture, NULL, set_up, test_instant_left, tear_down);
  return g_test_run ();
}
