/* sy-run-context.c: what params, env and run mean in the expressions of a run
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-run-settings.h"

#include "core/base/sy-error.h"

#include <string.h>

static void
free_value (gpointer data)
{
  sy_value_clear (data);
  g_free (data);
}

static gboolean
look_up_param (gpointer data, const char *name, SyValue *out)
{
  SyRunContext *context = data;
  const SyValue *value = g_hash_table_lookup (context->values, name);

  if (value == NULL)
    return FALSE;
  sy_value_copy (out, value);
  return TRUE;
}

static const char *
look_up_env (gpointer data, const char *name)
{
  SyRunContext *context = data;

  return g_hash_table_lookup (context->env, name);
}

static gboolean
look_up_run (gpointer data, const char *field, SyValue *out)
{
  SyRunContext *context = data;
  const char *text = g_str_equal (field, "id") ? context->run_id
                     : g_str_equal (field, "dir") ? context->run_dir
                     : g_str_equal (field, "started") ? context->started
                     : NULL;

  if (g_str_equal (field, "artifacts"))
    {
      g_autofree char *run = g_path_get_dirname (context->run_dir);

      *out = (SyValue){ .type = SY_VALUE_STRING, .string = g_build_filename (run, "artifacts", NULL) };
      return TRUE;
    }
  if (text == NULL)
    return FALSE;
  *out = (SyValue){ .type = SY_VALUE_STRING, .string = g_strdup (text) };
  return TRUE;
}

static gboolean
convert_params (SyRunContext *context, const SyRunSettings *settings, gint64 created_us, GError **error)
{
  for (guint i = 0; i < context->workflow->n_params; i++)
    {
      const SyParam *param = &context->workflow->params[i];
      const char *text = g_hash_table_lookup (settings->params, param->name);
      g_autofree char *evaluated = NULL;
      g_autofree SyValue *value = NULL;

      if (text == NULL)
        text = param->default_value;
      if (text == NULL)
        continue;
      if (text == param->default_value && param->dynamic) /* of a newer file than the run began with */
        text = evaluated = sy_template_render (text, &context->context, error);
      value = g_new0 (SyValue, 1);
      if (text == NULL || !sy_param_convert (param, text, created_us, value, error))
        {
          g_prefix_error (error, "parameter %s: ", param->name);
          return FALSE;
        }
      g_hash_table_insert (context->values, (gpointer) param->name, g_steal_pointer (&value));
    }
  return TRUE;
}

static void
index_env (SyRunContext *context, const char *const *environment)
{
  for (; *environment != NULL; environment++)
    {
      const char *equals = strchr (*environment, '=');

      if (equals != NULL)
        g_hash_table_insert (context->env, g_strndup (*environment, equals - *environment), (gpointer) (equals + 1));
    }
}

gboolean
sy_run_context_init (SyRunContext *context, const SyWorkflow *workflow, const SyRunSettings *settings,
                     const char *const *environment, const char *run_id, const char *run_dir, gint64 created_us,
                     GError **error)
{
  g_autoptr (GDateTime) started = g_date_time_new_from_unix_local (created_us / G_USEC_PER_SEC);

  *context = (SyRunContext){
    .context = { .param = look_up_param, .env = look_up_env, .run = look_up_run, .data = context },
    .workflow = workflow,
    .values = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, free_value),
    .env = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
    .run_id = g_strdup (run_id),
    .run_dir = g_strdup (run_dir),
    .started = g_date_time_format_iso8601 (started),
  };
  index_env (context, environment);
  return convert_params (context, settings, created_us, error);
}

void
sy_run_context_clear (SyRunContext *context)
{
  g_clear_pointer (&context->values, g_hash_table_unref);
  g_clear_pointer (&context->env, g_hash_table_unref);
  g_clear_pointer (&context->run_id, g_free);
  g_clear_pointer (&context->run_dir, g_free);
  g_clear_pointer (&context->started, g_free);
}
