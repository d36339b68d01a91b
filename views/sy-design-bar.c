/* sy-design-bar.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-design-bar.h"

#include "views/sy-design-layer.h"

#include "views/sy-problem-words.h"

#include <glib/gi18n.h>

#define WIDEST 36     /* characters: a wider row would be measured lower than it is then */
#define MOST_ROWS 200

struct _SyDesignBar
{
  GtkWidget parent;

  SySession *session;   /* (owned) */
  SyDesign *design;     /* (owned) (nullable) */
  GtkLabel *name, *facts;
  GtkWidget *problems;  /* GtkMenuButton */
  GtkListBox *list;
  GtkWidget *undo, *redo;
  GtkWidget *more;      /* GtkMenuButton: what else can be added */
};

G_DEFINE_FINAL_TYPE (SyDesignBar, sy_design_bar, GTK_TYPE_WIDGET)

/* --- problems --- */

/* The problem's own way out, as one step of history */
static void
on_fix (GtkButton *button, SyDesignBar *self)
{
  guint index = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "index"));
  const SyDesignRevision *revision = self->design != NULL ? sy_design_get_revision (self->design) : NULL;
  const SyDesignProblem *problem = revision != NULL && index < revision->problems->len ? g_ptr_array_index (revision->problems, index) : NULL;
  g_autofree char *name = NULL;
  SyChange *change;

  gtk_menu_button_popdown (GTK_MENU_BUTTON (self->problems));
  if (problem == NULL || problem->fix_text == NULL || sy_design_is_busy (self->design))
    return;
  name = g_strdup_printf (_("Mend: %s"), problem->message);
  change = sy_change_new (name);
  sy_change_replace_bytes (change, problem->fix_start, problem->fix_end, problem->fix_text);
  sy_design_apply (self->design, change);
}

static void
on_silence (GtkButton *button, SyDesignBar *self)
{
  guint index = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "index"));
  const SyDesignRevision *revision = self->design != NULL ? sy_design_get_revision (self->design) : NULL;

  gtk_menu_button_popdown (GTK_MENU_BUTTON (self->problems));
  if (revision != NULL && index < revision->problems->len)
    sy_problem_silence (self->design, g_ptr_array_index (revision->problems, index));
}

static GtkWidget *
make_button (SyDesignBar *self, guint index, const char *label, GCallback clicked)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "chip");
  g_object_set_data (G_OBJECT (button), "index", GUINT_TO_POINTER (index));
  g_signal_connect (button, "clicked", clicked, self);
  return button;
}

static GtkWidget *
make_row (SyDesignBar *self, guint index, const SyDesignProblem *problem)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8), *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *icon = gtk_image_new_from_icon_name (problem->is_error ? "dialog-error-symbolic" : "dialog-information-symbolic");
  g_autofree char *text = problem->task != NULL ? g_strdup_printf ("%s: %s", problem->task, problem->message) : g_strdup (problem->message);
  GtkWidget *label = gtk_label_new (text);

  if (problem->is_error)
    gtk_widget_add_css_class (icon, "error");
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), WIDEST);
  gtk_box_append (GTK_BOX (words), label);
  if (problem->hint != NULL)
    {
      GtkWidget *hint = gtk_label_new (problem->hint);

      gtk_label_set_xalign (GTK_LABEL (hint), 0);
      gtk_label_set_wrap (GTK_LABEL (hint), TRUE);
      gtk_label_set_max_width_chars (GTK_LABEL (hint), WIDEST);
      gtk_widget_add_css_class (hint, "dim-label");
      gtk_widget_add_css_class (hint, "caption");
      gtk_box_append (GTK_BOX (words), hint);
    }
  gtk_box_append (GTK_BOX (row), icon);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (row), words);
  if (problem->fix_text != NULL)
    gtk_box_append (GTK_BOX (row), make_button (self, index, _("Fix"), G_CALLBACK (on_fix)));
  if (sy_problem_can_silence (problem))
    gtk_box_append (GTK_BOX (row), make_button (self, index, _("Silence"), G_CALLBACK (on_silence)));
  return row;
}

static void
fill_problems (SyDesignBar *self)
{
  const SyDesignRevision *revision = sy_design_get_revision (self->design);

  while (gtk_list_box_get_row_at_index (self->list, 0) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (gtk_list_box_get_row_at_index (self->list, 0)));
  for (guint i = 0; i < MIN (revision->problems->len, MOST_ROWS); i++)
    gtk_list_box_append (self->list, make_row (self, i, g_ptr_array_index (revision->problems, i)));
}

/* To the task where there is one, else to the line */
static void
on_row (GtkListBox *list, GtkListBoxRow *row, SyDesignBar *self)
{
  const SyDesignRevision *revision = self->design != NULL ? sy_design_get_revision (self->design) : NULL;
  guint index = (guint) gtk_list_box_row_get_index (row);
  const SyDesignProblem *problem = revision != NULL && index < revision->problems->len ? g_ptr_array_index (revision->problems, index) : NULL;
  const SyWorkflow *workflow = self->design != NULL ? sy_run_model_get_workflow (sy_design_get_model (self->design)) : NULL;
  guint32 task = problem != NULL && problem->task != NULL ? sy_workflow_find (workflow, problem->task) : SY_NO_TASK;

  gtk_menu_button_popdown (GTK_MENU_BUTTON (self->problems));
  if (task != SY_NO_TASK)
    {
      sy_session_select (self->session, task, FALSE);
      sy_session_reveal (self->session, task);
    }
  else if (problem != NULL && problem->line > 0)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.go-to-line", "u", problem->line);
}

