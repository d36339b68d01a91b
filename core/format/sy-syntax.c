/* sy-syntax.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-syntax.h"

#include "core/format/sy-document.h"

#include <string.h>

/* Keys whose value is an expression, and those whose value is a shell text */
static const char *const expression_keys[] = { "if", "until", "while", "switch", "over", "count", NULL };
static const char *const shell_keys[] = { "run", "undo", NULL };

gboolean
sy_syntax_is_shell_key (const char *key)
{
  return g_strv_contains (shell_keys, key);
}

/* Bytes */

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
        sy_problem_set_hint (problem, c == 0 ? "this is no text file, or a write was cut short"
                                             : "remove it; inside \"…\" it can be written as \\x%02x", c);
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
                            "the file has %" G_GSIZE_FORMAT " bytes: the limit is 64 MiB", length);
      return FALSE;
    }
  return check_encoding (source, problems) && check_controls (source, problems) && check_directives (source, problems);
}

/* The value a mistake stands in */

typedef struct
{
  const char *key;
  gsize key_length;
  gsize start, end; /* of the value, without blanks around it; end of line, or in { } the next comma or bracket */
  gsize indent;     /* of the line */
  gboolean flow;
} Place;

static gboolean
is_word (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '-' || c == '.';
}

static gsize
skip_blanks (const char *data, gsize p, gsize end)
{
  while (p < end && (data[p] == ' ' || data[p] == '\t'))
    p++;
  return p;
}

/* `key: ` at @p? Then its value begins at the offset returned, else 0 */
static gsize
scan_key (const char *data, gsize p, gsize end, Place *place)
{
  gsize start = p;

  while (p < end && is_word (data[p]))
    p++;
  if (p == start || p + 1 >= end || data[p] != ':' || data[p + 1] != ' ')
    return 0;
  place->key = data + start;
  place->key_length = p - start;
  return skip_blanks (data, p + 1, end);
}

/* The comma or bracket that ends a value inside { }; an expression may hold both */
static gsize
flow_value_end (const char *data, gsize p, gsize end)
{
  for (; p < end && strchr (",}]", data[p]) == NULL; p++)
    if (end - p >= 3 && strncmp (data + p, "${{", 3) == 0)
      {
        const char *close = g_strstr_len (data + p, (gssize) (end - p), "}}");

        if (close == NULL)
          return end;
        p = (gsize) (close - data) + 1;
      }
  return p;
}

/* The last `{key: ` or `, key: ` of the line before @at */
static void
scan_flow (const char *data, gsize start, gsize end, gsize at, Place *place)
{
  for (gsize p = start; p < end && p < at; p++)
    {
      Place inner = *place;
      gsize value;

      if (data[p] != '{' && data[p] != ',')
        continue;
      value = scan_key (data, skip_blanks (data, p + 1, end), end, &inner);
      if (value == 0 || value > at)
        continue;
      inner.start = value;
      inner.flow = TRUE;
      inner.end = flow_value_end (data, value, end);
      inner.end = MAX (inner.end, MIN (at + 1, end));
      *place = inner;
    }
}

/* Finds the value on the line of @at that begins before it */
static gboolean
find_place (const SySource *source, gsize at, Place *place)
{
  const char *data = sy_source_get_data (source, NULL);
  guint line, column;
  gboolean item = FALSE;
  gsize start, end, p;

  *place = (Place) { 0 };
  sy_source_position (source, at, &line, &column);
  if (!sy_source_line (source, line, &start, &end))
    return FALSE;
  for (p = start; p < end && (data[p] == ' ' || (data[p] == '-' && p + 1 < end && data[p + 1] == ' ')); p++)
    item = item || data[p] == '-';
  place->indent = p - start;
  place->start = scan_key (data, p, end, place);
  place->end = end;
  if (place->start == 0 && p < end && (item || strchr ("{[", data[p]) != NULL))
    place->start = p;
  if (place->start == 0 || at < place->start || place->start >= end)
    return FALSE;
  if (data[place->start] == '{' && data[place->start + 1] != '{')
    scan_flow (data, place->start, end, at, place);
  while (place->end > place->start && strchr (" \t", data[place->end - 1]) != NULL)
    place->end--;
  return TRUE;
}

