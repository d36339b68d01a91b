/* sy-output-pane.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-output-pane.h"

#include "core/model/sy-words.h"
#include "views/sy-output-view.h"

#include <glib/gi18n.h>

#define CHUNK (1024 * 1024)
#define FIRST_CHUNK (64 * 1024)
#define LIVE_MS 250

struct _SyOutputPane
{
  GtkWidget parent;

  SySession *session;   /* (owned) */
  SyRunModel *model;    /* (owned) (nullable) */
  SyOutputText text;
  guint32 task, number, attempt;        /* shown; SY_NO_TASK = none */
  guint serial;
  guint timer;
  gboolean active, reading, wants_error;

  /* template */
  GtkLabel *title, *facts;
  GtkWidget *follow, *wrap, *search, *empty;
  GtkSearchBar *search_bar;
  GtkEditable *entry;
  GtkStack *stack;
  GtkBox *view_box;
  GtkWidget *view;
};

G_DEFINE_FINAL_TYPE (SyOutputPane, sy_output_pane, GTK_TYPE_WIDGET)

static void read_more (SyOutputPane *self);

/* --- reading --- */

static gboolean
is_running (SyOutputPane *self)
{
  return self->model != NULL && self->task != SY_NO_TASK && sy_run_model_get_task (self->model, self->task)->state == SY_STATE_RUNNING;
}

static gboolean
on_timer (gpointer data)
{
  SyOutputPane *self = data;

  self->timer = 0;
  read_more (self);
  return G_SOURCE_REMOVE;
}

static void
show_facts (SyOutputPane *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (self->attempt > 0)
    g_string_append_printf (text, _("attempt %u"), self->attempt);
  if (self->text.total > 0)
    {
      g_string_append (text, " · ");
      sy_words_size (text, self->text.total);
    }
  gtk_label_set_text (self->facts, text->str);
  gtk_stack_set_visible_child_name (self->stack, sy_output_text_get_n_lines (&self->text) > 0 ? "text" : "empty");
}

static void
place (SyOutputPane *self)
{
  guint line;

  if (self->wants_error && (line = sy_output_text_find_error (&self->text)) != G_MAXUINT)
    {
      sy_output_view_mark (SY_OUTPUT_VIEW (self->view), line);
      self->wants_error = FALSE;
    }
  else if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->follow)))
    sy_output_view_scroll_to_end (SY_OUTPUT_VIEW (self->view));
}

typedef struct { GWeakRef pane; guint serial; } Asked;

static void
on_output (const SyOutputChunk *chunk, const GError *error, gpointer data)
{
  Asked *asked = data;
  g_autoptr (SyOutputPane) self = g_weak_ref_get (&asked->pane);
  guint64 before;

  if (self != NULL && self->serial == asked->serial)
    {
      self->reading = FALSE;
      before = self->text.next;
      if (chunk != NULL)
        sy_output_text_add (&self->text, chunk);
      sy_output_view_text_changed (SY_OUTPUT_VIEW (self->view));
      show_facts (self);
      if (self->text.next != before || chunk == NULL)
        place (self);
      if (chunk != NULL && self->text.next < self->text.total && self->text.next != before)
        read_more (self);
      else if (is_running (self) && self->timer == 0)
        self->timer = g_timeout_add (LIVE_MS, on_timer, self);
    }
  g_weak_ref_clear (&asked->pane);
  g_free (asked);
}

static void
read_more (SyOutputPane *self)
{
  SyController *controller = sy_session_get_controller (self->session);
  Asked *asked;

  if (!self->active || self->reading || self->attempt == 0)
    return;
  asked = g_new0 (Asked, 1);
  g_weak_ref_init (&asked->pane, self);
  asked->serial = self->serial;
  self->reading = TRUE;
  controller->read_output (controller, self->number, self->attempt, FALSE, self->text.next,
                           self->text.next == 0 ? FIRST_CHUNK : CHUNK, on_output, asked);
}

/* --- which task --- */

static void
show_task (SyOutputPane *self, guint32 task)
{
  const SyTaskState *state = self->model != NULL && task != SY_NO_TASK ? sy_run_model_get_task (self->model, task) : NULL;
  guint32 attempt = state != NULL ? state->attempt : 0;

  if (self->task == task && self->attempt == attempt)
    return;
  self->task = task;
  self->attempt = attempt;
  self->number = state != NULL ? sy_run_model_get_workflow (self->model)->tasks[task].number : 0;
  self->serial++;
  self->reading = FALSE;
  g_clear_handle_id (&self->timer, g_source_remove);
  sy_output_text_reset (&self->text);
  sy_output_view_mark (SY_OUTPUT_VIEW (self->view), G_MAXUINT);
  sy_output_view_text_changed (SY_OUTPUT_VIEW (self->view));
  gtk_label_set_text (self->title, state != NULL ? sy_run_model_get_workflow (self->model)->tasks[task].id : _("Output"));
  gtk_label_set_text (GTK_LABEL (self->empty), state == NULL   ? _("Select a task to see its output.")
                                               : attempt == 0 ? _("The task has not been started.")
                                                              : _("The task has written nothing."));
  show_facts (self);
  read_more (self);
}

static void
on_focus (SyOutputPane *self)
{
  show_task (self, sy_session_get_focus (self->session));
}

