/* sy-words.h: how times, sizes and a task's state are said
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-run-state.h"

G_BEGIN_DECLS

/* Each appends to @out. */
void sy_words_duration (GString *out, gint64 us); /* 850 ms · 2.1 s · 48 s · 3 min 12 s · 2 h 5 min · 3 d 4 h */
/* 7,233: grouped as the locale groups; where it has no sign for that, by commas (narrow spaces beside a decimal comma) */
void sy_words_count (GString *out, gint64 n);
void sy_words_size (GString *out, guint64 bytes); /* 512 B · 1.2 GB (powers of 1000) */

/* "… 20 MB not kept …", the line that stands for a gap in output; (transfer full) */
char *sy_words_gap (guint64 missing);
/* @format with @n, as sy_words_count() writes it, for its one %s: " and 7,233 more" */
void sy_words_more (GString *out, const char *format, gint64 n);
/* "1 task", "7,233 tasks", translated: @one and @many are formats with one %s each, "%s task"; (transfer full) */
char *sy_words_counted (gint64 n, const char *one, const char *many);

/* The same as texts of their own, to be put into a format; (transfer full) */
char *sy_words_dup_duration (gint64 us);
char *sy_words_dup_count (gint64 n);
char *sy_words_dup_size (guint64 bytes);

/* "fetch", or "task 12" for a number that is not in the workflow */
void sy_words_task (GString *out, const SyRunState *state, guint32 number);
char *sy_words_dup_task (const SyRunState *state, guint32 number);

/**
 * sy_words_brief:
 * @number: of a task, 1 … n_numbers
 * @now_wall_us: for the time left to a retry
 *
 * Its state in a few words, as on the second line of a node: "needs topics",
 * "held: pool db, 2 of 2", "retries in 8 s, 2 of 4", "exit 3 · 2 attempts",
 * "blocked by entities", "2.1 s", "running". Never empty.
 */
void sy_words_brief (GString *out, const SyRunState *state, guint32 number, gint64 now_wall_us);
char *sy_words_dup_brief (const SyRunState *state, guint32 number, gint64 now_wall_us);

/* What an attempt failed of: "exit 3", "killed by SIGKILL", "timed out", "could not be started: …" */
void sy_words_failure (GString *out, const SyTaskState *task);
char *sy_words_dup_failure (const SyTaskState *task);

G_END_DECLS
