/* test-json.c: the shapes of --json, key by key, against the contract
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/cli/cli-fixture.h"

#include <json-glib/json-glib.h>
#include <string.h>

/*
 * A shape is JSON whose values are types: s text, n number, b true or false, o any object, a any list;
 * "s|null" and the like; [x] a list of x, which must not be empty with "+" behind it: [x, "+"].
 */
#define ATTEMPT \
  "{'attempt':'n','state':'s','name':'s','started_at_us':'n|null','ended_at_us':'n|null','exit':'n|null','signal':'n|null'," \
  "'cpu_us':'n|null','rss_bytes':'n|null','output_bytes':'n|null','dropped_bytes':'n|null','scope':'s|null'," \
  "'command_digest':'s'}"
#define TASK \
  "{'task':'s','n':'n','state':'s','name':'s','reason':{'code':'s','text':'s','args':'o'},'settled':'b','badges':['s'],'needs':['s']," \
  "'attempts':[" ATTEMPT "]}"
#define RUN \
  "'run':'s','number':'n','workflow':'s','name':'s','state':'s','runner':'s','created_at_us':'n','ended_at_us':'n|null'," \
  "'elapsed_us':'n','counts':'o','rerun_of':'s|null','pinned':'b','error':'s|null'"
#define PROBLEM \
  "{'severity':'s','code':'s','line':'n','column':'n','end_line':'n','end_column':'n','task':'s|null','message':'s','hint':'s|null','fix':'o|null'}"

static const struct
{
  const char *name, *shape;
  int code;
  const char *args[8];
} cases[] = {
  { "validate", "{'v':'n','files':[{'file':'s','ok':'b','tasks':'n','edges':'n','sha256':'s','problems':[" PROBLEM "]},'+']}", 0,
    { "validate", "--json", "flow.yard.yaml" } },
  { "validate-bad", "{'v':'n','files':[{'file':'s','ok':'b','tasks':'n|null','edges':'n|null','sha256':'s','problems':[" PROBLEM ",'+']},'+']}",
    2, { "validate", "--json", "bad.yard.yaml", "worse.yard.yaml" } },
  { "runs", "{'v':'n','runs':[{" RUN "},'+']}", 0, { "runs", "--json" } },
  { "show", "{'v':'n'," RUN ",'seq':'n','params':'o','slots':'n','eta_us':'n|null','tasks':[" TASK ",'+']}", 0, { "show", "last", "--json" } },
  { "why",
    "{'v':'n','run':'s','seq':'n','task':'s','state':'s','name':'s','sentence':'s',"
    "'chain':[{'task':'s','state':'s','code':'s','seq':'n','text':'s'},'+'],"
    "'held_by':[{'kind':'s','name':'s','want':'n','free':'n','holders':['s']}],'due_at_us':'n|null','actions':['s']}",
    0, { "why", "last", "behind", "--json" } },
  { "preview",
    "{'v':'n','run':'s','seq':'n','digest':'s','scope':'s','will_run':[{'task':'s','order':'n','again':'b','because':'s|null'},'+'],"
    "'running_now':['s'],'reused':['s','+'],'stays':['s','+'],'overwrites':['s'],'env_changed':['s','+'],'expected_us':'n|null',"
    "'refused':[{'task':'s','why':'s'}]}",
    0, { "rerun", "last", "--failed", "--preview", "--json" } },
};

static JsonNode *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  JsonNode *node = json_from_string (text, &error);

  g_assert_no_error (error);
  return node;
}

static gboolean
is_type (JsonNode *value, const char *type)
{
  GType of = JSON_NODE_HOLDS_VALUE (value) ? json_node_get_value_type (value) : G_TYPE_NONE;

  switch (*type)
    {
    case 's': return of == G_TYPE_STRING;
    case 'n': return of == G_TYPE_INT64 || of == G_TYPE_DOUBLE;
    case 'b': return of == G_TYPE_BOOLEAN;
    case 'o': return JSON_NODE_HOLDS_OBJECT (value);
    default: g_assert_not_reached ();
    }
}

static void compare (const char *where, JsonNode *shape, JsonNode *value);

static void
compare_object (const char *where, JsonObject *shape, JsonNode *value)
{
  g_autoptr (GList) keys = json_object_get_members (shape);

  if (!JSON_NODE_HOLDS_OBJECT (value))
    g_error ("%s is no object", where);
  for (GList *key = keys; key != NULL; key = key->next)
    {
      g_autofree char *at = g_strdup_printf ("%s.%s", where, (char *) key->data);
      JsonNode *member = json_object_get_member (json_node_get_object (value), key->data);

      if (member == NULL)
        g_error ("%s is missing", at);
      compare (at, json_object_get_member (shape, key->data), member);
    }
}

