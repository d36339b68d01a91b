/* sy-sidebar-row.h: one line of the sidebar, which changes in place
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-types.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What a line says; strings are copied. */
typedef struct
{
  const char *key;              /* which line it is: the same line of a later list has the same */
  const char *title, *detail;   /* @detail: (nullable) */
  const char *css;              /* (nullable) of a heading */
  const char *uuid, *path;      /* (nullable) both NULL: a heading */
  SyState state;
  const char *status;           /* (nullable) as a word, for screen readers */
  double share;                 /* done; < 0: no bar */
  gboolean file, nested;        /* opens the workflow, not the run; stands under a workflow */
} SySidebarFacts;

/* Signal: changed () */
#define SY_TYPE_SIDEBAR_ROW (sy_sidebar_row_get_type ())
G_DECLARE_FINAL_TYPE (SySidebarRow, sy_sidebar_row, SY, SIDEBAR_ROW, GObject)

SySidebarRow *sy_sidebar_row_new (const SySidebarFacts *facts);
const SySidebarFacts *sy_sidebar_row_get_facts (SySidebarRow *row);
/* A GtkListBoxRow that follows it; (transfer floating) */
GtkWidget *sy_sidebar_row_make_widget (SySidebarRow *row);

/**
 * sy_sidebar_rows_update:
 * @store: of SySidebarRow
 * @rows: (element-type SySidebarRow): what it is to say
 *
 * Lines that stay are changed in place, where they say something else; what came and went is spliced in one stretch.
 */
void sy_sidebar_rows_update (GListStore *store, GPtrArray *rows);

G_END_DECLS
