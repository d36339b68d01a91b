/* sy-import-dagman-node.c: what a DAGMan file says of its nodes
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-import-dagman.h"

#include <string.h>

#define MAX_VARS 1000

typedef gboolean (*NodeFunc) (SyDagFile *f, SyDagNode *node, const SyDagCommand *c, guint at);

/* SPLICE+NODE, as rescue files name the nodes of splices, or NULL */
static SyDagNode *
find_spliced (SyDagFile *f, const char *name)
{
  g_autofree char *full = g_strconcat (f->prefix, name, NULL);
  guint index = sy_draft_find (f->draft, full);

  return index != G_MAXUINT ? g_ptr_array_index (f->nodes, index) : NULL;
}

/* Calls @each for the node words[at], or for every node of this file (ALL_NODES) */
static gboolean
each_node (SyDagFile *f, const SyDagCommand *c, guint at, NodeFunc each)
{
  SyDagName *name;
  SyDagNode *spliced;

  if (at >= c->n)
    return sy_draft_error (f->draft, sy_dag_at_line (f, c->line), "%s needs the name of a node", c->words[0]);
  if (g_ascii_strcasecmp (c->words[at], "ALL_NODES") == 0)
    {
      for (guint i = 0; i < f->order->len; i++)
        if (!each (f, g_ptr_array_index (f->nodes, g_array_index (f->order, guint32, i)), c, at))
          return FALSE;
      return TRUE;
    }
  name = g_hash_table_lookup (f->names, c->words[at]);
  if (!name && (spliced = find_spliced (f, c->words[at])) != NULL)
    return each (f, spliced, c, at);
  if (!name)
    return sy_draft_error (f->draft, sy_dag_at_line (f, c->line), "there is no node “%s”", c->words[at]);
  for (guint i = 0; i < name->roots->len; i++)
    if (!each (f, g_ptr_array_index (f->nodes, g_array_index (name->roots, guint32, i)), c, at))
      return FALSE;
  return TRUE;
}

static gboolean
read_int (SyDagFile *f, const SyDagCommand *c, guint at, gint64 least, gint64 most, gint64 *out)
{
  const char *text = at < c->n ? c->words[at] : "";

  if (g_ascii_string_to_signed (text, 10, least, most, out, NULL))
    return TRUE;
  return sy_draft_error (f->draft, sy_dag_at_line (f, c->line), "%s: “%s” is no whole number that fits",
                         c->words[0], text);
}

/* RETRY node n [UNLESS-EXIT code] */
static gboolean
take_retry (SyDagFile *f, SyDagNode *node, const SyDagCommand *c, guint at)
{
  gint64 n, code;

  if (!read_int (f, c, at + 1, 0, 1000000, &n))
    return FALSE;
  node->retries = (guint)n;
  if (at + 2 >= c->n)
    return TRUE;
  if (g_ascii_strcasecmp (c->words[at + 2], "UNLESS-EXIT") != 0)
    return sy_draft_error (f->draft, sy_dag_at_line (f, c->line), "“%s” is no option of RETRY",
                           c->words[at + 2]);
  if (!read_int (f, c, at + 3, -128, 255, &code))
    return FALSE;
  node->unless = (int)code;
  return TRUE;
}

/* ABORT-DAG-ON node code [RETURN value] */
static gboolean
take_abort (SyDagFile *f, SyDagNode *node, const SyDagCommand *c, guint at)
{
  gint64 code;

  if (!read_int (f, c, at + 1, -128, 255, &code))
    return FALSE;
  node->abort = (int)code;
  node->abort_line = sy_dag_at_line (f, c->line);
  return TRUE;
}

/* PRE_SKIP node code */
static gboolean
take_pre_skip (SyDagFile *f, SyDagNode *node, const SyDagCommand *c, guint at)
{
  gint64 code;

  if (!read_int (f, c, at + 1, 0, 255, &code))
    return FALSE;
  node->pre_skip = (int)code;
  return TRUE;
}

/* DONE node */
static gboolean
take_done (SyDagFile *f, SyDagNode *node, const SyDagCommand *c, guint at)
{
  node->done = TRUE;
  return TRUE;
}

/* PRIORITY node n */
static gboolean
take_priority (SyDagFile *f, SyDagNode *node, const SyDagCommand *c, guint at)
{
  gint64 n;

  if (!read_int (f, c, at + 1, G_MININT32, G_MAXINT32, &n))
    return FALSE;
  sy_draft_get (f->draft, node->task)->priority = (int)n;
  return TRUE;
}

