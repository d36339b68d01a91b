/* test-keeper.c: the keeper starts, watches, captures and reports tasks
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-output-format.h"
#include "tests/core/engine/keeper-client.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char *
run_output (KeeperClient *client, SyOrder *order)
{
  guint64 nonce = keeper_client_send (client, order);
  SyJournalExit exit = keeper_client_wait_exit (client, nonce);

  g_assert_cmpint (exit.status, ==, 0);
  return keeper_client_output (client, (guint32) nonce, SY_OUTPUT_STDOUT, NULL);
}

/* As test-child reads it */
static char *
seconds (guint ms)
{
  return g_strdup_printf ("%u.%03u", ms / 1000, ms % 1000);
}

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
  g_autofree char *merged = run_output (client, keeper_client_order (client, "@", "echo", "out,", "err", NULL));
  SyOrder *order = keeper_client_order (client, "@", "echo", "out", "err", NULL);
  guint32 attempt = order->attempt;
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;

  g_assert_cmpstr (merged, ==, "out,err");
  order->streams_split = TRUE;
  out = run_output (client, order);
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
      text = run_output (client, order);
      g_assert_cmpstr (text, ==, cases[i].value);
    }
}

static void
test_words_arrive_whole (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  g_autofree char *text =
    run_output (client, keeper_client_order (client, "@", "args", "", "a b", "$(x)", "-rf", "\n", "\xff", "*", NULL));

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
  text = run_output (client, keeper_client_order (client, "@", "inside", NULL));
  expected = g_strdup_printf ("fd 0\nfd 1\nfd 2\nUmask:\t0022\nSigBlk:\t0000000000000000\n"
                              "SigIgn:\t0000000000000000\nsession 1\ntty 0\ncwd %s\n", realpath (client->dir, where));
  g_assert_cmpstr (text, ==, expected);
}

static void
test_stdin (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  g_autofree char *path = g_build_filename (client->dir, "input", NULL);
  SyOrder *order = keeper_client_order (client, "@", "cat", NULL);
  g_autofree char *text = NULL;
  g_autofree char *nothing = run_output (client, keeper_client_order (client, "@", "cat", NULL));

  g_assert_cmpstr (nothing, ==, "");
  g_assert_true (g_file_set_contents (path, "some input", -1, NULL));
  order->stdin_file = g_strdup (path);
  text = run_output (client, order);
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
  text = run_output (client, order);
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
  text = run_output (client, keeper_client_order (client, "@", "args", fits, NULL));
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
  g_autofree char *text = run_output (client, keeper_client_order (client, "cat", "/proc/self/oom_score_adj", NULL));

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
      while (!keeper_client_has (client, SY_KEEPER_FENCED, nonce) && !keeper_client_has (client, SY_KEEPER_CLAIMED, nonce))
        g_usleep (100);
      ran = keeper_client_has (client, SY_KEEPER_CLAIMED, nonce);
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

static SyKeeperStatus *
ask_status (KeeperClient *client)
{
  sy_keeper_link_hello (client->link, 0);
  g_assert_true (sy_keeper_link_flush (client->link));
  return keeper_client_wait (client, SY_KEEPER_STATUS, 0);
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
          status = ask_status (client);
        }
      if (status->state == SY_KEEPER_IDLE && status->n_queued == 1)
        break;
      g_clear_pointer (&last, g_free);
      last = keeper_client_wait (client, SY_KEEPER_EXITED, nonce);
      n++;
    }
  g_assert_cmpuint (n, >=, 40);
  g_assert_cmpuint (n, <=, 42);
  client->acked = last->record;
  keeper_client_plain (client, SY_KEEPER_ACK);
  g_assert_cmpint (keeper_client_wait_exit (client, nonce).status, ==, 0);
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
  guint rounds = g_getenv ("SWITCHYARD_SOAK") ? 50 : 2;

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
  guint rounds = g_getenv ("SWITCHYARD_SOAK") ? 50 : 2;

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

/* --- output caps --- */

typedef struct { goffset total; guint files; } Disk;

static Disk
measure_output (KeeperClient *client)
{
  g_autofree char *path = g_build_filename (client->dir, "out", NULL);
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name;
  Disk disk = { 0 };

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      struct stat st;

      if (strchr (name, 'x') != NULL || stat (file, &st) < 0)
        continue;
      disk.total += st.st_size;
      disk.files++;
    }
  g_dir_close (dir);
  return disk;
}

