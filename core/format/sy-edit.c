/* sy-edit.c: recorded operations, applied and checked
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-edit-private.h"
#include "core/format/sy-quote.h"

#include <string.h>

static void
op_free (gpointer data)
{
  SyEditOp *op = data;

  g_strfreev (op->path);
  sy_edit_value_free (op->value);
  g_free (op->id);
  g_free (op->other);
  g_free (op->lines);
  g_free (op);
}

SyEdit *
sy_edit_new (void)
{
  SyEdit *edit = g_new0 (SyEdit, 1);

  edit->ops = g_ptr_array_new_with_free_func (op_free);
  return edit;
}

void
sy_edit_free (SyEdit *edit)
{
  if (!edit)
    return;
  g_ptr_array_unref (edit->ops);
  g_free (edit);
}

void
sy_edit_take_over (SyEdit *edit, SyEdit *other)
{
  g_ptr_array_extend_and_steal (edit->ops, g_steal_pointer (&other->ops));
  other->ops = g_ptr_array_new_with_free_func (op_free);
}

static SyEditOp *
record (SyEdit *edit, SyEditOpKind kind, const char *const *path, const char *id, const char *other)
{
  SyEditOp *op = g_new0 (SyEditOp, 1);

  op->kind = kind;
  op->path = g_strdupv ((char **)path);
  op->id = g_strdup (id);
  op->other = g_strdup (other);
  g_ptr_array_add (edit->ops, op);
  return op;
}

void
sy_edit_set (SyEdit *edit, const char *const *path, SyEditValue *value)
{
  record (edit, OP_SET, path, NULL, NULL)->value = value;
}

void
sy_edit_remove (SyEdit *edit, const char *const *path)
{
  record (edit, OP_REMOVE, path, NULL, NULL);
}

void
sy_edit_rename (SyEdit *edit, const char *const *path, const char *key)
{
  record (edit, OP_RENAME, path, NULL, key);
}

void
sy_edit_append (SyEdit *edit, const char *const *path, SyEditValue *item)
{
  record (edit, OP_APPEND, path, NULL, NULL)->value = item;
}

void
sy_edit_add_task (SyEdit *edit, const char *id, SyEditValue *fields, const char *after)
{
  g_return_if_fail (fields->kind == SY_NODE_MAPPING);
  record (edit, OP_ADD_TASK, NULL, id, after)->value = fields;
}

/* As it can be written anywhere: what block it was in and what was left empty is not kept. */
static SyEditValue *
copy_node (const SyNode *node)
{
  SyEditValue *value;

  if (node->kind == SY_NODE_SCALAR)
    {
      value = node->style == SY_STYLE_PLAIN ? sy_edit_value_new_word (node->text) : sy_edit_value_new_text (node->text);
      value->typed = value->typed && sy_quote_plain_fits (node->text, SY_QUOTE_FLOW);
      if (!strchr (node->text, '\n') && (node->style == SY_STYLE_SINGLE || node->style == SY_STYLE_DOUBLE))
        value->style = node->style;
      return value;
    }
  value = node->kind == SY_NODE_SEQUENCE ? sy_edit_value_new_list () : sy_edit_value_new_map ();
  for (const SyNode *child = node->first; child; child = child->next)
    {
      const SyNode *content = node->kind == SY_NODE_MAPPING ? child->next : child;

      if (!sy_node_is_empty (content) && node->kind == SY_NODE_MAPPING)
        sy_edit_value_set (value, child->text, copy_node (content));
      else if (!sy_node_is_empty (content))
        sy_edit_value_append (value, copy_node (content));
      child = content;
    }
  return value;
}

void
sy_edit_add_task_copy (SyEdit *edit, SyDocument *document, const SyNode *key)
{
  SyEditOp *op = record (edit, OP_ADD_TASK, NULL, key->text, NULL);

  op->value = key->next->kind == SY_NODE_MAPPING ? copy_node (key->next) : sy_edit_value_new_map ();
  op->lines = sy_edit_copy_lines (document, key);
}

void
sy_edit_remove_task (SyEdit *edit, const char *id, SyEditEdges edges)
{
  record (edit, OP_REMOVE_TASK, NULL, id, NULL)->edges = edges;
}

void
sy_edit_remove_tasks (SyEdit *edit, const char *const *ids, SyEditEdges edges)
{
  record (edit, OP_REMOVE_TASKS, ids, NULL, NULL)->edges = edges;
}

void
sy_edit_rename_task (SyEdit *edit, const char *id, const char *new_id)
{
  record (edit, OP_RENAME_TASK, NULL, id, new_id);
}

