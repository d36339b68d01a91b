/* sy-run-reader.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-run-reader.h"

#include "app/sy-run-view.h"
#include "core/format/sy-layout-file.h"
#include "core/store/sy-task-progress.h"

#include <stdlib.h>
#include <string.h>

#define TICK_US (G_USEC_PER_SEC / 2)
#define BATCH 4096
#define SAMPLED_MAX 64 /* running tasks whose use is shown */

struct _SyRunReader
{
  gatomicrefcount ref_count;
  gint closed;                  /* atomic; set by the main thread */
  char *run;                    /* as a user names it */
  GMutex mutex;
  GCond cond;

  /* main thread */
  SyRunReaderOpened opened;     /* (nullable) nobody listens yet; set under the mutex */
  gpointer data;
  SyRunModel *model;            /* (owned) (nullable) */

  /* the reader's thread */
  SyRunView *view;              /* (owned) its state is handed over */
  gint64 seq;
  GHashTable *running;          /* task number -> attempt */
  gboolean live;
  gint64 ticked_us;
};

/* From the thread to the main thread; only what is set is meant. */
typedef struct
{
  SyRunReader *reader;          /* (owned) */
  GError *error;                /* (owned) */
  SyRunState *state;            /* (owned) the first message */
  SyTimeline *timeline;         /* (owned) with it: of the same events */
  SyLayoutAhead *layout;        /* (owned) (nullable) with it */
  gint64 *expected;             /* (owned) */
  SyUsual *usual;               /* (owned) of n_usual tasks; after the first message */
  guint32 n_usual;
  GBytes *text;                 /* (owned) */
  SyPlaces *places;             /* (owned) (nullable) as the file beside the workflow pins them now */
  char *uuid, *path, *name;
  guint number;
  GArray *events;               /* (owned) */
  SyWorkflow *workflow;         /* (owned) after the events */
  GArray *usage;                /* (owned) Usage */
  gboolean live;
} Message;

typedef struct
{
  guint32 number;
  double cpu_percent, progress; /* < 0: none */
  gint64 rss;
} Usage;

static void
reader_unref (SyRunReader *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_clear_pointer (&self->view, sy_run_view_free);
  g_hash_table_unref (self->running);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self->run);
  g_free (self);
}

static Message *
message_new (SyRunReader *self)
{
  Message *message = g_new0 (Message, 1);

  g_atomic_ref_count_inc (&self->ref_count);
  message->reader = self;
  message->live = self->live;
  return message;
}

static void
message_free (gpointer data)
{
  Message *message = data;

  g_clear_error (&message->error);
  g_clear_pointer (&message->state, sy_run_state_free);
  g_clear_pointer (&message->timeline, sy_timeline_free);
  g_clear_pointer (&message->layout, sy_layout_ahead_unref);
  g_clear_pointer (&message->text, g_bytes_unref);
  g_clear_pointer (&message->places, sy_places_unref);
  g_clear_pointer (&message->events, g_array_unref);
  g_clear_pointer (&message->workflow, sy_workflow_unref);
  g_clear_pointer (&message->usage, g_array_unref);
  g_free (message->expected);
  g_free (message->usual);
  g_free (message->uuid);
  g_free (message->path);
  g_free (message->name);
  reader_unref (message->reader);
  g_free (message);
}

/* --- the main thread --- */

static void
take_first (SyRunReader *self, Message *message)
{
  SyRunOpened run = { .workflow_path = message->path, .name = message->name, .text = message->text };

  if (message->state != NULL)
    {
      self->model = sy_run_model_new (message->state->workflow, message->uuid, message->number);
      sy_run_model_adopt_state (self->model, g_steal_pointer (&message->state));
      if (message->timeline != NULL)
        sy_run_model_adopt_timeline (self->model, g_steal_pointer (&message->timeline));
      if (message->layout != NULL)
        sy_run_model_adopt_layout (self->model, g_steal_pointer (&message->layout));
      if (message->expected != NULL)
        sy_run_model_set_expected (self->model, message->expected);
      if (message->places != NULL)
        sy_run_model_set_places (self->model, message->places);
      sy_run_model_set_live (self->model, message->live);
    }
  self->opened (self->model, self->model != NULL ? &run : NULL, message->error, self->data);
}

