/* sy-history-pane.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-history-pane.h"

#include "core/model/sy-words.h"

#include <glib/gi18n.h>

#define LIVE_MS 2000
#define AHEAD_MS 1500       /* after a run was opened: what the last runs say of its tasks is read before anybody looks at them */
#define MOST_AHEAD 2000     /* tasks; of more only when the history is shown */

/* What an answer that is under way holds instead of the pane, which may be gone by then; counted */
typedef struct { SyHistoryPane *pane; } Link;

struct _SyHistoryPane
{
  GtkWidget parent;

  SySession *session;   /* (owned) */
  SyHistoryGrid *grid;
  GtkWidget *stack, *compare;
  GtkLabel *told, *empty, *size;
  GtkAdjustment *rows, *columns;
  GtkWidget *rows_bar, *columns_bar;
  gboolean quiet;       /* the scroll bars are being set, not moved */
  gboolean asking, again, stale;
  gboolean wants_focus; /* as soon as there is a grid */
  guint live_timer, ahead_timer, bars_source;
  Link *link;           /* (owned) */
};

G_DEFINE_FINAL_TYPE (SyHistoryPane, sy_history_pane, GTK_TYPE_WIDGET)

enum { OPEN_RUN, COMPARE, MENU, N_SIGNALS };
static guint signals[N_SIGNALS];

SyHistoryGrid *
sy_history_pane_get_grid (SyHistoryPane *self)
{
  g_return_val_if_fail (SY_IS_HISTORY_PANE (self), NULL);
  return self->grid;
}

/* --- scroll bars --- */

/* Not within an allocation. What a bar takes only makes more need of the other: no flicker. */
static gboolean
update_bars (gpointer data)
{
  SyHistoryPane *self = data;

  self->bars_source = 0;
  gtk_widget_set_visible (self->rows_bar, gtk_adjustment_get_upper (self->rows) > gtk_adjustment_get_page_size (self->rows) + 0.5);
  gtk_widget_set_visible (self->columns_bar, gtk_adjustment_get_upper (self->columns) > gtk_adjustment_get_page_size (self->columns) + 0.5);
  return G_SOURCE_REMOVE;
}

static void
on_moved (SyHistoryPane *self)
{
  const SyGridView *view = sy_history_grid_get_view (self->grid);
  double width = sy_grid_view_plot_width (view), height = sy_grid_view_plot_height (view);
  double all_rows = view->n_rows * SY_GRID_ROW, all_columns = view->n_columns * view->column_width;

  self->quiet = TRUE;
  gtk_adjustment_configure (self->rows, view->scroll_y, 0, MAX (all_rows, height), SY_GRID_ROW, height * 0.9, height);
  gtk_adjustment_configure (self->columns, view->scroll_x, 0, MAX (all_columns, width), view->column_width, width * 0.9, width);
  self->quiet = FALSE;
  if (self->bars_source == 0)
    self->bars_source = g_idle_add (update_bars, self);
}

static void
on_scrolled (SyHistoryPane *self)
{
  if (!self->quiet)
    sy_history_grid_scroll_to (self->grid, gtk_adjustment_get_value (self->columns), gtk_adjustment_get_value (self->rows));
}

/* --- what is said --- */

static void
on_described (SyHistoryPane *self, const char *text)
{
  g_autofree char *line = g_strdelimit (g_strdup (text), "\n", ' ');

  gtk_label_set_text (self->told, line);
}

static void
on_chosen (SyHistoryPane *self)
{
  const SyGridRun *a, *b;
  gboolean two = sy_history_grid_get_chosen (self->grid, &a, &b);

  gtk_widget_set_sensitive (self->compare, two);
  gtk_widget_set_tooltip_text (self->compare, two ? _("Compare the two chosen runs (C)") : _("Choose two runs: click one, Ctrl+click the other; or Space"));
}

