/* sy-controller.h: the interface at which the window and the application meet
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-artifact.h"
#include "core/model/sy-attempt.h"
#include "core/model/sy-run-compare.h"
#include "core/model/sy-run-state.h"
#include "core/model/sy-scheduler.h"
#include "core/model/sy-text-source.h"
#include "core/model/sy-usage.h"

G_BEGIN_DECLS

/*
 * Views see the model and this interface; the application implements it over the store, the control socket and
 * runner processes. All functions are called on the main thread and return at once; answers come on the main
 * thread, in the order of the calls of one kind. A callback is not called after the controller was freed.
 */
typedef struct _SyController SyController;

/* @reply: (nullable): the runner's JSON reply ("ok":true); else @error: what was refused and why */
typedef void (*SyControllerReply) (const char *reply, const GError *error, gpointer data);

/* A stretch of an attempt's output; @offset is where it really begins (the gap was skipped). */
typedef struct
{
  guint64 offset, total;        /* bytes; total: written so far by the task */
  GBytes *bytes;                /* (owned) */
} SyOutputChunk;
typedef void (*SyControllerOutput) (const SyOutputChunk *chunk, const GError *error, gpointer data);
/* @attempts: (element-type SyAttempt), @samples: see sy-attempt.h; borrowed */
typedef void (*SyControllerAttempts) (GArray *attempts, const GError *error, gpointer data);

/* @changes: (nullable) (element-type utf8): by attempt number what differs from the one before, a line each; NULL: nothing, or not known */
typedef void (*SyControllerChanges) (GPtrArray *changes, const GError *error, gpointer data);

/* @artifacts: (element-type SyArtifact): borrowed */
typedef void (*SyControllerArtifacts) (GArray *artifacts, const GError *error, gpointer data);

typedef struct
{
  gint64 wall_us;       /* 0 = unknown */
  gint64 mono_us, cpu_us, rss, read, written;
  guint processes;
} SyResourceSample;
typedef void (*SyControllerSamples) (GArray *samples, const GError *error, gpointer data);
/* @usage: (transfer full) (nullable) */
typedef void (*SyControllerUsage) (SyUsage *usage, const GError *error, gpointer data);
/* @state: (transfer full) (nullable): the fold at that instant */
typedef void (*SyControllerState) (SyRunState *state, const GError *error, gpointer data);

/* Of the runs of the workflow shown, a run at a time, newest first; only what is set is meant. */
typedef struct
{
  gboolean fresh;       /* another workflow: a new grid begins */
  GPtrArray *ids;       /* (owned) (nullable) char *: the next rows */
  SyGridRun *run;       /* (owned) (nullable): without cells where they are as they were */
  GStrv uuids;          /* (owned) (nullable) the last piece: all runs that there are */
  gint64 free_bytes;    /* the last piece: on the disk of the runs */
} SyHistoryPiece;
/* @piece: (nullable); what it owns may be taken */
typedef void (*SyControllerHistory) (SyHistoryPiece *piece, const GError *error, gpointer data);

/* @comparison: (transfer full) (nullable) */
typedef void (*SyControllerComparison) (SyRunComparison *comparison, const GError *error, gpointer data);

typedef enum { SY_RUN_PIN, SY_RUN_UNPIN, SY_RUN_NOTE, SY_RUN_DELETE } SyRunChange;

struct _SyController
{
  /* --- the run shown --- */
  /* One request of sy-control.h (pause, cancel, rerun, mark, …); starts a runner where the command may and none lives. */
  void (*request) (SyController *controller, const char *json, SyControllerReply reply, gpointer data);
  /* A new run of the workflow file shown. @params: (nullable) NULL-terminated "name=value"; @only: (nullable) tasks with commas
   * between: they and, unless @alone, all that they need, nothing else */
  void (*run) (SyController *controller, const char *const *params, const char *only, gboolean alone, SyControllerReply reply, gpointer data);
  void (*read_output) (SyController *controller, guint32 task, guint32 attempt, gboolean errors, guint64 offset, gsize length,
                       SyControllerOutput reply, gpointer data);
  /* Output of an attempt as a text, or (@path not NULL) a file; (transfer full), closed before the controller is freed */
  SyTextSource *(*open_text) (SyController *controller, guint32 task, guint32 attempt, const char *path);
  /* The files that a task (index in @workflow) writes; @state: of the task */
  void (*read_artifacts) (SyController *controller, SyWorkflow *workflow, guint32 index, const SyTaskState *state,
                          SyControllerArtifacts reply, gpointer data);
  void (*read_attempts) (SyController *controller, guint32 task, SyControllerAttempts reply, gpointer data);
  /* What differs between the attempts of a task: command, variables, folder. O(events of the log) */
  void (*read_changes) (SyController *controller, guint32 task, SyControllerChanges reply, gpointer data);
  void (*read_samples) (SyController *controller, guint32 task, guint32 attempt, SyControllerSamples reply, gpointer data);
  /* What all attempts used, from @begin_us to @end_us (wall) in @n stretches */
  void (*read_usage) (SyController *controller, gint64 begin_us, gint64 end_us, guint n, SyControllerUsage reply, gpointer data);
  /* The fold up to an instant (wall µs), for time travel; 0: lets go of what is kept for that, no reply. */
  void (*state_at) (SyController *controller, gint64 wall_us, SyControllerState reply, gpointer data);
  /* --- all runs of the workflow shown --- */
  /* Several answers; runs that have not changed since they were asked for last come without cells or not at all. */
  void (*read_history) (SyController *controller, SyControllerHistory reply, gpointer data);
  /* The older run becomes the first. */
  void (*compare_runs) (SyController *controller, const char *a, const char *b, SyControllerComparison reply, gpointer data);
  /* @text: of a note. A run that goes on is not deleted. */
  void (*change_run) (SyController *controller, const char *uuid, SyRunChange change, const char *text, SyControllerReply reply,
                      gpointer data);
  void (*free) (SyController *controller);
};

G_END_DECLS
