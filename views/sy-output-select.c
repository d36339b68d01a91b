/* sy-output-select.c: selecting lines with the pointer
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-output-view-private.h"

static int
compare_places (const SyOutputPlace *a, const SyOutputPlace *b)
{
  if (a->line != b->line)
    return a->line < b->line ? -1 : 1;
  return a->byte < b->byte ? -1 : a->byte > b->byte;
}

gboolean
sy_output_view_get_selection (SyOutputView *self, SyOutputPlace *from, SyOutputPlace *to)
{
  gboolean forward = compare_places (&self->anchor, &self->head) <= 0;

  *from = forward ? self->anchor : self->head;
  *to = forward ? self->head : self->anchor;
  return self->selected && compare_places (from, to) != 0;
}

void
sy_output_view_select_all (SyOutputView *self)
{
  guint64 n = sy_output_view_get_n_lines (self);

  g_return_if_fail (SY_IS_OUTPUT_VIEW (self));
  self->selected = n > 0;
  self->anchor = (SyOutputPlace){ 0, 0 };
  self->head = (SyOutputPlace){ n > 0 ? n - 1 : 0, G_MAXUINT };
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* What is drawn there; FALSE where nothing is */
static gboolean
find_place (SyOutputView *self, double x, double y, SyOutputPlace *place)
{
  guint n = self->row_tops->len > 0 ? self->row_tops->len - 1 : 0, row = 0;
  guint64 count = sy_output_view_get_n_lines (self);
  int index, trailing;

  while (row + 1 < n && y >= g_array_index (self->row_tops, int, row + 1))
    row++;
  place->line = self->first + row;
  if (n == 0 || place->line >= count || !sy_output_view_set_line (self, place->line))
    return FALSE;
  x -= sy_output_view_get_left (self) - (self->wrap ? 0 : self->x);
  y -= g_array_index (self->row_tops, int, row);
  pango_layout_xy_to_index (self->layout, (int) (x * PANGO_SCALE), (int) (MAX (y, 0) * PANGO_SCALE), &index, &trailing);
  for (; trailing > 0 && (gsize) index < self->shown->len; trailing--)
    index = (int) (g_utf8_next_char (self->shown->str + index) - self->shown->str);
  place->byte = (guint) index;
  return TRUE;
}

static void
on_begin (GtkGestureDrag *drag, double x, double y, SyOutputView *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  self->selected = find_place (self, x, y, &self->anchor);
  self->head = self->anchor;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* Outside of the view it scrolls. */
static void
on_update (GtkGestureDrag *drag, double dx, double dy, SyOutputView *self)
{
  double x, y, at = gtk_adjustment_get_value (self->lines);
  int height = gtk_widget_get_height (GTK_WIDGET (self));

  if (!self->selected || !gtk_gesture_drag_get_start_point (drag, &x, &y))
    return;
  if (y + dy < 0 || y + dy > height)
    {
      gtk_adjustment_set_value (self->lines, at + (y + dy < 0 ? -1 : 1));
      g_signal_emit_by_name (self, "scrolled");
    }
  find_place (self, x + dx, CLAMP (y + dy, 0, height - 1), &self->head);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* A word or a line */
static void
on_pressed (GtkGestureClick *click, int n, double x, double y, SyOutputView *self)
{
  const char *text, *p;

  if (n < 2 || !find_place (self, x, y, &self->anchor))
    return;
  self->selected = TRUE;
  self->head = (SyOutputPlace){ self->anchor.line, G_MAXUINT };
  if (n > 2)
    {
      self->anchor.byte = 0;
    }
  else
    {
      text = self->shown->str;
      for (p = text + MIN (self->anchor.byte, self->shown->len); *p != '\0' && !g_unichar_isspace (g_utf8_get_char (p)); p = g_utf8_next_char (p))
        ;
      self->head.byte = (guint) (p - text);
      for (p = text + MIN (self->anchor.byte, self->shown->len); p > text && !g_ascii_isspace (p[-1]); p--)
        ;
      self->anchor.byte = (guint) (p - text);
    }
  gtk_gesture_set_state (GTK_GESTURE (click), GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
sy_output_view_add_selecting (SyOutputView *self)
{
  GtkGesture *drag = gtk_gesture_drag_new (), *click = gtk_gesture_click_new ();

  g_signal_connect (drag, "drag-begin", G_CALLBACK (on_begin), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (on_update), self);
  g_signal_connect (click, "pressed", G_CALLBACK (on_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}
