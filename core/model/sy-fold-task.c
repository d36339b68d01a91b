/* sy-fold-task.c: what an event does to its task
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-attempt.h"
#include "core/model/sy-fold-private.h"
#include "core/model/sy-late.h"

static void
enter (SyFold *fold, SyState state, SyName name)
{
  SyTaskState *task = fold->task;
  const SyEvent *event = fold->event;

  task->state = (guint8) state;
  task->name = (guint8) name;
  task->since_us = event->time.wall_us;
  task->cause = event->cause;
  task->held_want = task->held_free = 0;
  task->due = name == SY_NAME_AWAITING_RETRY ? event->due : (SyTime){ 0, 0 };
  if ((state != SY_STATE_PENDING && state != SY_STATE_READY) || event->kind == SY_EVENT_INTENT)
    task->standby = 0;
  sy_fold_replace_text (&task->text, event->kind == SY_EVENT_INTENT ? NULL : event->text);
}

/* The only door into another state. */
static gboolean
move (SyFold *fold, SyState state, SyName name)
{
  const SyTaskState *task = fold->task;

  if (!sy_transition_allowed ((SyState) task->state, (SyName) task->name, state, name))
    return sy_fold_refuse (fold, "no such transition");
  if (task->nonce != 0 && task->state == SY_STATE_READY && state != SY_STATE_READY && state != SY_STATE_RUNNING
      && state != SY_STATE_LOST)
    return sy_fold_refuse (fold, "its intent is out and must be fenced first");
  enter (fold, state, name);
  return TRUE;
}

static gboolean
is_of_attempt (const SyFold *fold)
{
  return fold->event->attempt == fold->task->attempt
         && (fold->event->nonce == 0 || fold->event->nonce == fold->task->nonce);
}

/* --- decisions --- */

static gboolean
join_met (SyFold *fold)
{
  SyName name = (SyName) fold->event->name;
  gboolean ok;

  if (fold->task->state != SY_STATE_PENDING)
    return sy_fold_refuse (fold, "its join was decided before");
  if (name == SY_NAME_NONE || name == SY_NAME_QUEUED)
    ok = move (fold, SY_STATE_READY, SY_NAME_QUEUED);
  else
    ok = move (fold, name == SY_NAME_APPROVAL ? SY_STATE_WAITING : SY_STATE_SUCCEEDED, name);
  if (!ok)
    return FALSE;
  fold->task->joined = TRUE;
  fold->task->badges &= ~SY_BADGE_STALE;
  return TRUE;
}

static gboolean
skipped (SyFold *fold)
{
  SyName name = (SyName) fold->event->name;

  if (fold->task->state == SY_STATE_RUNNING)
    return sy_fold_refuse (fold, "it runs");
  if (!move (fold, SY_STATE_SKIPPED, name))
    return FALSE;
  if (name == SY_NAME_CONDITION_FALSE)
    fold->task->joined = TRUE;
  return TRUE;
}

static gboolean
announced (SyFold *fold)
{
  if (fold->task->state != SY_STATE_PENDING)
    return sy_fold_refuse (fold, "only a pending task is told about its upstream");
  return move (fold, fold->event->name == SY_NAME_UPSTREAM_SKIPPED ? SY_STATE_SKIPPED : SY_STATE_UPSTREAM_FAILED,
               (SyName) fold->event->name);
}

static gboolean
unannounced (SyFold *fold)
{
  if (fold->task->name != SY_NAME_UPSTREAM_FAILED && fold->task->name != SY_NAME_UPSTREAM_SKIPPED)
    return sy_fold_refuse (fold, "nothing was announced");
  return move (fold, SY_STATE_PENDING, SY_NAME_NEEDS);
}

static gboolean
held (SyFold *fold)
{
  SyName name = (SyName) fold->event->name;

  if (fold->task->state == SY_STATE_PENDING)
    return move (fold, SY_STATE_PENDING, name);
  if (fold->task->state != SY_STATE_READY || name < SY_NAME_HELD_POOL || name > SY_NAME_HELD_STOPPING)
    return sy_fold_refuse (fold, "it cannot be held so");
  if (!move (fold, SY_STATE_READY, name))
    return FALSE;
  fold->task->held_want = fold->event->value;
  fold->task->held_free = fold->event->value2;
  return TRUE;
}

