/* test-runner-crash.c: R3: the runner is killed before every single thing that it does, and so is its recovery
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The program itself, with kill-point.c preloaded: `run` is killed at point 1, 2, 3, … until it ends untouched, and
 * each time `resume` goes on with what is left. Every second `resume` is killed, too, at a point further on each
 * time, and a third runner ends the run. Whatever died where: no attempt begins twice, nothing that ended is lost,
 * and no run stays unfinished.
 */
#include <errno.h>
#include <string.h>

#include "core/store/sy-index.h"
#include "tests/cli/cli-fixture.h"
#include "tests/faults/fault-fixture.h"

/* A start, a fork, a retry, an output, a join, a handler */
#define WORKFLOW                                                                                                       \
  "version: 1\n"                                                                                                       \
  "tasks:\n"                                                                                                           \
  "  first: {command: [%CHILD%, ledger, ledger, \"0.001\"]}\n"                                                         \
  "  flaky:\n"                                                                                                         \
  "    needs: [first]\n"                                                                                               \
  "    run: '%CHILD% ledger ledger 0.001; test $SWITCHYARD_ATTEMPT -ge 2'\n"                                           \
  "    retry: {limit: 1, delay: 1ms}\n"                                                                                \
  "  tells:\n"                                                                                                         \
  "    needs: [first]\n"                                                                                               \
  "    run: '%CHILD% ledger ledger 0.02; echo word=yes >>\"$SWITCHYARD_OUTPUT\"'\n"                                    \
  "    outputs: {word: string}\n"                                                                                      \
  "  last: {needs: [flaky, tells], command: [%CHILD%, ledger, ledger, \"0.001\"]}\n"                                   \
  "handlers: {exit: {run: echo done >>handled}}\n"

#define MAX_POINTS 2000
#define FRESH_EVERY 8   /* of the points before there is a run, how many are followed by one */
#define RECOVERY_STEP 3

static const char *const start_args[] = { "run", "-q", "-j", "2", "w.yard.yaml", NULL };
static const char *const again_args[] = { "resume", "last", NULL };

typedef struct
{
  CliFixture cli;
  Fault fault;
  guint recovery;      /* the point at which the next recovery is killed */
  guint n_recovery;    /* recoveries killed so far */
  GHashTable *calls;   /* what the runner was about to do when it was killed */
} Trial;

static gboolean
is_soak (void)
{
  return g_getenv ("SWITCHYARD_SOAK") != NULL;
}

static void
trial_begin (Trial *t)
{
  memset (&t->fault, 0, sizeof t->fault);
  cli_fixture_set_up (&t->cli, NULL);
  t->fault.state = g_build_filename (t->cli.state, "switchyard", NULL);
  t->fault.file = cli_write (&t->cli, "w.yard.yaml", WORKFLOW);
  t->fault.ledger = g_build_filename (t->cli.dir, "ledger", NULL);
}

static void
trial_end (Trial *t)
{
  g_free (t->fault.state);
  g_free (t->fault.file);
  g_free (t->fault.ledger);
  g_free (t->fault.uuid);
  cli_fixture_tear_down (&t->cli, NULL);
}

/* --- being killed --- */

static char **
arm (Trial *t, guint at)
{
  g_autofree char *library = g_build_filename (g_getenv ("SWITCHYARD_BUILD_ROOT"), "tests", "lib", "libkill-point.so", NULL);
  g_autofree char *note = g_build_filename (t->cli.dir, "note", NULL);
  g_autofree char *number = g_strdup_printf ("%u", at);
  const char *others = g_environ_getenv (t->cli.env, "LD_PRELOAD");
  const char *asan = g_environ_getenv (t->cli.env, "ASAN_OPTIONS");
  g_autofree char *preload = g_strjoin (" ", library, others, NULL);
  g_autofree char *options = g_strjoin (":", "verify_asan_link_order=0", asan, NULL);
  char **env = g_strdupv (t->cli.env);

  env = g_environ_setenv (env, "LD_PRELOAD", preload, TRUE);
  env = g_environ_setenv (env, "ASAN_OPTIONS", options, TRUE);
  env = g_environ_setenv (env, "SWITCHYARD_KILL_NOTE", note, TRUE);
  return g_environ_setenv (env, "SWITCHYARD_KILL_AT", number, TRUE);
}

