/* sy-local-keeper.c: one keeper of the local executor
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "core/engine/sy-cgroup.h"
#include "core/engine/sy-local-executor-private.h"
#include "core/engine/sy-process.h"

#define ACK_EVERY 16
#define NUMBERS_SKIPPED 64
#define MAX_BACKOFF_SHIFT 7 /* 32 s */

static void
watch (Local *self, Keeper *keeper, int op)
{
  struct epoll_event event = {
    .events = EPOLLIN | (keeper->watching_out ? EPOLLOUT : 0),
    .data.u64 = keeper->number,
  };

  epoll_ctl (self->epoll, op, sy_keeper_link_get_fd (keeper->link), &event);
}

Keeper *
sy_local_keeper_new (Local *self, guint32 number, pid_t pid, SyKeeperLink *link)
{
  Keeper *keeper = g_new0 (Keeper, 1);

  keeper->number = number;
  keeper->pid = pid;
  keeper->link = link;
  keeper->heard_us = g_get_monotonic_time ();
  g_queue_init (&keeper->ends);
  for (guint i = 0; i < INPUT_FILES; i++)
    keeper->inputs[i] = -1;
  g_ptr_array_add (self->keepers, keeper);
  watch (self, keeper, EPOLL_CTL_ADD);
  return keeper;
}

/* Its orders must have been taken off; ends that are not yet in the log need no ack any more. */
void
sy_local_keeper_free (Local *self, Keeper *keeper)
{
  Held *held;

  while ((held = g_queue_pop_head (&keeper->ends)) != NULL)
    g_hash_table_remove (self->by_nonce, &held->nonce);
  if (keeper->link != NULL)
    {
      epoll_ctl (self->epoll, EPOLL_CTL_DEL, sy_keeper_link_get_fd (keeper->link), NULL);
      sy_keeper_link_free (keeper->link);
    }
  for (guint i = 0; i < INPUT_FILES; i++)
    if (keeper->inputs[i] >= 0)
      close (keeper->inputs[i]);
  g_ptr_array_remove (self->keepers, keeper);
  g_free (keeper->cgroup);
  g_free (keeper);
}

Keeper *
sy_local_find_keeper (Local *self, guint32 number)
{
  for (guint i = 0; i < self->keepers->len; i++)
    {
      Keeper *keeper = g_ptr_array_index (self->keepers, i);

      if (keeper->number == number)
        return keeper;
    }
  return NULL;
}

static void
note_frame (Keeper *keeper)
{
  keeper->acked_sent = keeper->acked;
  keeper->n_since_frame = 0;
}

/* One that lives, or that may still do so */
static gboolean
has_keeper (Local *self)
{
  for (guint i = 0; i < self->keepers->len; i++)
    {
      const Keeper *keeper = g_ptr_array_index (self->keepers, i);

      if (keeper->answered && keeper->state != KEEPER_GONE)
        return TRUE;
    }
  return FALSE;
}

/*
 * A keeper of a runner that was just killed may have taken the same number: once is no news, and the next numbers are free.
 * What does not help is tried less and less often; where nothing has helped and no keeper lives, the runner is told to
 * give up (and again at each further failure: it may know that the disk is full, and wait). Keepers that are started at the
 * same time fail as one.
 */
void
sy_local_note_failed_start (Local *self, guint32 number, const char *why)
{
  gint64 now = g_get_monotonic_time (), wait_us;
  SyReport *report;

  self->next_keeper = MAX (self->next_keeper, number + NUMBERS_SKIPPED);
  if (now < self->spawn_after_us || ++self->failed_starts < 2)
    return;
  wait_us = (gint64) START_BACKOFF_US << MIN (self->failed_starts - 2, MAX_BACKOFF_SHIFT);
  self->spawn_after_us = now + wait_us;
  report = sy_local_report (self, SY_REPORT_TROUBLE, NULL, number);
  report->value = self->failed_starts >= GIVE_UP_STARTS && !has_keeper (self);
  report->text = report->value
                   ? g_strdup_printf ("no keeper can be started: tried %u times; %s", self->failed_starts, why)
                   : g_strdup_printf ("Keeper %u could not start, trying again in %.3g s: %s", number,
                                      (double) wait_us / G_USEC_PER_SEC, why);
}

