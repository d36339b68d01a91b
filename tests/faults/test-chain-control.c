/* test-chain-control.c: what a user decides, and kills of the runner, while orders lie ahead at keepers
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A chain of short tasks with forks in it runs, and at random instants it is paused, tasks of it are stopped, skipped, run again,
 * its runner is drained or killed, and resumed. Whatever meets whatever: no attempt begins twice, nothing begins before what it
 * needs has ended, what is skipped before it has an intent never begins, nothing begins in a pause, the log is sound, and the run comes to its end.
 */
#include <signal.h>
#include <string.h>

#include "tests/faults/runner-trial.h"
#include "tests/lib/patience.h"
#include "tests/lib/soak.h"

#define STAGES 16
#define STAGE 8 /* four of a chain, then a fork of three and what joins them */

typedef struct
{
  RunnerTrial run;
  GRand *rand;
  GPid pid;             /* of the runner; 0 = we have started none */
  GHashTable *skipped, *again; /* ids of tasks for which that was agreed to */
  guint n_files;
} Trial;

static char *
make_workflow (void)
{
  GString *text = g_string_new ("version: 1\ntasks:\n");

  for (guint i = 0; i < STAGES * STAGE; i++)
    {
      guint at = i % STAGE, chain_end = i - at + 3;

      g_string_append_printf (text, "  t%u: {command: [%%CHILD%%, ledger, ledger, \"0.001\"]", i);
      if (at == STAGE - 1)
        g_string_append_printf (text, ", needs: [t%u, t%u, t%u]", i - 3, i - 2, i - 1);
      else if (i > 0)
        g_string_append_printf (text, ", needs: [t%u]", at > 3 ? chain_end : i - 1);
      g_string_append (text, "}\n");
    }
  return g_string_free (text, FALSE);
}

static void
begin_runner (Trial *t, const char *command, const char *what)
{
  g_autofree char *said = g_strdup_printf ("said%u", t->n_files++);

  t->pid = cli_spawn (&t->run.cli, said, command, what, NULL);
}

static void
await_runner (Trial *t)
{
  if (t->pid != 0)
    cli_wait (t->pid);
  t->pid = 0;
}

static void
sleep_at_random (Trial *t, gint32 most_ms)
{
  g_usleep ((gulong) g_rand_int_range (t->rand, 0, most_ms * 1000)); /* an instant by the clock, whatever the runner does then */
}

/* Answers and refusals are both well (a runner that leaves while it is spoken to is none); a crash is not. */
static gboolean
ask (Trial *t, const char *const *args)
{
  g_auto (CliResult) result = cli_runv (&t->run.cli, args);

  g_test_message ("%s %s %s: %d %s", args[0], args[1], args[2] != NULL ? args[2] : "", result.code, result.err);
  g_assert_cmpint (result.code, >=, 0);
  g_assert_cmpint (result.code, !=, 6);
  return result.code == 0;
}

static guint
count_ledger (Trial *t)
{
  g_autofree char *text = cli_read (&t->run.cli, "ledger");
  guint n = 0;

  for (const char *p = text; (p = strstr (p, "begin")) != NULL; p++)
    n++;
  return n;
}

/* In a pause what runs goes on, and nothing begins. */
static void
check_pause (Trial *t)
{
  guint n;

  for (Patience p = { 0 };; patience (&p, "nothing runs in a pause"))
    {
      g_autoptr (SyRunState) state = fault_fold (&t->run.fault, t->run.fault.state);

      if (state->counts[SY_STATE_RUNNING] == 0 && (sy_run_status_is_final (state->status) || state->paused))
        {
          gboolean out = FALSE;

          for (guint32 i = 0; i < state->n_numbers; i++)
            out |= !sy_state_is_terminal ((SyState) state->tasks[i].state) && state->tasks[i].nonce != 0;
          if (!out)
            break;
        }
    }
  n = count_ledger (t);
  ask (t, (const char *[]){ "why", "last", "t1", NULL });
  g_assert_cmpuint (count_ledger (t), ==, n);
}

static void
pause_and_resume (Trial *t)
{
  if (!ask (t, (const char *[]){ "pause", "last", NULL }))
    return;
  if (g_rand_boolean (t->rand))
    check_pause (t);
  else
    sleep_at_random (t, 4);
  ask (t, (const char *[]){ "resume", "last", NULL });
}

static void
kill_and_resume (Trial *t)
{
  if (t->pid == 0)
    return;
  kill (t->pid, SIGKILL);
  await_runner (t);
  begin_runner (t, "resume", "last");
}

static void
drain_and_resume (Trial *t)
{
  ask (t, (const char *[]){ "drain", "last", NULL });
  await_runner (t);
  begin_runner (t, "resume", "last");
}

