/* sy-run-state-private.h: what the files of the fold share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-run-state.h"

G_BEGIN_DECLS


/* Notes that the task with that number changed, if changes are tracked. */
void sy_run_state_touch (SyRunState *state, guint32 number);

/* Counts and settledness of the whole run from nothing: O(tasks + edges). */
void sy_settled_recount (SyRunState *state);
/* The task with that number moved from @old_state: counts, its settledness and that of its descendants. */
void sy_settled_update (SyRunState *state, guint32 number, SyState old_state);

G_END_DECLS