/* The connection broke: no more frames. What it held is settled when its journal is final. */
void
sy_local_keeper_lost_link (Local *self, Keeper *keeper)
{
  if (keeper->link == NULL)
    return;
  epoll_ctl (self->epoll, EPOLL_CTL_DEL, sy_keeper_link_get_fd (keeper->link), NULL);
  g_clear_pointer (&keeper->link, sy_keeper_link_free);
  keeper->state = KEEPER_GONE;
  keeper->gone_us = g_get_monotonic_time ();
  if (!keeper->answered)
    {
      g_autofree char *why = g_strdup_printf ("is the run's folder writable, the disk not full, and %s of this version?",
                                              self->program);

      sy_local_note_failed_start (self, keeper->number, why);
    }
  sy_local_wake (self);
}

void
sy_local_keeper_flush (Local *self, Keeper *keeper)
{
  gboolean wants;

  if (keeper->link == NULL)
    return;
  if (!sy_keeper_link_flush (keeper->link))
    {
      sy_local_keeper_lost_link (self, keeper);
      return;
    }
  wants = sy_keeper_link_wants_out (keeper->link);
  if (wants != keeper->watching_out)
    {
      keeper->watching_out = wants;
      watch (self, keeper, EPOLL_CTL_MOD);
    }
}

/* A keeper that lives on without its connection still listens: then a call of its own carries the stop. Nothing is said
 * in it that wants an answer. */
void
sy_local_keeper_stop (Local *self, Keeper *keeper, guint64 nonce, gboolean kill)
{
  SyKeeperLink *call;

  if (keeper->link != NULL)
    {
      sy_keeper_link_stop (keeper->link, keeper->acked, nonce, kill);
      sy_local_keeper_flush (self, keeper);
    }
  if (keeper->link != NULL || (call = sy_keeper_link_connect (self->run_fd, keeper->number, NULL)) == NULL)
    return;
  sy_keeper_link_stop (call, keeper->acked, nonce, kill);
  sy_keeper_link_flush (call);
  sy_keeper_link_free (call);
}

/* Each keeper has a few files that are written over again, with spaces up to the former length: JSON allows them,
 * and no file is made or cut per task. */
