/* sy-attempt.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-attempt.h"

#include <string.h>
#include <sys/wait.h>

SyName
sy_exit_cause (const SyExit *exit)
{
  if (exit == NULL)
    return SY_NAME_EXIT;
  if (exit->spawn_errno != 0)
    return SY_NAME_SPAWN;
  if (exit->timed_out != 0)
    return SY_NAME_TIMED_OUT;
  if (exit->oom)
    return SY_NAME_OUT_OF_MEMORY;
  if (exit->status != -1 && WIFSIGNALED (exit->status))
    return SY_NAME_SIGNAL;
  return exit->status == 0 ? SY_NAME_OUTPUT : SY_NAME_EXIT;
}

static void
begin (SyAttempt *attempt, const SyEvent *event)
{
  attempt->task = event->task;
  attempt->item = event->item;
  attempt->n = event->attempt;
  attempt->boot = event->boot;
  if (event->nonce != 0)
    attempt->nonce = event->nonce;
}

static void
end (SyAttempt *attempt, const SyEvent *event)
{
  const SyExit *exit = event->exit;

  if (event->keeper != 0)
    {
      attempt->keeper = event->keeper;
      attempt->pid = event->pid;
    }
  attempt->state = event->state;
  attempt->name = event->name;
  attempt->ended_us = event->time.wall_us;
  if (event->state == SY_STATE_FAILED)
    attempt->failure = event->name;
  else if (event->state == SY_STATE_READY)
    attempt->failure = event->value > 0 && event->value < SY_N_NAMES ? (guint8) event->value : sy_exit_cause (exit);
  if (exit == NULL)
    return;
  attempt->status = exit->status;
  attempt->spawn_errno = exit->spawn_errno;
  attempt->started_us = exit->started_us;
  attempt->ended_us = exit->ended_us;
  attempt->user_us = exit->user_us;
  attempt->sys_us = exit->sys_us;
  attempt->rss = exit->rss;
  attempt->read = exit->read;
  attempt->written = exit->written;
  attempt->output = exit->output;
  attempt->dropped = exit->dropped;
  attempt->stragglers = exit->stragglers;
  attempt->escaped = exit->escaped;
  attempt->timed_out = exit->timed_out;
  attempt->oom = exit->oom;
  attempt->kill_method = exit->kill_method;
}

void
sy_attempt_apply (SyAttempt *attempt, const SyEvent *event)
{
  switch ((SyEventKind) event->kind)
    {
    case SY_EVENT_INTENT:
      begin (attempt, event);
      attempt->state = SY_STATE_READY;
      attempt->name = SY_NAME_QUEUED;
      attempt->status = -1;
      attempt->read = attempt->written = -1;
      memcpy (attempt->command_digest, event->digest, sizeof attempt->command_digest);
      break;
    case SY_EVENT_STARTED:
      begin (attempt, event);
      attempt->state = SY_STATE_RUNNING;
      attempt->name = SY_NAME_RUNNING;
      attempt->keeper = event->keeper;
      attempt->pid = event->pid;
      attempt->start_time = event->start_time;
      attempt->pidns = event->pidns;
      attempt->started_us = event->time.wall_us;
      attempt->status = -1;
      break;
    case SY_EVENT_STOP_REQUESTED:
      attempt->name = SY_NAME_STOPPING;
      break;
    case SY_EVENT_EXITED:
      end (attempt, event);
      break;
    case SY_EVENT_LOST:
      attempt->state = SY_STATE_LOST;
      attempt->name = attempt->failure = event->name;
      attempt->ended_us = event->time.wall_us;
      attempt->status = -1;
      break;
    default:
      break;
    }
}

SyState
sy_attempt_outcome (const SyAttempt *attempt, SyName *name)
{
  gboolean retried = attempt->state == SY_STATE_READY && attempt->failure != SY_NAME_NONE;

  *name = retried ? (SyName) attempt->failure : (SyName) attempt->name;
  return retried ? SY_STATE_FAILED : (SyState) attempt->state;
}

int
sy_attempt_exit_code (const SyAttempt *attempt)
{
  return attempt->status != -1 && WIFEXITED (attempt->status) ? WEXITSTATUS (attempt->status) : -1;
}

int
sy_attempt_signal (const SyAttempt *attempt)
{
  return attempt->status != -1 && WIFSIGNALED (attempt->status) ? WTERMSIG (attempt->status) : 0;
}

const char *
sy_kill_method_to_string (SyKillMethod method)
{
  static const char *const words[] = { "process", "cgroup", "subreaper", "process_group" };

  return (guint) method < G_N_ELEMENTS (words) ? words[method] : "process";
}
