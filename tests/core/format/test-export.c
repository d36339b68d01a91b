/* test-export.c: exporters against golden texts, and read back
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/sy-error.h"
#include "core/format/sy-export.h"
#include "core/model/sy-attempt.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* Names and texts that try to end what they stand in. */
#define HOSTILE "=cmd|'/c calc'!A1 \"]; --> </name><x> \\N #quot; `a` ,\r\nend ]]> é"

/* Three tasks, fetch -> convert -> done (a join point) and a run of them: fetch failed once, convert failed. */
typedef struct
{
  SyWorkflow *workflow;
  SyRunState *state;
  GArray *attempts;
  SyExportSource source;
} Fixture;

static void
add_attempt (Fixture *fixture, SyAttempt attempt)
{
  attempt.kill_method = SY_KILL_SUBREAPER;
  attempt.read = attempt.written = -1;
  g_array_append_val (fixture->attempts, attempt);
}

static void
fixture_set_up (Fixture *fixture, gconstpointer label)
{
  static const SyNeed needs_fetch = { 0, 0 }, needs_convert = { 1, 0 };
  static const SyResources two_cpus = { .milli_cpu = 2500 };
  SyWorkflow *workflow = fixture->workflow = sy_workflow_new ();
  SyText *argv = sy_workflow_alloc (workflow, 2 * sizeof (SyText));
  SyTask *tasks = workflow->tasks = sy_workflow_alloc (workflow, 3 * sizeof (SyTask));

  workflow->name = label != NULL ? label : "nightly";
  workflow->n_tasks = 3;
  tasks[0] = (SyTask){ .id = "fetch", .kind = SY_TASK_RUN, .run.text = "curl x", .resources = &two_cpus };
  argv[0].text = "./convert";
  argv[1].text = label != NULL ? label : "--fast";
  tasks[1] = (SyTask){ .id = "convert", .label = label, .kind = SY_TASK_COMMAND, .argv = argv, .n_argv = 2,
                       .needs = &needs_fetch, .n_needs = 1 };
  tasks[2] = (SyTask){ .id = "end", .kind = SY_TASK_JOIN, .needs = &needs_convert, .n_needs = 1 };
  g_assert_true (sy_workflow_finish (workflow, NULL, NULL));
  fixture->state = sy_run_state_new (workflow);
  fixture->state->tasks[0].state = SY_STATE_SUCCEEDED;
  fixture->state->tasks[0].name = SY_NAME_SUCCEEDED;
  fixture->state->tasks[1].state = SY_STATE_FAILED;
  fixture->state->tasks[1].name = SY_NAME_EXIT;
  fixture->state->tasks[1].text = g_strdup (label);
  fixture->state->tasks[2].state = SY_STATE_UPSTREAM_FAILED;
  fixture->state->tasks[2].name = SY_NAME_UPSTREAM_FAILED;
  fixture->state->ended_us = 9000000;
  fixture->attempts = g_array_new (FALSE, TRUE, sizeof (SyAttempt));
  add_attempt (fixture, (SyAttempt){ .task = 1, .n = 1, .keeper = 1, .state = SY_STATE_READY, .name = SY_NAME_AWAITING_RETRY,
                                     .started_us = 1000000, .ended_us = 2000000, .status = 9, .rss = 1024 });
  add_attempt (fixture, (SyAttempt){ .task = 1, .n = 2, .keeper = 2, .state = SY_STATE_SUCCEEDED, .name = SY_NAME_SUCCEEDED,
                                     .started_us = 3000000, .ended_us = 5500000, .user_us = 1000000, .sys_us = 250000,
                                     .rss = 2048, .output = 7 });
  add_attempt (fixture, (SyAttempt){ .task = 2, .n = 1, .keeper = 1, .state = SY_STATE_FAILED, .name = SY_NAME_EXIT,
                                     .started_us = 6000000, .ended_us = 8000000, .status = 3 << 8, .rss = 4096 });
  fixture->source = (SyExportSource){ .workflow = workflow, .state = fixture->state, .attempts = fixture->attempts, .run_id = "4f1c",
                                         .created_us = 500000 };
}

static void
fixture_tear_down (Fixture *fixture, gconstpointer label)
{
  g_array_unref (fixture->attempts);
  sy_run_state_free (fixture->state);
  sy_workflow_unref (fixture->workflow);
}

