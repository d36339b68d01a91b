/* sy-task-dialogs.h: what is asked before a task is marked or runs another command
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/gui/sy-window.h"
#include "core/model/sy-workflow.h"

G_BEGIN_DECLS

/* Another command for this task, and the re-run that uses it. */
void sy_task_ask_command (SyWindow *window, const SyTask *task);
/* Mark as Succeeded: a note is required. */
void sy_task_ask_mark (SyWindow *window, const GArray *tasks);

G_END_DECLS
