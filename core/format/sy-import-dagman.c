/* sy-import-dagman.c: HTCondor DAGMan
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-import-dagman.h"

#include <string.h>

#define MAX_DEPTH 16
#define MAX_CATEGORIES 1000

/* What a name stands for as the parent or child of others: one node, or the ends of a splice */
typedef struct
{
  GArray *roots, *leaves; /* guint32, indices of tasks */
} Name;

/* One file: the names in it are its own, its nodes are called prefix + name. */
typedef struct
{
  SyDraft *draft;
  const char *folder;  /* (nullable) of the imported file: nothing is read outside */
  const char *dir;     /* (nullable) of this splice, relative to folder */
  const char *prefix;
  guint depth;
  guint outer_line;    /* line of the imported file that led here; 0 in itself */
  GHashTable *names;   /* -> Name */
  GArray *order;       /* guint32: its tasks */
  GPtrArray *nodes;    /* SyDagNode of all files, by task index; NULL where none */
  GHashTable *limits;  /* category -> count */
  GHashTable *categories; /* task index + 1 -> category */
  guint final_task;    /* index + 1, 0 = none */
  gboolean ok;
} File;

typedef struct
{
  char **words; /* words[0] in upper case */
  guint n;
  char *text;   /* behind the first word */
  guint line;
} Command;

static guint
at_line (const File *f, guint line)
{
  return f->outer_line ? f->outer_line : line;
}

static void
node_free (gpointer data)
{
  SyDagNode *node = data;

  if (!node)
    return;
  g_free (node->submit);
  g_free (node->dir);
  g_free (node->pre);
  g_free (node->post);
  g_ptr_array_unref (node->vars);
  g_free (node);
}

static void
name_free (gpointer data)
{
  Name *name = data;

  g_array_unref (name->roots);
  g_array_unref (name->leaves);
  g_free (name);
}

static Name *
name_new (File *f, const char *text)
{
  Name *name = g_new0 (Name, 1);

  name->roots = g_array_new (FALSE, FALSE, sizeof (guint32));
  name->leaves = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_hash_table_insert (f->names, g_strdup (text), name);
  return name;
}

/* Nodes */

static SyDagNode *
add_node (File *f, const char *text, guint line)
{
  g_autofree char *full = g_strconcat (f->prefix, text, NULL);
  SyDraftTask *task = sy_draft_add (f->draft, full, full, at_line (f, line));
  guint32 index = f->draft->tasks->len - 1;
  SyDagNode *node;
  Name *name;

  if (!task)
    return NULL;
  name = name_new (f, text);
  g_array_append_val (name->roots, index);
  g_array_append_val (name->leaves, index);
  g_array_append_val (f->order, index);
  node = g_new0 (SyDagNode, 1);
  node->task = index;
  node->line = at_line (f, line);
  node->vars = g_ptr_array_new_with_free_func (g_free);
  if (f->nodes->len <= index)
    g_ptr_array_set_size (f->nodes, (gint) index + 1);
  g_ptr_array_index (f->nodes, index) = node;
  return node;
}

/* JOB name submit-file [DIR dir] [NOOP] [DONE]; SUBDAG and FINAL likewise */
static gboolean
take_node_options (File *f, SyDagNode *node, const Command *c, guint from)
{
  for (guint i = from; i < c->n; i++)
    {
      if (g_ascii_strcasecmp (c->words[i], "NOOP") == 0)
        node->noop = TRUE;
      else if (g_ascii_strcasecmp (c->words[i], "DONE") == 0)
        node->done = TRUE;
      else if (g_ascii_strcasecmp (c->words[i], "DIR") == 0 && i + 1 < c->n)
        {
          g_free (node->dir);
          node->dir = g_strdup (c->words[++i]);
        }
      else
        return sy_draft_error (f->draft, at_line (f, c->line), "“%s” is no option of a node", c->words[i]);
    }
  if (f->dir)
    {
      char *dir = node->dir ? g_build_filename (f->dir, node->dir, NULL) : g_strdup (f->dir);

      g_free (node->dir);
      node->dir = dir;
    }
  return TRUE;
}

