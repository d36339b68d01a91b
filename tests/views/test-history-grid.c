/* test-history-grid.c: the grid of tasks and runs on a display: keys, choice, wheel, what it says, quiet when nothing happens
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/lib/flow.h"
#include "tests/views/display.h"
#include "views/sy-history-pane.h"

#include <string.h>

#define N_TASKS 10000
#define N_RUNS 50

/* A controller that knows one workflow: answers at once */
typedef struct
{
  SyController base;
  guint n_tasks, n_runs, asked;
} Source;

static SyGridRun *
make_run (const Source *source, guint number)
{
  g_autofree char *uuid = g_strdup_printf ("run-%u", number);
  SyGridRun *run = sy_grid_run_new (uuid);

  run->number = number;
  run->status = SY_RUN_SUCCEEDED;
  run->created_us = (1700000000 + number * 100) * (gint64) G_USEC_PER_SEC;
  run->ended_us = run->created_us + 10 * (gint64) G_USEC_PER_SEC;
  run->bytes = 1000;
  run->cells = g_new0 (SyGridCell, source->n_tasks);
  run->n_cells = source->n_tasks;
  for (guint i = 0; i < source->n_tasks; i++)
    run->cells[i] = (SyGridCell){ .state = (i + number) % 7 == 0 ? SY_STATE_FAILED : SY_STATE_SUCCEEDED,
                                  .name = (i + number) % 7 == 0 ? SY_NAME_EXIT : SY_NAME_SUCCEEDED,
                                  .attempts = 1,
                                  .duration_us = 1000000 + i };
  return run;
}

static void
read_history (SyController *base, SyControllerHistory reply, gpointer data)
{
  Source *source = (Source *) base;
  g_autoptr (GStrvBuilder) uuids = g_strv_builder_new ();
  SyHistoryPiece last = { 0 };

  for (guint number = source->n_runs; number > 0; number--)
    {
      SyHistoryPiece piece = { .fresh = source->asked == 0 && number == source->n_runs, .run = make_run (source, number) };

      if (piece.fresh)
        piece.ids = g_ptr_array_new_with_free_func (g_free);
      for (guint i = 0; piece.fresh && i < source->n_tasks; i++)
        g_ptr_array_add (piece.ids, g_strdup_printf ("task-%u", i + 1));
      g_strv_builder_add (uuids, piece.run->uuid);
      reply (&piece, NULL, data);
      g_clear_pointer (&piece.ids, g_ptr_array_unref);
    }
  source->asked++;
  last.uuids = g_strv_builder_end (uuids);
  reply (&last, NULL, data);
  g_strfreev (last.uuids);
}

typedef struct
{
  Source source;
  SySession *session;
  GtkWidget *window, *pane;
  SyHistoryGrid *grid;
  char *opened, *compared, *described;
} Fixture;

static void
on_open (Fixture *f, const char *uuid, const char *task)
{
  g_free (f->opened);
  f->opened = g_strdup_printf ("%s at %s", uuid, task != NULL ? task : "-");
}

static void
on_compare (Fixture *f, const char *a, const char *b)
{
  g_free (f->compared);
  f->compared = g_strdup_printf ("%s %s", a, b);
}

static void
on_described (Fixture *f, const char *text)
{
  g_free (f->described);
  f->described = g_strdup (text);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->source = (Source){ .base.read_history = read_history, .n_tasks = N_TASKS, .n_runs = N_RUNS };
  f->session = sy_session_new (&f->source.base);
  f->pane = sy_history_pane_new (f->session);
  f->grid = sy_history_pane_get_grid (SY_HISTORY_PANE (f->pane));
  g_signal_connect_swapped (f->pane, "open-run", G_CALLBACK (on_open), f);
  g_signal_connect_swapped (f->pane, "compare", G_CALLBACK (on_compare), f);
  g_signal_connect_swapped (f->grid, "described", G_CALLBACK (on_described), f);
  f->window = display_show (f->pane, 1000, 600);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  display_close (f->window);
  g_assert_finalize_object (f->session);
  g_free (f->opened);
  g_free (f->compared);
  g_free (f->described);
}

