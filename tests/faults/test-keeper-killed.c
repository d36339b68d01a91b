/* test-keeper-killed.c: R3 for keepers: one dies at each of its system calls while it has orders ahead, and its runner goes on
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One keeper has all of a chain and of a fork with what joins it, so that orders lie there whose turn comes by the success of others.
 * strace kills it at the N-th call of a kind, for N = 1, 2, … until it ends untouched; others take its place. What it ran then may
 * be lost: it is said to be finished, and the run goes on. No attempt begins twice, nothing that ended is lost, nothing begins
 * before what it needs has ended, and no run stays unfinished.
 */
#include "tests/faults/runner-trial.h"
#include "tests/faults/tracer.h"
#include "tests/lib/soak.h"

#define CHAIN 6
#define FORK 3

static char *
make_workflow (void)
{
  GString *text = g_string_new ("version: 1\ntasks:\n");
  const char *command = "command: [%CHILD%, ledger, ledger, \"0.001\"]";

  g_string_append_printf (text, "  c0: {%s}\n", command);
  for (guint i = 1; i < CHAIN; i++)
    g_string_append_printf (text, "  c%u: {%s, needs: [c%u]}\n", i, command, i - 1);
  for (guint i = 0; i < FORK; i++)
    g_string_append_printf (text, "  f%u: {%s, needs: [c%u]}\n", i, command, CHAIN - 1);
  g_string_append_printf (text, "  join: {%s, needs: [f0, f1, f2]}\n  last: {%s, needs: [join]}\n", command, command);
  return g_string_free (text, FALSE);
}

/* What is lost is said to have succeeded; which it is (transfer full) */
static GHashTable *
mark_lost (RunnerTrial *t)
{
  GHashTable *lost = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (SyRunState) state = fault_fold (&t->fault, t->fault.state);

  for (guint32 i = 0; i < state->workflow->n_tasks; i++)
    if (sy_run_state_at (state, i)->state == SY_STATE_LOST)
      {
        const char *id = state->workflow->tasks[i].id;
        g_auto (CliResult) result = cli_expect (&t->cli, 0, "mark", "last", id, "--as", "succeeded", "--note", "seen", NULL);

        g_hash_table_add (lost, g_strdup (id));
      }
  g_assert_cmpuint (g_hash_table_size (lost), <=, 1); /* a keeper has one claim at a time */
  return lost;
}

static void
check (RunnerTrial *t, GHashTable *lost)
{
  g_autoptr (SyRunState) state = fault_fold (&t->fault, t->fault.state);
  g_autoptr (GHashTable) ledger = fault_read_ledger (&t->fault);

  g_assert_cmpint (state->status, ==, SY_RUN_SUCCEEDED);
  for (guint32 i = 0; i < state->workflow->n_tasks; i++)
    {
      const char *id = state->workflow->tasks[i].id;
      const LedgerTask *line = g_hash_table_lookup (ledger, id);

      g_assert_cmpint (sy_run_state_at (state, i)->state, ==, SY_STATE_SUCCEEDED);
      if (line != NULL)
        g_assert_cmpuint (line->n_begun, ==, 1);
      if (!g_hash_table_contains (lost, id))
        g_assert_cmpuint (line != NULL ? line->n_ended : 0, ==, 1);
    }
  fault_assert_no_keepers (&t->fault);
}

/* TRUE: the first keeper was killed. */
static gboolean
try_point (const char *call, guint at)
{
  g_autofree char *when = g_strdup_printf ("%u", at);
  g_autofree char *keeper = g_strdup (g_getenv ("SWITCHYARD_KEEPER"));
  g_autofree char *workflow = make_workflow ();
  g_autofree char *tracer = NULL;
  g_autoptr (GHashTable) lost = NULL;
  g_autoptr (SyRunInfo) info = NULL;
  RunnerTrial t;
  gboolean struck;
  int code;

  g_test_message ("%s %s", call, when);
  runner_trial_begin (&t);
  g_free (cli_write (&t.cli, "w.yard.yaml", workflow));
  tracer = tracer_write (t.cli.dir, keeper, call, "signal=KILL", when, TRUE);
  t.cli.env = g_environ_setenv (t.cli.env, "SWITCHYARD_KEEPER", tracer, TRUE);
  {
    g_auto (CliResult) result = cli_run (&t.cli, "run", "-q", "-j", "1", "w.yard.yaml", NULL);

    code = result.code;
  }
  struck = tracer_has_struck (t.cli.dir);
  g_assert_true (code == 0 || (struck && code == 4));
  info = runner_trial_find (&t);
  t.fault.uuid = g_strdup (info->uuid);
  t.cli.env = g_environ_setenv (t.cli.env, "SWITCHYARD_KEEPER", keeper, TRUE);
  lost = mark_lost (&t);
  g_assert_cmpint (g_hash_table_size (lost) > 0, ==, code == 4);
  g_assert_true (runner_trial_go_on (&t, FALSE));
  check (&t, lost);
  runner_trial_end (&t);
  return struck;
}

static void
test_killed (gconstpointer data)
{
  const char *call = data;
  guint step = soak_or (2, 1), n = 0;

  if (!tracer_works ())
    {
      g_test_skip ("strace cannot run here");
      return;
    }
  for (guint at = 1; at < 400 && try_point (call, at); at += step)
    n++;
  g_assert_cmpuint (n, >, 1);
}

int
main (int argc, char **argv)
{
  static const char *const calls[] = { "pwrite64", "vfork", "waitid", "sendto", "recvfrom", "ppoll" };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_autofree char *path = g_strdup_printf ("/faults/keeper-killed/%s", calls[i]);

      g_test_add_data_func (path, calls[i], test_killed);
    }
  return g_test_run ();
}
