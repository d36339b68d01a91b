/* sy-event-parse.c: reads the `data` column of an event: every function moves `at` and returns FALSE on malformed input
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/sy-error.h"
#include "core/model/sy-event-fields-private.h"

#include <string.h>

#define MAX_SKIP_DEPTH 64

typedef struct
{
  const char *start, *at, *end;
  SyEvent *event;
  gint64 ended, started; /* the two relative times of an exit */
} Reader;

static gboolean
take (Reader *reader, char c)
{
  if (reader->at == reader->end || *reader->at != c)
    return FALSE;
  reader->at++;
  return TRUE;
}

static gboolean
read_number (Reader *reader, gboolean *negative, guint64 *magnitude)
{
  const char *first;

  *negative = take (reader, '-');
  *magnitude = 0;
  for (first = reader->at; reader->at < reader->end && g_ascii_isdigit (*reader->at); reader->at++)
    {
      guint64 digit = (guint64) (*reader->at - '0');

      if (*magnitude > (G_MAXUINT64 - digit) / 10)
        return FALSE;
      *magnitude = *magnitude * 10 + digit;
    }
  return reader->at > first && (*first != '0' || reader->at == first + 1);
}

static gboolean
read_hex4 (Reader *reader, gunichar *out)
{
  gunichar value = 0;

  if (reader->end - reader->at < 4)
    return FALSE;
  for (guint i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (*reader->at++);

      if (digit < 0)
        return FALSE;
      value = value << 4 | (gunichar) digit;
    }
  *out = value;
  return TRUE;
}

static gboolean
read_unicode (Reader *reader, GString *out)
{
  gunichar c, low;

  if (!read_hex4 (reader, &c))
    return FALSE;
  if (c >= 0xd800 && c < 0xdc00)
    {
      if (!take (reader, '\\') || !take (reader, 'u') || !read_hex4 (reader, &low) || low < 0xdc00 || low > 0xdfff)
        return FALSE;
      c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
    }
  if (c == 0 || !g_unichar_validate (c))
    return FALSE;
  g_string_append_unichar (out, c);
  return TRUE;
}

static gboolean
read_escape (Reader *reader, GString *out)
{
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  const char *found;
  char c;

  if (reader->at == reader->end)
    return FALSE;
  c = *reader->at++;
  if (c == 'u')
    return read_unicode (reader, out);
  if (c == '\0' || (found = strchr (from, c)) == NULL)
    return FALSE;
  g_string_append_c (out, to[found - from]);
  return TRUE;
}

/* The inside of a string without escapes, not copied; FALSE if it has any or does not end. */
static gboolean
read_plain (Reader *reader, const char **text, gsize *length)
{
  const char *at = reader->at;

  if (at == reader->end || *at++ != '"')
    return FALSE;
  *text = at;
  while (at < reader->end && *at != '"' && *at != '\\' && (guchar) *at >= 0x20)
    at++;
  if (at == reader->end || *at != '"')
    return FALSE;
  *length = (gsize) (at - *text);
  reader->at = at + 1;
  return TRUE;
}

static gboolean
read_string (Reader *reader, char **out)
{
  g_autoptr (GString) text = NULL;
  const char *plain;
  gsize length;

  if (read_plain (reader, &plain, &length))
    {
      if (!g_utf8_validate_len (plain, length, NULL))
        return FALSE;
      *out = g_strndup (plain, length);
      return TRUE;
    }
  if (!take (reader, '"'))
    return FALSE;
  text = g_string_new (NULL);
  while (reader->at < reader->end && *reader->at != '"')
    {
      char c = *reader->at++;

      if ((guchar) c < 0x20 || (c == '\\' && !read_escape (reader, text)))
        return FALSE;
      if (c != '\\')
        g_string_append_c (text, c);
    }
  if (!take (reader, '"') || !g_utf8_validate_len (text->str, text->len, NULL))
    return FALSE;
  *out = g_string_free (g_steal_pointer (&text), FALSE);
  return TRUE;
}

static gboolean
skip_string (Reader *reader)
{
  for (reader->at++; reader->at < reader->end; reader->at++)
    {
      if (*reader->at == '"')
        {
          reader->at++;
          return TRUE;
        }
      if (*reader->at == '\\')
        reader->at++;
      if (reader->at >= reader->end)
        return FALSE;
    }
  return FALSE;
}

/* Passes over the value of a key that a newer version added. */
static gboolean
skip_value (Reader *reader)
{
  guint depth = 0;

  while (reader->at < reader->end)
    {
      char c = *reader->at;

      if (depth == 0 && (c == ',' || c == '}' || c == ']'))
        return TRUE;
      if (c == '"')
        {
          if (!skip_string (reader))
            return FALSE;
          continue;
        }
      if ((c == '{' || c == '[') && ++depth > MAX_SKIP_DEPTH)
        return FALSE;
      if (c == '}' || c == ']')
        depth--;
      reader->at++;
    }
  return FALSE;
}

static gboolean
read_word (Reader *reader, const Field *field, gint64 *value)
{
  const char *text;
  gsize length;
  char word[32];

  if (!read_plain (reader, &text, &length) || length >= sizeof word)
    return FALSE;
  memcpy (word, text, length);
  word[length] = '\0';
  if (field->type == TYPE_STATE)
    {
      SyState state;

      if (!sy_state_from_string (word, &state))
        return FALSE;
      *value = state;
    }
  else
    {
      SyName name;

      if (!sy_name_from_string (word, &name))
        return FALSE;
      *value = name;
    }
  return TRUE;
}

