/* sy-load-expr.c: the expressions of a file
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-load-private.h"

#include "core/base/sy-error.h"
#include "core/base/sy-text.h"
#include "core/model/sy-expr.h"

#include <glib/gi18n.h>
#include <string.h>

/* One text under check */
typedef struct
{
  SyLoad *load;
  const SyLoadText *text;
  const SyField *field; /* (nullable) with a type that a whole ${{ }} must fit */
  const char *key;
  gsize offset;     /* of the expression in the node's text */
  const char *code; /* what a callback has found, else NULL */
  const char *word; /* the name that is unknown */
  gboolean whole;   /* the text is one whole ${{ }} */
  const char *near; /* (nullable) what it was probably meant to be */
} ExprCheck;

/* Names */

static int
param_type (gpointer data, const char *name)
{
  ExprCheck *c = data;
  const SyWorkflow *workflow = c->load->workflow;
  SyNearest nearest;

  sy_nearest_init (&nearest, name);
  for (guint i = 0; i < workflow->n_params; i++)
    {
      if (strcmp (workflow->params[i].name, name) == 0)
        return (int) workflow->params[i].type;
      sy_nearest_try (&nearest, workflow->params[i].name);
    }
  c->code = "unknown-param";
  c->word = name;
  c->near = nearest.nearest;
  return -1;
}

static gboolean G_GNUC_PRINTF (4, 5)
fail (ExprCheck *c, const char *code, GError **error, const char *format, ...)
{
  va_list args;

  c->code = code;
  va_start (args, format);
  if (error != NULL)
    *error = g_error_new_valist (SY_ERROR, SY_ERROR_INVALID, gettext (format), args);
  va_end (args);
  return FALSE;
}

static gboolean
output_type (ExprCheck *c, const SyTask *task, const char *key, int *type, GError **error)
{
  guint n = task->extra != NULL ? task->extra->n_outputs : 0;
  SyNearest nearest;

  if (key == NULL)
    return TRUE;
  sy_nearest_init (&nearest, key);
  for (guint i = 0; i < n; i++)
    {
      if (strcmp (task->extra->outputs[i].name, key) == 0)
        {
          *type = (int) task->extra->outputs[i].type;
          return TRUE;
        }
      sy_nearest_try (&nearest, task->extra->outputs[i].name);
    }
  c->word = key;
  c->near = nearest.nearest;
  return fail (c, "unknown-output", error, N_("the task “%s” declares no output “%s”"), task->id, key);
}

static gboolean
is_need (const SyTask *task, guint32 upstream)
{
  for (guint i = 0; i < task->n_needs; i++)
    if (task->needs[i].task == upstream)
      return TRUE;
  return FALSE;
}

/* Asks later whether the task named comes before the one at hand */
static void
ask_ancestor (ExprCheck *c, guint32 upstream)
{
  SyQuery query = { .task = c->text->task, .ancestor = upstream, .kind = SY_QUERY_EXPRESSION,
                    .start = c->text->node->start, .end = c->text->node->end };

  if (c->text->task < c->load->workflow->n_tasks && !is_need (&c->load->workflow->tasks[c->text->task], upstream))
    g_array_append_val (c->load->queries, query);
}

static gboolean
task_field (gpointer data, const char *id, const char *field, const char *key, int *type, GError **error)
{
  ExprCheck *c = data;
  guint32 upstream = GPOINTER_TO_UINT (g_hash_table_lookup (c->load->ids, id));

  if (c->text->task == SY_NO_TASK)
    return fail (c, "no-tasks-here", error, N_("tasks are not known here: the value must hold for all of them"));
  if (upstream == 0)
    {
      c->word = id;
      c->near = sy_load_nearest_id (c->load, id);
      return fail (c, "unknown-task", error, N_("there is no task “%s”"), id);
    }
  upstream--;
  if (upstream == c->text->task)
    return fail (c, "not-an-ancestor", error, N_("the task “%s” cannot ask for its own results"), id);
  ask_ancestor (c, upstream);
  if (field != NULL && strcmp (field, "outputs") == 0)
    return output_type (c, &c->load->workflow->tasks[upstream], key, type, error);
  return TRUE;
}

/* Problems */

static gboolean
is_word_char (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '-' || c == '.';
}

static void
suggest (ExprCheck *c, SyProblem *problem, gsize at)
{
  const char *data = c->load->check.data;
  const char *word = c->word != NULL ? g_strstr_len (data + at, (gssize) (c->text->node->end - at), c->word) : NULL;

  if (c->near != NULL)
    sy_problem_set_hint (problem, "did you mean “%s”?", c->near);
  else if (g_strcmp0 (c->code, "unknown-param") == 0)
    sy_problem_set_hint (problem, "declare it: params: {%s: {type: string}}", c->word);
  else if (g_strcmp0 (c->code, "unknown-output") == 0)
    sy_problem_set_hint (problem, "declare it in that task: outputs: {%s: string}", c->word);
  if (c->near != NULL && word != NULL)
    sy_problem_set_fix (problem, (gsize) (word - data), (gsize) (word - data) + strlen (c->word), c->near);
}

