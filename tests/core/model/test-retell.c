/* test-retell.c: English texts of other processes in the language of this one
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-retell.h"

#include <libintl.h>
#include <locale.h>

static const struct
{
  const char *said, *told;
} cases[] = {
  { "the run is paused already", "der Lauf ist schon angehalten" },
  { "task “failed” is succeeded (cached): stop it instead", "Aufgabe „failed“ (erfolgreich, zwischengespeichert): stattdessen stoppen" },
  { "task “a: b” is running: stop it instead", "Aufgabe „a: b“ (läuft): stattdessen stoppen" },
  { "The run has changed since the preview (event 12, now 14): look at the new one",
    "Der Lauf hat sich seit der Vorschau geändert (Ereignis 12, jetzt 14): die neue ansehen" },
  { "folder “nowhere”: no such thing", "Ordner „nowhere“: no such thing" },
  { "no output for 30 s (timeout.no_output)", "30 s lang keine Ausgabe (timeout.no_output)" },
  { "200 ms (timeout)", "200 ms (timeout)" },
  { "value: a string does not compare with an int, operands never convert: write int(env.N) (in “env.N > 2”, byte 0 of the expression)",
    "Wert: eine Zeichenkette und eine ganze Zahl lassen sich nicht vergleichen, umgewandelt wird nie: int(env.N) schreiben (in „env.N > 2“, Byte 0 des "
    "Ausdrucks)" },
  { "value: (timeout) is no such text", "Wert: (timeout) is no such text" },
  { "what a person wrote: 100 % of it", "what a person wrote: 100 % of it" },
  { "", "" },
};

static void
test_said (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autofree char *told = sy_retell (cases[i].said);

  g_assert_cmpstr (told, ==, cases[i].told);
}

/* The command line chooses no catalogue. */
static void
test_english (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *told = sy_retell (cases[i].said);

      g_assert_cmpstr (told, ==, cases[i].said);
    }
}

int
main (int argc, char **argv)
{
  g_autofree char *catalogues = g_build_filename (g_getenv ("SWITCHYARD_BUILD_ROOT"), "data", "po", NULL);
  g_autofree char *german = g_build_filename (catalogues, "de", "LC_MESSAGES", "switchyard.mo", NULL);
  gboolean can = g_file_test (german, G_FILE_TEST_EXISTS) && setlocale (LC_MESSAGES, "C.UTF-8") != NULL;

  g_test_init (&argc, &argv, NULL);
  if (!can)
    {
      g_test_add_func ("/retell/english", test_english);
      return g_test_run ();
    }
  g_setenv ("LANGUAGE", "de", TRUE);
  bindtextdomain ("switchyard", catalogues);
  bind_textdomain_codeset ("switchyard", "UTF-8");
  textdomain ("switchyard");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = g_strdup_printf ("/retell/%u", i);

      g_test_add_data_func (name, GUINT_TO_POINTER (i), test_said);
    }
  return g_test_run ();
}
