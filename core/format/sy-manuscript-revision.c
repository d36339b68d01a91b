/* sy-manuscript-revision.c: what a text means, for those who show it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-manuscript-private.h"

#include "core/format/sy-edit-private.h"
#include "core/format/sy-hints.h"
#include "core/format/sy-loader.h"
#include "core/format/sy-mend.h"

#include <string.h>

/* --- a graph in spite of errors --- */

typedef struct
{
  SyWorkflow *workflow;
  GHashTable *ids;      /* id -> index + 1 */
  guint8 *mark;         /* by index: 1 on the way, 2 done */
} Sketch;

static const char *
text_of (SyWorkflow *workflow, const SyNode *map, const char *key)
{
  const SyNode *node = sy_node_get (map, key);

  return node != NULL && node->kind == SY_NODE_SCALAR && !sy_node_is_empty (node) ? sy_workflow_intern (workflow, node->text) : NULL;
}

static void
sketch_kind (Sketch *sketch, SyTask *task, const SyNode *map)
{
  const char *run = text_of (sketch->workflow, map, "run");
  const SyNode *command = sy_node_get (map, "command");

  task->kind = SY_TASK_JOIN;
  if (run != NULL)
    {
      task->kind = SY_TASK_RUN;
      task->run = sy_workflow_text (sketch->workflow, run);
      return;
    }
  if (command == NULL || command->kind != SY_NODE_SEQUENCE || command->n == 0)
    return;
  task->kind = SY_TASK_COMMAND;
  task->argv = sy_workflow_alloc (sketch->workflow, command->n * sizeof (SyText));
  for (const SyNode *item = command->first; item != NULL; item = item->next)
    ((SyText *) task->argv)[task->n_argv++]
      = sy_workflow_text (sketch->workflow, sy_workflow_intern (sketch->workflow, item->kind == SY_NODE_SCALAR ? item->text : ""));
}

static void
sketch_needs (Sketch *sketch, SyTask *task, guint32 index, const SyNode *needs)
{
  guint n = needs == NULL ? 0 : needs->kind == SY_NODE_SEQUENCE ? needs->n : 1;
  SyNeed *list = sy_workflow_alloc (sketch->workflow, MAX (n, 1) * sizeof (SyNeed));
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  task->needs = list;
  for (const SyNode *item = needs != NULL && needs->kind == SY_NODE_SEQUENCE ? needs->first : needs; item != NULL;
       item = needs->kind == SY_NODE_SEQUENCE ? item->next : NULL)
    {
      const SyNode *name = item->kind == SY_NODE_MAPPING ? sy_node_get (item, "task") : item;
      gpointer found = name != NULL && name->kind == SY_NODE_SCALAR ? g_hash_table_lookup (sketch->ids, name->text) : NULL;

      if (found != NULL && GPOINTER_TO_UINT (found) - 1 != index && g_hash_table_add (seen, found))
        list[task->n_needs++].task = GPOINTER_TO_UINT (found) - 1;
    }
}

/* Leaves out the needs that lead back to a task on the way to it. Without recursion. */
static void
break_cycles (Sketch *sketch, guint32 root)
{
  g_autoptr (GArray) way = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) at = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint32 zero = 0;

  g_array_append_val (way, root);
  g_array_append_val (at, zero);
  sketch->mark[root] = 1;
  while (way->len > 0)
    {
      guint32 index = g_array_index (way, guint32, way->len - 1), *next = &g_array_index (at, guint32, at->len - 1);
      SyTask *task = &sketch->workflow->tasks[index];
      SyNeed *needs = (SyNeed *) task->needs;

      if (*next == task->n_needs)
        {
          sketch->mark[index] = 2;
          g_array_set_size (way, way->len - 1);
          g_array_set_size (at, at->len - 1);
        }
      else if (sketch->mark[needs[*next].task] == 1)
        needs[*next] = needs[--task->n_needs];
      else
        {
          guint32 up = needs[(*next)++].task;

          if (sketch->mark[up] == 2)
            continue;
          sketch->mark[up] = 1;
          g_array_append_val (way, up);
          g_array_append_val (at, zero);
        }
    }
}

static void
sketch_tasks (Sketch *sketch, const SyDocument *tree, const SyNode *tasks)
{
  SyWorkflow *workflow = sketch->workflow;
  const SyNode *key;
  guint32 n = 0;

  workflow->tasks = sy_workflow_alloc (workflow, MAX (tasks->n, 1) * sizeof (SyTask));
  for (key = tasks->first; key != NULL; key = key->next->next)
    if (!g_hash_table_contains (sketch->ids, key->text) && !g_str_has_prefix (key->text, "x-"))
      {
        SyTask *task = &workflow->tasks[n++];

        g_hash_table_insert (sketch->ids, (gpointer) key->text, GUINT_TO_POINTER (n));
        task->id = sy_workflow_intern (workflow, key->text);
        task->label = text_of (workflow, key->next, "label");
        task->description = text_of (workflow, key->next, "description");
        task->group = text_of (workflow, key->next, "group");
        task->enabled = g_strcmp0 (text_of (workflow, key->next, "enabled"), "false") != 0;
        sy_source_position (sy_document_get_source (tree), key->start, &task->line, &task->column);
        sketch_kind (sketch, task, key->next);
      }
  workflow->n_tasks = n;
  for (key = tasks->first; key != NULL; key = key->next->next)
    {
      guint32 index = GPOINTER_TO_UINT (g_hash_table_lookup (sketch->ids, key->text)) - 1;

      if (index != SY_NO_TASK && workflow->tasks[index].needs == NULL)
        sketch_needs (sketch, &workflow->tasks[index], index, sy_node_get (key->next, "needs"));
    }
}

