/* sy-form-list.h: a list or a map of the workflow file in a form: a row for each item, and an empty one for the next
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-completion.h"
#include "views/sy-form-entries.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SY_TYPE_FORM_LIST (sy_form_list_get_type ())
G_DECLARE_FINAL_TYPE (SyFormList, sy_form_list, SY, FORM_LIST, GtkWidget)

/*
 * In the empty row NAME=value may be typed at once; Enter adds it. An emptied item goes; Alt+Up and Alt+Down move items of a list.
 * Signals:
 *   set (uint index, string key, string text)  as for sy_form_entries_set()
 *   remove (uint index)
 *   move (uint index, int by)
 *   option (uint index, uint option, bool on)  as for sy_form_entries_set_option()
 *   open-file ()                                what stands there is no list: it is to be edited as text
 */
GtkWidget *sy_form_list_new (const SyFormItem *item); /* @item must outlive the list */
const SyFormItem *sy_form_list_get_item (SyFormList *list);
/* Of the document; what somebody is typing just now stays. @value: (nullable): as for sy_form_entries_read() */
void sy_form_list_set_value (SyFormList *list, const SyChangeValue *value);
void sy_form_list_set_check (SyFormList *list, SyFormCheck check, gpointer data);
/* Each cell, a SyFormRow, is handed to @complete */
void sy_form_list_set_completion (SyFormList *list, SyCompletionFunc complete);
/* What is typed counts now. */
void sy_form_list_commit (SyFormList *list);
/* What is typed goes. */
void sy_form_list_reset (SyFormList *list);

G_END_DECLS
