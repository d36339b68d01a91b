/* display.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/views/display.h"

#include <adwaita.h>
#include <stdlib.h>

#ifdef __SANITIZE_ADDRESS__
#include <link.h>
#include <string.h>

/* Of the sanitizer's library, whose headers gcc does not bring with it */
int __sanitizer_get_ownership (const volatile void *memory);
size_t __sanitizer_get_allocated_size (const volatile void *memory);
void __lsan_ignore_object (const void *memory);
#endif

#define MOST_TRIES 40
#define SKIPPED 77

#ifdef __SANITIZE_ADDRESS__
#define QUARKS (2048 * sizeof (char *)) /* GLib's first table of names */

/* Looks for it among the variables of GLib. */
static int
forgive_table (struct dl_phdr_info *info, size_t size, void *data)
{
  for (int i = 0; strstr (info->dlpi_name, "libglib-2.0") != NULL && i < info->dlpi_phnum; i++)
    {
      const ElfW (Phdr) *part = &info->dlpi_phdr[i];
      char ***variable = (char ***) (info->dlpi_addr + part->p_vaddr);

      if (part->p_type != PT_LOAD || !(part->p_flags & PF_W))
        continue;
      for (size_t k = 0; k < part->p_memsz / sizeof *variable; k++)
        if (__sanitizer_get_ownership (variable[k]) && __sanitizer_get_allocated_size (variable[k]) == QUARKS
            && variable[k][1] == g_quark_to_string (1))
          __lsan_ignore_object (variable[k]);
    }
  return 0;
}

/* Where a program has more names GLib makes a larger table, and lets go of this one on purpose: others may be reading it. */
static void __attribute__ ((constructor))
forgive_quarks (void)
{
  dl_iterate_phdr (forgive_table, NULL);
}
#endif

void
display_test_init (int *argc, char ***argv)
{
  g_test_init (argc, argv, NULL);
  if (!gtk_init_check ())
    exit (SKIPPED);
  adw_init ();
}

static gboolean
wake (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

void
display_spin (guint ms)
{
  gboolean over = FALSE;

  g_timeout_add (ms, wake, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

GtkWidget *
display_show (GtkWidget *child, int width, int height)
{
  GtkWidget *window = gtk_window_new ();

  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  gtk_window_set_child (GTK_WINDOW (window), child);
  gtk_window_present (GTK_WINDOW (window));
  while (!gtk_widget_get_mapped (child) || gtk_widget_get_width (child) == 0)
    g_main_context_iteration (NULL, TRUE);
  return window;
}

void
display_close (GtkWidget *window)
{
  GtkWidget *child = gtk_window_get_child (GTK_WINDOW (window));

  g_object_add_weak_pointer (G_OBJECT (child), (gpointer *) &child);
  gtk_window_destroy (GTK_WINDOW (window));
  while (child != NULL)
    g_main_context_iteration (NULL, TRUE);
}

GtkWidget *
display_find (GtkWidget *within, GType type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (within, type))
    return within;
  for (GtkWidget *child = gtk_widget_get_first_child (within); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = display_find (child, type);

      if (found != NULL)
        return found;
    }
  return NULL;
}

GtkEventController *
display_controller (GtkWidget *widget, GType type)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (G_TYPE_CHECK_INSTANCE_TYPE (controller, type))
        return controller;
    }
  g_assert_not_reached ();
}

gboolean
display_press (GtkWidget *widget, guint key, GdkModifierType state)
{
  gboolean done = FALSE;

  g_signal_emit_by_name (display_controller (widget, GTK_TYPE_EVENT_CONTROLLER_KEY), "key-pressed", key, 0, state, &done);
  return done;
}

static void
count_frame (GdkFrameClock *clock, guint *frames)
{
  ++*frames;
}

void
display_assert_rest (GtkWidget *widget, guint ms)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (widget);
  guint frames = 1;
  gulong handler = g_signal_connect (clock, "after-paint", G_CALLBACK (count_frame), &frames);

  for (guint i = 0; i < MOST_TRIES && frames > 0; i++)
    {
      frames = 0;
      display_spin (ms);
    }
  g_assert_cmpuint (frames, ==, 0);
  g_signal_handler_disconnect (clock, handler);
}
