/* sy-json-writer.h: writes JSON to a buffer, compact, as it comes: 100,000 tasks without a tree in memory
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @key is NULL inside an array and at the top. Misuse (unbalanced ends) asserts. */
typedef struct
{
  GString *out;         /* borrowed */
  guint depth;
  gboolean comma;       /* the next value needs one */
  gboolean pretty;      /* a line for each value, two spaces for each level */
} SyJson;

static inline SyJson
sy_json_on (GString *out)
{
  return (SyJson){ .out = out };
}

/* Appends @text (UTF-8) as a JSON string, quotes and all. */
void sy_json_append_string (GString *out, const char *text);
void sy_json_append_double (GString *out, double number);

void sy_json_begin_object (SyJson *json, const char *key);
void sy_json_end_object (SyJson *json);
void sy_json_begin_array (SyJson *json, const char *key);
void sy_json_end_array (SyJson *json);
void sy_json_string (SyJson *json, const char *key, const char *value); /* NULL value: null; invalid UTF-8 as U+FFFD */
void sy_json_int (SyJson *json, const char *key, gint64 value);
/* null where @value is @unknown */
void sy_json_int_or_null (SyJson *json, const char *key, gint64 value, gint64 unknown);
void sy_json_double (SyJson *json, const char *key, double value); /* the shortest form, which is no whole number's */
void sy_json_bool (SyJson *json, const char *key, gboolean value);
void sy_json_null (SyJson *json, const char *key);
/* @text is JSON already */
void sy_json_raw (SyJson *json, const char *key, const char *text);

G_END_DECLS
