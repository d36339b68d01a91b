/* test-log-damage.c: D4: bits flip, files are cut, pages go blank: found, or without any effect
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-fixture.h"

#include "core/base/sy-error.h"
#include "core/store/sy-database-private.h"
#include "tests/lib/soak.h"

#include <glib/gstdio.h>
#include <string.h>

#define N_TASKS 60

/* The files of a log as bytes */
static const char *const names[] = { "log.db", "log.db-wal", "mark" };
enum
{
  FILE_DB,
  FILE_WAL,
  FILE_MARK,
  N_FILES
};

typedef struct
{
  char *bytes[N_FILES];
  gsize size[N_FILES];
} Files;

static char *
path_of (SyRunDir *run, guint file)
{
  return g_build_filename (sy_run_dir_get_path (run), names[file], NULL);
}

static void
load_files (SyRunDir *run, Files *files)
{
  for (guint i = 0; i < N_FILES; i++)
    {
      g_autofree char *path = path_of (run, i);

      if (!g_file_get_contents (path, &files->bytes[i], &files->size[i], NULL))
        files->size[i] = 0;
    }
}

static void
store_files (SyRunDir *run, const Files *files)
{
  g_autofree char *shm = g_build_filename (sy_run_dir_get_path (run), "log.db-shm", NULL);

  g_remove (shm);
  for (guint i = 0; i < N_FILES; i++)
    {
      g_autofree char *path = path_of (run, i);

      if (files->bytes[i] == NULL)
        g_remove (path);
      else
        g_assert_true (g_file_set_contents (path, files->bytes[i], (gssize) files->size[i], NULL));
    }
}

/* Everything that a reader can learn of the log, as text; (nullable) where it cannot be read */
static gboolean
print_event (const SyEvent *event, gpointer data)
{
  g_string_append_printf (data,
                          "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %u %u %u %u %u %u ",
                          event->seq, event->time.wall_us, event->time.boot_us, event->boot, event->kind,
                          event->task, event->item, event->attempt, event->by);
  sy_event_encode (event, data);
  g_string_append_c (data, '\n');
  return TRUE;
}

static gboolean
print_tables (SyLogReader *reader, GString *text)
{
  g_auto (SyRunMeta) meta = { 0 };
  g_autoptr (GPtrArray) definitions = sy_log_reader_get_definitions (reader, NULL);
  g_autoptr (GArray) attempts = sy_log_reader_get_attempts (reader, 0, 0, NULL);
  g_autoptr (GArray) states = sy_log_reader_get_states (reader, NULL);

  if (definitions == NULL || attempts == NULL || states == NULL ||
      !sy_log_reader_get_meta (reader, &meta, NULL))
    return FALSE;
  g_string_append_printf (text, "%s %s %s %u %d %" G_GINT64_FORMAT " %u\n", meta.uuid, meta.workflow_path,
                          meta.name, meta.number, meta.status, meta.ended_us, definitions->len);
  for (guint i = 0; i < states->len; i++)
    {
      const SyStateRow *row = &g_array_index (states, SyStateRow, i);

      g_string_append_printf (text, "%u %s %u %u %u %u %u\n", row->task, row->id, row->state, row->name,
                              row->settled, row->attempt, (guint) row->last_seq);
    }
  for (guint i = 0; i < attempts->len; i++)
    {
      const SyAttempt *a = &g_array_index (attempts, SyAttempt, i);

      g_string_append_printf (text,
                              "%u %u %u %d %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
                              " %d\n",
                              a->task, a->n, a->state, a->status, a->started_us, a->ended_us, a->rss, a->pid);
    }
  return TRUE;
}

static char *
print_log (SyRunDir *run)
{
  g_autoptr (SyLogReader) reader = sy_log_reader_open (run, NULL);
  GString *text = g_string_new (NULL);

  if (reader != NULL && print_tables (reader, text) &&
      sy_log_reader_read (reader, 0, print_event, text, NULL))
    return g_string_free (text, FALSE);
  g_string_free (text, TRUE);
  return NULL;
}

/* What the doctor says; errors count as found. */
static gboolean
is_found (SyRunDir *run)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SyDoctorReport) report = sy_doctor_verify (run, store_load, GUINT_TO_POINTER (N_TASKS), &error);

  return report == NULL || report->findings->len > 0;
}

