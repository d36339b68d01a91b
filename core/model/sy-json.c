/* sy-json.c: JSON of strangers, read strictly
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-json.h"

#include <math.h>
#include <string.h>

#include "core/base/sy-error.h"
#include "core/model/sy-expr-private.h"

#define FEW_MEMBERS 16 /* looked through one by one for one that is there twice */

/* --- reading --- */

typedef struct
{
  const char *p;
  const char *why;      /* static; set where something is wrong at @p */
  guint depth;
} Reader;

static gboolean read_value (Reader *reader, SyJsonNode *out);

static gboolean
refuse (Reader *reader, const char *why)
{
  if (reader->why == NULL)
    reader->why = why;
  return FALSE;
}

static void
skip_space (Reader *reader)
{
  reader->p += strspn (reader->p, " \t\r\n");
}

/* Goes over @c where it is next, with the space before it. */
static gboolean
take (Reader *reader, char c)
{
  skip_space (reader);
  if (*reader->p != c)
    return FALSE;
  reader->p++;
  return TRUE;
}

/* Four hexadecimal digits; −1: they are not there. */
static gint32
read_hex (Reader *reader)
{
  gint32 value = 0;

  for (guint i = 0; i < 4; i++, reader->p++)
    {
      int digit = g_ascii_xdigit_value (*reader->p);

      if (digit < 0)
        return -1;
      value = value << 4 | digit;
    }
  return value;
}

/* After \u: one character, of one or two of them; 0 has no place in a text. */
static gboolean
read_unicode (Reader *reader, GString *out)
{
  gint32 high = read_hex (reader), low;

  if (high >= 0xd800 && high < 0xdc00 && reader->p[0] == '\\' && reader->p[1] == 'u')
    {
      reader->p += 2;
      low = read_hex (reader);
      high = low >= 0xdc00 && low < 0xe000 ? 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00) : -1;
    }
  if (high <= 0 || (high >= 0xd800 && high < 0xe000))
    return refuse (reader, "what follows \\u is no character");
  g_string_append_unichar (out, (gunichar) high);
  return TRUE;
}

static gboolean
read_escape (Reader *reader, GString *out)
{
  static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
  const char *letter = *reader->p != '\0' ? strchr (letters, *reader->p) : NULL;

  if (*reader->p == 'u')
    {
      reader->p++;
      return read_unicode (reader, out);
    }
  if (letter == NULL)
    return refuse (reader, *reader->p == '\0' ? "a string is not closed" : "a backslash in a string means nothing there");
  g_string_append_c (out, meant[letter - letters]);
  reader->p++;
  return TRUE;
}

