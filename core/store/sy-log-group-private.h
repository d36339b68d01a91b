/* sy-log-group-private.h: what the two files of the writer share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/store/sy-log-writer-private.h"

G_BEGIN_DECLS

typedef enum
{
  STMT_BEGIN,
  STMT_COMMIT,
  STMT_ROLLBACK,
  STMT_EVENT,
  STMT_STATE,
  STMT_ATTEMPT,
  STMT_ATTEMPT_GET,
  STMT_SAMPLE,
  STMT_SAMPLES_COUNT,
  STMT_SAMPLES_THIN,
  STMT_DEFINITION,
  N_STMTS
} StatementId;

/* An attempt that has not ended, so that its row need not be read back at each event */
typedef struct
{
  gint64 key;
  SyAttempt attempt;
  gboolean dirty;
  guint n_samples;
} LiveAttempt;

struct _SyLogWriter
{
  SyRunDir *run;
  GThread *thread;
  sqlite3 *db;
  sqlite3_stmt *statements[N_STMTS];
  GArray *boots;
  guint32 boot, n_definitions;
  SyChain chain;
  GHashTable *attempts;    /* LiveAttempt by key */
  GPtrArray *dirty;        /* LiveAttempt, borrowed */
  GHashTable *states_seen; /* keys of states written in this group, which lie in: */
  GArray *state_keys;      /* gint64 */
  SyLogFeed event_feed, state_feed, attempt_feed;
  GString *data, *rare;
  int mark_fd, bell_fd;
  gboolean unsynced;       /* a log in the making, before its first group */
  int wal_pages;
  guint64 wal_inode;
  gint64 wal_checked_us;
};

static inline void
sy_log_writer_assert_thread (SyLogWriter *writer)
{
  g_assert (writer->thread == g_thread_self ());
}

/* From here on COMMIT means: on the disk. */
gboolean sy_log_writer_begin_durability (SyLogWriter *writer, GError **error);
gboolean sy_log_writer_run (SyLogWriter *writer, StatementId id, GError **error);
/* Whatever was begun and not committed */
void sy_log_writer_roll_back (SyLogWriter *writer);

G_END_DECLS
