/* test-repair.c: re-runs, marks, pauses and cancels, as a user does them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/cli/cli-fixture.h"

#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* a -> b -> c; b fails until the file `fixed` is there; each run of a task leaves a line in `ledger` */
static const char broken[] = "version: 1\ntasks:\n"
                             "  a: {run: 'echo a >> ledger'}\n"
                             "  b: {needs: [a], run: 'echo b >> ledger; echo looking for fixed; test -e fixed'}\n"
                             "  c: {needs: [b], run: 'echo c >> ledger'}\n";

static void
run_broken (CliFixture *fixture)
{
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml", broken);
  g_auto (CliResult) result = cli_expect (fixture, 1, "run", "flow.yard.yaml", NULL);

  cli_expect_state (fixture, "b", "failed/exit");
  cli_expect_state (fixture, "c", "upstream_failed/upstream_failed");
}

static void
fix (CliFixture *fixture)
{
  g_autofree char *path = cli_write (fixture, "fixed", "");
}

static void
test_failed (CliFixture *fixture, gconstpointer data)
{
  g_auto (CliResult) again = { 0 };

  run_broken (fixture);
  fix (fixture);
  again = cli_expect (fixture, 0, "rerun", "last", "--failed", NULL);
  cli_expect_state (fixture, NULL, "succeeded");
  cli_expect_ledger (fixture, "a b b c");
}

/* The option before RUN, and no option at all, mean the same. */
static void
test_failed_forms (CliFixture *fixture, gconstpointer data)
{
  g_auto (CliResult) one = { 0 };
  g_auto (CliResult) two = { 0 };
  g_auto (CliResult) three = { 0 };

  run_broken (fixture);
  one = cli_expect (fixture, 1, "rerun", "--failed", "last", NULL);
  two = cli_expect (fixture, 1, "rerun", "last", "--failed=b", NULL);
  fix (fixture);
  three = cli_expect (fixture, 0, "rerun", "last", NULL);
  cli_expect_ledger (fixture, "a b b b b c");
}

static void
test_from (CliFixture *fixture, gconstpointer data)
{
  g_auto (CliResult) again = { 0 };

  run_broken (fixture);
  fix (fixture);
  again = cli_expect (fixture, 0, "rerun", "last", "--from", "a", NULL);
  cli_expect_ledger (fixture, "a b a b c");
}

/* One task alone: what comes after it is done and now stale. */
static void
test_task (CliFixture *fixture, gconstpointer data)
{
  g_auto (CliResult) all = { 0 };
  g_auto (CliResult) again = { 0 };
  g_auto (CliResult) shown = { 0 };

  run_broken (fixture);
  fix (fixture);
  all = cli_expect (fixture, 0, "rerun", "last", NULL);
  again = cli_expect (fixture, 0, "rerun", "last", "--task", "a", NULL);
  cli_expect_ledger (fixture, "a b b c a");
  shown = cli_expect (fixture, 0, "show", "last", NULL);
  cli_assert_has (shown.out, "stale");
}

/* Digests of all attempts, as `show --json` has them */
static GPtrArray *
command_digests (CliFixture *fixture)
{
  g_auto (CliResult) shown = cli_expect (fixture, 0, "show", "last", "--json", NULL);
  GPtrArray *digests = g_ptr_array_new_with_free_func (g_free);
  static const char key[] = "\"command_digest\":\"";

  for (const char *p = shown.out; (p = strstr (p, key)) != NULL; p++)
    g_ptr_array_add (digests, g_strndup (p + strlen (key), 32));
  return digests;
}

