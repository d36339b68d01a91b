/* sy-join.c: the join rules, as arithmetic on counters
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-late.h"
#include "core/model/sy-scheduler-private.h"

const SyJoin *
sy_join_of (const SyTask *task)
{
  static const SyJoin all_success = { .rule = SY_JOIN_ALL_SUCCESS };

  return task->join != NULL ? task->join : &all_success;
}

/* --- counting --- */

SyOutcome
sy_outcome_of (const SyRunState *run, guint32 index)
{
  const SyTaskState *state = sy_run_state_at (run, index);

  switch ((SyState) state->state)
    {
    case SY_STATE_SUCCEEDED:
      return SY_OUTCOME_SUCCESS;
    case SY_STATE_FAILED:
    case SY_STATE_UPSTREAM_FAILED:
      return SY_OUTCOME_FAILURE;
    case SY_STATE_LOST:
      return sy_late_on_lost (run->workflow, index, state->values) == SY_ON_LOST_FAIL ? SY_OUTCOME_FAILURE
                                                                                      : SY_OUTCOME_OPEN;
    case SY_STATE_SKIPPED:
      return SY_OUTCOME_SKIP;
    case SY_STATE_CANCELLED:
      return state->name == SY_NAME_QUORUM_MET ? SY_OUTCOME_SKIP : SY_OUTCOME_FAILURE;
    case SY_STATE_PENDING:
    case SY_STATE_READY:
    case SY_STATE_WAITING:
    case SY_STATE_RUNNING:
    case SY_N_STATES:
    default:
      return SY_OUTCOME_OPEN;
    }
}

void
sy_join_count (SyJoinCounts *counts, guint32 edge, SyOutcome outcome, gboolean settled, guint32 by)
{
  SyEdgeKind kind = SY_EDGE_SUCCESS;

  if (outcome == SY_OUTCOME_OPEN || (edge & SY_EDGE_IGNORED) != 0)
    return;
  if (outcome == SY_OUTCOME_FAILURE)
    kind = edge & SY_TOLERATE_FAILED ? SY_EDGE_FAILURE_TOLERATED : SY_EDGE_FAILURE;
  else if (outcome == SY_OUTCOME_SKIP)
    kind = edge & SY_TOLERATE_SKIPPED ? SY_EDGE_SKIP_TOLERATED : SY_EDGE_SKIP;
  counts->now[kind] += by;
  if (settled)
    counts->sure[kind] += by;
}

/* --- deciding --- */

static inline guint32
total (const guint32 *kinds)
{
  return kinds[SY_EDGE_SUCCESS] + kinds[SY_EDGE_FAILURE] + kinds[SY_EDGE_FAILURE_TOLERATED] + kinds[SY_EDGE_SKIP]
         + kinds[SY_EDGE_SKIP_TOLERATED];
}

static inline guint32
failures (const guint32 *kinds)
{
  return kinds[SY_EDGE_FAILURE] + kinds[SY_EDGE_FAILURE_TOLERATED];
}

static inline guint32
skips (const guint32 *kinds)
{
  return kinds[SY_EDGE_SKIP] + kinds[SY_EDGE_SKIP_TOLERATED];
}

guint32
sy_join_quorum (const SyJoin *join, guint32 n)
{
  guint64 wanted = join->percent ? ((guint64) n * join->quorum + 99) / 100 : join->quorum;

  return (guint32) MIN (wanted, n);
}

/* A success counts as soon as it is there, and so does a failure for one_failed; all else waits until it is settled. */
static gboolean
holds (const SyJoin *join, const SyJoinCounts *counts)
{
  const guint32 *now = counts->now, *sure = counts->sure;
  gboolean all_sure = total (sure) == counts->n;

  switch (join->rule)
    {
    case SY_JOIN_ALL_SUCCESS:
      return now[SY_EDGE_SUCCESS] + sure[SY_EDGE_FAILURE_TOLERATED] + sure[SY_EDGE_SKIP_TOLERATED] == counts->n;
    case SY_JOIN_ALL_DONE:
      return all_sure;
    case SY_JOIN_ALL_FAILED:
      return failures (sure) + sure[SY_EDGE_SKIP_TOLERATED] == counts->n;
    case SY_JOIN_ONE_SUCCESS:
      return now[SY_EDGE_SUCCESS] > 0;
    case SY_JOIN_ONE_FAILED:
      return failures (now) > 0;
    case SY_JOIN_ONE_DONE:
      return now[SY_EDGE_SUCCESS] + failures (sure) > 0;
    case SY_JOIN_NONE_FAILED:
      return all_sure && sure[SY_EDGE_FAILURE] == 0;
    case SY_JOIN_NONE_FAILED_MIN_ONE_SUCCESS:
      return all_sure && sure[SY_EDGE_FAILURE] == 0 && sure[SY_EDGE_SUCCESS] > 0;
    case SY_JOIN_QUORUM:
      return (join->of_done ? sure[SY_EDGE_SUCCESS] + failures (sure) : now[SY_EDGE_SUCCESS])
             >= sy_join_quorum (join, counts->n);
    case SY_N_JOIN_RULES:
    default:
      return FALSE;
    }
}

