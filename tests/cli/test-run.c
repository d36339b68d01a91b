/* test-run.c: workflows and what `switchyard run` makes of them, as one table
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/cli/cli-fixture.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

typedef struct
{
  const char *name;
  const char *yaml;         /* %CHILD% = path of test-child */
  const char *args;         /* (nullable) behind `run FILE`, separated by blanks */
  int code;
  const char *run_state;    /* NULL: there is no run */
  const char *tasks;        /* "id=state/name …" */
  const char *err[4];       /* parts of stderr */
} Case;

static const Case cases[] = {
  { "chain",
    "version: 1\ntasks:\n"
    "  a: {command: [%CHILD%, echo, one]}\n"
    "  b: {needs: [a], command: [%CHILD%, exit, '0']}\n"
    "  c: {needs: [b], run: 'echo three'}\n",
    NULL, 0, "succeeded", "a=succeeded/succeeded b=succeeded/succeeded c=succeeded/succeeded",
    { "succeeded in", "3 succeeded" } },
  { "failure",
    "version: 1\ntasks:\n"
    "  a: {run: 'echo first line; echo last line >&2; exit 3'}\n"
    "  b: {needs: [a], command: [%CHILD%, exit, '0']}\n"
    "  c: {command: [%CHILD%, exit, '0']}\n",
    NULL, 1, "failed", "a=failed/exit b=upstream_failed/upstream_failed c=succeeded/succeeded",
    { "a: exit 3", "| last line", "switchyard rerun last --failed", "1 blocked" } },
  { "signal",
    "version: 1\ntasks:\n  a: {run: 'kill -KILL $$'}\n", NULL, 1, "failed", "a=failed/signal", { "killed by SIGKILL" } },
  { "tolerated",
    "version: 1\ntasks:\n"
    "  a: {command: [%CHILD%, exit, '1']}\n"
    "  b: {needs: [{task: a, tolerate: [failed]}], command: [%CHILD%, exit, '0']}\n",
    NULL, 0, "partially_succeeded", "a=failed/exit b=succeeded/succeeded", { "partially succeeded" } },
  { "warned",
    "version: 1\ntasks:\n  a: {command: [%CHILD%, exit, '24'], exit: {succeeded: [0], warned: [24]}}\n",
    NULL, 0, "partially_succeeded", "a=succeeded/warned", { "partially succeeded" } },
  { "skip-code",
    "version: 1\ntasks:\n  a: {command: [%CHILD%, exit, '99'], exit: {succeeded: [0], skipped: [99]}}\n",
    NULL, 0, "succeeded", "a=skipped/exit_code", { NULL } },
  { "condition",
    "version: 1\nparams: {go: {type: bool, default: 'false'}}\ntasks:\n"
    "  a: {if: params.go, command: [%CHILD%, exit, '0']}\n"
    "  b: {needs: [a], command: [%CHILD%, exit, '0']}\n",
    NULL, 0, "succeeded", "a=skipped/condition_false b=skipped/upstream_skipped", { NULL } },
  { "condition-true",
    "version: 1\nparams: {go: {type: bool, default: 'false'}}\ntasks:\n"
    "  a: {if: params.go, command: [%CHILD%, exit, '0']}\n",
    "-p go=true", 0, "succeeded", "a=succeeded/succeeded", { NULL } },
  { "timeout",
    "version: 1\ntasks:\n  a: {command: [%CHILD%, sleep, '60'], timeout: 200ms}\n",
    NULL, 1, "failed", "a=failed/timed_out", { "timed out" } },
  { "retry",
    "version: 1\ntasks:\n"
    "  a: {run: 'if [ -e flag ]; then exit 0; fi; touch flag; exit 7', retry: {limit: 2, delay: 10ms}}\n",
    NULL, 0, "succeeded", "a=succeeded/succeeded", { "exit 7" } },
  { "retry-spent",
    "version: 1\ntasks:\n  a: {command: [%CHILD%, exit, '7'], retry: {limit: 2, delay: 1ms}}\n",
    NULL, 1, "failed", "a=failed/exit", { "exit 7 after 3 attempts" } },
  { "missing-program",
    "version: 1\ntasks:\n  a: {command: [/nonexistent/program]}\n",
    NULL, 1, "failed", "a=failed/spawn", { "/nonexistent/program" } },
  { "missing-folder",
    "version: 1\ntasks:\n  a: {dir: /not/there, command: [%CHILD%, exit, '0']}\n",
    NULL, 1, "failed", "a=failed/spawn", { "/not/there" } },
  { "folder-made",
    "version: 1\ndir: made\ntasks:\n  a: {run: 'test \"$(basename \"$PWD\")\" = made'}\n",
    NULL, 0, "succeeded", "a=succeeded/succeeded", { NULL } },
  { "other-folder",
    "version: 1\ntasks:\n  a: {run: 'test \"$PWD\" = /'}\n", "-C /", 0, "succeeded", "a=succeeded/succeeded", { NULL } },
  { "outputs",
    "version: 1\ntasks:\n"
    "  a: {run: 'echo n=42 >> \"$SWITCHYARD_OUTPUT\"', outputs: {n: int}}\n"
    "  b: {needs: [a], command: [%CHILD%, exit, '${{ tasks.a.outputs.n }}']}\n",
    NULL, 1, "failed", "a=succeeded/succeeded b=failed/exit", { "exit 42" } },
  { "output-missing",
    "version: 1\ntasks:\n  a: {run: 'echo n= >> \"$SWITCHYARD_OUTPUT\"', outputs: {n: int}}\n",
    NULL, 1, "failed", "a=failed/output", { "n" } },
  { "stop",
    "version: 1\non_failure: stop\ntasks:\n"
    "  a: {command: [%CHILD%, exit, '1']}\n"
    "  b: {command: [%CHILD%, exit, '0']}\n",
    "-j 1", 1, "failed", "a=failed/exit", { NULL } },
  { "cancel-rest",
    "version: 1\ntasks:\n"
    "  a: {command: [%CHILD%, exit, '1']}\n"
    "  b: {command: [%CHILD%, sleep, '60']}\n",
    "-j 2 --on-failure cancel", 1, "failed", "a=failed/exit b=cancelled/run_stopped", { NULL } },
  { "only",
    "version: 1\ntasks:\n"
    "  a: {command: [%CHILD%, exit, '0']}\n  b: {needs: [a], command: [%CHILD%, exit, '0']}\n"
    "  c: {command: [%CHILD%, exit, '1']}\n",
    "--only b", 0, "succeeded", "a=succeeded/succeeded b=succeeded/succeeded c=skipped/user", { NULL } },
  { "handlers",
    "version: 1\nhandlers: {failure: {run: 'echo failure >> handled'}, exit: {run: 'echo exit >> handled'}}\n"
    "tasks:\n  a: {command: [%CHILD%, exit, '1']}\n",
    NULL, 1, "failed", "a=failed/exit", { NULL } },
  { "failed-handler",
    "version: 1\nhandlers: {exit: {command: [%CHILD%, exit, '7']}, success: {command: [%CHILD%, exit, '0']}}\n"
    "tasks:\n  a: {command: [%CHILD%, exit, '0']}\n",
    NULL, 0, "succeeded", "a=succeeded/succeeded",
    { " succeeded in ", "  handler exit failed, which does not count: switchyard logs last handler:exit\n" } },
  { "disabled",
    "version: 1\ntasks:\n  a: {enabled: 'false', command: [%CHILD%, exit, '1']}\n",
    NULL, 0, "succeeded", "a=skipped/disabled", { NULL } },
  { "unlisted-param",
    "version: 1\nparams: {region: {type: enum, values: [eu, us]}}\ntasks:\n  a: {command: [%CHILD%, exit, '0']}\n",
    "-p region=mars", 2, NULL, NULL, { "region", "eu" } },
  { "unknown-param",
    "version: 1\nparams: {region: {default: eu}}\ntasks:\n  a: {command: [%CHILD%, exit, '0']}\n",
    "-p regoin=eu", 2, NULL, NULL, { "regoin", "region" } },
  { "required-param",
    "version: 1\nparams: {one: {type: int}, two: {type: date}}\ntasks:\n  a: {command: [%CHILD%, exit, '0']}\n",
    NULL, 2, NULL, NULL, { "one", "two" } },
  { "wrong-slots", "version: 1\ntasks:\n  a: {command: [%CHILD%, exit, '0']}\n", "-j zero", 2, NULL, NULL, { "slots" } },
  { "wrong-only", "version: 1\ntasks:\n  a: {command: [%CHILD%, exit, '0']}\n", "--only zz", 2, NULL, NULL, { "zz" } },
  { "alone", "version: 1\ntasks:\n  a: {run: 'false'}\n  b: {needs: [a], run: 'true'}\n  c: {needs: [b], run: 'true'}\n", "--only c,b --alone", 0,
    "succeeded", "a=skipped/user b=succeeded/succeeded c=succeeded/succeeded", { NULL } },
  { "alone-of-nothing", "version: 1\ntasks:\n  a: {run: 'false'}\n", "--alone", 2, NULL, NULL, { "--only" } },
  { "wrong-option", "version: 1\ntasks:\n  a: {command: [%CHILD%, exit, '0']}\n", "--nope", 2, NULL, NULL, { "--nope" } },
  { "dry-run", "version: 1\ntasks:\n  a: {command: [%CHILD%, exit, '1']}\n", "--dry-run", 0, NULL, NULL, { NULL } },
};

