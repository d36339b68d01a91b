/* sy-run-model.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-run-model-private.h"

#include <string.h>

#define FRAME_US 16000
#define LATE_US 50000 /* who draws would have flushed by then */

enum
{
  STRUCTURE_CHANGED,
  PLACES_CHANGED,
  CHANGED,
  RUN_CHANGED,
  ARRIVED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SyRunModel, sy_run_model, G_TYPE_OBJECT)

/* --- telling --- */

static void
tell (SyRunModel *self, guint signal)
{
  self->emitting++;
  g_signal_emit (self, signals[signal], 0);
  self->emitting--;
}

static void
tell_changed (SyRunModel *self, GArray *indices)
{
  if (indices->len == 0)
    return;
  self->emitting++;
  g_signal_emit (self, signals[CHANGED], 0, indices);
  self->emitting--;
}

void
sy_run_model_tell_run (SyRunModel *self)
{
  tell (self, RUN_CHANGED);
}

/* --- folding --- */

static int
compare_indices (gconstpointer a, gconstpointer b)
{
  guint32 x = *(const guint32 *) a, y = *(const guint32 *) b;

  return x < y ? -1 : x > y;
}

/* Numbers of changed tasks as indices; what no longer runs uses nothing. */
static GArray *
take_changed (SyRunModel *self)
{
  g_autoptr (GArray) numbers = sy_run_state_take_changed (self->live);
  GArray *indices = g_array_sized_new (FALSE, FALSE, sizeof (guint32), numbers->len);

  for (guint i = 0; i < numbers->len; i++)
    {
      guint32 number = g_array_index (numbers, guint32, i);
      guint32 index = sy_workflow_find_number (self->live->workflow, number);
      const SyTaskState *task = sy_run_state_task (self->live, number);

      if (number <= self->usage->len && task != NULL && task->state != SY_STATE_RUNNING)
        g_array_index (self->usage, SyTaskUsage, number - 1) = (SyTaskUsage){ .cpu_percent = -1, .progress = -1 };
      if (index != SY_NO_TASK)
        g_array_append_val (indices, index);
    }
  g_array_sort (indices, compare_indices);
  return indices;
}

static void
fold_pending (SyRunModel *self)
{
  for (guint i = 0; i < self->pending->len && self->error == NULL; i++)
    if (sy_run_state_apply (self->live, &g_array_index (self->pending, SyEvent, i), &self->error))
      sy_timeline_apply (self->timeline, &g_array_index (self->pending, SyEvent, i));
  g_array_set_size (self->pending, 0);
}

static gboolean
flush_now (gpointer data)
{
  SyRunModel *self = data;

  self->flush_source = 0;
  sy_run_model_flush (self);
  return G_SOURCE_REMOVE;
}

/*
 * In the next frame, if somebody asks for one: what waited for a timer and then for a frame would come a frame later. Else at the next
 * turn of the loop, but not sooner than a frame after the last time. A frame that was asked for may not come: nobody sees the window.
 */
static void
schedule_flush (SyRunModel *self)
{
  gboolean paced = FALSE;
  gint64 rest;

  if (self->flush_source != 0)
    return;
  g_signal_emit (self, signals[ARRIVED], 0, &paced);
  rest = paced ? LATE_US : self->flushed_us + FRAME_US - g_get_monotonic_time ();
  self->flush_source = g_timeout_add_full (G_PRIORITY_HIGH_IDLE, rest > 0 ? (guint) (rest / 1000 + 1) : 0, flush_now, self, NULL);
}

void
sy_run_model_push (SyRunModel *self, GArray *events)
{
  g_return_if_fail (SY_IS_RUN_MODEL (self));
  if (events->len == 0)
    return;
  g_array_append_vals (self->pending, events->data, events->len);
  memset (events->data, 0, events->len * sizeof (SyEvent));
  g_array_set_size (events, 0);
  schedule_flush (self);
}

void
sy_run_model_flush (SyRunModel *self)
{
  g_autoptr (GArray) changed = NULL;
  g_autoptr (SyRunModel) alive = NULL;

  g_return_if_fail (SY_IS_RUN_MODEL (self));
  if (self->pending->len == 0)
    return;
  if (self->emitting > 0)
    {
      schedule_flush (self);
      return;
    }
  alive = g_object_ref (self);
  g_clear_handle_id (&self->flush_source, g_source_remove);
  self->flushed_us = g_get_monotonic_time ();
  fold_pending (self);
  changed = take_changed (self);
  if (self->past == NULL)
    tell_changed (self, changed);
  tell (self, RUN_CHANGED);
}

/* --- other states to show --- */

static gboolean
same_to_the_eye (const SyTaskState *a, const SyTaskState *b)
{
  return a->state == b->state && a->name == b->name && a->badges == b->badges && a->attempt == b->attempt && a->cause == b->cause
         && a->started_us == b->started_us && a->ended_us == b->ended_us && a->due.wall_us == b->due.wall_us
         && a->held_want == b->held_want && a->held_free == b->held_free && g_strcmp0 (a->text, b->text) == 0;
}

