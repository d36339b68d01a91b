/* sy-run-state.h: the one fold: what the events so far add up to
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-event.h"
#include "core/model/sy-workflow.h"

G_BEGIN_DECLS

/* State of one task; plain data, indexed by log number − 1. */
typedef struct
{
  guint8 state;         /* SyState */
  guint8 name;          /* SyName */
  guint8 badges;        /* SyBadges */
  guint8 settled;       /* terminal, every ancestor settled, no process alive (kept stragglers apart) */
  guint8 stop_name;     /* running(stopping), ready(revoking): what it becomes, a SyName */
  guint8 stop_state;    /* likewise, a SyState: CANCELLED, SKIPPED, PENDING (re-run) or READY (only taken back); running(stopping): CANCELLED, or
                           FAILED for TIMED_OUT */
  guint8 last_failure;  /* SyName of the newest failed attempt, NONE before */
  guint8 run_again;     /* then_again was asked while running */
  guint8 joined;        /* its join has fired since the last reset (also when `if` then said no) */
  guint32 attempt;      /* newest attempt number, 0 = none yet; an intent takes the next one, voiding gives it back */
  guint32 budget_used;  /* retries used since the last reset */
  guint32 lost_reruns;  /* LOST_RERUN since the last reset */
  guint32 round;        /* rises when a succeeded task is run again */
  guint32 cause;        /* task number behind skipped, upstream_failed, pending(upstream_lost); 0 = none */
  guint64 nonce;        /* of the committed intent, kept while it runs; 0 = none */
  guint64 standby;      /* pending, or ready without an intent: nonce under which it may have been started before the log says so; 0 = none */
  SyTime due;           /* awaiting_retry */
  gint64 started_us;    /* wall, newest attempt; 0 = not started */
  gint64 first_started_us; /* since the last reset, for timeout.total */
  gint64 ended_us;      /* wall, newest attempt */
  gint64 since_us;      /* wall: when it got its present state */
  gint64 last_seq;
  gint64 held_want, held_free; /* held: pool */
  int exit_status;      /* wait status of the newest ended attempt; -1 = none */
  char *text;           /* (nullable) (owned) pool name, expression error, note, spawn error */
  char *outputs;        /* (nullable) (owned) json object */
  char *values;         /* (nullable) (owned) json of the evaluated values of the newest intent */
  char *command;        /* (nullable) (owned) json of COMMAND_EDITED: replaces the file's command */
} SyTaskState;

typedef struct _SyRunState SyRunState;
struct _SyRunState
{
  SyWorkflow *workflow;   /* (owned) */
  SyTaskState *tasks;     /* n_numbers */
  guint32 n_numbers;
  SyRunStatus status;
  char *status_text;      /* (nullable) (owned) why */
  char *left_text;        /* (nullable) (owned) why the newest runner has left; NULL: it has not, or could not say */
  guint slots;
  gboolean created;       /* RUN_CREATED seen */
  gboolean paused, draining;    /* DRAINED sets both, RESUMED clears both */
  gboolean stopping;      /* status is STOPPING */
  gboolean cancelled, cancel_kill;      /* CANCEL_REQUESTED; cleared by RUN_STATE running */
  gboolean disk_full;
  gboolean salvaged;      /* the log lost its end and was salvaged: journals may know more than it */
  gboolean settled;       /* SETTLED seen since the last (re)start (RUN_STATE running) */
  guint8 handlers_started, handlers_done, handlers_failed; /* bit = SyHandlerKind; all but INIT are cleared by SETTLED */
  guint definition;       /* newest DEFINITION_ADDED */
  gint64 seq;             /* of the newest event applied */
  guint32 boot;           /* of the newest event that came from a log; 0 = none did */
  gint64 created_us, ended_us;
  guint32 counts[SY_N_STATES];  /* tasks of the present workflow per state */
  guint32 n_unsettled;
  GPtrArray *paused_branches;   /* (owned) "F/C" strings */
  char *created_text;           /* (nullable) (owned) run_created's json: params */
  GArray *changed;              /* (nullable) (owned) guint32 numbers touched since sy_run_state_take_changed(); set by sy_run_state_track() */

  /*< private >*/
  guint32 *open_needs;    /* by task index: direct needs that are not settled */
  guint8 *touched;        /* by number - 1: already in changed */
  GArray *work;           /* (owned) guint32 indices, scratch of the settling */
};

SyRunState *sy_run_state_new (SyWorkflow *workflow);
/* Equal in everything, with strings of its own; changes are not tracked. (transfer full) */
SyRunState *sy_run_state_copy (const SyRunState *state);
void sy_run_state_free (SyRunState *state);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyRunState, sy_run_state_free)

/**
 * sy_run_state_apply:
 *
 * The fold: applies one event. Total: never crashes on any event string; an
 * event that the transition table forbids is refused with %SY_ERROR_CORRUPT
 * and changes nothing. O(1) but for settledness, which costs O(edges) over a whole run.
 *
 * An event without a seq (0) counts as the next one; otherwise seq must rise.
 * What leaves ready while its intent is out (nonce != 0) must be VOIDED first,
 * unless it starts, exits or is lost. An EXITED or LOST of an intent whose start
 * was never logged counts as started and ended.
 * A STANDBY is no change: nothing that is shown follows from it.
 * text, cause, due and held_want of a task are those of the event that gave it its present state.
 */
gboolean sy_run_state_apply (SyRunState *state, const SyEvent *event, GError **error);

/* The workflow changed (definition_added): keeps states by number. Who folds a log calls it where the definition came. */
void sy_run_state_set_workflow (SyRunState *state, SyWorkflow *workflow);

/**
 * sy_run_state_tolerated:
 * @index: a task that failed, is upstream_failed or cancelled
 *
 * Whether its failure is tolerated: it has a dependant, and the join of every
 * dependant has fired and consumed it: by quorum, `one_*`, `all_failed` or the
 * edge's `tolerate` (`all_done` never tolerates). O(needs of its dependants).
 */
gboolean sy_run_state_tolerated (const SyRunState *state, guint32 index);

void sy_run_state_track (SyRunState *state);
/* (transfer full): numbers changed since the last call, each once, ascending */
GArray *sy_run_state_take_changed (SyRunState *state);

static inline SyTaskState *
sy_run_state_task (const SyRunState *state, guint32 number)
{
  return number >= 1 && number <= state->n_numbers ? &state->tasks[number - 1] : NULL;
}
static inline SyTaskState *
sy_run_state_at (const SyRunState *state, guint32 index)
{
  return &state->tasks[state->workflow->tasks[index].number - 1];
}

/* Equal in everything that the fold defines (used by tests and doctor); @why: (out) (optional) (transfer full). */
gboolean sy_run_state_equal (const SyRunState *a, const SyRunState *b, char **why);

G_END_DECLS
