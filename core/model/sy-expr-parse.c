/* sy-expr-parse.c: text of an expression -> its tree
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-expr-lex.h"

#include <glib/gi18n.h>
#include <string.h>

/*
 * From loose to tight: or · and · not · comparison (no chains) · ?? · postfix.
 * `not` and `!` are the same and stand above a comparison, `??` below it, so
 * that `not env.CI ?? "" == "true"` says what it reads like.
 */

const SyFuncSpec sy_funcs[N_FUNCS] = {
  [FUNC_LEN] = { "len", 1, 1 },           [FUNC_INT] = { "int", 1, 1 },
  [FUNC_FLOAT] = { "float", 1, 1 },       [FUNC_STRING] = { "string", 1, 1 },
  [FUNC_JSON] = { "json", 1, 1 },         [FUNC_RANGE] = { "range", 1, 2 },
  [FUNC_CONTAINS] = { "contains", 2, 2 }, [FUNC_STARTS_WITH] = { "starts_with", 2, 2 },
  [FUNC_BASENAME] = { "basename", 1, 1 }, [FUNC_STEM] = { "stem", 1, 1 },
};

static SyExprNode *parse_or (SyExprParser *p);

static gboolean
is_sign (const SyExprParser *p, char sign)
{
  return p->token.kind == TOKEN_SIGN && p->token.sign == sign;
}

static gboolean
expect (SyExprParser *p, char sign, gsize opened)
{
  if (p->error)
    return FALSE;
  if (is_sign (p, sign))
    return sy_expr_next (p);
  if (p->token.kind == TOKEN_END)
    sy_expr_fail (p, opened, "“%c” is not closed: a “%c” is missing", p->text[opened], sign);
  else
    sy_expr_fail (p, p->token.start, "“%c” expected here", sign);
  return FALSE;
}

/* Tree */

static void
node_free (gpointer data)
{
  SyExprNode *node = data;

  sy_value_clear (&node->value);
  g_free (node->name);
  g_free (node->field);
  g_free (node->key);
  g_clear_pointer (&node->children, g_ptr_array_unref);
  g_free (node);
}

static SyExprNode *
node_new (SyExprParser *p, SyExprKind kind, gsize start)
{
  SyExprNode *node = g_new0 (SyExprNode, 1);

  node->kind = kind;
  node->start = start;
  node->end = p->token.end;
  g_ptr_array_add (p->expr->nodes, node);
  return node;
}

static void
add_child (SyExprNode *node, SyExprNode *child)
{
  if (!node->children)
    node->children = g_ptr_array_new ();
  g_ptr_array_add (node->children, child);
  if (child->end > node->end)
    node->end = child->end;
}

static gboolean
enter (SyExprParser *p)
{
  if (++p->depth > SY_EXPR_MAX_DEPTH)
    sy_expr_fail (p, p->token.start, "nested more than %d deep", SY_EXPR_MAX_DEPTH);
  return p->error == NULL;
}

static SyExprNode *
parse_literal (SyExprParser *p)
{
  SyExprNode *node = node_new (p, NODE_LITERAL, p->token.start);

  node->value = p->token.value;
  memset (&p->token.value, 0, sizeof p->token.value);
  return sy_expr_next (p) ? node : NULL;
}

/* A word after a dot: any name, the reserved words included */
static char *
take_member (SyExprParser *p, const char *after, SyExprNode *node)
{
  char *name;
  SyToken *t = &p->token;

  if (t->kind != TOKEN_NAME && !(t->end > t->start && sy_expr_is_name_start (p->text[t->start])))
    return sy_expr_fail (p, t->start, "a name is missing after “%s.”", after);
  name = g_strndup (p->text + t->start, t->end - t->start);
  node->end = t->end;
  sy_expr_next (p);
  return name;
}

static gboolean
take_dot (SyExprParser *p, const char *after, const char *form)
{
  if (!p->error && is_sign (p, '.'))
    return sy_expr_next (p);
  sy_expr_fail (p, p->token.start, "“%s” alone has no value: write %s", after, form);
  return FALSE;
}

