/* sy-attempt-changes.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-attempt-changes.h"

#include "app/sy-run-view.h"
#include "core/model/sy-json.h"
#include "core/model/sy-task-values.h"

#include <glib/gi18n.h>
#include <string.h>

#define MOST_CHARS 60   /* of a value */
#define MOST_LINES 20
#define MOST_NAMES 8

/* What an attempt was */
typedef struct
{
  SyTaskValues values;
  SyJsonNode *starter;  /* (nullable) of its runner: {name: mark or null}, what of the environment is another than the run began with */
} Side;

typedef struct
{
  guint32 task;
  GPtrArray *sides;     /* (element-type Side) (nullable) elements, by attempt number */
  char *starter;        /* (nullable) of the runner at hand, JSON */
  char *fresh, *folder; /* made once the run is known */
} Sides;

static void
side_free (gpointer data)
{
  Side *side = data;

  if (side == NULL)
    return;
  sy_task_values_clear (&side->values);
  g_clear_pointer (&side->starter, sy_json_free);
  g_free (side);
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

/* --- the starter's environment, of which the log has marks, no values --- */

/* What every shell sets anew says nothing about who started it. */
static gboolean
is_shells_own (const char *name)
{
  static const char *const own[] = { "_", "SHLVL", "PWD", "OLDPWD", NULL };

  return g_strv_contains (own, name);
}

/* Those of @a that are another in @b; what both have only if @twice */
static void
collect_names (GPtrArray *names, const SyJsonNode *a, const SyJsonNode *b, gboolean twice)
{
  for (guint i = 0; sy_json_is (a, SY_JSON_OBJECT) && i < a->n; i++)
    {
      const SyJsonNode *theirs = sy_json_get (b, a->items[i].name);

      if (!is_shells_own (a->items[i].name)
          && (theirs == NULL || (twice && g_strcmp0 (sy_json_text (theirs), sy_json_text (&a->items[i])) != 0)))
        g_ptr_array_add (names, a->items[i].name);
    }
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
add_starter (GPtrArray *lines, const SyJsonNode *before, const SyJsonNode *after)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GString) list = g_string_new (NULL);

  collect_names (names, after, before, TRUE);
  collect_names (names, before, after, FALSE);
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len && i < MOST_NAMES; i++)
    g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", (char *) names->pdata[i]);
  if (names->len > MOST_NAMES)
    {
      guint more = names->len - MOST_NAMES;

      add_line (lines, g_strdup_printf (ngettext ("Started in another environment: %s and %u more", "Started in another environment: %s and %u more", more),
                                        list->str, more));
    }
  else if (names->len > 0)
    add_line (lines, g_strdup_printf (_("Started in another environment: %s"), list->str));
}

/* (nullable): nothing differs */
static char *
tell (const Side *was_side, const Side *is_side)
{
  const SyTaskValues *before = &was_side->values, *after = &is_side->values;
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
  add_starter (lines, was_side->starter, is_side->starter);
  if (lines->len == 0)
    return NULL;
  g_ptr_array_add (lines, NULL);
  return g_strjoinv ("\n", (char **) lines->pdata);
}

/* --- reading --- */

/* Of a runner that was started where other variables are set */
static void
note_runner (Sides *sides, const SyEvent *event)
{
  g_autoptr (SyJsonNode) said = event->text != NULL && *event->text == '{' ? sy_json_parse (event->text, NULL) : NULL;
  const SyJsonNode *env = sy_json_get (said, "env");

  g_clear_pointer (&sides->starter, g_free);
  if (sy_json_is (env, SY_JSON_OBJECT))
    {
      g_autoptr (GString) text = g_string_new (NULL);

      sy_json_append (text, env);
      sides->starter = g_strndup (text->str, text->len);
    }
}

static Side *
resolve (Sides *sides, const SyRunView *view, const SyEvent *event)
{
  SyWorkflow *workflow = view->state->workflow;
  guint32 index = sy_workflow_find_number (workflow, event->task);
  const SyTaskState *task = sy_run_state_task (view->state, event->task);
  g_autofree Side *side = g_new0 (Side, 1);
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
       && sy_task_values_resolve (workflow, index, task->values, task->command, &context.context, sides->folder, &side->values, NULL);
  sy_run_context_clear (&context);
  if (!ok)
    return NULL;
  side->starter = sides->starter != NULL ? sy_json_parse (sides->starter, NULL) : NULL;
  return g_steal_pointer (&side);
}

static void
note_intent (const SyRunView *view, const SyEvent *event, gpointer data)
{
  Sides *sides = data;

  if (event->kind == SY_EVENT_RUNNER_STARTED)
    note_runner (sides, event);
  if (event->kind != SY_EVENT_INTENT || event->task != sides->task || event->item != 0)
    return;
  if (sides->sides->len <= event->attempt)
    g_ptr_array_set_size (sides->sides, (int) event->attempt + 1);
  side_free (sides->sides->pdata[event->attempt]);
  sides->sides->pdata[event->attempt] = resolve (sides, view, event);
}

GPtrArray *
sy_attempt_changes_read (const char *uuid, guint32 task, GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (side_free);
  Sides sides = { .task = task, .sides = all };
  g_autoptr (SyRunView) view = sy_run_view_open_each (uuid, note_intent, &sides, error);
  GPtrArray *changes;

  g_free (sides.starter);
  g_free (sides.fresh);
  g_free (sides.folder);
  if (view == NULL)
    return NULL;
  changes = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < all->len; i++)
    g_ptr_array_add (changes, i > 1 && all->pdata[i - 1] != NULL && all->pdata[i] != NULL ? tell (all->pdata[i - 1], all->pdata[i]) : NULL);
  return changes;
}
