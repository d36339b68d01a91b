/* sy-fold.c: the one fold: one event onto a run's state
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-attempt.h"
#include "core/model/sy-run-state-private.h"
#include "core/base/sy-error.h"

#include <string.h>

/* One event under way. Every step checks first and changes last: a refused event changes nothing. */
typedef struct
{
  SyRunState *run;
  const SyEvent *event;
  SyTaskState *task;    /* (nullable) of event->task */
  const char *why;      /* set by refuse() */
} Fold;

typedef gboolean (*FoldFunc) (Fold *fold);

typedef enum { OF_RUN, OF_TASK, OF_EITHER } Subject;

static gboolean
refuse (Fold *fold, const char *why)
{
  fold->why = why;
  return FALSE;
}

static void
replace_text (char **at, const char *text)
{
  char *copy = g_strdup (text);

  g_free (*at);
  *at = copy;
}

static void
enter (Fold *fold, SyState state, SyName name)
{
  SyTaskState *task = fold->task;
  const SyEvent *event = fold->event;

  task->state = (guint8) state;
  task->name = (guint8) name;
  task->since_us = event->time.wall_us;
  task->cause = event->cause;
  task->held_want = task->held_free = 0;
  task->due = name == SY_NAME_AWAITING_RETRY ? event->due : (SyTime){ 0, 0 };
  replace_text (&task->text, event->kind == SY_EVENT_INTENT ? NULL : event->text);
}

/* The only door into another state. */
static gboolean
move (Fold *fold, SyState state, SyName name)
{
  const SyTaskState *task = fold->task;

  if (!sy_transition_allowed ((SyState) task->state, (SyName) task->name, state, name))
    return refuse (fold, "no such transition");
  if (task->nonce != 0 && task->state == SY_STATE_READY && state != SY_STATE_READY && state != SY_STATE_RUNNING
      && state != SY_STATE_LOST)
    return refuse (fold, "its intent is out and must be fenced first");
  enter (fold, state, name);
  return TRUE;
}

static gboolean
is_of_attempt (const Fold *fold)
{
  return fold->event->attempt == fold->task->attempt
         && (fold->event->nonce == 0 || fold->event->nonce == fold->task->nonce);
}

/* --- decisions --- */

static gboolean
join_met (Fold *fold)
{
  SyName name = (SyName) fold->event->name;
  gboolean ok;

  if (fold->task->state != SY_STATE_PENDING)
    return refuse (fold, "its join was decided before");
  if (name == SY_NAME_NONE || name == SY_NAME_QUEUED)
    ok = move (fold, SY_STATE_READY, SY_NAME_QUEUED);
  else
    ok = move (fold, name == SY_NAME_APPROVAL ? SY_STATE_WAITING : SY_STATE_SUCCEEDED, name);
  if (!ok)
    return FALSE;
  fold->task->joined = TRUE;
  fold->task->badges &= ~SY_BADGE_STALE;
  return TRUE;
}

static gboolean
skipped (Fold *fold)
{
  SyName name = (SyName) fold->event->name;

  if (fold->task->state == SY_STATE_RUNNING)
    return refuse (fold, "it runs");
  if (!move (fold, SY_STATE_SKIPPED, name))
    return FALSE;
  if (name == SY_NAME_CONDITION_FALSE)
    fold->task->joined = TRUE;
  return TRUE;
}

static gboolean
announced (Fold *fold)
{
  if (fold->task->state != SY_STATE_PENDING)
    return refuse (fold, "only a pending task is told about its upstream");
  return move (fold, fold->event->name == SY_NAME_UPSTREAM_SKIPPED ? SY_STATE_SKIPPED : SY_STATE_UPSTREAM_FAILED,
               (SyName) fold->event->name);
}

static gboolean
unannounced (Fold *fold)
{
  if (fold->task->name != SY_NAME_UPSTREAM_FAILED && fold->task->name != SY_NAME_UPSTREAM_SKIPPED)
    return refuse (fold, "nothing was announced");
  return move (fold, SY_STATE_PENDING, SY_NAME_NEEDS);
}

