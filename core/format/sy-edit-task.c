/* sy-edit-task.c: operations on tasks, and what refers to them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-edit-private.h"
#include "core/model/sy-expr.h"

#include <string.h>

/* References */

typedef struct
{
  const char *scope, *name;
  GArray *offsets;
  gsize base;
} Search;

static void
collect_name (const char *scope, const char *name, gsize offset, gpointer data)
{
  Search *search = data;
  guint at = (guint)(search->base + offset);

  if (g_str_equal (scope, search->scope) && g_str_equal (name, search->name))
    g_array_append_val (search->offsets, at);
}

static gboolean
search_expression (const char *text, gsize offset, gsize length, gpointer data, GError **error)
{
  Search *search = data;
  g_autoptr (SyExpr) expr = sy_expr_parse (text + offset, (gssize)length, NULL, NULL);

  search->base = offset;
  if (expr)
    sy_expr_foreach_name (expr, collect_name, search);
  return TRUE;
}

static int
compare_offsets (gconstpointer a, gconstpointer b)
{
  guint x = *(const guint *)a, y = *(const guint *)b;

  return x < y ? -1 : x > y;
}

GArray *
sy_edit_find_references (const char *text, gboolean bare, const char *scope, const char *name)
{
  Search search = { scope, name, g_array_new (FALSE, FALSE, sizeof (guint)), 0 };

  if (bare && !strstr (text, "${{"))
    search_expression (text, 0, strlen (text), &search, NULL);
  else if (strstr (text, "${{"))
    sy_template_foreach (text, search_expression, &search, NULL);
  g_array_sort (search.offsets, compare_offsets);
  return search.offsets;
}

static gboolean
is_bare_key (const char *key)
{
  static const char *const keys[] = { "if", "switch", "until", "while", NULL };

  return g_strv_contains (keys, key);
}

gboolean
sy_editor_walk_scalars (SyEditor *e, const SyNode *node, gboolean bare, SyScalarFunc each, gpointer data)
{
  if (node->kind == SY_NODE_SCALAR)
    return each (e, node, bare, data);
  for (const SyNode *child = node->first; child; child = child->next)
    {
      gboolean map = node->kind == SY_NODE_MAPPING;
      const char *key = map ? child->text : "";

      if (map)
        child = child->next;
      if (!(g_str_equal (key, "run") && child->kind == SY_NODE_SCALAR) &&
          !sy_editor_walk_scalars (e, child, is_bare_key (key), each, data))
        return FALSE;
    }
  return TRUE;
}

typedef struct
{
  const char *id, *new_id;
} Rename;

static gboolean
rename_in_scalar (SyEditor *e, const SyNode *scalar, gboolean bare, gpointer data)
{
  const Rename *rename = data;
  g_autoptr (GArray) offsets = sy_edit_find_references (scalar->text, bare, "tasks", rename->id);

  return offsets->len == 0 ||
         sy_editor_replace_parts (e, scalar, offsets, strlen (rename->id), rename->new_id);
}

typedef struct
{
  const char *id;
  const SyNode *task;
} Removed;

/* Any use of the removed task is an error, but for those inside it */
static gboolean
refuse_reference (SyEditor *e, const SyNode *scalar, gboolean bare, gpointer data)
{
  const Removed *removed = data;
  g_autoptr (GArray) offsets = sy_edit_find_references (scalar->text, bare, "tasks", removed->id);
  guint line, column;

  for (const SyNode *up = scalar; up && offsets->len > 0; up = up->parent)
    if (up == removed->task)
      return TRUE;
  if (offsets->len == 0)
    return TRUE;
  sy_source_position (sy_document_get_source (e->document), scalar->start, &line, &column);
  return sy_editor_fail (e, SY_ERROR_REFUSED, "line %u: “%.60s” still uses task “%s”", line, scalar->text,
                         removed->id);
}

/* Needs */

static const SyNode *
tasks_of (const SyEditor *e)
{
  const SyNode *tasks = sy_node_get (e->root, "tasks");

  return tasks && tasks->kind == SY_NODE_MAPPING ? tasks : NULL;
}

static const SyNode *
find_task_key (SyEditor *e, const char *id)
{
  const SyNode *key = sy_node_get_key (tasks_of (e), id);

  if (!key)
    sy_editor_fail (e, SY_ERROR_NOT_FOUND, "there is no task “%s”", id);
  return key;
}

/* The scalar that names the task of one item of needs: `a` or {task: a, …} */
static const SyNode *
need_name (const SyNode *item)
{
  const SyNode *name = item->kind == SY_NODE_MAPPING ? sy_node_get (item, "task") : item;

  return name && name->kind == SY_NODE_SCALAR ? name : NULL;
}

