/* sy-minimap-place.h: how large the whole picture is in its corner, and where what is in sight lies in it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/scene/sy-geometry.h"

G_BEGIN_DECLS

#define SY_MINIMAP_PADDING 6 /* around the picture in it */

/* The picture in the minimap. A picture that would be thinner than can be seen or hit is drawn wider across: two scales */
typedef struct
{
  double x, y;          /* where the picture begins */
  double zoom_x, zoom_y;/* pixels a world unit */
} SyMinimapPlace;

/*
 * In the picture's proportions, and longer where it is very long: a pixel of it must not be hundreds of tasks.
 * @width, @height: of the window it lies in
 */
void sy_minimap_size (const SyRect *bounds, double width, double height, int *minimap_width, int *minimap_height);
SyMinimapPlace sy_minimap_place (const SyRect *bounds, double minimap_width, double minimap_height);
/* The frame around what is in sight: never too small to see, never beyond the minimap. @visible: world */
SyRect sy_minimap_frame (const SyMinimapPlace *place, const SyRect *visible, double minimap_width, double minimap_height);
SyPoint sy_minimap_to_world (const SyMinimapPlace *place, double x, double y);

G_END_DECLS
