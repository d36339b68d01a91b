/* sy-session-plan.c: the preview of a re-run, and asking for it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-session-private.h"

#include "core/model/sy-words.h"

#include <glib/gi18n.h>

#define RECOMPUTE_MS 200

static const char *
name_of (SySession *self, guint32 task)
{
  const SyTask *spec = &sy_run_model_get_workflow (self->model)->tasks[task];

  return spec->label != NULL ? spec->label : spec->id;
}

static void
drop_marks (SySession *self)
{
  g_clear_pointer (&self->plan, sy_rerun_plan_free);
  g_clear_pointer (&self->plan_marks, g_free);
  g_clear_pointer (&self->plan_order, g_free);
  self->plan_again = 0;
}

void
sy_session_plan_forget (SySession *self)
{
  g_clear_handle_id (&self->plan_source, g_source_remove);
  g_clear_pointer (&self->plan_tasks, g_array_unref);
  g_clear_pointer (&self->plan_asked, g_array_unref);
  self->plan_growth = 0;
  drop_marks (self);
}

static void
mark_all (SySession *self, const GArray *numbers, SyPlanMark mark)
{
  for (guint i = 0; i < numbers->len; i++)
    {
      guint32 index = sy_workflow_find_number (sy_run_model_get_workflow (self->model), g_array_index (numbers, guint32, i));

      if (index != SY_NO_TASK)
        self->plan_marks[index] = (guint8) mark;
    }
}

static void
fill_marks (SySession *self)
{
  const SyWorkflow *workflow = sy_run_model_get_workflow (self->model);

  self->plan_marks = g_malloc0 (MAX (workflow->n_tasks, 1));
  self->plan_order = g_new0 (guint32, MAX (workflow->n_tasks, 1));
  mark_all (self, self->plan->stays, SY_MARK_STAYS);
  mark_all (self, self->plan->reused, SY_MARK_REUSED);
  for (guint i = 0; i < self->plan->will_run->len; i++)
    {
      const SyRerunItem *item = &g_array_index (self->plan->will_run, SyRerunItem, i);
      guint32 index = sy_workflow_find_number (workflow, item->task);

      self->plan_again += item->again;
      self->plan_marks[index] = item->again ? SY_MARK_WILL_RUN_AGAIN : SY_MARK_WILL_RUN;
      self->plan_order[index] = item->order;
    }
  mark_all (self, self->plan->running_now, SY_MARK_RUNNING_NOW);
}

/* The plan for @tasks; NULL with the reason in the status line */
static SyRerunPlan *
preview (SySession *self, SyRerunScope scope, const GArray *tasks)
{
  SyRerunRequest request = { .scope = scope, .tasks = (const guint32 *) tasks->data, .n_tasks = tasks->len,
                             .running = self->plan_running };
  g_autoptr (GError) error = NULL;
  SyRerunPlan *plan = sy_rerun_preview (sy_run_model_get_state (self->model), &request, sy_run_model_get_expected (self->model), &error);

  if (plan == NULL)
    sy_session_set_status (self, "%s", error->message);
  return plan;
}

static void
adopt_plan (SySession *self, SyRerunPlan *plan)
{
  drop_marks (self);
  self->plan = plan;
  fill_marks (self);
}

static void
say_plan (SySession *self)
{
  g_autofree char *sentence = sy_session_describe_plan (self);

  if (sentence != NULL)
    sy_session_set_status (self, "%s", sentence);
}

static gboolean
recompute (gpointer data)
{
  SySession *self = data;
  guint before = self->plan->will_run->len;
  SyRerunPlan *plan;

  self->plan_source = 0;
  plan = preview (self, self->plan_scope, self->plan_tasks);
  if (plan == NULL)
    sy_session_plan_forget (self);
  else
    {
      adopt_plan (self, plan);
      if (plan->will_run->len > before)
        {
          self->plan_growth += plan->will_run->len - before;
          sy_session_set_status (self, _("Set changed: +%u"), plan->will_run->len - before);
        }
    }
  sy_session_emit_plan_changed (self);
  return G_SOURCE_REMOVE;
}

void
sy_session_plan_touch (SySession *self)
{
  if (self->plan != NULL && self->plan_source == 0)
    self->plan_source = g_timeout_add (RECOMPUTE_MS, recompute, self);
}

/* --- kinds --- */

static gboolean
is_undone (const SyTaskState *task)
{
  if (task == NULL)
    return FALSE;
  return task->state == SY_STATE_FAILED || task->state == SY_STATE_LOST
         || (task->state == SY_STATE_CANCELLED && task->name != SY_NAME_QUORUM_MET);
}

/* Numbers of all tasks that @wanted picks, by index */
static GArray *
numbers_if (SySession *self, gboolean (*wanted) (const SyRunState *state, guint32 index))
{
  const SyRunState *state = sy_run_model_get_state (self->model);
  GArray *numbers = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint32 i = 0; i < state->workflow->n_tasks; i++)
    if (wanted (state, i))
      g_array_append_val (numbers, state->workflow->tasks[i].number);
  return numbers;
}