static gboolean
key_is (const Place *place, const char *const *words)
{
  for (; place->key != NULL && *words != NULL; words++)
    if (strlen (*words) == place->key_length && strncmp (*words, place->key, place->key_length) == 0)
      return TRUE;
  return FALSE;
}

static const char *
find_in (const char *data, gsize start, gsize end, const char *what)
{
  return end > start ? g_strstr_len (data + start, (gssize) (end - start), what) : NULL;
}

/* Fixes */

/* The value as a quoted scalar: single quotes where they need no doubling, else double quotes, else doubled ones */
static char *
quote (const char *text, gsize length)
{
  g_autofree char *copy = g_strndup (text, length);
  g_auto (GStrv) parts = NULL;
  g_autofree char *doubled = NULL;

  if (strpbrk (copy, "\"\\") == NULL)
    return g_strdup_printf ("\"%s\"", copy);
  parts = g_strsplit (copy, "'", -1);
  doubled = g_strjoinv ("''", parts);
  return g_strdup_printf ("'%s'", doubled);
}

static void
fix_by_quotes (SyProblem *problem, const char *data, gsize start, gsize end)
{
  g_autofree char *text = quote (data + start, end - start);

  sy_problem_set_fix (problem, start, end, text);
}

static void
fix_by_block (SyProblem *problem, const char *data, const Place *place)
{
  g_autofree char *text = g_strdup_printf ("|\n%*s%.*s", (int) place->indent + 2, "", (int) (place->end - place->start),
                                           data + place->start);

  sy_problem_set_fix (problem, place->start, place->end, text);
}

/* The item of a flow list that holds `${{`: from behind the comma or bracket to the one behind `}}` */
static void
suggest_flow_expression (SyProblem *problem, const char *data, gsize start, gsize end, const char *expression)
{
  gsize from = (gsize) (expression - data), to;
  const char *close = find_in (data, from, end, "}}");
  g_autofree char *text = NULL;

  sy_problem_set_hint (problem, "quote the whole expression: \"${{ … }}\"");
  if (close == NULL)
    return;
  while (from > start && strchr (",[{ ", data[from - 1]) == NULL)
    from--;
  for (to = (gsize) (close - data) + 2; to < end && strchr (",]} ", data[to]) == NULL;)
    to++;
  fix_by_quotes (problem, data, from, to);
}

/* The last `${{` that begins at or before the error, else the first one; NULL: none */
static const char *
find_expression (const char *data, const Place *place, gsize at)
{
  const char *first = find_in (data, place->start, place->end, "${{");
  const char *before = at > place->start
                         ? g_strrstr_len (data + place->start, (gssize) (MIN (at + 2, place->end) - place->start), "${{")
                         : NULL;

  return before != NULL ? before : first;
}

static void
suggest_at (SyProblem *problem, const char *data, const Place *place, gsize at)
{
  int n = (int) MIN (place->key_length, 40);
  const char *expression = find_expression (data, place, at);

  if (key_is (place, expression_keys))
    {
      g_autofree char *text = quote (data + place->start, MIN (place->end - place->start, 80));

      sy_problem_set_hint (problem, "quote the whole expression: %.*s: %s", n, place->key, text);
      fix_by_quotes (problem, data, place->start, place->end);
    }
  else if (key_is (place, shell_keys) && !place->flow)
    {
      sy_problem_set_hint (problem, "use `%.*s: |` and write the command on the next line, indented", n, place->key);
      fix_by_block (problem, data, place);
    }
  else if (expression != NULL && (place->flow || strchr ("[{", data[place->start]) != NULL))
    suggest_flow_expression (problem, data, place->start, place->end, expression);
  else
    {
      sy_problem_set_hint (problem, "quote the whole value");
      fix_by_quotes (problem, data, place->start, place->end);
    }
}

