/* sy-output-values.h: what a task wrote to $SWITCHYARD_OUTPUT
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-expr.h"

G_BEGIN_DECLS

#define SY_OUTPUT_VALUES_MAX (1024 * 1024) /* bytes of the file */

/**
 * sy_output_values_parse:
 * @text: the file's content, @length bytes
 *
 * Takes `KEY=value` lines; the last of one key counts; keys that the task does
 * not declare are ignored, and a declared one that is missing is left out
 * (null in expressions). Pure.
 *
 * Returns: (transfer full) (nullable): a json object of typed values; NULL with
 *   an error that names the line or the key
 */
char *sy_output_values_parse (const SyTask *task, const char *text, gsize length, GError **error);

/**
 * sy_output_values_read:
 * @run_fd: the run folder
 *
 * Reads `v/t<number>.i<item>.a<attempt>` and parses it. A missing or empty file gives "{}". Blocks on the disk: pool jobs only.
 */
char *sy_output_values_read (int run_fd, const SyTask *task, guint32 item, guint32 attempt, GError **error);

G_END_DECLS
