/* sy-history-read.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-history-read.h"

#include "app/sy-run-view.h"
#include "core/base/sy-error.h"

#include <string.h>

/* A run as it was when it was read last */
typedef struct
{
  gint64 seq;           /* -1 = its log could not be read */
  gint64 ended_us;
  SyRunStatus status;
  gboolean live, pinned;
  char *note;           /* (nullable) */
  gint64 bytes;         /* -1 = not measured since it changed */
} Known;

struct _SyHistoryCache
{
  char *path;           /* (nullable) of the workflow */
  GHashTable *rows;     /* id → row + 1 */
  GHashTable *known;    /* uuid → Known */
  GHashTable *files;    /* sha256 → GArray of rows, in file order */
  GPtrArray *new_ids;   /* (nullable) not handed over yet */
};

static void
known_free (gpointer data)
{
  g_free (((Known *) data)->note);
  g_free (data);
}

SyHistoryCache *
sy_history_cache_new (void)
{
  SyHistoryCache *self = g_new0 (SyHistoryCache, 1);

  self->rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, known_free);
  self->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_array_unref);
  return self;
}

void
sy_history_cache_free (SyHistoryCache *self)
{
  g_hash_table_unref (self->rows);
  g_hash_table_unref (self->known);
  g_hash_table_unref (self->files);
  g_clear_pointer (&self->new_ids, g_ptr_array_unref);
  g_free (self->path);
  g_free (self);
}

void
sy_history_piece_free (SyHistoryPiece *piece)
{
  g_clear_pointer (&piece->ids, g_ptr_array_unref);
  g_clear_pointer (&piece->run, sy_grid_run_free);
  g_strfreev (piece->uuids);
  g_free (piece);
}

static guint32
row_of (SyHistoryCache *self, const char *id)
{
  guint32 row = GPOINTER_TO_UINT (g_hash_table_lookup (self->rows, id));

  if (row > 0)
    return row - 1;
  row = g_hash_table_size (self->rows);
  g_hash_table_insert (self->rows, g_strdup (id), GUINT_TO_POINTER (row + 1));
  if (self->new_ids == NULL)
    self->new_ids = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->new_ids, g_strdup (id));
  return row;
}

/* --- one run --- */

static SyGridCell *
cell_at (SyGridRun *run, guint32 row)
{
  if (row >= run->n_cells)
    {
      guint32 n = MAX (row + 1, run->n_cells * 2);

      run->cells = g_renew (SyGridCell, run->cells, n);
      for (guint32 i = run->n_cells; i < n; i++)
        run->cells[i] = (SyGridCell){ .state = SY_N_STATES };
      run->n_cells = n;
    }
  return &run->cells[row];
}

static void
take_attempt (SyGridCell *cell, const SyAttempt *attempt, gboolean newest)
{
  SyName name;
  SyState outcome = sy_attempt_outcome (attempt, &name);

  if (!newest)
    cell->retried = cell->retried || outcome == SY_STATE_FAILED;
  else
    memcpy (&cell->command, attempt->command_digest, sizeof cell->command);
  if (attempt->started_us > 0 && attempt->ended_us > attempt->started_us)
    cell->duration_us = (guint64) (attempt->ended_us - attempt->started_us);
}

static void
take_rows (SyHistoryCache *self, SyGridRun *run, const GArray *states, const GArray *attempts)
{
  guint a = 0;

  run->order = g_new (guint32, MAX (states->len, 1));
  for (guint i = 0; i < states->len; i++)
    {
      const SyStateRow *state = &g_array_index (states, SyStateRow, i);
      SyGridCell *cell;

      if (state->item != 0 || *state->id == '\0')
        continue;
      run->order[run->n_order++] = row_of (self, state->id);
      cell = cell_at (run, run->order[run->n_order - 1]);
      *cell = (SyGridCell){ .state = state->state, .name = state->name, .attempts = MIN (state->attempt, G_MAXUINT16) };
      while (a < attempts->len && g_array_index (attempts, SyAttempt, a).item == 0 && g_array_index (attempts, SyAttempt, a).task < state->task)
        a++;
      for (; a < attempts->len && g_array_index (attempts, SyAttempt, a).task == state->task; a++)
        take_attempt (cell, &g_array_index (attempts, SyAttempt, a), g_array_index (attempts, SyAttempt, a).n == state->attempt);
    }
}