void
sy_syntax_suggest (SyProblem *problem, const SySource *source, const char *key, gsize start, gsize end, gboolean flow)
{
  const char *data = sy_source_get_data (source, NULL);
  Place place;

  if (!find_place (source, start, &place) || (key == NULL && place.key == NULL) ||
      (place.start < start && strchr ("[{", data[place.start]) != NULL)) /* one item of a list */
    {
      place = (Place) { .key = key, .key_length = key != NULL ? strlen (key) : 0, .start = start, .end = end,
                        .flow = flow };
      if (place.end <= place.start)
        return;
    }
  else if (place.start == start) /* the brackets of a list or map are known exactly */
    place.end = MAX (place.end, end);
  suggest_at (problem, data, &place, start);
}

/* libyaml's errors */

typedef enum { AT_PROBLEM, AT_CONTEXT } Where;

static const struct
{
  const char *problem;
  const char *context; /* (nullable): any */
  Where where;
  const char *code;
  const char *message;
  const char *hint;
} texts[] = {
  { "found unexpected end of stream", "while scanning a quoted scalar", AT_CONTEXT, "open-quote",
    "the quote that opens here is never closed", "close it, or use `|` for a text with quotes of its own" },
  { "found unexpected document indicator", "while scanning a quoted scalar", AT_CONTEXT, "open-quote",
    "the quote that opens here is never closed", "close it, or use `|` for a text with quotes of its own" },
  { "found unknown escape character", NULL, AT_PROBLEM, "escape", "“\\” begins an escape inside \"…\", and this is none",
    "use single quotes, where \\ is only a \\, or write \\\\" },
  { "did not find expected hexdecimal number", NULL, AT_PROBLEM, "escape", "digits are missing in this escape",
    "use single quotes, where \\ is only a \\, or write \\\\" },
  { "found invalid Unicode character escape code", NULL, AT_PROBLEM, "escape",
    "this escape names no character of Unicode", NULL },
  { "did not find expected ',' or ']'", NULL, AT_PROBLEM, "open-list", "a “,” or the closing “]” is missing before this",
    "close the list, or quote a value that holds [ ] { } or , itself" },
  { "did not find expected ',' or '}'", NULL, AT_PROBLEM, "open-map", "a “,” or the closing “}” is missing before this",
    "close the map, or quote a value that holds [ ] { } or , itself" },
  { "mapping values are not allowed in this context", NULL, AT_PROBLEM, "unexpected-colon",
    "the “: ” here would make a second key on a line whose value has begun",
    "quote a text that holds “: ”, or mend the indentation" },
  { "block sequence entries are not allowed in this context", NULL, AT_PROBLEM, "unexpected-dash",
    "a list cannot begin here", "begin it on the next line, or write [a, b]" },
  { "mapping keys are not allowed in this context", NULL, AT_PROBLEM, "unexpected-key", "a key cannot stand here",
    "quote a text that begins with “? ”" },
  { "could not find expected ':'", NULL, AT_CONTEXT, "missing-colon", "a “: ” is missing behind this key",
    "write `key: value`; a text of several lines needs `|`" },
  { "found character that cannot start any token", NULL, AT_PROBLEM, "bad-start", "a value cannot begin with this sign",
    "quote it" },
  { "did not find expected key", NULL, AT_PROBLEM, "unexpected-text",
    "this fits neither the map around it nor a value: another key was expected here",
    "look at the indentation, and for quotes that end too early" },
  { "did not find expected '-' indicator", NULL, AT_PROBLEM, "unexpected-text",
    "this does not fit the list around it: another “- ” was expected here", "look at the indentation" },
  { "did not find expected comment or line break", NULL, AT_PROBLEM, "block-header",
    "behind “|” or “>” the line must end", "write the text on the next line, indented" },
  { "found a tab character where an indentation space is expected", NULL, AT_PROBLEM, "tab-indent",
    "a tab cannot indent in YAML", "use spaces" },
  { "found a tab character that violates indentation", NULL, AT_PROBLEM, "tab-indent",
    "a tab cannot indent in YAML", "use spaces" },
  { "did not find expected alphabetic or numeric character", "while scanning an alias", AT_CONTEXT, "alias",
    "a value that begins with “*” is a YAML alias", "quote it" },
  { "did not find expected alphabetic or numeric character", "while scanning an anchor", AT_CONTEXT, "anchor",
    "a value that begins with “&” is a YAML anchor", "quote it" },
  { "did not find expected node content", NULL, AT_PROBLEM, "missing-value", "a value is missing here", NULL },
  { "did not find expected <document start>", NULL, AT_PROBLEM, "second-document",
    "a file holds one workflow: nothing may follow its end here", NULL },
  { "exceeded maximum nesting", NULL, AT_PROBLEM, "too-deep", "lists and maps are nested too deep here", NULL },
};