static gboolean
take_job (File *f, const Command *c, const char *inline_text)
{
  SyDagNode *node;

  if (c->n < 2 || (c->n < 3 && !inline_text))
    return sy_draft_error (f->draft, at_line (f, c->line), "a node is written “%s name submit-file”", c->words[0]);
  if (!(node = add_node (f, c->words[1], c->line)))
    return FALSE;
  node->submit = g_strdup (inline_text ? inline_text : c->words[2]);
  node->inline_text = inline_text != NULL;
  if (g_str_equal (c->words[0], "FINAL"))
    f->final_task = node->task + 1;
  if (g_str_equal (c->words[0], "PROVISIONER") || g_str_equal (c->words[0], "SERVICE"))
    sy_draft_lost (f->draft, node->line, "node %s: that it is a %s, apart from the graph", c->words[1], c->words[0]);
  return take_node_options (f, node, c, inline_text ? c->n : 3);
}

static gboolean
take_subdag (File *f, const Command *c)
{
  SyDagNode *node;
  SyDraftTask *task;

  if (c->n < 4 || g_ascii_strcasecmp (c->words[1], "EXTERNAL") != 0)
    return sy_draft_error (f->draft, at_line (f, c->line), "written “SUBDAG EXTERNAL name file”");
  if (!(node = add_node (f, c->words[2], c->line)))
    return FALSE;
  task = sy_draft_get (f->draft, node->task);
  sy_draft_task_add_extra (task, "x-subdag", c->words[3]);
  sy_draft_lost (f->draft, node->line, "node %s: the workflow %s that it runs (calling workflows is not supported yet)", task->name, c->words[3]);
  return take_node_options (f, node, c, 4);
}

static void file_read (File *f, const char *text);
static void file_close (File *f);

/* A splice whose file is not there stays one task in its place. */
static gboolean
keep_splice (File *f, const Command *c, const char *path, const char *why)
{
  SyDagNode *node = add_node (f, c->words[1], c->line);

  if (!node)
    return FALSE;
  sy_draft_task_add_extra (sy_draft_get (f->draft, node->task), "x-splice", path);
  sy_draft_lost (f->draft, node->line, "splice %s: its nodes: %s: %s", c->words[1], path, why);
  return TRUE;
}

static gboolean
splice_file (File *f, const Command *c, const char *dir, const char *text)
{
  g_autofree char *prefix = g_strconcat (f->prefix, c->words[1], "+", NULL);
  File inner = { .draft = f->draft, .folder = f->folder, .dir = dir, .prefix = prefix, .depth = f->depth + 1,
                 .outer_line = at_line (f, c->line), .nodes = f->nodes, .limits = f->limits, .categories = f->categories, .ok = TRUE };
  Name *name = name_new (f, c->words[1]);
  g_autoptr (GHashTable) has_child = g_hash_table_new (NULL, NULL);

  file_read (&inner, text);
  for (guint i = 0; i < inner.order->len; i++)
    {
      const GArray *needs = sy_draft_get (f->draft, g_array_index (inner.order, guint32, i))->needs;

      for (guint k = 0; k < needs->len; k++)
        g_hash_table_add (has_child, GUINT_TO_POINTER (g_array_index (needs, guint32, k) + 1));
    }
  for (guint i = 0; i < inner.order->len; i++)
    {
      guint32 index = g_array_index (inner.order, guint32, i);

      if (sy_draft_get (f->draft, index)->needs->len == 0)
        g_array_append_val (name->roots, index);
      if (!g_hash_table_contains (has_child, GUINT_TO_POINTER (index + 1)))
        g_array_append_val (name->leaves, index);
      g_array_append_val (f->order, index);
    }
  file_close (&inner);
  return inner.ok;
}

