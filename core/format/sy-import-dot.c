/* sy-import-dot.c: Graphviz graphs
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-import-dot.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_DEPTH 64

typedef enum
{
  DOT_END,
  DOT_WORD,
  DOT_ARROW,
  DOT_LINE,
  DOT_SIGN
} DotKind;

typedef struct
{
  SyDraft *draft;
  const char *at, *end;
  guint line;
  DotKind kind;
  char sign;
  GString *word;
  gboolean quoted;
  gboolean html; /* the word is <…> */
  guint token_line, depth;
  SyDotGraph graph;
  gboolean failed;
} Dot;

static gboolean statements (Dot *d, GArray *set);

static gboolean G_GNUC_PRINTF (2, 3) fail (Dot *d, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (gettext (format), args);
  va_end (args);
  if (!d->failed)
    sy_draft_error (d->draft, d->token_line, "%s", what);
  d->failed = TRUE;
  return FALSE;
}

/* Lexer */

static gboolean
skip_to (Dot *d, const char *what)
{
  for (; d->at < d->end; d->at++)
    {
      if (*d->at == '\n')
        d->line++;
      if ((gsize)(d->end - d->at) >= strlen (what) && strncmp (d->at, what, strlen (what)) == 0)
        {
          d->at += strlen (what);
          return TRUE;
        }
    }
  return FALSE;
}

static void
skip_blanks (Dot *d)
{
  while (d->at < d->end)
    {
      gboolean two = d->end - d->at > 1;

      if (*d->at == '\n')
        d->line++;
      if (g_ascii_isspace (*d->at))
        d->at++;
      else if (*d->at == '#' || (two && d->at[0] == '/' && d->at[1] == '/'))
        while (d->at < d->end && *d->at != '\n')
          d->at++;
      else if (two && d->at[0] == '/' && d->at[1] == '*')
        skip_to (d, "*/");
      else
        return;
    }
}

static gboolean
is_word_char (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '.' || (guchar)c >= 0x80;
}

/* A backslash: in front of a quote or a line's end it goes, else it is part of the name (sy_dot_unescape()). */
static void
lex_escape (Dot *d, char next)
{
  d->at++;
  if (next == '"')
    g_string_append_c (d->word, '"');
  else if (next == '\r' && d->at + 1 < d->end && d->at[1] == '\n')
    d->at++;
  else if (next != '\n')
    g_string_append_printf (d->word, "\\%c", next);
  if (*d->at == '\n')
    d->line++;
}

static gboolean
lex_quoted (Dot *d)
{
  d->quoted = TRUE;
  for (d->at++; d->at < d->end && *d->at != '"'; d->at++)
    {
      char next = d->at + 1 < d->end ? d->at[1] : '\0';

      if (*d->at == '\n')
        d->line++;
      if (*d->at != '\\' || next == '\0')
        g_string_append_c (d->word, *d->at);
      else
        lex_escape (d, next);
    }
  if (d->at >= d->end)
    return fail (d, N_("a \"…\" that begins here is not closed"));
  d->at++;
  return TRUE;
}

static gboolean
lex_html (Dot *d)
{
  guint open = 0;

  for (; d->at < d->end; d->at++)
    {
      open += *d->at == '<';
      open -= *d->at == '>';
      if (*d->at == '\n')
        d->line++;
      g_string_append_c (d->word, *d->at);
      if (open == 0)
        {
          d->at++;
          return TRUE;
        }
    }
  return fail (d, N_("a <…> that begins here is not closed"));
}

static gboolean
lex_word (Dot *d)
{
  g_string_truncate (d->word, 0);
  d->quoted = FALSE;
  d->kind = DOT_WORD;
  d->html = *d->at == '<';
  if (d->html)
    return lex_html (d);
  while (d->at < d->end && (is_word_char (*d->at) || (*d->at == '-' && d->word->len == 0)))
    g_string_append_c (d->word, *d->at++);
  if (d->word->len > 0 || d->at >= d->end || *d->at != '"')
    return TRUE;
  for (;;)
    {
      if (!lex_quoted (d))
        return FALSE;
      skip_blanks (d);
      if (d->at >= d->end || *d->at != '+')
        return TRUE;
      d->at++;
      skip_blanks (d);
      if (d->at >= d->end || *d->at != '"')
        return fail (d, N_("a string is missing behind “+”"));
    }
}

static gboolean
next (Dot *d)
{
  char c, after;

  skip_blanks (d);
  d->token_line = d->line;
  d->kind = DOT_END;
  if (d->at >= d->end || d->failed)
    return !d->failed;
  c = *d->at;
  after = d->at + 1 < d->end ? d->at[1] : '\0';
  if (c == '-' && (after == '>' || after == '-'))
    {
      d->kind = after == '>' ? DOT_ARROW : DOT_LINE;
      d->at += 2;
      return TRUE;
    }
  if (is_word_char (c) || c == '"' || c == '<' || (c == '-' && is_word_char (after)))
    return lex_word (d);
  if (c == '\0' || !strchr ("{}[];,=:", c))
    return fail (d, N_("“%c” does not belong in a graph"), g_ascii_isprint (c) ? c : '?');
  d->kind = DOT_SIGN;
  d->sign = c;
  d->at++;
  return TRUE;
}

