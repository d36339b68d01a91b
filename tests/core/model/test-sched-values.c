/* test-sched-values.c: values of a task when its join fires, and the inputs that it is given
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/sy-error.h"
#include "core/model/sy-scheduler-private.h"
#include "core/model/sy-simulate.h"
#include "core/model/sy-task-values.h"
#include "tests/lib/flow.h"
#include "tests/lib/play.h"

#include <string.h>

static gboolean
some_param (gpointer data, const char *name, SyValue *out)
{
  if (!g_str_equal (name, "day"))
    return FALSE;
  out->type = SY_VALUE_STRING;
  out->string = g_strdup ("mon'day");
  return TRUE;
}

static const char *
some_env (gpointer data, const char *name)
{
  return g_str_equal (name, "HOME") ? "/home/me" : NULL;
}

static gboolean
some_task (gpointer data, const char *id, const char *field, const char *key, SyValue *out, GError **error)
{
  out->type = SY_VALUE_NULL;
  return TRUE;
}

static gboolean
some_run (gpointer data, const char *field, SyValue *out)
{
  out->type = SY_VALUE_STRING;
  out->string = g_strdup ("/runs/7");
  return g_str_equal (field, "dir");
}

static const SyExprContext context = { some_param, some_env, some_task, some_run, NULL };

static SyText *
texts (SyWorkflow *workflow, const char *const *words, guint *n)
{
  SyText *out = sy_workflow_alloc (workflow, 8 * sizeof (SyText));

  for (*n = 0; words[*n] != NULL; (*n)++)
    out[*n] = sy_workflow_text (workflow, words[*n]);
  return out;
}

static SyEnv *
env_of (SyWorkflow *workflow, const char *const *pairs)
{
  SyEnv *env = sy_workflow_alloc (workflow, sizeof *env);
  SyEnvVar *vars = sy_workflow_alloc (workflow, 8 * sizeof (SyEnvVar));

  for (; pairs[2 * env->n] != NULL; env->n++)
    vars[env->n] = (SyEnvVar){ pairs[2 * env->n], sy_workflow_text (workflow, pairs[2 * env->n + 1]) };
  env->vars = vars;
  return env;
}

static SyWorkflow *
workflow_with_values (const char *const *argv)
{
  SyWorkflow *workflow = flow_parse ("a;b");
  SyParam *param = sy_workflow_alloc (workflow, sizeof *param);
  SyTaskExtra *extra = sy_workflow_alloc (workflow, sizeof *extra);
  static const char *const file_env[] = { "LC", "C", "day", "file", "WHERE", "${{ env.HOME }}/x", NULL };
  static const char *const task_env[] = { "DAY", "on ${{ params.day }}", "LC", "de", NULL };
  static const char *const shell[] = { "/bin/sh", "-e", "-c", NULL };
  static const char *const writes[] = { "out/${{ params.day }}", "plain" };
  guint n;

  *param = (SyParam){ .name = "day", .type = SY_TYPE_STRING };
  workflow->params = param;
  workflow->n_params = 1;
  workflow->env = env_of (workflow, file_env);
  workflow->shell = texts (workflow, shell, &workflow->n_shell);
  workflow->dir = sy_workflow_text (workflow, "work");
  workflow->tasks[0].kind = SY_TASK_COMMAND;
  workflow->tasks[0].argv = texts (workflow, argv, &n);
  workflow->tasks[0].n_argv = n;
  workflow->tasks[0].env = env_of (workflow, task_env);
  workflow->tasks[0].dir = sy_workflow_text (workflow, "sub");
  extra->stdin_file = sy_workflow_text (workflow, "../in");
  extra->writes = (SyStrings){ writes, 2 };
  workflow->tasks[0].extra = extra;
  return workflow;
}

static void
test_values (void)
{
  static const char *const argv[] = { "prog", "--day=${{ params.day }}", "$${{ x }}", "a b", NULL };
  SyWorkflow *workflow = workflow_with_values (argv);
  g_autofree char *json = NULL, *words = NULL, *env = NULL, *writes = NULL;
  g_auto (SyTaskValues) values = { 0 }, edited = { 0 }, shell = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (sy_task_values_is_dynamic (workflow, 0));
  g_assert_false (sy_task_values_is_dynamic (workflow, 1));
  g_assert_true (sy_task_values_evaluate (workflow, 0, &context, &json, &error));
  g_assert_cmpstr (json, ==,
                   "{\"argv\":[\"prog\",\"--day=mon'day\",\"${{ x }}\",\"a b\"],\"env\":{\"DAY\":\"on mon'day\"},"
                   "\"writes\":[\"out/mon'day\",\"plain\"]}");

  g_assert_true (sy_task_values_resolve (workflow, 0, json, NULL, &context, "/home/me/flows", &values, &error));
  words = g_strjoinv ("|", values.argv);
  env = g_strjoinv ("|", values.env);
  writes = g_strjoinv ("|", values.writes);
  g_assert_cmpstr (words, ==, "prog|--day=mon'day|${{ x }}|a b");
  /* file env < params < task env, each name once */
  g_assert_cmpstr (env, ==, "LC=de|day=mon'day|WHERE=/home/me/x|DAY=on mon'day");
  g_assert_cmpstr (writes, ==, "out/mon'day|plain");
  g_assert_cmpstr (values.dir, ==, "/home/me/flows/work/sub");
  g_assert_cmpstr (values.stdin_file, ==, "/home/me/flows/work/in");
  g_assert_false (values.shell);

  g_assert_true (sy_task_values_resolve (workflow, 0, json, "{\"command\":[\"other\",\"1\"]}", &context, "/f", &edited, &error));
  g_assert_cmpstr (edited.argv[0], ==, "other");
  g_assert_cmpuint (g_strv_length (edited.argv), ==, 2);

  g_assert_true (sy_task_values_resolve (workflow, 1, NULL, "{\"run\":\"echo hi\"}", &context, "/f", &shell, &error));
  g_assert_true (shell.shell);
  g_assert_cmpstr (shell.argv[3], ==, "echo hi");
  g_assert_cmpstr (shell.dir, ==, "/f/work");
  g_assert_null (shell.stdin_file);
  sy_workflow_unref (workflow);
}

