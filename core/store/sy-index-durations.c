/* sy-index-durations.c: what tasks took
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/store/sy-index-private.h"

#include <stdlib.h>
#include <string.h>

#define KEPT 7

/* Newest first, µs, in this machine's byte order: the index never leaves it. */
typedef struct
{
  guint n;
  gint64 us[KEPT];
} Durations;

static void
read_durations (sqlite3_stmt *get, Durations *durations)
{
  gsize size;

  durations->n = 0;
  if (sqlite3_step (get) == SQLITE_ROW)
    {
      size = MIN ((gsize) sqlite3_column_bytes (get, 0), sizeof durations->us);
      durations->n = (guint) (size / sizeof (gint64));
      if (durations->n > 0)
        memcpy (durations->us, sqlite3_column_blob (get, 0), durations->n * sizeof (gint64));
    }
  sqlite3_reset (get);
}

typedef struct
{
  const char *workflow_path;
  const char *const *ids;
  const gint64 *durations_us;
  guint n;
} Lesson;

static gboolean
learn_one (SyIndex *index, gint64 workflow, const char *id, gint64 us, GError **error)
{
  sqlite3_stmt *get = index->statements[SY_INDEX_DURATION_GET],
               *put = index->statements[SY_INDEX_DURATION_PUT];
  Durations durations;
  gboolean ok;

  sqlite3_bind_int64 (get, 1, workflow);
  sqlite3_bind_text (get, 2, id, -1, SQLITE_STATIC);
  read_durations (get, &durations);
  durations.n = MIN (durations.n + 1, KEPT);
  memmove (durations.us + 1, durations.us, (durations.n - 1) * sizeof (gint64));
  durations.us[0] = us;
  sqlite3_bind_int64 (put, 1, workflow);
  sqlite3_bind_text (put, 2, id, -1, SQLITE_STATIC);
  sqlite3_bind_blob (put, 3, durations.us, (int) (durations.n * sizeof (gint64)), SQLITE_STATIC);
  ok = sy_index_run_statement (index, SY_INDEX_DURATION_PUT, error);
  sqlite3_clear_bindings (put);
  sqlite3_clear_bindings (get);
  return ok;
}

static gboolean
learn (SyIndex *index, gpointer data, GError **error)
{
  const Lesson *lesson = data;
  gint64 workflow = sy_index_get_workflow (index, lesson->workflow_path, TRUE, NULL, error);

  if (workflow == 0)
    return FALSE;
  for (guint i = 0; i < lesson->n; i++)
    if (lesson->durations_us[i] > 0 &&
        !learn_one (index, workflow, lesson->ids[i], lesson->durations_us[i], error))
      return FALSE;
  return TRUE;
}

gboolean
sy_index_learn (SyIndex *index,
                const char *workflow_path,
                const char *const *ids,
                const gint64 *durations_us,
                guint n,
                GError **error)
{
  Lesson lesson = { workflow_path, ids, durations_us, n };

  g_return_val_if_fail (index->write, FALSE);

  return sy_index_transact (index, learn, &lesson, error);
}

static int
compare_us (const void *a, const void *b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

static gint64
median (Durations *durations)
{
  if (durations->n == 0)
    return 0;
  qsort (durations->us, durations->n, sizeof (gint64), compare_us);
  return durations->us[durations->n / 2];
}

gboolean
sy_index_get_medians (SyIndex *index,
                      const char *workflow_path,
                      const char *const *ids,
                      gint64 *medians_us,
                      guint n,
                      GError **error)
{
  gint64 workflow = sy_index_get_workflow (index, workflow_path, FALSE, NULL, error);
  sqlite3_stmt *get = index->statements[SY_INDEX_DURATION_GET];
  Durations durations;

  memset (medians_us, 0, n * sizeof *medians_us);
  if (workflow == 0 || !sy_database_exec (index->db, "BEGIN", error))
    return workflow == 0;
  for (guint i = 0; i < n; i++)
    {
      sqlite3_bind_int64 (get, 1, workflow);
      sqlite3_bind_text (get, 2, ids[i], -1, SQLITE_STATIC);
      read_durations (get, &durations);
      medians_us[i] = median (&durations);
    }
  sqlite3_clear_bindings (get);
  return sy_database_exec (index->db, "COMMIT", error);
}

gboolean
sy_index_get_usual (SyIndex *index, const char *workflow_path, const char *const *ids, SyUsual *usual, guint n, GError **error)
{
  gint64 workflow = sy_index_get_workflow (index, workflow_path, FALSE, NULL, error);
  sqlite3_stmt *get = index->statements[SY_INDEX_DURATION_GET];
  Durations durations;

  memset (usual, 0, n * sizeof *usual);
  if (workflow == 0 || !sy_database_exec (index->db, "BEGIN", error))
    return workflow == 0;
  for (guint i = 0; i < n; i++)
    {
      sqlite3_bind_int64 (get, 1, workflow);
      sqlite3_bind_text (get, 2, ids[i], -1, SQLITE_STATIC);
      read_durations (get, &durations);
      sy_usual_init (&usual[i], durations.us, durations.n);
    }
  sqlite3_clear_bindings (get);
  return sy_database_exec (index->db, "COMMIT", error);
}
