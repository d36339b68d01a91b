/* sy-export-table.c: CSV and JUnit XML
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-export-private.h"

#include <string.h>

/* --- CSV --- */

/* A cell that begins like a formula gets an apostrophe: spreadsheets would calculate it. */
static void
append_cell (GString *out, const char *text, gboolean last)
{
  gboolean formula = text[0] != '\0' && strchr ("=+-@\t\r", text[0]) != NULL;

  if (formula || strpbrk (text, ",\"\r\n") != NULL)
    {
      g_string_append (out, formula ? "\"'" : "\"");
      for (; *text != '\0'; text++)
        {
          if (*text == '"')
            g_string_append_c (out, '"');
          g_string_append_c (out, *text);
        }
      g_string_append_c (out, '"');
    }
  else
    {
      g_string_append (out, text);
    }
  g_string_append (out, last ? "\r\n" : ",");
}

static void
append_number (GString *out, gint64 value, gint64 unknown)
{
  if (value != unknown)
    g_string_append_printf (out, "%" G_GINT64_FORMAT, value);
  g_string_append_c (out, ',');
}

static void
append_seconds (GString *out, gint64 us)
{
  if (us >= 0)
    g_string_append_printf (out, "%" G_GINT64_FORMAT ".%06d", us / G_USEC_PER_SEC, (int) (us % G_USEC_PER_SEC));
  g_string_append_c (out, ',');
}

static void
append_needs (GString *out, const SyWorkflow *workflow, const SyTask *task)
{
  g_autoptr (GString) needs = g_string_new (NULL);

  for (guint32 i = 0; i < task->n_needs; i++)
    g_string_append_printf (needs, "%s%s", i > 0 ? " " : "", workflow->tasks[task->needs[i].task].id);
  append_cell (out, needs->str, TRUE);
}

/* Of a task without an attempt: its state as it is, and nothing more */
static SyAttempt
no_attempt (const SyExportSource *source, guint32 index)
{
  const SyTaskState *state = sy_export_state (source, index);

  return (SyAttempt){ .state = state != NULL ? state->state : 0, .name = state != NULL ? state->name : 0 };
}

static void
write_row (const SyExportSource *source, guint32 index, const SyAttempt *attempt, GString *out)
{
  const SyTask *task = &source->workflow->tasks[index];
  gboolean known = attempt->n > 0 || source->state != NULL;
  gboolean ended = attempt->ended_us > 0 && attempt->started_us > 0;
  gboolean timed = ended && attempt->user_us >= 0 && attempt->sys_us >= 0;
  SyName name;
  SyState state = sy_attempt_outcome (attempt, &name);

  append_cell (out, task->id, FALSE);
  append_number (out, task->number, 0);
  append_cell (out, known ? sy_state_to_string (state) : "", FALSE);
  append_cell (out, known ? sy_name_to_string (name) : "", FALSE);
  append_number (out, attempt->n, 0);
  append_number (out, attempt->started_us, 0);
  append_number (out, attempt->ended_us, 0);
  append_seconds (out, ended ? attempt->ended_us - attempt->started_us : -1);
  append_number (out, ended ? sy_attempt_exit_code (attempt) : -1, -1);
  append_number (out, ended ? sy_attempt_signal (attempt) : 0, 0);
  append_seconds (out, timed ? attempt->user_us + attempt->sys_us : -1);
  append_number (out, ended ? attempt->rss : -1, -1);
  append_number (out, ended ? attempt->output : -1, -1);
  append_needs (out, source->workflow, task);
}

void
sy_export_csv (const SyExportSource *source, GString *out)
{
  g_string_append (out, "task,number,state,name,attempt,started_at_us,ended_at_us,seconds,exit,signal,cpu_seconds,"
                        "rss_bytes,output_bytes,needs\r\n");
  for (guint32 i = 0; i < source->workflow->n_tasks; i++)
    {
      guint n;
      const SyAttempt *attempts = sy_export_attempts (source, i, &n);
      SyAttempt none = no_attempt (source, i);

      if (n == 0)
        write_row (source, i, &none, out);
      for (guint k = 0; k < n; k++)
        write_row (source, i, &attempts[k], out);
    }
}

