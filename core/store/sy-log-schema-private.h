/* sy-log-schema-private.h: what lies in log.db
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/base/sy-clock.h"
#include "core/store/sy-database-private.h"
#include "core/store/sy-run-dir.h"

#include <sys/stat.h>

G_BEGIN_DECLS

#define SY_LOG_APPLICATION_ID 0x53794c67 /* "SyLg" */
#define SY_LOG_VERSION 2                 /* user_version */

/*
 * Rows of state, attempt and sample are found by one packed integer, which is
 * the rowid: with item 0 and attempt 1 it is the task number itself, so that
 * the usual row spends two bytes on its key and needs no index.
 */
#define SY_LOG_MAX_TASK ((1u << 24) - 1)
#define SY_LOG_MAX_ATTEMPT (1u << 16)
#define SY_LOG_MAX_ITEM ((1u << 23) - 1)

static inline gint64
sy_log_attempt_key (guint32 task, guint32 item, guint32 attempt)
{
  return (gint64) task | (gint64) (attempt - 1) << 24 | (gint64) item << 40;
}

static inline gint64
sy_log_state_key (guint32 task, guint32 item)
{
  return sy_log_attempt_key (task, item, 1);
}

static inline guint32
sy_log_key_task (gint64 key)
{
  return (guint32) (key & SY_LOG_MAX_TASK);
}

static inline guint32
sy_log_key_attempt (gint64 key)
{
  return (guint32) (key >> 24 & 0xffff) + 1;
}

static inline guint32
sy_log_key_item (gint64 key)
{
  return (guint32) (key >> 40);
}

/* TRUE if the numbers fit the packing */
gboolean sy_log_numbers_fit (guint32 task, guint32 item, guint32 attempt);

/* Is this a log, and of a version we know? %SY_ERROR_NOT_FOUND: made, but never filled. */
gboolean sy_log_schema_check (sqlite3 *db, const char *path, gint64 *version, GError **error);
/* Within a transaction: steps from @version to ours. */
gboolean sy_log_schema_migrate (sqlite3 *db, gint64 version, GError **error);
/* Compares the schema itself with that of the log's own version: names the first difference. */
gboolean sy_log_schema_compare (sqlite3 *db, GError **error);

/* Path of a run's log */
char *sy_log_path (SyRunDir *run);

/* %SY_ERROR_NOT_FOUND becomes %SY_ERROR_CORRUPT where the mark tells that there was a log with events. */
void sy_log_explain_absence (SyRunDir *run, GError **error);

/* Looks at log.db, log.db-wal and the like by name: opening and closing them would drop SQLite's locks. FALSE: no such file */
gboolean sy_log_file_stat (SyRunDir *run, const char *suffix, struct stat *st);

/* --- meta: key and value, each row with a check of its own --- */

gboolean sy_log_meta_set (sqlite3 *db, const char *key, const char *value, GError **error);
gboolean sy_log_meta_set_int (sqlite3 *db, const char *key, gint64 value, GError **error);
/* (transfer full) (nullable): NULL where there is none */
char *sy_log_meta_get (sqlite3 *db, const char *key, GError **error);

G_END_DECLS
