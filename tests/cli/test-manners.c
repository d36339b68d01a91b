/* test-manners.c: what a user is told without having asked, and the next command in words that can be typed
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/cli/cli-fixture.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

/* b fails until the file `fixed` is there; c is content with either of a and b, d comes after c */
static const char tolerant[] = "version: 1\nname: \"two\\nlines\"\ntasks:\n"
                               "  a: {run: 'true'}\n"
                               "  b: {run: 'echo looking for fixed; test -e fixed'}\n"
                               "  c: {needs: [a, b], join: {quorum: 1, rest: run}, run: 'true'}\n"
                               "  d: {needs: [c], run: 'true'}\n";

static void
write_flow (CliFixture *fixture, const char *text)
{
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml", text);
}

static char *
run_flow (CliFixture *fixture, int code, const char *text)
{
  g_auto (CliResult) result = { 0 };

  write_flow (fixture, text);
  result = cli_expect (fixture, code, "run", "flow.yard.yaml", NULL);
  return g_steal_pointer (&result.err);
}

/* A run that succeeded in part has something to repair; what came after the repaired task is told of before and afterwards. */
static void
test_stale (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *first = run_flow (fixture, 0, tolerant), *fixed = cli_write (fixture, "fixed", "");
  g_auto (CliResult) preview = cli_expect (fixture, 0, "rerun", "last", "-n", NULL);
  g_auto (CliResult) json = cli_expect (fixture, 0, "rerun", "last", "--preview", "--json", NULL);
  g_auto (CliResult) again = cli_expect (fixture, 0, "rerun", "last", NULL);
  g_auto (CliResult) rest = cli_expect (fixture, 0, "rerun", "last", "--from", "c", NULL);

  cli_assert_has (first, "partially succeeded in ");
  cli_assert_has (first, "To repair: switchyard rerun last --failed\n");
  cli_assert_has (preview.out, "Will run (1):\n  b\n");
  cli_assert_has (preview.out, "Stale then, done from what there was before (2): c d\n");
  cli_assert_has (json.out, "\"stale\":[\"c\",\"d\"]");
  cli_assert_has (again.err, "Stale: 2 tasks done before what they need ran again; to run them too: switchyard rerun last --from c\n");
  cli_assert_has (again.err, " after it was begun; 4 succeeded");
  cli_assert_has_not (rest.err, "Stale");
}

static void
test_nothing_to_rerun (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *said = run_flow (fixture, 0, "version: 1\ntasks: {a: {run: 'true'}}\n");
  g_auto (CliResult) preview = cli_expect (fixture, 0, "rerun", "last", "--preview", NULL);
  g_auto (CliResult) same = cli_expect (fixture, 0, "rerun", "last", "--current-file", "--preview", NULL);
  g_auto (CliResult) changed = { 0 };

  cli_assert_has (preview.out, "Nothing would run: no task has failed\n");
  cli_assert_has (preview.out, "--from TASK");
  cli_assert_has (same.out, "no task has failed, and none has changed in the file\n");
  write_flow (fixture, "version: 1\ntasks: {a: {run: 'echo other'}, b: {needs: [a]}}\n");
  changed = cli_expect (fixture, 0, "rerun", "last", "--current-file", "--preview", NULL);
  cli_assert_has (changed.out, "  a, again (was done), changed in the file\n  b, new in the file\n");
}

/* What a shell has its own of is no change of the environment. */
static void
test_shells_own (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *said = run_flow (fixture, 1, "version: 1\ntasks: {a: {run: 'false'}}\n");
  g_auto (CliResult) preview = { 0 };

  fixture->env = g_environ_setenv (fixture->env, "OLDPWD", "/elsewhere", TRUE);
  fixture->env = g_environ_setenv (fixture->env, "SHLVL", "7", TRUE);
  preview = cli_expect (fixture, 0, "rerun", "last", "--preview", NULL);
  cli_assert_has_not (preview.out, "Environment");
}

