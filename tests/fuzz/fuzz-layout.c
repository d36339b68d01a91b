/* fuzz-layout.c: any bytes as a file of positions: refused, or what it says can be written, read, taken apart and merged
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-layout-file.h"
#include "tests/fuzz/fuzz.h"

static void
check_again (const SyPlaces *places)
{
  g_autoptr (GBytes) printed = sy_layout_file_print (places), second = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SyPlaces) again = sy_layout_file_parse (printed, "again", &error);

  g_assert_no_error (error);
  g_assert_true (sy_places_equal (places, again));
  second = sy_layout_file_print (again);
  g_assert_true (g_bytes_equal (printed, second));
}

static void
check_changes (const SyPlaces *places)
{
  g_autoptr (SyPlaces) nothing = sy_places_new (), copy = sy_places_copy (places), back = NULL, merged = NULL;
  g_autoptr (GArray) moves = NULL;

  sy_places_set (copy, "a", (SyPlace){ 1, 2 });
  sy_places_rename (copy, "a", "b");
  moves = sy_places_diff (places, copy);
  back = moves != NULL ? sy_places_apply (copy, moves, TRUE) : sy_places_copy (copy);
  g_assert_true (sy_places_equal (back, places));
  merged = sy_places_merge (nothing, copy, places);
  g_assert_cmpuint (sy_places_get_n (merged), >=, sy_places_get_n (places));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (SyPlaces) places = sy_layout_file_parse (bytes, "fuzz", &error);

  g_assert_true ((places == NULL) == (error != NULL));
  if (places == NULL)
    return 0;
  check_again (places);
  check_changes (places);
  return 0;
}
