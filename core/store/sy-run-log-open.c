/* sy-run-log-open.c: how a log's writer begins and ends
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/store/sy-run-log-private.h"

#include "core/base/sy-error.h"

#define FIRST_BOOT 1 /* of a new log */

/* --- on the writer's thread --- */

static gboolean
make_writer (SyRunLog *log, const SyRunLogInfo *info, GError **error)
{
  SyRunLogOptions options;
  const SyLogSeed seed = { .info = info, .suffix = "" };

  g_mutex_lock (&log->mutex); /* sy_run_log_set_notify() */
  options = log->options;
  g_mutex_unlock (&log->mutex);
  options.boot_id = log->boot_id;
  options.vfs = log->vfs;
  log->writer = sy_log_writer_new (log->run, info != NULL ? &seed : NULL, &options, error);
  return log->writer != NULL;
}

static void
open_writer (SyRunLog *log, const SyRunLogInfo *info, GError **error)
{
  if (!make_writer (log, info, error))
    return;
  log->sink.boot = sy_log_writer_get_boot (log->writer);
  g_mutex_lock (&log->mutex);
  log->last_seq = sy_log_writer_get_last_seq (log->writer);
  log->n_definitions = sy_log_writer_get_n_definitions (log->writer);
  g_clear_error (&log->failure);
  g_clear_pointer (&log->queue.definitions, g_ptr_array_unref);
  g_mutex_unlock (&log->mutex);
}

/* What was submitted meanwhile waits, and fails with the log. */
static void
begin_writer (SyRunLog *log, SyRunLogBeginning *beginning)
{
  g_autofree SyRunLogBeginning *owned = beginning;
  g_autoptr (GError) error = NULL;

  if (!sy_run_dir_make_reserve (log->run, &error) || !make_writer (log, &owned->info, &error))
    sy_run_log_set_failed (log, error);
  else
    g_assert (sy_log_writer_get_boot (log->writer) == FIRST_BOOT);
}

static void
close_writer (SyRunLog *log)
{
  g_clear_pointer (&log->writer, sy_log_writer_free);
}

void
sy_run_log_serve (SyRunLog *log, SyRunLogRequest *request)
{
  GError *error = NULL;

  if (request->kind == REQUEST_BEGIN)
    {
      begin_writer (log, (SyRunLogBeginning *) request);
      return;
    }
  switch (request->kind)
    {
    case REQUEST_BEGIN:
      break;
    case REQUEST_OPEN:
      open_writer (log, request->info, &error);
      break;
    case REQUEST_REOPEN:
      close_writer (log);
      open_writer (log, NULL, &error);
      break;
    case REQUEST_CLOSE:
      sy_run_log_checkpoint (log, TRUE);
      if (log->failure != NULL)
        error = g_error_copy (log->failure);
      close_writer (log);
      break;
    }
  g_mutex_lock (&log->mutex);
  if (request->kind != REQUEST_CLOSE && error != NULL)
    {
      g_clear_error (&log->failure);
      log->failure = g_error_copy (error);
    }
  else if (request->kind == REQUEST_CLOSE && log->failure == NULL)
    log->failure = g_error_new (SY_ERROR, SY_ERROR_INTERNAL, "The log of the run is closed");
  log->quit = log->quit || request->kind == REQUEST_CLOSE || (request->kind == REQUEST_OPEN && error != NULL);
  request->error = error;
  request->done = TRUE;
  g_cond_broadcast (&log->finished);
  g_mutex_unlock (&log->mutex);
}

/* --- on any thread --- */

static gboolean
ask (SyRunLog *log, SyRunLogRequestKind kind, const SyRunLogInfo *info, GError **error)
{
  SyRunLogRequest request = { .kind = kind, .info = info };
  SyLogItem *item = g_new0 (SyLogItem, 1);

  item->request = &request;
  g_mutex_lock (&log->mutex);
  sy_run_log_wake_if (log, sy_log_queue_push (&log->queue, item, FALSE));
  while (!request.done)
    g_cond_wait (&log->finished, &log->mutex);
  g_mutex_unlock (&log->mutex);
  if (request.error == NULL)
    return TRUE;
  g_propagate_error (error, request.error);
  return FALSE;
}