static gboolean
released (SyFold *fold)
{
  const SyTaskState *task = fold->task;

  if (task->state == SY_STATE_PENDING)
    return move (fold, SY_STATE_PENDING, SY_NAME_NEEDS);
  if (task->state != SY_STATE_READY || task->name == SY_NAME_AWAITING_RETRY || task->name == SY_NAME_REVOKING)
    return sy_fold_refuse (fold, "it is not held");
  return move (fold, SY_STATE_READY, task->stop_name ? SY_NAME_REVOKING : SY_NAME_QUEUED);
}

static gboolean
failed (SyFold *fold)
{
  SyName name = (SyName) fold->event->name;

  if (name != SY_NAME_EXPRESSION && name != SY_NAME_REJECTED)
    return sy_fold_refuse (fold, "without an attempt it cannot fail of this");
  if (!move (fold, SY_STATE_FAILED, name))
    return FALSE;
  fold->task->joined = TRUE;
  fold->task->last_failure = (guint8) name;
  return TRUE;
}

static gboolean
cancelled (SyFold *fold)
{
  if (fold->task->state == SY_STATE_RUNNING)
    return sy_fold_refuse (fold, "it runs and must be stopped first");
  return move (fold, SY_STATE_CANCELLED, (SyName) fold->event->name);
}

/* --- attempts --- */

static gboolean
standby (SyFold *fold)
{
  SyTaskState *task = fold->task;

  if (fold->event->nonce == 0)
    {
      task->standby = 0;
      return TRUE;
    }
  if (task->state != SY_STATE_PENDING)
    return sy_fold_refuse (fold, "its join was decided before");
  if (task->attempt == G_MAXUINT32 || fold->event->attempt != task->attempt + 1)
    return sy_fold_refuse (fold, "wrong attempt number or no nonce");
  task->standby = fold->event->nonce;
  return TRUE;
}

static gboolean
intent (SyFold *fold)
{
  SyTaskState *task = fold->task;

  if (task->state != SY_STATE_READY || task->name == SY_NAME_AWAITING_RETRY || task->nonce != 0)
    return sy_fold_refuse (fold, "it is not free to start");
  if (fold->event->nonce == 0 || task->attempt == G_MAXUINT32 || fold->event->attempt != task->attempt + 1)
    return sy_fold_refuse (fold, "wrong attempt number or no nonce");
  if (!move (fold, SY_STATE_READY, SY_NAME_QUEUED))
    return FALSE;
  task->attempt++;
  task->nonce = fold->event->nonce;
  sy_fold_replace_text (&task->values, fold->event->text);
  return TRUE;
}

static gboolean
voided (SyFold *fold)
{
  SyTaskState *task = fold->task;

  if (task->state != SY_STATE_READY || task->nonce == 0 || task->nonce != fold->event->nonce)
    return sy_fold_refuse (fold, "no such intent is out");
  if (!move (fold, SY_STATE_READY, SY_NAME_QUEUED))
    return FALSE;
  task->attempt--;
  task->nonce = 0;
  task->stop_name = task->stop_state = 0;
  g_clear_pointer (&task->values, g_free);
  return TRUE;
}

static gboolean
revoking (SyFold *fold)
{
  SyTaskState *task = fold->task;

  if (task->state != SY_STATE_READY || task->nonce == 0 || task->nonce != fold->event->nonce)
    return sy_fold_refuse (fold, "no such intent is out");
  if (!move (fold, SY_STATE_READY, SY_NAME_REVOKING))
    return FALSE;
  task->stop_name = fold->event->name ? fold->event->name : SY_NAME_REVOKING;
  task->stop_state = fold->event->state;
  return TRUE;
}

static void
note_start (SyTaskState *task, gint64 started_us)
{
  task->started_us = started_us;
  task->ended_us = 0;
  if (task->first_started_us == 0)
    task->first_started_us = started_us;
}

static gboolean
started (SyFold *fold)
{
  SyTaskState *task = fold->task;

  if (task->state != SY_STATE_READY || task->nonce == 0 || !is_of_attempt (fold))
    return sy_fold_refuse (fold, "no such intent is out");
  if (!move (fold, SY_STATE_RUNNING, SY_NAME_RUNNING))
    return FALSE;
  task->stop_name = task->stop_state = 0;
  task->badges &= ~(SY_BADGE_STRAGGLERS | SY_BADGE_WARNING | SY_BADGE_UNRESPONSIVE);
  note_start (task, fold->event->time.wall_us);
  return TRUE;
}

