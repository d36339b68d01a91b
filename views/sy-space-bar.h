/* sy-space-bar.h: says that hardly any space is left where runs are kept
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SY_SPACE_LOW (G_GINT64_CONSTANT (1) << 30)

#define SY_TYPE_SPACE_BAR (sy_space_bar_get_type ())
G_DECLARE_FINAL_TYPE (SySpaceBar, sy_space_bar, SY, SPACE_BAR, GtkWidget)

/* Its button activates win.clear-old-runs. */
GtkWidget *sy_space_bar_new (void);
/* @bytes: -1 = not known. Shown below %SY_SPACE_LOW. */
void sy_space_bar_set_free (SySpaceBar *self, gint64 bytes);

G_END_DECLS
