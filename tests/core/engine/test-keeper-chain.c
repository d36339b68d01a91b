/* test-keeper-chain.c: orders that begin upon the success of another at the same keeper, and only then
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/core/engine/keeper-client.h"

#include <signal.h>

#include "tests/lib/patience.h"

static guint64
send_after (KeeperClient *client, guint64 after)
{
  SyOrder *order = keeper_client_order (client, "@", "exit", "0", NULL);

  order->after = after;
  return keeper_client_send (client, order);
}

static void
expect_fenced (KeeperClient *client, guint64 nonce)
{
  g_free (keeper_client_wait (client, SY_KEEPER_FENCED, nonce));
  g_assert_false (keeper_client_has (client, SY_KEEPER_STARTED, nonce));
}

/* Given back: as the answer to a FENCE, or by itself */
static void
expect_given_back (KeeperClient *client, guint64 nonce, gboolean asked)
{
  g_autofree SyKeeperNonce *frame = keeper_client_wait (client, SY_KEEPER_FENCED, nonce);

  g_assert_cmpint (frame->frame.flags, ==, asked ? SY_KEEPER_ANSWER : 0);
}

/* Nothing of it is in the journal: it was not even claimed. */
static void
expect_no_trace (KeeperClient *client, guint64 nonce)
{
  g_autofree SyJournalView *view = g_new (SyJournalView, 1);
  SyJournalAttempt attempt;

  g_assert_cmpint (sy_journal_load (view, client->run_fd, 1), ==, 0);
  g_assert_false (sy_journal_find (view, nonce, &attempt));
}

/* The first waits for a file, then ends as its case says; two follow, one upon the other. */
static const struct
{
  const char *what;
  const char *then;     /* of its shell text; NULL: it cannot be executed */
  gboolean stop, keep;
  gint64 timeout_us;
  gboolean well;
} ends[] = {
  { "success", "exit 0", FALSE, FALSE, 0, TRUE },
  { "output, and a child that ends", "(sleep 0.001; echo b)& echo a", FALSE, FALSE, 0, TRUE },
  { "failure", "exit 3", FALSE, FALSE, 0, FALSE },
  { "signal", "kill -9 $$", FALSE, FALSE, 0, FALSE },
  { "stopped", "trap 'exit 0' TERM; while :; do sleep 0.01; done", TRUE, FALSE, 0, FALSE },
  { "over time", "trap 'exit 0' TERM; while :; do sleep 0.01; done", FALSE, FALSE, 100000, FALSE },
  { "leaves somebody who is kept", "sleep 600& exit 0", FALSE, TRUE, 0, FALSE },
  { "no program", NULL, FALSE, FALSE, 0, FALSE },
};

static void
test_end (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  g_autofree char *gate = g_build_filename (client->dir, "go", NULL);
  g_autofree char *text = g_strdup_printf ("until test -e go; do sleep 0.01; done; %s", ends[i].then);
  guint64 running = keeper_client_run (client, "/bin/sh", "-c", "until test -e go; do sleep 0.01; done", NULL);
  SyOrder *order = ends[i].then != NULL ? keeper_client_order (client, "/bin/sh", "-c", text, NULL)
                                        : keeper_client_order (client, "/nonexistent", NULL);
  guint64 first, second, third;

  order->timeout_attempt_us = ends[i].timeout_us;
  order->stragglers_keep = ends[i].keep;
  first = keeper_client_send (client, order);
  second = send_after (client, first);
  third = send_after (client, second);
  g_assert_true (g_file_set_contents (gate, "", -1, NULL));
  keeper_client_wait_exit (client, running);
  if (ends[i].stop)
    {
      g_free (keeper_client_wait (client, SY_KEEPER_STARTED, first));
      keeper_client_stop (client, first, FALSE);
    }
  keeper_client_wait_exit (client, first);
  if (ends[i].well)
    {
      g_assert_cmpint (keeper_client_wait_exit (client, second).status, ==, 0);
      g_assert_cmpint (keeper_client_wait_exit (client, third).status, ==, 0);
      return;
    }
  expect_fenced (client, second);
  expect_fenced (client, third);
  expect_no_trace (client, second);
  expect_no_trace (client, third);
  if (ends[i].keep)
    keeper_client_stop (client, first, TRUE);
}

/* Who is taken out takes those along that follow upon it, and no others. */
static void
test_fence (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  g_autofree char *gate = g_build_filename (client->dir, "go", NULL);
  guint64 running = keeper_client_run (client, "/bin/sh", "-c", "until test -e go; do sleep 0.01; done", NULL);
  guint64 a = send_after (client, running), b = send_after (client, a), c = send_after (client, b);
  guint64 plain = keeper_client_run (client, "@", "exit", "0", NULL), d = send_after (client, plain);

  g_free (keeper_client_wait (client, SY_KEEPER_STARTED, running));
  keeper_client_fence (client, b);
  expect_given_back (client, b, TRUE);
  expect_given_back (client, c, FALSE);
  keeper_client_fence (client, c); /* each FENCE has its answer */
  expect_given_back (client, c, TRUE);
  g_assert_true (g_file_set_contents (gate, "", -1, NULL));
  g_assert_cmpint (keeper_client_wait_exit (client, a).status, ==, 0);
  g_assert_cmpint (keeper_client_wait_exit (client, plain).status, ==, 0);
  g_assert_cmpint (keeper_client_wait_exit (client, d).status, ==, 0);
  keeper_client_fence (client, a);
  g_free (keeper_client_wait (client, SY_KEEPER_CLAIMED, a));
}

