/* awkward-yaml.h: YAML as nobody would write it and some do
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A text with comments everywhere, every style of scalar and collection, unicode, odd indentation; with @native a map `tasks` of
 * tasks that need each other; else whatever. Some have CRLF, a BOM, no last line break, anchors. (transfer full) */
GBytes *awkward_yaml_new (GRand *rand, gboolean native, gboolean anchors);

/* A text that needs care when it is written */
const char *awkward_text (GRand *rand);

G_END_DECLS
