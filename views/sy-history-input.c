/* sy-history-input.c: pointer, wheel and keys on the grid of tasks and runs
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-history-grid-private.h"

#include "views/sy-history-words.h"

#define WHEEL_PIXELS 52.0

/* --- hover --- */

static void
set_hover (SyHistoryGrid *self, guint32 row, guint column)
{
  if (row == self->hover_row && column == self->hover_column)
    return;
  self->hover_row = row;
  self->hover_column = column;
  sy_history_grid_describe (self, row, column);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
on_motion (GtkEventControllerMotion *controller, double x, double y, SyHistoryGrid *self)
{
  set_hover (self, sy_grid_view_row_at (&self->view, y), sy_grid_view_column_at (&self->view, x));
}

static void
on_leave (GtkEventControllerMotion *controller, SyHistoryGrid *self)
{
  set_hover (self, G_MAXUINT32, G_MAXUINT);
}

static gboolean
on_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip, gpointer data)
{
  SyHistoryGrid *self = SY_HISTORY_GRID (widget);
  g_autofree char *text = NULL;

  if (keyboard)
    text = sy_history_grid_words_at (self, self->cursor_row, sy_history_grid_get_cursor_column (self));
  else
    text = sy_history_grid_words_at (self, sy_grid_view_row_at (&self->view, y), sy_grid_view_column_at (&self->view, x));
  gtk_tooltip_set_text (tooltip, text);
  return text != NULL;
}

/* --- press and drag --- */

static void
on_pressed (GtkGestureClick *gesture, int n_press, double x, double y, SyHistoryGrid *self)
{
  GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
  guint button = gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture));
  guint32 row = sy_grid_view_row_at (&self->view, y);
  guint column = sy_grid_view_column_at (&self->view, x);

  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (column == G_MAXUINT)
    column = row != G_MAXUINT32 ? sy_history_grid_get_cursor_column (self) : G_MAXUINT;
  if (column == G_MAXUINT)
    return;
  sy_history_grid_move_cursor (self, row, column);
  if (button == GDK_BUTTON_SECONDARY)
    g_signal_emit_by_name (self, "menu", x, y);
  else if (n_press == 2)
    sy_history_grid_open (self);
  else if (row == G_MAXUINT32)
    sy_history_grid_choose (self, column, (state & (GDK_CONTROL_MASK | GDK_SHIFT_MASK)) != 0);
}

static void
on_drag_begin (GtkGestureDrag *gesture, double x, double y, SyHistoryGrid *self)
{
  self->dragging = FALSE;
  self->drag_x = x;
  self->drag_y = y;
}

static void
on_drag_update (GtkGestureDrag *gesture, double dx, double dy, SyHistoryGrid *self)
{
  double x, y;

  if (!gtk_gesture_drag_get_start_point (gesture, &x, &y))
    return;
  if (!self->dragging && !gtk_drag_check_threshold (GTK_WIDGET (self), (int) x, (int) y, (int) (x + dx), (int) (y + dy)))
    return;
  self->dragging = TRUE;
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  sy_grid_view_pan (&self->view, self->drag_x - (x + dx), self->drag_y - (y + dy));
  self->drag_x = x + dx;
  self->drag_y = y + dy;
  sy_history_grid_touched (self);
}

static gboolean
on_scroll (GtkEventControllerScroll *controller, double dx, double dy, SyHistoryGrid *self)
{
  GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller));

  if (state & GDK_SHIFT_MASK)
    sy_grid_view_pan (&self->view, (dx + dy) * WHEEL_PIXELS, 0);
  else
    sy_grid_view_pan (&self->view, dx * WHEEL_PIXELS, dy * WHEEL_PIXELS);
  sy_history_grid_touched (self);
  return TRUE;
}

/* --- keys --- */

/* Rows go from the heads of the columns (G_MAXUINT32, as −1) down. */
static guint32
step_row (SyHistoryGrid *self, gint64 step)
{
  gint64 row = self->cursor_row == G_MAXUINT32 ? -1 : (gint64) self->cursor_row;

  row = CLAMP (row + step, -1, (gint64) self->view.n_rows - 1);
  return row < 0 ? G_MAXUINT32 : (guint32) row;
}

