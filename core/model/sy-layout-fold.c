/* sy-layout-fold.c: wide layers as grids of several columns
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A layer of a thousand tasks makes a picture in which nothing can be told apart. Such a layer is broken into rows of
 * neighbours, which lie side by side; the layer's edges run in the gaps between the rows, those that come in above, those that go
 * out below. What is placed then are the rows.
 */
#include "core/model/sy-layout-private.h"

#include <math.h>

#define FOLD_LEAST 24   /* rows: a layer with fewer is never folded */
#define FOLD_TALL 2.0   /* height : width at which folding begins */
#define KEEP 1.5        /* how much too high a former grid may grow before it is made anew */

static guint32
columns_for (guint32 n_real, guint32 rows)
{
  return n_real > FOLD_LEAST ? (n_real + rows - 1) / rows : 1;
}

static double
gap_after (const SyFold *fold, const SyLayoutInput *input, guint32 l)
{
  gboolean wide = fold->columns[l] > 1 || (l + 1 < fold->n_layers && fold->columns[l + 1] > 1);

  return wide ? 2 * input->gap_x : input->gap_x;
}

static double
column_step (const SyLayoutInput *input)
{
  return input->width + input->gap_x / 2;
}

/* Left edges of the layers; returns the width of all. */
static double
set_layers_apart (SyFold *fold, const SyLayoutInput *input)
{
  double x = 0;

  for (guint32 l = 0; l < fold->n_layers; l++)
    {
      fold->x[l] = x;
      fold->width[l] = (fold->columns[l] - 1) * column_step (input) + input->width;
      x += fold->width[l] + gap_after (fold, input, l);
    }
  return x;
}

static guint32
most_lines (const SyNet *net, const guint32 *n_real)
{
  guint32 most = 0;

  for (guint32 l = 0; l < net->n_layers; l++)
    most = MAX (most, net->layer_start[l + 1] - net->layer_start[l] - n_real[l]);
  return most;
}

/* How many columns each layer has: as few as give a picture that is not higher than @aspect has it. Returns the rows aimed at. */
static guint32
choose_columns (SyFold *fold, const guint32 *n_real, guint32 n_lines, const SyLayoutInput *input, double aspect)
{
  double room = input->height + input->gap_y;
  guint32 rows = 1;

  for (guint32 l = 0; l < fold->n_layers; l++)
    {
      fold->columns[l] = 1;
      rows = MAX (rows, n_real[l]);
    }
  if (rows <= FOLD_LEAST || rows * room <= FOLD_TALL * set_layers_apart (fold, input))
    return rows;
  room *= 1 + MIN (SY_LAYOUT_LINES, SY_LAYOUT_LINE * n_lines / rows);
  while (rows > FOLD_LEAST / 2 && rows * room * aspect > set_layers_apart (fold, input))
    {
      rows -= MAX (rows / 16, 1);
      for (guint32 l = 0; l < fold->n_layers; l++)
        fold->columns[l] = columns_for (n_real[l], rows);
    }
  return rows;
}

/* The longest row of each layer in the former picture, 0 = none of it was there. */
static void
former_columns (const SyNet *net, const float *former_y, guint32 *columns)
{
  for (guint32 l = 0; l < net->n_layers; l++)
    {
      float y = NAN;
      guint32 run = 0;

      columns[l] = 0;
      for (guint32 i = net->layer_start[l]; i < net->layer_start[l + 1]; i++)
        {
          guint32 v = net->order[i];

          if (v >= net->n_real || isnan (former_y[v]))
            continue;
          run = former_y[v] == y ? run + 1 : 1;
          y = former_y[v];
          columns[l] = MAX (columns[l], run);
        }
    }
}

static void
keep_former_columns (SyFold *fold, const SyNet *net, const guint32 *n_real, const float *former_y, guint32 rows)
{
  g_autofree guint32 *former = g_new (guint32, net->n_layers);

  former_columns (net, former_y, former);
  for (guint32 l = 0; l < net->n_layers; l++)
    if (former[l] > 0 && (double) n_real[l] / former[l] <= KEEP * rows)
      fold->columns[l] = former[l];
}

/* --- rows --- */

typedef struct
{
  SyFold *fold;
  const SyNet *net;
  const float *former_y;
  guint32 n_rows;       /* of tasks; lines are numbered behind them */
  guint32 *line;        /* lines that wait for the end of the row */
  guint32 n_lines;
  guint32 *order;       /* rows and lines, layer by layer; lines as net->n + node */
  guint32 n_order;
} Rows;

static void
end_row (Rows *r)
{
  for (guint32 i = 0; i < r->n_lines; i++)
    r->order[r->n_order++] = r->net->n + r->line[i];
  r->n_lines = 0;
}

/* A former row stays one row; a new task joins one that has room. */
static gboolean
begins_row (const Rows *r, guint32 v, guint32 used, guint32 columns, float y)
{
  if (used == 0 || used >= columns)
    return TRUE;
  return r->former_y != NULL && !isnan (r->former_y[v]) && r->former_y[v] != y;
}

static void
fill_rows (Rows *r, guint32 l)
{
  const SyNet *net = r->net;
  guint32 used = 0;
  float y = NAN;

  for (guint32 i = net->layer_start[l]; i < net->layer_start[l + 1]; i++)
    {
      guint32 v = net->order[i];

      if (v >= net->n_real)
        {
          r->line[r->n_lines++] = v;
          if (used == 0 || used >= r->fold->columns[l])
            end_row (r);
          continue;
        }
      if (begins_row (r, v, used, r->fold->columns[l], y))
        {
          end_row (r);
          r->order[r->n_order++] = r->n_rows++;
          used = 0;
          y = NAN;
        }
      if (r->former_y != NULL && isnan (y))
        y = r->former_y[v];
      r->fold->row[v] = r->n_rows - 1;
      r->fold->slot[v] = used++;
    }
  end_row (r);
}

