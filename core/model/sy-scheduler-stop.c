/* sy-scheduler-stop.c: stopping, cancelling and resetting tasks, whatever they are at
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-scheduler-private.h"

void
sy_scheduler_revoke (SyScheduler *s, guint32 index, SyState state, SyName name)
{
  const SyTaskState *task = sy_scheduler_state (s, index);
  gboolean asked = task->stop_name != SY_NAME_NONE;
  SyEvent event = sy_scheduler_event (s, SY_EVENT_REVOKING, index);

  event.attempt = task->attempt;
  event.nonce = task->nonce;
  event.state = (guint8) state;
  event.name = (guint8) name;
  if (sy_scheduler_emit (s, &event) && !asked)
    sy_scheduler_action (s, SY_ACTION_FENCE, index, SY_NAME_NONE, 0);
}

static void
say_stop (SyScheduler *s, guint32 index, SyName name, gboolean kill)
{
  s->tasks[index].stop_said = TRUE;
  sy_scheduler_action (s, SY_ACTION_STOP, index, name, kill ? 1 : 0);
}

void
sy_scheduler_stop_running (SyScheduler *s, guint32 index, SyName name, gboolean kill, SyBy by)
{
  const SyTaskState *state = sy_scheduler_state (s, index);
  SyEvent event;

  if (state->state != SY_STATE_RUNNING || (state->name == SY_NAME_STOPPING && !kill))
    return;
  event = sy_scheduler_event (s, SY_EVENT_STOP_REQUESTED, index);
  event.by = (guint8) by;
  event.attempt = state->attempt;
  event.state = SY_STATE_RUNNING;
  event.name = (guint8) (state->stop_name != SY_NAME_NONE ? state->stop_name : name);
  event.value = kill ? 1 : 0;
  event.cause = s->stop_cause;
  if (sy_scheduler_emit (s, &event))
    say_stop (s, index, name, kill);
}

void
sy_scheduler_repeat_stop (SyScheduler *s, guint32 index)
{
  const SyTaskState *state = sy_scheduler_state (s, index);

  if (state->name == SY_NAME_STOPPING && !s->tasks[index].stop_said)
    say_stop (s, index, (SyName) state->stop_name, s->state->cancel_kill);
}

void
sy_scheduler_cancel_task (SyScheduler *s, guint32 index, SyName name, gboolean kill)
{
  const SyTaskState *state = sy_scheduler_state (s, index);

  if (state->state == SY_STATE_RUNNING)
    sy_scheduler_stop_running (s, index, name, kill, SY_BY_RUNNER);
  else if (state->state == SY_STATE_READY && state->nonce != 0)
    sy_scheduler_revoke (s, index, SY_STATE_CANCELLED, name);
  else if (sy_scheduler_is_ahead (s, index))
    sy_scheduler_chain_fence (s, index); /* the run is stopping: it is cancelled when it has been given back */
  else if (!sy_state_is_terminal ((SyState) state->state))
    sy_scheduler_emit_state (s, SY_EVENT_CANCELLED, index, SY_STATE_CANCELLED, name, s->stop_cause);
}

/* Does another task still count on @index? */
static gboolean
is_needed_elsewhere (const SyScheduler *s, guint32 index, guint32 not_by)
{
  const guint32 *start = s->workflow->down_start;

  for (guint32 k = start[index]; k < start[index + 1]; k++)
    if (s->workflow->down[k] != not_by && !s->tasks[s->workflow->down[k]].settled)
      return TRUE;
  return FALSE;
}

void
sy_scheduler_cancel_rest (SyScheduler *s, guint32 index)
{
  const SyTask *task = &s->workflow->tasks[index];

  for (guint32 k = 0; k < task->n_needs; k++)
    {
      guint32 up = task->needs[k].task;

      if (!sy_state_is_terminal ((SyState) sy_scheduler_state (s, up)->state) && !is_needed_elsewhere (s, up, index))
        sy_scheduler_cancel_task (s, up, SY_NAME_QUORUM_MET, FALSE);
    }
}

void
sy_scheduler_reset (SyScheduler *s, guint32 index, gint64 value)
{
  SyEvent event = sy_scheduler_event (s, SY_EVENT_RESET, index);

  event.state = SY_STATE_PENDING;
  event.name = SY_NAME_NEEDS;
  event.value = value;
  sy_scheduler_emit (s, &event);
  s->tasks[index].first_started_boot = G_MININT64;
  sy_scheduler_push_eval (s, index);
}

/* --- tolerance --- */

static gboolean
consumes (const SyTask *task)
{
  if (task->join == NULL)
    return FALSE;
  switch (task->join->rule)
    {
    case SY_JOIN_ALL_FAILED:
    case SY_JOIN_ONE_SUCCESS:
    case SY_JOIN_ONE_FAILED:
    case SY_JOIN_ONE_DONE:
    case SY_JOIN_QUORUM:
      return TRUE;
    case SY_JOIN_ALL_SUCCESS:
    case SY_JOIN_ALL_DONE:
    case SY_JOIN_NONE_FAILED:
    case SY_JOIN_NONE_FAILED_MIN_ONE_SUCCESS:
    case SY_N_JOIN_RULES:
    default:
      return FALSE;
    }
}

/* @fired: have the consuming joins fired, or might they? */
static gboolean
is_consumed (const SyScheduler *s, guint32 index, gboolean fired)
{
  const guint32 *start = s->workflow->down_start;
  gboolean any = FALSE;

  for (guint32 k = start[index]; k < start[index + 1]; k++)
    {
      guint32 down = s->workflow->down[k];

      if ((s->edge[k] & SY_EDGE_IGNORED) != 0)
        continue;
      any = TRUE;
      if ((s->edge[k] & SY_TOLERATE_FAILED) == 0 && !consumes (&s->workflow->tasks[down]))
        return FALSE;
      if (fired && !sy_scheduler_state (s, down)->joined)
        return FALSE;
    }
  return any;
}

gboolean
sy_scheduler_is_tolerated (const SyScheduler *s, guint32 index)
{
  return is_consumed (s, index, TRUE);
}

static SyOnFailure
on_failure (const SyScheduler *s)
{
  return s->options.on_failure >= 0 ? (SyOnFailure) s->options.on_failure : s->workflow->on_failure;
}

/* A failure that some join may yet consume does not stop the run; if that join cannot fire, its own failure does. */
void
sy_scheduler_note_failure (SyScheduler *s, guint32 index)
{
  if (s->stop_cause == 0 && on_failure (s) != SY_ON_FAILURE_CONTINUE && !is_consumed (s, index, FALSE))
    s->stop_cause = s->workflow->tasks[index].number;
}

void
sy_scheduler_stop_run (SyScheduler *s)
{
  gboolean cancel = on_failure (s) == SY_ON_FAILURE_CANCEL;
  SyEvent event = sy_scheduler_event (s, SY_EVENT_RUN_STATE, SY_NO_TASK);

  event.value = SY_RUN_STOPPING;
  event.cause = s->stop_cause;
  event.text = g_strdup_printf ("task “%s” failed and on_failure is %s",
                                s->workflow->tasks[sy_scheduler_index (s, s->stop_cause)].id, cancel ? "cancel" : "stop");
  sy_scheduler_emit (s, &event);
  for (guint32 i = 0; i < s->workflow->n_tasks; i++)
    if (cancel || sy_scheduler_state (s, i)->state != SY_STATE_RUNNING)
      sy_scheduler_cancel_task (s, i, SY_NAME_RUN_STOPPED, FALSE);
}
