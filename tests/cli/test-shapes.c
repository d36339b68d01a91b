/* test-shapes.c: what show, runs, resume and $SWITCHYARD_INPUTS say, held against the contract
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/cli/cli-fixture.h"

#include <signal.h>

/* A task without needs gets the parameters too. */
static void
test_inputs (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml",
                                     "version: 1\nparams:\n  n: {type: int, default: 3}\n  s: {type: string, default: x}\n"
                                     "tasks:\n  a: {run: 'cat \"$SWITCHYARD_INPUTS\"'}\n"
                                     "  b: {needs: [a], run: 'cat \"$SWITCHYARD_INPUTS\"'}\n");
  g_auto (CliResult) run = cli_expect (fixture, 0, "run", "flow.yard.yaml", NULL);
  g_auto (CliResult) first = cli_expect (fixture, 0, "logs", "last", "a", NULL);
  g_auto (CliResult) second = cli_expect (fixture, 0, "logs", "last", "b", NULL);

  cli_assert_has (first.out, "\"params\":{\"n\":3,\"s\":\"x\"}");
  cli_assert_has (first.out, "\"needs\":[]");
  cli_assert_has (second.out, "\"params\":{\"n\":3,\"s\":\"x\"}");
  cli_assert_has (second.out, "\"id\":\"a\",\"state\":\"succeeded\"");
}

static void
test_inputs_bare (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml",
                                     "version: 1\ntasks:\n  a: {run: 'cat \"$SWITCHYARD_INPUTS\"'}\n");
  g_auto (CliResult) run = cli_expect (fixture, 0, "run", "flow.yard.yaml", NULL);
  g_auto (CliResult) first = cli_expect (fixture, 0, "logs", "last", "a", NULL);

  cli_assert_has (first.out, "{\"v\":1,\"run\":{\"id\":");
  cli_assert_has (first.out, "\"params\":{}},\"needs\":[]}");
}

/* In a chain of short tasks orders are made before what they need has ended: that makes no difference to them, and what one
 * makes for the next is not made before it. */
static void
test_inputs_ahead (CliFixture *fixture, gconstpointer data)
{
  g_autoptr (GString) yaml = g_string_new ("version: 1\ntasks:\n  t0: {run: 'cat \"$SWITCHYARD_INPUTS\" >i0'}\n");
  g_autofree char *path = NULL, *pwd = NULL, *link = NULL;
  g_auto (CliResult) run = { 0 };

  for (guint i = 1; i < 30; i++)
    g_string_append_printf (yaml, "  t%u: {needs: [t%u], run: 'cat \"$SWITCHYARD_INPUTS\" >i%u'}\n", i, i - 1, i);
  g_string_append (yaml, "  made: {needs: [t29], run: mkdir sub one two && ln -s one link}\n"
                         "  used: {needs: [made], dir: sub, command: [sh, -c, 'pwd >../pwd']}\n"
                         "  moved: {needs: [used], run: ln -sfn two link}\n"
                         "  there: {needs: [moved], dir: link, command: [sh, -c, 'env | grep ^PWD >../link.pwd']}\n");
  path = cli_write (fixture, "flow.yard.yaml", yaml->str);
  run = cli_expect (fixture, 0, "run", "flow.yard.yaml", NULL);
  for (guint i = 1; i < 30; i++)
    {
      g_autofree char *name = g_strdup_printf ("i%u", i);
      g_autofree char *need =
        g_strdup_printf ("\"needs\":[{\"id\":\"t%u\",\"state\":\"succeeded\",\"reason\":\"succeeded\",\"exit\":0,\"outputs\":null,", i - 1);
      g_autofree char *folder = g_strdup_printf ("/artifacts/t%u.i0.a1\"", i);
      g_autofree char *text = cli_read (fixture, name);

      cli_assert_has (text, need);
      cli_assert_has (text, folder);
      cli_assert_has (text, "\"state\":\"running\"");
    }
  pwd = cli_read (fixture, "pwd");
  g_assert_true (g_str_has_suffix (pwd, "/sub\n"));
  link = cli_read (fixture, "link.pwd");
  g_assert_true (g_str_has_suffix (link, "/two\n") || g_str_has_suffix (link, "/link\n"));
}

/* An attempt that was tried again has failed: it is not ready. */
static void
test_retried (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml",
                                     "version: 1\ntasks:\n  a: {run: 'test $SWITCHYARD_ATTEMPT -gt 1', "
                                     "retry: {limit: 1, delay: 10ms}}\n");
  g_auto (CliResult) run = cli_expect (fixture, 0, "run", "flow.yard.yaml", NULL);
  g_auto (CliResult) show = cli_expect (fixture, 0, "show", "last", "--json", NULL);
  g_auto (CliResult) csv = cli_expect (fixture, 0, "export", "last", "--to", "csv", NULL);
  g_auto (CliResult) trace = cli_expect (fixture, 0, "export", "last", "--to", "trace", NULL);

  cli_assert_has (show.out, "{\"attempt\":1,\"state\":\"failed\",\"name\":\"exit\"");
  cli_assert_has (show.out, "{\"attempt\":2,\"state\":\"succeeded\",\"name\":\"succeeded\"");
  cli_assert_has (csv.out, "a,1,failed,exit,1,");
  cli_assert_has (trace.out, "\"attempt\":1,\"state\":\"failed\",\"name\":\"exit\"");
}