static void
take_usage (SyRunModel *model, const GArray *usage)
{
  for (guint i = 0; i < usage->len; i++)
    {
      const Usage *use = &g_array_index (usage, Usage, i);

      if (use->cpu_percent >= 0)
        sy_run_model_set_usage (model, use->number, use->cpu_percent, use->rss);
      if (use->progress >= 0)
        sy_run_model_set_progress (model, use->number, use->progress);
    }
}

static gboolean
deliver (gpointer data)
{
  Message *message = data;
  SyRunReader *self = message->reader;

  if (g_atomic_int_get (&self->closed))
    return G_SOURCE_REMOVE;
  if (self->model == NULL)
    {
      take_first (self, message);
      return G_SOURCE_REMOVE;
    }
  if (message->error != NULL || message->events != NULL)
    sy_run_model_set_trouble (self->model, message->error != NULL ? message->error->message : NULL);
  if (message->events != NULL)
    sy_run_model_push (self->model, message->events);
  if (message->workflow != NULL)
    sy_run_model_set_workflow (self->model, message->workflow);
  if (message->usual != NULL)
    sy_run_model_set_usual (self->model, message->usual, message->n_usual);
  if (message->usage != NULL)
    take_usage (self->model, message->usage);
  if (!message->live)
    sy_run_model_flush (self->model);
  sy_run_model_set_live (self->model, message->live);
  return G_SOURCE_REMOVE;
}

/* --- the reader's thread --- */

static void
send (Message *message)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, deliver, message, message_free);
}

static void
note_running (SyRunReader *self, guint32 task, guint32 attempt, gboolean runs)
{
  if (runs)
    g_hash_table_insert (self->running, GUINT_TO_POINTER (task), GUINT_TO_POINTER (attempt));
  else
    g_hash_table_remove (self->running, GUINT_TO_POINTER (task));
}

static void
note_event (SyRunReader *self, const SyEvent *event)
{
  self->seq = event->seq;
  if (event->kind == SY_EVENT_STARTED)
    note_running (self, event->task, event->attempt, TRUE);
  else if (event->kind == SY_EVENT_EXITED || event->kind == SY_EVENT_LOST)
    note_running (self, event->task, event->attempt, FALSE);
}

static gboolean
is_live (SyRunReader *self)
{
  return sy_run_dir_get_owner (self->view->run, NULL, NULL) == SY_OWNER_ALIVE;
}

/* What is made of the log beside the fold */
typedef struct
{
  SyTimeline *timeline; /* (owned) (nullable) when all that is folded happened */
  SyLayoutAhead *layout; /* (owned) (nullable) by another thread meanwhile */
} Beside;

