/* sy-raster.h: lines and boxes straight into pixels, where Cairo is too slow: far zoom draws 100,000 lines a picture
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <cairo.h>
#include <glib.h>

G_BEGIN_DECLS

/* Pixels of CAIRO_FORMAT_RGB24: 0x00RRGGBB; borrowed */
typedef struct
{
  guint32 *pixels;
  int width, height;
  int stride;           /* in pixels */
} SyRaster;

/* Of an image surface RGB24. It is for the caller to flush it before the pixels are changed: not before they are read, for flushing
 * makes Cairo copy what was drawn from it. */
SyRaster sy_raster_of (cairo_surface_t *surface);
guint32 sy_raster_pixel (double r, double g, double b);

/* Clipped to the raster. @alpha: 0–256 */
void sy_raster_fill (SyRaster *raster, int x, int y, int width, int height, guint32 colour);
/* One pixel wide, inside the box */
void sy_raster_frame (SyRaster *raster, int x, int y, int width, int height, guint32 colour);
/* Anti-aliased (Wu, "An efficient antialiasing technique", SIGGRAPH 1991); pixel centres at .5; clipped */
void sy_raster_line (SyRaster *raster, float x0, float y0, float x1, float y1, guint32 colour, guint alpha);

/* @share of @colour over @base, 0–1 */
guint32 sy_raster_mix (guint32 base, guint32 colour, double share);

G_END_DECLS
