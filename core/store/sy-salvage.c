/* sy-salvage.c: a new log from what can be read of a damaged one
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/sy-error.h"
#include "core/store/sy-doctor-private.h"
#include "core/store/sy-log-writer-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NEW_SUFFIX ".new"

/* What could be read; everything is owned. */
typedef struct
{
  GArray *boots;          /* SyBoot */
  GArray *events;         /* SyEvent */
  GPtrArray *definitions; /* SyDefinition */
  SyRefold *refold;
  sqlite3 *db;    /* while reading */
  char *meta[6];  /* by meta_keys */
  GError *damage; /* (nullable): why the events end where they end */
} Remains;

static const char *const meta_keys[] = { "workflow", "name", "number", "created_us", "rerun_of" };
enum
{
  META_WORKFLOW,
  META_NAME,
  META_NUMBER,
  META_CREATED,
  META_RERUN_OF
};

static void
remains_clear (Remains *remains)
{
  g_clear_pointer (&remains->boots, g_array_unref);
  g_clear_pointer (&remains->events, g_array_unref);
  g_clear_pointer (&remains->definitions, g_ptr_array_unref);
  g_clear_pointer (&remains->refold, sy_refold_free);
  for (gsize i = 0; i < G_N_ELEMENTS (remains->meta); i++)
    g_clear_pointer (&remains->meta[i], g_free);
  g_clear_error (&remains->damage);
}

static void
keep_event (const SyEvent *event, const char *data, gsize length, gpointer user_data)
{
  Remains *remains = user_data;
  SyEvent copy;

  sy_event_copy (&copy, event);
  g_array_append_val (remains->events, copy);
  sy_refold_add (remains->refold, remains->db, event);
}

static void
read_definitions (Remains *remains)
{
  g_autoptr (sqlite3_stmt) get = sy_database_query (remains->db, SY_DEFINITION_SELECT " ORDER BY n", NULL);

  while (get != NULL && sqlite3_step (get) == SQLITE_ROW)
    {
      SyDefinition *definition = sy_definition_row_read (get, NULL);

      /* Their numbers are what events name: none may be missing before another. */
      if (definition == NULL || definition->n != remains->definitions->len + 1)
        {
          g_clear_pointer (&definition, sy_definition_free);
          break;
        }
      g_ptr_array_add (remains->definitions, definition);
    }
}

static gboolean
read_remains (SyRunDir *run, SyWorkflowLoad load, gpointer data, Remains *remains, GError **error)
{
  g_autofree char *path = sy_log_path (run);
  SyChain chain = { 0 };

  remains->events = sy_event_array_new ();
  remains->definitions = g_ptr_array_new_with_free_func ((GDestroyNotify) sy_definition_free);
  remains->refold = sy_refold_new (load, data);
  remains->db = sy_database_open (path, SY_DATABASE_READ, NULL, NULL, error);
  if (remains->db == NULL)
    return FALSE;
  remains->boots = sy_boots_load (remains->db, TRUE, error);
  if (remains->boots != NULL)
    {
      read_definitions (remains);
      for (gsize i = 0; i < G_N_ELEMENTS (meta_keys); i++)
        remains->meta[i] = sy_log_meta_get (remains->db, meta_keys[i], NULL);
      sy_refold_start (remains->refold, remains->db);
      sy_log_verify_chain (remains->db, run, remains->boots, &chain, keep_event, remains, NULL,
                           &remains->damage);
    }
  g_clear_pointer (&remains->db, sy_database_close);
  if (remains->boots != NULL && remains->events->len > 0)
    return TRUE;
  if (error != NULL && *error == NULL)
    g_set_error (error, SY_ERROR, SY_ERROR_CORRUPT,
                 "Not one event of run %s can be read: nothing was changed; only its output files are of use",
                 sy_run_dir_get_uuid (run));
  return FALSE;
}

/* --- the new log --- */

