/* test-keeper-stop.c: limits, stop and kill of a task, and what outlives it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-output-format.h"
#include "tests/core/engine/keeper-client.h"
#include "tests/lib/soak.h"

#include <signal.h>

/* As test-child reads it */
static char *
seconds (guint ms)
{
  return g_strdup_printf ("%u.%03u", ms / 1000, ms % 1000);
}

/* --- limits, stop, kill --- */

static void
test_timeouts (void)
{
  static const struct { const char *what; int attempt_ms, quiet_ms, total_ms, cause; } cases[] = {
    { "attempt", 100, 0, 0, 1 }, { "no output", 0, 100, 0, 2 }, { "total", 0, 0, 100, 3 },
    { "the first of them", 5000, 100, 4000, 2 },
  };
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SyOrder *order = keeper_client_order (client, "@", "sleep", "600", NULL);
      gint64 begun = g_get_monotonic_time ();
      SyJournalExit exit;

      order->timeout_attempt_us = cases[i].attempt_ms * 1000;
      order->timeout_no_output_us = cases[i].quiet_ms * 1000;
      order->timeout_total_us = cases[i].total_ms * 1000;
      exit = keeper_client_wait_exit (client, keeper_client_send (client, order));
      g_test_message ("%s", cases[i].what);
      g_assert_cmpint (exit.timed_out, ==, cases[i].cause);
      g_assert_cmpint (exit.status, ==, SIGTERM);
      g_assert_cmpint (exit.flags & SY_JOURNAL_STOP_SENT, !=, 0);
      g_assert_cmpint (g_get_monotonic_time () - begun, >=, 100000);
    }
}

/*
 * It says something ten times as often as it must, and lasts longer than it may be silent. A busy machine can hold up
 * anybody for as long: then it is asked more leisurely.
 */
static void
test_output_keeps_alive (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  SyJournalExit exit = { .timed_out = 1 };

  for (guint pause_ms = 15; exit.timed_out != 0 && pause_ms < 8000; pause_ms *= 2)
    {
      g_autofree char *pause = seconds (pause_ms);
      SyOrder *order = keeper_client_order (client, "@", "ticks", "12", pause, NULL);

      order->timeout_no_output_us = 10000 * (gint64) pause_ms;
      exit = keeper_client_wait_exit (client, keeper_client_send (client, order));
    }
  g_assert_cmpint (exit.timed_out, ==, 0);
  g_assert_cmpint (exit.status, ==, 0);
}

static void
test_stop (void)
{
  static const struct { const char *what, *mode, *arg; int grace_ms, kills, status, sent; } cases[] = {
    { "asked", "graceful", "", 60000, 0, 0, SY_JOURNAL_STOP_SENT },
    { "its child is asked", "inner-graceful", "", 60000, 0, 0, SY_JOURNAL_STOP_SENT },
    { "asked, dies of it", "payload", "tree", 60000, 0, SIGTERM, SY_JOURNAL_STOP_SENT },
    { "grace over", "payload", "stubborn", 100, 0, SIGKILL, SY_JOURNAL_STOP_SENT | SY_JOURNAL_KILL_SENT },
    { "no grace", "graceful", "", 0, 0, SIGKILL, SY_JOURNAL_STOP_SENT | SY_JOURNAL_KILL_SENT },
    { "second stop kills", "payload", "stubborn", 60000, 1, SIGKILL, SY_JOURNAL_STOP_SENT | SY_JOURNAL_KILL_SENT },
    { "killed at once", "graceful", "", 60000, 2, SIGKILL, SY_JOURNAL_STOP_SENT | SY_JOURNAL_KILL_SENT },
  };
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  g_autofree char *ledger = g_build_filename (client->dir, "ledger", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SyOrder *order = keeper_client_order (client, "@", cases[i].mode, cases[i].arg, ledger, NULL);
      SyJournalExit exit;
      guint64 nonce;

      order->grace_us = cases[i].grace_ms * 1000;
      nonce = keeper_client_send (client, order);
      keeper_client_wait_output (client, (guint32) nonce, "ready");
      if (cases[i].kills < 2)
        keeper_client_stop (client, nonce, FALSE);
      if (cases[i].kills > 0)
        keeper_client_stop (client, nonce, TRUE);
      exit = keeper_client_wait_exit (client, nonce);
      g_test_message ("%s", cases[i].what);
      g_assert_cmpint (exit.status, ==, cases[i].status);
      g_assert_cmpint (exit.flags & (SY_JOURNAL_STOP_SENT | SY_JOURNAL_KILL_SENT), ==, cases[i].sent);
      g_assert_cmpint (exit.timed_out, ==, 0);
      g_assert_cmpuint (keeper_client_living (ledger), ==, 0);
    }
}

