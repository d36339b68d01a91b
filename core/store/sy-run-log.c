/* sy-run-log.c: the writer's thread
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/store/sy-run-log-private.h"

#include "core/base/sy-error.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

#define IDLE_US G_USEC_PER_SEC /* then the -wal is merged and emptied */
#define WAL_PAGES_MAX 1500     /* 6 MB: merged between two groups */
#define WAL_PAGES_HELD 16384   /* 64 MB: a reader holds it back */

static void
notify (SyRunLog *log, SyRunLogNotice notice, const GError *error)
{
  SyRunLogNotify func;
  gpointer data;

  g_mutex_lock (&log->mutex);
  func = log->options.notify;
  data = log->options.notify_data;
  g_mutex_unlock (&log->mutex);
  if (func != NULL)
    func (log, notice, error, data);
}

/* --- on the writer's thread --- */

/* Until when the thread may sleep; 0 = there is work now, -1 = for ever. Mutex held. */
static gint64
next_deadline (SyRunLog *log)
{
  gint64 deadline = log->quit ? 0 : sy_log_queue_get_deadline (&log->queue);

  if (deadline < 0 && log->dirty && log->failure == NULL)
    return g_get_monotonic_time () + IDLE_US;
  return deadline;
}

/* Sleeps until there is a reason not to. Mutex held. FALSE: nothing came for a while. */
static gboolean
wait_for_work (SyRunLog *log)
{
  gboolean woken = TRUE;
  gint64 deadline;

  while ((deadline = next_deadline (log)) != 0)
    {
      if (deadline > 0 && deadline <= g_get_monotonic_time ())
        break;
      log->sleeping = TRUE;
      if (deadline < 0)
        g_cond_wait (&log->wake, &log->mutex);
      else
        woken = g_cond_wait_until (&log->wake, &log->mutex, deadline);
      log->sleeping = FALSE;
      if (!woken)
        break;
    }
  return !sy_log_queue_is_empty (&log->queue) || log->quit;
}

void
sy_run_log_set_failed (SyRunLog *log, const GError *error)
{
  g_mutex_lock (&log->mutex);
  g_clear_error (&log->failure);
  log->failure = g_error_copy (error);
  g_array_set_size (log->queue.samples, 0);
  g_mutex_unlock (&log->mutex);
  notify (log, SY_RUN_LOG_FAILED, error);
}

