/* test-places.c: what is pinned, and how sets of it differ
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "core/model/sy-places.h"

/* "a 1 2;b 3 4" */
static SyPlaces *
places_of (const char *text)
{
  SyPlaces *places = sy_places_new ();
  g_auto (GStrv) parts = g_strsplit (text, ";", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      char id[16];
      SyPlace place;

      if (sscanf (parts[i], "%15s %d %d", id, &place.x, &place.y) == 3)
        sy_places_set (places, id, place);
    }
  return places;
}

static char *
text_of (const SyPlaces *places)
{
  g_autoptr (GPtrArray) ids = sy_places_list (places);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < ids->len; i++)
    {
      SyPlace place;

      g_assert_true (sy_places_get (places, g_ptr_array_index (ids, i), &place));
      g_string_append_printf (text, "%s%s %d %d", i > 0 ? ";" : "", (char *) g_ptr_array_index (ids, i), place.x, place.y);
    }
  return g_string_free (text, FALSE);
}

static void
assert_places (const SyPlaces *places, const char *expected)
{
  g_autofree char *text = text_of (places);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_set (void)
{
  g_autoptr (SyPlaces) places = places_of ("b 3 4;a 1 2");
  g_autoptr (SyPlaces) copy = sy_places_copy (places);

  g_assert_true (sy_places_equal (places, copy));
  sy_places_set (copy, "a", (SyPlace){ 5, 6 });
  g_assert_false (sy_places_equal (places, copy));
  sy_places_rename (copy, "a", "c");
  sy_places_rename (copy, "nobody", "d");
  sy_places_remove (copy, "b");
  assert_places (copy, "c 5 6");
  assert_places (places, "a 1 2;b 3 4");
  g_assert_cmpuint (sy_places_get_n (copy), ==, 1);
  sy_places_set (copy, "far", (SyPlace){ G_MAXINT32, G_MININT32 });
  assert_places (copy, "c 5 6;far 1000000 -1000000");
}

static const struct { const char *before, *after; guint n; } diffs[] = {
  { "", "", 0 }, { "a 1 1", "a 1 1", 0 }, { "a 1 1", "a 1 2", 1 }, { "a 1 1", "", 1 }, { "", "a 1 1", 1 },
  { "a 1 1;b 2 2;c 3 3", "b 2 3;c 3 3;d 4 4", 3 },
};

static void
test_diff (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (diffs); i++)
    {
      g_autoptr (SyPlaces) before = places_of (diffs[i].before), after = places_of (diffs[i].after);
      g_autoptr (GArray) moves = sy_places_diff (before, after);
      g_autoptr (SyPlaces) there = NULL, back = NULL;

      g_assert_cmpuint (moves != NULL ? moves->len : 0, ==, diffs[i].n);
      if (moves == NULL)
        continue;
      there = sy_places_apply (before, moves, FALSE);
      back = sy_places_apply (there, moves, TRUE);
      assert_places (there, diffs[i].after);
      assert_places (back, diffs[i].before);
    }
}

static void
test_merge (void)
{
  g_autoptr (SyPlaces) base = places_of ("a 1 1;b 2 2;c 3 3"), mine = places_of ("a 9 9;b 2 2"), theirs = places_of ("a 1 1;b 7 7;c 3 3;d 4 4");
  g_autoptr (SyPlaces) both = sy_places_merge (base, mine, theirs), same = sy_places_merge (base, base, theirs);

  assert_places (both, "a 9 9;b 7 7;d 4 4");
  g_assert_true (sy_places_equal (same, theirs));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/places/set", test_set);
  g_test_add_func ("/places/diff", test_diff);
  g_test_add_func ("/places/merge", test_merge);
  return g_test_run ();
}
