/* sy-failure-bar.h: the banner: what failed, why, and the way to repair it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SY_TYPE_FAILURE_BAR (sy_failure_bar_get_type ())
G_DECLARE_FINAL_TYPE (SyFailureBar, sy_failure_bar, SY, FAILURE_BAR, GtkWidget)

/* Its buttons are the actions win.next-failure and win.rerun-failed. */
GtkWidget *sy_failure_bar_new (SySession *session);

G_END_DECLS
