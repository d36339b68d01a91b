/* sy-form-row.h: one key of the workflow file in a form: title, what stands there, what is wrong with it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-completion.h"
#include "views/sy-form.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SY_TYPE_FORM_ROW (sy_form_row_get_type ())
G_DECLARE_FINAL_TYPE (SyFormRow, sy_form_row, SY, FORM_ROW, GtkWidget)

/*
 * What is typed counts when Enter is pressed or the focus goes elsewhere; Escape takes it back; a lone Ctrl+Enter in a text.
 * Signals:
 *   commit (string)    (nullable): the key is to be removed
 *   open-file ()       it is to be edited as text
 */
GtkWidget *sy_form_row_new (const SyFormItem *item); /* @item must outlive the row */
const SyFormItem *sy_form_row_get_item (SyFormRow *row);
/* Of the document; what somebody is typing just now stays. @text: (nullable): not set */
void sy_form_row_set_text (SyFormRow *row, const char *text, gboolean editable);
void sy_form_row_set_check (SyFormRow *row, SyFormCheck check, gpointer data);
void sy_form_row_set_completion (SyFormRow *row, SyCompletionFunc complete, gpointer data);
/* What is typed counts now. */
void sy_form_row_commit (SyFormRow *row);
/* What is typed goes. */
void sy_form_row_reset (SyFormRow *row);
gboolean sy_form_row_is_set (SyFormRow *row);

/* The same from the value, whatever the kind. TRUE: it is set. @value: (nullable): as for sy_form_get_text() */
gboolean sy_form_row_set_value (SyFormRow *row, const SyChangeValue *value);
/* (transfer none) (nullable): of a list or a map */
struct _SyFormList *sy_form_row_get_list (SyFormRow *row);

/* --- a cell of a list: the editor alone --- */
/* @placeholder: (nullable) */
GtkWidget *sy_form_row_new_cell (const SyFormItem *item, const char *placeholder);
void sy_form_row_set_label (SyFormRow *row, const char *label);
char *sy_form_row_dup_text (SyFormRow *row);            /* (transfer full): as it is typed */
const char *sy_form_row_get_shown (SyFormRow *row);     /* (nullable): as the document has it */
/* What is typed may stand there. */
gboolean sy_form_row_check (SyFormRow *row);

G_END_DECLS
