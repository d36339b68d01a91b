/* sy-edit-private.h: how an operation becomes byte ranges and an expected tree
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/base/sy-error.h"
#include "core/format/sy-edit.h"

G_BEGIN_DECLS

/* Also the expected tree: a map's items alternate key, value. */
struct _SyEditValue
{
  SyNodeKind kind;
  int style;      /* SyNodeStyle of a scalar that must keep it; -1: any */
  gboolean typed; /* a word */
  gboolean empty; /* nothing is written: null, not "" */
  gboolean block; /* never as [ ] or { } where the place allows lines */
  char *text;
  GPtrArray *items;
  const SyNode *same; /* (nullable) not changed: the rest says nothing but the kind */
};

SyEditValue *sy_edit_value_new_node (const SyNode *node);
/* As @node is, while that lives */
SyEditValue *sy_edit_value_new_same (const SyNode *node);
/* FALSE: *what (out) (transfer full) says where they differ */
gboolean sy_edit_value_matches (const SyEditValue *value, const SyNode *node, char **what);
gboolean sy_edit_nodes_equal (const SyNode *a, const SyNode *b); /* either (nullable); styles do not count */

typedef enum
{
  OP_SET,
  OP_REMOVE,
  OP_RENAME,
  OP_APPEND,
  OP_ADD_TASK,
  OP_REMOVE_TASK,
  OP_REMOVE_TASKS,
  OP_RENAME_TASK,
  OP_RENAME_PARAM,
  OP_MOVE_TASK,
  OP_ADD_NEED,
  OP_REMOVE_NEED
} SyEditOpKind;

typedef struct
{
  SyEditOpKind kind;
  GStrv path;         /* (nullable) */
  SyEditValue *value; /* (nullable) */
  char *id, *other;   /* (nullable) */
  char *lines;        /* (nullable) ADD_TASK: as it is to be written, where that can be: key, value, comments */
  SyEditEdges edges;
} SyEditOp;

struct _SyEdit
{
  GPtrArray *ops; /* of SyEditOp */
};

/* One operation at work on one parsed text. Of the expected tree only what the operation asks for is made. */
typedef struct
{
  SyDocument *document; /* (owned) */
  const SyNode *root; /* (nullable) */
  const char *data;
  gsize length, bom;
  const char *eol;
  guint step;            /* blanks of one more level */
  GArray *patches;       /* SyPatch */
  SyEditValue *expected; /* (nullable) the tree that must come out */
  GHashTable *mirror;    /* SyNode -> SyEditValue of expected */
  gboolean no_literal;   /* second try: a literal block would take up what stands below it */
  GError *error;
} SyEditor;

/* Always FALSE */
gboolean sy_editor_fail (SyEditor *e, SyErrorCode code, const char *format, ...) G_GNUC_PRINTF (3, 4);
gboolean sy_editor_refuse_missing (SyEditor *e, const char *const *path);

/* Text */
gsize sy_editor_line_start (const SyEditor *e, gsize at);
gsize sy_editor_line_end (const SyEditor *e, gsize at);  /* at its line break, or the end */
gsize sy_editor_next_line (const SyEditor *e, gsize at); /* behind its line break, or the end */
gboolean sy_editor_is_blank (const SyEditor *e, gsize from, gsize to);
char *sy_editor_indent_of (const SyEditor *e, gsize at); /* the blanks that line up with the byte at @at */
gsize sy_editor_after (const SyEditor *e,
                       const SyNode *node); /* the line behind the last line of a node in block style */
gsize sy_editor_behind_key (const SyEditor *e, const SyNode *key); /* behind its colon */
gboolean sy_editor_in_flow (const SyNode *node);                   /* stands inside [ ] or { } */
gboolean sy_editor_shares_line (const SyEditor *e,
                                const SyNode *node); /* something else stands in front of it: `- a: 1` */
void sy_editor_patch (SyEditor *e, gsize start, gsize end, const char *text);
GBytes *sy_editor_finish (SyEditor *e); /* the bytes with all patches */

/* New text */
void sy_edit_render_flow (GString *out, const SyEditValue *value);
/* `key: value` with all its lines, each ended by the file's line break */
void sy_edit_render_pair (
    const SyEditor *e, GString *out, const char *indent, const char *key, const SyEditValue *value);
