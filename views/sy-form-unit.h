/* sy-form-unit.h: numbers with units in a form: stepping them up and down, changing the unit
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-field.h"

G_BEGIN_DECLS

/* Whether its values are numbers, durations, sizes or percentages, which can be stepped */
gboolean sy_form_unit_has_steps (const SyField *field);

/* (nullable): NULL-terminated, the written forms: "ms", "s" …; %NULL: the field has no units. Borrowed */
const char *const *sy_form_unit_get_all (const SyField *field);
/* Index of the unit that @text is written in; -1: of several units, an expression, or none */
int sy_form_unit_get (const SyField *field, const char *text);
/* The same number with another unit: "90s" → "90m". (transfer full) (nullable): it has no unit */
char *sy_form_unit_set (const SyField *field, const char *text, guint unit);

/**
 * sy_form_unit_step:
 * @text: what stands there; "" stands for the default, or the least value
 *
 * One up (@by 1) or down (-1): whole numbers by 1, others by a tenth below 1, within the field's range; never below 0 for durations
 * and sizes.
 *
 * Returns: (transfer full) (nullable): as it would be written; %NULL: no number, or there is no further to go
 */
char *sy_form_unit_step (const SyField *field, const char *text, int by);

G_END_DECLS
