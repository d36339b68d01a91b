/* sy-attempt-changes.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-attempt-changes.h"

#include "app/sy-run-view.h"
#include "core/model/sy-task-values.h"

#include <glib/gi18n.h>
#include <string.h>

#define MOST_CHARS 60   /* of a value */
#define MOST_LINES 20

/* What an attempt was, by attempt number */
typedef struct
{
  guint32 task;
  GPtrArray *values;    /* (element-type SyTaskValues) (nullable) elements */
  char *fresh, *folder; /* made once the run is known */
} Sides;

static void
values_free (gpointer data)
{
  if (data != NULL)
    sy_task_values_clear (data);
  g_free (data);
}

/* --- in words --- */

static char *
brief (const char *value)
{
  const char *end = strchr (value, '\n');
  g_autofree char *line = end != NULL ? g_strndup (value, (gsize) (end - value)) : g_strdup (value);
  g_autofree char *cut = NULL;

  if (end == NULL && g_utf8_strlen (line, -1) <= MOST_CHARS)
    return *line != '\0' ? g_steal_pointer (&line) : g_strdup (_("empty"));
  cut = g_utf8_substring (line, 0, MIN (g_utf8_strlen (line, -1), MOST_CHARS));
  return g_strconcat (cut, "…", NULL);
}

/* (nullable): the value of @name, which is not ended by its NUL */
static const char *
find_value (char *const *env, const char *name, gsize length)
{
  for (; env != NULL && *env != NULL; env++)
    if (strncmp (*env, name, length) == 0 && (*env)[length] == '=')
      return *env + length + 1;
  return NULL;
}

static void
add_line (GPtrArray *lines, char *line)
{
  if (lines->len < MOST_LINES)
    g_ptr_array_add (lines, line);
  else
    g_free (line);
}

static void
add_variable (GPtrArray *lines, const char *name, gsize length, const char *was, const char *is)
{
  g_autofree char *before = was != NULL ? brief (was) : g_strdup (_("not set")), *after = is != NULL ? brief (is) : g_strdup (_("not set"));

  add_line (lines, g_strdup_printf ("%.*s: %s → %s", (int) length, name, before, after));
}

/* Those of @env that are another in @other, or (@gone) only those that are not there */
static void
add_variables (GPtrArray *lines, char *const *env, char *const *other, gboolean gone)
{
  for (guint i = 0; env != NULL && env[i] != NULL; i++)
    {
      gsize length = strcspn (env[i], "=");
      const char *value = env[i] + length + (env[i][length] == '='), *theirs = find_value (other, env[i], length);

      if (gone ? theirs == NULL : g_strcmp0 (theirs, value) != 0)
        add_variable (lines, env[i], length, gone ? value : theirs, gone ? NULL : value);
    }
}

/* (nullable): nothing differs */
static char *
tell (const SyTaskValues *before, const SyTaskValues *after)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

  if (!g_strv_equal ((const char *const *) before->argv, (const char *const *) after->argv))
    {
      guint n = g_strv_length (before->argv), m = g_strv_length (after->argv);
      g_autofree char *was = n > 0 ? brief (before->argv[n - 1]) : g_strdup (""), *is = m > 0 ? brief (after->argv[m - 1]) : g_strdup ("");

      add_line (lines, strcmp (was, is) != 0 ? g_strdup_printf (_("Command: %s → %s"), was, is) : g_strdup (_("Command changed")));
    }
  if (g_strcmp0 (before->dir, after->dir) != 0)
    add_line (lines, g_strdup_printf (_("Folder: %s → %s"), before->dir, after->dir));
  add_variables (lines, after->env, before->env, FALSE);
  add_variables (lines, before->env, after->env, TRUE);
  if (lines->len == 0)
    return NULL;
  g_ptr_array_add (lines, NULL);
  return g_strjoinv ("\n", (char **) lines->pdata);
}

/* --- reading --- */

static SyTaskValues *
resolve (Sides *sides, const SyRunView *view, const SyEvent *event)
{
  SyWorkflow *workflow = view->state->workflow;
  guint32 index = sy_workflow_find_number (workflow, event->task);
  const SyTaskState *task = sy_run_state_task (view->state, event->task);
  g_autofree SyTaskValues *values = g_new0 (SyTaskValues, 1);
  g_auto (GStrv) kept = sy_run_dir_read_env (view->run, NULL), own = g_get_environ ();
  SyRunContext context;
  gboolean ok;

  if (index == SY_NO_TASK || task == NULL)
    return NULL;
  if (sides->fresh == NULL)
    {
      sides->fresh = g_build_filename (sy_run_dir_get_path (view->run), "dir", NULL);
      sides->folder = g_path_get_dirname (view->meta.workflow_path);
    }
  /* The starter's environment is not in the log; it is the same for all. */
  ok = sy_run_context_init (&context, workflow, view->settings, (const char *const *) (kept != NULL ? kept : own), view->meta.uuid, sides->fresh,
                            view->meta.created_us, NULL)
       && sy_task_values_resolve (workflow, index, task->values, task->command, &context.context, sides->folder, values, NULL);
  sy_run_context_clear (&context);
  return ok ? g_steal_pointer (&values) : NULL;
}

static void
note_intent (const SyRunView *view, const SyEvent *event, gpointer data)
{
  Sides *sides = data;

  if (event->kind != SY_EVENT_INTENT || event->task != sides->task || event->item != 0)
    return;
  if (sides->values->len <= event->attempt)
    g_ptr_array_set_size (sides->values, (int) event->attempt + 1);
  values_free (sides->values->pdata[event->attempt]);
  sides->values->pdata[event->attempt] = resolve (sides, view, event);
}

GPtrArray *
sy_attempt_changes_read (const char *uuid, guint32 task, GError **error)
{
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (values_free);
  Sides sides = { .task = task, .values = values };
  g_autoptr (SyRunView) view = sy_run_view_open_each (uuid, note_intent, &sides, error);
  GPtrArray *changes;

  g_free (sides.fresh);
  g_free (sides.folder);
  if (view == NULL)
    return NULL;
  changes = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < values->len; i++)
    g_ptr_array_add (changes, i > 1 && values->pdata[i - 1] != NULL && values->pdata[i] != NULL ? tell (values->pdata[i - 1], values->pdata[i]) : NULL);
  return changes;
}
