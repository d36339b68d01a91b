/* sy-design-bar.h: the document that is edited: its name, what is wrong with it, its history, saving
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SY_TYPE_DESIGN_BAR (sy_design_bar_get_type ())
G_DECLARE_FINAL_TYPE (SyDesignBar, sy_design_bar, SY, DESIGN_BAR, GtkWidget)

/* In sight while the session has a document. Asks for design.add, design.undo, design.redo, win.save, win.done, and
 * win.go-to-line (u) for problems without a task. */
GtkWidget *sy_design_bar_new (SySession *session);

G_END_DECLS
