/* sy-run-model.h: a run as the window sees it: the fold on the main thread, fed in batches
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-progress.h"
#include "core/model/sy-controller.h"
#include "core/model/sy-places.h"
#include "core/model/sy-timeline.h"
#include "views/scene/sy-layout-ahead.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define SY_TYPE_RUN_MODEL (sy_run_model_get_type ())
G_DECLARE_FINAL_TYPE (SyRunModel, sy_run_model, SY, RUN_MODEL, GObject)

/*
 * Main thread only. The application's reader thread hands over batches of events (sy_run_model_push()); the view applies
 * them by the one fold and emits "changed" at most once a frame (it gathers until sy_run_model_flush(), which who draws calls
 * where a frame begins, or a timer where nobody draws).
 * Signals:
 *   arrived () -> gboolean     events wait to be folded: whoever is on the screen asks for a frame, flushes in it and says TRUE
 *   structure-changed ()       another workflow: new tasks or edges
 *   changed (GArray *indices)  (element-type guint32) tasks whose state changed, ascending, each once
 *   places-changed ()          other tasks are pinned, or elsewhere
 *   run-changed ()             status, counts, elapsed base, runner alive
 */
SyRunModel *sy_run_model_new (SyWorkflow *workflow, const char *run_id, guint number);
SyWorkflow *sy_run_model_get_workflow (SyRunModel *view);         /* (transfer none) */
/* (transfer none): the state shown (live, or the instant of time travel) */
SyRunState *sy_run_model_get_state (SyRunModel *view);
const SyTaskState *sy_run_model_get_task (SyRunModel *view, guint32 index);
const char *sy_run_model_get_run_id (SyRunModel *view);           /* (nullable): a document without a run */
guint sy_run_model_get_number (SyRunModel *view);
gboolean sy_run_model_is_live (SyRunModel *view);                 /* a runner lives */
/* Its runner has gone before the end and without being paused; as it is now, not at an instant of the past */
gboolean sy_run_model_is_interrupted (SyRunModel *view);
void sy_run_model_set_live (SyRunModel *view, gboolean live);
const gint64 *sy_run_model_get_expected (SyRunModel *view);       /* (nullable) median past durations by index */
/* For sy_progress_measure() and sy_progress_count() of what is shown now; valid while @view is not changed */
void sy_run_model_init_progress (SyRunModel *view, SyProgressBasis *basis);
/* (nullable): why the log cannot be read just now; events may be missing */
const char *sy_run_model_get_trouble (SyRunModel *view);
void sy_run_model_set_trouble (SyRunModel *view, const char *text);
/* What became of the file since the run began */
typedef enum { SY_FILE_SAME, SY_FILE_CHANGED, SY_FILE_GONE } SyFileNews;
SyFileNews sy_run_model_get_file_news (SyRunModel *view);
void sy_run_model_set_file_news (SyRunModel *view, SyFileNews news);
/* Copied; dropped when the workflow changes. */
void sy_run_model_set_expected (SyRunModel *view, const gint64 *expected_us);
/* Where the user has pinned tasks of the workflow's file; never NULL. (transfer none) */
SyPlaces *sy_run_model_get_places (SyRunModel *view);
void sy_run_model_set_places (SyRunModel *view, SyPlaces *places);
/* Without telling: another workflow comes at once. */
void sy_run_model_take_places (SyRunModel *view, SyPlaces *places);

/* What each task usually takes, by index. Copied; dropped when the workflow changes. @n: as many tasks as the workflow has, else it is ignored */
void sy_run_model_set_usual (SyRunModel *view, const SyUsual *usual, guint32 n);
/* (nullable) */
const SyUsual *sy_run_model_get_usual (SyRunModel *view, guint32 index);
/* How many times that the newest attempt takes or took, if that is remarkable, else 0 */
double sy_run_model_get_slower (SyRunModel *view, guint32 index);

/* Takes the events (their contents are cleared). */
void sy_run_model_push (SyRunModel *view, GArray *events);
void sy_run_model_set_workflow (SyRunModel *view, SyWorkflow *workflow);
void sy_run_model_flush (SyRunModel *view);
/* Takes a fold made on another thread (a log read from its start) in place of the model's own. (transfer full) */
void sy_run_model_adopt_state (SyRunModel *view, SyRunState *state);
/* (nullable) (transfer none): the first event that the fold refused: the log cannot be read further */
const GError *sy_run_model_get_error (SyRunModel *view);

/* (transfer none): the fold of everything, whatever instant is shown */
const SyRunState *sy_run_model_get_live_state (SyRunModel *view);
/* (transfer none): of everything pushed; empty until a run that was read from its middle has adopted its own */
SyTimeline *sy_run_model_get_timeline (SyRunModel *view);
/* (transfer full): made on another thread from the events before those that were pushed */
void sy_run_model_adopt_timeline (SyRunModel *view, SyTimeline *timeline);

/* A layout of the workflow that has been begun; whoever draws it first takes it. Both (transfer full), (nullable) */
void sy_run_model_adopt_layout (SyRunModel *view, SyLayoutAhead *layout);
SyLayoutAhead *sy_run_model_take_layout (SyRunModel *view);

/* CPU and memory of a running task, newest sample; FALSE = none */
gboolean sy_run_model_get_usage (SyRunModel *view, guint32 index, double *cpu_percent, gint64 *rss);
void sy_run_model_set_usage (SyRunModel *view, guint32 number, double cpu_percent, gint64 rss);
/* 0–1 from $SWITCHYARD_PROGRESS; −1 = says nothing */
double sy_run_model_get_progress (SyRunModel *view, guint32 index);
void sy_run_model_set_progress (SyRunModel *view, guint32 number, double share);

gboolean sy_run_model_is_past (SyRunModel *view);
/* Time travel: shows @state, which was so at @wall_us, instead of the live fold; NULL = live again. (transfer full) */
void sy_run_model_show_state (SyRunModel *view, SyRunState *state, gint64 wall_us);
/* Wall µs: the instant shown, else now */
gint64 sy_run_model_get_now (SyRunModel *view);

G_END_DECLS
