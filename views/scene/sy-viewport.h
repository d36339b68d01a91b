/* sy-viewport.h: which part of the picture a window shows, and how large
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/scene/sy-geometry.h"

G_BEGIN_DECLS

#define SY_ZOOM_MAX 2.5
#define SY_ZOOM_STEP 1.2 /* of a key or a click of the wheel */

/* Plain data. Screen: device-independent pixels from the window's corner. screen = (world − (x, y)) · zoom */
typedef struct
{
  double zoom;
  double x, y;          /* world: the corner at the upper left */
  double width, height; /* screen */
  SyRect bounds;        /* world: the whole picture */
} SyViewport;

void sy_viewport_init (SyViewport *viewport);
void sy_viewport_set_bounds (SyViewport *viewport, const SyRect *bounds);
/* Keeps what is in the middle in the middle. */
void sy_viewport_resize (SyViewport *viewport, double width, double height);
/* @dx, @dy: screen; positive: the picture moves left and up. Some of the picture always stays in sight. */
void sy_viewport_pan (SyViewport *viewport, double dx, double dy);
/* The world point under (@x, @y) stays there. */
void sy_viewport_zoom_at (SyViewport *viewport, double zoom, double x, double y);
/* All of it, not larger than 1:1. */
void sy_viewport_fit (SyViewport *viewport);
double sy_viewport_fit_zoom (const SyViewport *viewport);
void sy_viewport_fit_area (SyViewport *viewport, const SyRect *area);
/*
 * What a window shows before anybody has moved it: all of it where names can be read so; else so large that they can be read,
 * around @interest; but all of it again (FALSE) where that would be too small a part of a large picture and all of it fills
 * the window (a long chain is never shown as a line). @scale: of the font
 */
gboolean sy_viewport_show (SyViewport *viewport, double scale, const SyRect *interest);
void sy_viewport_centre_on (SyViewport *viewport, const SyRect *area);
/* Moves as little as needed to have @area in sight with some room. TRUE if it moved. */
gboolean sy_viewport_reveal (SyViewport *viewport, const SyRect *area);

/* Something lies over the corner right of and below (@x, @y) of the screen: moves the picture up where that hides of @area (world). */
void sy_viewport_uncover (SyViewport *viewport, const SyRect *area, double x, double y);
/* All of its height is in sight, not all of its width: a wheel goes along it. */
gboolean sy_viewport_is_strip (const SyViewport *viewport);

SyPoint sy_viewport_to_world (const SyViewport *viewport, double x, double y);
SyPoint sy_viewport_to_screen (const SyViewport *viewport, double x, double y);
SyRect sy_viewport_rect_to_screen (const SyViewport *viewport, const SyRect *world);
/* World: what is in sight */
SyRect sy_viewport_visible (const SyViewport *viewport);
/* 0–1: how much of the picture's area is in sight */
double sy_viewport_share (const SyViewport *viewport);

G_END_DECLS
