/* test-cases.c: files with mistakes, and what must be said about each
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-loader.h"

#include <string.h>

/* Files of tests/data/format against the table expected.txt: "FILE LINE:COLUMN SEVERITY CODE [TASK]" */

static char *
data_path (const char *name)
{
  return g_build_filename (g_getenv ("SWITCHYARD_SOURCE_ROOT"), "tests", "data", "format", name, NULL);
}

static char *
read_data (const char *name)
{
  g_autofree char *path = data_path (name);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static SyWorkflow *
load_text (const char *text, SyProblems *problems)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return sy_loader_load_bytes (bytes, "test.yard.yaml", problems);
}

static void
append_problems (GString *out, const char *name, const SyProblems *problems)
{
  for (guint i = 0; i < sy_problems_get_n (problems); i++)
    {
      const SyProblem *p = sy_problems_get (problems, i);

      g_string_append_printf (out, "%s %u:%u %s %s%s%s\n", name, p->line, p->column,
                              p->severity == SY_SEVERITY_ERROR ? "error" : "warning", p->code,
                              p->task != NULL ? " " : "", p->task != NULL ? p->task : "");
    }
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
list_files (void)
{
  g_autofree char *path = data_path (".");
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".yaml"))
      g_ptr_array_add (names, g_strdup (name));
  g_assert_cmpuint (names->len, >, 10);
  g_ptr_array_sort (names, compare_names);
  return names;
}

static void
test_expected (void)
{
  g_autoptr (GPtrArray) names = list_files ();
  g_autofree char *expected = read_data ("expected.txt");
  g_auto (GStrv) lines = g_strsplit (expected, "\n", -1);

  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autofree char *text = read_data (name), *prefix = g_strdup_printf ("%s ", name);
      g_autoptr (SyProblems) problems = sy_problems_new ();
      g_autoptr (GString) found = g_string_new (NULL), wanted = g_string_new (NULL);
      g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
      SyWorkflow *workflow = sy_loader_load_bytes (bytes, name, problems);

      append_problems (found, name, problems);
      for (guint j = 0; lines[j] != NULL; j++)
        if (g_str_has_prefix (lines[j], prefix))
          g_string_append_printf (wanted, "%s\n", lines[j]);
      g_assert_cmpstr (found->str, ==, wanted->str);
      g_assert_cmpint (workflow != NULL, ==, sy_problems_get_n_errors (problems) == 0);
      g_clear_pointer (&workflow, sy_workflow_unref);
    }
}

static guint
count_code (const SyProblems *problems, const char *code)
{
  guint n = 0;

  for (guint i = 0; i < sy_problems_get_n (problems); i++)
    n += strcmp (sy_problems_get (problems, i)->code, code) == 0;
  return n;
}

/* Each fix on its own mends its problem, and breaks nothing of the YAML */
static void
check_fixes (const char *name, const char *text)
{
  g_autoptr (SyProblems) problems = sy_problems_new ();
  SyWorkflow *workflow = load_text (text, problems);

  g_clear_pointer (&workflow, sy_workflow_unref);
  for (guint i = 0; i < sy_problems_get_n (problems); i++)
    {
      const SyProblem *p = sy_problems_get (problems, i);
      g_autoptr (SyProblems) after = sy_problems_new ();
      g_autoptr (GString) fixed = g_string_new (text);

      if (!p->has_fix)
        continue;
      g_assert_cmpuint (p->fix_start, <=, p->fix_end);
      g_assert_cmpuint (p->fix_end, <=, fixed->len);
      g_string_erase (fixed, (gssize) p->fix_start, (gssize) (p->fix_end - p->fix_start));
      g_string_insert (fixed, (gssize) p->fix_start, p->fix_text);
      workflow = load_text (fixed->str, after);
      g_clear_pointer (&workflow, sy_workflow_unref);
      g_test_message ("%s:%u: %s", name, p->line, p->code);
      if (count_code (after, p->code) >= count_code (problems, p->code))
        {
          g_test_message ("the fix “%s” does not help:\n%s", p->fix_text, fixed->str);
          g_test_fail ();
        }
      if (sy_problems_get_n_errors (after) > sy_problems_get_n_errors (problems))
        {
          g_test_message ("the fix “%s” makes new errors:\n%s", p->fix_text, fixed->str);
          g_test_fail ();
        }
    }
}

