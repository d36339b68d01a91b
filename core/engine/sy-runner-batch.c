/* sy-runner-batch.c: from decisions to the log
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <unistd.h>

#include "core/engine/sy-runner-private.h"

#define PREPARE_HERE 32 /* orders: fewer are made at once than a thread of the pool is woken */

static void
deed_clear (Deed *deed)
{
  sy_order_request_clear (&deed->request);
  g_clear_pointer (&deed->order, sy_order_free);
}

static void
reply_clear (Reply *reply)
{
  g_clear_pointer (&reply->json, g_free);
}

GArray *
sy_runner_reply_array_new (void)
{
  GArray *replies = g_array_new (FALSE, TRUE, sizeof (Reply));

  g_array_set_clear_func (replies, (GDestroyNotify) reply_clear);
  return replies;
}

GArray *
sy_runner_steal_array (GArray **array, GArray *fresh)
{
  GArray *old = *array;

  *array = fresh;
  return old;
}

void
sy_runner_batch_init (SyRunner *self)
{
  self->events = sy_event_array_new ();
  self->actions = g_array_new (FALSE, FALSE, sizeof (SyAction));
  self->ended = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->replies = sy_runner_reply_array_new ();
  self->observed = sy_event_array_new ();
  self->answers = sy_runner_reply_array_new ();
  g_queue_init (&self->performing);
}

void
sy_runner_batch_clear (SyRunner *self)
{
  g_queue_clear_full (&self->performing, (GDestroyNotify) sy_pending_free);
  g_array_unref (self->events);
  g_array_unref (self->actions);
  g_array_unref (self->ended);
  g_array_unref (self->replies);
  g_array_unref (self->observed);
  g_array_unref (self->answers);
}

/* --- before COMMIT (the mutex is held) --- */

static void
take_from_scheduler (SyRunner *self)
{
  SyBatch batch = { 0 };

  if (self->scheduler == NULL || !sy_scheduler_take (self->scheduler, &batch))
    return;
  if (batch.events != NULL && batch.events->len > 0)
    {
      g_array_append_vals (self->events, batch.events->data, batch.events->len);
      memset (batch.events->data, 0, (gsize) batch.events->len * sizeof (SyEvent)); /* moved */
    }
  if (batch.actions != NULL && batch.actions->len > 0)
    g_array_append_vals (self->actions, batch.actions->data, batch.actions->len);
  sy_batch_clear (&batch);
}

void
sy_runner_emit (SyRunner *self, SyEvent *event)
{
  g_autoptr (GError) error = NULL;

  take_from_scheduler (self);
  event->time = sy_clock_now (self->clock);
  event->boot = self->sink->boot;
  if (!sy_run_state_apply (self->state, event, &error))
    {
      g_critical ("The fold refused an event of the runner: %s", error->message);
      sy_event_clear (event);
      return;
    }
  g_array_append_vals (self->events, event, 1);
  memset (event, 0, sizeof *event);
}

void
sy_runner_say_started (SyRunner *self)
{
  const char *changes = self->options.environment_changes;
  SyEvent event = { .kind = SY_EVENT_RUNNER_STARTED, .by = SY_BY_RUNNER, .value = getpid () };

  event.text = changes != NULL ? g_strdup_printf ("{\"env\":%s,\"version\":\"" SY_VERSION "\"}", changes) : g_strdup (SY_VERSION);
  self->left_said = FALSE;
  sy_runner_emit (self, &event);
}

void
sy_runner_say_left (SyRunner *self, const char *why)
{
  SyEvent event = { .kind = SY_EVENT_RUNNER_LEFT, .by = SY_BY_RUNNER, .text = g_strdup (why) };

  self->left_said = TRUE;
  event.value = sy_scheduler_stand_down (self->scheduler, sy_clock_now (self->clock));
  sy_runner_emit (self, &event);
}

/* Of a run that is over we shall have left with its end: one COMMIT less. Should it get new life before we are gone, that
 * is a new beginning. */
static void
leave_with_the_end (SyRunner *self)
{
  if (self->left_said || !self->options.start_tasks || !sy_run_status_is_final (self->state->status))
    return;
  for (guint i = 0; i < self->actions->len; i++)
    if (g_array_index (self->actions, SyAction, i).kind == SY_ACTION_LEAVE)
      {
        sy_runner_say_left (self, SY_RUNNER_SETTLED_WORD);
        return;
      }
}

static GArray *
take_deeds (SyRunner *self)
{
  GArray *deeds = g_array_sized_new (FALSE, TRUE, sizeof (Deed), self->actions->len);

  g_array_set_clear_func (deeds, (GDestroyNotify) deed_clear);
  for (guint i = 0; i < self->actions->len; i++)
    {
      Deed deed = { .action = g_array_index (self->actions, SyAction, i) };

      g_array_append_val (deeds, deed);
    }
  g_array_set_size (self->actions, 0);
  return deeds;
}

