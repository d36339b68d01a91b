/* keeper-task.c: an attempt begins, and is reported
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/engine/keeper/keeper.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define OOM_LOOK_US 1000000

/* 0 = the disk refused it: then this attempt is the last one here. */
int
keeper_task_append (Keeper *keeper, SyJournalKind kind)
{
  KeeperTask *task = &keeper->task;
  const SyKeeperOrder *head = &task->order->head;
  SyJournalRecord record = {
    .kind = (uint16_t) kind,
    .nonce = head->nonce,
    .task = head->task,
    .item = head->item,
    .attempt = head->attempt,
    .pid = task->pid,
    .start_time = task->start_time,
  };

  if (kind == SY_JOURNAL_EXIT || kind == SY_JOURNAL_VOID)
    {
      record.exit = task->exit;
      record.n_sizes = task->n_sizes;
      memcpy (record.sizes, task->sizes, sizeof record.sizes);
    }
  if (sy_journal_append (&keeper->journal, &record) == 0)
    return 1;
  if (kind == SY_JOURNAL_EXIT)
    task->exit.flags |= SY_JOURNAL_UNRECORDED;
  keeper->retiring = 1;
  return 0;
}

/* --- what the runner is told --- */

void
keeper_task_send_started (Keeper *keeper)
{
  KeeperTask *task = &keeper->task;
  const SyKeeperOrder *head = &task->order->head;
  SyKeeperStarted frame = {
    .nonce = head->nonce,
    .task = head->task,
    .item = head->item,
    .attempt = head->attempt,
    .pid = task->pid,
    .start_time = task->start_time,
    .pidns = keeper->pidns,
    .started_us = task->exit.started_us,
    .started_boot_us = task->exit.started_boot_us,
  };

  task->started_unsent = 0;
  keeper->out_hasty |= keeper_task_is_alive (task); /* else its end, which follows, says how much haste there is */
  /* Who is over by then has a record of its end instead. */
  if (keeper_task_is_alive (task))
    keeper_task_append (keeper, SY_JOURNAL_STARTED);
  keeper_wire_send (keeper, &frame, sizeof frame, SY_KEEPER_STARTED, 0);
}

void
keeper_task_send_end (Keeper *keeper, SyKeeperKind kind)
{
  KeeperTask *task = &keeper->task;
  const SyKeeperOrder *head = &task->order->head;
  SyKeeperExited frame = {
    .nonce = head->nonce,
    .task = head->task,
    .item = head->item,
    .attempt = head->attempt,
    .pid = task->pid,
    .record = keeper->journal.last_seq,
    .exit = task->exit,
  };

  if (task->started_unsent)
    keeper_task_send_started (keeper);
  keeper->out_hasty |= kind != SY_KEEPER_EXITED || task->exit.status != 0 || !(head->frame.flags & SY_KEEPER_PATIENT);
  keeper_wire_send (keeper, &frame, sizeof frame, kind, 0);
}

void
keeper_task_status (const Keeper *keeper, SyKeeperStatus *status)
{
  const KeeperTask *task = &keeper->task;

  status->keeper = keeper->number;
  status->keeper_pid = getpid ();
  status->state = task->state;
  status->last_seq = keeper->journal.last_seq;
  status->kill_method = keeper_kill_method (keeper);
  status->retiring = (uint32_t) keeper->retiring;
  status->pidns = keeper->pidns;
  if (task->state == SY_KEEPER_KEPT)
    status->alive = (uint32_t) task->exit.stragglers;
  status->n_queued = keeper->n_queued;
  for (unsigned i = 0; i < keeper->n_queued; i++)
    status->queued[i] = keeper->queue[i]->head.nonce;
  if (task->state == SY_KEEPER_IDLE)
    return;
  status->nonce = task->order->head.nonce;
  status->task = task->order->head.task;
  status->item = task->order->head.item;
  status->attempt = task->order->head.attempt;
  status->pid = task->pid;
  status->start_time = task->start_time;
  status->started_us = task->exit.started_us;
  status->started_boot_us = task->exit.started_boot_us;
}

/* --- the beginning --- */

static int
is_want_of_resources (int error, SySpawnStage stage)
{
  if (stage == SY_SPAWN_FORK || stage == SY_SPAWN_PIPE)
    return 1;
  return error == EAGAIN || error == ENOMEM || error == EMFILE || error == ENFILE;
}

