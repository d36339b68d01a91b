/* sy-graph.h: questions about the DAG of a workflow; all iterative, O(tasks + edges) unless said
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-workflow.h"

G_BEGIN_DECLS

/* One byte a task (index): 1 = in the set. (transfer full), g_free() */
guint8 *sy_graph_ancestors (const SyWorkflow *workflow, guint32 task);
guint8 *sy_graph_descendants (const SyWorkflow *workflow, guint32 task);
gboolean sy_graph_is_ancestor (const SyWorkflow *workflow, guint32 ancestor, guint32 task);

/**
 * sy_graph_upward_rank:
 * @weight_us: (nullable): by index; 0 counts as @default_us
 *
 * HEFT's upward rank (Topcuoglu, Hariri, Wu, IEEE TPDS 13(3), 2002) without
 * communication: rank(t) = w(t) + max rank of its downstream. (transfer full)
 */
gint64 *sy_graph_upward_rank (const SyWorkflow *workflow, const gint64 *weight_us, gint64 default_us);

/* Longest path by weight, ties by file order: indices from root to leaf (GArray of guint32); *total_us (out) (optional). (transfer full) */
GArray *sy_graph_critical_path (const SyWorkflow *workflow, const gint64 *weight_us, gint64 *total_us);

/**
 * sy_graph_post_dominators:
 *
 * Immediate post-dominator of each task (SY_NO_TASK = the virtual exit), after
 * Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm" (2001): on a DAG one
 * pass is enough; meeting points are found in O(log tasks). (transfer full)
 */
guint32 *sy_graph_post_dominators (const SyWorkflow *workflow);

/* A fork has >= 2 dependants; its branch to a child = what the child reaches without passing the fork's immediate post-dominator. */
typedef struct { guint32 fork, child; } SyBranch;
GArray *sy_graph_branches (const SyWorkflow *workflow);                 /* SyBranch, by fork then child; (transfer full) */
GArray *sy_graph_branch_tasks (const SyWorkflow *workflow, const guint32 *ipdom, guint32 fork, guint32 child); /* guint32 indices, ascending */

G_END_DECLS
