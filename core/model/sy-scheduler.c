/* sy-scheduler.c: the plan's life, its inputs and its outputs
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-scheduler-private.h"
#include "core/model/sy-task-values.h"

void
sy_batch_clear (SyBatch *batch)
{
  g_clear_pointer (&batch->events, g_array_unref);
  g_clear_pointer (&batch->actions, g_array_unref);
}

/* --- random numbers: SplitMix64, after Steele, Lea, Flood (OOPSLA 2014) --- */

guint64
sy_scheduler_random (SyScheduler *s)
{
  guint64 z = s->random += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  z ^= z >> 31;
  return z != 0 ? z : 1;
}

/* --- output --- */

SyEvent
sy_scheduler_event (SyScheduler *s, SyEventKind kind, guint32 index)
{
  SyEvent event = { .kind = (guint16) kind, .by = SY_BY_RUNNER };

  event.time = s->now;
  if (index != SY_NO_TASK)
    event.task = s->workflow->tasks[index].number;
  return event;
}

gboolean
sy_scheduler_emit (SyScheduler *s, SyEvent *event)
{
  g_autoptr (GError) error = NULL;
  guint32 index = sy_scheduler_index (s, event->task);
  guint8 before;

  s->n_operations++;
  if (!sy_run_state_apply (s->state, event, &error))
    {
      g_critical ("the scheduler decided what cannot be: %s", error->message);
      sy_event_clear (event);
      return FALSE;
    }
  if (s->batch.events == NULL)
    s->batch.events = sy_event_array_new ();
  g_array_append_vals (s->batch.events, event, 1);
  if (index == SY_NO_TASK)
    return TRUE;
  before = s->tasks[index].outcome;
  sy_scheduler_follow (s, index);
  if (before != SY_OUTCOME_FAILURE && s->tasks[index].outcome == SY_OUTCOME_FAILURE)
    sy_scheduler_note_failure (s, index);
  return TRUE;
}

gboolean
sy_scheduler_emit_state (SyScheduler *s, SyEventKind kind, guint32 index, SyState state, SyName name, guint32 cause)
{
  SyEvent event = sy_scheduler_event (s, kind, index);

  event.state = (guint8) state;
  event.name = (guint8) name;
  event.cause = cause;
  return sy_scheduler_emit (s, &event);
}

void
sy_scheduler_action (SyScheduler *s, SyActionKind kind, guint32 index, SyName name, gint64 value)
{
  SyAction action = { .kind = kind, .name = name, .value = value };

  if (index != SY_NO_TASK)
    {
      const SyTaskState *state = sy_scheduler_state (s, index);

      action.task = s->workflow->tasks[index].number;
      action.attempt = state->attempt;
      action.nonce = state->nonce;
      if (kind == SY_ACTION_CHAIN || (kind == SY_ACTION_FENCE && state->nonce == 0))
        {
          action.attempt++;
          action.nonce = state->standby;
        }
      if (kind == SY_ACTION_DISPATCH || kind == SY_ACTION_CHAIN)
        {
          action.total_left_us = sy_scheduler_total_left (s, index);
          action.patient = sy_scheduler_is_patient (s, index);
        }
    }
  if (s->batch.actions == NULL)
    s->batch.actions = g_array_new (FALSE, FALSE, sizeof (SyAction));
  g_array_append_val (s->batch.actions, action);
}

gboolean
sy_scheduler_take (SyScheduler *s, SyBatch *batch)
{
  gboolean any = s->batch.events != NULL || s->batch.actions != NULL;

  batch->events = g_steal_pointer (&s->batch.events);
  batch->actions = g_steal_pointer (&s->batch.actions);
  if (!any)
    return FALSE;
  if (batch->events == NULL)
    batch->events = sy_event_array_new ();
  if (batch->actions == NULL)
    batch->actions = g_array_new (FALSE, FALSE, sizeof (SyAction));
  return TRUE;
}

/* --- input --- */

void
sy_scheduler_enter (SyScheduler *s, SyTime now)
{
  s->now = now;
}

/*
 * At the beginning all joins are looked at, a slice at a time and the first in order first: else the log would have to
 * take the word of ten thousand tasks before the first of them may start.
 */
