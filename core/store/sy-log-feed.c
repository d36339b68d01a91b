/* sy-log-feed.c: after https://sqlite.org/vtab.html, an eponymous-only virtual table
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/store/sy-log-feed-private.h"

#include "core/base/sy-error.h"

typedef struct
{
  sqlite3_vtab base;
  SyLogFeed *feed; /* borrowed */
} Table;

static int
feed_connect (sqlite3 *db,
              void *data,
              int n_arguments,
              const char *const *arguments,
              sqlite3_vtab **out,
              char **message)
{
  SyLogFeed *feed = data;
  g_autoptr (GString) sql = g_string_new ("CREATE TABLE feed(");
  Table *table;
  int rc;

  for (guint i = 0; i < feed->n_columns; i++)
    g_string_append_printf (sql, "%sc%u", i > 0 ? ", " : "", i);
  g_string_append_c (sql, ')');
  rc = sqlite3_declare_vtab (db, sql->str);
  if (rc != SQLITE_OK)
    return rc;
  table = g_new0 (Table, 1);
  table->feed = feed;
  *out = &table->base;
  return SQLITE_OK;
}

static int
feed_disconnect (sqlite3_vtab *table)
{
  g_free (table);
  return SQLITE_OK;
}

static int
feed_best_index (sqlite3_vtab *table, sqlite3_index_info *info)
{
  return SQLITE_OK; /* there is one way through it */
}

static int
feed_open (sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
  *out = g_new0 (sqlite3_vtab_cursor, 1);
  return SQLITE_OK;
}

static int
feed_close (sqlite3_vtab_cursor *cursor)
{
  g_free (cursor);
  return SQLITE_OK;
}

static SyLogFeed *
feed_of (sqlite3_vtab_cursor *cursor)
{
  return ((Table *) cursor->pVtab)->feed;
}

static int
feed_next (sqlite3_vtab_cursor *cursor)
{
  SyLogFeed *feed = feed_of (cursor);

  feed->over = feed->next == NULL || !feed->next (feed->data, &feed->row, &feed->error);
  return feed->error != NULL ? SQLITE_ERROR : SQLITE_OK;
}

static int
feed_filter (sqlite3_vtab_cursor *cursor, int number, const char *name, int n_values, sqlite3_value **values)
{
  return feed_next (cursor);
}

static int
feed_eof (sqlite3_vtab_cursor *cursor)
{
  return feed_of (cursor)->over;
}

static int
feed_column (sqlite3_vtab_cursor *cursor, sqlite3_context *context, int i)
{
  const SyLogRow *row = &feed_of (cursor)->row;

  if (i == row->text_column && row->text != NULL)
    sqlite3_result_text (context, row->text, (int) row->text_length, SQLITE_STATIC);
  else if (i == row->blob_column)
    sqlite3_result_blob (context, row->blob, row->blob_size, SQLITE_STATIC);
  else if (i == row->text_column || (row->nulls >> i & 1) != 0)
    sqlite3_result_null (context);
  else
    sqlite3_result_int64 (context, row->values[i]);
  return SQLITE_OK;
}

static int
feed_rowid (sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid)
{
  *rowid = 0; /* nothing asks for it */
  return SQLITE_OK;
}

static const sqlite3_module module = {
  .xConnect = feed_connect,
  .xBestIndex = feed_best_index,
  .xDisconnect = feed_disconnect,
  .xOpen = feed_open,
  .xClose = feed_close,
  .xFilter = feed_filter,
  .xNext = feed_next,
  .xEof = feed_eof,
  .xColumn = feed_column,
  .xRowid = feed_rowid,
};

gboolean
sy_log_feed_attach (SyLogFeed *feed, sqlite3 *db, const char *name, guint n_columns, GError **error)
{
  int rc;

  g_assert (n_columns <= SY_LOG_ROW_COLUMNS);
  feed->n_columns = n_columns;
  rc = sqlite3_create_module (db, name, &module, feed);
  if (rc != SQLITE_OK)
    sy_database_set_error (error, db, rc, "Preparing to write the run log");
  return rc == SQLITE_OK;
}

gboolean
sy_log_feed_run (
    SyLogFeed *feed, sqlite3 *db, sqlite3_stmt *statement, SyLogFeedNext next, gpointer data, GError **error)
{
  g_autoptr (GError) problem = NULL;
  gboolean ok;

  feed->next = next;
  feed->data = data;
  feed->row = (SyLogRow){ .text_column = -1, .blob_column = -1 };
  ok = sy_database_run (db, statement, "Writing the run log", &problem);
  feed->next = NULL;
  feed->data = NULL;
  if (feed->error != NULL)
    g_propagate_error (error, g_steal_pointer (&feed->error));
  else if (!ok)
    g_propagate_error (error, g_steal_pointer (&problem));
  return ok;
}
