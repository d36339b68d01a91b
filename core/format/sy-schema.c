/* sy-schema.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-schema.h"

#include "core/format/sy-fields.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define DURATION "^(?=.)([0-9]+(\\.[0-9]+)?|([0-9]+(\\.[0-9]+)?d)?([0-9]+(\\.[0-9]+)?h)?([0-9]+(\\.[0-9]+)?m)?" \
  "([0-9]+(\\.[0-9]+)?s)?([0-9]+(\\.[0-9]+)?ms)?)$"
#define SIZE "^[0-9]+(\\.[0-9]+)?(B|[KMGTP](iB)?)?$"
#define PERCENT "^([1-9]|[1-9][0-9]|100)%$"
#define EXPRESSION "\\$\\{\\{"
#define CODES "^(any|[0-9]{1,3}(-[0-9]{1,3})?)$"

static void
add_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
add_number (JsonBuilder *builder, const char *name, double value)
{
  json_builder_set_member_name (builder, name);
  if (value == (double) (gint64) value)
    json_builder_add_int_value (builder, (gint64) value);
  else
    json_builder_add_double_value (builder, value);
}

static void
add_strings (JsonBuilder *builder, const char *name, const char *const *values)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (; *values != NULL; values++)
    json_builder_add_string_value (builder, *values);
  json_builder_end_array (builder);
}

/* Alternatives: members of the object that the builder stands in */

static void
add_pattern (JsonBuilder *builder, const char *pattern)
{
  add_string (builder, "type", "string");
  add_string (builder, "pattern", pattern);
}

static void
add_range (JsonBuilder *builder, const SyField *field, const char *type)
{
  add_string (builder, "type", type);
  if (field->min == 0 && field->max == 0)
    return;
  add_number (builder, "minimum", field->min);
  add_number (builder, "maximum", field->max);
}

static void add_field (JsonBuilder *builder, const SyField *field, gboolean defaults);

static void
add_map (JsonBuilder *builder, const SyField *field)
{
  g_autofree char *names = g_strdup_printf ("^%s$", field->names);

  add_string (builder, "type", "object");
  json_builder_set_member_name (builder, "propertyNames");
  json_builder_begin_object (builder);
  add_string (builder, "pattern", names);
  json_builder_end_object (builder);
  json_builder_set_member_name (builder, "additionalProperties");
  json_builder_begin_object (builder);
  add_field (builder, field->item, FALSE);
  json_builder_end_object (builder);
}

static void
add_list (JsonBuilder *builder, const SyField *field)
{
  add_string (builder, "type", "array");
  json_builder_set_member_name (builder, "items");
  json_builder_begin_object (builder);
  add_field (builder, field->item, FALSE);
  json_builder_end_object (builder);
}

/* The one alternative @accept (a single bit; 0: nothing written) */
static void
add_alternative (JsonBuilder *builder, const SyField *field, guint accept, gboolean defaults)
{
  g_autofree char *reference = NULL;

  switch (accept)
    {
    case SY_ACCEPT_TEXT:
      add_strings (builder, "type", (const char *const[]) { "string", "number", "boolean", NULL });
      break;
    case SY_ACCEPT_BOOL:
      add_string (builder, "type", "boolean");
      break;
    case SY_ACCEPT_INT:
      add_range (builder, field, "integer");
      break;
    case SY_ACCEPT_NUMBER:
      add_range (builder, field, "number");
      break;
    case SY_ACCEPT_DURATION:
      add_pattern (builder, DURATION);
      break;
    case SY_ACCEPT_SIZE:
      add_pattern (builder, SIZE);
      break;
    case SY_ACCEPT_PERCENT:
      add_pattern (builder, PERCENT);
      break;
    case SY_ACCEPT_CODES:
      add_pattern (builder, CODES);
      break;
    case SY_ACCEPT_WORD:
      add_strings (builder, "enum", field->words);
      break;
    case SY_ACCEPT_LIST:
      add_list (builder, field);
      break;
    case SY_ACCEPT_MAP:
      add_map (builder, field);
      break;
    case SY_ACCEPT_OBJECT:
      reference = g_strdup_printf ("#/definitions/%s", defaults ? "defaults" : field->table->name);
      add_string (builder, "$ref", reference);
      break;
    case SY_ACCEPT_ANY:
      add_strings (builder, "type", (const char *const[]) { "array", "object", NULL });
      break;
    default:
      add_string (builder, "type", "null");
      break;
    }
}

/* What YAML itself reads as a number is one of these too */
static void
add_number_alternative (JsonBuilder *builder, const SyField *field)
{
  if (!(field->accept & (SY_ACCEPT_DURATION | SY_ACCEPT_SIZE | SY_ACCEPT_CODES)))
    return;
  json_builder_begin_object (builder);
  add_string (builder, "type", field->accept & SY_ACCEPT_DURATION ? "number" : "integer");
  add_number (builder, "minimum", 0);
  if (field->accept & SY_ACCEPT_CODES)
    add_number (builder, "maximum", 255);
  json_builder_end_object (builder);
}

/* A field with a type of its own that may be an expression instead */
static gboolean
takes_expression (const SyField *field)
{
  const guint none = SY_FIELD_FIXED | SY_FIELD_PROSE | SY_FIELD_DYNAMIC | SY_FIELD_EXPRESSION;

  return !(field->flags & none) && !(field->accept & SY_ACCEPT_TEXT) && (field->accept & SY_ACCEPT_SCALAR);
}

