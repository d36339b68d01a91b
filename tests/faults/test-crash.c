/* test-crash.c: R1, R2, R6 and R7: runners, or everything, killed at random instants
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "tests/faults/fault-fixture.h"
#include "tests/lib/soak.h"

#define SLOTS 8
#define TASKS 100

static guint seed;

static GRand *
start_random (void)
{
  seed = (guint) g_test_rand_int_range (0, G_MAXINT32);
  g_test_message ("seed %u", seed);
  return g_rand_new_with_seed (seed);
}

/* --- R1 and R2: a run is killed again and again until it is done --- */

/* R1, the runner alone is killed: nothing is lost, nothing is started twice */

static void
check_all_ran_once (Fault *fault)
{
  g_autoptr (GHashTable) ledger = fault_read_ledger (fault);
  g_autoptr (SyRunState) state = fault_fold (fault, fault->state);

  g_assert_cmpuint (g_hash_table_size (ledger), ==, state->workflow->n_tasks);
  g_assert_cmpint (state->status, ==, SY_RUN_SUCCEEDED);
  for (guint32 i = 0; i < state->workflow->n_tasks; i++)
    {
      const LedgerTask *line = g_hash_table_lookup (ledger, state->workflow->tasks[i].id);
      const SyTaskState *task = sy_run_state_at (state, i);

      g_assert_nonnull (line);
      g_assert_cmpuint (line->n_begun, ==, 1);
      g_assert_cmpuint (line->n_ended, ==, 1);
      g_assert_cmpint (task->state, ==, SY_STATE_SUCCEEDED);
      g_assert_cmpuint (task->attempt, ==, 1);
    }
}

/* R2, runner, keepers and tasks die at one blow: what is lost is said to be lost, and no success is made up */
static void
check_no_wrong_success (Fault *fault)
{
  g_autoptr (GHashTable) ledger = fault_read_ledger (fault);
  g_autoptr (SyRunState) state = fault_fold (fault, fault->state);

  for (guint32 i = 0; i < state->workflow->n_tasks; i++)
    {
      const LedgerTask *line = g_hash_table_lookup (ledger, state->workflow->tasks[i].id);
      const SyTaskState *task = sy_run_state_at (state, i);

      g_assert_true (sy_state_is_terminal ((SyState) task->state));
      if (task->state == SY_STATE_SUCCEEDED)
        g_assert_true (line != NULL && line->n_ended >= 1);
      if (line != NULL)
        g_assert_cmpuint (line->max_begun, ==, 1);
    }
}

typedef struct
{
  gboolean all;        /* keepers and tasks, too */
  FaultShape shape;
  const char *extra;   /* in every task */
  int worst;           /* exit code */
  void (*check) (Fault *fault);
} Blow;

/* In a chain, and behind a fork, the log names what stands by, and orders lie ahead at keepers, when the blow falls. */
#define AGAIN "    on_lost: rerun\n    retry: {limit: 1000}\n"
static const Blow at_runner = { FALSE, FAULT_LAYERS, "", 0, check_all_ran_once };
static const Blow at_runner_of_chain = { FALSE, FAULT_CHAIN, "", 0, check_all_ran_once };
static const Blow at_runner_of_forks = { FALSE, FAULT_FORKS, "", 0, check_all_ran_once };
static const Blow at_all = { TRUE, FAULT_LAYERS, "    on_lost: fail\n    join: all_done\n", 1, check_no_wrong_success };
static const Blow at_all_of_chain = { TRUE, FAULT_CHAIN, AGAIN, 0, check_no_wrong_success };
static const Blow at_all_of_forks = { TRUE, FAULT_FORKS, AGAIN, 0, check_no_wrong_success };

/* When the next blow comes: later and later where a machine needs long to get anywhere between two of them. */
static gint64
next_blow (GRand *rand, guint kills)
{
  return g_rand_int_range (rand, 0, 90000 * (1 + (gint32) MIN (kills / 20, 100)));
}

/* Returns the number of kills; adds those after which the log said that something stood by, of every fourth, to @ahead. */
static guint
one_run (GRand *rand, const Blow *blow, guint *ahead)
{
  Fault fault;
  g_autofree char *text = NULL;
  guint kills = 0;
  int status = -1;

  fault_init (&fault, SLOTS);
  text = fault_make_workflow (&fault, rand, blow->shape, TASKS, blow->extra);
  fault_write_workflow (&fault, text);
  while (fault_wait (&fault, fault_start (&fault, fault.state, blow->all, FALSE), next_blow (rand, kills), blow->all,
                     &status))
    if (++kills % 4 == 0)
      *ahead += fault_count_standbys (&fault) > 0;
  g_assert_true (status >= 0 && status <= blow->worst);
  blow->check (&fault);
  fault_assert_no_keepers (&fault);
  fault_clear (&fault);
  return kills;
}

static void
test_killed (gconstpointer data)
{
  const Blow *blow = data;
  g_autoptr (GRand) rand = start_random ();
  guint wanted = blow->shape == FAULT_LAYERS ? soak_or (300, 10000) : soak_or (75, 10000);
  guint kills = 0, runs = 0, ahead = 0;

  while (kills < wanted)
    {
      guint more = one_run (rand, blow, &ahead);

      for (guint i = 0; i < more; i++)
        soak_progress (blow->all ? "kills of all" : "kills of runners", ++kills, wanted);
      runs++;
    }
  g_test_message ("%u kills in %u runs; something stood by at %u of %u", kills, runs, ahead, kills / 4);
}