static void
compare_list (const char *where, JsonArray *shape, JsonNode *value)
{
  JsonArray *list;

  if (!JSON_NODE_HOLDS_ARRAY (value))
    g_error ("%s is no list", where);
  list = json_node_get_array (value);
  if (json_array_get_length (shape) > 1 && json_array_get_length (list) == 0)
    g_error ("%s is empty", where);
  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      g_autofree char *at = g_strdup_printf ("%s[%u]", where, i);

      compare (at, json_array_get_element (shape, 0), json_array_get_element (list, i));
    }
}

/* More keys than the shape has are fine: keys are only ever added. */
static void
compare (const char *where, JsonNode *shape, JsonNode *value)
{
  const char *type;

  if (JSON_NODE_HOLDS_OBJECT (shape))
    compare_object (where, json_node_get_object (shape), value);
  else if (JSON_NODE_HOLDS_ARRAY (shape))
    compare_list (where, json_node_get_array (shape), value);
  else
    {
      type = json_node_get_string (shape);
      if (!(JSON_NODE_HOLDS_NULL (value) && g_str_has_suffix (type, "|null")) && !is_type (value, type))
        g_error ("%s is no %s: %s", where, type, json_to_string (value, FALSE));
    }
}

static void
check (const char *name, const char *shape, const char *text)
{
  g_autofree char *quoted = g_strdelimit (g_strdup (shape), "'", '"');
  g_autoptr (JsonNode) wanted = parse (quoted), got = parse (text);

  g_test_message ("%s: %s", name, text);
  compare (name, wanted, got);
}

/* A run with one of each: done, tried again, warned, failed, blocked, skipped, with a handler and an output */
static void
make_run (CliFixture *fixture)
{
  g_autofree char *flow = cli_write (fixture, "flow.yard.yaml",
                                     "version: 1\nparams: {p: {type: int, default: 1}}\npools: {db: 1}\ntasks:\n"
                                     "  done: {run: 'echo out; echo o=1 >> \"$SWITCHYARD_OUTPUT\"', outputs: {o: int}}\n"
                                     "  again: {run: 'test $SWITCHYARD_ATTEMPT -gt 1', retry: {limit: 1, delay: 1ms}}\n"
                                     "  warned: {run: exit 3, exit: {warned: [3]}}\n"
                                     "  failed: {needs: [done], run: exit 5, resources: {db: 1}}\n"
                                     "  behind: {needs: [failed], run: 'true'}\n"
                                     "  skipped: {needs: [done], if: params.p == 2, run: 'true'}\n"
                                     "  killed: {run: 'kill -9 $$'}\n"
                                     "handlers: {exit: {run: 'true'}}\n");
  g_autofree char *bad = cli_write (fixture, "bad.yard.yaml", "version: 1\ntasks:\n  a: {rum: x}\n  b: {run: echo ${{ params.x }}}\n");
  g_autofree char *worse = cli_write (fixture, "worse.yard.yaml", "version: 1\ntasks:\n  a: {run: x\n");
  g_auto (CliResult) run = cli_expect (fixture, 1, "run", "flow.yard.yaml", NULL);
}

static void
test_shape (CliFixture *fixture, gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_auto (CliResult) result = { 0 };

  make_run (fixture);
  fixture->env = g_environ_setenv (fixture->env, "SOMETHING_NEW", "1", TRUE);
  result = cli_runv (fixture, cases[i].args);
  g_assert_cmpint (result.code, ==, cases[i].code);
  check (cases[i].name, cases[i].shape, result.out);
}

static JsonObject *
task_of (JsonObject *show, const char *id)
{
  JsonArray *tasks = json_object_get_array_member (show, "tasks");

  for (guint i = 0; i < json_array_get_length (tasks); i++)
    if (g_str_equal (json_object_get_string_member (json_array_get_object_element (tasks, i), "task"), id))
      return json_array_get_object_element (tasks, i);
  g_assert_not_reached ();
}