/* Waits until the storm has its lines of descent, or the payload its processes. */
static void
check_payload (KeeperClient *client, const char *kind, SyJournalKillMethod method)
{
  g_autofree char *ledger = g_strdup_printf ("%s/ledger-%s", client->dir, kind);
  SyOrder *order = keeper_client_order (client, "@", "payload", kind, ledger, NULL);
  gint64 begun;
  SyJournalExit exit;
  guint64 nonce;

  order->grace_us = 0;
  nonce = keeper_client_send (client, order);
  keeper_client_wait_output (client, (guint32) nonce, "ready");
  begun = g_get_monotonic_time (); /* told, not asserted: a busy machine takes its time */
  keeper_client_stop (client, nonce, TRUE);
  exit = keeper_client_wait_exit (client, nonce);
  g_test_message ("%s: %d ms", kind, (int) ((g_get_monotonic_time () - begun) / 1000));
  g_assert_cmpint (exit.status, ==, SIGKILL);
  g_assert_cmpint (exit.escaped, ==, 0);
  g_assert_cmpint (exit.kill_method, ==, method);
  g_assert_cmpint (exit.flags & SY_JOURNAL_TREE_GONE, !=, 0);
  g_assert_cmpuint (keeper_client_living (ledger), ==, 0);
}

static void
test_payloads (gconstpointer data)
{
  static const char *const kinds[] = { "tree", "stubborn", "group", "session", "daemon", "storm", "stopped" };
  gboolean with_cgroup = GPOINTER_TO_INT (data);
  g_autoptr (KeeperClient) client = keeper_client_new (with_cgroup);
  guint rounds = soak_or (2, 50);

  if (with_cgroup && client->cgroup == NULL)
    {
      g_test_skip ("no writable cgroup v2 here");
      return;
    }
  for (guint round = 0; round < rounds; round++)
    for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
      check_payload (client, kinds[i], with_cgroup ? SY_JOURNAL_KILL_CGROUP : SY_JOURNAL_KILL_SUBREAPER);
}

static void
test_timeout_kills_tree (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  g_autofree char *ledger = g_build_filename (client->dir, "ledger", NULL);
  SyOrder *order = keeper_client_order (client, "@", "payload", "session", ledger, NULL);
  SyJournalExit exit;

  order->timeout_attempt_us = 300000;
  order->grace_us = 100000;
  exit = keeper_client_wait_exit (client, keeper_client_send (client, order));
  g_assert_cmpint (exit.timed_out, ==, 1);
  g_assert_cmpuint (keeper_client_living (ledger), ==, 0);
}

/* --- stragglers --- */

/* The main process ends with 0 while a daemon holds stdout: the task ends, the daemon is counted and killed. */
static void
test_daemon_keeps_stdout (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  g_autofree char *ledger = g_build_filename (client->dir, "ledger", NULL);
  guint rounds = soak_or (2, 50);

  for (guint i = 0; i < rounds; i++)
    {
      guint64 nonce = keeper_client_run (client, "@", "leave-daemon", ledger, NULL);
      SyJournalExit exit = keeper_client_wait_exit (client, nonce);

      g_assert_cmpint (exit.status, ==, 0);
      g_assert_cmpint (exit.stragglers, ==, 1);
      g_assert_cmpint (exit.escaped, ==, 0);
      g_assert_cmpuint (keeper_client_living (ledger), ==, 0);
    }
}

static void
test_quiet_daemon (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  g_autofree char *ledger = g_build_filename (client->dir, "ledger", NULL);
  guint64 nonce = keeper_client_run (client, "@", "leave-quiet", ledger, NULL);
  SyJournalExit exit = keeper_client_wait_exit (client, nonce);

  g_assert_cmpint (exit.status, ==, 0);
  g_assert_cmpint (exit.stragglers, ==, 1);
  g_assert_cmpuint (keeper_client_living (ledger), ==, 0);
}

