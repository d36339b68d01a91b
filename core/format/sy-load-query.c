/* sy-load-query.c: many questions of ancestry at once
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-load-private.h"

#include <string.h>

/*
 * 64 ancestors are followed at a time, one bit each, down the topological
 * order between the first of them and the last task asked about: a batch costs
 * as much as the edges in between, and questions are mostly about neighbours.
 */

typedef struct
{
  const SyWorkflow *workflow;
  guint32 *position; /* of each task in the topological order */
  guint64 *reached;  /* by task: the ancestors of the batch that come before it, itself included */
} Reach;

static int
compare_ancestors (gconstpointer a, gconstpointer b, gpointer data)
{
  const SyQuery *x = a, *y = b;
  const guint32 *position = data;
  guint32 px = position[x->ancestor], py = position[y->ancestor];

  return px < py ? -1 : px > py;
}

/* Queries @first…@end have 64 ancestors or fewer */
static void
answer_batch (Reach *reach, SyQuery *queries, guint first, guint end)
{
  const SyWorkflow *workflow = reach->workflow;
  guint32 from = reach->position[queries[first].ancestor], to = from, bit = 0;

  for (guint i = first; i < end; i++)
    to = MAX (to, reach->position[queries[i].task]);
  memset (reach->reached, 0, sizeof *reach->reached * workflow->n_tasks);
  for (guint i = first; i < end; i++)
    {
      if (i > first && queries[i].ancestor != queries[i - 1].ancestor)
        bit++;
      reach->reached[queries[i].ancestor] |= G_GUINT64_CONSTANT (1) << bit;
    }
  for (guint32 at = from; at <= to; at++)
    {
      const SyTask *task = &workflow->tasks[workflow->topo[at]];

      for (guint i = 0; i < task->n_needs; i++)
        reach->reached[workflow->topo[at]] |= reach->reached[task->needs[i].task];
    }
  bit = 0;
  for (guint i = first; i < end; i++)
    {
      if (i > first && queries[i].ancestor != queries[i - 1].ancestor)
        bit++;
      queries[i].holds = queries[i].task != queries[i].ancestor && (reach->reached[queries[i].task] >> bit & 1);
    }
}

static void
answer_all (Reach *reach, SyQuery *queries, guint n)
{
  for (guint first = 0, i; first < n; first = i)
    {
      guint ancestors = 1;

      for (i = first + 1; i < n; i++)
        if (queries[i].ancestor != queries[i - 1].ancestor && ++ancestors > 64)
          break;
      answer_batch (reach, queries, first, i);
    }
}

static void
report_expression (SyLoad *load, const SyQuery *query)
{
  SyProblem *problem = sy_check_add_at (&load->check, SY_SEVERITY_ERROR, query->start, query->end, "not-an-ancestor",
                                        "“%s” does not come before “%s”, so its results are not known here",
                                        sy_load_id (load, query->ancestor), sy_load_id (load, query->task));

  sy_problem_set_hint (problem, "add it to `needs`");
  sy_load_fix_need (load, problem, query->task, sy_load_id (load, query->ancestor));
}

static void
report_writers (SyLoad *load, const SyQuery *query)
{
  SyProblem *problem = sy_check_add_at (&load->check, SY_SEVERITY_ERROR, query->start, query->end, "parallel-writers",
                                        "“%s” writes %s too, and may run at the same time",
                                        sy_load_id (load, query->ancestor), query->node->text);

  sy_problem_set_hint (problem, "let one of them need the other, or write to two paths");
  sy_load_fix_need (load, problem, query->task, sy_load_id (load, query->ancestor));
}

static void
report_reader (SyLoad *load, const SyQuery *query, gboolean before)
{
  SyProblem *problem = sy_check_add_at (&load->check, SY_SEVERITY_WARNING, query->start, query->end, "reads-unordered",
                                        "“%s” writes %s, and “%s” does not wait for it",
                                        sy_load_id (load, query->ancestor), query->node->text,
                                        sy_load_id (load, query->task));

  if (before)
    {
      sy_problem_set_hint (problem, "it even comes before: it reads what an earlier run has left there");
      return;
    }
  sy_problem_set_hint (problem, "add “%s” to its `needs`", sy_load_id (load, query->ancestor));
  sy_load_fix_need (load, problem, query->task, sy_load_id (load, query->ancestor));
}

/* Of each reader there are two questions: does it come behind the writer; if not, in front of it? */
static void
report_queries (SyLoad *load)
{
  const SyQuery *queries = (const SyQuery *) (gpointer) load->queries->data;
  g_autoptr (GHashTable) before = g_hash_table_new (NULL, NULL); /* node of the reader's item */

  for (guint i = 0; i < load->queries->len; i++)
    if (queries[i].kind == SY_QUERY_READER_BEFORE && queries[i].holds)
      g_hash_table_add (before, (gpointer) queries[i].node);
  for (guint i = 0; i < load->queries->len; i++)
    {
      const SyQuery *query = &queries[i];

      if (query->holds || query->kind == SY_QUERY_READER_BEFORE)
        continue;
      load->check.task = sy_load_id (load, query->task);
      if (query->kind == SY_QUERY_EXPRESSION)
        report_expression (load, query);
      else if (query->kind == SY_QUERY_WRITERS)
        report_writers (load, query);
      else
        report_reader (load, query, g_hash_table_contains (before, query->node));
    }
  load->check.task = NULL;
}

void
sy_load_answer (SyLoad *load)
{
  const SyWorkflow *workflow = load->workflow;
  Reach reach = { .workflow = workflow };

  if (load->queries->len == 0)
    return;
  reach.position = g_new (guint32, workflow->n_tasks);
  reach.reached = g_new (guint64, workflow->n_tasks);
  for (guint32 i = 0; i < workflow->n_tasks; i++)
    reach.position[workflow->topo[i]] = i;
  g_array_sort_with_data (load->queries, compare_ancestors, reach.position);
  answer_all (&reach, (SyQuery *) (gpointer) load->queries->data, load->queries->len);
  report_queries (load);
  g_free (reach.position);
  g_free (reach.reached);
}
