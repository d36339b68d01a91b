/* cli-fixture.c: the program itself, in a private folder with a private state dir
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/cli/cli-fixture.h"
#include "tests/lib/patience.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <json-glib/json-glib.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char *
in_build (const char *path)
{
  return g_build_filename (g_getenv ("SWITCHYARD_BUILD_ROOT"), path, NULL);
}

const char *
cli_program (void)
{
  static char *path;

  if (path == NULL)
    path = in_build ("app/switchyard");
  return path;
}

const char *
cli_child (void)
{
  static char *path;

  if (path == NULL)
    path = in_build ("tests/lib/test-child");
  return path;
}

void
cli_fixture_set_up (CliFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->dir = g_dir_make_tmp ("switchyard-cli-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->state = g_build_filename (fixture->dir, "state", NULL);
  g_mkdir_with_parents (fixture->state, 0700);
  fixture->env = g_get_environ ();
  fixture->env = g_environ_setenv (fixture->env, "XDG_STATE_HOME", fixture->state, TRUE);
  fixture->env = g_environ_unsetenv (fixture->env, "SWITCHYARD_STATE_DIR");
  fixture->env = g_environ_unsetenv (fixture->env, "G_DEBUG");
  fixture->env = g_environ_setenv (fixture->env, "NO_COLOR", "1", TRUE);
}

static int
remove_one (const char *path, const struct stat *st, int type, struct FTW *ftw)
{
  return remove (path);
}

void
cli_fixture_tear_down (CliFixture *fixture, gconstpointer data)
{
  if (!g_test_failed ())
    nftw (fixture->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  else
    g_test_message ("kept: %s", fixture->dir);
  g_free (fixture->dir);
  g_free (fixture->state);
  g_strfreev (fixture->env);
}

void
cli_result_clear (CliResult *result)
{
  g_clear_pointer (&result->out, g_free);
  g_clear_pointer (&result->err, g_free);
}

static GStrv
make_argv (const char *first, va_list list)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (const char *arg = first; arg != NULL; arg = va_arg (list, const char *))
    g_strv_builder_add (builder, arg);
  return g_strv_builder_end (builder);
}

CliResult
cli_runv (CliFixture *fixture, const char *const *args)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  CliResult result = { 0 };
  int status;

  g_ptr_array_add (argv, (char *) cli_program ());
  for (; *args != NULL; args++)
    g_ptr_array_add (argv, (char *) *args);
  g_ptr_array_add (argv, NULL);
  g_spawn_sync (fixture->dir, (char **) argv->pdata, fixture->env, G_SPAWN_DEFAULT, NULL, NULL, &result.out, &result.err,
                &status, &error);
  g_assert_no_error (error);
  result.code = WIFEXITED (status) ? WEXITSTATUS (status) : -1;
  return result;
}

CliResult
cli_run (CliFixture *fixture, ...)
{
  g_auto (GStrv) argv = NULL;
  va_list list;

  va_start (list, fixture);
  argv = make_argv (va_arg (list, const char *), list);
  va_end (list);
  return cli_runv (fixture, (const char *const *) argv);
}

CliResult
cli_expect (CliFixture *fixture, int code, ...)
{
  g_auto (GStrv) argv = NULL;
  g_autofree char *line = NULL;
  CliResult result;
  va_list list;

  va_start (list, code);
  argv = make_argv (va_arg (list, const char *), list);
  va_end (list);
  result = cli_runv (fixture, (const char *const *) argv);
  if (result.code != code)
    {
      line = g_strjoinv (" ", argv);
      g_test_message ("switchyard %s\nstdout: %s\nstderr: %s", line, result.out, result.err);
    }
  g_assert_cmpint (result.code, ==, code);
  return result;
}

GPid
cli_spawn (CliFixture *fixture, const char *out_name, ...)
{
  g_auto (GStrv) args = NULL;
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autofree char *path = g_build_filename (fixture->dir, out_name, NULL);
  g_autoptr (GError) error = NULL;
  int fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  GPid pid = 0;
  va_list list;

  g_assert_cmpint (fd, >=, 0);
  va_start (list, out_name);
  args = make_argv (va_arg (list, const char *), list);
  va_end (list);
  g_ptr_array_add (argv, (char *) cli_program ());
  for (guint i = 0; args[i] != NULL; i++)
    g_ptr_array_add (argv, args[i]);
  g_ptr_array_add (argv, NULL);
  g_spawn_async_with_fds (fixture->dir, (char **) argv->pdata, fixture->env, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid,
                          -1, fd, fd, &error);
  g_assert_no_error (error);
  close (fd);
  return pid;
}

int
cli_wait (GPid pid)
{
  int status;

  while (waitpid (pid, &status, 0) < 0)
    g_assert_cmpint (errno, ==, EINTR);
  return WIFEXITED (status) ? WEXITSTATUS (status) : -1;
}

char *
cli_write (CliFixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (fixture->dir, name, NULL);
  g_autoptr (GString) full = g_string_new (text);
  g_autoptr (GError) error = NULL;

  g_string_replace (full, "%CHILD%", cli_child (), 0);
  g_file_set_contents (path, full->str, full->len, &error);
  g_assert_no_error (error);
  return g_steal_pointer (&path);
}

char *
cli_read (CliFixture *fixture, const char *name)
{
  g_autofree char *path = g_build_filename (fixture->dir, name, NULL);
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text != NULL ? text : g_strdup ("");
}

void
cli_await_file (CliFixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (fixture->dir, name, NULL);
  g_autofree char *what = g_strdup_printf ("%s with “%s”", name, text != NULL ? text : "");

  for (Patience p = { 0 };; patience (&p, what))
    {
      g_autofree char *now = cli_read (fixture, name);

      if (text != NULL ? strstr (now, text) != NULL : g_file_test (path, G_FILE_TEST_EXISTS))
        return;
    }
}

/* --- what --json says --- */