static void
test_values_errors (void)
{
  static const char *const bad[][3] = {
    { "prog", "${{ tasks.b.outputs.n }}", NULL }, /* null */
    { "prog", "${{ nonsense( }}", NULL },
  };
  g_autoptr (GError) error = NULL;
  g_auto (SyTaskValues) values = { 0 };
  SyWorkflow *workflow;
  char *json;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      workflow = workflow_with_values (bad[i]);
      g_assert_false (sy_task_values_evaluate (workflow, 0, &context, &json, &error));
      g_assert_true (g_str_has_prefix (error->message, "command[1]: "));
      g_assert_null (json);
      g_clear_error (&error);
      sy_workflow_unref (workflow);
    }
  workflow = workflow_with_values (bad[0]);
  g_assert_false (sy_task_values_resolve (workflow, 0, "[1]", NULL, &context, "/f", &values, &error));
  g_assert_error (error, SY_ERROR, SY_ERROR_CORRUPT);
  sy_workflow_unref (workflow);
}

static void
test_env_limit (void)
{
  static const char *const argv[] = { "prog", NULL };
  SyWorkflow *workflow = workflow_with_values (argv);
  g_autofree char *fits = g_strnfill (SY_ENV_MAX_BYTES - 3, 'x'), *over = g_strnfill (SY_ENV_MAX_BYTES - 2, 'x');
  const char *const pairs_fit[] = { "A", fits, NULL }, *const pairs_over[] = { "A", over, NULL };
  g_auto (SyTaskValues) values = { 0 };
  g_autoptr (GError) error = NULL;

  workflow->tasks[1].env = env_of (workflow, pairs_fit);
  g_assert_true (sy_task_values_resolve (workflow, 1, NULL, NULL, &context, "/f", &values, &error));
  sy_task_values_clear (&values);
  workflow->tasks[1].env = env_of (workflow, pairs_over);
  g_assert_false (sy_task_values_resolve (workflow, 1, NULL, NULL, &context, "/f", &values, &error));
  g_assert_error (error, SY_ERROR, SY_ERROR_LIMIT);
  g_assert_nonnull (strstr (error->message, "SWITCHYARD_INPUTS"));
  sy_workflow_unref (workflow);
}

