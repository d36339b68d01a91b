/* sy-run-compare.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-run-compare.h"

#include "core/model/sy-line-diff.h"
#include "core/model/sy-words.h"

#include <glib/gi18n.h>
#include <string.h>

#define CONTEXT 3
#define LEAST_MORE_US (G_USEC_PER_SEC / 10)

static void
value_clear (gpointer data)
{
  SyComparedValue *value = data;

  g_free (value->name);
  g_free (value->a);
  g_free (value->b);
}

static void
task_clear (gpointer data)
{
  g_free (((SyComparedTask *) data)->id);
}

static GArray *
array_new (gsize size, GDestroyNotify clear)
{
  GArray *array = g_array_new (FALSE, TRUE, (guint) size);

  g_array_set_clear_func (array, clear);
  return array;
}

void
sy_run_comparison_free (SyRunComparison *self)
{
  if (self == NULL)
    return;
  sy_grid_run_free (self->a);
  sy_grid_run_free (self->b);
  g_array_unref (self->values);
  g_array_unref (self->environment);
  g_array_unref (self->tasks);
  g_free (self->diff);
  g_free (self);
}

/* --- tasks --- */

static SyGridCell
cell_of (const SyGridRun *run, guint32 row)
{
  return run->cells != NULL && row < run->n_cells ? run->cells[row] : (SyGridCell){ .state = SY_N_STATES };
}

static gboolean
is_longer_or_shorter (const SyComparedTask *task)
{
  gint64 least = (gint64) MIN (task->a.duration_us, task->b.duration_us), by = ABS (task->more_us);

  return by >= LEAST_MORE_US && by > least / 5;
}

static int
rank_of (const SyComparedTask *task)
{
  if (task->a.state != task->b.state)
    return task->a.state == SY_N_STATES || task->b.state == SY_N_STATES ? 2 : 3;
  return task->changed ? 1 : 0;
}

static int
compare_tasks (gconstpointer a, gconstpointer b)
{
  const SyComparedTask *x = a, *y = b;

  if (rank_of (x) != rank_of (y))
    return rank_of (y) - rank_of (x);
  return ABS (x->more_us) == ABS (y->more_us) ? 0 : ABS (x->more_us) < ABS (y->more_us) ? 1 : -1;
}

static void
add_task (SyRunComparison *self, const char *id, SyGridCell a, SyGridCell b)
{
  SyComparedTask task = { .id = g_strdup (id), .a = a, .b = b };

  if (a.duration_us > 0 && b.duration_us > 0)
    task.more_us = (gint64) b.duration_us - (gint64) a.duration_us;
  task.changed = a.state != b.state || is_longer_or_shorter (&task);
  self->n_changed += task.changed;
  g_array_append_val (self->tasks, task);
}

SyRunComparison *
sy_run_comparison_new (SyGridRun *a, SyGridRun *b, const GPtrArray *ids)
{
  SyRunComparison *self = g_new0 (SyRunComparison, 1);

  self->a = a;
  self->b = b;
  self->values = array_new (sizeof (SyComparedValue), value_clear);
  self->environment = array_new (sizeof (SyComparedValue), value_clear);
  self->tasks = array_new (sizeof (SyComparedTask), task_clear);
  for (guint32 row = 0; row < ids->len; row++)
    {
      SyGridCell x = cell_of (a, row), y = cell_of (b, row);

      if (x.state != SY_N_STATES || y.state != SY_N_STATES)
        add_task (self, ids->pdata[row], x, y);
    }
  g_array_sort (self->tasks, compare_tasks);
  g_clear_pointer (&a->cells, g_free);
  g_clear_pointer (&b->cells, g_free);
  a->n_cells = b->n_cells = 0;
  return self;
}

/* --- values --- */

gboolean
sy_compared_value_differs (const SyComparedValue *value)
{
  return g_strcmp0 (value->a, value->b) != 0;
}

static int
compare_values (gconstpointer a, gconstpointer b)
{
  const SyComparedValue *x = a, *y = b;
  int differ = sy_compared_value_differs (y) - sy_compared_value_differs (x);

  return differ != 0 ? differ : strcmp (x->name, y->name);
}

static void
fill_values (GArray *values, GHashTable *a, GHashTable *b, gboolean names_only)
{
  GHashTable *sides[2] = { a, b };
  GHashTableIter iter;
  gpointer name;

  g_array_set_size (values, 0);
  for (guint side = 0; side < 2; side++)
    {
      if (sides[side] == NULL)
        continue;
      g_hash_table_iter_init (&iter, sides[side]);
      while (g_hash_table_iter_next (&iter, &name, NULL))
        {
          const char *x = a != NULL ? g_hash_table_lookup (a, name) : NULL, *y = b != NULL ? g_hash_table_lookup (b, name) : NULL;
          SyComparedValue value = { NULL, NULL, NULL };

          if ((side == 1 && x != NULL) || (names_only && x != NULL && y != NULL))
            continue;
          value = (SyComparedValue){ g_strdup (name), g_strdup (names_only && x != NULL ? "" : x), g_strdup (names_only && y != NULL ? "" : y) };
          g_array_append_val (values, value);
        }
    }
  g_array_sort (values, compare_values);
}