static gboolean
press_with (Fixture *f, guint key, GdkModifierType state)
{
  return display_press (GTK_WIDGET (f->grid), key, state);
}

static void
press (Fixture *f, guint key)
{
  g_assert_true (press_with (f, key, 0));
}

/* It opens at the newest run, at the right; from the heads of the columns down into the rows. */
static void
test_walk (Fixture *f, gconstpointer data)
{
  static const struct { guint key; GdkModifierType state; guint run; const char *task; } walk[] = {
    { GDK_KEY_Right, 0, 50, NULL },      { GDK_KEY_Left, 0, 49, NULL },       { GDK_KEY_Down, 0, 49, "task-1" },
    { GDK_KEY_Down, 0, 49, "task-2" },   { GDK_KEY_Home, 0, 1, "task-2" },    { GDK_KEY_Left, 0, 1, "task-2" },
    { GDK_KEY_End, 0, 50, "task-2" },    { GDK_KEY_Up, 0, 50, "task-1" },     { GDK_KEY_Up, 0, 50, NULL },
    { GDK_KEY_Up, 0, 50, NULL },         { GDK_KEY_End, GDK_CONTROL_MASK, 50, "task-10000" }, { GDK_KEY_Down, 0, 50, "task-10000" },
    { GDK_KEY_Home, GDK_CONTROL_MASK, 1, NULL },
  };
  const SyGridView *view = sy_history_grid_get_view (f->grid);

  g_assert_cmpfloat (view->scroll_x, ==, 50 * view->column_width - sy_grid_view_plot_width (view));
  for (guint i = 0; i < G_N_ELEMENTS (walk); i++)
    {
      g_test_message ("step %u", i);
      g_assert_true (press_with (f, walk[i].key, walk[i].state));
      g_assert_cmpuint (sy_history_grid_get_cursor_run (f->grid)->number, ==, walk[i].run);
      g_assert_cmpstr (sy_history_grid_get_cursor_task (f->grid), ==, walk[i].task);
    }
  g_assert_cmpfloat (view->scroll_x, ==, 0);
}

static void
test_open (Fixture *f, gconstpointer data)
{
  press (f, GDK_KEY_Return);
  g_assert_cmpstr (f->opened, ==, "run-50 at -");
  press (f, GDK_KEY_Down);
  press (f, GDK_KEY_Left);
  g_assert_cmpstr (f->described, ==, "task-1 in run 49: failed, by its exit code · 1.0 s");
  press (f, GDK_KEY_Return);
  g_assert_cmpstr (f->opened, ==, "run-49 at task-1");
}

/* Two at most; the older one is told first, however they were chosen. */
static void
test_choose (Fixture *f, gconstpointer data)
{
  press (f, GDK_KEY_c);
  g_assert_null (f->compared);
  press (f, GDK_KEY_space);
  press (f, GDK_KEY_Left);
  press (f, GDK_KEY_Left);
  press (f, GDK_KEY_space);
  press (f, GDK_KEY_c);
  g_assert_cmpstr (f->compared, ==, "run-48 run-50");
  press (f, GDK_KEY_Left);
  press (f, GDK_KEY_space);
  press (f, GDK_KEY_c);
  g_assert_cmpstr (f->compared, ==, "run-47 run-48");
  press (f, GDK_KEY_Escape);
  g_assert_false (press_with (f, GDK_KEY_Escape, 0));
  g_clear_pointer (&f->compared, g_free);
  press (f, GDK_KEY_c);
  g_assert_null (f->compared);
}

static void
test_find (Fixture *f, gconstpointer data)
{
  const SyGridView *view = sy_history_grid_get_view (f->grid);

  press (f, GDK_KEY_Down);
  sy_session_set_find (f->session, "TASK-99");
  g_assert_cmpuint (view->n_rows, ==, 111); /* 99, 990–999, 9900–9999 */
  g_assert_cmpstr (sy_history_grid_get_cursor_task (f->grid), ==, "task-99");
  sy_session_set_find (f->session, NULL);
  g_assert_cmpuint (view->n_rows, ==, N_TASKS);
}