static char *
artifacts (guint32 task, guint32 attempt, gpointer data)
{
  return g_strdup_printf ("/art/t%u.a%u", task, attempt);
}

static void
test_inputs (void)
{
  SySchedulerOptions options = play_options (3);
  g_autoptr (Play) play = play_new ("a outputs=n;b;c off=1;d:c?s,a,b join=all_done", &options);
  g_autofree char *needs = NULL, *all = NULL;

  play_script (play, "b=7 a{\"n\":\"x\\\"y\"}");
  needs = sy_task_inputs_json (play_state (play), 3, "r-1", NULL, 0, artifacts, NULL);
  /* in the order in which they ended: c was skipped at the start, then b, then a */
  g_assert_cmpstr (needs, ==,
                   "{\"v\":1,\"run\":{\"id\":\"r-1\",\"state\":\"running\",\"params\":{}},\"needs\":["
                   "{\"id\":\"c\",\"state\":\"skipped\",\"reason\":\"disabled\",\"exit\":null,\"outputs\":null,\"artifacts\":null,\"items\":null},"
                   "{\"id\":\"b\",\"state\":\"failed\",\"reason\":\"exit\",\"exit\":7,\"outputs\":null,\"artifacts\":\"/art/t2.a1\",\"items\":null},"
                   "{\"id\":\"a\",\"state\":\"succeeded\",\"reason\":\"succeeded\",\"exit\":0,\"outputs\":{\"n\":\"x\\\"y\"},"
                   "\"artifacts\":\"/art/t1.a1\",\"items\":null}]}");
  all = sy_task_inputs_json (play_state (play), SY_NO_TASK, "r-1", NULL, 0, NULL, NULL);
  g_assert_nonnull (strstr (all, "\"id\":\"d\",\"state\":\"running\""));
}

static void
test_inputs_params (void)
{
  static const char *const argv[] = { "prog", NULL };
  SyWorkflow *workflow = workflow_with_values (argv);
  SyParam *params = sy_workflow_alloc (workflow, 2 * sizeof *params);
  g_autoptr (SyRunState) state = sy_run_state_new (workflow);
  g_autofree char *json = NULL;

  params[0] = (SyParam){ .name = "day", .type = SY_TYPE_STRING };
  params[1] = (SyParam){ .name = "token", .type = SY_TYPE_SECRET };
  workflow->params = params;
  workflow->n_params = 2;
  json = sy_task_inputs_json (state, 1, "r", &context, 0, NULL, NULL);
  g_assert_cmpstr (json, ==, "{\"v\":1,\"run\":{\"id\":\"r\",\"state\":\"queued\",\"params\":{\"day\":\"mon'day\"}},\"needs\":[]}");
  sy_workflow_unref (workflow);
}

/* The values of an intent are logged, kept over a retry, and evaluated again by a re-run. */
static void
test_values_logged (void)
{
  SySchedulerOptions options = play_options (1);
  g_autoptr (Play) play = play_new ("a outputs=n;b:a env=${{tasks.a.outputs.n}} retry=1 delay=0", &options);
  const SyTaskState *b = sy_run_state_at (play_state (play), 1);

  play_script (play, "a{\"n\":\"1\"} [b=running]");
  g_assert_cmpstr (b->values, ==, "{\"env\":{\"X\":\"1\"}}");
  play_script (play, "b- [b=running]");
  g_assert_cmpstr (b->values, ==, "{\"env\":{\"X\":\"1\"}}");
  play_script (play, "b+ rerun:from:a a{\"n\":\"2\"} [b=running]");
  g_assert_cmpstr (b->values, ==, "{\"env\":{\"X\":\"2\"}}");
}

