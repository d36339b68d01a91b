/* model-util.h: small workflows from one line, random ones, random events
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-attempt.h"
#include "core/model/sy-run-state.h"

G_BEGIN_DECLS

/* "a b:a c:a,b": tasks in file order with their needs; `?` before a need tolerates its failure. Not finished. */
SyWorkflow *model_workflow_open (const char *graph);
/* Finished. */
SyWorkflow *model_workflow (const char *graph);
/* @n tasks t0…, each pair an edge with @percent %; file order is shuffled against the order of the edges. */
SyWorkflow *model_random_workflow (GRand *random, guint n, guint percent);
/* Any bytes that an event can be made of, legal or not; text is UTF-8 with everything to be escaped. */
void model_random_event (GRand *random, SyEvent *event);
/* An event that has a fair chance to be legal for some task of @state as it is; attempt and nonce fit. */
void model_likely_event (GRand *random, const SyRunState *state, SyEvent *event);
/* Settledness, counts and the rest recomputed from their definition and compared. */
void model_assert_invariants (const SyRunState *state);
/*
 * "b.exited:exit@2": an event of task number 2, of its attempt 2, with that name (of a mark: that state). Intents have
 * nonce 5; the verdict of an exit follows from its name.
 */
void model_parse_event (const char *text, SyEvent *event);
/* Some of them, separated by blanks; all must be legal. */
void model_apply (SyRunState *state, const char *events);

G_END_DECLS
