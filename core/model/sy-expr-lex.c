/* sy-expr-lex.c: text of an expression -> tokens
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-expr-lex.h"

#include <glib/gi18n.h>
#include <string.h>

gpointer
sy_expr_fail (SyExprParser *p, gsize offset, const char *format, ...)
{
  va_list args;

  if (p->error)
    return NULL;
  va_start (args, format);
  p->error = g_error_new_valist (SY_ERROR, SY_ERROR_INVALID, gettext (format), args);
  va_end (args);
  p->offset = offset;
  return NULL;
}

gboolean
sy_expr_is_name_start (char c)
{
  return g_ascii_isalpha (c) || c == '_';
}

static gboolean
is_name_char (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '-';
}

/* One character of a double-quoted string after its backslash; FALSE = unknown */
static gboolean
append_escape (SyExprParser *p, GString *out)
{
  static const char from[] = "nrt\"\\/'", to[] = "\n\r\t\"\\/'";
  const char *known = p->at < p->length && p->text[p->at] ? strchr (from, p->text[p->at]) : NULL;
  gunichar c = 0;

  if (known)
    {
      g_string_append_c (out, to[known - from]);
      p->at++;
      return TRUE;
    }
  if (p->length - p->at < 5 || p->text[p->at] != 'u')
    return FALSE;
  for (guint i = 1; i <= 4; i++)
    {
      int digit = g_ascii_xdigit_value (p->text[p->at + i]);

      if (digit < 0)
        return FALSE;
      c = c * 16 + (gunichar)digit;
    }
  if (c == 0 || !g_unichar_validate (c))
    return FALSE;
  g_string_append_unichar (out, c);
  p->at += 5;
  return TRUE;
}

static gboolean
lex_string (SyExprParser *p, SyToken *t)
{
  char quote = p->text[p->at++];
  GString *out = g_string_new (NULL);

  for (;;)
    {
      char c;

      if (p->at >= p->length)
        {
          g_string_free (out, TRUE);
          sy_expr_fail (p, t->start, "the string that begins here is not closed: a %c is missing", quote);
          return FALSE;
        }
      c = p->text[p->at++];
      if (c == quote && quote == '\'' && p->at < p->length && p->text[p->at] == '\'')
        {
          g_string_append_c (out, '\'');
          p->at++;
        }
      else if (c == quote)
        break;
      else if (c == '\\' && quote == '"')
        {
          if (!append_escape (p, out))
            {
              g_string_free (out, TRUE);
              sy_expr_fail (p, p->at - 1,
                            "unknown escape in a \"…\" string; use \\n \\t \\r \\\\ \\\" \\u1234, or '…', "
                            "which takes all as is");
              return FALSE;
            }
        }
      else
        g_string_append_c (out, c);
    }
  t->kind = TOKEN_VALUE;
  t->value.type = SY_VALUE_STRING;
  t->value.string = g_string_free (out, FALSE);
  return TRUE;
}

/* 5, -1.5, 2e3, 20G, 1h30m */
static gboolean
lex_number (SyExprParser *p, SyToken *t)
{
  g_autofree char *word = NULL;
  gint64 us;
  guint64 bytes;

  while (p->at < p->length && (g_ascii_isalnum (p->text[p->at]) || strchr (".-+", p->text[p->at])))
    {
      gboolean sign = strchr ("-+", p->text[p->at]) != NULL;

      if (sign && p->at > t->start && (p->text[p->at - 1] | 0x20) != 'e')
        break;
      if (p->text[p->at] == '.' && !(p->at + 1 < p->length && g_ascii_isdigit (p->text[p->at + 1])))
        break;
      p->at++;
    }
  word = g_strndup (p->text + t->start, p->at - t->start);
  t->kind = TOKEN_VALUE;
  t->value.type = SY_VALUE_INT;
  if (sy_parse_int (word, &t->value.integer, NULL))
    return TRUE;
  if (strpbrk (word, ".eE") && sy_parse_float (word, &t->value.number, NULL))
    {
      t->value.type = SY_VALUE_FLOAT;
      return TRUE;
    }
  if (g_ascii_isalpha (word[strlen (word) - 1]) && sy_parse_duration (word, &us, NULL))
    {
      sy_value_from_duration (&t->value, us);
      return TRUE;
    }
  if (g_ascii_isalpha (word[strlen (word) - 1]) && sy_parse_size (word, &bytes, NULL))
    {
      t->value.integer = (gint64)bytes;
      return TRUE;
    }
  sy_expr_fail (p, t->start, "“%s” is no number, size (20G) or duration (1h30m)", word);
  return FALSE;
}

