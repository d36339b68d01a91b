/* test-import-shared.c: real files of other tools: tasks and edges as their manifest says, or as counted here in another way
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <json-glib/json-glib.h>
#include <string.h>

#include "core/format/sy-import.h"
#include "core/format/sy-loader.h"

typedef struct
{
  guint tasks, edges;
} Counts;

static char *
workflows_dir (void)
{
  g_autofree char *beside = g_build_filename (g_getenv ("SWITCHYARD_SOURCE_ROOT"), "..", "shared", NULL);
  const char *shared = g_getenv ("SWITCHYARD_SHARED") ? g_getenv ("SWITCHYARD_SHARED") : beside;

  return g_build_filename (shared, "workflows", NULL);
}

/* Naive counting, line by line, with none of the importers' code */

static void
add_edge (GHashTable *edges, const char *a, const char *b)
{
  g_hash_table_add (edges, g_strdup_printf ("%s -> %s", a, b));
}

static GPtrArray *
words_of (const char *line)
{
  g_auto (GStrv) all = g_strsplit_set (line, " \t\r", -1);
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; all[i]; i++)
    if (*all[i])
      g_ptr_array_add (words, g_strdup (all[i]));
  return words;
}

static gboolean
is_word (const GPtrArray *words, guint i, const char *word)
{
  return i < words->len && g_ascii_strcasecmp (g_ptr_array_index (words, i), word) == 0;
}

static Counts
count_dag (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GHashTable) edges = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) parents = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  gboolean final = FALSE;
  guint sinks = 0;

  for (guint i = 0; lines[i]; i++)
    {
      g_autoptr (GPtrArray) words = words_of (lines[i]);
      guint child = 1;

      if (is_word (words, 0, "JOB") || is_word (words, 0, "SPLICE") || is_word (words, 0, "TASK") || is_word (words, 0, "FINAL"))
        g_ptr_array_add (names, g_strdup (g_ptr_array_index (words, 1)));
      else if (is_word (words, 0, "SUBDAG"))
        g_ptr_array_add (names, g_strdup (g_ptr_array_index (words, 2)));
      else if (is_word (words, 0, "EDGE"))
        add_edge (edges, g_ptr_array_index (words, 1), g_ptr_array_index (words, 2));
      final = final || is_word (words, 0, "FINAL");
      if (!is_word (words, 0, "PARENT"))
        continue;
      while (!is_word (words, child, "CHILD"))
        g_hash_table_add (parents, g_strdup (g_ptr_array_index (words, child++)));
      for (guint p = 1; p < child; p++)
        for (guint c = child + 1; c < words->len; c++)
          add_edge (edges, g_ptr_array_index (words, p), g_ptr_array_index (words, c));
    }
  for (guint i = 0; i < names->len; i++)
    sinks += !g_hash_table_contains (parents, g_ptr_array_index (names, i));
  return (Counts) { names->len, g_hash_table_size (edges) + (final ? sinks - 1 : 0) };
}

static Counts
count_dot (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GHashTable) edges = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gboolean raw = strstr (text, "arrowhead=none") != NULL;
  guint nodes = 0, statements = 0, simple = 0;

  for (guint i = 0; lines[i]; i++)
    {
      char *bare = g_strstrip (lines[i]), *arrow = strstr (bare, "->");

      if (arrow)
        {
          simple += raw && strstr (bare, "label=") != NULL;
          g_strdelimit (bare, ";", ' ');
          g_hash_table_add (edges, g_strdup (g_strstrip (bare)));
        }
      else if (strstr (bare, "label"))
        nodes++;
      statements += strstr (bare, "shape=ellipse") != NULL;
    }
  return raw ? (Counts) { statements + simple, 0 } : (Counts) { nodes, g_hash_table_size (edges) };
}

static Counts
count_wfformat (const char *text)
{
  g_autoptr (JsonNode) root = json_from_string (text, NULL);
  JsonObject *workflow = json_object_get_object_member (json_node_get_object (root), "workflow");
  JsonArray *tasks = json_object_get_array_member (json_object_get_object_member (workflow, "specification"), "tasks");
  g_autoptr (GHashTable) edges = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < json_array_get_length (tasks); i++)
    {
      JsonObject *task = json_array_get_object_element (tasks, i);
      JsonArray *parents = json_object_get_array_member (task, "parents");

      for (guint k = 0; k < json_array_get_length (parents); k++)
        add_edge (edges, json_array_get_string_element (parents, k), json_object_get_string_member (task, "id"));
    }
  return (Counts) { json_array_get_length (tasks), g_hash_table_size (edges) };
}

