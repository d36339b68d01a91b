/* sy-form.h: what a form of the workflow file's keys looks like, and what becomes of what is filled in
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-change.h"
#include "core/model/sy-field.h"

G_BEGIN_DECLS

typedef enum
{
  SY_FORM_ENTRY,        /* a line */
  SY_FORM_SWITCH,
  SY_FORM_WORDS,        /* one of several words */
  SY_FORM_ROWS,         /* rows, see sy-form-entries.h */
  SY_FORM_MAP,          /* rows of a name and a value */
  SY_FORM_OBJECTS,      /* a map of objects: a form for each */
  SY_FORM_OBJECT,       /* an object with a form of its own */
  SY_FORM_SHELL,        /* shell text */
  SY_FORM_EXPRESSION,   /* a line with completion */
  SY_FORM_TEXT,         /* a line that may hold ${{ }}, with completion */
  SY_FORM_LINK,         /* too deep for a form: to be edited as text */
} SyFormKind;

/* What a form is about: the map that its keys stand in */
typedef struct
{
  GStrv path;           /* keys from the root: {"tasks", "fetch"}; empty: the file */
  char *name;           /* as the history says it: "fetch" */
} SyFormScope;

/* @name: (nullable): the last key. (transfer full) */
SyFormScope *sy_form_scope_new (const char *const *path, const char *name);
void sy_form_scope_free (SyFormScope *scope);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyFormScope, sy_form_scope_free)
/* (nullable): id of the task that it is about */
const char *sy_form_scope_get_task (const SyFormScope *scope);

/* One row */
typedef struct
{
  SyFormKind kind;
  guint group;          /* of sy_form_group_title() */
  char *title;          /* "Longest Wait" */
  const SyField *field;
  const SyField *outer; /* (nullable) the object that it is a key of: retry of limit */
} SyFormItem;

#define SY_FORM_N_GROUPS 10
const char *sy_form_group_title (guint group); /* translated */
/* As a row calls the key; translated, static */
const char *sy_form_title (const SyField *field);
/* What @word of the field @key (nullable) says, translated; the word itself where it is a technical one. (transfer none) */
const char *sy_form_word (const char *key, const char *word);
/* What a row of @field is */
SyFormKind sy_form_kind_of (const SyField *field);

/* A row for each key of @table that can be set, by groups. @within: SY_FIELD_DEFAULTS: only fields with that flag; 0: all.
 * (transfer full): of #SyFormItem */
GPtrArray *sy_form_describe (const SyTable *table, guint within);

/* Keys from the root to the value of @item, or to the object that it is in. (transfer full) */
GStrv sy_form_get_path (const SyFormItem *item, const SyFormScope *scope, gboolean outer);
/* (nullable): of what stands at the outer path, the item's own */
const SyChangeValue *sy_form_get_own (const SyFormItem *item, const SyChangeValue *value);

/**
 * sy_form_get_text:
 * @value: (nullable): what stands at the path of the outer object, or of the item where there is none
 * @editable: (out): %FALSE: something that the row cannot show stands there
 *
 * Not of lists, maps and objects.
 *
 * Returns: (transfer full) (nullable): as the row shows it; %NULL: not set
 */
char *sy_form_get_text (const SyFormItem *item, const SyChangeValue *value, gboolean *editable);

/* FALSE with the reason: a line that may not stand there. @check: of one value (SyDesigner.check_value) */
typedef gboolean (*SyFormCheck) (const SyField *field, const char *text, gpointer data, GError **error);
gboolean sy_form_check (const SyFormItem *item, const char *text, SyFormCheck check, gpointer data, GError **error);

/* A text or a word, as @field is written */
SyChangeValue *sy_form_make_scalar (const SyField *field, const char *text);

/**
 * sy_form_change:
 * @value: (nullable): as for sy_form_get_text()
 * @text: (nullable): what was filled in; %NULL or empty: the key goes, and the default holds, whatever the row's kind
 *
 * Returns: (transfer full) (nullable): one step of history, "Set timeout of fetch"; %NULL: it is so already
 */
SyChange *sy_form_change (const SyFormItem *item, const SyFormScope *scope, const SyChangeValue *value, const char *text);

/* The step that sets (@set) or clears the item; nothing in it yet. (transfer full) */
SyChange *sy_form_change_new (const SyFormItem *item, const SyFormScope *scope, gboolean set);
/* Puts @now (taken) in the place of what there is. @old: (nullable): as for sy_form_get_text() */
void sy_form_put (SyChange *change, const SyFormItem *item, const SyFormScope *scope, const SyChangeValue *old, SyChangeValue *now);

G_END_DECLS
