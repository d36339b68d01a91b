/* test-orders.c: what goes into an order: words without a shell, environment, folders; and declared outputs
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/engine/sy-cgroup.h"
#include "core/engine/sy-direct-exec.h"
#include "core/engine/sy-order-builder.h"
#include "core/engine/sy-order-env-private.h"
#include "core/engine/sy-output-values.h"
#include "core/format/sy-loader.h"

/* --- words --- */

static const struct
{
  const char *text;
  const char *words; /* parted by |; NULL: needs a shell */
} texts[] = {
  { "gcc -c a.c -o a.o", "gcc|-c|a.c|-o|a.o" },
  { "  make\t-j8 \n", "make|-j8" },
  { "\n\n./run.sh a=b c:d 50% x@y\n", "./run.sh|a=b|c:d|50%|x@y" },
  { "true", "true" },
  { "false\n", "false" },
  { "true x", NULL },
  { "a=b cmd", NULL },
  { "a=b", NULL },
  { "", NULL },
  { " \n", NULL },
  { "echo hi", NULL },
  { "cd sub", NULL },
  { "exec ls", NULL },
  { "test -f x", NULL },
  { "[ -f x ]", NULL },
  { ". ./env", NULL },
  { ":", NULL },
  { "while", NULL },
  { "in", NULL },
  { "-x", NULL },
  { "+x", NULL },
  { "ls | wc", NULL },
  { "ls;ls", NULL },
  { "ls\nls", NULL },
  { "ls # all", NULL },
  { "ls *", NULL },
  { "ls ~", NULL },
  { "ls $HOME", NULL },
  { "ls 'a b'", NULL },
  { "ls \"a\"", NULL },
  { "ls a\\ b", NULL },
  { "ls > x", NULL },
  { "ls &", NULL },
  { "ls {a,b}", NULL },
  { "ls !", NULL },
  { "ls\r\n", NULL },
  { "ls \xc3\xa4", NULL },
  { "printf x", NULL },
  { "kill 1", NULL },
  { "ulimit -n", NULL },
};

static void
test_words (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_auto (GStrv) words = sy_direct_exec_words (texts[i].text);
      g_autofree char *joined = words != NULL ? g_strjoinv ("|", words) : NULL;

      if (g_strcmp0 (joined, texts[i].words) != 0)
        g_error ("“%s” gave %s, not %s", texts[i].text, joined, texts[i].words);
    }
}

/* Every builtin and keyword that dash knows of is left to it. */
static void
test_reserved (void)
{
  g_autofree char *names = NULL;
  g_autofree char *sh = g_file_read_link ("/bin/sh", NULL);
  g_auto (GStrv) lines = NULL;
  const char *argv[] = { "/bin/sh", "-c", "for w in $(ls /usr/bin /bin | sort -u) if for case while until do done then "
                         "elif else fi esac in alias bg break cd chdir command continue echo eval exec exit export fg getopts hash "
                         "jobs kill local printf pwd read readonly return set shift test times trap type ulimit umask unalias unset "
                         "wait true false fc; do case \"$(type \"$w\" 2>/dev/null)\" in *builtin|*keyword) echo \"$w\";; esac; done", NULL };

  if (sh == NULL || !g_str_has_suffix (sh, "dash"))
    {
      g_test_skip ("/bin/sh is not dash");
      return;
    }
  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, 0, NULL, NULL, &names, NULL, NULL, NULL));
  lines = g_strsplit (names, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), >, 30);
  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      g_autofree char *text = g_strconcat (lines[i], " x", NULL);
      g_auto (GStrv) words = sy_direct_exec_words (text);

      if (words != NULL)
        g_error ("“%s” is a builtin", lines[i]);
    }
}

/* --- a folder with programs, for the rest --- */

typedef struct
{
  char *folder, *path;
  SyDirectExec *direct;
} Fixture;

static void
write_file (Fixture *f, const char *name, const char *content, gsize length, int mode)
{
  g_autofree char *path = g_build_filename (f->folder, name, NULL);

  g_assert_true (g_file_set_contents (path, content, (gssize) length, NULL));
  g_assert_cmpint (chmod (path, (mode_t) mode), ==, 0);
}

