/* sy-run-grid.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-run-grid.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  SyGridRow facts;
  guint64 generation;   /* of the grid when the facts were found; 0 = never */
} Row;

struct _SyRunGrid
{
  GPtrArray *ids;       /* (owned) char * by row */
  GHashTable *by_id;    /* id → row + 1 */
  GPtrArray *runs;      /* (owned) SyGridRun, oldest first */
  GArray *rows;         /* Row */
  guint64 generation;

  SyGridOrder order;
  char *filter;         /* (owned) (nullable) folded */
  guint states;
  gboolean stale;       /* shown and positions are to be made again */
  GArray *shown;        /* guint32 rows */
  GArray *positions;    /* guint32 by row */
};

/* --- runs --- */

SyGridRun *
sy_grid_run_new (const char *uuid)
{
  SyGridRun *run = g_new0 (SyGridRun, 1);

  run->uuid = g_strdup (uuid);
  run->bytes = -1;
  return run;
}

void
sy_grid_run_free (SyGridRun *run)
{
  if (run == NULL)
    return;
  g_free (run->uuid);
  g_free (run->error);
  g_free (run->note);
  g_free (run->cells);
  g_free (run->order);
  g_free (run);
}

gboolean
sy_grid_run_is_interrupted (const SyGridRun *run)
{
  return run->error == NULL && !run->live && !sy_run_status_is_final (run->status) && run->status != SY_RUN_PAUSED;
}

gint64
sy_grid_run_duration (const SyGridRun *run, gint64 now_wall_us)
{
  gint64 end = run->ended_us > 0 ? run->ended_us : run->live ? now_wall_us : 0;

  return run->created_us > 0 && end > run->created_us ? end - run->created_us : 0;
}

/* --- the grid --- */

SyRunGrid *
sy_run_grid_new (void)
{
  SyRunGrid *self = g_new0 (SyRunGrid, 1);

  self->ids = g_ptr_array_new_with_free_func (g_free);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  self->runs = g_ptr_array_new_with_free_func ((GDestroyNotify) sy_grid_run_free);
  self->rows = g_array_new (FALSE, TRUE, sizeof (Row));
  self->shown = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->positions = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->generation = 1;
  return self;
}

void
sy_run_grid_free (SyRunGrid *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->by_id);
  g_ptr_array_unref (self->ids);
  g_ptr_array_unref (self->runs);
  g_array_unref (self->rows);
  g_array_unref (self->shown);
  g_array_unref (self->positions);
  g_free (self->filter);
  g_free (self);
}

static void
touch (SyRunGrid *self)
{
  self->generation++;
  self->stale = TRUE;
}

void
sy_run_grid_add_row (SyRunGrid *self, const char *id)
{
  char *copy = g_strdup (id);

  g_ptr_array_add (self->ids, copy);
  g_hash_table_insert (self->by_id, copy, GUINT_TO_POINTER (self->ids->len));
  g_array_set_size (self->rows, self->ids->len);
  self->stale = TRUE;
}

guint32
sy_run_grid_get_n_rows (SyRunGrid *self)
{
  return self->ids->len;
}

const char *
sy_run_grid_get_id (SyRunGrid *self, guint32 row)
{
  return self->ids->pdata[row];
}

guint32
sy_run_grid_find_row (SyRunGrid *self, const char *id)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->by_id, id)) - 1;
}

static int
compare_runs (gconstpointer a, gconstpointer b)
{
  const SyGridRun *x = *(SyGridRun *const *) a, *y = *(SyGridRun *const *) b;

  if (x->created_us != y->created_us)
    return x->created_us < y->created_us ? -1 : 1;
  return strcmp (x->uuid, y->uuid);
}

/* What was not read again stays. */
static void
take_over (SyGridRun *run, SyGridRun *old)
{
  if (run->bytes < 0)
    run->bytes = old->bytes;
  if (run->cells != NULL || run->error != NULL)
    return;
  run->cells = g_steal_pointer (&old->cells);
  run->n_cells = old->n_cells;
  run->order = g_steal_pointer (&old->order);
  run->n_order = old->n_order;
}

