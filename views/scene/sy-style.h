/* sy-style.h: the tokens that everything is drawn with
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-types.h"

G_BEGIN_DECLS

typedef enum
{
  SY_SCHEME_LIGHT,
  SY_SCHEME_DARK,
  SY_SCHEME_HIGH_CONTRAST,
  SY_SCHEME_HIGH_CONTRAST_DARK,
  SY_N_SCHEMES
} SyScheme;

typedef enum { SY_PALETTE_STANDARD, SY_PALETTE_COLOUR_BLIND, SY_N_PALETTES } SyPalette;

typedef struct { double r, g, b; } SyColour;

/* Colours of one scheme and palette; sRGB, 0–1. */
typedef struct
{
  SyScheme scheme;
  SyPalette palette;
  SyColour state[SY_N_STATES];  /* text, icon, outline */
  SyColour fill[SY_N_STATES];   /* stripes, bars, minimap: never text */
  SyColour canvas, card, text, dim_text, edge, glyph, accent, critical;
} SyStyle;

const SyStyle *sy_style_get (SyScheme scheme, SyPalette palette);

/* WCAG 2.1 contrast ratio of two colours, 1–21. */
double sy_colour_contrast (const SyColour *a, const SyColour *b);

G_END_DECLS