SyWorkflow *
sy_manuscript_sketch (const SyDocument *tree, const char *path)
{
  g_autoptr (SyWorkflow) workflow = sy_workflow_new ();
  g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *base = path != NULL ? g_path_get_basename (path) : NULL;
  const SyNode *root = sy_document_get_root (tree), *tasks = sy_node_get (root, "tasks");
  Sketch sketch = { workflow, ids, NULL };

  workflow->name = text_of (workflow, root, "name");
  if (workflow->name == NULL && base != NULL)
    workflow->name = sy_workflow_intern_len (workflow, base, strcspn (base, "."));
  if (workflow->name == NULL)
    workflow->name = sy_workflow_intern (workflow, "New Workflow");
  workflow->path = path != NULL ? sy_workflow_intern (workflow, path) : NULL;
  if (tasks != NULL && tasks->kind == SY_NODE_MAPPING)
    sketch_tasks (&sketch, tree, tasks);
  sketch.mark = g_malloc0 (MAX (workflow->n_tasks, 1));
  for (guint32 i = 0; i < workflow->n_tasks; i++)
    {
      workflow->n_edges += workflow->tasks[i].n_needs;
      if (sketch.mark[i] == 0)
        break_cycles (&sketch, i);
    }
  workflow->n_edges = 0;
  for (guint32 i = 0; i < workflow->n_tasks; i++)
    workflow->n_edges += workflow->tasks[i].n_needs;
  g_free (sketch.mark);
  return sy_workflow_finish (workflow, NULL, NULL) ? g_steal_pointer (&workflow) : NULL;
}

/* --- problems --- */

static void
take_problem (SyDesignRevision *revision, const SyProblem *from, const SyDocument *tree)
{
  SyDesignProblem *to = sy_design_revision_add_problem (revision);

  to->is_error = from->severity == SY_SEVERITY_ERROR;
  to->is_note = from->severity == SY_SEVERITY_NOTE;
  to->code = from->code;
  to->message = g_strdup (from->message);
  to->hint = g_strdup (from->hint);
  to->task = g_strdup (from->task);
  to->line = from->line;
  to->column = from->column;
  to->start = from->start;
  to->end = from->end;
  if (from->has_fix)
    {
      to->fix_text = g_strdup (from->fix_text);
      to->fix_start = from->fix_start;
      to->fix_end = from->fix_end;
    }
  if (tree != NULL && from->line > 0)
    to->path = sy_manuscript_get_path_at (tree, from->start);
  if (to->task == NULL && to->path != NULL && g_strv_length (to->path) >= 2 && g_str_equal (to->path[0], "tasks"))
    to->task = g_strdup (to->path[1]);
}

static void
take_problems (SyDesignRevision *revision, const SyProblems *problems, const SyDocument *tree)
{
  for (guint i = 0; i < sy_problems_get_n (problems); i++)
    take_problem (revision, sy_problems_get (problems, i), tree);
  revision->n_errors = sy_problems_get_n_errors (problems);
}

/* (transfer full) (nullable): the tree of the text; the manuscript keeps it where changes can be made to it */
static SyDocument *
parse_text (SyManuscript *self, SyProblems *problems)
{
  g_autoptr (SySource) source = NULL;
  SyDocument *tree;

  if (self->tree != NULL)
    {
      sy_problems_set_source (problems, sy_document_get_source (self->tree));
      return sy_document_ref (self->tree);
    }
  source = sy_source_new (self->path != NULL ? self->path : "workflow", self->text);
  tree = sy_document_new (source, problems);
  if (tree == NULL)
    sy_mend_and_check (source, self->path, problems);
  else if (sy_problems_get_n_errors (problems) == 0)
    self->tree = sy_document_ref (tree);
  sy_problems_sort (problems);
  return tree;
}

static void
tree_free (gpointer tree)
{
  sy_document_unref (tree);
}

const SyDocument *
sy_manuscript_revision_tree (const SyDesignRevision *revision)
{
  return revision->tree;
}

/* --- tasks that are renamed by hand --- */

static const SyNode *
tasks_of (const SyDocument *tree)
{
  const SyNode *tasks = tree != NULL ? sy_document_find (tree, "tasks", NULL) : NULL;

  return tasks != NULL && tasks->kind == SY_NODE_MAPPING ? tasks : NULL;
}

