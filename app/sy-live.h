/* sy-live.h: a run as it goes on, on a terminal or as plain lines
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-run-state.h"
#include "core/store/sy-run-dir.h"

#include <stdio.h>

G_BEGIN_DECLS

/*
 * On a terminal: one line per running task and one for the total are drawn
 * again in place, at most ten times a second; what is worth keeping scrolls
 * above. No terminal mode is changed, so nothing is left behind by a kill. In
 * the background (`&`, Ctrl+Z) the terminal is another's: nothing is drawn, and
 * back in the foreground it begins below what the shell has written.
 * Elsewhere: one plain line per thing that happened.
 */
typedef struct _SyLive SyLive;

typedef enum { SY_LIVE_QUIET, SY_LIVE_PLAIN, SY_LIVE_LIVE } SyLiveMode;

/* LIVE where @stream is a terminal that can move its cursor, else PLAIN */
SyLiveMode sy_live_mode_for (FILE *stream);
/* NO_COLOR unset or empty, and a terminal */
gboolean sy_color_wanted (FILE *stream);

SyLive *sy_live_new (FILE *stream, SyLiveMode mode);
/* Erases the live lines. */
void sy_live_free (SyLive *live);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyLive, sy_live_free)

/* Since when the time that is shown runs, where that is not the run's creation: a re-run's own time. */
void sy_live_set_begin (SyLive *live, gint64 wall_us);

/* Past durations by task index for the estimates; borrowed. */
void sy_live_set_expected (SyLive *live, const gint64 *expected_us);

/* (nullable) whose running tasks are asked how far they are: sy-task-progress.h; borrowed. */
void sy_live_set_run (SyLive *live, SyRunDir *run);

/* One event, already applied to @state. */
void sy_live_event (SyLive *live, const SyRunState *state, const SyEvent *event);
/* Draws the live lines if a tenth of a second has passed since the last time; @force: now. */
void sy_live_draw (SyLive *live, const SyRunState *state, gint64 now_wall_us, gboolean force);
/* A line of the program itself, above the live ones. */
void sy_live_say (SyLive *live, const char *text);

/* What @event is said as, without a line end; FALSE where it is not worth a line. @worth: 1 = detail, 2 = always shown. */
gboolean sy_event_text (GString *out, const SyRunState *state, const SyEvent *event, int *worth);

G_END_DECLS
