/* sy-geometry-pins.c: what the user has put elsewhere
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/scene/sy-geometry-private.h"

#include <math.h>
#include <string.h>

#define FURTHEST 200 /* rows, up and down, in which a free place is looked for */

/* --- which places are taken --- */

/* Cells as large as a node with the most room that is asked for: what overlaps a box begins in one of the nine cells around that in which it begins. */
typedef struct
{
  const SyGeometry *g;
  float width, height;
  GHashTable *heads;    /* cell -> index + 1 of the last that begins there */
  guint32 *next;        /* by index: index + 1 of the one before in the same cell */
} Taken;

static void
taken_init (Taken *taken, const SyGeometry *g)
{
  taken->g = g;
  taken->width = SY_NODE_WIDTH * g->scale + SY_GAP_Y * g->scale / 2;
  taken->height = SY_NODE_HEIGHT * g->scale + SY_GAP_Y * g->scale / 2;
  taken->heads = g_hash_table_new (NULL, NULL);
  taken->next = g_new0 (guint32, MAX (g->n_nodes, 1));
}

static void
taken_clear (Taken *taken)
{
  g_hash_table_unref (taken->heads);
  g_free (taken->next);
}

static gpointer
cell_at (int column, int row)
{
  return GSIZE_TO_POINTER ((gsize) (guint32) column * 2654435761u ^ (gsize) (guint32) row * 40503u << 16 ^ 1u);
}

static int
cell_of (float at, float side)
{
  return (int) floorf (at / side);
}

static void
taken_add (Taken *taken, guint32 v)
{
  const SyRect *box = &taken->g->nodes[v];
  gpointer cell = cell_at (cell_of (box->x, taken->width), cell_of (box->y, taken->height));

  taken->next[v] = GPOINTER_TO_UINT (g_hash_table_lookup (taken->heads, cell));
  g_hash_table_insert (taken->heads, cell, GUINT_TO_POINTER (v + 1));
}

static gboolean
is_taken (const Taken *taken, float x, float y, float room)
{
  int column = cell_of (x, taken->width), row = cell_of (y, taken->height);

  for (int r = row - 1; r <= row + 1; r++)
    for (int c = column - 1; c <= column + 1; c++)
      for (guint32 at = GPOINTER_TO_UINT (g_hash_table_lookup (taken->heads, cell_at (c, r))); at != 0; at = taken->next[at - 1])
        {
          const SyRect *box = &taken->g->nodes[at - 1];

          if (fabsf (box->x - x) < box->width + room && fabsf (box->y - y) < box->height + room)
            return TRUE;
        }
  return FALSE;
}

/* --- placing --- */

static guint32
put_pinned (SyGeometry *g, const SyPlaces *places)
{
  guint32 n = 0;

  g->pinned = g_malloc0 (MAX (g->n_nodes, 1));
  for (guint32 v = 0; v < g->n_nodes; v++)
    {
      SyPlace place;

      if (sy_geometry_shown (g, v) != v || !sy_places_get (places, g->workflow->tasks[v].id, &place))
        continue;
      g->nodes[v].x = (float) place.x * g->scale;
      g->nodes[v].y = (float) place.y * g->scale;
      g->pinned[v] = 1;
      n++;
    }
  return n;
}

static void
give_way (SyGeometry *g, Taken *taken, guint32 v)
{
  float pitch = taken->height, y = g->nodes[v].y, room = taken->height - g->nodes[v].height - 1;

  for (guint k = 1; k <= FURTHEST; k++)
    for (int side = -1; side <= 1; side += 2)
      if (!is_taken (taken, g->nodes[v].x, y + (float) side * (float) k * pitch, room))
        {
          g->nodes[v].y = y + (float) side * (float) k * pitch;
          return;
        }
}

static void
make_room (SyGeometry *g)
{
  Taken taken;
  g_autoptr (GArray) in_the_way = g_array_new (FALSE, FALSE, sizeof (guint32));

  taken_init (&taken, g);
  for (guint32 v = 0; v < g->n_nodes; v++)
    if (g->pinned[v])
      taken_add (&taken, v);
  for (guint32 v = 0; v < g->n_nodes; v++)
    if (!g->pinned[v] && sy_geometry_shown (g, v) == v && is_taken (&taken, g->nodes[v].x, g->nodes[v].y, 0))
      g_array_append_val (in_the_way, v);
  for (guint32 v = 0, i = 0; v < g->n_nodes && in_the_way->len > 0; v++)
    {
      if (i < in_the_way->len && g_array_index (in_the_way, guint32, i) == v)
        i++;
      else if (!g->pinned[v] && sy_geometry_shown (g, v) == v)
        taken_add (&taken, v);
    }
  for (guint i = 0; i < in_the_way->len; i++)
    {
      give_way (g, &taken, g_array_index (in_the_way, guint32, i));
      taken_add (&taken, g_array_index (in_the_way, guint32, i));
    }
  taken_clear (&taken);
}

