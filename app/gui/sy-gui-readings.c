/* sy-gui-readings.c: what the window reads of a run's log and files
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-gui-controller-private.h"

#include "app/gui/sy-artifacts.h"
#include "app/gui/sy-attempt-changes.h"
#include "app/gui/sy-text-reads.h"
#include "app/gui/sy-usage-read.h"
#include "core/base/sy-error.h"

/* --- output --- */

static gboolean
select_output (SyGuiJob *job)
{
  SyGuiController *self = job->controller;
  g_autofree char *key = g_strdup_printf ("%s/%u/%u/%d", job->uuid, job->task, job->attempt, job->errors);

  if (self->output != NULL && g_strcmp0 (self->output_key, key) == 0)
    {
      sy_output_reader_refresh (self->output);
      return TRUE;
    }
  g_clear_pointer (&self->output, sy_output_reader_free);
  g_clear_pointer (&self->output_run, sy_run_dir_free);
  g_clear_pointer (&self->output_dir, sy_state_dir_free);
  self->output_run = sy_gui_job_open_run (job, &self->output_dir);
  if (self->output_run == NULL)
    return FALSE;
  self->output = sy_output_reader_open (self->output_run, job->task, 0, job->attempt, job->errors ? 2 : 0, &job->error);
  g_free (self->output_key);
  self->output_key = g_steal_pointer (&key);
  return self->output != NULL;
}

static void
work_output (SyGuiJob *job)
{
  g_autofree char *buffer = NULL;
  SyOutputExtent extent;
  gint64 offset = (gint64) job->offset;
  gsize got = 0;

  if (!select_output (job))
    return;
  buffer = g_malloc (job->length);
  while (got < job->length)
    {
      gint64 at = offset + (gint64) got;
      gssize n = sy_output_reader_read (job->controller->output, &at, buffer + got, job->length - got, &job->error);

      if (n < 0)
        return;
      if (got == 0)
        offset = at;
      /* A hole ends the chunk: the next one begins behind it. */
      if (n == 0 || at != offset + (gint64) got)
        break;
      got += n;
    }
  sy_output_reader_get_extent (job->controller->output, &extent);
  job->chunk.offset = offset;
  job->chunk.total = extent.size;
  job->chunk.bytes = g_bytes_new_take (g_steal_pointer (&buffer), got);
}

static void
done_output (SyGuiJob *job)
{
  job->call.output (job->error == NULL ? &job->chunk : NULL, job->error, job->data);
}

static void
controller_read_output (SyController *base, guint32 task, guint32 attempt, gboolean errors, guint64 offset,
                        gsize length, SyControllerOutput reply, gpointer data)
{
  SyGuiController *self = (SyGuiController *) base;
  SyGuiJob *job = sy_gui_job_new (self, work_output, done_output, data);

  job->task = task;
  job->attempt = attempt;
  job->errors = errors;
  job->offset = offset;
  job->length = length;
  job->call.output = reply;
  g_thread_pool_push (self->readings, job, NULL);
}

static SyTextSource *
controller_open_text (SyController *base, guint32 task, guint32 attempt, const char *path)
{
  SyGuiController *self = (SyGuiController *) base;

  return path != NULL ? sy_text_reads_open_file (path) : sy_text_reads_open_output (self->uuid, task, attempt);
}

/* --- attempts, samples --- */

static SyLogReader *
open_log (SyGuiJob *job, SyStateDir **dir, SyRunDir **run)
{
  *run = sy_gui_job_open_run (job, dir);
  return *run != NULL ? sy_log_reader_open (*run, &job->error) : NULL;
}

static void
work_attempts (SyGuiJob *job)
{
  g_autoptr (SyStateDir) dir = NULL;
  g_autoptr (SyRunDir) run = NULL;
  g_autoptr (SyLogReader) reader = open_log (job, &dir, &run);

  if (reader != NULL)
    job->rows = sy_log_reader_get_attempts (reader, job->task, 0, &job->error);
}

static void
done_attempts (SyGuiJob *job)
{
  job->call.attempts (job->rows, job->error, job->data);
}