static gboolean
commit (SyRunLog *log, GPtrArray *items, GArray *samples, GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (!sy_log_writer_check_wal (log->writer, error))
    return FALSE;
  if (sy_log_writer_commit (log->writer, items, samples, &problem))
    return TRUE;
  /* A full disk leaves the transaction undone and the log sound: the reserve is for this moment. */
  if (g_error_matches (problem, SY_ERROR, SY_ERROR_NO_SPACE) && sy_run_dir_give_up_reserve (log->run))
    {
      notify (log, SY_RUN_LOG_DISK_FULL, problem);
      return sy_log_writer_commit (log->writer, items, samples, error);
    }
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

static void
count_commit (SyRunLog *log, GPtrArray *items, gint64 took_us)
{
  g_mutex_lock (&log->mutex);
  log->stats.n_commits++;
  for (guint i = 0; i < items->len; i++)
    {
      SyLogItem *item = items->pdata[i];

      log->stats.n_events += item->batch.events != NULL ? item->batch.events->len : 0;
    }
  sy_latency_add (&log->latency, took_us);
  log->dirty = TRUE;
  g_mutex_unlock (&log->mutex);
}

static void
finish_items (SyRunLog *log, GPtrArray *items, const GError *error)
{
  for (guint i = 0; i < items->len; i++)
    {
      SyLogItem *item = items->pdata[i];

      if (item->done != NULL)
        item->done (error, item->data);
    }
  /* What follows from the COMMIT is under way: now the readers. */
  if (error == NULL)
    sy_log_writer_ring (log->writer);
  g_mutex_lock (&log->mutex);
  log->n_finished += items->len;
  if (log->n_waiting_flush > 0)
    g_cond_broadcast (&log->finished);
  g_mutex_unlock (&log->mutex);
}

static void
write_group (SyRunLog *log, GPtrArray *items, GArray *samples)
{
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();

  if (log->failure != NULL) /* only this thread sets it */
    {
      error = g_error_copy (log->failure);
      finish_items (log, items, error);
      return;
    }
  if (items->len == 0 && samples->len == 0)
    return;
  if (commit (log, items, samples, &error))
    count_commit (log, items, g_get_monotonic_time () - start);
  else
    sy_run_log_set_failed (log, error);
  finish_items (log, items, error);
}

void
sy_run_log_checkpoint (SyRunLog *log, gboolean truncate)
{
  g_autoptr (GError) error = NULL;

  if (log->failure != NULL || log->writer == NULL)
    return;
  if (!sy_log_writer_checkpoint (log->writer, truncate, &error))
    {
      /* All that was acknowledged lies in the -wal; a full disk only keeps it from being merged. */
      if (!g_error_matches (error, SY_ERROR, SY_ERROR_NO_SPACE))
        sy_run_log_set_failed (log, error);
    }
  g_mutex_lock (&log->mutex);
  log->stats.n_checkpoints++;
  if (truncate)
    log->dirty = FALSE;
  g_mutex_unlock (&log->mutex);
}

/* Between two groups. A reader that sits in a read holds the -wal back: then it is not tried again at each
 * commit. */
static void
look_after_wal (SyRunLog *log)
{
  int pages = log->writer != NULL ? sy_log_writer_get_wal_pages (log->writer) : 0;

  if (pages < log->wal_pages_tried)
    log->wal_pages_tried = 0; /* it began anew */
  if (pages - log->wal_pages_tried > WAL_PAGES_MAX)
    {
      log->wal_pages_tried = pages;
      sy_run_log_checkpoint (log, FALSE);
    }
  if (pages > WAL_PAGES_HELD && !log->held_notified)
    notify (log, SY_RUN_LOG_WAL_HELD, NULL);
  log->held_notified = pages > WAL_PAGES_HELD;
}

gpointer
sy_run_log_thread (gpointer data)
{
  SyRunLog *log = data;
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (sy_log_item_free);
  GArray *samples = g_array_new (FALSE, FALSE, sizeof (SySampleRow));
  gboolean quit = FALSE;

  log->pthread = pthread_self ();
  while (!quit)
    {
      gboolean idle;
      SyRunLogRequest *request;

      g_mutex_lock (&log->mutex);
      idle = !wait_for_work (log);
      request = sy_log_queue_take (&log->queue, items, &samples);
      log->n_finished += request != NULL;
      g_mutex_unlock (&log->mutex);
      if (request != NULL)
        sy_run_log_serve (log, request);
      else if (idle)
        sy_run_log_checkpoint (log, TRUE);
      else
        write_group (log, items, samples);
      g_ptr_array_set_size (items, 0);
      g_array_set_size (samples, 0);
      look_after_wal (log);
      g_mutex_lock (&log->mutex);
      quit = log->quit && sy_log_queue_is_empty (&log->queue);
      g_mutex_unlock (&log->mutex);
    }
  g_array_unref (samples);
  return NULL;
}

/* --- on any thread --- */

/* Mutex held. */
void
sy_run_log_wake_if (SyRunLog *log, gboolean needed)
{
  if (needed && log->sleeping)
    g_cond_signal (&log->wake);
}

static void
submit (SyLogSink *sink, SyLogBatch *batch, SyLogDone done, gpointer data)
{
  SyRunLog *log = (SyRunLog *) sink;
  SyLogItem *item = g_new0 (SyLogItem, 1);

  item->batch = *batch;
  item->done = done;
  item->data = data;
  memset (batch, 0, sizeof *batch);
  g_mutex_lock (&log->mutex);
  if (item->batch.events != NULL && item->batch.events->len > 0)
    log->last_seq = g_array_index (item->batch.events, SyEvent, item->batch.events->len - 1).seq;
  sy_run_log_wake_if (log, sy_log_queue_push (&log->queue, item, item->batch.may_wait));
  g_mutex_unlock (&log->mutex);
}

static void
add_sample (SyLogSink *sink,
            guint32 task,
            guint32 item,
            guint32 attempt,
            gint64 mono_us,
            gint64 cpu_us,
            gint64 rss,
            gint64 read,
            gint64 written,
            guint processes)
{
  SyRunLog *log = (SyRunLog *) sink;
  SySampleRow row = { task, item, attempt, { mono_us, cpu_us, rss, read, written, processes } };

  if (attempt == 0 || !sy_log_numbers_fit (task, item, attempt))
    return;
  g_mutex_lock (&log->mutex);
  if (log->failure == NULL)
    sy_run_log_wake_if (log, sy_log_queue_push_sample (&log->queue, &row));
  g_mutex_unlock (&log->mutex);
}

static gboolean
flush (SyLogSink *sink, GError **error)
{
  SyRunLog *log = (SyRunLog *) sink;
  gboolean ok;
  guint64 until;

  g_mutex_lock (&log->mutex);
  until = log->queue.n_queued;
  log->n_waiting_flush++;
  sy_run_log_wake_if (log, sy_log_queue_hurry (&log->queue));
  while (log->n_finished < until)
    g_cond_wait (&log->finished, &log->mutex);
  log->n_waiting_flush--;
  ok = log->failure == NULL;
  if (!ok && error != NULL)
    *error = g_error_copy (log->failure);
  g_mutex_unlock (&log->mutex);
  return ok;
}

static gboolean
restore_reserve (SyLogSink *sink)
{
  return sy_run_log_restore_reserve ((SyRunLog *) sink, NULL);
}

void
sy_run_log_init_sink (SyRunLog *log)
{
  log->sink = (SyLogSink){ submit, add_sample, flush, restore_reserve, 0 };
}

void
sy_run_log_set_notify (SyRunLog *log, SyRunLogNotify func, gpointer data)
{
  g_mutex_lock (&log->mutex);
  log->options.notify = func;
  log->options.notify_data = data;
  g_mutex_unlock (&log->mutex);
}

SyLogSink *
sy_run_log_get_sink (SyRunLog *log)
{
  return &log->sink;
}

gint64
sy_run_log_get_last_seq (SyRunLog *log)
{
  gint64 seq;

  g_mutex_lock (&log->mutex);
  seq = log->last_seq;
  g_mutex_unlock (&log->mutex);
  return seq;
}

gboolean
sy_run_log_is_failed (SyRunLog *log)
{
  gboolean failed;

  g_mutex_lock (&log->mutex);
  failed = log->failure != NULL;
  g_mutex_unlock (&log->mutex);
  return failed;
}

guint32
sy_run_log_add_definition (SyRunLog *log, const char *path, const char *sha256, GBytes *bytes)
{
  SyDefinition *definition = g_new0 (SyDefinition, 1);
  guint32 n;

  definition->path = g_strdup (path);
  definition->sha256 = g_strdup (sha256);
  definition->bytes = g_bytes_ref (bytes);
  g_mutex_lock (&log->mutex);
  n = ++log->n_definitions;
  sy_log_queue_add_definition (&log->queue, definition);
  g_mutex_unlock (&log->mutex);
  return n;
}

gboolean
sy_run_log_restore_reserve (SyRunLog *log, GError **error)
{
  return sy_run_dir_make_reserve (log->run, error);
}

void
sy_run_log_get_stats (SyRunLog *log, SyRunLogStats *stats)
{
  struct timespec ts = { 0 };
  clockid_t clock;

  g_mutex_lock (&log->mutex);
  *stats = log->stats;
  sy_latency_read (&log->latency, &stats->commit_p50_us, &stats->commit_p99_us, &stats->commit_max_us);
  g_mutex_unlock (&log->mutex);
  if (pthread_getcpuclockid (log->pthread, &clock) == 0 && clock_gettime (clock, &ts) == 0)
    stats->cpu_us = (gint64) ts.tv_sec * G_USEC_PER_SEC + ts.tv_nsec / 1000;
}
