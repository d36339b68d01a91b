/* sy-expr-eval.c: the value of an expression
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "core/model/sy-expr-private.h"

/* Recursion is bounded by the parser's depth limit. */
typedef struct
{
  const SyExpr *expr;
  const SyExprContext *context;
  GError **error;
} Eval;

static gboolean eval (Eval *e, const SyExprNode *node, SyValue *out);

static gboolean G_GNUC_PRINTF (3, 4) fail (Eval *e, const SyExprNode *node, const char *format, ...)
{
  g_autofree char *what = NULL, *quote = sy_expr_quote (e->expr, node);
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (gettext (format), args);
  va_end (args);
  g_set_error (e->error, SY_ERROR, SY_ERROR_INVALID,
               _("%s (in “%s”, byte %zu of the expression)"), what, quote, node->start);
  return FALSE;
}

static void
set_bool (SyValue *out, gboolean value)
{
  out->type = SY_VALUE_BOOL;
  out->boolean = value;
}

static void
set_int (SyValue *out, gint64 value)
{
  out->type = SY_VALUE_INT;
  out->integer = value;
}

static void
set_string (SyValue *out, char *value)
{
  out->type = SY_VALUE_STRING;
  out->string = value;
}

/* Names */

static gboolean
eval_env (Eval *e, const SyExprNode *node, SyValue *out)
{
  const char *value;

  if (!e->context || !e->context->env)
    return fail (e, node, N_("env is not available here"));
  value = e->context->env (e->context->data, node->name);
  if (value)
    set_string (out, g_strdup (value));
  return TRUE;
}

static gboolean
eval_name (Eval *e, const SyExprNode *node, SyValue *out)
{
  const SyExprContext *c = e->context;
  g_autoptr (GError) why = NULL;

  switch (node->kind)
    {
    case NODE_PARAM:
      if (!c || !c->param)
        return fail (e, node, N_("params are not available here"));
      return c->param (c->data, node->name, out) || fail (e, node, N_("there is no parameter “%s”"), node->name);
    case NODE_RUN:
      if (!c || !c->run)
        return fail (e, node, N_("run is not available here"));
      return c->run (c->data, node->name, out) || fail (e, node, N_("run.%s is not known here"), node->name);
    case NODE_TASK:
      if (!c || !c->task)
        return fail (e, node, N_("tasks are not available here"));
      if (c->task (c->data, node->name, node->field, node->key, out, &why))
        return TRUE;
      return fail (e, node, "%s", why ? why->message : _("there is no such value of a task"));
    default:
      return eval_env (e, node, out);
    }
}

/* Operators */

static gboolean
eval_bool (Eval *e, const SyExprNode *node, gboolean *out)
{
  g_auto (SyValue) value = { 0 };

  if (!eval (e, node, &value))
    return FALSE;
  *out = value.boolean;
  if (value.type == SY_VALUE_BOOL)
    return TRUE;
  return fail (e, node, N_("true or false is needed here, and this is %s: compare it with something"),
               sy_value_type_phrase (value.type));
}

static gboolean
eval_and_or (Eval *e, const SyExprNode *node, SyValue *out)
{
  gboolean is_or = node->kind == NODE_OR, value = !is_or;

  for (guint i = 0; i < node->children->len && value != is_or; i++)
    if (!eval_bool (e, sy_expr_child (node, i), &value))
      return FALSE;
  set_bool (out, value);
  return TRUE;
}

static gboolean
eval_coalesce (Eval *e, const SyExprNode *node, SyValue *out)
{
  for (guint i = 0; i < node->children->len; i++)
    {
      if (!eval (e, sy_expr_child (node, i), out))
        return FALSE;
      if (out->type != SY_VALUE_NULL)
        break;
    }
  return TRUE;
}

static gboolean
is_number (const SyValue *value)
{
  return value->type == SY_VALUE_INT || value->type == SY_VALUE_FLOAT;
}

/* An int against a double without losing bits of the int */
static int
compare_int_float (gint64 a, double b)
{
  if (b >= 9223372036854775808.0)
    return -1;
  if (b < -9223372036854775808.0)
    return 1;
  if (a != (gint64)b)
    return a < (gint64)b ? -1 : 1;
  return b - trunc (b) > 0 ? -1 : b - trunc (b) < 0 ? 1 : 0;
}

