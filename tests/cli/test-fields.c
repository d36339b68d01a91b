/* test-fields.c: expressions in fields that have a type of their own, all the way through a run
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/cli/cli-fixture.h"

#include <signal.h>

/* What the task `t` becomes; `plan` before it gives the outputs n (int), d and s (strings) */
typedef struct
{
  const char *name, *fields, *args[4], *state, *task; /* (nullable) task: not t */
} FieldCase;

#define FILE_HEAD \
  "version: 1\n" \
  "params:\n  n: {type: int, default: 2}\n  t: {type: duration, default: 1h}\n  b: {type: bool, default: true}\n" \
  "  s: {type: string, default: merged}\n  j: {type: json, default: {limit: 1, code: 7}}\n" \
  "pools: {db: \"${{ params.n }}\"}\n" \
  "tasks:\n" \
  "  plan:\n    run: printf 'n=2\\nd=100ms\\ns=INT\\n' >> \"$SWITCHYARD_OUTPUT\"\n" \
  "    outputs: {n: int, d: string, s: string}\n" \
  "  t:\n    needs: [plan]\n    "

static const FieldCase cases[] = {
  { "timeout", "command: [%CHILD%, sleep, '30']\n    timeout: \"${{ params.t }}\"\n", { "-p", "t=50ms" }, "failed/timed_out" },
  { "timeout-text", "command: [%CHILD%, sleep, '30']\n    timeout: \"${{ params.n }}0ms\"\n", { NULL }, "failed/timed_out" },
  { "timeout-unused", "run: 'true'\n    timeout: \"${{ params.t }}\"\n", { NULL }, "succeeded/succeeded" },
  { "retry", "run: test $SWITCHYARD_ATTEMPT = 2\n    retry: {limit: \"${{ params.j.limit }}\", delay: \"${{ params.n }}ms\"}\n",
    { NULL }, "succeeded/succeeded" },
  { "retry-on", "run: exit 7\n    retry: {limit: 9, delay: 1ms, on: [\"${{ params.n }}\"]}\n", { NULL }, "failed/exit" },
  { "warned", "run: exit 7\n    exit: {warned: [\"${{ params.j.code }}\"]}\n", { NULL }, "succeeded/warned" },
  { "enabled", "run: 'true'\n    enabled: \"${{ params.b }}\"\n", { "-p", "b=false" }, "skipped/disabled" },
  { "pool", "run: 'true'\n    resources: {db: \"${{ params.n }}\"}\n", { "-p", "n=9" }, "succeeded/succeeded" },
  { "env", "run: test $SWITCHYARD_ATTEMPT = 2\n    retry: {limit: \"${{ int(env.NOT_SET ?? '1') }}\", delay: 1ms}\n", { NULL },
    "succeeded/succeeded" },
  { "late-timeout", "command: [%CHILD%, sleep, '30']\n    timeout: \"${{ tasks.plan.outputs.d }}\"\n", { NULL }, "failed/timed_out" },
  { "late-total", "command: [%CHILD%, sleep, '30']\n    timeout: {total: \"${{ tasks.plan.outputs.d }}\", attempt: 1h}\n", { NULL },
    "failed/timed_out" },
  { "late-silence", "command: [%CHILD%, sleep, '30']\n    timeout: {no_output: \"${{ tasks.plan.outputs.d }}\"}\n", { NULL },
    "failed/timed_out" },
  { "late-retry", "run: test $SWITCHYARD_ATTEMPT = 3\n"
    "    retry: {limit: \"${{ tasks.plan.outputs.n }}\", delay: \"${{ tasks.plan.outputs.n }}ms\"}\n", { NULL }, "succeeded/succeeded" },
  { "late-stop", "run: trap 'exit 0' INT; while :; do sleep 0.01; done\n    exit: {warned: [0], succeeded: [1]}\n"
    "    timeout: 200ms\n    stop: {signal: \"${{ tasks.plan.outputs.s }}\", grace: 1h}\n", { NULL }, "failed/timed_out" },
  { "late-pool", "run: 'true'\n    resources: {db: \"${{ tasks.plan.outputs.n }}\"}\n", { NULL }, "succeeded/succeeded" },
  { "late-pool-large", "run: 'true'\n    resources: {db: \"${{ tasks.plan.outputs.n }}\"}\n", { "-p", "n=1" }, "failed/expression" },
  { "late-cpu", "run: 'true'\n    resources: {cpu: \"${{ tasks.plan.outputs.n }}\", memory: \"${{ tasks.plan.outputs.n }}\"}\n", { NULL },
    "succeeded/succeeded" },
  { "join", "run: 'true'\n    join: \"${{ params.s }}\"\n", { "-p", "s=all_failed" }, "skipped/upstream_skipped" },
  { "quorum", "run: 'true'\n    join: {quorum: \"${{ params.n }}\", of: \"${{ params.s }}\"}\n", { "-p", "n=1", "-p", "s=done" },
    "succeeded/succeeded" },
  { "quorum-percent", "run: 'true'\n    join: {quorum: \"${{ params.n }}0%\"}\n", { NULL }, "succeeded/succeeded" },
  { "tolerate", "run: 'true'\n  bad: {run: exit 1}\n  end: {run: 'true', needs: [{task: bad, tolerate: [\"${{ params.s }}\"]}]}\n",
    { "-p", "s=failed" }, "succeeded/succeeded", "end" },
  { "output-type", "run: echo n=x >> \"$SWITCHYARD_OUTPUT\"\n    outputs: {n: \"${{ params.s }}\"}\n", { "-p", "s=int" },
    "failed/output" },
  { "output-used", "run: echo n=7 >> \"$SWITCHYARD_OUTPUT\"\n    outputs: {n: \"${{ params.s }}\"}\n"
    "  end: {run: 'true', needs: [t], if: tasks.t.outputs.n > 6}\n", { "-p", "s=int" }, "succeeded/succeeded", "end" },
  { "on-lost-wrong", "run: 'true'\n    on_lost: \"${{ tasks.plan.outputs.s }}\"\n", { NULL }, "failed/expression" },
  { "late-wrong", "run: 'true'\n    timeout: \"${{ tasks.plan.outputs.s }}\"\n", { NULL }, "failed/expression" },
};

