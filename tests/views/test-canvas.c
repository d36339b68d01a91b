/* test-canvas.c: the canvas on a display: pixels, pointer, keys, accessible names, quiet when idle
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/lib/flow.h"
#include "tests/views/display.h"
#include "views/sy-canvas.h"
#include "views/sy-outline.h"
#include "views/sy-tile-cache-private.h"

#include <adwaita.h>
#include <string.h>

typedef struct
{
  SyWorkflow *flow;
  SyRunModel *model;
  SySession *session;
  GtkWidget *window;
  SyCanvas *canvas;
  guint outputs, frames;
} Fixture;

static void
count_output (SySession *session, guint task, guint *outputs)
{
  ++*outputs;
}

static void
settle (Fixture *f)
{
  display_spin (50);
  while (sy_canvas_is_busy (f->canvas))
    display_spin (20);
  display_spin (50);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->flow = flow_parse ("a; b:a; b2:b; c:a; c2:c; d:b2,c2");
  f->model = sy_run_model_new (f->flow, "r", 1);
  f->session = sy_session_new (NULL);
  sy_session_set_model (f->session, f->model);
  g_signal_connect (f->session, "show-output", G_CALLBACK (count_output), &f->outputs);
  f->canvas = sy_canvas_new (f->session);
  f->window = display_show (GTK_WIDGET (f->canvas), 1000, 600);
  AWAIT (sy_canvas_get_geometry (f->canvas) != NULL);
  settle (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  display_close (f->window);
  g_assert_finalize_object (f->session);
  g_assert_finalize_object (f->model);
  sy_workflow_unref (f->flow);
}

static void
push (Fixture *f, guint32 task, SyEventKind kind)
{
  g_autoptr (GArray) events = sy_event_array_new ();
  SyEvent event = { .kind = (guint16) kind, .task = task, .attempt = 1, .nonce = task, .state = SY_STATE_READY, .name = SY_NAME_QUEUED };

  g_array_append_val (events, event);
  sy_run_model_push (f->model, events);
  sy_run_model_flush (f->model);
  g_assert_no_error (sy_run_model_get_error (f->model));
}

static void
point_of (Fixture *f, guint32 task, double *x, double *y)
{
  const SyRect *node = &sy_canvas_get_geometry (f->canvas)->nodes[task];
  SyPoint point = sy_viewport_to_screen (sy_canvas_get_viewport (f->canvas), node->x + node->width / 2, node->y + 3);

  *x = point.x;
  *y = point.y;
}

#define NOTHING 0xffffff

/* What the canvas draws now, by itself; NULL = nothing. (transfer full) */
static guint32 *
paint (Fixture *f, int *width, int *height)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (GTK_WIDGET (f->canvas));
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  guint32 *pixels;

  *width = gtk_widget_get_width (GTK_WIDGET (f->canvas));
  *height = gtk_widget_get_height (GTK_WIDGET (f->canvas));
  gdk_paintable_snapshot (paintable, snapshot, *width, *height);
  node = gtk_snapshot_free_to_node (g_steal_pointer (&snapshot));
  if (node == NULL)
    return NULL;
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (gtk_widget_get_native (f->window)), node,
                                         &GRAPHENE_RECT_INIT (0, 0, (float) *width, (float) *height));
  pixels = g_new (guint32, (gsize) *width * *height);
  gdk_texture_download (texture, (guchar *) pixels, (gsize) *width * 4);
  return pixels;
}

/* A pixel of the window near the outline of a task */
static guint32
outline_of (Fixture *f, guint32 task)
{
  const SyRect *box = &sy_canvas_get_geometry (f->canvas)->nodes[task];
  SyPoint at = sy_viewport_to_screen (sy_canvas_get_viewport (f->canvas), box->x + box->width / 2, box->y);
  int width, height;
  g_autofree guint32 *pixels = paint (f, &width, &height);
  guint32 darkest = NOTHING;

  if (pixels == NULL)
    return NOTHING;
  for (int y = (int) at.y - 2; y <= (int) at.y + 3; y++)
    {
      guint32 pixel = pixels[y * width + (int) at.x] & 0xffffff;

      if ((pixel >> 16) + (pixel >> 8 & 0xff) + (pixel & 0xff) < (darkest >> 16) + (darkest >> 8 & 0xff) + (darkest & 0xff))
        darkest = pixel;
    }
  return darkest;
}

