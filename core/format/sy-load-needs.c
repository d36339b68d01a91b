/* sy-load-needs.c: who waits for whom
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-load-private.h"

#include "core/base/sy-text.h"
#include "core/model/sy-cycles.h"

#include <glib/gi18n.h>
#include <string.h>

/* Cycles that are told of */
#define CYCLES 20
/* Tasks of a cycle that are named one by one */
#define NAMED 50

const char *
sy_load_id (const SyLoad *load, guint32 task)
{
  return load->keys[task]->text;
}

const char *
sy_load_nearest_id (SyLoad *load, const char *word)
{
  SyNearest nearest;

  sy_nearest_init (&nearest, word);
  for (guint32 i = 0; i < load->workflow->n_tasks && load->patience > 0; i++, load->patience--)
    sy_nearest_try (&nearest, sy_load_id (load, i));
  return nearest.nearest;
}

guint
sy_load_indentation (const SyLoad *load, gsize offset)
{
  gsize p = offset;

  while (p > 0 && load->check.data[p - 1] == ' ')
    p--;
  return (guint) (offset - p);
}

/* Fixes */

static char *
need_text (SyLoad *load, guint32 task, const char *need, gsize *start, gsize *end)
{
  const SyNode *needs = load->needs[task], *map = load->keys[task]->next;

  if (needs != NULL && needs->kind == SY_NODE_SEQUENCE && needs->n > 0)
    {
      const SyNode *last = sy_node_nth (needs, needs->n - 1);

      *start = *end = last->end;
      if (needs->style == SY_STYLE_FLOW)
        return g_strdup_printf (", %s", need);
      return g_strdup_printf ("\n%*s- %s", (int) sy_load_indentation (load, needs->start), "", need);
    }
  if (needs != NULL && needs->kind == SY_NODE_SCALAR && !sy_node_is_empty (needs))
    {
      *start = needs->start;
      *end = needs->end;
      return g_strdup_printf ("[%s, %s]", needs->text, need);
    }
  if (needs != NULL || map->kind != SY_NODE_MAPPING)
    return NULL;
  *start = *end = map->first->start;
  if (map->style == SY_STYLE_FLOW)
    return g_strdup_printf ("needs: [%s], ", need);
  return g_strdup_printf ("needs: [%s]\n%*s", need, (int) sy_load_indentation (load, map->start), "");
}

void
sy_load_fix_need (SyLoad *load, SyProblem *problem, guint32 task, const char *need)
{
  gsize start, end;
  g_autofree char *text = need_text (load, task, need, &start, &end);

  if (text != NULL)
    sy_problem_set_fix (problem, start, end, text);
}

/* Needs */

static void
report_unknown (SyLoad *load, const SyNode *node)
{
  const char *near = sy_load_nearest_id (load, node->text);
  SyProblem *problem = sy_check_add (&load->check, SY_SEVERITY_ERROR, node, "unknown-need", "there is no task “%.60s”",
                                     node->text);
  const SyNode *parent = node->parent;

  if (strpbrk (node->text, ", ") != NULL && parent != NULL && parent->kind == SY_NODE_MAPPING &&
      node->style == SY_STYLE_PLAIN)
    {
      g_auto (GStrv) words = g_strsplit_set (node->text, ", ", -1);
      g_autoptr (GString) fix = g_string_new ("[");

      for (guint i = 0; words[i] != NULL; i++)
        if (words[i][0] != '\0')
          g_string_append_printf (fix, "%s%s", fix->len > 1 ? ", " : "", words[i]);
      g_string_append_c (fix, ']');
      sy_problem_set_hint (problem, "several needs are a list: %s", fix->str);
      sy_problem_set_fix (problem, node->start, node->end, fix->str);
    }
  else if (near != NULL)
    {
      sy_problem_set_hint (problem, "did you mean “%s”?", near);
      sy_problem_set_fix (problem, node->start, node->end, near);
    }
  else
    sy_problem_set_hint (problem, "`needs` holds ids of `tasks` of this file");
}

