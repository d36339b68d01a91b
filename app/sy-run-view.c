/* sy-run-view.c: a run as a reading command sees it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-run-view.h"

#include "app/sy-words.h"
#include "core/base/sy-error.h"
#include "core/base/sy-text.h"
#include "core/model/sy-progress.h"

SyStateDir *
sy_open_state_dir (SyStateDirFlags flags, GError **error)
{
  g_autoptr (GError) local = NULL;
  SyStateDir *dir = sy_state_dir_open (NULL, flags, &local);

  if (dir == NULL && !(flags & SY_STATE_DIR_CREATE) && g_error_matches (local, SY_ERROR, SY_ERROR_NOT_FOUND))
    g_set_error (error, SY_ERROR, SY_ERROR_NOT_FOUND, "there are no runs yet; “switchyard run FILE” starts one");
  else if (dir == NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return dir;
}

void
sy_run_view_free (SyRunView *view)
{
  g_clear_pointer (&view->state, sy_run_state_free);
  g_clear_pointer (&view->definitions, sy_definitions_free);
  g_clear_pointer (&view->settings, sy_run_settings_free);
  sy_run_meta_clear (&view->meta);
  g_clear_pointer (&view->reader, sy_log_reader_free);
  g_clear_pointer (&view->run, sy_run_dir_free);
  g_clear_pointer (&view->dir, sy_state_dir_free);
  g_free (view->expected_us);
  g_free (view);
}

gint64 *
sy_expected_durations (SyStateDir *dir, SyIndex *index, const SyWorkflow *workflow, const char *workflow_path)
{
  g_autoptr (SyIndex) opened = index == NULL ? sy_index_open (dir, SY_INDEX_DURATIONS, NULL) : NULL;
  g_autofree const char **ids = g_new (const char *, MAX (1, workflow->n_tasks));
  g_autofree gint64 *medians = g_new0 (gint64, MAX (1, workflow->n_tasks));

  for (guint32 i = 0; i < workflow->n_tasks; i++)
    ids[i] = workflow->tasks[i].id;
  if (index == NULL)
    index = opened;
  if (index == NULL || workflow_path == NULL
      || !sy_index_get_medians (index, workflow_path, ids, medians, workflow->n_tasks, NULL))
    return NULL;
  return g_steal_pointer (&medians);
}

SyUsual *
sy_usual_durations (SyStateDir *dir, const SyWorkflow *workflow, const char *workflow_path)
{
  g_autoptr (SyIndex) index = sy_index_open (dir, SY_INDEX_DURATIONS, NULL);
  g_autofree const char **ids = g_new (const char *, MAX (1, workflow->n_tasks));
  g_autofree SyUsual *usual = g_new0 (SyUsual, MAX (1, workflow->n_tasks));

  for (guint32 i = 0; i < workflow->n_tasks; i++)
    ids[i] = workflow->tasks[i].id;
  if (index == NULL || workflow_path == NULL || !sy_index_get_usual (index, workflow_path, ids, usual, workflow->n_tasks, NULL))
    return NULL;
  return g_steal_pointer (&usual);
}

/* --- opening --- */

static gboolean
take_first_event (const SyEvent *event, gpointer data)
{
  char **text = data;

  if (event->kind == SY_EVENT_RUN_CREATED)
    *text = g_strdup (event->text);
  return FALSE;
}

typedef struct
{
  const SyRunView *view;
  SyRunViewEach each;
  gpointer data;
} Opening;

static void
show_each (const SyEvent *event, gpointer data)
{
  const Opening *opening = data;

  opening->each (opening->view, event, opening->data);
}

/* They are by task index: other tasks, other durations. */
static void
learn_expected (SyRunView *view)
{
  g_free (view->expected_us);
  view->expected_us = sy_expected_durations (view->dir, NULL, view->state->workflow, view->meta.workflow_path);
}

static gboolean
load_run (SyRunView *view, SyRunViewEach each, gpointer data, GError **error)
{
  Opening opening = { view, each, data };
  g_autofree char *created = NULL;
  g_autoptr (SyWorkflow) workflow = NULL;

  view->reader = sy_log_reader_open (view->run, error);
  if (view->reader == NULL || !sy_log_reader_get_meta (view->reader, &view->meta, error)
      || !sy_log_reader_read (view->reader, 0, take_first_event, &created, error))
    return FALSE;
  view->settings = sy_run_settings_from_json (created, error);
  if (view->settings == NULL)
    return FALSE;
  view->definitions = sy_definitions_new (view->settings, view->run);
  workflow = sy_definitions_get (view->definitions, view->reader, 1, error);
  if (workflow == NULL)
    return FALSE;
  view->state = sy_run_state_new (workflow);
  if (!sy_run_view_refresh (view, each != NULL ? show_each : NULL, &opening, error))
    return FALSE;
  learn_expected (view);
  return TRUE;
}

