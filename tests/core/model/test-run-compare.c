/* test-run-compare.c: lines of two texts, two runs side by side
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-line-diff.h"
#include "core/model/sy-run-compare.h"

#include <string.h>

#define MS 1000

/* --- lines --- */

static void
test_diff_text (void)
{
  static const struct { const char *a, *b, *text; } cases[] = {
    { "", "", "" },
    { "a\nb\n", "a\nb\n", "" },
    { "", "a\n", "+ a\n" },
    { "a\n", "", "- a\n" },
    { "a\nb\nc\n", "a\nX\nc\n", "  a\n- b\n+ X\n  c\n" },
    { "1\n2\n3\n4\n5\n6\n7\n8\n", "1\n2\n3\n4\n5\n6\n7\nX\n", "…\n  7\n- 8\n+ X\n" },
    { "X\n2\n3\n4\n5\n6\n7\n8\n", "1\n2\n3\n4\n5\n6\n7\nY\n", "- X\n+ 1\n  2\n…\n  7\n- 8\n+ Y\n" },
    { "a", "a\n", "" }, /* a missing newline at the end is no line */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);

      sy_line_diff_text (text, cases[i].a, -1, cases[i].b, -1, 1);
      g_assert_cmpstr (text->str, ==, cases[i].text);
    }
}

/* Length of the longest common subsequence of letters, by the plain table */
static guint
common (const char *a, const char *b)
{
  guint n = (guint) strlen (a), m = (guint) strlen (b);
  g_autofree guint *table = g_new0 (guint, (n + 1) * (m + 1));

  for (guint i = 1; i <= n; i++)
    for (guint k = 1; k <= m; k++)
      table[i * (m + 1) + k] = a[i - 1] == b[k - 1] ? table[(i - 1) * (m + 1) + k - 1] + 1
                                                    : MAX (table[(i - 1) * (m + 1) + k], table[i * (m + 1) + k - 1]);
  return table[n * (m + 1) + m];
}

static char *
as_lines (const char *letters)
{
  GString *text = g_string_new (NULL);

  for (const char *p = letters; *p != '\0'; p++)
    g_string_append_printf (text, "%c\n", *p);
  return g_string_free (text, FALSE);
}

/* The parts cover both texts without a gap, what is the same is the same, and no more is shared by any script. */
static void
check_diff (const char *a, const char *b)
{
  g_autofree char *x = as_lines (a), *y = as_lines (b);
  g_autoptr (GArray) parts = sy_line_diff (x, -1, y, -1);
  guint at_a = 0, at_b = 0, shared = 0;

  for (guint i = 0; i < parts->len; i++)
    {
      const SyDiffPart *part = &g_array_index (parts, SyDiffPart, i);

      g_assert_cmpuint (part->a, ==, at_a);
      g_assert_cmpuint (part->b, ==, at_b);
      if (part->kind == SY_DIFF_SAME)
        {
          g_assert_cmpmem (a + at_a, part->n, b + at_b, part->n);
          shared += part->n;
        }
      at_a += part->kind != SY_DIFF_ADDED ? part->n : 0;
      at_b += part->kind != SY_DIFF_REMOVED ? part->n : 0;
    }
  g_assert_cmpuint (at_a, ==, strlen (a));
  g_assert_cmpuint (at_b, ==, strlen (b));
  g_assert_cmpuint (shared, ==, common (a, b));
}

static void
test_diff_random (void)
{
  for (guint i = 0; i < 3000; i++)
    {
      char texts[2][24] = { { 0 } };

      for (guint side = 0; side < 2; side++)
        for (int k = g_test_rand_int_range (0, 23); k-- > 0;)
          texts[side][k] = (char) ('a' + g_test_rand_int_range (0, 4));
      check_diff (texts[0], texts[1]);
    }
}

/* More edits than anybody reads: replaced, in bounded time */
static void
test_diff_far (void)
{
  g_autoptr (GString) a = g_string_new ("head\n"), b = g_string_new ("head\n");
  g_autoptr (GArray) parts = NULL;

  for (guint i = 0; i < 30000; i++)
    {
      g_string_append_printf (a, "a%u\n", i);
      g_string_append_printf (b, "b%u\n", i);
    }
  parts = sy_line_diff (a->str, -1, b->str, -1);
  g_assert_cmpuint (parts->len, ==, 3);
  g_assert_cmpuint (g_array_index (parts, SyDiffPart, 1).n, ==, 30000);
}

/* --- runs --- */

static SyGridRun *
make_run (guint number, const SyGridCell *cells, guint n)
{
  SyGridRun *run = sy_grid_run_new (number == 1 ? "11111111-1111" : "22222222-2222");

  run->number = number;
  run->status = SY_RUN_SUCCEEDED;
  run->cells = g_memdup2 (cells, n * sizeof *cells);
  run->n_cells = n;
  return run;
}