static void
tell_difference (SyRunModel *self, const SyRunState *before, const SyRunState *after)
{
  g_autoptr (GArray) changed = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint32 i = 0; i < after->workflow->n_tasks; i++)
    {
      const SyTaskState *old = sy_run_state_task (before, after->workflow->tasks[i].number);

      if (old == NULL || !same_to_the_eye (old, sy_run_state_at (after, i)))
        g_array_append_val (changed, i);
    }
  tell_changed (self, changed);
  tell (self, RUN_CHANGED);
}

void
sy_run_model_show_state (SyRunModel *self, SyRunState *state, gint64 wall_us)
{
  SyRunState *before;

  g_return_if_fail (SY_IS_RUN_MODEL (self));
  before = self->past;
  if (before == NULL && state == NULL)
    return;
  self->past = state;
  self->past_us = wall_us;
  if (state != NULL && state->workflow != self->live->workflow)
    sy_run_state_set_workflow (state, self->live->workflow);
  tell_difference (self, before != NULL ? before : self->live, sy_run_model_get_state (self));
  sy_run_state_free (before);
}

void
sy_run_model_adopt_state (SyRunModel *self, SyRunState *state)
{
  SyRunState *before;

  g_return_if_fail (SY_IS_RUN_MODEL (self) && state != NULL);
  before = self->live;
  if (state->workflow != before->workflow)
    sy_run_state_set_workflow (state, before->workflow);
  sy_run_state_track (state);
  self->live = state;
  if (self->past == NULL)
    tell_difference (self, before, state);
  sy_run_state_free (before);
}

void
sy_run_model_set_workflow (SyRunModel *self, SyWorkflow *workflow)
{
  g_return_if_fail (SY_IS_RUN_MODEL (self));
  if (workflow == self->live->workflow)
    return;
  fold_pending (self);
  sy_run_state_set_workflow (self->live, workflow);
  sy_timeline_set_workflow (self->timeline, workflow);
  g_array_unref (take_changed (self));
  if (self->past)
    sy_run_state_set_workflow (self->past, workflow);
  g_clear_pointer (&self->expected, g_free);
  g_clear_pointer (&self->usual, g_free);
  tell (self, STRUCTURE_CHANGED);
  tell (self, RUN_CHANGED);
}

void
sy_run_model_adopt_timeline (SyRunModel *self, SyTimeline *timeline)
{
  g_return_if_fail (SY_IS_RUN_MODEL (self) && timeline != NULL);
  sy_timeline_free (self->timeline);
  self->timeline = timeline;
  sy_timeline_set_workflow (timeline, self->live->workflow);
  tell (self, RUN_CHANGED);
}

/* --- what is asked --- */

const SyRunState *
sy_run_model_get_live_state (SyRunModel *self)
{
  g_return_val_if_fail (SY_IS_RUN_MODEL (self), NULL);
  return self->live;
}

SyTimeline *
sy_run_model_get_timeline (SyRunModel *self)
{
  g_return_val_if_fail (SY_IS_RUN_MODEL (self), NULL);
  return self->timeline;
}

SyWorkflow *
sy_run_model_get_workflow (SyRunModel *self)
{
  g_return_val_if_fail (SY_IS_RUN_MODEL (self), NULL);
  return self->live->workflow;
}

SyRunState *
sy_run_model_get_state (SyRunModel *self)
{
  g_return_val_if_fail (SY_IS_RUN_MODEL (self), NULL);
  return self->past != NULL ? self->past : self->live;
}

const SyTaskState *
sy_run_model_get_task (SyRunModel *self, guint32 index)
{
  g_return_val_if_fail (SY_IS_RUN_MODEL (self) && index < self->live->workflow->n_tasks, NULL);
  return sy_run_state_at (sy_run_model_get_state (self), index);
}

const char *
sy_run_model_get_run_id (SyRunModel *self)
{
  g_return_val_if_fail (SY_IS_RUN_MODEL (self), NULL);
  return self->run_id;
}

guint
sy_run_model_get_number (SyRunModel *self)
{
  g_return_val_if_fail (SY_IS_RUN_MODEL (self), 0);
  return self->number;
}

gboolean
sy_run_model_is_live (SyRunModel *self)
{
  g_return_val_if_fail (SY_IS_RUN_MODEL (self), FALSE);
  return self->is_live;
}

gboolean
sy_run_model_is_interrupted (SyRunModel *self)
{
  const SyRunState *state;

  g_return_val_if_fail (SY_IS_RUN_MODEL (self), FALSE);
  state = sy_run_model_get_state (self);
  return self->run_id != NULL && !sy_run_model_is_live (self) && !sy_run_model_is_past (self) && !sy_run_status_is_final (state->status)
         && state->status != SY_RUN_PAUSED;
}

void
sy_run_model_set_live (SyRunModel *self, gboolean live)
{
  g_return_if_fail (SY_IS_RUN_MODEL (self));
  if (self->is_live == !!live)
    return;
  self->is_live = !!live;
  tell (self, RUN_CHANGED);
}

