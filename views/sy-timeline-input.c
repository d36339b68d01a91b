/* sy-timeline-input.c: pointer, wheel, touch and keys on the timeline
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-timeline-chart-private.h"

#include "core/model/sy-words.h"

#include <math.h>

#define WHEEL_PIXELS 48.0
#define ZOOM_STEP 1.25
#define SLACK_PIXELS 6.0

static GdkModifierType
modifiers (GtkEventController *controller)
{
  return gtk_event_controller_get_current_event_state (controller) & (GDK_CONTROL_MASK | GDK_SHIFT_MASK | GDK_ALT_MASK);
}

static guint32
task_at (SyTimelineChart *self, double y)
{
  SyTimeline *timeline = sy_timeline_chart_get_timeline (self);
  guint32 row = sy_time_view_row_at (&self->view, y);

  return timeline != NULL && row < sy_timeline_get_n_rows (timeline) ? sy_timeline_task_at (timeline, row) : SY_NO_TASK;
}

/* --- hover --- */

/* "entities · attempt 2: failed, 5.4 s" and the time of day */
static char *
describe (SyTimelineChart *self, double x, double y)
{
  SyTimeline *timeline = sy_timeline_chart_get_timeline (self);
  guint32 task = task_at (self, y);
  gint64 at = sy_time_view_time (&self->view, x);
  GString *text = g_string_new (NULL);
  const SySpan *span;
  char label[48];

  if (timeline != NULL && task != SY_NO_TASK)
    g_string_append (text, sy_timeline_get_workflow (timeline)->tasks[task].id);
  if (timeline == NULL || x < self->view.left || y < 0)
    return g_string_free (text, FALSE);
  span = task != SY_NO_TASK ? sy_timeline_span_at (timeline, task, at, (gint64) (SLACK_PIXELS * self->view.us_per_pixel)) : NULL;
  if (text->len > 0)
    g_string_append (text, " · ");
  if (span != NULL)
    {
      sy_span_describe (text, span, sy_timeline_chart_get_now (self));
      g_string_append (text, " · ");
    }
  sy_time_view_label (&self->view, at, (gint64) self->view.us_per_pixel, self->relative, label, sizeof label);
  g_string_append (text, label);
  return g_string_free (text, FALSE);
}

static void
set_hover (SyTimelineChart *self, double x, double y)
{
  g_autofree char *text = x >= 0 ? describe (self, x, y) : g_strdup ("");

  self->hover_x = x;
  self->hover_y = y;
  if (g_strcmp0 (text, self->described) != 0)
    {
      g_free (self->described);
      self->described = g_steal_pointer (&text);
      g_signal_emit_by_name (self, "described", self->described);
    }
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), y >= 0 && y < SY_TIME_AXIS && x >= self->view.left ? "col-resize" : NULL);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
on_motion (GtkEventControllerMotion *controller, double x, double y, SyTimelineChart *self)
{
  set_hover (self, x, y);
}

static void
on_leave (GtkEventControllerMotion *controller, SyTimelineChart *self)
{
  set_hover (self, -1, -1);
}

static gboolean
on_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip, gpointer data)
{
  SyTimelineChart *self = SY_TIMELINE_CHART (widget);
  g_autofree char *text = NULL;

  if (keyboard || task_at (self, y) == SY_NO_TASK)
    return FALSE;
  text = describe (self, x, y);
  gtk_tooltip_set_text (tooltip, text);
  return *text != '\0';
}

/* --- press and drag --- */

/* On the axis: every view shows that instant. */
static void
go_to (SyTimelineChart *self, double x)
{
  if (self->view.begin_us > 0)
    sy_session_set_instant (self->session, CLAMP (sy_time_view_time (&self->view, x), self->view.begin_us, self->view.end_us));
}

