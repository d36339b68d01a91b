/* test-design-layer.c: a document on the canvas: ports, edges, tasks moved by hand, groups
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/views/design-fixture.h"
#include "tests/views/display.h"
#include "views/sy-design-layer-private.h"

#include <adwaita.h>
#include <math.h>
#include <string.h>

#define TEXT "version: 1\ntasks:\n  a: {run: x}\n  b: {needs: [a], run: y}\n  c: {needs: [a], run: y}\n  d: {needs: [b, c], run: z}\n"

typedef struct
{
  DesignFixture base;
  SyCanvas *canvas;
  SyDesignLayer *layer;
} Fixture;

/* Everything asked for is done, laid out and painted. */
static void
settle (Fixture *f)
{
  design_fixture_settle (&f->base);
  AWAIT (sy_canvas_is_ready (f->canvas) && !sy_canvas_is_busy (f->canvas));
}

static void
set_up (Fixture *f, gconstpointer data)
{
  design_fixture_init (&f->base, TEXT);
  f->canvas = sy_canvas_new (f->base.session);
  design_fixture_show (&f->base, GTK_WIDGET (f->canvas));
  f->layer = f->canvas->design;
  settle (f);
  sy_canvas_zoom_to (f->canvas, 1);
  settle (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  design_fixture_clear (&f->base);
}

static guint32
find (Fixture *f, const char *id)
{
  guint32 index = sy_workflow_find (f->canvas->geometry->workflow, id);

  g_assert_cmpuint (index, !=, SY_NO_TASK);
  return index;
}

static SyPoint
middle_of (Fixture *f, const char *id)
{
  SyRect box = sy_canvas_screen_box (f->canvas, find (f, id));

  return (SyPoint){ box.x + box.width / 2, box.y + box.height / 2 };
}

static SyRect
node_of (Fixture *f, const char *id)
{
  return f->canvas->geometry->nodes[find (f, id)];
}

static void
act (Fixture *f, const char *name)
{
  g_action_group_activate_action (sy_canvas_get_design_actions (f->canvas), name, NULL);
  settle (f);
}

static void
click (Fixture *f, SyPoint at)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (f->canvas));

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_GESTURE_CLICK (controller) && gtk_gesture_single_get_button (GTK_GESTURE_SINGLE (controller)) == GDK_BUTTON_PRIMARY)
        g_signal_emit_by_name (controller, "released", 1, (double) at.x, (double) at.y);
    }
  settle (f);
}

/* @state: GDK_CONTROL_MASK: without snapping */
static void
drag (Fixture *f, SyPoint from, float dx, float dy, GdkModifierType state, gboolean drop)
{
  g_assert_true (sy_design_layer_drag (f->layer, from.x, from.y));
  for (guint i = 1; i <= 4; i++)
    sy_design_layer_drag_to (f->layer, from.x + dx * (float) i / 4, from.y + dy * (float) i / 4, state);
  if (drop)
    sy_design_layer_drop (f->layer);
}

/* --- edges --- */

/* Half way along the edge, on it */
static SyPoint
on_edge (Fixture *f, const char *from, const char *to)
{
  SyPoint a = sy_design_layer_port (f->layer, find (f, from), TRUE), b = sy_design_layer_port (f->layer, find (f, to), FALSE);

  return (SyPoint){ (a.x + b.x) / 2, (a.y + b.y) / 2 };
}

/* Delete takes the edge that was clicked, while it is what is selected. */
static void
test_chosen_edge (Fixture *f, gconstpointer data)
{
  guint32 from, to;

  click (f, on_edge (f, "a", "b"));
  g_assert_true (sy_design_layer_chosen_edge (f->layer, &from, &to));
  g_assert_cmpuint (from, ==, find (f, "a"));
  g_assert_cmpuint (to, ==, find (f, "b"));
  act (f, "delete");
  g_assert_nonnull (strstr (design_fixture_text (&f->base), "  b: {run: y}"));
  g_assert_cmpuint (f->canvas->geometry->n_nodes, ==, 4);
}