static void
check_file (const char *path, gint64 wanted_tasks, gint64 wanted_edges)
{
  g_autoptr (SyProblems) problems = sy_problems_new ();
  g_autofree char *text = NULL;
  g_autoptr (GString) shown = g_string_new (NULL);
  g_autoptr (GBytes) native = NULL;
  SyFileFormat format;
  g_autoptr (SyWorkflow) workflow = sy_open_workflow_file (path, problems, &native, &format);
  Counts counts;

  sy_problems_render (problems, shown);
  if (!workflow)
    g_error ("%s: %s", path, shown->str);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  counts = format == SY_FORMAT_DOT ? count_dot (text) : format == SY_FORMAT_WFFORMAT ? count_wfformat (text) : count_dag (text);
  g_assert_cmpint (format, !=, SY_FORMAT_NATIVE);
  g_test_message ("%s: %u tasks, %u edges, %u losses", path, workflow->n_tasks, workflow->n_edges, sy_problems_get_n_warnings (problems));
  g_assert_cmpuint (workflow->n_tasks, ==, counts.tasks);
  if (counts.edges > 0)
    g_assert_cmpuint (workflow->n_edges, ==, counts.edges);
  if (wanted_tasks >= 0)
    g_assert_cmpint (workflow->n_tasks, ==, wanted_tasks);
  if (wanted_edges >= 0)
    g_assert_cmpint (workflow->n_edges, ==, wanted_edges);
}

static gboolean
is_import (const char *file)
{
  return g_str_has_suffix (file, ".dag") || g_str_has_suffix (file, ".dot") || g_str_has_prefix (file, "wfcommons/");
}

static gint64
get_int (JsonObject *object, const char *name)
{
  return json_object_has_member (object, name) ? json_object_get_int_member (object, name) : -1;
}

static void
test_manifest (void)
{
  g_autofree char *dir = workflows_dir (), *manifest = g_build_filename (dir, "manifest.json", NULL), *text = NULL;
  g_autofree char *raw = g_build_filename (dir, "ninja", "curl-raw-ninja-t-graph.dot", NULL);
  g_autoptr (JsonNode) root = NULL;
  guint n = 0;

  if (!g_file_get_contents (manifest, &text, NULL, NULL))
    {
      g_test_skip ("no ../shared/workflows");
      return;
    }
  root = json_from_string (text, NULL);
  for (guint i = 0; i < json_array_get_length (json_node_get_array (root)); i++)
    {
      JsonObject *entry = json_array_get_object_element (json_node_get_array (root), i);
      const char *file = json_object_get_string_member (entry, "file");
      g_autofree char *path = g_build_filename (dir, file, NULL);

      if (!is_import (file))
        continue;
      check_file (path, get_int (entry, "tasks"), get_int (entry, "edges"));
      n++;
    }
  g_assert_cmpuint (n, >=, 30);
  check_file (raw, -1, -1);
}

/* 7,233 tasks and 44,136 edges take well below a second; the bound leaves room for sanitizers and busy machines. */
static void
test_speed (void)
{
  g_autofree char *dir = workflows_dir (), *path = g_build_filename (dir, "ninja", "llvm-all.dot", NULL);
  g_autoptr (SyProblems) problems = sy_problems_new ();
  g_autoptr (SyWorkflow) workflow = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_test_skip ("no ../shared/workflows");
      return;
    }
  g_test_timer_start ();
  workflow = sy_open_workflow_file (path, problems, NULL, NULL);
  g_test_timer_elapsed ();
  g_test_minimized_result (g_test_timer_last (), "llvm-all.dot: %.3f s", g_test_timer_last ());
  g_assert_nonnull (workflow);
  g_assert_cmpfloat (g_test_timer_last (), <, 5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/format/import/shared/counts", test_manifest);
  g_test_add_func ("/format/import/shared/speed", test_speed);
  return g_test_run ();
}
