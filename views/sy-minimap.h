/* sy-minimap.h: the whole picture in a corner, and where the window is in it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/scene/sy-scene.h"
#include "views/scene/sy-viewport.h"
#include "views/sy-canvas.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SY_TYPE_MINIMAP (sy_minimap_get_type ())
G_DECLARE_FINAL_TYPE (SyMinimap, sy_minimap, SY, MINIMAP, GtkWidget)

/* States are drawn at 2 Hz. A press or drag moves the canvas. */
GtkWidget *sy_minimap_new (void);
void sy_minimap_set_canvas (SyMinimap *minimap, SyCanvas *canvas); /* borrowed: the parent */
/* @scene: (nullable); @flat: borrowed, by task index */
void sy_minimap_set_scene (SyMinimap *minimap, SyScene *scene, const guint8 *flat);
void sy_minimap_set_view (SyMinimap *minimap, const SyViewport *view);
void sy_minimap_states_changed (SyMinimap *minimap);
void sy_minimap_invalidate (SyMinimap *minimap);

G_END_DECLS