static char *
digest_of (SyWorkflow *workflow, guint32 index, const char *json, const char *command)
{
  guint8 digest[SY_DIGEST_BYTES];
  char hex[2 * SY_DIGEST_BYTES + 1];

  sy_task_values_digest (workflow, index, json, command, digest);
  sy_digest_to_hex (digest, hex);
  return g_strdup (hex);
}

/* The words that are executed, and nothing else */
static void
test_digest (void)
{
  static const char *const argv[] = { "prog", "--day=${{ params.day }}", NULL };
  static const struct { guint32 task; const char *json, *command; guint same_as; } cases[] = {
    { 0, "{\"argv\":[\"prog\",\"--day=1\"]}", NULL, 0 },
    { 0, "{\"argv\":[\"prog\",\"--day=1\"],\"env\":{\"DAY\":\"2\"}}", NULL, 0 },
    { 0, "{\"argv\":[\"prog\",\"--day=2\"]}", NULL, 2 },
    { 0, "{\"argv\":[\"prog--day\",\"=1\"]}", NULL, 3 },
    { 0, "{\"argv\":[\"prog\",\"--day=2\"]}", "{\"command\":[\"prog\",\"--day=1\"]}", 0 },
    { 1, NULL, NULL, 5 },
    { 1, NULL, "{\"run\":\"false\"}", 6 },
    { 0, NULL, "{\"run\":\"true\"}", 5 },
    { 0, "{\"argv\":[", NULL, 8 },
  };
  SyWorkflow *workflow = workflow_with_values (argv);
  char *digests[G_N_ELEMENTS (cases)];

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    digests[i] = digest_of (workflow, cases[i].task, cases[i].json, cases[i].command);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint k = 0; k < G_N_ELEMENTS (cases); k++)
      g_assert_cmpint (g_str_equal (digests[i], digests[k]), ==, cases[i].same_as == cases[k].same_as);
  g_assert_cmpstr (digests[8], ==, "00000000000000000000000000000000");
  /* printf '%s\0' /bin/sh -e -c true | sha256sum: part of the log's format */
  g_assert_cmpstr (digests[5], ==, "3d6c44b7293979874dc9ce139cb38816");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_free (digests[i]);
  sy_workflow_unref (workflow);
}

/* What becomes of a lost task is known once its join has fired, by what its intent says. */
static void
test_on_lost (void)
{
  static const struct { const char *word, *expected; } cases[] = {
    { "hold", "[b=lost c=pending(upstream_lost)]" },
    { "fail", "[b=lost c=upstream_failed]" },
    { "rerun", "[b=running c=pending]" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SySchedulerOptions options = play_options (1);
      g_autoptr (Play) play = play_new ("a outputs=n;b:a lost=${{tasks.a.outputs.n}};c:b", &options);
      g_autofree char *begin = g_strdup_printf ("a{\"n\":\"%s\"} [b=running]", cases[i].word);

      play_script (play, begin);
      play_script (play, "b~");
      play_script (play, cases[i].expected);
      play_script (play, "crash");
      play_script (play, cases[i].expected);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sched/values", test_values);
  g_test_add_func ("/sched/values/errors", test_values_errors);
  g_test_add_func ("/sched/values/env-limit", test_env_limit);
  g_test_add_func ("/sched/values/logged", test_values_logged);
  g_test_add_func ("/sched/values/on-lost", test_on_lost);
  g_test_add_func ("/sched/values/digest", test_digest);
  g_test_add_func ("/sched/inputs", test_inputs);
  g_test_add_func ("/sched/inputs/params", test_inputs_params);
  return g_test_run ();
}
