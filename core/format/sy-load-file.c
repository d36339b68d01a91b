/* sy-load-file.c: what stands at the top of the file
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-lint-private.h"
#include "core/format/sy-load-private.h"

#include <glib/gi18n.h>
#include <string.h>

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
                    run != NULL ? N_("a handler has either `run` or `command`, not both")
                                : N_("a handler must have `run` or `command`"));
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
    {
      sy_lint_path (&load->check, "dir", file[SY_FILE_DIR], file[SY_FILE_PARAMS]);
      workflow->dir = sy_load_text (load, file[SY_FILE_DIR], SY_NO_TASK);
    }
  if (file[SY_FILE_SHELL] != NULL && (words = sy_load_shell (load, file[SY_FILE_SHELL], SY_NO_TASK, &n)) != NULL)
    {
      workflow->shell = words;
      workflow->n_shell = n;
    }
  if (file[SY_FILE_PARAMS] != NULL)
    sy_load_params (load, file[SY_FILE_PARAMS]);
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
