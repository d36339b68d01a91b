/* test-fields.c: every key with values that are good and bad, for the loader and for the JSON Schema
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-fields.h"
#include "core/format/sy-loader.h"
#include "core/format/sy-schema.h"
#include "tests/core/format/json-schema.h"

#include <string.h>

/* Where a key of each table stands; %s: `key: value` */
static const struct
{
  const SyTable *table;
  const char *file;
} places[] = {
  { &sy_table_file, "version: 1\n%s\ntasks: {a: {run: x}}\n" },
  { &sy_table_task, "version: 1\npools: {db: 2}\ntasks:\n  a: {run: x}\n  t:\n    %s\n" },
  { &sy_table_join, "version: 1\ntasks:\n  a: {run: x}\n  t: {needs: [a], join: {quorum: 1, %s}}\n" },
  { &sy_table_need, "version: 1\ntasks:\n  a: {run: x}\n  t: {needs: [{task: a, %s}]}\n" },
  { &sy_table_timeout, "version: 1\ntasks:\n  t: {run: x, timeout: {%s}}\n" },
  { &sy_table_stop, "version: 1\ntasks:\n  t: {run: x, stop: {%s}}\n" },
  { &sy_table_retry, "version: 1\ntasks:\n  t: {run: x, retry: {limit: 1, %s}}\n" },
  { &sy_table_exit, "version: 1\ntasks:\n  t: {run: x, exit: {%s}}\n" },
  { &sy_table_resources, "version: 1\npools: {db: 2}\ntasks:\n  t: {run: x, resources: {%s}}\n" },
  { &sy_table_param, "version: 1\nparams: {p: {%s}}\ntasks: {a: {run: x}}\n" },
  { &sy_table_handlers, "version: 1\nhandlers: {%s}\ntasks: {a: {run: x}}\n" },
  { &sy_table_handler, "version: 1\nhandlers: {exit: {%s}}\ntasks: {a: {run: x}}\n" },
};

/* The keys that the places above hold already: the place without them */
static const struct
{
  const SyTable *table;
  const char *key, *file;
} own_places[] = {
  { &sy_table_file, "version", "%s\ntasks: {a: {run: x}}\n" },
  { &sy_table_file, "tasks", "version: 1\n%s\n" },
  { &sy_table_join, "quorum", "version: 1\ntasks:\n  a: {run: x}\n  t: {needs: [a], join: {%s}}\n" },
  { &sy_table_need, "task", "version: 1\ntasks:\n  a: {run: x}\n  t: {needs: [{%s}]}\n" },
  { &sy_table_retry, "limit", "version: 1\ntasks:\n  t: {run: x, retry: {%s}}\n" },
  { &sy_table_handler, "env", "version: 1\nhandlers: {exit: {run: x, %s}}\ntasks: {a: {run: x}}\n" },
  { &sy_table_handler, "timeout", "version: 1\nhandlers: {exit: {run: x, %s}}\ntasks: {a: {run: x}}\n" },
};

