/* sy-event-json.c: the `data` column of an event: a flat canonical JSON object
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-event.h"
#include "core/base/sy-error.h"

#include <string.h>

/* pid namespace of a machine without containers (PROC_PID_INIT_INO): what STARTED means when it says nothing */
#define INITIAL_PIDNS G_GUINT64_CONSTANT (0xEFFFFFFC)
#define MAX_SKIP_DEPTH 64

typedef enum
{
  TYPE_U8,
  TYPE_I32,
  TYPE_U32,
  TYPE_I64,
  TYPE_U64,
  TYPE_HEX,      /* guint64 as text, lower case, no leading zeros */
  TYPE_TEXT,
  TYPE_STATE,    /* SyState word */
  TYPE_NAME,     /* SyName word */
  TYPE_ENDED,    /* wall time, as µs before the event's own wall_us */
  TYPE_STARTED,  /* wall time, as µs before exit.ended_us; stands after ENDED when decoded */
} FieldType;

typedef struct
{
  char key[3];
  guint8 type;
  gboolean in_exit;
  guint16 offset;
  gint64 absent; /* the value that is not written */
} Field;

#define EVENT(key, type, member) { key, type, FALSE, G_STRUCT_OFFSET (SyEvent, member), 0 }
#define EXIT(key, type, member, absent) { key, type, TRUE, G_STRUCT_OFFSET (SyExit, member), absent }

/*
 * The one table of keys, in the order in which they are written (bytewise). Keys
 * are part of the log's format: never change the meaning of one, only add.
 * What equals its absent value is left out; see also `usual`. STARTED's absent
 * pidns is the initial namespace.
 */
static const Field fields[] = {
  EXIT ("a", TYPE_STARTED, started_us, 0),
  EXIT ("b", TYPE_ENDED, ended_us, 0),
  EVENT ("c", TYPE_U32, cause),
  EVENT ("d", TYPE_I64, due.wall_us),
  EVENT ("db", TYPE_I64, due.boot_us),
  EXIT ("e", TYPE_I32, spawn_errno, 0),
  EXIT ("f", TYPE_I32, escaped, 0),
  EXIT ("g", TYPE_I32, stragglers, 0),
  EXIT ("h", TYPE_U8, timed_out, 0),
  EXIT ("i", TYPE_U8, kill_method, 0),
  EXIT ("j", TYPE_U8, oom, 0),
  EVENT ("k", TYPE_U32, keeper),
  EXIT ("l", TYPE_I64, dropped, 0),
  EVENT ("m", TYPE_NAME, name),
  EVENT ("n", TYPE_HEX, nonce),
  EXIT ("o", TYPE_I64, output, 0),
  EVENT ("p", TYPE_I32, pid),
  EVENT ("ps", TYPE_U64, pidns),
  EXIT ("r", TYPE_I64, rss, 0),
  EXIT ("rd", TYPE_I64, read, -1),
  EVENT ("s", TYPE_STATE, state),
  EVENT ("st", TYPE_U64, start_time),
  EVENT ("t", TYPE_TEXT, text),
  EXIT ("u", TYPE_I64, user_us, 0),
  EVENT ("v", TYPE_I64, value),
  EVENT ("w", TYPE_I64, value2),
  EXIT ("wr", TYPE_I64, written, -1),
  EXIT ("x", TYPE_I32, status, 0),
  EXIT ("y", TYPE_I64, sys_us, 0),
};

/* Differences may wrap: no wall clock can make them undefined. */
static gint64
difference (gint64 a, gint64 b)
{
  return (gint64) ((guint64) a - (guint64) b);
}

/* What these kinds nearly always say: not written. With or_none, a name NONE means the same. */
static const struct { guint16 kind; guint8 state, name; gboolean or_none; } usual[] = {
  { SY_EVENT_EXITED, SY_STATE_SUCCEEDED, SY_NAME_SUCCEEDED, FALSE },
  { SY_EVENT_HELD, SY_STATE_READY, SY_NAME_NONE, FALSE },
  { SY_EVENT_INTENT, SY_STATE_READY, SY_NAME_QUEUED, TRUE },
  { SY_EVENT_JOIN_MET, SY_STATE_READY, SY_NAME_QUEUED, TRUE },
  { SY_EVENT_RELEASED, SY_STATE_READY, SY_NAME_QUEUED, TRUE },
  { SY_EVENT_STARTED, SY_STATE_RUNNING, SY_NAME_RUNNING, TRUE },
};

static gint64
absent_value (const Field *field, guint kind)
{
  if (kind == SY_EVENT_STARTED && field->offset == G_STRUCT_OFFSET (SyEvent, pidns) && !field->in_exit)
    return (gint64) INITIAL_PIDNS;
  if (field->type != TYPE_STATE && field->type != TYPE_NAME)
    return field->absent;
  for (guint i = 0; i < G_N_ELEMENTS (usual); i++)
    if (usual[i].kind == kind)
      return field->type == TYPE_STATE ? usual[i].state : usual[i].name;
  return 0;
}

static gboolean
is_absent (const Field *field, const SyEvent *event, gint64 value)
{
  if (field->type == TYPE_TEXT)
    return event->text == NULL;
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
      break;
    }
  return 0;
}

/* --- writing --- */

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
write_value (GString *out, const Field *field, gint64 value, const char *text)
{
  switch ((FieldType) field->type)
    {
    case TYPE_TEXT:
      write_string (out, text);
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
      write_value (out, field, value, event->text);
    }
  if (out->len > start)
    g_string_append_c (out, '}');
}

/* --- reading: every function moves `at` and returns FALSE on malformed input --- */

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