static char *
write_inputs (Local *self, Keeper *keeper, const char *inputs)
{
  guint i = keeper->next_input++ % INPUT_FILES;
  g_autofree char *name = g_strdup_printf ("in/%u.%u", keeper->number, i);
  gsize length = strlen (inputs);
  gsize padded = MAX (length, keeper->inputs_size[i]);
  g_autofree char *text = g_malloc (padded + 1);

  memcpy (text, inputs, length);
  memset (text + length, ' ', padded - length);
  if (keeper->inputs[i] < 0)
    keeper->inputs[i] = openat (self->run_fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (keeper->inputs[i] < 0 || pwrite (keeper->inputs[i], text, padded, 0) != (ssize_t) padded)
    return NULL;
  keeper->inputs_size[i] = padded;
  return g_strdup_printf ("SWITCHYARD_INPUTS=%s/%s", self->run_path, name);
}

void
sy_local_drop (Local *self, Held *held, guint32 keeper)
{
  sy_local_report (self, SY_REPORT_FENCED, held->order, keeper);
  g_hash_table_remove (self->by_nonce, &held->nonce);
}

/* What only follows upon another may yet be sent when its time has come, or fail then. */
static gboolean
drop_ahead (Local *self, Held *held)
{
  if (held->order->after == 0)
    return FALSE;
  sy_local_drop (self, held, 0);
  sy_local_wake (self);
  return TRUE;
}

/* An order that cannot even be sent ends as a spawn error, as if the keeper had tried. */
static void
refuse (Local *self, Held *held, int errnum)
{
  SyReport *report = sy_local_report (self, SY_REPORT_EXITED, held->order, 0);
  gint64 now = g_get_real_time ();

  report->exit = (SyExit){
    .status = -1, .spawn_errno = errnum, .started_us = now, .ended_us = now, .rss = -1, .read = -1, .written = -1,
  };
  sy_local_wake (self);
  g_hash_table_remove (self->by_nonce, &held->nonce);
}

/* For want of our own resources an order cannot be made whole: no task is blamed for that. */
static void
give_back (Local *self, Held *held, int errnum)
{
  SyReport *report = sy_local_report (self, SY_REPORT_VOIDED, held->order, 0);

  report->text = g_strdup_printf ("what its needs gave could not be written for it: %s", g_strerror (errnum));
  sy_local_wake (self);
  g_hash_table_remove (self->by_nonce, &held->nonce);
}

/* An order is on its way with the next flush; FALSE: it was refused, and is gone. */
gboolean
sy_local_keeper_give (Local *self, Keeper *keeper, Held *held)
{
  g_autofree char *inputs = NULL;

  if (held->order->inputs != NULL)
    {
      inputs = write_inputs (self, keeper, held->order->inputs);
      if (inputs == NULL)
        {
          int errnum = errno;

          if (!drop_ahead (self, held))
            give_back (self, held, errnum);
          return FALSE;
        }
    }
  if (!sy_keeper_link_order (keeper->link, keeper->acked, held->order, inputs))
    {
      if (!drop_ahead (self, held))
        refuse (self, held, E2BIG);
      return FALSE;
    }
  note_frame (keeper);
  held->keeper = keeper;
  held->steal_asked = FALSE;
  keeper->held[keeper->n_held++] = held;
  if (keeper->n_held == 1)
    self->used += held->order->slots;
  return TRUE;
}

void
sy_local_keeper_take_off (Local *self, Keeper *keeper, Held *held)
{
  for (guint i = 0; i < keeper->n_held; i++)
    {
      if (keeper->held[i] != held)
        continue;
      if (i == 0)
        self->used -= held->order->slots;
      keeper->n_held--;
      memmove (&keeper->held[i], &keeper->held[i + 1], (keeper->n_held - i) * sizeof keeper->held[0]);
      if (i == 0 && keeper->n_held > 0)
        self->used += keeper->held[0]->order->slots;
      break;
    }
  held->keeper = NULL;
}

/* --- frames --- */

static Held *
held_by (Local *self, Keeper *keeper, guint64 nonce)
{
  Held *held = g_hash_table_lookup (self->by_nonce, &nonce);

  return held != NULL && held->keeper == keeper && held->record == 0 ? held : NULL;
}

static void
on_started (Local *self, Keeper *keeper, const SyKeeperStarted *frame)
{
  Held *held = held_by (self, keeper, frame->nonce);
  SyReport *report;

  if (held == NULL || held->claimed)
    return;
  held->claimed = TRUE;
  report = sy_local_report (self, SY_REPORT_STARTED, held->order, keeper->number);
  report->pid = frame->pid;
  report->start_time = frame->start_time;
  report->pidns = frame->pidns;
}

static void
on_ended (Local *self, Keeper *keeper, const SyKeeperExited *frame)
{
  Held *held = held_by (self, keeper, frame->nonce);
  SyReport *report;

  if (held == NULL)
    return;
  report = sy_local_report (self, frame->frame.kind == SY_KEEPER_VOIDED ? SY_REPORT_VOIDED : SY_REPORT_EXITED,
                            held->order, keeper->number);
  report->pid = frame->pid;
  sy_keeper_exit_to_model (&frame->exit, &report->exit);
  report->unrecorded = (frame->exit.flags & SY_JOURNAL_UNRECORDED) != 0;
  if (report->kind == SY_REPORT_VOIDED)
    report->text = g_strdup_printf ("keeper %u could not start it: %s", keeper->number,
                                    g_strerror (frame->exit.spawn_errno));
  sy_local_keeper_take_off (self, keeper, held);
  held->record = frame->record;
  held->keeper = keeper;
  g_queue_push_tail (&keeper->ends, held);
  g_clear_pointer (&held->order, sy_order_free);
  if (frame->exit.flags & SY_JOURNAL_KEPT)
    keeper->state = KEEPER_RETIRING;
}

/*
 * Back to the front of the queue, unless the runner wanted it out, or must be asked whether it may begin at all. Where a FENCE
 * is under way its answer alone counts: if we forgot the order before, the answer might be taken for one about the same nonce, ordered
 * again, and that one be started twice.
 */
static void
on_fenced (Local *self, Keeper *keeper, const SyKeeperNonce *frame)
{
  Held *held = held_by (self, keeper, frame->nonce);
  gboolean answers = (frame->frame.flags & SY_KEEPER_ANSWER) != 0;

  if (frame->frame.flags & SY_KEEPER_RETIRING)
    keeper->state = KEEPER_RETIRING;
  if (held == NULL || answers != (held->fence_asked || held->steal_asked))
    return;
  sy_local_keeper_take_off (self, keeper, held);
  held->steal_asked = FALSE;
  if (held->fence_asked || held->order->after != 0)
    sy_local_drop (self, held, keeper->number);
  else
    g_queue_push_head (&self->queue, held);
}

static void
on_claimed (Local *self, Keeper *keeper, const SyKeeperNonce *frame)
{
  Held *held = held_by (self, keeper, frame->nonce);

  if (held != NULL && held->fence_asked)
    sy_local_report (self, SY_REPORT_CLAIMED, held->order, keeper->number);
}

static void
on_status (Local *self, Keeper *keeper, const SyKeeperStatus *frame)
{
  keeper->answered = TRUE;
  keeper->chains = (frame->frame.flags & SY_KEEPER_CHAINS) != 0;
  self->failed_starts = 0;
  if (frame->retiring || frame->state == SY_KEEPER_KEPT)
    keeper->state = KEEPER_RETIRING;
}

static void
on_frame (Local *self, Keeper *keeper, const SyKeeperFrame *frame)
{
  switch (frame->kind)
    {
    case SY_KEEPER_STATUS:
      on_status (self, keeper, (const SyKeeperStatus *) frame);
      break;
    case SY_KEEPER_STARTED:
      on_started (self, keeper, (const SyKeeperStarted *) frame);
      break;
    case SY_KEEPER_EXITED:
    case SY_KEEPER_VOIDED:
      on_ended (self, keeper, (const SyKeeperExited *) frame);
      break;
    case SY_KEEPER_FENCED:
      on_fenced (self, keeper, (const SyKeeperNonce *) frame);
      break;
    case SY_KEEPER_CLAIMED:
      on_claimed (self, keeper, (const SyKeeperNonce *) frame);
      break;
    default: /* GONE: its end of the connection follows */
      break;
    }
}

void
sy_local_keeper_report_deaf (Local *self, Keeper *keeper, gboolean deaf)
{
  for (guint i = 0; i < keeper->n_held; i++)
    {
      Held *held = keeper->held[i];

      if (held->claimed || held->deaf == deaf)
        continue;
      held->deaf = deaf;
      sy_local_report (self, SY_REPORT_DEAF, held->order, keeper->number)->value = deaf;
    }
}

void
sy_local_keeper_read (Local *self, Keeper *keeper)
{
  const SyKeeperFrame *frame;
  gboolean alive;

  if (keeper->link == NULL)
    return;
  alive = sy_keeper_link_fill (keeper->link);
  sy_local_keeper_report_deaf (self, keeper, FALSE); /* before what it says takes orders off */
  while ((frame = sy_keeper_link_next (keeper->link)) != NULL)
    on_frame (self, keeper, frame);
  keeper->heard_us = g_get_monotonic_time ();
  keeper->asked_us = 0;
  if (!alive || sy_keeper_link_is_nonsense (keeper->link))
    sy_local_keeper_lost_link (self, keeper);
  else if (keeper->watching_out)
    sy_local_keeper_flush (self, keeper);
}

/* Only an unanswered question makes a keeper deaf: a task may run for hours without a word. */
void
sy_local_keeper_check_deaf (Local *self, Keeper *keeper, gint64 now_us)
{
  if (keeper->link == NULL || keeper->n_held == 0)
    return;
  if (keeper->asked_us != 0 && now_us - keeper->asked_us >= DEAF_US - PING_US)
    sy_local_keeper_report_deaf (self, keeper, TRUE);
  else if (keeper->asked_us == 0 && now_us - keeper->heard_us >= PING_US)
    {
      keeper->asked_us = now_us;
      sy_keeper_link_hello (keeper->link, keeper->acked);
      note_frame (keeper);
      sy_local_keeper_flush (self, keeper);
    }
}

/* The log has the end of @held: the keeper may write over its records once all before are there, too. */
void
sy_local_keeper_committed (Local *self, Held *held)
{
  Keeper *keeper = held->keeper;
  Held *first;

  held->committed = TRUE;
  while ((first = g_queue_peek_head (&keeper->ends)) != NULL && first->committed)
    {
      g_queue_pop_head (&keeper->ends);
      keeper->acked = first->record;
      keeper->n_since_frame++;
      g_hash_table_remove (self->by_nonce, &first->nonce);
    }
  if (keeper->n_since_frame < ACK_EVERY || keeper->link == NULL)
    return;
  sy_keeper_link_plain (keeper->link, keeper->acked, SY_KEEPER_ACK);
  note_frame (keeper);
  sy_local_keeper_flush (self, keeper);
}