void
sy_run_comparison_set_values (SyRunComparison *self, GHashTable *a, GHashTable *b)
{
  fill_values (self->values, a, b, FALSE);
}

void
sy_run_comparison_set_environment (SyRunComparison *self, GHashTable *a, GHashTable *b)
{
  fill_values (self->environment, a, b, TRUE);
}

void
sy_run_comparison_set_files (SyRunComparison *self, GBytes *a, GBytes *b)
{
  g_autoptr (GString) diff = g_string_new (NULL);
  gsize a_size, b_size;
  const char *x = g_bytes_get_data (a, &a_size), *y = g_bytes_get_data (b, &b_size);

  sy_line_diff_text (diff, x, (gssize) a_size, y, (gssize) b_size, CONTEXT);
  g_free (self->diff);
  self->diff = diff->len > 0 ? g_utf8_make_valid (diff->str, (gssize) diff->len) : NULL;
}

/* --- words --- */

void
sy_compared_task_difference (GString *out, const SyComparedTask *task)
{
  if (ABS (task->more_us) < 500)
    return;
  g_string_append (out, task->more_us > 0 ? "+" : "−");
  sy_words_duration (out, ABS (task->more_us));
}

static guint
count_different (const SyRunComparison *self)
{
  guint n = self->environment->len;

  for (guint i = 0; i < self->values->len; i++)
    n += sy_compared_value_differs (&g_array_index (self->values, SyComparedValue, i));
  return n;
}

static void
add_clause (GString *text, const char *clause)
{
  g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", clause);
}

char *
sy_run_comparison_summary (const SyRunComparison *self)
{
  guint n_values = count_different (self);
  g_autofree char *tasks = g_strdup_printf (ngettext ("%u task differs", "%u tasks differ", self->n_changed), self->n_changed);
  g_autofree char *values = g_strdup_printf (ngettext ("%u value differs", "%u values differ", n_values), n_values);
  GString *text = g_string_new (NULL);

  if (self->n_changed > 0)
    add_clause (text, tasks);
  if (n_values > 0)
    add_clause (text, values);
  if (self->diff != NULL)
    add_clause (text, _("the file was changed"));
  if (text->len == 0)
    g_string_append (text, _("Nothing differs"));
  return g_string_free (text, FALSE);
}

static void
add_run (GString *text, const SyGridRun *run)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (run->created_us / G_USEC_PER_SEC);
  g_autofree char *when = g_date_time_format (then, "%F %H:%M");
  gint64 took = sy_grid_run_duration (run, 0);

  g_string_append_printf (text, _("Run %u"), run->number);
  g_string_append_printf (text, " (%.8s): %s, %s", run->uuid, sy_run_status_to_string (run->status), when);
  if (took > 0)
    sy_words_duration (g_string_append (text, ", "), took);
  g_string_append_c (text, '\n');
}

static void
add_cell (GString *text, const SyGridCell *cell)
{
  sy_grid_cell_words (text, cell);
  if (cell->duration_us > 0)
    sy_words_duration (g_string_append_c (text, ' '), (gint64) cell->duration_us);
}

static void
add_values (GString *text, const GArray *values, const char *present)
{
  for (guint i = 0; i < values->len; i++)
    {
      const SyComparedValue *value = &g_array_index (values, SyComparedValue, i);

      if (sy_compared_value_differs (value))
        g_string_append_printf (text, "  %s: %s → %s\n", value->name, value->a == NULL ? "–" : present != NULL ? present : value->a,
                                value->b == NULL ? "–" : present != NULL ? present : value->b);
    }
}

char *
sy_run_comparison_to_text (const SyRunComparison *self)
{
  g_autofree char *summary = sy_run_comparison_summary (self);
  GString *text = g_string_new (NULL);

  add_run (text, self->a);
  add_run (text, self->b);
  g_string_append_printf (text, "%s\n", summary);
  add_values (text, self->values, NULL);
  add_values (text, self->environment, _("set"));
  for (guint i = 0; i < self->tasks->len; i++)
    {
      const SyComparedTask *task = &g_array_index (self->tasks, SyComparedTask, i);

      if (!task->changed)
        continue;
      g_string_append_printf (text, "  %s: ", task->id);
      add_cell (text, &task->a);
      add_cell (g_string_append (text, " → "), &task->b);
      if (task->more_us != 0)
        sy_compared_task_difference (g_string_append (text, ", "), task);
      g_string_append_c (text, '\n');
    }
  if (self->diff != NULL)
    g_string_append_printf (text, "\n%s", self->diff);
  return g_string_free (text, FALSE);
}
