/* test-control.c: commands about one task, branches, runs that nobody runs any more
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/cli/cli-fixture.h"
#include "tests/lib/patience.h"

#include <fcntl.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

/* a waits for the file `go`; b follows; each start leaves a line in `ledger` */
#define GATE "while [ ! -e go ]; do sleep 0.01; done"

static void
go (CliFixture *fixture)
{
  g_autofree char *path = cli_write (fixture, "go", "");
}

static GPid
start (CliFixture *fixture, const char *tasks)
{
  g_autofree char *text = g_strconcat ("version: 1\ntasks:\n", tasks, NULL);
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml", text);
  GPid pid = cli_spawn (fixture, "run.txt", "run", "flow.yard.yaml", "-j", "2", NULL);

  cli_await_file (fixture, "ledger", "a");
  cli_await_state (fixture, "a", "running");
  return pid;
}

static const char gate_and_follower[] = "  a: {run: 'echo a >> ledger; " GATE "'}\n"
                                        "  b: {needs: [a], run: 'echo b >> ledger'}\n";

/* Without a runner a mark starts nothing: what follows waits for somebody to say so, and that is no interruption. */
static void
test_mark_alone (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml",
                                     "version: 1\ntasks:\n  a: {run: 'echo a >> ledger; exit 3'}\n"
                                     "  b: {needs: [a], run: 'echo b >> ledger'}\n");
  g_auto (CliResult) ran = cli_expect (fixture, 1, "run", "-q", "flow.yard.yaml", NULL);
  g_auto (CliResult) marked = cli_expect (fixture, 0, "mark", "last", "a", "--as", "succeeded", "--note", "x", NULL);
  g_auto (CliResult) shown = cli_expect (fixture, 0, "show", "last", NULL);
  g_auto (CliResult) listed = cli_expect (fixture, 0, "runs", NULL);
  g_auto (CliResult) resumed = { 0 };

  cli_assert_has (marked.out, "resume");
  cli_assert_has (shown.out, "paused, nothing was started; resume goes on with what follows");
  cli_assert_has (listed.out, "paused");
  cli_expect_ledger (fixture, "a");
  resumed = cli_expect (fixture, 0, "resume", "last", NULL);
  cli_expect_ledger (fixture, "a b");
  cli_expect_state (fixture, NULL, "succeeded");
}

/* Which limit it was, and how long */
static void
test_time_limits (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml",
                                     "version: 1\ntasks:\n"
                                     "  a: {run: sleep 60, timeout: 200ms}\n"
                                     "  b: {needs: [{task: a, tolerate: [failed]}], run: sleep 60, timeout: {no_output: 250ms}}\n"
                                     "  c: {needs: [{task: b, tolerate: [failed]}], run: sleep 60, timeout: {total: 300ms}, "
                                     "retry: {limit: 2}}\n");
  g_auto (CliResult) ran = cli_expect (fixture, 1, "run", "flow.yard.yaml", NULL);
  g_auto (CliResult) shown = cli_expect (fixture, 0, "show", "last", NULL);
  g_auto (CliResult) why = cli_expect (fixture, 0, "why", "last", "c", NULL);

  cli_assert_has (ran.err, "timed out: 200 ms (timeout)");
  cli_assert_has (shown.out, "timed out: 200 ms (timeout)");
  cli_assert_has (shown.out, "timed out: no output for 250 ms (timeout.no_output)");
  cli_assert_has (shown.out, "timed out: 300 ms in all (timeout.total)");
  cli_assert_has (why.out, "timed out: 300 ms in all (timeout.total)");
}

/* What is asked of a run that is over, and of a task that is being stopped */
static void
test_too_late (CliFixture *fixture, gconstpointer data)
{
  GPid pid = start (fixture, "  a: {run: 'trap \"\" TERM; echo a >> ledger; " GATE "', stop: {grace: 1m}}\n");
  g_auto (CliResult) stopped = cli_expect (fixture, 0, "stop", "last", "a", NULL);
  g_auto (CliResult) skipped = { 0 }, paused = { 0 }, retried = { 0 };

  cli_await_state (fixture, "a", "running/stopping");
  skipped = cli_run (fixture, "skip", "last", "a", NULL);
  g_assert_cmpint (skipped.code, !=, 0);
  cli_assert_has (skipped.err, "it has begun, so it cannot be skipped, and is being stopped already");
  go (fixture);
  cli_wait (pid);
  paused = cli_expect (fixture, 2, "pause", "last", NULL);
  cli_assert_has (paused.err, "is over");
  cli_assert_has_not (paused.err, "resume");
  retried = cli_expect (fixture, 2, "retry-now", "last", "a", NULL);
  cli_assert_has (retried.err, "is over");
}

