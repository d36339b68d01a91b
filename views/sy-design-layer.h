/* sy-design-layer.h: what is done by hand to a document on the canvas: ports, connecting, names, badges
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-canvas-private.h"

G_BEGIN_DECLS

/*
 * One for each canvas; does nothing while the session has no document. Actions (group "design", see sy_canvas_get_design_actions()):
 * add, add-kind (s), add-handler (s), add-param, add-after, insert-before, insert, connect, rename, delete, delete-chain, delete-edge, duplicate, cut, copy, paste, undo, redo,
 * pin, unpin, toggle-pin, tidy, align-left … distribute-down, group, dissolve-group.
 */
SyDesignLayer *sy_design_layer_new (SyCanvas *canvas);
void sy_design_layer_free (SyDesignLayer *layer);
gboolean sy_design_layer_is_active (SyDesignLayer *layer);

void sy_design_layer_snapshot (SyDesignLayer *layer, GtkSnapshot *snapshot);
/* A new layout is shown. */
void sy_design_layer_laid_out (SyDesignLayer *layer);

/* --- pointer, in the canvas's coordinates --- */
void sy_design_layer_motion (SyDesignLayer *layer, double x, double y);
/* The pointer has gone: no ports are shown. */
void sy_design_layer_leave (SyDesignLayer *layer);
/* TRUE: it is the layer's; nothing else happens */
gboolean sy_design_layer_press (SyDesignLayer *layer, guint32 task, double x, double y, int n_press);
gboolean sy_design_layer_drag (SyDesignLayer *layer, double x, double y);
void sy_design_layer_drag_to (SyDesignLayer *layer, double x, double y, GdkModifierType state);
void sy_design_layer_drop (SyDesignLayer *layer);
/* FALSE: nothing was dragged */
gboolean sy_design_layer_cancel_drag (SyDesignLayer *layer);

/* --- tasks on their way --- */
gboolean sy_design_layer_is_moving (SyDesignLayer *layer);
/* (nullable) (transfer none): by index: what the tiles are not to show */
const guint8 *sy_design_layer_hidden (SyDesignLayer *layer);
/* FALSE: it is where the geometry has it. World */
gboolean sy_design_layer_offset (SyDesignLayer *layer, guint32 task, float *dx, float *dy);
/* Other tasks come */
void sy_design_layer_forget_move (SyDesignLayer *layer);
/* What asks for a name goes at once: there is nothing to show it on any more. */
void sy_design_layer_drop_popover (SyDesignLayer *layer);
/* By the keyboard, world units at font scale 1 */
void sy_design_layer_nudge (SyDesignLayer *layer, int dx, int dy);

/* What the edge under the menu tolerates is shown by its actions. */
void sy_design_layer_update_edge_actions (SyDesignLayer *layer);

/* The patterns, each of which opens the dialog with its names; within the canvas's "design" actions. (transfer full) */
GMenuModel *sy_design_pattern_menu (void);
/* All that can be added, patterns too; within the same actions. (transfer full): its entries have icons and come by sy_design_add_menu_fill() */
GMenuModel *sy_design_add_menu (SyDesigner *designer);
/* @popover: of a menu that this one is in */
void sy_design_add_menu_fill (GtkPopoverMenu *popover, SyDesigner *designer);

G_END_DECLS
