/* test-progress.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-graph.h"
#include "core/model/sy-progress.h"
#include "tests/core/model/model-util.h"

#define SECOND ((gint64) G_USEC_PER_SEC)

#define RUNS(t) #t ".join_met " #t ".intent@1 " #t ".started@1"
#define DONE(t) RUNS (t) " " #t ".exited:succeeded@1"

static void
measure (const SyRunState *state, const GArray *tasks, const gint64 *expected_us, gint64 now_us, SyProgress *out)
{
  SyProgressBasis basis = { .state = state, .expected_us = expected_us, .now_wall_us = now_us };
  SyProgress counted;

  sy_progress_basis_init (&basis);
  sy_progress_measure (&basis, tasks, out);
  sy_progress_count (&basis, tasks, &counted);
  g_assert_cmpint (counted.left_us, ==, 0);
  counted.left_us = out->left_us;
  g_assert_cmpmem (&counted, sizeof counted, out, sizeof *out);
}

/* Every task starts at second 100; it is second 104. Expected seconds by task, 0 = unknown. */
static const struct
{
  const char *graph;
  gint64 expected[4];
  guint slots;
  const char *events;
  guint n_done, n_running, percent;
  gint64 left;
} cases[] = {
  { "a b c d", { 0 }, 2, DONE (a), 1, 0, 25, -1 },
  { "a b c d", { 10, 10, 10, 10 }, 2, DONE (a), 1, 0, 25, 15 },
  { "a b c d", { 10, 10, 10, 10 }, 2, DONE (a) " " RUNS (b), 1, 1, 35, 13 },
  { "a b c d", { 10, 0, 0, 30 }, 4, "a.skipped:user", 1, 0, 13, 30 },
  { "a b:a c:b", { 5, 5, 5 }, 8, RUNS (a), 0, 1, 27, 11 },
  { "a b:a c:b", { 3, 5, 5 }, 8, RUNS (a), 0, 1, 23, 10 },
  { "a b:a c:b", { 5, 5, 5 }, 8, DONE (a) " " DONE (b) " " DONE (c), 3, 0, 100, 0 },
  { "a b:a", { 1, 1 }, 1, "a.join_met a.intent@1 a.started@1 a.lost:reboot@1", 1, 0, 50, 1 },
};

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SyWorkflow) workflow = model_workflow (cases[i].graph);
      g_autoptr (SyRunState) state = sy_run_state_new (workflow);
      g_auto (GStrv) words = g_strsplit (cases[i].events, " ", -1);
      gint64 expected[4];
      SyProgress progress;

      state->slots = cases[i].slots;
      for (guint k = 0; k < 4; k++)
        expected[k] = cases[i].expected[k] * SECOND;
      for (guint k = 0; words[k] != NULL; k++)
        {
          SyEvent event = { .time.wall_us = 100 * SECOND };

          model_parse_event (words[k], &event);
          g_assert_true (sy_run_state_apply (state, &event, NULL));
        }
      measure (state, NULL, expected, 104 * SECOND, &progress);
      g_assert_cmpuint (progress.n_done, ==, cases[i].n_done);
      g_assert_cmpuint (progress.n_running, ==, cases[i].n_running);
      g_assert_cmpuint ((guint) (progress.fraction * 100 + 0.5), ==, cases[i].percent);
      g_assert_cmpint (progress.left_us, ==, cases[i].left < 0 ? -1 : cases[i].left * SECOND);
    }
}

/* What is blocked or was cancelled is over, but nothing was finished. */
static void
test_blocked (void)
{
  g_autoptr (SyWorkflow) workflow = model_workflow ("a b:a c:b d");
  g_autoptr (SyRunState) state = sy_run_state_new (workflow);
  SyProgress progress;

  model_apply (state, DONE (d) " " RUNS (a) " a.exited:exit@1 b.announced:upstream_failed c.announced:upstream_failed");
  measure (state, NULL, NULL, 0, &progress);
  g_assert_cmpuint (progress.n_done, ==, 4);
  g_assert_cmpuint (progress.n_failed, ==, 1);
  g_assert_cmpuint (progress.n_blocked, ==, 2);
  g_assert_cmpuint (sy_progress_percent (&progress), ==, 50);
  g_assert_cmpint (progress.left_us, ==, 0);
}

static double
say (gpointer data, guint32 index)
{
  return index == 0 ? *(double *) data : -1;
}

/* A running task knows best how far it is; it cannot be further than done. */
static void
test_said (void)
{
  static const struct { double said; guint percent; } cases_said[] = { { 0.5, 25 }, { 1, 50 }, { 7, 50 }, { -1, 20 } };
  static const gint64 expected[] = { 10 * SECOND, 10 * SECOND };

  for (guint i = 0; i < G_N_ELEMENTS (cases_said); i++)
    {
      g_autoptr (SyWorkflow) workflow = model_workflow ("a b:a");
      g_autoptr (SyRunState) state = sy_run_state_new (workflow);
      double said = cases_said[i].said;
      SyProgressBasis basis = { state, expected, 104 * SECOND, say, &said, 0 };
      g_auto (GStrv) words = g_strsplit (RUNS (a), " ", -1);
      SyProgress progress;

      for (guint k = 0; words[k] != NULL; k++)
        {
          SyEvent event = { .time.wall_us = 100 * SECOND };

          model_parse_event (words[k], &event);
          g_assert_true (sy_run_state_apply (state, &event, NULL));
        }
      sy_progress_basis_init (&basis);
      sy_progress_count (&basis, NULL, &progress);
      g_assert_cmpuint (sy_progress_percent (&progress), ==, cases_said[i].percent);
    }
}

