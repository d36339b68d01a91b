/* test-loader.c: what a good file becomes
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/sy-error.h"
#include "core/format/sy-loader.h"
#include "core/model/sy-expr.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static SyWorkflow *
load (const char *text, SyProblems *problems)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return sy_loader_load_bytes (bytes, "dir/nightly.yard.yaml", problems);
}

static SyWorkflow *
load_good (const char *text)
{
  g_autoptr (SyProblems) problems = sy_problems_new ();
  SyWorkflow *workflow = load (text, problems);
  g_autoptr (GString) out = g_string_new (NULL);

  sy_problems_render (problems, out);
  g_assert_cmpstr (out->str, ==, "");
  g_assert_nonnull (workflow);
  return workflow;
}

static const SyTask *
find (const SyWorkflow *workflow, const char *id)
{
  guint32 index = sy_workflow_find (workflow, id);

  g_assert_cmpuint (index, !=, SY_NO_TASK);
  return &workflow->tasks[index];
}

/* Every key that is built, and where it ends up */
static const char full[] =
  "version: 1\n"
  "name: nightly-report\n"
  "description: all of it\n"
  "dir: work\n"
  "shell: [bash, -euo, pipefail, -c]\n"
  "on_failure: stop\n"
  "concurrency: queue\n"
  "slots: 4\n"
  "params:\n"
  "  day: {type: date, default: today, description: which}\n"
  "  region: {type: enum, values: [eu, us], default: eu}\n"
  "  n: {type: int, min: 1, max: 9}\n"
  "  word: {pattern: '[a-z]+', default: abc}\n"
  "  tags: {type: list, default: [a, b]}\n"
  "env: {LC_ALL: C.UTF-8, WHERE: \"${{ params.region }}\"}\n"
  "pools: {db: 2, net: 5}\n"
  "x-note: [anything, {at: all}]\n"
  "defaults:\n"
  "  timeout: 1h\n"
  "  retry: {limit: 2}\n"
  "  env: {A: base, B: base}\n"
  "  resources: {memory: 1G, db: 1}\n"
  "  on_lost: fail\n"
  "tasks:\n"
  "  get:\n"
  "    run: |\n"
  "      curl \"$region\"\n"
  "    label: Get\n"
  "    description: gets\n"
  "    group: in\n"
  "    outputs: {parts: json, n: int}\n"
  "    timeout: {attempt: 10m, total: 1h30m, no_output: 90}\n"
  "    stop: {signal: INT, grace: 500ms}\n"
  "    retry: {limit: 4, delay: 5s, backoff: 3, max_delay: 2m, jitter: 0.5, on: [22, 28, timeout]}\n"
  "    exit: {succeeded: [0, 3-5], warned: [24], skipped: [99]}\n"
  "    writes: [raw.json]\n"
  "    durable: false\n"
  "    streams: split\n"
  "    stragglers: keep\n"
  "    priority: -7\n"
  "    x-own: 1\n"
  "  use:\n"
  "    needs: [get]\n"
  "    if: tasks.get.outputs.n > 3 and params.region == 'eu'\n"
  "    command: [./use, \"--n=${{ tasks.get.outputs.n }}\", \"$${{\"]\n"
  "    env: {B: task, C: \"${{ env.HOME }}\"}\n"
  "    dir: \"${{ run.dir }}\"\n"
  "    shell: [sh, -c]\n"
  "    stdin: raw.json\n"
  "    reads: [raw.json, ./use]\n"
  "    join: all_success\n"
  "    resources: {cpu: 1.5, net: 3}\n"
  "    on_lost: rerun\n"
  "    enabled: false\n"
  "  all:\n"
  "    needs:\n"
  "      - {task: get, tolerate: [failed, skipped]}\n"
  "      - use\n"
  "    join: {quorum: 50%, of: done, rest: cancel}\n"
  "handlers:\n"
  "  failure: {run: notify-send failed, timeout: 10s}\n"
  "  exit: {command: [true, \"${{ tasks.get.state }}\"], env: {X: y}}\n";

