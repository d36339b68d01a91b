/* sy-manuscript-steps.c: what a change asks for, in the words of the surgical editor
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-manuscript-private.h"

#include "core/base/sy-error.h"

#include <string.h>

static SyEditValue *
value_of (const SyChangeValue *value)
{
  SyEditValue *result;

  switch (value->kind)
    {
    case SY_CHANGE_TEXT:
      return sy_edit_value_new_text (value->text);
    case SY_CHANGE_WORD:
      return sy_edit_value_new_word (value->text);
    case SY_CHANGE_LIST:
      result = sy_edit_value_new_list ();
      for (guint i = 0; i < value->items->len; i++)
        sy_edit_value_append (result, value_of (g_ptr_array_index (value->items, i)));
      return result;
    default:
      result = sy_edit_value_new_map ();
      for (guint i = 0; i + 1 < value->items->len; i += 2)
        sy_edit_value_set (result, ((SyChangeValue *) g_ptr_array_index (value->items, i))->text,
                           value_of (g_ptr_array_index (value->items, i + 1)));
      return result;
    }
}

/* --- pasting --- */

static const SyNode *
tasks_of (const SyDocument *document)
{
  const SyNode *tasks = sy_document_find (document, "tasks", NULL);

  return tasks != NULL && tasks->kind == SY_NODE_MAPPING ? tasks : NULL;
}

/* "fetch", "fetch-2", "fetch-3": the first that neither map has. (transfer full) */
static char *
free_name (const char *id, GHashTable *taken)
{
  g_autofree char *stem = g_strdup (id);
  gsize n = strlen (stem), digits = n;

  while (digits > 0 && g_ascii_isdigit (stem[digits - 1]))
    digits--;
  if (digits > 1 && digits < n && stem[digits - 1] == '-')
    stem[digits - 1] = '\0';
  for (guint k = 2;; k++)
    {
      char *name = g_strdup_printf ("%.*s-%u", 118, stem, k);

      if (!g_hash_table_contains (taken, name))
        return name;
      g_free (name);
    }
}

/* The pasted tasks under names of their own. (transfer full) (nullable) */
static SyDocument *
rename_pasted (SyDocument *pasted, const SyNode *tasks, const SyDocument *tree, GError **error)
{
  g_autoptr (GHashTable) taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (SyEdit) edit = sy_edit_new ();
  const SyNode *there = tasks_of (tree);
  g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);

  for (const SyNode *key = there != NULL ? there->first : NULL; key != NULL; key = key->next->next)
    {
      g_hash_table_add (taken, g_strdup (key->text));
      g_hash_table_add (ids, (gpointer) key->text);
    }
  for (const SyNode *key = tasks->first; key != NULL; key = key->next->next)
    g_hash_table_add (taken, g_strdup (key->text));
  for (const SyNode *key = tasks->first; key != NULL; key = key->next->next)
    if (g_hash_table_contains (ids, key->text))
      {
        char *name = free_name (key->text, taken);

        sy_edit_rename_task (edit, key->text, name);
        g_hash_table_add (taken, name);
      }
  return sy_edit_apply_to (edit, pasted, error);
}

#define PLACEHOLDER "pasted-here"

/* Lines are put behind lines: where there are none yet, a task that goes again holds their place. */
static void
add_copies (SyEdit *edit, SyDocument *pasted, const SyNode *tasks, const SyDocument *tree)
{
  const SyNode *there = tasks_of (tree);
  gboolean empty = (there == NULL || there->n == 0) && sy_node_get_key (tasks, PLACEHOLDER) == NULL && tasks->n > 0;

  if (empty)
    sy_edit_add_task (edit, PLACEHOLDER, sy_edit_value_new_map (), NULL);
  for (const SyNode *key = tasks->first; key != NULL; key = key->next->next)
    sy_edit_add_task_copy (edit, pasted, key);
  if (empty)
    sy_edit_remove_task (edit, PLACEHOLDER, SY_EDIT_EDGES_REFUSE);
}

static gboolean
record_paste (SyEdit *edit, const char *yaml, const SyDocument *tree, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (yaml, strlen (yaml));
  g_autoptr (SyDocument) pasted = sy_edit_parse (bytes, "what was pasted", error);
  g_autoptr (SyDocument) named = NULL;
  const SyNode *tasks = pasted != NULL ? tasks_of (pasted) : NULL;

  if (pasted == NULL)
    return FALSE;
  if (tasks == NULL)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "what was pasted holds no tasks");
      return FALSE;
    }
  named = rename_pasted (pasted, tasks, tree, error);
  tasks = named != NULL ? tasks_of (named) : NULL;
  if (tasks == NULL)
    return FALSE;
  add_copies (edit, named, tasks, tree);
  return TRUE;
}

gboolean
sy_manuscript_record_step (SyEdit *edit, const SyChangeStep *step, const SyDocument *tree, GError **error)
{
  static const SyEditEdges edges[] = { [SY_CHANGE_EDGES_REFUSE] = SY_EDIT_EDGES_REFUSE, [SY_CHANGE_EDGES_DROP] = SY_EDIT_EDGES_DROP,
                                       [SY_CHANGE_EDGES_BRIDGE] = SY_EDIT_EDGES_BRIDGE };
  const char *const *path = (const char *const *) step->path;

  switch (step->kind)
    {
    case SY_STEP_ADD_TASK:
      sy_edit_add_task (edit, step->task, value_of (step->value), step->other);
      return TRUE;
    case SY_STEP_REMOVE_TASK:
      sy_edit_remove_task (edit, step->task, edges[step->edges]);
      return TRUE;
    case SY_STEP_RENAME_TASK:
      sy_edit_rename_task (edit, step->task, step->other);
      return TRUE;
    case SY_STEP_RENAME_PARAM:
      sy_edit_rename_param (edit, step->task, step->other);
      return TRUE;
    case SY_STEP_MOVE_TASK:
      sy_edit_move_task (edit, step->task, step->other);
      return TRUE;
    case SY_STEP_ADD_NEED:
      sy_edit_add_need (edit, step->task, step->other);
      return TRUE;
    case SY_STEP_REMOVE_NEED:
      sy_edit_remove_need (edit, step->task, step->other);
      return TRUE;
    case SY_STEP_SET:
      sy_edit_set (edit, path, value_of (step->value));
      return TRUE;
    case SY_STEP_REMOVE:
      sy_edit_remove (edit, path);
      return TRUE;
    case SY_STEP_RENAME:
      sy_edit_rename (edit, path, step->other);
      return TRUE;
    case SY_STEP_APPEND:
      sy_edit_append (edit, path, value_of (step->value));
      return TRUE;
    case SY_STEP_PASTE:
      return record_paste (edit, step->other, tree, error);
    default:
      g_set_error (error, SY_ERROR, SY_ERROR_INTERNAL, "unknown step");
      return FALSE;
    }
}
