/* sy-history-grid-private.h: what the grid's files share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/scene/sy-paint-grid.h"
#include "views/sy-history-grid.h"

G_BEGIN_DECLS

struct _SyHistoryGrid
{
  GtkWidget parent;

  SySession *session;   /* (owned) */
  SyRunGrid *grid;      /* (owned) */
  SyGridView view;
  SyDiscs discs;        /* (owned) */
  char *shown;          /* (owned) (nullable) uuid */

  guint32 cursor_row;   /* position among the shown rows; G_MAXUINT32 = the heads of the columns */
  char *cursor_uuid;    /* (owned) (nullable) the column: runs come and go */
  char *chosen[2];      /* (owned) (nullable) uuids, in the order in which they were chosen */

  guint32 hover_row;
  guint hover_column;
  double drag_x, drag_y;
  gboolean dragging;
  char *described;      /* (owned) (nullable) */

  GPtrArray *proxies;   /* (owned) accessible children */
  guint proxy_source;
};

/* --- sy-history-grid.c --- */
guint sy_history_grid_get_cursor_column (SyHistoryGrid *self); /* G_MAXUINT = none */
void sy_history_grid_move_cursor (SyHistoryGrid *self, guint32 row, guint column);
void sy_history_grid_choose (SyHistoryGrid *self, guint column, gboolean add);
gboolean sy_history_grid_forget_chosen (SyHistoryGrid *self); /* TRUE if there were such */
void sy_history_grid_open (SyHistoryGrid *self);
void sy_history_grid_touched (SyHistoryGrid *self);
void sy_history_grid_describe (SyHistoryGrid *self, guint32 row, guint column);
/* What is at that place, in words; (transfer full) (nullable) */
char *sy_history_grid_words_at (SyHistoryGrid *self, guint32 position, guint column);

/* --- sy-history-input.c --- */
void sy_history_grid_add_controllers (SyHistoryGrid *self);

/* --- sy-history-a11y.c --- */
void sy_history_grid_schedule_proxies (SyHistoryGrid *self);
void sy_history_grid_update_proxies (SyHistoryGrid *self);
void sy_history_grid_allocate_proxies (SyHistoryGrid *self);
void sy_history_grid_clear_proxies (SyHistoryGrid *self);

G_END_DECLS
