/* sy-scheduler-user.c: what a person asks for, task by task, and the cancelling of a run
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/sy-error.h"
#include "core/model/sy-scheduler-private.h"

#include <string.h>

static guint32
find_task (SyScheduler *s, guint32 number, GError **error)
{
  guint32 index = sy_scheduler_index (s, number);

  if (index == SY_NO_TASK)
    g_set_error (error, SY_ERROR, SY_ERROR_NOT_FOUND, "the run has no task number %u", number);
  return index;
}

/* "task “x” is succeeded (cached): @hint" */
static gboolean
refuse (SyScheduler *s, guint32 index, GError **error, const char *hint)
{
  const SyTaskState *state = sy_scheduler_state (s, index);
  const char *word = sy_state_to_string ((SyState) state->state), *name = sy_name_to_string ((SyName) state->name);
  gboolean more = strcmp (word, name) != 0;

  if (more)
    g_set_error (error, SY_ERROR, SY_ERROR_REFUSED, "task “%s” is %s (%s): %s", s->workflow->tasks[index].id, word, name, hint);
  else
    g_set_error (error, SY_ERROR, SY_ERROR_REFUSED, "task “%s” is %s: %s", s->workflow->tasks[index].id, word, hint);
  return FALSE;
}

static gboolean
emit_user (SyScheduler *s, SyEventKind kind, guint32 index, SyState state, SyName name)
{
  SyEvent event = sy_scheduler_event (s, kind, index);

  event.by = SY_BY_USER;
  event.state = (guint8) state;
  event.name = (guint8) name;
  return sy_scheduler_emit (s, &event);
}

/* --- the run --- */

gboolean
sy_scheduler_cancel (SyScheduler *s, SyTime now, gboolean kill, GError **error)
{
  SyEvent event;

  if (sy_run_status_is_final (s->state->status) || s->state->settled)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_REFUSED, "the run is over (%s): there is nothing to cancel",
                   sy_run_status_to_string (s->state->status));
      return FALSE;
    }
  if (s->state->cancelled && (!kill || s->state->cancel_kill))
    {
      g_set_error_literal (error, SY_ERROR, SY_ERROR_REFUSED,
                           kill ? "the run is being cancelled already" : "the run is being cancelled already; cancel with --kill to skip the grace");
      return FALSE;
    }
  sy_scheduler_enter (s, now);
  event = sy_scheduler_event (s, SY_EVENT_CANCEL_REQUESTED, SY_NO_TASK);
  event.by = SY_BY_USER;
  event.value = kill ? 1 : 0;
  sy_scheduler_emit (s, &event);
  if (!s->state->stopping)
    {
      event = sy_scheduler_event (s, SY_EVENT_RUN_STATE, SY_NO_TASK);
      event.by = SY_BY_USER;
      event.value = SY_RUN_STOPPING;
      event.text = g_strdup ("cancelled by the user");
      sy_scheduler_emit (s, &event);
    }
  for (guint32 i = 0; i < s->workflow->n_tasks; i++)
    sy_scheduler_cancel_task (s, i, SY_NAME_RUN_STOPPED, kill);
  sy_scheduler_leave (s);
  return TRUE;
}

gboolean
sy_scheduler_set_slots (SyScheduler *s, SyTime now, guint slots, GError **error)
{
  SyEvent event;

  if (slots < 1 || slots > G_MAXINT)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_REFUSED, "a run needs at least one slot");
      return FALSE;
    }
  sy_scheduler_enter (s, now);
  event = sy_scheduler_event (s, SY_EVENT_SLOTS_CHANGED, SY_NO_TASK);
  event.by = SY_BY_USER;
  event.value = slots;
  sy_scheduler_emit (s, &event);
  s->options.slots = slots;
  s->dispatch_needed = TRUE;
  sy_scheduler_fence_chains (s); /* what follows upon a task that has no slot any more has none either */
  sy_scheduler_action (s, SY_ACTION_SLOTS, SY_NO_TASK, SY_NAME_NONE, slots);
  sy_scheduler_leave (s);
  return TRUE;
}

/* --- one task --- */

gboolean
sy_scheduler_stop_task (SyScheduler *s, SyTime now, guint32 task, gboolean kill, GError **error)
{
  guint32 index = find_task (s, task, error);
  const SyTaskState *state;

  if (index == SY_NO_TASK)
    return FALSE;
  state = sy_scheduler_state (s, index);
  if (state->name == SY_NAME_STOPPING && !kill)
    return refuse (s, index, error, "it is being stopped; kill it to skip the grace");
  if (state->state != SY_STATE_RUNNING && state->state != SY_STATE_READY)
    return refuse (s, index, error, "only a task that runs or is about to can be stopped");
  sy_scheduler_enter (s, now);
  if (state->state == SY_STATE_RUNNING)
    sy_scheduler_stop_running (s, index, SY_NAME_USER, kill, SY_BY_USER);
  else if (state->nonce != 0)
    sy_scheduler_revoke (s, index, SY_STATE_CANCELLED, SY_NAME_USER);
  else
    emit_user (s, SY_EVENT_CANCELLED, index, SY_STATE_CANCELLED, SY_NAME_USER);
  sy_scheduler_leave (s);
  return TRUE;
}

