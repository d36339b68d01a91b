/* sy-canvas-input.c: pointer, wheel and touch
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-canvas-private.h"
#include "views/sy-design-layer.h"

#include <glib/gi18n.h>
#include <math.h>

#define WHEEL_PIXELS 48.0

static guint32
task_at (SyCanvas *self, double x, double y)
{
  SyPoint world = sy_viewport_to_world (&self->view, x, y);

  return sy_canvas_is_ready (self) ? sy_geometry_node_at (self->geometry, world.x, world.y) : SY_NO_TASK;
}

static GdkModifierType
modifiers (GtkEventController *controller)
{
  return gtk_event_controller_get_current_event_state (controller) & (GDK_CONTROL_MASK | GDK_SHIFT_MASK | GDK_ALT_MASK);
}

/* --- hover --- */

/* With "2.3 × usual" where that is remarkable, and whether it is flaky */
static char *
describe_task (SyCanvas *self, guint32 task)
{
  g_autofree char *look = sy_look_describe (sy_canvas_look_of (task, self), sy_run_model_get_state (self->model), task);
  double slower = sy_run_model_get_slower (self->model, task);
  GString *text = g_string_new (look);

  if (slower > 0)
    sy_usual_words (g_string_append (text, ", "), slower);
  if (sy_session_is_flaky (self->session, task))
    g_string_append_printf (text, ", %s", _("flaky"));
  return g_string_free (text, FALSE);
}

static void
describe_hover (SyCanvas *self)
{
  g_autofree char *text = NULL;

  if (self->hover_chip != G_MAXUINT32)
    text = sy_canvas_describe_chip (self, self->hover_chip);
  else if (self->hover != SY_NO_TASK && !sy_design_layer_is_active (self->design) && sy_canvas_is_ready (self))
    text = describe_task (self, self->hover);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), text);
}