static SyExprNode *
parse_task (SyExprParser *p, SyExprNode *node)
{
  static const char *const fields[] = {
    "outputs", "state", "failed", "succeeded", "artifacts", "items", NULL
  };
  gsize at;

  if (!take_dot (p, "tasks", "tasks.ID.state or tasks.ID.outputs.NAME"))
    return NULL;
  node->name_at = p->token.start;
  if (!(node->name = take_member (p, "tasks", node)))
    return NULL;
  if (!take_dot (p, node->name, "tasks.ID.state or tasks.ID.outputs.NAME"))
    return NULL;
  at = p->token.start;
  if (!(node->field = take_member (p, node->name, node)))
    return NULL;
  if (!g_strv_contains (fields, node->field))
    return sy_expr_fail (p, at,
                         "a task has no “%s”: write .outputs.NAME, .state, .failed, .succeeded or .artifacts",
                         node->field);
  if (g_str_equal (node->field, "items"))
    {
      sy_expr_fail (p, at,
                    "“.items” is not yet supported: it belongs to `map`, which this version does not have");
      p->error->code = SY_ERROR_UNSUPPORTED;
      return NULL;
    }
  if (!g_str_equal (node->field, "outputs"))
    return node;
  if (!take_dot (p, "outputs", "tasks.ID.outputs.NAME"))
    return NULL;
  return (node->key = take_member (p, "outputs", node)) ? node : NULL;
}

static SyExprNode *
parse_scoped (SyExprParser *p, SyExprKind kind, const char *scope, const char *form)
{
  SyExprNode *node = node_new (p, kind, p->token.start);

  if (!sy_expr_next (p))
    return NULL;
  if (kind == NODE_TASK)
    return parse_task (p, node);
  if (!take_dot (p, scope, form))
    return NULL;
  node->name_at = p->token.start;
  if (!(node->name = take_member (p, scope, node)))
    return NULL;
  if (kind == NODE_RUN && !g_str_equal (node->name, "id") && !g_str_equal (node->name, "dir") &&
      !g_str_equal (node->name, "started"))
    return sy_expr_fail (p, node->name_at, "there is no run.%s: a run has id, dir and started", node->name);
  return node;
}

static SyExprNode *
parse_call (SyExprParser *p, SyFunc func, gsize start)
{
  SyExprNode *node = node_new (p, NODE_CALL, start);
  gsize opened = p->token.start;
  guint n = 0;

  node->func = func;
  node->children = g_ptr_array_new ();
  if (!sy_expr_next (p))
    return NULL;
  while (!is_sign (p, ')'))
    {
      SyExprNode *argument;

      if (n++ > 0 && !expect (p, ',', opened))
        return NULL;
      if (!(argument = parse_or (p)))
        return NULL;
      add_child (node, argument);
    }
  node->end = p->token.end;
  if (!expect (p, ')', opened))
    return NULL;
  if (n < sy_funcs[func].min_args || n > sy_funcs[func].max_args)
    return sy_expr_fail (p, start, "%s() takes %s, not %u", sy_funcs[func].name,
                         sy_funcs[func].max_args == 1   ? _("one argument")
                         : sy_funcs[func].min_args == 1 ? _("one or two arguments")
                                                        : _("two arguments"),
                         n);
  return node;
}

static gboolean
token_is (const SyExprParser *p, const char *word)
{
  const SyToken *t = &p->token;

  return strlen (word) == t->end - t->start && strncmp (p->text + t->start, word, t->end - t->start) == 0;
}

