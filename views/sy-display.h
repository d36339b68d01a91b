/* sy-display.h: the display, opened without software OpenGL
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * As gtk_init(), before any thread of ours. Where there is no GPU, or the user wants Cairo (GSK_RENDERER=cairo), GTK is kept from
 * loading OpenGL: software OpenGL draws slower than Cairo, and to load it takes 50 ms and 30 MB. Who sets GSK_RENDERER or
 * GDK_DEBUG otherwise has what they want.
 */
void sy_display_open (void);

G_END_DECLS
