/* sy-log-group.c: one transaction: events, and the rows that follow from them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/store/sy-log-group-private.h"

#include "core/base/sy-error.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define SAMPLES_KEPT 2048 /* of one attempt; then every second one goes */

static LiveAttempt *
find_attempt (SyLogWriter *writer, guint32 task, guint32 item, guint32 n)
{
  sqlite3_stmt *get = writer->statements[STMT_ATTEMPT_GET];
  gint64 key = sy_log_attempt_key (task, item, n);
  LiveAttempt *live = g_hash_table_lookup (writer->attempts, &key);

  if (live != NULL)
    return live;
  live = g_new0 (LiveAttempt, 1);
  live->key = key;
  live->attempt = (SyAttempt){ .task = task, .item = item, .n = n };
  sqlite3_bind_int64 (get, 1, key);
  if (sqlite3_step (get) == SQLITE_ROW)
    sy_attempt_row_read (get, &live->attempt);
  sqlite3_reset (get);
  g_hash_table_insert (writer->attempts, &live->key, live);
  return live;
}

static void
apply_to_attempt (SyLogWriter *writer, const SyEvent *event)
{
  LiveAttempt *live;

  if (!sy_attempt_row_concerns (event))
    return;
  live = find_attempt (writer, event->task, event->item, event->attempt);
  sy_attempt_apply (&live->attempt, event);
  if (!live->dirty)
    g_ptr_array_add (writer->dirty, live);
  live->dirty = TRUE;
}

/* What a list of runs shows lies in meta, so that it need not fold each log. */
static gboolean
apply_to_meta (SyLogWriter *writer, const SyEvent *event, GError **error)
{
  sqlite3 *db = writer->db;
  gint64 ended;

  switch ((SyEventKind) event->kind)
    {
    case SY_EVENT_RUN_STATE:
      ended = sy_run_status_is_final ((SyRunStatus) event->value) ? event->time.wall_us : 0;
      return sy_log_meta_set_int (db, "status", event->value, error) &&
             sy_log_meta_set_int (db, "ended_us", ended, error);
    case SY_EVENT_RUN_CREATED:
    case SY_EVENT_SLOTS_CHANGED:
      return sy_log_meta_set_int (db, "slots", event->value, error);
    default:
      return TRUE;
    }
}

static gboolean
check_event (SyLogWriter *writer, const SyEvent *event, GError **error)
{
  if (event->seq != writer->chain.seq + 1)
    g_set_error (error, SY_ERROR, SY_ERROR_INTERNAL,
                 "Event %" G_GINT64_FORMAT " (%s) came to the log after event %" G_GINT64_FORMAT, event->seq,
                 sy_event_kind_to_string ((SyEventKind) event->kind), writer->chain.seq);
  else if (!sy_log_numbers_fit (event->task, event->item, event->attempt))
    g_set_error (error, SY_ERROR, SY_ERROR_LIMIT,
                 "Task %u, item %u, attempt %u is beyond what a log can hold", event->task, event->item,
                 event->attempt);
  else if (sy_boots_find (writer->boots, event->boot) == NULL)
    g_set_error (error, SY_ERROR, SY_ERROR_INTERNAL,
                 "Event %" G_GINT64_FORMAT " names boot %u, which the log has not", event->seq, event->boot);
  else
    return TRUE;
  return FALSE;
}

static gboolean
write_event (SyLogWriter *writer, SyEvent *event, GError **error)
{
  sqlite3_stmt *put = writer->statements[STMT_EVENT];
  GString *data = writer->data;

  if (event->boot == 0)
    event->boot = writer->boot;
  if (!check_event (writer, event, error))
    return FALSE;
  g_string_truncate (data, 0);
  sy_event_encode (event, data);
  sy_chain_add (&writer->chain, event, data->str, data->len);
  sy_event_row_bind (put, event, sy_boots_find (writer->boots, event->boot), data->str, data->len,
                     &writer->chain.hash);
  if (!sy_log_writer_run (writer, STMT_EVENT, error))
    return FALSE;
  apply_to_attempt (writer, event);
  return apply_to_meta (writer, event, error);
}

static gboolean
write_definition (SyLogWriter *writer, SyDefinition *definition, GError **error)
{
  definition->n = writer->n_definitions + 1;
  definition->since_seq = writer->chain.seq + 1;
  sy_definition_row_bind (writer->statements[STMT_DEFINITION], definition);
  if (!sy_log_writer_run (writer, STMT_DEFINITION, error))
    return FALSE;
  sqlite3_clear_bindings (writer->statements[STMT_DEFINITION]);
  writer->n_definitions++;
  return TRUE;
}

/* Of several rows of one task only the last is written: walks backwards. */
static gboolean
write_states (SyLogWriter *writer, GPtrArray *items, GError **error)
{
  GHashTable *seen = writer->states_seen;
  g_autoptr (GArray) keys = NULL;
  guint n_rows = 0, n_keys = 0;

  for (guint i = 0; i < items->len; i++)
    {
      SyLogItem *item = items->pdata[i];

      n_rows += item->batch.states != NULL ? item->batch.states->len : 0;
    }
  keys = g_array_sized_new (FALSE, FALSE, sizeof (gint64), MAX (n_rows, 1));
  for (guint i = items->len; i-- > 0;)
    {
      GArray *rows = ((SyLogItem *) items->pdata[i])->batch.states;

      for (guint j = rows != NULL ? rows->len : 0; j-- > 0;)
        {
          const SyStateRow *row = &g_array_index (rows, SyStateRow, j);
          gint64 *key = &((gint64 *) (gpointer) keys->data)[n_keys++];

          *key = sy_log_state_key (row->task, row->item);
          if (n_rows > 1 && !g_hash_table_add (seen, key))
            continue;
          sy_state_row_bind (writer->statements[STMT_STATE], row);
          if (!sy_log_writer_run (writer, STMT_STATE, error))
            return FALSE;
        }
    }
  return TRUE;
}

