/* sy-frame-log.h: when each frame was on the screen, and what was in it: for the benchmark
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-canvas.h"

G_BEGIN_DECLS

/*
 * Where SWITCHYARD_FRAMES names a file, appends a line to it after each frame: wall clock in µs, number of the newest event that
 * is shown, 1 if all of the graph is there, 1 if a preview is. Does nothing else.
 */
void sy_frame_log_attach (SyCanvas *canvas);

G_END_DECLS
