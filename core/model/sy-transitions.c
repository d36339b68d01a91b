/* sy-transitions.c: the one table of task and run transitions
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-types.h"

#define N(name) (G_GUINT64_CONSTANT (1) << SY_NAME_##name)
#define ANY G_MAXUINT64

#define HELD                                                                                                           \
  (N (HELD_POOL) | N (HELD_SLOTS) | N (HELD_BREAKER) | N (HELD_PAUSE) | N (HELD_SECRET) | N (HELD_SCHEDULE)            \
   | N (HELD_KEEPER) | N (HELD_DISK) | N (HELD_STOPPING))
#define CANCEL (N (USER) | N (RUN_STOPPED) | N (QUORUM_MET))
#define ATTEMPT_FAILED (N (EXIT) | N (SIGNAL) | N (TIMED_OUT) | N (OUT_OF_MEMORY) | N (SPAWN) | N (OUTPUT))

/* Which names belong to a state */
static const guint64 names_of_state[SY_N_STATES] = {
  [SY_STATE_PENDING] = N (NEEDS) | N (UPSTREAM_LOST) | N (UPSTREAM_SETTLING),
  [SY_STATE_READY] = N (QUEUED) | HELD | N (AWAITING_RETRY) | N (REVOKING),
  [SY_STATE_WAITING] = N (APPROVAL),
  [SY_STATE_RUNNING] = N (STARTING) | N (RUNNING) | N (STOPPING),
  [SY_STATE_SUCCEEDED] = N (SUCCEEDED) | N (CACHED) | N (WARNED) | N (MARKED),
  [SY_STATE_FAILED] = ATTEMPT_FAILED | N (EXPRESSION) | N (REJECTED) | N (MARKED),
  [SY_STATE_LOST] = N (KEEPER_DIED) | N (REBOOT),
  [SY_STATE_SKIPPED] = N (CONDITION_FALSE) | N (BRANCH_NOT_TAKEN) | N (UPSTREAM_SKIPPED) | N (DISABLED) | N (USER) | N (EXIT_CODE),
  [SY_STATE_UPSTREAM_FAILED] = N (UPSTREAM_FAILED),
  [SY_STATE_CANCELLED] = CANCEL,
};

typedef struct
{
  guint8 from;
  guint64 from_names;
  guint8 to;
  guint64 to_names;
} Arrow;

