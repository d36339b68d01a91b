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
