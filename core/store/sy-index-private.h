/* sy-index-private.h: shared by the two files of the index
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/store/sy-database-private.h"
#include "core/store/sy-index.h"

G_BEGIN_DECLS

typedef enum
{
  SY_INDEX_WORKFLOW_ADD,
  SY_INDEX_WORKFLOW_GET,
  SY_INDEX_WORKFLOW_NUMBER,
  SY_INDEX_RUN_PUT,
  SY_INDEX_RUN_GET,
  SY_INDEX_RUN_REMOVE,
  SY_INDEX_RUN_UUIDS,
  SY_INDEX_RUNS_OF,
  SY_INDEX_DURATION_PUT,
  SY_INDEX_DURATION_GET,
  SY_INDEX_N_STMTS
} SyIndexStatement;

struct _SyIndex
{
  SyStateDir *dir;
  sqlite3 *db;          /* the file, or (without SY_INDEX_WRITE) a copy in memory */
  sqlite3_stmt *statements[SY_INDEX_N_STMTS];
  guint64 inode;        /* of the file, where it was opened for writing */
  gboolean write, replacing;
};

gboolean sy_index_run_statement (SyIndex *index, guint id, GError **error);
/* Its row id, made where it is missing if @add; 0 = none, or error */
gint64 sy_index_get_workflow (SyIndex *index, const char *path, gboolean add, guint32 *last_number, GError **error);

typedef gboolean (*SyIndexWork) (SyIndex *index, gpointer data, GError **error);
/* @work within one transaction */
gboolean sy_index_transact (SyIndex *index, SyIndexWork work, gpointer data, GError **error);

/* Damage shows itself in use, too: a new file, filled from the runs. */
gboolean sy_index_replace_file (SyIndex *index, GError **error);

G_END_DECLS
