/* sy-timeline-chart.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-timeline-chart-private.h"

#include "core/model/sy-words.h"
#include "views/sy-theme.h"
#include "views/sy-tile-cache-private.h"
#include "views/sy-x11-memory.h"

#include <glib/gi18n.h>
#include <string.h>

#define USAGE_EVERY_US (2 * G_USEC_PER_SEC)
#define BEAT_MS 500
#define NAMES_WIDTH 200.0
#define NAMES_SHARE 0.3 /* of the width, at most */

G_DEFINE_FINAL_TYPE (SyTimelineChart, sy_timeline_chart, GTK_TYPE_WIDGET)

enum
{
  MOVED,
  DESCRIBED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void tell_focus (SyTimelineChart *self);

/* --- what is shown --- */

SyTimeline *
sy_timeline_chart_get_timeline (SyTimelineChart *self)
{
  return self->model != NULL && sy_run_model_get_run_id (self->model) != NULL ? sy_run_model_get_timeline (self->model) : NULL;
}

static gboolean
goes_on (SyTimelineChart *self)
{
  return sy_timeline_chart_get_timeline (self) != NULL && sy_run_model_is_live (self->model)
         && !sy_run_status_is_final (sy_run_model_get_live_state (self->model)->status);
}

gint64
sy_timeline_chart_get_now (SyTimelineChart *self)
{
  SyTimeline *timeline = sy_timeline_chart_get_timeline (self);

  if (timeline == NULL)
    return 0;
  return goes_on (self) ? MAX (g_get_real_time (), sy_timeline_get_end (timeline)) : sy_timeline_get_end (timeline);
}

/* Takes in that the run has become longer; a view of all of it, or of its end, goes with it. */
static void
update_extent (SyTimelineChart *self)
{
  SyTimeline *timeline = sy_timeline_chart_get_timeline (self);
  gboolean at_end = self->view.end_us > 0 && sy_time_view_at_end (&self->view);
  gint64 before = self->view.end_us;

  if (timeline == NULL)
    return;
  sy_time_view_set_extent (&self->view, sy_timeline_get_begin (timeline), sy_timeline_chart_get_now (self),
                           sy_timeline_get_n_rows (timeline), sy_timeline_chart_count_lanes (self));
  if (self->fitted)
    sy_time_view_fit (&self->view);
  else if (at_end && self->drag == SY_TIME_DRAG_NONE)
    sy_time_view_pan (&self->view, (double) (self->view.end_us - before) / self->view.us_per_pixel, 0);
}

static void
update (SyTimelineChart *self)
{
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  update_extent (self);
  sy_timeline_chart_ask_usage (self);
  g_signal_emit (self, signals[MOVED], 0);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static gboolean
on_beat (gpointer data)
{
  update (data);
  return G_SOURCE_CONTINUE;
}

static void
update_beat (SyTimelineChart *self)
{
  gboolean wanted = gtk_widget_get_mapped (GTK_WIDGET (self)) && goes_on (self);

  if (wanted && self->beat == 0)
    self->beat = g_timeout_add (BEAT_MS, on_beat, self);
  else if (!wanted)
    g_clear_handle_id (&self->beat, g_source_remove);
}

static void
on_run_changed (SyTimelineChart *self)
{
  update_beat (self);
  update (self);
}

void
sy_timeline_chart_touched (SyTimelineChart *self)
{
  SyTimeView fitting = self->view;

  sy_time_view_fit (&fitting);
  self->fitted = self->view.us_per_pixel >= fitting.us_per_pixel * 0.999;
  g_signal_emit (self, signals[MOVED], 0);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
sy_timeline_chart_reveal (SyTimelineChart *self, guint32 task)
{
  SyTimeline *timeline = sy_timeline_chart_get_timeline (self);
  const SySpan *first, *last = NULL;

  if (timeline == NULL || task >= sy_timeline_get_n_rows (timeline))
    return;
  first = sy_timeline_first (timeline, task);
  for (const SySpan *span = first; span != NULL; span = sy_timeline_next (timeline, span))
    last = span;
  if (sy_time_view_reveal (&self->view, sy_timeline_row_of (timeline, task), first != NULL ? first->start_us : 0,
                           last == NULL ? 0 : last->end_us > 0 ? last->end_us : sy_timeline_chart_get_now (self)))
    sy_timeline_chart_touched (self);
}

/* --- drawing --- */

static SyRowFlags
row_flags (guint32 index, gpointer data)
{
  SyTimelineChart *self = data;
  SyRowFlags flags = 0;

  if (sy_session_is_selected (self->session, index))
    flags |= SY_ROW_SELECTED;
  if (sy_session_get_focus (self->session) == index && gtk_widget_has_focus (GTK_WIDGET (self)))
    flags |= SY_ROW_FOCUS;
  if (!sy_session_matches (self->session, index))
    flags |= SY_ROW_DIMMED;
  if (self->is_critical != NULL && self->is_critical[index])
    flags |= SY_ROW_CRITICAL;
  return flags;
}

static void
find_critical (SyTimelineChart *self, SyTimeline *timeline)
{
  g_clear_pointer (&self->critical, g_array_unref);
  g_clear_pointer (&self->is_critical, g_free);
  if (!sy_session_get_critical (self->session))
    return;
  self->critical = sy_timeline_critical_path (timeline);
  self->is_critical = g_malloc0 (MAX (sy_timeline_get_n_rows (timeline), 1));
  for (guint i = 0; i < self->critical->len; i++)
    self->is_critical[g_array_index (self->critical, guint32, i)] = 1;
}

static void
draw (SyTimelineChart *self, SyTimeline *timeline, cairo_t *cr)
{
  SyPainter painter;
  SyTimelinePicture picture = {
    .view = &self->view,
    .timeline = timeline,
    .state = sy_run_model_get_state (self->model),
    .painter = &painter,
    .flags_of = row_flags,
    .data = self,
    .lanes = self->lanes,
    .now_us = sy_timeline_chart_get_now (self),
    .instant_us = sy_session_get_instant (self->session),
    .hover_x = self->drag == SY_TIME_DRAG_NONE ? self->hover_x : -1,
    .relative = self->relative,
  };

  find_critical (self, timeline);
  sy_timeline_chart_fill_lanes (self);
  picture.critical = self->critical;
  sy_painter_init (&painter, sy_theme_get_style (), gtk_widget_get_pango_context (GTK_WIDGET (self)), 1);
  sy_paint_timeline (&picture, cr);
  sy_painter_clear (&painter);
}

static void
sy_timeline_chart_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  SyTimelineChart *self = SY_TIMELINE_CHART (widget);
  SyTimeline *timeline = sy_timeline_chart_get_timeline (self);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  int scale = gtk_widget_get_scale_factor (widget);
  cairo_surface_t *surface;
  cairo_t *cr;

  if (timeline == NULL || width < 1 || height < 1)
    return;
  /* Painted here and shown as it is: what a render node records is copied, and painted from the copy. */
  surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width * scale, height * scale);
  cairo_surface_set_device_scale (surface, scale, scale);
  cr = cairo_create (surface);
  draw (self, timeline, cr);
  cairo_destroy (cr);
  cairo_surface_set_device_scale (surface, 1, 1);
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));
  cairo_scale (cr, 1.0 / scale, 1.0 / scale);
  sy_tile_set_source (cr, surface, 0, 0);
  cairo_paint (cr);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
}

