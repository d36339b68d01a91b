/* sy-edit-tasks.c: several tasks removed at once, checked once
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-edit-private.h"
#include "core/model/sy-expr.h"

#include <string.h>

typedef struct
{
  SyEditor *e;
  const SyNode *tasks;
  GHashTable *gone; /* id -> key node */
  const char *used; /* (nullable) the first of them that an expression names */
} Removal;

/* The task that one item of needs names; "": none */
static const char *
need_name (const SyNode *item)
{
  const SyNode *name = item->kind == SY_NODE_MAPPING ? sy_node_get (item, "task") : item;

  return name && name->kind == SY_NODE_SCALAR && !sy_node_is_empty (name) ? name->text : "";
}

static const SyNode *
first_need (const SyNode *needs)
{
  return needs && needs->kind == SY_NODE_SEQUENCE ? needs->first : needs;
}

static const SyNode *
next_need (const SyNode *needs, const SyNode *item)
{
  return needs->kind == SY_NODE_SEQUENCE ? item->next : NULL;
}

/* References that would be left over */

static void
note_name (const char *scope, const char *name, gsize offset, gpointer data)
{
  Removal *removal = data;

  if (g_str_equal (scope, "tasks") && !removal->used && g_hash_table_contains (removal->gone, name))
    removal->used = g_hash_table_lookup (removal->gone, name) ? ((const SyNode *)g_hash_table_lookup (removal->gone, name))->text : NULL;
}

static gboolean
note_expression (const char *text, gsize offset, gsize length, gpointer data, GError **error)
{
  g_autoptr (SyExpr) expr = sy_expr_parse (text + offset, (gssize)length, NULL, NULL);

  if (expr)
    sy_expr_foreach_name (expr, note_name, data);
  return TRUE;
}

static gboolean
check_scalar (Removal *removal, const SyNode *scalar, gboolean bare)
{
  guint line, column;

  if (!strstr (scalar->text, "tasks"))
    return TRUE;
  if (strstr (scalar->text, "${{"))
    sy_template_foreach (scalar->text, note_expression, removal, NULL);
  else if (bare)
    note_expression (scalar->text, 0, scalar->n, removal, NULL);
  if (!removal->used)
    return TRUE;
  sy_source_position (sy_document_get_source (removal->e->document), scalar->start, &line, &column);
  return sy_editor_fail (removal->e, SY_ERROR_REFUSED, "line %u: “%.60s” still uses task “%s”", line, scalar->text, removal->used);
}

static gboolean
check_references (Removal *removal, const SyNode *node, gboolean bare)
{
  static const char *const bare_keys[] = { "if", "switch", "until", "while", NULL };

  if (node->kind == SY_NODE_SCALAR)
    return check_scalar (removal, node, bare);
  for (const SyNode *child = node->first; child; child = child->next)
    {
      const SyNode *key = node->kind == SY_NODE_MAPPING ? child : NULL;

      if (key)
        child = child->next;
      if (key && ((node == removal->tasks && g_hash_table_contains (removal->gone, key->text)) ||
                  (g_str_equal (key->text, "run") && child->kind == SY_NODE_SCALAR)))
        continue;
      if (!check_references (removal, child, key && g_strv_contains (bare_keys, key->text)))
        return FALSE;
    }
  return TRUE;
}

/* Edges */

/* What stays of all that @id needed, however many removed tasks lie in between. Without recursion. */
static void
inherit (Removal *removal, const char *id, GHashTable *seen, GPtrArray *values)
{
  g_autoptr (GPtrArray) open = g_ptr_array_new ();

  g_ptr_array_add (open, (gpointer)id);
  while (open->len > 0)
    {
      const char *at = g_ptr_array_steal_index (open, open->len - 1);
      const SyNode *key = g_hash_table_lookup (removal->gone, at), *needs = key ? sy_node_get (key->next, "needs") : NULL;

      if (!g_hash_table_add (seen, (gpointer)at))
        continue;
      if (!key)
        g_ptr_array_add (values, sy_edit_value_new_word (at));
      for (const SyNode *item = first_need (needs); item; item = next_need (needs, item))
        if (*need_name (item))
          g_ptr_array_add (open, (gpointer)need_name (item));
    }
}