static void
test_fixes (void)
{
  g_autoptr (GPtrArray) names = list_files ();

  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *text = read_data (g_ptr_array_index (names, i));
      check_fixes (g_ptr_array_index (names, i), text);
    }
}

/* The same file with a BOM and CRLF: the same problems at the same places, and fixes that hold */
static void
test_crlf (void)
{
  g_autoptr (GPtrArray) names = list_files ();

  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autofree char *text = read_data (name), *joined = NULL, *other = NULL;
      g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
      g_autoptr (SyProblems) before = sy_problems_new (), after = sy_problems_new ();
      g_autoptr (GString) wanted = g_string_new (NULL), found = g_string_new (NULL);
      SyWorkflow *workflow;

      joined = g_strjoinv ("\r\n", lines);
      other = g_strconcat ("\xef\xbb\xbf", joined, NULL);
      workflow = load_text (text, before);
      g_clear_pointer (&workflow, sy_workflow_unref);
      workflow = load_text (other, after);
      g_clear_pointer (&workflow, sy_workflow_unref);
      append_problems (wanted, name, before);
      append_problems (found, name, after);
      g_assert_cmpstr (found->str, ==, wanted->str);
      check_fixes (name, other);
      for (guint j = 0; j < sy_problems_get_n (after); j++)
        {
          const SyProblem *p = sy_problems_get (after, j);

          for (const char *n = p->has_fix ? strchr (p->fix_text, '\n') : NULL; n != NULL; n = strchr (n + 1, '\n'))
            g_assert_cmpint (n[-1], ==, '\r');
        }
    }
}

