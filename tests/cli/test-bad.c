/* test-bad.c: bad input and bad surroundings get a clear error and lose nothing
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/cli/cli-fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char good[] = "version: 1\ntasks:\n  a: {command: [%CHILD%, echo, hello]}\n";

/* --- files --- */

typedef struct
{
  const char *name;
  const char *text;     /* NULL: there is no such file */
  const char *said[4];
} BadFile;

static const BadFile bad_files[] = {
  { "absent", NULL, { "bad.yard.yaml" } },
  { "empty", "", { "bad.yard.yaml" } },
  { "half-written", "version: 1\ntasks:\n  a: {run: \"echo", { "bad.yard.yaml:3" } },
  { "no-utf8", "version: 1\ntasks:\n  a: {run: 'echo \xff\xfe'}\n", { "bad.yard.yaml:3", "UTF-8" } },
  { "nul", "version: 1\ntasks:\n  a: {run: \"echo \\0\"}\n", { "bad.yard.yaml:3" } },
  { "cycle",
    "version: 1\ntasks:\n  a: {needs: [c], run: 'true'}\n  b: {needs: [a], run: 'true'}\n  c: {needs: [b], run: 'true'}\n",
    { "cycle", "a", "b", "c" } },
  { "unknown-need", "version: 1\ntasks:\n  fetch: {run: 'true'}\n  b: {needs: [fetsh], run: 'true'}\n",
    { "bad.yard.yaml:4", "fetsh", "did you mean", "fetch" } },
  { "above-capacity", "version: 1\npools: {db: 2}\ntasks:\n  a: {run: 'true', resources: {db: 3}}\n",
    { "bad.yard.yaml:4", "db", "3", "2" } },
  { "unknown-key", "version: 1\ntasks:\n  a: {rum: 'true'}\n", { "bad.yard.yaml:3", "rum", "run" } },
  { "anchor", "version: 1\ntasks:\n  a: &x {run: 'true'}\n  b: *x\n", { "bad.yard.yaml:3" } },
  { "two-errors", "version: 1\nfoo: 1\nbar: 2\ntasks:\n  a: {run: 'true'}\n", { "bad.yard.yaml:2", "bad.yard.yaml:3" } },
};

/* `run` and `validate` say the same, start nothing and make no state. */
static void
test_file (CliFixture *fixture, gconstpointer data)
{
  static const char *const commands[] = { "validate", "run" };
  const BadFile *bad = data;
  g_autofree char *path = bad->text != NULL ? cli_write (fixture, "bad.yard.yaml", bad->text) : NULL;
  g_autofree char *state = g_build_filename (fixture->state, "switchyard", NULL);

  for (guint c = 0; c < G_N_ELEMENTS (commands); c++)
    {
      g_auto (CliResult) result = cli_expect (fixture, 2, commands[c], "bad.yard.yaml", NULL);

      for (guint i = 0; i < G_N_ELEMENTS (bad->said) && bad->said[i] != NULL; i++)
        cli_assert_has (result.err, bad->said[i]);
    }
  g_assert_false (g_file_test (state, G_FILE_TEST_EXISTS));
}

/* A text with NUL, and files that are none */
static void
test_odd_files (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *fifo = g_build_filename (fixture->dir, "fifo", NULL);
  g_auto (CliResult) folder = cli_expect (fixture, 2, "validate", ".", NULL);
  g_auto (CliResult) device = cli_expect (fixture, 2, "validate", "/dev/zero", NULL);
  g_auto (CliResult) pipe = { 0 };
  g_autofree char *locked = cli_write (fixture, "locked.yard.yaml", good);

  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  pipe = cli_expect (fixture, 2, "run", "fifo", NULL);
  cli_assert_has (pipe.err, "fifo");
  g_chmod (locked, 0);
  if (geteuid () != 0)
    {
      g_auto (CliResult) result = cli_expect (fixture, 2, "run", "locked.yard.yaml", NULL);

      cli_assert_has (result.err, "locked.yard.yaml");
    }
}

