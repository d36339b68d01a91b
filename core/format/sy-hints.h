/* sy-hints.h: what is rarely meant (core/model/sy-hint.h), at its place in a file
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/format/sy-document.h"
#include "core/model/sy-workflow.h"

G_BEGIN_DECLS

/* Lists the codes that are silenced, in the file or in a task */
#define SY_HINTS_QUIET "x-quiet"
/* Does the `x-quiet` of @map (nullable) list @code? */
gboolean sy_hints_are_quiet (const SyNode *map, const char *code);

/**
 * sy_hints_report:
 * @tree: (nullable): of the file, where it is a workflow file; its `x-quiet: [code, …]` silence hints, of the file or of a task
 * @problems: of which file is the source; gets notes
 */
void sy_hints_report (const SyWorkflow *workflow, const SyDocument *tree, SyProblems *problems);

G_END_DECLS