/* The first run of a workflow: a task that has said 10 % after 4 s goes on for 36 s, however short what has ended was. */
static void
test_said_first_time (void)
{
  static const struct { double said; gint64 left; } cases_said[] = { { 0.1, 36 }, { 0.5, 4 }, { 0, 2 }, { -1, 0 } };
  static const gint64 expected[] = { 0, 2 * SECOND };

  for (guint i = 0; i < G_N_ELEMENTS (cases_said); i++)
    {
      g_autoptr (SyWorkflow) workflow = model_workflow ("a b");
      g_autoptr (SyRunState) state = sy_run_state_new (workflow);
      double said = cases_said[i].said;
      SyProgressBasis basis = { state, expected, 104 * SECOND, say, &said, 0 };
      g_auto (GStrv) words = g_strsplit (RUNS (a) " " DONE (b), " ", -1);
      SyProgress progress;

      state->slots = 2;
      for (guint k = 0; words[k] != NULL; k++)
        {
          SyEvent event = { .time.wall_us = 100 * SECOND };

          model_parse_event (words[k], &event);
          g_assert_true (sy_run_state_apply (state, &event, NULL));
        }
      sy_progress_basis_init (&basis);
      sy_progress_measure (&basis, NULL, &progress);
      g_assert_cmpint ((progress.left_us + SECOND / 2) / SECOND, ==, cases_said[i].left);
    }
}

static void
test_branch (void)
{
  g_autoptr (SyWorkflow) workflow = model_workflow ("f a:f a2:a b:f j:a2,b");
  g_autoptr (SyRunState) state = sy_run_state_new (workflow);
  g_autofree guint32 *ipdom = sy_graph_post_dominators (workflow);
  g_autoptr (GArray) tasks = sy_graph_branch_tasks (workflow, ipdom, 0, 1);
  static const gint64 expected[] = { SECOND, 4 * SECOND, 6 * SECOND, 90 * SECOND, SECOND };
  SyProgress progress;

  state->slots = 1;
  model_apply (state, "d.skipped:user");
  measure (state, tasks, expected, 0, &progress);
  g_assert_cmpuint (progress.n_tasks, ==, 2);
  g_assert_cmpfloat (progress.fraction, ==, 0);
  g_assert_cmpint (progress.left_us, ==, 10 * SECOND);
}

/* Only join points, nothing at all, and a clock that went back. */
static void
test_edges (void)
{
  g_autoptr (SyWorkflow) empty = model_workflow (""), joins = model_workflow ("a b:a");
  g_autoptr (SyRunState) none = sy_run_state_new (empty), state = NULL;
  SyProgress progress;

  measure (none, NULL, NULL, 0, &progress);
  g_assert_cmpfloat (progress.fraction, ==, 1);
  g_assert_cmpint (progress.left_us, ==, 0);
  joins->tasks[0].kind = joins->tasks[1].kind = SY_TASK_JOIN;
  state = sy_run_state_new (joins);
  model_apply (state, "a.join_met:succeeded");
  measure (state, NULL, NULL, G_MININT64 / 2, &progress);
  g_assert_cmpfloat (progress.fraction, ==, 0.5);
}

static void
test_bounds (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (8);
  g_autoptr (SyWorkflow) workflow = model_random_workflow (random, 10, 30);
  g_autoptr (SyRunState) state = sy_run_state_new (workflow);

  for (guint i = 0; i < 3000; i++)
    {
      SyEvent event;
      SyProgress progress;

      model_likely_event (random, state, &event);
      sy_run_state_apply (state, &event, NULL);
      sy_event_clear (&event);
      measure (state, NULL, NULL, 1000000 + state->seq, &progress);
      g_assert_true (progress.fraction >= 0 && progress.fraction <= 1);
      g_assert_cmpint (progress.left_us, >=, -1);
      g_assert_cmpint (progress.n_done == progress.n_tasks, ==, progress.left_us == 0 && progress.n_done == 10);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/progress/cases", test_cases);
  g_test_add_func ("/model/progress/blocked", test_blocked);
  g_test_add_func ("/model/progress/said", test_said);
  g_test_add_func ("/model/progress/said-first-time", test_said_first_time);
  g_test_add_func ("/model/progress/branch", test_branch);
  g_test_add_func ("/model/progress/edges", test_edges);
  g_test_add_func ("/model/progress/bounds", test_bounds);
  return g_test_run ();
}
