/* sy-load-params.c: parameters
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-lint-private.h"
#include "core/format/sy-load-private.h"

#include "core/model/sy-expr.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>

/* Lists and maps as the JSON text that a parameter takes */

/* A plain scalar is of the type that YAML's core schema gives it, as in any JSON written without quotes */
static gboolean
add_plain (SyJson *json, const char *key, const char *text)
{
  char *end;
  gint64 integer;
  double number;

  if (strcmp (text, "true") == 0 || strcmp (text, "false") == 0)
    sy_json_bool (json, key, *text == 't');
  else if (*text == '\0' || strcmp (text, "null") == 0 || strcmp (text, "~") == 0)
    sy_json_null (json, key);
  else if (strspn (text, "+-.0123456789eE") != strlen (text))
    return FALSE;
  else if (errno = 0, integer = g_ascii_strtoll (text, &end, 10), end > text && *end == '\0' && errno == 0)
    sy_json_int (json, key, integer);
  else if (number = g_ascii_strtod (text, &end), end > text && *end == '\0')
    sy_json_double (json, key, number);
  else
    return FALSE;
  return TRUE;
}

/* @typed: for `json`; the items of a `list` are texts */
static void
build_json (SyJson *json, const char *key, const SyNode *node, gboolean typed)
{
  if (node->kind == SY_NODE_SCALAR)
    {
      if (!typed || node->style != SY_STYLE_PLAIN || !add_plain (json, key, node->text))
        sy_json_string (json, key, node->text);
      return;
    }
  if (node->kind == SY_NODE_SEQUENCE)
    {
      sy_json_begin_array (json, key);
      for (const SyNode *item = node->first; item != NULL; item = item->next)
        build_json (json, NULL, item, typed);
      sy_json_end_array (json);
      return;
    }
  sy_json_begin_object (json, key);
  for (const SyNode *name = node->first; name != NULL; name = name->next->next)
    if (!(name->flags & (SY_NODE_DUPLICATE | SY_NODE_REFUSED)))
      build_json (json, name->text, name->next, typed);
  sy_json_end_object (json);
}

static const char *
intern_json (SyLoad *load, const SyNode *node, gboolean typed)
{
  g_autoptr (GString) text = g_string_new (NULL);
  SyJson json = sy_json_on (text);

  build_json (&json, NULL, node, typed);
  return sy_workflow_intern (load->workflow, text->str);
}

/* A list or a map as the default: FALSE and reported where the type has none */
static gboolean
check_collection (SyLoad *load, const SyParam *param, const SyNode *node)
{
  gboolean map = node->kind == SY_NODE_MAPPING;
  const SyNode *item = node;
  SyProblem *problem;

  if (param->type == SY_TYPE_JSON)
    return TRUE;
  if (param->type == SY_TYPE_LIST && !map)
    {
      for (item = node->first; item != NULL && item->kind == SY_NODE_SCALAR; item = item->next)
        ;
      if (item == NULL)
        return TRUE;
      map = item->kind == SY_NODE_MAPPING;
    }
  problem = sy_check_add (&load->check, SY_SEVERITY_ERROR, item, "wrong-type",
                          "“default” of the parameter “%s” is %s, but its type is “%s”", param->name,
                          item != node ? _("a list of more than texts") : map ? _("a map") : _("a list"),
                          sy_param_type_to_string (param->type));
  sy_problem_set_hint (problem, "%s", map || item != node ? _("a parameter of type: json may hold any lists and maps")
                                                          : _("write type: list, or type: json; quote it if it is meant as text"));
  return FALSE;
}

/* The names in a default that is an expression */
typedef struct
{
  SyLoad *load;
  const SyParam *param;
  const SyNode *node;
} DefaultNames;

static gboolean
stands_above (const DefaultNames *names, const char *name)
{
  for (const SyNode *key = names->load->file[SY_FILE_PARAMS]->first; key != NULL; key = key->next->next)
    if (strcmp (key->text, names->param->name) == 0)
      return FALSE;
    else if (strcmp (key->text, name) == 0)
      return TRUE;
  return FALSE;
}

