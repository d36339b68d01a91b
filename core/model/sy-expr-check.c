/* sy-expr-check.c: the types of an expression before a run
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "core/model/sy-expr-private.h"

/*
 * A static type is the set of types the value may have. An operation is an
 * error when no combination of its operands' types, null apart, could work.
 */
typedef guint TypeSet;
#define SET(type) (1u << SY_VALUE_##type)
#define NUMBER (SET (INT) | SET (FLOAT))
#define ANY (SET (NULL) | SET (BOOL) | NUMBER | SET (STRING) | SET (JSON))

typedef struct
{
  const SyExpr *expr;
  const SyExprTypes *types;
  gsize *offset;
  GError **error;
} Check;

static gboolean check (Check *c, const SyExprNode *node, TypeSet *out);

static gboolean G_GNUC_PRINTF (3, 4) fail (Check *c, const SyExprNode *node, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  if (c->error)
    *c->error = g_error_new_valist (SY_ERROR, SY_ERROR_INVALID, gettext (format), args);
  va_end (args);
  if (c->offset)
    *c->offset = node->start;
  return FALSE;
}

/* The least type of a set that is not null, for messages */
static SyValueType
first_of (TypeSet set)
{
  for (guint i = SY_VALUE_NULL + 1; i <= SY_VALUE_JSON; i++)
    if (set & (1u << i))
      return (SyValueType)i;
  return SY_VALUE_NULL;
}

static TypeSet
set_of_param (int type)
{
  switch (type)
    {
    case SY_TYPE_INT:
    case SY_TYPE_SIZE:
      return SET (INT);
    case SY_TYPE_FLOAT:
      return SET (FLOAT);
    case SY_TYPE_BOOL:
      return SET (BOOL);
    case SY_TYPE_DURATION:
      return NUMBER;
    case SY_TYPE_LIST:
      return SET (JSON);
    case SY_TYPE_JSON:
      return ANY;
    default:
      return SET (STRING);
    }
}

static gboolean
check_param (Check *c, const SyExprNode *node, TypeSet *out)
{
  int type = c->types && c->types->param_type ? c->types->param_type (c->types->data, node->name) : -1;

  if (type < 0)
    return fail (c, node, N_("there is no parameter “%s”"), node->name);
  *out = set_of_param (type);
  return TRUE;
}

static gboolean
check_task (Check *c, const SyExprNode *node, TypeSet *out)
{
  g_autoptr (GError) why = NULL;
  int type = SY_TYPE_JSON;

  if (!c->types || !c->types->task_field)
    return fail (c, node, N_("tasks are not available here"));
  if (!c->types->task_field (c->types->data, node->name, node->field, node->key, &type, &why))
    return fail (c, node, "%s", why ? why->message : _("there is no such value of a task"));
  if (g_str_equal (node->field, "state"))
    *out = SET (STRING);
  else if (g_str_equal (node->field, "failed") || g_str_equal (node->field, "succeeded"))
    *out = SET (INT);
  else if (g_str_equal (node->field, "outputs"))
    *out = set_of_param (type) | SET (NULL);
  else
    *out = SET (JSON) | SET (NULL);
  return TRUE;
}

static gboolean
check_bools (Check *c, const SyExprNode *node, TypeSet *out)
{
  for (guint i = 0; i < node->children->len; i++)
    {
      const SyExprNode *child = sy_expr_child (node, i);
      TypeSet set;

      if (!check (c, child, &set))
        return FALSE;
      if (!(set & SET (BOOL)))
        return fail (c, child, N_("true or false is needed here, and this is %s: compare it with something"),
                     sy_value_type_phrase (first_of (set)));
    }
  *out = SET (BOOL);
  return TRUE;
}

static gboolean
check_coalesce (Check *c, const SyExprNode *node, TypeSet *out)
{
  *out = SET (NULL);
  for (guint i = 0; i < node->children->len; i++)
    {
      TypeSet set;

      if (!check (c, sy_expr_child (node, i), &set))
        return FALSE;
      *out = (*out & ~SET (NULL)) | set;
    }
  return TRUE;
}

static gboolean
fail_compare (Check *c, const SyExprNode *node, TypeSet a, TypeSet b)
{
  gboolean left_text = first_of (a) == SY_VALUE_STRING;
  g_autofree char *quote = sy_expr_quote (c->expr, sy_expr_child (node, left_text ? 0 : 1));
  TypeSet other = left_text ? b : a;
  g_autofree char *hint = NULL;

  if (!left_text && first_of (b) != SY_VALUE_STRING)
    return fail (c, node, N_("%s does not compare with %s, operands never convert"), sy_value_type_phrase (first_of (a)), sy_value_type_phrase (first_of (b)));
  if (other & NUMBER)
    hint = g_strdup_printf ("%s(%s)", other & SET (INT) ? "int" : "float", quote);
  else if (other & SET (BOOL))
    hint = g_strdup_printf ("%s == 'true'", quote);
  else
    hint = g_strdup_printf ("json(%s)", quote);
  return fail (c, node, N_("%s does not compare with %s, operands never convert: write %s"),
               sy_value_type_phrase (first_of (a)), sy_value_type_phrase (first_of (b)), hint);
}

