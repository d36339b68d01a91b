/* sy-session-plan.c: the preview of a re-run, and asking for it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-session-private.h"

#include "core/base/sy-json-writer.h"
#include "core/model/sy-words.h"

#define RECOMPUTE_MS 200

static const char *const scope_words[] = { "failed", "task", "from", "branch", "current_file" };
static const char *const running_words[] = { "refuse", "stop_first", "then_again" };

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
        sy_session_set_status (self, "Set changed: +%u", plan->will_run->len - before);
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

void
sy_session_begin_rerun (SySession *self, SyRerunScope scope, const guint32 *numbers, guint n_numbers)
{
  g_autoptr (GArray) tasks = g_array_new (FALSE, FALSE, sizeof (guint32));
  SyRerunPlan *plan;

  g_return_if_fail (SY_IS_SESSION (self));
  if (self->model == NULL)
    return;
  if (n_numbers > 0)
    g_array_append_vals (tasks, numbers, n_numbers);
  plan = preview (self, scope, tasks);
  if (plan == NULL)
    return;
  sy_session_plan_forget (self);
  self->plan_scope = scope;
  self->plan_tasks = g_steal_pointer (&tasks);
  adopt_plan (self, plan);
  say_plan (self);
  sy_session_emit_plan_changed (self);
}

void
sy_session_end_rerun (SySession *self)
{
  g_return_if_fail (SY_IS_SESSION (self));
  if (self->plan == NULL)
    return;
  sy_session_plan_forget (self);
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
  SyRerunPlan *plan = preview (self, SY_RERUN_TASK, numbers);

  if (plan == NULL || plan->refused->len > 0)
    {
      if (plan != NULL)
        sy_session_set_status (self, "%s", g_array_index (plan->refused, SyRerunRefusal, 0).why);
      sy_rerun_plan_free (plan);
      return;
    }
  self->plan_scope = SY_RERUN_TASK;
  g_array_unref (self->plan_tasks);
  self->plan_tasks = g_array_ref (numbers);
  adopt_plan (self, plan);
  say_plan (self);
  sy_session_emit_plan_changed (self);
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
      sy_session_set_status (self, "%s needs %s; exclude %s first", name_of (self, dependant), name_of (self, task),
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
  GString *text;

  g_return_val_if_fail (SY_IS_SESSION (self), NULL);
  if (self->plan == NULL)
    return NULL;
  text = g_string_new (NULL);
  sy_words_count (text, self->plan->will_run->len);
  g_string_append (text, " will run");
  if (self->plan_again > 0)
    {
      g_autofree char *again = sy_words_counted (self->plan_again, "was done already", "were done already");

      g_string_append_printf (text, " (%s)", again);
    }
  g_string_append (text, ", ");
  sy_words_count (text, self->plan->reused->len);
  g_string_append (text, " reused, ");
  sy_words_count (text, self->plan->stays->len);
  g_string_append (text, " stay");
  if (self->plan->expected_us >= 0)
    {
      g_string_append (text, " · about ");
      sy_words_duration (text, self->plan->expected_us);
    }
  return g_string_free (text, FALSE);
}

static void
on_reply (const char *reply, const GError *error, gpointer data)
{
  GWeakRef *ref = data;
  g_autoptr (SySession) self = g_weak_ref_get (ref);

  if (self != NULL && error != NULL)
    sy_session_set_status (self, "%s", error->message);
  g_weak_ref_clear (ref);
  g_free (ref);
}

static char *
request_text (SySession *self)
{
  const SyWorkflow *workflow = sy_run_model_get_workflow (self->model);
  GString *text = g_string_new (NULL);
  SyJson json = sy_json_on (text);

  sy_json_begin_object (&json, NULL);
  sy_json_int (&json, "v", 1);
  sy_json_string (&json, "command", "rerun");
  sy_json_string (&json, "scope", scope_words[self->plan_scope]);
  sy_json_begin_array (&json, "tasks");
  for (guint i = 0; i < self->plan_tasks->len; i++)
    sy_json_string (&json, NULL, workflow->tasks[sy_workflow_find_number (workflow, g_array_index (self->plan_tasks, guint32, i))].id);
  sy_json_end_array (&json);
  sy_json_string (&json, "running", running_words[self->plan_running]);
  sy_json_end_object (&json);
  return g_string_free (text, FALSE);
}

void
sy_session_confirm_rerun (SySession *self)
{
  g_autofree char *text = NULL, *words = NULL;
  GWeakRef *ref;
  guint count;

  g_return_if_fail (SY_IS_SESSION (self));
  if (self->plan == NULL || self->controller == NULL)
    return;
  count = self->plan->will_run->len;
  text = request_text (self);
  sy_session_end_rerun (self);
  words = sy_words_counted (count, "task", "tasks");
  sy_session_set_status (self, "Re-running %s", words);
  ref = g_new0 (GWeakRef, 1);
  g_weak_ref_init (ref, self);
  self->controller->request (self->controller, text, on_reply, ref);
}