static void
controller_read_attempts (SyController *base, guint32 task, SyControllerAttempts reply, gpointer data)
{
  SyGuiController *self = (SyGuiController *) base;
  SyGuiJob *job = sy_gui_job_new (self, work_attempts, done_attempts, data);

  job->task = task;
  job->call.attempts = reply;
  g_thread_pool_push (self->readings, job, NULL);
}

static void
work_changes (SyGuiJob *job)
{
  if (job->uuid != NULL)
    job->changes = sy_attempt_changes_read (job->uuid, job->task, &job->error);
}

static void
done_changes (SyGuiJob *job)
{
  job->call.changes (job->changes, job->error, job->data);
}

static void
controller_read_changes (SyController *base, guint32 task, SyControllerChanges reply, gpointer data)
{
  SyGuiController *self = (SyGuiController *) base;
  SyGuiJob *job = sy_gui_job_new (self, work_changes, done_changes, data);

  job->task = task;
  job->call.changes = reply;
  g_thread_pool_push (self->readings, job, NULL);
}

/* What makes wall time of the boot time in which an attempt was sampled; G_MININT64 = unknown */
static gint64
find_boot_to_wall (SyLogReader *reader, guint32 task, guint32 attempt)
{
  g_autoptr (GArray) attempts = sy_log_reader_get_attempts (reader, task, 0, NULL);
  g_autoptr (GArray) boots = sy_log_reader_get_boots (reader, NULL);

  for (guint i = 0; attempts != NULL && boots != NULL && i < attempts->len; i++)
    for (guint k = 0; g_array_index (attempts, SyAttempt, i).n == attempt && k < boots->len; k++)
      if (g_array_index (boots, SyBoot, k).n == g_array_index (attempts, SyAttempt, i).boot)
        return g_array_index (boots, SyBoot, k).wall_us - g_array_index (boots, SyBoot, k).boot_us;
  return G_MININT64;
}

static void
work_samples (SyGuiJob *job)
{
  g_autoptr (SyStateDir) dir = NULL;
  g_autoptr (SyRunDir) run = NULL;
  g_autoptr (SyLogReader) reader = open_log (job, &dir, &run);
  g_autoptr (GArray) rows = NULL;
  gint64 boot_to_wall;

  if (reader != NULL)
    rows = sy_log_reader_get_samples (reader, job->task, 0, job->attempt, &job->error);
  if (rows == NULL)
    return;
  boot_to_wall = find_boot_to_wall (reader, job->task, job->attempt);
  job->rows = g_array_sized_new (FALSE, FALSE, sizeof (SyResourceSample), rows->len);
  for (guint i = 0; i < rows->len; i++)
    {
      const SySample *row = &g_array_index (rows, SySample, i);
      SyResourceSample sample = { boot_to_wall != G_MININT64 ? row->mono_us + boot_to_wall : 0, row->mono_us, row->cpu_us, row->rss, row->read, row->written, row->processes };

      g_array_append_val (job->rows, sample);
    }
}

static void
done_samples (SyGuiJob *job)
{
  job->call.samples (job->rows, job->error, job->data);
}

static void
controller_read_samples (SyController *base, guint32 task, guint32 attempt, SyControllerSamples reply, gpointer data)
{
  SyGuiController *self = (SyGuiController *) base;
  SyGuiJob *job = sy_gui_job_new (self, work_samples, done_samples, data);

  job->task = task;
  job->attempt = attempt;
  job->call.samples = reply;
  g_thread_pool_push (self->readings, job, NULL);
}

/* --- files --- */

static void
work_artifacts (SyGuiJob *job)
{
  if (job->uuid != NULL)
    job->rows = sy_artifacts_list (job->uuid, job->workflow, job->task, job->attempt, job->values, job->json, &job->error);
}

static void
done_artifacts (SyGuiJob *job)
{
  job->call.artifacts (job->rows, job->error, job->data);
}

