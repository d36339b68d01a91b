/* runner-trial.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/faults/runner-trial.h"

#include <string.h>

/* A start, a fork, a retry, an output, a join, one that stands by for it, a chain that goes ahead and forks, a handler */
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
  "  after: {needs: [last], command: [%CHILD%, ledger, ledger, \"0.001\"]}\n"                                          \
  "  second: {needs: [after], command: [%CHILD%, ledger, ledger, \"0.001\"]}\n"                                        \
  "  third: {needs: [second], command: [%CHILD%, ledger, ledger, \"0.001\"]}\n"                                        \
  "  left: {needs: [third], command: [%CHILD%, ledger, ledger, \"0.001\"]}\n"                                          \
  "  right: {needs: [third], command: [%CHILD%, ledger, ledger, \"0.001\"]}\n"                                         \
  "  fourth: {needs: [left, right], command: [%CHILD%, ledger, ledger, \"0.001\"]}\n"                                  \
  "handlers: {exit: {run: echo done >>handled}}\n"

const char *const runner_trial_start[] = { "run", "-q", "-j", "2", "w.yard.yaml", NULL };
const char *const runner_trial_again[] = { "resume", "last", NULL };

void
runner_trial_begin (RunnerTrial *t)
{
  memset (&t->fault, 0, sizeof t->fault);
  cli_fixture_set_up (&t->cli, NULL);
  t->fault.state = g_build_filename (t->cli.state, "switchyard", NULL);
  t->fault.file = cli_write (&t->cli, "w.yard.yaml", WORKFLOW);
  t->fault.ledger = g_build_filename (t->cli.dir, "ledger", NULL);
}

void
runner_trial_end (RunnerTrial *t)
{
  g_free (t->fault.state);
  g_free (t->fault.file);
  g_free (t->fault.ledger);
  g_free (t->fault.uuid);
  cli_fixture_tear_down (&t->cli, NULL);
}

static char **
arm (RunnerTrial *t, const char *name, guint at)
{
  g_autofree char *library = g_build_filename (g_getenv ("SWITCHYARD_BUILD_ROOT"), "tests", "lib", name, NULL);
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

CliResult
runner_trial_armed (RunnerTrial *t, const char *library, guint at, const char *const *args)
{
  char **plain = t->cli.env;
  g_auto (GStrv) armed = arm (t, library, at);
  CliResult result;

  t->cli.env = armed;
  result = cli_runv (&t->cli, args);
  t->cli.env = plain;
  return result;
}

/* --- what is left --- */

/* The runs that the program would list (nullable) */
static GPtrArray *
list_runs (RunnerTrial *t)
{
  g_autoptr (SyStateDir) dir = sy_state_dir_open (t->fault.state, SY_STATE_DIR_READ, NULL);
  g_autoptr (SyIndex) index = dir != NULL ? sy_index_open (dir, SY_INDEX_READ, NULL) : NULL;

  return index != NULL ? sy_index_list (index, NULL, NULL) : NULL;
}

SyRunInfo *
runner_trial_find (RunnerTrial *t)
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

gboolean
runner_trial_go_on (RunnerTrial *t, gboolean fresh)
{
  g_autoptr (SyRunInfo) info = runner_trial_find (t);
  const char *const *args = info == NULL ? runner_trial_start : runner_trial_again;

  if (info == NULL)
    {
      g_autofree char *ledger = cli_read (&t->cli, "ledger");

      g_assert_cmpstr (ledger, ==, "");
      if (!fresh)
        return FALSE;
    }
  if (info == NULL || !sy_run_status_is_final (info->status))
    {
      g_auto (CliResult) result = cli_runv (&t->cli, args);

      if (result.code != 0)
        g_test_message ("%s: %s", args[0], result.err);
      g_assert_cmpint (result.code, ==, 0);
    }
  return TRUE;
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

void
runner_trial_check (RunnerTrial *t)
{
  g_autoptr (SyRunInfo) info = runner_trial_find (t);
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