/* --- JUnit --- */

static void
append_attribute (GString *out, const char *name, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *escaped = NULL;

  for (char *p = valid; *p != '\0'; p++)
    if ((guchar) *p < 0x20)
      *p = ' ';
  escaped = g_markup_escape_text (valid, -1);
  g_string_append_printf (out, " %s=\"%s\"", name, escaped);
}

static void
append_time (GString *out, gint64 us)
{
  us = MAX (0, us);
  g_string_append_printf (out, " time=\"%" G_GINT64_FORMAT ".%03d\"", us / G_USEC_PER_SEC,
                          (int) (us % G_USEC_PER_SEC / 1000));
}

static void
append_verdict (GString *out, const char *element, const SyTaskState *state, const SyAttempt *last)
{
  g_autoptr (GString) text = g_string_new (sy_name_to_string (state->name));

  if (last != NULL && sy_attempt_exit_code (last) >= 0)
    g_string_append_printf (text, ", exit %d", sy_attempt_exit_code (last));
  else if (last != NULL && sy_attempt_signal (last) > 0)
    g_string_append_printf (text, ", signal %d", sy_attempt_signal (last));
  if (state->text != NULL)
    g_string_append_printf (text, ": %s", state->text);
  g_string_append_printf (out, "\n      <%s", element);
  append_attribute (out, "message", text->str);
  if (!g_str_equal (element, "skipped"))
    append_attribute (out, "type", sy_state_to_string (state->state));
  g_string_append (out, "/>\n    ");
}

static const char *
element_of (SyState state)
{
  switch (state)
    {
    case SY_STATE_SUCCEEDED: return NULL;
    case SY_STATE_FAILED: return "failure";
    case SY_STATE_LOST: return "error";
    default: return "skipped";
    }
}

static void
write_case (const SyExportSource *source, guint32 index, GString *out)
{
  const SyTask *task = &source->workflow->tasks[index];
  const SyTaskState *state = sy_export_state (source, index);
  const char *element = element_of (state->state);
  guint n;
  const SyAttempt *attempts = sy_export_attempts (source, index, &n);
  const SyAttempt *last = n > 0 ? &attempts[n - 1] : NULL;

  g_string_append (out, "    <testcase");
  append_attribute (out, "name", task->id);
  append_attribute (out, "classname", source->workflow->name);
  append_time (out, last != NULL && last->ended_us > 0 ? last->ended_us - last->started_us : 0);
  g_string_append_c (out, '>');
  if (element != NULL)
    append_verdict (out, element, state, last);
  g_string_append (out, "</testcase>\n");
}

void
sy_export_junit (const SyExportSource *source, GString *out)
{
  guint failures = 0, errors = 0, skipped = 0;
  gint64 end = source->state->ended_us > 0 ? source->state->ended_us : source->created_us;

  for (guint32 i = 0; i < source->workflow->n_tasks; i++)
    {
      const char *element = element_of (sy_export_state (source, i)->state);

      failures += g_strcmp0 (element, "failure") == 0;
      errors += g_strcmp0 (element, "error") == 0;
      skipped += g_strcmp0 (element, "skipped") == 0;
    }
  g_string_append (out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite");
  append_attribute (out, "name", source->workflow->name);
  g_string_append_printf (out, " tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\"", source->workflow->n_tasks,
                          failures, errors, skipped);
  append_time (out, end - source->created_us);
  if (source->run_id != NULL)
    append_attribute (out, "id", source->run_id);
  g_string_append (out, ">\n");
  for (guint32 i = 0; i < source->workflow->n_tasks; i++)
    write_case (source, i, out);
  g_string_append (out, "  </testsuite>\n</testsuites>\n");
}
