/* sy-runner-perform.c: from COMMIT to deeds
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/engine/sy-runner-private.h"

#define QUICK_DEEDS 32

void
sy_pending_free (Pending *pending)
{
  g_array_unref (pending->deeds);
  g_array_unref (pending->ended);
  g_array_unref (pending->replies);
  g_clear_pointer (&pending->events, g_array_unref);
  sy_order_builder_unref (pending->builder);
  g_free (pending);
}

/* An order that could not be made: the attempt ends like a spawn error. */
static void
fail_deed (SyRunner *self, const Deed *deed)
{
  SyReport report = {
    .kind = SY_REPORT_EXITED,
    .task = deed->request.task,
    .item = deed->request.task == 0 ? (guint32) deed->request.handler + 1 : 0,
    .attempt = deed->request.attempt,
    .nonce = deed->request.nonce,
    .exit = { .status = -1, .spawn_errno = deed->errnum, .spawn_stage = SY_SPAWN_OF_DIR, .rss = -1, .read = -1, .written = -1 },
  };

  report.exit.started_us = report.exit.ended_us = sy_clock_now (self->clock).wall_us;
  sy_runner_on_reports (self->executor, &report, 1, self);
}

/* Then its order is made when what it follows upon has ended. */
static void
give_back_chained (SyRunner *self, const Deed *deed)
{
  SyReport report = {
    .kind = SY_REPORT_FENCED, .task = deed->action.task, .attempt = deed->action.attempt, .nonce = deed->action.nonce,
  };

  sy_runner_on_reports (self->executor, &report, 1, self);
}

void
sy_runner_hand_over (SyRunner *self, GPtrArray *orders)
{
  if (orders->len > 0)
    self->executor->dispatch (self->executor, (SyOrder **) orders->pdata, orders->len);
  g_ptr_array_set_size (orders, 0);
}

static void
do_deed (SyRunner *self, Deed *deed)
{
  const SyAction *action = &deed->action;

  switch (action->kind)
    {
    case SY_ACTION_CHAIN:
      give_back_chained (self, deed);
      break;
    case SY_ACTION_FENCE:
      self->executor->fence (self->executor, action->nonce);
      break;
    case SY_ACTION_STOP:
      self->executor->stop (self->executor, action->task, action->attempt, action->value != 0, action->name);
      break;
    case SY_ACTION_SLOTS:
      self->executor->set_slots (self->executor, (guint) action->value);
      break;
    case SY_ACTION_LEAVE:
      g_mutex_lock (&self->perform_mutex);
      self->over = TRUE;
      g_mutex_unlock (&self->perform_mutex);
      sy_runner_wake (self);
      break;
    default:
      fail_deed (self, deed);
      break;
    }
}

/* Orders that follow each other go in one call. */
static void
do_deeds (Pending *pending)
{
  SyRunner *self = pending->runner;
  g_autoptr (GPtrArray) orders = g_ptr_array_new ();

  for (guint i = 0; i < pending->deeds->len; i++)
    {
      Deed *deed = &g_array_index (pending->deeds, Deed, i);

      if (deed->order != NULL)
        g_ptr_array_add (orders, g_steal_pointer (&deed->order));
      else if (!deed->done)
        {
          sy_runner_hand_over (self, orders);
          do_deed (self, deed);
        }
    }
  sy_runner_hand_over (self, orders);
  if (pending->ended->len > 0 && self->executor->committed != NULL)
    self->executor->committed (self->executor, (const guint64 *) (const void *) pending->ended->data, pending->ended->len);
}

/* What the runner thread is to tell; perform_mutex is held. TRUE: it must be woken. */
gboolean
sy_pending_announce (Pending *pending)
{
  SyRunner *self = pending->runner;
  gboolean first =
    self->observed->len == 0 && !self->telling && pending->events != NULL && pending->events->len > 0;

  if (pending->events != NULL)
    {
      g_array_append_vals (self->observed, pending->events->data, pending->events->len);
      memset (pending->events->data, 0, (gsize) pending->events->len * sizeof (SyEvent)); /* moved */
    }
  if (pending->replies->len > 0)
    {
      g_array_append_vals (self->answers, pending->replies->data, pending->replies->len);
      memset (pending->replies->data, 0, (gsize) pending->replies->len * sizeof (Reply));
      return TRUE;
    }
  return first;
}

/* The first in line, if it may be performed; perform_mutex is held. */
static Pending *
take_performable (SyRunner *self)
{
  Pending *pending = g_queue_peek_head (&self->performing);

  return pending != NULL && pending->prepared && pending->committed ? g_queue_pop_head (&self->performing) : NULL;
}

