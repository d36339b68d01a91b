/* cmd-open.c: open
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-command.h"

#include "core/engine/sy-process.h"

#define WINDOW "switchyard-gui"

static char *opt_run;

static const GOptionEntry open_entries[] = {
  { "run", 'r', 0, G_OPTION_ARG_STRING, &opt_run, "Show this run of it", "RUN" },
  { NULL }
};

/* What GTK would find by itself */
static gboolean
has_display (void)
{
  static const char *const variables[] = { "DISPLAY", "WAYLAND_DISPLAY", "GDK_BACKEND" };
  g_autofree char *socket = g_build_filename (g_get_user_runtime_dir (), "wayland-0", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    if (g_getenv (variables[i]) != NULL && *g_getenv (variables[i]) != '\0')
      return TRUE;
  return g_file_test (socket, G_FILE_TEST_EXISTS);
}

/* The window's program lies beside this one. */
static int
open_window (char **args)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *self = g_file_read_link ("/proc/self/exe", &error);
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : NULL;
  g_autofree char *program = folder != NULL ? g_build_filename (folder, WINDOW, NULL) : NULL;
  g_autofree char *run = opt_run != NULL ? g_strconcat ("--run=", opt_run, NULL) : NULL;
  const char *argv[] = { WINDOW, NULL, NULL, NULL };
  guint n = 1;

  if (program == NULL)
    return sy_fail (error);
  if (!g_file_test (program, G_FILE_TEST_IS_EXECUTABLE))
    {
      sy_complain ("the window is not installed (%s); “switchyard watch” follows a run in the terminal", program);
      return SY_EXIT_USAGE;
    }
  if (!has_display ())
    {
      sy_complain ("there is no display here to open a window on; “switchyard watch” follows a run in the terminal");
      return SY_EXIT_USAGE;
    }
  if (run != NULL)
    argv[n++] = run;
  if (args[0] != NULL)
    argv[n++] = args[0];
  sy_process_become (program, argv, &error);
  return sy_fail (error);
}

const SyCommand sy_command_open = {
  .name = "open",
  .arguments = "[FILE]",
  .summary = "Open the window on a workflow or a run",
  .description = "Opening runs nothing. The window shows every run, whoever started it.",
  .examples = "  switchyard open nightly.yard.yaml\n"
              "  switchyard open --run last",
  .entries = open_entries,
  .min_args = 0,
  .max_args = 1,
  .run = open_window,
};
