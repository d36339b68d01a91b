/* test-every-command.c: each command with each file of data/examples, with runs, and with what is none
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/cli/cli-fixture.h"

#include <string.h>

/* FILE is an example, PARAM the parameter that it must have (or -q), RUN a run that is over, TASK one of its tasks */
typedef struct
{
  const char *line;
  int code;
} Line;

static const Line with_file[] = {
  { "validate FILE", 0 },
  { "validate --json FILE", 0 },
  { "run --dry-run PARAM FILE", 0 },
  { "run --dry-run --json -j 1 PARAM FILE", 0 },
  { "run --dry-run --only nowhere FILE", 2 },
  { "run --dry-run -p nowhere=1 FILE", 2 },
  { "import FILE", 2 }, /* it is a workflow file already */
  { "export FILE", 2 },
  { "export --to dot FILE", 0 },
  { "export --to mermaid FILE", 0 },
  { "export --to wfformat FILE", 0 },
  { "export --to csv FILE", 0 },
  { "export --to html FILE", 0 },
  { "export --to junit FILE", 2 },
  { "export --to trace FILE", 2 },
  { "runs --workflow FILE", 0 },
  { "runs --json --workflow FILE", 0 },
  { "open FILE", 2 }, /* no display */
  { "schema FILE", 2 },
  { "gc FILE", 2 },
  /* A file is no run. */
  { "show FILE", 2 },
  { "logs FILE", 2 },
  { "watch FILE", 2 },
  { "why FILE TASK", 2 },
  { "rerun FILE", 2 },
  { "cancel FILE", 2 },
  { "pause FILE", 2 },
  { "resume FILE", 2 },
  { "drain FILE", 2 },
  { "stop FILE TASK", 2 },
  { "skip FILE TASK", 2 },
  { "retry-now FILE TASK", 2 },
  { "give-up FILE TASK", 2 },
  { "mark FILE TASK --as failed --note x", 2 },
  { "doctor FILE", 2 },
  { "delete FILE", 2 },
  { "pin FILE", 2 },
  { "note FILE", 2 },
};

static const Line with_run[] = {
  { "runs", 0 },
  { "show RUN", 0 },
  { "show --failed RUN", 0 },
  { "show --json RUN", 0 },
  { "logs RUN", 0 },
  { "logs RUN TASK", 0 },
  { "logs RUN TASK.1", 0 },
  { "logs RUN TASK.99", 2 },
  { "logs RUN nowhere", 2 },
  { "watch RUN", 1 },
  { "watch --json RUN", 1 },
  { "why RUN TASK", 0 },
  { "why --json RUN TASK", 0 },
  { "why RUN nowhere", 2 },
  { "rerun --preview RUN", 0 },
  { "rerun --preview --json --from TASK RUN", 0 },
  { "rerun --from nowhere RUN", 2 },
  { "rerun --branch TASK RUN", 2 },
  { "cancel RUN", 2 },
  { "pause RUN", 2 },
  { "resume RUN", 2 },
  { "drain RUN", 2 },
  { "stop RUN TASK", 2 },
  { "skip RUN TASK", 2 },
  { "retry-now RUN TASK", 2 },
  { "give-up RUN TASK", 2 },
  { "mark RUN TASK", 2 },
  { "mark RUN TASK --as failed --note x", 2 }, /* it has succeeded */
  { "import RUN", 2 },
  { "export --to dot RUN", 0 },
  { "export --to mermaid RUN", 0 },
  { "export --to csv RUN", 0 },
  { "export --to junit RUN", 0 },
  { "export --to trace RUN", 0 },
  { "export --to wfformat RUN", 0 },
  { "export --to html RUN", 0 },
  { "export --to nothing RUN", 2 },
  { "doctor", 0 },
  { "doctor RUN", 0 },
  { "doctor --check RUN", 0 },
  { "doctor --confirm RUN", 0 },
  { "gc --dry-run", 0 },
  { "gc", 0 },
  { "schema", 0 },
  { "pin RUN", 0 },
  { "delete RUN", 2 }, /* it is pinned */
  { "pin --off RUN", 0 },
  { "note RUN words", 0 },
  { "note RUN", 0 },
  { "delete RUN", 0 },
  { "delete RUN", 2 },
};

static char *
replace (const char *word, const char *file, const char *run)
{
  GString *text = g_string_new (word);

  g_string_replace (text, "PARAM", g_str_has_suffix (file, "build-switchyard.yard.yaml") ? "-psource=." : "-q", 0);
  g_string_replace (text, "FILE", file, 0);
  g_string_replace (text, "RUN", run != NULL ? run : "", 0);
  g_string_replace (text, "TASK", "good", 0);
  return g_string_free (text, FALSE);
}

/* It ends by itself with that code, says why where that is not 0, and has no complaint of a library's. */
static void
try_line (CliFixture *fixture, const Line *line, const char *file, const char *run)
{
  g_auto (GStrv) words = g_strsplit (line->line, " ", -1);
  g_auto (CliResult) result = { 0 };

  for (guint i = 0; words[i] != NULL; i++)
    {
      char *word = replace (words[i], file, run);

      g_free (words[i]);
      words[i] = word;
    }
  result = cli_runv (fixture, (const char *const *) words);
  if (result.code != line->code)
    g_test_message ("%s: %d\n%s%s", line->line, result.code, result.out, result.err);
  g_assert_cmpint (result.code, ==, line->code);
  if (line->code == 2)
    cli_assert_has (result.err, ": ");
  cli_assert_has_not (result.err, "CRITICAL");
  cli_assert_has_not (result.err, "WARNING");
}

