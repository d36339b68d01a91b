/* sy-shell-names.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-shell-names.h"

#include <string.h>

#define MOST_SHELLS 8   /* one in the other */

typedef struct
{
  guint at;
  gboolean set;         /* x=1 in front of a command or alone */
} Found;

/* What is open: ( and ` lists of commands, " a text, { a ${…}, + arithmetic */
typedef struct
{
  const char *text, *name;
  gsize length;         /* of the name */
  guint depth;          /* of shells within shells */
  GArray *found;        /* of Found */
  gboolean shadowed;    /* it has a value of its own before it is read */
  GString *open;
  char command[16];     /* of the simple command that is being read; empty: none yet */
  guint arguments;      /* read of it */
  gboolean code;        /* the next word of it is text for a shell: sh -c '…' */
  guint prefixed;       /* how many were found before the assignments in front of it */
  GPtrArray *heredocs;  /* (owned) of char *: ends; in front ' where nothing is replaced in it, ! where a shell reads that */
} Names;

static gboolean
begins_name (char c)
{
  return g_ascii_isalpha (c) || c == '_';
}

static gboolean
is_name (char c)
{
  return g_ascii_isalnum (c) || c == '_';
}

static char
top (Names *self)
{
  char last = self->open->len > 0 ? self->open->str[self->open->len - 1] : '(';

  return last == '`' ? '(' : last;
}

static void
push (Names *self, char c)
{
  g_string_append_c (self->open, c);
}

static void
pop (Names *self)
{
  if (self->open->len > 0)
    g_string_truncate (self->open, self->open->len - 1);
}

static gboolean
is_it (Names *self, const char *p)
{
  return strncmp (p, self->name, self->length) == 0 && !is_name (p[self->length]);
}

static void
note (Names *self, const char *p, gboolean set)
{
  Found found = { (guint) (p - self->text), set };

  g_array_append_val (self->found, found);
}

static void
end_command (Names *self)
{
  self->command[0] = '\0';
  self->arguments = 0;
  self->code = FALSE;
  self->prefixed = self->found->len;
}

/* What was set in front of a program is for that alone. */
static void
begin_program (Names *self, const char *word, gsize length)
{
  g_strlcpy (self->command, word, MIN (length + 1, sizeof self->command));
  for (guint i = self->found->len; i > self->prefixed; i--)
    if (g_array_index (self->found, Found, i - 1).set)
      g_array_remove_index (self->found, i - 1);
}

/* Each of these returns the last byte that it has read. */

/* $x, ${x…, ${#x}, $((, $( */
static const char *
read_dollar (Names *self, const char *p)
{
  const char *at = p + 1;

  if (*at == '(')
    {
      push (self, at[1] == '(' ? '+' : '(');
      if (at[1] != '(')
        end_command (self);
      return at + (at[1] == '(');
    }
  if (*at == '{')
    {
      push (self, '{');
      at += 1 + (at[1] == '#' || at[1] == '!');
    }
  else if (!begins_name (*at))
    return *at == '$' ? at : p;
  if (is_it (self, at))
    note (self, at, FALSE);
  while (is_name (*at))
    at++;
  return at - 1;
}

/* Text in which only $ counts, up to @end */
static void
read_lines (Names *self, const char *p, const char *end)
{
  gsize depth = self->open->len;

  for (; p < end; p++)
    if (*p == '\\' && p[1] != '\0')
      p++;
    else if (*p == '$')
      p = read_dollar (self, p);
  g_string_truncate (self->open, depth);
}

static GArray *find_names (const char *text, const char *name, guint depth, gboolean *shadowed);

/* What another shell is to read */
static void
read_inner (Names *self, const char *start, const char *end)
{
  g_autofree char *text = g_strndup (start, (gsize) (end - start));
  g_autoptr (GArray) found = self->depth < MOST_SHELLS ? find_names (text, self->name, self->depth + 1, NULL) : NULL;

  for (guint i = 0; found != NULL && i < found->len; i++)
    note (self, start + g_array_index (found, guint, i), FALSE);
}

