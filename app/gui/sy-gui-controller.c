/* sy-gui-controller.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-gui-controller.h"

#include "app/gui/sy-gui-history.h"
#include "app/gui/sy-artifacts.h"
#include "app/gui/sy-runner-start.h"
#include "app/gui/sy-text-reads.h"
#include "app/gui/sy-usage-read.h"
#include "app/sy-request.h"
#include "app/sy-run-view.h"
#include "core/base/sy-error.h"
#include "core/engine/sy-control.h"
#include "core/model/sy-history.h"
#include "core/store/sy-output-reader.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define REQUEST_TIMEOUT_MS 20000

/*
 * Main thread, but for what is marked. Jobs run on two pools of one thread each, so that answers of one kind come in the
 * order of the calls and a slow runner does not hold up what is read. A job keeps the controller's memory alive.
 */
struct _SyGuiController
{
  SyController base;
  gatomicrefcount ref_count;
  gboolean closed;
  char *uuid, *path;
  GBytes *text;                 /* (nullable) that a new run runs */
  GThreadPool *commands, *readings;
  SyGuiHistory *history;        /* (owned) of all runs of the workflow */

  /* the thread of readings */
  char *output_key;
  SyStateDir *output_dir;
  SyRunDir *output_run;
  SyOutputReader *output;
  SyRunView *past_view; /* (nullable) whose events the history has */
  SyHistory *past;
  char *past_uuid;
};

typedef struct _Job Job;
struct _Job
{
  SyGuiController *controller;  /* (owned) */
  void (*work) (Job *job);      /* on the pool's thread */
  void (*done) (Job *job);      /* on the main thread */
  char *uuid, *path, *json;
  GStrv params;
  char *only;
  GBytes *text;
  guint32 task, attempt;
  gboolean errors;
  guint64 offset;
  gsize length;
  gint64 wall_us, end_us;
  guint n;
  SyWorkflow *workflow; /* (owned) (nullable) */
  char *values;         /* (owned) (nullable) */
  union { SyControllerArtifacts artifacts; SyControllerReply reply; SyControllerOutput output; SyControllerAttempts attempts; SyControllerSamples samples;
          SyControllerState state; SyControllerUsage usage; } call;
  gpointer data;

  /* results */
  GError *error;
  char *reply;
  GArray *rows;
  SyOutputChunk chunk;
  SyRunState *state;
  SyUsage *usage;
};

static void
forget_past (SyGuiController *self)
{
  g_clear_pointer (&self->past, sy_history_free);
  g_clear_pointer (&self->past_view, sy_run_view_free);
  g_clear_pointer (&self->past_uuid, g_free);
}

static void
controller_unref (SyGuiController *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  forget_past (self);
  g_clear_pointer (&self->output, sy_output_reader_free);
  g_clear_pointer (&self->output_run, sy_run_dir_free);
  g_clear_pointer (&self->output_dir, sy_state_dir_free);
  g_free (self->output_key);
  g_clear_pointer (&self->text, g_bytes_unref);
  g_free (self->uuid);
  g_free (self->path);
  g_free (self);
}

static Job *
job_new (SyGuiController *self, void (*work) (Job *), void (*done) (Job *), gpointer data)
{
  Job *job = g_new0 (Job, 1);

  g_atomic_ref_count_inc (&self->ref_count);
  job->controller = self;
  job->work = work;
  job->done = done;
  job->uuid = g_strdup (self->uuid);
  job->path = g_strdup (self->path);
  job->data = data;
  return job;
}

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_error (&job->error);
  g_clear_pointer (&job->rows, g_array_unref);
  g_clear_pointer (&job->chunk.bytes, g_bytes_unref);
  g_clear_pointer (&job->state, sy_run_state_free);
  g_clear_pointer (&job->usage, sy_usage_free);
  g_strfreev (job->params);
  g_free (job->only);
  g_clear_pointer (&job->text, g_bytes_unref);
  g_free (job->values);
  g_clear_pointer (&job->workflow, sy_workflow_unref);
  g_free (job->reply);
  g_free (job->json);
  g_free (job->uuid);
  g_free (job->path);
  controller_unref (job->controller);
  g_free (job);
}

static gboolean
finish_job (gpointer data)
{
  Job *job = data;

  if (!job->controller->closed)
    job->done (job);
  return G_SOURCE_REMOVE;
}

