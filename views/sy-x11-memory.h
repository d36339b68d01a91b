/* sy-x11-memory.h: the memory through which frames go to an X server, kept from one frame to the next
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Cairo hands a frame to the X server in shared memory, of which it keeps a pool only while somebody has a piece of it. Nobody
 * has between two frames, so each would get its memory from the kernel page by page: half of what an empty frame costs. This
 * takes a small piece of a pool that is large enough for a whole screen, once a display. Does nothing elsewhere than on X11, and
 * where the server is another machine.
 */
void sy_x11_memory_keep (GtkWidget *widget);

G_END_DECLS
