/* sy-schema.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-schema.h"

#include "core/base/sy-json-writer.h"
#include "core/format/sy-fields.h"

#include <string.h>

#define DURATION "^(?=.)([0-9]+(\\.[0-9]+)?|([0-9]+(\\.[0-9]+)?d)?([0-9]+(\\.[0-9]+)?h)?([0-9]+(\\.[0-9]+)?m)?" \
  "([0-9]+(\\.[0-9]+)?s)?([0-9]+(\\.[0-9]+)?ms)?)$"
#define SIZE "^[0-9]+(\\.[0-9]+)?(B|[KMGTP](iB)?)?$"
#define PERCENT "^([1-9]|[1-9][0-9]|100)%$"
#define EXPRESSION "\\$\\{\\{"
#define CODES "^(any|[0-9]{1,3}(-[0-9]{1,3})?)$"

static void
add_number (SyJson *json, const char *name, double value)
{
  if (value == (double) (gint64) value)
    sy_json_int (json, name, (gint64) value);
  else
    sy_json_double (json, name, value);
}

static void
add_strings (SyJson *json, const char *name, const char *const *values)
{
  sy_json_begin_array (json, name);
  for (; *values != NULL; values++)
    sy_json_string (json, NULL, *values);
  sy_json_end_array (json);
}

/* Alternatives: members of the object that is being written */

static void
add_pattern (SyJson *json, const char *pattern)
{
  sy_json_string (json, "type", "string");
  sy_json_string (json, "pattern", pattern);
}

static void
add_range (SyJson *json, const SyField *field, const char *type)
{
  sy_json_string (json, "type", type);
  if (field->min == 0 && field->max == 0)
    return;
  add_number (json, "minimum", field->min);
  add_number (json, "maximum", field->max);
}

static void add_field (SyJson *json, const SyField *field, gboolean defaults);

static void
add_map (SyJson *json, const SyField *field)
{
  g_autofree char *names = g_strdup_printf ("^%s$", field->names);

  sy_json_string (json, "type", "object");
  sy_json_begin_object (json, "propertyNames");
  sy_json_string (json, "pattern", names);
  sy_json_end_object (json);
  sy_json_begin_object (json, "additionalProperties");
  add_field (json, field->item, FALSE);
  sy_json_end_object (json);
}

static void
add_list (SyJson *json, const SyField *field)
{
  sy_json_string (json, "type", "array");
  sy_json_begin_object (json, "items");
  add_field (json, field->item, FALSE);
  sy_json_end_object (json);
}

/* The one alternative @accept (a single bit; 0: nothing written) */
static void
add_alternative (SyJson *json, const SyField *field, guint accept, gboolean defaults)
{
  g_autofree char *reference = NULL;

  switch (accept)
    {
    case SY_ACCEPT_TEXT:
      add_strings (json, "type", (const char *const[]) { "string", "number", "boolean", NULL });
      break;
    case SY_ACCEPT_BOOL:
      sy_json_string (json, "type", "boolean");
      break;
    case SY_ACCEPT_INT:
      add_range (json, field, "integer");
      break;
    case SY_ACCEPT_NUMBER:
      add_range (json, field, "number");
      break;
    case SY_ACCEPT_DURATION:
      add_pattern (json, DURATION);
      break;
    case SY_ACCEPT_SIZE:
      add_pattern (json, SIZE);
      break;
    case SY_ACCEPT_PERCENT:
      add_pattern (json, PERCENT);
      break;
    case SY_ACCEPT_CODES:
      add_pattern (json, CODES);
      break;
    case SY_ACCEPT_WORD:
      add_strings (json, "enum", field->words);
      break;
    case SY_ACCEPT_LIST:
      add_list (json, field);
      break;
    case SY_ACCEPT_MAP:
      add_map (json, field);
      break;
    case SY_ACCEPT_OBJECT:
      reference = g_strdup_printf ("#/definitions/%s", defaults ? "defaults" : field->table->name);
      sy_json_string (json, "$ref", reference);
      break;
    case SY_ACCEPT_ANY:
      add_strings (json, "type", (const char *const[]) { "array", "object", NULL });
      break;
    default:
      sy_json_string (json, "type", "null");
      break;
    }
}

/* What YAML itself reads as a number is one of these too */
static void
add_number_alternative (SyJson *json, const SyField *field)
{
  if (!(field->accept & (SY_ACCEPT_DURATION | SY_ACCEPT_SIZE | SY_ACCEPT_CODES)))
    return;
  sy_json_begin_object (json, NULL);
  sy_json_string (json, "type", field->accept & SY_ACCEPT_DURATION ? "number" : "integer");
  add_number (json, "minimum", 0);
  if (field->accept & SY_ACCEPT_CODES)
    add_number (json, "maximum", 255);
  sy_json_end_object (json);
}

/* A field with a type of its own that may be an expression instead */
static gboolean
takes_expression (const SyField *field)
{
  const guint none = SY_FIELD_FIXED | SY_FIELD_PROSE | SY_FIELD_DYNAMIC | SY_FIELD_EXPRESSION;

  return !(field->flags & none) && !(field->accept & SY_ACCEPT_TEXT) && (field->accept & SY_ACCEPT_SCALAR);
}

