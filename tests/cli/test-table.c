/* test-table.c: every command and option is in --help, in the manual and in the completions
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-command.h"

#include <string.h>

static const char *const manual = "data/man/switchyard.1";
static const char *const completions[] = { "data/completions/switchyard.bash", "data/completions/_switchyard",
                                           "data/completions/switchyard.fish" };

static char *
read_source (const char *path)
{
  g_autofree char *full = g_build_filename (g_getenv ("SWITCHYARD_SOURCE_ROOT"), path, NULL);
  g_autoptr (GError) error = NULL;
  char *text;

  g_file_get_contents (full, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static void
wanted (const char *where, const char *text, const char *part, const char *what)
{
  if (text != NULL && strstr (text, part) != NULL)
    return;
  g_test_message ("%s lacks %s (“%s”)", where, what, part);
  g_test_fail ();
}

/* The manual without its backslashes before hyphens */
static char *
plain_manual (void)
{
  g_autofree char *raw = read_source (manual);
  GString *text = g_string_new (raw);

  g_string_replace (text, "\\-", "-", 0);
  return g_string_free (text, FALSE);
}

/* The part of the manual about @command: up to the next command */
static char *
manual_section (const char *text, const SyCommand *command)
{
  g_autofree char *head = g_strdup_printf ("switchyard %s", command->name);
  const char *start = strstr (text, ".SH COMMANDS");
  const char *end;

  while (start != NULL && (start = strstr (start + 1, head)) != NULL)
    if (strchr (" \n\"\\", start[strlen (head)]) != NULL)
      break;
  if (start == NULL)
    return NULL;
  end = strstr (start + strlen (head), "switchyard ");
  return end != NULL ? g_strndup (start, end - start) : g_strdup (start);
}

static void
test_manual (void)
{
  g_autofree char *text = plain_manual ();

  for (guint i = 0; sy_commands[i] != NULL; i++)
    {
      const SyCommand *command = sy_commands[i];
      g_autofree char *section = manual_section (text, command);

      wanted (manual, section, command->name, "a command");
      for (const GOptionEntry *entry = command->entries; entry != NULL && entry->long_name != NULL; entry++)
        {
          g_autofree char *option = g_strdup_printf ("--%s", entry->long_name);
          g_autofree char *what = g_strdup_printf ("an option of %s", command->name);

          if (!(entry->flags & G_OPTION_FLAG_HIDDEN))
            wanted (manual, section, option, what);
        }
    }
}

static void
test_completions (void)
{
  for (guint c = 0; c < G_N_ELEMENTS (completions); c++)
    {
      g_autofree char *text = read_source (completions[c]);
      gboolean fish = g_str_has_suffix (completions[c], ".fish");

      for (guint i = 0; sy_commands[i] != NULL; i++)
        {
          wanted (completions[c], text, sy_commands[i]->name, "a command");
          for (const GOptionEntry *entry = sy_commands[i]->entries; entry != NULL && entry->long_name != NULL; entry++)
            {
              g_autofree char *option = g_strdup_printf (fish ? "-l %s " : "--%s", entry->long_name);

              if (!(entry->flags & G_OPTION_FLAG_HIDDEN))
                wanted (completions[c], text, option, "an option");
            }
        }
    }
}

static void
test_help (void)
{
  g_autofree char *overview = sy_command_overview ();

  for (guint i = 0; sy_commands[i] != NULL; i++)
    {
      const SyCommand *command = sy_commands[i];
      g_autofree char *help = sy_command_help (command);
      g_autofree char *usage = g_strdup_printf ("switchyard %s", command->name);

      wanted ("--help", overview, command->name, "a command");
      wanted (command->name, help, usage, "usage");
      wanted (command->name, help, command->summary, "summary");
      wanted (command->name, help, "Examples:\n  ", "examples");
      wanted (command->name, command->examples, usage, "an example of its own");
      g_assert_true (command->run != NULL);
      g_assert_true (command->max_args < 0 || command->max_args >= command->min_args);
      for (const GOptionEntry *entry = command->entries; entry != NULL && entry->long_name != NULL; entry++)
        {
          g_autofree char *option = g_strdup_printf ("--%s", entry->long_name);

          if (!(entry->flags & G_OPTION_FLAG_HIDDEN))
            wanted (command->name, help, option, "an option");
        }
    }
}

static void
test_exit_codes (void)
{
  static const struct { SyErrorCode error; int code; } cases[] = {
    { SY_ERROR_INVALID, SY_EXIT_USAGE },     { SY_ERROR_NOT_FOUND, SY_EXIT_USAGE }, { SY_ERROR_OWNED, SY_EXIT_OWNED },
    { SY_ERROR_REFUSED, SY_EXIT_USAGE },     { SY_ERROR_CORRUPT, SY_EXIT_INTERNAL },
    { SY_ERROR_VERSION, SY_EXIT_INTERNAL },  { SY_ERROR_NO_SPACE, SY_EXIT_INTERNAL },
    { SY_ERROR_IO, SY_EXIT_INTERNAL },       { SY_ERROR_LIMIT, SY_EXIT_USAGE },
    { SY_ERROR_UNSUPPORTED, SY_EXIT_USAGE }, { SY_ERROR_CANCELLED, SY_EXIT_CANCELLED },
    { SY_ERROR_INTERNAL, SY_EXIT_INTERNAL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = g_error_new (SY_ERROR, cases[i].error, "x");

      g_assert_cmpint (sy_exit_code_of_error (error), ==, cases[i].code);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/table/manual", test_manual);
  g_test_add_func ("/cli/table/completions", test_completions);
  g_test_add_func ("/cli/table/help", test_help);
  g_test_add_func ("/cli/table/exit-codes", test_exit_codes);
  return g_test_run ();
}
