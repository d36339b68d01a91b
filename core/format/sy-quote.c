/* sy-quote.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-quote.h"

#include <string.h>

#define MAX_KEY 1000 /* libyaml's 1,024 with room for quotes */

/* Characters that no plain, single-quoted or literal text can hold */
static gboolean
is_special (gunichar c)
{
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029 || c == 0xfeff ||
         (c >= 0xfff0 && c <= 0xffff);
}

static gboolean
has_special (const char *text, const char *allowed)
{
  for (const char *p = text; *p; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (is_special (c) && !(c < 0x80 && strchr (allowed, (int)c)))
        return TRUE;
    }
  return FALSE;
}

gboolean
sy_quote_plain_fits (const char *text, guint flags)
{
  gboolean flow = (flags & SY_QUOTE_FLOW) != 0;
  gsize n = strlen (text);

  if (n == 0 || (n > MAX_KEY && (flags & SY_QUOTE_KEY)) || has_special (text, ""))
    return FALSE;
  if (strchr (" ,[]{}#&*!|>'\"%@`", *text) || text[n - 1] == ' ' || text[n - 1] == ':')
    return FALSE;
  if (strchr ("-?:", *text) && !(g_ascii_isalnum (text[1]) || text[1] == '/' || text[1] == '_' ||
                                 (*text == '-' && text[1] == '-' && g_ascii_isalnum (text[2]))))
    return FALSE;
  if (g_str_has_prefix (text, "---") || g_str_has_prefix (text, "...") || g_str_equal (text, "<<") ||
      g_str_equal (text, "="))
    return FALSE;
  for (const char *p = text; *p; p++)
    {
      if ((*p == ':' && (p[1] == ' ' || (flow && strchr (",[]{}", p[1])))) || (*p == ' ' && p[1] == '#'))
        return FALSE;
      if (flow && strchr (",[]{}?", *p)) /* some readers end a plain text at `?` */
        return FALSE;
    }
  return TRUE;
}

gboolean
sy_quote_is_ambiguous (const char *text)
{
  static const char *const words[] = { "",  "~", "null", "true", "false", "yes",   "no", "on", "off",
                                       "y", "n", ".inf", ".nan", "-.inf", "+.inf", "<<", "=" };
  const char *s = text + (*text == '-' || *text == '+');

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_ascii_strcasecmp (text, words[i]) == 0)
      return TRUE;
  if (!g_ascii_isdigit (*s) && !(*s == '.' && g_ascii_isdigit (s[1])))
    return FALSE;
  if (s[0] == '0' && s[1] != '\0' && strchr ("xXoObB", s[1]))
    return s[2 + strspn (s + 2, "0123456789abcdefABCDEF_")] == '\0';
  if (s[strspn (s, "0123456789_.:eE+-")] == '\0')
    return TRUE;
  return strspn (s, "0123456789") == 4 && s[4] == '-';
}

static void
append_single (GString *out, const char *text)
{
  g_string_append_c (out, '\'');
  for (const char *p = text; *p; p++)
    {
      if (*p == '\'')
        g_string_append_c (out, '\'');
      g_string_append_c (out, *p);
    }
  g_string_append_c (out, '\'');
}

static void
append_double (GString *out, const char *text)
{
  g_string_append_c (out, '"');
  for (const char *p = text; *p; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '"' || c == '\\')
        g_string_append_printf (out, "\\%c", (char)c);
      else if (c == '\n')
        g_string_append (out, "\\n");
      else if (c == '\t')
        g_string_append (out, "\\t");
      else if (c == '\r')
        g_string_append (out, "\\r");
      else if (is_special (c) && c < 0x100)
        g_string_append_printf (out, "\\x%02x", c);
      else if (is_special (c))
        g_string_append_printf (out, "\\u%04x", c);
      else
        g_string_append_unichar (out, c);
    }
  g_string_append_c (out, '"');
}

/* `on` is a key of the format, and written without quotes by everybody. */
static gboolean
is_taken_for_else (const char *text, guint flags)
{
  return !(flags & SY_QUOTE_TYPED) && !((flags & SY_QUOTE_KEY) && g_str_equal (text, "on")) && sy_quote_is_ambiguous (text);
}

void
sy_quote_append (GString *out, const char *text, guint flags, SyNodeStyle prefer)
{
  gboolean plain = sy_quote_plain_fits (text, flags) && !is_taken_for_else (text, flags);
  gboolean single = !has_special (text, "");

  if (plain && (prefer == SY_STYLE_PLAIN || prefer > SY_STYLE_DOUBLE))
    g_string_append (out, text);
  else if (prefer == SY_STYLE_DOUBLE || !single)
    append_double (out, text);
  else
    append_single (out, text);
}

gboolean
sy_quote_literal_fits (const char *text)
{
  return strchr (text, '\n') != NULL && !has_special (text, "\n\t") && text[strspn (text, "\n ")] != '\0';
}

static gsize
count_final_breaks (const char *text)
{
  gsize n = strlen (text), breaks = 0;

  while (breaks < n && text[n - 1 - breaks] == '\n')
    breaks++;
  return breaks;
}

void
sy_quote_append_literal_header (GString *out, const char *text, guint width)
{
  gsize breaks = count_final_breaks (text);

  g_string_append_c (out, '|');
  if (*text == ' ' || *text == '\n' || *text == '\t')
    g_string_append_printf (out, "%u", width);
  if (breaks != 1)
    g_string_append_c (out, breaks == 0 ? '-' : '+');
}

void
sy_quote_append_literal_body (GString *out, const char *text, const char *indent, const char *eol)
{
  const char *line = text;

  while (*line)
    {
      gsize n = strcspn (line, "\n");

      if (n > 0)
        {
          g_string_append (out, indent);
          g_string_append_len (out, line, (gssize)n);
        }
      g_string_append (out, eol);
      line += n + (line[n] == '\n');
    }
}
