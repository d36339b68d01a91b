/* sy-rerun.h: what a re-run would do, as text and as JSON
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/sy-run-view.h"
#include "core/model/sy-scheduler.h"

G_BEGIN_DECLS

typedef struct
{
  SyRerunScope scope;
  SyRerunRunning running;
  GStrv ids;            /* (nullable) as SyRerunRequest.tasks, by id */
  GStrv changed;        /* (nullable) ids of CURRENT_FILE that are new or have changed */
} SyRerunWish;

const char *sy_rerun_scope_word (SyRerunScope scope);
const char *sy_rerun_running_word (SyRerunRunning running);

/* Numbers of @wish in the run; FALSE: an id that is not there */
gboolean sy_rerun_resolve (SyRunView *view, const SyRerunWish *wish, GArray *numbers, GError **error);

/* Prints the preview on stdout. */
gboolean sy_rerun_print_preview (SyRunView *view, const SyRerunWish *wish, gboolean as_json, GError **error);

G_END_DECLS