/* SPLICE name file [DIR dir] */
static gboolean
take_splice (File *f, const Command *c)
{
  g_autofree char *dir = NULL, *path = NULL, *text = NULL, *why = NULL;
  const char *given = c->n >= 5 && g_ascii_strcasecmp (c->words[3], "DIR") == 0 ? c->words[4] : NULL;

  if (c->n < 3)
    return sy_draft_error (f->draft, at_line (f, c->line), "written “SPLICE name file [DIR dir]”");
  if (g_hash_table_contains (f->names, c->words[1]))
    return sy_draft_error (f->draft, at_line (f, c->line), "“%s” is declared twice", c->words[1]);
  dir = given && f->dir ? g_build_filename (f->dir, given, NULL) : g_strdup (given ? given : f->dir);
  path = dir ? g_build_filename (dir, c->words[2], NULL) : g_strdup (c->words[2]);
  if (f->depth >= MAX_DEPTH)
    return sy_draft_error (f->draft, at_line (f, c->line), "splices nested more than %d deep: %s", MAX_DEPTH, path);
  if (!(text = sy_dag_read_inside (f->folder, path, &why)))
    return keep_splice (f, c, path, why);
  return splice_file (f, c, dir, text);
}

/* Edges */

static gboolean
connect_names (File *f, const Command *c, const char *parent, const char *child)
{
  Name *from = g_hash_table_lookup (f->names, parent), *to = g_hash_table_lookup (f->names, child);

  if (!from || !to)
    return sy_draft_error (f->draft, at_line (f, c->line), "there is no node “%s”", from ? child : parent);
  for (guint i = 0; i < from->leaves->len; i++)
    for (guint k = 0; k < to->roots->len; k++)
      if (!sy_draft_connect (f->draft, g_array_index (from->leaves, guint32, i), g_array_index (to->roots, guint32, k), at_line (f, c->line)))
        return FALSE;
  return TRUE;
}

/* PARENT a b CHILD c d */
static gboolean
take_parent (File *f, const Command *c)
{
  guint child = 1;

  while (child < c->n && g_ascii_strcasecmp (c->words[child], "CHILD") != 0)
    child++;
  if (child == 1 || child + 1 >= c->n)
    return sy_draft_error (f->draft, at_line (f, c->line), "edges are written “PARENT a … CHILD b …”");
  for (guint i = 1; i < child; i++)
    for (guint k = child + 1; k < c->n; k++)
      if (!connect_names (f, c, c->words[i], c->words[k]))
        return FALSE;
  return TRUE;
}

/* What is said of nodes */

typedef gboolean (*NodeFunc) (File *f, SyDagNode *node, const Command *c, guint at);

/* Calls @each for the node words[at], or for every node of this file (ALL_NODES) */
static gboolean
each_node (File *f, const Command *c, guint at, NodeFunc each)
{
  Name *name;

  if (at >= c->n)
    return sy_draft_error (f->draft, at_line (f, c->line), "%s needs the name of a node", c->words[0]);
  if (g_ascii_strcasecmp (c->words[at], "ALL_NODES") == 0)
    {
      for (guint i = 0; i < f->order->len; i++)
        if (!each (f, g_ptr_array_index (f->nodes, g_array_index (f->order, guint32, i)), c, at))
          return FALSE;
      return TRUE;
    }
  if (!(name = g_hash_table_lookup (f->names, c->words[at])))
    return sy_draft_error (f->draft, at_line (f, c->line), "there is no node “%s”", c->words[at]);
  for (guint i = 0; i < name->roots->len; i++)
    if (!each (f, g_ptr_array_index (f->nodes, g_array_index (name->roots, guint32, i)), c, at))
      return FALSE;
  return TRUE;
}

static gboolean
read_int (File *f, const Command *c, guint at, gint64 least, gint64 most, gint64 *out)
{
  const char *text = at < c->n ? c->words[at] : "";

  if (g_ascii_string_to_signed (text, 10, least, most, out, NULL))
    return TRUE;
  return sy_draft_error (f->draft, at_line (f, c->line), "%s: “%s” is no whole number that fits", c->words[0], text);
}

