/* sy-scheduler-facts.c: what executors and keepers report
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-attempt.h"
#include "core/model/sy-scheduler-private.h"
#include "core/model/sy-task-values.h"
#include "core/model/sy-words.h"

#include <sys/wait.h>

#define OWN_FAILURE_PAUSE_US G_USEC_PER_SEC /* after a start that failed for want of our own resources */

/* --- the verdict on an ended attempt --- */

typedef struct
{
  SyState state;
  SyName name;
  SyName failure; /* NONE = none */
  gint64 delay;   /* state READY: until the retry */
} Verdict;

static int
exit_code (const SyExit *exit)
{
  return exit->spawn_errno == 0 && exit->status != -1 && WIFEXITED (exit->status) ? WEXITSTATUS (exit->status) : -1;
}

/* By the task's map of exit codes; NONE = a failure. Succeeded goes before skipped, and that before warned (which may be `any`). */
static Verdict
judge_code (const SyTask *task, int code)
{
  const SyExitCodes *map = task->exit;

  if (map == NULL ? code == 0 : sy_code_set_has (&map->succeeded, code))
    return (Verdict){ SY_STATE_SUCCEEDED, SY_NAME_SUCCEEDED };
  if (map != NULL && sy_code_set_has (&map->skipped, code))
    return (Verdict){ SY_STATE_SKIPPED, SY_NAME_EXIT_CODE };
  if (map != NULL && sy_code_set_has (&map->warned, code))
    return (Verdict){ SY_STATE_SUCCEEDED, SY_NAME_WARNED };
  return (Verdict){ SY_STATE_FAILED, SY_NAME_EXIT, SY_NAME_EXIT };
}

static Verdict
judge_facts (const SyTask *task, const SyExit *exit, const char *output_error)
{
  Verdict verdict;
  SyName cause = sy_exit_cause (exit);

  if (cause != SY_NAME_EXIT && cause != SY_NAME_OUTPUT)
    return (Verdict){ SY_STATE_FAILED, cause, cause };
  verdict = judge_code (task, exit_code (exit));
  if (verdict.state == SY_STATE_SUCCEEDED && output_error != NULL)
    return (Verdict){ SY_STATE_FAILED, SY_NAME_OUTPUT, SY_NAME_OUTPUT };
  return verdict;
}

/* What a stop that was asked for makes of it; NONE = no stop, or it came too late. */
static SyName
stop_asked (const SyTaskState *state, const SyExit *exit)
{
  gboolean revoking = state->state == SY_STATE_READY;

  if (state->stop_name == SY_NAME_NONE || (exit->status == 0 && exit->spawn_errno == 0 && !exit->stop_sent))
    return SY_NAME_NONE;
  if (revoking && state->stop_state != SY_STATE_CANCELLED && state->stop_state != SY_STATE_SKIPPED)
    return SY_NAME_NONE;
  return (SyName) state->stop_name;
}

static Verdict
judge (SyScheduler *s, guint32 index, const SyExit *exit, const char *output_error)
{
  const SyTask *task = &s->workflow->tasks[index];
  SyName stop = stop_asked (sy_scheduler_state (s, index), exit);
  Verdict verdict;

  if (stop != SY_NAME_NONE)
    return (Verdict){ SY_STATE_CANCELLED, stop };
  verdict = judge_facts (task, exit, output_error);
  if (verdict.state == SY_STATE_FAILED
      && sy_scheduler_retry_delay (s, index, verdict.failure, exit, exit_code (exit), &verdict.delay))
    {
      verdict.state = SY_STATE_READY;
      verdict.name = SY_NAME_AWAITING_RETRY;
    }
  return verdict;
}

static gboolean
is_current (const SyScheduler *s, guint32 index, guint32 attempt, guint64 nonce)
{
  const SyTaskState *state;

  if (index == SY_NO_TASK || !s->tasks[index].in_flight)
    return FALSE;
  state = sy_scheduler_state (s, index);
  return (attempt == 0 || state->attempt == attempt) && (nonce == 0 || state->nonce == nonce);
}

static void
emit_outputs (SyScheduler *s, guint32 index, SyBy by, const char *outputs)
{
  SyEvent event = sy_scheduler_event (s, SY_EVENT_OUTPUT_SET, index);

  event.by = (guint8) by;
  event.attempt = sy_scheduler_state (s, index)->attempt;
  event.text = g_strdup (outputs);
  sy_scheduler_emit (s, &event);
}