static CliResult
run_armed (Trial *t, guint at, const char *const *args)
{
  char **plain = t->cli.env;
  g_auto (GStrv) armed = arm (t, at);
  CliResult result;

  t->cli.env = armed;
  result = cli_runv (&t->cli, args);
  t->cli.env = plain;
  return result;
}

/* TRUE: killed; else it has ended as it should. */
static gboolean
killed_at (Trial *t, guint at, const char *const *args)
{
  g_auto (CliResult) result = run_armed (t, at, args);
  g_autofree char *call = NULL;

  if (result.code != -1)
    {
      if (result.code != 0)
        g_test_message ("%s, to be killed at %u: %s", args[0], at, result.err);
      g_assert_cmpint (result.code, ==, 0);
      return FALSE;
    }
  call = cli_read (&t->cli, "note");
  g_assert_cmpstr (call, !=, ""); /* it was our kill, and no other crash */
  g_test_message ("%s killed at %u: %s", args[0], at, call);
  g_hash_table_add (t->calls, g_steal_pointer (&call));
  return TRUE;
}

/* --- what is left --- */

/* The runs that the program would list (nullable) */
static GPtrArray *
list_runs (Trial *t)
{
  g_autoptr (SyStateDir) dir = sy_state_dir_open (t->fault.state, SY_STATE_DIR_READ, NULL);
  g_autoptr (SyIndex) index = dir != NULL ? sy_index_open (dir, SY_INDEX_READ, NULL) : NULL;

  return index != NULL ? sy_index_list (index, NULL, NULL) : NULL;
}

/* The one run as it is listed; NULL = none has begun. */
static SyRunInfo *
find_run (Trial *t)
{
  g_autoptr (GPtrArray) runs = list_runs (t);
  SyRunInfo *info;

  if (runs == NULL || runs->len == 0)
    return NULL;
  g_assert_cmpuint (runs->len, ==, 1);
  info = g_ptr_array_index (runs, 0);
  g_assert_null (info->error);
  g_assert_cmpint (info->runner, ==, SY_OWNER_NONE);
  g_ptr_array_set_free_func (runs, NULL);
  return info;
}

/* FALSE: there is nothing that could be gone on with. */
static gboolean
go_on (Trial *t, guint at)
{
  g_autoptr (SyRunInfo) info = find_run (t);

  if (info == NULL)
    {
      g_autofree char *ledger = cli_read (&t->cli, "ledger");

      /* Nothing was started for a run that nobody can see; and the next one comes to its end. */
      g_assert_cmpstr (ledger, ==, "");
      if (at % FRESH_EVERY != 0 && !is_soak ())
        return FALSE;
      g_assert_false (killed_at (t, 0, start_args));
    }
  else if (!sy_run_status_is_final (info->status))
    g_assert_false (killed_at (t, 0, again_args));
  return TRUE;
}

/* Goes on, and is killed at the next point that a recovery has. */
static void
stumble (Trial *t)
{
  g_autoptr (SyRunInfo) info = find_run (t);

  if (info == NULL || sy_run_status_is_final (info->status))
    return;
  if (killed_at (t, t->recovery, again_args))
    {
      t->recovery += is_soak () ? 1 : RECOVERY_STEP;
      t->n_recovery++;
    }
  else
    t->recovery = 1;
}

static void
check_task (GHashTable *ledger, const SyRunState *state, guint32 index)
{
  const char *id = state->workflow->tasks[index].id;
  const LedgerTask *line = g_hash_table_lookup (ledger, id);
  const SyTaskState *task = sy_run_state_at (state, index);
  guint attempts = g_str_equal (id, "flaky") ? 2 : 1;

  g_assert_nonnull (line);
  g_assert_cmpuint (line->max_begun, ==, 1);
  g_assert_cmpuint (line->n_begun, ==, attempts);
  g_assert_cmpuint (line->n_ended, ==, attempts);
  g_assert_cmpuint (task->attempt, ==, attempts);
  g_assert_cmpint (task->state, ==, SY_STATE_SUCCEEDED);
}

