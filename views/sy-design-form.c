/* sy-design-form.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-design-form.h"

#include "views/sy-form-section.h"
#include "views/sy-state-icon.h"

#include <glib/gi18n.h>
#include <string.h>

struct _SyDesignForm
{
  GtkWidget parent;

  SySession *session;   /* (owned) (nullable) once disposed */
  SyDesign *design;     /* (owned) (nullable) */
  char *task;           /* (nullable) id of what is shown; NULL: the workflow */
  SyFormSection *section; /* (owned) (nullable) */
  guint idle;
  GtkWidget *wanted;    /* (nullable) weak: gets the keyboard when it has its place */
  guint frames;         /* until then */
  guint tick;
  GtkLabel *title, *subtitle;
  GtkBox *box;
};

G_DEFINE_FINAL_TYPE (SyDesignForm, sy_design_form, GTK_TYPE_WIDGET)

static SyDesigner *
designer_of (SyDesignForm *self)
{
  return self->design != NULL ? sy_design_get_designer (self->design) : NULL;
}

static void
clear (SyDesignForm *self)
{
  GtkWidget *child;

  g_clear_handle_id (&self->idle, g_source_remove);
  g_clear_object (&self->section);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->box))) != NULL)
    gtk_box_remove (self->box, child);
}

/* --- what is shown --- */

/* (nullable): id of the task with the focus, as far as the text has it */
static const char *
focused_task (SyDesignForm *self)
{
  const SyWorkflow *workflow = sy_run_model_get_workflow (sy_design_get_model (self->design));
  guint32 task = sy_session_get_focus (self->session);

  return task < workflow->n_tasks ? workflow->tasks[task].id : NULL;
}

/* What became of it in the run that was looked at before. (transfer full): "Task" where there is nothing to tell */
static char *
task_words (SyDesignForm *self)
{
  const SyWorkflow *workflow = sy_run_model_get_workflow (sy_design_get_model (self->design));
  guint32 index = sy_workflow_find (workflow, self->task);
  const SyTaskState *state = NULL;
  SyLastRun last = index != SY_NO_TASK ? sy_design_get_last (self->design, &workflow->tasks[index], &state) : SY_LAST_NONE;

  if (last == SY_LAST_NONE)
    return g_strdup (_("Task"));
  return g_strdup_printf (last == SY_LAST_SAME ? _("Last run: %s") : _("Last run: %s; the command has changed since"),
                          sy_state_words ((SyState) state->state));
}

static void
say_title (SyDesignForm *self)
{
  const SyDesignProblem *problem = self->task != NULL ? sy_design_find_problem (self->design, self->task) : NULL;
  const char *name = sy_design_get_name (self->design);
  g_autofree char *words = self->task != NULL ? task_words (self) : NULL;

  gtk_label_set_text (self->title, self->task != NULL ? self->task : name);
  gtk_label_set_text (self->subtitle, problem != NULL ? problem->message : words != NULL ? words : _("Workflow"));
  if (problem != NULL && problem->is_error)
    gtk_widget_add_css_class (GTK_WIDGET (self->subtitle), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->subtitle), "error");
}

/* From task to task the rows stay. FALSE: another form is needed */
static gboolean
move_to (SyDesignForm *self, const char *task)
{
  const char *const path[] = { "tasks", task, NULL };
  const SyWorkflow *workflow = sy_run_model_get_workflow (sy_design_get_model (self->design));
  gboolean renamed = self->task != NULL && sy_workflow_find (workflow, self->task) == SY_NO_TASK;

  if (self->section == NULL || self->task == NULL || task == NULL || !sy_form_section_move (self->section, sy_form_scope_new (path, NULL), !renamed))
    return FALSE;
  g_free (self->task);
  self->task = g_strdup (task);
  say_title (self);
  return TRUE;
}

static void
rebuild (SyDesignForm *self, const char *task)
{
  SyDesigner *designer = designer_of (self);
  const char *const path[] = { "tasks", task, NULL };
  SyFormScope *scope;

  if (designer == NULL || move_to (self, task))
    return;
  clear (self);
  g_free (self->task);
  self->task = g_strdup (task);
  scope = task != NULL ? sy_form_scope_new (path, NULL) : sy_form_scope_new (path + 2, _("the workflow"));
  self->section = sy_form_section_new (self->design, self->box, designer->get_table (designer, task != NULL ? "task" : "file"), scope, 0, TRUE);
  say_title (self);
}

/* What was typed for a task that is gone has no place any more. */
static void
follow_focus (SyDesignForm *self)
{
  const SyWorkflow *workflow = sy_run_model_get_workflow (sy_design_get_model (self->design));
  const char *task = focused_task (self);

  if (self->section != NULL && g_strcmp0 (task, self->task) == 0)
    return;
  if (self->task == NULL || sy_workflow_find (workflow, self->task) != SY_NO_TASK)
    sy_design_form_flush (self);
  rebuild (self, task);
}

