/* sy-history-words.h: what the history says of a run, a task and what became of it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-run-grid.h"

G_BEGIN_DECLS

/* "Run 42: Failed, today 10:12, 3 min 12 s, 2 failed, pinned"; (transfer full) */
char *sy_history_words_run (const SyGridRun *run, gint64 now_wall_us);
/* "entities: failed in 2 of 5 runs, usually 5.1 s, flaky"; (transfer full) */
char *sy_history_words_row (SyRunGrid *grid, guint32 row);
/* "entities in run 42: failed, by its exit code · 5.4 s · 2.3 × usual · 2 attempts"; (transfer full) */
char *sy_history_words_cell (SyRunGrid *grid, guint32 row, guint column);
/* "today 10:12", "yesterday 10:12", "21 November, 10:12" */
void sy_history_words_when (GString *out, gint64 wall_us, gint64 now_wall_us);

G_END_DECLS
