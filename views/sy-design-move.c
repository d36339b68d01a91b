/* sy-design-move.c: tasks moved by hand: dragging with guides, arrow keys, lines, pins
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-design-layer-private.h"

#include "views/scene/sy-arrange.h"

#include <glib/gi18n.h>
#include <math.h>

#define SNAP_REACH 7.0          /* screen pixels */
#define SNAP_GRID 8.0f          /* world units at font scale 1 */
#define MOST_STRETCHED 400      /* edges drawn anew in each frame */
#define MOST_NEIGHBOURS 4000    /* to which things snap */

typedef struct _SyDesignMove SyDesignMove;
struct _SyDesignMove
{
  GArray *tasks;        /* (owned) guint32: nodes on their way */
  guint8 *moved;        /* (owned) by index */
  GArray *stretched;    /* (owned) guint32: edges between them and what stays */
  GArray *neighbours;   /* (owned) SyRect: what stays and is in sight */
  guint32 grabbed;
  SyPoint start;        /* world: where it was grabbed */
  SySnap snap;
  float dx, dy;         /* world: how far they have come */
  gboolean dropped;     /* they are where they belong, the tiles do not show it yet */
  SyRect area;          /* world: of the picture */
  cairo_surface_t *picture; /* (owned) */
  double zoom;          /* at which it was made */
};

static void
move_free (SyDesignMove *move)
{
  g_array_unref (move->tasks);
  g_array_unref (move->stretched);
  g_array_unref (move->neighbours);
  g_clear_pointer (&move->picture, cairo_surface_destroy);
  g_free (move->moved);
  g_free (move);
}

static void
forget (SyDesignLayer *self)
{
  g_clear_pointer (&self->move, move_free);
}

gboolean
sy_design_layer_is_moving (SyDesignLayer *self)
{
  return self->move != NULL && !self->move->dropped;
}

const guint8 *
sy_design_layer_hidden (SyDesignLayer *self)
{
  return sy_design_layer_is_moving (self) ? self->move->moved : NULL;
}

gboolean
sy_design_layer_offset (SyDesignLayer *self, guint32 task, float *dx, float *dy)
{
  if (!sy_design_layer_is_moving (self) || !self->move->moved[task])
    return FALSE;
  *dx = self->move->dx;
  *dy = self->move->dy;
  return TRUE;
}

/* --- the picture of what moves --- */

static void
add_neighbour (guint32 index, gpointer data)
{
  SyDesignLayer *self = data;
  SyDesignMove *move = self->move;

  if (!move->moved[index] && move->neighbours->len < MOST_NEIGHBOURS)
    g_array_append_val (move->neighbours, self->canvas->geometry->nodes[index]);
}

static void
find_stretched (SyDesignLayer *self)
{
  const SyGeometry *g = self->canvas->geometry;
  gboolean all = sy_session_get_all_edges (self->canvas->session);

  for (guint32 e = 0; e < g->n_edges && self->move->stretched->len < MOST_STRETCHED; e++)
    if (self->move->moved[g->edges[e].from] != self->move->moved[g->edges[e].to] && (all || !g->edges[e].implied))
      g_array_append_val (self->move->stretched, e);
}

/* All of them, as far as they are in sight or near it */
static SyRect
area_of (SyDesignLayer *self)
{
  const SyGeometry *g = self->canvas->geometry;
  SyRect visible = sy_viewport_visible (&self->canvas->view), area = g->nodes[self->move->grabbed];
  float margin = (float) (SY_PAINT_MARGIN * self->canvas->font_scale);

  for (guint i = 0; i < self->move->tasks->len; i++)
    {
      const SyRect *box = &g->nodes[g_array_index (self->move->tasks, guint32, i)];

      if (sy_rects_touch (box, &visible))
        area = sy_rect_union (&area, box);
    }
  return (SyRect){ area.x - margin, area.y - margin, area.width + 2 * margin, area.height + 2 * margin };
}