static void
add_need (SyLoad *load, SyTask *task, guint32 index, const SyNode *id, guint32 tolerate)
{
  SyNeed *needs = (SyNeed *) task->needs;
  guint32 upstream;

  if (id == NULL || id->kind != SY_NODE_SCALAR || (id->flags & SY_NODE_REFUSED) || sy_node_is_empty (id) ||
      sy_bind_has_expression (id->text))
    return;
  upstream = GPOINTER_TO_UINT (g_hash_table_lookup (load->ids, id->text));
  if (upstream == 0)
    {
      report_unknown (load, id);
      return;
    }
  needs[task->n_needs++] = (SyNeed) { upstream - 1, tolerate };
}

static guint32
read_tolerate (const SyNode *list)
{
  guint32 bits = 0;

  for (const SyNode *item = list != NULL && list->kind == SY_NODE_SEQUENCE ? list->first : NULL; item != NULL;
       item = item->next)
    if (item->kind == SY_NODE_SCALAR)
      bits |= strcmp (item->text, "failed") == 0 ? SY_TOLERATE_FAILED
              : strcmp (item->text, "skipped") == 0 ? SY_TOLERATE_SKIPPED : 0;
  return bits;
}

static int
compare_needs (gconstpointer a, gconstpointer b)
{
  const SyNeed *x = a, *y = b;

  return x->task < y->task ? -1 : x->task > y->task;
}

/* The same task twice: the joins would count it twice */
static void
check_twice (SyLoad *load, const SyTask *task, const SyNode *node)
{
  g_autofree SyNeed *sorted = NULL;

  if (task->n_needs < 2)
    return;
  sorted = g_memdup2 (task->needs, sizeof *sorted * task->n_needs);
  qsort (sorted, task->n_needs, sizeof *sorted, compare_needs);
  for (guint i = 1; i < task->n_needs; i++)
    if (sorted[i].task == sorted[i - 1].task)
      sy_problem_set_hint (sy_check_add (&load->check, SY_SEVERITY_ERROR, node, "duplicate-need",
                                         "“%s” is needed twice", sy_load_id (load, sorted[i].task)),
                           "name it once");
}

void
sy_load_needs (SyLoad *load, guint32 index)
{
  SyTask *task = &load->workflow->tasks[index];
  const SyNode *node = load->needs[index], *item;

  if (node == NULL || sy_node_is_empty (node))
    return;
  load->check.task = sy_load_id (load, index);
  task->needs = sy_workflow_alloc (load->workflow, sizeof (SyNeed) * (node->kind == SY_NODE_SEQUENCE ? node->n : 1));
  item = node->kind == SY_NODE_SEQUENCE ? node->first : node;
  for (; item != NULL; item = node->kind == SY_NODE_SEQUENCE ? item->next : NULL)
    {
      if (item->kind == SY_NODE_MAPPING)
        add_need (load, task, index, sy_node_get (item, "task"), read_tolerate (sy_node_get (item, "tolerate")));
      else
        add_need (load, task, index, item, 0);
    }
  check_twice (load, task, node);
}

/* Joins */

static void
check_quorum (SyLoad *load, guint32 index)
{
  const SyTask *task = &load->workflow->tasks[index];
  const SyNode *join = sy_node_get (load->keys[index]->next, "join"), *at = sy_node_get (join, "quorum");
  SyProblem *problem;

  if (task->join == NULL || task->join->rule != SY_JOIN_QUORUM || task->join->percent ||
      task->join->quorum <= task->n_needs || task->join->quorum > G_MAXINT32 || /* said already */ (at != NULL && sy_bind_is_open (&load->check, at)))
    return;
  problem = sy_check_add (&load->check, SY_SEVERITY_ERROR, at != NULL ? at : load->keys[index], "quorum-too-large",
                          "a quorum of %u cannot be met: the number of needs is %u", task->join->quorum, task->n_needs);
  sy_problem_set_hint (problem, "ask for %u at most, or for a percentage", MAX (task->n_needs, 1));
}