/* What a child writes just after the end is waited for. Here as below: one try of many, for who can say what a moment is. */
static void
test_late_output (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  gboolean seen = FALSE;

  for (guint i = 0; i < 60 && !seen; i++)
    {
      guint64 nonce = keeper_client_run (client, "@", "late", "0.05", "after the end", NULL);
      SyJournalExit exit = keeper_client_wait_exit (client, nonce);
      g_autofree char *text = keeper_client_output (client, (guint32) nonce, SY_OUTPUT_STDOUT, NULL);

      g_assert_cmpint (exit.status, ==, 0);
      if (exit.stragglers > 0)
        continue;
      seen = TRUE;
      g_assert_cmpint (exit.output, ==, 14);
      g_assert_cmpstr (text, ==, "after the end\n");
    }
  g_assert_true (seen);
}

/*
 * Whoever ends soon after the output is no straggler. How soon that is on a busy machine is not ours to say, so one try
 * of many must show it: without the breath none would.
 */
static void
test_last_breath (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  g_autofree char *ledger = g_build_filename (client->dir, "ledger", NULL);
  gboolean seen = FALSE;

  for (guint i = 0; i < 500 && !seen; i++)
    {
      SyJournalExit exit = keeper_client_wait_exit (client, keeper_client_run (client, "@", "late-exit", "0.005", ledger, NULL));

      g_assert_cmpint (exit.status, ==, 0);
      g_assert_cmpint (exit.escaped, ==, 0);
      seen = exit.stragglers == 0 && g_file_test (ledger, G_FILE_TEST_EXISTS);
    }
  g_assert_true (seen);
}

static void
test_keep_stragglers (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  g_autofree char *ledger = g_build_filename (client->dir, "ledger", NULL);
  SyOrder *order = keeper_client_order (client, "@", "leave-daemon", ledger, NULL);
  g_autofree SyKeeperStatus *status = NULL;
  g_autofree SyKeeperNonce *refused = NULL;
  SyJournalExit exit;
  guint64 nonce, next;

  order->stragglers_keep = TRUE;
  nonce = keeper_client_send (client, order);
  exit = keeper_client_wait_exit (client, nonce);
  g_assert_cmpint (exit.status, ==, 0);
  g_assert_cmpint (exit.stragglers, ==, 1);
  g_assert_cmpint (exit.flags & (SY_JOURNAL_KEPT | SY_JOURNAL_TREE_GONE), ==, SY_JOURNAL_KEPT);
  g_assert_cmpuint (keeper_client_living (ledger), ==, 1);
  next = keeper_client_run (client, "@", "exit", "0", NULL);
  refused = keeper_client_wait (client, SY_KEEPER_FENCED, next);
  g_assert_cmpint (refused->frame.flags, ==, SY_KEEPER_RETIRING);
  keeper_client_adopt (client); /* it stays with them, runner or not */
  status = keeper_client_wait (client, SY_KEEPER_STATUS, 0);
  g_assert_cmpint (status->state, ==, SY_KEEPER_KEPT);
  g_assert_cmpuint (status->alive, ==, 1);
  keeper_client_stop (client, nonce, TRUE);
  g_free (keeper_client_wait (client, SY_KEEPER_GONE, nonce));
  keeper_client_wait_eof (client);
  g_assert_cmpuint (keeper_client_living (ledger), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/keeper/timeouts", test_timeouts);
  g_test_add_func ("/engine/keeper/output-keeps-alive", test_output_keeps_alive);
  g_test_add_func ("/engine/keeper/stop", test_stop);
  g_test_add_data_func ("/engine/keeper/payloads/subreaper", GINT_TO_POINTER (FALSE), test_payloads);
  g_test_add_data_func ("/engine/keeper/payloads/cgroup", GINT_TO_POINTER (TRUE), test_payloads);
  g_test_add_func ("/engine/keeper/timeout-kills-tree", test_timeout_kills_tree);
  g_test_add_func ("/engine/keeper/daemon-keeps-stdout", test_daemon_keeps_stdout);
  g_test_add_func ("/engine/keeper/quiet-daemon", test_quiet_daemon);
  g_test_add_func ("/engine/keeper/late-output", test_late_output);
  g_test_add_func ("/engine/keeper/last-breath", test_last_breath);
  g_test_add_func ("/engine/keeper/keep-stragglers", test_keep_stragglers);
  return g_test_run ();
}
