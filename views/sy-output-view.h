/* sy-output-view.h: lines of a text, drawn as many as fit
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-text-model.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SY_TYPE_OUTPUT_VIEW (sy_output_view_get_type ())
G_DECLARE_FINAL_TYPE (SyOutputView, sy_output_view, SY, OUTPUT_VIEW, GtkWidget)

/*
 * Signals: scrolled () by the user's hand; menu (double x, double y): where a context menu is wanted. Each line in view has an
 * accessible of its own.
 */
GtkWidget *sy_output_view_new (void);
/* @model: (nullable) */
void sy_output_view_set_model (SyOutputView *view, SyTextModel *model);
GtkAdjustment *sy_output_view_get_adjustment (SyOutputView *view); /* counts lines */
void sy_output_view_set_wrap (SyOutputView *view, gboolean wrap);
void sy_output_view_set_times (SyOutputView *view, gboolean times);
void sy_output_view_scroll_to_end (SyOutputView *view);
gboolean sy_output_view_is_at_end (SyOutputView *view);
/* Marks the line and brings it into view; SY_NO_LINE = no mark */
void sy_output_view_mark (SyOutputView *view, guint64 line);
guint64 sy_output_view_get_marked (SyOutputView *view);
guint64 sy_output_view_get_top (SyOutputView *view);

/* What is selected, as lines and bytes of what is shown of them; FALSE = nothing */
typedef struct { guint64 line; guint byte; } SyOutputPlace;
gboolean sy_output_view_get_selection (SyOutputView *view, SyOutputPlace *from, SyOutputPlace *to);
void sy_output_view_select_all (SyOutputView *view);

G_END_DECLS