static void
on_released (GtkGestureClick *gesture, int n_press, double x, double y, SyTimelineChart *self)
{
  GdkModifierType state = modifiers (GTK_EVENT_CONTROLLER (gesture));
  guint32 task = task_at (self, y);

  if (self->drag != SY_TIME_DRAG_NONE)
    return;
  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (task == SY_NO_TASK)
    {
      if (y < SY_TIME_AXIS && x >= self->view.left)
        go_to (self, x);
      else
        sy_session_clear_selection (self->session);
      return;
    }
  if (state & GDK_CONTROL_MASK)
    sy_session_toggle (self->session, task);
  else
    sy_session_select (self->session, task, (state & GDK_SHIFT_MASK) != 0);
  if (n_press == 2)
    sy_session_show_output (self->session, task);
}

static void
on_drag_begin (GtkGestureDrag *gesture, double x, double y, SyTimelineChart *self)
{
  self->drag = SY_TIME_DRAG_NONE;
  self->drag_x = x;
  self->drag_y = y;
}

static void
on_drag_update (GtkGestureDrag *gesture, double dx, double dy, SyTimelineChart *self)
{
  double x, y;

  if (!gtk_gesture_drag_get_start_point (gesture, &x, &y))
    return;
  if (self->drag == SY_TIME_DRAG_NONE)
    {
      if (!gtk_drag_check_threshold (GTK_WIDGET (self), (int) x, (int) y, (int) (x + dx), (int) (y + dy)))
        return;
      self->drag = y < SY_TIME_AXIS && x >= self->view.left ? SY_TIME_DRAG_INSTANT : SY_TIME_DRAG_PAN;
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
    }
  if (self->drag == SY_TIME_DRAG_INSTANT)
    {
      go_to (self, x + dx);
      return;
    }
  sy_time_view_pan (&self->view, self->drag_x - (x + dx), self->drag_y - (y + dy));
  self->drag_x = x + dx;
  self->drag_y = y + dy;
  sy_timeline_chart_touched (self);
}

static void
on_drag_end (GtkGestureDrag *gesture, double dx, double dy, SyTimelineChart *self)
{
  self->drag = SY_TIME_DRAG_NONE;
}

/* --- wheel and touch --- */

static gboolean
on_scroll (GtkEventControllerScroll *controller, double dx, double dy, SyTimelineChart *self)
{
  GdkModifierType state = modifiers (GTK_EVENT_CONTROLLER (controller));

  if (state & GDK_CONTROL_MASK)
    sy_time_view_zoom_at (&self->view, pow (ZOOM_STEP, -dy), self->hover_x);
  else if (state & GDK_SHIFT_MASK)
    sy_time_view_pan (&self->view, (dx + dy) * WHEEL_PIXELS, 0);
  else
    sy_time_view_pan (&self->view, dx * WHEEL_PIXELS, dy * WHEEL_PIXELS);
  sy_timeline_chart_touched (self);
  return TRUE;
}

static void
on_pinch_begin (GtkGesture *gesture, GdkEventSequence *sequence, SyTimelineChart *self)
{
  self->pinch = 1;
}

static void
on_pinch (GtkGestureZoom *gesture, double scale, SyTimelineChart *self)
{
  double x = self->view.width / 2, y = 0;

  gtk_gesture_get_bounding_box_center (GTK_GESTURE (gesture), &x, &y);
  sy_time_view_zoom_at (&self->view, scale / self->pinch, x);
  self->pinch = scale;
  sy_timeline_chart_touched (self);
}

/* --- keys --- */

static void
walk (SyTimelineChart *self, guint key, gboolean extend)
{
  SyTimeline *timeline = sy_timeline_chart_get_timeline (self);
  guint32 n = sy_timeline_get_n_rows (timeline), focus = sy_session_get_focus (self->session), row, target;

  if (n == 0)
    return;
  row = focus < n ? sy_timeline_row_of (timeline, focus) : G_MAXUINT32;
  if (key == GDK_KEY_Home || (row == G_MAXUINT32 && key != GDK_KEY_End))
    target = 0;
  else if (key == GDK_KEY_End)
    target = n - 1;
  else if (key == GDK_KEY_Up)
    target = row > 0 ? row - 1 : 0;
  else if (key == GDK_KEY_Down)
    target = MIN (row + 1, n - 1);
  else
    {
      guint32 page = MAX ((guint32) (sy_time_view_rows_height (&self->view) / self->view.row_height), 2) - 1;

      target = key == GDK_KEY_Page_Down ? MIN (row + page, n - 1) : row > page ? row - page : 0;
    }
  sy_session_select (self->session, sy_timeline_task_at (timeline, target), extend);
}

