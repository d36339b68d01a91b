/* sy-edit-children.c: pairs and items that come, go and move
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-edit-node.h"
#include "core/format/sy-quote.h"

#include <string.h>

static gboolean
is_flow (const SyNode *collection)
{
  return collection->style == SY_STYLE_FLOW;
}

static const SyNode *
last_child (const SyNode *collection)
{
  const SyNode *child = collection->first;

  while (child && child->next)
    child = child->next;
  return child;
}

/* The child in front of @child, or NULL */
static const SyNode *
child_before (const SyNode *child)
{
  const SyNode *before = child->parent->first;

  if (before == child)
    return NULL;
  while (before->next != child)
    before = before->next;
  return before;
}

/* At the end of a file without a last line break a block without `-` would gain one by what follows it. */
static void
close_last_block (SyEditor *e, const SyNode *node)
{
  gsize at;

  while (node->kind != SY_NODE_SCALAR && node->first && node->style == SY_STYLE_BLOCK)
    node = last_child (node);
  if (node->kind != SY_NODE_SCALAR || (node->style != SY_STYLE_LITERAL && node->style != SY_STYLE_FOLDED) ||
      node->end != e->length || e->data[e->length - 1] == '\n' || g_str_has_suffix (node->text, "\n"))
    return;
  for (at = node->start + 1; g_ascii_isdigit (e->data[at]) || e->data[at] == '+' || e->data[at] == '-'; at++)
    if (!g_ascii_isdigit (e->data[at]))
      return;
  sy_editor_patch (e, at, at, "-");
}

/* Lines of new children go behind the comments that are indented deeper than they. */
static gsize
place_behind (SyEditor *e, const SyNode *last, gsize indent)
{
  gsize at = sy_editor_after (e, last);

  for (;;)
    {
      gsize end = sy_editor_line_end (e, at), column = at;

      while (column < end && e->data[column] == ' ')
        column++;
      if (column >= end || e->data[column] != '#' || column - at <= indent)
        return at;
      at = sy_editor_next_line (e, at);
    }
}

static void
insert_behind (SyEditor *e, const SyNode *last, gsize indent, GString *lines)
{
  gsize at = place_behind (e, last, indent);

  if (at == e->length)
    close_last_block (e, last);
  sy_editor_insert_lines (e, at, lines->str);
}

static void
insert_in_flow (SyEditor *e, const SyNode *collection, const SyNode *after, const char *text)
{
  g_autofree char *all = after ? g_strconcat (", ", text, NULL) : g_strdup (text);
  gsize at = after ? after->end : collection->start + 1;

  sy_editor_patch (e, at, at, all);
}

/* The `{}` of a task gets lines of its own: what is written there first is rarely alone. */
static gboolean
fill_empty (SyEditor *e, const SyNode *mapping, const char *key, const SyEditValue *value)
{
  g_autoptr (SyEditValue) map = sy_edit_value_new_map ();

  map->block = TRUE;
  sy_edit_value_set (map, key, sy_edit_value_copy (value));
  return sy_editor_replace (e, mapping, map);
}

gboolean
sy_editor_insert_pair (SyEditor *e,
                       const SyNode *mapping,
                       const SyNode *after,
                       const char *key,
                       const SyEditValue *value,
                       gboolean blank)
{
  GPtrArray *items = sy_editor_mirror (e, mapping)->items;
  g_autoptr (GString) text = g_string_new (NULL);
  guint index = after ? sy_editor_mirror_index (e, after) + 1 : items->len;

  if (is_flow (mapping) && mapping->n == 0 && mapping->parent && mapping->parent == sy_node_get (e->root, "tasks") &&
      !sy_editor_in_flow (mapping))
    return fill_empty (e, mapping, key, value);
  if (!after)
    after = last_child (mapping);
  if (is_flow (mapping))
    {
      sy_quote_append (text, key, SY_QUOTE_KEY | SY_QUOTE_FLOW, SY_STYLE_PLAIN);
      g_string_append (text, ": ");
      sy_edit_render_flow (text, value);
      insert_in_flow (e, mapping, after, text->str);
    }
  else
    {
      g_autofree char *indent = sy_editor_indent_of (e, mapping->first->start);

      if (blank)
        g_string_append (text, e->eol);
      sy_edit_render_pair (e, text, indent, key, value);
      insert_behind (e, after, strlen (indent), text);
    }
  g_ptr_array_insert (items, (gint)index, sy_edit_value_new_text (key));
  g_ptr_array_insert (items, (gint)index + 1, sy_edit_value_copy (value));
  return TRUE;
}

