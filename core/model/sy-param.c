/* sy-param.c: text -> a value of a declared type
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "core/model/sy-scalar-private.h"

static gboolean
take_string (SyValue *out, char *text)
{
  out->type = SY_VALUE_STRING;
  out->string = text;
  return text != NULL;
}

static gboolean
convert_bool (const char *text, SyValue *out, GError **error)
{
  out->type = SY_VALUE_BOOL;
  out->boolean = g_str_equal (text, "true");
  return out->boolean || g_str_equal (text, "false") ||
         sy_scalar_fail (error, "“%.40s” is neither true nor false", text);
}

static gboolean
convert_duration (const char *text, SyValue *out, GError **error)
{
  gint64 us;

  if (!sy_parse_duration (text, &us, error))
    return FALSE;
  sy_value_from_duration (out, us);
  return TRUE;
}

static gboolean
convert_size (const char *text, SyValue *out, GError **error)
{
  guint64 bytes;

  out->type = SY_VALUE_INT;
  if (!sy_parse_size (text, &bytes, error))
    return FALSE;
  out->integer = (gint64)bytes;
  return TRUE;
}

static gboolean
convert_path (const char *text, SyValue *out, GError **error)
{
  if (*text == '\0')
    return sy_scalar_fail (error, "a path is missing: “.” is the working folder");
  return take_string (out, g_strdup (text));
}

static gboolean
convert_json (const char *text, SyValue *out, GError **error)
{
  g_autoptr (SyJsonNode) node = sy_json_parse (text, error);

  if (!node)
    return FALSE;
  sy_value_from_json (out, node);
  return TRUE;
}

/* A JSON array, or a,b,c: the items are strings then */
static gboolean
convert_list (const char *text, SyValue *out, GError **error)
{
  g_autoptr (SyJsonNode) node = NULL;
  g_autoptr (GString) list = NULL;
  g_auto (GStrv) items = NULL;
  SyJson json;

  if (*text == '[')
    {
      if ((node = sy_json_parse (text, NULL)) && sy_json_is (node, SY_JSON_ARRAY))
        {
          sy_value_from_json (out, node);
          return TRUE;
        }
      return sy_scalar_fail (error, "“%.40s” is not a list: write a,b,c or a JSON array [\"a\",\"b\"]", text);
    }
  list = g_string_new (NULL);
  json = sy_json_on (list);
  items = g_strsplit (text, ",", -1);
  sy_json_begin_array (&json, NULL);
  for (guint i = 0; items[i]; i++)
    sy_json_string (&json, NULL, g_strstrip (items[i]));
  sy_json_end_array (&json);
  *out = (SyValue){ .type = SY_VALUE_JSON, .string = g_string_free (g_steal_pointer (&list), FALSE) };
  return TRUE;
}

static gboolean
convert (SyParamType type, const char *text, gint64 now_wall_us, SyValue *out, GError **error)
{
  memset (out, 0, sizeof *out);
  switch (type)
    {
    case SY_TYPE_INT:
      out->type = SY_VALUE_INT;
      return sy_parse_int (text, &out->integer, error);
    case SY_TYPE_FLOAT:
      out->type = SY_VALUE_FLOAT;
      return sy_parse_float (text, &out->number, error);
    case SY_TYPE_BOOL:
      return convert_bool (text, out, error);
    case SY_TYPE_DATE:
      return take_string (out, sy_parse_date (text, now_wall_us, error));
    case SY_TYPE_DATETIME:
      return take_string (out, sy_parse_datetime (text, now_wall_us, error));
    case SY_TYPE_DURATION:
      return convert_duration (text, out, error);
    case SY_TYPE_SIZE:
      return convert_size (text, out, error);
    case SY_TYPE_PATH:
      return convert_path (text, out, error);
    case SY_TYPE_LIST:
      return convert_list (text, out, error);
    case SY_TYPE_JSON:
      return convert_json (text, out, error);
    default:
      return take_string (out, g_strdup (text));
    }
}

/* Order of two values of one type that has one: numbers, and dates as their canonical text */
static int
compare (const SyValue *a, const SyValue *b)
{
  double x = a->type == SY_VALUE_INT ? (double)a->integer : a->number;
  double y = b->type == SY_VALUE_INT ? (double)b->integer : b->number;

  if (a->type == SY_VALUE_STRING)
    return strcmp (a->string, b->string);
  if (a->type == SY_VALUE_INT && b->type == SY_VALUE_INT)
    return (a->integer > b->integer) - (a->integer < b->integer);
  return (x > y) - (x < y);
}

