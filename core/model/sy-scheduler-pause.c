/* sy-scheduler-pause.c: pausing the run or a branch, resuming, draining
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/sy-error.h"
#include "core/model/sy-graph.h"
#include "core/model/sy-scheduler-private.h"

#include <string.h>

/* --- branches --- */

/* The tasks of branch "F/C" as a mask, or NULL and error. */
static guint8 *
branch_mask (const SyWorkflow *workflow, const char *branch, GError **error)
{
  const char *slash = strchr (branch, '/');
  g_autofree char *fork_id = slash ? g_strndup (branch, (gsize) (slash - branch)) : NULL;
  guint32 fork = slash ? sy_workflow_find (workflow, fork_id) : SY_NO_TASK;
  guint32 child = slash ? sy_workflow_find (workflow, slash + 1) : SY_NO_TASK;
  g_autofree guint32 *ipdom = NULL;
  g_autoptr (GArray) tasks = NULL;
  gboolean found = FALSE;
  guint8 *mask;

  if (fork == SY_NO_TASK || child == SY_NO_TASK)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_NOT_FOUND, "no branch “%s”: write FORK/CHILD, two task ids", branch);
      return NULL;
    }
  for (guint32 k = workflow->down_start[fork]; k < workflow->down_start[fork + 1]; k++)
    found = found || workflow->down[k] == child;
  if (!found || workflow->down_start[fork + 1] - workflow->down_start[fork] < 2)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_NOT_FOUND,
                   "“%s” is no branch: the first task must have two dependants or more, and the second be one of them",
                   branch);
      return NULL;
    }
  ipdom = sy_graph_post_dominators (workflow);
  tasks = sy_graph_branch_tasks (workflow, ipdom, fork, child);
  mask = g_new0 (guint8, workflow->n_tasks);
  for (guint i = 0; i < tasks->len; i++)
    mask[g_array_index (tasks, guint32, i)] = 1;
  return mask;
}

void
sy_scheduler_branches_changed (SyScheduler *s)
{
  const GPtrArray *branches = s->state->paused_branches;

  g_ptr_array_set_size (s->branch_masks, 0);
  for (guint i = 0; branches != NULL && i < branches->len; i++)
    g_ptr_array_add (s->branch_masks, branch_mask (s->workflow, g_ptr_array_index (branches, i), NULL));
}

/* The first paused branch that holds the task, or NULL. A branch of an older definition (no mask) holds nothing. */
static const char *
paused_branch_of (const SyScheduler *s, guint32 index)
{
  for (guint i = 0; i < s->branch_masks->len; i++)
    {
      const guint8 *mask = g_ptr_array_index (s->branch_masks, i);

      if (mask != NULL && mask[index])
        return g_ptr_array_index (s->state->paused_branches, i);
    }
  return NULL;
}

gboolean
sy_scheduler_is_branch_paused (const SyScheduler *s, guint32 index)
{
  return s->branch_masks->len > 0 && paused_branch_of (s, index) != NULL;
}

void
sy_scheduler_hold_branch (SyScheduler *s, guint32 index)
{
  const SyTaskState *state = sy_scheduler_state (s, index);
  const char *branch;
  SyEvent event;

  if (s->branch_masks->len == 0 || (branch = paused_branch_of (s, index)) == NULL)
    return;
  if (sy_scheduler_is_ahead (s, index))
    sy_scheduler_chain_fence (s, index);
  if (state->state != SY_STATE_READY)
    return;
  if (state->nonce != 0)
    {
      if (state->stop_name == SY_NAME_NONE)
        sy_scheduler_revoke (s, index, SY_STATE_READY, SY_NAME_HELD_PAUSE);
      return;
    }
  if (state->name == SY_NAME_AWAITING_RETRY || state->name == SY_NAME_HELD_PAUSE)
    return;
  event = sy_scheduler_event (s, SY_EVENT_HELD, index);
  event.state = SY_STATE_READY;
  event.name = SY_NAME_HELD_PAUSE;
  event.text = g_strdup (branch);
  sy_scheduler_emit (s, &event);
}

/* --- the commands --- */

static gboolean
refuse_if_over (SyScheduler *s, gboolean drain, GError **error)
{
  const char *status = sy_run_status_to_string (s->state->status);

  if (!sy_run_status_is_final (s->state->status) && !s->state->settled)
    return FALSE;
  if (drain)
    g_set_error (error, SY_ERROR, SY_ERROR_REFUSED, "the run is over (%s): there is nothing to drain", status);
  else
    g_set_error (error, SY_ERROR, SY_ERROR_REFUSED, "the run is over (%s): there is nothing to pause", status);
  return TRUE;
}