static void
test_caps (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  SyOrder *order = keeper_client_order (client, "@", "spew", "10000000", NULL);
  g_autofree char *text = NULL;
  SyJournalExit exit;
  guint64 nonce;
  gsize length;
  Disk disk;

  order->output_head = 100000;
  order->output_tail = 256000;
  order->output_segment = 64000;
  nonce = keeper_client_send (client, order);
  exit = keeper_client_wait_exit (client, nonce);
  g_assert_cmpint (exit.status, ==, 0);
  g_assert_cmpint (exit.output, ==, 10000000);
  disk = measure_output (client);
  g_assert_cmpint (disk.total, ==, 100000 + 3 * 64000 + 44000);
  g_assert_cmpint (disk.total, ==, exit.output - exit.dropped);
  g_assert_cmpuint (disk.files, ==, 5);
  text = keeper_client_output (client, (guint32) nonce, SY_OUTPUT_STDOUT, &length);
  g_assert_cmpint ((goffset) length, ==, disk.total);
  /* Exact to the byte: lines of 64 bytes carry their number; the tail begins with segment 152 of 155. */
  g_assert_cmpint (g_ascii_strtoll (text, NULL, 10), ==, 0);
  g_assert_cmpint (g_ascii_strtoll (text + 64 * 1000, NULL, 10), ==, 1000);
  g_assert_cmpint (g_ascii_strtoll (text + 100032, NULL, 10), ==, (100000 + 151 * 64000 + 32) / 64);
  g_assert_cmpint (g_ascii_strtoll (text + length - 64, NULL, 10), ==, 10000000 / 64 - 1);
}

static guint64
status_kb (pid_t pid, const char *key)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/status", (int) pid);
  g_autofree char *text = NULL;
  const char *at;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  at = strstr (text, key);
  g_assert_nonnull (at);
  return g_ascii_strtoull (at + strlen (key) + 1, NULL, 10);
}

/* In a flood without end it listens still. */
static void
test_flood_listens (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  guint64 nonce = keeper_client_run (client, "@", "spew", "1000000000000000", NULL);
  g_autofree SyKeeperStarted *started = keeper_client_wait (client, SY_KEEPER_STARTED, nonce);
  g_autofree SyKeeperStatus *status = ask_status (client);

  g_assert_cmpint (status->state, ==, SY_KEEPER_RUNNING);
  keeper_client_stop (client, nonce, TRUE);
  g_assert_cmpint (keeper_client_wait_exit (client, nonce).status, ==, SIGKILL);
}

static void
test_flood (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  guint64 before = status_kb (client->pid, "VmRSS:"), bytes = g_getenv ("SWITCHYARD_SOAK") ? 10000000000 : 200000000;
  g_autofree char *words = g_strdup_printf ("%" G_GUINT64_FORMAT, bytes);
  SyJournalExit exit = keeper_client_wait_exit (client, keeper_client_run (client, "@", "spew", words, NULL));

  g_assert_cmpint (exit.status, ==, 0);
  g_assert_cmpint (exit.output, ==, (gint64) bytes);
  g_assert_cmpint (measure_output (client).total, <=, (1 + 64) * 1024 * 1024);
  g_assert_cmpint (measure_output (client).total, ==, exit.output - exit.dropped);
  g_assert_cmpuint (status_kb (client->pid, "VmHWM:") - before, <=, 8 * 1024);
}

/* No space: the task does not notice, the bytes are counted, the hole is in the index. */
static void
test_no_space (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  struct rlimit limit = { .rlim_cur = 70000, .rlim_max = RLIM_INFINITY }, none = { RLIM_INFINITY, RLIM_INFINITY };
  g_autofree char *path = g_build_filename (client->dir, "out", "t12.i0.a1.x", NULL);
  g_autofree char *text = NULL;
  const SyOutputIndex *entry;
  SyJournalExit exit;
  guint64 nonce;
  gsize length;

  g_assert_cmpint (prlimit (client->pid, RLIMIT_FSIZE, &limit, NULL), ==, 0);
  nonce = keeper_client_run (client, "@", "spew", "100000", NULL);
  exit = keeper_client_wait_exit (client, nonce);
  g_assert_cmpint (exit.status, ==, 0);
  g_assert_cmpint (exit.output, ==, 100000);
  g_assert_cmpint (exit.dropped, ==, 30000);
  g_assert_cmpint (measure_output (client).total, ==, 70000);
  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  entry = (const SyOutputIndex *) text + length / sizeof *entry - 1;
  g_assert_cmpuint (entry->check, ==, sy_output_index_check (entry));
  g_assert_cmpuint (entry->kind, ==, SY_OUTPUT_GAP);
  g_assert_cmpuint (entry->offset, ==, 70000);
  g_assert_cmpuint (entry->length, ==, 30000);
  g_assert_cmpint (prlimit (client->pid, RLIMIT_FSIZE, &none, NULL), ==, 0);
}

