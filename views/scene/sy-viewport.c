/* sy-viewport.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/scene/sy-viewport.h"

#include "views/scene/sy-paint.h"

#include <math.h>

#define MARGIN 24.0      /* screen, around a fitted picture */
#define KEEP 80.0        /* screen: so much of the picture stays in sight */
#define REVEAL_ROOM 48.0 /* screen */
#define ZOOM_MIN 1e-5 /* 50,000 tasks after each other still fit */
#define WORTH_SHOWING 0.25 /* of the picture: less in sight says less than all of it without names */
#define MAP_FILLS 0.2    /* of the window, along its emptier side: below, all of a picture is a strip that shows nothing */

void
sy_viewport_init (SyViewport *v)
{
  *v = (SyViewport){ .zoom = 1 };
}

static double
clamp_axis (double at, double length, double from, double extent, double keep)
{
  return CLAMP (at, from - length + MIN (keep, extent), from + extent - MIN (keep, extent));
}

static void
clamp_place (SyViewport *v)
{
  double keep = KEEP / v->zoom;

  v->x = clamp_axis (v->x, v->width / v->zoom, v->bounds.x, v->bounds.width, keep);
  v->y = clamp_axis (v->y, v->height / v->zoom, v->bounds.y, v->bounds.height, keep);
}

double
sy_viewport_fit_zoom (const SyViewport *v)
{
  double x = (v->width - 2 * MARGIN) / MAX (v->bounds.width, 1), y = (v->height - 2 * MARGIN) / MAX (v->bounds.height, 1);

  return CLAMP (MIN (x, y), ZOOM_MIN, 1);
}

static double
clamp_zoom (const SyViewport *v, double zoom)
{
  return CLAMP (zoom, MIN (sy_viewport_fit_zoom (v) / 2, 0.25), SY_ZOOM_MAX);
}

void
sy_viewport_set_bounds (SyViewport *v, const SyRect *bounds)
{
  v->bounds = *bounds;
  v->zoom = clamp_zoom (v, v->zoom);
  clamp_place (v);
}

void
sy_viewport_resize (SyViewport *v, double width, double height)
{
  v->x += (v->width - width) / v->zoom / 2;
  v->y += (v->height - height) / v->zoom / 2;
  v->width = width;
  v->height = height;
  clamp_place (v);
}

void
sy_viewport_pan (SyViewport *v, double dx, double dy)
{
  v->x += dx / v->zoom;
  v->y += dy / v->zoom;
  clamp_place (v);
}

void
sy_viewport_zoom_at (SyViewport *v, double zoom, double x, double y)
{
  SyPoint world = sy_viewport_to_world (v, x, y);

  v->zoom = clamp_zoom (v, zoom);
  v->x = world.x - x / v->zoom;
  v->y = world.y - y / v->zoom;
  clamp_place (v);
}

void
sy_viewport_centre_on (SyViewport *v, const SyRect *area)
{
  v->x = area->x + area->width / 2 - v->width / v->zoom / 2;
  v->y = area->y + area->height / 2 - v->height / v->zoom / 2;
  clamp_place (v);
}

void
sy_viewport_fit (SyViewport *v)
{
  v->zoom = sy_viewport_fit_zoom (v);
  sy_viewport_centre_on (v, &v->bounds);
}

void
sy_viewport_fit_area (SyViewport *v, const SyRect *area)
{
  SyViewport of_area = *v;

  of_area.bounds = *area;
  v->zoom = sy_viewport_fit_zoom (&of_area);
  sy_viewport_centre_on (v, area);
}

/* Where a window of @length begins so that it has @middle in its middle, but nothing beside the picture; centred where there is room */
static double
place_axis (double length, double from, double extent, double middle, double margin)
{
  if (extent + 2 * margin <= length)
    return from + (extent - length) / 2;
  return CLAMP (middle - length / 2, from - margin, from + extent + margin - length);
}

static double
share_at (const SyViewport *v, double zoom)
{
  return MIN (v->width / zoom / MAX (v->bounds.width, 1), 1) * MIN (v->height / zoom / MAX (v->bounds.height, 1), 1);
}

/* Without names, all of it still shows what runs where and what failed, unless it is a thin strip. */
static gboolean
is_map (const SyViewport *v)
{
  double zoom = sy_viewport_fit_zoom (v);

  return MIN (v->bounds.width * zoom / MAX (v->width, 1), v->bounds.height * zoom / MAX (v->height, 1)) >= MAP_FILLS;
}

