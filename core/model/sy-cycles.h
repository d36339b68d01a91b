/* sy-cycles.h: tasks that wait for each other
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-workflow.h"

G_BEGIN_DECLS

/* A cycle of tasks whose needs left open are in @open (some are): indices, each needing the next, lowest first. (transfer full) */
GArray *sy_cycle_find (const SyWorkflow *workflow, const guint32 *open);

/**
 * sy_workflow_find_cycles:
 * @most: how many are looked for
 *
 * Once sy_workflow_finish() has met a cycle: that one and all others, each without a task of those before.
 *
 * Returns: (transfer full) (element-type GArray): indices of tasks, as sy_workflow_finish() gives them
 */
GPtrArray *sy_workflow_find_cycles (const SyWorkflow *workflow, guint most);

G_END_DECLS