static void
beside_clear (Beside *beside)
{
  g_clear_pointer (&beside->timeline, sy_timeline_free);
  g_clear_pointer (&beside->layout, sy_layout_ahead_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Beside, beside_clear)

static void
take_event (const SyRunView *view, const SyEvent *event, gpointer data)
{
  Beside *beside = data;
  SyWorkflow *workflow = view->state->workflow;

  if (beside->timeline == NULL)
    {
      beside->timeline = sy_timeline_new (workflow);
      beside->layout = sy_layout_ahead_new (workflow);
    }
  else if (sy_timeline_get_workflow (beside->timeline) != workflow)
    {
      sy_timeline_set_workflow (beside->timeline, workflow);
      sy_layout_ahead_unref (beside->layout);
      beside->layout = sy_layout_ahead_new (workflow);
    }
  sy_timeline_apply (beside->timeline, event);
}

/* What each task usually takes: nobody waits for that. */
static void
send_usual (SyRunReader *self, const SyWorkflow *workflow)
{
  SyUsual *usual = sy_usual_durations (self->view->dir, workflow, self->view->meta.workflow_path);
  Message *message;

  if (usual == NULL)
    return;
  message = message_new (self);
  message->usual = usual;
  message->n_usual = workflow->n_tasks;
  send (message);
}

/* (transfer full) (nullable) */
static char *
resolve (const char *run, GError **error)
{
  g_autoptr (SyStateDir) dir = NULL;
  g_autoptr (SyIndex) index = NULL;

  if (g_uuid_string_is_valid (run))
    return g_strdup (run);
  dir = sy_open_state_dir (SY_STATE_DIR_READ, error);
  index = dir != NULL ? sy_index_open (dir, SY_INDEX_READ, error) : NULL;
  return index != NULL ? sy_index_resolve (index, run, NULL, error) : NULL;
}

static SyRunView *
open_view (SyRunReader *self, Beside *beside, GError **error)
{
  g_autofree char *uuid = resolve (self->run, error);

  return uuid != NULL ? sy_run_view_open_each (uuid, take_event, beside, error) : NULL;
}

/* FALSE: it is closed, and there never was one. */
static gboolean
wait_for_listener (SyRunReader *self)
{
  gboolean listens;

  g_mutex_lock (&self->mutex);
  while (self->opened == NULL && !g_atomic_int_get (&self->closed))
    g_cond_wait (&self->cond, &self->mutex);
  listens = self->opened != NULL;
  g_mutex_unlock (&self->mutex);
  return listens;
}

static gboolean
open_run (SyRunReader *self)
{
  g_auto (Beside) beside = { NULL, NULL };
  g_autoptr (SyWorkflow) workflow = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SyDefinition) definition = NULL;
  Message *message;

  self->view = open_view (self, &beside, &error);
  if (!wait_for_listener (self))
    return FALSE;
  if (self->view == NULL)
    {
      message = message_new (self);
      message->error = g_steal_pointer (&error);
      send (message);
      return FALSE;
    }
  self->live = is_live (self);
  self->seq = self->view->state->seq;
  for (guint32 n = 1; n <= self->view->state->n_numbers; n++)
    if (self->view->state->tasks[n - 1].state == SY_STATE_RUNNING)
      note_running (self, n, self->view->state->tasks[n - 1].attempt, TRUE);
  definition = sy_log_reader_get_definition (self->view->reader, 0, NULL);
  workflow = sy_workflow_ref (self->view->state->workflow);
  message = message_new (self);
  message->state = g_steal_pointer (&self->view->state);
  message->timeline = g_steal_pointer (&beside.timeline);
  message->layout = g_steal_pointer (&beside.layout);
  message->expected = g_steal_pointer (&self->view->expected_us);
  message->uuid = g_strdup (self->view->meta.uuid);
  message->path = g_strdup (self->view->meta.workflow_path);
  message->name = g_strdup (self->view->meta.name);
  message->places = message->path != NULL ? sy_layout_file_of (message->path) : NULL;
  message->number = self->view->meta.number;
  message->text = definition != NULL ? g_bytes_ref (definition->bytes) : NULL;
  send (message);
  send_usual (self, workflow);
  return TRUE;
}

typedef struct
{
  SyRunReader *reader;
  GArray *events;
  gint64 definition;    /* > 0: the batch ends with a new file */
} Gather;

static gboolean
gather_event (const SyEvent *event, gpointer data)
{
  Gather *gather = data;
  SyEvent copy;

  sy_event_copy (&copy, event);
  g_array_append_val (gather->events, copy);
  note_event (gather->reader, event);
  if (event->kind == SY_EVENT_DEFINITION_ADDED)
    gather->definition = event->value;
  return gather->definition == 0 && gather->events->len < BATCH;
}

