/* sy-load-file.c: what stands at the top of the file
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-lint-private.h"
#include "core/format/sy-load-private.h"

#include "core/model/sy-expr.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* Parameters */

/* A YAML list as the JSON text that a parameter of type list takes. (transfer full) */
static char *
list_to_json (const SyNode *list)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_array (builder);
  for (const SyNode *item = list->first; item != NULL; item = item->next)
    if (item->kind == SY_NODE_SCALAR)
      json_builder_add_string_value (builder, item->text);
  json_builder_end_array (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
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
  if (param->min != NULL)
    check_param_text (load, &plain, values[SY_PF_MIN], param->min, "min");
  plain.min = sy_problems_get_n_errors (load->check.problems) == before ? param->min : NULL;
  if (param->max != NULL)
    check_param_text (load, &plain, values[SY_PF_MAX], param->max, "max");
  if (param->default_value != NULL && sy_problems_get_n_errors (load->check.problems) == before)
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
    if (values[texts[i].field] != NULL)
      *texts[i].text = sy_workflow_intern (load->workflow, values[texts[i].field]->text);
  if (values[SY_PF_VALUES] != NULL)
    param->values = load_values (load, values[SY_PF_VALUES]);
  if (values[SY_PF_DEFAULT] != NULL && values[SY_PF_DEFAULT]->kind == SY_NODE_SEQUENCE)
    {
      g_autofree char *json = list_to_json (values[SY_PF_DEFAULT]);
      param->default_value = sy_workflow_intern (load->workflow, json);
    }
  else if (values[SY_PF_DEFAULT] != NULL && values[SY_PF_DEFAULT]->kind == SY_NODE_SCALAR)
    param->default_value = sy_workflow_intern (load->workflow, values[SY_PF_DEFAULT]->text);
  param->required = param->default_value == NULL;
  check_param (load, param, sy_node_is_empty (map) ? key : map, values);
}

static void
load_params (SyLoad *load, const SyNode *map)
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

/* Pools, handlers */

static void
load_pools (SyLoad *load, const SyNode *map)
{
  SyPool *pools;
  guint n = 0;

  if (map->kind != SY_NODE_MAPPING)
    return;
  pools = sy_workflow_alloc (load->workflow, sizeof *pools * map->n);
  for (const SyNode *key = map->first; key != NULL; key = key->next->next)
    {
      if (key->flags & (SY_NODE_DUPLICATE | SY_NODE_REFUSED))
        continue;
      if (strcmp (key->text, "cpu") == 0 || strcmp (key->text, "memory") == 0)
        sy_problem_set_hint (sy_check_add (&load->check, SY_SEVERITY_ERROR, key, "bad-name",
                                           "“%s” is built in and cannot be the name of a pool", key->text),
                             "the machine's own is shared out by itself; `slots` limits how many tasks run");
      if (sy_node_is_empty (key->next))
        sy_problem_set_hint (sy_check_add (&load->check, SY_SEVERITY_ERROR, key, "empty-value",
                                           "“%s” has no value", key->text),
                             "%s: 1", key->text);
      pools[n].name = sy_workflow_intern (load->workflow, key->text);
      pools[n++].capacity = sy_read_int (key->next) > 0 ? (guint) MIN (sy_read_int (key->next), G_MAXINT32)
                                                           : G_MAXINT32; /* reported */
    }
  load->workflow->pools = pools;
  load->workflow->n_pools = n;
}

