/* sy-window-task.c: what is done to the selected tasks
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-window-private.h"

#include "app/gui/sy-task-dialogs.h"
#include "app/sy-request.h"
#include "core/model/sy-words.h"
#include "core/model/sy-task-words.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

/* --- which --- */

/* Indices: the selection, or the focus alone; (transfer full) */
static GArray *
get_tasks (SyWindow *self)
{
  GArray *tasks = sy_session_get_selection (self->session);
  guint32 focus = sy_session_get_focus (self->session);

  if (tasks->len == 0 && focus != SY_NO_TASK)
    g_array_append_val (tasks, focus);
  return tasks;
}

static const SyTask *
get_focus (SyWindow *self)
{
  guint32 focus = sy_session_get_focus (self->session);

  return self->model != NULL && focus != SY_NO_TASK ? &sy_run_model_get_workflow (self->model)->tasks[focus] : NULL;
}

/* --- what fits --- */

static gboolean
may_mark (const SyTaskState *task)
{
  return task->state == SY_STATE_LOST || task->state == SY_STATE_FAILED || task->state == SY_STATE_CANCELLED
         || task->state == SY_STATE_UPSTREAM_FAILED;
}

static gboolean
may_skip (const SyTaskState *task)
{
  return task->state == SY_STATE_PENDING || task->state == SY_STATE_READY || task->state == SY_STATE_WAITING;
}

static gboolean
action_fits (const char *name, const SyTaskState *task, gboolean run)
{
  if (g_str_equal (name, "copy-error"))
    return run && (task->state == SY_STATE_FAILED || task->state == SY_STATE_LOST || task->name == SY_NAME_AWAITING_RETRY);
  if (g_str_equal (name, "why") || g_str_equal (name, "copy-name") || g_str_equal (name, "copy-command")
      || g_str_equal (name, "open-folder") || g_str_equal (name, "show-in-file"))
    return TRUE;
  if (!run)
    return FALSE;
  if (g_str_equal (name, "retry-now") || g_str_equal (name, "give-up"))
    return task->name == SY_NAME_AWAITING_RETRY;
  if (g_str_equal (name, "stop"))
    return task->state == SY_STATE_RUNNING || (task->state == SY_STATE_READY && task->name != SY_NAME_AWAITING_RETRY);
  if (g_str_equal (name, "skip"))
    return may_skip (task);
  if (g_str_equal (name, "mark-succeeded"))
    return may_mark (task);
  return TRUE;
}

static gboolean
has_run (SyWindow *self)
{
  return self->model != NULL && sy_run_model_get_run_id (self->model) != NULL && !sy_run_model_is_past (self->model);
}

/* Those of the selection for which it can be done; (transfer full) */
static GArray *
tasks_for (SyWindow *self, const char *name)
{
  g_autoptr (GArray) all = get_tasks (self);
  GArray *tasks = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint i = 0; i < all->len; i++)
    {
      guint32 index = g_array_index (all, guint32, i);

      if (action_fits (name, sy_run_model_get_task (self->model, index), has_run (self)))
        g_array_append_val (tasks, index);
    }
  return tasks;
}

static gboolean
any_fits (SyWindow *self, const GArray *tasks, const char *name)
{
  gboolean run = has_run (self);

  for (guint i = 0; i < tasks->len; i++)
    if (action_fits (name, sy_run_model_get_task (self->model, g_array_index (tasks, guint32, i)), run))
      return TRUE;
  return FALSE;
}

/* --- re-run --- */

static gboolean
is_undone (const SyTaskState *task)
{
  return task->state == SY_STATE_FAILED || task->state == SY_STATE_LOST || task->state == SY_STATE_CANCELLED;
}

static void
begin (SyWindow *self, SyRerunScope scope)
{
  g_autoptr (GArray) tasks = get_tasks (self);
  const SyRunState *state = self->model != NULL ? sy_run_model_get_state (self->model) : NULL;

  if (state == NULL || tasks->len == 0)
    return;
  for (guint i = 0; i < tasks->len; i++)
    {
      guint32 index = g_array_index (tasks, guint32, i);

      /* What has not failed can only be run with all that follows. */
      if (scope == SY_RERUN_FAILED && !is_undone (sy_run_state_at (state, index)))
        scope = SY_RERUN_FROM;
      g_array_index (tasks, guint32, i) = state->workflow->tasks[index].number;
    }
  sy_session_begin_rerun (self->session, scope, (const guint32 *) tasks->data, tasks->len);
}

static void
on_rerun (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  begin (data, SY_RERUN_FAILED);
}

static void
on_rerun_from (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  begin (data, SY_RERUN_FROM);
}

static void
on_rerun_only (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  begin (data, SY_RERUN_TASK);
}

static void
on_edit_command (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyWindow *self = data;
  const SyTask *task = get_focus (self);

  if (task != NULL)
    sy_task_ask_command (self, task);
}

static void
on_mark (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyWindow *self = data;
  g_autoptr (GArray) tasks = tasks_for (self, "mark-succeeded");

  if (tasks->len > 0)
    sy_task_ask_mark (self, tasks);
}

/* --- one request a task --- */

typedef enum { SAY_TRYING_AGAIN, SAY_GIVEN_UP, SAY_STOPPING, SAY_SKIPPED } Saying;