static int
compare_numbers (const SyValue *a, const SyValue *b)
{
  if (a->type == SY_VALUE_INT && b->type == SY_VALUE_INT)
    return (a->integer > b->integer) - (a->integer < b->integer);
  if (a->type == SY_VALUE_INT)
    return compare_int_float (a->integer, b->number);
  if (b->type == SY_VALUE_INT)
    return -compare_int_float (b->integer, a->number);
  return (a->number > b->number) - (a->number < b->number);
}

static gboolean
json_equal (const char *a, const char *b)
{
  g_autoptr (SyJsonNode) one = sy_json_parse (a, NULL), two = sy_json_parse (b, NULL);

  return one && two && sy_json_equal (one, two);
}

/* Same type, neither null */
static gboolean
values_equal (const SyValue *a, const SyValue *b)
{
  if (is_number (a))
    return compare_numbers (a, b) == 0;
  if (a->type == SY_VALUE_BOOL)
    return a->boolean == b->boolean;
  if (a->type == SY_VALUE_STRING)
    return g_str_equal (a->string, b->string);
  return json_equal (a->string, b->string);
}

static gboolean
fail_types (Eval *e, const SyExprNode *node, const SyValue *a, const SyValue *b)
{
  const SyExprNode *left = sy_expr_child (node, 0), *right = sy_expr_child (node, 1), *text = left;
  const SyValue *other = b;
  g_autofree char *quote = NULL, *hint = NULL;

  if (b->type == SY_VALUE_STRING)
    {
      text = right;
      other = a;
    }
  quote = sy_expr_quote (e->expr, text);
  if (a->type != SY_VALUE_STRING && b->type != SY_VALUE_STRING)
    return fail (e, node, N_("%s does not compare with %s, operands never convert"), sy_value_type_phrase (a->type), sy_value_type_phrase (b->type));
  if (other->type == SY_VALUE_INT || other->type == SY_VALUE_FLOAT)
    hint = g_strdup_printf ("%s(%s)", other->type == SY_VALUE_INT ? "int" : "float", quote);
  else if (other->type == SY_VALUE_BOOL)
    hint = g_strdup_printf ("%s == 'true'", quote);
  else
    hint = g_strdup_printf ("json(%s)", quote);
  return fail (e, node, N_("%s does not compare with %s, operands never convert: write %s"),
               sy_value_type_phrase (a->type), sy_value_type_phrase (b->type), hint);
}

static gboolean
eval_compare (Eval *e, const SyExprNode *node, SyValue *out)
{
  g_auto (SyValue) a = { 0 };
  g_auto (SyValue) b = { 0 };
  gboolean equality = node->op == OP_EQ || node->op == OP_NE;
  int order;

  if (!eval (e, sy_expr_child (node, 0), &a) || !eval (e, sy_expr_child (node, 1), &b))
    return FALSE;
  if (equality && (a.type == SY_VALUE_NULL || b.type == SY_VALUE_NULL))
    {
      set_bool (out, (a.type == b.type) == (node->op == OP_EQ));
      return TRUE;
    }
  if (a.type == SY_VALUE_NULL || b.type == SY_VALUE_NULL)
    return fail (e, node, N_("null is neither less nor greater than anything: give another value with “?? …”"));
  if (a.type != b.type && !(is_number (&a) && is_number (&b)))
    return fail_types (e, node, &a, &b);
  if (equality)
    {
      set_bool (out, values_equal (&a, &b) == (node->op == OP_EQ));
      return TRUE;
    }
  if (a.type == SY_VALUE_BOOL || a.type == SY_VALUE_JSON)
    return fail (e, node, N_("%s has no order: only numbers and strings have"), sy_value_type_phrase (a.type));
  order = is_number (&a) ? compare_numbers (&a, &b) : strcmp (a.string, b.string);
  set_bool (out, node->op == OP_LT   ? order < 0
                 : node->op == OP_LE ? order <= 0
                 : node->op == OP_GT ? order > 0
                                     : order >= 0);
  return TRUE;
}

/* Members */

