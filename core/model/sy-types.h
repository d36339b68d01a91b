/* sy-types.h: states, names, kinds and their words
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SyState:
 *
 * The type of a task's state. Colour and logic follow it; words follow #SyName.
 */
typedef enum
{
  SY_STATE_PENDING,
  SY_STATE_READY,
  SY_STATE_WAITING,
  SY_STATE_RUNNING,
  SY_STATE_SUCCEEDED,
  SY_STATE_FAILED,
  SY_STATE_LOST,
  SY_STATE_SKIPPED,
  SY_STATE_UPSTREAM_FAILED,
  SY_STATE_CANCELLED,
  SY_N_STATES
} SyState;

/**
 * SyName:
 *
 * The name (reason) of a state; each belongs to the states that
 * sy_name_fits_state() allows. String form: lower case, `_` (`held_pool`).
 */
typedef enum
{
  SY_NAME_NONE,
  /* pending */
  SY_NAME_NEEDS,
  SY_NAME_UPSTREAM_LOST,
  SY_NAME_UPSTREAM_SETTLING,
  /* ready */
  SY_NAME_QUEUED,
  SY_NAME_HELD_POOL,
  SY_NAME_HELD_SLOTS,
  SY_NAME_HELD_BREAKER,
  SY_NAME_HELD_PAUSE,
  SY_NAME_HELD_SECRET,
  SY_NAME_HELD_SCHEDULE,
  SY_NAME_HELD_KEEPER,  /* a keeper does not answer for the intent */
  SY_NAME_HELD_DISK,    /* free-space floor, or the log's disk is full */
  SY_NAME_HELD_STOPPING,/* on_failure: stop, start nothing new */
  SY_NAME_AWAITING_RETRY,
  SY_NAME_REVOKING,
  /* waiting */
  SY_NAME_APPROVAL,
  /* running */
  SY_NAME_STARTING,
  SY_NAME_RUNNING,
  SY_NAME_STOPPING,
  /* succeeded */
  SY_NAME_SUCCEEDED,
  SY_NAME_CACHED,
  SY_NAME_WARNED,
  SY_NAME_MARKED,       /* also failed */
  /* failed */
  SY_NAME_EXIT,
  SY_NAME_SIGNAL,
  SY_NAME_TIMED_OUT,
  SY_NAME_OUT_OF_MEMORY,
  SY_NAME_SPAWN,
  SY_NAME_OUTPUT,
  SY_NAME_EXPRESSION,
  SY_NAME_REJECTED,
  /* lost */
  SY_NAME_KEEPER_DIED,
  SY_NAME_REBOOT,
  /* skipped */
  SY_NAME_CONDITION_FALSE,
  SY_NAME_BRANCH_NOT_TAKEN,
  SY_NAME_UPSTREAM_SKIPPED,
  SY_NAME_DISABLED,
  SY_NAME_USER,         /* also cancelled */
  SY_NAME_EXIT_CODE,    /* skipped by `exit: {skipped: …}` */
  /* upstream_failed */
  SY_NAME_UPSTREAM_FAILED,
  /* cancelled */
  SY_NAME_RUN_STOPPED,
  SY_NAME_QUORUM_MET,
  SY_N_NAMES
} SyName;

/**
 * SyRunStatus:
 *
 * The state of a run. `interrupted` is no state: it is derived from the free owner lock.
 */
typedef enum
{
  SY_RUN_QUEUED,
  SY_RUN_RUNNING,
  SY_RUN_PAUSED,
  SY_RUN_WAITING,
  SY_RUN_STALLED,
  SY_RUN_STOPPING,
  SY_RUN_SUCCEEDED,
  SY_RUN_PARTIALLY_SUCCEEDED,
  SY_RUN_FAILED,
  SY_RUN_CANCELLED,
  SY_RUN_LOST,
  SY_N_RUN_STATUSES
} SyRunStatus;

/* Badges beside the state (bit set) */
typedef enum
{
  SY_BADGE_STALE = 1 << 0,        /* done, but an ancestor ran again */
  SY_BADGE_UNDONE = 1 << 1,
  SY_BADGE_UNRESPONSIVE = 1 << 2,
  SY_BADGE_STRAGGLERS = 1 << 3,   /* processes of the task were alive at its end */
  SY_BADGE_WARNING = 1 << 4,
} SyBadges;