/* (nullable) (transfer full) */
static char *
read_string (Reader *reader)
{
  g_autoptr (GString) out = g_string_new (NULL);

  if (!take (reader, '"'))
    {
      refuse (reader, "a word or sign does not belong there; strings need double quotes");
      return NULL;
    }
  while (*reader->p != '"')
    {
      const char *start = reader->p;

      while (*reader->p != '"' && *reader->p != '\\' && (guchar) *reader->p >= 0x20)
        reader->p++;
      g_string_append_len (out, start, reader->p - start);
      if (*reader->p == '\\')
        {
          reader->p++;
          if (!read_escape (reader, out))
            return NULL;
        }
      else if (*reader->p != '"')
        {
          refuse (reader, *reader->p == '\0' ? "a string is not closed" : "a line break or tab in a string is written \\n or \\t");
          return NULL;
        }
    }
  reader->p++;
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static const char *
skip_digits (const char *p)
{
  while (g_ascii_isdigit (*p))
    p++;
  return p;
}

/* NULL: no number as JSON writes it */
static const char *
skip_number (const char *p, gboolean *whole)
{
  const char *digits = p + (*p == '-');

  *whole = TRUE;
  p = skip_digits (digits);
  if (p == digits || (*digits == '0' && p > digits + 1))
    return NULL;
  if (*p == '.')
    {
      *whole = FALSE;
      digits = p + 1;
      if ((p = skip_digits (digits)) == digits)
        return NULL;
    }
  if (*p == 'e' || *p == 'E')
    {
      *whole = FALSE;
      digits = p + 1 + (p[1] == '+' || p[1] == '-');
      if ((p = skip_digits (digits)) == digits)
        return NULL;
    }
  return p;
}

static gboolean
read_number (Reader *reader, SyJsonNode *out)
{
  gboolean whole, fits = FALSE;
  const char *end = skip_number (reader->p, &whole);
  g_autofree char *text = end != NULL ? g_strndup (reader->p, (gsize) (end - reader->p)) : NULL;

  out->type = whole ? SY_JSON_INT : SY_JSON_FLOAT;
  if (text != NULL && whole)
    fits = sy_parse_int (text, &out->integer, NULL);
  else if (text != NULL)
    fits = isfinite (out->number = g_ascii_strtod (text, NULL));
  if (!fits)
    return refuse (reader, "a number is malformed or too large");
  reader->p = end;
  return TRUE;
}

static gboolean
read_word (Reader *reader, SyJsonNode *out)
{
  static const struct { const char *word; SyJsonType type; gboolean boolean; } words[] = {
    { "true", SY_JSON_BOOL, TRUE }, { "false", SY_JSON_BOOL, FALSE }, { "null", SY_JSON_NULL, FALSE }
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_has_prefix (reader->p, words[i].word) && !g_ascii_isalnum (reader->p[strlen (words[i].word)]))
      {
        out->type = words[i].type;
        out->boolean = words[i].boolean;
        reader->p += strlen (words[i].word);
        return TRUE;
      }
  return refuse (reader, *reader->p == '\0' ? "it ends too early"
                                            : "a word or sign does not belong there; strings need double quotes");
}

static void
clear_node (SyJsonNode *node)
{
  for (guint i = 0; (node->type == SY_JSON_ARRAY || node->type == SY_JSON_OBJECT) && i < node->n; i++)
    clear_node (&node->items[i]);
  if (node->type == SY_JSON_ARRAY || node->type == SY_JSON_OBJECT)
    g_free (node->items);
  else if (node->type == SY_JSON_STRING)
    g_free (node->string);
  g_free (node->name);
}

static gboolean
read_array (Reader *reader, GArray *items)
{
  if (take (reader, ']'))
    return TRUE;
  do
    {
      SyJsonNode *item;

      g_array_set_size (items, items->len + 1);
      item = &g_array_index (items, SyJsonNode, items->len - 1);
      if (!read_value (reader, item))
        return FALSE;
    }
  while (take (reader, ','));
  return take (reader, ']') || refuse (reader, "a list goes on with a comma or ends with ]");
}

typedef struct
{
  GArray *items;        /* SyJsonNode */
  GHashTable *places;   /* (nullable) name -> place, once there are many */
} Members;

static guint
find_member (const Members *members, const char *name)
{
  gpointer place;

  if (members->places != NULL)
    return g_hash_table_lookup_extended (members->places, name, NULL, &place) ? GPOINTER_TO_UINT (place) : members->items->len;
  for (guint i = 0; i < members->items->len; i++)
    if (strcmp (g_array_index (members->items, SyJsonNode, i).name, name) == 0)
      return i;
  return members->items->len;
}

static void
note_place (Members *members, guint at)
{
  if (members->places != NULL)
    g_hash_table_insert (members->places, g_array_index (members->items, SyJsonNode, at).name, GUINT_TO_POINTER (at));
}

/* Takes @value, whose name is set. */
static void
add_member (Members *members, const SyJsonNode *value)
{
  GArray *items = members->items;
  guint at = find_member (members, value->name);

  if (at < items->len)
    {
      if (members->places != NULL)
        g_hash_table_remove (members->places, value->name);
      clear_node (&g_array_index (items, SyJsonNode, at));
      g_array_index (items, SyJsonNode, at) = *value;
    }
  else
    g_array_append_vals (items, value, 1);
  note_place (members, at);
  if (members->places != NULL || items->len < FEW_MEMBERS)
    return;
  members->places = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < items->len; i++)
    note_place (members, i);
}

static gboolean
read_member (Reader *reader, Members *members)
{
  g_autofree char *name = read_string (reader);
  SyJsonNode value = { 0 };

  if (name == NULL)
    return FALSE;
  if (!take (reader, ':'))
    return refuse (reader, "a name is followed by a colon");
  if (!read_value (reader, &value))
    {
      clear_node (&value);
      return FALSE;
    }
  value.name = g_steal_pointer (&name);
  add_member (members, &value);
  return TRUE;
}

static gboolean
read_members (Reader *reader, Members *members)
{
  if (take (reader, '}'))
    return TRUE;
  do
    if (!read_member (reader, members))
      return FALSE;
  while (take (reader, ','));
  return take (reader, '}') || refuse (reader, "an object goes on with a comma or ends with }");
}

static gboolean
read_object (Reader *reader, GArray *items)
{
  Members members = { .items = items };
  gboolean ok = read_members (reader, &members);

  g_clear_pointer (&members.places, g_hash_table_unref);
  return ok;
}

static gboolean
read_items (Reader *reader, SyJsonNode *out)
{
  GArray *items = g_array_new (FALSE, TRUE, sizeof (SyJsonNode));
  gboolean ok;

  out->type = *reader->p == '[' ? SY_JSON_ARRAY : SY_JSON_OBJECT;
  if (++reader->depth > SY_JSON_MAX_DEPTH)
    ok = refuse (reader, "it is nested too deeply");
  else
    {
      reader->p++;
      ok = out->type == SY_JSON_ARRAY ? read_array (reader, items) : read_object (reader, items);
    }
  reader->depth--;
  out->n = items->len;
  out->items = (SyJsonNode *) (void *) g_array_free (items, FALSE);
  return ok;
}

/* @out is zeros; where FALSE is given it is to be cleared all the same. */
static gboolean
read_value (Reader *reader, SyJsonNode *out)
{
  skip_space (reader);
  if (*reader->p == '[' || *reader->p == '{')
    return read_items (reader, out);
  if (*reader->p == '-' || g_ascii_isdigit (*reader->p))
    return read_number (reader, out);
  if (*reader->p != '"')
    return read_word (reader, out);
  out->string = read_string (reader);
  out->type = out->string != NULL ? SY_JSON_STRING : SY_JSON_NULL;
  return out->string != NULL;
}

