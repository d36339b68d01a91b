/* sy-canvas-layout.c: layouts made by a worker; the critical path
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-canvas-private.h"
#include "views/sy-design-layer.h"
#include "views/sy-minimap.h"

#include "core/model/sy-graph.h"
#include "core/model/sy-words.h"

#include <glib/gi18n.h>
#include <malloc.h>
#include <string.h>

#define QUICK_STARTS 1
#define MOST_STARTS 4
#define MOST_NAMED 4 /* tasks of the critical path in the caption */

typedef struct
{
  SyWorkflow *workflow; /* (owned) */
  SyGeometry *former;   /* (owned) (nullable) */
  SyPlaces *places;     /* (owned) */
  guint32 *shown;       /* (owned) (nullable) collapsed branches */
  SyLayoutAhead *ahead; /* (owned) (nullable) which is just that */
  guint starts;
  float scale;
  gint cancel;
} LayoutOrder;

static void
order_free (gpointer data)
{
  LayoutOrder *order = data;

  sy_workflow_unref (order->workflow);
  g_clear_pointer (&order->former, sy_geometry_unref);
  sy_places_unref (order->places);
  g_clear_pointer (&order->ahead, sy_layout_ahead_unref);
  g_free (order->shown);
  g_free (order);
}

/* What opening, layouts and their search took; malloc would keep it for each of the threads. */
static void
give_memory_back (void)
{
#ifdef __GLIBC__
  malloc_trim (0);
#endif
}

static void
lay_out (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  LayoutOrder *order = data;
  g_autoptr (SyGeometry) geometry
    = order->ahead != NULL ? sy_layout_ahead_wait (order->ahead)
                           : sy_geometry_compute_collapsed (order->workflow, order->former, order->shown, order->starts, order->scale, &order->cancel);
  SyGeometry *pinned = geometry != NULL ? sy_geometry_pin (geometry, order->places) : NULL;

  if (order->starts > QUICK_STARTS)
    give_memory_back ();
  g_task_return_pointer (task, pinned, (GDestroyNotify) sy_geometry_unref);
}

static void
on_cancelled (GCancellable *cancellable, gpointer data)
{
  LayoutOrder *order = data;

  g_atomic_int_set (&order->cancel, 1);
  if (order->ahead != NULL)
    sy_layout_ahead_cancel (order->ahead);
}

static void start (SyCanvas *self, guint starts, SyGeometry *former);

static void
adopt (SyCanvas *self, SyGeometry *geometry)
{
  gboolean first = self->geometry == NULL;
  guint32 n = MAX (geometry->n_nodes, 1);

  sy_design_layer_forget_move (self->design);
  if (first || self->geometry->n_nodes != geometry->n_nodes)
    {
      g_free (self->flat);
      self->flat = g_malloc0 (n);
      g_free (self->look_hash);
      self->look_hash = g_new0 (guint32, n);
    }
  g_clear_pointer (&self->geometry, sy_geometry_unref);
  self->geometry = geometry;
  sy_viewport_set_bounds (&self->view, &geometry->bounds);
  sy_canvas_note_collapsed (self);
  sy_canvas_take_aim (self);
  sy_canvas_hold_anchor (self);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  sy_canvas_update_critical (self);
  sy_canvas_find_chips (self);
  sy_canvas_rebuild_scene (self);
  sy_canvas_refresh_states (self);
  sy_canvas_view_changed (self);
  sy_design_layer_laid_out (self->design);
}

/* The search has found nothing better: there is nothing to draw. */
static gboolean
is_shown (SyCanvas *self, const LayoutOrder *order, const SyGeometry *geometry)
{
  return order->starts > QUICK_STARTS && self->geometry != NULL && self->scene != NULL && sy_geometry_same_picture (self->geometry, geometry);
}

static void
on_laid_out (GObject *object, GAsyncResult *result, gpointer data)
{
  SyCanvas *self = SY_CANVAS (object);
  LayoutOrder *order = g_task_get_task_data (G_TASK (result));
  gboolean quick = order->starts == QUICK_STARTS && order->former == NULL;
  SyGeometry *geometry = g_task_propagate_pointer (G_TASK (result), NULL);

  /* Cancelled meanwhile, or the answer to an older question */
  if (geometry == NULL || g_task_get_cancellable (G_TASK (result)) != self->layout)
    {
      g_clear_pointer (&geometry, sy_geometry_unref);
      return;
    }
  g_clear_object (&self->layout);
  self->layout_first = FALSE;
  if (!sy_places_equal (order->places, sy_run_model_get_places (self->model)))
    {
      SyGeometry *pinned = sy_geometry_pin (geometry, sy_run_model_get_places (self->model));

      sy_geometry_unref (geometry);
      geometry = pinned;
    }
  self->improves = quick && !self->touched && geometry->n_nodes > 2;
  if (is_shown (self, order, geometry))
    sy_geometry_unref (geometry);
  else
    adopt (self, geometry);
}

void
sy_canvas_improve_layout (SyCanvas *self)
{
  if (self->improves && self->layout == NULL)
    start (self, MOST_STARTS, NULL);
  self->improves = FALSE;
}