/* --- no runs yet --- */

/* What looks after all runs has nothing to do; what asks for one has nothing to find. */
static void
test_no_runs (CliFixture *fixture, gconstpointer data)
{
  static const struct { const char *args[3]; int code; } cases[] = {
    { { "runs" }, 0 }, { { "gc" }, 0 }, { { "gc", "--dry-run" }, 0 }, { { "doctor" }, 0 }, { { "doctor", "last" }, 2 }, { { "show", "last" }, 2 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (CliResult) result = cli_runv (fixture, cases[i].args);

      g_assert_cmpint (result.code, ==, cases[i].code);
      cli_assert_has (cases[i].code == 0 ? result.out : result.err, "here are no runs yet");
    }
}

/* Each mistake of the parameters on a line of its own */
static void
test_params (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = cli_write (fixture, "p.yard.yaml", "version: 1\nparams: {a: {type: int}}\ntasks:\n  t: {run: 'true'}\n");
  g_auto (CliResult) result = cli_expect (fixture, 2, "run", "p.yard.yaml", "-p", "b", "-p", "c=1", NULL);

  cli_assert_has (result.err, "switchyard: a parameter is given as name=value, not “b”\nswitchyard: there is no parameter “c”");
  cli_assert_has (result.err, "\nswitchyard: the parameter “a” is required: give it as -p a=VALUE\n");
}

/* --- the command line itself --- */

static void
test_usage (CliFixture *fixture, gconstpointer data)
{
  static const struct { const char *args[5]; const char *said; } cases[] = {
    { { "ruin", "x" }, "did you mean “run”" },     { { "xyzzy" }, "--help" },
    { { "run" }, "too few" },                       { { "run", "a", "b" }, "unexpected" },
    { { "show" }, "too few" },                      { { "show", "last", "--jsno" }, "--jsno" },
    { { "show", "last" }, "no runs yet" },          { { "export", "last" }, "--to" },
    { { "mark", "last", "a", "--as", "done" }, "--as" }, { { "gc", "--keep", "0" }, "--keep" },
    { { "rerun" }, "RUN" },                         { { "rerun", "last", "--branch", "x" }, "FORK/CHILD" },
    { { "logs", "last", "-f" }, "no runs yet" },    { { "run", "x", "--time-scale", "-1" }, "--time-scale" },
    { { "import", "nothing.dag" }, "nothing.dag" }, { { "pause", "last" }, "no runs yet" },
    { { "run", "nothing.yaml" }, "nothing.yaml: nothing was started" },
    { { "run", "\033[2J\302\233.yaml" }, "\357\277\275[2J\357\277\275.yaml: nothing was started" },
    { { "export", "nothing", "--to", "dot" }, "“nothing” is no file here, and no run" },
    { { "status" }, "here it is “switchyard show RUN”" }, { { "ls" }, "here it is “switchyard runs”" },
    { { "-j", "4" }, "switchyard COMMAND -j" },     { { "run", "a", "region=us" }, "-p NAME=VALUE" },
    { { "rerun", "last", "fetch" }, "--from TASK" }, { { "run", "a", "--jobs", "4" }, "did you mean --slots?" },
    { { "show", "last", "--jsno" }, "did you mean --json?" }, { { "rerun", "last", "--dry-run" }, "did you mean --preview?" },
    { { "run", "a", "--on-failure=x", "--ready" }, "Unknown option --ready\n" },
  };
  g_auto (CliResult) none = cli_run (fixture, NULL);

  g_assert_cmpint (none.code, ==, 2);
  cli_assert_has (none.err, "Commands:");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *args[6] = { cases[i].args[0], cases[i].args[1], cases[i].args[2], cases[i].args[3], cases[i].args[4],
                              NULL };
      g_auto (CliResult) result = cli_runv (fixture, args);

      if (result.code != 2)
        g_test_message ("%s %s: %d, %s", args[0], args[1] != NULL ? args[1] : "", result.code, result.err);
      g_assert_cmpint (result.code, ==, 2);
      cli_assert_has (result.err, cases[i].said);
      g_assert_cmpstr (result.out, ==, "");
    }
}

