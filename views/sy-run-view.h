/* sy-run-view.h: a run as the window sees it: the fold on the main thread, fed in batches
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-controller.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define SY_TYPE_RUN_VIEW (sy_run_view_get_type ())
G_DECLARE_FINAL_TYPE (SyRunView, sy_run_view, SY, RUN_VIEW, GObject)

/*
 * Main thread only. The application's reader thread hands over batches of events (sy_run_view_push()); the view applies
 * them by the one fold and emits "changed" at most once a frame (it gathers until sy_run_view_flush(), which the
 * canvas calls in its tick, or an idle source).
 * Signals:
 *   structure-changed ()       another workflow: new tasks or edges
 *   changed (GArray *indices)  (element-type guint32) tasks whose state changed, ascending, each once
 *   run-changed ()             status, counts, elapsed base, runner alive
 */
SyRunView *sy_run_view_new (SyWorkflow *workflow, const char *run_id, guint number);
SyWorkflow *sy_run_view_get_workflow (SyRunView *view);         /* (transfer none) */
/* (transfer none): the state shown (live, or the instant of time travel) */
SyRunState *sy_run_view_get_state (SyRunView *view);
const SyTaskState *sy_run_view_get_task (SyRunView *view, guint32 index);
const char *sy_run_view_get_run_id (SyRunView *view);           /* (nullable): a document without a run */
guint sy_run_view_get_number (SyRunView *view);
gboolean sy_run_view_is_live (SyRunView *view);                 /* a runner lives */
void sy_run_view_set_live (SyRunView *view, gboolean live);
const gint64 *sy_run_view_get_expected (SyRunView *view);       /* (nullable) median past durations by index */
void sy_run_view_set_expected (SyRunView *view, const gint64 *expected_us);

/* Takes the events (their contents are cleared). */
void sy_run_view_push (SyRunView *view, GArray *events);
void sy_run_view_set_workflow (SyRunView *view, SyWorkflow *workflow);
void sy_run_view_flush (SyRunView *view);

/* CPU and memory of a running task, newest sample; FALSE = none */
gboolean sy_run_view_get_usage (SyRunView *view, guint32 index, double *cpu_percent, gint64 *rss);
void sy_run_view_set_usage (SyRunView *view, guint32 number, double cpu_percent, gint64 rss);
/* 0–1 from $SWITCHYARD_PROGRESS; −1 = says nothing */
double sy_run_view_get_progress (SyRunView *view, guint32 index);
void sy_run_view_set_progress (SyRunView *view, guint32 number, double share);

/* Time travel: shows @state instead of the live fold; NULL = live again. (transfer full) */
void sy_run_view_show_state (SyRunView *view, SyRunState *state);

G_END_DECLS