/* Once: a drag moves pixels. */
static void
paint_picture (SyDesignLayer *self)
{
  SyCanvas *canvas = self->canvas;
  SyDesignMove *move = self->move;
  const SyGeometry *g = canvas->geometry;
  double zoom = canvas->view.zoom;
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (canvas));
  g_autofree guint8 *others = g_malloc (MAX (g->n_nodes, 1));
  g_autoptr (SyScene) scene = sy_scene_new (canvas->geometry, canvas->style, canvas->font, canvas->font_scale,
                                            sy_session_get_all_edges (canvas->session), FALSE, NULL);
  SyScenePart part = { .scene = scene, .zoom = zoom, .scale = scale, .flat = canvas->flat, .bare = TRUE };
  SyRect pixels;
  SyPainter painter;
  cairo_t *cr;

  for (guint32 v = 0; v < g->n_nodes; v++)
    others[v] = !move->moved[v];
  sy_scene_hide (scene, others);
  move->area = area_of (self);
  move->zoom = zoom;
  pixels = (SyRect){ floorf (move->area.x * (float) zoom), floorf (move->area.y * (float) zoom), 0, 0 };
  pixels.width = ceilf ((move->area.x + move->area.width) * (float) zoom) - pixels.x;
  pixels.height = ceilf ((move->area.y + move->area.height) * (float) zoom) - pixels.y;
  move->area = pixels;
  move->picture = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int) pixels.width * scale, (int) pixels.height * scale);
  cr = cairo_create (move->picture);
  cairo_scale (cr, scale, scale);
  cairo_translate (cr, -pixels.x, -pixels.y);
  sy_scene_init_painter (scene, &painter, zoom);
  sy_scene_paint_near (&part, &painter, cr, &pixels, sy_canvas_look_of, canvas);
  sy_painter_clear (&painter);
  cairo_destroy (cr);
  cairo_surface_flush (move->picture);
}

/* --- dragging --- */

/* The selection where the task is in it, else the task; nodes as drawn */
static GArray *
meant_by (SyDesignLayer *self, guint32 task)
{
  SyCanvas *canvas = self->canvas;
  GArray *tasks = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) selected = NULL;

  if (!sy_canvas_is_any_selected (canvas, task))
    sy_session_select (canvas->session, task, FALSE);
  selected = sy_session_get_selection (canvas->session);
  for (guint i = 0; i < selected->len; i++)
    {
      guint32 v = g_array_index (selected, guint32, i);

      if (sy_geometry_shown (canvas->geometry, v) == v)
        g_array_append_val (tasks, v);
    }
  if (tasks->len == 0)
    g_array_append_val (tasks, task);
  return tasks;
}

void
sy_design_layer_begin_move (SyDesignLayer *self, guint32 task, double x, double y)
{
  SyCanvas *canvas = self->canvas;
  SyDesignMove *move;
  SyRect visible = sy_viewport_visible (&canvas->view);
  const SyWorkflow *workflow = sy_design_layer_workflow (self);

  forget (self);
  self->move = move = g_new0 (SyDesignMove, 1);
  move->tasks = meant_by (self, task);
  move->grabbed = task;
  move->moved = g_malloc0 (MAX (canvas->geometry->n_nodes, 1));
  move->stretched = g_array_new (FALSE, FALSE, sizeof (guint32));
  move->neighbours = g_array_new (FALSE, FALSE, sizeof (SyRect));
  move->start = sy_viewport_to_world (&canvas->view, x, y);
  for (guint i = 0; i < move->tasks->len; i++)
    move->moved[g_array_index (move->tasks, guint32, i)] = 1;
  sy_geometry_foreach_node (canvas->geometry, &visible, add_neighbour, self);
  find_stretched (self);
  paint_picture (self);
  canvas->aim = SY_AIM_NONE;
  sy_canvas_user_acts (canvas);
  sy_canvas_alter (canvas, canvas->geometry);
  gtk_widget_set_cursor_from_name (GTK_WIDGET (canvas), "grabbing");
  if (move->tasks->len == 1)
    sy_session_set_status (canvas->session, _("Moving %s: with Ctrl it snaps to nothing, Esc leaves it where it was"), workflow->tasks[task].id);
  else
    sy_session_set_status (canvas->session, ngettext ("Moving %u task: with Ctrl it snaps to nothing, Esc leaves it where it was",
                                                      "Moving %u tasks: with Ctrl they snap to nothing, Esc leaves them where they were",
                                                      move->tasks->len), move->tasks->len);
}

void
sy_design_layer_move_to (SyDesignLayer *self, double x, double y, gboolean freely)
{
  SyDesignMove *move = self->move;
  SyCanvas *canvas = self->canvas;
  SyPoint at = sy_viewport_to_world (&canvas->view, x, y);
  SyRect box;

  if (!sy_design_layer_is_moving (self) || !sy_canvas_is_ready (canvas))
    return;
  box = canvas->geometry->nodes[move->grabbed];
  box.x += at.x - move->start.x;
  box.y += at.y - move->start.y;
  move->snap = (SySnap){ 0 };
  if (!freely)
    move->snap = sy_snap (&box, (const SyRect *) (const void *) move->neighbours->data, move->neighbours->len,
                          (float) (SNAP_REACH / canvas->view.zoom), SNAP_GRID * canvas->geometry->scale);
  move->dx = at.x - move->start.x + move->snap.dx;
  move->dy = at.y - move->start.y + move->snap.dy;
  gtk_widget_queue_draw (GTK_WIDGET (canvas));
}

