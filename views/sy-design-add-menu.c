/* sy-design-add-menu.c: what can be put into a document: kinds of task and handlers as the field table has them, parameters, patterns
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-design-layer-private.h"

#include <glib/gi18n.h>

static void
add_entry (GMenu *menu, const SyFieldKind *kind, const char *action, const char *key)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (_(kind->title), NULL);

  g_menu_item_set_action_and_target (item, action, "s", key);
  g_menu_append_item (menu, item);
}

static void
add_kinds (GMenu *menu, const SyTable *table, const char *action)
{
  for (guint i = 0; table != NULL && i < table->n_fields; i++)
    if (table->fields[i].kind != NULL && !(table->fields[i].flags & SY_FIELD_LATER))
      add_entry (menu, table->fields[i].kind, action, table->fields[i].key);
  if (table != NULL && table->bare != NULL)
    add_entry (menu, table->bare, action, "");
}

GMenuModel *
sy_design_add_menu (SyDesigner *designer)
{
  g_autoptr (GMenu) kinds = g_menu_new (), handlers = g_menu_new (), more = g_menu_new ();
  g_autoptr (GMenuModel) patterns = sy_design_pattern_menu ();
  GMenu *menu = g_menu_new ();

  add_kinds (kinds, designer->get_table (designer, "task"), "design.add-kind");
  add_kinds (handlers, designer->get_table (designer, "handlers"), "design.add-handler");
  g_menu_append (more, _("Parameter"), "design.add-param");
  g_menu_append_submenu (more, _("Handler"), G_MENU_MODEL (handlers));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (kinds));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (more));
  g_menu_append_section (menu, _("Insert Pattern"), patterns);
  return G_MENU_MODEL (menu);
}