static void
test_field (CliFixture *fixture, gconstpointer data)
{
  const FieldCase *c = data;
  g_autofree char *text = g_strconcat (FILE_HEAD, c->fields, NULL), *path = cli_write (fixture, "flow.yard.yaml", text);
  const char *args[] = { "run", "flow.yard.yaml", c->args[0], c->args[1], c->args[2], c->args[3], NULL };
  g_auto (CliResult) valid = cli_expect (fixture, 0, "validate", "flow.yard.yaml", NULL);
  g_auto (CliResult) run = cli_runv (fixture, args);
  g_autofree char *state = cli_task_state (fixture, "last", c->task != NULL ? c->task : "t");

  g_test_message ("%s", run.err);
  g_assert_cmpstr (state, ==, c->state);
}

/* The message of a value that came too late to be checked names field and value. */
static void
test_message (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml", FILE_HEAD "run: 'true'\n    timeout: \"${{ tasks.plan.outputs.s }}\"\n");
  g_auto (CliResult) run = cli_expect (fixture, 1, "run", "flow.yard.yaml", NULL);
  g_auto (CliResult) why = cli_expect (fixture, 0, "why", "last", "t", NULL);

  cli_assert_has (why.out, "timeout.attempt: “INT” is not a duration");
}

/* What does not fit is said with its line before anything starts. */
static void
test_refused (CliFixture *fixture, gconstpointer data)
{
  static const char file[] = "version: 1\nparams: {n: {type: int, default: 1}, t: {type: string, default: 5m}}\n"
                             "slots: \"${{ params.n }}\"\ntasks:\n  a: {run: 'true', timeout: \"${{ params.t }}\"}\n"
                             "  b: {run: 'true', needs: [a], priority: \"${{ int(env.LEVEL) }}\"}\n";
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml", file);
  g_autofree char *state = g_build_filename (fixture->state, "switchyard", NULL);
  g_auto (CliResult) valid = cli_expect (fixture, 0, "validate", "flow.yard.yaml", NULL);
  g_auto (CliResult) run = cli_expect (fixture, 2, "run", "flow.yard.yaml", "-p", "n=0", "-p", "t=soon", NULL);

  cli_assert_has (run.err, "flow.yard.yaml:3:8: error: “slots” wants a whole number from 1 to 65536, or auto, but ${{ params.n }} gives “0”");
  cli_assert_has (run.err, "flow.yard.yaml:5:29: error: “timeout” wants a duration");
  cli_assert_has (run.err, "flow.yard.yaml:6:42: error: “priority”");
  g_assert_false (g_file_test (state, G_FILE_TEST_EXISTS));
}

