/* test-keeper-start.c: keepers that cannot start: for a while, or at all
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <unistd.h>

#include "tests/cli/cli-fixture.h"

#define WORKFLOW "version: 1\nslots: 4\ntasks:\n  a: {run: echo a >>ledger}\n  b: {needs: [a], run: echo b >>ledger}\n"

/* A program in the keeper's place: the first @failures of them end at once. */
static void
replace_keeper (CliFixture *f, guint failures)
{
  const char *keeper = g_environ_getenv (f->env, "SWITCHYARD_KEEPER");
  g_autofree char *script = g_strdup_printf ("#!/bin/sh\necho >>%s/tried\ntest $(wc -l <%s/tried) -le %u && exit 9\nexec %s \"$@\"\n",
                                             f->dir, f->dir, failures, keeper);
  g_autofree char *path = cli_write (f, "keeper", script);

  g_assert_cmpint (g_chmod (path, 0700), ==, 0);
  f->env = g_environ_setenv (f->env, "SWITCHYARD_KEEPER", path, TRUE);
}

/* The run does not hang: it is said what is wrong, and nothing is lost. */
static void
test_never (CliFixture *f, gconstpointer data)
{
  g_autofree char *keeper = g_strdup (g_environ_getenv (f->env, "SWITCHYARD_KEEPER"));
  g_autofree char *file = cli_write (f, "w.yard.yaml", WORKFLOW);
  g_auto (CliResult) run = { 0 }, why = { 0 }, resume = { 0 }, doctor = { 0 };
  g_autofree char *state = NULL;

  replace_keeper (f, G_MAXINT);
  run = cli_expect (f, 6, "run", "w.yard.yaml", NULL);
  cli_assert_has (run.err, "no keeper can be started: tried 7 times");
  cli_assert_has (run.err, "switchyard resume last");
  why = cli_expect (f, 0, "show", "last", NULL);
  cli_assert_has (why.out, "interrupted");
  cli_assert_has (why.out, "Runner   left: no keeper can be started");
  f->env = g_environ_setenv (f->env, "SWITCHYARD_KEEPER", keeper, TRUE);
  resume = cli_expect (f, 0, "resume", "last", NULL);
  cli_expect_ledger (f, "a b");
  doctor = cli_expect (f, 0, "doctor", "last", "--check", NULL);
}

/* What mends itself is no failure. */
static void
test_late (CliFixture *f, gconstpointer data)
{
  g_autofree char *file = cli_write (f, "w.yard.yaml", WORKFLOW);
  g_auto (CliResult) run = { 0 };

  replace_keeper (f, 3);
  run = cli_expect (f, 0, "run", "w.yard.yaml", "-j", "1", NULL);
  cli_assert_has (run.err, "could not start, trying again in 0.25 s");
  cli_expect_ledger (f, "a b");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  CLI_ADD ("/faults/keeper-start/never", NULL, test_never);
  CLI_ADD ("/faults/keeper-start/late", NULL, test_late);
  return g_test_run ();
}
