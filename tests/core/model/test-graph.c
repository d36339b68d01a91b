/* test-graph.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-graph.h"
#include "tests/core/model/model-util.h"

/* path[a][b]: b can be reached from a, by the definition */
static gboolean
reaches (const SyWorkflow *workflow, guint32 from, guint32 to)
{
  const SyTask *task = &workflow->tasks[to];

  for (guint32 k = 0; k < task->n_needs; k++)
    if (task->needs[k].task == from || reaches (workflow, from, task->needs[k].task))
      return TRUE;
  return FALSE;
}

/* Can @from reach an end without @without? */
static gboolean
escapes (const SyWorkflow *workflow, guint32 from, guint32 without)
{
  if (from == without)
    return FALSE;
  if (workflow->down_start[from] == workflow->down_start[from + 1])
    return TRUE;
  for (guint32 k = workflow->down_start[from]; k < workflow->down_start[from + 1]; k++)
    if (escapes (workflow, workflow->down[k], without))
      return TRUE;
  return FALSE;
}

static gboolean
post_dominates (const SyWorkflow *workflow, guint32 late, guint32 early)
{
  return late != early && reaches (workflow, early, late) && !escapes (workflow, early, late);
}

static void
check_order (const SyWorkflow *workflow)
{
  g_autofree guint32 *place = g_new (guint32, workflow->n_tasks);

  for (guint32 i = 0; i < workflow->n_tasks; i++)
    place[workflow->topo[i]] = i;
  for (guint32 i = 0; i < workflow->n_tasks; i++)
    for (guint32 k = 0; k < workflow->tasks[i].n_needs; k++)
      g_assert_cmpuint (place[workflow->tasks[i].needs[k].task], <, place[i]);
}

static void
check_reachability (const SyWorkflow *workflow)
{
  for (guint32 a = 0; a < workflow->n_tasks; a++)
    {
      g_autofree guint8 *up = sy_graph_ancestors (workflow, a), *down = sy_graph_descendants (workflow, a);

      for (guint32 b = 0; b < workflow->n_tasks; b++)
        {
          g_assert_cmpint (up[b], ==, reaches (workflow, b, a));
          g_assert_cmpint (down[b], ==, reaches (workflow, a, b));
          g_assert_cmpint (sy_graph_is_ancestor (workflow, b, a), ==, reaches (workflow, b, a));
        }
    }
}

/* The immediate one is the post-dominator that all other post-dominators post-dominate. */
static void
check_post_dominators (const SyWorkflow *workflow)
{
  g_autofree guint32 *ipdom = sy_graph_post_dominators (workflow);

  for (guint32 a = 0; a < workflow->n_tasks; a++)
    {
      guint32 expected = SY_NO_TASK;

      for (guint32 b = 0; b < workflow->n_tasks; b++)
        if (post_dominates (workflow, b, a) && (expected == SY_NO_TASK || reaches (workflow, b, expected)))
          expected = b;
      g_assert_cmpuint (ipdom[a], ==, expected);
    }
}

static gint64
longest (const SyWorkflow *workflow, const gint64 *weight, guint32 from)
{
  gint64 best = 0;

  for (guint32 k = workflow->down_start[from]; k < workflow->down_start[from + 1]; k++)
    best = MAX (best, longest (workflow, weight, workflow->down[k]));
  return best + (weight[from] ? weight[from] : 5);
}

static void
check_paths (const SyWorkflow *workflow, GRand *random)
{
  g_autofree gint64 *weight = g_new (gint64, workflow->n_tasks), *rank = NULL;
  g_autoptr (GArray) path = NULL;
  gint64 total = -1, sum = 0, best = 0;

  for (guint32 i = 0; i < workflow->n_tasks; i++)
    weight[i] = g_rand_int_range (random, 0, 4);
  rank = sy_graph_upward_rank (workflow, weight, 5);
  for (guint32 i = 0; i < workflow->n_tasks; i++)
    {
      g_assert_cmpint (rank[i], ==, longest (workflow, weight, i));
      weight[i] += weight[i] == 0 ? 5 : 0;
      best = MAX (best, rank[i]);
    }
  path = sy_graph_critical_path (workflow, weight, &total);
  for (guint i = 0; i < path->len; i++)
    {
      guint32 task = g_array_index (path, guint32, i);

      sum += weight[task];
      g_assert_true (i > 0 || workflow->tasks[task].n_needs == 0);
      g_assert_true (i == 0 || reaches (workflow, g_array_index (path, guint32, i - 1), task));
    }
  g_assert_cmpint (sum, ==, total);
  g_assert_cmpint (total, ==, best);
}

static gboolean
reaches_without (const SyWorkflow *workflow, guint32 from, guint32 to, guint32 without)
{
  if (from == without)
    return FALSE;
  if (from == to)
    return TRUE;
  for (guint32 k = workflow->down_start[from]; k < workflow->down_start[from + 1]; k++)
    if (reaches_without (workflow, workflow->down[k], to, without))
      return TRUE;
  return FALSE;
}

static void
check_branches (const SyWorkflow *workflow)
{
  g_autofree guint32 *ipdom = sy_graph_post_dominators (workflow);
  g_autoptr (GArray) branches = sy_graph_branches (workflow);
  guint expected = 0;

  for (guint32 i = 0; i < workflow->n_tasks; i++)
    if (workflow->down_start[i + 1] - workflow->down_start[i] >= 2)
      expected += workflow->down_start[i + 1] - workflow->down_start[i];
  g_assert_cmpuint (branches->len, ==, expected);
  for (guint i = 0; i < branches->len; i++)
    {
      SyBranch branch = g_array_index (branches, SyBranch, i);
      g_autoptr (GArray) tasks = sy_graph_branch_tasks (workflow, ipdom, branch.fork, branch.child);
      guint at = 0;

      for (guint32 task = 0; task < workflow->n_tasks; task++)
        if (reaches_without (workflow, branch.child, task, ipdom[branch.fork]))
          {
            g_assert_cmpuint (at, <, tasks->len);
            g_assert_cmpuint (g_array_index (tasks, guint32, at), ==, task);
            at++;
          }
      g_assert_cmpuint (at, ==, tasks->len);
    }
}