/* After a frame */
static void
assert_covered (GdkFrameClock *clock, Fixture *f)
{
  int width, height;
  g_autofree guint32 *pixels = paint (f, &width, &height);

  for (int i = 0; pixels != NULL && i < width * height; i++)
    if (pixels[i] >> 24 != 0xff)
      g_error ("%d, %d is not painted", i % width, i / width);
  f->frames += pixels != NULL;
}

/* Whatever tiles are there yet, the window does not shine through. */
static void
test_every_pixel (Fixture *f, gconstpointer data)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (f->canvas));
  gulong handler = g_signal_connect (clock, "after-paint", G_CALLBACK (assert_covered), f);

  for (guint i = 0; i < 60; i++)
    {
      double zoom = sy_canvas_get_viewport (f->canvas)->zoom;
      guint before = f->frames;

      if (i % 4 != 3)
        sy_canvas_zoom_to (f->canvas, i / 15 % 2 ? zoom / 1.13 : zoom * 1.17);
      else
        sy_canvas_pan (f->canvas, i / 30 % 2 ? -361 : 397, i / 15 % 2 ? 243 : -271);
      gtk_widget_queue_draw (GTK_WIDGET (f->canvas));
      AWAIT (f->frames != before);
    }
  g_signal_handler_disconnect (clock, handler);
}

/* On a GPU a tile covers what is below it, though its painter wrote colours alone. */
static void
test_texture_is_opaque (void)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, 3, 2);
  g_autoptr (GdkTexture) texture = NULL;
  guint32 pixels[6];

  for (guint y = 0; y < 2; y++)
    memset (cairo_image_surface_get_data (surface) + y * (guint) cairo_image_surface_get_stride (surface), 0, 3 * sizeof *pixels);
  ((guint32 *) (void *) cairo_image_surface_get_data (surface))[1] = 0x204080;
  cairo_surface_mark_dirty (surface);
  texture = sy_tile_make_texture (surface);
  gdk_texture_download (texture, (guchar *) pixels, 3 * sizeof *pixels);
  g_assert_cmphex (pixels[0], ==, 0xff000000);
  g_assert_cmphex (pixels[1], ==, 0xff204080);
  g_assert_cmphex (pixels[5], ==, 0xff000000);
  cairo_surface_destroy (surface);
}

static gboolean
is_bluish (guint32 pixel)
{
  return (pixel & 0xff) > (pixel >> 16) + 60;
}

/* The picture follows the run: the outline of a task that starts turns blue. */
static void
test_state_is_drawn (Fixture *f, gconstpointer data)
{
  AWAIT (outline_of (f, 0) != NOTHING);
  g_assert_false (is_bluish (outline_of (f, 0)));
  push (f, 1, SY_EVENT_JOIN_MET);
  push (f, 1, SY_EVENT_INTENT);
  push (f, 1, SY_EVENT_STARTED);
  AWAIT (is_bluish (outline_of (f, 0)));
}

static GtkEventController *
controller_of (Fixture *f, GType type, guint button)
{
  g_autoptr (GListModel) all = gtk_widget_observe_controllers (GTK_WIDGET (f->canvas));

  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr (GtkEventController) one = g_list_model_get_item (all, i);

      if (G_OBJECT_TYPE (one) == type && (!GTK_IS_GESTURE_SINGLE (one) || gtk_gesture_single_get_button (GTK_GESTURE_SINGLE (one)) == button))
        return one;
    }
  g_assert_not_reached ();
}

static void
click (Fixture *f, double x, double y, int times)
{
  g_signal_emit_by_name (controller_of (f, GTK_TYPE_GESTURE_CLICK, GDK_BUTTON_PRIMARY), "released", times, x, y);
}

