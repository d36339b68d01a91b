/* sy-broken-bar.h: what keeps a file from being read, each mistake a link to where it stands
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-designer.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SY_TYPE_BROKEN_BAR (sy_broken_bar_get_type ())
G_DECLARE_FINAL_TYPE (SyBrokenBar, sy_broken_bar, SY, BROKEN_BAR, GtkWidget)

/* Signal: show-place (guint line, guint column): from 1. Its button is win.edit. */
GtkWidget *sy_broken_bar_new (void);
/* @title: (nullable): %NULL hides it; @note: what is shown in its stead; @problems: (element-type SyDesignProblem) */
void sy_broken_bar_show (SyBrokenBar *bar, const char *title, const char *note, const GPtrArray *problems);

G_END_DECLS