static char *
say_done (Saying saying, const char *id)
{
  switch (saying)
    {
    case SAY_TRYING_AGAIN: return g_strdup_printf (_("Trying again: %s"), id);
    case SAY_GIVEN_UP: return g_strdup_printf (_("Given up: %s"), id);
    case SAY_STOPPING: return g_strdup_printf (_("Stopping: %s"), id);
    default: return g_strdup_printf (_("Skipped: %s"), id);
    }
}

static void
request_each (SyWindow *self, const char *command, Saying saying)
{
  g_autoptr (GArray) tasks = tasks_for (self, command);

  for (guint i = 0; i < tasks->len; i++)
    {
      const char *id = sy_run_model_get_workflow (self->model)->tasks[g_array_index (tasks, guint32, i)].id;
      g_autofree char *request = sy_request_new (command, "task", id);
      g_autofree char *words = say_done (saying, id);

      sy_window_request (self, request, words);
    }
}

void
sy_window_stop_task (SyWindow *self, const char *id)
{
  g_autofree char *request = sy_request_new ("stop", "task", id);
  g_autofree char *words = say_done (SAY_STOPPING, id);

  sy_window_request (self, request, words);
}

static void
on_retry_now (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  request_each (data, "retry-now", SAY_TRYING_AGAIN);
}

static void
on_give_up (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  request_each (data, "give-up", SAY_GIVEN_UP);
}

static void
on_stop (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  request_each (data, "stop", SAY_STOPPING);
}

static void
on_skip (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  request_each (data, "skip", SAY_SKIPPED);
}

/* --- looking --- */

static void
on_why (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  sy_window_show_inspector (data, TRUE);
}

static void
on_show_output (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyWindow *self = data;
  guint32 focus = sy_session_get_focus (self->session);

  if (focus != SY_NO_TASK)
    sy_session_show_output (self->session, focus);
}

static void
on_open_folder (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyWindow *self = data;
  g_autofree char *folder = self->path != NULL ? g_path_get_dirname (self->path) : NULL;
  g_autofree char *uri = folder != NULL ? g_filename_to_uri (folder, NULL, NULL) : NULL;

  if (uri != NULL)
    gtk_show_uri (GTK_WINDOW (self), uri, GDK_CURRENT_TIME);
}

static void
on_show_in_file (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  const SyTask *task = get_focus (data);

  if (task != NULL)
    sy_window_show_line (data, task->line);
}

static void
copy (SyWindow *self, const char *text)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  sy_session_set_status (self->session, _("Copied"));
}

static void
on_copy_name (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_autoptr (GArray) tasks = get_tasks (data);
  g_autoptr (GString) text = g_string_new (NULL);
  SyWindow *self = data;

  for (guint i = 0; self->model != NULL && i < tasks->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "",
                            sy_run_model_get_workflow (self->model)->tasks[g_array_index (tasks, guint32, i)].id);
  copy (self, text->str);
}

static void
on_copy_command (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyWindow *self = data;
  const SyTask *task = get_focus (self);
  g_autofree char *text = task != NULL ? sy_task_words_command (task, sy_run_model_get_task (self->model, sy_session_get_focus (self->session))->command) : NULL;

  if (text != NULL)
    copy (self, text);
}

static void
on_copy_error (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyWindow *self = data;
  const SyTask *task = get_focus (self);
  g_autoptr (SyWhy) why = task != NULL ? sy_why (sy_run_model_get_state (self->model), task->number, g_get_real_time ()) : NULL;

  if (why != NULL)
    copy (self, why->sentence);
}

/* --- the group --- */

static const GActionEntry entries[] = {
  { .name = "rerun", .activate = on_rerun },
  { .name = "rerun-from", .activate = on_rerun_from },
  { .name = "rerun-only", .activate = on_rerun_only },
  { .name = "edit-command", .activate = on_edit_command },
  { .name = "retry-now", .activate = on_retry_now },
  { .name = "give-up", .activate = on_give_up },
  { .name = "stop", .activate = on_stop },
  { .name = "skip", .activate = on_skip },
  { .name = "mark-succeeded", .activate = on_mark },
  { .name = "show-output", .activate = on_show_output },
  { .name = "why", .activate = on_why },
  { .name = "open-folder", .activate = on_open_folder },
  { .name = "show-in-file", .activate = on_show_in_file },
  { .name = "copy-name", .activate = on_copy_name },
  { .name = "copy-command", .activate = on_copy_command },
  { .name = "copy-error", .activate = on_copy_error },
};

void
sy_window_update_task_actions (SyWindow *self)
{
  GActionMap *group = g_object_get_data (G_OBJECT (self), "task-actions");

  g_autoptr (GArray) tasks = get_tasks (self);

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (group, entries[i].name)),
                                 any_fits (self, tasks, entries[i].name));
}

void
sy_window_add_task_actions (SyWindow *self)
{
  g_autoptr (GSimpleActionGroup) tasks = g_simple_action_group_new ();

  g_action_map_add_action_entries (G_ACTION_MAP (tasks), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "task", G_ACTION_GROUP (tasks));
  sy_window_add_branch_actions (self);
  g_object_set_data_full (G_OBJECT (self), "task-actions", g_object_ref (tasks), g_object_unref);
}
