/* sy-output-view.h: lines of output, drawn as many as fit
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-output-text.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SY_TYPE_OUTPUT_VIEW (sy_output_view_get_type ())
G_DECLARE_FINAL_TYPE (SyOutputView, sy_output_view, SY, OUTPUT_VIEW, GtkWidget)

/* @text: borrowed; must outlive the view. Signal: scrolled () by the user's hand */
GtkWidget *sy_output_view_new (const SyOutputText *text);
/* The text has grown or is another. */
void sy_output_view_text_changed (SyOutputView *view);
GtkAdjustment *sy_output_view_get_adjustment (SyOutputView *view); /* counts lines */
void sy_output_view_set_wrap (SyOutputView *view, gboolean wrap);
void sy_output_view_scroll_to_end (SyOutputView *view);
/* Marks the line and brings it into view; G_MAXUINT = no mark */
void sy_output_view_mark (SyOutputView *view, guint line);
guint sy_output_view_get_marked (SyOutputView *view);

G_END_DECLS
