/* test-history.c: any instant of a run, in any order, is the fold of the events up to it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-history.h"
#include "core/model/sy-run-state-private.h"
#include "tests/core/model/model-util.h"

/* A run by chance: @n events that were legal, a second apart, some of them with a clock that was set back */
static GArray *
random_run (GRand *rand, SyWorkflow *workflow, guint n)
{
  g_autoptr (SyRunState) state = sy_run_state_new (workflow);
  GArray *events = sy_event_array_new ();

  while (events->len < n)
    {
      SyEvent event = { 0 };

      model_likely_event (rand, state, &event);
      event.seq = events->len + 1;
      event.time.wall_us = (gint64) events->len * 1000 - (g_rand_int_range (rand, 0, 20) == 0 ? 5000 : 0);
      if (sy_run_state_apply (state, &event, NULL))
        g_array_append_val (events, event);
      else
        sy_event_clear (&event);
    }
  return events;
}

static SyRunState *
fold_until (SyWorkflow *workflow, const GArray *events, gint64 wall_us)
{
  SyRunState *state = sy_run_state_new (workflow);

  for (guint i = 0; i < events->len && g_array_index (events, SyEvent, i).time.wall_us <= wall_us; i++)
    g_assert_true (sy_run_state_apply (state, &g_array_index (events, SyEvent, i), NULL));
  return state;
}

static void
assert_equal (const SyRunState *a, const SyRunState *b)
{
  g_autofree char *why = NULL;

  if (!sy_run_state_equal (a, b, &why))
    g_error ("%s", why);
}

static void
check (guint n_events, guint n_asked)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (n_events);
  g_autoptr (SyWorkflow) workflow = model_random_workflow (rand, 14, 20);
  g_autoptr (GArray) events = random_run (rand, workflow, n_events);
  g_autoptr (SyHistory) history = sy_history_new (workflow);

  for (guint i = 0; i < events->len; i++)
    sy_history_add (history, &g_array_index (events, SyEvent, i), NULL);
  g_assert_cmpint (sy_history_get_seq (history), ==, n_events);
  for (guint i = 0; i < n_asked; i++)
    {
      gint64 at = g_rand_int_range (rand, -3000, (gint32) n_events * 1000 + 3000);
      g_autoptr (SyRunState) fast = sy_history_state_at (history, at, NULL);
      g_autoptr (SyRunState) slow = fold_until (workflow, events, at);

      g_assert_nonnull (fast);
      assert_equal (fast, slow);
    }
}

static void
test_few (void)
{
  check (300, 200);
}

/* More than one fold is kept */
static void
test_many (void)
{
  check (30000, 24);
}

/* A copy goes on as its original does. */
static void
test_copy (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (4);
  g_autoptr (SyWorkflow) workflow = model_random_workflow (rand, 14, 20);
  g_autoptr (GArray) events = random_run (rand, workflow, 800);
  g_autoptr (SyRunState) state = sy_run_state_new (workflow);

  for (guint i = 0; i < events->len; i++)
    {
      g_autoptr (SyRunState) copy = sy_run_state_copy (state);

      assert_equal (copy, state);
      g_assert_true (sy_run_state_apply (state, &g_array_index (events, SyEvent, i), NULL));
      g_assert_true (sy_run_state_apply (copy, &g_array_index (events, SyEvent, i), NULL));
      assert_equal (copy, state);
      model_assert_invariants (copy);
    }
}

/* What cannot be folded is told, and what is before it can still be seen. */
static void
test_refused (void)
{
  g_autoptr (SyWorkflow) workflow = model_workflow ("a");
  g_autoptr (SyHistory) history = sy_history_new (workflow);
  g_autoptr (GError) error = NULL;
  g_autoptr (SyRunState) before = NULL;
  SyEvent met = { .seq = 1, .kind = SY_EVENT_JOIN_MET, .task = 1, .time.wall_us = 10 }, again = met;

  again.seq = 2;
  again.time.wall_us = 20;
  sy_history_add (history, &met, NULL);
  sy_history_add (history, &again, NULL);
  g_assert_null (sy_history_state_at (history, 20, &error));
  g_assert_nonnull (error);
  before = sy_history_state_at (history, 19, NULL);
  g_assert_nonnull (before);
  g_assert_cmpint (before->tasks[0].state, ==, SY_STATE_READY);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/history/few", test_few);
  g_test_add_func ("/history/many", test_many);
  g_test_add_func ("/history/copy", test_copy);
  g_test_add_func ("/history/refused", test_refused);
  return g_test_run ();
}
