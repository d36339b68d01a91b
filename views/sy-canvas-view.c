/* sy-canvas-view.c: which part of the picture is shown, and how large
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-canvas-private.h"

#include "views/sy-minimap.h"

#define SETTLE_MS 160
#define MINIMAP_SHARE 0.6

static gboolean
settle (gpointer data)
{
  SyCanvas *self = data;

  self->settle_source = 0;
  self->moving = self->drawn = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  return G_SOURCE_REMOVE;
}

void
sy_canvas_view_changed (SyCanvas *self)
{
  gboolean show = self->geometry != NULL && sy_viewport_share (&self->view) < MINIMAP_SHARE && self->view.width > 3 * MINIMAP_WIDTH
                  && self->view.height > 2 * MINIMAP_HEIGHT;

  gtk_widget_set_child_visible (self->minimap, show);
  sy_minimap_set_view (SY_MINIMAP (self->minimap), &self->view);
  sy_canvas_schedule_proxies (self);
  self->drawn = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
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
  self->fitted = FALSE;
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
  self->fitted = FALSE;
  sy_viewport_pan (&self->view, dx, dy);
  sy_canvas_view_changed (self);
}

void
sy_canvas_fit (SyCanvas *self)
{
  g_return_if_fail (SY_IS_CANVAS (self));
  self->fitted = TRUE;
  sy_viewport_fit (&self->view);
  sy_canvas_view_changed (self);
}

void
sy_canvas_centre_on (SyCanvas *self, double x, double y)
{
  SyRect point = { (float) x, (float) y, 0, 0 };

  g_return_if_fail (SY_IS_CANVAS (self));
  sy_canvas_user_acts (self);
  self->fitted = FALSE;
  sy_viewport_centre_on (&self->view, &point);
  sy_canvas_view_changed (self);
}

/* At a size at which its name can be read */
void
sy_canvas_reveal (SyCanvas *self, guint32 task)
{
  SyRect *box;

  if (!sy_canvas_is_ready (self) || task >= self->geometry->n_nodes)
    return;
  box = &self->geometry->nodes[task];
  sy_canvas_user_acts (self);
  self->fitted = FALSE;
  if (self->view.zoom * self->font_scale < SY_ZOOM_NAME)
    {
      sy_viewport_zoom_at (&self->view, SY_ZOOM_BOTH_LINES / self->font_scale, 0, 0);
      sy_viewport_centre_on (&self->view, box);
    }
  else
    sy_viewport_reveal (&self->view, box);
  sy_canvas_view_changed (self);
}