/* A default that does not fit is no error where another value is given, and one where it is used. */
static void
test_default (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml",
                                     "version: 1\nparams: {t: {type: string, default: soon}, n: {type: int, default: 1}}\n"
                                     "pools: {db: \"${{ params.n }}\"}\n"
                                     "tasks:\n  a: {run: 'true', timeout: \"${{ params.t }}\", resources: {db: 2}}\n");
  g_auto (CliResult) valid = cli_expect (fixture, 0, "validate", "flow.yard.yaml", NULL);
  g_auto (CliResult) without = cli_expect (fixture, 2, "run", "flow.yard.yaml", NULL);
  g_auto (CliResult) half = cli_expect (fixture, 2, "run", "flow.yard.yaml", "-p", "t=1h", NULL);
  g_auto (CliResult) with = cli_expect (fixture, 0, "run", "flow.yard.yaml", "-p", "t=1h", "-p", "n=2", NULL);

  cli_assert_has (valid.err, "flow.yard.yaml:5:29: warning: “timeout” wants a duration");
  cli_assert_has (valid.err, "-p NAME=VALUE");
  cli_assert_has (without.err, "flow.yard.yaml:5:29: error: “timeout” wants a duration");
  cli_assert_has_not (half.err, "soon");
  cli_assert_has (half.err, "flow.yard.yaml:5:64: error: the pool “db” has 1");
  cli_assert_has_not (with.err, "warning");
}

/* The run's own values, not the defaults: in the log's readers, and when a part runs again */
static void
test_kept (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml",
                                     "version: 1\nname: \"demo ${{ params.n }}\"\n"
                                     "params: {n: {type: int, default: 1}}\nslots: \"${{ params.n }}\"\n"
                                     "tasks:\n  a: {run: 'test $SWITCHYARD_ATTEMPT -gt 3', "
                                     "retry: {limit: \"${{ params.n }}\", delay: 1ms}}\n");
  g_auto (CliResult) run = cli_expect (fixture, 1, "run", "flow.yard.yaml", "-p", "n=2", NULL);
  g_auto (CliResult) show = cli_expect (fixture, 0, "show", "last", "--json", NULL);
  g_auto (CliResult) again = cli_expect (fixture, 0, "rerun", "last", "--failed", NULL);

  cli_assert_has (show.out, "\"name\":\"demo 2\"");
  cli_assert_has (show.out, "\"slots\":2,");
  cli_assert_has (show.out, "{\"attempt\":3,");
  cli_assert_has_not (show.out, "{\"attempt\":4,");
}

/* A quorum that cannot be met is an error of the run that asks for it. */
static void
test_quorum (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml",
                                     "version: 1\nparams: {n: {type: int, default: 1}}\ntasks:\n  a: {run: 'true'}\n"
                                     "  b: {run: 'true', needs: [a], join: {quorum: \"${{ params.n }}\"}}\n");
  g_auto (CliResult) valid = cli_expect (fixture, 0, "validate", "flow.yard.yaml", NULL);
  g_auto (CliResult) run = cli_expect (fixture, 2, "run", "flow.yard.yaml", "-p", "n=2", NULL);

  cli_assert_has (run.err, "flow.yard.yaml:5:47: error: a quorum of 2 cannot be met: the number of needs is 1");
}