static const struct
{
  const SyTable *table;
  const char *key;
  const char *good[6];
  const char *bad[7];
  const char *deep[4]; /* bad, but not to the schema */
} keys[] = {
  { &sy_table_file, "version", { "1" }, { "0", "2", "x", "[1]", "" }, { NULL } },
  { &sy_table_file, "name", { "x", "5", "'a b'" }, { "[x]", "{a: b}" }, { "\"${{ run.id }}\"" } },
  { &sy_table_file, "description", { "x", "|\n  long\n  text" }, { "[x]" }, { NULL } },
  { &sy_table_file, "dir", { "work", "/tmp/x", "\"${{ run.dir }}\"" }, { "[x]" }, { "\"${{ run.dri }}\"" } },
  { &sy_table_file, "shell", { "[bash, -c]" }, { "bash", "{a: b}", "[[x]]" }, { "[]" } },
  { &sy_table_file, "env", { "{A: b, B: 5}", "{A: \"${{ env.X }}\"}" }, { "[A]", "A", "{1A: x}", "{A: [x]}" },
    { "{IFS: x}", "{A: \"${{ params.no }}\"}" } },
  { &sy_table_file, "params", { "{a: {}}", "{a: {type: int}}" }, { "[a]", "a", "{a-b: {}}", "{a: 5}" },
    { "{LD_X: {}}" } },
  { &sy_table_file, "defaults", { "{timeout: 5m}", "{env: {A: b}}" }, { "[a]", "{run: x}", "{needs: [a]}" }, { NULL } },
  { &sy_table_file, "slots", { "auto", "1", "64", "\"${{ env.J }}\"" }, { "0", "-1", "many", "1.5" }, { "\"${{ true }}\"" } },
  { &sy_table_file, "pools", { "{db: 1}", "{a-b: 5}" }, { "{db: 0}", "{db: x}", "[db]", "{db: {devices: [1]}}" },
    { "{cpu: 1}" } },
  { &sy_table_file, "on_failure", { "continue", "stop", "cancel", "\"${{ env.F }}\"" }, { "undo", "x", "[stop]" },
    { "\"${{ 1 }}\"" } },
  { &sy_table_file, "concurrency", { "refuse", "queue", "allow" }, { "x", "{a: b}" }, { NULL } },
  { &sy_table_file, "handlers", { "{exit: {run: x}}" }, { "{exit: x}", "[x]", "{foo: {run: x}}" }, { "{exit: {}}" } },
  { &sy_table_file, "tasks", { "{a: {run: x}}", "{a: }", "{x-ray: {run: x}}" }, { "[a]", "x", "{1a: {run: x}}", "{a: x}" },
    { "{}" } },

  { &sy_table_task, "run", { "x", "|\n      a\n      b", "'5'" }, { "[x]", "{a: b}" }, { "\"${{ params.x }}\"" } },
  { &sy_table_task, "command", { "[a]", "[a, 5, \"${{ run.id }}\"]" }, { "a", "{a: b}", "[[a]]" },
    { "[]", "[\"${{ run.id }}\"]" } },
  { &sy_table_task, "needs", { "[a]", "a", "[{task: a}]", "[]" }, { "{a: b}", "[[a]]", "[{tolerate: [failed]}]" },
    { "[b]", "t" } },
  { &sy_table_task, "join", { "all_done", "none_failed", "{quorum: 50%}" }, { "x", "[all_done]", "{of: done}" },
    { "{quorum: 3}" } },
  { &sy_table_task, "if", { "\"1 > 2\"", "\"${{ true }}\"" }, { "[x]", "{a: b}" }, { "1 +", "params.x", "'5'" } },
  { &sy_table_task, "enabled", { "true", "false" }, { "1", "maybe", "[true]" }, { NULL } },
  { &sy_table_task, "description", { "x" }, { "[x]" }, { NULL } },
  { &sy_table_task, "label", { "x y" }, { "[x]" }, { "\"${{ run.id }}\"" } },
  { &sy_table_task, "group", { "x" }, { "[x]" }, { NULL } },
  { &sy_table_task, "env", { "{A: b}" }, { "[A]", "{A B: c}" }, { "{ENV: x}", "{SWITCHYARD_X: x}", "{PATH: $PATH}" } },
  { &sy_table_task, "dir", { "x", "\"${{ run.dir }}/x\"" }, { "[x]" }, { NULL } },
  { &sy_table_task, "shell", { "[sh, -c]" }, { "sh" }, { NULL } },
  { &sy_table_task, "stdin", { "x.txt" }, { "[x]" }, { NULL } },
  { &sy_table_task, "outputs", { "{a: int, b: json}" }, { "{a: number}", "[a]", "{a-b: int}", "{a: secret}" }, { NULL } },
  { &sy_table_task, "timeout", { "5m", "90", "1h30m", "{total: 5s}", "0" }, { "soon", "[5m]", "-5s", "{totl: 5s}" },
    { NULL } },
  { &sy_table_task, "stop", { "{signal: INT}", "{}" }, { "INT", "{signal: FOO}" }, { NULL } },
  { &sy_table_task, "retry", { "{limit: 3}" }, { "3", "{}", "{limit: x}" }, { NULL } },
  { &sy_table_task, "exit", { "{succeeded: [0]}" }, { "0", "{foo: [1]}" }, { NULL } },
  { &sy_table_task, "resources", { "{cpu: 2, memory: 4G, db: 1}" }, { "2", "{cpu: x}", "{db: 0}" },
    { "{nodb: 1}", "{db: 3}" } },
  { &sy_table_task, "priority", { "0", "-5", "100", "\"${{ 5 }}\"" }, { "high", "1.5", "1000001" },
    { "\"${{ tasks.a.succeeded }}\"" } },
  { &sy_table_task, "on_lost", { "hold", "fail", "rerun", "\"${{ env.X ?? 'fail' }}\"" }, { "x" }, { "\"${{ 1 }}\"" } },
  { &sy_table_task, "streams", { "merged", "split" }, { "x" }, { NULL } },
  { &sy_table_task, "stragglers", { "kill", "keep" }, { "x" }, { NULL } },
  { &sy_table_task, "reads", { "[a, '*.c']" }, { "a", "{a: b}" }, { "[/etc/x]", "[../x]" } },
  { &sy_table_task, "writes", { "[a]", "[\"${{ run.id }}\"]" }, { "a", "[[a]]" }, { "[/etc/x]", "[a/../../x]", "['']" } },
  { &sy_table_task, "durable", { "true", "false" }, { "x", "0" }, { NULL } },

  { &sy_table_join, "quorum", { "1", "1%", "100%" }, { "0", "0%", "101%", "x", "-1" }, { "2" } },
  { &sy_table_join, "of", { "success", "done" }, { "x" }, { NULL } },
  { &sy_table_join, "rest", { "run", "cancel" }, { "x" }, { NULL } },
  { &sy_table_need, "task", { "a" }, { "[a]" }, { "b" } },
  { &sy_table_need, "tolerate", { "[failed]", "[failed, skipped]" }, { "failed", "[lost]" }, { NULL } },
  { &sy_table_timeout, "attempt", { "5m", "\"${{ env.T ?? '5m' }}\"", "\"${{ 5 }}m\"" }, { "x" }, { NULL } },
  { &sy_table_timeout, "total", { "1d" }, { "x", "[1]" }, { NULL } },
  { &sy_table_timeout, "no_output", { "1.5h" }, { "5x" }, { NULL } },
  { &sy_table_stop, "signal", { "TERM", "INT", "HUP", "QUIT", "KILL" }, { "9", "SIGTERM" }, { NULL } },
  { &sy_table_stop, "grace", { "5s", "0", "500ms" }, { "-1", "x" }, { NULL } },
  { &sy_table_retry, "limit", { "0", "10", "\"${{ int(env.N) }}\"" }, { "-1", "x", "1.5" }, { "\"${{ env.N }}\"" } },
  { &sy_table_retry, "delay", { "5s" }, { "x" }, { "10m, max_delay: 1m" } },
  { &sy_table_retry, "backoff", { "1", "1.5" }, { "0.5", "x" }, { NULL } },
  { &sy_table_retry, "max_delay", { "5m" }, { "x" }, { NULL } },
  { &sy_table_retry, "jitter", { "0", "0.5", "1" }, { "1.1", "-0.1", "x" }, { NULL } },
  { &sy_table_retry, "on", { "[1, 255, exit]", "[signal, timeout, out_of_memory, spawn, output]",
      "[\"${{ 3 }}\", \"${{ env.C }}\"]" },
    { "[256]", "[x]", "exit", "[expression]" }, { NULL } },
  { &sy_table_exit, "succeeded", { "[0]", "[0, 3-5]", "[any]", "\"${{ env.C }}\"" }, { "[256]", "[x]", "{a: b}" },
    { "[9-3]", "[1-999]" } },
  { &sy_table_exit, "warned", { "[24]", "24" }, { "[-1]" }, { NULL } },
  { &sy_table_exit, "skipped", { "[99]" }, { "[x]" }, { "[0], succeeded: [0]" } },
  { &sy_table_resources, "cpu", { "1", "0.5", "16", "\"${{ 2 }}\"" }, { "0", "x", "-1" }, { "\"${{ env.X }}\"" } },
  { &sy_table_resources, "memory", { "4G", "512M", "1.5GiB", "1024" }, { "lots", "4X", "-1" }, { NULL } },
  { &sy_table_param, "type", { "string", "int", "list", "duration", "size", "date" }, { "x", "secret", "[int]" },
    { "enum" } },
  { &sy_table_param, "default", { "x", "5", "[a, b], type: list", "{a: [1, {b: c}]}, type: json", "[1, {a: b}], type: json" },
    { NULL }, { "x, type: int", "[a]", "{a: b}", "[[a]], type: list" } },
  { &sy_table_param, "values", { "[a, b]" }, { "a" }, { "[a], default: b, type: enum" } },
  { &sy_table_param, "min", { "1, type: int" }, { "[1]" }, { "x, type: int" } },
  { &sy_table_param, "max", { "9, type: int" }, { "[1]" }, { "9, type: int, min: 10" } },
  { &sy_table_param, "pattern", { "'[a-z]+'" }, { "[a]" }, { "'[a'" } },
  { &sy_table_param, "description", { "x" }, { "[x]" }, { NULL } },
  { &sy_table_handlers, "init", { "{run: x}" }, { "x" }, { NULL } },
  { &sy_table_handlers, "success", { "{run: x}" }, { "x" }, { NULL } },
  { &sy_table_handlers, "failure", { "{command: [x]}" }, { "[x]" }, { NULL } },
  { &sy_table_handlers, "cancel", { "{run: x}" }, { "{run: x, command: [y]}" }, { "{}" } },
  { &sy_table_handlers, "exit", { "{run: x, timeout: 5s}" }, { "{run: x, needs: [a]}" }, { NULL } },
  { &sy_table_handler, "run", { "x" }, { "[x]" }, { NULL } },
  { &sy_table_handler, "command", { "[x]" }, { "x" }, { "[]" } },
  { &sy_table_handler, "env", { "{A: b}" }, { "[A]" }, { "{LD_A: x}" } },
  { &sy_table_handler, "timeout", { "5s", "{total: 5s}" }, { "x" }, { NULL } },
};

