/* sy-log-schema.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/store/sy-log-schema-private.h"

#include "core/base/sy-error.h"
#include "core/store/sy-log-chain-private.h"

#include <fcntl.h>

/*
 * Times of events: at_us is BOOTTIME since the boot row's, skew_us what the wall
 * clock was ahead of the boot row's wall clock + at_us. The pair takes 5 bytes where
 * two absolute times take 14. The views give back what protocol.md calls the columns.
 */
static const char tables[] =
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL, h BLOB NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE definition(n INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, path TEXT NOT NULL, bytes BLOB NOT "
    "NULL,"
    " since_seq INTEGER NOT NULL, h BLOB NOT NULL) STRICT;"
    "CREATE TABLE boot(n INTEGER PRIMARY KEY, boot_id TEXT NOT NULL, wall_us INTEGER NOT NULL,"
    " boottime_us INTEGER NOT NULL, h BLOB NOT NULL) STRICT;"
    "CREATE TABLE event(seq INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, skew_us INTEGER NOT NULL, boot "
    "INTEGER NOT NULL,"
    " kind INTEGER NOT NULL, task INTEGER NOT NULL, item INTEGER NOT NULL, attempt INTEGER NOT NULL, by "
    "INTEGER NOT NULL,"
    " data TEXT NOT NULL, h BLOB NOT NULL) STRICT;"
    "CREATE TABLE state(key INTEGER PRIMARY KEY, id TEXT NOT NULL, state INTEGER NOT NULL, name INTEGER NOT "
    "NULL,"
    " settled INTEGER NOT NULL, badges INTEGER NOT NULL, attempt INTEGER NOT NULL, budget_used INTEGER NOT "
    "NULL,"
    " due_us INTEGER NOT NULL, last_seq INTEGER NOT NULL) STRICT;"
    "CREATE TABLE attempt(key INTEGER PRIMARY KEY, nonce INTEGER, state INTEGER, name INTEGER, failure INTEGER,"
    " keeper INTEGER, boot INTEGER, pid INTEGER, start_time INTEGER, pidns INTEGER, kill_method INTEGER,"
    " started_us INTEGER, ran_us INTEGER, status INTEGER, user_us INTEGER, sys_us INTEGER, rss INTEGER, read "
    "INTEGER,"
    " written INTEGER, output INTEGER, dropped INTEGER, rare TEXT) STRICT;"
    "CREATE TABLE sample(key INTEGER NOT NULL, mono_us INTEGER NOT NULL, cpu_us INTEGER NOT NULL, rss INTEGER "
    "NOT NULL,"
    " read INTEGER NOT NULL, written INTEGER NOT NULL, processes INTEGER NOT NULL, PRIMARY KEY(key, mono_us))"
    " STRICT, WITHOUT ROWID;"
    "CREATE VIEW events AS SELECT e.seq, b.wall_us + e.at_us + e.skew_us AS wall_us, b.boottime_us + e.at_us "
    "AS mono_us,"
    " e.boot, e.kind, e.task, e.item, e.attempt, e.by, e.data FROM event AS e JOIN boot AS b ON b.n = e.boot;"
    "CREATE VIEW states AS SELECT key & 16777215 AS task, key >> 40 AS item, * FROM state;";
/* What a view says of an attempt's `rare`: "word=value …", NULL where it has nothing rare. @at is the length of "word=". */
#define RARE_NUMBER(word, at)                                                                                 \
  "CAST(CASE WHEN instr(' ' || rare, ' " word "=') THEN substr(rare, instr(' ' || rare, ' " word "=') + " at  \
  ") ELSE 0 END AS INTEGER) AS " word
#define RARE_DIGEST                                                                                           \
  "CASE WHEN instr(' ' || rare, ' command=') THEN substr(rare, instr(' ' || rare, ' command=') + 8, 32) END"  \
  " AS command_digest"

/* The tables are as they were in version 1; view attempts gained columns. By version */
static const char *const attempts_views[SY_LOG_VERSION] = {
  "CREATE VIEW attempts AS SELECT key & 16777215 AS task, key >> 40 AS item, (key >> 24 & 65535) + 1 AS n,"
  " started_us + ran_us AS ended_us, * FROM attempt;",
  "CREATE VIEW attempts AS SELECT key & 16777215 AS task, key >> 40 AS item, (key >> 24 & 65535) + 1 AS n,"
  " started_us + ran_us AS ended_us, " RARE_DIGEST ", " RARE_NUMBER ("stragglers", "11") ", " RARE_NUMBER (
    "escaped", "8") ", * FROM attempt;",
};

gboolean
sy_log_numbers_fit (guint32 task, guint32 item, guint32 attempt)
{
  return task <= SY_LOG_MAX_TASK && item <= SY_LOG_MAX_ITEM && attempt <= SY_LOG_MAX_ATTEMPT;
}

gboolean
sy_log_schema_check (sqlite3 *db, const char *path, gint64 *version, GError **error)
{
  gint64 id;

  if (!sy_database_get_int (db, "PRAGMA application_id", &id, error) ||
      !sy_database_get_int (db, "PRAGMA user_version", version, error))
    return FALSE;
  if (id == 0 && *version == 0)
    g_set_error (error, SY_ERROR, SY_ERROR_NOT_FOUND, "%s is empty: the run was never created in full", path);
  else if (id != SY_LOG_APPLICATION_ID || *version < 0)
    g_set_error (error, SY_ERROR, SY_ERROR_CORRUPT, "%s is not a run log: `switchyard doctor` looks at it",
                 path);
  else if (*version > SY_LOG_VERSION)
    g_set_error (error, SY_ERROR, SY_ERROR_VERSION,
                 "%s was written by a newer version of Switchyard (log version %" G_GINT64_FORMAT
                 ", this one knows %d): use that version",
                 path, *version, SY_LOG_VERSION);
  else
    return TRUE;
  return FALSE;
}

static gboolean
make_schema (sqlite3 *db, gint64 version, GError **error)
{
  return sy_database_exec (db, tables, error) && sy_database_exec (db, attempts_views[version - 1], error);
}

gboolean
sy_log_schema_migrate (sqlite3 *db, gint64 version, GError **error)
{
  g_autofree char *stamp = g_strdup_printf ("PRAGMA application_id=%d; PRAGMA user_version=%d;",
                                            SY_LOG_APPLICATION_ID, SY_LOG_VERSION);

  if (version == SY_LOG_VERSION)
    return TRUE;
  if (version == 0 ? !make_schema (db, SY_LOG_VERSION, error)
                   : !sy_database_exec (db, "DROP VIEW attempts", error) ||
                         !sy_database_exec (db, attempts_views[SY_LOG_VERSION - 1], error))
    return FALSE;
  return sy_database_exec (db, stamp, error);
}

static const char schema_query[] = "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name";

gboolean
sy_log_schema_compare (sqlite3 *db, GError **error)
{
  g_autoptr (sqlite3_stmt) is = NULL, ought = NULL;
  sqlite3 *model = NULL;
  gint64 version;
  gboolean ok = FALSE;
  int rc_is, rc_ought;

  if (!sy_database_get_int (db, "PRAGMA user_version", &version, error))
    return FALSE;
  model = sy_database_open (":memory:", SY_DATABASE_WRITE, NULL, NULL, error);
  if (model == NULL)
    return FALSE;
  if (make_schema (model, CLAMP (version, 1, SY_LOG_VERSION), error) && (is = sy_database_query (db, schema_query, error)) != NULL &&
      (ought = sy_database_query (model, schema_query, error)) != NULL)
    {
      do
        {
          rc_is = sqlite3_step (is);
          rc_ought = sqlite3_step (ought);
          ok = rc_is == rc_ought;
          for (int i = 0; ok && rc_is == SQLITE_ROW && i < 2; i++)
            ok = g_str_equal (sy_database_text (is, i), sy_database_text (ought, i));
        }
      while (ok && rc_is == SQLITE_ROW);
      if (!ok)
        g_set_error (error, SY_ERROR, SY_ERROR_CORRUPT, "The schema is not ours at “%s”",
                     rc_ought == SQLITE_ROW ? sy_database_text (ought, 0) : "its end");
    }
  g_clear_pointer (&ought, sqlite3_finalize);
  sy_database_close (model);
  return ok;
}

char *
sy_log_path (SyRunDir *run)
{
  return g_build_filename (sy_run_dir_get_path (run), "log.db", NULL);
}

void
sy_log_explain_absence (SyRunDir *run, GError **error)
{
  SyMark mark;

  if (error == NULL || !g_error_matches (*error, SY_ERROR, SY_ERROR_NOT_FOUND) || sy_mark_read (run, &mark) != SY_MARK_GOOD ||
      mark.seq == 0)
    return;
  g_clear_error (error);
  g_set_error (error, SY_ERROR, SY_ERROR_CORRUPT,
               "The log of run %.8s is gone or empty, though it had %" G_GINT64_FORMAT
               " events. What its tasks wrote is still in %s/out; `switchyard delete %.8s` takes the run away",
               sy_run_dir_get_uuid (run), mark.seq, sy_run_dir_get_path (run), sy_run_dir_get_uuid (run));
}

gboolean
sy_log_file_stat (SyRunDir *run, const char *suffix, struct stat *st)
{
  g_autofree char *name = g_strconcat ("log.db", suffix, NULL);

  return fstatat (sy_run_dir_get_fd (run), name, st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG (st->st_mode);
}

/* --- meta --- */

static void
meta_check (SyHash *hash, const char *key, const char *value)
{
  g_autofree char *text = g_strdup_printf ("meta|%s|%s", key, value);

  sy_row_check (hash, text);
}

gboolean
sy_log_meta_set (sqlite3 *db, const char *key, const char *value, GError **error)
{
  g_autoptr (sqlite3_stmt) put =
      sy_database_query (db, "INSERT OR REPLACE INTO meta VALUES(?1, ?2, ?3)", error);
  SyHash hash;

  if (put == NULL)
    return FALSE;
  meta_check (&hash, key, value);
  sqlite3_bind_text (put, 1, key, -1, SQLITE_STATIC);
  sqlite3_bind_text (put, 2, value, -1, SQLITE_STATIC);
  sqlite3_bind_blob (put, 3, hash.bytes, sizeof hash.bytes, SQLITE_STATIC);
  return sy_database_run (db, put, "Writing the run log", error);
}

gboolean
sy_log_meta_set_int (sqlite3 *db, const char *key, gint64 value, GError **error)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);

  return sy_log_meta_set (db, key, text, error);
}

char *
sy_log_meta_get (sqlite3 *db, const char *key, GError **error)
{
  g_autoptr (sqlite3_stmt) get = sy_database_query (db, "SELECT value, h FROM meta WHERE key = ?1", error);
  SyHash hash;
  int rc;

  if (get == NULL)
    return NULL;
  sqlite3_bind_text (get, 1, key, -1, SQLITE_STATIC);
  rc = sqlite3_step (get);
  if (rc == SQLITE_DONE)
    return NULL;
  if (rc != SQLITE_ROW)
    {
      sy_database_set_error (error, db, rc, "Reading meta");
      return NULL;
    }
  meta_check (&hash, key, sy_database_text (get, 0));
  if (sqlite3_column_bytes (get, 1) != sizeof hash ||
      memcmp (sqlite3_column_blob (get, 1), &hash, sizeof hash) != 0)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_CORRUPT, "The check of meta “%s” is wrong: the log is damaged",
                   key);
      return NULL;
    }
  return g_strdup (sy_database_text (get, 0));
}