void
sy_run_grid_put_run (SyRunGrid *self, SyGridRun *run)
{
  guint column = sy_run_grid_find_run (self, run->uuid);
  gboolean told_anew = column != G_MAXUINT && run->cells == NULL && run->error == NULL; /* nothing new of its tasks */

  if (column == G_MAXUINT)
    g_ptr_array_add (self->runs, run);
  else
    {
      take_over (run, self->runs->pdata[column]);
      sy_grid_run_free (self->runs->pdata[column]);
      self->runs->pdata[column] = run;
    }
  g_ptr_array_sort (self->runs, compare_runs);
  if (!told_anew)
    touch (self);
}

gboolean
sy_run_grid_keep_runs (SyRunGrid *self, const char *const *uuids)
{
  guint before = self->runs->len;

  for (guint i = self->runs->len; i-- > 0;)
    if (!g_strv_contains (uuids, ((SyGridRun *) self->runs->pdata[i])->uuid))
      g_ptr_array_remove_index (self->runs, i);
  if (self->runs->len == before)
    return FALSE;
  touch (self);
  return TRUE;
}

guint
sy_run_grid_get_n_runs (SyRunGrid *self)
{
  return self->runs->len;
}

const SyGridRun *
sy_run_grid_get_run (SyRunGrid *self, guint column)
{
  return self->runs->pdata[column];
}

guint
sy_run_grid_find_run (SyRunGrid *self, const char *uuid)
{
  for (guint i = 0; i < self->runs->len; i++)
    if (g_str_equal (((SyGridRun *) self->runs->pdata[i])->uuid, uuid))
      return i;
  return G_MAXUINT;
}

SyGridCell
sy_run_grid_get_cell (SyRunGrid *self, guint32 row, guint column)
{
  const SyGridRun *run = self->runs->pdata[column];

  return run->cells != NULL && row < run->n_cells ? run->cells[row] : (SyGridCell){ .state = SY_N_STATES };
}

gint64
sy_run_grid_get_longest (SyRunGrid *self, gint64 now_wall_us)
{
  gint64 longest = 0;

  for (guint i = 0; i < self->runs->len; i++)
    longest = MAX (longest, sy_grid_run_duration (self->runs->pdata[i], now_wall_us));
  return longest;
}

/* --- what is remarkable --- */

/* A result that was worked for: what was cached or marked took no time */
static gboolean
is_measured (const SyGridCell *cell)
{
  return cell->state == SY_STATE_SUCCEEDED && cell->duration_us > 0 && cell->name != SY_NAME_CACHED && cell->name != SY_NAME_MARKED;
}

/* Of the runs before @column */
static SyUsual
usual_before (SyRunGrid *self, guint32 row, guint column)
{
  gint64 durations[SY_USUAL_MOST];
  guint n = 0;
  SyUsual usual;

  for (guint i = column; i-- > 0 && n < SY_USUAL_MOST;)
    {
      SyGridCell cell = sy_run_grid_get_cell (self, row, i);

      if (is_measured (&cell))
        durations[n++] = (gint64) cell.duration_us;
    }
  sy_usual_init (&usual, durations, n);
  return usual;
}

double
sy_run_grid_get_slower (SyRunGrid *self, guint32 row, guint column)
{
  SyGridCell cell = sy_run_grid_get_cell (self, row, column);
  SyUsual usual;

  if (cell.duration_us < G_USEC_PER_SEC / 2 || cell.name == SY_NAME_MARKED)
    return 0;
  usual = usual_before (self, row, column);
  return sy_usual_slower (&usual, (gint64) cell.duration_us);
}

static void
find_facts (SyRunGrid *self, guint32 row, SyGridRow *facts)
{
  SyFlips flips = { 0 };

  *facts = (SyGridRow){ .usual = usual_before (self, row, self->runs->len) };
  for (guint i = 0; i < self->runs->len; i++)
    {
      SyGridCell cell = sy_run_grid_get_cell (self, row, i);

      facts->failures += cell.state == SY_STATE_FAILED || cell.state == SY_STATE_LOST;
      if (cell.retried)
        sy_flips_add (&flips, SY_STATE_FAILED, cell.command);
      if (cell.attempts > 0 && cell.name != SY_NAME_MARKED)
        sy_flips_add (&flips, cell.state, cell.command);
    }
  facts->flaky = sy_flips_are_flaky (&flips);
  for (guint i = self->runs->len; i-- > 0;)
    {
      const SyGridRun *run = self->runs->pdata[i];

      if (run->cells == NULL)
        continue;
      facts->gone = sy_run_grid_get_cell (self, row, i).state == SY_N_STATES;
      break;
    }
}

