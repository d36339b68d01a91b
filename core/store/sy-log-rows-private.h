/* sy-log-rows-private.h: rows of the log and the model's structures
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-attempt.h"
#include "core/store/sy-log-chain-private.h"
#include "core/store/sy-log-feed-private.h"
#include "core/store/sy-log-reader.h"
#include "core/store/sy-log-schema-private.h"

G_BEGIN_DECLS

/* --- event --- */

#define SY_EVENT_COLUMNS 11
#define SY_EVENT_INSERT "INSERT INTO event SELECT * FROM feed_event"
#define SY_EVENT_SELECT "SELECT seq, at_us, skew_us, boot, kind, task, item, attempt, by, data, h FROM event"

/* @data and @hash must live until the next row. */
void sy_event_row_fill (SyLogRow *row, const SyEvent *event, const SyBoot *boot, const char *data, gsize length,
                        const SyHash *hash);
/**
 * sy_event_row_read:
 * @boots: SyBoot rows
 * @event: (out): its data is decoded; sy_event_clear()
 * @data: (out) (optional) @length: (out) (optional): the data column, borrowed until the next step
 * @hash: (out) (optional):
 */
gboolean sy_event_row_read (sqlite3_stmt *statement, GArray *boots, SyEvent *event, const char **data, gsize *length,
                            SyHash *hash, GError **error);

/* --- boot --- */

#define SY_BOOT_SELECT "SELECT n, boot_id, wall_us, boottime_us, h FROM boot ORDER BY n"
#define SY_BOOT_INSERT "INSERT INTO boot VALUES(?1, ?2, ?3, ?4, ?5)"

gboolean sy_boot_insert (sqlite3 *db, const SyBoot *boot, GError **error);
/* All of them (element-type SyBoot); a wrong check is %SY_ERROR_CORRUPT, unless @trusting: then the chain must tell. */
GArray *sy_boots_load (sqlite3 *db, gboolean trusting, GError **error);
const SyBoot *sy_boots_find (GArray *boots, guint32 n);

/* --- definition --- */

#define SY_DEFINITION_SELECT "SELECT n, sha256, path, bytes, since_seq, h FROM definition"
#define SY_DEFINITION_INSERT "INSERT INTO definition VALUES(?1, ?2, ?3, ?4, ?5, ?6)"

void sy_definition_row_bind (sqlite3_stmt *statement, const SyDefinition *definition);
/* NULL + %SY_ERROR_CORRUPT where check or digest are wrong */
SyDefinition *sy_definition_row_read (sqlite3_stmt *statement, GError **error);

/* --- state --- */

#define SY_STATE_COLUMNS 10
#define SY_STATE_INSERT "INSERT OR REPLACE INTO state SELECT * FROM feed_state"
#define SY_STATE_SELECT                                                                                                \
  "SELECT key, id, state, name, settled, badges, attempt, budget_used, due_us, last_seq FROM state"

void sy_state_row_fill (SyLogRow *row, const SyStateRow *state);
/* `id` is borrowed until the next step */
void sy_state_row_read (sqlite3_stmt *statement, SyStateRow *row);

/* --- attempt --- */

#define SY_ATTEMPT_COLUMNS 22
#define SY_ATTEMPT_INSERT "INSERT OR REPLACE INTO attempt SELECT * FROM feed_attempt"
#define SY_ATTEMPT_SELECT                                                                                              \
  "SELECT key, nonce, state, name, failure, keeper, boot, pid, start_time, pidns, kill_method, started_us, ran_us,"    \
  " status, user_us, sys_us, rss, read, written, output, dropped, rare FROM attempt"

/* @rare is scratch space that must live until the next row. */
void sy_attempt_row_fill (SyLogRow *row, const SyAttempt *attempt, GString *rare);
void sy_attempt_row_read (sqlite3_stmt *statement, SyAttempt *attempt);
/* Equal in all that the table holds */
gboolean sy_attempt_row_equal (const SyAttempt *a, const SyAttempt *b);
/* TRUE for the kinds of event of which sy_attempt_apply() makes something */
gboolean sy_attempt_row_concerns (const SyEvent *event);

G_END_DECLS
