/* sy-index-open.c: the file of the list of runs: opened, made, and replaced where it cannot be used
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/store/sy-index-private.h"

#include "core/base/sy-error.h"
#include "core/store/sy-state-dir-private.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define INDEX_APPLICATION_ID 0x53794978 /* "SyIx" */
#define INDEX_VERSION 2
#define FILE_NAME "index.db"

/* `counts`: one number per SyState, with spaces. `stamp`: what the files of the log looked like when the row
 * was made of them; 0: the row is looked up in the log each time. */
static const char schema[] =
    "CREATE TABLE IF NOT EXISTS workflow(id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, last_number "
    "INTEGER NOT NULL"
    " DEFAULT 0) STRICT;"
    "CREATE TABLE IF NOT EXISTS run(uuid TEXT PRIMARY KEY, workflow INTEGER NOT NULL, name TEXT NOT NULL, "
    "number INTEGER"
    " NOT NULL, status INTEGER NOT NULL, created_us INTEGER NOT NULL, ended_us INTEGER NOT NULL, rerun_of "
    "TEXT,"
    " counts TEXT NOT NULL, stamp INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS duration(workflow INTEGER NOT NULL, task TEXT NOT NULL, newest BLOB NOT NULL,"
    " PRIMARY KEY(workflow, task)) STRICT, WITHOUT ROWID;"
    "PRAGMA application_id=" G_STRINGIFY (INDEX_APPLICATION_ID) ";"
                                                                "PRAGMA user_version=" G_STRINGIFY (
                                                                    INDEX_VERSION) ";";

static const char *const statements_sql[SY_INDEX_N_STMTS] = {
  [SY_INDEX_WORKFLOW_ADD] = "INSERT OR IGNORE INTO workflow(path) VALUES(?1)",
  [SY_INDEX_WORKFLOW_GET] = "SELECT id, last_number FROM workflow WHERE path = ?1",
  [SY_INDEX_WORKFLOW_NUMBER] = "UPDATE workflow SET last_number = max(last_number, ?2) WHERE id = ?1",
  [SY_INDEX_RUN_PUT] = "INSERT OR REPLACE INTO run VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
  [SY_INDEX_RUN_GET] =
      "SELECT r.uuid, w.path, r.name, r.number, r.status, r.created_us, r.ended_us, r.rerun_of, r.counts,"
      " r.stamp FROM run AS r JOIN workflow AS w ON w.id = r.workflow WHERE r.uuid = ?1",
  [SY_INDEX_RUN_REMOVE] = "DELETE FROM run WHERE uuid = ?1",
  [SY_INDEX_RUN_UUIDS] = "SELECT uuid FROM run",
  [SY_INDEX_RUNS_OF] =
      "SELECT r.uuid, r.number FROM run AS r JOIN workflow AS w ON w.id = r.workflow WHERE w.path = ?1 "
      "ORDER BY r.number DESC",
  [SY_INDEX_DURATION_PUT] = "INSERT OR REPLACE INTO duration VALUES(?1, ?2, ?3)",
  [SY_INDEX_DURATION_GET] = "SELECT newest FROM duration WHERE workflow = ?1 AND task = ?2",
};

typedef enum
{
  FILE_GOOD,
  FILE_EMPTY,
  FILE_USELESS,
  FILE_BUSY
} FileState;

/* The table of durations is large and checked by its use alone. */
static FileState
look_inside (sqlite3 *db, GError **error)
{
  static const char check[] =
      "SELECT (SELECT count(*) FROM pragma_quick_check('run') WHERE quick_check <> 'ok') +"
      " (SELECT count(*) FROM pragma_quick_check('workflow') WHERE quick_check <> 'ok')";
  g_autoptr (GError) problem = NULL;
  gint64 tables = 0, id = 0, version = 0, broken = 0;

  if (sy_database_get_int (db, "SELECT count(*) FROM sqlite_schema", &tables, &problem) && tables == 0)
    return FILE_EMPTY;
  if (problem == NULL && sy_database_get_int (db, "PRAGMA application_id", &id, &problem) &&
      id == INDEX_APPLICATION_ID && sy_database_get_int (db, "PRAGMA user_version", &version, &problem) &&
      version == INDEX_VERSION && sy_database_get_int (db, check, &broken, &problem) && broken == 0)
    return FILE_GOOD;
  if (problem == NULL || g_error_matches (problem, SY_ERROR, SY_ERROR_CORRUPT))
    return FILE_USELESS;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FILE_BUSY;
}

/* One look is one transaction: each costs a dozen calls. */
static FileState
look_at_file (sqlite3 *db, GError **error)
{
  FileState state;

  sqlite3_exec (db, "BEGIN", NULL, NULL, NULL);
  state = look_inside (db, error);
  sqlite3_exec (db, "END", NULL, NULL, NULL);
  return state;
}

static void
delete_file (SyIndex *index)
{
  int fd = sy_state_dir_get_fd (index->dir);

  unlinkat (fd, FILE_NAME, 0);
  unlinkat (fd, FILE_NAME "-journal", 0);
}

static guint64
find_inode (const SyIndex *index)
{
  struct stat st;

  return fstatat (sy_state_dir_get_fd (index->dir), FILE_NAME, &st, AT_SYMLINK_NOFOLLOW) == 0 ? st.st_ino : 0;
}