static gboolean
access_json (Eval *e,
             const SyExprNode *node,
             const SyExprNode *key_node,
             const SyJsonNode *base,
             const SyValue *key,
             const SyJsonNode **out)
{
  *out = NULL;
  if (sy_json_is (base, SY_JSON_OBJECT))
    {
      if (key->type != SY_VALUE_STRING)
        return fail (e, key_node, N_("an object takes a name in [ ], and this is %s"),
                     sy_value_type_phrase (key->type));
      *out = sy_json_get (base, key->string);
      return TRUE;
    }
  if (!sy_json_is (base, SY_JSON_ARRAY))
    return fail (e, node, N_("only lists and objects have members"));
  if (key->type != SY_VALUE_INT)
    return fail (e, key_node, N_("a list takes a whole number in [ ], and this is %s"),
                 sy_value_type_phrase (key->type));
  if (key->integer >= 0 && key->integer < sy_json_length (base))
    *out = sy_json_at (base, (guint)key->integer);
  return TRUE;
}

static gboolean
eval_access (Eval *e, const SyExprNode *node, SyValue *out)
{
  g_auto (SyValue) base = { 0 };
  g_autoptr (SyJsonNode) root = NULL;
  const SyJsonNode *at;

  if (!eval (e, sy_expr_child (node, 0), &base))
    return FALSE;
  if (base.type == SY_VALUE_NULL)
    return TRUE;
  if (base.type != SY_VALUE_JSON)
    return fail (e, node, base.type == SY_VALUE_STRING ? N_("%s has no members: if it holds JSON, write json(…) around it") : N_("%s has no members"),
                 sy_value_type_phrase (base.type));
  if (!(root = sy_json_parse (base.string, e->error)))
    return FALSE;
  at = root;
  for (guint i = 1; i < node->children->len && at && !sy_json_is (at, SY_JSON_NULL); i++)
    {
      g_auto (SyValue) key = { 0 };
      const SyExprNode *key_node = sy_expr_child (node, i);

      if (!eval (e, key_node, &key) || !access_json (e, node, key_node, at, &key, &at))
        return FALSE;
    }
  sy_value_from_json (out, at);
  return TRUE;
}

/* Functions */

static gboolean
fail_argument (Eval *e, const SyExprNode *node, const char *wanted, const SyValue *given)
{
  return fail (e, node, N_("%s() takes %s, and this is %s"), sy_funcs[node->func].name, _(wanted),
               sy_value_type_phrase (given->type));
}

static gboolean
call_len (Eval *e, const SyExprNode *node, const SyValue *a, SyValue *out)
{
  g_autoptr (SyJsonNode) json = NULL;

  if (a->type == SY_VALUE_STRING)
    set_int (out, g_utf8_strlen (a->string, -1));
  else if (a->type == SY_VALUE_JSON && (json = sy_json_parse (a->string, e->error)))
    set_int (out, sy_json_length (json));
  else if (!json && a->type == SY_VALUE_JSON)
    return FALSE;
  else
    return fail_argument (e, node, N_("a string, list or object"), a);
  return TRUE;
}

static gboolean
call_int (Eval *e, const SyExprNode *node, const SyValue *a, SyValue *out)
{
  g_autofree char *text = NULL;

  if (a->type == SY_VALUE_INT)
    set_int (out, a->integer);
  else if (a->type == SY_VALUE_FLOAT)
    {
      if (a->number != trunc (a->number) || fabs (a->number) >= 9223372036854775808.0)
        return fail (e, node, N_("%g is not a whole number that fits"), a->number);
      set_int (out, (gint64)a->number);
    }
  else if (a->type == SY_VALUE_STRING)
    {
      text = g_strstrip (g_strdup (a->string));
      if (!sy_parse_int (text, &out->integer, NULL))
        return fail (e, node, N_("“%.40s” is not a whole number"), a->string);
      out->type = SY_VALUE_INT;
    }
  else
    return fail_argument (e, node, N_("a string or number"), a);
  return TRUE;
}

