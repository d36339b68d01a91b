/* sy-geometry-private.h: between the files of the geometry
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/scene/sy-geometry.h"

G_BEGIN_DECLS

/* Nodes, points and bounds are set. */
void sy_geometry_build_grid (SyGeometry *geometry);
/* The grid is built. */
void sy_geometry_find_frames (SyGeometry *geometry);

G_END_DECLS
