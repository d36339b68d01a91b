/* fake-executor.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/core/engine/fake-executor.h"

#include <string.h>

#include "core/base/sy-error.h"

#define PATIENCE_US (60 * G_USEC_PER_SEC)

typedef struct
{
  void (*func) (gpointer);
  gpointer data;
} Job;

static void
run_job (gpointer data, gpointer user_data G_GNUC_UNUSED)
{
  Job *job = data;

  job->func (job->data);
  g_free (job);
}

static void
fake_post (SyExecutor *executor, void (*func) (gpointer), gpointer data)
{
  Job *job = g_new (Job, 1);

  job->func = func;
  job->data = data;
  g_thread_pool_push (((FakeExecutor *) executor)->pool, job, NULL);
}

static void
fake_dispatch (SyExecutor *executor, SyOrder **orders, guint n)
{
  FakeExecutor *fake = (FakeExecutor *) executor;

  g_mutex_lock (&fake->mutex);
  for (guint i = 0; i < n; i++)
    {
      g_ptr_array_add (fake->orders, orders[i]);
      /* Whenever a hasty runner comes, it is caught. (Handlers have no intent.) */
      g_assert_true (fake->sink == NULL || orders[i]->task == 0 || fake_sink_has_nonce (fake->sink, orders[i]->nonce));
    }
  g_cond_broadcast (&fake->cond);
  g_mutex_unlock (&fake->mutex);
}

static void
fake_fence (SyExecutor *executor, guint64 nonce)
{
  FakeExecutor *fake = (FakeExecutor *) executor;

  g_mutex_lock (&fake->mutex);
  g_array_append_val (fake->fences, nonce);
  g_cond_broadcast (&fake->cond);
  g_mutex_unlock (&fake->mutex);
}

static void
fake_stop (SyExecutor *executor, guint32 task, guint32 attempt G_GNUC_UNUSED, gboolean kill G_GNUC_UNUSED,
           SyName why G_GNUC_UNUSED)
{
  FakeExecutor *fake = (FakeExecutor *) executor;

  g_mutex_lock (&fake->mutex);
  g_array_append_val (fake->stops, task);
  g_cond_broadcast (&fake->cond);
  g_mutex_unlock (&fake->mutex);
}

static void
fake_set_slots (SyExecutor *executor, guint slots)
{
  ((FakeExecutor *) executor)->slots = slots;
}

static void
fake_committed (SyExecutor *executor, const guint64 *nonces, guint n)
{
  FakeExecutor *fake = (FakeExecutor *) executor;

  g_mutex_lock (&fake->mutex);
  g_array_append_vals (fake->committed, nonces, n);
  g_mutex_unlock (&fake->mutex);
}

static void
fake_shutdown (SyExecutor *executor, gboolean leave_running)
{
  FakeExecutor *fake = (FakeExecutor *) executor;

  fake->left_running = leave_running;
  fake->is_shut = TRUE;
  g_thread_pool_free (g_steal_pointer (&fake->pool), FALSE, TRUE);
}

static void
fake_free (SyExecutor *executor)
{
  FakeExecutor *fake = (FakeExecutor *) executor;

  g_ptr_array_unref (fake->orders);
  g_array_unref (fake->stops);
  g_array_unref (fake->fences);
  g_array_unref (fake->committed);
  g_mutex_clear (&fake->mutex);
  g_cond_clear (&fake->cond);
  g_free (fake);
}

FakeExecutor *
fake_executor_new (void)
{
  FakeExecutor *fake = g_new0 (FakeExecutor, 1);

  fake->base = (SyExecutor){ .dispatch = fake_dispatch,
                             .fence = fake_fence,
                             .stop = fake_stop,
                             .set_slots = fake_set_slots,
                             .committed = fake_committed,
                             .post = fake_post,
                             .shutdown = fake_shutdown,
                             .free = fake_free };
  fake->took_us = G_USEC_PER_SEC;
  fake->pool = g_thread_pool_new (run_job, NULL, 2, FALSE, NULL);
  fake->orders = g_ptr_array_new_with_free_func ((GDestroyNotify) sy_order_free);
  fake->stops = g_array_new (FALSE, FALSE, sizeof (guint32));
  fake->fences = g_array_new (FALSE, FALSE, sizeof (guint64));
  fake->committed = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_mutex_init (&fake->mutex);
  g_cond_init (&fake->cond);
  return fake;
}

void
fake_executor_await (FakeExecutor *fake, guint n)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE_US;

  g_mutex_lock (&fake->mutex);
  while (fake->orders->len < n && g_cond_wait_until (&fake->cond, &fake->mutex, deadline))
    ;
  g_assert_cmpuint (fake->orders->len, >=, n);
  g_mutex_unlock (&fake->mutex);
}