static gboolean
is_sign (const Dot *d, char sign)
{
  return d->kind == DOT_SIGN && d->sign == sign;
}

static gboolean
is_keyword (const Dot *d, const char *word)
{
  return d->kind == DOT_WORD && !d->quoted && g_ascii_strcasecmp (d->word->str, word) == 0;
}

/* Graph */

static void
node_free (gpointer data)
{
  SyDotNode *node = data;

  g_free (node->name);
  g_free (node->label);
  g_free (node->rule);
  g_free (node);
}

static void
edge_clear (gpointer data)
{
  g_free (((SyDotEdge *)data)->label);
}

guint32
sy_dot_graph_node (SyDotGraph *graph, const char *name, guint line)
{
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (graph->by_name, name));
  SyDotNode *node;

  if (n > 0)
    return n - 1;
  node = g_new0 (SyDotNode, 1);
  node->name = g_strdup (name);
  node->line = line;
  g_ptr_array_add (graph->nodes, node);
  g_hash_table_insert (graph->by_name, node->name, GUINT_TO_POINTER (graph->nodes->len));
  return graph->nodes->len - 1;
}

char *
sy_dot_unescape (const char *text, const char *name)
{
  GString *out = g_string_new (NULL);

  for (; *text; text++)
    if (*text != '\\' || text[1] == '\0')
      g_string_append_c (out, *text);
    else if (*++text == 'N' && name)
      g_string_append (out, name);
    else
      g_string_append_c (out, strchr ("nlr", *text) ? ' ' : *text);
  return g_string_free (out, FALSE);
}

static void
set_attribute (SyDotNode *node, const char *name, const char *value)
{
  char **to = g_str_equal (name, "label") ? &node->label : g_str_equal (name, "rule") ? &node->rule : NULL;

  if (g_str_equal (name, "shape"))
    node->ellipse = g_str_equal (value, "ellipse");
  if (!to || g_str_equal (value, "\\N"))
    return;
  g_free (*to);
  *to = sy_dot_unescape (value, node->name);
}

/* [a=b, c=d; e] …: into @node, and the label into *@label where given */
static gboolean
attributes (Dot *d, SyDotNode *node, char **label)
{
  while (is_sign (d, '['))
    {
      if (!next (d))
        return FALSE;
      while (!is_sign (d, ']'))
        {
          g_autofree char *name = NULL;

          if (d->kind != DOT_WORD)
            return fail (d,
                         d->kind == DOT_END ? "the [ ] is not closed" : "an attribute is written name=value");
          name = g_strdup (d->word->str);
          if (!next (d))
            return FALSE;
          if (is_sign (d, '='))
            {
              if (!next (d) || d->kind != DOT_WORD)
                return fail (d, N_("attribute “%s” has no value"), name);
              if (node && !d->html) /* an HTML label says less than the name */
                set_attribute (node, name, d->word->str);
              if (label && !*label && g_str_equal (name, "label"))
                *label = sy_dot_unescape (d->word->str, NULL);
              if (!next (d))
                return FALSE;
            }
          if ((is_sign (d, ',') || is_sign (d, ';')) && !next (d))
            return FALSE;
        }
      if (!next (d))
        return FALSE;
    }
  return TRUE;
}

static gboolean
braces (Dot *d, GArray *set)
{
  if (++d->depth > MAX_DEPTH)
    return fail (d, N_("nested more than %d deep"), MAX_DEPTH);
  if (!is_sign (d, '{'))
    return fail (d, N_("“{” is missing"));
  if (!next (d) || !statements (d, set))
    return FALSE;
  if (!is_sign (d, '}'))
    return fail (d, N_("“}” is missing at the end"));
  d->depth--;
  return next (d);
}

/* A node, or a subgraph, as one end of an edge: its nodes are added to @set. */
static gboolean
endpoint (Dot *d, GArray *set)
{
  guint32 node;

  if (is_keyword (d, "subgraph"))
    {
      if (!next (d) || (d->kind == DOT_WORD && !next (d)))
        return FALSE;
      return braces (d, set);
    }
  if (is_sign (d, '{'))
    return braces (d, set);
  if (d->kind != DOT_WORD)
    return fail (d, N_("a node is missing"));
  node = sy_dot_graph_node (&d->graph, d->word->str, d->token_line);
  g_array_append_val (set, node);
  if (!next (d))
    return FALSE;
  while (is_sign (d, ':'))
    if (!next (d) || d->kind != DOT_WORD || !next (d))
      return fail (d, N_("a port is missing behind “:”"));
  return TRUE;
}

