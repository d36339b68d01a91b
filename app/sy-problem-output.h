/* sy-problem-output.h: how the commands say what is wrong with a file
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/format/sy-problem.h"

G_BEGIN_DECLS

/* All problems on stderr, as compilers say them. */
void sy_problems_say (const SyProblems *problems);

G_END_DECLS
