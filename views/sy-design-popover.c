/* sy-design-popover.c: a task's name in its place, and what to connect it to, by typing
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-design-layer-private.h"

#include "core/model/sy-graph.h"
#include "views/sy-task-kind.h"

#include <glib/gi18n.h>
#include <string.h>

#define MOST_ROWS 60

/* GTK may keep it for a while: it is to know that there is nothing on the screen any more. */
static void
drop (GtkWidget *own)
{
  g_autoptr (GtkWidget) popover = g_object_ref (own);

  gtk_widget_unparent (popover);
  g_object_run_dispose (G_OBJECT (popover));
}

static void
drop_closed (SyDesignLayer *self)
{
  g_clear_handle_id (&self->closed_source, g_source_remove);
  g_clear_pointer (&self->closed_popover, drop);
}

static gboolean
on_next_turn (gpointer data)
{
  SyDesignLayer *self = data;

  self->closed_source = 0;
  drop_closed (self);
  return G_SOURCE_REMOVE;
}

void
sy_design_layer_drop_popover (SyDesignLayer *self)
{
  if (self->popover != NULL)
    g_signal_handlers_disconnect_by_data (self->popover, self);
  g_clear_pointer (&self->popover, drop);
  drop_closed (self);
}

/* Its own signals run yet: it goes in the next turn. */
void
sy_design_layer_close_popover (SyDesignLayer *self)
{
  GtkWidget *popover = g_steal_pointer (&self->popover);

  g_clear_pointer (&self->subject, g_free);
  if (popover == NULL)
    return;
  g_signal_handlers_disconnect_by_data (popover, self);
  gtk_popover_popdown (GTK_POPOVER (popover));
  drop_closed (self);
  self->closed_popover = popover;
  self->closed_source = g_idle_add (on_next_turn, self);
}

static void
on_closed (GtkPopover *popover, SyDesignLayer *self)
{
  sy_design_layer_close_popover (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->canvas));
}

/* @child: what it holds; at the task's place */
void
sy_design_layer_present (SyDesignLayer *self, const char *task, GtkWidget *child, const char *label)
{
  guint32 index = sy_workflow_find (sy_design_layer_workflow (self), task);
  SyRect box = index != SY_NO_TASK ? sy_canvas_screen_box (self->canvas, index) : (SyRect){ 20, 20, 1, 1 };

  self->subject = g_strdup (task);
  self->popover = gtk_popover_new ();
  gtk_popover_set_child (GTK_POPOVER (self->popover), child);
  gtk_popover_set_position (GTK_POPOVER (self->popover), GTK_POS_BOTTOM);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover),
                               &(GdkRectangle){ (int) box.x, (int) box.y, (int) MAX (box.width, 1), (int) MAX (box.height, 1) });
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->popover), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_widget_set_parent (self->popover, GTK_WIDGET (self->canvas));
  g_signal_connect (self->popover, "closed", G_CALLBACK (on_closed), self);
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

/* --- a name --- */

