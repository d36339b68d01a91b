/* sy-output-pane.h: the output of the task in focus
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-session.h"
#include "views/sy-text-pane.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SY_TYPE_OUTPUT_PANE (sy_output_pane_get_type ())
G_DECLARE_FINAL_TYPE (SyOutputPane, sy_output_pane, SY, OUTPUT_PANE, GtkWidget)

GtkWidget *sy_output_pane_new (SySession *session);
/* Reads nothing while it is not active (hidden). */
void sy_output_pane_set_active (SyOutputPane *pane, gboolean active);
/* Shows this task, at the first line that reads like an error. */
void sy_output_pane_go_to_error (SyOutputPane *pane, guint32 task);
/* Shows an older attempt, until another task is selected. */
void sy_output_pane_show_attempt (SyOutputPane *pane, guint32 task, guint32 attempt);
SyTextPane *sy_output_pane_get_text (SyOutputPane *pane);

G_END_DECLS