static void
say_sum (SyHistoryPane *self)
{
  SyRunGrid *grid = sy_history_grid_get_grid (self->grid);
  guint n = sy_run_grid_get_n_runs (grid);
  g_autoptr (GString) text = g_string_new (NULL);
  gint64 bytes = 0;
  gboolean known = n > 0;

  g_string_append_printf (text, ngettext ("%u run", "%u runs", n), n);
  for (guint i = 0; i < n; i++)
    {
      const SyGridRun *run = sy_run_grid_get_run (grid, i);

      known = known && (run->bytes >= 0 || run->live);
      bytes += MAX (run->bytes, 0);
    }
  if (known)
    sy_words_size (g_string_append (text, " · "), (guint64) bytes);
  gtk_label_set_text (self->size, text->str);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), n > 0 ? "grid" : "empty");
  if (n > 0 && self->wants_focus)
    gtk_widget_grab_focus (GTK_WIDGET (self->grid));
  self->wants_focus = self->wants_focus && n == 0;
}

/* --- reading --- */

static void ask (SyHistoryPane *self);

static gboolean
on_live (gpointer data)
{
  SyHistoryPane *self = data;

  self->live_timer = 0;
  ask (self);
  return G_SOURCE_REMOVE;
}

static void
watch_live (SyHistoryPane *self)
{
  SyRunGrid *grid = sy_history_grid_get_grid (self->grid);

  for (guint i = sy_run_grid_get_n_runs (grid); i-- > 0;)
    if (sy_run_grid_get_run (grid, i)->live && self->live_timer == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
      self->live_timer = g_timeout_add (LIVE_MS, on_live, self);
}

static const SyGridRow *
find_row (gpointer data, const char *id)
{
  SyRunGrid *grid = sy_history_grid_get_grid (SY_HISTORY_PANE (data)->grid);
  guint32 row = sy_run_grid_find_row (grid, id);

  return row != G_MAXUINT32 ? sy_run_grid_get_row (grid, row) : NULL;
}

static void
end_reading (SyHistoryPane *self)
{
  self->asking = FALSE;
  sy_session_set_history (self->session, find_row, self);
  if (self->again && gtk_widget_get_mapped (GTK_WIDGET (self)))
    ask (self);
  else
    watch_live (self);
}

static void
take_piece (SyHistoryPane *self, SyHistoryPiece *piece)
{
  SyRunGrid *grid;

  if (piece->fresh)
    sy_history_grid_reset (self->grid);
  grid = sy_history_grid_get_grid (self->grid);
  for (guint i = 0; piece->ids != NULL && i < piece->ids->len; i++)
    sy_run_grid_add_row (grid, piece->ids->pdata[i]);
  if (piece->run != NULL)
    sy_run_grid_put_run (grid, g_steal_pointer (&piece->run));
  if (piece->uuids != NULL)
    sy_run_grid_keep_runs (grid, (const char *const *) piece->uuids);
  sy_history_grid_update (self->grid);
  say_sum (self);
}

static void
on_history (SyHistoryPiece *piece, const GError *error, gpointer data)
{
  Link *link = data;
  gboolean last = piece == NULL || piece->uuids != NULL;

  if (link->pane != NULL && piece != NULL)
    take_piece (link->pane, piece);
  else if (link->pane != NULL)
    gtk_label_set_text (link->pane->empty, error->message);
  if (link->pane != NULL && last)
    end_reading (link->pane);
  if (last)
    g_rc_box_release (link);
}

static void
ask (SyHistoryPane *self)
{
  SyController *controller = sy_session_get_controller (self->session);

  if (controller == NULL || controller->read_history == NULL)
    return;
  self->again = self->asking;
  self->stale = FALSE;
  if (self->asking)
    return;
  self->asking = TRUE;
  g_clear_handle_id (&self->live_timer, g_source_remove);
  controller->read_history (controller, on_history, g_rc_box_acquire (self->link));
}

void
sy_history_pane_refresh (SyHistoryPane *self)
{
  g_return_if_fail (SY_IS_HISTORY_PANE (self));
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    ask (self);
  else
    self->stale = TRUE;
}

static gboolean
on_ahead (gpointer data)
{
  SyHistoryPane *self = data;

  self->ahead_timer = 0;
  if (self->stale)
    ask (self);
  return G_SOURCE_REMOVE;
}

static void
on_model (SyHistoryPane *self)
{
  SyRunModel *model = sy_session_get_model (self->session);
  gboolean run = model != NULL && sy_run_model_get_run_id (model) != NULL;

  sy_session_set_history (self->session, NULL, NULL);
  g_clear_handle_id (&self->ahead_timer, g_source_remove);
  if (run && sy_run_model_get_workflow (model)->n_tasks <= MOST_AHEAD)
    self->ahead_timer = g_timeout_add_full (G_PRIORITY_LOW, AHEAD_MS, on_ahead, self, NULL);

  sy_history_grid_set_shown (self->grid, model != NULL ? sy_run_model_get_run_id (model) : NULL);
  sy_history_pane_refresh (self);
}

/* --- what is done --- */

static void
on_open (SyHistoryPane *self, const char *uuid, const char *task)
{
  g_signal_emit (self, signals[OPEN_RUN], 0, uuid, task);
}

static void
on_compare (SyHistoryPane *self)
{
  const SyGridRun *a, *b;

  if (sy_history_grid_get_chosen (self->grid, &a, &b))
    g_signal_emit (self, signals[COMPARE], 0, a->uuid, b->uuid);
}

static void
on_menu (SyHistoryPane *self, double x, double y)
{
  const SyGridRun *run = sy_history_grid_get_cursor_run (self->grid);

  if (run == NULL)
    return;
  gtk_widget_translate_coordinates (GTK_WIDGET (self->grid), GTK_WIDGET (self), x, y, &x, &y);
  g_signal_emit (self, signals[MENU], 0, run->uuid, x, y);
}

static void
on_order (GtkDropDown *order, GParamSpec *pspec, SyHistoryPane *self)
{
  sy_run_grid_set_order (sy_history_grid_get_grid (self->grid), (SyGridOrder) MIN (gtk_drop_down_get_selected (order), SY_N_GRID_ORDERS - 1));
  sy_history_grid_update (self->grid);
}

/* --- life --- */

static GtkWidget *
make_order (SyHistoryPane *self)
{
  const char *const names[] = { _("As in the File"), _("Failures First"), _("Slowest First"), NULL };
  GtkWidget *order = gtk_drop_down_new_from_strings (names);

  gtk_widget_set_tooltip_text (order, _("Order of the Tasks"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (order), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Order of the Tasks"), -1);
  gtk_widget_add_css_class (order, "flat");
  g_signal_connect (order, "notify::selected", G_CALLBACK (on_order), self);
  return order;
}

static GtkLabel *
make_label (GtkWidget *box, gboolean expand)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), expand ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
  gtk_widget_set_hexpand (label, expand);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_box_append (GTK_BOX (box), label);
  return GTK_LABEL (label);
}

static GtkWidget *
make_tools (SyHistoryPane *self)
{
  GtkWidget *tools = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  gtk_widget_add_css_class (tools, "toolbar");
  self->told = make_label (tools, TRUE);
  self->size = make_label (tools, FALSE);
  self->compare = gtk_button_new_with_label (_("Compare"));
  gtk_widget_add_css_class (self->compare, "flat");
  g_signal_connect_object (self->compare, "clicked", G_CALLBACK (on_compare), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (tools), self->compare);
  gtk_box_append (GTK_BOX (tools), make_order (self));
  return tools;
}

static GtkWidget *
make_grid (SyHistoryPane *self)
{
  GtkWidget *grid = gtk_grid_new ();

  self->rows = gtk_adjustment_new (0, 0, 1, 1, 1, 1);
  self->columns = gtk_adjustment_new (0, 0, 1, 1, 1, 1);
  gtk_widget_set_hexpand (GTK_WIDGET (self->grid), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (self->grid), TRUE);
  self->rows_bar = gtk_scrollbar_new (GTK_ORIENTATION_VERTICAL, self->rows);
  self->columns_bar = gtk_scrollbar_new (GTK_ORIENTATION_HORIZONTAL, self->columns);
  gtk_grid_attach (GTK_GRID (grid), make_tools (self), 0, 0, 2, 1);
  gtk_grid_attach (GTK_GRID (grid), GTK_WIDGET (self->grid), 0, 1, 1, 1);
  gtk_grid_attach (GTK_GRID (grid), self->rows_bar, 1, 1, 1, 1);
  gtk_grid_attach (GTK_GRID (grid), self->columns_bar, 0, 2, 1, 1);
  g_signal_connect_object (self->rows, "value-changed", G_CALLBACK (on_scrolled), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->columns, "value-changed", G_CALLBACK (on_scrolled), self, G_CONNECT_SWAPPED);
  return grid;
}

static void
sy_history_pane_map (GtkWidget *widget)
{
  SyHistoryPane *self = SY_HISTORY_PANE (widget);

  GTK_WIDGET_CLASS (sy_history_pane_parent_class)->map (widget);
  if (self->stale)
    ask (self);
  else
    watch_live (self);
}

static void
sy_history_pane_unmap (GtkWidget *widget)
{
  SyHistoryPane *self = SY_HISTORY_PANE (widget);

  self->stale = self->stale || self->live_timer != 0;
  g_clear_handle_id (&self->live_timer, g_source_remove);
  GTK_WIDGET_CLASS (sy_history_pane_parent_class)->unmap (widget);
}

static gboolean
sy_history_pane_grab_focus (GtkWidget *widget)
{
  SyHistoryPane *self = SY_HISTORY_PANE (widget);

  /* What is not in sight takes the focus, too, and then no key comes to it. */
  self->wants_focus = g_strcmp0 (gtk_stack_get_visible_child_name (GTK_STACK (self->stack)), "grid") != 0;
  return self->wants_focus || gtk_widget_grab_focus (GTK_WIDGET (self->grid));
}

static void
sy_history_pane_dispose (GObject *object)
{
  SyHistoryPane *self = SY_HISTORY_PANE (object);

  g_clear_handle_id (&self->live_timer, g_source_remove);
  g_clear_handle_id (&self->ahead_timer, g_source_remove);
  g_clear_handle_id (&self->bars_source, g_source_remove);
  if (self->session != NULL)
    sy_session_set_history (self->session, NULL, NULL);
  if (self->link != NULL)
    self->link->pane = NULL;
  g_clear_pointer (&self->link, g_rc_box_release);
  g_clear_pointer (&self->stack, gtk_widget_unparent);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sy_history_pane_parent_class)->dispose (object);
}

