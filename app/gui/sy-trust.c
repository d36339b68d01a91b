/* sy-trust.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-trust.h"

#include "core/base/sy-error.h"

#include <errno.h>
#include <string.h>

static char *
file_name (void)
{
  return g_build_filename (g_get_user_data_dir (), "switchyard", "trusted", NULL);
}

static GKeyFile *
load (void)
{
  GKeyFile *file = g_key_file_new ();
  g_autofree char *name = file_name ();

  g_key_file_load_from_file (file, name, G_KEY_FILE_NONE, NULL);
  return file;
}

/* Keys of a key file hold no '=' and no brackets: a digest of the path stands for it. */
static char *
key_of (const char *path)
{
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, path, -1);
}

gboolean
sy_trust_has (const char *path, const char *sha256)
{
  g_autoptr (GKeyFile) file = load ();
  g_autofree char *key = key_of (path);
  g_autofree char *known = g_key_file_get_string (file, "files", key, NULL);
  g_autofree char *folder = g_path_get_dirname (path);

  if (known != NULL && g_strcmp0 (known, sha256) == 0)
    return TRUE;
  while (strlen (folder) > 1)
    {
      g_autofree char *folder_key = key_of (folder);
      char *parent;

      if (g_key_file_has_key (file, "folders", folder_key, NULL))
        return TRUE;
      parent = g_path_get_dirname (folder);
      g_free (folder);
      folder = parent;
    }
  return FALSE;
}

gboolean
sy_trust_add (const char *path, const char *sha256, gboolean whole_folder, GError **error)
{
  g_autoptr (GKeyFile) file = load ();
  g_autofree char *name = file_name ();
  g_autofree char *data_dir = g_path_get_dirname (name);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *key = key_of (whole_folder ? folder : path);
  g_autofree char *text = NULL;

  g_key_file_set_string (file, whole_folder ? "folders" : "files", key, whole_folder ? folder : sha256);
  text = g_key_file_to_data (file, NULL, NULL);
  if (g_mkdir_with_parents (data_dir, 0700) != 0)
    return sy_error_set_errno (error, errno, "make the folder %s", data_dir), FALSE;
  return g_file_set_contents_full (name, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}
