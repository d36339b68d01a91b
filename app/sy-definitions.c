/* sy-definitions.c: the workflow files that a run stores, the numbers of their tasks, and the fold over them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-run-view.h"

#include "core/base/sy-error.h"
#include "core/format/sy-loader.h"

struct _SyDefinitions
{
  GMutex mutex;
  GHashTable *numbers;          /* id -> number */
  GPtrArray *workflows;         /* definition n at n − 1 */
  guint32 last;                 /* newest number */
  const SyRunSettings *settings;
  SyRunDir *run;                /* (nullable) */
};

SyDefinitions *
sy_definitions_new (const SyRunSettings *settings, SyRunDir *run)
{
  SyDefinitions *definitions = g_new0 (SyDefinitions, 1);

  g_mutex_init (&definitions->mutex);
  definitions->numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  definitions->workflows = g_ptr_array_new_with_free_func ((GDestroyNotify) sy_workflow_unref);
  definitions->settings = settings;
  definitions->run = run;
  return definitions;
}

void
sy_definitions_free (SyDefinitions *definitions)
{
  g_mutex_clear (&definitions->mutex);
  g_hash_table_unref (definitions->numbers);
  g_ptr_array_unref (definitions->workflows);
  g_free (definitions);
}

static gboolean
add_locked (SyDefinitions *definitions, SyWorkflow *workflow, GError **error)
{
  g_autofree guint32 *numbers = g_new (guint32, MAX (1, workflow->n_tasks));

  for (guint32 i = 0; i < workflow->n_tasks; i++)
    {
      const char *id = workflow->tasks[i].id;
      guint32 number = GPOINTER_TO_UINT (g_hash_table_lookup (definitions->numbers, id));

      if (number == 0)
        {
          number = ++definitions->last;
          g_hash_table_insert (definitions->numbers, g_strdup (id), GUINT_TO_POINTER (number));
        }
      numbers[i] = number;
    }
  sy_run_settings_apply (definitions->settings, workflow);
  g_ptr_array_add (definitions->workflows, sy_workflow_ref (workflow));
  return sy_workflow_renumber (workflow, numbers, error);
}

gboolean
sy_definitions_add (SyDefinitions *definitions, SyWorkflow *workflow, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&definitions->mutex);

  return add_locked (definitions, workflow, error);
}

guint32
sy_definitions_get_n (SyDefinitions *definitions)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&definitions->mutex);

  return definitions->workflows->len;
}

static GStrv
find_env (gpointer data)
{
  SyDefinitions *definitions = data;
  GStrv env = definitions->run != NULL ? sy_run_dir_read_env (definitions->run, NULL) : NULL;

  return env != NULL ? env : g_get_environ ();
}

/* The file alone: its tasks are numbered as if there were no other. */
static SyWorkflow *
load_one (SyDefinitions *definitions, const SyDefinition *definition, GError **error)
{
  g_autoptr (SyProblems) problems = sy_problems_new ();
  SyWorkflow *workflow = sy_loader_load_bound (definition->bytes, definition->path, definitions->settings->params,
                                               find_env, definitions, SY_BIND_STORED, problems);

  if (workflow == NULL && error != NULL)
    {
      *error = sy_problems_to_error (problems);
      g_prefix_error (error, "the workflow stored with the run: ");
    }
  return workflow;
}

SyWorkflow *
sy_definition_load_next (const SyDefinition *definition, gpointer data, GError **error)
{
  g_autoptr (SyWorkflow) workflow = load_one (data, definition, error);

  return workflow != NULL && sy_definitions_add (data, workflow, error) ? g_steal_pointer (&workflow) : NULL;
}

SyWorkflow *
sy_definitions_get (SyDefinitions *definitions, SyLogReader *reader, guint32 n, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&definitions->mutex);

  while (definitions->workflows->len < n)
    {
      g_autoptr (SyDefinition) stored = sy_log_reader_get_definition (reader, definitions->workflows->len + 1, error);
      g_autoptr (SyWorkflow) workflow = stored != NULL ? load_one (definitions, stored, error) : NULL;

      if (workflow == NULL || !add_locked (definitions, workflow, error))
        return NULL;
    }
  return sy_workflow_ref (g_ptr_array_index (definitions->workflows, n - 1));
}

/* --- fold --- */

gboolean
sy_apply_event (SyRunState *state, SyDefinitions *definitions, SyLogReader *reader, const SyEvent *event, GError **error)
{
  g_autoptr (SyWorkflow) workflow = NULL;

  if (!sy_run_state_apply (state, event, error))
    return FALSE;
  if (event->kind != SY_EVENT_DEFINITION_ADDED || event->value < 1)
    return TRUE;
  workflow = sy_definitions_get (definitions, reader, event->value, error);
  if (workflow == NULL)
    return FALSE;
  if (workflow != state->workflow)
    sy_run_state_set_workflow (state, workflow);
  return TRUE;
}

typedef struct
{
  SyRunState *state;
  SyDefinitions *definitions;
  SyLogReader *reader;
  SyFoldEach each;
  gpointer data;
  GError *error;
} Fold;

static gboolean
fold_event (const SyEvent *event, gpointer data)
{
  Fold *fold = data;

  if (!sy_apply_event (fold->state, fold->definitions, fold->reader, event, &fold->error))
    return FALSE;
  if (fold->each != NULL)
    fold->each (event, fold->data);
  return TRUE;
}

gboolean
sy_fold_log (SyRunState *state, SyDefinitions *definitions, SyLogReader *reader, SyFoldEach each, gpointer data,
             GError **error)
{
  Fold fold = { state, definitions, reader, each, data, NULL };

  if (!sy_log_reader_read (reader, state->seq, fold_event, &fold, error))
    {
      g_clear_error (&fold.error);
      return FALSE;
    }
  if (fold.error == NULL)
    return TRUE;
  g_propagate_error (error, fold.error);
  return FALSE;
}