static gboolean
held (Fold *fold)
{
  SyName name = (SyName) fold->event->name;

  if (fold->task->state == SY_STATE_PENDING)
    return move (fold, SY_STATE_PENDING, name);
  if (fold->task->state != SY_STATE_READY || name < SY_NAME_HELD_POOL || name > SY_NAME_HELD_STOPPING)
    return refuse (fold, "it cannot be held so");
  if (!move (fold, SY_STATE_READY, name))
    return FALSE;
  fold->task->held_want = fold->event->value;
  fold->task->held_free = fold->event->value2;
  return TRUE;
}

static gboolean
released (Fold *fold)
{
  const SyTaskState *task = fold->task;

  if (task->state == SY_STATE_PENDING)
    return move (fold, SY_STATE_PENDING, SY_NAME_NEEDS);
  if (task->state != SY_STATE_READY || task->name == SY_NAME_AWAITING_RETRY || task->name == SY_NAME_REVOKING)
    return refuse (fold, "it is not held");
  return move (fold, SY_STATE_READY, task->stop_name ? SY_NAME_REVOKING : SY_NAME_QUEUED);
}

static gboolean
failed (Fold *fold)
{
  SyName name = (SyName) fold->event->name;

  if (name != SY_NAME_EXPRESSION && name != SY_NAME_REJECTED)
    return refuse (fold, "without an attempt it cannot fail of this");
  if (!move (fold, SY_STATE_FAILED, name))
    return FALSE;
  fold->task->joined = TRUE;
  fold->task->last_failure = (guint8) name;
  return TRUE;
}

static gboolean
cancelled (Fold *fold)
{
  if (fold->task->state == SY_STATE_RUNNING)
    return refuse (fold, "it runs and must be stopped first");
  return move (fold, SY_STATE_CANCELLED, (SyName) fold->event->name);
}

/* --- attempts --- */

static gboolean
intent (Fold *fold)
{
  SyTaskState *task = fold->task;

  if (task->state != SY_STATE_READY || task->name == SY_NAME_AWAITING_RETRY || task->nonce != 0)
    return refuse (fold, "it is not free to start");
  if (fold->event->nonce == 0 || task->attempt == G_MAXUINT32 || fold->event->attempt != task->attempt + 1)
    return refuse (fold, "wrong attempt number or no nonce");
  if (!move (fold, SY_STATE_READY, SY_NAME_QUEUED))
    return FALSE;
  task->attempt++;
  task->nonce = fold->event->nonce;
  replace_text (&task->values, fold->event->text);
  return TRUE;
}

static gboolean
voided (Fold *fold)
{
  SyTaskState *task = fold->task;

  if (task->state != SY_STATE_READY || task->nonce == 0 || task->nonce != fold->event->nonce)
    return refuse (fold, "no such intent is out");
  if (!move (fold, SY_STATE_READY, SY_NAME_QUEUED))
    return FALSE;
  task->attempt--;
  task->nonce = 0;
  task->stop_name = task->stop_state = 0;
  g_clear_pointer (&task->values, g_free);
  return TRUE;
}

static gboolean
revoking (Fold *fold)
{
  SyTaskState *task = fold->task;

  if (task->state != SY_STATE_READY || task->nonce == 0 || task->nonce != fold->event->nonce)
    return refuse (fold, "no such intent is out");
  if (!move (fold, SY_STATE_READY, SY_NAME_REVOKING))
    return FALSE;
  task->stop_name = fold->event->name ? fold->event->name : SY_NAME_REVOKING;
  task->stop_state = fold->event->state;
  return TRUE;
}

static void
note_start (SyTaskState *task, gint64 started_us)
{
  task->started_us = started_us;
  task->ended_us = 0;
  if (task->first_started_us == 0)
    task->first_started_us = started_us;
}

static gboolean
started (Fold *fold)
{
  SyTaskState *task = fold->task;

  if (task->state != SY_STATE_READY || task->nonce == 0 || !is_of_attempt (fold))
    return refuse (fold, "no such intent is out");
  if (!move (fold, SY_STATE_RUNNING, SY_NAME_RUNNING))
    return FALSE;
  task->stop_name = task->stop_state = 0;
  task->badges &= ~(SY_BADGE_STRAGGLERS | SY_BADGE_WARNING | SY_BADGE_UNRESPONSIVE);
  note_start (task, fold->event->time.wall_us);
  return TRUE;
}

