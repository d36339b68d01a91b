/* sy-layout-file.h: the places that users pin, in a file beside the workflow: NAME.layout.json
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-places.h"

G_BEGIN_DECLS

#define SY_LAYOUT_FILE_BYTES (16 * 1024 * 1024) /* never more is read */

/* "dir/report.yard.yaml" → "dir/report.layout.json". (transfer full) */
char *sy_layout_file_path (const char *workflow);

/**
 * sy_layout_file_parse:
 *
 * Returns: (transfer full): %NULL with %SY_ERROR_INVALID (not what sy_layout_file_print() gives, or keys that are not
 *   known here), %SY_ERROR_VERSION (a newer version wrote it) or %SY_ERROR_LIMIT
 */
SyPlaces *sy_layout_file_parse (GBytes *bytes, const char *name, GError **error);
/* Sorted, whole numbers, a task a line: small differences for git. (transfer full) */
GBytes *sy_layout_file_print (const SyPlaces *places);

/**
 * sy_layout_file_read:
 * @bytes: (out) (optional) (nullable) (transfer full): the file; %NULL: there is none
 *
 * A file that is not there pins nothing.
 *
 * Returns: (transfer full): %NULL with an error as sy_layout_file_parse(), or of the operating system
 */
SyPlaces *sy_layout_file_read (const char *path, GBytes **bytes, GError **error);

/* For those who show a workflow: what is pinned of the file @workflow, nothing where that cannot be read. (transfer full) */
SyPlaces *sy_layout_file_of (const char *workflow);

G_END_DECLS