static SyEditValue *
kept_need (const SyNode *item)
{
  SyEditValue *value = sy_edit_value_new_node (item);

  value->typed = item->kind == SY_NODE_SCALAR && item->style == SY_STYLE_PLAIN;
  if (item->style == SY_STYLE_LITERAL || item->style == SY_STYLE_FOLDED)
    value->style = -1;
  return value;
}

/* In a list of lines each goes alone: the others keep their comments. */
static gboolean
drop_items (Removal *removal, const SyNode *needs)
{
  for (const SyNode *item = needs->first; item; item = item->next)
    if (g_hash_table_contains (removal->gone, need_name (item)) && !sy_editor_remove_item (removal->e, needs, item))
      return FALSE;
  return TRUE;
}

static gboolean
cut_needs (Removal *removal, const SyNode *key, const SyNode *needs, SyEditEdges edges)
{
  g_autoptr (SyEditValue) list = sy_edit_value_new_list ();
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  gboolean any = FALSE;

  for (const SyNode *item = first_need (needs); item; item = next_need (needs, item))
    if (!g_hash_table_contains (removal->gone, need_name (item)))
      g_hash_table_add (seen, (gpointer)need_name (item));
  for (const SyNode *item = first_need (needs); item; item = next_need (needs, item))
    {
      const char *name = need_name (item);

      if (!g_hash_table_contains (removal->gone, name))
        {
          sy_edit_value_append (list, kept_need (item));
          continue;
        }
      any = TRUE;
      if (edges == SY_EDIT_EDGES_REFUSE)
        return sy_editor_fail (removal->e, SY_ERROR_REFUSED, "task “%s” needs “%s”", key->text, name);
      if (edges == SY_EDIT_EDGES_BRIDGE)
        inherit (removal, name, seen, list->items);
    }
  if (!any)
    return TRUE;
  if (edges == SY_EDIT_EDGES_DROP && list->items->len > 0 && needs->style == SY_STYLE_BLOCK)
    return drop_items (removal, needs);
  return list->items->len > 0 ? sy_editor_replace (removal->e, needs, list)
                              : sy_editor_remove_pair (removal->e, key->next, sy_node_get_key (key->next, "needs"), FALSE);
}

gboolean
sy_editor_remove_tasks (SyEditor *e, const char *const *ids, SyEditEdges edges)
{
  const SyNode *tasks = sy_node_get (e->root, "tasks");
  g_autoptr (GHashTable) gone = g_hash_table_new (g_str_hash, g_str_equal);
  Removal removal = { e, tasks, gone, NULL };

  for (; *ids; ids++)
    {
      const SyNode *key = sy_node_get_key (tasks, *ids);

      if (!key)
        return sy_editor_fail (e, SY_ERROR_NOT_FOUND, "there is no task “%s”", *ids);
      g_hash_table_insert (gone, (gpointer)key->text, (gpointer)key);
    }
  if (!check_references (&removal, e->root, FALSE))
    return FALSE;
  if (g_hash_table_size (gone) == tasks->n)
    {
      g_autoptr (SyEditValue) empty = sy_edit_value_new_map ();

      return sy_editor_replace (e, tasks, empty);
    }
  for (const SyNode *key = tasks->first; key; key = key->next->next)
    {
      const SyNode *needs = sy_node_get (key->next, "needs");
      gboolean goes = g_hash_table_contains (gone, key->text);

      if (goes ? !sy_editor_remove_pair (e, tasks, key, TRUE) : needs && !cut_needs (&removal, key, needs, edges))
        return FALSE;
    }
  return TRUE;
}
