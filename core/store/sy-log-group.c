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

/* Where the feed of a table stands */
typedef struct
{
  SyLogWriter *writer;
  GPtrArray *items; /* of SyLogItem */
  GArray *events;
  guint at, row, n_keys;
} Walk;

static gboolean
next_event (gpointer data, SyLogRow *row, GError **error)
{
  Walk *walk = data;
  SyLogWriter *writer = walk->writer;
  GString *text = writer->data;
  SyEvent *event;

  if (walk->at >= walk->events->len)
    return FALSE;
  event = &g_array_index (walk->events, SyEvent, walk->at++);
  if (event->boot == 0)
    event->boot = writer->boot;
  if (!check_event (writer, event, error))
    return FALSE;
  g_string_truncate (text, 0);
  sy_event_encode (event, text);
  sy_chain_add (&writer->chain, event, text->str, text->len);
  sy_event_row_fill (row, event, sy_boots_find (writer->boots, event->boot), text->str, text->len,
                     &writer->chain.hash);
  return TRUE;
}

static gboolean
write_events (SyLogWriter *writer, GArray *events, GError **error)
{
  Walk walk = { .writer = writer, .events = events };

  if (events == NULL || events->len == 0)
    return TRUE;
  if (!sy_log_feed_run (&writer->event_feed, writer->db, writer->statements[STMT_EVENT], next_event, &walk,
                        error))
    return FALSE;
  for (guint i = 0; i < events->len; i++)
    {
      const SyEvent *event = &g_array_index (events, SyEvent, i);

      apply_to_attempt (writer, event);
      if (!apply_to_meta (writer, event, error))
        return FALSE;
    }
  return TRUE;
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

/* How many rows has the item before @at? */
static guint
n_states (GPtrArray *items, guint at)
{
  GArray *rows = at > 0 ? ((SyLogItem *) items->pdata[at - 1])->batch.states : NULL;

  return rows != NULL ? rows->len : 0;
}

/* No row of it has been written in this group; a batch by itself has each task once. */
static gboolean
is_first (Walk *walk, gint64 key)
{
  gint64 *kept;

  if (walk->items->len == 1)
    return TRUE;
  kept = &((gint64 *) (gpointer) walk->writer->state_keys->data)[walk->n_keys++];
  *kept = key;
  return g_hash_table_add (walk->writer->states_seen, kept);
}

/* The rows of all items, backwards: of several of one task only the last is written. */
static gboolean
next_state (gpointer data, SyLogRow *row, GError **error)
{
  Walk *walk = data;

  while (walk->at > 0)
    {
      GArray *rows = ((SyLogItem *) walk->items->pdata[walk->at - 1])->batch.states;

      while (walk->row > 0)
        {
          const SyStateRow *state = &g_array_index (rows, SyStateRow, --walk->row);

          if (!is_first (walk, sy_log_state_key (state->task, state->item)))
            continue;
          sy_state_row_fill (row, state);
          return TRUE;
        }
      walk->at--;
      walk->row = n_states (walk->items, walk->at);
    }
  return FALSE;
}

static gboolean
write_states (SyLogWriter *writer, GPtrArray *items, GError **error)
{
  Walk walk = { .writer = writer, .items = items, .at = items->len, .row = n_states (items, items->len) };
  guint n = 0;

  for (guint i = 1; i <= items->len; i++)
    n += n_states (items, i);
  g_array_set_size (writer->state_keys, n);
  return n == 0 || sy_log_feed_run (&writer->state_feed, writer->db, writer->statements[STMT_STATE], next_state,
                                    &walk, error);
}

static gboolean
next_attempt (gpointer data, SyLogRow *row, GError **error)
{
  Walk *walk = data;
  SyLogWriter *writer = walk->writer;
  LiveAttempt *live;

  if (walk->at >= writer->dirty->len)
    return FALSE;
  live = writer->dirty->pdata[walk->at++];
  sy_attempt_row_fill (row, &live->attempt, writer->rare);
  return TRUE;
}

static gboolean
write_attempts (SyLogWriter *writer, GError **error)
{
  Walk walk = { .writer = writer };

  return writer->dirty->len == 0 || sy_log_feed_run (&writer->attempt_feed, writer->db,
                                                     writer->statements[STMT_ATTEMPT], next_attempt, &walk, error);
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
      if (!write_events (writer, events, error))
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

/* The first group's rows are in the files. A log that does not get to the disk is none: another try would not mend it, be
 * it for want of space. */
static gboolean
sync_first_group (SyLogWriter *writer, GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (!writer->unsynced || sy_log_writer_begin_durability (writer, &problem))
    return TRUE;
  problem->code = SY_ERROR_IO;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
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
       write_samples (writer, samples, error) && sy_log_writer_run (writer, STMT_COMMIT, error) &&
       sync_first_group (writer, error);
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