/* What the runner says beside the events is said as everything else, also where little is to be said. */
static void
test_trouble (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *in_the_way = cli_write (fixture, "file", "");
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml",
                                     "version: 1\ntasks:\n  a: {dir: file/below, run: 'true'}\n");
  g_auto (CliResult) loud = cli_expect (fixture, 1, "run", "flow.yard.yaml", NULL);
  g_auto (CliResult) quiet = cli_expect (fixture, 1, "run", "-q", "flow.yard.yaml", NULL);

  cli_assert_has (loud.err, "switchyard: Task “a”: Cannot use the working folder");
  cli_assert_has (quiet.err, "switchyard: Task “a”: Cannot use the working folder");
}

static void
test_stop (CliFixture *fixture, gconstpointer data)
{
  GPid pid = start (fixture, gate_and_follower);
  g_auto (CliResult) stopped = cli_expect (fixture, 0, "stop", "last", "a", NULL);

  g_assert_cmpint (cli_wait (pid), ==, 1);
  cli_expect_state (fixture, "a", "cancelled/user");
  cli_expect_ledger (fixture, "a");
}

static const char stubborn[] = "  a: {run: 'trap \"\" TERM; echo a >> ledger; " GATE "', stop: {grace: 1h}}\n";

/* The first Ctrl+C asks, the second kills. */
static void
test_interrupt_twice (CliFixture *fixture, gconstpointer data)
{
  GPid pid = start (fixture, stubborn);

  kill (pid, SIGINT);
  cli_await_state (fixture, "a", "running/stopping");
  kill (pid, SIGINT);
  g_assert_cmpint (cli_wait (pid), ==, 3);
  cli_expect_state (fixture, "a", "cancelled/run_stopped");
}

/* Until @pid waits for a lock of the kind flock() */
static void
await_waiting (GPid pid)
{
  g_autofree char *wanted = g_strdup_printf ("-> FLOCK  ADVISORY  WRITE %d ", (int) pid);

  for (Patience p = { 0 };; patience (&p, wanted))
    {
      g_autofree char *locks = NULL;

      g_assert_true (g_file_get_contents ("/proc/locks", &locks, NULL, NULL));
      g_assert_cmpint (waitpid (pid, NULL, WNOHANG), ==, 0); /* it has not ended */
      if (strstr (locks, wanted) != NULL)
        return;
    }
}