gboolean
sy_editor_append_item (SyEditor *e, const SyNode *sequence, const SyEditValue *value)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const SyNode *last = last_child (sequence);

  if (is_flow (sequence))
    {
      sy_edit_render_flow (text, value);
      insert_in_flow (e, sequence, last, text->str);
    }
  else
    {
      g_autofree char *indent = sy_editor_indent_of (e, sequence->start);

      sy_edit_render_item (e, text, indent, value);
      insert_behind (e, last, strlen (indent), text);
    }
  g_ptr_array_add (sy_editor_mirror (e, sequence)->items, sy_edit_value_copy (value));
  return TRUE;
}

/* Removal */

/* [start, end) of a child of a flow collection, with one comma. @first: its key or itself, @last: its value
 * or itself */
static void
remove_from_flow (SyEditor *e, const SyNode *first, const SyNode *last)
{
  const SyNode *before = child_before (first);

  if (last->next)
    sy_editor_patch (e, first->start, last->next->start, "");
  else if (before)
    sy_editor_patch (e, before->end, last->end, "");
  else
    sy_editor_patch (e, first->parent->start + 1, first->parent->end - 1, "");
}

/* Blank lines behind @end, where there are some in front of @start too: one of both is enough */
static gsize
swallow_blanks (const SyEditor *e, gsize start, gsize end)
{
  if (start > e->bom && !sy_editor_is_blank (e, sy_editor_line_start (e, start - 1), start - 1))
    return end;
  while (end < e->length && sy_editor_is_blank (e, end, sy_editor_line_end (e, end)))
    end = sy_editor_next_line (e, end);
  return end;
}

static gboolean
become_empty (SyEditor *e, const SyNode *collection)
{
  g_autoptr (SyEditValue) empty =
      collection->kind == SY_NODE_MAPPING ? sy_edit_value_new_map () : sy_edit_value_new_list ();

  return sy_editor_replace (e, collection, empty);
}

/* @lead: first byte of the child: its key or dash */
static void
remove_lines (SyEditor *e, gsize lead, const SyNode *last, gboolean comments, gsize next_lead)
{
  gsize start = sy_editor_line_start (e, lead), end = sy_editor_after (e, last);

  if (!sy_editor_is_blank (e, start, lead))
    {
      sy_editor_patch (e, lead, next_lead, "");
      return;
    }
  if (comments)
    {
      start =
          last->parent->kind == SY_NODE_MAPPING ? sy_editor_comments_above (e, child_before (last)) : start;
      end = swallow_blanks (e, start, end);
    }
  sy_editor_patch (e, start, end, "");
}

gboolean
sy_editor_remove_pair (SyEditor *e, const SyNode *mapping, const SyNode *key, gboolean with_comments)
{
  GPtrArray *items = sy_editor_mirror (e, mapping)->items;
  const SyNode *value = key->next;

  if (mapping->n == 1 && !is_flow (mapping))
    return become_empty (e, mapping);
  if (is_flow (mapping))
    remove_from_flow (e, key, value);
  else
    remove_lines (e, key->start, value, with_comments, value->next ? value->next->start : 0);
  g_ptr_array_remove_range (items, sy_editor_mirror_index (e, key), 2);
  return TRUE;
}

gboolean
sy_editor_remove_item (SyEditor *e, const SyNode *sequence, const SyNode *item)
{
  if (sequence->n == 1 && !is_flow (sequence))
    return become_empty (e, sequence);
  if (is_flow (sequence))
    remove_from_flow (e, item, item);
  else
    remove_lines (e, sy_editor_dash_of (e, item), item, FALSE,
                  item->next ? sy_editor_dash_of (e, item->next) : 0);
  g_ptr_array_remove_index (sy_editor_mirror (e, sequence)->items, sy_editor_mirror_index (e, item));
  return TRUE;
}

