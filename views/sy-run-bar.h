/* sy-run-bar.h: name, run, elapsed, time left, and the states as filters
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SY_TYPE_RUN_BAR (sy_run_bar_get_type ())
G_DECLARE_FINAL_TYPE (SyRunBar, sy_run_bar, SY, RUN_BAR, GtkWidget)

GtkWidget *sy_run_bar_new (SySession *session);

G_END_DECLS
