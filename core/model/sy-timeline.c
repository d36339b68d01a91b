/* sy-timeline.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-timeline.h"

#include "core/model/sy-attempt.h"

#include <string.h>

#define NONE 0 /* links between spans are index + 1 */

/* By log number − 1 */
typedef struct
{
  guint32 first, last;  /* links */
  gint64 end_us;        /* of its newest attempt or point; 0 = none ended */
  guint32 slots;        /* that its running attempt takes; 0 = none runs */
} Row;

struct _SyTimeline
{
  SyWorkflow *workflow; /* (owned) */
  gint64 begin_us, end_us, seq;
  Row *rows;
  guint32 n_numbers;
  GArray *spans;        /* (owned) SySpan */
  GStringChunk *texts;  /* (owned) */

  /* rows */
  guint32 *chain_of;    /* by index */
  guint32 *chain_next;  /* by index: the next task of its chain, SY_NO_TASK = last */
  guint32 *chain_first; /* by chain: index */
  guint32 n_chains;
  guint8 *chain_began;  /* by chain */
  GArray *began;        /* (owned) guint32 chains, in their order */
  guint32 *order, *place; /* row → index, index → row */
  gboolean order_stale;

  SyLevel running, slots;
  GArray *pools;        /* (owned) SyLevel */
};

/* --- levels --- */

static SyLevel *
find_pool (SyTimeline *self, const char *name)
{
  SyLevel pool;

  for (guint i = 0; i < self->pools->len; i++)
    if (g_str_equal (g_array_index (self->pools, SyLevel, i).name, name))
      return &g_array_index (self->pools, SyLevel, i);
  sy_level_init (&pool, name);
  g_array_append_val (self->pools, pool);
  return &g_array_index (self->pools, SyLevel, self->pools->len - 1);
}

/* What the attempt of a task takes while it runs; @sign: 1 begins, −1 ends */
static void
take (SyTimeline *self, guint32 number, gint64 wall_us, gint64 sign)
{
  guint32 index = sy_workflow_find_number (self->workflow, number);
  const SyResources *needs = index != SY_NO_TASK ? self->workflow->tasks[index].resources : NULL;
  Row *row = &self->rows[number - 1];

  if (sign > 0)
    row->slots = needs != NULL && needs->milli_cpu > 1000 ? (needs->milli_cpu + 999) / 1000 : 1;
  sy_level_add (&self->running, wall_us, sign);
  sy_level_add (&self->slots, wall_us, sign * (gint64) row->slots);
  for (guint32 i = 0; needs != NULL && i < needs->n_pools; i++)
    if (needs->pools[i].pool < self->workflow->n_pools)
      sy_level_add (find_pool (self, self->workflow->pools[needs->pools[i].pool].name), wall_us, sign * (gint64) needs->pools[i].count);
  if (sign < 0)
    row->slots = 0;
}

/* --- spans --- */

static SySpan *
span_of (const SyTimeline *self, guint32 link)
{
  return link != NONE ? &g_array_index (self->spans, SySpan, link - 1) : NULL;
}

static SySpan *
open_span (const SyTimeline *self, const Row *row)
{
  SySpan *last = span_of (self, row->last);

  return last != NULL && last->end_us == 0 ? last : NULL;
}

/* The chain of a task that does something for the first time keeps its place among the rows from now on. */
static void
note_chain (SyTimeline *self, guint32 number)
{
  guint32 index = sy_workflow_find_number (self->workflow, number), chain;

  if (index == SY_NO_TASK || self->chain_began[self->chain_of[index]])
    return;
  chain = self->chain_of[index];
  self->chain_began[chain] = TRUE;
  g_array_append_val (self->began, chain);
  self->order_stale = TRUE;
}

