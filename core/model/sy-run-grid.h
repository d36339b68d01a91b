/* sy-run-grid.h: tasks × the last runs of a workflow: states, durations, what is remarkable
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-usual.h"

G_BEGIN_DECLS

/* What became of a task in a run. 16 bytes: there are tasks × runs of them. */
typedef struct
{
  guint64 duration_us : 48; /* of the newest attempt that ended; 0 = none */
  guint64 attempts : 16;
  guint32 command;          /* of the newest attempt: equal = the same command */
  guint8 state;             /* SyState; SY_N_STATES = the run does not have the task */
  guint8 name;              /* SyName */
  guint8 retried;           /* an attempt before the newest one failed */
  guint8 unused;
} SyGridCell;

/* A column. Made by whoever reads logs, then owned by the grid. */
typedef struct
{
  char *uuid;
  char *error;          /* (nullable) why it cannot be read: there are no cells then */
  char *note;           /* (nullable) */
  guint32 number;
  SyRunStatus status;
  gboolean live;        /* has a runner */
  gboolean pinned;
  gint64 created_us, ended_us; /* wall; 0 = has not ended */
  gint64 bytes;         /* on the disk; -1 = not known yet */
  guint32 counts[SY_N_STATES];
  SyGridCell *cells;    /* (nullable) by row; NULL in sy_run_grid_put_run(): as they were */
  guint32 n_cells;
  guint32 *order;       /* (nullable) rows in the order of the run's file */
  guint32 n_order;
} SyGridRun;
SyGridRun *sy_grid_run_new (const char *uuid);
void sy_grid_run_free (SyGridRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyGridRun, sy_grid_run_free)
/* Unfinished, and nobody runs it */
gboolean sy_grid_run_is_interrupted (const SyGridRun *run);
/* Until now where it goes on; 0 = unknown */
gint64 sy_grid_run_duration (const SyGridRun *run, gint64 now_wall_us);

typedef enum { SY_GRID_BY_FILE, SY_GRID_BY_FAILURES, SY_GRID_BY_DURATION, SY_N_GRID_ORDERS } SyGridOrder;

/* What its runs say of a task */
typedef struct
{
  SyUsual usual;        /* of the newest succeeded attempts */
  guint failures;       /* runs in which it failed or was lost */
  gboolean flaky;
  gboolean gone;        /* the newest run does not have it any more */
} SyGridRow;

/* One thread at a time; all but the first reading of a row is O(1). */
typedef struct _SyRunGrid SyRunGrid;

SyRunGrid *sy_run_grid_new (void);
void sy_run_grid_free (SyRunGrid *grid);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyRunGrid, sy_run_grid_free)

/* The next row, 0…; rows stay what they are. */
void sy_run_grid_add_row (SyRunGrid *grid, const char *id);
guint32 sy_run_grid_get_n_rows (SyRunGrid *grid);
const char *sy_run_grid_get_id (SyRunGrid *grid, guint32 row);
/* G_MAXUINT32: none */
guint32 sy_run_grid_find_row (SyRunGrid *grid, const char *id);
const SyGridRow *sy_run_grid_get_row (SyRunGrid *grid, guint32 row);

/* A new run, or one that is there already with what is new of it. @run: (transfer full) */
void sy_run_grid_put_run (SyRunGrid *grid, SyGridRun *run);
/* Lets go of all that are not among @uuids. TRUE if there were such. */
gboolean sy_run_grid_keep_runs (SyRunGrid *grid, const char *const *uuids);
guint sy_run_grid_get_n_runs (SyRunGrid *grid);
/* 0 = the oldest */
const SyGridRun *sy_run_grid_get_run (SyRunGrid *grid, guint column);
/* G_MAXUINT: none */
guint sy_run_grid_find_run (SyRunGrid *grid, const char *uuid);
SyGridCell sy_run_grid_get_cell (SyRunGrid *grid, guint32 row, guint column);
/* How many times what it took before that run, if that is remarkable, else 0; see sy_usual_slower() */
double sy_run_grid_get_slower (SyRunGrid *grid, guint32 row, guint column);
/* The longest run, in µs */
gint64 sy_run_grid_get_longest (SyRunGrid *grid, gint64 now_wall_us);

/* --- which rows are shown, and in which order --- */
void sy_run_grid_set_order (SyRunGrid *grid, SyGridOrder order);
SyGridOrder sy_run_grid_get_order (SyRunGrid *grid);
/* @text: (nullable): rows whose id has it, whatever the case; @states: bits of SyState that the newest run may have, 0 = all */
void sy_run_grid_set_filter (SyRunGrid *grid, const char *text, guint states);
guint32 sy_run_grid_get_n_shown (SyRunGrid *grid);
guint32 sy_run_grid_shown_row (SyRunGrid *grid, guint32 position);
/* G_MAXUINT32: not shown */
guint32 sy_run_grid_position_of (SyRunGrid *grid, guint32 row);

/* "failed: exit code", "succeeded, cached", "not in this run" */
void sy_grid_cell_words (GString *out, const SyGridCell *cell);
/* "48 s", "3.2 min", "1.4 h": one figure, where there is no room for two */
void sy_grid_short_duration (GString *out, gint64 us);

G_END_DECLS