/* Entries of the index that the output of an attempt has; each is whole and later than the one before. */
static guint
check_index (KeeperClient *client, guint64 nonce, const SyJournalExit *exit)
{
  g_autofree char *name = g_strdup_printf ("t12.i0.a%u.x", (guint) nonce);
  g_autofree char *path = g_build_filename (client->dir, "out", name, NULL);
  g_autofree char *text = NULL;
  const SyOutputIndex *entries;
  gsize length = 0;

  g_file_get_contents (path, &text, &length, NULL); /* there is none for one burst */
  entries = (const SyOutputIndex *) text;
  for (guint i = 0; i < length / sizeof *entries; i++)
    {
      g_assert_cmpuint (entries[i].kind, ==, SY_OUTPUT_TIME);
      g_assert_cmpuint (entries[i].check, ==, sy_output_index_check (&entries[i]));
      g_assert_cmpuint (entries[i].offset % 7, ==, 0);
      g_assert_cmpuint (entries[i].offset, >=, i * 7);
      g_assert_cmpint (entries[i].boot_us, >=, i == 0 ? exit->started_boot_us : entries[i - 1].boot_us + 100000);
    }
  return length / sizeof *entries;
}

/* A keeper that is held up reads two lines at once: then they share an entry, and it is tried with longer pauses. */
static void
test_time_index (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  guint n = 0;

  for (guint pause_ms = 120; n < 4 && pause_ms < 8000; pause_ms *= 2)
    {
      g_autofree char *pause = seconds (pause_ms);
      guint64 nonce = keeper_client_run (client, "@", "ticks", "4", pause, NULL);
      SyJournalExit exit = keeper_client_wait_exit (client, nonce);

      g_assert_cmpint (exit.output, ==, 28);
      n = check_index (client, nonce, &exit);
    }
  g_assert_cmpuint (n, ==, 4);
}

/* --- declared outputs --- */

static void
test_sizes (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  SyOrder *order = keeper_client_order (client, "/bin/sh", "-c", "printf abc >v/t12.i0.a1; printf 12345 >made", NULL);
  g_autofree SyJournalView *view = g_new (SyJournalView, 1);
  SyJournalAttempt attempt;
  guint64 nonce;

  order->fsync_paths = g_new0 (char *, 4);
  order->fsync_paths[0] = g_build_filename (client->dir, "made", NULL);
  order->fsync_paths[1] = g_build_filename (client->dir, "not-made", NULL);
  order->fsync_paths[2] = g_strdup ("/dev/null");
  nonce = keeper_client_send (client, order);
  g_assert_cmpint (keeper_client_wait_exit (client, nonce).flags, ==, SY_JOURNAL_TREE_GONE);
  g_assert_cmpint (sy_journal_load (view, client->run_fd, 1), ==, 0);
  g_assert_true (sy_journal_find (view, nonce, &attempt));
  g_assert_cmpuint (attempt.exit->n_sizes, ==, 4);
  g_assert_cmpint (attempt.exit->sizes[0], ==, 3);
  g_assert_cmpint (attempt.exit->sizes[1], ==, 5);
  g_assert_cmpint (attempt.exit->sizes[2], ==, -1);
  g_assert_cmpint (attempt.exit->sizes[3], ==, -1);
}

/* --- runners come and go --- */

static void
wait_free (KeeperClient *client)
{
  gint64 until = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  while (sy_journal_lock_state (client->run_fd, client->number) == SY_JOURNAL_HELD)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, until);
      g_usleep (1000);
    }
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
  wait_free (client);
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
    g_usleep (1000);
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
  g_assert_cmpint (sy_journal_lock_state (client->run_fd, 1), ==, SY_JOURNAL_FREE);
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
  g_test_add_func ("/engine/keeper/fence", test_fence);
  g_test_add_func ("/engine/keeper/fence-race", test_fence_race);
  g_test_add_func ("/engine/keeper/retire", test_retire);
  g_test_add_func ("/engine/keeper/no-room", test_no_room);
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
  g_test_add_func ("/engine/keeper/caps", test_caps);
  g_test_add_func ("/engine/keeper/flood", test_flood);
  g_test_add_func ("/engine/keeper/flood-listens", test_flood_listens);
  g_test_add_func ("/engine/keeper/no-space", test_no_space);
  g_test_add_func ("/engine/keeper/time-index", test_time_index);
  g_test_add_func ("/engine/keeper/sizes", test_sizes);
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