/* Whether @value is to be a literal block where one can stand */
gboolean sy_edit_wants_literal (const SyEditor *e, const SyEditValue *value);
/* The lines of a collection, without what stands in front of it */
void sy_edit_render_lines (const SyEditor *e, GString *out, const char *indent, const SyEditValue *value);
/* Whether @value has to be lines when it stands behind @indent */
gboolean sy_edit_wants_lines (const SyEditValue *value, const char *indent);
void sy_edit_render_item (const SyEditor *e, GString *out, const char *indent, const SyEditValue *value);

/* Changes of one node: bytes and expected tree together. FALSE after an error. Values are not taken. */
gboolean sy_editor_replace (SyEditor *e, const SyNode *node, const SyEditValue *value);
gboolean sy_editor_replace_text (SyEditor *e, const SyNode *scalar, const char *text);
/* Replaces in a scalar the texts of @length bytes at each of @offsets (guint, ascending) by @by, leaving the
 * rest as it is written */
gboolean sy_editor_replace_parts (
    SyEditor *e, const SyNode *scalar, const GArray *offsets, gsize length, const char *by);
gboolean sy_editor_rename_key (SyEditor *e, const SyNode *key, const char *text);
/* @after: (nullable): value of the pair in front; NULL: the last one. @blank: a blank line in front */
gboolean sy_editor_insert_pair (SyEditor *e,
                                const SyNode *mapping,
                                const SyNode *after,
                                const char *key,
                                const SyEditValue *value,
                                gboolean blank);
/* Where a person would write it: in the order of the field table, where that knows the key; else at the end */
gboolean sy_editor_insert_in_order (SyEditor *e, const SyNode *mapping, const char *key, const SyEditValue *value);
gboolean
sy_editor_remove_pair (SyEditor *e, const SyNode *mapping, const SyNode *key, gboolean with_comments);
gboolean sy_editor_append_item (SyEditor *e, const SyNode *sequence, const SyEditValue *value);
gboolean sy_editor_remove_item (SyEditor *e, const SyNode *sequence, const SyNode *item);
/* @values: of SyEditValue, at least one */
gboolean
sy_editor_replace_item (SyEditor *e, const SyNode *sequence, const SyNode *item, const GPtrArray *values);
gboolean sy_editor_move_pair (SyEditor *e, const SyNode *mapping, const SyNode *key, const SyNode *before);

/* Start of the comment lines that stand directly above @key with its indentation */
gsize sy_editor_comments_above (const SyEditor *e, const SyNode *key);

/* (transfer full) (nullable): the lines of a task with its comments, without its indentation; NULL: it has no lines of its own */
char *sy_edit_copy_lines (SyDocument *document, const SyNode *key);
/* Such lines behind @indent */
void sy_edit_append_lines (GString *out, const char *lines, const char *indent, const char *eol);
/* A pair as it is written elsewhere, behind the last one of a mapping of lines */
void sy_editor_insert_copy (SyEditor *e, const SyNode *mapping, const char *key, const SyEditValue *value, const char *lines, gboolean blank);

/* Operations on paths and tasks */
gboolean sy_editor_run (SyEditor *e, const SyEditOp *op);
gboolean sy_editor_run_task (SyEditor *e, const SyEditOp *op);
gboolean sy_editor_remove_tasks (SyEditor *e, const char *const *ids, SyEditEdges edges);
/* The same, but each task that it changes is written anew as a whole, its comments in front of its fields. (transfer full) (nullable):
 * it cannot be done by tasks alone */
GBytes *sy_editor_run_whole (SyEditor *e, const SyEditOp *op);
const SyNode *sy_editor_find (const SyEditor *e, const char *const *path);

/* Where @text names SCOPE.NAME in an expression: offsets (guint) of the name; @bare: the whole is an expression. (transfer full) */
GArray *sy_edit_find_references (const char *text, gboolean bare, const char *scope, const char *name);
/* Called for every scalar value in which expressions may stand; FALSE ends the walk */
typedef gboolean (*SyScalarFunc) (SyEditor *e, const SyNode *scalar, gboolean bare, gpointer data);
gboolean sy_editor_walk_scalars (SyEditor *e, const SyNode *node, gboolean bare, SyScalarFunc each, gpointer data);
/* --- sy-edit-param.c --- */
gboolean sy_editor_rename_param (SyEditor *e, const char *name, const char *new_name);

/* A parsed text ready for one operation */
SyEditor *sy_editor_new (SyDocument *document);
void sy_editor_free (SyEditor *e);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyEditor, sy_editor_free)
/* One operation, checked: (transfer full) the new text, parsed */
SyDocument *sy_edit_op_apply (const SyEditOp *op, SyDocument *document, GError **error);

G_END_DECLS