static void
test_file (CliFixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (with_file); i++)
    try_line (fixture, &with_file[i], data, NULL);
}

static void
test_run (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *file = cli_write (fixture, "flow.yard.yaml",
                                     "version: 1\ntasks:\n  good: {run: echo fine}\n  bad: {needs: [good], run: exit 3}\n"
                                     "  rest: {needs: [bad], run: echo never}\n");
  g_auto (CliResult) run = cli_expect (fixture, 1, "run", file, NULL);
  g_autofree char *uuid = cli_run_uuid (fixture, "last");

  for (guint i = 0; i < G_N_ELEMENTS (with_run); i++)
    try_line (fixture, &with_run[i], file, uuid);
}

/* One run for one word, and the words of the window: pinned, noted, gone. */
static void
test_keep (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *file = cli_write (fixture, "flow.yard.yaml", "version: 1\ntasks:\n  a: {run: 'true'}\n");
  g_autofree char *first = NULL, *second = NULL;
  g_auto (CliResult) one = cli_expect (fixture, 0, "run", file, NULL), two = { 0 }, pin = { 0 }, list = { 0 }, gone = { 0 },
                     refused = { 0 }, note = { 0 }, none = { 0 }, left = { 0 };

  first = cli_run_uuid (fixture, "last");
  two = cli_expect (fixture, 0, "run", file, NULL);
  second = cli_run_uuid (fixture, "last");
  pin = cli_expect (fixture, 0, "pin", first, NULL);
  list = cli_expect (fixture, 0, "runs", "--json", NULL);
  cli_assert_has (list.out, "\"pinned\":true");
  refused = cli_expect (fixture, 2, "delete", first, "last", NULL); /* the other goes all the same */
  cli_assert_has (refused.err, "is pinned");
  left = cli_expect (fixture, 0, "runs", NULL);
  second[8] = first[8] = '\0';
  cli_assert_has_not (left.out, second);
  cli_assert_has (left.out, first);
  gone = cli_expect (fixture, 0, "note", "last", "before\nlunch", NULL);
  note = cli_expect (fixture, 0, "note", "last", NULL);
  cli_assert_has (note.out, "before lunch");
  g_clear_pointer (&note.out, g_free);
  g_clear_pointer (&note.err, g_free);
  note = cli_expect (fixture, 0, "note", "last", "", NULL);
  none = cli_expect (fixture, 0, "note", "last", NULL);
  cli_assert_has (none.out, "no note");
}

static gboolean
is_tried (const char *command, const Line *lines, guint n)
{
  gsize length = strlen (command);

  for (guint i = 0; i < n; i++)
    if (strncmp (lines[i].line, command, length) == 0 && strchr (" ", lines[i].line[length]) != NULL)
      return TRUE;
  return FALSE;
}

/* The tables above name every command that there is. */
static void
test_all_named (CliFixture *fixture, gconstpointer data)
{
  g_auto (CliResult) help = cli_expect (fixture, 0, "--help", NULL);
  g_auto (GStrv) lines = g_strsplit (strstr (help.out, "Commands:\n") + strlen ("Commands:\n"), "\n", -1);
  guint n = 0;

  for (guint i = 0; g_str_has_prefix (lines[i], "  "); i++, n++)
    {
      g_autofree char *command = g_strndup (lines[i] + 2, strcspn (lines[i] + 2, " "));

      if (!is_tried (command, with_file, G_N_ELEMENTS (with_file)) && !is_tried (command, with_run, G_N_ELEMENTS (with_run)))
        g_error ("%s is not tried here", command);
    }
  g_assert_cmpuint (n, >=, 26);
}

static void
set_up (CliFixture *fixture, gconstpointer data)
{
  static const char *const displays[] = { "DISPLAY", "WAYLAND_DISPLAY", "GDK_BACKEND" };

  cli_fixture_set_up (fixture, data);
  for (guint i = 0; i < G_N_ELEMENTS (displays); i++)
    fixture->env = g_environ_unsetenv (fixture->env, displays[i]);
  fixture->env = g_environ_setenv (fixture->env, "XDG_RUNTIME_DIR", fixture->dir, TRUE);
}

static void
add (const char *name, gconstpointer data, void (*test) (CliFixture *, gconstpointer))
{
  g_autofree char *path = g_strdup_printf ("/cli/every-command/%s", name);

  g_test_add (path, CliFixture, data, set_up, test, cli_fixture_tear_down);
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *folder = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;

  g_test_init (&argc, &argv, NULL);
  folder = g_build_filename (g_getenv ("SWITCHYARD_SOURCE_ROOT"), "data", "examples", NULL);
  dir = g_dir_open (folder, 0, NULL);
  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".yard.yaml"))
      {
        g_ptr_array_add (files, g_build_filename (folder, name, NULL));
        add (name, files->pdata[files->len - 1], test_file);
      }
  add ("run", NULL, test_run);
  add ("keep", NULL, test_keep);
  add ("all-named", NULL, test_all_named);
  return g_test_run ();
}
