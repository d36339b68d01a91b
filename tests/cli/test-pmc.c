/* test-pmc.c: task graphs of pegasus-mpi-cluster, run as they are
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/cli/cli-fixture.h"

#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>

static char *
shared_file (const char *name)
{
  const char *shared = g_getenv ("SWITCHYARD_SHARED");
  g_autofree char *beside = g_build_filename (g_getenv ("SWITCHYARD_SOURCE_ROOT"), "..", "shared", NULL);

  return g_build_filename (shared != NULL ? shared : beside, "workflows", "pegasus-dag", name, NULL);
}

/* "success", "failed", "failed after 5 tries", "not run" as their words have it */
static void
check_task (CliFixture *fixture, const char *task, const char *wanted)
{
  g_autofree char *state = cli_task_state (fixture, "last", task);
  guint tries = 0;

  if (g_str_equal (wanted, "success"))
    g_assert_true (g_str_has_prefix (state, "succeeded/"));
  else if (g_str_equal (wanted, "not run"))
    g_assert_true (g_str_has_prefix (state, "upstream_failed/"));
  else
    g_assert_true (g_str_has_prefix (state, "failed/"));
  if (sscanf (wanted, "failed after %u tries", &tries) == 1)
    {
      g_autofree char *last = g_strdup_printf ("%s.%u", task, tries);
      g_autofree char *more = g_strdup_printf ("%s.%u", task, tries + 1);
      g_auto (CliResult) there = cli_expect (fixture, 0, "logs", "last", last, NULL);
      g_auto (CliResult) none = cli_expect (fixture, 2, "logs", "last", more, NULL);
    }
}

static int
compare_lines (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
check_lines (CliFixture *fixture, JsonArray *wanted)
{
  g_auto (CliResult) all = cli_expect (fixture, 0, "logs", "last", NULL);
  g_auto (GStrv) lines = g_strsplit (all.out, "\n", -1);
  g_autoptr (GPtrArray) said = g_ptr_array_new ();

  for (guint i = 0; lines[i] != NULL; i++)
    if (lines[i][0] != '\0' && !g_str_has_prefix (lines[i], "==>"))
      g_ptr_array_add (said, lines[i]);
  g_ptr_array_sort (said, compare_lines);
  g_assert_cmpuint (said->len, ==, json_array_get_length (wanted));
  for (guint i = 0; i < said->len; i++)
    g_assert_cmpstr (g_ptr_array_index (said, i), ==, json_array_get_string_element (wanted, i));
}

static void
check_run (CliFixture *fixture, const char *name, JsonObject *expected)
{
  g_autofree char *path = shared_file (name);
  const char *status = json_object_get_string_member_with_default (expected, "status", NULL);
  g_auto (CliResult) result = cli_run (fixture, "run", "-q", path, NULL);
  JsonNode *tasks = json_object_get_member (expected, "tasks");
  JsonObjectIter iter;
  const char *task;
  JsonNode *wanted;

  g_test_message ("%s: %d", name, result.code);
  if (status != NULL)
    g_assert_cmpint (result.code, ==, g_str_equal (status, "success") ? 0 : 1);
  if (tasks != NULL)
    {
      json_object_iter_init (&iter, json_node_get_object (tasks));
      while (json_object_iter_next (&iter, &task, &wanted))
        check_task (fixture, task, json_node_get_string (wanted));
    }
  if (json_object_has_member (expected, "stdout_any_order"))
    check_lines (fixture, json_object_get_array_member (expected, "stdout_any_order"));
  if (json_object_has_member (expected, "tasks_total"))
    {
      g_autofree char *count = g_strdup_printf ("%d succeeded", (int) json_object_get_int_member (expected, "tasks_total"));
      g_auto (CliResult) shown = cli_expect (fixture, 0, "show", "last", NULL);
      g_autoptr (GString) plain = g_string_new (shown.out);

      g_string_replace (plain, ",", "", 0);
      cli_assert_has (plain->str, count);
    }
}

static void
test_pmc (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = shared_file ("expected.json");
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObjectIter iter;
  const char *name;
  JsonNode *expected;

  if (!json_parser_load_from_file (parser, path, NULL))
    {
      g_test_skip ("no workflows of others here (SWITCHYARD_SHARED)");
      return;
    }
  json_object_iter_init (&iter, json_node_get_object (json_parser_get_root (parser)));
  while (json_object_iter_next (&iter, &name, &expected))
    check_run (fixture, name, json_node_get_object (expected));
}

/* The same in small, always here */
static void
test_own (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = cli_write (fixture, "own.dag",
                                     "# a comment\nTASK A echo A\nTASK B -t 3 /bin/false\nTASK C echo C\n\nEDGE A B\nEDGE B C\n");
  g_auto (CliResult) run = cli_expect (fixture, 1, "run", "own.dag", NULL);
  g_auto (CliResult) imported = cli_expect (fixture, 0, "import", "own.dag", NULL);
  g_auto (CliResult) again = { 0 };
  g_autofree char *native = NULL;

  check_task (fixture, "A", "success");
  check_task (fixture, "B", "failed after 3 tries");
  check_task (fixture, "C", "not run");
  cli_assert_has (imported.out, "version: 1");
  native = cli_write (fixture, "own.yard.yaml", imported.out);
  again = cli_expect (fixture, 0, "validate", "own.yard.yaml", NULL);
  cli_assert_has (again.out, "3 tasks, 2 edges");
}

/* Where only runtimes are recorded, --time-scale sleeps them; without it nothing is executed. */
static void
test_time_scale (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = cli_write (fixture, "trace.json",
                                     "{\"name\":\"x\",\"schemaVersion\":\"1.5\",\"workflow\":{\"specification\":{\"tasks\":["
                                     "{\"name\":\"a\",\"id\":\"a\",\"parents\":[],\"children\":[\"b\"]},"
                                     "{\"name\":\"b\",\"id\":\"b\",\"parents\":[\"a\"],\"children\":[]}]},"
                                     "\"execution\":{\"makespanInSeconds\":20,\"executedAt\":\"2024-01-01T00:00:00Z\",\"tasks\":["
                                     "{\"id\":\"a\",\"runtimeInSeconds\":20},{\"id\":\"b\",\"runtimeInSeconds\":10}]}}}");
  gint64 start;
  g_auto (CliResult) none = cli_expect (fixture, 0, "run", "-q", "trace.json", NULL);
  g_auto (CliResult) slept = { 0 };
  g_auto (CliResult) log = { 0 };

  start = g_get_monotonic_time ();
  slept = cli_expect (fixture, 0, "run", "-q", "trace.json", "--time-scale", "0.01", NULL);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 300000);
  log = cli_expect (fixture, 0, "show", "last", NULL);
  cli_assert_has (log.out, "2 succeeded");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  CLI_ADD ("/cli/pmc/own", NULL, test_own);
  CLI_ADD ("/cli/pmc/time-scale", NULL, test_time_scale);
  CLI_ADD ("/cli/pmc/others", NULL, test_pmc);
  return g_test_run ();
}
