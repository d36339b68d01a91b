/* test-run-grid.c: what is usual, slower and flaky; tasks × runs: order, filter, runs that come and go
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-run-grid.h"

#include <string.h>

#define MS 1000
#define S G_USEC_PER_SEC

/* --- usual --- */

static void
test_usual (void)
{
  static const struct { guint n; gint64 ms[12]; gint64 median_ms, mad_ms; } cases[] = {
    { 0, { 0 }, 0, 0 },
    { 1, { 700 }, 700, 0 },
    { 2, { 100, 300 }, 200, 100 },
    { 3, { 900, 100, 200 }, 200, 100 },
    { 5, { 1000, 1010, 990, 1020, 60000 }, 1010, 10 },   /* one outlier spoils nothing */
    { 12, { 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 9000, 9000 }, 5, 0 }, /* only the first ten */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 us[12];
      SyUsual usual;

      for (guint k = 0; k < cases[i].n; k++)
        us[k] = cases[i].ms[k] * MS;
      sy_usual_init (&usual, us, cases[i].n);
      g_assert_cmpuint (usual.n, ==, MIN (cases[i].n, SY_USUAL_MOST));
      g_assert_cmpint (usual.median_us, ==, cases[i].median_ms * MS);
      g_assert_cmpint (usual.mad_us, ==, cases[i].mad_ms * MS);
    }
}

static void
test_slower (void)
{
  static const struct { guint n; gint64 median_ms, mad_ms, ms; double ratio; } cases[] = {
    { 2, 1000, 10, 9000, 0 },          /* too few to be usual */
    { 3, 1000, 10, 2300, 2.3 },
    { 9, 1000, 0, 2300, 2.3 },         /* no spread at all: 5 % stands for it */
    { 9, 1000, 10, 1400, 0 },          /* an outlier, but not half as long again */
    { 9, 100, 1, 590, 0 },             /* 5.9 times, but less than half a second more */
    { 9, 100, 1, 600, 6 },
    { 9, 10000, 2000, 20000, 0 },      /* within its spread: z = 3.4 */
    { 9, 10000, 1900, 20000, 2 },      /* z = 3.55 */
    { 9, 1000, 10, 500, 0 },           /* faster is no trouble */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SyUsual usual = { cases[i].n, cases[i].median_ms * MS, cases[i].mad_ms * MS };

      g_assert_cmpfloat_with_epsilon (sy_usual_slower (&usual, cases[i].ms * MS), cases[i].ratio, 1e-9);
    }
}