/* TRUE if there may be more */
static gboolean
read_batch (SyRunReader *self)
{
  g_autoptr (GError) error = NULL;
  Gather gather = { .reader = self, .events = sy_event_array_new () };
  Message *message;

  if (!sy_log_reader_read (self->view->reader, self->seq, gather_event, &gather, &error) && gather.events->len == 0)
    {
      message = message_new (self);
      message->error = g_steal_pointer (&error);
      send (message);
    }
  if (gather.events->len == 0)
    {
      g_array_unref (gather.events);
      return FALSE;
    }
  message = message_new (self);
  message->events = gather.events;
  if (gather.definition > 0)
    message->workflow = sy_definitions_get (self->view->definitions, self->view->reader, gather.definition, NULL);
  send (message);
  return gather.definition > 0 || gather.events->len >= BATCH;
}

static void
read_use (SyRunReader *self, Usage *use, guint32 attempt)
{
  g_autoptr (GArray) samples = sy_log_reader_get_samples (self->view->reader, use->number, 0, attempt, NULL);
  const SySample *last, *before;

  if (samples == NULL || samples->len == 0)
    return;
  last = &g_array_index (samples, SySample, samples->len - 1);
  before = samples->len > 1 ? &g_array_index (samples, SySample, samples->len - 2) : last;
  use->rss = last->rss;
  use->cpu_percent = last->mono_us > before->mono_us
                       ? 100.0 * (double) (last->cpu_us - before->cpu_us) / (double) (last->mono_us - before->mono_us)
                       : 0;
}

static void
sample_running (SyRunReader *self)
{
  GArray *usage = g_array_new (FALSE, TRUE, sizeof (Usage));
  GHashTableIter iter;
  gpointer number, attempt;
  Message *message;

  g_hash_table_iter_init (&iter, self->running);
  while (usage->len < SAMPLED_MAX && g_hash_table_iter_next (&iter, &number, &attempt))
    {
      Usage use = { .number = GPOINTER_TO_UINT (number), .cpu_percent = -1, .progress = -1 };

      read_use (self, &use, GPOINTER_TO_UINT (attempt));
      use.progress = sy_task_progress_read (self->view->run, use.number, 0, GPOINTER_TO_UINT (attempt));
      g_array_append_val (usage, use);
    }
  message = message_new (self);
  message->usage = usage;
  send (message);
}

static void
tick (SyRunReader *self)
{
  gint64 now = g_get_monotonic_time ();
  gboolean live;

  if (now - self->ticked_us < TICK_US)
    return;
  self->ticked_us = now;
  live = is_live (self);
  if (live != self->live)
    {
      /* What the runner wrote before it left comes first: without its end, a run counts as interrupted. */
      while (!live && read_batch (self))
        ;
      self->live = live;
      send (message_new (self));
    }
  if (live && g_hash_table_size (self->running) > 0)
    sample_running (self);
}

static gpointer
run_reader (gpointer data)
{
  SyRunReader *self = data;

  if (open_run (self))
    {
      while (!g_atomic_int_get (&self->closed))
        {
          while (read_batch (self))
            ;
          tick (self);
          sy_log_reader_wait (self->view->reader, TICK_US);
        }
    }
  reader_unref (self);
  return NULL;
}

SyRunReader *
sy_run_reader_new (const char *run)
{
  SyRunReader *self = g_new0 (SyRunReader, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_atomic_ref_count_inc (&self->ref_count);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->run = g_strdup (run);
  self->running = g_hash_table_new (NULL, NULL);
  g_thread_unref (g_thread_new ("run-reader", run_reader, self));
  return self;
}

void
sy_run_reader_attach (SyRunReader *self, SyRunReaderOpened opened, gpointer data)
{
  g_mutex_lock (&self->mutex);
  self->opened = opened;
  self->data = data;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
}

void
sy_run_reader_free (SyRunReader *self)
{
  g_mutex_lock (&self->mutex);
  g_atomic_int_set (&self->closed, 1);
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
  g_clear_object (&self->model);
  reader_unref (self);
}