static gboolean
read_hex (Reader *reader, gint64 *value)
{
  const char *text;
  gsize length;
  guint64 number = 0;

  if (!read_plain (reader, &text, &length) || length == 0 || length > 16)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    {
      int digit = g_ascii_xdigit_value (text[i]);

      if (digit < 0)
        return FALSE;
      number = number << 4 | (guint64) digit;
    }
  *value = (gint64) number;
  return TRUE;
}

static gboolean
read_digest (Reader *reader)
{
  const char *text;
  gsize length;

  return read_plain (reader, &text, &length) && sy_digest_from_hex (text, length, reader->event->digest);
}

static gboolean
read_integer (Reader *reader, const Field *field, gint64 *value)
{
  static const struct { gint64 min; guint64 max; } range[] = {
    [TYPE_U8] = { 0, G_MAXUINT8 },         [TYPE_I32] = { G_MININT32, G_MAXINT32 },
    [TYPE_U32] = { 0, G_MAXUINT32 },       [TYPE_I64] = { G_MININT64, G_MAXINT64 },
    [TYPE_U64] = { 0, G_MAXUINT64 },       [TYPE_ENDED] = { G_MININT64, G_MAXINT64 },
    [TYPE_STARTED] = { G_MININT64, G_MAXINT64 },
  };
  gboolean negative;
  guint64 magnitude;

  if (!read_number (reader, &negative, &magnitude))
    return FALSE;
  if (negative ? magnitude > 0 - (guint64) range[field->type].min : magnitude > range[field->type].max)
    return FALSE;
  *value = (gint64) (negative ? 0 - magnitude : magnitude);
  return TRUE;
}

static void
set (const Field *field, SyEvent *event, gint64 value)
{
  char *at = (field->in_exit ? (char *) event->exit : (char *) event) + field->offset;

  switch ((FieldType) field->type)
    {
    case TYPE_U8:
    case TYPE_STATE:
    case TYPE_NAME:
      *(guint8 *) at = (guint8) value;
      break;
    case TYPE_I32:
    case TYPE_U32:
      *(guint32 *) at = (guint32) value;
      break;
    case TYPE_I64:
    case TYPE_U64:
    case TYPE_HEX:
    case TYPE_ENDED:
    case TYPE_STARTED:
      *(gint64 *) at = value;
      break;
    case TYPE_TEXT:
    case TYPE_DIGEST:
      break;
    }
}

static gboolean
read_field (Reader *reader, const Field *field)
{
  gint64 value = 0;
  gboolean ok;

  switch ((FieldType) field->type)
    {
    case TYPE_TEXT:
      return read_string (reader, &reader->event->text);
    case TYPE_DIGEST:
      return read_digest (reader);
    case TYPE_STATE:
    case TYPE_NAME:
      ok = read_word (reader, field, &value);
      break;
    case TYPE_HEX:
      ok = read_hex (reader, &value);
      break;
    default:
      ok = read_integer (reader, field, &value);
    }
  if (!ok)
    return FALSE;
  if (field->type == TYPE_ENDED)
    reader->ended = value;
  else if (field->type == TYPE_STARTED)
    reader->started = value;
  else
    set (field, reader->event, value);
  return TRUE;
}

static const Field *
find_field (const SyEvent *event, const char *key, gsize length)
{
  for (guint i = 0; i < G_N_ELEMENTS (fields) && length <= 2; i++)
    if (strncmp (fields[i].key, key, length) == 0 && fields[i].key[length] == '\0')
      return fields[i].in_exit && event->exit == NULL ? NULL : &fields[i];
  return NULL;
}

static gboolean
read_object (Reader *reader)
{
  guint64 seen = 0;

  if (!take (reader, '{'))
    return FALSE;
  if (take (reader, '}'))
    return reader->at == reader->end;
  do
    {
      const char *key;
      gsize length;
      const Field *field;

      if (!read_plain (reader, &key, &length) || !take (reader, ':'))
        return FALSE;
      field = find_field (reader->event, key, length);
      if (field != NULL && seen & G_GUINT64_CONSTANT (1) << (field - fields))
        return FALSE;
      if (field != NULL)
        seen |= G_GUINT64_CONSTANT (1) << (field - fields);
      if (!(field ? read_field (reader, field) : skip_value (reader)))
        return FALSE;
    }
  while (take (reader, ','));
  return take (reader, '}') && reader->at == reader->end;
}

/* All that the data can hold gets the value that stands for "not written". */
static void
set_absent (SyEvent *event)
{
  g_clear_pointer (&event->text, g_free);
  g_clear_pointer (&event->exit, g_free);
  memset (event->digest, 0, sizeof event->digest);
  if (event->kind == SY_EVENT_EXITED)
    event->exit = g_new0 (SyExit, 1);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (!fields[i].in_exit || event->exit != NULL)
      set (&fields[i], event, absent_value (&fields[i], event->kind));
}

gboolean
sy_event_decode (SyEvent *event, const char *data, gssize length, GError **error)
{
  gsize size = data == NULL ? 0 : length < 0 ? strlen (data) : (gsize) length;
  Reader reader = { data, data, data + size, event, 0, 0 };
  gboolean ok;

  set_absent (event);
  ok = size == 0 || read_object (&reader);
  if (event->exit != NULL)
    {
      event->exit->ended_us = difference (event->time.wall_us, reader.ended);
      event->exit->started_us = difference (event->exit->ended_us, reader.started);
    }
  if (!ok)
    g_set_error (error, SY_ERROR, SY_ERROR_CORRUPT,
                 "event %" G_GINT64_FORMAT " (%s) has malformed data at byte %" G_GSIZE_FORMAT
                 ": the log is damaged; check it with “switchyard doctor”",
                 event->seq, sy_event_kind_to_string ((SyEventKind) event->kind), (gsize) (reader.at - reader.start));
  return ok;
}
