/* sy-style.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/scene/sy-style.h"

#include <math.h>

#define HEX(h) { ((h) >> 16 & 0xff) / 255.0, ((h) >> 8 & 0xff) / 255.0, ((h) & 0xff) / 255.0 }

/* Order of SyState: pending ready waiting running succeeded failed lost skipped upstream_failed cancelled */
#define FILLS { HEX (0x9a9996), HEX (0xe5a50a), HEX (0x9141ac), HEX (0x3584e4), HEX (0x26a269), HEX (0xe01b24), HEX (0xff7800), \
                HEX (0x9a9996), HEX (0xb5835a), HEX (0x9a9996) }
#define LIGHT_STATES { HEX (0x66645f), HEX (0x8f5d00), HEX (0x813d9c), HEX (0x1b66c4), HEX (0x1b7248), HEX (0xc01c28), \
                       HEX (0xa84500), HEX (0x66645f), HEX (0x865e3c), HEX (0x4a4850) }
#define DARK_STATES { HEX (0xb0aeab), HEX (0xf5c211), HEX (0xdc8add), HEX (0x78aeed), HEX (0x5fd18f), HEX (0xff7b63), \
                      HEX (0xffa348), HEX (0xb0aeab), HEX (0xcdab8f), HEX (0xc0bfbc) }
#define LIGHT_BLIND { HEX (0x66645f), HEX (0x7a6a00), HEX (0x9c3f76), HEX (0x005b8f), HEX (0x00724f), HEX (0xb04a00), \
                      HEX (0xb04a00), HEX (0x66645f), HEX (0x8a5a00), HEX (0x555555) }
#define DARK_BLIND { HEX (0xb0aeab), HEX (0xf0e442), HEX (0xe09cc4), HEX (0x56b4e9), HEX (0x2fc99b), HEX (0xff8a3d), \
                     HEX (0xff8a3d), HEX (0xb0aeab), HEX (0xe69f00), HEX (0xc0c0c0) }
#define LIGHT_REST .fill = FILLS, .canvas = HEX (0xf2f2f4), .card = HEX (0xffffff), .text = HEX (0x241f31), .dim_text = HEX (0x5e5d62), \
                   .edge = HEX (0x807e7c), .glyph = HEX (0xffffff), .accent = HEX (0x3584e4), .critical = HEX (0x1b66c4)
#define DARK_REST .fill = FILLS, .canvas = HEX (0x1e1e1e), .card = HEX (0x303030), .text = HEX (0xffffff), .dim_text = HEX (0xb5b5ba), \
                  .edge = HEX (0x868482), .glyph = HEX (0x1e1e1e), .accent = HEX (0x78aeed), .critical = HEX (0x78aeed)
#define HC_REST .fill = FILLS, .canvas = HEX (0xffffff), .card = HEX (0xffffff), .text = HEX (0x000000), .dim_text = HEX (0x3d3846), \
                .edge = HEX (0x3d3846), .glyph = HEX (0xffffff), .accent = HEX (0x1a5fb4), .critical = HEX (0x1a5fb4)
#define HC_DARK_REST .fill = FILLS, .canvas = HEX (0x000000), .card = HEX (0x000000), .text = HEX (0xffffff), .dim_text = HEX (0xdeddda), \
                     .edge = HEX (0xdeddda), .glyph = HEX (0x000000), .accent = HEX (0x99c1f1), .critical = HEX (0x99c1f1)

static const SyStyle styles[SY_N_SCHEMES][SY_N_PALETTES] = {
  { { .scheme = SY_SCHEME_LIGHT, .palette = SY_PALETTE_STANDARD, .state = LIGHT_STATES, LIGHT_REST },
    { .scheme = SY_SCHEME_LIGHT, .palette = SY_PALETTE_COLOUR_BLIND, .state = LIGHT_BLIND, LIGHT_REST } },
  { { .scheme = SY_SCHEME_DARK, .palette = SY_PALETTE_STANDARD, .state = DARK_STATES, DARK_REST },
    { .scheme = SY_SCHEME_DARK, .palette = SY_PALETTE_COLOUR_BLIND, .state = DARK_BLIND, DARK_REST } },
  { { .scheme = SY_SCHEME_HIGH_CONTRAST, .palette = SY_PALETTE_STANDARD, .state = LIGHT_STATES, HC_REST },
    { .scheme = SY_SCHEME_HIGH_CONTRAST, .palette = SY_PALETTE_COLOUR_BLIND, .state = LIGHT_BLIND, HC_REST } },
  { { .scheme = SY_SCHEME_HIGH_CONTRAST_DARK, .palette = SY_PALETTE_STANDARD, .state = DARK_STATES, HC_DARK_REST },
    { .scheme = SY_SCHEME_HIGH_CONTRAST_DARK, .palette = SY_PALETTE_COLOUR_BLIND, .state = DARK_BLIND, HC_DARK_REST } },
};

const SyStyle *
sy_style_get (SyScheme scheme, SyPalette palette)
{
  return &styles[scheme < SY_N_SCHEMES ? scheme : SY_SCHEME_LIGHT][palette < SY_N_PALETTES ? palette : SY_PALETTE_STANDARD];
}

static double
linear (double channel)
{
  return channel <= 0.04045 ? channel / 12.92 : pow ((channel + 0.055) / 1.055, 2.4);
}

static double
luminance (const SyColour *c)
{
  return 0.2126 * linear (c->r) + 0.7152 * linear (c->g) + 0.0722 * linear (c->b);
}

double
sy_colour_contrast (const SyColour *a, const SyColour *b)
{
  double x = luminance (a), y = luminance (b);

  return (MAX (x, y) + 0.05) / (MIN (x, y) + 0.05);
}