/* Does all of the picture's shorter side fit? */
static gboolean
fits_across (const SyViewport *v, double zoom)
{
  double room = 2 * MARGIN / zoom;

  return v->bounds.width + room <= v->width / zoom || v->bounds.height + room <= v->height / zoom;
}

/* The largest at which enough can be seen: of the picture or, where it is a strip, of its width. 0: all of it says more */
static double
reading_size (const SyViewport *v, double scale)
{
  static const double sizes[] = { SY_ZOOM_BOTH_LINES, (SY_ZOOM_BOTH_LINES + SY_ZOOM_NAME) / 2, SY_ZOOM_NAME };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    if (share_at (v, sizes[i] / scale) >= WORTH_SHOWING)
      return sizes[i] / scale;
  if (is_map (v))
    return 0;
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    if (fits_across (v, sizes[i] / scale))
      return sizes[i] / scale;
  return SY_ZOOM_NAME / scale;
}

gboolean
sy_viewport_show (SyViewport *v, double scale, const SyRect *interest)
{
  gboolean all = sy_viewport_fit_zoom (v) * scale >= SY_ZOOM_NAME;
  double zoom = reading_size (v, scale), margin = MARGIN / MAX (zoom, ZOOM_MIN);

  if (all || zoom == 0)
    {
      sy_viewport_fit (v);
      return all;
    }
  v->zoom = zoom;
  v->x = place_axis (v->width / zoom, v->bounds.x, v->bounds.width, interest->x + interest->width / 2, margin);
  v->y = place_axis (v->height / zoom, v->bounds.y, v->bounds.height, interest->y + interest->height / 2, margin);
  return TRUE;
}

/* By how much an axis must move so that [from, from + extent] lies within [at, at + length], with room where there is any */
static double
shift (double at, double length, double from, double extent, double room)
{
  room = MAX (MIN (room, (length - extent) / 2), 0);
  if (from - room < at)
    return from - room - at;
  if (from + extent + room > at + length)
    return from + extent + room - at - length;
  return 0;
}

gboolean
sy_viewport_reveal (SyViewport *v, const SyRect *area)
{
  double room = REVEAL_ROOM / v->zoom, dx, dy;

  dx = shift (v->x, v->width / v->zoom, area->x, area->width, room);
  dy = shift (v->y, v->height / v->zoom, area->y, area->height, room);
  v->x += dx;
  v->y += dy;
  return dx != 0 || dy != 0;
}

void
sy_viewport_uncover (SyViewport *v, const SyRect *area, double x, double y)
{
  SyRect box = sy_viewport_rect_to_screen (v, area);

  if (box.x + box.width > x && box.x < v->width && box.y + box.height > y && box.y < v->height)
    sy_viewport_pan (v, 0, box.y + box.height + MARGIN / 2 - y);
}

gboolean
sy_viewport_is_strip (const SyViewport *v)
{
  return v->bounds.height * v->zoom <= v->height && v->y <= v->bounds.y && v->bounds.y + v->bounds.height <= v->y + v->height / v->zoom
         && v->bounds.width * v->zoom > v->width;
}

SyPoint
sy_viewport_to_world (const SyViewport *v, double x, double y)
{
  return (SyPoint){ (float) (v->x + x / v->zoom), (float) (v->y + y / v->zoom) };
}

SyPoint
sy_viewport_to_screen (const SyViewport *v, double x, double y)
{
  return (SyPoint){ (float) ((x - v->x) * v->zoom), (float) ((y - v->y) * v->zoom) };
}

SyRect
sy_viewport_rect_to_screen (const SyViewport *v, const SyRect *world)
{
  SyPoint corner = sy_viewport_to_screen (v, world->x, world->y);

  return (SyRect){ corner.x, corner.y, (float) (world->width * v->zoom), (float) (world->height * v->zoom) };
}

SyRect
sy_viewport_visible (const SyViewport *v)
{
  return (SyRect){ (float) v->x, (float) v->y, (float) (v->width / v->zoom), (float) (v->height / v->zoom) };
}

double
sy_viewport_share (const SyViewport *v)
{
  double x0 = MAX (v->x, v->bounds.x), x1 = MIN (v->x + v->width / v->zoom, v->bounds.x + v->bounds.width);
  double y0 = MAX (v->y, v->bounds.y), y1 = MIN (v->y + v->height / v->zoom, v->bounds.y + v->bounds.height);

  if (v->bounds.width <= 0 || v->bounds.height <= 0)
    return 1;
  return MAX (x1 - x0, 0) * MAX (y1 - y0, 0) / ((double) v->bounds.width * v->bounds.height);
}