/* What its order is made from, as the fold is now */
static void
fill_request (SyRunner *self, Deed *deed)
{
  const SyAction *action = &deed->action;

  if (deed->request.nonce != 0)
    return;
  if (action->kind == SY_ACTION_DISPATCH || action->kind == SY_ACTION_CHAIN)
    {
      sy_order_builder_request (self->builder, self->state, action->task, action->after, &deed->request);
      deed->request.attempt = action->attempt;
      deed->request.nonce = action->nonce;
      deed->request.total_left_us = action->total_left_us;
      deed->request.patient = action->patient;
    }
  else if (action->kind == SY_ACTION_HANDLER)
    {
      sy_order_builder_request_handler (self->builder, self->state, (SyHandlerKind) action->value, &deed->request);
      deed->request.nonce = ((guint64) g_random_int () << 32) | g_random_int ();
      deed->request.attempt = (guint32) self->next_seq;
    }
}

static void
fill_requests (SyRunner *self, GArray *deeds)
{
  for (guint i = 0; i < deeds->len; i++)
    fill_request (self, &g_array_index (deeds, Deed, i));
}

static gboolean
needs_preparing (const GArray *deeds)
{
  for (guint i = 0; i < deeds->len; i++)
    if (sy_deed_needs_order (&g_array_index (deeds, Deed, i)))
      return TRUE;
  return FALSE;
}

static GArray *
changed_rows (SyRunner *self)
{
  g_autoptr (GArray) numbers = sy_run_state_take_changed (self->state);
  GArray *rows = g_array_sized_new (FALSE, TRUE, sizeof (SyStateRow), numbers->len);

  g_array_set_size (rows, numbers->len);
  for (guint i = 0; i < numbers->len; i++)
    sy_state_row_init (&g_array_index (rows, SyStateRow, i), self->state, g_array_index (numbers, guint32, i));
  return rows;
}

static gboolean
are_done (const GArray *deeds)
{
  for (guint i = 0; i < deeds->len; i++)
    if (!g_array_index (deeds, Deed, i).done)
      return FALSE;
  return TRUE;
}

/* Nobody waits for the news that something has started, nor that it has ended where nothing follows from it yet, or what
 * follows has gone out already: keepers' journals have it. */
static gboolean
may_wait (const GArray *events, const Pending *pending)
{
  if (pending->replies->len > 0 || !are_done (pending->deeds))
    return FALSE;
  for (guint i = 0; i < events->len; i++)
    {
      SyEventKind kind = (SyEventKind) g_array_index (events, SyEvent, i).kind;

      if (kind != SY_EVENT_STARTED && kind != SY_EVENT_EXITED && kind != SY_EVENT_JOIN_MET && kind != SY_EVENT_INTENT)
        return FALSE;
    }
  return TRUE;
}

/* Nothing to log: it is performed as soon as all before it has been. */
static void
submit_empty (SyRunner *self, Pending *pending)
{
  gboolean perform;

  g_mutex_lock (&self->perform_mutex);
  pending->committed = TRUE;
  g_queue_push_tail (&self->performing, pending);
  perform = sy_runner_claim_performing (self);
  g_mutex_unlock (&self->perform_mutex);
  if (perform && self->closing)
    sy_runner_perform_job (self);
  else if (perform)
    self->executor->post (self->executor, sy_runner_perform_job, self);
}

static void
submit_events (SyRunner *self, Pending *pending)
{
  SyLogBatch batch = { 0 };

  for (guint i = 0; i < self->events->len; i++)
    {
      SyEvent *event = &g_array_index (self->events, SyEvent, i);

      event->seq = self->next_seq++;
      event->boot = self->sink->boot;
    }
  pending->last_seq = self->next_seq - 1;
  if (!self->witnessed)
    self->barrier_seq = pending->last_seq;
  if (self->host.events != NULL)
    pending->events = g_array_ref (self->events); /* read by the sink until COMMIT, then ours to tell */
  batch.may_wait = may_wait (self->events, pending);
  batch.events = sy_runner_steal_array (&self->events, sy_event_array_new ());
  batch.states = changed_rows (self);
  g_mutex_lock (&self->perform_mutex);
  g_queue_push_tail (&self->performing, pending);
  self->n_submitted++;
  g_mutex_unlock (&self->perform_mutex);
  self->sink->submit (self->sink, &batch, sy_pending_committed, pending);
}

static void
submit (SyRunner *self, Pending *pending)
{
  gboolean prepare_needed = needs_preparing (pending->deeds);

  pending->prepared = !prepare_needed;
  if (self->events->len > 0)
    submit_events (self, pending);
  else
    submit_empty (self, pending);
  if (!prepare_needed)
    return;
  if (pending->deeds->len > PREPARE_HERE)
    self->executor->post (self->executor, sy_pending_prepare_job, pending);
  else if (sy_pending_prepare_all (pending))
    self->executor->post (self->executor, sy_runner_perform_job, self); /* not here: the mutex is held */
}

/* Up to where events have been committed; 0 = a COMMIT has failed, nothing goes ahead of it */
static gint64
get_committed_seq (SyRunner *self)
{
  gint64 seq;

  g_mutex_lock (&self->perform_mutex);
  seq = self->commit_failed ? 0 : self->committed_seq;
  g_mutex_unlock (&self->perform_mutex);
  return seq;
}

