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
  guint8 stop_state;    /* likewise, a SyState; running(stopping): CANCELLED, or FAILED for TIMED_OUT */
  guint8 last_failure;  /* SyName of the newest failed attempt, NONE before */
  guint8 run_again;     /* then_again was asked while running */
  guint8 consumed;      /* its failure was consumed by every dependant (tolerated) */
  guint32 attempt;      /* newest attempt number, 0 = none yet */
  guint32 budget_used;  /* retries used since the last reset */
  guint32 lost_reruns;  /* LOST_RERUN since the last reset */
  guint32 round;        /* rises when a succeeded task is run again */
  guint32 cause;        /* task number behind skipped, upstream_failed, pending(upstream_lost); 0 = none */
  guint64 nonce;        /* committed intent not yet voided; 0 = none */
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
} SyTaskState;

typedef struct _SyRunState SyRunState;
struct _SyRunState
{
  SyWorkflow *workflow;   /* (owned) */
  SyTaskState *tasks;     /* n_numbers */
  guint32 n_numbers;
  SyRunStatus status;
  char *status_text;      /* (nullable) (owned) why */
  guint slots;
  gboolean paused, draining, stopping, cancelled, cancel_kill, disk_full;
  gboolean settled;       /* SETTLED seen since the last (re)start (RUN_STATE running) */
  guint8 handlers_started, handlers_done; /* bit = SyHandlerKind; all but INIT are cleared by SETTLED */
  gint64 seq;             /* of the newest event applied */
  gint64 created_us, ended_us;
  guint32 counts[SY_N_STATES];  /* tasks of the present workflow per state */
  guint32 n_unsettled;
  GPtrArray *paused_branches;   /* (owned) "F/C" strings */
  char *created_text;           /* (nullable) (owned) run_created's json: params */
  GArray *changed;              /* (nullable) (owned) guint32 numbers touched since sy_run_state_take_changed(); set by sy_run_state_track() */
};

SyRunState *sy_run_state_new (SyWorkflow *workflow);
void sy_run_state_free (SyRunState *state);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyRunState, sy_run_state_free)

/**
 * sy_run_state_apply:
 *
 * The fold: applies one event. Total: never crashes on any event string; an
 * event that the transition table forbids is refused with %SY_ERROR_CORRUPT
 * and changes nothing. O(1) but for settledness, which costs O(edges) over a whole run.
 */
gboolean sy_run_state_apply (SyRunState *state, const SyEvent *event, GError **error);

/* The workflow changed (definition_added): keeps states by number. */
void sy_run_state_set_workflow (SyRunState *state, SyWorkflow *workflow);

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
