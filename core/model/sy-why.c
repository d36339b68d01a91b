/* sy-why.c: why a task is as it is
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-scheduler.h"
#include "core/model/sy-why-private.h"
#include "core/model/sy-words.h"

#include <glib/gi18n.h>
#include <string.h>

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

static void
add_which (GString *out, const SyRunState *state, guint32 number, gint64 now_wall_us)
{
  const SyTaskState *task = &state->tasks[number - 1];

  g_string_append (out, ", which ");
  if (task->state == SY_STATE_PENDING)
    {
      g_string_append (out, "waits itself: ");
      sy_words_brief (out, state, number, now_wall_us);
    }
  else if (task->state == SY_STATE_WAITING)
    g_string_append (out, "needs you");
  else if (task->name == SY_NAME_AWAITING_RETRY)
    sy_words_brief (out, state, number, now_wall_us);
  else if (task->state == SY_STATE_FAILED)
    {
      g_string_append (out, "failed: ");
      sy_words_failure (out, task);
    }
  else if (sy_state_is_terminal ((SyState) task->state) && task->state != SY_STATE_LOST
           && task->state != SY_STATE_UPSTREAM_FAILED)
    g_string_append_printf (out, "%s%s", task->state == SY_STATE_SUCCEEDED ? "" : "was ",
                            sy_state_to_string ((SyState) task->state));
  else
    {
      g_string_append (out, "is ");
      sy_words_brief (out, state, number, now_wall_us);
    }
}

static void
say_pending (GString *out, const SyRunState *state, guint32 number, gint64 now_wall_us)
{
  guint32 index = sy_workflow_find_number (state->workflow, number);
  SyWait wait = { 0, 0, 0, 0 };

  if (index != SY_NO_TASK)
    wait = sy_why_wait (state, index);
  if (wait.first == 0)
    {
      g_string_append (out, index == SY_NO_TASK             ? " is no longer in the file"
                            : state->status == SY_RUN_QUEUED ? " waits for the run to start"
                                                             : " is about to be decided: nothing is missing");
      return;
    }
  if (wait.of > 0)
    g_string_append_printf (out, " needs %u more of %u, first ", wait.more, wait.of);
  else
    g_string_append (out, " needs ");
  sy_words_task (out, state, wait.first);
  if (sy_state_is_terminal ((SyState) state->tasks[wait.first - 1].state)
      && state->tasks[wait.first - 1].state != SY_STATE_LOST)
    g_string_append (out, " and all before it to have ended");
  else
    add_which (out, state, wait.first, now_wall_us);
  if (wait.of == 0 && wait.open > 1)
    sy_words_more (out, _(", and %s more"), wait.open - 1);
}

static void
say_holders (GString *out, const SyRunState *state, const SyWhy *why)
{
  const GArray *holders = why != NULL && why->held_by->len > 0 ? g_array_index (why->held_by, SyWhyHold, 0).holders : NULL;

  for (guint i = 0; holders != NULL && i < MIN (holders->len, 3); i++)
    {
      g_string_append (out, i == 0                                                ? ", used by "
                            : i + 1 == MIN (holders->len, 3) && holders->len <= 3 ? " and "
                                                                                  : ", ");
      sy_words_task (out, state, g_array_index (holders, guint32, i));
    }
  if (holders != NULL && holders->len > 3)
    sy_words_more (out, _(" and %s more"), holders->len - 3);
}

static void
say_ready (GString *out, const SyRunState *state, guint32 number, gint64 now_wall_us, const SyWhy *why)
{
  const SyTaskState *task = &state->tasks[number - 1];

  if (sy_why_name (state, task) == SY_NAME_QUEUED)
    {
      g_string_append (out, task->nonce != 0 ? " is about to start" : " is queued: it starts as soon as there is room");
      return;
    }
  if (task->name == SY_NAME_REVOKING)
    {
      g_string_append (out, " is being taken back before it starts");
      return;
    }
  g_string_append (out, task->name == SY_NAME_AWAITING_RETRY ? " " : " is ");
  sy_words_brief (out, state, number, now_wall_us);
  say_holders (out, state, why);
  if (task->name == SY_NAME_AWAITING_RETRY)
    {
      g_string_append (out, ", after ");
      sy_words_failure (out, task);
    }
}

static void
say_running (GString *out, const SyTaskState *task, gint64 now_wall_us)
{
  static const struct { SyName name; const char *words; } stops[] = {
    { SY_NAME_USER, ": you asked for it" },
    { SY_NAME_RUN_STOPPED, ": the run was stopped" },
    { SY_NAME_QUORUM_MET, ": it is no longer needed" },
    { SY_NAME_TIMED_OUT, ": it took too long" },
  };

  if (task->name == SY_NAME_STOPPING)
    {
      g_string_append (out, " is being stopped");
      for (guint i = 0; i < G_N_ELEMENTS (stops); i++)
        if (stops[i].name == (SyName) task->stop_name)
          g_string_append (out, stops[i].words);
    }
  else if (task->started_us > 0 && now_wall_us > task->started_us)
    {
      g_string_append (out, " has been running for ");
      sy_words_duration (out, now_wall_us - task->started_us);
    }
  else
    g_string_append (out, " is running");
  if (task->attempt > 1)
    g_string_append_printf (out, ", attempt %u", task->attempt);
  if (task->run_again)
    g_string_append (out, "; it runs again when it ends");
}

static const char *
succeeded_verb (const SyTaskState *task)
{
  if (task->name == SY_NAME_MARKED || task->name == SY_NAME_CACHED)
    return " was ";
  if (task->name == SY_NAME_WARNED)
    return " succeeded, but ";
  return task->attempt > 0 && task->started_us > 0 ? " succeeded in " : " ";
}

static void
say_ended (GString *out, const SyRunState *state, guint32 number, gint64 now_wall_us)
{
  const SyTaskState *task = &state->tasks[number - 1];

  switch ((SyState) task->state)
    {
    case SY_STATE_SUCCEEDED:
      g_string_append (out, succeeded_verb (task));
      sy_words_brief (out, state, number, now_wall_us);
      break;
    case SY_STATE_FAILED:
      g_string_append (out, " failed: ");
      sy_words_brief (out, state, number, now_wall_us);
      break;
    case SY_STATE_LOST:
      g_string_append (out, " is ");
      sy_words_brief (out, state, number, now_wall_us);
      if (task->text != NULL && task->text[0] != '\0')
        g_string_append_printf (out, " (%s)", task->text);
      break;
    case SY_STATE_UPSTREAM_FAILED:
      g_string_append (out, " is ");
      sy_words_brief (out, state, number, now_wall_us);
      if (task->cause >= 1 && task->cause <= state->n_numbers)
        add_which (out, state, task->cause, now_wall_us);
      break;
    default:
      g_string_append (out, " was ");
      sy_words_brief (out, state, number, now_wall_us);
    }
  if (task->badges & SY_BADGE_STALE)
    g_string_append (out, "; a task before it has run again since");
}

static char *
make_sentence (const SyRunState *state, guint32 number, gint64 now_wall_us, const SyWhy *why)
{
  const SyTaskState *task = &state->tasks[number - 1];
  GString *out = g_string_new (NULL);

  sy_words_task (out, state, number);
  if (task->state == SY_STATE_PENDING)
    say_pending (out, state, number, now_wall_us);
  else if (task->state == SY_STATE_READY)
    say_ready (out, state, number, now_wall_us, why);
  else if (task->state == SY_STATE_WAITING)
    g_string_append (out, " needs you: it waits for an approval");
  else if (task->state == SY_STATE_RUNNING)
    say_running (out, task, now_wall_us);
  else
    say_ended (out, state, number, now_wall_us);
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
  const SyTaskState *now = sy_run_state_task (state, task);
  SyWhy *why;

  g_return_val_if_fail (now != NULL, NULL);

  why = g_new0 (SyWhy, 1);
  why->code = g_strdup (sy_name_to_string (sy_why_name (state, now)));
  why->chain = find_chain (state, task, now_wall_us);
  why->held_by = find_holds (state, now);
  why->due_wall_us = now->name == SY_NAME_AWAITING_RETRY ? now->due.wall_us : 0;
  why->actions = find_actions (now, sy_why_name (state, now));
  why->sentence = make_sentence (state, task, now_wall_us, why);
  return why;
}

char *
sy_why_sentence (const SyRunState *state, guint32 task, gint64 now_wall_us, const char **code)
{
  const SyTaskState *now = sy_run_state_task (state, task);

  g_return_val_if_fail (now != NULL, NULL);

  if (code != NULL)
    *code = sy_name_to_string (sy_why_name (state, now));
  return make_sentence (state, task, now_wall_us, NULL);
}