/* --- asking for it --- */

static SyPlace
place_at (const SyGeometry *g, float x, float y)
{
  return (SyPlace){ (gint32) lroundf (x / g->scale), (gint32) lroundf (y / g->scale) };
}

/* @name: with %s for one task's name; @names: with %u for how many */
static SyChange *
change_for (SyDesignLayer *self, const GArray *tasks, const char *one, const char *several)
{
  const SyWorkflow *workflow = sy_design_layer_workflow (self);
  g_autofree char *name = NULL;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  name = tasks->len == 1 ? g_strdup_printf (one, workflow->tasks[g_array_index (tasks, guint32, 0)].id) : g_strdup_printf (several, tasks->len);
#pragma GCC diagnostic pop
  return sy_change_new (name);
}

/* Pins each at its box. @boxes: by place in @tasks */
static void
pin_at (SyDesignLayer *self, SyChange *change, const GArray *tasks, const SyRect *boxes)
{
  const SyGeometry *g = self->canvas->geometry;

  for (guint i = 0; i < tasks->len; i++)
    sy_change_pin (change, g->workflow->tasks[g_array_index (tasks, guint32, i)].id, place_at (g, boxes[i].x, boxes[i].y));
  self->canvas->aim = SY_AIM_NONE;
  sy_design_apply (self->design, change);
}

static SyRect *
boxes_of (SyDesignLayer *self, const GArray *tasks, float dx, float dy)
{
  SyRect *boxes = g_new (SyRect, MAX (tasks->len, 1));

  for (guint i = 0; i < tasks->len; i++)
    {
      boxes[i] = self->canvas->geometry->nodes[g_array_index (tasks, guint32, i)];
      boxes[i].x += dx;
      boxes[i].y += dy;
    }
  return boxes;
}

void
sy_design_layer_end_move (SyDesignLayer *self, gboolean drop)
{
  SyDesignMove *move = self->move;
  g_autofree SyRect *boxes = NULL;

  if (!sy_design_layer_is_moving (self))
    return;
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self->canvas), NULL);
  gtk_widget_queue_draw (GTK_WIDGET (self->canvas));
  if (!drop || !sy_canvas_is_ready (self->canvas) || (fabsf (move->dx) < 0.5f && fabsf (move->dy) < 0.5f))
    {
      forget (self);
      if (sy_canvas_is_ready (self->canvas))
        sy_canvas_alter (self->canvas, self->canvas->geometry);
      return;
    }
  boxes = boxes_of (self, move->tasks, move->dx, move->dy);
  move->dropped = TRUE;
  move->snap.n_guides = 0;
  sy_session_set_status (self->canvas->session, "%s", _("Moved; the file of the workflow stays as it is"));
  pin_at (self, change_for (self, move->tasks, _("Move %s"), ngettext ("Move %u Task", "Move %u Tasks", move->tasks->len)), move->tasks, boxes);
}

/* What the keys and menus mean: what is selected and drawn by itself. (transfer full) */
static GArray *
selected (SyDesignLayer *self)
{
  guint32 focus = sy_session_get_focus (self->canvas->session);
  const SyGeometry *g = self->canvas->geometry;
  GArray *tasks = sy_session_get_selection (self->canvas->session);

  if (tasks->len == 0 && focus < g->n_nodes)
    g_array_append_val (tasks, focus);
  for (guint i = tasks->len; i-- > 0;)
    if (sy_geometry_shown (g, g_array_index (tasks, guint32, i)) != g_array_index (tasks, guint32, i))
      g_array_remove_index (tasks, i);
  return tasks;
}

void
sy_design_layer_nudge (SyDesignLayer *self, int dx, int dy)
{
  g_autoptr (GArray) tasks = NULL;
  g_autofree SyRect *boxes = NULL;
  SyChange *change;
  float scale;

  if (self->design == NULL || !sy_canvas_is_ready (self->canvas) || sy_design_layer_is_moving (self))
    return;
  tasks = selected (self);
  if (tasks->len == 0)
    return;
  scale = self->canvas->geometry->scale;
  boxes = boxes_of (self, tasks, (float) dx * scale, (float) dy * scale);
  change = change_for (self, tasks, _("Move %s"), ngettext ("Move %u Task", "Move %u Tasks", tasks->len));
  change->merges = TRUE;
  pin_at (self, change, tasks, boxes);
  sy_canvas_reveal (self->canvas, g_array_index (tasks, guint32, 0));
}