static void
check_tasks (CliFixture *fixture, const char *wanted)
{
  g_auto (GStrv) list = g_strsplit (wanted, " ", -1);

  for (guint i = 0; list[i] != NULL; i++)
    {
      g_auto (GStrv) pair = g_strsplit (list[i], "=", 2);
      g_autofree char *now = cli_task_state (fixture, "last", pair[0]);

      if (!g_str_equal (now, pair[1]))
        g_test_message ("task %s", pair[0]);
      g_assert_cmpstr (now, ==, pair[1]);
    }
}

static void
test_case (CliFixture *fixture, gconstpointer data)
{
  const Case *c = data;
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml", c->yaml);
  g_autofree char *line = g_strdup_printf ("run flow.yard.yaml %s", c->args != NULL ? c->args : "");
  g_auto (GStrv) args = g_strsplit (g_strchomp (line), " ", -1);
  g_auto (CliResult) result = cli_runv (fixture, (const char *const *) args);
  g_autofree char *state = cli_run_state (fixture, "last");

  if (result.code != c->code)
    g_test_message ("stdout: %s\nstderr: %s", result.out, result.err);
  g_assert_cmpint (result.code, ==, c->code);
  g_assert_cmpstr (state, ==, c->run_state != NULL ? c->run_state : "no run");
  if (c->tasks != NULL)
    check_tasks (fixture, c->tasks);
  for (guint i = 0; i < G_N_ELEMENTS (c->err) && c->err[i] != NULL; i++)
    cli_assert_has (result.err, c->err[i]);
}

