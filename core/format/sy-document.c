/* sy-document.c: the tree: memory, look-ups, positions
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-document-private.h"

#include <string.h>

#define BLOCK 2048 /* nodes */
#define STEP 256   /* characters */

/* Memory */

SyNode *
sy_document_alloc (SyDocument *document)
{
  if (document->blocks->len == 0 || document->used == BLOCK)
    {
      g_ptr_array_add (document->blocks, g_new0 (SyNode, BLOCK));
      document->used = 0;
    }
  document->n_nodes++;
  return (SyNode *) g_ptr_array_index (document->blocks, document->blocks->len - 1) + document->used++;
}

SyDocument *
sy_document_ref (SyDocument *document)
{
  g_atomic_ref_count_inc (&document->ref_count);
  return document;
}

void
sy_document_unref (SyDocument *document)
{
  if (!g_atomic_ref_count_dec (&document->ref_count))
    return;
  g_ptr_array_unref (document->blocks);
  g_string_chunk_free (document->texts);
  sy_source_unref (document->source);
  g_free (document);
}

/* Marks */

static gboolean
is_ascii (const char *p, const char *end)
{
  while (p < end && (guchar) *p < 0x80)
    p++;
  return p == end;
}

void
sy_marks_init (SyMarks *marks, const SySource *source)
{
  gsize length, n = 0;

  marks->base = sy_source_bom (source);
  marks->data = sy_source_get_data (source, &length) + marks->base;
  marks->end = marks->data + length - marks->base;
  marks->steps = NULL;
  marks->last = marks->data;
  marks->last_index = 0;
  if (is_ascii (marks->data, marks->end))
    return;

  marks->steps = g_array_new (FALSE, FALSE, sizeof (guint32));
  for (const char *p = marks->data; p < marks->end; p++)
    if (((guchar) *p & 0xc0) != 0x80 && n++ % STEP == 0)
      {
        guint32 offset = (guint32) (p - marks->data);
        g_array_append_val (marks->steps, offset);
      }
}

void
sy_marks_clear (SyMarks *marks)
{
  g_clear_pointer (&marks->steps, g_array_unref);
}

gsize
sy_marks_to_byte (SyMarks *marks, gsize index)
{
  gsize length = (gsize) (marks->end - marks->data), n = index % STEP;
  const char *p;

  if (marks->steps == NULL)
    return marks->base + MIN (index, length);
  if (index / STEP >= marks->steps->len)
    return marks->base + length;
  p = marks->data + g_array_index (marks->steps, guint32, index / STEP);
  if (index >= marks->last_index && index - marks->last_index < n)
    {
      p = marks->last;
      n = index - marks->last_index;
    }
  for (; n > 0 && p < marks->end; n--)
    for (p++; p < marks->end && ((guchar) *p & 0xc0) == 0x80; p++)
      ;
  marks->last = p;
  marks->last_index = index;
  return marks->base + (gsize) (p - marks->data);
}

/* Look-ups */

SySource *
sy_document_get_source (const SyDocument *document)
{
  return document->source;
}

const SyNode *
sy_document_get_root (const SyDocument *document)
{
  return document->root;
}

guint
sy_document_get_n_nodes (const SyDocument *document)
{
  return document->n_nodes;
}

const SyNode *
sy_node_get_key (const SyNode *mapping, const char *key)
{
  if (mapping == NULL || mapping->kind != SY_NODE_MAPPING)
    return NULL;
  for (const SyNode *k = mapping->first; k != NULL; k = k->next->next)
    if (strcmp (k->text, key) == 0)
      return k;
  return NULL;
}

const SyNode *
sy_node_get (const SyNode *mapping, const char *key)
{
  const SyNode *k = sy_node_get_key (mapping, key);

  return k != NULL ? k->next : NULL;
}

const SyNode *
sy_document_find (const SyDocument *document, ...)
{
  const SyNode *node = document->root;
  const char *key;
  va_list args;

  va_start (args, document);
  while (node != NULL && (key = va_arg (args, const char *)) != NULL)
    node = sy_node_get (node, key);
  va_end (args);
  return node;
}

const SyNode *
sy_node_nth (const SyNode *sequence, guint n)
{
  const SyNode *item;

  if (sequence == NULL || sequence->kind != SY_NODE_SEQUENCE)
    return NULL;
  for (item = sequence->first; item != NULL && n > 0; n--)
    item = item->next;
  return item;
}

const SyNode *
sy_document_at (const SyDocument *document, gsize offset)
{
  const SyNode *found = NULL, *node = document->root;

  while (node != NULL)
    {
      if (offset < node->start || offset > node->end || (offset == node->end && offset != node->start))
        {
          node = node->next;
          continue;
        }
      found = node;
      node = node->kind == SY_NODE_SCALAR ? NULL : node->first;
    }
  return found;
}

/* Length of the line at @p without its break */
static gsize
line_length (const char *p, const char *end)
{
  const char *stop = memchr (p, '\n', (gsize) (end - p));
  gsize length = (gsize) ((stop != NULL ? stop : end) - p);

  return length > 0 && p[length - 1] == '\r' ? length - 1 : length;
}

/* Where a literal block keeps the @offset-th byte of its text: lines of text and file go side by side */
static gsize
literal_offset (const SyNode *node, const char *data, gsize offset)
{
  const char *p = data + node->start, *end = data + node->end, *text = node->text, *stop = text + node->n;

  for (;;)
    {
      const char *line_break = memchr (p, '\n', (gsize) (end - p));
      gsize length, shown;

      if (line_break == NULL || line_break + 1 >= end)
        return node->start;
      p = line_break + 1;
      length = line_length (text, stop);
      shown = line_length (p, end);
      if (offset <= length)
        return (gsize) (p - data) + (shown > length ? shown - length : 0) + MIN (offset, shown);
      offset -= length + 1;
      text += length + 1;
    }
}

gsize
sy_node_source_offset (const SyDocument *document, const SyNode *scalar, gsize offset)
{
  const char *data = sy_source_get_data (document->source, NULL);
  gsize quote = scalar->style == SY_STYLE_SINGLE || scalar->style == SY_STYLE_DOUBLE ? 1 : 0;

  g_return_val_if_fail (scalar->kind == SY_NODE_SCALAR, 0);

  if (scalar->style == SY_STYLE_LITERAL && memchr (scalar->text, '\r', scalar->n) == NULL)
    return literal_offset (scalar, data, MIN (offset, scalar->n));
  if (scalar->style <= SY_STYLE_DOUBLE && scalar->end - scalar->start == scalar->n + 2 * quote &&
      memcmp (data + scalar->start + quote, scalar->text, scalar->n) == 0)
    return scalar->start + quote + MIN (offset, scalar->n);
  return scalar->start;
}
