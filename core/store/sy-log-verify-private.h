/* sy-log-verify-private.h: walking the chain
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/store/sy-doctor.h"
#include "core/store/sy-log-rows-private.h"

G_BEGIN_DECLS

/* A good event; @data: its column, borrowed */
typedef void (*SyVerifyEach) (const SyEvent *event, const char *data, gsize length, gpointer user_data);

/**
 * sy_log_verify_chain:
 * @chain: zeros; afterwards it stands at the last good event
 * @each: (nullable):
 * @kind: (out) (optional): on error, what it is
 *
 * Reads all events, from the first: each follows the one before, hashes as it
 * should, and the last is not behind the mark. %SY_ERROR_CORRUPT at the first that does not.
 */
gboolean sy_log_verify_chain (sqlite3 *db, SyRunDir *run, GArray *boots, SyChain *chain, SyVerifyEach each,
                              gpointer user_data, SyFindingKind *kind, GError **error);

G_END_DECLS