/* "folder “x”: No such file or directory"; paths as the file has them */
static char *
spawn_text (const SyScheduler *s, guint32 index, const SyExit *exit)
{
  const SyTask *task = &s->workflow->tasks[index];
  const SyText *shell = task->shell != NULL ? task->shell : s->workflow->shell;
  const SyText *argv = task->kind == SY_TASK_COMMAND ? task->argv : shell;
  const char *dir = task->dir.text != NULL ? task->dir.text : s->workflow->dir.text;
  const char *cause = g_strerror (exit->spawn_errno);

  if (exit->spawn_stage == SY_SPAWN_OF_DIR)
    return g_strdup_printf ("folder “%s”: %s", dir != NULL ? dir : ".", cause);
  if (exit->spawn_stage == SY_SPAWN_OF_STDIN && task->extra != NULL && task->extra->stdin_file.text != NULL)
    return g_strdup_printf ("stdin “%s”: %s", task->extra->stdin_file.text, cause);
  if (exit->spawn_stage == SY_SPAWN_OF_PROGRAM && argv != NULL && argv[0].text != NULL)
    return g_strdup_printf ("program “%s”: %s", argv[0].text, cause);
  return g_strdup (cause);
}

/* Which limit it was, and how long: "200 ms (timeout)", "no output for 30 s (timeout.no_output)" */
static char *
timeout_text (const SyScheduler *s, guint32 index, const SyExit *exit)
{
  const SyTimeout *timeout = index != SY_NO_TASK ? sy_scheduler_task (s, index)->timeout : NULL;
  const gint64 limits[] = { timeout ? timeout->attempt_us : 0, timeout ? timeout->no_output_us : 0,
                            timeout ? timeout->total_us : 0 };
  guint which = exit->timed_out - 1u;
  g_autoptr (GString) limit = g_string_new (NULL);

  if (which >= G_N_ELEMENTS (limits) || limits[which] <= 0)
    return NULL;
  sy_words_duration (limit, limits[which]);
  if (which == 1)
    return g_strdup_printf ("no output for %s (timeout.no_output)", limit->str);
  return which == 0 ? g_strdup_printf ("%s (timeout)", limit->str) : g_strdup_printf ("%s in all (timeout.total)", limit->str);
}

static char *
exit_text (const SyScheduler *s, guint32 index, const Verdict *verdict, const SyExit *exit, const char *output_error)
{
  if (verdict->failure == SY_NAME_OUTPUT)
    return g_strdup (output_error);
  if (verdict->failure == SY_NAME_TIMED_OUT)
    return timeout_text (s, index, exit);
  return verdict->failure == SY_NAME_SPAWN && index != SY_NO_TASK ? spawn_text (s, index, exit) : NULL;
}

static void
emit_exit (SyScheduler *s, guint32 task, guint32 attempt, SyBy by, guint64 nonce, const SyExit *exit,
           const char *output_error, const Verdict *verdict)
{
  SyEvent event = sy_scheduler_event (s, SY_EVENT_EXITED, SY_NO_TASK);

  event.task = task;
  event.by = (guint8) by;
  event.attempt = attempt;
  event.nonce = nonce;
  event.state = (guint8) verdict->state;
  event.name = (guint8) verdict->name;
  event.keeper = exit->keeper;
  event.pid = exit->pid;
  event.exit = g_memdup2 (exit, sizeof *exit);
  event.text = exit_text (s, sy_scheduler_index (s, task), verdict, exit, output_error);
  if (verdict->state == SY_STATE_READY)
    {
      event.value = verdict->failure;
      event.due.wall_us = s->now.wall_us + verdict->delay;
      event.due.boot_us = s->now.boot_us + verdict->delay;
    }
  sy_scheduler_emit (s, &event);
}

/* A task that the present file has no more: nothing follows from its end, but its end is logged. */
static void
end_vanished (SyScheduler *s, SyTime now, SyBy by, guint32 task, guint32 attempt, guint64 nonce, const SyExit *exit)
{
  static const SyTask none = { .id = "" };
  const SyTaskState *state = sy_run_state_task (s->state, task);
  Verdict verdict;

  if (state == NULL || state->state != SY_STATE_RUNNING || (attempt != 0 && state->attempt != attempt))
    return;
  sy_scheduler_enter (s, now);
  verdict = stop_asked (state, exit) ? (Verdict){ SY_STATE_CANCELLED, (SyName) state->stop_name }
                                     : judge_facts (&none, exit, NULL);
  emit_exit (s, task, state->attempt, by, nonce, exit, NULL, &verdict);
  sy_scheduler_leave (s);
}