static void
test_pointer (Fixture *f, gconstpointer data)
{
  double x, y;

  point_of (f, 3, &x, &y);
  click (f, x, y, 1);
  g_assert_cmpuint (sy_session_get_focus (f->session), ==, 3);
  g_assert_true (sy_session_is_selected (f->session, 3));
  click (f, x, y, 2);
  g_assert_cmpuint (f->outputs, ==, 1);
  click (f, 2, 2, 1);
  g_assert_cmpuint (sy_session_get_n_selected (f->session), ==, 0);
}

/* Does what a key does: the shortcut of that trigger. */
static void
press (Fixture *f, guint key, GdkModifierType state)
{
  g_autoptr (GListModel) keys = g_object_ref (G_LIST_MODEL (controller_of (f, GTK_TYPE_SHORTCUT_CONTROLLER, 0)));
  g_autoptr (GtkShortcutTrigger) wanted = gtk_keyval_trigger_new (key, state);

  for (guint i = 0; i < g_list_model_get_n_items (keys); i++)
    {
      g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (keys, i);

      if (gtk_shortcut_trigger_equal (gtk_shortcut_get_trigger (shortcut), wanted))
        {
          gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, GTK_WIDGET (f->canvas), gtk_shortcut_get_arguments (shortcut));
          return;
        }
    }
  g_error ("no such key");
}

static void
test_keys_walk_edges (Fixture *f, gconstpointer data)
{
  static const struct { guint key; guint32 at; } steps[] = { { GDK_KEY_Home, 0 }, { GDK_KEY_Right, 1 }, { GDK_KEY_Right, 2 },
                                                             { GDK_KEY_Right, 5 }, { GDK_KEY_End, 5 }, { GDK_KEY_Left, 2 }, { GDK_KEY_Home, 0 } };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      guint32 at;

      press (f, steps[i].key, 0);
      at = sy_session_get_focus (f->session);
      /* the two arms are alike: either will do */
      g_assert_true (at == steps[i].at || (steps[i].at == 1 && at == 3) || (steps[i].at == 2 && at == 4));
    }
  press (f, GDK_KEY_Right, 0);
  g_assert_cmpuint (sy_session_get_focus (f->session), !=, 0);
  press (f, GDK_KEY_Up, 0);
  press (f, GDK_KEY_Return, 0);
  g_assert_cmpuint (f->outputs, ==, 1);
}

static void
test_zoom_and_fit (Fixture *f, gconstpointer data)
{
  double before = sy_canvas_get_viewport (f->canvas)->zoom;

  gtk_widget_activate_action (GTK_WIDGET (f->canvas), "canvas.zoom-out", NULL);
  g_assert_cmpfloat (sy_canvas_get_viewport (f->canvas)->zoom, <, before);
  gtk_widget_activate_action (GTK_WIDGET (f->canvas), "canvas.fit", NULL);
  g_assert_cmpfloat (sy_canvas_get_viewport (f->canvas)->zoom, ==, before);
  settle (f);
  g_assert_cmpuint (sy_canvas_get_tile_bytes (f->canvas), <=, 64 * 1024 * 1024);
}

static gboolean
in_sight (Fixture *f, guint32 task)
{
  const SyRect *node = &sy_canvas_get_geometry (f->canvas)->nodes[task];
  SyRect seen = sy_viewport_visible (sy_canvas_get_viewport (f->canvas));

  return node->x >= seen.x && node->x + node->width <= seen.x + seen.width;
}

static void
start_task (Fixture *f, guint32 task)
{
  push (f, task, SY_EVENT_JOIN_MET);
  push (f, task, SY_EVENT_INTENT);
  push (f, task, SY_EVENT_STARTED);
}

/* A long flow opens with names, where something happens; what the user has moved stays. */
static void
test_opens_with_names (Fixture *f, gconstpointer data)
{
  g_autoptr (SyWorkflow) next = flow_parse ("a; b:a; c:b; d:c; e:d; f:e; g:f; h:g; i:h; j:i; k:j; l:k");

  sy_run_model_set_workflow (f->model, next);
  AWAIT (sy_canvas_get_geometry (f->canvas)->n_nodes == 12);
  g_assert_cmpfloat (sy_canvas_get_viewport (f->canvas)->zoom, >=, 0.45);
  g_assert_true (in_sight (f, 0) && !in_sight (f, 11));
  start_task (f, 12);
  AWAIT (in_sight (f, 11));
  g_assert_false (in_sight (f, 0));
  start_task (f, 1);
  settle (f);
  g_assert_false (in_sight (f, 0));
  gtk_widget_activate_action (GTK_WIDGET (f->canvas), "canvas.fit", NULL);
  g_assert_true (in_sight (f, 0) && in_sight (f, 11));
}

