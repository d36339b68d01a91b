/* sy-scheduler-run.c: the run as a whole: its status, its result, its handlers
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-scheduler-private.h"

#define MAX_NAMED 10 /* tasks named in a status text */

static void
set_status (SyScheduler *s, SyRunStatus status, char *text)
{
  SyEvent event;

  if (s->state->status == status)
    {
      g_free (text);
      return;
    }
  event = sy_scheduler_event (s, SY_EVENT_RUN_STATE, SY_NO_TASK);
  event.value = status;
  event.text = text;
  sy_scheduler_emit (s, &event);
}

static void
leave_run (SyScheduler *s)
{
  if (!s->leaving)
    sy_scheduler_action (s, SY_ACTION_LEAVE, SY_NO_TASK, SY_NAME_NONE, 0);
  s->leaving = TRUE;
}

/* --- the result --- */

typedef struct { gboolean failed, lost, partial; } Tally;

static void
tally_task (const SyScheduler *s, guint32 index, Tally *tally)
{
  const SyTaskState *state = sy_scheduler_state (s, index);
  gboolean failure = state->state == SY_STATE_FAILED || state->state == SY_STATE_UPSTREAM_FAILED
                     || (state->state == SY_STATE_LOST && !sy_scheduler_is_lost_open (s, index));

  if (failure && sy_scheduler_is_tolerated (s, index))
    tally->partial = TRUE;
  else if (failure || (state->state == SY_STATE_CANCELLED && state->name != SY_NAME_QUORUM_MET))
    tally->failed = TRUE;
  else if (state->state == SY_STATE_LOST)
    tally->lost = TRUE;
  else if (state->state == SY_STATE_CANCELLED || state->name == SY_NAME_WARNED)
    tally->partial = TRUE;
}

/* First match of the list in the design. */
static SyRunStatus
find_result (const SyScheduler *s)
{
  Tally tally = { FALSE, FALSE, FALSE };

  for (guint32 i = 0; i < s->workflow->n_tasks; i++)
    tally_task (s, i, &tally);
  if (s->state->cancelled)
    return SY_RUN_CANCELLED;
  if (tally.failed)
    return SY_RUN_FAILED;
  if (tally.lost)
    return SY_RUN_LOST;
  return tally.partial ? SY_RUN_PARTIALLY_SUCCEEDED : SY_RUN_SUCCEEDED;
}

/* --- handlers --- */

static gboolean
has_started (const SyScheduler *s, SyHandlerKind kind)
{
  return (s->state->handlers_started >> kind) & 1;
}

static gboolean
has_ended (const SyScheduler *s, SyHandlerKind kind)
{
  return !s->workflow->handlers[kind].set || ((s->state->handlers_done >> kind) & 1) != 0;
}

static void
emit_handler (SyScheduler *s, SyHandlerKind kind, gint64 status, const char *text)
{
  SyEvent event = sy_scheduler_event (s, SY_EVENT_HANDLER, SY_NO_TASK);

  event.value = kind;
  event.value2 = status;
  event.text = g_strdup (text);
  sy_scheduler_emit (s, &event);
}

static void
start_handler (SyScheduler *s, SyHandlerKind kind)
{
  if (has_started (s, kind) || has_ended (s, kind))
    return;
  emit_handler (s, kind, -1, NULL);
  sy_scheduler_action (s, SY_ACTION_HANDLER, SY_NO_TASK, SY_NAME_NONE, kind);
}

/* A handler that had started when the runner died is not started again: nobody knows how far it came. */
void
sy_scheduler_begin_handlers (SyScheduler *s)
{
  for (SyHandlerKind kind = SY_HANDLER_INIT; kind < SY_N_HANDLERS; kind++)
    if (has_started (s, kind) && !has_ended (s, kind))
      emit_handler (s, kind, 1, "the runner left before it ended");
  if (!sy_run_status_is_final (s->state->status) && !s->state->stopping && !s->options.start_nothing)
    start_handler (s, SY_HANDLER_INIT);
}

void
sy_scheduler_handler_done (SyScheduler *s, SyTime now, SyHandlerKind kind, int status)
{
  if ((guint) kind >= SY_N_HANDLERS || !has_started (s, kind) || has_ended (s, kind))
    return;
  sy_scheduler_enter (s, now);
  emit_handler (s, kind, status < 0 ? 1 : status, NULL);
  s->dispatch_needed = TRUE;
  sy_scheduler_leave (s);
}

/* One after the other: that of the result, then exit; then the run is over. */
static void
finish (SyScheduler *s)
{
  SyRunStatus result = find_result (s);
  SyHandlerKind first = SY_HANDLER_FAILURE;

  if (result == SY_RUN_SUCCEEDED || result == SY_RUN_PARTIALLY_SUCCEEDED)
    first = SY_HANDLER_SUCCESS;
  else if (result == SY_RUN_CANCELLED)
    first = SY_HANDLER_CANCEL;
  start_handler (s, first);
  if (!has_ended (s, first))
    return;
  start_handler (s, SY_HANDLER_EXIT);
  if (!has_ended (s, SY_HANDLER_EXIT))
    return;
  set_status (s, result, NULL);
  leave_run (s);
}