static void
run_job (gpointer data, gpointer unused)
{
  Job *job = data;

  job->work (job);
  g_main_context_invoke_full (NULL, G_PRIORITY_DEFAULT, finish_job, job, job_free);
}

static SyRunDir *
open_run_dir (Job *job, SyStateDir **dir)
{
  if (job->uuid == NULL)
    g_set_error (&job->error, SY_ERROR, SY_ERROR_REFUSED, _("this workflow has no run yet"));
  *dir = job->uuid != NULL ? sy_open_state_dir (SY_STATE_DIR_READ, &job->error) : NULL;
  return *dir != NULL ? sy_run_dir_open (*dir, job->uuid, &job->error) : NULL;
}

/* --- requests --- */

/* What only a living runner can do is refused where none lives. */
static gboolean
may_start_runner (const char *json)
{
  static const char *const needing[] = { "\"pause\"", "\"drain\"", "\"stop\"", "\"leave\"", "\"set-slots\"" };

  for (guint i = 0; i < G_N_ELEMENTS (needing); i++)
    {
      g_autofree char *command = g_strconcat ("\"command\":", needing[i], NULL);

      if (strstr (json, command) != NULL)
        return FALSE;
    }
  return TRUE;
}

/* Requests of one text, one a line: an edit and the re-run that uses it go together. */
static void
start_runner_with (Job *job, GStrv requests)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *line = NULL;

  g_ptr_array_add (arguments, g_strdup ("resume"));
  for (guint i = 0; requests[i] != NULL; i++)
    g_ptr_array_add (arguments, g_strconcat ("--request=", requests[i], NULL));
  g_ptr_array_add (arguments, g_strdup (job->uuid));
  g_ptr_array_add (arguments, NULL);
  line = sy_runner_start ((const char *const *) arguments->pdata, &job->error);
  if (line != NULL)
    job->reply = g_strdup ("{\"v\":1,\"ok\":true}");
}

static void
work_request (Job *job)
{
  g_autoptr (SyStateDir) dir = NULL;
  g_autoptr (SyRunDir) run = open_run_dir (job, &dir);
  g_auto (GStrv) requests = g_strsplit (job->json, "\n", -1);
  g_autoptr (GError) local = NULL;

  if (run == NULL)
    return;
  for (guint i = 0; requests[i] != NULL; i++)
    {
      g_free (job->reply);
      job->reply = sy_control_call (sy_run_dir_get_fd (run), requests[i], REQUEST_TIMEOUT_MS, &local);
      if (job->reply == NULL && i == 0 && g_error_matches (local, SY_ERROR, SY_ERROR_NOT_FOUND))
        {
          if (may_start_runner (requests[i]))
            start_runner_with (job, requests);
          else
            g_set_error (&job->error, SY_ERROR, SY_ERROR_REFUSED, _("the run has no runner: nothing runs"));
          return;
        }
      if (job->reply == NULL)
        {
          job->error = g_steal_pointer (&local);
          return;
        }
      if (!sy_reply_check (job->reply, &job->error))
        return;
    }
}

static void
done_reply (Job *job)
{
  job->call.reply (job->error == NULL ? job->reply : NULL, job->error, job->data);
}

static void
controller_request (SyController *base, const char *json, SyControllerReply reply, gpointer data)
{
  SyGuiController *self = (SyGuiController *) base;
  Job *job = job_new (self, work_request, done_reply, data);

  job->json = g_strdup (json);
  job->call.reply = reply;
  g_thread_pool_push (self->commands, job, NULL);
}

/* The runner has read it once it is ready. (transfer full) (nullable) */
static char *
write_text (Job *job)
{
  char *path = NULL;
  int fd = g_file_open_tmp ("switchyard-XXXXXX.yaml", &path, &job->error);

  if (fd < 0)
    return NULL;
  close (fd);
  if (!g_file_set_contents_full (path, g_bytes_get_data (job->text, NULL), (gssize) g_bytes_get_size (job->text),
                                 G_FILE_SET_CONTENTS_CONSISTENT, 0600, &job->error))
    {
      g_unlink (path);
      g_clear_pointer (&path, g_free);
    }
  return path;
}

