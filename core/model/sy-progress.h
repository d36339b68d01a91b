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
  guint n_failed;       /* failed or lost */
  guint n_blocked;      /* by a failure before them */
  double fraction;      /* 0–1: finished work over expected work; what is blocked or was cancelled is not finished */
  gint64 left_us;       /* estimate; 0 = all done, -1 = unknown */
} SyProgress;

/* What several measurements of one moment share */
typedef struct
{
  const SyRunState *state;
  const gint64 *expected_us; /* (nullable): past durations by task index, 0 = unknown */
  gint64 now_wall_us;
  double (*said) (gpointer data, guint32 index); /* (nullable): how far a running task says it is, 0–1; < 0 = it does not */
  gpointer said_data;
  gint64 mean_us;            /* by sy_progress_basis_init(): of what is known of durations; 0 = nothing is */
} SyProgressBasis;

/* For people: only what is whole is 100. */
guint sy_progress_percent (const SyProgress *progress);

/* Fills in `mean_us`; all else is the caller's. O(tasks of the run). */
void sy_progress_basis_init (SyProgressBasis *basis);

/* Everything but `left_us`, which is 0. @tasks: (nullable): as below. O(tasks that count), so that each fork can show it. */
void sy_progress_count (const SyProgressBasis *basis, const GArray *tasks, SyProgress *out);

/**
 * sy_progress_measure:
 * @basis: after sy_progress_basis_init()
 * @tasks: (nullable): indices of the tasks that count, as from sy_graph_branch_tasks(); %NULL: all
 *
 * Work is measured in past durations. A task without one counts as the mean of
 * those that are known, in the past or by having succeeded in this run; if none
 * is, all tasks count the same and the time left is unknown. Join points are no
 * work. A running task counts as far as it says that it is, else with the time
 * it has had, up to what is expected; one without a past that says how far it
 * is tells by that how long it takes.
 *
 * The time left is the larger of what no number of slots can shorten (the
 * longest path of unfinished work) and the unfinished work shared out over the
 * slots of the run. O(tasks + edges).
 */
void sy_progress_measure (const SyProgressBasis *basis, const GArray *tasks, SyProgress *out);

G_END_DECLS