static void
emit_branch (SyScheduler *s, SyEventKind kind, const char *branch)
{
  SyEvent event = sy_scheduler_event (s, kind, SY_NO_TASK);

  event.by = SY_BY_USER;
  event.text = g_strdup (branch);
  sy_scheduler_emit (s, &event);
}

static void
take_back_intents (SyScheduler *s)
{
  for (guint32 i = 0; i < s->workflow->n_tasks; i++)
    {
      const SyTaskState *state = sy_scheduler_state (s, i);

      if (state->state == SY_STATE_READY && state->nonce != 0 && state->stop_name == SY_NAME_NONE)
        sy_scheduler_revoke (s, i, SY_STATE_READY, SY_NAME_HELD_PAUSE);
    }
}

static gboolean
is_paused_branch (const SyScheduler *s, const char *branch)
{
  return g_ptr_array_find_with_equal_func (s->state->paused_branches, branch, g_str_equal, NULL);
}

static gboolean
pause_branch (SyScheduler *s, const char *branch, GError **error)
{
  g_autofree guint8 *mask = branch_mask (s->workflow, branch, error);

  if (mask == NULL)
    return FALSE;
  if (is_paused_branch (s, branch))
    {
      g_set_error (error, SY_ERROR, SY_ERROR_REFUSED, "the branch “%s” is paused already", branch);
      return FALSE;
    }
  emit_branch (s, SY_EVENT_PAUSED, branch);
  sy_scheduler_branches_changed (s);
  for (guint32 i = 0; i < s->workflow->n_tasks; i++)
    if (mask[i])
      sy_scheduler_hold_branch (s, i);
  return TRUE;
}

gboolean
sy_scheduler_pause (SyScheduler *s, SyTime now, const char *branch, GError **error)
{
  gboolean ok = TRUE;

  if (refuse_if_over (s, FALSE, error))
    return FALSE;
  if (s->state->stopping || (branch == NULL && s->state->paused && !s->state->draining))
    {
      g_set_error_literal (error, SY_ERROR, SY_ERROR_REFUSED, s->state->stopping ? "the run is stopping already" : "the run is paused already");
      return FALSE;
    }
  sy_scheduler_enter (s, now);
  if (branch != NULL)
    ok = pause_branch (s, branch, error);
  else
    {
      emit_branch (s, SY_EVENT_PAUSED, NULL);
      take_back_intents (s);
    }
  sy_scheduler_leave (s);
  return ok;
}

static void
release_paused (SyScheduler *s)
{
  for (guint32 i = 0; i < s->workflow->n_tasks; i++)
    if (sy_scheduler_state (s, i)->name == SY_NAME_HELD_PAUSE && paused_branch_of (s, i) == NULL && !s->state->paused)
      sy_scheduler_emit_state (s, SY_EVENT_RELEASED, i, SY_STATE_READY, SY_NAME_QUEUED, 0);
}

gboolean
sy_scheduler_resume (SyScheduler *s, SyTime now, const char *branch, GError **error)
{
  if (branch != NULL ? !is_paused_branch (s, branch) : !s->state->paused)
    {
      if (branch != NULL)
        g_set_error (error, SY_ERROR, SY_ERROR_REFUSED, "the branch “%s” is not paused", branch);
      else
        g_set_error_literal (error, SY_ERROR, SY_ERROR_REFUSED, "the run is not paused");
      return FALSE;
    }
  sy_scheduler_enter (s, now);
  emit_branch (s, SY_EVENT_RESUMED, branch);
  sy_scheduler_branches_changed (s);
  release_paused (s);
  s->dispatch_needed = TRUE;
  s->leaving = FALSE;
  sy_scheduler_leave (s);
  return TRUE;
}

gboolean
sy_scheduler_drain (SyScheduler *s, SyTime now, GError **error)
{
  if (refuse_if_over (s, TRUE, error))
    return FALSE;
  if (s->state->draining || s->state->stopping)
    {
      g_set_error_literal (error, SY_ERROR, SY_ERROR_REFUSED, s->state->stopping ? "the run is stopping already" : "the run is draining already");
      return FALSE;
    }
  sy_scheduler_enter (s, now);
  emit_branch (s, SY_EVENT_DRAINED, NULL);
  take_back_intents (s);
  sy_scheduler_leave (s);
  return TRUE;
}
