/* bench-typing.c: the File pane while somebody types in a text of 10,000 tasks: what each turn of the main loop costs
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-manuscript-designer.h"
#include "views/sy-design-bar.h"
#include "views/sy-design-form.h"
#include "views/sy-file-pane.h"

#include <adwaita.h>
#include <gtksourceview/gtksource.h>
#include <stdio.h>
#include <time.h>

#define KEY_MS 60

/* CPU time of this thread: what other programs do does not count. */
static struct
{
  gint64 began, worst, sum;
  guint turns;
  GPollFunc poll;
} turns;

static gint64
thread_time (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static int
on_poll (GPollFD *fds, guint n, int timeout)
{
  gint64 cost = thread_time () - turns.began;
  int result;

  turns.worst = MAX (turns.worst, cost);
  turns.sum += cost;
  turns.turns++;
  result = turns.poll (fds, n, timeout);
  turns.began = thread_time ();
  return result;
}

static GBytes *
make_text (guint n)
{
  GString *text = g_string_new ("version: 1\nname: large\nparams:\n  day: {type: date, default: today}\ntasks:\n");
  gsize length;

  for (guint i = 0; i < n; i++)
    {
      g_string_append_printf (text, "  task-%05u:\n    # step %u\n", i, i);
      if (i >= 8)
        g_string_append_printf (text, "    needs: [task-%05u, task-%05u]\n", i - 8, i - 3);
      g_string_append_printf (text, "    run: |\n      echo \"step %u of $day\" > out-%u.txt\n", i, i);
    }
  length = text->len;
  return g_bytes_new_take (g_string_free (text, FALSE), length);
}

static gboolean
on_due (gpointer done)
{
  *(gboolean *) done = TRUE;
  return G_SOURCE_REMOVE;
}

static void
spin (guint ms)
{
  gboolean done = FALSE;

  g_timeout_add (ms, on_due, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
}

static GtkWidget *
find_view (GtkWidget *within)
{
  if (GTK_SOURCE_IS_VIEW (within))
    return within;
  for (GtkWidget *child = gtk_widget_get_first_child (within); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_view (child);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
reset (void)
{
  turns.worst = turns.sum = 0;
  turns.turns = 0;
}

/* As by keys: each one an insertion at the cursor */
static void
type (GtkTextView *view, guint line, const char *text, const char *name)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  GtkTextIter iter;
  guint n = 0;

  gtk_text_buffer_get_iter_at_line (buffer, &iter, (int) line);
  gtk_text_iter_forward_to_line_end (&iter);
  gtk_text_buffer_place_cursor (buffer, &iter);
  gtk_text_view_scroll_to_mark (view, gtk_text_buffer_get_insert (buffer), 0, TRUE, 0, 0.3);
  spin (1500);
  reset ();
  for (; text[n] != '\0'; n++)
    {
      gtk_text_buffer_insert_interactive_at_cursor (buffer, text + n, 1, TRUE);
      spin (KEY_MS);
    }
  spin (700);
  printf ("%-46s %6.2f ms a key, worst turn %6.2f ms (CPU of the main thread)\n", name, (double) turns.sum / 1000 / n, (double) turns.worst / 1000);
}

int
main (int argc, char **argv)
{
  gboolean smoke = argc > 1 && g_str_equal (argv[1], "--smoke");
  guint n = smoke ? 200 : 10000;
  g_autoptr (GBytes) text = make_text (n);
  GtkWidget *window, *pane, *view, *box;
  SyDesign *design;
  SySession *session;

  gtk_init ();
  adw_init ();
  gtk_source_init ();
  design = sy_design_new (sy_manuscript_designer_new (NULL, NULL, text, NULL));
  session = sy_session_new (NULL);
  sy_session_set_model (session, sy_design_get_model (design));
  sy_session_set_design (session, design);
  window = gtk_window_new ();
  box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  pane = sy_file_pane_new (session);
  gtk_widget_set_hexpand (pane, TRUE);
  gtk_box_append (GTK_BOX (box), pane);
  gtk_box_append (GTK_BOX (box), sy_design_form_new (session));
  gtk_window_set_child (GTK_WINDOW (window), box);
  gtk_window_set_default_size (GTK_WINDOW (window), 1280, 800);
  gtk_window_present (GTK_WINDOW (window));
  view = find_view (pane);
  spin (smoke ? 200 : 4000);
  turns.poll = g_main_context_get_poll_func (NULL);
  turns.began = thread_time ();
  g_main_context_set_poll_func (NULL, on_poll);
  printf ("%.1f MB, %u tasks\n", (double) g_bytes_get_size (text) / 1e6, n);
  type (GTK_TEXT_VIEW (view), 12, smoke ? " x" : " | sort | uniq -c | sort -rn | head", "in a command near the top");
  type (GTK_TEXT_VIEW (view), n * 5 / 2, smoke ? " x" : "# a comment, \"quoted\", and more of it", "in the middle");
  type (GTK_TEXT_VIEW (view), n * 5 - 20, smoke ? " x" : "\n    timeout: 10m\n    env: {A: \"x", "keys near the end, errors on the way");
  g_main_context_set_poll_func (NULL, turns.poll);
  gtk_window_destroy (GTK_WINDOW (window));
  g_object_unref (session);
  sy_design_close (design, TRUE);
  g_object_unref (design);
  return 0;
}
