/* store-fixture.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

static const char definition_text[] = "version: 1\ntasks: {}\n";

void
store_dir_init (StoreDir *store)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  store->folder = g_dir_make_tmp ("switchyard-store-XXXXXX", &error);
  g_assert_no_error (error);
  path = g_build_filename (store->folder, "state", NULL);
  store->dir = sy_state_dir_open (path, SY_STATE_DIR_CREATE, &error);
  g_assert_no_error (error);
}

static void
remove_below (const char *path)
{
  GDir *dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_below (child);
    }
  g_clear_pointer (&dir, g_dir_close);
  g_remove (path);
}

void
store_dir_clear (StoreDir *store)
{
  g_clear_pointer (&store->dir, sy_state_dir_free);
  remove_below (store->folder);
  g_clear_pointer (&store->folder, g_free);
}

SyWorkflow *
store_workflow (guint n)
{
  SyWorkflow *workflow = sy_workflow_new ();
  g_autoptr (GError) error = NULL;

  workflow->name = "sample";
  workflow->tasks = sy_workflow_alloc (workflow, n * sizeof *workflow->tasks);
  workflow->n_tasks = n;
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *id = g_strdup_printf ("task-%05u", i + 1);

      workflow->tasks[i].id = sy_workflow_intern (workflow, id);
      workflow->tasks[i].number = i + 1;
      workflow->tasks[i].enabled = TRUE;
      workflow->tasks[i].run = sy_workflow_text (workflow, "true");
    }
  sy_workflow_finish (workflow, NULL, &error);
  g_assert_no_error (error);
  return workflow;
}

static void
clear_batch_arrays (StoreRun *run)
{
  run->batch.events = sy_event_array_new ();
  run->batch.states = g_array_new (FALSE, FALSE, sizeof (SyStateRow));
}

static void
set_up (StoreRun *run, guint n_tasks)
{
  run->workflow = store_workflow (n_tasks);
  run->state = sy_run_state_new (run->workflow);
  sy_run_state_track (run->state);
  sy_fake_clock_init (&run->clock, G_GINT64_CONSTANT (1767225600000000), G_GINT64_CONSTANT (86400000000));
  clear_batch_arrays (run);
  run->nonce = G_GUINT64_CONSTANT (0x1234567890abcdef);
}

static SyRunLogOptions
with_clock (StoreRun *run, const SyRunLogOptions *options)
{
  SyRunLogOptions result = { 0 };

  if (options != NULL)
    result = *options;
  result.clock = &run->clock.base;
  return result;
}

static void
add_definition (StoreRun *run)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (definition_text, strlen (definition_text));
  g_autofree char *digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);

  g_assert_cmpuint (sy_run_log_add_definition (run->log, "/work/sample.yard.yaml", digest, bytes), ==, 1);
}

static const SyRunLogInfo info = { .workflow_path = "/work/sample.yard.yaml",
                                   .name = "sample",
                                   .number = 1,
                                   .created_us = G_GINT64_CONSTANT (1767225600000000) };

static void
make_run (StoreRun *run, StoreDir *store, guint n_tasks, const SyRunLogOptions *options, gboolean wait)
{
  SyRunLogOptions with;
  g_autoptr (GError) error = NULL;

  memset (run, 0, sizeof *run);
  set_up (run, n_tasks);
  with = with_clock (run, options);
  run->run = sy_run_dir_create (store->dir, NULL, &error);
  g_assert_no_error (error);
  sy_run_dir_own (run->run, 0, &error);
  g_assert_no_error (error);
  run->log = wait ? sy_run_log_create (run->run, &info, &with, &error) : sy_run_log_begin (run->run, &info, &with);
  g_assert_no_error (error);
  add_definition (run);
  store_run_event (run, SY_EVENT_RUN_CREATED, 0)->value = 4;
  store_run_event (run, SY_EVENT_RUN_STATE, 0)->value = SY_RUN_RUNNING;
}

void
store_run_init (StoreRun *run, StoreDir *store, guint n_tasks, const SyRunLogOptions *options)
{
  make_run (run, store, n_tasks, options, TRUE);
}

void
store_run_begin (StoreRun *run, StoreDir *store, guint n_tasks, const SyRunLogOptions *options)
{
  make_run (run, store, n_tasks, options, FALSE);
}

static gboolean
fold_event (const SyEvent *event, gpointer data)
{
  g_autoptr (GError) error = NULL;

  sy_run_state_apply (data, event, &error);
  g_assert_no_error (error);
  return TRUE;
}

SyRunState *
store_fold (SyRunDir *run, guint n_tasks, GError **error)
{
  g_autoptr (SyLogReader) reader = sy_log_reader_open (run, error);
  g_autoptr (SyWorkflow) workflow = store_workflow (n_tasks);
  SyRunState *state;

  if (reader == NULL)
    return NULL;
  state = sy_run_state_new (workflow);
  if (sy_log_reader_read (reader, 0, fold_event, state, error))
    return state;
  sy_run_state_free (state);
  return NULL;
}

gboolean
store_run_open (StoreRun *run,
                StoreDir *store,
                const char *uuid,
                guint n_tasks,
                const SyRunLogOptions *options,
                GError **error)
{
  SyRunLogOptions with;

  memset (run, 0, sizeof *run);
  set_up (run, n_tasks);
  with = with_clock (run, options);
  run->run = sy_run_dir_open (store->dir, uuid, error);
  if (run->run == NULL || !sy_run_dir_own (run->run, SY_RUN_DIR_OWN_WAIT_US, error))
    return FALSE;
  run->log = sy_run_log_open (run->run, &with, error);
  if (run->log == NULL)
    return FALSE;
  sy_run_state_free (run->state);
  run->state = store_fold (run->run, n_tasks, error);
  if (run->state == NULL)
    return FALSE;
  sy_run_state_track (run->state);
  run->acknowledged = run->state->seq;
  return TRUE;
}

void
store_run_clear (StoreRun *run)
{
  if (run->log != NULL)
    sy_run_log_close (run->log, NULL);
  sy_log_batch_clear (&run->batch);
  g_clear_pointer (&run->state, sy_run_state_free);
  g_clear_pointer (&run->workflow, sy_workflow_unref);
  g_clear_pointer (&run->run, sy_run_dir_free);
  run->log = NULL;
}

/* --- events --- */

