/* sy-output-pane.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-output-pane.h"

#include <glib/gi18n.h>

#define LIVE_MS 250

struct _SyOutputPane
{
  GtkWidget parent;

  SySession *session;   /* (owned) */
  SyRunModel *model;    /* (owned) (nullable) */
  SyTextPane *pane;     /* child */
  guint32 task, number, attempt;        /* shown; SY_NO_TASK = none */
  guint32 chosen;       /* an older attempt of the task; 0 = the newest */
  guint timer;
  gboolean active, wants_error;
};

G_DEFINE_FINAL_TYPE (SyOutputPane, sy_output_pane, GTK_TYPE_WIDGET)

/* --- what is there --- */

static gboolean
is_running (SyOutputPane *self)
{
  const SyTaskState *task;

  if (self->model == NULL || self->task == SY_NO_TASK || sy_run_model_is_past (self->model))
    return FALSE;
  task = sy_run_model_get_task (self->model, self->task);
  return task->state == SY_STATE_RUNNING && task->attempt == self->attempt;
}

static gboolean
on_timer (gpointer data)
{
  SyOutputPane *self = data;
  SyTextModel *text = sy_text_pane_get_model (self->pane);

  if (text != NULL)
    sy_text_model_refresh (text);
  if (text != NULL && self->active && is_running (self))
    return G_SOURCE_CONTINUE;
  self->timer = 0;
  return G_SOURCE_REMOVE;
}

static void
update_timer (SyOutputPane *self)
{
  if (self->timer == 0 && self->active && is_running (self))
    self->timer = g_timeout_add (LIVE_MS, on_timer, self);
}

static void
show_instant (SyOutputPane *self)
{
  SyTextModel *text = sy_text_pane_get_model (self->pane);

  if (text != NULL)
    sy_text_model_set_instant (text, self->model != NULL && sy_run_model_is_past (self->model) ? sy_run_model_get_now (self->model) : 0);
}

/* Reads nothing while nobody looks. */
static void
open_text (SyOutputPane *self)
{
  SyController *controller = sy_session_get_controller (self->session);
  g_autoptr (SyTextModel) text = NULL;

  if (!self->active || self->attempt == 0 || sy_text_pane_get_model (self->pane) != NULL)
    return;
  text = sy_text_model_new (controller->open_text (controller, self->number, self->attempt, NULL));
  sy_text_pane_set_model (self->pane, text, !self->wants_error);
  show_instant (self);
  if (self->wants_error)
    sy_text_pane_go_to_error (self->pane);
  self->wants_error = FALSE;
  update_timer (self);
}

/* --- which task --- */

static void
say_which (SyOutputPane *self)
{
  const SyWorkflow *workflow = self->model != NULL ? sy_run_model_get_workflow (self->model) : NULL;
  const char *id = self->task != SY_NO_TASK ? workflow->tasks[self->task].id : NULL;
  g_autofree char *facts = self->attempt > 0 ? g_strdup_printf (_("attempt %u"), self->attempt) : NULL;
  g_autofree char *name = id != NULL ? g_strdup_printf ("%s.%u.txt", id, self->attempt) : NULL;

  sy_text_pane_set_title (self->pane, id != NULL ? id : _("Output"), facts);
  sy_text_pane_set_name (self->pane, name);
  sy_text_pane_set_empty (self->pane, id == NULL             ? _("Select a task to see its output.")
                                      : self->attempt == 0 ? _("The task has not been started.")
                                                           : _("The task has written nothing."));
}

