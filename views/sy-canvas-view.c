/* sy-canvas-view.c: which part of the picture is shown, and how large
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-canvas-private.h"

#include "views/scene/sy-interest.h"
#include "views/scene/sy-minimap-place.h"
#include "views/sy-minimap.h"

#define SETTLE_MS 160
#define MINIMAP_SHARE 0.6
#define MINIMAP_MARGIN 12

static gboolean
settle (gpointer data)
{
  SyCanvas *self = data;

  self->settle_source = 0;
  self->moving = self->drawn = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  return G_SOURCE_REMOVE;
}

/* At the lower right */
GtkAllocation
sy_canvas_place_minimap (SyCanvas *self)
{
  int width, height;

  sy_minimap_size (&self->view.bounds, self->view.width, self->view.height, &width, &height);
  return (GtkAllocation){ (int) self->view.width - width - MINIMAP_MARGIN, (int) self->view.height - height - MINIMAP_MARGIN, width, height };
}

static gboolean
wants_minimap (SyCanvas *self, const GtkAllocation *at)
{
  return self->geometry != NULL && sy_viewport_share (&self->view) < MINIMAP_SHARE && self->view.width > 2.5 * at->width
         && self->view.height > 2 * at->height;
}

/* What somebody is to look at must not lie under the minimap. */
static void
uncover (SyCanvas *self, guint32 task)
{
  GtkAllocation at = sy_canvas_place_minimap (self);

  if (wants_minimap (self, &at))
    sy_viewport_uncover (&self->view, &self->geometry->nodes[task], at.x, at.y);
}

void
sy_canvas_view_changed (SyCanvas *self)
{
  GtkAllocation at = sy_canvas_place_minimap (self);

  gtk_widget_set_child_visible (self->minimap, wants_minimap (self, &at));
  sy_minimap_set_view (SY_MINIMAP (self->minimap), &self->view);
  sy_canvas_schedule_proxies (self);
  self->drawn = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* What the view is aimed at stays so while there is something to say about it: panes that come and go must not make it jump. */
static guint32
find_interest (SyCanvas *self)
{
  guint32 focus = sy_session_get_focus (self->session), found;
  gboolean says;

  if (!sy_canvas_is_ready (self))
    return self->geometry->workflow->topo[0];
  if (focus < self->geometry->n_nodes)
    return self->aim_task = focus;
  if (self->aim_task < self->geometry->n_nodes)
    return self->aim_task;
  found = sy_interest_find (sy_run_model_get_state (self->model), &says);
  if (says)
    self->aim_task = found;
  return found;
}

void
sy_canvas_take_aim (SyCanvas *self)
{
  guint32 task;

  if (self->geometry == NULL || self->aim == SY_AIM_NONE)
    return;
  if (self->aim == SY_AIM_ALL || self->geometry->n_nodes == 0)
    {
      sy_viewport_fit (&self->view);
      return;
    }
  task = find_interest (self);
  sy_viewport_show (&self->view, self->font_scale, &self->geometry->nodes[task]);
  uncover (self, task);
}

void
sy_canvas_aim_at_news (SyCanvas *self)
{
  const SyRunState *state = sy_run_model_get_state (self->model);

  if (self->aim != SY_AIM_READ || self->aim_task != SY_NO_TASK
      || state->counts[SY_STATE_RUNNING] + state->counts[SY_STATE_FAILED] + state->counts[SY_STATE_LOST] == 0)
    return;
  sy_canvas_take_aim (self);
  sy_canvas_view_changed (self);
}

void
sy_canvas_user_acts (SyCanvas *self)
{
  self->touched = TRUE;
  if (!self->layout_first)
    sy_canvas_cancel_layout (self);
}

void
sy_canvas_zoom_at (SyCanvas *self, double zoom, double x, double y)
{
  sy_canvas_user_acts (self);
  self->aim = SY_AIM_NONE;
  sy_viewport_zoom_at (&self->view, zoom, x, y);
  self->moving = TRUE;
  g_clear_handle_id (&self->settle_source, g_source_remove);
  self->settle_source = g_timeout_add (SETTLE_MS, settle, self);
  sy_canvas_view_changed (self);
}

void
sy_canvas_zoom_to (SyCanvas *self, double zoom)
{
  g_return_if_fail (SY_IS_CANVAS (self));
  sy_canvas_zoom_at (self, zoom, self->view.width / 2, self->view.height / 2);
}

void
sy_canvas_pan (SyCanvas *self, double dx, double dy)
{
  g_return_if_fail (SY_IS_CANVAS (self));
  sy_canvas_user_acts (self);
  self->aim = SY_AIM_NONE;
  sy_viewport_pan (&self->view, dx, dy);
  sy_canvas_view_changed (self);
}

void
sy_canvas_fit (SyCanvas *self)
{
  g_return_if_fail (SY_IS_CANVAS (self));
  self->aim = SY_AIM_ALL;
  sy_viewport_fit (&self->view);
  sy_canvas_view_changed (self);
}

void
sy_canvas_centre_on (SyCanvas *self, double x, double y)
{
  SyRect point = { (float) x, (float) y, 0, 0 };

  g_return_if_fail (SY_IS_CANVAS (self));
  sy_canvas_user_acts (self);
  self->aim = SY_AIM_NONE;
  sy_viewport_centre_on (&self->view, &point);
  sy_canvas_view_changed (self);
}

/* At a size at which its name can be read */
void
sy_canvas_reveal (SyCanvas *self, guint32 task)
{
  SyViewport before = self->view;
  SyRect *box;

  if (!sy_canvas_is_ready (self) || task >= self->geometry->n_nodes)
    return;
  box = &self->geometry->nodes[task];
  sy_canvas_user_acts (self);
  if (self->view.zoom * self->font_scale < SY_ZOOM_NAME)
    {
      sy_viewport_zoom_at (&self->view, SY_ZOOM_BOTH_LINES / self->font_scale, 0, 0);
      sy_viewport_centre_on (&self->view, box);
    }
  else
    sy_viewport_reveal (&self->view, box);
  uncover (self, task);
  /* What was in sight already is no reason to look elsewhere when the pane's size changes. */
  if (before.x != self->view.x || before.y != self->view.y || before.zoom != self->view.zoom)
    self->aim = SY_AIM_NONE;
  sy_canvas_view_changed (self);
}
