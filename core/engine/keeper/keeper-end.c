/* keeper-end.c: the end of an attempt: witnessed, recorded, reaped, stragglers seen to
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/engine/keeper/keeper.h"

#include <errno.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

void
keeper_task_become_idle (Keeper *keeper)
{
  keeper_output_end (keeper);
  keeper_order_free (keeper, keeper->task.order);
  keeper->task.order = NULL;
  keeper->task.state = SY_KEEPER_IDLE;
}

/* Takes no more orders; those that wait go back. */
void
keeper_task_retire (Keeper *keeper)
{
  keeper->retiring = 1;
  keeper_order_discard (keeper, 1);
}

/* May what comes after it begin? Nothing but its status says that it is well, and the journal says so, too. */
static int
ended_well (const Keeper *keeper)
{
  const SyJournalExit *exit = &keeper->task.exit;

  return exit->status == 0 && exit->spawn_errno == 0 && exit->timed_out == 0 && !exit->oom && exit->escaped == 0
         && (exit->flags & ~(unsigned) SY_JOURNAL_DIRECT_MISS) == SY_JOURNAL_TREE_GONE && !keeper->retiring;
}

/* Reports; @revised: the exit record written at the end of the main process is not the last word. */
void
keeper_task_finish (Keeper *keeper, int revised)
{
  KeeperTask *task = &keeper->task;
  uint64_t nonce = task->order->head.nonce;

  if (task->exit.escaped == 0)
    task->exit.flags |= SY_JOURNAL_TREE_GONE;
  /* What a process wrote that has ended just after the main one, where there was any */
  if (((revised || keeper->deaths != task->deaths) && keeper_output_drain (keeper)) || revised)
    {
      keeper_output_count (keeper, &task->exit);
      keeper_task_append (keeper, SY_JOURNAL_EXIT);
    }
  keeper_output_settle (keeper);
  keeper_task_send_end (keeper, SY_KEEPER_EXITED);
  keeper->ended_well = ended_well (keeper) ? nonce : 0;
  keeper_order_resolve (keeper, nonce, keeper->ended_well != 0);
  if (!keeper_wire_may_wait (keeper))
    keeper_wire_flush (keeper); /* the runner works while we tidy up */
  if (task->exit.escaped > 0 || keeper->retiring)
    keeper_task_retire (keeper); /* what is left is our child still: the next task must not inherit it */
  keeper_task_become_idle (keeper);
}

static void
keep_stragglers (Keeper *keeper)
{
  KeeperTask *task = &keeper->task;

  task->exit.flags |= SY_JOURNAL_KEPT;
  keeper_output_drain (keeper);
  keeper_output_count (keeper, &task->exit);
  keeper_task_append (keeper, SY_JOURNAL_EXIT);
  keeper_output_settle (keeper);
  keeper_task_send_end (keeper, SY_KEEPER_EXITED);
  keeper->output.discard = 1; /* read on: they must not die of SIGPIPE */
  task->state = SY_KEEPER_KEPT;
  keeper_task_retire (keeper);
}

/* The main process has ended, the time to drain is over, and something is alive still. */
void
keeper_task_settle (Keeper *keeper)
{
  KeeperTask *task = &keeper->task;
  uint32_t flags = task->order->head.frame.flags;

  if (!keeper_task_reap (keeper))
    {
      keeper_task_finish (keeper, 1);
      return;
    }
  task->exit.stragglers = keeper_tree_count_stragglers (keeper);
  if ((flags & SY_KEEPER_KEEP_STRAGGLERS) && !task->stop_sent && !task->end_now && task->exit.stragglers > 0)
    {
      keep_stragglers (keeper);
      return;
    }
  keeper_tree_kill (keeper, KEEPER_KILL_BUDGET_US);
  if (keeper_task_reap (keeper))
    task->exit.escaped = keeper_tree_signal (keeper, 0);
  keeper_task_finish (keeper, 1);
}

/*
 * EOF: a process closes its files before it becomes a zombie, and many a program closes its
 * stdout itself before it ends. It is no straggler for that: SIGCHLD ends the breath early.
 */
static void
begin_last_breath (KeeperTask *task, int64_t now)
{
  if (now + SY_KEEPER_BREATH_US < task->drain_until)
    task->drain_until = now + SY_KEEPER_BREATH_US;
}

/* After the end of the main process: what is alive gets the time to write the rest of its output. */
static void
begin_ending (Keeper *keeper)
{
  KeeperTask *task = &keeper->task;
  int64_t now = keeper_clock (CLOCK_MONOTONIC);

  if (task->started_unsent)
    keeper_task_send_started (keeper);
  keeper_output_close_write (keeper);
  keeper_output_drain (keeper);
  task->drain_until = now + SY_KEEPER_DRAIN_US;
  if (task->kill_at != 0 && task->kill_at < task->drain_until)
    task->drain_until = task->kill_at;
  task->state = SY_KEEPER_ENDING;
  if (keeper_output_at_eof (keeper))
    begin_last_breath (task, now);
  if (task->drain_until <= now)
    keeper_task_settle (keeper);
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
  keeper_task_append (keeper, SY_JOURNAL_EXIT);
  waitid (P_PID, (id_t) task->pid, &ignored, WEXITED | WNOHANG);
  task->main_ended = 1;
  task->deaths = keeper->deaths;
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
      keeper->deaths++;
      if (task->state != SY_KEEPER_IDLE && !task->main_ended && info.si_pid == task->pid)
        record_main (keeper, &info, &usage);
      else
        waitid (P_PID, (id_t) info.si_pid, &info, WEXITED | WNOHANG);
    }
}

/* Goes on after children were reaped; @alive as keeper_task_reap() says. */
void
keeper_task_after_reap (Keeper *keeper, int alive)
{
  KeeperTask *task = &keeper->task;

  if (keeper_task_is_running (task) && task->main_ended)
    {
      if (alive)
        begin_ending (keeper);
      else
        keeper_task_finish (keeper, 0);
    }
  else if (task->state == SY_KEEPER_ENDING && !alive)
    keeper_task_finish (keeper, 1);
  else if (task->state == SY_KEEPER_KEPT && !alive)
    {
      keeper_wire_nonce (keeper, SY_KEEPER_GONE, task->order->head.nonce, 0);
      keeper_task_become_idle (keeper);
    }
}

void
keeper_task_children (Keeper *keeper)
{
  int alive = keeper_task_reap (keeper);

  keeper_task_after_reap (keeper, alive);
}

void
keeper_task_output (Keeper *keeper)
{
  KeeperTask *task = &keeper->task;

  if (keeper_output_drain (keeper))
    task->last_output = keeper_clock (CLOCK_MONOTONIC);
  if (task->state == SY_KEEPER_ENDING && keeper_output_at_eof (keeper))
    begin_last_breath (task, keeper_clock (CLOCK_MONOTONIC));
}