/* (nullable) (transfer none): rows of the tasks of a file, in its order */
static const GArray *
rows_of_file (SyHistoryCache *self, SyRunDir *dir, SyLogReader *reader)
{
  g_autoptr (SyDefinition) definition = sy_log_reader_get_definition (reader, 0, NULL);
  g_autoptr (SyRunSettings) settings = sy_run_settings_new ();
  g_autoptr (SyDefinitions) definitions = NULL;
  g_autoptr (SyWorkflow) workflow = NULL;
  GArray *rows;

  if (definition == NULL)
    return NULL;
  rows = g_hash_table_lookup (self->files, definition->sha256);
  if (rows != NULL)
    return rows;
  definitions = sy_definitions_new (settings, dir);
  workflow = sy_definitions_get (definitions, reader, definition->n, NULL);
  if (workflow == NULL)
    return NULL;
  rows = g_array_sized_new (FALSE, FALSE, sizeof (guint32), workflow->n_tasks);
  for (guint32 i = 0; i < workflow->n_tasks; i++)
    {
      guint32 row = row_of (self, workflow->tasks[i].id);

      g_array_append_val (rows, row);
    }
  g_hash_table_insert (self->files, g_strdup (definition->sha256), rows);
  return rows;
}

/* Tasks that nothing has happened to have no row in the log: they are in the file alone. */
static void
add_untouched (SyHistoryCache *self, SyGridRun *run, SyRunDir *dir, SyLogReader *reader)
{
  const GArray *rows = rows_of_file (self, dir, reader);

  if (rows == NULL)
    return;
  for (guint i = 0; i < rows->len; i++)
    {
      SyGridCell *cell = cell_at (run, g_array_index (rows, guint32, i));

      if (cell->state == SY_N_STATES)
        *cell = (SyGridCell){ .state = SY_STATE_PENDING, .name = SY_NAME_NEEDS };
    }
  g_free (run->order);
  run->order = g_memdup2 (rows->data, rows->len * sizeof (guint32));
  run->n_order = rows->len;
}

static guint32
count_tasks (const SyRunMeta *meta)
{
  guint32 n = 0;

  for (guint i = 0; i < SY_N_STATES; i++)
    n += meta->counts[i];
  return n;
}

static gboolean
read_cells (SyHistoryCache *self, SyGridRun *run, SyRunDir *dir, SyLogReader *reader, const SyRunMeta *meta, GError **error)
{
  g_autoptr (GArray) states = sy_log_reader_get_states (reader, error);
  g_autoptr (GArray) attempts = states != NULL ? sy_log_reader_get_attempts (reader, 0, 0, error) : NULL;

  if (attempts == NULL)
    return FALSE;
  take_rows (self, run, states, attempts);
  if (run->n_order < count_tasks (meta))
    add_untouched (self, run, dir, reader);
  cell_at (run, 0);
  return TRUE;
}

static gboolean
is_as_known (const Known *known, const SyRunInfo *info, const char *note)
{
  return known != NULL && !known->live && info->runner != SY_OWNER_ALIVE && known->ended_us == info->ended_us
         && known->status == info->status && known->pinned == info->pinned && g_strcmp0 (known->note, note) == 0;
}

static void
note_known (SyHistoryCache *self, const SyGridRun *run, gint64 seq)
{
  Known *known = g_new0 (Known, 1);

  *known = (Known){ .seq = seq, .ended_us = run->ended_us, .status = run->status, .live = run->live, .pinned = run->pinned,
                    .note = g_strdup (run->note), .bytes = -1 };
  g_hash_table_insert (self->known, g_strdup (run->uuid), known);
}

static SyGridRun *
make_run (const SyRunInfo *info, char *note)
{
  SyGridRun *run = sy_grid_run_new (info->uuid);

  run->error = g_strdup (info->error);
  run->note = note;
  run->number = info->number;
  run->status = info->status;
  run->live = info->runner == SY_OWNER_ALIVE;
  run->pinned = info->pinned;
  run->created_us = info->created_us;
  run->ended_us = info->ended_us;
  memcpy (run->counts, info->counts, sizeof run->counts);
  return run;
}