/* @added: their indexes are appended to it */
static gboolean
add_edges (Dot *d, const GArray *from, const GArray *to, GArray *added)
{
  for (guint i = 0; i < from->len; i++)
    for (guint k = 0; k < to->len; k++)
      {
        SyDotEdge edge = { g_array_index (from, guint32, i), g_array_index (to, guint32, k), d->token_line,
                           NULL };

        if (d->graph.edges->len >= SY_DRAFT_MAX_EDGES)
          return fail (d, N_("more than %d edges"), SY_DRAFT_MAX_EDGES);
        g_array_append_val (added, d->graph.edges->len);
        g_array_append_val (d->graph.edges, edge);
      }
  return TRUE;
}

/* a [..] and a -> b -> c [..]; all nodes go to @set */
static gboolean
chain (Dot *d, GArray *set)
{
  g_autoptr (GArray) from = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) own = g_array_new (FALSE, FALSE, sizeof (guint)); /* not those of a subgraph at an end */
  g_autofree char *label = NULL;
  gboolean lone;

  if (!endpoint (d, from))
    return FALSE;
  g_array_append_vals (set, from->data, from->len);
  lone = d->kind != DOT_ARROW;
  while (d->kind == DOT_ARROW || d->kind == DOT_LINE)
    {
      g_autoptr (GArray) to = g_array_new (FALSE, FALSE, sizeof (guint32));

      if (d->kind == DOT_LINE)
        return fail (d, N_("“--” has no direction: only directed graphs are workflows"));
      if (!next (d) || !endpoint (d, to) || !add_edges (d, from, to, own))
        return FALSE;
      g_array_append_vals (set, to->data, to->len);
      g_array_set_size (from, 0);
      g_array_append_vals (from, to->data, to->len);
    }
  if (!attributes (d,
                   lone && from->len == 1
                       ? g_ptr_array_index (d->graph.nodes, g_array_index (from, guint32, 0))
                       : NULL,
                   lone ? NULL : &label))
    return FALSE;
  for (guint i = 0; label && i < own->len; i++)
    g_array_index (d->graph.edges, SyDotEdge, g_array_index (own, guint, i)).label = g_strdup (label);
  return TRUE;
}

static gboolean
statement (Dot *d, GArray *set)
{
  const char *p = d->at;

  if (is_keyword (d, "graph") || is_keyword (d, "node") || is_keyword (d, "edge"))
    return next (d) && attributes (d, NULL, NULL);
  while (p < d->end && g_ascii_isspace (*p))
    p++;
  if (d->kind == DOT_WORD && p < d->end && *p == '=')
    return next (d) && next (d) && (d->kind == DOT_WORD || fail (d, N_("a value is missing behind “=”"))) &&
           next (d);
  return chain (d, set);
}

static gboolean
statements (Dot *d, GArray *set)
{
  while (d->kind != DOT_END && !is_sign (d, '}'))
    {
      if (is_sign (d, ';') || is_sign (d, ','))
        {
          if (!next (d))
            return FALSE;
        }
      else if (!statement (d, set))
        return FALSE;
    }
  return !d->failed;
}

static gboolean
parse (Dot *d)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (guint32));

  if (!next (d) || (is_keyword (d, "strict") && !next (d)))
    return FALSE;
  if (is_keyword (d, "graph"))
    return fail (d, N_("an undirected graph is no workflow: “digraph” is"));
  if (!is_keyword (d, "digraph"))
    return fail (d, N_("a graph begins with “digraph”"));
  if (!next (d))
    return FALSE;
  if (d->kind == DOT_WORD)
    {
      d->graph.name = g_strdup (d->word->str);
      if (!next (d))
        return FALSE;
    }
  return braces (d, all) && (d->kind == DOT_END || fail (d, N_("there is more behind the graph's end")));
}

gboolean
sy_import_dot (SyDraft *draft)
{
  gsize length;
  Dot d = { .draft = draft, .line = 1, .word = g_string_new (NULL) };
  gboolean ok;

  d.at = sy_source_get_data (draft->source, &length);
  d.end = d.at + length;
  d.at += sy_source_bom (draft->source);
  d.graph.nodes = g_ptr_array_new_with_free_func (node_free);
  d.graph.by_name = g_hash_table_new (g_str_hash, g_str_equal);
  d.graph.edges = g_array_new (FALSE, FALSE, sizeof (SyDotEdge));
  g_array_set_clear_func (d.graph.edges, edge_clear);
  ok = parse (&d) && sy_dot_graph_to_tasks (&d.graph, draft);
  if (ok && draft->tasks->len > 0)
    sy_draft_lost (draft, 0, "a graph has no commands: its tasks do nothing until they get one");
  g_string_free (d.word, TRUE);
  g_array_unref (d.graph.edges);
  g_hash_table_unref (d.graph.by_name);
  g_ptr_array_unref (d.graph.nodes);
  g_free (d.graph.name);
  return ok;
}
