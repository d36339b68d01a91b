/* cmd-rerun.c: rerun, resume
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-command.h"

#include "app/sy-request.h"
#include "app/sy-rerun.h"
#include "app/sy-run-start.h"
#include "app/sy-task-digest.h"
#include "app/sy-problem-output.h"
#include "core/format/sy-import.h"
#include "core/format/sy-loader.h"

#include <string.h>

static gboolean opt_failed, opt_current_file, opt_preview, opt_json, opt_detach, opt_stop_first, opt_then_again, opt_quiet;
static char *opt_failed_tasks, *opt_from, *opt_task, *opt_branch, *opt_slots;
static char **opt_commands, **opt_requests;
static int opt_ready_fd = -1;

static gboolean
take_failed (const char *option, const char *value, gpointer data, GError **error)
{
  opt_failed = TRUE;
  opt_failed_tasks = g_strdup (value);
  return TRUE;
}

static const GOptionEntry rerun_entries[] = {
  { "failed", 0, G_OPTION_FLAG_OPTIONAL_ARG, G_OPTION_ARG_CALLBACK, take_failed,
    "What failed, was lost or cancelled (or only these of it), and all that it blocked; the default", "TASK,…" },
  { "from", 0, 0, G_OPTION_ARG_STRING, &opt_from, "TASK and all that comes after it", "TASK" },
  { "task", 0, 0, G_OPTION_ARG_STRING, &opt_task, "TASK alone; what comes after it counts as stale", "TASK" },
  { "branch", 0, 0, G_OPTION_ARG_STRING, &opt_branch, "The branch of FORK that begins with CHILD", "FORK/CHILD" },
  { "current-file", 0, 0, G_OPTION_ARG_NONE, &opt_current_file,
    "What is new or has changed in the file since, what failed, and all that comes after them", NULL },
  { "command", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &opt_commands,
    "Let TASK run the text of FILE instead (repeatable); kept with the attempt", "TASK=FILE" },
  { "preview", 'n', 0, G_OPTION_ARG_NONE, &opt_preview, "Print what would run, be reused and stay; start nothing", NULL },
  { "stop-first", 0, 0, G_OPTION_ARG_NONE, &opt_stop_first, "Stop tasks of the set that are running, then run them",
    NULL },
  { "then-again", 0, 0, G_OPTION_ARG_NONE, &opt_then_again, "Run tasks of the set that are running again afterwards",
    NULL },
  { "slots", 'j', 0, G_OPTION_ARG_STRING, &opt_slots, "Run at most N tasks at a time", "N|auto" },
  { "detach", 0, 0, G_OPTION_ARG_NONE, &opt_detach, "Let the run go on in the background and print its id", NULL },
  { "json", 0, 0, G_OPTION_ARG_NONE, &opt_json, "Print JSON: the preview, or one object a line for each event", NULL },
  { "quiet", 'q', 0, G_OPTION_ARG_NONE, &opt_quiet, "Print only what went wrong", NULL },
  { "ready-fd", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &opt_ready_fd, "", "FD" },
  { NULL }
};

static SyRunShow
wanted_show (void)
{
  if (opt_json)
    return SY_SHOW_JSON;
  return opt_quiet || opt_ready_fd >= 0 ? SY_SHOW_NOTHING : SY_SHOW_PROGRESS;
}

/* --- what is wished --- */

static gboolean
take_scope (SyRerunWish *wish, GError **error)
{
  guint n = opt_failed + (opt_from != NULL) + (opt_task != NULL) + (opt_branch != NULL) + opt_current_file;

  if (n > 1)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_INVALID,
                   "only one of --failed, --from, --task, --branch and --current-file can be given");
      return FALSE;
    }
  if (opt_stop_first && opt_then_again)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "only one of --stop-first and --then-again can be given");
      return FALSE;
    }
  wish->running = opt_stop_first ? SY_RUNNING_STOP_FIRST : opt_then_again ? SY_RUNNING_THEN_AGAIN : SY_RUNNING_REFUSE;
  wish->scope = opt_from != NULL     ? SY_RERUN_FROM
                : opt_task != NULL   ? SY_RERUN_TASK
                : opt_branch != NULL ? SY_RERUN_BRANCH
                : opt_current_file   ? SY_RERUN_CURRENT_FILE
                                     : SY_RERUN_FAILED;
  if (opt_branch != NULL)
    wish->ids = g_strsplit (opt_branch, "/", 2);
  else if (opt_from != NULL || opt_task != NULL || opt_failed_tasks != NULL)
    wish->ids = g_strsplit (opt_from != NULL ? opt_from : opt_task != NULL ? opt_task : opt_failed_tasks, ",", -1);
  if (opt_branch != NULL && g_strv_length (wish->ids) != 2)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "--branch %s: wanted is FORK/CHILD, as in split/topics", opt_branch);
      return FALSE;
    }
  return TRUE;
}

