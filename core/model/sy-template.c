/* sy-template.c: text with ${{ }} in it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "core/model/sy-expr-private.h"

/* The `}}` that closes the expression at @p: one inside a string literal does not. */
static const char *
find_end (const char *p)
{
  for (; *p; p++)
    {
      if (p[0] == '}' && p[1] == '}')
        return p;
      if (*p == '\'' || *p == '"')
        {
          char quote = *p;

          for (p++; *p && *p != quote; p++)
            if (*p == '\\' && quote == '"' && p[1])
              p++;
          if (!*p)
            return NULL;
        }
    }
  return NULL;
}

/*
 * The next piece of @text from *@at on: a `${{ … }}` (*@start, *@length of its
 * inside), or the escape `$${{` (*@start is G_MAXSIZE). *@before is where the
 * piece begins and *@at is moved behind it. FALSE: no more, or an error.
 */
static gboolean
next_piece (const char *text, gsize *at, gsize *before, gsize *start, gsize *length, GError **error)
{
  const char *open = strstr (text + *at, "${{"), *close;

  if (!open)
    return FALSE;
  if (open > text + *at && open[-1] == '$')
    {
      *before = (gsize)(open - 1 - text);
      *start = G_MAXSIZE;
      *at = (gsize)(open + 3 - text);
      return TRUE;
    }
  close = find_end (open + 3);
  if (!close)
    {
      g_set_error (
          error, SY_ERROR, SY_ERROR_INVALID,
          _("the expression that begins with “%.20s” is not closed: “}}” is missing (literal text: “$${{”)"),
          open);
      return FALSE;
    }
  *before = (gsize)(open - text);
  *start = *before + 3;
  *length = (gsize)(close - open) - 3;
  *at = (gsize)(close + 2 - text);
  return TRUE;
}

gboolean
sy_template_foreach (const char *text, SyTemplateFunc each, gpointer data, GError **error)
{
  gsize at = 0, before, start, length;
  g_autoptr (GError) why = NULL;

  while (next_piece (text, &at, &before, &start, &length, &why))
    if (start != G_MAXSIZE && !each (text, start, length, data, error))
      return FALSE;
  if (!why)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

static gboolean
eval_piece (
    const char *text, gsize start, gsize length, const SyExprContext *context, SyValue *out, GError **error)
{
  gsize offset = 0;
  g_autoptr (SyExpr) expr = sy_expr_parse (text + start, (gssize)length, &offset, error);

  if (expr)
    return sy_expr_eval (expr, context, out, error);
  g_prefix_error (error, "“%.*s”, byte %" G_GSIZE_FORMAT ": ", (int)MIN (length, 80), text + start, offset);
  return FALSE;
}

/* How a message names the expression: without the blanks around it. (transfer full) */
static char *
shown (const char *text, gsize start, gsize length)
{
  return g_strstrip (g_strndup (text + start, MIN (length, 80)));
}

static gboolean
append_piece (GString *out,
              const char *text,
              gsize start,
              gsize length,
              gboolean scalar,
              const SyExprContext *context,
              GError **error)
{
  g_auto (SyValue) value = { 0 };
  g_autofree char *rendered = NULL;

  if (!eval_piece (text, start, length, context, &value, error))
    return FALSE;
  if (scalar && value.type == SY_VALUE_JSON)
    {
      g_autofree char *name = shown (text, start, length);

      g_set_error (error, SY_ERROR, SY_ERROR_INVALID, _("“%s” is a list or object, which cannot be one argument"), name);
    }
  else if (!(rendered = sy_value_render (&value, error)))
    {
      g_autofree char *name = shown (text, start, length);

      g_prefix_error (error, "“%s”: ", name);
    }
  if (!rendered)
    return FALSE;
  g_string_append (out, rendered);
  return TRUE;
}

static char *
render (const char *text, gboolean scalar, const SyExprContext *context, GError **error)
{
  gsize at = 0, done = 0, before, start, length;
  g_autoptr (GError) why = NULL;
  g_autoptr (GString) out = g_string_new (NULL);

  while (next_piece (text, &at, &before, &start, &length, &why))
    {
      g_string_append_len (out, text + done, (gssize)(before - done));
      if (start == G_MAXSIZE)
        g_string_append (out, "${{");
      else if (!append_piece (out, text, start, length, scalar, context, error))
        return NULL;
      done = at;
    }
  if (why)
    {
      g_propagate_error (error, g_steal_pointer (&why));
      return NULL;
    }
  g_string_append (out, text + done);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

char *
sy_template_render (const char *text, const SyExprContext *context, GError **error)
{
  return render (text, FALSE, context, error);
}

char *
sy_template_render_scalar (const char *text, const SyExprContext *context, GError **error)
{
  return render (text, TRUE, context, error);
}

gboolean
sy_template_eval (const char *text, const SyExprContext *context, SyValue *out, GError **error)
{
  gsize at = 0, before, start, length;

  memset (out, 0, sizeof *out);
  if (g_str_has_prefix (text, "${{") && next_piece (text, &at, &before, &start, &length, NULL) &&
      text[at] == '\0')
    return eval_piece (text, start, length, context, out, error);
  out->string = sy_template_render (text, context, error);
  if (out->string)
    out->type = SY_VALUE_STRING;
  return out->string != NULL;
}
