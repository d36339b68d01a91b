/* bench-design.c: a document of 10,000 tasks on the canvas: frames while something is dragged, edits until they are shown, saving
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-manuscript-designer.h"
#include "views/sy-design-bar.h"
#include "views/sy-design-form.h"
#include "views/sy-design-layer-private.h"

#include <adwaita.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define WIDTH 40 /* tasks of a layer */

typedef struct
{
  SyDesign *design;
  SySession *session;
  SyCanvas *canvas;
  guint n;
  guint painted;
  gboolean saved;
} Bench;

/* Of this thread: what other programs do does not count. */
static double
cpu_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (double) now.tv_sec * 1e3 + (double) now.tv_nsec / 1e6;
}

static double
wall_ms (void)
{
  return (double) g_get_monotonic_time () / 1e3;
}

static GBytes *
make_text (guint n)
{
  GString *text = g_string_new ("version: 1\nname: large\ntasks:\n");
  gsize length;

  for (guint i = 0; i < n; i++)
    {
      g_string_append_printf (text, "  task-%05u:\n", i);
      if (i >= WIDTH)
        g_string_append_printf (text, "    needs: [task-%05u, task-%05u]\n", i - WIDTH, i - WIDTH + (i % WIDTH + 3 < WIDTH ? 3 : 0) + (i % WIDTH + 3 >= WIDTH ? 1 - (i % WIDTH + 1 >= WIDTH ? 2 : 0) : 0));
      g_string_append_printf (text, "    run: echo %u\n", i);
    }
  length = text->len;
  return g_bytes_new_take (g_string_free (text, FALSE), length);
}

static void
after_paint (GdkFrameClock *clock, gpointer data)
{
  ((Bench *) data)->painted++;
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

static void
wait_frame (Bench *bench)
{
  guint painted = bench->painted;

  gtk_widget_queue_draw (GTK_WIDGET (bench->canvas));
  while (bench->painted == painted)
    g_main_context_iteration (NULL, TRUE);
}

static void
settle (Bench *bench)
{
  while (sy_design_is_busy (bench->design) || !sy_canvas_is_ready (bench->canvas) || sy_canvas_is_busy (bench->canvas))
    g_main_context_iteration (NULL, TRUE);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

static double
share_of (GArray *values, double share)
{
  g_array_sort (values, compare);
  return g_array_index (values, double, MIN ((guint) (values->len * share), values->len - 1));
}

/* --- dragging --- */

static void
report_frames (const char *what, GArray *frames)
{
  printf ("%-42s p50 %6.2f  p95 %6.2f  max %6.2f ms CPU a frame\n", what, share_of (frames, 0.5), share_of (frames, 0.95), share_of (frames, 1));
}

static void
drag (Bench *bench, const char *what, SyPoint from, guint frames)
{
  g_autoptr (GArray) costs = g_array_new (FALSE, FALSE, sizeof (double));

  if (!sy_design_layer_drag (bench->canvas->design, from.x, from.y))
    g_error ("there is nothing to be dragged");
  for (guint i = 0; i < frames; i++)
    {
      double before = cpu_ms (), cost;

      sy_design_layer_drag_to (bench->canvas->design, from.x + (i % 60) * 7, from.y + (i % 43) * 9 - 150, 0);
      wait_frame (bench);
      cost = cpu_ms () - before;
      g_array_append_val (costs, cost);
    }
  sy_design_layer_cancel_drag (bench->canvas->design);
  settle (bench);
  report_frames (what, costs);
}

static SyPoint
middle_of (Bench *bench, guint32 task)
{
  SyRect box = sy_canvas_screen_box (bench->canvas, task);

  return (SyPoint){ box.x + box.width / 2, box.y + box.height / 2 };
}

static void
bench_drag (Bench *bench, guint frames)
{
  guint32 task = bench->n / 2;
  g_autoptr (GArray) many = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autofree char *what = g_strdup_printf ("drag one task of %u", bench->n), *all = g_strdup_printf ("drag %u tasks", bench->n / 10);
  g_autofree char *port = g_strdup_printf ("connect at %u tasks", bench->n);

  sy_session_select (bench->session, task, FALSE);
  sy_canvas_reveal (bench->canvas, task);
  sy_canvas_zoom_to (bench->canvas, 1);
  spin (300);
  settle (bench);
  drag (bench, what, middle_of (bench, task), frames);
  drag (bench, port, sy_design_layer_port (bench->canvas->design, task, TRUE), frames);
  for (guint32 v = task; v < task + bench->n / 10; v++)
    g_array_append_val (many, v);
  sy_session_select_many (bench->session, (const guint32 *) (const void *) many->data, many->len);
  drag (bench, all, middle_of (bench, task), frames);
  sy_session_select (bench->session, task, FALSE);
}

/* --- edits --- */

typedef struct { const char *what; void (*edit) (Bench *bench, guint i); } Edit;

static const char *
id_of (Bench *bench, guint32 task)
{
  return bench->canvas->geometry->workflow->tasks[task].id;
}

static void
edit_connect (Bench *bench, guint i)
{
  sy_design_connect (bench->design, id_of (bench, 3 + i), id_of (bench, bench->n - 5 - i));
}

static void
edit_field (Bench *bench, guint i)
{
  sy_design_set_field (bench->design, id_of (bench, bench->n / 2), "timeout", sy_change_value_new_word (i % 2 == 0 ? "5m" : "6m"));
}

static void
edit_rename (Bench *bench, guint i)
{
  g_autofree char *name = g_strdup_printf ("renamed-%u", i);

  sy_design_rename (bench->design, id_of (bench, bench->n / 2), name);
}

static void
edit_add (Bench *bench, guint i)
{
  SyChange *change = sy_change_new ("Add");
  g_autofree char *id = g_strdup_printf ("added-%u", i);

  sy_change_add_task (change, id, NULL, NULL);
  sy_change_connect (change, id_of (bench, bench->n / 2), id);
  sy_design_apply (bench->design, change);
}

static void
edit_move (Bench *bench, guint i)
{
  sy_design_layer_nudge (bench->canvas->design, i % 2 == 0 ? 40 : -40, 24);
}

static const Edit edits[] = {
  { "connect", edit_connect }, { "set a field", edit_field }, { "rename", edit_rename }, { "add a task", edit_add }, { "move", edit_move },
};

/* @shown: to the first picture with it, and the CPU that it took; @done: verified, laid out, painted; CPU: of the main thread, until it rests */
static void
bench_edit (Bench *bench, const Edit *edit, guint times)
{
  g_autoptr (GArray) shown = g_array_new (FALSE, FALSE, sizeof (double)), done = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) cpu = g_array_new (FALSE, FALSE, sizeof (double)), first = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; i < times; i++)
    {
      double began = wall_ms (), busy = cpu_ms (), value;
      guint painted = bench->painted;

      edit->edit (bench, i);
      while (bench->painted == painted)
        g_main_context_iteration (NULL, TRUE);
      value = wall_ms () - began;
      g_array_append_val (shown, value);
      value = cpu_ms () - busy;
      g_array_append_val (first, value);
      settle (bench);
      value = wall_ms () - began;
      g_array_append_val (done, value);
      spin (600);
      value = cpu_ms () - busy;
      g_array_append_val (cpu, value);
    }
  printf ("%-42s shown %6.1f ms (%5.1f ms CPU)  done %6.1f ms  main thread %6.1f ms CPU\n", edit->what, share_of (shown, 0.5), share_of (first, 0.5), share_of (done, 0.5), share_of (cpu, 0.5));
}

