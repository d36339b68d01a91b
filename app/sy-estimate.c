/* sy-estimate.c: how much longer a run will take
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-estimate.h"

guint
sy_estimate_n_done (const SyRunState *state)
{
  guint n = 0;

  for (guint i = 0; i < SY_N_STATES; i++)
    if (sy_state_is_terminal (i))
      n += state->counts[i];
  return n;
}

static gint64
mean_of_ended (const SyRunState *state)
{
  gint64 sum = 0;
  guint n = 0;

  for (guint32 i = 0; i < state->workflow->n_tasks; i++)
    {
      const SyTaskState *task = sy_run_state_at (state, i);

      if (task->started_us > 0 && task->ended_us >= task->started_us && task->state == SY_STATE_SUCCEEDED)
        {
          sum += task->ended_us - task->started_us;
          n++;
        }
    }
  return n > 0 ? sum / n : -1;
}

gint64
sy_estimate_left (const SyRunState *state, const gint64 *expected_us, gint64 now_wall_us)
{
  gint64 mean = mean_of_ended (state), work = 0, longest = 0;

  for (guint32 i = 0; i < state->workflow->n_tasks; i++)
    {
      const SyTaskState *task = sy_run_state_at (state, i);
      gint64 left = expected_us != NULL && expected_us[i] > 0 ? expected_us[i] : mean;

      if (sy_state_is_terminal (task->state) || state->workflow->tasks[i].kind == SY_TASK_JOIN)
        continue;
      if (left < 0)
        return -1;
      if (task->state == SY_STATE_RUNNING && task->started_us > 0)
        left = MAX (0, left - (now_wall_us - task->started_us));
      work += left;
      longest = MAX (longest, left);
    }
  return MAX (work / MAX (1, state->slots), longest);
}
