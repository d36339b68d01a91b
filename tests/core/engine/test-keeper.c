/* test-keeper.c: the keeper starts, watches and reports tasks, one after the other
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-output-format.h"
#include "tests/core/engine/keeper-client.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

static void
replace_strv (GStrv *to, ...)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  const char *word;
  va_list list;

  va_start (list, to);
  while ((word = va_arg (list, const char *)) != NULL)
    g_strv_builder_add (builder, word);
  va_end (list);
  g_strfreev (*to);
  *to = g_strv_builder_end (builder);
}

/* --- starting and ending --- */

static void
test_status (void)
{
  static const struct { const char *mode, *arg; int status; } cases[] = {
    { "exit", "0", 0 }, { "exit", "3", 3 << 8 }, { "exit", "255", 255 << 8 },
    { "signal", "15", 15 }, { "signal", "9", 9 }, { "signal", "10", 10 },
  };
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint64 nonce = keeper_client_run (client, "@", cases[i].mode, cases[i].arg, NULL);
      g_autofree SyKeeperStarted *started = keeper_client_wait (client, SY_KEEPER_STARTED, nonce);
      SyJournalExit exit = keeper_client_wait_exit (client, nonce);

      g_assert_cmpint (exit.status, ==, cases[i].status);
      g_assert_cmpint (exit.spawn_errno, ==, 0);
      g_assert_cmpint (exit.timed_out, ==, 0);
      g_assert_cmpint (exit.oom, ==, 0);
      g_assert_cmpint (exit.rss, >, 0);
      g_assert_cmpint (exit.ended_us, >=, exit.started_us);
      g_assert_cmpint (exit.flags, ==, SY_JOURNAL_TREE_GONE);
      g_assert_cmpint (started->started_us, ==, exit.started_us);
    }
  g_assert_cmpuint (keeper_client_count_output (client), ==, 0);
}

static void
test_started_comes_first (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  guint64 nonce = keeper_client_run (client, "@", "sleep", "600", NULL);
  g_autofree SyKeeperStarted *started = keeper_client_wait (client, SY_KEEPER_STARTED, nonce);

  g_assert_false (keeper_client_has (client, SY_KEEPER_EXITED, nonce));
  g_assert_true (sy_journal_start_matches (started->start_time, sy_journal_start_time (started->pid)));
  g_assert_cmpuint (started->pidns, ==, sy_journal_pidns ());
  keeper_client_stop (client, nonce, TRUE);
  g_assert_cmpint (keeper_client_wait_exit (client, nonce).status, ==, SIGKILL);
}

static void
test_output (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  g_autofree char *merged = keeper_client_run_output (client, keeper_client_order (client, "@", "echo", "out,", "err", NULL));
  SyOrder *order = keeper_client_order (client, "@", "echo", "out", "err", NULL);
  guint32 attempt = order->attempt;
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;

  g_assert_cmpstr (merged, ==, "out,err");
  order->streams_split = TRUE;
  out = keeper_client_run_output (client, order);
  err = keeper_client_output (client, attempt, SY_OUTPUT_STDERR, NULL);
  g_assert_cmpstr (out, ==, "out");
  g_assert_cmpstr (err, ==, "err");
  g_assert_cmpuint (keeper_client_count_output (client), ==, 3); /* no index for one burst */
}

static void
test_environment (void)
{
  static const struct { const char *name, *value; } cases[] = {
    { "BASE", "base" }, { "GONE", "(unset)" }, { "NEW", "later" }, { "NEVER", "(unset)" },
    { "BASEX", "x=y" }, { "PATH", "/usr/bin:/bin" }, { "EMPTY", "" },
  };
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SyOrder *order = keeper_client_order (client, "@", "env", cases[i].name, NULL);
      g_autofree char *text = NULL;

      replace_strv (&order->env, "NEW=first", "GONE", "NEVER", "BASEX=x=y", "NEW=later", "EMPTY=", NULL);
      text = keeper_client_run_output (client, order);
      g_assert_cmpstr (text, ==, cases[i].value);
    }
}

static void
test_words_arrive_whole (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  g_autofree char *text =
    keeper_client_run_output (client, keeper_client_order (client, "@", "args", "", "a b", "$(x)", "-rf", "\n", "\xff", "*", NULL));

  g_assert_cmpstr (text, ==, "<><a b><$(x)><-rf><\n><\xff><*>");
}

