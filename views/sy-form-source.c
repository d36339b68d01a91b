/* sy-form-source.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-form-source.h"

#include "views/sy-theme.h"

#define MOST_SHELL 400         /* height of a shell text, after which it scrolls */
#define MOST_LINE 120
#define LEAST_SHELL 84
#define LEAST_LINE 34
#define WRAPPED_INDENT 16      /* what goes on from the line above is no line of its own */

/* How high the lines of a text are in the width there is; before there is one, as if none were too long */
static int
measure_text (GtkTextView *view)
{
  int height, width = gtk_widget_get_width (GTK_WIDGET (view)) - gtk_text_view_get_left_margin (view) - gtk_text_view_get_right_margin (view);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  g_autoptr (PangoLayout) layout = NULL;
  g_autofree char *text = NULL;
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  text = gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
  layout = gtk_widget_create_pango_layout (GTK_WIDGET (view), text);
  if (width > 0)
    {
      pango_layout_set_width (layout, width * PANGO_SCALE);
      pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
      pango_layout_set_indent (layout, gtk_text_view_get_indent (view) * PANGO_SCALE);
    }
  pango_layout_get_pixel_size (layout, NULL, &height);
  return height + gtk_text_view_get_top_margin (view) + gtk_text_view_get_bottom_margin (view) + 2;
}

static gboolean
is_shell (GtkWidget *frame)
{
  return g_object_get_data (G_OBJECT (frame), "shell") != NULL;
}

/* A text view tells the window around it no height. */
static void
fit_height (GtkWidget *frame)
{
  GtkWidget *view = gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (frame));
  gboolean shell = is_shell (frame);

  if (view != NULL)
    gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (frame), CLAMP (measure_text (GTK_TEXT_VIEW (view)), shell ? LEAST_SHELL : LEAST_LINE,
                                                                                    shell ? MOST_SHELL : MOST_LINE));
}

static gboolean
fit_later (gpointer frame)
{
  fit_height (frame);
  return G_SOURCE_REMOVE;
}

/* Not while places are being given out */
static void
on_width (GtkWidget *frame)
{
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, fit_later, g_object_ref (frame), g_object_unref);
}

static GtkWidget *
build_view (gboolean shell)
{
  GtkWidget *view = gtk_source_view_new ();
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));

  if (shell)
    gtk_source_buffer_set_language (GTK_SOURCE_BUFFER (buffer),
                                    gtk_source_language_manager_get_language (gtk_source_language_manager_get_default (), "sh"));
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (view), TRUE);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (view), 8);
  gtk_text_view_set_right_margin (GTK_TEXT_VIEW (view), 8);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (view), 6);
  gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (view), 6);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (view), GTK_WRAP_WORD_CHAR);
  if (shell)
    gtk_text_view_set_indent (GTK_TEXT_VIEW (view), -WRAPPED_INDENT);
  sy_theme_style_source (buffer);
  return view;
}

static void
show_placeholder (GtkTextBuffer *buffer, GtkWidget *label)
{
  gtk_widget_set_visible (label, gtk_text_buffer_get_char_count (buffer) == 0);
}

void
sy_form_source_set_placeholder (GtkWidget *view, const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_set_can_target (label, FALSE);
  gtk_text_view_add_overlay (GTK_TEXT_VIEW (view), label, 8, 0);
  g_signal_connect_object (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), "changed", G_CALLBACK (show_placeholder), label, 0);
}

/* A text grows with its lines up to a height. No bars: GTK 4.8 draws them before they have a place, and says so. */
GtkWidget *
sy_form_source_new (gboolean shell, GtkWidget **view)
{
  GtkWidget *frame = gtk_scrolled_window_new ();

  *view = build_view (shell);
  g_object_set_data (G_OBJECT (frame), "shell", GINT_TO_POINTER (shell));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (frame), GTK_POLICY_EXTERNAL, GTK_POLICY_EXTERNAL);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (frame), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (frame), shell ? MOST_SHELL : MOST_LINE);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (frame), shell ? LEAST_SHELL : LEAST_LINE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (frame), *view);
  gtk_widget_add_css_class (frame, "field");
  gtk_widget_set_overflow (frame, GTK_OVERFLOW_HIDDEN);
  g_signal_connect_object (gtk_text_view_get_buffer (GTK_TEXT_VIEW (*view)), "changed", G_CALLBACK (fit_height), frame, G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_scrolled_window_get_hadjustment (GTK_SCROLLED_WINDOW (frame)), "notify::page-size", G_CALLBACK (on_width), frame,
                           G_CONNECT_SWAPPED);
  fit_height (frame);
  return frame;
}
