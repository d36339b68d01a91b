/* sy-task-values.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-task-values.h"

#include <string.h>

#include <nettle/sha2.h>

#include "core/base/sy-error.h"
#include "core/model/sy-late.h"
#include "core/model/sy-expr-private.h"

/* --- what is dynamic --- */

static gboolean
any_dynamic (const SyText *items, guint32 n)
{
  for (guint32 i = 0; i < n; i++)
    if (items[i].dynamic)
      return TRUE;
  return FALSE;
}

static gboolean
any_dynamic_var (const SyEnv *env)
{
  for (guint i = 0; env != NULL && i < env->n; i++)
    if (env->vars[i].value.dynamic)
      return TRUE;
  return FALSE;
}

static gboolean
any_dynamic_path (const SyStrings *paths)
{
  for (guint i = 0; i < paths->n; i++)
    if (strstr (paths->items[i], "${{") != NULL)
      return TRUE;
  return FALSE;
}

gboolean
sy_task_values_is_dynamic (const SyWorkflow *workflow, guint32 index)
{
  const SyTask *task = &workflow->tasks[index];
  const SyTaskExtra *extra = task->extra;

  return sy_late_has_any (task) || any_dynamic (task->argv, task->n_argv) || any_dynamic (task->shell, task->n_shell)
         || any_dynamic_var (task->env) || (task->dir.text != NULL && task->dir.dynamic)
         || (extra != NULL && ((extra->stdin_file.text != NULL && extra->stdin_file.dynamic)
                               || any_dynamic_path (&extra->reads) || any_dynamic_path (&extra->writes)));
}

/* --- evaluating --- */

static gboolean
check_env_size (const char *name, const char *value, GError **error)
{
  if (strlen (name) + 1 + strlen (value) + 1 <= SY_ENV_MAX_BYTES)
    return TRUE;
  g_set_error (error, SY_ERROR, SY_ERROR_LIMIT,
               "the value of %s is longer than an environment variable may be (128 KiB): read it from $SWITCHYARD_INPUTS",
               name);
  return FALSE;
}

static gboolean
render_items (SyJson *to, const char *key, const SyText *items, guint32 n, const SyExprContext *context,
              GError **error)
{
  if (!any_dynamic (items, n))
    return TRUE;
  sy_json_begin_array (to, key);
  for (guint32 i = 0; i < n; i++)
    {
      g_autofree char *word = items[i].dynamic ? sy_template_render_scalar (items[i].text, context, error)
                                               : g_strdup (items[i].text);

      if (word == NULL)
        {
          g_prefix_error (error, "%s[%u]: ", strcmp (key, "argv") == 0 ? "command" : key, i);
          return FALSE;
        }
      sy_json_string (to, NULL, word);
    }
  sy_json_end_array (to);
  return TRUE;
}

static gboolean
render_env (SyJson *to, const SyEnv *env, const SyExprContext *context, GError **error)
{
  if (!any_dynamic_var (env))
    return TRUE;
  sy_json_begin_object (to, "env");
  for (guint i = 0; i < env->n; i++)
    {
      const SyEnvVar *var = &env->vars[i];
      g_autofree char *value = NULL;

      if (!var->value.dynamic)
        continue;
      if (!(value = sy_template_render (var->value.text, context, error)) || !check_env_size (var->name, value, error))
        {
          g_prefix_error (error, "env %s: ", var->name);
          return FALSE;
        }
      sy_json_string (to, var->name, value);
    }
  sy_json_end_object (to);
  return TRUE;
}

static gboolean
render_text (SyJson *to, const char *key, const SyText *text, const SyExprContext *context, GError **error)
{
  g_autofree char *value = NULL;

  if (text->text == NULL || !text->dynamic)
    return TRUE;
  if (!(value = sy_template_render (text->text, context, error)))
    {
      g_prefix_error (error, "%s: ", key);
      return FALSE;
    }
  sy_json_string (to, key, value);
  return TRUE;
}

static gboolean
render_paths (SyJson *to, const char *key, const SyStrings *paths, const SyExprContext *context, GError **error)
{
  if (!any_dynamic_path (paths))
    return TRUE;
  sy_json_begin_array (to, key);
  for (guint i = 0; i < paths->n; i++)
    {
      g_autofree char *path = sy_template_render (paths->items[i], context, error);

      if (path == NULL)
        {
          g_prefix_error (error, "%s: ", key);
          return FALSE;
        }
      sy_json_string (to, NULL, path);
    }
  sy_json_end_array (to);
  return TRUE;
}

