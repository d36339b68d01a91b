/* sy-form-parts.h: objects within a form: a handler, the defaults of tasks, the parameters by their names
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-design.h"
#include "views/sy-form.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SY_TYPE_FORM_PARTS (sy_form_parts_get_type ())
G_DECLARE_FINAL_TYPE (SyFormParts, sy_form_parts, SY, FORM_PARTS, GtkWidget)

/* @item: of kind object (one form) or objects (one for each name, and an empty name for the next); @item and @scope must outlive it.
 * @headed: an object folds under its own title, else it is made by sy_form_parts_open(). */
GtkWidget *sy_form_parts_new (SyDesign *design, const SyFormItem *item, const SyFormScope *scope, gboolean headed);
const SyFormItem *sy_form_parts_get_item (SyFormParts *parts);
/* Makes the form of an object, if there is none yet. */
void sy_form_parts_open (SyFormParts *parts);
/* TRUE: it is set. @value: (nullable): as for sy_form_get_text() */
gboolean sy_form_parts_set_value (SyFormParts *parts, const SyChangeValue *value);
void sy_form_parts_flush (SyFormParts *parts);
/* Unfolds what leads to @keys, within it. (transfer none): what is to have the keyboard */
GtkWidget *sy_form_parts_reveal (SyFormParts *parts, const char *const *keys);

G_END_DECLS
