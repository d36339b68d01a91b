/* sy-geometry-grid.c: what is where: the grid and its look-ups
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/scene/sy-geometry-private.h"

#include <math.h>

#define MOST_CELLS 8192 /* and one a task */

/* --- grid --- */

/* The grid begins where the picture does. */
static guint32
column_of (const SyGeometry *g, float x)
{
  return MIN ((guint32) (MAX (x - g->bounds.x, 0) / g->cell), g->grid_columns - 1);
}

static guint32
row_of (const SyGeometry *g, float y)
{
  return MIN ((guint32) (MAX (y - g->bounds.y, 0) / g->cell), g->grid_rows - 1);
}

typedef struct
{
  SyGeometry *g;
  guint32 *fill;        /* NULL while counting */
} GridFill;

static void
grid_add (GridFill *f, const SyRect *box, guint32 item)
{
  SyGeometry *g = f->g;
  guint32 x0 = column_of (g, box->x), x1 = column_of (g, box->x + box->width);
  guint32 y0 = row_of (g, box->y), y1 = row_of (g, box->y + box->height);

  for (guint32 y = y0; y <= y1; y++)
    for (guint32 x = x0; x <= x1; x++)
      {
        guint32 cell = y * g->grid_columns + x;

        if (f->fill)
          g->cell_items[f->fill[cell]++] = item;
        else
          g->cell_start[cell + 1]++;
      }
}

/* Of a curve that turns back its control points too */
static SyRect
segment_box (const SyGeometry *g, SyPoint a, SyPoint b)
{
  SyPoint c, d;
  float x0, y0;

  if (b.x - a.x >= sy_geometry_gap (g))
    return (SyRect){ a.x, MIN (a.y, b.y), b.x - a.x, fabsf (a.y - b.y) };
  sy_edge_bend (a, b, sy_geometry_gap (g), &c, &d);
  x0 = MIN (MIN (a.x, b.x), MIN (c.x, d.x));
  y0 = MIN (MIN (a.y, b.y), MIN (c.y, d.y));
  return (SyRect){ x0, y0, MAX (MAX (a.x, b.x), MAX (c.x, d.x)) - x0, MAX (MAX (a.y, b.y), MAX (c.y, d.y)) - y0 };
}

SyRect
sy_geometry_edge_box (const SyGeometry *g, guint32 edge)
{
  const SyPoint *p = g->points + g->edges[edge].first_point;
  SyRect box = { p->x, p->y, 0, 0 };

  for (guint32 k = 0; k + 1 < g->edges[edge].n_points; k++)
    {
      SyRect one = segment_box (g, p[k], p[k + 1]);

      box = sy_rect_union (&box, &one);
    }
  return box;
}

/* In each cell the nodes come first. */
static void
grid_add_all (GridFill *f)
{
  SyGeometry *g = f->g;

  for (guint32 v = 0; v < g->n_nodes; v++)
    if (sy_geometry_shown (g, v) == v)
      grid_add (f, &g->nodes[v], v);
  for (guint32 e = 0; e < g->n_edges; e++)
    for (guint32 k = 0; k + 1 < g->edges[e].n_points; k++)
      {
        SyRect box = segment_box (g, g->points[g->edges[e].first_point + k], g->points[g->edges[e].first_point + k + 1]);

        grid_add (f, &box, g->n_nodes + e);
      }
}

void
sy_geometry_build_grid (SyGeometry *g)
{
  guint32 cells;
  GridFill f = { g, NULL };

  /* a task that was put far out must not make a grid of millions of cells */
  for (g->cell = SY_GRID; (g->bounds.width / g->cell) * (g->bounds.height / g->cell) > (float) (g->n_nodes + MOST_CELLS);)
    g->cell *= 2;
  g->grid_columns = (guint32) (g->bounds.width / g->cell) + 1;
  g->grid_rows = (guint32) (g->bounds.height / g->cell) + 1;
  cells = g->grid_columns * g->grid_rows;
  g->cell_start = g_new0 (guint32, cells + 1);
  grid_add_all (&f);
  for (guint32 c = 0; c < cells; c++)
    g->cell_start[c + 1] += g->cell_start[c];
  g->cell_items = g_new (guint32, MAX (g->cell_start[cells], 1));
  f.fill = g_memdup2 (g->cell_start, (cells + 1) * sizeof *f.fill);
  grid_add_all (&f);
  g_free (f.fill);
}

/* --- look-ups --- */

typedef struct
{
  guint32 x0, y0, x1, y1;
} Cells;

static gboolean
cells_of (const SyGeometry *g, const SyRect *area, Cells *out)
{
  if (!sy_rects_touch (&g->bounds, area) || g->n_nodes == 0)
    return FALSE;
  out->x0 = column_of (g, area->x);
  out->y0 = row_of (g, area->y);
  out->x1 = column_of (g, area->x + area->width);
  out->y1 = row_of (g, area->y + area->height);
  return TRUE;
}

