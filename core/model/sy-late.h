/* sy-late.h: fields of a task whose values are known only when its join fires
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-expr.h"
#include "core/model/sy-json.h"

G_BEGIN_DECLS

/*
 * `memory: "${{ tasks.plan.outputs.memory }}"`: the task of the workflow holds
 * a value that stands for it, its SyTaskExtra the text. Evaluated values are
 * logged with the intent, as the member "fields" of the task's values.
 */

/* Name as in the file ("retry.limit", "resources.POOL"); FALSE: no such field, or none that may wait. */
gboolean sy_late_find (const char *name, SyLateField *field);
/* (transfer full) */
char *sy_late_name (const SyWorkflow *workflow, const SyLate *late);

static inline gboolean
sy_late_has_any (const SyTask *task)
{
  return task->extra != NULL && task->extra->n_late > 0;
}

/* Evaluates and checks; adds the member "fields" to @to where there are any. FALSE with an error that names the field. */
gboolean sy_late_evaluate (const SyWorkflow *workflow, guint32 index, const SyExprContext *context, SyJson *to,
                           GError **error);

/* What becomes of the task where nobody knows how it ended. @values: (nullable): those of its newest intent */
SyOnLost sy_late_on_lost (const SyWorkflow *workflow, guint32 index, const char *values);

/* A task with its evaluated fields: valid as long as the workflow and this are. */
typedef struct
{
  SyTask task;
  SyRetry retry;
  SyTimeout timeout;
  SyStop stop;
  SyResources resources;
  SyPoolRequest *pools; /* (owned) */
} SyLateTask;

/* @values: (nullable): what sy_task_values_evaluate() gave. Never fails: what is missing or odd keeps the value in the task. */
SyLateTask *sy_late_task_new (const SyWorkflow *workflow, guint32 index, const char *values);
void sy_late_task_free (SyLateTask *late);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyLateTask, sy_late_task_free)

G_END_DECLS
