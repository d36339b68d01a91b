/* sy-cycles.c: tasks that wait for each other
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-cycles.h"

/* Each task left over has a need left over: following them must meet a task again. */
GArray *
sy_cycle_find (const SyWorkflow *workflow, const guint32 *open)
{
  g_autofree guint32 *step = g_new0 (guint32, workflow->n_tasks);
  g_autoptr (GArray) path = g_array_new (FALSE, FALSE, sizeof (guint32));
  GArray *cycle = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint32 task = 0, first, lowest;

  while (open[task] == 0)
    task++;
  while (step[task] == 0)
    {
      const SyNeed *need = workflow->tasks[task].needs;

      g_array_append_val (path, task);
      step[task] = path->len;
      while (open[need->task] == 0)
        need++;
      task = need->task;
    }
  lowest = first = step[task] - 1;
  for (guint32 i = first; i < path->len; i++)
    if (g_array_index (path, guint32, i) < g_array_index (path, guint32, lowest))
      lowest = i;
  g_array_append_vals (cycle, &g_array_index (path, guint32, lowest), path->len - lowest);
  g_array_append_vals (cycle, &g_array_index (path, guint32, first), lowest - first);
  return cycle;
}

/* Takes out the tasks of @stack and all that can be ordered then; returns how many went */
static guint32
take_out (const SyWorkflow *workflow, guint32 *open, GArray *stack)
{
  guint32 n = 0;

  for (; stack->len > 0; n++)
    {
      guint32 task = g_array_index (stack, guint32, stack->len - 1);

      g_array_set_size (stack, stack->len - 1);
      for (guint32 k = workflow->down_start[task]; k < workflow->down_start[task + 1]; k++)
        if (open[workflow->down[k]] > 0 && --open[workflow->down[k]] == 0)
          g_array_append_val (stack, workflow->down[k]);
    }
  return n;
}

GPtrArray *
sy_workflow_find_cycles (const SyWorkflow *workflow, guint most)
{
  GPtrArray *cycles = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  g_autofree guint32 *open = g_new (guint32, MAX (workflow->n_tasks, 1));
  g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint32 left = workflow->n_tasks;

  g_return_val_if_fail (workflow->down_start != NULL, cycles);
  for (guint32 i = 0; i < workflow->n_tasks; i++)
    if ((open[i] = workflow->tasks[i].n_needs) == 0)
      g_array_append_val (stack, i);
  while ((left -= take_out (workflow, open, stack)) > 0 && cycles->len < most)
    {
      GArray *cycle = sy_cycle_find (workflow, open);

      g_ptr_array_add (cycles, cycle);
      g_array_append_vals (stack, cycle->data, cycle->len);
      for (guint i = 0; i < cycle->len; i++)
        open[g_array_index (cycle, guint32, i)] = 0;
    }
  return cycles;
}
