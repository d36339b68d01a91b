/* sy-edit-text.c: lines, indentation and byte ranges of the file; rendering of new values
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-edit-private.h"
#include "core/format/sy-quote.h"

#include <string.h>

#define WIDE 80

typedef struct
{
  gsize start, end;
  guint order; /* of its making: insertions at one place stay in order */
  char *text;
} Patch;

gboolean
sy_editor_fail (SyEditor *e, SyErrorCode code, const char *format, ...)
{
  va_list args;

  if (e->error)
    return FALSE;
  va_start (args, format);
  e->error = g_error_new_valist (SY_ERROR, (int)code, format, args);
  va_end (args);
  return FALSE;
}

gboolean
sy_editor_refuse_missing (SyEditor *e, const char *const *path)
{
  g_autofree char *joined = g_strjoinv (".", (char **)path);

  return sy_editor_fail (e, SY_ERROR_NOT_FOUND, "there is no %s in the file", joined);
}

gsize
sy_editor_line_start (const SyEditor *e, gsize at)
{
  while (at > e->bom && e->data[at - 1] != '\n')
    at--;
  return at;
}

gsize
sy_editor_line_end (const SyEditor *e, gsize at)
{
  const char *stop = at < e->length ? memchr (e->data + at, '\n', e->length - at) : NULL;
  gsize end = stop ? (gsize)(stop - e->data) : e->length;

  return stop && end > at && e->data[end - 1] == '\r' ? end - 1 : end;
}

gsize
sy_editor_next_line (const SyEditor *e, gsize at)
{
  const char *stop = at < e->length ? memchr (e->data + at, '\n', e->length - at) : NULL;

  return stop ? (gsize)(stop - e->data) + 1 : e->length;
}

gboolean
sy_editor_is_blank (const SyEditor *e, gsize from, gsize to)
{
  for (gsize i = from; i < to; i++)
    if (e->data[i] != ' ' && e->data[i] != '\t' && e->data[i] != '\r')
      return FALSE;
  return TRUE;
}

char *
sy_editor_indent_of (const SyEditor *e, gsize at)
{
  gsize start = sy_editor_line_start (e, at);
  gsize columns = 0;

  for (gsize i = start; i < at; i++)
    columns += ((guchar)e->data[i] & 0xc0) != 0x80;
  return g_strnfill (columns, ' ');
}

static const SyNode *
last_leaf (const SyNode *node)
{
  while (node->kind != SY_NODE_SCALAR && node->style == SY_STYLE_BLOCK && node->first)
    {
      const SyNode *child = node->first;

      while (child->next)
        child = child->next;
      node = child;
    }
  return node;
}

static gboolean
is_block_scalar (const SyNode *node)
{
  return node->kind == SY_NODE_SCALAR && (node->style == SY_STYLE_LITERAL || node->style == SY_STYLE_FOLDED);
}

gsize
sy_editor_after (const SyEditor *e, const SyNode *node)
{
  const SyNode *leaf = last_leaf (node);

  if (is_block_scalar (leaf) && leaf->end > 0 && (leaf->end == e->length || e->data[leaf->end - 1] == '\n'))
    return leaf->end;
  return sy_editor_next_line (e, leaf->end);
}

gsize
sy_editor_behind_key (const SyEditor *e, const SyNode *key)
{
  gsize at = key->end;

  while (at < e->length && e->data[at] != ':')
    at++;
  return MIN (at + 1, e->length);
}

gboolean
sy_editor_in_flow (const SyNode *node)
{
  for (node = node->parent; node; node = node->parent)
    if (node->kind != SY_NODE_SCALAR && node->style == SY_STYLE_FLOW)
      return TRUE;
  return FALSE;
}

gboolean
sy_editor_shares_line (const SyEditor *e, const SyNode *node)
{
  return !sy_editor_is_blank (e, sy_editor_line_start (e, node->start), node->start);
}

gsize
sy_editor_comments_above (const SyEditor *e, const SyNode *key)
{
  gsize start = sy_editor_line_start (e, key->start), indent = key->start - start;

  while (start > e->bom)
    {
      gsize above = sy_editor_line_start (e, start - 1);

      if (start - above <= indent || !sy_editor_is_blank (e, above, above + indent) ||
          e->data[above + indent] != '#')
        break;
      start = above;
    }
  return start;
}

/* Patches */