/* "What the validator must say well": lines of one task, and words that message, hint and fix must have */
static const struct
{
  const char *task;
  const char *code, *message, *hint, *fix; /* fix: NULL: none needed */
} said[] = {
  { "if: !params.dry", "tag", "YAML tag", "quote the whole expression", "\"!params.dry\"" },
  { "if: !params.dry && params.x", "quote-expression", "YAML tag", "quote the whole expression",
    "\"!params.dry && params.x\"" },
  { "if: 'eu' == params.r", "quote-expression", "begins with a quote", "if: \"'eu' == params.r\"",
    "\"'eu' == params.r\"" },
  { "if: \"eu\" == params.r", "quote-expression", "begins with a quote", "if: '\"eu\" == params.r'",
    "'\"eu\" == params.r'" },
  { "command: [a, ${{ params.x }}]", "quote-expression", "inside [ ]", "quote the whole expression",
    "\"${{ params.x }}\"" },
  { "command: [a, --x=${{ params.x }}, b]", "quote-expression", "inside [ ]", "quote the whole expression",
    "\"--x=${{ params.x }}\"" },
  { "env: {A: ${{ params.x }}, B: c}", "quote-expression", "inside [ ]", "quote the whole expression",
    "\"${{ params.x }}\"" },
  { "dir: {{ params.x }}", "complex-key", "key must be a word", "in quotes", "\"${{ params.x }}\"" },
  { "run: echo a # b", "comment-in-run", "YAML comment", "use `run: |`", "|\n      echo a # b" },
  { "run: echo \"a # b\"", "comment-in-run", "YAML comment", "use `run: |`", "|\n      echo \"a # b\"" },
  { "run: [ -f x ] && y", "quote-run", "YAML list", "use `run: |`", "|\n      [ -f x ] && y" },
  { "run: [ -f x ] || y", "quote-run", "YAML list", "use `run: |`", "|\n      [ -f x ] || y" },
  { "run: [ -f x ]; y", "quote-run", "YAML list", "use `run: |`", "|\n      [ -f x ]; y" },
  { "run: [ -f x ]", "wrong-type", "not a list", "use `run: |`", "|\n      [ -f x ]" },
  { "run: { a; b; }", "wrong-type", "not a map", "use `run: |`", "|\n      { a; b; }" },
  { "run: echo a: b", "quote-run", "YAML map", "use `run: |`", "|\n      echo a: b" },
  { "run: *.sh", "quote-run", "YAML alias", "use `run: |`", "|\n      *.sh" },
  { "run: *all x", "alias", "YAML alias", "use `run: |`", "|\n      *all x" },
  { "run: &all x", "anchor", "YAML anchor", "use `run: |`", "|\n      &all x" },
  { "run: ! test -f x", "tag", "YAML tag", "use `run: |`", "|\n      ! test -f x" },
  { "run: `date`", "quote-run", "cannot begin with", "use `run: |`", "|\n      `date`" },
  { "run: %d", "quote-run", "cannot begin with", "use `run: |`", "|\n      %d" },
  { "run: @x", "quote-run", "cannot begin with", "use `run: |`", "|\n      @x" },
  { "run: \"./a b\" --c", "quote-run", "begins with a quote", "use `run: |`", "|\n      \"./a b\" --c" },
  { "run: 'it's'", "quote-run", "begins with a quote", "use `run: |`", "|\n      'it's'" },
  { "run: > x", "quote-run", "block of text", "use `run: |`", "|\n      > x" },
  { "run: | x", "quote-run", "block of text", "use `run: |`", "|\n      | x" },
  { "label: @foo", "quote-value", "cannot begin with", "quote the whole value", "\"@foo\"" },
  { "label: a: b", "quote-value", "YAML map", "quote the whole value", "\"a: b\"" },
  { "label: [x] y", "quote-value", "YAML list", "quote the whole value", "\"[x] y\"" },
  { "command: [ls, \"*\"]", "no-shell", "nothing replaces “*”", "use `run`", NULL },
  { "command: [ls, ~/x]", "no-shell", "nothing replaces “~”", "use `run`", NULL },
  { "command: [ls, $HOME]", "no-shell", "nothing replaces “$…”", "${{ env.HOME }}", "\"${{ env.HOME }}\"" },
  { "command: [a, '|', b]", "no-shell", "as an argument", "use `run`", NULL },
  { "timeout: 5 minutes", "bad-value", "a duration such as", "write 5m", "5m" },
  { "timeout: 10sec", "bad-value", "a duration such as", "write 10s", "10s" },
  { "run: [echo, hi]", "wrong-type", "not a list", "a list of words is a `command`", "command" },
  { "resources: {mem: 4}", "unknown-pool", "there is no pool “mem”", "`memory`", "memory" },
  { "resources: {gpu: 1}", "unknown-pool", "there is no pool “gpu”", "pools: {gpu: 1}", NULL },
  { "run:echo hi", "wrong-type", "not “run:echo hi”", "a blank is missing behind the colon", "run: echo hi" },
  { "run:echo hi\n    label: x", "missing-blank", "a blank is missing", "write `key: value`", " " },
  { "stop: TERM", "wrong-type", "not “TERM”", "write {signal: TERM}", "{signal: TERM}" },
  { "stop: 5s", "wrong-type", "not “5s”", "write {grace: 5s}", "{grace: 5s}" },
  { "needs: {task: t}", "wrong-type", "not a map", "write [{task: t}]", "[{task: t}]" },
  { "dir: ~/x", "path-no-shell", "reads `dir`: nothing replaces “~”", "write \"${{ env.HOME }}/x\"", "\"${{ env.HOME }}/x\"" },
  { "stdin: $x/y", "path-no-shell", "reads `stdin`: nothing replaces “$x”", "${{ params.x }}/y", "\"${{ params.x }}/y\"" },
  { "reads: [~/x]", "path-no-shell", "reads `reads`: nothing replaces “~”", "${{ env.HOME }}/x", NULL },
  { "continue_on_error: true", "unknown-key", "no key “continue_on_error”", "tolerate: [failed]", NULL },
  { "after: [x]", "unknown-key", "no key “after”", "`needs`", NULL },
  { "parallel: true", "unknown-key", "no key “parallel”", "`slots`", NULL },
  { "container: x", "unknown-key", "no key “container”", "no containers here", NULL },
  { "image: x", "unknown-key", "no key “image”", "no containers here", NULL },
  { "uses: x", "unknown-key", "no key “uses”", "no actions here", NULL },
  { "steps: [x]", "unknown-key", "no key “steps”", "as tasks with `needs`", NULL },
  { "jobs: {a: b}", "unknown-key", "no key “jobs”", "`tasks`", NULL },
  { "strategy: {a: b}", "unknown-key", "no key “strategy”", "one task for each", NULL },
  { "depends: [x]", "unknown-key", "no key “depends”", "needs: [a, b]", NULL },
  { "schedule_interval: x", "unknown-key", "no key “schedule_interval”", "cron", NULL },
  { "command: [sh, -c, \"echo ${{ params.x }}\"]", "expression-in-code", "read as code", "env: {NAME:", NULL },
  { "run: echo ${{ params.x }}", "expression-in-run", "environment variables", "$x", "${x}" },
  { "retyr: {limit: 1}", "unknown-key", "no key “retyr”", "did you mean “retry”?", "retry" },
  { "map: {over: x}", "not-yet-supported", "“map” is not yet supported", "part of the format", NULL },
  { "description: \"\\d\"", "escape", "begins an escape", "single quotes", NULL },
  { "description: \"open", "open-quote", "never closed", "close it", NULL },
};

