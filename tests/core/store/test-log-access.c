/* test-log-access.c: nothing opens a run's log but SQLite: one stray open and close drops its POSIX locks
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>

#include <string.h>

/* Where the name may stand, and why */
static const struct
{
  const char *file;
  const char *because;
} allowed[] = {
  { "core/store/sy-log-schema.c", "makes the path for SQLite; stats it by name" },
  { "core/store/sy-run-dir.c", "refuses to open it" },
  { "core/store/sy-salvage.c", "renames it while no runner lives" },
  { "core/store/sy-gc.c", "stats it by name" },
};

static gboolean
is_allowed (const char *file)
{
  for (gsize i = 0; i < G_N_ELEMENTS (allowed); i++)
    if (g_str_equal (file, allowed[i].file))
      return TRUE;
  return FALSE;
}

/* In a string, not in a comment or a message with the path before it */
static gboolean
names_the_log (const char *text)
{
  const char *at = text;

  while ((at = strstr (at, "log.db")) != NULL)
    {
      const char *line = at;

      while (line > text && line[-1] != '\n')
        line--;
      for (const char *c = line; c < at; c++)
        if (*c == '"' && (at[-1] == '"' || at[-1] == '/') && strncmp (at - 3, "%s/", 3) != 0)
          return TRUE;
      at++;
    }
  return FALSE;
}

static void
scan (const char *root, const char *folder, guint *n_files)
{
  g_autofree char *path = g_build_filename (root, folder, NULL);
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (folder, name, NULL),
                      *full = g_build_filename (root, file, NULL), *text = NULL;

      if (g_file_test (full, G_FILE_TEST_IS_DIR))
        scan (root, file, n_files);
      else if (g_str_has_suffix (name, ".c") && g_file_get_contents (full, &text, NULL, NULL))
        {
          (*n_files)++;
          if (names_the_log (text) && !is_allowed (file))
            g_error ("%s names log.db: only SQLite may open it (core/store knows how)", file);
        }
    }
  g_clear_pointer (&dir, g_dir_close);
}

static void
test_sources (void)
{
  static const char *const folders[] = { "app", "core", "views" };
  const char *root = g_getenv ("SWITCHYARD_SOURCE_ROOT");
  guint n_files = 0;

  if (root == NULL)
    {
      g_test_skip ("no SWITCHYARD_SOURCE_ROOT");
      return;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    scan (root, folders[i], &n_files);
  g_assert_cmpuint (n_files, >, 30);
}

static void
test_finder (void)
{
  g_assert_true (names_the_log ("open (\"log.db\", 0)"));
  g_assert_true (names_the_log ("x = g_strconcat (dir, \"/log.db-wal\", NULL)"));
  g_assert_false (names_the_log ("/* log.db is SQLite's */"));
  g_assert_false (names_the_log ("say (\"in %s/log.db\")"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/log-access/finder", test_finder);
  g_test_add_func ("/store/log-access/sources", test_sources);
  return g_test_run ();
}
