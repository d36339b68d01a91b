/* sy-scheduler-chain.c: orders that lie at a keeper ahead, to begin by the success of the one before
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/sy-error.h"
#include "core/model/sy-scheduler-private.h"

/*
 * Between the end of a task and the beginning of the one that needs it alone lie two ways across processes, to the runner
 * and back. Where the success of the first is nothing but its exit status, its keeper can see it as well as we: so what
 * stands by goes there ahead (CHAIN), and what needs that alone behind it.
 *
 * It stays pending all the while; the log has its nonce by STANDBY. As soon as the first is known to have succeeded,
 * the keeper may have begun it: it gets its intent in the same input, whatever has been decided since, and no action. Who
 * decides otherwise (a pause, a cancel, fewer slots) asks it back, and until the answer nothing is done to it that would not
 * be true if it had begun. Where the first does not succeed the keeper has dropped it.
 */

#define CHAIN_LENGTH 20 /* a keeper holds a few more */

static void
set_chain (SyScheduler *s, guint32 index, SyChain chain)
{
  SyPlanTask *task = &s->tasks[index];
  gboolean was_ahead = task->chain == SY_CHAIN_OUT || task->chain == SY_CHAIN_FENCING;
  gboolean is_ahead = chain == SY_CHAIN_OUT || chain == SY_CHAIN_FENCING;

  s->n_chained += (guint) is_ahead - (guint) was_ahead;
  s->n_chain_out += (guint) (chain == SY_CHAIN_OUT) - (guint) (task->chain == SY_CHAIN_OUT);
  task->chain = (guint8) chain;
  task->inherited = task->inherited && chain != SY_CHAIN_NONE;
}

gboolean
sy_scheduler_is_ahead (const SyScheduler *s, guint32 index)
{
  return s->tasks[index].chain == SY_CHAIN_OUT || s->tasks[index].chain == SY_CHAIN_FENCING;
}

void
sy_scheduler_chain_follow (SyScheduler *s, guint32 index)
{
  const SyTaskState *state = sy_scheduler_state (s, index);
  SyChain chain = (SyChain) s->tasks[index].chain;
  gboolean waits = state->state == SY_STATE_PENDING || (state->state == SY_STATE_READY && state->nonce == 0);
  gboolean has_intent = state->state == SY_STATE_READY && state->nonce != 0;

  if (chain != SY_CHAIN_NONE && !(chain == SY_CHAIN_MET ? has_intent : waits))
    set_chain (s, index, SY_CHAIN_NONE);
}

/* --- who goes ahead --- */

/* Nonce upon whose success another may follow; 0 = none */
static guint64
leading_nonce (const SyScheduler *s, guint32 index)
{
  const SyTask *task = &s->workflow->tasks[index];
  const SyPlanTask *plan = &s->tasks[index];
  const SyTaskState *state = sy_scheduler_state (s, index);
  guint64 nonce = plan->in_flight ? state->nonce : plan->chain == SY_CHAIN_OUT ? state->standby : 0;

  if (task->exit != NULL || (task->extra != NULL && task->extra->n_outputs > 0) || !s->classes[plan->class].plain
      || state->run_again || state->stop_name != SY_NAME_NONE || plan->deaf || nonce == plan->leads)
    return 0;
  return nonce;
}

/* The one need that has not succeeded */
static guint32
open_need (const SyScheduler *s, guint32 index)
{
  const SyTask *task = &s->workflow->tasks[index];
  guint32 open = SY_NO_TASK;

  for (guint32 k = 0; k < task->n_needs; k++)
    {
      guint32 need = task->needs[k].task;

      if (s->tasks[need].outcome == SY_OUTCOME_SUCCESS)
        continue;
      if (open != SY_NO_TASK)
        return SY_NO_TASK;
      open = need;
    }
  return open;
}

/* By a quorum it may be cancelled at any time, and only the log would say so. */
static gboolean
may_be_cancelled (const SyScheduler *s, guint32 index)
{
  const guint32 *start = s->workflow->down_start;

  for (guint32 k = start[index]; k < start[index + 1]; k++)
    {
      const SyJoin *join = sy_join_of (&s->workflow->tasks[s->workflow->down[k]]);

      if (join->rule == SY_JOIN_QUORUM && join->rest_cancel)
        return TRUE;
    }
  return FALSE;
}

gboolean
sy_scheduler_has_chain_room (const SyScheduler *s)
{
  guint limit = MIN (s->options.chain, sy_scheduler_limit_ahead (s));

  return s->n_chained < MIN (limit, CHAIN_LENGTH * s->n_in_flight) && !s->chains_held && s->slots_used <= s->options.slots;
}

gboolean
sy_scheduler_may_chain (const SyScheduler *s, guint32 index)
{
  guint64 standby = sy_scheduler_state (s, index)->standby;
  guint32 need = open_need (s, index);

  return sy_scheduler_has_chain_room (s) && (standby == 0 || standby == s->tasks[index].standby)
         && s->tasks[index].chain == SY_CHAIN_NONE && need != SY_NO_TASK && leading_nonce (s, need) != 0
         && s->classes[s->tasks[index].class].plain && !sy_scheduler_is_branch_paused (s, index)
         && !may_be_cancelled (s, index);
}