static gboolean
stop_requested (Fold *fold)
{
  SyName name = (SyName) fold->event->name;

  if (fold->event->attempt != 0 && !is_of_attempt (fold))
    return refuse (fold, "another attempt is meant");
  if (name != SY_NAME_TIMED_OUT && !sy_name_fits_state (name, SY_STATE_CANCELLED))
    return refuse (fold, "a stop must say what the task becomes");
  if (!move (fold, SY_STATE_RUNNING, SY_NAME_STOPPING))
    return FALSE;
  fold->task->stop_name = (guint8) name;
  fold->task->stop_state = name == SY_NAME_TIMED_OUT ? SY_STATE_FAILED : SY_STATE_CANCELLED;
  return TRUE;
}

/* What an attempt failed of; NONE = a name that no attempt can fail of */
static SyName
failure_of (const SyEvent *event)
{
  gint64 name = event->state == SY_STATE_FAILED ? event->name : event->value;

  if (name == SY_NAME_NONE)
    return sy_exit_cause (event->exit);
  return name > 0 && name < SY_N_NAMES
                 && sy_transition_allowed (SY_STATE_RUNNING, SY_NAME_RUNNING, SY_STATE_FAILED, (SyName) name)
             ? (SyName) name
             : SY_NAME_NONE;
}

static void
note_exit (Fold *fold)
{
  SyTaskState *task = fold->task;
  const SyExit *exit = fold->event->exit;

  if (task->nonce != 0 && exit != NULL && exit->started_us > 0)
    note_start (task, exit->started_us);
  task->ended_us = exit != NULL && exit->ended_us > 0 ? exit->ended_us : fold->event->time.wall_us;
  task->exit_status = exit != NULL ? exit->status : -1;
  if (exit != NULL && (exit->stragglers > 0 || exit->escaped > 0))
    task->badges |= SY_BADGE_STRAGGLERS;
  task->nonce = 0;
  task->stop_name = task->stop_state = 0;
}

static gboolean
exited (Fold *fold)
{
  SyTaskState *task = fold->task;
  SyState state = (SyState) fold->event->state;
  SyName from = (SyName) task->name;
  SyName failure = SY_NAME_NONE;

  if (task->state == SY_STATE_READY && task->nonce != 0) /* its start was never logged */
    from = task->name == SY_NAME_REVOKING ? SY_NAME_STOPPING : SY_NAME_RUNNING;
  else if (task->state != SY_STATE_RUNNING)
    return refuse (fold, "it does not run");
  if (!is_of_attempt (fold))
    return refuse (fold, "another attempt is meant");
  if (state == SY_STATE_RUNNING || state == SY_STATE_LOST
      || !sy_transition_allowed (SY_STATE_RUNNING, from, state, (SyName) fold->event->name))
    return refuse (fold, "no such transition");
  if (state == SY_STATE_FAILED || state == SY_STATE_READY)
    {
      failure = failure_of (fold->event);
      if (failure == SY_NAME_NONE)
        return refuse (fold, "an attempt cannot fail of this");
    }
  enter (fold, state, (SyName) fold->event->name);
  note_exit (fold);
  if (failure != SY_NAME_NONE)
    task->last_failure = (guint8) failure;
  if (state == SY_STATE_READY)
    task->budget_used++;
  if (state == SY_STATE_SUCCEEDED)
    task->badges &= ~SY_BADGE_STALE;
  return TRUE;
}

static gboolean
lost (Fold *fold)
{
  SyTaskState *task = fold->task;

  if (!is_of_attempt (fold) || (task->state == SY_STATE_READY && task->nonce == 0))
    return refuse (fold, "no such attempt is under way");
  if (!move (fold, SY_STATE_LOST, (SyName) fold->event->name))
    return FALSE;
  task->last_failure = fold->event->name;
  task->ended_us = fold->event->time.wall_us;
  task->exit_status = -1;
  task->nonce = 0;
  task->stop_name = task->stop_state = 0;
  return TRUE;
}

static gboolean
lost_rerun (Fold *fold)
{
  guint32 index = sy_workflow_find_number (fold->run->workflow, fold->event->task);

  if (fold->task->state != SY_STATE_LOST)
    return refuse (fold, "it is not lost");
  if (index != SY_NO_TASK && fold->run->workflow->tasks[index].on_lost != SY_ON_LOST_RERUN)
    return refuse (fold, "a lost task is not run again by itself");
  if (!move (fold, SY_STATE_READY, SY_NAME_QUEUED))
    return FALSE;
  fold->task->lost_reruns++;
  return TRUE;
}

