/* test-scale.c: 100,000 tasks: memory and time
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/core/model/model-util.h"

#include <malloc.h>

/* As a file loads: an id, a command of five words, three needs a task. */
static SyWorkflow *
make_layers (guint n)
{
  SyWorkflow *workflow = sy_workflow_new ();
  guint width = MAX (n / 100, 1);

  workflow->n_tasks = n;
  workflow->tasks = sy_workflow_alloc (workflow, n * sizeof (SyTask));
  for (guint i = 0; i < n; i++)
    {
      SyTask *task = &workflow->tasks[i];
      g_autofree char *id = g_strdup_printf ("convert_part_%06u", i), *out = g_strdup_printf ("out/part-%06u.csv", i);
      SyText *argv = sy_workflow_alloc (workflow, 5 * sizeof (SyText));
      SyNeed *needs = sy_workflow_alloc (workflow, 3 * sizeof (SyNeed));

      argv[0] = sy_workflow_text (workflow, "./convert");
      argv[1] = sy_workflow_text (workflow, "--part");
      argv[2] = sy_workflow_text (workflow, id + 8);
      argv[3] = sy_workflow_text (workflow, "--out");
      argv[4] = sy_workflow_text (workflow, out);
      task->id = sy_workflow_intern (workflow, id);
      task->kind = SY_TASK_COMMAND;
      task->argv = argv;
      task->n_argv = 5;
      task->needs = needs;
      task->n_needs = i < width ? 0 : 3;
      for (guint k = 0; k < task->n_needs; k++)
        needs[k].task = i / width * width - width + (i * 7 + k * 13) % width;
    }
  g_assert_true (sy_workflow_finish (workflow, NULL, NULL));
  return workflow;
}

static gsize
heap_in_use (void)
{
  struct mallinfo2 info = mallinfo2 ();

  return info.uordblks + info.hblkhd;
}

static gsize
measure (guint n)
{
  gsize before = heap_in_use ();
  g_autoptr (SyWorkflow) workflow = make_layers (n);
  g_autoptr (SyRunState) state = sy_run_state_new (workflow);

  return heap_in_use () - before;
}

static void
test_memory (void)
{
  gsize small = measure (1000), large = measure (100000), a_task = (large - small) / 99000;

  if (large == 0) /* a sanitizer's heap tells nothing */
    {
      g_test_skip ("no heap statistics");
      return;
    }
  g_test_message ("%" G_GSIZE_FORMAT " bytes a task, workflow and state", a_task);
  g_assert_cmpuint (a_task, <=, 1024);
}

static void
fold_task (SyRunState *state, guint32 number, gint64 at)
{
  SyExit exit = { .started_us = at, .ended_us = at + 1000, .rss = 1835008, .read = -1, .written = -1 };
  const SyEvent events[] = {
    { .kind = SY_EVENT_JOIN_MET, .task = number, .time.wall_us = at },
    { .kind = SY_EVENT_INTENT, .task = number, .attempt = 1, .nonce = number, .time.wall_us = at },
    { .kind = SY_EVENT_STARTED, .task = number, .attempt = 1, .time.wall_us = at },
    { .kind = SY_EVENT_EXITED, .task = number, .attempt = 1, .state = SY_STATE_SUCCEEDED, .name = SY_NAME_SUCCEEDED,
      .time.wall_us = at + 1000, .exit = &exit },
  };

  for (guint i = 0; i < G_N_ELEMENTS (events); i++)
    g_assert_true (sy_run_state_apply (state, &events[i], NULL));
}

/* Forwards, backwards (settledness arrives all at once at the end), and reset from the top. */
static void
test_fold_time (void)
{
  const guint n = 100000;
  g_autoptr (SyWorkflow) workflow = make_layers (n);
  g_autoptr (SyRunState) state = sy_run_state_new (workflow);
  gint64 began = g_get_monotonic_time ();

  sy_run_state_track (state);
  for (guint i = n; i-- > 0;)
    fold_task (state, i + 1, 1700000000000000 + i);
  g_assert_cmpuint (state->n_unsettled, ==, 0);
  for (guint i = 0; i < n; i++)
    {
      SyEvent reset = { .kind = SY_EVENT_RESET, .task = i + 1 };

      g_assert_true (sy_run_state_apply (state, &reset, NULL));
    }
  g_assert_cmpuint (state->n_unsettled, ==, n);
  g_assert_cmpuint (state->counts[SY_STATE_PENDING], ==, n);
  g_test_message ("500,000 events in %.0f ms", (double) (g_get_monotonic_time () - began) / 1000);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 20 * G_USEC_PER_SEC); /* anything quadratic takes minutes */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/scale/memory", test_memory);
  g_test_add_func ("/model/scale/fold-time", test_fold_time);
  return g_test_run ();
}
