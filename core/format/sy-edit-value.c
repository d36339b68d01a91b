/* sy-edit-value.c: values to be written, and the tree that must come out
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-edit-private.h"

#include <string.h>

static const char *const kinds[] = { "a scalar", "a list", "a map" };

static SyEditValue *
value_new (SyNodeKind kind, const char *text)
{
  SyEditValue *value = g_new0 (SyEditValue, 1);

  value->kind = kind;
  value->style = -1;
  value->text = g_strdup (text);
  if (kind != SY_NODE_SCALAR)
    value->items = g_ptr_array_new_with_free_func ((GDestroyNotify)sy_edit_value_free);
  return value;
}

SyEditValue *
sy_edit_value_new_text (const char *text)
{
  return value_new (SY_NODE_SCALAR, text);
}

SyEditValue *
sy_edit_value_new_word (const char *text)
{
  SyEditValue *value = value_new (SY_NODE_SCALAR, text);

  value->typed = TRUE;
  return value;
}

SyEditValue *
sy_edit_value_new_list (void)
{
  return value_new (SY_NODE_SEQUENCE, NULL);
}

SyEditValue *
sy_edit_value_new_map (void)
{
  return value_new (SY_NODE_MAPPING, NULL);
}

void
sy_edit_value_append (SyEditValue *list, SyEditValue *item)
{
  g_return_if_fail (list->kind == SY_NODE_SEQUENCE);
  g_ptr_array_add (list->items, item);
}

void
sy_edit_value_set (SyEditValue *map, const char *key, SyEditValue *value)
{
  g_return_if_fail (map->kind == SY_NODE_MAPPING);
  g_ptr_array_add (map->items, sy_edit_value_new_text (key));
  g_ptr_array_add (map->items, value);
}

SyEditValue *
sy_edit_value_copy (const SyEditValue *value)
{
  SyEditValue *copy = value_new (value->kind, value->text);

  copy->style = value->style;
  copy->typed = value->typed;
  copy->empty = value->empty;
  copy->block = value->block;
  copy->same = value->same;
  for (guint i = 0; value->items && i < value->items->len; i++)
    g_ptr_array_add (copy->items, sy_edit_value_copy (g_ptr_array_index (value->items, i)));
  return copy;
}

void
sy_edit_value_free (SyEditValue *value)
{
  if (!value)
    return;
  g_clear_pointer (&value->items, g_ptr_array_unref);
  g_free (value->text);
  g_free (value);
}

SyEditValue *
sy_edit_value_new_node (const SyNode *node)
{
  SyEditValue *value = value_new (node->kind, node->kind == SY_NODE_SCALAR ? node->text : NULL);

  if (node->kind == SY_NODE_SCALAR)
    value->style = node->style;
  value->empty = sy_node_is_empty (node);
  for (const SyNode *child = value->items ? node->first : NULL; child; child = child->next)
    g_ptr_array_add (value->items, sy_edit_value_new_node (child));
  return value;
}

SyEditValue *
sy_edit_value_new_same (const SyNode *node)
{
  SyEditValue *value = g_new0 (SyEditValue, 1);

  value->kind = node->kind;
  value->style = -1;
  value->same = node;
  return value;
}

static gboolean
differ (char **what, const char *format, const char *a, const char *b)
{
  *what = g_strdup_printf ("%s: “%.40s”, not “%.40s”", format, a, b);
  return FALSE;
}

static gboolean
scalar_matches (const SyEditValue *value, const SyNode *node, char **what)
{
  if (node->n != strlen (value->text) || memcmp (node->text, value->text, node->n) != 0)
    return differ (what, "a value would be", node->text, value->text);
  if (sy_node_is_empty (node) != value->empty)
    return differ (what, "a value would be", value->empty ? "\"\"" : "nothing",
                   value->empty ? "nothing" : "\"\"");
  if (value->style >= 0 && value->style != node->style)
    return differ (what, "the quotes would change of", node->text, value->text);
  return TRUE;
}

/* Two nodes of two texts, the quotes of scalars too */
static gboolean
node_matches (const SyNode *was, const SyNode *is, char **what)
{
  const SyNode *x, *y;

  if (was->kind != is->kind)
    return differ (what, "there would be", kinds[is->kind], kinds[was->kind]);
  if (was->kind == SY_NODE_SCALAR)
    {
      if (was->n != is->n || memcmp (was->text, is->text, is->n) != 0)
        return differ (what, "a value would be", is->text, was->text);
      if (was->style != is->style || sy_node_is_empty (was) != sy_node_is_empty (is))
        return differ (what, "the quotes would change of", is->text, was->text);
      return TRUE;
    }
  for (x = was->first, y = is->first; x && y; x = x->next, y = y->next)
    if (!node_matches (x, y, what))
      return FALSE;
  return x == y || differ (what, "there would be", x ? "less" : "more", x ? "all items" : "the items wanted");
}

gboolean
sy_edit_value_matches (const SyEditValue *value, const SyNode *node, char **what)
{
  const SyNode *child;

  if (value->same)
    return node_matches (value->same, node, what);
  if (value->kind != node->kind)
    return differ (what, "there would be", kinds[node->kind], kinds[value->kind]);
  if (value->kind == SY_NODE_SCALAR)
    return scalar_matches (value, node, what);
  child = node->first;
  for (guint i = 0; i < value->items->len; i++, child = child->next)
    {
      if (!child)
        return differ (what, "there would be", "less", "all items");
      if (!sy_edit_value_matches (g_ptr_array_index (value->items, i), child, what))
        return FALSE;
    }
  return child == NULL || differ (what, "there would be", "more", "the items wanted");
}

gboolean
sy_edit_nodes_equal (const SyNode *a, const SyNode *b)
{
  const SyNode *x, *y;

  if (!a || !b)
    return a == b;
  if (a->kind != b->kind || sy_node_is_empty (a) != sy_node_is_empty (b))
    return FALSE;
  if (a->kind == SY_NODE_SCALAR)
    return a->n == b->n && memcmp (a->text, b->text, a->n) == 0;
  for (x = a->first, y = b->first; x && y; x = x->next, y = y->next)
    if (!sy_edit_nodes_equal (x, y))
      return FALSE;
  return x == y;
}