/* RETRY node n [UNLESS-EXIT code] */
static gboolean
take_retry (File *f, SyDagNode *node, const Command *c, guint at)
{
  SyDraftTask *task = sy_draft_get (f->draft, node->task);
  gint64 n, code;

  if (!read_int (f, c, at + 1, 0, 1000000, &n))
    return FALSE;
  node->retries = (guint) n;
  if (!task->retry)
    task->retry = g_string_new (NULL);
  g_string_printf (task->retry, "limit: %u, delay: 0s", node->retries);
  if (at + 2 >= c->n)
    return TRUE;
  if (g_ascii_strcasecmp (c->words[at + 2], "UNLESS-EXIT") != 0)
    return sy_draft_error (f->draft, at_line (f, c->line), "“%s” is no option of RETRY", c->words[at + 2]);
  if (!read_int (f, c, at + 3, -128, 255, &code))
    return FALSE;
  g_string_append (task->retry, ", on: [signal, timeout, out_of_memory");
  for (int i = 1; i < 256; i++)
    if (i != code)
      g_string_append_printf (task->retry, ", %d", i);
  g_string_append_c (task->retry, ']');
  return TRUE;
}

/* PRIORITY node n */
static gboolean
take_priority (File *f, SyDagNode *node, const Command *c, guint at)
{
  gint64 n;

  if (!read_int (f, c, at + 1, G_MININT32, G_MAXINT32, &n))
    return FALSE;
  sy_draft_get (f->draft, node->task)->priority = (int) n;
  return TRUE;
}

/* CATEGORY node name */
static gboolean
take_category (File *f, SyDagNode *node, const Command *c, guint at)
{
  if (at + 1 >= c->n)
    return sy_draft_error (f->draft, at_line (f, c->line), "written “CATEGORY node name”");
  g_hash_table_replace (f->categories, GUINT_TO_POINTER (node->task + 1), g_strdup (c->words[at + 1]));
  return TRUE;
}

/* MAXJOBS category n */
static gboolean
take_maxjobs (File *f, const Command *c)
{
  gint64 n;

  if (c->n < 3)
    return sy_draft_error (f->draft, at_line (f, c->line), "written “MAXJOBS category number”");
  if (!read_int (f, c, 2, 0, 1000000, &n))
    return FALSE;
  g_hash_table_replace (f->limits, g_strdup (c->words[1]), GUINT_TO_POINTER (n));
  return TRUE;
}

/* SCRIPT [DEFER status time] PRE|POST|HOLD node script arguments… : @at is the node */
static gboolean
take_script (File *f, SyDagNode *node, const Command *c, guint at)
{
  gboolean pre = g_ascii_strcasecmp (c->words[at - 1], "PRE") == 0;
  g_autofree char *script = g_strjoinv (" ", c->words + at + 1);
  char **to = pre ? &node->pre : &node->post;

  if (*script == '\0')
    return sy_draft_error (f->draft, at_line (f, c->line), "the script is missing");
  if (!pre && g_ascii_strcasecmp (c->words[at - 1], "POST") != 0)
    {
      sy_draft_lost (f->draft, at_line (f, c->line), "%s script of node %s", c->words[at - 1], sy_draft_get (f->draft, node->task)->name);
      return TRUE;
    }
  *(pre ? &node->pre_line : &node->post_line) = at_line (f, c->line);
  g_free (*to);
  *to = g_steal_pointer (&script);
  return TRUE;
}

static gboolean
take_script_line (File *f, const Command *c)
{
  guint at = 1;

  for (guint i = 1; i + 2 < c->n && (g_ascii_strcasecmp (c->words[i], "DEFER") == 0 || g_ascii_strcasecmp (c->words[i], "DEBUG") == 0); i += 3)
    {
      sy_draft_lost (f->draft, at_line (f, c->line), "SCRIPT: %s %s %s", c->words[i], c->words[i + 1], c->words[i + 2]);
      at = i + 3;
    }
  if (at >= c->n)
    return sy_draft_error (f->draft, at_line (f, c->line), "written “SCRIPT PRE|POST node script arguments…”");
  return each_node (f, c, at + 1, take_script);
}

