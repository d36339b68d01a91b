/* sy-history-pane.h: the last runs of a workflow: grid, order, choice, disk use
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-history-grid.h"

G_BEGIN_DECLS

#define SY_TYPE_HISTORY_PANE (sy_history_pane_get_type ())
G_DECLARE_FINAL_TYPE (SyHistoryPane, sy_history_pane, SY, HISTORY_PANE, GtkWidget)

/*
 * Reads through the controller when it is first shown, and again when runs change while it is. Signals:
 *   open-run (string uuid, string task)        @task: (nullable)
 *   compare (string older, string newer)
 *   menu (string uuid, double x, double y)     of the run at the cursor
 */
GtkWidget *sy_history_pane_new (SySession *session);
/* Runs came, went or changed. */
void sy_history_pane_refresh (SyHistoryPane *self);
SyHistoryGrid *sy_history_pane_get_grid (SyHistoryPane *self); /* (transfer none) */

G_END_DECLS