gboolean
sy_editor_replace_item (SyEditor *e, const SyNode *sequence, const SyNode *item, const GPtrArray *values)
{
  GPtrArray *items = sy_editor_mirror (e, sequence)->items;
  guint index = sy_editor_mirror_index (e, item);
  g_autoptr (GString) more = g_string_new (NULL);
  g_autofree char *indent = is_flow (sequence) ? NULL : sy_editor_indent_of (e, sy_editor_dash_of (e, item));

  if (!sy_editor_replace (e, item, g_ptr_array_index (values, 0)))
    return FALSE;
  for (guint i = 1; i < values->len; i++)
    {
      const SyEditValue *value = g_ptr_array_index (values, i);

      if (indent)
        sy_edit_render_item (e, more, indent, value);
      else
        {
          g_string_append (more, ", ");
          sy_edit_render_flow (more, value);
        }
      g_ptr_array_insert (items, (gint)(index + i), sy_edit_value_copy (value));
    }
  if (more->len > 0 && indent)
    insert_behind (e, item, strlen (indent), more);
  else if (more->len > 0)
    sy_editor_patch (e, item->end, item->end, more->str);
  return TRUE;
}

/* Moving */

static void
move_in_flow (SyEditor *e, const SyNode *mapping, const SyNode *key, const SyNode *before)
{
  g_autofree char *pair = g_strndup (e->data + key->start, key->next->end - key->start), *text = NULL;
  const SyNode *last = last_child (mapping);

  remove_from_flow (e, key, key->next);
  if (before)
    {
      text = g_strconcat (pair, ", ", NULL);
      sy_editor_patch (e, before->start, before->start, text);
    }
  else
    {
      text = g_strconcat (", ", pair, NULL);
      sy_editor_patch (e, last->end, last->end, text);
    }
}

static gsize
blanks_above (const SyEditor *e, gsize start)
{
  while (start > e->bom)
    {
      gsize above = sy_editor_line_start (e, start - 1);

      if (!sy_editor_is_blank (e, above, sy_editor_line_end (e, above)))
        break;
      start = above;
    }
  return start;
}

static gsize
blanks_below (const SyEditor *e, gsize end)
{
  while (end < e->length && sy_editor_is_blank (e, end, sy_editor_line_end (e, end)))
    end = sy_editor_next_line (e, end);
  return end;
}

/* The lines of the pair with its comments go, and with them the blank lines that part it from the next (for
 * the last: from the one before). */
static void
move_lines (SyEditor *e, const SyNode *mapping, const SyNode *key, const SyNode *before)
{
  const SyNode *last = last_child (mapping);
  gsize start = sy_editor_comments_above (e, key),
        end = place_behind (e, key->next, key->start - sy_editor_line_start (e, key->start));
  gboolean is_last = key->next == last;
  gsize from = is_last ? blanks_above (e, start) : start, to = is_last ? end : blanks_below (e, end);
  g_autofree char *blanks =
      is_last ? g_strndup (e->data + from, start - from) : g_strndup (e->data + end, to - end);
  g_autofree char *lines = g_strndup (e->data + start, end - start), *text = NULL;
  const char *eol = end > start && e->data[end - 1] == '\n' ? "" : e->eol;

  if (*eol)
    close_last_block (e, key->next);
  sy_editor_patch (e, from, to, "");
  if (before)
    {
      gsize at = sy_editor_comments_above (e, before);

      text = g_strconcat (lines, eol, blanks, NULL);
      sy_editor_patch (e, at, at, text);
      return;
    }
  {
    g_autoptr (GString) all = g_string_new (blanks);

    g_string_append (all, lines);
    insert_behind (e, last, key->start - sy_editor_line_start (e, key->start), all);
  }
}

gboolean
sy_editor_move_pair (SyEditor *e, const SyNode *mapping, const SyNode *key, const SyNode *before)
{
  GPtrArray *items = sy_editor_mirror (e, mapping)->items;
  guint from = sy_editor_mirror_index (e, key), to = before ? sy_editor_mirror_index (e, before) : items->len;
  gpointer pair[2];

  if (before == key || before == key->next->next)
    return TRUE;
  if (is_flow (mapping))
    move_in_flow (e, mapping, key, before);
  else if (sy_editor_shares_line (e, key) || (before && sy_editor_shares_line (e, before)))
    return sy_editor_fail (e, SY_ERROR_REFUSED,
                           "“%s” shares its line with something else and cannot be moved", key->text);
  else
    move_lines (e, mapping, key, before);
  pair[0] = g_ptr_array_steal_index (items, from);
  pair[1] = g_ptr_array_steal_index (items, from);
  if (to > from)
    to -= 2;
  g_ptr_array_insert (items, (gint)to, pair[0]);
  g_ptr_array_insert (items, (gint)to + 1, pair[1]);
  return TRUE;
}
