/* sy-output-values.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/engine/sy-output-values.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/sy-error.h"
#include "core/base/sy-json-writer.h"

static const SyOutput *
find_output (const SyTask *task, const char *key, gsize length)
{
  for (guint i = 0; task->extra != NULL && i < task->extra->n_outputs; i++)
    {
      const SyOutput *output = &task->extra->outputs[i];

      if (strlen (output->name) == length && memcmp (output->name, key, length) == 0)
        return output;
    }
  return NULL;
}

static void
append_value (GString *json, const SyValue *value)
{
  g_autofree char *text = NULL;

  if (value->type == SY_VALUE_STRING)
    {
      sy_json_append_string (json, value->string);
      return;
    }
  text = sy_value_render (value, NULL); /* all others are JSON as they render */
  g_string_append (json, text != NULL ? text : "null");
}

static gboolean
convert_line (const SyOutput *output, const char *text, GHashTable *values, GError **error)
{
  g_auto (SyValue) value = { 0 };
  g_autoptr (GError) local = NULL;
  g_autoptr (GString) json = NULL;

  if (!sy_output_convert (output->type, text, &value, &local))
    {
      g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "output “%s” is no %s: %s", output->name,
                   sy_param_type_to_string (output->type), local->message);
      return FALSE;
    }
  json = g_string_new (NULL);
  append_value (json, &value);
  g_hash_table_replace (values, (gpointer) output->name, g_string_free (g_steal_pointer (&json), FALSE));
  return TRUE;
}

static gboolean
parse_line (const SyTask *task, const char *line, guint number, GHashTable *values, GError **error)
{
  const char *equals = strchr (line, '=');
  const SyOutput *output;

  if (*line == '\0')
    return TRUE;
  if (equals == NULL || equals == line)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_INVALID,
                   "line %u of $SWITCHYARD_OUTPUT is “%.60s”: write KEY=value, one a line", number, line);
      return FALSE;
    }
  output = find_output (task, line, (gsize) (equals - line));
  return output == NULL || convert_line (output, equals + 1, values, error);
}

/* In the order of the declaration, so that the same values give the same text. */
static char *
values_to_json (const SyTask *task, GHashTable *values)
{
  GString *json = g_string_new ("{");

  for (guint i = 0; i < task->extra->n_outputs; i++)
    {
      const char *name = task->extra->outputs[i].name;
      const char *value = g_hash_table_lookup (values, name);
      SyValue key = { .type = SY_VALUE_STRING, .string = (char *) name };

      if (value == NULL)
        continue;
      if (json->len > 1)
        g_string_append_c (json, ',');
      append_value (json, &key);
      g_string_append_printf (json, ":%s", value);
    }
  g_string_append_c (json, '}');
  return g_string_free (json, FALSE);
}

char *
sy_output_values_parse (const SyTask *task, const char *text, gsize length, GError **error)
{
  g_autoptr (GHashTable) values = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  const char *end;
  guint number = 0;

  if (task->extra == NULL)
    return g_strdup ("{}");
  if (!g_utf8_validate_len (text, length, &end))
    {
      g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "$SWITCHYARD_OUTPUT is not UTF-8 at byte %u",
                   (guint) (end - text));
      return NULL;
    }
  for (const char *p = text; p < text + length;)
    {
      const char *newline = memchr (p, '\n', (gsize) (text + length - p));
      const char *stop = newline != NULL ? newline : text + length;
      g_autofree char *line = g_strndup (p, (gsize) (stop - p));

      if (!parse_line (task, line, ++number, values, error))
        return NULL;
      p = stop + 1;
    }
  return values_to_json (task, values);
}

/* @file stays open. */
static GByteArray *
read_limited (int file, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 buffer[16384];
  ssize_t n;

  while ((n = read (file, buffer, sizeof buffer)) > 0)
    {
      g_byte_array_append (bytes, buffer, (guint) n);
      if (bytes->len > SY_OUTPUT_VALUES_MAX)
        {
          g_set_error (error, SY_ERROR, SY_ERROR_LIMIT,
                       "$SWITCHYARD_OUTPUT is longer than 1 MiB: pass large results as files");
          return NULL;
        }
    }
  if (n < 0)
    {
      sy_error_set_errno (error, errno, "Cannot read $SWITCHYARD_OUTPUT");
      return NULL;
    }
  return g_steal_pointer (&bytes);
}

char *
sy_output_values_read (int run_fd, const SyTask *task, guint32 item, guint32 attempt, GError **error)
{
  g_autofree char *name = g_strdup_printf ("v/t%u.i%u.a%u", task->number, item, attempt);
  g_autoptr (GByteArray) bytes = NULL;
  int fd = openat (run_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);

  if (fd < 0 && errno == ENOENT)
    return g_strdup ("{}");
  if (fd < 0)
    {
      sy_error_set_errno (error, errno, "Cannot open $SWITCHYARD_OUTPUT (%s)", name);
      return NULL;
    }
  bytes = read_limited (fd, error);
  close (fd);
  return bytes != NULL ? sy_output_values_parse (task, (const char *) bytes->data, bytes->len, error) : NULL;
}
