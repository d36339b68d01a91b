/* test-params.c: values reach a command byte by byte, whatever is in them (S2)
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/cli/cli-fixture.h"

#include <string.h>

#define N_RUNS 10
#define N_PARAMS 50

static const char *const nasty[] = {
  "", " ", "'", "\"", "\\", "$HOME", "$(touch pwned)", "`touch pwned`", "${IFS}", "a b", "a\tb", "a\nb", "-rf", "--", "-n",
  "--help", "*", "?", "[a-z]*", "~", "~root", ";touch pwned", "&& touch pwned", "|| touch pwned", "| cat", "> pwned",
  "< /etc/passwd", "!!", "!x", "#comment", "# comment", "%s%n", "\033[2J", "\r\n", "é", "日本語", "\360\237\232\202", "=x",
  "x=y", "a,b", "{a,b}", "$$", "$((1+1))", "<(true)", "${{ env.HOME }}", "$${{ x }}", "}}", "{{", "null", "true", "0x10", "1.10",
  "\342\200\256", "\x7f", "' ; touch pwned ; '", "\"; touch pwned; \"", "\\'", "\\\\", "\\n", "@file", "a\n\nb\n", "\001",
};

/* The table first, then pieces of it put together at random. */
static char *
make_value (guint n)
{
  GString *value;

  if (n < G_N_ELEMENTS (nasty))
    return g_strdup (nasty[n]);
  value = g_string_new (NULL);
  for (int i = g_test_rand_int_range (1, 6); i > 0; i--)
    g_string_append (value, nasty[g_test_rand_int_range (0, G_N_ELEMENTS (nasty))]);
  return g_string_free (value, FALSE);
}

static char *
make_workflow (void)
{
  GString *text = g_string_new ("version: 1\nparams:\n");

  for (guint i = 0; i < N_PARAMS; i++)
    g_string_append_printf (text, "  p%u: {type: text}\n", i);
  g_string_append (text, "tasks:\n  argv:\n    command:\n      - %CHILD%\n      - args\n");
  for (guint i = 0; i < N_PARAMS; i++)
    g_string_append_printf (text, "      - '${{ params.p%u }}'\n", i);
  /* The shell sees values only as variables: its text is the file's alone. */
  g_string_append (text, "  env:\n    env:\n");
  for (guint i = 0; i < N_PARAMS; i++)
    g_string_append_printf (text, "      E%u: '${{ params.p%u }}'\n", i, i);
  g_string_append (text, "    run: |\n      \"%CHILD%\" args");
  for (guint i = 0; i < N_PARAMS; i++)
    g_string_append_printf (text, " \"$p%u\"", i);
  for (guint i = 0; i < N_PARAMS; i++)
    g_string_append_printf (text, " \"$E%u\"", i);
  g_string_append (text, "\n");
  return g_string_free (text, FALSE);
}

static void
expect_output (CliFixture *fixture, const char *task, char **values, guint times)
{
  g_auto (CliResult) result = cli_expect (fixture, 0, "logs", "last", task, NULL);
  g_autoptr (GString) wanted = g_string_new (NULL);

  for (guint t = 0; t < times; t++)
    for (guint i = 0; i < N_PARAMS; i++)
      g_string_append_printf (wanted, "<%s>", values[i]);
  g_assert_cmpstr (result.out, ==, wanted->str);
}

static void
test_injection (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *text = make_workflow ();
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml", text);
  g_autofree char *pwned = g_build_filename (fixture->dir, "pwned", NULL);

  for (guint run = 0; run < N_RUNS; run++)
    {
      g_autoptr (GPtrArray) args = g_ptr_array_new_with_free_func (g_free);
      g_auto (GStrv) values = g_new0 (char *, N_PARAMS + 1);
      g_auto (CliResult) result = { 0 };

      g_ptr_array_add (args, g_strdup ("run"));
      g_ptr_array_add (args, g_strdup ("-q"));
      g_ptr_array_add (args, g_strdup ("flow.yard.yaml"));
      for (guint i = 0; i < N_PARAMS; i++)
        {
          values[i] = make_value (run * N_PARAMS + i);
          g_ptr_array_add (args, g_strdup ("-p"));
          g_ptr_array_add (args, g_strdup_printf ("p%u=%s", i, values[i]));
        }
      g_ptr_array_add (args, NULL);
      result = cli_runv (fixture, (const char *const *) args->pdata);
      if (result.code != 0)
        g_test_message ("%s", result.err);
      g_assert_cmpint (result.code, ==, 0);
      expect_output (fixture, "argv", values, 1);
      expect_output (fixture, "env", values, 2);
      g_assert_false (g_file_test (pwned, G_FILE_TEST_EXISTS));
    }
}

static void
test_no_utf8 (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml",
                                     "version: 1\nparams: {p: {}}\ntasks:\n  a: {run: 'true'}\n");
  g_auto (CliResult) result = cli_expect (fixture, 2, "run", "flow.yard.yaml", "-p", "p=\xff", NULL);

  cli_assert_has (result.err, "UTF-8");
}

/* What the kernel would refuse at exec is refused with a word about it, and is the task's failure at most. */
static void
test_too_long (CliFixture *fixture, gconstpointer data)
{
  g_autofree char *path = cli_write (fixture, "flow.yard.yaml",
                                     "version: 1\nparams: {p: {type: text}}\ntasks:\n  a: {run: 'true'}\n");
  g_autofree char *value = g_strnfill (131000, 'x');
  g_autofree char *full = g_strconcat ("p=", value, "xxxxxx", NULL);
  g_auto (CliResult) result = cli_run (fixture, "run", "flow.yard.yaml", "-p", full, NULL);

  g_assert_true (result.code == 0 || result.code == 1 || result.code == 2);
  if (result.code != 0)
    g_assert_cmpstr (result.err, !=, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  CLI_ADD ("/cli/params/injection", NULL, test_injection);
  CLI_ADD ("/cli/params/no-utf8", NULL, test_no_utf8);
  CLI_ADD ("/cli/params/too-long", NULL, test_too_long);
  return g_test_run ();
}
