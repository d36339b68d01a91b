/* sy-bind.c: expressions in fields that have a type of their own
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-bind-private.h"

#include "core/base/sy-error.h"

#include <glib/gi18n.h>
#include <string.h>

/* --- life --- */

void
sy_binding_init (SyBinding *binding)
{
  binding->bounds = g_array_new (FALSE, FALSE, sizeof (SyBound));
  binding->texts = g_string_chunk_new (256);
}

void
sy_binding_restore (SyBinding *binding)
{
  for (guint i = 0; i < binding->bounds->len; i++)
    {
      const SyBound *bound = &g_array_index (binding->bounds, SyBound, i);

      bound->node->text = bound->text;
      bound->node->n = bound->n;
      bound->node->flags = bound->flags;
    }
}

void
sy_binding_clear (SyBinding *binding)
{
  sy_binding_restore (binding);
  g_clear_pointer (&binding->bounds, g_array_unref);
  g_clear_pointer (&binding->texts, g_string_chunk_free);
}

/* --- what a field takes --- */

gboolean
sy_bind_has_expression (const char *text)
{
  for (const char *p = text; (p = strstr (p, "${{")) != NULL; p += 3)
    if (p == text || p[-1] != '$')
      return TRUE;
  return FALSE;
}

gboolean
sy_bind_type_fits (const SyField *field, SyValueType type)
{
  static const struct { SyValueType type; guint accept; } fits[] = {
    { SY_VALUE_BOOL, SY_ACCEPT_BOOL },
    { SY_VALUE_INT, SY_ACCEPT_INT | SY_ACCEPT_NUMBER | SY_ACCEPT_DURATION | SY_ACCEPT_SIZE | SY_ACCEPT_CODES },
    { SY_VALUE_FLOAT, SY_ACCEPT_NUMBER | SY_ACCEPT_DURATION },
    { SY_VALUE_STRING, SY_ACCEPT_DURATION | SY_ACCEPT_SIZE | SY_ACCEPT_PERCENT | SY_ACCEPT_WORD | SY_ACCEPT_CODES },
  };

  if ((field->accept & SY_ACCEPT_TEXT) || type == SY_VALUE_JSON)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (fits); i++)
    if (fits[i].type == type)
      return (field->accept & fits[i].accept) != 0;
  return FALSE;
}

/* What stands for a value that is not known; NULL: an empty item, which is passed over */
static const char *
stand_in (const SyField *field, const char *text)
{
  if (field->accept & SY_ACCEPT_TEXT)
    return text;
  if ((field->accept & SY_ACCEPT_CODES) || (field->key == NULL && (field->accept & SY_ACCEPT_WORD)))
    return NULL;
  if (field->fallback != NULL && field->fallback[0] != '[')
    return field->fallback;
  if ((field->accept & SY_ACCEPT_INT) && (field->accept & SY_ACCEPT_OBJECT)) /* a pool: nothing is above its capacity */
    return "1000000000";
  if ((field->accept & (SY_ACCEPT_INT | SY_ACCEPT_NUMBER)) && field->min > 0)
    return "1";
  if (field->accept & SY_ACCEPT_WORD)
    return field->words[0];
  return field->accept & SY_ACCEPT_BOOL ? "true" : "0";
}

/* --- names --- */

enum { NAMES_BEFORE = 1 << 0 /* params, env */, NAMES_MORE = 1 << 1 /* what only a run has: tasks, run */ };

static void
note_scope (const char *scope, const char *name, gsize offset, gpointer data)
{
  gboolean before = strcmp (scope, "params") == 0 || strcmp (scope, "env") == 0;

  *(guint *) data |= before ? NAMES_BEFORE : NAMES_MORE;
}

static gboolean
note_scopes (const char *text, gsize offset, gsize length, gpointer data, GError **error)
{
  g_autoptr (SyExpr) expr = sy_expr_parse (text + offset, (gssize) length, NULL, NULL);

  if (expr != NULL)
    sy_expr_foreach_name (expr, note_scope, data);
  return TRUE;
}

/* Whose names it has */
static guint
find_names (const char *text)
{
  guint names = 0;

  sy_template_foreach (text, note_scopes, &names, NULL);
  return names;
}