static SySpan *
add_span (SyTimeline *self, guint32 number, SySpanKind kind, gint64 start_us, SyState state, SyName name)
{
  Row *row = &self->rows[number - 1];
  SySpan span = { .start_us = start_us, .kind = (guint8) kind, .state = (guint8) state, .name = (guint8) name };

  g_array_append_val (self->spans, span);
  if (row->last != NONE)
    span_of (self, row->last)->next = self->spans->len;
  row->last = self->spans->len;
  if (row->first == NONE)
    {
      row->first = row->last;
      note_chain (self, number);
    }
  return span_of (self, row->last);
}

static void
end_span (SySpan *span, gint64 wall_us)
{
  span->end_us = MAX (wall_us, span->start_us);
}

static void
end_wait (SyTimeline *self, const Row *row, gint64 wall_us)
{
  SySpan *open = open_span (self, row);

  if (open != NULL && open->kind == SY_SPAN_WAIT)
    end_span (open, wall_us);
}

static void
begin_wait (SyTimeline *self, const SyEvent *event, gint64 wall_us, SyState state, SyName name)
{
  Row *row = &self->rows[event->task - 1];
  SySpan *open = open_span (self, row);

  if (open != NULL && (open->kind != SY_SPAN_WAIT || open->name == name))
    return;
  end_wait (self, row, wall_us);
  open = add_span (self, event->task, SY_SPAN_WAIT, wall_us, state, name);
  if (name == SY_NAME_HELD_POOL && event->text != NULL)
    open->text = g_string_chunk_insert_const (self->texts, event->text);
}

static SySpan *
begin_attempt (SyTimeline *self, const SyEvent *event, gint64 wall_us)
{
  Row *row = &self->rows[event->task - 1];
  SySpan *open = open_span (self, row);

  if (open != NULL && open->kind == SY_SPAN_ATTEMPT)
    return open;
  end_wait (self, row, wall_us);
  open = add_span (self, event->task, SY_SPAN_ATTEMPT, wall_us, SY_STATE_RUNNING, SY_NAME_RUNNING);
  open->attempt = event->attempt;
  take (self, event->task, wall_us, 1);
  return open;
}

static void
end_attempt (SyTimeline *self, const SyEvent *event)
{
  gint64 end = event->exit != NULL && event->exit->ended_us > 0 ? event->exit->ended_us : event->time.wall_us;
  gint64 start = event->exit != NULL && event->exit->started_us > 0 ? event->exit->started_us : end;
  SySpan *span = begin_attempt (self, event, MIN (start, end));
  Row *row = &self->rows[event->task - 1];
  gboolean again = event->kind == SY_EVENT_EXITED && event->state == SY_STATE_READY;

  end_span (span, end);
  span->state = event->kind == SY_EVENT_LOST ? SY_STATE_LOST : again ? SY_STATE_FAILED : event->state;
  span->name = !again ? event->name : event->value > 0 && event->value < SY_N_NAMES ? (guint8) event->value
                                                                                     : (guint8) sy_exit_cause (event->exit);
  row->end_us = span->end_us;
  take (self, event->task, span->end_us, -1);
  if (again)
    begin_wait (self, event, row->end_us, SY_STATE_READY, SY_NAME_AWAITING_RETRY);
}

static void
join_met (SyTimeline *self, const SyEvent *event)
{
  gint64 now = event->time.wall_us;

  if (event->name == SY_NAME_NONE || event->name == SY_NAME_QUEUED)
    begin_wait (self, event, now, SY_STATE_READY, SY_NAME_QUEUED);
  else if (event->name == SY_NAME_APPROVAL)
    begin_wait (self, event, now, SY_STATE_WAITING, SY_NAME_APPROVAL);
  else if (open_span (self, &self->rows[event->task - 1]) == NULL)
    {
      end_span (add_span (self, event->task, SY_SPAN_POINT, now, SY_STATE_SUCCEEDED, (SyName) event->name), now);
      self->rows[event->task - 1].end_us = now;
    }
}

/* --- events --- */