static void
show_task (SyOutputPane *self, guint32 task, guint32 chosen)
{
  const SyTaskState *state = self->model != NULL && task != SY_NO_TASK ? sy_run_model_get_task (self->model, task) : NULL;
  guint32 newest = state != NULL ? state->attempt : 0, attempt = chosen > 0 ? MIN (chosen, newest) : newest;

  if (self->task == task && self->attempt == attempt)
    return;
  self->task = task;
  self->attempt = attempt;
  self->chosen = chosen < newest ? chosen : 0;
  self->number = state != NULL ? sy_run_model_get_workflow (self->model)->tasks[task].number : 0;
  g_clear_handle_id (&self->timer, g_source_remove);
  sy_text_pane_set_model (self->pane, NULL, FALSE);
  say_which (self);
  open_text (self);
}

static void
on_focus (SyOutputPane *self)
{
  guint32 task = sy_session_get_focus (self->session);

  show_task (self, task, task == self->task ? self->chosen : 0);
}

static void
on_changed (SyOutputPane *self, GArray *tasks)
{
  for (guint i = 0; i < tasks->len; i++)
    if (g_array_index (tasks, guint32, i) == self->task)
      {
        SyTextModel *text;

        show_task (self, self->task, self->chosen);
        text = sy_text_pane_get_model (self->pane);
        if (text != NULL)
          sy_text_model_refresh (text);
        update_timer (self);
      }
}

static void
on_model (SyOutputPane *self)
{
  SyRunModel *model = sy_session_get_model (self->session);

  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_set_object (&self->model, model);
  self->task = SY_NO_TASK;
  self->attempt = G_MAXUINT32;
  if (model != NULL)
    {
      g_signal_connect_swapped (model, "changed", G_CALLBACK (on_changed), self);
      g_signal_connect_swapped (model, "run-changed", G_CALLBACK (show_instant), self);
    }
  show_task (self, sy_session_get_focus (self->session), 0);
}

void
sy_output_pane_set_active (SyOutputPane *self, gboolean active)
{
  g_return_if_fail (SY_IS_OUTPUT_PANE (self));
  self->active = active;
  open_text (self);
  update_timer (self);
}

void
sy_output_pane_go_to_error (SyOutputPane *self, guint32 task)
{
  g_return_if_fail (SY_IS_OUTPUT_PANE (self));
  self->wants_error = TRUE;
  show_task (self, task, 0);
  if (self->wants_error && sy_text_pane_get_model (self->pane) != NULL)
    {
      sy_text_pane_go_to_error (self->pane);
      self->wants_error = FALSE;
    }
}

void
sy_output_pane_show_attempt (SyOutputPane *self, guint32 task, guint32 attempt)
{
  g_return_if_fail (SY_IS_OUTPUT_PANE (self));
  show_task (self, task, attempt);
}

SyTextPane *
sy_output_pane_get_text (SyOutputPane *self)
{
  g_return_val_if_fail (SY_IS_OUTPUT_PANE (self), NULL);
  return self->pane;
}

/* --- life --- */

static void
on_say (SyOutputPane *self, const char *text)
{
  sy_session_set_status (self->session, "%s", text);
}

static void
sy_output_pane_dispose (GObject *object)
{
  SyOutputPane *self = SY_OUTPUT_PANE (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_clear_object (&self->model);
  if (self->pane != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->pane));
  self->pane = NULL;
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sy_output_pane_parent_class)->dispose (object);
}

static void
sy_output_pane_class_init (SyOutputPaneClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sy_output_pane_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
sy_output_pane_init (SyOutputPane *self)
{
  self->task = SY_NO_TASK;
  self->pane = SY_TEXT_PANE (sy_text_pane_new ());
  gtk_widget_set_parent (GTK_WIDGET (self->pane), GTK_WIDGET (self));
  g_signal_connect_swapped (self->pane, "say", G_CALLBACK (on_say), self);
}

GtkWidget *
sy_output_pane_new (SySession *session)
{
  SyOutputPane *self = g_object_new (SY_TYPE_OUTPUT_PANE, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "notify::model", G_CALLBACK (on_model), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::focus", G_CALLBACK (on_focus), self, G_CONNECT_SWAPPED);
  on_model (self);
  return GTK_WIDGET (self);
}
