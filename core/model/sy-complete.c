/* sy-complete.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-complete-private.h"

#include <string.h>

/* --- candidates --- */

static void
candidate_free (gpointer data)
{
  SyCandidate *candidate = data;

  g_free (candidate->word);
  g_free (candidate->insert);
  g_free (candidate);
}

GPtrArray *
sy_candidates_new (void)
{
  return g_ptr_array_new_with_free_func (candidate_free);
}

static gboolean
begins (const char *word, const char *prefix)
{
  return g_ascii_strncasecmp (word, prefix, strlen (prefix)) == 0;
}

static gboolean
contains (const char *word, const char *part)
{
  for (; *word != '\0'; word++)
    if (begins (word, part))
      return TRUE;
  return *part == '\0';
}

void
sy_candidates_add (GPtrArray *candidates, const char *prefix, const char *word, const char *suffix, const char *help)
{
  SyCandidate *candidate;

  if (!contains (word, prefix))
    return;
  candidate = g_new0 (SyCandidate, 1);
  candidate->word = g_strdup (word);
  candidate->insert = g_strconcat (word, suffix, NULL);
  candidate->help = help;
  g_ptr_array_add (candidates, candidate);
}

void
sy_candidates_sort (GPtrArray *candidates, const char *prefix)
{
  guint first = 0;

  for (guint i = 0; i < candidates->len; i++)
    if (begins (((SyCandidate *) g_ptr_array_index (candidates, i))->word, prefix))
      {
        SyCandidate *candidate = g_ptr_array_steal_index (candidates, i);

        g_ptr_array_insert (candidates, (gint) first++, candidate);
      }
}

gsize
sy_complete_word_start (const char *text, gsize offset, const char *also)
{
  while (offset > 0 && (g_ascii_isalnum (text[offset - 1]) || strchr (also, text[offset - 1]) != NULL))
    offset--;
  return offset;
}

/* --- tasks --- */

/* What can be reached from @task, itself too. @down: those that need it; else what it needs. (transfer full): by index */
static guint8 *
reach (const SyWorkflow *workflow, guint32 task, gboolean down)
{
  guint8 *seen = g_malloc0 (MAX (workflow->n_tasks, 1));
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (guint32));

  seen[task] = 1;
  g_array_append_val (open, task);
  for (guint i = 0; i < open->len; i++)
    {
      guint32 at = g_array_index (open, guint32, i);
      guint32 n = down ? workflow->down_start[at + 1] - workflow->down_start[at] : workflow->tasks[at].n_needs;

      for (guint32 k = 0; k < n; k++)
        {
          guint32 next = down ? workflow->down[workflow->down_start[at] + k] : workflow->tasks[at].needs[k].task;

          if (!seen[next])
            g_array_append_val (open, next);
          seen[next] = 1;
        }
    }
  return seen;
}

/* @before: that run before @task; else that it may need: all but itself and what needs it */
static void
add_tasks (GPtrArray *candidates, const char *prefix, const SyWorkflow *workflow, const char *task, gboolean before)
{
  guint32 index = workflow != NULL && task != NULL ? sy_workflow_find (workflow, task) : SY_NO_TASK;
  g_autofree guint8 *seen = index != SY_NO_TASK ? reach (workflow, index, !before) : NULL;

  for (guint32 i = 0; workflow != NULL && i < workflow->n_tasks; i++)
    if (seen == NULL || (before ? seen[i] && i != index : !seen[i]))
      sy_candidates_add (candidates, prefix, workflow->tasks[i].id, before ? "." : "", workflow->tasks[i].description);
}

/* --- expressions --- */

static void
add_words (GPtrArray *candidates, const char *prefix, const char *const *words, const char *suffix)
{
  for (; *words != NULL; words++)
    sy_candidates_add (candidates, prefix, *words, suffix, NULL);
}

static void
add_params (GPtrArray *candidates, const char *prefix, const SyWorkflow *workflow)
{
  for (guint i = 0; workflow != NULL && i < workflow->n_params; i++)
    sy_candidates_add (candidates, prefix, workflow->params[i].name, "", workflow->params[i].description);
}

static void
add_outputs (GPtrArray *candidates, const char *prefix, const SyWorkflow *workflow, const char *id)
{
  guint32 task = workflow != NULL ? sy_workflow_find (workflow, id) : SY_NO_TASK;
  const SyTaskExtra *extra = task != SY_NO_TASK ? workflow->tasks[task].extra : NULL;

  for (guint i = 0; extra != NULL && i < extra->n_outputs; i++)
    sy_candidates_add (candidates, prefix, extra->outputs[i].name, "", NULL);
}

static void
add_scopes (GPtrArray *candidates, const char *prefix)
{
  static const char *const functions[] = { "len", "int", "float", "string", "json", "range", "contains", "starts_with", "basename", "stem", NULL };
  static const char *const words[] = { "and", "or", "not", "true", "false", "null", NULL };

  sy_candidates_add (candidates, prefix, "params", ".", "values given at the start");
  sy_candidates_add (candidates, prefix, "tasks", ".", "tasks that run before: outputs, state, counts");
  sy_candidates_add (candidates, prefix, "run", ".", "this run");
  sy_candidates_add (candidates, prefix, "env", ".", "the starter's environment");
  add_words (candidates, prefix, functions, "(");
  add_words (candidates, prefix, words, " ");
}

