/* sy-change.h: what a user does to a workflow file in one step, before anyone knows the bytes
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-places.h"

G_BEGIN_DECLS

/* A value to be written. Text is quoted where it must be; a word (a number, true, 10m, a keyword) is written plain. */
typedef enum
{
  SY_CHANGE_TEXT,
  SY_CHANGE_WORD,
  SY_CHANGE_LIST,
  SY_CHANGE_MAP
} SyChangeKind;

typedef struct _SyChangeValue SyChangeValue;
struct _SyChangeValue
{
  SyChangeKind kind;
  char *text;       /* (owned) (nullable) TEXT, WORD */
  GPtrArray *items; /* (owned) (nullable) of SyChangeValue; a map's alternate key, value */
};

SyChangeValue *sy_change_value_new_text (const char *text);
SyChangeValue *sy_change_value_new_word (const char *word);
SyChangeValue *sy_change_value_new_list (void);
SyChangeValue *sy_change_value_new_map (void);
void sy_change_value_append (SyChangeValue *list, SyChangeValue *item);                 /* takes @item */
void sy_change_value_set (SyChangeValue *map, const char *key, SyChangeValue *value);   /* takes @value */
const SyChangeValue *sy_change_value_get (const SyChangeValue *map, const char *key);   /* (nullable) */
SyChangeValue *sy_change_value_copy (const SyChangeValue *value);                       /* (transfer full) */
void sy_change_value_free (SyChangeValue *value);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyChangeValue, sy_change_value_free)

/* What becomes of the edges to tasks that are removed */
typedef enum
{
  SY_CHANGE_EDGES_REFUSE, /* an error if another task needs one of them */
  SY_CHANGE_EDGES_DROP,   /* the others no longer need them */
  SY_CHANGE_EDGES_BRIDGE, /* the others need what they needed: the chain is kept */
} SyChangeEdges;

typedef enum
{
  SY_STEP_ADD_TASK,
  SY_STEP_REMOVE_TASK,
  SY_STEP_RENAME_TASK,
  SY_STEP_RENAME_PARAM,
  SY_STEP_MOVE_TASK,
  SY_STEP_ADD_NEED,
  SY_STEP_REMOVE_NEED,
  SY_STEP_SET,
  SY_STEP_REMOVE,
  SY_STEP_RENAME,
  SY_STEP_APPEND,
  SY_STEP_PASTE,
  SY_STEP_REPLACE_BYTES,
  SY_STEP_PLACE,
} SyStepKind;

typedef struct
{
  SyStepKind kind;
  char *task, *other;   /* (nullable); RENAME_PARAM: task = the parameter's name */
  GStrv path;           /* (nullable) keys from the root; an item of a list is its decimal number */
  SyChangeValue *value; /* (nullable) */
  SyChangeEdges edges;
  gsize start, end;     /* REPLACE_BYTES */
  gboolean pinned;      /* PLACE */
  SyPlace place;        /* PLACE, where it is pinned */
} SyChangeStep;

/**
 * SyChange:
 *
 * The steps of one user action, applied together or not at all, and undone
 * together. It does not know the file, so that it can be applied again to newer
 * bytes (all but replaced bytes). Not thread-safe; handed over whole.
 */
typedef struct
{
  char *name;       /* as the Undo button says it: "Connect fetch → merge" */
  gboolean merges;  /* typing, arrow keys: one step of history with what was done just before under the same name */
  GPtrArray *steps; /* of SyChangeStep */
} SyChange;

SyChange *sy_change_new (const char *name);
void sy_change_free (SyChange *change);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyChange, sy_change_free)

/* @fields: (nullable): a map, taken. @after: (nullable): the task in front of it in the file; NULL: at the end */
void sy_change_add_task (SyChange *change, const char *task, SyChangeValue *fields, const char *after);
void sy_change_remove_task (SyChange *change, const char *task, SyChangeEdges edges);
/* All references follow: needs, expressions, cases */
void sy_change_rename_task (SyChange *change, const char *task, const char *name);
/* All uses follow: expressions, and the variable in shell texts. Refused where the new name means something else there already. */
void sy_change_rename_param (SyChange *change, const char *param, const char *name);
/* In front of @before in the file, or to the end (NULL) */
void sy_change_move_task (SyChange *change, const char *task, const char *before);
/* Refused where it would close a cycle */
void sy_change_connect (SyChange *change, const char *from, const char *to);
void sy_change_disconnect (SyChange *change, const char *from, const char *to);
/* The key is inserted, with the maps that lead to it, where there is none. Takes @value. */
void sy_change_set (SyChange *change, const char *const *path, SyChangeValue *value);
void sy_change_remove (SyChange *change, const char *const *path);
/* Another name for a key; nothing that refers to it follows */
void sy_change_rename (SyChange *change, const char *const *path, const char *key);
void sy_change_append (SyChange *change, const char *const *path, SyChangeValue *item); /* takes @item */
/* The same for a field of a task: `sy_change_set_field (c, "fetch", "timeout", …)`. @value: (nullable): removes it */
void sy_change_set_field (SyChange *change, const char *task, const char *field, SyChangeValue *value);
/* @yaml: as copied: a map of tasks. Names that exist get a number, and the copies' references to each other follow. */
void sy_change_paste (SyChange *change, const char *yaml);
/* Bytes of the text as the changes before left it. May leave something that is no workflow, even no YAML. */
void sy_change_replace_bytes (SyChange *change, gsize start, gsize end, const char *text);
/* Where the task stands in the picture: beside the text, never in it. A task that is not there may have a place. */
void sy_change_pin (SyChange *change, const char *task, SyPlace place);
void sy_change_unpin (SyChange *change, const char *task);

G_END_DECLS
