/* sy-run-report.c: what came of a run, in a few lines
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-run-report.h"

#include "app/sy-command.h"
#include "app/sy-output-tail.h"
#include "app/sy-words.h"
#include "core/model/sy-line-kind.h"
#include "core/model/sy-shell-fault.h"
#include "core/model/sy-words.h"

#include <string.h>

#define MAX_TASKS 5
#define MAX_LINES 5
#define MAX_TAIL 4096

int
sy_exit_code_of_run (SyRunStatus status)
{
  switch (status)
    {
    case SY_RUN_SUCCEEDED:
    case SY_RUN_PARTIALLY_SUCCEEDED:
      return SY_EXIT_OK;
    case SY_RUN_FAILED:
      return SY_EXIT_FAILED;
    case SY_RUN_CANCELLED:
      return SY_EXIT_CANCELLED;
    case SY_RUN_LOST:
    case SY_RUN_STALLED:
      return SY_EXIT_LOST;
    default:
      return SY_EXIT_PAUSED;
    }
}

int
sy_exit_code_of_end (const SyRunnerEnd *end)
{
  switch (end->kind)
    {
    case SY_RUNNER_SETTLED: return sy_exit_code_of_run (end->status);
    case SY_RUNNER_STALLED: return SY_EXIT_LOST;
    case SY_RUNNER_IDLE: return SY_EXIT_OK;
    case SY_RUNNER_FAILED: return SY_EXIT_INTERNAL;
    /* A runner that was told to leave while nothing could go on */
    default: return end->status == SY_RUN_STALLED ? SY_EXIT_LOST : SY_EXIT_PAUSED;
    }
}

static void
say_counts (GString *out, const SyRunState *state)
{
  static const struct { SyState state; const char *word; } shown[] = {
    { SY_STATE_SUCCEEDED, "succeeded" },    { SY_STATE_FAILED, "failed" },   { SY_STATE_LOST, "lost" },
    { SY_STATE_UPSTREAM_FAILED, "blocked" },{ SY_STATE_SKIPPED, "skipped" }, { SY_STATE_CANCELLED, "cancelled" },
    { SY_STATE_RUNNING, "running" },        { SY_STATE_READY, "ready" },     { SY_STATE_PENDING, "pending" },
  };
  const char *separator = "; ";

  for (guint i = 0; i < G_N_ELEMENTS (shown); i++)
    if (state->counts[shown[i].state] > 0)
      {
        sy_say_count (g_string_append (out, separator), state->counts[shown[i].state]);
        g_string_append_printf (out, " %s", shown[i].word);
        separator = ", ";
      }
}

/* Each behind a bar */
static void
say_lines (GString *out, const char *tail)
{
  g_autofree char *text = g_strchomp (g_strdup (tail));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint first = g_strv_length (lines) > MAX_LINES ? g_strv_length (lines) - MAX_LINES : 0;

  for (guint i = first; lines[i] != NULL; i++)
    {
      g_autoptr (GString) clean = sy_say_clean (g_string_new (NULL), lines[i]);

      g_string_append (out, "    | ");
      sy_say_fit (out, clean->str, 200, FALSE);
      g_string_append_c (out, '\n');
    }
}

void
sy_say_last_lines (GString *out, SyRunDir *run, guint32 task, guint32 attempt)
{
  g_autofree char *tail = sy_output_tail (run, task, attempt, MAX_TAIL);

  if (tail != NULL)
    say_lines (out, tail);
}

/* @tail: (nullable): of its output */
static void
say_how (GString *out, const SyTaskState *task, const char *tail)
{
  g_autofree char *line = tail != NULL ? sy_line_choose (tail, strlen (tail)) : NULL, *how = sy_words_dup_failure (task);
  g_autofree char *fault = sy_shell_fault_describe (task, how, line), *advice = sy_shell_fault_advise (task, line);

  if (task->state == SY_STATE_LOST)
    g_string_append (out, task->name == SY_NAME_REBOOT ? "lost: the machine restarted" : "lost: nobody saw it end");
  else
    sy_say_clean (out, fault != NULL ? fault : how);
  if (task->attempt > 1)
    g_string_append_printf (out, " after %u attempts", task->attempt);
  if (advice != NULL)
    sy_say_clean (g_string_append (out, "; "), advice);
}