static void
test_command (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *script = NULL;
  g_auto (CliResult) again = { 0 }, once_more = { 0 }, doctor = { 0 };
  g_autoptr (GPtrArray) digests = NULL; /* of a, b, b edited, b edited, c */

  run_broken (fixture);
  script = cli_write (fixture, "b.sh", "echo other >> ledger\n");
  again = cli_expect (fixture, 0, "rerun", "last", "--failed", "--command", "b=b.sh", NULL);
  cli_expect_ledger (fixture, "a b other c");
  once_more = cli_expect (fixture, 0, "rerun", "last", "--task", "b", NULL);
  digests = command_digests (fixture);
  g_assert_cmpuint (digests->len, ==, 5);
  g_assert_cmpstr (digests->pdata[1], !=, digests->pdata[2]);
  g_assert_cmpstr (digests->pdata[2], ==, digests->pdata[3]);
  g_assert_cmpstr (digests->pdata[0], !=, digests->pdata[1]);
  doctor = cli_expect (fixture, 0, "doctor", "last", "--check", NULL);
}

static void
test_current_file (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = NULL;
  g_auto (CliResult) preview = { 0 };
  g_auto (CliResult) again = { 0 };

  run_broken (fixture);
  path = cli_write (fixture, "flow.yard.yaml",
                    "version: 1\ntasks:\n"
                    "  a: {run: 'echo a >> ledger'}\n"
                    "  new: {run: 'echo new >> ledger'}\n"
                    "  b: {needs: [a], run: 'echo b2 >> ledger'}\n");
  preview = cli_expect (fixture, 0, "rerun", "last", "--current-file", "--preview", NULL);
  cli_assert_has (preview.out, "new");
  cli_expect_ledger (fixture, "a b");
  again = cli_expect (fixture, 0, "rerun", "last", "--current-file", "-j", "1", NULL);
  cli_expect_state (fixture, "a", "succeeded/succeeded");
  cli_expect_state (fixture, "b", "succeeded/succeeded");
  cli_expect_state (fixture, "new", "succeeded/succeeded");
}

static JsonObject *
parse (JsonParser *parser, const char *text)
{
  g_autoptr (GError) error = NULL;

  json_parser_load_from_data (parser, text, -1, &error);
  g_assert_no_error (error);
  return json_node_get_object (json_parser_get_root (parser));
}

static char *
join_tasks (JsonObject *root, const char *member)
{
  JsonArray *array = json_object_get_array_member (root, member);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);

      g_string_append_printf (out, "%s%s", i > 0 ? " " : "",
                              JSON_NODE_HOLDS_OBJECT (node)
                                  ? json_object_get_string_member (json_node_get_object (node), "task")
                                  : json_node_get_string (node));
    }
  return g_string_free (out, FALSE);
}

static void
test_preview (CliFixture *fixture, gconstpointer data)
{
  static const char *const keys[] = { "v", "run", "seq", "digest", "scope", "will_run", "running_now", "reused", "stays",
                                      "overwrites", "env_changed", "expected_us", "refused" };
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_auto (CliResult) result = { 0 };
  g_autofree char *will = NULL, *reused = NULL, *changed = NULL;
  JsonObject *root;

  run_broken (fixture);
  fixture->env = g_environ_setenv (fixture->env, "FLAVOUR", "new", TRUE);
  result = cli_expect (fixture, 0, "rerun", "last", "--preview", "--json", NULL);
  root = parse (parser, result.out);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_assert_true (json_object_has_member (root, keys[i]));
  will = join_tasks (root, "will_run");
  reused = join_tasks (root, "reused");
  changed = join_tasks (root, "env_changed");
  g_assert_cmpstr (will, ==, "b c");
  g_assert_cmpstr (reused, ==, "a");
  g_assert_cmpstr (changed, ==, "FLAVOUR");
  cli_expect_ledger (fixture, "a b");
}

static void
test_mark (CliFixture *fixture, gconstpointer data)
{
  g_auto (CliResult) missing = { 0 };
  g_auto (CliResult) marked = { 0 };
  g_auto (CliResult) again = { 0 };

  run_broken (fixture);
  missing = cli_expect (fixture, 2, "mark", "last", "b", "--as", "succeeded", NULL);
  marked = cli_expect (fixture, 0, "mark", "last", "b", "--as", "succeeded", "--note", "by hand", NULL);
  cli_expect_state (fixture, "b", "succeeded/marked");
  cli_expect_ledger (fixture, "a b");
  again = cli_run (fixture, "resume", "last", NULL);
  cli_expect_state (fixture, "c", "succeeded/succeeded");
  cli_expect_ledger (fixture, "a b c");
}

