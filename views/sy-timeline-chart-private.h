/* sy-timeline-chart-private.h: what the chart's files share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/scene/sy-paint-timeline.h"
#include "views/sy-timeline-chart.h"
#include "views/sy-usage-feed.h"

G_BEGIN_DECLS

#define SY_MOST_LANES 16

typedef enum { SY_TIME_DRAG_NONE, SY_TIME_DRAG_PAN, SY_TIME_DRAG_INSTANT } SyTimeDrag;

struct _SyTimelineChart
{
  GtkWidget parent;

  SySession *session;   /* (owned) */
  SyRunModel *model;    /* (owned) (nullable) whose signals are connected */
  SyTimeView view;
  gboolean fitted;      /* all of the run's time is shown, and stays so while it grows */
  gboolean relative;
  guint lanes_shown;    /* bits of SyLaneKind */

  /* drawing */
  GArray *critical;     /* (owned) (nullable) indices */
  guint8 *is_critical;  /* (owned) (nullable) by index */
  SyLane lanes[SY_MOST_LANES];
  double *columns;      /* (owned) of all lanes */
  guint n_columns;
  guint beat;           /* while the run goes on */

  /* figures from samples */
  SyUsageFeed usage;

  /* pointer */
  double hover_x, hover_y;
  SyTimeDrag drag;
  double drag_x, drag_y, pinch;
  char *described;
};

/* --- sy-timeline-chart.c --- */
SyTimeline *sy_timeline_chart_get_timeline (SyTimelineChart *chart); /* (nullable) where there is no run */
gint64 sy_timeline_chart_get_now (SyTimelineChart *chart);
/* The user moved it */
void sy_timeline_chart_touched (SyTimelineChart *chart);
void sy_timeline_chart_reveal (SyTimelineChart *chart, guint32 task);

/* --- sy-timeline-lanes.c --- */
guint sy_timeline_chart_count_lanes (SyTimelineChart *chart);
void sy_timeline_chart_fill_lanes (SyTimelineChart *chart);
/* Reads the samples again, if that is due and anybody looks. */
void sy_timeline_chart_ask_usage (SyTimelineChart *chart);

/* --- sy-timeline-input.c --- */
void sy_timeline_chart_add_controllers (SyTimelineChart *chart);

G_END_DECLS
