/* sy-runner-report.c: what the executor reports becomes inputs of the scheduler
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/engine/sy-local-executor.h"
#include "core/engine/sy-output-values.h"
#include "core/engine/sy-runner-private.h"

/* The declared outputs of an ended attempt are read by a pool job. */
typedef struct
{
  SyRunner *runner;
  SyReport report;      /* (owned) */
  const SyTask *task;   /* of the workflow, which is kept: */
  SyWorkflow *workflow; /* (owned) */
} OutputJob;

static const SyTask *
task_of (const SyRunner *self, guint32 number)
{
  guint32 index = sy_workflow_find_number (self->state->workflow, number);

  return index == SY_NO_TASK ? NULL : &self->state->workflow->tasks[index];
}

/* A report about anything but the attempt at hand is old news: recovery, or the log, had it before. */
static gboolean
is_at_hand (const SyRunner *self, const SyReport *report)
{
  const SyTaskState *state = sy_run_state_task (self->state, report->task);

  return state != NULL && state->nonce == report->nonce && report->nonce != 0;
}

void
sy_runner_sample (SyRunner *self, guint32 task, guint32 item, guint32 attempt, guint32 keeper, gint32 pid,
                  guint64 start_time)
{
  SySamplerTarget target = { .task = task, .item = item, .attempt = attempt, .pid = pid, .start_time = start_time };
  g_autofree char *cgroup = NULL;

  if (self->sampler == NULL)
    return;
  target.keeper_pid = sy_local_executor_describe (self->executor, keeper, &cgroup);
  target.cgroup = cgroup;
  sy_sampler_add (self->sampler, &target);
}

/* The keeper knows nothing of bytes read and written; the newest sample does. */
static void
stop_sampling (SyRunner *self, SyReport *report)
{
  SySamplerTotals totals;

  if (self->sampler == NULL)
    return;
  sy_sampler_remove (self->sampler, report->task, report->item, report->attempt, &totals);
  if (report->kind != SY_REPORT_EXITED)
    return;
  report->exit.read = totals.read;
  report->exit.written = totals.written;
}

static void
exited (SyRunner *self, const SyReport *report, const char *outputs, const char *output_error)
{
  SyTime now = sy_clock_now (self->clock);

  self->witnessed &= !report->unrecorded;
  if (is_at_hand (self, report))
    sy_scheduler_exited (self->scheduler, now, SY_BY_RUNNER, report->task, report->attempt, report->nonce, &report->exit,
                         outputs, output_error);
  g_array_append_val (self->ended, report->nonce);
}

static void
read_outputs (gpointer data)
{
  OutputJob *job = data;
  SyRunner *self = job->runner;
  g_autoptr (GError) error = NULL;
  g_autofree char *outputs =
    sy_output_values_read (self->options.run_fd, job->task, job->report.item, job->report.attempt, &error);

  g_mutex_lock (&self->mutex);
  if (self->scheduler != NULL)
    {
      exited (self, &job->report, outputs, error != NULL ? error->message : NULL);
      sy_runner_flush (self);
      sy_report_clear (&job->report);
    }
  else
    g_array_append_val (self->backlog, job->report);
  g_mutex_unlock (&self->mutex);
  sy_workflow_unref (job->workflow);
  g_free (job);
}

/* TRUE: a job took the report. */
static gboolean
feed_exited (SyRunner *self, SyReport *report)
{
  const SyTask *task = task_of (self, report->task);
  OutputJob *job;

  if (task == NULL || task->extra == NULL || task->extra->n_outputs == 0 || report->exit.spawn_errno != 0 ||
      !is_at_hand (self, report))
    {
      exited (self, report, NULL, NULL);
      return FALSE;
    }
  job = g_new0 (OutputJob, 1);
  job->runner = self;
  job->report = *report;
  job->workflow = sy_workflow_ref (self->state->workflow);
  job->task = task;
  memset (report, 0, sizeof *report);
  self->executor->post (self->executor, read_outputs, job);
  return TRUE;
}

static void
feed_handler (SyRunner *self, const SyReport *report)
{
  SyTime now = sy_clock_now (self->clock);
  int status = report->kind == SY_REPORT_EXITED ? report->exit.status : -1;

  if (report->kind == SY_REPORT_STARTED || report->kind == SY_REPORT_DEAF)
    return;
  sy_scheduler_handler_done (self->scheduler, now, (SyHandlerKind) (report->item - 1), status);
  g_array_append_val (self->ended, report->nonce);
}

