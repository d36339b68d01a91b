/* test-layers.c: the layers of ARCHITECTURE.md hold, by includes and by undefined symbols
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <string.h>

/* A folder, what its files may include of the project, and its library (as `nm` sees it). */
typedef struct
{
  const char *folder;
  const char *may_include; /* folders, separated by space */
  const char *library;     /* (nullable) below the build root */
} Layer;

static const Layer layers[] = {
  { "core/base", "core/base", "core/base/libsybase.a" },
  { "core/model", "core/base core/model", "core/model/libsymodel.a" },
  { "core/format", "core/base core/model core/format", "core/format/libsyformat.a" },
  { "core/store", "core/base core/model core/store", "core/store/libsystore.a" },
  { "core/engine", "core/base core/model core/engine", "core/engine/libsyengine.a" },
  { "core/engine/keeper", "core/engine core/engine/keeper core/model", NULL },
  { "views/scene", "core/base core/model views/scene", "views/scene/libsyscene.a" },
  { "views", "core/base core/model views/scene views", "views/libsyviews.a" },
  { "app", "core/base core/model core/format core/store core/engine views/scene views app", NULL },
  { "app/gui", "core/base core/model core/format core/store core/engine views/scene views app app/gui", NULL },
};

/* A system header and the folders that may include it. */
static const struct
{
  const char *header;
  const char *allowed;
} headers[] = {
  { "sqlite3.h", "core/store" },
  { "yaml.h", "core/format" },
  { "gtk/", "views app app/gui" },
  { "adwaita", "views app app/gui" },
  { "cairo", "views/scene views app app/gui" },
  { "pango", "views/scene views app app/gui" },
  { "gtksourceview/", "views app app/gui" },
};

/* Functions that start a process, and the objects that may call them. */
static const char *const spawners[] = { "fork", "vfork", "posix_spawn", "posix_spawnp", "execve", "execv", "execvp",
                                        "execvpe", "fexecve", "popen", "system", "g_spawn_async", "g_spawn_sync",
                                        "g_spawn_async_with_pipes", "g_spawn_async_with_fds",
                                        "g_spawn_async_with_pipes_and_fds", "g_spawn_command_line_sync",
                                        "g_spawn_command_line_async", "g_subprocess_new", "g_subprocess_newv",
                                        "g_subprocess_launcher_spawn", "g_subprocess_launcher_spawnv" };
#define SPAWN_OBJECT "sy-process.c.o"

static const char *
source_root (void)
{
  return g_getenv ("SWITCHYARD_SOURCE_ROOT");
}

static gboolean
word_in (const char *words, const char *word)
{
  g_auto (GStrv) list = g_strsplit (words, " ", -1);

  return g_strv_contains ((const char *const *) list, word);
}

static void
check_project_include (const Layer *layer, const char *file, const char *include)
{
  g_autofree char *folder = g_path_get_dirname (include);

  if (!word_in (layer->may_include, folder))
    {
      g_test_message ("%s includes \"%s\": %s may include only %s", file, include, layer->folder, layer->may_include);
      g_test_fail ();
    }
  if (g_str_has_suffix (include, "-private.h") && strcmp (folder, layer->folder) != 0)
    {
      g_test_message ("%s includes the private header of another folder: %s", file, include);
      g_test_fail ();
    }
}

static void
check_system_include (const Layer *layer, const char *file, const char *include)
{
  for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
    if (g_str_has_prefix (include, headers[i].header) && !word_in (headers[i].allowed, layer->folder))
      {
        g_test_message ("%s includes <%s>: only %s may", file, include, headers[i].allowed);
        g_test_fail ();
      }
  if (g_str_equal (layer->folder, "core/engine/keeper") && g_str_has_prefix (include, "glib"))
    {
      g_test_message ("%s includes <%s>: the keeper has no GLib", file, include);
      g_test_fail ();
    }
}

static void
check_file (const Layer *layer, const char *file)
{
  g_autofree char *path = g_build_filename (source_root (), file, NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i]; i++)
    {
      char *at = g_strstrip (lines[i]);
      char *end;

      if (!g_str_has_prefix (at, "#include "))
        continue;
      at += strlen ("#include ");
      end = strpbrk (at + 1, "\">");
      g_assert_nonnull (end);
      *end = '\0';
      if (at[0] == '"')
        check_project_include (layer, file, at + 1);
      else
        check_system_include (layer, file, at + 1);
    }
}

