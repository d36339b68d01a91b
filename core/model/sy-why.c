/* sy-why.c: why a task is as it is
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-scheduler.h"
#include "core/model/sy-shell-fault.h"
#include "core/model/sy-retell.h"
#include "core/model/sy-why-private.h"
#include "core/model/sy-words.h"

#include <glib/gi18n.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

static void
link_clear (SyWhyLink *link)
{
  g_free (link->code);
  g_free (link->text);
}

static void
hold_clear (SyWhyHold *hold)
{
  g_free (hold->kind);
  g_free (hold->name);
  g_array_unref (hold->holders);
}

void
sy_why_free (SyWhy *why)
{
  if (why == NULL)
    return;
  g_free (why->code);
  g_free (why->sentence);
  g_array_unref (why->chain);
  g_array_unref (why->held_by);
  g_strfreev (why->actions);
  g_free (why);
}

/* --- what a pending task waits for --- */

static gboolean
is_open (const SyTaskState *need, SyJoinRule rule)
{
  if (!sy_state_is_terminal ((SyState) need->state))
    return TRUE;
  if (need->settled)
    return FALSE;
  return need->state != SY_STATE_SUCCEEDED || rule == SY_JOIN_ALL_DONE || rule == SY_JOIN_ALL_FAILED
         || rule == SY_JOIN_NONE_FAILED || rule == SY_JOIN_NONE_FAILED_MIN_ONE_SUCCESS;
}

/* How much an open need explains: what needs a person first, then what runs. */
static guint
weight (const SyTaskState *need)
{
  static const guint8 of_state[SY_N_STATES] = {
    [SY_STATE_LOST] = 6, [SY_STATE_WAITING] = 5, [SY_STATE_READY] = 3, [SY_STATE_RUNNING] = 4, [SY_STATE_PENDING] = 2,
  };

  return of_state[need->state];
}

SyWait
sy_why_wait (const SyRunState *state, guint32 index)
{
  const SyTask *task = &state->workflow->tasks[index];
  SyJoinRule rule = task->join ? task->join->rule : SY_JOIN_ALL_SUCCESS;
  SyWait wait = { 0, 0, 0, 0 };
  guint best = 0, done = 0;

  for (guint32 k = 0; k < task->n_needs; k++)
    {
      const SyTaskState *need = sy_run_state_at (state, task->needs[k].task);

      done += need->state == SY_STATE_SUCCEEDED || (rule == SY_JOIN_QUORUM && task->join->of_done && need->settled);
      if (!is_open (need, rule))
        continue;
      wait.open++;
      if (wait.first != 0 && weight (need) <= best)
        continue;
      best = weight (need);
      wait.first = state->workflow->tasks[task->needs[k].task].number;
    }
  if (rule == SY_JOIN_QUORUM)
    {
      guint64 wanted =
          task->join->percent ? ((guint64) task->join->quorum * task->n_needs + 99) / 100 : task->join->quorum;

      wait.of = (guint) MIN (wanted, task->n_needs);
      wait.more = wait.of > done ? wait.of - done : 0;
    }
  return wait;
}

/* --- who holds what --- */

static gboolean
holds_something (const SyTaskState *task)
{
  return task->state == SY_STATE_RUNNING || (task->state == SY_STATE_READY && task->nonce != 0);
}

static guint
pool_count (const SyTask *task, guint32 pool)
{
  const SyResources *resources = task->resources;

  for (guint32 k = 0; resources != NULL && k < resources->n_pools; k++)
    if (resources->pools[k].pool == pool)
      return resources->pools[k].count;
  return 0;
}

gboolean
sy_why_pool (const SyRunState *state, const char *name, guint *used, guint *capacity, GArray *holders)
{
  const SyWorkflow *workflow = state->workflow;
  guint32 pool = 0;

  while (pool < workflow->n_pools && strcmp (workflow->pools[pool].name, name) != 0)
    pool++;
  if (pool == workflow->n_pools)
    return FALSE;
  *used = 0;
  *capacity = workflow->pools[pool].capacity;
  for (guint32 i = 0; i < workflow->n_tasks; i++)
    {
      guint count = holds_something (sy_run_state_at (state, i)) ? pool_count (&workflow->tasks[i], pool) : 0;

      *used += count;
      if (count > 0 && holders != NULL)
        g_array_append_val (holders, workflow->tasks[i].number);
    }
  return TRUE;
}