SyRunView *
sy_run_view_open_each (const char *uuid, SyRunViewEach each, gpointer data, GError **error)
{
  g_autoptr (SyRunView) view = g_new0 (SyRunView, 1);

  view->dir = sy_open_state_dir (SY_STATE_DIR_READ, error);
  if (view->dir == NULL)
    return NULL;
  view->run = sy_run_dir_open (view->dir, uuid, error);
  if (view->run == NULL)
    return NULL;
  if (!load_run (view, each, data, error))
    {
      g_prefix_error (error, "run %s: ", uuid);
      return NULL;
    }
  return g_steal_pointer (&view);
}

SyRunView *
sy_run_view_open_uuid (const char *uuid, GError **error)
{
  return sy_run_view_open_each (uuid, NULL, NULL, error);
}

SyRunView *
sy_run_view_open (const char *argument, GError **error)
{
  g_autoptr (SyStateDir) dir = sy_open_state_dir (SY_STATE_DIR_READ, error);
  g_autoptr (SyIndex) index = dir != NULL ? sy_index_open (dir, SY_INDEX_READ, error) : NULL;
  g_autofree char *uuid = index != NULL ? sy_index_resolve (index, argument, NULL, error) : NULL;

  return uuid != NULL ? sy_run_view_open_uuid (uuid, error) : NULL;
}

SyRunFacts
sy_run_view_get_facts (SyRunView *view)
{
  return (SyRunFacts){ .dir = view->dir,
                       .run = view->run,
                       .state = view->state,
                       .workflow_path = view->meta.workflow_path,
                       .name = view->meta.name,
                       .rerun_of = view->meta.rerun_of,
                       .number = view->meta.number,
                       .created_us = view->meta.created_us };
}

gboolean
sy_run_view_refresh (SyRunView *view, SyFoldEach each, gpointer data, GError **error)
{
  const SyWorkflow *before = view->state->workflow;
  gboolean read = sy_fold_log (view->state, view->definitions, view->reader, each, data, error);

  if (view->state->workflow != before)
    learn_expected (view);
  return read;
}

void
sy_run_view_set_workflow (SyRunView *view, SyWorkflow *workflow)
{
  sy_run_state_set_workflow (view->state, workflow);
  learn_expected (view);
}

/* --- tasks --- */

guint32
sy_run_view_find_task (SyRunView *view, const char *id, GError **error)
{
  const SyWorkflow *workflow = view->state->workflow;
  guint32 index = sy_workflow_find (workflow, id);
  SyNearest nearest;

  if (index != SY_NO_TASK)
    return workflow->tasks[index].number;
  sy_nearest_init (&nearest, id);
  for (guint32 i = 0; i < workflow->n_tasks; i++)
    sy_nearest_try (&nearest, workflow->tasks[i].id);
  if (nearest.nearest != NULL)
    g_set_error (error, SY_ERROR, SY_ERROR_NOT_FOUND, "the run has no task “%s”; did you mean “%s”?", id,
                 nearest.nearest);
  else
    g_set_error (error, SY_ERROR, SY_ERROR_NOT_FOUND, "the run has no task “%s”; “switchyard show %.8s” lists them", id,
                 view->meta.uuid);
  return 0;
}

const char *
sy_run_view_task_id (SyRunView *view, guint32 number)
{
  guint32 index = number == 0 ? SY_NO_TASK : sy_workflow_find_number (view->state->workflow, number);

  return index == SY_NO_TASK ? "?" : view->state->workflow->tasks[index].id;
}

static double
said (gpointer data, guint32 index)
{
  const SyRunView *view = data;

  return sy_said_progress (view->run, view->state, index);
}

gint64
sy_run_view_time_left (SyRunView *view)
{
  SyProgressBasis basis = { .state = view->state, .expected_us = view->expected_us, .now_wall_us = g_get_real_time (),
                            .said = said, .said_data = view };
  SyProgress progress;

  sy_progress_basis_init (&basis);
  sy_progress_measure (&basis, NULL, &progress);
  return progress.left_us;
}

gboolean
sy_run_view_is_interrupted (SyRunView *view)
{
  return !sy_run_status_is_final (view->state->status)
         && sy_run_dir_get_owner (view->run, NULL, NULL) == SY_OWNER_NONE;
}