static void
sy_timeline_chart_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  SyTimelineChart *self = SY_TIMELINE_CHART (widget);

  sy_time_view_resize (&self->view, width, height, MIN (NAMES_WIDTH, width * NAMES_SHARE));
  update_extent (self);
  g_signal_emit (self, signals[MOVED], 0);
}

static void
sy_timeline_chart_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                           int *minimum_baseline, int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_VERTICAL ? 120 : 240;
  *natural = orientation == GTK_ORIENTATION_VERTICAL ? 400 : 800;
}

static void
sy_timeline_chart_realize (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (sy_timeline_chart_parent_class)->realize (widget);
  sy_tile_keep_memory ();
  sy_x11_memory_keep (widget);
}

static void
sy_timeline_chart_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (sy_timeline_chart_parent_class)->map (widget);
  on_run_changed (SY_TIMELINE_CHART (widget));
  tell_focus (SY_TIMELINE_CHART (widget));
}

static void
sy_timeline_chart_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (sy_timeline_chart_parent_class)->unmap (widget);
  update_beat (SY_TIMELINE_CHART (widget));
}

/* --- accessible --- */

/* "entities: exit 3 · 2 attempts; attempt 1: failed, 5.1 s; waiting for its retry, 4.0 s; attempt 2: failed, 5.4 s" */
static char *
describe_task (SyTimelineChart *self, SyTimeline *timeline, guint32 task)
{
  const SyRunState *state = sy_run_model_get_state (self->model);
  GString *text = g_string_new (state->workflow->tasks[task].id);

  g_string_append (text, ": ");
  sy_words_brief (text, state, state->workflow->tasks[task].number, g_get_real_time ());
  for (const SySpan *span = sy_timeline_first (timeline, task); span != NULL; span = sy_timeline_next (timeline, span))
    if (span->kind == SY_SPAN_ATTEMPT || span->name != SY_NAME_QUEUED)
      {
        g_string_append (text, "; ");
        sy_span_describe (text, span, sy_timeline_chart_get_now (self));
      }
  return g_string_free (text, FALSE);
}

