/* sy-json-writer.c: writes JSON to a buffer
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/sy-json-writer.h"

#include "core/base/sy-text.h"

#include <string.h>

void
sy_json_append_string (GString *out, const char *text)
{
  const char *from = text, *p;

  g_string_append_c (out, '"');
  for (p = text; *p != '\0'; p++)
    {
      guchar c = (guchar) *p;

      if (G_LIKELY (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f))
        continue;
      g_string_append_len (out, from, p - from);
      from = p + 1;
      if (c == '"' || c == '\\')
        g_string_append_printf (out, "\\%c", c);
      else if (c == '\n')
        g_string_append (out, "\\n");
      else if (c == '\t')
        g_string_append (out, "\\t");
      else
        g_string_append_printf (out, "\\u%04x", c);
    }
  g_string_append_len (out, from, p - from);
  g_string_append_c (out, '"');
}

void
sy_json_append_double (GString *out, double number)
{
  g_autofree char *text = sy_number_to_string (number);

  g_string_append (out, text);
  if (strpbrk (text, ".e") == NULL)
    g_string_append (out, ".0");
}

static void
append_quoted (GString *out, const char *text)
{
  g_autofree char *owned = NULL;

  if (!g_utf8_validate (text, -1, NULL))
    text = owned = g_utf8_make_valid (text, -1);
  sy_json_append_string (out, text);
}

static void
begin_line (SyJson *json)
{
  g_string_append_printf (json->out, "\n%*s", (int) (2 * json->depth), "");
}

static void
begin_value (SyJson *json, const char *key)
{
  if (json->comma)
    g_string_append_c (json->out, ',');
  if (json->pretty && json->depth > 0)
    begin_line (json);
  json->comma = TRUE;
  if (key != NULL)
    {
      append_quoted (json->out, key);
      g_string_append (json->out, json->pretty ? ": " : ":");
    }
}

static void
open_level (SyJson *json, const char *key, char bracket)
{
  begin_value (json, key);
  g_string_append_c (json->out, bracket);
  json->depth++;
  json->comma = FALSE;
}

static void
close_level (SyJson *json, char bracket)
{
  g_assert (json->depth > 0);
  json->depth--;
  if (json->pretty && json->comma)
    begin_line (json);
  g_string_append_c (json->out, bracket);
  json->comma = TRUE;
}

void
sy_json_begin_object (SyJson *json, const char *key)
{
  open_level (json, key, '{');
}

void
sy_json_end_object (SyJson *json)
{
  close_level (json, '}');
}

void
sy_json_begin_array (SyJson *json, const char *key)
{
  open_level (json, key, '[');
}

void
sy_json_end_array (SyJson *json)
{
  close_level (json, ']');
}

void
sy_json_string (SyJson *json, const char *key, const char *value)
{
  begin_value (json, key);
  if (value == NULL)
    g_string_append (json->out, "null");
  else
    append_quoted (json->out, value);
}

void
sy_json_int (SyJson *json, const char *key, gint64 value)
{
  begin_value (json, key);
  g_string_append_printf (json->out, "%" G_GINT64_FORMAT, value);
}

void
sy_json_int_or_null (SyJson *json, const char *key, gint64 value, gint64 unknown)
{
  if (value == unknown)
    sy_json_null (json, key);
  else
    sy_json_int (json, key, value);
}

void
sy_json_double (SyJson *json, const char *key, double value)
{
  begin_value (json, key);
  sy_json_append_double (json->out, value);
}

void
sy_json_bool (SyJson *json, const char *key, gboolean value)
{
  sy_json_raw (json, key, value ? "true" : "false");
}

void
sy_json_null (SyJson *json, const char *key)
{
  sy_json_raw (json, key, "null");
}

void
sy_json_raw (SyJson *json, const char *key, const char *text)
{
  begin_value (json, key);
  g_string_append (json->out, text);
}
