/* play.h: a scheduler played by a script: a table's line is a workflow, inputs and the states expected between them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-scheduler.h"

G_BEGIN_DECLS

/*
 * Owns a scheduler, its state, and a second state folded from the events alone, which must equal the first after every input.
 * Orders are claimed in their order by as many keepers as there are slots.
 *
 * Words of a script, parted by blanks:
 *   a+ a- a=N a!N        the attempt of a exits with 0, 1, N, by signal N (TERM if it was told to stop, unless `a+`: it had ended before)
 *   a~ a~0               its keeper dies; its intent is voided (own failure)
 *   a{JSON}              exits with 0 and these outputs; a#  exits with 0 and a wrong output
 *   skip:a stop:a kill:a retry:a giveup:a good:a bad:a (mark)
 *   rerun:failed rerun:task:a rerun:from:a rerun:branch:a/b again:task:a (then_again) stopfirst:task:a
 *   pause resume pause:a/b resume:a/b drain cancel cancel! slots:N tick:SECONDS full ok deaf:a heard:a
 *   hold unhold          keepers claim nothing (as the first word: from the start), and again
 *   mute busy            fences, handlers are not answered from now on (busy as the first word: from the start); `idle`: handlers again
 *   crash                a new scheduler on the folded state: running attempts live on, intents are void
 *   !WORD                the word must be refused
 *   [a=STATE …]          expectations: a=STATE, a=STATE(name), run=STATUS, handlers=LIST, order=IDS started so far, held=POOL of
 *                        `a` as a@POOL, badge a*stale, events=KIND:N
 */
typedef struct _Play Play;

Play *play_new (const char *flow, const SySchedulerOptions *options);
void play_free (Play *play);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Play, play_free)

void play_script (Play *play, const char *script);
SyScheduler *play_scheduler (Play *play);
SyRunState *play_state (Play *play);
const SyWorkflow *play_workflow (Play *play);
/* Options with @slots and nothing else. */
SySchedulerOptions play_options (guint slots);
/* All of it at once. */
void play_check (const char *flow, guint slots, const char *script);

G_END_DECLS
