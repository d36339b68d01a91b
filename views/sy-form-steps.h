/* sy-form-steps.h: an entry of a number with its unit and two buttons
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-field.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @entry comes into it. Up and Down step it too; what is stepped counts shortly after the last step, as by Enter.
 * @title: of the row, for screen readers */
GtkWidget *sy_form_steps_new (const SyField *field, GtkEntry *entry, const char *title);

G_END_DECLS
