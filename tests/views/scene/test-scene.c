/* test-scene.c: pixels of tiles, what is where, and what a task looks like
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/sy-error.h"
#include "tests/lib/flow.h"
#include "views/scene/sy-layout-ahead.h"
#include "views/scene/sy-export-picture.h"
#include "views/scene/sy-raster.h"
#include "views/scene/sy-scene.h"

#include <math.h>
#include <string.h>

/* --- raster --- */

#define SIDE 32

typedef struct
{
  guint32 pixels[SIDE * SIDE];
  SyRaster raster;
} Paper;

static void
paper_init (Paper *paper)
{
  memset (paper->pixels, 0, sizeof paper->pixels);
  paper->raster = (SyRaster){ paper->pixels, SIDE, SIDE, SIDE };
}

static guint64
ink (const Paper *paper)
{
  guint64 sum = 0;

  for (guint i = 0; i < SIDE * SIDE; i++)
    sum += paper->pixels[i] & 0xff;
  return sum;
}

/* A line leaves one pixel's worth of ink for each step along it, at any angle. */
static void
test_line_ink (void)
{
  static const float ends[][4] = { { 4, 10.5f, 28, 10.5f }, { 10.5f, 4, 10.5f, 28 }, { 4, 4, 28, 28 }, { 4, 28, 28, 4 }, { 4, 8, 28, 15 },
                                   { 28, 15, 4, 8 }, { 8, 28, 15, 4 } };

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      Paper paper;

      paper_init (&paper);
      sy_raster_line (&paper.raster, ends[i][0], ends[i][1], ends[i][2], ends[i][3], 0xffffff, 256);
      g_assert_cmpuint (ink (&paper), >, 22 * 255);
      g_assert_cmpuint (ink (&paper), <, 26 * 255);
    }
}

/* What of a task is reused has the glyph of its state in a ring. */
static void
test_reused_icon (void)
{
  guint32 beside[2], rim[2];

  for (guint hollow = 0; hollow < 2; hollow++)
    {
      cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, SIDE, SIDE);
      cairo_t *cr = cairo_create (surface);
      const guint32 *row;

      (hollow ? sy_paint_hollow_icon : sy_paint_state_icon) (sy_style_get (SY_SCHEME_LIGHT, SY_PALETTE_STANDARD), cr, SY_STATE_SUCCEEDED, 0, 0, SIDE);
      cairo_destroy (cr);
      cairo_surface_flush (surface);
      row = (const guint32 *) (gpointer) (cairo_image_surface_get_data (surface) + SIDE / 2 * cairo_image_surface_get_stride (surface));
      beside[hollow] = row[SIDE / 6] >> 24;
      rim[hollow] = row[1] >> 24;
      cairo_surface_destroy (surface);
    }
  g_assert_cmpuint (beside[0], ==, 255);
  g_assert_cmpuint (beside[1], ==, 0);
  g_assert_cmpuint (rim[1], >, 128);
}

/* Lines that leave the paper, or never touch it, stay on it. */
static void
test_line_clips (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  for (guint i = 0; i < 20000; i++)
    {
      guint32 memory[3 * SIDE * SIDE];
      SyRaster raster = { memory + SIDE * SIDE, SIDE, SIDE, SIDE };

      if (i % 500 == 0)
        memset (memory, 0, sizeof memory);
      memset (memory, 0, SIDE * SIDE * 4);
      memset (memory + 2 * SIDE * SIDE, 0, SIDE * SIDE * 4);
      sy_raster_line (&raster, (float) g_rand_double_range (rand, -90, 120), (float) g_rand_double_range (rand, -90, 120),
                      (float) g_rand_double_range (rand, -90, 120), (float) g_rand_double_range (rand, -90, 120), 0xffffff, 256);
      for (guint k = 0; k < SIDE * SIDE; k++)
        g_assert_true (memory[k] == 0 && memory[2 * SIDE * SIDE + k] == 0);
    }
}

