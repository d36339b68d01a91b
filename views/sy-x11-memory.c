/* sy-x11-memory.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-x11-memory.h"

#ifdef SY_HAVE_X11

#include <cairo-xlib.h>
#include <gdk/x11/gdkx.h>

#define KEY "sy-x11-memory"
#define SMALL 64 /* pixels square: less than a page would not come from the pool */

/* Largest of the display's screens, in its own pixels */
static void
screen_size (GdkDisplay *display, int scale, int *width, int *height)
{
  GListModel *monitors = gdk_display_get_monitors (display);

  *width = 1280 * scale;
  *height = 800 * scale;
  for (guint i = 0; i < g_list_model_get_n_items (monitors); i++)
    {
      g_autoptr (GdkMonitor) monitor = g_list_model_get_item (monitors, i);
      GdkRectangle area;

      gdk_monitor_get_geometry (monitor, &area);
      *width = MAX (*width, area.width * scale);
      *height = MAX (*height, area.height * scale);
    }
}

/*
 * A pool is eight times the piece that it is made for, and our small piece leaves half of it in one: made for half a
 * screen, it has room for two frames of all of it, of which the server may still be reading one. (Cairo 1.16, cairo-xlib-surface-shm.c)
 */
static cairo_surface_t *
take_piece (GdkDisplay *display, GdkSurface *surface, int scale)
{
  Display *xdisplay = gdk_x11_display_get_xdisplay (display);
  cairo_surface_t *window = cairo_xlib_surface_create (xdisplay, gdk_x11_surface_get_xid (surface),
                                                       DefaultVisual (xdisplay, DefaultScreen (xdisplay)), SMALL, SMALL);
  cairo_surface_t *large, *small;
  int width, height;

  screen_size (display, scale, &width, &height);
  large = cairo_surface_create_similar_image (window, CAIRO_FORMAT_ARGB32, width, height / 2 + 1);
  small = cairo_surface_create_similar_image (window, CAIRO_FORMAT_ARGB32, SMALL, SMALL);
  cairo_surface_destroy (large);
  cairo_surface_destroy (window);
  return small;
}

void
sy_x11_memory_keep (GtkWidget *widget)
{
  GtkNative *native = gtk_widget_get_native (widget);
  GdkDisplay *display = gtk_widget_get_display (widget);

  if (!GDK_IS_X11_DISPLAY (display) || native == NULL || g_object_get_data (G_OBJECT (display), KEY) != NULL)
    return;
  g_object_set_data_full (G_OBJECT (display), KEY,
                          take_piece (display, gtk_native_get_surface (native), gtk_widget_get_scale_factor (widget)),
                          (GDestroyNotify) cairo_surface_destroy);
}

#else

void
sy_x11_memory_keep (GtkWidget *widget)
{
}

#endif
