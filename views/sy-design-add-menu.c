/* sy-design-add-menu.c: what can be put into a document: kinds of task and handlers as the field table has them, parameters, patterns
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-design-layer-private.h"

#include <glib/gi18n.h>

/* An entry with an icon: a GtkPopoverMenu shows none, so that the model has a place for it alone. */
typedef void (*EntryFunc) (const char *title, const char *icon, const char *action, GVariant *target, gpointer data);

static void
each_kind (const SyTable *table, const char *action, EntryFunc each, gpointer data)
{
  for (guint i = 0; table != NULL && i < table->n_fields; i++)
    if (table->fields[i].kind != NULL && !(table->fields[i].flags & SY_FIELD_LATER))
      each (_(table->fields[i].kind->title), table->fields[i].kind->icon, action, g_variant_new_string (table->fields[i].key), data);
  if (table != NULL && table->bare != NULL)
    each (_(table->bare->title), table->bare->icon, action, g_variant_new_string (""), data);
}

static void
each_task (SyDesigner *designer, EntryFunc each, gpointer data)
{
  each_kind (designer->get_table (designer, "task"), "design.add-kind", each, data);
}

static void
each_handler (SyDesigner *designer, EntryFunc each, gpointer data)
{
  each_kind (designer->get_table (designer, "handlers"), "design.add-handler", each, data);
}

static void
each_param (SyDesigner *designer, EntryFunc each, gpointer data)
{
  each (_("Parameter"), "document-properties-symbolic", "design.add-param", NULL, data);
}

static char *
slot_of (const char *action, GVariant *target)
{
  g_autofree char *value = target != NULL ? g_variant_print (target, FALSE) : g_strdup ("");

  return g_strconcat (action, value, NULL);
}

static void
add_slot (const char *title, const char *icon, const char *action, GVariant *target, gpointer menu)
{
  g_autoptr (GVariant) kept = target != NULL ? g_variant_ref_sink (target) : NULL;
  g_autofree char *slot = slot_of (action, kept);
  g_autoptr (GMenuItem) item = g_menu_item_new (title, NULL);

  g_menu_item_set_attribute (item, "custom", "s", slot);
  g_menu_append_item (menu, item);
}

GMenuModel *
sy_design_add_menu (SyDesigner *designer)
{
  g_autoptr (GMenu) kinds = g_menu_new (), handlers = g_menu_new (), more = g_menu_new ();
  g_autoptr (GMenuModel) patterns = sy_design_pattern_menu ();
  GMenu *menu = g_menu_new ();

  each_task (designer, add_slot, kinds);
  each_handler (designer, add_slot, handlers);
  each_param (designer, add_slot, kinds);
  g_menu_append_submenu (more, _("Handler"), G_MENU_MODEL (handlers));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (kinds));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (more));
  g_menu_append_section (menu, _("Insert Pattern"), patterns);
  return G_MENU_MODEL (menu);
}

static void
put_button (const char *title, const char *icon, const char *action, GVariant *target, gpointer data)
{
  g_autoptr (GVariant) kept = target != NULL ? g_variant_ref_sink (target) : NULL;
  g_autofree char *slot = slot_of (action, kept);
  GtkWidget *button = g_object_new (GTK_TYPE_BUTTON, "css-name", "modelbutton", "accessible-role", GTK_ACCESSIBLE_ROLE_MENU_ITEM, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8), *label = gtk_label_new (title);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (icon));
  gtk_box_append (GTK_BOX (box), label);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (button), kept);
  g_signal_connect_object (button, "clicked", G_CALLBACK (gtk_popover_popdown), data, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  if (!gtk_popover_menu_add_child (data, button, slot))
    g_object_unref (g_object_ref_sink (button));
}

void
sy_design_add_menu_fill (GtkPopoverMenu *popover, SyDesigner *designer)
{
  each_task (designer, put_button, popover);
  each_handler (designer, put_button, popover);
  each_param (designer, put_button, popover);
}
