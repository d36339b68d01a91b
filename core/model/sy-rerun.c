/* sy-rerun.c: which tasks run again: resolve, check, apply
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/sy-error.h"
#include "core/model/sy-graph.h"
#include "core/model/sy-scheduler-private.h"

#include <glib/gi18n.h>

/* --- the plan --- */

static void
clear_refusal (gpointer data)
{
  g_free (((SyRerunRefusal *) data)->why);
}

static SyRerunPlan *
plan_new (void)
{
  SyRerunPlan *plan = g_new0 (SyRerunPlan, 1);

  plan->will_run = g_array_new (FALSE, FALSE, sizeof (SyRerunItem));
  plan->running_now = g_array_new (FALSE, FALSE, sizeof (guint32));
  plan->reused = g_array_new (FALSE, FALSE, sizeof (guint32));
  plan->stays = g_array_new (FALSE, FALSE, sizeof (guint32));
  plan->stale = g_array_new (FALSE, FALSE, sizeof (guint32));
  plan->refused = g_array_new (FALSE, FALSE, sizeof (SyRerunRefusal));
  g_array_set_clear_func (plan->refused, clear_refusal);
  plan->expected_us = -1;
  return plan;
}

void
sy_rerun_plan_free (SyRerunPlan *plan)
{
  if (plan == NULL)
    return;
  g_array_unref (plan->will_run);
  g_array_unref (plan->running_now);
  g_array_unref (plan->reused);
  g_array_unref (plan->stays);
  g_array_unref (plan->stale);
  g_array_unref (plan->refused);
  g_free (plan);
}

/* How far a task of the set takes its dependants along: those announced because of it, or all */
typedef enum { REACH_ANNOUNCED = 1, REACH_ALL } Reach;

/* One request being resolved */
typedef struct
{
  const SyRunState *state;
  const SyWorkflow *workflow;
  const SyRerunRequest *request;
  guint8 *in_set;    /* by index: Reach, 0 = not in the set */
  guint32 *because;  /* by index: number of the task it follows, 0 = asked for */
  SyRerunPlan *plan;
} Resolve;

static void
refuse_task (Resolve *r, guint32 index, char *why)
{
  SyRerunRefusal refusal = { r->workflow->tasks[index].number, why };

  g_array_append_val (r->plan->refused, refusal);
}

static void
add (Resolve *r, guint32 index, guint32 because, Reach reach)
{
  if (r->in_set[index] >= reach || !r->workflow->tasks[index].enabled)
    return;
  r->in_set[index] = (guint8) reach;
  r->because[index] = because;
}

static gboolean
is_failed (const SyTaskState *state)
{
  return state->state == SY_STATE_FAILED || state->state == SY_STATE_LOST
         || (state->state == SY_STATE_CANCELLED && state->name != SY_NAME_QUORUM_MET);
}

static gboolean
is_announced (const SyTaskState *state)
{
  return state->name == SY_NAME_UPSTREAM_FAILED || state->name == SY_NAME_UPSTREAM_SKIPPED;
}

/* Would the announcement stand by those upstreams that do not run again? */
static gboolean
stays_announced (const Resolve *r, guint32 index)
{
  const SyTask *task = &r->workflow->tasks[index];
  SyJoinCounts counts = { .n = task->n_needs };

  for (guint32 k = 0; k < task->n_needs; k++)
    if (r->in_set[task->needs[k].task] == 0)
      sy_join_count (&counts, task->needs[k].tolerate, sy_outcome_of (r->state, task->needs[k].task), FALSE, 1);
  return sy_join_impossible_now (sy_join_of (task), &counts);
}

static void
spread_to (Resolve *r, guint32 index)
{
  const SyTask *task = &r->workflow->tasks[index];
  guint32 because = 0;
  Reach reach = 0;

  for (guint32 k = 0; k < task->n_needs; k++)
    {
      guint32 up = task->needs[k].task;

      if (r->in_set[up] > reach)
        {
          reach = (Reach) r->in_set[up];
          because = r->workflow->tasks[up].number;
        }
    }
  if (reach == 0)
    return;
  if (is_announced (sy_run_state_at (r->state, index)) ? !stays_announced (r, index) : reach == REACH_ALL)
    add (r, index, because, reach);
}

/* --- scopes --- */

