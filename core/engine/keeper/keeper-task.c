/* keeper-task.c: the life of an attempt
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/engine/keeper/keeper.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define KILL_BUDGET_US 1000000
#define KILL_AGAIN_US 20000 /* of each second, where something hangs in the kernel */
#define OOM_LOOK_US 1000000

static int
is_alive (const KeeperTask *task)
{
  return task->state == SY_KEEPER_RUNNING || task->state == SY_KEEPER_STOPPING;
}

/* 0 = the disk refused it: then this attempt is the last one here. */
static int
append (Keeper *keeper, SyJournalKind kind)
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

static void
send_started (Keeper *keeper)
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
  keeper_wire_send (keeper, &frame, sizeof frame, SY_KEEPER_STARTED, 0);
}

static void
send_end (Keeper *keeper, SyKeeperKind kind)
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
    send_started (keeper);
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

/* --- the end --- */

static void
become_idle (Keeper *keeper)
{
  keeper_output_end (keeper);
  keeper_order_free (keeper, keeper->task.order);
  keeper->task.order = NULL;
  keeper->task.state = SY_KEEPER_IDLE;
}

/* Takes no more orders; those that wait go back. */
static void
retire (Keeper *keeper)
{
  keeper->retiring = 1;
  keeper_order_discard (keeper, 1);
}

/* Reports; @revised: the exit record written at the end of the main process is not the last word. */
static void
finish (Keeper *keeper, int revised)
{
  KeeperTask *task = &keeper->task;

  if (task->exit.escaped == 0)
    task->exit.flags |= SY_JOURNAL_TREE_GONE;
  /* What a process wrote that has ended just after the main one */
  if (keeper_output_drain (keeper) || revised)
    {
      keeper_output_count (keeper, &task->exit);
      append (keeper, SY_JOURNAL_EXIT);
    }
  send_end (keeper, SY_KEEPER_EXITED);
  if (task->exit.escaped > 0 || keeper->retiring)
    retire (keeper); /* what is left is our child still: the next task must not inherit it */
  become_idle (keeper);
}

static void
keep_stragglers (Keeper *keeper)
{
  KeeperTask *task = &keeper->task;

  task->exit.flags |= SY_JOURNAL_KEPT;
  keeper_output_drain (keeper);
  keeper_output_count (keeper, &task->exit);
  append (keeper, SY_JOURNAL_EXIT);
  send_end (keeper, SY_KEEPER_EXITED);
  keeper->output.discard = 1; /* read on: they must not die of SIGPIPE */
  task->state = SY_KEEPER_KEPT;
  retire (keeper);
}

/* The main process has ended, the output is drained, and something is alive still. */
static void
settle (Keeper *keeper)
{
  KeeperTask *task = &keeper->task;
  uint32_t flags = task->order->head.frame.flags;

  if (!keeper_task_reap (keeper))
    {
      finish (keeper, 1);
      return;
    }
  task->exit.stragglers = keeper_tree_signal (keeper, 0);
  if ((flags & SY_KEEPER_KEEP_STRAGGLERS) && !task->stop_sent && !task->end_now && task->exit.stragglers > 0)
    {
      keep_stragglers (keeper);
      return;
    }
  keeper_tree_kill (keeper, KILL_BUDGET_US);
  if (keeper_task_reap (keeper))
    task->exit.escaped = keeper_tree_signal (keeper, 0);
  finish (keeper, 1);
}

/* After the end of the main process: what is alive gets the time to write the rest of its output. */
static void
begin_ending (Keeper *keeper)
{
  KeeperTask *task = &keeper->task;
  int64_t now = keeper_clock (CLOCK_MONOTONIC);

  if (task->started_unsent)
    send_started (keeper);
  keeper_output_close_write (keeper);
  keeper_output_drain (keeper);
  task->drain_until = now + SY_KEEPER_DRAIN_US;
  if (task->kill_at != 0 && task->kill_at < task->drain_until)
    task->drain_until = task->kill_at;
  task->state = SY_KEEPER_ENDING;
  if (keeper_output_at_eof (keeper) || task->drain_until <= now)
    settle (keeper);
}

static void
note_usage (SyJournalExit *exit, const siginfo_t *info, const struct rusage *usage)
{
  int number = info->si_status;

  exit->status = info->si_code == CLD_EXITED ? (number & 0xff) << 8
                 : info->si_code == CLD_DUMPED ? (number & 0x7f) | 0x80 : number & 0x7f;
  exit->user_us = (int64_t) usage->ru_utime.tv_sec * 1000000 + usage->ru_utime.tv_usec;
  exit->sys_us = (int64_t) usage->ru_stime.tv_sec * 1000000 + usage->ru_stime.tv_usec;
  exit->rss = (int64_t) usage->ru_maxrss * 1024;
}

