/* sy-scheduler-standby.c: who may start as soon as its needs have ended
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-scheduler-private.h"

/*
 * Where one short task waits for another, the way from the end of the first to the log and back would take as long as
 * the task. So what can only begin when tasks end that are under way gets its nonce into the log while these run
 * (STANDBY). When they have ended well, its order goes out at once, and the ends and the intent follow into the log.
 *
 * The keepers' journals witness both: a runner that finds the nonce claimed knows from the same journals that the needs
 * have ended. After a power cut journals prove nothing, and the STANDBY says that it may have started.
 */
#define NEEDS_MAX 32 /* of a task that is looked at: a look costs as many steps, and there is one an intent of a need */

static gboolean
is_wanted (const SyScheduler *s)
{
  return s->intended->len + s->tips->len > 0 && s->n_in_flight <= s->options.standby && sy_scheduler_is_quick (s)
         && sy_scheduler_may_start (s) && sy_ready_set_next (&s->heads, 0) == SY_READY_NONE;
}

/* Has it ended well, or is it on the way to? What stands by itself is not under way yet, but it needs no COMMIT to begin. */
static gboolean
is_promising (const SyScheduler *s, guint32 index)
{
  const SyTaskState *state = sy_scheduler_state (s, index);

  return s->tasks[index].outcome == SY_OUTCOME_SUCCESS || (s->tasks[index].in_flight && state->stop_name == SY_NAME_NONE)
         || s->tasks[index].chain == SY_CHAIN_OUT || (state->standby != 0 && state->standby == s->tasks[index].standby);
}

/* Whatever else than the ends of its needs decides about the start must lie in the log before it. */
static gboolean
may_stand_by (const SyScheduler *s, guint32 index)
{
  const SyTask *task = &s->workflow->tasks[index];
  const SyTaskState *state = sy_scheduler_state (s, index);

  if (state->state != SY_STATE_PENDING || task->n_needs > NEEDS_MAX || s->tasks[index].out
      || s->tasks[index].dynamic || task->condition != NULL || !task->enabled || task->kind == SY_TASK_JOIN
      || sy_join_of (task)->rule != SY_JOIN_ALL_SUCCESS)
    return FALSE;
  for (guint32 k = 0; k < task->n_needs; k++)
    if (task->needs[k].tolerate != 0 || s->tasks[task->needs[k].task].out || !is_promising (s, task->needs[k].task))
      return FALSE;
  return TRUE;
}

static void
stand_by (SyScheduler *s, guint32 index)
{
  SyEvent event = sy_scheduler_event (s, SY_EVENT_STANDBY, index);

  event.attempt = sy_scheduler_state (s, index)->attempt + 1;
  event.nonce = sy_scheduler_random (s);
  s->tasks[index].standby = event.nonce;
  if (sy_scheduler_emit (s, &event))
    s->tasks[index].standby_seq = s->state->seq;
}

void
sy_scheduler_withdraw (SyScheduler *s, guint32 index, SyBy by)
{
  SyEvent event = sy_scheduler_event (s, SY_EVENT_STANDBY, index);

  event.by = (guint8) by;
  event.attempt = sy_scheduler_state (s, index)->attempt + 1;
  sy_scheduler_emit (s, &event);
}

/* What could begin and has not is held by something else: for how long, nobody knows, and a power cut must not make it
 * look as if it had. */
static void
withdraw_held (SyScheduler *s)
{
  for (guint i = 0; i < s->stood_by->len; i++)
    {
      guint32 index = g_array_index (s->stood_by, guint32, i);

      if (sy_scheduler_state (s, index)->standby != 0)
        sy_scheduler_withdraw (s, index, SY_BY_RUNNER);
    }
  g_array_set_size (s->stood_by, 0);
}

/* What joins the tasks that have just begun to stand by, stands by with them: one COMMIT then serves a fork and its join. */
static void
look_at_join (SyScheduler *s, guint32 index, guint *left)
{
  const guint32 *start = s->workflow->down_start;

  for (guint32 k = start[index]; k < start[index + 1] && *left > 0; k++)
    {
      guint32 down = s->workflow->down[k];

      s->n_operations++;
      if (s->workflow->tasks[down].n_needs < 2 || sy_scheduler_state (s, down)->standby != 0 || !may_stand_by (s, down))
        continue;
      stand_by (s, down);
      (*left)--;
    }
}

/*
 * What needs @index stands by; the first of them in order that may goes ahead in a chain. Where @index is itself ahead, that one
 * alone: there will be time for the others.
 */
static void
look_below (SyScheduler *s, guint32 index, guint *left)
{
  const guint32 *start = s->workflow->down_start;
  gboolean is_ahead = sy_scheduler_is_ahead (s, index);
  guint32 first = SY_NO_TASK, last = SY_NO_TASK;

  for (guint32 k = start[index]; k < start[index + 1] && *left > 0; k++)
    {
      guint32 down = s->workflow->down[k];

      s->n_operations++;
      if (!may_stand_by (s, down))
        continue;
      if (sy_scheduler_may_chain (s, down)
          && (first == SY_NO_TASK || s->tasks[down].position < s->tasks[first].position))
        first = down;
      if (is_ahead || sy_scheduler_state (s, down)->standby != 0)
        continue;
      stand_by (s, down);
      last = down;
      (*left)--;
    }
  if (last != SY_NO_TASK)
    look_at_join (s, last, left);
  if (first == SY_NO_TASK)
    return;
  if (sy_scheduler_state (s, first)->standby == 0)
    stand_by (s, first);
  sy_scheduler_chain (s, first);
}

/* Those that were put ahead before, and found no room behind them */
static void
lengthen_chains (SyScheduler *s)
{
  guint looked = 0, left = G_MAXUINT;

  while (looked < s->tips->len && sy_scheduler_has_chain_room (s))
    {
      guint32 index = g_array_index (s->tips, guint32, looked++);

      if (s->tasks[index].chain == SY_CHAIN_OUT)
        look_below (s, index, &left);
    }
  g_array_remove_range (s->tips, 0, looked);
}

void
sy_scheduler_stand_by (SyScheduler *s)
{
  guint left = s->options.standby;
  gboolean wanted = is_wanted (s);

  for (guint i = 0; wanted && i < s->intended->len; i++)
    look_below (s, g_array_index (s->intended, guint32, i), &left);
  if (wanted)
    lengthen_chains (s);
  g_array_set_size (s->intended, 0);
  withdraw_held (s);
}