/* Ctrl+C is heeded from before there is a run. */
static void
test_interrupt_early (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml", "version: 1\ntasks:\n  a: {run: echo a >> ledger}\n");
  g_autofree char *folder = g_build_filename (fixture->state, "switchyard", NULL);
  g_autofree char *lock = g_build_filename (folder, "starts", NULL);
  g_autofree char *said = NULL;
  GPid pid;
  int fd;

  g_mkdir_with_parents (folder, 0700);
  fd = open (lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  g_assert_cmpint (flock (fd, LOCK_EX), ==, 0);
  pid = cli_spawn (fixture, "run.txt", "run", "flow.yard.yaml", NULL);
  await_waiting (pid);
  kill (pid, SIGINT);
  g_assert_cmpint (cli_wait (pid), ==, 3);
  close (fd);
  said = cli_read (fixture, "run.txt");
  cli_assert_has (said, "nothing was started");
  cli_expect_ledger (fixture, "");
}

static void
test_cancel_kill (CliFixture *fixture, gconstpointer data)
{
  GPid pid = start (fixture, stubborn);
  g_auto (CliResult) asked = cli_expect (fixture, 0, "cancel", "last", NULL);
  g_auto (CliResult) killed = { 0 };

  cli_await_state (fixture, "a", "running/stopping");
  killed = cli_expect (fixture, 0, "cancel", "last", "--kill", NULL);
  g_assert_cmpint (cli_wait (pid), ==, 3);
}

static void
test_skip (CliFixture *fixture, gconstpointer data)
{
  GPid pid = start (fixture, gate_and_follower);
  g_auto (CliResult) skipped = cli_expect (fixture, 0, "skip", "last", "b", NULL);
  g_auto (CliResult) running = cli_expect (fixture, 2, "skip", "last", "a", NULL);

  cli_assert_has (running.err, "a");
  go (fixture);
  g_assert_cmpint (cli_wait (pid), ==, 0);
  cli_expect_state (fixture, "b", "skipped/user");
  cli_expect_ledger (fixture, "a");
}

static const char retrying[] = "  a: {run: 'echo a >> ledger; " GATE "'}\n"
                               "  r: {run: 'echo r >> tries; test -e go', retry: {limit: 1, delay: 1h, jitter: 0}}\n";

static void
test_retry_now (CliFixture *fixture, gconstpointer data)
{
  GPid pid = start (fixture, retrying);
  g_auto (CliResult) retried = { 0 };
  g_autofree char *tries = NULL;

  cli_await_state (fixture, "r", "ready/awaiting_retry");
  go (fixture);
  retried = cli_expect (fixture, 0, "retry-now", "last", "r", NULL);
  g_assert_cmpint (cli_wait (pid), ==, 0);
  tries = cli_read (fixture, "tries");
  g_assert_cmpstr (tries, ==, "r\nr\n");
}

static void
test_give_up (CliFixture *fixture, gconstpointer data)
{
  GPid pid = start (fixture, retrying);
  g_auto (CliResult) given_up = { 0 };

  cli_await_state (fixture, "r", "ready/awaiting_retry");
  given_up = cli_expect (fixture, 0, "give-up", "last", "r", NULL);
  go (fixture);
  g_assert_cmpint (cli_wait (pid), ==, 1);
  cli_expect_state (fixture, "r", "failed/exit");
}

static void
test_branch (CliFixture *fixture, gconstpointer data)
{
  GPid pid = start (fixture, "  a: {run: 'echo a >> ledger; " GATE "'}\n"
                             "  b: {needs: [a], run: 'echo b >> ledger'}\n"
                             "  c: {needs: [a], run: 'echo c >> ledger'}\n");
  g_auto (CliResult) wrong = cli_expect (fixture, 2, "pause", "last", "--branch", "b/a", NULL);
  g_auto (CliResult) paused = cli_expect (fixture, 0, "pause", "last", "--branch", "a/b", NULL);
  g_auto (CliResult) resumed = { 0 };

  go (fixture);
  cli_await_state (fixture, "c", "succeeded");
  cli_await_state (fixture, "b", "ready/held_pause");
  resumed = cli_expect (fixture, 0, "resume", "last", "--branch", "a/b", NULL);
  g_assert_cmpint (cli_wait (pid), ==, 0);
  cli_expect_ledger (fixture, "a c b");
}

/* A re-run while the run goes on is taken over by its runner. */
static void
test_rerun_alive (CliFixture *fixture, gconstpointer data)
{
  GPid pid = start (fixture, "  a: {run: 'echo a >> ledger; " GATE "'}\n"
                             "  f: {run: 'test -e fixed'}\n");
  g_autofree char *fixed = NULL;
  g_auto (CliResult) refused = { 0 };
  g_auto (CliResult) again = { 0 };

  cli_await_state (fixture, "f", "failed");
  refused = cli_expect (fixture, 2, "rerun", "last", "--task", "a", NULL);
  cli_assert_has (refused.err, "running");
  fixed = cli_write (fixture, "fixed", "");
  again = cli_expect (fixture, 0, "rerun", "last", "--failed", NULL);
  cli_await_state (fixture, "f", "succeeded");
  go (fixture);
  g_assert_cmpint (cli_wait (pid), ==, 0);
}

/* --- nobody runs it --- */

static void
kill_runner (GPid pid)
{
  kill (pid, SIGKILL);
  g_assert_cmpint (cli_wait (pid), ==, -1);
}

/* `doctor` records the end of what ran, and starts nothing. */
static void
test_doctor (CliFixture *fixture, gconstpointer data)
{
  GPid pid = start (fixture, gate_and_follower);
  g_auto (CliResult) checked = { 0 };
  g_auto (CliResult) doctor = { 0 };
  g_auto (CliResult) resumed = { 0 };

  kill_runner (pid);
  checked = cli_expect (fixture, 0, "doctor", "last", "--check", NULL);
  cli_assert_has (checked.out, "sound");
  cli_expect_state (fixture, "a", "running/running");
  go (fixture);
  doctor = cli_expect (fixture, 0, "doctor", "last", NULL);
  cli_assert_has (doctor.out, "was interrupted");
  cli_expect_ledger (fixture, "a");
  resumed = cli_expect (fixture, 0, "resume", "last", NULL);
  cli_expect_ledger (fixture, "a b");
}

static void
test_cancel_dead (CliFixture *fixture, gconstpointer data)
{
  GPid pid = start (fixture, gate_and_follower);
  g_auto (CliResult) cancelled = { 0 };

  kill_runner (pid);
  cancelled = cli_expect (fixture, 0, "cancel", "last", NULL);
  cli_expect_state (fixture, NULL, "cancelled");
  cli_expect_state (fixture, "a", "cancelled/run_stopped");
  cli_expect_ledger (fixture, "a");
}

/* Commands that only a runner can do say that there is none. */
static void
test_no_runner (CliFixture *fixture, gconstpointer data)
{
  static const char *const commands[] = { "pause", "drain" };
  GPid pid = start (fixture, gate_and_follower);
  g_auto (CliResult) why = { 0 };

  kill_runner (pid);
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_auto (CliResult) result = cli_expect (fixture, 2, commands[i], "last", NULL);

      cli_assert_has (result.err, "no runner");
    }
  why = cli_expect (fixture, 0, "why", "last", "b", NULL);
  cli_assert_has (why.out, "switchyard resume");
  go (fixture);
  g_auto (CliResult) resumed = cli_expect (fixture, 0, "resume", "last", NULL);
}

