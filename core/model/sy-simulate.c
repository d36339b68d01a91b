/* sy-simulate.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-simulate.h"

#include <signal.h>
#include <string.h>

#include "core/model/sy-scheduler-private.h"

#define DEFAULT_DURATION_US G_USEC_PER_SEC
#define DEFAULT_GRACE_US (5 * G_USEC_PER_SEC)

/* An imagined attempt, by task index */
typedef struct
{
  SySimAttempt plan;
  gint64 ends;          /* BOOTTIME */
  gint64 started_wall;
  guint64 nonce;
  guint64 after;        /* ahead in a chain: nonce of the attempt that it follows upon; 0 = not so */
  guint32 attempt;
  gboolean running, stopped, killed;
} Process;

struct _SySimulation
{
  SyRunState *state;    /* (owned) */
  SyScheduler *scheduler;
  SySimOptions options;
  gint64 *expected_us;  /* (nullable) (owned) */
  Process *processes;   /* by task index */
  GQueue orders;        /* of task index + 1: dispatched, no keeper yet */
  GArray *ends;         /* SyTimer */
  GArray *handlers;     /* SyHandlerKind, to end at once */
  GArray *fences;       /* SyAction, not yet answered */
  guint slots, n_running, n_ahead; /* n_ahead: processes with `after` */
  SyTime now;
  gboolean left;
};

/* --- keepers --- */

static void
start_process (SySimulation *sim, guint32 index)
{
  Process *process = &sim->processes[index];
  guint32 number = sim->state->workflow->tasks[index].number;

  process->plan = (SySimAttempt){ 0 };
  process->plan.duration_us = sim->expected_us && sim->expected_us[index] > 0 ? sim->expected_us[index] : DEFAULT_DURATION_US;
  if (sim->options.attempt != NULL)
    sim->options.attempt (sim->options.data, number, process->attempt, &process->plan);
  process->running = TRUE;
  process->stopped = process->killed = FALSE;
  process->started_wall = sim->now.wall_us;
  process->ends = sim->now.boot_us + MAX (process->plan.duration_us, 0);
  sim->n_running++;
  sy_timer_push (sim->ends, (SyTimer){ process->ends, index });
  if (process->plan.spawn_errno == 0)
    sy_scheduler_started (sim->scheduler, sim->now, SY_BY_RUNNER, number, process->attempt, process->nonce,
                          index % sim->slots + 1, (gint32) index + 100, 1, 1);
}

/* --- chains --- */

static guint32
number_of (const SySimulation *sim, guint32 index)
{
  return sim->state->workflow->tasks[index].number;
}

static void
set_after (SySimulation *sim, guint32 index, guint64 after)
{
  sim->n_ahead += (guint) (after != 0) - (guint) (sim->processes[index].after != 0);
  sim->processes[index].after = after;
}

/* The task that follows upon @nonce; SY_NO_TASK = none does */
static guint32
find_follower (const SySimulation *sim, guint64 nonce)
{
  for (guint32 i = 0; sim->n_ahead > 0 && i < sim->state->workflow->n_tasks; i++)
    if (sim->processes[i].after == nonce)
      return i;
  return SY_NO_TASK;
}

static void
drop_chain (SySimulation *sim, guint64 nonce)
{
  guint32 index = find_follower (sim, nonce);

  if (index == SY_NO_TASK)
    return;
  nonce = sim->processes[index].nonce;
  set_after (sim, index, 0);
  sy_scheduler_fenced (sim->scheduler, sim->now, number_of (sim, index), nonce);
  drop_chain (sim, nonce);
}

/* The attempt has ended: its keeper begins what follows upon it, or drops it. */
static void
resolve_chain (SySimulation *sim, guint64 nonce, gboolean well)
{
  guint32 index = find_follower (sim, nonce);

  if (!well)
    drop_chain (sim, nonce);
  else if (index != SY_NO_TASK)
    {
      set_after (sim, index, 0);
      start_process (sim, index);
    }
}