static char *
export (const SyExportSource *source, SyExportFormat format)
{
  GString *out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  sy_export (source, format, out, &error);
  g_assert_no_error (error);
  g_assert_true (g_utf8_validate (out->str, (gssize) out->len, NULL));
  return g_string_free (out, FALSE);
}

static const struct { SyExportFormat format; gboolean run; const char *text; } goldens[] = {
  { SY_EXPORT_DOT, FALSE,
    "digraph \"nightly\" {\n"
    "  rankdir=LR;\n"
    "  node [shape=box, style=rounded];\n"
    "  \"fetch\" [label=\"fetch\"];\n"
    "  \"convert\" [label=\"convert\"];\n"
    "  \"end\" [label=\"end\", shape=point, xlabel=\"\"];\n"
    "  \"fetch\" -> \"convert\";\n"
    "  \"convert\" -> \"end\";\n"
    "}\n" },
  { SY_EXPORT_DOT, TRUE,
    "digraph \"nightly\" {\n"
    "  rankdir=LR;\n"
    "  node [shape=box, style=rounded];\n"
    "  \"fetch\" [label=\"fetch\", style=\"rounded,filled\", fillcolor=\"#26a269\", tooltip=\"succeeded\"];\n"
    "  \"convert\" [label=\"convert\", style=\"rounded,filled\", fillcolor=\"#e01b24\", tooltip=\"failed\"];\n"
    "  \"end\" [label=\"end\", shape=point, xlabel=\"\", style=\"rounded,filled\", fillcolor=\"#b5835a\", "
    "tooltip=\"upstream_failed\"];\n"
    "  \"fetch\" -> \"convert\";\n"
    "  \"convert\" -> \"end\";\n"
    "}\n" },
  { SY_EXPORT_MERMAID, FALSE,
    "flowchart LR\n"
    "  t1[\"fetch\"]\n"
    "  t2[\"convert\"]\n"
    "  t3[\"end\"]\n"
    "  t1 --> t2\n"
    "  t2 --> t3\n" },
  { SY_EXPORT_CSV, FALSE,
    "task,number,state,name,attempt,started_at_us,ended_at_us,seconds,exit,signal,cpu_seconds,rss_bytes,output_bytes,needs\r\n"
    "fetch,1,,,,,,,,,,,,\r\n"
    "convert,2,,,,,,,,,,,,fetch\r\n"
    "end,3,,,,,,,,,,,,convert\r\n" },
  { SY_EXPORT_CSV, TRUE,
    "task,number,state,name,attempt,started_at_us,ended_at_us,seconds,exit,signal,cpu_seconds,rss_bytes,output_bytes,needs\r\n"
    "fetch,1,ready,awaiting_retry,1,1000000,2000000,1.000000,,9,0.000000,1024,0,\r\n"
    "fetch,1,succeeded,succeeded,2,3000000,5500000,2.500000,0,,1.250000,2048,7,\r\n"
    "convert,2,failed,exit,1,6000000,8000000,2.000000,3,,0.000000,4096,0,fetch\r\n"
    "end,3,upstream_failed,upstream_failed,,,,,,,,,,convert\r\n" },
  { SY_EXPORT_JUNIT, TRUE,
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<testsuites>\n"
    "  <testsuite name=\"nightly\" tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\" time=\"8.500\" id=\"4f1c\">\n"
    "    <testcase name=\"fetch\" classname=\"nightly\" time=\"2.500\"></testcase>\n"
    "    <testcase name=\"convert\" classname=\"nightly\" time=\"2.000\">\n"
    "      <failure message=\"exit, exit 3\" type=\"failed\"/>\n"
    "    </testcase>\n"
    "    <testcase name=\"end\" classname=\"nightly\" time=\"0.000\">\n"
    "      <skipped message=\"upstream_failed\"/>\n"
    "    </testcase>\n"
    "  </testsuite>\n"
    "</testsuites>\n" },
};

static void
test_goldens (Fixture *fixture, gconstpointer label)
{
  SyExportSource file = { .workflow = fixture->workflow };

  for (guint i = 0; i < G_N_ELEMENTS (goldens); i++)
    {
      g_autofree char *text = export (goldens[i].run ? &fixture->source : &file, goldens[i].format);

      g_assert_cmpstr (text, ==, goldens[i].text);
    }
}

