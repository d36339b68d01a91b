/* sy-history-grid.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-history-grid-private.h"

#include "views/sy-history-words.h"
#include "views/sy-theme.h"

#include <glib/gi18n.h>

#define NAMES_WIDTH 340.0
#define NAMES_SHARE 0.42

G_DEFINE_FINAL_TYPE (SyHistoryGrid, sy_history_grid, GTK_TYPE_WIDGET)

enum { MOVED, DESCRIBED, CHOSEN, OPEN_RUN, COMPARE, MENU, N_SIGNALS };
static guint signals[N_SIGNALS];

/* --- what it shows --- */

SyRunGrid *
sy_history_grid_get_grid (SyHistoryGrid *self)
{
  g_return_val_if_fail (SY_IS_HISTORY_GRID (self), NULL);
  return self->grid;
}

void
sy_history_grid_touched (SyHistoryGrid *self)
{
  g_signal_emit (self, signals[MOVED], 0);
  sy_history_grid_schedule_proxies (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
update_extent (SyHistoryGrid *self)
{
  sy_grid_view_set_extent (&self->view, sy_run_grid_get_n_shown (self->grid), sy_run_grid_get_n_runs (self->grid));
}

/* Runs come and go: what was chosen and is gone is no longer. */
static void
drop_vanished (SyHistoryGrid *self)
{
  for (guint i = 0; i < 2; i++)
    if (self->chosen[i] != NULL && sy_run_grid_find_run (self->grid, self->chosen[i]) == G_MAXUINT)
      g_clear_pointer (&self->chosen[i], g_free);
  if (self->chosen[0] == NULL)
    self->chosen[0] = g_steal_pointer (&self->chosen[1]);
}

void
sy_history_grid_update (SyHistoryGrid *self)
{
  g_return_if_fail (SY_IS_HISTORY_GRID (self));
  update_extent (self);
  drop_vanished (self);
  if (self->cursor_row != G_MAXUINT32 && self->cursor_row >= self->view.n_rows)
    self->cursor_row = self->view.n_rows > 0 ? self->view.n_rows - 1 : G_MAXUINT32;
  g_signal_emit (self, signals[CHOSEN], 0);
  sy_history_grid_touched (self);
}

void
sy_history_grid_reset (SyHistoryGrid *self)
{
  SyGridOrder order;

  g_return_if_fail (SY_IS_HISTORY_GRID (self));
  order = sy_run_grid_get_order (self->grid);
  sy_run_grid_free (self->grid);
  self->grid = sy_run_grid_new ();
  sy_run_grid_set_order (self->grid, order);
  sy_run_grid_set_filter (self->grid, sy_session_get_find (self->session), sy_session_get_states (self->session));
  self->cursor_row = G_MAXUINT32;
  self->hover_row = G_MAXUINT32;
  self->hover_column = G_MAXUINT;
  g_clear_pointer (&self->cursor_uuid, g_free);
  self->view.scroll_y = 0;
  sy_history_grid_update (self);
}

void
sy_history_grid_set_shown (SyHistoryGrid *self, const char *uuid)
{
  g_return_if_fail (SY_IS_HISTORY_GRID (self));
  if (g_strcmp0 (self->shown, uuid) == 0)
    return;
  g_free (self->shown);
  self->shown = g_strdup (uuid);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
on_filter (SyHistoryGrid *self)
{
  sy_run_grid_set_filter (self->grid, sy_session_get_find (self->session), sy_session_get_states (self->session));
  sy_history_grid_update (self);
}

/* --- cursor --- */

guint
sy_history_grid_get_cursor_column (SyHistoryGrid *self)
{
  guint n = sy_run_grid_get_n_runs (self->grid);
  guint column = self->cursor_uuid != NULL ? sy_run_grid_find_run (self->grid, self->cursor_uuid) : G_MAXUINT;

  return column == G_MAXUINT && n > 0 ? n - 1 : column;
}

char *
sy_history_grid_words_at (SyHistoryGrid *self, guint32 position, guint column)
{
  guint32 row = position < self->view.n_rows ? sy_run_grid_shown_row (self->grid, position) : G_MAXUINT32;

  if (row != G_MAXUINT32 && column < self->view.n_columns)
    return sy_history_words_cell (self->grid, row, column);
  if (row != G_MAXUINT32)
    return sy_history_words_row (self->grid, row);
  if (column < self->view.n_columns)
    return sy_history_words_run (sy_run_grid_get_run (self->grid, column), g_get_real_time ());
  return NULL;
}

void
sy_history_grid_describe (SyHistoryGrid *self, guint32 row, guint column)
{
  g_autofree char *text = sy_history_grid_words_at (self, row, column);

  if (g_strcmp0 (text, self->described) == 0)
    return;
  g_free (self->described);
  self->described = g_steal_pointer (&text);
  g_signal_emit (self, signals[DESCRIBED], 0, self->described != NULL ? self->described : "");
}

static void
tell_cursor (SyHistoryGrid *self)
{
  g_autofree char *text = sy_history_grid_words_at (self, self->cursor_row, sy_history_grid_get_cursor_column (self));

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text != NULL ? text : _("No run yet"), -1);
}

void
sy_history_grid_move_cursor (SyHistoryGrid *self, guint32 row, guint column)
{
  if (column >= self->view.n_columns)
    return;
  self->cursor_row = row;
  g_free (self->cursor_uuid);
  self->cursor_uuid = g_strdup (sy_run_grid_get_run (self->grid, column)->uuid);
  sy_grid_view_reveal (&self->view, row, column);
  sy_history_grid_describe (self, row, column);
  tell_cursor (self);
  g_signal_emit (self, signals[CHOSEN], 0);
  sy_history_grid_touched (self);
}

void
sy_history_grid_set_cursor (SyHistoryGrid *self, guint32 position, guint column)
{
  g_return_if_fail (SY_IS_HISTORY_GRID (self));
  sy_history_grid_move_cursor (self, position, column);
}

const SyGridRun *
sy_history_grid_get_cursor_run (SyHistoryGrid *self)
{
  guint column;

  g_return_val_if_fail (SY_IS_HISTORY_GRID (self), NULL);
  column = sy_history_grid_get_cursor_column (self);
  return column != G_MAXUINT ? sy_run_grid_get_run (self->grid, column) : NULL;
}

const char *
sy_history_grid_get_cursor_task (SyHistoryGrid *self)
{
  g_return_val_if_fail (SY_IS_HISTORY_GRID (self), NULL);
  return self->cursor_row < sy_run_grid_get_n_shown (self->grid)
           ? sy_run_grid_get_id (self->grid, sy_run_grid_shown_row (self->grid, self->cursor_row))
           : NULL;
}

void
sy_history_grid_open (SyHistoryGrid *self)
{
  const SyGridRun *run = sy_history_grid_get_cursor_run (self);

  if (run != NULL)
    g_signal_emit (self, signals[OPEN_RUN], 0, run->uuid, sy_history_grid_get_cursor_task (self));
}

/* --- choice --- */

gboolean
sy_history_grid_get_chosen (SyHistoryGrid *self, const SyGridRun **a, const SyGridRun **b)
{
  guint x, y;

  g_return_val_if_fail (SY_IS_HISTORY_GRID (self), FALSE);
  if (self->chosen[1] == NULL)
    return FALSE;
  x = sy_run_grid_find_run (self->grid, self->chosen[0]);
  y = sy_run_grid_find_run (self->grid, self->chosen[1]);
  *a = sy_run_grid_get_run (self->grid, MIN (x, y));
  *b = sy_run_grid_get_run (self->grid, MAX (x, y));
  return TRUE;
}

gboolean
sy_history_grid_forget_chosen (SyHistoryGrid *self)
{
  gboolean any = self->chosen[0] != NULL;

  g_clear_pointer (&self->chosen[0], g_free);
  g_clear_pointer (&self->chosen[1], g_free);
  if (any)
    g_signal_emit (self, signals[CHOSEN], 0);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  return any;
}

/* Two at most: a third takes the place of the one chosen first. One that is chosen already is let go of. */
void
sy_history_grid_choose (SyHistoryGrid *self, guint column, gboolean add)
{
  const char *uuid = sy_run_grid_get_run (self->grid, column)->uuid;

  if (!add)
    sy_history_grid_forget_chosen (self);
  if (g_strcmp0 (self->chosen[0], uuid) == 0)
    {
      g_free (self->chosen[0]);
      self->chosen[0] = g_steal_pointer (&self->chosen[1]);
    }
  else if (g_strcmp0 (self->chosen[1], uuid) == 0)
    g_clear_pointer (&self->chosen[1], g_free);
  else if (self->chosen[0] == NULL)
    self->chosen[0] = g_strdup (uuid);
  else
    {
      if (self->chosen[1] != NULL)
        {
          g_free (self->chosen[0]);
          self->chosen[0] = g_steal_pointer (&self->chosen[1]);
        }
      self->chosen[1] = g_strdup (uuid);
    }
  g_signal_emit (self, signals[CHOSEN], 0);
  sy_history_grid_touched (self);
}

/* --- for the pane around it --- */

const SyGridView *
sy_history_grid_get_view (SyHistoryGrid *self)
{
  g_return_val_if_fail (SY_IS_HISTORY_GRID (self), NULL);
  return &self->view;
}

void
sy_history_grid_scroll_to (SyHistoryGrid *self, double x, double y)
{
  g_return_if_fail (SY_IS_HISTORY_GRID (self));
  if (x == self->view.scroll_x && y == self->view.scroll_y)
    return;
  sy_grid_view_pan (&self->view, x - self->view.scroll_x, y - self->view.scroll_y);
  sy_history_grid_schedule_proxies (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* --- drawing --- */

static void
sy_history_grid_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  SyHistoryGrid *self = SY_HISTORY_GRID (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  guint chosen[2], n_chosen = 0;
  SyPainter painter;
  SyGridPicture picture;
  cairo_t *cr;

  if (width < 1 || height < 1)
    return;
  for (guint i = 0; i < 2; i++)
    if (self->chosen[i] != NULL)
      chosen[n_chosen++] = sy_run_grid_find_run (self->grid, self->chosen[i]);
  picture = (SyGridPicture){ .view = &self->view,
                             .grid = self->grid,
                             .painter = &painter,
                             .discs = &self->discs,
                             .now_us = g_get_real_time (),
                             .shown_column = self->shown != NULL ? sy_run_grid_find_run (self->grid, self->shown) : G_MAXUINT,
                             .cursor_row = self->cursor_row,
                             .cursor_column = sy_history_grid_get_cursor_column (self),
                             .focused = gtk_widget_has_focus (widget),
                             .chosen = chosen,
                             .n_chosen = n_chosen,
                             .hover_row = self->hover_row,
                             .hover_column = self->hover_column };
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));
  sy_painter_init (&painter, sy_theme_get_style (), gtk_widget_get_pango_context (widget), 1);
  sy_paint_grid (&picture, cr);
  sy_painter_clear (&painter);
  cairo_destroy (cr);
}

static void
sy_history_grid_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  SyHistoryGrid *self = SY_HISTORY_GRID (widget);

  sy_grid_view_resize (&self->view, width, height, MIN (NAMES_WIDTH, width * NAMES_SHARE));
  update_extent (self);
  sy_history_grid_allocate_proxies (self);
  g_signal_emit (self, signals[MOVED], 0);
  sy_history_grid_schedule_proxies (self);
}

static void
sy_history_grid_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                         int *minimum_baseline, int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_VERTICAL ? 160 : 240;
  *natural = orientation == GTK_ORIENTATION_VERTICAL ? 400 : 800;
}

