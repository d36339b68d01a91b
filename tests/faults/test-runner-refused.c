/* test-runner-refused.c: D5 and D6: one allocation or one system call of the runner fails; a keeper has no heap at all
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The runner may give up with an error of its own, or die (GLib aborts where there is no memory): then `resume` goes on.
 * No task is blamed, no attempt begins twice, nothing that ended is lost.
 */
#include <errno.h>

#include "tests/faults/runner-trial.h"
#include "tests/lib/soak.h"

#define LAST_CALL 330 /* a run makes some 300 calls that others could notice */

/* --- D6: one call fails, and nobody dies --- */

static void
refuse_call (guint at, int errnum)
{
  g_autofree char *number = g_strdup_printf ("%d", errnum);
  g_auto (CliResult) result = { 0 };
  RunnerTrial t;

  runner_trial_begin (&t);
  t.cli.env = g_environ_setenv (t.cli.env, "SWITCHYARD_KILL_ERRNO", number, TRUE);
  result = runner_trial_armed (&t, "libkill-point.so", at, runner_trial_start);
  t.cli.env = g_environ_unsetenv (t.cli.env, "SWITCHYARD_KILL_ERRNO");
  g_test_message ("%s at %u: %d %s", g_strerror (errnum), at, result.code, result.err);
  g_assert_cmpint (result.code, >=, 0);
  g_assert_cmpint (result.code, !=, 1);
  g_assert_true (runner_trial_go_on (&t, TRUE));
  runner_trial_check (&t);
  runner_trial_end (&t);
}

/* Every 12th call with one error each; in the soak every call with all of them */
static void
test_calls (void)
{
  static const int errors[] = { ENOSPC, EIO, EMFILE };
  guint step = soak_or (12, 1);

  for (guint at = 1, n = 0; at < LAST_CALL; at += step, n++)
    {
      for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
        if (soak_is_on () || n % G_N_ELEMENTS (errors) == i)
          refuse_call (at, errors[i]);
      soak_progress ("calls", at, LAST_CALL);
    }
}

/* --- D5: one allocation fails --- */

/* How many a whole run makes */
static guint
count_allocations (void)
{
  g_autofree char *note = NULL;
  RunnerTrial t;

  runner_trial_begin (&t);
  {
    g_auto (CliResult) result = runner_trial_armed (&t, "libno-memory.so", 0, runner_trial_start);

    g_assert_cmpint (result.code, ==, 0);
  }
  note = cli_read (&t.cli, "note");
  runner_trial_check (&t);
  runner_trial_end (&t);
  return (guint) atoi (note);
}

/* TRUE: the runner ended of it. */
static gboolean
refuse_allocation (guint at)
{
  g_auto (CliResult) result = { 0 };
  RunnerTrial t;

  runner_trial_begin (&t);
  result = runner_trial_armed (&t, "libno-memory.so", at, runner_trial_start);
  g_test_message ("allocation %u: %d %s", at, result.code, result.err);
  g_assert_cmpint (result.code, !=, 1);
  g_assert_true (runner_trial_go_on (&t, TRUE));
  runner_trial_check (&t);
  runner_trial_end (&t);
  return result.code != 0;
}

static void
test_memory (void)
{
  guint n = soak_or (20, 200);
  guint total = count_allocations ();
  guint ended = 0;

  g_test_message ("%u allocations in a run", total);
  g_assert_cmpuint (total, >, 10 * n);
  for (guint i = 0; i < n; i++)
    {
      ended += refuse_allocation (1 + (guint) ((guint64) total * i / n));
      soak_progress ("allocations", i + 1, n);
    }
  g_test_message ("the runner ended of %u of %u", ended, n);
  g_assert_cmpuint (ended, >, n / 10); /* else none was refused */
}

/* --- D5: a keeper --- */

/* Twenty tasks: a dozen that follow each other, and one of each thing that a keeper does */
#define CHAIN 12
#define ONE_OF_EACH                                                                                                    \
  "  out: {run: 'head -c 3000000 /dev/zero'}\n"                                                                        \
  "  split: {run: 'echo a; echo b >&2', streams: split}\n"                                                             \
  "  value: {run: 'echo word=yes >>\"$SWITCHYARD_OUTPUT\"', outputs: {word: string}}\n"                                \
  "  late: {run: sleep 600, timeout: 50ms, retry: {limit: 1, delay: 1ms}}\n"                                           \
  "  missing: {command: [no-such-program]}\n"                                                                          \
  "  reads: {run: cat, stdin: w.yard.yaml}\n"                                                                          \
  "  hears: {run: 'trap \"exit 7\" TERM; sleep 600 & wait', timeout: 50ms}\n"                                          \
  "  daemon: {command: [%CHILD%, leave-daemon, daemons]}\n"

static void
test_keeper (void)
{
  static const struct { const char *task, *state; } ends[] = {
    { "t11", "succeeded/succeeded" }, { "out", "succeeded/succeeded" },  { "split", "succeeded/succeeded" },
    { "value", "succeeded/succeeded" }, { "late", "failed/timed_out" },  { "missing", "failed/spawn" },
    { "reads", "succeeded/succeeded" }, { "daemon", "succeeded/succeeded" }, { "hears", "failed/timed_out" },
  };
  g_autofree char *keeper = g_build_filename (g_getenv ("SWITCHYARD_BUILD_ROOT"), "tests", "lib", "keeper-no-heap", NULL);
  g_autoptr (GString) text = g_string_new ("version: 1\ntasks:\n" ONE_OF_EACH "  t0: {run: echo 0}\n");
  g_autofree char *path = NULL;
  CliFixture cli;

  cli_fixture_set_up (&cli, NULL);
  cli.env = g_environ_setenv (cli.env, "SWITCHYARD_KEEPER", keeper, TRUE);
  for (guint i = 1; i < CHAIN; i++)
    g_string_append_printf (text, "  t%u: {run: 'echo %u; :', needs: [t%u]}\n", i, i, i - 1);
  path = cli_write (&cli, "w.yard.yaml", text->str);
  {
    g_auto (CliResult) result = cli_expect (&cli, 1, "run", "-q", "-j", "3", path, NULL);
  }
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autofree char *state = cli_task_state (&cli, "last", ends[i].task);

      g_test_message ("%s", ends[i].task);
      g_assert_cmpstr (state, ==, ends[i].state);
    }
  cli_await_no_keepers (&cli);
  cli_fixture_tear_down (&cli, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/faults/runner-refused/calls", test_calls);
  g_test_add_func ("/faults/runner-refused/memory", test_memory);
  g_test_add_func ("/faults/runner-refused/keeper", test_keeper);
  return g_test_run ();
}