static void
add_salvaged_event (Remains *remains, SyLogItem *item, guint32 boot, SyClock *clock)
{
  gint64 n = remains->events->len;
  SyEvent event = { .seq = n + 1, .kind = SY_EVENT_SALVAGED, .by = SY_BY_SALVAGE, .boot = boot, .value = n };

  event.time = sy_clock_now (clock);
  event.text = g_strdup_printf ("%" G_GINT64_FORMAT " events saved; %s", n,
                                remains->damage != NULL ? remains->damage->message : "the events were sound");
  sy_refold_add (remains->refold, NULL, &event);
  g_array_append_val (item->batch.events, event);
}

/* Table state as the fold has it */
static void
add_states (Remains *remains, SyLogItem *item)
{
  const SyRunState *state = remains->refold->state;

  for (guint32 number = 1; state != NULL && number <= state->n_numbers; number++)
    {
      SyStateRow row;

      sy_state_row_init (&row, state, number);
      g_array_append_val (item->batch.states, row);
    }
}

static gboolean
write_remains (SyLogWriter *writer, Remains *remains, SyClock *clock, GError **error)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new ();
  g_autoptr (GArray) samples = g_array_new (FALSE, FALSE, sizeof (SySampleRow));
  SyLogItem first = { .definitions = remains->definitions }, rest = { 0 };
  gboolean ok;

  first.batch.events = remains->events;
  rest.batch.events = sy_event_array_new ();
  rest.batch.states = g_array_new (FALSE, FALSE, sizeof (SyStateRow));
  add_salvaged_event (remains, &rest, sy_log_writer_get_boot (writer), clock);
  add_states (remains, &rest);
  g_ptr_array_add (items, &first);
  g_ptr_array_add (items, &rest);
  ok = sy_log_writer_commit (writer, items, samples, error);
  if (ok)
    sy_log_writer_ring (writer);
  sy_log_batch_clear (&rest.batch);
  return ok;
}

static gint64
number_of (const char *text)
{
  return text != NULL ? strtoll (text, NULL, 10) : 0;
}

static gboolean
set_confirmed (SyRunDir *run, const char *suffix, gboolean confirmed, GError **error)
{
  g_autofree char *log = sy_log_path (run);
  g_autofree char *path = g_strconcat (log, suffix, NULL);
  sqlite3 *db = sy_database_open (path, SY_DATABASE_WRITE, NULL, NULL, error);
  gboolean ok;

  if (db == NULL)
    return FALSE;
  ok = sy_database_exec (db, "PRAGMA synchronous=FULL", error) &&
       sy_log_meta_set_int (db, "unconfirmed", !confirmed, error);
  sy_database_close (db);
  return ok;
}