/* name="value" name2 = "value": \" and \\ are escapes. *@at is moved behind; FALSE: no more, or malformed (*@bad) */
static gboolean
next_var (const char **at, char **name, char **value, gboolean *bad)
{
  const char *p = *at + strspn (*at, " \t"), *equal = strchr (p, '=');
  g_autoptr (GString) out = NULL;

  if (*p == '\0')
    return FALSE;
  *bad = TRUE;
  if (!equal)
    return FALSE;
  *name = g_strstrip (g_strndup (p, (gsize) (equal - p)));
  p = equal + 1 + strspn (equal + 1, " \t");
  if (*p++ != '"')
    return FALSE;
  out = g_string_new (NULL);
  for (; *p && *p != '"'; p++)
    {
      if (*p == '\\' && (p[1] == '"' || p[1] == '\\'))
        p++;
      g_string_append_c (out, *p);
    }
  if (*p != '"')
    return FALSE;
  *bad = FALSE;
  *value = g_string_free (g_steal_pointer (&out), FALSE);
  *at = p + 1;
  return TRUE;
}

/* VARS node [PREPEND|APPEND] name="value" …: a task sees them as environment, and its submit file as $(name). */
static gboolean
take_vars (File *f, SyDagNode *node, const Command *c, guint at)
{
  SyDraftTask *task = sy_draft_get (f->draft, node->task);
  const char *p = c->text + strspn (c->text, " \t");
  gboolean bad = FALSE;

  p += strcspn (p, " \t");
  p += strspn (p, " \t");
  for (;;)
    {
      g_autofree char *name = NULL, *value = NULL, *plain = NULL;

      if (g_ascii_strncasecmp (p, "PREPEND ", 8) == 0 || g_ascii_strncasecmp (p, "APPEND ", 7) == 0)
        p += *p == 'A' || *p == 'a' ? 7 : 8;
      if (!next_var (&p, &name, &value, &bad))
        break;
      if (*name == '+' || g_str_has_prefix (name, "My."))
        {
          sy_draft_lost (f->draft, at_line (f, c->line), "node %s: the job attribute %s", task->name, name);
          continue;
        }
      plain = g_strdup (value);
      g_ptr_array_add (node->vars, g_steal_pointer (&name));
      g_ptr_array_add (node->vars, g_steal_pointer (&value));
    }
  if (bad)
    return sy_draft_error (f->draft, at_line (f, c->line), "written “VARS node name=\"value\" …”");
  return TRUE;
}

/* The file */

