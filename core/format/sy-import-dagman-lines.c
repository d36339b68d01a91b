/* sy-import-dagman-lines.c: the commands of a DAGMan file, as condor_utils/dag_parser.cpp of HTCondor reads them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-import-dagman.h"

#include <string.h>

void
sy_dag_command_clear (SyDagCommand *command)
{
  g_clear_pointer (&command->words, g_strfreev);
  g_clear_pointer (&command->text, g_free);
  g_clear_pointer (&command->description, g_free);
}

/* A line with the ones that continue it */
static char *
read_joined (const char **at, const char *end, guint *line, guint *first)
{
  g_autofree char *part = sy_draft_read_line (at, end, line);
  GString *text = part ? g_string_new (part) : NULL;

  *first = *line;
  while (text && text->len > 0 && text->str[text->len - 1] == '\\')
    {
      g_autofree char *more = sy_draft_read_line (at, end, line);

      text->str[text->len - 1] = ' ';
      if (!more)
        break;
      g_string_append (text, more);
    }
  return text ? g_string_free (text, FALSE) : NULL;
}

/* Where the quote that opens at @open is closed, or NULL: then it is a letter like others */
static const char *
closing_quote (const char *open)
{
  for (const char *p = open + 1; *p; p++)
    if (*p == '\\' && p[1])
      p++;
    else if (*p == *open)
      return p;
  return NULL;
}

/* (transfer full) (nullable): at the end */
static char *
next_word (const char **at, gboolean quotes)
{
  const char *p = *at + strspn (*at, " \t"), *close;
  GString *word = *p ? g_string_new (NULL) : NULL;

  while (*p && *p != ' ' && *p != '\t')
    if (quotes && (*p == '"' || *p == '\'') && (close = closing_quote (p)) != NULL)
      {
        while (++p < close)
          g_string_append_c (word, *p == '\\' ? *++p : *p);
        p++;
      }
    else
      g_string_append_c (word, *p++);
  *at = p;
  return word ? g_string_free (word, FALSE) : NULL;
}

static void
add_words (GPtrArray *words, const char *at, gboolean quotes)
{
  char *word;

  while ((word = next_word (&at, quotes)) != NULL)
    g_ptr_array_add (words, word);
}

/* What begins with the command's third word ends with this one; NULL: none begins */
static char *
description_end (const GPtrArray *words)
{
  const char *word = words->len >= 3 ? g_ptr_array_index (words, 2) : "";

  if (*word == '{')
    return g_strdup ("}");
  return g_str_has_prefix (word, "@=") ? g_strconcat ("@", word + 2, NULL) : NULL;
}

/* The lines up to the one that begins with @stop; what is behind it goes to @words: DIR d NOOP */
static void
read_description (SyDagCommand *command, GPtrArray *words, const char *stop, const char **at, const char *end,
                  guint *line)
{
  GString *text = g_string_new (NULL);
  gsize n = strlen (stop);

  command->open = TRUE;
  g_ptr_array_set_size (words, 3);
  while (command->open)
    {
      g_autofree char *more = sy_draft_read_line (at, end, line);
      g_autofree char *bare = more ? g_strstrip (g_strdup (more)) : NULL;

      if (!more)
        break;
      command->open = strncmp (bare, stop, n) != 0 || (bare[n] != '\0' && !g_ascii_isspace (bare[n]));
      if (command->open)
        g_string_append_printf (text, "%s\n", more);
      else
        add_words (words, bare + n, TRUE);
    }
  command->description = g_string_free (text, FALSE);
}

/* PRE-SKIP is PRE_SKIP. (transfer full) */
static char *
read_keyword (const char **at)
{
  g_autofree char *word = next_word (at, FALSE);
  char *upper = g_ascii_strup (word, -1);

  return g_strdelimit (upper, "-", '_');
}

/* Text of its own grammar: a script's arguments have no quotes, those of VARS matter */
static gboolean
has_quotes (const char *keyword)
{
  return !g_str_equal (keyword, "SCRIPT") && !g_str_equal (keyword, "VARS");
}

gboolean
sy_dag_read_command (const char **at, const char *end, guint *line, SyDagCommand *command)
{
  g_autofree char *text = NULL, *stop = NULL;
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  const char *rest;

  do
    {
      g_free (text);
      if (!(text = read_joined (at, end, line, &command->line)))
        return FALSE;
      g_strstrip (text);
    }
  while (*text == '\0' || *text == '#' || g_str_has_prefix (text, "//"));
  rest = text;
  g_ptr_array_add (words, read_keyword (&rest));
  command->text = g_strdup (rest);
  add_words (words, rest, has_quotes (g_ptr_array_index (words, 0)));
  if ((stop = description_end (words)) != NULL)
    read_description (command, words, stop, at, end, line);
  command->n = words->len;
  g_ptr_array_add (words, NULL);
  command->words = (char **)g_ptr_array_steal (words, NULL);
  return TRUE;
}
