/* test-time-view.c: which time and which rows a timeline shows, its ticks, its pixels
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/lib/flow.h"
#include "views/scene/sy-paint-timeline.h"

#define SECOND ((gint64) G_USEC_PER_SEC)
#define BEGIN (1700000000 * SECOND)

static SyTimeView
make_view (gint64 length_us, guint32 n_rows)
{
  SyTimeView view;

  sy_time_view_init (&view);
  sy_time_view_resize (&view, 800, 400, 100);
  sy_time_view_set_extent (&view, BEGIN, BEGIN + length_us, n_rows, 1);
  sy_time_view_fit (&view);
  return view;
}

static void
test_fit (void)
{
  static const gint64 lengths[] = { 1, SECOND / 100, SECOND, 90 * SECOND, 86400 * SECOND, 40 * 86400 * SECOND };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      SyTimeView view = make_view (lengths[i], 5);

      g_assert_cmpfloat (sy_time_view_x (&view, BEGIN), >, 100);
      g_assert_cmpfloat (sy_time_view_x (&view, BEGIN + lengths[i]), <, 800);
      g_assert_true (sy_time_view_at_end (&view));
    }
}

/* What is under the pointer stays there; no zoom, no pan leaves the run. */
static void
test_zoom_and_pan (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  SyTimeView view = make_view (90 * SECOND, 1000);

  for (guint i = 0; i < 2000; i++)
    {
      double x = g_rand_double_range (rand, 100, 800);
      gint64 under = sy_time_view_time (&view, x);
      SyTimeView before = view;

      if (i % 3 == 0)
        sy_time_view_pan (&view, g_rand_double_range (rand, -900, 900), g_rand_double_range (rand, -900, 900));
      else
        {
          sy_time_view_zoom_at (&view, g_rand_double_range (rand, 0.6, 1.8), x);
          if (view.us_per_pixel < before.us_per_pixel)
            g_assert_cmpfloat (ABS ((double) (sy_time_view_time (&view, x) - under)), <=, view.us_per_pixel + 1);
        }
      g_assert_cmpfloat (sy_time_view_x (&view, BEGIN), <, 800);
      g_assert_cmpfloat (sy_time_view_x (&view, BEGIN + 90 * SECOND), >, 100);
      g_assert_cmpfloat (view.scroll, >=, 0);
      g_assert_cmpfloat (sy_time_view_row_y (&view, 1000), >=, SY_TIME_AXIS + sy_time_view_rows_height (&view) - 1e-6);
    }
}

static void
test_rows (void)
{
  SyTimeView view = make_view (90 * SECOND, 1000);
  guint32 first, end;

  g_assert_cmpuint (sy_time_view_row_at (&view, SY_TIME_AXIS - 1), ==, G_MAXUINT32);
  g_assert_cmpuint (sy_time_view_row_at (&view, SY_TIME_AXIS + 1), ==, 0);
  g_assert_cmpuint (sy_time_view_row_at (&view, 399), ==, G_MAXUINT32);
  g_assert_true (sy_time_view_reveal (&view, 500, 0, 0));
  g_assert_false (sy_time_view_reveal (&view, 500, 0, 0));
  sy_time_view_visible (&view, &first, &end);
  g_assert_cmpuint (first, <=, 500);
  g_assert_cmpuint (end, >, 500);
  g_assert_cmpuint (end - first, <, 20);
  sy_time_view_set_all_rows (&view, TRUE);
  sy_time_view_visible (&view, &first, &end);
  g_assert_cmpuint (first, ==, 0);
  g_assert_cmpuint (end, ==, 1000);
  /* more tasks: still all of them */
  sy_time_view_set_extent (&view, BEGIN, BEGIN + 90 * SECOND, 2000, 1);
  sy_time_view_visible (&view, &first, &end);
  g_assert_cmpuint (end - first, ==, 2000);
}

