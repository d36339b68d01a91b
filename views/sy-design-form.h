/* sy-design-form.h: the inspector of a document that is edited: the fields of the task with the focus, or of the workflow
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SY_TYPE_DESIGN_FORM (sy_design_form_get_type ())
G_DECLARE_FINAL_TYPE (SyDesignForm, sy_design_form, SY, DESIGN_FORM, GtkWidget)

/* Made from the field table; each field that is filled in is one step of history. Asks for win.go-to-line (u). */
GtkWidget *sy_design_form_new (SySession *session);
/* What is typed in a field counts now; before saving. */
void sy_design_form_flush (SyDesignForm *form);

G_END_DECLS