static void
test_refused (CliFixture *fixture, gconstpointer data)
{
  static const char *const calls[][5] = {
    { "rerun", "last", "--task", "nothing" }, { "rerun", "last", "--from", "a", "--current-file" },
    { "skip", "last", "a" },                  { "why", "last", "bb" },
    { "show", "zzzz" },                       { "resume", "last" },
  };

  run_broken (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      const char *args[6] = { calls[i][0], calls[i][1], calls[i][2], calls[i][3], calls[i][4], NULL };
      g_auto (CliResult) result = cli_runv (fixture, args);

      if (result.code != 2)
        g_test_message ("%s %s %s: %s", args[0], args[1], args[2] != NULL ? args[2] : "", result.err);
      g_assert_cmpint (result.code, ==, 2);
      g_assert_cmpstr (result.err, !=, "");
    }
  cli_expect_ledger (fixture, "a b");
}

static void
test_why (CliFixture *fixture, gconstpointer data)
{
  static const char *const keys[] = { "v", "run", "seq", "task", "state", "name", "sentence", "chain", "held_by",
                                      "due_at_us", "actions" };
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_auto (CliResult) text = { 0 };
  g_auto (CliResult) json = { 0 };
  JsonObject *root;

  run_broken (fixture);
  text = cli_expect (fixture, 0, "why", "last", "c", NULL);
  cli_assert_has (text.out, "b");
  json = cli_expect (fixture, 0, "why", "last", "c", "--json", NULL);
  root = parse (parser, json.out);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_assert_true (json_object_has_member (root, keys[i]));
  g_assert_cmpstr (json_object_get_string_member (root, "state"), ==, "upstream_failed");
}

static void
test_logs (CliFixture *fixture, gconstpointer data)
{
  g_auto (CliResult) newest = { 0 };
  g_auto (CliResult) again = { 0 };
  g_auto (CliResult) first = { 0 };
  g_auto (CliResult) all = { 0 };
  g_auto (CliResult) none = { 0 };

  run_broken (fixture);
  newest = cli_expect (fixture, 0, "logs", "last", "b", NULL);
  g_assert_cmpstr (newest.out, ==, "looking for fixed\n");
  again = cli_expect (fixture, 1, "rerun", "last", NULL);
  first = cli_expect (fixture, 0, "logs", "last", "b.1", NULL);
  g_assert_cmpstr (first.out, ==, "looking for fixed\n");
  all = cli_expect (fixture, 0, "logs", "last", NULL);
  cli_assert_has (all.out, "==> b, attempt 2 <==\nlooking for fixed\n");
  none = cli_expect (fixture, 2, "logs", "last", "b.3", NULL);
}

static void
test_export (CliFixture *fixture, gconstpointer data)
{
  static const struct { const char *format, *part; } cases[] = {
    { "dot", "\"a\" -> \"b\";" },        { "mermaid", "t1 --> t2" },         { "csv", "\r\nb,2,failed,exit,1," },
    { "junit", "failures=\"1\"" },       { "trace", "\"traceEvents\":[" },   { "wfformat", "\"makespanInSeconds\":" },
  };
  g_autofree char *module = g_build_filename (g_getenv ("SWITCHYARD_BUILD_ROOT"), "views/scene/switchyard-picture.so", NULL);
  g_auto (CliResult) picture = { 0 };
  g_auto (CliResult) file = { 0 };
  gboolean drawn;

  run_broken (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (CliResult) result = cli_expect (fixture, 0, "export", "last", "--to", cases[i].format, NULL);

      cli_assert_has (result.out, cases[i].part);
    }
  /* Without the window's library there is no module that draws. */
  drawn = g_file_test (module, G_FILE_TEST_EXISTS);
  picture = cli_expect (fixture, drawn ? 0 : 2, "export", "last", "--to", "svg", NULL);
  cli_assert_has (drawn ? picture.out : picture.err, drawn ? "<svg" : "switchyard-picture");
  file = cli_expect (fixture, 2, "export", "flow.yard.yaml", "--to", "junit", NULL);
}

