/* sy-compare-window.h: two runs side by side
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-run-compare.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define SY_TYPE_COMPARE_WINDOW (sy_compare_window_get_type ())
G_DECLARE_FINAL_TYPE (SyCompareWindow, sy_compare_window, SY, COMPARE_WINDOW, AdwWindow)

/* Signals: open-run (string uuid, string task): a task was activated: in the newer run, or the one that has it */

/* @comparison: (transfer full) */
GtkWidget *sy_compare_window_new (SyRunComparison *comparison, const char *workflow_name);
/* A file alone; @diff: see sy_line_diff_text(); empty: nothing differs */
GtkWidget *sy_compare_window_new_for_file (const char *title, const char *subtitle, const char *diff);
/* What can be done about it: closes the window and emits answer (string @answer) */
void sy_compare_window_add_answer (SyCompareWindow *window, const char *label, const char *answer);

G_END_DECLS
