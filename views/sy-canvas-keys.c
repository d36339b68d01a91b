/* sy-canvas-keys.c: the keyboard: along edges, within a layer, zoom
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-canvas-private.h"
#include "views/sy-design-layer.h"

#include <math.h>

#define PAN_PIXELS 96.0
#define NUDGE 8 /* world units; with Shift 1 */

static float
middle_of (SyCanvas *self, guint32 task)
{
  return self->geometry->nodes[task].y;
}

/* Of two tasks the one whose height is nearer to @y; SY_NO_TASK loses */
static guint32
nearer (SyCanvas *self, guint32 a, guint32 b, float y)
{
  if (a == SY_NO_TASK)
    return b;
  return fabsf (middle_of (self, b) - y) < fabsf (middle_of (self, a) - y) ? b : a;
}

static guint32
along_edges (SyCanvas *self, guint32 from, gboolean forward)
{
  const SyGeometry *g = self->geometry;
  const SyTask *task = &g->workflow->tasks[sy_geometry_shown (g, from)];
  guint32 found = SY_NO_TASK;

  if (forward)
    for (guint32 e = g->edge_start[sy_geometry_shown (g, from)]; e < g->edge_start[sy_geometry_shown (g, from) + 1]; e++)
      found = nearer (self, found, g->edges[e].to, middle_of (self, from));
  else
    for (guint32 k = 0; k < task->n_needs; k++)
      found = nearer (self, found, task->needs[k].task, middle_of (self, from));
  return found;
}

/* The neighbour above (−1) or below (1) in the same layer; at the end of a folded layer's column, the next column's first */
static guint32
within_layer (SyCanvas *self, guint32 from, int direction)
{
  const SyRect *nodes = self->geometry->nodes;
  float column = (float) direction * (nodes[from].width + nodes[from].width * SY_GAP_X / SY_NODE_WIDTH / 2);
  guint32 found = SY_NO_TASK, beside = SY_NO_TASK;

  for (guint32 v = 0; v < self->geometry->n_nodes; v++)
    {
      if (fabsf (nodes[v].x - nodes[from].x) < 1 && (nodes[v].y - nodes[from].y) * (float) direction > 0)
        found = nearer (self, found, v, nodes[from].y);
      if (fabsf (nodes[v].x - nodes[from].x - column) < 1 && (beside == SY_NO_TASK || (nodes[v].y - nodes[beside].y) * (float) direction < 0))
        beside = v;
    }
  return found != SY_NO_TASK ? found : beside;
}

/* The first task without needs, or the last without dependants */
static guint32
end_of (SyCanvas *self, gboolean last)
{
  const SyGeometry *g = self->geometry;

  for (guint32 i = 0; i < g->n_nodes; i++)
    {
      guint32 v = last ? g->n_nodes - 1 - i : i;

      if (last ? g->edge_start[v] == g->edge_start[v + 1] : g->workflow->tasks[v].n_needs == 0)
        return v;
    }
  return SY_NO_TASK;
}

static guint32
target_of (SyCanvas *self, guint key)
{
  guint32 focus = sy_session_get_focus (self->session);

  if (key == GDK_KEY_Home || key == GDK_KEY_KP_Home || focus == SY_NO_TASK)
    return end_of (self, FALSE);
  switch (key)
    {
    case GDK_KEY_End:
    case GDK_KEY_KP_End: return end_of (self, TRUE);
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left: return along_edges (self, focus, FALSE);
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right: return along_edges (self, focus, TRUE);
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up: return within_layer (self, focus, -1);
    default: return within_layer (self, focus, 1);
    }
}

static gboolean
walk (GtkWidget *widget, GVariant *args, gpointer data)
{
  SyCanvas *self = SY_CANVAS (widget);
  guint key, extend;
  guint32 target;

  g_variant_get (args, "(uu)", &key, &extend);
  if (!sy_canvas_is_ready (self) || self->geometry->n_nodes == 0)
    return FALSE;
  target = target_of (self, key);
  if (target == SY_NO_TASK)
    return TRUE;
  target = sy_geometry_shown (self->geometry, target);
  sy_session_select (self->session, target, extend != 0);
  sy_canvas_reveal (self, target);
  gtk_widget_grab_focus (widget);
  return TRUE;
}