static gboolean
find_asked (Resolve *r, guint i, guint32 *index, GError **error)
{
  *index = sy_workflow_find_number (r->workflow, r->request->tasks[i]);
  if (*index != SY_NO_TASK)
    return TRUE;
  g_set_error (error, SY_ERROR, SY_ERROR_NOT_FOUND, "the run has no task number %u", r->request->tasks[i]);
  return FALSE;
}

static void
add_all_failed (Resolve *r)
{
  for (guint32 i = 0; i < r->workflow->n_tasks; i++)
    if (is_failed (sy_run_state_at (r->state, i)))
      add (r, i, 0, REACH_ANNOUNCED);
}

static gboolean
add_asked (Resolve *r, gboolean only_failed, Reach reach, GError **error)
{
  for (guint i = 0; i < r->request->n_tasks; i++)
    {
      guint32 index;
      const SyTaskState *state;

      if (!find_asked (r, i, &index, error))
        return FALSE;
      state = sy_run_state_at (r->state, index);
      if (only_failed && !is_failed (state))
        refuse_task (r, index,
                     g_strdup_printf (_("it is %s, not failed, lost or cancelled"),
                                      _(sy_state_to_string ((SyState) state->state))));
      else if (!r->workflow->tasks[index].enabled)
        refuse_task (r, index, g_strdup (_("it is disabled in the file")));
      else if (r->request->scope == SY_RERUN_TASK && state->state == SY_STATE_PENDING)
        refuse_task (r, index, g_strdup (_("it has not run yet and waits for its needs")));
      else
        add (r, index, 0, reach);
    }
  return TRUE;
}

static gboolean
add_branch (Resolve *r, GError **error)
{
  const SyWorkflow *workflow = r->workflow;
  g_autofree guint32 *ipdom = NULL;
  g_autoptr (GArray) tasks = NULL;
  guint32 fork, child;
  gboolean found = FALSE;

  if (r->request->n_tasks != 2)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "a branch is named by two tasks, FORK/CHILD");
      return FALSE;
    }
  if (!find_asked (r, 0, &fork, error) || !find_asked (r, 1, &child, error))
    return FALSE;
  for (guint32 k = workflow->down_start[fork]; k < workflow->down_start[fork + 1]; k++)
    found = found || workflow->down[k] == child;
  if (!found || workflow->down_start[fork + 1] - workflow->down_start[fork] < 2)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_INVALID,
                   "%s/%s is no branch: the first task must have two dependants or more, and the second be one of them",
                   workflow->tasks[fork].id, workflow->tasks[child].id);
      return FALSE;
    }
  ipdom = sy_graph_post_dominators (workflow);
  tasks = sy_graph_branch_tasks (workflow, ipdom, fork, child);
  for (guint i = 0; i < tasks->len; i++)
    add (r, g_array_index (tasks, guint32, i), 0, REACH_ANNOUNCED);
  return TRUE;
}

static gboolean
resolve_scope (Resolve *r, GError **error)
{
  switch (r->request->scope)
    {
    case SY_RERUN_FAILED:
      if (r->request->n_tasks > 0)
        return add_asked (r, TRUE, REACH_ANNOUNCED, error);
      add_all_failed (r);
      return TRUE;
    case SY_RERUN_TASK:
      return add_asked (r, FALSE, REACH_ANNOUNCED, error);
    case SY_RERUN_FROM:
      return add_asked (r, FALSE, REACH_ALL, error);
    case SY_RERUN_CURRENT_FILE:
      add_all_failed (r);
      return add_asked (r, FALSE, REACH_ALL, error);
    case SY_RERUN_BRANCH:
      return add_branch (r, error);
    default:
      g_return_val_if_reached (FALSE);
    }
}

static gboolean
resolve_set (Resolve *r, GError **error)
{
  if (!resolve_scope (r, error))
    return FALSE;
  for (guint32 at = 0; at < r->workflow->n_tasks; at++)
    spread_to (r, r->workflow->topo[at]);
  return TRUE;
}

/* --- what follows from the set --- */

static void
list_set (Resolve *r)
{
  for (guint32 at = 0; at < r->workflow->n_tasks; at++)
    {
      guint32 index = r->workflow->topo[at];
      const SyTaskState *state = sy_run_state_at (r->state, index);
      guint32 number = r->workflow->tasks[index].number;
      SyRerunItem item = { number, r->plan->will_run->len + 1, state->state == SY_STATE_SUCCEEDED, r->because[index] };

      if (!r->in_set[index])
        continue;
      if (state->state == SY_STATE_RUNNING)
        {
          g_array_append_val (r->plan->running_now, number);
          item.again = TRUE;
          if (r->request->running == SY_RUNNING_REFUSE)
            {
              refuse_task (r, index, g_strdup (_("it is running: stop it first, or let it run again when it ends")));
              continue;
            }
        }
      g_array_append_val (r->plan->will_run, item);
    }
}

