/* test-complete.c: what may stand where somebody types
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-fields.h"
#include "core/format/sy-manuscript.h"
#include "core/model/sy-complete.h"

#include <string.h>

#define FLOW "version: 1\nname: x\nparams:\n  day: {type: date, default: today}\n  region: {type: string, default: eu}\n" \
  "env: {STAGE: one}\npools: {db: 2}\ntasks:\n" \
  "  fetch: {run: x, outputs: {parts: json, total: int}}\n  convert: {needs: [fetch], run: x}\n  merge: {needs: [convert], run: x}\n"

static SyDesignRevision *
load (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (SyManuscript) script = sy_manuscript_new (NULL, NULL, bytes);

  return sy_manuscript_make_revision (script);
}

/* The words, or what is written of them; at most so many */
static char *
complete (const char *text, const SyWorkflow *workflow, guint most, gboolean insert)
{
  const char *cursor = strchr (text, '^');
  g_autofree char *head = g_strndup (text, (gsize) (cursor - text)), *plain = g_strconcat (head, cursor + 1, NULL);
  g_autoptr (GPtrArray) found = NULL;
  GString *words = g_string_new (NULL);
  gsize start;

  found = sy_complete_file (plain, strlen (plain), (gsize) (cursor - text), &sy_table_file, workflow, &start);
  g_assert_cmpuint (start, <=, (gsize) (cursor - text));
  for (guint i = 0; i < found->len && i < most; i++)
    {
      const SyCandidate *candidate = g_ptr_array_index (found, i);

      g_string_append_printf (words, "%s%s", i > 0 ? "," : "", insert ? candidate->insert : candidate->word);
    }
  return g_string_free (words, FALSE);
}