/* Keys in the order of the alphabet: the text is canonical. */
gboolean
sy_task_values_evaluate (const SyWorkflow *workflow, guint32 index, const SyExprContext *context, char **json,
                         GError **error)
{
  static const SyTaskExtra no_extra = { .writes_durable = TRUE };
  const SyTask *task = &workflow->tasks[index];
  const SyTaskExtra *extra = task->extra ? task->extra : &no_extra;
  g_autoptr (GString) text = g_string_new (NULL);
  SyJson object = sy_json_on (text);

  *json = NULL;
  sy_json_begin_object (&object, NULL);
  if (!render_items (&object, "argv", task->argv, task->n_argv, context, error)
      || !render_text (&object, "dir", &task->dir, context, error) || !render_env (&object, task->env, context, error)
      || !sy_late_evaluate (workflow, index, context, &object, error)
      || !render_paths (&object, "reads", &extra->reads, context, error)
      || !render_items (&object, "shell", task->shell, task->n_shell, context, error)
      || !render_text (&object, "stdin", &extra->stdin_file, context, error)
      || !render_paths (&object, "writes", &extra->writes, context, error))
    return FALSE;
  sy_json_end_object (&object);
  *json = g_string_free (g_steal_pointer (&text), FALSE);
  return TRUE;
}

/* --- putting together --- */

void
sy_task_values_clear (SyTaskValues *values)
{
  g_clear_pointer (&values->argv, g_strfreev);
  g_clear_pointer (&values->env, g_strfreev);
  g_clear_pointer (&values->reads, g_strfreev);
  g_clear_pointer (&values->writes, g_strfreev);
  g_clear_pointer (&values->dir, g_free);
  g_clear_pointer (&values->stdin_file, g_free);
}

/* (nullable) (transfer full) */
static SyJsonNode *
parse_object (const char *json, GError **error)
{
  g_autoptr (SyJsonNode) node = json != NULL ? sy_json_parse (json, error) : NULL;

  if (node == NULL || sy_json_is (node, SY_JSON_OBJECT))
    return g_steal_pointer (&node);
  g_set_error (error, SY_ERROR, SY_ERROR_CORRUPT, "logged values are no JSON object: %s", json);
  return NULL;
}

static const SyJsonNode *
array_member (const SyJsonNode *object, const char *key)
{
  const SyJsonNode *member = sy_json_get (object, key);

  return sy_json_is (member, SY_JSON_ARRAY) ? member : NULL;
}

static void
add_array (GPtrArray *to, const SyJsonNode *array)
{
  for (guint i = 0; i < sy_json_length (array); i++)
    g_ptr_array_add (to, g_strdup (sy_json_text (sy_json_at (array, i))));
}

/* Words from the logged values, or as the file has them. */
static void
add_words (GPtrArray *to, const SyJsonNode *logged, const char *key, const SyText *items, guint n)
{
  const SyJsonNode *array = array_member (logged, key);

  if (array != NULL)
    add_array (to, array);
  for (guint i = 0; array == NULL && i < n; i++)
    g_ptr_array_add (to, g_strdup (items[i].text));
}

static GStrv
finish_words (GPtrArray *words)
{
  g_ptr_array_add (words, NULL);
  return (GStrv) g_ptr_array_free (words, FALSE);
}

static GStrv
resolve_paths (const SyJsonNode *logged, const char *key, const SyStrings *paths)
{
  GPtrArray *words = g_ptr_array_new ();
  const SyJsonNode *array = array_member (logged, key);

  if (array != NULL)
    add_array (words, array);
  for (guint i = 0; array == NULL && i < paths->n; i++)
    g_ptr_array_add (words, g_strdup (paths->items[i]));
  return finish_words (words);
}

static void
add_shell (GPtrArray *argv, const SyWorkflow *workflow, const SyTask *task, const SyJsonNode *logged, const char *text,
           SyTaskValues *out)
{
  if (task != NULL && task->shell != NULL)
    add_words (argv, logged, "shell", task->shell, task->n_shell);
  else
    add_words (argv, NULL, NULL, workflow->shell, workflow->n_shell);
  g_ptr_array_add (argv, g_strdup (text));
  out->shell = TRUE;
}