static void
set_hover (SyCanvas *self, guint32 task, guint32 chip)
{
  if (task == self->hover && chip == self->hover_chip)
    return;
  self->hover = task;
  self->hover_chip = chip;
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), task != SY_NO_TASK || chip != G_MAXUINT32 ? "pointer" : NULL);
  describe_hover (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
on_motion (GtkEventControllerMotion *controller, double x, double y, SyCanvas *self)
{
  guint32 chip = sy_canvas_chip_at (self, x, y);

  self->pointer_x = x;
  self->pointer_y = y;
  sy_design_layer_motion (self->design, x, y);
  if (self->drag == SY_DRAG_NONE)
    set_hover (self, chip == G_MAXUINT32 ? task_at (self, x, y) : SY_NO_TASK, chip);
}

static void
on_leave (GtkEventControllerMotion *controller, SyCanvas *self)
{
  set_hover (self, SY_NO_TASK, G_MAXUINT32);
  sy_design_layer_leave (self->design);
}

/* --- press --- */

static void
press_task (SyCanvas *self, guint32 task, GdkModifierType state, int n_press)
{
  if (sy_session_get_plan (self->session) != NULL)
    sy_session_toggle_in_plan (self->session, task);
  else if (state & GDK_CONTROL_MASK)
    sy_session_toggle (self->session, task);
  else if (sy_canvas_get_collapsed (self, task) != NULL)
    sy_canvas_select_collapsed (self, task);
  else
    sy_session_select (self->session, task, (state & GDK_SHIFT_MASK) != 0);
  if (n_press == 2 && sy_canvas_get_collapsed (self, task) != NULL)
    sy_canvas_expand (self, task);
  else if (n_press == 2)
    sy_session_show_output (self->session, task);
}

/* An edge leads to its target; with Shift, to its source. */
guint32
sy_canvas_edge_at (SyCanvas *self, double x, double y)
{
  SyPoint world = sy_viewport_to_world (&self->view, x, y);

  if (!sy_canvas_is_ready (self) || sy_scene_is_far (self->scene, self->view.zoom))
    return G_MAXUINT32;
  return sy_geometry_edge_at (self->geometry, world.x, world.y, (float) (SY_NEAR_EDGE / self->view.zoom));
}

/* The name of a group stands for its tasks. */
gboolean
sy_canvas_select_frame (SyCanvas *self, double x, double y, gboolean add)
{
  SyPoint world = sy_viewport_to_world (&self->view, x, y);
  const SyFrame *frame = sy_canvas_is_ready (self) ? sy_geometry_frame_at (self->geometry, world.x, world.y) : NULL;
  g_autoptr (GArray) tasks = NULL;

  if (frame == NULL || sy_scene_is_far (self->scene, self->view.zoom))
    return FALSE;
  tasks = add ? sy_session_get_selection (self->session) : g_array_new (FALSE, FALSE, sizeof (guint32));
  for (guint32 v = 0; v < self->geometry->n_nodes; v++)
    if (g_strcmp0 (self->geometry->workflow->tasks[v].group, frame->name) == 0)
      g_array_append_val (tasks, v);
  sy_session_select_many (self->session, (const guint32 *) (const void *) tasks->data, tasks->len);
  sy_session_set_focus (self->session, frame->first);
  return TRUE;
}

static gboolean
press_edge (SyCanvas *self, double x, double y, GdkModifierType state)
{
  guint32 edge = sy_canvas_edge_at (self, x, y);

  if (edge == G_MAXUINT32)
    return FALSE;
  sy_session_select_many (self->session, (guint32[2]){ self->geometry->edges[edge].from, self->geometry->edges[edge].to }, 2);
  sy_session_set_focus (self->session, state & GDK_SHIFT_MASK ? self->geometry->edges[edge].from : self->geometry->edges[edge].to);
  return TRUE;
}

static void
on_released (GtkGestureClick *gesture, int n_press, double x, double y, SyCanvas *self)
{
  GdkModifierType state = modifiers (GTK_EVENT_CONTROLLER (gesture));
  guint32 chip = sy_canvas_chip_at (self, x, y), task = task_at (self, x, y);

  if (self->drag != SY_DRAG_NONE || !sy_canvas_is_ready (self))
    return;
  gtk_widget_grab_focus (GTK_WIDGET (self));
  sy_canvas_user_acts (self);
  if (sy_design_layer_press (self->design, task, x, y, n_press))
    return;
  if (chip != G_MAXUINT32)
    sy_canvas_select_branch (self, chip);
  else if (task != SY_NO_TASK)
    press_task (self, task, state, n_press);
  else if (!sy_canvas_select_frame (self, x, y, state != 0) && !press_edge (self, x, y, state) && state == 0)
    sy_session_clear_selection (self->session);
}

static SyCanvasMenu
menu_at (SyCanvas *self, guint32 task, double x, double y)
{
  if (sy_canvas_chip_at (self, x, y) != G_MAXUINT32)
    return SY_MENU_BRANCH;
  if (task != SY_NO_TASK || sy_canvas_select_frame (self, x, y, FALSE))
    return SY_MENU_TASK;
  return sy_canvas_edge_at (self, x, y) != G_MAXUINT32 ? SY_MENU_EDGE : SY_MENU_CANVAS;
}

static void
on_menu_pressed (GtkGestureClick *gesture, int n_press, double x, double y, SyCanvas *self)
{
  guint32 task = task_at (self, x, y);

  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_widget_grab_focus (GTK_WIDGET (self));
  set_hover (self, SY_NO_TASK, G_MAXUINT32); /* its tooltip would lie upon the menu */
  if (task != SY_NO_TASK && !sy_session_is_selected (self->session, task))
    sy_session_select (self->session, task, FALSE);
  sy_canvas_show_menu (self, menu_at (self, task, x, y), x, y);
}

/* --- drag --- */

static void
on_drag_begin (GtkGestureDrag *gesture, double x, double y, SyCanvas *self)
{
  SyPoint world = sy_viewport_to_world (&self->view, x, y);

  self->drag = SY_DRAG_NONE;
  self->drag_x = x;
  self->drag_y = y;
  self->from_x = world.x;
  self->from_y = world.y;
}

static void
on_drag_update (GtkGestureDrag *gesture, double dx, double dy, SyCanvas *self)
{
  GdkModifierType state = modifiers (GTK_EVENT_CONTROLLER (gesture));
  guint button = gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture));
  gboolean designs = sy_design_layer_is_active (self->design);
  double x, y;

  if (!gtk_gesture_drag_get_start_point (gesture, &x, &y) || self->geometry == NULL)
    return;
  x += dx;
  y += dy;
  if (self->drag == SY_DRAG_NONE)
    {
      if (!gtk_drag_check_threshold (GTK_WIDGET (self), (int) (x - dx), (int) (y - dy), (int) x, (int) y))
        return;
      if (button == GDK_BUTTON_PRIMARY && sy_design_layer_drag (self->design, x - dx, y - dy))
        self->drag = SY_DRAG_DESIGN;
      else
        self->drag = button == GDK_BUTTON_PRIMARY && (designs || (state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK))) ? SY_DRAG_MARQUEE : SY_DRAG_PAN;
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
      set_hover (self, SY_NO_TASK, G_MAXUINT32);
    }
  if (self->drag == SY_DRAG_DESIGN)
    sy_design_layer_drag_to (self->design, x, y, state);
  if (self->drag == SY_DRAG_PAN)
    sy_canvas_pan (self, self->drag_x - x, self->drag_y - y);
  self->drag_x = x;
  self->drag_y = y;
  if (self->drag == SY_DRAG_MARQUEE)
    gtk_widget_queue_draw (GTK_WIDGET (self));
}

typedef struct
{
  SyCanvas *canvas;
  GArray *tasks;
} Within;

static void
add_within (guint32 index, gpointer data)
{
  Within *within = data;
  const GArray *tasks = sy_canvas_get_collapsed (within->canvas, index);

  if (tasks != NULL)
    g_array_append_vals (within->tasks, tasks->data, tasks->len);
  else
    g_array_append_val (within->tasks, index);
}

