/* sy-sample-tree-private.h: the processes of one attempt, read again and again
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/engine/sy-sampler.h"

G_BEGIN_DECLS

/* Touched by one thread at a time. Keeps files of /proc open, as far as the process has descriptors to spare. */
typedef struct _SySampleTree SySampleTree;

SySampleTree *sy_sample_tree_new (const SySamplerTarget *target);
void sy_sample_tree_free (SySampleTree *tree);

/* Looks at all processes once; FALSE: none is left (@totals is untouched). */
gboolean sy_sample_tree_read (SySampleTree *tree, SySamplerTotals *totals);

/* How many descriptors all trees together may keep; the rest is opened anew at each look. */
void sy_sample_tree_set_fd_budget (gint fds);

G_END_DECLS
