/* sy-picture.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-picture.h"

#include "core/base/sy-error.h"
#include "core/format/sy-layout-file.h"

#include <dlfcn.h>

#define MODULE "switchyard-picture.so"

typedef GBytes *(*ExportPicture) (SyWorkflow *workflow, const SyRunState *state, const SyPlaces *places, const char *format, GError **error);

gboolean
sy_picture_is_format (const char *format)
{
  static const char *const formats[] = { "svg", "png", "pdf", NULL };

  return g_strv_contains (formats, format);
}

static char *
find_module (void)
{
  static const char *const folders[] = { ".", "../views/scene", "../lib/switchyard" };
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : NULL;

  for (guint i = 0; folder != NULL && i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_build_filename (folder, folders[i], MODULE, NULL);

      if (g_file_test (path, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&path);
    }
  return g_build_filename (SY_LIBDIR, MODULE, NULL);
}

/* Never unloaded: Pango keeps per-thread data. */
static ExportPicture
load (GError **error)
{
  g_autofree char *path = find_module ();
  gpointer module = dlopen (path, RTLD_NOW | RTLD_LOCAL);
  ExportPicture function = NULL;

  if (module != NULL)
    *(gpointer *) &function = dlsym (module, "sy_scene_export");
  if (function == NULL)
    g_set_error (error, SY_ERROR, SY_ERROR_NOT_FOUND,
                 "pictures need the module %s of the window's package, which is not there (%s); “--to dot” with Graphviz draws a graph",
                 MODULE, dlerror ());
  return function;
}

GBytes *
sy_picture_export (SyWorkflow *workflow, const SyRunState *state, const char *format, GError **error)
{
  ExportPicture draw = load (error);
  g_autoptr (SyPlaces) places = draw != NULL && workflow->path != NULL ? sy_layout_file_of (workflow->path) : NULL;

  return draw != NULL ? draw (workflow, state, places, format, error) : NULL;
}