static void
set_up (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  f->folder = g_dir_make_tmp ("switchyard-orders-XXXXXX", NULL);
  f->path = g_strdup_printf ("%s/none:%s:/usr/bin:/bin", f->folder, f->folder);
  f->direct = sy_direct_exec_new ();
  write_file (f, "script", "#!/bin/sh\n", 10, 0755);
  write_file (f, "bare", "echo bare\n", 10, 0755);
  write_file (f, "locked", "#!/bin/sh\n", 10, 0644);
  write_file (f, "alien", "\177ELF\001\001\001\0\0\0\0\0\0\0\0\0\002\0\363\0", 20, 0755);
  write_file (f, "empty", "", 0, 0755);
}

static void
tear_down (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  const char *argv[] = { "rm", "-rf", f->folder, NULL };

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  sy_direct_exec_free (f->direct);
  g_free (f->folder);
  g_free (f->path);
}

static const struct
{
  const char *text;
  gboolean direct;
} programs[] = {
  { "script a b", TRUE },  { "./script", TRUE }, { "ls -l", TRUE },      { "/bin/ls", TRUE },
  { "bare", FALSE },       { "locked", FALSE },  { "./locked", FALSE },  { "alien", FALSE },
  { "empty", FALSE },      { "./none", FALSE },  { "nobody-has-this", FALSE },
};

static gboolean
goes_direct (Fixture *f, const char *text, const char *path)
{
  g_auto (GStrv) words = sy_direct_exec_parse (f->direct, text, path, f->folder);

  return words != NULL;
}

static void
test_programs (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  for (guint i = 0; i < G_N_ELEMENTS (programs); i++)
    if (goes_direct (f, programs[i].text, f->path) != programs[i].direct)
      g_error ("%s: not %d", programs[i].text, programs[i].direct);
  g_assert_false (goes_direct (f, "ls", NULL));
  g_assert_false (goes_direct (f, "ls", "relative:/bin"));
  g_assert_false (goes_direct (f, "ls", ":/bin"));
  g_assert_false (goes_direct (f, "ls", "/%func:/bin"));
}

/* What was cached is looked at again when the file has changed, or another lies before it. */
static void
test_changes (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *none = g_build_filename (f->folder, "none", NULL);

  g_assert_true (goes_direct (f, "script", f->path));
  write_file (f, "script", "echo\n", 5, 0755);
  g_assert_false (goes_direct (f, "script", f->path));
  write_file (f, "script", "#!/bin/sh\n", 10, 0755);
  g_assert_true (goes_direct (f, "script", f->path));
  mkdir (none, 0755);
  write_file (f, "none/script", "echo\n", 5, 0755);
  g_assert_false (goes_direct (f, "script", f->path));
}

static void
test_shells (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  static const char *const good[] = { "/bin/sh", "-c" }, *const errexit[] = { "/bin/sh", "-e", "-c" };
  static const char *const bash[] = { "/bin/bash", "-c" }, *const trace[] = { "/bin/sh", "-x", "-c" };
  g_autofree char *sh = g_file_read_link ("/bin/sh", NULL);
  gboolean dash = sh != NULL && g_str_has_suffix (sh, "dash");

  g_assert_cmpint (sy_direct_exec_shell_fits (f->direct, good, 2), ==, dash);
  g_assert_cmpint (sy_direct_exec_shell_fits (f->direct, errexit, 3), ==, dash);
  g_assert_false (sy_direct_exec_shell_fits (f->direct, bash, 2));
  g_assert_false (sy_direct_exec_shell_fits (f->direct, trace, 3));
  g_assert_false (sy_direct_exec_shell_fits (f->direct, good, 1));
}

/* PWD as the shell itself would have it, also in a folder reached by a link. */
static void
test_pwd (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *link = g_build_filename (f->folder, "link", NULL);
  g_autofree char *real = g_build_filename (f->folder, "real", NULL);
  const char *cases[][2] = { { NULL, real }, { link, real }, { real, link }, { "/", link }, { "relative", link }, { link, link } };

  mkdir (real, 0755);
  g_assert_cmpint (symlink (real, link), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *argv[] = { "/bin/sh", "-c", "env", NULL };
      g_autofree char *variable = g_strdup_printf ("PWD=%s", cases[i][0] != NULL ? cases[i][0] : "");
      const char *environment[] = { "PATH=/usr/bin:/bin", cases[i][0] != NULL ? variable : NULL, NULL };
      g_autofree char *ours = sy_direct_exec_pwd (cases[i][0], cases[i][1]);
      g_autofree char *line = g_strdup_printf ("PWD=%s\n", ours);
      g_autofree char *out = NULL;

      g_assert_true (g_spawn_sync (cases[i][1], (char **) argv, (char **) environment, 0, NULL, NULL, &out, NULL, NULL, NULL));
      if (strstr (out, line) == NULL)
        g_error ("case %u: %s in %s", i, line, out);
    }
}

