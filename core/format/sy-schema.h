/* sy-schema.h: the JSON Schema of workflow files, printed from the field table
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* switchyard-1.schema.json (draft-07), indented, with a final newline. (transfer full) */
char *sy_schema_print (void);

G_END_DECLS
