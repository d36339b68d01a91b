/* sy-run-json.c: events and runs in the shapes of --json
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-run-json.h"

#include "app/sy-command.h"

#include <stdio.h>
#include <sys/wait.h>

void
sy_json_status (SyJson *json, int status)
{
  sy_json_int_or_null (json, "exit", status >= 0 && WIFEXITED (status) ? WEXITSTATUS (status) : -1, -1);
  sy_json_int_or_null (json, "signal", status >= 0 && WIFSIGNALED (status) ? WTERMSIG (status) : -1, -1);
}

static gboolean
carries_state (const SyEvent *event)
{
  switch ((SyEventKind) event->kind)
    {
    case SY_EVENT_EXITED:
    case SY_EVENT_MARKED:
      return TRUE;
    default:
      return FALSE;
    }
}

static void
write_event (SyJson *json, const char *run, const SyRunState *state, const SyEvent *event)
{
  guint32 index = event->task == 0 ? SY_NO_TASK : sy_workflow_find_number (state->workflow, event->task);
  const SyTaskState *task = event->task != 0 ? sy_run_state_task (state, event->task) : NULL;

  sy_json_int (json, "v", 1);
  sy_json_string (json, "run", run);
  sy_json_int (json, "seq", event->seq);
  sy_json_int (json, "at_us", event->time.wall_us);
  sy_json_string (json, "event", sy_event_kind_to_string (event->kind));
  sy_json_string (json, "by", sy_by_to_string (event->by));
  sy_json_string (json, "task", index != SY_NO_TASK ? state->workflow->tasks[index].id : NULL);
  sy_json_int_or_null (json, "attempt", event->attempt, 0);
  sy_json_string (json, "state",
                  carries_state (event) ? sy_state_to_string (event->state)
                  : task != NULL        ? sy_state_to_string (task->state)
                                        : sy_run_status_to_string (state->status));
  sy_json_string (json, "name", event->name != SY_NAME_NONE ? sy_name_to_string (event->name)
                                : task != NULL              ? sy_name_to_string (task->name)
                                                            : NULL);
  if (event->exit != NULL)
    {
      sy_json_status (json, event->exit->status);
      sy_json_int (json, "elapsed_us", event->exit->ended_us - event->exit->started_us);
    }
  if (event->kind == SY_EVENT_STARTED)
    sy_json_int (json, "pid", event->pid);
  sy_json_string (json, "text", event->text);
}

void
sy_event_json_print (const char *run, const SyRunState *state, const SyEvent *event)
{
  g_autoptr (GString) line = g_string_sized_new (256);
  SyJson json = sy_json_on (line);

  sy_json_begin_object (&json, NULL);
  write_event (&json, run, state, event);
  sy_json_end_object (&json);
  g_string_append_c (line, '\n');
  sy_out (line);
  fflush (stdout);
}

static void
write_counts (SyJson *json, const guint32 *counts)
{
  sy_json_begin_object (json, "counts");
  for (guint i = 0; i < SY_N_STATES; i++)
    if (counts[i] > 0)
      sy_json_int (json, sy_state_to_string (i), counts[i]);
  sy_json_end_object (json);
}

void
sy_run_json_from_info (SyJson *json, const SyRunInfo *info)
{
  gint64 end = info->ended_us > 0 ? info->ended_us : g_get_real_time ();
  gboolean readable = info->error == NULL;

  sy_json_string (json, "run", info->uuid);
  sy_json_int_or_null (json, "number", info->number, 0);
  sy_json_string (json, "workflow", info->workflow_path);
  sy_json_string (json, "name", info->name);
  sy_json_string (json, "state", readable ? sy_run_status_to_string (info->status) : NULL);
  sy_json_string (json, "runner", sy_owner_to_string (info->runner));
  sy_json_int_or_null (json, "created_at_us", info->created_us, 0);
  sy_json_int_or_null (json, "ended_at_us", info->ended_us, 0);
  sy_json_int_or_null (json, "elapsed_us", info->created_us > 0 ? MAX (0, end - info->created_us) : -1, -1);
  write_counts (json, info->counts);
  sy_json_string (json, "rerun_of", info->rerun_of);
  sy_json_bool (json, "pinned", info->pinned);
  sy_json_string (json, "error", info->error);
}

void
sy_run_json_from_facts (SyJson *json, const SyRunFacts *facts)
{
  const SyRunState *state = facts->state;
  SyRunInfo info = {
    .uuid = (char *) sy_run_dir_get_uuid (facts->run),
    .workflow_path = (char *) facts->workflow_path,
    .name = (char *) facts->name,
    .rerun_of = (char *) facts->rerun_of,
    .number = facts->number,
    .status = state->status,
    .runner = sy_run_dir_get_owner (facts->run, NULL, NULL),
    .created_us = facts->created_us,
    .ended_us = sy_run_status_is_final (state->status) ? state->ended_us : 0,
    .pinned = sy_run_dir_is_pinned (facts->run),
  };

  memcpy (info.counts, state->counts, sizeof info.counts);
  sy_run_json_from_info (json, &info);
}

void
sy_run_json_print (const SyRunFacts *facts)
{
  g_autoptr (GString) line = g_string_new (NULL);
  SyJson json = sy_json_on (line);

  sy_json_begin_object (&json, NULL);
  sy_json_int (&json, "v", 1);
  sy_json_begin_array (&json, "runs");
  sy_json_begin_object (&json, NULL);
  sy_run_json_from_facts (&json, facts);
  sy_json_end_object (&json);
  sy_json_end_array (&json);
  sy_json_end_object (&json);
  g_string_append_c (line, '\n');
  sy_out (line);
}
