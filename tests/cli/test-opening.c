/* test-opening.c: opening a hostile file executes, connects to and reads nothing (S1)
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/cli/cli-fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>

#define N_FILES 200

/* What a stranger would like to happen; %s: somewhere a file says something */
static const char *const payloads[] = {
  "$(touch pwned)", "`touch pwned`", "${{ env.HOME }}", "; touch pwned", "| touch pwned", "../../outside/secret",
  "/etc/passwd", "~/.ssh/id_rsa", "file:///etc/passwd", "http://127.0.0.1:9/x", "https://example.org/x.yaml",
  "!include /etc/passwd", "${HOME}", "%(touch pwned)", "{{ lookup('file', '/etc/passwd') }}", "\\$(touch pwned)",
  "@/etc/passwd", "<(touch pwned)", "git+ssh://127.0.0.1/x", "/dev/tcp/127.0.0.1/9",
};

typedef struct
{
  const char *suffix;
  const char *text;   /* each %s gets the payload */
} Shape;

static const Shape shapes[] = {
  { "yard.yaml", "version: 1\nname: '%s'\ntasks:\n  a: {run: 'true'}\n" },
  { "yard.yaml", "version: 1\ndir: '%s'\ntasks:\n  a: {run: 'true'}\n" },
  { "yard.yaml", "version: 1\nenv: {X: '%s'}\nshell: ['%s']\ntasks:\n  a: {run: '%s', stdin: '%s'}\n" },
  { "yard.yaml", "version: 1\ntasks:\n  a: {command: ['%s'], reads: ['%s', '/etc/*'], writes: ['out/%s']}\n" },
  { "yard.yaml", "version: 1\nparams: {p: {type: path, default: '%s'}, s: {type: secret, from: file, item: '%s'}}\n"
                 "tasks:\n  a: {run: 'true', if: \"params.p == '%s'\"}\n" },
  { "yard.yaml", "version: 1\ntasks:\n  a: {workflow: '%s', with: {x: '%s'}}\n  b: {map: {glob: '%s'}, run: 'true'}\n" },
  { "yard.yaml", "version: 1\nx-include: '%s'\ninclude: ['%s']\nextends: '%s'\ntasks: !include '%s'\n" },
  { "yard.yaml", "version: 1\nhandlers: {init: {run: '%s'}, exit: {command: ['%s']}}\ntasks:\n  a: !!python/object/apply:os.system ['%s']\n" },
  { "dag", "JOB A %s\nJOB B ../../outside/secret\nSCRIPT PRE A %s\nSPLICE S %s\nINCLUDE %s\nSUBDAG EXTERNAL C %s\nCONFIG %s\n"
           "PARENT A CHILD B\n" },
  { "dag", "TASK A %s\nTASK B /bin/sh -c '%s'\nEDGE A B\n" },
  { "dot", "digraph \"%s\" { a [image=\"%s\", URL=\"%s\", shapefile=\"%s\"]; a -> b; }\n" },
  { "json", "{\"name\":\"x\",\"schemaVersion\":\"1.5\",\"$ref\":\"%s\",\"workflow\":{\"specification\":{\"tasks\":"
            "[{\"name\":\"%s\",\"id\":\"a\",\"parents\":[],\"children\":[],\"inputFiles\":[\"%s\"]}],"
            "\"files\":[{\"id\":\"%s\",\"sizeInBytes\":1}]}}}\n" },
};

static char *
fill (const char *text, const char *payload)
{
  GString *out = g_string_new (text);

  g_string_replace (out, "%s", payload, 0);
  return g_string_free (out, FALSE);
}

/* Places that a program touches by being started, whatever it opens */
static gboolean
is_of_the_system (const char *path)
{
  static const char *const prefixes[] = { "/lib", "/usr/lib", "/usr/share/locale", "/usr/local/lib", "/etc/ld.so",
                                          "/proc/", "/dev/null", "/dev/urandom", "/sys/", "/etc/localtime",
                                          "/usr/share/zoneinfo", "/etc/ssl/openssl.cnf", "/etc/selinux" };

  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    if (g_str_has_prefix (path, prefixes[i]))
      return TRUE;
  return FALSE;
}