static gboolean
show_output (SyTimelineChart *self)
{
  guint32 focus = sy_session_get_focus (self->session);

  if (focus != SY_NO_TASK)
    sy_session_show_output (self->session, focus);
  return focus != SY_NO_TASK;
}

static gboolean
zoom_key (SyTimelineChart *self, guint key)
{
  switch (key)
    {
    case GDK_KEY_plus:
    case GDK_KEY_equal:
    case GDK_KEY_KP_Add: sy_timeline_chart_zoom (self, ZOOM_STEP); return TRUE;
    case GDK_KEY_minus:
    case GDK_KEY_KP_Subtract: sy_timeline_chart_zoom (self, 1 / ZOOM_STEP); return TRUE;
    case GDK_KEY_0:
    case GDK_KEY_KP_0:
    case GDK_KEY_f: sy_timeline_chart_fit (self); return TRUE;
    default: return FALSE;
    }
}

static gboolean
on_key (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state, SyTimelineChart *self)
{
  gboolean control = (state & GDK_CONTROL_MASK) != 0;

  if ((state & GDK_ALT_MASK) || sy_timeline_chart_get_timeline (self) == NULL)
    return FALSE;
  if (zoom_key (self, key))
    return TRUE;
  if (control)
    return FALSE;
  switch (key)
    {
    case GDK_KEY_Up:
    case GDK_KEY_Down:
    case GDK_KEY_Home:
    case GDK_KEY_End:
    case GDK_KEY_Page_Up:
    case GDK_KEY_Page_Down: walk (self, key, (state & GDK_SHIFT_MASK) != 0); return TRUE;
    case GDK_KEY_Left:
    case GDK_KEY_Right:
      sy_time_view_pan (&self->view, (key == GDK_KEY_Left ? -0.1 : 0.1) * sy_time_view_plot_width (&self->view), 0);
      sy_timeline_chart_touched (self);
      return TRUE;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter: return show_output (self);
    case GDK_KEY_r: return gtk_widget_activate_action (GTK_WIDGET (self), "task.rerun", NULL);
    case GDK_KEY_t: return gtk_widget_activate_action (GTK_WIDGET (self), "win.time-slider", NULL);
    case GDK_KEY_w: return gtk_widget_activate_action (GTK_WIDGET (self), "task.why", NULL);
    default: return FALSE;
    }
}

void
sy_timeline_chart_add_controllers (SyTimelineChart *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkEventController *motion = gtk_event_controller_motion_new (), *keys = gtk_event_controller_key_new ();
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkGesture *click = gtk_gesture_click_new (), *drag = gtk_gesture_drag_new (), *pinch = gtk_gesture_zoom_new ();

  g_signal_connect (motion, "enter", G_CALLBACK (on_motion), self);
  g_signal_connect (motion, "motion", G_CALLBACK (on_motion), self);
  g_signal_connect (motion, "leave", G_CALLBACK (on_leave), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  g_signal_connect (scroll, "scroll", G_CALLBACK (on_scroll), self);
  g_signal_connect (click, "released", G_CALLBACK (on_released), self);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (on_drag_update), self);
  g_signal_connect (drag, "drag-end", G_CALLBACK (on_drag_end), self);
  g_signal_connect (pinch, "begin", G_CALLBACK (on_pinch_begin), self);
  g_signal_connect (pinch, "scale-changed", G_CALLBACK (on_pinch), self);
  gtk_widget_add_controller (widget, motion);
  gtk_widget_add_controller (widget, keys);
  gtk_widget_add_controller (widget, scroll);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (click));
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (pinch));
  gtk_widget_set_has_tooltip (widget, TRUE);
  g_signal_connect (widget, "query-tooltip", G_CALLBACK (on_tooltip), NULL);
}
