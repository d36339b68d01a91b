/* sy-problem-render.c: problems for people and for programs
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-problem.h"

#include <string.h>

/* Widest part of a source line that is shown */
#define SHOWN 120
#define BEFORE 60

/* One character of the source line as it is shown */
static void
append_shown (GString *out, gunichar c)
{
  if (c == '\t')
    g_string_append_c (out, ' ');
  else if (c == 0xfffd || !g_unichar_isprint (c))
    g_string_append_c (out, '?');
  else
    g_string_append_unichar (out, c);
}

static gunichar
next_char (const char **p, const char *end)
{
  gunichar c = g_utf8_get_char_validated (*p, end - *p);

  if (**p == '\0' || c == (gunichar) -1 || c == (gunichar) -2)
    {
      (*p)++;
      return 0xfffd;
    }
  *p = g_utf8_next_char (*p);
  return c;
}

static guint
width (gunichar c)
{
  return g_unichar_iszerowidth (c) ? 0 : g_unichar_iswide (c) ? 2 : 1;
}

/* The line and under it `^~~~` */
static void
append_excerpt (const SyProblem *problem, const SySource *source, GString *out)
{
  g_autoptr (GString) marks = g_string_new (NULL);
  const char *data = sy_source_get_data (source, NULL), *p, *stop;
  gsize start, end;
  guint first, last, column = 1;

  if (!sy_source_line (source, problem->line, &start, &end))
    return;
  first = problem->column > BEFORE ? problem->column - BEFORE : 1;
  last = problem->end_line == problem->line ? problem->end_column : G_MAXUINT;

  g_string_append (out, first > 1 ? "  …" : "  ");
  g_string_append (marks, first > 1 ? "   " : "  ");
  for (p = data + start, stop = data + end; p < stop && column < first + SHOWN; column++)
    {
      gunichar c = next_char (&p, stop);

      if (column < first)
        continue;
      append_shown (out, c);
      for (guint i = 0; i < width (c); i++)
        g_string_append_c (marks, column < problem->column ? ' ' : column == problem->column && i == 0 ? '^'
                                  : column < last ? '~' : ' ');
    }
  if (p < stop)
    g_string_append (out, "…");
  if (problem->column >= column)
    g_string_append_c (marks, '^');
  while (marks->len > 0 && marks->str[marks->len - 1] == ' ')
    g_string_truncate (marks, marks->len - 1);
  g_string_append_printf (out, "\n%s\n", marks->str);
}

/* A file is called whatever somebody called it. */
static void
append_name (GString *out, const char *name)
{
  const char *end = name + strlen (name);

  while (name < end)
    append_shown (out, next_char (&name, end));
  g_string_append_c (out, ':');
}

void
sy_problem_render (const SyProblem *problem, const SySource *source, GString *out)
{
  if (source != NULL)
    append_name (out, sy_source_get_name (source));
  if (problem->line > 0)
    g_string_append_printf (out, "%u:%u:", problem->line, problem->column);
  if (source != NULL || problem->line > 0)
    g_string_append_c (out, ' ');
  g_string_append_printf (out, "%s: %s\n", sy_severity_name (problem->severity),
                          problem->message);
  if (source != NULL && problem->line > 0)
    append_excerpt (problem, source, out);
  if (problem->hint != NULL)
    g_string_append_printf (out, "  hint: %s\n", problem->hint);
}

void
sy_problems_render (const SyProblems *problems, GString *out)
{
  for (guint i = 0; i < sy_problems_get_n (problems); i++)
    sy_problem_render (sy_problems_get (problems, i), sy_problems_get_source (problems), out);
  if (sy_problems_get_n_dropped (problems) > 0)
    g_string_append_printf (out, "… and %u more\n", sy_problems_get_n_dropped (problems));
}

static void
write_fix (SyJson *json, const SyProblem *problem)
{
  if (!problem->has_fix)
    {
      sy_json_null (json, "fix");
      return;
    }
  sy_json_begin_object (json, "fix");
  sy_json_int (json, "start", (gint64) problem->fix_start);
  sy_json_int (json, "end", (gint64) problem->fix_end);
  sy_json_string (json, "text", problem->fix_text);
  sy_json_end_object (json);
}

void
sy_problems_write_json (const SyProblems *problems, const char *key, SyJson *json)
{
  sy_json_begin_array (json, key);
  for (guint i = 0; i < sy_problems_get_n (problems); i++)
    {
      const SyProblem *p = sy_problems_get (problems, i);

      sy_json_begin_object (json, NULL);
      sy_json_string (json, "severity", sy_severity_name (p->severity));
      sy_json_string (json, "code", p->code);
      sy_json_int (json, "line", p->line);
      sy_json_int (json, "column", p->column);
      sy_json_int (json, "end_line", p->end_line);
      sy_json_int (json, "end_column", p->end_column);
      sy_json_string (json, "task", p->task);
      sy_json_string (json, "message", p->message);
      sy_json_string (json, "hint", p->hint);
      write_fix (json, p);
      sy_json_end_object (json);
    }
  sy_json_end_array (json);
}
