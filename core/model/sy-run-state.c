/* sy-run-state.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-run-state-private.h"

#include <string.h>

static void
task_state_clear (SyTaskState *task)
{
  g_free (task->text);
  g_free (task->outputs);
  g_free (task->values);
  g_free (task->command);
}

SyRunState *
sy_run_state_new (SyWorkflow *workflow)
{
  SyRunState *state = g_new0 (SyRunState, 1);

  state->paused_branches = g_ptr_array_new_with_free_func (g_free);
  state->work = g_array_new (FALSE, FALSE, sizeof (guint32));
  sy_run_state_set_workflow (state, workflow);
  return state;
}

SyRunState *
sy_run_state_copy (const SyRunState *state)
{
  SyRunState *copy = g_memdup2 (state, sizeof *state);

  copy->workflow = sy_workflow_ref (state->workflow);
  copy->tasks = g_memdup2 (state->tasks, MAX (state->n_numbers, 1) * sizeof *state->tasks);
  for (guint32 i = 0; i < state->n_numbers; i++)
    {
      copy->tasks[i].text = g_strdup (state->tasks[i].text);
      copy->tasks[i].outputs = g_strdup (state->tasks[i].outputs);
      copy->tasks[i].values = g_strdup (state->tasks[i].values);
      copy->tasks[i].command = g_strdup (state->tasks[i].command);
    }
  copy->status_text = g_strdup (state->status_text);
  copy->left_text = g_strdup (state->left_text);
  copy->created_text = g_strdup (state->created_text);
  copy->paused_branches = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < state->paused_branches->len; i++)
    g_ptr_array_add (copy->paused_branches, g_strdup (state->paused_branches->pdata[i]));
  copy->changed = NULL;
  copy->touched = NULL;
  copy->open_needs = g_memdup2 (state->open_needs, MAX (state->workflow->n_tasks, 1) * sizeof *state->open_needs);
  copy->work = g_array_new (FALSE, FALSE, sizeof (guint32));
  return copy;
}

void
sy_run_state_free (SyRunState *state)
{
  if (state == NULL)
    return;
  for (guint32 i = 0; i < state->n_numbers; i++)
    task_state_clear (&state->tasks[i]);
  g_free (state->tasks);
  g_free (state->open_needs);
  g_free (state->touched);
  g_free (state->status_text);
  g_free (state->left_text);
  g_free (state->created_text);
  g_array_unref (state->work);
  g_ptr_array_unref (state->paused_branches);
  g_clear_pointer (&state->changed, g_array_unref);
  sy_workflow_unref (state->workflow);
  g_free (state);
}

static void
grow (SyRunState *state, guint32 n_numbers)
{
  guint32 old = state->n_numbers;

  if (n_numbers <= old)
    return;
  state->tasks = g_renew (SyTaskState, state->tasks, n_numbers);
  memset (state->tasks + old, 0, sizeof (SyTaskState) * (n_numbers - old));
  for (guint32 i = old; i < n_numbers; i++)
    {
      state->tasks[i].name = SY_NAME_NEEDS;
      state->tasks[i].exit_status = -1;
    }
  if (state->touched != NULL)
    {
      state->touched = g_renew (guint8, state->touched, n_numbers);
      memset (state->touched + old, 0, n_numbers - old);
    }
  state->n_numbers = n_numbers;
}

void
sy_run_state_set_workflow (SyRunState *state, SyWorkflow *workflow)
{
  SyWorkflow *old = state->workflow;

  state->workflow = sy_workflow_ref (workflow);
  if (old != NULL)
    sy_workflow_unref (old);
  grow (state, sy_workflow_max_number (workflow));
  g_free (state->open_needs);
  state->open_needs = g_new0 (guint32, MAX (workflow->n_tasks, 1));
  sy_settled_recount (state);
  for (guint32 i = 0; state->changed != NULL && i < workflow->n_tasks; i++)
    sy_run_state_touch (state, workflow->tasks[i].number);
}

/* --- what changed --- */

void
sy_run_state_track (SyRunState *state)
{
  if (state->changed != NULL)
    return;
  state->changed = g_array_new (FALSE, FALSE, sizeof (guint32));
  state->touched = g_new0 (guint8, MAX (state->n_numbers, 1));
}

void
sy_run_state_touch (SyRunState *state, guint32 number)
{
  if (state->changed == NULL || state->touched[number - 1])
    return;
  state->touched[number - 1] = 1;
  g_array_append_val (state->changed, number);
}

static gint
compare_numbers (gconstpointer a, gconstpointer b)
{
  guint32 x = *(const guint32 *) a, y = *(const guint32 *) b;

  return (x > y) - (x < y);
}