static void
test_cases (void)
{
  static const struct { const char *text; guint most; const char *words; } cases[] = {
    /* keys */
    { "ver^", 9, "version" },
    { "version: 1\nna^", 9, "name" },
    { "version: 1\nnam^\ntasks: {}\n", 9, "name" },
    { "tasks:\n  a:\n    tim^", 9, "timeout" },
    { "tasks:\n  a:\n    run: x\n    re^", 9, "retry,resources,reads,streams" },
    { "tasks:\n  a:\n    retry:\n      max^", 9, "max_delay" },
    { "tasks:\n  a:\n    retry: {lim^", 9, "limit" },
    { "tasks:\n  a: {run: x, ret^", 9, "retry" },
    { "tasks:\n  a: {run: 'x, y', retry: {limit: 1, del^", 9, "delay,max_delay" },
    { "tasks:\n  a:\n    run: |\n      echo: x\n        for^\n", 9, "" },
    { "tasks:\n  a:\n    run: |\n      echo a\n    tim^\n", 9, "timeout" },
    /* a shell text that somebody has just pasted */
    { "curl -s x |\n  jq .foo: x^", 9, "" },
    { "curl -s x |\n  - a: {b^", 9, "" },
    { "params:\n  day:\n    des^", 9, "description" },
    { "handlers: {fail^", 9, "failure" },
    { "defaults:\n  timeo^", 9, "timeout" },
    { "tasks:\n  a: {resources: {d^", 9, "db" },
    { "tasks:\n  a:\n    resources:\n      m^", 9, "memory" },
    { "tasks:\n  fe^", 9, "" },
    { "tasks:\n  a:\n    env:\n      X^", 9, "" },
    { "tasks:\n  a:\n    nosuch:\n      x^", 9, "" },
    /* later keys are not offered */
    { "tasks:\n  a:\n    approv^", 9, "" },
    /* values */
    { "on_failure: ^", 9, "continue,stop,cancel" },
    { "tasks:\n  a:\n    on_lost: f^", 9, "fail" },
    { "tasks:\n  a: {on_lost: h^}", 9, "hold" },
    { "tasks:\n  a:\n    enabled: ^", 9, "true,false" },
    { "tasks:\n  a:\n    join: one_^", 9, "one_success,one_failed,one_done,none_failed,none_failed_min_one_success" },
    { "tasks:\n  a:\n    retry: {limit: 1, delay: ^", 9, "1s" },
    { "tasks:\n  a:\n    retry:\n      on: [ex^", 9, "exit" },
    { "params:\n  day: {type: da^", 9, "date,datetime" },
    { "tasks:\n  a:\n    outputs:\n      x: li^", 9, "list" },
    /* needs: neither itself nor what needs it */
    { "tasks:\n  x:\n    needs: [^", 9, "fetch,convert,merge" },
    { "tasks:\n  convert: {needs: [^", 9, "fetch" },
    { "tasks:\n  merge:\n    needs: [fetch, co^", 9, "convert" },
    { "tasks:\n  merge:\n    needs:\n    - fe^", 9, "fetch" },
    { "tasks:\n  merge:\n    needs:\n      - fetch\n      - task: co^", 9, "convert" },
    { "tasks:\n  merge:\n    needs:\n      - task: fetch\n        tol^", 9, "tolerate" },
    { "tasks:\n  merge:\n    needs: fe^", 9, "fetch" },
    /* expressions: what runs before */
    { "tasks:\n  merge:\n    if: par^", 9, "params" },
    { "tasks:\n  merge:\n    if: params.^", 9, "day,region" },
    { "tasks:\n  merge:\n    if: params.region == 'eu' && tasks.^", 9, "fetch,convert" },
    { "tasks:\n  fetch:\n    if: tasks.^", 9, "" },
    { "tasks:\n  merge:\n    if: tasks.fetch.^", 2, "outputs,state" },
    { "tasks:\n  merge:\n    if: tasks.fetch.outputs.^", 9, "parts,total" },
    { "tasks:\n  merge:\n    command: [x, \"${{ run.^", 9, "id,dir,started" },
    { "tasks:\n  merge:\n    command: [x, \"${{ run.id }}\", \"${{ params.d^ }}\"]", 9, "day" },
    { "tasks:\n  merge:\n    env:\n      DAY: ${{ params.^ }}", 9, "day,region" },
    { "tasks:\n  merge:\n    command: [x, \"${{ run.id }}\", ^", 9, "" },
    { "tasks:\n  merge:\n    command: [\"$${{ par^", 9, "" },
    /* variables of a shell text */
    { "tasks:\n  merge:\n    run: |\n      echo \"$re^\"", 9, "region" },
    { "tasks:\n  merge:\n    run: echo ${ST^", 9, "STAGE" },
    { "tasks:\n  merge:\n    run: echo re^", 9, "" },
  };
  g_autoptr (SyDesignRevision) revision = load (FLOW);

  g_assert_true (revision->is_valid);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = complete (cases[i].text, revision->workflow, cases[i].most, FALSE);

      if (strcmp (words, cases[i].words) != 0)
        g_test_message ("%s", cases[i].text);
      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

static void
test_insert (void)
{
  g_autoptr (SyDesignRevision) revision = load (FLOW);
  static const struct { const char *text, *insert; } cases[] = {
    { "tasks:\n  a:\n    tim^", "timeout: " },
    { "tasks:\n  merge:\n    if: tasks.fetch.outp^", "outputs." },
    { "tasks:\n  merge:\n    if: basen^", "basename(" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *insert = complete (cases[i].text, revision->workflow, 1, TRUE);

      g_assert_cmpstr (insert, ==, cases[i].insert);
    }
}

/* A value alone, as a form shows it; ^ is the cursor */
static void
test_field (void)
{
  g_autoptr (SyDesignRevision) revision = load (FLOW);
  static const struct { const char *key, *text, *words; } cases[] = {
    { "if", "tasks.^", "fetch,convert" }, { "dir", "out/${{ params.^", "day,region" }, { "dir", "par^", "" },
    { "env", "A=x\nB=${{ tasks.fetch.outputs.^ }}\nC=y", "parts,total" }, { "env", "par^=x", "" }, { "env", "A=${{ par^", "params" },
    { "command", "./x\n--day\n${{ params.d^", "day" }, { "writes", "out/${{ run.i^", "id,dir" }, { "needs", "fe^", "fetch" }, { "needs", "fetch\n^", "fetch,convert" },
    { "run", "echo $d^", "day" }, { "run", "echo d^", "" }, { "outputs", "n=in^", "int,string" }, { "outputs", "in^", "" }, { "shell", "bash\n${{ env^", "env" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *cursor = strchr (cases[i].text, '^');
      g_autofree char *head = g_strndup (cases[i].text, (gsize) (cursor - cases[i].text)), *text = g_strconcat (head, cursor + 1, NULL);
      g_autoptr (GString) words = g_string_new (NULL);
      g_autoptr (GPtrArray) found = NULL;
      gsize start;

      found = sy_complete_field (sy_table_find (&sy_table_task, cases[i].key), text, strlen (head), revision->workflow, "merge", &start);
      for (guint k = 0; k < found->len; k++)
        g_string_append_printf (words, "%s%s", k > 0 ? "," : "", ((SyCandidate *) found->pdata[k])->word);
      g_test_message ("%s: %s", cases[i].key, cases[i].text);
      g_assert_cmpstr (words->str, ==, cases[i].words);
      g_assert_cmpuint (start, <=, strlen (head));
    }
}

/* Any place of a real file, with and without a graph */
static void
test_everywhere (void)
{
  g_autofree char *text = NULL;
  g_autofree char *examples = g_build_filename (g_getenv ("SWITCHYARD_SOURCE_ROOT"), "data", "examples", "document-analysis.yard.yaml", NULL);
  g_autoptr (SyDesignRevision) revision = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (examples, &text, &length, NULL));
  revision = load (text);
  for (gsize at = 0; at <= length; at++)
    {
      gsize start;
      g_autoptr (GPtrArray) found = sy_complete_file (text, length, at, &sy_table_file, at % 2 ? revision->workflow : NULL, &start);

      g_assert_cmpuint (start, <=, at);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/complete/cases", test_cases);
  g_test_add_func ("/complete/insert", test_insert);
  g_test_add_func ("/complete/field", test_field);
  g_test_add_func ("/complete/everywhere", test_everywhere);
  return g_test_run ();
}