/* --- saving --- */

static void
on_saved (SyDesign *design, const char *path, const char *error, Bench *bench)
{
  if (error != NULL)
    g_error ("%s", error);
  bench->saved = TRUE;
}

static void
bench_save (Bench *bench)
{
  g_autofree char *folder = g_dir_make_tmp ("bench-design-XXXXXX", NULL), *path = g_build_filename (folder, "x.yard.yaml", NULL);
  g_autofree char *sidecar = g_build_filename (folder, "x.layout.json", NULL);
  double began = wall_ms ();

  g_signal_connect (bench->design, "saved", G_CALLBACK (on_saved), bench);
  sy_design_save (bench->design, path, FALSE);
  while (!bench->saved)
    g_main_context_iteration (NULL, TRUE);
  printf ("%-42s saved %6.1f ms\n", "save", wall_ms () - began);
  g_unlink (path);
  g_unlink (sidecar);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  gboolean smoke = argc > 1 && g_str_equal (argv[1], "--smoke");
  const char *only = argc > 2 ? argv[2] : NULL; /* an edit, for a profiler */
  Bench bench = { .n = smoke ? 400 : argc > 1 ? (guint) atoi (argv[1]) : 10000 };
  g_autoptr (GBytes) text = make_text (bench.n);
  GtkWidget *window, *box;

  gtk_init ();
  adw_init ();
  bench.design = sy_design_new (sy_manuscript_designer_new (NULL, NULL, text, NULL));
  bench.session = sy_session_new (NULL);
  bench.canvas = sy_canvas_new (bench.session);
  window = gtk_window_new ();
  box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (bench.canvas));
  gtk_box_append (GTK_BOX (box), sy_design_form_new (bench.session));
  gtk_window_set_child (GTK_WINDOW (window), box);
  gtk_window_set_default_size (GTK_WINDOW (window), 1280, 800);
  sy_session_set_model (bench.session, sy_design_get_model (bench.design));
  sy_session_set_design (bench.session, bench.design);
  gtk_window_present (GTK_WINDOW (window));
  g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (after_paint), &bench);
  spin (smoke ? 200 : 3000);
  settle (&bench);
  bench_drag (&bench, smoke || only != NULL ? 5 : 200);
  for (guint i = 0; i < G_N_ELEMENTS (edits); i++)
    if (only == NULL || g_str_equal (only, edits[i].what))
      bench_edit (&bench, &edits[i], smoke ? 1 : only != NULL ? 12 : 5);
  bench_save (&bench);
  gtk_window_destroy (GTK_WINDOW (window));
  g_object_unref (bench.session);
  sy_design_close (bench.design, TRUE);
  g_object_unref (bench.design);
  return 0;
}
