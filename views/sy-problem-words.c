/* sy-problem-words.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-problem-words.h"

#include <glib/gi18n.h>
#include <string.h>

#define MOST_CHARS 40

static void
append_sentence (GString *text, const char *words)
{
  g_autofree char *first = g_utf8_substring (words, 0, MIN (1, g_utf8_strlen (words, -1)));
  g_autofree char *upper = g_utf8_strup (first, -1);

  g_string_append_printf (text, "%s%s", upper, words + strlen (first));
}

void
sy_problem_words (const SyDesignProblem *problem, const char *before, GString *text)
{
  g_string_append (text, before);
  append_sentence (text, problem->message);
  if (problem->hint == NULL)
    return;
  g_string_append_c (text, '\n');
  append_sentence (text, problem->hint);
}

/* The first line, cut where it is long. (transfer full) */
static char *
brief (const char *text)
{
  const char *end = strchr (text, '\n');
  g_autofree char *line = end != NULL ? g_strndup (text, (gsize) (end - text)) : g_strdup (text);
  g_autofree char *cut = NULL;

  g_strstrip (line);
  if (g_utf8_strlen (line, -1) <= MOST_CHARS)
    return end != NULL ? g_strconcat (line, " …", NULL) : g_steal_pointer (&line);
  cut = g_utf8_substring (line, 0, MOST_CHARS);
  return g_strconcat (cut, "…", NULL);
}

char *
sy_problem_fix_words (const SyDesignProblem *problem)
{
  g_autofree char *text = NULL;

  if (problem->fix_text == NULL)
    return NULL;
  if (*problem->fix_text == '\0')
    return g_strdup (_("Remove"));
  text = brief (problem->fix_text);
  return g_strdup_printf (problem->fix_end > problem->fix_start ? _("Change to “%s”") : _("Insert “%s”"), text);
}

void
sy_problem_fix (SyDesign *design, const SyDesignProblem *problem)
{
  SyChange *change;
  g_autofree char *words = sy_problem_fix_words (problem);

  if (words == NULL || sy_design_is_busy (design))
    return;
  change = sy_change_new (words);
  sy_change_replace_bytes (change, problem->fix_start, problem->fix_end, problem->fix_text);
  sy_design_apply (design, change);
}

gboolean
sy_problem_can_silence (const SyDesignProblem *problem)
{
  return problem->is_note && problem->task != NULL;
}

void
sy_problem_silence (SyDesign *design, const SyDesignProblem *problem)
{
  const char *const path[] = { "tasks", problem->task, "x-quiet", NULL };
  g_autofree char *words = g_strdup_printf (_("Silence “%s” of %s"), problem->code, problem->task != NULL ? problem->task : "");
  SyChange *change;

  if (!sy_problem_can_silence (problem) || sy_design_is_busy (design))
    return;
  change = sy_change_new (words);
  sy_change_append (change, path, sy_change_value_new_word (problem->code));
  sy_design_apply (design, change);
}