static gboolean
walk (SyHistoryGrid *self, guint key, gboolean control)
{
  guint column = sy_history_grid_get_cursor_column (self), last = self->view.n_columns - 1;
  gint64 page = MAX ((gint64) (sy_grid_view_plot_height (&self->view) / SY_GRID_ROW) - 1, 1);
  guint32 row = self->cursor_row;

  switch (key)
    {
    case GDK_KEY_Up: row = step_row (self, control ? -G_MAXINT32 : -1); break;
    case GDK_KEY_Down: row = step_row (self, control ? G_MAXINT32 : 1); break;
    case GDK_KEY_Page_Up: row = step_row (self, -page); break;
    case GDK_KEY_Page_Down: row = step_row (self, page); break;
    case GDK_KEY_Left: column = control || column == 0 ? 0 : column - 1; break;
    case GDK_KEY_Right: column = control ? last : MIN (column + 1, last); break;
    case GDK_KEY_Home:
      column = 0;
      row = control ? step_row (self, -G_MAXINT32) : row;
      break;
    case GDK_KEY_End:
      column = last;
      row = control ? step_row (self, G_MAXINT32) : row;
      break;
    default: return FALSE;
    }
  sy_history_grid_move_cursor (self, row, column);
  return TRUE;
}

static gboolean
show_menu (SyHistoryGrid *self)
{
  guint column = sy_history_grid_get_cursor_column (self);
  double y = self->cursor_row < self->view.n_rows ? sy_grid_view_y (&self->view, self->cursor_row) + SY_GRID_ROW / 2 : SY_GRID_TOP / 2;

  g_signal_emit_by_name (self, "menu", sy_grid_view_x (&self->view, column) + self->view.column_width / 2, y);
  return TRUE;
}

static gboolean
on_key (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state, SyHistoryGrid *self)
{
  gboolean control = (state & GDK_CONTROL_MASK) != 0;
  guint column = sy_history_grid_get_cursor_column (self);

  if ((state & GDK_ALT_MASK) || column == G_MAXUINT)
    return FALSE;
  if (walk (self, key, control))
    return TRUE;
  switch (key)
    {
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter: sy_history_grid_open (self); return TRUE;
    case GDK_KEY_space: sy_history_grid_choose (self, column, TRUE); return TRUE;
    case GDK_KEY_Escape: return sy_history_grid_forget_chosen (self);
    case GDK_KEY_Menu: return show_menu (self);
    case GDK_KEY_F10: return (state & GDK_SHIFT_MASK) != 0 && show_menu (self);
    case GDK_KEY_c:
      if (control)
        return FALSE;
      g_signal_emit_by_name (self, "compare");
      return TRUE;
    case GDK_KEY_Delete:
      return gtk_widget_activate_action (GTK_WIDGET (self), "run.delete", "s", sy_history_grid_get_cursor_run (self)->uuid);
    default: return FALSE;
    }
}

void
sy_history_grid_add_controllers (SyHistoryGrid *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkEventController *motion = gtk_event_controller_motion_new (), *keys = gtk_event_controller_key_new ();
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkGesture *click = gtk_gesture_click_new (), *drag = gtk_gesture_drag_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), 0);
  g_signal_connect (motion, "enter", G_CALLBACK (on_motion), self);
  g_signal_connect (motion, "motion", G_CALLBACK (on_motion), self);
  g_signal_connect (motion, "leave", G_CALLBACK (on_leave), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  g_signal_connect (scroll, "scroll", G_CALLBACK (on_scroll), self);
  g_signal_connect (click, "pressed", G_CALLBACK (on_pressed), self);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (on_drag_update), self);
  gtk_widget_add_controller (widget, motion);
  gtk_widget_add_controller (widget, keys);
  gtk_widget_add_controller (widget, scroll);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (click));
  gtk_widget_set_has_tooltip (widget, TRUE);
  g_signal_connect (widget, "query-tooltip", G_CALLBACK (on_tooltip), NULL);
}
