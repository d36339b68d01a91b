/* json-schema.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/core/format/json-schema.h"

#include <string.h>

/* Values */

static JsonNode *
scalar_value (const SyNode *node)
{
  JsonNode *value = json_node_alloc ();
  char *end;

  if (node->style != SY_STYLE_PLAIN)
    return json_node_init_string (value, node->text);
  if (node->n == 0 || strcmp (node->text, "~") == 0 || strcmp (node->text, "null") == 0)
    return json_node_init_null (value);
  if (strcmp (node->text, "true") == 0 || strcmp (node->text, "false") == 0)
    return json_node_init_boolean (value, node->text[0] == 't');
  if (strspn (node->text, "-0123456789") == node->n && (g_ascii_strtoll (node->text, &end, 10), *end == '\0'))
    return json_node_init_int (value, g_ascii_strtoll (node->text, NULL, 10));
  if (strspn (node->text, "-+.eE0123456789") == node->n && (g_ascii_strtod (node->text, &end), *end == '\0'))
    return json_node_init_double (value, g_ascii_strtod (node->text, NULL));
  return json_node_init_string (value, node->text);
}

JsonNode *
test_schema_value (const SyNode *node)
{
  JsonNode *value = json_node_alloc ();

  if (node == NULL)
    return json_node_init_null (value);
  if (node->kind == SY_NODE_MAPPING)
    {
      g_autoptr (JsonObject) object = json_object_new ();

      for (const SyNode *key = node->first; key != NULL; key = key->next->next)
        json_object_set_member (object, key->text, test_schema_value (key->next));
      return json_node_init_object (value, object);
    }
  if (node->kind == SY_NODE_SEQUENCE)
    {
      g_autoptr (JsonArray) array = json_array_new ();

      for (const SyNode *item = node->first; item != NULL; item = item->next)
        json_array_add_element (array, test_schema_value (item));
      return json_node_init_array (value, array);
    }
  json_node_unref (value);
  return scalar_value (node);
}

/* Checks; each returns NULL or the reason */

static char *check (JsonNode *root, JsonNode *schema, JsonNode *value, const char *where);

static gboolean
has_type (JsonNode *value, const char *type)
{
  GType held = JSON_NODE_HOLDS_VALUE (value) ? json_node_get_value_type (value) : G_TYPE_INVALID;

  if (strcmp (type, "object") == 0)
    return JSON_NODE_HOLDS_OBJECT (value);
  if (strcmp (type, "array") == 0)
    return JSON_NODE_HOLDS_ARRAY (value);
  if (strcmp (type, "null") == 0)
    return JSON_NODE_HOLDS_NULL (value);
  if (strcmp (type, "string") == 0)
    return held == G_TYPE_STRING;
  if (strcmp (type, "boolean") == 0)
    return held == G_TYPE_BOOLEAN;
  if (strcmp (type, "integer") == 0)
    return held == G_TYPE_INT64;
  g_assert_cmpstr (type, ==, "number");
  return held == G_TYPE_INT64 || held == G_TYPE_DOUBLE;
}

static gboolean
check_type (JsonNode *types, JsonNode *value)
{
  if (!JSON_NODE_HOLDS_ARRAY (types))
    return has_type (value, json_node_get_string (types));
  for (guint i = 0; i < json_array_get_length (json_node_get_array (types)); i++)
    if (has_type (value, json_array_get_string_element (json_node_get_array (types), i)))
      return TRUE;
  return FALSE;
}

static gboolean
check_enum (JsonArray *words, JsonNode *value)
{
  for (guint i = 0; i < json_array_get_length (words); i++)
    if (json_node_equal (json_array_get_element (words, i), value))
      return TRUE;
  return FALSE;
}

static char *
check_scalar (JsonObject *schema, JsonNode *value, const char *where)
{
  gboolean number = has_type (value, "number");

  if (json_object_has_member (schema, "type") && !check_type (json_object_get_member (schema, "type"), value))
    return g_strdup_printf ("%s: type", where);
  if (json_object_has_member (schema, "enum") && !check_enum (json_object_get_array_member (schema, "enum"), value))
    return g_strdup_printf ("%s: enum", where);
  if (number && json_object_has_member (schema, "minimum") &&
      json_node_get_double (value) < json_object_get_double_member (schema, "minimum"))
    return g_strdup_printf ("%s: minimum", where);
  if (number && json_object_has_member (schema, "maximum") &&
      json_node_get_double (value) > json_object_get_double_member (schema, "maximum"))
    return g_strdup_printf ("%s: maximum", where);
  if (has_type (value, "string") && json_object_has_member (schema, "pattern") &&
      !g_regex_match_simple (json_object_get_string_member (schema, "pattern"), json_node_get_string (value), 0, 0))
    return g_strdup_printf ("%s: pattern", where);
  return NULL;
}

static char *
check_member (JsonNode *root, JsonObject *schema, const char *name, JsonNode *value, const char *where)
{
  JsonObject *properties = json_object_has_member (schema, "properties")
                             ? json_object_get_object_member (schema, "properties") : NULL;
  g_autofree char *inside = g_strdup_printf ("%s.%s", where, name);
  JsonNode *more = json_object_get_member (schema, "additionalProperties");

  if (json_object_has_member (schema, "propertyNames"))
    {
      g_autoptr (JsonNode) text = json_node_init_string (json_node_alloc (), name);
      char *why = check (root, json_object_get_member (schema, "propertyNames"), text, inside);

      if (why != NULL)
        return why;
    }
  if (properties != NULL && json_object_has_member (properties, name))
    return check (root, json_object_get_member (properties, name), value, inside);
  if (json_object_has_member (schema, "patternProperties"))
    {
      JsonObject *patterns = json_object_get_object_member (schema, "patternProperties");
      g_autoptr (GList) names = json_object_get_members (patterns);

      for (GList *l = names; l != NULL; l = l->next)
        if (g_regex_match_simple (l->data, name, 0, 0))
          return check (root, json_object_get_member (patterns, l->data), value, inside);
    }
  return more != NULL ? check (root, more, value, inside) : NULL;
}

