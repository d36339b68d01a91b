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

/* At the end of a file without a last line break a block would gain one by what follows it, unless it has a `-`. */
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
      {
        sy_editor_patch (e, at, at + 1, "-");
        return;
      }
  sy_editor_patch (e, at, at, "-");
}

/* Blank lines behind a block with `+` are its text. */
static gboolean
ends_with_blanks (const SyEditor *e, const SyNode *node)
{
  while (node->kind != SY_NODE_SCALAR && node->first && node->style == SY_STYLE_BLOCK)
    node = last_child (node);
  if (node->kind != SY_NODE_SCALAR || (node->style != SY_STYLE_LITERAL && node->style != SY_STYLE_FOLDED))
    return FALSE;
  return memchr (e->data + node->start, '+', 1 + strspn (e->data + node->start + 1, "0123456789+-")) != NULL;
}

static gsize
blanks_below (const SyEditor *e, gsize end)
{
  while (end < e->length && sy_editor_is_blank (e, end, sy_editor_line_end (e, end)))
    end = sy_editor_next_line (e, end);
  return end;
}

gsize
sy_editor_place_behind (const SyEditor *e, const SyNode *last, gsize indent)
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
  gsize at = sy_editor_place_behind (e, last, indent);

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

void
sy_editor_insert_copy (SyEditor *e, const SyNode *mapping, const char *key, const SyEditValue *value, const char *lines, gboolean blank)
{
  GPtrArray *items = sy_editor_mirror (e, mapping)->items;
  g_autofree char *indent = sy_editor_indent_of (e, mapping->first->start);
  g_autoptr (GString) text = g_string_new (NULL);
  const SyNode *last = last_child (mapping);

  if (blank && !ends_with_blanks (e, last))
    g_string_append (text, e->eol);
  sy_edit_append_lines (text, lines, indent, e->eol);
  insert_behind (e, last, strlen (indent), text);
  g_ptr_array_add (items, sy_edit_value_new_text (key));
  g_ptr_array_add (items, sy_edit_value_copy (value));
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

      if (blank && !ends_with_blanks (e, after))
        g_string_append (text, e->eol);
      sy_edit_render_pair (e, text, indent, key, value);
      insert_behind (e, after, strlen (indent), text);
    }
  g_ptr_array_insert (items, (gint)index, sy_edit_value_new_text (key));
  g_ptr_array_insert (items, (gint)index + 1, sy_edit_value_copy (value));
  return TRUE;
}

/* Comments directly above the first key are its own, but for those of the file. */
static void
insert_in_front (SyEditor *e, const SyNode *mapping, const char *key, const SyEditValue *value)
{
  GPtrArray *items = sy_editor_mirror (e, mapping)->items;
  g_autoptr (GString) text = g_string_new (NULL);
  const SyNode *first = mapping->first;

  if (is_flow (mapping))
    {
      sy_quote_append (text, key, SY_QUOTE_KEY | SY_QUOTE_FLOW, SY_STYLE_PLAIN);
      g_string_append (text, ": ");
      sy_edit_render_flow (text, value);
      g_string_append (text, ", ");
      sy_editor_patch (e, first->start, first->start, text->str);
    }
  else
    {
      g_autofree char *indent = sy_editor_indent_of (e, first->start);

      sy_edit_render_pair (e, text, indent, key, value);
      sy_editor_insert_lines (e, mapping->parent ? sy_editor_comments_above (e, first) : sy_editor_line_start (e, first->start), text->str);
    }
  g_ptr_array_insert (items, 0, sy_edit_value_new_text (key));
  g_ptr_array_insert (items, 1, sy_edit_value_copy (value));
}

