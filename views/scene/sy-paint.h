/* sy-paint.h: nodes and edges painted with Cairo and Pango; no GTK
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/scene/sy-geometry.h"
#include "views/scene/sy-look.h"
#include "views/scene/sy-style.h"

#include <pango/pangocairo.h>

G_BEGIN_DECLS

/* Levels of detail by zoom (look/README: both lines, name only, no text, flat) */
#define SY_ZOOM_BOTH_LINES 0.8
#define SY_ZOOM_NAME 0.45
#define SY_ZOOM_FLAT 0.3

/*
 * What painting needs beside the thing to be painted. One painter belongs to one thread; it reuses one
 * PangoLayout. @zoom: device-independent pixels a world unit.
 */
typedef struct
{
  const SyStyle *style;
  double zoom;
  double font_scale;
  PangoLayout *name_layout;     /* (owned) semibold */
  PangoLayout *line_layout;     /* (owned) small */
} SyPainter;

/* @context: (nullable): NULL = the default font map at 96 dpi */
void sy_painter_init (SyPainter *painter, const SyStyle *style, PangoContext *context, double font_scale);
void sy_painter_clear (SyPainter *painter);
void sy_painter_set_zoom (SyPainter *painter, double zoom);

/* @box: in device-independent pixels; the badge sticks out by up to SY_PAINT_MARGIN · zoom. */
#define SY_PAINT_MARGIN 14.0
/* What it may cover of the picture at that zoom, whatever it looks like */
SyRect sy_paint_node_ink (const SyRect *box, double zoom);
void sy_paint_node (SyPainter *painter, cairo_t *cr, const SyRect *box, const char *label, const SyLook *look);

typedef enum { SY_EDGE_PLAIN, SY_EDGE_CRITICAL, SY_EDGE_NOT_TAKEN, SY_EDGE_DIMMED, SY_EDGE_SELECTED } SyEdgeLook;
/* @points: device-independent pixels */
void sy_paint_edge (SyPainter *painter, cairo_t *cr, const SyPoint *points, guint32 n_points, SyEdgeLook look);

/* A group: a frame with its name at the upper left */
void sy_paint_frame (SyPainter *painter, cairo_t *cr, const SyRect *box, const char *name);

/* The state's disc with its glyph, also used by chips, lists and legends. @size: diameter */
void sy_paint_state_icon (const SyStyle *style, cairo_t *cr, SyState state, double x, double y, double size);
/* The glyph in a ring: a task of a re-run whose result is reused */
void sy_paint_hollow_icon (const SyStyle *style, cairo_t *cr, SyState state, double x, double y, double size);

/* Solid ring at distance 4 (selected), dashed ring outside it (focus). */
void sy_paint_rings (SyPainter *painter, cairo_t *cr, const SyRect *box, gboolean selected, gboolean focus);

G_END_DECLS