static void
test_file (void)
{
  g_autoptr (SyWorkflow) w = load_good (full);

  g_assert_cmpstr (w->name, ==, "nightly-report");
  g_assert_cmpstr (w->description, ==, "all of it");
  g_assert_true (g_path_is_absolute (w->path));
  g_assert_cmpuint (strlen (w->sha256), ==, 64);
  g_assert_cmpstr (w->dir.text, ==, "work");
  g_assert_cmpuint (w->n_shell, ==, 4);
  g_assert_cmpstr (w->shell[2].text, ==, "pipefail");
  g_assert_cmpint (w->on_failure, ==, SY_ON_FAILURE_STOP);
  g_assert_cmpint (w->concurrency, ==, SY_CONCURRENCY_QUEUE);
  g_assert_cmpuint (w->slots, ==, 4);
  g_assert_cmpuint (w->env->n, ==, 2);
  g_assert_false (w->env->vars[0].value.dynamic);
  g_assert_true (w->env->vars[1].value.dynamic);
  g_assert_cmpuint (w->n_pools, ==, 2);
  g_assert_cmpuint (w->pools[1].capacity, ==, 5);
  g_assert_cmpuint (w->n_tasks, ==, 3);
  g_assert_cmpuint (w->n_edges, ==, 3);
  g_assert_true (w->handlers[SY_HANDLER_FAILURE].set);
  g_assert_cmpint (w->handlers[SY_HANDLER_FAILURE].timeout->attempt_us, ==, 10 * G_USEC_PER_SEC);
  g_assert_cmpuint (w->handlers[SY_HANDLER_EXIT].n_argv, ==, 2);
  g_assert_cmpuint (w->handlers[SY_HANDLER_EXIT].env->n, ==, 1);
  g_assert_false (w->handlers[SY_HANDLER_INIT].set);
}

static void
test_params (void)
{
  g_autoptr (SyWorkflow) w = load_good (full);

  g_assert_cmpuint (w->n_params, ==, 5);
  g_assert_cmpint (w->params[0].type, ==, SY_TYPE_DATE);
  g_assert_cmpstr (w->params[0].default_value, ==, "today");
  g_assert_cmpstr (w->params[0].description, ==, "which");
  g_assert_cmpstr (w->params[1].values[1], ==, "us");
  g_assert_null (w->params[1].values[2]);
  g_assert_true (w->params[2].required);
  g_assert_cmpstr (w->params[2].max, ==, "9");
  g_assert_cmpint (w->params[3].type, ==, SY_TYPE_STRING);
  g_assert_cmpstr (w->params[3].pattern, ==, "[a-z]+");
  g_assert_cmpstr (w->params[4].default_value, ==, "[\"a\",\"b\"]");
}