/* A file is named without a command, a command without its file. */
static void
test_file_and_command (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *one = cli_write (fixture, "b.yard.yaml", good), *two = cli_write (fixture, "a b.yard.yaml", good);
  g_auto (CliResult) bare = cli_expect (fixture, 2, "a b.yard.yaml", NULL), none = cli_expect (fixture, 2, "run", NULL);
  g_auto (CliResult) other = cli_expect (fixture, 2, "show", NULL);

  cli_assert_has (bare.err, "“switchyard run 'a b.yard.yaml'” runs the file");
  cli_assert_has (none.err, "it takes FILE; in this folder: 'a b.yard.yaml', b.yard.yaml\n");
  cli_assert_has (other.err, "it takes RUN\n");
}

/* What a run that is over cannot be asked for, and what can be done instead */
static void
test_over (CliFixture *fixture, gconstpointer data)
{
  static const struct { const char *args[6]; const char *said[2]; } cases[] = {
    { { "pause", "last" }, { "is over (succeeded)", "rerun" } },
    { { "drain", "last" }, { "is over (succeeded)", "rerun" } },
    { { "retry-now", "last", "fetch" }, { "is over (succeeded)", "rerun" } },
    { { "cancel", "last" }, { "the run is over (succeeded)", "nothing to cancel" } },
    { { "resume", "last" }, { "is over", "rerun" } },
    { { "stop", "last", "fetch" }, { "task “fetch” is succeeded:", "runs or is about to" } },
    { { "skip", "last", "fetch" }, { "task “fetch” is succeeded:", "mark it instead" } },
    { { "mark", "last", "fetch", "--as", "failed" }, { "--note TEXT is needed" } },
    { { "rerun", "last", "--failed" }, { "no task has failed", "--from TASK" } },
    { { "rerun", "last", "--from", "fetsh" }, { "did you mean “fetch”" } },
    { { "logs", "last", "fetch.7" }, { "has no attempt “7”", "newest one is 1" } },
    { { "why", "last", "fetsh" }, { "did you mean “fetch”" } },
    { { "show", "77" }, { "no run “77”", "switchyard runs" } },
    { { "run", "flow.yard.yaml", "--only", "fetsh" }, { "did you mean “fetch”" } },
    { { "run", "flow.yard.yaml", "-p", "regoin=x" }, { "did you mean “region”" } },
    { { "run", "flow.yard.yaml", "-p", "region=x" }, { "eu, us" } },
    { { "run", "flow.yard.yaml", "-j", "0" }, { "from 1 to 10000, or auto" } },
  };
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml",
                                     "version: 1\nparams: {region: {type: enum, values: [eu, us], default: eu}}\ntasks:\n  fetch: {run: 'true'}\n");
  g_auto (CliResult) run = cli_expect (fixture, 0, "run", "flow.yard.yaml", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *args[7] = { cases[i].args[0], cases[i].args[1], cases[i].args[2], cases[i].args[3], cases[i].args[4],
                              cases[i].args[5], NULL };
      g_auto (CliResult) result = cli_runv (fixture, args);

      g_test_message ("%s %s: %d, %s", args[0], args[1], result.code, result.err);
      g_assert_cmpint (result.code, ==, 2);
      for (guint k = 0; k < G_N_ELEMENTS (cases[i].said) && cases[i].said[k] != NULL; k++)
        cli_assert_has (result.err, cases[i].said[k]);
    }
}

static void
test_help (CliFixture *fixture, gconstpointer data)
{
  g_auto (CliResult) version = cli_expect (fixture, 0, "--version", NULL);
  g_auto (CliResult) overview = cli_expect (fixture, 0, "--help", NULL);
  g_auto (CliResult) command = cli_expect (fixture, 0, "run", "--help", NULL);
  g_auto (CliResult) same = cli_expect (fixture, 0, "help", "run", NULL);

  cli_assert_has (version.out, "switchyard ");
  cli_assert_has (overview.out, "rerun");
  cli_assert_has (command.out, "--on-failure");
  g_assert_cmpstr (command.out, ==, same.out);
}