static void
load_handler (SyLoad *load, const SyNode *map, SyHandler *handler)
{
  const SyNode *run = sy_node_get (map, "run"), *command = sy_node_get (map, "command"),
               *env = sy_node_get (map, "env"), *timeout = sy_node_get (map, "timeout");

  if ((run == NULL) == (command == NULL))
    {
      const SyNode *at = run != NULL ? run : map;

      sy_check_add (&load->check, SY_SEVERITY_ERROR, at, "two-kinds",
                    run != NULL ? "a handler has either `run` or `command`, not both"
                                : "a handler must have `run` or `command`");
      return;
    }
  handler->set = TRUE;
  handler->kind = run != NULL ? SY_TASK_RUN : SY_TASK_COMMAND;
  if (run != NULL && run->kind == SY_NODE_SCALAR)
    {
      sy_lint_run (&load->check, run);
      handler->run = (SyText) { sy_workflow_intern (load->workflow, run->text), FALSE };
    }
  if (command != NULL)
    {
      sy_lint_command (&load->check, command);
      handler->argv = sy_load_texts (load, command, SY_HANDLER_TEXT, &handler->n_argv);
    }
  if (env != NULL)
    handler->env = sy_load_env (load, env, NULL, SY_HANDLER_TEXT);
  if (timeout != NULL)
    handler->timeout = sy_load_timeout (load, timeout);
}

/* The file */

static char *
file_stem (const char *path)
{
  static const char *const suffixes[] = { ".yard.yaml", ".yard.yml", ".yaml", ".yml" };
  char *name = g_path_get_basename (path);

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    if (g_str_has_suffix (name, suffixes[i]) && strlen (name) > strlen (suffixes[i]))
      {
        name[strlen (name) - strlen (suffixes[i])] = '\0';
        break;
      }
  return name;
}

static void
load_words (SyLoad *load)
{
  const SyNode *const *file = load->file;
  SyWorkflow *workflow = load->workflow;

  if (file[SY_FILE_NAME] != NULL)
    workflow->name = sy_workflow_intern (workflow, file[SY_FILE_NAME]->text);
  else if (workflow->path != NULL)
    {
      g_autofree char *stem = file_stem (workflow->path);
      workflow->name = sy_workflow_intern (workflow, stem);
    }
  if (file[SY_FILE_DESCRIPTION] != NULL)
    workflow->description = sy_workflow_intern (workflow, file[SY_FILE_DESCRIPTION]->text);
  if (file[SY_FILE_ON_FAILURE] != NULL)
    workflow->on_failure = (SyOnFailure) sy_read_word (
      file[SY_FILE_ON_FAILURE], (const char *const[]) { "continue", "stop", "cancel", NULL });
  if (file[SY_FILE_CONCURRENCY] != NULL)
    workflow->concurrency = (SyConcurrency) sy_read_word (
      file[SY_FILE_CONCURRENCY], (const char *const[]) { "refuse", "queue", "allow", NULL });
  if (file[SY_FILE_SLOTS] != NULL && strcmp (file[SY_FILE_SLOTS]->text, "auto") != 0)
    workflow->slots = (guint) sy_read_int (file[SY_FILE_SLOTS]);
}

void
sy_load_file (SyLoad *load)
{
  const SyNode *const *file = load->file;
  SyWorkflow *workflow = load->workflow;
  const SyText *words;
  guint n;

  load_words (load);
  if (file[SY_FILE_DIR] != NULL)
    workflow->dir = sy_load_text (load, file[SY_FILE_DIR], SY_NO_TASK);
  if (file[SY_FILE_SHELL] != NULL && (words = sy_load_shell (load, file[SY_FILE_SHELL], SY_NO_TASK, &n)) != NULL)
    {
      workflow->shell = words;
      workflow->n_shell = n;
    }
  if (file[SY_FILE_PARAMS] != NULL)
    load_params (load, file[SY_FILE_PARAMS]);
  if (file[SY_FILE_ENV] != NULL)
    workflow->env = sy_load_env (load, file[SY_FILE_ENV], NULL, SY_NO_TASK);
  if (file[SY_FILE_POOLS] != NULL)
    load_pools (load, file[SY_FILE_POOLS]);
  for (guint i = 0; i < SY_N_HANDLERS; i++)
    {
      const SyNode *map = file[SY_FILE_HANDLERS] != NULL
                            ? sy_node_get (file[SY_FILE_HANDLERS], sy_handler_kind_to_string ((SyHandlerKind) i)) : NULL;

      if (map != NULL && map->kind == SY_NODE_MAPPING)
        load_handler (load, map, &workflow->handlers[i]);
    }
}
