/* sy-minimap-place.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/scene/sy-minimap-place.h"

#include <math.h>

#define WIDTH 200.0
#define HEIGHT 130.0
#define LEAST 36.0
#define LONGEST 480.0
#define PART 0.4        /* of the window, at most */
#define THIN 12.0       /* a picture is never drawn thinner */
#define LEAST_FRAME 10.0

/* Along and across, for a picture that is @aspect times as long as wide */
static void
set_sides (double aspect, double usual, double most_across, double window, double *along, double *across)
{
  const double padding = 2 * SY_MINIMAP_PADDING;
  double inner = (usual - padding) / aspect;

  *along = usual;
  *across = CLAMP (ceil (inner) + padding, LEAST, most_across);
  if (inner < LEAST - padding)
    *along = MAX (usual, MIN ((LEAST - padding) * aspect + padding, MIN (LONGEST, floor (window * PART))));
}

void
sy_minimap_size (const SyRect *bounds, double width, double height, int *minimap_width, int *minimap_height)
{
  const double padding = 2 * SY_MINIMAP_PADDING;
  double aspect = MAX (bounds->width, 1) / MAX (bounds->height, 1), along, across;

  if (aspect >= (WIDTH - padding) / (HEIGHT - padding))
    {
      set_sides (aspect, WIDTH, HEIGHT, width, &along, &across);
      *minimap_width = (int) along;
      *minimap_height = (int) across;
      return;
    }
  set_sides (1 / aspect, HEIGHT, WIDTH, height, &along, &across);
  *minimap_width = (int) across;
  *minimap_height = (int) along;
}

SyMinimapPlace
sy_minimap_place (const SyRect *bounds, double width, double height)
{
  double inner_x = width - 2 * SY_MINIMAP_PADDING, inner_y = height - 2 * SY_MINIMAP_PADDING;
  double bounds_x = MAX (bounds->width, 1), bounds_y = MAX (bounds->height, 1), zoom = MIN (inner_x / bounds_x, inner_y / bounds_y);
  SyMinimapPlace place = { .zoom_x = MAX (zoom, MIN (THIN, inner_x) / bounds_x), .zoom_y = MAX (zoom, MIN (THIN, inner_y) / bounds_y) };

  place.x = (width - bounds_x * place.zoom_x) / 2 - bounds->x * place.zoom_x;
  place.y = (height - bounds_y * place.zoom_y) / 2 - bounds->y * place.zoom_y;
  return place;
}

/* [from, to] within [1, length - 1], and not shorter than can be seen */
static void
frame_axis (double from, double extent, double length, float *at, float *size)
{
  double to = MIN (from + extent, length - 1), least = MIN (LEAST_FRAME, length - 2);

  from = MAX (from, 1);
  if (to - from < least)
    {
      from = CLAMP ((from + to - least) / 2, 1, length - 1 - least);
      to = from + least;
    }
  *at = floorf ((float) from);
  *size = ceilf ((float) to) - *at;
}

SyRect
sy_minimap_frame (const SyMinimapPlace *place, const SyRect *visible, double width, double height)
{
  SyRect frame;

  frame_axis (place->x + visible->x * place->zoom_x, visible->width * place->zoom_x, width, &frame.x, &frame.width);
  frame_axis (place->y + visible->y * place->zoom_y, visible->height * place->zoom_y, height, &frame.y, &frame.height);
  return frame;
}

SyPoint
sy_minimap_to_world (const SyMinimapPlace *place, double x, double y)
{
  return (SyPoint){ (float) ((x - place->x) / place->zoom_x), (float) ((y - place->y) / place->zoom_y) };
}
