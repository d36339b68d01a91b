/* sy-line-kind.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-line-kind.h"

#include <string.h>

#define MOST 400 /* bytes of a line that are judged */

/* In lower case; by their first two letters, by which almost all of a text is passed over */
static const struct { char word[20]; guint8 length, kind; } words[] = {
  { "error", 5, SY_LINE_ERROR },       { "fatal", 5, SY_LINE_ERROR },         { "cannot ", 7, SY_LINE_ERROR },
  { "can't ", 6, SY_LINE_ERROR },      { "traceback", 9, SY_LINE_ERROR },     { "exception", 9, SY_LINE_ERROR },
  { "failed", 6, SY_LINE_ERROR },      { "no such file", 12, SY_LINE_ERROR }, { "permission denied", 17, SY_LINE_ERROR },
  { "not found", 9, SY_LINE_ERROR },   { "undefined reference", 19, SY_LINE_ERROR }, { "segmentation fault", 18, SY_LINE_ERROR },
  { "warning", 7, SY_LINE_WARNING },   { "deprecated", 10, SY_LINE_WARNING },
};

#define LETTER(c) (1u << ((c) - 'a'))

/* Second letters by the first one, as bits: both in lower case */
static const guint32 second[26] = {
  ['e' - 'a'] = LETTER ('r') | LETTER ('x'), ['f' - 'a'] = LETTER ('a'), ['c' - 'a'] = LETTER ('a'), ['t' - 'a'] = LETTER ('r'),
  ['n' - 'a'] = LETTER ('o'),                ['p' - 'a'] = LETTER ('e'), ['u' - 'a'] = LETTER ('n'), ['s' - 'a'] = LETTER ('e'),
  ['w' - 'a'] = LETTER ('a'),                ['d' - 'a'] = LETTER ('e'),
};

static inline guint
letter (char c)
{
  return (guint) ((guint8) c | 0x20) - 'a';
}

static inline gboolean
may_begin (const char *p)
{
  guint a = letter (p[0]), b = letter (p[1]);

  return a < 26 && b < 26 && (second[a] >> b & 1) != 0;
}

static SyLineKind
kind_of (const char *p, gsize length)
{
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if ((*p | 0x20) == words[i].word[0] && words[i].length <= length && g_ascii_strncasecmp (p, words[i].word, words[i].length) == 0)
      return words[i].kind;
  return SY_LINE_PLAIN;
}

/* Millions of lines are judged. A word counts at a word's start only. */
SyLineKind
sy_line_classify (const char *line, gsize length)
{
  gboolean error = FALSE;

  length = MIN (length, MOST);
  for (gsize i = 0; i + 1 < length; i++)
    {
      SyLineKind kind;

      if (!may_begin (line + i) || (i > 0 && (g_ascii_isalnum (line[i - 1]) || line[i - 1] == '-')))
        continue;
      kind = kind_of (line + i, length - i);
      if (kind == SY_LINE_WARNING)
        return SY_LINE_WARNING;
      error = error || kind == SY_LINE_ERROR;
    }
  return error ? SY_LINE_ERROR : SY_LINE_PLAIN;
}

/* --- as it may be shown --- */

/* Skips an escape sequence that begins at @p; gives its length, 0 if there is none. */
static gsize
escape_length (const char *p, const char *end)
{
  const char *at = p + 1;

  if (*p != '\033' || at >= end)
    return *p == '\033';
  if (*at != '[')
    return 2;
  for (at++; at < end && !(*at >= 0x40 && *at <= 0x7e); at++)
    ;
  return (gsize) (MIN (at + 1, end) - p);
}

static gboolean
is_bidi (gunichar c)
{
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f || c == 0x061c;
}

GString *
sy_line_strip_escapes (const char *text, gsize length)
{
  GString *plain = g_string_sized_new (length);

  for (const char *p = text, *end = text + length; p < end;)
    {
      gsize skip = escape_length (p, end);

      if (skip == 0)
        g_string_append_c (plain, *p++);
      else
        p += skip;
    }
  return plain;
}

char *
sy_line_clean (const char *line, gsize length)
{
  g_autoptr (GString) plain = sy_line_strip_escapes (line, length);
  g_autofree char *valid = NULL;
  GString *out = g_string_new (NULL);

  valid = g_utf8_make_valid (plain->str, (gssize) plain->len);
  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '\t')
        g_string_append_c (out, ' ');
      else if (!g_unichar_iscntrl (c) && !is_bidi (c))
        g_string_append_unichar (out, c);
    }
  return g_string_free (out, FALSE);
}

char *
sy_line_choose (const char *text, gsize size)
{
  const char *end = text + size;
  const char *last = NULL;
  gsize last_length = 0;

  while (end > text)
    {
      const char *start = memrchr (text, '\n', (gsize) (end - text));
      gsize length;

      start = start != NULL ? start + 1 : text;
      length = (gsize) (end - start);
      if (length > 0 && last == NULL)
        {
          last = start;
          last_length = length;
        }
      if (length > 0 && sy_line_classify (start, length) == SY_LINE_ERROR)
        {
          g_autofree char *line = sy_line_clean (start, length);

          return g_strdup (g_strstrip (line));
        }
      end = start > text ? start - 1 : text;
    }
  return last != NULL ? sy_line_clean (last, last_length) : NULL;
}