static JsonObject *
parse (JsonParser *parser, const char *text)
{
  g_autoptr (GError) error = NULL;

  json_parser_load_from_data (parser, text, -1, &error);
  g_assert_no_error (error);
  return json_node_get_object (json_parser_get_root (parser));
}

static void
test_trace (Fixture *fixture, gconstpointer label)
{
  g_autofree char *text = export (&fixture->source, SY_EXPORT_TRACE);
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonArray *events = json_object_get_array_member (parse (parser, text), "traceEvents");
  guint slices = 0;

  g_assert_cmpuint (json_array_get_length (events), ==, 1 + 2 + 3);
  for (guint i = 0; i < json_array_get_length (events); i++)
    {
      JsonObject *event = json_array_get_object_element (events, i);

      if (strcmp (json_object_get_string_member (event, "ph"), "X") != 0)
        continue;
      if (slices++ != 1)
        continue;
      g_assert_cmpstr (json_object_get_string_member (event, "name"), ==, "fetch");
      g_assert_cmpint (json_object_get_int_member (event, "ts"), ==, 2500000);
      g_assert_cmpint (json_object_get_int_member (event, "dur"), ==, 2500000);
      g_assert_cmpint (json_object_get_int_member (event, "tid"), ==, 2);
    }
  g_assert_cmpuint (slices, ==, 3);
}

static void
test_wfformat (Fixture *fixture, gconstpointer label)
{
  g_autofree char *text = export (&fixture->source, SY_EXPORT_WFFORMAT);
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *root = parse (parser, text), *workflow = json_object_get_object_member (root, "workflow"), *task, *command;
  JsonArray *tasks = json_object_get_array_member (json_object_get_object_member (workflow, "specification"), "tasks");
  JsonObject *execution = json_object_get_object_member (workflow, "execution");

  g_assert_cmpstr (json_object_get_string_member (root, "schemaVersion"), ==, "1.5");
  g_assert_cmpuint (json_array_get_length (tasks), ==, 3);
  task = json_array_get_object_element (tasks, 1);
  g_assert_cmpstr (json_array_get_string_element (json_object_get_array_member (task, "parents"), 0), ==, "fetch");
  g_assert_cmpstr (json_array_get_string_element (json_object_get_array_member (task, "children"), 0), ==, "end");
  g_assert_cmpfloat (json_object_get_double_member (execution, "makespanInSeconds"), ==, 8.5);
  task = json_array_get_object_element (json_object_get_array_member (execution, "tasks"), 0);
  command = json_object_get_object_member (task, "command");
  g_assert_cmpfloat (json_object_get_double_member (task, "runtimeInSeconds"), ==, 2.5);
  g_assert_cmpfloat (json_object_get_double_member (task, "avgCPU"), ==, 50.0);
  g_assert_cmpint (json_object_get_int_member (task, "coreCount"), ==, 2);
  g_assert_cmpint (json_object_get_int_member (task, "memoryInBytes"), ==, 2048);
  g_assert_cmpstr (json_object_get_string_member (command, "program"), ==, "/bin/sh");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (command, "arguments")), ==, 3);
  g_assert_cmpstr (json_array_get_string_element (json_object_get_array_member (command, "arguments"), 2), ==, "curl x");
  task = json_array_get_object_element (json_object_get_array_member (execution, "tasks"), 2);
  g_assert_false (json_object_has_member (task, "command"));
}

static void
test_needs_a_run (Fixture *fixture, gconstpointer label)
{
  SyExportSource file = { .workflow = fixture->workflow };

  for (guint i = 0; i < SY_N_EXPORTS; i++)
    {
      g_autoptr (GString) out = g_string_new (NULL);
      g_autoptr (GError) error = NULL;
      SyExportFormat back = SY_N_EXPORTS;
      gboolean of_run = i == SY_EXPORT_JUNIT || i == SY_EXPORT_TRACE;

      g_assert_true (sy_export_format_from_string (sy_export_format_to_string ((SyExportFormat) i), &back));
      g_assert_cmpint (back, ==, i);
      g_assert_cmpint (sy_export (&file, (SyExportFormat) i, out, &error), ==, !of_run);
      if (of_run)
        g_assert_error (error, SY_ERROR, SY_ERROR_INVALID);
    }
}