static const char *
find_place (const SyTable *table, const char *key)
{
  for (guint i = 0; i < G_N_ELEMENTS (own_places); i++)
    if (own_places[i].table == table && strcmp (own_places[i].key, key) == 0)
      return own_places[i].file;
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    if (places[i].table == table)
      return places[i].file;
  g_assert_not_reached ();
}

static JsonNode *
load_schema (void)
{
  g_autofree char *text = sy_schema_print ();
  g_autoptr (GError) error = NULL;
  JsonNode *schema = json_from_string (text, &error);

  g_assert_no_error (error);
  return schema;
}

/* Errors of the loader, and what the schema says */
static guint
check_file (const char *text, JsonNode *schema, char **schema_says)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (SySource) source = sy_source_new ("test", bytes);
  g_autoptr (SyProblems) problems = sy_problems_new ();
  g_autoptr (SyDocument) document = sy_document_new (source, problems);
  g_autoptr (JsonNode) value = NULL;
  SyWorkflow *workflow;

  g_assert_nonnull (document);
  value = test_schema_value (sy_document_get_root (document));
  *schema_says = test_schema_check (schema, value);
  workflow = sy_loader_load_document (document, NULL, problems);
  g_clear_pointer (&workflow, sy_workflow_unref);
  return sy_problems_get_n_errors (problems);
}

