/* sy-export-picture.h: the graph as a picture file, drawn as the canvas draws it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/scene/sy-scene.h"

G_BEGIN_DECLS

/**
 * sy_scene_export:
 * @state: (nullable): a run of it; %NULL: as if nothing had run yet
 * @places: (nullable): what the user has pinned
 * @format: "svg", "png" or "pdf"
 *
 * The whole graph at 1:1, smaller where the format has a limit (PNG: 12,000 pixels a side, PDF: 200 inches); light,
 * with the standard palette. Lays it out; any thread.
 *
 * Returns: (transfer full) (nullable): the file; %NULL with %SY_ERROR_INVALID for an unknown format, %SY_ERROR_IO if
 *   Cairo cannot make it
 */
GBytes *sy_scene_export (SyWorkflow *workflow, const SyRunState *state, const SyPlaces *places, const char *format, GError **error);

G_END_DECLS
