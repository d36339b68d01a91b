/* sy-run-model-usage.c: what is known of a run's tasks beside their states: what they should take, what they use, how far they are
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-run-model-private.h"

/* --- what they should take --- */

const gint64 *
sy_run_model_get_expected (SyRunModel *self)
{
  g_return_val_if_fail (SY_IS_RUN_MODEL (self), NULL);
  return self->expected;
}

void
sy_run_model_set_expected (SyRunModel *self, const gint64 *expected_us)
{
  g_return_if_fail (SY_IS_RUN_MODEL (self));
  g_clear_pointer (&self->expected, g_free);
  if (expected_us != NULL)
    self->expected = g_memdup2 (expected_us, MAX (self->live->workflow->n_tasks, 1) * sizeof *expected_us);
  sy_run_model_tell_run (self);
}

void
sy_run_model_set_usual (SyRunModel *self, const SyUsual *usual, guint32 n)
{
  g_return_if_fail (SY_IS_RUN_MODEL (self));
  g_clear_pointer (&self->usual, g_free);
  if (usual != NULL && n == self->live->workflow->n_tasks)
    self->usual = g_memdup2 (usual, MAX (n, 1) * sizeof *usual);
  sy_run_model_tell_run (self);
}

const SyUsual *
sy_run_model_get_usual (SyRunModel *self, guint32 index)
{
  g_return_val_if_fail (SY_IS_RUN_MODEL (self), NULL);
  return self->usual != NULL && self->usual[index].n > 0 ? &self->usual[index] : NULL;
}

double
sy_run_model_get_slower (SyRunModel *self, guint32 index)
{
  const SyTaskState *task = sy_run_model_get_task (self, index);
  gint64 end = task->state == SY_STATE_RUNNING ? sy_run_model_get_now (self) : task->ended_us;

  if (self->usual == NULL || task->started_us == 0 || end <= task->started_us || task->name == SY_NAME_CACHED || task->name == SY_NAME_MARKED)
    return 0;
  if (task->state != SY_STATE_RUNNING && task->state != SY_STATE_SUCCEEDED && task->state != SY_STATE_FAILED)
    return 0;
  return sy_usual_slower (&self->usual[index], end - task->started_us);
}

/* --- usage --- */

static SyTaskUsage *
usage_of (SyRunModel *self, guint32 number)
{
  const SyTaskUsage none = { .cpu_percent = -1, .progress = -1 };

  if (number == 0 || number > self->live->n_numbers)
    return NULL;
  while (self->usage->len < number)
    g_array_append_val (self->usage, none);
  return &g_array_index (self->usage, SyTaskUsage, number - 1);
}

static const SyTaskUsage *
usage_at (SyRunModel *self, guint32 index)
{
  guint32 number = index < self->live->workflow->n_tasks ? self->live->workflow->tasks[index].number : 0;

  if (number == 0 || number > self->usage->len || self->past != NULL)
    return NULL;
  return &g_array_index (self->usage, SyTaskUsage, number - 1);
}

gboolean
sy_run_model_get_usage (SyRunModel *self, guint32 index, double *cpu_percent, gint64 *rss)
{
  const SyTaskUsage *usage;

  g_return_val_if_fail (SY_IS_RUN_MODEL (self), FALSE);
  usage = usage_at (self, index);
  if (usage == NULL || usage->cpu_percent < 0)
    return FALSE;
  *cpu_percent = usage->cpu_percent;
  *rss = usage->rss;
  return TRUE;
}

void
sy_run_model_set_usage (SyRunModel *self, guint32 number, double cpu_percent, gint64 rss)
{
  SyTaskUsage *usage;

  g_return_if_fail (SY_IS_RUN_MODEL (self));
  usage = usage_of (self, number);
  if (usage == NULL)
    return;
  usage->cpu_percent = cpu_percent;
  usage->rss = rss;
}

double
sy_run_model_get_progress (SyRunModel *self, guint32 index)
{
  const SyTaskUsage *usage;

  g_return_val_if_fail (SY_IS_RUN_MODEL (self), -1);
  usage = usage_at (self, index);
  return usage != NULL ? usage->progress : -1;
}

static double
said (gpointer data, guint32 index)
{
  return sy_run_model_get_progress (data, index);
}

void
sy_run_model_init_progress (SyRunModel *self, SyProgressBasis *basis)
{
  g_return_if_fail (SY_IS_RUN_MODEL (self));
  *basis = (SyProgressBasis){
    .state = sy_run_model_get_state (self),
    .expected_us = self->expected,
    .now_wall_us = sy_run_model_get_now (self),
    .said = said,
    .said_data = self,
  };
  sy_progress_basis_init (basis);
}

void
sy_run_model_set_progress (SyRunModel *self, guint32 number, double share)
{
  SyTaskUsage *usage;

  g_return_if_fail (SY_IS_RUN_MODEL (self));
  usage = usage_of (self, number);
  if (usage != NULL)
    usage->progress = share;
}