static void
try_value (JsonNode *schema, guint i, const char *value, gboolean good, gboolean good_to_schema)
{
  g_autofree char *place = g_strdup (find_place (keys[i].table, keys[i].key));
  g_autofree char *pair = g_strdup_printf ("%s: %s", keys[i].key, value), *schema_says = NULL;
  char *hole = strstr (place, "%s");
  g_autofree char *text = NULL;
  guint errors;

  *hole = '\0';
  text = g_strconcat (place, pair, hole + 2, NULL);
  errors = check_file (text, schema, &schema_says);
  g_test_message ("%s.%s: %s: %u errors; schema: %s", keys[i].table->name, keys[i].key, value, errors,
                  schema_says != NULL ? schema_says : "good");
  if ((errors == 0) != good)
    g_test_fail_printf ("%s.%s: %s: the loader has %u errors", keys[i].table->name, keys[i].key, value, errors);
  if ((schema_says == NULL) != good_to_schema)
    g_test_fail_printf ("%s.%s: %s: the schema says %s", keys[i].table->name, keys[i].key, value,
                        schema_says != NULL ? schema_says : "good");
}

static void
test_values (void)
{
  g_autoptr (JsonNode) schema = load_schema ();

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      for (guint j = 0; j < G_N_ELEMENTS (keys[i].good) && keys[i].good[j] != NULL; j++)
        try_value (schema, i, keys[i].good[j], TRUE, TRUE);
      for (guint j = 0; j < G_N_ELEMENTS (keys[i].bad) && keys[i].bad[j] != NULL; j++)
        try_value (schema, i, keys[i].bad[j], FALSE, FALSE);
      for (guint j = 0; j < G_N_ELEMENTS (keys[i].deep) && keys[i].deep[j] != NULL; j++)
        try_value (schema, i, keys[i].deep[j], FALSE, TRUE);
    }
}

