/* yaml-reading.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/core/format/yaml-reading.h"

#include <string.h>
#include <yaml.h>

/* --- nodes --- */

static Reading *
reading_make (ReadKind kind)
{
  Reading *reading = g_new0 (Reading, 1);

  reading->kind = kind;
  if (kind != READ_SCALAR)
    reading->items = g_ptr_array_new_with_free_func ((GDestroyNotify) reading_free);
  return reading;
}

void
reading_free (Reading *reading)
{
  if (reading == NULL)
    return;
  g_free (reading->text);
  g_clear_pointer (&reading->items, g_ptr_array_unref);
  g_free (reading);
}

/* What a plain scalar is to a reader of YAML 1.1 or 1.2 */
static gboolean
plain_is_string (const char *text)
{
  static const char *const patterns[] = {
    "^(|~|null|Null|NULL|=|<<)$",
    "^(y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$",
    "^[-+]?(0|[1-9][0-9_]*|0[0-7_]+|0o[0-7]+|0x[0-9a-fA-F_]+|0b[01_]+|[1-9][0-9_]*(:[0-5]?[0-9])+)$",
    "^[-+]?([0-9][0-9_]*)?\\.[0-9_]*([eE][-+]?[0-9]+)?$",
    "^[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+$",
    "^[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+\\.[0-9_]*$",
    "^[-+]?\\.(inf|Inf|INF)$|^\\.(nan|NaN|NAN)$",
    "^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?$",
  };

  static GRegex *regexes[G_N_ELEMENTS (patterns)]; /* one thread; they stay */

  for (guint i = 0; i < G_N_ELEMENTS (patterns); i++)
    {
      if (regexes[i] == NULL)
        regexes[i] = g_regex_new (patterns[i], G_REGEX_DOLLAR_ENDONLY | G_REGEX_OPTIMIZE, 0, NULL);
      if (g_regex_match (regexes[i], text, 0, NULL) && !g_str_equal (text, "."))
        return FALSE;
    }
  return TRUE;
}

Reading *
reading_new_text (const char *text)
{
  Reading *reading = reading_make (READ_SCALAR);

  reading->text = g_strdup (text);
  reading->is_string = TRUE;
  return reading;
}

Reading *
reading_new_word (const char *text)
{
  Reading *reading = reading_make (READ_SCALAR);

  reading->text = g_strdup (text);
  reading->is_string = plain_is_string (text);
  return reading;
}

Reading *
reading_new_collection (ReadKind kind)
{
  return reading_make (kind);
}

Reading *
reading_copy (const Reading *reading)
{
  Reading *copy = reading_make (reading->kind);

  copy->text = g_strdup (reading->text);
  copy->is_string = reading->is_string;
  copy->is_block = reading->is_block;
  copy->is_quoted = reading->is_quoted;
  copy->is_nothing = reading->is_nothing;
  copy->start = reading->start;
  copy->end = reading->end;
  for (guint i = 0; copy->items != NULL && i < reading->items->len; i++)
    g_ptr_array_add (copy->items, reading_copy (reading->items->pdata[i]));
  return copy;
}

guint
reading_find (const Reading *map, const char *key)
{
  for (guint i = 0; map != NULL && map->kind == READ_MAP && i < map->items->len; i += 2)
    if (strcmp (((const Reading *) map->items->pdata[i])->text, key) == 0)
      return i + 1;
  return 0;
}

const Reading *
reading_get (const Reading *map, const char *key)
{
  guint index = reading_find (map, key);

  return index > 0 ? map->items->pdata[index] : NULL;
}

