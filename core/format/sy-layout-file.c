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
read_number (JsonArray *pair, guint i, gint32 *out)
{
  JsonNode *node = json_array_get_element (pair, i);
  gint64 value;

  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64)
    return FALSE;
  value = json_node_get_int (node);
  *out = (gint32) CLAMP (value, -SY_PLACE_MOST, SY_PLACE_MOST);
  return value == *out;
}

static gboolean
read_places (SyPlaces *places, JsonObject *object, const char *name, GError **error)
{
  JsonObjectIter iter;
  const char *id;
  JsonNode *node;

  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &id, &node))
    {
      JsonArray *pair = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
      SyPlace place;

      if (pair == NULL || json_array_get_length (pair) != 2 || !read_number (pair, 0, &place.x) || !read_number (pair, 1, &place.y))
        {
          g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "%s: the position of “%s” is not two whole numbers", name, id);
          return FALSE;
        }
      sy_places_set (places, id, place);
    }
  return TRUE;
}

static gboolean
read_root (SyPlaces *places, JsonObject *root, const char *name, GError **error)
{
  JsonNode *version = json_object_get_member (root, "version"), *positions = json_object_get_member (root, "positions");

  if (version == NULL || !JSON_NODE_HOLDS_VALUE (version) || json_node_get_value_type (version) != G_TYPE_INT64)
    return refuse (name, error, "this is no file of positions: it has no “version”");
  if (json_node_get_int (version) != VERSION)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_VERSION, "%s: written by another version of Switchyard (%" G_GINT64_FORMAT ")", name,
                   json_node_get_int (version));
      return FALSE;
    }
  if (positions == NULL || !JSON_NODE_HOLDS_OBJECT (positions))
    return refuse (name, error, "this is no file of positions: it has no “positions”");
  if (json_object_get_size (root) != 2)
    return refuse (name, error, "this is no file of positions: there is more in it than “version” and “positions”");
  return read_places (places, json_node_get_object (positions), name, error);
}

SyPlaces *
sy_layout_file_parse (GBytes *bytes, const char *name, GError **error)
{
  g_autoptr (SyPlaces) places = sy_places_new ();
  g_autofree char *text = NULL;
  g_autoptr (JsonNode) node = NULL;
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
  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      refuse (name, error, "this is no file of positions");
      return NULL;
    }
  return read_root (places, json_node_get_object (node), name, error) ? g_steal_pointer (&places) : NULL;
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