static SyRunComparison *
make_comparison (void)
{
  static const SyGridCell a[] = {
    { .state = SY_STATE_SUCCEEDED, .duration_us = 1000 * MS }, { .state = SY_STATE_SUCCEEDED, .duration_us = 1000 * MS },
    { .state = SY_STATE_SUCCEEDED, .duration_us = 1000 * MS }, { .state = SY_N_STATES },
    { .state = SY_STATE_SUCCEEDED, .duration_us = 1000 * MS }, { .state = SY_STATE_SUCCEEDED, .duration_us = 50 * MS },
  };
  static const SyGridCell b[] = {
    { .state = SY_STATE_SUCCEEDED, .duration_us = 1150 * MS }, { .state = SY_STATE_SUCCEEDED, .duration_us = 3000 * MS },
    { .state = SY_STATE_FAILED, .name = SY_NAME_TIMED_OUT, .duration_us = 1000 * MS }, { .state = SY_STATE_SUCCEEDED, .duration_us = 9000 * MS },
    { .state = SY_STATE_SUCCEEDED, .duration_us = 400 * MS }, { .state = SY_STATE_SUCCEEDED, .duration_us = 140 * MS },
  };
  static const char *const names[] = { "same", "slower", "broken", "new", "faster", "short" };
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_ptr_array_add (ids, (gpointer) names[i]);
  return sy_run_comparison_new (make_run (1, a, G_N_ELEMENTS (a)), make_run (2, b, G_N_ELEMENTS (b)), ids);
}

static void
test_tasks (void)
{
  static const struct { const char *id; gboolean changed; const char *difference; } expected[] = {
    { "broken", TRUE, "" },  { "new", TRUE, "" },    { "slower", TRUE, "+2.0 s" }, { "faster", TRUE, "−600 ms" },
    { "same", FALSE, "+150 ms" }, /* within a fifth */
    { "short", FALSE, "+90 ms" }, /* nearly three times, but nothing to speak of */
  };
  g_autoptr (SyRunComparison) comparison = make_comparison ();

  g_assert_cmpuint (comparison->tasks->len, ==, G_N_ELEMENTS (expected));
  g_assert_cmpuint (comparison->n_changed, ==, 4);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      const SyComparedTask *task = &g_array_index (comparison->tasks, SyComparedTask, i);
      g_autoptr (GString) difference = g_string_new (NULL);

      g_assert_cmpstr (task->id, ==, expected[i].id);
      g_assert_cmpint (task->changed, ==, expected[i].changed);
      sy_compared_task_difference (difference, task);
      g_assert_cmpstr (difference->str, ==, expected[i].difference);
    }
}

static GHashTable *
make_values (const char *first, ...)
{
  GHashTable *values = g_hash_table_new (g_str_hash, g_str_equal);
  const char *name = first;
  va_list args;

  va_start (args, first);
  for (; name != NULL; name = va_arg (args, const char *))
    g_hash_table_insert (values, (gpointer) name, va_arg (args, char *));
  va_end (args);
  return values;
}

static void
test_values (void)
{
  g_autoptr (SyRunComparison) comparison = make_comparison ();
  g_autoptr (GHashTable) a = make_values ("day", "mon", "region", "eu", "zone", "1", NULL);
  g_autoptr (GHashTable) b = make_values ("day", "tue", "region", "eu", "extra", "x", NULL);
  g_autoptr (GHashTable) env_a = make_values ("HOME", "1111", "ONLY_A", "7777", NULL);
  g_autoptr (GHashTable) env_b = make_values ("HOME", "9999", NULL);
  g_autoptr (GBytes) file_a = g_bytes_new_static ("one\ntwo\n", 8), file_b = g_bytes_new_static ("one\n2\n", 6);
  static const struct { const char *name, *a, *b; } expected[] = { { "day", "mon", "tue" }, { "extra", NULL, "x" }, { "zone", "1", NULL }, { "region", "eu", "eu" } };
  g_autofree char *text = NULL, *summary = NULL;

  sy_run_comparison_set_values (comparison, a, b);
  sy_run_comparison_set_environment (comparison, env_a, env_b);
  sy_run_comparison_set_files (comparison, file_a, file_a);
  g_assert_null (comparison->diff);
  sy_run_comparison_set_files (comparison, file_a, file_b);
  g_assert_cmpuint (comparison->values->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      const SyComparedValue *value = &g_array_index (comparison->values, SyComparedValue, i);

      g_assert_cmpstr (value->name, ==, expected[i].name);
      g_assert_cmpstr (value->a, ==, expected[i].a);
      g_assert_cmpstr (value->b, ==, expected[i].b);
    }
  g_assert_cmpuint (comparison->environment->len, ==, 1);
  g_assert_cmpstr (g_array_index (comparison->environment, SyComparedValue, 0).name, ==, "ONLY_A");
  g_assert_cmpstr (g_array_index (comparison->environment, SyComparedValue, 0).a, ==, ""); /* its mark is nobody's business */
  summary = sy_run_comparison_summary (comparison);
  g_assert_cmpstr (summary, ==, "4 tasks differ · 4 values differ · the file was changed");
  text = sy_run_comparison_to_text (comparison);
  g_assert_nonnull (strstr (text, "  day: mon → tue\n"));
  g_assert_nonnull (strstr (text, "  ONLY_A: set → –\n"));
  g_assert_nonnull (strstr (text, "  slower: succeeded 1.0 s → succeeded 3.0 s, +2.0 s\n"));
  g_assert_nonnull (strstr (text, "- two\n+ 2\n"));
  g_assert_null (strstr (text, "region"));
  g_assert_null (strstr (text, "7777"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/diff/text", test_diff_text);
  g_test_add_func ("/diff/random", test_diff_random);
  g_test_add_func ("/diff/far", test_diff_far);
  g_test_add_func ("/compare/tasks", test_tasks);
  g_test_add_func ("/compare/values", test_values);
  return g_test_run ();
}
