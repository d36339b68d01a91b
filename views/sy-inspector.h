/* sy-inspector.h: one task: its state, why, what can be done, attempts, resources, command
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SY_TYPE_INSPECTOR (sy_inspector_get_type ())
G_DECLARE_FINAL_TYPE (SyInspector, sy_inspector, SY, INSPECTOR, GtkWidget)

/* Shows the session's focus. Its buttons are actions of group "task". */
GtkWidget *sy_inspector_new (SySession *session);

G_END_DECLS
