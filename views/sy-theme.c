/* sy-theme.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-theme.h"

#include <adwaita.h>
#include <gtksourceview/gtksource.h>

static SyPalette palette = SY_PALETTE_STANDARD;

const SyStyle *
sy_theme_get_style (void)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();
  gboolean dark = adw_style_manager_get_dark (manager);
  gboolean contrast = adw_style_manager_get_high_contrast (manager);
  SyScheme scheme = contrast ? (dark ? SY_SCHEME_HIGH_CONTRAST_DARK : SY_SCHEME_HIGH_CONTRAST)
                             : (dark ? SY_SCHEME_DARK : SY_SCHEME_LIGHT);

  return sy_style_get (scheme, palette);
}

void
sy_theme_set_palette (SyPalette wanted)
{
  if (palette == wanted)
    return;
  palette = wanted;
  g_object_notify (G_OBJECT (adw_style_manager_get_default ()), "dark");
}

SyPalette
sy_theme_get_palette (void)
{
  return palette;
}

void
sy_theme_watch (gpointer object, void (*changed) (gpointer object))
{
  AdwStyleManager *manager = adw_style_manager_get_default ();

  g_signal_connect_object (manager, "notify::dark", G_CALLBACK (changed), object, G_CONNECT_SWAPPED);
  g_signal_connect_object (manager, "notify::high-contrast", G_CALLBACK (changed), object, G_CONNECT_SWAPPED);
}

static void
follow (gpointer buffer)
{
  GtkSourceStyleSchemeManager *schemes = gtk_source_style_scheme_manager_get_default ();
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());

  gtk_source_buffer_set_style_scheme (buffer, gtk_source_style_scheme_manager_get_scheme (schemes, dark ? "Adwaita-dark" : "Adwaita"));
}

void
sy_theme_style_source (GtkTextBuffer *buffer)
{
  g_return_if_fail (GTK_SOURCE_IS_BUFFER (buffer));
  follow (buffer);
  sy_theme_watch (buffer, follow);
}
