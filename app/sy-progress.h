/* sy-progress.h: a run as it goes on, on a terminal or as plain lines
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-run-state.h"

#include <stdio.h>

G_BEGIN_DECLS

/*
 * On a terminal: one line per running task and one for the total are drawn
 * again in place, at most ten times a second; what is worth keeping scrolls
 * above. No terminal mode is changed, so nothing is left behind by a kill.
 * Elsewhere: one plain line per thing that happened.
 */
typedef struct _SyProgress SyProgress;

typedef enum { SY_PROGRESS_QUIET, SY_PROGRESS_PLAIN, SY_PROGRESS_LIVE } SyProgressMode;

/* LIVE where @stream is a terminal that can move its cursor, else PLAIN */
SyProgressMode sy_progress_mode_for (FILE *stream);
/* NO_COLOR unset or empty, and a terminal */
gboolean sy_color_wanted (FILE *stream);

SyProgress *sy_progress_new (FILE *stream, SyProgressMode mode);
/* Erases the live lines. */
void sy_progress_free (SyProgress *progress);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyProgress, sy_progress_free)

/* Past durations by task index for the estimates; borrowed. */
void sy_progress_set_expected (SyProgress *progress, const gint64 *expected_us);

/* One event, already applied to @state. */
void sy_progress_event (SyProgress *progress, const SyRunState *state, const SyEvent *event);
/* Draws the live lines if a tenth of a second has passed since the last time; @force: now. */
void sy_progress_draw (SyProgress *progress, const SyRunState *state, gint64 now_wall_us, gboolean force);
/* A line of the program itself, above the live ones. */
void sy_progress_say (SyProgress *progress, const char *text);

/* What @event is said as, without a line end; FALSE where it is not worth a line. @worth: 1 = detail, 2 = always shown. */
gboolean sy_event_text (GString *out, const SyRunState *state, const SyEvent *event, int *worth);

G_END_DECLS
