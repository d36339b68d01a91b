/* keeper-stop.c: stop, time limits, and what else the clock brings
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/engine/keeper/keeper.h"

#define KILL_AGAIN_US 20000 /* of each second, where something hangs in the kernel */

static void
kill_now (Keeper *keeper)
{
  KeeperTask *task = &keeper->task;
  int alive;

  keeper_tree_kill (keeper, task->kill_sent ? KILL_AGAIN_US : KEEPER_KILL_BUDGET_US);
  alive = keeper_task_reap (keeper);
  if (!task->main_ended)
    {
      task->kill_at = keeper_clock (CLOCK_MONOTONIC) + KEEPER_KILL_BUDGET_US;
      return;
    }
  if (alive)
    task->exit.escaped = keeper_tree_signal (keeper, 0);
  keeper_task_finish (keeper, 1);
}

static void
begin_stop (Keeper *keeper, int kill, unsigned timed_out)
{
  KeeperTask *task = &keeper->task;
  const SyKeeperOrder *head = &task->order->head;

  /* It may have ended by itself meanwhile: then its own status counts. */
  keeper_task_children (keeper);
  if (task->state != SY_KEEPER_RUNNING && task->state != SY_KEEPER_STOPPING)
    return;
  if (task->state == SY_KEEPER_RUNNING)
    {
      task->exit.timed_out = (uint8_t) timed_out;
      task->state = SY_KEEPER_STOPPING;
      task->stop_sent = 1;
      task->kill_at = keeper_clock (CLOCK_MONOTONIC) + head->grace_us;
      if (!kill && head->grace_us > 0)
        keeper_tree_signal (keeper, head->stop_signal);
    }
  if (kill || head->grace_us <= 0)
    kill_now (keeper);
}

void
keeper_task_stop (Keeper *keeper, uint64_t nonce, int kill)
{
  KeeperTask *task = &keeper->task;

  if (task->state == SY_KEEPER_IDLE || task->order->head.nonce != nonce)
    {
      for (unsigned i = 0; i < keeper->n_queued; i++)
        if (keeper->queue[i]->head.nonce == nonce)
          {
            keeper_order_fence (keeper, nonce, 0);
            return;
          }
      return;
    }
  if (keeper_task_is_alive (task))
    begin_stop (keeper, kill, 0);
  else if (task->state == SY_KEEPER_ENDING)
    {
      task->end_now = 1;
      if (kill)
        keeper_task_settle (keeper);
    }
  else if (task->state == SY_KEEPER_KEPT)
    {
      keeper_tree_kill (keeper, KEEPER_KILL_BUDGET_US);
      keeper_task_after_reap (keeper, keeper_task_reap (keeper));
    }
}

static int64_t
sooner (int64_t a, int64_t b)
{
  return a == 0 || (b != 0 && b < a) ? b : a;
}

/* When the running attempt is over time, and why */
static int64_t
limit (const KeeperTask *task, unsigned *cause)
{
  const SyKeeperOrder *head = &task->order->head;
  const int64_t limits[] = {
    head->timeout_attempt_us > 0 ? task->begun + head->timeout_attempt_us : 0,
    head->timeout_no_output_us > 0 ? task->last_output + head->timeout_no_output_us : 0,
    head->timeout_total_us > 0 ? task->begun + head->timeout_total_us : 0,
  };
  int64_t first = 0;

  for (unsigned i = 0; i < 3; i++)
    if (limits[i] != 0 && (first == 0 || limits[i] < first))
      {
        first = limits[i];
        *cause = i + 1;
      }
  return first;
}

int64_t
keeper_task_deadline (const Keeper *keeper)
{
  const KeeperTask *task = &keeper->task;
  int64_t at = 0;
  unsigned cause;

  if (task->state == SY_KEEPER_ENDING)
    return task->drain_until;
  if (!keeper_task_is_alive (task))
    return 0;
  if (task->started_unsent)
    at = task->begun + SY_KEEPER_STARTED_US;
  at = sooner (at, task->oom_look_at);
  return sooner (at, task->state == SY_KEEPER_STOPPING ? task->kill_at : limit (task, &cause));
}

void
keeper_task_timers (Keeper *keeper, int64_t now)
{
  KeeperTask *task = &keeper->task;
  unsigned cause = 0;
  int64_t at;

  if (task->state == SY_KEEPER_ENDING && now >= task->drain_until)
    keeper_task_settle (keeper);
  if (!keeper_task_is_alive (task))
    return;
  if (task->started_unsent && now >= task->begun + SY_KEEPER_STARTED_US)
    keeper_task_send_started (keeper);
  if (task->oom_look_at != 0 && now >= task->oom_look_at)
    {
      task->oom_look_at = 0;
      keeper->oom_kills = keeper_oom_count (keeper);
    }
  if (task->state == SY_KEEPER_STOPPING)
    {
      if (now >= task->kill_at)
        kill_now (keeper);
      return;
    }
  at = limit (task, &cause);
  if (at != 0 && now >= at)
    begin_stop (keeper, 0, cause);
}
