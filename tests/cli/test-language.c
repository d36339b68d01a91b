/* test-language.c: what each key of a workflow file makes a run do
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/cli/cli-fixture.h"

#include <string.h>

/*
 * One file for all: each row is a task, the state it must end in, and what it must have written. %CHILD% is
 * tests/lib/test-child. What a row needs stands before it.
 */
static const struct
{
  const char *task, *fields, *state, *wrote;
} rows[] = {
  /* commands, folders, streams */
  { "run", "run: 'echo a; echo b'", "succeeded/succeeded", "a\nb\n" },
  { "run_stops", "run: |\n      false\n      echo on", "failed/exit", "" },
  { "command", "command: [echo, 'a  b', '$HOME', '*']", "succeeded/succeeded", "a  b $HOME *\n" },
  { "shell", "run: 'echo $0 $1'\n    shell: [/bin/sh, -c]", "succeeded/succeeded", NULL },
  { "no_errexit", "run: 'false; echo on'\n    shell: [/bin/sh, -c]", "succeeded/succeeded", "on\n" },
  { "dir", "run: pwd | grep -c /made/deep\n    dir: made/deep", "succeeded/succeeded", "1\n" },
  { "no_dir", "run: 'true'\n    dir: /proc/none", "failed/spawn", NULL },
  { "stdin", "command: [cat]\n    stdin: in.txt", "succeeded/succeeded", "input\n" },
  { "no_stdin", "run: 'wc -c < /dev/stdin'", "succeeded/succeeded", "0\n" },
  { "absent_stdin", "run: 'true'\n    stdin: none.txt", "failed/spawn", NULL },
  { "no_program", "command: [./none]", "failed/spawn", NULL },
  { "split", "run: 'echo o; echo e >&2'\n    streams: split", "succeeded/succeeded", NULL },
  { "empty", NULL, "succeeded/succeeded", NULL },
  /* environment and parameters */
  { "env", "run: 'echo $FROM_FILE/$OVER/$text/$FROM_START/$DEFAULTED'\n    env: {OVER: task}", "succeeded/succeeded",
    "file/task/plain/started/yes\n" },
  { "env_wins", "run: 'echo $text'\n    env: {text: mine}", "succeeded/succeeded", "mine\n" },
  { "params", "run: 'echo \"$i $f $b $e $du $sz $l $j $lines\"'", "succeeded/succeeded",
    "5 1.5 true eu 5400 1536 [\"a\",\"b\"] {\"k\":[1,null]} two\nlines\n" },
  { "dates", "run: 'test \"$d\" = \"$(date -d yesterday +%F)\" -o \"$d\" = \"$(date +%F)\"'", "succeeded/succeeded", NULL },
  { "variables", "run: 'test -n \"$SWITCHYARD_RUN_ID\" -a \"$SWITCHYARD_TASK\" = variables -a \"$SWITCHYARD_ATTEMPT\" = 1 "
    "-a -n \"$SWITCHYARD_IDEMPOTENCY_KEY\" -a -f \"$SWITCHYARD_INPUTS\" -a -d \"$SWITCHYARD_ARTIFACTS\"; echo 5/10 > $SWITCHYARD_PROGRESS'",
    "succeeded/succeeded", NULL },
  /* outputs and expressions */
  { "out", "run: |\n      printf 's=a b\\ni=7\\nf=2.50\\nb=true\\nd=90s\\nz=4K\\nl=[\"p\",\"q\"]\\nj={\"k\":[1,2],\"n\":null}\\n' >> $SWITCHYARD_OUTPUT\n"
    "    outputs: {s: string, i: int, f: float, b: bool, d: duration, z: size, l: list, j: json}", "succeeded/succeeded", NULL },
  { "out_empty", "run: 'echo x= >> $SWITCHYARD_OUTPUT'\n    outputs: {x: int}", "failed/output", NULL },
  { "out_wrong", "run: 'echo x=y >> $SWITCHYARD_OUTPUT'\n    outputs: {x: bool}", "failed/output", NULL },
  { "values", "needs: [out]\n    command: [echo, \"${{ tasks.out.outputs.s }}\", \"${{ tasks.out.outputs.i }}\", \"${{ tasks.out.outputs.f }}\", "
    "\"${{ tasks.out.outputs.b }}\", \"${{ tasks.out.outputs.d }}\", \"${{ tasks.out.outputs.z }}\", \"${{ tasks.out.outputs.l[1] }}\", "
    "\"${{ tasks.out.outputs.j.k[0] }}\"]", "succeeded/succeeded", "a b 7 2.5 true 90 4096 q 1\n" },
  { "functions", "needs: [out]\n    command: [echo, \"${{ len(tasks.out.outputs.l) }}\", \"${{ int('7') }}\", \"${{ float('1.5') }}\", "
    "\"${{ string(3) }}\", \"${{ json('[4]')[0] }}\", \"${{ range(3)[2] }}\", \"${{ contains('abc', 'b') }}\", \"${{ starts_with('abc', 'b') }}\", "
    "\"${{ basename('/a/b.c') }}\", \"${{ stem('/a/b.c') }}\"]", "succeeded/succeeded", "2 7 1.5 3 4 2 true false b.c b\n" },
  { "mixed", "needs: [out]\n    command: [echo, \"<${{ tasks.out.outputs.i }}-${{ params.e }}>\", \"$${{ text }}\", \"${{ tasks.out.outputs.j.none ?? 'other' }}\", "
    "\"${{ tasks.out.state }}\", \"${{ tasks.out.failed }}\", \"${{ tasks.out.succeeded }}\"]", "succeeded/succeeded", "<7-eu> ${{ text }} other succeeded 0 1\n" },
  { "null", "needs: [out]\n    command: [echo, \"${{ tasks.out.outputs.j.n }}\"]", "failed/expression", NULL },
  { "list", "needs: [out]\n    command: [echo, \"${{ tasks.out.outputs.l }}\"]", "failed/expression", NULL },
  { "if_true", "needs: [out]\n    if: tasks.out.outputs.z < 5K and tasks.out.outputs.d >= 1m && not (params.e == 'us' || false)\n    run: 'true'",
    "succeeded/succeeded", NULL },
  { "if_false", "if: ${{ params.i != 5 }}\n    run: 'true'", "skipped/condition_false", NULL },
  { "disabled", "enabled: false\n    run: 'true'", "skipped/disabled", NULL },
  /* time, stop, exit codes */
  { "timeout", "command: [%CHILD%, sleep, '60']\n    timeout: 100ms", "failed/timed_out", NULL },
  { "silent", "run: 'echo once; exec sleep 60'\n    timeout: {no_output: 200ms}", "failed/timed_out", NULL },
  { "total", "run: 'false'\n    timeout: {total: 30m}\n    retry: {limit: 1000, delay: 1h, max_delay: 1h}", "failed/exit", NULL },
  { "signal", "run: 'kill -USR1 $$'", "failed/signal", NULL },
  { "retry", "run: 'echo $SWITCHYARD_ATTEMPT; test $SWITCHYARD_ATTEMPT = 3'\n    retry: {limit: 3, delay: 1ms, on: [1]}", "succeeded/succeeded", "3\n" },
  { "retry_on", "run: exit 2\n    retry: {limit: 3, delay: 1h, max_delay: 1h, on: [1, signal]}", "failed/exit", NULL },
  { "exit_ok", "run: exit 3\n    exit: {succeeded: [0, 3]}", "succeeded/succeeded", NULL },
  { "exit_warned", "run: exit 9\n    exit: {warned: [any]}", "succeeded/warned", NULL },
  { "exit_skipped", "run: exit 7\n    exit: {skipped: [5-8]}", "skipped/exit_code", NULL },
  { "exit_zero", "run: 'true'\n    exit: {succeeded: [1], warned: [0]}", "succeeded/warned", NULL },
  /* joins */
  { "all_success", "needs: [run, run_stops]\n    run: 'true'", "upstream_failed/upstream_failed", NULL },
  { "skip_passes", "needs: [run, disabled]\n    join: all_success\n    run: 'true'", "skipped/upstream_skipped", NULL },
  { "all_done", "needs: [run_stops, disabled]\n    join: all_done\n    run: 'true'", "succeeded/succeeded", NULL },
  { "all_failed", "needs: [run_stops, timeout]\n    join: all_failed\n    run: 'true'", "succeeded/succeeded", NULL },
  { "one_success", "needs: [run_stops, run]\n    join: one_success\n    run: 'true'", "succeeded/succeeded", NULL },
  { "one_failed", "needs: [run_stops, run]\n    join: one_failed\n    run: 'true'", "succeeded/succeeded", NULL },
  { "one_failed_not", "needs: [run, command]\n    join: one_failed\n    run: 'true'", "skipped/upstream_skipped", NULL },
  { "one_done", "needs: [run_stops]\n    join: one_done\n    run: 'true'", "succeeded/succeeded", NULL },
  { "none_failed", "needs: [disabled, run]\n    join: none_failed\n    run: 'true'", "succeeded/succeeded", NULL },
  { "min_one", "needs: [disabled, exit_skipped]\n    join: none_failed_min_one_success\n    run: 'true'", "skipped/upstream_skipped", NULL },
  { "quorum", "needs: [run_stops, run, command]\n    join: {quorum: 60%}\n    run: 'true'", "succeeded/succeeded", NULL },
  { "quorum_not", "needs: [run_stops, run]\n    join: {quorum: 2}\n    run: 'true'", "upstream_failed/upstream_failed", NULL },
  { "quorum_done", "needs: [run_stops, run]\n    join: {quorum: 2, of: done}\n    run: 'true'", "succeeded/succeeded", NULL },
  { "tolerate", "needs: [{task: run_stops, tolerate: [failed]}, {task: disabled, tolerate: [skipped]}]\n    run: 'true'", "succeeded/succeeded", NULL },
  { "one_need", "needs: run\n    run: 'true'", "succeeded/succeeded", NULL },
  /* what it takes, what it touches */
  { "large", "run: 'true'\n    resources: {cpu: 60000, memory: 900T}", "succeeded/succeeded", NULL },
  { "pool", "run: 'true'\n    resources: {db: 2}", "succeeded/succeeded", NULL },
  { "writes", "run: echo x > out.txt\n    writes: [out.txt]\n    durable: false", "succeeded/succeeded", NULL },
  { "reads", "needs: [writes]\n    run: cat out.txt\n    reads: [out.txt, '*.txt']", "succeeded/succeeded", "x\n" },
  { "straggler", "run: 'sleep 60 &'\n    stragglers: kill", "succeeded/succeeded", NULL },
};

