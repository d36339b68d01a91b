/* sy-dry-run.h: what a run would do, without doing it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/sy-run-settings.h"

G_BEGIN_DECLS

/**
 * sy_dry_run_say:
 * @workflow: bound to the parameters of @settings
 *
 * Parameters, then the tasks wave by wave (a wave is what could run at once if there were slots enough and all succeeded):
 * what each waits for and asks for, and its command with the expressions worked out that do not hang on another task.
 */
gboolean sy_dry_run_say (const SyRunSettings *settings, const SyWorkflow *workflow, GString *out, GError **error);

G_END_DECLS