GArray *
sy_run_state_take_changed (SyRunState *state)
{
  GArray *changed = state->changed;

  g_return_val_if_fail (changed != NULL, NULL);

  state->changed = g_array_new (FALSE, FALSE, sizeof (guint32));
  for (guint i = 0; i < changed->len; i++)
    state->touched[g_array_index (changed, guint32, i) - 1] = 0;
  g_array_sort (changed, compare_numbers);
  return changed;
}

/* --- questions --- */

static gboolean
consumed_by (const SyRunState *state, guint32 index, guint32 dependant)
{
  const SyTask *task = &state->workflow->tasks[dependant];
  SyJoinRule rule = task->join ? task->join->rule : SY_JOIN_ALL_SUCCESS;

  if (!sy_run_state_at (state, dependant)->joined)
    return FALSE;
  if (rule == SY_JOIN_QUORUM || rule == SY_JOIN_ONE_SUCCESS || rule == SY_JOIN_ONE_FAILED || rule == SY_JOIN_ONE_DONE
      || rule == SY_JOIN_ALL_FAILED)
    return TRUE;
  for (guint32 k = 0; k < task->n_needs; k++)
    if (task->needs[k].task == index && !(task->needs[k].tolerate & SY_TOLERATE_FAILED))
      return FALSE;
  return TRUE;
}

gboolean
sy_run_state_tolerated (const SyRunState *state, guint32 index)
{
  const SyWorkflow *workflow = state->workflow;

  for (guint32 k = workflow->down_start[index]; k < workflow->down_start[index + 1]; k++)
    if (!consumed_by (state, index, workflow->down[k]))
      return FALSE;
  return workflow->down_start[index] < workflow->down_start[index + 1];
}

/* --- equality --- */

#define DIFFERS(member)                                                                                                \
  if (a->member != b->member)                                                                                          \
  return #member

static const char *
task_difference (const SyTaskState *a, const SyTaskState *b)
{
  DIFFERS (state);
  DIFFERS (name);
  DIFFERS (badges);
  DIFFERS (settled);
  DIFFERS (stop_name);
  DIFFERS (stop_state);
  DIFFERS (last_failure);
  DIFFERS (run_again);
  DIFFERS (joined);
  DIFFERS (attempt);
  DIFFERS (budget_used);
  DIFFERS (lost_reruns);
  DIFFERS (round);
  DIFFERS (cause);
  DIFFERS (nonce);
  DIFFERS (standby);
  DIFFERS (due.wall_us);
  DIFFERS (due.boot_us);
  DIFFERS (started_us);
  DIFFERS (first_started_us);
  DIFFERS (ended_us);
  DIFFERS (since_us);
  DIFFERS (last_seq);
  DIFFERS (held_want);
  DIFFERS (held_free);
  DIFFERS (exit_status);
  if (g_strcmp0 (a->text, b->text) != 0)
    return "text";
  if (g_strcmp0 (a->outputs, b->outputs) != 0)
    return "outputs";
  if (g_strcmp0 (a->command, b->command) != 0)
    return "command";
  return g_strcmp0 (a->values, b->values) != 0 ? "values" : NULL;
}

static const char *
run_difference (const SyRunState *a, const SyRunState *b)
{
  DIFFERS (n_numbers);
  DIFFERS (status);
  DIFFERS (slots);
  DIFFERS (created);
  DIFFERS (paused);
  DIFFERS (draining);
  DIFFERS (stopping);
  DIFFERS (cancelled);
  DIFFERS (cancel_kill);
  DIFFERS (disk_full);
  DIFFERS (settled);
  DIFFERS (handlers_started);
  DIFFERS (handlers_done);
  DIFFERS (handlers_failed);
  DIFFERS (definition);
  DIFFERS (seq);
  DIFFERS (created_us);
  DIFFERS (ended_us);
  DIFFERS (n_unsettled);
  DIFFERS (paused_branches->len);
  if (memcmp (a->counts, b->counts, sizeof a->counts) != 0)
    return "counts";
  if (g_strcmp0 (a->status_text, b->status_text) != 0)
    return "status_text";
  if (g_strcmp0 (a->left_text, b->left_text) != 0)
    return "left_text";
  if (g_strcmp0 (a->created_text, b->created_text) != 0)
    return "created_text";
  for (guint i = 0; i < a->paused_branches->len; i++)
    if (g_strcmp0 (a->paused_branches->pdata[i], b->paused_branches->pdata[i]) != 0)
      return "paused_branches";
  return NULL;
}

gboolean
sy_run_state_equal (const SyRunState *a, const SyRunState *b, char **why)
{
  const char *what = run_difference (a, b);
  guint32 number = 0;

  while (what == NULL && number < a->n_numbers)
    {
      what = task_difference (&a->tasks[number], &b->tasks[number]);
      number++;
    }
  if (why != NULL)
    *why = what == NULL ? NULL
           : number > 0 ? g_strdup_printf ("%s of task %u differs", what, number)
                        : g_strdup_printf ("%s of the run differs", what);
  return what == NULL;
}
