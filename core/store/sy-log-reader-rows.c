/* sy-log-reader-rows.c: what a log holds beside its events: attempts, states, samples, boots
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/store/sy-log-reader-private.h"
#include "core/store/sy-log-rows-private.h"

static gboolean
add_attempts_of_task (SyLogReader *reader, guint32 task, guint32 item, GArray *attempts, GError **error)
{
  sqlite3_stmt *get = reader->statements[STMT_ATTEMPT];
  int rc = SQLITE_ROW;

  /* Attempts are numbered from 1 without holes. */
  for (guint32 n = 1; rc == SQLITE_ROW && n < SY_LOG_MAX_ATTEMPT; n++)
    {
      SyAttempt attempt;

      sqlite3_bind_int64 (get, 1, sy_log_attempt_key (task, item, n));
      rc = sqlite3_step (get);
      if (rc == SQLITE_ROW)
        {
          sy_attempt_row_read (get, &attempt);
          g_array_append_val (attempts, attempt);
        }
      if (!sy_log_reader_finish (reader, get, rc, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
add_all_attempts (SyLogReader *reader, GArray *attempts, GError **error)
{
  sqlite3_stmt *get = reader->statements[STMT_ATTEMPTS];
  int rc;

  while ((rc = sqlite3_step (get)) == SQLITE_ROW)
    {
      SyAttempt attempt;

      sy_attempt_row_read (get, &attempt);
      g_array_append_val (attempts, attempt);
    }
  return sy_log_reader_finish (reader, get, rc, error);
}

GArray *
sy_log_reader_get_attempts (SyLogReader *reader, guint32 task, guint32 item, GError **error)
{
  g_autoptr (GArray) attempts = g_array_new (FALSE, TRUE, sizeof (SyAttempt));
  gboolean ok;

  if (!sy_log_reader_begin (reader, error))
    return NULL;
  ok = task != 0 ? add_attempts_of_task (reader, task, item, attempts, error)
                 : add_all_attempts (reader, attempts, error);
  sy_log_reader_end (reader);
  return ok ? g_steal_pointer (&attempts) : NULL;
}

static void
clear_state_row (gpointer row)
{
  g_free ((char *) ((SyStateRow *) row)->id);
}

GArray *
sy_log_reader_get_states (SyLogReader *reader, GError **error)
{
  g_autoptr (GArray) states = g_array_new (FALSE, FALSE, sizeof (SyStateRow));
  sqlite3_stmt *get;
  gboolean ok;
  int rc;

  g_array_set_clear_func (states, clear_state_row);
  if (!sy_log_reader_begin (reader, error))
    return NULL;
  get = reader->statements[STMT_STATES];
  while ((rc = sqlite3_step (get)) == SQLITE_ROW)
    {
      SyStateRow row;

      sy_state_row_read (get, &row);
      row.id = g_strdup (row.id);
      g_array_append_val (states, row);
    }
  ok = sy_log_reader_finish (reader, get, rc, error);
  sy_log_reader_end (reader);
  return ok ? g_steal_pointer (&states) : NULL;
}

static SySample
read_sample (sqlite3_stmt *get)
{
  return (SySample){ sqlite3_column_int64 (get, 0), sqlite3_column_int64 (get, 1), sqlite3_column_int64 (get, 2),
                     sqlite3_column_int64 (get, 3), sqlite3_column_int64 (get, 4), (guint) sqlite3_column_int64 (get, 5) };
}

typedef struct
{
  sqlite3_stmt *samples;
  int rc;               /* of its newest step */
  SyLogEachUse each;
  gpointer data;
} Uses;

/* Samples up to a key; of those below it only the machine's have no attempt on purpose. */
static void
tell_samples (Uses *uses, const SyAttempt *attempt, gint64 key)
{
  for (; uses->rc == SQLITE_ROW && sqlite3_column_int64 (uses->samples, 6) <= key; uses->rc = sqlite3_step (uses->samples))
    {
      gint64 at = sqlite3_column_int64 (uses->samples, 6);
      SySample sample = read_sample (uses->samples);

      if (at == key && attempt != NULL)
        uses->each (attempt, &sample, uses->data);
      else if ((at & 0xffffff) == 0)
        uses->each (NULL, &sample, uses->data);
    }
}

static gboolean
tell_uses (SyLogReader *reader, Uses *uses, GError **error)
{
  sqlite3_stmt *get = reader->statements[STMT_ATTEMPTS_BY_KEY];
  gboolean ok;
  int rc;

  uses->rc = sqlite3_step (uses->samples);
  while ((rc = sqlite3_step (get)) == SQLITE_ROW)
    {
      SyAttempt attempt;

      sy_attempt_row_read (get, &attempt);
      uses->each (&attempt, NULL, uses->data);
      tell_samples (uses, &attempt, sy_log_attempt_key (attempt.task, attempt.item, attempt.n));
    }
  tell_samples (uses, NULL, G_MAXINT64);
  ok = sy_log_reader_finish (reader, get, rc, error);
  return sy_log_reader_finish (reader, uses->samples, uses->rc, ok ? error : NULL) && ok;
}

gboolean
sy_log_reader_each_use (SyLogReader *reader, SyLogEachUse each, gpointer data, GError **error)
{
  Uses uses = { .each = each, .data = data };
  gboolean ok;

  if (!sy_log_reader_begin (reader, error))
    return FALSE;
  uses.samples = reader->statements[STMT_ALL_SAMPLES];
  ok = tell_uses (reader, &uses, error);
  sy_log_reader_end (reader);
  return ok;
}

GArray *
sy_log_reader_get_samples (SyLogReader *reader, guint32 task, guint32 item, guint32 attempt, GError **error)
{
  g_autoptr (GArray) samples = g_array_new (FALSE, FALSE, sizeof (SySample));
  sqlite3_stmt *get;
  gboolean ok;
  int rc;

  if (!sy_log_reader_begin (reader, error))
    return NULL;
  get = reader->statements[STMT_SAMPLES];
  sqlite3_bind_int64 (get, 1, sy_log_attempt_key (task, item, attempt));
  while ((rc = sqlite3_step (get)) == SQLITE_ROW)
    {
      SySample sample = read_sample (get);

      g_array_append_val (samples, sample);
    }
  ok = sy_log_reader_finish (reader, get, rc, error);
  sy_log_reader_end (reader);
  return ok ? g_steal_pointer (&samples) : NULL;
}

GArray *
sy_log_reader_get_boots (SyLogReader *reader, GError **error)
{
  GArray *boots;

  if (!sy_log_reader_begin (reader, error))
    return NULL;
  boots = sy_boots_load (reader->db, FALSE, error);
  sy_log_reader_end (reader);
  return boots;
}