static const char head[] =
  "version: 1\nname: language\ndescription: all of it\ndir: work\nslots: 4\npools: {db: 2}\nx-own: {kept: [and, ignored]}\n"
  "env: {FROM_FILE: file, OVER: file, text: lost, FROM_START: \"${{ env.STARTER }}\"}\n"
  "defaults: {env: {DEFAULTED: 'yes'}, timeout: 1m}\n"
  "params:\n  text: {type: text, default: plain}\n  i: {type: int, default: 5, min: 1, max: 9}\n  f: {type: float, default: 1.50}\n"
  "  b: {type: bool, default: true}\n  e: {type: enum, values: [eu, us], default: eu}\n  d: {type: date, default: today-1d}\n"
  "  du: {type: duration, default: 1h30m}\n  sz: {type: size, default: 1.5K}\n  l: {type: list, default: \"a,b\"}\n"
  "  j: {type: json, default: {k: [1, null]}}\n  lines: {type: text, default: \"two\\nlines\"}\n"
  "tasks:\n";

static char *
write_file (CliFixture *fixture)
{
  g_autoptr (GString) text = g_string_new (head);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i].fields == NULL)
      g_string_append_printf (text, "  %s:\n", rows[i].task);
    else
      g_string_append_printf (text, "  %s:\n    %s\n", rows[i].task, rows[i].fields);
  return cli_write (fixture, "flow.yard.yaml", text->str);
}