/* Times of different zones */
static int
compare_times (const SyValue *a, const SyValue *b)
{
  g_autoptr (GDateTime) x = g_date_time_new_from_iso8601 (a->string, NULL),
                        y = g_date_time_new_from_iso8601 (b->string, NULL);

  return x && y ? g_date_time_compare (x, y) : 0;
}

static gboolean
check_bound (const SyParam *param,
             const char *bound,
             int wanted_sign,
             gint64 now_wall_us,
             const char *text,
             const SyValue *value,
             GError **error)
{
  g_auto (SyValue) limit = { 0 };
  int order;

  if (!bound)
    return TRUE;
  if (param->type != SY_TYPE_INT && param->type != SY_TYPE_FLOAT && param->type != SY_TYPE_DATE &&
      param->type != SY_TYPE_DATETIME && param->type != SY_TYPE_DURATION && param->type != SY_TYPE_SIZE)
    return sy_scalar_fail (
        error, "parameter “%s”: min and max belong to int, float, date, datetime, duration and size",
        param->name);
  if (!convert (param->type, bound, now_wall_us, &limit, error))
    {
      g_prefix_error (error, _("%s of parameter “%s”: "), wanted_sign > 0 ? "min" : "max", param->name);
      return FALSE;
    }
  order = param->type == SY_TYPE_DATETIME ? compare_times (value, &limit) : compare (value, &limit);
  if (order == 0 || (order > 0) == (wanted_sign > 0))
    return TRUE;
  return wanted_sign > 0 ? sy_scalar_fail (error, "parameter “%s”: %s is less than the least, %s", param->name, text, bound)
                         : sy_scalar_fail (error, "parameter “%s”: %s is more than the most, %s", param->name, text, bound);
}

static gboolean
check_pattern (const SyParam *param, const char *text, GError **error)
{
  g_autoptr (GRegex) regex = NULL;
  g_autoptr (GError) why = NULL;
  g_autofree char *whole = NULL;

  if (!param->pattern)
    return TRUE;
  whole = g_strdup_printf ("\\A(?:%s)\\z", param->pattern);
  regex = g_regex_new (whole, 0, 0, &why);
  if (regex && g_regex_match_full (regex, text, -1, 0, 0, NULL, &why))
    return TRUE;
  if (why)
    return sy_scalar_fail (error, "the pattern of parameter “%s” cannot be used: %s", param->name,
                           why->message);
  return sy_scalar_fail (error, "parameter “%s”: “%.80s” does not match the pattern %s", param->name, text,
                         param->pattern);
}

static gboolean
check_values (const SyParam *param, const char *text, GError **error)
{
  g_autofree char *all = NULL;

  if (!param->values || g_strv_contains (param->values, text))
    return TRUE;
  all = g_strjoinv (", ", (char **)param->values);
  return sy_scalar_fail (error, "parameter “%s”: “%.80s” is none of %s", param->name, text, all);
}

gboolean
sy_param_convert (const SyParam *param, const char *text, gint64 now_wall_us, SyValue *out, GError **error)
{
  memset (out, 0, sizeof *out);
  if (!g_utf8_validate (text, -1, NULL))
    return sy_scalar_fail (error, "parameter “%s”: the value is not UTF-8", param->name);
  if (!convert (param->type, text, now_wall_us, out, error))
    g_prefix_error (error, _("parameter “%s”: "), param->name);
  else if (check_values (param, text, error) && check_pattern (param, text, error) &&
           check_bound (param, param->min, 1, now_wall_us, text, out, error) &&
           check_bound (param, param->max, -1, now_wall_us, text, out, error))
    return TRUE;
  sy_value_clear (out);
  return FALSE;
}

gboolean
sy_output_convert (SyParamType type, const char *text, SyValue *out, GError **error)
{
  g_autofree char *bare = NULL;

  memset (out, 0, sizeof *out);
  if (!g_utf8_validate (text, -1, NULL))
    return sy_scalar_fail (error, "the value is not UTF-8");
  if (type == SY_TYPE_STRING || type == SY_TYPE_TEXT)
    return take_string (out, g_strdup (text));
  bare = g_strstrip (g_strdup (text));
  if (*bare == '\0')
    return sy_scalar_fail (error, "the value is empty, and the output is declared as %s",
                           sy_param_type_to_string (type));
  if (convert (type, bare, -1, out, error))
    return TRUE;
  sy_value_clear (out);
  return FALSE;
}