/* Nothing here is about what runs, or it only makes sense under HTCondor. */
static gboolean
lose_command (File *f, const Command *c)
{
  static const struct { const char *word, *what; } known[] = {
    { "ABORT-DAG-ON", "ending the whole run on an exit code" }, { "CONFIG", "DAGMan's configuration" }, { "DOT", "the picture file" },
    { "NODE_STATUS_FILE", "the status file (see switchyard show --json)" }, { "JOBSTATE_LOG", "the job state log" },
    { "SET_JOB_ATTR", "job attributes" }, { "ENV", "the environment of DAGMan itself" }, { "PRE_SKIP", "skipping a node by its PRE script's exit code" },
    { "REJECT", "the mark that the file must not run" }, { "SAVE_POINT_FILE", "save points" }, { "CONNECT", "connected splices" },
    { "PIN_IN", "pins of splices" }, { "PIN_OUT", "pins of splices" }, { "SUBMIT-DESCRIPTION", "a named submit description" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_str_equal (c->words[0], known[i].word))
      {
        sy_draft_lost (f->draft, at_line (f, c->line), "%s: %s", c->words[0], known[i].what);
        return TRUE;
      }
  return sy_draft_error (f->draft, at_line (f, c->line), "“%s” is no command of DAGMan", c->words[0]);
}

static gboolean
is_node_command (const char *word)
{
  static const char *const words[] = { "JOB", "NODE", "FINAL", "PROVISIONER", "SERVICE", NULL };

  return g_strv_contains (words, word);
}

/* First round: nodes and splices */
static gboolean
declare (File *f, const Command *c, const char *inline_text)
{
  if (is_node_command (c->words[0]))
    return take_job (f, c, inline_text);
  if (g_str_equal (c->words[0], "SUBDAG"))
    return take_subdag (f, c);
  if (g_str_equal (c->words[0], "SPLICE"))
    return take_splice (f, c);
  return TRUE;
}

/* Second round: what is said of them */
static gboolean
describe (File *f, const Command *c)
{
  static const struct { const char *word; NodeFunc each; } of_nodes[] = {
    { "RETRY", take_retry }, { "PRIORITY", take_priority }, { "CATEGORY", take_category }, { "VARS", take_vars },
  };

  if (is_node_command (c->words[0]) || g_str_equal (c->words[0], "SUBDAG") || g_str_equal (c->words[0], "SPLICE"))
    return TRUE;
  if (g_str_equal (c->words[0], "PARENT"))
    return take_parent (f, c);
  if (g_str_equal (c->words[0], "SCRIPT"))
    return take_script_line (f, c);
  if (g_str_equal (c->words[0], "MAXJOBS"))
    return take_maxjobs (f, c);
  for (guint i = 0; i < G_N_ELEMENTS (of_nodes); i++)
    if (g_str_equal (c->words[0], of_nodes[i].word))
      return each_node (f, c, 1, of_nodes[i].each);
  return lose_command (f, c);
}

/* The lines of `JOB name {` up to `}` */
static char *
read_inline (const char **at, const char *end, guint *line)
{
  GString *text = g_string_new (NULL);

  for (;;)
    {
      g_autofree char *more = sy_draft_read_line (at, end, line);
      g_autofree char *bare = more ? g_strstrip (g_strdup (more)) : NULL;

      if (!more || *bare == '}')
        return g_string_free (text, FALSE);
      g_string_append_printf (text, "%s\n", more);
    }
}

static char *
read_command_line (const char **at, const char *end, guint *line, guint *first)
{
  char *text = sy_draft_read_line (at, end, line);

  *first = *line;
  while (text && g_str_has_suffix (text, "\\"))
    {
      g_autofree char *head = text, *more = sy_draft_read_line (at, end, line);

      head[strlen (head) - 1] = ' ';
      text = g_strconcat (head, more ? more : "", NULL);
      if (!more)
        break;
    }
  return text;
}

static GPtrArray *
split_blanks (const char *text)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);

  for (const char *p = text + strspn (text, " \t"); *p; p += strspn (p, " \t"))
    {
      gsize n = strcspn (p, " \t");

      g_ptr_array_add (words, g_strndup (p, n));
      p += n;
    }
  if (words->len > 0)
    {
      char *first = g_ptr_array_index (words, 0);

      g_ptr_array_index (words, 0) = g_ascii_strup (first, -1);
      g_free (first);
    }
  g_ptr_array_add (words, NULL);
  return words;
}

static void
read_round (File *f, const char *text, gboolean declaring)
{
  const char *at = text, *end = text + strlen (text);
  guint line = 0;

  for (;;)
    {
      Command c = { 0 };
      g_autofree char *found = read_command_line (&at, end, &line, &c.line), *inline_text = NULL;
      g_autoptr (GPtrArray) words = NULL;
      char *bare;

      if (!found)
        return;
      bare = g_strstrip (found);
      if (*bare == '\0' || *bare == '#')
        continue;
      words = split_blanks (bare);
      c.words = (char **) words->pdata;
      c.n = words->len - 1;
      c.text = bare + strcspn (bare, " \t");
      if (c.n >= 3 && g_str_equal (c.words[2], "{") && (is_node_command (c.words[0])))
        inline_text = read_inline (&at, end, &line);
      else if (c.n >= 3 && g_str_equal (c.words[2], "{"))
        g_free (read_inline (&at, end, &line));
      if (!(declaring ? declare (f, &c, inline_text) : describe (f, &c)))
        f->ok = FALSE;
    }
}

static void
file_read (File *f, const char *text)
{
  f->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, name_free);
  f->order = g_array_new (FALSE, FALSE, sizeof (guint32));
  read_round (f, text, TRUE);
  if (f->ok)
    read_round (f, text, FALSE);
}

