/* sy-edit-ops.c: operations on paths
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-edit-private.h"
#include "core/format/sy-quote.h"

#include <string.h>

static const SyNode *
step_into (const SyNode *node, const char *key)
{
  guint64 n;

  if (!node)
    return NULL;
  if (node->kind != SY_NODE_SEQUENCE)
    return sy_node_get (node, key);
  return g_ascii_string_to_unsigned (key, 10, 0, G_MAXUINT, &n, NULL) ? sy_node_nth (node, (guint)n) : NULL;
}

const SyNode *
sy_editor_find (const SyEditor *e, const char *const *path)
{
  const SyNode *node = e->root;

  for (guint i = 0; path[i] && node; i++)
    node = step_into (node, path[i]);
  return node;
}

/* {b: {c: value}} for the keys b, c */
static SyEditValue *
wrap (const char *const *keys, const SyEditValue *value)
{
  SyEditValue *map;

  if (!*keys)
    return sy_edit_value_copy (value);
  map = sy_edit_value_new_map ();
  sy_edit_value_set (map, *keys, wrap (keys + 1, value));
  return map;
}

/* A file with nothing in it but comments */
static gboolean
set_in_nothing (SyEditor *e, const char *const *path, const SyEditValue *value)
{
  g_autoptr (SyEditValue) inner = wrap (path + 1, value);
  g_autoptr (GString) text = g_string_new (NULL);

  if (e->length > e->bom && e->data[e->length - 1] != '\n')
    g_string_append (text, e->eol);
  sy_edit_render_pair (e, text, "", path[0], inner);
  sy_editor_patch (e, e->length, e->length, text->str);
  e->expected = sy_edit_value_new_map ();
  sy_edit_value_set (e->expected, path[0], g_steal_pointer (&inner));
  return TRUE;
}

static gboolean
run_set (SyEditor *e, const char *const *path, const SyEditValue *value)
{
  const SyNode *node = e->root, *next;
  g_autoptr (SyEditValue) inner = NULL;
  guint i = 0;

  if (!path[0])
    return sy_editor_fail (e, SY_ERROR_REFUSED, "the whole file is no value to set");
  if (!node)
    return set_in_nothing (e, path, value);
  for (; path[i] && (next = step_into (node, path[i])); i++)
    node = next;
  if (!path[i])
    return sy_editor_replace (e, node, value);
  if (node->kind == SY_NODE_MAPPING)
    {
      inner = wrap (path + i + 1, value);
      return sy_editor_insert_in_order (e, node, path[i], inner);
    }
  if (node->kind == SY_NODE_SCALAR && sy_node_is_empty (node) && node->parent)
    {
      inner = wrap (path + i, value);
      return sy_editor_replace (e, node, inner);
    }
  return sy_editor_refuse_missing (e, path);
}

static gboolean
run_remove (SyEditor *e, const char *const *path)
{
  const SyNode *node = sy_editor_find (e, path);

  if (!node || !node->parent)
    return sy_editor_refuse_missing (e, path);
  if (node->parent->kind == SY_NODE_MAPPING)
    return sy_editor_remove_pair (e, node->parent,
                                  sy_node_get_key (node->parent, path[g_strv_length ((char **)path) - 1]),
                                  FALSE);
  return sy_editor_remove_item (e, node->parent, node);
}

static gboolean
run_rename (SyEditor *e, const char *const *path, const char *to)
{
  const SyNode *node = sy_editor_find (e, path);
  const char *key = *path ? path[g_strv_length ((char **)path) - 1] : "";

  if (!node || !node->parent || node->parent->kind != SY_NODE_MAPPING)
    return sy_editor_refuse_missing (e, path);
  if (sy_node_get (node->parent, to))
    return sy_editor_fail (e, SY_ERROR_REFUSED, "there is a key “%s” already", to);
  return sy_editor_rename_key (e, sy_node_get_key (node->parent, key), to);
}

/* `a` -> `[a, b]`: the bytes of the old value stay where they can stand in a list */
static gboolean
scalar_to_list (SyEditor *e, const SyNode *scalar, const SyEditValue *item)
{
  g_autoptr (SyEditValue) list = sy_edit_value_new_list (), old = sy_edit_value_new_node (scalar);

  if (!sy_node_is_empty (scalar))
    {
      old->typed = scalar->style == SY_STYLE_PLAIN;
      if (scalar->style > SY_STYLE_DOUBLE ||
          (old->typed && !sy_quote_plain_fits (scalar->text, SY_QUOTE_FLOW)))
        old->style = -1;
      sy_edit_value_append (list, sy_edit_value_copy (old));
    }
  sy_edit_value_append (list, sy_edit_value_copy (item));
  if (!sy_editor_replace (e, scalar, list))
    return FALSE;
  return TRUE;
}

static gboolean
run_append (SyEditor *e, const char *const *path, const SyEditValue *item)
{
  const SyNode *node = sy_editor_find (e, path);
  g_autoptr (SyEditValue) list = NULL;

  if (node && node->kind == SY_NODE_SEQUENCE)
    return sy_editor_append_item (e, node, item);
  if (node && node->kind == SY_NODE_MAPPING)
    return sy_editor_fail (e, SY_ERROR_REFUSED, "%s is a map, and nothing can be appended to it", path[0]);
  if (node)
    return scalar_to_list (e, node, item);
  list = sy_edit_value_new_list ();
  sy_edit_value_append (list, sy_edit_value_copy (item));
  return run_set (e, path, list);
}

gboolean
sy_editor_run (SyEditor *e, const SyEditOp *op)
{
  const char *const *path = (const char *const *)op->path;

  switch (op->kind)
    {
    case OP_SET:
      return run_set (e, path, op->value);
    case OP_REMOVE:
      return run_remove (e, path);
    case OP_RENAME:
      return run_rename (e, path, op->other);
    case OP_APPEND:
      return run_append (e, path, op->value);
    case OP_RENAME_PARAM:
      return sy_editor_rename_param (e, op->id, op->other);
    default:
      return sy_editor_run_task (e, op);
    }
}
