/* sy-sidebar.h: what needs the user, what runs, and all workflows with their runs
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-types.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One run as the list shows it; immutable. */
#define SY_TYPE_RUN_ITEM (sy_run_item_get_type ())
G_DECLARE_FINAL_TYPE (SyRunItem, sy_run_item, SY, RUN_ITEM, GObject)

typedef struct
{
  const char *uuid, *path, *name;
  guint number;
  SyRunStatus status;
  gboolean live;                /* a runner lives */
  gboolean pinned;
  gint64 created_us, ended_us;  /* wall; ended 0 = not ended */
  const guint32 *counts;        /* SY_N_STATES */
} SyRunItemFacts;

SyRunItem *sy_run_item_new (const SyRunItemFacts *facts); /* any thread */
gboolean sy_run_item_is_live (SyRunItem *item);

/* Borrowed from @item */
SyRunItemFacts sy_run_item_get_facts (SyRunItem *item);

/* Signals: open-run (string uuid) · menu (string uuid, double x, double y): of a run, at that place of the sidebar */
#define SY_TYPE_SIDEBAR (sy_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (SySidebar, sy_sidebar, SY, SIDEBAR, GtkWidget)

GtkWidget *sy_sidebar_new (void);
/* @items: (element-type SyRunItem): newest first */
void sy_sidebar_set_runs (SySidebar *sidebar, GPtrArray *items);
/* (transfer none) (element-type SyRunItem) */
GPtrArray *sy_sidebar_get_runs (SySidebar *sidebar);
/* @uuid, @path: (nullable): what the window shows */
void sy_sidebar_set_current (SySidebar *sidebar, const char *uuid, const char *path);

G_END_DECLS