gint64
sy_run_model_get_now (SyRunModel *self)
{
  g_return_val_if_fail (SY_IS_RUN_MODEL (self), 0);
  return self->past != NULL ? self->past_us : g_get_real_time ();
}

gboolean
sy_run_model_is_past (SyRunModel *self)
{
  g_return_val_if_fail (SY_IS_RUN_MODEL (self), FALSE);
  return self->past != NULL;
}

const GError *
sy_run_model_get_error (SyRunModel *self)
{
  g_return_val_if_fail (SY_IS_RUN_MODEL (self), NULL);
  return self->error;
}

const char *
sy_run_model_get_trouble (SyRunModel *self)
{
  g_return_val_if_fail (SY_IS_RUN_MODEL (self), NULL);
  return self->error != NULL ? self->error->message : self->trouble;
}

void
sy_run_model_set_trouble (SyRunModel *self, const char *text)
{
  g_return_if_fail (SY_IS_RUN_MODEL (self));
  if (g_strcmp0 (self->trouble, text) == 0)
    return;
  g_free (self->trouble);
  self->trouble = g_strdup (text);
  tell (self, RUN_CHANGED);
}

SyFileNews
sy_run_model_get_file_news (SyRunModel *self)
{
  g_return_val_if_fail (SY_IS_RUN_MODEL (self), SY_FILE_SAME);
  return self->file_news;
}

void
sy_run_model_set_file_news (SyRunModel *self, SyFileNews news)
{
  g_return_if_fail (SY_IS_RUN_MODEL (self));
  if (self->file_news == news)
    return;
  self->file_news = news;
  tell (self, RUN_CHANGED);
}

void
sy_run_model_adopt_layout (SyRunModel *self, SyLayoutAhead *layout)
{
  g_return_if_fail (SY_IS_RUN_MODEL (self));
  g_clear_pointer (&self->layout, sy_layout_ahead_unref);
  self->layout = layout;
}

SyLayoutAhead *
sy_run_model_take_layout (SyRunModel *self)
{
  g_return_val_if_fail (SY_IS_RUN_MODEL (self), NULL);
  return g_steal_pointer (&self->layout);
}

/* --- places --- */

SyPlaces *
sy_run_model_get_places (SyRunModel *self)
{
  g_return_val_if_fail (SY_IS_RUN_MODEL (self), NULL);
  return self->places;
}

void
sy_run_model_take_places (SyRunModel *self, SyPlaces *places)
{
  g_return_if_fail (SY_IS_RUN_MODEL (self));
  sy_places_ref (places);
  sy_places_unref (self->places);
  self->places = places;
}

void
sy_run_model_set_places (SyRunModel *self, SyPlaces *places)
{
  gboolean same;

  g_return_if_fail (SY_IS_RUN_MODEL (self));
  same = sy_places_equal (self->places, places);
  sy_run_model_take_places (self, places);
  if (!same)
    tell (self, PLACES_CHANGED);
}

/* --- life --- */

static void
sy_run_model_finalize (GObject *object)
{
  SyRunModel *self = SY_RUN_MODEL (object);

  g_clear_handle_id (&self->flush_source, g_source_remove);
  g_clear_error (&self->error);
  g_array_unref (self->pending);
  g_array_unref (self->usage);
  sy_run_state_free (self->past);
  sy_run_state_free (self->live);
  sy_timeline_free (self->timeline);
  sy_places_unref (self->places);
  g_free (self->expected);
  g_free (self->usual);
  g_free (self->run_id);
  g_free (self->trouble);
  G_OBJECT_CLASS (sy_run_model_parent_class)->finalize (object);
}

static void
sy_run_model_class_init (SyRunModelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sy_run_model_finalize;
  signals[STRUCTURE_CHANGED] = g_signal_new ("structure-changed", SY_TYPE_RUN_MODEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                             G_TYPE_NONE, 0);
  signals[PLACES_CHANGED] = g_signal_new ("places-changed", SY_TYPE_RUN_MODEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CHANGED] = g_signal_new ("changed", SY_TYPE_RUN_MODEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                   G_TYPE_ARRAY);
  signals[ARRIVED] = g_signal_new ("arrived", SY_TYPE_RUN_MODEL, G_SIGNAL_RUN_LAST, 0, g_signal_accumulator_true_handled, NULL, NULL,
                                   G_TYPE_BOOLEAN, 0);
  signals[RUN_CHANGED] = g_signal_new ("run-changed", SY_TYPE_RUN_MODEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
sy_run_model_init (SyRunModel *self)
{
  self->pending = sy_event_array_new ();
  self->places = sy_places_new ();
  self->usage = g_array_new (FALSE, FALSE, sizeof (SyTaskUsage));
}

SyRunModel *
sy_run_model_new (SyWorkflow *workflow, const char *run_id, guint number)
{
  SyRunModel *self = g_object_new (SY_TYPE_RUN_MODEL, NULL);

  self->live = sy_run_state_new (workflow);
  sy_run_state_track (self->live);
  self->timeline = sy_timeline_new (workflow);
  self->run_id = g_strdup (run_id);
  self->number = number;
  return self;
}