void
sy_design_layer_arrange (SyDesignLayer *self, guint how)
{
  static const char *const names[SY_N_ARRANGE] = { N_("Align Left"), N_("Align Centres"), N_("Align Right"), N_("Align Top"),
                                                   N_("Align Middles"), N_("Align Bottom"), N_("Distribute Across"), N_("Distribute Down") };
  g_autoptr (GArray) tasks = NULL;
  g_autofree SyRect *boxes = NULL;

  if (self->design == NULL || !sy_canvas_is_ready (self->canvas) || how >= SY_N_ARRANGE)
    return;
  tasks = selected (self);
  if (tasks->len < (how >= SY_ARRANGE_ACROSS ? 3 : 2))
    {
      sy_session_set_status (self->canvas->session, "%s", how >= SY_ARRANGE_ACROSS ? _("Select three tasks or more") : _("Select two tasks or more"));
      return;
    }
  boxes = boxes_of (self, tasks, 0, 0);
  sy_arrange (boxes, tasks->len, (SyArrange) how);
  pin_at (self, sy_change_new (_(names[how])), tasks, boxes);
}

/* --- pins --- */

static gboolean
is_pinned (SyDesignLayer *self, guint32 task)
{
  const SyGeometry *g = self->canvas->geometry;

  return g->pinned != NULL && g->pinned[task];
}

guint
sy_design_layer_count_pinned (SyDesignLayer *self)
{
  g_autoptr (GArray) tasks = NULL;
  guint n = 0;

  if (self->design == NULL || !sy_canvas_is_ready (self->canvas) || self->canvas->geometry->pinned == NULL)
    return 0;
  tasks = selected (self);
  for (guint i = 0; i < tasks->len; i++)
    n += is_pinned (self, g_array_index (tasks, guint32, i));
  return n;
}

static void
unpin (SyDesignLayer *self, GArray *tasks, SyChange *change)
{
  for (guint i = 0; i < tasks->len; i++)
    sy_change_unpin (change, sy_design_layer_workflow (self)->tasks[g_array_index (tasks, guint32, i)].id);
  sy_design_apply (self->design, change);
}

void
sy_design_layer_pin (SyDesignLayer *self, gboolean pin)
{
  g_autoptr (GArray) tasks = NULL;
  g_autofree SyRect *boxes = NULL;

  if (self->design == NULL || !sy_canvas_is_ready (self->canvas))
    return;
  tasks = selected (self);
  for (guint i = tasks->len; i-- > 0;)
    if (is_pinned (self, g_array_index (tasks, guint32, i)) == pin)
      g_array_remove_index (tasks, i);
  if (tasks->len == 0)
    return;
  boxes = boxes_of (self, tasks, 0, 0);
  if (pin)
    pin_at (self, change_for (self, tasks, _("Pin %s"), ngettext ("Pin %u Task", "Pin %u Tasks", tasks->len)), tasks, boxes);
  else
    unpin (self, tasks, change_for (self, tasks, _("Unpin %s"), ngettext ("Unpin %u Task", "Unpin %u Tasks", tasks->len)));
}

/* What is selected and pinned goes back to where the layout has it; where nothing is, all do, and the layout is made anew. */
void
sy_design_layer_tidy (SyDesignLayer *self)
{
  g_autoptr (GArray) all = NULL;

  if (self->design == NULL || !sy_canvas_is_ready (self->canvas))
    return;
  if (sy_design_layer_count_pinned (self) > 0 && sy_session_get_n_selected (self->canvas->session) > 0)
    {
      g_autoptr (GArray) tasks = selected (self);

      for (guint i = tasks->len; i-- > 0;)
        if (!is_pinned (self, g_array_index (tasks, guint32, i)))
          g_array_remove_index (tasks, i);
      unpin (self, tasks, change_for (self, tasks, _("Tidy Up %s"), ngettext ("Tidy Up %u Task", "Tidy Up %u Tasks", tasks->len)));
      return;
    }
  all = g_array_new (FALSE, FALSE, sizeof (guint32));
  for (guint32 v = 0; v < self->canvas->geometry->n_nodes; v++)
    if (is_pinned (self, v))
      g_array_append_val (all, v);
  if (all->len > 0)
    unpin (self, all, sy_change_new (_("Tidy Up")));
  sy_canvas_start_collapsed_layout (self->canvas);
  sy_session_set_status (self->canvas->session, "%s", _("Laid out anew"));
}

