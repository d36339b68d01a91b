/* sy-manuscript-read.c: values, places and copies out of a tree
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-manuscript-private.h"

#include "core/base/sy-error.h"
#include "core/format/sy-check-private.h"

#include <string.h>

static const SyNode *
step_into (const SyNode *node, const char *key)
{
  guint64 n;

  if (node == NULL || node->kind != SY_NODE_SEQUENCE)
    return sy_node_get (node, key);
  return g_ascii_string_to_unsigned (key, 10, 0, G_MAXUINT, &n, NULL) ? sy_node_nth (node, (guint) n) : NULL;
}

static const SyNode *
find (const SyDocument *tree, const char *const *path)
{
  const SyNode *node = tree != NULL ? sy_document_get_root (tree) : NULL;

  for (; *path != NULL && node != NULL; path++)
    node = step_into (node, *path);
  return node;
}

static SyChangeValue *
value_of (const SyNode *node)
{
  SyChangeValue *value;

  if (node->kind == SY_NODE_SCALAR)
    return node->style == SY_STYLE_PLAIN ? sy_change_value_new_word (node->text) : sy_change_value_new_text (node->text);
  value = node->kind == SY_NODE_SEQUENCE ? sy_change_value_new_list () : sy_change_value_new_map ();
  for (const SyNode *child = node->first; child != NULL; child = child->next)
    g_ptr_array_add (value->items, value_of (child));
  return value;
}

SyChangeValue *
sy_manuscript_get_value (const SyDocument *tree, const char *const *path)
{
  const SyNode *node = find (tree, path);

  return node != NULL ? value_of (node) : NULL;
}

static gboolean
is_task_path (const char *const *path)
{
  return path[0] != NULL && path[1] != NULL && path[2] == NULL && strcmp (path[0], "tasks") == 0;
}

gboolean
sy_manuscript_get_range (const SyDocument *tree, const char *const *path, gsize *start, gsize *end)
{
  const SyNode *node = find (tree, path);

  if (node == NULL)
    return FALSE;
  *start = is_task_path (path) ? sy_node_get_key (node->parent, path[1])->start : node->start;
  *end = node->end;
  return TRUE;
}

/* The key, or the number among the items, by which @node is found in its parent. (transfer full) */
static char *
step_to (const SyNode *node)
{
  const SyNode *before = node->parent->first;
  guint index = 0;

  if (node->parent->kind == SY_NODE_SEQUENCE)
    {
      for (; before != node; before = before->next)
        index++;
      return g_strdup_printf ("%u", index);
    }
  for (; before != node && before->next != node; before = before->next->next)
    ;
  return g_strdup (before->text);
}

GStrv
sy_manuscript_get_path_at (const SyDocument *tree, gsize offset)
{
  const SyNode *node = tree != NULL ? sy_document_at (tree, offset) : NULL;
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();

  for (; node != NULL && node->parent != NULL; node = node->parent)
    g_ptr_array_insert (keys, 0, step_to (node));
  g_ptr_array_add (keys, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&keys), FALSE);
}

/* --- copies --- */

static gboolean
among (const char *const *tasks, const char *id)
{
  return g_strv_contains (tasks, id);
}

/* Lets go of the needs of what is not copied */
static void
record_needs (SyEdit *edit, const SyNode *key, const char *const *tasks)
{
  const SyNode *needs = sy_node_get (key->next, "needs");

  for (const SyNode *item = needs != NULL && needs->kind == SY_NODE_SEQUENCE ? needs->first : needs; item != NULL;
       item = needs->kind == SY_NODE_SEQUENCE ? item->next : NULL)
    {
      const SyNode *name = item->kind == SY_NODE_MAPPING ? sy_node_get (item, "task") : item;

      if (name != NULL && name->kind == SY_NODE_SCALAR && !sy_node_is_empty (name) && !among (tasks, name->text))
        sy_edit_remove_need (edit, key->text, name->text);
    }
}

#define START "tasks:\n  copied-here: {}\n"

char *
sy_manuscript_copy_tasks (const SyDocument *tree, const char *const *tasks)
{
  const SyNode *all = tree != NULL ? sy_document_find (tree, "tasks", NULL) : NULL;
  g_autoptr (SyEdit) edit = sy_edit_new (), needs = sy_edit_new ();
  g_autoptr (GBytes) start = g_bytes_new_static (START, strlen (START)), result = NULL;

  for (const SyNode *key = all != NULL && all->kind == SY_NODE_MAPPING ? all->first : NULL; key != NULL; key = key->next->next)
    if (among (tasks, key->text))
      {
        sy_edit_add_task_copy (edit, (SyDocument *) tree, key);
        record_needs (needs, key, tasks);
      }
  sy_edit_take_over (edit, needs);
  sy_edit_remove_task (edit, "copied-here", SY_EDIT_EDGES_REFUSE);
  result = sy_edit_apply (edit, start, NULL, NULL);
  return result != NULL ? g_strndup (g_bytes_get_data (result, NULL), g_bytes_get_size (result)) : g_strdup ("");
}

/* --- values --- */

gboolean
sy_manuscript_check_value (const SyField *field, const char *text, GError **error)
{
  g_autofree char *wanted = NULL;
  gboolean range = FALSE;

  if ((field->accept & SY_ACCEPT_TEXT) || strstr (text, "${{") != NULL || sy_field_fits (field, text, &range))
    return TRUE;
  wanted = sy_field_describe (field);
  g_set_error (error, SY_ERROR, SY_ERROR_INVALID, range ? "out of range: wanted is %s" : "wanted is %s", wanted);
  return FALSE;
}
