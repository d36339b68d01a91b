/* sy-import-dagman.c: HTCondor DAGMan
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-import-dagman.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_DEPTH 16

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
  g_free (node->subdag);
  g_ptr_array_unref (node->vars);
  g_free (node);
}

static void
name_free (gpointer data)
{
  SyDagName *name = data;

  g_array_unref (name->roots);
  g_array_unref (name->leaves);
  g_clear_pointer (&name->pins, g_array_unref);
  g_free (name);
}

static SyDagName *
name_new (SyDagFile *f, const char *text)
{
  SyDagName *name = g_new0 (SyDagName, 1);

  name->roots = g_array_new (FALSE, FALSE, sizeof (guint32));
  name->leaves = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_hash_table_insert (f->names, g_strdup (text), name);
  return name;
}

/* Nodes */

static SyDagNode *
add_node (SyDagFile *f, const char *text, guint line)
{
  g_autofree char *full = g_strconcat (f->prefix, text, NULL);
  SyDraftTask *task = sy_draft_add (f->draft, full, full, sy_dag_at_line (f, line));
  guint32 index = f->draft->tasks->len - 1;
  SyDagNode *node;
  SyDagName *name;

  if (!task)
    return NULL;
  name = name_new (f, text);
  g_array_append_val (name->roots, index);
  g_array_append_val (name->leaves, index);
  g_array_append_val (f->order, index);
  node = g_new0 (SyDagNode, 1);
  node->task = index;
  node->line = sy_dag_at_line (f, line);
  node->vars = g_ptr_array_new_with_free_func (g_free);
  node->unless = node->abort = node->pre_skip = -1;
  if (f->nodes->len <= index)
    g_ptr_array_set_size (f->nodes, (gint)index + 1);
  g_ptr_array_index (f->nodes, index) = node;
  return node;
}

/* JOB name submit-file [DIR dir] [NOOP] [DONE]; SUBDAG and FINAL likewise */
static gboolean
take_node_options (SyDagFile *f, SyDagNode *node, const SyDagCommand *c, guint from)
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
        return sy_draft_error (f->draft, sy_dag_at_line (f, c->line), "“%s” is no option of a node",
                               c->words[i]);
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
take_job (SyDagFile *f, const SyDagCommand *c)
{
  const char *inline_text = c->description;
  SyDagNode *node;

  if (c->n < 3)
    return sy_draft_error (f->draft, sy_dag_at_line (f, c->line), "a node is written “%s name submit-file”",
                           c->words[0]);
  if (!(node = add_node (f, c->words[1], c->line)))
    return FALSE;
  if (!inline_text)
    inline_text = g_hash_table_lookup (f->descriptions, c->words[2]);
  node->submit = g_strdup (inline_text ? inline_text : c->words[2]);
  node->inline_text = inline_text != NULL;
  if (g_str_equal (c->words[0], "FINAL"))
    f->final_task = node->task + 1;
  if (g_str_equal (c->words[0], "PROVISIONER") || g_str_equal (c->words[0], "SERVICE"))
    sy_draft_lost (f->draft, node->line, "node %s: that it is a %s, apart from the graph", c->words[1],
                   c->words[0]);
  return take_node_options (f, node, c, 3);
}

static gboolean
take_subdag (SyDagFile *f, const SyDagCommand *c)
{
  SyDagNode *node;

  if (c->n < 4 || g_ascii_strcasecmp (c->words[1], "EXTERNAL") != 0)
    return sy_draft_error (f->draft, sy_dag_at_line (f, c->line), "written “SUBDAG EXTERNAL name file”");
  if (!(node = add_node (f, c->words[2], c->line)))
    return FALSE;
  node->subdag = g_strdup (c->words[3]);
  sy_draft_task_add_extra (sy_draft_get (f->draft, node->task), "x-subdag", c->words[3]);
  return take_node_options (f, node, c, 4);
}

static void file_read (SyDagFile *f, const char *text);
static void file_close (SyDagFile *f);