static gboolean
is_at_keeper (const SySimulation *sim, guint64 nonce)
{
  for (guint32 i = 0; i < sim->state->workflow->n_tasks; i++)
    {
      const Process *process = &sim->processes[i];

      if (process->nonce == nonce
          && (process->running || process->after != 0
              || g_queue_find ((GQueue *) &sim->orders, GUINT_TO_POINTER (i + 1)) != NULL))
        return TRUE;
    }
  return FALSE;
}

static void
put_ahead (SySimulation *sim, guint32 index, const SyAction *action)
{
  if (!is_at_keeper (sim, action->after))
    {
      sy_scheduler_fenced (sim->scheduler, sim->now, action->task, action->nonce);
      return;
    }
  sim->processes[index].nonce = action->nonce;
  sim->processes[index].attempt = action->attempt;
  set_after (sim, index, action->after);
}

static void
end_process (SySimulation *sim, guint32 index)
{
  Process *process = &sim->processes[index];
  const SySimAttempt *plan = &process->plan;
  guint32 number = sim->state->workflow->tasks[index].number;
  SyExit exit = { .status = plan->status, .spawn_errno = plan->spawn_errno, .read = -1, .written = -1 };

  process->running = FALSE;
  sim->n_running--;
  if (plan->lost && !process->stopped)
    {
      sy_scheduler_lost (sim->scheduler, sim->now, SY_BY_RUNNER, number, process->attempt, SY_NAME_KEEPER_DIED,
                         "its keeper died");
      drop_chain (sim, process->nonce);
      return;
    }
  exit.started_us = process->started_wall;
  exit.ended_us = sim->now.wall_us;
  exit.timed_out = process->stopped ? 0 : plan->timed_out;
  exit.oom = process->stopped ? 0 : plan->oom;
  exit.stop_sent = (guint8) process->stopped;
  if (process->stopped)
    exit.status = process->killed || plan->deaf_to_term ? SIGKILL : SIGTERM;
  sy_scheduler_exited (sim->scheduler, sim->now, SY_BY_RUNNER, number, process->attempt, process->nonce, &exit,
                       exit.status == 0 ? plan->outputs : NULL, exit.status == 0 ? plan->output_error : NULL);
  resolve_chain (sim, process->nonce, exit.status == 0 && exit.spawn_errno == 0 && !exit.timed_out && !exit.oom);
}

static void
stop_process (SySimulation *sim, guint32 index, gboolean kill)
{
  Process *process = &sim->processes[index];
  const SyStop *stop = sim->state->workflow->tasks[index].stop;
  gint64 grace = stop ? stop->grace_us : DEFAULT_GRACE_US;

  if (!process->running || process->plan.spawn_errno != 0)
    return;
  process->stopped = TRUE;
  process->killed |= kill;
  process->ends = MIN (process->ends, sim->now.boot_us + (kill || !process->plan.deaf_to_term ? 0 : grace));
  sy_timer_push (sim->ends, (SyTimer){ process->ends, index });
}

static void
fence (SySimulation *sim, guint32 index, guint64 nonce)
{
  gpointer order = GUINT_TO_POINTER (index + 1);
  Process *process = &sim->processes[index];

  if (process->nonce != nonce || (process->after == 0 && !g_queue_remove (&sim->orders, order)))
    return;
  set_after (sim, index, 0);
  if (!sy_scheduler_fenced (sim->scheduler, sim->now, number_of (sim, index), nonce))
    sy_scheduler_voided (sim->scheduler, sim->now, SY_BY_RUNNER, number_of (sim, index), nonce, "fenced");
  drop_chain (sim, nonce);
}

static void
answer_fences (SySimulation *sim)
{
  g_autoptr (GArray) fences = g_steal_pointer (&sim->fences);

  sim->fences = g_array_new (FALSE, FALSE, sizeof (SyAction));
  for (guint i = 0; i < fences->len; i++)
    {
      const SyAction *action = &g_array_index (fences, SyAction, i);

      fence (sim, sy_workflow_find_number (sim->state->workflow, action->task), action->nonce);
    }
}