/* TASK=FILE as an `edit` request */
static char *
edit_request (SyRunView *view, const char *word, GError **error)
{
  const char *equals = strchr (word, '=');
  g_autofree char *id = equals != NULL ? g_strndup (word, equals - word) : NULL;
  g_autofree char *text = NULL;
  g_autoptr (GString) out = NULL;
  SyJson json;

  if (equals == NULL)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "--command %s: wanted is TASK=FILE", word);
      return NULL;
    }
  if (sy_run_view_find_task (view, id, error) == 0 || !g_file_get_contents (equals + 1, &text, NULL, error))
    return NULL;
  if (!g_utf8_validate (text, -1, NULL))
    {
      g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "--command: %s is no valid UTF-8", equals + 1);
      return NULL;
    }
  out = g_string_new (NULL);
  json = sy_json_on (out);
  sy_json_begin_object (&json, NULL);
  sy_json_int (&json, "v", 1);
  sy_json_string (&json, "command", "edit");
  sy_json_string (&json, "task", id);
  sy_json_begin_object (&json, "json");
  sy_json_string (&json, "run", text);
  sy_json_end_object (&json);
  sy_json_end_object (&json);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static GStrv
make_requests (SyRunView *view, const SyRerunWish *wish, GError **error)
{
  g_autoptr (GPtrArray) requests = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; opt_commands != NULL && opt_commands[i] != NULL; i++)
    {
      char *request = edit_request (view, opt_commands[i], error);

      if (request == NULL)
        return NULL;
      g_ptr_array_add (requests, request);
    }
  g_ptr_array_add (requests, sy_request_rerun (sy_rerun_scope_word (wish->scope), (const char *const *) wish->ids,
                                               sy_rerun_running_word (wish->running)));
  g_ptr_array_add (requests, NULL);
  return (GStrv) g_ptr_array_steal (requests, NULL);
}

/* --- the current file --- */

static gboolean
is_undone (const SyTaskState *task)
{
  return task->state != SY_STATE_SUCCEEDED && task->state != SY_STATE_SKIPPED && task->state != SY_STATE_RUNNING;
}

/* Loads the file as it is now, says what has changed, and lets the view see it (in memory only). */
static gboolean
take_current_file (SyRunView *view, SyRerunWish *wish, GBytes **bytes, SyWorkflow **loaded, GError **error)
{
  g_autoptr (SyProblems) problems = sy_problems_new ();
  g_autoptr (SyWorkflow) before = sy_workflow_ref (view->state->workflow);
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();
  g_auto (GStrv) changed = NULL;

  *loaded = sy_open_workflow_file (view->meta.workflow_path, problems, bytes, NULL);
  if (*loaded != NULL && (*loaded)->bound)
    {
      sy_problems_clear (problems);
      g_clear_pointer (loaded, sy_workflow_unref);
      *loaded = sy_loader_load_bound (*bytes, view->meta.workflow_path, view->settings->params,
                                      sy_loader_own_env, NULL, SY_BIND_RUN, problems);
    }
  sy_problems_say (problems);
  if (*loaded == NULL)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "%s is not valid, nothing was started", view->meta.workflow_path);
      return FALSE;
    }
  if (!sy_definitions_add (view->definitions, *loaded, error))
    return FALSE;
  changed = sy_workflow_changed_tasks (before, *loaded);
  sy_run_view_set_workflow (view, *loaded);
  for (guint32 i = 0; i < (*loaded)->n_tasks; i++)
    if (g_strv_contains ((const char *const *) changed, (*loaded)->tasks[i].id)
        || is_undone (sy_run_state_at (view->state, i)))
      g_strv_builder_add (ids, (*loaded)->tasks[i].id);
  wish->ids = g_strv_builder_end (ids);
  wish->changed = g_steal_pointer (&changed);
  return TRUE;
}

