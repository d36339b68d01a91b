/* sy-progress.h: how far a run or a branch is, and how much longer it takes
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-run-state.h"

G_BEGIN_DECLS

typedef struct
{
  guint n_tasks;
  guint n_done;         /* terminal, whatever came of them */
  guint n_running;
  double fraction;      /* 0–1: finished work over expected work */
  gint64 left_us;       /* estimate; 0 = all done, -1 = unknown */
} SyProgress;

/**
 * sy_progress_measure:
 * @tasks: (nullable): indices of the tasks that count, as from sy_graph_branch_tasks(); %NULL: all
 * @expected_us: (nullable): past durations by task index, 0 = unknown
 * @now_wall_us: wall clock
 *
 * Work is measured in past durations. A task without one counts as the mean of
 * those that are known, in the past or by having succeeded in this run; if none
 * is, all tasks count the same and the time left is unknown. Join points are no
 * work. A running task counts with the time it has had, up to what is expected.
 *
 * The time left is the larger of what no number of slots can shorten (the
 * longest path of unfinished work) and the unfinished work shared out over the
 * slots of the run. O(tasks + edges).
 */
void sy_progress_measure (const SyRunState *state, const GArray *tasks, const gint64 *expected_us, gint64 now_wall_us,
                          SyProgress *out);

G_END_DECLS