const SyGridRow *
sy_run_grid_get_row (SyRunGrid *self, guint32 number)
{
  Row *row = &g_array_index (self->rows, Row, number);

  if (row->generation != self->generation)
    find_facts (self, number, &row->facts);
  row->generation = self->generation;
  return &row->facts;
}

/* --- order and filter --- */

static const SyGridRun *
newest_with_order (SyRunGrid *self)
{
  for (guint i = self->runs->len; i-- > 0;)
    if (((SyGridRun *) self->runs->pdata[i])->order != NULL)
      return self->runs->pdata[i];
  return NULL;
}

static void
show_row (SyRunGrid *self, guint32 row)
{
  g_autofree char *folded = NULL;
  guint state;

  if (g_array_index (self->positions, guint32, row) != G_MAXUINT32)
    return;
  g_array_index (self->positions, guint32, row) = 0; /* each once */
  if (self->states != 0)
    {
      state = self->runs->len > 0 ? sy_run_grid_get_cell (self, row, self->runs->len - 1).state : SY_N_STATES;
      if (!(self->states >> state & 1))
        return;
    }
  folded = self->filter != NULL ? g_utf8_casefold (self->ids->pdata[row], -1) : NULL;
  if (folded == NULL || strstr (folded, self->filter) != NULL)
    g_array_append_val (self->shown, row);
}

static int
compare_keys (gconstpointer a, gconstpointer b, gpointer data)
{
  SyRunGrid *self = data;
  const SyGridRow *x = sy_run_grid_get_row (self, *(const guint32 *) a), *y = sy_run_grid_get_row (self, *(const guint32 *) b);

  if (self->order == SY_GRID_BY_FAILURES && x->failures != y->failures)
    return x->failures < y->failures ? 1 : -1;
  if (self->order == SY_GRID_BY_FAILURES && x->flaky != y->flaky)
    return x->flaky ? -1 : 1;
  if (self->order == SY_GRID_BY_DURATION && x->usual.median_us != y->usual.median_us)
    return x->usual.median_us < y->usual.median_us ? 1 : -1;
  /* else as in the file: the rows come in that order */
  return (int) g_array_index (self->positions, guint32, *(const guint32 *) a)
         - (int) g_array_index (self->positions, guint32, *(const guint32 *) b);
}

/* An array without rows has no memory. */
static void
forget_positions (SyRunGrid *self)
{
  if (self->positions->len > 0)
    memset (self->positions->data, 0xff, self->positions->len * sizeof (guint32));
}

static void
number_shown (SyRunGrid *self)
{
  forget_positions (self);
  for (guint32 i = 0; i < self->shown->len; i++)
    g_array_index (self->positions, guint32, g_array_index (self->shown, guint32, i)) = i;
}

static void
refresh (SyRunGrid *self)
{
  const SyGridRun *newest = newest_with_order (self);

  if (!self->stale)
    return;
  self->stale = FALSE;
  g_array_set_size (self->shown, 0);
  g_array_set_size (self->positions, self->ids->len);
  forget_positions (self);
  for (guint32 i = 0; newest != NULL && i < newest->n_order; i++)
    if (newest->order[i] < self->ids->len)
      show_row (self, newest->order[i]);
  for (guint32 row = 0; row < self->ids->len; row++)
    show_row (self, row);
  number_shown (self);
  if (self->order == SY_GRID_BY_FILE)
    return;
  g_array_sort_with_data (self->shown, compare_keys, self);
  number_shown (self);
}

void
sy_run_grid_set_order (SyRunGrid *self, SyGridOrder order)
{
  self->stale = self->stale || self->order != order;
  self->order = order;
}

SyGridOrder
sy_run_grid_get_order (SyRunGrid *self)
{
  return self->order;
}