gboolean
sy_editor_insert_in_order (SyEditor *e, const SyNode *mapping, const char *key, const SyEditValue *value)
{
  const SyNode *after;
  gboolean front = sy_editor_find_place (mapping, key, &after);

  if (!front || (!is_flow (mapping) && sy_editor_shares_line (e, mapping->first)))
    return sy_editor_insert_pair (e, mapping, after, key, value, FALSE);
  insert_in_front (e, mapping, key, value);
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

/* The next child comes up beside the dash; where a comment stands above it, it stays below that. */
static void
remove_behind_dash (SyEditor *e, gsize lead, gsize end, gsize next_lead)
{
  gsize line = end;

  while (line < next_lead && sy_editor_is_blank (e, line, sy_editor_line_end (e, line)))
    line = sy_editor_next_line (e, line);
  if (line >= next_lead || sy_editor_line_start (e, next_lead) == line)
    {
      sy_editor_patch (e, lead, next_lead, "");
      return;
    }
  while (lead > 0 && strchr (" \t", e->data[lead - 1]))
    lead--;
  sy_editor_patch (e, lead, end, e->eol);
}

/* @lead: first byte of the child, its key or dash; @first: the key or the item, @last: the value or the item */
static void
remove_lines (SyEditor *e, gsize lead, const SyNode *first, const SyNode *last, gboolean comments, gsize next_lead)
{
  gsize start = sy_editor_line_start (e, lead), end = sy_editor_after (e, last);
  const SyNode *before = child_before (first);

  if (!sy_editor_is_blank (e, start, lead))
    {
      remove_behind_dash (e, lead, end, next_lead);
      return;
    }
  if (comments)
    {
      start = first != last ? sy_editor_comments_above (e, first) : start;
      end = swallow_blanks (e, start, end);
    }
  if (before && ends_with_blanks (e, before))
    end = blanks_below (e, end); /* they would become its text */
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
    remove_lines (e, key->start, key, value, with_comments, value->next ? value->next->start : 0);
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
    remove_lines (e, sy_editor_dash_of (e, item), item, item, FALSE,
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

/* What is moved: lines with their comments, and the blank lines that part them from the next (of the last: from the one before) */
typedef struct
{
  gsize start, end; /* of the lines */
  gsize from, to;   /* with the blank lines */
} Lines;

static void
find_lines (SyEditor *e, const SyNode *key, Lines *lines)
{
  const SyNode *before = child_before (key);

  lines->from = lines->start = sy_editor_comments_above (e, key);
  lines->to = lines->end = sy_editor_place_behind (e, key->next, key->start - sy_editor_line_start (e, key->start));
  if (key->next->next)
    lines->to = blanks_below (e, lines->end);
  else if (!before || !ends_with_blanks (e, before))
    lines->from = blanks_above (e, lines->start);
  else
    lines->to = blanks_below (e, lines->end); /* they would become the text of the one before */
}

/* To the end of the mapping; blank lines next to a block with `+` would become its text. */
static void
move_to_end (SyEditor *e, const SyNode *key, const SyNode *last, const char *blanks, const char *lines)
{
  g_autoptr (GString) all = g_string_new (ends_with_blanks (e, last) ? "" : blanks);
  gsize indent = key->start - sy_editor_line_start (e, key->start);

  g_string_append (all, lines);
  if (ends_with_blanks (e, key->next) && sy_editor_place_behind (e, last, indent) < e->length)
    sy_editor_insert_lines (e, blanks_below (e, sy_editor_place_behind (e, last, indent)), all->str);
  else
    insert_behind (e, last, indent, all);
}

static void
move_lines (SyEditor *e, const SyNode *mapping, const SyNode *key, const SyNode *before)
{
  Lines at;
  g_autofree char *lines = NULL, *blanks = NULL, *text = NULL;
  const char *eol;

  find_lines (e, key, &at);
  lines = g_strndup (e->data + at.start, at.end - at.start);
  blanks = at.from < at.start ? g_strndup (e->data + at.from, at.start - at.from) : g_strndup (e->data + at.end, at.to - at.end);
  eol = at.end > at.start && e->data[at.end - 1] == '\n' ? "" : e->eol;
  if (*eol)
    close_last_block (e, key->next);
  sy_editor_patch (e, at.from, at.to, "");
  if (before)
    {
      gsize place = sy_editor_comments_above (e, before);

      text = g_strconcat (lines, eol, ends_with_blanks (e, key->next) ? "" : blanks, NULL);
      sy_editor_patch (e, place, place, text);
      return;
    }
  move_to_end (e, key, last_child (mapping), blanks, lines);
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