static void
resolve_argv (const SyWorkflow *workflow, const SyTask *task, const SyJsonNode *logged, const SyJsonNode *command,
              SyTaskValues *out)
{
  GPtrArray *argv = g_ptr_array_new ();
  const char *run = sy_json_get_text (command, "run");

  if (array_member (command, "command") != NULL)
    add_array (argv, array_member (command, "command"));
  else if (run != NULL || task->kind == SY_TASK_RUN)
    add_shell (argv, workflow, task, logged, run ? run : task->run.text, out);
  else
    add_words (argv, logged, "argv", task->argv, task->n_argv);
  out->argv = finish_words (argv);
}

/* The variables of one order, each name once, in the order of first mention. */
typedef struct
{
  GHashTable *at; /* name -> place + 1 */
  GPtrArray *vars;
} Environment;

static gboolean
set_var (Environment *environment, const char *name, const char *value, GError **error)
{
  guint at = GPOINTER_TO_UINT (g_hash_table_lookup (environment->at, name));
  char *var;

  if (!check_env_size (name, value, error))
    return FALSE;
  var = g_strconcat (name, "=", value, NULL);
  if (at > 0)
    {
      g_free (g_ptr_array_index (environment->vars, at - 1));
      g_ptr_array_index (environment->vars, at - 1) = var;
      return TRUE;
    }
  g_ptr_array_add (environment->vars, var);
  g_hash_table_insert (environment->at, g_strdup (name), GUINT_TO_POINTER (environment->vars->len));
  return TRUE;
}

static gboolean
set_params (Environment *environment, const SyWorkflow *workflow, const SyExprContext *context, GError **error)
{
  for (guint i = 0; i < workflow->n_params; i++)
    {
      const SyParam *param = &workflow->params[i];
      g_auto (SyValue) value = { .type = SY_VALUE_NULL };
      g_autofree char *text = NULL;

      if (param->type == SY_TYPE_SECRET || !context->param || !context->param (context->data, param->name, &value)
          || value.type == SY_VALUE_NULL)
        continue;
      if (!(text = sy_value_render (&value, error)) || !set_var (environment, param->name, text, error))
        return FALSE;
    }
  return TRUE;
}

