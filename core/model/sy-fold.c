/* sy-fold.c: the one fold: one event onto a run's state
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-fold-private.h"
#include "core/base/sy-error.h"

gboolean
sy_fold_refuse (SyFold *fold, const char *why)
{
  fold->why = why;
  return FALSE;
}

void
sy_fold_replace_text (char **at, const char *text)
{
  char *copy = g_strdup (text);

  g_free (*at);
  *at = copy;
}

/* --- the run --- */

static gboolean
set_slots (SyFold *fold, gint64 slots)
{
  if (slots < 0 || slots > G_MAXINT)
    return sy_fold_refuse (fold, "impossible number of slots");
  fold->run->slots = (guint) slots;
  return TRUE;
}

static gboolean
run_created (SyFold *fold)
{
  if (fold->run->created)
    return sy_fold_refuse (fold, "the run was created before");
  if (!set_slots (fold, fold->event->value))
    return FALSE;
  fold->run->created = TRUE;
  fold->run->created_us = fold->event->time.wall_us;
  sy_fold_replace_text (&fold->run->created_text, fold->event->text);
  return TRUE;
}

static gboolean
run_state (SyFold *fold)
{
  SyRunState *run = fold->run;
  gint64 value = fold->event->value;

  if (value < 0 || value >= SY_N_RUN_STATUSES || !sy_run_transition_allowed (run->status, (SyRunStatus) value))
    return sy_fold_refuse (fold, "no such transition of a run");
  run->status = (SyRunStatus) value;
  run->stopping = run->status == SY_RUN_STOPPING;
  if (run->status == SY_RUN_RUNNING)
    run->settled = run->cancelled = run->cancel_kill = FALSE;
  run->ended_us = sy_run_status_is_final (run->status) ? fold->event->time.wall_us : 0;
  sy_fold_replace_text (&run->status_text, fold->event->text);
  return TRUE;
}

static gboolean
slots_changed (SyFold *fold)
{
  return set_slots (fold, fold->event->value);
}

static gboolean
definition_added (SyFold *fold)
{
  if (fold->event->value < 0 || fold->event->value > G_MAXINT)
    return sy_fold_refuse (fold, "impossible number of a definition");
  fold->run->definition = (guint) fold->event->value;
  return TRUE;
}

static gboolean
settled (SyFold *fold)
{
  guint8 init = 1 << SY_HANDLER_INIT;

  fold->run->settled = TRUE;
  fold->run->handlers_started &= init;
  fold->run->handlers_done &= init;
  fold->run->handlers_failed &= init;
  return TRUE;
}

static gboolean
salvaged (SyFold *fold)
{
  fold->run->salvaged = TRUE;
  return TRUE;
}

static gboolean
disk_full (SyFold *fold)
{
  fold->run->disk_full = TRUE;
  return TRUE;
}

static gboolean
disk_ok (SyFold *fold)
{
  fold->run->disk_full = FALSE;
  return TRUE;
}

static gboolean
handler (SyFold *fold)
{
  gint64 kind = fold->event->value;
  guint8 bit;

  if (kind < 0 || kind >= SY_N_HANDLERS)
    return sy_fold_refuse (fold, "no such handler");
  bit = (guint8) (1 << kind);
  fold->run->handlers_started |= bit;
  if (fold->event->value2 >= 0)
    fold->run->handlers_done |= bit;
  if (fold->event->value2 > 0)
    fold->run->handlers_failed |= bit;
  return TRUE;
}

/* --- the user --- */

static gboolean
paused (SyFold *fold)
{
  GPtrArray *branches = fold->run->paused_branches;
  const char *branch = fold->event->text;

  if (branch == NULL && fold->task != NULL)
    return sy_fold_refuse (fold, "a branch must be named");
  if (branch == NULL)
    fold->run->paused = TRUE;
  else if (!g_ptr_array_find_with_equal_func (branches, branch, g_str_equal, NULL))
    g_ptr_array_add (branches, g_strdup (branch));
  return TRUE;
}

static gboolean
resumed (SyFold *fold)
{
  GPtrArray *branches = fold->run->paused_branches;
  const char *branch = fold->event->text;
  guint at;

  if (branch == NULL && fold->task != NULL)
    return sy_fold_refuse (fold, "a branch must be named");
  if (branch == NULL)
    fold->run->paused = fold->run->draining = FALSE;
  else if (g_ptr_array_find_with_equal_func (branches, branch, g_str_equal, &at))
    g_ptr_array_remove_index (branches, at);
  return TRUE;
}

static gboolean
drained (SyFold *fold)
{
  fold->run->paused = fold->run->draining = TRUE;
  return TRUE;
}

static gboolean
cancel_requested (SyFold *fold)
{
  fold->run->cancelled = TRUE;
  fold->run->cancel_kill |= fold->event->value == 1;
  return TRUE;
}

/* Recorded for the reader; the state stays as it is. */
static gboolean
noted (SyFold *fold)
{
  return TRUE;
}

static gboolean
runner_started (SyFold *fold)
{
  g_clear_pointer (&fold->run->left_text, g_free);
  return TRUE;
}