gboolean
sy_scheduler_skip (SyScheduler *s, SyTime now, guint32 task, GError **error)
{
  guint32 index = find_task (s, task, error);
  const SyTaskState *state;

  if (index == SY_NO_TASK)
    return FALSE;
  state = sy_scheduler_state (s, index);
  if (state->name == SY_NAME_STOPPING)
    return refuse (s, index, error, "it has begun, so it cannot be skipped, and is being stopped already");
  if (state->state == SY_STATE_RUNNING)
    return refuse (s, index, error, "stop it instead");
  if (sy_state_is_terminal ((SyState) state->state))
    return refuse (s, index, error, "only a task that has not begun can be skipped; mark it instead");
  if (sy_scheduler_refuse_chained (s, now, index, error))
    return FALSE;
  sy_scheduler_enter (s, now);
  if (state->state == SY_STATE_READY && state->nonce != 0)
    sy_scheduler_revoke (s, index, SY_STATE_SKIPPED, SY_NAME_USER);
  else
    emit_user (s, SY_EVENT_SKIPPED, index, SY_STATE_SKIPPED, SY_NAME_USER);
  sy_scheduler_leave (s);
  return TRUE;
}

gboolean
sy_scheduler_retry_now (SyScheduler *s, SyTime now, guint32 task, GError **error)
{
  guint32 index = find_task (s, task, error);

  if (index == SY_NO_TASK)
    return FALSE;
  if (sy_scheduler_state (s, index)->name != SY_NAME_AWAITING_RETRY)
    return refuse (s, index, error, "it does not wait for a retry");
  sy_scheduler_enter (s, now);
  emit_user (s, SY_EVENT_RETRY_NOW, index, SY_STATE_READY, SY_NAME_QUEUED);
  sy_scheduler_hold_branch (s, index);
  sy_scheduler_leave (s);
  return TRUE;
}

gboolean
sy_scheduler_give_up (SyScheduler *s, SyTime now, guint32 task, GError **error)
{
  guint32 index = find_task (s, task, error);

  if (index == SY_NO_TASK)
    return FALSE;
  if (sy_scheduler_state (s, index)->name != SY_NAME_AWAITING_RETRY)
    return refuse (s, index, error, "it does not wait for a retry");
  sy_scheduler_enter (s, now);
  emit_user (s, SY_EVENT_GIVE_UP, index, SY_STATE_FAILED, (SyName) sy_scheduler_state (s, index)->last_failure);
  sy_scheduler_leave (s);
  return TRUE;
}

static gboolean
is_markable (const SyTaskState *state)
{
  switch ((SyState) state->state)
    {
    case SY_STATE_LOST:
    case SY_STATE_FAILED:
    case SY_STATE_CANCELLED:
    case SY_STATE_UPSTREAM_FAILED:
      return TRUE;
    case SY_STATE_PENDING:
    case SY_STATE_READY:
    case SY_STATE_WAITING:
    case SY_STATE_RUNNING:
    case SY_STATE_SUCCEEDED:
    case SY_STATE_SKIPPED:
    case SY_N_STATES:
    default:
      return FALSE;
    }
}

/* While the run ends, its handlers see it as it is. */
gboolean
sy_scheduler_refuse_while_ending (SyScheduler *s, GError **error)
{
  gboolean handlers = s->state->settled && !sy_run_status_is_final (s->state->status);

  if (!handlers && !s->state->stopping)
    return FALSE;
  g_set_error_literal (error, SY_ERROR, SY_ERROR_REFUSED,
                       handlers ? "the run is ending, its handlers are at work: try again when it is over"
                                : "the run is being stopped: try again when it is over");
  return TRUE;
}

gboolean
sy_scheduler_mark (SyScheduler *s, SyTime now, guint32 task, gboolean succeeded, const char *note, GError **error)
{
  guint32 index = find_task (s, task, error);
  SyEvent event;

  if (index == SY_NO_TASK || sy_scheduler_refuse_while_ending (s, error))
    return FALSE;
  if (!is_markable (sy_scheduler_state (s, index)))
    return refuse (s, index, error, "only a task that is lost, failed, cancelled or upstream_failed can be marked");
  sy_scheduler_enter (s, now);
  sy_scheduler_reopen (s);
  event = sy_scheduler_event (s, SY_EVENT_MARKED, index);
  event.by = SY_BY_USER;
  event.state = succeeded ? SY_STATE_SUCCEEDED : SY_STATE_FAILED;
  event.name = SY_NAME_MARKED;
  event.text = g_strdup (note);
  sy_scheduler_emit (s, &event);
  sy_scheduler_leave (s);
  return TRUE;
}

gboolean
sy_scheduler_edit_command (SyScheduler *s, SyTime now, guint32 task, const char *json, GError **error)
{
  guint32 index = find_task (s, task, error);
  SyEvent event;

  if (index == SY_NO_TASK)
    return FALSE;
  if (s->workflow->tasks[index].kind == SY_TASK_JOIN)
    return refuse (s, index, error, "it is a join point and has no command");
  if (s->tasks[index].in_flight)
    return refuse (s, index, error, "its command is at work: stop it first");
  if (sy_scheduler_refuse_chained (s, now, index, error))
    return FALSE;
  sy_scheduler_enter (s, now);
  event = sy_scheduler_event (s, SY_EVENT_COMMAND_EDITED, index);
  event.by = SY_BY_USER;
  event.text = g_strdup (json);
  sy_scheduler_emit (s, &event);
  sy_scheduler_leave (s);
  return TRUE;
}
