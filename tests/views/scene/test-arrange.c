/* test-arrange.c: snapping, lines, and tasks that the user has put elsewhere
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/lib/flow.h"
#include "views/scene/sy-arrange.h"

#include <math.h>
#include <string.h>

static SyRect
node (float x, float y)
{
  return (SyRect){ x, y, 100, 40 };
}

/* --- snapping --- */

static const struct { float x, y, other_x, other_y, reach, grid, to_x, to_y; guint guides; } snaps[] = {
  { 203, 95, 200, 300, 7, 8, 200, 96, 1 },      /* its left edge; no row near: the grid */
  { 203, 95, 200, 300, 7, 0, 200, 95, 1 },
  { 208, 95, 200, 300, 7, 0, 208, 95, 0 },      /* too far */
  { 203, 297, 200, 300, 7, 8, 200, 300, 2 },    /* both */
  { 13, 22, 200, 300, 7, 8, 16, 24, 0 },        /* the grid alone */
};

static void
test_snap (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (snaps); i++)
    {
      SyRect box = node (snaps[i].x, snaps[i].y), other = node (snaps[i].other_x, snaps[i].other_y);
      SySnap snap = sy_snap (&box, &other, 1, snaps[i].reach, snaps[i].grid);

      g_test_message ("%u", i);
      g_assert_cmpfloat_with_epsilon (box.x + snap.dx, snaps[i].to_x, 0.01);
      g_assert_cmpfloat_with_epsilon (box.y + snap.dy, snaps[i].to_y, 0.01);
      g_assert_cmpuint (snap.n_guides, ==, snaps[i].guides);
    }
}

/* The nearest line wins, of equally near ones the nearest box; the guide spans both boxes. */
static void
test_snap_chooses (void)
{
  SyRect box = node (204, 100), others[] = { node (200, 900), node (206, 500), node (206, 300) };
  SySnap snap = sy_snap (&box, others, G_N_ELEMENTS (others), 7, 0);

  g_assert_cmpfloat_with_epsilon (snap.dx, 2, 0.01);
  g_assert_cmpuint (snap.n_guides, ==, 1);
  g_assert_true (snap.guides[0].upright);
  g_assert_cmpfloat_with_epsilon (snap.guides[0].at, 206, 0.01);
  g_assert_cmpfloat_with_epsilon (snap.guides[0].from, 100, 0.01);
  g_assert_cmpfloat_with_epsilon (snap.guides[0].to, 340, 0.01);
}

/* Middles too, where sizes differ */
static void
test_snap_middles (void)
{
  SyRect box = { 0, 103, 60, 20 }, other = { 300, 90, 100, 40 };
  SySnap snap = sy_snap (&box, &other, 1, 7, 0);

  g_assert_cmpfloat_with_epsilon (box.y + snap.dy, 100, 0.01);
}

/* --- lines --- */

static const struct { SyArrange how; float x[3], y[3]; } lines[] = {
  { SY_ARRANGE_LEFT, { 0, 0, 0 }, { 0, 50, 300 } },        { SY_ARRANGE_CENTRE, { 250, 250, 250 }, { 0, 50, 300 } },
  { SY_ARRANGE_RIGHT, { 500, 500, 500 }, { 0, 50, 300 } }, { SY_ARRANGE_TOP, { 100, 500, 0 }, { 0, 0, 0 } },
  { SY_ARRANGE_MIDDLE, { 100, 500, 0 }, { 150, 150, 150 } }, { SY_ARRANGE_BOTTOM, { 100, 500, 0 }, { 300, 300, 300 } },
  { SY_ARRANGE_ACROSS, { 250, 500, 0 }, { 0, 50, 300 } },  { SY_ARRANGE_DOWN, { 100, 500, 0 }, { 0, 150, 300 } },
};