static JsonParser *
show_json (CliFixture *fixture, const char *run)
{
  g_auto (CliResult) result = cli_run (fixture, "show", run, "--json", NULL);
  JsonParser *parser;
  g_autoptr (GError) error = NULL;

  if (result.code != 0)
    return NULL;
  parser = json_parser_new ();
  json_parser_load_from_data (parser, result.out, -1, &error);
  g_assert_no_error (error);
  return parser;
}

char *
cli_task_state (CliFixture *fixture, const char *run, const char *task)
{
  g_autoptr (JsonParser) parser = show_json (fixture, run);
  JsonArray *tasks;

  if (parser == NULL)
    return g_strdup ("no run");
  tasks = json_object_get_array_member (json_node_get_object (json_parser_get_root (parser)), "tasks");
  for (guint i = 0; i < json_array_get_length (tasks); i++)
    {
      JsonObject *object = json_array_get_object_element (tasks, i);

      if (g_str_equal (json_object_get_string_member (object, "task"), task))
        return g_strdup_printf ("%s/%s", json_object_get_string_member (object, "state"),
                                json_object_get_string_member (object, "name"));
    }
  return g_strdup ("no task");
}

static char *
run_member (CliFixture *fixture, const char *run, const char *member)
{
  g_autoptr (JsonParser) parser = show_json (fixture, run);

  return parser == NULL ? g_strdup ("no run") : g_strdup (json_object_get_string_member (json_node_get_object (json_parser_get_root (parser)), member));
}

char *
cli_run_state (CliFixture *fixture, const char *run)
{
  return run_member (fixture, run, "state");
}

char *
cli_run_uuid (CliFixture *fixture, const char *run)
{
  return run_member (fixture, run, "run");
}

void
cli_await_state (CliFixture *fixture, const char *task, const char *state)
{
  Patience p = { 0 };

  for (;;)
    {
      g_autofree char *now = task != NULL ? cli_task_state (fixture, "last", task) : cli_run_state (fixture, "last");
      g_autofree char *what = g_strdup_printf ("%s is %s, not %s", task != NULL ? task : "the run", now, state);

      if (g_str_has_prefix (now, state))
        return;
      patience (&p, what);
    }
}

void
cli_await_no_keepers (CliFixture *fixture)
{
  const char *argv[] = { "find", fixture->state, "-type", "s", NULL };

  for (Patience p = { 0 };; patience (&p, "keepers and runners leave"))
    {
      g_autofree char *sockets = NULL;

      g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &sockets, NULL, NULL, NULL));
      if (*sockets == '\0')
        return;
    }
}

void
cli_assert_has_at (const char *where, const char *text, const char *part, gboolean wanted)
{
  if ((strstr (text, part) != NULL) == wanted)
    return;
  g_test_message ("%s: %s “%s” in:\n%s", where, wanted ? "no" : "unwanted", part, text);
  g_test_fail ();
}

void
cli_expect_state (CliFixture *fixture, const char *task, const char *wanted)
{
  g_autofree char *now = task != NULL ? cli_task_state (fixture, "last", task) : cli_run_state (fixture, "last");

  g_assert_cmpstr (now, ==, wanted);
}

void
cli_expect_ledger (CliFixture *fixture, const char *wanted)
{
  g_autofree char *ledger = cli_read (fixture, "ledger");

  g_strdelimit (ledger, "\n", ' ');
  g_assert_cmpstr (g_strchomp (ledger), ==, wanted);
}