static SyExprNode *
parse_name (SyExprParser *p)
{
  static const struct
  {
    const char *word;
    SyExprKind kind;
    const char *form;
  } scopes[] = {
    { "params", NODE_PARAM, "params.NAME" },
    { "env", NODE_ENV, "env.NAME" },
    { "run", NODE_RUN, "run.id, run.dir or run.started" },
    { "tasks", NODE_TASK, "" },
  };
  g_autofree char *word = NULL;
  gsize start = p->token.start;

  for (guint i = 0; i < G_N_ELEMENTS (scopes); i++)
    if (token_is (p, scopes[i].word))
      return parse_scoped (p, scopes[i].kind, scopes[i].word, scopes[i].form);
  word = g_strndup (p->text + start, p->token.end - start);
  if (!sy_expr_next (p))
    return NULL;
  if (!is_sign (p, '('))
    return sy_expr_fail (
        p, start,
        "unknown name “%s”: write params.%s, env.%s, tasks.ID.… or run.…; a text needs quotes: '%s'", word,
        word, word, word);
  for (guint i = 0; i < N_FUNCS; i++)
    if (g_str_equal (word, sy_funcs[i].name))
      return parse_call (p, (SyFunc)i, start);
  return sy_expr_fail (
      p, start,
      "unknown function “%s”: there are len int float string json range contains starts_with basename stem",
      word);
}

static SyExprNode *
parse_primary (SyExprParser *p)
{
  SyExprNode *node = NULL;
  gsize opened = p->token.start;

  if (!enter (p))
    return NULL;
  if (p->token.kind == TOKEN_VALUE)
    node = parse_literal (p);
  else if (p->token.kind == TOKEN_NAME)
    node = parse_name (p);
  else if (is_sign (p, '('))
    {
      if (!sy_expr_next (p) || !(node = parse_or (p)) || !expect (p, ')', opened))
        return NULL;
    }
  else if (p->token.kind == TOKEN_END)
    sy_expr_fail (p, opened, "%s",
                  p->expr->nodes->len == 0 ? _("the expression is empty")
                                           : _("the expression ends too early: a value is missing"));
  else
    sy_expr_fail (p, opened, "a value is missing before “%.*s”", (int)(p->token.end - opened),
                  p->text + opened);
  p->depth--;
  return node;
}

static SyExprNode *
parse_postfix (SyExprParser *p)
{
  SyExprNode *base = parse_primary (p), *access = NULL;

  while (base && !p->error && (is_sign (p, '.') || is_sign (p, '[')))
    {
      gboolean dot = is_sign (p, '.');
      gsize opened = p->token.start;
      SyExprNode *key;

      if (!access)
        {
          access = node_new (p, NODE_ACCESS, base->start);
          add_child (access, base);
        }
      if (!sy_expr_next (p))
        return NULL;
      if (dot)
        {
          key = node_new (p, NODE_LITERAL, p->token.start);
          key->value.type = SY_VALUE_STRING;
          if (!(key->value.string = take_member (p, "", key)))
            return NULL;
          add_child (access, key);
          continue;
        }
      if (!enter (p) || !(key = parse_or (p)))
        return NULL;
      p->depth--;
      add_child (access, key);
      access->end = p->token.end;
      if (!expect (p, ']', opened))
        return NULL;
    }
  return p->error ? NULL : access ? access : base;
}

/* `!` directly before an operand: `a == !b` */
static SyExprNode *
parse_operand (SyExprParser *p)
{
  gsize start = p->token.start;
  SyExprNode *node, *inner;

  if (p->token.kind != TOKEN_NOT)
    return parse_postfix (p);
  node = node_new (p, NODE_NOT, start);
  if (!enter (p) || !sy_expr_next (p) || !(inner = parse_operand (p)))
    return NULL;
  p->depth--;
  add_child (node, inner);
  return node;
}

/* A chain of one operator becomes one node. */
static SyExprNode *
parse_chain (SyExprParser *p, SyTokenKind token, SyExprKind kind, SyExprNode *(*tighter) (SyExprParser *))
{
  SyExprNode *first = tighter (p), *chain = NULL, *more;

  while (first && !p->error && p->token.kind == token)
    {
      if (!chain)
        {
          chain = node_new (p, kind, first->start);
          add_child (chain, first);
        }
      if (!sy_expr_next (p) || !(more = tighter (p)))
        return NULL;
      add_child (chain, more);
    }
  return p->error ? NULL : chain ? chain : first;
}

static SyExprNode *
parse_coalesce (SyExprParser *p)
{
  return parse_chain (p, TOKEN_COALESCE, NODE_COALESCE, parse_operand);
}