static void
test_handled (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *handled = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    if (g_str_equal (cases[i].name, "handlers"))
      test_case (fixture, &cases[i]);
  handled = cli_read (fixture, "handled");
  g_assert_cmpstr (handled, ==, "failure\nexit\n");
}

/* Waves, what each task waits for and asks for, commands with what can be worked out; nothing is started. */
static void
test_dry_run (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml",
                                     "version: 1\nparams: {day: {type: string, default: monday}, go: {type: bool, default: 'false'}}\npools: {db: 2}\ntasks:\n"
                                     "  d: {needs: [b, c], join: all_done, command: [use, '${{ tasks.b.outputs.n }}', '${{ params.day }}', '$${{']}\n"
                                     "  b: {needs: [a], command: [show, '${{ params.day }}', x y], outputs: {n: int}, resources: {db: 1}}\n"
                                     "  c: {needs: [a], if: params.go, run: \"one\\ntwo\"}\n"
                                     "  a: {command: [touch, started]}\n");
  g_auto (CliResult) result = cli_expect (fixture, 0, "run", "--dry-run", "-p", "day=friday", "flow.yard.yaml", NULL);
  g_auto (CliResult) part = cli_expect (fixture, 0, "run", "--dry-run", "--only", "d,c", "--alone", "flow.yard.yaml", NULL);

  g_assert_cmpstr (result.out, ==,
                   "day = friday\ngo = false\n\n"
                   "Wave 1\n  a\n      $ touch started\n\n"
                   "Wave 2\n  b\n      after a\n      takes 1 db\n      $ show friday 'x y'\n"
                   "  c\n      after a\n      only if params.go: so it is not, it is skipped\n      $ one\n        two\n\n"
                   "Wave 3\n  d\n      after b, c\n      join: all must end\n      $ use '${{ tasks.b.outputs.n }}' friday '${{'\n"
                   "      (what is in ${{ }} is known when it begins)\n\n4 tasks would run; nothing was started\n");
  cli_assert_has (part.out, "Wave 1\n  c\n      without waiting for a (not in this run)\n");
  cli_assert_has (part.out, "Wave 2\n  d\n      after c\n      without waiting for b (not in this run)\n");
  cli_assert_has (part.out, "2 tasks would run");
}

