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
render_items (JsonObject *to, const char *key, const SyText *items, guint32 n, const SyExprContext *context,
              GError **error)
{
  g_autoptr (JsonArray) array = NULL;

  if (!any_dynamic (items, n))
    return TRUE;
  array = json_array_new ();
  for (guint32 i = 0; i < n; i++)
    {
      g_autofree char *word = items[i].dynamic ? sy_template_render_scalar (items[i].text, context, error)
                                               : g_strdup (items[i].text);

      if (word == NULL)
        {
          g_prefix_error (error, "%s[%u]: ", strcmp (key, "argv") == 0 ? "command" : key, i);
          return FALSE;
        }
      json_array_add_string_element (array, word);
    }
  json_object_set_array_member (to, key, g_steal_pointer (&array));
  return TRUE;
}

static gboolean
render_env (JsonObject *to, const SyEnv *env, const SyExprContext *context, GError **error)
{
  g_autoptr (JsonObject) object = NULL;

  if (!any_dynamic_var (env))
    return TRUE;
  object = json_object_new ();
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
      json_object_set_string_member (object, var->name, value);
    }
  json_object_set_object_member (to, "env", g_steal_pointer (&object));
  return TRUE;
}

static gboolean
render_text (JsonObject *to, const char *key, const SyText *text, const SyExprContext *context, GError **error)
{
  g_autofree char *value = NULL;

  if (text->text == NULL || !text->dynamic)
    return TRUE;
  if (!(value = sy_template_render (text->text, context, error)))
    {
      g_prefix_error (error, "%s: ", key);
      return FALSE;
    }
  json_object_set_string_member (to, key, value);
  return TRUE;
}

static gboolean
render_paths (JsonObject *to, const char *key, const SyStrings *paths, const SyExprContext *context, GError **error)
{
  g_autoptr (JsonArray) array = NULL;

  if (!any_dynamic_path (paths))
    return TRUE;
  array = json_array_new ();
  for (guint i = 0; i < paths->n; i++)
    {
      g_autofree char *path = sy_template_render (paths->items[i], context, error);

      if (path == NULL)
        {
          g_prefix_error (error, "%s: ", key);
          return FALSE;
        }
      json_array_add_string_element (array, path);
    }
  json_object_set_array_member (to, key, g_steal_pointer (&array));
  return TRUE;
}

static char *
object_to_text (JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);
  GString *text = g_string_new (NULL);

  sy_json_append (text, node);
  return g_string_free (text, FALSE);
}

/* Keys in the order of the alphabet: the text is canonical. */
gboolean
sy_task_values_evaluate (const SyWorkflow *workflow, guint32 index, const SyExprContext *context, char **json,
                         GError **error)
{
  static const SyTaskExtra no_extra = { .writes_durable = TRUE };
  const SyTask *task = &workflow->tasks[index];
  const SyTaskExtra *extra = task->extra ? task->extra : &no_extra;
  g_autoptr (JsonObject) object = json_object_new ();

  *json = NULL;
  if (!render_items (object, "argv", task->argv, task->n_argv, context, error)
      || !render_text (object, "dir", &task->dir, context, error) || !render_env (object, task->env, context, error)
      || !sy_late_evaluate (workflow, index, context, object, error)
      || !render_paths (object, "reads", &extra->reads, context, error)
      || !render_items (object, "shell", task->shell, task->n_shell, context, error)
      || !render_text (object, "stdin", &extra->stdin_file, context, error)
      || !render_paths (object, "writes", &extra->writes, context, error))
    return FALSE;
  *json = object_to_text (object);
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

static JsonObject *
parse_object (const char *json, JsonNode **node, GError **error)
{
  *node = NULL;
  if (json == NULL)
    return NULL;
  if (!(*node = sy_json_parse (json, error)))
    return NULL;
  if (JSON_NODE_HOLDS_OBJECT (*node))
    return json_node_get_object (*node);
  g_set_error (error, SY_ERROR, SY_ERROR_CORRUPT, "logged values are no JSON object: %s", json);
  return NULL;
}

static JsonArray *
array_member (JsonObject *object, const char *key)
{
  JsonNode *member = object ? json_object_get_member (object, key) : NULL;

  return member != NULL && JSON_NODE_HOLDS_ARRAY (member) ? json_node_get_array (member) : NULL;
}

static const char *
string_member (JsonObject *object, const char *key)
{
  JsonNode *member = object ? json_object_get_member (object, key) : NULL;

  return member != NULL && json_node_get_value_type (member) == G_TYPE_STRING ? json_node_get_string (member) : NULL;
}

static void
add_array (GPtrArray *to, JsonArray *array)
{
  for (guint i = 0; i < json_array_get_length (array); i++)
    g_ptr_array_add (to, g_strdup (json_array_get_string_element (array, i)));
}

/* Words from the logged values, or as the file has them. */
static void
add_words (GPtrArray *to, JsonObject *logged, const char *key, const SyText *items, guint n)
{
  JsonArray *array = array_member (logged, key);

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
resolve_paths (JsonObject *logged, const char *key, const SyStrings *paths)
{
  GPtrArray *words = g_ptr_array_new ();
  JsonArray *array = array_member (logged, key);

  if (array != NULL)
    add_array (words, array);
  for (guint i = 0; array == NULL && i < paths->n; i++)
    g_ptr_array_add (words, g_strdup (paths->items[i]));
  return finish_words (words);
}

static void
add_shell (GPtrArray *argv, const SyWorkflow *workflow, const SyTask *task, JsonObject *logged, const char *text,
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
resolve_argv (const SyWorkflow *workflow, const SyTask *task, JsonObject *logged, JsonObject *command,
              SyTaskValues *out)
{
  GPtrArray *argv = g_ptr_array_new ();
  const char *run = string_member (command, "run");

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
set_vars (Environment *environment, const SyEnv *env, JsonObject *logged, const SyExprContext *context, GError **error)
{
  for (guint i = 0; env != NULL && i < env->n; i++)
    {
      const SyEnvVar *var = &env->vars[i];
      const char *value = string_member (logged, var->name);
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
resolve_env (const SyWorkflow *workflow, const SyEnv *env, JsonObject *logged, const SyExprContext *context,
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
  g_autoptr (JsonNode) logged_node = NULL, command_node = NULL;
  g_autoptr (GError) broken = NULL;
  g_autofree char *file_dir = NULL;
  JsonObject *logged = parse_object (json, &logged_node, &broken);
  JsonObject *edited = broken ? NULL : parse_object (command, &command_node, &broken);
  JsonNode *env = logged ? json_object_get_member (logged, "env") : NULL;
  const char *dir = string_member (logged, "dir"), *in = string_member (logged, "stdin");

  memset (out, 0, sizeof *out);
  if (broken != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&broken));
      return FALSE;
    }
  resolve_argv (workflow, task, logged, edited, out);
  if (!resolve_file_dir (workflow, context, folder, &file_dir, error)
      || !resolve_env (workflow, task->env, env && JSON_NODE_HOLDS_OBJECT (env) ? json_node_get_object (env) : NULL,
                       context, out, error))
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
  g_autoptr (JsonNode) logged_node = NULL, command_node = NULL;
  g_autoptr (GError) broken = NULL;
  JsonObject *logged = parse_object (json, &logged_node, &broken);
  JsonObject *edited = broken ? NULL : parse_object (command, &command_node, &broken);
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
