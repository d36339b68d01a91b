/* sy-interest.h: what in a run should be seen first
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-run-state.h"

G_BEGIN_DECLS

/**
 * sy_interest_find:
 * @says: (out): whether there is something to say about it: it runs, it failed, somebody has to do something
 *
 * The first of those with the most to say, causes before what they caused: what failed, is lost or waits for a person; what runs;
 * what will run next or was stopped; else the first task. O(tasks).
 *
 * Returns: index; %SY_NO_TASK of an empty workflow
 */
guint32 sy_interest_find (const SyRunState *state, gboolean *says);

G_END_DECLS
