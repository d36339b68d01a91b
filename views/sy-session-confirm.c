/* sy-session-confirm.c: from the preview of a re-run to the request
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-session-private.h"

#include "core/base/sy-json-writer.h"
#include "core/model/sy-words.h"

static const char *const scope_words[] = { "failed", "task", "from", "branch", "current_file" };
static const char *const running_words[] = { "refuse", "stop_first", "then_again" };

/* What was asked for, to show it again where it was refused */
typedef struct
{
  GWeakRef session;
  SyRunModel *model;    /* (owned) */
  SyRerunScope scope;
  SyPlanKind kind;
  GArray *tasks;        /* (owned) numbers */
  GArray *set;          /* (owned) numbers that will run */
  guint32 focus;        /* of the selection when it was asked for */
} Confirmed;

static void
confirmed_free (Confirmed *confirmed)
{
  g_weak_ref_clear (&confirmed->session);
  g_object_unref (confirmed->model);
  g_array_unref (confirmed->tasks);
  g_array_unref (confirmed->set);
  g_free (confirmed);
}

/* The selection goes to the first task that runs again, unless a person has gone elsewhere since. */
static void
select_first (SySession *self, const Confirmed *confirmed)
{
  guint32 first = confirmed->set->len > 0 ? sy_workflow_find_number (sy_run_model_get_workflow (self->model),
                                                                     g_array_index (confirmed->set, guint32, 0))
                                          : SY_NO_TASK;

  if (first == SY_NO_TASK || self->model != confirmed->model || self->focus != confirmed->focus || self->plan != NULL)
    return;
  sy_session_select (self, first, FALSE);
  sy_session_reveal (self, first);
}

static void
on_reply (const char *reply, const GError *error, gpointer data)
{
  Confirmed *confirmed = data;
  g_autoptr (SySession) self = g_weak_ref_get (&confirmed->session);

  if (self != NULL && error == NULL)
    {
      sy_session_emit_rerun_started (self, confirmed->set);
      select_first (self, confirmed);
    }
  else if (self != NULL)
    {
      if (self->model == confirmed->model && self->plan == NULL)
        {
          sy_run_model_flush (self->model);
          sy_session_show_plan (self, confirmed->scope, confirmed->tasks, confirmed->kind);
        }
      sy_session_set_status (self, "%s", error->message);
    }
  confirmed_free (confirmed);
}

static char *
request_text (SySession *self)
{
  const SyRunState *state = sy_run_model_get_state (self->model);
  const SyWorkflow *workflow = state->workflow;
  g_autofree char *digest = sy_rerun_digest (state, self->plan);
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
  sy_json_int (&json, "seq", state->seq);
  sy_json_string (&json, "digest", digest);
  sy_json_end_object (&json);
  return g_string_free (text, FALSE);
}

static Confirmed *
confirmed_new (SySession *self)
{
  Confirmed *confirmed = g_new0 (Confirmed, 1);

  g_weak_ref_init (&confirmed->session, self);
  confirmed->model = g_object_ref (self->model);
  confirmed->scope = self->plan_scope;
  confirmed->kind = self->plan_kind;
  confirmed->focus = self->focus;
  confirmed->tasks = g_array_ref (self->plan_tasks);
  confirmed->set = g_array_new (FALSE, FALSE, sizeof (guint32));
  for (guint i = 0; i < self->plan->will_run->len; i++)
    g_array_append_val (confirmed->set, g_array_index (self->plan->will_run, SyRerunItem, i).task);
  return confirmed;
}

void
sy_session_confirm_rerun (SySession *self)
{
  g_autofree char *text = NULL, *words = NULL;
  Confirmed *confirmed;

  g_return_if_fail (SY_IS_SESSION (self));
  if (self->plan == NULL || self->controller == NULL)
    return;
  text = request_text (self);
  words = sy_words_counted (self->plan->will_run->len, "Re-running %s task", "Re-running %s tasks");
  confirmed = confirmed_new (self);
  sy_session_end_rerun (self);
  sy_session_set_status (self, "%s", words);
  self->controller->request (self->controller, text, on_reply, confirmed);
}
