/* sy-pattern.h: several tasks that are put into a workflow in one step
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-change.h"
#include "core/model/sy-workflow.h"

G_BEGIN_DECLS

typedef enum
{
  SY_PATTERN_PIPELINE,  /* one after the other */
  SY_PATTERN_FORK_JOIN, /* side by side, then one that waits for all */
  SY_PATTERN_QUORUM,    /* enough when two of three have come in; the rest is stopped */
  SY_PATTERN_FLAKY,     /* tried again when it fails, with a time limit */
  SY_PATTERN_TOLERANT,  /* parallel analyses, and a merge that goes on without those that failed */
  SY_N_PATTERNS
} SyPattern;

/* "Fork and Join": for a button or a menu; @help: (out) (optional): a sentence. */
const char *sy_pattern_get_title (SyPattern pattern, const char **help);
/* The names to be filled in, %NULL-terminated, as they would be without */
const char *const *sy_pattern_get_names (SyPattern pattern);

/**
 * sy_pattern_insert:
 * @names: (nullable): in the place of sy_pattern_get_names(), as many
 * @workflow: (nullable): names that it has get a number
 * @after: (nullable): id of a task that the first ones need
 *
 * Returns: (transfer full): one step of history that adds the tasks, each with a command to be replaced
 */
SyChange *sy_pattern_insert (SyPattern pattern, const char *const *names, const SyWorkflow *workflow, const char *after);

/**
 * sy_pattern_from_lines:
 * @lines: shell text as somebody pasted it
 *
 * A chain of tasks, one for each command: lines that go on (`\`, `|`, `&&`, loops, here-documents) stay together; prompts and comments go;
 * `cd`, `export`, `set`, `.` and assignments stand in front of each command that follows them, as no shell is shared.
 *
 * Returns: (transfer full) (nullable): %NULL: there is no command in it
 */
SyChange *sy_pattern_from_lines (const char *lines, const SyWorkflow *workflow, const char *after);

G_END_DECLS