static void
claim_orders (SySimulation *sim)
{
  while (sim->n_running < sim->slots && !g_queue_is_empty (&sim->orders))
    start_process (sim, GPOINTER_TO_UINT (g_queue_pop_head (&sim->orders)) - 1);
}

/* --- batches --- */

static void
act (SySimulation *sim, const SyAction *action)
{
  guint32 index = sy_workflow_find_number (sim->state->workflow, action->task);

  switch (action->kind)
    {
    case SY_ACTION_DISPATCH:
      sim->processes[index].nonce = action->nonce;
      sim->processes[index].attempt = action->attempt;
      g_queue_push_tail (&sim->orders, GUINT_TO_POINTER (index + 1));
      break;
    case SY_ACTION_CHAIN:
      put_ahead (sim, index, action);
      break;
    case SY_ACTION_FENCE:
      g_array_append_vals (sim->fences, action, 1);
      break;
    case SY_ACTION_STOP:
      stop_process (sim, index, action->value == 1);
      break;
    case SY_ACTION_HANDLER:
      {
        SyHandlerKind kind = (SyHandlerKind) action->value;

        g_array_append_val (sim->handlers, kind);
        break;
      }
    case SY_ACTION_SLOTS:
      sim->slots = MAX ((guint) action->value, 1);
      break;
    case SY_ACTION_LEAVE:
      sim->left = TRUE;
      break;
    default:
      g_assert_not_reached ();
    }
}

/* Takes what was decided, and lets it happen, but for fences. */
static void
perform (SySimulation *sim)
{
  SyBatch batch;

  do
    {
      while (sy_scheduler_take (sim->scheduler, &batch))
        {
          if (sim->options.events != NULL && batch.events->len > 0)
            sim->options.events (sim->options.data, (const SyEvent *) (gpointer) batch.events->data, batch.events->len);
          for (guint i = 0; i < batch.actions->len; i++)
            act (sim, &g_array_index (batch.actions, SyAction, i));
          sy_batch_clear (&batch);
        }
      claim_orders (sim);
      for (guint i = 0; i < sim->handlers->len; i++)
        sy_scheduler_handler_done (sim->scheduler, sim->now, g_array_index (sim->handlers, SyHandlerKind, i), 0);
      g_array_set_size (sim->handlers, 0);
    }
  while (sim->scheduler->batch.events != NULL || sim->scheduler->batch.actions != NULL);
}

void
sy_simulation_flush (SySimulation *sim)
{
  perform (sim);
  while (sim->fences->len > 0 && !sim->options.slow_fences)
    {
      answer_fences (sim);
      perform (sim);
    }
}

/* --- time --- */

static gboolean
first_end (SySimulation *sim, SyTimer *timer)
{
  while (sim->ends->len > 0)
    {
      *timer = g_array_index (sim->ends, SyTimer, 0);
      if (sim->processes[timer->task].running && sim->processes[timer->task].ends == timer->due)
        return TRUE;
      sy_timer_pop (sim->ends);
    }
  return FALSE;
}

gboolean
sy_simulation_step (SySimulation *sim)
{
  SyTimer timer = { 0, 0 };
  gboolean ends = first_end (sim, &timer);
  gint64 due = sy_scheduler_next_due (sim->scheduler);
  gint64 next = ends ? MIN (timer.due, due) : due;

  if (next == G_MAXINT64 && sim->fences->len == 0)
    return FALSE;
  if (next == G_MAXINT64)
    next = sim->now.boot_us;
  next = MAX (next, sim->now.boot_us);
  sim->now.wall_us += next - sim->now.boot_us;
  sim->now.boot_us = next;
  if (ends && timer.due <= due)
    {
      sy_timer_pop (sim->ends);
      end_process (sim, timer.task);
    }
  else
    sy_scheduler_tick (sim->scheduler, sim->now);
  perform (sim);
  answer_fences (sim);
  sy_simulation_flush (sim);
  return TRUE;
}

