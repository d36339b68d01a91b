/* cmd-show.c: runs, show
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-command.h"

#include "app/sy-run-json.h"
#include "app/sy-words.h"
#include "core/model/sy-attempt.h"
#include "core/model/sy-json.h"
#include "core/model/sy-scheduler.h"
#include "core/store/sy-task-progress.h"

#include <unistd.h>

static gboolean opt_json, opt_failed;
static int opt_limit = 20;
static char *opt_workflow;

/* --- runs --- */

static const GOptionEntry runs_entries[] = {
  { "json", 0, 0, G_OPTION_ARG_NONE, &opt_json, "Print one JSON object, with all runs", NULL },
  { "limit", 'n', 0, G_OPTION_ARG_INT, &opt_limit, "Show the newest N runs (default 20; 0 = all)", "N" },
  { "workflow", 'w', 0, G_OPTION_ARG_FILENAME, &opt_workflow, "Only runs of this workflow file", "FILE" },
  { NULL }
};

static const char *
info_word (const SyRunInfo *info)
{
  if (info->error != NULL)
    return "unreadable";
  if (!sy_run_status_is_final (info->status) && info->runner == SY_OWNER_NONE && info->status != SY_RUN_PAUSED)
    return "interrupted";
  return sy_say_run_status (info->status);
}

static void
say_info (GString *out, const SyRunInfo *info)
{
  guint32 total = 0;
  gint64 end = info->ended_us > 0 ? info->ended_us : g_get_real_time ();
  gboolean goes_on = info->ended_us > 0 || info->runner != SY_OWNER_NONE; /* what nobody runs takes no time */

  for (guint i = 0; i < SY_N_STATES; i++)
    total += info->counts[i];
  g_string_append_printf (out, "%.8s  ", info->uuid);
  sy_say_fit (out, info_word (info), 19, TRUE);
  if (info->error != NULL)
    {
      sy_say_clean (g_string_append (out, "  "), info->error);
      g_string_append_c (out, '\n');
      return;
    }
  sy_say_time (g_string_append (out, "  "), info->created_us);
  sy_say_clean (g_string_append (out, "  "), info->name);
  g_string_append_printf (out, " #%u", info->number);
  if (goes_on)
    sy_say_duration (g_string_append (out, ", "), end - info->created_us);
  g_string_append (out, ", ");
  sy_say_count (out, info->counts[SY_STATE_SUCCEEDED]);
  sy_say_plural (g_string_append (out, " of "), total, "task", NULL);
  g_string_append (out, " succeeded");
  if (info->counts[SY_STATE_FAILED] > 0)
    g_string_append (sy_say_count (g_string_append (out, ", "), info->counts[SY_STATE_FAILED]), " failed");
  if (info->counts[SY_STATE_LOST] > 0)
    g_string_append (sy_say_count (g_string_append (out, ", "), info->counts[SY_STATE_LOST]), " lost");
  g_string_append_c (out, '\n');
}

static void
print_runs_json (GPtrArray *list)
{
  g_autoptr (GString) out = g_string_new (NULL);
  SyJson json = sy_json_on (out);

  sy_json_begin_object (&json, NULL);
  sy_json_int (&json, "v", 1);
  sy_json_begin_array (&json, "runs");
  for (guint i = 0; list != NULL && i < list->len; i++)
    {
      sy_json_begin_object (&json, NULL);
      sy_run_json_from_info (&json, g_ptr_array_index (list, i));
      sy_json_end_object (&json);
    }
  sy_json_end_array (&json);
  sy_json_end_object (&json);
  g_string_append_c (out, '\n');
  sy_out (out);
}

static void
print_runs (GPtrArray *list)
{
  g_autoptr (GString) out = g_string_new (NULL);
  guint n = list == NULL ? 0 : opt_limit > 0 ? MIN (list->len, (guint) opt_limit) : list->len;

  for (guint i = 0; i < n; i++)
    say_info (out, g_ptr_array_index (list, i));
  if (list == NULL || list->len == 0)
    g_string_append (out, "There are no runs yet. “switchyard run FILE” starts one.\n");
  else if (n < list->len)
    g_string_append_printf (out, "… and %u more: --limit 0 shows all\n", list->len - n);
  sy_out (out);
}

static int
runs (char **args)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = opt_workflow != NULL ? realpath (opt_workflow, NULL) : NULL;
  g_autoptr (SyStateDir) dir = sy_open_state_dir (SY_STATE_DIR_READ, &error);
  g_autoptr (SyIndex) index = dir != NULL ? sy_index_open (dir, SY_INDEX_READ, &error) : NULL;
  g_autoptr (GPtrArray) list = NULL;

  if (index != NULL)
    list = sy_index_list (index, path != NULL ? path : opt_workflow, &error);
  if (list == NULL && !g_error_matches (error, SY_ERROR, SY_ERROR_NOT_FOUND))
    return sy_fail (error);
  if (opt_json)
    print_runs_json (list);
  else
    print_runs (list);
  return SY_EXIT_OK;
}