/* What was begun while the log was read, if it is the picture that is wanted */
static SyLayoutAhead *
take_ahead (SyCanvas *self, const LayoutOrder *order)
{
  g_autoptr (SyLayoutAhead) ahead = sy_run_model_take_layout (self->model);
  gboolean fits = ahead != NULL && order->starts == QUICK_STARTS && order->former == NULL && order->shown == NULL;

  return fits && sy_layout_ahead_is_of (ahead, order->workflow, order->scale) ? g_steal_pointer (&ahead) : NULL;
}

static void
start (SyCanvas *self, guint starts, SyGeometry *former)
{
  LayoutOrder *order = g_new0 (LayoutOrder, 1);
  g_autoptr (GTask) task = NULL;

  self->layout = g_cancellable_new ();
  task = g_task_new (self, self->layout, on_laid_out, NULL);
  order->workflow = sy_workflow_ref (sy_run_model_get_workflow (self->model));
  order->former = former != NULL ? sy_geometry_ref (former) : NULL;
  order->places = sy_places_ref (sy_run_model_get_places (self->model));
  order->shown = sy_canvas_find_shown (self);
  order->starts = starts;
  order->scale = (float) self->font_scale;
  order->ahead = take_ahead (self, order);
  g_task_set_task_data (task, order, order_free);
  g_task_set_check_cancellable (task, TRUE);
  g_cancellable_connect (self->layout, G_CALLBACK (on_cancelled), order, NULL);
  g_task_run_in_thread (task, lay_out);
}

void
sy_canvas_start_layout (SyCanvas *self)
{
  sy_canvas_cancel_layout (self);
  if (self->model == NULL)
    return;
  self->layout_first = TRUE;
  start (self, QUICK_STARTS, self->geometry);
}

void
sy_canvas_start_collapsed_layout (SyCanvas *self)
{
  sy_canvas_cancel_layout (self);
  self->layout_first = TRUE;
  start (self, MOST_STARTS, NULL);
}

void
sy_canvas_cancel_layout (SyCanvas *self)
{
  g_autoptr (GCancellable) layout = g_steal_pointer (&self->layout);

  self->layout_first = self->improves = FALSE;
  if (layout != NULL)
    g_cancellable_cancel (layout);
}

/* --- the same tasks elsewhere --- */

typedef struct
{
  GArray *areas;        /* of SyRect, world */
  const guint8 *before, *now;   /* (nullable) what is hidden */
} Altered;

static gboolean
is_altered (const Altered *altered, guint32 v)
{
  return (altered->before != NULL && altered->before[v]) != (altered->now != NULL && altered->now[v]);
}

static gboolean
same_points (const SyGeometry *a, const SyGeometry *b, guint32 e)
{
  const SyEdgeShape *x = &a->edges[e], *y = &b->edges[e];

  return x->n_points == y->n_points
         && memcmp (a->points + x->first_point, b->points + y->first_point, x->n_points * sizeof (SyPoint)) == 0;
}

/* What a task looks like of its own, without the states */
static gboolean
same_words (const SyWorkflow *a, const SyWorkflow *b, guint32 v)
{
  const SyTask *x = &a->tasks[v], *y = &b->tasks[v];

  if (strcmp (x->id, y->id) != 0 || g_strcmp0 (x->label, y->label) != 0 || x->kind != y->kind || x->enabled != y->enabled)
    return FALSE;
  for (guint32 k = 0; k < y->n_needs; k++)
    if (strcmp (a->tasks[x->needs[k].task].id, b->tasks[y->needs[k].task].id) != 0)
      return FALSE;
  return TRUE;
}

static gboolean
same_frames (const SyGeometry *a, const SyGeometry *b)
{
  if (a->n_frames != b->n_frames)
    return FALSE;
  for (guint32 i = 0; i < a->n_frames; i++)
    if (strcmp (a->frames[i].name, b->frames[i].name) != 0 || memcmp (&a->frames[i].box, &b->frames[i].box, sizeof (SyRect)) != 0)
      return FALSE;
  return TRUE;
}

static void
add_frames (GArray *areas, const SyGeometry *g)
{
  for (guint32 i = 0; i < g->n_frames; i++)
    g_array_append_val (areas, g->frames[i].box);
}

/* What the two differ in */
static void
find_altered (Altered *altered, const SyGeometry *a, const SyGeometry *b)
{
  gboolean words = a->workflow != b->workflow;

  if (!same_frames (a, b))
    {
      add_frames (altered->areas, a);
      add_frames (altered->areas, b);
    }
  for (guint32 v = 0; v < b->n_nodes; v++)
    if (is_altered (altered, v) || memcmp (&a->nodes[v], &b->nodes[v], sizeof *a->nodes) != 0
        || (a->pinned != NULL && a->pinned[v]) != (b->pinned != NULL && b->pinned[v]) || (words && !same_words (a->workflow, b->workflow, v)))
      {
        g_array_append_val (altered->areas, a->nodes[v]);
        g_array_append_val (altered->areas, b->nodes[v]);
      }
  for (guint32 e = 0; e < b->n_edges; e++)
    if (is_altered (altered, b->edges[e].from) || is_altered (altered, b->edges[e].to) || (a != b && !same_points (a, b, e)))
      {
        SyRect old = sy_geometry_edge_box (a, e), new = sy_geometry_edge_box (b, e);

        g_array_append_val (altered->areas, old);
        g_array_append_val (altered->areas, new);
      }
}

