/* sy-task-kind.h: what a task is made of, in one line: its command beside its name, for every kind that the field table has
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-change.h"
#include "core/model/sy-field.h"

G_BEGIN_DECLS

/* The field that makes a kind and is of that key, or with @key NULL the first; NULL: none, or not built yet */
const SyField *sy_task_kind_find (const SyTable *table, const char *key);
/* The field that @task, a map, is what it is by; NULL: it has none of them */
const SyField *sy_task_kind_of (const SyTable *table, const SyChangeValue *task);

/* @value: (nullable). (transfer full) (nullable): %NULL: it is no line */
char *sy_task_kind_get_line (const SyField *field, const SyChangeValue *value);

/**
 * sy_task_kind_make:
 * @line: as somebody typed it: a text; words as a shell would part them where the field is a list; where it is an object, its shorthand
 *
 * Returns: (transfer full) (nullable): the value; %NULL with @error: %SY_ERROR_INVALID: a quote is not closed
 */
SyChangeValue *sy_task_kind_make (const SyField *field, const char *line, GError **error);

G_END_DECLS