static SyRunLog *
log_new (SyRunDir *run, const SyRunLogOptions *options)
{
  SyRunLog *log = g_new0 (SyRunLog, 1);

  sy_run_log_init_sink (log);
  log->run = run;
  if (options != NULL)
    log->options = *options;
  if (log->options.clock == NULL)
    log->options.clock = sy_clock_real ();
  log->boot_id = g_strdup (log->options.boot_id);
  log->vfs = g_strdup (log->options.vfs);
  g_mutex_init (&log->mutex);
  g_cond_init (&log->wake);
  g_cond_init (&log->finished);
  sy_log_queue_init (&log->queue);
  return log;
}

static void
log_free (SyRunLog *log)
{
  g_clear_pointer (&log->thread, g_thread_join);
  sy_log_queue_clear (&log->queue);
  g_clear_error (&log->failure);
  g_mutex_clear (&log->mutex);
  g_cond_clear (&log->wake);
  g_cond_clear (&log->finished);
  g_free (log->boot_id);
  g_free (log->vfs);
  g_free (log);
}

static SyRunLog *
start (SyRunDir *run, const SyRunLogInfo *info, const SyRunLogOptions *options, GError **error)
{
  SyRunLog *log;

  g_return_val_if_fail (sy_run_dir_is_own (run), NULL);

  log = log_new (run, options);
  log->thread = g_thread_new ("log-writer", sy_run_log_thread, log);
  if (ask (log, REQUEST_OPEN, info, error))
    return log;
  sy_run_dir_give_up_reserve (run);
  log_free (log);
  return NULL;
}

SyRunLog *
sy_run_log_create (SyRunDir *run, const SyRunLogInfo *info, const SyRunLogOptions *options, GError **error)
{
  g_return_val_if_fail (info != NULL && info->workflow_path != NULL && info->name != NULL, NULL);

  if (!sy_run_dir_make_reserve (run, error))
    return NULL;
  return start (run, info, options, error);
}

SyRunLog *
sy_run_log_begin (SyRunDir *run, const SyRunLogInfo *info, const SyRunLogOptions *options)
{
  SyRunLog *log;
  SyLogItem *item = g_new0 (SyLogItem, 1);
  SyRunLogBeginning *beginning = g_new0 (SyRunLogBeginning, 1);

  g_return_val_if_fail (sy_run_dir_is_own (run), NULL);
  g_return_val_if_fail (info != NULL && info->workflow_path != NULL && info->name != NULL, NULL);

  log = log_new (run, options);
  log->sink.boot = FIRST_BOOT;
  beginning->request.kind = REQUEST_BEGIN;
  beginning->info = *info;
  item->request = &beginning->request;
  sy_log_queue_push (&log->queue, item, FALSE);
  log->thread = g_thread_new ("log-writer", sy_run_log_thread, log);
  return log;
}

SyRunLog *
sy_run_log_open (SyRunDir *run, const SyRunLogOptions *options, GError **error)
{
  /* At a full disk the exits of what still runs may have to do without. */
  sy_run_dir_make_reserve (run, NULL);
  return start (run, NULL, options, error);
}

gboolean
sy_run_log_close (SyRunLog *log, GError **error)
{
  g_autoptr (GError) failure = NULL;
  gboolean flushed = log->sink.flush (&log->sink, &failure);
  gboolean closed = ask (log, REQUEST_CLOSE, NULL, flushed ? &failure : NULL);

  sy_run_dir_give_up_reserve (log->run); /* active runs only */
  log_free (log);
  if (flushed && closed)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

gboolean
sy_run_log_reopen (SyRunLog *log, GError **error)
{
  return ask (log, REQUEST_REOPEN, NULL, error);
}
