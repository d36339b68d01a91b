/* sy-run-settings.c: what a run was started with beside its file
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-run-settings.h"

#include "app/sy-words.h"
#include "core/base/sy-error.h"
#include "core/base/sy-text.h"
#include "core/model/sy-graph.h"
#include "core/model/sy-json.h"

#include <string.h>

static const char *const on_failure_words[] = { "continue", "stop", "cancel" };

SyRunSettings *
sy_run_settings_new (void)
{
  SyRunSettings *settings = g_new0 (SyRunSettings, 1);

  settings->params = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  settings->env_marks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  settings->on_failure = -1;
  return settings;
}

void
sy_run_settings_free (SyRunSettings *settings)
{
  g_hash_table_unref (settings->params);
  g_hash_table_unref (settings->env_marks);
  g_free (settings->dir);
  g_strfreev (settings->only);
  g_free (settings);
}

gboolean
sy_run_settings_parse_slots (const char *text, guint *slots, GError **error)
{
  guint64 n = 0;

  if (g_str_equal (text, "auto"))
    {
      *slots = 0;
      return TRUE;
    }
  if (!g_ascii_string_to_unsigned (text, 10, 1, 10000, &n, NULL))
    {
      g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "slots “%s”: wanted is a number from 1 to 10000, or auto", text);
      return FALSE;
    }
  *slots = n;
  return TRUE;
}

gboolean
sy_run_settings_parse_on_failure (const char *text, int *on_failure, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (on_failure_words); i++)
    if (g_str_equal (text, on_failure_words[i]))
      {
        *on_failure = i;
        return TRUE;
      }
  g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "on-failure “%s”: wanted is continue, stop or cancel", text);
  return FALSE;
}

const char *
sy_run_settings_on_failure_word (int on_failure)
{
  return on_failure >= 0 && on_failure < (int) G_N_ELEMENTS (on_failure_words) ? on_failure_words[on_failure] : NULL;
}

/* --- as JSON --- */

static void
write_map (SyJson *json, const char *key, GHashTable *map)
{
  g_autoptr (GList) names = g_list_sort (g_hash_table_get_keys (map), (GCompareFunc) strcmp);

  sy_json_begin_object (json, key);
  for (GList *l = names; l != NULL; l = l->next)
    sy_json_string (json, l->data, g_hash_table_lookup (map, l->data));
  sy_json_end_object (json);
}

void
sy_run_settings_write_params (const SyRunSettings *settings, SyJson *json)
{
  write_map (json, "params", settings->params);
}

char *
sy_run_settings_to_json (const SyRunSettings *settings)
{
  GString *out = g_string_new (NULL);
  SyJson json = sy_json_on (out);
  char scale[G_ASCII_DTOSTR_BUF_SIZE];

  sy_json_begin_object (&json, NULL);
  if (settings->dir != NULL)
    sy_json_string (&json, "dir", settings->dir);
  write_map (&json, "env", settings->env_marks);
  if (settings->on_failure >= 0)
    sy_json_string (&json, "on_failure", sy_run_settings_on_failure_word (settings->on_failure));
  if (settings->only != NULL)
    {
      sy_json_begin_array (&json, "only");
      for (guint i = 0; settings->only[i] != NULL; i++)
        sy_json_string (&json, NULL, settings->only[i]);
      sy_json_end_array (&json);
      if (settings->alone)
        sy_json_bool (&json, "alone", TRUE);
    }
  write_map (&json, "params", settings->params);
  sy_json_int (&json, "slots", settings->slots);
  if (settings->n_tasks > 0)
    sy_json_int (&json, "tasks", settings->n_tasks);
  if (settings->time_scale > 0)
    sy_json_raw (&json, "time_scale", g_ascii_dtostr (scale, sizeof scale, settings->time_scale));
  sy_json_end_object (&json);
  return g_string_free (out, FALSE);
}