static void
add_holders (const SyRunState *state, GArray *holders)
{
  for (guint32 i = 0; i < state->workflow->n_tasks; i++)
    if (holds_something (sy_run_state_at (state, i)))
      g_array_append_val (holders, state->workflow->tasks[i].number);
}

static GArray *
find_holds (const SyRunState *state, const SyTaskState *task)
{
  static const char *const kinds[SY_N_NAMES] = {
    [SY_NAME_HELD_POOL] = "pool",         [SY_NAME_HELD_SLOTS] = "slots",   [SY_NAME_HELD_BREAKER] = "breaker",
    [SY_NAME_HELD_PAUSE] = "pause",       [SY_NAME_HELD_SECRET] = "secret", [SY_NAME_HELD_SCHEDULE] = "schedule",
    [SY_NAME_HELD_KEEPER] = "keeper",     [SY_NAME_HELD_DISK] = "disk",     [SY_NAME_HELD_STOPPING] = "stopping",
  };
  GArray *holds = g_array_new (FALSE, TRUE, sizeof (SyWhyHold));
  SyWhyHold hold = { 0 };
  SyName name = sy_why_name (state, task);
  guint used, capacity;

  g_array_set_clear_func (holds, (GDestroyNotify) hold_clear);
  if (task->state != SY_STATE_READY || kinds[name] == NULL)
    return holds;
  hold.kind = g_strdup (kinds[name]);
  hold.name = g_strdup (task->text != NULL ? task->text : kinds[name]);
  hold.want = task->held_want;
  hold.free = task->held_free;
  hold.holders = g_array_new (FALSE, FALSE, sizeof (guint32));
  if (name == SY_NAME_HELD_SLOTS
      || (name == SY_NAME_HELD_POOL && !sy_why_pool (state, hold.name, &used, &capacity, hold.holders)))
    add_holders (state, hold.holders);
  g_array_append_val (holds, hold);
  return holds;
}

/* --- the chain --- */

/* The task behind this one, 0 = it is the root of its own state. */
static guint32
next_cause (const SyRunState *state, guint32 number)
{
  const SyTaskState *task = &state->tasks[number - 1];
  guint32 index = sy_workflow_find_number (state->workflow, number), next = 0;

  if (task->state == SY_STATE_PENDING && index != SY_NO_TASK)
    next = sy_why_wait (state, index).first;
  else if (task->state == SY_STATE_UPSTREAM_FAILED
           || (task->state == SY_STATE_SKIPPED
               && (task->name == SY_NAME_UPSTREAM_SKIPPED || task->name == SY_NAME_BRANCH_NOT_TAKEN)))
    next = task->cause;
  /* a need that ended, but not all before it did: the first that has not */
  else if (sy_state_is_terminal ((SyState) task->state) && task->state != SY_STATE_LOST && !task->settled
           && index != SY_NO_TASK)
    for (guint32 k = 0; k < state->workflow->tasks[index].n_needs && next == 0; k++)
      if (!sy_run_state_at (state, state->workflow->tasks[index].needs[k].task)->settled)
        next = state->workflow->tasks[state->workflow->tasks[index].needs[k].task].number;
  return next <= state->n_numbers ? next : 0;
}

static GArray *
find_chain (const SyRunState *state, guint32 number, gint64 now_wall_us)
{
  GArray *chain = g_array_new (FALSE, FALSE, sizeof (SyWhyLink));
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  gboolean pending = state->tasks[number - 1].state == SY_STATE_PENDING;

  g_array_set_clear_func (chain, (GDestroyNotify) link_clear);
  while (number != 0 && g_hash_table_add (seen, GUINT_TO_POINTER (number)))
    {
      const SyTaskState *task = &state->tasks[number - 1];
      g_autoptr (GString) text = g_string_new (NULL);
      SyWhyLink link = { number, g_strdup (sy_name_to_string ((SyName) task->name)), NULL, task->last_seq };

      sy_words_brief (text, state, number, now_wall_us);
      link.text = g_string_free (g_steal_pointer (&text), FALSE);
      g_array_append_val (chain, link);
      /* what has ended explains itself, unless somebody waits for all before it to end */
      if (!pending && sy_state_is_terminal ((SyState) task->state) && task->state != SY_STATE_UPSTREAM_FAILED
          && task->state != SY_STATE_SKIPPED)
        break;
      number = next_cause (state, number);
    }
  return chain;
}

/* --- the sentence --- */