const char *
sy_design_layer_refuse_name (SyDesignLayer *self, const char *name, const char *own)
{
  gsize n = strlen (name);

  if (n == 0 || n > 128 || !(g_ascii_isalpha (*name) || *name == '_')
      || name[strspn (name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")] != '\0')
    return _("A letter or _, then letters, digits, _ and -");
  if (g_strcmp0 (name, own) != 0 && sy_workflow_find (sy_design_layer_workflow (self), name) != SY_NO_TASK)
    return _("There is a task of this name already");
  return NULL;
}

/* What is wrong with the entry; NULL: nothing */
static void
say_reason (GtkEditable *entry, const char *reason)
{
  gtk_label_set_text (g_object_get_data (G_OBJECT (entry), "reason"), reason != NULL ? reason : "");
  if (reason != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (entry), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (entry), "error");
}

static void
on_name_changed (GtkEditable *entry, SyDesignLayer *self)
{
  say_reason (entry, sy_design_layer_refuse_name (self, gtk_editable_get_text (entry), self->subject));
}

static void
on_line_changed (GtkEditable *line, SyDesignLayer *self)
{
  say_reason (line, NULL);
}

static void
on_name_given (GtkEntry *entered, SyDesignLayer *self)
{
  GtkEditable *entry = g_object_get_data (G_OBJECT (self->popover), "name");
  GtkEditable *line = g_object_get_data (G_OBJECT (self->popover), "command"); /* (nullable) */
  g_autofree char *name = g_strdup (gtk_editable_get_text (entry)), *task = g_strdup (self->subject);
  g_autofree char *command = line != NULL ? g_strstrip (g_strdup (gtk_editable_get_text (line))) : NULL;
  g_autoptr (GError) error = NULL;

  if (sy_design_layer_refuse_name (self, name, self->subject) != NULL)
    {
      gtk_widget_grab_focus (GTK_WIDGET (entry));
      return;
    }
  if (!sy_design_name (self->design, task, name, line != NULL ? self->asked : NULL, command, &error))
    {
      say_reason (line, error->message);
      gtk_widget_grab_focus (GTK_WIDGET (line));
      return;
    }
  sy_design_layer_close_popover (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->canvas));
}

/* What the task is, else what it is to be; NULL: it is not to run anything. *line: (transfer full) (nullable): it has none that can be shown */
static const SyField *
kind_of (SyDesignLayer *self, const char *task, const char *kind, char **line)
{
  SyDesigner *designer = sy_design_get_designer (self->design);
  const SyTable *table = designer->get_table (designer, "task");
  const char *const path[] = { "tasks", task, NULL };
  g_autoptr (SyChangeValue) value = designer->get_value (designer, path);
  const SyField *field = sy_task_kind_of (table, value);

  if (field == NULL && g_strcmp0 (kind, "") != 0)
    field = sy_task_kind_find (table, kind);
  *line = field != NULL ? sy_task_kind_get_line (field, value != NULL && value->kind == SY_CHANGE_MAP ? sy_change_value_get (value, field->key) : NULL) : NULL;
  return field;
}

static GtkWidget *
add_command_line (SyDesignLayer *self, GtkWidget *box, const char *text)
{
  GtkWidget *line = gtk_entry_new ();
  const SyFieldKind *kind = self->asked->kind;

  gtk_editable_set_text (GTK_EDITABLE (line), text);
  gtk_editable_set_width_chars (GTK_EDITABLE (line), 36);
  gtk_entry_set_placeholder_text (GTK_ENTRY (line), kind->empty != NULL ? _(kind->empty) : _(self->asked->help));
  gtk_entry_set_icon_from_icon_name (GTK_ENTRY (line), GTK_ENTRY_ICON_PRIMARY, kind->icon);
  gtk_entry_set_icon_activatable (GTK_ENTRY (line), GTK_ENTRY_ICON_PRIMARY, FALSE);
  gtk_entry_set_icon_tooltip_text (GTK_ENTRY (line), GTK_ENTRY_ICON_PRIMARY, _(kind->title));
  gtk_widget_add_css_class (line, "monospace");
  gtk_accessible_update_property (GTK_ACCESSIBLE (line), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Command of the task"),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, _(self->asked->help), -1);
  g_signal_connect (line, "changed", G_CALLBACK (on_line_changed), self);
  g_signal_connect (line, "activate", G_CALLBACK (on_name_given), self);
  gtk_box_append (GTK_BOX (box), line);
  return line;
}

void
sy_design_layer_ask_name (SyDesignLayer *self, const char *task, const char *kind)
{
  g_autofree char *copy = g_strdup (task), *command = NULL;
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6), *entry = gtk_entry_new (), *reason = gtk_label_new (NULL);
  GtkWidget *line = NULL;

  sy_design_layer_close_popover (self);
  self->asked = kind_of (self, task, kind, &command);
  gtk_editable_set_text (GTK_EDITABLE (entry), copy);
  gtk_editable_set_width_chars (GTK_EDITABLE (entry), 24);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Name of the task"), -1);
  gtk_label_set_xalign (GTK_LABEL (reason), 0);
  gtk_label_set_ellipsize (GTK_LABEL (reason), PANGO_ELLIPSIZE_END); /* always as high: a popover does not grow by itself */
  gtk_widget_add_css_class (reason, "error");
  gtk_widget_add_css_class (reason, "caption");
  gtk_box_append (GTK_BOX (box), entry);
  gtk_box_append (GTK_BOX (box), reason);
  g_object_set_data (G_OBJECT (entry), "reason", reason);
  g_signal_connect (entry, "changed", G_CALLBACK (on_name_changed), self);
  g_signal_connect (entry, "activate", G_CALLBACK (on_name_given), self);
  if (command != NULL)
    {
      line = add_command_line (self, box, command);
      g_object_set_data (G_OBJECT (line), "reason", reason);
    }
  sy_design_layer_present (self, copy, box, _("Name of the task"));
  g_object_set_data (G_OBJECT (self->popover), "name", entry);
  g_object_set_data (G_OBJECT (self->popover), "command", line);
  gtk_widget_grab_focus (entry);
  gtk_editable_select_region (GTK_EDITABLE (entry), 0, -1);
}

/* --- a target --- */

static void
connect_to (SyDesignLayer *self, GtkListBoxRow *row)
{
  g_autofree char *target = row != NULL ? g_strdup (g_object_get_data (G_OBJECT (row), "task")) : NULL;
  g_autofree char *task = g_strdup (self->subject);

  if (target == NULL)
    return;
  sy_design_layer_close_popover (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->canvas));
  sy_design_connect (self->design, task, target);
}

static void
on_row (GtkListBox *list, GtkListBoxRow *row, SyDesignLayer *self)
{
  connect_to (self, row);
}

static void
on_target_given (GtkSearchEntry *entry, SyDesignLayer *self)
{
  GtkListBox *list = g_object_get_data (G_OBJECT (entry), "list");
  GtkListBoxRow *row = gtk_list_box_get_selected_row (list);

  connect_to (self, row != NULL ? row : gtk_list_box_get_row_at_index (list, 0));
}

/* Tasks that may need the subject and whose names hold what was typed */
static void
fill_targets (SyDesignLayer *self, GtkListBox *list, const char *typed)
{
  const SyWorkflow *workflow = sy_design_layer_workflow (self);
  guint32 from = sy_workflow_find (workflow, self->subject);
  g_autofree guint8 *closed = from != SY_NO_TASK ? sy_graph_ancestors (workflow, from) : NULL;
  guint rows = 0;

  while (gtk_list_box_get_row_at_index (list, 0) != NULL)
    gtk_list_box_remove (list, GTK_WIDGET (gtk_list_box_get_row_at_index (list, 0)));
  for (guint32 i = 0; closed != NULL && i < workflow->n_tasks && rows < MOST_ROWS; i++)
    {
      const SyTask *task = &workflow->tasks[i];
      gboolean needs = FALSE;
      GtkWidget *label;

      for (guint32 k = 0; k < task->n_needs; k++)
        needs = needs || task->needs[k].task == from;
      if (i == from || closed[i] || needs || strstr (task->id, typed) == NULL)
        continue;
      label = gtk_label_new (task->id);
      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_list_box_append (list, label);
      g_object_set_data_full (G_OBJECT (gtk_list_box_get_row_at_index (list, (int) rows++)), "task", g_strdup (task->id), g_free);
    }
  gtk_list_box_select_row (list, gtk_list_box_get_row_at_index (list, 0));
}

static void
on_typed (GtkEditable *entry, SyDesignLayer *self)
{
  fill_targets (self, g_object_get_data (G_OBJECT (entry), "list"), gtk_editable_get_text (entry));
}

void
sy_design_layer_ask_target (SyDesignLayer *self, const char *task)
{
  g_autofree char *copy = g_strdup (task);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6), *entry = gtk_search_entry_new ();
  GtkWidget *scroll = gtk_scrolled_window_new (), *list = gtk_list_box_new (), *nothing = gtk_label_new (_("No task that could need it"));

  sy_design_layer_close_popover (self);
  gtk_widget_add_css_class (nothing, "dim-label");
  gtk_list_box_set_placeholder (GTK_LIST_BOX (list), nothing);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), list);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroll), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroll), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroll), 260);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Connect to"), -1);
  gtk_widget_set_size_request (box, 220, -1);
  gtk_box_append (GTK_BOX (box), entry);
  gtk_box_append (GTK_BOX (box), scroll);
  g_object_set_data (G_OBJECT (entry), "list", list);
  g_signal_connect (entry, "changed", G_CALLBACK (on_typed), self); /* not search-changed, which comes after a fast Enter */
  g_signal_connect (entry, "activate", G_CALLBACK (on_target_given), self);
  g_signal_connect (list, "row-activated", G_CALLBACK (on_row), self);
  sy_design_layer_present (self, copy, box, _("Connect to"));
  fill_targets (self, GTK_LIST_BOX (list), "");
  gtk_widget_grab_focus (entry);
}