/* Letters: s succeeds, f fails, c is cancelled; capital: with another command than the small ones */
static void
test_flaky (void)
{
  static const struct { const char *story; gboolean flaky; } cases[] = {
    { "", FALSE }, { "ssss", FALSE }, { "ffff", FALSE }, { "ssfff", FALSE }, { "fffss", FALSE }, { "ssfss", TRUE }, { "fsf", TRUE },
    { "scscs", FALSE }, { "sfcs", TRUE },
    { "ssffSS", FALSE },  /* repaired by a change of the command */
    { "sfsSS", FALSE },   /* was flaky, and is another command now */
    { "SSfsf", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SyFlips flips = { 0 };

      for (const char *p = cases[i].story; *p != '\0'; p++)
        sy_flips_add (&flips,
                      g_ascii_tolower (*p) == 's'   ? SY_STATE_SUCCEEDED
                      : g_ascii_tolower (*p) == 'f' ? SY_STATE_FAILED
                                                    : SY_STATE_CANCELLED,
                      g_ascii_isupper (*p) ? 2 : 1);
      g_test_message ("%s", cases[i].story);
      g_assert_cmpint (sy_flips_are_flaky (&flips), ==, cases[i].flaky);
    }
}

/* --- the grid --- */

/* @cells: a letter a row: s, f (failed), r (succeeded after a failure), p (pending), - (not in the run); 100 ms × (row + 1), × 10 if capital */
static SyGridRun *
make_run (guint number, const char *cells)
{
  g_autofree char *uuid = g_strdup_printf ("run-%u", number);
  SyGridRun *run = sy_grid_run_new (uuid);

  run->number = number;
  run->status = SY_RUN_SUCCEEDED;
  run->created_us = number * 100 * (gint64) S;
  run->ended_us = run->created_us + number * (gint64) S;
  run->n_cells = (guint32) strlen (cells);
  run->cells = g_new0 (SyGridCell, run->n_cells);
  run->order = g_new (guint32, run->n_cells);
  for (guint32 i = 0; i < run->n_cells; i++)
    {
      SyGridCell *cell = &run->cells[i];
      char c = g_ascii_tolower (cells[i]);

      cell->state = c == 's' || c == 'r' ? SY_STATE_SUCCEEDED : c == 'f' ? SY_STATE_FAILED : c == 'p' ? SY_STATE_PENDING : SY_N_STATES;
      cell->name = c == 's' || c == 'r' ? SY_NAME_SUCCEEDED : c == 'f' ? SY_NAME_EXIT : SY_NAME_NONE;
      cell->attempts = c == 'r' ? 2 : c == 's' || c == 'f' ? 1 : 0;
      cell->retried = c == 'r';
      cell->command = 7;
      cell->duration_us = cell->attempts > 0 ? (i + 1) * 100 * MS * (g_ascii_isupper (cells[i]) ? 10 : 1) : 0;
      if (cell->state != SY_N_STATES)
        run->order[run->n_order++] = i;
    }
  return run;
}

static SyRunGrid *
make_grid (const char *const *runs)
{
  static const char *const ids[] = { "fetch", "Convert", "topics", "merge" };
  SyRunGrid *grid = sy_run_grid_new ();

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    sy_run_grid_add_row (grid, ids[i]);
  for (guint i = 0; runs[i] != NULL; i++)
    sy_run_grid_put_run (grid, make_run (i + 1, runs[i]));
  return grid;
}

static void
assert_shown (SyRunGrid *grid, const char *expected)
{
  g_autoptr (GString) shown = g_string_new (NULL);

  for (guint32 i = 0; i < sy_run_grid_get_n_shown (grid); i++)
    {
      guint32 row = sy_run_grid_shown_row (grid, i);

      g_assert_cmpuint (sy_run_grid_position_of (grid, row), ==, i);
      g_string_append_printf (shown, "%s%s", i > 0 ? " " : "", sy_run_grid_get_id (grid, row));
    }
  g_assert_cmpstr (shown->str, ==, expected);
}

static void
test_order (void)
{
  static const char *const runs[] = { "ssfs", "sfss", "sffs", NULL };
  g_autoptr (SyRunGrid) grid = make_grid (runs);
  SyGridRun *newest;

  assert_shown (grid, "fetch Convert topics merge");
  sy_run_grid_set_order (grid, SY_GRID_BY_FAILURES);
  assert_shown (grid, "topics Convert fetch merge"); /* both failed twice; topics is flaky, too */
  sy_run_grid_set_order (grid, SY_GRID_BY_DURATION);
  assert_shown (grid, "merge topics Convert fetch");

  /* The newest run's file says the order; what it no longer has comes after. */
  newest = make_run (9, "s-ss");
  newest->order[0] = 3;
  newest->order[1] = 0;
  newest->order[2] = 2;
  sy_run_grid_put_run (grid, newest);
  sy_run_grid_set_order (grid, SY_GRID_BY_FILE);
  assert_shown (grid, "merge fetch topics Convert");
  g_assert_true (sy_run_grid_get_row (grid, 1)->gone);
  g_assert_false (sy_run_grid_get_row (grid, 0)->gone);
}

static void
test_filter (void)
{
  static const char *const runs[] = { "ssss", "sfpf", NULL };
  g_autoptr (SyRunGrid) grid = make_grid (runs);

  sy_run_grid_set_filter (grid, "CONV", 0);
  assert_shown (grid, "Convert");
  g_assert_cmpuint (sy_run_grid_position_of (grid, 0), ==, G_MAXUINT32);
  sy_run_grid_set_filter (grid, NULL, 1u << SY_STATE_FAILED);
  assert_shown (grid, "Convert merge");
  sy_run_grid_set_filter (grid, "e", 1u << SY_STATE_FAILED | 1u << SY_STATE_PENDING);
  assert_shown (grid, "Convert merge");
  sy_run_grid_set_filter (grid, "nothing", 0);
  assert_shown (grid, "");
  sy_run_grid_set_filter (grid, "", 0);
  assert_shown (grid, "fetch Convert topics merge");
}

static void
test_marks (void)
{
  static const char *const runs[] = { "ssss", "ssfr", "ssss", "Ssfr", "ssss", NULL };
  g_autoptr (SyRunGrid) grid = make_grid (runs);

  /* 100 ms, then once 1 s: slower in that run alone */
  for (guint i = 0; i < 5; i++)
    g_assert_cmpfloat_with_epsilon (sy_run_grid_get_slower (grid, 0, i), i == 3 ? 10 : 0, 1e-9);
  g_assert_cmpint (sy_run_grid_get_row (grid, 0)->usual.median_us, ==, 100 * MS);
  g_assert_false (sy_run_grid_get_row (grid, 0)->flaky);
  g_assert_true (sy_run_grid_get_row (grid, 2)->flaky);
  g_assert_cmpuint (sy_run_grid_get_row (grid, 2)->failures, ==, 2);
  g_assert_true (sy_run_grid_get_row (grid, 3)->flaky); /* succeeds, but at the second try */
  g_assert_cmpuint (sy_run_grid_get_row (grid, 3)->failures, ==, 0);
}

/* Runs come in any order, again, and go; cells of a run that is only told anew stay. */
static void
test_runs (void)
{
  static const char *const runs[] = { "ssss", "sfpf", "ssss", NULL };
  static const char *const kept[] = { "run-2", "run-9", NULL };
  g_autoptr (SyRunGrid) grid = make_grid (runs);
  SyGridRun *again = make_run (2, ""), *late = make_run (1, "ffff");
  g_autofree SyGridCell *none = g_steal_pointer (&again->cells);

  again->n_cells = 0;
  again->pinned = TRUE;
  sy_run_grid_put_run (grid, again);
  sy_run_grid_put_run (grid, late);
  g_assert_cmpuint (sy_run_grid_get_n_runs (grid), ==, 3);
  g_assert_cmpuint (sy_run_grid_get_run (grid, 0)->number, ==, 1);
  g_assert_cmpuint (sy_run_grid_get_cell (grid, 0, 0).state, ==, SY_STATE_FAILED);
  g_assert_true (sy_run_grid_get_run (grid, 1)->pinned);
  g_assert_cmpuint (sy_run_grid_get_cell (grid, 1, 1).state, ==, SY_STATE_FAILED);
  g_assert_cmpuint (sy_run_grid_get_cell (grid, 99, 1).state, ==, SY_N_STATES);
  g_assert_cmpint (sy_run_grid_get_longest (grid, 0), ==, 3 * (gint64) S);

  g_assert_true (sy_run_grid_keep_runs (grid, kept));
  g_assert_false (sy_run_grid_keep_runs (grid, kept));
  g_assert_cmpuint (sy_run_grid_get_n_runs (grid), ==, 1);
  g_assert_cmpuint (sy_run_grid_find_run (grid, "run-2"), ==, 0);
  g_assert_cmpuint (sy_run_grid_find_run (grid, "run-1"), ==, G_MAXUINT);
}

static void
test_words (void)
{
  static const struct { SyGridCell cell; const char *text; } cells[] = {
    { { .state = SY_STATE_SUCCEEDED, .name = SY_NAME_SUCCEEDED }, "succeeded" },
    { { .state = SY_STATE_SUCCEEDED, .name = SY_NAME_CACHED }, "succeeded, cached" },
    { { .state = SY_STATE_FAILED, .name = SY_NAME_TIMED_OUT }, "failed, timed out" },
    { { .state = SY_N_STATES }, "not in this run" },
  };
  static const struct { gint64 us; const char *text; } durations[] = {
    { 850 * MS, "850 ms" }, { 999 * MS, "999 ms" }, { 2100 * MS, "2.1 s" }, { 48 * S, "48 s" }, { 192 * (gint64) S, "3.2 min" },
    { 2400 * (gint64) S, "40 min" }, { 5040 * (gint64) S, "1.4 h" }, { 200000 * (gint64) S, "2.3 d" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cells); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);

      sy_grid_cell_words (text, &cells[i].cell);
      g_assert_cmpstr (text->str, ==, cells[i].text);
    }
  for (guint i = 0; i < G_N_ELEMENTS (durations); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);

      sy_grid_short_duration (text, durations[i].us);
      g_assert_cmpstr (text->str, ==, durations[i].text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/usual/median", test_usual);
  g_test_add_func ("/usual/slower", test_slower);
  g_test_add_func ("/usual/flaky", test_flaky);
  g_test_add_func ("/grid/order", test_order);
  g_test_add_func ("/grid/filter", test_filter);
  g_test_add_func ("/grid/marks", test_marks);
  g_test_add_func ("/grid/runs", test_runs);
  g_test_add_func ("/grid/words", test_words);
  return g_test_run ();
}