static SyExprNode *
parse_compare (SyExprParser *p)
{
  SyExprNode *left = parse_coalesce (p), *right, *node;

  if (!left || p->token.kind != TOKEN_COMPARE)
    return left;
  node = node_new (p, NODE_COMPARE, left->start);
  node->op = p->token.op;
  if (!sy_expr_next (p) || !(right = parse_coalesce (p)))
    return NULL;
  if (p->token.kind == TOKEN_COMPARE)
    return sy_expr_fail (p, p->token.start, "comparisons do not chain: write a < b && b < c");
  add_child (node, left);
  add_child (node, right);
  return node;
}

static SyExprNode *
parse_not (SyExprParser *p)
{
  gsize start = p->token.start;
  SyExprNode *node, *inner;

  if (p->token.kind != TOKEN_NOT)
    return parse_compare (p);
  node = node_new (p, NODE_NOT, start);
  if (!enter (p) || !sy_expr_next (p) || !(inner = parse_not (p)))
    return NULL;
  p->depth--;
  add_child (node, inner);
  return node;
}

static SyExprNode *
parse_and (SyExprParser *p)
{
  return parse_chain (p, TOKEN_AND, NODE_AND, parse_not);
}

static SyExprNode *
parse_or (SyExprParser *p)
{
  return parse_chain (p, TOKEN_OR, NODE_OR, parse_and);
}

static void
parse_whole (SyExprParser *p)
{
  const char *bad;

  if (!g_utf8_validate_len (p->text, p->length, &bad))
    {
      sy_expr_fail (p, (gsize)(bad - p->text), "the expression is not UTF-8");
      return;
    }
  if (!sy_expr_next (p))
    return;
  p->expr->root = parse_or (p);
  if (p->error || p->token.kind == TOKEN_END)
    return;
  if (p->token.kind == TOKEN_VALUE && p->text[p->token.start] == '-')
    sy_expr_fail (p, p->token.start, "expressions have no arithmetic, so no “-” between values");
  else
    sy_expr_fail (p, p->token.start, "an operator is missing before “%.*s”",
                  (int)(p->token.end - p->token.start), p->text + p->token.start);
}

SyExpr *
sy_expr_parse (const char *text, gssize length, gsize *offset, GError **error)
{
  gsize n = length < 0 ? strlen (text) : (gsize)length;
  g_autoptr (SyExpr) expr = g_new0 (SyExpr, 1);
  SyExprParser p = { .expr = expr, .length = n };

  expr->text = g_strndup (text, n);
  expr->nodes = g_ptr_array_new_with_free_func (node_free);
  p.text = expr->text;
  parse_whole (&p);
  sy_value_clear (&p.token.value);
  if (!p.error)
    return g_steal_pointer (&expr);
  if (offset)
    *offset = p.offset;
  g_propagate_error (error, p.error);
  return NULL;
}

void
sy_expr_free (SyExpr *expr)
{
  if (!expr)
    return;
  g_ptr_array_unref (expr->nodes);
  g_free (expr->text);
  g_free (expr);
}

void
sy_expr_foreach_name (const SyExpr *expr, SyExprNameFunc each, gpointer data)
{
  for (guint i = 0; i < expr->nodes->len; i++)
    {
      const SyExprNode *node = g_ptr_array_index (expr->nodes, i);

      if (node->kind == NODE_PARAM || node->kind == NODE_ENV || node->kind == NODE_RUN ||
          node->kind == NODE_TASK)
        each (node->kind == NODE_PARAM ? "params"
              : node->kind == NODE_ENV ? "env"
              : node->kind == NODE_RUN ? "run"
                                       : "tasks",
              node->name, node->name_at, data);
    }
}

char *
sy_expr_quote (const SyExpr *expr, const SyExprNode *node)
{
  gsize n = node->end - node->start;
  const char *at = expr->text + node->start, *end;

  if (n <= 60)
    return g_strndup (at, n);
  end = g_utf8_find_prev_char (at, at + 58);
  return g_strdup_printf ("%.*s…", (int)(end - at), at);
}
