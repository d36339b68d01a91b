/* test-log-feed.c: a table of SQLite that is what a function says
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/sy-error.h"
#include "core/store/sy-log-feed-private.h"

#include <string.h>

#define N_COLUMNS 3

typedef struct
{
  gint64 next, end, fails_at; /* 0 = never */
} Count;

/* Row n: n, "n" (every third NULL), a blob of one byte or (every second) NULL */
static gboolean
next_number (gpointer data, SyLogRow *row, GError **error)
{
  static char text[24];
  static guint8 byte;
  Count *count = data;

  if (count->next > count->end)
    return FALSE;
  if (count->next == count->fails_at)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_LIMIT, "no row %d", (int) count->next);
      return FALSE;
    }
  g_snprintf (text, sizeof text, "%d", (int) count->next);
  byte = (guint8) count->next;
  row->values[0] = count->next;
  row->text_column = 1;
  row->text = count->next % 3 == 0 ? NULL : text;
  row->text_length = strlen (text);
  row->nulls = count->next % 2 == 0 ? 1u << 2 : 0;
  row->blob_column = count->next % 2 == 0 ? -1 : 2;
  row->blob = &byte;
  row->blob_size = 1;
  count->next++;
  return TRUE;
}

static sqlite3 *
open_database (SyLogFeed *feed, sqlite3_stmt **put)
{
  static const char *const sql[] = { "INSERT INTO t SELECT * FROM feed_t" };
  g_autoptr (GError) error = NULL;
  sqlite3 *db = sy_database_open (":memory:", SY_DATABASE_WRITE, NULL, NULL, &error);

  g_assert_no_error (error);
  sy_database_exec (db, "CREATE TABLE t(n INTEGER PRIMARY KEY, text TEXT, bytes BLOB) STRICT", &error);
  g_assert_no_error (error);
  sy_log_feed_attach (feed, db, "feed_t", N_COLUMNS, &error);
  g_assert_no_error (error);
  sy_database_prepare (db, sql, 1, put, &error);
  g_assert_no_error (error);
  return db;
}

static void
assert_int (sqlite3 *db, const char *sql, gint64 expected)
{
  g_autoptr (GError) error = NULL;
  gint64 value = -1;

  sy_database_get_int (db, sql, &value, &error);
  g_assert_no_error (error);
  g_assert_cmpint (value, ==, expected);
}

static void
test_rows (void)
{
  static const struct { gint64 first, last; } parts[] = { { 1, 1 }, { 2, 1 }, { 2, 100 } };
  SyLogFeed feed = { 0 };
  sqlite3_stmt *put = NULL;
  sqlite3 *db = open_database (&feed, &put);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      Count count = { .next = parts[i].first, .end = parts[i].last };
      g_autoptr (GError) error = NULL;

      g_assert_true (sy_log_feed_run (&feed, db, put, next_number, &count, &error));
      g_assert_no_error (error);
    }
  assert_int (db, "SELECT count(*) FROM t", 100);
  assert_int (db, "SELECT count(*) FROM t WHERE text IS NULL", 33);
  assert_int (db, "SELECT count(*) FROM t WHERE text = CAST(n AS TEXT)", 67);
  assert_int (db, "SELECT count(*) FROM t WHERE bytes IS NULL", 50);
  assert_int (db, "SELECT count(*) FROM t WHERE hex(bytes) = printf('%02X', n)", 50);
  sy_database_finalize (&put, 1);
  sy_database_close (db);
}

/* The error of the one who makes the rows is told, not SQLite's, and the statement can be used again. */
static void
test_error (void)
{
  SyLogFeed feed = { 0 };
  sqlite3_stmt *put = NULL;
  sqlite3 *db = open_database (&feed, &put);
  Count count = { .next = 1, .end = 9, .fails_at = 5 };
  g_autoptr (GError) error = NULL;

  g_assert_false (sy_log_feed_run (&feed, db, put, next_number, &count, &error));
  g_assert_error (error, SY_ERROR, SY_ERROR_LIMIT);
  g_assert_cmpstr (error->message, ==, "no row 5");
  g_clear_error (&error);
  assert_int (db, "SELECT count(*) FROM t", 0);
  count = (Count){ .next = 1, .end = 9 };
  g_assert_true (sy_log_feed_run (&feed, db, put, next_number, &count, &error));
  assert_int (db, "SELECT count(*) FROM t", 9);
  count.next = 9; /* there already */
  g_assert_false (sy_log_feed_run (&feed, db, put, next_number, &count, &error));
  g_assert_error (error, SY_ERROR, SY_ERROR_CORRUPT);
  sy_database_finalize (&put, 1);
  sy_database_close (db);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log-feed/rows", test_rows);
  g_test_add_func ("/log-feed/error", test_error);
  return g_test_run ();
}