static void
test_full_stdout (CliFixture *fixture, gconstpointer data)
{
  const char *argv[] = { "/bin/sh", "-c", "exec \"$0\" schema > /dev/full", cli_program (), NULL };
  g_autofree char *err = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (fixture->dir, (char **) argv, fixture->env, G_SPAWN_DEFAULT, NULL, NULL, NULL, &err, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (WEXITSTATUS (status), ==, 6);
  cli_assert_has (err, "cannot write the output");
}

/* --- the state dir --- */

/* No place for runs: nothing is started, and the message names the place. */
static void
test_no_state_dir (CliFixture *fixture, gconstpointer data)
{
  static const char *const places[] = { "/dev/null", "/proc/1/nowhere", "/proc/sys" };
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml",
                                     "version: 1\ntasks:\n  a: {run: 'touch started'}\n");
  g_autofree char *started = g_build_filename (fixture->dir, "started", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_auto (CliResult) result = { 0 };

      fixture->env = g_environ_setenv (fixture->env, "XDG_STATE_HOME", places[i], TRUE);
      result = cli_run (fixture, "run", "flow.yard.yaml", NULL);
      g_assert_cmpint (result.code, ==, 6);
      cli_assert_has (result.err, places[i]);
      cli_assert_has_not (result.err, "no runs yet");
      g_assert_false (g_file_test (started, G_FILE_TEST_EXISTS));
    }
}

/* A folder that others may write to is refused. */
static void
test_open_state_dir (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml", good);
  g_autofree char *dir = g_build_filename (fixture->state, "switchyard", NULL);
  g_auto (CliResult) result = { 0 };

  g_mkdir (dir, 0700);
  g_chmod (dir, 0777);
  result = cli_expect (fixture, 2, "run", "flow.yard.yaml", NULL);
  cli_assert_has (result.err, dir);
}

/* The program within a mount namespace in which @mount was done; FALSE: there can be none here. */
static gboolean
run_with_mount (CliFixture *fixture, const char *mount, CliResult *result)
{
  g_autofree char *script = g_strdup_printf ("%s || exit 99; exec \"$0\" run flow.yard.yaml", mount);
  const char *argv[] = { "unshare", geteuid () == 0 ? "-m" : "-rm", "/bin/sh", "-c", script, cli_program (), NULL };
  g_auto (GStrv) env = g_environ_setenv (g_strdupv (fixture->env), "PLACE", fixture->state, TRUE);
  int status;

  if (!g_spawn_sync (fixture->dir, (char **) argv, env, G_SPAWN_SEARCH_PATH, NULL, NULL, &result->out, &result->err,
                     &status, NULL))
    return FALSE;
  result->code = WIFEXITED (status) ? WEXITSTATUS (status) : -1;
  return result->code != 99 && strstr (result->err, "unshare:") == NULL;
}

/* A disk that is full or read-only: said as such, with status 6, and nothing is started. */
static void
test_disk (CliFixture *fixture, gconstpointer data)
{
  static const struct { const char *mount, *said; } cases[] = {
    { "mount -t tmpfs -o size=64k,mode=700 none \"$PLACE\"", "No space left" },
    { "mount -t tmpfs -o size=2m,mode=700 none \"$PLACE\"", "No space left" },
    { "mount -t tmpfs -o ro,mode=700 none \"$PLACE\"", "Read-only file system" },
  };
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml",
                                     "version: 1\ntasks:\n  a: {run: 'touch started'}\n");
  g_autofree char *started = g_build_filename (fixture->dir, "started", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (CliResult) result = { 0 };

      if (!run_with_mount (fixture, cases[i].mount, &result))
        {
          g_test_skip ("no mount namespaces here");
          return;
        }
      if (result.code != 6)
        g_test_message ("%s: %d, %s", cases[i].mount, result.code, result.err);
      g_assert_cmpint (result.code, ==, 6);
      cli_assert_has (result.err, cases[i].said);
      g_assert_false (g_file_test (started, G_FILE_TEST_EXISTS));
    }
}