/* Pid of the keeper: the parent of the task's process */
static GPid
find_keeper (CliFixture *fixture)
{
  g_autofree char *text = cli_read (fixture, "pid");
  g_autofree char *path = g_strdup_printf ("/proc/%s/stat", g_strchomp (text));
  g_autofree char *stat = NULL;
  int parent = 0;

  g_assert_true (g_file_get_contents (path, &stat, NULL, NULL));
  g_assert_cmpint (sscanf (strrchr (stat, ')') + 1, " %*c %d", &parent), ==, 1);
  return parent;
}

/* The witness of a task is killed: nobody saw it end. The run waits for a decision, and says so with status 4. */
static void
test_lost (CliFixture *fixture, gconstpointer data)
{
  GPid pid = start (fixture, "  a: {run: 'echo $$ > pid; echo a >> ledger; " GATE "'}\n"
                             "  b: {needs: [a], run: 'echo b >> ledger'}\n");
  g_auto (CliResult) why = { 0 };
  g_auto (CliResult) marked = { 0 };
  g_auto (CliResult) resumed = { 0 };

  kill (find_keeper (fixture), SIGKILL);
  g_assert_cmpint (cli_wait (pid), ==, 4);
  cli_expect_state (fixture, "a", "lost/keeper_died");
  why = cli_expect (fixture, 0, "why", "last", "b", NULL);
  cli_assert_has (why.out, "a");
  marked = cli_expect (fixture, 0, "mark", "last", "a", "--as", "succeeded", "--note", "its output is there", NULL);
  cli_expect_state (fixture, "a", "succeeded/marked");
  resumed = cli_run (fixture, "resume", "last", NULL);
  cli_expect_ledger (fixture, "a b");
  cli_expect_state (fixture, NULL, "succeeded");
}