static void
controller_read_artifacts (SyController *base, SyWorkflow *workflow, guint32 index, const SyTaskState *state,
                           SyControllerArtifacts reply, gpointer data)
{
  SyGuiController *self = (SyGuiController *) base;
  SyGuiJob *job = sy_gui_job_new (self, work_artifacts, done_artifacts, data);

  job->workflow = sy_workflow_ref (workflow);
  job->task = index;
  job->attempt = state->attempt;
  job->values = g_strdup (state->values);
  job->json = g_strdup (state->command);
  job->call.artifacts = reply;
  g_thread_pool_push (self->readings, job, NULL);
}

/* --- use by the whole run --- */

static void
work_usage (SyGuiJob *job)
{
  g_autoptr (SyStateDir) dir = NULL;
  g_autoptr (SyRunDir) run = NULL;
  g_autoptr (SyLogReader) reader = open_log (job, &dir, &run);

  if (reader != NULL)
    job->usage = sy_read_usage (reader, job->wall_us, job->end_us, job->n, &job->error);
}

static void
done_usage (SyGuiJob *job)
{
  job->call.usage (g_steal_pointer (&job->usage), job->error, job->data);
}

static void
controller_read_usage (SyController *base, gint64 begin_us, gint64 end_us, guint n, SyControllerUsage reply, gpointer data)
{
  SyGuiController *self = (SyGuiController *) base;
  SyGuiJob *job = sy_gui_job_new (self, work_usage, done_usage, data);

  job->wall_us = begin_us;
  job->end_us = end_us;
  job->n = n;
  job->call.usage = reply;
  g_thread_pool_push (self->readings, job, NULL);
}

/* --- an instant --- */

static gboolean
add_past (const SyEvent *event, gpointer data)
{
  SyGuiController *self = data;
  g_autoptr (SyWorkflow) workflow = NULL;

  if (event->kind == SY_EVENT_DEFINITION_ADDED && event->value > 0)
    workflow = sy_definitions_get (self->past_view->definitions, self->past_view->reader, (guint32) event->value, NULL);
  sy_history_add (self->past, event, workflow);
  return TRUE;
}

/* The history of the job's run, with all that the log has got since */
static gboolean
open_past (SyGuiJob *job)
{
  SyGuiController *self = job->controller;
  g_autoptr (SyWorkflow) first = NULL;

  if (g_strcmp0 (self->past_uuid, job->uuid) != 0)
    sy_gui_controller_forget_past (self);
  if (self->past == NULL)
    {
      self->past_view = job->uuid != NULL ? sy_run_view_open_uuid (job->uuid, &job->error) : NULL;
      if (self->past_view == NULL)
        return FALSE;
      first = sy_definitions_get (self->past_view->definitions, self->past_view->reader, 1, &job->error);
      if (first == NULL)
        return FALSE;
      self->past = sy_history_new (first);
      self->past_uuid = g_strdup (job->uuid);
    }
  return sy_log_reader_read (self->past_view->reader, sy_history_get_seq (self->past), add_past, self, &job->error);
}

static void
work_state (SyGuiJob *job)
{
  if (job->wall_us == 0)
    sy_gui_controller_forget_past (job->controller);
  else if (open_past (job))
    job->state = sy_history_state_at (job->controller->past, job->wall_us, &job->error);
}

static void
done_state (SyGuiJob *job)
{
  if (job->wall_us != 0)
    job->call.state (g_steal_pointer (&job->state), job->error, job->data);
}

static void
controller_state_at (SyController *base, gint64 wall_us, SyControllerState reply, gpointer data)
{
  SyGuiController *self = (SyGuiController *) base;
  SyGuiJob *job = sy_gui_job_new (self, work_state, done_state, data);

  job->wall_us = wall_us;
  job->call.state = reply;
  g_thread_pool_push (self->readings, job, NULL);
}

void
sy_gui_controller_add_readings (SyController *base)
{
  base->read_output = controller_read_output;
  base->open_text = controller_open_text;
  base->read_artifacts = controller_read_artifacts;
  base->read_attempts = controller_read_attempts;
  base->read_changes = controller_read_changes;
  base->read_samples = controller_read_samples;
  base->read_usage = controller_read_usage;
  base->state_at = controller_state_at;
}
