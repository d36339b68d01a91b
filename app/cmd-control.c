/* cmd-control.c: cancel, pause, drain, stop, skip, retry-now, give-up, mark: one request each
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-command.h"

#include "app/sy-request.h"
#include "app/sy-run-report.h"
#include "app/sy-run-start.h"
#include "app/sy-words.h"

#include <stdio.h>

static gboolean opt_kill;
static char *opt_branch, *opt_as, *opt_note;

static int
take_over (SyRunView *view, const SyRunTakeOver *how)
{
  gboolean was_over = sy_run_status_is_final (view->state->status);
  int code = sy_run_take_over (view, how);
  g_autoptr (SyRunView) after = code == SY_EXIT_OK ? sy_run_view_open_uuid (view->meta.uuid, NULL) : NULL;

  if (after != NULL && was_over && !sy_run_status_is_final (after->state->status))
    printf ("%.8s  is paused: “switchyard resume %.8s” goes on with what follows\n", after->meta.uuid, after->meta.uuid);
  return code;
}

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
    return take_over (view, &how);
  if (sy_run_status_is_final (view->state->status))
    sy_complain ("run %.8s is over (%s); “switchyard rerun %.8s” runs parts of it again", view->meta.uuid,
                 sy_say_run_status (view->state->status), view->meta.uuid);
  else
    sy_complain ("run %.8s has no runner: nothing runs; “switchyard resume %.8s” goes on with it", view->meta.uuid,
               view->meta.uuid);
  return SY_EXIT_USAGE;
}

/* What a command asks of the runner. A task's name is looked up here, for "did you mean". */
typedef struct
{
  const char *word;
  gboolean of_task;     /* RUN TASK, else RUN */
  gboolean start;       /* without a runner this process is one for as long as it takes */
} Request;

static int
request (const Request *what, char **args)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SyRunView) view = sy_run_view_open (args[0], &error);
  g_autofree char *text = NULL;

  if (view == NULL || (what->of_task && sy_run_view_find_task (view, args[1], &error) == 0))
    return sy_fail (error);
  if (opt_as != NULL)
    text = sy_request_mark (args[1], opt_as, opt_note);
  else if (opt_branch != NULL)
    text = sy_request_new (what->word, "branch", opt_branch);
  else if (opt_kill)
    text = sy_request_with_kill (what->word, what->of_task ? args[1] : NULL, TRUE);
  else
    text = sy_request_new (what->word, "task", what->of_task ? args[1] : NULL);
  return send (view, text, what->start);
}

/* --- the commands --- */

static const GOptionEntry kill_entries[] = {
  { "kill", 0, 0, G_OPTION_ARG_NONE, &opt_kill, "Kill at once, without time to end", NULL },
  { NULL }
};

static const GOptionEntry branch_entries[] = {
  { "branch", 0, 0, G_OPTION_ARG_STRING, &opt_branch, "Only the branch of FORK that begins with CHILD", "FORK/CHILD" },
  { NULL }
};

static const GOptionEntry mark_entries[] = {
  { "as", 0, 0, G_OPTION_ARG_STRING, &opt_as, "What it is to count as", "succeeded|failed" },
  { "note", 0, 0, G_OPTION_ARG_STRING, &opt_note, "Why; kept in the log", "TEXT" },
  { NULL }
};

#define RUN .arguments = "RUN", .min_args = 1, .max_args = 1
#define TASK .arguments = "RUN TASK", .min_args = 2, .max_args = 2
#define COMMAND(id, word_, of_task_, start_, ...)                                   \
  static int run_##id (char **args)                                                 \
  {                                                                                 \
    return request (&(const Request){ word_, of_task_, start_ }, args);             \
  }                                                                                 \
  const SyCommand sy_command_##id = { .name = word_, .run = run_##id, __VA_ARGS__ }

COMMAND (cancel, "cancel", FALSE, TRUE, RUN, .entries = kill_entries,
         .summary = "Stop a run: its tasks get a signal and time to end",
         .examples = "  switchyard cancel last\n"
                     "  switchyard cancel 4f1c --kill");
COMMAND (pause, "pause", FALSE, FALSE, RUN, .entries = branch_entries,
         .summary = "Start nothing new until resumed; running tasks go on",
         .examples = "  switchyard pause last\n"
                     "  switchyard pause last --branch split/topics");
COMMAND (drain, "drain", FALSE, FALSE, RUN,
         .summary = "Let running tasks end, then leave the run paused",
         .examples = "  switchyard drain last && switchyard watch last");
COMMAND (stop, "stop", TRUE, TRUE, TASK, .entries = kill_entries,
         .summary = "Stop one running task",
         .examples = "  switchyard stop last convert");
COMMAND (skip, "skip", TRUE, TRUE, TASK,
         .summary = "Skip a task that has not been started",
         .examples = "  switchyard skip last upload");
COMMAND (retry_now, "retry-now", TRUE, FALSE, TASK,
         .summary = "Retry a task at once instead of after its delay",
         .examples = "  switchyard retry-now last fetch");
COMMAND (give_up, "give-up", TRUE, TRUE, TASK,
         .summary = "Give up a task that awaits a retry: it has failed",
         .examples = "  switchyard give-up last fetch");

static int
mark (char **args)
{
  if (g_strcmp0 (opt_as, "succeeded") != 0 && g_strcmp0 (opt_as, "failed") != 0)
    return sy_usage (&sy_command_mark, "--as succeeded or --as failed is needed");
  if (opt_note == NULL || *opt_note == '\0')
    return sy_usage (&sy_command_mark, "--note TEXT is needed: the log keeps why");
  return request (&(const Request){ "mark", TRUE, TRUE }, args);
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
