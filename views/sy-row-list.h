/* sy-row-list.h: a titled list of a few rows with a context menu, for the inspector
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SY_TYPE_ROW_LIST (sy_row_list_get_type ())
G_DECLARE_FINAL_TYPE (SyRowList, sy_row_list, SY, ROW_LIST, GtkWidget)

typedef struct
{
  GtkWidget *icon;      /* (nullable) (transfer floating) */
  const char *title, *detail;
  const char *tooltip;  /* (nullable) */
  guint number;         /* what the row stands for */
  const char *note;     /* (nullable) lines below */
} SyRow;

/* Hidden while it is empty. Signal: activated (uint number). @menu: (nullable): opened by the secondary button, the Menu key and the accessible action "row.menu" */
GtkWidget *sy_row_list_new (const char *title, GMenuModel *menu);
/* Makes the rows anew only where they say something else: the keyboard's place stays. */
void sy_row_list_set_rows (SyRowList *list, const SyRow *rows, guint n);
void sy_row_list_set_title (SyRowList *list, const char *title);
/* Of the row whose menu is open, or that has the keyboard; G_MAXUINT = none */
guint sy_row_list_get_current (SyRowList *list);

G_END_DECLS