static gboolean
write_attempts (SyLogWriter *writer, GError **error)
{
  for (guint i = 0; i < writer->dirty->len; i++)
    {
      LiveAttempt *live = writer->dirty->pdata[i];

      sy_attempt_row_bind (writer->statements[STMT_ATTEMPT], &live->attempt, writer->rare);
      if (!sy_log_writer_run (writer, STMT_ATTEMPT, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
thin_samples (SyLogWriter *writer, LiveAttempt *live, GError **error)
{
  sqlite3_stmt *count = writer->statements[STMT_SAMPLES_COUNT];

  if (live->n_samples < SAMPLES_KEPT)
    return TRUE;
  sqlite3_bind_int64 (writer->statements[STMT_SAMPLES_THIN], 1, live->key);
  if (!sy_log_writer_run (writer, STMT_SAMPLES_THIN, error))
    return FALSE;
  sqlite3_bind_int64 (count, 1, live->key);
  live->n_samples = sqlite3_step (count) == SQLITE_ROW ? (guint) sqlite3_column_int (count, 0) : 0;
  sqlite3_reset (count);
  return TRUE;
}

static gboolean
write_samples (SyLogWriter *writer, GArray *samples, GError **error)
{
  sqlite3_stmt *put = writer->statements[STMT_SAMPLE];

  for (guint i = 0; i < samples->len; i++)
    {
      const SySampleRow *row = &g_array_index (samples, SySampleRow, i);
      LiveAttempt *live = find_attempt (writer, row->task, row->item, row->attempt);
      const SySample *s = &row->sample;
      const gint64 values[] = { live->key, s->mono_us, s->cpu_us, s->rss, s->read, s->written, s->processes };

      for (int c = 0; c < (int) G_N_ELEMENTS (values); c++)
        sqlite3_bind_int64 (put, c + 1, values[c]);
      live->n_samples++;
      if (!sy_log_writer_run (writer, STMT_SAMPLE, error) || !thin_samples (writer, live, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_items (SyLogWriter *writer, GPtrArray *items, GError **error)
{
  for (guint i = 0; i < items->len; i++)
    {
      SyLogItem *item = items->pdata[i];
      GArray *events = item->batch.events;

      for (guint j = 0; item->definitions != NULL && j < item->definitions->len; j++)
        if (!write_definition (writer, item->definitions->pdata[j], error))
          return FALSE;
      for (guint j = 0; events != NULL && j < events->len; j++)
        if (!write_event (writer, &g_array_index (events, SyEvent, j), error))
          return FALSE;
    }
  return TRUE;
}

static gboolean
attempt_has_ended (gpointer key, gpointer value, gpointer data)
{
  return ((LiveAttempt *) value)->attempt.ended_us != 0;
}

static void
end_group (SyLogWriter *writer)
{
  for (guint i = 0; i < writer->dirty->len; i++)
    {
      LiveAttempt *live = writer->dirty->pdata[i];

      live->dirty = FALSE;
      if (attempt_has_ended (NULL, live, NULL))
        g_hash_table_remove (writer->attempts, &live->key);
    }
  g_ptr_array_set_size (writer->dirty, 0);
}

static void
leave_mark (SyLogWriter *writer)
{
  SyMark mark = { .seq = writer->chain.seq, .hash = writer->chain.hash };

  if (!sy_mark_write (writer->mark_fd, &mark))
    g_debug ("mark: %s", g_strerror (errno));
}

void
sy_log_writer_ring (SyLogWriter *writer)
{
  leave_mark (writer);
  if (pwrite (writer->bell_fd, "\n", 1, 0) != 1)
    g_debug ("bell: %s", g_strerror (errno));
}

gboolean
sy_log_writer_commit (SyLogWriter *writer, GPtrArray *items, GArray *samples, GError **error)
{
  guint32 n_definitions = writer->n_definitions;
  gint64 seq = writer->chain.seq;
  SyHash hash = writer->chain.hash;
  gboolean ok;

  sy_log_writer_assert_thread (writer);
  ok = sy_log_writer_run (writer, STMT_BEGIN, error) && write_items (writer, items, error) &&
       write_states (writer, items, error) && write_attempts (writer, error) &&
       write_samples (writer, samples, error) && sy_log_writer_run (writer, STMT_COMMIT, error);
  g_hash_table_remove_all (writer->states_seen);
  if (ok)
    {
      /* Else it can wait until what follows from the COMMIT is under way. */
      if (seq == 0)
        leave_mark (writer);
      end_group (writer);
      return TRUE;
    }
  sy_log_writer_roll_back (writer);
  writer->chain.seq = seq;
  writer->chain.hash = hash;
  writer->n_definitions = n_definitions;
  g_ptr_array_set_size (writer->dirty, 0);
  g_hash_table_remove_all (writer->attempts);
  return FALSE;
}