void
fake_executor_await_stop (FakeExecutor *fake)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE_US;

  g_mutex_lock (&fake->mutex);
  while (fake->stops->len == 0 && g_cond_wait_until (&fake->cond, &fake->mutex, deadline))
    ;
  g_assert_cmpuint (fake->stops->len, >, 0);
  g_mutex_unlock (&fake->mutex);
}

guint
fake_executor_count (FakeExecutor *fake)
{
  guint n;

  g_mutex_lock (&fake->mutex);
  n = fake->orders->len;
  g_mutex_unlock (&fake->mutex);
  return n;
}

static void
report (FakeExecutor *fake, SyReportKind kind, guint at, int status)
{
  SyReport r = { .kind = kind, .keeper = 1, .pid = 4711, .start_time = 1, .pidns = 1 };
  const SyOrder *order;

  g_mutex_lock (&fake->mutex);
  g_assert_cmpuint (at, <, fake->orders->len);
  order = g_ptr_array_index (fake->orders, at);
  r.task = order->task;
  r.item = order->item;
  r.attempt = order->attempt;
  r.nonce = order->nonce;
  g_mutex_unlock (&fake->mutex);
  r.unrecorded = fake->unrecorded;
  r.exit = (SyExit){ .status = status, .started_us = 1000, .ended_us = 1000 + fake->took_us, .rss = -1, .read = -1, .written = -1 };
  fake->base.report (&fake->base, &r, 1, fake->base.report_data);
}

void
fake_executor_start (FakeExecutor *fake, guint at)
{
  report (fake, SY_REPORT_STARTED, at, 0);
}

void
fake_executor_end (FakeExecutor *fake, guint at, int status)
{
  report (fake, SY_REPORT_EXITED, at, status);
}

void
fake_executor_fenced (FakeExecutor *fake, guint at)
{
  report (fake, SY_REPORT_FENCED, at, 0);
}

void
fake_executor_await_fences (FakeExecutor *fake, guint n)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE_US;

  g_mutex_lock (&fake->mutex);
  while (fake->fences->len < n && g_cond_wait_until (&fake->cond, &fake->mutex, deadline))
    ;
  g_assert_cmpuint (fake->fences->len, >=, n);
  g_mutex_unlock (&fake->mutex);
}

void
fake_executor_trouble (FakeExecutor *fake, const char *text, gboolean hopeless)
{
  SyReport trouble = { .kind = SY_REPORT_TROUBLE, .text = g_strdup (text), .value = hopeless };

  fake->base.report (&fake->base, &trouble, 1, fake->base.report_data);
}

/* --- the log --- */

typedef struct
{
  SyLogBatch batch;
  SyLogDone done;
  gpointer data;
} Submitted;

static void
commit (FakeSink *sink, Submitted *s)
{
  for (guint i = 0; i < s->batch.events->len; i++)
    {
      SyEvent copy;

      sy_event_copy (&copy, &g_array_index (s->batch.events, SyEvent, i));
      g_array_append_val (sink->events, copy);
    }
  sink->n_commits++;
}

/* One batch a transaction; a failure fails all that follow until the log is reopened. */
static gpointer
writer (gpointer data)
{
  FakeSink *sink = data;

  g_mutex_lock (&sink->mutex);
  for (;;)
    {
      g_autoptr (GError) error = NULL;
      Submitted *s;

      while ((sink->closed || sink->queue.length == 0) && !sink->quit)
        g_cond_wait (&sink->cond, &sink->mutex);
      s = g_queue_pop_head (&sink->queue);
      if (s == NULL)
        break;
      sink->failed |= sink->fail_next;
      sink->fail_next = FALSE;
      if (sink->failed)
        g_set_error (&error, SY_ERROR, SY_ERROR_IO, "the disk of the test is gone");
      else
        commit (sink, s);
      sink->busy = TRUE;
      g_cond_broadcast (&sink->cond);
      g_mutex_unlock (&sink->mutex);
      if (s->done != NULL)
        s->done (error, s->data);
      sy_log_batch_clear (&s->batch);
      g_free (s);
      g_mutex_lock (&sink->mutex);
      sink->busy = FALSE;
      g_cond_broadcast (&sink->cond);
    }
  g_mutex_unlock (&sink->mutex);
  return NULL;
}

static void
fake_submit (SyLogSink *base, SyLogBatch *batch, SyLogDone done, gpointer data)
{
  FakeSink *sink = (FakeSink *) base;
  Submitted *s = g_new0 (Submitted, 1);

  s->batch = *batch;
  s->done = done;
  s->data = data;
  memset (batch, 0, sizeof *batch);
  g_mutex_lock (&sink->mutex);
  g_queue_push_tail (&sink->queue, s);
  g_cond_broadcast (&sink->cond);
  g_mutex_unlock (&sink->mutex);
}