static gboolean
has_tag_context (const SySyntaxError *error)
{
  return error->context != NULL && (strstr (error->context, "tag") != NULL);
}

static SyProblem *
report_by_table (const SySyntaxError *error, SyProblems *problems)
{
  SyProblem *problem;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      gsize at = texts[i].where == AT_CONTEXT ? error->context_at : error->at;

      if (!g_str_has_prefix (error->problem, texts[i].problem) ||
          (texts[i].context != NULL && g_strcmp0 (texts[i].context, error->context) != 0))
        continue;
      problem = sy_problems_add (problems, SY_SEVERITY_ERROR, texts[i].code, at, at + 1, "%s", texts[i].message);
      if (texts[i].hint != NULL)
        sy_problem_set_hint (problem, "%s", texts[i].hint);
      return problem;
    }
  if (has_tag_context (error))
    return sy_problems_add (problems, SY_SEVERITY_ERROR, "tag", error->context_at, error->context_at + 1,
                            "a value that begins with “!” is a YAML tag");
  return sy_problems_add (problems, SY_SEVERITY_ERROR, "yaml", error->at, error->at + 1, "this is not valid YAML");
}

/* A tab before the first text of the line is the cause, whatever libyaml calls it */
static gboolean
report_tab (const SySyntaxError *error, const SySource *source, SyProblems *problems)
{
  const char *data = sy_source_get_data (source, NULL);
  g_autoptr (GString) spaces = g_string_new (NULL);
  guint line, column;
  gsize start, end, p;
  SyProblem *problem;

  sy_source_position (source, error->at, &line, &column);
  if (!sy_source_line (source, line, &start, &end))
    return FALSE;
  for (p = start; p < end && (data[p] == ' ' || data[p] == '\t'); p++)
    g_string_append (spaces, data[p] == '\t' ? "  " : " ");
  if (memchr (data + start, '\t', p - start) == NULL)
    return FALSE;
  problem = sy_problems_add (problems, SY_SEVERITY_ERROR, "tab-indent", start, p, "a tab cannot indent in YAML");
  sy_problem_set_hint (problem, "use spaces");
  sy_problem_set_fix (problem, start, p, spaces->str);
  return TRUE;
}

/* Why YAML did not read the value as one text */
static const char *
explain_value (const char *data, const Place *place)
{
  switch (data[place->start])
    {
    case '[':
      return "the “[” makes the value a YAML list, which ends before the text does";
    case '{':
      return "the “{” makes the value a YAML map, which ends before the text does";
    case '"':
    case '\'':
      return "the value begins with a quote, so it ends where the quote is closed, and more text follows";
    case '*':
      return "a value that begins with “*” is a YAML alias";
    case '&':
      return "a value that begins with “&” is a YAML anchor";
    case '!':
      return "a value that begins with “!” is a YAML tag";
    case '|':
    case '>':
      return "a value that begins with “|” or “>” is a block of text: its line must end there";
    case '%':
    case '@':
    case '`':
      return "a value cannot begin with “%”, “@” or a backquote";
    default:
      return NULL;
    }
}

