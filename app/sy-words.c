/* sy-words.c: how the command line words times, sizes, counts and states
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-words.h"

#include <string.h>

GString *
sy_say_duration (GString *out, gint64 us)
{
  gint64 s = (us + 500000) / G_USEC_PER_SEC;

  if (us < 0)
    g_string_append (out, "unknown time");
  else if (us < 999500)
    g_string_append_printf (out, "%d ms", (int) ((us + 500) / 1000));
  else if (us < 9950000)
    g_string_append_printf (out, "%.1f s", us / 1e6);
  else if (s < 60)
    g_string_append_printf (out, "%d s", (int) s);
  else if (s < 3600)
    g_string_append_printf (out, "%d min %d s", (int) (s / 60), (int) (s % 60));
  else if (s < 86400)
    g_string_append_printf (out, "%d h %d min", (int) (s / 3600), (int) (s / 60 % 60));
  else
    g_string_append_printf (out, "%d d %d h", (int) (s / 86400), (int) (s / 3600 % 24));
  return out;
}

GString *
sy_say_size (GString *out, gint64 bytes)
{
  static const char *const units[] = { "B", "kB", "MB", "GB", "TB", "PB" };
  double value = bytes;
  guint unit = 0;

  while (value >= 999.5 && unit + 1 < G_N_ELEMENTS (units))
    {
      value /= 1000;
      unit++;
    }
  g_string_append_printf (out, unit == 0 || value >= 99.95 ? "%.0f %s" : "%.1f %s", value, units[unit]);
  return out;
}

GString *
sy_say_count (GString *out, gint64 n)
{
  char digits[32];
  gsize length;

  g_snprintf (digits, sizeof digits, "%" G_GINT64_FORMAT, n);
  length = strlen (digits);
  for (gsize i = 0; i < length; i++)
    {
      g_string_append_c (out, digits[i]);
      if (g_ascii_isdigit (digits[i]) && i + 1 < length && (length - i - 1) % 3 == 0)
        g_string_append_c (out, ',');
    }
  return out;
}

GString *
sy_say_time (GString *out, gint64 wall_us)
{
  g_autoptr (GDateTime) time = NULL;
  g_autofree char *text = NULL;

  if (wall_us > 0)
    time = g_date_time_new_from_unix_local (wall_us / G_USEC_PER_SEC);
  if (time != NULL)
    text = g_date_time_format (time, "%Y-%m-%d %H:%M:%S");
  return g_string_append (out, text != NULL ? text : "–");
}

GString *
sy_say_plural (GString *out, gint64 n, const char *singular, const char *plural)
{
  sy_say_count (out, n);
  g_string_append_c (out, ' ');
  if (n == 1)
    return g_string_append (out, singular);
  if (plural != NULL)
    return g_string_append (out, plural);
  return g_string_append_c (g_string_append (out, singular), 's');
}

static gboolean
is_shown (gunichar c)
{
  if (c < 0x20 || (c >= 0x7f && c < 0xa0))
    return FALSE;
  return !((c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f);
}

GString *
sy_say_clean (GString *out, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (is_shown (c))
        g_string_append_unichar (out, c);
      else
        g_string_append (out, c == '\t' || c == '\n' ? " " : "\357\277\275");
    }
  return out;
}

static guint
char_width (gunichar c)
{
  return g_unichar_iszerowidth (c) ? 0 : g_unichar_iswide (c) ? 2 : 1;
}

guint
sy_say_width (const char *text)
{
  guint width = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    width += char_width (g_utf8_get_char (p));
  return width;
}

GString *
sy_say_fit (GString *out, const char *text, guint columns, gboolean pad)
{
  gboolean cut = sy_say_width (text) > columns;
  guint room = cut && columns > 0 ? columns - 1 : columns;
  guint used = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (used + char_width (c) > room)
        break;
      used += char_width (c);
      g_string_append_unichar (out, c);
    }
  if (cut && columns > 0)
    {
      g_string_append (out, "…");
      used++;
    }
  for (; pad && used < columns; used++)
    g_string_append_c (out, ' ');
  return out;
}

char *
sy_say_word (const char *raw)
{
  return g_strdelimit (g_strdup (raw), "_", ' ');
}

const char *
sy_say_run_status (SyRunStatus status)
{
  return status == SY_RUN_PARTIALLY_SUCCEEDED ? "partially succeeded" : sy_run_status_to_string (status);
}

static const char *
task_id (const SyRunState *state, guint32 number)
{
  guint32 index = number == 0 ? SY_NO_TASK : sy_workflow_find_number (state->workflow, number);

  return index == SY_NO_TASK ? NULL : state->workflow->tasks[index].id;
}

static GString *
append_cause (GString *out, const char *said, const char *id)
{
  g_string_append (out, said);
  if (id != NULL)
    g_string_append_printf (out, " %s", id);
  return out;
}

static GString *
say_ready (GString *out, const SyTaskState *task)
{
  const char *text = task->text != NULL ? task->text : "";

  switch ((SyName) task->name)
    {
    case SY_NAME_HELD_POOL: return append_cause (out, "held: pool", text);
    case SY_NAME_HELD_SLOTS: return g_string_append (out, "held: no free slot");
    case SY_NAME_HELD_PAUSE: return g_string_append (out, "held: paused");
    case SY_NAME_HELD_KEEPER: return g_string_append (out, "held: its keeper does not answer");
    case SY_NAME_HELD_DISK: return g_string_append (out, "held: the disk is full");
    case SY_NAME_HELD_STOPPING: return g_string_append (out, "held: a task failed, nothing new starts");
    case SY_NAME_AWAITING_RETRY: return g_string_append (out, "awaiting retry");
    default: return g_string_append (out, sy_name_to_string (task->name));
    }
}

static GString *
say_failed (GString *out, const SyTaskState *task)
{
  g_autofree char *word = sy_say_word (sy_name_to_string (task->name));

  switch ((SyName) task->name)
    {
    case SY_NAME_SPAWN:
    case SY_NAME_OUTPUT:
    case SY_NAME_EXPRESSION:
      g_string_append_printf (out, "failed (%s)", word);
      if (task->text != NULL)
        sy_say_clean (g_string_append (out, ": "), task->text);
      return out;
    case SY_NAME_TIMED_OUT:
    case SY_NAME_OUT_OF_MEMORY:
      return g_string_append (out, word);
    default:
      g_string_append_printf (out, "failed (%s)", word);
      return out;
    }
}

GString *
sy_say_task_state (GString *out, const SyRunState *state, guint32 number)
{
  const SyTaskState *task = &state->tasks[number - 1];
  const char *cause = task_id (state, task->cause);
  g_autofree char *word = sy_say_word (sy_name_to_string (task->name));

  switch ((SyState) task->state)
    {
    case SY_STATE_PENDING:
      return append_cause (out, task->name == SY_NAME_NEEDS ? "needs" : word, cause);
    case SY_STATE_READY: return say_ready (out, task);
    case SY_STATE_WAITING: return g_string_append (out, "needs you");
    case SY_STATE_RUNNING: return g_string_append (out, word);
    case SY_STATE_FAILED: return say_failed (out, task);
    case SY_STATE_LOST:
      return g_string_append (out, task->name == SY_NAME_REBOOT ? "lost: the machine restarted"
                                                                : "lost: nobody saw it end");
    case SY_STATE_SKIPPED:
      return append_cause (g_string_append (out, "skipped: "), word, cause);
    case SY_STATE_UPSTREAM_FAILED:
      return append_cause (out, cause != NULL ? "blocked by" : "blocked", cause);
    case SY_STATE_CANCELLED:
      return g_string_append (out, task->name == SY_NAME_QUORUM_MET ? "cancelled: enough others were done"
                                                                    : "cancelled");
    default: return g_string_append (out, word);
    }
}

char *
sy_say_shell_quote (const char *text)
{
  static const char safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:=,@%+-";

  return *text != '\0' && text[strspn (text, safe)] == '\0' ? g_strdup (text) : g_shell_quote (text);
}
