/* sy-settled.c: settledness, kept up to date with one counter a task
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-late.h"
#include "core/model/sy-run-state-private.h"

#include <string.h>

/*
 * A task is settled when it is terminal, all its ancestors are settled and none
 * of its processes lives (a terminal task has none: kept stragglers do not
 * count). lost is settled only with `on_lost: fail`. As a settled task's own
 * ancestors are settled, looking at the direct needs is enough: open_needs
 * counts those not settled. A task changes its mind once per start and once per
 * reset, so a run costs O(edges).
 */
static gboolean
is_over (const SyRunState *state, guint32 index)
{
  const SyTaskState *task = sy_run_state_at (state, index);

  return sy_state_is_terminal ((SyState) task->state)
         && (task->state != SY_STATE_LOST
             || sy_late_on_lost (state->workflow, index, task->values) == SY_ON_LOST_FAIL);
}

static gboolean
flip (SyRunState *state, guint32 index)
{
  SyTaskState *task = sy_run_state_at (state, index);
  gboolean settled = is_over (state, index) && state->open_needs[index] == 0;

  if (settled == task->settled)
    return FALSE;
  task->settled = settled;
  state->n_unsettled += settled ? -1 : 1;
  return TRUE;
}

static void
spread (SyRunState *state, guint32 index)
{
  const SyWorkflow *workflow = state->workflow;

  g_array_append_val (state->work, index);
  while (state->work->len > 0)
    {
      guint32 task = g_array_index (state->work, guint32, state->work->len - 1);
      gboolean settled = sy_run_state_at (state, task)->settled;

      g_array_set_size (state->work, state->work->len - 1);
      for (guint32 k = workflow->down_start[task]; k < workflow->down_start[task + 1]; k++)
        {
          guint32 down = workflow->down[k];

          state->open_needs[down] += settled ? -1 : 1;
          if (!flip (state, down))
            continue;
          sy_run_state_touch (state, workflow->tasks[down].number);
          g_array_append_val (state->work, down);
        }
    }
}

void
sy_settled_update (SyRunState *state, guint32 number, SyState old_state)
{
  guint32 index = sy_workflow_find_number (state->workflow, number);
  SyTaskState *task = sy_run_state_task (state, number);

  if (index == SY_NO_TASK)
    {
      task->settled = sy_state_is_terminal ((SyState) task->state);
      return;
    }
  state->counts[old_state]--;
  state->counts[task->state]++;
  if (flip (state, index))
    spread (state, index);
}

void
sy_settled_recount (SyRunState *state)
{
  const SyWorkflow *workflow = state->workflow;

  memset (state->counts, 0, sizeof state->counts);
  for (guint32 i = 0; i < state->n_numbers; i++)
    state->tasks[i].settled = sy_state_is_terminal ((SyState) state->tasks[i].state);
  state->n_unsettled = workflow->n_tasks;
  for (guint32 i = 0; i < workflow->n_tasks; i++)
    {
      guint32 index = workflow->topo[i];
      const SyTask *task = &workflow->tasks[index];

      state->counts[sy_run_state_at (state, index)->state]++;
      sy_run_state_at (state, index)->settled = FALSE;
      state->open_needs[index] = 0;
      for (guint32 k = 0; k < task->n_needs; k++)
        state->open_needs[index] += !sy_run_state_at (state, task->needs[k].task)->settled;
      flip (state, index);
    }
}