void
sy_editor_patch (SyEditor *e, gsize start, gsize end, const char *text)
{
  Patch patch = { start, end, e->patches->len, g_strdup (text) };

  g_array_append_val (e->patches, patch);
}

static int
compare_patches (gconstpointer a, gconstpointer b)
{
  const Patch *x = a, *y = b;

  if (x->start != y->start)
    return x->start < y->start ? -1 : 1;
  /* an insertion stands before what replaces the bytes behind it */
  if ((x->end == x->start) != (y->end == y->start))
    return x->end == x->start ? -1 : 1;
  return x->order < y->order ? -1 : x->order > y->order;
}

GBytes *
sy_editor_finish (SyEditor *e)
{
  GString *out = g_string_sized_new (e->length + 256);
  gsize at = 0;

  g_array_sort (e->patches, compare_patches);
  for (guint i = 0; i < e->patches->len; i++)
    {
      const Patch *patch = &g_array_index (e->patches, Patch, i);

      if (patch->start < at)
        {
          g_string_free (out, TRUE);
          sy_editor_fail (e, SY_ERROR_REFUSED, "two parts of this edit touch the same place");
          return NULL;
        }
      g_string_append_len (out, e->data + at, (gssize)(patch->start - at));
      g_string_append (out, patch->text);
      at = patch->end;
    }
  g_string_append_len (out, e->data + at, (gssize)(e->length - at));
  return g_string_free_to_bytes (out);
}

static void
patch_clear (gpointer data)
{
  g_free (((Patch *)data)->text);
}

/* Life */

/* Blanks by which the first map inside a map is indented */
static guint
find_step (const SyEditor *e)
{
  const SyNode *map = e->root;

  for (const SyNode *key = map && map->kind == SY_NODE_MAPPING && map->style == SY_STYLE_BLOCK ? map->first
                                                                                               : NULL;
       key; key = key->next->next)
    {
      const SyNode *value = key->next;

      if (value->kind == SY_NODE_MAPPING && value->style == SY_STYLE_BLOCK && value->first)
        {
          g_autofree char *outer = sy_editor_indent_of (e, key->start),
                          *inner = sy_editor_indent_of (e, value->start);
          gsize width = strlen (inner) - strlen (outer);

          if (strlen (inner) > strlen (outer) && width <= 8)
            return (guint)width;
        }
    }
  return 2;
}

SyEditor *
sy_editor_new (SyDocument *document)
{
  SyEditor *e = g_new0 (SyEditor, 1);
  const SySource *source = sy_document_get_source (document);
  const char *first;

  e->patches = g_array_new (FALSE, FALSE, sizeof (Patch));
  g_array_set_clear_func (e->patches, patch_clear);
  e->mirror = g_hash_table_new (NULL, NULL);
  e->document = sy_document_ref (document);
  e->root = sy_document_get_root (e->document);
  e->data = sy_source_get_data (source, &e->length);
  e->bom = sy_source_bom (source);
  first = e->length > 0 ? memchr (e->data, '\n', e->length) : NULL;
  e->eol = first && first > e->data && first[-1] == '\r' ? "\r\n" : "\n";
  e->step = find_step (e);
  if (e->root)
    {
      e->expected = sy_edit_value_new_same (e->root);
      g_hash_table_insert (e->mirror, (gpointer)e->root, e->expected);
    }
  return e;
}

void
sy_editor_free (SyEditor *e)
{
  if (!e)
    return;
  g_clear_pointer (&e->document, sy_document_unref);
  g_clear_pointer (&e->expected, sy_edit_value_free);
  g_hash_table_unref (e->mirror);
  g_array_unref (e->patches);
  g_clear_error (&e->error);
  g_free (e);
}

/* Rendering */

static guint
quote_flags (const SyEditValue *value)
{
  return value->typed ? SY_QUOTE_TYPED : 0;
}