static void
test_task_options (void)
{
  g_autoptr (SyWorkflow) w = load_good (full);
  const SyTask *t = find (w, "get");

  g_assert_cmpint (t->kind, ==, SY_TASK_RUN);
  g_assert_cmpstr (t->run.text, ==, "curl \"$region\"\n");
  g_assert_cmpstr (t->label, ==, "Get");
  g_assert_cmpstr (t->group, ==, "in");
  g_assert_cmpuint (t->line, ==, 25);
  g_assert_cmpuint (t->column, ==, 3);
  g_assert_cmpuint (t->extra->n_outputs, ==, 2);
  g_assert_cmpint (t->extra->outputs[1].type, ==, SY_TYPE_INT);
  g_assert_cmpint (t->timeout->total_us, ==, G_GINT64_CONSTANT (5400000000));
  g_assert_cmpint (t->timeout->no_output_us, ==, 90 * G_USEC_PER_SEC);
  g_assert_cmpint (t->stop->signal, ==, SIGINT);
  g_assert_cmpint (t->stop->grace_us, ==, 500000);
  g_assert_cmpuint (t->retry->limit, ==, 4);
  g_assert_cmpfloat (t->retry->backoff, ==, 3);
  g_assert_cmpfloat (t->retry->jitter, ==, 0.5);
  g_assert_cmpint (t->retry->max_delay_us, ==, 120 * G_USEC_PER_SEC);
  g_assert_cmpuint (t->retry->on, ==, SY_RETRY_TIMED_OUT);
  g_assert_true (sy_code_set_has (&t->retry->codes, 28));
  g_assert_true (sy_code_set_has (&t->exit->succeeded, 4));
  g_assert_false (sy_code_set_has (&t->exit->succeeded, 6));
  g_assert_true (sy_code_set_has (&t->exit->warned, 24));
  g_assert_true (sy_code_set_has (&t->exit->skipped, 99));
  g_assert_cmpstr (t->extra->writes.items[0], ==, "raw.json");
  g_assert_false (t->extra->writes_durable);
  g_assert_true (t->extra->streams_split);
  g_assert_true (t->extra->stragglers_keep);
  g_assert_cmpint (t->priority, ==, -7);
  g_assert_cmpint (t->on_lost, ==, SY_ON_LOST_FAIL);
  g_assert_true (t->enabled);
}

static void
test_defaults (void)
{
  g_autoptr (SyWorkflow) w = load_good (full);
  const SyTask *use = find (w, "use"), *all = find (w, "all"), *get = find (w, "get");

  g_assert_cmpint (all->timeout->attempt_us, ==, G_GINT64_CONSTANT (3600000000));
  g_assert_cmpint (get->timeout->attempt_us, ==, 600 * G_USEC_PER_SEC);
  g_assert_true (all->retry == use->retry);
  g_assert_cmpuint (all->retry->limit, ==, 2);
  g_assert_cmpuint (all->retry->on, ==, SY_RETRY_DEFAULT);
  g_assert_cmpint (use->on_lost, ==, SY_ON_LOST_RERUN);
  /* merged by name */
  g_assert_cmpuint (use->env->n, ==, 3);
  g_assert_cmpstr (use->env->vars[0].name, ==, "A");
  g_assert_cmpstr (use->env->vars[1].value.text, ==, "task");
  g_assert_cmpuint (all->env->n, ==, 2);
  g_assert_cmpuint (use->resources->milli_cpu, ==, 1500);
  g_assert_cmpuint (use->resources->memory, ==, 1 << 30);
  g_assert_cmpuint (use->resources->n_pools, ==, 2);
  g_assert_cmpuint (use->resources->pools[1].count, ==, 3);
  g_assert_cmpuint (all->resources->n_pools, ==, 1);
}

static void
test_needs (void)
{
  g_autoptr (SyWorkflow) w = load_good (full);
  const SyTask *use = find (w, "use"), *all = find (w, "all");

  g_assert_cmpint (use->kind, ==, SY_TASK_COMMAND);
  g_assert_cmpuint (use->n_argv, ==, 3);
  g_assert_true (use->argv[1].dynamic);
  g_assert_cmpstr (use->condition, ==, "tasks.get.outputs.n > 3 and params.region == 'eu'");
  g_assert_cmpint (use->join->rule, ==, SY_JOIN_ALL_SUCCESS);
  g_assert_false (use->enabled);
  g_assert_cmpstr (use->extra->stdin_file.text, ==, "raw.json");
  g_assert_cmpuint (use->n_shell, ==, 2);
  g_assert_true (use->dir.dynamic);
  g_assert_cmpint (all->kind, ==, SY_TASK_JOIN);
  g_assert_cmpuint (all->n_needs, ==, 2);
  g_assert_cmpuint (all->needs[0].tolerate, ==, SY_TOLERATE_FAILED | SY_TOLERATE_SKIPPED);
  g_assert_cmpuint (all->needs[1].task, ==, 1);
  g_assert_cmpint (all->join->rule, ==, SY_JOIN_QUORUM);
  g_assert_cmpuint (all->join->quorum, ==, 50);
  g_assert_true (all->join->percent);
  g_assert_true (all->join->of_done);
  g_assert_true (all->join->rest_cancel);
}

