/* sy-layout-rank.c: layers with the least sum of edge lengths
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Network simplex for ranking, after Gansner, Koutsofios, North, Vo, "A Technique for Drawing Directed Graphs"
 * (IEEE TSE 19(3), 1993), section 2. The tight spanning tree is grown with two heaps of boundary edges. The work
 * is bounded by a budget: what is not optimal by then is feasible all the same.
 */
#include "core/model/sy-layout-private.h"

#define BUDGET 500000
#define BUDGET_PER_EDGE 60
#define NONE G_MAXUINT32

typedef struct
{
  guint32 n, n_edges;
  const guint32 *from, *to;
  gint32 *rank;
  guint32 *start, *list;        /* edges that touch a node */
  guint8 *in_tree;              /* by edge */
  gint32 *cut;                  /* by edge, of tree edges */
  guint32 *parent;              /* by node: edge to its parent; NONE at the root */
  guint32 *low, *lim;           /* postorder numbers: v is below w iff low[w] <= lim[v] <= lim[w] */
  guint32 *stack, *next;        /* for walks without recursion */
  gint64 budget;
} Simplex;

static inline gint32
slack (const Simplex *s, guint32 e)
{
  return s->rank[s->to[e]] - s->rank[s->from[e]] - 1;
}

static inline guint32
other_end (const Simplex *s, guint32 e, guint32 v)
{
  return s->from[e] == v ? s->to[e] : s->from[e];
}

static inline gboolean
is_below (const Simplex *s, guint32 v, guint32 w)
{
  return s->low[w] <= s->lim[v] && s->lim[v] <= s->lim[w];
}

static void
build_incidence (Simplex *s)
{
  s->start = g_new0 (guint32, s->n + 2);
  s->list = g_new (guint32, 2 * (gsize) s->n_edges + 1);
  for (guint32 e = 0; e < s->n_edges; e++)
    {
      s->start[s->from[e] + 2]++;
      s->start[s->to[e] + 2]++;
    }
  for (guint32 v = 2; v < s->n + 2; v++)
    s->start[v] += s->start[v - 1];
  for (guint32 e = 0; e < s->n_edges; e++)
    {
      s->list[s->start[s->from[e] + 1]++] = e;
      s->list[s->start[s->to[e] + 1]++] = e;
    }
}

/* --- the tight tree --- */

typedef struct
{
  gint32 key;
  guint32 edge;
} Entry;

static void
heap_push (GArray *heap, Entry entry)
{
  guint at = heap->len;

  g_array_append_val (heap, entry);
  while (at > 0 && g_array_index (heap, Entry, (at - 1) / 2).key > entry.key)
    {
      g_array_index (heap, Entry, at) = g_array_index (heap, Entry, (at - 1) / 2);
      at = (at - 1) / 2;
    }
  g_array_index (heap, Entry, at) = entry;
}

static void
heap_pop (GArray *heap)
{
  Entry last = g_array_index (heap, Entry, heap->len - 1);
  guint at = 0, n = heap->len - 1;

  g_array_set_size (heap, n);
  while (2 * at + 1 < n)
    {
      guint child = 2 * at + 1;

      if (child + 1 < n && g_array_index (heap, Entry, child + 1).key < g_array_index (heap, Entry, child).key)
        child++;
      if (g_array_index (heap, Entry, child).key >= last.key)
        break;
      g_array_index (heap, Entry, at) = g_array_index (heap, Entry, child);
      at = child;
    }
  if (n > 0)
    g_array_index (heap, Entry, at) = last;
}

/* Drops edges whose both ends are in by now. */
static void
heap_clean (const Simplex *s, GArray *heap, const guint8 *inside)
{
  while (heap->len > 0)
    {
      guint32 e = g_array_index (heap, Entry, 0).edge;

      if (!inside[s->from[e]] || !inside[s->to[e]])
        return;
      heap_pop (heap);
    }
}