/* RETRY_DUE and RETRY_NOW */
static gboolean
retry (Fold *fold)
{
  if (fold->task->name != SY_NAME_AWAITING_RETRY)
    return refuse (fold, "no retry is due");
  return move (fold, SY_STATE_READY, SY_NAME_QUEUED);
}

static gboolean
give_up (Fold *fold)
{
  if (fold->task->name != SY_NAME_AWAITING_RETRY)
    return refuse (fold, "no retry is due");
  return move (fold, SY_STATE_FAILED, (SyName) fold->task->last_failure);
}

static gboolean
output_set (Fold *fold)
{
  if (fold->task->attempt == 0 || (fold->event->attempt != 0 && fold->event->attempt != fold->task->attempt))
    return refuse (fold, "no such attempt");
  replace_text (&fold->task->outputs, fold->event->text);
  return TRUE;
}

static gboolean
warning (Fold *fold)
{
  if (fold->task != NULL)
    fold->task->badges |= SY_BADGE_WARNING;
  return TRUE;
}

/* --- the user --- */

static gboolean
reset (Fold *fold)
{
  SyTaskState *task = fold->task;
  gboolean again = task->state == SY_STATE_SUCCEEDED;

  if (task->state == SY_STATE_RUNNING)
    return refuse (fold, "it runs");
  if (!move (fold, SY_STATE_PENDING, SY_NAME_NEEDS))
    return FALSE;
  task->badges = 0;
  task->stop_name = task->stop_state = 0;
  task->last_failure = SY_NAME_NONE;
  task->run_again = task->joined = FALSE;
  task->budget_used = task->lost_reruns = 0;
  task->round += again;
  task->first_started_us = 0;
  g_clear_pointer (&task->outputs, g_free);
  g_clear_pointer (&task->values, g_free);
  return TRUE;
}

static gboolean
stale (Fold *fold)
{
  if (fold->task->state != SY_STATE_SUCCEEDED)
    return refuse (fold, "only what succeeded can be stale");
  fold->task->badges |= SY_BADGE_STALE;
  return TRUE;
}

static gboolean
marked (Fold *fold)
{
  return move (fold, (SyState) fold->event->state, SY_NAME_MARKED);
}

static gboolean
run_again (Fold *fold)
{
  if (fold->task->state != SY_STATE_RUNNING)
    return refuse (fold, "it does not run");
  fold->task->run_again = TRUE;
  return TRUE;
}

static gboolean
command_edited (Fold *fold)
{
  replace_text (&fold->task->command, fold->event->text);
  return TRUE;
}

static gboolean
paused (Fold *fold)
{
  GPtrArray *branches = fold->run->paused_branches;
  const char *branch = fold->event->text;

  if (branch == NULL && fold->task != NULL)
    return refuse (fold, "a branch must be named");
  if (branch == NULL)
    fold->run->paused = TRUE;
  else if (!g_ptr_array_find_with_equal_func (branches, branch, g_str_equal, NULL))
    g_ptr_array_add (branches, g_strdup (branch));
  return TRUE;
}

static gboolean
resumed (Fold *fold)
{
  GPtrArray *branches = fold->run->paused_branches;
  const char *branch = fold->event->text;
  guint at;

  if (branch == NULL && fold->task != NULL)
    return refuse (fold, "a branch must be named");
  if (branch == NULL)
    fold->run->paused = fold->run->draining = FALSE;
  else if (g_ptr_array_find_with_equal_func (branches, branch, g_str_equal, &at))
    g_ptr_array_remove_index (branches, at);
  return TRUE;
}

static gboolean
drained (Fold *fold)
{
  fold->run->paused = fold->run->draining = TRUE;
  return TRUE;
}

static gboolean
cancel_requested (Fold *fold)
{
  fold->run->cancelled = TRUE;
  fold->run->cancel_kill |= fold->event->value == 1;
  return TRUE;
}

/* --- the run --- */

static gboolean
set_slots (Fold *fold, gint64 slots)
{
  if (slots < 0 || slots > G_MAXINT)
    return refuse (fold, "impossible number of slots");
  fold->run->slots = (guint) slots;
  return TRUE;
}