static void
list_others (Resolve *r)
{
  g_autofree guint8 *above = g_new0 (guint8, MAX (r->workflow->n_tasks, 1));

  for (guint32 at = r->workflow->n_tasks; at-- > 0;)
    {
      guint32 index = r->workflow->topo[at];
      const SyTask *task = &r->workflow->tasks[index];

      for (guint32 k = 0; k < task->n_needs && (r->in_set[index] || above[index]); k++)
        above[task->needs[k].task] = TRUE;
    }
  for (guint32 i = 0; i < r->workflow->n_tasks; i++)
    {
      gboolean reused = above[i] && sy_run_state_at (r->state, i)->state == SY_STATE_SUCCEEDED;

      if (!r->in_set[i])
        g_array_append_val (reused ? r->plan->reused : r->plan->stays, r->workflow->tasks[i].number);
    }
}

/* Succeeded descendants of what runs again, themselves not run again */
static void
list_stale (Resolve *r)
{
  g_autofree guint8 *below = g_new0 (guint8, MAX (r->workflow->n_tasks, 1));

  for (guint i = 0; i < r->plan->will_run->len; i++)
    below[sy_workflow_find_number (r->workflow, g_array_index (r->plan->will_run, SyRerunItem, i).task)] = 1;
  for (guint32 at = 0; at < r->workflow->n_tasks; at++)
    {
      guint32 index = r->workflow->topo[at];
      const SyTask *task = &r->workflow->tasks[index];

      if (below[index] == 1)
        continue;
      for (guint32 k = 0; k < task->n_needs && below[index] == 0; k++)
        below[index] = below[task->needs[k].task] ? 2 : 0;
      if (below[index] == 2 && sy_run_state_at (r->state, index)->state == SY_STATE_SUCCEEDED)
        g_array_append_val (r->plan->stale, task->number);
    }
}

/* At least the longest chain, and at least all work over all slots; a task that never ran counts as the mean. */
static gint64
expect (const Resolve *r, const gint64 *expected_us)
{
  guint32 n = r->workflow->n_tasks;
  g_autofree gint64 *path = g_new0 (gint64, MAX (n, 1));
  gint64 known = 0, sum = 0, work = 0, longest = 0;

  for (guint32 i = 0; i < n; i++)
    if (r->in_set[i] != 0 && expected_us[i] > 0)
      {
        known++;
        sum += expected_us[i];
      }
  if (known == 0)
    return -1;
  for (guint32 at = 0; at < n; at++)
    {
      guint32 index = r->workflow->topo[at];
      const SyTask *task = &r->workflow->tasks[index];
      gint64 own = r->in_set[index] && task->kind != SY_TASK_JOIN
                     ? (expected_us[index] > 0 ? expected_us[index] : sum / known)
                     : 0;

      for (guint32 k = 0; k < task->n_needs; k++)
        path[index] = MAX (path[index], path[task->needs[k].task]);
      path[index] += own;
      work += own;
      longest = MAX (longest, path[index]);
    }
  return MAX (longest, work / MAX (r->state->slots, 1));
}

SyRerunPlan *
sy_rerun_preview (const SyRunState *state, const SyRerunRequest *request, const gint64 *expected_us, GError **error)
{
  guint32 n = MAX (state->workflow->n_tasks, 1);
  g_autofree guint8 *in_set = g_new0 (guint8, n);
  g_autofree guint32 *because = g_new0 (guint32, n);
  g_autoptr (SyRerunPlan) plan = plan_new ();
  Resolve resolve = { state, state->workflow, request, in_set, because, plan };

  if (!resolve_set (&resolve, error))
    return NULL;
  list_set (&resolve);
  list_others (&resolve);
  list_stale (&resolve);
  if (expected_us != NULL)
    plan->expected_us = expect (&resolve, expected_us);
  return g_steal_pointer (&plan);
}

char *
sy_rerun_digest (const SyRunState *state, const SyRerunPlan *plan)
{
  g_autoptr (GString) text = g_string_new (state->workflow->sha256);

  for (guint i = 0; i < plan->will_run->len; i++)
    {
      const SyRerunItem *item = &g_array_index (plan->will_run, SyRerunItem, i);
      const char *command = state->tasks[item->task - 1].command;

      g_string_append_printf (text, "\n%u %s", item->task, command != NULL ? command : "");
    }
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text->str, (gssize) text->len);
}

