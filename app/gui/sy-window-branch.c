/* sy-window-branch.c: what is done to a branch as one
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-window-private.h"

#include "app/sy-request.h"
#include "core/model/sy-graph.h"

#include <glib/gi18n.h>

/* "FORK/CHILD": indices of its ends; FALSE where it is not of this workflow */
static gboolean
find_ends (SyWindow *self, const char *branch, guint32 ends[2])
{
  const SyRunState *state = sy_window_get_run_state (self);
  g_auto (GStrv) ids = g_strsplit (branch, "/", 2);

  if (state == NULL || g_strv_length (ids) != 2)
    return FALSE;
  for (guint i = 0; i < 2; i++)
    if ((ends[i] = sy_workflow_find (state->workflow, ids[i])) == SY_NO_TASK)
      return FALSE;
  return TRUE;
}

/* Indices of its tasks for which @wanted; empty where there is no such branch. (transfer full) */
static GArray *
find_tasks (SyWindow *self, const char *branch, gboolean (*wanted) (const SyTaskState *task))
{
  const SyRunState *state = sy_window_get_run_state (self);
  GArray *found = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autofree guint32 *ipdom = NULL;
  g_autoptr (GArray) tasks = NULL;
  guint32 ends[2];

  if (!find_ends (self, branch, ends))
    return found;
  ipdom = sy_graph_post_dominators (state->workflow);
  tasks = sy_graph_branch_tasks (state->workflow, ipdom, ends[0], ends[1]);
  for (guint i = 0; i < tasks->len; i++)
    {
      guint32 index = g_array_index (tasks, guint32, i);

      if (wanted (sy_run_state_at (state, index)))
        g_array_append_val (found, index);
    }
  return found;
}

static gboolean
is_any (const SyTaskState *task)
{
  return TRUE;
}

static void
on_select (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyWindow *self = data;
  g_autoptr (GArray) tasks = find_tasks (self, g_variant_get_string (parameter, NULL), is_any);

  sy_session_select_many (self->session, (const guint32 *) tasks->data, tasks->len);
}

/* --- re-run --- */

static void
on_rerun (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyWindow *self = data;
  guint32 ends[2];

  if (!find_ends (self, g_variant_get_string (parameter, NULL), ends))
    return;
  for (guint i = 0; i < 2; i++)
    ends[i] = sy_window_get_run_state (self)->workflow->tasks[ends[i]].number;
  sy_session_begin_rerun (self->session, SY_RERUN_BRANCH, ends, 2);
}

static gboolean
is_undone (const SyTaskState *task)
{
  return task->state == SY_STATE_FAILED || task->state == SY_STATE_LOST
         || (task->state == SY_STATE_CANCELLED && task->name != SY_NAME_QUORUM_MET);
}

static void
on_rerun_failed (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyWindow *self = data;
  g_autoptr (GArray) tasks = find_tasks (self, g_variant_get_string (parameter, NULL), is_undone);

  if (tasks->len == 0)
    {
      sy_session_set_status (self->session, _("Nothing in this branch has failed"));
      return;
    }
  for (guint i = 0; i < tasks->len; i++)
    g_array_index (tasks, guint32, i) = sy_window_get_run_state (self)->workflow->tasks[g_array_index (tasks, guint32, i)].number;
  sy_session_begin_rerun (self->session, SY_RERUN_FAILED, (const guint32 *) tasks->data, tasks->len);
}

/* --- pause, stop --- */

static void
on_pause (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  const char *name = g_action_get_name (G_ACTION (action));
  const char *branch = g_variant_get_string (parameter, NULL);
  g_autofree char *request = sy_request_new (name, "branch", branch);

  sy_window_request (data, request, g_str_equal (name, "pause") ? _("Branch paused: nothing new in it is started") : _("Branch resumed"));
}

static gboolean
is_at_work (const SyTaskState *task)
{
  return task->state == SY_STATE_RUNNING || task->state == SY_STATE_READY;
}

static void
stop_branch (SyWindow *self, const char *branch)
{
  g_autoptr (GArray) tasks = find_tasks (self, branch, is_at_work);

  for (guint i = 0; i < tasks->len; i++)
    sy_window_stop_task (self, sy_window_get_run_state (self)->workflow->tasks[g_array_index (tasks, guint32, i)].id);
}

static void
on_stop_answer (AdwMessageDialog *dialog, const char *response, SyWindow *self)
{
  if (g_str_equal (response, "stop"))
    stop_branch (self, g_object_get_data (G_OBJECT (dialog), "branch"));
}

static void
on_stop (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyWindow *self = data;
  const char *branch = g_variant_get_string (parameter, NULL);
  g_autoptr (GArray) tasks = find_tasks (self, branch, is_at_work);
  GtkWidget *dialog;

  if (tasks->len == 0)
    {
      sy_session_set_status (self->session, _("Nothing in this branch runs"));
      return;
    }
  dialog = sy_window_ask (self, _("Stop This Branch?"), _("What runs in it is stopped; what waits for that is blocked. The rest goes on."),
                          "stop", _("Stop Branch"), ADW_RESPONSE_DEFAULT);
  g_object_set_data_full (G_OBJECT (dialog), "branch", g_strdup (branch), g_free);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_stop_answer), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static const GActionEntry entries[] = {
  { .name = "select", .activate = on_select, .parameter_type = "s" },
  { .name = "rerun", .activate = on_rerun, .parameter_type = "s" },
  { .name = "rerun-failed", .activate = on_rerun_failed, .parameter_type = "s" },
  { .name = "pause", .activate = on_pause, .parameter_type = "s" },
  { .name = "resume", .activate = on_pause, .parameter_type = "s" },
  { .name = "stop", .activate = on_stop, .parameter_type = "s" },
};

void
sy_window_add_branch_actions (SyWindow *self)
{
  g_autoptr (GSimpleActionGroup) branches = g_simple_action_group_new ();

  g_action_map_add_action_entries (G_ACTION_MAP (branches), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "branch", G_ACTION_GROUP (branches));
  self->branch_actions = G_ACTION_MAP (g_steal_pointer (&branches));
}

/* In the past, and without a runner, nothing of a branch can be stopped or paused. */
void
sy_window_update_branch_actions (SyWindow *self)
{
  static const char *const of_a_living_run[] = { "pause", "resume", "stop", NULL };
  const SyRunState *state = sy_window_get_run_state (self);
  gboolean now = state != NULL && !sy_run_model_is_past (self->model);
  gboolean goes_on = now && sy_run_model_is_live (self->model) && !sy_run_status_is_final (state->status);

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (self->branch_actions, entries[i].name)),
                                 g_strv_contains (of_a_living_run, entries[i].name) ? goes_on : now);
}
