/* sy-state-icon.h: the disc of a state, for lists, chips and headings
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/scene/sy-look.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SY_TYPE_STATE_ICON (sy_state_icon_get_type ())
G_DECLARE_FINAL_TYPE (SyStateIcon, sy_state_icon, SY, STATE_ICON, GtkWidget)

/* @size: diameter in pixels */
GtkWidget *sy_state_icon_new (SyState state, int size);
void sy_state_icon_set_state (SyStateIcon *icon, SyState state);
/* "Failed", "Partially succeeded", … */
const char *sy_run_status_words (SyRunStatus status);
/* "failed", "blocked", "pending", …: as a heading or in a sentence */
const char *sy_state_words (SyState state);

G_END_DECLS