/* "#!/bin/sh", "#!/usr/bin/env bash" */
static gboolean
begins_script (const char *text)
{
  g_autofree char *line = g_strndup (text, strcspn (text, "\n"));
  g_auto (GStrv) words = g_strsplit_set (g_str_has_prefix (line, "#!") ? g_strstrip (line + 2) : "", " \t", -1);

  return words[0] != NULL && (sy_shell_is_shell (words[0]) || (g_str_has_suffix (words[0], "/env") && words[1] != NULL && sy_shell_is_shell (words[1])));
}

/* @p: at the line's end */
static const char *
read_heredoc (Names *self, const char *p, const char *end)
{
  gboolean quoted = *end == '\'' || *end == '!', shell = *end == '!';
  gsize length = strlen (end + quoted), indent = strspn (p + 1, "\t ");
  const char *body = p + 1, *line;

  for (gboolean more = TRUE; more && *p == '\n';)
    {
      const char *next = p + 1 + strcspn (p + 1, "\n");

      line = p + 1 + strspn (p + 1, "\t ");
      more = !(strncmp (line, end + quoted, length) == 0 && line + length == next);
      if (!more && quoted && (shell || begins_script (body + indent)))
        read_inner (self, body, p);
      else if (more && !quoted)
        read_lines (self, line, next);
      p = next;
    }
  return p;
}

static const char *
read_heredocs (Names *self, const char *p)
{
  for (guint i = 0; i < self->heredocs->len; i++)
    p = read_heredoc (self, p, g_ptr_array_index (self->heredocs, i));
  g_ptr_array_set_size (self->heredocs, 0);
  return *p == '\0' ? p - 1 : p;
}

static const char *
read_heredoc_word (Names *self, const char *p)
{
  const char *word = p + 2 + (p[2] == '-');
  gboolean quoted;
  gsize length;

  word += strspn (word, " \t");
  quoted = strchr ("'\"\\", *word) != NULL && *word != '\0';
  word += strspn (word, "'\"\\");
  length = strcspn (word, " \t\n'\";|&)");
  if (length > 0)
    g_ptr_array_add (self->heredocs, g_strdup_printf ("%s%.*s", !quoted ? "" : sy_shell_is_shell (self->command) ? "!" : "'", (int) length, word));
  word += length;
  return quoted && (*word == '\'' || *word == '"') ? word : word - 1;
}

static gboolean
is_one_of (const char *word, gsize length, const char *const *words)
{
  for (; *words != NULL; words++)
    if (strlen (*words) == length && strncmp (word, *words, length) == 0)
      return TRUE;
  return FALSE;
}

/* A name that is read, or that gets another value, by a command of its own */
static void
read_argument (Names *self, const char *word, gsize length)
{
  static const char *const set[] = { "for", "select", "read", "local", "getopts", "mapfile", "readarray", NULL };
  static const char *const keep[] = { "export", "readonly", "declare", "typeset", "unset", "printenv", NULL };
  gboolean sets = g_strv_contains (set, self->command), keeps = g_strv_contains (keep, self->command);
  gboolean loop = g_str_equal (self->command, "for") || g_str_equal (self->command, "select");

  if (self->arguments++ > 0 && loop)
    return;
  if ((!sets && !keeps) || !is_it (self, word) || (length > self->length && word[self->length] != '=' && word[self->length] != '+'))
    return;
  self->shadowed = self->shadowed || (sets && self->found->len == 0);
  note (self, word, FALSE);
}

static void
read_word (Names *self, const char *word)
{
  static const char *const keywords[] = { "if", "then", "else", "elif", "fi", "do", "done", "while", "until", "!", "{", "}", "time", NULL };
  gsize length = strcspn (word, " \t\n;&|()<>\"'`$\\"), name = 0;

  while (name < length && is_name (word[name]))
    name++;
  if (self->command[0] != '\0')
    {
      read_argument (self, word, length);
      self->code = *word == '-' && memchr (word, 'c', length) != NULL && sy_shell_is_shell (self->command);
    }
  else if (name > 0 && begins_name (*word) && (word[name] == '=' || (word[name] == '+' && word[name + 1] == '=')))
    {
      if (is_it (self, word))
        note (self, word, TRUE);
    }
  else if (!is_one_of (word, length, keywords))
    begin_program (self, word, length);
}

static const char *
read_comment (Names *self, const char *p)
{
  const char *end = p + strcspn (p, "\n");

  read_lines (self, p, end);
  return end - 1;
}

