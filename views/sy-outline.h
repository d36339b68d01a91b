/* sy-outline.h: the tasks as a list: what the graph says, for the keyboard and for screen readers
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SY_TYPE_OUTLINE (sy_outline_get_type ())
G_DECLARE_FINAL_TYPE (SyOutline, sy_outline, SY, OUTLINE, GtkWidget)

/* Shares the session's selection; find, filter and preview decide what is listed. Activating a row opens its output. */
SyOutline *sy_outline_new (SySession *session);

G_END_DECLS