/* Nothing was executed. */
static void
fail_spawn (Keeper *keeper, int error, SySpawnStage stage)
{
  KeeperTask *task = &keeper->task;
  int is_void = is_want_of_resources (error, stage);

  task->pid = 0;
  task->exit.spawn_errno = error;
  task->exit.spawn_stage = (uint8_t) stage;
  task->exit.flags |= SY_JOURNAL_TREE_GONE;
  task->exit.ended_us = keeper_clock (CLOCK_REALTIME);
  task->exit.ended_boot_us = keeper_clock (CLOCK_BOOTTIME);
  keeper_task_append (keeper, is_void ? SY_JOURNAL_VOID : SY_JOURNAL_EXIT);
  keeper_task_send_end (keeper, is_void ? SY_KEEPER_VOIDED : SY_KEEPER_EXITED);
  keeper->ended_well = 0;
  keeper_order_resolve (keeper, task->order->head.nonce, 0);
  if (keeper->retiring)
    keeper_task_retire (keeper);
  keeper_task_become_idle (keeper);
}

/* In ticks, as field 22 of /proc/PID/stat counts: in USER_HZ, which is 100 everywhere */
static uint64_t
boot_ticks (const struct timespec *ts)
{
  return (uint64_t) ts->tv_sec * 100 + (uint64_t) ts->tv_nsec / 10000000;
}

static void
note_start (Keeper *keeper)
{
  KeeperTask *task = &keeper->task;
  struct timespec ts;

  task->begun = task->last_output = keeper_clock (CLOCK_MONOTONIC);
  task->oom_look_at = task->begun + OOM_LOOK_US;
  task->exit.started_us = keeper_clock (CLOCK_REALTIME);
  clock_gettime (CLOCK_BOOTTIME, &ts);
  task->exit.started_boot_us = (int64_t) ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
  task->start_time = boot_ticks (&ts);
}

/* If long has passed since, the kernel's own word: without it a later runner would not know the process again. */
static void
correct_start_time (KeeperTask *task)
{
  struct timespec ts;
  uint64_t actual;

  clock_gettime (CLOCK_BOOTTIME, &ts);
  if (sy_journal_start_matches (task->start_time, boot_ticks (&ts)))
    return;
  actual = sy_journal_start_time (task->pid);
  if (actual != 0)
    task->start_time = actual;
}

static void
spawn (Keeper *keeper)
{
  KeeperTask *task = &keeper->task;
  KeeperSpawn result;
  int error = keeper_order_unpack (keeper, task->order);

  note_start (keeper);
  if (error != 0)
    {
      fail_spawn (keeper, error, SY_SPAWN_ORDER);
      return;
    }
  error = keeper_output_begin (keeper, task->order);
  if (error != 0)
    {
      fail_spawn (keeper, error, SY_SPAWN_PIPE);
      return;
    }
  result = keeper_spawn (keeper, task->order);
  if (result.error != 0)
    {
      fail_spawn (keeper, result.error, result.stage);
      return;
    }
  task->pid = result.pid;
  correct_start_time (task);
  if (result.missed)
    task->exit.flags |= SY_JOURNAL_DIRECT_MISS;
  task->state = SY_KEEPER_RUNNING;
  task->started_unsent = 1;
}

int
keeper_task_start_next (Keeper *keeper)
{
  KeeperTask *task = &keeper->task;
  uint64_t nonce;

  if (task->state != SY_KEEPER_IDLE || keeper->n_queued == 0 || !sy_journal_has_room (&keeper->journal))
    return 0;
  memset (task, 0, sizeof *task);
  task->order = keeper_order_next (keeper);
  task->exit.status = -1;
  task->exit.kill_method = keeper->kill_method;
  nonce = task->order->head.nonce;
  if (!keeper_task_append (keeper, SY_JOURNAL_CLAIM))
    {
      /* Without a record it must not run. */
      keeper_wire_nonce (keeper, SY_KEEPER_FENCED, nonce, SY_KEEPER_RETIRING);
      keeper_task_retire (keeper);
      keeper_task_become_idle (keeper);
      return 1;
    }
  keeper->claimed[keeper->n_claimed % (sizeof keeper->claimed / sizeof keeper->claimed[0])] = nonce;
  keeper->n_claimed++;
  spawn (keeper);
  return task->state == SY_KEEPER_IDLE;
}