static gboolean
begins_word (Names *self, const char *p)
{
  return p == self->text || strchr (" \t\n;&|()`", p[-1]) != NULL;
}

static const char *
read_single (Names *self, const char *p)
{
  const char *end = strchr (p + 1, '\'');

  if (end != NULL && self->code)
    read_inner (self, p + 1, end);
  self->code = FALSE;
  return end != NULL ? end : self->text + strlen (self->text) - 1;
}

/* Inside ( ), where commands stand */
static const char *
read_command (Names *self, const char *p)
{
  switch (*p)
    {
    case '\'':
      return read_single (self, p);
    case '\n':
      end_command (self);
      return self->heredocs->len > 0 ? read_heredocs (self, p) : p;
    case ';':
    case '&':
    case '|':
      end_command (self);
      return p;
    case '(':
      push (self, p[1] == '(' ? '+' : '(');
      end_command (self);
      return p + (p[1] == '(');
    case ')':
      pop (self);
      end_command (self);
      return p;
    case '<':
      return p[1] == '<' && p[2] == '<' ? p + 2 : p[1] == '<' ? read_heredoc_word (self, p) : p;
    case '#':
      if (begins_word (self, p))
        return read_comment (self, p);
      return p;
    default:
      if (!strchr (" \t\r", *p) && begins_word (self, p))
        read_word (self, p);
      return p;
    }
}

static const char *
read_sum (Names *self, const char *p)
{
  if (*p == '(')
    push (self, '+');
  else if (*p == ')')
    {
      pop (self);
      return top (self) != '+' && p[1] == ')' ? p + 1 : p;
    }
  else if (begins_name (*p))
    {
      if (is_it (self, p))
        note (self, p, FALSE);
      while (is_name (p[1]))
        p++;
    }
  return p;
}

static const char *
read_quote (Names *self, const char *p)
{
  gboolean closes = self->open->len > 0 && self->open->str[self->open->len - 1] == *p;

  if (closes)
    pop (self);
  else
    push (self, *p);
  if (*p == '`')
    end_command (self);
  return p;
}

static const char *
read_one (Names *self, const char *p)
{
  char in = top (self);

  if (in == '(' && self->command[0] == '\0' && strchr ("$\"'\\", *p) != NULL && begins_word (self, p))
    begin_program (self, "$", 1);
  if (*p == '\\')
    return p[1] != '\0' ? p + 1 : p;
  if (*p == '$')
    return read_dollar (self, p);
  if (*p == '"' || *p == '`')
    return read_quote (self, p);
  if (in == '{' && *p == '}')
    pop (self);
  return in == '(' ? read_command (self, p) : in == '+' ? read_sum (self, p) : p;
}

static int
compare_offsets (gconstpointer a, gconstpointer b)
{
  guint x = *(const guint *) a, y = *(const guint *) b;

  return x < y ? -1 : x > y;
}

static GArray *
find_names (const char *text, const char *name, guint depth, gboolean *shadowed)
{
  g_autoptr (GString) open = g_string_new (NULL);
  g_autoptr (GPtrArray) heredocs = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (Found));
  Names names = { .text = text, .name = name, .length = strlen (name), .depth = depth, .found = found, .open = open, .heredocs = heredocs };
  GArray *offsets = g_array_new (FALSE, FALSE, sizeof (guint));

  for (const char *p = strstr (text, name) != NULL ? text : ""; *p != '\0'; p++)
    p = read_one (&names, p);
  for (guint i = 0; i < found->len && !names.shadowed; i++)
    g_array_append_val (offsets, g_array_index (found, Found, i).at);
  g_array_sort (offsets, compare_offsets);
  if (shadowed != NULL)
    *shadowed = names.shadowed;
  return offsets;
}

GArray *
sy_shell_find_names (const char *text, const char *name, gboolean *shadowed)
{
  return find_names (text, name, 0, shadowed);
}

gboolean
sy_shell_is_shell (const char *program)
{
  static const char *const shells[] = { "sh", "bash", "dash", "zsh", "ksh", "mksh", "ash", NULL };
  const char *slash = strrchr (program, '/');

  return g_strv_contains (shells, slash != NULL ? slash + 1 : program);
}