#define SLICE 256

static void
open_slice (SyScheduler *s)
{
  guint32 n = s->workflow->n_tasks, end = MIN (s->n_opened + SLICE, n);

  for (; s->n_opened < end; s->n_opened++)
    sy_scheduler_push_eval (s, n <= SLICE ? s->n_opened : s->at[s->n_opened]);
}

gboolean
sy_scheduler_is_opening (const SyScheduler *s)
{
  return s->begun && s->n_opened < s->workflow->n_tasks;
}

/* The next one at once, where this one has brought nothing to do */
static gboolean
lacks_work (SyScheduler *s)
{
  return sy_scheduler_is_opening (s) && s->n_in_flight == 0 && sy_ready_set_next (&s->heads, 0) == SY_READY_NONE;
}

void
sy_scheduler_leave (SyScheduler *s)
{
  if (!s->begun)
    return;
  sy_scheduler_timers_fire (s);
  do
    {
      if (lacks_work (s))
        open_slice (s);
      sy_scheduler_evaluate (s);
      if (s->stop_cause != 0 && !s->state->stopping && !sy_run_status_is_final (s->state->status))
        sy_scheduler_stop_run (s);
      else
        sy_scheduler_dispatch (s);
    }
  while (s->eval->len > 0 || s->follow->len > 0 || (s->dispatch_needed && sy_scheduler_may_start (s))
         || lacks_work (s));
  sy_scheduler_review_chains (s);
  sy_scheduler_stand_by (s);
  sy_scheduler_update_run (s);
}

void
sy_scheduler_begin (SyScheduler *s, SyTime now)
{
  gboolean over = sy_run_status_is_final (s->state->status);

  g_return_if_fail (!s->begun);

  sy_scheduler_enter (s, now);
  s->begun = TRUE;
  sy_scheduler_timers_init (s);
  if (!over && s->state->slots != s->options.slots)
    {
      SyEvent event = sy_scheduler_event (s, SY_EVENT_SLOTS_CHANGED, SY_NO_TASK);

      event.value = s->options.slots;
      sy_scheduler_emit (s, &event);
    }
  sy_scheduler_begin_handlers (s);
  for (guint32 i = 0; i < s->workflow->n_tasks && !over; i++)
    {
      sy_scheduler_hold_branch (s, i);
      sy_scheduler_repeat_stop (s, i);
      if (sy_late_has_any (&s->workflow->tasks[i]) && sy_scheduler_state (s, i)->state == SY_STATE_READY
          && s->tasks[i].values == NULL && sy_scheduler_state (s, i)->values == NULL)
        sy_scheduler_evaluate_values (s, i); /* what it takes must be known before it is chosen */
    }
  s->n_opened = over ? s->workflow->n_tasks : 0;
  sy_scheduler_leave (s);
}

void
sy_scheduler_tick (SyScheduler *s, SyTime now)
{
  sy_scheduler_enter (s, now);
  if (s->start_after > 0 && now.boot_us >= s->start_after)
    {
      s->start_after = 0;
      s->dispatch_needed = TRUE;
    }
  if (sy_scheduler_is_opening (s))
    open_slice (s);
  sy_scheduler_leave (s);
}

gint64
sy_scheduler_next_due (SyScheduler *s)
{
  gint64 due = sy_scheduler_is_opening (s) ? s->now.boot_us : sy_scheduler_timers_next (s);

  return s->start_after > 0 ? MIN (due, s->start_after) : due;
}

void
sy_scheduler_disk (SyScheduler *s, SyTime now, gboolean full, const char *text)
{
  SyEvent event;

  if (s->state->disk_full == !!full)
    return;
  sy_scheduler_enter (s, now);
  event = sy_scheduler_event (s, full ? SY_EVENT_DISK_FULL : SY_EVENT_DISK_OK, SY_NO_TASK);
  event.text = g_strdup (text);
  sy_scheduler_emit (s, &event);
  s->dispatch_needed = TRUE;
  sy_scheduler_leave (s);
}

/* --- life --- */