/* Each of these appends whole clauses, never words of one: a clause is what a translator has in hand. */
static void
add_which (GString *out, const SyRunState *state, guint32 number, gint64 now_wall_us)
{
  const SyTaskState *task = &state->tasks[number - 1];
  g_autofree char *brief = sy_words_dup_brief (state, number, now_wall_us);

  if (task->state == SY_STATE_PENDING)
    g_string_append_printf (out, _(", which waits itself: %s"), brief);
  else if (task->state == SY_STATE_WAITING)
    g_string_append (out, _(", which needs you"));
  else if (task->name == SY_NAME_AWAITING_RETRY)
    g_string_append_printf (out, _(", which %s"), brief);
  else if (task->state == SY_STATE_FAILED)
    {
      g_autofree char *failure = sy_words_dup_failure (task);

      g_string_append_printf (out, _(", which failed: %s"), failure);
    }
  else if (task->state == SY_STATE_SUCCEEDED)
    g_string_append (out, _(", which succeeded"));
  else if (task->state == SY_STATE_SKIPPED)
    g_string_append (out, _(", which was skipped"));
  else if (task->state == SY_STATE_CANCELLED)
    g_string_append (out, _(", which was cancelled"));
  else
    g_string_append_printf (out, _(", which is %s"), brief);
}

static void
say_pending (GString *out, const SyRunState *state, guint32 number, const char *name, gint64 now_wall_us)
{
  guint32 index = sy_workflow_find_number (state->workflow, number);
  SyWait wait = { 0, 0, 0, 0 };
  g_autofree char *first = NULL;

  if (index != SY_NO_TASK)
    wait = sy_why_wait (state, index);
  if (wait.first == 0)
    {
      g_string_append_printf (out,
                              index == SY_NO_TASK              ? _("%s is no longer in the file")
                              : state->status == SY_RUN_QUEUED ? _("%s waits for the run to start")
                                                               : _("%s is about to be decided: nothing is missing"),
                              name);
      return;
    }
  first = sy_words_dup_task (state, wait.first);
  if (wait.of > 0)
    g_string_append_printf (out, _("%s needs %u more of %u, first %s"), name, wait.more, wait.of, first);
  else
    g_string_append_printf (out, _("%s needs %s"), name, first);
  if (sy_state_is_terminal ((SyState) state->tasks[wait.first - 1].state)
      && state->tasks[wait.first - 1].state != SY_STATE_LOST)
    g_string_append (out, _(" and all before it to have ended"));
  else
    add_which (out, state, wait.first, now_wall_us);
  if (wait.of == 0 && wait.open > 1)
    sy_words_more (out, _(", and %s more"), wait.open - 1);
}

static void
say_holders (GString *out, const SyRunState *state, const SyWhy *why)
{
  const GArray *holders = why != NULL && why->held_by->len > 0 ? g_array_index (why->held_by, SyWhyHold, 0).holders : NULL;
  guint n = holders != NULL ? MIN (holders->len, 3) : 0;
  g_auto (GStrv) names = g_new0 (char *, 4);

  for (guint i = 0; i < n; i++)
    names[i] = sy_words_dup_task (state, g_array_index (holders, guint32, i));
  if (n == 1)
    g_string_append_printf (out, _(", used by %s"), names[0]);
  else if (n == 2)
    g_string_append_printf (out, _(", used by %s and %s"), names[0], names[1]);
  else if (n == 3 && holders->len == 3)
    g_string_append_printf (out, _(", used by %s, %s and %s"), names[0], names[1], names[2]);
  else if (n == 3)
    {
      g_autofree char *more = sy_words_dup_count (holders->len - 3);

      g_string_append_printf (out, _(", used by %s, %s, %s and %s more"), names[0], names[1], names[2], more);
    }
}

static void
say_ready (GString *out, const SyRunState *state, guint32 number, const char *name, gint64 now_wall_us, const SyWhy *why)
{
  const SyTaskState *task = &state->tasks[number - 1];
  g_autofree char *brief = NULL;

  if (sy_why_name (state, task) == SY_NAME_QUEUED)
    {
      g_string_append_printf (out,
                              task->nonce != 0 ? _("%s is about to start")
                                               : _("%s is queued: it starts as soon as there is room"),
                              name);
      return;
    }
  if (task->name == SY_NAME_REVOKING)
    {
      g_string_append_printf (out, _("%s is being taken back before it starts"), name);
      return;
    }
  brief = sy_words_dup_brief (state, number, now_wall_us);
  if (task->name == SY_NAME_AWAITING_RETRY)
    {
      g_autofree char *failure = sy_words_dup_failure (task);

      g_string_append_printf (out, _("%s %s, after %s"), name, brief, failure);
      return;
    }
  g_string_append_printf (out, _("%s is %s"), name, brief);
  say_holders (out, state, why);
}