/* The item of @needs (a scalar or a list) that is @id; NULL: none */
static const SyNode *
find_need (const SyNode *needs, const char *id)
{
  const SyNode *item = needs && needs->kind == SY_NODE_SEQUENCE ? needs->first : needs;

  for (; item; item = needs->kind == SY_NODE_SEQUENCE ? item->next : NULL)
    {
      const SyNode *name = need_name (item);

      if (name && strcmp (name->text, id) == 0)
        return item;
    }
  return NULL;
}

static gboolean
drop_need (SyEditor *e, const SyNode *task, const SyNode *item)
{
  const SyNode *needs = sy_node_get (task, "needs");

  if (needs == item || needs->n == 1)
    return sy_editor_remove_pair (e, task, sy_node_get_key (task, "needs"), FALSE);
  return sy_editor_remove_item (e, needs, item);
}

/* In the place of @item: what @from needs and @task does not need yet */
static gboolean
bridge_need (SyEditor *e, const SyNode *task, const SyNode *item, const SyNode *from)
{
  const SyNode *needs = sy_node_get (task, "needs"), *inherited = sy_node_get (from, "needs");
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func ((GDestroyNotify)sy_edit_value_free);
  const SyNode *up = inherited && inherited->kind == SY_NODE_SEQUENCE ? inherited->first : inherited;

  for (; up; up = inherited->kind == SY_NODE_SEQUENCE ? up->next : NULL)
    {
      const SyNode *name = need_name (up);

      if (name && !sy_node_is_empty (name) && !find_need (needs, name->text))
        g_ptr_array_add (values, sy_edit_value_new_word (name->text));
    }
  if (values->len == 0)
    return drop_need (e, task, item);
  if (item != needs)
    return sy_editor_replace_item (e, needs, item, values);
  if (values->len == 1)
    return sy_editor_replace (e, item, g_ptr_array_index (values, 0));
  {
    g_autoptr (SyEditValue) list = sy_edit_value_new_list ();

    for (guint i = 0; i < values->len; i++)
      sy_edit_value_append (list, sy_edit_value_copy (g_ptr_array_index (values, i)));
    return sy_editor_replace (e, item, list);
  }
}

static gboolean
cut_edges (SyEditor *e, const SyNode *removed_key, SyEditEdges edges)
{
  const char *id = removed_key->text;

  for (const SyNode *key = removed_key->parent->first; key; key = key->next->next)
    {
      const SyNode *item = key == removed_key ? NULL : find_need (sy_node_get (key->next, "needs"), id);

      if (!item)
        continue;
      if (edges == SY_EDIT_EDGES_REFUSE)
        return sy_editor_fail (e, SY_ERROR_REFUSED, "task “%s” needs “%s”", key->text, id);
      if (!(edges == SY_EDIT_EDGES_DROP ? drop_need (e, key->next, item)
                                        : bridge_need (e, key->next, item, removed_key->next)))
        return FALSE;
    }
  return TRUE;
}

/* Operations */

static gboolean
run_remove_task (SyEditor *e, const SyEditOp *op)
{
  const SyNode *key = find_task_key (e, op->id);
  Removed removed;

  if (!key)
    return FALSE;
  removed = (Removed){ op->id, key->next };
  return sy_editor_walk_scalars (e, e->root, FALSE, refuse_reference, &removed) && cut_edges (e, key, op->edges) &&
         sy_editor_remove_pair (e, tasks_of (e), key, TRUE);
}

