/* test-viewport.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/scene/sy-viewport.h"

#include <math.h>

#define NEAR(a, b) g_assert_cmpfloat_with_epsilon ((a), (b), 0.01)

static SyViewport
make (double width, double height, double picture_width, double picture_height)
{
  SyViewport v;
  SyRect bounds = { 0, 0, (float) picture_width, (float) picture_height };

  sy_viewport_init (&v);
  sy_viewport_resize (&v, width, height);
  sy_viewport_set_bounds (&v, &bounds);
  return v;
}

static void
test_fit (void)
{
  static const struct { double w, h, pw, ph; } cases[] = { { 1280, 800, 100, 100 }, { 1280, 800, 5000, 100 }, { 800, 560, 100, 9000 },
                                                           { 1280, 800, 250000, 180000 }, { 300, 200, 1, 1 }, { 670, 630, 1239928, 56 },
                                                           { 670, 630, 12400000, 56 }, { 670, 630, 176, 390000 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SyViewport v = make (cases[i].w, cases[i].h, cases[i].pw, cases[i].ph);
      SyPoint a, b;

      sy_viewport_fit (&v);
      a = sy_viewport_to_screen (&v, 0, 0);
      b = sy_viewport_to_screen (&v, cases[i].pw, cases[i].ph);
      g_assert_cmpfloat (v.zoom, <=, 1);
      g_assert_true (a.x >= 20 && a.y >= 20 && b.x <= cases[i].w - 20 && b.y <= cases[i].h - 20);
      NEAR (sy_viewport_share (&v), 1);
    }
}

static void
test_zoom_keeps_point (void)
{
  SyViewport v = make (1280, 800, 20000, 20000);

  sy_viewport_fit (&v);
  for (guint i = 0; i < 12; i++)
    {
      SyPoint before = sy_viewport_to_world (&v, 700, 333), after;

      sy_viewport_zoom_at (&v, v.zoom * SY_ZOOM_STEP, 700, 333);
      after = sy_viewport_to_world (&v, 700, 333);
      g_assert_cmpfloat_with_epsilon (before.x, after.x, 1);
      g_assert_cmpfloat_with_epsilon (before.y, after.y, 1);
    }
  sy_viewport_zoom_at (&v, 100, 0, 0);
  NEAR (v.zoom, SY_ZOOM_MAX);
}

/* What opens a window: names, where that shows enough of the picture; what is of interest is in sight, and nothing beside the picture. */
static void
test_show (void)
{
  static const struct { double w, h, pw, ph, scale; gboolean named; double least, most; } cases[] = {
    { 1280, 800, 670, 300, 1, TRUE, 1, 1 },             /* small: all of it */
    { 670, 630, 1200, 500, 1, TRUE, 0.45, 0.6 },        /* all of it, with names */
    { 670, 630, 2408, 290, 1, TRUE, 0.8, 0.8 },         /* 23 tasks, 10 after each other */
    { 533, 345, 2408, 290, 1, TRUE, 0.8, 0.8 },
    { 670, 630, 3472, 1092, 1, TRUE, 0.6, 0.65 },       /* 200 tasks */
    { 670, 630, 6944, 2184, 2, TRUE, 0.3, 0.33 },       /* the same drawn twice as large */
    { 670, 630, 8184, 2340, 1, FALSE, 0.01, 0.1 },      /* 1,000: a map */
    { 670, 630, 61000, 14000, 1, FALSE, 0.005, 0.02 },  /* 7,000: a map */
    { 670, 630, 1239928, 56, 1, TRUE, 0.8, 0.8 },       /* 5,000 after each other: never a line */
    { 670, 630, 619928, 134, 1, TRUE, 0.8, 0.8 },       /* 2,500 stages of 2 */
    { 670, 630, 619928, 134, 2, TRUE, 0.4, 0.4 },
    { 670, 630, 99000, 900, 1, TRUE, 0.6, 0.65 },       /* 400 stages of 12: so small that a stage is seen whole */
    { 670, 630, 99000, 1500, 1, TRUE, 0.45, 0.45 },     /* 400 of 20 */
    { 1240, 630, 12400000, 56, 1, TRUE, 0.8, 0.8 },     /* 50,000 after each other */
    { 670, 630, 176, 200000, 1, TRUE, 0.8, 0.8 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint corner = 0; corner < 4; corner++)
      {
        SyViewport v = make (cases[i].w, cases[i].h, cases[i].pw, cases[i].ph);
        SyRect interest = { corner % 2 ? (float) cases[i].pw - 176 : 0, corner / 2 ? (float) cases[i].ph - 56 : 0, 176, 56 }, seen;

        g_assert_cmpint (sy_viewport_show (&v, cases[i].scale, &interest), ==, cases[i].named);
        g_assert_true (v.zoom >= cases[i].least - 1e-9 && v.zoom <= cases[i].most + 1e-9);
        seen = sy_viewport_visible (&v);
        g_assert_true (seen.x <= interest.x && seen.y <= interest.y);
        g_assert_true (seen.x + seen.width >= interest.x + interest.width && seen.y + seen.height >= interest.y + interest.height);
        if (seen.width < cases[i].pw)
          g_assert_true (seen.x >= -25 / v.zoom && seen.x + seen.width <= cases[i].pw + 25 / v.zoom);
      }
}

/* However far it is thrown, some of the picture stays in sight. */
static void
test_never_lost (void)
{
  static const double throws[][2] = { { 1e6, 0 }, { -1e6, 0 }, { 0, 1e6 }, { 0, -1e6 }, { 1e6, 1e6 } };

  for (guint i = 0; i < G_N_ELEMENTS (throws); i++)
    {
      SyViewport v = make (1280, 800, 3000, 2000);

      sy_viewport_pan (&v, throws[i][0], throws[i][1]);
      g_assert_cmpfloat (sy_viewport_share (&v), >, 0);
    }
}

static void
test_reveal (void)
{
  SyViewport v = make (1280, 800, 20000, 20000);
  SyRect inside = { 300, 300, 176, 56 }, outside = { 9000, 12000, 176, 56 };
  SyRect seen;

  sy_viewport_zoom_at (&v, 1, 0, 0);
  v.x = v.y = 0;
  g_assert_false (sy_viewport_reveal (&v, &inside));
  g_assert_true (sy_viewport_reveal (&v, &outside));
  seen = sy_viewport_visible (&v);
  g_assert_true (seen.x <= 9000 && seen.x + seen.width >= 9176 && seen.y <= 12000 && seen.y + seen.height >= 12056);
}

static void
test_strip (void)
{
  static const struct { double pw, ph, zoom; gboolean strip; } cases[] = {
    { 1239928, 56, 1, TRUE }, { 1239928, 56, 0.3, TRUE }, { 1000, 56, 1, FALSE }, { 5000, 900, 1, FALSE }, { 5000, 900, 0.5, TRUE },
    { 176, 200000, 1, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SyViewport v = make (1280, 800, cases[i].pw, cases[i].ph);

      sy_viewport_zoom_at (&v, cases[i].zoom, 0, 0);
      sy_viewport_centre_on (&v, &v.bounds);
      g_assert_cmpint (sy_viewport_is_strip (&v), ==, cases[i].strip);
    }
}

/* What lies under the corner moves above it; what does not stays where it is. */
static void
test_uncover (void)
{
  static const struct { float x, y; gboolean moves; } cases[] = {
    { 10, 10, FALSE }, { 600, 500, FALSE }, { 900, 740, FALSE }, { 910, 740, TRUE }, { 1200, 740, TRUE }, { 1200, 600, FALSE }, { 1100, 620, TRUE },
    { 1300, 740, FALSE }, { 1200, 900, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SyViewport v = make (1280, 800, 5000, 5000);
      SyRect task = { cases[i].x, cases[i].y, 176, 56 }, box;

      v.zoom = 1;
      v.x = v.y = 0;
      sy_viewport_uncover (&v, &task, 1080, 670);
      g_assert_cmpint (v.y > 0, ==, cases[i].moves);
      box = sy_viewport_rect_to_screen (&v, &task);
      if (cases[i].moves)
        g_assert_true (box.y >= 0 && box.y + box.height < 670);
      NEAR (v.x, 0);
    }
}

static void
test_resize_keeps_middle (void)
{
  SyViewport v = make (1280, 800, 20000, 20000);
  SyPoint before, after;

  sy_viewport_zoom_at (&v, 1, 0, 0);
  sy_viewport_pan (&v, 5000, 5000);
  before = sy_viewport_to_world (&v, 640, 400);
  sy_viewport_resize (&v, 900, 1000);
  after = sy_viewport_to_world (&v, 450, 500);
  NEAR (before.x, after.x);
  NEAR (before.y, after.y);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/viewport/fit", test_fit);
  g_test_add_func ("/viewport/show", test_show);
  g_test_add_func ("/viewport/zoom-keeps-point", test_zoom_keeps_point);
  g_test_add_func ("/viewport/never-lost", test_never_lost);
  g_test_add_func ("/viewport/reveal", test_reveal);
  g_test_add_func ("/viewport/strip", test_strip);
  g_test_add_func ("/viewport/uncover", test_uncover);
  g_test_add_func ("/viewport/resize-keeps-middle", test_resize_keeps_middle);
  return g_test_run ();
}
