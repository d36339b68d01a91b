/* sy-bind-values.c: what params and env are worth before a run
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-bind-values.h"

struct _SyBindValues
{
  SyExprContext context;
  GHashTable *params; /* name -> SyValue */
  SyBindEnv get_env;  /* (nullable): there is none, or it is in @env */
  gpointer env_data;
  GStrv env;
};

static void
free_value (gpointer data)
{
  sy_value_clear (data);
  g_free (data);
}

static gboolean
find_param (gpointer data, const char *name, SyValue *out)
{
  SyBindValues *values = data;
  const SyValue *value = g_hash_table_lookup (values->params, name);

  if (value != NULL)
    sy_value_copy (out, value);
  return value != NULL;
}

static const char *
find_env (gpointer data, const char *name)
{
  SyBindValues *values = data;

  if (values->get_env != NULL)
    values->env = values->get_env (values->env_data);
  values->get_env = NULL;
  return values->env != NULL ? g_environ_getenv (values->env, name) : NULL;
}

SyBindValues *
sy_bind_values_new_empty (SyBindEnv env, gpointer data)
{
  SyBindValues *values = g_new0 (SyBindValues, 1);

  values->context = (SyExprContext){ .param = find_param, .env = find_env, .data = values };
  values->params = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_value);
  values->get_env = env;
  values->env_data = data;
  return values;
}

const SyValue *
sy_bind_values_add (SyBindValues *values, const SyParam *param, const char *given, gint64 now_wall_us, GError **error)
{
  g_autofree char *text = g_strdup (given != NULL ? given : param->default_value);
  g_autofree SyValue *value = g_new0 (SyValue, 1);
  SyValue *kept;

  if (given == NULL && param->dynamic)
    {
      g_free (text);
      text = sy_template_render (param->default_value, &values->context, error);
    }
  if (text == NULL || !sy_param_convert (param, text, now_wall_us, value, error))
    {
      if (given == NULL && param->dynamic)
        g_prefix_error (error, "the default of the parameter “%s”, %s: ", param->name, param->default_value);
      return NULL;
    }
  kept = g_steal_pointer (&value);
  g_hash_table_insert (values->params, g_strdup (param->name), kept);
  return kept;
}

SyBindValues *
sy_bind_values_new (const SyWorkflow *workflow, GHashTable *params, SyBindEnv env, gpointer data)
{
  SyBindValues *values = sy_bind_values_new_empty (env, data);

  for (guint i = 0; i < workflow->n_params; i++)
    {
      const SyParam *param = &workflow->params[i];
      const char *given = params != NULL ? g_hash_table_lookup (params, param->name) : NULL;

      if (given != NULL || param->default_value != NULL)
        sy_bind_values_add (values, param, given, g_get_real_time (), NULL);
    }
  return values;
}

void
sy_bind_values_free (SyBindValues *values)
{
  if (values == NULL)
    return;
  g_hash_table_unref (values->params);
  g_strfreev (values->env);
  g_free (values);
}

const SyExprContext *
sy_bind_values_get_context (const SyBindValues *values)
{
  return &values->context;
}