/* It may come when the one that it follows upon has just ended, but not after any other, nor after one that nobody knows. */
static void
test_late (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  guint64 first = keeper_client_run (client, "@", "exit", "0", NULL), second;

  keeper_client_wait_exit (client, first);
  second = send_after (client, first);
  g_assert_cmpint (keeper_client_wait_exit (client, second).status, ==, 0);
  expect_fenced (client, send_after (client, first));
  expect_fenced (client, send_after (client, 4711));
  first = keeper_client_run (client, "@", "exit", "1", NULL);
  keeper_client_wait_exit (client, first);
  expect_fenced (client, send_after (client, first));
}

/* Who orders it must be there: what is ahead when the runner has gone is nobody's. */
static void
test_no_runner (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  g_autofree char *gate = g_build_filename (client->dir, "go", NULL);
  guint64 running = keeper_client_run (client, "/bin/sh", "-c", "until test -e go; do sleep 0.01; done", NULL);
  guint64 ahead = send_after (client, running);
  g_autofree SyKeeperStatus *status = NULL;

  g_free (keeper_client_wait (client, SY_KEEPER_STARTED, running));
  keeper_client_hang_up (client);
  keeper_client_adopt (client);
  status = keeper_client_wait (client, SY_KEEPER_STATUS, 0);
  g_assert_cmpuint (status->n_queued, ==, 0);
  g_assert_cmpuint (status->frame.flags & SY_KEEPER_CHAINS, !=, 0);
  g_assert_true (g_file_set_contents (gate, "", -1, NULL));
  keeper_client_wait_exit (client, running);
  keeper_client_fence (client, ahead);
  expect_fenced (client, ahead);
  expect_no_trace (client, ahead);
}

/* A keeper that takes no more gives back what is ahead, whatever it follows upon. */
static void
test_retiring (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  g_autofree char *gate = g_build_filename (client->dir, "go", NULL);
  guint64 running = keeper_client_run (client, "/bin/sh", "-c", "until test -e go; do sleep 0.01; done", NULL);
  guint64 ahead = send_after (client, running);

  g_free (keeper_client_wait (client, SY_KEEPER_STARTED, running));
  keeper_client_plain (client, SY_KEEPER_RETIRE);
  expect_fenced (client, ahead);
  g_assert_true (g_file_set_contents (gate, "", -1, NULL));
  keeper_client_wait_exit (client, running);
  expect_no_trace (client, ahead);
}

/* How many orders the keeper holds once it claims nothing more: two answers, since between them it would have claimed. */
static guint
await_full (KeeperClient *client)
{
  guint n_idle = 0, n_queued = 0;

  for (Patience p = { 0 }; n_idle < 2;)
    {
      g_autofree SyKeeperStatus *status = keeper_client_status (client);

      n_idle = status->state == SY_KEEPER_IDLE ? n_idle + 1 : 0;
      n_queued = status->n_queued;
      if (n_idle == 0)
        patience (&p, "the journal is full");
    }
  return n_queued;
}

/*
 * The log is behind, and the journal fills within a chain: nothing begins without a record. The chain lies there until the log
 * has the ends; who is asked back meanwhile never runs, nor what follows upon it.
 */
static void
test_journal_full (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  g_autofree SyKeeperExited *ended = NULL;
  guint64 before = 0, chain[SY_KEEPER_QUEUE];
  guint n_queued, last = G_N_ELEMENTS (chain) - 1;

  client->auto_ack = FALSE;
  for (guint i = 0; i < 35; i++)
    {
      before = keeper_client_run (client, "@", "exit", "0", NULL);
      keeper_client_wait_exit (client, before);
    }
  for (guint i = 0; i <= last; i++)
    before = chain[i] = send_after (client, before);
  n_queued = await_full (client);
  g_assert_cmpuint (n_queued, >, 1);
  g_assert_cmpuint (n_queued, <=, last);
  keeper_client_fence (client, chain[last]);
  expect_given_back (client, chain[last], TRUE);
  for (guint i = 0; i < last - n_queued; i++)
    keeper_client_wait_exit (client, chain[i]);
  ended = keeper_client_wait (client, SY_KEEPER_EXITED, chain[last - n_queued]);
  client->acked = ended->record;
  keeper_client_plain (client, SY_KEEPER_ACK);
  for (guint i = last - n_queued + 1; i < last; i++)
    g_assert_cmpint (keeper_client_wait_exit (client, chain[i]).status, ==, 0);
  expect_no_trace (client, chain[last]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autofree char *path = g_strdup_printf ("/engine/keeper/chain/%s", ends[i].what);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_end);
    }
  g_test_add_func ("/engine/keeper/chain/fence", test_fence);
  g_test_add_func ("/engine/keeper/chain/late", test_late);
  g_test_add_func ("/engine/keeper/chain/journal-full", test_journal_full);
  g_test_add_func ("/engine/keeper/chain/no-runner", test_no_runner);
  g_test_add_func ("/engine/keeper/chain/retiring", test_retiring);
  return g_test_run ();
}