static gboolean
call_float (Eval *e, const SyExprNode *node, const SyValue *a, SyValue *out)
{
  g_autofree char *text = NULL;

  out->number = a->type == SY_VALUE_INT ? (double)a->integer : a->number;
  if (a->type == SY_VALUE_STRING)
    {
      text = g_strstrip (g_strdup (a->string));
      if (!sy_parse_float (text, &out->number, NULL))
        return fail (e, node, N_("“%.40s” is not a number"), a->string);
    }
  else if (!is_number (a))
    return fail_argument (e, node, N_("a string or number"), a);
  out->type = SY_VALUE_FLOAT;
  return TRUE;
}

static gboolean
call_string (Eval *e, const SyExprNode *node, const SyValue *a, SyValue *out)
{
  char *text = a->type == SY_VALUE_NULL ? NULL : sy_value_render (a, NULL);

  if (!text)
    return fail (e, node, N_("string() has nothing to show: the value is null; give another with “?? …”"));
  set_string (out, text);
  return TRUE;
}

static gboolean
call_json (Eval *e, const SyExprNode *node, const SyValue *a, SyValue *out)
{
  g_autoptr (SyJsonNode) json = NULL;
  g_autoptr (GError) why = NULL;

  if (a->type == SY_VALUE_JSON)
    {
      sy_value_copy (out, a);
      return TRUE;
    }
  if (a->type != SY_VALUE_STRING)
    return fail_argument (e, node, N_("a string"), a);
  if (!(json = sy_json_parse (a->string, &why)))
    return fail (e, node, "%s", why->message);
  sy_value_from_json (out, json);
  return TRUE;
}

static gboolean
call_range (Eval *e, const SyExprNode *node, const SyValue *a, const SyValue *b, SyValue *out)
{
  gint64 from = 0, to;
  GString *text;

  if (a->type != SY_VALUE_INT)
    return fail_argument (e, node, N_("whole numbers"), a);
  if (b && b->type != SY_VALUE_INT)
    return fail_argument (e, node, N_("whole numbers"), b);
  to = a->integer;
  if (b)
    {
      from = a->integer;
      to = b->integer;
    }
  if (to > from && (guint64)to - (guint64)from > SY_RANGE_MAX)
    return fail (e, node, N_("range() gives at most %d numbers"), SY_RANGE_MAX);
  text = g_string_new ("[");
  for (gint64 i = from; i < to; i++)
    g_string_append_printf (text, "%s%" G_GINT64_FORMAT, i > from ? "," : "", i);
  g_string_append_c (text, ']');
  out->type = SY_VALUE_JSON;
  out->string = g_string_free (text, FALSE);
  return TRUE;
}

static gboolean
list_contains (const SyJsonNode *list, const SyValue *item)
{
  guint n = sy_json_length (list);
  gboolean found = FALSE;

  for (guint i = 0; i < n && !found; i++)
    {
      g_auto (SyValue) one = { 0 };

      sy_value_from_json (&one, sy_json_at (list, i));
      if (one.type == SY_VALUE_NULL || item->type == SY_VALUE_NULL)
        found = one.type == item->type;
      else if (one.type == item->type || (is_number (&one) && is_number (item)))
        found = values_equal (&one, item);
    }
  return found;
}

static gboolean
call_contains (Eval *e, const SyExprNode *node, const SyValue *a, const SyValue *b, SyValue *out)
{
  g_autoptr (SyJsonNode) json = NULL;

  if (a->type == SY_VALUE_STRING && b->type == SY_VALUE_STRING)
    {
      set_bool (out, strstr (a->string, b->string) != NULL);
      return TRUE;
    }
  if (a->type == SY_VALUE_STRING)
    return fail_argument (e, node, N_("a string to look for in a string"), b);
  if (a->type != SY_VALUE_JSON)
    return fail_argument (e, node, N_("a string, list or object to look in"), a);
  if (!(json = sy_json_parse (a->string, e->error)))
    return FALSE;
  if (sy_json_is (json, SY_JSON_ARRAY))
    set_bool (out, list_contains (json, b));
  else if (b->type == SY_VALUE_STRING)
    set_bool (out, sy_json_get (json, b->string) != NULL);
  else
    return fail_argument (e, node, N_("a name to look for in an object"), b);
  return TRUE;
}

