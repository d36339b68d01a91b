/* join-reference.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/lib/join-reference.h"

static gboolean
success (const Upstream *up)
{
  return up->end == 'S';
}

static gboolean
failure (const Upstream *up)
{
  return up->end == 'F';
}

static gboolean
settled (const Upstream *up)
{
  return up->end != 0 && up->settled;
}

static gboolean
settled_failure (const Upstream *up)
{
  return settled (up) && failure (up);
}

/* A success, or an end that the edge does not mind. */
static gboolean
welcome (const Upstream *up)
{
  return success (up) || (settled_failure (up) && up->tolerate_f) || (settled (up) && up->end == 'K' && up->tolerate_k);
}

static gboolean
bad (const Upstream *up)
{
  return settled_failure (up) && !up->tolerate_f;
}

static gboolean
failed_as_wished (const Upstream *up)
{
  return settled_failure (up) || (settled (up) && up->end == 'K' && up->tolerate_k);
}

static gboolean
done (const Upstream *up)
{
  return settled (up) && up->end != 'K';
}

static guint
count (gboolean (*is) (const Upstream *), const Upstream *ups, guint n)
{
  guint found = 0;

  for (guint i = 0; i < n; i++)
    found += is (&ups[i]) ? 1 : 0;
  return found;
}

gboolean
reference_holds (const SyJoin *join, const Upstream *ups, guint n)
{
  guint needed = join->percent ? (n * join->quorum + 99) / 100 : join->quorum;

  if (n == 0)
    return TRUE;
  switch (join->rule)
    {
    case SY_JOIN_ALL_SUCCESS:
      return count (welcome, ups, n) == n;
    case SY_JOIN_ALL_DONE:
      return count (settled, ups, n) == n;
    case SY_JOIN_ALL_FAILED:
      return count (failed_as_wished, ups, n) == n;
    case SY_JOIN_ONE_SUCCESS:
      return count (success, ups, n) >= 1;
    case SY_JOIN_ONE_FAILED:
      return count (failure, ups, n) >= 1;
    case SY_JOIN_ONE_DONE:
      return count (success, ups, n) + count (settled_failure, ups, n) >= 1;
    case SY_JOIN_NONE_FAILED:
      return count (settled, ups, n) == n && count (bad, ups, n) == 0;
    case SY_JOIN_NONE_FAILED_MIN_ONE_SUCCESS:
      return count (settled, ups, n) == n && count (bad, ups, n) == 0 && count (success, ups, n) >= 1;
    case SY_JOIN_QUORUM:
      return count (join->of_done ? done : success, ups, n) >= MIN (needed, n);
    case SY_N_JOIN_RULES:
    default:
      g_assert_not_reached ();
    }
}

/* Is it certain how the upstream ends, as this rule counts? Failures are once they are settled; for some rules nothing is before. */
static gboolean
certain (const SyJoin *join, const Upstream *up)
{
  gboolean patient = join->rule == SY_JOIN_ALL_DONE || join->rule == SY_JOIN_ALL_FAILED || join->rule == SY_JOIN_NONE_FAILED
                     || join->rule == SY_JOIN_NONE_FAILED_MIN_ONE_SUCCESS
                     || (join->rule == SY_JOIN_QUORUM && join->of_done);

  return settled (up) || (!patient && (up->end == 'S' || up->end == 'K'));
}

/* Could it come true if what is not certain ended in any way? */
static gboolean
is_possible (const SyJoin *join, Upstream *ups, guint n, guint from)
{
  static const char ends[] = "SFK";
  Upstream was;

  if (from == n)
    return reference_holds (join, ups, n);
  was = ups[from];
  if (certain (join, &was))
    {
      gboolean possible;

      ups[from].settled = TRUE; /* sooner or later */
      possible = is_possible (join, ups, n, from + 1);
      ups[from] = was;
      return possible;
    }
  ups[from].settled = TRUE;
  for (guint i = 0; i < 3; i++)
    {
      ups[from].end = ends[i];
      if (is_possible (join, ups, n, from + 1))
        {
          ups[from] = was;
          return TRUE;
        }
    }
  ups[from] = was;
  return FALSE;
}

Reference
reference_verdict (const SyJoin *join, const Upstream *ups, guint n)
{
  Upstream copy[REFERENCE_MAX];

  if (reference_holds (join, ups, n))
    return REFERENCE_HOLDS;
  for (guint i = 0; i < n; i++)
    copy[i] = ups[i];
  return is_possible (join, copy, n, 0) ? REFERENCE_WAITS : REFERENCE_IMPOSSIBLE;
}
