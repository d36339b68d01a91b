/* sy-value.c: values of expressions and their JSON form
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "core/model/sy-expr-private.h"

void
sy_value_clear (SyValue *value)
{
  g_free (value->string);
  memset (value, 0, sizeof *value);
}

void
sy_value_copy (SyValue *to, const SyValue *from)
{
  *to = *from;
  to->string = g_strdup (from->string);
}

const char *
sy_value_type_phrase (SyValueType type)
{
  static const char *const phrases[] = {
    "null", "a bool", "an int", "a float", "a string", "a list or object"
  };

  return phrases[type];
}

/* The shortest decimal that reads back as the same double */
char *
sy_number_to_string (double number)
{
  static const char *const formats[] = { "%.15g", "%.16g", "%.17g" };
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_ascii_formatd (buffer, sizeof buffer, formats[i], number);
      if (g_ascii_strtod (buffer, NULL) == number)
        break;
    }
  return g_strdup (buffer);
}

char *
sy_value_render (const SyValue *value, GError **error)
{
  switch (value->type)
    {
    case SY_VALUE_BOOL:
      return g_strdup (value->boolean ? "true" : "false");
    case SY_VALUE_INT:
      return g_strdup_printf ("%" G_GINT64_FORMAT, value->integer);
    case SY_VALUE_FLOAT:
      return sy_number_to_string (value->number);
    case SY_VALUE_STRING:
    case SY_VALUE_JSON:
      return g_strdup (value->string);
    case SY_VALUE_NULL:
    default:
      g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "the value is null; give another with “?? …”");
      return NULL;
    }
}

static void
append_json_scalar (GString *out, JsonNode *node)
{
  GType type = json_node_get_value_type (node);

  if (type == G_TYPE_STRING)
    sy_json_append_string (out, json_node_get_string (node));
  else if (type == G_TYPE_BOOLEAN)
    g_string_append (out, json_node_get_boolean (node) ? "true" : "false");
  else if (type == G_TYPE_INT64)
    g_string_append_printf (out, "%" G_GINT64_FORMAT, json_node_get_int (node));
  else
    {
      g_autofree char *number = sy_number_to_string (json_node_get_double (node));

      g_string_append (out, number);
      if (!strpbrk (number, ".e"))
        g_string_append (out, ".0");
    }
}

static void
append_json_array (GString *out, JsonArray *array)
{
  guint n = json_array_get_length (array);

  g_string_append_c (out, '[');
  for (guint i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      sy_json_append (out, json_array_get_element (array, i));
    }
  g_string_append_c (out, ']');
}

static void
append_json_object (GString *out, JsonObject *object)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;
  gboolean first = TRUE;

  g_string_append_c (out, '{');
  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &member))
    {
      if (!first)
        g_string_append_c (out, ',');
      first = FALSE;
      sy_json_append_string (out, name);
      g_string_append_c (out, ':');
      sy_json_append (out, member);
    }
  g_string_append_c (out, '}');
}

/* Compact, members in their order, shortest numbers. Recursion is bounded by SY_JSON_MAX_DEPTH. */
void
sy_json_append (GString *out, JsonNode *node)
{
  switch (json_node_get_node_type (node))
    {
    case JSON_NODE_OBJECT:
      append_json_object (out, json_node_get_object (node));
      break;
    case JSON_NODE_ARRAY:
      append_json_array (out, json_node_get_array (node));
      break;
    case JSON_NODE_VALUE:
      append_json_scalar (out, node);
      break;
    case JSON_NODE_NULL:
    default:
      g_string_append (out, "null");
      break;
    }
}

static void
value_from_json_scalar (SyValue *out, JsonNode *node)
{
  GType type = json_node_get_value_type (node);

  if (type == G_TYPE_STRING)
    {
      out->type = SY_VALUE_STRING;
      out->string = g_strdup (json_node_get_string (node));
    }
  else if (type == G_TYPE_BOOLEAN)
    {
      out->type = SY_VALUE_BOOL;
      out->boolean = json_node_get_boolean (node);
    }
  else if (type == G_TYPE_INT64)
    {
      out->type = SY_VALUE_INT;
      out->integer = json_node_get_int (node);
    }
  else
    {
      out->type = SY_VALUE_FLOAT;
      out->number = json_node_get_double (node);
    }
}

