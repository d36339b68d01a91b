/* test-run-full.c: D3: the disk of the runs fills while a run goes on, and has space again later
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <unistd.h>

#include "tests/cli/cli-fixture.h"
#include "tests/lib/patience.h"
#include "tests/lib/small-disk.h"
#include "tests/lib/soak.h"

#define DISK_BYTES 16777216
#define CHAIN 150

/* Three that run when the disk fills, and what must not begin before there is space */
#define WORKFLOW                                                                                                       \
  "version: 1\n"                                                                                                       \
  "slots: 3\n"                                                                                                         \
  "tasks:\n"                                                                                                           \
  "  a: {run: 'echo a >>ledger; echo A >>begun; while test ! -e go; do sleep 0.02; done'}\n"                           \
  "  b: {run: 'echo b >>ledger; echo B >>begun; while test ! -e go; do sleep 0.02; done'}\n"                           \
  "  c: {run: 'echo c >>ledger; echo C >>begun; while test ! -e go; do sleep 0.02; done; exit 3'}\n"                  \
  "  d: {needs: [a, b], run: 'echo d >>ledger; while test ! -e end; do sleep 0.02; done'}\n"                          \
  "  e: {needs: [c], join: all_done, run: echo e >>ledger}\n"

static guint
count_lines (CliFixture *f, const char *name)
{
  g_autofree char *text = cli_read (f, name);
  guint n = 0;

  for (const char *p = text; (p = strchr (p, '\n')) != NULL; p++)
    n++;
  return n;
}

static void
assert_state (CliFixture *f, const char *task, const char *state)
{
  g_autofree char *now = cli_task_state (f, "last", task);

  g_assert_cmpstr (now, ==, state);
}

static gboolean
has_reserve (CliFixture *f)
{
  g_autofree char *uuid = cli_run_uuid (f, "last");
  g_autofree char *path = g_build_filename (f->state, "switchyard", "runs", uuid, "reserve", NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
test_full (CliFixture *f, gconstpointer data)
{
  g_autofree char *filler = g_build_filename (f->state, "filler", NULL);
  g_autofree char *why = NULL;
  GPid pid;

  if (!small_disk_mount (f->state, DISK_BYTES, FALSE))
    {
      g_test_skip ("mounting a small disk is not allowed here");
      return;
    }
  g_free (cli_write (f, "w.yard.yaml", WORKFLOW));
  pid = cli_spawn (f, "said", "run", "w.yard.yaml", NULL);
  for (Patience p = { 0 }; count_lines (f, "begun") < 3;)
    patience (&p, "three tasks begin");
  small_disk_fill (filler, 0);
  cli_await_file (f, "said", "the disk is full");
  g_free (cli_write (f, "go", ""));
  cli_await_state (f, NULL, "stalled");
  /* The ends are in the log, nothing new began, and it is said why. */
  assert_state (f, "a", "succeeded/succeeded");
  assert_state (f, "b", "succeeded/succeeded");
  assert_state (f, "c", "failed/exit");
  assert_state (f, "d", "ready/queued");
  g_assert_false (has_reserve (f)); /* it held the ends */
  g_assert_cmpuint (count_lines (f, "ledger"), ==, 3);
  {
    g_auto (CliResult) result = cli_expect (f, 0, "why", "last", "d", NULL);

    cli_assert_has (result.out, "disk is full");
  }
  g_assert_cmpint (unlink (filler), ==, 0);
  cli_await_state (f, "d", "running");
  g_assert_true (has_reserve (f));
  g_free (cli_write (f, "end", ""));
  g_assert_cmpint (cli_wait (pid), ==, 1); /* c has failed */
  assert_state (f, "d", "succeeded/succeeded");
  assert_state (f, "e", "succeeded/succeeded");
  g_assert_cmpuint (count_lines (f, "ledger"), ==, 5);
  {
    g_auto (CliResult) result = cli_expect (f, 0, "doctor", "last", "--check", NULL);

    cli_assert_has (result.out, "sound");
  }
  small_disk_unmount (f->state);
}

/* --- while orders lie ahead at a keeper --- */

static void
write_chain (CliFixture *f)
{
  g_autoptr (GString) text = g_string_new ("version: 1\ntasks:\n  t0: {command: [%CHILD%, ledger, ledger, \"0.001\"]}\n");

  for (guint i = 1; i < CHAIN; i++)
    g_string_append_printf (text, "  t%u: {command: [%%CHILD%%, ledger, ledger, \"0.001\"], needs: [t%u]}\n", i, i - 1);
  g_free (cli_write (f, "chain.yard.yaml", text->str));
}

/* Each has begun and ended, once, after the one before it. */
static void
check_chain (CliFixture *f)
{
  g_autofree char *ledger = cli_read (f, "ledger");
  g_auto (GStrv) lines = g_strsplit (ledger, "\n", -1);

  g_assert_cmpuint (g_strv_length (lines), ==, 2 * CHAIN + 1);
  for (guint i = 0; i < 2 * CHAIN; i++)
    {
      g_autofree char *wanted = g_strdup_printf ("%s t%u 1", i % 2 == 0 ? "begin" : "end", i / 2);

      g_assert_cmpstr (lines[i], ==, wanted);
    }
}

/* COMMITs fail in the middle of a chain: what the keepers have begun by themselves is known when there is space again. */
static void
one_chain (CliFixture *f, const char *filler, guint round)
{
  g_autofree char *said = g_strdup_printf ("said%u", round);
  g_autofree char *ledger = g_build_filename (f->dir, "ledger", NULL);
  guint begun = (guint) g_test_rand_int_range (2, 2 * CHAIN);
  GPid pid = cli_spawn (f, said, "run", "-q", "-j", "2", "chain.yard.yaml", NULL);

  for (Patience p = { 0 }; count_lines (f, "ledger") < begun;)
    patience (&p, "some of the chain have run");
  small_disk_fill (filler, 0);
  g_usleep ((gulong) g_test_rand_int_range (0, 300000)); /* an instant by the clock, whatever the runner does then */
  g_assert_cmpint (unlink (filler), ==, 0);
  g_assert_cmpint (cli_wait (pid), ==, 0);
  check_chain (f);
  g_assert_cmpint (unlink (ledger), ==, 0);
}

static void
test_chain (CliFixture *f, gconstpointer data)
{
  g_autofree char *filler = g_build_filename (f->state, "filler", NULL);
  guint n = soak_or (6, 100);

  if (!small_disk_mount (f->state, DISK_BYTES, FALSE))
    {
      g_test_skip ("mounting a small disk is not allowed here");
      return;
    }
  write_chain (f);
  for (guint i = 0; i < n; i++)
    {
      g_auto (CliResult) sound = { 0 };

      one_chain (f, filler, i);
      sound = cli_expect (f, 0, "doctor", "last", "--check", NULL);
      cli_assert_has (sound.out, "sound");
      soak_progress ("full disks", i + 1, n);
    }
  small_disk_unmount (f->state);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  CLI_ADD ("/faults/run-full", NULL, test_full);
  CLI_ADD ("/faults/run-full/chain", NULL, test_chain);
  return g_test_run ();
}