static void
test_plain_defaults (void)
{
  g_autoptr (SyWorkflow) w = load_good ("version: 1\ntasks:\n  a: {run: x}\n");
  const SyTask *a = find (w, "a");

  g_assert_cmpstr (w->name, ==, "nightly");
  g_assert_cmpstr (w->shell[0].text, ==, "/bin/sh");
  g_assert_cmpuint (w->slots, ==, 0);
  g_assert_null (w->dir.text);
  g_assert_null (a->retry);
  g_assert_null (a->join);
  g_assert_null (a->exit);
  g_assert_null (a->extra);
  g_assert_null (a->resources);
}

/* `$${{` is no expression; in a description and in a shell text nothing is */
static void
test_no_expression (void)
{
  g_autoptr (SyWorkflow) w = load_good ("version: 1\ndescription: \"${{ x\"\ntasks:\n"
                                        "  a: {run: \"echo $${{ x }}\", description: \"${{ y }}\"}\n");

  g_assert_cmpstr (find (w, "a")->run.text, ==, "echo $${{ x }}");
  g_assert_false (find (w, "a")->run.dynamic);
}

static void
test_exit_any (void)
{
  g_autoptr (SyWorkflow) w =
    load_good ("version: 1\ntasks:\n  a: {run: x, exit: {warned: [any], skipped: 7}}\n  b: {needs: a, run: y, join: all_done}\n");
  const SyExitCodes *codes = find (w, "a")->exit;

  g_assert_true (sy_code_set_has (&codes->succeeded, 0));
  g_assert_false (sy_code_set_has (&codes->succeeded, 1));
  g_assert_true (sy_code_set_has (&codes->warned, 1));
  g_assert_true (sy_code_set_has (&codes->warned, 255));
  g_assert_false (sy_code_set_has (&codes->warned, 7));
  g_assert_true (sy_code_set_has (&codes->skipped, 7));
  g_assert_cmpuint (find (w, "b")->n_needs, ==, 1);
}

static void
test_runtime (void)
{
  g_autoptr (SyWorkflow) w = load_good ("version: 1\ntasks:\n  a: {x-runtime: 12.5s}\n  b: {needs: [a]}\n");

  g_assert_cmpint (find (w, "a")->sleep_us, ==, 12500000);
  g_assert_cmpint (find (w, "b")->sleep_us, ==, 0);
}

/* BOM, CRLF, anything behind the document's end */
static void
test_encodings (void)
{
  g_autoptr (SyWorkflow) w =
    load_good ("\xef\xbb\xbfversion: 1\r\ntasks:\r\n  a:\r\n    label: grüße\r\n    run: |\r\n      x\r\n      y\r\n...\r\n# end");

  g_assert_cmpstr (find (w, "a")->run.text, ==, "x\ny\n");
  g_assert_cmpuint (find (w, "a")->line, ==, 3);
}

static void
test_unreadable (void)
{
  g_autofree char *dir = g_dir_make_tmp ("sy-loader-XXXXXX", NULL);
  g_autofree char *none = g_build_filename (dir, "none.yard.yaml", NULL);
  g_autofree char *fifo = g_build_filename (dir, "fifo", NULL);
  const char *const paths[] = { none, dir, fifo, "/dev/zero" };

  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (SyProblems) problems = sy_problems_new ();
      g_autoptr (GError) error = NULL;

      g_assert_null (sy_loader_load_path (paths[i], problems));
      g_assert_cmpuint (sy_problems_get_n (problems), ==, 1);
      g_assert_cmpstr (sy_problems_get (problems, 0)->code, ==, "unreadable");
      error = sy_problems_to_error (problems);
      g_assert_nonnull (strstr (error->message, paths[i]));
    }
  g_unlink (fifo);
  g_rmdir (dir);
}