static void
apply_to_task (SyTimeline *self, const SyEvent *event)
{
  gint64 now = event->time.wall_us;
  Row *row = &self->rows[event->task - 1];
  SySpan *open = open_span (self, row);

  switch ((SyEventKind) event->kind)
    {
    case SY_EVENT_JOIN_MET: join_met (self, event); break;
    case SY_EVENT_HELD:
      if (event->state == SY_STATE_READY)
        begin_wait (self, event, now, SY_STATE_READY, (SyName) event->name);
      break;
    case SY_EVENT_RELEASED:
      if (event->state == SY_STATE_READY)
        begin_wait (self, event, now, SY_STATE_READY, SY_NAME_QUEUED);
      break;
    case SY_EVENT_RETRY_DUE:
    case SY_EVENT_RETRY_NOW:
    case SY_EVENT_LOST_RERUN: begin_wait (self, event, now, SY_STATE_READY, SY_NAME_QUEUED); break;
    case SY_EVENT_STARTED: begin_attempt (self, event, now); break;
    case SY_EVENT_STOP_REQUESTED:
      if (open != NULL && open->kind == SY_SPAN_ATTEMPT)
        open->name = SY_NAME_STOPPING;
      break;
    case SY_EVENT_EXITED:
    case SY_EVENT_LOST: end_attempt (self, event); break;
    case SY_EVENT_SKIPPED:
    case SY_EVENT_ANNOUNCED:
    case SY_EVENT_FAILED:
    case SY_EVENT_CANCELLED:
    case SY_EVENT_RESET:
    case SY_EVENT_MARKED:
    case SY_EVENT_GIVE_UP: end_wait (self, row, now); break;
    default: break;
    }
}

void
sy_timeline_apply (SyTimeline *self, const SyEvent *event)
{
  if (event->seq != 0 && event->seq <= self->seq)
    return;
  self->seq = MAX (self->seq, event->seq);
  if (event->time.wall_us <= 0)
    return;
  self->begin_us = self->begin_us > 0 ? self->begin_us : event->time.wall_us;
  self->end_us = MAX (self->end_us, event->time.wall_us);
  if (event->kind == SY_EVENT_RUN_CREATED || event->kind == SY_EVENT_SLOTS_CHANGED)
    self->slots.capacity = event->value;
  if (event->task >= 1 && event->task <= self->n_numbers && event->item == 0)
    apply_to_task (self, event);
}

gint64
sy_timeline_get_begin (const SyTimeline *self)
{
  return self->begin_us;
}

gint64
sy_timeline_get_end (const SyTimeline *self)
{
  return self->end_us;
}

/* --- rows --- */

/* The one task that needs @index and needs nothing else, or SY_NO_TASK */
static guint32
only_follower (const SyWorkflow *workflow, guint32 index)
{
  guint32 first = workflow->down_start[index];

  if (workflow->down_start[index + 1] - first != 1 || workflow->tasks[workflow->down[first]].n_needs != 1)
    return SY_NO_TASK;
  return workflow->down[first];
}

static void
find_chains (SyTimeline *self)
{
  const SyWorkflow *workflow = self->workflow;
  guint32 n = MAX (workflow->n_tasks, 1);

  self->chain_of = g_renew (guint32, self->chain_of, n);
  self->chain_next = g_renew (guint32, self->chain_next, n);
  self->chain_first = g_renew (guint32, self->chain_first, n);
  self->order = g_renew (guint32, self->order, n);
  self->place = g_renew (guint32, self->place, n);
  memset (self->chain_of, 0xff, n * sizeof *self->chain_of);
  self->n_chains = 0;
  for (guint32 i = 0; i < workflow->n_tasks; i++)
    {
      guint32 task = workflow->topo[i];

      if (self->chain_of[task] != SY_NO_TASK)
        continue;
      self->chain_first[self->n_chains] = task;
      for (; task != SY_NO_TASK; task = self->chain_next[task])
        {
          self->chain_of[task] = self->n_chains;
          self->chain_next[task] = only_follower (workflow, task);
        }
      self->n_chains++;
    }
  g_free (self->chain_began);
  self->chain_began = g_malloc0 (n);
  g_array_set_size (self->began, 0);
  self->order_stale = TRUE;
}

