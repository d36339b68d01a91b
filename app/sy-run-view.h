/* sy-run-view.h: a run as a reading command sees it: found, opened, folded
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/sy-run-settings.h"
#include "core/model/sy-run-state.h"
#include "core/store/sy-index.h"
#include "core/store/sy-log-reader.h"
#include "core/store/sy-run-dir.h"

G_BEGIN_DECLS

/* --- the definitions of a run --- */

/*
 * Task numbers of a log: those of the first definition follow its file order;
 * a later one keeps the number of each id that was there before and numbers
 * the new ones on. So numbers follow from the definitions alone. Each file is
 * parsed once. Any thread.
 */
typedef struct _SyDefinitions SyDefinitions;

/*
 * @settings: parameters, and what changes each workflow (-C, --time-scale); @run: (nullable): has the starter's
 * environment, else the caller's counts; both must outlive this
 */
SyDefinitions *sy_definitions_new (const SyRunSettings *settings, SyRunDir *run);
void sy_definitions_free (SyDefinitions *definitions);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyDefinitions, sy_definitions_free)

/* Takes @workflow as the next definition and numbers its tasks: before it is shared. */
gboolean sy_definitions_add (SyDefinitions *definitions, SyWorkflow *workflow, GError **error);
/* Definition @n, from the log where it was not taken in yet. (transfer full) */
SyWorkflow *sy_definitions_get (SyDefinitions *definitions, SyLogReader *reader, guint32 n, GError **error);
guint32 sy_definitions_get_n (SyDefinitions *definitions);

/* SyWorkflowLoad of sy-doctor.h; @data: a SyDefinitions, new, which numbers the tasks */
SyWorkflow *sy_definition_load_next (const SyDefinition *definition, gpointer data, GError **error);

/**
 * sy_apply_event:
 * @reader: for a DEFINITION_ADDED that is not taken in yet
 *
 * The fold and, at a new definition, the change of the workflow.
 */
gboolean sy_apply_event (SyRunState *state, SyDefinitions *definitions, SyLogReader *reader, const SyEvent *event,
                         GError **error);
/* Applies all events of the log behind @state; @each (nullable) sees each one after it was applied. */
typedef void (*SyFoldEach) (const SyEvent *event, gpointer data);
gboolean sy_fold_log (SyRunState *state, SyDefinitions *definitions, SyLogReader *reader, SyFoldEach each,
                      gpointer data, GError **error);

/* --- the run --- */

/* What is said about a run as a whole; all borrowed. */
typedef struct
{
  SyStateDir *dir;
  SyRunDir *run;
  const SyRunState *state;
  const char *workflow_path, *name;
  const char *rerun_of;     /* (nullable) */
  guint32 number;
  gint64 created_us;
  gint64 begin_us;          /* of the act that is told of, where the run is older; 0 = it is not */
} SyRunFacts;

/* Everything is owned; nothing is written. */
typedef struct
{
  SyStateDir *dir;
  SyRunDir *run;
  SyLogReader *reader;
  SyRunMeta meta;
  SyRunSettings *settings;
  SyDefinitions *definitions;
  SyRunState *state;        /* of all events up to state->seq */
  gint64 *expected_us;      /* past medians by task index of state->workflow, 0 unknown */
} SyRunView;

/* Opens the state dir for reading; where there is none yet: %SY_ERROR_NOT_FOUND that says so. */
SyStateDir *sy_open_state_dir (SyStateDirFlags flags, GError **error);

/* @argument: RUN as the user gave it */
SyRunView *sy_run_view_open (const char *argument, GError **error);
SyRunView *sy_run_view_open_uuid (const char *uuid, GError **error);
/* As sy_run_view_open_uuid(), and @each (nullable) sees every event and the view, after it was applied: one reading serves fold and more. */
typedef void (*SyRunViewEach) (const SyRunView *view, const SyEvent *event, gpointer data);
SyRunView *sy_run_view_open_each (const char *uuid, SyRunViewEach each, gpointer data, GError **error);
void sy_run_view_free (SyRunView *view);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyRunView, sy_run_view_free)

SyRunFacts sy_run_view_get_facts (SyRunView *view);

/* Takes in what the log has got since; @each (nullable) sees every new event after it was applied. */
gboolean sy_run_view_refresh (SyRunView *view, SyFoldEach each, gpointer data, GError **error);
/* Sees the run with @workflow, in memory only */
void sy_run_view_set_workflow (SyRunView *view, SyWorkflow *workflow);

/* State of the task with that number, 1 … state->n_numbers */
static inline const SyTaskState *
sy_run_view_get_task (const SyRunView *view, guint32 number)
{
  return &view->state->tasks[number - 1];
}
/* Number of the task called @id; 0 and %SY_ERROR_NOT_FOUND with "did you mean". */
guint32 sy_run_view_find_task (SyRunView *view, const char *id, GError **error);
const char *sy_run_view_task_id (SyRunView *view, guint32 number); /* "?" for one that the present file does not have */

/* Past durations by task index, out of @index (nullable: it is opened); NULL where nothing is known. (transfer full) */
gint64 *sy_expected_durations (SyStateDir *dir, SyIndex *index, const SyWorkflow *workflow, const char *workflow_path);

/* The same with their spread, for what is remarkable. (transfer full) */
SyUsual *sy_usual_durations (SyStateDir *dir, const SyWorkflow *workflow, const char *workflow_path);

/* Estimate in µs; −1 = unknown */
gint64 sy_run_view_time_left (SyRunView *view);

/* Is the run unfinished and without a runner? */
gboolean sy_run_view_is_interrupted (SyRunView *view);

G_END_DECLS