/* A run whose attempts are not known yet */
static void
test_no_attempts (Fixture *fixture, gconstpointer label)
{
  fixture->source.attempts = NULL;
  for (guint i = 0; i < SY_N_EXPORTS; i++)
    {
      g_autofree char *text = export (&fixture->source, (SyExportFormat) i);

      g_assert_cmpstr (text, !=, "");
    }
}

/* --- hostile names --- */

static void
test_hostile_json (Fixture *fixture, gconstpointer label)
{
  g_autofree char *trace = export (&fixture->source, SY_EXPORT_TRACE), *wf = export (&fixture->source, SY_EXPORT_WFFORMAT);
  g_autoptr (JsonParser) parser = json_parser_new ();

  parse (parser, trace);
  g_assert_cmpstr (json_object_get_string_member (parse (parser, wf), "name"), ==, HOSTILE);
}

static void
count_element (GMarkupParseContext *context, const char *element, const char **names, const char **values, gpointer data,
               GError **error)
{
  ++*(guint *) data;
}

static void
test_hostile_xml (Fixture *fixture, gconstpointer label)
{
  g_autofree char *text = export (&fixture->source, SY_EXPORT_JUNIT);
  GMarkupParser parser = { .start_element = count_element };
  guint n = 0;
  g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&parser, 0, &n, NULL);
  g_autoptr (GError) error = NULL;

  g_markup_parse_context_parse (context, text, -1, &error);
  g_assert_no_error (error);
  g_assert_true (g_markup_parse_context_end_parse (context, &error));
  g_assert_cmpuint (n, ==, 2 + 3 + 2);
}

/* Every cell by RFC 4180, and none that a spreadsheet would calculate. */
static void
test_hostile_csv (Fixture *fixture, gconstpointer label)
{
  g_autofree char *text = NULL;
  guint cells = 0;
  gboolean quoted = FALSE, begin = TRUE;

  fixture->workflow->tasks[1].id = label;
  text = export (&fixture->source, SY_EXPORT_CSV);
  for (const char *at = text; *at != '\0'; at++)
    {
      const char *first = begin && *at == '"' ? at + 1 : at;

      if (begin && *first != '"')
        g_assert_null (strchr ("=+-@\t", *first));
      begin = FALSE;
      if (*at == '"')
        quoted = !quoted;
      else if (!quoted && (*at == ',' || *at == '\n'))
        {
          cells++;
          begin = TRUE;
        }
    }
  g_assert_false (quoted);
  g_assert_cmpuint (cells, ==, 14 * 5);
}

/* Outside of a string nothing but our own words; an escape never leaves its string. */
static void
test_hostile_dot (Fixture *fixture, gconstpointer label)
{
  g_autofree char *text = export (&fixture->source, SY_EXPORT_DOT);
  g_autoptr (GString) outside = g_string_new (NULL);
  gboolean inside = FALSE;

  for (const char *at = text; *at != '\0'; at++)
    {
      if (inside && *at == '\\')
        at++;
      else if (*at == '"')
        inside = !inside;
      else if (!inside)
        g_string_append_c (outside, *at);
    }
  g_assert_false (inside);
  g_assert_cmpstr (outside->str, ==,
                   "digraph  {\n  rankdir=LR;\n  node [shape=box, style=rounded];\n"
                   "   [label=, style=, fillcolor=, tooltip=];\n"
                   "   [label=, style=, fillcolor=, tooltip=];\n"
                   "   [label=, shape=point, xlabel=, style=, fillcolor=, tooltip=];\n"
                   "   -> ;\n   -> ;\n}\n");
}

static void
test_hostile_mermaid (Fixture *fixture, gconstpointer label)
{
  g_autofree char *text = export (&fixture->source, SY_EXPORT_MERMAID);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  g_assert_cmpuint (g_strv_length (lines), ==, 1 + 3 + 2 + 6 + 1);
  g_assert_true (g_str_has_prefix (lines[2], "  t2[\"=cmd|"));
  g_assert_true (g_str_has_suffix (lines[2], "é\"]"));
  g_assert_null (strpbrk (lines[2] + 6, "<>&`"));
  g_assert_true (strchr (lines[2] + 6, '"') == strrchr (lines[2], '"'));
}

/* --- the report --- */

#define HOSTILE_TAIL "fine\n\033[31mred\033[0m </pre><script>alert(1)</script> & \001 \377 \342\200\256gnp.exe\nerror: cannot </details>\n"

static char *
hostile_tail (guint32 task, guint32 attempt, gpointer data)
{
  return g_strdup (task == 2 ? HOSTILE_TAIL : "all well\n");
}