static void
sy_history_grid_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (sy_history_grid_parent_class)->map (widget);
  sy_history_grid_schedule_proxies (SY_HISTORY_GRID (widget));
}

/* --- life --- */

static void
on_focus (SyHistoryGrid *self)
{
  tell_cursor (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
sy_history_grid_dispose (GObject *object)
{
  SyHistoryGrid *self = SY_HISTORY_GRID (object);

  g_clear_handle_id (&self->proxy_source, g_source_remove);
  sy_history_grid_clear_proxies (self);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sy_history_grid_parent_class)->dispose (object);
}

static void
sy_history_grid_finalize (GObject *object)
{
  SyHistoryGrid *self = SY_HISTORY_GRID (object);

  sy_run_grid_free (self->grid);
  sy_discs_clear (&self->discs);
  g_ptr_array_unref (self->proxies);
  g_free (self->shown);
  g_free (self->cursor_uuid);
  g_free (self->chosen[0]);
  g_free (self->chosen[1]);
  g_free (self->described);
  G_OBJECT_CLASS (sy_history_grid_parent_class)->finalize (object);
}

static void
add_signals (GType type)
{
  signals[MOVED] = g_signal_new ("moved", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[DESCRIBED] = g_signal_new ("described", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[CHOSEN] = g_signal_new ("chosen", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[OPEN_RUN] = g_signal_new ("open-run", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING,
                                    G_TYPE_STRING);
  signals[COMPARE] = g_signal_new ("compare", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[MENU] = g_signal_new ("menu", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
}

static void
sy_history_grid_class_init (SyHistoryGridClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sy_history_grid_dispose;
  G_OBJECT_CLASS (klass)->finalize = sy_history_grid_finalize;
  widget_class->snapshot = sy_history_grid_snapshot;
  widget_class->measure = sy_history_grid_measure;
  widget_class->size_allocate = sy_history_grid_size_allocate;
  widget_class->map = sy_history_grid_map;
  gtk_widget_class_set_css_name (widget_class, "historygrid");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GRID);
  add_signals (SY_TYPE_HISTORY_GRID);
}

static void
sy_history_grid_init (SyHistoryGrid *self)
{
  self->grid = sy_run_grid_new ();
  self->proxies = g_ptr_array_new ();
  self->cursor_row = G_MAXUINT32;
  self->hover_row = G_MAXUINT32;
  self->hover_column = G_MAXUINT;
  self->view.column_width = SY_GRID_COLUMN_MOST;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Tasks and Runs"), -1);
  g_signal_connect (self, "notify::has-focus", G_CALLBACK (on_focus), NULL);
  sy_history_grid_add_controllers (self);
  sy_theme_watch (self, (void (*) (gpointer)) gtk_widget_queue_draw);
}

SyHistoryGrid *
sy_history_grid_new (SySession *session)
{
  SyHistoryGrid *self = g_object_new (SY_TYPE_HISTORY_GRID, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "notify::find", G_CALLBACK (on_filter), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::states", G_CALLBACK (on_filter), self, G_CONNECT_SWAPPED);
  return self;
}