gboolean
sy_index_is_current (const SyIndex *index)
{
  return index->write && index->inode == find_inode (index);
}

static void
close_database (SyIndex *index)
{
  sy_database_finalize (index->statements, SY_INDEX_N_STMTS);
  g_clear_pointer (&index->db, sy_database_close);
}

static gboolean
prepare (SyIndex *index, GError **error)
{
  gint64 version = 0;

  /* Written only once: each of its PRAGMAs is a transaction of its own. */
  return sy_database_get_int (index->db, "PRAGMA user_version", &version, error) &&
         (version == INDEX_VERSION || sy_database_exec (index->db, schema, error)) &&
         sy_database_prepare (index->db, statements_sql, SY_INDEX_N_STMTS, index->statements, error);
}

static sqlite3 *
open_or_make (SyIndex *index, GError **error)
{
  g_autofree char *path = g_build_filename (sy_state_dir_get_path (index->dir), FILE_NAME, NULL);
  int fd = openat (sy_state_dir_get_fd (index->dir), FILE_NAME,
                   O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

  if (fd >= 0)
    close (fd); /* made 0600; nobody can have a lock on it yet */
  return sy_database_open (path, SY_DATABASE_WRITE, NULL, NULL, error);
}

/* Opens the file for writing, as a new one where it cannot be used. @fresh: (out): it was empty */
static gboolean
open_file (SyIndex *index, gboolean *fresh, GError **error)
{
  for (guint attempt = 0; attempt < 2; attempt++)
    {
      FileState state;

      index->db = open_or_make (index, error);
      if (index->db == NULL)
        return FALSE;
      state = look_at_file (index->db, error);
      if (state == FILE_BUSY)
        return FALSE;
      *fresh = state == FILE_EMPTY;
      if (state != FILE_USELESS)
        {
          index->inode = find_inode (index);
          /* Nothing here is worth waiting for the disk: what a power cut takes is read from the logs again. The journal
           * stays: to make and remove a file for each change costs more than the change. */
          return sy_database_exec (index->db, "PRAGMA synchronous=OFF; PRAGMA journal_mode=PERSIST", error) &&
                 prepare (index, error);
        }
      close_database (index);
      delete_file (index); /* a cache: rather built anew than repaired */
    }
  g_set_error (error, SY_ERROR, SY_ERROR_IO, "%s/" FILE_NAME " cannot be used nor replaced",
               sy_state_dir_get_path (index->dir));
  return FALSE;
}

/* Takes over the rows of the file into memory, as far as it can be read. */
static void
copy_file (SyIndex *index)
{
  g_autofree char *path = g_build_filename (sy_state_dir_get_path (index->dir), FILE_NAME, NULL);
  sqlite3 *file = sy_database_open (path, SY_DATABASE_READ, NULL, NULL, NULL);
  sqlite3_backup *backup;

  if (file != NULL && look_at_file (file, NULL) == FILE_GOOD &&
      (backup = sqlite3_backup_init (index->db, "main", file, "main")) != NULL)
    {
      sqlite3_backup_step (backup, -1);
      sqlite3_backup_finish (backup);
    }
  g_clear_pointer (&file, sy_database_close);
}

/* As it lies there; FALSE: it is missing or cannot be used. */
static gboolean
open_in_place (SyIndex *index)
{
  g_autofree char *path = g_build_filename (sy_state_dir_get_path (index->dir), FILE_NAME, NULL);
  gint64 id = 0, version = 0;

  index->db = sy_database_open (path, SY_DATABASE_READ, NULL, NULL, NULL);
  if (index->db != NULL && sy_database_get_int (index->db, "PRAGMA application_id", &id, NULL) &&
      id == INDEX_APPLICATION_ID && sy_database_get_int (index->db, "PRAGMA user_version", &version, NULL) &&
      version == INDEX_VERSION && prepare (index, NULL))
    return TRUE;
  close_database (index);
  return FALSE;
}

static gboolean
open_memory (SyIndex *index, GError **error)
{
  index->db = sy_database_open (":memory:", SY_DATABASE_WRITE, NULL, NULL, error);
  if (index->db == NULL)
    return FALSE;
  copy_file (index);
  return prepare (index, error);
}

gboolean
sy_index_replace_file (SyIndex *index, GError **error)
{
  gboolean fresh = FALSE;

  close_database (index);
  delete_file (index);
  return open_file (index, &fresh, error) && sy_index_rebuild (index, error);
}

SyIndex *
sy_index_open (SyStateDir *dir, SyIndexFlags flags, GError **error)
{
  g_autoptr (SyIndex) index = g_new0 (SyIndex, 1);
  gboolean fresh = FALSE;

  index->dir = dir;
  index->write = (flags & SY_INDEX_WRITE) != 0;
  if ((flags & SY_INDEX_DURATIONS) && open_in_place (index))
    return g_steal_pointer (&index);
  if (index->write ? !open_file (index, &fresh, error) : !open_memory (index, error))
    return NULL;
  if (fresh && !sy_index_rebuild (index, error))
    return NULL;
  return g_steal_pointer (&index);
}

void
sy_index_free (SyIndex *index)
{
  if (index == NULL)
    return;
  close_database (index);
  g_free (index);
}