static void
test_fill_clips (void)
{
  Paper paper;

  paper_init (&paper);
  sy_raster_fill (&paper.raster, -5, -5, 10, 10, 0xff);
  g_assert_cmpuint (ink (&paper), ==, 25 * 255);
  sy_raster_fill (&paper.raster, 40, 40, 10, 10, 0xff);
  g_assert_cmpuint (ink (&paper), ==, 25 * 255);
  g_assert_cmphex (sy_raster_mix (0x000000, 0xff8040, 0.5), ==, 0x7f4020);
}

/* --- geometry --- */

static void
count_task (guint32 index, gpointer data)
{
  ((guint *) data)[index]++;
}

static void
test_hit (void)
{
  g_autoptr (SyWorkflow) flow = flow_parse ("a; b:a; c:a; d:b,c; e; f:e");
  g_autoptr (SyGeometry) g = sy_geometry_compute (flow, NULL, 2, 1, NULL);

  for (guint32 i = 0; i < g->n_nodes; i++)
    {
      const SyRect *n = &g->nodes[i];

      g_assert_cmpuint (sy_geometry_node_at (g, n->x + n->width / 2, n->y + n->height / 2), ==, i);
      g_assert_cmpuint (sy_geometry_node_at (g, n->x - 3, n->y + 5), ==, SY_NO_TASK);
    }
  for (guint32 e = 0; e < g->n_edges; e++)
    {
      const SyPoint *p = &g->points[g->edges[e].first_point];

      g_assert_cmpuint (sy_geometry_edge_at (g, (p[0].x + p[1].x) / 2, (p[0].y + p[1].y) / 2, 3), !=, G_MAXUINT32);
    }
  g_assert_cmpuint (sy_geometry_edge_at (g, -500, -500, 3), ==, G_MAXUINT32);
}

/* Every task is told once, whatever the area. */
static void
test_foreach (void)
{
  g_autoptr (GString) text = g_string_new ("t0");
  g_autoptr (SyWorkflow) flow = NULL;
  g_autoptr (SyGeometry) g = NULL;
  guint seen[90] = { 0 };
  SyRect all;

  for (guint i = 1; i < 90; i++)
    g_string_append_printf (text, "; t%u:t%u", i, i / 3);
  flow = flow_parse (text->str);
  g = sy_geometry_compute (flow, NULL, 1, 1, NULL);
  all = (SyRect){ -100, -100, g->bounds.width + 200, g->bounds.height + 200 };
  sy_geometry_foreach_node (g, &all, count_task, seen);
  for (guint i = 0; i < 90; i++)
    g_assert_cmpuint (seen[i], ==, 1);
}

/* What was begun ahead is the same picture; what nobody waits for ends by itself. */
static void
test_layout_ahead (void)
{
  g_autoptr (SyWorkflow) flow = flow_parse ("a; b:a; c:a; d:b,c; e; f:e");
  g_autoptr (SyWorkflow) other = flow_parse ("a; b:a");
  g_autoptr (SyLayoutAhead) ahead = sy_layout_ahead_new (flow);
  g_autoptr (SyGeometry) geometry = sy_layout_ahead_wait (ahead), same = sy_geometry_compute (flow, NULL, 1, 1, NULL);

  g_assert_true (sy_layout_ahead_is_of (ahead, flow, 1));
  g_assert_false (sy_layout_ahead_is_of (ahead, other, 1));
  g_assert_false (sy_layout_ahead_is_of (ahead, flow, 1.5));
  g_assert_cmpmem (geometry->nodes, geometry->n_nodes * sizeof (SyRect), same->nodes, same->n_nodes * sizeof (SyRect));
  sy_layout_ahead_unref (sy_layout_ahead_new (other));
}

/* --- tiles --- */

