/* sy-scheduler-join.c: which task may go on: counting upstreams, firing joins, announcing those that cannot fire
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-late.h"
#include "core/model/sy-scheduler-private.h"
#include "core/model/sy-task-values.h"

/* --- counting --- */

gboolean
sy_scheduler_is_lost_open (const SyScheduler *s, guint32 index)
{
  const SyTaskState *state = sy_scheduler_state (s, index);

  return state->state == SY_STATE_LOST && sy_late_on_lost (s->workflow, index, state->values) != SY_ON_LOST_FAIL;
}

void
sy_scheduler_push_eval (SyScheduler *s, guint32 index)
{
  if (s->tasks[index].in_eval)
    return;
  s->tasks[index].in_eval = TRUE;
  g_array_append_val (s->eval, index);
}

/* Tells the dependants what changed at @index since they were told last. */
static void
sync_task (SyScheduler *s, guint32 index)
{
  SyPlanTask *task = &s->tasks[index];
  guint8 outcome = (guint8) sy_outcome_of (s->state, index);
  guint8 lost_open = sy_scheduler_is_lost_open (s, index);
  guint8 settled = outcome != SY_OUTCOME_OPEN && task->unsettled == 0;
  const guint32 *start = s->workflow->down_start;

  if (outcome == task->outcome && settled == task->settled && lost_open == task->lost_open)
    return;
  for (guint32 k = start[index]; k < start[index + 1]; k++)
    {
      guint32 down = s->workflow->down[k];
      SyPlanTask *to = &s->tasks[down];

      s->n_operations++;
      sy_join_count (&to->ups, s->edge[k], task->outcome, task->settled, (guint32) -1);
      sy_join_count (&to->ups, s->edge[k], outcome, settled, 1);
      to->lost += (guint32) lost_open - task->lost_open;
      sy_scheduler_push_eval (s, down);
      if (settled == task->settled)
        continue;
      to->unsettled += (guint32) task->settled - settled;
      if (!to->in_follow)
        {
          to->in_follow = TRUE;
          g_array_append_val (s->follow, down);
        }
    }
  task->outcome = outcome;
  task->settled = settled;
  task->lost_open = lost_open;
}

void
sy_scheduler_follow (SyScheduler *s, guint32 index)
{
  sy_scheduler_queue_follow (s, index);
  sync_task (s, index);
}

void
sy_scheduler_count_all (SyScheduler *s)
{
  const SyWorkflow *workflow = s->workflow;

  for (guint32 i = 0; i < workflow->n_tasks; i++)
    {
      SyPlanTask *task = &s->tasks[i];

      task->unsettled = workflow->tasks[i].n_needs;
      for (guint32 k = workflow->down_start[i]; k < workflow->down_start[i + 1]; k++)
        s->tasks[workflow->down[k]].ups.n += (s->edge[k] & SY_EDGE_IGNORED) == 0;
    }
  for (guint32 i = 0; i < workflow->n_tasks; i++)
    sy_scheduler_follow (s, workflow->topo[i]);
}

void
sy_scheduler_select (SyScheduler *s, guint32 index)
{
  SyPlanTask *task = &s->tasks[index];
  const guint32 *start = s->workflow->down_start;

  if (!task->out)
    return;
  task->out = FALSE;
  for (guint32 k = start[index]; k < start[index + 1]; k++)
    {
      s->edge[k] &= (guint8) ~SY_EDGE_IGNORED;
      s->tasks[s->workflow->down[k]].ups.n++;
      sy_join_count (&s->tasks[s->workflow->down[k]].ups, s->edge[k], task->outcome, task->settled, 1);
      sy_scheduler_push_eval (s, s->workflow->down[k]);
    }
}

gboolean
sy_scheduler_is_patient (SyScheduler *s, guint32 index)
{
  const guint32 *start = s->workflow->down_start;

  for (guint32 k = start[index]; k < start[index + 1]; k++)
    {
      guint32 down = s->workflow->down[k], ended = 0;
      SyJoinRule rule = sy_join_of (&s->workflow->tasks[down])->rule;

      s->n_operations++;
      for (guint i = 0; i < SY_N_EDGE_KINDS; i++)
        ended += s->tasks[down].ups.now[i];
      if ((rule != SY_JOIN_ALL_SUCCESS && rule != SY_JOIN_ALL_DONE) || ended + 1 >= s->tasks[down].ups.n)
        return FALSE;
    }
  return TRUE;
}

