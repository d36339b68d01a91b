/* sy-geometry.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/scene/sy-geometry-private.h"

#include <math.h>
#include <string.h>

#define BLOCK_WORDS 64 /* columns of reachability at a time: 4,096 tasks */
#define SHOW_ALL_BELOW 4 /* edges a task */

typedef struct
{
  guint32 n_edges;
  guint32 *from, *to;
  guint8 *implied;
} EdgeList;

static void
edge_list_init (EdgeList *list, const SyWorkflow *workflow)
{
  guint32 at = 0;

  list->n_edges = workflow->n_edges;
  list->from = g_new (guint32, MAX (list->n_edges, 1));
  list->to = g_new (guint32, MAX (list->n_edges, 1));
  list->implied = g_malloc0 (MAX (list->n_edges, 1));
  for (guint32 v = 0; v < workflow->n_tasks; v++)
    for (guint32 k = workflow->down_start[v]; k < workflow->down_start[v + 1]; k++, at++)
      {
        list->from[at] = v;
        list->to[at] = workflow->down[k];
      }
}

static int
compare_pairs (gconstpointer a, gconstpointer b)
{
  guint64 x = *(const guint64 *) a, y = *(const guint64 *) b;

  return x < y ? -1 : x > y;
}

/* Edges between what is shown, each once */
static void
edge_list_collapse (EdgeList *list, const guint32 *shown)
{
  g_autoptr (GArray) pairs = g_array_new (FALSE, FALSE, sizeof (guint64));
  guint32 n = 0;

  for (guint32 e = 0; e < list->n_edges; e++)
    {
      guint64 pair = (guint64) shown[list->from[e]] << 32 | shown[list->to[e]];

      if (shown[list->from[e]] != shown[list->to[e]])
        g_array_append_val (pairs, pair);
    }
  g_array_sort (pairs, compare_pairs);
  for (guint i = 0; i < pairs->len; i++)
    {
      guint64 pair = g_array_index (pairs, guint64, i);

      if (i > 0 && pair == g_array_index (pairs, guint64, i - 1))
        continue;
      list->from[n] = (guint32) (pair >> 32);
      list->to[n++] = (guint32) pair;
    }
  list->n_edges = n;
}

static void
edge_list_clear (EdgeList *list)
{
  g_free (list->from);
  g_free (list->to);
  g_free (list->implied);
}

typedef struct
{
  guint32 rank;
  guint32 edge;
} RankedEdge;

static int
compare_ranked (gconstpointer a, gconstpointer b)
{
  const RankedEdge *x = a, *y = b;

  return x->rank < y->rank ? -1 : x->rank > y->rank;
}

/* Edges of each source in topological order of their targets */
static guint32 *
edges_in_topological_order (const SyWorkflow *workflow, const EdgeList *list, const guint32 *rank)
{
  guint32 *sorted = g_new (guint32, MAX (list->n_edges, 1));
  g_autofree RankedEdge *keys = g_new (RankedEdge, MAX (list->n_edges, 1));

  for (guint32 v = 0; v < workflow->n_tasks; v++)
    {
      guint32 begin = workflow->down_start[v], end = workflow->down_start[v + 1];

      for (guint32 e = begin; e < end; e++)
        keys[e] = (RankedEdge){ rank[list->to[e]], e };
      qsort (keys + begin, end - begin, sizeof *keys, compare_ranked);
      for (guint32 e = begin; e < end; e++)
        sorted[e] = keys[e].edge;
    }
  return sorted;
}

/*
 * Transitive reduction of a DAG (Aho, Garey, Ullman, SIAM J. Comput. 1(2), 1972): an edge is implied when an earlier
 * child of its source reaches its target. Reachability in blocks of columns, so that memory stays O(tasks).
 */
static void
mark_implied (const SyWorkflow *workflow, EdgeList *list)
{
  guint32 n = workflow->n_tasks;
  g_autofree guint32 *rank = g_new (guint32, MAX (n, 1)), *sorted = NULL;
  g_autofree guint64 *reach = g_new (guint64, (gsize) MAX (n, 1) * BLOCK_WORDS);

  for (guint32 i = 0; i < n; i++)
    rank[workflow->topo[i]] = i;
  sorted = edges_in_topological_order (workflow, list, rank);
  for (guint32 first = 0; first < n; first += BLOCK_WORDS * 64)
    {
      memset (reach, 0, (gsize) n * BLOCK_WORDS * sizeof *reach);
      for (guint32 i = n; i-- > 0;)
        {
          guint32 v = workflow->topo[i];
          guint64 *row = reach + (gsize) v * BLOCK_WORDS;

          for (guint32 k = workflow->down_start[v]; k < workflow->down_start[v + 1]; k++)
            {
              guint32 w = list->to[sorted[k]], column = rank[w] - first;
              const guint64 *other = reach + (gsize) w * BLOCK_WORDS;

              if (rank[w] >= first && column < BLOCK_WORDS * 64)
                {
                  if (row[column / 64] >> (column % 64) & 1)
                    list->implied[sorted[k]] = 1;
                  row[column / 64] |= G_GUINT64_CONSTANT (1) << (column % 64);
                }
              for (guint word = 0; word < BLOCK_WORDS; word++)
                row[word] |= other[word];
            }
        }
    }
}