static void
lex_name (SyExprParser *p, SyToken *t)
{
  static const struct
  {
    const char *word;
    SyTokenKind kind;
  } words[] = {
    { "and", TOKEN_AND },    { "or", TOKEN_OR },       { "not", TOKEN_NOT },
    { "true", TOKEN_VALUE }, { "false", TOKEN_VALUE }, { "null", TOKEN_VALUE },
  };
  gsize n;

  while (p->at < p->length && is_name_char (p->text[p->at]))
    p->at++;
  n = p->at - t->start;
  t->kind = TOKEN_NAME;
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strlen (words[i].word) == n && strncmp (words[i].word, p->text + t->start, n) == 0)
      t->kind = words[i].kind;
  if (t->kind == TOKEN_VALUE && p->text[t->start] != 'n')
    {
      t->value.type = SY_VALUE_BOOL;
      t->value.boolean = p->text[t->start] == 't';
    }
}

static gboolean
lex_sign (SyExprParser *p, SyToken *t)
{
  static const struct
  {
    const char *sign;
    SyTokenKind kind;
    SyCompareOp op;
  } signs[] = {
    { "==", TOKEN_COMPARE, OP_EQ }, { "!=", TOKEN_COMPARE, OP_NE }, { "<=", TOKEN_COMPARE, OP_LE },
    { ">=", TOKEN_COMPARE, OP_GE }, { "<", TOKEN_COMPARE, OP_LT },  { ">", TOKEN_COMPARE, OP_GT },
    { "&&", TOKEN_AND, 0 },         { "||", TOKEN_OR, 0 },          { "!", TOKEN_NOT, 0 },
    { "??", TOKEN_COALESCE, 0 },    { "(", TOKEN_SIGN, 0 },         { ")", TOKEN_SIGN, 0 },
    { "[", TOKEN_SIGN, 0 },         { "]", TOKEN_SIGN, 0 },         { ".", TOKEN_SIGN, 0 },
    { ",", TOKEN_SIGN, 0 },
  };
  const char *s = p->text + p->at;
  char c = *s;

  for (guint i = 0; i < G_N_ELEMENTS (signs); i++)
    {
      gsize n = strlen (signs[i].sign);

      if (n > p->length - p->at || strncmp (s, signs[i].sign, n) != 0)
        continue;
      t->kind = signs[i].kind;
      t->op = signs[i].op;
      t->sign = *signs[i].sign;
      p->at += n;
      return TRUE;
    }
  if (c == '=')
    sy_expr_fail (p, t->start, "“=” compares nothing: write “==”");
  else if (c == '&' || c == '|')
    sy_expr_fail (p, t->start, "“%c” is no operator: write “%c%c”", c, c, c);
  else if (c != '\0' && strchr ("+-*/%", c))
    sy_expr_fail (p, t->start,
                  "“%c”: expressions have no arithmetic; compute it in a task and pass it on as an output",
                  c);
  else if (c == '$')
    sy_expr_fail (
        p, t->start,
        "“$” does not belong here: write params.NAME or env.NAME, and `${{ }}` only once around the whole");
  else
    sy_expr_fail (p, t->start, "unexpected “%.*s”", (int)(g_utf8_next_char (s) - s), s);
  return FALSE;
}

gboolean
sy_expr_next (SyExprParser *p)
{
  SyToken *t = &p->token;
  char c;

  sy_value_clear (&t->value);
  while (p->at < p->length && p->text[p->at] && strchr (" \t\r\n", p->text[p->at]))
    p->at++;
  t->start = p->at;
  t->kind = TOKEN_END;
  if (p->at >= p->length)
    t->end = p->at;
  else
    {
      gboolean ok = TRUE;

      c = p->text[p->at];
      if (sy_expr_is_name_start (c))
        lex_name (p, t);
      else if (g_ascii_isdigit (c) ||
               (c == '-' && p->at + 1 < p->length && g_ascii_isdigit (p->text[p->at + 1])))
        ok = lex_number (p, t);
      else if (c == '\'' || c == '"')
        ok = lex_string (p, t);
      else
        ok = lex_sign (p, t);
      t->end = p->at;
      if (!ok)
        t->kind = TOKEN_END;
    }
  return p->error == NULL;
}