void
sy_canvas_alter (SyCanvas *self, SyGeometry *geometry)
{
  g_autoptr (GArray) areas = g_array_new (FALSE, FALSE, sizeof (SyRect));
  g_autoptr (SyGeometry) before = sy_geometry_ref (self->geometry);
  g_autoptr (SyScene) shown = g_steal_pointer (&self->scene);
  Altered altered = { areas, shown->hidden, sy_design_layer_hidden (self->design) };

  g_return_if_fail (before->n_nodes == geometry->n_nodes && before->n_edges == geometry->n_edges);
  sy_geometry_ref (geometry);
  sy_geometry_unref (self->geometry);
  self->geometry = geometry;
  self->scene = sy_canvas_make_scene (self);
  find_altered (&altered, before, geometry);
  sy_tile_cache_alter_scene (self->tiles, self->scene, (const SyRect *) (const void *) areas->data, areas->len);
  self->drawn = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (before == geometry)
    return;
  sy_viewport_set_bounds (&self->view, &geometry->bounds);
  sy_minimap_set_scene (SY_MINIMAP (self->minimap), self->scene, self->flat);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  sy_canvas_view_changed (self);
}

gboolean
sy_canvas_rebind (SyCanvas *self)
{
  SyGeometry *geometry, *pinned;

  if (self->geometry == NULL || self->scene == NULL || self->layout_first || self->look_hash == NULL
      || (geometry = sy_geometry_rebind (self->geometry, sy_run_model_get_workflow (self->model))) == NULL)
    return FALSE;
  sy_canvas_cancel_layout (self);
  pinned = sy_geometry_pin (geometry, sy_run_model_get_places (self->model));
  sy_canvas_alter (self, pinned);
  sy_geometry_unref (pinned);
  sy_geometry_unref (geometry);
  for (guint32 v = 0; v < self->geometry->n_nodes; v++)
    sy_canvas_touch_state (self, v);
  sy_canvas_update_critical (self);
  sy_design_layer_laid_out (self->design);
  return TRUE;
}

void
sy_canvas_take_places (SyCanvas *self)
{
  SyGeometry *geometry;

  /* A layout that is under way takes them when it comes. */
  if (!sy_canvas_is_ready (self) || self->scene == NULL)
    return;
  geometry = sy_geometry_pin (self->geometry, sy_run_model_get_places (self->model));
  if (geometry != self->geometry)
    sy_canvas_alter (self, geometry);
  sy_geometry_unref (geometry);
}

/* --- critical path --- */

static char *
caption_of (const SyWorkflow *workflow, const GArray *path, gint64 total_us, gboolean known)
{
  GString *text = g_string_new (NULL);
  g_autofree char *path_words = NULL, *time = NULL;

  for (guint i = 0; i < path->len; i++)
    {
      const SyTask *task = &workflow->tasks[g_array_index (path, guint32, i)];

      if (i == MOST_NAMED - 1 && path->len > MOST_NAMED)
        {
          sy_words_more (text, _(" → %s more → "), path->len - MOST_NAMED);
          i = path->len - 2;
          continue;
        }
      if (i > 0 && !g_str_has_suffix (text->str, "→ "))
        g_string_append (text, " → ");
      g_string_append (text, task->label != NULL ? task->label : task->id);
    }
  path_words = g_string_free (text, FALSE);
  time = sy_words_dup_duration (total_us);
  return known ? g_strdup_printf (_("Critical path: %s, about %s"), path_words, time)
               : g_strdup_printf (_("Critical path: %s"), path_words);
}

void
sy_canvas_update_critical (SyCanvas *self)
{
  const gint64 *expected;
  const SyWorkflow *workflow;
  g_autoptr (GArray) path = NULL;
  gint64 total = 0;

  g_clear_pointer (&self->critical, g_free);
  g_clear_pointer (&self->caption, g_free);
  if (!sy_canvas_is_ready (self) || !sy_session_get_critical (self->session))
    return;
  workflow = self->geometry->workflow;
  expected = sy_run_model_get_expected (self->model);
  if (expected != NULL)
    path = sy_graph_critical_path (workflow, expected, &total);
  else
    {
      g_autofree gint64 *ones = g_new (gint64, MAX (workflow->n_tasks, 1));

      for (guint32 i = 0; i < workflow->n_tasks; i++)
        ones[i] = 1;
      path = sy_graph_critical_path (workflow, ones, &total);
    }
  self->critical = g_malloc0 (MAX (workflow->n_tasks, 1));
  for (guint i = 0; i < path->len; i++)
    self->critical[sy_geometry_shown (self->geometry, g_array_index (path, guint32, i))] = 1;
  self->caption = caption_of (workflow, path, total, expected != NULL && total > 0);
}
