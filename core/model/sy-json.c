/* sy-json.c: JSON of strangers, read strictly
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-json.h"

#include <string.h>

#include <jansson.h>

#include "core/base/sy-error.h"

/* --- reading --- */

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

static gboolean fill (SyJsonNode *out, const json_t *from, guint depth);

static gboolean
fill_items (SyJsonNode *out, const json_t *from, guint depth)
{
  gboolean ok = depth < SY_JSON_MAX_DEPTH;
  json_t *object = (json_t *) from; /* to look through its members only */
  const char *name;
  json_t *value;
  guint i = 0;

  out->n = (guint) (json_is_array (from) ? json_array_size (from) : json_object_size (from));
  out->items = g_new0 (SyJsonNode, out->n);
  if (json_is_array (from))
    for (; ok && i < out->n; i++)
      ok = fill (&out->items[i], json_array_get (from, i), depth + 1);
  else
    json_object_foreach (object, name, value)
      {
        if (!ok)
          break;
        out->items[i].name = g_strdup (name);
        ok = fill (&out->items[i++], value, depth + 1);
      }
  return ok;
}

/* @out is zeros, but for its name; where FALSE is given (too deep) it is to be cleared all the same. */
static gboolean
fill (SyJsonNode *out, const json_t *from, guint depth)
{
  switch (json_typeof (from))
    {
    case JSON_OBJECT:
    case JSON_ARRAY:
      out->type = json_is_array (from) ? SY_JSON_ARRAY : SY_JSON_OBJECT;
      return fill_items (out, from, depth);
    case JSON_STRING:
      out->type = SY_JSON_STRING;
      out->string = g_strdup (json_string_value (from));
      return TRUE;
    case JSON_INTEGER:
      out->type = SY_JSON_INT;
      out->integer = json_integer_value (from);
      return TRUE;
    case JSON_REAL:
      out->type = SY_JSON_FLOAT;
      out->number = json_real_value (from);
      return TRUE;
    case JSON_TRUE:
    case JSON_FALSE:
      out->type = SY_JSON_BOOL;
      out->boolean = json_is_true (from);
      return TRUE;
    case JSON_NULL:
    default:
      return TRUE;
    }
}

static gboolean
check_text (const char *text, GError **error)
{
  const char *why = !g_utf8_validate (text, -1, NULL) ? "it is not UTF-8"
                    : text[strspn (text, " \t\r\n")] == '\0' ? "it is empty" : NULL;

  if (why != NULL)
    g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "not JSON: %s", why);
  return why == NULL;
}

static void
set_error (const json_error_t *wrong, GError **error)
{
  enum json_error_code code = json_error_code (wrong);
  const char *why = code == json_error_null_character ? "\\u0000 has no place in a text"
                    : code == json_error_stack_overflow ? "it is nested too deeply" : wrong->text;

  g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "not JSON: line %d, column %d: %s", wrong->line, wrong->column, why);
}

SyJsonNode *
sy_json_parse (const char *text, GError **error)
{
  g_autoptr (SyJsonNode) root = g_new0 (SyJsonNode, 1);
  json_error_t wrong;
  json_t *parsed;
  gboolean ok;

  if (!check_text (text, error))
    return NULL;
  parsed = json_loads (text, JSON_DECODE_ANY, &wrong);
  if (parsed == NULL)
    {
      set_error (&wrong, error);
      return NULL;
    }
  ok = fill (root, parsed, 0);
  json_decref (parsed);
  if (ok)
    return g_steal_pointer (&root);
  g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "not JSON: it is nested too deeply: more than %d levels", SY_JSON_MAX_DEPTH);
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
