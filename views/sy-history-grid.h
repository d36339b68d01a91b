/* sy-history-grid.h: tasks × runs: a grid that is scrolled, walked and chosen from
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-run-grid.h"
#include "views/scene/sy-grid-view.h"
#include "views/sy-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SY_TYPE_HISTORY_GRID (sy_history_grid_get_type ())
G_DECLARE_FINAL_TYPE (SyHistoryGrid, sy_history_grid, SY, HISTORY_GRID, GtkWidget)

/*
 * Cost of a frame: what is in sight, not tasks × runs. Signals:
 *   moved ()                       the part in sight, or its size
 *   described (string text)        what is under the pointer or the cursor
 *   chosen ()                      the runs chosen to be compared, or the run at the cursor
 *   open-run (string uuid, string task)   @task: (nullable)
 *   compare ()                     the two that are chosen
 *   menu (double x, double y)      of the run at the cursor
 */
SyHistoryGrid *sy_history_grid_new (SySession *session);

/* (transfer none); after it was changed: sy_history_grid_update() */
SyRunGrid *sy_history_grid_get_grid (SyHistoryGrid *self);
/* Another workflow: an empty grid */
void sy_history_grid_reset (SyHistoryGrid *self);
void sy_history_grid_update (SyHistoryGrid *self);
const SyGridView *sy_history_grid_get_view (SyHistoryGrid *self);
void sy_history_grid_scroll_to (SyHistoryGrid *self, double x, double y);
/* The run that the window shows; @uuid: (nullable) */
void sy_history_grid_set_shown (SyHistoryGrid *self, const char *uuid);

/* (nullable): the run at the cursor */
const SyGridRun *sy_history_grid_get_cursor_run (SyHistoryGrid *self);
/* (nullable) (transfer none): the task at the cursor */
const char *sy_history_grid_get_cursor_task (SyHistoryGrid *self);
/* TRUE if two are chosen: the older one is @a. */
gboolean sy_history_grid_get_chosen (SyHistoryGrid *self, const SyGridRun **a, const SyGridRun **b);
void sy_history_grid_set_cursor (SyHistoryGrid *self, guint32 position, guint column);

G_END_DECLS