/* A branch becomes one node and is itself again; what happens in it is seen on the node, what is selected stays. */
static void
test_collapse (Fixture *f, gconstpointer data)
{
  sy_session_select (f->session, 2, FALSE);
  press (f, GDK_KEY_g, 0);
  AWAIT (sy_geometry_is_collapsed (sy_canvas_get_geometry (f->canvas), 1));
  settle (f);
  g_assert_cmpuint (sy_geometry_shown (sy_canvas_get_geometry (f->canvas), 2), ==, 1);
  g_assert_true (sy_session_is_selected (f->session, 2));
  start_task (f, 3);
  AWAIT (is_bluish (outline_of (f, 1)));
  press (f, GDK_KEY_Left, 0);
  g_assert_cmpuint (sy_session_get_focus (f->session), ==, 0);
  press (f, GDK_KEY_Right, 0);
  gtk_widget_activate_action (GTK_WIDGET (f->canvas), "canvas.expand-all", NULL);
  AWAIT (sy_canvas_get_geometry (f->canvas)->shown == NULL);
  gtk_widget_activate_action (GTK_WIDGET (f->canvas), "canvas.collapse-all", NULL);
  AWAIT (sy_geometry_is_collapsed (sy_canvas_get_geometry (f->canvas), 1) && sy_geometry_is_collapsed (sy_canvas_get_geometry (f->canvas), 3));
  sy_session_select (f->session, 3, FALSE);
  press (f, GDK_KEY_Return, 0);
  AWAIT (!sy_geometry_is_collapsed (sy_canvas_get_geometry (f->canvas), 3));
  g_assert_true (sy_geometry_is_collapsed (sy_canvas_get_geometry (f->canvas), 1));
}

/* Nothing happens: nothing is drawn. */
static void
test_idle_draws_nothing (Fixture *f, gconstpointer data)
{
  display_assert_rest (f->window, 1200);
}

static guint
count_list_items (Fixture *f)
{
  guint n = 0;

  for (GtkWidget *at = gtk_widget_get_first_child (GTK_WIDGET (f->canvas)); at != NULL; at = gtk_widget_get_next_sibling (at))
    n += gtk_test_accessible_has_role (GTK_ACCESSIBLE (at), GTK_ACCESSIBLE_ROLE_LIST_ITEM);
  return n;
}

/* Drawn tasks are there for a screen reader, with state and selection. */
static void
test_accessible (Fixture *f, gconstpointer data)
{
  sy_session_select (f->session, 0, FALSE);
  AWAIT (count_list_items (f) == 6);
  display_spin (400);
  gtk_test_accessible_assert_role (f->canvas, GTK_ACCESSIBLE_ROLE_LIST);
  for (GtkWidget *at = gtk_widget_get_first_child (GTK_WIDGET (f->canvas)); at != NULL; at = gtk_widget_get_next_sibling (at))
    if (gtk_test_accessible_has_role (GTK_ACCESSIBLE (at), GTK_ACCESSIBLE_ROLE_LIST_ITEM))
      {
        gtk_test_accessible_assert_property (at, GTK_ACCESSIBLE_PROPERTY_LABEL, "a, pending, not started");
        gtk_test_accessible_assert_state (at, GTK_ACCESSIBLE_STATE_SELECTED, TRUE);
        break;
      }
}

/* Other tasks: the picture is laid out anew and nothing of the former is asked for. */
static void
test_structure_changes (Fixture *f, gconstpointer data)
{
  g_autoptr (SyWorkflow) next = flow_parse ("a; b:a; z:b");

  sy_session_select (f->session, 5, FALSE);
  sy_run_model_set_workflow (f->model, next);
  g_assert_cmpuint (sy_session_get_n_selected (f->session), ==, 0);
  sy_canvas_pan (f->canvas, 5, 5);
  AWAIT (sy_canvas_get_geometry (f->canvas) != NULL && sy_canvas_get_geometry (f->canvas)->n_nodes == 3);
}