void
sy_edit_render_flow (GString *out, const SyEditValue *value)
{
  const char *close = value->kind == SY_NODE_SEQUENCE ? "]" : "}";

  if (value->empty)
    return;
  if (value->kind == SY_NODE_SCALAR)
    {
      sy_quote_append (out, value->text, SY_QUOTE_FLOW | quote_flags (value),
                       value->style >= 0 ? (SyNodeStyle)value->style : SY_STYLE_PLAIN);
      return;
    }
  g_string_append_c (out, value->kind == SY_NODE_SEQUENCE ? '[' : '{');
  for (guint i = 0; i < value->items->len; i++)
    {
      const SyEditValue *item = g_ptr_array_index (value->items, i);
      gboolean key = value->kind == SY_NODE_MAPPING && i % 2 == 0;

      if (i > 0)
        g_string_append (out, value->kind == SY_NODE_MAPPING && i % 2 == 1 ? ": " : ", ");
      if (key)
        sy_quote_append (out, item->text, SY_QUOTE_FLOW | SY_QUOTE_KEY, SY_STYLE_PLAIN);
      else
        sy_edit_render_flow (out, item);
    }
  g_string_append (out, close);
}

/* Whether it reads well as [ ] or { } on one line of @width columns */
static gboolean
fits_flow (const SyEditValue *value, gsize width)
{
  g_autoptr (GString) flow = NULL;

  for (guint i = 0; i < value->items->len; i++)
    {
      const SyEditValue *item = g_ptr_array_index (value->items, i);

      if (item->kind == SY_NODE_SCALAR ? strchr (item->text, '\n') != NULL : !fits_flow (item, width))
        return FALSE;
    }
  flow = g_string_new (NULL);
  sy_edit_render_flow (flow, value);
  return flow->len <= width;
}

gboolean
sy_edit_wants_literal (const SyEditor *e, const SyEditValue *value)
{
  return value->kind == SY_NODE_SCALAR && !value->typed && !e->no_literal &&
         sy_quote_literal_fits (value->text);
}

gboolean
sy_edit_wants_lines (const SyEditValue *value, const char *indent)
{
  gsize used = strlen (indent);

  return value->kind != SY_NODE_SCALAR && value->items->len > 0 &&
         (value->block || !fits_flow (value, used < WIDE / 2 ? WIDE - used : WIDE / 2));
}

void
sy_edit_render_lines (const SyEditor *e, GString *out, const char *indent, const SyEditValue *value)
{
  gboolean map = value->kind == SY_NODE_MAPPING;

  for (guint i = 0; i < value->items->len; i += map ? 2 : 1)
    {
      const SyEditValue *item = g_ptr_array_index (value->items, i);

      if (map)
        sy_edit_render_pair (e, out, indent, item->text, g_ptr_array_index (value->items, i + 1));
      else
        sy_edit_render_item (e, out, indent, item);
    }
}

/* What stands behind `key:` or `-`, beginning with its blank or line break, ended by a line break */
static void
render_behind (const SyEditor *e, GString *out, const char *indent, const SyEditValue *value)
{
  g_autofree char *inner = g_strdup_printf ("%s%*s", indent, (int)e->step, "");

  if (value->empty)
    {
      g_string_append (out, e->eol);
      return;
    }
  if (sy_edit_wants_literal (e, value))
    {
      g_string_append_c (out, ' ');
      sy_quote_append_literal_header (out, value->text, e->step);
      g_string_append (out, e->eol);
      sy_quote_append_literal_body (out, value->text, inner, e->eol);
      return;
    }
  if (value->kind == SY_NODE_SCALAR)
    {
      g_string_append_c (out, ' ');
      sy_quote_append (out, value->text, quote_flags (value),
                       value->style >= 0 ? (SyNodeStyle)value->style : SY_STYLE_PLAIN);
      g_string_append (out, e->eol);
      return;
    }
  if (!sy_edit_wants_lines (value, inner))
    {
      g_string_append_c (out, ' ');
      sy_edit_render_flow (out, value);
      g_string_append (out, e->eol);
      return;
    }
  g_string_append (out, e->eol);
  sy_edit_render_lines (e, out, inner, value);
}

void
sy_edit_render_pair (
    const SyEditor *e, GString *out, const char *indent, const char *key, const SyEditValue *value)
{
  g_string_append (out, indent);
  sy_quote_append (out, key, SY_QUOTE_KEY, SY_STYLE_PLAIN);
  g_string_append_c (out, ':');
  render_behind (e, out, indent, value);
}

void
sy_edit_render_item (const SyEditor *e, GString *out, const char *indent, const SyEditValue *value)
{
  g_string_append_printf (out, "%s-", indent);
  if (value->kind == SY_NODE_SCALAR)
    render_behind (e, out, indent, value);
  else
    {
      g_string_append_c (out, ' ');
      sy_edit_render_flow (out, value);
      g_string_append (out, e->eol);
    }
}
