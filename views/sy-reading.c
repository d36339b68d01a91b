/* sy-reading.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-reading.h"

#define MARGIN 10
#define HANG 16
#define BETWEEN 6

GtkWidget *
sy_reading_new (const char *text, const char *label, SyReadingKind kind)
{
  GtkWidget *scroll = gtk_scrolled_window_new ();
  GtkTextView *view = GTK_TEXT_VIEW (gtk_text_view_new ());

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (view), text, -1);
  gtk_text_view_set_editable (view, FALSE);
  gtk_text_view_set_cursor_visible (view, FALSE);
  gtk_text_view_set_accepts_tab (view, FALSE);
  gtk_text_view_set_monospace (view, kind != SY_READING_WORDS);
  gtk_text_view_set_wrap_mode (view, kind != SY_READING_LINES ? GTK_WRAP_WORD_CHAR : GTK_WRAP_NONE);
  gtk_text_view_set_indent (view, kind == SY_READING_COMMANDS ? -HANG : 0);
  gtk_text_view_set_pixels_below_lines (view, kind == SY_READING_WORDS ? BETWEEN : 0);
  gtk_text_view_set_left_margin (view, MARGIN);
  gtk_text_view_set_right_margin (view, MARGIN);
  gtk_text_view_set_top_margin (view, MARGIN);
  gtk_text_view_set_bottom_margin (view, MARGIN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), GTK_WIDGET (view));
  return scroll;
}