static void
check_name (const char *scope, const char *name, gsize offset, gpointer data)
{
  const DefaultNames *names = data;
  const SyNode *params = names->load->file[SY_FILE_PARAMS];

  if (strcmp (scope, "tasks") == 0 || strcmp (scope, "run") == 0)
    sy_problem_set_hint (sy_check_add (&names->load->check, SY_SEVERITY_ERROR, names->node, "known-too-late",
                                       "the default of “%s” must be known before the run begins: neither tasks nor run "
                                       "are", names->param->name),
                         "it may name env and the parameters above it");
  else if (strcmp (scope, "params") == 0 && sy_node_get (params, name) != NULL && !stands_above (names, name))
    sy_problem_set_hint (sy_check_add (&names->load->check, SY_SEVERITY_ERROR, names->node, "param-order",
                                       "the default of “%s” cannot name “%s”, which does not stand above it",
                                       names->param->name, name),
                         strcmp (name, names->param->name) == 0 ? N_("it may name env and the parameters above it")
                                                                : N_("move “%s” up"), name);
}

static gboolean
check_names (const char *text, gsize offset, gsize length, gpointer data, GError **error)
{
  g_autoptr (SyExpr) expr = sy_expr_parse (text + offset, (gssize) length, NULL, NULL);

  if (expr != NULL)
    sy_expr_foreach_name (expr, check_name, data);
  return TRUE;
}

/* Its value is known, and checked, when a run begins. */
static void
load_dynamic_default (SyLoad *load, SyParam *param, const SyNode *node)
{
  DefaultNames names = { load, param, node };
  SyLoadText pending = { node, SY_PARAM_TEXT, FALSE };

  param->dynamic = TRUE;
  sy_template_foreach (node->text, check_names, &names, NULL);
  g_array_append_val (load->texts, pending);
}

static void
load_default (SyLoad *load, SyParam *param, const SyNode *node)
{
  if (node->flags & SY_NODE_REFUSED)
    return;
  if (node->kind == SY_NODE_SCALAR)
    param->default_value = sy_workflow_intern (load->workflow, node->text);
  if (node->kind == SY_NODE_SCALAR && strstr (node->text, "${{") != NULL)
    load_dynamic_default (load, param, node);
  else if (node->kind == SY_NODE_SCALAR)
    return;
  else if (check_collection (load, param, node))
    param->default_value = intern_json (load, node, param->type == SY_TYPE_JSON);
}

static const char *const *
load_values (SyLoad *load, const SyNode *list)
{
  const char **values;
  guint n = 0;

  if (list->kind != SY_NODE_SEQUENCE)
    return NULL;
  values = sy_workflow_alloc (load->workflow, sizeof *values * (list->n + 1));
  for (const SyNode *item = list->first; item != NULL; item = item->next)
    if (item->kind == SY_NODE_SCALAR)
      values[n++] = sy_workflow_intern (load->workflow, item->text);
  return values;
}

/* Checks one text of the parameter by the parameter's own rules */
static void
check_param_text (SyLoad *load, const SyParam *param, const SyNode *node, const char *text, const char *key)
{
  g_autoptr (GError) error = NULL;
  g_auto (SyValue) value = { 0 };
  g_autofree char *prefix = g_strdup_printf ("parameter “%s”: ", param->name);
  const char *message;

  if (sy_param_convert (param, text, g_get_real_time (), &value, &error))
    return;
  message = g_str_has_prefix (error->message, prefix) ? error->message + strlen (prefix) : error->message;
  sy_check_add (&load->check, SY_SEVERITY_ERROR, node, "bad-param", "“%s” of the parameter “%s”: %s", key, param->name,
                message);
}

/* Only what has an order has a least and a greatest value */
static void
check_bounds_mean (SyLoad *load, const SyParam *param, const SyNode *const *values)
{
  static const SyParamType ordered[] = { SY_TYPE_INT, SY_TYPE_FLOAT, SY_TYPE_DATE, SY_TYPE_DATETIME, SY_TYPE_DURATION, SY_TYPE_SIZE };
  const SyNode *at = param->min != NULL ? values[SY_PF_MIN] : values[SY_PF_MAX];

  for (guint i = 0; i < G_N_ELEMENTS (ordered); i++)
    if (param->type == ordered[i])
      return;
  if (param->min == NULL && param->max == NULL)
    return;
  sy_problem_set_hint (sy_check_add (&load->check, SY_SEVERITY_ERROR, sy_check_key_of (at), "bad-param",
                                     "the parameter “%s” is of a type without order: it has no least and no greatest value", param->name),
                       "min and max belong to int, float, date, datetime, duration and size; a text has a `pattern`");
}

