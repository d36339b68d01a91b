/* sy-design-layer.c: the pointer over a document: ports, connecting by dragging
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-design-layer-private.h"

#include "core/model/sy-graph.h"

#include <glib/gi18n.h>
#include <math.h>

#define PORT_REACH 11.0 /* pixels around a port that mean it */
#define DROP_REACH 24.0 /* a drag that ends nearer to where it began meant nothing */

const SyWorkflow *
sy_design_layer_workflow (SyDesignLayer *self)
{
  return self->canvas->geometry != NULL ? self->canvas->geometry->workflow : NULL;
}

gboolean
sy_design_layer_is_active (SyDesignLayer *self)
{
  return self->design != NULL;
}

static gboolean
may_edit (SyDesignLayer *self)
{
  return self->design != NULL && sy_canvas_is_ready (self->canvas) && sy_session_get_plan (self->canvas->session) == NULL
         && !sy_scene_is_far (self->canvas->scene, self->canvas->view.zoom);
}

/* --- ports --- */

SyPoint
sy_design_layer_port (SyDesignLayer *self, guint32 task, gboolean out)
{
  SyRect box = sy_canvas_screen_box (self->canvas, task);

  return (SyPoint){ out ? box.x + box.width : box.x, box.y + box.height / 2 };
}

static guint32
task_near (SyDesignLayer *self, double x, double y)
{
  static const double reach[] = { 0, -PORT_REACH, PORT_REACH };

  for (guint i = 0; i < G_N_ELEMENTS (reach); i++)
    {
      SyPoint world = sy_viewport_to_world (&self->canvas->view, x + reach[i], y);
      guint32 task = sy_geometry_node_at (self->canvas->geometry, world.x, world.y);

      if (task != SY_NO_TASK)
        return task;
    }
  return SY_NO_TASK;
}

/* The task whose port is there, or SY_NO_TASK */
static guint32
port_at (SyDesignLayer *self, double x, double y, gboolean *out)
{
  guint32 task = task_near (self, x, y);

  for (guint side = 0; task != SY_NO_TASK && side < 2; side++)
    {
      SyPoint port = sy_design_layer_port (self, task, side == 0);

      *out = side == 0;
      if (hypot (x - port.x, y - port.y) <= PORT_REACH)
        return task;
    }
  return SY_NO_TASK;
}

void
sy_design_layer_motion (SyDesignLayer *self, double x, double y)
{
  guint32 hover;

  self->x = x;
  self->y = y;
  if (!may_edit (self) || self->dragging || sy_design_layer_is_moving (self))
    return;
  hover = task_near (self, x, y);
  if (hover == self->hover)
    return;
  self->hover = hover;
  gtk_widget_queue_draw (GTK_WIDGET (self->canvas));
}

void
sy_design_layer_leave (SyDesignLayer *self)
{
  if (self->hover == SY_NO_TASK || self->dragging || sy_design_layer_is_moving (self))
    return;
  self->hover = SY_NO_TASK;
  gtk_widget_queue_draw (GTK_WIDGET (self->canvas));
}

/* --- connecting --- */

static gboolean
is_connected (SyDesignLayer *self, guint32 from, guint32 to)
{
  const SyTask *task = &sy_design_layer_workflow (self)->tasks[to];

  for (guint32 k = 0; k < task->n_needs; k++)
    if (task->needs[k].task == from)
      return TRUE;
  return FALSE;
}

static void
refuse (SyDesignLayer *self, guint32 target)
{
  const SyWorkflow *workflow = sy_design_layer_workflow (self);
  guint32 from = self->outwards ? self->from : target, to = self->outwards ? target : self->from;
  g_autofree char *way = NULL;

  g_clear_pointer (&self->refusal, g_free);
  if (target == SY_NO_TASK || target == self->from)
    return;
  if (self->closed[target])
    {
      way = sy_design_describe_way (workflow, to, from);
      self->refusal = g_strdup_printf (_("That would be a cycle: %s → %s"), way, workflow->tasks[to].id);
    }
  else if (is_connected (self, from, to))
    self->refusal = g_strdup_printf (_("%s needs %s already"), workflow->tasks[to].id, workflow->tasks[from].id);
  if (self->refusal != NULL)
    sy_session_set_status (self->canvas->session, "%s", self->refusal);
}

static gboolean
begin_move (SyDesignLayer *self, double x, double y)
{
  SyPoint world = sy_viewport_to_world (&self->canvas->view, x, y);
  guint32 task = sy_geometry_node_at (self->canvas->geometry, world.x, world.y);

  if (task == SY_NO_TASK && sy_canvas_select_frame (self->canvas, x, y, FALSE))
    task = sy_geometry_shown (self->canvas->geometry, sy_session_get_focus (self->canvas->session));
  if (task == SY_NO_TASK)
    return FALSE;
  sy_design_layer_begin_move (self, task, x, y);
  return TRUE;
}