static void
add_names (GPtrArray *candidates, const char *prefix, char **parts, guint n, const SyWorkflow *workflow, const char *task)
{
  static const char *const run[] = { "id", "dir", "started", NULL };
  static const char *const members[] = { "state", "failed", "succeeded", "items", "artifacts", NULL };

  if (n == 1)
    add_scopes (candidates, prefix);
  else if (n == 2 && g_str_equal (parts[0], "params"))
    add_params (candidates, prefix, workflow);
  else if (n == 2 && g_str_equal (parts[0], "run"))
    add_words (candidates, prefix, run, "");
  else if (n == 2 && g_str_equal (parts[0], "tasks"))
    add_tasks (candidates, prefix, workflow, task, TRUE);
  else if (n == 3 && g_str_equal (parts[0], "tasks"))
    {
      sy_candidates_add (candidates, prefix, "outputs", ".", "values that it wrote");
      add_words (candidates, prefix, members, "");
    }
  else if (n == 4 && g_str_equal (parts[0], "tasks") && g_str_equal (parts[2], "outputs"))
    add_outputs (candidates, prefix, workflow, parts[1]);
}

GPtrArray *
sy_complete_expression (const char *text, gsize offset, const SyWorkflow *workflow, const char *task, gsize *start)
{
  GPtrArray *candidates = sy_candidates_new ();
  gsize begin = sy_complete_word_start (text, offset, "_-.");
  g_autofree char *name = g_strndup (text + begin, offset - begin);
  g_auto (GStrv) parts = g_strsplit (name, ".", -1);
  guint n = MAX (g_strv_length (parts), 1);
  const char *prefix = *name != '\0' ? parts[n - 1] : "";

  *start = offset - strlen (prefix);
  add_names (candidates, prefix, parts, n, workflow, task);
  sy_candidates_sort (candidates, prefix);
  return candidates;
}

/* --- the file --- */

typedef struct
{
  const SyField *field; /* (nullable) of the value; NULL: the file itself */
  const SyTable *table; /* (nullable) whose keys may stand there */
  const char *task;     /* (nullable) id */
} Target;

static const SyField *
find_field (const SyTable *table, const char *key)
{
  for (guint i = 0; table != NULL && i < table->n_fields; i++)
    if (g_str_equal (table->fields[i].key, key))
      return &table->fields[i];
  return table != NULL ? table->others : NULL;
}

/* Along the path through the tables; FALSE: it leads to something that no table knows. */
static gboolean
resolve (const SyTable *file, const GPtrArray *path, Target *target)
{
  *target = (Target) { NULL, file, NULL };
  for (guint i = 0; i < path->len; i++)
    {
      const char *key = g_ptr_array_index (path, i);
      const SyField *field = target->field, *next = NULL;

      if (i == 1 && g_str_equal (g_ptr_array_index (path, 0), "tasks"))
        target->task = key;
      if (g_str_equal (key, "-"))
        next = field != NULL && (field->accept & SY_ACCEPT_LIST) ? field->item : NULL;
      else if (field != NULL && (field->accept & SY_ACCEPT_MAP))
        next = field->item;
      else
        next = find_field (target->table, key);
      if (next == NULL)
        return FALSE;
      target->field = next;
      target->table = (next->accept & SY_ACCEPT_OBJECT) ? next->table : NULL;
    }
  return TRUE;
}

static void
add_keys (GPtrArray *candidates, const char *prefix, const Target *target, const SyWorkflow *workflow)
{
  for (guint i = 0; target->table != NULL && i < target->table->n_fields; i++)
    if (!(target->table->fields[i].flags & SY_FIELD_LATER))
      sy_candidates_add (candidates, prefix, target->table->fields[i].key, ": ", target->table->fields[i].help);
  if (target->table == NULL || target->table->others == NULL || workflow == NULL)
    return;
  for (guint i = 0; i < workflow->n_pools; i++)
    sy_candidates_add (candidates, prefix, workflow->pools[i].name, ": ", target->table->others->help);
}

static gboolean
wants_task (const GPtrArray *path)
{
  const char *last = path->len > 0 ? g_ptr_array_index (path, path->len - 1) : "";
  const char *before = path->len > 1 ? g_ptr_array_index (path, path->len - 2) : "", *third = path->len > 2 ? g_ptr_array_index (path, path->len - 3) : "";

  if (path->len < 3 || !g_str_equal (g_ptr_array_index (path, 0), "tasks"))
    return FALSE;
  return g_str_equal (last, "needs") || (g_str_equal (last, "-") && g_str_equal (before, "needs"))
         || (g_str_equal (last, "task") && g_str_equal (before, "-") && g_str_equal (third, "needs"));
}