/* --- drawing --- */

static SyPoint
end_of (SyDesignLayer *self, guint32 task, gboolean out)
{
  const SyRect *box = &self->canvas->geometry->nodes[task];
  float dx = 0, dy = 0;

  sy_design_layer_offset (self, task, &dx, &dy);
  return sy_viewport_to_screen (&self->canvas->view, box->x + (out ? box->width : 0) + dx, box->y + box->height / 2 + dy);
}

static SyRect
around (SyPoint a, SyPoint b, float gap)
{
  SyPoint c, d;
  SyRect box = { MIN (a.x, b.x), MIN (a.y, b.y), fabsf (a.x - b.x), fabsf (a.y - b.y) }, bend;

  sy_edge_bend (a, b, gap, &c, &d);
  bend = (SyRect){ MIN (c.x, d.x), MIN (c.y, d.y), fabsf (c.x - d.x), fabsf (c.y - d.y) };
  box = sy_rect_union (&box, &bend);
  return (SyRect){ box.x - 3, box.y - 3, box.width + 6, box.height + 6 };
}

static void
draw_stretched (SyDesignLayer *self, GtkSnapshot *snapshot)
{
  SyCanvas *canvas = self->canvas;
  const SyGeometry *g = canvas->geometry;
  SyPainter painter = { .style = canvas->style, .zoom = canvas->view.zoom * canvas->font_scale };
  SyRect window = { 0, 0, (float) canvas->view.width, (float) canvas->view.height };

  for (guint i = 0; i < self->move->stretched->len; i++)
    {
      const SyEdgeShape *edge = &g->edges[g_array_index (self->move->stretched, guint32, i)];
      SyPoint points[2] = { end_of (self, edge->from, TRUE), end_of (self, edge->to, FALSE) };
      SyRect box = around (points[0], points[1], (float) (SY_GAP_X * painter.zoom));
      cairo_t *cr;

      if (!sy_rects_touch (&box, &window))
        continue;
      cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (box.x, box.y, box.width, box.height));
      sy_paint_edge (&painter, cr, points, 2, SY_EDGE_PLAIN);
      cairo_destroy (cr);
    }
}

static void
draw_picture (SyDesignLayer *self, GtkSnapshot *snapshot)
{
  const SyViewport *view = &self->canvas->view;
  SyDesignMove *move = self->move;
  double factor = view->zoom / move->zoom;
  float x = (float) round ((move->area.x / move->zoom + move->dx - view->x) * view->zoom);
  float y = (float) round ((move->area.y / move->zoom + move->dy - view->y) * view->zoom);
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self->canvas));
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (x, y, (float) (move->area.width * factor), (float) (move->area.height * factor)));

  cairo_translate (cr, x, y);
  cairo_scale (cr, factor / scale, factor / scale);
  sy_tile_set_source (cr, move->picture, 0, 0);
  cairo_paint (cr);
  cairo_destroy (cr);
}

static void
draw_guides (SyDesignLayer *self, GtkSnapshot *snapshot)
{
  const SyColour *accent = &self->canvas->style->accent;
  GdkRGBA rgba = { (float) accent->r, (float) accent->g, (float) accent->b, 0.9f };

  for (guint i = 0; i < self->move->snap.n_guides; i++)
    {
      const SyGuide *guide = &self->move->snap.guides[i];
      SyPoint a = sy_viewport_to_screen (&self->canvas->view, guide->upright ? guide->at : guide->from, guide->upright ? guide->from : guide->at);
      SyPoint b = sy_viewport_to_screen (&self->canvas->view, guide->upright ? guide->at : guide->to, guide->upright ? guide->to : guide->at);

      gtk_snapshot_append_color (snapshot, &rgba,
                                 guide->upright ? &GRAPHENE_RECT_INIT (roundf (a.x), a.y - 12, 1, b.y - a.y + 24)
                                                : &GRAPHENE_RECT_INIT (a.x - 12, roundf (a.y), b.x - a.x + 24, 1));
    }
}

void
sy_design_layer_draw_move (SyDesignLayer *self, GtkSnapshot *snapshot)
{
  if (self->move == NULL || !sy_canvas_is_ready (self->canvas))
    return;
  if (self->move->dropped && !sy_tile_cache_is_busy (self->canvas->tiles))
    {
      forget (self);
      return;
    }
  draw_stretched (self, snapshot);
  draw_picture (self, snapshot);
  draw_guides (self, snapshot);
}

void
sy_design_layer_forget_move (SyDesignLayer *self)
{
  forget (self);
}
