/* sy-history-words.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-history-words.h"

#include "core/model/sy-words.h"
#include "views/sy-state-icon.h"

#include <glib/gi18n.h>

void
sy_history_words_when (GString *out, gint64 wall_us, gint64 now_wall_us)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (wall_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (now_wall_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) before = g_date_time_add_days (now, -1);
  g_autofree char *day = g_date_time_format (then, "%F"), *today = g_date_time_format (now, "%F");
  g_autofree char *yesterday = g_date_time_format (before, "%F");
  g_autofree char *text = g_date_time_format (then, g_str_equal (day, today)       ? _("today %H:%M")
                                                    : g_str_equal (day, yesterday) ? _("yesterday %H:%M")
                                                                                   : _("%-d %B, %H:%M"));

  g_string_append (out, text);
}

char *
sy_history_words_run (const SyGridRun *run, gint64 now_wall_us)
{
  GString *text = g_string_new (NULL);
  gint64 took = sy_grid_run_duration (run, now_wall_us);

  g_string_append_printf (text, _("Run %u"), run->number);
  g_string_append (text, ": ");
  if (run->error != NULL)
    {
      g_string_append_printf (text, _("cannot be read: %s"), run->error);
      return g_string_free (text, FALSE);
    }
  g_string_append (text, sy_grid_run_is_interrupted (run) ? _("Interrupted") : sy_run_status_words (run->status));
  g_string_append (text, ", ");
  sy_history_words_when (text, run->created_us, now_wall_us);
  if (took > 0)
    sy_words_duration (g_string_append (text, ", "), took);
  if (run->counts[SY_STATE_FAILED] > 0)
    {
      g_string_append (text, ", ");
      g_string_append_printf (text, ngettext ("%u failed", "%u failed", run->counts[SY_STATE_FAILED]), run->counts[SY_STATE_FAILED]);
    }
  if (run->bytes >= 0)
    sy_words_size (g_string_append (text, ", "), (guint64) run->bytes);
  if (run->pinned)
    g_string_append_printf (text, ", %s", _("pinned"));
  if (run->note != NULL)
    g_string_append_printf (text, "\n%s", run->note);
  return g_string_free (text, FALSE);
}

char *
sy_history_words_row (SyRunGrid *grid, guint32 row)
{
  const SyGridRow *facts = sy_run_grid_get_row (grid, row);
  GString *text = g_string_new (sy_run_grid_get_id (grid, row));

  g_string_append (text, ": ");
  if (facts->failures > 0)
    g_string_append_printf (text, _("failed in %u of %u runs"), facts->failures, sy_run_grid_get_n_runs (grid));
  else
    g_string_append (text, _("never failed"));
  if (facts->usual.n > 0)
    {
      g_string_append_printf (text, ", %s ", _("usually"));
      sy_words_duration (text, facts->usual.median_us);
    }
  if (facts->flaky)
    g_string_append_printf (text, ", %s", _("flaky: it fails and succeeds with the same command"));
  if (facts->gone)
    g_string_append_printf (text, ", %s", _("no longer in the workflow"));
  return g_string_free (text, FALSE);
}

char *
sy_history_words_cell (SyRunGrid *grid, guint32 row, guint column)
{
  SyGridCell cell = sy_run_grid_get_cell (grid, row, column);
  double slower = sy_run_grid_get_slower (grid, row, column);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, _("%s in run %u: "), sy_run_grid_get_id (grid, row), sy_run_grid_get_run (grid, column)->number);
  sy_grid_cell_words (text, &cell);
  if (cell.duration_us > 0)
    sy_words_duration (g_string_append (text, " · "), (gint64) cell.duration_us);
  if (slower > 0)
    sy_usual_words (g_string_append (text, " · "), slower);
  if (cell.attempts > 1)
    {
      g_string_append (text, " · ");
      g_string_append_printf (text, ngettext ("%u attempt", "%u attempts", cell.attempts), (guint) cell.attempts);
    }
  return g_string_free (text, FALSE);
}