static void
add_alternatives (JsonBuilder *builder, const SyField *field, gboolean defaults)
{
  gboolean collection = (field->accept & ~(guint) SY_ACCEPT_SCALAR) != 0;

  json_builder_set_member_name (builder, "anyOf");
  json_builder_begin_array (builder);
  for (guint bit = 1; bit <= SY_ACCEPT_ANY; bit <<= 1)
    if (field->accept & bit)
      {
        json_builder_begin_object (builder);
        add_alternative (builder, field, bit, defaults);
        json_builder_end_object (builder);
      }
  add_number_alternative (builder, field);
  if (takes_expression (field))
    {
      json_builder_begin_object (builder);
      add_pattern (builder, EXPRESSION);
      json_builder_end_object (builder);
    }
  if (collection) /* a key with nothing behind it */
    {
      json_builder_begin_object (builder);
      add_alternative (builder, field, 0, defaults);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_default (JsonBuilder *builder, const SyField *field)
{
  char *end;
  double number;

  if (field->fallback == NULL || field->fallback[0] == '[')
    return;
  number = g_ascii_strtod (field->fallback, &end);
  if (field->accept & SY_ACCEPT_BOOL)
    {
      json_builder_set_member_name (builder, "default");
      json_builder_add_boolean_value (builder, strcmp (field->fallback, "true") == 0);
    }
  else if (*end == '\0' && (field->accept & (SY_ACCEPT_INT | SY_ACCEPT_NUMBER)))
    add_number (builder, "default", number);
  else
    add_string (builder, "default", field->fallback);
}

/* Members of the schema of one field */
static void
add_field (JsonBuilder *builder, const SyField *field, gboolean defaults)
{
  guint single = field->accept & (SY_ACCEPT_TEXT | SY_ACCEPT_BOOL | SY_ACCEPT_INT | SY_ACCEPT_NUMBER | SY_ACCEPT_WORD);

  if (field->flags & SY_FIELD_LATER)
    {
      g_autofree char *help = g_strdup_printf ("Not yet supported: %s", field->help);

      add_string (builder, "description", help);
      json_builder_set_member_name (builder, "not");
      json_builder_begin_object (builder);
      json_builder_end_object (builder);
      return;
    }
  add_string (builder, "description", field->help);
  add_default (builder, field);
  if (single == field->accept && (single & (single - 1)) == 0 && !takes_expression (field))
    add_alternative (builder, field, single, defaults);
  else
    add_alternatives (builder, field, defaults);
}

/* Tables */

static void
add_required (JsonBuilder *builder, const SyTable *table)
{
  const char *required[SY_MAX_FIELDS + 1] = { NULL };
  guint n = 0;

  for (guint i = 0; i < table->n_fields; i++)
    if (table->fields[i].flags & SY_FIELD_REQUIRED)
      required[n++] = table->fields[i].key;
  if (n > 0)
    add_strings (builder, "required", required);
}

/* Not both run and command */
static void
add_kinds (JsonBuilder *builder, const SyTable *table)
{
  if (sy_table_find (table, "run") == NULL || sy_table_find (table, "command") == NULL)
    return;
  json_builder_set_member_name (builder, "not");
  json_builder_begin_object (builder);
  add_strings (builder, "required", (const char *const[]) { "run", "command", NULL });
  json_builder_end_object (builder);
}

static void
add_table (JsonBuilder *builder, const SyTable *table, gboolean defaults)
{
  add_string (builder, "type", "object");
  json_builder_set_member_name (builder, "properties");
  json_builder_begin_object (builder);
  for (guint i = 0; i < table->n_fields; i++)
    {
      const SyField *field = &table->fields[i];

      if (defaults && !(field->flags & (SY_FIELD_DEFAULTS | SY_FIELD_LATER)))
        continue;
      json_builder_set_member_name (builder, field->key);
      json_builder_begin_object (builder);
      add_field (builder, field, table == &sy_table_file && i == SY_FILE_DEFAULTS);
      json_builder_end_object (builder);
    }
  json_builder_end_object (builder);

  json_builder_set_member_name (builder, "patternProperties");
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "^x-");
  json_builder_begin_object (builder);
  json_builder_end_object (builder);
  json_builder_end_object (builder);

  json_builder_set_member_name (builder, "additionalProperties");
  if (table->others != NULL)
    {
      json_builder_begin_object (builder);
      add_field (builder, table->others, FALSE);
      json_builder_end_object (builder);
    }
  else
    json_builder_add_boolean_value (builder, FALSE);
  if (!defaults)
    add_required (builder, table);
  if (!defaults)
    add_kinds (builder, table);
}

static void
add_definitions (JsonBuilder *builder)
{
  json_builder_set_member_name (builder, "definitions");
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "defaults");
  json_builder_begin_object (builder);
  add_table (builder, &sy_table_task, TRUE);
  json_builder_end_object (builder);
  for (guint i = 1; sy_tables[i] != NULL; i++)
    {
      json_builder_set_member_name (builder, sy_tables[i]->name);
      json_builder_begin_object (builder);
      add_table (builder, sy_tables[i], FALSE);
      json_builder_end_object (builder);
    }
  json_builder_end_object (builder);
}

char *
sy_schema_print (void)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_object (builder);
  add_string (builder, "$schema", "http://json-schema.org/draft-07/schema#");
  add_string (builder, "$id", "switchyard-1.schema.json");
  add_string (builder, "title", "Switchyard workflow, version 1");
  add_table (builder, &sy_table_file, FALSE);
  add_definitions (builder);
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);
  text = json_generator_to_data (generator, NULL);
  return g_strconcat (text, "\n", NULL);
}