/* Given ends @c of @n upstreams, can the rule still come true? */
static gboolean
is_possible (const SyJoin *join, const guint32 *c, guint32 n)
{
  gboolean all = total (c) == n;

  switch (join->rule)
    {
    case SY_JOIN_ALL_SUCCESS:
      return c[SY_EDGE_FAILURE] + c[SY_EDGE_SKIP] == 0;
    case SY_JOIN_ALL_FAILED:
      return c[SY_EDGE_SUCCESS] + c[SY_EDGE_SKIP] == 0;
    case SY_JOIN_ONE_SUCCESS:
      return !all || c[SY_EDGE_SUCCESS] > 0;
    case SY_JOIN_ONE_FAILED:
      return !all || failures (c) > 0;
    case SY_JOIN_ONE_DONE:
      return !all || c[SY_EDGE_SUCCESS] + failures (c) > 0;
    case SY_JOIN_NONE_FAILED:
      return c[SY_EDGE_FAILURE] == 0;
    case SY_JOIN_NONE_FAILED_MIN_ONE_SUCCESS:
      return c[SY_EDGE_FAILURE] == 0 && (!all || c[SY_EDGE_SUCCESS] > 0);
    case SY_JOIN_QUORUM:
      return n - skips (c) - (join->of_done ? 0 : failures (c)) >= sy_join_quorum (join, n);
    case SY_JOIN_ALL_DONE:
    case SY_N_JOIN_RULES:
    default:
      return TRUE;
    }
}

/* Is a failure among the causes? Where a rule asks for failures and got none, nothing has failed. */
static gboolean
is_caused_by_failure (const SyJoin *join, const guint32 *c)
{
  switch (join->rule)
    {
    case SY_JOIN_ALL_FAILED:
    case SY_JOIN_ONE_FAILED:
    case SY_JOIN_ONE_DONE:
      return FALSE;
    case SY_JOIN_QUORUM:
      return !join->of_done && c[SY_EDGE_FAILURE] > 0;
    case SY_JOIN_ALL_SUCCESS:
    case SY_JOIN_ALL_DONE:
    case SY_JOIN_ONE_SUCCESS:
    case SY_JOIN_NONE_FAILED:
    case SY_JOIN_NONE_FAILED_MIN_ONE_SUCCESS:
    case SY_N_JOIN_RULES:
    default:
      return c[SY_EDGE_FAILURE] > 0;
    }
}

static gboolean
counts_settled_only (const SyJoin *join)
{
  switch (join->rule)
    {
    case SY_JOIN_ALL_DONE:
    case SY_JOIN_ALL_FAILED:
    case SY_JOIN_NONE_FAILED:
    case SY_JOIN_NONE_FAILED_MIN_ONE_SUCCESS:
      return TRUE;
    case SY_JOIN_QUORUM:
      return join->of_done;
    case SY_JOIN_ALL_SUCCESS:
    case SY_JOIN_ONE_SUCCESS:
    case SY_JOIN_ONE_FAILED:
    case SY_JOIN_ONE_DONE:
    case SY_N_JOIN_RULES:
    default:
      return FALSE;
    }
}

/* That a rule can no longer hold is said at once, but for failures, which count when they are settled. */
SyVerdict
sy_join_verdict (const SyJoin *join, const SyJoinCounts *counts)
{
  guint32 ends[SY_N_EDGE_KINDS];

  if (counts->n == 0 || holds (join, counts))
    return SY_VERDICT_HOLDS;
  for (guint i = 0; i < SY_N_EDGE_KINDS; i++)
    ends[i] = counts_settled_only (join) || i == SY_EDGE_FAILURE || i == SY_EDGE_FAILURE_TOLERATED ? counts->sure[i]
                                                                                                   : counts->now[i];
  if (is_possible (join, ends, counts->n))
    return SY_VERDICT_WAIT;
  return is_caused_by_failure (join, ends) ? SY_VERDICT_UPSTREAM_FAILED : SY_VERDICT_UPSTREAM_SKIPPED;
}

gboolean
sy_join_impossible_now (const SyJoin *join, const SyJoinCounts *counts)
{
  return counts->n > 0 && !is_possible (join, counts->now, counts->n);
}