const SyCommand sy_command_runs = {
  .name = "runs",
  .arguments = "",
  .summary = "List the runs, newest first",
  .examples = "  switchyard runs\n"
              "  switchyard runs --workflow nightly.yard.yaml --limit 5\n"
              "  switchyard runs --json | jq '.runs[] | select(.state == \"failed\") | .run'",
  .entries = runs_entries,
  .run = runs,
};

/* --- show --- */

static const GOptionEntry show_entries[] = {
  { "json", 0, 0, G_OPTION_ARG_NONE, &opt_json, "Print one JSON object", NULL },
  { "failed", 0, 0, G_OPTION_ARG_NONE, &opt_failed, "Only tasks that failed, were lost or are blocked", NULL },
  { NULL }
};

/* For programs, for people */
static const struct { SyBadges badge; const char *word, *text; } badge_words[] = {
  { SY_BADGE_STALE, "stale", "stale" },
  { SY_BADGE_UNDONE, "undone", "undone" },
  { SY_BADGE_UNRESPONSIVE, "unresponsive", "unresponsive" },
  { SY_BADGE_STRAGGLERS, "stragglers", "left processes behind" },
  { SY_BADGE_WARNING, "warning", "warning" },
};

static void
write_badges (SyJson *json, guint badges)
{
  sy_json_begin_array (json, "badges");
  for (guint i = 0; i < G_N_ELEMENTS (badge_words); i++)
    if (badges & badge_words[i].badge)
      sy_json_string (json, NULL, badge_words[i].word);
  sy_json_end_array (json);
}

static void
write_outputs (SyJson *json, const char *outputs)
{
  g_autoptr (SyJsonNode) object = outputs != NULL ? sy_json_parse (outputs, NULL) : NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  if (object == NULL)
    {
      sy_json_null (json, "outputs");
      return;
    }
  sy_json_append (text, object);
  sy_json_raw (json, "outputs", text->str);
}

static const char *
handler_word (const SyRunState *state, SyHandlerKind kind)
{
  guint bit = 1u << kind;

  if ((state->handlers_started & bit) == 0)
    return NULL;
  if ((state->handlers_failed & bit) != 0)
    return "failed";
  return (state->handlers_done & bit) != 0 ? "succeeded" : "running";
}

static void
write_handlers (SyJson *json, const SyRunState *state)
{
  sy_json_begin_object (json, "handlers");
  for (guint i = 0; i < SY_N_HANDLERS; i++)
    if (handler_word (state, i) != NULL)
      sy_json_string (json, sy_handler_kind_to_string (i), handler_word (state, i));
  sy_json_end_object (json);
}

static void
write_attempt (SyJson *json, const SyAttempt *attempt)
{
  gint64 cpu = attempt->user_us >= 0 && attempt->sys_us >= 0 ? attempt->user_us + attempt->sys_us : -1;
  SyName name;
  SyState state = sy_attempt_outcome (attempt, &name);
  char digest[2 * SY_DIGEST_BYTES + 1];

  sy_json_begin_object (json, NULL);
  sy_json_int (json, "attempt", attempt->n);
  sy_json_string (json, "state", sy_state_to_string (state));
  sy_json_string (json, "name", sy_name_to_string (name));
  sy_json_int_or_null (json, "started_at_us", attempt->started_us, 0);
  sy_json_int_or_null (json, "ended_at_us", attempt->ended_us, 0);
  sy_json_status (json, attempt->ended_us > 0 ? attempt->status : -1);
  sy_json_int_or_null (json, "cpu_us", cpu, -1);
  sy_json_int_or_null (json, "rss_bytes", attempt->rss, -1);
  sy_json_int_or_null (json, "output_bytes", attempt->output, -1);
  sy_json_int_or_null (json, "dropped_bytes", attempt->dropped, -1);
  sy_json_string (json, "scope", sy_kill_method_to_string (attempt->kill_method));
  sy_digest_to_hex (attempt->command_digest, digest);
  sy_json_string (json, "command_digest", sy_digest_is_set (attempt->command_digest) ? digest : NULL);
  sy_json_end_object (json);
}