static gboolean
run_created (Fold *fold)
{
  if (fold->run->created)
    return refuse (fold, "the run was created before");
  if (!set_slots (fold, fold->event->value))
    return FALSE;
  fold->run->created = TRUE;
  fold->run->created_us = fold->event->time.wall_us;
  replace_text (&fold->run->created_text, fold->event->text);
  return TRUE;
}

static gboolean
run_state (Fold *fold)
{
  SyRunState *run = fold->run;
  gint64 value = fold->event->value;

  if (value < 0 || value >= SY_N_RUN_STATUSES || !sy_run_transition_allowed (run->status, (SyRunStatus) value))
    return refuse (fold, "no such transition of a run");
  run->status = (SyRunStatus) value;
  run->stopping = run->status == SY_RUN_STOPPING;
  if (run->status == SY_RUN_RUNNING)
    run->settled = run->cancelled = run->cancel_kill = FALSE;
  run->ended_us = sy_run_status_is_final (run->status) ? fold->event->time.wall_us : 0;
  replace_text (&run->status_text, fold->event->text);
  return TRUE;
}

static gboolean
slots_changed (Fold *fold)
{
  return set_slots (fold, fold->event->value);
}

static gboolean
definition_added (Fold *fold)
{
  if (fold->event->value < 0 || fold->event->value > G_MAXINT)
    return refuse (fold, "impossible number of a definition");
  fold->run->definition = (guint) fold->event->value;
  return TRUE;
}

static gboolean
settled (Fold *fold)
{
  guint8 init = 1 << SY_HANDLER_INIT;

  fold->run->settled = TRUE;
  fold->run->handlers_started &= init;
  fold->run->handlers_done &= init;
  fold->run->handlers_failed &= init;
  return TRUE;
}

static gboolean
disk_full (Fold *fold)
{
  fold->run->disk_full = TRUE;
  return TRUE;
}

static gboolean
disk_ok (Fold *fold)
{
  fold->run->disk_full = FALSE;
  return TRUE;
}

static gboolean
handler (Fold *fold)
{
  gint64 kind = fold->event->value;
  guint8 bit;

  if (kind < 0 || kind >= SY_N_HANDLERS)
    return refuse (fold, "no such handler");
  bit = (guint8) (1 << kind);
  fold->run->handlers_started |= bit;
  if (fold->event->value2 >= 0)
    fold->run->handlers_done |= bit;
  if (fold->event->value2 > 0)
    fold->run->handlers_failed |= bit;
  return TRUE;
}

/* Recorded for the reader; the state stays as it is. */
static gboolean
noted (Fold *fold)
{
  return TRUE;
}

static const struct { Subject subject; FoldFunc apply; } kinds[] = {
  [SY_EVENT_RUN_CREATED] = { OF_RUN, run_created },
  [SY_EVENT_RUN_STATE] = { OF_RUN, run_state },
  [SY_EVENT_SLOTS_CHANGED] = { OF_RUN, slots_changed },
  [SY_EVENT_DEFINITION_ADDED] = { OF_RUN, definition_added },
  [SY_EVENT_SETTLED] = { OF_RUN, settled },
  [SY_EVENT_JOIN_MET] = { OF_TASK, join_met },
  [SY_EVENT_SKIPPED] = { OF_TASK, skipped },
  [SY_EVENT_ANNOUNCED] = { OF_TASK, announced },
  [SY_EVENT_UNANNOUNCED] = { OF_TASK, unannounced },
  [SY_EVENT_HELD] = { OF_TASK, held },
  [SY_EVENT_RELEASED] = { OF_TASK, released },
  [SY_EVENT_FAILED] = { OF_TASK, failed },
  [SY_EVENT_CANCELLED] = { OF_TASK, cancelled },
  [SY_EVENT_INTENT] = { OF_TASK, intent },
  [SY_EVENT_VOIDED] = { OF_TASK, voided },
  [SY_EVENT_REVOKING] = { OF_TASK, revoking },
  [SY_EVENT_STARTED] = { OF_TASK, started },
  [SY_EVENT_STOP_REQUESTED] = { OF_TASK, stop_requested },
  [SY_EVENT_EXITED] = { OF_TASK, exited },
  [SY_EVENT_LOST] = { OF_TASK, lost },
  [SY_EVENT_LEFTOVERS_KILLED] = { OF_EITHER, noted },
  [SY_EVENT_RETRY_DUE] = { OF_TASK, retry },
  [SY_EVENT_OUTPUT_SET] = { OF_TASK, output_set },
  [SY_EVENT_WARNING] = { OF_EITHER, warning },
  [SY_EVENT_LOST_RERUN] = { OF_TASK, lost_rerun },
  [SY_EVENT_RERUN_REQUESTED] = { OF_RUN, noted },
  [SY_EVENT_RESET] = { OF_TASK, reset },
  [SY_EVENT_STALE] = { OF_TASK, stale },
  [SY_EVENT_MARKED] = { OF_TASK, marked },
  [SY_EVENT_PAUSED] = { OF_EITHER, paused },
  [SY_EVENT_RESUMED] = { OF_EITHER, resumed },
  [SY_EVENT_DRAINED] = { OF_RUN, drained },
  [SY_EVENT_CANCEL_REQUESTED] = { OF_RUN, cancel_requested },
  [SY_EVENT_COMMAND_EDITED] = { OF_TASK, command_edited },
  [SY_EVENT_NOTE] = { OF_EITHER, noted },
  [SY_EVENT_RETRY_NOW] = { OF_TASK, retry },
  [SY_EVENT_GIVE_UP] = { OF_TASK, give_up },
  [SY_EVENT_RUN_AGAIN] = { OF_TASK, run_again },
  [SY_EVENT_RECOVERED] = { OF_EITHER, noted },
  [SY_EVENT_SALVAGED] = { OF_EITHER, noted },
  [SY_EVENT_DISK_FULL] = { OF_EITHER, disk_full },
  [SY_EVENT_DISK_OK] = { OF_EITHER, disk_ok },
  [SY_EVENT_RUNNER_STARTED] = { OF_EITHER, noted },
  [SY_EVENT_RUNNER_LEFT] = { OF_EITHER, noted },
  [SY_EVENT_HANDLER] = { OF_RUN, handler },
};

