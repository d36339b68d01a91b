/* sy-artifacts.h: the files that a task of a run wrote
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-artifact.h"
#include "core/model/sy-workflow.h"

G_BEGIN_DECLS

/**
 * sy_artifacts_list:
 * @index: of the task in @workflow, @attempt: its newest
 * @values, @command: (nullable): of its state
 *
 * What `writes` names, and what lies in $SWITCHYARD_ARTIFACTS of that attempt. Touches files: not on the main thread.
 *
 * Returns: (transfer full) (nullable) (element-type SyArtifact): NULL with an error where the run cannot be read
 */
GArray *sy_artifacts_list (const char *uuid, SyWorkflow *workflow, guint32 index, guint32 attempt, const char *values,
                           const char *command, GError **error);

G_END_DECLS
