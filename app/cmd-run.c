/* cmd-run.c: run
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-command.h"

#include "app/sy-dry-run.h"
#include "app/sy-run-start.h"
#include "app/sy-words.h"
#include "app/sy-problem-output.h"
#include "core/format/sy-import.h"
#include "core/format/sy-loader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static char **opt_params;
static char *opt_slots, *opt_dir, *opt_only, *opt_on_failure;
static double opt_time_scale;
static gboolean opt_alone, opt_detach, opt_json, opt_quiet, opt_dry_run;
static int opt_ready_fd = -1;
static char *opt_text;

static const GOptionEntry run_entries[] = {
  { "param", 'p', 0, G_OPTION_ARG_FILENAME_ARRAY, &opt_params, "Set a parameter of the workflow (repeatable)",
    "NAME=VALUE" },
  { "slots", 'j', 0, G_OPTION_ARG_STRING, &opt_slots, "Run at most N tasks at a time; auto = one for each CPU",
    "N|auto" },
  { "dir", 'C', 0, G_OPTION_ARG_FILENAME, &opt_dir, "Run the tasks in DIR instead of the file's dir", "DIR" },
  { "only", 0, 0, G_OPTION_ARG_STRING, &opt_only, "Run only these tasks and all that they need", "TASK,…" },
  { "alone", 0, 0, G_OPTION_ARG_NONE, &opt_alone, "With --only: these tasks alone, as if what they need were there", NULL },
  { "on-failure", 0, 0, G_OPTION_ARG_STRING, &opt_on_failure,
    "When a task has failed: go on with what does not need it, start nothing new, or stop all", "continue|stop|cancel" },
  { "time-scale", 0, 0, G_OPTION_ARG_DOUBLE, &opt_time_scale,
    "Sleep the recorded runtimes of an imported file, times X", "X" },
  { "detach", 0, 0, G_OPTION_ARG_NONE, &opt_detach, "Let the run go on in the background and print its id", NULL },
  { "dry-run", 'n', 0, G_OPTION_ARG_NONE, &opt_dry_run, "Print what would run, in which order, with which commands; start nothing", NULL },
  { "json", 0, 0, G_OPTION_ARG_NONE, &opt_json, "Print one JSON object a line for each event, then the result", NULL },
  { "quiet", 'q', 0, G_OPTION_ARG_NONE, &opt_quiet, "Print only what went wrong", NULL },
  { "text", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME, &opt_text, "", "FILE" },
  { "ready-fd", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &opt_ready_fd, "", "FD" },
  { NULL }
};

static gboolean
take_options (SyRunSettings *settings, GError **error)
{
  if (opt_slots != NULL && !sy_run_settings_parse_slots (opt_slots, &settings->slots, error))
    return FALSE;
  if (opt_on_failure != NULL && !sy_run_settings_parse_on_failure (opt_on_failure, &settings->on_failure, error))
    return FALSE;
  if (opt_only != NULL)
    settings->only = g_strsplit (opt_only, ",", -1);
  settings->alone = opt_alone;
  if (opt_alone && opt_only == NULL)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "--alone goes with --only: it says which tasks");
      return FALSE;
    }
  if (opt_dir != NULL && (settings->dir = realpath (opt_dir, NULL)) == NULL)
    {
      sy_error_set_errno (error, errno, "folder “%s”", opt_dir);
      return FALSE;
    }
  if (!(opt_time_scale >= 0 && opt_time_scale <= 1e6))
    {
      g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "--time-scale: wanted is a number from 0 to 1000000");
      return FALSE;
    }
  settings->time_scale = opt_time_scale;
  return TRUE;
}

static gboolean
take_params (SyRunSettings *settings, const SyWorkflow *workflow, GError **error)
{
  static const char *const none[] = { NULL };
  const char *const *given = opt_params != NULL ? (const char *const *) opt_params : none;
  GHashTable *values = NULL;

  for (guint i = 0; given[i] != NULL; i++)
    if (!g_utf8_validate (given[i], -1, NULL))
      {
        g_autofree char *shown = g_utf8_make_valid (given[i], -1);

        g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "--param %s: the value is no valid UTF-8", shown);
        return FALSE;
      }
  if (!sy_loader_check_params (workflow, given, g_get_real_time (), sy_loader_own_env, NULL, &values, error))
    return FALSE;
  g_hash_table_unref (settings->params);
  settings->params = values;
  return TRUE;
}

static int
print_plan (const SyWorkflow *workflow, const SyRunSettings *settings)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  if (!sy_dry_run_say (settings, workflow, out, &error))
    return sy_fail (error);
  sy_out (out);
  return SY_EXIT_OK;
}

/* A document that is edited: FILE with another text than it has on the disk */
static SyWorkflow *
open_text (const char *path, SyProblems *problems, GBytes **bytes)
{
  g_autoptr (GError) error = NULL;

  *bytes = sy_loader_read (opt_text, &error);
  if (*bytes != NULL)
    return sy_loader_load_bytes (*bytes, path, problems);
  sy_complain ("%s", error->message);
  return NULL;
}

