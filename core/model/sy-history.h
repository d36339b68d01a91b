/* sy-history.h: the fold of a run at any instant, fast enough to be dragged through
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-run-state.h"

G_BEGIN_DECLS

/*
 * Keeps the events, and folds of every so many of them: an instant costs a copy of a fold and at most SPACING events.
 * One thread at a time.
 */
typedef struct _SyHistory SyHistory;

/* @first: the workflow with which the run began */
SyHistory *sy_history_new (SyWorkflow *first);
void sy_history_free (SyHistory *history);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyHistory, sy_history_free)

/* The next event (copied); @workflow: (nullable): the one that it brings (DEFINITION_ADDED) */
void sy_history_add (SyHistory *history, const SyEvent *event, SyWorkflow *workflow);
/* Of the newest event; 0 = none */
gint64 sy_history_get_seq (const SyHistory *history);

/**
 * sy_history_state_at:
 *
 * What the events up to and with @wall_us add up to; an event behind one that is later counts as later, too. (transfer full)
 */
SyRunState *sy_history_state_at (SyHistory *history, gint64 wall_us, GError **error);

G_END_DECLS
