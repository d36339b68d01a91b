/* sy-problem.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-problem.h"

#include "core/base/sy-error.h"

#include <glib/gi18n.h>
#include <string.h>

#define KEEP 1000

struct _SyProblems
{
  SySource *source;  /* (nullable) */
  GPtrArray *list;   /* SyProblem */
  SyProblem *scratch;/* (nullable): the last one that was not kept */
  guint n[SY_N_SEVERITIES]; /* all */
};

const char *
sy_severity_name (SySeverity severity)
{
  static const char *const names[SY_N_SEVERITIES] = { "error", "warning", "note" };

  return names[severity];
}

static void
problem_free (gpointer data)
{
  SyProblem *problem = data;

  if (problem == NULL)
    return;
  g_free (problem->task);
  g_free (problem->message);
  g_free (problem->hint);
  g_free (problem->fix_text);
  g_free (problem);
}

SyProblems *
sy_problems_new (void)
{
  SyProblems *problems = g_new0 (SyProblems, 1);

  problems->list = g_ptr_array_new_with_free_func (problem_free);
  return problems;
}

void
sy_problems_free (SyProblems *problems)
{
  if (problems == NULL)
    return;
  g_clear_pointer (&problems->source, sy_source_unref);
  g_ptr_array_unref (problems->list);
  problem_free (problems->scratch);
  g_free (problems);
}

void
sy_problems_clear (SyProblems *problems)
{
  g_ptr_array_set_size (problems->list, 0);
  g_clear_pointer (&problems->scratch, problem_free);
  memset (problems->n, 0, sizeof problems->n);
}

void
sy_problems_set_source (SyProblems *problems, SySource *source)
{
  sy_source_ref (source);
  g_clear_pointer (&problems->source, sy_source_unref);
  problems->source = source;
}

SySource *
sy_problems_get_source (const SyProblems *problems)
{
  return problems->source;
}

/* Messages quote the file: what a terminal would obey must not get through. Takes @text. */
static char *
make_printable (char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *out = g_string_sized_new (strlen (valid));

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '\n' || c == '\t')
        g_string_append_c (out, ' ');
      else if (g_unichar_isprint (c))
        g_string_append_unichar (out, c);
      else
        g_string_append_c (out, '?');
    }
  g_free (text);
  return g_string_free (out, FALSE);
}

static SyProblem *
add (SyProblems *problems, SySeverity severity, const char *code, char *message)
{
  SyProblem *problem = g_new0 (SyProblem, 1);

  problem->severity = severity;
  problem->code = code;
  problem->message = make_printable (message);

  if (problems->n[severity]++ < KEEP)
    g_ptr_array_add (problems->list, problem);
  else
    {
      problem_free (problems->scratch);
      problems->scratch = problem;
    }
  return problem;
}

SyProblem *
sy_problems_add (SyProblems *problems,
                 SySeverity severity,
                 const char *code,
                 gsize start,
                 gsize end,
                 const char *format,
                 ...)
{
  SyProblem *problem;
  va_list args;

  g_return_val_if_fail (problems->source != NULL, NULL);

  va_start (args, format);
  problem = add (problems, severity, code, g_strdup_vprintf (gettext (format), args));
  va_end (args);
  problem->start = start;
  problem->end = MAX (start, end);
  if (problem != problems->scratch)
    {
      sy_source_position (problems->source, start, &problem->line, &problem->column);
      sy_source_position (problems->source, problem->end, &problem->end_line, &problem->end_column);
    }
  return problem;
}

SyProblem *
sy_problems_add_file (SyProblems *problems, SySeverity severity, const char *code, const char *format, ...)
{
  SyProblem *problem;
  va_list args;

  va_start (args, format);
  problem = add (problems, severity, code, g_strdup_vprintf (gettext (format), args));
  va_end (args);
  return problem;
}

void
sy_problem_set_hint (SyProblem *problem, const char *format, ...)
{
  va_list args;

  g_free (problem->hint);
  va_start (args, format);
  problem->hint = make_printable (g_strdup_vprintf (gettext (format), args));
  va_end (args);
}

void
sy_problem_set_task (SyProblem *problem, const char *task)
{
  if (problem->task == task)
    return;
  g_free (problem->task);
  problem->task = g_strdup (task);
}

void
sy_problem_set_fix (SyProblem *problem, gsize start, gsize end, const char *text)
{
  problem->has_fix = TRUE;
  problem->fix_start = start;
  problem->fix_end = end;
  g_free (problem->fix_text);
  problem->fix_text = g_strdup (text);
}

void
sy_problems_add_copy (SyProblems *problems, const SyProblem *problem)
{
  SyProblem *copy = problem->line > 0
                      ? sy_problems_add (problems, problem->severity, problem->code, problem->start, problem->end, "%s",
                                         problem->message)
                      : sy_problems_add_file (problems, problem->severity, problem->code, "%s", problem->message);

  sy_problem_set_task (copy, problem->task);
  if (problem->hint != NULL)
    sy_problem_set_hint (copy, "%s", problem->hint);
  if (problem->has_fix)
    sy_problem_set_fix (copy, problem->fix_start, problem->fix_end, problem->fix_text);
}