static gboolean
check_compare (Check *c, const SyExprNode *node, TypeSet *out)
{
  gboolean equality = node->op == OP_EQ || node->op == OP_NE;
  TypeSet a, b, common;

  if (!check (c, sy_expr_child (node, 0), &a) || !check (c, sy_expr_child (node, 1), &b))
    return FALSE;
  *out = SET (BOOL);
  if (a == SET (NULL) || b == SET (NULL))
    return equality || fail (c, node, N_("null is neither less nor greater than anything"));
  common = a & b & ~SET (NULL);
  if ((a & NUMBER) && (b & NUMBER))
    common |= NUMBER;
  if (common == 0)
    return fail_compare (c, node, a, b);
  if (!equality && !(common & (NUMBER | SET (STRING))))
    return fail (c, node, N_("%s has no order: only numbers and strings have"),
                 sy_value_type_phrase (first_of (common)));
  return TRUE;
}

static gboolean
check_access (Check *c, const SyExprNode *node, TypeSet *out)
{
  TypeSet base, key;

  if (!check (c, sy_expr_child (node, 0), &base))
    return FALSE;
  if (!(base & SET (JSON)) && base != SET (NULL))
    return fail (c, node, first_of (base) == SY_VALUE_STRING ? N_("%s has no members: if it holds JSON, write json(…) around it") : N_("%s has no members"),
                 sy_value_type_phrase (first_of (base)));
  for (guint i = 1; i < node->children->len; i++)
    {
      if (!check (c, sy_expr_child (node, i), &key))
        return FALSE;
      if (!(key & (SET (INT) | SET (STRING))))
        return fail (c, sy_expr_child (node, i), N_("[ ] takes a whole number or a name, and this is %s"),
                     sy_value_type_phrase (first_of (key)));
    }
  *out = ANY;
  return TRUE;
}

static gboolean
check_call (Check *c, const SyExprNode *node, TypeSet *out)
{
  static const struct
  {
    TypeSet first, second, result;
    const char *wanted;
  } table[N_FUNCS] = {
    [FUNC_LEN] = { SET (STRING) | SET (JSON), 0, SET (INT), N_("a string, list or object") },
    [FUNC_INT] = { SET (STRING) | NUMBER, 0, SET (INT), N_("a string or number") },
    [FUNC_FLOAT] = { SET (STRING) | NUMBER, 0, SET (FLOAT), N_("a string or number") },
    [FUNC_STRING] = { ANY & ~SET (NULL), 0, SET (STRING), N_("a value") },
    [FUNC_JSON] = { SET (STRING) | SET (JSON), 0, ANY, N_("a string") },
    [FUNC_RANGE] = { SET (INT), SET (INT), SET (JSON), N_("whole numbers") },
    [FUNC_CONTAINS] = { SET (STRING) | SET (JSON), ANY, SET (BOOL), N_("a string, list or object to look in") },
    [FUNC_STARTS_WITH] = { SET (STRING), SET (STRING), SET (BOOL), N_("two strings") },
    [FUNC_BASENAME] = { SET (STRING), 0, SET (STRING), N_("a string") },
    [FUNC_STEM] = { SET (STRING), 0, SET (STRING), N_("a string") },
  };
  TypeSet first = 0;

  for (guint i = 0; i < node->children->len; i++)
    {
      TypeSet set, wanted = i == 0 ? table[node->func].first : table[node->func].second;

      if (!check (c, sy_expr_child (node, i), &set))
        return FALSE;
      if (i == 0)
        first = set;
      else if (node->func == FUNC_CONTAINS && (first & ~SET (NULL)) == SET (STRING))
        wanted = SET (STRING);
      if (!(set & wanted))
        return fail (c, sy_expr_child (node, i), N_("%s() takes %s, and this is %s"), sy_funcs[node->func].name,
                     _(table[node->func].wanted), sy_value_type_phrase (first_of (set)));
    }
  *out = table[node->func].result;
  return TRUE;
}

static gboolean
check (Check *c, const SyExprNode *node, TypeSet *out)
{
  *out = SET (STRING);
  switch (node->kind)
    {
    case NODE_LITERAL:
      *out = 1u << node->value.type;
      return TRUE;
    case NODE_PARAM:
      return check_param (c, node, out);
    case NODE_ENV:
      *out = SET (STRING) | SET (NULL);
      return TRUE;
    case NODE_TASK:
      return check_task (c, node, out);
    case NODE_NOT:
    case NODE_AND:
    case NODE_OR:
      return check_bools (c, node, out);
    case NODE_COALESCE:
      return check_coalesce (c, node, out);
    case NODE_COMPARE:
      return check_compare (c, node, out);
    case NODE_ACCESS:
      return check_access (c, node, out);
    case NODE_CALL:
      return check_call (c, node, out);
    case NODE_RUN:
    default:
      return TRUE;
    }
}

gboolean
sy_expr_check (
    const SyExpr *expr, const SyExprTypes *types, SyValueType *result, gsize *offset, GError **error)
{
  Check c = { expr, types, offset, error };
  TypeSet set, bare;

  if (!check (&c, expr->root, &set))
    return FALSE;
  bare = set & ~SET (NULL);
  if (result && bare == 0)
    *result = SY_VALUE_NULL;
  else if (result)
    *result = (bare & (bare - 1)) == 0 ? first_of (bare) : bare == NUMBER ? SY_VALUE_FLOAT : SY_VALUE_JSON;
  return TRUE;
}
