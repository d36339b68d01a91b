/* sy-words.h: how the command line words times, sizes, counts and states
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-run-state.h"
#include "core/store/sy-run-dir.h"

G_BEGIN_DECLS

/* Each appends to @out and returns it; µs and bytes. */
GString *sy_say_duration (GString *out, gint64 us);    /* 850 ms · 2.1 s · 3 min 12 s · 2 h 5 min · 3 d 4 h */
GString *sy_say_size (GString *out, gint64 bytes);     /* 512 B · 1.2 GB (powers of 1000) */
GString *sy_say_count (GString *out, gint64 n);        /* 12,345 */
GString *sy_say_time (GString *out, gint64 wall_us);   /* 2026-01-31 14:05:09, local zone; "–" for 0 */
/* "1 task", "12,345 tasks"; @plural NULL: @singular + "s" */
GString *sy_say_plural (GString *out, gint64 n, const char *singular, const char *plural);
/* @text without control and bidirectional characters; invalid UTF-8 becomes U+FFFD */
GString *sy_say_clean (GString *out, const char *text);

/* Columns that @text takes on a terminal; it holds no control characters. */
guint sy_say_width (const char *text);
/* Appends @text cut to @columns with "…" where it does not fit, then padded with blanks to @columns where @pad. */
GString *sy_say_fit (GString *out, const char *text, guint columns, gboolean pad);

/* sy_words_brief() without control characters */
GString *sy_say_task_state (GString *out, const SyRunState *state, guint32 number, gint64 now_wall_us);
/* The outputs of @task, a line each behind @indent; nothing where it gave none */
GString *sy_say_outputs (GString *out, const SyTaskState *task, const char *indent);
/* How far the task @index of @state is, as it says itself: SyProgressBasis.said; −1 where it does not */
double sy_said_progress (SyRunDir *run, const SyRunState *state, guint32 index);
/* ", 37 %" where @task runs and says how far it is (sy-task-progress.h) */
GString *sy_say_progress (GString *out, SyRunDir *run, guint32 number, const SyTaskState *task);
/* "partially succeeded", … */
const char *sy_say_run_status (SyRunStatus status);
/* The word of a state or a name for people: '_' as blanks. (transfer full) */
char *sy_say_word (const char *raw);

/* @text quoted for a POSIX shell, only where it must be. (transfer full) */
char *sy_say_shell_quote (const char *text);

G_END_DECLS
