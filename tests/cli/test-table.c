/* test-table.c: every command and option is in --help, in the manual and in the completions
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-command.h"
#include "core/format/sy-fields.h"
#include "core/model/sy-event.h"

#include <string.h>

static const char *const manual = "data/man/switchyard.1";

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

/* What a completion offers behind a command; (?<names> …) may name several commands, as “stop | skip)” does */
static const struct { const char *path, *block, *option, *command; } completions[] = {
  { "data/completions/switchyard.bash", "(?m)^    (?<names>[a-z-]+(?: [|] [a-z-]+)*)\\) echo (?<text>[^;]*) ;;", "--([a-z-]+)",
    "[ \n]@[ \n\"]" },
  { "data/completions/_switchyard", "(?ms)^    (?<names>[a-z|-]+)\\) _arguments (?<text>.*?) ;;$", "--([a-z-]+)", "'@:" },
  { "data/completions/switchyard.fish", "(?m)-n '__fish_seen_subcommand_from (?<names>[a-z-]+)' (?<text>.*)$", "-l ([a-z-]+)",
    "-a @ -d" },
};

/* All that group 1 of @pattern finds in @text */
static void
find_all (const char *text, const char *pattern, GHashTable *found)
{
  g_autoptr (GRegex) regex = g_regex_new (pattern, 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  for (g_regex_match (regex, text, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL))
    g_hash_table_add (found, g_match_info_fetch (match, 1));
}

/* The long options that completion @c offers behind @command */
static GHashTable *
offered (guint c, const char *text, const SyCommand *command)
{
  g_autoptr (GRegex) regex = g_regex_new (completions[c].block, 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  GHashTable *found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (g_regex_match (regex, text, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      g_autofree char *names = g_match_info_fetch_named (match, "names"), *body = g_match_info_fetch_named (match, "text");
      g_auto (GStrv) each = g_strsplit_set (names, " |", -1);

      if (g_strv_contains ((const char *const *) each, command->name))
        find_all (body, completions[c].option, found);
    }
  g_hash_table_remove (found, "help");
  return found;
}

static gboolean
has_option (const SyCommand *command, const char *name)
{
  for (const GOptionEntry *entry = command->entries; entry != NULL && entry->long_name != NULL; entry++)
    if (g_str_equal (entry->long_name, name))
      return !(entry->flags & G_OPTION_FLAG_HIDDEN);
  return FALSE;
}

/* Just the options that the command has, no more and no less */
static void
compare_options (const char *where, const SyCommand *command, GHashTable *found)
{
  GHashTableIter iter;
  gpointer name;

  for (const GOptionEntry *entry = command->entries; entry != NULL && entry->long_name != NULL; entry++)
    if (!(entry->flags & G_OPTION_FLAG_HIDDEN) && !g_hash_table_contains (found, entry->long_name))
      wanted (where, NULL, entry->long_name, command->name);
  g_hash_table_iter_init (&iter, found);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (!has_option (command, name))
      {
        g_test_message ("%s: %s has no option --%s", where, command->name, (char *) name);
        g_test_fail ();
      }
}

static void
test_completions (void)
{
  for (guint c = 0; c < G_N_ELEMENTS (completions); c++)
    {
      g_autofree char *text = read_source (completions[c].path);

      for (guint i = 0; sy_commands[i] != NULL; i++)
        {
          g_auto (GStrv) around = g_strsplit (completions[c].command, "@", 2);
          g_autofree char *pattern = g_strconcat (around[0], sy_commands[i]->name, around[1], NULL);
          g_autoptr (GHashTable) found = offered (c, text, sy_commands[i]);

          if (!g_regex_match_simple (pattern, text, 0, 0))
            wanted (completions[c].path, NULL, sy_commands[i]->name, "a command");
          compare_options (completions[c].path, sy_commands[i], found);
        }
    }
}

/* Options that the manual's part about a command names in heads of paragraphs */
static void
test_manual_options (void)
{
  g_autofree char *text = plain_manual ();

  for (guint i = 0; sy_commands[i] != NULL; i++)
    {
      g_autofree char *section = manual_section (text, sy_commands[i]);
      g_autoptr (GHashTable) found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

      find_all (section != NULL ? section : "", "(?m)^\\.T[PQ]\n[.\\\\].*?--([a-z-]+)", found);
      g_hash_table_remove (found, "help");
      compare_options (manual, sy_commands[i], found);
    }
}

/* The manual's list of events is that of the log. */
static void
test_manual_events (void)
{
  g_autofree char *text = plain_manual ();
  const char *start = strstr (text, "Events are named");
  g_autofree char *part = start != NULL ? g_strdup (start) : NULL;
  g_autoptr (GHashTable) found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  SyEventKind kind;

  g_assert_nonnull (part);
  *strstr (part, ".TP") = '\0';
  find_all (part, "([a-z]+(?:_[a-z]+)*)(?=[ \"\n])", found);
  for (guint i = 1; i < 256; i++)
    {
      const char *word = sy_event_kind_to_string ((SyEventKind) i);

      if (sy_event_kind_from_string (word, &kind) && !g_hash_table_contains (found, word))
        wanted (manual, NULL, word, "an event");
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
      if (command->arguments != NULL && strstr (command->arguments, "RUN") != NULL)
        wanted (command->name, help, "RUN is the id of a run", "what a RUN is");
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

/* Every key that a workflow file may have now */
static void
test_manual_fields (void)
{
  static const char *const page = "data/man/switchyard-workflow.5";
  g_autofree char *text = read_source (page);

  for (guint t = 0; sy_tables[t] != NULL; t++)
    for (guint i = 0; i < sy_tables[t]->n_fields; i++)
      {
        const SyField *field = &sy_tables[t]->fields[i];
        g_autofree char *word = g_strdup_printf ("\\b%s\\b", field->key);
        g_autofree char *what = g_strdup_printf ("a key of %s", sy_tables[t]->name);

        if (!(field->flags & SY_FIELD_LATER) && !g_regex_match_simple (word, text, 0, 0))
          wanted (page, NULL, field->key, what);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/table/manual", test_manual);
  g_test_add_func ("/cli/table/manual-options", test_manual_options);
  g_test_add_func ("/cli/table/manual-fields", test_manual_fields);
  g_test_add_func ("/cli/table/manual-events", test_manual_events);
  g_test_add_func ("/cli/table/completions", test_completions);
  g_test_add_func ("/cli/table/help", test_help);
  g_test_add_func ("/cli/table/exit-codes", test_exit_codes);
  return g_test_run ();
}