static void
test_edge_no_longer_chosen (Fixture *f, gconstpointer data)
{
  guint32 from, to;

  click (f, on_edge (f, "b", "d"));
  g_assert_true (sy_design_layer_chosen_edge (f->layer, &from, &to));
  sy_session_select (f->base.session, find (f, "d"), FALSE);
  g_assert_false (sy_design_layer_chosen_edge (f->layer, &from, &to));
  act (f, "delete");
  g_assert_null (strstr (design_fixture_text (&f->base), "  d:"));
  g_assert_nonnull (strstr (design_fixture_text (&f->base), "  b: {needs: [a], run: y}"));
}

static void
test_insert (Fixture *f, gconstpointer data)
{
  click (f, on_edge (f, "a", "b"));
  act (f, "insert");
  g_assert_nonnull (strstr (design_fixture_text (&f->base), "  task:\n    needs: [a]\n"));
  g_assert_nonnull (strstr (design_fixture_text (&f->base), "  b: {needs: [task], run: y}"));
}

/* A popover goes with its window, though a layout that is under way keeps the canvas yet. */
static void
test_popover_goes (Fixture *f, gconstpointer data)
{
  g_autoptr (SyCanvas) kept = g_object_ref (f->canvas);
  GtkWidget *popover;

  click (f, on_edge (f, "a", "b"));
  act (f, "insert");
  popover = f->layer->popover;
  g_assert_nonnull (popover);
  g_object_add_weak_pointer (G_OBJECT (popover), (gpointer *) &popover);
  gtk_window_destroy (GTK_WINDOW (g_steal_pointer (&f->base.window)));
  g_assert_null (popover);
  g_assert_null (f->layer->popover);
}

/* --- connecting --- */

static void
test_connect (Fixture *f, gconstpointer data)
{
  SyPoint from = sy_design_layer_port (f->layer, find (f, "a"), TRUE), to = middle_of (f, "d");

  drag (f, from, to.x - from.x, to.y - from.y, 0, TRUE);
  settle (f);
  g_assert_nonnull (strstr (design_fixture_text (&f->base), "  d: {needs: [b, c, a], run: z}"));
}

static void
test_cycle (Fixture *f, gconstpointer data)
{
  SyPoint from = sy_design_layer_port (f->layer, find (f, "d"), TRUE), to = middle_of (f, "a");

  drag (f, from, to.x - from.x, to.y - from.y, 0, FALSE);
  g_assert_nonnull (f->layer->refusal);
  g_assert_nonnull (strstr (f->layer->refusal, "a → "));
  sy_design_layer_drop (f->layer);
  settle (f);
  g_assert_cmpstr (design_fixture_text (&f->base), ==, TEXT);
}

/* --- moving --- */

static void
test_move (Fixture *f, gconstpointer data)
{
  SyRect before = node_of (f, "b"), other = node_of (f, "c"), after;

  drag (f, middle_of (f, "b"), 64, -120, GDK_CONTROL_MASK, FALSE);
  g_assert_true (sy_design_layer_is_moving (f->layer));
  g_assert_nonnull (f->canvas->scene->hidden);
  sy_design_layer_drop (f->layer);
  /* at once: the document's worker has not answered yet */
  after = node_of (f, "b");
  g_assert_cmpfloat_with_epsilon (after.x, before.x + 64, 1);
  g_assert_cmpfloat_with_epsilon (after.y, before.y - 120, 1);
  g_assert_null (f->canvas->scene->hidden);
  settle (f);
  g_assert_cmpstr (design_fixture_text (&f->base), ==, TEXT);
  g_assert_cmpstr (sy_design_get_revision (f->base.design)->undo, ==, "Move b");
  g_assert_true (f->canvas->geometry->pinned[find (f, "b")]);
  g_assert_cmpfloat_with_epsilon (node_of (f, "c").y, other.y, 0.01);
  act (f, "undo");
  g_assert_cmpfloat_with_epsilon (node_of (f, "b").y, before.y, 0.01);
  act (f, "redo");
  g_assert_cmpfloat_with_epsilon (node_of (f, "b").y, after.y, 0.01);
}

static void
test_move_cancelled (Fixture *f, gconstpointer data)
{
  SyRect before = node_of (f, "b");

  drag (f, middle_of (f, "b"), 64, -120, 0, FALSE);
  g_assert_true (sy_canvas_cancel_drag (f->canvas));
  g_assert_false (sy_canvas_cancel_drag (f->canvas));
  sy_design_layer_drop (f->layer);
  settle (f);
  g_assert_cmpfloat_with_epsilon (node_of (f, "b").y, before.y, 0.01);
  g_assert_null (sy_design_get_revision (f->base.design)->undo);
  g_assert_null (f->canvas->scene->hidden);
}