static gboolean
stop_requested (SyFold *fold)
{
  SyName name = (SyName) fold->event->name;

  if (fold->event->attempt != 0 && !is_of_attempt (fold))
    return sy_fold_refuse (fold, "another attempt is meant");
  if (name != SY_NAME_TIMED_OUT && !sy_name_fits_state (name, SY_STATE_CANCELLED))
    return sy_fold_refuse (fold, "a stop must say what the task becomes");
  if (!move (fold, SY_STATE_RUNNING, SY_NAME_STOPPING))
    return FALSE;
  fold->task->stop_name = (guint8) name;
  fold->task->stop_state = name == SY_NAME_TIMED_OUT ? SY_STATE_FAILED : SY_STATE_CANCELLED;
  return TRUE;
}

/* What an attempt failed of; NONE = a name that no attempt can fail of */
static SyName
failure_of (const SyEvent *event)
{
  gint64 name = event->state == SY_STATE_FAILED ? event->name : event->value;

  if (name == SY_NAME_NONE)
    return sy_exit_cause (event->exit);
  return name > 0 && name < SY_N_NAMES
                 && sy_transition_allowed (SY_STATE_RUNNING, SY_NAME_RUNNING, SY_STATE_FAILED, (SyName) name)
             ? (SyName) name
             : SY_NAME_NONE;
}

static void
note_exit (SyFold *fold)
{
  SyTaskState *task = fold->task;
  const SyExit *exit = fold->event->exit;

  if (task->nonce != 0 && exit != NULL && exit->started_us > 0)
    note_start (task, exit->started_us);
  task->ended_us = exit != NULL && exit->ended_us > 0 ? exit->ended_us : fold->event->time.wall_us;
  task->exit_status = exit != NULL ? exit->status : -1;
  if (exit != NULL && (exit->stragglers > 0 || exit->escaped > 0))
    task->badges |= SY_BADGE_STRAGGLERS;
  task->nonce = 0;
  task->stop_name = task->stop_state = 0;
}

static gboolean
exited (SyFold *fold)
{
  SyTaskState *task = fold->task;
  SyState state = (SyState) fold->event->state;
  SyName from = (SyName) task->name;
  SyName failure = SY_NAME_NONE;

  if (task->state == SY_STATE_READY && task->nonce != 0) /* its start was never logged */
    from = task->name == SY_NAME_REVOKING ? SY_NAME_STOPPING : SY_NAME_RUNNING;
  else if (task->state != SY_STATE_RUNNING)
    return sy_fold_refuse (fold, "it does not run");
  if (!is_of_attempt (fold))
    return sy_fold_refuse (fold, "another attempt is meant");
  if (state == SY_STATE_RUNNING || state == SY_STATE_LOST
      || !sy_transition_allowed (SY_STATE_RUNNING, from, state, (SyName) fold->event->name))
    return sy_fold_refuse (fold, "no such transition");
  if (state == SY_STATE_FAILED || state == SY_STATE_READY)
    {
      failure = failure_of (fold->event);
      if (failure == SY_NAME_NONE)
        return sy_fold_refuse (fold, "an attempt cannot fail of this");
    }
  enter (fold, state, (SyName) fold->event->name);
  note_exit (fold);
  if (failure != SY_NAME_NONE)
    task->last_failure = (guint8) failure;
  if (state == SY_STATE_READY)
    task->budget_used++;
  if (state == SY_STATE_SUCCEEDED)
    task->badges &= ~SY_BADGE_STALE;
  return TRUE;
}

static gboolean
lost (SyFold *fold)
{
  SyTaskState *task = fold->task;

  if (!is_of_attempt (fold) || (task->state == SY_STATE_READY && task->nonce == 0))
    return sy_fold_refuse (fold, "no such attempt is under way");
  if (!move (fold, SY_STATE_LOST, (SyName) fold->event->name))
    return FALSE;
  task->last_failure = fold->event->name;
  task->ended_us = fold->event->time.wall_us;
  task->exit_status = -1;
  task->nonce = 0;
  task->stop_name = task->stop_state = 0;
  return TRUE;
}

static gboolean
lost_rerun (SyFold *fold)
{
  guint32 index = sy_workflow_find_number (fold->run->workflow, fold->event->task);

  if (fold->task->state != SY_STATE_LOST)
    return sy_fold_refuse (fold, "it is not lost");
  if (index != SY_NO_TASK && sy_late_on_lost (fold->run->workflow, index, fold->task->values) != SY_ON_LOST_RERUN)
    return sy_fold_refuse (fold, "a lost task is not run again by itself");
  if (!move (fold, SY_STATE_READY, SY_NAME_QUEUED))
    return FALSE;
  fold->task->lost_reruns++;
  return TRUE;
}

