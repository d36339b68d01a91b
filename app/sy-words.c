/* sy-words.c: how the command line words times, sizes, counts and states
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-words.h"

#include "core/model/sy-task-words.h"
#include "core/model/sy-words.h"
#include "core/store/sy-task-progress.h"

#include <string.h>

/* Of an output, which may be a megabyte: a path is never as long. */
#define OUTPUT_COLUMNS 400

GString *
sy_say_duration (GString *out, gint64 us)
{
  if (us < 0)
    return g_string_append (out, "unknown time");
  sy_words_duration (out, us);
  return out;
}

GString *
sy_say_size (GString *out, gint64 bytes)
{
  sy_words_size (out, MAX (0, bytes));
  return out;
}

GString *
sy_say_count (GString *out, gint64 n)
{
  sy_words_count (out, n);
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

GString *
sy_say_task_state (GString *out, const SyRunState *state, guint32 number, gint64 now_wall_us)
{
  g_autoptr (GString) text = g_string_new (NULL);

  sy_words_brief (text, state, number, now_wall_us);
  return sy_say_clean (out, text->str);
}

GString *
sy_say_outputs (GString *out, const SyTaskState *task, const char *indent)
{
  g_autofree char *text = sy_task_words_outputs (task->outputs);
  g_auto (GStrv) lines = text != NULL ? g_strsplit (text, "\n", -1) : NULL;

  for (char **line = lines; line != NULL && *line != NULL; line++)
    {
      g_autoptr (GString) clean = sy_say_clean (g_string_new (NULL), *line);

      g_string_append_c (sy_say_fit (g_string_append (out, indent), clean->str, OUTPUT_COLUMNS, FALSE), '\n');
    }
  return out;
}

double
sy_said_progress (SyRunDir *run, const SyRunState *state, guint32 index)
{
  const SyTaskState *task = sy_run_state_at (state, index);

  return run != NULL && task->state == SY_STATE_RUNNING
           ? sy_task_progress_read (run, state->workflow->tasks[index].number, 0, task->attempt)
           : -1;
}

GString *
sy_say_progress (GString *out, SyRunDir *run, guint32 number, const SyTaskState *task)
{
  double share = task->state == SY_STATE_RUNNING ? sy_task_progress_read (run, number, 0, task->attempt) : -1;

  if (share >= 0)
    g_string_append_printf (out, ", %d %%", (int) (share * 100));
  return out;
}

char *
sy_say_shell_quote (const char *text)
{
  static const char safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:=,@%+-";

  return *text != '\0' && text[strspn (text, safe)] == '\0' ? g_strdup (text) : g_shell_quote (text);
}