static gboolean
is_optional (const SyTask *task)
{
  static const SyCodeSet none;

  return task->condition != NULL || !task->enabled ||
         (task->exit != NULL && memcmp (&task->exit->skipped, &none, sizeof none) != 0);
}

static void
fix_join (SyLoad *load, SyProblem *problem, guint32 index)
{
  const SyNode *needs = load->needs[index], *map = load->keys[index]->next;
  g_autofree char *text = NULL;

  if (map->style == SY_STYLE_FLOW)
    text = g_strdup (", join: none_failed");
  else
    text = g_strdup_printf ("\n%*sjoin: none_failed", (int) sy_load_indentation (load, map->start), "");
  sy_problem_set_fix (problem, needs->end, needs->end, text);
}

/* all_success, by default, behind a task that may be skipped */
static void
check_skips (SyLoad *load, guint32 index)
{
  const SyTask *task = &load->workflow->tasks[index];

  if (load->explicit_join[index])
    return;
  for (guint i = 0; i < task->n_needs; i++)
    {
      const SyTask *upstream = &load->workflow->tasks[task->needs[i].task];
      SyProblem *problem;

      if (!is_optional (upstream) || (task->needs[i].tolerate & SY_TOLERATE_SKIPPED))
        continue;
      problem = sy_check_add (&load->check, SY_SEVERITY_WARNING, load->needs[index], "skip-passes-on",
                              "when “%s” is skipped, “%s” is skipped too", upstream->id, task->id);
      sy_problem_set_hint (problem, "to run it all the same: join: none_failed; to keep it so: join: all_success");
      fix_join (load, problem, index);
      return;
    }
}

void
sy_load_check_joins (SyLoad *load)
{
  for (guint32 i = 0; i < load->workflow->n_tasks; i++)
    {
      load->check.task = sy_load_id (load, i);
      check_quorum (load, i);
      check_skips (load, i);
    }
  load->check.task = NULL;
}

/* Cycles */

static void
report_cycle (SyLoad *load, const GArray *cycle)
{
  g_autoptr (GString) names = g_string_new (NULL), lines = g_string_new (NULL);
  guint32 first = g_array_index (cycle, guint32, 0);
  SyProblem *problem;

  for (guint i = 0; i <= MIN (cycle->len, NAMED); i++)
    {
      guint32 task = g_array_index (cycle, guint32, i % cycle->len);

      g_string_append_printf (names, "%s“%s”", i > 0 ? _(" needs ") : "", sy_load_id (load, task));
      if (i < cycle->len)
        g_string_append_printf (lines, "%s%u", i > 0 ? ", " : "", load->workflow->tasks[task].line);
    }
  if (cycle->len > NAMED)
    g_string_append_printf (names, _(" … and %u more, back to “%s”"), cycle->len - NAMED - 1, sy_load_id (load, first));
  load->check.task = sy_load_id (load, first);
  problem = sy_check_add (&load->check, SY_SEVERITY_ERROR, load->keys[first], "cycle", "a cycle of needs: %s",
                          names->str);
  sy_problem_set_hint (problem, cycle->len > 1 ? N_("none of them could ever start: remove one of these needs (lines %s)")
                                        : N_("it could never start: remove this need (line %s)"),
                       lines->str);
  load->check.task = NULL;
}

gboolean
sy_load_close (SyLoad *load)
{
  g_autoptr (GArray) cycle = NULL;
  g_autoptr (GPtrArray) cycles = NULL;
  g_autoptr (GError) error = NULL;

  if (sy_workflow_finish (load->workflow, &cycle, &error))
    return TRUE;
  if (cycle != NULL)
    cycles = sy_workflow_find_cycles (load->workflow, CYCLES);
  for (guint i = 0; cycles != NULL && i < cycles->len; i++)
    report_cycle (load, g_ptr_array_index (cycles, i));
  if (cycles == NULL)
    sy_problems_add_file (load->check.problems, SY_SEVERITY_ERROR, "workflow", "%s", error->message);
  return FALSE;
}