typedef struct
{
  GString *inside;      /* names of the elements that are open, "html/body/" */
  GString *texts;       /* of preformatted text and table headings */
  guint rows;
} Page;

static void
on_start (GMarkupParseContext *context, const char *name, const char **names, const char **values, gpointer data, GError **error)
{
  Page *page = data;

  g_assert_cmpstr (name, !=, "script");
  for (guint i = 0; names[i] != NULL; i++)
    g_assert_false (g_str_has_prefix (names[i], "on") || g_str_equal (names[i], "href") || g_str_equal (names[i], "src"));
  page->rows += g_str_equal (name, "tr");
  g_string_append_printf (page->inside, "%s/", name);
}

static void
on_end (GMarkupParseContext *context, const char *name, gpointer data, GError **error)
{
  Page *page = data;

  g_string_truncate (page->inside, page->inside->len - strlen (name) - 1);
}

static void
on_text (GMarkupParseContext *context, const char *text, gsize length, gpointer data, GError **error)
{
  Page *page = data;

  if (g_str_has_suffix (page->inside->str, "/pre/") || g_str_has_suffix (page->inside->str, "/th/")
      || g_str_has_suffix (page->inside->str, "/span/"))
    g_string_append_printf (page->texts, "[%.*s]", (int) length, text);
}

/* It is well-formed, whatever tasks are called and write, and holds nothing that runs or is fetched. */
static void
test_html (Fixture *fixture, gconstpointer label)
{
  static const GMarkupParser parser = { on_start, on_end, on_text, NULL, NULL };
  g_autoptr (GString) inside = g_string_new (NULL), texts = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  Page page = { inside, texts, 0 };
  g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&parser, 0, &page, NULL);
  g_autofree char *html = NULL;

  fixture->source.tail = hostile_tail;
  fixture->source.svg = "<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M 0 0\"/></svg>";
  html = export (&fixture->source, SY_EXPORT_HTML);
  g_assert_true (g_markup_parse_context_parse (context, html, -1, &error));
  g_assert_no_error (error);
  g_assert_true (g_markup_parse_context_end_parse (context, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (page.rows, ==, 4);
  g_assert_nonnull (strstr (texts->str, "[fetch]"));
  if (label != NULL)
    g_assert_nonnull (strstr (texts->str, "[=cmd|'/c calc'!A1 \"]; --> </name><x>"));
  g_assert_nonnull (strstr (texts->str, "red </pre><script>alert(1)</script> & \342\220\201 \357\277\275 <U+202E>gnp.exe"));
  g_assert_nonnull (strstr (texts->str, "[error: cannot </details>]"));
  g_assert_nonnull (strstr (html, "default-src 'none'"));
}

/* Of a file there is the graph and the table. */
static void
test_html_of_a_file (Fixture *fixture, gconstpointer label)
{
  SyExportSource file = { .workflow = fixture->workflow, .path = "/a/b.yard.yaml" };
  g_autofree char *html = export (&file, SY_EXPORT_HTML);

  g_assert_nonnull (strstr (html, "<th scope=\"row\">convert</th><td>fetch</td>"));
  g_assert_null (strstr (html, "<details"));
}

#define ADD(path, label, func) g_test_add (path, Fixture, label, fixture_set_up, func, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/format/export/goldens", NULL, test_goldens);
  ADD ("/format/export/trace", NULL, test_trace);
  ADD ("/format/export/wfformat", NULL, test_wfformat);
  ADD ("/format/export/needs-a-run", NULL, test_needs_a_run);
  ADD ("/format/export/no-attempts", NULL, test_no_attempts);
  ADD ("/format/export/hostile-json", HOSTILE, test_hostile_json);
  ADD ("/format/export/hostile-xml", HOSTILE, test_hostile_xml);
  ADD ("/format/export/hostile-csv", HOSTILE, test_hostile_csv);
  ADD ("/format/export/hostile-dot", HOSTILE, test_hostile_dot);
  ADD ("/format/export/hostile-mermaid", HOSTILE, test_hostile_mermaid);
  ADD ("/format/export/html", NULL, test_html);
  ADD ("/format/export/html-of-a-file", NULL, test_html_of_a_file);
  ADD ("/format/export/hostile-html", HOSTILE, test_html);
  return g_test_run ();
}