static void
test_random (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (5);

  for (guint round = 0; round < 150; round++)
    {
      guint n = (guint) g_rand_int_range (random, 1, 11);
      g_autoptr (SyWorkflow) workflow = model_random_workflow (random, n, (guint) g_rand_int_range (random, 5, 60));

      check_order (workflow);
      check_reachability (workflow);
      check_post_dominators (workflow);
      check_paths (workflow, random);
      check_branches (workflow);
    }
}

/* Deep trees: the same meeting points by climbing step by step. */
static void
test_climbing (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (6);

  for (guint round = 0; round < 20; round++)
    {
      g_autoptr (SyWorkflow) workflow = model_random_workflow (random, 400, 1 + round % 2);
      g_autofree guint32 *ipdom = sy_graph_post_dominators (workflow), *place = g_new (guint32, 400);

      for (guint32 i = 0; i < 400; i++)
        place[workflow->topo[i]] = i;
      for (guint32 i = 0; i < 400; i++)
        {
          guint32 meet = workflow->down_start[i] < workflow->down_start[i + 1] ? workflow->down[workflow->down_start[i]]
                                                                               : SY_NO_TASK;

          for (guint32 k = workflow->down_start[i]; k < workflow->down_start[i + 1]; k++)
            for (guint32 other = workflow->down[k]; meet != other;)
              {
                if (meet == SY_NO_TASK || (other != SY_NO_TASK && place[other] < place[meet]))
                  other = ipdom[other];
                else
                  meet = ipdom[meet];
              }
          g_assert_cmpuint (ipdom[i], ==, meet);
        }
    }
}

static const struct { const char *graph, *fork, *child, *tasks; } branches[] = {
  { "f a:f b:f j:a,b", "f", "a", "a" },
  { "f a:f a2:a b:f j:a2,b k:j", "f", "a", "a a2" },
  { "f a:f b:f", "f", "b", "b" },
  { "f a:f b:f c:a,b d:b e:c,d", "f", "b", "b c d" },
  { "f j:f a:f k:j,a", "f", "j", "j" },
};

static void
test_branch_table (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (branches); i++)
    {
      g_autoptr (SyWorkflow) workflow = model_workflow (branches[i].graph);
      g_autofree guint32 *ipdom = sy_graph_post_dominators (workflow);
      g_autoptr (GArray) tasks = sy_graph_branch_tasks (workflow, ipdom, sy_workflow_find (workflow, branches[i].fork),
                                                        sy_workflow_find (workflow, branches[i].child));
      g_autoptr (GString) text = g_string_new (NULL);

      for (guint k = 0; k < tasks->len; k++)
        g_string_append_printf (text, "%s%s", k ? " " : "", workflow->tasks[g_array_index (tasks, guint32, k)].id);
      g_assert_cmpstr (text->str, ==, branches[i].tasks);
    }
}

/* A ladder of 60,000 tasks on which naive climbing of the tree is quadratic. */
static void
test_deep (void)
{
  const guint n = 20000;
  g_autoptr (SyWorkflow) workflow = sy_workflow_new ();
  g_autofree guint32 *ipdom = NULL;
  SyNeed *need;

  workflow->n_tasks = 3 * n;
  workflow->tasks = sy_workflow_alloc (workflow, 3 * n * sizeof (SyTask));
  for (guint i = 0; i < 3 * n; i++) /* n sources, then two chains; every source feeds both heads */
    {
      SyTask *task = &workflow->tasks[i];
      gboolean head = i == n || i == 2 * n;
      g_autofree char *id = g_strdup_printf ("t%u", i);

      task->id = sy_workflow_intern (workflow, id);
      task->n_needs = i < n ? 0 : head ? n : 1;
      task->needs = need = sy_workflow_alloc (workflow, task->n_needs * sizeof (SyNeed));
      for (guint k = 0; k < task->n_needs; k++)
        need[k].task = head ? k : i - 1;
    }
  g_assert_true (sy_workflow_finish (workflow, NULL, NULL));
  ipdom = sy_graph_post_dominators (workflow);
  g_assert_cmpuint (ipdom[0], ==, SY_NO_TASK);
  g_assert_cmpuint (ipdom[n], ==, n + 1);
}

static void
test_empty (void)
{
  g_autoptr (SyWorkflow) workflow = model_workflow ("");
  g_autofree guint32 *ipdom = sy_graph_post_dominators (workflow);
  g_autofree gint64 *rank = sy_graph_upward_rank (workflow, NULL, 1);
  g_autoptr (GArray) path = NULL;
  gint64 total = 7;

  path = sy_graph_critical_path (workflow, NULL, &total);
  g_assert_cmpuint (path->len, ==, 0);
  g_assert_cmpint (total, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/graph/random", test_random);
  g_test_add_func ("/model/graph/climbing", test_climbing);
  g_test_add_func ("/model/graph/branches", test_branch_table);
  g_test_add_func ("/model/graph/deep", test_deep);
  g_test_add_func ("/model/graph/empty", test_empty);
  return g_test_run ();
}
