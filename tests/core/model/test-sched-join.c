/* test-sched-join.c: the join counters against the rules tried out in every way
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-scheduler-private.h"
#include "tests/lib/join-reference.h"

static const SyJoin rules[] = {
  { .rule = SY_JOIN_ALL_SUCCESS },
  { .rule = SY_JOIN_ALL_DONE },
  { .rule = SY_JOIN_ALL_FAILED },
  { .rule = SY_JOIN_ONE_SUCCESS },
  { .rule = SY_JOIN_ONE_FAILED },
  { .rule = SY_JOIN_ONE_DONE },
  { .rule = SY_JOIN_NONE_FAILED },
  { .rule = SY_JOIN_NONE_FAILED_MIN_ONE_SUCCESS },
  { .rule = SY_JOIN_QUORUM, .quorum = 1 },
  { .rule = SY_JOIN_QUORUM, .quorum = 2 },
  { .rule = SY_JOIN_QUORUM, .quorum = 3 },
  { .rule = SY_JOIN_QUORUM, .quorum = 34, .percent = TRUE },
  { .rule = SY_JOIN_QUORUM, .quorum = 67, .percent = TRUE },
  { .rule = SY_JOIN_QUORUM, .quorum = 100, .percent = TRUE },
  { .rule = SY_JOIN_QUORUM, .quorum = 1, .of_done = TRUE },
  { .rule = SY_JOIN_QUORUM, .quorum = 2, .of_done = TRUE },
  { .rule = SY_JOIN_QUORUM, .quorum = 50, .percent = TRUE, .of_done = TRUE },
};

/* An upstream can be in 7 conditions, its edge can be one of 4. */
#define CONDITIONS 7
#define EDGES 4

static void
make_upstream (guint code, Upstream *up)
{
  static const char ends[CONDITIONS] = { 0, 'S', 'S', 'F', 'F', 'K', 'K' };
  guint condition = code % CONDITIONS, edge = code / CONDITIONS;

  up->end = ends[condition];
  up->settled = condition > 0 && condition % 2 == 0;
  up->tolerate_f = (edge & SY_TOLERATE_FAILED) != 0;
  up->tolerate_k = (edge & SY_TOLERATE_SKIPPED) != 0;
}

static void
count (SyJoinCounts *counts, const Upstream *up)
{
  SyOutcome outcome = up->end == 'S'   ? SY_OUTCOME_SUCCESS
                      : up->end == 'F' ? SY_OUTCOME_FAILURE
                      : up->end == 'K' ? SY_OUTCOME_SKIP
                                       : SY_OUTCOME_OPEN;
  guint32 edge = (up->tolerate_f ? SY_TOLERATE_FAILED : 0) | (up->tolerate_k ? SY_TOLERATE_SKIPPED : 0);

  sy_join_count (counts, edge, outcome, up->settled, 1);
}

static void
check (const SyJoin *join, const Upstream *ups, guint n)
{
  SyJoinCounts counts = { .n = n };
  SyVerdict verdict;
  Reference wanted = reference_verdict (join, ups, n);
  gboolean failed = FALSE, any = FALSE;

  for (guint i = 0; i < n; i++)
    {
      count (&counts, &ups[i]);
      failed |= ups[i].end == 'F';
      any |= ups[i].end != 0;
    }
  verdict = sy_join_verdict (join, &counts);
  g_assert_cmpint (verdict == SY_VERDICT_HOLDS, ==, wanted == REFERENCE_HOLDS);
  g_assert_cmpint (verdict == SY_VERDICT_WAIT, ==, wanted == REFERENCE_WAITS);
  if (verdict == SY_VERDICT_UPSTREAM_FAILED)
    g_assert_true (failed);
  if (verdict == SY_VERDICT_UPSTREAM_SKIPPED)
    g_assert_true (any);
  /* What is announced stands as long as nothing is re-run: by what has ended it is impossible too. */
  if (wanted == REFERENCE_IMPOSSIBLE)
    g_assert_true (sy_join_impossible_now (join, &counts));
}

static void
test_all (gconstpointer data)
{
  const SyJoin *join = data;
  const guint codes = CONDITIONS * EDGES;
  Upstream ups[3] = { { 0 } };

  check (join, ups, 0);
  for (guint a = 0; a < codes; a++)
    {
      make_upstream (a, &ups[0]);
      check (join, ups, 1);
      for (guint b = 0; b < codes; b++)
        {
          make_upstream (b, &ups[1]);
          check (join, ups, 2);
          for (guint c = 0; c < codes; c++)
            {
              make_upstream (c, &ups[2]);
              check (join, ups, 3);
            }
        }
    }
}

static void
test_quorum (void)
{
  static const struct { guint quorum; gboolean percent; guint n, wanted; } cases[] = {
    { 2, FALSE, 3, 2 }, { 50, TRUE, 3, 2 }, { 34, TRUE, 3, 2 }, { 33, TRUE, 3, 1 }, { 1, TRUE, 200, 2 },
    { 100, TRUE, 7, 7 }, { 9, FALSE, 3, 3 }, { 10, TRUE, 1, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SyJoin join = { .rule = SY_JOIN_QUORUM, .quorum = cases[i].quorum, .percent = cases[i].percent };

      g_assert_cmpuint (sy_join_quorum (&join, cases[i].n), ==, cases[i].wanted);
    }
}

/* The ordered set against a plain array */
static void
test_ready_set (void)
{
  static const guint32 sizes[] = { 1, 63, 64, 65, 4096, 4097, 300000 };

  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++)
    {
      guint32 size = sizes[s];
      g_autofree guint8 *plain = g_new0 (guint8, size);
      g_autoptr (GRand) random = g_rand_new_with_seed (size);
      SyReadySet set;
      guint32 count_plain = 0;

      sy_ready_set_init (&set, size);
      g_assert_cmpuint (sy_ready_set_next (&set, 0), ==, SY_READY_NONE);
      for (guint i = 0; i < 3000; i++)
        {
          guint32 at = (guint32) g_rand_int_range (random, 0, (gint32) size), next = at;
          gboolean add = g_rand_boolean (random);

          if (add)
            sy_ready_set_add (&set, at);
          else
            sy_ready_set_remove (&set, at);
          count_plain += (guint32) add - plain[at];
          plain[at] = (guint8) add;
          g_assert_cmpint (sy_ready_set_has (&set, at), ==, add);
          g_assert_cmpuint (set.count, ==, count_plain);
          if (size > 5000 && i % 100 != 0)
            continue;
          next = (guint32) g_rand_int_range (random, 0, (gint32) size);
          at = sy_ready_set_next (&set, next);
          while (next < size && !plain[next])
            next++;
          g_assert_cmpuint (at, ==, next < size ? next : SY_READY_NONE);
        }
      g_assert_cmpuint (sy_ready_set_next (&set, size), ==, SY_READY_NONE);
      sy_ready_set_clear (&set);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      g_autofree char *path = g_strdup_printf ("/sched/join/%s/%u", sy_join_rule_to_string (rules[i].rule), i);

      g_test_add_data_func (path, &rules[i], test_all);
    }
  g_test_add_func ("/sched/join/quorum", test_quorum);
  g_test_add_func ("/sched/ready-set", test_ready_set);
  return g_test_run ();
}
