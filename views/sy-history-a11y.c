/* sy-history-a11y.c: light child widgets that stand for the heads of rows and columns and for the cell at the cursor
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-history-grid-private.h"

#include "views/sy-history-words.h"

#define MOST_PROXIES 160
#define UPDATE_MS 200

typedef enum { HEAD_OF_COLUMN, HEAD_OF_ROW, CELL } ProxyKind;

#define SY_TYPE_HISTORY_PROXY (sy_history_proxy_get_type ())
G_DECLARE_FINAL_TYPE (SyHistoryProxy, sy_history_proxy, SY, HISTORY_PROXY, GtkWidget)

struct _SyHistoryProxy
{
  GtkWidget parent;

  SyHistoryGrid *grid;  /* borrowed: the parent */
  ProxyKind kind;
  guint32 row;          /* position; G_MAXUINT32 = none */
  guint column;         /* G_MAXUINT = none */
  char *name;
};

G_DEFINE_FINAL_TYPE (SyHistoryProxy, sy_history_proxy, GTK_TYPE_WIDGET)

/* On the head of a row the column stays where it was: there, the newest. */
static void
act (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SyHistoryProxy *self = SY_HISTORY_PROXY (widget);
  SyHistoryGrid *grid = self->grid;
  guint column = self->column != G_MAXUINT ? self->column : sy_history_grid_get_cursor_column (grid);

  if (column >= grid->view.n_columns || (self->row != G_MAXUINT32 && self->row >= grid->view.n_rows))
    return;
  gtk_widget_grab_focus (GTK_WIDGET (grid));
  sy_history_grid_move_cursor (grid, self->row, column);
  if (g_str_equal (name, "history-item.open"))
    sy_history_grid_open (grid);
  else if (g_str_equal (name, "history-item.choose"))
    sy_history_grid_choose (grid, column, TRUE);
  else if (g_str_equal (name, "history-item.menu"))
    g_signal_emit_by_name (grid, "menu", sy_grid_view_x (&grid->view, column), SY_GRID_TOP / 2);
}

static gboolean
sy_history_proxy_contains (GtkWidget *widget, double x, double y)
{
  return FALSE;
}

static void
sy_history_proxy_finalize (GObject *object)
{
  g_free (SY_HISTORY_PROXY (object)->name);
  G_OBJECT_CLASS (sy_history_proxy_parent_class)->finalize (object);
}

static void
sy_history_proxy_class_init (SyHistoryProxyClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sy_history_proxy_finalize;
  widget_class->contains = sy_history_proxy_contains;
  gtk_widget_class_install_action (widget_class, "history-item.open", NULL, act);
  gtk_widget_class_install_action (widget_class, "history-item.choose", NULL, act);
  gtk_widget_class_install_action (widget_class, "history-item.menu", NULL, act);
}

static void
sy_history_proxy_init (SyHistoryProxy *self)
{
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
}

static GtkAllocation
place (const SyHistoryProxy *self)
{
  const SyGridView *view = &self->grid->view;
  double x = self->column != G_MAXUINT ? sy_grid_view_x (view, self->column) : 0;
  double y = self->row != G_MAXUINT32 ? sy_grid_view_y (view, self->row) : 0;

  return (GtkAllocation){ (int) x, (int) y, (int) (self->column != G_MAXUINT ? view->column_width : MAX (view->left, 1)),
                          (int) (self->row != G_MAXUINT32 ? SY_GRID_ROW : SY_GRID_TOP) };
}

/* One of those there were, or a new one: what a screen reader holds stays where it is. A head of a column is a button: it opens its run; GTK 4.8
 * tells AT-SPI nothing of the role of column headers. */
static SyHistoryProxy *
take_proxy (SyHistoryGrid *grid, GPtrArray *old, ProxyKind kind)
{
  static const GtkAccessibleRole roles[] = { GTK_ACCESSIBLE_ROLE_BUTTON, GTK_ACCESSIBLE_ROLE_ROW_HEADER,
                                             GTK_ACCESSIBLE_ROLE_GRID_CELL };
  SyHistoryProxy *self;

  for (guint i = 0; i < old->len; i++)
    if (SY_HISTORY_PROXY (old->pdata[i])->kind == kind)
      return g_ptr_array_steal_index (old, i);
  self = g_object_new (SY_TYPE_HISTORY_PROXY, "accessible-role", roles[kind], NULL);
  self->grid = grid;
  self->kind = kind;
  gtk_widget_set_parent (GTK_WIDGET (self), GTK_WIDGET (grid));
  return self;
}

static void
add_proxy (SyHistoryGrid *grid, GPtrArray *old, ProxyKind kind, guint32 row, guint column)
{
  g_autofree char *name = NULL;
  SyHistoryProxy *self;

  if (grid->proxies->len >= MOST_PROXIES)
    return;
  self = take_proxy (grid, old, kind);
  self->row = row;
  self->column = column;
  name = sy_history_grid_words_at (grid, row, column);
  if (g_strcmp0 (name, self->name) != 0)
    {
      gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name != NULL ? name : "", -1);
      g_free (self->name);
      self->name = g_steal_pointer (&name);
    }
  g_ptr_array_add (grid->proxies, self);
}

void
sy_history_grid_allocate_proxies (SyHistoryGrid *self)
{
  for (guint i = 0; i < self->proxies->len; i++)
    {
      GtkAllocation at = place (self->proxies->pdata[i]);
      int least;

      gtk_widget_measure (self->proxies->pdata[i], GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
      gtk_widget_size_allocate (self->proxies->pdata[i], &at, -1);
    }
}

void
sy_history_grid_clear_proxies (SyHistoryGrid *self)
{
  for (guint i = 0; i < self->proxies->len; i++)
    gtk_widget_unparent (self->proxies->pdata[i]);
  g_ptr_array_set_size (self->proxies, 0);
}

void
sy_history_grid_update_proxies (SyHistoryGrid *self)
{
  guint first_column, end_column, column = sy_history_grid_get_cursor_column (self);
  g_autoptr (GPtrArray) old = NULL;
  guint32 first, end;

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  old = g_steal_pointer (&self->proxies);
  self->proxies = g_ptr_array_new ();
  sy_grid_view_visible_rows (&self->view, &first, &end);
  sy_grid_view_visible_columns (&self->view, &first_column, &end_column);
  if (self->cursor_row < self->view.n_rows && column < self->view.n_columns)
    add_proxy (self, old, CELL, self->cursor_row, column);
  for (guint i = first_column; i < end_column; i++)
    add_proxy (self, old, HEAD_OF_COLUMN, G_MAXUINT32, i);
  for (guint32 i = first; i < end; i++)
    add_proxy (self, old, HEAD_OF_ROW, i, G_MAXUINT);
  for (guint i = 0; i < old->len; i++)
    gtk_widget_unparent (old->pdata[i]);
  sy_history_grid_allocate_proxies (self);
}

static gboolean
update_later (gpointer data)
{
  SyHistoryGrid *self = data;

  self->proxy_source = 0;
  sy_history_grid_update_proxies (self);
  return G_SOURCE_REMOVE;
}

/* When moving rests */
void
sy_history_grid_schedule_proxies (SyHistoryGrid *self)
{
  g_clear_handle_id (&self->proxy_source, g_source_remove);
  self->proxy_source = g_timeout_add_full (G_PRIORITY_DEFAULT_IDLE, UPDATE_MS, update_later, self, NULL);
}
