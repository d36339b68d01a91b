/* display.h: a widget in a window on a display: shown, pressed, watched until it rests, closed with nothing left
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* In place of g_test_init(): with a display; where there is none the program ends as skipped. */
void display_test_init (int *argc, char ***argv);
/* Turns of the main loop for so long; what is waited for is asked for with AWAIT() */
void display_spin (guint ms);
/* (transfer none): a window that shows @child, once that has its size, however long a busy machine takes */
GtkWidget *display_show (GtkWidget *child, int width, int height);
/* Asserts by the test's time limit alone that the child is not kept by anybody. */
void display_close (GtkWidget *window);
/* (transfer none) (nullable): the first widget of that type, depth first */
GtkWidget *display_find (GtkWidget *within, GType type);
/* (transfer none): asserts that the widget has one */
GtkEventController *display_controller (GtkWidget *widget, GType type);
/* What the widget's own controller says of a key */
gboolean display_press (GtkWidget *widget, guint key, GdkModifierType state);
/* Asserts that so long goes by without a frame: what was begun before may come late, what is drawn for nothing is drawn every time. */
void display_assert_rest (GtkWidget *widget, guint ms);

/* Until it holds, at most a minute */
#define AWAIT(condition)                                                                                               \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    gint64 until = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;                                                      \
                                                                                                                       \
    while (!(condition) && g_get_monotonic_time () < until)                                                            \
      display_spin (20);                                                                                               \
    g_assert_true (condition);                                                                                         \
  }                                                                                                                    \
  G_STMT_END