static void
add_alternatives (SyJson *json, const SyField *field, gboolean defaults)
{
  gboolean collection = (field->accept & ~(guint) SY_ACCEPT_SCALAR) != 0;

  sy_json_begin_array (json, "anyOf");
  for (guint bit = 1; bit <= SY_ACCEPT_ANY; bit <<= 1)
    if (field->accept & bit)
      {
        sy_json_begin_object (json, NULL);
        add_alternative (json, field, bit, defaults);
        sy_json_end_object (json);
      }
  add_number_alternative (json, field);
  if (takes_expression (field))
    {
      sy_json_begin_object (json, NULL);
      add_pattern (json, EXPRESSION);
      sy_json_end_object (json);
    }
  if (collection) /* a key with nothing behind it */
    {
      sy_json_begin_object (json, NULL);
      add_alternative (json, field, 0, defaults);
      sy_json_end_object (json);
    }
  sy_json_end_array (json);
}

static void
add_default (SyJson *json, const SyField *field)
{
  char *end;
  double number;

  if (field->fallback == NULL || field->fallback[0] == '[')
    return;
  number = g_ascii_strtod (field->fallback, &end);
  if (field->accept & SY_ACCEPT_BOOL)
    {
      sy_json_bool (json, "default", strcmp (field->fallback, "true") == 0);
    }
  else if (*end == '\0' && (field->accept & (SY_ACCEPT_INT | SY_ACCEPT_NUMBER)))
    add_number (json, "default", number);
  else
    sy_json_string (json, "default", field->fallback);
}

/* Members of the schema of one field */
static void
add_field (SyJson *json, const SyField *field, gboolean defaults)
{
  guint single = field->accept & (SY_ACCEPT_TEXT | SY_ACCEPT_BOOL | SY_ACCEPT_INT | SY_ACCEPT_NUMBER | SY_ACCEPT_WORD);

  if (field->flags & SY_FIELD_LATER)
    {
      g_autofree char *help = g_strdup_printf ("Not yet supported: %s", field->help);

      sy_json_string (json, "description", help);
      sy_json_begin_object (json, "not");
      sy_json_end_object (json);
      return;
    }
  sy_json_string (json, "description", field->help);
  add_default (json, field);
  if (single == field->accept && (single & (single - 1)) == 0 && !takes_expression (field))
    add_alternative (json, field, single, defaults);
  else
    add_alternatives (json, field, defaults);
}

/* Tables */

static void
add_required (SyJson *json, const SyTable *table)
{
  const char *required[SY_MAX_FIELDS + 1] = { NULL };
  guint n = 0;

  for (guint i = 0; i < table->n_fields; i++)
    if (table->fields[i].flags & SY_FIELD_REQUIRED)
      required[n++] = table->fields[i].key;
  if (n > 0)
    add_strings (json, "required", required);
}

/* Not both run and command */
static void
add_kinds (SyJson *json, const SyTable *table)
{
  if (sy_table_find (table, "run") == NULL || sy_table_find (table, "command") == NULL)
    return;
  sy_json_begin_object (json, "not");
  add_strings (json, "required", (const char *const[]) { "run", "command", NULL });
  sy_json_end_object (json);
}

static void
add_table (SyJson *json, const SyTable *table, gboolean defaults)
{
  sy_json_string (json, "type", "object");
  sy_json_begin_object (json, "properties");
  for (guint i = 0; i < table->n_fields; i++)
    {
      const SyField *field = &table->fields[i];

      if (defaults && !(field->flags & (SY_FIELD_DEFAULTS | SY_FIELD_LATER)))
        continue;
      sy_json_begin_object (json, field->key);
      add_field (json, field, table == &sy_table_file && i == SY_FILE_DEFAULTS);
      sy_json_end_object (json);
    }
  sy_json_end_object (json);

  sy_json_begin_object (json, "patternProperties");
  sy_json_begin_object (json, "^x-");
  sy_json_end_object (json);
  sy_json_end_object (json);

  if (table->others != NULL)
    {
      sy_json_begin_object (json, "additionalProperties");
      add_field (json, table->others, FALSE);
      sy_json_end_object (json);
    }
  else
    sy_json_bool (json, "additionalProperties", FALSE);
  if (!defaults)
    add_required (json, table);
  if (!defaults)
    add_kinds (json, table);
}

static void
add_definitions (SyJson *json)
{
  sy_json_begin_object (json, "definitions");
  sy_json_begin_object (json, "defaults");
  add_table (json, &sy_table_task, TRUE);
  sy_json_end_object (json);
  for (guint i = 1; sy_tables[i] != NULL; i++)
    {
      sy_json_begin_object (json, sy_tables[i]->name);
      add_table (json, sy_tables[i], FALSE);
      sy_json_end_object (json);
    }
  sy_json_end_object (json);
}

char *
sy_schema_print (void)
{
  GString *out = g_string_new (NULL);
  SyJson json = { .out = out, .pretty = TRUE };

  sy_json_begin_object (&json, NULL);
  sy_json_string (&json, "$schema", "http://json-schema.org/draft-07/schema#");
  sy_json_string (&json, "$id", "switchyard-1.schema.json");
  sy_json_string (&json, "title", "Switchyard workflow, version 1");
  add_table (&json, &sy_table_file, FALSE);
  add_definitions (&json);
  sy_json_end_object (&json);
  g_string_append_c (out, '\n');
  return g_string_free (out, FALSE);
}