static guint
check_folder (const Layer *layer)
{
  g_autofree char *path = g_build_filename (source_root (), layer->folder, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  guint n = 0;

  while (dir && (name = g_dir_read_name (dir)))
    if (g_str_has_suffix (name, ".c") || g_str_has_suffix (name, ".h"))
      {
        g_autofree char *file = g_build_filename (layer->folder, name, NULL);

        check_file (layer, file);
        n++;
      }
  return n;
}

static void
test_includes (gconstpointer data)
{
  const Layer *layer = data;
  guint n = check_folder (layer);

  if (n == 0)
    g_test_skip ("no sources in this folder");
}

/* Lines `archive:object: U symbol` of nm */
static GStrv
undefined_symbols (const char *library)
{
  g_autofree char *path = g_build_filename (g_getenv ("SWITCHYARD_BUILD_ROOT"), library, NULL);
  const char *argv[] = { "nm", "-A", "-u", path, NULL };
  g_autofree char *out = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return NULL;
  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &out, NULL,
                &status, &error);
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, NULL));
  return g_strsplit (out, "\n", -1);
}

static void
check_symbol (const Layer *layer, const char *line, const char *symbol)
{
  if (g_str_has_prefix (symbol, "sqlite3_") && !g_str_equal (layer->folder, "core/store"))
    {
      g_test_message ("SQLite outside of core/store: %s", line);
      g_test_fail ();
    }
  if (g_str_has_prefix (symbol, "gtk_") || g_str_has_prefix (symbol, "gdk_") || g_str_has_prefix (symbol, "adw_"))
    if (!g_str_equal (layer->folder, "views"))
      {
        g_test_message ("GTK below views/: %s", line);
        g_test_fail ();
      }
  for (guint i = 0; i < G_N_ELEMENTS (spawners); i++)
    if (g_str_equal (symbol, spawners[i]) && !strstr (line, SPAWN_OBJECT))
      {
        g_test_message ("a process is started outside of core/engine/sy-process.c: %s", line);
        g_test_fail ();
      }
}

static void
test_symbols (gconstpointer data)
{
  const Layer *layer = data;
  g_auto (GStrv) lines = undefined_symbols (layer->library);

  if (lines == NULL)
    {
      g_test_skip ("not built");
      return;
    }
  for (guint i = 0; lines[i]; i++)
    {
      char *symbol = strrchr (lines[i], ' ');

      if (symbol)
        check_symbol (layer, lines[i], symbol + 1);
    }
}

/* Only core/store may name the files of an open log: a stray open and close drops SQLite's POSIX locks. */
static void
test_log_files_named_in_store_only (void)
{
  static const char *const words[] = { "\"log.db", "/log.db", "log.db-wal", "log.db-shm" };

  for (guint l = 0; l < G_N_ELEMENTS (layers); l++)
    {
      g_autofree char *path = g_build_filename (source_root (), layers[l].folder, NULL);
      g_autoptr (GDir) dir = g_str_equal (layers[l].folder, "core/store") ? NULL : g_dir_open (path, 0, NULL);
      const char *name;

      while (dir && (name = g_dir_read_name (dir)))
        {
          g_autofree char *file = g_build_filename (path, name, NULL);
          g_autofree char *text = NULL;

          if (!g_str_has_suffix (name, ".c") || !g_file_get_contents (file, &text, NULL, NULL))
            continue;
          for (guint w = 0; w < G_N_ELEMENTS (words); w++)
            if (strstr (text, words[w]))
              {
                g_test_message ("%s/%s names %s", layers[l].folder, name, words[w]);
                g_test_fail ();
              }
        }
    }
}

/* Each library that is drawn in costs every start of the program: GObject and GIO with theirs as much as all the rest. */
static void
test_program_needs_little (void)
{
  static const char *const strangers[] = { "libgobject-2.0.so", "libgio-2.0.so", "libjson-glib-1.0.so", "libgtk-4.so" };
  g_autofree char *path = g_build_filename (g_getenv ("SWITCHYARD_BUILD_ROOT"), "app", "switchyard", NULL);
  g_autofree char *bytes = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  g_file_get_contents (path, &bytes, &size, &error);
  g_assert_no_error (error);
  g_assert_nonnull (memmem (bytes, size, "libglib-2.0.so", strlen ("libglib-2.0.so")));
  for (guint i = 0; i < G_N_ELEMENTS (strangers); i++)
    if (memmem (bytes, size, strangers[i], strlen (strangers[i])) != NULL)
      g_error ("app/switchyard is linked with %s", strangers[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (layers); i++)
    {
      g_autofree char *includes = g_strdup_printf ("/house/layers/includes/%s", layers[i].folder);
      g_autofree char *symbols = g_strdup_printf ("/house/layers/symbols/%s", layers[i].folder);

      g_test_add_data_func (includes, &layers[i], test_includes);
      if (layers[i].library)
        g_test_add_data_func (symbols, &layers[i], test_symbols);
    }
  g_test_add_func ("/house/layers/log-files", test_log_files_named_in_store_only);
  g_test_add_func ("/house/layers/program", test_program_needs_little);
  return g_test_run ();
}
