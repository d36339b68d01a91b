/* sy-text-line.h: a line of output as it is shown: SGR colours only, controls and bidi marks visible
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/scene/sy-style.h"

#include <pango/pango.h>

G_BEGIN_DECLS

/**
 * sy_text_line_render:
 * @out: gets valid UTF-8 without controls
 * @attributes: (nullable): gets colours and weights
 * @style: (nullable): where @attributes are wanted: which colours
 *
 * Escape sequences other than colours are left out; what cannot be decoded is said as \xNN, what cannot be seen as <U+NNNN>.
 * A line without colours of its own is coloured as an error or a warning where it reads like one.
 */
void sy_text_line_render (const char *bytes, gsize length, GString *out, PangoAttrList *attributes, const SyStyle *style);

G_END_DECLS