static guint32
add_chain (SyTimeline *self, guint32 chain, guint32 row)
{
  for (guint32 task = self->chain_first[chain]; task != SY_NO_TASK; task = self->chain_next[task])
    {
      self->place[task] = row;
      self->order[row++] = task;
    }
  return row;
}

static void
put_in_order (SyTimeline *self)
{
  guint32 row = 0;

  if (!self->order_stale)
    return;
  for (guint i = 0; i < self->began->len; i++)
    row = add_chain (self, g_array_index (self->began, guint32, i), row);
  for (guint32 chain = 0; chain < self->n_chains; chain++)
    if (!self->chain_began[chain])
      row = add_chain (self, chain, row);
  self->order_stale = FALSE;
}

guint32
sy_timeline_get_n_rows (const SyTimeline *self)
{
  return self->workflow->n_tasks;
}

guint32
sy_timeline_task_at (SyTimeline *self, guint32 row)
{
  g_return_val_if_fail (row < self->workflow->n_tasks, SY_NO_TASK);
  put_in_order (self);
  return self->order[row];
}

guint32
sy_timeline_row_of (SyTimeline *self, guint32 index)
{
  g_return_val_if_fail (index < self->workflow->n_tasks, 0);
  put_in_order (self);
  return self->place[index];
}

/* --- questions --- */

static const Row *
row_of (const SyTimeline *self, guint32 index)
{
  return &self->rows[self->workflow->tasks[index].number - 1];
}

const SySpan *
sy_timeline_first (const SyTimeline *self, guint32 index)
{
  g_return_val_if_fail (index < self->workflow->n_tasks, NULL);
  return span_of (self, row_of (self, index)->first);
}

const SySpan *
sy_timeline_next (const SyTimeline *self, const SySpan *span)
{
  return span_of (self, span->next);
}

const SySpan *
sy_timeline_span_at (const SyTimeline *self, guint32 index, gint64 wall_us, gint64 slack_us)
{
  const SySpan *best = NULL;
  gint64 distance = slack_us;

  for (const SySpan *span = sy_timeline_first (self, index); span != NULL; span = sy_timeline_next (self, span))
    {
      gint64 away = wall_us < span->start_us                           ? span->start_us - wall_us
                    : span->end_us != 0 && wall_us > span->end_us ? wall_us - span->end_us
                                                                       : 0;

      if (away < distance || (away == distance && (best == NULL || span->kind == SY_SPAN_ATTEMPT)))
        {
          best = span;
          distance = away;
        }
    }
  return best;
}

/* When it was over for those that need it; G_MAXINT64: it runs */
static gint64
over_us (const SyTimeline *self, guint32 index)
{
  const Row *row = row_of (self, index);

  return row->slots > 0 ? G_MAXINT64 : row->end_us;
}

static gint64
newest_start (const SyTimeline *self, guint32 index)
{
  const SySpan *last = span_of (self, row_of (self, index)->last);

  return last != NULL ? last->start_us : 0;
}

static guint32
find_last (const SyTimeline *self)
{
  guint32 last = SY_NO_TASK;
  gint64 best = 0;

  for (guint32 i = 0; i < self->workflow->n_tasks; i++)
    {
      gint64 over = over_us (self, i);

      if (over > best || (over == G_MAXINT64 && newest_start (self, i) < newest_start (self, last)))
        {
          best = over;
          last = i;
        }
    }
  return last;
}

GArray *
sy_timeline_critical_path (const SyTimeline *self)
{
  GArray *path = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint32 task = find_last (self);

  while (task != SY_NO_TASK)
    {
      const SyTask *spec = &self->workflow->tasks[task];
      guint32 before = SY_NO_TASK;

      g_array_append_val (path, task);
      for (guint32 k = 0; k < spec->n_needs; k++)
        if (over_us (self, spec->needs[k].task) > (before != SY_NO_TASK ? over_us (self, before) : 0))
          before = spec->needs[k].task;
      task = before;
    }
  for (guint i = 0; i < path->len / 2; i++)
    {
      guint32 *a = &g_array_index (path, guint32, i), *b = &g_array_index (path, guint32, path->len - 1 - i), swap = *a;

      *a = *b;
      *b = swap;
    }
  return path;
}

