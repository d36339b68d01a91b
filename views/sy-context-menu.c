/* sy-context-menu.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-context-menu.h"

GtkWidget *
sy_context_menu_new (GMenuModel *model, GtkWidget *parent)
{
  GtkWidget *menu = gtk_popover_menu_new_from_model (model);

  gtk_popover_set_has_arrow (GTK_POPOVER (menu), FALSE);
  gtk_widget_set_parent (menu, parent);
  return menu;
}

void
sy_context_menu_open (GtkWidget *menu, double x, double y)
{
  gtk_popover_set_pointing_to (GTK_POPOVER (menu), &(GdkRectangle){ (int) x, (int) y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (menu));
}