static gboolean
dispatch (Fold *fold)
{
  const SyEvent *event = fold->event;
  SyRunState *run = fold->run;

  if (event->kind >= G_N_ELEMENTS (kinds) || kinds[event->kind].apply == NULL)
    return refuse (fold, "unknown kind of event");
  if (event->seq < 0 || (event->seq != 0 && event->seq <= run->seq) || run->seq == G_MAXINT64)
    return refuse (fold, "out of order");
  if (event->item != 0)
    return refuse (fold, "items of a map are not known here");
  if (event->task != 0 && fold->task == NULL)
    return refuse (fold, "no such task");
  if (kinds[event->kind].subject != OF_EITHER && (event->task != 0) != (kinds[event->kind].subject == OF_TASK))
    return refuse (fold, "wrong subject");
  return kinds[event->kind].apply (fold);
}

static void
set_refusal (const Fold *fold, GError **error)
{
  const SyEvent *event = fold->event;
  const SyTaskState *task = fold->task;
  guint32 index = sy_workflow_find_number (fold->run->workflow, event->task);
  g_autofree char *subject = task == NULL          ? g_strdup ("the run")
                             : index == SY_NO_TASK ? g_strdup_printf ("task %u", event->task)
                                                   : g_strdup_printf ("task “%s”", fold->run->workflow->tasks[index].id);

  g_set_error (error, SY_ERROR, SY_ERROR_CORRUPT,
               "event %" G_GINT64_FORMAT " (%s) does not fit %s, which is %s(%s): %s",
               event->seq ? event->seq : fold->run->seq + 1, sy_event_kind_to_string ((SyEventKind) event->kind), subject,
               task ? sy_state_to_string ((SyState) task->state) : sy_run_status_to_string (fold->run->status),
               task ? sy_name_to_string ((SyName) task->name) : "", fold->why);
}

gboolean
sy_run_state_apply (SyRunState *state, const SyEvent *event, GError **error)
{
  Fold fold = { state, event, sy_run_state_task (state, event->task), NULL };
  SyState old_state = fold.task ? (SyState) fold.task->state : SY_STATE_PENDING;

  if (!dispatch (&fold))
    {
      if (error != NULL)
        set_refusal (&fold, error);
      return FALSE;
    }
  state->seq = event->seq ? event->seq : state->seq + 1;
  if (fold.task == NULL)
    return TRUE;
  fold.task->last_seq = state->seq;
  sy_run_state_touch (state, event->task);
  if (fold.task->state != old_state)
    sy_settled_update (state, event->task, old_state);
  return TRUE;
}