/* --- applying --- */

static const char *const scope_words[] = { "failed", "task", "from", "branch", "current_file" };
static const char *const running_words[] = { "refuse", "stop_first", "then_again" };

static void
emit_request (SyScheduler *s, const SyRerunRequest *request)
{
  SyEvent event = sy_scheduler_event (s, SY_EVENT_RERUN_REQUESTED, SY_NO_TASK);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "{\"running\":\"%s\",\"scope\":\"%s\",\"tasks\":[", running_words[request->running],
                          scope_words[request->scope]);
  for (guint i = 0; i < request->n_tasks; i++)
    g_string_append_printf (text, "%s%u", i ? "," : "", request->tasks[i]);
  g_string_append (text, "]}");
  event.by = SY_BY_USER;
  event.text = g_string_free (text, FALSE);
  sy_scheduler_emit (s, &event);
}

static void
apply_item (SyScheduler *s, const SyRerunItem *item, SyRerunRunning running)
{
  guint32 index = sy_scheduler_index (s, item->task);
  const SyTaskState *state = sy_scheduler_state (s, index);

  sy_scheduler_select (s, index);
  if (state->state == SY_STATE_RUNNING)
    {
      sy_scheduler_emit_state (s, SY_EVENT_RUN_AGAIN, index, SY_STATE_RUNNING, SY_NAME_RUNNING, item->because);
      if (running == SY_RUNNING_STOP_FIRST)
        sy_scheduler_stop_running (s, index, SY_NAME_USER, FALSE, SY_BY_USER);
    }
  else if (state->state == SY_STATE_READY && state->nonce != 0)
    sy_scheduler_revoke (s, index, SY_STATE_PENDING, SY_NAME_NEEDS);
  else if (state->state == SY_STATE_PENDING)
    sy_scheduler_push_eval (s, index);
  else
    sy_scheduler_reset (s, index, is_announced (state) && item->because != 0);
}

static void
mark_stale (SyScheduler *s, const SyRerunPlan *plan)
{
  for (guint i = 0; i < plan->stale->len; i++)
    {
      guint32 index = sy_scheduler_index (s, g_array_index (plan->stale, guint32, i));
      const SyTaskState *state = sy_scheduler_state (s, index);

      if ((state->badges & SY_BADGE_STALE) == 0)
        sy_scheduler_emit_state (s, SY_EVENT_STALE, index, SY_STATE_SUCCEEDED, (SyName) state->name, 0);
    }
}

static gboolean
check_plan (const SyScheduler *s, const SyRerunPlan *plan, GError **error)
{
  if (plan->refused->len > 0)
    {
      const SyRerunRefusal *first = &g_array_index (plan->refused, SyRerunRefusal, 0);
      const char *id = s->workflow->tasks[sy_scheduler_index (s, first->task)].id;

      if (plan->refused->len > 1)
        g_set_error (error, SY_ERROR, SY_ERROR_REFUSED, "task “%s” cannot run again: %s (and others)", id, first->why);
      else
        g_set_error (error, SY_ERROR, SY_ERROR_REFUSED, "task “%s” cannot run again: %s", id, first->why);
      return FALSE;
    }
  if (plan->will_run->len == 0)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_REFUSED, "there is nothing to run again: no task has failed (--from TASK and --task TASK run "
                   "again what is done)");
      return FALSE;
    }
  return TRUE;
}

gboolean
sy_scheduler_rerun (SyScheduler *s, SyTime now, const SyRerunRequest *request, GError **error)
{
  g_autoptr (SyRerunPlan) plan = NULL;

  if (sy_scheduler_refuse_while_ending (s, error))
    return FALSE;
  plan = sy_rerun_preview (s->state, request, NULL, error);
  if (plan == NULL || !check_plan (s, plan, error) || sy_scheduler_refuse_chained (s, now, SY_NO_TASK, error))
    return FALSE;
  sy_scheduler_enter (s, now);
  sy_scheduler_reopen (s);
  emit_request (s, request);
  for (guint i = 0; i < plan->will_run->len; i++)
    apply_item (s, &g_array_index (plan->will_run, SyRerunItem, i), request->running);
  mark_stale (s, plan);
  sy_scheduler_leave (s);
  return TRUE;
}