static void
set_error (const char *text, const Reader *reader, GError **error)
{
  guint line = 1;

  for (const char *p = text; p < reader->p && *p != '\0'; p++)
    line += *p == '\n';
  if (strchr (text, '\n') != NULL)
    g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "not JSON: line %u: %s", line, reader->why);
  else
    g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "not JSON: %s", reader->why);
}

SyJsonNode *
sy_json_parse (const char *text, GError **error)
{
  g_autoptr (SyJsonNode) root = g_new0 (SyJsonNode, 1);
  Reader reader = { .p = text };

  if (!g_utf8_validate (text, -1, NULL))
    reader.why = "it is not UTF-8";
  else if (text[strspn (text, " \t\r\n")] == '\0')
    reader.why = "it is empty";
  else if (read_value (&reader, root))
    {
      skip_space (&reader);
      if (*reader.p == '\0')
        return g_steal_pointer (&root);
      reader.why = "something follows after its end";
    }
  set_error (text, &reader, error);
  return NULL;
}

void
sy_json_free (SyJsonNode *node)
{
  if (node == NULL)
    return;
  clear_node (node);
  g_free (node);
}

/* --- looking --- */

gboolean
sy_json_is (const SyJsonNode *node, SyJsonType type)
{
  return node != NULL && node->type == type;
}

guint
sy_json_length (const SyJsonNode *node)
{
  return sy_json_is (node, SY_JSON_ARRAY) || sy_json_is (node, SY_JSON_OBJECT) ? node->n : 0;
}

const SyJsonNode *
sy_json_at (const SyJsonNode *node, guint i)
{
  return i < sy_json_length (node) ? &node->items[i] : NULL;
}

const SyJsonNode *
sy_json_get (const SyJsonNode *object, const char *name)
{
  for (guint i = 0; sy_json_is (object, SY_JSON_OBJECT) && i < object->n; i++)
    if (strcmp (object->items[i].name, name) == 0)
      return &object->items[i];
  return NULL;
}

const char *
sy_json_text (const SyJsonNode *node)
{
  return sy_json_is (node, SY_JSON_STRING) ? node->string : NULL;
}

const char *
sy_json_get_text (const SyJsonNode *object, const char *name)
{
  return sy_json_text (sy_json_get (object, name));
}

static gboolean
items_equal (const SyJsonNode *a, const SyJsonNode *b)
{
  for (guint i = 0; i < a->n; i++)
    {
      const SyJsonNode *other = a->type == SY_JSON_ARRAY ? &b->items[i] : sy_json_get (b, a->items[i].name);

      if (other == NULL || !sy_json_equal (&a->items[i], other))
        return FALSE;
    }
  return TRUE;
}

gboolean
sy_json_equal (const SyJsonNode *a, const SyJsonNode *b)
{
  if (a->type == SY_JSON_INT && b->type == SY_JSON_FLOAT)
    return (double) a->integer == b->number;
  if (a->type == SY_JSON_FLOAT && b->type == SY_JSON_INT)
    return a->number == (double) b->integer;
  if (a->type != b->type || sy_json_length (a) != sy_json_length (b))
    return FALSE;
  switch (a->type)
    {
    case SY_JSON_BOOL:
      return a->boolean == b->boolean;
    case SY_JSON_INT:
      return a->integer == b->integer;
    case SY_JSON_FLOAT:
      return a->number == b->number;
    case SY_JSON_STRING:
      return strcmp (a->string, b->string) == 0;
    case SY_JSON_NULL:
    case SY_JSON_ARRAY:
    case SY_JSON_OBJECT:
    default:
      return items_equal (a, b);
    }
}

/* --- writing --- */

static void
append_items (GString *out, const SyJsonNode *node)
{
  for (guint i = 0; i < node->n; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      if (node->type == SY_JSON_OBJECT)
        {
          sy_json_append_string (out, node->items[i].name);
          g_string_append_c (out, ':');
        }
      sy_json_append (out, &node->items[i]);
    }
}

/* Recursion is bounded by SY_JSON_MAX_DEPTH. */
void
sy_json_append (GString *out, const SyJsonNode *node)
{
  switch (node->type)
    {
    case SY_JSON_BOOL:
      g_string_append (out, node->boolean ? "true" : "false");
      break;
    case SY_JSON_INT:
      g_string_append_printf (out, "%" G_GINT64_FORMAT, node->integer);
      break;
    case SY_JSON_FLOAT:
      sy_json_append_double (out, node->number);
      break;
    case SY_JSON_STRING:
      sy_json_append_string (out, node->string);
      break;
    case SY_JSON_ARRAY:
    case SY_JSON_OBJECT:
      g_string_append_c (out, node->type == SY_JSON_ARRAY ? '[' : '{');
      append_items (out, node);
      g_string_append_c (out, node->type == SY_JSON_ARRAY ? ']' : '}');
      break;
    case SY_JSON_NULL:
    default:
      g_string_append (out, "null");
      break;
    }
}