void
sy_edit_rename_param (SyEdit *edit, const char *name, const char *new_name)
{
  record (edit, OP_RENAME_PARAM, NULL, name, new_name);
}

void
sy_edit_move_task (SyEdit *edit, const char *id, const char *before)
{
  record (edit, OP_MOVE_TASK, NULL, id, before);
}

void
sy_edit_add_need (SyEdit *edit, const char *id, const char *need)
{
  record (edit, OP_ADD_NEED, NULL, id, need);
}

void
sy_edit_remove_need (SyEdit *edit, const char *id, const char *need)
{
  record (edit, OP_REMOVE_NEED, NULL, id, need);
}

/* (transfer full) (nullable): %NULL with what is wrong */
static SyDocument *
parse (GBytes *bytes, const char *name, GError **error)
{
  g_autoptr (SySource) source = sy_source_new (name, bytes);
  g_autoptr (SyProblems) problems = sy_problems_new ();
  g_autoptr (SyDocument) document = NULL;
  GError *wrong;

  sy_problems_set_source (problems, source);
  document = sy_document_new (source, problems);
  wrong = sy_problems_to_error (problems);
  if (!wrong && !document)
    wrong = g_error_new (SY_ERROR, SY_ERROR_INVALID, "%s is not YAML", name);
  if (!wrong)
    return g_steal_pointer (&document);
  g_propagate_error (error, wrong);
  return NULL;
}

SyDocument *
sy_edit_parse (GBytes *bytes, const char *name, GError **error)
{
  return parse (bytes, name ? name : "workflow file", error);
}

/* Parses what came out and compares it with what should. */
static SyDocument *
verify (const SyEditor *e, GBytes *bytes, GError **error)
{
  g_autoptr (GError) broken = NULL;
  g_autoptr (SyDocument) document = parse (bytes, sy_source_get_name (sy_document_get_source (e->document)), &broken);
  const SyNode *root = document ? sy_document_get_root (document) : NULL;
  g_autofree char *what = NULL;

  if (document && (root && e->expected ? sy_edit_value_matches (e->expected, root, &what) : !root && !e->expected))
    return g_steal_pointer (&document);
  g_set_error (error, SY_ERROR, SY_ERROR_REFUSED,
               "this cannot be changed without touching more of the file (%s); edit the text by hand",
               broken ? broken->message
               : what ? what
                      : "nothing would be left");
  return NULL;
}

static SyDocument *
try_op (const SyEditOp *op, SyDocument *document, gboolean no_literal, GError **error)
{
  g_autoptr (SyEditor) e = sy_editor_new (document);
  g_autoptr (GBytes) result = NULL;

  e->no_literal = no_literal;
  if (sy_editor_run (e, op))
    result = sy_editor_finish (e);
  if (!result)
    {
      g_propagate_error (error, g_steal_pointer (&e->error));
      return NULL;
    }
  return e->patches->len == 0 ? sy_document_ref (document) : verify (e, result, error);
}

/* The smallest that can be written anew is a task; never the file. */
static SyDocument *
try_whole (const SyEditOp *op, SyDocument *document)
{
  g_autoptr (SyEditor) e = sy_editor_new (document);
  g_autoptr (GBytes) result = sy_editor_run_whole (e, op);

  return result ? verify (e, result, NULL) : NULL;
}

SyDocument *
sy_edit_op_apply (const SyEditOp *op, SyDocument *document, GError **error)
{
  g_autoptr (GError) first = NULL;
  SyDocument *result = try_op (op, document, FALSE, &first);

  if (!result && op->value && g_error_matches (first, SY_ERROR, SY_ERROR_REFUSED))
    result = try_op (op, document, TRUE, NULL);
  if (!result && g_error_matches (first, SY_ERROR, SY_ERROR_REFUSED))
    result = try_whole (op, document);
  if (!result)
    g_propagate_error (error, g_steal_pointer (&first));
  return result;
}

SyDocument *
sy_edit_apply_to (const SyEdit *edit, SyDocument *document, GError **error)
{
  SyDocument *now = sy_document_ref (document);

  for (guint i = 0; i < edit->ops->len && now; i++)
    {
      g_autoptr (SyDocument) before = now;

      now = sy_edit_op_apply (g_ptr_array_index (edit->ops, i), before, error);
    }
  return now;
}

GBytes *
sy_edit_apply (const SyEdit *edit, GBytes *bytes, const char *name, GError **error)
{
  g_autoptr (SyDocument) document = sy_edit_parse (bytes, name, error);
  g_autoptr (SyDocument) result = document ? sy_edit_apply_to (edit, document, error) : NULL;

  return result ? g_bytes_ref (sy_source_get_bytes (sy_document_get_source (result))) : NULL;
}