/* A new layout comes in its time or at once, and then the window is at rest again. */
static void
test_layout_comes_to_rest (Fixture *f, gconstpointer data)
{
  static const char *const flows[] = { "a; b:a; z:b", "a; b:a; c:a; d:b,c" };
  GtkSettings *settings = gtk_widget_get_settings (GTK_WIDGET (f->canvas));

  for (guint i = 0; i < G_N_ELEMENTS (flows); i++)
    {
      g_autoptr (SyWorkflow) next = flow_parse (flows[i]);

      g_object_set (settings, "gtk-enable-animations", i == 0, NULL);
      sy_run_model_set_workflow (f->model, next);
      AWAIT (sy_canvas_get_geometry (f->canvas)->workflow == next && !sy_canvas_is_busy (f->canvas));
      display_assert_rest (f->window, 1200);
    }
  g_object_set (settings, "gtk-enable-animations", TRUE, NULL);
}

/* A search that ends with the picture that is shown draws nothing anew. */
static void
test_same_layout_is_kept (Fixture *f, gconstpointer data)
{
  g_autoptr (SyWorkflow) chain = flow_parse ("a; b:a; c:b; d:c");
  g_autoptr (SyRunModel) model = sy_run_model_new (chain, "s", 2);
  const SyGeometry *geometry;

  sy_session_set_model (f->session, model);
  AWAIT (sy_canvas_get_geometry (f->canvas) != NULL);
  geometry = sy_canvas_get_geometry (f->canvas);
  settle (f);
  g_assert_true (sy_canvas_get_geometry (f->canvas) == geometry);
  sy_session_set_model (f->session, f->model);
}

static void
test_outline (Fixture *f, gconstpointer data)
{
  SyOutline *outline = sy_outline_new (f->session);
  GtkWidget *window = gtk_window_new ();
  GtkWidget *scrolled = gtk_widget_get_first_child (GTK_WIDGET (outline));
  GtkSelectionModel *rows = gtk_column_view_get_model (GTK_COLUMN_VIEW (gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (scrolled))));

  sy_session_select (f->session, 1, FALSE); /* before it comes into sight */
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (outline));
  gtk_window_present (GTK_WINDOW (window));
  AWAIT (g_list_model_get_n_items (G_LIST_MODEL (rows)) == 6);
  AWAIT (gtk_selection_model_is_selected (rows, 1));
  sy_session_select (f->session, 2, FALSE);
  g_assert_true (gtk_selection_model_is_selected (rows, 2));
  gtk_selection_model_select_item (rows, 4, TRUE);
  g_assert_true (sy_session_is_selected (f->session, 4));
  g_assert_cmpuint (sy_session_get_focus (f->session), ==, 4);
  sy_session_set_find (f->session, "c");
  AWAIT (g_list_model_get_n_items (G_LIST_MODEL (rows)) == 2);
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  static const struct { const char *name; void (*test) (Fixture *, gconstpointer); } tests[] = {
    { "/canvas/state-is-drawn", test_state_is_drawn }, { "/canvas/pointer", test_pointer }, { "/canvas/keys-walk-edges", test_keys_walk_edges },
    { "/canvas/zoom-and-fit", test_zoom_and_fit }, { "/canvas/opens-with-names", test_opens_with_names }, { "/canvas/collapse", test_collapse },
    { "/canvas/every-pixel", test_every_pixel },
    { "/canvas/idle-draws-nothing", test_idle_draws_nothing },
    { "/canvas/accessible", test_accessible }, { "/canvas/structure-changes", test_structure_changes }, { "/canvas/outline", test_outline },
    { "/canvas/layout-comes-to-rest", test_layout_comes_to_rest },
    { "/canvas/same-layout-is-kept", test_same_layout_is_kept },
  };

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, NULL, set_up, tests[i].test, tear_down);
  g_test_add_func ("/canvas/texture-is-opaque", test_texture_is_opaque);
  return g_test_run ();
}