static char *
check_object (JsonNode *root, JsonObject *schema, JsonObject *value, const char *where)
{
  JsonArray *required = json_object_has_member (schema, "required")
                          ? json_object_get_array_member (schema, "required") : NULL;
  g_autoptr (GList) names = json_object_get_members (value);

  for (guint i = 0; required != NULL && i < json_array_get_length (required); i++)
    if (!json_object_has_member (value, json_array_get_string_element (required, i)))
      return g_strdup_printf ("%s: required %s", where, json_array_get_string_element (required, i));
  for (GList *l = names; l != NULL; l = l->next)
    {
      char *why = check_member (root, schema, l->data, json_object_get_member (value, l->data), where);

      if (why != NULL)
        return why;
    }
  return NULL;
}

static char *
check_array (JsonNode *root, JsonObject *schema, JsonArray *value, const char *where)
{
  for (guint i = 0; json_object_has_member (schema, "items") && i < json_array_get_length (value); i++)
    {
      char *why = check (root, json_object_get_member (schema, "items"), json_array_get_element (value, i), where);

      if (why != NULL)
        return why;
    }
  return NULL;
}

static char *
check_any_of (JsonNode *root, JsonArray *schemas, JsonNode *value, const char *where)
{
  for (guint i = 0; i < json_array_get_length (schemas); i++)
    {
      g_autofree char *why = check (root, json_array_get_element (schemas, i), value, where);

      if (why == NULL)
        return NULL;
    }
  return g_strdup_printf ("%s: anyOf", where);
}

static JsonNode *
resolve (JsonNode *root, const char *reference)
{
  JsonObject *definitions = json_object_get_object_member (json_node_get_object (root), "definitions");

  g_assert_true (g_str_has_prefix (reference, "#/definitions/"));
  g_assert_true (json_object_has_member (definitions, reference + strlen ("#/definitions/")));
  return json_object_get_member (definitions, reference + strlen ("#/definitions/"));
}

static char *
check (JsonNode *root, JsonNode *node, JsonNode *value, const char *where)
{
  JsonObject *schema;
  char *why;

  if (JSON_NODE_HOLDS_VALUE (node))
    return json_node_get_boolean (node) ? NULL : g_strdup_printf ("%s: no such key", where);
  schema = json_node_get_object (node);
  if (json_object_has_member (schema, "$ref"))
    return check (root, resolve (root, json_object_get_string_member (schema, "$ref")), value, where);
  why = check_scalar (schema, value, where);
  if (why == NULL && JSON_NODE_HOLDS_OBJECT (value))
    why = check_object (root, schema, json_node_get_object (value), where);
  if (why == NULL && JSON_NODE_HOLDS_ARRAY (value))
    why = check_array (root, schema, json_node_get_array (value), where);
  if (why == NULL && json_object_has_member (schema, "anyOf"))
    why = check_any_of (root, json_object_get_array_member (schema, "anyOf"), value, where);
  if (why == NULL && json_object_has_member (schema, "not"))
    {
      g_autofree char *inner = check (root, json_object_get_member (schema, "not"), value, where);

      if (inner == NULL)
        why = g_strdup_printf ("%s: not", where);
    }
  return why;
}

char *
test_schema_check (JsonNode *schema, JsonNode *value)
{
  return check (schema, schema, value, "");
}

/* Form */

static void check_form (JsonNode *root, JsonNode *node);

static void
check_keyword (JsonNode *root, const char *name, JsonNode *value)
{
  static const char *const texts[] = { "$schema", "$id", "title", "description", NULL };
  static const char *const schemas[] = { "items", "additionalProperties", "propertyNames", "not", NULL };
  static const char *const maps[] = { "properties", "patternProperties", "definitions", NULL };
  static const char *const others[] = { "type", "enum", "required", "default", "minimum", "maximum", NULL };

  if (strcmp (name, "$ref") == 0)
    resolve (root, json_node_get_string (value));
  else if (strcmp (name, "pattern") == 0)
    g_regex_unref (g_regex_new (json_node_get_string (value), 0, 0, NULL));
  else if (g_strv_contains (texts, name))
    g_assert_nonnull (json_node_get_string (value));
  else if (g_strv_contains (schemas, name))
    check_form (root, value);
  else if (strcmp (name, "anyOf") == 0)
    for (guint i = 0; i < json_array_get_length (json_node_get_array (value)); i++)
      check_form (root, json_array_get_element (json_node_get_array (value), i));
  else if (g_strv_contains (maps, name))
    {
      g_autoptr (GList) values = json_object_get_values (json_node_get_object (value));

      for (GList *l = values; l != NULL; l = l->next)
        check_form (root, l->data);
    }
  else
    g_assert_true (g_strv_contains (others, name));
}

static void
check_form (JsonNode *root, JsonNode *node)
{
  g_autoptr (GList) names = NULL;

  if (JSON_NODE_HOLDS_VALUE (node))
    {
      g_assert_true (has_type (node, "boolean"));
      return;
    }
  names = json_object_get_members (json_node_get_object (node));
  for (GList *l = names; l != NULL; l = l->next)
    check_keyword (root, l->data, json_object_get_member (json_node_get_object (node), l->data));
}

void
test_schema_check_form (JsonNode *schema)
{
  check_form (schema, schema);
}
