/* sy-context-menu.h: a menu where the pointer is
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A child of @parent, to be unparented by who asked for it. */
GtkWidget *sy_context_menu_new (GMenuModel *model, GtkWidget *parent);
/* Opens below (@x, @y) of the parent, or above where there is no room. */
void sy_context_menu_open (GtkWidget *menu, double x, double y);

G_END_DECLS
