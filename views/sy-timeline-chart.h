/* sy-timeline-chart.h: the timeline of a run, drawn, and moved about in
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/scene/sy-time-view.h"
#include "views/sy-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Rows of figures that can be shown below the tasks */
typedef enum
{
  SY_LANE_RUNNING, SY_LANE_SLOTS, SY_LANE_POOLS, SY_LANE_CPU, SY_LANE_MEMORY, SY_LANE_READ, SY_LANE_WRITTEN, SY_LANE_PROCESSES, SY_LANE_PRESSURE,
  SY_N_LANES
} SyLaneKind;

#define SY_TYPE_TIMELINE_CHART (sy_timeline_chart_get_type ())
G_DECLARE_FINAL_TYPE (SyTimelineChart, sy_timeline_chart, SY, TIMELINE_CHART, GtkWidget)

/*
 * Binds to a session: its run, selection, filter, instant. Keys: Up, Down, Home, End walk the rows; Left, Right move
 * in time; plus, minus, 0 or F zoom; Enter opens the output. Draws when something changed, and twice a second while the run goes on.
 * Signals:
 *   moved ()           another part is in sight, or there is more of it: for scroll bars
 *   described (text)   what is under the pointer; "" = nothing
 */
SyTimelineChart *sy_timeline_chart_new (SySession *session);

const SyTimeView *sy_timeline_chart_get_view (SyTimelineChart *chart);
void sy_timeline_chart_fit (SyTimelineChart *chart);
void sy_timeline_chart_zoom (SyTimelineChart *chart, double factor);
void sy_timeline_chart_scroll_to (SyTimelineChart *chart, double pixels);
void sy_timeline_chart_pan_to (SyTimelineChart *chart, double start_us);
gboolean sy_timeline_chart_get_all_rows (SyTimelineChart *chart);
void sy_timeline_chart_set_all_rows (SyTimelineChart *chart, gboolean all);
void sy_timeline_chart_set_relative (SyTimelineChart *chart, gboolean relative);
gboolean sy_timeline_chart_get_lane (SyTimelineChart *chart, SyLaneKind lane);
void sy_timeline_chart_set_lane (SyTimelineChart *chart, SyLaneKind lane, gboolean shown);

G_END_DECLS