/* One of those that may lie ahead at this moment */
static char *
choose_task (Trial *t)
{
  return g_strdup_printf ("t%u", MIN (count_ledger (t) + (guint) g_rand_int_range (t->rand, 0, 20), STAGES * STAGE - 1));
}

static void
interfere (Trial *t)
{
  g_autofree char *task = choose_task (t);

  sleep_at_random (t, 25);
  switch (g_rand_int_range (t->rand, 0, 12))
    {
    case 0:
      if (ask (t, (const char *[]){ "skip", "last", task, NULL }))
        g_hash_table_add (t->skipped, g_steal_pointer (&task));
      break;
    case 1:
      ask (t, (const char *[]){ "stop", "last", task, NULL });
      break;
    case 2:
      if (ask (t, (const char *[]){ "rerun", "last", "--task", task, NULL }))
        g_hash_table_add (t->again, g_steal_pointer (&task));
      break;
    case 3:
    case 4:
      drain_and_resume (t);
      break;
    case 5:
    case 6:
    case 7:
      kill_and_resume (t);
      break;
    default:
      pause_and_resume (t);
    }
}

/* --- what is left --- */

/* Where in the ledger the first line of that word and task is; -1 = nowhere */
static gssize
place_of (const char *ledger, const char *word, const char *id)
{
  g_autofree char *line = g_strdup_printf ("%s %s ", word, id);
  const char *at = strstr (ledger, line);

  return at != NULL ? at - ledger : -1;
}

static void
check_task (Trial *t, const SyRunState *state, GHashTable *ledger, const char *text, guint32 index)
{
  const SyTask *task = &state->workflow->tasks[index];
  const SyTaskState *at = sy_run_state_at (state, index);
  const LedgerTask *line = g_hash_table_lookup (ledger, task->id);
  gssize begun = place_of (text, "begin", task->id);

  g_assert_true (sy_state_is_terminal ((SyState) at->state));
  g_assert_cmpint (at->state, !=, SY_STATE_LOST);
  if (at->state == SY_STATE_SUCCEEDED)
    g_assert_true (line != NULL && line->n_ended >= 1);
  if ((at->state == SY_STATE_SKIPPED || at->state == SY_STATE_UPSTREAM_FAILED) && !g_hash_table_contains (t->again, task->id))
    g_assert_null (line);
  if (line == NULL)
    return;
  /* What has an intent is asked back, which may be too late. */
  if (g_hash_table_contains (t->skipped, task->id) && !g_hash_table_contains (t->again, task->id))
    g_assert_cmpuint (fault_count_events (&t->run.fault, SY_EVENT_REVOKING, task->number), >=, 1);
  g_assert_cmpuint (line->max_begun, ==, 1);
  g_assert_cmpuint (line->n_begun, <=, at->attempt);
  for (guint32 k = 0; k < task->n_needs; k++)
    {
      gssize ended = place_of (text, "end", state->workflow->tasks[task->needs[k].task].id);

      g_assert_cmpint (ended, >=, 0);
      g_assert_cmpint (ended, <, begun);
    }
}

static void
check (Trial *t)
{
  g_autoptr (SyRunState) state = fault_fold (&t->run.fault, t->run.fault.state);
  g_autoptr (GHashTable) ledger = fault_read_ledger (&t->run.fault);
  g_autofree char *text = cli_read (&t->run.cli, "ledger");
  g_auto (CliResult) sound = cli_expect (&t->run.cli, 0, "doctor", "last", "--check", NULL);

  cli_assert_has (sound.out, "sound");
  g_assert_true (sy_run_status_is_final (state->status));
  for (guint32 i = 0; i < state->workflow->n_tasks; i++)
    check_task (t, state, ledger, text, i);
  fault_assert_no_keepers (&t->run.fault);
}

static void
one_run (GRand *rand)
{
  g_autofree char *workflow = make_workflow ();
  g_autoptr (GHashTable) skipped = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) again = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Trial t = { .rand = rand, .skipped = skipped, .again = again };

  runner_trial_begin (&t.run);
  g_free (cli_write (&t.run.cli, "w.yard.yaml", workflow));
  begin_runner (&t, "run", "w.yard.yaml");
  cli_await_file (&t.run.cli, "ledger", "begin");
  t.run.fault.uuid = cli_run_uuid (&t.run.cli, "last");
  for (guint i = 0; i < 10; i++)
    interfere (&t);
  await_runner (&t);
  ask (&t, (const char *[]){ "resume", "last", NULL });
  check (&t);
  runner_trial_end (&t.run);
}

static void
test_control (void)
{
  guint seed = (guint) g_test_rand_int_range (0, G_MAXINT32), n = soak_or (8, 300);
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  g_test_message ("seed %u", seed);
  for (guint i = 0; i < n; i++)
    {
      one_run (rand);
      soak_progress ("runs", i + 1, n);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/faults/chain-control", test_control);
  return g_test_run ();
}