void
sy_scheduler_exited (SyScheduler *s, SyTime now, SyBy by, guint32 task, guint32 attempt, guint64 nonce,
                     const SyExit *exit, const char *outputs, const char *output_error)
{
  guint32 index = sy_scheduler_index (s, task);
  SyTaskState *state;
  gboolean again;
  Verdict verdict;

  if (index == SY_NO_TASK)
    end_vanished (s, now, by, task, attempt, nonce, exit);
  if (!is_current (s, index, attempt, nonce))
    return;
  sy_scheduler_enter (s, now);
  state = sy_scheduler_state (s, index);
  again = state->run_again || (state->state == SY_STATE_READY && state->stop_name != SY_NAME_NONE
                               && state->stop_state == SY_STATE_PENDING);
  if (exit->spawn_errno == 0)
    sy_scheduler_note_duration (s, exit);
  verdict = judge (s, index, exit, output_error);
  if (verdict.state == SY_STATE_SUCCEEDED && outputs != NULL)
    emit_outputs (s, index, by, outputs);
  emit_exit (s, task, state->attempt, by, nonce, exit, output_error, &verdict);
  if (again)
    sy_scheduler_reset (s, index, 0);
  else if (verdict.state == SY_STATE_READY)
    sy_scheduler_timer_add (s, index, now.boot_us + verdict.delay);
  sy_scheduler_leave (s);
}

/* --- starts, voids, losses --- */

void
sy_scheduler_started (SyScheduler *s, SyTime now, SyBy by, guint32 task, guint32 attempt, guint64 nonce,
                      guint32 keeper, gint32 pid, guint64 start_time, guint64 pidns)
{
  guint32 index = sy_scheduler_index (s, task);
  SyState becomes;
  SyName name;
  SyEvent event;

  if (!is_current (s, index, attempt, nonce) || sy_scheduler_state (s, index)->state != SY_STATE_READY)
    return;
  sy_scheduler_enter (s, now);
  becomes = (SyState) sy_scheduler_state (s, index)->stop_state;
  name = (SyName) sy_scheduler_state (s, index)->stop_name;
  event = sy_scheduler_event (s, SY_EVENT_STARTED, index);
  event.by = (guint8) by;
  event.attempt = sy_scheduler_state (s, index)->attempt;
  event.nonce = nonce;
  event.state = SY_STATE_RUNNING;
  event.name = SY_NAME_RUNNING;
  event.keeper = keeper;
  event.pid = pid;
  event.start_time = start_time;
  event.pidns = pidns;
  if (sy_scheduler_state (s, index)->first_started_us == 0)
    s->tasks[index].first_started_boot = now.boot_us;
  s->n_deaf -= s->tasks[index].deaf;
  s->tasks[index].deaf = FALSE;
  sy_scheduler_emit (s, &event);
  if (name != SY_NAME_NONE && becomes == SY_STATE_PENDING)
    sy_scheduler_emit_state (s, SY_EVENT_RUN_AGAIN, index, SY_STATE_RUNNING, SY_NAME_RUNNING, 0);
  else if (name != SY_NAME_NONE && becomes != SY_STATE_READY)
    sy_scheduler_stop_running (s, index, name, s->state->cancel_kill, SY_BY_RUNNER);
  sy_scheduler_leave (s);
}

void
sy_scheduler_voided (SyScheduler *s, SyTime now, SyBy by, guint32 task, guint64 nonce, const char *why)
{
  guint32 index = sy_scheduler_index (s, task);
  SyState becomes;
  SyName name;
  SyEvent event;

  if (!is_current (s, index, 0, nonce) || sy_scheduler_state (s, index)->state != SY_STATE_READY)
    return;
  sy_scheduler_enter (s, now);
  becomes = (SyState) sy_scheduler_state (s, index)->stop_state;
  name = (SyName) sy_scheduler_state (s, index)->stop_name;
  event = sy_scheduler_event (s, SY_EVENT_VOIDED, index);
  event.by = (guint8) by;
  event.attempt = sy_scheduler_state (s, index)->attempt;
  event.nonce = sy_scheduler_state (s, index)->nonce;
  event.text = g_strdup (why);
  sy_scheduler_emit (s, &event);
  if (name == SY_NAME_NONE && by == SY_BY_RUNNER)
    s->start_after = now.boot_us + OWN_FAILURE_PAUSE_US;
  if (name != SY_NAME_NONE && becomes == SY_STATE_CANCELLED)
    sy_scheduler_emit_state (s, SY_EVENT_CANCELLED, index, SY_STATE_CANCELLED, name, s->stop_cause);
  else if (name != SY_NAME_NONE && becomes == SY_STATE_SKIPPED)
    sy_scheduler_emit_state (s, SY_EVENT_SKIPPED, index, SY_STATE_SKIPPED, SY_NAME_USER, 0);
  else if (name != SY_NAME_NONE && becomes == SY_STATE_PENDING)
    sy_scheduler_reset (s, index, 0);
  else
    sy_scheduler_hold_branch (s, index);
  sy_scheduler_leave (s);
}