typedef struct
{
  SyWorkflow *flow;
  SyGeometry *geometry;
  SyScene *scene;
  guint8 flat[8];
  guint32 attempt;
  SyLook look;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->flow = flow_parse ("a; b:a; c:a; d:b,c");
  f->geometry = sy_geometry_compute (f->flow, NULL, 2, 1, NULL);
  f->scene = sy_scene_new (f->geometry, sy_style_get (SY_SCHEME_LIGHT, SY_PALETTE_STANDARD), "Sans", 1, FALSE, FALSE, NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  sy_scene_unref (f->scene);
  sy_geometry_unref (f->geometry);
  sy_workflow_unref (f->flow);
}

static guint32
pixel_at (cairo_surface_t *surface, int x, int y)
{
  const guint32 *pixels;

  cairo_surface_flush (surface);
  pixels = (const guint32 *) (const void *) cairo_image_surface_get_data (surface);
  return pixels[y * cairo_image_surface_get_stride (surface) / 4 + x] & 0xffffff;
}

static void
test_far_tile (Fixture *f, gconstpointer data)
{
  SyScenePart part = { f->scene, 0.25, 1, f->flat };
  cairo_surface_t *edges = cairo_image_surface_create (CAIRO_FORMAT_RGB24, SY_TILE, SY_TILE);
  cairo_surface_t *tile = cairo_image_surface_create (CAIRO_FORMAT_RGB24, SY_TILE, SY_TILE);
  const SyRect *a = &f->geometry->nodes[0];
  int x = (int) ((a->x + a->width / 2) * 0.25), y = (int) ((a->y + a->height / 2) * 0.25);

  f->flat[0] = SY_STATE_FAILED;
  sy_scene_paint_far_edges (&part, 0, 0, edges);
  sy_scene_compose_far (&part, 0, 0, edges, tile);
  g_assert_cmphex (pixel_at (tile, x, y), ==, 0xe01b24);
  g_assert_cmphex (pixel_at (tile, SY_TILE - 1, SY_TILE - 1), ==, 0xf2f2f4);
  f->flat[0] = SY_STATE_RUNNING;
  sy_scene_compose_far (&part, 0, 0, edges, tile);
  g_assert_cmphex (pixel_at (tile, x, y), ==, 0x3584e4);
  f->flat[0] |= SY_FLAT_DIMMED;
  sy_scene_compose_far (&part, 0, 0, edges, tile);
  g_assert_cmphex (pixel_at (tile, x, y), !=, 0x3584e4);
  cairo_surface_destroy (edges);
  cairo_surface_destroy (tile);
}

/* A patch over the former tile gives the pixels that composing all of it anew gives, whatever state follows which. */
static void
test_patch_is_exact (Fixture *f, gconstpointer data)
{
  const double zooms[] = { 0.01, 0.11, 0.25 };
  cairo_surface_t *edges = cairo_image_surface_create (CAIRO_FORMAT_RGB24, SY_TILE, SY_TILE);
  cairo_surface_t *patched = cairo_image_surface_create (CAIRO_FORMAT_RGB24, SY_TILE, SY_TILE);
  cairo_surface_t *anew = cairo_image_surface_create (CAIRO_FORMAT_RGB24, SY_TILE, SY_TILE);

  for (guint i = 0; i < G_N_ELEMENTS (zooms) * SY_N_STATES; i++)
    {
      SyScenePart part = { f->scene, zooms[i / SY_N_STATES], 1, f->flat };
      guint32 task = i % 4;
      SyFarPatch patch = sy_scene_far_patch (&part, 0, 0, task);
      SyRaster to = sy_raster_of (patched);
      cairo_surface_t *piece;

      g_assert_cmpint (patch.width, >, 0);
      sy_scene_paint_far_edges (&part, 0, 0, edges);
      sy_scene_compose_far (&part, 0, 0, edges, patched);
      f->flat[task] = (guint8) ((i * 5 + 3) % SY_N_STATES);
      piece = cairo_image_surface_create (CAIRO_FORMAT_RGB24, patch.width, patch.height);
      sy_scene_paint_far_patch (&part, 0, 0, &patch, edges, piece);
      for (int y = 0; y < patch.height; y++)
        for (int x = 0; x < patch.width; x++)
          to.pixels[(patch.y + y) * to.stride + patch.x + x] = pixel_at (piece, x, y);
      sy_scene_compose_far (&part, 0, 0, edges, anew);
      for (int at = 0; at < SY_TILE * SY_TILE; at++)
        g_assert_cmphex (pixel_at (patched, at % SY_TILE, at / SY_TILE), ==, pixel_at (anew, at % SY_TILE, at / SY_TILE));
      cairo_surface_destroy (piece);
    }
  cairo_surface_destroy (edges);
  cairo_surface_destroy (patched);
  cairo_surface_destroy (anew);
}

static const SyLook *
look_of (guint32 index, gpointer data)
{
  Fixture *f = data;

  f->look = (SyLook){ .state = f->flat[index] & SY_FLAT_STATE, .progress = -1, .attempt = f->attempt, .line = "2.1 s" };
  return &f->look;
}

/* @ground: (nullable): what lies below the tasks, painted before */
static void
paint (Fixture *f, cairo_surface_t *surface, cairo_surface_t *ground, const SyRect *area)
{
  SyScenePart part = { f->scene, 1, 1, f->flat };
  SyPainter painter;
  cairo_t *cr = cairo_create (surface);

  sy_scene_init_painter (f->scene, &painter, 1);
  if (ground != NULL)
    sy_scene_compose_near (&part, &painter, cr, ground, 0, 0, area, look_of, f);
  else
    sy_scene_paint_near (&part, &painter, cr, area, look_of, f);
  sy_painter_clear (&painter);
  cairo_destroy (cr);
}

static void
paint_ground (Fixture *f, cairo_surface_t *surface, const SyRect *area)
{
  SyScenePart part = { f->scene, 1, 1, f->flat };
  SyPainter painter;
  cairo_t *cr = cairo_create (surface);

  sy_scene_init_painter (f->scene, &painter, 1);
  sy_scene_paint_near_ground (&part, &painter, cr, area);
  sy_painter_clear (&painter);
  cairo_destroy (cr);
}

static void
assert_same (cairo_surface_t *a, cairo_surface_t *b)
{
  gsize size = (gsize) cairo_image_surface_get_stride (a) * (gsize) cairo_image_surface_get_height (a);

  cairo_surface_flush (a);
  cairo_surface_flush (b);
  g_assert_cmpmem (cairo_image_surface_get_data (a), size, cairo_image_surface_get_data (b), size);
}

/* A repair of one task gives the pixels that painting all of it anew gives, with its edges and over the kept ones. */
static void
test_repair_is_exact (Fixture *f, gconstpointer data)
{
  int width = (int) f->geometry->bounds.width + 20, height = (int) f->geometry->bounds.height + 20;
  SyRect all = { -0, -0, (float) width, (float) height };
  cairo_surface_t *repaired = cairo_image_surface_create (CAIRO_FORMAT_RGB24, width, height);
  cairo_surface_t *anew = cairo_image_surface_create (CAIRO_FORMAT_RGB24, width, height);
  cairo_surface_t *ground = cairo_image_surface_create (CAIRO_FORMAT_RGB24, width, height);

  for (guint step = 0; step < 3 * SY_N_STATES; step++)
    {
      SyState state = (SyState) (step % SY_N_STATES);
      cairo_surface_t *kept = step < SY_N_STATES ? NULL : ground;
      SyRect box = sy_scene_box (f->scene, 1, 1), ink = sy_paint_node_ink (&box, 1);

      f->attempt = step < 2 * SY_N_STATES ? 1 : 12;
      memset (f->flat, SY_STATE_SUCCEEDED, sizeof f->flat);
      paint_ground (f, ground, &all);
      paint (f, repaired, kept, &all);
      if (state == SY_STATE_UPSTREAM_FAILED || state == SY_STATE_SKIPPED)
        continue; /* its edges change too */
      f->flat[1] = (guint8) state;
      paint (f, repaired, kept, &ink);
      paint (f, anew, NULL, &all);
      assert_same (repaired, anew);
    }
  cairo_surface_destroy (ground);
  cairo_surface_destroy (repaired);
  cairo_surface_destroy (anew);
}

/* Nothing of a task is painted outside of what is told of it, whatever it looks like. */
static void
test_ink (Fixture *f, gconstpointer data)
{
  static const double zooms[] = { SY_ZOOM_FLAT, SY_ZOOM_NAME, 1, 1.7 };
  const SyStyle *style = f->scene->style;

  for (guint i = 0; i < G_N_ELEMENTS (zooms) * SY_N_STATES; i++)
    {
      double zoom = zooms[i / SY_N_STATES];
      SyRect box = { 40, 40, (float) round (SY_NODE_WIDTH * zoom), (float) round (SY_NODE_HEIGHT * zoom) }, ink = sy_paint_node_ink (&box, zoom);
      SyLook look = { .state = i % SY_N_STATES, .progress = 500, .attempt = 12, .is_stack = i % 2, .pinned = TRUE, .line = "a rather long line of words" };
      int width = (int) box.width + 80, height = (int) box.height + 80;
      cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);
      cairo_t *cr = cairo_create (surface);
      SyPainter painter;

      look.mark = i % 3 == 0 ? SY_MARK_WILL_RUN : SY_MARK_NONE;
      sy_painter_init (&painter, style, NULL, 1);
      sy_painter_set_zoom (&painter, zoom);
      sy_paint_node (&painter, cr, &box, "a name that is longer than the room there is", &look);
      sy_painter_clear (&painter);
      cairo_destroy (cr);
      cairo_surface_flush (surface);
      for (int at = 0; at < width * height; at++)
        {
          int x = at % width, y = at / width;

          if ((float) x < ink.x || (float) y < ink.y || (float) x >= ink.x + ink.width || (float) y >= ink.y + ink.height)
            g_assert_cmphex (((const guint32 *) (const void *) cairo_image_surface_get_data (surface))[at], ==, 0);
        }
      cairo_surface_destroy (surface);
    }
}

