/* sy-scheduler-retry.c: due times, and whether a failed attempt is tried again
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-scheduler-private.h"

#include <math.h>

#define TIMED_OUT_TOTAL 3 /* as SyExit has it */

/* --- timers: a binary heap by due time, then index --- */

static inline gboolean
is_before (const SyTimer *a, const SyTimer *b)
{
  return a->due != b->due ? a->due < b->due : a->task < b->task;
}

void
sy_timer_push (GArray *heap, SyTimer timer)
{
  guint at = heap->len;

  g_array_append_val (heap, timer);
  for (; at > 0; at = (at - 1) / 2)
    {
      SyTimer *up = &g_array_index (heap, SyTimer, (at - 1) / 2);

      if (!is_before (&timer, up))
        break;
      g_array_index (heap, SyTimer, at) = *up;
    }
  g_array_index (heap, SyTimer, at) = timer;
}

void
sy_timer_pop (GArray *heap)
{
  SyTimer last = g_array_index (heap, SyTimer, heap->len - 1);
  guint at = 0;

  g_array_set_size (heap, heap->len - 1);
  if (heap->len == 0)
    return;
  for (guint child; (child = 2 * at + 1) < heap->len; at = child)
    {
      if (child + 1 < heap->len
          && is_before (&g_array_index (heap, SyTimer, child + 1), &g_array_index (heap, SyTimer, child)))
        child++;
      if (!is_before (&g_array_index (heap, SyTimer, child), &last))
        break;
      g_array_index (heap, SyTimer, at) = g_array_index (heap, SyTimer, child);
    }
  g_array_index (heap, SyTimer, at) = last;
}

void
sy_scheduler_timer_add (SyScheduler *s, guint32 index, gint64 due)
{
  s->tasks[index].due_boot = due;
  sy_timer_push (s->timers, (SyTimer){ due, index });
}

/* The next timer that still means something; FALSE if there is none. */
static gboolean
first_timer (SyScheduler *s, SyTimer *timer)
{
  while (s->timers->len > 0)
    {
      *timer = g_array_index (s->timers, SyTimer, 0);
      if (sy_scheduler_state (s, timer->task)->name == SY_NAME_AWAITING_RETRY
          && s->tasks[timer->task].due_boot == timer->due)
        return TRUE;
      sy_timer_pop (s->timers);
      s->n_operations++;
    }
  return FALSE;
}

gint64
sy_scheduler_timers_next (SyScheduler *s)
{
  SyTimer timer;

  return first_timer (s, &timer) ? timer.due : G_MAXINT64;
}

void
sy_scheduler_timers_fire (SyScheduler *s)
{
  SyTimer timer;

  while (first_timer (s, &timer) && timer.due <= s->now.boot_us)
    {
      sy_timer_pop (s->timers);
      sy_scheduler_emit_state (s, SY_EVENT_RETRY_DUE, timer.task, SY_STATE_READY, SY_NAME_QUEUED, 0);
      if (s->state->paused && sy_scheduler_state (s, timer.task)->name == SY_NAME_QUEUED)
        sy_scheduler_emit_state (s, SY_EVENT_HELD, timer.task, SY_STATE_READY, SY_NAME_HELD_PAUSE, 0);
      else
        sy_scheduler_hold_branch (s, timer.task);
    }
}

/* Within a boot by BOOTTIME; after another boot by the wall clock, never longer than the original delay. */
static gint64
due_on_this_boot (const SyScheduler *s, const SyTaskState *state)
{
  gint64 delay = MAX (state->due.wall_us - state->since_us, 0);

  if (!s->options.other_boot)
    return state->due.boot_us;
  return s->now.boot_us + CLAMP (state->due.wall_us - s->now.wall_us, 0, delay);
}

void
sy_scheduler_timers_init (SyScheduler *s)
{
  for (guint32 i = 0; i < s->workflow->n_tasks; i++)
    {
      const SyTaskState *state = sy_scheduler_state (s, i);

      if (state->name == SY_NAME_AWAITING_RETRY)
        sy_scheduler_timer_add (s, i, due_on_this_boot (s, state));
      if (state->first_started_us > 0 && s->tasks[i].first_started_boot == G_MININT64)
        s->tasks[i].first_started_boot = s->now.boot_us - MAX (s->now.wall_us - state->first_started_us, 0);
    }
}

gint64
sy_scheduler_total_left (SyScheduler *s, guint32 index)
{
  const SyTimeout *timeout = sy_scheduler_task (s, index)->timeout;
  gint64 first = s->tasks[index].first_started_boot;

  if (timeout == NULL || timeout->total_us <= 0)
    return 0;
  if (first == G_MININT64 || sy_scheduler_state (s, index)->first_started_us == 0)
    return timeout->total_us;
  return MAX (timeout->total_us - (s->now.boot_us - first), 1);
}

/* --- retry --- */

static gboolean
is_retried (const SyRetry *retry, SyName failure, const SyExit *exit, int code)
{
  switch (failure)
    {
    case SY_NAME_EXIT:
      return (retry->on & SY_RETRY_EXIT) != 0 || sy_code_set_has (&retry->codes, code);
    case SY_NAME_SIGNAL:
      return (retry->on & SY_RETRY_SIGNAL) != 0;
    case SY_NAME_TIMED_OUT:
      return (retry->on & SY_RETRY_TIMED_OUT) != 0 && exit->timed_out != TIMED_OUT_TOTAL;
    case SY_NAME_OUT_OF_MEMORY:
      return (retry->on & SY_RETRY_OUT_OF_MEMORY) != 0;
    case SY_NAME_SPAWN:
      return (retry->on & SY_RETRY_SPAWN) != 0;
    case SY_NAME_OUTPUT:
      return (retry->on & SY_RETRY_OUTPUT) != 0;
    default:
      return FALSE;
    }
}

/* delay·backoff^k, capped so that the widest draw lands on max_delay, then drawn. */
static gint64
draw_delay (SyScheduler *s, const SyRetry *retry, guint32 k)
{
  double draw = (double) (sy_scheduler_random (s) >> 11) / (double) (G_GUINT64_CONSTANT (1) << 53);
  double delay = (double) retry->delay_us * pow (MAX (retry->backoff, 1.0), MIN (k, 1000));
  double jitter = CLAMP (retry->jitter, 0.0, 1.0);

  if (retry->max_delay_us > 0)
    delay = MIN (delay, (double) retry->max_delay_us / (1.0 + jitter));
  return (gint64) MIN (delay * (1.0 + jitter * (2.0 * draw - 1.0)), 9e15);
}

gboolean
sy_scheduler_retry_delay (SyScheduler *s, guint32 index, SyName failure, const SyExit *exit, int code, gint64 *delay)
{
  const SyRetry *retry = sy_scheduler_task (s, index)->retry;
  const SyTaskState *state = sy_scheduler_state (s, index);
  gint64 left;

  if (retry == NULL || state->budget_used >= retry->limit || s->state->stopping || state->run_again
      || !is_retried (retry, failure, exit, code))
    return FALSE;
  *delay = draw_delay (s, retry, state->budget_used);
  left = sy_scheduler_total_left (s, index);
  return left == 0 || *delay < left;
}
