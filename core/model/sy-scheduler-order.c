/* sy-scheduler-order.c: the order of priority and the request classes
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-graph.h"
#include "core/model/sy-scheduler-private.h"

#include <string.h>

#define DEFAULT_EXPECTED_US G_USEC_PER_SEC
#define SHORTEST_US 100000

/* --- positions --- */

typedef struct
{
  const SyWorkflow *workflow;
  const gint64 *rank;
} Order;

static int
compare_priority (gconstpointer a, gconstpointer b, gpointer data)
{
  const Order *order = data;
  guint32 one = *(const guint32 *) a, two = *(const guint32 *) b;
  const SyTask *task_one = &order->workflow->tasks[one], *task_two = &order->workflow->tasks[two];

  if (task_one->priority != task_two->priority)
    return task_one->priority > task_two->priority ? -1 : 1;
  if (order->rank[one] != order->rank[two])
    return order->rank[one] > order->rank[two] ? -1 : 1;
  return one < two ? -1 : one > two;
}

/*
 * What a past duration weighs: three significant bits, and nothing below 100 ms told apart. What noise alone
 * makes unequal stays in file order: neighbours in the file are neighbours in the log, which then writes fewer pages.
 */
static gint64
coarse (gint64 us)
{
  guint shift = 0;

  if (us <= 0)
    return us;
  us = MAX (us, SHORTEST_US);
  while ((us >> shift) >= 8)
    shift++;
  return (us >> shift) << shift;
}

/* A task that never ran counts as the mean of those that did. */
static gint64
mean_expected (const gint64 *expected_us, guint32 n)
{
  gint64 sum = 0, known = 0;

  for (guint32 i = 0; i < n; i++)
    if (expected_us[i] > 0)
      {
        sum += expected_us[i];
        known++;
      }
  return known > 0 ? MAX (sum / known, 1) : DEFAULT_EXPECTED_US;
}

static void
init_positions (SyScheduler *s, const gint64 *expected_us)
{
  guint32 n = s->workflow->n_tasks;
  g_autofree gint64 *weights = g_new0 (gint64, MAX (n, 1));
  g_autofree gint64 *rank = NULL;
  Order order = { s->workflow, NULL };

  for (guint32 i = 0; i < n && expected_us != NULL; i++)
    weights[i] = coarse (expected_us[i]);
  order.rank = rank = sy_graph_upward_rank (s->workflow, weights, coarse (mean_expected (weights, n)));
  s->at = g_new (guint32, MAX (n, 1));
  for (guint32 i = 0; i < n; i++)
    s->at[i] = i;
  g_qsort_with_data (s->at, (gint) n, sizeof (guint32), compare_priority, &order);
  for (guint32 i = 0; i < n; i++)
    s->tasks[s->at[i]].position = i;
}

/* --- classes --- */

static guint
hash_request (gconstpointer key)
{
  const SyRequestClass *class = key;
  guint hash = class->slots * 31 + class->alone + (guint) class->memory * 7 + (guint) (class->memory >> 32);

  for (guint32 i = 0; i < class->n_pools; i++)
    hash = hash * 33 + class->pools[i].pool * 65537 + class->pools[i].count;
  return hash;
}

static gboolean
equal_request (gconstpointer a, gconstpointer b)
{
  const SyRequestClass *one = a, *two = b;

  return one->slots == two->slots && one->alone == two->alone && one->memory == two->memory
         && one->n_pools == two->n_pools
         && (one->n_pools == 0 || memcmp (one->pools, two->pools, sizeof (SyPoolRequest) * one->n_pools) == 0);
}

static SyRequestClass
make_request (const SyScheduler *s, const SyResources *resources)
{
  SyRequestClass class = { .slots = 1, .head = SY_READY_NONE };

  if (resources == NULL)
    {
      class.plain = TRUE;
      return class;
    }
  class.slots = MAX (1, (guint32) (((guint64) resources->milli_cpu + 999) / 1000));
  class.alone = resources->milli_cpu > s->options.milli_cpu || resources->memory > s->options.memory;
  class.memory = MIN (resources->memory, s->options.memory);
  class.n_pools = resources->n_pools;
  class.pools = resources->pools;
  class.plain = class.slots == 1 && !class.alone && class.memory == 0 && class.n_pools == 0;
  return class;
}

