/* sy-timeline-pane.h: the timeline with its tools and scroll bars
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-timeline-chart.h"

G_BEGIN_DECLS

#define SY_TYPE_TIMELINE_PANE (sy_timeline_pane_get_type ())
G_DECLARE_FINAL_TYPE (SyTimelinePane, sy_timeline_pane, SY, TIMELINE_PANE, GtkWidget)

/* Actions of its own (scope "timeline"): zoom-in, zoom-out, fit, all-rows, from-start, critical, and one for each row of figures. */
GtkWidget *sy_timeline_pane_new (SySession *session);

G_END_DECLS