static void
write_reason (SyJson *json, SyRunView *view, guint32 number)
{
  const SyTaskState *task = sy_run_view_get_task (view, number);
  const char *code;
  g_autofree char *sentence = sy_why_sentence (view->state, number, g_get_real_time (), &code);

  sy_json_begin_object (json, "reason");
  sy_json_string (json, "code", code);
  sy_json_string (json, "text", sentence);
  sy_json_begin_object (json, "args");
  if (task->cause != 0)
    sy_json_string (json, "task", sy_run_view_task_id (view, task->cause));
  if (task->text != NULL)
    sy_json_string (json, "text", task->text);
  if (task->name == SY_NAME_AWAITING_RETRY)
    sy_json_int (json, "due_at_us", task->due.wall_us);
  sy_json_end_object (json);
  sy_json_end_object (json);
}

/* @next: position in @attempts, which are sorted by task; moved behind those of this task */
static void
write_task (SyJson *json, SyRunView *view, guint32 number, const GArray *attempts)
{
  const SyWorkflow *workflow = view->state->workflow;
  guint32 index = sy_workflow_find_number (workflow, number);
  const SyTask *def = &workflow->tasks[index];
  const SyTaskState *task = sy_run_view_get_task (view, number);
  double progress =
    task->state == SY_STATE_RUNNING ? sy_task_progress_read (view->run, number, 0, task->attempt) : -1;

  sy_json_begin_object (json, NULL);
  sy_json_string (json, "task", def->id);
  sy_json_int (json, "n", number);
  sy_json_string (json, "state", sy_state_to_string (task->state));
  sy_json_string (json, "name", sy_name_to_string (task->name));
  write_reason (json, view, number);
  sy_json_int_or_null (json, "progress_percent", progress < 0 ? -1 : (gint64) (progress * 100), -1);
  sy_json_bool (json, "settled", task->settled);
  write_badges (json, task->badges);
  write_outputs (json, task->outputs);
  sy_json_begin_array (json, "needs");
  for (guint32 i = 0; i < def->n_needs; i++)
    sy_json_string (json, NULL, workflow->tasks[def->needs[i].task].id);
  sy_json_end_array (json);
  sy_json_begin_array (json, "attempts");
  for (guint i = 0; i < attempts->len; i++)
    write_attempt (json, &g_array_index (attempts, SyAttempt, i));
  sy_json_end_array (json);
  sy_json_end_object (json);
}

static gboolean
is_bad (const SyTaskState *task)
{
  return task->state == SY_STATE_FAILED || task->state == SY_STATE_LOST || task->state == SY_STATE_UPSTREAM_FAILED;
}

static GArray *
attempts_of (const GArray *all, guint *next, guint32 number)
{
  GArray *own = g_array_new (FALSE, FALSE, sizeof (SyAttempt));

  while (*next < all->len && g_array_index (all, SyAttempt, *next).task < number)
    (*next)++;
  for (guint i = *next; i < all->len && g_array_index (all, SyAttempt, i).task == number; i++)
    g_array_append_val (own, g_array_index (all, SyAttempt, i));
  return own;
}

static gboolean
print_show_json (SyRunView *view, GError **error)
{
  g_autoptr (GArray) all = sy_log_reader_get_attempts (view->reader, 0, 0, error);
  g_autoptr (GString) out = g_string_new (NULL);
  SyJson json = sy_json_on (out);
  gint64 left = sy_run_status_is_final (view->state->status)
                    ? -1
                    : sy_run_view_time_left (view);
  SyRunFacts facts = sy_run_view_get_facts (view);
  guint next = 0;

  if (all == NULL)
    return FALSE;
  sy_json_begin_object (&json, NULL);
  sy_json_int (&json, "v", 1);
  sy_run_json_from_facts (&json, &facts);
  sy_json_int (&json, "seq", view->state->seq);
  sy_run_settings_write_params (view->settings, &json);
  sy_json_int (&json, "slots", view->state->slots);
  sy_json_int_or_null (&json, "eta_us", left, -1);
  write_handlers (&json, view->state);
  sy_json_begin_array (&json, "tasks");
  for (guint32 number = 1; number <= view->state->n_numbers; number++)
    {
      g_autoptr (GArray) own = attempts_of (all, &next, number);

      if (sy_workflow_find_number (view->state->workflow, number) == SY_NO_TASK
          || (opt_failed && !is_bad (sy_run_view_get_task (view, number))))
        continue;
      write_task (&json, view, number, own);
      if (out->len > 1 << 20)
        {
          sy_out (out);
          g_string_truncate (out, 0);
        }
    }
  sy_json_end_array (&json);
  sy_json_end_object (&json);
  g_string_append_c (out, '\n');
  sy_out (out);
  return TRUE;
}

/* How the handlers ended, if one ran: it is no part of the run's result, so it is said here. */
static void
say_handlers (GString *out, const SyRunState *state)
{
  const char *separator = "\nHandlers ";

  for (guint i = 0; i < SY_N_HANDLERS; i++)
    if (handler_word (state, i) != NULL)
      {
        g_string_append_printf (out, "%s%s %s", separator, sy_handler_kind_to_string (i), handler_word (state, i));
        separator = ", ";
      }
}