static const struct { gint64 length; const char *ticks; } relative[] = {
  { SECOND, "0.0 s 0.2 s 0.4 s 0.6 s 0.8 s 1.0 s" },
  { 60 * SECOND, "0 s 10 s 20 s 30 s 40 s 50 s 1:00" },
  { 3600 * SECOND, "0 s 10:00 20:00 30:00 40:00 50:00 1:00:00" },
  { 24 * 3600 * SECOND, "0 s 6:00:00 12:00:00 18:00:00 1 d 0 h" },
};

static void
test_ticks (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (relative); i++)
    {
      SyTimeView view = make_view (relative[i].length, 5);
      g_autoptr (GArray) ticks = sy_time_view_ticks (&view, TRUE), clock = sy_time_view_ticks (&view, FALSE);
      g_autoptr (GString) text = g_string_new (NULL);

      for (guint k = 0; k < ticks->len; k++)
        g_string_append_printf (text, "%s%s", k > 0 ? " " : "", g_array_index (ticks, SyTick, k).label);
      g_assert_cmpstr (text->str, ==, relative[i].ticks);
      for (guint k = 1; k < clock->len; k++)
        g_assert_cmpfloat (g_array_index (clock, SyTick, k).x - g_array_index (clock, SyTick, k - 1).x, >=, 90);
      g_assert_cmpuint (clock->len, >, 0);
    }
}

static void
test_labels (void)
{
  SyTimeView view = make_view (SECOND, 1);
  char label[48];

  sy_time_view_label (&view, BEGIN + 61250000, 10000, TRUE, label, sizeof label);
  g_assert_cmpstr (label, ==, "1:01.25");
  sy_time_view_label (&view, BEGIN + 1250000, 1000, FALSE, label, sizeof label);
  g_assert_true (g_str_has_suffix (label, "21.250"));
}

/* --- pixels --- */

static void
add (SyTimeline *timeline, SyRunState *state, SyEventKind kind, guint32 task, gint64 at, SyState to, SyName name)
{
  SyEvent event = { .kind = (guint16) kind, .task = task, .attempt = 1, .nonce = 5, .time.wall_us = BEGIN + at, .state = (guint8) to,
                    .name = (guint8) name };

  if (kind == SY_EVENT_EXITED)
    {
      event.exit = g_new0 (SyExit, 1);
      event.exit->started_us = 0;
      event.exit->ended_us = BEGIN + at;
    }
  g_assert_true (sy_run_state_apply (state, &event, NULL));
  sy_timeline_apply (timeline, &event);
  sy_event_clear (&event);
}

static guint32
pixel (cairo_surface_t *surface, double x, double y)
{
  const guint8 *data = cairo_image_surface_get_data (surface);

  return *(const guint32 *) (gconstpointer) (data + (int) y * cairo_image_surface_get_stride (surface) + (int) x * 4) & 0xffffff;
}

static gboolean
is_like (guint32 pixel_value, const SyColour *c)
{
  int r = (int) (pixel_value >> 16) - (int) (c->r * 255), g = (int) (pixel_value >> 8 & 0xff) - (int) (c->g * 255);
  int b = (int) (pixel_value & 0xff) - (int) (c->b * 255);

  return ABS (r) + ABS (g) + ABS (b) < 24;
}

static SyRowFlags
no_flags (guint32 index, gpointer data)
{
  return 0;
}

static void
paint (SyTimelinePicture *picture, cairo_surface_t *surface)
{
  SyPainter painter;
  cairo_t *cr = cairo_create (surface);

  sy_painter_init (&painter, sy_style_get (SY_SCHEME_LIGHT, SY_PALETTE_STANDARD), NULL, 1);
  picture->painter = &painter;
  sy_paint_timeline (picture, cr);
  sy_painter_clear (&painter);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
}