const SyLevel *
sy_timeline_get_running (const SyTimeline *self)
{
  return &self->running;
}

const SyLevel *
sy_timeline_get_slots (const SyTimeline *self)
{
  return &self->slots;
}

guint
sy_timeline_get_n_pools (const SyTimeline *self)
{
  return self->pools->len;
}

const SyLevel *
sy_timeline_get_pool (const SyTimeline *self, guint pool)
{
  return &g_array_index (self->pools, SyLevel, pool);
}

/* --- life --- */

SyWorkflow *
sy_timeline_get_workflow (const SyTimeline *self)
{
  return self->workflow;
}

static void
take_running (SyTimeline *self, int sign)
{
  for (guint32 number = 1; self->workflow != NULL && number <= self->n_numbers; number++)
    if (open_span (self, &self->rows[number - 1]) != NULL
        && open_span (self, &self->rows[number - 1])->kind == SY_SPAN_ATTEMPT)
      take (self, number, self->end_us, sign);
}

static gint
compare_begin (gconstpointer a, gconstpointer b, gpointer data)
{
  const SyTimeline *self = data;
  const SySpan *x = span_of (self, self->rows[*(const guint32 *) a - 1].first);
  const SySpan *y = span_of (self, self->rows[*(const guint32 *) b - 1].first);

  return (x > y) - (x < y);
}

/* Chains of the new file, in the order in which their tasks began */
static void
note_chains (SyTimeline *self)
{
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint32 number = 1; number <= self->n_numbers; number++)
    if (self->rows[number - 1].first != NONE)
      g_array_append_val (numbers, number);
  g_array_sort_with_data (numbers, compare_begin, self);
  for (guint i = 0; i < numbers->len; i++)
    note_chain (self, g_array_index (numbers, guint32, i));
}

void
sy_timeline_set_workflow (SyTimeline *self, SyWorkflow *workflow)
{
  SyWorkflow *old = self->workflow;
  guint32 n_numbers = MAX (self->n_numbers, sy_workflow_max_number (workflow));

  if (old == workflow)
    return;
  take_running (self, -1);
  self->rows = g_renew (Row, self->rows, MAX (n_numbers, 1));
  memset (self->rows + self->n_numbers, 0, (n_numbers - self->n_numbers) * sizeof *self->rows);
  self->n_numbers = n_numbers;
  self->workflow = sy_workflow_ref (workflow);
  g_clear_pointer (&old, sy_workflow_unref);
  for (guint i = 0; i < workflow->n_pools; i++)
    find_pool (self, workflow->pools[i].name)->capacity = workflow->pools[i].capacity;
  take_running (self, 1);
  find_chains (self);
  note_chains (self);
}

SyTimeline *
sy_timeline_new (SyWorkflow *workflow)
{
  SyTimeline *self = g_new0 (SyTimeline, 1);

  self->spans = g_array_new (FALSE, FALSE, sizeof (SySpan));
  self->texts = g_string_chunk_new (256);
  self->began = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->pools = g_array_new (FALSE, FALSE, sizeof (SyLevel));
  g_array_set_clear_func (self->pools, (GDestroyNotify) sy_level_clear);
  sy_level_init (&self->running, NULL);
  sy_level_init (&self->slots, NULL);
  sy_timeline_set_workflow (self, workflow);
  return self;
}

void
sy_timeline_free (SyTimeline *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->spans);
  g_array_unref (self->began);
  g_array_unref (self->pools);
  sy_level_clear (&self->running);
  sy_level_clear (&self->slots);
  g_string_chunk_free (self->texts);
  g_free (self->rows);
  g_free (self->chain_of);
  g_free (self->chain_next);
  g_free (self->chain_first);
  g_free (self->chain_began);
  g_free (self->order);
  g_free (self->place);
  sy_workflow_unref (self->workflow);
  g_free (self);
}
