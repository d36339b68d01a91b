/* sy-edit-replace.c: another value in the place of one, in every style a file may have
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-edit-node.h"
#include "core/format/sy-quote.h"

#include <string.h>

/* The expected tree */

/* One that may be changed, in the place of one that stands for its node */
static void
unfold (SyEditor *e, SyEditValue *value)
{
  const SyNode *node = g_steal_pointer (&value->same);

  if (node->kind == SY_NODE_SCALAR)
    {
      value->text = g_strdup (node->text);
      value->style = node->style;
      value->empty = sy_node_is_empty (node);
      return;
    }
  value->items = g_ptr_array_new_with_free_func ((GDestroyNotify)sy_edit_value_free);
  for (const SyNode *child = node->first; child; child = child->next)
    {
      SyEditValue *item = sy_edit_value_new_same (child);

      g_ptr_array_add (value->items, item);
      g_hash_table_insert (e->mirror, (gpointer)child, item);
    }
}

SyEditValue *
sy_editor_mirror (SyEditor *e, const SyNode *node)
{
  SyEditValue *value = g_hash_table_lookup (e->mirror, node);

  if (!value)
    {
      sy_editor_mirror (e, node->parent);
      value = g_hash_table_lookup (e->mirror, node);
    }
  if (value && value->same)
    unfold (e, value);
  return value;
}

guint
sy_editor_mirror_index (SyEditor *e, const SyNode *node)
{
  guint index = 0;

  g_ptr_array_find (sy_editor_mirror (e, node->parent)->items, sy_editor_mirror (e, node), &index);
  return index;
}

static void
mirror_replace (SyEditor *e, const SyNode *node, const SyEditValue *value)
{
  SyEditValue *copy = sy_edit_value_copy (value);

  if (node->parent)
    {
      GPtrArray *items = sy_editor_mirror (e, node->parent)->items;
      guint index = sy_editor_mirror_index (e, node);

      sy_edit_value_free (g_ptr_array_index (items, index));
      g_ptr_array_index (items, index) = copy;
    }
  else
    {
      sy_edit_value_free (e->expected);
      e->expected = copy;
    }
  g_hash_table_insert (e->mirror, (gpointer)node, copy);
}

/* Places */

static const SyNode *
key_of (const SyNode *value)
{
  const SyNode *key = value->parent->first;

  while (key->next != value)
    key = key->next->next;
  return key;
}

gsize
sy_editor_dash_of (const SyEditor *e, const SyNode *item)
{
  const SyNode *sequence = item->parent, *before = sequence->first;
  gsize at;

  if (before == item)
    return sequence->start;
  while (before->next != item)
    before = before->next;
  for (at = before->end; at < item->start && e->data[at] != '-';)
    at = e->data[at] == '#' ? sy_editor_next_line (e, at) : at + 1;
  return at;
}

/* Behind the colon or dash in front of a value in block style */
static gsize
behind_lead (const SyEditor *e, const SyNode *node)
{
  if (node->parent->kind == SY_NODE_MAPPING)
    return sy_editor_behind_key (e, key_of (node));
  return sy_editor_dash_of (e, node) + 1;
}

/* The byte whose column the lines of a block scalar must exceed */
static gsize
block_column_at (const SyEditor *e, const SyNode *node)
{
  return node->parent->kind == SY_NODE_MAPPING ? key_of (node)->start : sy_editor_dash_of (e, node);
}

static gboolean
is_block_scalar (const SyNode *node)
{
  return node->kind == SY_NODE_SCALAR && (node->style == SY_STYLE_LITERAL || node->style == SY_STYLE_FOLDED);
}

static gboolean
is_block_collection (const SyNode *node)
{
  return node->kind != SY_NODE_SCALAR && node->style == SY_STYLE_BLOCK;
}

static gboolean
ends_line (const SyEditor *e, gsize end)
{
  return end > 0 && e->data[end - 1] == '\n';
}

/* What stands behind `|2-` on its line: blanks and a comment */
static char *
header_tail (const SyEditor *e, const SyNode *scalar)
{
  gsize at = scalar->start + 1, end = sy_editor_line_end (e, at);

  while (at < end && strchr ("0123456789+-", e->data[at]))
    at++;
  return g_strndup (e->data + at, end - at);
}

/* Inserts whole lines in front of the line at @at, which may be the end of a file without a last line break.
 */
void
sy_editor_insert_lines (SyEditor *e, gsize at, const char *lines)
{
  g_autofree char *text = NULL;

  if (at == e->length && at > e->bom && !ends_line (e, at))
    text = g_strconcat (e->eol, lines, NULL);
  sy_editor_patch (e, at, at, text ? text : lines);
}

/* One line */