static gboolean
is_tried (const SyTable *table, const char *key)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (keys[i].table == table && strcmp (keys[i].key, key) == 0)
      return TRUE;
  return FALSE;
}

/* No key without values above; a key that comes later is refused, with its line, by both */
static void
test_complete (void)
{
  g_autoptr (JsonNode) schema = load_schema ();

  for (guint t = 0; sy_tables[t] != NULL; t++)
    for (guint i = 0; i < sy_tables[t]->n_fields; i++)
      {
        const SyField *field = &sy_tables[t]->fields[i];

        g_test_message ("%s.%s", sy_tables[t]->name, field->key);
        g_assert_nonnull (field->help);
        g_assert_true (is_tried (sy_tables[t], field->key) != ((field->flags & SY_FIELD_LATER) != 0));
        if ((field->flags & SY_FIELD_LATER) == 0)
          g_assert_cmpuint (field->accept, !=, 0);
        g_assert_true ((field->accept & SY_ACCEPT_WORD) == 0 || field->words != NULL);
        g_assert_true ((field->accept & SY_ACCEPT_OBJECT) == 0 || field->table != NULL);
        g_assert_true ((field->accept & (SY_ACCEPT_LIST | SY_ACCEPT_MAP)) == 0 || field->item != NULL);
        g_assert_true ((field->accept & SY_ACCEPT_MAP) == 0 || field->names != NULL);
      }
}

static void
check_table_of_schema (JsonObject *object, const SyTable *table, gboolean defaults)
{
  JsonObject *properties = json_object_get_object_member (object, "properties");
  guint n = 0;

  for (guint i = 0; i < table->n_fields; i++)
    {
      if (defaults && !(table->fields[i].flags & (SY_FIELD_DEFAULTS | SY_FIELD_LATER)))
        continue;
      g_assert_true (json_object_has_member (properties, table->fields[i].key));
      n++;
    }
  g_assert_cmpuint (json_object_get_size (properties), ==, n);
  g_assert_true (json_object_has_member (object, "additionalProperties"));
}

/* The schema has the keys of the tables and no others, and every $ref leads somewhere */
static void
test_schema_tables (void)
{
  g_autoptr (JsonNode) schema = load_schema ();
  JsonObject *root = json_node_get_object (schema), *definitions;

  g_assert_cmpstr (json_object_get_string_member (root, "$schema"), ==, "http://json-schema.org/draft-07/schema#");
  definitions = json_object_get_object_member (root, "definitions");
  check_table_of_schema (root, &sy_table_file, FALSE);
  check_table_of_schema (json_object_get_object_member (definitions, "defaults"), &sy_table_task, TRUE);
  for (guint i = 1; sy_tables[i] != NULL; i++)
    check_table_of_schema (json_object_get_object_member (definitions, sy_tables[i]->name), sy_tables[i], FALSE);
  test_schema_check_form (schema);
}

static void
check_folder (const char *folder, gboolean all_good)
{
  g_autofree char *path = g_build_filename (g_getenv ("SWITCHYARD_SOURCE_ROOT"), folder, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  g_autoptr (JsonNode) schema = load_schema ();
  const char *name;
  guint n = 0;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL), *text = NULL, *says = NULL;

      if (!g_str_has_suffix (name, ".yaml") || !g_file_get_contents (file, &text, NULL, NULL))
        continue;
      g_test_message ("%s", name);
      if (check_file (text, schema, &says) == 0)
        g_assert_cmpstr (says, ==, NULL);
      else
        g_assert_false (all_good);
      n++;
    }
  g_assert_cmpuint (n, >, 3);
}

/* What the loader takes, the schema takes */
static void
test_files (void)
{
  check_folder ("tests/data/format", FALSE);
  check_folder ("data/examples", TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fields/values", test_values);
  g_test_add_func ("/fields/complete", test_complete);
  g_test_add_func ("/fields/schema-tables", test_schema_tables);
  g_test_add_func ("/fields/files", test_files);
  return g_test_run ();
}
