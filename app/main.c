/* main.c: the headless program
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-command.h"

#include "app/sy-run-start.h"
#include "app/sy-words.h"

#include "core/base/sy-text.h"

#include <malloc.h>
#include <stdio.h>
#include <string.h>

/* Bytes by which an arena grows, and above which its free end goes back to the kernel. */
#define HEAP_STEP (1 << 20)
#define HEAP_TRIM (8 << 20)

/* What other programs call it */
static const struct { const char *word, *here; } others[] = {
  { "abort", "cancel RUN" },     { "check", "validate FILE" },   { "clean", "gc" },             { "continue", "resume RUN" },
  { "convert", "import FILE" },  { "dry-run", "run -n FILE" },   { "edit", "open FILE" },       { "exec", "run FILE" },
  { "explain", "why RUN TASK" }, { "graph", "export FILE" },     { "gui", "open" },             { "history", "runs" },
  { "kill", "cancel RUN" },      { "lint", "validate FILE" },    { "list", "runs" },            { "log", "logs RUN" },
  { "ls", "runs" },              { "output", "logs RUN" },       { "plan", "run -n FILE" },     { "prune", "gc" },
  { "ps", "runs" },              { "remove", "delete RUN" },     { "repair", "rerun RUN" },     { "report", "export RUN" },
  { "restart", "rerun RUN" },    { "retry", "rerun RUN" },       { "rm", "delete RUN" },        { "start", "run FILE" },
  { "status", "show RUN" },      { "submit", "run FILE" },       { "tail", "logs -f RUN" },     { "test", "validate FILE" },
  { "version", "--version" },    { "view", "open FILE" },
};

/* FALSE: nobody calls anything so. */
static gboolean
say_other_word (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    if (g_str_equal (word, others[i].word))
      {
        sy_complain ("there is no command “%s”; here it is “switchyard %s”", word, others[i].here);
        return TRUE;
      }
  return FALSE;
}

static int
unknown_command (const char *word)
{
  SyNearest nearest;

  if (say_other_word (word))
    return SY_EXIT_USAGE;
  if (word[0] == '-')
    {
      sy_complain ("an option stands behind its command: switchyard COMMAND %s; “switchyard --help” lists the commands", word);
      return SY_EXIT_USAGE;
    }
  if (g_file_test (word, G_FILE_TEST_IS_REGULAR))
    {
      g_autofree char *quoted = sy_say_shell_quote (word);

      sy_complain ("there is no command “%s”; “switchyard run %s” runs the file", word, quoted);
      return SY_EXIT_USAGE;
    }
  sy_nearest_init (&nearest, word);
  for (guint i = 0; sy_commands[i] != NULL; i++)
    sy_nearest_try (&nearest, sy_commands[i]->name);
  if (nearest.nearest != NULL)
    sy_complain ("there is no command “%s”; did you mean “%s”?", word, nearest.nearest);
  else
    sy_complain ("there is no command “%s”; “switchyard --help” lists them", word);
  return SY_EXIT_USAGE;
}

static int
show_help (const char *name)
{
  const SyCommand *command = name != NULL ? sy_command_find (name) : NULL;
  g_autofree char *text = NULL;

  if (name != NULL && command == NULL)
    return unknown_command (name);
  text = command != NULL ? sy_command_help (command) : sy_command_overview ();
  sy_out_line (text);
  return sy_out_close (SY_EXIT_OK);
}

int
main (int argc, char **argv)
{
  const SyCommand *command;

  if (argc < 2)
    {
      g_autofree char *text = sy_command_overview ();

      fputs (text, stderr);
      return SY_EXIT_USAGE;
    }
  if (strcmp (argv[1], "--version") == 0 || strcmp (argv[1], "-V") == 0)
    {
      puts ("switchyard " SY_VERSION);
      return sy_out_close (SY_EXIT_OK);
    }
  if (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0 || strcmp (argv[1], "help") == 0)
    return show_help (argc > 2 ? argv[2] : NULL);
  /* By default the log writer's arena is given back and fetched again at every commit: an mprotect each. */
  mallopt (M_TOP_PAD, HEAP_STEP);
  mallopt (M_TRIM_THRESHOLD, HEAP_TRIM);
  sy_run_set_arguments (argv);
  command = sy_command_find (argv[1]);
  if (command == NULL)
    return unknown_command (argv[1]);
  return sy_command_main (command, argc - 1, argv + 1);
}