void
sy_simulation_run (SySimulation *sim)
{
  while (!sim->left && sy_simulation_step (sim))
    ;
}

/* --- life --- */

/* What a new runner finds: processes that live on, and intents that nobody claimed. */
static void
recover (SySimulation *sim)
{
  for (guint32 i = 0; i < sim->state->workflow->n_tasks; i++)
    {
      const SyTaskState *state = sy_run_state_at (sim->state, i);
      guint32 number = sim->state->workflow->tasks[i].number;
      Process *process = &sim->processes[i];

      if (state->state == SY_STATE_RUNNING)
        {
          gboolean stopping = state->name == SY_NAME_STOPPING;

          process->nonce = state->nonce;
          process->attempt = state->attempt;
          start_process (sim, i);
          if (stopping)
            stop_process (sim, i, FALSE);
        }
      else if (state->state == SY_STATE_READY && state->nonce != 0)
        sy_scheduler_voided (sim->scheduler, sim->now, SY_BY_RECOVERY, number, state->nonce, "never claimed");
    }
}

SySimulation *
sy_simulation_new_from (SyRunState *state, const SySimOptions *options)
{
  SySimulation *sim = g_new0 (SySimulation, 1);
  guint32 n = state->workflow->n_tasks;

  sim->state = state;
  sim->options = *options;
  sim->options.scheduler.expected_us = NULL;
  sim->options.scheduler.selected = NULL;
  if (options->scheduler.expected_us != NULL)
    sim->expected_us = g_memdup2 (options->scheduler.expected_us, sizeof (gint64) * n);
  sim->processes = g_new0 (Process, MAX (n, 1));
  sim->ends = g_array_new (FALSE, FALSE, sizeof (SyTimer));
  sim->handlers = g_array_new (FALSE, FALSE, sizeof (SyHandlerKind));
  sim->slots = MAX (options->scheduler.slots, 1);
  sim->now = options->start;
  sim->fences = g_array_new (FALSE, FALSE, sizeof (SyAction));
  g_queue_init (&sim->orders);
  sim->scheduler = sy_scheduler_new (state, &options->scheduler);
  recover (sim);
  sy_scheduler_begin (sim->scheduler, sim->now);
  sy_simulation_flush (sim);
  return sim;
}

SySimulation *
sy_simulation_new (SyWorkflow *workflow, const SySimOptions *options)
{
  SyRunState *state = sy_run_state_new (workflow);
  SyEvent created = { .kind = SY_EVENT_RUN_CREATED, .time = options->start, .value = MAX (options->scheduler.slots, 1) };

  sy_run_state_apply (state, &created, NULL);
  if (options->events != NULL)
    options->events (options->data, &created, 1);
  return sy_simulation_new_from (state, options);
}

void
sy_simulation_free (SySimulation *sim)
{
  if (sim == NULL)
    return;
  sy_scheduler_free (sim->scheduler);
  g_clear_pointer (&sim->state, sy_run_state_free);
  g_queue_clear (&sim->orders);
  g_array_unref (sim->ends);
  g_array_unref (sim->handlers);
  g_array_unref (sim->fences);
  g_free (sim->processes);
  g_free (sim->expected_us);
  g_free (sim);
}

SyRunState *
sy_simulation_state (SySimulation *sim)
{
  return sim->state;
}

SyScheduler *
sy_simulation_scheduler (SySimulation *sim)
{
  return sim->scheduler;
}

SyTime
sy_simulation_now (SySimulation *sim)
{
  return sim->now;
}

gboolean
sy_simulation_has_left (SySimulation *sim)
{
  return sim->left;
}

guint
sy_simulation_n_running (SySimulation *sim)
{
  return sim->n_running;
}

SyRunState *
sy_simulation_steal_state (SySimulation *sim)
{
  return g_steal_pointer (&sim->state);
}
