/* sy-scheduler-queue.c: slots, pools, memory, and who starts next
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-scheduler-private.h"
#include "core/model/sy-task-values.h"

#include <string.h>

/*
 * Order. User priority, then upward rank, then file order make one fixed order
 * of all tasks (position). Tasks that ask for the same form a class with its own
 * ready set; `heads` holds the first of each class, so that a pass looks at one
 * task a class, in the order of priority.
 *
 * No starvation. A task that lacks something is passed by tasks after it, so that
 * nothing lies idle. Each start that takes what it lacks is counted; after as many
 * as there are slots (each slot was filled anew once) what it lacks is reserved
 * for it: nothing after it that takes any of that starts before it does.
 * Intents ahead never pass a task that lacks slots: a pass ends at the first such one when no slot is free.
 */
#define MAX_BLOCKED 64 /* heads looked at in vain in one pass */

typedef struct
{
  guint32 index;
  const SyRequestClass *class;
  gboolean slots, memory; /* is that lacking? */
} Blocked;

/* --- what is free --- */

static inline guint32
slots_wanted (const SyScheduler *s, const SyRequestClass *class)
{
  return class->alone ? s->options.slots : MIN (class->slots, s->options.slots);
}

static inline guint32
pool_free (const SyScheduler *s, guint32 pool)
{
  guint32 capacity = s->workflow->pools[pool].capacity;

  return capacity - MIN (capacity, s->pool_used[pool]);
}

static inline guint32
pool_wanted (const SyScheduler *s, const SyPoolRequest *request)
{
  return MIN (request->count, s->workflow->pools[request->pool].capacity);
}

static inline gboolean
lacks_slots (const SyScheduler *s, const SyRequestClass *class)
{
  guint32 wanted = slots_wanted (s, class);

  if (class->alone)
    return s->slots_used > 0;
  return s->slots_used + wanted > s->options.slots;
}

static inline gboolean
lacks_memory (const SyScheduler *s, const SyRequestClass *class)
{
  return class->memory > 0 && s->memory_used > 0 && s->memory_used + class->memory > s->options.memory;
}

static gboolean
lacks_pools (const SyScheduler *s, const SyRequestClass *class)
{
  for (guint32 i = 0; i < class->n_pools; i++)
    if (pool_free (s, class->pools[i].pool) < pool_wanted (s, &class->pools[i]))
      return TRUE;
  return FALSE;
}

static void
take (SyScheduler *s, SyPlanTask *task)
{
  const SyRequestClass *class = &s->classes[task->class];

  task->slots_taken = slots_wanted (s, class);
  task->in_flight = TRUE;
  task->passed = 0;
  s->slots_used += task->slots_taken;
  s->memory_used += class->memory;
  s->n_in_flight++;
  for (guint32 i = 0; i < class->n_pools; i++)
    s->pool_used[class->pools[i].pool] += pool_wanted (s, &class->pools[i]);
}

static void
give_back (SyScheduler *s, SyPlanTask *task)
{
  const SyRequestClass *class = &s->classes[task->class];

  s->slots_used -= task->slots_taken;
  s->memory_used -= class->memory;
  s->n_in_flight--;
  s->n_deaf -= task->deaf;
  task->in_flight = task->deaf = task->stop_said = FALSE;
  task->slots_taken = 0;
  for (guint32 i = 0; i < class->n_pools; i++)
    s->pool_used[class->pools[i].pool] -= pool_wanted (s, &class->pools[i]);
}

/* --- the ready sets --- */

static void
update_head (SyScheduler *s, SyRequestClass *class)
{
  guint32 first = sy_ready_set_next (&class->ready, 0);
  guint32 head = first == SY_READY_NONE ? SY_READY_NONE : class->members[first];

  if (head == class->head)
    return;
  if (class->head != SY_READY_NONE)
    sy_ready_set_remove (&s->heads, class->head);
  if (head != SY_READY_NONE)
    sy_ready_set_add (&s->heads, head);
  class->head = head;
}

void
sy_scheduler_set_queued (SyScheduler *s, SyPlanTask *task, gboolean queued)
{
  SyRequestClass *class = &s->classes[task->class];

  task->queued = queued;
  if (queued)
    sy_ready_set_add (&class->ready, task->member);
  else
    sy_ready_set_remove (&class->ready, task->member);
  if (class->plain)
    s->n_ready_plain += queued ? 1 : (guint32) -1;
  update_head (s, class);
}

