/* sy-database.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/store/sy-database-private.h"

#include "core/base/sy-error.h"

#include <errno.h>
#include <string.h>

#define BUSY_TIMEOUT_MS 2000

static const char settings[] =
    "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY; "
    "PRAGMA secure_delete=OFF; PRAGMA mmap_size=0;";

int
sy_database_error_code (int rc)
{
  switch (rc & 0xff)
    {
    case SQLITE_FULL:
      return SY_ERROR_NO_SPACE;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
    case SQLITE_MISMATCH:
    case SQLITE_CONSTRAINT:
    case SQLITE_ERROR: /* our SQL is fixed: then the schema is not ours any more */
      return SY_ERROR_CORRUPT;
    default:
      return SY_ERROR_IO;
    }
}

/* A full quota is a full disk, which SQLite does not know: it keeps of the cause what errno says, at a COMMIT not even that. */
static int
code_of (sqlite3 *db, int rc, int errnum)
{
  gboolean quota = errnum == EDQUOT || (db != NULL && sqlite3_system_errno (db) == EDQUOT);

  return (rc & 0xff) == SQLITE_IOERR && quota ? SY_ERROR_NO_SPACE : sy_database_error_code (rc);
}

/* What is the matter with the file, in words for who does not know SQLite; NULL: it is not the file */
static const char *
condition_of (int rc)
{
  switch (rc & 0xff)
    {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return "is damaged: “switchyard doctor” looks at it";
    case SQLITE_FULL:
      return "cannot grow: the disk is full";
    case SQLITE_READONLY:
      return "may not be written";
    default:
      return NULL;
    }
}

void
sy_database_set_error (GError **error, sqlite3 *db, int rc, const char *format, ...)
{
  int errnum = errno;
  const char *path = db != NULL ? sqlite3_db_filename (db, "main") : NULL, *condition = condition_of (rc), *said;
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  said = db != NULL && sqlite3_extended_errcode (db) == rc ? sqlite3_errmsg (db) : sqlite3_errstr (rc);
  if (path != NULL && *path != '\0' && condition != NULL)
    g_set_error (error, SY_ERROR, code_of (db, rc, errnum), "%s %s (%s: %s, SQLite %d)", path, condition, what, said, rc);
  else
    g_set_error (error, SY_ERROR, code_of (db, rc, errnum), "%s: %s (SQLite %d)", what, said, rc);
}

static void
configure_sqlite (void)
{
  static gsize once = 0;

  if (!g_once_init_enter (&once))
    return;
  /* One counter behind one lock for each allocation of all threads: nobody reads it. */
  sqlite3_config (SQLITE_CONFIG_MEMSTATUS, 0);
  sqlite3_initialize ();
  g_once_init_leave (&once, 1);
}

static char *
make_uri (const char *path, SyDatabaseFlags flags, const char *mode_of)
{
  g_autofree char *escaped = g_uri_escape_string (path, "/", FALSE);
  g_autofree char *mode = mode_of != NULL ? g_uri_escape_string (mode_of, "/", FALSE) : NULL;

  if (flags & SY_DATABASE_IMMUTABLE)
    return g_strconcat ("file:", escaped, "?immutable=1", NULL);
  return mode != NULL ? g_strconcat ("file:", escaped, "?modeof=", mode, NULL)
                      : g_strconcat ("file:", escaped, NULL);
}

sqlite3 *
sy_database_open (
    const char *path, SyDatabaseFlags flags, const char *mode_of, const char *vfs, GError **error)
{
  g_autofree char *uri = make_uri (path, flags, mode_of);
  int open_flags = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  sqlite3 *db = NULL;
  int rc;

  configure_sqlite ();
  open_flags |= flags & SY_DATABASE_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
  open_flags |= flags & SY_DATABASE_CREATE ? SQLITE_OPEN_CREATE : 0;
  rc = sqlite3_open_v2 (uri, &db, open_flags, vfs);
  if (rc == SQLITE_OK)
    {
      sqlite3_busy_timeout (db, BUSY_TIMEOUT_MS);
      sqlite3_db_config (db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
      if (!(flags & SY_DATABASE_WRITE))
        sqlite3_db_config (db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
      rc = sqlite3_exec (db, settings, NULL, NULL, NULL);
    }
  if (rc != SQLITE_OK)
    {
      sy_database_set_error (error, db, rc, "Opening %s", path);
      sqlite3_close_v2 (db);
      return NULL;
    }
  return db;
}

void
sy_database_close (sqlite3 *db)
{
  int rc = sqlite3_close (db);

  g_assert (rc == SQLITE_OK); /* else a statement lives on */
}

gboolean
sy_database_exec (sqlite3 *db, const char *sql, GError **error)
{
  int rc = sqlite3_exec (db, sql, NULL, NULL, NULL);

  if (rc != SQLITE_OK)
    sy_database_set_error (error, db, rc, "%.*s", (int) strcspn (sql, "(;="), sql);
  return rc == SQLITE_OK;
}

gboolean
sy_database_get_int (sqlite3 *db, const char *sql, gint64 *value, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = sy_database_query (db, sql, error);
  int rc;

  if (statement == NULL)
    return FALSE;
  rc = sqlite3_step (statement);
  *value = rc == SQLITE_ROW ? sqlite3_column_int64 (statement, 0) : 0;
  if (rc != SQLITE_ROW && rc != SQLITE_DONE)
    sy_database_set_error (error, db, rc, "%s", sql);
  return rc == SQLITE_ROW || rc == SQLITE_DONE;
}

sqlite3_stmt *
sy_database_query (sqlite3 *db, const char *sql, GError **error)
{
  sqlite3_stmt *statement = NULL;
  int rc = sqlite3_prepare_v2 (db, sql, -1, &statement, NULL);

  if (rc != SQLITE_OK)
    sy_database_set_error (error, db, rc, "Reading the database");
  return statement;
}

gboolean
sy_database_prepare (sqlite3 *db, const char *const *sql, guint n, sqlite3_stmt **statements, GError **error)
{
  for (guint i = 0; i < n; i++)
    {
      int rc = sqlite3_prepare_v3 (db, sql[i], -1, SQLITE_PREPARE_PERSISTENT, &statements[i], NULL);

      if (rc != SQLITE_OK)
        {
          sy_database_set_error (error, db, rc, "Reading the database");
          sy_database_finalize (statements, n);
          return FALSE;
        }
    }
  return TRUE;
}

void
sy_database_finalize (sqlite3_stmt **statements, guint n)
{
  for (guint i = 0; i < n; i++)
    g_clear_pointer (&statements[i], sqlite3_finalize);
}

gboolean
sy_database_run (sqlite3 *db, sqlite3_stmt *statement, const char *what, GError **error)
{
  int rc;

  errno = 0;
  rc = sqlite3_step (statement);
  if (rc != SQLITE_DONE && rc != SQLITE_ROW)
    sy_database_set_error (error, db, rc, "%s", what);
  sqlite3_reset (statement);
  return rc == SQLITE_DONE || rc == SQLITE_ROW;
}

const char *
sy_database_text (sqlite3_stmt *statement, int i)
{
  const char *text = (const char *) sqlite3_column_text (statement, i);

  return text != NULL ? text : "";
}