/* --- doing it --- */

static int
hand_over (SyRunView *view, char **requests)
{
  g_autoptr (GError) error = NULL;

  for (; *requests != NULL; requests++)
    if (!sy_run_command (view, *requests, &error))
      {
        if (error != NULL)
          return sy_fail (error);
        sy_complain ("the runner of run %.8s has just ended; try again", view->meta.uuid);
        return SY_EXIT_OWNED;
      }
  if (!opt_json)
    sy_complain ("the runner of run %.8s has taken it over; “switchyard watch %.8s” follows it", view->meta.uuid,
                 view->meta.uuid);
  return SY_EXIT_OK;
}

static int
rerun_now (SyRunView *view, SyRerunWish *wish, GBytes *bytes, SyWorkflow *workflow)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_auto (GStrv) requests = sy_rerun_resolve (view, wish, numbers, &error) ? make_requests (view, wish, &error) : NULL;
  SyRunTakeOver how = { .start_tasks = TRUE,
                        .commands = (const char *const *) requests,
                        .show = wanted_show (),
                        .report = TRUE,
                        .definition = bytes,
                        .definition_workflow = workflow,
                        .ready_fd = opt_ready_fd };

  if (requests == NULL)
    return sy_fail (error);
  if (opt_slots != NULL && !sy_run_settings_parse_slots (opt_slots, &how.slots, &error))
    return sy_fail (error);
  if (sy_run_dir_get_owner (view->run, NULL, NULL) == SY_OWNER_NONE)
    return sy_run_take_over (view, &how);
  if (bytes == NULL)
    return hand_over (view, requests);
  sy_complain ("run %.8s is going on, and its runner keeps the file that it has. To take the file as it is now, let the "
               "running tasks end first:\n  switchyard drain %.8s; switchyard watch %.8s\n"
               "  switchyard rerun %.8s --current-file",
               view->meta.uuid, view->meta.uuid, view->meta.uuid, view->meta.uuid);
  return SY_EXIT_OWNED;
}

static int
rerun (char **args)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SyRunView) view = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (SyWorkflow) workflow = NULL;
  SyRerunWish wish = { 0 };
  const char *run = args[0];
  int code = SY_EXIT_OK;

  /* `rerun --failed RUN`: the option has taken RUN for its tasks. */
  if (run == NULL && opt_failed_tasks != NULL)
    run = g_steal_pointer (&opt_failed_tasks);
  if (run == NULL)
    return sy_usage (&sy_command_rerun, "too few arguments: it takes RUN");
  if (!take_scope (&wish, &error))
    code = sy_usage (&sy_command_rerun, "%s", error->message);
  else if (opt_detach)
    code = sy_run_detached ();
  else if ((view = sy_run_view_open (run, &error)) == NULL || (opt_current_file && !take_current_file (view, &wish, &bytes, &workflow, &error)))
    code = sy_fail (error);
  else if (!opt_preview)
    code = rerun_now (view, &wish, bytes, workflow);
  else if (!sy_rerun_print_preview (view, &wish, opt_json, &error))
    code = sy_fail (error);
  g_strfreev (wish.ids);
  g_strfreev (wish.changed);
  return code;
}

const SyCommand sy_command_rerun = {
  .name = "rerun",
  .arguments = "RUN",
  .summary = "Run a part of a run again, in the same run",
  .description = "Done work is kept and reused. Where a runner is at work it takes the re-run over; else this process\n"
                 "becomes the runner. A run that is over takes the environment of this call.",
  .examples = "  switchyard rerun last --failed\n"
              "  switchyard rerun last --from convert --preview\n"
              "  switchyard rerun 4f1c --task fetch --command fetch=fixed.sh\n"
              "  switchyard rerun last --current-file",
  .entries = rerun_entries,
  .min_args = 0,
  .max_args = 1,
  .surplus = "a task is named by --from TASK (with all that comes after it) or --task TASK (alone)",
  .run = rerun,
};

/* --- resume --- */