/* Too little space for more: what runs goes on, the run stalls and says why, and its runner, told to leave, says 4. */
static void
test_stalled (CliFixture *fixture, gconstpointer data)
{
  static const char script[] =
    "mount -t tmpfs -o size=64m,mode=700 none \"$PLACE\" || exit 99\n"
    "\"$0\" run flow.yard.yaml > said 2>&1 & runner=$!\n"
    "await () { i=0; until \"$@\"; do i=$((i + 1)); [ $i -lt 1200 ] || exit 98; sleep 0.05; done; }\n"
    "await grep -q 'nothing new starts' said\n"
    "touch seen\n"
    "await grep -q stalled said\n"
    "\"$0\" show last; \"$0\" why last c\n"
    "kill -TERM $runner; wait $runner\n";
  const char *argv[] = { "unshare", geteuid () == 0 ? "-m" : "-rm", "/bin/sh", "-c", script, cli_program (), NULL };
  g_auto (GStrv) env = g_environ_setenv (g_strdupv (fixture->env), "PLACE", fixture->state, TRUE);
  g_autofree char *path =
    cli_write (fixture, "flow.yard.yaml",
               "version: 1\ntasks:\n  a:\n    run: |\n"
               "      free=$(df --output=avail -k \"$PLACE\" | tail -1)\n"
               "      head -c $(( (free - 2500) * 1024 )) /dev/zero > \"$PLACE/fill\"\n"
               "  b: {needs: [a], run: 'until test -e seen; do sleep 0.02; done'}\n"
               "  c: {needs: [b], run: touch started}\n");
  g_autofree char *started = g_build_filename (fixture->dir, "started", NULL), *out = NULL, *err = NULL;
  int status;

  if (!g_spawn_sync (fixture->dir, (char **) argv, env, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, &err, &status, NULL)
      || !WIFEXITED (status) || WEXITSTATUS (status) == 99 || strstr (err, "unshare:") != NULL)
    {
      g_test_skip ("no mount namespaces here");
      return;
    }
  g_test_message ("%s%s", out, err);
  g_assert_cmpint (WEXITSTATUS (status), ==, 4);
  cli_assert_has (out, "stalled, the disk is full");
  cli_assert_has (out, "c is held: the disk is full");
  g_assert_false (g_file_test (started, G_FILE_TEST_EXISTS));
}

/* --- logs of one run among others --- */

static char *
make_run (CliFixture *fixture)
{
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml", good);
  g_auto (CliResult) result = cli_expect (fixture, 0, "run", "flow.yard.yaml", NULL);

  return cli_run_uuid (fixture, "last");
}