/* What it has started, it has said before; but what it has left ahead in chains (value 1) may begin without it. */
static gboolean
runner_left (SyFold *fold)
{
  sy_fold_replace_text (&fold->run->left_text, fold->event->text);
  for (guint32 i = 0; i < fold->run->n_numbers && fold->event->value == 0; i++)
    fold->run->tasks[i].standby = 0;
  return TRUE;
}

static gboolean
warning (SyFold *fold)
{
  if (fold->task != NULL)
    fold->task->badges |= SY_BADGE_WARNING;
  return TRUE;
}

/* Of the run; some may name a task. */
static const struct { SyFoldFunc apply; gboolean or_task; } kinds[] = {
  [SY_EVENT_RUN_CREATED] = { run_created, FALSE },
  [SY_EVENT_RUN_STATE] = { run_state, FALSE },
  [SY_EVENT_SLOTS_CHANGED] = { slots_changed, FALSE },
  [SY_EVENT_DEFINITION_ADDED] = { definition_added, FALSE },
  [SY_EVENT_SETTLED] = { settled, FALSE },
  [SY_EVENT_LEFTOVERS_KILLED] = { noted, TRUE },
  [SY_EVENT_RERUN_REQUESTED] = { noted, FALSE },
  [SY_EVENT_PAUSED] = { paused, TRUE },
  [SY_EVENT_RESUMED] = { resumed, TRUE },
  [SY_EVENT_DRAINED] = { drained, FALSE },
  [SY_EVENT_CANCEL_REQUESTED] = { cancel_requested, FALSE },
  [SY_EVENT_NOTE] = { noted, TRUE },
  [SY_EVENT_RECOVERED] = { noted, TRUE },
  [SY_EVENT_SALVAGED] = { salvaged, TRUE },
  [SY_EVENT_DISK_FULL] = { disk_full, TRUE },
  [SY_EVENT_DISK_OK] = { disk_ok, TRUE },
  [SY_EVENT_RUNNER_STARTED] = { runner_started, TRUE },
  [SY_EVENT_RUNNER_LEFT] = { runner_left, TRUE },
  [SY_EVENT_HANDLER] = { handler, FALSE },
  [SY_EVENT_WARNING] = { warning, TRUE },
};

static gboolean
dispatch (SyFold *fold)
{
  const SyEvent *event = fold->event;
  SyFoldFunc of_task = sy_fold_task_func (event->kind);

  if (of_task == NULL && (event->kind >= G_N_ELEMENTS (kinds) || kinds[event->kind].apply == NULL))
    return sy_fold_refuse (fold, "unknown kind of event");
  if (event->seq < 0 || (event->seq != 0 && event->seq <= fold->run->seq) || fold->run->seq == G_MAXINT64)
    return sy_fold_refuse (fold, "out of order");
  if (event->item != 0)
    return sy_fold_refuse (fold, "items of a map are not known here");
  if (event->task != 0 && fold->task == NULL)
    return sy_fold_refuse (fold, "no such task");
  if (of_task != NULL)
    return fold->task != NULL ? of_task (fold) : sy_fold_refuse (fold, "it must name a task");
  if (fold->task != NULL && !kinds[event->kind].or_task)
    return sy_fold_refuse (fold, "it is about the run");
  return kinds[event->kind].apply (fold);
}

static void
set_refusal (const SyFold *fold, GError **error)
{
  const SyEvent *event = fold->event;
  const SyTaskState *task = fold->task;
  guint32 index = sy_workflow_find_number (fold->run->workflow, event->task);
  g_autofree char *subject = task == NULL ? g_strdup ("the run")
                             : index == SY_NO_TASK
                                 ? g_strdup_printf ("task %u", event->task)
                                 : g_strdup_printf ("task “%s”", fold->run->workflow->tasks[index].id);

  g_set_error (error, SY_ERROR, SY_ERROR_CORRUPT,
               "event %" G_GINT64_FORMAT " (%s) does not fit %s, which is %s(%s): %s",
               event->seq ? event->seq : fold->run->seq + 1, sy_event_kind_to_string ((SyEventKind) event->kind),
               subject, task ? sy_state_to_string ((SyState) task->state) : sy_run_status_to_string (fold->run->status),
               task ? sy_name_to_string ((SyName) task->name) : "", fold->why);
}

gboolean
sy_run_state_apply (SyRunState *state, const SyEvent *event, GError **error)
{
  SyFold fold = { state, event, sy_run_state_task (state, event->task), NULL };
  SyState old_state = fold.task ? (SyState) fold.task->state : SY_STATE_PENDING;

  if (!dispatch (&fold))
    {
      if (error != NULL)
        set_refusal (&fold, error);
      return FALSE;
    }
  state->seq = event->seq ? event->seq : state->seq + 1;
  state->boot = event->boot ? event->boot : state->boot;
  if (fold.task == NULL || event->kind == SY_EVENT_STANDBY) /* nothing that is shown has changed */
    return TRUE;
  fold.task->last_seq = state->seq;
  sy_run_state_touch (state, event->task);
  if (fold.task->state != old_state)
    sy_settled_update (state, event->task, old_state);
  return TRUE;
}