typedef enum
{
  SY_JOIN_ALL_SUCCESS,
  SY_JOIN_ALL_DONE,
  SY_JOIN_ALL_FAILED,
  SY_JOIN_ONE_SUCCESS,
  SY_JOIN_ONE_FAILED,
  SY_JOIN_ONE_DONE,
  SY_JOIN_NONE_FAILED,
  SY_JOIN_NONE_FAILED_MIN_ONE_SUCCESS,
  SY_JOIN_QUORUM,
  SY_N_JOIN_RULES
} SyJoinRule;

typedef enum
{
  SY_TASK_RUN,      /* shell text */
  SY_TASK_COMMAND,  /* argv */
  SY_TASK_JOIN,     /* a join point: nothing to execute */
} SyTaskKind;

typedef enum { SY_ON_LOST_HOLD, SY_ON_LOST_FAIL, SY_ON_LOST_RERUN } SyOnLost;
typedef enum { SY_ON_FAILURE_CONTINUE, SY_ON_FAILURE_STOP, SY_ON_FAILURE_CANCEL } SyOnFailure;
typedef enum { SY_CONCURRENCY_REFUSE, SY_CONCURRENCY_QUEUE, SY_CONCURRENCY_ALLOW } SyConcurrency;

typedef enum
{
  SY_TYPE_STRING, SY_TYPE_TEXT, SY_TYPE_INT, SY_TYPE_FLOAT, SY_TYPE_BOOL, SY_TYPE_DATE, SY_TYPE_DATETIME,
  SY_TYPE_DURATION, SY_TYPE_SIZE, SY_TYPE_ENUM, SY_TYPE_PATH, SY_TYPE_LIST, SY_TYPE_JSON, SY_TYPE_SECRET,
  SY_N_TYPES
} SyParamType;

typedef enum
{
  SY_HANDLER_INIT, SY_HANDLER_SUCCESS, SY_HANDLER_FAILURE, SY_HANDLER_CANCEL, SY_HANDLER_EXIT,
  SY_N_HANDLERS
} SyHandlerKind;

/* Who caused an event */
typedef enum { SY_BY_RUNNER, SY_BY_USER, SY_BY_RECOVERY, SY_BY_SALVAGE } SyBy;

/* String tables, both ways. The _from_string functions return FALSE for an unknown word and leave @out alone. */
const char *sy_state_to_string (SyState state);
gboolean sy_state_from_string (const char *text, SyState *out);
const char *sy_name_to_string (SyName name);
gboolean sy_name_from_string (const char *text, SyName *out);
const char *sy_run_status_to_string (SyRunStatus status);
gboolean sy_run_status_from_string (const char *text, SyRunStatus *out);
const char *sy_join_rule_to_string (SyJoinRule rule);
gboolean sy_join_rule_from_string (const char *text, SyJoinRule *out);
const char *sy_param_type_to_string (SyParamType type);
/* Signals that may ask a task to end */
#define SY_SIGNAL_WORDS "TERM", "INT", "HUP", "QUIT", "USR1", "USR2", "KILL"
/* 0 = none of these */
int sy_signal_from_string (const char *word);
gboolean sy_param_type_from_string (const char *text, SyParamType *out);
const char *sy_handler_kind_to_string (SyHandlerKind kind);
gboolean sy_handler_kind_from_string (const char *text, SyHandlerKind *out);
const char *sy_by_to_string (SyBy by);
gboolean sy_by_from_string (const char *text, SyBy *out);

/* Terminal: succeeded, failed, lost, skipped, upstream_failed, cancelled. (lost is terminal, but with on_lost: hold not settled.) */
gboolean sy_state_is_terminal (SyState state);
gboolean sy_name_fits_state (SyName name, SyState state);
gboolean sy_run_status_is_final (SyRunStatus status);

/**
 * sy_transition_allowed:
 *
 * The one table of task transitions (protocol.md), as data. The writer asserts
 * it for every event that changes a state; a user's command that would break it is refused.
 */
gboolean sy_transition_allowed (SyState from_state, SyName from_name, SyState to_state, SyName to_name);
gboolean sy_run_transition_allowed (SyRunStatus from, SyRunStatus to);

G_END_DECLS
