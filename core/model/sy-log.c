/* sy-log.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-log.h"

void
sy_log_batch_clear (SyLogBatch *batch)
{
  g_clear_pointer (&batch->events, g_array_unref);
  g_clear_pointer (&batch->states, g_array_unref);
}

void
sy_state_row_init (SyStateRow *row, const SyRunState *state, guint32 number)
{
  const SyTaskState *task = sy_run_state_task (state, number);
  guint32 index = sy_workflow_find_number (state->workflow, number);

  g_return_if_fail (task != NULL);

  *row = (SyStateRow){
    .task = number,
    .id = index == SY_NO_TASK ? "" : state->workflow->tasks[index].id,
    .state = task->state,
    .name = task->name,
    .settled = task->settled,
    .badges = task->badges,
    .attempt = task->attempt,
    .budget_used = task->budget_used,
    .due_us = task->due.wall_us,
    .last_seq = task->last_seq,
  };
}

gboolean
sy_state_row_equal (const SyStateRow *a, const SyStateRow *b)
{
  return a->task == b->task && a->item == b->item && g_strcmp0 (a->id, b->id) == 0 && a->state == b->state &&
         a->name == b->name && a->settled == b->settled && a->badges == b->badges && a->attempt == b->attempt &&
         a->budget_used == b->budget_used && a->due_us == b->due_us && a->last_seq == b->last_seq;
}