void
store_run_settle (StoreRun *run)
{
  g_autoptr (GError) error = NULL;
  SyEvent *event;

  if (run->batch.events->len == 0)
    return;
  event = &g_array_index (run->batch.events, SyEvent, run->batch.events->len - 1);
  if (event->seq <= run->state->seq)
    return;
  sy_run_state_apply (run->state, event, &error);
  g_assert_no_error (error);
}

SyEvent *
store_run_event (StoreRun *run, SyEventKind kind, guint32 task)
{
  SyEvent event = { .kind = (guint16) kind, .task = task };

  store_run_settle (run); /* the caller has filled the one before by now */
  sy_fake_clock_advance (&run->clock, 100);
  event.seq = run->state->seq + 1;
  event.time = sy_clock_now (&run->clock.base);
  if (run->log != NULL)
    event.boot = sy_run_log_get_sink (run->log)->boot;
  g_array_append_val (run->batch.events, event);
  return &g_array_index (run->batch.events, SyEvent, run->batch.events->len - 1);
}

static const SyTaskState *
task_state (StoreRun *run, guint32 task)
{
  const SyTaskState *state = sy_run_state_task (run->state, task);

  g_assert (state != NULL);
  return state;
}

void
store_run_join (StoreRun *run, guint32 task)
{
  store_run_event (run, SY_EVENT_JOIN_MET, task)->name = SY_NAME_QUEUED;
}

void
store_run_intent (StoreRun *run, guint32 task)
{
  SyEvent *event = store_run_event (run, SY_EVENT_INTENT, task);

  run->nonce = run->nonce * G_GUINT64_CONSTANT (6364136223846793005) + 1442695040888963407;
  event->attempt = task_state (run, task)->attempt + 1;
  event->nonce = run->nonce;
}

void
store_run_start (StoreRun *run, guint32 task)
{
  SyEvent *event = store_run_event (run, SY_EVENT_STARTED, task);
  const SyTaskState *state = task_state (run, task);

  event->attempt = state->attempt;
  event->nonce = state->nonce;
  event->keeper = 1 + task % 8;
  event->pid = (gint32) (100000 + task);
  event->start_time = 52345678 + task;
  event->pidns = 0xEFFFFFFC;
}

