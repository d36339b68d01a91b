/* sy-mend.h: what else is wrong in a file that is no YAML
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/format/sy-problem.h"

G_BEGIN_DECLS

/**
 * sy_mend_and_check:
 * @path: (nullable): as sy_loader_load_bytes() has it
 * @problems: what was found so far; the newest error is the syntax error
 *
 * Blanks the task (or the key of the file) that holds the syntax error, parses and checks the rest, and adds what is
 * wrong there, as often as another syntax error turns up. Leaves out what may only be a consequence of the gap. Where
 * nothing can be blanked, the hint of the newest error says that the rest was not checked.
 */
void sy_mend_and_check (SySource *source, const char *path, SyProblems *problems);

G_END_DECLS
