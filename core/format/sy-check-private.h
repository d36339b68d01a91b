/* sy-check-private.h: a value against the field table
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/format/sy-document.h"
#include "core/format/sy-fields.h"

G_BEGIN_DECLS

/* Where problems go, and what they are about */
typedef struct
{
  SyDocument *document;
  SySource *source;
  const char *data;   /* of the source */
  SyProblems *problems;
  const char *task;   /* (nullable) id of the task at hand */
  struct _SyBinding *binding; /* what expressions in fields with a type are worth */
} SyCheck;

/* A problem at a node (at its first line where it is long), with the task at hand */
SyProblem *sy_check_add (SyCheck *check, SySeverity severity, const SyNode *node, const char *code,
                         const char *format, ...) G_GNUC_PRINTF (5, 6);
/* The same at bytes of the file */
SyProblem *sy_check_add_at (SyCheck *check, SySeverity severity, gsize start, gsize end, const char *code,
                            const char *format, ...) G_GNUC_PRINTF (6, 7);

/**
 * sy_check_table:
 * @map: the value of @key, or the root of the file
 * @defaults: the keys stand in `defaults`
 * @values: (nullable): gets the value of each field of @table, or %NULL: scalars are good,
 *   lists and maps are of the right kind, but may hold values that were reported
 *
 * Checks keys and values of a map, all the way down but for the fields that
 * are the loader's own.
 *
 * Returns: %FALSE if @map is no map at all
 */
gboolean sy_check_table (SyCheck *check, const SyNode *map, const SyTable *table, gboolean defaults,
                         const SyNode **values);

/* Checks one value; FALSE: reported, do not use it */
gboolean sy_check_value (SyCheck *check, const SyNode *node, const SyField *field, const char *key);

/* A key that must not be looked at: `x-…`, a duplicate, one refused before */
gboolean sy_check_skips_key (const SyNode *key);

/* @pattern: one of SY_NAMES_* */
gboolean sy_check_name (const char *name, const char *pattern);

/* The key of a value's own pair, for messages and for what must be replaced as a whole */
const SyNode *sy_check_key_of (const SyNode *value);

/* What another tool's key is called here, or NULL */
const char *sy_foreign_hint (const SyTable *table, const char *key);

G_END_DECLS