static void
tell_focus (SyTimelineChart *self)
{
  SyTimeline *timeline = sy_timeline_chart_get_timeline (self);
  guint32 task = sy_session_get_focus (self->session);
  g_autofree char *text = NULL;

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  if (timeline != NULL && task < sy_timeline_get_n_rows (timeline))
    text = describe_task (self, timeline, task);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text != NULL ? text : _("No task is selected"),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text != NULL ? text : "", -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
on_focus (SyTimelineChart *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)) && sy_session_get_focus (self->session) != SY_NO_TASK)
    sy_timeline_chart_reveal (self, sy_session_get_focus (self->session));
  tell_focus (self);
}

static void
on_reveal (SyTimelineChart *self, guint task)
{
  sy_timeline_chart_reveal (self, task);
}

/* --- for the pane around it --- */

const SyTimeView *
sy_timeline_chart_get_view (SyTimelineChart *self)
{
  g_return_val_if_fail (SY_IS_TIMELINE_CHART (self), NULL);
  return &self->view;
}

void
sy_timeline_chart_fit (SyTimelineChart *self)
{
  g_return_if_fail (SY_IS_TIMELINE_CHART (self));
  sy_time_view_fit (&self->view);
  sy_timeline_chart_touched (self);
}

/* Where to zoom without a pointer: at the task in focus if it is in sight, else in the middle */
static double
zoom_centre (SyTimelineChart *self)
{
  SyTimeline *timeline = sy_timeline_chart_get_timeline (self);
  guint32 task = sy_session_get_focus (self->session);
  const SySpan *last = NULL;
  double x;

  for (const SySpan *span = timeline != NULL && task < sy_timeline_get_n_rows (timeline) ? sy_timeline_first (timeline, task) : NULL;
       span != NULL; span = sy_timeline_next (timeline, span))
    last = span;
  x = last != NULL ? sy_time_view_x (&self->view, last->start_us) : 0;
  return x >= self->view.left && x < self->view.width ? x : self->view.left + sy_time_view_plot_width (&self->view) / 2;
}

void
sy_timeline_chart_zoom (SyTimelineChart *self, double factor)
{
  g_return_if_fail (SY_IS_TIMELINE_CHART (self));
  sy_time_view_zoom_at (&self->view, factor, zoom_centre (self));
  sy_timeline_chart_touched (self);
}