static void
test_too_large (void)
{
  g_autofree char *path = NULL;
  g_autoptr (SyProblems) problems = sy_problems_new ();
  int fd = g_file_open_tmp ("sy-loader-XXXXXX", &path, NULL);

  g_assert_cmpint (ftruncate (fd, SY_LIMIT_FILE + 1), ==, 0);
  g_close (fd, NULL);
  g_assert_null (sy_loader_load_path (path, problems));
  g_assert_cmpstr (sy_problems_get (problems, 0)->code, ==, "too-large");
  g_unlink (path);
}

/* Values from the command line */
static const struct
{
  const char *given[4];
  const char *error; /* NULL: good */
} runs[] = {
  { { "n=3" }, NULL },
  { { "n=3", "n=4", "region=us" }, NULL },
  { { NULL }, "the parameter “n” is required" },
  { { "n=0" }, "n" },
  { { "n=x" }, "n" },
  { { "n=3", "regoin=us" }, "did you mean “region”?" },
  { { "n=3", "zzzzzz=us" }, "there are day, region, n, word, tags" },
  { { "n=3", "region=asia" }, "region" },
  { { "n=3", "word=ABC" }, "word" },
  { { "n" }, "name=value" },
};

static void
test_check_params (void)
{
  g_autoptr (SyWorkflow) w = load_good (full);

  for (guint i = 0; i < G_N_ELEMENTS (runs); i++)
    {
      g_autoptr (GHashTable) out = NULL;
      g_autoptr (GError) error = NULL;
      gboolean good = sy_loader_check_params (w, runs[i].given, g_get_real_time (), NULL, NULL, &out, &error);

      g_test_message ("%u", i);
      g_assert_cmpint (good, ==, runs[i].error == NULL);
      if (good)
        {
          g_assert_cmpstr (g_hash_table_lookup (out, "n"), ==, runs[i].given[1] != NULL ? "4" : "3");
          g_assert_cmpuint (strlen (g_hash_table_lookup (out, "day")), ==, strlen ("2024-01-01"));
          g_assert_cmpstr (g_hash_table_lookup (out, "tags"), ==, "[\"a\",\"b\"]");
        }
      else
        {
          g_assert_error (error, SY_ERROR, SY_ERROR_INVALID);
          g_assert_nonnull (strstr (error->message, runs[i].error));
        }
    }
}

/* All wrong values at once */
static void
test_check_params_all (void)
{
  g_autoptr (SyWorkflow) w = load_good (full);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;

  g_assert_false (sy_loader_check_params (w, (const char *const[]) { "region=x", "foo=1", "word=9", NULL }, 0, NULL, NULL, NULL, &error));
  lines = g_strsplit (error->message, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/loader/file", test_file);
  g_test_add_func ("/loader/params", test_params);
  g_test_add_func ("/loader/task-options", test_task_options);
  g_test_add_func ("/loader/defaults", test_defaults);
  g_test_add_func ("/loader/needs", test_needs);
  g_test_add_func ("/loader/plain-defaults", test_plain_defaults);
  g_test_add_func ("/loader/no-expression", test_no_expression);
  g_test_add_func ("/loader/exit-any", test_exit_any);
  g_test_add_func ("/loader/runtime", test_runtime);
  g_test_add_func ("/loader/encodings", test_encodings);
  g_test_add_func ("/loader/unreadable", test_unreadable);
  g_test_add_func ("/loader/too-large", test_too_large);
  g_test_add_func ("/loader/check-params", test_check_params);
  g_test_add_func ("/loader/check-params-all", test_check_params_all);
  return g_test_run ();
}
