/* sy-log-queue-private.h: what waits for the writer's thread
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/store/sy-log-writer-private.h"

G_BEGIN_DECLS

/* Plain data behind the log's mutex: every function wants it held. */
typedef struct
{
  GPtrArray *items;       /* SyLogItem, in the order of submission */
  GPtrArray *definitions; /* (nullable) for the batch submitted next */
  GArray *samples;        /* SySampleRow */
  gint64 items_since_us, samples_since_us;
  guint64 n_queued;       /* items ever */
  gboolean hurry;         /* something in it may not wait */
} SyLogQueue;

void sy_log_queue_init (SyLogQueue *queue);
void sy_log_queue_clear (SyLogQueue *queue);

/* All of these return TRUE if a sleeping thread must be woken. */
gboolean sy_log_queue_push (SyLogQueue *queue, SyLogItem *item, gboolean may_wait);
gboolean sy_log_queue_push_sample (SyLogQueue *queue, const SySampleRow *row);
gboolean sy_log_queue_hurry (SyLogQueue *queue);

/* Takes @definition; it enters the log with the next item. */
void sy_log_queue_add_definition (SyLogQueue *queue, SyDefinition *definition);

static inline gboolean
sy_log_queue_is_empty (const SyLogQueue *queue)
{
  return queue->items->len == 0 && queue->samples->len == 0;
}

/* Monotonic time at which what is in it must be written: 0 now, -1 never */
gint64 sy_log_queue_get_deadline (const SyLogQueue *queue);

/**
 * sy_log_queue_take:
 * @items: (out): the longest run of batches at the front
 * @samples: (inout): all samples, against an empty array
 *
 * Returns: (nullable): a request, if that is what is at the front; then nothing else is taken
 */
gpointer sy_log_queue_take (SyLogQueue *queue, GPtrArray *items, GArray **samples);

void sy_log_item_free (gpointer item);

G_END_DECLS