void
sy_scheduler_lost (SyScheduler *s, SyTime now, SyBy by, guint32 task, guint32 attempt, SyName name, const char *text)
{
  guint32 index = sy_scheduler_index (s, task);
  const SyTask *spec;
  SyTaskState *state;
  gboolean again;
  SyEvent event;

  if (!is_current (s, index, attempt, 0))
    return;
  sy_scheduler_enter (s, now);
  state = sy_scheduler_state (s, index);
  spec = sy_scheduler_task (s, index);
  again = state->run_again;
  event = sy_scheduler_event (s, SY_EVENT_LOST, index);
  event.by = (guint8) by;
  event.attempt = state->attempt;
  event.state = SY_STATE_LOST;
  event.name = (guint8) name;
  event.text = g_strdup (text);
  sy_scheduler_emit (s, &event);
  if (again)
    sy_scheduler_reset (s, index, 0);
  else if (sy_late_on_lost (s->workflow, index, state->values) == SY_ON_LOST_RERUN && !s->state->stopping
           && state->lost_reruns < MAX (1, spec->retry ? spec->retry->limit : 0))
    {
      sy_scheduler_emit_state (s, SY_EVENT_LOST_RERUN, index, SY_STATE_READY, SY_NAME_QUEUED, 0);
      sy_scheduler_hold_branch (s, index);
    }
  sy_scheduler_leave (s);
}

void
sy_scheduler_keeper_deaf (SyScheduler *s, SyTime now, guint32 task, gboolean deaf)
{
  guint32 index = sy_scheduler_index (s, task);
  SyName name;

  if (!is_current (s, index, 0, 0) || sy_scheduler_state (s, index)->state != SY_STATE_READY
      || s->tasks[index].deaf == !!deaf)
    return;
  sy_scheduler_enter (s, now);
  s->tasks[index].deaf = !!deaf;
  s->n_deaf += deaf ? 1 : (guint32) -1;
  name = sy_scheduler_state (s, index)->stop_name != SY_NAME_NONE ? SY_NAME_REVOKING : SY_NAME_QUEUED;
  if (deaf)
    sy_scheduler_emit_state (s, SY_EVENT_HELD, index, SY_STATE_READY, SY_NAME_HELD_KEEPER, 0);
  else
    sy_scheduler_emit_state (s, SY_EVENT_RELEASED, index, SY_STATE_READY, name, 0);
  sy_scheduler_leave (s);
}

/* --- what the log has lost --- */

static void
emit_salvaged (SyScheduler *s, SyEventKind kind, SyBy by, guint32 index, guint32 attempt, guint64 nonce)
{
  SyEvent event = sy_scheduler_event (s, kind, index);

  event.by = (guint8) by;
  event.state = SY_STATE_READY;
  event.name = SY_NAME_QUEUED;
  event.attempt = attempt;
  event.nonce = nonce;
  if (kind == SY_EVENT_INTENT)
    sy_task_values_digest (s->workflow, index, NULL, sy_scheduler_state (s, index)->command, event.digest);
  sy_scheduler_emit (s, &event);
}

gboolean
sy_scheduler_salvage_intent (SyScheduler *s, SyTime now, SyBy by, guint32 task, guint32 attempt, guint64 nonce)
{
  guint32 index = sy_scheduler_index (s, task);
  const SyTaskState *state = index != SY_NO_TASK ? sy_scheduler_state (s, index) : NULL;

  if (state == NULL || attempt != state->attempt + 1 || nonce == 0 || state->nonce != 0
      || (state->state != SY_STATE_PENDING && state->state != SY_STATE_READY))
    return FALSE;
  sy_scheduler_enter (s, now);
  if (state->state == SY_STATE_PENDING)
    emit_salvaged (s, SY_EVENT_JOIN_MET, by, index, 0, 0);
  else if (state->name == SY_NAME_AWAITING_RETRY)
    emit_salvaged (s, SY_EVENT_RETRY_NOW, by, index, 0, 0);
  emit_salvaged (s, SY_EVENT_INTENT, by, index, attempt, nonce);
  sy_scheduler_leave (s);
  return TRUE;
}

void
sy_scheduler_not_started (SyScheduler *s, SyTime now, guint32 task)
{
  guint32 index = sy_scheduler_index (s, task);

  if (index == SY_NO_TASK)
    return;
  sy_scheduler_enter (s, now);
  sy_scheduler_withdraw (s, index, SY_BY_RECOVERY);
  sy_scheduler_leave (s);
}