static SyWorkflow *
open_file (const char *path, GBytes **bytes, char **real)
{
  g_autoptr (SyProblems) problems = sy_problems_new ();
  SyWorkflow *workflow;

  *real = realpath (path, NULL);
  if (opt_text != NULL && *real == NULL)
    *real = g_canonicalize_filename (path, NULL);
  workflow = opt_text != NULL ? open_text (*real, problems, bytes)
                              : sy_open_workflow_file (*real != NULL ? *real : path, problems, bytes, NULL);
  if (workflow == NULL || !workflow->bound) /* else what is wrong depends on the parameters */
    sy_problems_say (problems);
  if (workflow == NULL)
    sy_complain (sy_problems_get_source (problems) != NULL ? "%s: the file is not valid, nothing was started"
                                                           : "%s: nothing was started", path);
  return workflow;
}

/* Fields such as `slots: "${{ params.jobs }}"` get what they are worth in this run. */
static gboolean
bind (SyWorkflow **workflow, GBytes *bytes, const char *path, const SyRunSettings *settings)
{
  g_autoptr (SyProblems) problems = sy_problems_new ();

  g_clear_pointer (workflow, sy_workflow_unref);
  *workflow = sy_loader_load_bound (bytes, path, settings->params, sy_loader_own_env, NULL, SY_BIND_RUN, problems);
  sy_problems_say (problems);
  if (*workflow != NULL)
    return TRUE;
  sy_complain ("%s: the file is not valid with these parameters, nothing was started", path);
  return FALSE;
}

static SyRunShow
wanted_show (void)
{
  if (opt_json)
    return SY_SHOW_JSON;
  return opt_quiet || opt_ready_fd >= 0 ? SY_SHOW_NOTHING : SY_SHOW_PROGRESS;
}

/* Each line of the message is a mistake of its own. */
static int
fail_by_lines (const GError *error)
{
  g_auto (GStrv) lines = g_strsplit (error->message, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    sy_complain ("%s", lines[i]);
  return sy_exit_code_of_error (error);
}

static int
run (char **args)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *real = NULL;
  g_autoptr (SyWorkflow) workflow = NULL;
  g_autoptr (SyRunSettings) settings = sy_run_settings_new ();
  g_autofree guint8 *selected = NULL;
  SyRunStart start;

  if (opt_detach)
    return sy_run_detached ();
  if (!take_options (settings, &error))
    return sy_usage (&sy_command_run, "%s", error->message);
  workflow = open_file (args[0], &bytes, &real);
  if (workflow == NULL)
    return SY_EXIT_USAGE;
  if (!take_params (settings, workflow, &error))
    return fail_by_lines (error);
  if (workflow->bound && !bind (&workflow, bytes, real, settings))
    return SY_EXIT_USAGE;
  if (opt_dry_run)
    return print_plan (workflow, settings);
  selected = sy_run_settings_select (settings, workflow, &error);
  if (error != NULL)
    return sy_fail (error);
  start = (SyRunStart){ .workflow = workflow,
                        .bytes = bytes,
                        .path = real,
                        .settings = settings,
                        .show = wanted_show (),
                        .ready_fd = opt_ready_fd };
  return sy_run_start (&start);
}

const SyCommand sy_command_run = {
  .name = "run",
  .arguments = "FILE",
  .summary = "Run a workflow",
  .description = "Ctrl+C stops the run: tasks get a signal and time to end; a second Ctrl+C kills them. Closing the\n"
                 "terminal does not end the run. Exit status: 0 succeeded, 1 failed, 2 wrong usage or file,\n"
                 "3 cancelled, 4 lost or stalled, 5 paused, 6 internal error, 7 another runner is at work.",
  .examples = "  switchyard run nightly.yard.yaml\n"
              "  switchyard run nightly.yard.yaml -p region=us -p day=2026-01-31 -j 4\n"
              "  switchyard run -n nightly.yard.yaml\n"
              "  switchyard run --detach --on-failure stop build.yard.yaml\n"
              "  switchyard run --time-scale 0.01 trace.json",
  .entries = run_entries,
  .min_args = 1,
  .max_args = 1,
  .surplus = "a parameter is given as -p NAME=VALUE",
  .run = run,
};
