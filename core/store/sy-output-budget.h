/* sy-output-budget.h: what the outputs of a run may take together
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/store/sy-run-dir.h"

G_BEGIN_DECLS

/* Bytes: `run_limit` of [output] in settings.ini (a size such as 500M), or 2 GiB */
guint64 sy_output_budget_setting (void);

/**
 * sy_output_budget_prepare:
 * @run: owned by the caller
 *
 * Makes the file `budget` of the run, or gives it another limit: its keepers keep to it from then on. What is in out/ of a
 * run that has none yet counts.
 */
gboolean sy_output_budget_prepare (SyRunDir *run, guint64 limit, GError **error);

G_END_DECLS
