/* test-layout-file.c: the file of positions beside a workflow
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "core/base/sy-error.h"
#include "core/format/sy-layout-file.h"

static const struct { const char *workflow, *expected; } paths[] = {
  { "/a/report.yard.yaml", "/a/report.layout.json" }, { "/a/report.yard.yml", "/a/report.layout.json" },
  { "/a/b.c.yaml", "/a/b.c.layout.json" },            { "/a.yaml/x", "/a.yaml/x.layout.json" },
  { "/a/.yaml", "/a/.yaml.layout.json" },             { "x.yard.yaml", "./x.layout.json" },
};

static void
test_path (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *path = sy_layout_file_path (paths[i].workflow);

      g_assert_cmpstr (path, ==, paths[i].expected);
    }
}

static SyPlaces *
parse (const char *text, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return sy_layout_file_parse (bytes, "x.layout.json", error);
}

#define TWO "{\n  \"version\": 1,\n  \"positions\": {\n    \"a\": [-3, 40],\n    \"b\\\"c\": [1000000, 0]\n  }\n}\n"

static void
test_round_trip (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SyPlaces) places = parse (TWO, &error), none = parse ("{\"version\": 1, \"positions\": {}}", NULL);
  g_autoptr (GBytes) bytes = NULL, empty = NULL;

  g_assert_no_error (error);
  bytes = sy_layout_file_print (places);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), TWO, strlen (TWO));
  g_assert_cmpuint (sy_places_get_n (none), ==, 0);
  empty = sy_layout_file_print (none);
  g_assert_cmpuint (g_bytes_get_size (empty), >, 0);
}

static const struct { const char *text; SyErrorCode code; } bad[] = {
  { "", SY_ERROR_INVALID },
  { "{", SY_ERROR_INVALID },
  { "[]", SY_ERROR_INVALID },
  { "3", SY_ERROR_INVALID },
  { "{}", SY_ERROR_INVALID },
  { "{\"version\": \"1\", \"positions\": {}}", SY_ERROR_INVALID },
  { "{\"version\": 2, \"positions\": {}}", SY_ERROR_VERSION },
  { "{\"version\": 1}", SY_ERROR_INVALID },
  { "{\"version\": 1, \"positions\": []}", SY_ERROR_INVALID },
  { "{\"version\": 1, \"positions\": {}, \"zoom\": 1}", SY_ERROR_INVALID },
  { "{\"version\": 1, \"positions\": {\"a\": 1}}", SY_ERROR_INVALID },
  { "{\"version\": 1, \"positions\": {\"a\": [1]}}", SY_ERROR_INVALID },
  { "{\"version\": 1, \"positions\": {\"a\": [1, 2, 3]}}", SY_ERROR_INVALID },
  { "{\"version\": 1, \"positions\": {\"a\": [1, 2.5]}}", SY_ERROR_INVALID },
  { "{\"version\": 1, \"positions\": {\"a\": [1, 1000001]}}", SY_ERROR_INVALID },
  { "{\"version\": 1, \"positions\": {\"a\": [1, null]}}", SY_ERROR_INVALID },
  { "<<<<<<< mine\n{\"version\": 1, \"positions\": {}}\n", SY_ERROR_INVALID },
  { "\xff\xfe{}", SY_ERROR_INVALID },
};

static void
test_bad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("bad text %u", i);
      g_assert_null (parse (bad[i].text, &error));
      g_assert_error (error, SY_ERROR, (int) bad[i].code);
      g_assert_nonnull (strstr (error->message, "x.layout.json"));
    }
}

static void
test_zero_byte (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("{\"version\": 1, \"positions\": {}}\0x", 34);
  g_autoptr (GError) error = NULL;

  g_assert_null (sy_layout_file_parse (bytes, "x", &error));
  g_assert_error (error, SY_ERROR, SY_ERROR_INVALID);
}

static void
test_read (void)
{
  g_autofree char *dir = g_dir_make_tmp ("sy-layout-XXXXXX", NULL), *path = g_build_filename (dir, "a.layout.json", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (SyPlaces) none = sy_layout_file_read (path, &bytes, &error), two = NULL, shown = NULL, torn = NULL;
  g_autofree char *workflow = g_build_filename (dir, "a.yard.yaml", NULL);

  g_assert_no_error (error);
  g_assert_null (bytes);
  g_assert_cmpuint (sy_places_get_n (none), ==, 0);
  g_assert_true (g_file_set_contents (path, TWO, -1, NULL));
  two = sy_layout_file_read (path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (sy_places_get_n (two), ==, 2);
  shown = sy_layout_file_of (workflow);
  g_assert_true (sy_places_equal (two, shown));
  g_assert_true (g_file_set_contents (path, "{", -1, NULL));
  torn = sy_layout_file_of (workflow);
  g_assert_cmpuint (sy_places_get_n (torn), ==, 0);
  g_unlink (path);
  g_assert_no_errno (g_mkdir (path, 0700));
  g_assert_null (sy_layout_file_read (path, NULL, &error));
  g_assert_nonnull (error);
  g_rmdir (path);
  g_rmdir (dir);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/layout-file/path", test_path);
  g_test_add_func ("/layout-file/round-trip", test_round_trip);
  g_test_add_func ("/layout-file/bad", test_bad);
  g_test_add_func ("/layout-file/zero-byte", test_zero_byte);
  g_test_add_func ("/layout-file/read", test_read);
  return g_test_run ();
}