static void
test_lines (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      SyRect boxes[] = { node (100, 0), node (500, 50), node (0, 300) }, before[3];

      sy_arrange (boxes, 3, lines[i].how);
      for (guint k = 0; k < 3; k++)
        {
          g_assert_cmpfloat_with_epsilon (boxes[k].x, lines[i].x[k], 0.01);
          g_assert_cmpfloat_with_epsilon (boxes[k].y, lines[i].y[k], 0.01);
        }
      memcpy (before, boxes, sizeof boxes);
      sy_arrange (boxes, 3, lines[i].how);
      g_assert_cmpmem (before, sizeof before, boxes, sizeof boxes);
      sy_arrange (boxes, 1, lines[i].how);
      g_assert_cmpmem (before, sizeof before, boxes, sizeof boxes);
    }
}

/* --- pins --- */

#define DIAMOND "a;b:a;c:a;d:b,c"

static SyGeometry *
geometry_of (const char *text)
{
  g_autoptr (SyWorkflow) workflow = flow_parse (text);

  return sy_geometry_compute (workflow, NULL, 1, 1, NULL);
}

static void
assert_no_overlap (const SyGeometry *g)
{
  for (guint32 v = 0; v < g->n_nodes; v++)
    for (guint32 w = v + 1; w < g->n_nodes; w++)
      g_assert_true (fabsf (g->nodes[v].x - g->nodes[w].x) >= g->nodes[v].width || fabsf (g->nodes[v].y - g->nodes[w].y) >= g->nodes[v].height);
}

/* Everything that can be asked of a place finds what is there. */
static void
assert_found (const SyGeometry *g)
{
  for (guint32 v = 0; v < g->n_nodes; v++)
    {
      const SyRect *box = &g->nodes[v];

      g_assert_cmpuint (sy_geometry_node_at (g, box->x + box->width / 2, box->y + box->height / 2), ==, v);
      g_assert_cmpfloat (box->x, >=, g->bounds.x);
      g_assert_cmpfloat (box->y, >=, g->bounds.y);
      g_assert_cmpfloat (box->x + box->width, <=, g->bounds.x + g->bounds.width + 0.01);
      g_assert_cmpfloat (box->y + box->height, <=, g->bounds.y + g->bounds.height + 0.01);
    }
  for (guint32 e = 0; e < g->n_edges; e++)
    {
      const SyPoint *p = g->points + g->edges[e].first_point;

      g_assert_cmpuint (sy_geometry_edge_at (g, p->x, p->y, 1), !=, G_MAXUINT32);
    }
}

static void
test_pin (void)
{
  g_autoptr (SyGeometry) base = geometry_of (DIAMOND), pinned = NULL, other = NULL, none = NULL;
  g_autoptr (SyPlaces) places = sy_places_new (), nothing = sy_places_new ();

  sy_places_set (places, "nobody", (SyPlace){ 1, 1 });
  none = sy_geometry_pin (base, places);
  g_assert_true (none == base);
  sy_places_set (places, "b", (SyPlace){ -500, -300 });
  pinned = sy_geometry_pin (base, places);
  g_assert_cmpfloat (pinned->nodes[1].x, ==, -500);
  g_assert_cmpfloat (pinned->nodes[1].y, ==, -300);
  g_assert_true (pinned->pinned[1] && !pinned->pinned[0]);
  for (guint32 v = 0; v < 4; v++)
    if (v != 1)
      g_assert_cmpmem (&pinned->nodes[v], sizeof (SyRect), &base->nodes[v], sizeof (SyRect));
  assert_found (pinned);
  other = sy_geometry_pin (pinned, nothing);
  g_assert_true (other == base);
}

/* Put onto another, that one makes room. */
static void
test_room (void)
{
  g_autoptr (SyGeometry) base = geometry_of (DIAMOND), pinned = NULL;
  g_autoptr (SyPlaces) places = sy_places_new ();

  sy_places_set (places, "a", (SyPlace){ (gint32) base->nodes[3].x + 10, (gint32) base->nodes[3].y + 5 });
  pinned = sy_geometry_pin (base, places);
  g_assert_cmpfloat (pinned->nodes[0].x, ==, floorf (base->nodes[3].x) + 10);
  g_assert_cmpfloat (pinned->nodes[3].y, !=, base->nodes[3].y);
  g_assert_cmpfloat (pinned->nodes[3].x, ==, base->nodes[3].x);
  assert_no_overlap (pinned);
  assert_found (pinned);
}

