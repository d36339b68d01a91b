/* json-schema.h: as much of JSON Schema draft-07 as the schema of workflow files uses
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/format/sy-document.h"

#include <json-glib/json-glib.h>

/* A YAML node as JSON, scalars by the core schema of YAML 1.2, as an editor with a schema reads it. (transfer full) */
JsonNode *test_schema_value (const SyNode *node);
/* NULL: @value is valid; else where and why not. (transfer full) */
char *test_schema_check (JsonNode *schema, JsonNode *value);
/* Asserts that @schema itself has only keywords known here, of the right types, and no $ref to nowhere. */
void test_schema_check_form (JsonNode *schema);
