/* test-keeper-runner.c: runners come and go, and say nonsense: the keeper goes on
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-output-format.h"
#include "tests/core/engine/keeper-client.h"
#include "tests/lib/patience.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- runners come and go --- */

/* The keeper is gone, and what its vfork made and held its files until execve() closed them, too. */
static void
await_free_lock (const KeeperClient *client)
{
  g_autofree char *journal = g_strdup_printf ("k/%u", client->number);

  patience_for_lock (client->run_fd, journal);
  g_assert_cmpint (sy_journal_lock_state (client->run_fd, client->number), ==, SY_JOURNAL_FREE);
}

static void
test_leaves_when_idle (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);

  g_assert_cmpint (sy_journal_lock_state (client->run_fd, 1), ==, SY_JOURNAL_HELD);
  keeper_client_hang_up (client);
  g_assert_cmpint (keeper_client_reap (client), ==, 0);
  g_assert_cmpint (sy_journal_lock_state (client->run_fd, 1), ==, SY_JOURNAL_FREE);
}

static void
test_finishes_alone (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  g_autofree char *gate = g_build_filename (client->dir, "go", NULL);
  guint64 running =
    keeper_client_send (client, keeper_client_order (client, "/bin/sh", "-c", "until test -e go; do sleep 0.01; done; echo end", NULL));
  guint64 queued;
  g_autofree SyJournalView *view = g_new (SyJournalView, 1);
  SyJournalAttempt attempt;
  g_autofree char *text = NULL;

  g_free (keeper_client_wait (client, SY_KEEPER_STARTED, running));
  queued = keeper_client_run (client, "@", "echo", "never", NULL);
  keeper_client_hang_up (client);
  g_assert_true (g_file_set_contents (gate, "", -1, NULL));
  await_free_lock (client);
  g_assert_cmpint (sy_journal_load (view, client->run_fd, 1), ==, 0);
  g_assert_true (sy_journal_find (view, running, &attempt));
  g_assert_nonnull (attempt.exit);
  g_assert_cmpint (attempt.exit->exit.status, ==, 0);
  g_assert_false (sy_journal_find (view, queued, &attempt));
  text = keeper_client_output (client, (guint32) running, SY_OUTPUT_STDOUT, NULL);
  g_assert_cmpstr (text, ==, "end\n");
}

static void
test_adoption (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  guint64 running = keeper_client_run (client, "@", "graceful", NULL);
  guint64 queued = keeper_client_run (client, "@", "echo", "never", NULL);
  g_autofree SyKeeperStatus *status = NULL;
  g_autofree SyKeeperStarted *started = keeper_client_wait (client, SY_KEEPER_STARTED, running);
  guint64 next;

  keeper_client_wait_output (client, (guint32) running, "ready");
  keeper_client_hang_up (client);
  keeper_client_adopt (client);
  status = keeper_client_wait (client, SY_KEEPER_STATUS, 0);
  g_assert_cmpuint (status->version, ==, SY_KEEPER_PROTO_VERSION);
  g_assert_cmpint (status->keeper_pid, ==, client->pid);
  g_assert_cmpint (status->state, ==, SY_KEEPER_RUNNING);
  g_assert_cmpuint (status->nonce, ==, running);
  g_assert_cmpint (status->pid, ==, started->pid);
  g_assert_cmpuint (status->n_queued, ==, 0);
  keeper_client_fence (client, queued);
  g_free (keeper_client_wait (client, SY_KEEPER_FENCED, queued));
  next = keeper_client_run (client, "@", "env", "BASE", NULL);
  keeper_client_stop (client, running, FALSE);
  g_assert_cmpint (keeper_client_wait_exit (client, running).status, ==, 0);
  g_assert_cmpint (keeper_client_wait_exit (client, next).output, ==, 4); /* its base environment is still there */
}