/* A handler that fails changes no result; `show` tells. */
static void
test_handlers (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml",
                                     "version: 1\ntasks:\n  a: {run: 'true'}\n"
                                     "handlers:\n  success: {run: 'true'}\n  failure: {run: 'true'}\n  exit: {run: exit 1}\n");
  g_auto (CliResult) run = cli_expect (fixture, 0, "run", "flow.yard.yaml", NULL);
  g_auto (CliResult) show = cli_expect (fixture, 0, "show", "last", NULL);
  g_auto (CliResult) json = cli_expect (fixture, 0, "show", "last", "--json", NULL);

  cli_assert_has (show.out, "Handlers success succeeded, exit failed\n");
  cli_assert_has (json.out, "\"handlers\":{\"success\":\"succeeded\",\"exit\":\"failed\"}");
}

/* What handlers write is read like the output of tasks. */
static void
test_handler_logs (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml",
                                     "version: 1\ntasks:\n  exit: {run: echo from the task}\n"
                                     "handlers:\n  success: {run: echo well done}\n  exit: {run: echo good bye}\n");
  g_auto (CliResult) run = cli_expect (fixture, 0, "run", "flow.yard.yaml", NULL);
  g_auto (CliResult) success = cli_expect (fixture, 0, "logs", "last", "success", NULL);
  g_auto (CliResult) task = cli_expect (fixture, 0, "logs", "last", "exit", NULL);
  g_auto (CliResult) handler = cli_expect (fixture, 0, "logs", "last", "handler:exit", NULL);
  g_auto (CliResult) all = cli_expect (fixture, 0, "logs", "last", NULL);
  g_auto (CliResult) none = cli_expect (fixture, 2, "logs", "last", "failure", NULL);

  g_assert_cmpstr (success.out, ==, "well done\n");
  g_assert_cmpstr (task.out, ==, "from the task\n");
  g_assert_cmpstr (handler.out, ==, "good bye\n");
  cli_assert_has (all.out, "==> handler exit <==\ngood bye\n");
}

/* Tasks that nothing has happened to yet are counted; a second runner is told who has the run. */
static void
test_going_on (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml",
                                     "version: 1\ntasks:\n  a: {run: 'until test -e go; do sleep 0.02; done'}\n"
                                     "  b: {needs: [a], run: 'true'}\n  c: {needs: [b], run: 'true'}\n");
  GPid runner = cli_spawn (fixture, "run.txt", "run", "flow.yard.yaml", NULL);
  g_autofree char *owner = g_strdup_printf ("its runner is process %d", (int) runner);
  g_autofree char *go = NULL;

  cli_await_state (fixture, "a", "running/running");
  {
    g_auto (CliResult) resumed = cli_expect (fixture, 7, "resume", "last", NULL);
    g_auto (CliResult) branch = cli_expect (fixture, 2, "resume", "last", "--branch", "a/b", NULL);
    g_auto (CliResult) current = cli_expect (fixture, 7, "rerun", "last", "--current-file", NULL);
    g_auto (CliResult) runs = cli_expect (fixture, 0, "runs", NULL);
    g_auto (CliResult) json = cli_expect (fixture, 0, "runs", "--json", NULL);

    cli_assert_has (resumed.err, owner);
    cli_assert_has (current.err, "switchyard drain ");
    cli_assert_has (current.err, " --current-file");
    cli_assert_has (runs.out, "0 of 3 tasks succeeded");
    cli_assert_has (json.out, "\"counts\":{\"pending\":2,\"running\":1}");
  }
  go = cli_write (fixture, "go", "");
  g_assert_cmpint (cli_wait (runner), ==, 0);
}

static void
test_missing_param (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml",
                                     "version: 1\nparams: {n: {type: int}}\ntasks: {a: {run: 'true'}}\n");
  g_auto (CliResult) run = cli_expect (fixture, 2, "run", "flow.yard.yaml", NULL);

  cli_assert_has (run.err, "give it as -p n=VALUE");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  CLI_ADD ("/cli/shapes/inputs-ahead", NULL, test_inputs_ahead);
  CLI_ADD ("/cli/shapes/going-on", NULL, test_going_on);
  CLI_ADD ("/cli/shapes/handlers", NULL, test_handlers);
  CLI_ADD ("/cli/shapes/handler-logs", NULL, test_handler_logs);
  CLI_ADD ("/cli/shapes/inputs", NULL, test_inputs);
  CLI_ADD ("/cli/shapes/inputs-bare", NULL, test_inputs_bare);
  CLI_ADD ("/cli/shapes/missing-param", NULL, test_missing_param);
  CLI_ADD ("/cli/shapes/retried", NULL, test_retried);
  return g_test_run ();
}