/* --- firing --- */

static void
fail_expression (SyScheduler *s, guint32 index, const char *what, const GError *error)
{
  SyEvent event = sy_scheduler_event (s, SY_EVENT_FAILED, index);

  event.state = SY_STATE_FAILED;
  event.name = SY_NAME_EXPRESSION;
  event.text = g_strdup_printf ("%s: %s", what, error->message);
  sy_scheduler_emit (s, &event);
}

static void
skip (SyScheduler *s, guint32 index, SyName name, const char *text)
{
  SyEvent event = sy_scheduler_event (s, SY_EVENT_SKIPPED, index);

  event.state = SY_STATE_SKIPPED;
  event.name = (guint8) name;
  event.text = g_strdup (text);
  sy_scheduler_emit (s, &event);
}

gboolean
sy_scheduler_evaluate_values (SyScheduler *s, guint32 index)
{
  SyPlanTask *task = &s->tasks[index];
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&task->values, g_free);
  if (!task->dynamic || sy_task_values_evaluate (s->workflow, index, &s->context, &task->values, &error))
    {
      sy_scheduler_order_late (s, index);
      return TRUE;
    }
  fail_expression (s, index, "value", error);
  return FALSE;
}

/* The condition, then the values of the task; FALSE: the task ended here. */
static gboolean
evaluate_expressions (SyScheduler *s, guint32 index)
{
  const SyTask *task = &s->workflow->tasks[index];
  g_autoptr (GError) error = NULL;
  gboolean holds = TRUE;

  if (task->condition != NULL && !sy_expr_eval_condition (task->condition, &s->context, &holds, &error))
    {
      fail_expression (s, index, "if", error);
      return FALSE;
    }
  if (!holds)
    {
      skip (s, index, SY_NAME_CONDITION_FALSE, task->condition);
      return FALSE;
    }
  return sy_scheduler_evaluate_values (s, index);
}

static void
fire (SyScheduler *s, guint32 index)
{
  const SyTask *task = &s->workflow->tasks[index];
  const SyJoin *join = sy_join_of (&s->workflow->tasks[index]);
  gboolean instant = task->kind == SY_TASK_JOIN && (task->sleep_us <= 0 || !s->options.sleeps);
  gboolean ahead = sy_scheduler_is_ahead (s, index);

  if (!evaluate_expressions (s, index))
    return;
  if (sy_scheduler_state (s, index)->standby != 0)
    g_array_append_val (s->stood_by, index);
  sy_scheduler_emit_state (s, SY_EVENT_JOIN_MET, index, instant ? SY_STATE_SUCCEEDED : SY_STATE_READY,
                           instant ? SY_NAME_SUCCEEDED : SY_NAME_QUEUED, 0);
  if (join->rule == SY_JOIN_QUORUM && join->rest_cancel)
    sy_scheduler_cancel_rest (s, index);
  if (ahead)
    sy_scheduler_chain_met (s, index);
  sy_scheduler_hold_branch (s, index);
}

/* --- waiting --- */

/* The upstream that best explains why: the first in the order of needs with @outcome, else the first that ended. */
static guint32
find_cause (const SyScheduler *s, guint32 index, SyOutcome outcome)
{
  const SyTask *task = &s->workflow->tasks[index];
  guint32 any = 0;

  for (guint32 k = 0; k < task->n_needs; k++)
    {
      guint32 up = task->needs[k].task;

      if (s->tasks[up].outcome == outcome)
        return s->workflow->tasks[up].number;
      if (any == 0 && s->tasks[up].outcome != SY_OUTCOME_OPEN)
        any = s->workflow->tasks[up].number;
    }
  return any;
}

static guint32
find_waited_for (const SyScheduler *s, guint32 index, gboolean lost)
{
  const SyTask *task = &s->workflow->tasks[index];

  for (guint32 k = 0; k < task->n_needs; k++)
    {
      const SyPlanTask *up = &s->tasks[task->needs[k].task];

      if (lost ? up->lost_open : !up->settled)
        return s->workflow->tasks[task->needs[k].task].number;
    }
  return 0;
}