static gboolean
on_idle (gpointer data)
{
  SyDesignForm *self = data;

  self->idle = 0;
  if (designer_of (self) != NULL)
    follow_focus (self);
  return G_SOURCE_REMOVE;
}

/* Not at once: with another revision the focus goes and comes back. */
static void
on_focus (SyDesignForm *self)
{
  if (self->idle == 0 && designer_of (self) != NULL)
    self->idle = g_idle_add (on_idle, self);
}

/* A text that is no YAML just now has no values: the rows stay as they are. */
static void
on_changed (SyDesignForm *self)
{
  const char *task = self->design != NULL ? focused_task (self) : NULL;

  if (self->design == NULL || sy_design_get_revision (self->design)->workflow == NULL)
    return;
  if (self->section == NULL || g_strcmp0 (task, self->task) != 0)
    {
      follow_focus (self);
      return;
    }
  sy_form_section_update (self->section);
  say_title (self);
}

/* What is given the keyboard before it has a place is not scrolled to. */
static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  SyDesignForm *self = SY_DESIGN_FORM (widget);

  if (--self->frames > 0)
    return G_SOURCE_CONTINUE;
  self->tick = 0;
  if (self->wanted != NULL)
    gtk_widget_grab_focus (self->wanted);
  g_clear_weak_pointer (&self->wanted);
  return G_SOURCE_REMOVE;
}

/* Of the workflow, whatever was shown */
static void
on_field_wanted (SyDesign *design, const char *const *path, SyDesignForm *self)
{
  if (designer_of (self) == NULL)
    return;
  sy_design_form_flush (self);
  sy_session_clear_selection (self->session);
  sy_session_set_focus (self->session, SY_NO_TASK);
  if (self->task != NULL || self->section == NULL)
    rebuild (self, NULL);
  g_set_weak_pointer (&self->wanted, sy_form_section_reveal (self->section, path));
  self->frames = 3;
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_tick, NULL, NULL);
}

static void
on_design (SyDesignForm *self)
{
  SyDesign *design = sy_session_get_design (self->session);

  if (design == self->design)
    return;
  if (self->design != NULL)
    {
      sy_design_form_flush (self);
      g_signal_handlers_disconnect_by_data (self->design, self);
    }
  clear (self);
  g_set_object (&self->design, design);
  if (design == NULL)
    return;
  g_signal_connect_object (design, "changed", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (design, "field-wanted", G_CALLBACK (on_field_wanted), self, 0);
  rebuild (self, focused_task (self));
}

void
sy_design_form_flush (SyDesignForm *self)
{
  g_return_if_fail (SY_IS_DESIGN_FORM (self));
  if (designer_of (self) != NULL && self->section != NULL)
    sy_form_section_flush (self->section);
}

/* --- life --- */

static void
sy_design_form_dispose (GObject *object)
{
  SyDesignForm *self = SY_DESIGN_FORM (object);
  GtkWidget *child;

  g_clear_handle_id (&self->idle, g_source_remove);
  g_clear_weak_pointer (&self->wanted);
  g_clear_object (&self->section);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->design);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sy_design_form_parent_class)->dispose (object);
}

static void
sy_design_form_finalize (GObject *object)
{
  SyDesignForm *self = SY_DESIGN_FORM (object);

  g_free (self->task);
  G_OBJECT_CLASS (sy_design_form_parent_class)->finalize (object);
}

static void
sy_design_form_class_init (SyDesignFormClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sy_design_form_dispose;
  G_OBJECT_CLASS (klass)->finalize = sy_design_form_finalize;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "designform");
}

static void
sy_design_form_init (SyDesignForm *self)
{
  GtkWidget *scrolled = gtk_scrolled_window_new (), *all = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);

  self->title = GTK_LABEL (gtk_label_new (NULL));
  self->subtitle = GTK_LABEL (gtk_label_new (NULL));
  self->box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 14));
  gtk_label_set_xalign (self->title, 0);
  gtk_label_set_ellipsize (self->title, PANGO_ELLIPSIZE_MIDDLE);
  gtk_widget_add_css_class (GTK_WIDGET (self->title), "title-3");
  gtk_label_set_xalign (self->subtitle, 0);
  gtk_label_set_wrap (self->subtitle, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->subtitle), "caption");
  gtk_widget_set_margin_top (GTK_WIDGET (self->box), 10);
  gtk_box_append (GTK_BOX (all), GTK_WIDGET (self->title));
  gtk_box_append (GTK_BOX (all), GTK_WIDGET (self->subtitle));
  gtk_box_append (GTK_BOX (all), GTK_WIDGET (self->box));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), all);
  gtk_widget_set_parent (scrolled, GTK_WIDGET (self));
}

GtkWidget *
sy_design_form_new (SySession *session)
{
  SyDesignForm *self = g_object_new (SY_TYPE_DESIGN_FORM, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "notify::design", G_CALLBACK (on_design), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::focus", G_CALLBACK (on_focus), self, G_CONNECT_SWAPPED);
  on_design (self);
  return GTK_WIDGET (self);
}
