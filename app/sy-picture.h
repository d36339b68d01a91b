/* sy-picture.h: pictures of workflows, by a module that is loaded when one is wanted
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-run-state.h"

G_BEGIN_DECLS

/* "svg", "png" and "pdf" */
gboolean sy_picture_is_format (const char *format);

/**
 * sy_picture_export:
 * @state: (nullable): a run of it
 *
 * Loads the module `switchyard-picture` (beside the program, in its build tree, or installed) and has it draw:
 * the program itself starts without Cairo and Pango.
 *
 * Returns: (transfer full) (nullable): the file; %SY_ERROR_NOT_FOUND where the module is not installed
 */
GBytes *sy_picture_export (SyWorkflow *workflow, const SyRunState *state, const char *format, GError **error);

G_END_DECLS