/* One job at a time, so that deeds keep the order of their decisions. */
void
sy_runner_perform_job (gpointer data)
{
  SyRunner *self = data;
  Pending *pending;

  g_mutex_lock (&self->perform_mutex);
  while ((pending = take_performable (self)) != NULL)
    {
      gboolean wake = sy_pending_announce (pending);

      g_mutex_unlock (&self->perform_mutex);
      if (wake)
        sy_runner_wake (self);
      do_deeds (pending);
      sy_pending_free (pending);
      g_mutex_lock (&self->perform_mutex);
    }
  self->performing_now = FALSE;
  g_mutex_unlock (&self->perform_mutex);
}

/* perform_mutex is held. */
gboolean
sy_runner_claim_performing (SyRunner *self)
{
  Pending *first = g_queue_peek_head (&self->performing);

  if (self->performing_now || first == NULL || !first->prepared || !first->committed)
    return FALSE;
  self->performing_now = TRUE;
  return TRUE;
}

gboolean
sy_deed_needs_order (const Deed *deed)
{
  SyActionKind kind = deed->action.kind;

  return !deed->done && (kind == SY_ACTION_DISPATCH || kind == SY_ACTION_CHAIN || kind == SY_ACTION_HANDLER);
}

void
sy_pending_prepare (const Pending *pending, Deed *deed)
{
  g_autoptr (GError) error = NULL;

  if (!sy_deed_needs_order (deed) || deed->errnum != 0)
    return;
  deed->order = sy_order_builder_make (pending->builder, &deed->request, &deed->errnum, &error);
  if (deed->order == NULL && deed->action.kind != SY_ACTION_CHAIN) /* it may be that the task before sees to it */
    sy_runner_say (pending->runner, "%s", error->message);
}

/* Makes the orders while the COMMIT is under way. TRUE: perform_job() is the caller's to run. */
gboolean
sy_pending_prepare_all (Pending *pending)
{
  SyRunner *self = pending->runner;
  gboolean perform;
  gboolean dropped;

  for (guint i = 0; i < pending->deeds->len; i++)
    sy_pending_prepare (pending, &g_array_index (pending->deeds, Deed, i));
  g_mutex_lock (&self->perform_mutex);
  pending->prepared = TRUE;
  dropped = pending->dropped;
  perform = sy_runner_claim_performing (self);
  g_mutex_unlock (&self->perform_mutex);
  if (dropped)
    sy_pending_free (pending);
  return perform;
}

void
sy_pending_prepare_job (gpointer data)
{
  SyRunner *self = ((Pending *) data)->runner;

  if (sy_pending_prepare_all (data))
    sy_runner_perform_job (self);
}

/* A few orders that lie ready are handed over at once: one thread less to wake on the way to the keeper.
 * perform_mutex is held. */
static gboolean
is_quick (SyRunner *self)
{
  const Pending *first = g_queue_peek_head (&self->performing);

  if (self->performing.length > 1 || first->deeds->len > QUICK_DEEDS)
    return FALSE;
  for (guint i = 0; i < first->deeds->len; i++)
    {
      const Deed *deed = &g_array_index (first->deeds, Deed, i);

      if (deed->order == NULL && sy_deed_needs_order (deed))
        return FALSE;
    }
  return TRUE;
}

/* On the writer thread. */
void
sy_pending_committed (const GError *error, gpointer data)
{
  Pending *pending = data;
  SyRunner *self = pending->runner;
  gboolean perform = FALSE;
  gboolean here = FALSE;

  g_mutex_lock (&self->perform_mutex);
  if (error == NULL)
    {
      pending->committed = TRUE;
      self->committed_seq = MAX (self->committed_seq, pending->last_seq);
      perform = sy_runner_claim_performing (self);
      here = perform && (self->closing || is_quick (self));
      /* Under the lock: once `closing` is seen set, the pool may be gone. */
      if (perform && !here)
        self->executor->post (self->executor, sy_runner_perform_job, self);
    }
  else if (!self->commit_failed)
    {
      self->commit_failed = TRUE;
      g_ptr_array_add (self->messages, g_strdup (error->message));
    }
  g_mutex_unlock (&self->perform_mutex);
  if (here)
    sy_runner_perform_job (self);
  else if (error != NULL)
    sy_runner_wake (self);
  g_mutex_lock (&self->perform_mutex);
  self->n_submitted--;
  if (self->n_submitted <= SY_RUNNER_FEW && self->wants_commit)
    {
      self->wants_commit = FALSE;
      sy_runner_wake (self);
    }
  g_cond_broadcast (&self->told);
  g_mutex_unlock (&self->perform_mutex);
}