/* Not only the keys: what they say of each kind of task */
static void
test_values (CliFixture *fixture, gconstpointer data)
{
  static const struct { const char *task, *state, *name, *attempt_state; int attempts, exit, signal; } wanted[] = {
    { "done", "succeeded", "succeeded", "succeeded", 1, 0, -1 }, { "again", "succeeded", "succeeded", "failed", 2, 1, -1 },
    { "warned", "succeeded", "warned", "succeeded", 1, 3, -1 },  { "failed", "failed", "exit", "failed", 1, 5, -1 },
    { "behind", "upstream_failed", "upstream_failed", NULL, 0, -1, -1 }, { "skipped", "skipped", "condition_false", NULL, 0, -1, -1 },
    { "killed", "failed", "signal", "failed", 1, -1, 9 },
  };
  g_autoptr (JsonNode) root = NULL;
  g_auto (CliResult) show = { 0 };

  make_run (fixture);
  show = cli_expect (fixture, 0, "show", "last", "--json", NULL);
  root = parse (show.out);
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      JsonObject *task = task_of (json_node_get_object (root), wanted[i].task), *first;
      JsonArray *attempts = json_object_get_array_member (task, "attempts");

      g_assert_cmpstr (json_object_get_string_member (task, "state"), ==, wanted[i].state);
      g_assert_cmpstr (json_object_get_string_member (task, "name"), ==, wanted[i].name);
      g_assert_true (json_object_get_boolean_member (task, "settled"));
      g_assert_cmpuint (json_array_get_length (attempts), ==, wanted[i].attempts);
      if (wanted[i].attempts == 0)
        continue;
      first = json_array_get_object_element (attempts, 0);
      g_assert_cmpstr (json_object_get_string_member (first, "state"), ==, wanted[i].attempt_state);
      g_assert_cmpint (json_object_get_int_member_with_default (first, "exit", -1), ==, wanted[i].exit);
      g_assert_cmpint (json_object_get_int_member_with_default (first, "signal", -1), ==, wanted[i].signal);
    }
}

/* One object a line while it goes on, and the run's at the end */
static void
test_events (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml", "version: 1\ntasks:\n  a: {run: exit 4}\n  b: {needs: [a], run: 'true'}\n");
  g_auto (CliResult) run = cli_expect (fixture, 1, "run", "flow.yard.yaml", "--json", NULL);
  g_auto (GStrv) lines = g_strsplit (run.out, "\n", -1);
  guint n = g_strv_length (lines) - 1;
  gint64 seq = 0;

  g_assert_cmpuint (n, >, 4);
  for (guint i = 0; i + 1 < n; i++)
    {
      g_autoptr (JsonNode) event = parse (lines[i]);

      check ("event", "{'v':'n','run':'s','seq':'n','at_us':'n','event':'s','by':'s','task':'s|null','attempt':'n|null','state':'s','name':'s|null','text':'s|null'}",
             lines[i]);
      g_assert_cmpint (json_object_get_int_member (json_node_get_object (event), "seq"), >, seq);
      seq = json_object_get_int_member (json_node_get_object (event), "seq");
    }
  check ("end", "{'v':'n','runs':[{" RUN "},'+']}", lines[n - 1]);
}

/* Who holds what a task waits for; the wait's end in `due_at_us` */
static void
test_held (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml",
                                     "version: 1\npools: {db: 1}\ntasks:\n"
                                     "  a: {run: 'until test -e go; do sleep 0.02; done', resources: {db: 1}, priority: 1}\n"
                                     "  b: {run: 'true', resources: {db: 1}}\n"
                                     "  c: {run: 'test -e go', retry: {limit: 1, delay: 1h, max_delay: 1h}}\n");
  GPid runner = cli_spawn (fixture, "run.txt", "run", "flow.yard.yaml", "-j", "4", NULL);
  g_autofree char *go = NULL;

  cli_await_state (fixture, "b", "ready/held_pool");
  cli_await_state (fixture, "c", "ready/awaiting_retry");
  {
    g_auto (CliResult) held = cli_expect (fixture, 0, "why", "last", "b", "--json", NULL);
    g_auto (CliResult) due = cli_expect (fixture, 0, "why", "last", "c", "--json", NULL);

    check ("held", "{'held_by':[{'kind':'s','name':'s','want':'n','free':'n','holders':['s','+']},'+'],'due_at_us':'n|null'}", held.out);
    cli_assert_has (held.out, "\"name\":\"db\",\"want\":1,\"free\":0,\"holders\":[\"a\"]");
    check ("due", "{'due_at_us':'n','actions':['s','+']}", due.out);
    cli_assert_has (due.out, "\"retry-now\"");
  }
  go = cli_write (fixture, "go", "");
  {
    g_auto (CliResult) now = cli_expect (fixture, 0, "retry-now", "last", "c", NULL);
  }
  g_assert_cmpint (cli_wait (runner), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/cli/json/%s", cases[i].name);

      CLI_ADD (path, GUINT_TO_POINTER (i), test_shape);
    }
  CLI_ADD ("/cli/json/events", NULL, test_events);
  CLI_ADD ("/cli/json/held", NULL, test_held);
  CLI_ADD ("/cli/json/values", NULL, test_values);
  return g_test_run ();
}