typedef enum
{
  DAMAGE_BIT,
  DAMAGE_CUT,
  DAMAGE_BLANK,
  DAMAGE_BYTES,
  N_DAMAGES
} Damage;

static void
damage (GRand *random, char *bytes, gsize *size, Damage kind)
{
  gsize at = (gsize) g_rand_int_range (random, 0, (gint32) *size);

  switch (kind)
    {
    case DAMAGE_BIT:
      bytes[at] ^= (char) (1 << g_rand_int_range (random, 0, 8));
      break;
    case DAMAGE_CUT:
      *size = at;
      break;
    case DAMAGE_BLANK:
      at = at / 512 * 512;
      memset (bytes + at, 0, MIN (4096, *size - at));
      break;
    case DAMAGE_BYTES:
      for (gsize i = at; i < MIN (at + 16, *size); i++)
        bytes[i] = (char) g_rand_int_range (random, 0, 256);
      break;
    default:
      g_assert_not_reached ();
    }
}

typedef struct
{
  guint found, harmless, silent;
} Tally;

static void
damage_once (SyRunDir *run, const Files *good, const char *ought, guint file, guint seed, Tally *tally)
{
  GRand *random = g_rand_new_with_seed (seed);
  Damage kind = (Damage) g_rand_int_range (random, 0, N_DAMAGES);
  g_autofree char *bad = g_memdup2 (good->bytes[file], good->size[file]), *is = NULL;
  Files files = *good;
  gboolean found;

  files.bytes[file] = bad;
  damage (random, bad, &files.size[file], kind);
  store_files (run, &files);
  found = is_found (run);
  is = print_log (run);
  if (found)
    tally->found++;
  else if (g_strcmp0 (is, ought) == 0)
    tally->harmless++;
  else
    {
      tally->silent++;
      g_test_message ("SILENT: %s, damage %d, seed %u", names[file], kind, seed);
    }
  g_rand_free (random);
}

static void
damage_often (SyRunDir *run, const Files *good, const char *title)
{
  guint n = soak_or (120, 5000);
  guint first = g_test_rand_int () & 0xffffff;
  g_autofree char *ought = NULL;

  store_files (run, good);
  ought = print_log (run);
  g_assert_nonnull (ought);
  g_assert_false (is_found (run));
  for (guint file = 0; file < N_FILES; file++)
    {
      Tally tally = { 0 };

      if (good->size[file] == 0)
        continue;
      for (guint i = 0; i < n; i++)
        {
          damage_once (run, good, ought, file, first + i, &tally);
          soak_progress (names[file], i + 1, n);
        }
      g_test_message ("%s, %s: %u found, %u without effect, %u silent", title, names[file], tally.found,
                      tally.harmless, tally.silent);
      g_assert_cmpuint (tally.silent, ==, 0);
    }
}

static void
test_damage (void)
{
  g_autoptr (SyRunDir) dir = NULL;
  g_autoptr (GError) error = NULL;
  Files live = { 0 }, closed = { 0 };
  g_autofree char *uuid = NULL;
  StoreDir store;
  StoreRun run;

  store_dir_init (&store);
  store_run_init (&run, &store, N_TASKS, NULL);
  for (guint32 task = 1; task <= N_TASKS; task++)
    {
      store_run_task (&run, task);
      store_run_submit (&run, FALSE);
      if (task == N_TASKS / 2) /* the half of it is merged into the database */
        {
          uuid = g_strdup (sy_run_dir_get_uuid (run.run));
          store_run_clear (&run);
          g_assert_true (store_run_open (&run, &store, uuid, N_TASKS, NULL, &error));
        }
    }
  store_run_finish (&run);
  store_run_flush (&run, NULL);
  load_files (run.run, &live); /* as a dead runner leaves them */
  dir = sy_run_dir_open (store.dir, sy_run_dir_get_uuid (run.run), &error);
  g_assert_no_error (error);
  store_run_clear (&run);
  load_files (dir, &closed);
  g_assert_cmpuint (live.size[FILE_WAL], >, 0);
  damage_often (dir, &closed, "closed");
  damage_often (dir, &live, "left by a dead runner");
  for (guint i = 0; i < N_FILES; i++)
    {
      g_free (live.bytes[i]);
      g_free (closed.bytes[i]);
    }
  store_dir_clear (&store);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/damage/d4", test_damage);
  return g_test_run ();
}
