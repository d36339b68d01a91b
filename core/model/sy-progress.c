/* sy-progress.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-progress.h"
#include "core/model/sy-graph.h"

/* A task without work: nothing is started for it. */
static gboolean
is_idle (const SyTask *task)
{
  return task->kind == SY_TASK_JOIN && task->sleep_us <= 0;
}

static gint64
past_duration (const SyRunState *state, guint32 index, const gint64 *expected_us)
{
  const SyTaskState *now = sy_run_state_at (state, index);

  if (expected_us != NULL && expected_us[index] > 0)
    return expected_us[index];
  if (now->state == SY_STATE_SUCCEEDED && now->started_us > 0 && now->ended_us > now->started_us)
    return now->ended_us - now->started_us;
  return 0;
}

/* Mean over the whole run: a branch that has no past of its own borrows it. 0 = nothing is known. */
static gint64
mean_duration (const SyRunState *state, const gint64 *expected_us)
{
  double sum = 0;
  guint n = 0;

  for (guint32 i = 0; i < state->workflow->n_tasks; i++)
    {
      gint64 past = is_idle (&state->workflow->tasks[i]) ? 0 : past_duration (state, i, expected_us);

      sum += (double) past;
      n += past > 0;
    }
  return n > 0 ? MAX ((gint64) (sum / n), 1) : 0;
}

typedef struct
{
  const SyRunState *state;
  const gint64 *expected_us;
  gint64 now_wall_us;
  gint64 mean_us;
  gint64 *left;         /* by index: unfinished work */
  double work, done;
} Measure;

static void
add_task (Measure *measure, guint32 index, SyProgress *out)
{
  const SyTaskState *now = sy_run_state_at (measure->state, index);
  gint64 past = past_duration (measure->state, index, measure->expected_us);
  gint64 work = is_idle (&measure->state->workflow->tasks[index]) ? 0 : past > 0 ? past : MAX (measure->mean_us, 1);
  gint64 done = 0;

  out->n_tasks++;
  out->n_running += now->state == SY_STATE_RUNNING;
  if (sy_state_is_terminal ((SyState) now->state))
    {
      out->n_done++;
      done = work;
    }
  else if (now->state == SY_STATE_RUNNING && now->started_us > 0 && measure->mean_us > 0)
    done = CLAMP (measure->now_wall_us - now->started_us, 0, work);
  measure->work += (double) work;
  measure->done += (double) done;
  measure->left[index] = work - done;
}

static gint64
estimate_left (const Measure *measure, const SyProgress *out)
{
  const SyWorkflow *workflow = measure->state->workflow;
  g_autofree gint64 *rank = NULL;
  gint64 longest = 0;

  if (out->n_done == out->n_tasks)
    return 0;
  if (measure->mean_us == 0)
    return -1;
  rank = sy_graph_upward_rank (workflow, measure->left, 0);
  for (guint32 i = 0; i < workflow->n_tasks; i++)
    longest = MAX (longest, rank[i]);
  return MAX (longest, (gint64) ((measure->work - measure->done) / MAX (measure->state->slots, 1)));
}

void
sy_progress_measure (const SyRunState *state,
                     const GArray *tasks,
                     const gint64 *expected_us,
                     gint64 now_wall_us,
                     SyProgress *out)
{
  guint32 n = tasks != NULL ? tasks->len : state->workflow->n_tasks;
  g_autofree gint64 *left = g_new0 (gint64, MAX (state->workflow->n_tasks, 1));
  Measure measure = { state, expected_us, now_wall_us, mean_duration (state, expected_us), left, 0, 0 };

  *out = (SyProgress){ 0 };
  for (guint32 i = 0; i < n; i++)
    add_task (&measure, tasks != NULL ? g_array_index (tasks, guint32, i) : i, out);
  if (measure.work > 0)
    out->fraction = measure.done / measure.work;
  else
    out->fraction = out->n_tasks > 0 ? (double) out->n_done / out->n_tasks : 1;
  out->left_us = estimate_left (&measure, out);
}