/* The net of rows and lines, as far as placing needs it */
static SyNet *
net_of_rows (const SyNet *net, Rows *r)
{
  g_autofree guint32 *from = g_new (guint32, MAX (net->n_links, 1)), *to = g_new (guint32, MAX (net->n_links, 1));
  guint32 n = r->n_rows, at = 0;
  SyNet *rows = g_new0 (SyNet, 1);

  for (guint32 v = net->n_real; v < net->n; v++)
    r->fold->row[v] = n++;
  for (guint32 v = 0; v < net->n; v++)
    for (guint32 k = net->down_start[v]; k < net->down_start[v + 1]; k++)
      {
        from[at] = r->fold->row[v];
        to[at++] = r->fold->row[net->down[k]];
      }
  rows->n = n;
  rows->n_real = r->n_rows;
  rows->n_layers = net->n_layers;
  rows->layer = g_new (guint32, MAX (n, 1));
  rows->order = g_new (guint32, MAX (n, 1));
  rows->pos = g_new (guint32, MAX (n, 1));
  rows->y = g_new0 (double, MAX (n, 1));
  for (guint32 v = 0; v < net->n; v++)
    rows->layer[r->fold->row[v]] = net->layer[v];
  rows->layer_start = g_new0 (guint32, net->n_layers + 1);
  for (guint32 i = 0; i < n; i++)
    {
      guint32 row = r->order[i] < net->n ? r->order[i] : r->fold->row[r->order[i] - net->n];

      rows->order[i] = row;
      rows->layer_start[rows->layer[row] + 1] = i + 1;
    }
  for (guint32 l = 0; l < net->n_layers; l++)
    for (guint32 i = rows->layer_start[l]; i < rows->layer_start[l + 1]; i++)
      rows->pos[rows->order[i]] = i - rows->layer_start[l];
  sy_net_set_links (rows, net->n_links, from, to);
  return rows;
}

SyFold *
sy_fold_new (const SyNet *net, const SyLayoutInput *input, const float *former_y, double aspect)
{
  SyFold *fold = g_new0 (SyFold, 1);
  g_autofree guint32 *n_real = g_new0 (guint32, MAX (net->n_layers, 1));
  Rows r = { .fold = fold, .net = net, .former_y = former_y };
  guint32 rows;

  for (guint32 v = 0; v < net->n_real; v++)
    n_real[net->layer[v]]++;
  fold->n_layers = net->n_layers;
  fold->columns = g_new (guint32, MAX (net->n_layers, 1));
  fold->x = g_new (double, MAX (net->n_layers, 1));
  fold->width = g_new (double, MAX (net->n_layers, 1));
  fold->row = g_new (guint32, MAX (net->n, 1));
  fold->slot = g_new0 (guint32, MAX (net->n, 1));
  rows = choose_columns (fold, n_real, most_lines (net, n_real), input, aspect);
  if (former_y != NULL)
    keep_former_columns (fold, net, n_real, former_y, rows);
  for (guint32 l = 0; l < net->n_layers; l++)
    fold->folded |= fold->columns[l] > 1;
  fold->total_width = set_layers_apart (fold, input);
  r.line = g_new (guint32, MAX (net->n, 1));
  r.order = g_new (guint32, MAX (net->n, 1));
  for (guint32 l = 0; l < net->n_layers; l++)
    fill_rows (&r, l);
  fold->rows = net_of_rows (net, &r);
  g_free (r.line);
  g_free (r.order);
  return fold;
}

void
sy_fold_free (SyFold *fold)
{
  sy_net_free (fold->rows);
  g_free (fold->columns);
  g_free (fold->x);
  g_free (fold->width);
  g_free (fold->row);
  g_free (fold->slot);
  g_free (fold);
}

/* --- routes --- */

/* A corner of a route; a straight run has only its ends. */
static void
add_corner (GArray *corners, guint32 first, double x, double y)
{
  SyLayoutPoint point = { (float) x, (float) y };
  SyLayoutPoint *last = corners->len >= first + 2 ? &g_array_index (corners, SyLayoutPoint, corners->len - 1) : NULL;

  if (last != NULL && last[0].y == point.y && last[-1].y == point.y)
    *last = point;
  else
    g_array_append_val (corners, point);
}

void
sy_fold_route (const SyFold *fold, const SyNet *net, const SyLayoutInput *input, guint32 from, guint32 to, const guint32 *chain,
               guint32 length, GArray *corners)
{
  double half = (input->height + input->gap_y) / 2, aside = input->gap_y / 4, step = column_step (input);
  const double *y = fold->rows->y;
  guint32 first = corners->len, a = net->layer[from], b = net->layer[to];

  if (fold->slot[from] + 1 < fold->columns[a])
    {
      add_corner (corners, first, fold->x[a] + (fold->slot[from] + 1) * step, y[fold->row[from]] + half - aside);
      add_corner (corners, first, fold->x[a] + fold->width[a], y[fold->row[from]] + half - aside);
    }
  for (guint32 k = 0; k < length; k++)
    {
      guint32 l = net->layer[chain[k]];

      add_corner (corners, first, fold->x[l], y[fold->row[chain[k]]]);
      add_corner (corners, first, fold->x[l] + fold->width[l], y[fold->row[chain[k]]]);
    }
  if (fold->slot[to] > 0)
    {
      add_corner (corners, first, fold->x[b], y[fold->row[to]] - half + aside);
      add_corner (corners, first, fold->x[b] + (fold->slot[to] - 1) * step + input->width, y[fold->row[to]] - half + aside);
    }
}
