/* sy-doctor.h: is a run's log what was written? and if not: save what can be saved; and clear away what is old
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-run-state.h"
#include "core/store/sy-log-reader.h"

G_BEGIN_DECLS

/**
 * SyWorkflowLoad:
 *
 * Loads a definition, for the store does not know the file format. Called once for each, in order, so that @data can
 * keep what numbers the tasks: ids keep the numbers that they had in definitions before. NULL + error: the fold is not checked.
 */
typedef SyWorkflow *(*SyWorkflowLoad) (const SyDefinition *definition, gpointer data, GError **error);

typedef enum
{
  SY_FINDING_UNREADABLE,  /* cannot be opened as a log at all */
  SY_FINDING_INTEGRITY,   /* SQLite's integrity_check, schema */
  SY_FINDING_CHAIN,       /* an event's hash is wrong, a seq is missing */
  SY_FINDING_TAIL_LOST,   /* the high-water mark is ahead of the log */
  SY_FINDING_ROW,         /* a meta, boot or definition row's check is wrong */
  SY_FINDING_STATE,       /* table state differs from the fold */
  SY_FINDING_ATTEMPT,     /* table attempt differs from the events */
  SY_FINDING_MARK,        /* the mark itself is damaged (harmless alone) */
} SyFindingKind;
typedef struct
{
  SyFindingKind kind;
  gint64 seq;             /* event it concerns, 0 none */
  char *text;             /* one sentence: what, where */
} SyFinding;

typedef struct
{
  GArray *findings;       /* (element-type SyFinding): empty = sound */
  gint64 n_events;
  gint64 last_good_seq;   /* the chain holds up to here */
  gboolean fold_checked;
} SyDoctorReport;
void sy_doctor_report_free (SyDoctorReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyDoctorReport, sy_doctor_report_free)

/**
 * sy_doctor_verify:
 * @load: (nullable): without it, table state is not compared with the fold
 *
 * Reads only; works beside a living runner. NULL + error only where nothing could be looked at (no such run).
 */
SyDoctorReport *sy_doctor_verify (SyRunDir *run, SyWorkflowLoad load, gpointer data, GError **error);

/**
 * sy_doctor_salvage:
 * @run: must be owned
 * @n_events: (out) (optional): events saved
 *
 * Writes a new log from all events up to the first damaged one, with a SALVAGED event (by=salvage) at its end,
 * puts log.db, -wal and mark aside as `log.db.corrupt-<time>` …, and the new log in their place; the run is then
 * read-only until sy_doctor_confirm(). May be killed at any moment and run again. %SY_ERROR_CORRUPT if not even
 * the first event can be read: nothing was changed.
 */
gboolean sy_doctor_salvage (SyRunDir *run, SyWorkflowLoad load, gpointer data, gint64 *n_events, GError **error);
/* The user has looked at a salvaged run: it may be resumed and re-run. @run must be owned. */
gboolean sy_doctor_confirm (SyRunDir *run, GError **error);

/* --- gc --- */

/* A run whose making was cut short: no event was ever logged, no keeper ever had an order. It is no run, and goes a day later. */
gboolean sy_run_is_half_made (SyRunDir *run);

typedef struct
{
  guint keep_runs;        /* per workflow; 0 = 50 */
  gint64 keep_us;         /* per workflow; 0 = 30 days; a run goes when it is beyond either */
  gboolean dry_run;
} SyGcPolicy;
#define SY_GC_RUNS_MOST 10000
#define SY_GC_DAYS_MOST 3650
/* What the user has set in `$XDG_CONFIG_HOME/switchyard/settings.ini` ([retention] runs, days), else 50 runs and 30 days */
void sy_gc_policy_load (SyGcPolicy *policy);
/* Keeps what else the file says. %SY_ERROR_IO */
gboolean sy_gc_policy_save (const SyGcPolicy *policy, GError **error);

typedef struct { char *uuid, *workflow_path; guint32 number; gint64 bytes; } SyGcItem;

/**
 * sy_gc_run:
 *
 * Deletes runs beyond keep_runs or older than keep_us; never one with a living runner, an unfinished, a pinned, an
 * unreadable one, the newest or the newest failed one of a workflow.
 *
 * Returns: (transfer full) (element-type SyGcItem): what was (dry run: would be) deleted
 */
GPtrArray *sy_gc_run (SyStateDir *dir, const SyGcPolicy *policy, gint64 now_wall_us, GError **error);

/**
 * sy_gc_delete:
 *
 * Deletes one run, and its row in the index, for a person who asks for it: %SY_ERROR_REFUSED for one that is pinned or
 * has not ended (an interrupted one may have tasks that live on), %SY_ERROR_OWNED while a runner lives. One that cannot be read goes.
 */
gboolean sy_gc_delete (SyStateDir *dir, const char *uuid, GError **error);

/* Whether a day has passed since this last said so, in any process: then the caller is to run sy_gc_run(). */
gboolean sy_gc_is_due (SyStateDir *dir);

G_END_DECLS