static void
test_said (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (said); i++)
    {
      g_autofree char *text = g_strdup_printf ("version: 1\nparams: {x: {default: a}, r: {default: a}, "
                                               "dry: {type: bool, default: true}}\ntasks:\n  t:\n    %s\n",
                                               said[i].task);
      g_autoptr (SyProblems) problems = sy_problems_new ();
      SyWorkflow *workflow = load_text (text, problems);
      const SyProblem *p;

      g_clear_pointer (&workflow, sy_workflow_unref);
      g_test_message ("%s", said[i].task);
      g_assert_cmpuint (sy_problems_get_n (problems), >=, 1);
      p = sy_problems_get (problems, 0);
      g_assert_cmpstr (p->code, ==, said[i].code);
      g_assert_cmpuint (p->line, ==, 5);
      g_assert_nonnull (strstr (p->message, said[i].message));
      g_assert_nonnull (p->hint);
      g_assert_nonnull (strstr (p->hint, said[i].hint));
      if (said[i].fix != NULL)
        g_assert_cmpstr (p->fix_text, ==, said[i].fix);
      check_fixes (said[i].task, text);
    }
}

/* The hint of an expression in { } has all of it, whatever commas and brackets it holds */
static void
test_whole_expression (void)
{
  static const char text[] = "version: 1\ntasks:\n  a: {run: x, if: len([1]) == 'a,b' || contains(x, 'y'), label: q}\n";
  g_autoptr (SyProblems) problems = sy_problems_new ();
  SyWorkflow *workflow = load_text (text, problems);

  g_assert_null (workflow);
  g_assert_cmpstr (sy_problems_get (problems, 0)->hint, ==, "quote the whole expression: if: \"len([1]) == 'a,b' || contains(x, 'y')\"");
  g_assert_cmpstr (sy_problems_get (problems, 0)->fix_text, ==, "\"len([1]) == 'a,b' || contains(x, 'y')\"");
}

/* No text of libyaml reaches a user */
static void
test_no_foreign_words (void)
{
  static const char *const words[] = { "did not find", "found character", "mapping values", "while parsing",
                                       "while scanning", "block mapping", "flow sequence" };
  static const char alphabet[] = "ab:-# \n\t[]{},'\"|>&*!%@`?~${}=\\";

  for (guint round = 0; round < 20000; round++)
    {
      char text[64] = "version: 1\ntasks:\n  a: {run: x}\n  b: ";
      gsize length = strlen (text);
      g_autoptr (SyProblems) problems = sy_problems_new ();
      SyWorkflow *workflow;

      while (length < sizeof text - 1)
        text[length++] = alphabet[g_test_rand_int_range (0, sizeof alphabet - 1)];
      text[length] = '\0';
      workflow = load_text (text, problems);
      g_assert_cmpint (workflow != NULL, ==, sy_problems_get_n_errors (problems) == 0);
      g_clear_pointer (&workflow, sy_workflow_unref);
      for (guint i = 0; i < sy_problems_get_n (problems); i++)
        for (guint j = 0; j < G_N_ELEMENTS (words); j++)
          g_assert_null (strstr (sy_problems_get (problems, i)->message, words[j]));
    }
}