/* `a` succeeds from 2 to 4 s, `b` fails from 5 to 9 s: each is where it should be, near and far, and nothing else is. */
static void
test_pixels (gconstpointer all_rows)
{
  g_autoptr (SyWorkflow) flow = flow_parse ("a; b:a");
  g_autoptr (SyRunState) state = sy_run_state_new (flow);
  g_autoptr (SyTimeline) timeline = sy_timeline_new (flow);
  const SyStyle *style = sy_style_get (SY_SCHEME_LIGHT, SY_PALETTE_STANDARD);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, 800, 400);
  g_autofree double *columns = g_new (double, 801);
  SyTimeView view = make_view (10 * SECOND, 2);
  SyLane lane = { .title = "Slots", .columns = columns, .top = 1, .limit = 1, .colour = &style->fill[SY_STATE_RUNNING] };
  SyTimelinePicture picture = { .view = &view, .timeline = timeline, .state = state, .flags_of = no_flags, .lanes = &lane,
                                .now_us = BEGIN + 10 * SECOND, .hover_x = -1 };
  double row, bar;

  add (timeline, state, SY_EVENT_JOIN_MET, 1, SECOND, 0, 0);
  add (timeline, state, SY_EVENT_INTENT, 1, SECOND, 0, 0);
  add (timeline, state, SY_EVENT_STARTED, 1, 2 * SECOND, 0, 0);
  add (timeline, state, SY_EVENT_EXITED, 1, 4 * SECOND, SY_STATE_SUCCEEDED, SY_NAME_SUCCEEDED);
  add (timeline, state, SY_EVENT_JOIN_MET, 2, 4 * SECOND, 0, 0);
  add (timeline, state, SY_EVENT_INTENT, 2, 4 * SECOND, 0, 0);
  add (timeline, state, SY_EVENT_STARTED, 2, 5 * SECOND, 0, 0);
  add (timeline, state, SY_EVENT_EXITED, 2, 9 * SECOND, SY_STATE_FAILED, SY_NAME_EXIT);
  if (all_rows != NULL)
    view.row_height = 3;
  g_assert_cmpfloat (sy_level_columns (sy_timeline_get_slots (timeline), &view, picture.now_us, columns), ==, 1);
  paint (&picture, surface);
  row = view.row_height;
  bar = sy_time_view_row_y (&view, 1) + row / 2;
  /* from the bar's middle: words are at its left */
  g_assert_false (is_like (pixel (surface, sy_time_view_x (&view, BEGIN + 8 * SECOND), bar), &style->canvas));
  g_assert_true (is_like (pixel (surface, sy_time_view_x (&view, BEGIN + 9500000), bar), &style->canvas));
  g_assert_true (is_like (pixel (surface, sy_time_view_x (&view, BEGIN + 500000), bar - row), &style->canvas));
  g_assert_false (is_like (pixel (surface, sy_time_view_x (&view, BEGIN + 3500000), bar - row), &style->canvas));
  if (all_rows != NULL)
    g_assert_true (is_like (pixel (surface, sy_time_view_x (&view, BEGIN + 8 * SECOND), bar), &style->fill[SY_STATE_FAILED]));
  /* the lane: in use from 2 to 4 and from 5 to 9 s */
  g_assert_true (is_like (pixel (surface, sy_time_view_x (&view, BEGIN + 4500000), 400 - 10), &style->card));
  g_assert_false (is_like (pixel (surface, sy_time_view_x (&view, BEGIN + 6 * SECOND), 400 - 10), &style->card));
  cairo_surface_destroy (surface);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/time-view/fit", test_fit);
  g_test_add_func ("/time-view/zoom-and-pan", test_zoom_and_pan);
  g_test_add_func ("/time-view/rows", test_rows);
  g_test_add_func ("/time-view/ticks", test_ticks);
  g_test_add_func ("/time-view/labels", test_labels);
  g_test_add_data_func ("/time-view/pixels", NULL, test_pixels);
  g_test_add_data_func ("/time-view/pixels-far", "far", test_pixels);
  return g_test_run ();
}
