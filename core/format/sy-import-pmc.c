/* sy-import-pmc.c: pegasus-mpi-cluster: TASK name [options] command…, EDGE parent child
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-import-draft.h"

#include <math.h>
#include <string.h>

/*
 * Words as that program splits them: both quotes are alike and end any quoted
 * text, a closing quote ends the word, a backslash takes the next byte as is.
 */
static GPtrArray *
split_words (const char *line)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) word = g_string_new (NULL);
  gboolean quoted = FALSE;

  for (const char *p = line; *p; p++)
    {
      gboolean quote = *p == '\'' || *p == '"';

      if (quote ? quoted : !quoted && g_ascii_isspace (*p) && word->len > 0)
        {
          g_ptr_array_add (words, g_strdup (word->str));
          g_string_truncate (word, 0);
        }
      if (quote)
        quoted = !quoted;
      else if (*p == '\\' && p[1])
        g_string_append_c (word, *++p);
      else if (quoted || !g_ascii_isspace (*p))
        g_string_append_c (word, *p);
    }
  if (word->len > 0)
    g_ptr_array_add (words, g_strdup (word->str));
  return words;
}

static gboolean
read_number (SyDraft *draft, guint line, const char *option, const char *text, double least, double *out)
{
  char *end;

  *out = ceil (g_ascii_strtod (text, &end));
  if (end != text && *out >= least && *out <= 1e9)
    return TRUE;
  return sy_draft_error (draft, line, "%s takes a number, and “%s” is none that fits", option, text);
}

/* One option and its value; FALSE after an error */
static gboolean
take_option (SyDraft *draft, SyDraftTask *task, guint line, const char *option, const char *value)
{
  static const struct
  {
    const char *brief, *full;
    char what;
  } options[] = {
    { "-m", "--request-memory", 'm' }, { "-c", "--request-cpus", 'c' }, { "-t", "--tries", 't' },
    { "-p", "--priority", 'p' },       { "-f", "--pipe-forward", 'f' }, { "-F", "--file-forward", 'f' },
  };
  char what = '\0';
  double number = 0;

  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    if (g_str_equal (option, options[i].brief) || g_str_equal (option, options[i].full))
      what = options[i].what;
  if (what == '\0')
    return sy_draft_error (draft, line, "task “%s”: unknown option “%s”", task->name, option);
  if (!value)
    return sy_draft_error (draft, line, "task “%s”: %s needs a value", task->name, option);
  if (what == 'f')
    {
      sy_draft_lost (draft, line, "task %s: %s %s (data forwarded through the cluster's file writer)",
                     task->name, option, value);
      return TRUE;
    }
  if (!read_number (draft, line, option, value, what == 'p' ? -1e9 : 0, &number))
    return FALSE;
  if (what == 'm')
    task->memory = (guint64)number << 20;
  else if (what == 'c')
    task->cpu = (guint)number;
  else if (what == 'p')
    task->priority = (int)number;
  else if (number > 1)
    {
      task->retry = g_string_new (NULL);
      g_string_printf (task->retry, "limit: %u, delay: 0s, on: [exit, signal, out_of_memory, spawn]",
                       (guint)number - 1);
    }
  return TRUE;
}

static gboolean
take_task (SyDraft *draft, const char *rest, guint line)
{
  g_autofree char *name = NULL;
  g_autoptr (GPtrArray) words = NULL;
  SyDraftTask *task;
  guint i = 0;
  gsize n = strcspn (rest, " \t");

  name = g_strndup (rest, n);
  words = split_words (rest + n);
  if (n == 0 || words->len == 0)
    return sy_draft_error (draft, line, "a TASK is written “TASK name command arguments…”");
  if (!(task = sy_draft_add (draft, name, name, line)))
    return FALSE;
  while (i < words->len && *(char *)g_ptr_array_index (words, i) == '-')
    {
      const char *value = i + 1 < words->len ? g_ptr_array_index (words, i + 1) : NULL;

      if (!take_option (draft, task, line, g_ptr_array_index (words, i), value))
        return FALSE;
      i += 2;
    }
  if (i >= words->len)
    return sy_draft_error (draft, line, "task “%s” has no command", name);
  task->argv = g_ptr_array_new_with_free_func (g_free);
  for (; i < words->len; i++)
    g_ptr_array_add (task->argv, sy_draft_escape (g_ptr_array_index (words, i)));
  return TRUE;
}

static gboolean
take_edge (SyDraft *draft, const char *rest, guint line)
{
  g_auto (GStrv) words = g_strsplit_set (rest, " \t", -1);
  guint ends[2], n = 0;

  for (guint i = 0; words[i]; i++)
    {
      if (*words[i] == '\0')
        continue;
      if (n == 2)
        return sy_draft_error (draft, line, "an EDGE is written “EDGE parent child”");
      if ((ends[n++] = sy_draft_find (draft, words[i])) == G_MAXUINT)
        return sy_draft_error (draft, line, "there is no task “%s” above this line", words[i]);
    }
  if (n < 2)
    return sy_draft_error (draft, line, "an EDGE is written “EDGE parent child”");
  return sy_draft_connect (draft, ends[0], ends[1], line);
}

static gboolean
take_line (SyDraft *draft, char *text, guint line)
{
  const char *word = g_strstrip (text);

  if (*word == '\0' || *word == '#')
    return TRUE;
  if (g_str_has_prefix (word, "TASK") && g_ascii_isspace (word[4]))
    return take_task (draft, word + 4 + strspn (word + 4, " \t"), line);
  if (g_str_has_prefix (word, "EDGE") && g_ascii_isspace (word[4]))
    return take_edge (draft, word + 4, line);
  return sy_draft_error (draft, line, "neither TASK nor EDGE");
}

gboolean
sy_import_pmc (SyDraft *draft)
{
  gsize length;
  const char *at = sy_source_get_data (draft->source, &length), *end = at + length;
  guint line = 0;
  gboolean ok = TRUE;

  at += sy_source_bom (draft->source);
  for (;;)
    {
      g_autofree char *text = sy_draft_read_line (&at, end, &line);

      if (!text)
        return ok;
      ok = take_line (draft, text, line) && ok;
    }
}