gboolean
reading_equal (const Reading *a, const Reading *b, GString *path)
{
  gsize length = path->len;

  if (a->kind != b->kind)
    return FALSE;
  if (a->kind == READ_SCALAR)
    {
      if (strcmp (a->text, b->text) == 0 && a->is_string == b->is_string)
        return TRUE;
      g_string_append_printf (path, ": “%s”%s, not “%s”%s", b->text, b->is_string ? "" : " (typed)", a->text, a->is_string ? "" : " (typed)");
      return FALSE;
    }
  for (guint i = 0; i < MIN (a->items->len, b->items->len); i++)
    {
      if (a->kind == READ_MAP && i % 2 == 1)
        g_string_append_printf (path, "/%s", ((const Reading *) a->items->pdata[i - 1])->text);
      else
        g_string_append_printf (path, "/%u", i);
      if (!reading_equal (a->items->pdata[i], b->items->pdata[i], path))
        return FALSE;
      g_string_truncate (path, length);
    }
  if (a->items->len != b->items->len)
    g_string_append_printf (path, ": %u items, not %u", b->items->len, a->items->len);
  return a->items->len == b->items->len;
}

/* --- reading --- */

/* libyaml would take a BOM for the first column where it is told of UTF-8. */
static gsize
bom_of (const char *data, gsize length)
{
  return length >= 3 && memcmp (data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

static void
begin (yaml_parser_t *parser, GBytes *text)
{
  gsize length, bom;
  const char *data = g_bytes_get_data (text, &length);

  bom = bom_of (data, length);
  yaml_parser_initialize (parser);
  yaml_parser_set_encoding (parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string (parser, (const guchar *) data + bom, length - bom);
}

/* Marks count characters. */
static GArray *
map_characters (const char *data, gsize length)
{
  GArray *bytes = g_array_new (FALSE, FALSE, sizeof (gsize));

  for (gsize at = bom_of (data, length); at < length; at++)
    if (((guchar) data[at] & 0xc0) != 0x80)
      g_array_append_val (bytes, at);
  g_array_append_val (bytes, length);
  return bytes;
}

static gsize
byte_of (const GArray *bytes, yaml_mark_t mark)
{
  return g_array_index (bytes, gsize, MIN (mark.index, bytes->len - 1));
}

typedef struct
{
  yaml_document_t *document;
  const GArray *bytes;
  GHashTable *seen;     /* an alias leads to a node that was read already */
  gboolean good;
} Walk;

static Reading *walk (Walk *w, int index);

static Reading *
walk_scalar (Walk *w, const yaml_node_t *node)
{
  yaml_scalar_style_t style = node->data.scalar.style;
  const char *text = (const char *) node->data.scalar.value;
  Reading *reading = style == YAML_PLAIN_SCALAR_STYLE ? reading_new_word (text) : reading_new_text (text);

  reading->is_block = style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE;
  reading->is_quoted = style == YAML_SINGLE_QUOTED_SCALAR_STYLE || style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;
  reading->is_nothing = style == YAML_PLAIN_SCALAR_STYLE && *text == '\0';
  w->good = w->good && strlen (text) == node->data.scalar.length;
  return reading;
}

static void
walk_children (Walk *w, const yaml_node_t *node, Reading *reading)
{
  if (node->type == YAML_SEQUENCE_NODE)
    {
      for (yaml_node_item_t *item = node->data.sequence.items.start; item < node->data.sequence.items.top && w->good; item++)
        g_ptr_array_add (reading->items, walk (w, *item));
      return;
    }
  for (yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top && w->good; pair++)
    {
      g_ptr_array_add (reading->items, walk (w, pair->key));
      g_ptr_array_add (reading->items, walk (w, pair->value));
      w->good = w->good && ((Reading *) reading->items->pdata[reading->items->len - 2])->kind == READ_SCALAR;
    }
}

static Reading *
walk (Walk *w, int index)
{
  const yaml_node_t *node = yaml_document_get_node (w->document, index);
  Reading *reading;

  w->good = w->good && g_hash_table_add (w->seen, GINT_TO_POINTER (index));
  if (node->type == YAML_SCALAR_NODE || !w->good)
    reading = node->type == YAML_SCALAR_NODE ? walk_scalar (w, node) : reading_new_text ("");
  else
    {
      reading = reading_make (node->type == YAML_SEQUENCE_NODE ? READ_LIST : READ_MAP);
      reading->is_block = node->type == YAML_SEQUENCE_NODE ? node->data.sequence.style == YAML_BLOCK_SEQUENCE_STYLE
                                                           : node->data.mapping.style == YAML_BLOCK_MAPPING_STYLE;
      walk_children (w, node, reading);
    }
  reading->start = byte_of (w->bytes, node->start_mark);
  reading->end = byte_of (w->bytes, node->end_mark);
  if (reading->items != NULL && reading->is_block && reading->items->len > 0)
    reading->end = ((Reading *) reading->items->pdata[reading->items->len - 1])->end;
  return reading;
}

/* Anchors and tags are seen among the tokens only. */
static gboolean
is_simple (GBytes *text)
{
  yaml_parser_t parser;
  yaml_token_t token;
  gboolean simple = TRUE, more = TRUE, content = FALSE;

  begin (&parser, text);
  while (more && simple && yaml_parser_scan (&parser, &token))
    {
      simple = token.type != YAML_ALIAS_TOKEN && token.type != YAML_ANCHOR_TOKEN && token.type != YAML_TAG_TOKEN
               && !(token.type == YAML_DOCUMENT_START_TOKEN && content);
      content = content || token.type != YAML_STREAM_START_TOKEN;
      more = token.type != YAML_STREAM_END_TOKEN;
      yaml_token_delete (&token);
    }
  yaml_parser_delete (&parser);
  return simple && !more;
}

Reading *
reading_new (GBytes *text)
{
  gsize length;
  const char *data = g_bytes_get_data (text, &length);
  g_autoptr (GArray) bytes = map_characters (data, length);
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  g_autoptr (Reading) reading = NULL;
  yaml_document_t document;
  yaml_parser_t parser;
  Walk w = { &document, bytes, seen, is_simple (text) };

  begin (&parser, text);
  if (w.good && yaml_parser_load (&parser, &document))
    {
      if (yaml_document_get_root_node (&document) != NULL)
        reading = walk (&w, 1);
      yaml_document_delete (&document);
    }
  yaml_parser_delete (&parser);
  return w.good ? g_steal_pointer (&reading) : NULL;
}

/* --- comments --- */

static void
comment_clear (gpointer data)
{
  g_free (((ReadComment *) data)->text);
}

static void
take_comments (GArray *comments, const char *data, gsize from, gsize to)
{
  for (gsize at = from; at < to; at++)
    if (data[at] == '#')
      {
        gsize end = at;
        ReadComment comment = { at, NULL };

        while (end < to && data[end] != '\n' && data[end] != '\r')
          end++;
        comment.text = g_strndup (data + at, end - at);
        g_strchomp (comment.text);
        g_array_append_val (comments, comment);
        at = end;
      }
}

/* The line of `|2-  # why` belongs to the scalar's token. */
static void
take_header (GArray *comments, const char *data, gsize start, gsize end)
{
  gsize stop = start;

  while (stop < end && data[stop] != '\n' && data[stop] != '\r')
    stop++;
  take_comments (comments, data, start, stop);
}

GArray *
reading_comments (GBytes *text)
{
  GArray *comments = g_array_new (FALSE, FALSE, sizeof (ReadComment));
  gsize length, last = 0;
  const char *data = g_bytes_get_data (text, &length);
  g_autoptr (GArray) bytes = map_characters (data, length);
  yaml_parser_t parser;
  yaml_token_t token;
  gboolean more = TRUE;

  g_array_set_clear_func (comments, comment_clear);
  begin (&parser, text);
  while (more && yaml_parser_scan (&parser, &token))
    {
      gsize start = byte_of (bytes, token.start_mark), end = byte_of (bytes, token.end_mark);

      if (start > last)
        take_comments (comments, data, last, start);
      if (token.type == YAML_SCALAR_TOKEN && token.data.scalar.style >= YAML_LITERAL_SCALAR_STYLE)
        take_header (comments, data, start, end);
      last = MAX (last, end);
      more = token.type != YAML_STREAM_END_TOKEN;
      yaml_token_delete (&token);
    }
  take_comments (comments, data, last, length);
  yaml_parser_delete (&parser);
  return comments;
}