static void
work_run (Job *job)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *line = NULL, *text = NULL;

  if (job->path == NULL)
    {
      g_set_error (&job->error, SY_ERROR, SY_ERROR_REFUSED, _("there is no file to run"));
      return;
    }
  g_ptr_array_add (arguments, g_strdup ("run"));
  for (guint i = 0; job->params != NULL && job->params[i] != NULL; i++)
    g_ptr_array_add (arguments, g_strconcat ("--param=", job->params[i], NULL));
  if (job->only != NULL)
    g_ptr_array_add (arguments, g_strconcat ("--only=", job->only, NULL));
  if (job->text != NULL && (text = write_text (job)) != NULL)
    g_ptr_array_add (arguments, g_strconcat ("--text=", text, NULL));
  g_ptr_array_add (arguments, g_strdup (job->path));
  g_ptr_array_add (arguments, NULL);
  line = job->error == NULL ? sy_runner_start ((const char *const *) arguments->pdata, &job->error) : NULL;
  if (line != NULL)
    job->reply = g_strdup (line);
  if (text != NULL)
    g_unlink (text);
}

static void
controller_run (SyController *base, const char *const *params, const char *only, SyControllerReply reply, gpointer data)
{
  SyGuiController *self = (SyGuiController *) base;
  Job *job = job_new (self, work_run, done_reply, data);

  job->params = g_strdupv ((char **) params);
  job->only = g_strdup (only);
  job->text = self->text != NULL ? g_bytes_ref (self->text) : NULL;
  job->call.reply = reply;
  g_thread_pool_push (self->commands, job, NULL);
}

/* --- output --- */

static gboolean
select_output (Job *job)
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
  self->output_run = open_run_dir (job, &self->output_dir);
  if (self->output_run == NULL)
    return FALSE;
  self->output = sy_output_reader_open (self->output_run, job->task, 0, job->attempt, job->errors ? 2 : 0, &job->error);
  g_free (self->output_key);
  self->output_key = g_steal_pointer (&key);
  return self->output != NULL;
}

static void
work_output (Job *job)
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
done_output (Job *job)
{
  job->call.output (job->error == NULL ? &job->chunk : NULL, job->error, job->data);
}