/* Ranks inside the tree are kept less `shift`; a boundary edge's slack is its key less (outwards) or plus (inwards) the shift. */
static void
grow_tight_tree (Simplex *s)
{
  g_autoptr (GArray) out = g_array_new (FALSE, FALSE, sizeof (Entry));
  g_autoptr (GArray) in = g_array_new (FALSE, FALSE, sizeof (Entry));
  g_autofree guint8 *inside = g_malloc0 (s->n);
  gint32 shift = 0;
  guint32 v = 0;

  for (guint32 count = 1;; count++)
    {
      guint32 e;

      inside[v] = 1;
      s->rank[v] -= shift;
      for (guint32 k = s->start[v]; k < s->start[v + 1]; k++)
        {
          e = s->list[k];
          if (s->from[e] == v && !inside[s->to[e]])
            heap_push (out, (Entry){ slack (s, e), e });
          else if (s->to[e] == v && !inside[s->from[e]])
            heap_push (in, (Entry){ slack (s, e), e });
        }
      if (count == s->n)
        break;
      heap_clean (s, out, inside);
      heap_clean (s, in, inside);
      if (in->len == 0 || (out->len > 0 && g_array_index (out, Entry, 0).key - shift <= g_array_index (in, Entry, 0).key + shift))
        {
          shift += g_array_index (out, Entry, 0).key - shift;
          e = g_array_index (out, Entry, 0).edge;
        }
      else
        {
          shift -= g_array_index (in, Entry, 0).key + shift;
          e = g_array_index (in, Entry, 0).edge;
        }
      s->in_tree[e] = 1;
      v = inside[s->from[e]] ? s->to[e] : s->from[e];
    }
  for (v = 0; v < s->n; v++)
    s->rank[v] += shift;
}

/* --- numbering --- */

/* Numbers the subtree of @root in postorder from @number on. What hangs and begins as before is passed over: see update_path(). */
static void
number_subtree (Simplex *s, guint32 root, guint32 number)
{
  guint32 depth = 1;

  s->stack[0] = root;
  s->next[root] = s->start[root];
  s->low[root] = number;
  while (depth)
    {
      guint32 v = s->stack[depth - 1];
      gboolean deeper = FALSE;

      while (!deeper && s->next[v] < s->start[v + 1])
        {
          guint32 e = s->list[s->next[v]++], w;

          if (!s->in_tree[e] || e == s->parent[v])
            continue;
          w = other_end (s, e, v);
          if (s->parent[w] == e && s->low[w] == number)
            {
              number = s->lim[w] + 1;
              continue;
            }
          s->parent[w] = e;
          s->low[w] = number;
          s->next[w] = s->start[w];
          s->stack[depth++] = w;
          deeper = TRUE;
        }
      if (deeper)
        continue;
      s->budget -= s->start[v + 1] - s->start[v];
      s->lim[v] = number++;
      depth--;
    }
}

/* Cut value of the tree edge above @v, those below being known (Gansner et al., 2.4). */
static gint32
cut_value (const Simplex *s, guint32 v)
{
  guint32 e = s->parent[v];
  gint32 direction = s->from[e] == v ? 1 : -1, sum = 0;

  for (guint32 k = s->start[v]; k < s->start[v + 1]; k++)
    {
      guint32 f = s->list[k];
      gint32 sign = (s->from[f] == v ? 1 : -1) * direction;

      if (f == e)
        sum += 1;
      else if (s->in_tree[f])
        sum += sign * (1 - s->cut[f]);
      else
        sum += sign;
    }
  return sum;
}

static void
init_cut_values (Simplex *s)
{
  g_autofree guint32 *by_number = g_new (guint32, s->n);

  for (guint32 v = 0; v < s->n; v++)
    by_number[s->lim[v]] = v;
  for (guint32 i = 0; i + 1 < s->n; i++)
    s->cut[s->parent[by_number[i]]] = cut_value (s, by_number[i]);
}

/* --- pivots --- */

static guint32
leaving_edge (Simplex *s, guint32 *from)
{
  guint32 best = NONE, found = 0;

  for (guint32 i = 0; i < s->n_edges; i++)
    {
      guint32 e = (*from + i) % s->n_edges;

      s->budget--;
      if (!s->in_tree[e] || s->cut[e] >= 0)
        continue;
      if (best == NONE || s->cut[e] < s->cut[best])
        best = e;
      if (++found == 30)
        {
          *from = (e + 1) % s->n_edges;
          break;
        }
    }
  return best;
}