static void
init_edges (SyScheduler *s)
{
  const SyWorkflow *workflow = s->workflow;
  g_autofree guint32 *fill = g_memdup2 (workflow->down_start, sizeof (guint32) * (workflow->n_tasks + 1));

  s->edge = g_new0 (guint8, MAX (workflow->n_edges, 1));
  for (guint32 i = 0; i < workflow->n_tasks; i++)
    for (guint32 k = 0; k < workflow->tasks[i].n_needs; k++)
      {
        const SyNeed *need = &workflow->tasks[i].needs[k];
        guint32 at = fill[need->task]++;

        g_assert (workflow->down[at] == i);
        s->edge[at] = (guint8) need->tolerate;
        if (s->tasks[need->task].out)
          s->edge[at] |= SY_EDGE_IGNORED;
      }
}

static void
init_tasks (SyScheduler *s, const SySchedulerOptions *options)
{
  const SyWorkflow *workflow = s->workflow;

  s->n_numbers = s->state->n_numbers + 1;
  s->index_of = g_new (guint32, s->n_numbers);
  for (guint32 i = 0; i < s->n_numbers; i++)
    s->index_of[i] = SY_NO_TASK;
  s->tasks = g_new0 (SyPlanTask, MAX (workflow->n_tasks, 1));
  for (guint32 i = 0; i < workflow->n_tasks; i++)
    {
      const SyTaskState *state = sy_scheduler_state (s, i);

      s->index_of[workflow->tasks[i].number] = i;
      s->tasks[i].first_started_boot = G_MININT64;
      s->tasks[i].dynamic = sy_task_values_is_dynamic (workflow, i);
      s->tasks[i].out = options->selected != NULL && !options->selected[i];
      if (state->state == SY_STATE_READY && state->values != NULL)
        s->tasks[i].values = g_strdup (state->values);
    }
}

SyScheduler *
sy_scheduler_new (SyRunState *state, const SySchedulerOptions *options)
{
  SyScheduler *s = g_new0 (SyScheduler, 1);

  s->state = state;
  s->workflow = sy_workflow_ref (state->workflow);
  s->options = *options;
  s->options.slots = MAX (s->options.slots, 1);
  s->options.memory = s->options.memory ? s->options.memory : G_MAXUINT64 / 2;
  s->options.milli_cpu = s->options.milli_cpu ? s->options.milli_cpu : G_MAXUINT32;
  s->random = options->seed;
  s->eval = g_array_new (FALSE, FALSE, sizeof (guint32));
  s->follow = g_array_new (FALSE, FALSE, sizeof (guint32));
  s->intended = g_array_new (FALSE, FALSE, sizeof (guint32));
  s->tips = g_array_new (FALSE, FALSE, sizeof (guint32));
  s->stood_by = g_array_new (FALSE, FALSE, sizeof (guint32));
  s->timers = g_array_new (FALSE, FALSE, sizeof (SyTimer));
  s->branch_masks = g_ptr_array_new_with_free_func (g_free);
  init_tasks (s, options);
  init_edges (s);
  sy_scheduler_context_init (s, options->context);
  sy_scheduler_order_init (s, options->expected_us);
  for (guint32 i = 0; i < s->workflow->n_tasks; i++)
    sy_scheduler_order_late (s, i);
  sy_scheduler_branches_changed (s);
  sy_scheduler_count_all (s);
  s->options.expected_us = NULL;
  s->options.selected = NULL;
  s->options.context = NULL;
  return s;
}

void
sy_scheduler_free (SyScheduler *s)
{
  if (s == NULL)
    return;
  for (guint32 i = 0; i < s->workflow->n_tasks; i++)
    {
      g_free (s->tasks[i].values);
      sy_late_task_free (s->tasks[i].late);
    }
  sy_scheduler_order_clear (s);
  sy_batch_clear (&s->batch);
  g_array_unref (s->eval);
  g_array_unref (s->follow);
  g_array_unref (s->intended);
  g_array_unref (s->tips);
  g_array_unref (s->stood_by);
  g_array_unref (s->timers);
  g_ptr_array_unref (s->branch_masks);
  g_free (s->tasks);
  g_free (s->edge);
  g_free (s->index_of);
  sy_workflow_unref (s->workflow);
  g_free (s);
}