void
sy_scheduler_queue_follow (SyScheduler *s, guint32 index)
{
  const SyTaskState *state = sy_scheduler_state (s, index);
  SyPlanTask *task = &s->tasks[index];
  gboolean ready = state->state == SY_STATE_READY;
  gboolean in_flight = state->state == SY_STATE_RUNNING || (ready && state->nonce != 0);
  gboolean queued = ready && state->nonce == 0
                    && (state->name == SY_NAME_QUEUED || state->name == SY_NAME_HELD_POOL
                        || state->name == SY_NAME_HELD_SLOTS);

  s->n_operations++;
  if (in_flight != task->in_flight)
    {
      if (in_flight)
        take (s, task);
      else
        give_back (s, task);
      s->dispatch_needed = TRUE;
    }
  if (queued != task->queued)
    {
      sy_scheduler_set_queued (s, task, queued);
      s->dispatch_needed = TRUE;
    }
  sy_scheduler_chain_follow (s, index);
  if (task->values != NULL && (sy_state_is_terminal ((SyState) state->state) || state->state == SY_STATE_PENDING))
    g_clear_pointer (&task->values, g_free);
}

/* --- a pass --- */

gboolean
sy_scheduler_may_start (const SyScheduler *s)
{
  const SyRunState *run = s->state;
  guint8 init = 1 << SY_HANDLER_INIT;

  return s->begun && !s->options.start_nothing && !run->paused && !run->stopping && !run->disk_full && !run->settled
         && !sy_run_status_is_final (run->status) && s->now.boot_us >= s->start_after
         && (!s->workflow->handlers[SY_HANDLER_INIT].set || (run->handlers_done & init) != 0);
}

static gboolean
share (const SyScheduler *s, const Blocked *blocked, const SyRequestClass *class)
{
  const SyRequestClass *other = blocked->class;

  if (blocked->slots || (blocked->memory && class->memory > 0))
    return TRUE;
  for (guint32 i = 0; i < class->n_pools; i++)
    for (guint32 k = 0; k < other->n_pools; k++)
      if (class->pools[i].pool == other->pools[k].pool
          && pool_free (s, other->pools[k].pool) < pool_wanted (s, &other->pools[k]))
        return TRUE;
  return FALSE;
}

/* The first blocked task for which something that @class takes is reserved */
static const Blocked *
find_reservation (const SyScheduler *s, const Blocked *blocked, guint n_blocked, const SyRequestClass *class)
{
  for (guint i = 0; i < n_blocked; i++)
    if (s->tasks[blocked[i].index].passed >= s->options.slots && share (s, &blocked[i], class))
      return &blocked[i];
  return NULL;
}

static void
count_passed (SyScheduler *s, const Blocked *blocked, guint n_blocked, const SyRequestClass *class)
{
  for (guint i = 0; i < n_blocked; i++)
    if (share (s, &blocked[i], class))
      s->tasks[blocked[i].index].passed++;
}

static void
hold (SyScheduler *s, guint32 index, SyName name, const char *what, gint64 wanted, gint64 free, guint32 cause)
{
  const SyTaskState *state = sy_scheduler_state (s, index);
  SyEvent event;

  if (state->name == name && g_strcmp0 (state->text, what) == 0 && state->cause == cause)
    return;
  event = sy_scheduler_event (s, SY_EVENT_HELD, index);
  event.state = SY_STATE_READY;
  event.name = (guint8) name;
  event.text = g_strdup (what);
  event.value = wanted;
  event.value2 = free;
  event.cause = cause;
  sy_scheduler_emit (s, &event);
}

/* Says why, unless it is a plain wait for one of the slots. */
static void
explain (SyScheduler *s, const Blocked *blocked, guint32 cause)
{
  const SyRequestClass *class = blocked->class;
  gint64 slots_free = (gint64) s->options.slots - MIN (s->options.slots, s->slots_used);

  for (guint32 i = 0; i < class->n_pools; i++)
    {
      guint32 pool = class->pools[i].pool, wanted = pool_wanted (s, &class->pools[i]), free = pool_free (s, pool);

      if (free >= wanted && cause == 0)
        continue;
      hold (s, blocked->index, SY_NAME_HELD_POOL, s->workflow->pools[pool].name, wanted, free, cause);
      return;
    }
  if (blocked->memory)
    hold (s, blocked->index, SY_NAME_HELD_POOL, "memory", (gint64) class->memory,
          (gint64) (s->options.memory - MIN (s->options.memory, s->memory_used)), cause);
  else if (cause != 0 || slots_wanted (s, class) > 1)
    hold (s, blocked->index, SY_NAME_HELD_SLOTS, NULL, slots_wanted (s, class), slots_free, cause);
}

static void
warn_clamped (SyScheduler *s, guint32 index)
{
  const SyRequestClass *class = &s->classes[s->tasks[index].class];
  SyEvent event;

  if (!class->alone || s->tasks[index].warned)
    return;
  s->tasks[index].warned = TRUE;
  event = sy_scheduler_event (s, SY_EVENT_WARNING, index);
  event.text = g_strdup ("it asks for more cpu or memory than the machine has: it runs alone, with all of it");
  sy_scheduler_emit (s, &event);
}