/* --- while it runs --- */

static const char slow[] = "version: 1\ntasks:\n"
                           "  a: {run: 'echo a >> ledger; while [ ! -e go ]; do sleep 0.01; done'}\n"
                           "  b: {needs: [a], run: 'echo b >> ledger'}\n";

static GPid
start_slow (CliFixture *fixture)
{
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml", slow);
  GPid pid = cli_spawn (fixture, "run.txt", "run", "flow.yard.yaml", NULL);

  cli_await_file (fixture, "ledger", "a");
  cli_await_state (fixture, "a", "running");
  return pid;
}

static void
go (CliFixture *fixture)
{
  g_autofree char *path = cli_write (fixture, "go", "");
}

static void
test_pause (CliFixture *fixture, gconstpointer data)
{
  GPid pid = start_slow (fixture);
  g_auto (CliResult) paused = cli_expect (fixture, 0, "pause", "last", NULL);
  g_auto (CliResult) resumed = { 0 };
  g_auto (CliResult) why = { 0 };

  go (fixture);
  cli_await_state (fixture, "b", "ready");
  why = cli_expect (fixture, 0, "why", "last", "b", NULL);
  cli_assert_has (why.out, "paused");
  resumed = cli_expect (fixture, 0, "resume", "last", NULL);
  g_assert_cmpint (cli_wait (pid), ==, 0);
  cli_expect_ledger (fixture, "a b");
}

static void
test_drain (CliFixture *fixture, gconstpointer data)
{
  GPid pid = start_slow (fixture);
  g_auto (CliResult) drained = cli_expect (fixture, 0, "drain", "last", NULL);
  g_auto (CliResult) resumed = { 0 };

  go (fixture);
  g_assert_cmpint (cli_wait (pid), ==, 5);
  cli_expect_state (fixture, NULL, "paused");
  cli_expect_ledger (fixture, "a");
  resumed = cli_expect (fixture, 0, "resume", "last", NULL);
  cli_expect_ledger (fixture, "a b");
}

static void
test_cancel (CliFixture *fixture, gconstpointer data)
{
  GPid pid = start_slow (fixture);
  g_auto (CliResult) cancelled = cli_expect (fixture, 0, "cancel", "last", NULL);

  g_assert_cmpint (cli_wait (pid), ==, 3);
  cli_expect_state (fixture, NULL, "cancelled");
  cli_expect_state (fixture, "a", "cancelled/run_stopped");
  cli_expect_ledger (fixture, "a");
}

static void
test_interrupt (CliFixture *fixture, gconstpointer data)
{
  GPid pid = start_slow (fixture);
  g_autofree char *text = NULL;

  kill (pid, SIGINT);
  g_assert_cmpint (cli_wait (pid), ==, 3);
  text = cli_read (fixture, "run.txt");
  cli_assert_has (text, "--detach");
}

/* HUP changes nothing; TERM: the runner leaves, the task goes on, a new runner takes it over. */
static void
test_leave (CliFixture *fixture, gconstpointer data)
{
  GPid pid = start_slow (fixture);
  GPid second;

  kill (pid, SIGHUP);
  kill (pid, SIGTERM);
  g_assert_cmpint (cli_wait (pid), ==, 5);
  cli_expect_state (fixture, "a", "running/running");
  second = cli_spawn (fixture, "resume.txt", "resume", "last", NULL);
  go (fixture);
  g_assert_cmpint (cli_wait (second), ==, 0);
  cli_expect_ledger (fixture, "a b");
}

