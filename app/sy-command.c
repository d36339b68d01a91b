/* sy-command.c: the table of commands and what they share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-command.h"

#include "app/sy-words.h"
#include "core/base/sy-text.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

/* Files of a folder, from which on a list of them is no help */
#define MOST_LISTED 8

const SyCommand *const sy_commands[] = {
  &sy_command_run,    &sy_command_validate,
  &sy_command_runs,   &sy_command_show,      &sy_command_logs,    &sy_command_watch,  &sy_command_why,
  &sy_command_rerun,  &sy_command_cancel,    &sy_command_pause,   &sy_command_resume, &sy_command_drain,
  &sy_command_stop,   &sy_command_skip,      &sy_command_retry_now, &sy_command_give_up, &sy_command_mark,
  &sy_command_import, &sy_command_export,    &sy_command_doctor,  &sy_command_gc,     &sy_command_delete,
  &sy_command_pin,    &sy_command_note,      &sy_command_schema,  &sy_command_open,
  NULL
};

const SyCommand *
sy_command_find (const char *name)
{
  for (guint i = 0; sy_commands[i] != NULL; i++)
    if (g_str_equal (sy_commands[i]->name, name))
      return sy_commands[i];
  return NULL;
}

/* Each help is read by itself, maybe the first of all. */
static const char *
about_run (const SyCommand *command)
{
  return command->arguments != NULL && strstr (command->arguments, "RUN") != NULL
           ? "RUN is the id of a run, its first 4 or more letters, its number in its workflow, or “last”.\n\n"
           : "";
}

static GOptionContext *
option_context (const SyCommand *command)
{
  GOptionContext *context = g_option_context_new (command->arguments);
  g_autofree char *prgname = g_strdup_printf ("switchyard %s", command->name);
  g_autofree char *summary = g_strdup_printf ("%s.", command->summary);
  g_autofree char *more = g_strdup_printf ("%s%s%sExamples:\n%s",
                                           command->description != NULL ? command->description : "",
                                           command->description != NULL ? "\n\n" : "", about_run (command), command->examples);

  g_set_prgname (prgname);
  g_option_context_set_summary (context, summary);
  g_option_context_set_description (context, more);
  if (command->entries != NULL)
    g_option_context_add_main_entries (context, command->entries, NULL);
  return context;
}

char *
sy_command_help (const SyCommand *command)
{
  g_autoptr (GOptionContext) context = option_context (command);

  return g_option_context_get_help (context, TRUE, NULL);
}

char *
sy_command_overview (void)
{
  GString *out = g_string_new ("Usage:\n  switchyard COMMAND [ARGUMENT…]\n\n"
                               "Runs, watches and repairs workflows of commands.\n\nCommands:\n");

  for (guint i = 0; sy_commands[i] != NULL; i++)
    g_string_append_printf (out, "  %-10s  %s\n", sy_commands[i]->name, sy_commands[i]->summary);
  g_string_append (out, "\n“switchyard COMMAND --help” shows a command's options with examples;\n"
                        "“switchyard --version” the version. RUN is a run's id or the first 4 or more letters of it,\n"
                        "its number in its workflow, or “last”. Manual: man switchyard, man switchyard-workflow.\n");
  return g_string_free (out, FALSE);
}

static gboolean
wants_help (int argc, char **argv)
{
  for (int i = 1; i < argc && !g_str_equal (argv[i], "--"); i++)
    if (g_str_equal (argv[i], "--help") || g_str_equal (argv[i], "-h") || g_str_equal (argv[i], "-?"))
      return TRUE;
  return FALSE;
}

static gboolean
takes_value (const SyCommand *command, char letter)
{
  for (const GOptionEntry *e = command->entries; e != NULL && e->long_name != NULL; e++)
    if (e->short_name == letter)
      return e->arg != G_OPTION_ARG_NONE && !(e->flags & (G_OPTION_FLAG_NO_ARG | G_OPTION_FLAG_OPTIONAL_ARG));
  return FALSE;
}

/* GOption does not know values that stand right behind a short option, as every make user writes them: -j8 becomes -j 8. */
static GStrv
split_short_options (const SyCommand *command, int argc, char **argv)
{
  g_autoptr (GStrvBuilder) out = g_strv_builder_new ();
  gboolean options = TRUE;

  for (int i = 0; i < argc; i++)
    {
      const char *arg = argv[i];

      options = options && !g_str_equal (arg, "--");
      if (i > 0 && options && arg[0] == '-' && arg[1] != '-' && arg[1] != '\0' && arg[2] != '\0' && takes_value (command, arg[1]))
        {
          const char letter[] = { '-', arg[1], '\0' };

          g_strv_builder_add (out, letter);
          g_strv_builder_add (out, arg + (arg[2] == '=' ? 3 : 2));
        }
      else
        g_strv_builder_add (out, arg);
    }
  return g_strv_builder_end (out);
}

static gboolean
has_option (const SyCommand *command, const char *name)
{
  for (const GOptionEntry *e = command->entries; e != NULL && e->long_name != NULL; e++)
    if (g_str_equal (e->long_name, name))
      return TRUE;
  return FALSE;
}