gboolean
sy_design_layer_drag (SyDesignLayer *self, double x, double y)
{
  const SyWorkflow *workflow;

  if (!may_edit (self))
    return FALSE;
  self->from = port_at (self, x, y, &self->outwards);
  if (self->from == SY_NO_TASK)
    return begin_move (self, x, y);
  workflow = sy_design_layer_workflow (self);
  self->dragging = TRUE;
  self->target = SY_NO_TASK;
  self->start_x = x;
  self->start_y = y;
  g_free (self->closed);
  self->closed = self->outwards ? sy_graph_ancestors (workflow, self->from) : sy_graph_descendants (workflow, self->from);
  self->closed[self->from] = 1;
  sy_session_set_status (self->canvas->session, self->outwards ? _("Connect %s to …") : _("Connect … to %s"), workflow->tasks[self->from].id);
  return TRUE;
}

void
sy_design_layer_drag_to (SyDesignLayer *self, double x, double y, GdkModifierType state)
{
  guint32 target;

  self->x = x;
  self->y = y;
  if (sy_design_layer_is_moving (self))
    sy_design_layer_move_to (self, x, y, (state & GDK_CONTROL_MASK) != 0);
  if (!self->dragging || !sy_canvas_is_ready (self->canvas))
    return;
  target = task_near (self, x, y);
  if (target != self->target)
    {
      self->target = target;
      refuse (self, target);
    }
  gtk_widget_queue_draw (GTK_WIDGET (self->canvas));
}

void
sy_design_layer_drop (SyDesignLayer *self)
{
  const SyWorkflow *workflow = sy_design_layer_workflow (self);
  const char *from, *to;

  sy_design_layer_end_move (self, TRUE);
  if (!self->dragging)
    return;
  self->dragging = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self->canvas));
  if (!may_edit (self) || self->refusal != NULL || self->from >= workflow->n_tasks)
    {
      g_clear_pointer (&self->refusal, g_free);
      return;
    }
  from = workflow->tasks[self->from].id;
  if (self->target == SY_NO_TASK)
    {
      if (hypot (self->x - self->start_x, self->y - self->start_y) > DROP_REACH)
        sy_design_add_task (self->design, NULL, self->outwards ? from : NULL, self->outwards ? NULL : from);
      return;
    }
  if (self->target == self->from)
    return;
  to = workflow->tasks[self->target].id;
  sy_design_connect (self->design, self->outwards ? from : to, self->outwards ? to : from);
}

gboolean
sy_design_layer_cancel_drag (SyDesignLayer *self)
{
  if (!self->dragging && !sy_design_layer_is_moving (self))
    return FALSE;
  self->dragging = FALSE;
  g_clear_pointer (&self->refusal, g_free);
  sy_design_layer_end_move (self, FALSE);
  sy_session_set_status (self->canvas->session, "%s", "");
  gtk_widget_queue_draw (GTK_WIDGET (self->canvas));
  return TRUE;
}

/* --- press --- */

static void
note_edge (SyDesignLayer *self, double x, double y)
{
  const SyGeometry *geometry = self->canvas->geometry;
  guint32 edge = sy_canvas_edge_at (self->canvas, x, y);

  if (edge == G_MAXUINT32)
    return;
  self->edge_from = g_strdup (geometry->workflow->tasks[geometry->edges[edge].from].id);
  self->edge_to = g_strdup (geometry->workflow->tasks[geometry->edges[edge].to].id);
  sy_session_set_status (self->canvas->session, _("%s → %s: Delete removes the edge"), self->edge_from, self->edge_to);
}

/* Clicking an edge selects its two ends: as soon as anything else is selected, by whatever means, it is chosen no longer. */
gboolean
sy_design_layer_chosen_edge (SyDesignLayer *self, guint32 *from, guint32 *to)
{
  const SyWorkflow *workflow = sy_design_layer_workflow (self);
  SySession *session = self->canvas->session;

  if (self->edge_from == NULL || workflow == NULL || sy_session_get_n_selected (session) != 2)
    return FALSE;
  *from = sy_workflow_find (workflow, self->edge_from);
  *to = sy_workflow_find (workflow, self->edge_to);
  return *from != SY_NO_TASK && *to != SY_NO_TASK && sy_session_is_selected (session, *from) && sy_session_is_selected (session, *to);
}

