/* sy-edit.h: changes to a workflow file that leave every other byte alone
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/format/sy-document.h"

G_BEGIN_DECLS

/**
 * SyEditValue:
 *
 * A value to be written: a text, a word of the format, a list or a map.
 */
typedef struct _SyEditValue SyEditValue;

/* A string: quoted wherever another YAML reader could take it for something else (`1.10`, `no`, `012`, `a:
 * b`); several lines become a literal block where the place allows one. */
SyEditValue *sy_edit_value_new_text (const char *text);
/* A number, true, a duration, a keyword: written plain */
SyEditValue *sy_edit_value_new_word (const char *text);
SyEditValue *sy_edit_value_new_list (void);
SyEditValue *sy_edit_value_new_map (void);
void sy_edit_value_append (SyEditValue *list, SyEditValue *item);               /* takes @item */
void sy_edit_value_set (SyEditValue *map, const char *key, SyEditValue *value); /* takes @value */
SyEditValue *sy_edit_value_copy (const SyEditValue *value);
void sy_edit_value_free (SyEditValue *value);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyEditValue, sy_edit_value_free)

/* What becomes of the edges when a task is removed */
typedef enum
{
  SY_EDIT_EDGES_REFUSE, /* an error if another task needs it */
  SY_EDIT_EDGES_DROP,   /* the others no longer need it */
  SY_EDIT_EDGES_BRIDGE, /* the others need what it needed */
} SyEditEdges;

/**
 * SyEdit:
 *
 * A list of operations, recorded now and applied together to the bytes of a
 * file; it does not know the file, so it can be applied again to newer bytes.
 * Every operation is a set of replaced byte ranges. After each one the result
 * is parsed again and compared, node by node, with the tree it should give: if
 * it differs, the tasks that change are written anew, each as a whole with its
 * comments; if that differs too, or something else than tasks would have to be,
 * nothing is written and the error says so. Comments, order, quoting,
 * indentation, line ends and BOM of all that is not edited stay as they are,
 * byte for byte.
 *
 * Paths are NULL-terminated keys from the root; an item of a list is its
 * decimal number.
 */
typedef struct _SyEdit SyEdit;

SyEdit *sy_edit_new (void);
void sy_edit_free (SyEdit *edit);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyEdit, sy_edit_free)

/* Behind its own operations those of @other, which has none then */
void sy_edit_take_over (SyEdit *edit, SyEdit *other);

/* Replaces the value, or inserts the key (and the maps that lead to it) where there is none. Takes @value. */
void sy_edit_set (SyEdit *edit, const char *const *path, SyEditValue *value);
/* Removes a key with its value, or an item */
void sy_edit_remove (SyEdit *edit, const char *const *path);
/* Another name for a key (a pool, a variable); nothing that refers to it follows */
void sy_edit_rename (SyEdit *edit, const char *const *path, const char *key);
/* Adds an item: a list is created where there is none, a scalar becomes a list of two (`a` -> `[a, b]`).
 * Takes @item. */
void sy_edit_append (SyEdit *edit, const char *const *path, SyEditValue *item);

/* @after: (nullable): the task in front of it; NULL: at the end. Takes @fields, a map. */
void sy_edit_add_task (SyEdit *edit, const char *id, SyEditValue *fields, const char *after);
/* A copy of a task of @document under its own name, at the end: as it is written there, with its comments; where that
 * cannot be, its values. Only its key is kept of @document. */
void sy_edit_add_task_copy (SyEdit *edit, SyDocument *document, const SyNode *key);
/* Comment lines directly above it go with it. An expression that still names it is an error. */
void sy_edit_remove_task (SyEdit *edit, const char *id, SyEditEdges edges);
/* Several at once, which may need each other; one after the other costs a check each. @ids: NULL-terminated */
void sy_edit_remove_tasks (SyEdit *edit, const char *const *ids, SyEditEdges edges);
/* All references follow: needs, `tasks.ID` in expressions, cases of a switch */
void sy_edit_rename_task (SyEdit *edit, const char *id, const char *new_id);
/* All uses follow: `params.NAME` in expressions, and the variable in shell texts that the parameter reaches. An error where the new
 * name means something else there already. */
void sy_edit_rename_param (SyEdit *edit, const char *name, const char *new_name);
/* In front of @before, or to the end (NULL); its comments go with it. */
void sy_edit_move_task (SyEdit *edit, const char *id, const char *before);
/* Nothing happens where it is so already. The last need takes the key `needs` with it. */
void sy_edit_add_need (SyEdit *edit, const char *id, const char *need);
void sy_edit_remove_need (SyEdit *edit, const char *id, const char *need);

/**
 * sy_edit_apply:
 * @name: for messages
 *
 * Applies all operations to @bytes, or none.
 *
 * Returns: (transfer full): the new bytes; NULL with %SY_ERROR_INVALID (the
 *   file is no YAML of ours), %SY_ERROR_NOT_FOUND (path or task),
 *   %SY_ERROR_REFUSED (cannot be done, or not without touching more)
 */
GBytes *sy_edit_apply (const SyEdit *edit, GBytes *bytes, const char *name, GError **error);

/* The same for a text that is parsed already (sy_edit_parse()), without its being parsed again. (transfer full) (nullable) */
SyDocument *sy_edit_apply_to (const SyEdit *edit, SyDocument *document, GError **error);
/* (transfer full): NULL with %SY_ERROR_INVALID where it is no YAML of ours */
SyDocument *sy_edit_parse (GBytes *bytes, const char *name, GError **error);
/* Applies to @disk what was made for @base; a conflict is %SY_ERROR_REFUSED, as below. (transfer full) (nullable) */
SyDocument *sy_edit_reapply (const SyEdit *edit, SyDocument *base, SyDocument *disk, GError **error);

/**
 * sy_edit_save:
 * @base: what the caller has shown and edited, usually the bytes last read
 *
 * Applies to the file as it is on disk now. Where it is no longer @base, the
 * operations are applied to the newer text; only where a node they touch
 * differs between the two is that a conflict (%SY_ERROR_REFUSED, the message
 * names it). Writes a temporary file beside it, syncs, renames; mode and, where
 * allowed, owner stay. A symbolic link stays one.
 *
 * Returns: (transfer full): what is on disk now
 */
GBytes *sy_edit_save (const SyEdit *edit, const char *path, GBytes *base, GError **error);

/* The writing alone, for a file of any contents; a new file gets the mode 0666 less the umask. */
gboolean sy_edit_write_file (const char *path, GBytes *bytes, GError **error);

G_END_DECLS