/* The one key of @tasks that @others has not; NULL: there is none, or more than one */
static const SyNode *
only_key (const SyNode *tasks, const SyNode *others)
{
  g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);
  const SyNode *only = NULL;

  for (const SyNode *key = others->first; key != NULL; key = key->next->next)
    g_hash_table_add (ids, (gpointer) key->text);
  for (const SyNode *key = tasks->first; key != NULL; key = key->next->next)
    {
      if (g_hash_table_contains (ids, key->text))
        continue;
      if (only != NULL)
        return NULL;
      only = key;
    }
  return only;
}

/* One name has gone, one has come, and what stands behind it is the same: the place is the new one's too. The old one keeps it: it comes back by undo. */
static void
follow_rename (SyManuscript *self, SyDocument *tree)
{
  const SyNode *was = tasks_of (self->named), *is = tasks_of (tree), *gone, *come;
  SyPlace place;

  if (was != NULL && is != NULL && self->named != tree && was->n == is->n && sy_places_get_n (self->places) > 0
      && (gone = only_key (was, is)) != NULL && (come = only_key (is, was)) != NULL && sy_edit_nodes_equal (gone->next, come->next)
      && sy_places_get (self->places, gone->text, &place))
    {
      g_autoptr (SyPlaces) places = sy_places_copy (self->places);

      sy_places_set (places, come->text, place);
      sy_manuscript_set_places (self, places);
    }
  if (is == NULL || tree == self->named)
    return;
  g_clear_pointer (&self->named, sy_document_unref);
  self->named = sy_document_ref (tree);
}

/* --- what it means --- */

/* What the text says: graph and problems */
static void
read_text (SyManuscript *self, SyDesignRevision *revision)
{
  g_autoptr (SyProblems) problems = sy_problems_new ();
  SyDocument *tree = parse_text (self, problems);

  if (tree != NULL)
    follow_rename (self, tree);
  revision->tree = tree;
  revision->tree_free = tree_free;
  if (tree != NULL)
    revision->workflow = sy_loader_load_document_bound (tree, self->path, NULL, NULL, NULL, SY_BIND_DEFAULTS, problems);
  revision->is_valid = revision->workflow != NULL;
  if (tree != NULL && revision->workflow == NULL)
    revision->workflow = sy_manuscript_sketch (tree, self->path);
  if (revision->is_valid)
    sy_hints_report (revision->workflow, tree, problems);
  take_problems (revision, problems, tree);
}

/* The same text under the same name: what @last says of it is so still. */
static void
take_over_text (SyDesignRevision *revision, const SyDesignRevision *last)
{
  revision->tree = last->tree != NULL ? sy_document_ref (last->tree) : NULL;
  revision->tree_free = tree_free;
  revision->workflow = last->workflow != NULL ? sy_workflow_ref (last->workflow) : NULL;
  revision->is_valid = last->is_valid;
  g_ptr_array_unref (revision->problems);
  revision->problems = g_ptr_array_ref (last->problems);
  revision->n_errors = last->n_errors;
}

SyPlaces *
sy_manuscript_dup_places_in_use (SyManuscript *self)
{
  g_autoptr (SyProblems) problems = sy_problems_new ();
  g_autoptr (SyDocument) tree = parse_text (self, problems);
  const SyNode *tasks = tree != NULL ? sy_document_find (tree, "tasks", NULL) : NULL;
  SyPlaces *places;

  if (tree == NULL || tasks == NULL || tasks->kind != SY_NODE_MAPPING)
    return sy_places_copy (self->places);
  places = sy_places_new ();
  for (const SyNode *key = tasks->first; key != NULL; key = key->next->next)
    {
      SyPlace place;

      if (sy_places_get (self->places, key->text, &place))
        sy_places_set (places, key->text, place);
    }
  return places;
}

SyDesignRevision *
sy_manuscript_make_revision (SyManuscript *self)
{
  SyDesignRevision *revision = sy_design_revision_new ();
  const SyDesignRevision *last = self->last;
  const SyManuscriptStep *undo = self->done > 0 ? g_ptr_array_index (self->steps, self->done - 1) : NULL;
  const SyManuscriptStep *redo = self->done < self->steps->len ? g_ptr_array_index (self->steps, self->done) : NULL;

  revision->text = g_bytes_ref (self->text);
  revision->path = g_strdup (self->path);
  revision->is_saved = sy_manuscript_is_saved (self);
  revision->undo = undo != NULL ? g_strdup (undo->name) : NULL;
  revision->redo = redo != NULL ? g_strdup (redo->name) : NULL;
  if (last != NULL && last->text == self->text && g_strcmp0 (last->path, self->path) == 0)
    take_over_text (revision, last);
  else
    read_text (self, revision);
  revision->places = sy_places_ref (self->places);
  g_clear_pointer (&self->last, sy_design_revision_unref);
  self->last = sy_design_revision_ref (revision);
  return revision;
}
