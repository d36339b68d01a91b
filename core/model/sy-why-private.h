/* sy-why-private.h: what a waiting task waits for
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-run-state.h"

G_BEGIN_DECLS

typedef struct
{
  guint32 first;  /* number of the need that explains most, 0 = none is open */
  guint open;     /* needs not yet as the join wants them */
  guint more, of; /* quorum: how many are missing of how many wanted; of 0 = no quorum */
} SyWait;

/*
 * Name of the state, and for a queued task what the run as a whole does to it:
 * HELD_PAUSE, HELD_DISK or HELD_STOPPING. A pause is one event, not one a task.
 */
SyName sy_why_name (const SyRunState *state, const SyTaskState *task);

/* @index: a pending task */
SyWait sy_why_wait (const SyRunState *state, guint32 index);

/* Pool of that name: tokens in use and in all, and (nullable) the numbers of the tasks that hold them. FALSE: no such pool. */
gboolean sy_why_pool (const SyRunState *state, const char *name, guint *used, guint *capacity, GArray *holders);

G_END_DECLS
