/* sy-hints.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-hints.h"

#include "core/model/sy-hint.h"

#include <string.h>

gboolean
sy_hints_are_quiet (const SyNode *map, const char *code)
{
  const SyNode *quiet = sy_node_get (map, SY_HINTS_QUIET);

  for (const SyNode *item = quiet != NULL && quiet->kind == SY_NODE_SEQUENCE ? quiet->first : quiet; item != NULL;
       item = quiet->kind == SY_NODE_SEQUENCE ? item->next : NULL)
    if (item->kind == SY_NODE_SCALAR && strcmp (item->text, code) == 0)
      return TRUE;
  return FALSE;
}

/* In front of the task's first key, with its indentation or in its braces */
static void
set_fix (SyProblem *problem, const SyNode *task, const char *data, const SyHint *hint)
{
  g_autofree char *text = NULL;
  gsize at, line;

  if (hint->field == NULL || task->kind != SY_NODE_MAPPING || task->first == NULL)
    return;
  at = task->first->start;
  if (task->style == SY_STYLE_FLOW)
    text = g_strdup_printf ("%s: %s, ", hint->field, hint->value);
  else
    {
      for (line = at; line > 0 && data[line - 1] == ' '; line--)
        ;
      if (line > 0 && data[line - 1] != '\n')
        return;
      text = g_strdup_printf ("%s: %s\n%.*s", hint->field, hint->value, (int) (at - line), data + line);
    }
  sy_problem_set_fix (problem, at, at, text);
}

static void
report (const SyHint *hint, const SyTask *task, const SyNode *key, SyProblems *problems)
{
  const SySource *source = sy_problems_get_source (problems);
  gsize start = 0, end = 0;
  SyProblem *problem;

  if (key != NULL)
    {
      start = key->start;
      end = key->end;
    }
  else if (task->line > 0 && source != NULL && sy_source_line (source, task->line, &start, &end))
    end = start;
  if (source == NULL)
    problem = sy_problems_add_file (problems, SY_SEVERITY_NOTE, hint->code, "%s", hint->message);
  else
    problem = sy_problems_add (problems, SY_SEVERITY_NOTE, hint->code, start, end, "%s", hint->message);
  sy_problem_set_hint (problem, "%s", hint->advice);
  sy_problem_set_task (problem, task->id);
  if (key != NULL)
    set_fix (problem, key->next, sy_source_get_data (source, NULL), hint);
}

void
sy_hints_report (const SyWorkflow *workflow, const SyDocument *tree, SyProblems *problems)
{
  g_autoptr (GPtrArray) hints = sy_hints_find (workflow);
  const SyNode *root = tree != NULL ? sy_document_get_root (tree) : NULL, *tasks = sy_node_get (root, "tasks");
  const SyNode *key = tasks != NULL && tasks->kind == SY_NODE_MAPPING ? tasks->first : NULL;

  for (guint i = 0; i < hints->len; i++)
    {
      const SyHint *hint = g_ptr_array_index (hints, i);
      const SyTask *task = &workflow->tasks[hint->task];

      /* both are in the order of the file */
      while (key != NULL && strcmp (key->text, task->id) != 0)
        key = key->next->next;
      if (!sy_hints_are_quiet (root, hint->code) && !(key != NULL && sy_hints_are_quiet (key->next, hint->code)))
        report (hint, task, key, problems);
    }
  sy_problems_sort (problems);
}