/* The witness: status known -> output drained and synced -> exit record -> reaped, in this order. */
static void
record_main (Keeper *keeper, const siginfo_t *info, const struct rusage *usage)
{
  KeeperTask *task = &keeper->task;
  SyJournalExit *exit = &task->exit;
  siginfo_t ignored;

  exit->ended_us = keeper_clock (CLOCK_REALTIME);
  exit->ended_boot_us = keeper_clock (CLOCK_BOOTTIME);
  note_usage (exit, info, usage);
  if (task->stop_sent)
    exit->flags |= SY_JOURNAL_STOP_SENT;
  if (task->kill_sent)
    exit->flags |= SY_JOURNAL_KILL_SENT;
  /* Killed by others: for memory? (137: the shell passes on what befell its child) */
  if (!task->kill_sent && (exit->status == SIGKILL || exit->status == (128 + SIGKILL) << 8))
    {
      uint64_t kills = keeper_oom_count (keeper);

      exit->oom = kills > keeper->oom_kills;
      keeper->oom_kills = kills;
    }
  keeper_output_drain (keeper);
  keeper_output_sync (keeper);
  keeper_output_count (keeper, exit);
  append (keeper, SY_JOURNAL_EXIT);
  waitid (P_PID, (id_t) task->pid, &ignored, WEXITED | WNOHANG);
  task->main_ended = 1;
}

int
keeper_task_reap (Keeper *keeper)
{
  KeeperTask *task = &keeper->task;

  for (;;)
    {
      siginfo_t info = { 0 };
      struct rusage usage;
      /* The raw call gives the usage, too. */
      long r = syscall (SYS_waitid, P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT, &usage);

      if (r < 0 && errno == EINTR)
        continue;
      if (r < 0)
        return 0;
      if (info.si_pid == 0)
        return 1;
      if (task->state != SY_KEEPER_IDLE && !task->main_ended && info.si_pid == task->pid)
        record_main (keeper, &info, &usage);
      else
        waitid (P_PID, (id_t) info.si_pid, &info, WEXITED | WNOHANG);
    }
}

/* Goes on after children were reaped; @alive as keeper_task_reap() says. */
static void
after_reap (Keeper *keeper, int alive)
{
  KeeperTask *task = &keeper->task;

  if (is_alive (task) && task->main_ended)
    {
      if (alive)
        begin_ending (keeper);
      else
        finish (keeper, 0);
    }
  else if (task->state == SY_KEEPER_ENDING && !alive)
    finish (keeper, 1);
  else if (task->state == SY_KEEPER_KEPT && !alive)
    {
      keeper_wire_nonce (keeper, SY_KEEPER_GONE, task->order->head.nonce, 0);
      become_idle (keeper);
    }
}

void
keeper_task_children (Keeper *keeper)
{
  int alive = keeper_task_reap (keeper);

  after_reap (keeper, alive);
}

void
keeper_task_output (Keeper *keeper)
{
  KeeperTask *task = &keeper->task;

  if (keeper_output_drain (keeper))
    task->last_output = keeper_clock (CLOCK_MONOTONIC);
  if (task->state == SY_KEEPER_ENDING && keeper_output_at_eof (keeper))
    settle (keeper);
}

/* --- stop and time limits --- */

static void
kill_now (Keeper *keeper)
{
  KeeperTask *task = &keeper->task;
  int alive;

  keeper_tree_kill (keeper, task->kill_sent ? KILL_AGAIN_US : KILL_BUDGET_US);
  alive = keeper_task_reap (keeper);
  if (!task->main_ended)
    {
      task->kill_at = keeper_clock (CLOCK_MONOTONIC) + KILL_BUDGET_US;
      return;
    }
  if (alive)
    task->exit.escaped = keeper_tree_signal (keeper, 0);
  finish (keeper, 1);
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
            keeper_order_fence (keeper, nonce);
            return;
          }
      return;
    }
  if (is_alive (task))
    begin_stop (keeper, kill, 0);
  else if (task->state == SY_KEEPER_ENDING)
    {
      task->end_now = 1;
      if (kill)
        settle (keeper);
    }
  else if (task->state == SY_KEEPER_KEPT)
    {
      keeper_tree_kill (keeper, KILL_BUDGET_US);
      after_reap (keeper, keeper_task_reap (keeper));
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
  if (!is_alive (task))
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
    settle (keeper);
  if (!is_alive (task))
    return;
  if (task->started_unsent && now >= task->begun + SY_KEEPER_STARTED_US)
    send_started (keeper);
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
  append (keeper, is_void ? SY_JOURNAL_VOID : SY_JOURNAL_EXIT);
  send_end (keeper, is_void ? SY_KEEPER_VOIDED : SY_KEEPER_EXITED);
  if (keeper->retiring)
    retire (keeper);
  become_idle (keeper);
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
  /* Field 22 of /proc/PID/stat counts in ticks of USER_HZ, which is 100 everywhere. */
  task->start_time = (uint64_t) ts.tv_sec * 100 + (uint64_t) ts.tv_nsec / 10000000;
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
  if (result.missed)
    task->exit.flags |= SY_JOURNAL_DIRECT_MISS;
  task->state = SY_KEEPER_RUNNING;
  task->started_unsent = 1;
  append (keeper, SY_JOURNAL_STARTED);
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
  if (!append (keeper, SY_JOURNAL_CLAIM))
    {
      /* Without a record it must not run. */
      keeper_wire_nonce (keeper, SY_KEEPER_FENCED, nonce, SY_KEEPER_RETIRING);
      retire (keeper);
      become_idle (keeper);
      return 1;
    }
  keeper->claimed[keeper->n_claimed % (sizeof keeper->claimed / sizeof keeper->claimed[0])] = nonce;
  keeper->n_claimed++;
  spawn (keeper);
  return task->state == SY_KEEPER_IDLE;
}