/* --- what keeps it from going on --- */

static void
name_blocking (SyScheduler *s, GString *text, SyState state, SyName name)
{
  guint n = 0;

  for (guint32 i = 0; i < s->workflow->n_tasks; i++)
    {
      const SyTaskState *task = sy_scheduler_state (s, i);

      if (task->state != state || (name != SY_NAME_NONE && task->name != name))
        continue;
      if (n++ < MAX_NAMED)
        g_string_append_printf (text, "%s%s", n > 1 ? ", " : "", s->workflow->tasks[i].id);
    }
  if (n > MAX_NAMED)
    g_string_append_printf (text, " and %u more", n - MAX_NAMED);
}

static char *
blocking_text (SyScheduler *s, const char *what, SyState state, SyName name)
{
  GString *text = g_string_new (what);

  name_blocking (s, text, state, name);
  return g_string_free (text, FALSE);
}

/* Can anything happen without a person or another program? */
static gboolean
is_moving (SyScheduler *s)
{
  const SyRunState *run = s->state;

  if (s->n_in_flight > s->n_deaf || sy_scheduler_timers_next (s) != G_MAXINT64)
    return TRUE;
  if (has_started (s, SY_HANDLER_INIT) && !has_ended (s, SY_HANDLER_INIT))
    return TRUE;
  return s->heads.count > 0 && !run->disk_full && (s->n_deaf == 0 || s->now.boot_us < s->start_after);
}

static void
rest (SyScheduler *s)
{
  const SyRunState *run = s->state;

  if (run->disk_full)
    set_status (s, SY_RUN_STALLED, g_strdup ("the disk is full: free some space"));
  else if (s->n_deaf > 0)
    set_status (s, SY_RUN_STALLED,
                blocking_text (s, "no answer from the keepers of ", SY_STATE_READY, SY_NAME_HELD_KEEPER));
  else if (run->paused_branches->len > 0 && run->counts[SY_STATE_READY] > 0)
    set_status (s, SY_RUN_PAUSED, blocking_text (s, "paused: ", SY_STATE_READY, SY_NAME_HELD_PAUSE));
  else if (run->counts[SY_STATE_WAITING] > 0)
    set_status (s, SY_RUN_WAITING, blocking_text (s, "waiting for a decision on ", SY_STATE_WAITING, SY_NAME_NONE));
  else if (run->counts[SY_STATE_LOST] > 0)
    {
      /* Not settled: a person has to say what became of the lost tasks, and no handler may clean up before that. */
      set_status (s, find_result (s), blocking_text (s, "unresolved: ", SY_STATE_LOST, SY_NAME_NONE));
      leave_run (s);
    }
  else
    set_status (s, SY_RUN_STALLED, blocking_text (s, "waiting: ", SY_STATE_PENDING, SY_NAME_NONE));
}

static void
settle (SyScheduler *s)
{
  SyEvent event = sy_scheduler_event (s, SY_EVENT_SETTLED, SY_NO_TASK);

  sy_scheduler_emit (s, &event);
}

static gboolean
is_all_over (const SyScheduler *s)
{
  const guint32 *counts = s->state->counts;

  return counts[SY_STATE_PENDING] + counts[SY_STATE_READY] + counts[SY_STATE_WAITING] + counts[SY_STATE_RUNNING] == 0
         && (s->state->n_unsettled == 0 || s->state->stopping);
}

/* A mark gave a run that was over new life, and nobody is there to go on with it: that is no interruption. */
static void
rest_paused (SyScheduler *s)
{
  SyEvent event = sy_scheduler_event (s, SY_EVENT_PAUSED, SY_NO_TASK);

  if (!s->state->paused)
    sy_scheduler_emit (s, &event);
  set_status (s, SY_RUN_PAUSED, g_strdup ("nothing was started; resume goes on with what follows"));
}

void
sy_scheduler_update_run (SyScheduler *s)
{
  SyRunState *run = s->state;

  if (sy_run_status_is_final (run->status))
    {
      leave_run (s);
      return;
    }
  if (!run->settled && is_all_over (s))
    settle (s);
  if (run->settled)
    finish (s);
  else if (run->stopping)
    return;
  else if (s->options.start_nothing && s->n_in_flight == 0)
    {
      if (s->reopened)
        rest_paused (s);
      leave_run (s);
    }
  else if (run->paused)
    {
      set_status (s, SY_RUN_PAUSED, g_strdup (run->draining ? "drained" : NULL));
      if (run->draining && s->n_in_flight == 0)
        leave_run (s);
    }
  else if (is_moving (s))
    set_status (s, SY_RUN_RUNNING, NULL);
  else
    rest (s);
}

void
sy_scheduler_reopen (SyScheduler *s)
{
  s->leaving = FALSE;
  if (!sy_run_status_is_final (s->state->status))
    return;
  s->reopened = TRUE;
  s->stop_cause = 0;
  set_status (s, SY_RUN_RUNNING, NULL);
}
