/* sy-gui-controller.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-gui-controller-private.h"

#include "core/base/sy-error.h"
#include "core/model/sy-retell.h"

#include <glib/gi18n.h>

void
sy_gui_controller_forget_past (SyGuiController *self)
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
  sy_gui_controller_forget_past (self);
  g_clear_pointer (&self->output, sy_output_reader_free);
  g_clear_pointer (&self->output_run, sy_run_dir_free);
  g_clear_pointer (&self->output_dir, sy_state_dir_free);
  g_free (self->output_key);
  g_clear_pointer (&self->text, g_bytes_unref);
  g_free (self->uuid);
  g_free (self->path);
  g_free (self);
}

SyGuiJob *
sy_gui_job_new (SyGuiController *self, void (*work) (SyGuiJob *), void (*done) (SyGuiJob *), gpointer data)
{
  SyGuiJob *job = g_new0 (SyGuiJob, 1);

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
  SyGuiJob *job = data;

  g_clear_error (&job->error);
  g_clear_pointer (&job->rows, g_array_unref);
  g_clear_pointer (&job->chunk.bytes, g_bytes_unref);
  g_clear_pointer (&job->state, sy_run_state_free);
  g_clear_pointer (&job->usage, sy_usage_free);
  g_clear_pointer (&job->changes, g_ptr_array_unref);
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
  SyGuiJob *job = data;

  if (!job->controller->closed)
    job->done (job);
  return G_SOURCE_REMOVE;
}

/* A runner speaks English. */
static void
retell_error (GError *error)
{
  char *told = sy_retell (error->message);

  g_free (error->message);
  error->message = told;
}

static void
run_job (gpointer data, gpointer unused)
{
  SyGuiJob *job = data;

  job->work (job);
  if (job->error != NULL)
    retell_error (job->error);
  /* As everywhere here, not g_main_context_invoke(): that calls at once, on this thread, while nobody holds the main context. */
  g_idle_add_full (G_PRIORITY_DEFAULT, finish_job, job, job_free);
}

SyRunDir *
sy_gui_job_open_run (SyGuiJob *job, SyStateDir **dir)
{
  if (job->uuid == NULL)
    g_set_error (&job->error, SY_ERROR, SY_ERROR_REFUSED, _("this workflow has no run yet"));
  *dir = job->uuid != NULL ? sy_open_state_dir (SY_STATE_DIR_READ, &job->error) : NULL;
  return *dir != NULL ? sy_run_dir_open (*dir, job->uuid, &job->error) : NULL;
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
  sy_gui_controller_add_requests (&self->base);
  sy_gui_controller_add_readings (&self->base);
  self->base.read_history = controller_read_history;
  self->base.compare_runs = controller_compare_runs;
  self->base.change_run = controller_change_run;
  self->base.free = controller_free;
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