void
sy_run_grid_set_filter (SyRunGrid *self, const char *text, guint states)
{
  g_free (self->filter);
  self->filter = text != NULL && *text != '\0' ? g_utf8_casefold (text, -1) : NULL;
  self->states = states;
  self->stale = TRUE;
}

guint32
sy_run_grid_get_n_shown (SyRunGrid *self)
{
  refresh (self);
  return self->shown->len;
}

guint32
sy_run_grid_shown_row (SyRunGrid *self, guint32 position)
{
  refresh (self);
  return g_array_index (self->shown, guint32, position);
}

guint32
sy_run_grid_position_of (SyRunGrid *self, guint32 row)
{
  refresh (self);
  return row < self->positions->len ? g_array_index (self->positions, guint32, row) : G_MAXUINT32;
}

/* --- words --- */

static const char *const state_words[SY_N_STATES + 1] = {
  [SY_STATE_PENDING] = N_("not begun"),   [SY_STATE_READY] = N_("held"),           [SY_STATE_WAITING] = N_("waiting for you"),
  [SY_STATE_RUNNING] = N_("running"),     [SY_STATE_SUCCEEDED] = N_("succeeded"),  [SY_STATE_FAILED] = N_("failed"),
  [SY_STATE_LOST] = N_("lost"),           [SY_STATE_SKIPPED] = N_("skipped"),      [SY_STATE_UPSTREAM_FAILED] = N_("blocked"),
  [SY_STATE_CANCELLED] = N_("cancelled"), [SY_N_STATES] = N_("not in this run"),
};

static const char *const name_words[SY_N_NAMES] = {
  [SY_NAME_CACHED] = N_("cached"),
  [SY_NAME_WARNED] = N_("with a warning"),
  [SY_NAME_MARKED] = N_("marked so"),
  [SY_NAME_EXIT] = N_("by its exit code"),
  [SY_NAME_SIGNAL] = N_("killed by a signal"),
  [SY_NAME_TIMED_OUT] = N_("timed out"),
  [SY_NAME_OUT_OF_MEMORY] = N_("out of memory"),
  [SY_NAME_SPAWN] = N_("could not be started"),
  [SY_NAME_OUTPUT] = N_("its outputs are wrong"),
  [SY_NAME_EXPRESSION] = N_("an expression is wrong"),
  [SY_NAME_REJECTED] = N_("rejected"),
  [SY_NAME_KEEPER_DIED] = N_("nobody saw it end"),
  [SY_NAME_REBOOT] = N_("the machine restarted"),
  [SY_NAME_CONDITION_FALSE] = N_("condition false"),
  [SY_NAME_BRANCH_NOT_TAKEN] = N_("branch not taken"),
  [SY_NAME_DISABLED] = N_("disabled"),
  [SY_NAME_EXIT_CODE] = N_("by its exit code"),
  [SY_NAME_QUORUM_MET] = N_("no longer needed"),
  [SY_NAME_AWAITING_RETRY] = N_("until its retry"),
};

void
sy_grid_cell_words (GString *out, const SyGridCell *cell)
{
  g_string_append (out, _(state_words[MIN (cell->state, SY_N_STATES)]));
  if (cell->state < SY_N_STATES && cell->name < SY_N_NAMES && name_words[cell->name] != NULL)
    g_string_append_printf (out, ", %s", _(name_words[cell->name]));
}

void
sy_grid_short_duration (GString *out, gint64 us)
{
  double s = (double) us / G_USEC_PER_SEC;

  if (s < 0.9995)
    g_string_append_printf (out, _("%.0f ms"), s * 1000);
  else if (s < 9.95)
    g_string_append_printf (out, _("%.1f s"), s);
  else if (s < 59.5)
    g_string_append_printf (out, _("%.0f s"), s);
  else if (s < 3570)
    g_string_append_printf (out, s < 597 ? _("%.1f min") : _("%.0f min"), s / 60);
  else if (s < 86400 * 0.995)
    g_string_append_printf (out, s < 35820 ? _("%.1f h") : _("%.0f h"), s / 3600);
  else
    g_string_append_printf (out, _("%.1f d"), s / 86400);
}