static void
read_map (const SyJsonNode *object, const char *key, GHashTable *map)
{
  const SyJsonNode *members = sy_json_get (object, key);

  for (guint i = 0; sy_json_is (members, SY_JSON_OBJECT) && i < members->n; i++)
    if (sy_json_text (&members->items[i]) != NULL)
      g_hash_table_insert (map, g_strdup (members->items[i].name), g_strdup (members->items[i].string));
}

static GStrv
read_list (const SyJsonNode *object, const char *key)
{
  const SyJsonNode *list = sy_json_get (object, key);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (!sy_json_is (list, SY_JSON_ARRAY))
    return NULL;
  for (guint i = 0; i < list->n; i++)
    if (sy_json_text (&list->items[i]) != NULL)
      g_strv_builder_add (builder, list->items[i].string);
  return g_strv_builder_end (builder);
}

static double
read_number (const SyJsonNode *object, const char *key)
{
  const SyJsonNode *node = sy_json_get (object, key);

  return sy_json_is (node, SY_JSON_INT) ? (double) node->integer : sy_json_is (node, SY_JSON_FLOAT) ? node->number : 0;
}

SyRunSettings *
sy_run_settings_from_json (const char *json, GError **error)
{
  g_autoptr (SyRunSettings) settings = sy_run_settings_new ();
  g_autoptr (SyJsonNode) object = sy_json_parse (json != NULL ? json : "", NULL);
  const SyJsonNode *alone = sy_json_get (object, "alone");
  const char *word = sy_json_get_text (object, "on_failure");

  if (!sy_json_is (object, SY_JSON_OBJECT))
    {
      g_set_error (error, SY_ERROR, SY_ERROR_CORRUPT, "the first event of the run does not say how it was started");
      return NULL;
    }
  read_map (object, "params", settings->params);
  read_map (object, "env", settings->env_marks);
  settings->only = read_list (object, "only");
  settings->alone = sy_json_is (alone, SY_JSON_BOOL) && alone->boolean;
  settings->dir = g_strdup (sy_json_get_text (object, "dir"));
  settings->slots = (guint) CLAMP (read_number (object, "slots"), 0, 10000);
  settings->time_scale = read_number (object, "time_scale");
  if (word != NULL && !sy_run_settings_parse_on_failure (word, &settings->on_failure, error))
    return NULL;
  return g_steal_pointer (&settings);
}

/* --- environment --- */

static char *
mark_of (const char *salt, const char *variable)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);

  g_checksum_update (sum, (const guchar *) salt, strlen (salt) + 1);
  g_checksum_update (sum, (const guchar *) variable, strlen (variable));
  return g_strndup (g_checksum_get_string (sum), 4);
}

static char *
name_of (const char *variable)
{
  const char *equals = strchr (variable, '=');

  return equals != NULL ? g_strndup (variable, equals - variable) : g_strdup (variable);
}

