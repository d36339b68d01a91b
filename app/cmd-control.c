/* cmd-control.c: cancel, pause, drain, stop, skip, retry-now, give-up, mark
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-command.h"

#include "app/sy-request.h"
#include "app/sy-run-report.h"
#include "app/sy-run-start.h"

static gboolean opt_kill;
static char *opt_branch, *opt_as, *opt_note;

/* Sends @request to the runner; where none lives and @start, becomes it for as long as the request takes. */
static int
send (SyRunView *view, const char *request, gboolean start)
{
  g_autoptr (GError) error = NULL;
  const char *commands[] = { request, NULL };
  SyRunTakeOver how = { .start_tasks = FALSE, .commands = commands, .show = SY_SHOW_NOTHING, .ready_fd = -1 };

  if (sy_run_command (view, request, &error))
    return SY_EXIT_OK;
  if (error != NULL)
    return sy_fail (error);
  if (start)
    return sy_run_take_over (view, &how);
  sy_complain ("run %.8s has no runner: nothing runs; “switchyard resume %.8s” goes on with it", view->meta.uuid,
               view->meta.uuid);
  return SY_EXIT_USAGE;
}

static int
request_for_run (const char *run, const char *request, gboolean start)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SyRunView) view = sy_run_view_open (run, &error);

  if (view == NULL)
    return sy_fail (error);
  return send (view, request, start);
}

/* For commands about one task; its name is looked up here, for "did you mean". */
static int
request_for_task (char **args, const char *request, gboolean start)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SyRunView) view = sy_run_view_open (args[0], &error);

  if (view == NULL || sy_run_view_find_task (view, args[1], &error) == 0)
    return sy_fail (error);
  return send (view, request, start);
}

/* --- cancel --- */

static const GOptionEntry kill_entries[] = {
  { "kill", 0, 0, G_OPTION_ARG_NONE, &opt_kill, "Kill at once, without time to end", NULL },
  { NULL }
};

static int
cancel (char **args)
{
  g_autofree char *request = sy_request_with_kill ("cancel", NULL, opt_kill);

  return request_for_run (args[0], request, TRUE);
}

const SyCommand sy_command_cancel = {
  .name = "cancel",
  .arguments = "RUN",
  .summary = "Stop a run: its tasks get a signal and time to end",
  .examples = "  switchyard cancel last\n"
              "  switchyard cancel 4f1c --kill",
  .entries = kill_entries,
  .min_args = 1,
  .max_args = 1,
  .run = cancel,
};

/* --- pause, drain --- */

static const GOptionEntry branch_entries[] = {
  { "branch", 0, 0, G_OPTION_ARG_STRING, &opt_branch, "Only the branch of FORK that begins with CHILD", "FORK/CHILD" },
  { NULL }
};

static int
pause_run (char **args)
{
  g_autofree char *request = sy_request_new ("pause", "branch", opt_branch);

  return request_for_run (args[0], request, FALSE);
}

const SyCommand sy_command_pause = {
  .name = "pause",
  .arguments = "RUN",
  .summary = "Start nothing new until resumed; running tasks go on",
  .examples = "  switchyard pause last\n"
              "  switchyard pause last --branch split/topics",
  .entries = branch_entries,
  .min_args = 1,
  .max_args = 1,
  .run = pause_run,
};

static int
drain (char **args)
{
  g_autofree char *request = sy_request_new ("drain", NULL, NULL);

  return request_for_run (args[0], request, FALSE);
}

const SyCommand sy_command_drain = {
  .name = "drain",
  .arguments = "RUN",
  .summary = "Let running tasks end, then leave the run paused",
  .examples = "  switchyard drain last && switchyard watch last",
  .min_args = 1,
  .max_args = 1,
  .run = drain,
};

/* --- one task --- */

static int
stop (char **args)
{
  g_autofree char *request = sy_request_with_kill ("stop", args[1], opt_kill);

  return request_for_task (args, request, TRUE);
}

const SyCommand sy_command_stop = {
  .name = "stop",
  .arguments = "RUN TASK",
  .summary = "Stop one running task",
  .examples = "  switchyard stop last convert",
  .entries = kill_entries,
  .min_args = 2,
  .max_args = 2,
  .run = stop,
};

static int
skip (char **args)
{
  g_autofree char *request = sy_request_new ("skip", "task", args[1]);

  return request_for_task (args, request, TRUE);
}

const SyCommand sy_command_skip = {
  .name = "skip",
  .arguments = "RUN TASK",
  .summary = "Skip a task that has not been started",
  .examples = "  switchyard skip last upload",
  .min_args = 2,
  .max_args = 2,
  .run = skip,
};

static int
retry_now (char **args)
{
  g_autofree char *request = sy_request_new ("retry-now", "task", args[1]);

  return request_for_task (args, request, FALSE);
}

const SyCommand sy_command_retry_now = {
  .name = "retry-now",
  .arguments = "RUN TASK",
  .summary = "Retry a task at once instead of after its delay",
  .examples = "  switchyard retry-now last fetch",
  .min_args = 2,
  .max_args = 2,
  .run = retry_now,
};

static int
give_up (char **args)
{
  g_autofree char *request = sy_request_new ("give-up", "task", args[1]);

  return request_for_task (args, request, TRUE);
}

const SyCommand sy_command_give_up = {
  .name = "give-up",
  .arguments = "RUN TASK",
  .summary = "Give up a task that awaits a retry: it has failed",
  .examples = "  switchyard give-up last fetch",
  .min_args = 2,
  .max_args = 2,
  .run = give_up,
};

/* --- mark --- */

static const GOptionEntry mark_entries[] = {
  { "as", 0, 0, G_OPTION_ARG_STRING, &opt_as, "What it is to count as", "succeeded|failed" },
  { "note", 0, 0, G_OPTION_ARG_STRING, &opt_note, "Why; kept in the log", "TEXT" },
  { NULL }
};

static int
mark (char **args)
{
  g_autofree char *request = NULL;

  if (g_strcmp0 (opt_as, "succeeded") != 0 && g_strcmp0 (opt_as, "failed") != 0)
    return sy_usage (&sy_command_mark, "--as succeeded or --as failed is needed");
  if (opt_note == NULL || *opt_note == '\0')
    return sy_usage (&sy_command_mark, "--note TEXT is needed: the log keeps why");
  request = sy_request_mark (args[1], opt_as, opt_note);
  return request_for_task (args, request, TRUE);
}

const SyCommand sy_command_mark = {
  .name = "mark",
  .arguments = "RUN TASK",
  .summary = "Decide what a task counts as that failed, was lost or is blocked",
  .description = "Starts nothing: “switchyard resume” or “rerun” goes on with what follows.",
  .examples = "  switchyard mark last upload --as succeeded --note 'uploaded by hand'",
  .entries = mark_entries,
  .min_args = 2,
  .max_args = 2,
  .run = mark,
};