static void
follow_shown (SyGeometry *g)
{
  for (guint32 v = 0; g->shown != NULL && v < g->n_nodes; v++)
    g->nodes[v] = g->nodes[g->shown[v]];
}

static void
find_bounds (SyGeometry *g)
{
  if (g->n_nodes > 0)
    g->bounds = g->nodes[0];
  for (guint32 v = 0; v < g->n_nodes; v++)
    g->bounds = sy_rect_union (&g->bounds, &g->nodes[v]);
}

/* --- edges --- */

static gboolean
has_moved (const SyGeometry *g, guint32 v)
{
  return g->nodes[v].x != g->base->nodes[v].x || g->nodes[v].y != g->base->nodes[v].y;
}

static void
run_edges (SyGeometry *g)
{
  const SyGeometry *base = g->base;
  SyPoint *points = g_new (SyPoint, MAX (base->n_points, 1));
  guint32 n = 0;

  for (guint32 e = 0; e < g->n_edges; e++)
    {
      SyEdgeShape *edge = &g->edges[e];
      const SyRect *a = &g->nodes[edge->from], *b = &g->nodes[edge->to];

      edge->first_point = n;
      if (has_moved (g, edge->from) || has_moved (g, edge->to))
        {
          edge->n_points = 2;
          points[n] = (SyPoint){ a->x + a->width, a->y + a->height / 2 };
          points[n + 1] = (SyPoint){ b->x, b->y + b->height / 2 };
        }
      else
        memcpy (points + n, base->points + base->edges[e].first_point, edge->n_points * sizeof *points);
      n += edge->n_points;
    }
  g->points = points;
  g->n_points = n;
}

/* Without points, bounds and grid */
static SyGeometry *
copy_base (SyGeometry *base, SyWorkflow *workflow)
{
  SyGeometry *g = g_new0 (SyGeometry, 1);

  g_atomic_ref_count_init (&g->ref_count);
  g->workflow = sy_workflow_ref (workflow);
  g->scale = base->scale;
  g->n_nodes = base->n_nodes;
  g->n_edges = base->n_edges;
  g->nodes = g_memdup2 (base->nodes, MAX (base->n_nodes, 1) * sizeof *base->nodes);
  g->edges = g_memdup2 (base->edges, MAX (base->n_edges, 1) * sizeof *base->edges);
  g->edge_start = g_memdup2 (base->edge_start, (base->n_nodes + 1) * sizeof *base->edge_start);
  if (base->shown != NULL)
    {
      g->shown = g_memdup2 (base->shown, base->n_nodes * sizeof *base->shown);
      g->n_within = g_memdup2 (base->n_within, MAX (base->n_nodes, 1) * sizeof *base->n_within);
    }
  return g;
}

SyGeometry *
sy_geometry_pin (SyGeometry *geometry, const SyPlaces *places)
{
  SyGeometry *base = geometry->base != NULL ? geometry->base : geometry, *g;

  if (sy_places_get_n (places) == 0 || base->n_nodes == 0)
    return sy_geometry_ref (base);
  g = copy_base (base, base->workflow);
  g->base = sy_geometry_ref (base);
  if (put_pinned (g, places) == 0)
    {
      sy_geometry_unref (g);
      return sy_geometry_ref (base);
    }
  make_room (g);
  follow_shown (g);
  find_bounds (g);
  run_edges (g);
  sy_geometry_build_grid (g);
  sy_geometry_find_frames (g);
  return g;
}

/* --- other names --- */

static gboolean
same_needs (const SyWorkflow *a, const SyWorkflow *b)
{
  if (a->n_tasks != b->n_tasks || a->n_edges != b->n_edges)
    return FALSE;
  for (guint32 v = 0; v < a->n_tasks; v++)
    {
      if (a->tasks[v].n_needs != b->tasks[v].n_needs)
        return FALSE;
      for (guint32 k = 0; k < a->tasks[v].n_needs; k++)
        if (a->tasks[v].needs[k].task != b->tasks[v].needs[k].task)
          return FALSE;
    }
  return TRUE;
}

SyGeometry *
sy_geometry_rebind (SyGeometry *geometry, SyWorkflow *workflow)
{
  SyGeometry *g;

  if (!same_needs (geometry->workflow, workflow))
    return NULL;
  g = copy_base (geometry, workflow);
  g->n_points = geometry->n_points;
  g->points = g_memdup2 (geometry->points, MAX (geometry->n_points, 1) * sizeof *geometry->points);
  g->bounds = geometry->bounds;
  g->pinned = geometry->pinned != NULL ? g_memdup2 (geometry->pinned, MAX (geometry->n_nodes, 1)) : NULL;
  g->base = geometry->base != NULL ? sy_geometry_rebind (geometry->base, workflow) : NULL;
  sy_geometry_build_grid (g);
  sy_geometry_find_frames (g);
  return g;
}