/* CATEGORY node name */
static gboolean
take_category (SyDagFile *f, SyDagNode *node, const SyDagCommand *c, guint at)
{
  if (at + 1 >= c->n)
    return sy_draft_error (f->draft, sy_dag_at_line (f, c->line), "written “CATEGORY node name”");
  g_hash_table_replace (f->categories, GUINT_TO_POINTER (node->task + 1), g_strdup (c->words[at + 1]));
  return TRUE;
}

/* MAXJOBS category n */
static gboolean
take_maxjobs (SyDagFile *f, const SyDagCommand *c)
{
  gint64 n;

  if (c->n < 3)
    return sy_draft_error (f->draft, sy_dag_at_line (f, c->line), "written “MAXJOBS category number”");
  if (!read_int (f, c, 2, 0, 1000000, &n))
    return FALSE;
  g_hash_table_replace (f->limits, g_strdup (c->words[1]), GUINT_TO_POINTER (n));
  return TRUE;
}

/* SCRIPT [DEFER status time] PRE|POST|HOLD node script arguments… : @at is the node */
static gboolean
take_script (SyDagFile *f, SyDagNode *node, const SyDagCommand *c, guint at)
{
  gboolean pre = g_ascii_strcasecmp (c->words[at - 1], "PRE") == 0;
  g_autofree char *script = g_strjoinv (" ", c->words + at + 1);
  char **to = pre ? &node->pre : &node->post;

  if (*script == '\0')
    return sy_draft_error (f->draft, sy_dag_at_line (f, c->line), "the script is missing");
  if (!pre && g_ascii_strcasecmp (c->words[at - 1], "POST") != 0)
    {
      sy_draft_lost (f->draft, sy_dag_at_line (f, c->line), "%s script of node %s", c->words[at - 1],
                     sy_draft_get (f->draft, node->task)->name);
      return TRUE;
    }
  *(pre ? &node->pre_line : &node->post_line) = sy_dag_at_line (f, c->line);
  g_free (*to);
  *to = g_steal_pointer (&script);
  return TRUE;
}

static gboolean
take_script_line (SyDagFile *f, const SyDagCommand *c)
{
  guint at = 1;

  for (guint i = 1; i + 2 < c->n && (g_ascii_strcasecmp (c->words[i], "DEFER") == 0 ||
                                     g_ascii_strcasecmp (c->words[i], "DEBUG") == 0);
       i += 3)
    {
      sy_draft_lost (f->draft, sy_dag_at_line (f, c->line), "SCRIPT: %s %s %s", c->words[i], c->words[i + 1],
                     c->words[i + 2]);
      at = i + 3;
    }
  if (at >= c->n)
    return sy_draft_error (f->draft, sy_dag_at_line (f, c->line),
                           "written “SCRIPT PRE|POST node script arguments…”");
  return each_node (f, c, at + 1, take_script);
}

/* A value of VARS: in quotes of either kind, where \" and \\ are escapes, or up to a blank. *@at is moved behind; NULL:
 * there is none, or its quote stays open. (transfer full) */