/* --- shapes --- */

static void
add_point (GArray *points, float x, float y)
{
  SyPoint point = { x, y };

  g_array_append_val (points, point);
}

/* @place: in the layout, by task */
static void
place_nodes (SyGeometry *g, const SyLayout *layout, const guint32 *place, float scale)
{
  for (guint32 v = 0; v < g->n_nodes; v++)
    {
      g->nodes[v] = (SyRect){ layout->x[place[v]], layout->y[place[v]], SY_NODE_WIDTH * scale, SY_NODE_HEIGHT * scale };
      g->bounds.width = MAX (g->bounds.width, g->nodes[v].x + g->nodes[v].width);
      g->bounds.height = MAX (g->bounds.height, g->nodes[v].y + g->nodes[v].height);
    }
}

/* @routed: index of the edge in the layout, or G_MAXUINT32: a straight pair of points */
static void
shape_edge (SyGeometry *g, SyEdgeShape *edge, const SyLayout *layout, guint32 routed, GArray *points)
{
  const SyRect *a = &g->nodes[edge->from], *b = &g->nodes[edge->to];

  edge->first_point = points->len;
  add_point (points, a->x + a->width, a->y + a->height / 2);
  if (routed != G_MAXUINT32)
    for (guint32 k = layout->route_start[routed]; k < layout->route_start[routed + 1]; k++)
      add_point (points, layout->corners[k].x, layout->corners[k].y);
  add_point (points, b->x, b->y + b->height / 2);
  edge->n_points = points->len - edge->first_point;
}

/* --- construction --- */

static void
note_collapsed (SyGeometry *g, const guint32 *shown)
{
  if (shown == NULL)
    return;
  g->shown = g_memdup2 (shown, g->n_nodes * sizeof *shown);
  g->n_within = g_new0 (guint32, MAX (g->n_nodes, 1));
  for (guint32 v = 0; v < g->n_nodes; v++)
    g->n_within[shown[v]]++;
}

static guint32 *
count_edges (const EdgeList *list, guint32 n_nodes)
{
  guint32 *start = g_new0 (guint32, n_nodes + 1);

  for (guint32 e = 0; e < list->n_edges; e++)
    start[list->from[e] + 1]++;
  for (guint32 v = 0; v < n_nodes; v++)
    start[v + 1] += start[v];
  return start;
}

static SyGeometry *
geometry_build (SyWorkflow *workflow, const EdgeList *list, const guint32 *routed, const SyLayout *layout, const guint32 *shown,
                const guint32 *place, float scale)
{
  SyGeometry *g = g_new0 (SyGeometry, 1);
  GArray *points = g_array_sized_new (FALSE, FALSE, sizeof (SyPoint), 2 * list->n_edges + 1);

  g_atomic_ref_count_init (&g->ref_count);
  g->workflow = sy_workflow_ref (workflow);
  g->scale = scale;
  g->n_nodes = workflow->n_tasks;
  g->n_edges = list->n_edges;
  g->nodes = g_new (SyRect, MAX (g->n_nodes, 1));
  g->edges = g_new0 (SyEdgeShape, MAX (g->n_edges, 1));
  g->edge_start = count_edges (list, g->n_nodes);
  note_collapsed (g, shown);
  place_nodes (g, layout, place, scale);
  for (guint32 e = 0; e < g->n_edges; e++)
    {
      g->edges[e].from = list->from[e];
      g->edges[e].to = list->to[e];
      g->edges[e].implied = list->implied[e];
      shape_edge (g, &g->edges[e], layout, routed[e], points);
    }
  g->n_points = points->len;
  g->points = (SyPoint *) (void *) g_array_free (points, FALSE);
  sy_geometry_build_grid (g);
  sy_geometry_find_frames (g);
  return g;
}

SyGeometry *
sy_geometry_compute (SyWorkflow *workflow, SyGeometry *former, guint starts, float scale, const gint *cancel)
{
  return sy_geometry_compute_collapsed (workflow, former, NULL, starts, scale, cancel);
}

