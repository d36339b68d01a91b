/* sy-canvas.h: the graph of a run, drawn, and everything done to it by hand
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/scene/sy-scene.h"
#include "views/scene/sy-viewport.h"
#include "views/sy-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SY_TYPE_CANVAS (sy_canvas_get_type ())
G_DECLARE_FINAL_TYPE (SyCanvas, sy_canvas, SY, CANVAS, GtkWidget)

/*
 * Binds to a session: shows its model, its selection, what it seeks and previews. Layout and tiles are made by
 * worker threads; an idle canvas draws nothing.
 *
 * Actions of its own (scope "canvas"): fit, zoom-in, zoom-out, zoom-one, critical, all-edges, follow, select-all,
 * collapse, expand, toggle-collapsed, collapse-all, expand-all, select-failed, select-needs, select-dependents, select-branch, zoom-branch.
 * Actions that it asks for, by menu and key, and that a parent provides; they concern the session's selection:
 * task.rerun, task.rerun-from, task.rerun-only, task.edit-command, task.retry-now, task.give-up, task.approve,
 * task.reject, task.stop, task.skip, task.mark-succeeded, task.why, task.open-terminal, task.open-folder,
 * task.copy-name, task.copy-command, task.copy-error, task.edit-in-workflow; and branch.rerun, branch.rerun-failed,
 * branch.pause, branch.stop (parameter: "FORK/CHILD", a string).
 */
SyCanvas *sy_canvas_new (SySession *session);

/* (transfer none) (nullable): NULL until the first layout is there */
const SyGeometry *sy_canvas_get_geometry (SyCanvas *canvas);
const SyViewport *sy_canvas_get_viewport (SyCanvas *canvas);
void sy_canvas_fit (SyCanvas *canvas);
void sy_canvas_zoom_to (SyCanvas *canvas, double zoom);
void sy_canvas_pan (SyCanvas *canvas, double dx, double dy);
/* World coordinates in the middle of the window */
void sy_canvas_centre_on (SyCanvas *canvas, double x, double y);
void sy_canvas_set_palette (SyCanvas *canvas, SyPalette palette);
/* (transfer none): what can be done to a document that is edited, for the group "design" of a window (sy-design-layer.h) */
GActionGroup *sy_canvas_get_design_actions (SyCanvas *canvas);
SySession *sy_canvas_get_session (SyCanvas *canvas);  /* (transfer none) */
/* All of the graph that is in sight is on the screen, as it is now. */
gboolean sy_canvas_is_complete (SyCanvas *canvas);
/* A worker lays out or paints: for tests, screenshots and benchmarks. */
gboolean sy_canvas_is_busy (SyCanvas *canvas);
gsize sy_canvas_get_tile_bytes (SyCanvas *canvas);

G_END_DECLS
