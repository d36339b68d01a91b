/* sy-history.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-history.h"

#include "core/model/sy-run-state-private.h"

#define SPACING 8192u /* events between folds that are kept, more where a fold is larger than that */

typedef struct
{
  SyEvent event;
  gint64 latest_us;     /* wall, of this and all before */
  SyWorkflow *workflow; /* (owned) (nullable) */
} Entry;

typedef struct
{
  guint n;              /* events applied */
  SyRunState *state;    /* (owned) */
} Mark;

struct _SyHistory
{
  GArray *entries;      /* (owned) Entry */
  GArray *marks;        /* (owned) Mark, ascending; the first is the run before its first event */
  Mark cursor;          /* where it was asked for last; state NULL: nowhere */
};

static void
entry_clear (gpointer data)
{
  Entry *entry = data;

  sy_event_clear (&entry->event);
  g_clear_pointer (&entry->workflow, sy_workflow_unref);
}

static void
mark_clear (gpointer data)
{
  g_clear_pointer (&((Mark *) data)->state, sy_run_state_free);
}

SyHistory *
sy_history_new (SyWorkflow *first)
{
  SyHistory *self = g_new0 (SyHistory, 1);
  Mark begin = { 0, sy_run_state_new (first) };

  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  self->marks = g_array_new (FALSE, FALSE, sizeof (Mark));
  g_array_set_clear_func (self->entries, entry_clear);
  g_array_set_clear_func (self->marks, mark_clear);
  g_array_append_val (self->marks, begin);
  return self;
}

void
sy_history_free (SyHistory *self)
{
  if (self == NULL)
    return;
  mark_clear (&self->cursor);
  g_array_unref (self->marks);
  g_array_unref (self->entries);
  g_free (self);
}

static Entry *
entry_at (const SyHistory *self, guint i)
{
  return &g_array_index (self->entries, Entry, i);
}

void
sy_history_add (SyHistory *self, const SyEvent *event, SyWorkflow *workflow)
{
  guint n = self->entries->len;
  Entry entry = { .latest_us = event->time.wall_us, .workflow = workflow != NULL ? sy_workflow_ref (workflow) : NULL };

  sy_event_copy (&entry.event, event);
  if (n > 0)
    entry.latest_us = MAX (entry.latest_us, entry_at (self, n - 1)->latest_us);
  g_array_append_val (self->entries, entry);
}

gint64
sy_history_get_seq (const SyHistory *self)
{
  return self->entries->len > 0 ? entry_at (self, self->entries->len - 1)->event.seq : 0;
}

/* Events up to and with that instant */
static guint
count_until (const SyHistory *self, gint64 wall_us)
{
  guint low = 0, high = self->entries->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (entry_at (self, middle)->latest_us > wall_us)
        high = middle;
      else
        low = middle + 1;
    }
  return low;
}

static Mark *
last_mark (const SyHistory *self)
{
  return &g_array_index (self->marks, Mark, self->marks->len - 1);
}

/* The cursor goes to the nearest fold at or before @n that is kept, if it is not nearer itself. */
static void
set_cursor (SyHistory *self, guint n)
{
  const Mark *best = &g_array_index (self->marks, Mark, 0);

  for (guint i = 1; i < self->marks->len && g_array_index (self->marks, Mark, i).n <= n; i++)
    best = &g_array_index (self->marks, Mark, i);
  if (self->cursor.state != NULL && self->cursor.n <= n && self->cursor.n >= best->n)
    return;
  mark_clear (&self->cursor);
  self->cursor = (Mark){ best->n, sy_run_state_copy (best->state) };
}

static gboolean
step (SyHistory *self, GError **error)
{
  const Entry *entry = entry_at (self, self->cursor.n);
  guint spacing = MAX (SPACING, self->cursor.state->n_numbers * 2);

  if (!sy_run_state_apply (self->cursor.state, &entry->event, error))
    return FALSE;
  if (entry->workflow != NULL)
    sy_run_state_set_workflow (self->cursor.state, entry->workflow);
  self->cursor.n++;
  if (self->cursor.n >= last_mark (self)->n + spacing)
    {
      Mark mark = { self->cursor.n, sy_run_state_copy (self->cursor.state) };

      g_array_append_val (self->marks, mark);
    }
  return TRUE;
}

SyRunState *
sy_history_state_at (SyHistory *self, gint64 wall_us, GError **error)
{
  guint n = count_until (self, wall_us);

  set_cursor (self, n);
  while (self->cursor.n < n)
    if (!step (self, error))
      return NULL;
  return sy_run_state_copy (self->cursor.state);
}