static void
check_open (CliFixture *fixture, const char *line)
{
  const char *start = strchr (line, '"');
  const char *end = start != NULL ? strchr (start + 1, '"') : NULL;
  g_autofree char *path = end != NULL ? g_strndup (start + 1, end - start - 1) : NULL;
  gboolean inside;

  if (path == NULL || strstr (line, " = -1 ") != NULL)
    return;
  inside = path[0] != '/' ? strstr (path, "..") == NULL
                          : g_str_has_prefix (path, fixture->dir) && strstr (path, "/outside/") == NULL;
  /* A sanitizer's runtime may be anywhere; it is found before main() begins. */
  if (inside || is_of_the_system (path) || g_str_has_prefix (path, g_getenv ("SWITCHYARD_BUILD_ROOT")))
    return;
  g_test_message ("opened outside: %s", line);
  g_test_fail ();
}

static void
check_trace (CliFixture *fixture, const char *name)
{
  g_autofree char *trace = cli_read (fixture, name);
  g_auto (GStrv) lines = g_strsplit (trace, "\n", -1);
  guint n_exec = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      n_exec += strstr (lines[i], "execve(") != NULL;
      if (strstr (lines[i], "connect(") != NULL || strstr (lines[i], "fork(") != NULL)
        {
          g_test_message ("%s", lines[i]);
          g_test_fail ();
        }
      if (strstr (lines[i], "open") != NULL)
        check_open (fixture, lines[i]);
    }
  /* The trace is one of a program that was started: it cannot be empty. */
  g_assert_cmpuint (n_exec, ==, 1);
  g_assert_cmpuint (g_strv_length (lines), >, 5);
}

/* FALSE: strace cannot be used here. */
static gboolean
traced (CliFixture *fixture, const char *trace, GPtrArray *args)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  /* Leaks are looked for by other tests: it takes a ptrace, which strace has. */
  g_auto (GStrv) env = g_environ_setenv (g_strdupv (fixture->env), "ASAN_OPTIONS", "detect_leaks=0", TRUE);
  static const char *const head[] = { "strace", "-f", "-qq", "-s", "512", "-e",
                                      "trace=execve,execveat,connect,fork,vfork,open,openat,openat2,creat", "-o" };
  int status;

  for (guint i = 0; i < G_N_ELEMENTS (head); i++)
    g_ptr_array_add (argv, (char *) head[i]);
  g_ptr_array_add (argv, (char *) trace);
  g_ptr_array_add (argv, (char *) cli_program ());
  for (guint i = 0; i < args->len; i++)
    g_ptr_array_add (argv, g_ptr_array_index (args, i));
  g_ptr_array_add (argv, NULL);
  if (!g_spawn_sync (fixture->dir, (char **) argv->pdata, env, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL
                     | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL, NULL, &status, &error))
    return FALSE;
  /* Valid or not: never a crash. */
  g_assert_true (WIFEXITED (status));
  g_assert_true (WEXITSTATUS (status) == 0 || WEXITSTATUS (status) == 2);
  return TRUE;
}

static void
test_hostile (CliFixture *fixture, gconstpointer data)
{
  static const char *const single[][4] = { { "import" }, { "export", "--to", "dot" }, { "run", "--dry-run" } };
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *pwned = g_build_filename (fixture->dir, "pwned", NULL);

  g_ptr_array_add (all, g_strdup ("validate"));
  for (guint i = 0; i < N_FILES; i++)
    {
      const Shape *shape = &shapes[i % G_N_ELEMENTS (shapes)];
      g_autofree char *text = fill (shape->text, payloads[i / G_N_ELEMENTS (shapes) % G_N_ELEMENTS (payloads)]);
      char *name = g_strdup_printf ("h%u.%s", i, shape->suffix);

      g_free (cli_write (fixture, name, text));
      g_ptr_array_add (all, name);
    }
  if (!traced (fixture, "trace.txt", all))
    {
      g_test_skip ("strace cannot be used here");
      return;
    }
  check_trace (fixture, "trace.txt");
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    for (guint c = 0; c < G_N_ELEMENTS (single); c++)
      {
        g_autoptr (GPtrArray) args = g_ptr_array_new ();

        for (guint k = 0; single[c][k] != NULL; k++)
          g_ptr_array_add (args, (char *) single[c][k]);
        g_ptr_array_add (args, g_ptr_array_index (all, 1 + i));
        g_assert_true (traced (fixture, "one.txt", args));
        check_trace (fixture, "one.txt");
      }
  g_assert_false (g_file_test (pwned, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  CLI_ADD ("/cli/opening/hostile", NULL, test_hostile);
  return g_test_run ();
}
