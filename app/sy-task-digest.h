/* sy-task-digest.h: has the definition of a task changed?
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-workflow.h"

G_BEGIN_DECLS

/* All that a task means, as one text: equal texts = unchanged. Labels, descriptions and positions count nothing. */
char *sy_task_digest (const SyWorkflow *workflow, guint32 index);

/* Ids of tasks of @now that @before does not have or has otherwise. (transfer full) */
GStrv sy_workflow_changed_tasks (const SyWorkflow *before, const SyWorkflow *now);

G_END_DECLS