/* (nullable) the option that the first unknown one comes near to, or that other programs call so */
static const char *
option_meant (const SyCommand *command, int argc, char **argv)
{
  static const struct { const char *word, *here; } others[] = {
    { "jobs", "slots" },   { "parallel", "slots" }, { "cores", "slots" },  { "background", "detach" }, { "force", "kill" },
    { "format", "to" },    { "watch", "follow" },   { "tail", "lines" },   { "silent", "quiet" },      { "directory", "dir" },
    { "just-print", "dry-run" }, { "dry-run", "preview" }, { "preview", "dry-run" }, { "target", "only" }, { "until", "only" },
  };

  for (int i = 1; i < argc && !g_str_equal (argv[i], "--"); i++)
    {
      g_autofree char *name = g_str_has_prefix (argv[i], "--") ? g_strndup (argv[i] + 2, strcspn (argv[i] + 2, "=")) : NULL;
      SyNearest nearest;

      if (name == NULL || has_option (command, name))
        continue;
      for (guint k = 0; k < G_N_ELEMENTS (others); k++)
        if (g_str_equal (name, others[k].word) && has_option (command, others[k].here))
          return others[k].here;
      sy_nearest_init (&nearest, name);
      for (const GOptionEntry *e = command->entries; e != NULL && e->long_name != NULL; e++)
        if (!(e->flags & G_OPTION_FLAG_HIDDEN))
          sy_nearest_try (&nearest, e->long_name);
      return nearest.nearest;
    }
  return NULL;
}

static int
by_name (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

/* "; here are a.yard.yaml and b.yard.yaml" for a command that wants a FILE, else "" (transfer full) */
static char *
files_here (const SyCommand *command)
{
  g_autoptr (GDir) dir = g_str_has_prefix (command->arguments, "FILE") ? g_dir_open (".", 0, NULL) : NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *list = NULL;
  const char *name;

  while (dir != NULL && names->len < MOST_LISTED && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".yard.yaml"))
      g_ptr_array_add (names, sy_say_shell_quote (name));
  if (names->len == 0 || names->len == MOST_LISTED)
    return g_strdup ("");
  g_ptr_array_sort (names, by_name);
  g_ptr_array_add (names, NULL);
  list = g_strjoinv (", ", (char **) names->pdata);
  return g_strdup_printf ("; in this folder: %s", list);
}

int
sy_command_main (const SyCommand *command, int argc, char **argv)
{
  g_autoptr (GOptionContext) context = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) args = NULL;
  int n;

  setlocale (LC_CTYPE, "");
  if (wants_help (argc, argv))
    {
      g_autofree char *help = sy_command_help (command);

      sy_out_line (help);
      return sy_out_close (SY_EXIT_OK);
    }
  context = option_context (command);
  g_option_context_set_help_enabled (context, FALSE);
  args = split_short_options (command, argc, argv);
  if (!g_option_context_parse_strv (context, &args, &error))
    {
      const char *meant = g_error_matches (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION) ? option_meant (command, argc, argv) : NULL;

      return sy_usage (command, "%s%s%s%s", error->message, meant != NULL ? "; did you mean --" : "", meant != NULL ? meant : "",
                       meant != NULL ? "?" : "");
    }
  if (args[1] != NULL && g_str_equal (args[1], "--"))
    memmove (&args[1], &args[2], g_strv_length (&args[1]) * sizeof *args);
  n = g_strv_length (args) - 1;
  if (n < command->min_args)
    {
      g_autofree char *here = files_here (command);

      return sy_usage (command, "too few arguments: it takes %s%s", command->arguments, here);
    }
  if (command->max_args >= 0 && n > command->max_args)
    return sy_usage (command, "unexpected argument “%s”%s%s", args[1 + command->max_args], command->surplus != NULL ? ": " : "",
                     command->surplus != NULL ? command->surplus : "");
  return sy_out_close (command->run (args + 1));
}

void
sy_complain (const char *format, ...)
{
  g_autofree char *message = NULL;
  g_autoptr (GString) clean = NULL;
  va_list list;

  va_start (list, format);
  message = g_strdup_vprintf (format, list);
  va_end (list);
  clean = sy_say_clean (g_string_new (NULL), message); /* names of files are whatever somebody called them */
  fflush (stdout);
  fprintf (stderr, "switchyard: %s\n", clean->str);
}

int
sy_exit_code_of_error (const GError *error)
{
  if (error->domain != SY_ERROR)
    return SY_EXIT_INTERNAL;
  switch ((SyErrorCode) error->code)
    {
    case SY_ERROR_INVALID:
    case SY_ERROR_NOT_FOUND:
    case SY_ERROR_REFUSED:
    case SY_ERROR_LIMIT:
    case SY_ERROR_UNSUPPORTED:
      return SY_EXIT_USAGE;
    case SY_ERROR_OWNED:
      return SY_EXIT_OWNED;
    case SY_ERROR_CANCELLED:
      return SY_EXIT_CANCELLED;
    default:
      return SY_EXIT_INTERNAL;
    }
}

int
sy_fail (const GError *error)
{
  sy_complain ("%s", error->message);
  return sy_exit_code_of_error (error);
}

int
sy_usage (const SyCommand *command, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list list;

  va_start (list, format);
  message = g_strdup_vprintf (format, list);
  va_end (list);
  sy_complain ("%s: %s", command->name, message);
  fprintf (stderr, "“switchyard %s --help” shows its options\n", command->name);
  return SY_EXIT_USAGE;
}

void
sy_out (const GString *text)
{
  fwrite (text->str, 1, text->len, stdout);
}

void
sy_out_line (const char *text)
{
  gsize length = strlen (text);

  fwrite (text, 1, length, stdout);
  if (length == 0 || text[length - 1] != '\n')
    fputc ('\n', stdout);
}

int
sy_out_close (int code)
{
  int failed = fflush (stdout) != 0 || ferror (stdout);

  if (!failed)
    return code;
  fprintf (stderr, "switchyard: cannot write the output: %s\n", g_strerror (errno));
  return SY_EXIT_INTERNAL;
}