/* The shortest edge that goes against the leaving one across the cut; found by walking the side below. */
static guint32
entering_edge (Simplex *s, guint32 leaving)
{
  gboolean from_below = s->lim[s->from[leaving]] < s->lim[s->to[leaving]];
  guint32 below = from_below ? s->from[leaving] : s->to[leaving], best = NONE, depth = 1;

  s->stack[0] = below;
  while (depth)
    {
      guint32 v = s->stack[--depth];

      s->budget -= s->start[v + 1] - s->start[v];
      for (guint32 k = s->start[v]; k < s->start[v + 1]; k++)
        {
          guint32 e = s->list[k], w = other_end (s, e, v);

          if (s->in_tree[e])
            {
              if (e != s->parent[v])
                s->stack[depth++] = w;
              continue;
            }
          if (is_below (s, w, below) || (s->from[e] == v) == from_below)
            continue;
          if (best == NONE || slack (s, e) < slack (s, best))
            best = e;
        }
    }
  return best;
}

/* Also marks what is on the path as to be numbered again. */
static guint32
update_path (Simplex *s, guint32 v, guint32 w, gint32 cut, gboolean upwards)
{
  while (!is_below (s, w, v))
    {
      guint32 e = s->parent[v];

      if (upwards == (s->from[e] == v))
        s->cut[e] += cut;
      else
        s->cut[e] -= cut;
      s->low[v] = NONE;
      v = s->lim[s->from[e]] > s->lim[s->to[e]] ? s->from[e] : s->to[e];
      s->budget--;
    }
  return v;
}

static void
shift_subtree (Simplex *s, guint32 root, gint32 by)
{
  guint32 depth = 1;

  s->stack[0] = root;
  while (depth)
    {
      guint32 v = s->stack[--depth];

      s->rank[v] += by;
      for (guint32 k = s->start[v]; k < s->start[v + 1]; k++)
        if (s->in_tree[s->list[k]] && s->list[k] != s->parent[v])
          s->stack[depth++] = other_end (s, s->list[k], v);
    }
}

static void
pivot (Simplex *s, guint32 leaving, guint32 entering)
{
  gboolean from_below = s->lim[s->from[leaving]] < s->lim[s->to[leaving]];
  gint32 by = slack (s, entering), cut = s->cut[leaving];
  guint32 top, number;

  if (by != 0)
    shift_subtree (s, from_below ? s->from[leaving] : s->to[leaving], from_below ? -by : by);
  top = update_path (s, s->from[entering], s->to[entering], cut, TRUE);
  update_path (s, s->to[entering], s->from[entering], cut, FALSE);
  s->cut[entering] = -cut;
  s->cut[leaving] = 0;
  s->in_tree[leaving] = 0;
  s->in_tree[entering] = 1;
  number = s->low[top];
  number_subtree (s, top, number);
}

void
sy_layout_shorten_edges (guint32 n, guint32 n_edges, const guint32 *from, const guint32 *to, guint32 *layer)
{
  Simplex s = { .n = n, .n_edges = n_edges, .from = from, .to = to, .budget = (gint64) BUDGET_PER_EDGE * n_edges + BUDGET };
  guint32 at = 0, e;
  gint32 least = G_MAXINT32;

  s.rank = g_new (gint32, n);
  s.in_tree = g_malloc0 (n_edges);
  s.cut = g_new0 (gint32, n_edges);
  s.parent = g_new (guint32, n);
  s.low = g_new (guint32, n);
  for (guint32 v = 0; v < n; v++)
    s.low[v] = s.parent[v] = NONE;
  s.lim = g_new0 (guint32, n);
  s.stack = g_new (guint32, n + 1);
  s.next = g_new (guint32, n);
  for (guint32 v = 0; v < n; v++)
    s.rank[v] = (gint32) layer[v];
  build_incidence (&s);
  grow_tight_tree (&s);
  s.parent[0] = NONE;
  number_subtree (&s, 0, 0);
  init_cut_values (&s);
  while (s.budget > 0 && (e = leaving_edge (&s, &at)) != NONE)
    pivot (&s, e, entering_edge (&s, e));
  for (guint32 v = 0; v < n; v++)
    least = MIN (least, s.rank[v]);
  for (guint32 v = 0; v < n; v++)
    layer[v] = (guint32) (s.rank[v] - least);
  g_free (s.rank);
  g_free (s.in_tree);
  g_free (s.cut);
  g_free (s.parent);
  g_free (s.low);
  g_free (s.lim);
  g_free (s.stack);
  g_free (s.next);
  g_free (s.start);
  g_free (s.list);
}
