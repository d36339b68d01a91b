/* bench-text.c: 65 MiB of output and a text of 1 GB, on the window's own code: first screen, search, lines counted, memory
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-text-reads.h"
#include "core/model/sy-output-format.h"
#include "core/store/sy-run-dir.h"
#include "views/sy-text-pane.h"

#include <adwaita.h>
#include <stdio.h>
#include <string.h>

#define MIB (1024 * 1024)

static gboolean opt_smoke;
static const char *opt_only;

static const GOptionEntry entries[] = {
  { "smoke", 0, 0, G_OPTION_ARG_NONE, &opt_smoke, "Small texts", NULL },
  { "only", 0, 0, G_OPTION_ARG_STRING, &opt_only, "output or file", "WHAT" },
  { NULL }
};

/* --- texts --- */

/* Lines as programs write them, a block of 1 MiB over and over; "needle" stands in one of 5,000 */
static GString *
make_block (void)
{
  static const char *const words[] = { "loading", "model", "batch", "record", "sentence", "entities", "parsed", "cached", "token" };
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  GString *block = g_string_sized_new (MIB + 200);

  for (guint line = 0; block->len < MIB; line++)
    {
      g_string_append_printf (block, "%08u", line);
      for (int n = g_rand_int_range (rand, 2, 10); n > 0; n--)
        g_string_append_printf (block, " %s", words[g_rand_int_range (rand, 0, G_N_ELEMENTS (words))]);
      g_string_append (block, line % 5000 == 77 ? " needle\n" : "\n");
    }
  block->str[MIB - 1] = '\n';
  return g_string_truncate (block, MIB);
}

static void
write_file (const char *path, const GString *block, guint mib)
{
  FILE *file = fopen (path, "w");

  for (guint i = 0; file != NULL && i < mib; i++)
    fwrite (block->str, 1, block->len, file);
  if (file == NULL || fclose (file) != 0)
    g_error ("%s cannot be written", path);
}

/* The head and eight segments of 8 MiB: all that is kept of an output */
static char *
make_output (const char *folder, const GString *block)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *state = g_build_filename (folder, "switchyard", NULL);
  g_autoptr (SyStateDir) dir = NULL;
  g_autoptr (SyRunDir) run = NULL;

  g_setenv ("XDG_STATE_HOME", folder, TRUE);
  dir = sy_state_dir_open (state, SY_STATE_DIR_CREATE, &error);
  run = dir != NULL ? sy_run_dir_create (dir, NULL, &error) : NULL;
  if (run == NULL)
    g_error ("%s", error->message);
  for (guint n = 0; n <= (opt_smoke ? 1 : 8); n++)
    {
      char name[SY_OUTPUT_NAME_MAX];
      g_autofree char *path = NULL;

      sy_output_segment_name (name, 1, 0, 1, SY_OUTPUT_STDOUT, n);
      path = g_build_filename (sy_run_dir_get_path (run), "out", name, NULL);
      write_file (path, block, n == 0 ? 1 : 8);
    }
  return g_strdup (sy_run_dir_get_uuid (run));
}

/* --- measuring --- */

static double
pss_mb (void)
{
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/smaps_rollup", &text, NULL, NULL) || (line = strstr (text, "\nPss:")) == NULL)
    return 0;
  return (double) g_ascii_strtoll (line + 5, NULL, 10) / 1000;
}

static void
on_painted (GdkFrameClock *clock, guint *frames)
{
  ++*frames;
}

typedef struct
{
  GtkWidget *window, *pane;
  guint frames;
} Bench;

static void
turn (void)
{
  g_main_context_iteration (NULL, TRUE);
}

