/* test-problem.c: positions, rendering, JSON; distance of words
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/sy-error.h"
#include "core/base/sy-text.h"
#include "core/format/sy-problem.h"

#include <string.h>

static SyProblems *
problems_of (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (SySource) source = sy_source_new ("dir/a.yard.yaml", bytes);
  SyProblems *problems = sy_problems_new ();

  sy_problems_set_source (problems, source);
  return problems;
}

static void
test_positions (void)
{
  static const struct { gsize offset; guint line, column; } cases[] = {
    { 3, 1, 1 }, { 4, 1, 2 }, { 6, 1, 3 }, { 7, 2, 1 }, { 8, 2, 2 }, { 11, 3, 1 }, { 13, 4, 1 }, { 99, 4, 1 },
  };
  const char *text = "\xef\xbb\xbfxü\nab\r\nc\r";
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (SySource) source = sy_source_new ("x", bytes);
  gsize start, end;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint line, column;

      sy_source_position (source, cases[i].offset, &line, &column);
      g_test_message ("%u", i);
      g_assert_cmpuint (line, ==, cases[i].line);
      g_assert_cmpuint (column, ==, cases[i].column);
    }
  g_assert_cmpuint (sy_source_get_n_lines (source), ==, 4);
  g_assert_true (sy_source_line (source, 2, &start, &end));
  g_assert_cmpuint (start, ==, 7);
  g_assert_cmpuint (end, ==, 9);
  g_assert_false (sy_source_line (source, 5, &start, &end));
}

static void
test_render (void)
{
  g_autoptr (SyProblems) problems = problems_of ("a: 1\nxü日: \tvalue # c\n");
  g_autoptr (GString) out = g_string_new (NULL);
  SyProblem *p;

  p = sy_problems_add (problems, SY_SEVERITY_ERROR, "x", 14, 19, "bad “%s”", "va\x1b[1m\nlue");
  sy_problem_set_hint (p, "do %d", 1);
  sy_problems_add (problems, SY_SEVERITY_WARNING, "y", 3, 4, "first");
  sy_problems_add_file (problems, SY_SEVERITY_ERROR, "z", "whole");
  sy_problems_sort (problems);
  sy_problems_render (problems, out);
  g_assert_cmpstr (out->str, ==,
                   "dir/a.yard.yaml: error: whole\n"
                   "dir/a.yard.yaml:1:4: warning: first\n  a: 1\n     ^\n"
                   "dir/a.yard.yaml:2:7: error: bad “va?[1m lue”\n  xü日:  value # c\n         ^~~~~\n  hint: do 1\n");
}

static void
test_render_long_line (void)
{
  g_autofree char *text = g_strnfill (500, 'x');
  g_autoptr (SyProblems) problems = problems_of (text);
  g_autoptr (GString) out = g_string_new (NULL);
  g_auto (GStrv) lines = NULL;

  sy_problems_add (problems, SY_SEVERITY_ERROR, "x", 300, 301, "m");
  sy_problems_render (problems, out);
  lines = g_strsplit (out->str, "\n", -1);
  g_assert_cmpint (g_utf8_strlen (lines[1], -1), <, 130);
  g_assert_cmpint (g_utf8_strlen (lines[2], -1), ==, 2 + 1 + 60 + 1);
}

static void
test_json (void)
{
  g_autoptr (SyProblems) problems = problems_of ("é: 1\n");
  g_autoptr (GString) text = g_string_new (NULL);
  SyJson json = sy_json_on (text);
  SyProblem *p;

  p = sy_problems_add (problems, SY_SEVERITY_ERROR, "code", 4, 5, "message");
  sy_problem_set_fix (p, 4, 5, "2");
  sy_problem_set_task (p, "t");
  sy_problems_write_json (problems, NULL, &json);
  g_assert_cmpstr (text->str, ==,
                   "[{\"severity\":\"error\",\"code\":\"code\",\"line\":1,\"column\":4,\"end_line\":1,\"end_column\":5,"
                   "\"task\":\"t\",\"message\":\"message\",\"hint\":null,\"fix\":{\"start\":4,\"end\":5,\"text\":\"2\"}}]");
}

static void
test_to_error (void)
{
  g_autoptr (SyProblems) problems = problems_of ("a: 1\n");
  g_autoptr (GError) error = NULL;

  sy_problems_add (problems, SY_SEVERITY_WARNING, "w", 0, 1, "w");
  g_assert_null (sy_problems_to_error (problems));
  sy_problems_add (problems, SY_SEVERITY_ERROR, "e", 3, 4, "one");
  sy_problems_add (problems, SY_SEVERITY_ERROR, "e", 3, 4, "two");
  error = sy_problems_to_error (problems);
  g_assert_error (error, SY_ERROR, SY_ERROR_INVALID);
  g_assert_cmpstr (error->message, ==, "dir/a.yard.yaml:1:4: one (and 1 more)");
}

static void
test_distance (void)
{
  static const struct { const char *a, *b; guint distance; } cases[] = {
    { "", "", 0 }, { "a", "", 1 }, { "needs", "need", 1 }, { "needs", "nedes", 1 }, { "ab", "ba", 1 },
    { "timeout", "tiemuot", 2 }, { "retry", "Retry", 0 }, { "kitten", "sitting", 3 }, { "abcdef", "zzzzzz", 4 },
    { "ca", "abc", 3 },
  };
  static const char *const keys[] = { "needs", "retry", "run", "timeout", "if", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_cmpuint (sy_text_distance (cases[i].a, cases[i].b, 3), ==, cases[i].distance);
      g_assert_cmpuint (sy_text_distance (cases[i].b, cases[i].a, 3), ==, cases[i].distance);
    }
  g_assert_cmpstr (sy_text_nearest ("neds", keys), ==, "needs");
  g_assert_cmpstr (sy_text_nearest ("Timout", keys), ==, "timeout");
  g_assert_cmpstr (sy_text_nearest ("rnu", keys), ==, "run");
  g_assert_null (sy_text_nearest ("x", keys));
  g_assert_null (sy_text_nearest ("completely", keys));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/problem/positions", test_positions);
  g_test_add_func ("/problem/render", test_render);
  g_test_add_func ("/problem/render-long-line", test_render_long_line);
  g_test_add_func ("/problem/json", test_json);
  g_test_add_func ("/problem/to-error", test_to_error);
  g_test_add_func ("/problem/distance", test_distance);
  return g_test_run ();
}