/* --- look --- */

static void
test_look (void)
{
  static const struct { SyState state; SyName name; int progress; const char *line, *said; SyBadges badges; } cases[] = {
    { SY_STATE_PENDING, SY_NAME_NEEDS, -1, "needs a", "b, pending, needs a" },
    { SY_STATE_RUNNING, SY_NAME_RUNNING, 370, "cpu 187\302\240% · 1.2 GB", "b, running, cpu 187\302\240% · 1.2 GB, 37 percent" },
    { SY_STATE_FAILED, SY_NAME_EXIT, -1, "exit 3", "b, failed, exit 3" },
    { SY_STATE_READY, SY_NAME_QUEUED, -1, "queued", "b, ready, queued" },
    { SY_STATE_SUCCEEDED, SY_NAME_SUCCEEDED, -1, "stale · 2.5 s", "b, succeeded, stale · 2.5 s", SY_BADGE_STALE },
    { SY_STATE_RUNNING, SY_NAME_RUNNING, 370, "cpu 187\302\240% · 1.2 GB", "b, running, cpu 187\302\240% · 1.2 GB, 37 percent", SY_BADGE_STALE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SyWorkflow) flow = flow_parse ("a; b:a");
      g_autoptr (SyRunState) state = sy_run_state_new (flow);
      SyTaskState *task = sy_run_state_at (state, 1);
      SyLookFacts facts = { .cpu_percent = 187, .rss = 1200000000, .progress = cases[i].progress / 1000.0 };
      SyLook look = { 0 };
      g_autofree char *said = NULL;

      task->state = (guint8) cases[i].state;
      task->name = (guint8) cases[i].name;
      task->exit_status = 3 << 8;
      task->attempt = 1;
      task->badges = (guint8) cases[i].badges;
      task->started_us = 1000000;
      task->ended_us = 3500000;
      sy_look_fill (&look, state, 1, &facts);
      said = sy_look_describe (&look, state, 1);
      g_assert_cmpstr (look.line, ==, cases[i].line);
      g_assert_cmpstr (said, ==, cases[i].said);
    }
}