static gboolean
report_more (SyCheck *check, const SyNode *node, const SyField *field, const char *key)
{
  SyProblem *problem = sy_check_add (check, SY_SEVERITY_ERROR, node, "known-too-late",
                                     "“%s” must be known before the run begins: it may name params and env, but "
                                     "neither tasks nor run", key);

  if (field == &sy_table_task.fields[SY_TF_ENABLED])
    sy_problem_set_hint (problem, "use `if`, which is evaluated when the needs are met");
  else
    sy_problem_set_hint (problem, "tasks and run may be named in if, command, env, dir, shell, stdin, reads, writes, "
                         "timeout, stop, retry, resources and on_lost");
  return FALSE;
}

/* --- values --- */

/* The value as text. NULL: @error says why not; *@misfit: there is one, but not for this field */
static char *
evaluate (const SyExprContext *context, const char *text, const SyField *field, gboolean *misfit, GError **error)
{
  g_auto (SyValue) value = { 0 };
  g_autofree char *wanted = NULL, *shown = NULL;
  gboolean range = FALSE, fits;

  *misfit = FALSE;
  if (!sy_template_eval (text, context, &value, error) || !(shown = sy_value_render (&value, error)))
    return NULL;
  fits = sy_bind_type_fits (field, value.type);
  if (fits && sy_field_fits (field, shown, &range))
    return g_steal_pointer (&shown);
  *misfit = TRUE;
  wanted = sy_field_describe_scalar (field);
  g_set_error (error, SY_ERROR, SY_ERROR_INVALID, fits ? _("wants %s, but %s gives “%.60s”") : _("wants %s, but %s gives the text “%.60s”"), wanted, text, shown);
  return NULL;
}

/* FALSE: there is none yet, or it is wrong; *bad: reported */
static const char *
find_value (SyCheck *check, const SyNode *node, const SyField *field, const char *key, gboolean constant, gboolean *bad)
{
  static const SyExprContext nobody = { 0 };
  SyBinding *binding = check->binding;
  const SyExprContext *context = constant ? &nobody : binding->context;
  g_autoptr (GError) error = NULL;
  g_autofree char *value = NULL;
  gboolean misfit;

  if (context == NULL)
    return NULL;
  value = evaluate (context, node->text, field, &misfit, &error);
  if (value != NULL)
    return g_string_chunk_insert_const (binding->texts, value);
  *bad = binding->mode == SY_BIND_RUN || ((constant || binding->mode == SY_BIND_DEFAULTS) && misfit);
  if (*bad)
    sy_check_add (check, SY_SEVERITY_ERROR, node, "expression-value", misfit ? "“%s” %s" : "“%s”: %s", key, error->message);
  return NULL;
}

static void
replace_text (SyNode *node, const char *text)
{
  node->text = text != NULL ? text : "";
  node->n = (guint32) strlen (node->text);
  if (text == NULL)
    node->flags |= SY_NODE_EMPTY;
}

gboolean
sy_bind (SyCheck *check, const SyNode *node, const SyField *field, const char *key)
{
  guint names = find_names (node->text);
  SyBound bound = { .node = (SyNode *) node, .text = node->text, .n = node->n, .flags = node->flags, .field = field,
                    .key = key, .task = check->task, .at_join = (names & NAMES_MORE) != 0 };
  const char *value = NULL;
  gboolean bad = FALSE;

  if (check->binding == NULL)
    return TRUE;
  if (bound.at_join && (check->task == NULL || !(field->flags & SY_FIELD_AT_JOIN)))
    return report_more (check, node, field, key);
  if (!bound.at_join)
    value = find_value (check, node, field, key, names == 0, &bad);
  bound.known = value != NULL;
  replace_text (bound.node, value != NULL ? value : stand_in (field, node->text));
  g_array_append_val (check->binding->bounds, bound);
  return !bad;
}

gboolean
sy_bind_is_open (const SyCheck *check, const SyNode *node)
{
  for (guint i = 0; i < check->binding->bounds->len; i++)
    {
      const SyBound *bound = &g_array_index (check->binding->bounds, SyBound, i);

      if (bound->node == node)
        return !bound->known;
    }
  return FALSE;
}
