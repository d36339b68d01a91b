/* sy-design-form.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-design-form.h"

#include "views/sy-form-row.h"
#include "views/sy-state-icon.h"

#include <glib/gi18n.h>
#include <string.h>

struct _SyDesignForm
{
  GtkWidget parent;

  SySession *session;   /* (owned) (nullable) once disposed */
  SyDesign *design;     /* (owned) (nullable) */
  char *task;           /* (nullable) id of what is shown; NULL: the workflow */
  GPtrArray *items;     /* (owned) (nullable) of SyFormItem */
  GPtrArray *rows;      /* of SyFormRow, borrowed from the box */
  guint idle;
  GtkLabel *title, *subtitle;
  GtkBox *box;
};

G_DEFINE_FINAL_TYPE (SyDesignForm, sy_design_form, GTK_TYPE_WIDGET)

static SyDesigner *
designer_of (SyDesignForm *self)
{
  return self->design != NULL ? sy_design_get_designer (self->design) : NULL;
}

static SyChangeValue *
value_of (SyDesignForm *self, const SyFormItem *item)
{
  SyDesigner *designer = designer_of (self);
  g_auto (GStrv) path = sy_form_get_path (item, self->task, TRUE);

  return designer == NULL ? NULL : designer->get_value (designer, (const char *const *) path);
}

/* --- rows --- */

static gboolean
check (const SyField *field, const char *text, gpointer data, GError **error)
{
  SyDesigner *designer = designer_of (data);

  return designer == NULL || designer->check_value (designer, field, text, error);
}

static GPtrArray *
complete (const char *text, gsize offset, gsize *start, gpointer data)
{
  GtkWidget *form = gtk_widget_get_ancestor (data, SY_TYPE_DESIGN_FORM);
  SyDesignForm *self = form != NULL ? SY_DESIGN_FORM (form) : NULL;

  if (self == NULL || self->design == NULL)
    return NULL;
  return sy_complete_field (sy_form_row_get_item (data)->field, text, offset, sy_run_model_get_workflow (sy_design_get_model (self->design)),
                            self->task, start);
}

static void
on_commit (SyFormRow *row, const char *text, SyDesignForm *self)
{
  g_autoptr (SyChangeValue) value = value_of (self, sy_form_row_get_item (row));
  SyChange *change = designer_of (self) != NULL ? sy_form_change (sy_form_row_get_item (row), self->task, value, text) : NULL;

  if (change != NULL)
    sy_design_apply (self->design, change);
}

/* The line of the key; where it does not stand yet, that of the task or the first */
static void
on_open_file (SyFormRow *row, SyDesignForm *self)
{
  SyDesigner *designer = designer_of (self);
  g_auto (GStrv) path = sy_form_get_path (sy_form_row_get_item (row), self->task, FALSE);
  const char *text;
  gsize start = 0, end;
  guint line = 1;

  if (designer == NULL)
    return;
  text = g_bytes_get_data (sy_design_get_revision (self->design)->text, NULL);
  if (!designer->get_range (designer, (const char *const *) path, &start, &end))
    start = 0;
  for (gsize i = 0; i < start; i++)
    line += text[i] == '\n';
  gtk_widget_activate_action (GTK_WIDGET (self), "win.go-to-line", "u", line);
}

static gboolean
show_value (SyDesignForm *self, SyFormRow *row)
{
  g_autoptr (SyChangeValue) value = value_of (self, sy_form_row_get_item (row));
  gboolean editable;
  g_autofree char *text = sy_form_get_text (sy_form_row_get_item (row), value, &editable);

  sy_form_row_set_text (row, text, editable);
  return text != NULL;
}

static GtkWidget *
add_group (SyDesignForm *self, guint group, GtkWidget **box)
{
  GtkWidget *expander = gtk_expander_new (sy_form_group_title (group));

  *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 14);
  gtk_expander_set_child (GTK_EXPANDER (expander), *box);
  gtk_box_append (self->box, expander);
  return expander;
}

static GtkWidget *
add_row (SyDesignForm *self, const SyFormItem *item)
{
  GtkWidget *row = sy_form_row_new (item);

  sy_form_row_set_check (SY_FORM_ROW (row), check, self);
  sy_form_row_set_completion (SY_FORM_ROW (row), complete, row);
  g_signal_connect_object (row, "commit", G_CALLBACK (on_commit), self, 0);
  g_signal_connect_object (row, "open-file", G_CALLBACK (on_open_file), self, 0);
  g_ptr_array_add (self->rows, row);
  return row;
}

/* Open are the first group and those in which something is set. */
static void
add_rows (SyDesignForm *self)
{
  GtkWidget *expander = NULL, *box = NULL;
  guint group = G_MAXUINT;

  for (guint i = 0; i < self->items->len; i++)
    {
      const SyFormItem *item = g_ptr_array_index (self->items, i);
      GtkWidget *row = add_row (self, item);

      if (item->group != group)
        expander = add_group (self, item->group, &box);
      group = item->group;
      gtk_box_append (GTK_BOX (box), row);
      if (show_value (self, SY_FORM_ROW (row)) || group == 0)
        gtk_expander_set_expanded (GTK_EXPANDER (expander), TRUE);
    }
}

static void
clear (SyDesignForm *self)
{
  GtkWidget *child;

  g_clear_handle_id (&self->idle, g_source_remove);
  g_ptr_array_set_size (self->rows, 0);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->box))) != NULL)
    gtk_box_remove (self->box, child);
  g_clear_pointer (&self->items, g_ptr_array_unref);
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

static void
rebuild (SyDesignForm *self, const char *task)
{
  SyDesigner *designer = designer_of (self);

  if (designer == NULL)
    return;
  clear (self);
  g_free (self->task);
  self->task = g_strdup (task);
  self->items = sy_form_describe (designer->get_table (designer, task != NULL ? "task" : "file"));
  add_rows (self);
  say_title (self);
}

/* What was typed for a task that is gone has no place any more. */
static void
follow_focus (SyDesignForm *self)
{
  const SyWorkflow *workflow = sy_run_model_get_workflow (sy_design_get_model (self->design));
  const char *task = focused_task (self);

  if (self->items != NULL && g_strcmp0 (task, self->task) == 0)
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
  if (self->items == NULL || g_strcmp0 (task, self->task) != 0)
    {
      follow_focus (self);
      return;
    }
  for (guint i = 0; i < self->rows->len; i++)
    show_value (self, g_ptr_array_index (self->rows, i));
  say_title (self);
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
  rebuild (self, focused_task (self));
}

void
sy_design_form_flush (SyDesignForm *self)
{
  g_return_if_fail (SY_IS_DESIGN_FORM (self));
  for (guint i = 0; designer_of (self) != NULL && i < self->rows->len; i++)
    sy_form_row_commit (g_ptr_array_index (self->rows, i));
}

/* --- life --- */

static void
sy_design_form_dispose (GObject *object)
{
  SyDesignForm *self = SY_DESIGN_FORM (object);
  GtkWidget *child;

  g_clear_handle_id (&self->idle, g_source_remove);
  g_ptr_array_set_size (self->rows, 0);
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

  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_ptr_array_unref (self->rows);
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

  self->rows = g_ptr_array_new ();
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
