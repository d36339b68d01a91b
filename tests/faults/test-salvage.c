/* test-salvage.c: a log that lost its end is salvaged, and what keepers' journals know does not run again
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <sqlite3.h>
#include <string.h>

#include "tests/cli/cli-fixture.h"

/* A chain, a retry, an output that a later task needs */
#define WORKFLOW                                                                                                       \
  "version: 1\n"                                                                                                       \
  "tasks:\n"                                                                                                           \
  "  first: {run: 'echo first >>ledger; echo word=yes >>\"$SWITCHYARD_OUTPUT\"', outputs: {word: string}}\n"           \
  "  flaky: {needs: [first], run: 'echo flaky >>ledger; test $SWITCHYARD_ATTEMPT = 2', retry: {limit: 1, delay: 1ms}}\n" \
  "  bad: {needs: [first], run: 'echo bad >>ledger; exit 7'}\n"                                                        \
  "  last: {needs: [flaky], run: 'echo last >>ledger'}\n"

/* From here on the log knows nothing any more: seq 3 is before the first task. */
static const gint64 cuts[] = { 3, 6, 9, 12 };

static void
cut_log (CliFixture *f, gint64 after)
{
  g_autofree char *uuid = cli_run_uuid (f, "last");
  g_autofree char *path = g_build_filename (f->state, "switchyard", "runs", uuid, "log.db", NULL);
  g_autofree char *sql = g_strdup_printf ("DELETE FROM event WHERE seq > %d", (int) after);
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_changes (db), >, 0);
  sqlite3_close (db);
}

static guint
count (const char *text, const char *word)
{
  guint n = 0;

  for (const char *p = text; (p = strstr (p, word)) != NULL; p++)
    n++;
  return n;
}

static void
assert_state (CliFixture *f, const char *task, const char *state)
{
  g_autofree char *now = cli_task_state (f, "last", task);

  g_assert_cmpstr (now, ==, state);
}

static void
test_salvage (CliFixture *f, gconstpointer data)
{
  g_autofree char *ledger = NULL;

  g_free (cli_write (f, "w.yard.yaml", WORKFLOW));
  {
    g_auto (CliResult) result = cli_expect (f, 1, "run", "-q", "w.yard.yaml", NULL);
  }
  cut_log (f, *(const gint64 *) data);
  {
    g_auto (CliResult) check = cli_expect (f, 6, "doctor", "last", "--check", NULL);
    g_auto (CliResult) salvage = cli_expect (f, 0, "doctor", "last", "--salvage", NULL);
    g_auto (CliResult) confirm = cli_expect (f, 0, "doctor", "last", "--confirm", NULL);
    g_auto (CliResult) resume = cli_expect (f, 1, "resume", "last", NULL);
  }
  ledger = cli_read (f, "ledger");
  g_assert_cmpuint (count (ledger, "first\n"), ==, 1);
  g_assert_cmpuint (count (ledger, "flaky\n"), ==, 2);
  g_assert_cmpuint (count (ledger, "bad\n"), ==, 1);
  g_assert_cmpuint (count (ledger, "last\n"), ==, 1);
  assert_state (f, "first", "succeeded/succeeded");
  assert_state (f, "flaky", "succeeded/succeeded");
  assert_state (f, "bad", "failed/exit");
  assert_state (f, "last", "succeeded/succeeded");
  {
    g_auto (CliResult) check = cli_expect (f, 0, "doctor", "last", "--check", NULL);

    cli_assert_has (check.out, "sound");
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cuts); i++)
    {
      g_autofree char *path = g_strdup_printf ("/faults/salvage/after-%d", (int) cuts[i]);

      CLI_ADD (path, &cuts[i], test_salvage);
    }
  return g_test_run ();
}