static void
remove_new (SyRunDir *run)
{
  static const char *const names[] = { "log.db" NEW_SUFFIX, "log.db" NEW_SUFFIX "-wal",
                                       "log.db" NEW_SUFFIX "-shm", "log.db" NEW_SUFFIX "-journal" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    unlinkat (sy_run_dir_get_fd (run), names[i], 0);
}

static gboolean
make_new (SyRunDir *run, Remains *remains, GError **error)
{
  const SyDefinition *file = remains->definitions != NULL && remains->definitions->len > 0 ? remains->definitions->pdata[0] : NULL;
  const SyRunState *state = remains->refold->state;
  const char *path = file != NULL ? file->path : "", *name = state != NULL && state->workflow->name != NULL ? state->workflow->name : "";
  const SyRunLogInfo info = {
    .workflow_path = remains->meta[META_WORKFLOW] != NULL ? remains->meta[META_WORKFLOW] : path,
    .name = remains->meta[META_NAME] != NULL ? remains->meta[META_NAME] : name,
    .number = (guint32) number_of (remains->meta[META_NUMBER]),
    .created_us = remains->meta[META_CREATED] != NULL
                      ? number_of (remains->meta[META_CREATED])
                      : g_array_index (remains->events, SyEvent, 0).time.wall_us,
    .rerun_of = remains->meta[META_RERUN_OF],
  };
  const SyLogSeed seed = { &info, NEW_SUFFIX, remains->boots };
  const SyRunLogOptions options = { .clock = sy_clock_real () };
  SyLogWriter *writer;
  gboolean ok;

  remove_new (run);
  writer = sy_log_writer_new (run, &seed, &options, error);
  if (writer == NULL)
    return FALSE;
  ok =
      write_remains (writer, remains, options.clock, error) && sy_log_writer_checkpoint (writer, TRUE, error);
  sy_log_writer_free (writer);
  return ok && set_confirmed (run, NEW_SUFFIX, FALSE, error);
}

/* --- putting it in its place --- */

static gboolean
put_aside (SyRunDir *run, const char *name, const char *as, GError **error)
{
  int fd = sy_run_dir_get_fd (run);

  if (renameat (fd, name, fd, as) == 0 || errno == ENOENT)
    return TRUE;
  sy_error_set_errno (error, errno, "Putting %s/%s aside", sy_run_dir_get_path (run), name);
  return FALSE;
}

/* The new log is complete before the first of these; what is half done is finished by the next call. */
static gboolean
swap (SyRunDir *run, GError **error)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autofree char *db = g_strdup_printf ("log.db.corrupt-%" G_GINT64_FORMAT, now);
  g_autofree char *wal = g_strconcat (db, "-wal", NULL);
  int fd = sy_run_dir_get_fd (run);

  /* The database first: as long as it is there it must have its -wal. */
  if (!put_aside (run, "log.db", db, error) || !put_aside (run, "log.db-wal", wal, error))
    return FALSE;
  unlinkat (fd, "log.db-shm", 0);
  if (renameat (fd, "log.db" NEW_SUFFIX, fd, "log.db") != 0)
    {
      sy_error_set_errno (error, errno, "Putting the saved log of %s in its place",
                          sy_run_dir_get_path (run));
      return FALSE;
    }
  fsync (fd);
  return TRUE;
}

static gboolean
keep_mark (SyRunDir *run, GError **error)
{
  g_autoptr (GBytes) mark = sy_run_dir_read_file (run, "mark", 4096, NULL);
  g_autofree char *name =
      g_strdup_printf ("mark.corrupt-%" G_GINT64_FORMAT, g_get_real_time () / G_USEC_PER_SEC);

  return mark == NULL ||
         sy_run_dir_replace_file (run, name, g_bytes_get_data (mark, NULL), g_bytes_get_size (mark), error);
}

static gint64
count_events (SyRunDir *run)
{
  g_autoptr (SyLogReader) reader = sy_log_reader_open (run, NULL);

  return reader != NULL ? sy_log_reader_get_last_seq (reader, NULL) - 1 : 0;
}

gboolean
sy_doctor_salvage (SyRunDir *run, SyWorkflowLoad load, gpointer data, gint64 *n_events, GError **error)
{
  Remains remains = { 0 };
  struct stat st;
  gboolean ok;

  g_return_val_if_fail (sy_run_dir_is_own (run), FALSE);

  if (!sy_log_file_stat (run, "", &st) && sy_log_file_stat (run, NEW_SUFFIX, &st))
    ok = swap (run, error); /* an earlier salvage died between its renames */
  else
    ok = read_remains (run, load, data, &remains, error) && keep_mark (run, error) &&
         make_new (run, &remains, error) && swap (run, error);
  if (ok && n_events != NULL)
    *n_events = remains.events != NULL ? remains.events->len : count_events (run);
  remains_clear (&remains);
  return ok;
}

gboolean
sy_doctor_confirm (SyRunDir *run, GError **error)
{
  g_return_val_if_fail (sy_run_dir_is_own (run), FALSE);

  return set_confirmed (run, "", TRUE, error);
}