/* --- pictures --- */

static double
width_of (GBytes *svg)
{
  const char *width = g_strstr_len (g_bytes_get_data (svg, NULL), (gssize) g_bytes_get_size (svg), " width=\"");

  g_assert_nonnull (width);
  return g_ascii_strtod (width + strlen (" width=\""), NULL);
}

static void
test_export (void)
{
  static const struct { const char *format, *begins; } cases[] = { { "svg", "<?xml" }, { "png", "\211PNG" }, { "pdf", "%PDF" } };
  g_autoptr (SyWorkflow) flow = flow_parse ("a; b:a; c:a");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) picture = sy_scene_export (flow, NULL, NULL, cases[i].format, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (g_bytes_get_size (picture), >, 1000);
      g_assert_cmpmem (g_bytes_get_data (picture, NULL), strlen (cases[i].begins), cases[i].begins, strlen (cases[i].begins));
    }
  {
    g_autoptr (SyPlaces) places = sy_places_new ();
    g_autoptr (GBytes) laid_out = sy_scene_export (flow, NULL, places, "svg", &error), pinned = NULL;

    sy_places_set (places, "c", (SyPlace){ 4000, 0 });
    pinned = sy_scene_export (flow, NULL, places, "svg", &error);
    g_assert_no_error (error);
    g_assert_cmpfloat (width_of (laid_out), <, 1000);
    g_assert_cmpfloat (width_of (pinned), >, 4000);
  }
  g_assert_null (sy_scene_export (flow, NULL, NULL, "gif", &error));
  g_assert_error (error, SY_ERROR, SY_ERROR_INVALID);
}