static void
say_stopping (GString *out, const SyTaskState *task, const char *name)
{
  switch ((SyName) task->stop_name)
    {
    case SY_NAME_USER:
      g_string_append_printf (out, _("%s is being stopped: you asked for it"), name);
      break;
    case SY_NAME_RUN_STOPPED:
      g_string_append_printf (out, _("%s is being stopped: the run was stopped"), name);
      break;
    case SY_NAME_QUORUM_MET:
      g_string_append_printf (out, _("%s is being stopped: it is no longer needed"), name);
      break;
    case SY_NAME_TIMED_OUT:
      g_string_append_printf (out, _("%s is being stopped: it took too long"), name);
      break;
    default:
      g_string_append_printf (out, _("%s is being stopped"), name);
    }
}

static void
say_running (GString *out, const SyTaskState *task, const char *name, gint64 now_wall_us)
{
  if (task->name == SY_NAME_STOPPING)
    say_stopping (out, task, name);
  else if (task->started_us > 0 && now_wall_us > task->started_us)
    {
      g_autofree char *time = sy_words_dup_duration (now_wall_us - task->started_us);

      g_string_append_printf (out, _("%s has been running for %s"), name, time);
    }
  else
    g_string_append_printf (out, _("%s is running"), name);
  if (task->attempt > 1)
    g_string_append_printf (out, _(", attempt %u"), task->attempt);
  if (task->run_again)
    g_string_append (out, _("; it runs again when it ends"));
}

static void
say_succeeded (GString *out, const SyTaskState *task, const char *name, const char *brief)
{
  if (task->name == SY_NAME_MARKED || task->name == SY_NAME_CACHED)
    g_string_append_printf (out, _("%s was %s"), name, brief);
  else if (task->name == SY_NAME_WARNED)
    g_string_append_printf (out, _("%s succeeded, but %s"), name, brief);
  else if (task->attempt > 0 && task->started_us > 0)
    g_string_append_printf (out, _("%s succeeded in %s"), name, brief);
  else
    g_string_append_printf (out, "%s %s", name, brief);
}

/* What else a shell means by the status that it ended with */
static void
say_status (GString *out, const SyTaskState *task)
{
  int status = task->name == SY_NAME_EXIT && task->exit_status != -1 && WIFEXITED (task->exit_status) ? WEXITSTATUS (task->exit_status) : 0;
  const char *signal = status > 128 && status < 128 + NSIG ? sigabbrev_np (status - 128) : NULL;

  if (signal != NULL)
    g_string_append_printf (out, _("; a shell ends so when a command was killed by SIG%s"), signal);
}

static void
say_left_over (GString *out, const SyTaskState *task, const SyTask *def)
{
  if ((task->badges & SY_BADGE_STRAGGLERS) == 0)
    return;
  g_string_append (out, def->extra != NULL && def->extra->stragglers_keep
                          ? _("; processes that it left in the background lived on")
                          : _("; processes that it left in the background were killed (stragglers: keep lets them live)"));
}

/* @line: (nullable) */
static void
say_failed (GString *out, const SyTaskState *task, const char *name, const char *brief, const char *line)
{
  g_autofree char *fault = sy_shell_fault_describe (task, brief, line), *advice = sy_shell_fault_advise (task, line);

  g_string_append_printf (out, _("%s failed: %s"), name, fault != NULL ? fault : brief);
  if (advice != NULL)
    g_string_append_printf (out, "; %s", advice);
}

