/* fuzz-expr.c: expressions, templates and scalars of any bytes
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/model/sy-expr.h"
#include "tests/fuzz/fuzz.h"

static gboolean
param (gpointer data, const char *name, SyValue *out)
{
  return sy_output_convert (SY_TYPE_JSON, "{\"a\":[1,2.5,null,{\"b\":\"c\"}],\"s\":\"x\"}", out, NULL);
}

static const char *
env (gpointer data, const char *name)
{
  return name[0] == 'a' ? NULL : name;
}

static int
param_type (gpointer data, const char *name)
{
  return (int) (strlen (name) % SY_N_TYPES);
}

static const SyExprContext context = { .param = param, .env = env };
static const SyExprTypes types = { .param_type = param_type };

static void
try_expression (const char *text, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_auto (SyValue) value = { 0 };
  gsize offset = 0;
  g_autoptr (SyExpr) expr = sy_expr_parse (text, (gssize) size, &offset, &error);

  g_assert_true ((expr == NULL) == (error != NULL));
  g_assert_cmpuint (offset, <=, size);
  if (!expr)
    return;
  if (!sy_expr_check (expr, &types, NULL, &offset, &error))
    g_assert_cmpuint (offset, <=, size);
  g_clear_error (&error);
  if (!sy_expr_eval (expr, &context, &value, &error))
    g_assert_nonnull (error);
}

static void
try_scalars (const char *text)
{
  for (int type = 0; type < SY_N_TYPES; type++)
    {
      SyParam p = { .name = "p", .type = (SyParamType) type };
      g_auto (SyValue) value = { 0 };
      g_autoptr (GError) error = NULL;

      if (!sy_param_convert (&p, text, 1000000, &value, &error))
        g_assert_nonnull (error);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autofree char *rendered = NULL;
  g_autoptr (GError) error = NULL;

  try_expression ((const char *) data, size);
  try_scalars (text);
  rendered = sy_template_render (text, &context, &error);
  g_assert_true ((rendered == NULL) == (error != NULL));
  return 0;
}