/* Files that bring in each other many times over would be read for ever. FALSE: one too many, or too deep (said once) */
static gboolean
count_file (SyDagFile *f, guint line, const char *name)
{
  if (*f->n_files > SY_DAG_MAX_FILES)
    return FALSE;
  if (++*f->n_files > SY_DAG_MAX_FILES)
    return sy_draft_error (f->draft, line, "more than %d files are included or spliced", SY_DAG_MAX_FILES);
  if (f->depth < MAX_DEPTH)
    return TRUE;
  *f->n_files = SY_DAG_MAX_FILES + 1;
  return sy_draft_error (f->draft, line, "files included or spliced more than %d deep: %s", MAX_DEPTH, name);
}

/* A splice whose file is not there stays one task in its place. */
static gboolean
keep_splice (SyDagFile *f, const SyDagCommand *c, const char *path, const char *why)
{
  SyDagNode *node = add_node (f, c->words[1], c->line);

  if (!node)
    return FALSE;
  sy_draft_task_add_extra (sy_draft_get (f->draft, node->task), "x-splice", path);
  sy_draft_lost (f->draft, node->line, "splice %s: its nodes: %s: %s", c->words[1], path, why);
  return TRUE;
}

static gboolean
splice_file (SyDagFile *f, const SyDagCommand *c, const char *dir, const char *text)
{
  g_autofree char *prefix = g_strconcat (f->prefix, c->words[1], "+", NULL);
  SyDagFile inner = { .draft = f->draft,
                      .folder = f->folder,
                      .dir = dir,
                      .prefix = prefix,
                      .depth = f->depth + 1,
                      .outer_line = sy_dag_at_line (f, c->line),
                      .nodes = f->nodes,
                      .n_files = f->n_files,
                      .limits = f->limits,
                      .descriptions = f->descriptions,
                      .categories = f->categories,
                      .ok = TRUE };
  SyDagName *name = name_new (f, c->words[1]);
  g_autoptr (GHashTable) has_child = g_hash_table_new (NULL, NULL);

  file_read (&inner, text);
  name->pins = g_array_ref (inner.pins);
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
take_splice (SyDagFile *f, const SyDagCommand *c)
{
  g_autofree char *dir = NULL, *path = NULL, *text = NULL, *why = NULL;
  const char *given = c->n >= 5 && g_ascii_strcasecmp (c->words[3], "DIR") == 0 ? c->words[4] : NULL;

  if (c->n < 3)
    return sy_draft_error (f->draft, sy_dag_at_line (f, c->line), "written “SPLICE name file [DIR dir]”");
  if (g_hash_table_contains (f->names, c->words[1]))
    return sy_draft_error (f->draft, sy_dag_at_line (f, c->line), "“%s” is declared twice", c->words[1]);
  dir = given && f->dir ? g_build_filename (f->dir, given, NULL) : g_strdup (given ? given : f->dir);
  path = dir ? g_build_filename (dir, c->words[2], NULL) : g_strdup (c->words[2]);
  if (!count_file (f, sy_dag_at_line (f, c->line), path))
    return FALSE;
  if (!(text = sy_dag_read_inside (f->folder, path, &why)))
    return keep_splice (f, c, path, why);
  return splice_file (f, c, dir, text);
}

/* Edges */

static gboolean
connect_names (SyDagFile *f, const SyDagCommand *c, const char *parent, const char *child)
{
  SyDagName *from = g_hash_table_lookup (f->names, parent), *to = g_hash_table_lookup (f->names, child);

  if (!from || !to)
    return sy_draft_error (f->draft, sy_dag_at_line (f, c->line), "there is no node “%s”",
                           from ? child : parent);
  for (guint i = 0; i < from->leaves->len; i++)
    for (guint k = 0; k < to->roots->len; k++)
      if (!sy_draft_connect (f->draft, g_array_index (from->leaves, guint32, i),
                             g_array_index (to->roots, guint32, k), sy_dag_at_line (f, c->line)))
        return FALSE;
  return TRUE;
}

/* PARENT a b CHILD c d */
static gboolean
take_parent (SyDagFile *f, const SyDagCommand *c)
{
  guint child = 1;

  while (child < c->n && g_ascii_strcasecmp (c->words[child], "CHILD") != 0)
    child++;
  if (child == 1 || child + 1 >= c->n)
    return sy_draft_error (f->draft, sy_dag_at_line (f, c->line), "edges are written “PARENT a … CHILD b …”");
  for (guint i = 1; i < child; i++)
    for (guint k = child + 1; k < c->n; k++)
      if (!connect_names (f, c, c->words[i], c->words[k]))
        return FALSE;
  return TRUE;
}

/* The file */

/* Nothing here is about what runs, or it only makes sense under HTCondor. */
static gboolean
lose_command (SyDagFile *f, const SyDagCommand *c)
{
  static const struct
  {
    const char *word, *what;
  } known[] = {
    { "CONFIG", N_("DAGMan's configuration") },
    { "DOT", N_("the picture file") },
    { "NODE_STATUS_FILE", N_("the status file (see switchyard show --json)") },
    { "JOBSTATE_LOG", N_("the job state log") },
    { "SET_JOB_ATTR", N_("job attributes") },
    { "ENV", N_("the environment of DAGMan itself") },
    { "REJECT", N_("the mark that the file must not run") },
    { "SAVE_POINT_FILE", N_("save points") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_str_equal (c->words[0], known[i].word))
      {
        sy_draft_lost (f->draft, sy_dag_at_line (f, c->line), "%s: %s", c->words[0], _(known[i].what));
        return TRUE;
      }
  return sy_draft_error (f->draft, sy_dag_at_line (f, c->line), "“%s” is no command of DAGMan", c->words[0]);
}

static gboolean
is_node_command (const char *word)
{
  static const char *const words[] = { "JOB", "NODE", "FINAL", "PROVISIONER", "SERVICE", NULL };

  return g_strv_contains (words, word);
}

/* First round: nodes and splices */
static gboolean
declare (SyDagFile *f, const SyDagCommand *c)
{
  if (is_node_command (c->words[0]))
    return take_job (f, c);
  if (c->description && g_str_equal (c->words[0], "SUBMIT_DESCRIPTION"))
    g_hash_table_replace (f->descriptions, g_strdup (c->words[1]), g_strdup (c->description));
  if (g_str_equal (c->words[0], "SUBDAG"))
    return take_subdag (f, c);
  if (g_str_equal (c->words[0], "SPLICE"))
    return take_splice (f, c);
  return TRUE;
}

/* Second round: what is said of them */
static gboolean
describe (SyDagFile *f, const SyDagCommand *c)
{
  gboolean known, ok;

  if (is_node_command (c->words[0]) || g_str_equal (c->words[0], "SUBDAG") ||
      g_str_equal (c->words[0], "SPLICE"))
    return TRUE;
  if (g_str_equal (c->words[0], "PARENT"))
    return take_parent (f, c);
  if (g_str_equal (c->words[0], "SUBMIT_DESCRIPTION"))
    return TRUE;
  ok = sy_dag_describe_node (f, c, &known);
  return known ? ok : lose_command (f, c);
}

static void read_round (SyDagFile *f, const char *text, gboolean declaring);

/* INCLUDE file: as if its lines stood here. What is wrong is said in the first round */
static gboolean
include (SyDagFile *f, const SyDagCommand *c, gboolean declaring)
{
  guint outer = f->outer_line, line = sy_dag_at_line (f, c->line);
  g_autofree char *path = NULL, *text = NULL, *why = NULL;

  if (c->n != 2)
    return !declaring || sy_draft_error (f->draft, line, "written “INCLUDE file”");
  if (!count_file (f, line, c->words[1]))
    return FALSE;
  path = f->dir ? g_build_filename (f->dir, c->words[1], NULL) : g_strdup (c->words[1]);
  if (!(text = sy_dag_read_inside (f->folder, path, &why)))
    return !declaring || sy_draft_error (f->draft, line, "INCLUDE %s: %s", path, why);
  f->outer_line = line;
  f->depth++;
  read_round (f, text, declaring);
  f->depth--;
  f->outer_line = outer;
  return TRUE;
}

static void
read_round (SyDagFile *f, const char *text, gboolean declaring)
{
  const char *at = text, *end = text + strlen (text);
  guint line = 0;

  for (;;)
    {
      g_auto (SyDagCommand) c = { 0 };

      if (*f->n_files > SY_DAG_MAX_FILES || !sy_dag_read_command (&at, end, &line, &c))
        return;
      if (c.open)
        f->ok = (!declaring || sy_draft_error (f->draft, sy_dag_at_line (f, c.line), "the description that begins here has no end")) && f->ok;
      else if (g_str_equal (c.words[0], "INCLUDE"))
        f->ok = include (f, &c, declaring) && f->ok;
      else if (!(declaring ? declare (f, &c) : describe (f, &c)))
        f->ok = FALSE;
    }
}

static void
file_read (SyDagFile *f, const char *text)
{
  f->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, name_free);
  f->order = g_array_new (FALSE, FALSE, sizeof (guint32));
  f->pins = g_array_new (FALSE, FALSE, sizeof (SyDagPin));
  read_round (f, text, TRUE);
  read_round (f, text, FALSE);
}

static void
file_close (SyDagFile *f)
{
  g_hash_table_unref (f->names);
  g_array_unref (f->order);
  g_array_unref (f->pins);
}

/* Whole import */

gboolean
sy_dag_is_env_name (const char *name)
{
  return g_ascii_isalpha (*name) || *name == '_'
             ? name[strspn (name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")] == '\0'
             : FALSE;
}

static void
apply_vars (SyDagFile *f, SyDagNode *node)
{
  static const char *const refused[] = { "IFS", "ENV", "BASH_ENV", NULL };
  SyDraftTask *task = sy_draft_get (f->draft, node->task);

  for (guint i = 0; i < node->vars->len; i += 2)
    {
      const char *name = g_ptr_array_index (node->vars, i);
      g_autoptr (GString) value = g_string_new (g_ptr_array_index (node->vars, i + 1));
      g_autofree char *text = NULL;

      g_string_replace (value, "$(JOB)", task->name, 0);
      if (!sy_dag_is_env_name (name) || g_strv_contains (refused, name) || g_str_has_prefix (name, "LD_") ||
          strstr (value->str, "$("))
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
apply_categories (SyDagFile *f)
{
  for (guint i = 0; i < f->nodes->len; i++)
    {
      const char *category = g_hash_table_lookup (f->categories, GUINT_TO_POINTER (i + 1));
      gpointer limit;

      if (!category || !g_hash_table_lookup_extended (f->limits, category, NULL, &limit) ||
          GPOINTER_TO_UINT (limit) == 0)
        continue;
      sy_draft_get (f->draft, i)->pool = sy_draft_pool (f->draft, category, GPOINTER_TO_UINT (limit));
    }
}

/* FINAL runs when all else has ended, whatever became of it. */
static gboolean
apply_final (SyDagFile *f)
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
  sy_draft_lost (f->draft, ((SyDagNode *)g_ptr_array_index (f->nodes, last))->line,
                 "FINAL %s: its success does not make a failed run succeed", task->name);
  return TRUE;
}

static gboolean
apply_all (SyDagFile *f)
{
  for (guint i = 0; i < f->nodes->len; i++)
    {
      SyDagNode *node = g_ptr_array_index (f->nodes, i);

      if (!node)
        continue;
      if (node->done)
        sy_draft_lost (f->draft, node->line, "node %s is DONE: it does nothing and succeeds",
                       sy_draft_get (f->draft, i)->name);
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
  g_autofree char *text = g_strndup (data + bom, length - bom),
                  *folder = path ? g_path_get_dirname (path) : NULL;
  guint n_files = 0;
  SyDagFile f = { .draft = draft, .folder = folder, .prefix = "", .n_files = &n_files, .ok = TRUE };

  f.nodes = g_ptr_array_new_with_free_func (node_free);
  f.limits = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  f.descriptions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
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
  g_hash_table_unref (f.descriptions);
  g_hash_table_unref (f.categories);
  return f.ok;
}