static void
sy_history_pane_class_init (SyHistoryPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = SY_TYPE_HISTORY_PANE;

  G_OBJECT_CLASS (klass)->dispose = sy_history_pane_dispose;
  widget_class->map = sy_history_pane_map;
  widget_class->unmap = sy_history_pane_unmap;
  widget_class->grab_focus = sy_history_pane_grab_focus;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "historypane");
  signals[OPEN_RUN] = g_signal_new ("open-run", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING,
                                    G_TYPE_STRING);
  signals[COMPARE] = g_signal_new ("compare", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING,
                                   G_TYPE_STRING);
  signals[MENU] = g_signal_new ("menu", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_DOUBLE,
                                G_TYPE_DOUBLE);
}

static void
sy_history_pane_init (SyHistoryPane *self)
{
  self->stale = TRUE;
  self->link = g_rc_box_new0 (Link);
  self->link->pane = self;
}

static void
connect_grid (SyHistoryPane *self)
{
  g_signal_connect_object (self->grid, "moved", G_CALLBACK (on_moved), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->grid, "described", G_CALLBACK (on_described), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->grid, "chosen", G_CALLBACK (on_chosen), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->grid, "open-run", G_CALLBACK (on_open), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->grid, "compare", G_CALLBACK (on_compare), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->grid, "menu", G_CALLBACK (on_menu), self, G_CONNECT_SWAPPED);
}

GtkWidget *
sy_history_pane_new (SySession *session)
{
  SyHistoryPane *self = g_object_new (SY_TYPE_HISTORY_PANE, NULL);

  self->session = g_object_ref (session);
  self->grid = sy_history_grid_new (session);
  self->stack = gtk_stack_new ();
  self->empty = GTK_LABEL (gtk_label_new (_("Nothing has run yet. The history shows what became of each task in the last runs.")));
  gtk_label_set_wrap (self->empty, TRUE);
  gtk_label_set_justify (self->empty, GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (GTK_WIDGET (self->empty), "dim-label");
  gtk_stack_add_named (GTK_STACK (self->stack), GTK_WIDGET (self->empty), "empty");
  gtk_stack_add_named (GTK_STACK (self->stack), make_grid (self), "grid");
  gtk_widget_set_parent (self->stack, GTK_WIDGET (self));
  connect_grid (self);
  g_signal_connect_object (session, "notify::model", G_CALLBACK (on_model), self, G_CONNECT_SWAPPED);
  on_chosen (self);
  on_model (self);
  return GTK_WIDGET (self);
}