static gboolean
pan (GtkWidget *widget, GVariant *args, gpointer data)
{
  int dx, dy;

  g_variant_get (args, "(ii)", &dx, &dy);
  sy_canvas_pan (SY_CANVAS (widget), dx * PAN_PIXELS, dy * PAN_PIXELS);
  return TRUE;
}

static gboolean
nudge (GtkWidget *widget, GVariant *args, gpointer data)
{
  int dx, dy;

  if (!sy_design_layer_is_active (SY_CANVAS (widget)->design))
    return FALSE;
  g_variant_get (args, "(ii)", &dx, &dy);
  sy_design_layer_nudge (SY_CANVAS (widget)->design, dx, dy);
  return TRUE;
}

static gboolean
cancel_drag (GtkWidget *widget, GVariant *args, gpointer data)
{
  return sy_canvas_cancel_drag (SY_CANVAS (widget));
}

static gboolean
open_focus (GtkWidget *widget, GVariant *args, gpointer data)
{
  SyCanvas *self = SY_CANVAS (widget);
  guint32 focus = sy_session_get_focus (self->session);

  if (focus == SY_NO_TASK)
    return FALSE;
  if (sy_canvas_is_ready (self) && sy_canvas_get_collapsed (self, sy_geometry_shown (self->geometry, focus)) != NULL)
    sy_canvas_expand (self, sy_geometry_shown (self->geometry, focus));
  else
    sy_session_show_output (self->session, focus);
  return TRUE;
}

static gboolean
toggle_focus (GtkWidget *widget, GVariant *args, gpointer data)
{
  SyCanvas *self = SY_CANVAS (widget);
  guint32 focus = sy_session_get_focus (self->session);

  if (focus == SY_NO_TASK)
    return FALSE;
  if (sy_session_get_plan (self->session) != NULL)
    sy_session_toggle_in_plan (self->session, focus);
  else
    sy_session_toggle (self->session, focus);
  return TRUE;
}

static gboolean
open_menu (GtkWidget *widget, GVariant *args, gpointer data)
{
  SyCanvas *self = SY_CANVAS (widget);
  guint32 focus = sy_session_get_focus (self->session);
  SyRect box = { (float) self->view.width / 2, (float) self->view.height / 2, 0, 0 };

  if (focus != SY_NO_TASK && sy_canvas_is_ready (self))
    {
      sy_canvas_reveal (self, focus);
      box = sy_viewport_rect_to_screen (&self->view, &self->geometry->nodes[focus]);
    }
  sy_canvas_show_menu (self, focus != SY_NO_TASK ? SY_MENU_TASK : SY_MENU_CANVAS, box.x + box.width / 2, box.y + box.height / 2);
  return TRUE;
}

static void
add_walk (GtkShortcutController *keys, guint key)
{
  for (guint extend = 0; extend < 2; extend++)
    gtk_shortcut_controller_add_shortcut (
        keys, gtk_shortcut_new_with_arguments (gtk_keyval_trigger_new (key, extend ? GDK_SHIFT_MASK : 0),
                                               gtk_callback_action_new (walk, NULL, NULL), "(uu)", key, extend));
}

static void
add_step (GtkShortcutController *keys, guint key, GdkModifierType state, GtkShortcutFunc function, int dx, int dy)
{
  gtk_shortcut_controller_add_shortcut (
      keys, gtk_shortcut_new_with_arguments (gtk_keyval_trigger_new (key, state), gtk_callback_action_new (function, NULL, NULL), "(ii)", dx, dy));
}

/* Ctrl pans, Alt moves what is selected in a document */
static void
add_steps (GtkShortcutController *keys, guint key, int dx, int dy)
{
  add_step (keys, key, GDK_CONTROL_MASK, pan, dx, dy);
  add_step (keys, key, GDK_ALT_MASK, nudge, dx * NUDGE, dy * NUDGE);
  add_step (keys, key, GDK_ALT_MASK | GDK_SHIFT_MASK, nudge, dx, dy);
}