/* Defaults that are expressions are evaluated in the order of the file, once: readers and re-runs see what the run began with. */
static void
test_param_default (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml",
                                     "version: 1\nparams:\n  who: {type: string, default: \"${{ env.FIELDS_WHO ?? 'nobody' }}\"}\n"
                                     "  to: {type: path, default: \"out/${{ params.who }}\"}\n"
                                     "  n: {type: int, default: \"${{ int(env.FIELDS_N ?? '1') }}\", max: 5}\n"
                                     "  lit: {type: string, default: \"$${{ x }}\"}\n"
                                     "tasks:\n  a: {command: [echo, \"${{ params.to }}\", \"${{ params.n }}\", \"${{ params.lit }}\"]}\n");
  g_auto (CliResult) plain = cli_expect (fixture, 0, "run", "flow.yard.yaml", NULL);
  g_auto (CliResult) first = cli_expect (fixture, 0, "logs", "last", "a", NULL);
  g_auto (CliResult) given = cli_expect (fixture, 0, "run", "flow.yard.yaml", "-p", "who=${{ env.HOME }}", "-p", "n=3", NULL);
  g_auto (CliResult) second = cli_expect (fixture, 0, "logs", "last", "a", NULL);
  g_auto (CliResult) set = { 0 }, again = { 0 }, third = { 0 }, wrong = { 0 };

  g_assert_cmpstr (first.out, ==, "out/nobody 1 ${{ x }}\n");
  g_assert_cmpstr (second.out, ==, "out/${{ env.HOME }} 3 ${{ x }}\n");
  fixture->env = g_environ_setenv (fixture->env, "FIELDS_WHO", "ann", TRUE);
  set = cli_expect (fixture, 0, "run", "flow.yard.yaml", NULL);
  fixture->env = g_environ_setenv (fixture->env, "FIELDS_WHO", "bob", TRUE);
  again = cli_expect (fixture, 0, "rerun", "last", "--task", "a", NULL);
  third = cli_expect (fixture, 0, "logs", "last", "a", NULL);
  g_assert_cmpstr (third.out, ==, "out/ann 1 ${{ x }}\n");
  fixture->env = g_environ_setenv (fixture->env, "FIELDS_N", "6", TRUE);
  wrong = cli_expect (fixture, 2, "run", "flow.yard.yaml", NULL);
  cli_assert_has (wrong.err, "the default of the parameter “n”, ${{ int(env.FIELDS_N ?? '1') }}: parameter “n”: 6 is more than the most, 5");
}

/* The folder that a task before this one has left */
static void
test_artifacts (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml",
                                     "version: 1\ntasks:\n  a: {run: 'echo kept > $SWITCHYARD_ARTIFACTS/f'}\n"
                                     "  b: {needs: [a], command: [cat, \"${{ tasks.a.artifacts }}/f\"]}\n");
  g_auto (CliResult) run = cli_expect (fixture, 0, "run", "flow.yard.yaml", NULL);
  g_auto (CliResult) logs = cli_expect (fixture, 0, "logs", "last", "b", NULL);

  g_assert_cmpstr (logs.out, ==, "kept\n");
}

/* A request that is known only late is kept to, also by the runner that comes after one that was killed. */
static void
test_late_pool (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path =
    cli_write (fixture, "flow.yard.yaml",
               "version: 1\npools: {db: 2}\nslots: 4\ntasks:\n"
               "  plan: {run: 'echo n=2 >> \"$SWITCHYARD_OUTPUT\"', outputs: {n: int}}\n"
               "  one: {needs: [plan], priority: 1, run: 'until test -e go; do sleep 0.02; done; touch gone', resources: {db: 1}}\n"
               "  two: {needs: [plan], run: test -e gone, resources: {db: \"${{ tasks.plan.outputs.n }}\"}}\n");
  GPid runner = cli_spawn (fixture, "run.txt", "run", "flow.yard.yaml", NULL);
  g_autofree char *go = NULL, *state = NULL;

  cli_await_state (fixture, "two", "ready/held_pool");
  kill (runner, SIGKILL);
  cli_wait (runner);
  runner = cli_spawn (fixture, "again.txt", "resume", "last", NULL);
  go = cli_write (fixture, "go", "");
  g_assert_cmpint (cli_wait (runner), ==, 0);
  state = cli_task_state (fixture, "last", "two");
  g_assert_cmpstr (state, ==, "succeeded/succeeded");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/cli/fields/%s", cases[i].name);

      CLI_ADD (path, &cases[i], test_field);
    }
  CLI_ADD ("/cli/fields/message", NULL, test_message);
  CLI_ADD ("/cli/fields/refused", NULL, test_refused);
  CLI_ADD ("/cli/fields/default", NULL, test_default);
  CLI_ADD ("/cli/fields/kept", NULL, test_kept);
  CLI_ADD ("/cli/fields/quorum-too-large", NULL, test_quorum);
  CLI_ADD ("/cli/fields/param-default", NULL, test_param_default);
  CLI_ADD ("/cli/fields/artifacts", NULL, test_artifacts);
  CLI_ADD ("/cli/fields/late-pool-kept", NULL, test_late_pool);
  return g_test_run ();
}