static void
update_problems (SyDesignBar *self, const SyDesignRevision *revision)
{
  guint hints = revision->problems->len - MIN (revision->n_errors, revision->problems->len);
  g_autofree char *text = revision->n_errors > 0 ? g_strdup_printf (ngettext ("%u error", "%u errors", revision->n_errors), revision->n_errors)
                                                 : g_strdup_printf (ngettext ("%u hint", "%u hints", hints), hints);

  gtk_widget_set_visible (self->problems, revision->problems->len > 0 && !sy_design_is_blank (self->design));
  gtk_menu_button_set_label (GTK_MENU_BUTTON (self->problems), text);
  if (revision->n_errors > 0)
    gtk_widget_add_css_class (self->problems, "error");
  else
    gtk_widget_remove_css_class (self->problems, "error");
  fill_problems (self);
}

/* --- the rest --- */

static void
say_step (GtkWidget *button, const char *what, const char *name)
{
  g_autofree char *text = name != NULL ? g_strdup_printf ("%s: %s", what, name) : g_strdup (what);

  gtk_widget_set_tooltip_text (button, text);
}

static void
update (SyDesignBar *self)
{
  const SyDesignRevision *revision;

  gtk_widget_set_visible (GTK_WIDGET (self), self->design != NULL);
  if (self->design == NULL)
    return;
  revision = sy_design_get_revision (self->design);
  gtk_label_set_text (self->name, sy_design_get_name (self->design));
  gtk_label_set_text (self->facts, revision->path == NULL  ? _("New, not saved yet")
                                   : revision->is_saved    ? _("Saved")
                                                           : _("Unsaved changes"));
  update_problems (self, revision);
  say_step (self->undo, _("Undo"), revision->undo);
  say_step (self->redo, _("Redo"), revision->redo);
}

static void
on_design (SyDesignBar *self)
{
  SyDesign *design = sy_session_get_design (self->session);

  if (self->design != NULL)
    g_signal_handlers_disconnect_by_data (self->design, self);
  g_set_object (&self->design, design);
  if (design != NULL)
    {
      g_autoptr (GMenuModel) menu = sy_design_add_menu (sy_design_get_designer (design));

      gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->more), menu);
      sy_design_add_menu_fill (GTK_POPOVER_MENU (gtk_menu_button_get_popover (GTK_MENU_BUTTON (self->more))), sy_design_get_designer (design));
    }
  if (design != NULL)
    g_signal_connect_object (design, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

static void
sy_design_bar_dispose (GObject *object)
{
  SyDesignBar *self = SY_DESIGN_BAR (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  g_clear_object (&self->design);
  g_clear_object (&self->session);
  g_clear_pointer (&child, gtk_widget_unparent);
  G_OBJECT_CLASS (sy_design_bar_parent_class)->dispose (object);
}

static void
sy_design_bar_class_init (SyDesignBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sy_design_bar_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "designbar");
}

static GtkWidget *
add_button (GtkWidget *box, const char *label, const char *icon, const char *action, const char *tooltip)
{
  GtkWidget *button = icon != NULL ? gtk_button_new_from_icon_name (icon) : gtk_button_new_with_label (label);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "chip");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_box_append (GTK_BOX (box), button);
  return button;
}

static void
add_problems (SyDesignBar *self, GtkWidget *box)
{
  GtkWidget *popover = gtk_popover_new (), *scroll = gtk_scrolled_window_new (), *list = gtk_list_box_new ();

  self->list = GTK_LIST_BOX (list);
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  g_signal_connect (list, "row-activated", G_CALLBACK (on_row), self);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroll), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroll), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroll), 360);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scroll), 120);
  gtk_widget_set_size_request (scroll, 400, -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), list);
  gtk_popover_set_child (GTK_POPOVER (popover), scroll);
  self->problems = gtk_menu_button_new ();
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->problems), popover);
  gtk_widget_set_valign (self->problems, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->problems, "chip");
  gtk_widget_set_visible (self->problems, FALSE);
  gtk_box_append (GTK_BOX (box), self->problems);
}

static GtkLabel *
add_label (GtkWidget *box, const char *css, PangoEllipsizeMode ellipsize)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_widget_add_css_class (label, css);
  gtk_label_set_ellipsize (GTK_LABEL (label), ellipsize);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_box_append (GTK_BOX (box), label);
  return GTK_LABEL (label);
}

/* Its menu comes with the document. */
static GtkWidget *
add_more (GtkWidget *box)
{
  GtkWidget *button = gtk_menu_button_new ();

  gtk_widget_set_tooltip_text (button, _("More to Add"));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "chip");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, _("More to Add"), -1);
  gtk_box_append (GTK_BOX (box), button);
  return button;
}

static void
sy_design_bar_init (SyDesignBar *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8), *gap = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  self->name = add_label (box, "heading", PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (self->name, 24);
  self->facts = add_label (box, "dim-label", PANGO_ELLIPSIZE_END);
  add_problems (self, box);
  gtk_widget_set_hexpand (gap, TRUE);
  gtk_box_append (GTK_BOX (box), gap);
  add_button (box, _("Add Task"), NULL, "design.add", _("Add a Task (A: After the Selected One)"));
  self->more = add_more (box);
  self->undo = add_button (box, _("Undo"), "edit-undo-symbolic", "design.undo", _("Undo"));
  self->redo = add_button (box, _("Redo"), "edit-redo-symbolic", "design.redo", _("Redo"));
  add_button (box, _("Save"), NULL, "win.save", _("Save (Ctrl+S)"));
  add_button (box, _("Done"), NULL, "win.done", _("Leave Editing"));
  gtk_widget_set_parent (box, GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
sy_design_bar_new (SySession *session)
{
  SyDesignBar *self = g_object_new (SY_TYPE_DESIGN_BAR, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "notify::design", G_CALLBACK (on_design), self, G_CONNECT_SWAPPED);
  on_design (self);
  return GTK_WIDGET (self);
}