static void
file_close (File *f)
{
  g_hash_table_unref (f->names);
  g_array_unref (f->order);
}

/* Whole import */

static gboolean
is_env_name (const char *name)
{
  return g_ascii_isalpha (*name) || *name == '_' ? name[strspn (name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")] == '\0'
                                                 : FALSE;
}

static void
apply_vars (File *f, SyDagNode *node)
{
  static const char *const refused[] = { "IFS", "ENV", "BASH_ENV", NULL };
  SyDraftTask *task = sy_draft_get (f->draft, node->task);

  for (guint i = 0; i < node->vars->len; i += 2)
    {
      const char *name = g_ptr_array_index (node->vars, i);
      g_autoptr (GString) value = g_string_new (g_ptr_array_index (node->vars, i + 1));
      g_autofree char *text = NULL;

      g_string_replace (value, "$(JOB)", task->name, 0);
      if (!is_env_name (name) || g_strv_contains (refused, name) || g_str_has_prefix (name, "LD_") || strstr (value->str, "$("))
        {
          sy_draft_lost (f->draft, node->line, "node %s: the variable %s", task->name, name);
          continue;
        }
      text = sy_draft_escape (value->str);
      sy_draft_task_add_env (task, name, text);
    }
}

/* MAXJOBS of a category is a pool of that many tokens. */
static void
apply_categories (File *f)
{
  for (guint i = 0; i < f->nodes->len; i++)
    {
      const char *category = g_hash_table_lookup (f->categories, GUINT_TO_POINTER (i + 1));
      gpointer limit;

      if (!category || !g_hash_table_lookup_extended (f->limits, category, NULL, &limit) || GPOINTER_TO_UINT (limit) == 0)
        continue;
      sy_draft_get (f->draft, i)->pool = sy_draft_pool (f->draft, category, GPOINTER_TO_UINT (limit));
    }
}

/* FINAL runs when all else has ended, whatever became of it. */
static gboolean
apply_final (File *f)
{
  guint last = f->final_task - 1;
  SyDraftTask *task;

  if (f->final_task == 0)
    return TRUE;
  task = sy_draft_get (f->draft, last);
  task->join = "all_done";
  for (guint i = 0; i < f->draft->tasks->len; i++)
    if (i != last && sy_draft_get (f->draft, i)->n_children == 0 && !sy_draft_connect (f->draft, i, last, 0))
      return FALSE;
  sy_draft_lost (f->draft, ((SyDagNode *) g_ptr_array_index (f->nodes, last))->line,
                 "FINAL %s: its success does not make a failed run succeed", task->name);
  return TRUE;
}

static gboolean
apply_all (File *f)
{
  for (guint i = 0; i < f->nodes->len; i++)
    {
      SyDagNode *node = g_ptr_array_index (f->nodes, i);

      if (!node)
        continue;
      if (node->done)
        sy_draft_lost (f->draft, node->line, "node %s is DONE: it does nothing and succeeds", sy_draft_get (f->draft, i)->name);
      sy_dag_resolve_command (f->draft, node, f->folder);
      apply_vars (f, node);
    }
  apply_categories (f);
  return apply_final (f);
}

gboolean
sy_import_dagman (SyDraft *draft, const char *path)
{
  gsize length, bom = sy_source_bom (draft->source);
  const char *data = sy_source_get_data (draft->source, &length);
  g_autofree char *text = g_strndup (data + bom, length - bom), *folder = path ? g_path_get_dirname (path) : NULL;
  File f = { .draft = draft, .folder = folder, .prefix = "", .ok = TRUE };

  f.nodes = g_ptr_array_new_with_free_func (node_free);
  f.limits = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  f.categories = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  if (strlen (text) != length - bom)
    f.ok = sy_draft_error (draft, 0, "the file holds a NUL");
  else
    file_read (&f, text);
  f.ok = f.ok && apply_all (&f);
  if (f.names)
    file_close (&f);
  g_ptr_array_unref (f.nodes);
  g_hash_table_unref (f.limits);
  g_hash_table_unref (f.categories);
  return f.ok;
}