/* The cell in which an item met in cell (x, y) is told: the first of its cells within the area, so each is told once. */
static gboolean
is_first_cell (const SyGeometry *g, const SyRect *box, const Cells *cells, guint32 x, guint32 y)
{
  return x == MAX (column_of (g, box->x), cells->x0) && y == MAX (row_of (g, box->y), cells->y0);
}

void
sy_geometry_foreach_node (const SyGeometry *g, const SyRect *area, SyGeometryEach each, gpointer data)
{
  Cells cells;

  if (!cells_of (g, area, &cells))
    return;
  for (guint32 y = cells.y0; y <= cells.y1; y++)
    for (guint32 x = cells.x0; x <= cells.x1; x++)
      for (guint32 k = g->cell_start[y * g->grid_columns + x]; k < g->cell_start[y * g->grid_columns + x + 1]; k++)
        {
          guint32 item = g->cell_items[k];

          if (item >= g->n_nodes)
            break; /* edges follow */
          if (is_first_cell (g, &g->nodes[item], &cells, x, y) && sy_rects_touch (&g->nodes[item], area))
            each (item, data);
        }
}

static gboolean
edge_touches (const SyGeometry *g, const SyEdgeShape *edge, const SyRect *area)
{
  for (guint32 k = 0; k + 1 < edge->n_points; k++)
    {
      SyRect box = segment_box (g, g->points[edge->first_point + k], g->points[edge->first_point + k + 1]);

      if (sy_rects_touch (&box, area))
        return TRUE;
    }
  return FALSE;
}

void
sy_geometry_foreach_edge (const SyGeometry *g, const SyRect *area, SyGeometryEach each, gpointer data)
{
  Cells cells;
  g_autofree guint8 *seen = NULL;

  if (!cells_of (g, area, &cells))
    return;
  seen = g_malloc0 (g->n_edges / 8 + 1);
  for (guint32 y = cells.y0; y <= cells.y1; y++)
    for (guint32 x = cells.x0; x <= cells.x1; x++)
      for (guint32 k = g->cell_start[y * g->grid_columns + x]; k < g->cell_start[y * g->grid_columns + x + 1]; k++)
        {
          guint32 item = g->cell_items[k];
          guint32 e = item - g->n_nodes;

          if (item < g->n_nodes || (seen[e / 8] >> (e % 8) & 1))
            continue;
          seen[e / 8] |= (guint8) (1 << (e % 8));
          if (edge_touches (g, &g->edges[e], area))
            each (e, data);
        }
}

typedef struct
{
  const SyGeometry *g;
  float x, y, slack;
  guint32 found;
} At;

static void
at_node (guint32 index, gpointer data)
{
  At *at = data;

  if (at->found == SY_NO_TASK || index < at->found)
    at->found = index;
}

guint32
sy_geometry_node_at (const SyGeometry *geometry, float x, float y)
{
  SyRect point = { x, y, 0, 0 };
  At at = { geometry, x, y, 0, SY_NO_TASK };

  sy_geometry_foreach_node (geometry, &point, at_node, &at);
  return at.found;
}

/* Distance to the S-curve between two points, by eight chords */
static gboolean
near_segment (SyPoint a, SyPoint b, float gap, float x, float y, float slack)
{
  SyPoint last = a, c, d;

  sy_edge_bend (a, b, gap, &c, &d);

  for (guint i = 1; i <= 8; i++)
    {
      float t = (float) i / 8, u = 1 - t;
      SyPoint p = { u * u * u * a.x + 3 * u * u * t * c.x + 3 * u * t * t * d.x + t * t * t * b.x,
                    u * u * u * a.y + 3 * u * u * t * c.y + 3 * u * t * t * d.y + t * t * t * b.y };
      float dx = p.x - last.x, dy = p.y - last.y, length = dx * dx + dy * dy;
      float s = length > 0 ? CLAMP (((x - last.x) * dx + (y - last.y) * dy) / length, 0, 1) : 0;
      float ex = last.x + s * dx - x, ey = last.y + s * dy - y;

      if (ex * ex + ey * ey <= slack * slack)
        return TRUE;
      last = p;
    }
  return FALSE;
}

static void
at_edge (guint32 index, gpointer data)
{
  At *at = data;
  const SyEdgeShape *edge = &at->g->edges[index];

  if (at->found != G_MAXUINT32 || edge->implied)
    return;
  for (guint32 k = 0; k + 1 < edge->n_points; k++)
    if (near_segment (at->g->points[edge->first_point + k], at->g->points[edge->first_point + k + 1], sy_geometry_gap (at->g), at->x, at->y, at->slack))
      at->found = index;
}

guint32
sy_geometry_edge_at (const SyGeometry *geometry, float x, float y, float slack)
{
  SyRect area = { x - slack, y - slack, 2 * slack, 2 * slack };
  At at = { geometry, x, y, slack, G_MAXUINT32 };

  sy_geometry_foreach_edge (geometry, &area, at_edge, &at);
  return at.found;
}
