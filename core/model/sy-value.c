/* sy-value.c: values of expressions and their JSON form
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
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
    "null", N_("a bool"), N_("an int"), N_("a float"), N_("a string"), N_("a list or object")
  };

  return _(phrases[type]);
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
      g_set_error (error, SY_ERROR, SY_ERROR_INVALID, _("the value is null; give another with “?? …”"));
      return NULL;
    }
}

void
sy_value_from_json (SyValue *out, const SyJsonNode *node)
{
  GString *text;

  memset (out, 0, sizeof *out);
  switch (node != NULL ? node->type : SY_JSON_NULL)
    {
    case SY_JSON_BOOL:
      *out = (SyValue){ .type = SY_VALUE_BOOL, .boolean = node->boolean };
      break;
    case SY_JSON_INT:
      *out = (SyValue){ .type = SY_VALUE_INT, .integer = node->integer };
      break;
    case SY_JSON_FLOAT:
      *out = (SyValue){ .type = SY_VALUE_FLOAT, .number = node->number };
      break;
    case SY_JSON_STRING:
      *out = (SyValue){ .type = SY_VALUE_STRING, .string = g_strdup (node->string) };
      break;
    case SY_JSON_ARRAY:
    case SY_JSON_OBJECT:
      text = g_string_new (NULL);
      sy_json_append (text, node);
      *out = (SyValue){ .type = SY_VALUE_JSON, .string = g_string_free (text, FALSE) };
      break;
    case SY_JSON_NULL:
    default:
      break;
    }
}
