/* sy-edit.c: recorded operations, applied and checked
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-edit-private.h"

#include <string.h>

static void
op_free (gpointer data)
{
  SyEditOp *op = data;

  g_strfreev (op->path);
  sy_edit_value_free (op->value);
  g_free (op->id);
  g_free (op->other);
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

void
sy_edit_remove_task (SyEdit *edit, const char *id, SyEditEdges edges)
{
  record (edit, OP_REMOVE_TASK, NULL, id, NULL)->edges = edges;
}

void
sy_edit_rename_task (SyEdit *edit, const char *id, const char *new_id)
{
  record (edit, OP_RENAME_TASK, NULL, id, new_id);
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

/* Parses what came out and compares it with what should. */
static gboolean
verify (const SyEditor *e, GBytes *bytes, const char *name, GError **error)
{
  g_autoptr (SySource) source = sy_source_new (name, bytes);
  g_autoptr (SyProblems) problems = sy_problems_new ();
  g_autoptr (SyDocument) document = NULL;
  g_autoptr (GError) broken = NULL;
  g_autofree char *what = NULL;
  const SyNode *root;

  sy_problems_set_source (problems, source);
  document = sy_document_new (source, problems);
  broken = sy_problems_to_error (problems);
  root = document ? sy_document_get_root (document) : NULL;
  if (!broken && root && e->expected && sy_edit_value_matches (e->expected, root, &what))
    return TRUE;
  if (!broken && !root && !e->expected)
    return TRUE;
  g_set_error (error, SY_ERROR, SY_ERROR_REFUSED,
               "this cannot be changed without touching more of the file (%s); edit the text by hand",
               broken ? broken->message
               : what ? what
                      : "nothing would be left");
  return FALSE;
}

static GBytes *
try_op (const SyEditOp *op, GBytes *bytes, const char *name, gboolean no_literal, GError **error)
{
  g_autoptr (SyEditor) e = sy_editor_new (bytes, name, error);
  g_autoptr (GBytes) result = NULL;

  if (!e)
    return NULL;
  e->no_literal = no_literal;
  if (sy_editor_run (e, op))
    result = sy_editor_finish (e);
  if (!result)
    {
      g_propagate_error (error, g_steal_pointer (&e->error));
      return NULL;
    }
  return e->patches->len == 0 || verify (e, result, name, error) ? g_steal_pointer (&result) : NULL;
}

GBytes *
sy_edit_op_apply (const SyEditOp *op, GBytes *bytes, const char *name, GError **error)
{
  g_autoptr (GError) first = NULL;
  GBytes *result = try_op (op, bytes, name, FALSE, &first);

  if (!result && op->value && g_error_matches (first, SY_ERROR, SY_ERROR_REFUSED))
    result = try_op (op, bytes, name, TRUE, NULL);
  if (!result)
    g_propagate_error (error, g_steal_pointer (&first));
  return result;
}

GBytes *
sy_edit_apply (const SyEdit *edit, GBytes *bytes, const char *name, GError **error)
{
  GBytes *now = g_bytes_ref (bytes);

  for (guint i = 0; i < edit->ops->len && now; i++)
    {
      GBytes *before = now;

      now = sy_edit_op_apply (g_ptr_array_index (edit->ops, i), before, name ? name : "workflow file", error);
      g_bytes_unref (before);
    }
  return now;
}