static void
replace_inline (SyEditor *e, const SyNode *node, const char *text)
{
  g_autofree char *tail = NULL, *all = NULL;

  if (sy_node_is_empty (node))
    {
      all = g_strconcat (" ", text, NULL);
      sy_editor_patch (e, node->start, node->start, all);
    }
  else if (is_block_scalar (node))
    {
      tail = header_tail (e, node);
      all = g_strconcat (text, tail, ends_line (e, node->end) ? e->eol : "", NULL);
      sy_editor_patch (e, node->start, node->end, all);
    }
  else if (!is_block_collection (node))
    sy_editor_patch (e, node->start, node->end, text);
  else if (!node->parent || sy_editor_shares_line (e, node))
    {
      gsize end = sy_editor_after (e, node);

      all = g_strconcat (text, ends_line (e, end) ? e->eol : "", NULL);
      sy_editor_patch (e, node->start, end, all);
    }
  else
    {
      gsize lead = behind_lead (e, node);

      all = g_strconcat (" ", text, NULL);
      sy_editor_patch (e, lead, lead, all);
      sy_editor_patch (e, sy_editor_line_start (e, node->start), sy_editor_after (e, node), "");
    }
}

/* A literal block */

/* Blanks in front of the lines, taken from the old block where there is one */
static guint
block_width (const SyEditor *e, const SyNode *node, gsize outer)
{
  gsize at, blanks = 0, own = 0;

  if (!is_block_scalar (node) || node->n == 0)
    return e->step;
  at = sy_editor_next_line (e, node->start);
  while (at < node->end && sy_editor_is_blank (e, at, sy_editor_line_end (e, at)))
    at = sy_editor_next_line (e, at);
  while (at + blanks < node->end && e->data[at + blanks] == ' ')
    blanks++;
  for (const char *p = node->text; *p == ' ' || *p == '\n'; p++)
    own = *p == '\n' ? 0 : own + 1;
  return blanks > own + outer && blanks - own - outer <= 9 ? (guint)(blanks - own - outer) : e->step;
}

static void
replace_literal (SyEditor *e, const SyNode *node, const char *text)
{
  g_autofree char *outer = sy_editor_indent_of (e, block_column_at (e, node)), *indent = NULL, *tail = NULL;
  g_autoptr (GString) head = g_string_new (NULL), body = g_string_new (NULL);
  guint width = block_width (e, node, strlen (outer));

  indent = g_strdup_printf ("%s%*s", outer, (int)width, "");
  sy_quote_append_literal_header (head, text, width);
  sy_quote_append_literal_body (body, text, indent, e->eol);
  if (is_block_scalar (node))
    {
      tail = header_tail (e, node);
      g_string_append_printf (head, "%s%s%s", tail, e->eol, body->str);
      sy_editor_patch (e, node->start, node->end, head->str);
    }
  else if (sy_node_is_empty (node) || (is_block_collection (node) && !sy_editor_shares_line (e, node)))
    {
      gsize lead = sy_node_is_empty (node) ? node->start : behind_lead (e, node),
            below = sy_editor_next_line (e, lead);

      g_string_prepend_c (head, ' ');
      sy_editor_patch (e, lead, lead, head->str);
      if (is_block_collection (node))
        sy_editor_patch (e, below, sy_editor_after (e, node), "");
      sy_editor_insert_lines (e, below, body->str);
    }
  else if (is_block_collection (node))
    {
      g_string_append_printf (head, "%s%s", e->eol, body->str);
      sy_editor_patch (e, node->start, sy_editor_after (e, node), head->str);
    }
  else
    {
      sy_editor_patch (e, node->start, node->end, head->str);
      sy_editor_insert_lines (e, sy_editor_next_line (e, node->end), body->str);
    }
}

/* A collection of several lines below `key:` */
static void
replace_lines (SyEditor *e, const SyNode *node, const char *indent, const SyEditValue *value)
{
  gsize lead = behind_lead (e, node), below = sy_editor_next_line (e, lead);
  g_autoptr (GString) lines = g_string_new (NULL);

  sy_edit_render_lines (e, lines, indent, value);
  if (is_block_collection (node))
    {
      sy_editor_patch (e, sy_editor_line_start (e, node->start), sy_editor_after (e, node), lines->str);
      return;
    }
  if (!sy_node_is_empty (node))
    sy_editor_patch (e, lead, node->end, "");
  sy_editor_insert_lines (e, sy_node_is_empty (node) ? below : sy_editor_next_line (e, node->end),
                          lines->str);
}

/* Below a key, where lines can stand; *indent (out) (transfer full) */
static gboolean
may_have_lines (SyEditor *e, const SyNode *node, const SyEditValue *value, char **indent)
{
  g_autofree char *outer = NULL;

  if (!node->parent || node->parent->kind != SY_NODE_MAPPING || is_block_scalar (node))
    return FALSE;
  outer = sy_editor_indent_of (e, key_of (node)->start);
  *indent = g_strdup_printf ("%s%*s", outer, (int)e->step, "");
  return sy_edit_wants_lines (value, *indent);
}

