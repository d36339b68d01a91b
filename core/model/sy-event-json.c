/* sy-event-json.c: writes the `data` column of an event: a flat canonical JSON object
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-event-fields-private.h"

#include <string.h>

static gboolean
is_absent (const Field *field, const SyEvent *event, gint64 value)
{
  if (field->type == TYPE_TEXT)
    return event->text == NULL;
  if (field->type == TYPE_DIGEST)
    return !sy_digest_is_set (event->digest);
  if (value == absent_value (field, event->kind))
    return TRUE;
  if ((field->type != TYPE_STATE && field->type != TYPE_NAME) || event->name != SY_NAME_NONE)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (usual); i++)
    if (usual[i].kind == event->kind)
      return usual[i].or_none;
  return FALSE;
}

static gint64
get (const Field *field, const SyEvent *event, const SyExit *exit)
{
  const char *at = (field->in_exit ? (const char *) exit : (const char *) event) + field->offset;

  switch ((FieldType) field->type)
    {
    case TYPE_U8:
    case TYPE_STATE:
    case TYPE_NAME:
      return *(const guint8 *) at;
    case TYPE_I32:
      return *(const gint32 *) at;
    case TYPE_U32:
      return *(const guint32 *) at;
    case TYPE_ENDED:
      return difference (event->time.wall_us, exit->ended_us);
    case TYPE_STARTED:
      return difference (exit->ended_us, exit->started_us);
    case TYPE_I64:
    case TYPE_U64:
    case TYPE_HEX:
      return *(const gint64 *) at;
    case TYPE_TEXT:
    case TYPE_DIGEST:
      break;
    }
  return 0;
}

static void
write_number (GString *out, guint64 magnitude, gboolean negative)
{
  char digits[24], *at = digits + sizeof digits;

  do
    *--at = (char) ('0' + magnitude % 10);
  while ((magnitude /= 10) != 0);
  if (negative)
    *--at = '-';
  g_string_append_len (out, at, digits + sizeof digits - at);
}

static void
write_string (GString *out, const char *text)
{
  g_autofree char *valid = g_utf8_validate (text, -1, NULL) ? NULL : g_utf8_make_valid (text, -1);
  const char *from = valid ? valid : text, *at;

  g_string_append_c (out, '"');
  for (at = from; *at != '\0'; at++)
    {
      guchar c = (guchar) *at;

      if (c >= 0x20 && c != '"' && c != '\\')
        continue;
      g_string_append_len (out, from, at - from);
      from = at + 1;
      if (c >= 0x20)
        g_string_append_printf (out, "\\%c", c);
      else if (c == '\n')
        g_string_append (out, "\\n");
      else
        g_string_append_printf (out, "\\u%04x", c);
    }
  g_string_append_len (out, from, at - from);
  g_string_append_c (out, '"');
}

static void
write_hex (GString *out, guint64 value)
{
  char digits[16], *at = digits + sizeof digits;

  do
    *--at = "0123456789abcdef"[value & 15];
  while ((value >>= 4) != 0);
  g_string_append_c (out, '"');
  g_string_append_len (out, at, digits + sizeof digits - at);
  g_string_append_c (out, '"');
}

static void
write_value (GString *out, const Field *field, gint64 value, const SyEvent *event)
{
  char digest[2 * SY_DIGEST_BYTES + 1];

  switch ((FieldType) field->type)
    {
    case TYPE_TEXT:
      write_string (out, event->text);
      break;
    case TYPE_DIGEST:
      sy_digest_to_hex (event->digest, digest);
      g_string_append_c (out, '"');
      g_string_append_len (out, digest, sizeof digest - 1);
      g_string_append_c (out, '"');
      break;
    case TYPE_STATE:
      write_string (out, sy_state_to_string ((SyState) value));
      break;
    case TYPE_NAME:
      write_string (out, sy_name_to_string ((SyName) value));
      break;
    case TYPE_HEX:
      write_hex (out, (guint64) value);
      break;
    case TYPE_U64:
      write_number (out, (guint64) value, FALSE);
      break;
    case TYPE_U8:
    case TYPE_I32:
    case TYPE_U32:
    case TYPE_I64:
    case TYPE_ENDED:
    case TYPE_STARTED:
      write_number (out, value < 0 ? 0 - (guint64) value : (guint64) value, value < 0);
      break;
    }
}

void
sy_event_encode (const SyEvent *event, GString *out)
{
  static const SyExit unknown = { .status = -1, .read = -1, .written = -1 };
  const SyExit *exit = event->kind == SY_EVENT_EXITED ? (event->exit ? event->exit : &unknown) : NULL;
  gsize start = out->len;

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      const Field *field = &fields[i];
      gint64 value;

      if (field->in_exit && exit == NULL)
        continue;
      value = get (field, event, exit);
      if (is_absent (field, event, value))
        continue;
      g_string_append_c (out, out->len == start ? '{' : ',');
      g_string_append_c (out, '"');
      g_string_append (out, field->key);
      g_string_append (out, "\":");
      write_value (out, field, value, event);
    }
  if (out->len > start)
    g_string_append_c (out, '}');
}