/* Each line is an object; the last one is the run; nothing else is on stdout. */
static void
test_json (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml",
                                     "version: 1\ntasks:\n  a: {command: [%CHILD%, exit, '4']}\n");
  g_auto (CliResult) result = cli_expect (fixture, 1, "run", "flow.yard.yaml", "--json", NULL);
  g_auto (GStrv) lines = g_strsplit (g_strchomp (result.out), "\n", -1);
  guint n = g_strv_length (lines);
  gboolean exited = FALSE;
  gint64 seq = 0;

  g_assert_cmpuint (n, >, 4);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (JsonParser) parser = json_parser_new ();
      g_autoptr (GError) error = NULL;
      JsonObject *object;

      json_parser_load_from_data (parser, lines[i], -1, &error);
      g_assert_no_error (error);
      object = json_node_get_object (json_parser_get_root (parser));
      g_assert_cmpint (json_object_get_int_member (object, "v"), ==, 1);
      if (i == n - 1)
        {
          g_assert_true (json_object_has_member (object, "runs"));
          break;
        }
      g_assert_cmpint (json_object_get_int_member (object, "seq"), >, seq);
      seq = json_object_get_int_member (object, "seq");
      if (!g_str_equal (json_object_get_string_member (object, "event"), "exited"))
        continue;
      exited = TRUE;
      g_assert_cmpstr (json_object_get_string_member (object, "task"), ==, "a");
      g_assert_cmpint (json_object_get_int_member (object, "exit"), ==, 4);
      g_assert_cmpstr (json_object_get_string_member (object, "state"), ==, "failed");
    }
  g_assert_true (exited);
}

static void
test_detach (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml",
                                     "version: 1\ntasks:\n  a: {run: 'while [ ! -e go ]; do sleep 0.01; done'}\n");
  g_auto (CliResult) result = cli_expect (fixture, 0, "run", "--detach", "flow.yard.yaml", NULL);
  g_autofree char *uuid = cli_run_uuid (fixture, "last");
  g_autofree char *go = NULL;

  g_assert_cmpstr (g_strchomp (result.out), ==, uuid);
  cli_await_state (fixture, "a", "running");
  go = cli_write (fixture, "go", "");
  cli_await_state (fixture, NULL, "succeeded");
}

/* Errors before the run come out of --detach as they do without. */
static void
test_detach_invalid (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml", "version: 1\ntasks: {}\nnonsense: 1\n");
  g_auto (CliResult) result = cli_expect (fixture, 2, "run", "--detach", "flow.yard.yaml", NULL);

  cli_assert_has (result.err, "nonsense");
}

static void
test_quiet (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml",
                                     "version: 1\ntasks:\n  a: {command: [%CHILD%, exit, '0']}\n");
  g_auto (CliResult) result = cli_expect (fixture, 0, "run", "-q", "flow.yard.yaml", NULL);

  g_assert_cmpstr (result.out, ==, "");
  g_assert_cmpstr (result.err, ==, "");
}

/* Values right behind a short option, as users of make write them. */
static void
test_attached_values (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml",
                                     "version: 1\nparams: {who: {type: string, default: nobody}}\ntasks:\n  a: {run: 'echo \"$who\" > who'}\n");
  g_auto (CliResult) result = cli_expect (fixture, 0, "run", "-j3", "-pwho=me", "flow.yard.yaml", NULL);
  g_autofree char *who = cli_read (fixture, "who");
  g_auto (CliResult) wrong = cli_expect (fixture, 2, "run", "flow.yard.yaml", "-j", NULL);

  g_assert_cmpstr (who, ==, "me\n");
}

/* The environment is kept while the run may be resumed, readable by the owner alone, and goes with its end. */
static void
test_env_file (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml",
                                     "version: 1\ntasks:\n"
                                     "  a: {run: 'stat -c %a \"$(dirname \"$SWITCHYARD_OUTPUT\")/../env\" > mode'}\n");
  g_auto (CliResult) result = cli_expect (fixture, 0, "run", "flow.yard.yaml", NULL);
  g_autofree char *mode = cli_read (fixture, "mode");
  g_autofree char *uuid = cli_run_uuid (fixture, "last");
  g_autofree char *env = g_build_filename (fixture->state, "switchyard", "runs", uuid, "env", NULL);

  g_assert_cmpstr (mode, ==, "600\n");
  g_assert_false (g_file_test (env, G_FILE_TEST_EXISTS));
}

