/* sy-syntax-place.c: the value that a mistake stands in, and how to write it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-syntax-place-private.h"
#include "core/format/sy-syntax.h"

#include <string.h>

/* Keys whose value is an expression, and those whose value is a shell text */
static const char *const expression_keys[] = { "if", "until", "while", "switch", "over", "count", NULL };
static const char *const shell_keys[] = { "run", "undo", NULL };

gboolean
sy_syntax_is_shell_key (const char *key)
{
  return g_strv_contains (shell_keys, key);
}

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
scan_key (const char *data, gsize p, gsize end, SyPlace *place)
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

/* Behind the expression's part at @p that may hold commas and brackets of its own: ${{ }}, [ ], ( ), quotes; else @p */
static gsize
skip_part (const char *data, gsize p, gsize end)
{
  static const struct { const char *open, *close; } parts[] = { { "${{", "}}" }, { "[", "]" }, { "(", ")" }, { "'", "'" }, { "\"", "\"" } };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      gsize n = strlen (parts[i].open);
      const char *close = end - p >= n && strncmp (data + p, parts[i].open, n) == 0
                            ? sy_place_search (data, p + n, end, parts[i].close) : NULL;

      if (close != NULL)
        return (gsize) (close - data) + strlen (parts[i].close);
    }
  return p;
}

/* The comma or bracket that ends a value inside { } */
static gsize
flow_value_end (const char *data, const SyPlace *place, gsize p, gsize end)
{
  gboolean expression = sy_place_is_expression (place);

  while (p < end && strchr (",}]", data[p]) == NULL)
    {
      gsize behind = expression || data[p] == '$' ? skip_part (data, p, end) : p;

      p = MAX (behind, p + 1);
    }
  return p;
}

/* The last `{key: ` or `, key: ` of the line before @at */
static void
scan_flow (const char *data, gsize start, gsize end, gsize at, SyPlace *place)
{
  for (gsize p = start; p < end && p < at; p++)
    {
      SyPlace inner = *place;
      gsize value;

      if (data[p] != '{' && data[p] != ',')
        continue;
      value = scan_key (data, skip_blanks (data, p + 1, end), end, &inner);
      if (value == 0 || value > at)
        continue;
      inner.start = value;
      inner.flow = TRUE;
      inner.end = flow_value_end (data, &inner, value, end);
      inner.end = MAX (inner.end, MIN (at + 1, end));
      *place = inner;
    }
}

/* Finds the value on the line of @at that begins before it */
gboolean
sy_place_find (const SySource *source, gsize at, SyPlace *place)
{
  const char *data = sy_source_get_data (source, NULL);
  guint line, column;
  gboolean item = FALSE;
  gsize start, end, p;

  *place = (SyPlace) { 0 };
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
key_is (const SyPlace *place, const char *const *words)
{
  for (; place->key != NULL && *words != NULL; words++)
    if (strlen (*words) == place->key_length && strncmp (*words, place->key, place->key_length) == 0)
      return TRUE;
  return FALSE;
}

gboolean
sy_place_is_expression (const SyPlace *place)
{
  return key_is (place, expression_keys);
}

gboolean
sy_place_is_shell (const SyPlace *place)
{
  return key_is (place, shell_keys);
}

const char *
sy_place_search (const char *data, gsize start, gsize end, const char *what)
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
fix_by_block (SyProblem *problem, const char *data, const SyPlace *place)
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
  const char *close = sy_place_search (data, from, end, "}}");
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
find_expression (const char *data, const SyPlace *place, gsize at)
{
  const char *first = sy_place_search (data, place->start, place->end, "${{");
  const char *before = at > place->start
                         ? g_strrstr_len (data + place->start, (gssize) (MIN (at + 2, place->end) - place->start), "${{")
                         : NULL;

  return before != NULL ? before : first;
}

void
sy_place_suggest (SyProblem *problem, const char *data, const SyPlace *place, gsize at)
{
  int n = (int) MIN (place->key_length, 40);
  const char *expression = find_expression (data, place, at);

  if (sy_place_is_expression (place))
    {
      g_autofree char *text = quote (data + place->start, MIN (place->end - place->start, 80));

      sy_problem_set_hint (problem, "quote the whole expression: %.*s: %s", n, place->key, text);
      fix_by_quotes (problem, data, place->start, place->end);
    }
  else if (sy_place_is_shell (place) && !place->flow)
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
  SyPlace place;

  if (!sy_place_find (source, start, &place) || (key == NULL && place.key == NULL) ||
      (place.start < start && strchr ("[{", data[place.start]) != NULL)) /* one item of a list */
    {
      place = (SyPlace) { .key = key, .key_length = key != NULL ? strlen (key) : 0, .start = start, .end = end,
                        .flow = flow };
      if (place.end <= place.start)
        return;
    }
  else if (place.start == start) /* the brackets of a list or map are known exactly */
    place.end = MAX (place.end, end);
  sy_place_suggest (problem, data, &place, start);
}
