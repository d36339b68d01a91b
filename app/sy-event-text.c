/* sy-event-text.c: what an event is said as
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-live.h"
#include "app/sy-words.h"

#include <string.h>
#include <sys/wait.h>

static const char *
task_id (const SyRunState *state, guint32 number)
{
  guint32 index = number == 0 ? SY_NO_TASK : sy_workflow_find_number (state->workflow, number);

  return index == SY_NO_TASK ? "?" : state->workflow->tasks[index].id;
}

static void
append_status (GString *out, const SyExit *exit, const char *text)
{
  if (exit->spawn_errno != 0)
    sy_say_clean (g_string_append (out, "could not be started: "), text != NULL ? text : g_strerror (exit->spawn_errno));
  else if (exit->timed_out != 0 && text != NULL)
    sy_say_clean (g_string_append (out, "timed out: "), text);
  else if (exit->timed_out != 0)
    g_string_append (out, exit->timed_out == 2 ? "timed out: no output" : "timed out");
  else if (exit->oom)
    g_string_append (out, "out of memory");
  else if (WIFSIGNALED (exit->status))
    g_string_append_printf (out, "killed by SIG%s", sigabbrev_np (WTERMSIG (exit->status)));
  else
    g_string_append_printf (out, "exit %d", WEXITSTATUS (exit->status));
}

static int
say_exited (GString *out, const SyRunState *state, const SyEvent *event)
{
  const SyExit *exit = event->exit;
  gboolean retry = event->state == SY_STATE_READY;
  gboolean good = event->state == SY_STATE_SUCCEEDED && event->name == SY_NAME_SUCCEEDED;

  if (good)
    g_string_append (out, "succeeded");
  else if (event->state == SY_STATE_FAILED || retry)
    g_string_append (out, "failed");
  else
    g_string_append (out, event->name == SY_NAME_WARNED ? "succeeded with a warning" : sy_state_to_string (event->state));
  if (exit != NULL)
    {
      if (event->name == SY_NAME_OUTPUT && event->text != NULL)
        sy_say_clean (g_string_append (out, ", "), event->text);
      else if (!good)
        append_status (g_string_append (out, ", "), exit, event->text);
      if (exit->ended_us >= exit->started_us && exit->started_us > 0)
        sy_say_duration (g_string_append (out, ", "), exit->ended_us - exit->started_us);
    }
  if (retry && event->due.wall_us > event->time.wall_us)
    sy_say_duration (g_string_append (out, "; retries in "), event->due.wall_us - event->time.wall_us);
  return good ? 1 : 2;
}

static int
say_task (GString *out, const SyRunState *state, const SyEvent *event)
{
  g_autofree char *word = sy_say_word (sy_name_to_string (event->name));

  switch ((SyEventKind) event->kind)
    {
    case SY_EVENT_EXITED:
      return say_exited (out, state, event);
    case SY_EVENT_SKIPPED:
      g_string_append_printf (out, "skipped: %s", word);
      if (event->cause != 0)
        g_string_append_printf (out, " %s", task_id (state, event->cause));
      return 1;
    case SY_EVENT_ANNOUNCED:
      g_string_append_printf (out, "%s %s", event->name == SY_NAME_UPSTREAM_SKIPPED ? "skipped with" : "blocked by",
                              task_id (state, event->cause));
      return 1;
    case SY_EVENT_FAILED:
      g_string_append_printf (out, "failed (%s)", word);
      return 2;
    case SY_EVENT_CANCELLED:
      g_string_append_printf (out, "cancelled (%s)", word);
      return 1;
    case SY_EVENT_LOST:
      g_string_append (out, event->name == SY_NAME_REBOOT ? "lost: the machine restarted" : "lost: nobody saw it end");
      return 2;
    case SY_EVENT_STOP_REQUESTED:
      g_string_append_printf (out, "stopping (%s)", word);
      return 1;
    case SY_EVENT_WARNING:
      g_string_append (out, "warning");
      return 2;
    case SY_EVENT_MARKED:
      g_string_append_printf (out, "marked %s", sy_state_to_string (event->state));
      return 2;
    default:
      return 0;
    }
}

static int
say_run (GString *out, const SyEvent *event)
{
  switch ((SyEventKind) event->kind)
    {
    case SY_EVENT_PAUSED: g_string_append (out, "paused"); return 2;
    case SY_EVENT_RESUMED: g_string_append (out, "resumed"); return 2;
    case SY_EVENT_DRAINED: g_string_append (out, "draining: running tasks end, nothing new starts"); return 2;
    case SY_EVENT_CANCEL_REQUESTED:
      g_string_append (out, event->value ? "killing what runs" : "stopping what runs");
      return 2;
    case SY_EVENT_DISK_FULL: g_string_append (out, "the disk is full: nothing new starts"); return 2;
    case SY_EVENT_DISK_OK: g_string_append (out, "there is space again"); return 2;
    case SY_EVENT_SLOTS_CHANGED:
      g_string_append_printf (out, "slots: %d", (int) event->value);
      return 1;
    case SY_EVENT_WARNING: g_string_append (out, "warning"); return 2;
    case SY_EVENT_RUN_STATE:
      if (event->value != SY_RUN_STALLED && event->value != SY_RUN_LOST)
        return 0;
      g_string_append (out, sy_say_run_status (event->value));
      return 2;
    default: return 0;
    }
}

static gboolean
text_is_said_already (const SyEvent *event)
{
  return event->text == NULL || event->kind == SY_EVENT_EXITED || event->text[0] == '{';
}

gboolean
sy_event_text (GString *out, const SyRunState *state, const SyEvent *event, int *worth)
{
  gsize before = out->len;
  int level;

  if (event->task != 0)
    g_string_append_printf (out, "%s: ", task_id (state, event->task));
  level = event->task != 0 ? say_task (out, state, event) : say_run (out, event);
  if (worth != NULL)
    *worth = level;
  if (level == 0)
    {
      g_string_truncate (out, before);
      return FALSE;
    }
  if (!text_is_said_already (event))
    sy_say_clean (g_string_append (out, ": "), event->text);
  return TRUE;
}
