/* test-minimap-place.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/scene/sy-minimap-place.h"

static const struct { float width, height; } pictures[] = {
  { 176, 56 }, { 2408, 290 }, { 8184, 2340 }, { 40000, 40000 }, { 619928, 134 }, { 1239928, 56 }, { 12400000, 56 }, { 176, 200000 }, { 900, 9000 },
};
static const struct { double width, height; } windows[] = { { 670, 630 }, { 1280, 300 }, { 500, 280 }, { 2500, 1400 } };

/* What can be seen and hit, whatever the picture's proportions, and leaves the window to the graph */
static void
test_size (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++)
    for (guint k = 0; k < G_N_ELEMENTS (windows); k++)
      {
        SyRect bounds = { 0, 0, pictures[i].width, pictures[i].height };
        int width, height;

        sy_minimap_size (&bounds, windows[k].width, windows[k].height, &width, &height);
        g_assert_cmpint (width, >=, 36);
        g_assert_cmpint (height, >=, 36);
        g_assert_true (width <= 200 || width <= windows[k].width * 0.4);
        g_assert_true (height <= 130 || height <= windows[k].height * 0.4);
        g_assert_cmpint (MAX (width, height), <=, 480);
      }
}

static void
test_lengths (void)
{
  static const struct { SyRect bounds; int width, height; } cases[] = {
    { { 0, 0, 1880, 1180 }, 200, 130 },
    { { 0, 0, 8184, 2340 }, 200, 66 },
    { { 0, 0, 1239928, 56 }, 480, 36 },         /* as long as it may be */
    { { 0, 0, 176, 200000 }, 36, 320 },
    { { 0, 0, 9000, 900 }, 252, 36 },           /* in its own proportions */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      int width, height;

      sy_minimap_size (&cases[i].bounds, 1600, 800, &width, &height);
      g_assert_cmpint (width, ==, cases[i].width);
      g_assert_cmpint (height, ==, cases[i].height);
    }
}

/* Every part of the picture is in it, thick enough to be seen, and a press comes out where it is seen. */
static void
test_place (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++)
    {
      SyRect bounds = { -50, 20, pictures[i].width, pictures[i].height };
      SyMinimapPlace place;
      SyPoint corner, end;
      int width, height;

      sy_minimap_size (&bounds, 1000, 600, &width, &height);
      place = sy_minimap_place (&bounds, width, height);
      corner = (SyPoint){ (float) (place.x + bounds.x * place.zoom_x), (float) (place.y + bounds.y * place.zoom_y) };
      end = (SyPoint){ (float) (corner.x + bounds.width * place.zoom_x), (float) (corner.y + bounds.height * place.zoom_y) };
      g_assert_true (corner.x >= 5.9f && corner.y >= 5.9f && end.x <= (float) width - 5.9f && end.y <= (float) height - 5.9f);
      g_assert_true (end.x - corner.x >= 11.9f && end.y - corner.y >= 11.9f);
      corner = sy_minimap_to_world (&place, corner.x, corner.y);
      g_assert_cmpfloat_with_epsilon (corner.x, bounds.x, bounds.width / 1000);
      g_assert_cmpfloat_with_epsilon (corner.y, bounds.y, bounds.height / 1000);
    }
}

/* The frame of a window anywhere in the picture, even far beyond it, is whole and can be seen. */
static void
test_frame (void)
{
  static const double at[] = { -0.5, 0, 0.3, 0.99, 1, 1.5 };

  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++)
    for (guint k = 0; k < G_N_ELEMENTS (at); k++)
      {
        SyRect bounds = { 0, 0, pictures[i].width, pictures[i].height }, frame;
        SyRect seen = { (float) (bounds.width * at[k]), (float) (bounds.height * at[k]), 840, 790 };
        SyMinimapPlace place = sy_minimap_place (&bounds, 200, 66);

        frame = sy_minimap_frame (&place, &seen, 200, 66);
        g_assert_true (frame.x >= 1 && frame.y >= 1 && frame.x + frame.width <= 199 && frame.y + frame.height <= 65);
        g_assert_true (frame.width >= 10 && frame.height >= 10);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/minimap-place/size", test_size);
  g_test_add_func ("/minimap-place/lengths", test_lengths);
  g_test_add_func ("/minimap-place/place", test_place);
  g_test_add_func ("/minimap-place/frame", test_frame);
  return g_test_run ();
}