/* --- why --- */

/* The reason, the end of what was written, and commands as they are typed */
static void
test_why_failed (CliFixture *fixture, gconstpointer data)
{
  static const char flow[] = "version: 1\ntasks:\n"
                             "  a: {run: 'seq 10; no-such-program'}\n"
                             "  b: {needs: [a], run: 'true'}\n"
                             "  c: {run: 'exit 137'}\n"
                             "  d: {run: 'exit 5'}\n";
  g_autofree char *said = run_flow (fixture, 1, flow);
  g_auto (CliResult) a = cli_expect (fixture, 0, "why", "last", "a", NULL), b = cli_expect (fixture, 0, "why", "last", "b", NULL);
  g_auto (CliResult) c = cli_expect (fixture, 0, "why", "last", "c", NULL), d = cli_expect (fixture, 0, "why", "last", "d", NULL);

  cli_assert_has (a.out, "a failed: program not found: no-such-program (exit 127); install it, check how it is spelt, or put its folder into PATH.\n");
  cli_assert_has (said, "  a: program not found: no-such-program (exit 127); install it");
  cli_assert_has (a.out, "    | 10\n    | ");
  cli_assert_has_not (a.out, "    | 5\n");
  cli_assert_has (a.out, "all that it wrote: switchyard logs last a\n");
  cli_assert_has (a.out, "  you can: switchyard rerun last --failed\n"
                         "           switchyard mark last a --as succeeded --note WHY\n");
  cli_assert_has (b.out, "all that it wrote: switchyard logs last a\n");
  cli_assert_has (c.out, "exit 137; a shell ends so when a command was killed by SIGKILL.");
  cli_assert_has (d.out, "d failed: exit 5.\n");
  cli_assert_has_not (d.out, "wrote");
}

/* A server started in the background does not outlive its task, and that is said. */
static void
test_left_behind (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *said = run_flow (fixture, 0, "version: 1\ntasks: {serve: {run: 'sleep 60 & echo up'}}\n");
  g_auto (CliResult) shown = cli_expect (fixture, 0, "show", "last", NULL);
  g_auto (CliResult) json = cli_expect (fixture, 0, "show", "last", "--json", NULL);
  g_auto (CliResult) why = cli_expect (fixture, 0, "why", "last", "serve", NULL);

  cli_assert_has (shown.out, ", left processes behind\n");
  cli_assert_has (json.out, "\"badges\":[\"stragglers\"]");
  cli_assert_has (why.out, "; processes that it left in the background were killed (stragglers: keep lets them live).\n");
  cli_assert_has (why.out, "  you can: switchyard rerun last --from serve\n");
}

/* Outputs are what a run is for: they are told at its end and shown with it. */
static void
test_outputs (CliFixture *fixture, gconstpointer data)
{
  static const char flow[] = "version: 1\ntasks:\n"
                             "  split: {outputs: {lines: int}, run: 'echo lines=7 >> \"$SWITCHYARD_OUTPUT\"'}\n"
                             "  page:\n    needs: [split]\n    outputs: {page: path, parts: json}\n"
                             "    run: printf 'page=/tmp/a page\\nparts=[1,2]\\n' >> \"$SWITCHYARD_OUTPUT\"\n";
  g_autofree char *said = run_flow (fixture, 0, flow);
  g_auto (CliResult) shown = cli_expect (fixture, 0, "show", "last", NULL);
  g_auto (CliResult) json = cli_expect (fixture, 0, "show", "last", "--json", NULL);

  cli_assert_has (said, "2 succeeded\n  split: lines = 7\n  page: page = /tmp/a page\n  page: parts = [1,2]\n");
  cli_assert_has (shown.out, "    lines = 7\npage   succeeded");
  cli_assert_has (json.out, "\"outputs\":{\"page\":\"/tmp/a page\",\"parts\":[1,2]}");
}

/* --- runs --- */