/* RETRY_DUE and RETRY_NOW */
static gboolean
retry (SyFold *fold)
{
  if (fold->task->name != SY_NAME_AWAITING_RETRY)
    return sy_fold_refuse (fold, "no retry is due");
  return move (fold, SY_STATE_READY, SY_NAME_QUEUED);
}

static gboolean
give_up (SyFold *fold)
{
  if (fold->task->name != SY_NAME_AWAITING_RETRY)
    return sy_fold_refuse (fold, "no retry is due");
  return move (fold, SY_STATE_FAILED, (SyName) fold->task->last_failure);
}

static gboolean
output_set (SyFold *fold)
{
  if (fold->task->attempt == 0 || (fold->event->attempt != 0 && fold->event->attempt != fold->task->attempt))
    return sy_fold_refuse (fold, "no such attempt");
  sy_fold_replace_text (&fold->task->outputs, fold->event->text);
  return TRUE;
}

/* --- the user --- */

static gboolean
reset (SyFold *fold)
{
  SyTaskState *task = fold->task;
  gboolean again = task->state == SY_STATE_SUCCEEDED;

  if (task->state == SY_STATE_RUNNING)
    return sy_fold_refuse (fold, "it runs");
  if (!move (fold, SY_STATE_PENDING, SY_NAME_NEEDS))
    return FALSE;
  task->badges = 0;
  task->stop_name = task->stop_state = 0;
  task->last_failure = SY_NAME_NONE;
  task->run_again = task->joined = FALSE;
  task->budget_used = task->lost_reruns = 0;
  task->round += again;
  task->first_started_us = 0;
  g_clear_pointer (&task->outputs, g_free);
  g_clear_pointer (&task->values, g_free);
  return TRUE;
}

static gboolean
stale (SyFold *fold)
{
  if (fold->task->state != SY_STATE_SUCCEEDED)
    return sy_fold_refuse (fold, "only what succeeded can be stale");
  fold->task->badges |= SY_BADGE_STALE;
  return TRUE;
}

static gboolean
marked (SyFold *fold)
{
  return move (fold, (SyState) fold->event->state, SY_NAME_MARKED);
}

static gboolean
run_again (SyFold *fold)
{
  if (fold->task->state != SY_STATE_RUNNING)
    return sy_fold_refuse (fold, "it does not run");
  fold->task->run_again = TRUE;
  return TRUE;
}

static gboolean
command_edited (SyFold *fold)
{
  sy_fold_replace_text (&fold->task->command, fold->event->text);
  return TRUE;
}

static const SyFoldFunc funcs[] = {
  [SY_EVENT_JOIN_MET] = join_met,
  [SY_EVENT_SKIPPED] = skipped,
  [SY_EVENT_ANNOUNCED] = announced,
  [SY_EVENT_UNANNOUNCED] = unannounced,
  [SY_EVENT_HELD] = held,
  [SY_EVENT_RELEASED] = released,
  [SY_EVENT_FAILED] = failed,
  [SY_EVENT_CANCELLED] = cancelled,
  [SY_EVENT_STANDBY] = standby,
  [SY_EVENT_INTENT] = intent,
  [SY_EVENT_VOIDED] = voided,
  [SY_EVENT_REVOKING] = revoking,
  [SY_EVENT_STARTED] = started,
  [SY_EVENT_STOP_REQUESTED] = stop_requested,
  [SY_EVENT_EXITED] = exited,
  [SY_EVENT_LOST] = lost,
  [SY_EVENT_RETRY_DUE] = retry,
  [SY_EVENT_OUTPUT_SET] = output_set,
  [SY_EVENT_LOST_RERUN] = lost_rerun,
  [SY_EVENT_RESET] = reset,
  [SY_EVENT_STALE] = stale,
  [SY_EVENT_MARKED] = marked,
  [SY_EVENT_COMMAND_EDITED] = command_edited,
  [SY_EVENT_RETRY_NOW] = retry,
  [SY_EVENT_GIVE_UP] = give_up,
  [SY_EVENT_RUN_AGAIN] = run_again,
};

SyFoldFunc
sy_fold_task_func (guint kind)
{
  return kind < G_N_ELEMENTS (funcs) ? funcs[kind] : NULL;
}