/* (nullable): as it is now, unless that is known already */
static SyGridRun *
read_run (SyHistoryCache *self, SyStateDir *state_dir, const SyRunInfo *info)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SyRunDir) dir = sy_run_dir_open (state_dir, info->uuid, &error);
  g_autofree char *note = dir != NULL ? sy_run_dir_get_note (dir) : NULL;
  const Known *known = g_hash_table_lookup (self->known, info->uuid);
  g_autoptr (SyLogReader) reader = NULL;
  g_auto (SyRunMeta) meta = { 0 };
  SyGridRun *run;

  if (is_as_known (known, info, note))
    return NULL;
  run = make_run (info, g_steal_pointer (&note));
  reader = dir != NULL && run->error == NULL ? sy_log_reader_open (dir, &error) : NULL;
  if (reader == NULL || !sy_log_reader_get_meta (reader, &meta, &error)
      || ((known == NULL || known->seq != meta.seq) && !read_cells (self, run, dir, reader, &meta, &error)))
    {
      if (run->error == NULL)
        run->error = g_strdup (error != NULL ? error->message : "The run's folder is gone");
      meta.seq = -1;
    }
  note_known (self, run, meta.seq);
  return run;
}

SyGridRun *
sy_history_cache_read_run (SyHistoryCache *self, SyStateDir *dir, const SyRunInfo *info)
{
  g_hash_table_remove (self->known, info->uuid);
  return read_run (self, dir, info);
}

GPtrArray *
sy_history_cache_take_ids (SyHistoryCache *self)
{
  GPtrArray *ids = g_steal_pointer (&self->new_ids);

  return ids != NULL ? ids : g_ptr_array_new_with_free_func (g_free);
}

/* --- all --- */

static gboolean
hand_over (SyHistoryCache *self, SyGridRun *run, GStrv uuids, gint64 free_bytes, gboolean *fresh, SyHistoryEach each, gpointer data)
{
  SyHistoryPiece *piece = g_new0 (SyHistoryPiece, 1);

  *piece = (SyHistoryPiece){ .fresh = *fresh, .ids = g_steal_pointer (&self->new_ids), .run = run, .uuids = uuids, .free_bytes = free_bytes };
  *fresh = FALSE;
  return each (piece, data);
}

/* (nullable): what it takes on the disk, where that is not known yet; a run that goes on grows all the time. */
static SyGridRun *
measure_run (SyHistoryCache *self, SyStateDir *state_dir, const SyRunInfo *info)
{
  Known *known = g_hash_table_lookup (self->known, info->uuid);
  g_autoptr (SyRunDir) dir = known != NULL && !known->live && known->bytes < 0 ? sy_run_dir_open (state_dir, info->uuid, NULL) : NULL;
  SyGridRun *run;

  if (dir == NULL)
    return NULL;
  known->bytes = sy_run_dir_measure (dir);
  run = make_run (info, g_strdup (known->note));
  run->bytes = known->bytes;
  return run;
}

static void
begin_workflow (SyHistoryCache *self, const char *path)
{
  g_free (self->path);
  self->path = g_strdup (path);
  g_hash_table_remove_all (self->rows);
  g_hash_table_remove_all (self->known);
  g_hash_table_remove_all (self->files);
  g_clear_pointer (&self->new_ids, g_ptr_array_unref);
}

static GPtrArray *
list_runs (SyStateDir *dir, const char *path, GError **error)
{
  g_autoptr (SyIndex) index = sy_index_open (dir, SY_INDEX_READ, error);

  return index != NULL ? sy_index_list (index, path, error) : NULL;
}

gboolean
sy_history_cache_read (SyHistoryCache *self, const char *path, SyHistoryEach each, gpointer data, GError **error)
{
  gboolean fresh = g_strcmp0 (self->path, path) != 0, listens = TRUE;
  g_autoptr (SyStateDir) dir = sy_open_state_dir (SY_STATE_DIR_READ, error);
  g_autoptr (GPtrArray) runs = dir != NULL ? list_runs (dir, path, error) : NULL;
  g_autoptr (GStrvBuilder) uuids = g_strv_builder_new ();

  if (runs == NULL)
    return FALSE;
  if (fresh)
    begin_workflow (self, path);
  for (guint i = 0, n = 0; i < runs->len && n < SY_HISTORY_RUNS && listens; i++)
    {
      const SyRunInfo *info = runs->pdata[i];
      SyGridRun *run;

      if (*info->workflow_path == '\0')
        continue; /* nobody knows whose run it is */
      n++;
      g_strv_builder_add (uuids, info->uuid);
      run = read_run (self, dir, info);
      listens = run == NULL || hand_over (self, run, NULL, 0, &fresh, each, data);
    }
  for (guint i = 0; i < runs->len && listens; i++)
    {
      SyGridRun *run = measure_run (self, dir, runs->pdata[i]);

      listens = run == NULL || hand_over (self, run, NULL, 0, &fresh, each, data);
    }
  if (listens)
    hand_over (self, NULL, g_strv_builder_end (uuids), sy_state_dir_get_free_bytes (dir), &fresh, each, data);
  return TRUE;
}