/* Numbers the classes by first use, so that nothing depends on a hash. */
static void
assign_classes (SyScheduler *s, GArray *classes)
{
  g_autoptr (GHashTable) known = g_hash_table_new_full (hash_request, equal_request, g_free, NULL);
  const SyResources *last = NULL;
  guint32 last_class = G_MAXUINT32;

  for (guint32 i = 0; i < s->workflow->n_tasks; i++)
    {
      const SyResources *resources = s->workflow->tasks[i].resources;
      SyRequestClass class;
      gpointer value;

      if (sy_late_has_any (&s->workflow->tasks[i])) /* a class of its own, whose request may change */
        {
          class = make_request (s, resources);
          class.n_members = 1;
          s->tasks[i].class = classes->len;
          g_array_append_val (classes, class);
          continue;
        }
      if (resources != last || last_class == G_MAXUINT32)
        {
          class = make_request (s, resources);
          if (!g_hash_table_lookup_extended (known, &class, NULL, &value))
            {
              value = GUINT_TO_POINTER (classes->len);
              g_array_append_val (classes, class);
              g_hash_table_insert (known, g_memdup2 (&class, sizeof class), value);
            }
          last = resources;
          last_class = GPOINTER_TO_UINT (value);
        }
      s->tasks[i].class = last_class;
      g_array_index (classes, SyRequestClass, last_class).n_members++;
    }
}

static void
init_classes (SyScheduler *s)
{
  GArray *classes = g_array_new (FALSE, FALSE, sizeof (SyRequestClass));

  assign_classes (s, classes);
  s->n_classes = classes->len;
  s->classes = (SyRequestClass *) (gpointer) g_array_free (classes, FALSE);
  for (guint32 i = 0; i < s->n_classes; i++)
    {
      SyRequestClass *class = &s->classes[i];

      class->members = g_new (guint32, class->n_members);
      sy_ready_set_init (&class->ready, class->n_members);
      class->n_members = 0;
    }
  for (guint32 position = 0; position < s->workflow->n_tasks; position++)
    {
      SyPlanTask *task = &s->tasks[s->at[position]];
      SyRequestClass *class = &s->classes[task->class];

      task->member = class->n_members;
      class->members[class->n_members++] = position;
    }
}

void
sy_scheduler_order_init (SyScheduler *s, const gint64 *expected_us)
{
  guint n_pools = MAX (s->workflow->n_pools, 1);

  init_positions (s, expected_us);
  init_classes (s);
  sy_ready_set_init (&s->heads, s->workflow->n_tasks);
  s->pool_used = g_new0 (guint32, n_pools);
}

void
sy_scheduler_order_late (SyScheduler *s, guint32 index)
{
  SyPlanTask *task = &s->tasks[index];
  const SyTaskState *state = sy_scheduler_state (s, index);
  SyRequestClass *class = &s->classes[task->class], request;
  gboolean queued = task->queued;

  if (!sy_late_has_any (&s->workflow->tasks[index]))
    return;
  g_return_if_fail (!task->in_flight);
  if (queued)
    sy_scheduler_set_queued (s, task, FALSE);
  g_clear_pointer (&task->late, sy_late_task_free);
  task->late = sy_late_task_new (s->workflow, index, task->values != NULL ? task->values : state->values);
  request = make_request (s, task->late->task.resources);
  class->slots = request.slots;
  class->alone = request.alone;
  class->memory = request.memory;
  class->n_pools = request.n_pools;
  class->pools = request.pools;
  class->plain = request.plain;
  if (queued)
    sy_scheduler_set_queued (s, task, TRUE);
}

void
sy_scheduler_order_clear (SyScheduler *s)
{
  for (guint32 i = 0; i < s->n_classes; i++)
    {
      g_free (s->classes[i].members);
      sy_ready_set_clear (&s->classes[i].ready);
    }
  sy_ready_set_clear (&s->heads);
  g_clear_pointer (&s->classes, g_free);
  g_clear_pointer (&s->at, g_free);
  g_clear_pointer (&s->pool_used, g_free);
}
