/* sy-graph.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-graph.h"

/* --- reachability --- */

static guint8 *
reach_up (const SyWorkflow *workflow, guint32 from, guint32 until)
{
  guint8 *seen = g_new0 (guint8, MAX (workflow->n_tasks, 1));
  g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (guint32));

  g_array_append_val (stack, from);
  while (stack->len > 0)
    {
      const SyTask *task = &workflow->tasks[g_array_index (stack, guint32, stack->len - 1)];

      g_array_set_size (stack, stack->len - 1);
      for (guint32 k = 0; k < task->n_needs; k++)
        {
          guint32 up = task->needs[k].task;

          if (seen[up])
            continue;
          seen[up] = 1;
          if (up == until)
            return seen;
          g_array_append_val (stack, up);
        }
    }
  return seen;
}

/* Marks in @seen what @from reaches; @stop is not entered. */
static void
reach_down (const SyWorkflow *workflow, guint32 from, guint32 stop, guint8 *seen)
{
  g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (guint32));

  g_array_append_val (stack, from);
  while (stack->len > 0)
    {
      guint32 task = g_array_index (stack, guint32, stack->len - 1);

      g_array_set_size (stack, stack->len - 1);
      for (guint32 k = workflow->down_start[task]; k < workflow->down_start[task + 1]; k++)
        {
          guint32 down = workflow->down[k];

          if (seen[down] || down == stop)
            continue;
          seen[down] = 1;
          g_array_append_val (stack, down);
        }
    }
}

guint8 *
sy_graph_ancestors (const SyWorkflow *workflow, guint32 task)
{
  return reach_up (workflow, task, SY_NO_TASK);
}

guint8 *
sy_graph_descendants (const SyWorkflow *workflow, guint32 task)
{
  guint8 *seen = g_new0 (guint8, MAX (workflow->n_tasks, 1));

  reach_down (workflow, task, SY_NO_TASK, seen);
  return seen;
}

gboolean
sy_graph_is_ancestor (const SyWorkflow *workflow, guint32 ancestor, guint32 task)
{
  g_autofree guint8 *seen = reach_up (workflow, task, ancestor);

  return seen[ancestor];
}

/* --- paths --- */

gint64 *
sy_graph_upward_rank (const SyWorkflow *workflow, const gint64 *weight_us, gint64 default_us)
{
  gint64 *rank = g_new (gint64, MAX (workflow->n_tasks, 1));

  for (guint32 i = workflow->n_tasks; i-- > 0;)
    {
      guint32 task = workflow->topo[i];
      gint64 weight = weight_us != NULL ? MAX (weight_us[task], 0) : 0, best = 0;

      for (guint32 k = workflow->down_start[task]; k < workflow->down_start[task + 1]; k++)
        best = MAX (best, rank[workflow->down[k]]);
      rank[task] = best + (weight != 0 ? weight : default_us);
    }
  return rank;
}

static guint32
best_of (const gint64 *rank, const guint32 *tasks, guint32 n)
{
  guint32 best = tasks[0];

  for (guint32 i = 1; i < n; i++)
    if (rank[tasks[i]] > rank[best])
      best = tasks[i];
  return best;
}

GArray *
sy_graph_critical_path (const SyWorkflow *workflow, const gint64 *weight_us, gint64 *total_us)
{
  g_autofree gint64 *rank = sy_graph_upward_rank (workflow, weight_us, 0);
  GArray *path = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint32 task = SY_NO_TASK;

  for (guint32 i = 0; i < workflow->n_tasks; i++)
    if (workflow->tasks[i].n_needs == 0 && (task == SY_NO_TASK || rank[i] > rank[task]))
      task = i;
  if (total_us != NULL)
    *total_us = task != SY_NO_TASK ? rank[task] : 0;
  while (task != SY_NO_TASK)
    {
      guint32 first = workflow->down_start[task], n = workflow->down_start[task + 1] - first;

      g_array_append_val (path, task);
      task = n > 0 ? best_of (rank, workflow->down + first, n) : SY_NO_TASK;
    }
  return path;
}

