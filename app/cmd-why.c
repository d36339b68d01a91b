/* cmd-why.c: why
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-command.h"

#include "app/sy-output-tail.h"
#include "app/sy-run-json.h"
#include "app/sy-run-report.h"
#include "app/sy-words.h"
#include "core/model/sy-scheduler.h"

static gboolean opt_json;

static const GOptionEntry why_entries[] = {
  { "json", 0, 0, G_OPTION_ARG_NONE, &opt_json, "Print one JSON object", NULL },
  { NULL }
};

static void
write_link (SyJson *json, SyRunView *view, const SyWhyLink *link)
{
  const SyTaskState *task = sy_run_view_get_task (view, link->task);

  sy_json_begin_object (json, NULL);
  sy_json_string (json, "task", sy_run_view_task_id (view, link->task));
  sy_json_string (json, "state", sy_state_to_string (task->state));
  sy_json_string (json, "code", link->code);
  sy_json_int (json, "seq", link->seq);
  sy_json_string (json, "text", link->text);
  sy_json_end_object (json);
}

static void
write_hold (SyJson *json, SyRunView *view, const SyWhyHold *hold)
{
  sy_json_begin_object (json, NULL);
  sy_json_string (json, "kind", hold->kind);
  sy_json_string (json, "name", hold->name);
  sy_json_int (json, "want", hold->want);
  sy_json_int (json, "free", hold->free);
  sy_json_begin_array (json, "holders");
  for (guint i = 0; i < hold->holders->len; i++)
    sy_json_string (json, NULL, sy_run_view_task_id (view, g_array_index (hold->holders, guint32, i)));
  sy_json_end_array (json);
  sy_json_end_object (json);
}

static void
print_json (SyRunView *view, guint32 number, const SyWhy *why)
{
  const SyTaskState *task = sy_run_view_get_task (view, number);
  g_autoptr (GString) out = g_string_new (NULL);
  SyJson json = sy_json_on (out);

  sy_json_begin_object (&json, NULL);
  sy_json_int (&json, "v", 1);
  sy_json_string (&json, "run", view->meta.uuid);
  sy_json_int (&json, "seq", view->state->seq);
  sy_json_string (&json, "task", sy_run_view_task_id (view, number));
  sy_json_string (&json, "state", sy_state_to_string (task->state));
  sy_json_string (&json, "name", sy_name_to_string (task->name));
  sy_json_string (&json, "sentence", why->sentence);
  sy_json_begin_array (&json, "chain");
  for (guint i = 0; i < why->chain->len; i++)
    write_link (&json, view, &g_array_index (why->chain, SyWhyLink, i));
  sy_json_end_array (&json);
  sy_json_begin_array (&json, "held_by");
  for (guint i = 0; i < why->held_by->len; i++)
    write_hold (&json, view, &g_array_index (why->held_by, SyWhyHold, i));
  sy_json_end_array (&json);
  sy_json_int_or_null (&json, "due_at_us", why->due_wall_us, 0);
  sy_json_begin_array (&json, "actions");
  for (char **action = why->actions; action != NULL && *action != NULL; action++)
    sy_json_string (&json, NULL, *action);
  sy_json_end_array (&json);
  sy_json_end_object (&json);
  g_string_append_c (out, '\n');
  sy_out (out);
}

static void
say_holds (GString *out, SyRunView *view, const SyWhy *why)
{
  for (guint i = 0; i < why->held_by->len; i++)
    {
      const SyWhyHold *hold = &g_array_index (why->held_by, SyWhyHold, i);

      if (hold->want == 0) /* the disk, a keeper: the sentence has said it */
        continue;
      g_string_append_printf (out, "  %s %s: wants %" G_GINT64_FORMAT ", free %" G_GINT64_FORMAT, hold->kind,
                              hold->name != NULL ? hold->name : "", hold->want, hold->free);
      for (guint k = 0; k < hold->holders->len; k++)
        g_string_append_printf (out, "%s%s", k == 0 ? ", held by " : ", ",
                                sy_run_view_task_id (view, g_array_index (hold->holders, guint32, k)));
      g_string_append_c (out, '\n');
    }
}