/* Numbers what is shown from 0; what is not has the number of what it stands in. (transfer full) */
static guint32 *
number_shown (const SyWorkflow *workflow, const guint32 *shown, guint32 *n)
{
  guint32 *place = g_new (guint32, MAX (workflow->n_tasks, 1));

  *n = 0;
  for (guint32 v = 0; v < workflow->n_tasks; v++)
    if (shown == NULL || shown[v] == v)
      place[v] = (*n)++;
  for (guint32 v = 0; v < workflow->n_tasks && shown != NULL; v++)
    place[v] = place[shown[v]];
  return place;
}

/* Where the tasks of the layout were, NAN = new; by place */
static void
find_former (const SyWorkflow *workflow, const SyGeometry *former, const guint32 *shown, const guint32 *place, float *x, float *y)
{
  for (guint32 v = 0; v < workflow->n_tasks; v++)
    {
      guint32 old = shown == NULL || shown[v] == v ? sy_workflow_find (former->workflow, workflow->tasks[v].id) : SY_NO_TASK;

      if (shown != NULL && shown[v] != v)
        continue;
      x[place[v]] = old == SY_NO_TASK ? NAN : former->nodes[old].x;
      y[place[v]] = old == SY_NO_TASK ? NAN : former->nodes[old].y;
    }
}

SyGeometry *
sy_geometry_compute_collapsed (SyWorkflow *workflow, SyGeometry *former, const guint32 *shown, guint starts, float scale,
                               const gint *cancel)
{
  EdgeList list;
  g_autofree guint32 *routed = NULL, *from = NULL, *to = NULL, *place = NULL;
  g_autofree float *former_x = NULL, *former_y = NULL;
  g_autoptr (SyLayout) layout = NULL;
  SyLayoutInput input = { .width = SY_NODE_WIDTH * scale, .height = SY_NODE_HEIGHT * scale, .gap_x = SY_GAP_X * scale,
                          .gap_y = SY_GAP_Y * scale, .starts = starts };
  SyGeometry *geometry = NULL;

  edge_list_init (&list, workflow);
  place = number_shown (workflow, shown, &input.n_nodes);
  if (shown != NULL)
    edge_list_collapse (&list, shown);
  else if (list.n_edges > SHOW_ALL_BELOW * workflow->n_tasks)
    mark_implied (workflow, &list);
  routed = g_new (guint32, MAX (list.n_edges, 1));
  from = g_new (guint32, MAX (list.n_edges, 1));
  to = g_new (guint32, MAX (list.n_edges, 1));
  for (guint32 e = 0; e < list.n_edges; e++)
    {
      routed[e] = list.implied[e] ? G_MAXUINT32 : input.n_edges;
      if (list.implied[e])
        continue;
      from[input.n_edges] = place[list.from[e]];
      to[input.n_edges++] = place[list.to[e]];
    }
  input.from = from;
  input.to = to;
  if (former)
    {
      former_x = g_new (float, MAX (workflow->n_tasks, 1));
      former_y = g_new (float, MAX (workflow->n_tasks, 1));
      find_former (workflow, former, shown, place, former_x, former_y);
      input.former_x = former_x;
      input.former_y = former_y;
    }
  layout = sy_layout_compute (&input, cancel);
  if (layout)
    geometry = geometry_build (workflow, &list, routed, layout, shown, place, scale);
  edge_list_clear (&list);
  return geometry;
}

SyGeometry *
sy_geometry_ref (SyGeometry *geometry)
{
  g_atomic_ref_count_inc (&geometry->ref_count);
  return geometry;
}

void
sy_geometry_unref (SyGeometry *geometry)
{
  if (!g_atomic_ref_count_dec (&geometry->ref_count))
    return;
  sy_workflow_unref (geometry->workflow);
  g_free (geometry->nodes);
  g_free (geometry->edges);
  g_free (geometry->points);
  g_free (geometry->edge_start);
  g_free (geometry->shown);
  g_free (geometry->n_within);
  g_free (geometry->pinned);
  g_free (geometry->frames);
  g_clear_pointer (&geometry->base, sy_geometry_unref);
  g_free (geometry->cell_start);
  g_free (geometry->cell_items);
  g_free (geometry);
}

/* Nothing is collapsed in either. */
static gboolean
are_comparable (const SyGeometry *a, const SyGeometry *b)
{
  return a->workflow == b->workflow && a->n_nodes == b->n_nodes && a->n_edges == b->n_edges && a->n_points == b->n_points
         && a->shown == NULL && b->shown == NULL && a->scale == b->scale;
}

gboolean
sy_geometry_same_picture (const SyGeometry *a, const SyGeometry *b)
{
  return are_comparable (a, b) && memcmp (a->nodes, b->nodes, a->n_nodes * sizeof *a->nodes) == 0
         && memcmp (a->points, b->points, a->n_points * sizeof *a->points) == 0
         && memcmp (a->edges, b->edges, a->n_edges * sizeof *a->edges) == 0;
}