static void
feed_started (SyRunner *self, const SyReport *report)
{
  sy_scheduler_started (self->scheduler, sy_clock_now (self->clock), SY_BY_RUNNER, report->task, report->attempt,
                        report->nonce, report->keeper, report->pid, report->start_time, report->pidns);
  sy_runner_sample (self, report->task, report->item, report->attempt, report->keeper, report->pid, report->start_time);
}

static void
feed_voided (SyRunner *self, const SyReport *report)
{
  gboolean fenced = report->kind == SY_REPORT_FENCED;
  SyTime now = sy_clock_now (self->clock);

  if (fenced && sy_scheduler_fenced (self->scheduler, now, report->task, report->nonce))
    return;
  if (is_at_hand (self, report))
    sy_scheduler_voided (self->scheduler, now, SY_BY_RUNNER, report->task, report->nonce, fenced ? "fenced" : report->text);
  if (!fenced) /* that no journal knows; the nonce may come again */
    g_array_append_val (self->ended, report->nonce);
}

static void
feed_task (SyRunner *self, SyReport *report)
{
  switch (report->kind)
    {
    case SY_REPORT_STARTED:
      if (is_at_hand (self, report))
        feed_started (self, report);
      break;
    case SY_REPORT_EXITED:
      stop_sampling (self, report);
      feed_exited (self, report);
      break;
    case SY_REPORT_FENCED:
    case SY_REPORT_VOIDED:
      feed_voided (self, report);
      break;
    case SY_REPORT_LOST:
      stop_sampling (self, report);
      if (is_at_hand (self, report))
        sy_scheduler_lost (self->scheduler, sy_clock_now (self->clock), SY_BY_RUNNER, report->task, report->attempt,
                           report->name, report->text);
      break;
    case SY_REPORT_DEAF:
      if (is_at_hand (self, report))
        sy_scheduler_keeper_deaf (self->scheduler, sy_clock_now (self->clock), report->task, report->value != 0);
      break;
    case SY_REPORT_CLAIMED: /* its STARTED was before, or comes */
    case SY_REPORT_TROUBLE:
      break;
    }
}

/* A task so short that its start and its end come together has one event, not two. */
static gboolean
merge_start (const SyReport *start, SyReport *end)
{
  if (start->kind != SY_REPORT_STARTED || end->kind != SY_REPORT_EXITED || start->nonce != end->nonce ||
      start->task == 0)
    return FALSE;
  end->exit.keeper = start->keeper;
  end->exit.pid = start->pid;
  return TRUE;
}

/* On a full disk keepers cannot start, and will when there is space again; else there is nobody left who could do anything. */
static void
feed_trouble (SyRunner *self, const SyReport *report)
{
  if (report->value != 0 && !self->state->disk_full)
    sy_runner_give_up (self, report->text);
  else
    sy_runner_say (self, "%s", report->text);
}

static void
feed (SyRunner *self, SyReport *report)
{
  if (report->kind == SY_REPORT_TROUBLE)
    feed_trouble (self, report);
  else if (report->task == 0)
    feed_handler (self, report);
  else
    feed_task (self, report);
  sy_report_clear (report);
}

void
sy_runner_on_reports (SyExecutor *executor G_GNUC_UNUSED, SyReport *reports, guint n_reports, gpointer data)
{
  SyRunner *self = data;

  g_mutex_lock (&self->mutex);
  if (self->scheduler == NULL)
    g_array_append_vals (self->backlog, reports, n_reports);
  else
    {
      self->witnessed = TRUE;
      for (guint i = 0; i < n_reports; i++)
        if (i + 1 == n_reports || !merge_start (&reports[i], &reports[i + 1]))
          feed (self, &reports[i]);
      sy_runner_flush (self);
      self->witnessed = FALSE;
      if (self->chains_held > 0)
        sy_runner_wake (self);
    }
  g_mutex_unlock (&self->mutex);
}

void
sy_runner_feed_backlog (SyRunner *self)
{
  for (guint i = 0; i < self->backlog->len; i++)
    feed (self, &g_array_index (self->backlog, SyReport, i));
  g_array_set_size (self->backlog, 0);
}