/* After a syntax error the rest is checked all the same: "LINE:CODE …" of the body of `tasks`, from line 3 */
static const struct
{
  const char *body, *found;
} gaps[] = {
  { "  a: {run: x\n  b: {rum: y}\n", "3:open-map 4:unknown-key" },
  { "  a: {run: 'x}\n  b: {run: y}\n", "3:open-quote" },
  { "  a:\n    run: echo a: b\n    label: @x\n  b: {needs: [q, a], run: x}\n", "4:quote-run 6:unknown-need" },
  { "  a: {run: x, needs: [b}\n  b: {run: y, needs: [c]\n  c: {rum: z}\nfoo: 1\n",
    "3:open-list 4:open-map 5:unknown-key 6:unknown-key" },
  { "  a:\n    run: x\n   b:\n    run: y\n  c: {rum: z}\n", "5:unexpected-text 7:unknown-key" },
  { "  a: {run: x}\n b: {run: y}\n  c: {rum: z, needs: [b]}\n", "4:unexpected-text 5:unknown-key" },
  { "  a: {run: x, outputs: {o: int}\n  b: {needs: [a], if: tasks.a.outputs.o == 1, run: y}\n", "3:open-map" },
  { "  a: {run: x, rum: 1}\n\tb: {run: y}\n", "3:unknown-key 4:tab-indent" },
  { "  a: {run: x}\nparams: {x: [1, 2}\nfoo: 1\n", "4:open-list 5:unknown-key" },
  { "  a: [", "3:open-list" },
  { "  a: {run: \"x\"", "3:open-map" },
  { "  a: {run: x,\n  ", "3:open-map" },
  { "  a:\n    command: [./x, \"${{ run.id }}\"", "4:open-list" },
  { "  a:{run: x}\n", "3:bad-name 3:wrong-type" },
  { "  a: {run: x}\n  b: {needs: [a], join: {quorum: -1}, run: x}\n", "4:out-of-range" },
  { "  a: {run: x}\n  b: {needs: {task: a}, run: x}\n", "4:wrong-type" },
  { "  a: {needs: [b], run: x}\n  b: {needs: [a], run: x}\n  c: {needs: [b, d], run: x}\n  d: {needs: [e], run: x}\n  e: {needs: [d, c], run: x}\n", "3:cycle 6:cycle" },
  { "  a: {run: \"\xff\"}\n  b: {rum: y}\n", "3:encoding 4:unknown-key" },
};

static void
test_gaps (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (gaps); i++)
    {
      g_autofree char *text = g_strconcat ("version: 1\ntasks:\n", gaps[i].body, NULL);
      g_autoptr (SyProblems) problems = sy_problems_new ();
      g_autoptr (GString) found = g_string_new (NULL);

      g_assert_null (load_text (text, problems));
      for (guint k = 0; k < sy_problems_get_n (problems); k++)
        g_string_append_printf (found, "%s%u:%s", k > 0 ? " " : "", sy_problems_get (problems, k)->line,
                                sy_problems_get (problems, k)->code);
      g_assert_cmpstr (found->str, ==, gaps[i].found);
    }
}

/* Where no task can be left out, it says that there may be more. */
static void
test_unchecked (void)
{
  g_autoptr (SyProblems) problems = sy_problems_new ();

  g_assert_null (load_text ("{version: 1, tasks: {a: {run: x}, b: [}, c: {rum: x}}\n", problems));
  g_assert_cmpuint (sy_problems_get_n (problems), ==, 1);
  g_assert_nonnull (strstr (sy_problems_get (problems, 0)->hint, "there may be more"));
}

/* Names in the environment: what one variable may hold */
static void
test_env_too_large (void)
{
  for (gsize size = 131072 - 4; size <= 131072 - 2; size++)
    {
      g_autofree char *value = g_strnfill (size, 'x');
      g_autofree char *text = g_strdup_printf ("version: 1\ntasks:\n  a: {run: x, env: {A: %s}}\n", value);
      g_autoptr (SyProblems) problems = sy_problems_new ();
      SyWorkflow *workflow = load_text (text, problems);

      /* "A=" and the NUL take three */
      g_assert_cmpuint (count_code (problems, "env-too-large"), ==, size > 131072 - 3);
      g_clear_pointer (&workflow, sy_workflow_unref);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cases/expected", test_expected);
  g_test_add_func ("/cases/fixes", test_fixes);
  g_test_add_func ("/cases/crlf", test_crlf);
  g_test_add_func ("/cases/said", test_said);
  g_test_add_func ("/cases/whole-expression", test_whole_expression);
  g_test_add_func ("/cases/gaps", test_gaps);
  g_test_add_func ("/cases/unchecked", test_unchecked);
  g_test_add_func ("/cases/no-foreign-words", test_no_foreign_words);
  g_test_add_func ("/cases/env-too-large", test_env_too_large);
  return g_test_run ();
}