static char *
next_value (const char **at)
{
  const char *p = *at + strspn (*at, " \t");
  char quote = *p == '"' || *p == '\'' ? *p++ : '\0';
  g_autoptr (GString) out = g_string_new (NULL);

  for (; *p && (quote ? *p != quote : *p != ' ' && *p != '\t'); p++)
    {
      if (quote && *p == '\\' && (p[1] == quote || p[1] == '\\'))
        p++;
      g_string_append_c (out, *p);
    }
  if (quote ? *p != quote : out->len == 0)
    return NULL;
  *at = p + (quote ? 1 : 0);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* name="value" name2 = value. *@at is moved behind; FALSE: no more, or malformed (*@bad) */
static gboolean
next_var (const char **at, char **name, char **value, gboolean *bad)
{
  const char *p = *at + strspn (*at, " \t"), *equal = strchr (p, '=');

  if (*p == '\0')
    return FALSE;
  *bad = TRUE;
  if (!equal)
    return FALSE;
  *name = g_strstrip (g_strndup (p, (gsize)(equal - p)));
  p = equal + 1;
  if (!(*value = next_value (&p)))
    return FALSE;
  *bad = FALSE;
  *at = p;
  return TRUE;
}

/* VARS node [PREPEND|APPEND] name="value" …: a task sees them as environment, and its submit file as $(name).
 */
static gboolean
take_vars (SyDagFile *f, SyDagNode *node, const SyDagCommand *c, guint at)
{
  SyDraftTask *task = sy_draft_get (f->draft, node->task);
  const char *p = c->text + strspn (c->text, " \t");
  gboolean bad = FALSE;

  p += strcspn (p, " \t");
  p += strspn (p, " \t");
  for (;;)
    {
      g_autofree char *name = NULL, *value = NULL;

      if (g_ascii_strncasecmp (p, "PREPEND ", 8) == 0 || g_ascii_strncasecmp (p, "APPEND ", 7) == 0)
        p += *p == 'A' || *p == 'a' ? 7 : 8;
      if (!next_var (&p, &name, &value, &bad))
        break;
      if (*name == '+' || g_str_has_prefix (name, "My."))
        {
          sy_draft_lost (f->draft, sy_dag_at_line (f, c->line), "node %s: the job attribute %s", task->name,
                         name);
          continue;
        }
      g_ptr_array_add (node->vars, g_steal_pointer (&name));
      g_ptr_array_add (node->vars, g_steal_pointer (&value));
    }
  if (node->vars->len > MAX_VARS * 2)
    return sy_draft_error (f->draft, sy_dag_at_line (f, c->line), "more than %d variables of one node",
                           MAX_VARS);
  if (bad)
    return sy_draft_error (f->draft, sy_dag_at_line (f, c->line), "written “VARS node name=\"value\" …”");
  return TRUE;
}

/* PIN_IN|PIN_OUT node number */
static gboolean
take_pin (SyDagFile *f, SyDagNode *node, const SyDagCommand *c, guint at)
{
  SyDagPin pin = { .task = node->task, .out = g_str_equal (c->words[0], "PIN_OUT") };
  gint64 number;

  if (!read_int (f, c, at + 1, 1, 1000000, &number))
    return FALSE;
  pin.number = (guint32)number;
  g_array_append_val (f->pins, pin);
  return TRUE;
}

static gboolean
connect_pin (SyDagFile *f, const SyDagPin *out, const GArray *pins, guint line)
{
  for (guint i = 0; i < pins->len; i++)
    {
      const SyDagPin *in = &g_array_index (pins, SyDagPin, i);

      if (!in->out && in->number == out->number && !sy_draft_connect (f->draft, out->task, in->task, line))
        return FALSE;
    }
  return TRUE;
}

/* CONNECT splice splice: the pins out of the first with those into the second */
static gboolean
take_connect (SyDagFile *f, const SyDagCommand *c)
{
  guint line = sy_dag_at_line (f, c->line);
  SyDagName *from = c->n == 3 ? g_hash_table_lookup (f->names, c->words[1]) : NULL;
  SyDagName *to = c->n == 3 ? g_hash_table_lookup (f->names, c->words[2]) : NULL;

  if (c->n != 3)
    return sy_draft_error (f->draft, line, "written “CONNECT splice splice”");
  if (!from || !to)
    return sy_draft_error (f->draft, line, "there is no splice “%s”", c->words[from ? 2 : 1]);
  if (!from->pins || !to->pins)
    {
      sy_draft_lost (f->draft, line, "CONNECT: the pins of %s are not known", c->words[from->pins ? 2 : 1]);
      return TRUE;
    }
  for (guint i = 0; i < from->pins->len; i++)
    if (g_array_index (from->pins, SyDagPin, i).out &&
        !connect_pin (f, &g_array_index (from->pins, SyDagPin, i), to->pins, line))
      return FALSE;
  return TRUE;
}

gboolean
sy_dag_describe_node (SyDagFile *f, const SyDagCommand *c, gboolean *known)
{
  static const struct
  {
    const char *word;
    NodeFunc each;
  } of_nodes[] = {
    { "RETRY", take_retry },
    { "PRIORITY", take_priority },
    { "CATEGORY", take_category },
    { "VARS", take_vars },
    { "ABORT_DAG_ON", take_abort },
    { "DONE", take_done },
    { "PRE_SKIP", take_pre_skip },
    { "PIN_IN", take_pin },
    { "PIN_OUT", take_pin },
  };

  *known = TRUE;
  if (g_str_equal (c->words[0], "SCRIPT"))
    return take_script_line (f, c);
  if (g_str_equal (c->words[0], "MAXJOBS"))
    return take_maxjobs (f, c);
  if (g_str_equal (c->words[0], "CONNECT"))
    return take_connect (f, c);
  for (guint i = 0; i < G_N_ELEMENTS (of_nodes); i++)
    if (g_str_equal (c->words[0], of_nodes[i].word))
      return each_node (f, c, 1, of_nodes[i].each);
  *known = FALSE;
  return TRUE;
}
