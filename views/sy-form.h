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
  SY_FORM_LINES,        /* a list, an item a line */
  SY_FORM_PAIRS,        /* a map, NAME=value a line */
  SY_FORM_SHELL,        /* shell text */
  SY_FORM_EXPRESSION,   /* a line with completion */
  SY_FORM_TEXT,         /* a line that may hold ${{ }}, with completion */
  SY_FORM_LINK,         /* too deep for a form: to be edited as text */
} SyFormKind;

/* One row */
typedef struct
{
  SyFormKind kind;
  guint group;          /* of sy_form_group_title() */
  char *title;          /* "Longest Wait" */
  const SyField *field;
  const SyField *outer; /* (nullable) the object that it is a key of: retry of limit */
} SyFormItem;

#define SY_FORM_N_GROUPS 7
const char *sy_form_group_title (guint group); /* translated */

/* A row for each key of @table (a task's or the file's) that can be set, by groups. (transfer full): of #SyFormItem */
GPtrArray *sy_form_describe (const SyTable *table);

/* Keys from the root to the value of @item, or to the object that it is in. @task: (nullable): of the file. (transfer full) */
GStrv sy_form_get_path (const SyFormItem *item, const char *task, gboolean outer);

/**
 * sy_form_get_text:
 * @value: (nullable): what stands at the path of the outer object, or of the item where there is none
 * @editable: (out): %FALSE: something that the row cannot show stands there
 *
 * Returns: (transfer full) (nullable): as the row shows it; %NULL: not set
 */
char *sy_form_get_text (const SyFormItem *item, const SyChangeValue *value, gboolean *editable);

/* FALSE with the reason: a line or an item that may not stand there. @check: of one value (SyDesigner.check_value) */
typedef gboolean (*SyFormCheck) (const SyField *field, const char *text, gpointer data, GError **error);
gboolean sy_form_check (const SyFormItem *item, const char *text, SyFormCheck check, gpointer data, GError **error);

/**
 * sy_form_change:
 * @task: (nullable): id; %NULL: the file
 * @value: (nullable): as for sy_form_get_text()
 * @text: (nullable): what was filled in; %NULL or empty: the key goes, and the default holds
 *
 * Returns: (transfer full) (nullable): one step of history, "Set timeout of fetch"; %NULL: it is so already
 */
SyChange *sy_form_change (const SyFormItem *item, const char *task, const SyChangeValue *value, const char *text);

G_END_DECLS
