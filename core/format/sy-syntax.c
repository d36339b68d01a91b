/* sy-syntax.c: the errors of libyaml in other words
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-syntax.h"

#include "core/format/sy-syntax-place-private.h"

#include <glib/gi18n.h>
#include <string.h>

static gsize
skip_blanks (const char *data, gsize p, gsize end)
{
  while (p < end && (data[p] == ' ' || data[p] == '\t'))
    p++;
  return p;
}

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
    N_("the quote that opens here is never closed"), N_("close it, or use `|` for a text with quotes of its own") },
  { "found unexpected document indicator", "while scanning a quoted scalar", AT_CONTEXT, "open-quote",
    N_("the quote that opens here is never closed"), N_("close it, or use `|` for a text with quotes of its own") },
  { "found unknown escape character", NULL, AT_PROBLEM, "escape", N_("“\\” begins an escape inside \"…\", and this is none"),
    N_("use single quotes, where \\ is only a \\, or write \\\\") },
  { "did not find expected hexdecimal number", NULL, AT_PROBLEM, "escape", N_("digits are missing in this escape"),
    N_("use single quotes, where \\ is only a \\, or write \\\\") },
  { "found invalid Unicode character escape code", NULL, AT_PROBLEM, "escape",
    N_("this escape names no character of Unicode"), NULL },
  { "did not find expected ',' or ']'", NULL, AT_PROBLEM, "open-list", N_("a “,” or the closing “]” is missing before this"),
    N_("close the list, or quote a value that holds [ ] { } or , itself") },
  { "did not find expected ',' or '}'", NULL, AT_PROBLEM, "open-map", N_("a “,” or the closing “}” is missing before this"),
    N_("close the map, or quote a value that holds [ ] { } or , itself") },
  { "mapping values are not allowed in this context", NULL, AT_PROBLEM, "unexpected-colon",
    N_("the “: ” here would make a second key on a line whose value has begun"),
    N_("quote a text that holds “: ”, or mend the indentation") },
  { "block sequence entries are not allowed in this context", NULL, AT_PROBLEM, "unexpected-dash",
    N_("a list cannot begin here"), N_("begin it on the next line, or write [a, b]") },
  { "mapping keys are not allowed in this context", NULL, AT_PROBLEM, "unexpected-key", N_("a key cannot stand here"),
    N_("quote a text that begins with “? ”") },
  { "could not find expected ':'", NULL, AT_CONTEXT, "missing-colon", N_("a “: ” is missing behind this key"),
    N_("write `key: value`; a text of several lines needs `|`") },
  { "found character that cannot start any token", NULL, AT_PROBLEM, "bad-start", N_("a value cannot begin with this sign"),
    N_("quote it") },
  { "did not find expected key", NULL, AT_PROBLEM, "unexpected-text",
    N_("this fits neither the map around it nor a value: another key was expected here"),
    N_("look at the indentation, and for quotes that end too early") },
  { "found unexpected ':'", NULL, AT_PROBLEM, "missing-blank", N_("a blank is missing behind this colon"),
    N_("write `key: value`; quote a text that holds a “:”") },
  { "did not find expected '-' indicator", NULL, AT_PROBLEM, "unexpected-text",
    N_("this does not fit the list around it: another “- ” was expected here"), N_("look at the indentation") },
  { "did not find expected comment or line break", NULL, AT_PROBLEM, "block-header",
    N_("behind “|” or “>” the line must end"), N_("write the text on the next line, indented") },
  { "found a tab character where an indentation space is expected", NULL, AT_PROBLEM, "tab-indent",
    N_("a tab cannot indent in YAML"), N_("use spaces") },
  { "found a tab character that violates indentation", NULL, AT_PROBLEM, "tab-indent",
    N_("a tab cannot indent in YAML"), N_("use spaces") },
  { "did not find expected alphabetic or numeric character", "while scanning an alias", AT_CONTEXT, "alias",
    N_("a value that begins with “*” is a YAML alias"), N_("quote it") },
  { "did not find expected alphabetic or numeric character", "while scanning an anchor", AT_CONTEXT, "anchor",
    N_("a value that begins with “&” is a YAML anchor"), N_("quote it") },
  { "did not find expected node content", NULL, AT_PROBLEM, "missing-value", N_("a value is missing here"), NULL },
  { "did not find expected <document start>", NULL, AT_PROBLEM, "second-document",
    N_("a file holds one workflow: nothing may follow its end here"), NULL },
  { "exceeded maximum nesting", NULL, AT_PROBLEM, "too-deep", N_("lists and maps are nested too deep here"), NULL },
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
      problem = sy_problems_add (problems, SY_SEVERITY_ERROR, texts[i].code, at, at + 1, "%s", _(texts[i].message));
      if (texts[i].hint != NULL)
        sy_problem_set_hint (problem, "%s", _(texts[i].hint));
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
explain_value (const char *data, const SyPlace *place)
{
  switch (data[place->start])
    {
    case '[':
      return _("the “[” makes the value a YAML list, which ends before the text does");
    case '{':
      return _("the “{” makes the value a YAML map, which ends before the text does");
    case '"':
    case '\'':
      return _("the value begins with a quote, so it ends where the quote is closed, and more text follows");
    case '*':
      return _("a value that begins with “*” is a YAML alias");
    case '&':
      return _("a value that begins with “&” is a YAML anchor");
    case '!':
      return _("a value that begins with “!” is a YAML tag");
    case '|':
    case '>':
      return _("a value that begins with “|” or “>” is a block of text: its line must end there");
    case '%':
    case '@':
    case '`':
      return _("a value cannot begin with “%”, “@” or a backquote");
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
  SyPlace place;

  if (strstr (error->problem, "end of stream") != NULL || strstr (error->problem, "escape") != NULL ||
      strstr (error->problem, "hexdec") != NULL || !sy_place_find (source, error->at, &place))
    return FALSE;
  brackets = strchr ("[{", data[place.start]) != NULL;
  colon = data[error->at] == ':' && (!brackets || place.flow);
  message = colon ? _("the “: ” inside the value would make it a YAML map") : explain_value (data, &place);
  if (sy_place_is_expression (&place) || sy_place_search (data, place.start, place.end, "${{") != NULL)
    code = "quote-expression";
  else if (sy_place_is_shell (&place))
    code = "quote-run";
  else if (brackets && strcmp (error->problem, "did not find expected key") != 0)
    return FALSE;
  if (strcmp (code, "quote-expression") == 0 && !colon && (brackets || place.flow))
    message = _("an expression inside [ ] or { } must stand in quotes");
  if (message == NULL)
    return FALSE;

  problem = sy_problems_add (problems, SY_SEVERITY_ERROR, code, place.start, place.end, "%s", message);
  sy_place_suggest (problem, data, &place, error->at);
  return TRUE;
}

/* The text ends inside a bracket: a file that is half written. What is quoted or commented out may mislead. */
static gboolean
report_end (const SySyntaxError *error, const SySource *source, SyProblems *problems)
{
  gsize length, p, depth = 0;
  const char *data = sy_source_get_data (source, &length);
  SyProblem *problem;

  for (p = error->at; p < length; p++)
    if (!g_ascii_isspace (data[p]))
      return FALSE;
  if (strstr (error->problem, "did not find expected ','") == NULL && strstr (error->problem, "node content") == NULL)
    return FALSE;
  for (p = MIN (error->at, length); p > 0; p--)
    {
      if (data[p - 1] == ']' || data[p - 1] == '}')
        depth++;
      else if ((data[p - 1] == '[' || data[p - 1] == '{') && depth-- == 0)
        break;
    }
  if (p == 0)
    return FALSE;
  problem = sy_problems_add (problems, SY_SEVERITY_ERROR, data[p - 1] == '[' ? "open-list" : "open-map", p - 1, p,
                             "the “%c” that opens here is never closed", data[p - 1]);
  sy_problem_set_hint (problem, "close it; the file ends before, as if it were half written");
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

/* `run:echo hi`: where the blank is missing behind the colon, else 0 */
static gsize
find_tight_colon (const char *data, gsize start, gsize end)
{
  gsize p = start;

  while (p < end && (g_ascii_isalnum (data[p]) || data[p] == '_' || data[p] == '-'))
    p++;
  return p > start && p + 1 < end && data[p] == ':' && data[p + 1] != '/' ? p + 1 : 0;
}

static gboolean
report_blank (const char *data, gsize start, gsize end, SyProblems *problems)
{
  gsize at = find_tight_colon (data, start, end);
  SyProblem *problem;

  if (at == 0)
    return FALSE;
  problem = sy_problems_add (problems, SY_SEVERITY_ERROR, "missing-blank", at - 1, at, "a blank is missing behind this colon");
  sy_problem_set_hint (problem, "write `key: value`; quote a text that holds a “:”");
  sy_problem_set_fix (problem, at, at, " ");
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

  if (sy_place_search (data, start, end, ": ") == NULL && data[end - 1] != ':')
    {
      if (report_blank (data, start, end, problems))
        return TRUE;
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
  if (report_tab (error, source, problems) || report_end (error, source, problems) || report_value (error, source, problems) ||
      report_open (error, source, problems) || report_continuation (error, source, problems))
    return;
  report_by_table (error, problems);
}
