/* sy-order-env.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/engine/sy-order-env-private.h"

#include <string.h>

/* Tokens of the desktop belong to the program that was started by it, not to its children. */
static gboolean
is_dropped (const char *variable)
{
  static const char *const names[] = { "DESKTOP_STARTUP_ID=", "XDG_ACTIVATION_TOKEN=", "GIO_LAUNCHED_", "SWITCHYARD_" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_has_prefix (variable, names[i]))
      return TRUE;
  return strchr (variable, '=') == NULL || *variable == '=';
}

GStrv
sy_order_env_base (const char *const *environment, const char *run_path, const char *run_id)
{
  GPtrArray *out = g_ptr_array_new ();

  for (guint i = 0; environment != NULL && environment[i] != NULL; i++)
    if (!is_dropped (environment[i]))
      g_ptr_array_add (out, g_strdup (environment[i]));
  g_ptr_array_add (out, g_strdup_printf ("SWITCHYARD_RUN_ID=%s", run_id));
  g_ptr_array_add (out, g_strdup_printf ("SWITCHYARD_INPUTS=%s/in/0", run_path));
  g_ptr_array_add (out, NULL);
  return (GStrv) g_ptr_array_free (out, FALSE);
}

static gsize
shell_name_length (const char *variable)
{
  gsize n = 0;

  if (g_ascii_isdigit (*variable))
    return 0;
  while (g_ascii_isalnum (variable[n]) || variable[n] == '_')
    n++;
  return n;
}

GStrv
sy_order_env_not_for_dash (char *const *environment)
{
  GPtrArray *out = g_ptr_array_new ();

  for (guint i = 0; environment[i] != NULL; i++)
    {
      gsize n = shell_name_length (environment[i]);

      if (n == 0 || environment[i][n] != '=')
        g_ptr_array_add (out, g_strndup (environment[i], strcspn (environment[i], "=")));
    }
  g_ptr_array_add (out, NULL);
  return (GStrv) g_ptr_array_free (out, FALSE);
}

/* @number in decimal; every order has ten of them, and printf would take a fifth of the time of making one. */
static const char *
decimal (char text[24], guint64 number)
{
  char *at = text + 23;

  *at = '\0';
  do
    *--at = (char) ('0' + number % 10);
  while ((number /= 10) != 0);
  return at;
}

/* --- idempotency key --- */

/* With its NUL, so that neighbours cannot be taken for each other. */
static void
add_text (struct sha256_ctx *sum, const char *text)
{
  sha256_update (sum, strlen (text) + 1, (const guint8 *) text);
}

static void
add_number (struct sha256_ctx *sum, guint64 number)
{
  char text[24];

  add_text (sum, decimal (text, number));
}

void
sy_order_key_init (SyOrderKey *key, const SyOrderBuilderOptions *options)
{
  sha256_init (&key->prefix);
  add_text (&key->prefix, options->run_id);
  for (guint i = 0; i < options->workflow->n_params; i++)
    {
      const SyExprContext *context = options->context;
      g_auto (SyValue) value = { 0 };
      g_autofree char *text = NULL;

      add_text (&key->prefix, options->workflow->params[i].name);
      if (context != NULL && context->param != NULL &&
          context->param (context->data, options->workflow->params[i].name, &value))
        text = sy_value_render (&value, NULL);
      add_text (&key->prefix, text != NULL ? text : "");
    }
}

void
sy_order_env_add_key (SyOrderEnv *env, const SyOrderKey *key, const SyOrderRequest *request, const SyOrder *order)
{
  struct sha256_ctx sum = key->prefix;
  guint8 digest[SY_DIGEST_BYTES];
  char text[2 * SY_DIGEST_BYTES + 1];

  add_number (&sum, order->task);
  add_number (&sum, order->item);
  add_number (&sum, request->round);
  for (guint i = 0; order->argv[i] != NULL; i++)
    add_text (&sum, order->argv[i]);
  sha256_digest (&sum, sizeof digest, digest);
  sy_digest_to_hex (digest, text);
  sy_order_env_add (env, "SWITCHYARD_IDEMPOTENCY_KEY", text);
}

/* --- putting together --- */

void
sy_order_env_init (SyOrderEnv *env, GStrv strings)
{
  env->strings = g_ptr_array_sized_new (16);
  for (guint i = 0; strings != NULL && strings[i] != NULL; i++)
    g_ptr_array_add (env->strings, strings[i]);
  g_free (strings); /* the strings themselves were taken */
}

void
sy_order_env_add (SyOrderEnv *env, const char *name, const char *value)
{
  g_ptr_array_add (env->strings, g_strconcat (name, "=", value, NULL));
}

void
sy_order_env_add_number (SyOrderEnv *env, const char *name, guint64 value)
{
  char text[24];

  sy_order_env_add (env, name, decimal (text, value));
}

void
sy_order_env_add_strings (SyOrderEnv *env, char *const *strings)
{
  for (guint i = 0; strings[i] != NULL; i++)
    g_ptr_array_add (env->strings, g_strdup (strings[i]));
}

void
sy_order_env_add_files (SyOrderEnv *env, const char *run_path, const SyOrder *order)
{
  char t[24], i[24], a[24];
  g_autofree char *name = g_strconcat ("t", decimal (t, order->task), ".i", decimal (i, order->item), ".a",
                                       decimal (a, order->attempt), NULL);

  g_ptr_array_add (env->strings, g_strconcat ("SWITCHYARD_OUTPUT=", run_path, "/v/", name, NULL));
  g_ptr_array_add (env->strings, g_strconcat ("SWITCHYARD_PROGRESS=", run_path, "/v/", name, ".p", NULL));
  g_ptr_array_add (env->strings, g_strconcat ("SWITCHYARD_ARTIFACTS=", run_path, "/artifacts/", name, NULL));
}

GStrv
sy_order_env_finish (SyOrderEnv *env)
{
  g_ptr_array_add (env->strings, NULL);
  return (GStrv) g_ptr_array_free (env->strings, FALSE);
}