/* Values for the next intent: those of the join, or of the attempt before; after a restart they are evaluated again. */
static gboolean
find_values (SyScheduler *s, guint32 index, char **values)
{
  SyPlanTask *task = &s->tasks[index];
  const SyTaskState *state = sy_scheduler_state (s, index);

  *values = NULL;
  if (!task->dynamic)
    return TRUE;
  if (task->values == NULL && state->values == NULL && !sy_scheduler_evaluate_values (s, index))
    return FALSE;
  *values = g_strdup (task->values ? task->values : state->values);
  return TRUE;
}

static gboolean
stands_by (const SyScheduler *s, guint32 index)
{
  return s->tasks[index].standby != 0 && s->tasks[index].standby == sy_scheduler_state (s, index)->standby;
}

gboolean
sy_scheduler_emit_intent (SyScheduler *s, guint32 index)
{
  const SyTaskState *state = sy_scheduler_state (s, index);
  SyEvent event;
  char *values;

  if (!find_values (s, index, &values))
    return FALSE;
  warn_clamped (s, index);
  event = sy_scheduler_event (s, SY_EVENT_INTENT, index);
  event.attempt = state->attempt + 1;
  event.nonce = stands_by (s, index) ? s->tasks[index].standby : sy_scheduler_random (s);
  event.text = values;
  sy_task_values_digest (s->workflow, index, values, state->command, event.digest);
  if (!sy_scheduler_emit (s, &event))
    return FALSE;
  if (s->options.standby > 0)
    g_array_append_val (s->intended, index);
  return TRUE;
}

static void
start (SyScheduler *s, guint32 index)
{
  gint64 reserved_by = stands_by (s, index) ? s->tasks[index].standby_seq : 0;

  if (sy_scheduler_emit_intent (s, index))
    sy_scheduler_action (s, SY_ACTION_DISPATCH, index, SY_NAME_NONE, reserved_by);
}

/* What one COMMIT and the way to the keepers and back may take: for so long the work ahead should last */
#define AHEAD_LASTS_US 40000

/* Intents ahead are what a power cut may lose: no more than the pace of the tasks asks for. */
guint
sy_scheduler_limit_ahead (const SyScheduler *s)
{
  guint64 wanted = s->mean_us > 0 ? (guint64) AHEAD_LASTS_US * s->options.slots / (guint64) s->mean_us : 0;

  return (guint) CLAMP (wanted, s->options.ahead, MAX (s->options.ahead, s->options.ahead_short));
}

gboolean
sy_scheduler_is_quick (const SyScheduler *s)
{
  return sy_scheduler_limit_ahead (s) > s->options.ahead;
}

void
sy_scheduler_note_duration (SyScheduler *s, const SyExit *exit)
{
  gint64 took = MAX (exit->ended_us - exit->started_us, 1);

  s->mean_us = s->mean_us == 0 ? took : MAX (s->mean_us + (took - s->mean_us) / 8, 1);
}

/*
 * May a plain task be committed to although no slot is free? Not while a keeper is idle: it would start at once. The
 * last ones stay here for whoever is free first, unless they are so short that it is cheaper to fetch them back.
 */
static gboolean
may_go_ahead (const SyScheduler *s)
{
  guint limit = sy_scheduler_limit_ahead (s);

  return (s->n_ready_plain > s->options.slots || limit > s->options.ahead)
         && s->slots_used < s->options.slots + limit && s->n_in_flight >= s->options.slots;
}

void
sy_scheduler_dispatch (SyScheduler *s)
{
  Blocked blocked[MAX_BLOCKED];
  guint n_blocked = 0;

  if (!s->dispatch_needed || !sy_scheduler_may_start (s))
    return;
  s->dispatch_needed = FALSE;
  for (guint32 at = sy_ready_set_next (&s->heads, 0); at != SY_READY_NONE && n_blocked < MAX_BLOCKED;
       at = sy_ready_set_next (&s->heads, at + 1))
    {
      guint32 index = s->at[at];
      const SyRequestClass *class = &s->classes[s->tasks[index].class];
      Blocked this = { index, class, lacks_slots (s, class), lacks_memory (s, class) };
      const Blocked *reserved = find_reservation (s, blocked, n_blocked, class);

      s->n_operations++;
      if (this.slots && class->plain && may_go_ahead (s))
        this.slots = FALSE;
      if (reserved == NULL && !this.slots && !this.memory && !lacks_pools (s, class))
        {
          count_passed (s, blocked, n_blocked, class);
          start (s, index);
          continue;
        }
      if (this.slots && s->slots_used >= s->options.slots)
        break; /* a plain wait for a slot, and no task after it may go ahead of it */
      explain (s, &this, reserved ? s->workflow->tasks[reserved->index].number : 0);
      blocked[n_blocked++] = this;
    }
}
