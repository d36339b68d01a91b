/* sy-shell-scan.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-shell-scan.h"

#include <string.h>

typedef enum { TO_WORDS, TO_WRITES, TO_APPENDS, TO_NOTHING } Target;

typedef struct
{
  SyShellFunc each;
  gpointer data;
  SyShellCommand command;
  GString *word;
  gboolean in_word;     /* a word has begun, be it "" */
  Target target;        /* where the next word goes */
  GPtrArray *heredocs;  /* (owned) of char *: ends of texts that begin in the next line */
} Scan;

/* --- words and commands --- */

static gboolean
is_assignment (const char *word)
{
  const char *p = word;

  if (!g_ascii_isalpha (*p) && *p != '_')
    return FALSE;
  while (g_ascii_isalnum (*p) || *p == '_')
    p++;
  return *p == '=';
}

/* In front of a command, and no command themselves */
static gboolean
is_prefix (const char *word)
{
  static const char *const prefixes[] = { "if", "then", "else", "elif", "do", "while", "until", "!", "{", "sudo", "env", "time", "nice", "nohup", "exec",
                                          "command", "builtin", "stdbuf", NULL };

  return is_assignment (word) || g_strv_contains (prefixes, word);
}

static void
end_word (Scan *scan)
{
  GPtrArray *to = scan->target == TO_WRITES ? scan->command.writes : scan->target == TO_APPENDS ? scan->command.appends : scan->command.words;

  if (!scan->in_word)
    return;
  if (scan->target != TO_NOTHING && !(scan->target == TO_WORDS && to->len == 0 && is_prefix (scan->word->str)))
    g_ptr_array_add (to, g_strdup (scan->word->str));
  g_string_truncate (scan->word, 0);
  scan->in_word = FALSE;
  scan->target = TO_WORDS;
}

static void
end_command (Scan *scan)
{
  end_word (scan);
  scan->target = TO_WORDS;
  if (scan->command.words->len > 0 || scan->command.writes->len > 0 || scan->command.appends->len > 0)
    scan->each (&scan->command, scan->data);
  g_ptr_array_set_size (scan->command.words, 0);
  g_ptr_array_set_size (scan->command.writes, 0);
  g_ptr_array_set_size (scan->command.appends, 0);
}

static void
take (Scan *scan, char c)
{
  g_string_append_c (scan->word, c);
  scan->in_word = TRUE;
}

/* --- pieces: each returns the last byte that it has read --- */

static const char *
read_single (Scan *scan, const char *p)
{
  scan->in_word = TRUE;
  for (p++; *p != '\0' && *p != '\''; p++)
    take (scan, *p);
  return *p == '\0' ? p - 1 : p;
}

static const char *
read_double (Scan *scan, const char *p)
{
  scan->in_word = TRUE;
  for (p++; *p != '\0' && *p != '"'; p++)
    {
      if (*p == '\\' && p[1] != '\0' && strchr ("\"\\$`\n", p[1]) != NULL)
        p++;
      take (scan, *p);
    }
  return *p == '\0' ? p - 1 : p;
}

/* ${…} belongs to its word, and what $( holds is commands of its own. */
static const char *
read_dollar (Scan *scan, const char *p)
{
  if (p[1] == '(' && p[2] != '(')
    {
      take (scan, '$');
      end_command (scan);
      return p + 1;
    }
  if (p[1] == '{')
    while (p[1] != '\0' && *p != '}')
      take (scan, *p++);
  take (scan, *p);
  return p;
}

static const char *
read_redirection (Scan *scan, const char *p)
{
  gboolean number = scan->in_word && strspn (scan->word->str, "0123456789") == scan->word->len;

  if (number)
    {
      g_string_truncate (scan->word, 0);
      scan->in_word = FALSE;
    }
  end_word (scan);
  if (*p == '<' && p[1] == '<' && p[2] != '<')
    {
      const char *word = p + 2 + (p[2] == '-');
      gsize length;

      word += strspn (word, " \t'\"\\");
      length = strcspn (word, " \t\n'\";|&)");
      g_ptr_array_add (scan->heredocs, g_strndup (word, length));
      return word + length - 1 + (word[length] == '\'' || word[length] == '"');
    }
  if (*p == '<')
    {
      scan->target = TO_NOTHING;
      return p + strspn (p + 1, "<&");
    }
  scan->target = p[1] == '>' ? TO_APPENDS : TO_WRITES;
  p += p[1] == '>' || p[1] == '|';
  if (p[1] == '&')
    {
      scan->target = TO_NOTHING;
      p++;
    }
  return p;
}

/* The texts that were announced in the line that ends at @p */
static const char *
skip_heredocs (Scan *scan, const char *p)
{
  for (guint i = 0; i < scan->heredocs->len; i++)
    for (gboolean more = TRUE; more && *p == '\n';)
      {
        const char *line = p + 1 + strspn (p + 1, "\t "), *end = strchr (p + 1, '\n');
        gsize length = strlen (g_ptr_array_index (scan->heredocs, i));

        end = end != NULL ? end : p + 1 + strlen (p + 1);
        more = !(strncmp (line, g_ptr_array_index (scan->heredocs, i), length) == 0 && line + length == end);
        p = end;
      }
  g_ptr_array_set_size (scan->heredocs, 0);
  return *p == '\0' ? p - 1 : p;
}

static const char *
skip_comment (const char *p)
{
  while (p[1] != '\0' && p[1] != '\n')
    p++;
  return p;
}

static const char *
read_one (Scan *scan, const char *p)
{
  switch (*p)
    {
    case '\'': return read_single (scan, p);
    case '"': return read_double (scan, p);
    case '$': return read_dollar (scan, p);
    case '>':
    case '<': return read_redirection (scan, p);
    case ' ':
    case '\t':
      end_word (scan);
      return p;
    case '\n':
      end_command (scan);
      return skip_heredocs (scan, p);
    case ';':
    case '|':
    case '(':
    case ')':
    case '`':
      end_command (scan);
      return p;
    case '&':
      if (p[1] == '>')
        return p;
      end_command (scan);
      return p;
    case '\\':
      if (p[1] == '\n')
        return p + 1;
      if (p[1] != '\0')
        take (scan, *++p);
      return p;
    case '#':
      if (!scan->in_word)
        return skip_comment (p);
      G_GNUC_FALLTHROUGH;
    default:
      take (scan, *p);
      return p;
    }
}

void
sy_shell_scan (const char *text, SyShellFunc each, gpointer data)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free), writes = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) appends = g_ptr_array_new_with_free_func (g_free), heredocs = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) word = g_string_new (NULL);
  Scan scan = { each, data, { words, writes, appends }, word, FALSE, TO_WORDS, heredocs };

  for (const char *p = text; *p != '\0'; p++)
    p = read_one (&scan, p);
  end_command (&scan);
}
