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

/* --- groups --- */

/* "ab;cd": tasks 0 and 1 are in a and b … ; '-' in none */
static SyWorkflow *
grouped (const char *text, const char *groups)
{
  SyWorkflow *workflow = flow_parse (text);

  for (guint32 v = 0; v < workflow->n_tasks && groups[v] != '\0'; v++)
    if (groups[v] != '-')
      workflow->tasks[v].group = sy_workflow_intern_len (workflow, groups + v, 1);
  return workflow;
}

/* Each task of a group is in a frame of it, and no frame holds what is not of it. */
static void
assert_frames (const SyGeometry *g)
{
  for (guint32 v = 0; v < g->n_nodes; v++)
    {
      guint in = 0;

      for (guint32 i = 0; i < g->n_frames; i++)
        {
          const SyFrame *frame = &g->frames[i];
          SyRect inner = { frame->box.x + 10 * g->scale, frame->box.y + SY_FRAME_LABEL * g->scale, frame->box.width - 20 * g->scale,
                           frame->box.height - (SY_FRAME_LABEL + 8) * g->scale };
          gboolean holds = sy_rects_touch (&inner, &g->nodes[v]);

          g_assert_true (!holds || g_strcmp0 (g->workflow->tasks[v].group, frame->name) == 0);
          in += holds;
        }
      g_assert_true (g->workflow->tasks[v].group != NULL ? in >= 1 : in == 0);
    }
}

static const struct { const char *text, *groups; guint frames; } framings[] = {
  { "a;b:a;c:b", "---", 0 },
  { "a;b:a;c:b", "xxx", 1 },
  { "a;b:a;c:b", "x-x", 2 },            /* what lies between is no part of it */
  { "a;b:a;c:a;d:a;e:b,c,d", "-xxx-", 1 },
  { "a;b:a;c:a;d:b;e:c", "-xyxy", 2 },
};

static void
test_frames (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (framings); i++)
    {
      g_autoptr (SyWorkflow) workflow = grouped (framings[i].text, framings[i].groups);
      g_autoptr (SyGeometry) g = sy_geometry_compute (workflow, NULL, 1, 1, NULL);

      g_test_message ("%s %s", framings[i].text, framings[i].groups);
      g_assert_cmpuint (g->n_frames, ==, framings[i].frames);
      assert_frames (g);
    }
}

static void
test_frames_many (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);

  for (guint round = 0; round < 10; round++)
    {
      g_autoptr (GString) text = g_string_new ("t0"), groups = g_string_new ("-");
      g_autoptr (SyWorkflow) workflow = NULL;
      g_autoptr (SyGeometry) g = NULL, pinned = NULL;
      g_autoptr (SyPlaces) places = sy_places_new ();

      for (guint i = 1; i < 150; i++)
        {
          g_string_append_printf (text, ";t%u:t%u", i, (guint) g_rand_int_range (rand, 0, (gint32) i));
          g_string_append_c (groups, "-abcd"[g_rand_int_range (rand, 0, 5)]);
        }
      workflow = grouped (text->str, groups->str);
      g = sy_geometry_compute (workflow, NULL, 1, 1, NULL);
      assert_frames (g);
      sy_places_set (places, "t7", (SyPlace){ -3000, 100 });
      pinned = sy_geometry_pin (g, places);
      assert_frames (pinned);
    }
}

/* A frame is taken by its name's line, not by its ground. */
static void
test_frame_at (void)
{
  g_autoptr (SyWorkflow) workflow = grouped ("a;b:a", "-x");
  g_autoptr (SyGeometry) g = sy_geometry_compute (workflow, NULL, 1, 1, NULL);
  const SyRect *box = &g->frames[0].box;

  g_assert_cmpuint (g->n_frames, ==, 1);
  g_assert_true (sy_geometry_frame_at (g, box->x + 5, box->y + 5) == &g->frames[0]);
  g_assert_null (sy_geometry_frame_at (g, box->x + 5, box->y + box->height - 2));
  g_assert_null (sy_geometry_frame_at (g, box->x - 5, box->y + 5));
}

/* --- other names --- */

static void
test_rebind (void)
{
  g_autoptr (SyWorkflow) first = flow_parse (DIAMOND), named = grouped ("a;x:a;c:a;d:x,c", "-gg-"), other = flow_parse ("a;b:a;c:a;d:b");
  g_autoptr (SyGeometry) base = sy_geometry_compute (first, NULL, 1, 1, NULL), pinned = NULL, again = NULL;
  g_autoptr (SyPlaces) places = sy_places_new ();

  sy_places_set (places, "d", (SyPlace){ 900, 700 });
  pinned = sy_geometry_pin (base, places);
  g_assert_null (sy_geometry_rebind (pinned, other));
  again = sy_geometry_rebind (pinned, named);
  g_assert_true (again->workflow == named && again->base != NULL && again->base->workflow == named);
  g_assert_cmpmem (again->nodes, 4 * sizeof (SyRect), pinned->nodes, 4 * sizeof (SyRect));
  g_assert_true (again->pinned[3]);
  g_assert_cmpuint (again->n_frames, ==, 1);
  assert_found (again);
}

/* --- the same picture --- */

static void
test_same_picture (void)
{
  g_autoptr (SyWorkflow) flow = flow_parse (DIAMOND), like = flow_parse (DIAMOND);
  g_autoptr (SyGeometry) quick = sy_geometry_compute (flow, NULL, 1, 1, NULL), thorough = sy_geometry_compute (flow, NULL, 4, 1, NULL);
  g_autoptr (SyGeometry) other = sy_geometry_compute (like, NULL, 1, 1, NULL), larger = sy_geometry_compute (flow, NULL, 1, 1.5f, NULL);
  g_autoptr (SyGeometry) pinned = NULL, collapsed = NULL;
  g_autoptr (SyPlaces) places = sy_places_new ();
  const guint32 shown[] = { 0, 1, 1, 1 };

  g_assert_true (sy_geometry_same_picture (quick, thorough));
  g_assert_false (sy_geometry_same_picture (quick, other));
  g_assert_false (sy_geometry_same_picture (quick, larger));
  sy_places_set (places, "d", (SyPlace){ 900, 700 });
  pinned = sy_geometry_pin (quick, places);
  g_assert_false (sy_geometry_same_picture (quick, pinned));
  collapsed = sy_geometry_compute_collapsed (flow, NULL, shown, 1, 1, NULL);
  g_assert_false (sy_geometry_same_picture (collapsed, collapsed));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/arrange/same-picture", test_same_picture);
  g_test_add_func ("/arrange/snap", test_snap);
  g_test_add_func ("/arrange/snap-chooses", test_snap_chooses);
  g_test_add_func ("/arrange/snap-middles", test_snap_middles);
  g_test_add_func ("/arrange/lines", test_lines);
  g_test_add_func ("/arrange/pin", test_pin);
  g_test_add_func ("/arrange/room", test_room);
  g_test_add_func ("/arrange/pin-many", test_pin_many);
  g_test_add_func ("/arrange/pin-far", test_pin_far);
  g_test_add_func ("/arrange/back", test_back);
  g_test_add_func ("/arrange/frames", test_frames);
  g_test_add_func ("/arrange/frames-many", test_frames_many);
  g_test_add_func ("/arrange/frame-at", test_frame_at);
  g_test_add_func ("/arrange/rebind", test_rebind);
  return g_test_run ();
}
