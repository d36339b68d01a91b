/* test-hints.c: what is rarely meant, as data: tasks, and the hints that they get
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-hints.h"
#include "core/format/sy-loader.h"

#include <string.h>

/* Tasks in flow style; the hints as "task code", parted by ", " */
static const struct { const char *tasks, *hints; } cases[] = {
  /* no-timeout */
  { "a: {run: 'cd x; curl -fsS u > v'}", "a no-timeout" },
  { "a: {run: curl u, timeout: 1m}", "" },
  { "a: {run: curl -m 5 u}\n  b: {run: curl --max-time=5 u}\n  c: {run: timeout 5 wget u}", "" },
  { "a: {run: git clone u}\n  b: {run: git commit -m x}\n  c: {run: echo curl}\n  d: {run: curling}", "a no-timeout" },
  { "a: {command: [ssh, host, uptime]}\n  b: {command: [/usr/bin/wget, -q, u]}\n  c: {command: [wget, -T, '5', u]}", "a no-timeout, b no-timeout" },
  { "a: {run: 'x=$(git -C d fetch)'}", "a no-timeout" },
  { "a: {run: git -c http.proxy=p --git-dir d --no-pager push}\n  b: {run: git -C fetch status}\n  c: {run: git --git-dir=d log}", "a no-timeout" },
  { "a: {run: docker --context far pull i}\n  b: {run: docker --debug ps}", "a no-timeout" },
  { "a: {run: \"# curl u\\necho 'wget u'\"}", "" },
  { "a: {run: 'for i in 1 2; do rsync a b; done'}\n  b: {run: apt-get update}", "a no-timeout" },
  /* retry-repeats */
  { "a: {run: git push, timeout: 1m, retry: {limit: 2}}", "a retry-repeats" },
  { "a: {run: git push, timeout: 1m}", "" },
  { "a: {run: 'curl -d x u', timeout: 1m, retry: {limit: 2}}\n  b: {run: curl -X POST u, timeout: 1m, retry: {limit: 1}}\n  c: {run: curl u, timeout: 1m, retry: {limit: 1}}",
    "a retry-repeats, b retry-repeats" },
  { "a: {run: 'curl -d \"$SWITCHYARD_IDEMPOTENCY_KEY\" u', timeout: 1m, retry: {limit: 2}}", "" },
  { "a: {run: 'date >> log', retry: {limit: 2}}\n  b: {run: 'date > log2', retry: {limit: 2}}", "a retry-repeats" },
  /* too-small */
  { "a: {run: 'true'}\n  b: {run: ':'}\n  c: {run: sleep 0}\n  d: {run: sleep 1}\n  e: {command: ['true']}\n  f: {}", "a too-small, b too-small, c too-small, e too-small" },
  { "a: {run: 'true > x'}\n  b: {run: 'true; make'}\n  c: {run: 'exit $x'}", "" },
  /* same-file */
  { "a: {run: x > out}\n  b: {run: y > out}", "b same-file" },
  { "a: {run: x > out}\n  b: {run: y > out, needs: [a]}", "" },
  { "a: {run: x > out}\n  b: {needs: [a]}\n  c: {run: y >> ./out, needs: [b]}\n  d: {run: z | tee -a out}", "d same-file" },
  { "a: {run: x > out, needs: [b]}\n  b: {run: x > out}\n  c: {run: x > out, needs: [b]}", "c same-file" },
  { "a: {run: x > out}\n  b: {run: x > out}\n  c: {run: x > out, needs: [a]}\n  d: {run: x > out, needs: [b, c]}", "b same-file" },
  { "a: {run: x > out, dir: one}\n  b: {run: y > out, dir: two}\n  c: {run: y > one/out}", "c same-file" },
  { "a: {run: x > /dev/null}\n  b: {run: y > /dev/null}\n  c: {run: x > $out}\n  d: {run: y > $out}", "" },
  { "a: {run: sort -o t x}\n  b: {command: [curl, -m, '5', -o, t, u]}", "b same-file" },
  { "a: {run: x > out, enabled: false}\n  b: {run: y > out}", "" },
  /* never-runs */
  { "a: {run: x, enabled: false}\n  b: {run: y, needs: [a]}\n  c: {run: z, needs: [b]}", "b never-runs, c never-runs" },
  { "a: {run: x, enabled: false}\n  b: {run: y, needs: [a], join: none_failed}\n  c: {run: y, needs: [{task: a, tolerate: [skipped]}]}\n  d: {run: y, needs: [a], join: all_done}", "" },
  { "a: {run: x, enabled: false}\n  b: {run: y}\n  c: {run: z, needs: [a, b], join: one_success}\n  d: {run: z, needs: [a], join: one_success}", "d never-runs" },
  { "a: {run: x, if: 'false'}\n  b: {run: y, if: \"'x' == 'x'\"}", "a never-runs" },
  /* silenced */
  { "a: {run: curl u, x-quiet: [no-timeout]}\n  b: {run: curl u, x-quiet: no-timeout}\n  c: {run: curl u, x-quiet: [too-small]}", "c no-timeout" },
  { "a: {run: curl u}\n  b: {run: 'true'}\nx-quiet: [no-timeout]", "b too-small" },
};

