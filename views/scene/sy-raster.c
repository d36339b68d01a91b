/* sy-raster.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/scene/sy-raster.h"

#include <math.h>

SyRaster
sy_raster_of (cairo_surface_t *surface)
{
  return (SyRaster){ (guint32 *) (void *) cairo_image_surface_get_data (surface), cairo_image_surface_get_width (surface),
                     cairo_image_surface_get_height (surface), cairo_image_surface_get_stride (surface) / 4 };
}

guint32
sy_raster_pixel (double r, double g, double b)
{
  return (guint32) (r * 255 + 0.5) << 16 | (guint32) (g * 255 + 0.5) << 8 | (guint32) (b * 255 + 0.5);
}

void
sy_raster_fill (SyRaster *r, int x, int y, int width, int height, guint32 colour)
{
  int x0 = MAX (x, 0), y0 = MAX (y, 0), x1 = MIN (x + width, r->width), y1 = MIN (y + height, r->height);

  for (int row = y0; row < y1; row++)
    {
      guint32 *at = r->pixels + (gsize) row * r->stride;

      for (int column = x0; column < x1; column++)
        at[column] = colour;
    }
}

void
sy_raster_frame (SyRaster *r, int x, int y, int width, int height, guint32 colour)
{
  sy_raster_fill (r, x, y, width, 1, colour);
  sy_raster_fill (r, x, y + height - 1, width, 1, colour);
  sy_raster_fill (r, x, y, 1, height, colour);
  sy_raster_fill (r, x + width - 1, y, 1, height, colour);
}

/* Red and blue in one multiplication, green in another */
static inline guint32
blend (guint32 base, guint32 colour, guint alpha)
{
  guint32 rb = base & 0xff00ff, g = base & 0x00ff00;

  rb += ((colour & 0xff00ff) - rb) * alpha >> 8;
  g += ((colour & 0x00ff00) - g) * alpha >> 8;
  return (rb & 0xff00ff) | (g & 0x00ff00);
}

guint32
sy_raster_mix (guint32 base, guint32 colour, double share)
{
  return blend (base, colour, (guint) (CLAMP (share, 0, 1) * 256 + 0.5));
}

/* Liang and Barsky: one edge of the clip box */
static gboolean
clip_edge (float p, float q, float *t0, float *t1)
{
  float t;

  if (p == 0)
    return q >= 0;
  t = q / p;
  if (p < 0)
    *t0 = MAX (*t0, t);
  else
    *t1 = MIN (*t1, t);
  return *t0 <= *t1;
}

/* @step: distance between neighbours along the line's long axis, @side: across; @limit: pixels across */
static inline void
walk (guint32 *pixels, int first, int last, gint64 at, gint64 slope, int step, int side, int limit, guint32 colour, guint alpha)
{
  for (int i = first; i <= last; i++, at += slope)
    {
      int across = (int) (at >> 16);
      guint below = (guint) (at >> 8 & 0xff) * alpha >> 8;
      guint32 *pixel = pixels + (gssize) i * step + (gssize) across * side;

      if (across >= 0 && across < limit)
        *pixel = blend (*pixel, colour, alpha - below);
      if (across + 1 >= 0 && across + 1 < limit)
        pixel[side] = blend (pixel[side], colour, below);
    }
}

void
sy_raster_line (SyRaster *r, float x0, float y0, float x1, float y1, guint32 colour, guint alpha)
{
  float dx = x1 - x0, dy = y1 - y0, t0 = 0, t1 = 1, slope;

  if (!clip_edge (-dx, x0 + 1, &t0, &t1) || !clip_edge (dx, (float) r->width + 1 - x0, &t0, &t1)
      || !clip_edge (-dy, y0 + 1, &t0, &t1) || !clip_edge (dy, (float) r->height + 1 - y0, &t0, &t1))
    return;
  if (fabsf (dx) >= fabsf (dy))
    {
      float from = dx >= 0 ? x0 + t0 * dx : x0 + t1 * dx, to = dx >= 0 ? x0 + t1 * dx : x0 + t0 * dx;
      int first = MAX ((int) ceilf (from - 0.5f), 0), last = MIN ((int) floorf (to - 0.5f), r->width - 1);

      slope = dx != 0 ? dy / dx : 0;
      walk (r->pixels, first, last, (gint64) ((y0 + slope * ((float) first + 0.5f - x0) - 0.5f) * 65536), (gint64) (slope * 65536), 1,
            r->stride, r->height, colour, alpha);
    }
  else
    {
      float from = dy >= 0 ? y0 + t0 * dy : y0 + t1 * dy, to = dy >= 0 ? y0 + t1 * dy : y0 + t0 * dy;
      int first = MAX ((int) ceilf (from - 0.5f), 0), last = MIN ((int) floorf (to - 0.5f), r->height - 1);

      slope = dx / dy;
      walk (r->pixels, first, last, (gint64) ((x0 + slope * ((float) first + 0.5f - y0) - 0.5f) * 65536), (gint64) (slope * 65536),
            r->stride, 1, r->width, colour, alpha);
    }
}