/* What is selected goes together, and snaps where a neighbour is near. */
static void
test_move_several (Fixture *f, gconstpointer data)
{
  SyRect b = node_of (f, "b"), c = node_of (f, "c"), d = node_of (f, "d");

  sy_session_select_many (f->base.session, (guint32[]){ find (f, "b"), find (f, "c") }, 2);
  drag (f, middle_of (f, "b"), d.x - b.x + 4, d.y - b.y + 200, 0, TRUE);
  settle (f);
  g_assert_cmpfloat_with_epsilon (node_of (f, "b").x, d.x, 1);
  g_assert_cmpfloat_with_epsilon (node_of (f, "b").x - node_of (f, "c").x, b.x - c.x, 1);
  g_assert_cmpfloat_with_epsilon (node_of (f, "b").y - node_of (f, "c").y, b.y - c.y, 1);
  g_assert_cmpstr (sy_design_get_revision (f->base.design)->undo, ==, "Move 2 Tasks");
}

static void
test_nudge (Fixture *f, gconstpointer data)
{
  SyRect before = node_of (f, "a");

  sy_session_select (f->base.session, find (f, "a"), FALSE);
  for (guint i = 0; i < 5; i++)
    sy_design_layer_nudge (f->layer, 8, 0);
  settle (f);
  g_assert_cmpfloat_with_epsilon (node_of (f, "a").x, roundf (before.x) + 40, 1);
  act (f, "undo");
  g_assert_cmpfloat_with_epsilon (node_of (f, "a").x, before.x, 0.01);
  g_assert_null (sy_design_get_revision (f->base.design)->undo);
}

static void
test_lines (Fixture *f, gconstpointer data)
{
  sy_session_select_many (f->base.session, (guint32[]){ find (f, "a"), find (f, "b"), find (f, "d") }, 3);
  act (f, "align-top");
  g_assert_cmpfloat_with_epsilon (node_of (f, "a").y, node_of (f, "b").y, 0.01);
  g_assert_cmpfloat_with_epsilon (node_of (f, "a").y, node_of (f, "d").y, 0.01);
  g_assert_cmpstr (sy_design_get_revision (f->base.design)->undo, ==, "Align Top");
  act (f, "undo");
  g_assert_null (f->canvas->geometry->pinned);
}

static void
test_pins (Fixture *f, gconstpointer data)
{
  sy_session_select (f->base.session, find (f, "d"), FALSE);
  act (f, "toggle-pin");
  g_assert_true (f->canvas->geometry->pinned[find (f, "d")]);
  act (f, "toggle-pin");
  g_assert_null (f->canvas->geometry->pinned);
  act (f, "pin");
  sy_session_clear_selection (f->base.session);
  act (f, "tidy");
  g_assert_null (f->canvas->geometry->pinned);
  g_assert_cmpstr (sy_design_get_revision (f->base.design)->undo, ==, "Tidy Up");
  g_assert_cmpstr (design_fixture_text (&f->base), ==, TEXT);
}

/* Pinned tasks stay where they are when others come; names are followed. */
static void
test_pins_stay (Fixture *f, gconstpointer data)
{
  SyRect before;

  drag (f, middle_of (f, "d"), 96, 160, GDK_CONTROL_MASK, TRUE);
  settle (f);
  before = node_of (f, "d");
  sy_design_connect (f->base.design, "b", "c");
  settle (f);
  g_assert_cmpfloat (node_of (f, "d").x, ==, before.x);
  g_assert_cmpfloat (node_of (f, "d").y, ==, before.y);
  sy_design_rename (f->base.design, "d", "last");
  settle (f);
  g_assert_cmpfloat (node_of (f, "last").y, ==, before.y);
}

/* --- what needs no layout --- */