/* What a value needs in front of it where none is written: `{a: }`, `{a:}`, `{a}`, `[a, ]` */
static const char *
flow_lead (const SyEditor *e, const SyNode *empty)
{
  gsize at = empty->start;

  while (at > 0 && strchr (" \t\r\n", e->data[at - 1]))
    at--;
  if (at > 0 && e->data[at - 1] == ':')
    return at == empty->start ? " " : "";
  return empty->parent->kind == SY_NODE_MAPPING ? ": " : "";
}

static gboolean
replace_in_flow (SyEditor *e, const SyNode *node, const SyEditValue *value)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (sy_node_is_empty (node))
    g_string_append (text, flow_lead (e, node));
  if (value->kind == SY_NODE_SCALAR)
    sy_quote_append (text, value->text, SY_QUOTE_FLOW | (value->typed ? SY_QUOTE_TYPED : 0),
                     node->kind == SY_NODE_SCALAR ? (SyNodeStyle)node->style : SY_STYLE_PLAIN);
  else
    sy_edit_render_flow (text, value);
  sy_editor_patch (e, node->start, node->end, text->str);
  return TRUE;
}

gboolean
sy_editor_replace (SyEditor *e, const SyNode *node, const SyEditValue *value)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *indent = NULL;

  mirror_replace (e, node, value);
  if (sy_editor_in_flow (node))
    return replace_in_flow (e, node, value);
  if (node->parent && sy_edit_wants_literal (e, value))
    {
      replace_literal (e, node, value->text);
      return TRUE;
    }
  if (may_have_lines (e, node, value, &indent))
    {
      replace_lines (e, node, indent, value);
      return TRUE;
    }
  if (value->kind == SY_NODE_SCALAR)
    sy_quote_append (text, value->text, value->typed ? SY_QUOTE_TYPED : 0,
                     node->kind == SY_NODE_SCALAR && !sy_node_is_empty (node) ? (SyNodeStyle)node->style
                                                                              : SY_STYLE_PLAIN);
  else
    sy_edit_render_flow (text, value);
  replace_inline (e, node, text->str);
  return TRUE;
}

gboolean
sy_editor_replace_text (SyEditor *e, const SyNode *scalar, const char *text)
{
  g_autoptr (SyEditValue) value = sy_edit_value_new_text (text);

  value->typed = scalar->style == SY_STYLE_PLAIN && !strchr (text, '\n');
  return sy_editor_replace (e, scalar, value);
}

static char *
splice (const char *text, const GArray *offsets, gsize length, const char *by)
{
  GString *out = g_string_new (NULL);
  gsize at = 0;

  for (guint i = 0; i < offsets->len; i++)
    {
      gsize offset = g_array_index (offsets, guint, i);

      g_string_append_len (out, text + at, (gssize)(offset - at));
      g_string_append (out, by);
      at = offset + length;
    }
  g_string_append (out, text + at);
  return g_string_free (out, FALSE);
}

gboolean
sy_editor_replace_parts (
    SyEditor *e, const SyNode *scalar, const GArray *offsets, gsize length, const char *by)
{
  g_autofree char *text = splice (scalar->text, offsets, length, by);

  for (guint i = 0; i < offsets->len; i++)
    {
      guint offset = g_array_index (offsets, guint, i);
      gsize at = sy_node_source_offset (e->document, scalar, offset);

      if (at + length > scalar->end || memcmp (e->data + at, scalar->text + offset, length) != 0)
        return sy_editor_replace_text (e, scalar, text);
    }
  for (guint i = 0; i < offsets->len; i++)
    {
      gsize at = sy_node_source_offset (e->document, scalar, g_array_index (offsets, guint, i));

      sy_editor_patch (e, at, at + length, by);
    }
  g_free (sy_editor_mirror (e, scalar)->text);
  sy_editor_mirror (e, scalar)->text = g_steal_pointer (&text);
  return TRUE;
}

gboolean
sy_editor_rename_key (SyEditor *e, const SyNode *key, const char *text)
{
  g_autoptr (GString) quoted = g_string_new (NULL);
  SyEditValue *mirror = sy_editor_mirror (e, key);

  sy_quote_append (quoted, text, SY_QUOTE_KEY | (key->parent->style == SY_STYLE_FLOW ? SY_QUOTE_FLOW : 0),
                   (SyNodeStyle)key->style);
  sy_editor_patch (e, key->start, key->end, quoted->str);
  g_free (mirror->text);
  mirror->text = g_strdup (text);
  mirror->style = -1;
  return TRUE;
}