/* @logged: (nullable): rendered already; else dynamic ones are rendered here. */
static gboolean
set_vars (Environment *environment, const SyEnv *env, const SyJsonNode *logged, const SyExprContext *context, GError **error)
{
  for (guint i = 0; env != NULL && i < env->n; i++)
    {
      const SyEnvVar *var = &env->vars[i];
      const char *value = sy_json_get_text (logged, var->name);
      g_autofree char *rendered = NULL;

      if (value == NULL && var->value.dynamic)
        {
          if (!(value = rendered = sy_template_render (var->value.text, context, error)))
            {
              g_prefix_error (error, "env %s: ", var->name);
              return FALSE;
            }
        }
      if (!set_var (environment, var->name, value ? value : var->value.text, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
resolve_env (const SyWorkflow *workflow, const SyEnv *env, const SyJsonNode *logged, const SyExprContext *context,
             SyTaskValues *out, GError **error)
{
  gboolean any = workflow->env != NULL || workflow->n_params > 0 || env != NULL;
  g_autoptr (GHashTable) at = any ? g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL) : NULL;
  Environment environment = { at, g_ptr_array_new () };
  gboolean ok = !any || (set_vars (&environment, workflow->env, NULL, context, error)
                         && set_params (&environment, workflow, context, error)
                         && set_vars (&environment, env, logged, context, error));

  out->env = finish_words (environment.vars);
  return ok;
}

static char *
absolute (const char *folder, const char *path)
{
  return path == NULL ? g_strdup (folder) : g_canonicalize_filename (path, folder);
}

static gboolean
resolve_file_dir (const SyWorkflow *workflow, const SyExprContext *context, const char *folder, char **dir,
                  GError **error)
{
  g_autofree char *text = NULL;

  if (workflow->dir.text != NULL && workflow->dir.dynamic)
    {
      if (!(text = sy_template_render (workflow->dir.text, context, error)))
        {
          g_prefix_error (error, "dir: ");
          return FALSE;
        }
    }
  *dir = absolute (folder, text ? text : workflow->dir.text);
  return TRUE;
}

gboolean
sy_task_values_resolve (const SyWorkflow *workflow, guint32 index, const char *json, const char *command,
                        const SyExprContext *context, const char *folder, SyTaskValues *out, GError **error)
{
  const SyTask *task = &workflow->tasks[index];
  static const SyTaskExtra no_extra = { .writes_durable = TRUE };
  const SyTaskExtra *extra = task->extra ? task->extra : &no_extra;
  g_autoptr (GError) broken = NULL;
  g_autofree char *file_dir = NULL;
  g_autoptr (SyJsonNode) logged = parse_object (json, &broken);
  g_autoptr (SyJsonNode) edited = broken ? NULL : parse_object (command, &broken);
  const char *dir = sy_json_get_text (logged, "dir"), *in = sy_json_get_text (logged, "stdin");

  memset (out, 0, sizeof *out);
  if (broken != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&broken));
      return FALSE;
    }
  resolve_argv (workflow, task, logged, edited, out);
  if (!resolve_file_dir (workflow, context, folder, &file_dir, error)
      || !resolve_env (workflow, task->env, sy_json_get (logged, "env"), context, out, error))
    {
      sy_task_values_clear (out);
      return FALSE;
    }
  out->dir = absolute (file_dir, dir ? dir : task->dir.text);
  in = in ? in : extra->stdin_file.text;
  out->stdin_file = in ? absolute (out->dir, in) : NULL;
  out->reads = resolve_paths (logged, "reads", &extra->reads);
  out->writes = resolve_paths (logged, "writes", &extra->writes);
  return TRUE;
}

/* With its NUL: neighbours cannot be taken for each other. */
static void
add_word (struct sha256_ctx *sum, const char *word)
{
  sha256_update (sum, strlen (word) + 1, (const guint8 *) word);
}

void
sy_task_values_digest (const SyWorkflow *workflow, guint32 index, const char *json, const char *command, guint8 *digest)
{
  g_autoptr (GError) broken = NULL;
  g_autoptr (SyJsonNode) logged = parse_object (json, &broken);
  g_autoptr (SyJsonNode) edited = broken ? NULL : parse_object (command, &broken);
  const SyTask *task = &workflow->tasks[index];
  g_auto (SyTaskValues) values = { 0 };
  struct sha256_ctx sum;

  memset (digest, 0, SY_DIGEST_BYTES);
  if (broken != NULL)
    return;
  sha256_init (&sum);
  if (logged == NULL && edited == NULL && task->kind != SY_TASK_RUN) /* as the file has it */
    for (guint i = 0; i < task->n_argv; i++)
      add_word (&sum, task->argv[i].text);
  else
    resolve_argv (workflow, task, logged, edited, &values);
  for (guint i = 0; values.argv != NULL && values.argv[i] != NULL; i++)
    add_word (&sum, values.argv[i]);
  sha256_digest (&sum, SY_DIGEST_BYTES, digest);
}

gboolean
sy_handler_values_resolve (const SyWorkflow *workflow, SyHandlerKind kind, const SyExprContext *context,
                           const char *folder, SyTaskValues *out, GError **error)
{
  const SyHandler *handler = &workflow->handlers[kind];
  GPtrArray *argv = g_ptr_array_new ();

  memset (out, 0, sizeof *out);
  if (handler->kind == SY_TASK_RUN)
    add_shell (argv, workflow, NULL, NULL, handler->run.text, out);
  for (guint i = 0; handler->kind != SY_TASK_RUN && i < handler->n_argv; i++)
    {
      const SyText *word = &handler->argv[i];
      char *text = word->dynamic ? sy_template_render_scalar (word->text, context, error) : g_strdup (word->text);

      if (text == NULL)
        {
          g_ptr_array_set_free_func (argv, g_free);
          g_ptr_array_unref (argv);
          return FALSE;
        }
      g_ptr_array_add (argv, text);
    }
  out->argv = finish_words (argv);
  out->reads = g_new0 (char *, 1);
  out->writes = g_new0 (char *, 1);
  if (resolve_file_dir (workflow, context, folder, &out->dir, error)
      && resolve_env (workflow, handler->env, NULL, context, out, error))
    return TRUE;
  sy_task_values_clear (out);
  return FALSE;
}
