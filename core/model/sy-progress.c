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

guint
sy_progress_percent (const SyProgress *progress)
{
  return (guint) (CLAMP (progress->fraction, 0, 1) * 100);
}

void
sy_progress_basis_init (SyProgressBasis *basis)
{
  basis->mean_us = mean_duration (basis->state, basis->expected_us);
}

typedef struct
{
  const SyProgressBasis *basis;
  gint64 *left;         /* (nullable) by index: unfinished work */
  double work, done, left_sum;
} Measure;

/* How long it takes in all: by its past; a running task without one by the time it has had for what it says that it has done; else by the mean */
static gint64
expected_work (const SyProgressBasis *basis, guint32 index)
{
  const SyTaskState *now = sy_run_state_at (basis->state, index);
  gint64 past = past_duration (basis->state, index, basis->expected_us);
  double said = now->state == SY_STATE_RUNNING && basis->said != NULL ? basis->said (basis->said_data, index) : -1;

  if (is_idle (&basis->state->workflow->tasks[index]))
    return 0;
  if (past > 0 || said <= 0 || basis->mean_us == 0 || now->started_us <= 0 || basis->now_wall_us <= now->started_us)
    return past > 0 ? past : MAX (basis->mean_us, 1);
  return MAX ((gint64) ((double) (basis->now_wall_us - now->started_us) / MIN (said, 1)), 1);
}

static gint64
finished_part (const SyProgressBasis *basis, guint32 index, gint64 work)
{
  const SyTaskState *now = sy_run_state_at (basis->state, index);
  double said = basis->said != NULL ? basis->said (basis->said_data, index) : -1;

  if (said >= 0)
    return (gint64) (MIN (said, 1) * (double) work);
  if (now->started_us <= 0 || basis->mean_us == 0)
    return 0;
  return CLAMP (basis->now_wall_us - now->started_us, 0, work);
}

static void
add_task (Measure *measure, guint32 index, SyProgress *out)
{
  const SyProgressBasis *basis = measure->basis;
  SyState state = (SyState) sy_run_state_at (basis->state, index)->state;
  gint64 work = expected_work (basis, index);
  gboolean over = sy_state_is_terminal (state);
  gint64 done = over                          ? (state == SY_STATE_UPSTREAM_FAILED || state == SY_STATE_CANCELLED ? 0 : work)
                : state == SY_STATE_RUNNING ? finished_part (basis, index, work)
                                              : 0;

  out->n_tasks++;
  out->n_done += over;
  out->n_running += state == SY_STATE_RUNNING;
  out->n_failed += state == SY_STATE_FAILED || state == SY_STATE_LOST;
  out->n_blocked += state == SY_STATE_UPSTREAM_FAILED;
  measure->work += (double) work;
  measure->done += (double) done;
  if (over)
    return;
  measure->left_sum += (double) (work - done);
  if (measure->left != NULL)
    measure->left[index] = work - done;
}

static void
count (Measure *measure, const GArray *tasks, SyProgress *out)
{
  guint32 n = tasks != NULL ? tasks->len : measure->basis->state->workflow->n_tasks;

  *out = (SyProgress){ 0 };
  for (guint32 i = 0; i < n; i++)
    add_task (measure, tasks != NULL ? g_array_index (tasks, guint32, i) : i, out);
  if (measure->work > 0)
    out->fraction = measure->done / measure->work;
  else
    out->fraction = out->n_tasks > 0 ? (double) out->n_done / out->n_tasks : 1;
}

void
sy_progress_count (const SyProgressBasis *basis, const GArray *tasks, SyProgress *out)
{
  Measure measure = { .basis = basis };

  count (&measure, tasks, out);
}

static gint64
estimate_left (const Measure *measure, const SyProgress *out)
{
  const SyRunState *state = measure->basis->state;
  g_autofree gint64 *rank = NULL;
  gint64 longest = 0;

  if (out->n_done == out->n_tasks)
    return 0;
  if (measure->basis->mean_us == 0)
    return -1;
  rank = sy_graph_upward_rank (state->workflow, measure->left, 0);
  for (guint32 i = 0; i < state->workflow->n_tasks; i++)
    longest = MAX (longest, rank[i]);
  return MAX (longest, (gint64) (measure->left_sum / MAX (state->slots, 1)));
}

void
sy_progress_measure (const SyProgressBasis *basis, const GArray *tasks, SyProgress *out)
{
  g_autofree gint64 *left = g_new0 (gint64, MAX (basis->state->workflow->n_tasks, 1));
  Measure measure = { .basis = basis, .left = left };

  count (&measure, tasks, out);
  out->left_us = estimate_left (&measure, out);
}