static gboolean
fake_flush (SyLogSink *base, GError **error)
{
  FakeSink *sink = (FakeSink *) base;
  gboolean ok;

  g_mutex_lock (&sink->mutex);
  while (sink->queue.length > 0 || sink->busy)
    g_cond_wait (&sink->cond, &sink->mutex);
  ok = !sink->failed;
  g_mutex_unlock (&sink->mutex);
  if (!ok)
    g_set_error (error, SY_ERROR, SY_ERROR_IO, "the disk of the test is gone");
  return ok;
}

static gboolean
fake_restore (SyLogSink *base)
{
  FakeSink *sink = (FakeSink *) base;

  g_atomic_int_inc (&sink->restores);
  return !g_atomic_int_get (&sink->refuse_restore);
}

FakeSink *
fake_sink_new (void)
{
  FakeSink *sink = g_new0 (FakeSink, 1);

  sink->base = (SyLogSink){ .submit = fake_submit, .flush = fake_flush, .restore_reserve = fake_restore, .boot = 1 };
  g_mutex_init (&sink->mutex);
  g_cond_init (&sink->cond);
  g_queue_init (&sink->queue);
  sink->events = sy_event_array_new ();
  sink->thread = g_thread_new ("fake-writer", writer, sink);
  return sink;
}

void
fake_sink_free (FakeSink *sink)
{
  g_mutex_lock (&sink->mutex);
  sink->quit = TRUE;
  sink->closed = FALSE;
  g_cond_broadcast (&sink->cond);
  g_mutex_unlock (&sink->mutex);
  g_thread_join (sink->thread);
  g_array_unref (sink->events);
  g_mutex_clear (&sink->mutex);
  g_cond_clear (&sink->cond);
  g_free (sink);
}

void
fake_sink_gate (FakeSink *sink, gboolean closed)
{
  g_mutex_lock (&sink->mutex);
  sink->closed = closed;
  g_cond_broadcast (&sink->cond);
  g_mutex_unlock (&sink->mutex);
}

void
fake_sink_await_batches (FakeSink *sink, guint n)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE_US;

  g_mutex_lock (&sink->mutex);
  while (sink->queue.length < n && g_cond_wait_until (&sink->cond, &sink->mutex, deadline))
    ;
  g_assert_cmpuint (sink->queue.length, >=, n);
  g_mutex_unlock (&sink->mutex);
}

void
fake_sink_await_queued (FakeSink *sink)
{
  fake_sink_await_batches (sink, 1);
}

void
fake_sink_fail_next (FakeSink *sink)
{
  g_mutex_lock (&sink->mutex);
  sink->fail_next = TRUE;
  g_mutex_unlock (&sink->mutex);
}

void
fake_sink_reopen (FakeSink *sink)
{
  g_mutex_lock (&sink->mutex);
  while (sink->queue.length > 0 || sink->busy)
    g_cond_wait (&sink->cond, &sink->mutex);
  sink->failed = FALSE;
  g_mutex_unlock (&sink->mutex);
}

SyRunState *
fake_sink_fold (FakeSink *sink, SyWorkflow *workflow)
{
  SyRunState *state = sy_run_state_new (workflow);
  g_autoptr (GError) error = NULL;

  g_mutex_lock (&sink->mutex);
  for (guint i = 0; i < sink->events->len; i++)
    {
      const SyEvent *event = &g_array_index (sink->events, SyEvent, i);

      g_assert_cmpint (event->seq, ==, (gint64) i + 1);
      sy_run_state_apply (state, event, &error);
      g_assert_no_error (error);
    }
  g_mutex_unlock (&sink->mutex);
  return state;
}

static guint
count_locked (FakeSink *sink, SyEventKind kind)
{
  guint n = 0;

  for (guint i = 0; i < sink->events->len; i++)
    n += g_array_index (sink->events, SyEvent, i).kind == kind;
  return n;
}

/* Does an event that is committed make an order with @nonce right? */
gboolean
fake_sink_has_nonce (FakeSink *sink, guint64 nonce)
{
  gboolean has = FALSE;

  g_mutex_lock (&sink->mutex);
  for (guint i = 0; i < sink->events->len; i++)
    {
      const SyEvent *event = &g_array_index (sink->events, SyEvent, i);

      has |= event->nonce == nonce && (event->kind == SY_EVENT_INTENT || event->kind == SY_EVENT_STANDBY);
    }
  g_mutex_unlock (&sink->mutex);
  return has;
}

guint
fake_sink_count (FakeSink *sink, SyEventKind kind)
{
  guint n;

  g_mutex_lock (&sink->mutex);
  n = count_locked (sink, kind);
  g_mutex_unlock (&sink->mutex);
  return n;
}

void
fake_sink_await (FakeSink *sink, SyEventKind kind, guint n)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE_US;

  g_mutex_lock (&sink->mutex);
  while (count_locked (sink, kind) < n && g_cond_wait_until (&sink->cond, &sink->mutex, deadline))
    ;
  g_assert_cmpuint (count_locked (sink, kind), >=, n);
  g_mutex_unlock (&sink->mutex);
}