static SyWorkflow *
load (const char *text, SyDocument **tree, SyProblems *problems)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (SySource) source = sy_source_new ("x", bytes);
  SyWorkflow *workflow;

  *tree = sy_document_new (source, problems);
  g_assert_nonnull (*tree);
  workflow = sy_loader_load_document_bound (*tree, NULL, NULL, NULL, NULL, SY_BIND_DEFAULTS, problems);
  if (workflow == NULL)
    g_error ("%s: %s", text, sy_problems_get (problems, 0)->message);
  return workflow;
}

static char *
describe (const SyProblems *problems)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < sy_problems_get_n (problems); i++)
    if (sy_problems_get (problems, i)->severity == SY_SEVERITY_NOTE)
      g_ptr_array_add (all, g_strdup_printf ("%s %s", sy_problems_get (problems, i)->task, sy_problems_get (problems, i)->code));
  g_ptr_array_add (all, NULL);
  return g_strjoinv (", ", (char **) all->pdata);
}

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("version: 1\ntasks:\n  %s\n", cases[i].tasks), *is = NULL;
      g_autoptr (SyProblems) problems = sy_problems_new ();
      g_autoptr (SyDocument) tree = NULL;
      g_autoptr (SyWorkflow) workflow = load (text, &tree, problems);

      sy_hints_report (workflow, tree, problems);
      is = describe (problems);
      g_test_message ("%s", cases[i].tasks);
      g_assert_cmpstr (is, ==, cases[i].hints);
    }
}

/* However many there are */
static void
test_many (void)
{
  g_autoptr (GString) text = g_string_new ("version: 1\ntasks:\n");
  g_autoptr (SyProblems) problems = sy_problems_new ();
  g_autoptr (SyDocument) tree = NULL;
  g_autoptr (SyWorkflow) workflow = NULL;

  for (guint i = 0; i < 2000; i++)
    if (i % 1000 == 0)
      g_string_append_printf (text, "  t%u: {run: x > out}\n", i);
    else
      g_string_append_printf (text, "  t%u: {run: x > out, needs: [t%u]}\n", i, i - 1);
  workflow = load (text->str, &tree, problems);
  sy_hints_report (workflow, tree, problems);
  g_assert_cmpuint (sy_problems_get_n_notes (problems), ==, 1);
}

/* What a fix makes of the text mends it. */
static void
test_fix (void)
{
  static const struct { const char *before, *after; } texts[] = {
    { "version: 1\ntasks:\n  a: {run: curl u}\n", "version: 1\ntasks:\n  a: {timeout: 10m, run: curl u}\n" },
    { "version: 1\ntasks:\n  a:\n    # why\n    run: curl u\n", "version: 1\ntasks:\n  a:\n    # why\n    timeout: 10m\n    run: curl u\n" },
    { "version: 1\r\ntasks:\r\n  a:\r\n    run: curl u\r\n", "version: 1\r\ntasks:\r\n  a:\r\n    timeout: 10m\r\n    run: curl u\r\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (SyProblems) problems = sy_problems_new ();
      g_autoptr (SyDocument) tree = NULL;
      g_autoptr (SyWorkflow) workflow = load (texts[i].before, &tree, problems);
      g_autofree char *after = NULL;
      const SyProblem *problem;

      sy_hints_report (workflow, tree, problems);
      g_assert_cmpuint (sy_problems_get_n_notes (problems), ==, 1);
      problem = sy_problems_get (problems, 0);
      g_assert_true (problem->has_fix);
      after = g_strdup_printf ("%.*s%s%s", (int) problem->fix_start, texts[i].before, problem->fix_text, texts[i].before + problem->fix_end);
      g_assert_cmpstr (after, ==, texts[i].after);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/format/hints/cases", test_cases);
  g_test_add_func ("/format/hints/many", test_many);
  g_test_add_func ("/format/hints/fix", test_fix);
  return g_test_run ();
}