/* The mistake lies in a value that should have been quoted */
static gboolean
report_value (const SySyntaxError *error, const SySource *source, SyProblems *problems)
{
  const char *data = sy_source_get_data (source, NULL), *message, *code = "quote-value";
  gboolean brackets, colon;
  SyProblem *problem;
  Place place;

  if (strstr (error->problem, "end of stream") != NULL || strstr (error->problem, "escape") != NULL ||
      strstr (error->problem, "hexdec") != NULL || !find_place (source, error->at, &place))
    return FALSE;
  brackets = strchr ("[{", data[place.start]) != NULL;
  colon = data[error->at] == ':' && (!brackets || place.flow);
  message = colon ? "the “: ” inside the value would make it a YAML map" : explain_value (data, &place);
  if (key_is (&place, expression_keys) || find_in (data, place.start, place.end, "${{") != NULL)
    code = "quote-expression";
  else if (key_is (&place, shell_keys))
    code = "quote-run";
  else if (brackets && strcmp (error->problem, "did not find expected key") != 0)
    return FALSE;
  if (strcmp (code, "quote-expression") == 0 && !colon && (brackets || place.flow))
    message = "an expression inside [ ] or { } must stand in quotes";
  if (message == NULL)
    return FALSE;

  problem = sy_problems_add (problems, SY_SEVERITY_ERROR, code, place.start, place.end, "%s", message);
  suggest_at (problem, data, &place, error->at);
  return TRUE;
}

/* A bracket that is still open on a later line */
static gboolean
report_open (const SySyntaxError *error, const SySource *source, SyProblems *problems)
{
  const char *data = sy_source_get_data (source, NULL);
  guint line, column, open_line;
  SyProblem *problem;

  if (strstr (error->problem, "did not find expected ','") == NULL)
    return FALSE;
  sy_source_position (source, error->at, &line, &column);
  sy_source_position (source, error->context_at, &open_line, &column);
  if (line == open_line)
    return FALSE;
  problem = sy_problems_add (problems, SY_SEVERITY_ERROR, data[error->context_at] == '[' ? "open-list" : "open-map",
                             error->context_at, error->context_at + 1,
                             "the “%c” that opens here is not closed before line %u", data[error->context_at], line);
  sy_problem_set_hint (problem, "close it, or look for a missing “,” before line %u", line);
  return TRUE;
}

/* `key: ` on a line that YAML reads as the continuation of the one above */
static gboolean
report_continuation (const SySyntaxError *error, const SySource *source, SyProblems *problems)
{
  const char *data = sy_source_get_data (source, NULL);
  guint line, column;
  gsize start, end;
  SyProblem *problem;

  if (data[error->at] != ':' || strstr (error->problem, "mapping values") == NULL)
    return FALSE;
  sy_source_position (source, error->at, &line, &column);
  do
    if (!sy_source_line (source, --line, &start, &end))
      return FALSE;
  while ((start = skip_blanks (data, start, end)) == end || data[start] == '#');

  if (find_in (data, start, end, ": ") == NULL && data[end - 1] != ':')
    {
      problem = sy_problems_add (problems, SY_SEVERITY_ERROR, "missing-colon", start, end,
                                 "a “: ” is missing: this is neither a key nor the value of one");
      sy_problem_set_hint (problem, "write `key: value`; a text of several lines needs `|`");
      return TRUE;
    }
  problem = sy_problems_add (problems, SY_SEVERITY_ERROR, "indentation", error->at, error->at + 1,
                             "this line reads as a continuation of the value in line %u, so no key can stand in it",
                             line);
  sy_problem_set_hint (problem, "indent it like the keys beside it; a text of several lines needs `|`");
  return TRUE;
}

void
sy_syntax_report (const SySyntaxError *error, SySource *source, SyProblems *problems)
{
  guint n = sy_problems_get_n (problems);
  const SyProblem *last = n > 0 ? sy_problems_get (problems, n - 1) : NULL;
  guint line, column;

  /* `run: *x y`: the alias was refused a moment ago, the text behind it is the same mistake. */
  sy_source_position (source, error->at, &line, &column);
  if (last != NULL && last->line == line && strcmp (last->code, "duplicate-key") != 0)
    return;
  if (report_tab (error, source, problems) || report_value (error, source, problems) ||
      report_open (error, source, problems) || report_continuation (error, source, problems))
    return;
  report_by_table (error, problems);
}