void
sy_value_from_json (SyValue *out, JsonNode *node)
{
  GString *text;

  memset (out, 0, sizeof *out);
  if (!node || JSON_NODE_HOLDS_NULL (node))
    return;
  if (JSON_NODE_HOLDS_VALUE (node))
    {
      value_from_json_scalar (out, node);
      return;
    }
  text = g_string_new (NULL);
  sy_json_append (text, node);
  out->type = SY_VALUE_JSON;
  out->string = g_string_free (text, FALSE);
}

/* End of the string literal that begins at @p, or NULL */
static const char *
skip_json_string (const char *p)
{
  for (p++; *p && *p != '"'; p++)
    {
      if (*p == '\\' && p[1])
        p++;
      else if ((guchar)*p < 0x20)
        return NULL;
    }
  return *p ? p : NULL;
}

/* A number as JSON writes it that fits a gint64 or a finite double; @p is left on its last byte. */
static gboolean
skip_json_number (const char **p)
{
  const char *s = *p + (**p == '-'), *digits = s, *end;
  gboolean whole = TRUE;
  gint64 unused;

  while (g_ascii_isdigit (*s))
    s++;
  if (s == digits || (*digits == '0' && s > digits + 1))
    return FALSE;
  if (*s == '.')
    {
      whole = FALSE;
      digits = ++s;
      while (g_ascii_isdigit (*s))
        s++;
      if (s == digits)
        return FALSE;
    }
  if (*s == 'e' || *s == 'E')
    {
      whole = FALSE;
      s += 1 + (s[1] == '+' || s[1] == '-');
      digits = s;
      while (g_ascii_isdigit (*s))
        s++;
      if (s == digits)
        return FALSE;
    }
  end = s;
  if (whole)
    {
      g_autofree char *text = g_strndup (*p, (gsize)(end - *p));
      if (!sy_parse_int (text, &unused, NULL))
        return FALSE;
    }
  else if (!isfinite (g_ascii_strtod (*p, NULL)))
    return FALSE;
  *p = end - 1;
  return TRUE;
}

static gboolean
skip_json_word (const char **p)
{
  static const char *const words[] = { "true", "false", "null" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_has_prefix (*p, words[i]) && !g_ascii_isalnum ((*p)[strlen (words[i])]))
      {
        *p += strlen (words[i]) - 1;
        return TRUE;
      }
  return FALSE;
}

/* json-glib reads comments, `var x =`, numbers that do not fit, and any depth by recursion: none of that gets
 * to it. */
static const char *
json_refusal (const char *text)
{
  guint depth = 0;

  for (const char *p = text; *p; p++)
    {
      if (*p == '"')
        {
          if (!(p = skip_json_string (p)))
            return "a string is not closed";
        }
      else if (*p == '[' || *p == '{')
        {
          if (++depth > SY_JSON_MAX_DEPTH)
            return "it is nested too deeply";
        }
      else if (*p == ']' || *p == '}')
        depth -= depth > 0;
      else if (*p == '-' || g_ascii_isdigit (*p))
        {
          if (!skip_json_number (&p))
            return "a number is malformed or too large";
        }
      else if (!strchr (" \t\r\n,:", *p) && !skip_json_word (&p))
        return "a word or sign does not belong there; strings need double quotes";
    }
  return NULL;
}

JsonNode *
sy_json_parse (const char *text, GError **error)
{
  g_autoptr (JsonParser) parser = NULL;
  g_autoptr (GError) why = NULL;
  const char *refusal;

  if (!g_utf8_validate (text, -1, NULL))
    refusal = "it is not UTF-8";
  else
    refusal = json_refusal (text);
  if (refusal)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "not JSON: %s", refusal);
      return NULL;
    }
  parser = json_parser_new ();
  if (!json_parser_load_from_data (parser, text, -1, &why) || !json_parser_get_root (parser))
    {
      g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "not JSON: %s", why ? why->message : "it is empty");
      return NULL;
    }
  return json_parser_steal_root (parser);
}