/* $SWITCHYARD_PROGRESS of a running task */
static void
test_progress (CliFixture *f, gconstpointer data)
{
  GPid pid;

  g_free (cli_write (f, "p.yard.yaml",
                     "version: 1\ntasks:\n  long:\n"
                     "    run: 'echo 37% >\"$SWITCHYARD_PROGRESS\"; touch told; while test ! -e go; do sleep 0.02; done'\n"));
  pid = cli_spawn (f, "said", "run", "p.yard.yaml", NULL);
  cli_await_file (f, "told", NULL);
  cli_await_state (f, "long", "running");
  {
    g_auto (CliResult) json = cli_expect (f, 0, "show", "last", "--json", NULL);
    g_auto (CliResult) text = cli_expect (f, 0, "show", "last", NULL);

    cli_assert_has (json.out, "\"progress_percent\":37");
    cli_assert_has (text.out, ", 37 %");
  }
  g_free (cli_write (f, "go", ""));
  g_assert_cmpint (cli_wait (pid), ==, 0);
  {
    g_auto (CliResult) json = cli_expect (f, 0, "show", "last", "--json", NULL);

    cli_assert_has (json.out, "\"progress_percent\":null");
  }
}

static goffset
size_of_outputs (CliFixture *fixture)
{
  g_autofree char *uuid = cli_run_uuid (fixture, "last");
  g_autofree char *out = g_build_filename (fixture->state, "switchyard", "runs", uuid, "out", NULL);
  g_autoptr (GDir) dir = g_dir_open (out, 0, NULL);
  const char *name;
  goffset total = 0;
  GStatBuf st;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (out, name, NULL);

      if (!g_str_has_suffix (name, "x") && g_stat (path, &st) == 0)
        total += st.st_size;
    }
  return total;
}

/* The outputs of a run have a limit, which the user sets; it holds for what is run again, too, and nothing fails of it. */
static void
test_output_limit (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *yaml = g_strdup ("version: 1\ntasks:\n  a: {command: [%CHILD%, spew, '900000']}\n"
                                    "  b: {needs: [a], command: [%CHILD%, spew, '900000']}\n"
                                    "  c: {needs: [b], run: 'echo enough; exit 1'}\n");
  g_autofree char *settings = cli_write (fixture, "settings.ini", "[output]\nrun_limit=1200000\n");
  g_autofree char *folder = g_build_filename (fixture->dir, "switchyard", NULL);
  g_autofree char *at = g_build_filename (folder, "settings.ini", NULL);
  g_autofree char *file = NULL;
  g_auto (CliResult) run = { 0 }, b = { 0 }, c = { 0 }, again = { 0 };

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_cmpint (g_rename (settings, at), ==, 0);
  fixture->env = g_environ_setenv (fixture->env, "XDG_CONFIG_HOME", fixture->dir, TRUE);
  file = cli_write (fixture, "flow.yard.yaml", yaml);
  run = cli_expect (fixture, 1, "run", "flow.yard.yaml", NULL);
  cli_assert_has (run.err, "| enough");
  g_assert_cmpint (size_of_outputs (fixture), <=, 1200000 + 4096);
  g_assert_cmpint (size_of_outputs (fixture), >=, 1000000);
  b = cli_expect (fixture, 0, "logs", "last", "b", NULL);
  cli_assert_has (b.err, "that the task wrote here were not kept");
  again = cli_expect (fixture, 1, "rerun", "last", "--from", "a", NULL);
  g_assert_cmpint (size_of_outputs (fixture), <=, 1200000 + 4 * 4096);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/cli/run/%s", cases[i].name);

      CLI_ADD (path, &cases[i], test_case);
    }
  CLI_ADD ("/cli/run/handled", NULL, test_handled);
  CLI_ADD ("/cli/run/json", NULL, test_json);
  CLI_ADD ("/cli/run/waves", NULL, test_dry_run);
  CLI_ADD ("/cli/run/progress", NULL, test_progress);
  CLI_ADD ("/cli/run/detach", NULL, test_detach);
  CLI_ADD ("/cli/run/detach-invalid", NULL, test_detach_invalid);
  CLI_ADD ("/cli/run/quiet", NULL, test_quiet);
  CLI_ADD ("/cli/run/attached-values", NULL, test_attached_values);
  CLI_ADD ("/cli/run/env-file", NULL, test_env_file);
  CLI_ADD ("/cli/run/output-limit", NULL, test_output_limit);
  return g_test_run ();
}