static const Arrow arrows[] = {
  /* pending: the join and the condition */
  { SY_STATE_PENDING, ANY, SY_STATE_PENDING, ANY },
  { SY_STATE_PENDING, ANY, SY_STATE_READY, N (QUEUED) },
  { SY_STATE_PENDING, ANY, SY_STATE_WAITING, N (APPROVAL) },
  { SY_STATE_PENDING, ANY, SY_STATE_SUCCEEDED, N (SUCCEEDED) },
  { SY_STATE_PENDING, ANY, SY_STATE_SKIPPED, N (CONDITION_FALSE) | N (BRANCH_NOT_TAKEN) | N (UPSTREAM_SKIPPED) | N (DISABLED) | N (USER) },
  { SY_STATE_PENDING, ANY, SY_STATE_UPSTREAM_FAILED, ANY },
  { SY_STATE_PENDING, ANY, SY_STATE_FAILED, N (EXPRESSION) },
  { SY_STATE_PENDING, ANY, SY_STATE_CANCELLED, ANY },
  /* ready: held, committed, revoked, given up */
  { SY_STATE_READY, ~(N (AWAITING_RETRY) | N (REVOKING)), SY_STATE_READY, N (QUEUED) | N (REVOKING) | HELD },
  { SY_STATE_READY, N (REVOKING), SY_STATE_READY, N (QUEUED) | N (REVOKING) | N (HELD_KEEPER) },
  { SY_STATE_READY, N (AWAITING_RETRY), SY_STATE_READY, N (QUEUED) | HELD },
  { SY_STATE_READY, ~N (AWAITING_RETRY), SY_STATE_RUNNING, N (STARTING) | N (RUNNING) },
  { SY_STATE_READY, ~N (AWAITING_RETRY), SY_STATE_LOST, ANY },
  { SY_STATE_READY, ~(N (AWAITING_RETRY) | N (REVOKING)), SY_STATE_FAILED, N (EXPRESSION) },
  { SY_STATE_READY, N (AWAITING_RETRY), SY_STATE_FAILED, ATTEMPT_FAILED },
  { SY_STATE_READY, ANY, SY_STATE_SKIPPED, N (USER) },
  { SY_STATE_READY, ANY, SY_STATE_CANCELLED, ANY },
  { SY_STATE_READY, ANY, SY_STATE_PENDING, N (NEEDS) },
  /* waiting: a person decides */
  { SY_STATE_WAITING, ANY, SY_STATE_SUCCEEDED, N (SUCCEEDED) },
  { SY_STATE_WAITING, ANY, SY_STATE_FAILED, N (REJECTED) },
  { SY_STATE_WAITING, ANY, SY_STATE_SKIPPED, N (USER) },
  { SY_STATE_WAITING, ANY, SY_STATE_CANCELLED, ANY },
  { SY_STATE_WAITING, ANY, SY_STATE_PENDING, N (NEEDS) },
  /* running: only its end, seen or not, gets it out */
  { SY_STATE_RUNNING, ANY, SY_STATE_RUNNING, N (STOPPING) },
  { SY_STATE_RUNNING, N (STARTING), SY_STATE_RUNNING, N (RUNNING) },
  { SY_STATE_RUNNING, ANY, SY_STATE_SUCCEEDED, N (SUCCEEDED) | N (WARNED) },
  { SY_STATE_RUNNING, ANY, SY_STATE_SKIPPED, N (EXIT_CODE) },
  { SY_STATE_RUNNING, ANY, SY_STATE_FAILED, ATTEMPT_FAILED },
  { SY_STATE_RUNNING, ANY, SY_STATE_READY, N (AWAITING_RETRY) },
  { SY_STATE_RUNNING, N (STOPPING), SY_STATE_CANCELLED, ANY },
  { SY_STATE_RUNNING, ANY, SY_STATE_LOST, ANY },
  /* ended: marked, run again, announcement withdrawn */
  { SY_STATE_LOST, ANY, SY_STATE_READY, N (QUEUED) },
  { SY_STATE_LOST, ANY, SY_STATE_SUCCEEDED, N (MARKED) },
  { SY_STATE_LOST, ANY, SY_STATE_FAILED, N (MARKED) },
  { SY_STATE_FAILED, ANY, SY_STATE_SUCCEEDED, N (MARKED) },
  { SY_STATE_FAILED, ANY, SY_STATE_FAILED, N (MARKED) },
  { SY_STATE_CANCELLED, ANY, SY_STATE_SUCCEEDED, N (MARKED) },
  { SY_STATE_CANCELLED, ANY, SY_STATE_FAILED, N (MARKED) },
  { SY_STATE_UPSTREAM_FAILED, ANY, SY_STATE_SUCCEEDED, N (MARKED) },
  { SY_STATE_UPSTREAM_FAILED, ANY, SY_STATE_FAILED, N (MARKED) },
  { SY_STATE_SUCCEEDED, ANY, SY_STATE_PENDING, N (NEEDS) },
  { SY_STATE_FAILED, ANY, SY_STATE_PENDING, N (NEEDS) },
  { SY_STATE_LOST, ANY, SY_STATE_PENDING, N (NEEDS) },
  { SY_STATE_SKIPPED, ANY, SY_STATE_PENDING, N (NEEDS) },
  { SY_STATE_UPSTREAM_FAILED, ANY, SY_STATE_PENDING, N (NEEDS) },
  { SY_STATE_CANCELLED, ANY, SY_STATE_PENDING, N (NEEDS) },
};

gboolean
sy_name_fits_state (SyName name, SyState state)
{
  return (guint) state < SY_N_STATES && (guint) name < SY_N_NAMES && (names_of_state[state] >> name) & 1;
}

gboolean
sy_transition_allowed (SyState from_state, SyName from_name, SyState to_state, SyName to_name)
{
  if (!sy_name_fits_state (from_name, from_state) || !sy_name_fits_state (to_name, to_state))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (arrows); i++)
    if (arrows[i].from == from_state && arrows[i].to == to_state && (arrows[i].from_names >> from_name) & 1
        && (arrows[i].to_names >> to_name) & 1)
      return TRUE;
  return FALSE;
}

#define R(status) (1u << SY_RUN_##status)
#define LIVE (R (RUNNING) | R (PAUSED) | R (WAITING) | R (STALLED) | R (STOPPING))
#define FINAL (R (SUCCEEDED) | R (PARTIALLY_SUCCEEDED) | R (FAILED) | R (CANCELLED) | R (LOST))

static const guint run_arrows[SY_N_RUN_STATUSES] = {
  [SY_RUN_QUEUED] = R (QUEUED) | LIVE | FINAL,
  [SY_RUN_RUNNING] = LIVE | FINAL,
  [SY_RUN_PAUSED] = LIVE | FINAL,
  [SY_RUN_WAITING] = LIVE | FINAL,
  [SY_RUN_STALLED] = LIVE | FINAL,
  [SY_RUN_STOPPING] = R (RUNNING) | R (STOPPING) | FINAL,
  [SY_RUN_SUCCEEDED] = R (RUNNING),
  [SY_RUN_PARTIALLY_SUCCEEDED] = R (RUNNING),
  [SY_RUN_FAILED] = R (RUNNING),
  [SY_RUN_CANCELLED] = R (RUNNING),
  [SY_RUN_LOST] = R (RUNNING),
};

gboolean
sy_run_transition_allowed (SyRunStatus from, SyRunStatus to)
{
  return (guint) from < SY_N_RUN_STATUSES && (guint) to < SY_N_RUN_STATUSES && (run_arrows[from] >> to) & 1;
}