static gboolean
call_path (Eval *e, const SyExprNode *node, const SyValue *a, SyValue *out)
{
  g_autofree char *base = NULL;
  char *dot;

  if (a->type != SY_VALUE_STRING)
    return fail_argument (e, node, N_("a string"), a);
  base = g_path_get_basename (a->string);
  if (node->func == FUNC_STEM && (dot = strrchr (base, '.')) && dot != base)
    *dot = '\0';
  set_string (out, g_steal_pointer (&base));
  return TRUE;
}

static gboolean
call_starts_with (Eval *e, const SyExprNode *node, const SyValue *a, const SyValue *b, SyValue *out)
{
  if (a->type != SY_VALUE_STRING || b->type != SY_VALUE_STRING)
    return fail_argument (e, node, N_("two strings"), a->type != SY_VALUE_STRING ? a : b);
  set_bool (out, g_str_has_prefix (a->string, b->string));
  return TRUE;
}

static gboolean
eval_call (Eval *e, const SyExprNode *node, SyValue *out)
{
  g_auto (SyValue) a = { 0 };
  g_auto (SyValue) b = { 0 };
  gboolean two = node->children->len > 1;

  if (!eval (e, sy_expr_child (node, 0), &a) || (two && !eval (e, sy_expr_child (node, 1), &b)))
    return FALSE;
  switch (node->func)
    {
    case FUNC_LEN:
      return call_len (e, node, &a, out);
    case FUNC_INT:
      return call_int (e, node, &a, out);
    case FUNC_FLOAT:
      return call_float (e, node, &a, out);
    case FUNC_STRING:
      return call_string (e, node, &a, out);
    case FUNC_JSON:
      return call_json (e, node, &a, out);
    case FUNC_RANGE:
      return call_range (e, node, &a, two ? &b : NULL, out);
    case FUNC_CONTAINS:
      return call_contains (e, node, &a, &b, out);
    case FUNC_STARTS_WITH:
      return call_starts_with (e, node, &a, &b, out);
    case FUNC_BASENAME:
    case FUNC_STEM:
    case N_FUNCS:
    default:
      return call_path (e, node, &a, out);
    }
}

static gboolean
eval (Eval *e, const SyExprNode *node, SyValue *out)
{
  gboolean value;

  switch (node->kind)
    {
    case NODE_LITERAL:
      sy_value_copy (out, &node->value);
      return TRUE;
    case NODE_NOT:
      if (!eval_bool (e, sy_expr_child (node, 0), &value))
        return FALSE;
      set_bool (out, !value);
      return TRUE;
    case NODE_AND:
    case NODE_OR:
      return eval_and_or (e, node, out);
    case NODE_COALESCE:
      return eval_coalesce (e, node, out);
    case NODE_COMPARE:
      return eval_compare (e, node, out);
    case NODE_ACCESS:
      return eval_access (e, node, out);
    case NODE_CALL:
      return eval_call (e, node, out);
    case NODE_PARAM:
    case NODE_ENV:
    case NODE_RUN:
    case NODE_TASK:
    default:
      return eval_name (e, node, out);
    }
}

gboolean
sy_expr_eval (const SyExpr *expr, const SyExprContext *context, SyValue *out, GError **error)
{
  Eval e = { expr, context, error };

  memset (out, 0, sizeof *out);
  if (eval (&e, expr->root, out))
    return TRUE;
  sy_value_clear (out);
  return FALSE;
}

gboolean
sy_expr_eval_condition (const char *text, const SyExprContext *context, gboolean *out, GError **error)
{
  g_auto (SyValue) value = { 0 };
  g_autoptr (SyExpr) expr = NULL;

  if (g_str_has_prefix (text, "${{"))
    {
      if (!sy_template_eval (text, context, &value, error))
        return FALSE;
    }
  else if (!(expr = sy_expr_parse (text, -1, NULL, error)) || !sy_expr_eval (expr, context, &value, error))
    return FALSE;
  *out = value.boolean;
  if (value.type == SY_VALUE_BOOL)
    return TRUE;
  g_set_error (error, SY_ERROR, SY_ERROR_INVALID,
               _("a condition is true or false, and “%.80s” is %s: compare it with something"), text,
               sy_value_type_phrase (value.type));
  return FALSE;
}