static void
test_rows (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = write_file (fixture);
  g_autofree char *made = g_build_filename (fixture->dir, "work", NULL);
  g_autofree char *input = NULL;
  g_auto (CliResult) valid = { 0 }, run = { 0 };

  g_mkdir_with_parents (made, 0700);
  input = cli_write (fixture, "work/in.txt", "input\n");
  fixture->env = g_environ_setenv (fixture->env, "STARTER", "started", TRUE);
  valid = cli_expect (fixture, 0, "validate", "flow.yard.yaml", NULL);
  run = cli_expect (fixture, 1, "run", "flow.yard.yaml", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *state = cli_task_state (fixture, "last", rows[i].task);
      g_auto (CliResult) logs = cli_expect (fixture, 0, "logs", "last", rows[i].task, NULL);

      if (g_strcmp0 (state, rows[i].state) != 0 || (rows[i].wrote != NULL && strcmp (logs.out, rows[i].wrote) != 0))
        {
          g_test_message ("%s: %s, not %s; wrote “%s”%s", rows[i].task, state, rows[i].state, logs.out, logs.err);
          g_test_fail ();
        }
    }
}

/* What the file says of the run as a whole */
static const struct
{
  const char *name, *file;
  int code;
  const char *state, *has, *has_not; /* files that tasks and handlers have left */
} whole[] = {
  { "continue", "tasks:\n  a: {run: exit 1}\n  b: {run: touch b}\n", 1, "failed", "b", NULL },
  { "stop", "on_failure: stop\nslots: 1\ntasks:\n  a: {run: exit 1, priority: 1}\n  b: {run: touch b}\n", 1, "failed", NULL, "b" },
  { "cancel", "on_failure: cancel\nslots: 2\ntasks:\n  a: {run: 'until test -e started; do sleep 0.02; done; exit 1'}\n"
    "  b: {run: 'touch started; sleep 60; touch b'}\n", 1, "failed", "started", "b" },
  { "partly", "tasks:\n  a: {run: exit 3, exit: {warned: [3]}}\n", 0, "partially_succeeded", NULL, NULL },
  { "tolerated", "tasks:\n  a: {run: exit 1}\n  b: {needs: [{task: a, tolerate: [failed]}], run: touch b}\n", 0, "partially_succeeded", "b", NULL },
  { "cleanup", "tasks:\n  a: {run: exit 1}\n  b: {needs: [a], join: all_done, run: touch b}\n", 1, "failed", "b", NULL },
  { "success", "handlers: {init: {run: touch init}, success: {command: [touch, yes]}, failure: {run: touch no}, exit: {run: test -e yes && touch end}}\n"
    "tasks:\n  a: {run: test -e init}\n", 0, "succeeded", "end", "no" },
  { "failure", "handlers: {success: {run: touch no}, failure: {run: 'echo $WHO > who', env: {WHO: me}}, exit: {run: exit 1}}\ntasks:\n  a: {run: exit 1}\n", 1,
    "failed", "who", "no" },
  { "handler-time", "handlers: {exit: {run: 'sleep 60; touch late', timeout: 100ms}}\ntasks:\n  a: {run: 'true'}\n", 0, "succeeded", NULL, "late" },
  { "fresh", "dir: ${{ run.dir }}\ntasks:\n  a: {run: 'touch inside; test -z \"$(ls | grep -v inside)\"'}\n", 0, "succeeded", NULL, "inside" },
  { "order", "slots: 1\ntasks:\n  a: {run: test -e b}\n  b: {run: touch b, priority: 5}\n", 0, "succeeded", "b", NULL },
};

static void
test_whole (CliFixture *fixture, gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autofree char *text = g_strconcat ("version: 1\n", whole[i].file, NULL);
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml", text);
  g_auto (CliResult) run = cli_expect (fixture, whole[i].code, "run", "flow.yard.yaml", NULL);
  g_autofree char *state = cli_run_state (fixture, "last");
  g_autofree char *there = whole[i].has != NULL ? g_build_filename (fixture->dir, whole[i].has, NULL) : NULL;
  g_autofree char *not_there = whole[i].has_not != NULL ? g_build_filename (fixture->dir, whole[i].has_not, NULL) : NULL;

  g_assert_cmpstr (state, ==, whole[i].state);
  g_assert_true (there == NULL || g_file_test (there, G_FILE_TEST_EXISTS));
  g_assert_false (not_there != NULL && g_file_test (not_there, G_FILE_TEST_EXISTS));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  CLI_ADD ("/cli/language/tasks", NULL, test_rows);
  for (guint i = 0; i < G_N_ELEMENTS (whole); i++)
    {
      g_autofree char *path = g_strdup_printf ("/cli/language/%s", whole[i].name);

      CLI_ADD (path, GUINT_TO_POINTER (i), test_whole);
    }
  return g_test_run ();
}