static void
report (ExprCheck *c, gsize offset, const char *code, const char *message)
{
  SyLoad *load = c->load;
  const SyNode *node = c->text->node;
  gsize at = sy_node_source_offset (load->check.document, node, c->offset + offset), end = at;

  while (end < node->end && is_word_char (load->check.data[end]))
    end++;
  if (c->word != NULL)
    c->word = g_intern_string (c->word);
  suggest (c, sy_check_add_at (&load->check, SY_SEVERITY_ERROR, at, MAX (end, at + 1), c->code != NULL ? c->code : code,
                               "%s", message), at);
}

static void
report_type (ExprCheck *c, SyValueType type)
{
  static const char *const types[] = { "null", N_("true or false"), N_("a whole number"), N_("a number"), N_("a text"), "json" };
  g_autofree char *wanted = sy_field_describe_scalar (c->field);
  g_autofree char *message = g_strdup_printf (_("“%s” wants %s, but this is %s"), c->key, wanted, _(types[type]));
  SyLoad *load = c->load;
  const SyNode *node = c->text->node;
  SyProblem *problem = sy_check_add (&load->check, SY_SEVERITY_ERROR, node, "expression-type", "%s", message);

  if (type == SY_VALUE_STRING && (c->field->accept & (SY_ACCEPT_INT | SY_ACCEPT_NUMBER)))
    sy_problem_set_hint (problem, "values do not convert by themselves: use %s( )",
                         c->field->accept & SY_ACCEPT_INT ? "int" : "float");
}

/* Checks */

static void
check_expression (ExprCheck *c, const char *text, gsize length, gboolean condition)
{
  const SyExprTypes types = { param_type, task_field, c };
  g_autoptr (GError) error = NULL;
  g_autoptr (SyExpr) expr = NULL;
  SyValueType type;
  gsize offset = 0;

  c->code = c->word = c->near = NULL;
  expr = sy_expr_parse (text, (gssize) length, &offset, &error);
  if (expr == NULL)
    report (c, offset, "expression-syntax", error->message);
  else if (!sy_expr_check (expr, &types, &type, &offset, &error))
    report (c, offset, "expression-type", error->message);
  else if (c->whole && !sy_bind_type_fits (c->field, type))
    report_type (c, type);
  else if (condition && type != SY_VALUE_BOOL && type != SY_VALUE_JSON)
    report (c, 0, "expression-type", _("`if` takes true or false: compare the value with something"));
}

static gboolean
on_template (const char *text, gsize offset, gsize length, gpointer data, GError **error)
{
  ExprCheck *c = data;

  c->offset = offset;
  c->whole = c->field != NULL && offset == 3 && text[offset + length + 2] == '\0';
  check_expression (c, text + offset, length, FALSE);
  return TRUE;
}

/* Extent of the inside if @text is one whole ${{ }} */
static gboolean
is_whole_template (const char *text, gsize *start, gsize *length)
{
  gsize lead = strspn (text, " \t\n"), end = strlen (text);

  while (end > lead && strchr (" \t\n", text[end - 1]) != NULL)
    end--;
  if (end < lead + 5 || strncmp (text + lead, "${{", 3) != 0 || strncmp (text + end - 2, "}}", 2) != 0)
    return FALSE;
  *start = lead + 3;
  *length = end - 2 - *start;
  return g_strstr_len (text + *start, (gssize) *length, "${{") == NULL;
}

static void
check_condition (ExprCheck *c)
{
  const char *text = c->text->node->text;
  gsize start = 0, length = strlen (text);

  if (!is_whole_template (text, &start, &length) && strstr (text, "${{") != NULL)
    {
      c->code = "mixed-condition";
      c->offset = (gsize) (strstr (text, "${{") - text);
      report (c, 0, NULL, _("`if` is one expression: ${{ }} cannot stand inside it"));
      return;
    }
  c->offset = start;
  check_expression (c, text + start, length, TRUE);
}

static void
check_text (SyLoad *load, const SyLoadText *text, const SyField *field, const char *key)
{
  ExprCheck c = { .load = load, .text = text, .field = field, .key = key };
  g_autoptr (GError) error = NULL;

  load->check.task = text->task < load->workflow->n_tasks ? sy_load_id (load, text->task) : NULL;
  if (text->condition)
    check_condition (&c);
  else if (!sy_template_foreach (text->node->text, on_template, &c, &error))
    {
      const char *open = strstr (text->node->text, "${{");

      c.code = NULL;
      c.word = NULL;
      c.near = NULL;
      c.offset = open != NULL ? (gsize) (open - text->node->text) : 0;
      report (&c, 0, "expression-syntax", error->message);
    }
}

void
sy_load_check_texts (SyLoad *load)
{
  sy_binding_restore (&load->binding);
  for (guint i = 0; i < load->texts->len; i++)
    check_text (load, &g_array_index (load->texts, SyLoadText, i), NULL, NULL);
  for (guint i = 0; i < load->binding.bounds->len; i++)
    {
      const SyBound *bound = &g_array_index (load->binding.bounds, SyBound, i);
      guint task = bound->task != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (load->ids, bound->task)) : 0;
      SyLoadText text = { bound->node, task > 0 ? task - 1 : SY_NO_TASK, FALSE };

      load->workflow->bound |= !bound->at_join;
      check_text (load, &text, bound->field, bound->key);
    }
  load->check.task = NULL;
}
