/* sy-timeline-lanes.c: the rows of figures below the tasks
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-timeline-chart-private.h"

#include "core/model/sy-words.h"
#include "views/sy-theme.h"

#include <glib/gi18n.h>
#include <math.h>

#define STRETCHES 1200
#define LEAST_FOR_ROWS 150.0 /* pixels that rows of tasks keep, whatever figures are asked for */

static const struct { SyLaneKind lane; SyUsageKind usage; const char *title; } usages[] = {
  { SY_LANE_CPU, SY_USAGE_CPU, N_("CPU") },
  { SY_LANE_MEMORY, SY_USAGE_MEMORY, N_("Memory") },
  { SY_LANE_READ, SY_USAGE_READ, N_("Read") },
  { SY_LANE_WRITTEN, SY_USAGE_WRITTEN, N_("Written") },
  { SY_LANE_PROCESSES, SY_USAGE_PROCESSES, N_("Processes") },
};

/* --- reading --- */

static gboolean
wants_usage (SyTimelineChart *self)
{
  if (sy_timeline_chart_get_lane (self, SY_LANE_PRESSURE))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (usages); i++)
    if (sy_timeline_chart_get_lane (self, usages[i].lane))
      return TRUE;
  return FALSE;
}

static void
redraw (gpointer chart)
{
  gtk_widget_queue_draw (chart);
}

void
sy_timeline_chart_ask_usage (SyTimelineChart *self)
{
  const SyUsage *usage = self->usage.usage;
  gboolean known = usage != NULL && usage->begin_us == self->view.begin_us && usage->begin_us + usage->step_us * usage->n >= self->view.end_us;

  if (sy_timeline_chart_get_timeline (self) == NULL || self->view.begin_us <= 0 || known || !wants_usage (self)
      || g_get_monotonic_time () < self->usage.next_us)
    return;
  sy_usage_feed_ask (&self->usage, sy_session_get_controller (self->session), self->view.begin_us, self->view.end_us, STRETCHES,
                     G_OBJECT (self), redraw);
}

/* --- lanes --- */

static guint
count_wanted (SyTimelineChart *self, SyTimeline *timeline)
{
  guint n = sy_timeline_chart_get_lane (self, SY_LANE_RUNNING) + sy_timeline_chart_get_lane (self, SY_LANE_SLOTS);

  if (sy_timeline_chart_get_lane (self, SY_LANE_POOLS))
    n += sy_timeline_get_n_pools (timeline);
  for (guint i = 0; i < G_N_ELEMENTS (usages); i++)
    n += sy_timeline_chart_get_lane (self, usages[i].lane);
  n += sy_timeline_chart_get_lane (self, SY_LANE_PRESSURE);
  return MIN (n, SY_MOST_LANES);
}

guint
sy_timeline_chart_count_lanes (SyTimelineChart *self)
{
  SyTimeline *timeline = sy_timeline_chart_get_timeline (self);
  double room = self->view.height - SY_TIME_AXIS - LEAST_FOR_ROWS;

  if (timeline == NULL || room < SY_TIME_LANE)
    return 0;
  return MIN (count_wanted (self, timeline), (guint) (room / SY_TIME_LANE));
}

static gint64
told_instant (SyTimelineChart *self)
{
  gint64 instant = sy_session_get_instant (self->session);

  if (self->hover_x >= self->view.left)
    return sy_time_view_time (&self->view, self->hover_x);
  return instant > 0 ? instant : sy_timeline_chart_get_now (self);
}

static SyLane *
next_lane (SyTimelineChart *self, guint *n, const char *title, const SyColour *colour)
{
  SyLane *lane = &self->lanes[*n];

  *lane = (SyLane){ .title = title, .columns = self->columns + *n * self->n_columns, .colour = colour };
  ++*n;
  return lane;
}

static void
fill_level (SyTimelineChart *self, guint *n, const SyLevel *level, const char *title, const SyColour *colour)
{
  SyLane *lane;
  gint64 at;

  if (*n >= self->view.n_lanes)
    return;
  lane = next_lane (self, n, title, colour);
  at = sy_level_at (level, told_instant (self));
  sy_level_columns (level, &self->view, sy_timeline_chart_get_now (self), self->columns + (*n - 1) * self->n_columns);
  lane->top = (double) MAX (MAX (level->capacity, level->peak), 1);
  lane->limit = (double) level->capacity;
  if (level->capacity > 0)
    g_snprintf (lane->value, sizeof lane->value, _("%d of %d"), (int) at, (int) level->capacity);
  else
    g_snprintf (lane->value, sizeof lane->value, "%d", (int) at);
  g_snprintf (lane->top_label, sizeof lane->top_label, "%d", (int) lane->top);
}

static void
say_usage (char *out, gsize size, SyUsageKind kind, double value)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (value < 0)
    g_string_append (text, "–");
  else if (kind == SY_USAGE_CPU)
    g_string_append_printf (text, value < 9.95 ? _("%.1f CPUs") : _("%.0f CPUs"), value);
  else if (kind == SY_USAGE_PROCESSES)
    g_string_append_printf (text, "%.0f", value);
  else
    sy_words_size (text, (guint64) value);
  if (value >= 0 && (kind == SY_USAGE_READ || kind == SY_USAGE_WRITTEN))
    g_string_append (text, "/s");
  g_strlcpy (out, text->str, size);
}