/* --- post-dominators and branches --- */

/* The tree of post-dominators while it grows; node n_tasks is the virtual exit, its root. */
typedef struct
{
  guint32 *parent, *depth;
  guint32 *jump; /* an ancestor some steps up: climbing is O(log n) by Myers, "An applicative random-access stack" (1983) */
} Tree;

static void
tree_add (Tree *tree, guint32 node, guint32 parent)
{
  guint32 jump = tree->jump[parent];

  tree->parent[node] = parent;
  tree->depth[node] = tree->depth[parent] + 1;
  if (tree->depth[parent] - tree->depth[jump] == tree->depth[jump] - tree->depth[tree->jump[jump]])
    tree->jump[node] = tree->jump[jump];
  else
    tree->jump[node] = parent;
}

static guint32
tree_meet (const Tree *tree, guint32 a, guint32 b)
{
  if (tree->depth[a] < tree->depth[b])
    {
      guint32 keep = a;

      a = b;
      b = keep;
    }
  while (tree->depth[a] > tree->depth[b])
    a = tree->depth[tree->jump[a]] >= tree->depth[b] ? tree->jump[a] : tree->parent[a];
  while (a != b)
    {
      gboolean far = tree->jump[a] != tree->jump[b];

      a = far ? tree->jump[a] : tree->parent[a];
      b = far ? tree->jump[b] : tree->parent[b];
    }
  return a;
}

guint32 *
sy_graph_post_dominators (const SyWorkflow *workflow)
{
  guint32 n = workflow->n_tasks;
  g_autofree guint32 *depth = g_new0 (guint32, n + 1);
  g_autofree guint32 *jump = g_new (guint32, n + 1);
  Tree tree = { g_new (guint32, n + 1), depth, jump };

  tree.parent[n] = jump[n] = n;
  for (guint32 i = n; i-- > 0;)
    {
      guint32 task = workflow->topo[i], first = workflow->down_start[task], end = workflow->down_start[task + 1];
      guint32 meet = first < end ? workflow->down[first] : n;

      for (guint32 k = first + 1; k < end; k++)
        meet = tree_meet (&tree, meet, workflow->down[k]);
      tree_add (&tree, task, meet);
    }
  for (guint32 i = 0; i <= n; i++)
    if (tree.parent[i] == n)
      tree.parent[i] = SY_NO_TASK;
  return tree.parent;
}

GArray *
sy_graph_branches (const SyWorkflow *workflow)
{
  GArray *branches = g_array_new (FALSE, FALSE, sizeof (SyBranch));

  for (guint32 fork = 0; fork < workflow->n_tasks; fork++)
    {
      guint32 first = workflow->down_start[fork], end = workflow->down_start[fork + 1];

      /* down is ascending: a task that needs the fork twice stands side by side */
      if (first == end || workflow->down[first] == workflow->down[end - 1])
        continue;
      for (guint32 k = first; k < end; k++)
        if (k == first || workflow->down[k] != workflow->down[k - 1])
          {
            SyBranch branch = { fork, workflow->down[k] };

            g_array_append_val (branches, branch);
          }
    }
  return branches;
}

GArray *
sy_graph_branch_tasks (const SyWorkflow *workflow, const guint32 *ipdom, guint32 fork, guint32 child)
{
  GArray *tasks = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autofree guint8 *seen = NULL;

  if (child == ipdom[fork])
    return tasks;
  seen = g_new0 (guint8, workflow->n_tasks);
  seen[child] = 1;
  reach_down (workflow, child, ipdom[fork], seen);
  for (guint32 i = 0; i < workflow->n_tasks; i++)
    if (seen[i])
      g_array_append_val (tasks, i);
  return tasks;
}