static void
add_to_hint (SyProblem *problem, const char *sentence)
{
  g_autofree char *hint = problem->hint;

  problem->hint = hint != NULL ? g_strdup_printf ("%s; %s", hint, gettext (sentence)) : g_strdup (gettext (sentence));
}

void
sy_problems_add_to_hint (SyProblems *problems, const char *sentence)
{
  for (guint i = problems->list->len; i > 0; i--)
    {
      SyProblem *problem = g_ptr_array_index (problems->list, i - 1);

      if (problem->severity != SY_SEVERITY_ERROR)
        continue;
      add_to_hint (problem, sentence);
      return;
    }
}

void
sy_problems_soften (SyProblems *problems, const char *sentence)
{
  for (guint i = 0; i < problems->list->len; i++)
    {
      SyProblem *problem = g_ptr_array_index (problems->list, i);

      if (problem->severity != SY_SEVERITY_ERROR)
        continue;
      problem->severity = SY_SEVERITY_WARNING;
      add_to_hint (problem, sentence);
    }
  problems->n[SY_SEVERITY_WARNING] += problems->n[SY_SEVERITY_ERROR];
  problems->n[SY_SEVERITY_ERROR] = 0;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const SyProblem *x = *(const SyProblem *const *) a, *y = *(const SyProblem *const *) b;

  if (x->start != y->start)
    return x->start < y->start ? -1 : 1;
  if (x->line != y->line)
    return x->line < y->line ? -1 : 1;
  return (int) x->severity - (int) y->severity;
}

/* A fix of several lines ends them as the file does */
static void
use_crlf (SyProblem *problem)
{
  GString *text;

  if (!problem->has_fix)
    return;
  text = g_string_new (NULL);
  for (const char *p = problem->fix_text; *p != '\0'; p++)
    {
      if (*p == '\n' && (p == problem->fix_text || p[-1] != '\r'))
        g_string_append_c (text, '\r');
      g_string_append_c (text, *p);
    }
  g_free (problem->fix_text);
  problem->fix_text = g_string_free (text, FALSE);
}

static gboolean
has_crlf (const SySource *source)
{
  const char *data = sy_source_get_data (source, NULL);
  gsize start, end;

  return sy_source_line (source, 1, &start, &end) && data[end] == '\r' && data[end + 1] == '\n';
}

/* g_ptr_array_sort() is a stable merge sort. */
void
sy_problems_sort (SyProblems *problems)
{
  g_ptr_array_sort (problems->list, compare);
  if (problems->source != NULL && has_crlf (problems->source))
    for (guint i = 0; i < problems->list->len; i++)
      use_crlf (g_ptr_array_index (problems->list, i));
}

guint
sy_problems_get_n (const SyProblems *problems)
{
  return problems->list->len;
}

const SyProblem *
sy_problems_get (const SyProblems *problems, guint index)
{
  g_return_val_if_fail (index < problems->list->len, NULL);
  return g_ptr_array_index (problems->list, index);
}

guint
sy_problems_get_n_errors (const SyProblems *problems)
{
  return problems->n[SY_SEVERITY_ERROR];
}

guint
sy_problems_get_n_warnings (const SyProblems *problems)
{
  return problems->n[SY_SEVERITY_WARNING];
}

guint
sy_problems_get_n_notes (const SyProblems *problems)
{
  return problems->n[SY_SEVERITY_NOTE];
}

guint
sy_problems_get_n_dropped (const SyProblems *problems)
{
  return problems->n[SY_SEVERITY_ERROR] + problems->n[SY_SEVERITY_WARNING] + problems->n[SY_SEVERITY_NOTE] - problems->list->len;
}

GError *
sy_problems_to_error (const SyProblems *problems)
{
  const char *name = problems->source != NULL ? sy_source_get_name (problems->source) : NULL;
  g_autoptr (GString) text = NULL;

  for (guint i = 0; i < problems->list->len; i++)
    {
      const SyProblem *p = sy_problems_get (problems, i);

      if (p->severity != SY_SEVERITY_ERROR)
        continue;
      text = g_string_new (NULL);
      if (name != NULL)
        g_string_append_printf (text, "%s:", name);
      if (p->line > 0)
        g_string_append_printf (text, "%u:%u:", p->line, p->column);
      g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", p->message);
      if (problems->n[SY_SEVERITY_ERROR] > 1)
        g_string_append_printf (text, " (and %u more)", problems->n[SY_SEVERITY_ERROR] - 1);
      return g_error_new_literal (SY_ERROR, SY_ERROR_INVALID, text->str);
    }
  return NULL;
}
