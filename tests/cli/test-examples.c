/* test-examples.c: every file of data/examples runs and gives what it promises
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/cli/cli-fixture.h"

#include <string.h>

/* What an example must give; `task` is the one whose output holds `said` */
typedef struct
{
  const char *name;
  const char *param;   /* NAME=VALUE, NULL = none */
  int code;
  const char *state;
  guint tasks;
  const char *task, *said;
} Example;

static const Example examples[] = {
  { "document-analysis", NULL, 0, "succeeded", 4, "report", "Document analysis" },
  { "flaky-download", NULL, 0, "succeeded", 5, "verify", "texts.tar.gz: OK" },
  { "flaky-download", "failures=0", 0, "succeeded", 5, "verify", "texts.tar.gz: OK" },
  { "repair", NULL, 1, "failed", 6, "merge", "merged" },
  { "thumbnails", "size=32", 0, "succeeded", 7, "contact-sheet", "160 by 24" },
  { "word-count", "top=3", 0, "succeeded", 6, "gather", "the 3 most frequent:" },
};

/* Runs in another test */
static const char slow_example[] = "build-switchyard";

static char *
example_path (const char *name)
{
  g_autofree char *file = g_strconcat (name, ".yard.yaml", NULL);

  return g_build_filename (g_getenv ("SWITCHYARD_SOURCE_ROOT"), "data", "examples", file, NULL);
}

static void
expect_output (CliFixture *fixture, const char *task, const char *said)
{
  g_auto (CliResult) logs = cli_expect (fixture, 0, "logs", "last", task, NULL);

  cli_assert_has (logs.out, said);
}

static void
expect_state (CliFixture *fixture, const char *task, const char *wanted)
{
  g_autofree char *now = task != NULL ? cli_task_state (fixture, "last", task) : cli_run_state (fixture, "last");

  g_assert_cmpstr (now, ==, wanted);
}

static void
test_example (CliFixture *fixture, gconstpointer data)
{
  const Example *example = data;
  g_autofree char *path = example_path (example->name);
  g_autofree char *valid = g_strdup_printf ("valid, %u tasks", example->tasks);
  g_auto (CliResult) checked = cli_expect (fixture, 0, "validate", path, NULL);
  g_auto (CliResult) run = cli_expect (fixture, example->code, "run", path, example->param != NULL ? "-p" : NULL,
                                       example->param, NULL);

  cli_assert_has (checked.out, valid);
  cli_assert_has_not (checked.err, "warning");
  expect_state (fixture, NULL, example->state);
  expect_output (fixture, example->task, example->said);
}

/* More failures than tries: the handler says so, nothing after the download runs. */
static void
test_flaky_for_good (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = example_path ("flaky-download");
  g_auto (CliResult) run = cli_expect (fixture, 1, "run", path, "-p", "failures=20", NULL);

  expect_state (fixture, "archive", "failed/exit");
  expect_state (fixture, "unpack", "upstream_failed/upstream_failed");
}

/* As the comment of the file says: make the list, re-run what failed. */
static void
test_repair (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = example_path ("repair");
  g_auto (CliResult) run = cli_expect (fixture, 1, "run", path, NULL);
  g_autofree char *uuid = cli_run_uuid (fixture, "last");
  g_autofree char *places = g_build_filename ("state", "switchyard", "runs", uuid, "dir", "places.txt", NULL);
  g_autofree char *written = NULL;
  g_auto (CliResult) again = { 0 };

  expect_state (fixture, "entities", "failed/exit");
  expect_state (fixture, "link", "upstream_failed/upstream_failed");
  expect_state (fixture, "merge", "succeeded/succeeded");
  written = cli_write (fixture, places, "Free Software Foundation\n");
  again = cli_expect (fixture, 0, "rerun", "last", "--failed", NULL);
  expect_state (fixture, NULL, "succeeded");
  expect_output (fixture, "entities", "Free Software Foundation");
  cli_assert_has_not (again.out, "convert");
}

static void
test_build (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = example_path (slow_example);
  g_autofree char *source = g_strconcat ("source=", g_getenv ("SWITCHYARD_SOURCE_ROOT"), NULL);
  g_auto (CliResult) run = cli_expect (fixture, 0, "run", path, "-p", source, "-p", "optimise=0", NULL);

  expect_state (fixture, NULL, "succeeded");
  expect_output (fixture, "smoke", "build-switchyard.yard.yaml: valid, 10 tasks");
  expect_output (fixture, "smoke", "hello from the new one");
}

/* No file of the folder is without a case here. */
static void
test_all_there (void)
{
  g_autofree char *folder = g_build_filename (g_getenv ("SWITCHYARD_SOURCE_ROOT"), "data", "examples", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  guint found = 0;

  g_assert_no_error (error);
  for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir))
    {
      gsize length = strlen (name) - MIN (strlen (name), strlen (".yard.yaml"));
      g_autofree char *stem = g_strndup (name, length);
      gboolean known = g_str_equal (stem, slow_example);

      if (!g_str_has_suffix (name, ".yard.yaml"))
        continue;
      for (guint i = 0; i < G_N_ELEMENTS (examples); i++)
        known |= g_str_equal (stem, examples[i].name);
      if (!known)
        g_test_message ("%s has no case", name);
      g_assert_true (known);
      found++;
    }
  g_assert_cmpuint (found, >=, 6);
}

int
main (int argc, char *argv[])
{
  gboolean slow = g_getenv ("SWITCHYARD_SLOW") != NULL;

  g_test_init (&argc, &argv, NULL);
  if (slow)
    CLI_ADD ("/cli/examples/build-switchyard", NULL, test_build);
  else
    {
      g_test_add_func ("/cli/examples/all-there", test_all_there);
      CLI_ADD ("/cli/examples/flaky-for-good", NULL, test_flaky_for_good);
      CLI_ADD ("/cli/examples/repaired", NULL, test_repair);
      for (guint i = 0; i < G_N_ELEMENTS (examples); i++)
        {
          g_autofree char *path = g_strdup_printf ("/cli/examples/%s%s%s", examples[i].name,
                                                   examples[i].param != NULL ? "/" : "",
                                                   examples[i].param != NULL ? examples[i].param : "");

          CLI_ADD (path, &examples[i], test_example);
        }
    }
  return g_test_run ();
}
