/* sy-theme.h: the tokens that fit the desktop at this moment
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/scene/sy-style.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Main thread. Follows dark and high contrast of the system. */
const SyStyle *sy_theme_get_style (void);
void sy_theme_set_palette (SyPalette palette);
SyPalette sy_theme_get_palette (void);
/* Calls @changed (object) when the tokens change, until @object is gone. */
void sy_theme_watch (gpointer object, void (*changed) (gpointer object));

/* The highlighting of @buffer (a GtkSourceBuffer) follows light and dark until it is gone. */
void sy_theme_style_source (GtkTextBuffer *buffer);

static inline GdkRGBA
sy_theme_rgba (const SyColour *colour)
{
  return (GdkRGBA){ (float) colour->r, (float) colour->g, (float) colour->b, 1 };
}

G_END_DECLS
