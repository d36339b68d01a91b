/* sy-time-bar.h: the time slider: the run at any instant, and played
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SY_TYPE_TIME_BAR (sy_time_bar_get_type ())
G_DECLARE_FINAL_TYPE (SyTimeBar, sy_time_bar, SY, TIME_BAR, GtkWidget)

/* Shown while the session looks at the past (its instant is not 0). */
GtkWidget *sy_time_bar_new (SySession *session);
/* To the end of the run, as it is now, or back to now; FALSE where there is no run. */
gboolean sy_time_bar_toggle (SySession *session);

G_END_DECLS
