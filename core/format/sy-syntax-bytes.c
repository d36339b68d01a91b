/* sy-syntax-bytes.c: what is refused before libyaml sees a byte
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-syntax.h"

#include "core/format/sy-document.h"

#include <glib/gi18n.h>
#include <string.h>

static gboolean
check_encoding (SySource *source, SyProblems *problems)
{
  gsize length;
  const char *data = sy_source_get_data (source, &length), *bad;
  SyProblem *problem;

  if (length >= 2 && (memcmp (data, "\xff\xfe", 2) == 0 || memcmp (data, "\xfe\xff", 2) == 0))
    {
      problem = sy_problems_add (problems, SY_SEVERITY_ERROR, "encoding", 0, 0, "the file is UTF-16, not UTF-8");
      sy_problem_set_hint (problem, "save it as UTF-8, or: iconv -f UTF-16 -t UTF-8");
      return FALSE;
    }
  if (g_utf8_validate_len (data, length, &bad) || *bad == '\0')
    return TRUE;
  problem = sy_problems_add (problems, SY_SEVERITY_ERROR, "encoding", (gsize) (bad - data), (gsize) (bad - data) + 1,
                             "this byte (0x%02x) is not valid UTF-8", (guchar) *bad);
  sy_problem_set_hint (problem, "save the file as UTF-8; an old Latin-1 file: iconv -f LATIN1 -t UTF-8");
  return FALSE;
}

static gboolean
is_control (const char *p)
{
  guchar c = (guchar) *p;

  if (c < 0x20)
    return c != '\t' && c != '\n' && c != '\r';
  if (c == 0xc2)
    return (guchar) p[1] < 0xa0 && (guchar) p[1] != 0x85;
  if (c == 0xef)
    return (guchar) p[1] == 0xbf && (guchar) p[2] >= 0xbe;
  return c == 0x7f;
}

static gboolean
check_controls (SySource *source, SyProblems *problems)
{
  gsize length;
  const char *data = sy_source_get_data (source, &length);

  for (const char *p = data; p < data + length; p++)
    if (is_control (p))
      {
        gsize at = (gsize) (p - data), next = (gsize) (g_utf8_next_char (p) - data);
        gunichar c = *p == '\0' ? 0 : g_utf8_get_char (p);
        SyProblem *problem = sy_problems_add (problems, SY_SEVERITY_ERROR, "control-character", at, next,
                                              "a control character (U+%04X) cannot stand in a workflow file", c);
        sy_problem_set_hint (problem, c == 0 ? N_("this is no text file, or a write was cut short")
                                             : N_("remove it; inside \"…\" it can be written as \\x%02x"), c);
        return FALSE;
      }
  return TRUE;
}

/* Lines that begin with % before the first text. `%YAML` says nothing we need, `%TAG` serves tags only. */
static gboolean
check_directives (SySource *source, SyProblems *problems)
{
  const char *data = sy_source_get_data (source, NULL);

  for (guint line = 1; line <= sy_source_get_n_lines (source); line++)
    {
      gsize start, end, p;
      SyProblem *problem;

      sy_source_line (source, line, &start, &end);
      for (p = start; p < end && (data[p] == ' ' || data[p] == '\t'); p++)
        ;
      if (p == end || data[p] == '#')
        continue;
      if (data[start] != '%')
        break;
      problem = sy_problems_add (problems, SY_SEVERITY_ERROR, "directive", start, end,
                                 "YAML directives (lines that begin with %%) are not part of the format");
      sy_problem_set_hint (problem, "remove the line");
      return FALSE;
    }
  return TRUE;
}

gboolean
sy_syntax_check_bytes (SySource *source, SyProblems *problems)
{
  gsize length;

  sy_source_get_data (source, &length);
  if (length > SY_LIMIT_FILE)
    {
      sy_problems_add_file (problems, SY_SEVERITY_ERROR, "too-large",
                            "the file has %lu bytes: the limit is 64 MiB", (gulong) length);
      return FALSE;
    }
  return check_encoding (source, problems) && check_controls (source, problems) && check_directives (source, problems);
}
