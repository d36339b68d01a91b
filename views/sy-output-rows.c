/* sy-output-rows.c: light child widgets that stand for the lines in view, for screen readers
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-output-view-private.h"

#define UPDATE_MS 250
#define MOST_ROWS 100

/* Draws nothing; stands where the line is drawn. */
#define SY_TYPE_OUTPUT_ROW (sy_output_row_get_type ())
G_DECLARE_FINAL_TYPE (SyOutputRow, sy_output_row, SY, OUTPUT_ROW, GtkWidget)

struct _SyOutputRow
{
  GtkWidget parent;
  char *text;
};

G_DEFINE_FINAL_TYPE (SyOutputRow, sy_output_row, GTK_TYPE_WIDGET)

/* The pointer is the view's. */
static gboolean
sy_output_row_contains (GtkWidget *widget, double x, double y)
{
  return FALSE;
}

static void
sy_output_row_finalize (GObject *object)
{
  g_free (SY_OUTPUT_ROW (object)->text);
  G_OBJECT_CLASS (sy_output_row_parent_class)->finalize (object);
}

static void
sy_output_row_class_init (SyOutputRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sy_output_row_finalize;
  GTK_WIDGET_CLASS (klass)->contains = sy_output_row_contains;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_LIST_ITEM);
}

static void
sy_output_row_init (SyOutputRow *self)
{
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
}

static void
set_text (SyOutputRow *row, const char *text)
{
  if (g_strcmp0 (row->text, text) == 0)
    return;
  g_free (row->text);
  row->text = g_strdup (text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

/* --- the set --- */

static void
resize (SyOutputView *self, guint n)
{
  while (self->rows->len > n)
    {
      gtk_widget_unparent (g_ptr_array_index (self->rows, self->rows->len - 1));
      g_ptr_array_set_size (self->rows, (int) self->rows->len - 1);
    }
  while (self->rows->len < n)
    {
      GtkWidget *row = g_object_new (SY_TYPE_OUTPUT_ROW, NULL);

      gtk_widget_set_parent (row, GTK_WIDGET (self));
      g_ptr_array_add (self->rows, row);
    }
}

static gboolean
on_timer (gpointer data)
{
  SyOutputView *self = data;
  guint64 n = sy_output_view_get_n_lines (self), top = MIN (self->first, n);
  guint shown = (guint) MIN (n > top ? n - top : 0, (guint64) gtk_adjustment_get_page_size (self->lines));

  self->row_timer = 0;
  if (self->layout == NULL)
    return G_SOURCE_REMOVE;
  resize (self, MIN (shown, MOST_ROWS));
  for (guint i = 0; i < self->rows->len; i++)
    if (sy_output_view_set_line (self, top + i))
      set_text (g_ptr_array_index (self->rows, i), self->shown->str);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  return G_SOURCE_REMOVE;
}

void
sy_output_view_queue_rows (SyOutputView *self)
{
  if (self->row_timer == 0)
    self->row_timer = g_timeout_add (UPDATE_MS, on_timer, self);
}

void
sy_output_view_allocate_rows (SyOutputView *self)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self));

  for (guint i = 0; i < self->rows->len; i++)
    {
      GtkWidget *row = g_ptr_array_index (self->rows, i);
      int top = i < self->row_tops->len ? g_array_index (self->row_tops, int, i) : (int) i * self->line_height;

      gtk_widget_measure (row, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
      gtk_widget_size_allocate (row, &(GtkAllocation){ 0, top, MAX (1, width), MAX (1, self->line_height) }, -1);
    }
}

void
sy_output_view_drop_rows (SyOutputView *self)
{
  g_clear_handle_id (&self->row_timer, g_source_remove);
  resize (self, 0);
}