/* The task that the chain ends at, if it failed: what it wrote last tells more than any code. */
static void
say_wrote (GString *out, SyRunView *view, const char *argument, const SyWhy *why)
{
  guint32 number = g_array_index (why->chain, SyWhyLink, why->chain->len - 1).task;
  const SyTaskState *task = sy_run_view_get_task (view, number);
  g_autofree char *run = sy_say_shell_quote (argument);
  gsize before = out->len;

  if (task->state == SY_STATE_FAILED && task->attempt > 0)
    sy_say_last_lines (out, view->run, number, task->attempt);
  if (out->len > before)
    g_string_append_printf (out, "  all that it wrote: switchyard logs %s %s\n", run, sy_run_view_task_id (view, number));
}

/* One action as the command that does it */
static void
say_action (GString *out, const char *action, const char *run, const char *id, SyState state)
{
  if (g_str_equal (action, "rerun"))
    {
      if (state == SY_STATE_SUCCEEDED || state == SY_STATE_SKIPPED)
        g_string_append_printf (out, "rerun %s --from %s", run, id);
      else
        g_string_append_printf (out, "rerun %s --failed", run);
    }
  else if (g_str_equal (action, "mark"))
    g_string_append_printf (out, "mark %s %s --as succeeded --note WHY", run, id);
  else if (g_str_equal (action, "resume"))
    g_string_append_printf (out, "resume %s", run);
  else
    g_string_append_printf (out, "%s %s %s", action, run, id);
}

static void
say_actions (GString *out, SyRunView *view, guint32 number, const char *argument, const SyWhy *why)
{
  const SyTaskState *task = sy_run_view_get_task (view, number);
  const char *id = sy_run_view_task_id (view, number);
  g_autofree char *run = sy_say_shell_quote (argument);
  const char *title = "  you can: ";

  for (char **action = why->actions; action != NULL && *action != NULL; action++)
    {
      g_string_append_printf (out, "%sswitchyard ", title);
      say_action (out, *action, run, id, (SyState) task->state);
      g_string_append_c (out, '\n');
      title = "           ";
    }
}

static void
print_text (SyRunView *view, guint32 number, const char *argument, const SyWhy *why)
{
  g_autoptr (GString) out = g_string_new (NULL);

  sy_say_clean (out, why->sentence);
  g_string_append_c (out, '\n');
  for (guint i = 1; i < why->chain->len; i++)
    {
      const SyWhyLink *link = &g_array_index (why->chain, SyWhyLink, i);

      g_string_append_printf (out, "  because %s: ", sy_run_view_task_id (view, link->task));
      sy_say_clean (out, link->text);
      g_string_append_c (out, '\n');
    }
  say_wrote (out, view, argument, why);
  say_holds (out, view, why);
  if (why->due_wall_us > 0)
    {
      gint64 left = why->due_wall_us - g_get_real_time ();

      sy_say_time (g_string_append (out, "  due at "), why->due_wall_us);
      if (left > 0)
        sy_say_duration (g_string_append (out, ", in "), left);
      g_string_append_c (out, '\n');
    }
  if (sy_run_view_is_interrupted (view) && view->state->status != SY_RUN_PAUSED)
    g_string_append_printf (out, "  no runner is at work: switchyard resume %.8s\n", view->meta.uuid);
  say_actions (out, view, number, argument, why);
  sy_out (out);
}

static int
why (char **args)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SyRunView) view = sy_run_view_open (args[0], &error);
  g_autoptr (SyWhy) answer = NULL;
  g_autofree char *line = NULL;
  guint32 number;

  if (view == NULL)
    return sy_fail (error);
  number = sy_run_view_find_task (view, args[1], &error);
  if (number == 0)
    return sy_fail (error);
  line = sy_output_tail_error (view->run, number, sy_run_view_get_task (view, number)->attempt);
  answer = sy_why_with_line (view->state, number, g_get_real_time (), line);
  if (opt_json)
    print_json (view, number, answer);
  else
    print_text (view, number, args[0], answer);
  return SY_EXIT_OK;
}

const SyCommand sy_command_why = {
  .name = "why",
  .arguments = "RUN TASK",
  .summary = "Say why a task is as it is",
  .examples = "  switchyard why last publish\n"
              "  switchyard why 4f1c merge --json | jq -r .sentence",
  .entries = why_entries,
  .min_args = 2,
  .max_args = 2,
  .run = why,
};
