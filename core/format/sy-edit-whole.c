/* sy-edit-whole.c: where bytes cannot be replaced one by one, the task around them is written anew, and nothing else
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-edit-node.h"
#include "core/format/sy-quote.h"

#include <string.h>

/* Values as they can be written anywhere */

static SyEditValue *
settle_scalar (const SyNode *node)
{
  gboolean plain = node->style == SY_STYLE_PLAIN && (node->n == 0 || sy_quote_plain_fits (node->text, SY_QUOTE_FLOW));
  SyEditValue *value = plain ? sy_edit_value_new_word (node->text) : sy_edit_value_new_text (node->text);

  value->empty = sy_node_is_empty (node);
  if (!strchr (node->text, '\n') && (node->style == SY_STYLE_SINGLE || node->style == SY_STYLE_DOUBLE))
    value->style = node->style;
  return value;
}

static SyEditValue *
settle_node (const SyNode *node)
{
  SyEditValue *value;

  if (node->kind == SY_NODE_SCALAR)
    return settle_scalar (node);
  value = node->kind == SY_NODE_SEQUENCE ? sy_edit_value_new_list () : sy_edit_value_new_map ();
  value->block = node->style == SY_STYLE_BLOCK;
  for (const SyNode *child = node->first; child; child = child->next)
    g_ptr_array_add (value->items, settle_node (child));
  return value;
}

/* What is left as it was is taken from its node. (transfer full) */
static SyEditValue *
settle (const SyEditValue *value)
{
  SyEditValue *copy;

  if (value->same)
    return settle_node (value->same);
  copy = sy_edit_value_copy (value);
  if (copy->kind == SY_NODE_SCALAR)
    {
      copy->typed = copy->typed || (copy->style == SY_STYLE_PLAIN && sy_quote_plain_fits (copy->text, SY_QUOTE_FLOW));
      copy->style = copy->style == SY_STYLE_SINGLE || copy->style == SY_STYLE_DOUBLE ? copy->style : -1;
      return copy;
    }
  g_ptr_array_set_size (copy->items, 0);
  for (guint i = 0; i < value->items->len; i++)
    g_ptr_array_add (copy->items, settle (g_ptr_array_index (value->items, i)));
  return copy;
}

/* Comments */

static void
take_comments (const SyEditor *e, gsize from, gsize to, const char *indent, GString *out)
{
  for (gsize at = from; at < to; at++)
    if (e->data[at] == '#')
      {
        gsize end = MIN (sy_editor_line_end (e, at), to);

        g_string_append_printf (out, "%s%.*s%s", indent, (int)(end - at), e->data + at, e->eol);
        at = end;
      }
}

/* What stands between the scalars of @node from *at on, and in the first lines of their blocks */
static void
collect_comments (const SyEditor *e, const SyNode *node, const char *indent, gsize *at, GString *out)
{
  if (node->kind != SY_NODE_SCALAR)
    {
      for (const SyNode *child = node->first; child; child = child->next)
        collect_comments (e, child, indent, at, out);
      return;
    }
  take_comments (e, *at, node->start, indent, out);
  if (node->style > SY_STYLE_DOUBLE)
    take_comments (e, node->start, MIN (sy_editor_line_end (e, node->start), node->end), indent, out);
  *at = MAX (*at, node->end);
}

/* Tasks */

/* All but the name of @key: its comments first, then its fields. */
static gboolean
write_task (SyEditor *e, const SyNode *key, const SyEditValue *value)
{
  const SyNode *node = key->next;
  g_autofree char *outer = sy_editor_indent_of (e, key->start), *indent = g_strdup_printf ("%s%*s", outer, (int)e->step, "");
  gsize lead = sy_editor_behind_key (e, key), end = sy_editor_place_behind (e, node, strlen (outer)), at = lead;
  g_autoptr (GString) text = g_string_new (e->eol);

  if (value->kind != SY_NODE_MAPPING || value->items->len == 0 || end < lead)
    return FALSE;
  collect_comments (e, node, indent, &at, text);
  take_comments (e, at, end, indent, text);
  sy_edit_render_lines (e, text, indent, value);
  sy_editor_patch (e, lead, end, text->str);
  return TRUE;
}

/* The tasks that the operation changes are written anew. FALSE: it changes something else, or which tasks there are. */
static gboolean
write_tasks (SyEditor *e)
{
  const SyNode *tasks = sy_node_get (e->root, "tasks");
  SyEditValue *wanted = tasks ? g_hash_table_lookup (e->mirror, tasks) : NULL;
  guint i = 0;

  if (!wanted || wanted->same || wanted->kind != SY_NODE_MAPPING || tasks->kind != SY_NODE_MAPPING || tasks->style != SY_STYLE_BLOCK ||
      wanted->items->len != 2 * tasks->n)
    return FALSE;
  for (const SyNode *key = e->root->first; key; key = key->next->next)
    if (key->next != tasks && !((SyEditValue *)g_hash_table_lookup (e->mirror, key->next))->same)
      return FALSE;
  for (const SyNode *key = tasks->first; key; key = key->next->next, i += 2)
    {
      SyEditValue *name = g_ptr_array_index (wanted->items, i), **value = (SyEditValue **)&g_ptr_array_index (wanted->items, i + 1), *whole;

      if (name->same != key)
        return FALSE;
      if ((*value)->same)
        continue;
      whole = settle (*value);
      sy_edit_value_free (*value);
      *value = whole;
      if (!write_task (e, key, whole))
        return FALSE;
    }
  return TRUE;
}

GBytes *
sy_editor_run_whole (SyEditor *e, const SyEditOp *op)
{
  if (!sy_editor_run (e, op) || !e->root || !e->expected || e->expected->same)
    return NULL;
  g_array_set_size (e->patches, 0);
  return write_tasks (e) && e->patches->len > 0 ? sy_editor_finish (e) : NULL;
}