void
sy_run_settings_mark_env (SyRunSettings *settings, const char *salt, const char *const *env)
{
  g_hash_table_remove_all (settings->env_marks);
  for (; *env != NULL; env++)
    g_hash_table_insert (settings->env_marks, name_of (*env), mark_of (salt, *env));
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* What every shell and terminal has its own of: it says nothing about a task. */
static gboolean
is_of_the_shell (const char *name)
{
  static const char *const names[] = { "_", "COLUMNS", "LINES", "OLDPWD", "PWD", "SHLVL", "WINDOWID", NULL };

  return g_strv_contains (names, name);
}

GStrv
sy_run_settings_changed_env (const SyRunSettings *settings, const char *salt, const char *const *env)
{
  g_autoptr (SyRunSettings) now = sy_run_settings_new ();
  g_autoptr (GPtrArray) changed = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer name, mark;

  sy_run_settings_mark_env (now, salt, env);
  g_hash_table_iter_init (&iter, now->env_marks);
  while (g_hash_table_iter_next (&iter, &name, &mark))
    if (!is_of_the_shell (name) && g_strcmp0 (g_hash_table_lookup (settings->env_marks, name), mark) != 0)
      g_ptr_array_add (changed, g_strdup (name));
  g_hash_table_iter_init (&iter, settings->env_marks);
  while (g_hash_table_iter_next (&iter, &name, &mark))
    if (!is_of_the_shell (name) && !g_hash_table_contains (now->env_marks, name))
      g_ptr_array_add (changed, g_strdup (name));
  g_ptr_array_sort (changed, compare_names);
  g_ptr_array_add (changed, NULL);
  return (GStrv) g_ptr_array_steal (changed, NULL);
}

char *
sy_run_settings_changed_env_json (const SyRunSettings *settings, const char *salt, const char *const *env)
{
  g_auto (GStrv) names = sy_run_settings_changed_env (settings, salt, env);
  g_autoptr (SyRunSettings) now = sy_run_settings_new ();
  GString *out;
  SyJson json;

  if (names[0] == NULL || g_hash_table_size (settings->env_marks) == 0)
    return NULL;
  sy_run_settings_mark_env (now, salt, env);
  out = g_string_new (NULL);
  json = sy_json_on (out);
  sy_json_begin_object (&json, NULL);
  for (guint i = 0; names[i] != NULL; i++)
    sy_json_string (&json, names[i], g_hash_table_lookup (now->env_marks, names[i]));
  sy_json_end_object (&json);
  return g_string_free (out, FALSE);
}

/* --- the workflow --- */

static void
sleep_instead (SyWorkflow *workflow, SyTask *task, double scale)
{
  SyText *argv = sy_workflow_alloc (workflow, 2 * sizeof *argv);
  char seconds[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (seconds, sizeof seconds, "%.6f", MAX (0, task->sleep_us * scale / G_USEC_PER_SEC));
  argv[0].text = "sleep";
  argv[1].text = sy_workflow_intern (workflow, seconds);
  task->kind = SY_TASK_COMMAND;
  task->argv = argv;
  task->n_argv = 2;
}

void
sy_run_settings_apply (const SyRunSettings *settings, SyWorkflow *workflow)
{
  if (settings->dir != NULL)
    workflow->dir = (SyText){ .text = sy_workflow_intern (workflow, settings->dir) };
  if (settings->time_scale <= 0)
    return;
  for (guint32 i = 0; i < workflow->n_tasks; i++)
    if (workflow->tasks[i].kind == SY_TASK_JOIN && workflow->tasks[i].sleep_us > 0)
      sleep_instead (workflow, &workflow->tasks[i], settings->time_scale);
}

guint8 *
sy_run_settings_select (const SyRunSettings *settings, const SyWorkflow *workflow, GError **error)
{
  g_autofree guint8 *selected = NULL;

  if (settings->only == NULL)
    return NULL;
  selected = g_new0 (guint8, MAX (1, workflow->n_tasks));
  for (guint i = 0; settings->only[i] != NULL; i++)
    {
      guint32 task = sy_workflow_find (workflow, settings->only[i]);
      g_autofree guint8 *ancestors = NULL;

      if (task == SY_NO_TASK)
        {
          SyNearest nearest;

          sy_nearest_init (&nearest, settings->only[i]);
          for (guint32 k = 0; k < workflow->n_tasks; k++)
            sy_nearest_try (&nearest, workflow->tasks[k].id);
          g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "--only: there is no task “%s” in %s%s%s%s", settings->only[i],
                       workflow->path != NULL ? workflow->path : workflow->name,
                       nearest.nearest != NULL ? ": did you mean “" : "", nearest.nearest != NULL ? nearest.nearest : "",
                       nearest.nearest != NULL ? "”?" : "");
          return NULL;
        }
      ancestors = sy_graph_ancestors (workflow, task);
      for (guint32 k = 0; k < workflow->n_tasks && !settings->alone; k++)
        selected[k] |= ancestors[k];
      selected[task] = 1;
    }
  return g_steal_pointer (&selected);
}