static void
say_bad_tasks (GString *out, const SyRunFacts *run)
{
  const SyWorkflow *workflow = run->state->workflow;
  guint n = 0;

  for (guint32 i = 0; i < workflow->n_tasks; i++)
    {
      const SyTaskState *task = sy_run_state_at (run->state, i);
      g_autofree char *tail = NULL;

      if (task->state != SY_STATE_FAILED && task->state != SY_STATE_LOST)
        continue;
      if (++n > MAX_TASKS)
        continue;
      tail = task->attempt > 0 ? sy_output_tail (run->run, workflow->tasks[i].number, task->attempt, MAX_TAIL) : NULL;
      g_string_append_printf (out, "  %s: ", workflow->tasks[i].id);
      say_how (out, task, tail);
      g_string_append_c (out, '\n');
      if (tail != NULL)
        say_lines (out, tail);
    }
  if (n > MAX_TASKS)
    g_string_append_printf (out, "  … and %u more: switchyard show %.8s --failed\n", n - MAX_TASKS,
                            sy_run_dir_get_uuid (run->run));
}

/* The shortest word that means this run now */
static char *
run_word (const SyRunFacts *run)
{
  g_autoptr (SyIndex) index = sy_index_open (run->dir, SY_INDEX_READ, NULL);
  const char *uuid = sy_run_dir_get_uuid (run->run);
  g_autofree char *last = index != NULL ? sy_index_resolve (index, "last", NULL, NULL) : NULL;

  return g_strcmp0 (last, uuid) == 0 ? g_strdup ("last") : g_strndup (uuid, 8);
}

/* What the run has given, as far as it was declared: the last tasks that gave something */
static void
say_outputs (GString *out, const SyRunState *state)
{
  const SyWorkflow *workflow = state->workflow;
  guint32 at = workflow->n_tasks;
  guint n = 0;

  while (at > 0 && n < MAX_TASKS)
    n += sy_run_state_at (state, workflow->topo[--at])->outputs != NULL;
  for (; at < workflow->n_tasks; at++)
    {
      const SyTaskState *task = sy_run_state_at (state, workflow->topo[at]);
      g_autofree char *indent = g_strdup_printf ("  %s: ", workflow->tasks[workflow->topo[at]].id);

      sy_say_outputs (out, task, indent);
    }
}

static gboolean
is_stale (const SyRunState *state, guint32 index)
{
  const SyTaskState *task = sy_run_state_at (state, index);

  return task->state == SY_STATE_SUCCEEDED && (task->badges & SY_BADGE_STALE) != 0;
}

/* What was done from results that are newer now, and the command that does it again: from the first of each chain on. */
static void
say_stale (GString *out, const SyRunFacts *run)
{
  const SyWorkflow *workflow = run->state->workflow;
  g_autoptr (GString) first = g_string_new (NULL);
  g_autofree char *word = NULL;
  guint n = 0, n_first = 0;

  for (guint32 i = 0; i < workflow->n_tasks; i++)
    {
      gboolean behind = FALSE;

      if (!is_stale (run->state, i))
        continue;
      n++;
      for (guint32 k = 0; k < workflow->tasks[i].n_needs && !behind; k++)
        behind = is_stale (run->state, workflow->tasks[i].needs[k].task);
      if (!behind && n_first++ < MAX_TASKS)
        g_string_append_printf (first, "%s%s", first->len > 0 ? "," : "", workflow->tasks[i].id);
    }
  if (n == 0)
    return;
  word = run_word (run);
  sy_say_plural (g_string_append (out, "Stale: "), n, "task", NULL);
  g_string_append_printf (out, " done before what %s ran again; ", n == 1 ? "it needs" : "they need");
  if (n_first <= MAX_TASKS)
    g_string_append_printf (out, "to run %s too: switchyard rerun %s --from %s\n", n == 1 ? "it" : "them", word, first->str);
  else
    g_string_append_printf (out, "which: switchyard show %s\n", word);
}

