/* sy-json.h: JSON of strangers, read strictly
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/base/sy-json-writer.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define SY_JSON_MAX_DEPTH 128

/* Parses @text: strict JSON only, of at most SY_JSON_MAX_DEPTH levels, numbers that fit. (transfer full) (nullable) */
JsonNode *sy_json_parse (const char *text, GError **error);
/* Appends @node compactly, members in their order, numbers in their shortest form. */
void sy_json_append (GString *out, JsonNode *node);

G_END_DECLS
