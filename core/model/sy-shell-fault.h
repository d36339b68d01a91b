/* sy-shell-fault.h: what shells mean by the exits 126 and 127
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-run-state.h"

G_BEGIN_DECLS

/* The program that a shell, or env, timeout, xargs …, says it could not start: "sh: 1: jqq: not found" is of jqq. (transfer full)
 * (nullable): @line says nothing of the kind */
char *sy_shell_fault_find_program (const char *line);

/**
 * sy_shell_fault_describe:
 * @how: as sy_words_failure() has it: "exit 127"
 * @line: (nullable): the line of its output that says what went wrong (sy_line_choose())
 *
 * Returns: (transfer full) (nullable): "program not found: jqq (exit 127)"; %NULL: the task failed of something else
 */
char *sy_shell_fault_describe (const SyTaskState *task, const char *how, const char *line);
/* What to do then: "install it, …". (transfer full) (nullable): as above */
char *sy_shell_fault_advise (const SyTaskState *task, const char *line);

G_END_DECLS
