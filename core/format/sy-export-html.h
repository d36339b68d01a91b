/* sy-export-html.h: text as HTML shows it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @text in an element or an attribute, whatever it holds: no markup, no controls; marks that turn or hide text are said as <U+NNNN> */
void sy_html_append (GString *out, const char *text, gsize length);
void sy_html_append_string (GString *out, const char *text); /* @text: (nullable) */

G_END_DECLS