static gboolean
is_id (const char *id)
{
  gsize n = strlen (id);

  return n >= 1 && n <= 128 && (g_ascii_isalpha (*id) || *id == '_') &&
         id[strspn (id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")] == '\0';
}

static gboolean
check_new_id (SyEditor *e, const char *id)
{
  if (!is_id (id))
    return sy_editor_fail (e, SY_ERROR_INVALID,
                           "“%s” is no task id: a letter or _, then at most 127 letters, digits, _ and -",
                           id);
  if (sy_node_get (tasks_of (e), id))
    return sy_editor_fail (e, SY_ERROR_REFUSED, "there is a task “%s” already", id);
  return TRUE;
}

/* Names in the lists of `cases` */
static gboolean
rename_in_cases (SyEditor *e, const SyNode *cases, const Rename *rename)
{
  for (const SyNode *key = cases && cases->kind == SY_NODE_MAPPING ? cases->first : NULL; key;
       key = key->next->next)
    {
      const SyNode *item = key->next->kind == SY_NODE_SEQUENCE ? key->next->first : key->next;

      for (; item; item = key->next->kind == SY_NODE_SEQUENCE ? item->next : NULL)
        if (item->kind == SY_NODE_SCALAR && strcmp (item->text, rename->id) == 0 &&
            !sy_editor_replace_text (e, item, rename->new_id))
          return FALSE;
    }
  return TRUE;
}

static gboolean
run_rename_task (SyEditor *e, const SyEditOp *op)
{
  const SyNode *key = find_task_key (e, op->id);
  Rename rename = { op->id, op->other };

  if (!key || g_str_equal (op->id, op->other))
    return key != NULL;
  if (!check_new_id (e, op->other) || !sy_editor_rename_key (e, key, op->other))
    return FALSE;
  for (const SyNode *task = key->parent->first; task; task = task->next->next)
    {
      const SyNode *item = find_need (sy_node_get (task->next, "needs"), op->id);

      if (item && !sy_editor_replace_text (e, need_name (item), op->other))
        return FALSE;
      if (!rename_in_cases (e, sy_node_get (task->next, "cases"), &rename))
        return FALSE;
    }
  return sy_editor_walk_scalars (e, e->root, FALSE, rename_in_scalar, &rename);
}

/* Whether tasks are parted by blank lines: the last two are */
static gboolean
are_parted (const SyEditor *e, const SyNode *tasks)
{
  const SyNode *key = tasks->first;
  gsize start;

  if (tasks->n < 2 || tasks->style == SY_STYLE_FLOW)
    return FALSE;
  while (key->next->next)
    key = key->next->next;
  start = sy_editor_comments_above (e, key);
  return start > e->bom && sy_editor_is_blank (e, sy_editor_line_start (e, start - 1), start - 1);
}

static gboolean
run_add_task (SyEditor *e, const SyEditOp *op)
{
  const SyNode *tasks = tasks_of (e), *after = NULL;
  const char *path[] = { "tasks", NULL };

  if (!check_new_id (e, op->id))
    return FALSE;
  if (op->other && !(after = find_task_key (e, op->other)))
    return FALSE;
  op->value->block = TRUE;
  if (op->lines && !e->no_literal && tasks && tasks->n > 0 && tasks->style == SY_STYLE_BLOCK && !sy_editor_in_flow (tasks->first))
    {
      sy_editor_insert_copy (e, tasks, op->id, op->value, op->lines, are_parted (e, tasks));
      return TRUE;
    }
  if (tasks && tasks->n > 0)
    return sy_editor_insert_pair (e, tasks, after ? after->next : NULL, op->id, op->value,
                                  are_parted (e, tasks));
  {
    g_autoptr (SyEditValue) map = sy_edit_value_new_map ();
    SyEditOp set = { .kind = OP_SET, .path = (GStrv)path, .value = map };

    map->block = TRUE;
    sy_edit_value_set (map, op->id, sy_edit_value_copy (op->value));
    return sy_editor_run (e, &set);
  }
}

static gboolean
run_move_task (SyEditor *e, const SyEditOp *op)
{
  const SyNode *key = find_task_key (e, op->id), *before = op->other ? find_task_key (e, op->other) : NULL;

  if (!key || (op->other && !before))
    return FALSE;
  if (!before && !key->next->next)
    return TRUE;
  return sy_editor_move_pair (e, tasks_of (e), key, before);
}

static gboolean
run_add_need (SyEditor *e, const SyEditOp *op)
{
  const SyNode *key = find_task_key (e, op->id);
  const char *path[] = { "tasks", op->id, "needs", NULL };
  g_autoptr (SyEditValue) item = sy_edit_value_new_word (op->other);
  SyEditOp append = { .kind = OP_APPEND, .path = (GStrv)path, .value = item };

  if (!key || !find_task_key (e, op->other))
    return FALSE;
  if (g_str_equal (op->id, op->other))
    return sy_editor_fail (e, SY_ERROR_REFUSED, "task “%s” cannot need itself", op->id);
  if (find_need (sy_node_get (key->next, "needs"), op->other))
    return TRUE;
  return sy_editor_run (e, &append);
}

static gboolean
run_remove_need (SyEditor *e, const SyEditOp *op)
{
  const SyNode *key = find_task_key (e, op->id);
  const SyNode *item = key ? find_need (sy_node_get (key->next, "needs"), op->other) : NULL;

  return key && (!item || drop_need (e, key->next, item));
}

gboolean
sy_editor_run_task (SyEditor *e, const SyEditOp *op)
{
  switch (op->kind)
    {
    case OP_ADD_TASK:
      return run_add_task (e, op);
    case OP_REMOVE_TASK:
      return run_remove_task (e, op);
    case OP_REMOVE_TASKS:
      return sy_editor_remove_tasks (e, (const char *const *)op->path, op->edges);
    case OP_RENAME_TASK:
      return run_rename_task (e, op);
    case OP_MOVE_TASK:
      return run_move_task (e, op);
    case OP_ADD_NEED:
      return run_add_need (e, op);
    case OP_REMOVE_NEED:
      return run_remove_need (e, op);
    default:
      return sy_editor_fail (e, SY_ERROR_INTERNAL, "unknown operation");
    }
}