static void
on_changed (SyOutputPane *self, GArray *tasks)
{
  for (guint i = 0; i < tasks->len; i++)
    if (g_array_index (tasks, guint32, i) == self->task)
      {
        show_task (self, self->task);
        read_more (self);
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
    g_signal_connect_swapped (model, "changed", G_CALLBACK (on_changed), self);
  show_task (self, sy_session_get_focus (self->session));
}

void
sy_output_pane_set_active (SyOutputPane *self, gboolean active)
{
  g_return_if_fail (SY_IS_OUTPUT_PANE (self));
  self->active = active;
  read_more (self);
}

void
sy_output_pane_go_to_error (SyOutputPane *self, guint32 task)
{
  g_return_if_fail (SY_IS_OUTPUT_PANE (self));
  show_task (self, task);
  self->wants_error = TRUE;
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->follow), FALSE);
  place (self);
}

/* --- its buttons --- */

static void
on_follow (SyOutputPane *self)
{
  if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->follow)))
    sy_output_view_scroll_to_end (SY_OUTPUT_VIEW (self->view));
}

static void
on_wrap (SyOutputPane *self)
{
  sy_output_view_set_wrap (SY_OUTPUT_VIEW (self->view), gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->wrap)));
}

static void
on_first_error (SyOutputPane *self)
{
  guint line = sy_output_text_find_error (&self->text);

  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->follow), FALSE);
  if (line == G_MAXUINT)
    sy_session_set_status (self->session, _("No line of this output reads like an error"));
  sy_output_view_mark (SY_OUTPUT_VIEW (self->view), line);
}

static void
search (SyOutputPane *self, guint from, gboolean backward)
{
  const char *needle = gtk_editable_get_text (self->entry);
  guint line = sy_output_text_get_n_lines (&self->text) > 0 ? sy_output_text_find (&self->text, needle, from, backward) : G_MAXUINT;

  if (*needle != '\0' && line == G_MAXUINT)
    {
      gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
      sy_session_set_status (self->session, _("“%s” is not in this output"), needle);
    }
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
  if (line != G_MAXUINT)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->follow), FALSE);
  sy_output_view_mark (SY_OUTPUT_VIEW (self->view), line);
}

static void
on_search_changed (SyOutputPane *self)
{
  guint n = sy_output_text_get_n_lines (&self->text);

  search (self, n > 0 ? n - 1 : 0, FALSE);
}

static void
on_search_next (SyOutputPane *self)
{
  guint marked = sy_output_view_get_marked (SY_OUTPUT_VIEW (self->view));

  search (self, marked != G_MAXUINT ? marked : 0, FALSE);
}

static void
on_search_previous (SyOutputPane *self)
{
  guint marked = sy_output_view_get_marked (SY_OUTPUT_VIEW (self->view));

  search (self, marked != G_MAXUINT ? marked : 0, TRUE);
}

static void
on_scrolled (SyOutputPane *self)
{
  GtkAdjustment *lines = sy_output_view_get_adjustment (SY_OUTPUT_VIEW (self->view));
  gboolean at_end = gtk_adjustment_get_value (lines) + gtk_adjustment_get_page_size (lines) >= gtk_adjustment_get_upper (lines);

  if (!at_end)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->follow), FALSE);
}

/* --- life --- */

static void
sy_output_pane_dispose (GObject *object)
{
  SyOutputPane *self = SY_OUTPUT_PANE (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  self->serial++;
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_clear_object (&self->model);
  gtk_widget_dispose_template (GTK_WIDGET (self), SY_TYPE_OUTPUT_PANE);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sy_output_pane_parent_class)->dispose (object);
}

static void
sy_output_pane_finalize (GObject *object)
{
  sy_output_text_clear (&SY_OUTPUT_PANE (object)->text);
  G_OBJECT_CLASS (sy_output_pane_parent_class)->finalize (object);
}

#define BIND(name) gtk_widget_class_bind_template_child (widget_class, SyOutputPane, name)

static void
sy_output_pane_class_init (SyOutputPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sy_output_pane_dispose;
  G_OBJECT_CLASS (klass)->finalize = sy_output_pane_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/switchyard/Switchyard/ui/output-pane.ui");
  BIND (title);
  BIND (facts);
  BIND (follow);
  BIND (wrap);
  BIND (search);
  BIND (empty);
  BIND (search_bar);
  BIND (entry);
  BIND (stack);
  BIND (view_box);
  gtk_widget_class_bind_template_callback (widget_class, on_follow);
  gtk_widget_class_bind_template_callback (widget_class, on_wrap);
  gtk_widget_class_bind_template_callback (widget_class, on_first_error);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_search_next);
  gtk_widget_class_bind_template_callback (widget_class, on_search_previous);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "outputpane");
}

static void
sy_output_pane_init (SyOutputPane *self)
{
  GtkWidget *bar;

  sy_output_text_init (&self->text);
  self->task = SY_NO_TASK;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->view = sy_output_view_new (&self->text);
  bar = gtk_scrollbar_new (GTK_ORIENTATION_VERTICAL, sy_output_view_get_adjustment (SY_OUTPUT_VIEW (self->view)));
  gtk_box_append (self->view_box, self->view);
  gtk_box_append (self->view_box, bar);
  g_signal_connect_swapped (self->view, "scrolled", G_CALLBACK (on_scrolled), self);
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
