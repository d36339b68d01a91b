/* test-sched-cost.c: what a big run costs, in operations rather than time
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-scheduler-private.h"
#include "core/model/sy-simulate.h"

#define N_TASKS 100000u

typedef enum { FAN_OUT, CHAIN, LAYERS, FAN_IN_OUT, CLASSES } Shape;

static guint32
needs_of (Shape shape, guint32 index, SyNeed *needs)
{
  switch (shape)
    {
    case CHAIN:
      if (index > 0)
        needs[0].task = index - 1;
      return index > 0;
    case LAYERS: /* of 100, each needing two of the layer before */
      if (index < 100)
        return 0;
      needs[0].task = index - 100;
      needs[1].task = index - index % 100 - 100 + (index * 7 + 1) % 100;
      return needs[0].task == needs[1].task ? 1 : 2;
    case FAN_IN_OUT: /* half of all feed one task, which feeds the rest */
      if (index <= N_TASKS / 2)
        return 0;
      needs[0].task = N_TASKS / 2;
      return 1;
    case FAN_OUT:
    case CLASSES:
    default:
      return 0;
    }
}

static SyWorkflow *
build (Shape shape)
{
  SyWorkflow *workflow = sy_workflow_new ();
  SyNeed *all = sy_workflow_alloc (workflow, N_TASKS / 2 * sizeof (SyNeed));

  workflow->tasks = sy_workflow_alloc (workflow, N_TASKS * sizeof (SyTask));
  workflow->n_tasks = N_TASKS;
  for (guint32 i = 0; i < N_TASKS; i++)
    {
      SyTask *task = &workflow->tasks[i];
      SyNeed *needs = sy_workflow_alloc (workflow, 2 * sizeof (SyNeed));
      g_autofree char *id = g_strdup_printf ("t%u", i);

      task->id = sy_workflow_intern (workflow, id);
      task->enabled = TRUE;
      task->needs = needs;
      task->n_needs = needs_of (shape, i, needs);
      if (shape == CLASSES) /* every task its own request: the worst case for the ready sets */
        {
          SyResources *resources = sy_workflow_alloc (workflow, sizeof *resources);

          resources->memory = 1000 + i;
          task->resources = resources;
        }
      if (shape == FAN_IN_OUT && i < N_TASKS / 2)
        all[i].task = i;
    }
  if (shape == FAN_IN_OUT)
    {
      workflow->tasks[N_TASKS / 2].needs = all;
      workflow->tasks[N_TASKS / 2].n_needs = N_TASKS / 2;
    }
  g_assert_true (sy_workflow_finish (workflow, NULL, NULL));
  return workflow;
}

static void
count_events (gpointer data, const SyEvent *events, guint n_events)
{
  *(guint64 *) data += n_events;
}

static void
test_cost (gconstpointer data)
{
  Shape shape = (Shape) GPOINTER_TO_INT (data);
  SyWorkflow *workflow = build (shape);
  guint64 n_events = 0;
  SySimOptions options = { .start = { 1000, 1000 }, .events = count_events, .data = &n_events };
  g_autoptr (SySimulation) sim = NULL;
  gint64 began = g_get_monotonic_time ();
  guint64 operations;

  options.scheduler = (SySchedulerOptions){ .slots = 8, .ahead = 16, .memory = 8 * (1000 + N_TASKS), .on_failure = -1 };
  sim = sy_simulation_new (workflow, &options);
  sy_simulation_run (sim);
  g_assert_cmpint (sy_simulation_state (sim)->status, ==, SY_RUN_SUCCEEDED);
  operations = sy_simulation_scheduler (sim)->n_operations;
  g_test_message ("%.1f operations and %.1f events a task, %.2f µs", (double) operations / N_TASKS, (double) n_events / N_TASKS,
                  (double) (g_get_monotonic_time () - began) / N_TASKS);
  g_assert_cmpuint (operations, <=, 20 * (guint64) N_TASKS + 6 * (guint64) workflow->n_edges);
  /* join_met, intent, started, exited; nothing is logged for a plain wait */
  g_assert_cmpuint (n_events, <=, 4 * (guint64) N_TASKS + 8);
  sy_workflow_unref (workflow);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/sched/cost/fan-out", GINT_TO_POINTER (FAN_OUT), test_cost);
  g_test_add_data_func ("/sched/cost/chain", GINT_TO_POINTER (CHAIN), test_cost);
  g_test_add_data_func ("/sched/cost/layers", GINT_TO_POINTER (LAYERS), test_cost);
  g_test_add_data_func ("/sched/cost/fan-in-out", GINT_TO_POINTER (FAN_IN_OUT), test_cost);
  g_test_add_data_func ("/sched/cost/classes", GINT_TO_POINTER (CLASSES), test_cost);
  return g_test_run ();
}
