/* sy-history-read.h: the last runs of a workflow, read from index and logs
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-controller.h"
#include "core/store/sy-index.h"

G_BEGIN_DECLS

#define SY_HISTORY_RUNS 50

/* What was read already is not read again while a run is as it was. One thread at a time. */
typedef struct _SyHistoryCache SyHistoryCache;

SyHistoryCache *sy_history_cache_new (void);
void sy_history_cache_free (SyHistoryCache *cache);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyHistoryCache, sy_history_cache_free)

void sy_history_piece_free (SyHistoryPiece *piece);

/* @piece: (transfer full). FALSE: nobody listens any more */
typedef gboolean (*SyHistoryEach) (SyHistoryPiece *piece, gpointer data);

/**
 * sy_history_cache_read:
 *
 * Calls @each for the newest %SY_HISTORY_RUNS runs of @workflow_path that have changed since the last call, newest
 * first, and once with the uuids of all. A run whose log cannot be read (damaged, of a newer version) comes with its error.
 */
gboolean sy_history_cache_read (SyHistoryCache *cache, const char *workflow_path, SyHistoryEach each, gpointer data, GError **error);

/* One run with its cells, or with its error, whatever is known of it. @info: of the index */
SyGridRun *sy_history_cache_read_run (SyHistoryCache *cache, SyStateDir *dir, const SyRunInfo *info);
/* Ids of the rows that were new since the last call; (transfer full) (element-type utf8) */
GPtrArray *sy_history_cache_take_ids (SyHistoryCache *cache);

G_END_DECLS