/* Whatever a workflow is called, a run has one line, and no line names what is none. */
static void
test_one_line (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *said = run_flow (fixture, 0, tolerant), *odd = NULL;
  g_auto (CliResult) runs = cli_expect (fixture, 0, "runs", NULL), show = cli_expect (fixture, 0, "show", "last", NULL);
  g_auto (CliResult) problem = { 0 };

  cli_assert_has (said, "two lines #1 (");
  cli_assert_has (runs.out, "  two lines #1, ");
  g_assert_cmpuint (strchr (runs.out, '\n') - runs.out, ==, strlen (runs.out) - 1);
  cli_assert_has (show.out, " (two lines #1)\nWorkflow ");
  cli_assert_has (show.out, " later\n");
  odd = cli_write (fixture, "odd\n\033[2J.yard.yaml", "version: 2\n");
  problem = cli_expect (fixture, 2, "validate", "odd\n\033[2J.yard.yaml", NULL);
  cli_assert_has (problem.err, "odd??[2J.yard.yaml:1:");
}

/* A run whose runner was killed takes no more time; who starts another is told of it. */
static void
test_left (CliFixture *fixture, gconstpointer data)
{
  static const char flow[] = "version: 1\nconcurrency: allow\ntasks:\n"
                             "  a: {run: 'touch up; until test -e go; do sleep 0.02; done'}\n"
                             "  b: {needs: [a], run: 'true'}\n";
  g_autofree char *uuid = NULL, *advice = NULL, *go = NULL;
  g_auto (CliResult) runs = { 0 }, preview = { 0 }, watched = { 0 }, second = { 0 }, quiet = { 0 };
  GPid pid;

  write_flow (fixture, flow);
  pid = cli_spawn (fixture, "first.txt", "run", "flow.yard.yaml", NULL);
  cli_await_file (fixture, "up", NULL);
  cli_await_state (fixture, "a", "running");
  uuid = cli_run_uuid (fixture, "last");
  kill (pid, SIGKILL);
  cli_wait (pid);
  runs = cli_expect (fixture, 0, "runs", NULL);
  cli_assert_has (runs.out, "interrupted");
  cli_assert_has (runs.out, "flow #1, 0 of 2 tasks succeeded\n");
  preview = cli_expect (fixture, 0, "rerun", "last", "--preview", NULL);
  cli_assert_has (preview.out, "The run has no runner; to go on with what is left: switchyard resume ");
  watched = cli_run (fixture, "watch", "last", NULL);
  cli_assert_has (watched.err, " interrupted after ");
  go = cli_write (fixture, "go", "");
  second = cli_expect (fixture, 0, "run", "flow.yard.yaml", NULL);
  advice = g_strdup_printf ("run %.8s of this file was interrupted; this is a new one (“switchyard resume %.8s” goes on with that)", uuid,
                            uuid);
  cli_assert_has (second.err, advice);
  quiet = cli_expect (fixture, 0, "resume", uuid, "-q", NULL);
  g_assert_cmpstr (quiet.err, ==, "");
}

/* What a task says of itself goes before what others took. */
static void
test_time_left (CliFixture *fixture, gconstpointer data)
{
  static const char flow[] = "version: 1\ntasks:\n"
                             "  short: {run: 'true'}\n"
                             "  long:\n    needs: [short]\n"
                             "    run: echo 1/10000 > \"$SWITCHYARD_PROGRESS\"; touch up; until test -e go; do sleep 0.02; done\n";
  g_autofree char *go = NULL;
  g_auto (CliResult) shown = { 0 };
  GPid pid;

  write_flow (fixture, flow);
  pid = cli_spawn (fixture, "run.txt", "run", "flow.yard.yaml", NULL);
  cli_await_file (fixture, "up", NULL);
  cli_await_state (fixture, "long", "running");
  shown = cli_expect (fixture, 0, "show", "last", NULL);
  cli_assert_has (shown.out, " left\n");
  cli_assert_has_not (shown.out, " ms left\n");
  go = cli_write (fixture, "go", "");
  g_assert_cmpint (cli_wait (pid), ==, 0);
}

