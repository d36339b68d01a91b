/* sy-preview-bar.h: what a re-run would do, and the button that does it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SY_TYPE_PREVIEW_BAR (sy_preview_bar_get_type ())
G_DECLARE_FINAL_TYPE (SyPreviewBar, sy_preview_bar, SY, PREVIEW_BAR, GtkWidget)

/* Shows itself while the session previews a re-run. */
GtkWidget *sy_preview_bar_new (SySession *session);

G_END_DECLS