/* Runs by number and by prefix; an ambiguous or short word is refused. */
static void
test_run_words (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml", "version: 1\ntasks:\n  a: {run: 'true'}\n");
  g_auto (CliResult) one = cli_expect (fixture, 0, "run", "flow.yard.yaml", NULL);
  g_auto (CliResult) two = cli_expect (fixture, 0, "run", "flow.yard.yaml", NULL);
  g_autofree char *last = cli_run_uuid (fixture, "last");
  g_autofree char *second = cli_run_uuid (fixture, "2");
  g_autofree char *prefix = g_strndup (last, 6);
  g_autofree char *by_prefix = cli_run_uuid (fixture, prefix);
  g_auto (CliResult) short_word = cli_expect (fixture, 2, "show", "ab", NULL);
  g_auto (CliResult) listed = cli_expect (fixture, 0, "runs", "--limit", "1", NULL);
  g_auto (CliResult) of_file = cli_expect (fixture, 0, "runs", "--workflow", "flow.yard.yaml", NULL);

  g_assert_cmpstr (second, ==, last);
  g_assert_cmpstr (by_prefix, ==, last);
  cli_assert_has (listed.out, "and 1 more");
  cli_assert_has (of_file.out, "flow #1");
}

static void
test_gc (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml", "version: 1\ntasks:\n  a: {run: 'true'}\n");
  g_auto (CliResult) dry = { 0 };
  g_auto (CliResult) real = { 0 };
  g_auto (CliResult) listed = { 0 };

  for (guint i = 0; i < 3; i++)
    {
      g_auto (CliResult) run = cli_expect (fixture, 0, "run", "flow.yard.yaml", NULL);
    }
  dry = cli_expect (fixture, 0, "gc", "--keep", "1", "--dry-run", NULL);
  cli_assert_has (dry.out, "2 runs would be deleted");
  real = cli_expect (fixture, 0, "gc", "--keep", "1", NULL);
  cli_assert_has (real.out, "2 runs deleted");
  listed = cli_expect (fixture, 0, "runs", NULL);
  cli_assert_has (listed.out, "flow #3");
  cli_assert_has_not (listed.out, "flow #1");
}

/* Reading commands write nothing: the whole state dir is the same afterwards. */
static void
test_reading (CliFixture *fixture, gconstpointer data)
{
  static const char *const commands[][4] = { { "runs" }, { "show", "last" }, { "show", "last", "--json" },
                                             { "why", "last", "a" }, { "logs", "last", "a" },
                                             { "export", "last", "--to", "csv" }, { "watch", "last" } };
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml", "version: 1\ntasks:\n  a: {run: 'echo x'}\n");
  g_auto (CliResult) run = cli_expect (fixture, 0, "run", "flow.yard.yaml", NULL);
  g_autofree char *line = g_strdup_printf ("cd '%s' && find . -type f -exec sha256sum {} + | sort -k2; find . | sort",
                                           fixture->state);
  const char *argv[] = { "/bin/sh", "-c", line, NULL };
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  cli_await_no_keepers (fixture);
  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &before, NULL, NULL, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      const char *args[5] = { commands[i][0], commands[i][1], commands[i][2], commands[i][3], NULL };
      g_auto (CliResult) result = cli_runv (fixture, args);

      g_assert_cmpint (result.code, ==, 0);
    }
  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &after, NULL, NULL, NULL));
  g_assert_cmpstr (before, ==, after);
}

int
main (int argc, char **argv)
{
  static const struct { const char *path; void (*func) (CliFixture *fixture, gconstpointer data); } tests[] = {
    { "stop", test_stop },           { "skip", test_skip },
    { "interrupt-twice", test_interrupt_twice },
    { "interrupt-early", test_interrupt_early }, { "cancel-kill", test_cancel_kill },
    { "retry-now", test_retry_now }, { "give-up", test_give_up },
    { "branch", test_branch },       { "rerun-alive", test_rerun_alive },
    { "doctor", test_doctor },       { "cancel-dead", test_cancel_dead },
    { "no-runner", test_no_runner }, { "lost", test_lost },
    { "run-words", test_run_words }, { "gc", test_gc },
    { "reading", test_reading },     { "mark-alone", test_mark_alone },
    { "time-limits", test_time_limits }, { "too-late", test_too_late },
    { "trouble", test_trouble },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strdup_printf ("/cli/control/%s", tests[i].path);

      CLI_ADD (path, NULL, tests[i].func);
    }
  return g_test_run ();
}