static void
test_rebind (Fixture *f, gconstpointer data)
{
  SyRect before = node_of (f, "b");

  sy_design_set_field (f->base.design, "b", "timeout", sy_change_value_new_word ("5m"));
  design_fixture_settle (&f->base);
  g_assert_true (sy_canvas_is_ready (f->canvas));
  g_assert_null (f->canvas->layout);
  sy_design_rename (f->base.design, "b", "beta");
  design_fixture_settle (&f->base);
  g_assert_true (sy_canvas_is_ready (f->canvas));
  g_assert_null (f->canvas->layout);
  settle (f);
  g_assert_cmpmem (&f->canvas->geometry->nodes[find (f, "beta")], sizeof before, &before, sizeof before);
  sy_design_disconnect (f->base.design, "a", "beta");
  design_fixture_settle (&f->base);
  g_assert_nonnull (f->canvas->layout);
}

/* --- groups --- */

static void
test_group (Fixture *f, gconstpointer data)
{
  sy_session_select_many (f->base.session, (guint32[]){ find (f, "b"), find (f, "c") }, 2);
  sy_design_layer_set_group (f->layer, "middle");
  settle (f);
  g_assert_nonnull (strstr (design_fixture_text (&f->base), "  b: {group: middle, needs: [a], run: y}"));
  g_assert_cmpstr (sy_design_get_revision (f->base.design)->undo, ==, "Group 2 Tasks as middle");
  g_assert_cmpuint (f->canvas->geometry->n_frames, ==, 1);
  sy_design_layer_set_group (f->layer, "centre");
  settle (f);
  g_assert_cmpstr (sy_design_get_revision (f->base.design)->undo, ==, "Rename Group middle to centre");
  g_assert_cmpstr (f->canvas->geometry->frames[0].name, ==, "centre");
  sy_session_select (f->base.session, find (f, "c"), FALSE);
  act (f, "dissolve-group");
  g_assert_cmpuint (f->canvas->geometry->n_frames, ==, 0);
  g_assert_cmpstr (design_fixture_text (&f->base), ==, TEXT);
}

static void
test_group_name (Fixture *f, gconstpointer data)
{
  const SyRect *box;

  sy_session_select_many (f->base.session, (guint32[]){ find (f, "b"), find (f, "c") }, 2);
  sy_design_layer_set_group (f->layer, "middle");
  settle (f);
  sy_session_clear_selection (f->base.session);
  box = &f->canvas->geometry->frames[0].box;
  click (f, sy_viewport_to_screen (&f->canvas->view, box->x + 20, box->y + 8));
  g_assert_cmpuint (sy_session_get_n_selected (f->base.session), ==, 2);
}

/* A group collapses into one node, but not around what is not of it. */
static void
test_group_collapses (Fixture *f, gconstpointer data)
{
  sy_session_select_many (f->base.session, (guint32[]){ find (f, "b"), find (f, "c") }, 2);
  sy_design_layer_set_group (f->layer, "middle");
  settle (f);
  sy_canvas_collapse_group (f->canvas, find (f, "b"));
  settle (f);
  g_assert_cmpstr (sy_geometry_collapsed_group (f->canvas->geometry, sy_geometry_shown (f->canvas->geometry, find (f, "c"))), ==, "middle");
  sy_canvas_expand (f->canvas, sy_geometry_shown (f->canvas->geometry, find (f, "c")));
  settle (f);
  g_assert_null (f->canvas->geometry->shown);
  sy_session_select_many (f->base.session, (guint32[]){ find (f, "a"), find (f, "d") }, 2);
  sy_design_layer_set_group (f->layer, "ends");
  settle (f);
  sy_canvas_collapse_group (f->canvas, find (f, "a"));
  settle (f);
  g_assert_null (f->canvas->geometry->shown);
}

#define CASE(name, function) g_test_add ("/design-layer/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  CASE ("chosen-edge", test_chosen_edge);
  CASE ("edge-no-longer-chosen", test_edge_no_longer_chosen);
  CASE ("insert", test_insert);
  CASE ("popover-goes", test_popover_goes);
  CASE ("connect", test_connect);
  CASE ("cycle", test_cycle);
  CASE ("move", test_move);
  CASE ("move-cancelled", test_move_cancelled);
  CASE ("move-several", test_move_several);
  CASE ("nudge", test_nudge);
  CASE ("lines", test_lines);
  CASE ("pins", test_pins);
  CASE ("pins-stay", test_pins_stay);
  CASE ("rebind", test_rebind);
  CASE ("group", test_group);
  CASE ("group-name", test_group_name);
  CASE ("group-collapses", test_group_collapses);
  return g_test_run ();
}