static gboolean
is_failure (const SyRunState *state, guint32 index)
{
  return is_undone (sy_run_state_at (state, index));
}

static gboolean
is_root (const SyRunState *state, guint32 index)
{
  return state->workflow->tasks[index].n_needs == 0;
}

static SyPlanKind
kind_of (SyRerunScope scope)
{
  static const SyPlanKind kinds[] = { SY_PLAN_BLOCKED, SY_PLAN_ONLY, SY_PLAN_FROM, SY_PLAN_BRANCH, SY_PLAN_FROM };

  return kinds[scope];
}

/* Shows the preview of @tasks; why there is none is in the status line. @asked: (nullable): NULL = as before */
static void
show_plan (SySession *self, SyRerunScope scope, GArray *tasks, GArray *asked, SyPlanKind kind)
{
  SyRerunPlan *plan = preview (self, scope, tasks);

  if (plan == NULL)
    return;
  if (asked != NULL)
    {
      g_clear_pointer (&self->plan_asked, g_array_unref);
      self->plan_asked = g_array_ref (asked);
      self->plan_growth = 0;
    }
  self->plan_scope = scope;
  self->plan_kind = kind;
  g_array_ref (tasks);
  g_clear_pointer (&self->plan_tasks, g_array_unref);
  self->plan_tasks = tasks;
  adopt_plan (self, plan);
  say_plan (self);
  sy_session_emit_plan_changed (self);
}

void
sy_session_show_plan (SySession *self, SyRerunScope scope, GArray *tasks, SyPlanKind kind)
{
  g_autoptr (GArray) asked = tasks->len > 0 ? g_array_ref (tasks) : numbers_if (self, is_failure);

  show_plan (self, scope, tasks, asked, kind);
}

void
sy_session_begin_rerun (SySession *self, SyRerunScope scope, const guint32 *numbers, guint n_numbers)
{
  g_autoptr (GArray) tasks = g_array_new (FALSE, FALSE, sizeof (guint32));

  g_return_if_fail (SY_IS_SESSION (self));
  if (self->model == NULL)
    return;
  if (n_numbers > 0)
    g_array_append_vals (tasks, numbers, n_numbers);
  sy_session_show_plan (self, scope, tasks, kind_of (scope));
}

void
sy_session_begin_rerun_whole (SySession *self)
{
  g_autoptr (GArray) roots = NULL;

  g_return_if_fail (SY_IS_SESSION (self));
  if (self->model == NULL)
    return;
  roots = numbers_if (self, is_root);
  sy_session_show_plan (self, SY_RERUN_FROM, roots, SY_PLAN_WHOLE);
}

SyPlanKind
sy_session_get_plan_kind (SySession *self)
{
  g_return_val_if_fail (SY_IS_SESSION (self), SY_PLAN_BLOCKED);
  return self->plan_kind;
}

gboolean
sy_session_may_plan (SySession *self, SyPlanKind kind)
{
  g_return_val_if_fail (SY_IS_SESSION (self), FALSE);
  if (self->plan == NULL || self->plan_asked == NULL)
    return FALSE;
  if (kind == self->plan_kind || kind == SY_PLAN_WHOLE)
    return TRUE;
  if (kind == SY_PLAN_BRANCH || kind == SY_PLAN_CHOSEN || self->plan_kind == SY_PLAN_BRANCH)
    return FALSE;
  for (guint i = 0; kind == SY_PLAN_BLOCKED && i < self->plan_asked->len; i++)
    if (!is_undone (sy_run_state_task (sy_run_model_get_state (self->model), g_array_index (self->plan_asked, guint32, i))))
      return FALSE;
  return self->plan_asked->len > 0;
}

void
sy_session_set_plan_kind (SySession *self, SyPlanKind kind)
{
  static const SyRerunScope scopes[] = { SY_RERUN_FAILED, SY_RERUN_FROM, SY_RERUN_TASK };
  g_autoptr (GArray) tasks = NULL;

  g_return_if_fail (SY_IS_SESSION (self));
  if (kind == self->plan_kind || !sy_session_may_plan (self, kind))
    return;
  tasks = kind == SY_PLAN_WHOLE ? numbers_if (self, is_root) : g_array_ref (self->plan_asked);
  show_plan (self, kind == SY_PLAN_WHOLE ? SY_RERUN_FROM : scopes[kind], tasks, NULL, kind);
}

guint
sy_session_take_plan_growth (SySession *self)
{
  guint growth;

  g_return_val_if_fail (SY_IS_SESSION (self), 0);
  growth = self->plan_growth;
  self->plan_growth = 0;
  return growth;
}

gboolean
sy_session_plan_repeats (SySession *self)
{
  g_return_val_if_fail (SY_IS_SESSION (self), FALSE);
  return self->plan != NULL && self->plan_again > 0;
}

void
sy_session_end_rerun (SySession *self)
{
  g_return_if_fail (SY_IS_SESSION (self));
  if (self->plan == NULL)
    return;
  sy_session_plan_forget (self);
  sy_session_set_status (self, _("Nothing is run again"));
  sy_session_emit_plan_changed (self);
}