static gboolean
status_wants_advice (const SyRunState *state)
{
  return state->status != SY_RUN_SUCCEEDED
         && (state->status != SY_RUN_PARTIALLY_SUCCEEDED || state->counts[SY_STATE_FAILED] + state->counts[SY_STATE_LOST] > 0);
}

/* A run that nobody runs is not "running". */
static const char *
status_word (const SyRunFacts *run, const SyRunnerEnd *end)
{
  if (end == NULL && !sy_run_status_is_final (run->state->status) && run->state->status != SY_RUN_PAUSED
      && sy_run_dir_get_owner (run->run, NULL, NULL) == SY_OWNER_NONE)
    return "interrupted";
  return sy_say_run_status (run->state->status);
}

/* Their failure is not the run's: without a word here nobody would look */
static void
say_failed_handlers (GString *out, const SyRunFacts *facts)
{
  g_autofree char *run = run_word (facts);

  for (guint i = 0; i < SY_N_HANDLERS; i++)
    if (facts->state->handlers_failed & 1u << i)
      g_string_append_printf (out, "  handler %s failed, which does not count: switchyard logs %s handler:%s\n",
                              sy_handler_kind_to_string (i), run, sy_handler_kind_to_string (i));
}

static void
say_advice (GString *out, const SyRunFacts *facts, const SyRunnerEnd *end)
{
  g_autofree char *run = run_word (facts);
  SyRunStatus status = facts->state->status;

  if (status == SY_RUN_FAILED || status == SY_RUN_CANCELLED || status == SY_RUN_LOST
      || status == SY_RUN_PARTIALLY_SUCCEEDED)
    g_string_append_printf (out, "To repair: switchyard rerun %s --failed\n", run);
  else if (status == SY_RUN_STALLED)
    g_string_append_printf (out, "What it waits for: switchyard show %s\n", run);
  else if (end != NULL && end->kind == SY_RUNNER_LEFT)
    g_string_append_printf (out, "Running tasks go on; to go on with the run: switchyard resume %s\n", run);
  else
    g_string_append_printf (out, "To go on: switchyard resume %s\n", run);
}

void
sy_run_report (GString *out, const SyRunFacts *run, const SyRunnerEnd *end)
{
  const SyRunState *state = run->state;
  gboolean final = sy_run_status_is_final (state->status);
  gint64 to = final ? state->ended_us : g_get_real_time ();

  sy_say_clean (out, run->name);
  g_string_append_printf (out, " #%u (%.8s) %s", run->number, sy_run_dir_get_uuid (run->run), status_word (run, end));
  sy_say_duration (g_string_append (out, final ? " in " : " after "), MAX (0, to - MAX (run->created_us, run->begin_us)));
  if (final && run->begin_us > 0)
    g_string_append (sy_say_duration (g_string_append (out, ", "), MAX (0, to - run->created_us)), " after it was begun");
  say_counts (out, state);
  g_string_append_c (out, '\n');
  if (end != NULL && end->message != NULL)
    g_string_append_c (sy_say_clean (g_string_append (out, "  "), end->message), '\n');
  if (state->status == SY_RUN_SUCCEEDED || state->status == SY_RUN_PARTIALLY_SUCCEEDED)
    say_outputs (out, state);
  say_bad_tasks (out, run);
  say_failed_handlers (out, run);
  say_stale (out, run);
  if (status_wants_advice (state))
    say_advice (out, run, end);
}