/* pending(needs) says itself; the other two names are logged when they begin and end. */
static void
name_wait (SyScheduler *s, guint32 index)
{
  const SyPlanTask *task = &s->tasks[index];
  const SyTaskState *state = sy_scheduler_state (s, index);
  guint32 ended = 0;
  SyName name = SY_NAME_NEEDS;

  for (guint i = 0; i < SY_N_EDGE_KINDS; i++)
    ended += task->ups.now[i];
  if (task->lost > 0)
    name = SY_NAME_UPSTREAM_LOST;
  else if (ended == task->ups.n)
    name = SY_NAME_UPSTREAM_SETTLING;
  if (state->name == name)
    return;
  if (name == SY_NAME_NEEDS)
    sy_scheduler_emit_state (s, SY_EVENT_RELEASED, index, SY_STATE_PENDING, SY_NAME_NEEDS, 0);
  else
    sy_scheduler_emit_state (s, SY_EVENT_HELD, index, SY_STATE_PENDING, name,
                             find_waited_for (s, index, name == SY_NAME_UPSTREAM_LOST));
}

static void
announce (SyScheduler *s, guint32 index, SyVerdict verdict)
{
  if (verdict == SY_VERDICT_UPSTREAM_FAILED)
    sy_scheduler_emit_state (s, SY_EVENT_ANNOUNCED, index, SY_STATE_UPSTREAM_FAILED, SY_NAME_UPSTREAM_FAILED,
                             find_cause (s, index, SY_OUTCOME_FAILURE));
  else
    sy_scheduler_emit_state (s, SY_EVENT_ANNOUNCED, index, SY_STATE_SKIPPED, SY_NAME_UPSTREAM_SKIPPED,
                             find_cause (s, index, SY_OUTCOME_SKIP));
}

static void
evaluate_pending (SyScheduler *s, guint32 index)
{
  SyVerdict verdict;

  if (s->tasks[index].out)
    {
      skip (s, index, SY_NAME_USER, "not selected for this run");
      return;
    }
  if (!s->workflow->tasks[index].enabled)
    {
      skip (s, index, SY_NAME_DISABLED, NULL);
      return;
    }
  verdict = sy_join_verdict (sy_join_of (&s->workflow->tasks[index]), &s->tasks[index].ups);
  if (verdict == SY_VERDICT_WAIT)
    name_wait (s, index);
  else if (verdict == SY_VERDICT_HOLDS)
    fire (s, index);
  else
    announce (s, index, verdict);
}

/* A run that stops cancels what is pending; but what a keeper may begin by itself only when it cannot any more, and it is not
 * kept from having begun. */
static gboolean
may_cancel (const SyScheduler *s, guint32 index)
{
  SyVerdict verdict = sy_join_verdict (sy_join_of (&s->workflow->tasks[index]), &s->tasks[index].ups);

  return !sy_scheduler_is_ahead (s, index) || (verdict != SY_VERDICT_WAIT && verdict != SY_VERDICT_HOLDS);
}

static void
evaluate_task (SyScheduler *s, guint32 index)
{
  const SyTaskState *state = sy_scheduler_state (s, index);

  s->n_operations++;
  if (state->state == SY_STATE_PENDING)
    {
      if (s->state->stopping && may_cancel (s, index))
        sy_scheduler_emit_state (s, SY_EVENT_CANCELLED, index, SY_STATE_CANCELLED, SY_NAME_RUN_STOPPED, s->stop_cause);
      else
        evaluate_pending (s, index);
    }
  else if ((state->state == SY_STATE_UPSTREAM_FAILED || state->name == SY_NAME_UPSTREAM_SKIPPED)
           && !s->state->stopping && !sy_join_impossible_now (sy_join_of (&s->workflow->tasks[index]), &s->tasks[index].ups))
    {
      sy_scheduler_emit_state (s, SY_EVENT_UNANNOUNCED, index, SY_STATE_PENDING, SY_NAME_NEEDS, 0);
      sy_scheduler_push_eval (s, index);
    }
}

void
sy_scheduler_evaluate (SyScheduler *s)
{
  guint32 eval = 0, follow = 0;

  while (follow < s->follow->len || eval < s->eval->len)
    {
      guint32 index;

      if (follow < s->follow->len)
        {
          index = g_array_index (s->follow, guint32, follow++);
          s->tasks[index].in_follow = FALSE;
          sync_task (s, index);
          continue;
        }
      index = g_array_index (s->eval, guint32, eval++);
      s->tasks[index].in_eval = FALSE;
      evaluate_task (s, index);
    }
  g_array_set_size (s->follow, 0);
  g_array_set_size (s->eval, 0);
}