static const GOptionEntry resume_entries[] = {
  { "branch", 0, 0, G_OPTION_ARG_STRING, &opt_branch, "Only the branch of FORK that begins with CHILD", "FORK/CHILD" },
  { "slots", 'j', 0, G_OPTION_ARG_STRING, &opt_slots, "Run at most N tasks at a time", "N|auto" },
  { "detach", 0, 0, G_OPTION_ARG_NONE, &opt_detach, "Let the run go on in the background and print its id", NULL },
  { "json", 0, 0, G_OPTION_ARG_NONE, &opt_json, "Print one JSON object a line for each event, then the result", NULL },
  { "quiet", 'q', 0, G_OPTION_ARG_NONE, &opt_quiet, "Print only what went wrong", NULL },
  { "request", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING_ARRAY, &opt_requests, "", "JSON" },
  { "ready-fd", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &opt_ready_fd, "", "FD" },
  { NULL }
};

/* A run that was interrupted, not paused: to resume it would be refused, it just goes on. */
static gboolean
only_goes_on (const SyRunView *view)
{
  return opt_requests[1] == NULL && !view->state->paused && !view->state->draining
         && strstr (opt_requests[0], "\"resume\"") != NULL && strstr (opt_requests[0], "\"branch\"") == NULL;
}

/* The window's way: a runner that begins with these requests; only a re-run or a resume among them starts tasks. */
static int
begin_with_requests (SyRunView *view)
{
  SyRunTakeOver how = { .commands = (const char *const *) opt_requests, .show = SY_SHOW_NOTHING, .ready_fd = opt_ready_fd };

  for (guint i = 0; opt_requests[i] != NULL; i++)
    how.start_tasks = how.start_tasks || strstr (opt_requests[i], "\"rerun\"") != NULL
                      || strstr (opt_requests[i], "\"resume\"") != NULL;
  if (only_goes_on (view))
    how.commands = NULL;
  return sy_run_take_over (view, &how);
}

/* Nothing to resume: the run has a runner and is not paused. */
static int
already_going_on (SyRunView *view)
{
  gint32 pid = 0;

  sy_run_dir_get_owner (view->run, &pid, NULL);
  sy_complain ("run %.8s is going on and not paused: its runner is process %d; “switchyard watch %.8s” follows it",
               view->meta.uuid, pid, view->meta.uuid);
  return SY_EXIT_OWNED;
}

static int
resume (char **args)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *request = sy_request_new ("resume", "branch", opt_branch);
  const char *commands[] = { request, NULL };
  SyRunTakeOver how = { .start_tasks = TRUE, .report = TRUE, .ready_fd = opt_ready_fd };
  g_autoptr (SyRunView) view = NULL;

  if (opt_slots != NULL && !sy_run_settings_parse_slots (opt_slots, &how.slots, &error))
    return sy_usage (&sy_command_resume, "%s", error->message);
  view = sy_run_view_open (args[0], &error);
  if (view == NULL)
    return sy_fail (error);
  if (opt_requests != NULL)
    return begin_with_requests (view);
  if (sy_run_command (view, request, &error))
    return SY_EXIT_OK;
  if (g_error_matches (error, SY_ERROR, SY_ERROR_REFUSED) && opt_branch == NULL)
    return already_going_on (view);
  if (error != NULL)
    return sy_fail (error);
  if (sy_run_status_is_final (view->state->status))
    {
      sy_complain ("run %.8s is over; “switchyard rerun %.8s --failed” runs again what failed", view->meta.uuid,
                   view->meta.uuid);
      return SY_EXIT_USAGE;
    }
  if (opt_detach)
    return sy_run_detached ();
  how.show = wanted_show ();
  if (view->state->paused || view->state->draining || opt_branch != NULL)
    how.commands = commands;
  return sy_run_take_over (view, &how);
}

const SyCommand sy_command_resume = {
  .name = "resume",
  .arguments = "RUN",
  .summary = "Go on with a run that is paused, drained or interrupted",
  .description = "Where no runner is at work this process becomes the runner: tasks that still run are taken over,\n"
                 "what ended meanwhile is recorded.",
  .examples = "  switchyard resume last\n"
              "  switchyard resume 4f1c --detach",
  .entries = resume_entries,
  .min_args = 1,
  .max_args = 1,
  .run = resume,
};
