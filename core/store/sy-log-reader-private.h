/* sy-log-reader-private.h: for the files of the reader, the doctor and tests
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/store/sy-database-private.h"
#include "core/store/sy-log-reader.h"
#include "core/store/sy-log-wake-private.h"

#include <sys/stat.h>

G_BEGIN_DECLS

typedef enum
{
  STMT_EVENTS,
  STMT_LAST_SEQ,
  STMT_DATA_VERSION,
  STMT_ATTEMPT,
  STMT_ATTEMPTS,
  STMT_ATTEMPTS_BY_KEY,
  STMT_STATES,
  STMT_COUNTS,
  STMT_TASKS,
  STMT_SAMPLES,
  STMT_ALL_SAMPLES,
  STMT_DEFINITION,
  STMT_DEFINITIONS,
  N_STMTS
} StatementId;

struct _SyLogReader
{
  SyLogSource source;
  SyRunDir *run;
  sqlite3 *db; /* NULL: to be opened by the next call */
  sqlite3_stmt *statements[N_STMTS];
  gboolean immutable;
  struct stat file; /* as it was when opened */
  int hold_fd;      /* IMMUTABLE, during a call: the lock that keeps runners off */
  guint depth;      /* of nested calls */
  GArray *boots;

  SyLogWake wake;
  gint64 data_version;
  SyOwner owner;
};

/* Around anything that reads: opens in the way that fits now and keeps it so until the end. Calls nest. */
gboolean sy_log_reader_begin (SyLogReader *reader, GError **error);
void sy_log_reader_end (SyLogReader *reader);
/* Resets the statement; FALSE unless @rc is a row or the end. */
gboolean sy_log_reader_finish (SyLogReader *reader, sqlite3_stmt *statement, int rc, GError **error);
/* Between the two */
sqlite3 *sy_log_reader_get_database (SyLogReader *reader);

/* Only the bell wakes from now on, not the look once a second; after sy_log_reader_get_wake_fd(). */
void sy_log_reader_stop_ticking (SyLogReader *reader);

G_END_DECLS
