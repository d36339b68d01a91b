/* sy-task-words.h: what a task asks for, in plain words
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-run-state.h"

G_BEGIN_DECLS

/* Each: (transfer full) (nullable): NULL where the task says nothing of the kind */
char *sy_task_words_needs (const SyWorkflow *workflow, const SyTask *task);
char *sy_task_words_join (const SyTask *task);
char *sy_task_words_retry (const SyTask *task);
char *sy_task_words_timeout (const SyTask *task);
char *sy_task_words_resources (const SyWorkflow *workflow, const SyTask *task);
char *sy_task_words_condition (const SyTask *task);
/* Shell text, or the words of the command, as its author wrote it; @edited: (nullable): json of the command that replaces it in the run (`command` of the task's state) */
char *sy_task_words_command (const SyTask *task, const char *edited);
/* "documents = 7", a line each; @outputs: (nullable): of the task's state */
char *sy_task_words_outputs (const char *outputs);
/* "Blocks link and 3 more."; (transfer full) (nullable): of a task that blocks nothing */
char *sy_task_words_consequence (const SyRunState *state, guint32 index);

G_END_DECLS