static void
controller_read_output (SyController *base, guint32 task, guint32 attempt, gboolean errors, guint64 offset,
                        gsize length, SyControllerOutput reply, gpointer data)
{
  SyGuiController *self = (SyGuiController *) base;
  Job *job = job_new (self, work_output, done_output, data);

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
open_log (Job *job, SyStateDir **dir, SyRunDir **run)
{
  *run = open_run_dir (job, dir);
  return *run != NULL ? sy_log_reader_open (*run, &job->error) : NULL;
}

static void
work_attempts (Job *job)
{
  g_autoptr (SyStateDir) dir = NULL;
  g_autoptr (SyRunDir) run = NULL;
  g_autoptr (SyLogReader) reader = open_log (job, &dir, &run);

  if (reader != NULL)
    job->rows = sy_log_reader_get_attempts (reader, job->task, 0, &job->error);
}

static void
done_attempts (Job *job)
{
  job->call.attempts (job->rows, job->error, job->data);
}

static void
controller_read_attempts (SyController *base, guint32 task, SyControllerAttempts reply, gpointer data)
{
  SyGuiController *self = (SyGuiController *) base;
  Job *job = job_new (self, work_attempts, done_attempts, data);

  job->task = task;
  job->call.attempts = reply;
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
work_samples (Job *job)
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
done_samples (Job *job)
{
  job->call.samples (job->rows, job->error, job->data);
}

static void
controller_read_samples (SyController *base, guint32 task, guint32 attempt, SyControllerSamples reply, gpointer data)
{
  SyGuiController *self = (SyGuiController *) base;
  Job *job = job_new (self, work_samples, done_samples, data);

  job->task = task;
  job->attempt = attempt;
  job->call.samples = reply;
  g_thread_pool_push (self->readings, job, NULL);
}

/* --- files --- */

static void
work_artifacts (Job *job)
{
  if (job->uuid != NULL)
    job->rows = sy_artifacts_list (job->uuid, job->workflow, job->task, job->attempt, job->values, job->json, &job->error);
}

static void
done_artifacts (Job *job)
{
  job->call.artifacts (job->rows, job->error, job->data);
}

static void
controller_read_artifacts (SyController *base, SyWorkflow *workflow, guint32 index, const SyTaskState *state,
                           SyControllerArtifacts reply, gpointer data)
{
  SyGuiController *self = (SyGuiController *) base;
  Job *job = job_new (self, work_artifacts, done_artifacts, data);

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
work_usage (Job *job)
{
  g_autoptr (SyStateDir) dir = NULL;
  g_autoptr (SyRunDir) run = NULL;
  g_autoptr (SyLogReader) reader = open_log (job, &dir, &run);

  if (reader != NULL)
    job->usage = sy_read_usage (reader, job->wall_us, job->end_us, job->n, &job->error);
}

static void
done_usage (Job *job)
{
  job->call.usage (g_steal_pointer (&job->usage), job->error, job->data);
}

static void
controller_read_usage (SyController *base, gint64 begin_us, gint64 end_us, guint n, SyControllerUsage reply, gpointer data)
{
  SyGuiController *self = (SyGuiController *) base;
  Job *job = job_new (self, work_usage, done_usage, data);

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
open_past (Job *job)
{
  SyGuiController *self = job->controller;
  g_autoptr (SyWorkflow) first = NULL;

  if (g_strcmp0 (self->past_uuid, job->uuid) != 0)
    forget_past (self);
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
work_state (Job *job)
{
  if (job->wall_us == 0)
    forget_past (job->controller);
  else if (open_past (job))
    job->state = sy_history_state_at (job->controller->past, job->wall_us, &job->error);
}

static void
done_state (Job *job)
{
  if (job->wall_us != 0)
    job->call.state (g_steal_pointer (&job->state), job->error, job->data);
}

static void
controller_state_at (SyController *base, gint64 wall_us, SyControllerState reply, gpointer data)
{
  SyGuiController *self = (SyGuiController *) base;
  Job *job = job_new (self, work_state, done_state, data);

  job->wall_us = wall_us;
  job->call.state = reply;
  g_thread_pool_push (self->readings, job, NULL);
}

/* --- all runs of the workflow --- */

static void
controller_read_history (SyController *base, SyControllerHistory reply, gpointer data)
{
  SyGuiController *self = (SyGuiController *) base;

  if (self->path != NULL)
    sy_gui_history_read (self->history, self->path, reply, data);
}

static void
controller_compare_runs (SyController *base, const char *a, const char *b, SyControllerComparison reply, gpointer data)
{
  sy_gui_history_compare (((SyGuiController *) base)->history, a, b, reply, data);
}

static void
controller_change_run (SyController *base, const char *uuid, SyRunChange change, const char *text, SyControllerReply reply, gpointer data)
{
  sy_gui_history_change (((SyGuiController *) base)->history, uuid, change, text, reply, data);
}

/* --- life --- */

static void
controller_free (SyController *base)
{
  SyGuiController *self = (SyGuiController *) base;

  self->closed = TRUE;
  /* What was asked is still done (a re-run is not lost by closing the window); its answer goes nowhere. */
  g_thread_pool_free (self->commands, FALSE, FALSE);
  g_thread_pool_free (self->readings, FALSE, FALSE);
  sy_gui_history_free (self->history);
  controller_unref (self);
}

SyGuiController *
sy_gui_controller_new (void)
{
  SyGuiController *self = g_new0 (SyGuiController, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->base = (SyController){
    .request = controller_request,
    .run = controller_run,
    .read_output = controller_read_output,
    .open_text = controller_open_text,
    .read_artifacts = controller_read_artifacts,
    .read_attempts = controller_read_attempts,
    .read_samples = controller_read_samples,
    .read_usage = controller_read_usage,
    .state_at = controller_state_at,
    .read_history = controller_read_history,
    .compare_runs = controller_compare_runs,
    .change_run = controller_change_run,
    .free = controller_free,
  };
  self->history = sy_gui_history_new ();
  self->commands = g_thread_pool_new (run_job, NULL, 1, FALSE, NULL);
  self->readings = g_thread_pool_new (run_job, NULL, 1, FALSE, NULL);
  return self;
}

SyController *
sy_gui_controller_get_base (SyGuiController *self)
{
  return &self->base;
}

void
sy_gui_controller_set_run (SyGuiController *self, const char *uuid, const char *path)
{
  char *old_uuid = self->uuid, *old_path = self->path;

  self->uuid = g_strdup (uuid);
  self->path = g_strdup (path);
  g_free (old_uuid);
  g_free (old_path);
}

const char *
sy_gui_controller_get_run (SyGuiController *self)
{
  return self->uuid;
}

const char *
sy_gui_controller_get_path (SyGuiController *self)
{
  return self->path;
}

void
sy_gui_controller_set_text (SyGuiController *self, GBytes *text)
{
  if (text != NULL)
    g_bytes_ref (text);
  g_clear_pointer (&self->text, g_bytes_unref);
  self->text = text;
}