/* --- R6: recovery run twice, and killed in its middle, tells the same --- */

static void
copy_folder (const char *from, const char *to)
{
  const char *argv[] = { "cp", "-a", from, to, NULL };
  g_autoptr (GError) error = NULL;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
recover_whole (Fault *fault, const char *state)
{
  int status = -1;

  g_assert_false (fault_wait (fault, fault_start (fault, state, FALSE, TRUE), -1, FALSE, &status));
  g_assert_cmpint (status, ==, 0);
}

/* Everything but times and numbers of events */
static void
assert_same_verdicts (const SyRunState *a, const SyRunState *b)
{
  g_assert_cmpint (a->status, ==, b->status);
  for (guint32 i = 0; i < a->n_numbers; i++)
    {
      const SyTaskState *x = &a->tasks[i];
      const SyTaskState *y = &b->tasks[i];

      g_assert_cmpint (x->state, ==, y->state);
      g_assert_cmpint (x->name, ==, y->name);
      g_assert_cmpuint (x->attempt, ==, y->attempt);
      g_assert_cmpint (x->exit_status, ==, y->exit_status);
      g_assert_cmpuint (x->nonce, ==, y->nonce);
      g_assert_cmpint (x->settled, ==, y->settled);
    }
}

static void
one_recovery (GRand *rand)
{
  Fault fault;
  g_autofree char *text = NULL;
  g_autofree char *other = NULL;
  g_autoptr (SyRunState) once = NULL;
  g_autoptr (SyRunState) disturbed = NULL;
  g_autoptr (SyRunState) again = NULL;
  int status;

  fault_init (&fault, SLOTS);
  other = g_build_filename (fault.folder, "other", NULL);
  text = fault_make_workflow (&fault, rand, (FaultShape) g_rand_int_range (rand, 0, FAULT_N_SHAPES), TASKS, "");
  fault_write_workflow (&fault, text);
  fault_wait (&fault, fault_start (&fault, fault.state, TRUE, FALSE), g_rand_int_range (rand, 30000, 120000), TRUE, &status);
  copy_folder (fault.state, other);

  recover_whole (&fault, other);
  once = fault_fold (&fault, other);
  for (guint i = 0; i < 4; i++)
    fault_wait (&fault, fault_start (&fault, fault.state, FALSE, TRUE), g_rand_int_range (rand, 0, 25000), FALSE, &status);
  recover_whole (&fault, fault.state);
  disturbed = fault_fold (&fault, fault.state);
  assert_same_verdicts (once, disturbed);
  recover_whole (&fault, fault.state);
  again = fault_fold (&fault, fault.state);
  assert_same_verdicts (once, again);
  fault_clear (&fault);
}

static void
test_r6 (void)
{
  g_autoptr (GRand) rand = start_random ();
  guint n = soak_or (20, 200);

  for (guint i = 0; i < n; i++)
    {
      one_recovery (rand);
      soak_progress ("recoveries", i + 1, n);
    }
}

/* --- R7: many runners on one run: one owns it, the others say so --- */

/* Each is alone with the run or leaves it alone: nothing is logged twice, and no task runs twice. */
static void
one_contest (GRand *rand, guint n)
{
  Fault fault;
  g_autofree char *text = NULL;
  GPid pids[20];
  guint owners = 0;

  fault_init (&fault, 4);
  text = fault_make_workflow (&fault, rand, FAULT_LAYERS, 40, "");
  fault_write_workflow (&fault, text);
  g_assert_cmpuint (n, <=, G_N_ELEMENTS (pids));
  recover_whole (&fault, fault.state); /* makes the run; nobody has it now */
  for (guint i = 0; i < n; i++)
    pids[i] = fault_start (&fault, fault.state, FALSE, FALSE);
  for (guint i = 0; i < n; i++)
    {
      int status = -1;

      g_assert_false (fault_wait (&fault, pids[i], -1, FALSE, &status));
      g_assert_true (status == 0 || status == 7);
      owners += status == 0;
    }
  g_assert_cmpuint (owners, >=, 1); /* a late one may find the run done, and have nothing to do */
  check_all_ran_once (&fault);
  fault_clear (&fault);
}

static void
test_r7 (void)
{
  g_autoptr (GRand) rand = start_random ();
  guint pairs = soak_or (10, 100);
  guint crowds = soak_or (5, 100);

  for (guint i = 0; i < pairs + crowds; i++)
    {
      one_contest (rand, i < pairs ? 2 : 20);
      soak_progress ("contests", i + 1, pairs + crowds);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/faults/runner-killed", &at_runner, test_killed);
  g_test_add_data_func ("/faults/runner-killed/chain", &at_runner_of_chain, test_killed);
  g_test_add_data_func ("/faults/runner-killed/forks", &at_runner_of_forks, test_killed);
  g_test_add_data_func ("/faults/all-killed", &at_all, test_killed);
  g_test_add_data_func ("/faults/all-killed/chain", &at_all_of_chain, test_killed);
  g_test_add_data_func ("/faults/all-killed/forks", &at_all_of_forks, test_killed);
  g_test_add_func ("/faults/recovery-killed", test_r6);
  g_test_add_func ("/faults/many-runners", test_r7);
  return g_test_run ();
}