static void
check_whole (Trial *t)
{
  g_autoptr (SyRunInfo) info = find_run (t);
  g_autoptr (GHashTable) ledger = fault_read_ledger (&t->fault);
  g_autofree char *handled = cli_read (&t->cli, "handled");
  g_autoptr (SyRunState) state = NULL;

  g_assert_nonnull (info);
  g_assert_cmpint (info->status, ==, SY_RUN_SUCCEEDED);
  t->fault.uuid = g_strdup (info->uuid);
  state = fault_fold (&t->fault, t->fault.state);
  g_assert_cmpint (state->status, ==, SY_RUN_SUCCEEDED);
  for (guint32 i = 0; i < state->workflow->n_tasks; i++)
    check_task (ledger, state, i);
  /* A handler that was at work when the runner died is not begun again. */
  g_assert_true (g_str_equal (handled, "") || g_str_equal (handled, "done\n"));
  fault_assert_no_keepers (&t->fault);
}

/* --- the sweep --- */

/* TRUE: the runner was killed. */
static gboolean
try_point (Trial *t, guint at, gboolean twice)
{
  gboolean killed, whole = TRUE;

  trial_begin (t);
  killed = killed_at (t, at, start_args);
  if (killed && twice)
    stumble (t);
  if (killed)
    whole = go_on (t, at);
  if (whole)
    check_whole (t);
  trial_end (t);
  return killed;
}

static void
test_every_point (void)
{
  Trial t = { .recovery = 1, .calls = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL) };
  guint at = 1;

  while (at < MAX_POINTS && try_point (&t, at, at % 2 == 0))
    at++;
  g_test_message ("a runner was killed at %u points, %u recoveries after it", at - 1, t.n_recovery);
  g_assert_cmpuint (at, >, 150);
  g_assert_cmpuint (t.n_recovery, >, 10);
  /* Where threads work side by side, what is at a point differs from run to run: calls that come once may be missed. */
  g_assert_true (g_hash_table_contains (t.calls, "pwrite"));
  g_assert_true (g_hash_table_contains (t.calls, "mkdirat"));
  g_hash_table_unref (t.calls);
}

/* Every point of a recovery, after crashes all over a run */
static void
test_every_recovery (void)
{
  Trial t = { .calls = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL) };
  guint n;

  if (!is_soak ())
    {
      g_test_skip ("SWITCHYARD_SOAK=1 runs it");
      return;
    }
  for (guint at = 120; at < 260; at += 10)
    for (t.recovery = 1, n = 0; t.recovery > n; n++)
      try_point (&t, at, TRUE);
  g_test_message ("%u recoveries were killed", t.n_recovery);
  g_assert_cmpuint (t.n_recovery, >, 500);
  g_hash_table_unref (t.calls);
}

/* D6: one call fails, and nobody dies. The runner may give up, with its own error; no task is blamed, and nothing is lost. */
static void
try_refusal (Trial *t, guint at, int errnum)
{
  g_autofree char *number = g_strdup_printf ("%d", errnum);
  g_auto (CliResult) result = { 0 };

  trial_begin (t);
  t->cli.env = g_environ_setenv (t->cli.env, "SWITCHYARD_KILL_ERRNO", number, TRUE);
  result = run_armed (t, at, start_args);
  t->cli.env = g_environ_unsetenv (t->cli.env, "SWITCHYARD_KILL_ERRNO");
  g_test_message ("%s at %u: %d %s", g_strerror (errnum), at, result.code, result.err);
  g_assert_cmpint (result.code, >=, 0);
  g_assert_cmpint (result.code, !=, 1);
  if (go_on (t, at))
    check_whole (t);
  trial_end (t);
}

static void
test_refused (void)
{
  static const int errors[] = { ENOSPC, EIO, EMFILE };
  Trial t = { .calls = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL) };

  if (!is_soak ())
    g_test_skip ("SWITCHYARD_SOAK=1 runs it");
  for (guint at = 1; is_soak () && at < 330; at++)
    for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
      try_refusal (&t, at, errors[i]);
  g_hash_table_unref (t.calls);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/faults/runner-crash/every-point", test_every_point);
  g_test_add_func ("/faults/runner-crash/every-recovery", test_every_recovery);
  g_test_add_func ("/faults/runner-crash/refused", test_refused);
  return g_test_run ();
}