/* Told again, one run fewer: what was chosen and is gone is no longer. */
static void
test_again (Fixture *f, gconstpointer data)
{
  press (f, GDK_KEY_space);
  f->source.n_runs = N_RUNS - 1;
  sy_history_pane_refresh (SY_HISTORY_PANE (f->pane));
  g_assert_cmpuint (f->source.asked, ==, 2);
  g_assert_cmpuint (sy_run_grid_get_n_runs (sy_history_grid_get_grid (f->grid)), ==, N_RUNS - 1);
  g_assert_cmpuint (sy_history_grid_get_cursor_run (f->grid)->number, ==, 49);
  press (f, GDK_KEY_space);
  press (f, GDK_KEY_c);
  g_assert_null (f->compared);
}

/* What the runs say of a task is there for all that shows it. */
static void
test_told (Fixture *f, gconstpointer data)
{
  g_autoptr (SyWorkflow) flow = flow_parse ("task-1; task-2; other");
  g_autoptr (SyRunModel) model = sy_run_model_new (flow, "run-50", 50);

  g_assert_null (sy_session_get_history (f->session, 0));
  sy_session_set_model (f->session, model);
  g_assert_cmpuint (f->source.asked, ==, 2);
  g_assert_cmpuint (sy_session_get_history (f->session, 1)->failures, >, 5);
  g_assert_true (sy_session_is_flaky (f->session, 1));
  g_assert_null (sy_session_get_history (f->session, 2));
  g_assert_false (sy_session_is_flaky (f->session, 2));
  sy_session_set_model (f->session, NULL);
}

/* Where no run goes on nothing is drawn, and nothing is read, by itself. */
static void
test_idle (Fixture *f, gconstpointer data)
{
  display_assert_rest (f->window, 300);
  g_assert_cmpuint (f->source.asked, ==, 1);
}

/* Only what is in sight has accessible children: heads of columns and rows, and the cell at the cursor. */
static void
test_accessible (Fixture *f, gconstpointer data)
{
  guint columns = 0, rows = 0, cells = 0, tries = 0;

  press (f, GDK_KEY_Down);
  do
    {
      display_spin (50);
      columns = rows = cells = 0;
      for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (f->grid)); child != NULL; child = gtk_widget_get_next_sibling (child))
        {
          GtkAccessibleRole role = gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (child));

          columns += role == GTK_ACCESSIBLE_ROLE_BUTTON;
          rows += role == GTK_ACCESSIBLE_ROLE_ROW_HEADER;
          cells += role == GTK_ACCESSIBLE_ROLE_GRID_CELL;
        }
    }
  while (cells == 0 && ++tries < 200);
  g_assert_cmpuint (cells, ==, 1);
  g_assert_cmpuint (columns, >, 5);
  g_assert_cmpuint (columns, <=, N_RUNS);
  g_assert_cmpuint (rows, >, 5);
  g_assert_cmpuint (rows, <, 60);
}

int
main (int argc, char **argv)
{
  display_test_init (&argc, &argv);
  g_test_add ("/history/walk", Fixture, NULL, set_up, test_walk, tear_down);
  g_test_add ("/history/open", Fixture, NULL, set_up, test_open, tear_down);
  g_test_add ("/history/choose", Fixture, NULL, set_up, test_choose, tear_down);
  g_test_add ("/history/find", Fixture, NULL, set_up, test_find, tear_down);
  g_test_add ("/history/again", Fixture, NULL, set_up, test_again, tear_down);
  g_test_add ("/history/accessible", Fixture, NULL, set_up, test_accessible, tear_down);
  g_test_add ("/history/told", Fixture, NULL, set_up, test_told, tear_down);
  g_test_add ("/history/idle", Fixture, NULL, set_up, test_idle, tear_down);
  return g_test_run ();
}