/* The one that connects last is the runner: it holds the run's owner lock. */
static void
test_replaced (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  guint64 running = keeper_client_run (client, "@", "graceful", NULL);
  guint64 queued = keeper_client_run (client, "@", "echo", "never", NULL);
  g_autofree SyKeeperStatus *status = NULL;
  SyKeeperLink *first;

  keeper_client_wait_output (client, (guint32) running, "ready");
  first = g_steal_pointer (&client->link);
  keeper_client_adopt (client);
  status = keeper_client_wait (client, SY_KEEPER_STATUS, 0);
  g_assert_cmpuint (status->nonce, ==, running);
  g_assert_cmpuint (status->n_queued, ==, 0);
  while (sy_keeper_link_fill (first))
    g_assert_cmpint (poll (&(struct pollfd){ .fd = sy_keeper_link_get_fd (first), .events = POLLIN }, 1, 60000), ==, 1);
  sy_keeper_link_free (first);
  keeper_client_stop (client, running, FALSE);
  g_assert_cmpint (keeper_client_wait_exit (client, running).status, ==, 0);
  g_assert_false (keeper_client_has (client, SY_KEEPER_EXITED, queued));
}

/* Another user who reaches the socket is shown the door; the runner stays. */
static void
test_other_user (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  static const char *const paths[] = { "", "k", "k/1.s" };
  int status;
  pid_t pid;

  if (geteuid () != 0)
    {
      g_test_skip ("needs root to become another user");
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *path = g_build_filename (client->dir, paths[i], NULL);

      g_assert_cmpint (chmod (path, 0777), ==, 0);
    }
  pid = fork ();
  if (pid == 0)
    {
      SyKeeperHello hello = { .frame = { .length = sizeof hello, .kind = SY_KEEPER_HELLO }, .version = 1 };
      struct sockaddr_un address = { .sun_family = AF_UNIX };
      int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

      g_snprintf (address.sun_path, sizeof address.sun_path, "%s/k/1.s", client->dir);
      if (setresuid (65534, 65534, 65534) < 0 || connect (fd, (struct sockaddr *) &address, sizeof address) < 0)
        _exit (2);
      send (fd, &hello, sizeof hello, MSG_NOSIGNAL);
      _exit (recv (fd, &hello, sizeof hello, 0) > 0 ? 1 : 0);
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_cmpint (status, ==, 0);
  g_assert_cmpint (keeper_client_wait_exit (client, keeper_client_run (client, "@", "exit", "4", NULL)).status, ==, 4 << 8);
}

static void
test_polite_signals (void)
{
  static const int signals[] = { SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGPIPE, SIGALRM };
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_assert_cmpint (kill (client->pid, signals[i]), ==, 0);
  g_assert_cmpint (keeper_client_wait_exit (client, keeper_client_run (client, "@", "exit", "4", NULL)).status, ==, 4 << 8);
}

/* The keeper is killed: the lock is free, the journal says claimed and started, the task lives on. */
static void
test_killed (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  guint64 nonce = keeper_client_run (client, "@", "sleep", "600", NULL);
  g_autofree SyKeeperStarted *started = keeper_client_wait (client, SY_KEEPER_STARTED, nonce);
  g_autofree SyJournalView *view = g_new (SyJournalView, 1);
  SyJournalAttempt attempt;

  g_assert_cmpint (kill (client->pid, SIGKILL), ==, 0);
  g_assert_cmpint (keeper_client_reap (client), ==, SIGKILL);
  await_free_lock (client);
  g_assert_cmpint (sy_journal_load (view, client->run_fd, 1), ==, 0);
  g_assert_true (sy_journal_last (view, &attempt));
  g_assert_cmpuint (attempt.claim->nonce, ==, nonce);
  g_assert_cmpint (attempt.started->pid, ==, started->pid);
  g_assert_null (attempt.exit);
  g_assert_cmpint (kill (started->pid, 0), ==, 0);
  g_assert_true (sy_journal_start_matches (attempt.started->start_time, sy_journal_start_time (started->pid)));
  g_assert_cmpint (kill (-started->pid, SIGKILL), ==, 0);
}

static void
test_nonsense (void)
{
  static const SyKeeperFrame frames[] = {
    { .length = 4, .kind = SY_KEEPER_ACK },
    { .length = sizeof (SyKeeperFrame), .kind = 99 },
    { .length = sizeof (SyKeeperFrame), .kind = SY_KEEPER_ORDER },
    { .length = SY_KEEPER_FRAME_MAX + 1, .kind = SY_KEEPER_ORDER },
    { .length = G_MAXUINT32, .kind = SY_KEEPER_SETUP },
  };

  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      g_autoptr (KeeperClient) client = keeper_client_new (FALSE);

      g_assert_cmpint (send (sy_keeper_link_get_fd (client->link), &frames[i], sizeof frames[i], MSG_NOSIGNAL), ==,
                       sizeof frames[i]);
      keeper_client_wait_eof (client);
      g_assert_cmpint (keeper_client_reap (client), ==, 0);
    }
}