static void
add_callback (GtkShortcutController *keys, guint key, GdkModifierType state, GtkShortcutFunc function)
{
  gtk_shortcut_controller_add_shortcut (keys, gtk_shortcut_new (gtk_keyval_trigger_new (key, state),
                                                                gtk_callback_action_new (function, NULL, NULL)));
}

void
sy_canvas_add_keys (SyCanvas *self)
{
  static const guint walks[] = { GDK_KEY_Left, GDK_KEY_Right, GDK_KEY_Up, GDK_KEY_Down, GDK_KEY_Home, GDK_KEY_End,
                                 GDK_KEY_KP_Left, GDK_KEY_KP_Right, GDK_KEY_KP_Up, GDK_KEY_KP_Down, GDK_KEY_KP_Home, GDK_KEY_KP_End };
  static const struct { const char *trigger, *action; } actions[] = {
    { "f", "canvas.fit" }, { "plus|equal|KP_Add|<Control>plus|<Control>equal|<Control>KP_Add", "canvas.zoom-in" },
    { "minus|KP_Subtract|<Control>minus|<Control>KP_Subtract", "canvas.zoom-out" },
    { "0|KP_0|<Control>0|<Control>KP_0", "canvas.zoom-one" }, { "l", "show.follow" }, { "b", "canvas.select-branch" }, { "g", "canvas.toggle-collapsed" }, { "<Shift>g", "canvas.toggle-group" },
    { "<Control><Shift>g", "design.group" }, { "<Control><Shift>u", "design.dissolve-group" },
    { "<Control>a", "canvas.select-all" }, { "F2", "design.rename" }, { "Delete|KP_Delete", "design.delete" },
    { "a", "design.add-after" }, { "c", "design.connect" }, { "<Control>z", "design.undo" }, { "<Control><Shift>z|<Control>y", "design.redo" },
    { "<Control>x", "design.cut" }, { "<Control>c", "design.copy" }, { "<Control>v", "design.paste" }, { "<Control>d", "design.duplicate" },
    { "p", "design.toggle-pin" }, { "<Control><Shift>t", "design.tidy" },
    { "<Control><Shift>Left", "design.align-left" }, { "<Control><Shift>Right", "design.align-right" }, { "<Control><Shift>e", "design.align-centre" },
    { "<Control><Shift>Up", "design.align-top" }, { "<Control><Shift>Down", "design.align-bottom" }, { "<Control><Shift>m", "design.align-middle" },
    { "<Control><Shift>h", "design.distribute-across" }, { "<Control><Shift>v", "design.distribute-down" },
    { "e", "win.edit" }, { "r", "task.rerun" }, { "w", "task.why" }, { "t", "win.time-slider" },
  };
  GtkShortcutController *keys = GTK_SHORTCUT_CONTROLLER (gtk_shortcut_controller_new ());

  for (guint i = 0; i < G_N_ELEMENTS (walks); i++)
    add_walk (keys, walks[i]);
  add_steps (keys, GDK_KEY_Left, -1, 0);
  add_steps (keys, GDK_KEY_Right, 1, 0);
  add_steps (keys, GDK_KEY_Up, 0, -1);
  add_steps (keys, GDK_KEY_Down, 0, 1);
  add_callback (keys, GDK_KEY_Escape, 0, cancel_drag);
  add_callback (keys, GDK_KEY_Return, 0, open_focus);
  add_callback (keys, GDK_KEY_KP_Enter, 0, open_focus);
  add_callback (keys, GDK_KEY_space, 0, toggle_focus);
  add_callback (keys, GDK_KEY_space, GDK_CONTROL_MASK, toggle_focus);
  add_callback (keys, GDK_KEY_Menu, 0, open_menu);
  add_callback (keys, GDK_KEY_F10, GDK_SHIFT_MASK, open_menu);
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_shortcut_controller_add_shortcut (keys, gtk_shortcut_new (gtk_shortcut_trigger_parse_string (actions[i].trigger),
                                                                  gtk_named_action_new (actions[i].action)));
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (keys));
}