static void
add_values (GPtrArray *candidates, const char *prefix, const Target *target)
{
  const SyField *field = target->field;

  for (guint i = 0; field->words != NULL && field->words[i] != NULL; i++)
    sy_candidates_add (candidates, prefix, field->words[i], "", g_strcmp0 (field->words[i], field->fallback) == 0 ? "default" : NULL);
  if (field->accept & SY_ACCEPT_BOOL)
    {
      sy_candidates_add (candidates, prefix, "true", "", NULL);
      sy_candidates_add (candidates, prefix, "false", "", NULL);
    }
  if (field->words == NULL && field->fallback != NULL && !(field->accept & SY_ACCEPT_BOOL))
    sy_candidates_add (candidates, prefix, field->fallback, "", "default");
}

/* $name in a shell text */
static gboolean
add_variables (GPtrArray *candidates, const char *text, gsize offset, const SyWorkflow *workflow, gsize *start)
{
  gsize begin = sy_complete_word_start (text, offset, "_");
  g_autofree char *prefix = g_strndup (text + begin, offset - begin);

  if (begin == 0 || (text[begin - 1] != '$' && !(begin > 1 && text[begin - 1] == '{' && text[begin - 2] == '$')))
    return FALSE;
  *start = begin;
  add_params (candidates, prefix, workflow);
  for (guint i = 0; workflow != NULL && workflow->env != NULL && i < workflow->env->n; i++)
    sy_candidates_add (candidates, prefix, workflow->env->vars[i].name, "", NULL);
  sy_candidates_sort (candidates, prefix);
  return TRUE;
}

/* Behind the `${{` that is open at @offset in its line; 0: none is */
static gsize
open_expression (const char *text, gsize offset)
{
  gsize at = offset;

  for (; at > 2 && text[at - 1] != '\n'; at--)
    {
      if (text[at - 1] == '}' && text[at - 2] == '}')
        return 0;
      if (memcmp (text + at - 3, "${{", 3) == 0)
        return at > 3 && text[at - 4] == '$' ? 0 : at;
    }
  return 0;
}

GPtrArray *
sy_complete_file (const char *text, gsize length, gsize offset, const SyTable *file, const SyWorkflow *workflow, gsize *start)
{
  g_auto (SyCompletePlace) place = { 0 };
  g_autofree char *prefix = NULL;
  GPtrArray *candidates;
  Target target;

  offset = MIN (offset, length);
  sy_complete_find_place (text, offset, &place);
  *start = offset;
  if (!resolve (file, place.path, &target))
    return sy_candidates_new ();
  if (open_expression (text, offset) > 0 || (place.is_value && (target.field->flags & SY_FIELD_EXPRESSION)))
    return sy_complete_expression (text, offset, workflow, target.task, start);
  candidates = sy_candidates_new ();
  if (place.path->len > 0 && g_str_equal (g_ptr_array_index (place.path, place.path->len - 1), "run")
      && add_variables (candidates, text, offset, workflow, start))
    return candidates;
  if (place.is_text)
    return candidates;
  *start = sy_complete_word_start (text, offset, "_-");
  prefix = g_strndup (text + *start, offset - *start);
  if (place.is_value && wants_task (place.path))
    add_tasks (candidates, prefix, workflow, target.task, FALSE);
  else if (place.is_value)
    add_values (candidates, prefix, &target);
  /* an item of a list may become an object */
  if (!place.is_value || (*prefix != '\0' && g_str_equal (g_ptr_array_index (place.path, place.path->len - 1), "-")))
    add_keys (candidates, prefix, &target, workflow);
  sy_candidates_sort (candidates, prefix);
  return candidates;
}

/* A map's line is NAME=value. */
static gboolean
is_in_name (const SyField *field, const char *text, gsize offset)
{
  while ((field->accept & SY_ACCEPT_MAP) && offset > 0 && text[offset - 1] != '\n')
    if (text[--offset] == '=')
      return FALSE;
  return (field->accept & SY_ACCEPT_MAP) != 0;
}

GPtrArray *
sy_complete_field (const SyField *field, const char *text, gsize offset, const SyWorkflow *workflow, const char *task, gsize *start)
{
  const SyField *value = (field->accept & (SY_ACCEPT_LIST | SY_ACCEPT_MAP)) ? field->item : field;
  Target target = { value, NULL, task };
  g_autofree char *prefix = NULL;
  GPtrArray *candidates;

  if (open_expression (text, offset) > 0 || (field->flags & SY_FIELD_EXPRESSION))
    return sy_complete_expression (text, offset, workflow, task, start);
  candidates = sy_candidates_new ();
  *start = offset;
  if (g_strcmp0 (field->key, "run") == 0)
    {
      add_variables (candidates, text, offset, workflow, start);
      return candidates;
    }
  if (is_in_name (field, text, offset))
    return candidates;
  *start = sy_complete_word_start (text, offset, "_-");
  prefix = g_strndup (text + *start, offset - *start);
  if (g_strcmp0 (field->key, "needs") == 0)
    add_tasks (candidates, prefix, workflow, task, FALSE);
  else if (value->words != NULL)
    add_values (candidates, prefix, &target);
  sy_candidates_sort (candidates, prefix);
  return candidates;
}