void
sy_timeline_chart_scroll_to (SyTimelineChart *self, double pixels)
{
  g_return_if_fail (SY_IS_TIMELINE_CHART (self));
  if (pixels == self->view.scroll)
    return;
  sy_time_view_pan (&self->view, 0, pixels - self->view.scroll);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
sy_timeline_chart_pan_to (SyTimelineChart *self, double start_us)
{
  g_return_if_fail (SY_IS_TIMELINE_CHART (self));
  if (start_us == self->view.start_us)
    return;
  sy_time_view_pan (&self->view, (start_us - self->view.start_us) / self->view.us_per_pixel, 0);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

gboolean
sy_timeline_chart_get_all_rows (SyTimelineChart *self)
{
  g_return_val_if_fail (SY_IS_TIMELINE_CHART (self), FALSE);
  return self->view.row_height < SY_TIME_ROW;
}

void
sy_timeline_chart_set_all_rows (SyTimelineChart *self, gboolean all)
{
  g_return_if_fail (SY_IS_TIMELINE_CHART (self));
  sy_time_view_set_all_rows (&self->view, all);
  sy_timeline_chart_touched (self);
}

void
sy_timeline_chart_set_relative (SyTimelineChart *self, gboolean relative)
{
  g_return_if_fail (SY_IS_TIMELINE_CHART (self));
  self->relative = relative;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

gboolean
sy_timeline_chart_get_lane (SyTimelineChart *self, SyLaneKind lane)
{
  g_return_val_if_fail (SY_IS_TIMELINE_CHART (self), FALSE);
  return self->lanes_shown >> lane & 1;
}

void
sy_timeline_chart_set_lane (SyTimelineChart *self, SyLaneKind lane, gboolean shown)
{
  g_return_if_fail (SY_IS_TIMELINE_CHART (self));
  self->lanes_shown = (self->lanes_shown & ~(1u << lane)) | (shown ? 1u << lane : 0);
  self->usage.next_us = 0;
  update (self);
}

/* --- life --- */

static void
on_model (SyTimelineChart *self)
{
  SyRunModel *model = sy_session_get_model (self->session);

  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_set_object (&self->model, model);
  sy_usage_feed_forget (&self->usage);
  self->fitted = TRUE;
  self->view.scroll = 0;
  if (model != NULL)
    {
      g_signal_connect_swapped (model, "run-changed", G_CALLBACK (on_run_changed), self);
      g_signal_connect_swapped (model, "structure-changed", G_CALLBACK (on_run_changed), self);
    }
  on_run_changed (self);
}

static void
sy_timeline_chart_dispose (GObject *object)
{
  SyTimelineChart *self = SY_TIMELINE_CHART (object);

  g_clear_handle_id (&self->beat, g_source_remove);
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_clear_object (&self->model);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sy_timeline_chart_parent_class)->dispose (object);
}

static void
sy_timeline_chart_finalize (GObject *object)
{
  SyTimelineChart *self = SY_TIMELINE_CHART (object);

  g_clear_pointer (&self->critical, g_array_unref);
  sy_usage_feed_forget (&self->usage);
  g_free (self->is_critical);
  g_free (self->columns);
  g_free (self->described);
  G_OBJECT_CLASS (sy_timeline_chart_parent_class)->finalize (object);
}

static void
sy_timeline_chart_class_init (SyTimelineChartClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sy_timeline_chart_dispose;
  G_OBJECT_CLASS (klass)->finalize = sy_timeline_chart_finalize;
  widget_class->snapshot = sy_timeline_chart_snapshot;
  widget_class->measure = sy_timeline_chart_measure;
  widget_class->size_allocate = sy_timeline_chart_size_allocate;
  widget_class->realize = sy_timeline_chart_realize;
  widget_class->map = sy_timeline_chart_map;
  widget_class->unmap = sy_timeline_chart_unmap;
  gtk_widget_class_set_css_name (widget_class, "timelinechart");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  signals[MOVED] = g_signal_new ("moved", SY_TYPE_TIMELINE_CHART, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[DESCRIBED]
    = g_signal_new ("described", SY_TYPE_TIMELINE_CHART, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
sy_timeline_chart_init (SyTimelineChart *self)
{
  sy_time_view_init (&self->view);
  self->usage.every_us = USAGE_EVERY_US;
  self->fitted = TRUE;
  self->hover_x = self->hover_y = -1;
  self->lanes_shown = 1u << SY_LANE_SLOTS | 1u << SY_LANE_POOLS | 1u << SY_LANE_CPU | 1u << SY_LANE_MEMORY;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Timeline"), -1);
  sy_timeline_chart_add_controllers (self);
  sy_theme_watch (self, (void (*) (gpointer)) gtk_widget_queue_draw);
}

SyTimelineChart *
sy_timeline_chart_new (SySession *session)
{
  SyTimelineChart *self = g_object_new (SY_TYPE_TIMELINE_CHART, NULL);
  static const char *const redraw[] = { "notify::find", "notify::states", "notify::critical", "notify::instant", "selection-changed" };

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "notify::model", G_CALLBACK (on_model), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::focus", G_CALLBACK (on_focus), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "reveal", G_CALLBACK (on_reveal), self, G_CONNECT_SWAPPED);
  for (guint i = 0; i < G_N_ELEMENTS (redraw); i++)
    g_signal_connect_object (session, redraw[i], G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
  on_model (self);
  return self;
}