static void
say_head (GString *out, SyRunView *view)
{
  gboolean final = sy_run_status_is_final (view->state->status);
  gint64 end = final ? view->state->ended_us : g_get_real_time ();
  gint64 left = final ? -1 : sy_run_view_time_left (view);

  g_string_append_printf (out, "Run      %s (", view->meta.uuid);
  sy_say_clean (out, view->meta.name);
  g_string_append_printf (out, " #%u)\nWorkflow ", view->meta.number);
  sy_say_clean (out, view->meta.workflow_path);
  g_string_append_printf (out, "\nState    %s",
                          sy_run_view_is_interrupted (view) && view->state->status != SY_RUN_PAUSED
                              ? "interrupted: no runner is alive; “switchyard resume” goes on"
                              : sy_say_run_status (view->state->status));
  if (view->state->status_text != NULL)
    sy_say_clean (g_string_append (out, ", "), view->state->status_text);
  if (view->state->left_text != NULL && sy_run_view_is_interrupted (view))
    sy_say_clean (g_string_append (out, "\nRunner   left: "), view->state->left_text);
  sy_say_time (g_string_append (out, "\nStarted  "), view->meta.created_us);
  if (final)
    g_string_append (sy_say_duration (g_string_append (out, ", ended "), end - view->meta.created_us), " later");
  else if (!sy_run_view_is_interrupted (view))
    sy_say_duration (g_string_append (out, ", for "), end - view->meta.created_us);
  if (left > 0)
    g_string_append (sy_say_duration (g_string_append (out, ", about "), left), " left");
  g_string_append (out, "\nTasks    ");
  for (guint i = 0, n = 0; i < SY_N_STATES; i++)
    if (view->state->counts[i] > 0)
      {
        g_autofree char *word = sy_say_word (i == SY_STATE_UPSTREAM_FAILED ? "blocked" : sy_state_to_string (i));

        g_string_append (out, n++ > 0 ? ", " : "");
        g_string_append_printf (sy_say_count (out, view->state->counts[i]), " %s", word);
      }
  say_handlers (out, view->state);
  g_string_append (out, "\n\n");
}

static void
say_task (GString *out, SyRunView *view, guint32 index, guint id_width)
{
  const SyTask *def = &view->state->workflow->tasks[index];
  const SyTaskState *task = sy_run_state_at (view->state, index);
  g_autofree char *state = sy_say_word (task->state == SY_STATE_UPSTREAM_FAILED ? "blocked"
                                                                                : sy_state_to_string (task->state));

  sy_say_fit (out, def->id, id_width, TRUE);
  sy_say_fit (g_string_append (out, "  "), state, 10, TRUE);
  sy_say_task_state (g_string_append (out, "  "), view->state, def->number, g_get_real_time ());
  if (task->state == SY_STATE_RUNNING && task->started_us > 0)
    sy_say_duration (g_string_append (out, " for "), MAX (0, g_get_real_time () - task->started_us));
  sy_say_progress (out, view->run, def->number, task);
  for (guint i = 0; i < G_N_ELEMENTS (badge_words); i++)
    if (task->badges & badge_words[i].badge)
      g_string_append_printf (out, ", %s", badge_words[i].text);
  g_string_append_c (out, '\n');
  sy_say_outputs (out, task, "    ");
}

static void
print_show (SyRunView *view)
{
  const SyWorkflow *workflow = view->state->workflow;
  g_autoptr (GString) out = g_string_new (NULL);
  guint id_width = 4;

  say_head (out, view);
  for (guint32 i = 0; i < workflow->n_tasks; i++)
    id_width = MAX (id_width, sy_say_width (workflow->tasks[i].id));
  for (guint32 i = 0; i < workflow->n_tasks; i++)
    if (!opt_failed || is_bad (sy_run_state_at (view->state, i)))
      say_task (out, view, i, isatty (STDOUT_FILENO) ? MIN (id_width, 40) : id_width);
  sy_out (out);
}

static int
show (char **args)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SyRunView) view = sy_run_view_open (args[0], &error);

  if (view == NULL)
    return sy_fail (error);
  if (!opt_json)
    print_show (view);
  else if (!print_show_json (view, &error))
    return sy_fail (error);
  return SY_EXIT_OK;
}

const SyCommand sy_command_show = {
  .name = "show",
  .arguments = "RUN",
  .summary = "Show a run and the state of each of its tasks",
  .examples = "  switchyard show last\n"
              "  switchyard show 4f1c --failed\n"
              "  switchyard show last --json | jq '.tasks[] | {task, state, reason: .reason.text}'",
  .entries = show_entries,
  .min_args = 1,
  .max_args = 1,
  .run = show,
};
