/* test-pattern.c: patterns and pasted lines, and the files that come of them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-manuscript.h"
#include "core/model/sy-pattern.h"

#include <string.h>

#define START "version: 1\ntasks:\n  begin: {run: x}\n"

static SyDesignRevision *
apply (const SyChange *change)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (START, sizeof START - 1);
  g_autoptr (SyManuscript) script = sy_manuscript_new (NULL, NULL, bytes);
  g_autoptr (GError) error = NULL;

  sy_manuscript_apply (script, change, &error);
  g_assert_no_error (error);
  return sy_manuscript_make_revision (script);
}

/* "begin fetch:begin convert:fetch" */
static char *
describe (const SyWorkflow *workflow)
{
  GString *text = g_string_new (NULL);

  for (guint32 i = 0; i < workflow->n_tasks; i++)
    {
      const SyTask *task = &workflow->tasks[i];

      g_string_append_printf (text, "%s%s", i > 0 ? " " : "", task->id);
      for (guint32 k = 0; k < task->n_needs; k++)
        g_string_append_printf (text, "%c%s%s", k > 0 ? ',' : ':', workflow->tasks[task->needs[k].task].id, task->needs[k].tolerate != 0 ? "?" : "");
    }
  return g_string_free (text, FALSE);
}

static SyWorkflow *
load_start (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (START, sizeof START - 1);
  g_autoptr (SyManuscript) script = sy_manuscript_new (NULL, NULL, bytes);
  g_autoptr (SyDesignRevision) revision = sy_manuscript_make_revision (script);

  return sy_workflow_ref (revision->workflow);
}

static void
test_patterns (void)
{
  static const struct { SyPattern pattern; const char *after; const char *tasks; } cases[] = {
    { SY_PATTERN_PIPELINE, "begin", "begin fetch:begin convert:fetch publish:convert" },
    { SY_PATTERN_PIPELINE, NULL, "begin fetch convert:fetch publish:convert" },
    { SY_PATTERN_FORK_JOIN, "begin", "begin split:begin part-a:split part-b:split part-c:split join:part-a,part-b,part-c" },
    { SY_PATTERN_QUORUM, NULL, "begin ask-a ask-b ask-c agree:ask-a,ask-b,ask-c" },
    { SY_PATTERN_FLAKY, "begin", "begin download:begin" },
    { SY_PATTERN_TOLERANT, NULL, "begin sentiment topics entities report:sentiment?,topics?,entities?" },
  };
  g_autoptr (SyWorkflow) workflow = load_start ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SyChange) change = sy_pattern_insert (cases[i].pattern, NULL, workflow, cases[i].after);
      g_autoptr (SyDesignRevision) revision = apply (change);
      g_autofree char *tasks = describe (revision->workflow);
      const SyTask *last = &revision->workflow->tasks[revision->workflow->n_tasks - 1];

      g_assert_cmpuint (revision->n_errors, ==, 0);
      g_assert_true (revision->is_valid);
      g_assert_cmpstr (tasks, ==, cases[i].tasks);
      g_assert_cmpint (last->join != NULL && last->join->quorum == 2 && last->join->rest_cancel, ==, cases[i].pattern == SY_PATTERN_QUORUM);
      g_assert_cmpint (last->retry != NULL && last->timeout != NULL, ==, cases[i].pattern == SY_PATTERN_FLAKY);
    }
}

static void
test_names (void)
{
  static const char *const names[] = { "begin", "begin", "end", NULL };
  g_autoptr (SyWorkflow) workflow = load_start ();
  g_autoptr (SyChange) change = sy_pattern_insert (SY_PATTERN_PIPELINE, names, workflow, "begin");
  g_autoptr (SyDesignRevision) revision = apply (change);
  g_autofree char *tasks = describe (revision->workflow);

  g_assert_cmpstr (tasks, ==, "begin begin-2:begin begin-3:begin-2 end:begin-3");
}

static void
test_lines (void)
{
  static const struct { const char *lines, *tasks, *last; } cases[] = {
    { "curl -fsS x > a\nsort a > b\nsort b", "begin curl sort:curl sort-2:sort", "sort b" },
    { "$ make\n# a comment\n\n$ sudo make install\n", "begin make make-2:make", "sudo make install" },
    { "cd src\nexport A=1\nmake\nmake check", "begin make make-2:make", "cd src\nexport A=1\nmake check" },
    { "a \\\n  -b\nc |\n  d", "begin a c:a", "c |\n  d" },
    { "for i in 1 2; do\n  echo $i\ndone\nls", "begin for ls:for", "ls" },
    { "cat <<EOF > x\n# no comment\nfoo\nEOF\nwc x", "begin cat wc:cat", "wc x" },
    { "FOO=1 ./run.sh --fast", "begin run", "FOO=1 ./run.sh --fast" },
    { "7z x a", "begin step7z", "7z x a" },
    { "if true; then\n  ls\nfi\n./x", "begin if x:if", "./x" },
  };
  g_autoptr (SyWorkflow) workflow = load_start ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SyChange) change = sy_pattern_from_lines (cases[i].lines, workflow, NULL);
      g_autoptr (SyDesignRevision) revision = apply (change);
      g_autofree char *tasks = describe (revision->workflow);
      g_autofree char *last = g_strchomp (g_strdup (revision->workflow->tasks[revision->workflow->n_tasks - 1].run.text));

      g_assert_true (revision->is_valid);
      g_assert_cmpstr (tasks, ==, cases[i].tasks);
      g_assert_cmpstr (last, ==, cases[i].last);
    }
  g_assert_null (sy_pattern_from_lines ("\n# nothing\ncd x\n", workflow, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pattern/patterns", test_patterns);
  g_test_add_func ("/pattern/names", test_names);
  g_test_add_func ("/pattern/lines", test_lines);
  return g_test_run ();
}