gboolean
sy_design_layer_press (SyDesignLayer *self, guint32 task, double x, double y, int n_press)
{
  if (self->design == NULL || !sy_canvas_is_ready (self->canvas))
    return FALSE;
  g_clear_pointer (&self->edge_from, g_free);
  g_clear_pointer (&self->edge_to, g_free);
  if (!may_edit (self))
    return FALSE;
  if (task == SY_NO_TASK)
    note_edge (self, x, y);
  if (n_press != 2 || self->edge_from != NULL)
    return FALSE;
  if (task == SY_NO_TASK && sy_canvas_select_frame (self->canvas, x, y, FALSE))
    {
      sy_design_layer_ask_group (self);
      return TRUE;
    }
  if (task == SY_NO_TASK)
    sy_design_add_task (self->design, NULL, NULL, NULL);
  else
    sy_design_layer_ask_name (self, sy_design_layer_workflow (self)->tasks[task].id, NULL);
  return TRUE;
}

/* --- the document --- */

static void
on_rename_wanted (SyDesign *design, const char *task, const char *kind, SyDesignLayer *self)
{
  g_free (self->naming);
  self->naming = g_strdup (task);
  g_free (self->kind);
  self->kind = g_strdup (kind);
  if (sy_canvas_is_ready (self->canvas) && self->canvas->layout == NULL)
    sy_design_layer_laid_out (self);
}

static void
on_pending (SyDesign *design, SyDesignLayer *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self->canvas));
}

static void
on_changed (SyDesign *design, SyDesignLayer *self)
{
  if (sy_canvas_is_ready (self->canvas))
    sy_design_forget_done (design);
  sy_design_layer_update_actions (self);
  gtk_widget_queue_draw (GTK_WIDGET (self->canvas));
}

void
sy_design_layer_laid_out (SyDesignLayer *self)
{
  g_autofree char *naming = NULL;
  guint32 index;

  if (self->design == NULL || !sy_canvas_is_ready (self->canvas))
    return;
  self->hover = SY_NO_TASK;
  sy_design_forget_done (self->design);
  naming = g_steal_pointer (&self->naming);
  index = naming != NULL ? sy_workflow_find (sy_design_layer_workflow (self), naming) : SY_NO_TASK;
  if (index == SY_NO_TASK)
    return;
  sy_session_select (self->canvas->session, index, FALSE);
  sy_canvas_reveal (self->canvas, index);
  sy_design_layer_ask_name (self, naming, self->kind);
}

static void
let_go (SyDesignLayer *self)
{
  sy_design_layer_close_popover (self);
  sy_design_layer_forget_move (self);
  if (self->design != NULL)
    g_signal_handlers_disconnect_by_data (self->design, self);
  g_clear_object (&self->design);
  g_clear_pointer (&self->naming, g_free);
  g_clear_pointer (&self->kind, g_free);
  self->dragging = FALSE;
  self->hover = SY_NO_TASK;
}

static void
on_design (SySession *session, GParamSpec *pspec, SyDesignLayer *self)
{
  SyDesign *design = sy_session_get_design (session);

  let_go (self);
  if (design != NULL)
    {
      self->design = g_object_ref (design);
      g_signal_connect (design, "changed", G_CALLBACK (on_changed), self);
      g_signal_connect (design, "pending", G_CALLBACK (on_pending), self);
      g_signal_connect (design, "rename-wanted", G_CALLBACK (on_rename_wanted), self);
    }
  sy_design_layer_update_actions (self);
  gtk_widget_queue_draw (GTK_WIDGET (self->canvas));
}

static void
on_selection (SySession *session, SyDesignLayer *self)
{
  sy_design_layer_update_actions (self);
}

void
sy_design_layer_snapshot (SyDesignLayer *self, GtkSnapshot *snapshot)
{
  if (self->design != NULL && self->canvas->geometry != NULL && self->canvas->scene != NULL)
    sy_design_layer_draw (self, snapshot);
}

SyDesignLayer *
sy_design_layer_new (SyCanvas *canvas)
{
  SyDesignLayer *self = g_new0 (SyDesignLayer, 1);

  self->canvas = canvas;
  self->hover = self->from = self->target = SY_NO_TASK;
  sy_design_layer_add_actions (self);
  g_signal_connect (canvas->session, "notify::design", G_CALLBACK (on_design), self);
  g_signal_connect (canvas->session, "selection-changed", G_CALLBACK (on_selection), self);
  on_design (canvas->session, NULL, self);
  return self;
}

void
sy_design_layer_free (SyDesignLayer *self)
{
  sy_design_layer_drop_popover (self);
  let_go (self);
  if (self->canvas->session != NULL)
    g_signal_handlers_disconnect_by_data (self->canvas->session, self);
  g_clear_object (&self->actions);
  g_free (self->closed);
  g_free (self->refusal);
  g_free (self->edge_from);
  g_free (self->edge_to);
  g_free (self);
}