void
store_run_exit (StoreRun *run, guint32 task, int status)
{
  SyEvent *event = store_run_event (run, SY_EVENT_EXITED, task);
  const SyTaskState *state = task_state (run, task);

  event->attempt = state->attempt;
  event->nonce = state->nonce;
  event->state = status == 0 ? SY_STATE_SUCCEEDED : SY_STATE_FAILED;
  event->name = status == 0 ? SY_NAME_SUCCEEDED : SY_NAME_EXIT;
  event->exit = g_new0 (SyExit, 1);
  event->exit->status = status;
  event->exit->started_us = state->started_us;
  event->exit->ended_us = event->time.wall_us - 30;
  event->exit->user_us = 412 + task % 100;
  event->exit->sys_us = 603 + task % 77;
  event->exit->rss = 1966080 + 4096 * (task % 32);
  event->exit->read = event->exit->written = -1;
}

void
store_run_task (StoreRun *run, guint32 task)
{
  store_run_join (run, task);
  store_run_intent (run, task);
  store_run_start (run, task);
  store_run_exit (run, task, 0);
}

gboolean
store_run_advance (StoreRun *run, guint32 task)
{
  const SyTaskState *state;

  store_run_settle (run);
  state = task_state (run, task);
  if (state->state == SY_STATE_PENDING)
    store_run_join (run, task);
  else if (state->state == SY_STATE_READY && state->nonce == 0)
    store_run_intent (run, task);
  else if (state->state == SY_STATE_READY)
    store_run_start (run, task);
  else if (state->state == SY_STATE_RUNNING)
    store_run_exit (run, task, 0);
  else
    return FALSE;
  return TRUE;
}

typedef struct
{
  StoreRun *run;
  gint64 seq;
} Ticket;

/* On the writer's thread */
static void
batch_done (const GError *error, gpointer data)
{
  g_autofree Ticket *ticket = data;

  if (error != NULL)
    ticket->run->n_failed++;
  else
    {
      g_assert_cmpint (ticket->seq, >, ticket->run->acknowledged); /* in order */
      ticket->run->acknowledged = ticket->seq;
    }
}

void
store_run_submit (StoreRun *run, gboolean may_wait)
{
  g_autoptr (GArray) changed = NULL;
  Ticket *ticket = g_new0 (Ticket, 1);

  store_run_settle (run);
  changed = sy_run_state_take_changed (run->state);
  for (guint i = 0; i < changed->len; i++)
    {
      SyStateRow row;

      sy_state_row_init (&row, run->state, g_array_index (changed, guint32, i));
      g_array_append_val (run->batch.states, row);
    }
  run->batch.may_wait = may_wait;
  *ticket = (Ticket){ run, run->state->seq };
  sy_run_log_get_sink (run->log)->submit (sy_run_log_get_sink (run->log), &run->batch, batch_done, ticket);
  clear_batch_arrays (run);
}

gboolean
store_run_flush (StoreRun *run, GError **error)
{
  SyLogSink *sink = sy_run_log_get_sink (run->log);

  return sink->flush (sink, error);
}

void
store_run_finish (StoreRun *run)
{
  store_run_event (run, SY_EVENT_RUN_STATE, 0)->value = SY_RUN_SUCCEEDED;
  store_run_submit (run, FALSE);
}

/* --- comparing --- */

void
store_assert_log (SyRunDir *run, guint n_tasks, const SyRunState *state)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SyRunState) folded = store_fold (run, n_tasks, &error);
  g_autoptr (SyLogReader) reader = NULL;
  g_autoptr (GArray) rows = NULL;
  g_autofree char *why = NULL;

  g_assert_no_error (error);
  if (state != NULL && !sy_run_state_equal (folded, state, &why))
    g_error ("the log folds to something else: %s", why);
  reader = sy_log_reader_open (run, &error);
  g_assert_no_error (error);
  rows = sy_log_reader_get_states (reader, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    {
      const SyStateRow *row = &g_array_index (rows, SyStateRow, i);
      SyStateRow ought;

      sy_state_row_init (&ought, folded, row->task);
      g_assert_true (sy_state_row_equal (row, &ought));
    }
}

SyWorkflow *
store_load (const SyDefinition *definition, gpointer data, GError **error)
{
  g_assert_cmpstr (definition->path, ==, "/work/sample.yard.yaml");
  return store_workflow (GPOINTER_TO_UINT (data));
}
