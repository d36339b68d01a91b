/* sy-problem-words.h: a problem of a document in words, and mending it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-design.h"

G_BEGIN_DECLS

/* Appends @before, "Unknown key “tiemout”", and the hint on a line of its own. */
void sy_problem_words (const SyDesignProblem *problem, const char *before, GString *text);
/* "Replace by “timeout”", "Remove “x”": what the fix would do. (transfer full) (nullable): there is none */
char *sy_problem_fix_words (const SyDesignProblem *problem);
/* The fix as one step of history. The problem must be of the newest revision, and nothing else asked for. */
void sy_problem_fix (SyDesign *design, const SyDesignProblem *problem);
/* A hint of a task: its code goes into the task's `x-quiet`. */
gboolean sy_problem_can_silence (const SyDesignProblem *problem);
void sy_problem_silence (SyDesign *design, const SyDesignProblem *problem);

G_END_DECLS
