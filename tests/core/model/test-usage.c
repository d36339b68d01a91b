/* test-usage.c: samples of attempts added up over time
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-usage.h"

#define SECOND ((gint64) G_USEC_PER_SEC)

/* Two attempts: one uses a CPU from 2 to 6 s and 100 bytes, the other 2 CPUs and 50 bytes from 4 to 6 s. */
static void
test_sum (void)
{
  g_autoptr (SyUsage) usage = sy_usage_new (100 * SECOND, 110 * SECOND, 10);
  SyUsageSample a[] = { { 102 * SECOND, 0, 100, 0, 0, 1 }, { 106 * SECOND, 4 * SECOND, 100, 4000, 400, 1 } };
  SyUsageSample b[] = { { 104 * SECOND, 0, 50, 0, 0, 3 }, { 106 * SECOND, 4 * SECOND, 50, 0, 0, 3 } };

  sy_usage_add (usage, &a[0], &a[1]);
  sy_usage_add (usage, &b[0], &b[1]);
  sy_usage_finish (usage);
  g_assert_cmpfloat_with_epsilon (sy_usage_at (usage, SY_USAGE_CPU, 103 * SECOND), 1, 1e-9);
  g_assert_cmpfloat_with_epsilon (sy_usage_at (usage, SY_USAGE_CPU, 105 * SECOND), 3, 1e-9);
  g_assert_cmpfloat_with_epsilon (sy_usage_at (usage, SY_USAGE_CPU, 107 * SECOND), 0, 1e-9);
  g_assert_cmpfloat_with_epsilon (sy_usage_at (usage, SY_USAGE_MEMORY, 105 * SECOND), 150, 1e-9);
  g_assert_cmpfloat_with_epsilon (sy_usage_at (usage, SY_USAGE_READ, 105 * SECOND), 1000, 1e-9);
  g_assert_cmpfloat_with_epsilon (sy_usage_at (usage, SY_USAGE_WRITTEN, 103 * SECOND), 100, 1e-9);
  g_assert_cmpfloat_with_epsilon (sy_usage_at (usage, SY_USAGE_PROCESSES, 105 * SECOND), 4, 1e-9);
  g_assert_cmpfloat_with_epsilon (usage->peak[SY_USAGE_CPU], 3, 1e-9);
  g_assert_true (usage->known[SY_USAGE_CPU] && !usage->known[SY_USAGE_STALLED_CPU]);
  g_assert_cmpint (usage->read_until_us, ==, 106 * SECOND);
  g_assert_cmpfloat (sy_usage_at (usage, SY_USAGE_CPU, 99 * SECOND), ==, -1);
  g_assert_cmpfloat (sy_usage_at (usage, SY_USAGE_CPU, 110 * SECOND), ==, -1);
}

/* The overview and the timeline ask for stretches of different lengths, and say the same peak of memory. */
static void
test_one_peak (void)
{
  SyUsageSample a[] = { { 0, .rss = 0 }, { 300, .rss = 1000 }, { 301, .rss = 5000 }, { 900, .rss = 1000 } };
  SyUsageSample b[] = { { 301, .rss = 0 }, { 400, .rss = 2000 } };

  for (guint n = 1; n < 1300; n += 37)
    {
      g_autoptr (SyUsage) usage = sy_usage_new (0, 1000, n);

      for (guint i = 1; i < G_N_ELEMENTS (a); i++)
        sy_usage_add (usage, &a[i - 1], &a[i]);
      sy_usage_add (usage, &b[0], &b[1]);
      sy_usage_finish (usage);
      g_assert_cmpfloat (usage->peak[SY_USAGE_MEMORY], ==, 5000); /* the other begins when this has ended */
    }
}

/* However a stretch lies to the samples, nothing is lost: the sum is what was used. */
static void
test_nothing_lost (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (2);

  for (guint round = 0; round < 200; round++)
    {
      gint64 from = g_rand_int_range (rand, 0, 900000), until = from + g_rand_int_range (rand, 1, 100000);
      g_autoptr (SyUsage) usage = sy_usage_new (0, 1000000, (guint) g_rand_int_range (rand, 1, 300));
      SyUsageSample a = { .wall_us = from }, b = { .wall_us = until, .cpu_us = 5000, .read = 700 };
      double cpu = 0, read = 0;

      sy_usage_add (usage, &a, &b);
      for (guint i = 0; i < usage->n; i++)
        {
          cpu += usage->values[SY_USAGE_CPU][i] * (double) usage->step_us;
          read += usage->values[SY_USAGE_READ][i] * (double) usage->step_us / 1e6;
        }
      g_assert_cmpfloat_with_epsilon (cpu, 5000, 1e-3);
      g_assert_cmpfloat_with_epsilon (read, 700, 1e-3);
    }
}

/* A share of the time; nothing where the counters fall, or are not known. */
static void
test_pressure (void)
{
  g_autoptr (SyUsage) usage = sy_usage_new (100 * SECOND, 110 * SECOND, 10);
  SyPressureSample rows[] = { { 102 * SECOND, { 7 * SECOND, 50, -1 } },
                              { 104 * SECOND, { 8 * SECOND, 50, -1 } },
                              { 106 * SECOND, { 0, 50 + SECOND, 3 } } };

  sy_usage_add_pressure (usage, &rows[0], &rows[1]);
  sy_usage_add_pressure (usage, &rows[1], &rows[2]);
  sy_usage_finish (usage);
  g_assert_cmpfloat_with_epsilon (sy_usage_at (usage, SY_USAGE_STALLED_CPU, 103 * SECOND), 0.5, 1e-9);
  g_assert_cmpfloat_with_epsilon (sy_usage_at (usage, SY_USAGE_STALLED_CPU, 105 * SECOND), 0, 1e-9);
  g_assert_cmpfloat_with_epsilon (sy_usage_at (usage, SY_USAGE_STALLED_MEMORY, 105 * SECOND), 0.5, 1e-9);
  g_assert_cmpfloat_with_epsilon (sy_usage_at (usage, SY_USAGE_STALLED_IO, 105 * SECOND), 0, 1e-9);
  g_assert_cmpfloat_with_epsilon (sy_usage_at (usage, SY_USAGE_CPU, 105 * SECOND), 0, 1e-9);
  g_assert_true (usage->known[SY_USAGE_STALLED_CPU] && usage->known[SY_USAGE_STALLED_MEMORY]);
  g_assert_false (usage->known[SY_USAGE_STALLED_IO]); /* nobody looked at the disks */
  g_assert_cmpint (usage->read_until_us, ==, 106 * SECOND);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/usage/sum", test_sum);
  g_test_add_func ("/usage/one-peak", test_one_peak);
  g_test_add_func ("/usage/nothing-lost", test_nothing_lost);
  g_test_add_func ("/usage/pressure", test_pressure);
  return g_test_run ();
}