static gboolean
is_in_plan (SySession *self, guint32 task)
{
  return self->plan_order[task] > 0 || self->plan_marks[task] == SY_MARK_RUNNING_NOW;
}

/* Numbers of the plan's set, with or without @task */
static GArray *
set_with (SySession *self, guint32 task, gboolean with)
{
  const SyWorkflow *workflow = sy_run_model_get_workflow (self->model);
  GArray *numbers = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint32 i = 0; i < workflow->n_tasks; i++)
    if (i == task ? with : is_in_plan (self, i))
      g_array_append_val (numbers, workflow->tasks[i].number);
  return numbers;
}

/* A task of the plan that cannot run unless @task does, SY_NO_TASK = none */
static guint32
needed_by (SySession *self, guint32 task)
{
  const SyWorkflow *workflow = sy_run_model_get_workflow (self->model);

  if (sy_run_model_get_task (self->model, task)->state == SY_STATE_SUCCEEDED)
    return SY_NO_TASK;
  for (guint32 k = workflow->down_start[task]; k < workflow->down_start[task + 1]; k++)
    if (is_in_plan (self, workflow->down[k]))
      return workflow->down[k];
  return SY_NO_TASK;
}

/* From now on the set is what was chosen one by one. */
static void
choose (SySession *self, GArray *numbers)
{
  g_autoptr (SyRerunPlan) plan = preview (self, SY_RERUN_TASK, numbers);

  if (plan != NULL && plan->refused->len > 0)
    sy_session_set_status (self, "%s", g_array_index (plan->refused, SyRerunRefusal, 0).why);
  else if (plan != NULL)
    show_plan (self, SY_RERUN_TASK, numbers, NULL, SY_PLAN_CHOSEN);
}

void
sy_session_toggle_in_plan (SySession *self, guint32 task)
{
  g_autoptr (GArray) numbers = NULL;
  guint32 dependant;

  g_return_if_fail (SY_IS_SESSION (self));
  if (self->plan == NULL || task >= sy_run_model_get_workflow (self->model)->n_tasks)
    return;
  dependant = is_in_plan (self, task) ? needed_by (self, task) : SY_NO_TASK;
  if (dependant != SY_NO_TASK)
    {
      sy_session_set_status (self, _("%s needs %s; exclude %s first"), name_of (self, dependant), name_of (self, task),
                             name_of (self, dependant));
      return;
    }
  numbers = set_with (self, task, !is_in_plan (self, task));
  if (numbers->len == 0)
    sy_session_end_rerun (self);
  else
    choose (self, numbers);
}

const SyRerunPlan *
sy_session_get_plan (SySession *self)
{
  g_return_val_if_fail (SY_IS_SESSION (self), NULL);
  return self->plan;
}

SyPlanMark
sy_session_get_mark (SySession *self, guint32 task, guint *order)
{
  g_return_val_if_fail (SY_IS_SESSION (self), SY_MARK_NONE);
  if (order != NULL)
    *order = self->plan != NULL ? self->plan_order[task] : 0;
  return self->plan != NULL ? (SyPlanMark) self->plan_marks[task] : SY_MARK_NONE;
}

SyRerunRunning
sy_session_get_plan_running (SySession *self)
{
  g_return_val_if_fail (SY_IS_SESSION (self), SY_RUNNING_THEN_AGAIN);
  return self->plan_running;
}

void
sy_session_set_plan_running (SySession *self, SyRerunRunning running)
{
  SyRerunPlan *plan;

  g_return_if_fail (SY_IS_SESSION (self));
  self->plan_running = running;
  plan = self->plan != NULL ? preview (self, self->plan_scope, self->plan_tasks) : NULL;
  if (plan == NULL)
    return;
  adopt_plan (self, plan);
  sy_session_emit_plan_changed (self);
}

char *
sy_session_describe_plan (SySession *self)
{
  g_autofree char *run = NULL, *reused = NULL, *stay = NULL;
  GString *text;

  g_return_val_if_fail (SY_IS_SESSION (self), NULL);
  if (self->plan == NULL)
    return NULL;
  run = sy_words_dup_count (self->plan->will_run->len);
  reused = sy_words_dup_count (self->plan->reused->len);
  stay = sy_words_dup_count (self->plan->stays->len);
  text = g_string_new (NULL);
  if (self->plan_again > 0)
    {
      g_autofree char *again = sy_words_counted (self->plan_again, "%s was done already", "%s were done already");

      g_string_printf (text, _("%s will run (%s), %s reused, %s stay"), run, again, reused, stay);
    }
  else
    g_string_printf (text, _("%s will run, %s reused, %s stay"), run, reused, stay);
  if (self->plan->stale->len > 0)
    {
      g_autofree char *stale = sy_words_counted (self->plan->stale->len, " (%s of them stale then)", " (%s of them stale then)");

      g_string_append (text, stale);
    }
  if (self->plan->expected_us >= 0)
    {
      g_autofree char *time = sy_words_dup_duration (self->plan->expected_us);

      g_string_append_printf (text, _(" · about %s"), time);
    }
  return g_string_free (text, FALSE);
}