/*
 * The order of a task that stands by goes out at once if what reserved its nonce is committed, and all else that its
 * start rests upon: what no journal witnesses. Whatever fails here is left to be done, and told, after COMMIT.
 */
static void
do_witnessed_deeds (SyRunner *self, Pending *pending)
{
  gint64 committed = self->witnessed ? get_committed_seq (self) : 0;
  g_autoptr (GPtrArray) orders = NULL;
  guint n = 0;

  if (self->barrier_seq > committed)
    return;
  for (guint i = 0; i < pending->deeds->len; i++)
    {
      Deed *deed = &g_array_index (pending->deeds, Deed, i);

      if (deed->action.kind != SY_ACTION_DISPATCH || deed->action.value == 0 || deed->action.value > committed)
        continue;
      fill_request (self, deed);
      sy_pending_prepare (pending, deed);
      if (deed->order == NULL)
        continue;
      deed->done = TRUE;
      if (orders == NULL)
        orders = g_ptr_array_new ();
      g_ptr_array_add (orders, g_steal_pointer (&deed->order));
      if (n++ == 0) /* somebody is idle: the others are made while it begins */
        sy_runner_hand_over (self, orders);
    }
  if (orders != NULL)
    sy_runner_hand_over (self, orders);
}

static void
update_timer (SyRunner *self)
{
  if (self->scheduler != NULL && sy_scheduler_next_due (self->scheduler) < self->wait_until)
    sy_runner_wake (self);
}

void
sy_runner_flush (SyRunner *self)
{
  Pending *pending;

  take_from_scheduler (self);
  leave_with_the_end (self);
  if (self->events->len == 0 && self->actions->len == 0 && self->ended->len == 0 && self->replies->len == 0)
    return;
  pending = g_new0 (Pending, 1);
  pending->runner = self;
  pending->builder = sy_order_builder_ref (self->builder);
  if (self->closing) /* what is decided now is found and done by the next runner */
    g_array_set_size (self->actions, 0);
  pending->deeds = take_deeds (self);
  pending->ended = sy_runner_steal_array (&self->ended, g_array_new (FALSE, FALSE, sizeof (guint64)));
  pending->replies = sy_runner_steal_array (&self->replies, sy_runner_reply_array_new ());
  do_witnessed_deeds (self, pending);
  fill_requests (self, pending->deeds);
  submit (self, pending);
  update_timer (self);
}

void
sy_runner_reply (SyRunner *self, const Request *request, char *json)
{
  Reply reply = { .connection = request->connection, .done = request->done, .data = request->data, .json = json };

  if (self->scheduler != NULL)
    {
      g_array_append_val (self->replies, reply);
      return;
    }
  g_mutex_lock (&self->perform_mutex);
  g_array_append_val (self->answers, reply);
  g_mutex_unlock (&self->perform_mutex);
}

void
sy_runner_await_commits (SyRunner *self)
{
  g_mutex_lock (&self->perform_mutex);
  while (self->n_submitted > 0)
    g_cond_wait (&self->told, &self->perform_mutex);
  g_mutex_unlock (&self->perform_mutex);
}

gboolean
sy_runner_is_performing (SyRunner *self)
{
  gboolean performing;

  g_mutex_lock (&self->perform_mutex);
  performing = self->performing_now || self->performing.length > 0;
  g_mutex_unlock (&self->perform_mutex);
  return performing;
}

/* Answers what can no longer be done; perform_mutex is held. */
static void
give_up (SyRunner *self, Pending *pending)
{
  for (guint i = 0; i < pending->replies->len; i++)
    {
      Reply *reply = &g_array_index (pending->replies, Reply, i);

      g_free (reply->json);
      reply->json = g_strdup ("{\"v\":1,\"ok\":false,\"code\":\"io\",\"error\":\"The log could not be written; nothing was changed\"}");
    }
  g_clear_pointer (&pending->events, g_array_unref);
  sy_pending_announce (pending);
  if (pending->prepared)
    sy_pending_free (pending);
  else
    pending->dropped = TRUE; /* its job frees it */
}

/* After the sink was closed: what was committed is performed first, the rest never happened. */
void
sy_runner_forget (SyRunner *self)
{
  Pending *pending;

  self->left_said = FALSE;
  g_array_set_size (self->events, 0);
  g_array_set_size (self->actions, 0);
  g_array_set_size (self->ended, 0);
  g_mutex_lock (&self->perform_mutex);
  while (self->performing_now ||
         ((pending = g_queue_peek_head (&self->performing)) != NULL && pending->committed))
    {
      g_mutex_unlock (&self->perform_mutex);
      g_usleep (1000);
      g_mutex_lock (&self->perform_mutex);
    }
  while ((pending = g_queue_pop_head (&self->performing)) != NULL)
    give_up (self, pending);
  self->commit_failed = FALSE;
  g_mutex_unlock (&self->perform_mutex);
}
