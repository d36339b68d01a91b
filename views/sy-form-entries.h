/* sy-form-entries.h: lists and maps of the workflow file as rows: what stands there, and what becomes of a row that is changed
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-form.h"

G_BEGIN_DECLS

/* One row */
typedef struct
{
  char *key;            /* (nullable) of a map: the name */
  char *text;           /* the value in one line; of an object the key that it must have */
  gboolean editable;    /* it is a line */
  char *more;           /* (nullable) of an object: its other keys in words */
  guint options;        /* bits: which words of sy_form_entries_get_options() it has */
} SyFormEntry;

/**
 * sy_form_entries_read:
 * @item: of kind list or map
 * @value: (nullable): what stands at the path of the outer object, or of the item where there is none
 *
 * A lone scalar in the place of a list counts as one item.
 *
 * Returns: (transfer full) (nullable): of #SyFormEntry; %NULL: it is something else
 */
GPtrArray *sy_form_entries_read (const SyFormItem *item, const SyChangeValue *value);

/* The key with a list of words that rows may have besides: `tolerate` of a need. (nullable): they have none */
const SyField *sy_form_entries_get_options (const SyFormItem *item);

/* FALSE with the reason, which names what is wrong: the name of a row, which no other than @index may have; its value */
gboolean sy_form_entries_check_key (const SyFormItem *item, const SyChangeValue *value, guint index, const char *key, GError **error);

/* The changes, each one step of history, and of the text only what differs. (transfer full) (nullable): it is so already */

/* @key: (nullable): of a map; @index: number of a row; one more: a new one */
SyChange *sy_form_entries_set (const SyFormItem *item, const SyFormScope *scope, const SyChangeValue *value, guint index, const char *key, const char *text);
/* @option: number of a word of the options; a row that is a scalar becomes an object, and one without options a scalar again. */
SyChange *sy_form_entries_set_option (const SyFormItem *item, const SyFormScope *scope, const SyChangeValue *value, guint index, guint option, gboolean on);
/* The last one takes the field with it. */
SyChange *sy_form_entries_remove (const SyFormItem *item, const SyFormScope *scope, const SyChangeValue *value, guint index);
/* Of a list of lines: changes places with the row @by further down */
SyChange *sy_form_entries_move (const SyFormItem *item, const SyFormScope *scope, const SyChangeValue *value, guint index, int by);

/* "NAME=value", as somebody types it into the name of a new row: *key and *text (out) (transfer full); FALSE: it is no pair */
gboolean sy_form_entries_split (const char *typed, char **key, char **text);

G_END_DECLS