static void
say_ended (GString *out, const SyRunState *state, guint32 number, const char *name, gint64 now_wall_us, const char *line)
{
  const SyTaskState *task = &state->tasks[number - 1];
  guint32 index = sy_workflow_find_number (state->workflow, number);
  g_autofree char *brief = sy_words_dup_brief (state, number, now_wall_us);

  switch ((SyState) task->state)
    {
    case SY_STATE_SUCCEEDED:
      say_succeeded (out, task, name, brief);
      break;
    case SY_STATE_FAILED:
      say_failed (out, task, name, brief, line);
      say_status (out, task);
      break;
    case SY_STATE_LOST:
      g_string_append_printf (out, _("%s is %s"), name, brief);
      if (task->text != NULL && task->text[0] != '\0')
        {
          g_autofree char *told = sy_retell (task->text);

          g_string_append_printf (out, " (%s)", told);
        }
      break;
    case SY_STATE_UPSTREAM_FAILED:
      g_string_append_printf (out, _("%s is %s"), name, brief);
      if (task->cause >= 1 && task->cause <= state->n_numbers)
        add_which (out, state, task->cause, now_wall_us);
      break;
    default:
      g_string_append_printf (out, _("%s was %s"), name, brief);
    }
  if (index != SY_NO_TASK)
    say_left_over (out, task, &state->workflow->tasks[index]);
  if (task->badges & SY_BADGE_STALE)
    g_string_append (out, _("; a task before it has run again since"));
}

static char *
make_sentence (const SyRunState *state, guint32 number, gint64 now_wall_us, const SyWhy *why, const char *line)
{
  const SyTaskState *task = &state->tasks[number - 1];
  GString *out = g_string_new (NULL);
  g_autofree char *name = sy_words_dup_task (state, number);

  if (task->state == SY_STATE_PENDING)
    say_pending (out, state, number, name, now_wall_us);
  else if (task->state == SY_STATE_READY)
    say_ready (out, state, number, name, now_wall_us, why);
  else if (task->state == SY_STATE_WAITING)
    g_string_append_printf (out, _("%s needs you: it waits for an approval"), name);
  else if (task->state == SY_STATE_RUNNING)
    say_running (out, task, name, now_wall_us);
  else
    say_ended (out, state, number, name, now_wall_us, line);
  if (out->str[out->len - 1] != '.')
    g_string_append_c (out, '.');
  return g_string_free (out, FALSE);
}

static GStrv
find_actions (const SyTaskState *task, SyName name)
{
  static const char *const by_state[SY_N_STATES] = {
    [SY_STATE_PENDING] = "skip",
    [SY_STATE_READY] = "skip",
    [SY_STATE_WAITING] = "approve skip",
    [SY_STATE_RUNNING] = "stop",
    [SY_STATE_SUCCEEDED] = "rerun",
    [SY_STATE_FAILED] = "rerun mark",
    [SY_STATE_LOST] = "mark rerun",
    [SY_STATE_SKIPPED] = "rerun",
    [SY_STATE_UPSTREAM_FAILED] = "rerun mark",
    [SY_STATE_CANCELLED] = "rerun mark",
  };
  const char *words = by_state[task->state];

  if (task->state == SY_STATE_READY && task->name == SY_NAME_AWAITING_RETRY)
    words = "retry-now give-up skip";
  else if (task->state == SY_STATE_READY && name == SY_NAME_HELD_PAUSE)
    words = "resume skip";
  else if (task->state == SY_STATE_READY && task->name == SY_NAME_REVOKING)
    words = "";
  return words[0] != '\0' ? g_strsplit (words, " ", -1) : g_new0 (char *, 1);
}

SyWhy *
sy_why (const SyRunState *state, guint32 task, gint64 now_wall_us)
{
  return sy_why_with_line (state, task, now_wall_us, NULL);
}

SyWhy *
sy_why_with_line (const SyRunState *state, guint32 task, gint64 now_wall_us, const char *line)
{
  const SyTaskState *now = sy_run_state_task (state, task);
  SyWhy *why;

  g_return_val_if_fail (now != NULL, NULL);

  why = g_new0 (SyWhy, 1);
  why->code = g_strdup (sy_name_to_string (sy_why_name (state, now)));
  why->chain = find_chain (state, task, now_wall_us);
  why->held_by = find_holds (state, now);
  why->due_wall_us = now->name == SY_NAME_AWAITING_RETRY ? now->due.wall_us : 0;
  why->actions = find_actions (now, sy_why_name (state, now));
  why->sentence = make_sentence (state, task, now_wall_us, why, line);
  return why;
}

char *
sy_why_sentence (const SyRunState *state, guint32 task, gint64 now_wall_us, const char **code)
{
  const SyTaskState *now = sy_run_state_task (state, task);

  g_return_val_if_fail (now != NULL, NULL);

  if (code != NULL)
    *code = sy_name_to_string (sy_why_name (state, now));
  return make_sentence (state, task, now_wall_us, NULL, NULL);
}