/* --- completion --- */

/* What bash offers behind @words, the last of which is being written */
static char *
complete (CliFixture *fixture, const char *words)
{
  g_autofree char *script = g_build_filename (g_getenv ("SWITCHYARD_SOURCE_ROOT"), "data", "completions", "switchyard.bash", NULL);
  g_autofree char *bin = g_path_get_dirname (cli_program ());
  g_autofree char *text = g_strdup_printf ("PATH=%s:$PATH; . %s; COMP_WORDS=(%s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _switchyard; "
                                           "echo \"${COMPREPLY[*]}\"", bin, script, words);
  const char *argv[] = { "bash", "-c", text, NULL };
  g_autoptr (GError) error = NULL;
  char *out = NULL;

  g_spawn_sync (fixture->dir, (char **) argv, fixture->env, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, NULL, NULL, &error);
  g_assert_no_error (error);
  return g_strchomp (out);
}

static void
test_bash (CliFixture *fixture, gconstpointer data)
{
  static const struct { const char *words, *offered; } cases[] = {
    { "switchyard re", "rerun resume retry-now" },                  { "switchyard help ru", "run runs" },
    { "switchyard rerun last --from c", "convert" },      { "switchyard rerun last --from = c", "convert" },
    { "switchyard rerun last --from =", "convert a-task-whose-id-is-longer-than-forty-columns" },
    { "switchyard logs last a", "a-task-whose-id-is-longer-than-forty-columns" },
    { "switchyard export last --to s", "svg" },           { "switchyard run flow", "flow.yard.yaml" },
  };
  g_autofree char *said = run_flow (fixture, 0, "version: 1\nx-quiet: [no-needs]\ntasks:\n"
                                                "  convert: {outputs: {n: int}, run: 'echo n=1 >> \"$SWITCHYARD_OUTPUT\"'}\n"
                                                "  a-task-whose-id-is-longer-than-forty-columns: {run: 'true'}\n");

  cli_assert_has_not (said, "warning");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *offered = complete (fixture, cases[i].words);

      g_test_message ("%s", cases[i].words);
      g_assert_cmpstr (offered, ==, cases[i].offered);
    }
}

/* --- export --- */

static void
test_ending (CliFixture *fixture, gconstpointer data)
{
  static const struct { const char *name, *begins; } cases[] = {
    { "run.dot", "digraph" }, { "run.GV", "digraph" }, { "run.mmd", "flowchart" }, { "run.csv", "task," }, { "run.htm", "<!DOCTYPE html>" },
  };
  g_autofree char *said = run_flow (fixture, 0, "version: 1\ntasks: {a: {run: 'true'}}\n");
  g_auto (CliResult) unknown = cli_expect (fixture, 2, "export", "last", "-o", "run.json", NULL);

  cli_assert_has (unknown.err, "--to FORMAT is needed");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (CliResult) done = cli_expect (fixture, 0, "export", "last", "-o", cases[i].name, NULL);
      g_autofree char *text = cli_read (fixture, cases[i].name);

      g_assert_true (g_str_has_prefix (text, cases[i].begins));
    }
}

int
main (int argc, char **argv)
{
  static const struct { const char *path; void (*func) (CliFixture *fixture, gconstpointer data); } tests[] = {
    { "stale", test_stale },           { "nothing-to-rerun", test_nothing_to_rerun }, { "shells-own", test_shells_own },
    { "why-failed", test_why_failed }, { "left-behind", test_left_behind },           { "one-line", test_one_line },
    { "outputs", test_outputs },       { "left", test_left },             { "ending", test_ending },
    { "time-left", test_time_left },   { "bash", test_bash },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strdup_printf ("/cli/manners/%s", tests[i].path);

      CLI_ADD (path, NULL, tests[i].func);
    }
  return g_test_run ();
}