static void
select_marquee (SyCanvas *self, gboolean add)
{
  SyPoint to = sy_viewport_to_world (&self->view, self->drag_x, self->drag_y);
  SyRect area = { (float) MIN (self->from_x, to.x), (float) MIN (self->from_y, to.y), (float) fabs (self->from_x - to.x),
                  (float) fabs (self->from_y - to.y) };
  g_autoptr (GArray) tasks = add ? sy_session_get_selection (self->session) : g_array_new (FALSE, FALSE, sizeof (guint32));
  Within within = { self, tasks };

  sy_geometry_foreach_node (self->geometry, &area, add_within, &within);
  sy_session_select_many (self->session, (const guint32 *) tasks->data, tasks->len);
}

static gboolean
end_drag (gpointer data)
{
  SyCanvas *self = data;

  self->drag = SY_DRAG_NONE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  return G_SOURCE_REMOVE;
}

static void
on_drag_cancel (GtkGesture *gesture, GdkEventSequence *sequence, SyCanvas *self)
{
  sy_design_layer_cancel_drag (self->design);
  end_drag (self);
}

gboolean
sy_canvas_cancel_drag (SyCanvas *self)
{
  gboolean any = sy_design_layer_cancel_drag (self->design) || self->drag == SY_DRAG_MARQUEE;

  if (any)
    end_drag (self);
  return any;
}

static void
on_drag_end (GtkGestureDrag *gesture, double dx, double dy, SyCanvas *self)
{
  guint adding = sy_design_layer_is_active (self->design) ? GDK_CONTROL_MASK | GDK_SHIFT_MASK : GDK_CONTROL_MASK;

  if (self->drag == SY_DRAG_MARQUEE && sy_canvas_is_ready (self))
    select_marquee (self, (modifiers (GTK_EVENT_CONTROLLER (gesture)) & adding) != 0);
  if (self->drag == SY_DRAG_DESIGN)
    sy_design_layer_drop (self->design);
  if (self->drag != SY_DRAG_NONE)
    end_drag (self);
}

/* --- wheel and touch --- */

static gboolean
on_scroll (GtkEventControllerScroll *controller, double dx, double dy, SyCanvas *self)
{
  GdkModifierType state = modifiers (GTK_EVENT_CONTROLLER (controller));

  if (self->geometry == NULL)
    return FALSE;
  if (state & GDK_CONTROL_MASK)
    sy_canvas_zoom_at (self, self->view.zoom * pow (SY_ZOOM_STEP, -dy), self->pointer_x, self->pointer_y);
  else if (state & GDK_SHIFT_MASK)
    sy_canvas_pan (self, (dx + dy) * WHEEL_PIXELS, 0);
  else if (dx == 0 && sy_viewport_is_strip (&self->view))
    sy_canvas_pan (self, dy * WHEEL_PIXELS, 0);
  else
    sy_canvas_pan (self, dx * WHEEL_PIXELS, dy * WHEEL_PIXELS);
  return TRUE;
}

static void
on_pinch_begin (GtkGesture *gesture, GdkEventSequence *sequence, SyCanvas *self)
{
  self->pinch_zoom = self->view.zoom;
}

static void
on_pinch (GtkGestureZoom *gesture, double scale, SyCanvas *self)
{
  double x = self->view.width / 2, y = self->view.height / 2;

  gtk_gesture_get_bounding_box_center (GTK_GESTURE (gesture), &x, &y);
  if (self->geometry != NULL)
    sy_canvas_zoom_at (self, self->pinch_zoom * scale, x, y);
}

void
sy_canvas_add_controllers (SyCanvas *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkGesture *click = gtk_gesture_click_new (), *menu = gtk_gesture_click_new (), *drag = gtk_gesture_drag_new ();
  GtkGesture *pinch = gtk_gesture_zoom_new ();

  g_signal_connect (motion, "enter", G_CALLBACK (on_motion), self);
  g_signal_connect (motion, "motion", G_CALLBACK (on_motion), self);
  g_signal_connect (motion, "leave", G_CALLBACK (on_leave), self);
  g_signal_connect (scroll, "scroll", G_CALLBACK (on_scroll), self);
  g_signal_connect (click, "released", G_CALLBACK (on_released), self);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (menu), GDK_BUTTON_SECONDARY);
  g_signal_connect (menu, "pressed", G_CALLBACK (on_menu_pressed), self);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (drag), 0);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (on_drag_update), self);
  g_signal_connect (drag, "drag-end", G_CALLBACK (on_drag_end), self);
  g_signal_connect (drag, "cancel", G_CALLBACK (on_drag_cancel), self);
  g_signal_connect (pinch, "begin", G_CALLBACK (on_pinch_begin), self);
  g_signal_connect (pinch, "scale-changed", G_CALLBACK (on_pinch), self);
  gtk_widget_add_controller (widget, motion);
  gtk_widget_add_controller (widget, scroll);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (click));
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (menu));
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (pinch));
}