static void
check_param (SyLoad *load, const SyParam *param, const SyNode *map, const SyNode *const *values)
{
  SyParam plain = { .name = param->name, .type = param->type, .values = param->values };
  g_autoptr (GRegex) regex = NULL;
  g_autoptr (GError) error = NULL;
  guint before = sy_problems_get_n_errors (load->check.problems);

  if (param->type == SY_TYPE_ENUM && (param->values == NULL || param->values[0] == NULL))
    sy_problem_set_hint (sy_check_add (&load->check, SY_SEVERITY_ERROR, map, "bad-param",
                                       "the parameter “%s” is an enum without `values`", param->name),
                         "list them: values: [a, b]");
  if (param->pattern != NULL && (regex = g_regex_new (param->pattern, 0, 0, &error)) == NULL)
    sy_check_add (&load->check, SY_SEVERITY_ERROR, values[SY_PF_PATTERN], "bad-param",
                  "“pattern” of the parameter “%s” is no regular expression: %s", param->name, error->message);
  check_bounds_mean (load, param, values);
  if (param->min != NULL)
    check_param_text (load, &plain, values[SY_PF_MIN], param->min, "min");
  plain.min = sy_problems_get_n_errors (load->check.problems) == before ? param->min : NULL;
  if (param->max != NULL)
    check_param_text (load, &plain, values[SY_PF_MAX], param->max, "max");
  if (param->default_value != NULL && !param->dynamic && sy_problems_get_n_errors (load->check.problems) == before)
    check_param_text (load, param, values[SY_PF_DEFAULT], param->default_value, "default");
}

static void
load_param (SyLoad *load, const SyNode *key, SyParam *param)
{
  const SyNode *map = key->next, *values[SY_N_PARAM_FIELDS] = { NULL };
  struct { SyParamField field; const char **text; } texts[] = {
    { SY_PF_MIN, &param->min }, { SY_PF_MAX, &param->max }, { SY_PF_PATTERN, &param->pattern },
    { SY_PF_DESCRIPTION, &param->description },
  };

  for (guint i = 0; i < SY_N_PARAM_FIELDS; i++)
    {
      values[i] = sy_node_get (map, sy_table_param.fields[i].key);
      if (values[i] != NULL && values[i]->kind != SY_NODE_SCALAR && i != SY_PF_VALUES && i != SY_PF_DEFAULT)
        values[i] = NULL;
    }
  param->name = sy_workflow_intern (load->workflow, key->text);
  if (values[SY_PF_TYPE] != NULL)
    sy_param_type_from_string (values[SY_PF_TYPE]->text, &param->type);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (values[texts[i].field] != NULL &&
        (texts[i].field == SY_PF_DESCRIPTION || !sy_bind_has_expression (values[texts[i].field]->text))) /* else reported */
      *texts[i].text = sy_workflow_intern (load->workflow, values[texts[i].field]->text);
  if (values[SY_PF_VALUES] != NULL)
    param->values = load_values (load, values[SY_PF_VALUES]);
  if (values[SY_PF_DEFAULT] != NULL)
    load_default (load, param, values[SY_PF_DEFAULT]);
  param->required = param->default_value == NULL;
  check_param (load, param, sy_node_is_empty (map) ? key : map, values);
}

void
sy_load_params (SyLoad *load, const SyNode *map)
{
  SyParam *params;
  guint n = 0;

  if (map->kind != SY_NODE_MAPPING)
    return;
  params = sy_workflow_alloc (load->workflow, sizeof *params * map->n);
  for (const SyNode *key = map->first; key != NULL; key = key->next->next)
    {
      static const SyNode nothing = { .text = "" };

      if (key->flags & (SY_NODE_DUPLICATE | SY_NODE_REFUSED))
        continue;
      sy_lint_env (&load->check, key, &nothing, NULL); /* they are environment variables too */
      load_param (load, key, &params[n++]);
    }
  load->workflow->params = params;
  load->workflow->n_params = n;
}
