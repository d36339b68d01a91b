/* sy-form-source.h: a text in a form: a GtkSourceView as high as its lines
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtksourceview/gtksource.h>

G_BEGIN_DECLS

/* @shell: several lines with highlighting, else one mostly. *view (out) (transfer none): inside the frame that is returned */
GtkWidget *sy_form_source_new (gboolean shell, GtkWidget **view);
/* Shown while the text is empty */
void sy_form_source_set_placeholder (GtkWidget *view, const char *text);

G_END_DECLS