/* The highest of the stretches under each column: peaks are not lost far out. */
static void
usage_columns (SyTimelineChart *self, SyUsageKind kind, double *columns)
{
  const SyUsage *usage = self->usage.usage;

  for (guint x = 0; x < self->n_columns; x++)
    {
      gint64 from = (gint64) (self->view.start_us + x * self->view.us_per_pixel);
      double most = usage != NULL ? sy_usage_at (usage, kind, from) : -1;

      for (gint64 at = from + (usage != NULL ? usage->step_us : 1); usage != NULL && (double) at < (double) from + self->view.us_per_pixel;
           at += usage->step_us)
        most = MAX (most, sy_usage_at (usage, kind, at));
      columns[x] = most;
    }
}

static void
fill_usage (SyTimelineChart *self, guint *n, guint which, const SyColour *colour)
{
  SyUsageKind kind = usages[which].usage;
  gint64 at = told_instant (self);
  double top = self->usage.usage != NULL ? self->usage.usage->peak[kind] : 0;
  SyLane *lane;

  if (*n >= self->view.n_lanes)
    return;
  lane = next_lane (self, n, _(usages[which].title), colour);
  usage_columns (self, kind, self->columns + (*n - 1) * self->n_columns);
  lane->top = MAX (top, kind == SY_USAGE_CPU || kind == SY_USAGE_PROCESSES ? 1 : 1000);
  if (self->usage.usage != NULL && at > self->usage.usage->read_until_us)
    at = MIN (at, self->usage.usage->read_until_us);
  say_usage (lane->value, sizeof lane->value, kind, self->usage.usage != NULL && self->usage.usage->read_until_us > 0 ? sy_usage_at (self->usage.usage, kind, at) : -1);
  say_usage (lane->top_label, sizeof lane->top_label, kind, lane->top);
}

static const struct { SyUsageKind usage; const char *name; } pressures[] = {
  { SY_USAGE_STALLED_CPU, N_("CPU") },
  { SY_USAGE_STALLED_MEMORY, N_("Memory") },
  { SY_USAGE_STALLED_IO, N_("Disks") },
};

/* "CPU 12 %"; "0 %" where nothing waited; a dash stays where nobody looked */
static void
say_pressure (SyLane *lane, const SyUsage *usage, guint worst, double share)
{
  gboolean looked = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (pressures); i++)
    looked = looked || usage->known[pressures[i].usage];
  if (share >= 0.005)
    g_snprintf (lane->value, sizeof lane->value, "%s %.0f %%", _(pressures[worst].name), share * 100);
  else if (looked && share >= 0)
    g_strlcpy (lane->value, "0 %", sizeof lane->value);
}

/* What the machine was shortest of: the share of the time in which something waited for it */
static void
fill_pressure (SyTimelineChart *self, guint *n, const SyColour *colour)
{
  g_autofree double *columns = g_new (double, self->n_columns);
  gint64 at = told_instant (self);
  guint worst = 0;
  double *most;
  SyLane *lane;

  if (*n >= self->view.n_lanes)
    return;
  lane = next_lane (self, n, _("Pressure"), colour);
  most = self->columns + (*n - 1) * self->n_columns;
  lane->top = 1;
  g_strlcpy (lane->top_label, "100 %", sizeof lane->top_label);
  g_strlcpy (lane->value, "–", sizeof lane->value);
  for (guint i = 0; i < G_N_ELEMENTS (pressures); i++)
    {
      usage_columns (self, pressures[i].usage, columns);
      for (guint x = 0; x < self->n_columns; x++)
        most[x] = i == 0 ? columns[x] : MAX (most[x], columns[x]);
    }
  if (self->usage.usage == NULL || self->usage.usage->read_until_us == 0)
    return;
  at = MIN (at, self->usage.usage->read_until_us - 1);
  for (guint i = 1; i < G_N_ELEMENTS (pressures); i++)
    if (sy_usage_at (self->usage.usage, pressures[i].usage, at) > sy_usage_at (self->usage.usage, pressures[worst].usage, at))
      worst = i;
  say_pressure (lane, self->usage.usage, worst, sy_usage_at (self->usage.usage, pressures[worst].usage, at));
}

void
sy_timeline_chart_fill_lanes (SyTimelineChart *self)
{
  SyTimeline *timeline = sy_timeline_chart_get_timeline (self);
  const SyStyle *style = sy_theme_get_style ();
  guint n = 0;

  self->n_columns = (guint) ceil (sy_time_view_plot_width (&self->view)) + 1;
  self->columns = g_renew (double, self->columns, self->n_columns * MAX (self->view.n_lanes, 1));
  if (sy_timeline_chart_get_lane (self, SY_LANE_RUNNING))
    fill_level (self, &n, sy_timeline_get_running (timeline), _("Running Tasks"), &style->fill[SY_STATE_RUNNING]);
  if (sy_timeline_chart_get_lane (self, SY_LANE_SLOTS))
    fill_level (self, &n, sy_timeline_get_slots (timeline), _("Slots"), &style->fill[SY_STATE_RUNNING]);
  for (guint i = 0; sy_timeline_chart_get_lane (self, SY_LANE_POOLS) && i < sy_timeline_get_n_pools (timeline); i++)
    fill_level (self, &n, sy_timeline_get_pool (timeline, i), sy_timeline_get_pool (timeline, i)->name, &style->fill[SY_STATE_READY]);
  for (guint i = 0; i < G_N_ELEMENTS (usages); i++)
    if (sy_timeline_chart_get_lane (self, usages[i].lane))
      fill_usage (self, &n, i, &style->fill[usages[i].lane == SY_LANE_CPU ? SY_STATE_SUCCEEDED : SY_STATE_WAITING]);
  if (sy_timeline_chart_get_lane (self, SY_LANE_PRESSURE))
    fill_pressure (self, &n, &style->fill[SY_STATE_LOST]);
}