/* Any places at all: nothing that the layout placed is covered, and all is found. */
static void
test_pin_many (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_autoptr (GString) text = g_string_new ("t0");

  for (guint i = 1; i < 120; i++)
    g_string_append_printf (text, ";t%u:t%u", i, (guint) g_rand_int_range (rand, 0, (gint32) i));
  for (guint round = 0; round < 20; round++)
    {
      g_autoptr (SyGeometry) base = geometry_of (text->str), pinned = NULL;
      g_autoptr (SyPlaces) places = sy_places_new ();

      for (guint i = 0; i < 8; i++)
        {
          g_autofree char *id = g_strdup_printf ("t%u", i * 13);

          sy_places_set (places, id, (SyPlace){ g_rand_int_range (rand, -200, 1500) + (gint32) i * 2000 * (round % 2 == 0), g_rand_int_range (rand, -200, 1500) });
        }
      pinned = sy_geometry_pin (base, places);
      for (guint32 v = 0; v < pinned->n_nodes; v++)
        for (guint32 w = 0; w < pinned->n_nodes; w++)
          g_assert_true (v == w || (pinned->pinned[v] && pinned->pinned[w])
                         || fabsf (pinned->nodes[v].x - pinned->nodes[w].x) >= pinned->nodes[v].width
                         || fabsf (pinned->nodes[v].y - pinned->nodes[w].y) >= pinned->nodes[v].height);
    }
}

/* A task that is put a thousand screens away costs no memory to speak of. */
static void
test_pin_far (void)
{
  g_autoptr (SyGeometry) base = geometry_of (DIAMOND), pinned = NULL;
  g_autoptr (SyPlaces) places = sy_places_new ();

  sy_places_set (places, "a", (SyPlace){ -SY_PLACE_MOST, -SY_PLACE_MOST });
  sy_places_set (places, "d", (SyPlace){ SY_PLACE_MOST, SY_PLACE_MOST });
  pinned = sy_geometry_pin (base, places);
  g_assert_cmpuint (pinned->grid_columns * pinned->grid_rows, <, 20000);
  assert_found (pinned);
}

/* An edge that turns back leaves on the right and arrives on the left, and is found where it goes. */
static void
test_back (void)
{
  SyPoint a = { 300, 0 }, b = { 0, 200 }, c, d;
  g_autoptr (SyGeometry) base = geometry_of ("a;b:a"), pinned = NULL;
  g_autoptr (SyPlaces) places = sy_places_new ();
  SyRect box;

  sy_edge_bend (a, b, 72, &c, &d);
  g_assert_cmpfloat (c.x, >, a.x);
  g_assert_cmpfloat (d.x, <, b.x);
  sy_edge_bend (b, a, 72, &c, &d);
  g_assert_cmpfloat_with_epsilon (c.x, 150, 0.01);
  g_assert_cmpfloat_with_epsilon (d.x, 150, 0.01);
  sy_places_set (places, "b", (SyPlace){ -400, 10 });
  pinned = sy_geometry_pin (base, places);
  box = sy_geometry_edge_box (pinned, 0);
  g_assert_cmpfloat (box.x, <, -400);
  g_assert_cmpfloat (box.x + box.width, >, pinned->nodes[0].x + pinned->nodes[0].width);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/arrange/snap", test_snap);
  g_test_add_func ("/arrange/snap-chooses", test_snap_chooses);
  g_test_add_func ("/arrange/snap-middles", test_snap_middles);
  g_test_add_func ("/arrange/lines", test_lines);
  g_test_add_func ("/arrange/pin", test_pin);
  g_test_add_func ("/arrange/room", test_room);
  g_test_add_func ("/arrange/pin-many", test_pin_many);
  g_test_add_func ("/arrange/pin-far", test_pin_far);
  g_test_add_func ("/arrange/back", test_back);
  return g_test_run ();
}
