/* sy-log-queue.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/store/sy-log-queue-private.h"

#define LINGER_US 10000                  /* of a batch that may wait */
#define SAMPLES_LINGER_US G_USEC_PER_SEC /* samples do not make a commit of their own more often */
#define SAMPLES_MAX 20000                /* beyond it new ones are dropped */
#define GROUP_MAX 4096                   /* batches in one transaction */

void
sy_log_item_free (gpointer data)
{
  SyLogItem *item = data;

  sy_log_batch_clear (&item->batch);
  g_clear_pointer (&item->definitions, g_ptr_array_unref);
  g_free (item);
}

void
sy_log_queue_init (SyLogQueue *queue)
{
  *queue = (SyLogQueue){ .items = g_ptr_array_new (),
                         .samples = g_array_new (FALSE, FALSE, sizeof (SySampleRow)) };
}

void
sy_log_queue_clear (SyLogQueue *queue)
{
  g_ptr_array_unref (queue->items);
  g_array_unref (queue->samples);
  g_clear_pointer (&queue->definitions, g_ptr_array_unref);
}

gboolean
sy_log_queue_push (SyLogQueue *queue, SyLogItem *item, gboolean may_wait)
{
  if (queue->items->len == 0 && may_wait)
    queue->items_since_us = g_get_monotonic_time ();
  item->definitions = item->request == NULL ? g_steal_pointer (&queue->definitions) : NULL;
  g_ptr_array_add (queue->items, item);
  queue->n_queued++;
  queue->hurry = queue->hurry || !may_wait;
  return !may_wait || queue->items->len == 1;
}

gboolean
sy_log_queue_push_sample (SyLogQueue *queue, const SySampleRow *row)
{
  if (queue->samples->len >= SAMPLES_MAX)
    return FALSE;
  if (queue->samples->len == 0)
    queue->samples_since_us = g_get_monotonic_time ();
  g_array_append_val (queue->samples, *row);
  return queue->samples->len == 1;
}

gboolean
sy_log_queue_hurry (SyLogQueue *queue)
{
  queue->hurry = queue->hurry || queue->items->len > 0;
  return queue->hurry;
}

void
sy_log_queue_add_definition (SyLogQueue *queue, SyDefinition *definition)
{
  if (queue->definitions == NULL)
    queue->definitions = g_ptr_array_new_with_free_func ((GDestroyNotify) sy_definition_free);
  g_ptr_array_add (queue->definitions, definition);
}

gint64
sy_log_queue_get_deadline (const SyLogQueue *queue)
{
  gint64 deadline = -1;

  if (queue->hurry)
    return 0;
  if (queue->items->len > 0)
    deadline = queue->items_since_us + LINGER_US;
  if (queue->samples->len > 0)
    {
      gint64 due = queue->samples_since_us + SAMPLES_LINGER_US;

      deadline = deadline < 0 ? due : MIN (deadline, due);
    }
  return deadline;
}

static SyLogItem *
item_at (SyLogQueue *queue, guint i)
{
  return queue->items->pdata[i];
}

static void
drop_front (SyLogQueue *queue, guint n)
{
  if (n == queue->items->len)
    g_ptr_array_set_size (queue->items, 0);
  else if (n > 0)
    g_ptr_array_remove_range (queue->items, 0, n);
  queue->hurry = queue->items->len > 0;
}

gpointer
sy_log_queue_take (SyLogQueue *queue, GPtrArray *items, GArray **samples)
{
  GArray *empty = *samples;
  guint n = 0;

  if (queue->items->len > 0 && item_at (queue, 0)->request != NULL)
    {
      gpointer request = item_at (queue, 0)->request;

      sy_log_item_free (item_at (queue, 0));
      drop_front (queue, 1);
      return request;
    }
  while (n < queue->items->len && n < GROUP_MAX && item_at (queue, n)->request == NULL)
    g_ptr_array_add (items, item_at (queue, n++));
  drop_front (queue, n);
  *samples = queue->samples;
  queue->samples = empty;
  return NULL;
}
