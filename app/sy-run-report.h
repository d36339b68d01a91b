/* sy-run-report.h: what came of a run, in a few lines
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/sy-run-view.h"
#include "core/engine/sy-runner.h"

G_BEGIN_DECLS

int sy_exit_code_of_run (SyRunStatus status);
/* Of a runner that has ended */
int sy_exit_code_of_end (const SyRunnerEnd *end);

/**
 * sy_run_report:
 * @end: (nullable): how this process' runner ended
 *
 * Appends the result, and where something failed: the first tasks, why, the
 * last lines of their output, and the command that repairs it.
 */
void sy_run_report (GString *out, const SyRunFacts *run, const SyRunnerEnd *end);

/* The last lines that an attempt wrote, each behind a bar; nothing where it wrote nothing. */
void sy_say_last_lines (GString *out, SyRunDir *run, guint32 task, guint32 attempt);

G_END_DECLS
