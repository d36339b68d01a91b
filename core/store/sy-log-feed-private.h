/* sy-log-feed-private.h: many rows into a table by one statement
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/store/sy-database-private.h"

G_BEGIN_DECLS

#define SY_LOG_ROW_COLUMNS 22

/* The columns of one row: integers, but for at most one text and one blob. */
typedef struct
{
  gint64 values[SY_LOG_ROW_COLUMNS];
  guint32 nulls;       /* bit i: column i is NULL */
  int text_column, blob_column, blob_size; /* -1 = there is none */
  const char *text;    /* borrowed until the next row is asked for; NULL = NULL */
  gsize text_length;
  const void *blob;    /* as text */
} SyLogRow;

/* Puts the next row into *@row, which is as the last one left it. FALSE: there is none, or error. */
typedef gboolean (*SyLogFeedNext) (gpointer data, SyLogRow *row, GError **error);

/*
 * A table of SQLite that is what a function says: `INSERT INTO t SELECT * FROM feed` enters
 * and leaves the machine of SQLite once for all rows, where a statement a row does so for each,
 * and finds the end of a table without looking for it. A row costs a third less.
 */
typedef struct
{
  guint n_columns;
  SyLogFeedNext next;
  gpointer data;
  SyLogRow row;
  gboolean over;
  GError *error;
} SyLogFeed;

/* @name: of the table in SQL; @feed must live as long as @db. */
gboolean sy_log_feed_attach (SyLogFeed *feed, sqlite3 *db, const char *name, guint n_columns, GError **error);
/* Runs @statement, which reads from @feed what @next gives. */
gboolean sy_log_feed_run (SyLogFeed *feed, sqlite3 *db, sqlite3_stmt *statement, SyLogFeedNext next, gpointer data,
                          GError **error);

G_END_DECLS