static void
test_inside (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  g_autofree char *expected = NULL;
  g_autofree char *text = NULL;
  char where[PATH_MAX];

  signal (SIGPIPE, SIG_IGN); /* ours, which must not reach the task */
  text = keeper_client_run_output (client, keeper_client_order (client, "@", "inside", NULL));
  expected = g_strdup_printf ("fd 0\nfd 1\nfd 2\nUmask:\t0022\nSigBlk:\t0000000000000000\n"
                              "SigIgn:\t0000000000000000\ngroup 1\ntty 0\ncwd %s\n", realpath (client->dir, where));
  g_assert_cmpstr (text, ==, expected);
}

static void
test_stdin (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  g_autofree char *path = g_build_filename (client->dir, "input", NULL);
  SyOrder *order = keeper_client_order (client, "@", "cat", NULL);
  g_autofree char *text = NULL;
  g_autofree char *nothing = keeper_client_run_output (client, keeper_client_order (client, "@", "cat", NULL));

  g_assert_cmpstr (nothing, ==, "");
  g_assert_true (g_file_set_contents (path, "some input", -1, NULL));
  order->stdin_file = g_strdup (path);
  text = keeper_client_run_output (client, order);
  g_assert_cmpstr (text, ==, "some input");
}

static void
test_path_lookup (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  g_autofree char *folder = g_build_filename (client->dir, "bin", NULL);
  g_autofree char *tool = g_build_filename (folder, "my-tool", NULL);
  g_autofree char *shadow = g_build_filename (client->dir, "my-tool", NULL);
  SyOrder *order = keeper_client_order (client, "my-tool", NULL);
  g_autofree char *text = NULL;

  g_assert_cmpint (mkdir (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (tool, "#!/bin/sh\necho found\n", -1, NULL));
  g_assert_cmpint (chmod (tool, 0700), ==, 0);
  g_assert_true (g_file_set_contents (shadow, "#!/bin/sh\necho shadow\n", -1, NULL)); /* not executable: passed over */
  order->env = g_new0 (char *, 2);
  order->env[0] = g_strdup_printf ("PATH=/nowhere::%s", folder);
  text = keeper_client_run_output (client, order);
  g_assert_cmpstr (text, ==, "found\n");
}

static void
test_spawn_errors (void)
{
  static const struct { const char *what, *program, *dir, *input; gboolean direct; int error, stage, status; const char *output; } cases[] = {
    { "missing", "no-such-tool", NULL, NULL, FALSE, ENOENT, SY_SPAWN_EXEC, -1, "" },
    { "missing path", "./no-such-tool", NULL, NULL, FALSE, ENOENT, SY_SPAWN_EXEC, -1, "" },
    { "empty name", "", NULL, NULL, FALSE, ENOENT, SY_SPAWN_EXEC, -1, "" },
    { "a folder", "/usr", NULL, NULL, FALSE, EACCES, SY_SPAWN_EXEC, -1, "" },
    { "no format", "/work-file", NULL, NULL, FALSE, ENOEXEC, SY_SPAWN_EXEC, -1, "" },
    { "missing dir", "true", "/no/such/folder", NULL, FALSE, ENOENT, SY_SPAWN_DIR, -1, "" },
    { "missing stdin", "true", NULL, "/no/such/file", FALSE, ENOENT, SY_SPAWN_STDIN, -1, "" },
    { "direct, missing", "no-such-tool", NULL, NULL, TRUE, 0, 0, 127 << 8, "/bin/sh: 1: no-such-tool: not found\n" },
    { "direct, folder", "/usr", NULL, NULL, TRUE, 0, 0, 126 << 8, "/bin/sh: 1: /usr: Permission denied\n" },
    { "direct, no format", "/work-file", NULL, NULL, TRUE, 0, 0, 0, "as the shell\n" },
    { "direct, missing dir", "true", "/no/such/folder", NULL, TRUE, ENOENT, SY_SPAWN_DIR, -1, "" },
  };
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  g_autofree char *file = g_build_filename (client->dir, "work-file", NULL);

  g_assert_true (g_file_set_contents (file, "echo as the shell\n", -1, NULL));
  g_assert_cmpint (chmod (file, 0700), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *program = g_str_equal (cases[i].program, "/work-file") ? file : cases[i].program;
      SyOrder *order = keeper_client_order (client, program, NULL);
      SyJournalExit exit;
      guint64 nonce;
      g_autofree char *output = NULL;

      order->direct = cases[i].direct;
      if (cases[i].dir != NULL)
        {
          g_free (order->dir);
          order->dir = g_strdup (cases[i].dir);
        }
      order->stdin_file = g_strdup (cases[i].input);
      nonce = keeper_client_send (client, order);
      exit = keeper_client_wait_exit (client, nonce);
      output = keeper_client_output (client, (guint32) nonce, SY_OUTPUT_STDOUT, NULL);
      g_test_message ("%s", cases[i].what);
      g_assert_cmpint (exit.spawn_errno, ==, cases[i].error);
      g_assert_cmpint (exit.spawn_stage, ==, cases[i].stage);
      g_assert_cmpint (exit.status, ==, cases[i].status);
      g_assert_cmpstr (output, ==, cases[i].output);
      g_assert_cmpint ((exit.flags & SY_JOURNAL_DIRECT_MISS) != 0, ==, exit.status == 127 << 8 || exit.status == 126 << 8);
    }
}

/* A word of 200 KB is more than the kernel takes; the keeper itself takes it and says so. */
static void
test_too_long (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  g_autofree char *word = g_strnfill (200 * 1024, 'x');
  g_autofree char *fits = g_strnfill (100 * 1024, 'y');
  guint64 nonce = keeper_client_run (client, "@", "exit", "0", word, NULL);
  SyJournalExit exit = keeper_client_wait_exit (client, nonce);
  g_autofree char *text = NULL;

  g_assert_cmpint (exit.spawn_errno, ==, E2BIG);
  g_assert_cmpint (exit.spawn_stage, ==, SY_SPAWN_EXEC);
  text = keeper_client_run_output (client, keeper_client_order (client, "@", "args", fits, NULL));
  g_assert_cmpuint (strlen (text), ==, 100 * 1024 + 2);
}

/* For want of our own resources nothing is blamed on the task. */
static void
test_voided (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  struct rlimit tight = { .rlim_cur = 9, .rlim_max = 1024 }, wide = { .rlim_cur = 1024, .rlim_max = 1024 };
  g_autofree SyKeeperExited *voided = NULL;
  guint64 nonce;

  g_assert_cmpint (prlimit (client->pid, RLIMIT_NOFILE, &tight, NULL), ==, 0);
  nonce = keeper_client_run (client, "@", "exit", "0", NULL);
  voided = keeper_client_wait (client, SY_KEEPER_VOIDED, nonce);
  g_assert_cmpint (voided->exit.spawn_errno, ==, EMFILE);
  g_assert_cmpint (voided->exit.spawn_stage, ==, SY_SPAWN_PIPE);
  g_assert_cmpint (prlimit (client->pid, RLIMIT_NOFILE, &wide, NULL), ==, 0);
  nonce = keeper_client_run (client, "@", "exit", "0", NULL);
  g_assert_cmpint (keeper_client_wait_exit (client, nonce).status, ==, 0);
}

static void
test_oom_adjustment (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  g_autofree char *path = g_strdup_printf ("/proc/%d/oom_score_adj", (int) client->pid);
  g_autofree char *own = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *text = keeper_client_run_output (client, keeper_client_order (client, "cat", "/proc/self/oom_score_adj", NULL));

  g_assert_true (g_file_get_contents (path, &own, NULL, NULL));
  expected = g_strdup_printf ("%d\n", MIN (1000, atoi (own) + 200));
  g_assert_cmpstr (text, ==, expected);
}

/* --- the queue --- */

static void
test_queue (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  guint64 first = keeper_client_run (client, "@", "sleep", "600", NULL);
  guint64 queued[SY_KEEPER_QUEUE], more, ended[SY_KEEPER_QUEUE];
  g_autofree SyKeeperNonce *full = NULL;
  g_autofree SyKeeperStatus *status = NULL;

  g_free (keeper_client_wait (client, SY_KEEPER_STARTED, first));
  for (guint i = 0; i < SY_KEEPER_QUEUE; i++)
    queued[i] = keeper_client_run (client, "@", "exit", "0", NULL);
  more = keeper_client_run (client, "@", "exit", "0", NULL);
  full = keeper_client_wait (client, SY_KEEPER_FENCED, more);
  g_assert_cmpint (full->frame.flags, ==, SY_KEEPER_FULL);
  sy_keeper_link_hello (client->link, 0);
  g_assert_true (sy_keeper_link_flush (client->link));
  status = keeper_client_wait (client, SY_KEEPER_STATUS, 0);
  g_assert_cmpint (status->state, ==, SY_KEEPER_RUNNING);
  g_assert_cmpuint (status->nonce, ==, first);
  g_assert_cmpuint (status->n_queued, ==, SY_KEEPER_QUEUE);
  g_assert_cmpuint (status->queued[3], ==, queued[3]);
  keeper_client_stop (client, first, TRUE);
  for (guint i = 0; i < SY_KEEPER_QUEUE; i++)
    {
      g_autofree SyKeeperExited *exited = NULL;

      g_free (keeper_client_wait (client, SY_KEEPER_STARTED, queued[i]));
      exited = keeper_client_wait (client, SY_KEEPER_EXITED, queued[i]);
      ended[i] = exited->record;
      g_assert_cmpuint (ended[i], >, i == 0 ? 0 : ended[i - 1]);
    }
}

/* With orders enough an end waits for others of its kind, but never for the end of a long task; what else is said takes
 * it along. */
static void
test_company (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  guint64 brief = keeper_client_run (client, "@", "exit", "3", NULL);
  guint64 lasting = keeper_client_run (client, "@", "sleep", "600", NULL);
  guint64 waiting = 0;

  for (guint i = 0; i < SY_KEEPER_COMPANY + 2; i++)
    waiting = keeper_client_run (client, "@", "exit", "0", NULL);
  g_assert_cmpint (keeper_client_wait_exit (client, brief).status, ==, 3 << 8);
  g_free (keeper_client_wait (client, SY_KEEPER_STARTED, lasting));
  keeper_client_fence (client, waiting);
  g_free (keeper_client_wait (client, SY_KEEPER_FENCED, waiting));
  keeper_client_stop (client, lasting, TRUE);
  g_assert_cmpint (keeper_client_wait_exit (client, lasting).status, ==, SIGKILL);
}

/* The success of a patient order is told when there is nothing more to do, or when the next task lasts. */
static void
test_patient (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  guint64 nonces[4];
  guint64 lasting, last;
  SyOrder *order;

  for (guint i = 0; i < G_N_ELEMENTS (nonces); i++)
    {
      order = keeper_client_order (client, "@", "exit", "0", NULL);
      order->patient = TRUE;
      nonces[i] = keeper_client_send (client, order);
    }
  for (guint i = 0; i < G_N_ELEMENTS (nonces); i++)
    g_assert_cmpint (keeper_client_wait_exit (client, nonces[i]).status, ==, 0);
  order = keeper_client_order (client, "@", "exit", "0", NULL);
  order->patient = TRUE;
  last = keeper_client_send (client, order);
  lasting = keeper_client_run (client, "@", "sleep", "600", NULL);
  g_assert_cmpint (keeper_client_wait_exit (client, last).status, ==, 0);
  g_free (keeper_client_wait (client, SY_KEEPER_STARTED, lasting));
  keeper_client_stop (client, lasting, TRUE);
  g_assert_cmpint (keeper_client_wait_exit (client, lasting).status, ==, SIGKILL);
}

static void
test_fence (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  guint64 running = keeper_client_run (client, "@", "sleep", "600", NULL);
  guint64 fenced = keeper_client_run (client, "@", "echo", "never", NULL);
  guint64 stopped = keeper_client_run (client, "@", "echo", "never", NULL);
  guint64 after = keeper_client_run (client, "@", "exit", "7", NULL);

  keeper_client_fence (client, fenced);
  g_free (keeper_client_wait (client, SY_KEEPER_FENCED, fenced));
  keeper_client_stop (client, stopped, FALSE); /* a stop of what has not begun */
  g_free (keeper_client_wait (client, SY_KEEPER_FENCED, stopped));
  keeper_client_fence (client, running);
  g_free (keeper_client_wait (client, SY_KEEPER_CLAIMED, running));
  keeper_client_fence (client, 999999);
  g_free (keeper_client_wait (client, SY_KEEPER_FENCED, 999999));
  keeper_client_stop (client, running, TRUE);
  g_assert_cmpint (keeper_client_wait_exit (client, after).status, ==, 7 << 8);
  keeper_client_fence (client, after);
  g_free (keeper_client_wait (client, SY_KEEPER_CLAIMED, after)); /* over, but it did run */
  g_assert_cmpuint (keeper_client_count_output (client), ==, 0);
}

/* A fence that races with the claim: exactly one of the two wins, and what was fenced has left no trace. */
static void
test_fence_race (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  g_autofree SyJournalView *view = g_new (SyJournalView, 1);
  guint n_fenced = 0, n_claimed = 0;
  gint64 one = -g_get_monotonic_time ();
  /* Both must be seen, however the machine runs: it goes on until they are. */
  const guint least = 100, most = 5000;

  keeper_client_wait_exit (client, keeper_client_run (client, "@", "exit", "0", NULL));
  one += g_get_monotonic_time ();
  for (guint i = 0; i < least || ((n_fenced == 0 || n_claimed == 0) && i < most); i++)
    {
      guint64 before = keeper_client_run (client, "@", "exit", "0", NULL);
      guint64 nonce = keeper_client_run (client, "@", "exit", "0", NULL);
      SyJournalAttempt attempt;
      gboolean ran;

      g_usleep ((gulong) (i % 20 * one / 10)); /* from long before the end of the first to long after */
      keeper_client_fence (client, nonce);
      keeper_client_wait_exit (client, before);
      ran = keeper_client_wait_first (client, SY_KEEPER_CLAIMED, SY_KEEPER_FENCED, nonce);
      g_free (keeper_client_wait (client, ran ? SY_KEEPER_CLAIMED : SY_KEEPER_FENCED, nonce));
      if (ran)
        keeper_client_wait_exit (client, nonce);
      g_assert_cmpint (sy_journal_load (view, client->run_fd, 1), ==, 0);
      g_assert_cmpint (sy_journal_find (view, nonce, &attempt), ==, ran);
      n_claimed += ran;
      n_fenced += !ran;
    }
  g_test_message ("%u fenced, %u claimed", n_fenced, n_claimed);
  g_assert_cmpuint (n_fenced, >, 0);
  g_assert_cmpuint (n_claimed, >, 0);
}

static void
test_retire (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  guint64 running = keeper_client_run (client, "@", "graceful", NULL);
  guint64 queued = keeper_client_run (client, "@", "exit", "0", NULL);
  g_autofree SyKeeperNonce *fenced = NULL;
  g_autofree char *path = g_build_filename (client->dir, "k", "1.s", NULL);

  keeper_client_wait_output (client, (guint32) running, "ready");
  keeper_client_plain (client, SY_KEEPER_RETIRE);
  fenced = keeper_client_wait (client, SY_KEEPER_FENCED, queued);
  g_assert_cmpint (fenced->frame.flags, ==, SY_KEEPER_RETIRING);
  keeper_client_stop (client, running, FALSE);
  g_assert_cmpint (keeper_client_wait_exit (client, running).status, ==, 0);
  keeper_client_wait_eof (client);
  g_assert_cmpint (keeper_client_reap (client), ==, 0);
  g_assert_cmpint (sy_journal_lock_state (client->run_fd, 1), ==, SY_JOURNAL_FREE);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* Without acknowledgements the ring fills, and nothing more is claimed; one frame lets it go on. */
static void
test_no_room (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  g_autofree SyKeeperStatus *status = NULL;
  g_autofree SyKeeperExited *last = NULL;
  guint64 nonce = 0;
  guint n = 0;

  client->auto_ack = FALSE;
  for (;;)
    {
      nonce = keeper_client_run (client, "@", "exit", "0", NULL);
      /* Two answers: between them it would have claimed. */
      for (guint i = 0; i < 2; i++)
        {
          g_clear_pointer (&status, g_free);
          status = keeper_client_status (client);
        }
      if (status->state == SY_KEEPER_IDLE && status->n_queued == 1)
        break;
      g_clear_pointer (&last, g_free);
      last = keeper_client_wait (client, SY_KEEPER_EXITED, nonce);
      n++;
    }
  g_assert_cmpuint (n, >=, 40);
  g_assert_cmpuint (n, <=, 63); /* short tasks have two records, others three */
  client->acked = last->record;
  keeper_client_plain (client, SY_KEEPER_ACK);
  g_assert_cmpint (keeper_client_wait_exit (client, nonce).status, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/keeper/status", test_status);
  g_test_add_func ("/engine/keeper/started-comes-first", test_started_comes_first);
  g_test_add_func ("/engine/keeper/output", test_output);
  g_test_add_func ("/engine/keeper/environment", test_environment);
  g_test_add_func ("/engine/keeper/words-arrive-whole", test_words_arrive_whole);
  g_test_add_func ("/engine/keeper/inside", test_inside);
  g_test_add_func ("/engine/keeper/stdin", test_stdin);
  g_test_add_func ("/engine/keeper/path-lookup", test_path_lookup);
  g_test_add_func ("/engine/keeper/spawn-errors", test_spawn_errors);
  g_test_add_func ("/engine/keeper/too-long", test_too_long);
  g_test_add_func ("/engine/keeper/voided", test_voided);
  g_test_add_func ("/engine/keeper/oom-adjustment", test_oom_adjustment);
  g_test_add_func ("/engine/keeper/queue", test_queue);
  g_test_add_func ("/engine/keeper/company", test_company);
  g_test_add_func ("/engine/keeper/patient", test_patient);
  g_test_add_func ("/engine/keeper/fence", test_fence);
  g_test_add_func ("/engine/keeper/fence-race", test_fence_race);
  g_test_add_func ("/engine/keeper/retire", test_retire);
  g_test_add_func ("/engine/keeper/no-room", test_no_room);
  return g_test_run ();
}