/* kill -9 of the runner: the task goes on and is recorded by `doctor`; nothing is started until `resume`. */
static void
test_killed (CliFixture *fixture, gconstpointer data)
{
  GPid pid = start_slow (fixture);
  g_auto (CliResult) listed = { 0 };
  g_auto (CliResult) doctor = { 0 };
  g_auto (CliResult) resumed = { 0 };

  kill (pid, SIGKILL);
  g_assert_cmpint (cli_wait (pid), ==, -1);
  listed = cli_expect (fixture, 0, "runs", NULL);
  cli_assert_has (listed.out, "interrupted");
  go (fixture);
  resumed = cli_expect (fixture, 0, "resume", "last", NULL);
  cli_expect_ledger (fixture, "a b");
  doctor = cli_expect (fixture, 0, "doctor", NULL);
  cli_assert_has (doctor.out, "sound");
}

/* The window's button: an interrupted run was not paused, and goes on all the same. */
static void
test_killed_and_resumed_by_request (CliFixture *fixture, gconstpointer data)
{
  GPid pid = start_slow (fixture);
  g_auto (CliResult) resumed = { 0 };

  kill (pid, SIGKILL);
  g_assert_cmpint (cli_wait (pid), ==, -1);
  go (fixture);
  resumed = cli_expect (fixture, 0, "resume", "--request={\"v\":1,\"command\":\"resume\"}", "last", NULL);
  cli_expect_ledger (fixture, "a b");
}

static void
test_two_runners (CliFixture *fixture, gconstpointer data)
{
  GPid pid = start_slow (fixture);
  g_auto (CliResult) second = cli_expect (fixture, 7, "run", "flow.yard.yaml", NULL);

  cli_assert_has (second.err, "is going on");
  go (fixture);
  g_assert_cmpint (cli_wait (pid), ==, 0);
}

static void
test_queue (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml",
                                     "version: 1\nconcurrency: queue\ntasks:\n"
                                     "  a: {run: 'echo a >> ledger; while [ ! -e go ]; do sleep 0.01; done'}\n");
  GPid first = cli_spawn (fixture, "one.txt", "run", "flow.yard.yaml", NULL);
  GPid second;

  cli_await_file (fixture, "ledger", "a");
  second = cli_spawn (fixture, "two.txt", "run", "flow.yard.yaml", NULL);
  cli_await_file (fixture, "two.txt", "queued behind");
  cli_expect_ledger (fixture, "a");
  go (fixture);
  g_assert_cmpint (cli_wait (first), ==, 0);
  g_assert_cmpint (cli_wait (second), ==, 0);
  cli_expect_ledger (fixture, "a a");
}

static void
test_watch (CliFixture *fixture, gconstpointer data)
{
  GPid pid = start_slow (fixture);
  GPid watcher = cli_spawn (fixture, "watch.txt", "watch", "last", NULL);
  GPid logs = cli_spawn (fixture, "logs.txt", "logs", "last", "a", "-f", NULL);
  g_autofree char *text = NULL;

  go (fixture);
  g_assert_cmpint (cli_wait (pid), ==, 0);
  g_assert_cmpint (cli_wait (watcher), ==, 0);
  g_assert_cmpint (cli_wait (logs), ==, 0);
  text = cli_read (fixture, "watch.txt");
  cli_assert_has (text, "succeeded in");
}

int
main (int argc, char **argv)
{
  static const struct { const char *path; void (*func) (CliFixture *fixture, gconstpointer data); } tests[] = {
    { "rerun/failed", test_failed },   { "rerun/forms", test_failed_forms }, { "rerun/from", test_from },
    { "rerun/task", test_task },       { "rerun/command", test_command },    { "rerun/current-file", test_current_file },
    { "rerun/preview", test_preview }, { "mark", test_mark },                { "refused", test_refused },
    { "why", test_why },               { "logs", test_logs },                { "export", test_export },
    { "pause", test_pause },           { "drain", test_drain },              { "cancel", test_cancel },
    { "interrupt", test_interrupt },   { "leave", test_leave },              { "killed", test_killed },
    { "killed-and-resumed-by-request", test_killed_and_resumed_by_request },
    { "two-runners", test_two_runners }, { "queue", test_queue },            { "watch", test_watch },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strdup_printf ("/cli/repair/%s", tests[i].path);

      CLI_ADD (path, NULL, tests[i].func);
    }
  return g_test_run ();
}