static void
overwrite (CliFixture *fixture, const char *uuid, goffset offset, const void *bytes, gsize size)
{
  g_autofree char *path = g_build_filename (fixture->state, "switchyard", "runs", uuid, "log.db", NULL);
  int fd = open (path, O_WRONLY | O_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (pwrite (fd, bytes, size, offset), ==, (gssize) size);
  close (fd);
}

/* The index knows finished runs without opening them: without it every log is looked at. */
static void
expect_others_go_on (CliFixture *fixture, const char *sound, const char *bad)
{
  g_autofree char *index = g_build_filename (fixture->state, "switchyard", "index.db", NULL);
  int removed = g_unlink (index);
  g_auto (CliResult) listed = cli_expect (fixture, 0, "runs", NULL);
  g_auto (CliResult) json = cli_expect (fixture, 0, "runs", "--json", NULL);
  g_auto (CliResult) shown = cli_expect (fixture, 0, "show", sound, NULL);
  g_autofree char *prefix = g_strndup (bad, 8);

  g_assert_cmpint (removed, ==, 0);
  cli_assert_has (listed.out, prefix);
  cli_assert_has (listed.out, "unreadable");
  cli_assert_has (json.out, "\"error\":\"");
  cli_assert_has (shown.out, "succeeded");
}

/* user_version is a big-endian number at byte 60 of the file. */
static void
test_newer_log (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *bad = make_run (fixture);
  g_autofree char *sound = make_run (fixture);
  g_auto (CliResult) shown = { 0 };
  g_auto (CliResult) again = { 0 };

  overwrite (fixture, bad, 60, "\0\0\x27\x0f", 4);
  shown = cli_expect (fixture, 6, "show", bad, NULL);
  cli_assert_has (shown.err, "newer");
  again = cli_run (fixture, "rerun", bad, "--from", "a", NULL);
  g_assert_cmpint (again.code, ==, 6);
  expect_others_go_on (fixture, sound, bad);
}

static void
test_damaged_log (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *garbage = g_strnfill (4096, 'x');
  g_autofree char *bad = make_run (fixture);
  g_autofree char *sound = make_run (fixture);
  g_auto (CliResult) shown = { 0 };
  g_auto (CliResult) doctor = { 0 };

  overwrite (fixture, bad, 0, garbage, 4096);
  shown = cli_expect (fixture, 6, "show", bad, NULL);
  expect_others_go_on (fixture, sound, bad);
  doctor = cli_run (fixture, "doctor", NULL);
  g_assert_cmpint (doctor.code, ==, 6);
  cli_assert_has (doctor.out, "damaged");
  cli_assert_has (doctor.out, "sound");
}

/* A log that is gone, or empty, though its run had begun: the run is listed, and can be taken away. */
static void
test_absent_log (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *bad = make_run (fixture);
  g_autofree char *sound = make_run (fixture);
  g_autofree char *path = g_build_filename (fixture->state, "switchyard", "runs", bad, "log.db", NULL);
  g_auto (CliResult) gone = { 0 };

  for (guint i = 0; i < 2; i++)
    {
      g_auto (CliResult) shown = { 0 }, resumed = { 0 }, doctor = { 0 };

      g_assert_cmpint (i == 0 ? truncate (path, 0) : g_unlink (path), ==, 0);
      shown = cli_expect (fixture, 6, "show", bad, NULL);
      cli_assert_has (shown.err, "gone or empty, though it had");
      cli_assert_has (shown.err, "switchyard delete");
      resumed = cli_expect (fixture, 6, "resume", bad, NULL);
      cli_assert_has (resumed.err, "gone or empty");
      doctor = cli_expect (fixture, 6, "doctor", NULL);
      cli_assert_has (doctor.out, "gone or empty");
      cli_assert_has_not (doctor.out, "--salvage"); /* there is nothing to save */
      cli_assert_has (doctor.out, "sound");
      if (i == 0)
        expect_others_go_on (fixture, sound, bad);
    }
  gone = cli_expect (fixture, 0, "delete", bad, NULL);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* A salvaged log that nobody has confirmed: the refusal is all that is said, and the run has its name. */
static void
test_lost_meta (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *bad = make_run (fixture);
  g_autofree char *path = g_build_filename (fixture->state, "switchyard", "runs", bad, "log.db", NULL);
  const char *argv[] = { "sqlite3", path, "DELETE FROM meta", NULL };
  g_auto (CliResult) shown = { 0 }, salvaged = { 0 }, refused = { 0 }, again = { 0 };

  if (!g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL))
    {
      g_test_skip ("no sqlite3 here");
      return;
    }
  shown = cli_expect (fixture, 6, "show", bad, NULL);
  cli_assert_has (shown.err, "switchyard doctor");
  salvaged = cli_expect (fixture, 0, "doctor", bad, "--salvage", NULL);
  refused = cli_expect (fixture, 2, "rerun", bad, "--from", "a", NULL);
  cli_assert_has (refused.err, "--confirm");
  cli_assert_has_not (refused.err, "To repair");
  g_assert_cmpuint (strlen (refused.err) - strcspn (refused.err, "\n"), ==, 1);
  again = cli_expect (fixture, 0, "show", bad, NULL);
  cli_assert_has (again.out, "(flow #");
  cli_assert_has (again.out, "flow.yard.yaml");
}

/* Every task of a run that could not begin has ended: such a log is sound. */
static void
test_missing_folder (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path =
    cli_write (fixture, "flow.yard.yaml", "version: 1\ntasks:\n  a: {run: 'true', dir: /nowhere/at/all}\n  b: {run: 'true', dir: inside/made}\n");
  g_auto (CliResult) run = cli_expect (fixture, 1, "run", "flow.yard.yaml", NULL);
  g_auto (CliResult) doctor = cli_expect (fixture, 0, "doctor", NULL);

  cli_assert_has (run.err, "Task “a”: Cannot use the working folder “/nowhere/at/all”");
  cli_assert_has (run.err, "b: succeeded");
  cli_assert_has (doctor.out, "sound");
}

/* The bytes of an event are changed: the chain tells, what is before it is saved, and the run goes on once confirmed. */
static void
test_salvage (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *bad = make_run (fixture);
  g_autofree char *path = g_build_filename (fixture->state, "switchyard", "runs", bad, "log.db", NULL);
  g_autofree char *text = NULL;
  gsize size;
  char *at;
  g_auto (CliResult) checked = { 0 };
  g_auto (CliResult) salvaged = { 0 };
  g_auto (CliResult) refused = { 0 };
  g_auto (CliResult) confirmed = { 0 };
  g_auto (CliResult) sound = { 0 };

  g_assert_true (g_file_get_contents (path, &text, &size, NULL));
  at = memmem (text, size, "{\"t\":\"settled\"}", 15);
  g_assert_nonnull (at);
  overwrite (fixture, bad, at - text, "{\"t\":\"sottled\"}", 15);
  checked = cli_expect (fixture, 6, "doctor", bad, "--check", NULL);
  cli_assert_has (checked.out, "damaged");
  salvaged = cli_expect (fixture, 0, "doctor", bad, "--salvage", NULL);
  cli_assert_has (salvaged.out, "put aside");
  refused = cli_run (fixture, "rerun", bad, "--from", "a", NULL);
  g_assert_cmpint (refused.code, !=, 0);
  confirmed = cli_expect (fixture, 0, "doctor", bad, "--confirm", NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (bad_files); i++)
    {
      g_autofree char *path = g_strdup_printf ("/cli/bad/file/%s", bad_files[i].name);

      CLI_ADD (path, &bad_files[i], test_file);
    }
  CLI_ADD ("/cli/bad/odd-files", NULL, test_odd_files);
  CLI_ADD ("/cli/bad/usage", NULL, test_usage);
  CLI_ADD ("/cli/bad/file-and-command", NULL, test_file_and_command);
  CLI_ADD ("/cli/bad/over", NULL, test_over);
  CLI_ADD ("/cli/bad/help", NULL, test_help);
  CLI_ADD ("/cli/bad/full-stdout", NULL, test_full_stdout);
  CLI_ADD ("/cli/bad/no-state-dir", NULL, test_no_state_dir);
  CLI_ADD ("/cli/bad/open-state-dir", NULL, test_open_state_dir);
  CLI_ADD ("/cli/bad/disk", NULL, test_disk);
  CLI_ADD ("/cli/bad/stalled", NULL, test_stalled);
  CLI_ADD ("/cli/bad/newer-log", NULL, test_newer_log);
  CLI_ADD ("/cli/bad/no-runs", NULL, test_no_runs);
  CLI_ADD ("/cli/bad/params", NULL, test_params);
  CLI_ADD ("/cli/bad/damaged-log", NULL, test_damaged_log);
  CLI_ADD ("/cli/bad/absent-log", NULL, test_absent_log);
  CLI_ADD ("/cli/bad/lost-meta", NULL, test_lost_meta);
  CLI_ADD ("/cli/bad/missing-folder", NULL, test_missing_folder);
  CLI_ADD ("/cli/bad/salvage", NULL, test_salvage);
  return g_test_run ();
}