static gboolean
tick (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Until a frame was painted with what is there now */
static void
wait_for_frame (Bench *bench)
{
  guint before = bench->frames;

  gtk_widget_queue_draw (bench->pane);
  while (bench->frames == before)
    turn ();
}

static void
say (const char *what, double value, const char *unit, double limit)
{
  g_print ("  %-58s %9.1f %s   ≤ %g %s  %s\n", what, value, unit, limit, unit, opt_smoke ? "" : value <= limit ? "ok" : "SHORT");
}

static double
search (SyTextModel *model, SyTextQueryKind kind, const char *pattern, guint64 *matches)
{
  g_autoptr (SyTextQuery) query = sy_text_query_new (kind, pattern, FALSE, NULL);
  gint64 begin = g_get_monotonic_time ();

  sy_text_model_search (model, query);
  while (sy_text_model_is_searching (model))
    turn ();
  *matches = sy_text_model_get_n_matches (model);
  return (double) (g_get_monotonic_time () - begin) / 1000;
}

/* TRUE once the line at the end, or the first one, can be drawn */
static gboolean
is_there (SyTextModel *model, gboolean end)
{
  g_autoptr (GString) text = g_string_new (NULL);
  SyTextLine line = { .text = text };
  guint64 n = sy_text_model_get_n_lines (model);

  return n > 0 && (!end || !sy_text_model_is_counting (model)) && sy_text_model_get_line (model, end ? n - 1 : 0, 100, &line);
}

static void
measure (Bench *bench, const char *what, SyTextSource *source, gboolean end, double screen_ms, double search_ms)
{
  double before = pss_mb ();
  gint64 begin = g_get_monotonic_time ();
  g_autoptr (SyTextModel) model = sy_text_model_new (source);
  g_autofree char *first = g_strdup_printf ("%s: first screen%s", what, end ? " (the end)" : "");
  g_autofree char *counted = g_strdup_printf ("%s: lines counted", what), *found = g_strdup_printf ("%s: search", what);
  g_autofree char *regex = g_strdup_printf ("%s: search by an expression", what), *memory = g_strdup_printf ("%s: memory", what);
  guint64 matches, again;
  double ms;

  sy_text_pane_set_model (SY_TEXT_PANE (bench->pane), model, end);
  while (!is_there (model, end))
    turn ();
  wait_for_frame (bench);
  say (first, (double) (g_get_monotonic_time () - begin) / 1000, "ms", screen_ms);
  while (sy_text_model_is_counting (model))
    turn ();
  g_print ("  %-58s %9.1f ms   %" G_GUINT64_FORMAT " lines\n", counted, (double) (g_get_monotonic_time () - begin) / 1000,
           sy_text_model_get_n_lines (model));
  ms = search (model, SY_TEXT_LITERAL, "Needle", &matches);
  say (found, ms, "ms", search_ms);
  ms = search (model, SY_TEXT_REGEX, "need[a-z]+$", &again);
  say (regex, ms, "ms", search_ms);
  if (matches == 0 || matches != again)
    g_error ("%" G_GUINT64_FORMAT " and %" G_GUINT64_FORMAT " lines found", matches, again);
  say (memory, pss_mb () - before, "MB", 30);
  sy_text_pane_set_model (SY_TEXT_PANE (bench->pane), NULL, FALSE);
}

static void
open_window (Bench *bench)
{
  bench->window = gtk_window_new ();
  bench->pane = sy_text_pane_new ();
  gtk_window_set_default_size (GTK_WINDOW (bench->window), 1000, 700);
  gtk_window_set_child (GTK_WINDOW (bench->window), bench->pane);
  gtk_window_present (GTK_WINDOW (bench->window));
  g_timeout_add (1, tick, NULL); /* what is waited for does not depend on something else that happens */
  while (!gtk_widget_get_mapped (bench->pane))
    turn ();
  g_signal_connect (gtk_widget_get_frame_clock (bench->window), "after-paint", G_CALLBACK (on_painted), &bench->frames);
  wait_for_frame (bench);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = NULL, *uuid = NULL, *path = NULL, *remove_all = NULL;
  g_autoptr (GString) block = make_block ();
  Bench bench = { NULL };

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || (folder = g_dir_make_tmp ("switchyard-text-XXXXXX", &error)) == NULL)
    g_error ("%s", error->message);
  adw_init ();
  open_window (&bench);
  if (g_strcmp0 (opt_only, "file") != 0)
    {
      uuid = make_output (folder, block);
      measure (&bench, opt_smoke ? "output" : "65 MiB of output", sy_text_reads_open_output (uuid, 1, 1), TRUE, 100, 500);
    }
  if (g_strcmp0 (opt_only, "output") != 0)
    {
      path = g_build_filename (folder, "text", NULL);
      write_file (path, block, opt_smoke ? 8 : 954);
      measure (&bench, opt_smoke ? "file" : "a text of 1 GB", sy_text_reads_open_file (path), FALSE, 300, 8000);
    }
  gtk_window_destroy (GTK_WINDOW (bench.window));
  remove_all = g_strconcat ("rm -rf ", folder, NULL);
  g_spawn_command_line_sync (remove_all, NULL, NULL, NULL, NULL);
  return 0;
}
