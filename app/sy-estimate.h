/* sy-estimate.h: how much longer a run will take
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-run-state.h"

G_BEGIN_DECLS

/**
 * sy_estimate_left:
 * @expected_us: (nullable): past durations by task index, 0 = unknown; a task
 *   without one counts as the mean of those that have ended in this run
 *
 * Work left over the slots, at least the longest single task left. O(tasks). µs, −1 = unknown.
 */
gint64 sy_estimate_left (const SyRunState *state, const gint64 *expected_us, gint64 now_wall_us);

/* Tasks that are done with, whatever came of them. */
guint sy_estimate_n_done (const SyRunState *state);

G_END_DECLS
