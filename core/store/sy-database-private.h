/* sy-database-private.h: SQLite connections, opened and asked in one way
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

typedef enum
{
  SY_DATABASE_READ = 0,
  SY_DATABASE_WRITE = 1 << 0,
  SY_DATABASE_CREATE = 1 << 1,    /* with WRITE: 0600 */
  SY_DATABASE_IMMUTABLE = 1 << 2, /* no locks, no -wal, no -shm: only while nobody can write */
} SyDatabaseFlags;

/**
 * sy_database_open:
 * @path: absolute
 * @mode_of: (nullable): with CREATE, the file whose permission bits a new database gets
 * @vfs: (nullable):
 *
 * Opens a connection for one thread at a time: defensive, no trusted schema,
 * cells checked, 2 s patience with locks.
 */
sqlite3 *sy_database_open (const char *path, SyDatabaseFlags flags, const char *mode_of, const char *vfs,
                           GError **error);
/* Never checkpoints by itself unless it is the last writer. */
void sy_database_close (sqlite3 *db);

/* Full, damaged, other: the code of our domain for a result of SQLite */
int sy_database_error_code (int rc);
void sy_database_set_error (GError **error, sqlite3 *db, int rc, const char *format, ...) G_GNUC_PRINTF (4, 5);

gboolean sy_database_exec (sqlite3 *db, const char *sql, GError **error);
/* One integer; 0 where there is no row or it is NULL */
gboolean sy_database_get_int (sqlite3 *db, const char *sql, gint64 *value, GError **error);

/* Prepares @sql[i] into @statements[i], to be kept. */
gboolean sy_database_prepare (sqlite3 *db, const char *const *sql, guint n, sqlite3_stmt **statements, GError **error);
void sy_database_finalize (sqlite3_stmt **statements, guint n);
/* One statement for one use */
sqlite3_stmt *sy_database_query (sqlite3 *db, const char *sql, GError **error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3_stmt, sqlite3_finalize)

/* Steps a statement that returns nothing, and resets it. */
gboolean sy_database_run (sqlite3 *db, sqlite3_stmt *statement, const char *what, GError **error);

/* Column @i as text, "" for NULL; borrowed */
const char *sy_database_text (sqlite3_stmt *statement, int i);

G_END_DECLS