/* Counts that the frame does not hold: refused as a spawn error, nothing is read beyond the frame. */
static void
test_wrong_counts (void)
{
  static const struct { guint32 argv, env, fsync; int error; } cases[] = {
    { 0, 0, 0, E2BIG }, { 2, 0, 0, EINVAL }, { 1, 5, 0, EINVAL }, { 1, 0, 3, EINVAL },
    { SY_KEEPER_MAX_ARGV + 1, 0, 0, E2BIG }, { 1, G_MAXUINT32, 0, E2BIG }, { 1, 0, G_MAXUINT32, E2BIG },
  };
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      struct { SyKeeperOrder order; char strings[16]; } frame = { .strings = "/tmp\0\0true" };

      frame.order.frame.length = sizeof frame.order + 11;
      frame.order.frame.kind = SY_KEEPER_ORDER;
      frame.order.nonce = 1000 + i;
      frame.order.n_argv = cases[i].argv;
      frame.order.n_env = cases[i].env;
      frame.order.n_fsync = cases[i].fsync;
      g_assert_cmpint (send (sy_keeper_link_get_fd (client->link), &frame, frame.order.frame.length, 0), ==,
                       (int) frame.order.frame.length);
      g_assert_cmpint (keeper_client_wait_exit (client, 1000 + i).spawn_errno, ==, cases[i].error);
    }
}

/* A frame in pieces of any size is one frame. */
static void
test_pieces (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  struct { SyKeeperOrder order; char strings[24]; } frame = { .strings = "/tmp\0\0sh\0-c\0exit 5" };
  const char *bytes = (const char *) &frame;

  frame.order.frame.length = sizeof frame.order + 19;
  frame.order.frame.kind = SY_KEEPER_ORDER;
  frame.order.nonce = 7;
  frame.order.n_argv = 3;
  for (guint i = 0; i < frame.order.frame.length; i++)
    g_assert_cmpint (send (sy_keeper_link_get_fd (client->link), bytes + i, 1, 0), ==, 1);
  g_assert_cmpint (keeper_client_wait_exit (client, 7).status, ==, 5 << 8);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/keeper/leaves-when-idle", test_leaves_when_idle);
  g_test_add_func ("/engine/keeper/finishes-alone", test_finishes_alone);
  g_test_add_func ("/engine/keeper/adoption", test_adoption);
  g_test_add_func ("/engine/keeper/replaced", test_replaced);
  g_test_add_func ("/engine/keeper/other-user", test_other_user);
  g_test_add_func ("/engine/keeper/polite-signals", test_polite_signals);
  g_test_add_func ("/engine/keeper/killed", test_killed);
  g_test_add_func ("/engine/keeper/nonsense", test_nonsense);
  g_test_add_func ("/engine/keeper/wrong-counts", test_wrong_counts);
  g_test_add_func ("/engine/keeper/pieces", test_pieces);
  return g_test_run ();
}
