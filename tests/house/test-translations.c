/* test-translations.c: every file with words for people is in the list that the translators' catalogue is made from
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <string.h>

static const char *const folders[] = { "app", "app/gui", "core/base", "core/engine", "core/format", "core/model", "core/store",
                                       "data", "resources/ui", "views", "views/scene" };

static char *
source_path (const char *file)
{
  return g_build_filename (g_getenv ("SWITCHYARD_SOURCE_ROOT"), file, NULL);
}

static char *
read_file (const char *file)
{
  g_autofree char *path = source_path (file);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static gboolean
has_words (const char *file)
{
  g_autofree char *text = NULL;
  g_autoptr (GRegex) call = g_regex_new ("\\b(_|N_|C_|NC_|ngettext|sy_words_counted|sy_check_add|sy_check_add_at|sy_problems_add|sy_problems_add_file"
                                         "|sy_problem_set_hint|sy_scalar_fail|sy_expr_fail|sy_draft_lost|sy_draft_error) ?\\((?!gint64 )", 0, 0, NULL);

  if (g_str_has_suffix (file, ".desktop.in") || g_str_has_suffix (file, ".xml.in") || g_str_has_suffix (file, ".gschema.xml"))
    return TRUE;
  if (g_str_has_suffix (file, ".ui"))
    return text = read_file (file), strstr (text, "translatable=\"yes\"") != NULL;
  if (!g_str_has_suffix (file, ".c"))
    return FALSE;
  return text = read_file (file), g_regex_match (call, text, 0, NULL);
}

static void
check_folder (const char *folder, const char *const *listed)
{
  g_autofree char *path = source_path (folder);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (folder, name, NULL);

      if (has_words (file) == g_strv_contains (listed, file))
        continue;
      g_test_message ("%s %s data/po/POTFILES", file, has_words (file) ? "has words to translate: add it to" : "has none: take it out of");
      g_test_fail ();
    }
}

static void
test_listed (void)
{
  g_autofree char *text = read_file ("data/po/POTFILES");
  g_auto (GStrv) listed = g_strsplit (g_strstrip (text), "\n", -1);

  g_assert_cmpuint (g_strv_length (listed), >, 20);
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    check_folder (folders[i], (const char *const *) listed);
  for (guint i = 0; listed[i] != NULL; i++)
    {
      g_autofree char *path = source_path (listed[i]);

      g_test_message ("%s", listed[i]);
      g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/translations/listed", test_listed);
  return g_test_run ();
}
