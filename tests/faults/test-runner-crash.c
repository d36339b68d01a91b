/* test-runner-crash.c: R3: the runner is killed before every single thing that it does, and so is its recovery
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The program itself, with kill-point.c preloaded: `run` is killed at point 1, 2, 3, … until it ends untouched, and
 * each time `resume` goes on with what is left. Every second `resume` is killed, too, at a point further on each
 * time, and a third runner ends the run. Whatever died where: no attempt begins twice, nothing that ended is lost,
 * and no run stays unfinished.
 */
#include "tests/faults/runner-trial.h"
#include "tests/lib/soak.h"

#define MAX_POINTS 2000
#define FRESH_EVERY 8   /* of the points before there is a run, how many are followed by one */
#define RECOVERY_STEP 3

#define KILL_POINT "libkill-point.so"

typedef struct
{
  RunnerTrial run;
  guint recovery;      /* the point at which the next recovery is killed */
  guint n_recovery;    /* recoveries killed so far */
  GHashTable *calls;   /* what the runner was about to do when it was killed */
} Trial;

/* --- being killed --- */

/* TRUE: killed; else it has ended as it should. */
static gboolean
killed_at (Trial *t, guint at, const char *const *args)
{
  g_auto (CliResult) result = runner_trial_armed (&t->run, KILL_POINT, at, args);
  g_autofree char *call = NULL;

  if (result.code != -1)
    {
      if (result.code != 0)
        g_test_message ("%s, to be killed at %u: %s", args[0], at, result.err);
      g_assert_cmpint (result.code, ==, 0);
      return FALSE;
    }
  call = cli_read (&t->run.cli, "note");
  g_assert_cmpstr (call, !=, ""); /* it was our kill, and no other crash */
  g_test_message ("%s killed at %u: %s", args[0], at, call);
  g_hash_table_add (t->calls, g_steal_pointer (&call));
  return TRUE;
}

/* Goes on, and is killed at the next point that a recovery has. */
static void
stumble (Trial *t)
{
  g_autoptr (SyRunInfo) info = runner_trial_find (&t->run);

  if (info == NULL || sy_run_status_is_final (info->status))
    return;
  if (killed_at (t, t->recovery, runner_trial_again))
    {
      t->recovery += soak_or (RECOVERY_STEP, 1);
      t->n_recovery++;
    }
  else
    t->recovery = 1;
}

/* --- the sweep --- */

/* TRUE: the runner was killed. */
static gboolean
try_point (Trial *t, guint at, gboolean twice)
{
  gboolean killed, whole = TRUE;

  runner_trial_begin (&t->run);
  killed = killed_at (t, at, runner_trial_start);
  if (killed && twice)
    stumble (t);
  if (killed)
    whole = runner_trial_go_on (&t->run, at % FRESH_EVERY == 0 || soak_is_on ());
  if (whole)
    runner_trial_check (&t->run);
  runner_trial_end (&t->run);
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

  if (!soak_is_on ())
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/faults/runner-crash/every-point", test_every_point);
  g_test_add_func ("/faults/runner-crash/every-recovery", test_every_recovery);
  return g_test_run ();
}