/* --- orders of a whole file --- */

typedef struct
{
  Fixture base;
  SyWorkflow *workflow;
  SyRunState *state;
  SyExprContext context;
  SyOrderBuilder *builder;
  GStrv environment;            /* what keepers are given for all tasks */
  int run_fd;
} OrderFixture;

static void
order_set_up (OrderFixture *f, gconstpointer data)
{
  g_autofree char *file = NULL;
  g_autoptr (SyProblems) problems = sy_problems_new ();
  g_autoptr (GError) error = NULL;
  const char *environment[] = { "PATH=/usr/bin:/bin", "HOME=/home/x", "SWITCHYARD_TASK=forged", "XDG_ACTIVATION_TOKEN=t",
                                "BASH_FUNC_f%%=() { :; }", "A=starter", "B=starter", NULL };
  SyOrderBuilderOptions options = { 0 };

  set_up (&f->base, NULL);
  write_file (&f->base, "w.yard.yaml", data, strlen (data), 0644);
  file = g_build_filename (f->base.folder, "w.yard.yaml", NULL);
  f->workflow = sy_loader_load_path (file, problems);
  g_assert_nonnull (f->workflow);
  f->state = sy_run_state_new (f->workflow);
  f->run_fd = open (f->base.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  options = (SyOrderBuilderOptions){ .workflow = f->workflow,
                                     .context = &f->context,
                                     .environment = environment,
                                     .run_fd = f->run_fd,
                                     .run_path = f->base.folder,
                                     .run_id = "run-id",
                                     .slots = 4 };
  f->builder = sy_order_builder_new (&options, &error);
  g_assert_no_error (error);
  f->environment = sy_order_env_base (environment, options.run_path, options.run_id);
}

static void
order_tear_down (OrderFixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_strfreev (f->environment);
  sy_order_builder_unref (f->builder);
  sy_run_state_free (f->state);
  sy_workflow_unref (f->workflow);
  close (f->run_fd);
  tear_down (&f->base, NULL);
}

static SyOrder *
make (OrderFixture *f, guint32 task, guint32 attempt, guint32 round, int *errnum)
{
  SyOrderRequest request;
  SyOrder *order;

  sy_order_builder_request (f->builder, f->state, task, 0, &request);
  request.attempt = attempt;
  request.round = round;
  request.nonce = 77;
  order = sy_order_builder_make (f->builder, &request, errnum, NULL);
  sy_order_request_clear (&request);
  return order;
}

/* The variable as the task sees it: what the order says above what the keeper has. */
static const char *
variable (OrderFixture *f, const SyOrder *order, const char *name)
{
  const char *value = NULL;
  const char *const *base = (const char *const *) f->environment;
  gsize n = strlen (name);

  for (guint i = 0; base[i] != NULL; i++)
    if (strncmp (base[i], name, n) == 0 && base[i][n] == '=')
      value = base[i] + n + 1;
  for (guint i = 0; order->env[i] != NULL; i++)
    if (strncmp (order->env[i], name, n) == 0 && (order->env[i][n] == '=' || order->env[i][n] == '\0'))
      value = order->env[i][n] == '=' ? order->env[i] + n + 1 : NULL;
  return value;
}

static const char order_file[] =
  "version: 1\n"
  "dir: work\n"
  "env: {A: file, C: file}\n"
  "tasks:\n"
  "  plain:\n"
  "    run: ls -l\n"
  "    env: {C: task}\n"
  "    timeout: {attempt: 10s, no_output: 3s}\n"
  "    stop: {signal: INT, grace: 1s}\n"
  "    resources: {cpu: 2.5}\n"
  "  shell:\n"
  "    run: echo $SWITCHYARD_ARTIFACTS\n"
  "    dir: sub\n"
  "    stdin: in.txt\n"
  "    streams: split\n"
  "    stragglers: keep\n"
  "  away: {command: [ls], dir: /nonexistent/far}\n"
  "  after: {needs: [plain], command: [ls], writes: [out/a, b]}\n";

static void
test_order (OrderFixture *f, gconstpointer data G_GNUC_UNUSED)
{
  int errnum;
  SyOrder *order = make (f, 1, 2, 0, &errnum);
  g_autofree char *work = g_build_filename (f->base.folder, "work", NULL);

  g_assert_nonnull (order);
  g_assert_cmpstr (order->argv[0], ==, "ls");
  g_assert_true (order->direct);
  g_assert_cmpstr (order->dir, ==, work);
  g_assert_true (g_file_test (work, G_FILE_TEST_IS_DIR));
  g_assert_cmpuint (order->nonce, ==, 77);
  g_assert_cmpuint (order->attempt, ==, 2);
  g_assert_cmpint (order->timeout_attempt_us, ==, 10 * G_USEC_PER_SEC);
  g_assert_cmpint (order->timeout_no_output_us, ==, 3 * G_USEC_PER_SEC);
  g_assert_cmpint (order->stop_signal, ==, 2);
  g_assert_cmpint (order->grace_us, ==, G_USEC_PER_SEC);
  g_assert_cmpuint (order->slots, ==, 3);
  g_assert_null (order->stdin_file);
  g_assert_null (order->inputs);
  g_assert_cmpstr (variable (f, order, "A"), ==, "file");
  g_assert_cmpstr (variable (f, order, "B"), ==, "starter");
  g_assert_cmpstr (variable (f, order, "C"), ==, "task");
  g_assert_cmpstr (variable (f, order, "HOME"), ==, "/home/x");
  g_assert_cmpstr (variable (f, order, "PWD"), ==, work);
  g_assert_cmpstr (variable (f, order, "SWITCHYARD_TASK"), ==, "plain");
  g_assert_cmpstr (variable (f, order, "SWITCHYARD_ATTEMPT"), ==, "2");
  g_assert_cmpstr (variable (f, order, "SWITCHYARD_RUN_ID"), ==, "run-id");
  g_assert_true (g_str_has_suffix (variable (f, order, "SWITCHYARD_OUTPUT"), "/v/t1.i0.a2"));
  g_assert_true (g_str_has_suffix (variable (f, order, "SWITCHYARD_INPUTS"), "/in/0"));
  g_assert_null (variable (f, order, "XDG_ACTIVATION_TOKEN"));
  g_assert_null (variable (f, order, "BASH_FUNC_f%%")); /* dash does not pass it on */
  sy_order_free (order);
}

static void
test_order_shell (OrderFixture *f, gconstpointer data G_GNUC_UNUSED)
{
  int errnum;
  SyOrder *order = make (f, 2, 1, 0, &errnum);
  g_autofree char *artifacts = g_build_filename (f->base.folder, "artifacts", "t2.i0.a1", NULL);
  g_autofree char *in = g_build_filename (f->base.folder, "work", "sub", "in.txt", NULL);

  g_assert_nonnull (order);
  g_assert_false (order->direct);
  g_assert_cmpstr (order->argv[0], ==, "/bin/sh");
  g_assert_cmpstr (order->stdin_file, ==, in);
  g_assert_true (order->streams_split);
  g_assert_true (order->stragglers_keep);
  g_assert_cmpstr (variable (f, order, "SWITCHYARD_ARTIFACTS"), ==, artifacts);
  g_assert_true (g_file_test (artifacts, G_FILE_TEST_IS_DIR));
  g_assert_cmpstr (variable (f, order, "BASH_FUNC_f%%"), ==, "() { :; }");
  sy_order_free (order);
}

static void
test_order_refused (OrderFixture *f, gconstpointer data G_GNUC_UNUSED)
{
  int errnum = 0;

  g_assert_null (make (f, 3, 1, 0, &errnum));
  g_assert_cmpint (errnum, ==, ENOENT);
}

static void
test_order_needs (OrderFixture *f, gconstpointer data G_GNUC_UNUSED)
{
  int errnum;
  SyOrder *order = make (f, 4, 1, 0, &errnum);

  g_assert_nonnull (order);
  g_assert_nonnull (strstr (order->inputs, "\"id\":\"plain\""));
  g_assert_cmpuint (g_strv_length (order->fsync_paths), ==, 2);
  g_assert_true (g_str_has_suffix (order->fsync_paths[0], "/work/out/a"));
  sy_order_free (order);
}

/* The same for every attempt of a round, another for another round or task. */
static void
test_idempotency (OrderFixture *f, gconstpointer data G_GNUC_UNUSED)
{
  static const struct { guint32 task, attempt, round; } at[] = { { 1, 1, 0 }, { 1, 2, 0 }, { 1, 3, 1 }, { 4, 1, 0 } };
  g_autoptr (GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  int errnum;

  for (guint i = 0; i < G_N_ELEMENTS (at); i++)
    {
      SyOrder *order = make (f, at[i].task, at[i].attempt, at[i].round, &errnum);

      g_hash_table_add (keys, g_strdup (variable (f, order, "SWITCHYARD_IDEMPOTENCY_KEY")));
      sy_order_free (order);
    }
  g_assert_cmpuint (g_hash_table_size (keys), ==, 3);
}

/* --- declared outputs --- */

static const struct
{
  const char *text;
  const char *json;     /* NULL: refused … */
  const char *in_error; /* … and the message holds this */
} outputs[] = {
  { "", "{}", NULL },
  { "n=7\ns=a b=c\n", "{\"s\":\"a b=c\",\"n\":7}", NULL },
  { "s=\n", "{\"s\":\"\"}", NULL },
  { "n=1\nn=2", "{\"n\":2}", NULL },
  { "j={\"a\":[1,2]}\n", "{\"j\":{\"a\":[1,2]}}", NULL },
  { "f=0.1\nb=true\n\n", "{\"f\":0.1,\"b\":true}", NULL },
  { "other=1\n", "{}", NULL },
  { "n=\n", NULL, "“n”" },
  { "n=x\n", NULL, "“n”" },
  { "j={\n", NULL, "“j”" },
  { "b=maybe\n", NULL, "“b”" },
  { "just a line\n", NULL, "line 1" },
  { "n=1\n=2\n", NULL, "line 2" },
  { "s=\xff\n", NULL, "UTF-8" },
};

static void
test_outputs (void)
{
  static const SyOutput declared[] = { { "s", SY_TYPE_STRING }, { "n", SY_TYPE_INT }, { "f", SY_TYPE_FLOAT },
                                       { "b", SY_TYPE_BOOL }, { "j", SY_TYPE_JSON } };
  SyTaskExtra extra = { .n_outputs = G_N_ELEMENTS (declared), .outputs = declared };
  SyTask task = { .id = "t", .number = 1, .extra = &extra };

  for (guint i = 0; i < G_N_ELEMENTS (outputs); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *json = sy_output_values_parse (&task, outputs[i].text, strlen (outputs[i].text), &error);

      g_assert_cmpstr (json, ==, outputs[i].json);
      if (outputs[i].json == NULL && strstr (error->message, outputs[i].in_error) == NULL)
        g_error ("%s: %s", outputs[i].text, error->message);
    }
}

/* --- control groups --- */

static void
test_cgroup (void)
{
  g_autofree char *own = sy_cgroup_parse_own ("1:cpu:/x\n0::/user.slice/a.scope\n");
  g_autofree char *none = sy_cgroup_parse_own ("1:cpu:/x\n");
  g_autofree char *mount = sy_cgroup_parse_mount (
    "22 1 0:20 / /proc rw - proc proc rw\n30 1 0:28 / /sys/fs/cgroup\\040x rw shared:4 - cgroup2 cgroup2 rw\n");
  g_autofree char *part = sy_cgroup_parse_mount ("30 1 0:28 /docker/1 /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");

  g_assert_cmpstr (own, ==, "/user.slice/a.scope");
  g_assert_null (none);
  g_assert_cmpstr (mount, ==, "/sys/fs/cgroup x");
  g_assert_null (part);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/direct-exec/words", test_words);
  g_test_add_func ("/engine/direct-exec/reserved", test_reserved);
  g_test_add ("/engine/direct-exec/programs", Fixture, NULL, set_up, test_programs, tear_down);
  g_test_add ("/engine/direct-exec/changes", Fixture, NULL, set_up, test_changes, tear_down);
  g_test_add ("/engine/direct-exec/shells", Fixture, NULL, set_up, test_shells, tear_down);
  g_test_add ("/engine/direct-exec/pwd", Fixture, NULL, set_up, test_pwd, tear_down);
  g_test_add ("/engine/order/direct", OrderFixture, order_file, order_set_up, test_order, order_tear_down);
  g_test_add ("/engine/order/shell", OrderFixture, order_file, order_set_up, test_order_shell, order_tear_down);
  g_test_add ("/engine/order/refused", OrderFixture, order_file, order_set_up, test_order_refused, order_tear_down);
  g_test_add ("/engine/order/needs", OrderFixture, order_file, order_set_up, test_order_needs, order_tear_down);
  g_test_add ("/engine/order/idempotency", OrderFixture, order_file, order_set_up, test_idempotency, order_tear_down);
  g_test_add_func ("/engine/output-values", test_outputs);
  g_test_add_func ("/engine/cgroup", test_cgroup);
  return g_test_run ();
}
