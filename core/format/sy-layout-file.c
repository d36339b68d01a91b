/* sy-layout-file.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-layout-file.h"

#include "core/base/sy-error.h"
#include "core/format/sy-loader.h"
#include "core/model/sy-json.h"

#include <string.h>

#define VERSION 1

char *
sy_layout_file_path (const char *workflow)
{
  static const char *const ends[] = { ".yard.yaml", ".yard.yml", ".yaml", ".yml" };
  g_autofree char *base = g_path_get_basename (workflow), *folder = g_path_get_dirname (workflow), *name = NULL;
  gsize length = strlen (base);

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    if (g_str_has_suffix (base, ends[i]) && length > strlen (ends[i]))
      {
        base[length - strlen (ends[i])] = '\0';
        break;
      }
  name = g_strconcat (base, ".layout.json", NULL);
  return g_build_filename (folder, name, NULL);
}

/* --- reading --- */

static gboolean
refuse (const char *name, GError **error, const char *what)
{
  g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "%s: %s", name, what);
  return FALSE;
}

static gboolean
read_number (const SyJsonNode *pair, guint i, gint32 *out)
{
  const SyJsonNode *node = sy_json_at (pair, i);

  if (!sy_json_is (node, SY_JSON_INT))
    return FALSE;
  *out = (gint32) CLAMP (node->integer, -SY_PLACE_MOST, SY_PLACE_MOST);
  return node->integer == *out;
}

static gboolean
read_places (SyPlaces *places, const SyJsonNode *object, const char *name, GError **error)
{
  for (guint i = 0; i < sy_json_length (object); i++)
    {
      const SyJsonNode *pair = sy_json_at (object, i);
      const char *id = pair->name;
      SyPlace place;

      if (!sy_json_is (pair, SY_JSON_ARRAY) || pair->n != 2 || !read_number (pair, 0, &place.x) || !read_number (pair, 1, &place.y))
        {
          g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "%s: the position of “%s” is not two whole numbers", name, id);
          return FALSE;
        }
      sy_places_set (places, id, place);
    }
  return TRUE;
}

static gboolean
read_root (SyPlaces *places, const SyJsonNode *root, const char *name, GError **error)
{
  const SyJsonNode *version = sy_json_get (root, "version"), *positions = sy_json_get (root, "positions");

  if (!sy_json_is (version, SY_JSON_INT))
    return refuse (name, error, "this is no file of positions: it has no “version”");
  if (version->integer != VERSION)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_VERSION, "%s: written by another version of Switchyard (%" G_GINT64_FORMAT ")", name,
                   version->integer);
      return FALSE;
    }
  if (!sy_json_is (positions, SY_JSON_OBJECT))
    return refuse (name, error, "this is no file of positions: it has no “positions”");
  if (sy_json_length (root) != 2)
    return refuse (name, error, "this is no file of positions: there is more in it than “version” and “positions”");
  return read_places (places, positions, name, error);
}

SyPlaces *
sy_layout_file_parse (GBytes *bytes, const char *name, GError **error)
{
  g_autoptr (SyPlaces) places = sy_places_new ();
  g_autofree char *text = NULL;
  g_autoptr (SyJsonNode) node = NULL;
  gsize length = g_bytes_get_size (bytes);

  if (length > SY_LAYOUT_FILE_BYTES)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_LIMIT, "%s: larger than %u MiB", name, SY_LAYOUT_FILE_BYTES >> 20);
      return NULL;
    }
  text = length > 0 ? g_strndup (g_bytes_get_data (bytes, NULL), length) : g_strdup (""); /* no bytes have no address */
  if (strlen (text) != length || !g_utf8_validate (text, (gssize) length, NULL))
    {
      refuse (name, error, "this is no file of positions: it is no text");
      return NULL;
    }
  node = sy_json_parse (text, error);
  if (node == NULL)
    {
      g_prefix_error (error, "%s: ", name);
      return NULL;
    }
  if (!sy_json_is (node, SY_JSON_OBJECT))
    {
      refuse (name, error, "this is no file of positions");
      return NULL;
    }
  return read_root (places, node, name, error) ? g_steal_pointer (&places) : NULL;
}

SyPlaces *
sy_layout_file_read (const char *path, GBytes **bytes, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GBytes) read = sy_loader_read (path, &local);

  if (bytes != NULL)
    *bytes = read != NULL ? g_bytes_ref (read) : NULL;
  if (read != NULL)
    return sy_layout_file_parse (read, path, error);
  if (g_error_matches (local, SY_ERROR, SY_ERROR_NOT_FOUND))
    return sy_places_new ();
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

SyPlaces *
sy_layout_file_of (const char *workflow)
{
  g_autofree char *path = sy_layout_file_path (workflow);
  SyPlaces *places = sy_layout_file_read (path, NULL, NULL);

  return places != NULL ? places : sy_places_new ();
}

/* --- writing --- */

GBytes *
sy_layout_file_print (const SyPlaces *places)
{
  g_autoptr (GPtrArray) ids = sy_places_list (places);
  GString *out = g_string_new ("{\n  \"version\": 1,\n  \"positions\": {");

  for (guint i = 0; i < ids->len; i++)
    {
      const char *id = g_ptr_array_index (ids, i);
      SyPlace place;

      sy_places_get (places, id, &place);
      g_string_append (out, i > 0 ? ",\n    " : "\n    ");
      sy_json_append_string (out, id);
      g_string_append_printf (out, ": [%d, %d]", place.x, place.y);
    }
  g_string_append (out, ids->len > 0 ? "\n  }\n}\n" : "}\n}\n");
  return g_string_free_to_bytes (out);
}
