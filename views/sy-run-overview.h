/* sy-run-overview.h: the run as a whole: state, times, how many tasks are what, failures, critical path, resources
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SY_TYPE_RUN_OVERVIEW (sy_run_overview_get_type ())
G_DECLARE_FINAL_TYPE (SyRunOverview, sy_run_overview, SY, RUN_OVERVIEW, GtkWidget)

/* What the inspector shows while no task is in focus. Its rows select tasks. Made anew at most once a second, and only while it is mapped. */
GtkWidget *sy_run_overview_new (SySession *session);

G_END_DECLS