void
sy_scheduler_chain (SyScheduler *s, guint32 index)
{
  guint32 need = open_need (s, index);

  s->tasks[need].leads = leading_nonce (s, need);
  set_chain (s, index, SY_CHAIN_OUT);
  sy_scheduler_action (s, SY_ACTION_CHAIN, index, SY_NAME_NONE, 0);
  g_array_index (s->batch.actions, SyAction, s->batch.actions->len - 1).after = s->tasks[need].leads;
  g_array_append_val (s->tips, index);
}

/* --- asking back --- */

void
sy_scheduler_chain_fence (SyScheduler *s, guint32 index)
{
  if (s->tasks[index].chain != SY_CHAIN_OUT)
    return;
  set_chain (s, index, SY_CHAIN_FENCING);
  sy_scheduler_action (s, SY_ACTION_FENCE, index, SY_NAME_NONE, 0);
}

void
sy_scheduler_fence_chains (SyScheduler *s)
{
  for (guint32 i = 0; i < s->workflow->n_tasks && s->n_chain_out > 0; i++)
    sy_scheduler_chain_fence (s, i);
}

void
sy_scheduler_review_chains (SyScheduler *s)
{
  if (s->chains_held || !sy_scheduler_may_start (s))
    sy_scheduler_fence_chains (s);
}

guint
sy_scheduler_hold_chains (SyScheduler *s, SyTime now, gboolean hold)
{
  sy_scheduler_enter (s, now);
  s->chains_held = hold;
  sy_scheduler_leave (s);
  return s->n_chained;
}

gboolean
sy_scheduler_refuse_chained (SyScheduler *s, SyTime now, guint32 index, GError **error)
{
  if (index == SY_NO_TASK ? s->n_chained == 0 : !sy_scheduler_is_ahead (s, index))
    return FALSE;
  sy_scheduler_enter (s, now);
  if (index == SY_NO_TASK)
    sy_scheduler_fence_chains (s);
  else
    sy_scheduler_chain_fence (s, index);
  g_set_error (error, SY_ERROR, SY_ERROR_REFUSED,
               "a keeper that has not answered yet may have begun %s%s%s: try again",
               index == SY_NO_TASK ? "a task" : "task “", index == SY_NO_TASK ? "" : s->workflow->tasks[index].id,
               index == SY_NO_TASK ? "" : "”");
  return TRUE;
}

/* --- what became of it --- */

void
sy_scheduler_chain_met (SyScheduler *s, guint32 index)
{
  gboolean asked = s->tasks[index].chain == SY_CHAIN_FENCING;

  set_chain (s, index, SY_CHAIN_MET);
  if (!sy_scheduler_emit_intent (s, index))
    return;
  if (s->state->stopping)
    sy_scheduler_revoke (s, index, SY_STATE_CANCELLED, SY_NAME_RUN_STOPPED);
  else if (asked)
    sy_scheduler_revoke (s, index, SY_STATE_READY, SY_NAME_HELD_PAUSE);
}

gboolean
sy_scheduler_fenced (SyScheduler *s, SyTime now, guint32 task, guint64 nonce)
{
  guint32 index = sy_scheduler_index (s, task);
  const SyTaskState *state = index != SY_NO_TASK ? sy_scheduler_state (s, index) : NULL;
  gboolean ahead = state != NULL && sy_scheduler_is_ahead (s, index) && state->standby == nonce;
  gboolean met = state != NULL && s->tasks[index].chain == SY_CHAIN_MET && state->nonce == nonce
                 && state->stop_name == SY_NAME_NONE;

  if (!ahead && !met)
    return FALSE;
  sy_scheduler_enter (s, now);
  set_chain (s, index, SY_CHAIN_NONE);
  if (ahead)
    {
      guint32 need = open_need (s, index);

      if (need != SY_NO_TASK)
        s->tasks[need].leads = 0; /* it may be put ahead once more */
      sy_scheduler_push_eval (s, index);
    }
  else
    sy_scheduler_action (s, SY_ACTION_DISPATCH, index, SY_NAME_NONE, s->tasks[index].standby_seq);
  sy_scheduler_leave (s);
  return TRUE;
}

/* --- runners that come and go --- */

void
sy_scheduler_may_follow (SyScheduler *s, SyTime now, guint32 task)
{
  guint32 index = sy_scheduler_index (s, task);
  const SyTaskState *state = index != SY_NO_TASK ? sy_scheduler_state (s, index) : NULL;

  if (state == NULL || state->state != SY_STATE_PENDING || state->standby == 0 || sy_scheduler_is_ahead (s, index))
    return;
  sy_scheduler_enter (s, now);
  s->tasks[index].standby = state->standby;
  s->tasks[index].standby_seq = s->state->seq;
  set_chain (s, index, SY_CHAIN_OUT);
  s->tasks[index].inherited = TRUE;
  sy_scheduler_leave (s);
}

gboolean
sy_scheduler_is_unresolved (const SyScheduler *s, guint32 task)
{
  guint32 index = sy_scheduler_index (s, task);

  return index != SY_NO_TASK && (s->tasks[index].inherited || s->tasks[index].deaf);
}

gboolean
sy_scheduler_stand_down (SyScheduler *s, SyTime now)
{
  if (s->n_chained == 0)
    return FALSE;
  sy_scheduler_enter (s, now);
  for (guint32 i = 0; i < s->workflow->n_tasks; i++)
    if (sy_scheduler_state (s, i)->standby != 0 && !sy_scheduler_is_ahead (s, i))
      sy_scheduler_withdraw (s, i, SY_BY_RUNNER);
  return TRUE;
}