/* Of a collapsed branch one node is left, with the edges of all of it, each once. */
static void
test_collapsed (void)
{
  static const guint32 shown[] = { 0, 1, 1, 1, 4, 5 }; /* b, b2 and b3 */
  g_autoptr (SyWorkflow) flow = flow_parse ("a; b:a; b2:b; b3:b; c:a; d:b2,b3,c");
  g_autoptr (SyGeometry) all = sy_geometry_compute (flow, NULL, 2, 1, NULL);
  g_autoptr (SyGeometry) g = sy_geometry_compute_collapsed (flow, all, shown, 2, 1, NULL);
  static const guint32 edges[][2] = { { 0, 1 }, { 0, 4 }, { 1, 5 }, { 4, 5 } };
  const SyRect *b = &g->nodes[1];

  g_assert_cmpuint (g->n_edges, ==, G_N_ELEMENTS (edges));
  for (guint e = 0; e < g->n_edges; e++)
    {
      g_assert_cmpuint (g->edges[e].from, ==, edges[e][0]);
      g_assert_cmpuint (g->edges[e].to, ==, edges[e][1]);
    }
  g_assert_cmpuint (g->edge_start[6], ==, g->n_edges);
  g_assert_cmpmem (b, sizeof *b, &g->nodes[3], sizeof *b);
  g_assert_cmpuint (sy_geometry_node_at (g, b->x + 5, b->y + 5), ==, 1);
  g_assert_true (sy_geometry_is_collapsed (g, 1) && !sy_geometry_is_collapsed (g, 2) && !sy_geometry_is_collapsed (g, 0));
  g_assert_cmpuint (g->n_within[1], ==, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scene/collapsed", test_collapsed);
  g_test_add_func ("/scene/reused-icon", test_reused_icon);
  g_test_add_func ("/scene/line-ink", test_line_ink);
  g_test_add_func ("/scene/line-clips", test_line_clips);
  g_test_add_func ("/scene/fill-clips", test_fill_clips);
  g_test_add_func ("/scene/hit", test_hit);
  g_test_add_func ("/scene/foreach", test_foreach);
  g_test_add_func ("/scene/layout-ahead", test_layout_ahead);
  g_test_add ("/scene/far-tile", Fixture, NULL, set_up, test_far_tile, tear_down);
  g_test_add ("/scene/patch-is-exact", Fixture, NULL, set_up, test_patch_is_exact, tear_down);
  g_test_add ("/scene/repair-is-exact", Fixture, NULL, set_up, test_repair_is_exact, tear_down);
  g_test_add ("/scene/ink", Fixture, NULL, set_up, test_ink, tear_down);
  g_test_add_func ("/scene/look", test_look);
  g_test_add_func ("/scene/export", test_export);
  return g_test_run ();
}
